// One suite for every Solver: what the interface promises, on random problems against brute force.
#include "orderwright/solver/solver.h"

#include <algorithm>
#include <cstdlib>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/core/status.h"
#include "orderwright/solver/brute_force.h"
#include "orderwright/solver/exact.h"
#include "orderwright/solver/priority.h"
#include "orderwright/solver/verify.h"
#include "tests/catch.h"
#include "tests/solver/random_problem.h"

namespace orderwright::solver {
namespace {

using orderwright::testing::IsOk;
using testing::Minimised;
using testing::RandomProblem;
using testing::RandomProblemOptions;
using testing::ToText;

// How many random problems: `normal`, or in a soak run `full` times its factor.
std::uint64_t Rounds(std::uint64_t normal, std::uint64_t full) {
  const char* const soak = std::getenv("ORDERWRIGHT_SOAK");
  if (soak == nullptr) return normal;
  return full * std::max(std::strtoull(soak, nullptr, 10), 1ULL);
}

// Problems of 1 to 6 lines and locations, small ones more often than they would be by size alone.
Problem MixedProblem(std::uint64_t seed, RandomProblemOptions options = {}) {
  options.size = 1 + static_cast<int>(seed % 6);
  options.max_orders = 1 + static_cast<int>(seed % 3);
  options.plan_limit = 10'000;
  return RandomProblem(seed, options);
}

absl::StatusOr<Solution> Solved(const Solver& solver, const Problem& problem,
                                const SolveOptions& options = {}) {
  const std::unique_ptr<Workspace> workspace = solver.NewWorkspace();
  Solution solution;
  const absl::Status status = solver.Solve(problem, options, *workspace, solution);
  if (!status.ok()) return status;
  return solution;
}

// What is wrong with an answer, in words; empty if nothing is.
using Complaint = std::string;

Complaint ComplaintOf(const Problem& problem, const absl::StatusOr<Solution>& solution) {
  if (!solution.ok()) return solution.status().ToString();
  const Verification verification = Verify(problem, *solution);
  return verification.valid() ? "" : verification.violations.front();
}

// Bounds that lie above what the reference proves to be reachable.
Complaint BoundComplaint(const Solution& solution, const Solution& best) {
  if (solution.lower_bound > best.lower_bound) {
    return fmt::format("lower_bound {} is above {}", solution.lower_bound, best.lower_bound);
  }
  for (std::size_t k = 0; k < solution.levels.size(); ++k) {
    if (solution.levels[k].bound > best.levels[k].bound) {
      return fmt::format("levels[{}].bound {} is above {}", k, solution.levels[k].bound,
                         best.levels[k].bound);
    }
  }
  return "";
}

// Values of a solution that is called optimal against the reference. A level before the last may
// use its tolerance, so its value is fixed only without one.
Complaint ValueComplaint(const Problem& problem, const Solution& solution, const Solution& best) {
  if (solution.lower_bound != best.lower_bound) {
    return fmt::format("lower_bound {}, but the best is {}", solution.lower_bound,
                       best.lower_bound);
  }
  for (std::size_t k = 0; k < problem.objectives.size(); ++k) {
    const bool last = k + 1 == problem.objectives.size();
    const std::int64_t most = best.levels[k].bound + (last ? 0 : problem.objectives[k].tolerance);
    if (solution.levels[k].value < best.levels[k].bound || solution.levels[k].value > most) {
      return fmt::format("levels[{}] is {}, but must be {} to {}", k, solution.levels[k].value,
                         best.levels[k].bound, most);
    }
  }
  return "";
}

// What the tie rule fixes of a single order's plan: shipments, sorted tie ranks, and the units of
// each line from each of these locations. Which slot of a location ships is left open.
std::vector<std::int64_t> TieRuleKey(const Problem& problem, const Solution& solution) {
  std::vector<std::int64_t> ranks;
  for (std::size_t i = 0; i < solution.takes.size(); ++i) {
    const std::uint32_t slot = solution.takes[i].slot;
    if (i == 0 || solution.takes[i - 1].slot != slot) ranks.push_back(problem.slots[slot].tie_rank);
  }
  std::sort(ranks.begin(), ranks.end());
  std::vector<std::int64_t> key = {static_cast<std::int64_t>(ranks.size())};
  key.insert(key.end(), ranks.begin(), ranks.end());
  ranks.erase(std::unique(ranks.begin(), ranks.end()), ranks.end());
  for (std::size_t l = 0; l < problem.lines.size(); ++l) {
    for (const std::int64_t rank : ranks) {
      std::int64_t units = 0;
      for (const Take& take : solution.takes) {
        if (take.line == l && problem.slots[take.slot].tie_rank == rank) units += take.quantity;
      }
      key.push_back(units);
    }
  }
  return key;
}

// What is left to the rule for alternatives once this is equal.
std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> UnitsBySlot(const Solution& s) {
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> units;
  for (const Take& take : s.takes) units[{take.slot, take.line}] += take.quantity;
  return units;
}

std::string Listed(const std::vector<std::int64_t>& numbers) {
  std::string text;
  for (const std::int64_t number : numbers) text += fmt::format(" {}", number);
  return text;
}

// What is wrong with the exact solver's answer; the reference enumerates.
Complaint ExactComplaint(const Problem& problem) {
  const absl::StatusOr<Solution> best = Solved(BruteForceSolver(), problem);
  const absl::StatusOr<Solution> exact = Solved(ExactSolver(), problem);
  if (Complaint of_reference = ComplaintOf(problem, best); !of_reference.empty()) {
    return "brute force: " + of_reference;
  }
  if (Complaint of_exact = ComplaintOf(problem, exact); !of_exact.empty()) return of_exact;
  if (exact->termination.proof != Proof::kOptimal) return "not proved optimal";
  if (Complaint bound = BoundComplaint(*exact, *best); !bound.empty()) return bound;
  if (Complaint value = ValueComplaint(problem, *exact, *best); !value.empty()) return value;
  if (problem.orders.size() != 1 || problem.lines.size() > 8) return "";
  const std::vector<std::int64_t> key = TieRuleKey(problem, *exact);
  const std::vector<std::int64_t> expected = TieRuleKey(problem, *best);
  if (key != expected) {
    return fmt::format("tie rule: {} instead of {}", Listed(key), Listed(expected));
  }
  if (UnitsBySlot(*exact) != UnitsBySlot(*best) || exact->takes == best->takes) return "";
  return "tie rule: other alternatives";
}

// The same with a budget that runs out: a feasible plan and bounds that hold.
Complaint LimitedComplaint(const Problem& problem, std::int64_t node_limit) {
  const absl::StatusOr<Solution> best = Solved(BruteForceSolver(), problem);
  const absl::StatusOr<Solution> exact =
      Solved(ExactSolver(), problem, {.node_limit = node_limit, .time_limit = {}});
  if (Complaint of_exact = ComplaintOf(problem, exact); !of_exact.empty()) return of_exact;
  if (Complaint bound = BoundComplaint(*exact, *best); !bound.empty()) return bound;
  if (exact->termination.proof == Proof::kOptimal) return ValueComplaint(problem, *exact, *best);
  if (exact->termination.limit != Limit::kNodes) return "ended by something else than nodes";
  return "";
}

// Fails the test with the least problem that still draws a complaint.
void CheckRandomProblems(std::uint64_t rounds,
                         const std::function<Complaint(const Problem&)>& complaint_of,
                         const RandomProblemOptions& options = {}) {
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    const Problem problem = MixedProblem(seed, options);
    if (complaint_of(problem).empty()) continue;
    const Problem least =
        Minimised(problem, [&](const Problem& p) { return !complaint_of(p).empty(); });
    FAIL("seed " << seed << ": " << complaint_of(problem) << "\nleast: " << complaint_of(least)
                 << "\n"
                 << ToText(least));
  }
  SUCCEED();
}

std::vector<std::unique_ptr<Solver>> EverySolver() {
  std::vector<std::unique_ptr<Solver>> solvers;
  solvers.push_back(std::make_unique<ExactSolver>());
  solvers.push_back(std::make_unique<PrioritySolver>());
  solvers.push_back(std::make_unique<BruteForceSolver>());
  return solvers;
}

bool AreSame(const Solution& a, const Solution& b) {
  const auto same_level = [](const LevelValue& x, const LevelValue& y) {
    return x.value == y.value && x.bound == y.bound;
  };
  return a.termination.proof == b.termination.proof && a.termination.limit == b.termination.limit &&
         a.termination.deterministic == b.termination.deterministic && a.cost == b.cost &&
         a.lower_bound == b.lower_bound && a.takes == b.takes && a.shortfall == b.shortfall &&
         a.nodes == b.nodes &&
         std::equal(a.levels.begin(), a.levels.end(), b.levels.begin(), b.levels.end(), same_level);
}

TEST_CASE("Solvers have names of their own") {
  CHECK(ExactSolver().name() == "exact");
  CHECK(PrioritySolver().name() == "priority");
  CHECK(BruteForceSolver().name() == "brute_force");
}

TEST_CASE("Every solver's answer verifies and its bounds lie below the best values") {
  for (const std::unique_ptr<Solver>& solver : EverySolver()) {
    INFO(solver->name());
    CheckRandomProblems(Rounds(500, 3'000), [&](const Problem& problem) -> Complaint {
      const absl::StatusOr<Solution> best = Solved(BruteForceSolver(), problem);
      const absl::StatusOr<Solution> answer = Solved(*solver, problem);
      if (Complaint complaint = ComplaintOf(problem, answer); !complaint.empty()) return complaint;
      if (Complaint complaint = BoundComplaint(*answer, *best); !complaint.empty()) {
        return complaint;
      }
      if (!answer->termination.deterministic) return "not deterministic without a time limit";
      if (answer->termination.proof != Proof::kOptimal) return "";
      return ValueComplaint(problem, *answer, *best);
    });
  }
}

TEST_CASE("Exact equals brute force at every level, and its plan by the tie rule") {
  CheckRandomProblems(Rounds(2'000, 10'000), ExactComplaint);
}

TEST_CASE("Exact equals brute force where every order may have floors") {
  std::int64_t with_floors = 0;
  CheckRandomProblems(Rounds(1'000, 10'000),
                      [&](const Problem& problem) {
                        with_floors += std::count_if(
                            problem.orders.begin(), problem.orders.end(), [](auto& order) {
                              return order.min_fill_units > 0 || order.min_shipment_value > 0;
                            });
                        return ExactComplaint(problem);
                      },
                      {.floors = true});
  CHECK(with_floors > 500);
}

TEST_CASE("Exact with floors and a budget of few nodes gives a feasible plan and valid bounds") {
  for (const std::int64_t node_limit : {0, 1, 5, 25}) {
    INFO("node_limit " << node_limit);
    CheckRandomProblems(
        Rounds(300, 3'000),
        [node_limit](const Problem& problem) { return LimitedComplaint(problem, node_limit); },
        {.floors = true});
  }
}

// Whether some line has several arcs to one slot.
bool HasAlternatives(const Problem& problem) {
  return std::any_of(problem.lines.begin(), problem.lines.end(), [&](const Line& line) {
    std::vector<std::uint32_t> slots;
    for (const Arc& arc : problem.arcs_of(line)) slots.push_back(arc.slot);
    std::sort(slots.begin(), slots.end());
    return std::adjacent_find(slots.begin(), slots.end()) != slots.end();
  });
}

TEST_CASE("Exact equals brute force where lines have alternatives, quotas and sets") {
  std::int64_t with_alternatives = 0;
  std::int64_t with_quotas = 0;
  std::int64_t with_sets = 0;
  CheckRandomProblems(Rounds(2'000, 10'000),
                      [&](const Problem& problem) {
                        if (HasAlternatives(problem)) ++with_alternatives;
                        if (!problem.arc_quota.empty()) ++with_quotas;
                        if (!problem.line_sets.empty()) ++with_sets;
                        return ExactComplaint(problem);
                      },
                      {.alternatives = true});
  CHECK(with_alternatives > 500);
  CHECK(with_quotas > 500);
  CHECK(with_sets > 300);
}

TEST_CASE("Exact with alternatives and a budget of few nodes gives a plan and valid bounds") {
  for (const std::int64_t node_limit : {0, 1, 5, 25}) {
    INFO("node_limit " << node_limit);
    CheckRandomProblems(
        Rounds(300, 3'000),
        [node_limit](const Problem& problem) { return LimitedComplaint(problem, node_limit); },
        {.alternatives = true});
  }
}

// Least problems that random search found wrong answers to once.
Problem GroupOverTwoSlotsOfALocation() {
  Problem p;
  p.orders = {{.line_count = 2, .slot_count = 2}};
  p.lines = {{.quantity = 1, .shortfall_penalty = 1, .first_arc = 0, .arc_count = 2, .group = 1},
             {.quantity = 1, .shortfall_penalty = 1, .first_arc = 2, .arc_count = 2, .group = 1}};
  p.arcs = {{.slot = 0}, {.slot = 1, .unit_cost = 1}, {.slot = 0, .unit_cost = 1}, {.slot = 1}};
  p.slots = {{.location = 0, .tie_rank = 1}, {.location = 0, .tie_rank = 1}};
  return p;
}

Problem TieInAGroupOfWhichOneLineShips() {
  Problem p;
  p.orders = {{.line_count = 4, .slot_count = 2}};
  p.lines = {{.quantity = 1, .shortfall_penalty = 1, .first_arc = 0, .arc_count = 1, .group = 1},
             {.quantity = 1, .shortfall_penalty = 1, .first_arc = 1, .arc_count = 1},
             {.quantity = 1, .shortfall_penalty = 1, .first_arc = 2, .arc_count = 1, .group = 1},
             {.quantity = 1, .shortfall_penalty = 1, .first_arc = 3, .arc_count = 1}};
  p.arcs = {{.slot = 1, .unit_cost = 1}, {.slot = 1}, {.slot = 0, .unit_cost = 1}, {.slot = 0}};
  p.slots = {{.location = 0, .tie_rank = 0}, {.location = 1, .tie_rank = 2}};
  return p;
}

Problem LoadOfNothingBeforeLoadOfOne() {
  Problem p;
  p.orders = {{.line_count = 1, .slot_count = 2},
              {.first_line = 1, .line_count = 1, .first_slot = 2, .slot_count = 1}};
  p.lines = {{.quantity = 1, .shortfall_penalty = 1, .first_arc = 0, .arc_count = 2},
             {.quantity = 1, .shortfall_penalty = 1, .first_arc = 2, .arc_count = 1}};
  p.arcs = {{.slot = 0, .unit_cost = 1}, {.slot = 1}, {.slot = 2}};
  p.slots.resize(3);
  p.rows = {{.amount = 1}};
  p.slot_rows.assign(3, {.unit_rows = {kNone, 0}, .shipment_rows = {kNone, kNone}});
  p.arc_load = {0, 1, 1};
  return p;
}

Problem CapacityForOneOfTwoLines() {
  Problem p;
  p.orders = {{.line_count = 2, .slot_count = 1}};
  p.lines = {{.quantity = 1, .first_arc = 0, .arc_count = 1},
             {.quantity = 1, .shortfall_penalty = 1, .first_arc = 1, .arc_count = 1}};
  p.arcs = {{.slot = 0}, {.slot = 0}};
  p.slots.resize(1);
  p.rows = {{.amount = 1}};
  p.slot_rows = {{.unit_rows = {0, kNone}, .shipment_rows = {kNone, kNone}}};
  p.rank_columns = {{1}};
  p.objectives = {{.kind = ObjectiveKind::kShortfall},
                  {.kind = ObjectiveKind::kRank, .rank_column = 0}};
  return p;
}

// Capacity whose best use needs the lighter of two slots.
Problem CapacityByLoad() {
  Problem p;
  p.orders = {{.line_count = 1, .slot_count = 3}};
  p.lines = {{.quantity = 3, .shortfall_penalty = 2, .first_arc = 0, .arc_count = 3}};
  p.arcs = {{.slot = 0, .row = 1}, {.slot = 1}, {.slot = 2}};
  p.slots = {{.location = 0, .tie_rank = 0},
             {.location = 1, .tie_rank = 3},
             {.location = 1, .tie_rank = 3}};
  p.rows = {{.amount = 2}, {.amount = 1, .price = 1}};
  p.slot_rows.resize(3);
  p.slot_rows[1].unit_rows = p.slot_rows[2].unit_rows = {kNone, 0};
  p.arc_load = {1, 2, 1};
  p.rank_columns = {{0, 0, 0}, {1, 1, 0}};
  p.objectives = {{.kind = ObjectiveKind::kShortfall}, {.kind = ObjectiveKind::kRank}};
  return p;
}

TEST_CASE("Exact stays right on the least problems that it was wrong on once") {
  for (const Problem& problem :
       {GroupOverTwoSlotsOfALocation(), TieInAGroupOfWhichOneLineShips(),
        LoadOfNothingBeforeLoadOfOne(), CapacityForOneOfTwoLines(), CapacityByLoad()}) {
    INFO(ToText(problem));
    REQUIRE(IsOk(Check(problem)));
    CHECK(ExactComplaint(problem) == "");
    for (const std::int64_t node_limit : {0, 1, 2, 5, 25}) {
      INFO("node_limit " << node_limit);
      CHECK(LimitedComplaint(problem, node_limit) == "");
    }
  }
}

TEST_CASE("Exact with a budget of few nodes gives a feasible plan and valid bounds") {
  for (const std::int64_t node_limit : {0, 1, 2, 5, 25}) {
    INFO("node_limit " << node_limit);
    CheckRandomProblems(Rounds(400, 3'000), [node_limit](const Problem& problem) {
      return LimitedComplaint(problem, node_limit);
    });
  }
}

TEST_CASE("Exact answers problems that nobody can enumerate, with bounds below ranked fill") {
  std::int64_t proved = 0;
  const std::uint64_t rounds = Rounds(60, 500);
  for (std::uint64_t seed = 0; seed < rounds; ++seed) {
    const Problem problem = RandomProblem(
        seed, {.size = 8, .max_orders = 1 + static_cast<int>(seed % 2), .plan_limit = kUnlimited});
    const absl::StatusOr<Solution> exact =
        Solved(ExactSolver(), problem, {.node_limit = 20'000, .time_limit = {}});
    const absl::StatusOr<Solution> ranked = Solved(PrioritySolver(), problem);
    INFO("seed " << seed << "\n" << ToText(problem));
    REQUIRE(ComplaintOf(problem, exact).empty());
    REQUIRE(ComplaintOf(problem, ranked).empty());
    if (exact->termination.proof == Proof::kOptimal) ++proved;
    if (!problem.objectives.empty()) continue;
    REQUIRE(exact->lower_bound <= ranked->cost);
    REQUIRE(ranked->lower_bound <= exact->cost);
    if (exact->termination.proof == Proof::kOptimal) REQUIRE(exact->cost <= ranked->cost);
  }
  CHECK(proved > 0);
}

// The same problem with the lines and the slots of each order listed backwards.
Problem Backwards(const Problem& problem) {
  Problem result = problem;
  result.arcs.clear();
  result.arc_load.clear();
  result.arc_quota.clear();
  std::vector<std::uint32_t> slot_at(problem.slots.size());
  for (const OrderSpan& order : problem.orders) {
    for (std::uint32_t i = 0; i < order.slot_count; ++i) {
      slot_at[order.first_slot + i] = order.first_slot + order.slot_count - 1 - i;
    }
    for (std::uint32_t i = 0; i < order.line_count; ++i) {
      const std::uint32_t last = order.first_line + order.line_count - 1 - i;
      const Line& line = problem.lines[last];
      if (!problem.unit_value.empty()) {
        result.unit_value[order.first_line + i] = problem.unit_value[last];
      }
      if (!problem.line_sets.empty()) {
        result.line_sets[order.first_line + i] = problem.line_sets[last];
      }
      result.lines[order.first_line + i] = line;
      result.lines[order.first_line + i].first_arc = static_cast<std::uint32_t>(result.arcs.size());
      for (std::uint32_t k = line.arc_count; k-- > 0;) {
        Arc arc = problem.arcs[line.first_arc + k];
        arc.slot = slot_at[arc.slot];
        result.arcs.push_back(arc);
        if (!problem.arc_load.empty())
          result.arc_load.push_back(problem.arc_load[line.first_arc + k]);
        if (!problem.arc_quota.empty())
          result.arc_quota.push_back(problem.arc_quota[line.first_arc + k]);
      }
    }
  }
  for (std::size_t j = 0; j < problem.slots.size(); ++j) {
    result.slots[slot_at[j]] = problem.slots[j];
    if (!problem.slot_rows.empty()) result.slot_rows[slot_at[j]] = problem.slot_rows[j];
    if (!problem.lateness.empty()) result.lateness[slot_at[j]] = problem.lateness[j];
    for (std::size_t c = 0; c < problem.rank_columns.size(); ++c) {
      result.rank_columns[c][slot_at[j]] = problem.rank_columns[c][j];
    }
  }
  return result;
}

TEST_CASE("Exact finds the same values whatever order lines and slots are listed in") {
  std::int64_t compared = 0;
  for (std::uint64_t seed = 0; seed < Rounds(150, 3'000); ++seed) {
    const Problem problem = RandomProblem(seed, {.size = 3 + static_cast<int>(seed % 6),
                                                 .max_orders = 1 + static_cast<int>(seed % 3),
                                                 .plan_limit = kUnlimited});
    const Problem backwards = Backwards(problem);
    INFO("seed " << seed << "\n" << ToText(problem));
    REQUIRE(IsOk(Check(backwards)));
    const SolveOptions options = {.node_limit = 20'000, .time_limit = {}};
    const absl::StatusOr<Solution> one = Solved(ExactSolver(), problem, options);
    const absl::StatusOr<Solution> other = Solved(ExactSolver(), backwards, options);
    REQUIRE(ComplaintOf(problem, one) == "");
    REQUIRE(ComplaintOf(backwards, other) == "");
    if (one->termination.proof != Proof::kOptimal) continue;
    // If the other one is not proved, its bounds must still hold.
    REQUIRE(BoundComplaint(*other, *one) == "");
    if (other->termination.proof != Proof::kOptimal) continue;
    ++compared;
    REQUIRE(ValueComplaint(problem, *other, *one) == "");
  }
  CHECK(compared > 50);
}

TEST_CASE("Every solver answers the same twice, with a used workspace and with a fresh one") {
  for (const std::unique_ptr<Solver>& solver : EverySolver()) {
    INFO(solver->name());
    const std::unique_ptr<Workspace> used = solver->NewWorkspace();
    Solution reused;
    for (std::uint64_t seed = 0; seed < Rounds(500, 3'000); ++seed) {
      const Problem problem = MixedProblem(seed);
      const SolveOptions options = {.node_limit = seed % 4 == 0 ? 3 : 100'000, .time_limit = {}};
      const absl::StatusOr<Solution> fresh = Solved(*solver, problem, options);
      REQUIRE(IsOk(fresh));
      INFO("seed " << seed << "\n" << ToText(problem));
      REQUIRE(IsOk(solver->Solve(problem, options, *used, reused)));
      REQUIRE(AreSame(*fresh, reused));
      REQUIRE(IsOk(solver->Solve(problem, options, *used, reused)));
      REQUIRE(AreSame(*fresh, reused));
    }
  }
}

TEST_CASE(
    "A time limit makes a result not deterministic, and a plan is there however short it is") {
  for (const std::unique_ptr<Solver>& solver : EverySolver()) {
    INFO(solver->name());
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      const Problem problem = MixedProblem(seed);
      const absl::StatusOr<Solution> solution =
          Solved(*solver, problem, {.time_limit = std::chrono::nanoseconds(0)});
      REQUIRE(ComplaintOf(problem, solution) == "");
      REQUIRE_FALSE(solution->termination.deterministic);
    }
  }
}

TEST_CASE("CheckAndSolve refuses a problem that Check refuses and solves the others") {
  for (const std::unique_ptr<Solver>& solver : EverySolver()) {
    INFO(solver->name());
    Problem problem = MixedProblem(7);
    const absl::StatusOr<Solution> solution = CheckAndSolve(*solver, problem);
    REQUIRE(IsOk(solution));
    CHECK(AreSame(*solution, *Solved(*solver, problem)));
    problem.rows.push_back({.amount = -1});
    CHECK(CheckAndSolve(*solver, problem).status() == Check(problem));
  }
}

// Answers every problem with "nothing sourced, costs nothing".
class WrongSolver final : public Solver {
 public:
  [[nodiscard]] std::string_view name() const override { return "wrong"; }
  [[nodiscard]] std::unique_ptr<Workspace> NewWorkspace() const override {
    return std::make_unique<Workspace>();
  }
  [[nodiscard]] absl::Status Solve(const Problem& problem, const SolveOptions& /*options*/,
                                   Workspace& /*workspace*/, Solution& solution) const override {
    solution.Clear();
    solution.termination = {.proof = Proof::kFeasible, .limit = Limit::kMethod};
    for (const Line& line : problem.lines) solution.shortfall.push_back(line.quantity);
    return absl::OkStatus();
  }
};

TEST_CASE("CheckAndSolve does not pass on an answer with a violation") {
  Problem problem;
  problem.orders = {{.line_count = 1}};
  problem.lines = {{.quantity = 1, .shortfall_penalty = 1}};
  CHECK(testing::ToText(problem).find("shortfall_penalty = 1") != std::string::npos);
  CHECK(orderwright::testing::StatusIs(CheckAndSolve(WrongSolver(), problem),
                                       absl::StatusCode::kInternal));
  problem.lines[0].shortfall_penalty = 0;
  CHECK(IsOk(CheckAndSolve(WrongSolver(), problem)));
}

// Planted violations. Each changes a right solution, or the problem under it, so that the solution
// is wrong for sure; false if this problem gives no opportunity. `pick` chooses where.
struct Planted {
  std::string name;
  std::function<bool(Problem&, Solution&, std::size_t pick)> plant;
  int times = 0;  // how often there was an opportunity
};

Planted InTake(std::string name, std::function<void(const Problem&, Take&)> change) {
  return {std::move(name), [change](Problem& p, Solution& s, std::size_t pick) {
            if (s.takes.empty()) return false;
            change(p, s.takes[pick % s.takes.size()]);
            return true;
          }};
}

Planted InLevel(std::string name, std::function<void(LevelValue&)> change) {
  return {std::move(name), [change](Problem&, Solution& s, std::size_t pick) {
            if (s.levels.empty()) return false;
            change(s.levels[pick % s.levels.size()]);
            return true;
          }};
}

std::vector<Planted> PlantedInFigures() {
  return {
      {"cost too low", [](Problem&, Solution& s, std::size_t) { return --s.cost, true; }},
      {"cost too high", [](Problem&, Solution& s, std::size_t) { return ++s.cost, true; }},
      {"bound above cost",
       [](Problem&, Solution& s, std::size_t) { return s.lower_bound = s.cost + 1, true; }},
      {"optimal below a gap",
       [](Problem& p, Solution& s, std::size_t) { return --s.lower_bound, p.objectives.empty(); }},
      {"a limit beside a proof",
       [](Problem&, Solution& s, std::size_t) {
         return s.termination.limit = Limit::kNodes, true;
       }},
      {"neither proof nor limit",
       [](Problem&, Solution& s, std::size_t) {
         return s.termination.proof = Proof::kFeasible, true;
       }},
      {"a level missing",
       [](Problem&, Solution& s, std::size_t) {
         if (s.levels.empty()) return false;
         s.levels.pop_back();
         return true;
       }},
      {"a level too many",
       [](Problem&, Solution& s, std::size_t) {
         s.levels.push_back({});
         return true;
       }},
      InLevel("level value too low", [](LevelValue& level) { --level.value; }),
      InLevel("level value too high", [](LevelValue& level) { ++level.value; }),
      InLevel("level bound above value", [](LevelValue& level) { level.bound = level.value + 1; }),
      {"shortfall of one line missing",
       [](Problem&, Solution& s, std::size_t) {
         if (s.shortfall.empty()) return false;
         s.shortfall.pop_back();
         return true;
       }},
      {"shortfall too large",
       [](Problem&, Solution& s, std::size_t pick) {
         if (s.shortfall.empty()) return false;
         ++s.shortfall[pick % s.shortfall.size()];
         return true;
       }},
      {"shortfall too small",
       [](Problem&, Solution& s, std::size_t pick) {
         if (s.shortfall.empty()) return false;
         --s.shortfall[pick % s.shortfall.size()];
         return true;
       }},
  };
}

std::vector<Planted> PlantedInTakes() {
  return {
      InTake("a unit too many", [](const Problem&, Take& take) { ++take.quantity; }),
      InTake("a unit too few", [](const Problem&, Take& take) { --take.quantity; }),
      InTake("a negative take", [](const Problem&, Take& take) { take.quantity *= -1; }),
      InTake("another line", [](const Problem&, Take& take) { ++take.line; }),
      InTake("another slot", [](const Problem&, Take& take) { ++take.slot; }),
      {"another arc",
       [](Problem& p, Solution& s, std::size_t pick) {
         if (s.takes.empty()) return false;
         Take& take = s.takes[pick % s.takes.size()];
         ++take.arc;  // an alternative may be as good
         return take.arc == p.arcs.size() || p.arcs[take.arc].slot != take.slot;
       }},
      InTake("a line out of range",
             [](const Problem& p, Take& take) {
               take.line = static_cast<std::uint32_t>(p.lines.size());
             }),
      InTake("an arc out of range",
             [](const Problem& p, Take& take) {
               take.arc = static_cast<std::uint32_t>(p.arcs.size());
             }),
      {"a take missing",
       [](Problem&, Solution& s, std::size_t pick) {
         if (s.takes.empty()) return false;
         s.takes.erase(s.takes.begin() + static_cast<std::ptrdiff_t>(pick % s.takes.size()));
         return true;
       }},
      {"a take twice",
       [](Problem&, Solution& s, std::size_t pick) {
         if (s.takes.empty()) return false;
         const Take take = s.takes[pick % s.takes.size()];
         s.takes.insert(s.takes.begin() + static_cast<std::ptrdiff_t>(pick % s.takes.size()), take);
         return true;
       }},
      {"a take in two parts",
       [](Problem&, Solution& s, std::size_t) {
         const auto large = std::find_if(s.takes.begin(), s.takes.end(),
                                         [](const Take& take) { return take.quantity > 1; });
         if (large == s.takes.end()) return false;
         --large->quantity;
         Take part = *large;
         part.quantity = 1;
         s.takes.insert(large, part);
         return true;
       }},
      {"takes in another order",
       [](Problem&, Solution& s, std::size_t) {
         if (s.takes.size() < 2) return false;
         std::reverse(s.takes.begin(), s.takes.end());
         return true;
       }},
  };
}

std::int64_t UsedSlots(const OrderSpan& order, const Solution& s) {
  std::vector<std::uint32_t> slots;
  for (const Take& take : s.takes) {
    if (take.slot - order.first_slot < order.slot_count) slots.push_back(take.slot);
  }
  return std::unique(slots.begin(), slots.end()) - slots.begin();
}

// Constraints that are tightened under the solution.
std::vector<Planted> PlantedInProblem() {
  return {
      {"less stock than taken",
       [](Problem& p, Solution& s, std::size_t pick) {
         if (s.takes.empty()) return false;
         const Take& take = s.takes[pick % s.takes.size()];
         if (p.arcs[take.arc].row == kNone) return false;
         p.rows[p.arcs[take.arc].row].amount = take.quantity - 1;
         return true;
       }},
      {"less of a quota than taken",
       [](Problem& p, Solution& s, std::size_t pick) {
         if (s.takes.empty()) return false;
         const Take& take = s.takes[pick % s.takes.size()];
         p.arc_quota.resize(p.arcs.size(), kNone);
         p.arc_quota[take.arc] = static_cast<std::uint32_t>(p.rows.size());
         p.rows.push_back({.amount = take.quantity - 1});
         return true;
       }},
      {"lines of a set apart",
       [](Problem& p, Solution& s, std::size_t) {
         for (const OrderSpan& order : p.orders) {
           for (std::uint32_t a = order.first_line; a < order.first_line + order.line_count; ++a) {
             for (std::uint32_t b = order.first_line; b < a; ++b) {
               if (p.lines[a].quantity != p.lines[b].quantity) continue;
               if (s.shortfall[a] == s.shortfall[b]) continue;
               p.line_sets.assign(p.lines.size(), {});
               p.line_sets[a].set = p.line_sets[b].set = 77;
               return true;
             }
           }
         }
         return false;
       }},
      {"less capacity in units than taken",
       [](Problem& p, Solution& s, std::size_t pick) {
         if (s.takes.empty() || p.slot_rows.empty()) return false;
         const Take& take = s.takes[pick % s.takes.size()];
         const std::uint32_t row = p.slot_rows[take.slot].unit_rows[pick % 2];
         const std::int64_t load = p.arc_load.empty() ? 1 : p.arc_load[take.arc];
         if (row == kNone || load == 0) return false;
         p.rows[row].amount = load * take.quantity - 1;
         return true;
       }},
      {"no shipment left",
       [](Problem& p, Solution& s, std::size_t pick) {
         if (s.takes.empty() || p.slot_rows.empty()) return false;
         const std::uint32_t row =
             p.slot_rows[s.takes[pick % s.takes.size()].slot].shipment_rows[pick % 2];
         if (row == kNone) return false;
         p.rows[row].amount = 0;
         return true;
       }},
      {"too many shipments",
       [](Problem& p, Solution& s, std::size_t) {
         for (OrderSpan& order : p.orders) {
           const std::int64_t used = UsedSlots(order, s);
           if (used == 0) continue;
           order.max_shipments = used - 1;
           return true;
         }
         return false;
       }},
      {"complete, but in part",
       [](Problem& p, Solution& s, std::size_t) {
         for (OrderSpan& order : p.orders) {
           const auto first = s.shortfall.begin() + order.first_line;
           const bool is_short = std::any_of(first, first + order.line_count,
                                             [](std::int64_t units) { return units > 0; });
           if (!is_short || UsedSlots(order, s) == 0) continue;
           return order.ship_complete = true;
         }
         return false;
       }},
      {"fewer units than the floor",
       [](Problem& p, Solution& s, std::size_t) {
         for (OrderSpan& order : p.orders) {
           std::int64_t units = 0;
           std::int64_t missing = 0;
           for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
             units += p.lines[l].quantity;
             missing += s.shortfall[l];
           }
           if (missing == 0 || missing == units) continue;
           order.min_fill_units = units - missing + 1;
           return true;
         }
         return false;
       }},
      {"shipments or a rest below the floor",
       [](Problem& p, Solution& s, std::size_t) {
         for (OrderSpan& order : p.orders) {
           std::int64_t units = 0;
           std::int64_t missing = 0;
           for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
             units += p.lines[l].quantity;
             missing += s.shortfall[l];
           }
           const std::int64_t parts = UsedSlots(order, s) + (missing > 0 ? 1 : 0);
           if (missing == units || parts < 2) continue;
           p.unit_value.assign(p.lines.size(), 1);
           order.min_shipment_value = units / parts + 1;
           return true;
         }
         return false;
       }},
      {"a line split",
       [](Problem& p, Solution& s, std::size_t) {
         for (const Take& a : s.takes) {
           for (const Take& b : s.takes) {
             if (a.line != b.line || p.slots[a.slot].location == p.slots[b.slot].location) continue;
             return p.lines[a.line].no_split = true;
           }
         }
         return false;
       }},
      {"a group apart",
       [](Problem& p, Solution& s, std::size_t) {
         for (const OrderSpan& order : p.orders) {
           for (const Take& a : s.takes) {
             for (const Take& b : s.takes) {
               if (a.line - order.first_line >= order.line_count ||
                   b.line - order.first_line >= order.line_count || a.line == b.line ||
                   p.slots[a.slot].location == p.slots[b.slot].location) {
                 continue;
               }
               p.lines[a.line].group = p.lines[b.line].group = 77;
               return true;
             }
           }
         }
         return false;
       }},
      {"too heavy",
       [](Problem& p, Solution& s, std::size_t pick) {
         if (s.takes.empty()) return false;
         const Take& take = s.takes[pick % s.takes.size()];
         if (p.arcs[take.arc].weight_g == 0) return false;
         p.slots[take.slot].first_step = static_cast<std::uint32_t>(p.steps.size());
         p.slots[take.slot].step_count = 1;
         p.steps.push_back(
             {.max_weight_g = p.arcs[take.arc].weight_g * take.quantity - 1, .cost = 0});
         return true;
       }},
      {"dearer units",
       [](Problem& p, Solution& s, std::size_t pick) {
         if (s.takes.empty()) return false;
         ++p.arcs[s.takes[pick % s.takes.size()].arc].unit_cost;
         return true;
       }},
      {"a dearer shipment",
       [](Problem& p, Solution& s, std::size_t pick) {
         if (s.takes.empty()) return false;
         ++p.slots[s.takes[pick % s.takes.size()].slot].fixed_cost;
         return true;
       }},
      {"a dearer split",
       [](Problem& p, Solution& s, std::size_t) {
         for (OrderSpan& order : p.orders) {
           if (UsedSlots(order, s) > 1) return ++order.split_penalty, true;
         }
         return false;
       }},
      {"another offset",
       [](Problem& p, Solution&, std::size_t) {
         if (p.orders.empty()) return false;
         return ++p.orders.back().cost_offset, true;
       }},
  };
}

void CheckPlanted(std::vector<Planted> table) {
  for (std::uint64_t seed = 0; seed < Rounds(1'000, 10'000); ++seed) {
    const Problem problem = MixedProblem(seed);
    const absl::StatusOr<Solution> right = Solved(BruteForceSolver(), problem);
    REQUIRE(ComplaintOf(problem, right) == "");
    for (Planted& planted : table) {
      Problem wrong_problem = problem;
      Solution wrong = *right;
      if (!planted.plant(wrong_problem, wrong, seed)) continue;
      REQUIRE(IsOk(Check(wrong_problem)));
      ++planted.times;
      INFO(planted.name << ", seed " << seed << "\n" << ToText(wrong_problem));
      REQUIRE_FALSE(Verify(wrong_problem, wrong).valid());
    }
  }
  for (const Planted& planted : table) {
    INFO(planted.name);
    CHECK(planted.times >= 10);
  }
}

TEST_CASE("Verify complains about every wrong figure planted in a right solution") {
  CheckPlanted(PlantedInFigures());
}

TEST_CASE("Verify complains about every wrong take planted in a right solution") {
  CheckPlanted(PlantedInTakes());
}

TEST_CASE("Verify complains about every constraint and cost tightened under a right solution") {
  CheckPlanted(PlantedInProblem());
}

}  // namespace
}  // namespace orderwright::solver
