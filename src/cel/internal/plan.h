// Plan: an Ast with what its names stand for, ready to be evaluated.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_PLAN_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_PLAN_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/cel/program.h"
#include "src/cel/internal/regex.h"

namespace orderwright::cel_internal {

using namespace orderwright::cel;

// What one node needs beside its Node.
struct Step {
  std::int32_t slot = -1;             // of the local variable that it reads or declares
  std::uint32_t first_candidate = 0;  // of the global variables that it may be, first choice first
  std::uint32_t candidates = 0;
  std::int32_t regex = -1;  // a constant pattern of matches(), compiled
  bool receiver_is_namespace = false;
  bool alternative = false;  // or() and orValue(): the argument may not be needed
  const Function* function = nullptr;
  Value type;  // the type value that a name stands for if no variable has it; null if none
};

struct PlanParts {
  Ast ast;
  std::shared_ptr<const Environment> environment;
  ProgramOptions options;
  Type type;
  std::vector<Step> steps;                // by node
  std::vector<std::uint32_t> candidates;  // positions in `globals`
  std::vector<std::string> globals;       // names of variables, each once
  std::vector<Regex> regexes;
  std::vector<std::shared_ptr<const Function>> functions;
  std::uint32_t slots = 0;
};

// Fills the rest of `plan` from its ast and environment; `checked` may be null.
// Errors: kInvalidArgument for an Ast that is too high, and, if checked, for a constant regular
// expression that does not compile.
[[nodiscard]] absl::Status MakePlan(PlanParts& plan, const CheckedAst* checked);

// Nodes on a path of an Ast that checking and evaluation go down, at most.
inline constexpr std::uint32_t kMaxHeight = 600;

}  // namespace orderwright::cel_internal

namespace orderwright::cel {
struct Program::Plan : cel_internal::PlanParts {};
}  // namespace orderwright::cel

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_PLAN_H_
