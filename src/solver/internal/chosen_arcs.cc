#include "src/solver/internal/chosen_arcs.h"

#include <algorithm>
#include <cstddef>

#include "src/solver/internal/row_demand.h"

namespace orderwright::solver_internal {
namespace {

using solver::Arc;
using solver::kNone;
using solver::Line;
using solver::OrderSpan;
using solver::Problem;
using solver::Row;

// Whether alternative `a` to one slot leaves no use for `b`: it comes before it in every plan of
// least value, and in ties. It must have all units, and be no heavier where it is no dearer.
bool Replaces(const Problem& problem, const std::vector<Row>& rows, std::int64_t quantity,
              std::uint32_t a, std::uint32_t b) {
  const auto cost = [&](const Arc& arc) {
    return arc.unit_cost + (arc.row == kNone ? 0 : rows[arc.row].price);
  };
  const Arc& arc = problem.arcs[a];
  const Arc& other = problem.arcs[b];
  const bool all = arc.row == kNone || rows[arc.row].amount >= quantity;
  const bool cheaper = a < b ? cost(arc) <= cost(other) : cost(arc) < cost(other);
  return all && cheaper && arc.weight_g <= other.weight_g;
}

// Whether an arc may carry a unit at all.
bool HasStock(const Problem& problem, const std::vector<Row>& rows, std::uint32_t a) {
  const std::uint32_t row = problem.arcs[a].row;
  const std::uint32_t quota = QuotaOf(problem, a);
  return (row == kNone || rows[row].amount > 0) && (quota == kNone || rows[quota].amount > 0);
}

}  // namespace

bool ChooseArcs(const Problem& problem, const std::vector<Row>& rows, const OrderSpan& order,
                ChosenArcs& chosen) {
  if (chosen.lines.size() < problem.lines.size()) chosen.lines.resize(problem.lines.size());
  std::vector<std::uint32_t>& arcs = chosen.arc_of;
  arcs.clear();
  for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
    Line& line = chosen.lines[l];
    line = problem.lines[l];
    const std::size_t first = arcs.size();
    for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
      if (HasStock(problem, rows, a)) arcs.push_back(a);
    }
    std::sort(arcs.begin() + static_cast<std::ptrdiff_t>(first), arcs.end(),
              [&](std::uint32_t a, std::uint32_t b) {
                const std::uint32_t slot_a = problem.arcs[a].slot;
                const std::uint32_t slot_b = problem.arcs[b].slot;
                return slot_a != slot_b ? slot_a < slot_b : a < b;
              });
    std::size_t kept = first;
    for (std::size_t i = first; i < arcs.size();) {
      const std::uint32_t slot = problem.arcs[arcs[i]].slot;
      std::size_t end = i + 1;
      std::uint32_t best = arcs[i];
      for (; end < arcs.size() && problem.arcs[arcs[end]].slot == slot; ++end) {
        if (Replaces(problem, rows, line.quantity, arcs[end], best)) best = arcs[end];
      }
      for (; i < end; ++i) {
        if (arcs[i] != best && !Replaces(problem, rows, line.quantity, best, arcs[i])) {
          return false;
        }
      }
      arcs[kept++] = best;
    }
    arcs.resize(kept);
    line.first_arc = static_cast<std::uint32_t>(first);
    line.arc_count = static_cast<std::uint32_t>(kept - first);
  }
  chosen.arcs.clear();
  for (const std::uint32_t a : arcs) chosen.arcs.push_back(problem.arcs[a]);
  return true;
}

}  // namespace orderwright::solver_internal
