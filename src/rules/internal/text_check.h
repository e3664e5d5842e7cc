// What the texts of a rule must be: of which type, and of what they may read.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_TEXT_CHECK_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_TEXT_CHECK_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/cel/checker.h"
#include "orderwright/core/issue.h"
#include "orderwright/rules/rule_set.h"
#include "src/rules/internal/fields.h"
#include "src/rules/internal/program.h"

namespace orderwright::rules_internal {

// What the value of a rule means.
enum class Meaning : std::uint8_t {
  kNone = 0,
  kTruth = 1,
  kCount = 2,   // whole
  kAmount = 3,  // micro-units: money, or a number of the currency
  kName = 4,    // text
};

[[nodiscard]] Meaning MeaningOf(const Rule& rule);

// For each of what a rule of its kind gives an answer.
[[nodiscard]] Space TargetOf(const Rule& rule);

// The number of a name that a set rule gives.
[[nodiscard]] absl::StatusOr<std::int64_t> NumberOfName(SetField field, std::string_view name,
                                                        const World& world);

// A name that stands in the text is looked up now, and not for every order. Services are those of a
// world: without one they are not looked up.
void CheckName(SetField field, const cel::CheckedAst& value, const std::string& path,
               const Program& program, IssueList& issues);

// Adds what an expression reads; `services`: something of one service.
void FindReads(const cel::CheckedAst& checked, bool& services, Reads& reads);

// A field that a text names, by its path: "order.ship_to.country".
struct NamedField {
  std::string path;
  const Field* field = nullptr;  // of the program, or of the schema
};
// Adds those of an expression, each path once.
void FindFields(const cel::CheckedAst& checked, Program& program, std::vector<NamedField>& out);

// Variables that rules of a kind cannot read, because there is no such thing when they are asked.
[[nodiscard]] std::vector<cel::Issue> ReadsTooEarly(const cel::CheckedAst& checked, RuleKind kind);

// An issue for each of them.
void CheckReadsInTime(const cel::CheckedAst& checked, RuleKind kind, const std::string& path,
                      IssueList& issues);

// The issues of a status of the language, at a text.
void AddIssues(const absl::Status& status, const std::string& path, IssueList& issues);

// A text of a rule, checked: of the type that it must have, with guards where it reads what may be
// unset. `given`: what is known where it is evaluated; null: nothing. Absent, and issues, if it is
// wrong.
[[nodiscard]] std::optional<cel::CheckedAst> CheckText(const std::string& text,
                                                       const std::string& path, Meaning meaning,
                                                       RuleKind kind, const Program& program,
                                                       const cel::CheckedAst* given,
                                                       IssueList& issues);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_TEXT_CHECK_H_
