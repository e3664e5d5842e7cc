#include "src/solver/internal/subset_table.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cstddef>
#include <limits>
#include <span>
#include <utility>

#include "src/solver/internal/floors.h"
#include "src/solver/internal/row_demand.h"

namespace orderwright::solver_internal {
namespace {

using solver::Arc;
using solver::kNone;
using solver::Line;
using solver::ObjectiveKind;
using solver::OrderSpan;
using solver::Problem;
using solver::Row;
using solver::Slot;
using solver::Step;
using solver::Take;

constexpr std::int64_t kHuge = std::numeric_limits<std::int64_t>::max();
constexpr std::uint32_t kItemBits = (1U << kMaxItems) - 1;  // of slot_items; then as many for met
constexpr std::uint32_t kDummy = 0;      // `first`: the lowest item stays unsourced
constexpr std::uint32_t kMaxLines = 64;  // of an order, before groups are merged
constexpr std::uint32_t kMaxParts = 64;  // shipments of one plan
constexpr std::uint32_t kMaxStates = 2048;
constexpr std::uint64_t kMaxTransitions = 60'000;

// A value at N levels, compared lexicographically.
template <std::size_t N>
struct Tuple {
  std::array<std::int64_t, N> v{};

  friend bool operator==(const Tuple&, const Tuple&) = default;
  bool operator<(const Tuple& other) const {
    for (std::size_t i = 0; i + 1 < N; ++i) {
      if (v[i] != other.v[i]) return v[i] < other.v[i];
    }
    return v[N - 1] < other.v[N - 1];
  }
  Tuple operator+(const Tuple& other) const {
    Tuple sum = *this;
    for (std::size_t i = 0; i < N; ++i) sum.v[i] += other.v[i];
    return sum;
  }
};

struct Item {
  std::uint32_t line = 0;   // its first line
  std::uint32_t lines = 1;  // more than one: a group
  bool one_place = false;   // a group, or a line that may not be split
  bool counted = false;     // amounts are units, not whole or nothing
  std::int64_t quantity = 0;
  std::int64_t penalty = 0;     // of all its units
  std::int64_t lower = 0;       // no plan serves the item for less, fixed costs aside
  std::int64_t margin = kHuge;  // least gain of sourcing a unit where it can be (one_place)
  std::uint32_t radix = 2;
  std::uint32_t stride = 1;
};

// One shipment of a plan under construction.
struct Part {
  std::uint32_t rank = 0;
  std::uint32_t slot = 0;
  std::uint32_t state = 0;
};

struct PartList {
  std::array<Part, kMaxParts> at;
  std::uint32_t size = 0;
};

// The lines and arcs that the table works with: the problem's, or what was chosen of them.
struct Arcs {
  const Line* lines = nullptr;  // by their index in the problem
  const Arc* arcs = nullptr;
  const std::uint32_t* arc_of = nullptr;  // of the problem; null: the same
};

// A way to serve a state: one shipment (kDummy: none, the lowest item goes short by one step), and
// the best way for the rest in some layer.
struct Choice {
  std::uint32_t shipment = kDummy;
  std::uint32_t layer = 0;
  std::uint32_t rest = 0;
};

template <typename T>
void Reserve(std::vector<T>& memory, std::size_t size) {
  if (memory.size() < size) memory.resize(size);
}

template <std::size_t N>
class Table {
 public:
  Table(const Problem& problem, const Arcs& arcs, const std::vector<Row>& rows,
        const Levels& levels, const OrderSpan& order, TableScratch& scratch, OrderPlan& plan)
      : problem_(problem),
        arcs_(arcs),
        rows_(rows),
        levels_(levels),
        order_(order),
        scratch_(scratch),
        plan_(plan) {}

  // Floors of the order are left out, as limits that couple shipments are.
  bool Solve();
  // The same with them.
  bool SolveWithFloors();

 private:
  using Value = Tuple<N>;

  bool MakeItems();
  bool SolveOneLine();
  bool Scatter();
  bool ScatterLine(std::uint32_t i);
  bool ScatterGroup(std::uint32_t i, std::uint32_t line);
  bool CloseGroups();
  bool OwnPlaces();
  bool FillWhole();
  bool CheckRate(std::uint32_t slot, std::uint32_t mask);
  void FillSubsets(std::uint32_t slot, std::uint32_t mask, std::int64_t base, bool flat);
  bool SolveWhole();
  bool SolveCounted();
  bool PriceCounted();
  void MeasureStates();
  void RootWithFloors(std::uint32_t from);
  bool MakeCounted();
  void ScatterCounted(std::uint32_t i);
  void FillCounted(std::uint32_t slot);
  void Offer(std::uint32_t state, std::uint32_t slot, std::int64_t cost);
  void LeaveRest();
  void SolveLayers();
  void Combine(std::uint32_t layer, std::uint32_t from);
  void CombineWhole(std::uint32_t layer, std::uint32_t from, std::uint32_t state);
  void CombineCounted(std::uint32_t layer, std::uint32_t from, std::uint32_t state);
  void Open(std::uint32_t layer, std::uint32_t state);
  void Try(std::uint32_t layer, std::uint32_t from, std::uint32_t state, std::uint32_t shipment);
  void TryRoot(std::uint32_t from, std::uint32_t shipment);
  void TakeRoot(const Choice& choice, const Value& value, std::uint32_t shipments);
  void Root(std::uint32_t from);
  bool Covered() const;
  bool PartsCannotPay() const;
  bool Finish();
  void AddTakes(const Part& part);
  void AddTake(std::uint32_t line, std::uint32_t slot, std::int64_t most);
  Take TakeOf(std::uint32_t line, std::uint32_t slot, std::int64_t most) const;
  std::uint32_t ItemOf(std::uint32_t line) const;
  std::int64_t LineUnits(const Part& part, std::uint32_t line) const;
  bool RespectsRows() const;
  bool RespectsSlotRows() const;
  void Collect(Choice choice, PartList& parts) const;
  bool TieLess(const Choice& a, const Choice& b) const;

  void AddBase(std::int64_t base) {
    if (base >= least_base_[1]) return;
    least_base_[1] = std::max(least_base_[0], base);
    least_base_[0] = std::min(least_base_[0], base);
  }
  [[nodiscard]] std::uint32_t LowItem(std::uint32_t state) const {
    if (!counting_) return static_cast<std::uint32_t>(std::countr_zero(state));
    std::uint32_t i = 0;
    while (Digit(state, i) == 0) ++i;
    return i;
  }
  // The penalty of one step of the item: one unit if counted, else the whole.
  [[nodiscard]] Value StepPenalty(std::uint32_t i) const {
    return Penalty(items_[i].counted ? items_[i].penalty / items_[i].quantity : items_[i].penalty);
  }
  [[nodiscard]] std::uint32_t Digit(std::uint32_t state, std::uint32_t i) const {
    if (!counting_) return state >> i & 1;
    return state / items_[i].stride % items_[i].radix;
  }
  [[nodiscard]] std::uint32_t ArcOf(std::uint32_t a) const {
    return arcs_.arc_of == nullptr ? a : arcs_.arc_of[a];
  }
  [[nodiscard]] std::span<const Arc> ArcsOf(const Line& line) const {
    return {arcs_.arcs + line.first_arc, line.arc_count};
  }
  // Which items the slot can ship.
  [[nodiscard]] std::uint32_t ItemsOf(std::uint32_t slot) const {
    return scratch_.slot_items[slot] & kItemBits;
  }
  // Gives up: a line has several arcs to one slot.
  bool MeetAlternatives() {
    scratch_.alternatives = true;
    return false;
  }
  [[nodiscard]] const Slot& SlotAt(std::uint32_t slot) const {
    return problem_.slots[order_.first_slot + slot];
  }
  [[nodiscard]] const Step* StepsOf(const Slot& slot) const {
    return problem_.steps.data() + slot.first_step;
  }
  [[nodiscard]] std::size_t At(std::uint32_t layer, std::uint32_t state) const {
    return static_cast<std::size_t>(layer) * states_ + state;
  }
  [[nodiscard]] Value Load(const std::vector<std::int64_t>& memory, std::size_t at) const {
    Value value;
    for (std::size_t l = 0; l < N; ++l) value.v[l] = memory[at * N + l];
    return value;
  }
  void Store(std::vector<std::int64_t>& memory, std::size_t at, const Value& value) {
    for (std::size_t l = 0; l < N; ++l) memory[at * N + l] = value.v[l];
  }
  // The penalty of leaving units unsourced, as the levels see it.
  [[nodiscard]] Value Penalty(std::int64_t amount) const {
    Value value;
    for (std::size_t l = 0; l < N; ++l) {
      const ObjectiveKind kind = levels_.list[l].kind;
      if (kind == ObjectiveKind::kCost || kind == ObjectiveKind::kShortfall) value.v[l] = amount;
    }
    return value;
  }
  // A cost, as the levels see it.
  [[nodiscard]] Value CostOnly(std::int64_t cost) const {
    Value value;
    for (std::size_t l = 0; l < N; ++l) {
      if (levels_.list[l].kind == ObjectiveKind::kCost) value.v[l] = cost;
    }
    return value;
  }
  // The value of one shipment through a slot whose cost, all included, is `cost`.
  [[nodiscard]] Value ShipmentValue(std::uint32_t slot, std::int64_t cost) const {
    Value value;
    if constexpr (N == 1) {
      value.v[0] = cost;
    } else {
      for (std::size_t l = 0; l < N; ++l) {
        value.v[l] = levels_.list[l].kind == ObjectiveKind::kCost
                         ? cost
                         : SlotValue(problem_, levels_.list[l], order_.first_slot + slot);
      }
    }
    return value;
  }

  const Problem& problem_;
  const Arcs arcs_;
  const std::vector<Row>& rows_;
  const Levels& levels_;
  const OrderSpan& order_;
  TableScratch& scratch_;
  OrderPlan& plan_;
  std::array<Item, kMaxItems> items_;
  std::uint32_t item_count_ = 0;
  std::uint32_t states_ = 1;
  bool has_group_ = false;
  bool need_own_place_ = false;
  bool partial_groups_ = false;   // some slot ships a part of a group
  std::uint32_t multi_ = 0;       // items that are single lines, divisible, of two or more units
  std::uint32_t must_count_ = 0;  // of those: items for which whole or nothing is not enough
  std::array<std::int64_t, 2> least_base_ = {kHuge, kHuge};  // two cheapest slots, empty
  bool counting_ = false;
  bool layered_ = false;  // a layer builds on the one before, else on itself
  bool floors_ = false;   // states ship whole; what an order leaves is decided at the root
  Value root_value_;
  std::uint32_t root_shipments_ = 0;
  Choice root_;
};

template <std::size_t N>
bool Table<N>::Solve() {
  plan_.takes.clear();
  if (!MakeItems()) return false;
  if (N == 1 && item_count_ == 1 && items_[0].lines == 1 && SolveOneLine()) return true;
  states_ = 1U << item_count_;
  if (!Scatter() || !FillWhole()) return false;
  if (SolveWhole()) return true;
  if (must_count_ == 0) return false;
  return SolveCounted();
}

template <std::size_t N>
bool Table<N>::MakeItems() {
  if (order_.line_count > kMaxLines) return false;
  for (std::uint32_t line = order_.first_line; line < order_.first_line + order_.line_count;
       ++line) {
    const Line& data = arcs_.lines[line];
    if (data.quantity == 0) continue;
    std::uint32_t i = item_count_;
    if (data.group != kNone) {
      for (i = 0; i < item_count_; ++i) {
        if (arcs_.lines[items_[i].line].group == data.group) break;
      }
    }
    if (i == item_count_) {
      if (item_count_ == kMaxItems) return false;
      Item& item = items_[item_count_++];
      item.line = line;
      item.quantity = data.quantity;
      item.penalty = data.quantity * data.shortfall_penalty;
      item.one_place = data.no_split || data.group != kNone;
      item.stride = 1U << i;
    } else {
      items_[i].lines += 1;
      items_[i].one_place = true;
      items_[i].penalty += data.quantity * data.shortfall_penalty;
      has_group_ = true;
    }
  }
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    items_[i].lower = items_[i].penalty;
    if (!items_[i].one_place && items_[i].quantity > 1) multi_ |= 1U << i;
  }
  return true;
}

// One line: the cheapest whole shipment, without any table. It is the optimum if units cannot gain
// by parting: one unit, or no cheaper even with the least fixed cost twice.
template <std::size_t N>
bool Table<N>::SolveOneLine() {
  const Item& item = items_[0];
  const Line& line = arcs_.lines[item.line];
  const std::int64_t quantity = line.quantity;
  std::int64_t best = kHuge;
  std::uint32_t best_arc = kNone;
  std::int64_t least_base = kHuge;
  std::int64_t least_unit = line.shortfall_penalty;
  std::uint32_t end = 0;
  for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
    const Arc& arc = arcs_.arcs[a];
    // Only while arcs ascend by slot there is surely one to each.
    if (arc.slot < end) return false;
    end = arc.slot + 1;
    const Slot& slot = problem_.slots[arc.slot];
    std::int64_t unit = arc.unit_cost;
    bool whole = true;
    if (arc.row != kNone) {
      const Row& row = rows_[arc.row];
      unit += row.price;
      whole = row.amount >= quantity;
      if (row.amount == 0) continue;
    }
    std::int64_t base = slot.fixed_cost;
    std::int64_t cost = base + unit * quantity;
    if (slot.step_count > 0) {
      const Step* steps = StepsOf(slot);
      base += steps[0].cost;
      std::int64_t rate = 0;
      whole = whole && RateOf(steps, slot.step_count, arc.weight_g * quantity, rate);
      cost += rate;
    }
    least_base = std::min(least_base, base);
    least_unit = std::min(least_unit, unit);
    if (!whole || cost > best) continue;
    if (cost == best) {
      const Slot& other = problem_.slots[arcs_.arcs[best_arc].slot];
      if (slot.tie_rank > other.tie_rank) continue;
      if (slot.tie_rank == other.tie_rank && arc.slot > arcs_.arcs[best_arc].slot) continue;
    }
    best = cost;
    best_arc = a;
  }
  const bool nothing = item.penalty <= best || order_.max_shipments == 0;
  if (quantity > 1 && order_.max_shipments > 0 && least_base < kHuge) {
    const std::int64_t value = nothing ? item.penalty : best;
    const std::int64_t units = least_unit * quantity;
    const std::int64_t split = 2 * least_base + order_.split_penalty + units;
    const std::int64_t part = least_base + units + (line.shortfall_penalty - least_unit);
    if (split < value || (!order_.ship_complete && part <= value && !nothing) ||
        (!order_.ship_complete && part < value)) {
      return false;
    }
  }
  if (!nothing) {
    const Arc& arc = arcs_.arcs[best_arc];
    plan_.takes.push_back({item.line, arc.slot, ArcOf(best_arc), quantity});
    if (!problem_.slot_rows.empty() && !RespectsSlotRows()) return false;
  }
  plan_.values[0] = (nothing ? item.penalty : best) + order_.cost_offset;
  return true;
}

template <std::size_t N>
bool Table<N>::Scatter() {
  const std::uint32_t slots = order_.slot_count;
  Reserve(scratch_.slot_items, slots);
  Reserve(scratch_.slot_weight, slots);
  Reserve(scratch_.slot_cost, static_cast<std::size_t>(slots) * kMaxItems);
  Reserve(scratch_.slot_grams, static_cast<std::size_t>(slots) * kMaxItems);
  std::fill_n(scratch_.slot_items.begin(), slots, std::uint16_t{0});
  std::fill_n(scratch_.slot_weight.begin(), slots, std::int64_t{0});
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    if (items_[i].lines == 1 && !ScatterLine(i)) return false;
  }
  if (!has_group_) return true;
  Reserve(scratch_.slot_lines, static_cast<std::size_t>(slots) * kMaxItems);
  Reserve(scratch_.slot_line, slots);
  std::fill_n(scratch_.slot_line.begin(), slots, kNone);
  for (std::uint32_t line = order_.first_line; line < order_.first_line + order_.line_count;
       ++line) {
    const Line& data = arcs_.lines[line];
    if (data.group == kNone || data.quantity == 0) continue;
    for (std::uint32_t i = 0; i < item_count_; ++i) {
      if (items_[i].lines > 1 && arcs_.lines[items_[i].line].group == data.group &&
          !ScatterGroup(i, line)) {
        return false;
      }
    }
  }
  return CloseGroups();
}

template <std::size_t N>
bool Table<N>::ScatterLine(std::uint32_t i) {
  Item& item = items_[i];
  const Line& line = arcs_.lines[item.line];
  const std::int64_t quantity = line.quantity;
  const auto bit = static_cast<std::uint16_t>(1U << i);
  const auto met = static_cast<std::uint16_t>(bit << kMaxItems);
  std::int64_t lower = item.lower;
  for (const Arc& arc : ArcsOf(line)) {
    const std::uint32_t slot = arc.slot - order_.first_slot;
    if ((scratch_.slot_items[slot] & met) != 0) return MeetAlternatives();
    std::int64_t unit = arc.unit_cost;
    std::int64_t units = quantity;
    if (arc.row != kNone) {
      const Row& row = rows_[arc.row];
      unit += row.price;
      units = std::min(units, row.amount);
    }
    std::int64_t cost = unit * quantity;
    const std::int64_t grams = arc.weight_g * units;
    if (units < quantity) {
      // Not enough for the line: of use only if the line may be split or filled in part.
      scratch_.slot_items[slot] |= met;
      if (units == 0) continue;
      if (item.one_place) {
        need_own_place_ = true;
        if (order_.ship_complete) continue;
        if (N > 1) return false;
        if (unit > line.shortfall_penalty) continue;
        cost = unit * units + (quantity - units) * line.shortfall_penalty;
      } else {
        must_count_ |= bit;
        const Slot& data = SlotAt(slot);
        AddBase(data.fixed_cost + (data.step_count > 0 ? StepsOf(data)[0].cost : 0));
        lower = std::min(lower, cost);
        scratch_.slot_weight[slot] += grams;
        continue;
      }
    }
    scratch_.slot_items[slot] |= met | bit;
    scratch_.slot_cost[slot * kMaxItems + i] = cost;
    scratch_.slot_grams[slot * kMaxItems + i] = grams;
    scratch_.slot_weight[slot] += grams;
    lower = std::min(lower, cost);
    if (item.one_place) {
      item.margin = std::min(item.margin, levels_.shortfall_leads && line.shortfall_penalty > 0
                                              ? kHuge
                                              : line.shortfall_penalty - unit);
    }
  }
  item.lower = lower;
  return true;
}

// Adds a line of a group where the slot has it. A slot that lacks a line, or enough of it, leaves
// those units unsourced; the table knows that as cost only, so other lists go to the search.
template <std::size_t N>
bool Table<N>::ScatterGroup(std::uint32_t i, std::uint32_t line) {
  Item& item = items_[i];
  const Line& data = arcs_.lines[line];
  const std::uint32_t bit = 1U << i;
  for (const Arc& arc : ArcsOf(data)) {
    const std::uint32_t slot = arc.slot - order_.first_slot;
    if (std::exchange(scratch_.slot_line[slot], line) == line) return MeetAlternatives();
    std::int64_t unit = arc.unit_cost;
    std::int64_t units = data.quantity;
    if (arc.row != kNone) {
      unit += rows_[arc.row].price;
      units = std::min(units, rows_[arc.row].amount);
    }
    if (units == 0) continue;
    if (order_.ship_complete) {
      if (units < data.quantity) continue;
    } else {
      if (!SourcingPays(levels_, unit, data.shortfall_penalty)) continue;
      if (units < data.quantity) {
        if (N > 1) return false;
        partial_groups_ = true;
      }
    }
    const std::size_t at = slot * kMaxItems + i;
    if ((scratch_.slot_items[slot] & bit) == 0) {
      scratch_.slot_items[slot] |= static_cast<std::uint16_t>(bit);
      scratch_.slot_cost[at] = item.penalty;
      scratch_.slot_grams[at] = 0;
      scratch_.slot_lines[at] = 0;
    }
    scratch_.slot_cost[at] += (unit - data.shortfall_penalty) * units;
    scratch_.slot_grams[at] += arc.weight_g * units;
    scratch_.slot_lines[at] += 1;
    scratch_.slot_weight[slot] += arc.weight_g * units;
    item.margin = std::min(item.margin, levels_.shortfall_leads && data.shortfall_penalty > 0
                                            ? kHuge
                                            : data.shortfall_penalty - unit);
  }
  return true;
}

template <std::size_t N>
bool Table<N>::CloseGroups() {
  // The lines of a group may leave one location by different slots.
  need_own_place_ = true;
  for (std::uint32_t slot = 0; slot < order_.slot_count; ++slot) {
    for (std::uint32_t i = 0; i < item_count_; ++i) {
      if (items_[i].lines == 1 || (scratch_.slot_items[slot] >> i & 1) == 0) continue;
      const std::size_t at = slot * kMaxItems + i;
      if (scratch_.slot_lines[at] < items_[i].lines) {
        if (order_.ship_complete) {
          scratch_.slot_items[slot] &= static_cast<std::uint16_t>(~(1U << i));
          continue;
        }
        if (N > 1) return false;
        partial_groups_ = true;
      }
      items_[i].lower = std::min(items_[i].lower, scratch_.slot_cost[at]);
    }
  }
  return true;
}

template <std::size_t N>
inline void Table<N>::Offer(std::uint32_t state, std::uint32_t slot, std::int64_t cost) {
  const std::uint32_t holder = scratch_.best_slot[state];
  const Value value = ShipmentValue(slot, cost);
  if (holder != kNone) {
    const Value best = Load(scratch_.best_value, state);
    if (best < value) return;
    if (best == value && SlotAt(holder).tie_rank <= SlotAt(slot).tie_rank) return;
  }
  scratch_.best_slot[state] = slot;
  Store(scratch_.best_value, state, value);
}

// Prices every subset of the items that the slot can ship. The kernel of the table: its time is the
// sum of 2^items over the slots.
template <std::size_t N>
void Table<N>::FillSubsets(std::uint32_t slot, std::uint32_t mask, std::int64_t base, bool flat) {
  const std::int64_t* cost = &scratch_.slot_cost[slot * kMaxItems];
  std::array<std::int64_t, 1U << kMaxItems> sums;
  sums[0] = base;
  if (flat) {
    for (std::uint32_t set = mask & (~mask + 1); set != 0; set = (set - mask) & mask) {
      const std::uint32_t low = static_cast<std::uint32_t>(std::countr_zero(set));
      sums[set] = sums[set & (set - 1)] + cost[low];
      Offer(set, slot, sums[set]);
    }
    return;
  }
  const Slot& data = SlotAt(slot);
  const Step* steps = StepsOf(data);
  const std::int64_t* grams = &scratch_.slot_grams[slot * kMaxItems];
  std::array<std::int64_t, 1U << kMaxItems> weights;
  weights[0] = 0;
  for (std::uint32_t set = mask & (~mask + 1); set != 0; set = (set - mask) & mask) {
    const std::uint32_t low = static_cast<std::uint32_t>(std::countr_zero(set));
    sums[set] = sums[set & (set - 1)] + cost[low];
    weights[set] = weights[set & (set - 1)] + grams[low];
    std::int64_t rate = 0;
    if (RateOf(steps, data.step_count, weights[set], rate)) Offer(set, slot, sums[set] + rate);
  }
}

// Notes what a rate that is not flat over the reachable weights means for the items of the slot.
template <std::size_t N>
bool Table<N>::CheckRate(std::uint32_t slot, std::uint32_t mask) {
  must_count_ |= mask & multi_;
  const Slot& data = SlotAt(slot);
  const Step* steps = StepsOf(data);
  std::int64_t rate = 0;
  const bool fits = RateOf(steps, data.step_count, scratch_.slot_weight[slot], rate);
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    if ((mask >> i & 1) == 0 || !items_[i].one_place) continue;
    if (items_[i].lines == 1 && items_[i].quantity == 1) continue;
    need_own_place_ = true;
    // In part from one place: never better if a unit is worth more than the whole climb.
    if (!fits || items_[i].margin < rate - steps[0].cost) return false;
  }
  return true;
}

// True if no location has two slots: only then can a group or an undivided line, of which a slot
// ships a part, not be completed by another slot of the same location.
template <std::size_t N>
bool Table<N>::OwnPlaces() {
  std::vector<std::uint32_t>& places = scratch_.locations;
  places.clear();
  for (std::uint32_t slot = 0; slot < order_.slot_count; ++slot) {
    places.push_back(SlotAt(slot).location);
  }
  std::sort(places.begin(), places.end());
  return std::adjacent_find(places.begin(), places.end()) == places.end();
}

template <std::size_t N>
bool Table<N>::FillWhole() {
  Reserve(scratch_.best_slot, states_);
  Reserve(scratch_.best_value, static_cast<std::size_t>(states_) * N);
  std::fill_n(scratch_.best_slot.begin(), states_, kNone);
  for (std::uint32_t slot = 0; slot < order_.slot_count; ++slot) {
    const std::uint32_t mask = ItemsOf(slot);
    if (mask == 0) continue;
    const Slot& data = SlotAt(slot);
    std::int64_t base = data.fixed_cost;
    bool flat = true;
    std::int64_t first = 0;
    if (data.step_count > 0) {
      const Step* steps = StepsOf(data);
      first = steps[0].cost;
      if (steps[0].max_weight_g < scratch_.slot_weight[slot]) {
        std::int64_t rate = 0;
        flat = RateOf(steps, data.step_count, scratch_.slot_weight[slot], rate) && rate == first;
        if (!flat && !CheckRate(slot, mask)) return false;
      }
      if (flat) base += first;
    }
    AddBase(data.fixed_cost + first);
    FillSubsets(slot, mask, base, flat);
  }
  return !need_own_place_ || OwnPlaces();
}

// Layer 0: nothing more is shipped.
template <std::size_t N>
void Table<N>::LeaveRest() {
  scratch_.value[0] = 0;
  Store(scratch_.value, 0, Value{});
  scratch_.first[0] = kDummy;
  scratch_.shipments[0] = 0;
  for (std::uint32_t state = 1; state < states_; ++state) {
    const std::uint32_t low = LowItem(state);
    scratch_.shipments[state] = 0;
    scratch_.first[state] = order_.ship_complete || floors_ ? kNone : kDummy;
    Store(scratch_.value, state,
          Load(scratch_.value, state - items_[low].stride) + StepPenalty(low));
  }
}

// The entry of a state before any shipment is tried: its lowest item goes short by one step.
template <std::size_t N>
inline void Table<N>::Open(std::uint32_t layer, std::uint32_t state) {
  const std::size_t at = At(layer, state);
  scratch_.first[at] = kNone;
  if (order_.ship_complete || floors_) return;
  const std::uint32_t low = LowItem(state);
  const std::size_t rest = At(layer, state - items_[low].stride);
  scratch_.first[at] = kDummy;
  scratch_.shipments[at] = scratch_.shipments[rest];
  Store(scratch_.value, at, Load(scratch_.value, rest) + StepPenalty(low));
}

template <std::size_t N>
inline void Table<N>::Try(std::uint32_t layer, std::uint32_t from, std::uint32_t state,
                          std::uint32_t shipment) {
  const std::size_t rest = At(from, state - shipment);
  if (scratch_.best_slot[shipment] == kNone || scratch_.first[rest] == kNone) return;
  const std::size_t at = At(layer, state);
  const Value value = Load(scratch_.best_value, shipment) + Load(scratch_.value, rest) +
                      CostOnly(order_.split_penalty);
  const std::uint32_t shipments = scratch_.shipments[rest] + 1;
  if (scratch_.first[at] != kNone) {
    const Value best = Load(scratch_.value, at);
    if (best < value) return;
    if (best == value) {
      if (scratch_.shipments[at] < shipments) return;
      if (scratch_.shipments[at] == shipments) {
        const std::uint32_t held = scratch_.first[at];
        const std::uint32_t step = held == kDummy ? items_[LowItem(state)].stride : held;
        const Choice now = {held, held == kDummy ? layer : from, state - step};
        if (!TieLess({shipment, from, state - shipment}, now)) return;
      }
    }
  }
  scratch_.first[at] = shipment;
  scratch_.shipments[at] = shipments;
  Store(scratch_.value, at, value);
}

// Some shipment of a plan takes the lowest item (or the plan leaves it): that one is tried first,
// so that every set of whole items is met once.
template <std::size_t N>
void Table<N>::CombineWhole(std::uint32_t layer, std::uint32_t from, std::uint32_t state) {
  const std::uint32_t low = state & (~state + 1);
  const std::uint32_t others = state ^ low;
  for (std::uint32_t set = others;; set = (set - 1) & others) {
    Try(layer, from, state, set | low);
    if (set == 0) break;
  }
}

template <std::size_t N>
void Table<N>::CombineCounted(std::uint32_t layer, std::uint32_t from, std::uint32_t state) {
  std::array<std::uint32_t, kMaxItems> most;
  std::array<std::uint32_t, kMaxItems> now{};
  for (std::uint32_t i = 0; i < item_count_; ++i) most[i] = Digit(state, i);
  const std::uint32_t low = LowItem(state);
  now[low] = 1;
  std::uint32_t shipment = items_[low].stride;
  while (true) {
    Try(layer, from, state, shipment);
    std::uint32_t i = low;
    while (i < item_count_ && now[i] == most[i]) {
      const std::uint32_t least = i == low ? 1 : 0;
      shipment -= (now[i] - least) * items_[i].stride;
      now[i] = least;
      ++i;
    }
    if (i == item_count_) return;
    now[i] += 1;
    shipment += items_[i].stride;
  }
}

template <std::size_t N>
void Table<N>::Combine(std::uint32_t layer, std::uint32_t from) {
  const std::size_t zero = At(layer, 0);
  scratch_.first[zero] = kDummy;
  scratch_.shipments[zero] = 0;
  Store(scratch_.value, zero, Value{});
  for (std::uint32_t state = 1; state < states_; ++state) {
    Open(layer, state);
    if (counting_) {
      CombineCounted(layer, from, state);
    } else {
      CombineWhole(layer, from, state);
    }
  }
}

template <std::size_t N>
inline void Table<N>::TryRoot(std::uint32_t from, std::uint32_t shipment) {
  const std::size_t rest = At(from, states_ - 1 - shipment);
  if (scratch_.best_slot[shipment] == kNone || scratch_.first[rest] == kNone) return;
  const Value value = Load(scratch_.best_value, shipment) + Load(scratch_.value, rest);
  const std::uint32_t shipments = scratch_.shipments[rest] + 1;
  TakeRoot({shipment, from, states_ - 1 - shipment}, value, shipments);
}

template <std::size_t N>
inline void Table<N>::TakeRoot(const Choice& choice, const Value& value, std::uint32_t shipments) {
  if (root_value_ < value) return;
  if (root_value_ == value) {
    if (root_shipments_ < shipments) return;
    if (root_shipments_ == shipments && !TieLess(choice, root_)) return;
  }
  root_ = choice;
  root_value_ = value;
  root_shipments_ = shipments;
}

// The best plan of all: nothing, or one shipment (which pays no split) and the best of a layer.
template <std::size_t N>
void Table<N>::Root(std::uint32_t from) {
  root_ = {kDummy, 0, 0};
  root_shipments_ = 0;
  root_value_ = Load(scratch_.value, states_ - 1);
  for (std::uint32_t shipment = 1; shipment < states_; ++shipment) TryRoot(from, shipment);
}

// True if no plan of two or more shipments can be better than the best of at most one.
template <std::size_t N>
bool Table<N>::Covered() const {
  if (order_.max_shipments == 1 || least_base_[1] == kHuge) return true;
  if (N > 1) return false;
  std::int64_t lower = least_base_[0] + least_base_[1] + order_.split_penalty;
  for (std::uint32_t i = 0; i < item_count_; ++i) lower += items_[i].lower;
  return root_value_.v[0] <= lower;
}

// True if no plan of one shipment that fills a line in part can be as good as the root.
template <std::size_t N>
bool Table<N>::PartsCannotPay() const {
  if (order_.ship_complete) return true;
  if (N > 1) return false;
  std::int64_t lower = least_base_[0];
  std::int64_t unit = kHuge;
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    lower += items_[i].lower;
    if ((multi_ >> i & 1) != 0) {
      unit = std::min(unit, (items_[i].penalty - items_[i].lower) / items_[i].quantity);
    }
  }
  return root_value_.v[0] < lower + unit;
}

template <std::size_t N>
void Table<N>::SolveLayers() {
  layered_ = false;
  Combine(1, 1);
  Root(1);
  if (root_shipments_ <= order_.max_shipments) return;
  layered_ = true;
  const auto layers = static_cast<std::uint32_t>(order_.max_shipments);
  const std::size_t size = static_cast<std::size_t>(layers) * states_;
  Reserve(scratch_.first, size);
  Reserve(scratch_.shipments, size);
  Reserve(scratch_.value, size * N);
  for (std::uint32_t layer = 1; layer < layers; ++layer) Combine(layer, layer - 1);
  Root(layers - 1);
}

template <std::size_t N>
bool Table<N>::SolveWhole() {
  Reserve(scratch_.first, std::size_t{2} * states_);
  Reserve(scratch_.shipments, std::size_t{2} * states_);
  Reserve(scratch_.value, std::size_t{2} * states_ * N);
  LeaveRest();
  if (order_.max_shipments == 0) {
    root_value_ = Load(scratch_.value, states_ - 1);
    return Finish();
  }
  Root(0);
  const bool covered = Covered();
  if (must_count_ != 0) return covered && PartsCannotPay() && Finish();
  if (!covered) SolveLayers();
  return Finish();
}

// Items whose units may part get a digit per unit; gives up if the table would be large.
template <std::size_t N>
bool Table<N>::MakeCounted() {
  counting_ = true;
  std::uint64_t states = 1;
  std::uint64_t transitions = 1;
  std::uint64_t parts = 0;
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    Item& item = items_[i];
    item.counted = (must_count_ >> i & 1) != 0;
    if (item.counted && item.quantity >= kMaxStates) return false;
    item.radix = item.counted ? static_cast<std::uint32_t>(item.quantity) + 1 : 2;
    item.stride = static_cast<std::uint32_t>(states);
    states *= item.radix;
    transitions *= static_cast<std::uint64_t>(item.radix) * (item.radix + 1) / 2;
    parts += item.radix - 1;
    if (states > kMaxStates || transitions > kMaxTransitions || parts > kMaxParts) return false;
  }
  states_ = static_cast<std::uint32_t>(states);
  return true;
}

template <std::size_t N>
void Table<N>::ScatterCounted(std::uint32_t i) {
  const Line& line = arcs_.lines[items_[i].line];
  const std::uint32_t bit = 1U << i;
  for (const Arc& arc : ArcsOf(line)) {
    const std::uint32_t slot = arc.slot - order_.first_slot;
    std::int64_t unit = arc.unit_cost;
    std::int64_t units = line.quantity;
    if (arc.row != kNone) {
      unit += rows_[arc.row].price;
      units = std::min(units, rows_[arc.row].amount);
    }
    if (units == 0) continue;
    const std::size_t at = slot * kMaxItems + i;
    scratch_.slot_items[slot] |= static_cast<std::uint16_t>(bit);
    scratch_.slot_cost[at] = unit;
    scratch_.slot_grams[at] = arc.weight_g;
    scratch_.slot_limit[at] = static_cast<std::uint32_t>(units);
  }
}

// Prices every amount that the slot can ship, in one shipment.
template <std::size_t N>
void Table<N>::FillCounted(std::uint32_t slot) {
  const std::uint32_t mask = ItemsOf(slot);
  const std::size_t row = static_cast<std::size_t>(slot) * kMaxItems;
  std::array<std::uint32_t, kMaxItems> most{};
  std::array<std::uint32_t, kMaxItems> now{};
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    if ((mask >> i & 1) == 0) continue;
    most[i] = items_[i].counted ? scratch_.slot_limit[row + i] : 1;
  }
  const Slot& data = SlotAt(slot);
  std::uint32_t state = 0;
  scratch_.sum_cost[0] = data.fixed_cost;
  scratch_.sum_grams[0] = 0;
  while (true) {
    std::uint32_t i = 0;
    while (i < item_count_ && now[i] == most[i]) {
      state -= now[i] * items_[i].stride;
      now[i] = 0;
      ++i;
    }
    if (i == item_count_) return;
    now[i] += 1;
    const std::uint32_t before = state;  // the digits below i are zero, so it was priced
    state += items_[i].stride;
    scratch_.sum_cost[state] = scratch_.sum_cost[before] + scratch_.slot_cost[row + i];
    scratch_.sum_grams[state] = scratch_.sum_grams[before] + scratch_.slot_grams[row + i];
    std::int64_t rate = 0;
    if (RateOf(StepsOf(data), data.step_count, scratch_.sum_grams[state], rate)) {
      Offer(state, slot, scratch_.sum_cost[state] + rate);
    }
  }
}

// Prices every single shipment of counted items; gives up if the table would be large.
template <std::size_t N>
bool Table<N>::PriceCounted() {
  if (!MakeCounted()) return false;
  Reserve(scratch_.slot_limit, static_cast<std::size_t>(order_.slot_count) * kMaxItems);
  Reserve(scratch_.best_slot, states_);
  Reserve(scratch_.best_value, static_cast<std::size_t>(states_) * N);
  Reserve(scratch_.sum_cost, states_);
  Reserve(scratch_.sum_grams, states_);
  Reserve(scratch_.first, std::size_t{2} * states_);
  Reserve(scratch_.shipments, std::size_t{2} * states_);
  Reserve(scratch_.value, std::size_t{2} * states_ * N);
  std::fill_n(scratch_.best_slot.begin(), states_, kNone);
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    if (items_[i].counted) ScatterCounted(i);
  }
  for (std::uint32_t slot = 0; slot < order_.slot_count; ++slot) FillCounted(slot);
  LeaveRest();
  return true;
}

template <std::size_t N>
bool Table<N>::SolveCounted() {
  if (!PriceCounted()) return false;
  if (order_.max_shipments == 1) {
    Root(0);
  } else {
    SolveLayers();
  }
  return Finish();
}

// Every unit of a line of several counts: which of them ship together decides about floors. Lines
// of one place that may be shipped in part go to the search.
template <std::size_t N>
bool Table<N>::SolveWithFloors() {
  plan_.takes.clear();
  floors_ = true;
  if (order_.max_shipments == 0 || !MakeItems()) return false;
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    if (items_[i].one_place && (items_[i].lines > 1 || items_[i].quantity > 1)) return false;
  }
  states_ = 1U << item_count_;
  if (!Scatter()) return false;
  must_count_ = multi_;
  if (!PriceCounted()) return false;
  MeasureStates();
  // The whole order is worth two floors at least (Tightened), so one shipment of it stays.
  for (std::uint32_t state = 1; state < states_; ++state) {
    if (scratch_.state_value[state] < order_.min_shipment_value) scratch_.best_slot[state] = kNone;
  }
  Combine(1, 1);
  RootWithFloors(1);
  if (root_shipments_ > order_.max_shipments) {
    layered_ = true;
    const auto layers = static_cast<std::uint32_t>(order_.max_shipments);
    const std::size_t size = static_cast<std::size_t>(layers + 1) * states_;
    Reserve(scratch_.first, size);
    Reserve(scratch_.shipments, size);
    Reserve(scratch_.value, size * N);
    for (std::uint32_t layer = 1; layer <= layers; ++layer) Combine(layer, layer - 1);
    RootWithFloors(layers);
  }
  return Finish();
}

template <std::size_t N>
void Table<N>::MeasureStates() {
  Reserve(scratch_.state_units, states_);
  Reserve(scratch_.state_value, states_);
  for (std::uint32_t state = 0; state < states_; ++state) {
    std::int64_t units = 0;
    std::int64_t value = 0;
    for (std::uint32_t i = 0; i < item_count_; ++i) {
      const std::uint32_t digit = Digit(state, i);
      units += digit;
      value += digit * UnitValue(problem_, items_[i].line);
    }
    scratch_.state_units[state] = units;
    scratch_.state_value[state] = value;
  }
}

// The best plan of all: nothing, or the best set of shipments of a state that may be all there is.
template <std::size_t N>
void Table<N>::RootWithFloors(std::uint32_t from) {
  const std::uint32_t whole = states_ - 1;
  root_ = {kDummy, 0, 0};
  root_shipments_ = 0;
  root_value_ = Load(scratch_.value, whole);
  for (std::uint32_t state = 1; state < states_; ++state) {
    const std::size_t at = At(from, state);
    if (scratch_.first[at] == kNone) continue;
    if (state != whole) {
      const std::int64_t left = scratch_.state_value[whole] - scratch_.state_value[state];
      if (order_.ship_complete || left < order_.min_shipment_value) continue;
      if (scratch_.state_units[state] < order_.min_fill_units) continue;
    }
    const Value value = Load(scratch_.value, at) + CostOnly(-order_.split_penalty) +
                        Load(scratch_.value, whole - state);
    TakeRoot({kDummy, from, state}, value, scratch_.shipments[at]);
  }
}

template <std::size_t N>
void Table<N>::Collect(Choice choice, PartList& parts) const {
  parts.size = 0;
  const auto add = [&](std::uint32_t state) {
    const std::uint32_t slot = scratch_.best_slot[state];
    const Part part = {SlotAt(slot).tie_rank, slot, state};
    std::uint32_t at = parts.size++;
    for (; at > 0; --at) {
      const Part& before = parts.at[at - 1];
      if (before.rank < part.rank || (before.rank == part.rank && before.slot <= part.slot)) break;
      parts.at[at] = before;
    }
    parts.at[at] = part;
  };
  if (choice.shipment != kDummy) add(choice.shipment);
  std::uint32_t layer = choice.layer;
  std::uint32_t state = choice.rest;
  while (state != 0) {
    const std::uint32_t shipment = scratch_.first[At(layer, state)];
    if (shipment == kDummy) {
      state -= items_[LowItem(state)].stride;
      continue;
    }
    add(shipment);
    state -= shipment;
    if (layered_) --layer;
  }
}

// The rule of exact.h for two ways to serve the same items at equal value with equally many
// shipments. Each comparison is kept by adding the same shipments to both sides, so that the table
// may decide ties state by state.
template <std::size_t N>
bool Table<N>::TieLess(const Choice& a, const Choice& b) const {
  PartList x;
  PartList y;
  Collect(a, x);
  Collect(b, y);
  for (std::uint32_t p = 0; p < x.size; ++p) {
    if (x.at[p].rank != y.at[p].rank) return x.at[p].rank < y.at[p].rank;
  }
  // Line by line; items stand in the order of their lines and a whole group moves as one line.
  const std::uint32_t rows = partial_groups_ ? order_.line_count : item_count_;
  const auto units = [this](const Part& part, std::uint32_t row) {
    return partial_groups_ ? LineUnits(part, order_.first_line + row) : Digit(part.state, row);
  };
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t p = 0; p < x.size;) {
      std::int64_t in_x = 0;
      std::int64_t in_y = 0;
      const std::uint32_t rank = x.at[p].rank;
      for (; p < x.size && x.at[p].rank == rank; ++p) {
        in_x += units(x.at[p], row);
        in_y += units(y.at[p], row);
      }
      if (in_x != in_y) return in_x > in_y;
    }
  }
  for (std::uint32_t row = 0; row < rows; ++row) {
    for (std::uint32_t p = 0; p < x.size; ++p) {
      const std::int64_t in_x = units(x.at[p], row);
      const std::int64_t in_y = units(y.at[p], row);
      if (in_x != in_y) return in_x > in_y;
    }
  }
  for (std::uint32_t p = 0; p < x.size; ++p) {
    if (x.at[p].slot != y.at[p].slot) return x.at[p].slot < y.at[p].slot;
  }
  return false;
}

// At most `most` units of a line through a slot, for a shipment that takes the line's item.
template <std::size_t N>
Take Table<N>::TakeOf(std::uint32_t line, std::uint32_t slot, std::int64_t most) const {
  const Line& data = arcs_.lines[line];
  for (std::uint32_t a = data.first_arc; a < data.first_arc + data.arc_count; ++a) {
    const Arc& arc = arcs_.arcs[a];
    if (arc.slot != slot) continue;
    std::int64_t units = most;
    std::int64_t unit = arc.unit_cost;
    if (arc.row != kNone) {
      units = std::min(units, rows_[arc.row].amount);
      unit += rows_[arc.row].price;
    }
    const bool wanted = order_.ship_complete || floors_ || data.group == kNone ||
                        SourcingPays(levels_, unit, data.shortfall_penalty);
    return {line, slot, ArcOf(a), wanted ? units : 0};
  }
  return {line, slot, kNone, 0};
}

template <std::size_t N>
std::uint32_t Table<N>::ItemOf(std::uint32_t line) const {
  const std::uint32_t group = arcs_.lines[line].group;
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    if (items_[i].line == line) return i;
    if (group != kNone && arcs_.lines[items_[i].line].group == group) return i;
  }
  return kNone;  // a line of quantity 0
}

// The units of a line in a shipment.
template <std::size_t N>
std::int64_t Table<N>::LineUnits(const Part& part, std::uint32_t line) const {
  const std::uint32_t i = ItemOf(line);
  if (i == kNone) return 0;
  const std::uint32_t digit = Digit(part.state, i);
  if (digit == 0) return 0;
  const std::int64_t most = items_[i].counted ? digit : arcs_.lines[line].quantity;
  return TakeOf(line, order_.first_slot + part.slot, most).quantity;
}

template <std::size_t N>
void Table<N>::AddTake(std::uint32_t line, std::uint32_t slot, std::int64_t most) {
  const Take take = TakeOf(line, slot, most);
  if (take.quantity > 0) plan_.takes.push_back(take);
}

template <std::size_t N>
void Table<N>::AddTakes(const Part& part) {
  const std::uint32_t slot = order_.first_slot + part.slot;
  for (std::uint32_t i = 0; i < item_count_; ++i) {
    const std::uint32_t digit = Digit(part.state, i);
    if (digit == 0) continue;
    const Item& item = items_[i];
    if (item.lines == 1) {
      AddTake(item.line, slot, item.counted ? digit : item.quantity);
      continue;
    }
    const std::uint32_t group = arcs_.lines[item.line].group;
    for (std::uint32_t line = item.line; line < order_.first_line + order_.line_count; ++line) {
      const Line& data = arcs_.lines[line];
      if (data.group == group && data.quantity > 0) AddTake(line, slot, data.quantity);
    }
  }
}

template <std::size_t N>
bool Table<N>::RespectsRows() const {
  for (const Take& take : plan_.takes) {
    const std::uint32_t row = problem_.arcs[take.arc].row;
    if (row == kNone) continue;
    std::int64_t left = rows_[row].amount;
    for (const Take& other : plan_.takes) {
      if (problem_.arcs[other.arc].row != row) continue;
      if (other.quantity > left) return false;
      left -= other.quantity;
    }
  }
  return problem_.slot_rows.empty() || RespectsSlotRows();
}

// Sums what the plan uses of each row that a used slot counts against, whatever its kind.
template <std::size_t N>
bool Table<N>::RespectsSlotRows() const {
  const auto uses = [&](std::uint32_t row) {
    std::int64_t left = rows_[row].amount;
    std::uint32_t before = kNone;
    for (const Take& take : plan_.takes) {
      const solver::SlotRows& rows = problem_.slot_rows[take.slot];
      const std::int64_t load = LoadOf(problem_, take.arc);
      if (problem_.arcs[take.arc].row == row) left -= take.quantity;
      for (const std::uint32_t r : rows.unit_rows) left -= r == row ? load * take.quantity : 0;
      for (const std::uint32_t r : rows.shipment_rows) {
        left -= r == row && take.slot != before ? 1 : 0;
      }
      before = take.slot;
    }
    return left >= 0;
  };
  for (const Take& take : plan_.takes) {
    const solver::SlotRows& rows = problem_.slot_rows[take.slot];
    for (const std::uint32_t row : rows.unit_rows) {
      if (row != kNone && !uses(row)) return false;
    }
    for (const std::uint32_t row : rows.shipment_rows) {
      if (row != kNone && !uses(row)) return false;
    }
  }
  return true;
}

// Writes the plan of the root; false if it breaks a limit that the table left out.
template <std::size_t N>
bool Table<N>::Finish() {
  plan_.takes.clear();
  PartList parts;
  Collect(root_, parts);
  for (std::uint32_t p = 0; p < parts.size; ++p) {
    for (std::uint32_t other = 0; other < p; ++other) {
      if (parts.at[other].slot == parts.at[p].slot) return false;
    }
    AddTakes(parts.at[p]);
  }
  std::sort(plan_.takes.begin(), plan_.takes.end(), [](const Take& a, const Take& b) {
    return a.slot != b.slot ? a.slot < b.slot : a.line < b.line;
  });
  for (std::size_t l = 0; l < N; ++l) {
    plan_.values[l] = root_value_.v[l];
    if (levels_.list[l].kind == ObjectiveKind::kCost) plan_.values[l] += order_.cost_offset;
  }
  return RespectsRows();
}

template <std::size_t N>
bool SolveWith(const Problem& problem, const Arcs& arcs, const std::vector<Row>& rows,
               const Levels& levels, const OrderSpan& span, TableScratch& scratch,
               OrderPlan& plan) {
  if (!HasFloors(span)) return Table<N>(problem, arcs, rows, levels, span, scratch, plan).Solve();
  const OrderSpan tight = Tightened(problem, span);
  if (!Table<N>(problem, arcs, rows, levels, tight, scratch, plan).Solve()) return false;
  if (!HasFloors(tight) || MeetsFloors(problem, tight, plan.takes)) return true;
  return Table<N>(problem, arcs, rows, levels, tight, scratch, plan).SolveWithFloors();
}

bool Solve(const Problem& problem, const Arcs& arcs, const std::vector<Row>& rows,
           const Levels& levels, const OrderSpan& span, TableScratch& scratch, OrderPlan& plan) {
  switch (levels.count) {
    case 1:
      return SolveWith<1>(problem, arcs, rows, levels, span, scratch, plan);
    case 2:
      return SolveWith<2>(problem, arcs, rows, levels, span, scratch, plan);
    case 3:
      return SolveWith<3>(problem, arcs, rows, levels, span, scratch, plan);
    case 4:
      return SolveWith<4>(problem, arcs, rows, levels, span, scratch, plan);
    case 5:
      return SolveWith<5>(problem, arcs, rows, levels, span, scratch, plan);
    default:
      static_assert(kMaxLevels == 6);
      return SolveWith<6>(problem, arcs, rows, levels, span, scratch, plan);
  }
}

bool RespectsQuotas(const Problem& problem, const std::vector<Row>& rows, const OrderPlan& plan) {
  if (problem.arc_quota.empty()) return true;
  return std::all_of(plan.takes.begin(), plan.takes.end(), [&](const Take& take) {
    const std::uint32_t row = problem.arc_quota[take.arc];
    std::int64_t units = 0;
    for (const Take& other : plan.takes) {
      if (problem.arc_quota[other.arc] == row) units += other.quantity;
    }
    return row == kNone || units <= rows[row].amount;
  });
}

// Whether the lines of every set are sourced equally many whole times.
bool RespectsSets(const Problem& problem, const OrderSpan& order, const OrderPlan& plan) {
  if (problem.line_sets.empty()) return true;
  const auto sourced = [&plan](std::uint32_t line) {
    std::int64_t units = 0;
    for (const Take& take : plan.takes) units += take.line == line ? take.quantity : 0;
    return units;
  };
  for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
    const solver::LineSet& own = problem.line_sets[l];
    if (own.set == kNone) continue;
    const std::int64_t units = sourced(l);
    if (units % own.per_set != 0) return false;
    // Each line with the next one of its set: that makes all of them equal.
    for (std::uint32_t m = l + 1; m < order.first_line + order.line_count; ++m) {
      const solver::LineSet& other = problem.line_sets[m];
      if (other.set != own.set) continue;
      if (sourced(m) / other.per_set != units / own.per_set) return false;
      break;
    }
  }
  return true;
}

}  // namespace

bool SolveByTable(const Problem& problem, const std::vector<Row>& rows, const Levels& levels,
                  std::uint32_t order, TableScratch& scratch, OrderPlan& plan) {
  const OrderSpan& span = problem.orders[order];
  scratch.alternatives = false;
  const Arcs arcs = {problem.lines.data(), problem.arcs.data(), nullptr};
  if (!Solve(problem, arcs, rows, levels, span, scratch, plan)) {
    ChosenArcs& chosen = scratch.chosen;
    if (!scratch.alternatives || !ChooseArcs(problem, rows, span, chosen)) return false;
    const Arcs of_chosen = {chosen.lines.data(), chosen.arcs.data(), chosen.arc_of.data()};
    if (!Solve(problem, of_chosen, rows, levels, span, scratch, plan)) return false;
  }
  return RespectsQuotas(problem, rows, plan) && RespectsSets(problem, span, plan);
}

}  // namespace orderwright::solver_internal
