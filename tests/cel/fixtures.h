// Expressions and what they give, as text, so that a test is a table.
#ifndef ORDERWRIGHT_TESTS_CEL_FIXTURES_H_
#define ORDERWRIGHT_TESTS_CEL_FIXTURES_H_

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orderwright/cel/checker.h"
#include "orderwright/cel/environment.h"
#include "orderwright/cel/parser.h"
#include "orderwright/cel/program.h"
#include "orderwright/core/status.h"
#include "tests/catch.h"

namespace orderwright::cel::testing {

using orderwright::testing::ContainsText;
using orderwright::testing::IsOk;
using orderwright::testing::StatusIs;

inline std::shared_ptr<const Environment> Full() {
  static const auto environment = std::make_shared<const Environment>(FullEnvironment());
  return environment;
}

// The first issue without its place, behind what refused.
inline std::string FirstIssue(const absl::Status& status) {
  const std::vector<Issue> issues = IssuesIn(status);
  if (issues.empty()) return "status: " + std::string(MessageOf(status));
  switch (issues[0].kind) {
    case ErrorKind::kParse:
      return "parse error: " + issues[0].message;
    case ErrorKind::kCheck:
      return "check error: " + issues[0].message;
    case ErrorKind::kEvaluation:
      return "error: " + issues[0].message;
  }
  return "";
}

inline std::string Outcome(const absl::StatusOr<Value>& value) {
  return value.ok() ? ToString(*value) : FirstIssue(value.status());
}

// What an expression gives without the checker.
inline std::string Unchecked(std::string_view text, const Variables& variables = {},
                             const std::shared_ptr<const Environment>& environment = Full(),
                             const ProgramOptions& options = {}) {
  absl::StatusOr<Ast> ast = Parse(text);
  if (!ast.ok()) return FirstIssue(ast.status());
  const absl::StatusOr<Program> program = Program::Create(*std::move(ast), environment, options);
  if (!program.ok()) return FirstIssue(program.status());
  return Outcome(program->Evaluate(variables));
}

// The same with it.
inline std::string Checked(std::string_view text, const Variables& variables = {},
                           const std::shared_ptr<const Environment>& environment = Full(),
                           const ProgramOptions& options = {}) {
  const absl::StatusOr<Program> program = Program::Compile(text, environment, options);
  if (!program.ok()) return FirstIssue(program.status());
  return Outcome(program->Evaluate(variables));
}

struct Row {
  std::string_view expression;
  std::string_view outcome;  // as ToString of the value, or the error that it begins with
};

// Checked and unchecked give the outcome.
inline void Gives(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.expression);
    const std::string unchecked = Unchecked(row.expression);
    CHECK(unchecked == row.outcome);
    const std::string checked = Checked(row.expression);
    CHECK(checked == row.outcome);
  }
}

// Unchecked it gives the outcome; the checker refuses it or it gives the same.
inline void GivesUnchecked(const std::vector<Row>& rows) {
  for (const Row& row : rows) {
    INFO(row.expression);
    CHECK(Unchecked(row.expression) == row.outcome);
    const std::string checked = Checked(row.expression);
    CHECK((checked == row.outcome || checked.starts_with("check error: ")));
  }
}

// The whole of what a caller is shown of a refusal.
inline std::string Shown(std::string_view text, const Environment& environment = *Full()) {
  absl::StatusOr<Ast> ast = Parse(text);
  if (!ast.ok()) return std::string(MessageOf(ast.status()));
  const absl::StatusOr<CheckedAst> checked = Check(*std::move(ast), environment);
  return checked.ok() ? "ok: " + ToString(checked->type())
                      : std::string(MessageOf(checked.status()));
}

}  // namespace orderwright::cel::testing

#endif  // ORDERWRIGHT_TESTS_CEL_FIXTURES_H_
