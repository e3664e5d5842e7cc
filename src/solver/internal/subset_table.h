// The subset table: one order in closed form, without search.
//
// Lines (or groups of lines) are *items*; an item takes one of a few amounts: none or whole, or
// any number of units where splitting a line could pay. For every vector of amounts the table holds
// the cheapest single shipment, and from these the cheapest set of shipments. Limits that couple
// shipments (shared rows, one use per slot) are left out, so the table's value is a lower bound;
// where its plan respects them all, it is the optimum (docs/concepts/solver.md). So are floors of
// an order; where the plan breaks one, a table that knows them is made.
//
// The table knows one arc from a line to a slot. Of alternatives it is given the one that has all
// units and is neither dearer nor heavier than the others; where there is none, it gives up. Quotas
// and sets are limits that it leaves out.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_SUBSET_TABLE_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_SUBSET_TABLE_H_

#include <cstdint>
#include <vector>

#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"
#include "src/solver/internal/chosen_arcs.h"
#include "src/solver/internal/levels.h"

namespace orderwright::solver_internal {

inline constexpr std::uint32_t kMaxItems = 8;

// The memory of the table, reused from order to order.
struct TableScratch {
  std::vector<std::uint16_t> slot_items;  // per slot: which items it can ship, and which it has met
  std::vector<std::int64_t> slot_weight;  // per slot: weight of all it can ship
  std::vector<std::int64_t> slot_cost;    // per slot and item
  std::vector<std::int64_t> slot_grams;   // per slot and item
  std::vector<std::uint32_t> slot_limit;  // per slot and item: most units (counted items)
  std::vector<std::uint32_t> slot_lines;  // per slot and item: lines of a group found there
  std::vector<std::uint32_t> slot_line;   // per slot: the last line of a group found there
  std::vector<std::uint32_t> best_slot;   // per state: slot of the cheapest single shipment
  std::vector<std::int64_t> best_value;   // per state and level
  std::vector<std::uint32_t> first;       // per layer and state: state of one shipment
  std::vector<std::uint32_t> shipments;   // per layer and state
  std::vector<std::int64_t> value;        // per layer, state and level
  std::vector<std::int64_t> sum_cost;     // per state, of the slot in hand
  std::vector<std::int64_t> sum_grams;    // per state, of the slot in hand
  std::vector<std::uint32_t> locations;   // of the slots, sorted
  bool alternatives = false;              // met an order that has some
  ChosenArcs chosen;                      // then
  std::vector<std::int64_t> state_units;  // per state: with floors
  std::vector<std::int64_t> state_value;  // per state: with floors
};

struct OrderPlan {
  LevelValues values{};  // of the order alone, its cost_offset inside
  std::vector<solver::Take> takes;
};

// Solves order `order` of the problem with `rows` in place of the problem's (what other orders have
// left of them); false if the table does not prove an optimum, in which case `plan` is meaningless.
// `levels` must have no tolerances.
[[nodiscard]] bool SolveByTable(const solver::Problem& problem,
                                const std::vector<solver::Row>& rows, const Levels& levels,
                                std::uint32_t order, TableScratch& scratch, OrderPlan& plan);

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_SUBSET_TABLE_H_
