// Tests: what the cells of a decision table ask of its inputs, and a row as a condition of CEL.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_H_

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orderwright/cel/checker.h"
#include "orderwright/core/issue.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright::rules_internal {

enum class InputType : std::uint8_t {
  kText = 1,
  kTexts = 2,  // a list of texts
  kBool = 3,
  kInt = 4,
  kDouble = 5,
  kMoney = 6,
  kTime = 7,
  kDuration = 8,
};

// Values of all types but texts are tested by keys, which are in the order of the values: an int is
// its own; 0 and 1 of bool; micro-units; milliseconds since 1970; nanoseconds of a duration.
// Those of doubles are their bits, made to rise with the value; NaN has none.
[[nodiscard]] inline std::int64_t KeyOf(double value) {
  const auto bits = std::bit_cast<std::int64_t>(value + 0.0);  // of -0 the key of 0
  return bits >= 0 ? bits : bits ^ INT64_MAX;
}
[[nodiscard]] inline double DoubleOf(std::int64_t key) {
  return std::bit_cast<double>(key >= 0 ? key : key ^ INT64_MAX);
}

// Keys from `low` to `high`; an end that is absent is none, an open one is not of the range. Never
// empty; a value alone is a range from itself to itself.
struct Range {
  std::optional<std::int64_t> low;
  std::optional<std::int64_t> high;
  bool low_open = false;
  bool high_open = false;
  friend bool operator==(const Range&, const Range&) = default;
};

// A cell holds if the value is in a range, or is one of the texts (of a list: one of its texts is);
// negated, if it does not hold so. Only a cell that holds for any value holds for one that is not
// set; NaN is in no range.
struct CellTest {
  bool is_any = false;
  bool is_negated = false;
  std::vector<Range> ranges;
  std::vector<std::string> texts;
  friend bool operator==(const CellTest&, const CellTest&) = default;
};

struct TableInput {
  std::string text;
  InputType type = InputType::kText;
  cel::CheckedAst checked;
  std::vector<std::string> guards;  // "order.risk": what must be set for it to have a value
};

struct TableTests {
  std::vector<TableInput> inputs;
  std::vector<std::vector<CellTest>> rows;  // a test an input
};

inline constexpr std::size_t kMaxTableInputs = 64;
inline constexpr std::size_t kMaxTableRows = 100'000;

// Absent, and issues below `path` (that of the table), if anything is wrong with inputs or cells.
[[nodiscard]] std::optional<TableTests> ParseTable(const rules::DecisionTable& table,
                                                   const std::string& path, bool may_read_plan,
                                                   IssueList& issues);

// What an input's value must be like for a cell, as a condition: "true" of any.
[[nodiscard]] std::string ConditionOf(const TableInput& input, const CellTest& cell);
// The condition under which a row hits, in CEL; the same as what the table finds, except where an
// input fails.
[[nodiscard]] std::string ConditionOf(const TableTests& table, std::size_t row);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_H_
