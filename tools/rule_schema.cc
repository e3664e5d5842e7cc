// Prints docs/reference/rule-schema.md: what the text of a rule may read.
//
//   build/dev/tests/rule_schema > docs/reference/rule-schema.md
#include <cstdio>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "orderwright/rules/schema.h"

namespace {

using orderwright::rules::SchemaField;
using orderwright::rules::SchemaFields;

constexpr std::string_view kHead = R"(# What rules may read

Made by `tools/rule_schema.cc` from `rules::SchemaFields()`; a test compares them.

The text of a rule is an expression of [CEL](../concepts/cel.md) with all extensions over the variables below and `now`, the instant of
the decision (`timestamp`; an error to read where neither it nor `placed_at` of the order is known). What rules do: [rules](../concepts/rules.md).

- *varies with*: a rule reads what its rows have. `eligible`, `protect` and `price` are asked per line at a location (`eligible` that reads
  a field of a *service*: per service), `prefer` per location, `group` per line, the others about the order. `limit`s of days and rejects
  too. `plan` can be read by `hold`, `outcome` and `policy`, `request` and `actor` by `policy` alone.
- *may be unset*: reading such a field where it has no value is an error, so a text must ask first: `has(x) && …`, `has(x) ? … : …`. What
  is not guarded is refused when the rules are made.
- `money` is an amount in the currency of the world, exact to a millionth. It compares with numbers and decimals exactly
  (`order.total > 249.99`), adds and subtracts, and multiplies by integers; `money('12.50')` makes one.
)";

std::vector<std::string_view> Records() {
  std::vector<std::string_view> records;
  for (const SchemaField& field : SchemaFields()) {
    bool is_new = true;
    for (const std::string_view record : records) is_new = is_new && record != field.record;
    if (is_new) records.push_back(field.record);
  }
  return records;
}

// A bar would end the cell.
std::string Cell(std::string_view text) {
  std::string cell;
  for (const char c : text) {
    if (c == '|') cell += '\\';
    cell += c;
  }
  return cell;
}

void PrintRecord(std::string_view record) {
  fmt::print("\n## `{}`\n\n| field | type | varies with | may be unset | |\n", record);
  fmt::print("| --- | --- | --- | --- | --- |\n");
  for (const SchemaField& field : SchemaFields()) {
    if (field.record != record) continue;
    fmt::print("| `{}` | `{}` | {} | {} | {} |\n", field.name, Cell(field.type),
               ToString(field.scope), field.nullable ? "yes" : "", Cell(field.about));
  }
}

}  // namespace

int main() {
  fmt::print("{}", kHead);
  for (const std::string_view record : Records()) PrintRecord(record);
  return 0;
}
