#include "orderwright/solver/brute_force.h"

#include <algorithm>
#include <array>
#include <vector>

#include "orderwright/core/status.h"

namespace orderwright::solver {
namespace {

__extension__ using Int128 = __int128;

constexpr std::int64_t kMostPlans = 100'000'000;

// Cost has a level in every problem: the last one where the list does not name it.
constexpr std::size_t kMaxLevels = kMaxObjectives + 1;

// The number of plans, or kMostPlans + 1 if there are more: a line of q units with m arcs has as
// many as there are ways to put q units into m + 1 boxes.
std::int64_t CountPlans(const Problem& problem) {
  Int128 plans = 1;
  for (const Line& line : problem.lines) {
    Int128 ways = 1;
    for (std::uint32_t i = 1; i <= line.arc_count && ways <= kMostPlans; ++i) {
      ways = ways * (Int128{line.quantity} + i) / i;
    }
    plans *= std::min(ways, Int128{kMostPlans + 1});
    if (plans > kMostPlans) return kMostPlans + 1;
  }
  return static_cast<std::int64_t>(plans);
}

class BruteWorkspace final : public Workspace {};

// Everything that a plan is judged by.
struct Score {
  std::int64_t cost = 0;
  std::array<std::int64_t, kMaxLevels> levels = {};
};

class Enumeration {
 public:
  explicit Enumeration(const Problem& problem)
      : p_(problem),
        objectives_(problem.objectives),
        units_(problem.arcs.size(), 0),
        short_(problem.lines.size(), 0),
        slot_units_(problem.slots.size(), 0),
        slot_weight_(problem.slots.size(), 0),
        row_taken_(problem.rows.size(), 0) {
    // A tolerance serves the levels that follow in the list; after its last one there are none.
    if (!objectives_.empty()) objectives_.back().tolerance = 0;
    const bool names_cost = std::any_of(
        objectives_.begin(), objectives_.end(),
        [](const Objective& objective) { return objective.kind == ObjectiveKind::kCost; });
    if (!names_cost) objectives_.push_back({});
  }

  // One pass over all plans per level: the last one also breaks ties and keeps the plan.
  void Run(Solution& solution) {
    for (level_ = 0; level_ < objectives_.size(); ++level_) {
      found_ = false;
      PlaceLine(0);
      bounds_[level_] = best_.levels[level_];
      allowed_[level_] = best_.levels[level_] + objectives_[level_].tolerance;
    }
    Write(solution);
  }

 private:
  void PlaceLine(std::size_t line) {
    if (line == p_.lines.size()) {
      ++plans_;
      if (IsFeasible()) Compare();
      return;
    }
    PlaceArc(line, 0, p_.lines[line].quantity);
  }

  // Every number of units from 0 to `left` through the arc, and the rest through later ones.
  void PlaceArc(std::size_t line, std::uint32_t arc, std::int64_t left) {
    if (arc == p_.lines[line].arc_count) {
      short_[line] = left;
      PlaceLine(line + 1);
      return;
    }
    for (std::int64_t units = 0; units <= left; ++units) {
      units_[p_.lines[line].first_arc + arc] = units;
      PlaceArc(line, arc + 1, left - units);
    }
  }

  bool IsFeasible() {
    CountUse();
    for (std::size_t r = 0; r < p_.rows.size(); ++r) {
      if (row_taken_[r] > p_.rows[r].amount) return false;
    }
    for (std::size_t j = 0; j < p_.slots.size(); ++j) {
      const Slot& slot = p_.slots[j];
      if (slot_units_[j] > 0 && slot.step_count > 0 &&
          slot_weight_[j] > p_.steps[slot.first_step + slot.step_count - 1].max_weight_g) {
        return false;
      }
    }
    return std::all_of(p_.orders.begin(), p_.orders.end(),
                       [this](const OrderSpan& order) { return IsFeasible(order); });
  }

  void CountUse() {
    std::fill(slot_units_.begin(), slot_units_.end(), 0);
    std::fill(slot_weight_.begin(), slot_weight_.end(), 0);
    std::fill(row_taken_.begin(), row_taken_.end(), 0);
    for (std::size_t a = 0; a < p_.arcs.size(); ++a) {
      const Arc& arc = p_.arcs[a];
      slot_units_[arc.slot] += units_[a];
      slot_weight_[arc.slot] += units_[a] * arc.weight_g;
      if (arc.row != kNone) row_taken_[arc.row] += units_[a];
      if (!p_.arc_quota.empty() && p_.arc_quota[a] != kNone) {
        row_taken_[p_.arc_quota[a]] += units_[a];
      }
      if (p_.slot_rows.empty()) continue;
      for (const std::uint32_t row : p_.slot_rows[arc.slot].unit_rows) {
        if (row != kNone) row_taken_[row] += units_[a] * (p_.arc_load.empty() ? 1 : p_.arc_load[a]);
      }
    }
    for (std::size_t j = 0; j < p_.slot_rows.size(); ++j) {
      for (const std::uint32_t row : p_.slot_rows[j].shipment_rows) {
        if (row != kNone && slot_units_[j] > 0) ++row_taken_[row];
      }
    }
  }

  bool IsFeasible(const OrderSpan& order) const {
    if (Shipments(order) > order.max_shipments) return false;
    std::int64_t sourced = 0;
    std::int64_t missing = 0;
    for (std::size_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      sourced += p_.lines[l].quantity - short_[l];
      missing += short_[l];
      if (p_.lines[l].no_split && !IsTogether(l, l)) return false;
      if (p_.lines[l].group == kNone) continue;
      for (std::size_t m = order.first_line; m <= l; ++m) {
        if (p_.lines[m].group == p_.lines[l].group && !IsTogether(l, m)) return false;
      }
    }
    if (sourced == 0) return true;
    if (!IsOfWholeSets(order)) return false;
    if (missing > 0 && order.ship_complete) return false;
    if (missing == 0 && Shipments(order) == 1) return true;
    return sourced >= order.min_fill_units && IsWorthShipping(order, missing > 0);
  }

  // Whether every two lines of a set source equally many whole sets.
  bool IsOfWholeSets(const OrderSpan& order) const {
    if (p_.line_sets.empty()) return true;
    for (std::size_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      const LineSet& own = p_.line_sets[l];
      if (own.set == kNone) continue;
      const std::int64_t units = p_.lines[l].quantity - short_[l];
      if (units % own.per_set != 0) return false;
      for (std::size_t m = order.first_line; m < l; ++m) {
        const LineSet& other = p_.line_sets[m];
        const std::int64_t of_other = p_.lines[m].quantity - short_[m];
        if (other.set == own.set && of_other / other.per_set != units / own.per_set) return false;
      }
    }
    return true;
  }

  // Whether each shipment, and what is missing if something is, has the least value.
  bool IsWorthShipping(const OrderSpan& order, bool is_missing) const {
    if (order.min_shipment_value == 0) return true;
    std::int64_t missing = 0;
    std::vector<std::int64_t> shipped(p_.slots.size(), 0);
    for (std::size_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      const std::int64_t value = p_.unit_value.empty() ? 0 : p_.unit_value[l];
      missing += value * short_[l];
      const Line& line = p_.lines[l];
      for (std::size_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        shipped[p_.arcs[a].slot] += value * units_[a];
      }
    }
    for (std::size_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
      if (slot_units_[j] > 0 && shipped[j] < order.min_shipment_value) return false;
    }
    return !is_missing || missing >= order.min_shipment_value;
  }

  // Whether all units of the two lines come from one location.
  bool IsTogether(std::size_t l, std::size_t m) const {
    const Line& one = p_.lines[l];
    const Line& other = p_.lines[m];
    for (std::size_t a = one.first_arc; a < one.first_arc + one.arc_count; ++a) {
      for (std::size_t b = other.first_arc; b < other.first_arc + other.arc_count; ++b) {
        if (units_[a] > 0 && units_[b] > 0 && LocationOf(a) != LocationOf(b)) return false;
      }
    }
    return true;
  }

  std::uint32_t LocationOf(std::size_t arc) const { return p_.slots[p_.arcs[arc].slot].location; }

  std::int64_t Shipments(const OrderSpan& order) const {
    std::int64_t used = 0;
    for (std::size_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
      if (slot_units_[j] > 0) ++used;
    }
    return used;
  }

  std::int64_t Rate(std::size_t j) const {
    const Slot& slot = p_.slots[j];
    std::uint32_t k = 0;
    while (k < slot.step_count && slot_weight_[j] > p_.steps[slot.first_step + k].max_weight_g) ++k;
    return slot.step_count == 0 ? 0 : p_.steps[slot.first_step + k].cost;
  }

  std::int64_t Cost() const {
    std::int64_t cost = 0;
    for (std::size_t a = 0; a < p_.arcs.size(); ++a) {
      const Arc& arc = p_.arcs[a];
      cost += units_[a] * (arc.unit_cost + (arc.row == kNone ? 0 : p_.rows[arc.row].price));
    }
    for (std::size_t j = 0; j < p_.slots.size(); ++j) {
      if (slot_units_[j] > 0) cost += p_.slots[j].fixed_cost + Rate(j);
    }
    for (const OrderSpan& order : p_.orders) {
      cost += order.cost_offset;
      const std::int64_t shipments = Shipments(order);
      if (shipments > 1) cost += (shipments - 1) * order.split_penalty;
    }
    return cost + Shortfall();
  }

  std::int64_t Shortfall() const {
    std::int64_t sum = 0;
    for (std::size_t l = 0; l < p_.lines.size(); ++l) {
      sum += short_[l] * p_.lines[l].shortfall_penalty;
    }
    return sum;
  }

  std::int64_t Rank(std::uint32_t wanted) const {
    std::int64_t sum = 0;
    for (std::size_t c = 0; c < p_.rank_columns.size(); ++c) {
      if (wanted == kNone || wanted == c) sum += OverUsedSlots(p_.rank_columns[c]);
    }
    return sum;
  }

  std::int64_t OverUsedSlots(const std::vector<std::int64_t>& column) const {
    std::int64_t sum = 0;
    for (std::size_t j = 0; j < column.size(); ++j) {
      if (slot_units_[j] > 0) sum += column[j];
    }
    return sum;
  }

  std::int64_t Value(const Objective& objective, std::int64_t cost) const {
    switch (objective.kind) {
      case ObjectiveKind::kCost:
        return cost;
      case ObjectiveKind::kShortfall:
        return Shortfall();
      case ObjectiveKind::kShipments: {
        std::int64_t used = 0;
        for (const OrderSpan& order : p_.orders) used += Shipments(order);
        return used;
      }
      case ObjectiveKind::kRank:
        return Rank(objective.rank_column);
      case ObjectiveKind::kLateness:
        return OverUsedSlots(p_.lateness);
    }
    return 0;
  }

  // Takes the plan in hand as the best of this pass if it is.
  void Compare() {
    Score score;
    score.cost = Cost();
    for (std::size_t k = 0; k <= level_; ++k) {
      score.levels[k] = Value(objectives_[k], score.cost);
      if (k < level_ && score.levels[k] > allowed_[k]) return;
    }
    const std::int64_t value = score.levels[level_];
    if (found_ && value > best_.levels[level_]) return;
    const bool better = !found_ || value < best_.levels[level_];
    if (level_ + 1 < objectives_.size()) {
      if (better) best_ = score;
    } else {
      MakeTieKey();
      if (better || tie_key_ < best_tie_key_) Keep(score);
    }
    found_ = true;
  }

  void Keep(const Score& score) {
    best_ = score;
    std::swap(best_tie_key_, tie_key_);
    best_units_ = units_;
    best_short_ = short_;
  }

  // The tie rule as a list of numbers: of two plans of equal value the one with the smaller list is
  // the better one. Per order: shipments, sorted ranks of their locations, then line by line the
  // larger quantity from each location in that order. What the rule leaves open, which of the slots
  // of one location ship, goes to the earlier slots and the larger quantities from them. Last, line
  // by line, the larger quantity through the earlier arc.
  void MakeTieKey() {
    tie_key_.clear();
    for (const OrderSpan& order : p_.orders) {
      SortUsedSlots(order);
      tie_key_.push_back(static_cast<std::int64_t>(used_slots_.size()));
      for (const std::uint32_t j : used_slots_) tie_key_.push_back(p_.slots[j].tie_rank);
      for (std::size_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
        AppendQuantities(l, true);
      }
      tie_key_.insert(tie_key_.end(), used_slots_.begin(), used_slots_.end());
      for (std::size_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
        AppendQuantities(l, false);
      }
      for (std::size_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
        const Line& line = p_.lines[l];
        for (std::size_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
          tie_key_.push_back(-units_[a]);
        }
      }
    }
  }

  void SortUsedSlots(const OrderSpan& order) {
    used_slots_.clear();
    for (std::uint32_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
      if (slot_units_[j] > 0) used_slots_.push_back(j);
    }
    std::stable_sort(used_slots_.begin(), used_slots_.end(), [this](auto a, auto b) {
      return p_.slots[a].tie_rank < p_.slots[b].tie_rank;
    });
  }

  // Minus the units of the line from each location, or through each slot, of the used slots.
  void AppendQuantities(std::size_t l, bool by_location) {
    const Line& line = p_.lines[l];
    for (std::size_t i = 0; i < used_slots_.size(); ++i) {
      const Slot& slot = p_.slots[used_slots_[i]];
      if (by_location && i > 0 && p_.slots[used_slots_[i - 1]].location == slot.location) continue;
      std::int64_t units = 0;
      for (std::size_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        const bool counts =
            by_location ? LocationOf(a) == slot.location : p_.arcs[a].slot == used_slots_[i];
        if (counts) units += units_[a];
      }
      tie_key_.push_back(-units);
    }
  }

  void Write(Solution& solution) const {
    solution.Clear();
    solution.termination.proof = Proof::kOptimal;
    solution.cost = best_.cost;
    const auto cost_level = std::find_if(
        objectives_.begin(), objectives_.end(),
        [](const Objective& objective) { return objective.kind == ObjectiveKind::kCost; });
    solution.lower_bound = bounds_[static_cast<std::size_t>(cost_level - objectives_.begin())];
    for (std::size_t k = 0; k < p_.objectives.size(); ++k) {
      solution.levels.push_back({best_.levels[k], bounds_[k]});
    }
    for (std::uint32_t l = 0; l < p_.lines.size(); ++l) {
      const Line& line = p_.lines[l];
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        if (best_units_[a] > 0) solution.takes.push_back({l, p_.arcs[a].slot, a, best_units_[a]});
      }
    }
    std::stable_sort(solution.takes.begin(), solution.takes.end(),
                     [](const Take& a, const Take& b) { return a.slot < b.slot; });
    solution.shortfall = best_short_;
    solution.nodes = plans_;
  }

  const Problem& p_;
  std::vector<Objective> objectives_;
  // The plan in hand.
  std::vector<std::int64_t> units_;  // per arc
  std::vector<std::int64_t> short_;  // per line
  std::vector<std::int64_t> slot_units_;
  std::vector<std::int64_t> slot_weight_;
  std::vector<std::int64_t> row_taken_;
  std::vector<std::uint32_t> used_slots_;
  std::vector<std::int64_t> tie_key_;
  // The best plan of the pass for level_.
  std::size_t level_ = 0;
  bool found_ = false;
  Score best_;
  std::vector<std::int64_t> best_tie_key_;
  std::vector<std::int64_t> best_units_;
  std::vector<std::int64_t> best_short_;
  // The levels before: their best values, and what their tolerances allow.
  std::array<std::int64_t, kMaxLevels> bounds_ = {};
  std::array<std::int64_t, kMaxLevels> allowed_ = {};
  std::int64_t plans_ = 0;
};

}  // namespace

std::string_view BruteForceSolver::name() const { return "brute_force"; }

std::unique_ptr<Workspace> BruteForceSolver::NewWorkspace() const {
  return std::make_unique<BruteWorkspace>();
}

absl::Status BruteForceSolver::Solve(const Problem& problem, const SolveOptions& options,
                                     Workspace& /*workspace*/, Solution& solution) const {
  // The node limit does not apply: an enumeration that stopped half-way would be no reference. What
  // is too large is refused instead.
  if (CountPlans(problem) > kMostPlans) {
    return InvalidArgument("brute force takes problems of at most {} plans; this one has more",
                           kMostPlans);
  }
  Enumeration(problem).Run(solution);
  solution.termination.deterministic = !options.time_limit.has_value();
  return absl::OkStatus();
}

}  // namespace orderwright::solver
