#include "tests/solver/random_problem.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <numeric>
#include <random>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace orderwright::solver::testing {
namespace {

constexpr std::int64_t kManyPlans = 1'000'000'000'000'000;

// The standard distributions differ between libraries; these do not.
class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  // 0 to `most`.
  std::int64_t UpTo(std::int64_t most) {
    return static_cast<std::int64_t>(engine_() % (static_cast<std::uint64_t>(most) + 1));
  }
  std::int64_t Between(std::int64_t least, std::int64_t most) { return least + UpTo(most - least); }
  bool Chance(int percent) { return UpTo(99) < percent; }

 private:
  std::mt19937_64 engine_;
};

// Which parts this problem has. Drawn once per problem: a part that is rare in every problem would
// meet the others too seldom, and plain problems must come up too.
struct Style {
  bool rates, weights, prices, loads, unit_rows, shipment_rows, most_shipments, split_penalty;
  bool complete, groups, no_split, objectives, tolerances, offsets, several_slots, unlimited;
  bool zero_fixed, min_fill, min_value, alternatives, quotas, sets;
  std::int64_t cost_range;     // of units, prices and steps; small: ties are likely
  std::int64_t fixed_range;    // of shipments and splits: much less than units, or much more
  std::int64_t penalty_range;  // small: not sourcing may pay
  std::int64_t amount_range;
};

// Half of the problems have any mixture of parts. The others are plain but for three parts, so that
// these meet without all the rest in their way.
void DrawParts(Random& random, Style& style) {
  bool* const parts[] = {
      &style.rates,          &style.weights,  &style.split_penalty, &style.several_slots,
      &style.prices,         &style.loads,    &style.unit_rows,     &style.shipment_rows,
      &style.most_shipments, &style.groups,   &style.no_split,      &style.objectives,
      &style.unlimited,      &style.complete, &style.tolerances,    &style.offsets,
      &style.zero_fixed,     &style.min_fill, &style.min_value,     &style.alternatives,
      &style.quotas,         &style.sets};
  if (random.Chance(50)) {
    for (bool* part : parts) *part = random.Chance(35);
    return;
  }
  for (bool* part : parts) *part = random.Chance(8);
  for (int i = 0; i < 3; ++i) {
    *parts[random.UpTo(static_cast<std::int64_t>(std::size(parts)) - 1)] = true;
  }
}

Style RandomStyle(Random& random) {
  Style style = {};
  DrawParts(random, style);
  constexpr std::int64_t kRanges[] = {1, 3, 10, 1'000};
  style.cost_range = kRanges[random.UpTo(3)];
  style.fixed_range = random.Chance(50) ? style.cost_range : kRanges[random.UpTo(3)];
  style.penalty_range =
      std::max(style.cost_range, style.fixed_range) * (random.Chance(80) ? 20 : 2);
  style.amount_range = random.Chance(50) ? 3 : 6;
  return style;
}

class Generator {
 public:
  Generator(std::uint64_t seed, const RandomProblemOptions& options)
      : random_(seed), options_(options), style_(RandomStyle(random_)) {
    style_.min_fill = style_.min_fill || (options.floors && random_.Chance(70));
    style_.min_value = style_.min_value || (options.floors && random_.Chance(80));
    style_.alternatives = style_.alternatives || (options.alternatives && random_.Chance(80));
    style_.quotas = style_.quotas || (options.alternatives && random_.Chance(50));
    style_.sets = style_.sets || (options.alternatives && random_.Chance(30));
  }

  Problem Run() {
    MakeLocations();
    const std::int64_t orders = random_.Chance(45) ? 1 : random_.Between(1, options_.max_orders);
    if (style_.unit_rows && random_.Chance(50)) MakeCapacityRows();  // before or after the stock
    for (std::int64_t o = 0; o < orders; ++o) AddOrder();
    MakeCapacityRows();
    MakeSlotRows();
    MakeColumns();
    return std::move(p_);
  }

 private:
  std::int64_t Cost() { return random_.UpTo(style_.cost_range); }

  void MakeLocations() {
    const std::int64_t count = random_.Between(1, options_.size + 1);
    for (std::int64_t i = 0; i < count; ++i) {
      tie_ranks_.push_back(static_cast<std::uint32_t>(i * 2 + random_.UpTo(1)));
    }
    for (std::size_t i = tie_ranks_.size() - 1; i > 0; --i) {
      std::swap(tie_ranks_[i],
                tie_ranks_[static_cast<std::size_t>(random_.UpTo(static_cast<std::int64_t>(i)))]);
    }
  }

  std::uint32_t AddRow(std::int64_t amount) {
    const std::int64_t price = style_.prices ? Cost() : 0;
    p_.rows.push_back({amount, price});
    return static_cast<std::uint32_t>(p_.rows.size() - 1);
  }

  std::int64_t Amount(std::int64_t range) {
    if (style_.unlimited && random_.Chance(30)) return kUnlimited;
    return random_.Chance(12) ? 0 : random_.Between(1, range);
  }

  // The row of a SKU at a location, made when first asked for.
  std::uint32_t StockRow(std::uint32_t location, std::int64_t sku) {
    if (style_.unlimited && random_.Chance(15)) return kNone;
    const auto [found, is_new] = stock_rows_.try_emplace({location, sku}, 0);
    if (is_new) found->second = AddRow(Amount(style_.amount_range));
    return found->second;
  }

  // A limit on units of any lines, locations and orders; there are at most two.
  std::uint32_t QuotaRow() {
    std::uint32_t& row = quotas_[random_.Chance(50) ? 0 : 1];
    if (row == kNone) {
      row = static_cast<std::uint32_t>(p_.rows.size());
      p_.rows.push_back({.amount = Amount(4)});
    }
    return row;
  }

  // Rows of each location, for units and for shipments: of the location and of its day.
  void MakeCapacityRows() {
    if (!capacity_.empty()) return;
    for (std::size_t i = 0; i < tie_ranks_.size(); ++i) {
      SlotRows rows;
      for (std::uint32_t& row : rows.unit_rows) {
        if (style_.unit_rows && random_.Chance(60)) row = AddRow(Amount(8));
      }
      for (std::uint32_t& row : rows.shipment_rows) {
        if (style_.shipment_rows && random_.Chance(50)) row = AddRow(Amount(3));
      }
      capacity_.push_back(rows);
    }
  }

  void MakeSlotRows() {
    if (!style_.unit_rows && !style_.shipment_rows) return;
    for (const Slot& slot : p_.slots) {
      SlotRows rows = capacity_[slot.location];
      if (random_.Chance(15)) rows.unit_rows[1] = kNone;
      if (random_.Chance(15)) rows.shipment_rows[0] = kNone;
      p_.slot_rows.push_back(rows);
    }
  }

  void AddOrder() {
    OrderSpan order;
    order.first_line = static_cast<std::uint32_t>(p_.lines.size());
    order.first_slot = static_cast<std::uint32_t>(p_.slots.size());
    if (style_.most_shipments && random_.Chance(70))
      order.max_shipments = random_.Chance(15) ? 0 : random_.Between(1, 3);
    if (style_.split_penalty) order.split_penalty = random_.UpTo(style_.fixed_range);
    if (style_.offsets) order.cost_offset = random_.Between(-50, 50);
    order.ship_complete = style_.complete && random_.Chance(70);
    for (std::uint32_t l = 0; l < tie_ranks_.size(); ++l) {
      if (random_.Chance(15)) continue;
      const std::int64_t count = style_.several_slots ? random_.Between(1, 2) : 1;
      for (std::int64_t i = 0; i < count; ++i) AddSlot(l);
    }
    order.slot_count = static_cast<std::uint32_t>(p_.slots.size()) - order.first_slot;
    const std::int64_t lines = random_.Chance(5) ? 0 : random_.Between(1, options_.size);
    for (std::int64_t& count : sets_) count = random_.Between(1, 3);
    for (std::int64_t l = 0; l < lines; ++l) AddLine(order);
    order.line_count = static_cast<std::uint32_t>(p_.lines.size()) - order.first_line;
    AddFloors(order);
    p_.orders.push_back(order);
  }

  // Floors from nothing to more than the order can reach in parts; values of 0 come up too.
  void AddFloors(OrderSpan& order) {
    std::int64_t units = 0;
    std::int64_t value = 0;
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      units += p_.lines[l].quantity;
      if (style_.min_value) p_.unit_value.push_back(random_.UpTo(5));
      if (style_.min_value) value += p_.unit_value.back() * p_.lines[l].quantity;
    }
    if (style_.min_fill && random_.Chance(80)) order.min_fill_units = random_.UpTo(units);
    if (style_.min_value && random_.Chance(80)) {
      order.min_shipment_value = random_.UpTo(random_.Chance(80) ? value / 2 : value + 2);
    }
  }

  void AddSlot(std::uint32_t location) {
    Slot slot;
    slot.location = location;
    slot.tie_rank = tie_ranks_[location];
    slot.fixed_cost =
        style_.zero_fixed ? 0 : random_.UpTo(style_.fixed_range) * random_.Between(0, 2);
    if (style_.rates && random_.Chance(80)) AddRate(slot);
    p_.slots.push_back(slot);
  }

  // Steps of random width and height: often not subadditive, sometimes above 0 at weight 0,
  // sometimes the rate of the slot before.
  void AddRate(Slot& slot) {
    if (!p_.slots.empty() && p_.slots.back().step_count > 0 && random_.Chance(20)) {
      slot.first_step = p_.slots.back().first_step;
      slot.step_count = p_.slots.back().step_count;
      return;
    }
    slot.first_step = static_cast<std::uint32_t>(p_.steps.size());
    slot.step_count = static_cast<std::uint32_t>(random_.Between(1, 4));
    std::int64_t weight = random_.Between(0, 4);
    std::int64_t cost = random_.Chance(50) ? 0 : Cost();
    for (std::uint32_t k = 0; k < slot.step_count; ++k) {
      const bool open = k + 1 == slot.step_count && random_.Chance(60);
      p_.steps.push_back({open ? kUnlimited : weight, cost});
      weight += random_.Between(1, 5);
      if (random_.Chance(80)) cost += Cost() * random_.Between(1, 3);
    }
  }

  void AddLine(const OrderSpan& order) {
    Line line;
    line.quantity = random_.Chance(5) ? 0 : random_.Between(1, random_.Chance(50) ? 1 : 4);
    line.shortfall_penalty = random_.Chance(20)
                                 ? random_.UpTo(style_.penalty_range)
                                 : random_.Between(style_.penalty_range / 2, style_.penalty_range);
    line.first_arc = static_cast<std::uint32_t>(p_.arcs.size());
    line.no_split = style_.no_split && random_.Chance(50);
    if (style_.groups && random_.Chance(60)) {
      line.group = random_.Chance(70) ? 0 : 1;
    }
    if (style_.sets) p_.line_sets.push_back(MakeSet(line));
    const std::int64_t sku = random_.UpTo(options_.size);
    AddArcs(order, sku, false);
    if (style_.alternatives && random_.Chance(70)) {
      // As the builders do, after all arcs of the original; or slot by slot.
      for (std::int64_t i = random_.Between(1, 2); i > 0; --i) {
        AddArcs(order, random_.UpTo(options_.size), true);
      }
      if (random_.Chance(30)) MixArcs(line.first_arc);
    }
    for (std::size_t a = line.first_arc; a < p_.arcs.size(); ++a) {
      if (style_.loads) p_.arc_load.push_back(random_.UpTo(3));
      if (style_.quotas) p_.arc_quota.push_back(random_.Chance(40) ? QuotaRow() : kNone);
    }
    line.arc_count = static_cast<std::uint32_t>(p_.arcs.size()) - line.first_arc;
    p_.lines.push_back(line);
  }

  // Sets of the same name in one order are asked for equally often.
  LineSet MakeSet(Line& line) {
    if (random_.Chance(40)) return {};
    const std::uint32_t set = random_.Chance(70) ? 0 : 1;
    const std::int64_t per_set = random_.Chance(70) ? 1 : 2;
    line.quantity = sets_[set] * per_set;
    return {.set = set, .per_set = per_set};
  }

  void AddArcs(const OrderSpan& order, std::int64_t sku, bool alternative) {
    const std::size_t first = p_.lines.empty() ? 0 : FirstArc();
    const std::int64_t weight = style_.weights ? random_.UpTo(4) : random_.UpTo(1);
    for (std::uint32_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
      if (random_.Chance(alternative ? 40 : 20)) continue;
      Arc arc;
      arc.slot = j;
      arc.row = StockRow(p_.slots[j].location, sku);
      arc.unit_cost = Cost();
      arc.weight_g = random_.Chance(10) ? random_.UpTo(4) : weight;  // dimensional weight
      const bool is_known =
          std::any_of(p_.arcs.begin() + static_cast<std::ptrdiff_t>(first), p_.arcs.end(),
                      [&arc](const Arc& a) { return a.slot == arc.slot && a.row == arc.row; });
      if (!is_known) p_.arcs.push_back(arc);
    }
  }

  // Where the arcs of the line in hand begin.
  [[nodiscard]] std::size_t FirstArc() const {
    return p_.lines.back().first_arc + std::size_t{p_.lines.back().arc_count};
  }

  void MixArcs(std::size_t first) {
    for (std::size_t i = p_.arcs.size(); i > first + 1; --i) {
      const auto other =
          first + static_cast<std::size_t>(random_.UpTo(static_cast<std::int64_t>(i - first) - 1));
      std::swap(p_.arcs[i - 1], p_.arcs[other]);
    }
  }

  std::vector<std::int64_t> Column() {
    std::vector<std::int64_t> column;
    for (std::size_t j = 0; j < p_.slots.size(); ++j) column.push_back(random_.UpTo(3));
    return column;
  }

  void MakeColumns() {
    const std::int64_t columns = random_.Chance(50) ? 0 : random_.Between(1, 2);
    for (std::int64_t c = 0; c < columns; ++c) p_.rank_columns.push_back(Column());
    if (random_.Chance(50)) p_.lateness = Column();
    if (!style_.objectives) return;
    const std::int64_t count = random_.Between(1, kMaxObjectives);
    for (std::int64_t k = 0; k < count; ++k) {
      Objective objective;
      objective.kind = static_cast<ObjectiveKind>(random_.Between(1, 5));
      // Mostly shortfall first, as builders put it: other levels alone are best served by nothing.
      if (k == 0 && random_.Chance(70)) objective.kind = ObjectiveKind::kShortfall;
      if (objective.kind == ObjectiveKind::kRank && columns > 0 && random_.Chance(70)) {
        objective.rank_column = static_cast<std::uint32_t>(random_.UpTo(columns - 1));
      }
      if (style_.tolerances && random_.Chance(60)) {
        objective.tolerance = random_.UpTo(objective.kind == ObjectiveKind::kCost ||
                                                   objective.kind == ObjectiveKind::kShortfall
                                               ? (style_.cost_range + style_.fixed_range) * 2
                                               : 2);
      }
      p_.objectives.push_back(objective);
    }
  }

  Random random_;
  const RandomProblemOptions& options_;
  Style style_;
  Problem p_;
  std::vector<std::uint32_t> tie_ranks_;  // per location
  std::map<std::pair<std::uint32_t, std::int64_t>, std::uint32_t> stock_rows_;
  std::vector<SlotRows> capacity_;  // per location
  std::array<std::uint32_t, 2> quotas_ = {kNone, kNone};
  std::array<std::int64_t, 2> sets_ = {};  // how often the order in hand asks for each
};

// A problem with only the chosen orders, lines, slots and arcs.
struct Kept {
  explicit Kept(const Problem& p)
      : orders(p.orders.size(), true),
        lines(p.lines.size(), true),
        slots(p.slots.size(), true),
        arcs(p.arcs.size(), true) {}
  std::vector<bool> orders, lines, slots, arcs;
};

template <typename T>
void KeepEntries(std::vector<T>& column, const std::vector<bool>& kept) {
  if (column.size() != kept.size()) return;
  std::vector<T> left;
  for (std::size_t i = 0; i < column.size(); ++i) {
    if (kept[i]) left.push_back(column[i]);
  }
  column = std::move(left);
}

// How many entries before each one are kept: the new positions.
std::vector<std::uint32_t> NewPositions(const std::vector<bool>& kept) {
  std::vector<std::uint32_t> positions(kept.size() + 1, 0);
  for (std::size_t i = 0; i < kept.size(); ++i) positions[i + 1] = positions[i] + (kept[i] ? 1 : 0);
  return positions;
}

// A floor of units stays within the units of its order.
void CapFill(const Problem& problem, OrderSpan& order) {
  std::int64_t units = 0;
  for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
    units += problem.lines[l].quantity;
  }
  order.min_fill_units = std::min(order.min_fill_units, units);
}

Problem Rebuilt(const Problem& p, Kept kept) {
  for (std::size_t o = 0; o < p.orders.size(); ++o) {
    const OrderSpan& order = p.orders[o];
    if (kept.orders[o]) continue;
    std::fill_n(kept.lines.begin() + order.first_line, order.line_count, false);
    std::fill_n(kept.slots.begin() + order.first_slot, order.slot_count, false);
  }
  for (std::size_t l = 0; l < p.lines.size(); ++l) {
    for (std::uint32_t i = 0; i < p.lines[l].arc_count; ++i) {
      const std::uint32_t a = p.lines[l].first_arc + i;
      if (!kept.lines[l] || !kept.slots[p.arcs[a].slot]) kept.arcs[a] = false;
    }
  }
  const auto line_at = NewPositions(kept.lines);
  const auto slot_at = NewPositions(kept.slots);
  const auto arc_at = NewPositions(kept.arcs);
  Problem result = p;
  for (OrderSpan& order : result.orders) {
    const std::uint32_t line_end = line_at[order.first_line + order.line_count];
    const std::uint32_t slot_end = slot_at[order.first_slot + order.slot_count];
    order.first_line = line_at[order.first_line];
    order.line_count = line_end - order.first_line;
    order.first_slot = slot_at[order.first_slot];
    order.slot_count = slot_end - order.first_slot;
  }
  for (Line& line : result.lines) {
    const std::uint32_t arc_end = arc_at[line.first_arc + line.arc_count];
    line.first_arc = arc_at[line.first_arc];
    line.arc_count = arc_end - line.first_arc;
  }
  for (Arc& arc : result.arcs) arc.slot = slot_at[arc.slot];
  KeepEntries(result.orders, kept.orders);
  KeepEntries(result.lines, kept.lines);
  KeepEntries(result.slots, kept.slots);
  KeepEntries(result.arcs, kept.arcs);
  KeepEntries(result.slot_rows, kept.slots);
  KeepEntries(result.unit_value, kept.lines);
  KeepEntries(result.arc_load, kept.arcs);
  KeepEntries(result.arc_quota, kept.arcs);
  KeepEntries(result.line_sets, kept.lines);
  KeepEntries(result.lateness, kept.slots);
  for (auto& column : result.rank_columns) KeepEntries(column, kept.slots);
  for (OrderSpan& order : result.orders) CapFill(result, order);
  return result;
}

// Drops rows that nothing refers to, and steps that no slot owns.
Problem WithoutUnused(const Problem& p) {
  std::vector<bool> rows(p.rows.size(), false);
  const auto use = [&rows](std::uint32_t row) {
    if (row != kNone) rows[row] = true;
  };
  for (const Arc& arc : p.arcs) use(arc.row);
  for (const std::uint32_t row : p.arc_quota) use(row);
  for (const SlotRows& of_slot : p.slot_rows) {
    for (const std::uint32_t row : of_slot.unit_rows) use(row);
    for (const std::uint32_t row : of_slot.shipment_rows) use(row);
  }
  std::vector<bool> steps(p.steps.size(), false);
  for (const Slot& slot : p.slots) {
    std::fill_n(steps.begin() + slot.first_step, slot.step_count, true);
  }
  const auto row_at = NewPositions(rows);
  const auto step_at = NewPositions(steps);
  const auto move = [&row_at](std::uint32_t& row) {
    if (row != kNone) row = row_at[row];
  };
  Problem result = p;
  for (Arc& arc : result.arcs) move(arc.row);
  for (std::uint32_t& row : result.arc_quota) move(row);
  for (SlotRows& of_slot : result.slot_rows) {
    for (std::uint32_t& row : of_slot.unit_rows) move(row);
    for (std::uint32_t& row : of_slot.shipment_rows) move(row);
  }
  for (Slot& slot : result.slots) slot.first_step = step_at[slot.first_step];
  KeepEntries(result.rows, rows);
  KeepEntries(result.steps, steps);
  return result;
}

class Minimiser {
 public:
  Minimiser(Problem problem, const std::function<bool(const Problem&)>& fails)
      : p_(std::move(problem)), fails_(fails) {}

  Problem Run() {
    do {
      changed_ = false;
      TakeAway(&Kept::orders);
      TakeAway(&Kept::lines);
      TakeAway(&Kept::slots);
      TakeAway(&Kept::arcs);
      TakeAwayColumns();
      SimplifyOrders();
      SimplifyLines();
      SimplifySlots();
      SimplifyRest();
      Try(WithoutUnused(p_));
    } while (changed_);
    return std::move(p_);
  }

 private:
  // Goes on with `candidate` if it is smaller and still fails.
  bool Try(const Problem& candidate) {
    if (ToText(candidate) == ToText(p_) || !Check(candidate).ok() || !fails_(candidate)) {
      return false;
    }
    p_ = candidate;
    changed_ = true;
    return true;
  }

  void TakeAway(std::vector<bool> Kept::* part) {
    for (std::size_t i = 0; i < (Kept(p_).*part).size();) {
      Kept kept(p_);
      (kept.*part)[i] = false;
      if (!Try(Rebuilt(p_, kept))) ++i;
    }
  }

  // Applies `change` to a copy and tries it.
  template <typename Change>
  bool TryChange(Change change) {
    Problem candidate = p_;
    change(candidate);
    return Try(candidate);
  }

  // Makes one number of the problem `best` if possible, else as near to it as failing allows.
  template <typename Access>
  void Simplify(Access access, std::int64_t best = 0) {
    if (access(p_) == best) return;
    if (TryChange([&](Problem& p) { access(p) = best; })) return;
    while (access(p_) > 1 && (TryChange([&](Problem& p) { access(p) /= 2; }) ||
                              TryChange([&](Problem& p) { access(p) -= 1; }))) {
    }
  }

  void TakeAwayColumns() {
    TryChange([](Problem& p) { p.slot_rows.clear(); });
    TryChange([](Problem& p) { p.arc_load.clear(); });
    TryChange([](Problem& p) { p.arc_quota.clear(); });
    TryChange([](Problem& p) { p.line_sets.clear(); });
    TryChange([](Problem& p) { p.unit_value.clear(); });
    TryChange([](Problem& p) { p.lateness.clear(); });
    TryChange([](Problem& p) { p.rank_columns.clear(); });
    for (std::size_t k = 0; k < p_.objectives.size();) {
      const auto position = static_cast<std::ptrdiff_t>(k);
      if (!TryChange([&](Problem& p) { p.objectives.erase(p.objectives.begin() + position); })) ++k;
    }
    for (std::size_t k = 0; k < p_.objectives.size(); ++k) {
      Simplify([k](Problem& p) -> auto& { return p.objectives[k].tolerance; });
    }
  }

  void SimplifyOrders() {
    for (std::size_t o = 0; o < p_.orders.size(); ++o) {
      Simplify([o](Problem& p) -> auto& { return p.orders[o].max_shipments; }, kUnlimited);
      Simplify([o](Problem& p) -> auto& { return p.orders[o].split_penalty; });
      Simplify([o](Problem& p) -> auto& { return p.orders[o].cost_offset; });
      TryChange([o](Problem& p) { p.orders[o].ship_complete = false; });
      Simplify([o](Problem& p) -> auto& { return p.orders[o].min_fill_units; });
      Simplify([o](Problem& p) -> auto& { return p.orders[o].min_shipment_value; });
    }
  }

  void SimplifyLines() {
    for (std::size_t l = 0; l < p_.lines.size(); ++l) {
      TryChange([l](Problem& p) { p.lines[l].no_split = false; });
      TryChange([l](Problem& p) { p.lines[l].group = kNone; });
      Simplify([l](Problem& p) -> auto& { return p.lines[l].quantity; });
      Simplify([l](Problem& p) -> auto& { return p.lines[l].shortfall_penalty; });
    }
    for (std::size_t l = 0; l < p_.unit_value.size(); ++l) {
      Simplify([l](Problem& p) -> auto& { return p.unit_value[l]; });
    }
    for (std::size_t l = 0; l < p_.line_sets.size(); ++l) {
      TryChange([l](Problem& p) { p.line_sets[l] = {}; });
      TryChange([l](Problem& p) { p.lines[l].quantity = p.line_sets[l].per_set = 1; });
    }
    for (std::size_t a = 0; a < p_.arc_quota.size(); ++a) {
      TryChange([a](Problem& p) { p.arc_quota[a] = kNone; });
    }
    for (std::size_t a = 0; a < p_.arcs.size(); ++a) {
      TryChange([a](Problem& p) { p.arcs[a].row = kNone; });
      Simplify([a](Problem& p) -> auto& { return p.arcs[a].unit_cost; });
      Simplify([a](Problem& p) -> auto& { return p.arcs[a].weight_g; });
    }
    for (std::size_t a = 0; a < p_.arc_load.size(); ++a) {
      Simplify([a](Problem& p) -> auto& { return p.arc_load[a]; }, 1);
    }
  }

  void SimplifySlots() {
    for (std::size_t j = 0; j < p_.slots.size(); ++j) {
      Simplify([j](Problem& p) -> auto& { return p.slots[j].fixed_cost; });
      TryChange([j](Problem& p) { p.slots[j].step_count = 0; });
      TryChange([j](Problem& p) { --p.slots[j].step_count; });
      TryChange([j](Problem& p) {
        ++p.slots[j].first_step;
        --p.slots[j].step_count;
      });
    }
    for (std::size_t j = 0; j < p_.slot_rows.size(); ++j) {
      for (std::size_t i = 0; i < 2; ++i) {
        TryChange([&](Problem& p) { p.slot_rows[j].unit_rows[i] = kNone; });
        TryChange([&](Problem& p) { p.slot_rows[j].shipment_rows[i] = kNone; });
      }
    }
  }

  void SimplifyRest() {
    for (std::size_t k = 0; k < p_.steps.size(); ++k) {
      Simplify([k](Problem& p) -> auto& { return p.steps[k].cost; });
      Simplify([k](Problem& p) -> auto& { return p.steps[k].max_weight_g; }, kUnlimited);
    }
    for (std::size_t r = 0; r < p_.rows.size(); ++r) {
      Simplify([r](Problem& p) -> auto& { return p.rows[r].price; });
      Simplify([r](Problem& p) -> auto& { return p.rows[r].amount; }, kUnlimited);
    }
    for (std::size_t j = 0; j < p_.lateness.size(); ++j) {
      Simplify([j](Problem& p) -> auto& { return p.lateness[j]; });
    }
    for (std::size_t c = 0; c < p_.rank_columns.size(); ++c) {
      for (std::size_t j = 0; j < p_.rank_columns[c].size(); ++j) {
        Simplify([c, j](Problem& p) -> auto& { return p.rank_columns[c][j]; });
      }
    }
  }

  Problem p_;
  const std::function<bool(const Problem&)>& fails_;
  bool changed_ = false;
};

std::string Number(std::int64_t value) {
  return value == kUnlimited ? "kUnlimited" : fmt::format("{}", value);
}

std::string Reference(std::uint32_t value) {
  return value == kNone ? "kNone" : fmt::format("{}", value);
}

std::string List(const std::vector<std::int64_t>& column) {
  std::string text = "{";
  for (std::size_t i = 0; i < column.size(); ++i) {
    text += fmt::format("{}{}", i == 0 ? "" : ", ", Number(column[i]));
  }
  return text + "}";
}

// One table as an assignment, one entry per line.
template <typename T, typename Print>
void AppendTable(std::string& text, std::string_view name, const std::vector<T>& table,
                 Print print) {
  if (table.empty()) return;
  text += fmt::format("p.{} = {{\n", name);
  for (const T& entry : table) text += fmt::format("    {},\n", print(entry));
  text += "};\n";
}

// The columns that most problems do not have.
void AppendColumns(std::string& text, const Problem& p) {
  AppendTable(text, "slot_rows", p.slot_rows, [](const SlotRows& rows) {
    return fmt::format("{{.unit_rows = {{{}, {}}}, .shipment_rows = {{{}, {}}}}}",
                       Reference(rows.unit_rows[0]), Reference(rows.unit_rows[1]),
                       Reference(rows.shipment_rows[0]), Reference(rows.shipment_rows[1]));
  });
  if (!p.unit_value.empty()) text += fmt::format("p.unit_value = {};\n", List(p.unit_value));
  if (!p.arc_load.empty()) text += fmt::format("p.arc_load = {};\n", List(p.arc_load));
  AppendTable(text, "arc_quota", p.arc_quota, Reference);
  AppendTable(text, "line_sets", p.line_sets, [](const LineSet& set) {
    return fmt::format("{{.set = {}, .per_set = {}}}", Reference(set.set), set.per_set);
  });
  AppendTable(text, "rank_columns", p.rank_columns, List);
  if (!p.lateness.empty()) text += fmt::format("p.lateness = {};\n", List(p.lateness));
  AppendTable(text, "objectives", p.objectives, [](const Objective& objective) {
    constexpr std::string_view kNames[] = {"?",          "kCost", "kShortfall",
                                           "kShipments", "kRank", "kLateness"};
    return fmt::format("{{.kind = ObjectiveKind::{}, .rank_column = {}, .tolerance = {}}}",
                       kNames[static_cast<std::size_t>(objective.kind) % std::size(kNames)],
                       Reference(objective.rank_column), objective.tolerance);
  });
}

}  // namespace

Problem RandomProblem(std::uint64_t seed, const RandomProblemOptions& options) {
  // Problems with too many plans are drawn again, with fewer units if that goes on.
  for (std::uint64_t attempt = 0;; ++attempt) {
    Problem problem = Generator(seed * 1'000'003 + attempt, options).Run();
    for (std::size_t l = 0; attempt > 5 && l < problem.lines.size(); ++l) {
      problem.lines[l].quantity = std::min(problem.lines[l].quantity, std::int64_t{1});
      if (!problem.line_sets.empty()) problem.line_sets[l].per_set = 1;
    }
    for (OrderSpan& order : problem.orders) CapFill(problem, order);
    if (CountPlans(problem) <= options.plan_limit) return problem;
  }
}

std::int64_t CountPlans(const Problem& problem) {
  // In doubles: exact up to the limits that tests use, and never too far off to compare with them.
  double plans = 1;
  for (const Line& line : problem.lines) {
    for (std::uint32_t i = 1; i <= line.arc_count; ++i) {
      plans *= (static_cast<double>(line.quantity) + i) / i;
    }
    if (plans > static_cast<double>(kManyPlans)) return kManyPlans;
  }
  return static_cast<std::int64_t>(plans + 0.5);
}

Problem Minimised(Problem problem, const std::function<bool(const Problem&)>& fails) {
  return Minimiser(std::move(problem), fails).Run();
}

std::string ToText(const Problem& p) {
  std::string text = "Problem p;\n";
  AppendTable(text, "orders", p.orders, [](const OrderSpan& order) {
    return fmt::format(
        "{{.first_line = {}, .line_count = {}, .first_slot = {}, .slot_count = {}, "
        ".max_shipments = {}, .split_penalty = {}, .cost_offset = {}, .ship_complete = {}, "
        ".min_fill_units = {}, .min_shipment_value = {}}}",
        order.first_line, order.line_count, order.first_slot, order.slot_count,
        Number(order.max_shipments), order.split_penalty, order.cost_offset, order.ship_complete,
        order.min_fill_units, order.min_shipment_value);
  });
  AppendTable(text, "lines", p.lines, [](const Line& line) {
    return fmt::format(
        "{{.quantity = {}, .shortfall_penalty = {}, .first_arc = {}, .arc_count = {}, "
        ".group = {}, .no_split = {}}}",
        line.quantity, line.shortfall_penalty, line.first_arc, line.arc_count,
        Reference(line.group), line.no_split);
  });
  AppendTable(text, "arcs", p.arcs, [](const Arc& arc) {
    return fmt::format("{{.slot = {}, .row = {}, .unit_cost = {}, .weight_g = {}}}", arc.slot,
                       Reference(arc.row), arc.unit_cost, arc.weight_g);
  });
  AppendTable(text, "slots", p.slots, [](const Slot& slot) {
    return fmt::format(
        "{{.location = {}, .tie_rank = {}, .first_step = {}, .step_count = {}, .fixed_cost = {}}}",
        slot.location, slot.tie_rank, slot.first_step, slot.step_count, slot.fixed_cost);
  });
  AppendTable(text, "rows", p.rows, [](const Row& row) {
    return fmt::format("{{.amount = {}, .price = {}}}", Number(row.amount), row.price);
  });
  AppendTable(text, "steps", p.steps, [](const Step& step) {
    return fmt::format("{{.max_weight_g = {}, .cost = {}}}", Number(step.max_weight_g), step.cost);
  });
  AppendColumns(text, p);
  return text;
}

}  // namespace orderwright::solver::testing
