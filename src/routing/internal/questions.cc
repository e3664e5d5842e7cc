#include "src/routing/internal/questions.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "orderwright/core/status.h"

namespace orderwright::routing_internal {
namespace {

__extension__ using Int128 = __int128;

using solver::Problem;
using solver::Solution;

// Lines of which single units are tried; see Questions::With.
constexpr std::size_t kMaxTried = 32;
// Sums of a changed problem must stay where solvers add without checks.
constexpr Int128 kMostCost = Int128{1} << 61;

Int128 PenaltiesOf(const Problem& problem) {
  Int128 sum = 0;
  for (const solver::Line& line : problem.lines) {
    sum += Int128{line.quantity} * line.shortfall_penalty;
  }
  return sum;
}

// No plan costs more.
Int128 WorstCost(const Problem& problem) {
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
  return sum;
}

// Whether a is the better answer: by objectives, then by cost.
bool IsBetter(const Solution& a, const Solution& b) {
  for (std::size_t i = 0; i < a.levels.size() && i < b.levels.size(); ++i) {
    if (a.levels[i].value != b.levels[i].value) return a.levels[i].value < b.levels[i].value;
  }
  return a.cost < b.cost;
}

}  // namespace

absl::StatusOr<Solution> Questions::Solve(const Problem& problem) {
  Solution solution;
  if (absl::Status status = solver_.Solve(problem, budget_, *workspace_, solution); !status.ok()) {
    return status;
  }
  return solution;
}

absl::StatusOr<Solution> Questions::Without(const std::vector<std::uint8_t>& excluded) {
  Problem problem = problem_;
  std::vector<std::uint32_t> arc_of;
  problem.arcs.clear();
  problem.arc_load.clear();
  for (solver::Line& line : problem.lines) {
    const std::uint32_t first = line.first_arc;
    line.first_arc = static_cast<std::uint32_t>(problem.arcs.size());
    for (std::uint32_t a = first; a < first + line.arc_count; ++a) {
      const solver::Arc& arc = problem_.arcs[a];
      if (excluded[problem_.slots[arc.slot].location] != 0) continue;
      arc_of.push_back(a);
      problem.arcs.push_back(arc);
      if (!problem_.arc_load.empty()) problem.arc_load.push_back(problem_.arc_load[a]);
    }
    line.arc_count = static_cast<std::uint32_t>(problem.arcs.size()) - line.first_arc;
  }
  absl::StatusOr<Solution> solution = Solve(problem);
  if (!solution.ok()) return solution;
  for (solver::Take& take : solution->takes) take.arc = arc_of[take.arc];
  return solution;
}

bool Questions::Uses(const Solution& solution, std::uint32_t location,
                     std::uint32_t before_line) const {
  return std::any_of(solution.takes.begin(), solution.takes.end(), [&](const solver::Take& take) {
    return take.line < before_line && problem_.slots[take.slot].location == location;
  });
}

// With a line: one of its units is set apart, may come from the location only, and must. Without:
// the unit is of nothing and costs nothing, which says what a shipment from there costs at least.
std::optional<Questions::Forced> Questions::Force(std::uint32_t location,
                                                  std::optional<std::uint32_t> line) const {
  Forced forced{.problem = problem_, .line = static_cast<std::uint32_t>(problem_.lines.size())};
  Problem& p = forced.problem;
  solver::OrderSpan& order = p.orders.front();
  solver::Line unit;
  unit.quantity = 1;
  unit.first_arc = static_cast<std::uint32_t>(p.arcs.size());
  const auto add = [&](const solver::Arc& arc, std::uint32_t source) {
    p.arcs.push_back(arc);
    if (!p.arc_load.empty()) p.arc_load.push_back(line ? p.arc_load[source] : 0);
    forced.arc_of.push_back(source);
  };
  if (line) {
    forced.source = *line;
    const solver::Line& source = problem_.lines[*line];
    if (source.quantity == 0) return std::nullopt;
    for (std::uint32_t a = source.first_arc; a < source.first_arc + source.arc_count; ++a) {
      if (problem_.slots[problem_.arcs[a].slot].location == location) add(problem_.arcs[a], a);
    }
    solver::Line& rest = p.lines[*line];
    --rest.quantity;
    if (rest.group == solver::kNone && rest.no_split) {
      rest.group = 0;  // one that no line has
      for (const solver::Line& other : problem_.lines) {
        if (other.group != solver::kNone) rest.group = std::max(rest.group, other.group + 1);
      }
    }
    unit.group = rest.group;
  } else {
    std::vector<std::uint8_t> has_goods(p.slots.size(), 0);
    for (const solver::Arc& arc : problem_.arcs) has_goods[arc.slot] = 1;
    for (std::uint32_t s = 0; s < p.slots.size(); ++s) {
      if (p.slots[s].location == location && has_goods[s] != 0) add({.slot = s}, 0);
    }
  }
  unit.arc_count = static_cast<std::uint32_t>(forced.arc_of.size());
  if (unit.arc_count == 0) return std::nullopt;

  // What leaving the unit out costs must outweigh everything else, at the level that counts it.
  const Int128 penalties = PenaltiesOf(problem_);
  Int128 penalty = 0;
  if (p.objectives.empty()) {
    penalty = WorstCost(problem_) + 1;
  } else if (p.objectives.front().kind == solver::ObjectiveKind::kShortfall) {
    penalty = penalties + p.objectives.front().tolerance + 1;
  } else {
    // A level in front that tells only whether the unit is sourced.
    penalty = 2 * penalties + 1;
    p.objectives.insert(p.objectives.begin(), {solver::ObjectiveKind::kShortfall, solver::kNone,
                                               static_cast<std::int64_t>(penalties)});
  }
  if (penalty + WorstCost(problem_) > kMostCost) return std::nullopt;
  unit.shortfall_penalty = static_cast<std::int64_t>(penalty);
  p.lines.push_back(unit);
  ++order.line_count;
  // The unit of nothing has no value and does not fill the order.
  if (!p.unit_value.empty()) p.unit_value.push_back(line ? p.unit_value[*line] : 0);
  if (!line && order.min_fill_units > 0) ++order.min_fill_units;
  return forced;
}

Solution Questions::Unforce(const Forced& forced, const Solution& solution) const {
  Solution out = solution;
  out.takes.clear();
  for (solver::Take take : solution.takes) {
    if (take.line == forced.line) {
      take.line = forced.source;
      take.arc = forced.arc_of[take.arc - forced.problem.lines.back().first_arc];
    }
    out.takes.push_back(take);
  }
  std::stable_sort(out.takes.begin(), out.takes.end(),
                   [](const solver::Take& a, const solver::Take& b) {
                     return std::pair(a.slot, a.line) < std::pair(b.slot, b.line);
                   });
  // The unit and the rest of its line may go the same way.
  std::size_t kept = 0;
  for (std::size_t i = 0; i < out.takes.size(); ++i) {
    if (kept > 0 && out.takes[kept - 1].slot == out.takes[i].slot &&
        out.takes[kept - 1].line == out.takes[i].line) {
      out.takes[kept - 1].quantity += out.takes[i].quantity;
    } else {
      out.takes[kept++] = out.takes[i];
    }
  }
  out.takes.resize(kept);
  out.shortfall.pop_back();
  if (out.levels.size() > problem_.objectives.size() &&
      forced.problem.objectives.size() > problem_.objectives.size()) {
    out.levels.erase(out.levels.begin());
  }
  return out;
}

absl::StatusOr<std::optional<Solution>> Questions::With(std::uint32_t location) {
  const std::optional<Forced> open = Force(location, std::nullopt);
  if (!open) return std::optional<Solution>();
  absl::StatusOr<Solution> relaxed = Solve(open->problem);
  if (!relaxed.ok()) return relaxed.status();
  if (relaxed->shortfall.back() > 0) return std::optional<Solution>();
  if (Uses(*relaxed, location, open->line)) {
    // The unit of nothing is not part of the plan.
    std::erase_if(relaxed->takes,
                  [&](const solver::Take& take) { return take.line == open->line; });
    return std::optional(Unforce(*open, *relaxed));
  }
  // Nothing wants to ship from there: one unit of some line must.
  std::vector<std::pair<std::int64_t, std::uint32_t>> lines;  // by its cheapest unit there
  for (std::uint32_t i = 0; i < problem_.lines.size(); ++i) {
    std::int64_t cheapest = std::numeric_limits<std::int64_t>::max();
    for (const solver::Arc& arc : problem_.arcs_of(problem_.lines[i])) {
      if (problem_.slots[arc.slot].location != location) continue;
      cheapest = std::min(cheapest, arc.unit_cost);
    }
    if (cheapest != std::numeric_limits<std::int64_t>::max()) lines.emplace_back(cheapest, i);
  }
  std::stable_sort(lines.begin(), lines.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  const bool all = lines.size() <= kMaxTried;
  if (!all) lines.resize(kMaxTried);
  std::optional<Solution> best;
  std::int64_t bound = std::numeric_limits<std::int64_t>::max();
  bool proved = all;
  for (const auto& [cost, line] : lines) {
    const std::optional<Forced> forced = Force(location, line);
    if (!forced) continue;
    absl::StatusOr<Solution> solution = Solve(forced->problem);
    if (!solution.ok()) return solution.status();
    if (solution->shortfall.back() > 0) continue;
    proved &= solution->termination.proof == solver::Proof::kOptimal;
    Solution plan = Unforce(*forced, *solution);
    bound = std::min(bound, plan.lower_bound);
    if (!best || IsBetter(plan, *best)) best = std::move(plan);
  }
  if (!best) return std::optional<Solution>();
  best->lower_bound = all ? std::max(bound, relaxed->lower_bound) : relaxed->lower_bound;
  best->lower_bound = std::min(best->lower_bound, best->cost);
  const bool is_tight = problem_.objectives.empty() && best->lower_bound == best->cost;
  best->termination.proof = proved || is_tight ? solver::Proof::kOptimal : solver::Proof::kFeasible;
  return best;
}

absl::StatusOr<std::optional<Turn>> Questions::TurnOf(const Parameter& parameter,
                                                      const Solution& best, bool rises) {
  const std::optional<Turn> none;
  const Int128 worst = WorstCost(problem_);
  std::int64_t change = parameter.least_change;
  if (rises) {
    // Beyond the worst of all costs only the count matters.
    if ((worst + 1) * parameter.places + worst > kMostCost) return none;
    change = static_cast<std::int64_t>(worst + 1);
  }
  if (change == 0) return none;
  const std::int64_t own_count = parameter.count(best);
  const auto solve_at = [&](std::int64_t at) {
    Problem problem = problem_;
    parameter.shift(problem, at);
    return Solve(problem);
  };
  // Each plan's cost is a line over the change, and the least cost the lowest of them. From far
  // out, go where the line found there meets that of `best`, until nothing is below that point.
  bool found = false;
  for (;;) {
    absl::StatusOr<Solution> there = solve_at(change);
    if (!there.ok()) return there.status();
    if (there->termination.proof != solver::Proof::kOptimal) return none;
    if (there->cost >= best.cost + own_count * change) {
      if (!found) return none;
      Turn turn{.change = change, .is_tie_lost = there->takes != best.takes};
      const std::int64_t beyond = change + (rises ? 1 : -1);
      absl::StatusOr<Solution> next = solve_at(beyond);
      if (!next.ok()) return next.status();
      next->cost -= parameter.count(*next) * beyond;
      next->lower_bound = next->cost;
      turn.beyond = *std::move(next);
      return std::optional(std::move(turn));
    }
    const std::int64_t count = parameter.count(*there);
    const std::int64_t dearer = there->cost - count * change - best.cost;
    const std::int64_t apart = rises ? own_count - count : count - own_count;
    // Where `best` is not of least cost today there is nothing to say.
    if (dearer < 0 || apart <= 0) return none;
    const std::int64_t meet = rises ? dearer / apart : -(dearer / apart);
    if (meet == change) return none;
    change = meet;
    found = true;
  }
}

}  // namespace orderwright::routing_internal
