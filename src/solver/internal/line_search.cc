#include "src/solver/internal/line_search.h"

#include <algorithm>
#include <limits>
#include <utility>

namespace orderwright::solver_internal {

using solver::kNone;

void LineSearch::Run(const Task& task, Budget& budget, PartPlan& best) {
  task_ = task;
  budget_ = &budget;
  best_ = &best;
  open_bound_ = kNever;
  done_ = false;
  const Part& part = *task_.part;
  units_.assign(part.slots.size(), 0);
  weight_.assign(part.slots.size(), 0);
  short_.assign(part.lines.size(), 0);
  value_.assign(part.slots.size(), 0);
  order_short_ = {};
  place_units_.assign(part.place_count, 0);
  place_location_.assign(part.place_count, kNone);
  sets_.assign(part.set_count, {});
  used_.clear();
  used_begin_ = 0;
  takes_.clear();
  children_.clear();
  spent_ = {};
  MakeSequence();
  MakeTables();
  if (task_.mode != Mode::kBest) {
    ranks_.clear();
    for (const PartTake& take : best.takes) ranks_.push_back(part.arcs[take.arc].slot);
    std::sort(ranks_.begin(), ranks_.end());
    ranks_.erase(std::unique(ranks_.begin(), ranks_.end()), ranks_.end());
    for (std::uint32_t& slot : ranks_) slot = part.slots[slot].rank;
    std::sort(ranks_.begin(), ranks_.end());
    rank_pool_.clear();
    for (const std::uint32_t slot : locals_) rank_pool_.push_back(part.slots[slot].rank);
    std::sort(rank_pool_.begin(), rank_pool_.end());
    // The key of the plan at hand, which a better one must beat.
    for (const PartTake& take : best.takes) Apply(take.arc, take.quantity);
    MakeKey(best_key_);
    for (const PartTake& take : best.takes) Undo(take.arc, take.quantity);
    used_.clear();
    takes_.clear();
    spent_ = {};
  }
  EnterOrder(0);
}

// Orders as they come; in an order first the lines with the fewest arcs, then the heavy ones. Ties
// are decided line by line, so their search keeps the lines in place.
void LineSearch::MakeSequence() {
  const Part& part = *task_.part;
  order_sequence_.clear();
  line_sequence_.clear();
  for (std::uint32_t o = 0; o < part.orders.size(); ++o) order_sequence_.push_back(o);
  for (std::uint32_t i = 0; i < part.lines.size(); ++i) line_sequence_.push_back(i);
  position_of_.resize(part.lines.size());
  locals_.clear();
  local_of_.assign(part.slots.size(), kNone);
  tables_of_.clear();
  for (const PartOrder& order : part.orders) {
    OrderTable table;
    table.first_local = static_cast<std::uint32_t>(locals_.size());
    for (std::uint32_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
      if ((*task_.state)[j] == SlotState::kClosed) continue;
      local_of_[j] = static_cast<std::uint32_t>(locals_.size());
      locals_.push_back(j);
    }
    table.local_count = static_cast<std::uint32_t>(locals_.size()) - table.first_local;
    tables_of_.push_back(table);
    if (task_.mode == Mode::kTie) continue;
    const auto open_arcs = [&](std::uint32_t i) {
      const PartLine& line = part.lines[i];
      std::uint32_t count = 0;
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        if (local_of_[part.arcs[a].slot] != kNone) ++count;
      }
      return count;
    };
    line_keys_.clear();
    for (std::uint32_t i = order.first_line; i < order.first_line + order.line_count; ++i) {
      line_keys_.push_back({open_arcs(i), i});
    }
    std::sort(line_keys_.begin(), line_keys_.end());
    for (std::uint32_t p = 0; p < line_keys_.size(); ++p) {
      line_sequence_[order.first_line + p] = line_keys_[p].second;
    }
  }
}

void LineSearch::MakeTables() {
  for (const PartOrder& order : task_.part->orders) {
    for (std::uint32_t p = 0; p < order.line_count; ++p) {
      position_of_[line_sequence_[order.first_line + p]] = p;
    }
  }
  std::size_t size = 0;
  for (std::size_t o = 0; o < order_sequence_.size(); ++o) {
    tables_of_[o].at = size;
    size += static_cast<std::size_t>(OrderAt(o).line_count + 1) * tables_of_[o].local_count;
  }
  const Part& part = *task_.part;
  value_left_.assign(part.lines.size() + order_sequence_.size(), 0);
  for (std::size_t o = 0; o < order_sequence_.size(); ++o) {
    const PartOrder& order = OrderAt(o);
    std::int64_t* const left = value_left_.data() + order.first_line + o;
    for (std::uint32_t position = order.floors ? order.line_count : 0; position-- > 0;) {
      const PartLine& line = part.lines[LineAt(o, position)];
      left[position] = left[position + 1] + line.quantity * line.value;
    }
  }
  for (std::size_t k = 0; k <= task_.stage; ++k) {
    LevelTables& tables = levels_[k];
    tables.flat.resize(size);
    tables.unused.resize(size);
    tables.unused_sum.resize(part.lines.size() + order_sequence_.size());
    tables.prices.resize(part.lines.size() + order_sequence_.size());
    tables.tail.assign(order_sequence_.size() + 1, 0);
    MakeGains(k);
    for (std::size_t o = order_sequence_.size(); o > 0; --o) {
      MakeTable(k, o - 1);
      tables.tail[o - 1] = tables.tail[o] + (*task_.bounds)[k].order_value[order_sequence_[o - 1]];
    }
  }
}

// For each slot with several steps: what its lines gain, sorted by gain per gram.
void LineSearch::MakeGains(std::size_t level) {
  const Part& part = *task_.part;
  const BoundLevel& bound = (*task_.bounds)[level];
  LevelTables& tables = levels_[level];
  tables.gains.clear();
  tables.first_gain.assign(locals_.size() + 1, 0);
  if (!part.levels[level].cost) return;
  for (std::size_t l = 0; l < locals_.size(); ++l) {
    const PartSlot& slot = part.slots[locals_[l]];
    for (std::uint32_t b = 0; !slot.flat && b < slot.arc_count; ++b) {
      const SlotArc& arc = part.by_slot[slot.first_arc + b];
      const std::int64_t gain = bound.price[arc.line] - arc.cost;
      if (gain <= 0) continue;
      tables.gains.push_back(GainOf(arc, gain, position_of_[arc.line]));
    }
    tables.first_gain[l + 1] = static_cast<std::uint32_t>(tables.gains.size());
    SortGains(tables.gains.data() + tables.first_gain[l],
              tables.first_gain[l + 1] - tables.first_gain[l]);
  }
}

// Fills the rows of one order from its last line back to its first.
void LineSearch::MakeTable(std::size_t level, std::size_t o) {
  const Part& part = *task_.part;
  const PartOrder& order = OrderAt(o);
  const PartLevel& values = part.levels[level];
  const BoundLevel& bound = (*task_.bounds)[level];
  LevelTables& tables = levels_[level];
  const OrderTable& table = tables_of_[o];
  const std::int64_t split = values.cost ? order.split : 0;
  std::int64_t prices = 0;
  for (std::uint32_t position = order.line_count + 1; position-- > 0;) {
    const std::size_t row = table.at + static_cast<std::size_t>(position) * table.local_count;
    std::int64_t* const flat = tables.flat.data() + row;
    if (position == order.line_count) {
      std::fill_n(flat, table.local_count, 0);
    } else {
      std::copy_n(flat + table.local_count, table.local_count, flat);
      const std::uint32_t i = LineAt(o, position);
      const PartLine& line = part.lines[i];
      const std::int64_t price = bound.price[i];
      prices += line.quantity * price;
      prices += std::min<std::int64_t>(0, line.penalty * values.penalty - price) * line.most_short;
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        const PartArc& arc = part.arcs[a];
        if (local_of_[arc.slot] == kNone) continue;
        const std::uint32_t at = local_of_[arc.slot] - table.first_local;
        const std::int64_t cost = values.cost ? arc.cost : 0;
        flat[at] += std::min<std::int64_t>(0, cost - price) * arc.counted;
      }
    }
    std::int64_t sum = 0;
    for (std::uint32_t l = 0; l < table.local_count; ++l) {
      const std::uint32_t j = locals_[table.first_local + l];
      const PartSlot& slot = part.slots[j];
      std::int64_t phi = flat[l];
      if (values.cost) {
        const std::uint32_t first = tables.first_gain[table.first_local + l];
        const std::uint32_t count = tables.first_gain[table.first_local + l + 1] - first;
        phi = slot.flat
                  ? phi + slot.base
                  : LeastRate(part, slot, 0, tables.gains.data() + first, count, position, nullptr);
      }
      phi = std::min<std::int64_t>(0, phi + values.fixed[j] + split);
      tables.unused[row + l] = phi;
      sum += phi;
    }
    tables.unused_sum[order.first_line + o + position] = sum;
    tables.prices[order.first_line + o + position] = prices;
  }
}

// What a used slot will cost, at the least, when the lines from `position` on are placed.
std::int64_t LineSearch::UsedValue(std::size_t level, std::size_t o, std::uint32_t position,
                                   std::uint32_t slot, std::int64_t weight) const {
  const Part& part = *task_.part;
  const PartLevel& values = part.levels[level];
  const LevelTables& tables = levels_[level];
  std::int64_t value = 0;
  if (!values.cost) {
    value = tables.flat[Entry(o, position, slot)];
  } else if (part.slots[slot].flat) {
    value = tables.flat[Entry(o, position, slot)] + part.slots[slot].base + OrderAt(o).split;
  } else {
    const std::uint32_t first = tables.first_gain[local_of_[slot]];
    const std::uint32_t count = tables.first_gain[local_of_[slot] + 1] - first;
    value = LeastRate(part, part.slots[slot], weight, tables.gains.data() + first, count, position,
                      nullptr) +
            OrderAt(o).split;
  }
  return value + values.fixed[slot];
}

// The bound of the node without the line in hand, for the lines from `position` on.
void LineSearch::Base(std::size_t o, std::uint32_t position) {
  const PartOrder& order = OrderAt(o);
  const bool full = static_cast<std::int64_t>(used_.size() - used_begin_) >= order.max_shipments;
  for (std::size_t k = 0; k <= task_.stage; ++k) {
    const LevelTables& tables = levels_[k];
    const std::size_t at = order.first_line + o + position;
    std::int64_t unused = full ? 0 : tables.unused_sum[at];
    std::int64_t value = spent_[k] + tables.prices[at] + tables.tail[o + 1];
    if (task_.part->levels[k].cost) value -= order.split;
    for (std::size_t u = used_begin_; u < used_.size(); ++u) {
      const std::uint32_t slot = used_[u];
      if (!full) unused -= tables.unused[Entry(o, position, slot)];
      value += UsedValue(k, o, position, slot, weight_[slot]);
    }
    unused_[k] = unused;
    base_[k] = value + unused;
  }
}

// Bounds the child that takes `units` of the line at `position` - 1; false if it may be cut off.
bool LineSearch::Bounded(std::size_t o, std::uint32_t position, const PartArc& arc,
                         std::int64_t units, std::int64_t rest, std::int64_t& bound) const {
  const Part& part = *task_.part;
  const PartLine& line = part.lines[arc.line];
  const bool used = units_[arc.slot] > 0;
  const bool last = !used && static_cast<std::int64_t>(used_.size() - used_begin_) + 1 >=
                                 OrderAt(o).max_shipments;
  const std::int64_t weight = weight_[arc.slot] + units * arc.weight;
  for (std::size_t k = 0; k <= task_.stage; ++k) {
    const PartLevel& values = part.levels[k];
    std::int64_t value = base_[k] + UsedValue(k, o, position, arc.slot, weight);
    if (used) {
      value -= UsedValue(k, o, position, arc.slot, weight_[arc.slot]);
    } else if (last) {
      value -= unused_[k];
    } else {
      value -= levels_[k].unused[Entry(o, position, arc.slot)];
    }
    if (values.cost) {
      std::int64_t least = part.arcs[line.first_arc].cost;
      if (line.most_short > 0) least = std::min(least, line.penalty * values.penalty);
      value += arc.cost * units + least * rest;
    }
    if (k == task_.stage) bound = value;
    if (value > task_.limit[k]) return false;
  }
  return true;
}

void LineSearch::EnterOrder(std::size_t o) {
  if (o == order_sequence_.size()) {
    Leaf();
    return;
  }
  const std::size_t before = used_begin_;
  const OrderSize short_before = std::exchange(order_short_, {});
  used_begin_ = used_.size();
  const PartOrder& order = OrderAt(o);
  if (order.least == 0) {
    EnterLine(o, 0);
  } else {
    if (order.max_shipments > 0) EnterLine(o, 0);
    if (order.line_count > 0) LeaveWhole(o);
    if (order.line_count == 0 && order.max_shipments == 0) EnterOrder(o + 1);
  }
  used_begin_ = before;
  order_short_ = short_before;
}

// Ships nothing of an order that ships so many units or none at all.
void LineSearch::LeaveWhole(std::size_t o) {
  const Part& part = *task_.part;
  const PartOrder& order = OrderAt(o);
  const LevelValues spent = spent_;
  bool cut = false;
  std::int64_t bound = 0;
  for (std::size_t k = 0; k < part.level_count; ++k) {
    for (std::uint32_t i = order.first_line; i < order.first_line + order.line_count; ++i) {
      const PartLine& line = part.lines[i];
      spent_[k] += line.quantity * line.penalty * part.levels[k].penalty;
    }
    if (k > task_.stage) continue;
    bound = spent_[k] + levels_[k].tail[o + 1];
    cut = cut || bound > task_.limit[k];
  }
  if (!cut) {
    if (budget_->Spend()) {
      EnterOrder(o + 1);
    } else {
      NoteOpen(bound);
    }
  }
  spent_ = spent;
}

void LineSearch::EnterLine(std::size_t o, std::uint32_t position) {
  if (done_) return;
  if (position == OrderAt(o).line_count) {
    CloseOrder(o);
    return;
  }
  const PartLine& line = task_.part->lines[LineAt(o, position)];
  Distribute(o, position, line.quantity, line.first_arc);
}

// Goes on after a line with `rest` units left unsourced; a line of a set says how many times the
// whole set is sourced.
void LineSearch::EndLine(std::size_t o, std::uint32_t position, std::int64_t rest) {
  const PartLine& line = task_.part->lines[LineAt(o, position)];
  if (line.set == kNone) {
    EnterLine(o, position + 1);
    return;
  }
  const Set before = sets_[line.set];
  sets_[line.set] = {before.lines + 1, (line.quantity - rest) / line.per_set};
  EnterLine(o, position + 1);
  sets_[line.set] = before;
}

std::int64_t LineSearch::Room(const PartArc& arc) const {
  const PartSlot& slot = task_.part->slots[arc.slot];
  const std::vector<std::int64_t>& left = *task_.row_left;
  std::int64_t units = arc.most;
  if (arc.row != kNone) units = std::min(units, left[arc.row]);
  if (arc.quota != kNone) units = std::min(units, left[arc.quota]);
  for (const std::uint32_t row : slot.unit_rows) {
    if (row != kNone && arc.load > 0) units = std::min(units, left[row] / arc.load);
  }
  if (units_[arc.slot] == 0) {
    for (const std::uint32_t row : slot.shipment_rows) {
      if (row != kNone && left[row] == 0) return 0;
    }
  }
  if (slot.step_count > 0 && arc.weight > 0) {
    const std::int64_t most = task_.part->steps[slot.first_step + slot.step_count - 1].max_weight_g;
    units = std::min(units, (most - weight_[arc.slot]) / arc.weight);
  }
  return units;
}

// Units of the line that its set leaves unsourced, given the lines of the set placed before.
std::int64_t LineSearch::LeftOver(const PartLine& line) const {
  if (line.set == kNone || sets_[line.set].lines == 0) return 0;
  return line.quantity - sets_[line.set].count * line.per_set;
}

// The ways to take a first lot of the `rest` units from one arc at or after `start`. A greedy line
// fills its arcs from the cheapest on, so all but the last of them give all they have, and an
// alternative serves only when the cheaper ones of its slot are empty.
void LineSearch::AddChildren(std::size_t o, std::uint32_t position, std::int64_t rest,
                             std::uint32_t start) {
  const Part& part = *task_.part;
  const PartLine& line = part.lines[LineAt(o, position)];
  const PartOrder& order = OrderAt(o);
  const bool full = static_cast<std::int64_t>(used_.size() - used_begin_) >= order.max_shipments;
  const bool bound_to_place = line.place != kNone && place_units_[line.place] > 0;
  const bool greedy = line.greedy && task_.mode != Mode::kTie;
  const std::int64_t wanted = rest - LeftOver(line);
  if (wanted <= 0) return;
  Base(o, position + 1);
  for (std::uint32_t a = start; a < line.first_arc + line.arc_count; ++a) {
    const PartArc& arc = part.arcs[a];
    const PartSlot& slot = part.slots[arc.slot];
    if (local_of_[arc.slot] == kNone) continue;
    if (full && units_[arc.slot] == 0) continue;
    if (bound_to_place && slot.location != place_location_[line.place]) continue;
    if (greedy && arc.before != kNone && Room(part.arcs[arc.before]) > 0) continue;
    const std::int64_t most = std::min(wanted, Room(arc));
    const std::int64_t least = greedy ? most : 1;
    for (std::int64_t units = most; units > 0 && units >= least; --units) {
      std::int64_t bound = 0;
      if (!Bounded(o, position + 1, arc, units, rest - units, bound)) continue;
      const std::uint64_t tie = static_cast<std::uint64_t>(slot.rank) << 32 | arc.slot;
      children_.push_back({bound, tie, a, units});
    }
  }
}

void LineSearch::Distribute(std::size_t o, std::uint32_t position, std::int64_t rest,
                            std::uint32_t start) {
  const std::size_t begin = children_.size();
  AddChildren(o, position, rest, start);
  const bool by_rank = task_.mode != Mode::kBest;
  std::sort(children_.begin() + static_cast<std::ptrdiff_t>(begin), children_.end(),
            [by_rank](const Child& a, const Child& b) {
              if (!by_rank && a.bound != b.bound) return a.bound < b.bound;
              if (a.tie != b.tie) return a.tie < b.tie;
              if (a.units != b.units) return a.units > b.units;
              return a.arc < b.arc;
            });
  const std::size_t end = children_.size();
  for (std::size_t c = begin; c < end && !done_; ++c) {
    const Child child = children_[c];
    if (child.bound > task_.limit[task_.stage]) {
      if (by_rank) continue;
      break;
    }
    if (!budget_->Spend()) {
      NoteOpen(child.bound);
      if (by_rank) continue;
      break;
    }
    Apply(child.arc, child.units);
    if (!FloorsInReach(o, position + 1, position, rest - child.units) ||
        (by_rank && !RanksCanImprove())) {
      Undo(child.arc, child.units);
      continue;
    }
    if (rest == child.units) {
      if (task_.mode != Mode::kTie || QuantitiesCanImprove(position + 1)) EndLine(o, position, 0);
    } else {
      Distribute(o, position, rest - child.units, child.arc + 1);
    }
    Undo(child.arc, child.units);
  }
  children_.resize(begin);
  if (!done_) GoShort(o, position, rest);
}

void LineSearch::GoShort(std::size_t o, std::uint32_t position, std::int64_t rest) {
  const Part& part = *task_.part;
  const std::uint32_t i = LineAt(o, position);
  const PartLine& line = part.lines[i];
  if (rest > line.most_short || (line.quantity - rest) % line.per_set != 0) return;
  if (line.set != kNone && sets_[line.set].lines > 0 && rest != LeftOver(line)) return;
  Base(o, position + 1);
  std::int64_t bound = 0;
  for (std::size_t k = 0; k <= task_.stage; ++k) {
    bound = base_[k] + rest * line.penalty * part.levels[k].penalty;
    // With no slot in use and no line left, the credit for the first split is not due.
    if (bound > task_.limit[k]) return;
  }
  if (!budget_->Spend()) {
    NoteOpen(bound);
    return;
  }
  for (std::size_t k = 0; k < part.level_count; ++k) {
    spent_[k] += rest * line.penalty * part.levels[k].penalty;
  }
  short_[i] = rest;
  order_short_.units += rest;
  order_short_.value += rest * line.value;
  if (FloorsInReach(o, position + 1, position, 0) &&
      (task_.mode != Mode::kTie || QuantitiesCanImprove(position + 1))) {
    EndLine(o, position, rest);
  }
  short_[i] = 0;
  order_short_.units -= rest;
  order_short_.value -= rest * line.value;
  for (std::size_t k = 0; k < part.level_count; ++k) {
    spent_[k] -= rest * line.penalty * part.levels[k].penalty;
  }
}

void LineSearch::Apply(std::uint32_t a, std::int64_t units) {
  const Part& part = *task_.part;
  const PartArc& arc = part.arcs[a];
  const PartSlot& slot = part.slots[arc.slot];
  std::vector<std::int64_t>& left = *task_.row_left;
  if (arc.row != kNone) left[arc.row] -= units;
  if (arc.quota != kNone) left[arc.quota] -= units;
  for (const std::uint32_t row : slot.unit_rows) {
    if (row != kNone) left[row] -= units * arc.load;
  }
  if (units_[arc.slot] == 0) {
    used_.push_back(arc.slot);
    for (const std::uint32_t row : slot.shipment_rows) {
      if (row != kNone) left[row] -= 1;
    }
  }
  units_[arc.slot] += units;
  weight_[arc.slot] += units * arc.weight;
  value_[arc.slot] += units * part.lines[arc.line].value;
  const std::uint32_t place = part.lines[arc.line].place;
  if (place != kNone) {
    place_units_[place] += units;
    place_location_[place] = slot.location;
  }
  for (std::size_t k = 0; k < part.level_count; ++k) {
    if (part.levels[k].cost) spent_[k] += arc.cost * units;
  }
  takes_.push_back({a, units});
}

void LineSearch::Undo(std::uint32_t a, std::int64_t units) {
  const Part& part = *task_.part;
  const PartArc& arc = part.arcs[a];
  const PartSlot& slot = part.slots[arc.slot];
  std::vector<std::int64_t>& left = *task_.row_left;
  takes_.pop_back();
  for (std::size_t k = 0; k < part.level_count; ++k) {
    if (part.levels[k].cost) spent_[k] -= arc.cost * units;
  }
  const std::uint32_t place = part.lines[arc.line].place;
  if (place != kNone) place_units_[place] -= units;
  units_[arc.slot] -= units;
  weight_[arc.slot] -= units * arc.weight;
  value_[arc.slot] -= units * part.lines[arc.line].value;
  if (units_[arc.slot] == 0) {
    used_.pop_back();
    for (const std::uint32_t row : slot.shipment_rows) {
      if (row != kNone) left[row] += 1;
    }
  }
  for (const std::uint32_t row : slot.unit_rows) {
    if (row != kNone) left[row] += units * arc.load;
  }
  if (arc.row != kNone) left[arc.row] += units;
  if (arc.quota != kNone) left[arc.quota] += units;
}

// Whether the units still to place, those of the lines from `position` on and `rest` of the line at
// `at`, can lift every shipment, and what is left of the order, to its floors.
bool LineSearch::FloorsInReach(std::size_t o, std::uint32_t position, std::uint32_t at,
                               std::int64_t rest) const {
  const PartOrder& order = OrderAt(o);
  if (!order.floors) return true;
  if (order.least > 0 && order_short_.units > order.most_short) return false;
  const std::size_t used = used_.size() - used_begin_;
  // Nothing at all so far, or one shipment of everything.
  if (used == 0 || (used == 1 && order_short_.units == 0)) return true;
  std::int64_t lack = 0;
  for (std::size_t u = used_begin_; u < used_.size(); ++u) {
    lack += std::max<std::int64_t>(0, order.min_value - value_[used_[u]]);
  }
  if (order_short_.units > 0) {
    lack += std::max<std::int64_t>(0, order.min_value - order_short_.value);
  }
  if (lack == 0) return true;
  const std::int64_t of_rest = rest * task_.part->lines[LineAt(o, at)].value;
  return lack <= value_left_[order.first_line + o + position] + of_rest;
}

void LineSearch::CloseOrder(std::size_t o) {
  const Part& part = *task_.part;
  const std::uint32_t end = OrderAt(o).line_count;
  if (end > 0 && !FloorsInReach(o, end, end - 1, 0)) return;
  const LevelValues spent = spent_;
  bool cut = false;
  for (std::size_t k = 0; k < part.level_count; ++k) {
    const PartLevel& values = part.levels[k];
    const bool shipped = used_.size() > used_begin_;
    for (std::size_t u = used_begin_; u < used_.size(); ++u) {
      const std::uint32_t slot = used_[u];
      spent_[k] += values.fixed[slot];
      if (values.cost) {
        spent_[k] += RateAt(part, part.slots[slot], weight_[slot]) + OrderAt(o).split;
      }
    }
    if (values.cost && shipped) spent_[k] -= OrderAt(o).split;
    if (k <= task_.stage && spent_[k] + levels_[k].tail[o + 1] > task_.limit[k]) cut = true;
  }
  if (!cut) EnterOrder(o + 1);
  spent_ = spent;
}

void LineSearch::Leaf() {
  const Part& part = *task_.part;
  if (task_.mode != Mode::kBest) {
    MakeKey(key_);
    if (!(key_ < best_key_)) return;
    if (task_.mode == Mode::kShipments && used_.size() >= ranks_.size()) return;
    std::swap(key_, best_key_);
    SortUsed(ranks_);
    for (std::uint32_t& slot : ranks_) slot = part.slots[slot].rank;
  }
  best_->valid = true;
  best_->values = spent_;
  best_->takes = takes_;
  if (task_.mode == Mode::kBest) {
    task_.limit[task_.stage] = spent_[task_.stage] - part.levels[task_.stage].step;
  }
}

void LineSearch::SortUsed(std::vector<std::uint32_t>& slots) const {
  const Part& part = *task_.part;
  slots.assign(used_.begin(), used_.end());
  std::sort(slots.begin(), slots.end(), [&part](std::uint32_t a, std::uint32_t b) {
    return part.slots[a].rank != part.slots[b].rank ? part.slots[a].rank < part.slots[b].rank
                                                    : a < b;
  });
}

// Minus the units of a line from each location, or through each slot, of the used slots.
void LineSearch::AddQuantities(std::uint32_t line, bool by_location,
                               std::vector<std::int64_t>& key) const {
  const Part& part = *task_.part;
  for (std::size_t u = 0; u < sorted_.size(); ++u) {
    const std::uint32_t rank = part.slots[sorted_[u]].rank;
    if (by_location && u > 0 && part.slots[sorted_[u - 1]].rank == rank) continue;
    std::int64_t units = 0;
    for (const PartTake& take : takes_) {
      const PartArc& arc = part.arcs[take.arc];
      if (arc.line != line) continue;
      const bool counts = by_location ? part.slots[arc.slot].rank == rank : arc.slot == sorted_[u];
      if (counts) units += take.quantity;
    }
    key.push_back(-units);
  }
}

// The tie rule of exact.h as a list of numbers; the smaller list wins.
void LineSearch::MakeKey(std::vector<std::int64_t>& key) const {
  const Part& part = *task_.part;
  key.clear();
  SortUsed(sorted_);
  key.push_back(static_cast<std::int64_t>(sorted_.size()));
  for (const std::uint32_t slot : sorted_) key.push_back(part.slots[slot].rank);
  for (std::uint32_t i = 0; i < part.lines.size(); ++i) AddQuantities(i, true, key);
  for (std::uint32_t i = 0; i < part.lines.size(); ++i) AddQuantities(i, false, key);
  for (const std::uint32_t slot : sorted_) key.push_back(slot);
  if (!part.alternatives) return;
  // Equal quantities by line and slot: the first arc that differs decides, and more through it.
  sorted_takes_.assign(takes_.begin(), takes_.end());
  std::sort(sorted_takes_.begin(), sorted_takes_.end(), [&part](const auto& a, const auto& b) {
    return part.arcs[a.arc].arc < part.arcs[b.arc].arc;
  });
  for (const PartTake& take : sorted_takes_) {
    key.push_back(part.arcs[take.arc].arc);
    key.push_back(-take.quantity);
  }
}

// False if no completion has fewer shipments, or as many with as small a list of ranks.
bool LineSearch::RanksCanImprove() const {
  const std::size_t most = ranks_.size();
  if (task_.mode == Mode::kShipments) return used_.size() < most;
  if (used_.size() > most) return false;
  // The most hopeful list: the ranks in use, filled up with the smallest there are.
  const Part& part = *task_.part;
  sorted_.clear();
  for (const std::uint32_t slot : used_) sorted_.push_back(part.slots[slot].rank);
  std::sort(sorted_.begin(), sorted_.end());
  std::size_t from_pool = most - sorted_.size();
  std::size_t pool = 0;
  std::size_t mine = 0;
  for (std::size_t at = 0; at < most; ++at) {
    std::uint32_t rank = 0;
    const bool pool_next = from_pool > 0 && pool < rank_pool_.size() &&
                           (mine == sorted_.size() || rank_pool_[pool] < sorted_[mine]);
    if (pool_next) {
      rank = rank_pool_[pool++];
      --from_pool;
    } else if (mine < sorted_.size()) {
      rank = sorted_[mine++];
    } else {
      return true;
    }
    if (rank != ranks_[at]) return rank < ranks_[at];
  }
  return true;
}

// With the list of ranks settled: false if the lines placed so far give less than the best plan.
bool LineSearch::QuantitiesCanImprove(std::uint32_t position) {
  const Part& part = *task_.part;
  // Only a plan that uses all of its locations can be compared while it is made.
  SortUsed(sorted_);
  if (sorted_.size() != ranks_.size()) return true;
  for (std::size_t u = 0; u < sorted_.size(); ++u) {
    if (part.slots[sorted_[u]].rank != ranks_[u]) return true;
  }
  key_.clear();
  for (std::uint32_t i = 0; i < position; ++i) AddQuantities(i, true, key_);
  for (std::size_t at = 0; at < key_.size(); ++at) {
    const std::int64_t best = best_key_[1 + ranks_.size() + at];
    if (key_[at] != best) return key_[at] < best;
  }
  return true;
}

}  // namespace orderwright::solver_internal
