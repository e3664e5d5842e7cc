// Verify: recomputes a solution from the problem alone. Shares no code with any solver.
#ifndef ORDERWRIGHT_SOLVER_VERIFY_H_
#define ORDERWRIGHT_SOLVER_VERIFY_H_

#include <cstdint>
#include <string>
#include <vector>

#include "orderwright/core/export.h"
#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"

namespace orderwright::solver {

struct Verification {
  std::int64_t cost = 0;                  // the whole cost of the plan, recomputed
  std::vector<std::int64_t> order_costs;  // per order; they sum to cost
  std::vector<std::int64_t> levels;       // value of each objective, recomputed
  std::vector<std::string> violations;    // empty: the plan is feasible and its figures are right

  [[nodiscard]] bool valid() const { return violations.empty(); }
};

// Checks quantities, stock, quotas, capacities, counts of shipments, groups, sets, weights, floors,
// sums, and that bounds are not above values; says every violation in words with its line, slot or
// row.
// `problem` must pass Check(). Complexity: linear in problem and solution.
[[nodiscard]] ORDERWRIGHT_EXPORT Verification Verify(const Problem& problem,
                                                     const Solution& solution);

}  // namespace orderwright::solver

#endif  // ORDERWRIGHT_SOLVER_VERIFY_H_
