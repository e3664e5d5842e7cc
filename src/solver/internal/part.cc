#include "src/solver/internal/part.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace orderwright::solver_internal {
namespace {

using solver::Arc;
using solver::kNone;
using solver::kUnlimited;
using solver::Line;
using solver::ObjectiveKind;
using solver::OrderSpan;
using solver::Problem;
using solver::Slot;
using solver::Step;

class Builder {
 public:
  Builder(const Problem& problem, const Levels& levels, const std::vector<std::int64_t>& row_left,
          Part& part)
      : problem_(problem), levels_(levels), row_left_(row_left), part_(part) {}

  void Build(const std::vector<std::uint32_t>& orders) {
    Clear();
    for (const std::uint32_t order : orders) AddOrder(order);
    CountDemand();
    if (part_.alternatives) DropAlternatives();
    ChooseScales();
    for (PartArc& arc : part_.arcs) arc.cost *= part_.levels[part_.cost_level].scale;
    SortArcs();
    GroupBySlot();
    AddRates();
    if (part_.alternatives) CountAlternatives();
    FindTwins();
    FindSites();
    MarkGreedy();
    FillLevels();
  }

 private:
  void Clear() {
    part_.orders.clear();
    part_.lines.clear();
    part_.arcs.clear();
    part_.slots.clear();
    part_.steps.clear();
    part_.place_count = 0;
    part_.set_count = 0;
    part_.alternatives = false;
    part_.level_count = levels_.count;
    part_.cost_level = levels_.cost;
    part_.shortfall_leads = levels_.shortfall_leads;
    if (part_.slot_of.size() < problem_.slots.size()) part_.slot_of.resize(problem_.slots.size());
    part_.demand.Resize(problem_.rows.size());
  }

  void AddOrder(std::uint32_t index) {
    const OrderSpan& given = problem_.orders[index];
    if (!HasFloors(given)) {
      AddOrder(index, given);
    } else {
      AddOrder(index, Tightened(problem_, given));
    }
  }

  void AddOrder(std::uint32_t index, const OrderSpan& data) {
    PartOrder order;
    order.order = index;
    order.first_line = static_cast<std::uint32_t>(part_.lines.size());
    order.first_slot = static_cast<std::uint32_t>(part_.slots.size());
    order.max_shipments = std::min<std::int64_t>(data.max_shipments, data.slot_count);
    order.complete = data.ship_complete;
    order.min_value = data.min_shipment_value;
    order.floors = HasFloors(data);
    if (order.complete || data.min_fill_units > 0) {
      const std::int64_t units = SizeOf(problem_, data).units;
      order.least = order.complete ? units : data.min_fill_units;
      order.most_short = units - order.least;
    }
    if (order.min_value > 0) MeasureSlots(data);
    std::fill_n(part_.slot_of.begin() + data.first_slot, data.slot_count, kNone);
    const auto own = static_cast<std::uint32_t>(part_.orders.size());
    part_.groups.clear();
    FindSets(data);
    bool short_of = false;
    std::int64_t supply = 0;
    for (std::uint32_t l = data.first_line; l < data.first_line + data.line_count; ++l) {
      if (problem_.lines[l].quantity == 0) continue;
      AddLine(l, own, data, order);
      const PartLine& line = part_.lines.back();
      std::int64_t most = 0;
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        most = AddCapped(most, part_.arcs[a].most);
      }
      short_of = short_of || most < line.quantity;
      supply += std::min(most, line.quantity);
    }
    part_.set_count += static_cast<std::uint32_t>(part_.sets.size());
    order.line_count = static_cast<std::uint32_t>(part_.lines.size()) - order.first_line;
    order.slot_count = static_cast<std::uint32_t>(part_.slots.size()) - order.first_slot;
    if ((order.complete && short_of) || supply < order.least) order.max_shipments = 0;
    SortSlots(order);
    part_.orders.push_back(order);
  }

  // The sets of the order, and how many of each its lines have units for.
  void FindSets(const OrderSpan& data) {
    part_.sets.clear();
    if (problem_.line_sets.empty()) return;
    for (std::uint32_t l = data.first_line; l < data.first_line + data.line_count; ++l) {
      const solver::LineSet& own = problem_.line_sets[l];
      if (own.set == kNone) continue;
      const Line& line = problem_.lines[l];
      std::int64_t units = 0;
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        units = AddCapped(units, MostOf(a, line.quantity));
      }
      PartSet& set = part_.sets[SetOf(own.set)];
      set.most = std::min(set.most, std::min(units, line.quantity) / own.per_set);
    }
  }

  // The place of a set among those of the order; a new one if it is met for the first time.
  std::size_t SetOf(std::uint32_t set) {
    const auto at = std::find_if(part_.sets.begin(), part_.sets.end(),
                                 [set](const PartSet& known) { return known.set == set; });
    const auto place = static_cast<std::size_t>(at - part_.sets.begin());
    if (at == part_.sets.end()) part_.sets.push_back({set, kUnlimited});
    return place;
  }

  // The most that each slot could ship of the order, in units and value.
  void MeasureSlots(const OrderSpan& data) {
    part_.slot_size.assign(data.slot_count + std::size_t{1}, {});
    part_.slot_size.back() = SizeOf(problem_, data);
    for (std::uint32_t l = data.first_line; l < data.first_line + data.line_count; ++l) {
      for (const Arc& arc : problem_.arcs_of(problem_.lines[l])) {
        std::int64_t units = problem_.lines[l].quantity;
        if (arc.row != kNone) units = std::min(units, row_left_[arc.row]);
        OrderSize& size = part_.slot_size[arc.slot - data.first_slot];
        size.units += units;
        size.value += units * UnitValue(problem_, l);
      }
    }
  }

  // A slot that has neither enough for a shipment nor all of the order.
  [[nodiscard]] bool BelowFloor(std::uint32_t slot, const OrderSpan& order) const {
    const OrderSize& size = part_.slot_size[slot - order.first_slot];
    return size.value < order.min_shipment_value && size.units < part_.slot_size.back().units;
  }

  // Slots were met line by line; ties ask for them in the order of the problem.
  void SortSlots(const PartOrder& order) {
    const auto begin = part_.slots.begin() + order.first_slot;
    const auto less = [](const PartSlot& a, const PartSlot& b) { return a.slot < b.slot; };
    if (std::is_sorted(begin, part_.slots.end(), less)) return;
    const std::uint32_t first_arc = part_.lines[order.first_line].first_arc;
    for (std::uint32_t a = first_arc; a < part_.arcs.size(); ++a) {
      part_.arcs[a].slot = part_.slots[part_.arcs[a].slot].slot;
    }
    std::sort(begin, part_.slots.end(), less);
    for (std::uint32_t j = order.first_slot; j < part_.slots.size(); ++j) {
      part_.slot_of[part_.slots[j].slot] = j;
    }
    for (std::uint32_t a = first_arc; a < part_.arcs.size(); ++a) {
      part_.arcs[a].slot = part_.slot_of[part_.arcs[a].slot];
    }
  }

  void AddLine(std::uint32_t l, std::uint32_t own, const OrderSpan& order,
               const PartOrder& of_part) {
    const Line& data = problem_.lines[l];
    PartLine line;
    line.line = l;
    line.order = own;
    line.quantity = data.quantity;
    line.penalty = data.shortfall_penalty;
    line.value = UnitValue(problem_, l);
    line.most_short = data.quantity;
    if (of_part.least > 0) line.most_short = std::min(line.most_short, of_part.most_short);
    line.first_arc = static_cast<std::uint32_t>(part_.arcs.size());
    if (data.group != kNone) {
      const auto at = std::find(part_.groups.begin(), part_.groups.end(), data.group);
      line.place = part_.place_count - static_cast<std::uint32_t>(part_.groups.end() - at);
      if (at == part_.groups.end()) {
        part_.groups.push_back(data.group);
        line.place = part_.place_count++;
      }
    } else if (data.no_split) {
      // Places of an order are numbered on, so a place without a group gets a name of its own.
      part_.groups.push_back(kNone);
      line.place = part_.place_count++;
    }
    std::int64_t most = line.quantity;
    if (!problem_.line_sets.empty() && problem_.line_sets[l].set != kNone) {
      const std::size_t set = SetOf(problem_.line_sets[l].set);
      line.set = part_.set_count + static_cast<std::uint32_t>(set);
      line.per_set = problem_.line_sets[l].per_set;
      most = part_.sets[set].most * line.per_set;
    }
    const bool ships = of_part.max_shipments > 0;
    std::uint32_t last = 0;
    for (std::uint32_t a = data.first_arc; ships && a < data.first_arc + data.arc_count; ++a) {
      // Arcs of a line that ascend by slot have no alternatives among them.
      part_.alternatives = part_.alternatives || problem_.arcs[a].slot < last;
      last = problem_.arcs[a].slot + 1;
      if (order.min_shipment_value > 0 && BelowFloor(problem_.arcs[a].slot, order)) continue;
      AddArc(a, static_cast<std::uint32_t>(part_.lines.size()), line, most);
    }
    line.arc_count = static_cast<std::uint32_t>(part_.arcs.size()) - line.first_arc;
    part_.lines.push_back(line);
  }

  // The most of `units` that one arc could carry.
  [[nodiscard]] std::int64_t MostOf(std::uint32_t a, std::int64_t units) const {
    const Arc& data = problem_.arcs[a];
    const Slot& slot = problem_.slots[data.slot];
    std::int64_t most = units;
    if (data.row != kNone) most = std::min(most, row_left_[data.row]);
    const std::uint32_t quota = QuotaOf(problem_, a);
    if (quota != kNone) most = std::min(most, row_left_[quota]);
    if (!problem_.slot_rows.empty()) {
      const std::int64_t load = LoadOf(problem_, a);
      const solver::SlotRows& rows = problem_.slot_rows[data.slot];
      for (const std::uint32_t row : rows.unit_rows) {
        if (row != kNone && load > 0) most = std::min(most, row_left_[row] / load);
      }
      for (const std::uint32_t row : rows.shipment_rows) {
        if (row != kNone && row_left_[row] == 0) most = 0;
      }
    }
    if (slot.step_count > 0 && data.weight_g > 0) {
      const Step& last = problem_.steps[slot.first_step + slot.step_count - 1];
      most = std::min(most, last.max_weight_g / data.weight_g);
    }
    return most;
  }

  void AddArc(std::uint32_t a, std::uint32_t own, const PartLine& line, std::int64_t units) {
    const Arc& data = problem_.arcs[a];
    PartArc arc;
    arc.most = MostOf(a, units);
    if (arc.most <= 0) return;
    arc.counted = arc.most;
    arc.arc = a;
    arc.line = own;
    arc.cost = data.unit_cost;
    arc.weight = data.weight_g;
    arc.load = LoadOf(problem_, a);
    if (data.row != kNone) {
      arc.cost += problem_.rows[data.row].price;
      if (row_left_[data.row] != kUnlimited) arc.row = data.row;
    }
    const std::uint32_t quota = QuotaOf(problem_, a);
    if (quota != kNone && row_left_[quota] != kUnlimited) arc.quota = quota;
    if (part_.slot_of[data.slot] == kNone) AddSlot(data.slot, line.order);
    arc.slot = part_.slot_of[data.slot];
    part_.arcs.push_back(arc);
  }

  void AddSlot(std::uint32_t index, std::uint32_t order) {
    part_.slot_of[index] = static_cast<std::uint32_t>(part_.slots.size());
    PartSlot slot;
    slot.slot = index;
    slot.order = order;
    slot.location = problem_.slots[index].location;
    slot.rank = problem_.slots[index].tie_rank;
    if (!problem_.slot_rows.empty()) {
      const solver::SlotRows& rows = problem_.slot_rows[index];
      for (std::size_t r = 0; r < 2; ++r) {
        const std::uint32_t unit = rows.unit_rows[r];
        const std::uint32_t shipment = rows.shipment_rows[r];
        if (unit != kNone && row_left_[unit] != kUnlimited) slot.unit_rows[r] = unit;
        if (shipment != kNone && row_left_[shipment] != kUnlimited) {
          slot.shipment_rows[r] = shipment;
        }
      }
    }
    part_.slots.push_back(slot);
  }

  // Leaves out alternatives that no plan needs: another arc of the line to the slot has all units
  // that the line asks for, whatever the rest of the plan takes, and is no worse in anything.
  void DropAlternatives() {
    std::uint32_t left = 0;
    for (PartLine& line : part_.lines) {
      const auto begin = part_.arcs.begin() + line.first_arc;
      const auto end = begin + line.arc_count;
      std::sort(begin, end, [](const PartArc& a, const PartArc& b) {
        return std::tuple(a.slot, a.cost, a.arc) < std::tuple(b.slot, b.cost, b.arc);
      });
      line.first_arc = left;
      auto of_slot = begin;
      for (auto arc = begin; arc != end; ++arc) {
        if (arc->slot != of_slot->slot) of_slot = arc;
        const bool needed = std::none_of(of_slot, arc, [&](const PartArc& other) {
          return Replaces(other, *arc, line.quantity);
        });
        if (needed) part_.kept.push_back(*arc);
      }
      std::copy(part_.kept.begin(), part_.kept.end(), part_.arcs.begin() + left);
      line.arc_count = static_cast<std::uint32_t>(part_.kept.size());
      left += line.arc_count;
      part_.kept.clear();
    }
    part_.arcs.resize(left);
    CountDemand();
  }

  // With tolerances a dearer arc may win a tie.
  [[nodiscard]] bool Replaces(const PartArc& arc, const PartArc& other,
                              std::int64_t quantity) const {
    const bool better =
        arc.arc < other.arc ? arc.cost <= other.cost : levels_.exact && arc.cost < other.cost;
    return better && arc.most >= quantity && arc.weight <= other.weight && arc.load <= other.load &&
           !Binds(arc.row) && !Binds(arc.quota);
  }

  // The largest power of two that keeps every sum the search makes far below 62 bits.
  void ChooseScales() {
    for (std::size_t k = 0; k < levels_.count; ++k) {
      PartLevel& level = part_.levels[k];
      level.kind = levels_.list[k].kind;
      level.cost = level.kind == ObjectiveKind::kCost;
      const bool penalties = level.cost || level.kind == ObjectiveKind::kShortfall;
      double worst = 1;
      for (const PartSlot& slot : part_.slots) {
        worst += static_cast<double>(SlotValue(problem_, levels_.list[k], slot.slot));
        if (!level.cost) continue;
        const Slot& data = problem_.slots[slot.slot];
        worst += static_cast<double>(problem_.orders[part_.orders[slot.order].order].split_penalty);
        if (data.step_count == 0) continue;
        worst += static_cast<double>(problem_.steps[data.first_step + data.step_count - 1].cost);
      }
      for (const PartLine& line : part_.lines) {
        double unit = penalties ? static_cast<double>(line.penalty) : 0.0;
        for (std::uint32_t a = 0; level.cost && a < line.arc_count; ++a) {
          unit = std::max(unit, static_cast<double>(part_.arcs[line.first_arc + a].cost));
        }
        worst += unit * static_cast<double>(line.quantity);
      }
      worst *= static_cast<double>(part_.slots.size() + 2);
      level.scale = 1;
      while (level.scale < (std::int64_t{1} << 20) &&
             worst * 2.0 * static_cast<double>(level.scale) < 0x1p58) {
        level.scale *= 2;
      }
      level.penalty = penalties ? level.scale : 0;
      level.tolerance = ScaledTolerance(levels_.list[k].tolerance, level.scale);
    }
    for (PartOrder& order : part_.orders) {
      order.split =
          problem_.orders[order.order].split_penalty * part_.levels[part_.cost_level].scale;
    }
  }

  static std::int64_t ScaledTolerance(std::int64_t tolerance, std::int64_t scale) {
    constexpr std::int64_t kMost = std::int64_t{1} << 61;
    return tolerance > kMost / scale ? kMost : tolerance * scale;
  }

  void SortArcs() {
    for (const PartLine& line : part_.lines) {
      const auto begin = part_.arcs.begin() + line.first_arc;
      std::sort(begin, begin + line.arc_count, [this](const PartArc& a, const PartArc& b) {
        return std::tuple(a.cost, part_.slots[a.slot].rank, a.slot, a.arc) <
               std::tuple(b.cost, part_.slots[b.slot].rank, b.slot, b.arc);
      });
    }
  }

  void GroupBySlot() {
    for (PartSlot& slot : part_.slots) slot.arc_count = 0;
    for (const PartArc& arc : part_.arcs) part_.slots[arc.slot].arc_count += 1;
    std::uint32_t first = 0;
    for (PartSlot& slot : part_.slots) {
      slot.first_arc = first;
      first += slot.arc_count;
      slot.arc_count = 0;
    }
    part_.by_slot.resize(part_.arcs.size());
    for (std::uint32_t a = 0; a < part_.arcs.size(); ++a) {
      const PartArc& arc = part_.arcs[a];
      PartSlot& slot = part_.slots[arc.slot];
      const std::int64_t quantity = part_.lines[arc.line].quantity;
      part_.by_slot[slot.first_arc + slot.arc_count++] = {arc.cost, arc.weight, arc.most,
                                                          quantity, arc.line,   a};
    }
  }

  // Of alternatives a slot gains most by the cheapest ones, as long as dearer ones are not lighter
  // where weight counts; a bound need not count more than the units of the line.
  void CountAlternatives() {
    for (const PartSlot& slot : part_.slots) {
      SlotArc* const arcs = part_.by_slot.data() + slot.first_arc;
      for (std::uint32_t b = 0; b < slot.arc_count;) {
        std::uint32_t end = b + 1;
        bool lighter = false;
        for (; end < slot.arc_count && arcs[end].line == arcs[b].line; ++end) {
          part_.arcs[arcs[end].arc].before = arcs[end - 1].arc;
          lighter = lighter || arcs[end].weight < arcs[end - 1].weight;
        }
        std::int64_t left = part_.lines[arcs[b].line].quantity;
        for (; b < end; ++b) {
          if (lighter && !slot.flat) continue;
          arcs[b].most = std::min(arcs[b].most, left);
          part_.arcs[arcs[b].arc].counted = arcs[b].most;
          left -= arcs[b].most;
        }
      }
    }
  }

  // Services of one location, say: what one gains from its lines the next does too.
  void FindTwins() {
    for (std::uint32_t j = 0; j < part_.slots.size(); ++j) {
      PartSlot& slot = part_.slots[j];
      slot.twin = j;
      if (j == 0) continue;
      const PartSlot& before = part_.slots[j - 1];
      if (slot.order != before.order || slot.arc_count != before.arc_count) continue;
      const SlotArc* a = part_.by_slot.data() + before.first_arc;
      const SlotArc* b = part_.by_slot.data() + slot.first_arc;
      const bool equal = std::equal(a, a + slot.arc_count, b, [](const auto& x, const auto& y) {
        return x.line == y.line && x.cost == y.cost && x.weight == y.weight && x.most == y.most;
      });
      if (equal) slot.twin = before.twin;
    }
  }

  // Slots of one location draw on the same stock: what they take of a line together is bounded by
  // it.
  void FindSites() {
    part_.site_row.resize(part_.lines.size());
    for (std::uint32_t first = 0; first < part_.slots.size();) {
      std::uint32_t end = first;
      const PartSlot& slot = part_.slots[first];
      while (end < part_.slots.size() && part_.slots[end].order == slot.order &&
             part_.slots[end].location == slot.location) {
        part_.slots[end++].site = first;
      }
      if (end - first > 1) ShareRows(first, end);
      AddSupply(first, end);
      first = end;
    }
  }

  void AddSupply(std::uint32_t first, std::uint32_t end) {
    for (std::uint32_t j = first; j < end; ++j) {
      const PartSlot& slot = part_.slots[j];
      for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
        const SlotArc& arc = part_.by_slot[slot.first_arc + b];
        PartLine& line = part_.lines[arc.line];
        // A slot that is alone counts each of its alternatives.
        if (line.last_site == first && end - first > 1) continue;
        line.last_site = first;
        line.supply = AddCapped(line.supply, end - first > 1 ? arc.site_most : arc.most);
      }
    }
  }

  void ShareRows(std::uint32_t first, std::uint32_t end) {
    const SlotArc* const last_arc =
        part_.by_slot.data() + part_.slots[end - 1].first_arc + part_.slots[end - 1].arc_count;
    SlotArc* const first_arc = part_.by_slot.data() + part_.slots[first].first_arc;
    for (SlotArc* arc = first_arc; arc != last_arc; ++arc) {
      part_.site_row[arc->line] = part_.arcs[arc->arc].row;
    }
    for (SlotArc* arc = first_arc; arc != last_arc; ++arc) {
      std::uint32_t& row = part_.site_row[arc->line];
      if (part_.arcs[arc->arc].row != row) row = kNone;
    }
    for (SlotArc* arc = first_arc; arc != last_arc; ++arc) {
      const std::uint32_t row = part_.site_row[arc->line];
      if (row != kNone) arc->site_most = std::min(arc->site_most, row_left_[row]);
    }
  }

  template <typename Visit>
  void ForRows(const PartArc& arc, Visit visit) {
    if (arc.row != kNone) visit(arc.row, 1);
    if (arc.quota != kNone) visit(arc.quota, 1);
    for (const std::uint32_t row : part_.slots[arc.slot].unit_rows) {
      if (row != kNone) visit(row, arc.load);
    }
  }

  // What the part could ask of each row at most, and how many lines ask. Arcs stand line by line.
  void CountDemand() {
    for (const PartArc& arc : part_.arcs) {
      ForRows(arc, [this](std::uint32_t row, std::int64_t) { part_.demand.Forget(row); });
    }
    for (const PartSlot& slot : part_.slots) {
      for (const std::uint32_t row : slot.shipment_rows) {
        if (row != kNone) part_.demand.Forget(row);
      }
    }
    for (const PartArc& arc : part_.arcs) {
      ForRows(arc, [&](std::uint32_t row, std::int64_t load) {
        part_.demand.Ask(row, arc.line, part_.lines[arc.line].quantity, load);
      });
    }
    for (const PartSlot& slot : part_.slots) {
      for (const std::uint32_t row : slot.shipment_rows) {
        if (row != kNone) part_.demand.AskShipment(row);
      }
    }
  }

  [[nodiscard]] bool Binds(std::uint32_t row) const {
    return row != kNone && part_.demand.Demand(row) > row_left_[row];
  }

  void AddRates() {
    const std::int64_t scale = part_.levels[part_.cost_level].scale;
    std::uint32_t last_first = kNone;
    std::uint32_t last_count = 0;
    std::uint32_t copied = 0;
    for (PartSlot& slot : part_.slots) {
      const Slot& data = problem_.slots[slot.slot];
      if (data.step_count > 0 && (data.first_step != last_first || data.step_count != last_count)) {
        last_first = data.first_step;
        last_count = data.step_count;
        copied = static_cast<std::uint32_t>(part_.steps.size());
        for (std::uint32_t t = 0; t < data.step_count; ++t) {
          const Step& step = problem_.steps[data.first_step + t];
          part_.steps.push_back({step.max_weight_g, step.cost * scale});
        }
      }
      slot.first_step = copied;
      slot.step_count = data.step_count;
      MarkFlat(slot);
    }
  }

  // The most that the slot could carry: of alternatives, all units of the line by the heaviest.
  [[nodiscard]] std::int64_t HeaviestOf(const PartSlot& slot) const {
    const SlotArc* const arcs = part_.by_slot.data() + slot.first_arc;
    std::int64_t sum = 0;
    for (std::uint32_t b = 0; b < slot.arc_count;) {
      const std::uint32_t line = arcs[b].line;
      std::int64_t all = 0;
      std::int64_t unit = 0;
      for (; b < slot.arc_count && arcs[b].line == line; ++b) {
        all = AddCapped(all, arcs[b].weight * arcs[b].most);
        unit = std::max(unit, arcs[b].weight);
      }
      sum = AddCapped(sum, std::min(all, unit * part_.lines[line].quantity));
    }
    return sum;
  }

  void MarkFlat(PartSlot& slot) {
    std::int64_t lightest = kUnlimited;
    for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
      lightest = std::min(lightest, part_.by_slot[slot.first_arc + b].weight);
    }
    const std::int64_t heaviest = HeaviestOf(slot);
    const Step* steps = part_.steps.data() + slot.first_step;
    std::int64_t top = 0;
    // Every arc kept fits alone, so the lightest unit has a rate.
    const bool fits = RateOf(steps, slot.step_count, lightest, slot.base) &&
                      RateOf(steps, slot.step_count, heaviest, top);
    slot.flat = fits && top == slot.base;
    slot.level = slot.base;
    slot.slope = 0;
    if (slot.flat) return;
    std::int64_t slope = kUnlimited;
    for (std::uint32_t t = 0; t < slot.step_count && slope > 0; ++t) {
      if (steps[t].max_weight_g <= lightest) continue;
      const std::int64_t weight = std::min(steps[t].max_weight_g, heaviest);
      slope = std::min(slope, (steps[t].cost - slot.base) / (weight - lightest));
      if (weight == heaviest) break;
    }
    if (slope == kUnlimited) return;
    slot.slope = slope;
    slot.level = slot.base - slope * lightest;
  }

  void MarkGreedy() {
    bool all = levels_.exact;
    for (PartLine& line : part_.lines) {
      // With tolerances a line may be worth filling in part.
      // With floors as well, and which slot gives the units counts; a set ends at whole units of
      // it.
      line.greedy = levels_.exact && !part_.orders[line.order].floors && line.set == kNone;
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        const PartArc& arc = part_.arcs[a];
        const PartSlot& slot = part_.slots[arc.slot];
        const bool shared = Binds(arc.row) && part_.demand.Lines(arc.row) > 1;
        if (Binds(arc.quota)) line.greedy = false;
        if (!slot.flat || shared || Binds(slot.unit_rows[0]) || Binds(slot.unit_rows[1])) {
          line.greedy = false;
        }
      }
      all = all && line.greedy;
    }
    for (const PartSlot& slot : part_.slots) {
      all = all && !Binds(slot.shipment_rows[0]) && !Binds(slot.shipment_rows[1]);
    }
    part_.separable = all;
  }

  void FillLevels() {
    for (std::size_t k = 0; k < levels_.count; ++k) {
      PartLevel& level = part_.levels[k];
      level.fixed.resize(part_.slots.size());
      std::int64_t step = 0;
      for (std::size_t j = 0; j < part_.slots.size(); ++j) {
        const std::int64_t value = SlotValue(problem_, levels_.list[k], part_.slots[j].slot);
        level.fixed[j] = value * level.scale;
        step = std::gcd(step, value);
      }
      level.step = std::max<std::int64_t>(1, level.scale * StepOf(level, step));
    }
  }

  // The greatest common divisor of what plans can differ by, in units of the problem.
  [[nodiscard]] std::int64_t StepOf(const PartLevel& level, std::int64_t step) const {
    if (level.penalty > 0) {
      for (const PartLine& line : part_.lines) step = std::gcd(step, line.penalty);
    }
    if (level.cost) {
      for (const PartOrder& order : part_.orders) step = std::gcd(step, order.split / level.scale);
      for (const Step& data : part_.steps) step = std::gcd(step, data.cost / level.scale);
      for (const PartArc& arc : part_.arcs) {
        if (step == 1) break;
        step = std::gcd(step, arc.cost / level.scale);
      }
    }
    return step == 0 ? 1 : step;
  }

  const Problem& problem_;
  const Levels& levels_;
  const std::vector<std::int64_t>& row_left_;
  Part& part_;
};

}  // namespace

void BuildPart(const Problem& problem, const Levels& levels,
               const std::vector<std::uint32_t>& orders, const std::vector<std::int64_t>& row_left,
               Part& part) {
  Builder(problem, levels, row_left, part).Build(orders);
}

}  // namespace orderwright::solver_internal
