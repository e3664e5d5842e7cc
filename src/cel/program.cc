#include "orderwright/cel/program.h"

#include <memory>
#include <utility>

#include "src/cel/internal/evaluation.h"
#include "src/cel/internal/plan.h"
#include "src/core/internal/macros.h"

namespace orderwright::cel {

void Variables::SetUnknown(std::string_view name) {
  Set(name, cel_internal::ValueAccess::Unknown({std::string(name)}));
}

bool Variables::Find(std::string_view name, Value& value) const {
  const auto found = values_.find(name);
  if (found == values_.end()) return false;
  value = found->second;
  return true;
}

absl::StatusOr<Program> Program::Create(Ast ast, std::shared_ptr<const Environment> environment,
                                        const ProgramOptions& options) {
  auto plan = std::make_shared<Plan>();
  plan->ast = std::move(ast);
  plan->environment = std::move(environment);
  plan->options = options;
  ORDERWRIGHT_RETURN_IF_ERROR(MakePlan(*plan, nullptr));
  return Program(std::move(plan));
}

absl::StatusOr<Program> Program::Create(CheckedAst checked,
                                        std::shared_ptr<const Environment> environment,
                                        const ProgramOptions& options) {
  auto plan = std::make_shared<Plan>();
  plan->ast = checked.ast();
  plan->environment = std::move(environment);
  plan->options = options;
  plan->type = checked.type();
  ORDERWRIGHT_RETURN_IF_ERROR(MakePlan(*plan, &checked));
  return Program(std::move(plan));
}

absl::StatusOr<Program> Program::Compile(std::string_view text,
                                         std::shared_ptr<const Environment> environment,
                                         const ProgramOptions& options, const ParseOptions& parse) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(Ast ast, Parse(text, parse));
  ORDERWRIGHT_ASSIGN_OR_RETURN(CheckedAst checked, Check(std::move(ast), *environment));
  return Create(std::move(checked), std::move(environment), options);
}

absl::StatusOr<Value> Program::Evaluate(const Activation& variables) const {
  return cel_internal::Evaluation(*plan_, variables).Run();
}

absl::StatusOr<Value> Program::Evaluate(const Activation& variables, std::uint64_t* cost) const {
  cel_internal::Evaluation evaluation(*plan_, variables);
  absl::StatusOr<Value> value = evaluation.Run();
  *cost = evaluation.cost();
  return value;
}

const Ast& Program::ast() const { return plan_->ast; }
const Type& Program::type() const { return plan_->type; }

}  // namespace orderwright::cel
