#include "src/routing/internal/pinned.h"

#include <algorithm>
#include <utility>

namespace orderwright::routing_internal {
namespace {

__extension__ using Int128 = __int128;

using solver::Problem;
using solver::Solution;

}  // namespace

std::int64_t WorstCost(const Problem& problem) {
  Int128 sum = std::max<std::int64_t>(0, problem.orders.front().cost_offset);
  for (const solver::Line& line : problem.lines) {
    std::int64_t worst = line.shortfall_penalty;
    for (const solver::Arc& arc : problem.arcs_of(line)) {
      const std::int64_t price = arc.row == solver::kNone ? 0 : problem.rows[arc.row].price;
      worst = std::max(worst, arc.unit_cost + price);
    }
    sum += Int128{line.quantity} * worst;
  }
  for (const solver::Slot& slot : problem.slots) {
    sum += Int128{slot.fixed_cost} + problem.orders.front().split_penalty;
    if (slot.step_count > 0) sum += problem.steps[slot.first_step + slot.step_count - 1].cost;
  }
  return static_cast<std::int64_t>(std::min<Int128>(sum, kMostCost));
}

std::optional<Pinned> Pinned::Create(const Problem& problem, std::span<const Pin> pins) {
  Pinned out(problem);
  Int128 penalties = 0;
  for (const solver::Line& line : problem.lines) {
    penalties += Int128{line.quantity} * line.shortfall_penalty;
  }
  Int128 penalty = 0;
  std::vector<solver::Objective>& objectives = out.pinned_.objectives;
  if (objectives.empty()) {
    penalty = Int128{WorstCost(problem)} + 1;
  } else if (objectives.front().kind == solver::ObjectiveKind::kShortfall) {
    penalty = penalties + objectives.front().tolerance + 1;
  } else {
    // A level in front that tells only how many pinned units are missing.
    penalty = 2 * penalties + 1;
    if (penalty >= kMostCost) return std::nullopt;
    objectives.insert(objectives.begin(), {solver::ObjectiveKind::kShortfall, solver::kNone,
                                           static_cast<std::int64_t>(penalties)});
  }
  Int128 units = 0;
  for (const Pin& pin : pins) units += pin.quantity;
  if (penalty * units + WorstCost(problem) >= kMostCost) return std::nullopt;
  for (const Pin& pin : pins) out.Add(pin, static_cast<std::int64_t>(penalty));
  out.KeepWholeSets();
  return out;
}

// Pinned units of a bundle leave whole sets if they are whole sets themselves. Where they are not,
// what is left of the bundle need not be either.
void Pinned::KeepWholeSets() {
  std::vector<solver::LineSet>& sets = pinned_.line_sets;
  for (std::size_t i = 0; i < sets.size(); ++i) {
    if (sets[i].set == solver::kNone) continue;
    const std::uint32_t set = sets[i].set;
    const std::int64_t count = pinned_.lines[i].quantity / sets[i].per_set;
    bool is_whole = true;
    for (std::size_t j = 0; j < sets.size(); ++j) {
      if (sets[j].set == set) {
        is_whole &= pinned_.lines[j].quantity == count * sets[j].per_set;
      }
    }
    for (std::size_t j = 0; j < sets.size() && !is_whole; ++j) {
      if (sets[j].set == set) sets[j] = solver::LineSet{};
    }
  }
}

void Pinned::Add(const Pin& pin, std::int64_t penalty) {
  const Problem& original = *original_;
  solver::OrderSpan& order = pinned_.orders.front();
  solver::Line units;
  units.quantity = pin.quantity;
  units.shortfall_penalty = penalty;
  units.first_arc = static_cast<std::uint32_t>(pinned_.arcs.size());
  const auto add = [&](const solver::Arc& arc, std::uint32_t source) {
    pinned_.arcs.push_back(arc);
    if (!pinned_.arc_load.empty()) {
      pinned_.arc_load.push_back(pin.line ? original.arc_load[source] : 0);
    }
    if (!pinned_.arc_quota.empty()) {
      pinned_.arc_quota.push_back(pin.line ? original.arc_quota[source] : solver::kNone);
    }
    arc_of_.push_back(source);
  };
  if (pin.line) {
    const solver::Line& source = original.lines[*pin.line];
    for (std::uint32_t a = source.first_arc; a < source.first_arc + source.arc_count; ++a) {
      if (!pin.arcs.empty() && pin.arcs[a] == 0) continue;
      if (pin.slots[original.arcs[a].slot] != 0) add(original.arcs[a], a);
    }
    solver::Line& rest = pinned_.lines[*pin.line];
    rest.quantity -= pin.quantity;
    if (rest.group == solver::kNone && rest.no_split) {
      rest.group = 0;  // one that no line has
      for (const solver::Line& other : pinned_.lines) {
        if (other.group != solver::kNone) rest.group = std::max(rest.group, other.group + 1);
      }
    }
    units.group = rest.group;
  } else {
    std::vector<std::uint8_t> has_goods(original.slots.size(), 0);
    for (const solver::Arc& arc : original.arcs) has_goods[arc.slot] = 1;
    for (std::uint32_t s = 0; s < original.slots.size(); ++s) {
      if (pin.slots[s] != 0 && has_goods[s] != 0) add({.slot = s}, 0);
    }
    // It does not fill the order.
    if (order.min_fill_units > 0) order.min_fill_units += pin.quantity;
  }
  units.arc_count = static_cast<std::uint32_t>(pinned_.arcs.size()) - units.first_arc;
  if (!pinned_.unit_value.empty()) {
    pinned_.unit_value.push_back(pin.line ? original.unit_value[*pin.line] : 0);
  }
  if (!pinned_.line_sets.empty()) pinned_.line_sets.emplace_back();
  source_.push_back(pin.line);
  pinned_.lines.push_back(units);
  ++order.line_count;
}

Solution Pinned::Unpin(const Solution& solution) const {
  const std::size_t lines = original_->lines.size();
  Solution out = solution;
  out.takes.clear();
  for (solver::Take take : solution.takes) {
    if (take.line >= lines) {
      const std::optional<std::uint32_t> source = source_[take.line - lines];
      if (!source) continue;
      take.line = *source;
      take.arc = arc_of_[take.arc - original_->arcs.size()];
    }
    out.takes.push_back(take);
  }
  std::stable_sort(out.takes.begin(), out.takes.end(), solver::ComesBefore);
  // Pinned units and the rest of their line may go the same way.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < out.takes.size(); ++i) {
    if (kept > 0 && out.takes[kept - 1].slot == out.takes[i].slot &&
        out.takes[kept - 1].arc == out.takes[i].arc) {
      out.takes[kept - 1].quantity += out.takes[i].quantity;
    } else {
      out.takes[kept++] = out.takes[i];
    }
  }
  out.takes.resize(kept);
  out.shortfall.resize(lines);
  if (pinned_.objectives.size() > original_->objectives.size() && !out.levels.empty()) {
    out.levels.erase(out.levels.begin());
  }
  return out;
}

}  // namespace orderwright::routing_internal
