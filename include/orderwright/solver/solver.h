// Solver: the one interface behind which exact, heuristic, brute-force and foreign solvers stand.
//
// Implementations assume a problem that Check() accepts, are const and thread-safe, and keep
// nothing between calls but what is in the Workspace, which one thread uses at a time.
#ifndef ORDERWRIGHT_SOLVER_SOLVER_H_
#define ORDERWRIGHT_SOLVER_SOLVER_H_

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"

namespace orderwright::solver {

struct SolveOptions {
  // Search nodes over the whole call before the best plan so far is returned with its bound. Where
  // a node is much work (hundreds of lines) it counts as several, in proportion. Deterministic.
  // Default: 100,000, some tenths of a second; 0: the plan and the bound of the root.
  std::int64_t node_limit = 100'000;
  // Wall-clock budget on a monotonic clock; makes the result machine-dependent. Default: none.
  std::optional<std::chrono::nanoseconds> time_limit;
};

// Scratch memory of one solver for one thread. Opaque; reused, it makes solving allocation-free.
class ORDERWRIGHT_EXPORT Workspace {
 public:
  Workspace() = default;
  virtual ~Workspace();
  Workspace(const Workspace&) = delete;
  Workspace& operator=(const Workspace&) = delete;
};

class ORDERWRIGHT_EXPORT Solver {
 public:
  virtual ~Solver();
  // "exact", "priority", "brute_force", …: for explanations and benchmark tables.
  [[nodiscard]] virtual std::string_view name() const = 0;
  [[nodiscard]] virtual std::unique_ptr<Workspace> NewWorkspace() const = 0;
  // Solves `problem` (already checked) into `solution`, whose memory is reused. `workspace` must
  // come from NewWorkspace() of this solver. A budget that ran out is not an error.
  // Errors: kInternal for a bug; kUnimplemented for a part of the problem that this solver does
  // not know (a foreign or a ranked-fill solver), naming it; kInvalidArgument if the problem is
  // too large for it (brute force).
  [[nodiscard]] virtual absl::Status Solve(const Problem& problem, const SolveOptions& options,
                                           Workspace& workspace, Solution& solution) const = 0;
};

// Checks the problem, solves it with a workspace of its own, and verifies the answer.
// Errors: those of Check and Solve; kInternal if Verify finds a violation.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<Solution> CheckAndSolve(
    const Solver& solver, const Problem& problem, const SolveOptions& options = {});

}  // namespace orderwright::solver

#endif  // ORDERWRIGHT_SOLVER_SOLVER_H_
