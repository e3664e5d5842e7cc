// Program: an expression that is ready to run.
//
// Names and functions are resolved once, when it is made. An evaluation is bounded: it ends with
// kResourceExhausted once its cost exceeds the limit, whatever the expression and the data.
//
// An error of the evaluation, such as a division by zero, is absorbed by && and || where the other
// side decides; one that reaches the top is returned with its place (IssuesIn).
//
// Source: cel-spec doc/langdef.md, "Evaluation".
//
// Example:
//   const auto environment = std::make_shared<const Environment>(FullEnvironment());
//   const absl::StatusOr<Program> program = Program::Compile("1 + x", environment);
//   Variables variables;
//   variables.Set("x", Value::Int(2));
//   const absl::StatusOr<Value> three = program->Evaluate(variables);
#ifndef ORDERWRIGHT_CEL_PROGRAM_H_
#define ORDERWRIGHT_CEL_PROGRAM_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/statusor.h"
#include "orderwright/cel/ast.h"
#include "orderwright/cel/checker.h"
#include "orderwright/cel/environment.h"
#include "orderwright/cel/parser.h"
#include "orderwright/cel/value.h"
#include "orderwright/core/export.h"

namespace orderwright::cel {

// What an evaluation knows of its variables. Thread-safe where programs run on several threads.
class ORDERWRIGHT_EXPORT Activation {
 public:
  virtual ~Activation() = default;
  // False if the variable has no value. Asked at most once in an evaluation for each name.
  [[nodiscard]] virtual bool Find(std::string_view name, Value& value) const = 0;
};

// Variables by name.
class ORDERWRIGHT_EXPORT Variables final : public Activation {
 public:
  void Set(std::string_view name, Value value) {
    values_.insert_or_assign(std::string(name), std::move(value));
  }
  // The value is not known yet: what depends on it evaluates to a value of Kind::kUnknown that
  // names the variable, unless && or || can do without. Otherwise an unset variable is an error.
  void SetUnknown(std::string_view name);
  [[nodiscard]] bool Find(std::string_view name, Value& value) const override;

 private:
  std::map<std::string, Value, std::less<>> values_;
};

struct ProgramOptions {
  std::uint64_t cost_limit = 1'000'000;    // in units of about 50 ns; see docs/concepts/cel.md
  std::uint64_t max_iterations = 100'000;  // of all comprehensions of an evaluation together
  // Instructions of a compiled regular expression, and of all constant ones together.
  std::size_t max_regex_program = 10'000;
};

// Immutable; thread-safe.
class ORDERWRIGHT_EXPORT Program {
 public:
  // Unchecked: names are sought when it runs, overloads by the values. Functions that do not exist
  // are errors of the evaluation.
  // Errors: kInvalidArgument for a constant regular expression that is wrong or too large.
  [[nodiscard]] static absl::StatusOr<Program> Create(
      Ast ast, std::shared_ptr<const Environment> environment, const ProgramOptions& options = {});
  [[nodiscard]] static absl::StatusOr<Program> Create(
      CheckedAst checked, std::shared_ptr<const Environment> environment,
      const ProgramOptions& options = {});
  // Parses, checks and creates.
  [[nodiscard]] static absl::StatusOr<Program> Compile(
      std::string_view text, std::shared_ptr<const Environment> environment,
      const ProgramOptions& options = {}, const ParseOptions& parse = {});

  // The value, of Kind::kUnknown if it depends on an unknown variable.
  // Errors: kInvalidArgument with an Issue for an error of the expression, kResourceExhausted.
  [[nodiscard]] absl::StatusOr<Value> Evaluate(const Activation& variables) const;
  // The same; `*cost` becomes what it took.
  [[nodiscard]] absl::StatusOr<Value> Evaluate(const Activation& variables,
                                               std::uint64_t* cost) const;
  [[nodiscard]] const Ast& ast() const;
  // The type that the checker deduced; dyn if unchecked.
  [[nodiscard]] const Type& type() const;

 private:
  struct Plan;
  explicit Program(std::shared_ptr<const Plan> plan) : plan_(std::move(plan)) {}
  std::shared_ptr<const Plan> plan_;
};

}  // namespace orderwright::cel

#endif  // ORDERWRIGHT_CEL_PROGRAM_H_
