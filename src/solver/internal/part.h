// Part: the orders of a problem that share scarce rows, in the form that the search works with.
//
// Only arcs that could carry a unit are kept. Values are multiplied per level by a power of two
// (`scale`), so that integer multipliers of bounds can be as fine as fractions of a small level.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_PART_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_PART_H_

#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"
#include "src/solver/internal/floors.h"
#include "src/solver/internal/levels.h"
#include "src/solver/internal/row_demand.h"

namespace orderwright::solver_internal {

inline constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();

struct PartOrder {
  std::uint32_t order = 0;  // of the problem
  std::uint32_t first_line = 0;
  std::uint32_t line_count = 0;
  std::uint32_t first_slot = 0;
  std::uint32_t slot_count = 0;
  std::int64_t max_shipments = 0;
  std::int64_t split = 0;  // scaled cost
  bool complete = false;
  // Units that are sourced if any are, and what may then be left: to ship nothing is apart from
  // what lines may go short of. All units if complete; 0: no such floor.
  std::int64_t least = 0;
  std::int64_t most_short = 0;
  std::int64_t min_value = 0;  // of every shipment and of what is left; at most half of all value
  bool floors = false;         // `least` of an order that need not be complete, or `min_value`
};

struct PartLine {
  std::uint32_t line = 0;   // of the problem
  std::uint32_t order = 0;  // of the part
  std::uint32_t first_arc = 0;
  std::uint32_t arc_count = 0;
  std::uint32_t place =
      solver::kNone;                  // its group, or itself if undivided: a set with one location
  std::uint32_t set = solver::kNone;  // of the part: lines that are sourced in whole sets
  std::int64_t per_set = 1;
  std::int64_t quantity = 0;
  std::int64_t penalty = 0;                 // per unit, not scaled
  std::int64_t value = 0;                   // of a unit, for min_value
  std::int64_t most_short = 0;              // units that may go unsourced
  std::uint32_t last_site = solver::kNone;  // of those counted in
  std::int64_t supply = 0;                  // units that all sites have together, or more than that
  bool greedy = false;  // given the open slots, filling from the cheapest on is best
};

struct PartArc {
  std::uint32_t arc = 0;                 // of the problem
  std::uint32_t slot = 0;                // of the part
  std::uint32_t line = 0;                // of the part
  std::uint32_t row = solver::kNone;     // of the problem
  std::uint32_t quota = solver::kNone;   // of the problem
  std::uint32_t before = solver::kNone;  // of the part: the next cheaper alternative, same slot
  std::int64_t cost = 0;                 // scaled, row price inside
  std::int64_t weight = 0;
  std::int64_t load = 0;
  std::int64_t most = 0;  // units, by every limit that holds for the arc alone
  std::int64_t counted =
      0;  // of those, what a bound has to count beside the alternatives before it
};

// An arc as its slot sees it, next to the slot's other arcs.
struct SlotArc {
  std::int64_t cost = 0;
  std::int64_t weight = 0;
  std::int64_t most = 0;       // PartArc::counted
  std::int64_t site_most = 0;  // units, of all arcs of the line at the slot's site together
  std::uint32_t line = 0;
  std::uint32_t arc = 0;
};

struct PartSlot {
  std::uint32_t slot = 0;   // of the problem
  std::uint32_t order = 0;  // of the part
  std::uint32_t location = 0;
  std::uint32_t rank = 0;
  std::uint32_t first_arc = 0;  // in by_slot
  std::uint32_t arc_count = 0;
  std::uint32_t twin = 0;        // the first of the slots next to it whose arcs are as its own
  std::uint32_t site = 0;        // the first of the slots next to it of the same location
  std::uint32_t first_step = 0;  // in steps (scaled)
  std::uint32_t step_count = 0;
  bool flat = true;       // one rate, `base`, for every weight that can occur
  std::int64_t base = 0;  // scaled: the rate of the lightest shipment
  // A line below the rate: level + slope * weight, through the lightest shipment.
  std::int64_t level = 0;
  std::int64_t slope = 0;
  std::array<std::uint32_t, 2> unit_rows = {solver::kNone, solver::kNone};
  std::array<std::uint32_t, 2> shipment_rows = {solver::kNone, solver::kNone};
};

struct PartLevel {
  solver::ObjectiveKind kind = solver::ObjectiveKind::kCost;
  std::int64_t tolerance = 0;  // scaled
  std::int64_t scale = 1;
  std::int64_t penalty = 0;         // multiplies PartLine::penalty: the scale, or 0
  bool cost = false;                // arcs, rates and splits count
  std::int64_t step = 1;            // values differ by multiples of this
  std::vector<std::int64_t> fixed;  // per slot
};

// A set of the problem, and how many of it at most can be sourced.
struct PartSet {
  std::uint32_t set = 0;
  std::int64_t most = 0;
};

struct Part {
  std::vector<PartOrder> orders;
  std::vector<PartLine> lines;
  std::vector<PartArc> arcs;  // by line, cheapest first, then rank
  std::vector<PartSlot> slots;
  std::vector<SlotArc> by_slot;
  std::vector<solver::Step> steps;  // cost scaled
  std::array<PartLevel, kMaxLevels> levels;
  std::size_t level_count = 0;
  std::size_t cost_level = 0;
  bool shortfall_leads = false;
  std::uint32_t place_count = 0;
  std::uint32_t set_count = 0;
  bool alternatives = false;  // some line has several arcs to one slot
  bool separable = false;  // every line is greedy and no slot row binds: open slots decide the plan

  // Scratch of the builder.
  RowDemand demand;
  std::vector<std::uint32_t> slot_of;
  std::vector<std::uint32_t> groups;
  std::vector<PartSet> sets;            // of the order in hand
  std::vector<PartArc> kept;            // of the line in hand
  std::vector<std::uint32_t> site_row;  // per line
  std::vector<OrderSize> slot_size;     // per slot of an order: what it could ship, for floors
};

// Units of an arc in a plan of the part.
struct PartTake {
  std::uint32_t arc = 0;  // of the part
  std::int64_t quantity = 0;
};

struct PartPlan {
  bool valid = false;
  LevelValues values{};  // scaled, without offsets
  std::vector<PartTake> takes;
};

// Builds the part of the given orders of the problem.
void BuildPart(const solver::Problem& problem, const Levels& levels,
               const std::vector<std::uint32_t>& orders, const std::vector<std::int64_t>& row_left,
               Part& part);

// The rate of a slot at a weight; kNever if it is too heavy.
[[nodiscard]] inline std::int64_t RateAt(const Part& part, const PartSlot& slot,
                                         std::int64_t weight) {
  std::int64_t rate = 0;
  const solver::Step* steps = part.steps.data() + slot.first_step;
  return RateOf(steps, slot.step_count, weight, rate) ? rate : kNever;
}

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_PART_H_
