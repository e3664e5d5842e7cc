#include "src/solver/internal/planner.h"

#include <algorithm>
#include <limits>

namespace orderwright::solver_internal {

using solver::kNone;

void Planner::Attach(const Part& part, std::vector<std::int64_t>& row_left) {
  part_ = &part;
  row_left_ = &row_left;
  units_.assign(part.slots.size(), 0);
  weight_.assign(part.slots.size(), 0);
  value_.assign(part.slots.size(), 0);
  served_.assign(part.lines.size(), 0);
  placed_.assign(part.place_count, 0);
  used_.clear();
  takes_.clear();
  stage = 0;
}

bool Planner::Better(const PartPlan& a, const PartPlan& b) const {
  if (!a.valid) return false;
  for (std::size_t k = 0; k < stage; ++k) {
    if (a.values[k] > limit[k]) return false;
  }
  if (!b.valid) return true;
  for (std::size_t k = stage; k < part_->level_count; ++k) {
    if (a.values[k] != b.values[k]) return a.values[k] < b.values[k];
  }
  return false;
}

// The arcs from a line to a slot, the cheapest first. The arcs of a slot ascend by line.
std::span<const SlotArc> Planner::ArcsOf(std::uint32_t slot, std::uint32_t line) const {
  const PartSlot& data = part_->slots[slot];
  const std::span<const SlotArc> arcs(part_->by_slot.data() + data.first_arc, data.arc_count);
  const auto begin =
      std::lower_bound(arcs.begin(), arcs.end(), line,
                       [](const SlotArc& arc, std::uint32_t l) { return arc.line < l; });
  auto end = begin;
  while (end != arcs.end() && end->line == line) ++end;
  return {begin, end};
}

bool Planner::TakesFrom(std::uint32_t a) const {
  return std::any_of(takes_.begin(), takes_.end(),
                     [a](const PartTake& take) { return take.arc == a; });
}

// Takes the units from the rows that the arc draws on, or (negative) gives them back.
void Planner::ChangeRows(const PartArc& arc, std::int64_t units) {
  if (arc.row != kNone) (*row_left_)[arc.row] -= units;
  if (arc.quota != kNone) (*row_left_)[arc.quota] -= units;
  for (const std::uint32_t row : part_->slots[arc.slot].unit_rows) {
    if (row != kNone) (*row_left_)[row] -= units * arc.load;
  }
}

// Units that the arc can still carry, given what was taken.
std::int64_t Planner::Room(const PartArc& arc) const {
  const PartSlot& slot = part_->slots[arc.slot];
  std::int64_t units = arc.most;
  if (arc.row != kNone) units = std::min(units, (*row_left_)[arc.row]);
  if (arc.quota != kNone) units = std::min(units, (*row_left_)[arc.quota]);
  for (const std::uint32_t row : slot.unit_rows) {
    if (row != kNone && arc.load > 0) units = std::min(units, (*row_left_)[row] / arc.load);
  }
  if (units_[arc.slot] == 0) {
    for (const std::uint32_t row : slot.shipment_rows) {
      if (row != kNone && (*row_left_)[row] == 0) return 0;
    }
  }
  if (slot.step_count > 0 && arc.weight > 0) {
    const std::int64_t most = part_->steps[slot.first_step + slot.step_count - 1].max_weight_g;
    units = std::min(units, (most - weight_[arc.slot]) / arc.weight);
  }
  return units;
}

void Planner::Take(std::uint32_t a, std::int64_t units) {
  const PartArc& arc = part_->arcs[a];
  const PartSlot& slot = part_->slots[arc.slot];
  ChangeRows(arc, units);
  if (units_[arc.slot] == 0) {
    used_.push_back(arc.slot);
    for (const std::uint32_t row : slot.shipment_rows) {
      if (row != kNone) (*row_left_)[row] -= 1;
    }
  }
  units_[arc.slot] += units;
  weight_[arc.slot] += units * arc.weight;
  value_[arc.slot] += units * part_->lines[arc.line].value;
  served_[arc.line] += units;
  takes_.push_back({a, units});
}

// Takes a take back; the slot stays in `used_`.
void Planner::Give(const PartTake& take) {
  const PartArc& arc = part_->arcs[take.arc];
  const PartSlot& slot = part_->slots[arc.slot];
  ChangeRows(arc, -take.quantity);
  units_[arc.slot] -= take.quantity;
  weight_[arc.slot] -= take.quantity * arc.weight;
  value_[arc.slot] -= take.quantity * part_->lines[arc.line].value;
  served_[arc.line] -= take.quantity;
  if (units_[arc.slot] > 0) return;
  for (const std::uint32_t row : slot.shipment_rows) {
    if (row != kNone) (*row_left_)[row] += 1;
  }
}

std::int64_t Planner::RateChange(std::uint32_t slot, std::int64_t weight) const {
  const PartSlot& data = part_->slots[slot];
  return RateAt(*part_, data, weight_[slot] + weight) - RateAt(*part_, data, weight_[slot]);
}

// Moves lines between used slots while the whole cost falls; rates make that worth trying.
void Planner::MoveLines() {
  const Part& part = *part_;
  const PartLevel& level = part.levels[part.cost_level];
  bool moved = true;
  for (int round = 0; moved && round < 3; ++round) {
    moved = false;
    for (std::size_t t = 0; t < takes_.size(); ++t) {
      const PartTake take = takes_[t];
      const PartArc& from = part.arcs[take.arc];
      const PartLine& line = part.lines[from.line];
      if (line.place != kNone) continue;
      const std::int64_t grams = take.quantity * from.weight;
      std::int64_t saved = -RateChange(from.slot, -grams);
      if (units_[from.slot] == take.quantity) {
        saved = level.fixed[from.slot] + part.orders[0].split +
                RateAt(part, part.slots[from.slot], weight_[from.slot]);
      }
      std::int64_t best = 0;
      std::uint32_t best_arc = kNone;
      for (const std::uint32_t slot : used_) {
        if (units_[slot] == 0 || slot == from.slot) continue;
        for (const SlotArc& at : ArcsOf(slot, from.line)) {
          const std::uint32_t a = at.arc;
          const PartArc& to = part.arcs[a];
          if (to.cost - from.cost > saved / take.quantity) break;
          if (Room(to) < take.quantity || TakesFrom(a)) continue;
          const std::int64_t change = (to.cost - from.cost) * take.quantity - saved +
                                      RateChange(to.slot, take.quantity * to.weight);
          if (change < best || (change == best && a < best_arc && best < 0)) {
            best = change;
            best_arc = a;
          }
        }
      }
      if (best_arc == kNone) continue;
      Give(take);
      takes_.erase(takes_.begin() + static_cast<std::ptrdiff_t>(t));
      Take(best_arc, take.quantity);
      std::rotate(takes_.begin() + static_cast<std::ptrdiff_t>(t), takes_.end() - 1, takes_.end());
      moved = true;
    }
  }
  std::erase_if(used_, [this](std::uint32_t slot) { return units_[slot] == 0; });
}

void Planner::Reset() {
  for (const PartTake& take : takes_) {
    const PartArc& arc = part_->arcs[take.arc];
    ChangeRows(arc, -take.quantity);
    served_[arc.line] = 0;
  }
  for (const std::uint32_t slot : used_) {
    for (const std::uint32_t row : part_->slots[slot].shipment_rows) {
      if (row != kNone) (*row_left_)[row] += 1;
    }
    units_[slot] = 0;
    weight_[slot] = 0;
    value_[slot] = 0;
  }
  used_.clear();
  takes_.clear();
}

void Planner::PlaceLine(std::uint32_t i, std::uint32_t location,
                        const std::vector<std::uint8_t>& open) {
  const PartLine& line = part_->lines[i];
  const PartOrder& order = part_->orders[0];
  const std::int64_t penalty = line.penalty * part_->levels[part_->cost_level].scale;
  const bool always = order.complete || (part_->shortfall_leads && line.penalty > 0) ||
                      (order.least == 0 && line.most_short < line.quantity);
  std::int64_t rest = line.quantity;
  for (const std::uint32_t slot : preferred_) {
    if (location != kNone && part_->slots[slot].location != location) continue;
    for (const SlotArc& at : ArcsOf(slot, i)) {
      const PartArc& arc = part_->arcs[at.arc];
      const std::int64_t units = always || arc.cost <= penalty ? std::min(rest, Room(arc)) : 0;
      if (units <= 0) continue;
      Take(at.arc, units);
      rest -= units;
    }
  }
  for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count && rest > 0; ++a) {
    const PartArc& arc = part_->arcs[a];
    if (open[arc.slot] == 0) continue;
    if (location != kNone && part_->slots[arc.slot].location != location) continue;
    if (!always && arc.cost > penalty) break;
    if (std::find(preferred_.begin(), preferred_.end(), arc.slot) != preferred_.end()) continue;
    const std::int64_t units = std::min(rest, Room(arc));
    if (units <= 0) continue;
    Take(a, units);
    rest -= units;
  }
}

// All lines of a place come from the location where that costs least, judged one line at a time.
void Planner::PlaceTogether(std::uint32_t place, const std::vector<std::uint8_t>& open) {
  const Part& part = *part_;
  const std::int64_t scale = part.levels[part.cost_level].scale;
  places_.clear();
  for (const PartLine& line : part.lines) {
    if (line.place != place) continue;
    for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
      if (open[part.arcs[a].slot] != 0) places_.push_back(part.slots[part.arcs[a].slot].location);
    }
  }
  std::sort(places_.begin(), places_.end());
  places_.erase(std::unique(places_.begin(), places_.end()), places_.end());
  std::uint32_t best = kNone;
  std::uint32_t best_rank = kNone;
  std::int64_t best_short = 0;
  std::int64_t best_cost = 0;
  for (const std::uint32_t location : places_) {
    const std::size_t takes_before = takes_.size();
    const std::size_t used_before = used_.size();
    for (std::uint32_t i = 0; i < part.lines.size(); ++i) {
      if (part.lines[i].place == place) PlaceLine(i, location, open);
    }
    std::int64_t cost = 0;
    std::int64_t shortfall = 0;
    std::uint32_t rank = 0;
    for (std::size_t t = takes_before; t < takes_.size(); ++t) {
      cost += part.arcs[takes_[t].arc].cost * takes_[t].quantity;
      rank = part.slots[part.arcs[takes_[t].arc].slot].rank;
    }
    for (std::uint32_t i = 0; i < part.lines.size(); ++i) {
      if (part.lines[i].place != place) continue;
      const std::int64_t rest = part.lines[i].quantity - served_[i];
      cost += rest * part.lines[i].penalty * scale;
      shortfall += rest * part.lines[i].penalty;
    }
    if (!part.shortfall_leads) shortfall = 0;
    const bool better =
        best == kNone || shortfall < best_short ||
        (shortfall == best_short && (cost < best_cost || (cost == best_cost && rank < best_rank)));
    if (better && takes_.size() > takes_before) {
      best = location;
      best_rank = rank;
      best_short = shortfall;
      best_cost = cost;
    }
    while (takes_.size() > takes_before) {
      const PartTake take = takes_.back();
      takes_.pop_back();
      Give(take);
    }
    used_.resize(used_before);
  }
  if (best == kNone) return;
  for (std::uint32_t i = 0; i < part.lines.size(); ++i) {
    if (part.lines[i].place == place) PlaceLine(i, best, open);
  }
}

void Planner::Price(PartPlan& plan) {
  const Part& part = *part_;
  const PartOrder& order = part.orders[0];
  plan.takes = takes_;
  plan.valid = static_cast<std::int64_t>(used_.size()) <= order.max_shipments;
  for (std::size_t k = 0; k < part.level_count; ++k) {
    const PartLevel& level = part.levels[k];
    std::int64_t value = 0;
    for (const std::uint32_t slot : used_) {
      value += level.fixed[slot];
      if (level.cost) value += order.split + RateAt(part, part.slots[slot], weight_[slot]);
    }
    if (level.cost && !used_.empty()) value -= order.split;
    for (const PartTake& take : takes_) {
      if (level.cost) value += part.arcs[take.arc].cost * take.quantity;
    }
    for (std::uint32_t i = 0; i < part.lines.size(); ++i) {
      const PartLine& line = part.lines[i];
      const std::int64_t rest = line.quantity - served_[i];
      value += rest * line.penalty * level.penalty;
      if (rest > line.most_short && !takes_.empty()) plan.valid = false;
      if (rest > line.most_short && order.least == 0) plan.valid = false;
    }
    plan.values[k] = value;
  }
  if (order.floors && !FloorsHold()) plan.valid = false;
}

// Gives back what is more than the whole sets that every line of a set has, the last takes first.
void Planner::TrimSets() {
  const Part& part = *part_;
  set_counts_.assign(part.set_count, kNever);
  for (std::size_t i = 0; i < part.lines.size(); ++i) {
    const PartLine& line = part.lines[i];
    if (line.set == kNone) continue;
    std::int64_t& count = set_counts_[line.set];
    count = std::min(count, served_[i] / line.per_set);
  }
  for (std::size_t t = takes_.size(); t-- > 0;) {
    const std::uint32_t i = part.arcs[takes_[t].arc].line;
    const PartLine& line = part.lines[i];
    if (line.set == kNone) continue;
    const std::int64_t surplus = served_[i] - set_counts_[line.set] * line.per_set;
    if (surplus > 0) Remove(t, std::min(surplus, takes_[t].quantity));
  }
}

// ---- Floors: a plan that breaks one is mended where units can be moved, added or left out for it.

void Planner::Add(std::uint32_t a, std::int64_t units) {
  Take(a, units);
  for (std::size_t t = 0; t + 1 < takes_.size(); ++t) {
    if (takes_[t].arc != a) continue;
    takes_[t].quantity += units;
    takes_.pop_back();
    return;
  }
}

void Planner::Remove(std::size_t take, std::int64_t units) {
  const std::uint32_t slot = part_->arcs[takes_[take].arc].slot;
  Give({takes_[take].arc, units});
  takes_[take].quantity -= units;
  if (takes_[take].quantity == 0) takes_.erase(takes_.begin() + static_cast<std::ptrdiff_t>(take));
  if (units_[slot] == 0) std::erase(used_, slot);
}

OrderSize Planner::Rest() const {
  OrderSize rest;
  for (std::size_t i = 0; i < part_->lines.size(); ++i) {
    const std::int64_t units = part_->lines[i].quantity - served_[i];
    rest.units += units;
    rest.value += units * part_->lines[i].value;
  }
  return rest;
}

bool Planner::FloorsHold() const {
  const PartOrder& order = part_->orders[0];
  const OrderSize rest = Rest();
  if (takes_.empty() || (rest.units == 0 && used_.size() == 1)) return true;
  if (order.least > 0 && rest.units > order.most_short) return false;
  if (rest.units > 0 && rest.value < order.min_value) return false;
  return std::all_of(used_.begin(), used_.end(),
                     [&](std::uint32_t slot) { return value_[slot] >= order.min_value; });
}

// Adds `units` units of any lines where they lose the least.
void Planner::FillUp(const std::vector<std::uint8_t>& open, std::int64_t units) {
  const Part& part = *part_;
  const std::int64_t scale = part.levels[part.cost_level].scale;
  while (units > 0) {
    std::uint32_t pick = kNone;
    std::int64_t least = 0;
    for (std::uint32_t a = 0; a < part.arcs.size(); ++a) {
      const PartArc& arc = part.arcs[a];
      const PartLine& line = part.lines[arc.line];
      if (open[arc.slot] == 0 || line.place != kNone || line.set != kNone) continue;
      if (served_[arc.line] == line.quantity || Room(arc) <= 0) continue;
      std::int64_t loss = arc.cost - line.penalty * scale;
      if (units_[arc.slot] == 0) {
        loss += (part.levels[part.cost_level].fixed[arc.slot] + part.slots[arc.slot].base) / units;
      }
      if (pick != kNone && loss >= least) continue;
      pick = a;
      least = loss;
    }
    if (pick == kNone) return;
    const PartArc& arc = part.arcs[pick];
    const std::int64_t left = part.lines[arc.line].quantity - served_[arc.line];
    const std::int64_t more = std::min({units, left, Room(arc)});
    Add(pick, more);
    units -= more;
  }
}

// Brings a shipment up to the floor from what is not sourced, then from what others can spare;
// gives it up if that is not enough.
void Planner::LiftShipment(std::uint32_t slot) {
  const Part& part = *part_;
  const std::int64_t floor = part.orders[0].min_value;
  const PartSlot& data = part.slots[slot];
  for (std::uint32_t b = 0; b < data.arc_count && value_[slot] < floor; ++b) {
    const std::uint32_t a = part.by_slot[data.first_arc + b].arc;
    const std::uint32_t i = part.arcs[a].line;
    const PartLine& line = part.lines[i];
    if (line.place != kNone || line.set != kNone || line.value == 0) continue;
    const auto wanted = [&] {
      const std::int64_t lack = std::max<std::int64_t>(0, floor - value_[slot]);
      return std::min((lack + line.value - 1) / line.value, Room(part.arcs[a]));
    };
    const std::int64_t fresh = std::min(wanted(), line.quantity - served_[i]);
    if (fresh > 0) Add(a, fresh);
    for (std::size_t t = 0; t < takes_.size(); ++t) {
      const std::uint32_t donor = part.arcs[takes_[t].arc].slot;
      if (part.arcs[takes_[t].arc].line != i || donor == slot) continue;
      const std::int64_t spare = (value_[donor] - floor) / line.value;
      const std::int64_t most = std::min(spare, takes_[t].quantity);
      if (most <= 0) continue;
      // Given back first: both may draw on one row.
      Give({takes_[t].arc, most});
      const std::int64_t moved = std::clamp<std::int64_t>(wanted(), 0, most);
      Take(takes_[t].arc, most);
      takes_.pop_back();
      if (moved == 0) continue;
      const bool all = moved == takes_[t].quantity;
      Remove(t, moved);
      Add(a, moved);
      if (all) --t;
    }
  }
  if (value_[slot] >= floor) return;
  for (std::size_t t = takes_.size(); t-- > 0;) {
    if (part.arcs[takes_[t].arc].slot == slot) Remove(t, takes_[t].quantity);
  }
}

// What is left out below the floor is sourced by the shipments there are, or made more.
void Planner::LiftRest() {
  const Part& part = *part_;
  const std::int64_t floor = part.orders[0].min_value;
  OrderSize rest = Rest();
  if (rest.units == 0 || rest.value >= floor) return;
  shipping_.assign(part.slots.size(), 0);
  for (const std::uint32_t slot : used_) shipping_[slot] = 1;
  FillUp(shipping_, rest.units);
  rest = Rest();
  if (rest.units == 0 || rest.value >= floor) return;
  for (std::size_t t = takes_.size(); t-- > 0 && rest.value < floor;) {
    const PartArc& arc = part.arcs[takes_[t].arc];
    const PartLine& line = part.lines[arc.line];
    if (line.set != kNone || line.value == 0) continue;
    const std::int64_t spare = (value_[arc.slot] - floor) / line.value;
    const std::int64_t lack = (floor - rest.value + line.value - 1) / line.value;
    const std::int64_t units = std::min({spare, lack, takes_[t].quantity});
    if (units <= 0) continue;
    Remove(t, units);
    rest.value += units * line.value;
  }
}

void Planner::MeetFloors(const std::vector<std::uint8_t>& open) {
  const PartOrder& order = part_->orders[0];
  if (FloorsHold()) return;
  const std::int64_t missing = Rest().units - order.most_short;
  if (order.least > 0 && missing > 0) FillUp(open, missing);
  if (order.min_value == 0 || FloorsHold()) return;
  shipments_ = used_;
  for (const std::uint32_t slot : shipments_) {
    if (units_[slot] > 0 && value_[slot] < order.min_value && !FloorsHold()) LiftShipment(slot);
  }
  LiftRest();
}

void Planner::Whole(PartPlan& best) {
  constexpr std::size_t kMostTried = 8;
  const Part& part = *part_;
  const PartLevel& level = part.levels[part.cost_level];
  std::int64_t all = 0;
  for (const PartLine& line : part.lines) all += line.quantity;
  order_.clear();
  dearest_.resize(std::max(part.slots.size(), part.lines.size()));
  for (std::uint32_t j = 0; j < part.slots.size(); ++j) {
    const PartSlot& slot = part.slots[j];
    if (slot.arc_count < part.lines.size()) continue;
    std::int64_t cost = level.fixed[j] + slot.base;
    std::int64_t units = 0;
    for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
      const SlotArc& arc = part.by_slot[slot.first_arc + b];
      units += arc.most;
      cost += arc.cost * arc.most;
    }
    if (units < all) continue;
    dearest_[j] = cost;
    order_.push_back(j);
  }
  const std::size_t tried = std::min(order_.size(), kMostTried);
  std::partial_sort(order_.begin(), order_.begin() + static_cast<std::ptrdiff_t>(tried),
                    order_.end(), [this](std::uint32_t a, std::uint32_t b) {
                      return dearest_[a] != dearest_[b] ? dearest_[a] < dearest_[b] : a < b;
                    });
  open_.assign(part.slots.size(), 0);
  for (std::size_t i = 0; i < tried; ++i) {
    open_[order_[i]] = 1;
    Evaluate(open_, plan_);
    if (Better(plan_, best)) std::swap(plan_, best);
    open_[order_[i]] = 0;
  }
}

void Planner::Evaluate(const std::vector<std::uint8_t>& open, PartPlan& plan) {
  std::fill(placed_.begin(), placed_.end(), 0);
  for (std::uint32_t i = 0; i < part_->lines.size(); ++i) {
    const std::uint32_t place = part_->lines[i].place;
    if (place == kNone) {
      PlaceLine(i, kNone, open);
    } else if (placed_[place] == 0) {
      placed_[place] = 1;
      PlaceTogether(place, open);
    }
  }
  if (part_->set_count > 0) TrimSets();
  if (!part_->separable) MoveLines();
  if (part_->orders[0].floors) {
    MeetFloors(open);
    // A shipment given up may have held a part of a set.
    if (part_->set_count > 0) TrimSets();
  }
  Price(plan);
  Reset();
}

// Lets one slot, and then a second one, have every line that they can ship: one heavy parcel is
// often cheaper than two of half the weight.
void Planner::Prefer(PartPlan& plan) {
  UsedSlots(plan, open_);
  preferred_.clear();
  for (int depth = 0; depth < 2; ++depth) {
    std::uint32_t pick = kNone;
    preferred_.push_back(kNone);
    for (std::uint32_t j = 0; j < open_.size(); ++j) {
      if (open_[j] == 0 || (depth > 0 && preferred_[0] == j)) continue;
      preferred_.back() = j;
      Evaluate(open_, plan_);
      if (!Better(plan_, plan)) continue;
      std::swap(plan_, plan);
      pick = j;
    }
    if (pick == kNone) break;
    preferred_.back() = pick;
  }
  preferred_.clear();
}

void Planner::Nothing(PartPlan& plan) {
  Price(plan);
  Reset();
}

void Planner::UsedSlots(const PartPlan& plan, std::vector<std::uint8_t>& open) const {
  open.assign(part_->slots.size(), 0);
  for (const PartTake& take : plan.takes) open[part_->arcs[take.arc].slot] = 1;
}

void Planner::Drop(const std::vector<std::uint8_t>& open, PartPlan& best) {
  Evaluate(open, local_);
  for (int round = 0; round < 4; ++round) {
    // The slots with the least to do first.
    UsedSlots(local_, trial_);
    order_.clear();
    std::vector<std::int64_t>& work = dearest_;
    work.assign(part_->slots.size(), 0);
    for (const PartTake& take : local_.takes) work[part_->arcs[take.arc].slot] += take.quantity;
    for (std::uint32_t j = 0; j < trial_.size(); ++j) {
      if (trial_[j] != 0) order_.push_back(j);
    }
    std::sort(order_.begin(), order_.end(), [&](std::uint32_t a, std::uint32_t b) {
      return work[a] != work[b] ? work[a] < work[b] : a < b;
    });
    bool dropped = false;
    for (const std::uint32_t j : order_) {
      trial_[j] = 0;
      Evaluate(trial_, plan_);
      const bool fewer = !local_.valid && plan_.takes.size() > 0;
      if (Better(plan_, local_) || fewer) {
        std::swap(plan_, local_);
        dropped = true;
      } else {
        trial_[j] = 1;
      }
    }
    if (!dropped) break;
  }
  if (!part_->separable) Prefer(local_);
  if (Better(local_, best)) std::swap(local_, best);
}

// Units that an arc can still bring, given what the slots opened so far have drawn from its rows.
std::int64_t Planner::Left(const SlotArc& arc) const {
  const PartArc& data = part_->arcs[arc.arc];
  std::int64_t units = arc.most;
  if (data.row != kNone) units = std::min(units, (*row_left_)[data.row]);
  if (data.quota != kNone) units = std::min(units, (*row_left_)[data.quota]);
  return units;
}

void Planner::Greedy(PartPlan& best) {
  const Part& part = *part_;
  const PartLevel& level = part.levels[part.cost_level];
  open_.assign(part.slots.size(), 0);
  dearest_.assign(part.lines.size(), 0);
  const std::int64_t most = part.orders[0].max_shipments;
  const std::int64_t most_penalty = kNever / 4 / static_cast<std::int64_t>(part.lines.size() + 1);
  for (std::int64_t count = 0; count < most; ++count) {
    std::uint32_t pick = kNone;
    double pick_ratio = 0;
    for (std::uint32_t j = 0; j < part.slots.size(); ++j) {
      if (open_[j] != 0) continue;
      const PartSlot& slot = part.slots[j];
      double gain = 0;
      double paid = static_cast<double>(level.fixed[j] + part.orders[0].split + slot.base);
      for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
        const SlotArc& arc = part.by_slot[slot.first_arc + b];
        const PartLine& line = part.lines[arc.line];
        const std::int64_t fresh = std::min(Left(arc), line.quantity - served_[arc.line]);
        const std::int64_t penalty = line.most_short < line.quantity ? most_penalty / line.quantity
                                                                     : line.penalty * level.scale;
        if (fresh > 0 && penalty > arc.cost) {
          gain += static_cast<double>(penalty - arc.cost) * static_cast<double>(fresh);
        }
        const std::int64_t moved =
            std::min(arc.most - std::max<std::int64_t>(fresh, 0), served_[arc.line]);
        if (moved > 0 && dearest_[arc.line] > arc.cost) {
          gain += static_cast<double>(dearest_[arc.line] - arc.cost) * static_cast<double>(moved);
        }
      }
      const double ratio = gain - paid;
      if (ratio > 0 && (pick == kNone || ratio > pick_ratio)) {
        pick = j;
        pick_ratio = ratio;
      }
    }
    if (pick == kNone) break;
    open_[pick] = 1;
    const PartSlot& slot = part.slots[pick];
    for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
      const SlotArc& arc = part.by_slot[slot.first_arc + b];
      const std::int64_t room = part.lines[arc.line].quantity - served_[arc.line];
      const std::int64_t fresh = std::min(Left(arc), room);
      if (fresh > 0) {
        Take(arc.arc, fresh);
        dearest_[arc.line] = std::max(dearest_[arc.line], arc.cost);
      } else {
        dearest_[arc.line] = std::min(dearest_[arc.line], arc.cost);
      }
    }
  }
  Reset();
  Drop(open_, best);
}

void Planner::Swap(const std::vector<std::uint32_t>& candidates, PartPlan& best) {
  if (!best.valid) return;
  UsedSlots(best, open_);
  for (const std::uint32_t j : candidates) {
    if (open_[j] != 0) continue;
    open_[j] = 1;
    const LevelValues before = best.values;
    Drop(open_, best);
    if (before != best.values) {
      UsedSlots(best, open_);
    } else {
      open_[j] = 0;
    }
  }
}

}  // namespace orderwright::solver_internal
