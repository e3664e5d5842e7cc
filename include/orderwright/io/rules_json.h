// orderwright.rules/1: rules in words, as JSON.
//
// Example:
//   absl::StatusOr<io::LoadedRules> loaded = io::LoadRules("rules.json");
//   loaded->draft.rules.push_back(rule_of_the_host);
//   absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(loaded->draft);
#ifndef ORDERWRIGHT_IO_RULES_JSON_H_
#define ORDERWRIGHT_IO_RULES_JSON_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/issue.h"
#include "orderwright/io/document.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright::io {

// Where a rule and its texts stand: "rules.json:12:5: rules[3]". What is not written is where the
// rule is.
struct RulePlaces {
  std::string rule;
  std::string when;
  std::string value;
  std::vector<std::string>
      rows;  // of a table; those of a CSV file: "rates.csv:7:1: rules[3].rows[5]"
};

struct LoadedRules {
  // Checked: RuleSet::Create takes it. In the order of the document.
  rules::RuleSetDraft draft;
  std::vector<RulePlaces> places;  // of draft.rules
  std::vector<Issue> warnings;
};

// Reads rules and checks them as RuleSet::Create does; mistakes in a text are reported at the field
// that it stands in: `rules[3].require`. `language`: what texts may use beside the schema, which
// the draft keeps; null: nothing.
// Errors: kInvalidArgument, kUnimplemented.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<LoadedRules> ParseRules(
    const Document& document, const ReadOptions& options = {},
    std::shared_ptr<const rules::Language> language = nullptr);
// Errors also: kNotFound (no such file).
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<LoadedRules> LoadRules(
    const std::string& path, const ReadOptions& options = {},
    std::shared_ptr<const rules::Language> language = nullptr);

// The rows of a decision table: CSV whose first line has titles, a cell an input and, with
// `has_values`, last the value. What the cells mean is checked with the rule that the table is of.
// Errors: kInvalidArgument, each issue with line and column.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<std::vector<rules::DecisionTable::Row>>
ParseTableCsv(const Document& document, std::size_t inputs, bool has_values = true);

// Writes rules such that reading them gives equal ones. `indent` spaces, 0: one line.
// Errors: kInvalidArgument with every rule that has no form in the format: functions of the host,
// names that are computed.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<std::string> RulesJson(const rules::RuleSet& rules,
                                                                       int indent = 0);

// The field of the format that says what a rule says: "require", "units", "value", …; of a table
// "rows"; empty: its kind has none.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ValueFieldOf(const rules::Rule& rule);

}  // namespace orderwright::io

#endif  // ORDERWRIGHT_IO_RULES_JSON_H_
