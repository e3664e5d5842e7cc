// Brute force: every plan of a small problem, one after the other. The reference of the tests.
#ifndef ORDERWRIGHT_SOLVER_BRUTE_FORCE_H_
#define ORDERWRIGHT_SOLVER_BRUTE_FORCE_H_

#include <memory>
#include <string_view>

#include "orderwright/core/export.h"
#include "orderwright/solver/solver.h"

namespace orderwright::solver {

// Enumerates all integer plans without any bound, with code of its own for costs and constraints.
// Returns the best plan by the objectives and then by the tie rule of exact.h (per order of the
// problem in turn). kInvalidArgument beyond about 10^8 plans. Ignores node_limit and time_limit: it
// is right or it refuses.
class ORDERWRIGHT_EXPORT BruteForceSolver final : public Solver {
 public:
  [[nodiscard]] std::string_view name() const override;
  [[nodiscard]] std::unique_ptr<Workspace> NewWorkspace() const override;
  [[nodiscard]] absl::Status Solve(const Problem& problem, const SolveOptions& options,
                                   Workspace& workspace, Solution& solution) const override;
};

}  // namespace orderwright::solver

#endif  // ORDERWRIGHT_SOLVER_BRUTE_FORCE_H_
