// Ranked fill: what simple systems do. Locations in order of tie_rank; each ships what it can.
//
// Of sets that this leaves incomplete the surplus is given back. An order that is then incomplete,
// though it ships complete or not at all, or below one of its floors, ships nothing.
//
// Not a proof of anything: the plan is feasible and its lower bound is the sum of each line's
// cheapest arc. Useful as a baseline and where a merchant wants exactly this.
#ifndef ORDERWRIGHT_SOLVER_PRIORITY_H_
#define ORDERWRIGHT_SOLVER_PRIORITY_H_

#include <memory>
#include <string_view>

#include "orderwright/core/export.h"
#include "orderwright/solver/solver.h"

namespace orderwright::solver {

class ORDERWRIGHT_EXPORT PrioritySolver final : public Solver {
 public:
  [[nodiscard]] std::string_view name() const override;
  [[nodiscard]] std::unique_ptr<Workspace> NewWorkspace() const override;
  [[nodiscard]] absl::Status Solve(const Problem& problem, const SolveOptions& options,
                                   Workspace& workspace, Solution& solution) const override;
};

}  // namespace orderwright::solver

#endif  // ORDERWRIGHT_SOLVER_PRIORITY_H_
