// Floors: the least units and values of an order (problem.h), for the exact solver.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_FLOORS_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_FLOORS_H_

#include <algorithm>
#include <cstdint>
#include <vector>

#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"

namespace orderwright::solver_internal {

[[nodiscard]] inline bool HasFloors(const solver::OrderSpan& order) {
  return order.min_fill_units > 0 || order.min_shipment_value > 0;
}

[[nodiscard]] inline std::int64_t UnitValue(const solver::Problem& problem, std::uint32_t line) {
  return problem.unit_value.empty() ? 0 : problem.unit_value[line];
}

// Units of an order, and their value.
struct OrderSize {
  std::int64_t units = 0;
  std::int64_t value = 0;
};

[[nodiscard]] inline OrderSize SizeOf(const solver::Problem& problem,
                                      const solver::OrderSpan& order) {
  OrderSize size;
  for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
    size.units += problem.lines[l].quantity;
    size.value += problem.lines[l].quantity * UnitValue(problem, l);
  }
  return size;
}

// An order with the same plans whose floors are said by other limits where that can be. No more
// parts fit into an order than its value holds floors; of less than two it ships whole or not at
// all. A floor of value that is left is at most half of the order's value.
[[nodiscard]] inline solver::OrderSpan Tightened(const solver::Problem& problem,
                                                 const solver::OrderSpan& order) {
  solver::OrderSpan tight = order;
  const OrderSize size = SizeOf(problem, order);
  if (order.min_shipment_value > 0) {
    const std::int64_t parts = size.value / order.min_shipment_value;
    tight.max_shipments = std::min(tight.max_shipments, std::max<std::int64_t>(parts, 1));
    tight.ship_complete = tight.ship_complete || parts < 2;
  }
  tight.ship_complete =
      tight.ship_complete || (order.min_fill_units > 0 && order.min_fill_units == size.units);
  if (tight.ship_complete) {
    tight.min_fill_units = 0;
    if (tight.max_shipments <= 1) tight.min_shipment_value = 0;
  }
  return tight;
}

// Whether the order's floors hold for its takes, which stand slot after slot.
[[nodiscard]] inline bool MeetsFloors(const solver::Problem& problem,
                                      const solver::OrderSpan& order,
                                      const std::vector<solver::Take>& takes) {
  if (takes.empty()) return true;
  OrderSize rest = SizeOf(problem, order);
  const std::int64_t units = rest.units;
  std::int64_t value = 0;
  bool each = true;
  for (std::size_t t = 0; t < takes.size(); ++t) {
    const solver::Take& take = takes[t];
    const std::int64_t of_take = take.quantity * UnitValue(problem, take.line);
    rest.units -= take.quantity;
    rest.value -= of_take;
    value += of_take;
    if (t + 1 < takes.size() && takes[t + 1].slot == take.slot) continue;
    each = each && value >= order.min_shipment_value;
    value = 0;
  }
  if (rest.units == 0 && takes.front().slot == takes.back().slot) return true;
  return each && units - rest.units >= order.min_fill_units &&
         (rest.units == 0 || rest.value >= order.min_shipment_value);
}

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_FLOORS_H_
