#include "orderwright/solver/priority.h"

#include <algorithm>
#include <numeric>
#include <vector>

#include "orderwright/core/status.h"

namespace orderwright::solver {
namespace {

class PriorityWorkspace final : public Workspace {
 public:
  std::vector<std::int64_t> row_left;     // kUnlimited stays so
  std::vector<std::int64_t> slot_weight;  // grams shipped
  std::vector<std::int64_t> slot_units;
  std::vector<std::uint32_t> line_location;  // where a line that may not be split comes from
  std::vector<std::uint32_t> by_rank;        // slots of the order in hand
  std::vector<std::uint32_t> slot_arcs;      // arcs by slot
  std::vector<std::uint32_t> first_of_slot;  // slot_arcs of slot j begin here
  std::vector<std::uint32_t> next_of_slot;   // where the next arc of slot j goes
  std::vector<std::uint32_t> arc_line;
};

class Fill {
 public:
  Fill(const Problem& problem, PriorityWorkspace& workspace, Solution& solution)
      : p_(problem), w_(workspace), s_(solution) {}

  void Run() {
    Prepare();
    for (const OrderSpan& order : p_.orders) FillOrder(order);
    std::sort(s_.takes.begin(), s_.takes.end(), ComesBefore);
    Judge();
  }

 private:
  void Prepare() {
    s_.Clear();
    for (const Line& line : p_.lines) s_.shortfall.push_back(line.quantity);
    w_.row_left.clear();
    for (const Row& row : p_.rows) w_.row_left.push_back(row.amount);
    w_.slot_weight.assign(p_.slots.size(), 0);
    w_.slot_units.assign(p_.slots.size(), 0);
    w_.line_location.assign(p_.lines.size(), kNone);
    SortArcsBySlot();
  }

  // A counting sort: within a slot the arcs stay in order of lines.
  void SortArcsBySlot() {
    w_.first_of_slot.assign(p_.slots.size() + 1, 0);
    for (const Arc& arc : p_.arcs) ++w_.first_of_slot[arc.slot + std::size_t{1}];
    std::partial_sum(w_.first_of_slot.begin(), w_.first_of_slot.end(), w_.first_of_slot.begin());
    w_.next_of_slot.assign(w_.first_of_slot.begin(), w_.first_of_slot.end());
    w_.slot_arcs.resize(p_.arcs.size());
    w_.arc_line.resize(p_.arcs.size());
    for (std::uint32_t l = 0; l < p_.lines.size(); ++l) {
      const Line& line = p_.lines[l];
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        w_.slot_arcs[w_.next_of_slot[p_.arcs[a].slot]++] = a;
        w_.arc_line[a] = l;
      }
    }
  }

  void FillOrder(const OrderSpan& order) {
    const std::size_t first_take = s_.takes.size();
    w_.by_rank.resize(order.slot_count);
    std::iota(w_.by_rank.begin(), w_.by_rank.end(), order.first_slot);
    std::sort(w_.by_rank.begin(), w_.by_rank.end(), [this](std::uint32_t a, std::uint32_t b) {
      const std::uint32_t rank_a = p_.slots[a].tie_rank;
      const std::uint32_t rank_b = p_.slots[b].tie_rank;
      return rank_a != rank_b ? rank_a < rank_b : a < b;
    });
    std::int64_t shipments = 0;
    for (const std::uint32_t slot : w_.by_rank) {
      if (shipments >= order.max_shipments) break;
      if (!MayShip(slot)) continue;
      for (std::uint32_t i = w_.first_of_slot[slot]; i < w_.first_of_slot[slot + 1]; ++i) {
        TakeWhatThereIs(order, w_.slot_arcs[i]);
      }
      if (w_.slot_units[slot] == 0) continue;
      ++shipments;
      ChangeShipmentRows(slot, -1);
    }
    if (!p_.line_sets.empty()) TrimSets(order, first_take);
    if ((order.ship_complete && IsShort(order)) || !MeetsFloors(order, first_take)) {
      GiveBack(first_take);
    }
  }

  [[nodiscard]] std::int64_t UnitValue(std::uint32_t line) const {
    return p_.unit_value.empty() ? 0 : p_.unit_value[line];
  }

  // Gives back what is more than the whole sets that every line of a set has, from the last takes
  // on.
  void TrimSets(const OrderSpan& order, std::size_t first_take) {
    for (std::size_t t = s_.takes.size(); t-- > first_take;) {
      const std::uint32_t l = s_.takes[t].line;
      if (p_.line_sets[l].set == kNone) continue;
      const std::int64_t surplus = Sourced(l) - WholeSets(order, l) * p_.line_sets[l].per_set;
      const std::int64_t units = std::min(surplus, s_.takes[t].quantity);
      if (units <= 0) continue;
      const Take take = s_.takes[t];
      s_.takes[t].quantity -= units;
      ChangeUse(take, -units);
      if (w_.slot_units[take.slot] == 0) ChangeShipmentRows(take.slot, +1);
    }
    std::erase_if(s_.takes, [](const Take& take) { return take.quantity == 0; });
  }

  [[nodiscard]] std::int64_t Sourced(std::uint32_t line) const {
    return p_.lines[line].quantity - s_.shortfall[line];
  }

  // How many whole sets each line of the line's set has.
  [[nodiscard]] std::int64_t WholeSets(const OrderSpan& order, std::uint32_t line) const {
    std::int64_t sets = kUnlimited;
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      const LineSet& set = p_.line_sets[l];
      if (set.set == p_.line_sets[line].set) sets = std::min(sets, Sourced(l) / set.per_set);
    }
    return sets;
  }

  // The takes of the order are those from `first_take` on, slot after slot.
  [[nodiscard]] bool MeetsFloors(const OrderSpan& order, std::size_t first_take) const {
    if (order.min_fill_units == 0 && order.min_shipment_value == 0) return true;
    if (s_.takes.size() == first_take) return true;
    const bool one_shipment = s_.takes[first_take].slot == s_.takes.back().slot;
    const bool short_of = IsShort(order);
    if (one_shipment && !short_of) return true;
    std::int64_t units = 0;
    std::int64_t value = 0;
    for (std::size_t t = first_take; t < s_.takes.size(); ++t) {
      const Take& take = s_.takes[t];
      units += take.quantity;
      value += UnitValue(take.line) * take.quantity;
      if (t + 1 < s_.takes.size() && s_.takes[t + 1].slot == take.slot) continue;
      if (value < order.min_shipment_value) return false;
      value = 0;
    }
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      value += UnitValue(l) * s_.shortfall[l];
    }
    return units >= order.min_fill_units && (!short_of || value >= order.min_shipment_value);
  }

  [[nodiscard]] bool MayShip(std::uint32_t slot) const {
    if (p_.slot_rows.empty()) return true;
    const auto& rows = p_.slot_rows[slot].shipment_rows;
    return std::all_of(rows.begin(), rows.end(),
                       [this](std::uint32_t row) { return row == kNone || w_.row_left[row] >= 1; });
  }

  // The most units that what is left of the row, at `load` each, allows.
  [[nodiscard]] std::int64_t RowAllows(std::uint32_t row, std::int64_t load) const {
    if (row == kNone || load == 0 || w_.row_left[row] == kUnlimited) return kUnlimited;
    return w_.row_left[row] / load;
  }

  [[nodiscard]] std::int64_t Load(std::uint32_t arc) const {
    return p_.arc_load.empty() ? 1 : p_.arc_load[arc];
  }

  [[nodiscard]] std::uint32_t Quota(std::uint32_t arc) const {
    return p_.arc_quota.empty() ? kNone : p_.arc_quota[arc];
  }

  [[nodiscard]] std::int64_t RateAllows(const Arc& arc) const {
    const Slot& slot = p_.slots[arc.slot];
    if (slot.step_count == 0 || arc.weight_g == 0) return kUnlimited;
    const std::int64_t most = p_.steps[slot.first_step + slot.step_count - 1].max_weight_g;
    return (most - w_.slot_weight[arc.slot]) / arc.weight_g;
  }

  [[nodiscard]] std::int64_t ArcAllows(std::uint32_t a) const {
    const Arc& arc = p_.arcs[a];
    std::int64_t units = std::min(RowAllows(arc.row, 1), RateAllows(arc));
    units = std::min(units, RowAllows(Quota(a), 1));
    if (p_.slot_rows.empty()) return units;
    for (const std::uint32_t row : p_.slot_rows[arc.slot].unit_rows) {
      units = std::min(units, RowAllows(row, Load(a)));
    }
    return units;
  }

  void TakeWhatThereIs(const OrderSpan& order, std::uint32_t a) {
    const std::uint32_t l = w_.arc_line[a];
    const std::uint32_t slot = p_.arcs[a].slot;
    const std::uint32_t location = p_.slots[slot].location;
    if (w_.line_location[l] != kNone && w_.line_location[l] != location) return;
    const std::int64_t units = std::min(s_.shortfall[l], ArcAllows(a));
    if (units <= 0) return;
    s_.takes.push_back({l, slot, a, units});
    ChangeUse(s_.takes.back(), units);
    if (p_.lines[l].no_split) w_.line_location[l] = location;
    if (p_.lines[l].group != kNone) BindGroup(order, p_.lines[l].group, location);
  }

  // From now on every line of the group comes from this location.
  void BindGroup(const OrderSpan& order, std::uint32_t group, std::uint32_t location) {
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      if (p_.lines[l].group == group) w_.line_location[l] = location;
    }
  }

  void ChangeRow(std::uint32_t row, std::int64_t change) {
    if (row != kNone && w_.row_left[row] != kUnlimited) w_.row_left[row] += change;
  }

  // Takes `units` (or gives back, if negative) through the take's arc.
  void ChangeUse(const Take& take, std::int64_t units) {
    const Arc& arc = p_.arcs[take.arc];
    s_.shortfall[take.line] -= units;
    w_.slot_units[take.slot] += units;
    w_.slot_weight[take.slot] += units * arc.weight_g;
    ChangeRow(arc.row, -units);
    ChangeRow(Quota(take.arc), -units);
    if (p_.slot_rows.empty()) return;
    for (const std::uint32_t row : p_.slot_rows[take.slot].unit_rows) {
      if (row != kNone) ChangeRow(row, -units * Load(take.arc));
    }
  }

  void ChangeShipmentRows(std::uint32_t slot, std::int64_t change) {
    if (p_.slot_rows.empty()) return;
    for (const std::uint32_t row : p_.slot_rows[slot].shipment_rows) ChangeRow(row, change);
  }

  [[nodiscard]] bool IsShort(const OrderSpan& order) const {
    const auto first = s_.shortfall.begin() + order.first_line;
    return std::any_of(first, first + order.line_count,
                       [](std::int64_t units) { return units > 0; });
  }

  // The order ships complete, or above its floors, or not at all: its stock is there again for the
  // orders after it.
  void GiveBack(std::size_t first_take) {
    while (s_.takes.size() > first_take) {
      const Take take = s_.takes.back();
      s_.takes.pop_back();
      ChangeUse(take, -take.quantity);
      if (w_.slot_units[take.slot] == 0) ChangeShipmentRows(take.slot, +1);
    }
  }

  void Judge() {
    s_.cost = Cost();
    s_.lower_bound = CostBound();
    bool proved = s_.cost == s_.lower_bound;
    for (const Objective& objective : p_.objectives) {
      s_.levels.push_back(Level(objective));
      proved = proved && s_.levels.back().value == s_.levels.back().bound;
    }
    s_.termination.proof = proved ? Proof::kOptimal : Proof::kFeasible;
    s_.termination.limit = proved ? Limit::kNothing : Limit::kMethod;
  }

  [[nodiscard]] std::int64_t UnitCost(const Arc& arc) const {
    return arc.unit_cost + (arc.row == kNone ? 0 : p_.rows[arc.row].price);
  }

  // The step that carries the weight; RateAllows has seen to it that there is one.
  [[nodiscard]] std::int64_t Rate(const Slot& slot, std::int64_t weight) const {
    if (slot.step_count == 0) return 0;
    const auto first = p_.steps.begin() + slot.first_step;
    return std::lower_bound(
               first, first + slot.step_count, weight,
               [](const Step& step, std::int64_t grams) { return step.max_weight_g < grams; })
        ->cost;
  }

  [[nodiscard]] std::int64_t Cost() const {
    std::int64_t cost = Shortfall();
    for (const Take& take : s_.takes) cost += UnitCost(p_.arcs[take.arc]) * take.quantity;
    for (const OrderSpan& order : p_.orders) {
      cost += order.cost_offset;
      std::int64_t shipments = 0;
      for (std::uint32_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
        if (w_.slot_units[j] == 0) continue;
        ++shipments;
        cost += p_.slots[j].fixed_cost + Rate(p_.slots[j], w_.slot_weight[j]);
      }
      cost += order.split_penalty * std::max(shipments - 1, std::int64_t{0});
    }
    return cost;
  }

  // Each unit at the line's cheapest arc, or not sourced if that is cheaper; every other term is 0
  // or more.
  [[nodiscard]] std::int64_t CostBound() const {
    std::int64_t bound = 0;
    for (const OrderSpan& order : p_.orders) bound += order.cost_offset;
    for (const Line& line : p_.lines) {
      std::int64_t cheapest = line.shortfall_penalty;
      for (const Arc& arc : p_.arcs_of(line)) cheapest = std::min(cheapest, UnitCost(arc));
      bound += cheapest * line.quantity;
    }
    return bound;
  }

  [[nodiscard]] std::int64_t Shortfall() const {
    std::int64_t sum = 0;
    for (std::size_t l = 0; l < p_.lines.size(); ++l) {
      sum += s_.shortfall[l] * p_.lines[l].shortfall_penalty;
    }
    return sum;
  }

  // What lines without any arc are short of in every plan.
  [[nodiscard]] std::int64_t ShortfallBound() const {
    std::int64_t sum = 0;
    for (const Line& line : p_.lines) {
      if (line.arc_count == 0) sum += line.quantity * line.shortfall_penalty;
    }
    return sum;
  }

  [[nodiscard]] std::int64_t OverUsedSlots(const std::vector<std::int64_t>& column) const {
    std::int64_t sum = 0;
    for (std::size_t j = 0; j < column.size(); ++j) {
      if (w_.slot_units[j] > 0) sum += column[j];
    }
    return sum;
  }

  [[nodiscard]] std::int64_t Rank(std::uint32_t rank_column) const {
    if (rank_column != kNone) return OverUsedSlots(p_.rank_columns[rank_column]);
    std::int64_t sum = 0;
    for (const auto& column : p_.rank_columns) sum += OverUsedSlots(column);
    return sum;
  }

  [[nodiscard]] LevelValue Level(const Objective& objective) const {
    switch (objective.kind) {
      case ObjectiveKind::kCost:
        return {s_.cost, s_.lower_bound};
      case ObjectiveKind::kShortfall:
        return {Shortfall(), ShortfallBound()};
      case ObjectiveKind::kShipments:
        return {std::count_if(w_.slot_units.begin(), w_.slot_units.end(),
                              [](std::int64_t units) { return units > 0; }),
                0};
      case ObjectiveKind::kRank:
        return {Rank(objective.rank_column), 0};
      case ObjectiveKind::kLateness:
        return {OverUsedSlots(p_.lateness), 0};
    }
    return {};
  }

  const Problem& p_;
  PriorityWorkspace& w_;
  Solution& s_;
};

}  // namespace

std::string_view PrioritySolver::name() const { return "priority"; }

std::unique_ptr<Workspace> PrioritySolver::NewWorkspace() const {
  return std::make_unique<PriorityWorkspace>();
}

absl::Status PrioritySolver::Solve(const Problem& problem, const SolveOptions& options,
                                   Workspace& workspace, Solution& solution) const {
  auto* const own = dynamic_cast<PriorityWorkspace*>(&workspace);
  if (own == nullptr) return Internal("the workspace is another solver's");
  Fill(problem, *own, solution).Run();
  solution.termination.deterministic = !options.time_limit.has_value();
  return absl::OkStatus();
}

}  // namespace orderwright::solver
