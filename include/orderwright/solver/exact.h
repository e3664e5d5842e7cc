// The exact oracle: the cheapest plan with proof.
//
// Orders of up to 8 lines are answered by a table over subsets of lines (closed form, no search)
// when whole lines, distinct stock and benign rates make that exact, and by branch and bound on a
// Lagrangian bound otherwise and beyond (docs/concepts/solver.md). Past the node budget: the best
// plan found with a valid lower bound.
//
// Ties (promised up to 8 lines): fewer shipments; then the smallest sorted list of locations by
// tie_rank; then, line by line in that order of locations, the larger quantity; then, of the units
// of a line through one slot, the larger quantity through the arc that stands first in the problem.
#ifndef ORDERWRIGHT_SOLVER_EXACT_H_
#define ORDERWRIGHT_SOLVER_EXACT_H_

#include <memory>
#include <string_view>

#include "orderwright/core/export.h"
#include "orderwright/solver/solver.h"

namespace orderwright::solver {

class ORDERWRIGHT_EXPORT ExactSolver final : public Solver {
 public:
  [[nodiscard]] std::string_view name() const override;
  [[nodiscard]] std::unique_ptr<Workspace> NewWorkspace() const override;
  [[nodiscard]] absl::Status Solve(const Problem& problem, const SolveOptions& options,
                                   Workspace& workspace, Solution& solution) const override;
};

}  // namespace orderwright::solver

#endif  // ORDERWRIGHT_SOLVER_EXACT_H_
