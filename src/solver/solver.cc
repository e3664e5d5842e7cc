#include "orderwright/solver/solver.h"

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/core/status.h"
#include "orderwright/solver/verify.h"

namespace orderwright::solver {

Workspace::~Workspace() = default;
Solver::~Solver() = default;

absl::StatusOr<Solution> CheckAndSolve(const Solver& solver, const Problem& problem,
                                       const SolveOptions& options) {
  if (absl::Status status = Check(problem); !status.ok()) return status;
  const std::unique_ptr<Workspace> workspace = solver.NewWorkspace();
  Solution solution;
  if (absl::Status status = solver.Solve(problem, options, *workspace, solution); !status.ok()) {
    return status;
  }
  const Verification verification = Verify(problem, solution);
  if (!verification.valid()) {
    return Internal("solver {}: {}", solver.name(), verification.violations.front());
  }
  return solution;
}

}  // namespace orderwright::solver
