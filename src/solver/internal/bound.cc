#include "src/solver/internal/bound.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace orderwright::solver_internal {
namespace {

using solver::kNone;

constexpr int kMostRounds = 200;  // of the ascent over all lines

// At least what `grams` gain: rounded up, and a little more for the doubles, since a bound must not
// be too high.
double MostGain(double per_gram, std::int64_t grams) {
  return 2 + per_gram * (1 + 1e-12) * static_cast<double>(grams);
}

}  // namespace

void SortGains(Gain* gains, std::size_t count) {
  for (std::size_t i = 1; i < count; ++i) {
    const Gain gain = gains[i];
    std::size_t at = i;
    for (; at > 0 && gains[at - 1].per_gram < gain.per_gram; --at) gains[at] = gains[at - 1];
    gains[at] = gain;
  }
}

std::int64_t LeastRate(const Part& part, const PartSlot& slot, std::int64_t weight,
                       const Gain* gains, std::size_t count, std::uint32_t from, double* taken) {
  const solver::Step* steps = part.steps.data() + slot.first_step;
  std::int64_t least = kNever;
  std::int64_t gain = 0;
  std::size_t whole = 0;  // gains taken whole, or skipped
  std::size_t best_whole = 0;
  double best_part = 0;
  for (std::uint32_t t = 0; t < slot.step_count; ++t) {
    const std::int64_t room = steps[t].max_weight_g;
    if (room < weight) continue;
    for (; whole < count; ++whole) {
      const Gain& next = gains[whole];
      if (next.at < from) continue;
      if (next.weight * next.most > room - weight) break;
      gain += next.gain * next.most;
      weight += next.weight * next.most;
    }
    std::int64_t extra = 0;
    double units = 0;
    if (whole < count) {
      const Gain& next = gains[whole];
      const std::int64_t grams = room - weight;
      if (grams > 0) extra = static_cast<std::int64_t>(MostGain(next.per_gram, grams));
      units = static_cast<double>(grams) / static_cast<double>(next.weight);
    }
    const std::int64_t value = steps[t].cost - gain - extra;
    if (value < least) {
      least = value;
      best_whole = whole;
      best_part = units;
    }
    if (whole == count) break;
  }
  if (taken != nullptr) {
    for (std::size_t i = 0; i < count; ++i) {
      taken[i] = i < best_whole ? static_cast<double>(gains[i].most) : 0;
    }
    if (best_whole < count) taken[best_whole] = best_part;
  }
  return least;
}

void Bounder::Attach(const Part& part) {
  part_ = &part;
  state.assign(part.slots.size(), SlotState::kFree);
  alive.clear();
  chosen.assign(part.slots.size(), 0);
  lack.assign(part.lines.size(), 0);
  slack_.assign(part.slots.size(), 0);
  taken_.assign(part.by_slot.size(), 0.0);
  worth_.assign(part.slots.size(), 0);
  line_gain_.assign(part.lines.size(), 0);
  by_gain_.resize(part.by_slot.size());
  for (const PartSlot& slot : part.slots) {
    for (std::uint32_t b = 0; b < slot.arc_count; ++b) by_gain_[slot.first_arc + b] = b;
  }
}

void Bounder::Select(std::uint32_t order) {
  const PartOrder& data = part_->orders[order];
  alive.clear();
  for (std::uint32_t j = data.first_slot; j < data.first_slot + data.slot_count; ++j) {
    if (state[j] != SlotState::kClosed) alive.push_back(j);
  }
}

// The highest price worth trying: the penalty where every unit may go short; else whatever keeps
// all sums within 62 bits.
std::int64_t Bounder::Ceiling(std::size_t level, const PartLine& line) const {
  const auto n = static_cast<std::int64_t>(part_->lines.size() * (part_->slots.size() + 2));
  const std::int64_t cap = std::max<std::int64_t>((std::int64_t{1} << 60) / n / line.quantity, 0);
  if (line.most_short < line.quantity) return cap;
  return std::min(cap, line.penalty * part_->levels[level].penalty);
}

std::int64_t Bounder::Nothing(std::size_t level, std::uint32_t order) const {
  const PartOrder& data = part_->orders[order];
  std::int64_t value = 0;
  for (std::uint32_t i = data.first_line; i < data.first_line + data.line_count; ++i) {
    const PartLine& line = part_->lines[i];
    if (data.least == 0 && line.most_short < line.quantity) return kNever;
    value += line.quantity * line.penalty * part_->levels[level].penalty;
  }
  return value;
}

std::int64_t Bounder::Shipped(std::uint32_t order, std::int64_t value,
                              const BoundLevel& bound) const {
  if (part_->orders[order].max_shipments == 0) return kNever;
  bool some = false;
  std::int64_t least = kNever;
  for (const std::uint32_t j : alive) {
    if (state[j] == SlotState::kOpen) return value;
    some = some || bound.phi[j] < 0;
    least = std::min(least, bound.phi[j]);
  }
  if (least == kNever) return kNever;
  return some ? value : value + least;
}

std::int64_t Bounder::OrderValue(std::size_t level, std::uint32_t order, std::int64_t value,
                                 const BoundLevel& bound) const {
  return std::min(Shipped(order, value, bound), Nothing(level, order));
}

void Bounder::LimitShipments(const PartOrder& order, std::int64_t& value) {
  // Only the best few of the free slots that would be used may be.
  std::int64_t left = order.max_shipments;
  order_by_phi_.clear();
  for (const std::uint32_t j : alive) {
    if (state[j] == SlotState::kOpen) {
      --left;
    } else if (chosen[j] != 0) {
      order_by_phi_.push_back(j);
    }
  }
  left = std::max<std::int64_t>(left, 0);
  if (static_cast<std::int64_t>(order_by_phi_.size()) <= left) return;
  std::sort(order_by_phi_.begin(), order_by_phi_.end(), [&](std::uint32_t a, std::uint32_t b) {
    return worth_[a] != worth_[b] ? worth_[a] < worth_[b] : a < b;
  });
  for (std::size_t i = static_cast<std::size_t>(left); i < order_by_phi_.size(); ++i) {
    chosen[order_by_phi_[i]] = 0;
    value -= worth_[order_by_phi_[i]];
  }
}

// Notes what the arcs of a slot gain at these prices, unless its twin has just been asked.
void Bounder::Weigh(const PartSlot& slot, const std::int64_t* price) {
  if (slot.twin == weighed_.twin) return;
  weighed_ = {slot.twin, false, 0, 0};
  const std::uint32_t first = part_->slots[slot.twin].first_arc;
  const std::uint32_t* order = by_gain_.data() + first;
  gains_.clear();
  for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
    const SlotArc& arc = part_->by_slot[first + order[b]];
    const std::int64_t gain = price[arc.line] - arc.cost;
    if (gain <= 0) continue;
    gains_.push_back(GainOf(arc, gain, order[b]));
    weighed_.gain += gain * arc.most;
    weighed_.per_gram = std::max(weighed_.per_gram, gains_.back().per_gram);
  }
}

// Sorts what was weighed. The next time these come first, in this order, and sorting finds little
// to do.
void Bounder::SortWeighed(const PartSlot& slot, const std::int64_t* price) {
  if (weighed_.sorted) return;
  weighed_.sorted = true;
  SortGains(gains_.data(), gains_.size());
  const std::uint32_t first = part_->slots[slot.twin].first_arc;
  std::uint32_t* order = by_gain_.data() + first;
  std::size_t rest = slot.arc_count;
  for (std::uint32_t b = slot.arc_count; b-- > 0;) {
    const SlotArc& arc = part_->by_slot[first + order[b]];
    if (price[arc.line] <= arc.cost) order[--rest] = order[b];
  }
  for (std::size_t i = 0; i < gains_.size(); ++i) order[i] = gains_[i].at;
}

// A bound below what LeastRate would find, without sorting: every gram gains as much as the best.
std::int64_t Bounder::QuickRate(const PartSlot& slot) const {
  const solver::Step* steps = part_->steps.data() + slot.first_step;
  std::int64_t least = kNever;
  for (std::uint32_t t = 0; t < slot.step_count; ++t) {
    const double most = MostGain(weighed_.per_gram, steps[t].max_weight_g);
    const bool all = !(most < static_cast<double>(weighed_.gain));
    const std::int64_t gain = all ? weighed_.gain : static_cast<std::int64_t>(most);
    least = std::min(least, steps[t].cost - gain);
    if (all) break;
  }
  return least;
}

// phi of a slot with a rate of several steps, without its fixed cost; notes what it takes. Where a
// quick bound shows that it is not below `unused` the slot takes nothing, and that bound is
// returned.
std::int64_t Bounder::SteppedPhi(const PartSlot& slot, const std::int64_t* price,
                                 std::int64_t unused) {
  Weigh(slot, price);
  const std::int64_t quick = QuickRate(slot);
  if (quick >= unused) return quick;
  SortWeighed(slot, price);
  relaxed_.resize(gains_.size());
  const std::int64_t least =
      LeastRate(*part_, slot, 0, gains_.data(), gains_.size(), 0, relaxed_.data());
  std::fill_n(taken_.begin() + slot.first_arc, slot.arc_count, 0.0);
  for (std::size_t i = 0; i < gains_.size(); ++i) {
    taken_[slot.first_arc + gains_[i].at] = relaxed_[i];
  }
  return least;
}

// The phi of a slot, its fixed cost and split inside.
std::int64_t Bounder::Phi(std::uint32_t j, const PartLevel& values, std::int64_t split,
                          const std::int64_t* price) {
  const PartSlot& slot = part_->slots[j];
  const SlotArc* arcs = part_->by_slot.data() + slot.first_arc;
  work_ += slot.arc_count;
  const std::int64_t fixed = values.fixed[j] + split;
  if (values.cost && !slot.flat) {
    const bool exact = !quick_ || state[j] == SlotState::kOpen;
    return fixed + SteppedPhi(slot, price, exact ? kNever : -fixed);
  }
  std::int64_t phi = fixed + (values.cost ? slot.base : 0);
  for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
    const std::int64_t cost = values.cost ? arcs[b].cost : 0;
    phi += std::min<std::int64_t>(cost - price[arcs[b].line], 0) * arcs[b].most;
  }
  return phi;
}

// True if what prices rose by since the last evaluation cannot make any of the slots worth using;
// their phi then fall by as much.
bool Bounder::StaysUnused(std::span<const std::uint32_t> slots, BoundLevel& bound) {
  for (const std::uint32_t j : slots) {
    if (state[j] != SlotState::kFree || worth_[j] < 0 || bound.phi[j] < rise_) return false;
  }
  for (const std::uint32_t j : slots) {
    bound.phi[j] -= rise_;
    chosen[j] = 0;
  }
  return true;
}

// What a slot that is alone at its location adds to L.
std::int64_t Bounder::SlotValue(std::uint32_t j, const PartLevel& values, std::int64_t split,
                                BoundLevel& bound) {
  const std::int64_t phi = Phi(j, values, split, bound.price.data());
  bound.phi[j] = phi;
  worth_[j] = phi;
  chosen[j] = state[j] == SlotState::kOpen || phi < 0 ? 1 : 0;
  return chosen[j] != 0 ? phi : 0;
}

// Most that the lines could gain at a site, each unit counted once.
std::int64_t Bounder::SiteGain(std::span<const std::uint32_t> slots, const PartLevel& values,
                               const std::int64_t* price) {
  std::int64_t sum = 0;
  touched_.clear();
  for (const std::uint32_t j : slots) {
    const PartSlot& slot = part_->slots[j];
    const SlotArc* arcs = part_->by_slot.data() + slot.first_arc;
    for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
      const std::int64_t cost = values.cost ? arcs[b].cost : 0;
      const std::int64_t gain = (price[arcs[b].line] - cost) * arcs[b].site_most;
      std::int64_t& best = line_gain_[arcs[b].line];
      if (gain <= best) continue;
      if (best == 0) touched_.push_back(arcs[b].line);
      sum += gain - best;
      best = gain;
    }
  }
  for (const std::uint32_t line : touched_) line_gain_[line] = 0;
  return sum;
}

// What the slots of one location add to L. They share its stock, so a bound on using two or more of
// them counts every unit once: two fixed costs and first rates less all that the lines could gain.
// phi becomes what L changes by if the slot is opened (>= 0) or, for the chosen one, closed (<= 0).
std::int64_t Bounder::SiteValue(std::span<const std::uint32_t> slots, const PartLevel& values,
                                std::int64_t split, BoundLevel& bound) {
  const std::int64_t* price = bound.price.data();
  const auto least_cost = [&](std::uint32_t j) {
    return values.fixed[j] + split + (values.cost ? part_->slots[j].base : 0);
  };
  std::uint32_t best = kNone;
  std::uint32_t open = kNone;
  std::size_t open_count = 0;
  std::int64_t second = 0;  // the least phi but for the best, at most 0
  std::int64_t apart = 0;   // were each slot for itself
  std::int64_t open_cost = 0;
  std::int64_t cheapest = kNever;
  std::int64_t next = kNever;
  for (const std::uint32_t j : slots) {
    const std::int64_t phi = Phi(j, values, split, price);
    bound.phi[j] = phi;
    chosen[j] = 0;
    const std::int64_t cost = least_cost(j);
    next = std::min(next, std::max(cheapest, cost));
    cheapest = std::min(cheapest, cost);
    if (state[j] == SlotState::kOpen) {
      open = j;
      ++open_count;
      apart += phi;
      open_cost += cost;
      continue;
    }
    apart += std::min<std::int64_t>(phi, 0);
    if (best == kNone || phi < bound.phi[best]) {
      if (best != kNone) second = std::min(second, bound.phi[best]);
      best = j;
    } else {
      second = std::min(second, phi);
    }
  }
  const std::int64_t gain = SiteGain(slots, values, price);
  const std::int64_t two = cheapest + next - gain;
  if (open_count > 1) {
    const std::int64_t value = std::max(apart, open_cost - gain);
    for (const std::uint32_t j : slots) {
      chosen[j] = state[j] == SlotState::kOpen ? 1 : 0;
      bound.phi[j] = 0;
      worth_[j] = value;
    }
    return value;
  }
  // The cheapest of the others to go with a slot.
  const auto with = [&](std::uint32_t j) {
    const std::int64_t cost = least_cost(j);
    return cost + (cost == cheapest ? next : cheapest) - gain;
  };
  if (open_count == 1) {
    const std::int64_t value = std::min(bound.phi[open], with(open));
    for (const std::uint32_t j : slots) {
      bound.phi[j] = std::max<std::int64_t>(0, least_cost(open) + least_cost(j) - gain - value);
      worth_[j] = value;
    }
    bound.phi[open] = 0;
    chosen[open] = 1;
    return value;
  }
  const std::int64_t value = std::min({std::int64_t{0}, bound.phi[best], two});
  const bool uses_best = bound.phi[best] < 0;
  for (const std::uint32_t j : slots) {
    bound.phi[j] = j == best && uses_best ? value - std::min(second, two)
                                          : std::min(bound.phi[j], with(j)) - value;
    worth_[j] = value;
  }
  if (uses_best) {
    bound.phi[best] = std::min<std::int64_t>(bound.phi[best], 0);
    chosen[best] = 1;
  }
  return value;
}

std::int64_t Bounder::Evaluate(std::size_t level, std::uint32_t order, BoundLevel& bound) {
  const Part& part = *part_;
  const PartOrder& data = part.orders[order];
  const PartLevel& values = part.levels[level];
  const std::int64_t split = values.cost ? data.split : 0;
  const std::int64_t* price = bound.price.data();
  std::int64_t value = -split;
  for (std::uint32_t i = data.first_line; i < data.first_line + data.line_count; ++i) {
    const PartLine& line = part.lines[i];
    const std::int64_t dummy = line.penalty * values.penalty - price[i];
    value += line.quantity * price[i];
    lack[i] = static_cast<double>(line.quantity);
    if (dummy < 0) {
      value += dummy * line.most_short;
      lack[i] -= static_cast<double>(line.most_short);
    }
  }
  const bool limited = data.max_shipments < data.slot_count;
  weighed_.twin = kNone;
  for (std::size_t at = 0; at < alive.size();) {
    std::size_t end = at + 1;
    const std::uint32_t site = part.slots[alive[at]].site;
    while (by_site && end < alive.size() && part.slots[alive[end]].site == site) ++end;
    const std::span<const std::uint32_t> slots(alive.data() + at, end - at);
    at = end;
    if (quick_ && StaysUnused(slots, bound)) continue;
    value += slots.size() == 1 ? SlotValue(slots[0], values, split, bound)
                               : SiteValue(slots, values, split, bound);
  }
  if (limited && data.line_count > 0) LimitShipments(data, value);
  for (const std::uint32_t j : alive) {
    if (chosen[j] == 0) continue;
    const PartSlot& slot = part.slots[j];
    const SlotArc* arcs = part.by_slot.data() + slot.first_arc;
    if (values.cost && !slot.flat) {
      for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
        lack[arcs[b].line] -= taken_[slot.first_arc + b];
      }
      continue;
    }
    for (std::uint32_t b = 0; b < slot.arc_count; ++b) {
      const std::int64_t cost = values.cost ? arcs[b].cost : 0;
      if (cost < price[arcs[b].line]) lack[arcs[b].line] -= static_cast<double>(arcs[b].most);
    }
  }
  return value;
}

// Dual ascent (Bilde and Krarup; Erlenkotter's DUALOC): raise the price of one line after the other
// to the next cost at which another slot would serve it, as far as every slot's phi stays >= 0.
void Bounder::Ascend(std::size_t level, std::uint32_t order, BoundLevel& bound) {
  const Part& part = *part_;
  const PartOrder& data = part.orders[order];
  const PartLevel& values = part.levels[level];
  const std::int64_t split = values.cost ? data.split : 0;
  Select(order);
  bound.agility = 1.0;
  bound.reach = std::numeric_limits<double>::infinity();
  bound.price.resize(part.lines.size());
  bound.phi.resize(part.slots.size());
  bound.order_value.resize(part.orders.size());
  for (const std::uint32_t j : alive) {
    slack_[j] = values.fixed[j] + split + (values.cost ? part.slots[j].level : 0);
  }
  // Arcs by their cost along the line below the rate.
  const std::uint32_t first_arc = data.line_count > 0 ? part.lines[data.first_line].first_arc : 0;
  rungs_.clear();
  for (std::uint32_t i = data.first_line; i < data.first_line + data.line_count; ++i) {
    const PartLine& line = part.lines[i];
    const std::size_t begin = rungs_.size();
    bool sorted = true;
    for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
      const PartArc& arc = part.arcs[a];
      const std::int64_t cost = arc.cost + part.slots[arc.slot].slope * arc.weight;
      rungs_.push_back({values.cost ? cost : 0, std::max<std::int64_t>(arc.counted, 1), arc.slot});
      const std::size_t last = rungs_.size() - 1;
      sorted = sorted && (last == begin || rungs_[last - 1].cost <= rungs_[last].cost);
    }
    if (!sorted) {
      std::sort(rungs_.data() + begin, rungs_.data() + rungs_.size(),
                [](const Rung& a, const Rung& b) {
                  return a.cost != b.cost ? a.cost < b.cost : a.slot < b.slot;
                });
    }
    const std::int64_t ceiling = Ceiling(level, line);
    bound.price[i] = line.arc_count > 0 ? std::min(rungs_[begin].cost, ceiling) : ceiling;
    // Some units go short, so every other one is worth what they cost.
    if (line.supply >= line.quantity) continue;
    bound.price[i] = ceiling;
    for (std::size_t r = begin; r < rungs_.size(); ++r) {
      slack_[rungs_[r].slot] -=
          std::max<std::int64_t>(0, ceiling - rungs_[r].cost) * rungs_[r].most;
    }
  }
  for (int round = 0; round < kMostRounds; ++round) {
    bool moved = false;
    for (std::uint32_t i = data.first_line; i < data.first_line + data.line_count; ++i) {
      const PartLine& line = part.lines[i];
      const Rung* rungs = rungs_.data() + (line.first_arc - first_arc);
      const std::int64_t ceiling = Ceiling(level, line);
      const std::int64_t price = bound.price[i];
      std::int64_t raise = ceiling - price;
      std::uint32_t below = 0;
      for (; below < line.arc_count && rungs[below].cost <= price; ++below) {
        const std::int64_t slack = slack_[rungs[below].slot];
        if (slack < raise * rungs[below].most) raise = slack / rungs[below].most;
        if (raise == 0) break;
      }
      if (below < line.arc_count && raise > 0) raise = std::min(raise, rungs[below].cost - price);
      if (raise <= 0) continue;
      for (std::uint32_t a = 0; a < below; ++a) slack_[rungs[a].slot] -= raise * rungs[a].most;
      bound.price[i] = price + raise;
      moved = true;
    }
    if (!moved) break;
  }
  bound.order_value[order] = OrderValue(level, order, Evaluate(level, order, bound), bound);
}

std::int64_t Bounder::Improve(std::size_t level, std::uint32_t order, int steps,
                              std::int64_t target, BoundLevel& bound) {
  const Part& part = *part_;
  const PartOrder& data = part.orders[order];
  const std::uint32_t begin = data.first_line;
  const std::uint32_t end = begin + data.line_count;
  std::int64_t best = Evaluate(level, order, bound);
  if (steps == 0 || best > target) return best;
  best_price_.assign(bound.price.begin() + begin, bound.price.begin() + end);
  direction_.assign(data.line_count, 0.0);
  double& agility = bound.agility;
  int stale = 0;
  std::int64_t value = best;
  bool at_best = true;
  quick_ = true;
  const auto set_price = [&](std::uint32_t i, std::int64_t price) {
    rise_ += std::max<std::int64_t>(0, price - bound.price[i]) * part.lines[i].quantity;
    bound.price[i] = price;
  };
  for (int step = 0; step < steps; ++step) {
    rise_ = 0;
    double norm = 0;
    double cross = 0;
    double norm_before = 0;
    for (std::uint32_t i = begin; i < end; ++i) {
      const double g = lack[i];
      const double d = direction_[i - begin];
      cross += g * d;
      norm_before += d * d;
    }
    // Camerini, Fratta and Maffioli: bend the step away from one that would undo the last.
    const double bend = cross < 0 && norm_before > 0 ? -1.5 * cross / norm_before : 0.0;
    for (std::uint32_t i = begin; i < end; ++i) {
      double& d = direction_[i - begin];
      d = lack[i] + bend * d;
      norm += d * d;
    }
    if (norm <= 0) break;
    // Penalties for units that need not go short would make the target far too high to step by.
    const double missing = static_cast<double>(target) - static_cast<double>(value) + 1;
    const double gap = std::max(1.0, std::min(missing, bound.reach));
    const double length = agility * gap * 1.02 / norm;
    for (std::uint32_t i = begin; i < end; ++i) {
      const double moved = static_cast<double>(bound.price[i]) + length * direction_[i - begin];
      const auto ceiling = static_cast<double>(Ceiling(level, part.lines[i]));
      set_price(i, static_cast<std::int64_t>(std::floor(std::clamp(moved, 0.0, ceiling))));
    }
    value = Evaluate(level, order, bound);
    at_best = value > best;
    if (at_best) {
      best = value;
      std::copy(bound.price.begin() + begin, bound.price.begin() + end, best_price_.begin());
      stale = 0;
      if (best > target) break;
    } else if (++stale >= 6) {
      stale = 0;
      agility *= 0.5;
      if (agility < 0.002) break;
      rise_ = 0;
      for (std::uint32_t i = begin; i < end; ++i) set_price(i, best_price_[i - begin]);
      value = Evaluate(level, order, bound);
      std::fill(direction_.begin(), direction_.end(), 0.0);
      at_best = true;
    }
  }
  quick_ = false;
  if (best > target) return best;  // the caller is done with the prices
  if (!at_best) std::copy(best_price_.begin(), best_price_.end(), bound.price.begin() + begin);
  return Evaluate(level, order, bound);
}

}  // namespace orderwright::solver_internal
