#include "orderwright/solver/verify.h"

#include <algorithm>
#include <limits>
#include <map>
#include <utility>

#include <fmt/format.h>

namespace orderwright::solver {
namespace {

__extension__ using Int128 = __int128;

// The locations that the takes of a line or group come from: the least and the greatest.
struct LocationRange {
  std::uint32_t least = std::numeric_limits<std::uint32_t>::max();
  std::uint32_t greatest = 0;

  void Add(std::uint32_t location) {
    least = std::min(least, location);
    greatest = std::max(greatest, location);
  }
  void Add(const LocationRange& other) {
    least = std::min(least, other.least);
    greatest = std::max(greatest, other.greatest);
  }
  [[nodiscard]] bool AreSeveral() const { return least < greatest; }
};

// Sums are made in 128 bits, since a solution may claim anything; what does not fit is cut to the
// end of the range and then differs from every figure that could be right.
std::int64_t Narrow(Int128 value) {
  constexpr Int128 kMin = std::numeric_limits<std::int64_t>::min();
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(value, kMin, kMax));
}

class Verifier {
 public:
  Verifier(const Problem& problem, const Solution& solution)
      : p_(problem),
        s_(solution),
        line_taken_(problem.lines.size(), 0),
        line_short_(problem.lines.size(), 0),
        line_cost_(problem.lines.size(), 0),
        line_locations_(problem.lines.size()),
        slot_weight_(problem.slots.size(), 0),
        slot_value_(problem.slots.size(), 0),
        slot_used_(problem.slots.size(), false),
        row_taken_(problem.rows.size(), 0) {}

  Verification Run() {
    CheckTakes();
    CheckLines();
    CheckSlots();
    CheckRows();
    CheckSets();
    for (std::size_t o = 0; o < p_.orders.size(); ++o) CheckOrder(o);
    CheckCost();
    CheckLevels();
    CheckTermination();
    return std::move(result_);
  }

 private:
  template <typename... Args>
  void Violation(fmt::format_string<Args...> text, Args&&... args) {
    result_.violations.push_back(fmt::format(text, std::forward<Args>(args)...));
  }

  // Whether the take refers to a line, and to an arc of that line, and to that arc's slot.
  bool RefersToProblem(const Take& take, std::size_t i) {
    if (take.line >= p_.lines.size()) {
      Violation("takes[{}]: line {} of {}", i, take.line, p_.lines.size());
      return false;
    }
    const Line& line = p_.lines[take.line];
    if (take.arc < line.first_arc || take.arc - line.first_arc >= line.arc_count) {
      Violation("takes[{}]: arc {} is not one of line {}", i, take.arc, take.line);
      return false;
    }
    if (p_.arcs[take.arc].slot != take.slot) {
      Violation("takes[{}]: arc {} leads to slot {}, not {}", i, take.arc, p_.arcs[take.arc].slot,
                take.slot);
      return false;
    }
    return true;
  }

  void CheckTakes() {
    for (std::size_t i = 0; i < s_.takes.size(); ++i) {
      const Take& take = s_.takes[i];
      if (i > 0 && !ComesBefore(s_.takes[i - 1], take)) {
        Violation("takes[{}]: takes are not by slot, line and arc, each once", i);
      }
      if (!RefersToProblem(take, i)) continue;
      if (take.quantity < 1 || take.quantity > p_.lines[take.line].quantity) {
        Violation("takes[{}]: line {} takes {} units from slot {}; it asks for {}", i, take.line,
                  take.quantity, take.slot, p_.lines[take.line].quantity);
        continue;
      }
      Add(take);
    }
  }

  void Add(const Take& take) {
    const Arc& arc = p_.arcs[take.arc];
    const Int128 quantity = take.quantity;
    line_taken_[take.line] += quantity;
    Int128 unit_cost = arc.unit_cost;
    if (arc.row != kNone) {
      unit_cost += p_.rows[arc.row].price;
      row_taken_[arc.row] += quantity;
    }
    if (!p_.arc_quota.empty() && p_.arc_quota[take.arc] != kNone) {
      row_taken_[p_.arc_quota[take.arc]] += quantity;
    }
    line_cost_[take.line] += unit_cost * quantity;
    slot_weight_[take.slot] += Int128{arc.weight_g} * quantity;
    slot_value_[take.slot] += UnitValue(take.line) * quantity;
    slot_used_[take.slot] = true;
    line_locations_[take.line].Add(p_.slots[take.slot].location);
    if (p_.slot_rows.empty()) return;
    const Int128 load = p_.arc_load.empty() ? Int128{1} : Int128{p_.arc_load[take.arc]};
    for (const std::uint32_t row : p_.slot_rows[take.slot].unit_rows) {
      if (row != kNone) row_taken_[row] += load * quantity;
    }
  }

  void CheckLines() {
    if (s_.shortfall.size() != p_.lines.size()) {
      Violation("shortfall has {} entries for {} lines", s_.shortfall.size(), p_.lines.size());
    }
    for (std::size_t l = 0; l < p_.lines.size(); ++l) {
      const std::int64_t quantity = p_.lines[l].quantity;
      const std::int64_t given = l < s_.shortfall.size() ? s_.shortfall[l] : 0;
      if (given < 0 || given > quantity) {
        Violation("line {}: shortfall {} is not between 0 and {}", l, given, quantity);
      } else if (line_taken_[l] + given != quantity) {
        Violation("line {}: {} units taken and {} short do not make {}", l, Narrow(line_taken_[l]),
                  given, quantity);
      }
      line_short_[l] = std::clamp(given, std::int64_t{0}, quantity);
      if (p_.lines[l].no_split && line_locations_[l].AreSeveral()) {
        Violation("line {}: may not be split, but comes from locations {} and {}", l,
                  line_locations_[l].least, line_locations_[l].greatest);
      }
    }
  }

  void CheckSlots() {
    for (std::size_t j = 0; j < p_.slots.size(); ++j) {
      if (!slot_used_[j]) continue;
      const Slot& slot = p_.slots[j];
      if (slot.step_count > 0) {
        const std::int64_t most =
            p_.steps[std::size_t{slot.first_step} + slot.step_count - 1].max_weight_g;
        if (slot_weight_[j] > most) {
          Violation("slot {}: {} g shipped; its rate ends at {} g", j, Narrow(slot_weight_[j]),
                    most);
        }
      }
      if (p_.slot_rows.empty()) continue;
      for (const std::uint32_t row : p_.slot_rows[j].shipment_rows) {
        if (row != kNone) row_taken_[row] += 1;
      }
    }
  }

  void CheckRows() {
    for (std::size_t r = 0; r < p_.rows.size(); ++r) {
      const std::int64_t amount = p_.rows[r].amount;
      if (amount != kUnlimited && row_taken_[r] > amount) {
        Violation("row {}: {} taken of {}", r, Narrow(row_taken_[r]), amount);
      }
    }
  }

  // The lines of a set, counted in sets, are as many as those of its first line.
  void CheckSets() {
    for (std::size_t o = 0; !p_.line_sets.empty() && o < p_.orders.size(); ++o) {
      const OrderSpan& order = p_.orders[o];
      std::map<std::uint32_t, std::size_t> first_line;
      for (std::size_t l = order.first_line; l < order.first_line + std::size_t{order.line_count};
           ++l) {
        const LineSet& set = p_.line_sets[l];
        if (set.set == kNone) continue;
        if (line_taken_[l] % set.per_set != 0) {
          Violation("line {}: {} units taken are no whole sets of {}", l, Narrow(line_taken_[l]),
                    set.per_set);
        }
        const std::size_t first = first_line.emplace(set.set, l).first->second;
        const Int128 sets = line_taken_[first] / p_.line_sets[first].per_set;
        if (line_taken_[l] / set.per_set == sets) continue;
        Violation("order {}: of set {} line {} takes {}, but line {} takes {}", o, set.set, first,
                  Narrow(sets), l, Narrow(line_taken_[l] / set.per_set));
      }
    }
  }

  void CheckOrder(std::size_t o) {
    const OrderSpan& order = p_.orders[o];
    const std::int64_t used = UsedSlots(order);
    if (order.max_shipments != kUnlimited && used > order.max_shipments) {
      Violation("order {}: {} shipments; at most {}", o, used, order.max_shipments);
    }
    Int128 taken = 0;
    Int128 missing = 0;
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      taken += line_taken_[l];
      missing += line_short_[l];
    }
    if (order.ship_complete && taken != 0 && missing != 0) {
      Violation("order {}: ships complete or not at all, but {} units are taken and {} are short",
                o, Narrow(taken), Narrow(missing));
    }
    const bool one_whole_shipment = used == 1 && missing == 0;
    if (taken != 0 && !one_whole_shipment) CheckFloors(o, taken);
    CheckGroups(o);
  }

  [[nodiscard]] Int128 UnitValue(std::size_t line) const {
    return p_.unit_value.empty() ? Int128{0} : Int128{p_.unit_value[line]};
  }

  // The floors of an order that sources something, and not all of it by one shipment.
  void CheckFloors(std::size_t o, Int128 taken) {
    const OrderSpan& order = p_.orders[o];
    if (taken < order.min_fill_units) {
      Violation("order {}: {} units are taken; at least {}, or none", o, Narrow(taken),
                order.min_fill_units);
    }
    for (std::uint32_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
      if (!slot_used_[j] || slot_value_[j] >= order.min_shipment_value) continue;
      Violation("order {}: the shipment through slot {} is worth {}; at least {}", o, j,
                Narrow(slot_value_[j]), order.min_shipment_value);
    }
    bool short_of = false;
    Int128 rest = 0;
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      short_of = short_of || line_short_[l] > 0;
      rest += UnitValue(l) * line_short_[l];
    }
    if (short_of && rest < order.min_shipment_value) {
      Violation("order {}: what is not sourced is worth {}; at least {}, or nothing", o,
                Narrow(rest), order.min_shipment_value);
    }
  }

  void CheckGroups(std::size_t o) {
    const OrderSpan& order = p_.orders[o];
    std::vector<std::uint32_t> members;  // lines of groups, those of one group next to each other
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      if (p_.lines[l].group != kNone) members.push_back(l);
    }
    std::sort(members.begin(), members.end(), [this](std::uint32_t a, std::uint32_t b) {
      return p_.lines[a].group < p_.lines[b].group;
    });
    LocationRange range;
    for (std::size_t i = 0; i < members.size(); ++i) {
      const std::uint32_t group = p_.lines[members[i]].group;
      range.Add(line_locations_[members[i]]);
      if (i + 1 < members.size() && p_.lines[members[i + 1]].group == group) continue;
      if (range.AreSeveral()) {
        Violation("order {}: group {} is together, but comes from locations {} and {}", o, group,
                  range.least, range.greatest);
      }
      range = {};
    }
  }

  [[nodiscard]] Int128 Shortfall(std::size_t line) const {
    return Int128{line_short_[line]} * p_.lines[line].shortfall_penalty;
  }

  [[nodiscard]] std::int64_t UsedSlots(const OrderSpan& order) const {
    const auto first = slot_used_.begin() + order.first_slot;
    return std::count(first, first + order.slot_count, true);
  }

  // The cost of the first step that carries the weight; of the last one if none does.
  [[nodiscard]] std::int64_t Rate(std::size_t j) const {
    const Slot& slot = p_.slots[j];
    std::int64_t cost = 0;
    for (std::uint32_t k = 0; k < slot.step_count; ++k) {
      const Step& step = p_.steps[std::size_t{slot.first_step} + k];
      cost = step.cost;
      if (slot_weight_[j] <= step.max_weight_g) break;
    }
    return cost;
  }

  [[nodiscard]] Int128 OrderCost(const OrderSpan& order) const {
    Int128 cost = order.cost_offset;
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      cost += line_cost_[l] + Shortfall(l);
    }
    for (std::uint32_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
      if (slot_used_[j]) cost += Int128{p_.slots[j].fixed_cost} + Rate(j);
    }
    const std::int64_t splits = std::max(UsedSlots(order) - 1, std::int64_t{0});
    return cost + Int128{order.split_penalty} * splits;
  }

  void CheckCost() {
    Int128 cost = 0;
    for (const OrderSpan& order : p_.orders) {
      const Int128 of_order = OrderCost(order);
      result_.order_costs.push_back(Narrow(of_order));
      cost += of_order;
    }
    result_.cost = Narrow(cost);
    if (cost != s_.cost) {
      Violation("cost: {} is given; the plan costs {}", s_.cost, result_.cost);
    }
    if (s_.lower_bound > s_.cost) {
      Violation("lower_bound: {} is above the cost {}", s_.lower_bound, s_.cost);
    }
  }

  [[nodiscard]] std::int64_t SumOverUsedSlots(const std::vector<std::int64_t>& column) const {
    Int128 sum = 0;
    for (std::size_t j = 0; j < column.size(); ++j) {
      if (slot_used_[j]) sum += column[j];
    }
    return Narrow(sum);
  }

  [[nodiscard]] std::int64_t Rank(std::uint32_t rank_column) const {
    if (rank_column != kNone) return SumOverUsedSlots(p_.rank_columns[rank_column]);
    Int128 sum = 0;
    for (const auto& column : p_.rank_columns) sum += SumOverUsedSlots(column);
    return Narrow(sum);
  }

  [[nodiscard]] std::int64_t Level(const Objective& objective) const {
    switch (objective.kind) {
      case ObjectiveKind::kCost:
        return result_.cost;
      case ObjectiveKind::kShortfall: {
        Int128 sum = 0;
        for (std::size_t l = 0; l < p_.lines.size(); ++l) sum += Shortfall(l);
        return Narrow(sum);
      }
      case ObjectiveKind::kShipments:
        return std::count(slot_used_.begin(), slot_used_.end(), true);
      case ObjectiveKind::kRank:
        return Rank(objective.rank_column);
      case ObjectiveKind::kLateness:
        return SumOverUsedSlots(p_.lateness);
    }
    return 0;
  }

  void CheckLevels() {
    for (const Objective& objective : p_.objectives) result_.levels.push_back(Level(objective));
    if (s_.levels.size() != p_.objectives.size()) {
      Violation("levels has {} entries for {} objectives", s_.levels.size(), p_.objectives.size());
      return;
    }
    for (std::size_t k = 0; k < s_.levels.size(); ++k) {
      const LevelValue& level = s_.levels[k];
      if (level.value != result_.levels[k]) {
        Violation("levels[{}]: {} is given; the plan has {}", k, level.value, result_.levels[k]);
      }
      if (level.bound > level.value) {
        Violation("levels[{}]: the bound {} is above the value {}", k, level.bound, level.value);
      }
    }
  }

  // What a proof says. A level before the last may lie above its best value by its tolerance.
  void CheckTermination() {
    const bool optimal = s_.termination.proof == Proof::kOptimal;
    if (!optimal && s_.termination.proof != Proof::kFeasible) {
      Violation("termination: {} is no proof", static_cast<int>(s_.termination.proof));
    }
    if (optimal != (s_.termination.limit == Limit::kNothing)) {
      Violation("termination: a plan is either proved optimal or ended by a limit");
    }
    if (s_.nodes < 0) Violation("nodes: {} is negative", s_.nodes);
    if (!optimal || s_.levels.size() != p_.objectives.size()) return;
    CheckCostGap();
    for (std::size_t k = 0; k < s_.levels.size(); ++k) {
      const Int128 gap = Int128{s_.levels[k].value} - s_.levels[k].bound;
      const bool last = k + 1 == s_.levels.size();
      if (gap > (last ? 0 : p_.objectives[k].tolerance)) {
        Violation(
            "levels[{}]: optimal, but the value {} is not within the tolerance of the bound {}", k,
            s_.levels[k].value, s_.levels[k].bound);
      }
    }
  }

  // The cost of an optimal plan is its bound, or within the tolerance of the first level of cost.
  void CheckCostGap() {
    const auto named = std::find_if(
        p_.objectives.begin(), p_.objectives.end(),
        [](const Objective& objective) { return objective.kind == ObjectiveKind::kCost; });
    const bool gives_way = named != p_.objectives.end() && named + 1 != p_.objectives.end();
    if (Int128{s_.cost} - s_.lower_bound > (gives_way ? named->tolerance : 0)) {
      Violation("termination: optimal, but the cost {} is not within the tolerance of the bound {}",
                s_.cost, s_.lower_bound);
    }
  }

  const Problem& p_;
  const Solution& s_;
  std::vector<Int128> line_taken_;
  std::vector<std::int64_t> line_short_;
  std::vector<Int128> line_cost_;
  std::vector<LocationRange> line_locations_;
  std::vector<Int128> slot_weight_;
  std::vector<Int128> slot_value_;
  std::vector<bool> slot_used_;
  std::vector<Int128> row_taken_;
  Verification result_;
};

}  // namespace

Verification Verify(const Problem& problem, const Solution& solution) {
  return Verifier(problem, solution).Run();
}

}  // namespace orderwright::solver
