#include "src/routing/internal/questions.h"

#include <algorithm>
#include <limits>
#include <utility>

#include "src/routing/internal/pinned.h"

namespace orderwright::routing_internal {
namespace {

__extension__ using Int128 = __int128;

using solver::Problem;
using solver::Solution;

// Lines of which single units are tried; see Questions::With.
constexpr std::size_t kMaxTried = 32;

}  // namespace

bool IsBetter(const Solution& a, const Solution& b) {
  for (std::size_t i = 0; i < a.levels.size() && i < b.levels.size(); ++i) {
    if (a.levels[i].value != b.levels[i].value) return a.levels[i].value < b.levels[i].value;
  }
  return a.cost < b.cost;
}

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
  problem.arc_quota.clear();
  for (solver::Line& line : problem.lines) {
    const std::uint32_t first = line.first_arc;
    line.first_arc = static_cast<std::uint32_t>(problem.arcs.size());
    for (std::uint32_t a = first; a < first + line.arc_count; ++a) {
      const solver::Arc& arc = problem_.arcs[a];
      if (excluded[problem_.slots[arc.slot].location] != 0) continue;
      arc_of.push_back(a);
      problem.arcs.push_back(arc);
      if (!problem_.arc_load.empty()) problem.arc_load.push_back(problem_.arc_load[a]);
      if (!problem_.arc_quota.empty()) problem.arc_quota.push_back(problem_.arc_quota[a]);
    }
    line.arc_count = static_cast<std::uint32_t>(problem.arcs.size()) - line.first_arc;
  }
  absl::StatusOr<Solution> solution = Solve(problem);
  if (!solution.ok()) return solution;
  for (solver::Take& take : solution->takes) take.arc = arc_of[take.arc];
  return solution;
}

bool Questions::Uses(const Solution& solution, std::uint32_t location) const {
  return std::any_of(solution.takes.begin(), solution.takes.end(), [&](const solver::Take& take) {
    return problem_.slots[take.slot].location == location;
  });
}

std::vector<std::uint8_t> Questions::SlotsOf(std::uint32_t location) const {
  std::vector<std::uint8_t> slots;
  for (const solver::Slot& slot : problem_.slots) slots.push_back(slot.location == location);
  return slots;
}

absl::StatusOr<std::optional<Solution>> Questions::With(std::uint32_t location) {
  // A unit of nothing that ships from there says what a shipment from there costs at least.
  const Pin nothing{.line = std::nullopt, .quantity = 1, .slots = SlotsOf(location)};
  const std::optional<Pinned> open = Pinned::Create(problem_, {&nothing, 1});
  if (!open) return std::optional<Solution>();
  absl::StatusOr<Solution> relaxed = Solve(open->problem());
  if (!relaxed.ok()) return relaxed.status();
  if (open->Missing(*relaxed, 0) > 0) return std::optional<Solution>();
  if (Solution plan = open->Unpin(*relaxed); Uses(plan, location)) return std::optional(plan);
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
    if (problem_.lines[line].quantity == 0) continue;
    const Pin pin{.line = line, .quantity = 1, .slots = SlotsOf(location)};
    const std::optional<Pinned> pinned = Pinned::Create(problem_, {&pin, 1});
    if (!pinned) continue;
    absl::StatusOr<Solution> solution = Solve(pinned->problem());
    if (!solution.ok()) return solution.status();
    if (pinned->Missing(*solution, 0) > 0) continue;
    proved &= solution->termination.proof == solver::Proof::kOptimal;
    Solution plan = pinned->Unpin(*solution);
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
