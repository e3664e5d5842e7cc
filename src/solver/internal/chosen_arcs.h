// The one arc from each line to each slot that the subset table works with.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_CHOSEN_ARCS_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_CHOSEN_ARCS_H_

#include <cstdint>
#include <vector>

#include "orderwright/solver/problem.h"

namespace orderwright::solver_internal {

struct ChosenArcs {
  std::vector<solver::Line> lines;    // by their index in the problem; those of the order are set
  std::vector<solver::Arc> arcs;      // line by line, by slot
  std::vector<std::uint32_t> arc_of;  // in the problem
};

// Chooses for an order, with `rows` in place of the problem's; false where a slot has no
// alternative that makes the others useless.
[[nodiscard]] bool ChooseArcs(const solver::Problem& problem, const std::vector<solver::Row>& rows,
                              const solver::OrderSpan& order, ChosenArcs& chosen);

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_CHOSEN_ARCS_H_
