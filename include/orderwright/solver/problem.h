// Problem: one sourcing problem, or a batch of them, as flat tables of numbers.
//
// The solver does not know what an order is: whoever builds a Problem (routing, the reader of
// orderwright.problem/1) keeps the names. A *line* asks for units. A *slot* is one shipment that
// may be made (location, service, group of lines). An *arc* says that a line may be sourced
// through a slot, at what cost, and from which *row* (a limited resource: the stock of one SKU at
// one location). Slots and arcs exist only where there is something to take. Several slots may
// belong to one location; they share its rows. Several arcs of a line may lead to one slot: they
// are *alternatives*, such as a substitute or incoming stock, that draw on other rows. A *quota* is
// a second row of an arc: a limit on units over several locations, such as a backorder limit.
//
//   minimise   sum over used slots of fixed_cost + rate(weight shipped through the slot)
//            + sum over arcs of (unit_cost + price of its row) * units
//            + sum over lines of shortfall_penalty * units not sourced
//            + sum over orders of split_penalty * max(0, used slots - 1) + cost_offset
//   such that  each line: sourced + not sourced = quantity, integers >= 0
//              each row: units taken (times load, for unit rows) <= amount
//              sets: each line of a set has n * per_set units sourced, for one n of the whole set
//              each order: used slots <= max_shipments; ship_complete: every unit or none
//              no_split: all sourced units of the line through one location
//              together: all sourced units of the lines of one group from one location
//              a slot's weight fits the last step of its rate
//              each order: its floors hold, see below
//
// A slot is used if some unit goes through it; a *shipment* is a used slot. An order has two
// floors, and two ways out of both: source nothing, or source every unit through one slot.
// Otherwise
//   min_fill_units:      at least so many units of the order are sourced;
//   min_shipment_value:  units * unit_value sums to at least so much over the units of each
//                        shipment, and over the units not sourced if there are any: they would be
//                        a shipment of their own later.
// Floors are limits like the others: they hold at every level of the objectives, for each order of
// a batch by itself, and beside ship_complete (which leaves no unsourced rest), no_split, together
// and max_shipments.
//
// With `objectives` the listed values are minimised in
// order, each within its tolerance of the best value given those before; where they do not name the
// cost it comes last.
//
// Everything is an integer (micro-units, grams, pieces). Check() is the door: it refuses problems
// whose worst sum could leave 62 bits, so that solvers add without checks.
#ifndef ORDERWRIGHT_SOLVER_PROBLEM_H_
#define ORDERWRIGHT_SOLVER_PROBLEM_H_

#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "orderwright/core/export.h"

namespace orderwright::solver {

// "No such row, group or column", for the optional references of the tables.
inline constexpr std::uint32_t kNone = std::numeric_limits<std::uint32_t>::max();
// An amount, a count or a weight without a limit.
inline constexpr std::int64_t kUnlimited = std::numeric_limits<std::int64_t>::max();

// A limited resource shared by arcs (stock, quotas) or by slots (capacity in units or shipments).
struct Row {
  std::int64_t amount = 0;  // >= 0, or kUnlimited
  std::int64_t price = 0;   // >= 0: added to the cost of each unit taken from a stock row; a quota
                            // has none
};

struct Line {
  std::int64_t quantity = 0;           // >= 0
  std::int64_t shortfall_penalty = 0;  // >= 0, per unit not sourced
  std::uint32_t first_arc = 0;         // the line's arcs are arcs[first_arc .. first_arc+arc_count)
  std::uint32_t arc_count = 0;
  std::uint32_t group = kNone;  // lines of one order with the same group use one location
  bool no_split = false;        // all sourced units from one location
};

struct Arc {
  std::uint32_t slot = 0;
  std::uint32_t row = kNone;   // stock row; kNone: not limited, price 0
  std::int64_t unit_cost = 0;  // >= 0
  std::int64_t weight_g = 0;   // >= 0, grams of one unit on this slot
};

struct Slot {
  std::uint32_t location = 0;  // slots with equal location share it for no_split and groups
  std::uint32_t tie_rank = 0;  // order of locations among equal plans: lower wins; equal for slots
                               // of one location and different otherwise
  std::uint32_t first_step = 0;  // rate: steps[first_step .. first_step+step_count); none: free
  std::uint32_t step_count = 0;
  std::int64_t fixed_cost = 0;  // >= 0, once if used
};

// Limits of a location, and of its day, that the slot's units and shipment count against.
struct SlotRows {
  std::array<std::uint32_t, 2> unit_rows = {kNone, kNone};      // load * units
  std::array<std::uint32_t, 2> shipment_rows = {kNone, kNone};  // 1 if the slot is used
};

// The set that a line belongs to. Lines of one order with the same set are sourced n * per_set
// units each, for one common n: whole bundles only. The quantity of a line is a multiple of its
// per_set, and quantity / per_set is the same over the set.
struct LineSet {
  std::uint32_t set = kNone;
  std::int64_t per_set = 1;  // >= 1
};

// A rate is a non-decreasing step function of the weight: the first step whose max_weight_g is not
// below the weight gives the cost; above the last step the slot cannot carry it.
struct Step {
  std::int64_t max_weight_g = 0;  // ascending within a slot; the last may be kUnlimited
  std::int64_t cost = 0;          // >= 0, non-decreasing
};

struct OrderSpan {
  std::uint32_t first_line = 0;
  std::uint32_t line_count = 0;
  std::uint32_t first_slot = 0;
  std::uint32_t slot_count = 0;
  std::int64_t max_shipments = kUnlimited;  // >= 0
  std::int64_t split_penalty = 0;           // >= 0, per used slot beyond the first
  std::int64_t cost_offset = 0;             // any sign
  bool ship_complete = false;
  std::int64_t min_fill_units = 0;      // >= 0, at most the units of the order; 0: no floor
  std::int64_t min_shipment_value = 0;  // >= 0, in the unit of Problem::unit_value; 0: no floor
};

enum class ObjectiveKind : std::uint8_t {
  kCost = 1,       // the whole cost, penalties inside
  kShortfall = 2,  // shortfall_penalty * units not sourced
  kShipments = 3,  // used slots
  kRank = 4,       // one rank column over used slots; rank_column kNone: the sum of all columns
  kLateness = 5,   // lateness over used slots
};

struct Objective {
  ObjectiveKind kind = ObjectiveKind::kCost;
  std::uint32_t rank_column = kNone;
  std::int64_t tolerance = 0;  // >= 0, absolute
};

inline constexpr std::size_t kMaxObjectives = 5;

struct Problem {
  std::vector<OrderSpan> orders;  // lines and slots of an order are contiguous, in order
  std::vector<Line> lines;        // arcs of a line are contiguous, in order of lines
  std::vector<Arc> arcs;          // one per (line, slot, row) at most; slots of the own order
  std::vector<Slot> slots;
  std::vector<Row> rows;
  std::vector<Step> steps;

  // Columns that most problems do not have: empty, or one entry each.
  std::vector<SlotRows> slot_rows;                      // per slot
  std::vector<std::int64_t> unit_value;                 // per line, >= 0; empty: 0
  std::vector<std::int64_t> arc_load;                   // per arc, >= 0; empty: 1
  std::vector<std::uint32_t> arc_quota;                 // per arc, a row of price 0 or kNone
  std::vector<LineSet> line_sets;                       // per line
  std::vector<std::vector<std::int64_t>> rank_columns;  // [column][slot], >= 0
  std::vector<std::int64_t> lateness;                   // per slot, >= 0
  std::vector<Objective> objectives;                    // empty: cost alone

  // Empties every table and keeps the memory.
  ORDERWRIGHT_EXPORT void Clear();
  [[nodiscard]] std::span<const Arc> arcs_of(const Line& line) const {
    return std::span(arcs).subspan(line.first_arc, line.arc_count);
  }
};

// OK if every invariant written above holds and no sum can leave 62 bits. A row must be used in one
// way only (stock of arcs, quota of arcs, units or shipments of slots) and named once by a slot.
// Errors: kInvalidArgument with all issues, paths like `arcs[7].slot`. Complexity: linear.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::Status Check(const Problem& problem);

}  // namespace orderwright::solver

#endif  // ORDERWRIGHT_SOLVER_PROBLEM_H_
