#include "orderwright/solver/exact.h"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <random>
#include <sstream>
#include <string>
#include <vector>

#include "orderwright/solver/brute_force.h"
#include "orderwright/solver/verify.h"
#include "tests/catch.h"
#include "tests/solver/instances.h"
#include "tests/solver/random_problem.h"

namespace orderwright::solver {
namespace {

using orderwright::testing::IsOk;
using testing::InstanceDirectory;
using testing::kInstanceScale;
using testing::RandomProblem;

Solution Solved(const Problem& problem, const SolveOptions& options = {}) {
  const ExactSolver solver;
  const auto solution = CheckAndSolve(solver, problem, options);
  REQUIRE(IsOk(solution));
  return *solution;
}

// Two lines, three sites: the first two hold one line each, the third both, farther away.
Problem TwoLines() {
  Problem problem;
  problem.slots = {{.location = 0, .tie_rank = 0, .fixed_cost = 40},
                   {.location = 1, .tie_rank = 1, .fixed_cost = 40},
                   {.location = 2, .tie_rank = 2, .fixed_cost = 50}};
  problem.lines = {
      {.quantity = 1, .shortfall_penalty = 1'000, .first_arc = 0, .arc_count = 2},
      {.quantity = 1, .shortfall_penalty = 1'000, .first_arc = 2, .arc_count = 2},
  };
  problem.arcs = {{.slot = 0, .unit_cost = 1},
                  {.slot = 2, .unit_cost = 10},
                  {.slot = 1, .unit_cost = 1},
                  {.slot = 2, .unit_cost = 10}};
  problem.orders = {{.line_count = 2, .slot_count = 3}};
  return problem;
}

// An order of many lines: sites hold what is more popular than their breadth allows.
Problem NestedOrder(std::uint32_t lines, std::uint32_t sites, std::uint64_t seed) {
  Problem problem;
  std::mt19937_64 engine(seed);
  const auto draw = [&engine](std::uint64_t most) {
    return static_cast<std::int64_t>(engine() % most);
  };
  for (std::uint32_t j = 0; j < sites; ++j) {
    problem.slots.push_back({.location = j, .tie_rank = j, .fixed_cost = 2'000 + draw(3'000)});
  }
  for (std::uint32_t l = 0; l < lines; ++l) {
    Line line;
    line.quantity = 1 + draw(3);
    line.shortfall_penalty = 50'000;
    line.first_arc = static_cast<std::uint32_t>(problem.arcs.size());
    const std::int64_t rank = draw(sites);
    for (std::uint32_t j = 0; j < sites; ++j) {
      if (static_cast<std::int64_t>(j) * 10 > 10 * static_cast<std::int64_t>(sites) - 9 * rank) {
        break;
      }
      problem.rows.push_back({1 + draw(6), 0});
      problem.arcs.push_back({.slot = j,
                              .row = static_cast<std::uint32_t>(problem.rows.size() - 1),
                              .unit_cost = 100 + draw(400)});
    }
    line.arc_count = static_cast<std::uint32_t>(problem.arcs.size()) - line.first_arc;
    problem.lines.push_back(line);
  }
  problem.orders = {{.line_count = lines, .slot_count = sites, .split_penalty = 500}};
  return problem;
}

TEST_CASE("Exact: one shipment from farther away beats two from near") {
  const Solution solution = Solved(TwoLines());
  CHECK(solution.cost == 70);
  CHECK(solution.lower_bound == 70);
  CHECK(solution.termination.proof == Proof::kOptimal);
  CHECK(solution.nodes == 0);  // closed form
  CHECK(solution.takes == std::vector<Take>{{0, 2, 1, 1}, {1, 2, 3, 1}});
}

TEST_CASE("Exact: the split penalty decides at its break-even") {
  Problem problem = TwoLines();
  problem.slots[2].fixed_cost = 70;
  problem.orders[0].split_penalty = 7;
  CHECK(Solved(problem).cost == 89);  // 41 + 41 + 7 against 90
  CHECK(Solved(problem).takes.front().slot == 0);
  problem.orders[0].split_penalty = 8;
  CHECK(Solved(problem).cost == 90);  // a tie: fewer shipments
  CHECK(Solved(problem).takes.front().slot == 2);
}

TEST_CASE("Exact: objectives come in their order, each within its tolerance") {
  Problem problem = TwoLines();
  problem.slots[2].fixed_cost = 70;  // two shipments for 82, one for 90
  problem.objectives = {{.kind = ObjectiveKind::kShipments}, {.kind = ObjectiveKind::kCost}};
  Solution solution = Solved(problem);
  CHECK(solution.levels[0].value == 0);  // nothing shipped is no shipment
  problem.objectives = {{.kind = ObjectiveKind::kShortfall},
                        {.kind = ObjectiveKind::kShipments},
                        {.kind = ObjectiveKind::kCost}};
  solution = Solved(problem);
  CHECK(solution.levels[1].value == 1);
  CHECK(solution.cost == 90);
  problem.objectives[1].tolerance = 1;
  solution = Solved(problem);
  CHECK(solution.levels[1].value == 2);
  CHECK(solution.cost == 82);
}

TEST_CASE("Exact: floors are decided without search where the table knows them") {
  Problem problem = TwoLines();
  problem.slots[2].fixed_cost = 70;  // two shipments for 82, one for 90
  problem.unit_value = {3, 2};
  problem.orders[0].min_shipment_value = 2;
  CHECK(Solved(problem).cost == 82);
  problem.orders[0].min_shipment_value = 3;
  Solution solution = Solved(problem);
  CHECK(solution.cost == 90);
  CHECK(solution.termination.proof == Proof::kOptimal);
  CHECK(solution.nodes == 0);
  // Without the third site nothing of the order may ship, or only the two together.
  problem.slots[2].fixed_cost = 5'000;
  solution = Solved(problem);
  CHECK(solution.cost == 2'000);
  CHECK(solution.takes.empty());
  problem.orders[0].min_shipment_value = 0;
  problem.orders[0].min_fill_units = 2;
  CHECK(Solved(problem).cost == 82);
  problem.arcs[2].unit_cost = 1'500;  // line 1 does not pay, but line 0 needs it
  CHECK(Solved(problem).cost == 1'581);
  problem.arcs[2].unit_cost = 2'500;
  CHECK(Solved(problem).cost == 2'000);
}

TEST_CASE("Exact: units of a line part where that lifts a shipment to the floor") {
  // Line 0: 4 units of 3, cheap at site 0. Line 1: 2 units of 1, at site 1 only.
  Problem problem;
  problem.orders = {{.line_count = 2, .slot_count = 2, .min_shipment_value = 5}};
  problem.lines = {{.quantity = 4, .shortfall_penalty = 100, .first_arc = 0, .arc_count = 2},
                   {.quantity = 2, .shortfall_penalty = 100, .first_arc = 2, .arc_count = 1}};
  problem.unit_value = {3, 1};
  problem.arcs = {{.slot = 0, .unit_cost = 1}, {.slot = 1, .row = 0, .unit_cost = 8}, {.slot = 1}};
  problem.slots = {{.location = 0, .tie_rank = 0}, {.location = 1, .tie_rank = 1}};
  problem.rows = {{.amount = 3}};
  const Solution solution = Solved(problem);
  CHECK(solution.cost == 11);  // one of line 0 goes with line 1: 3 + 2 = 5, and 9 from site 0
  CHECK(solution.takes == std::vector<Take>{{0, 0, 0, 3}, {0, 1, 1, 1}, {1, 1, 2, 2}});
  CHECK(solution.termination.proof == Proof::kOptimal);
}

TEST_CASE("Exact: floors beside thousands of sites need no search") {
  std::mt19937_64 engine(3);
  const auto draw = [&engine](std::uint64_t most) {
    return static_cast<std::int64_t>(engine() % most);
  };
  for (int round = 0; round < 5; ++round) {
    Problem problem;
    constexpr std::uint32_t kSites = 2'000;
    for (std::uint32_t j = 0; j < kSites; ++j) {
      problem.slots.push_back({.location = j, .tie_rank = j, .fixed_cost = 400 + draw(200)});
    }
    for (std::uint32_t l = 0; l < 6; ++l) {
      Line line = {.quantity = 1, .shortfall_penalty = 100'000};
      line.first_arc = static_cast<std::uint32_t>(problem.arcs.size());
      for (std::uint32_t j = 0; j < kSites; ++j) {
        if (draw(100) < 30) problem.arcs.push_back({.slot = j, .unit_cost = draw(50)});
      }
      line.arc_count = static_cast<std::uint32_t>(problem.arcs.size()) - line.first_arc;
      problem.lines.push_back(line);
      problem.unit_value.push_back(1 + draw(20));
    }
    problem.orders = {{.line_count = 6, .slot_count = kSites}};
    std::int64_t value = 0;
    for (const std::int64_t unit : problem.unit_value) value += unit;
    std::int64_t before = 0;
    for (const std::int64_t floor : {std::int64_t{0}, value / 5, value / 3, value / 2}) {
      problem.orders[0].min_shipment_value = floor;
      const Solution solution = Solved(problem);
      CHECK(solution.termination.proof == Proof::kOptimal);
      CHECK(solution.nodes == 0);
      CHECK(solution.cost >= before);
      before = solution.cost;
    }
  }
}

TEST_CASE("Exact: large orders with floors have a plan above them and a bound below it") {
  for (std::uint64_t seed = 0; seed < 4; ++seed) {
    Problem problem = NestedOrder(40, 30, seed);
    std::int64_t units = 0;
    std::int64_t value = 0;
    for (const Line& line : problem.lines) {
      units += line.quantity;
      problem.unit_value.push_back(100 + 10 * (units % 7));
      value += problem.unit_value.back() * line.quantity;
    }
    const SolveOptions options = {.node_limit = 2'000, .time_limit = {}};
    const Solution without = Solved(problem, options);
    for (const std::int64_t part : {8, 5, 4, 3}) {
      problem.orders[0].min_fill_units = units * 8 / 10;
      problem.orders[0].min_shipment_value = value / part;
      const Solution solution = Solved(problem, options);
      INFO("seed " << seed << ", part " << part);
      CHECK(without.lower_bound <= solution.cost);
      CHECK(solution.cost < without.lower_bound * 6 / 5);  // above every floor, and no dearer
    }
  }
}

// Lines that each of `sites` sites holds, with two substitutes that are dearer there, `amount`
// units of each.
Problem Substitutes(std::uint32_t lines, std::uint32_t sites, std::int64_t amount) {
  Problem p;
  p.orders = {{.line_count = lines, .slot_count = sites}};
  std::mt19937_64 engine(lines * 1'000 + sites);
  const auto draw = [&engine](std::uint64_t most) {
    return static_cast<std::int64_t>(engine() % most);
  };
  for (std::uint32_t j = 0; j < sites; ++j) {
    p.slots.push_back({.location = j, .tie_rank = j, .fixed_cost = 200 + draw(200)});
  }
  for (std::uint32_t l = 0; l < lines; ++l) {
    Line line = {.quantity = 3, .shortfall_penalty = 5'000};
    line.first_arc = static_cast<std::uint32_t>(p.arcs.size());
    for (std::int64_t alternative = 0; alternative < 3; ++alternative) {
      for (std::uint32_t j = 0; j < sites; ++j) {
        if (draw(3) == 0) continue;
        p.rows.push_back({amount});
        p.arcs.push_back({.slot = j,
                          .row = static_cast<std::uint32_t>(p.rows.size() - 1),
                          .unit_cost = 10 + draw(50) + alternative * 100,
                          .weight_g = 100});
      }
    }
    line.arc_count = static_cast<std::uint32_t>(p.arcs.size()) - line.first_arc;
    p.lines.push_back(line);
  }
  return p;
}

TEST_CASE("Exact: an order whose originals are there needs no search for its substitutes") {
  for (const std::uint32_t lines : {1U, 5U, 8U}) {
    INFO(lines << " lines");
    const Problem p = Substitutes(lines, 200, 3);
    const Solution s = Solved(p);
    CHECK(s.nodes == 0);
    CHECK(s.termination.proof == Proof::kOptimal);
  }
}

TEST_CASE("Exact: parts of lines from stock and the rest from substitutes are proved by search") {
  const Problem p = Substitutes(5, 200, 2);
  const Solution s = Solved(p);
  CHECK(s.termination.proof == Proof::kOptimal);
  CHECK(s.nodes < 20'000);
}

TEST_CASE("Exact: the one unit of a quota goes to the line where it saves most") {
  Problem p = TwoLines();
  p.lines[0].arc_count = p.lines[1].arc_count = 3;
  p.lines[1].first_arc = 3;
  p.rows = {{.amount = 5}, {.amount = 5}, {.amount = 5}, {.amount = 5}, {.amount = 1}};
  p.slots[2].fixed_cost = 0;
  p.arcs = {{.slot = 0, .row = 0}, {.slot = 2, .row = 1, .unit_cost = 30}, {.slot = 2, .row = 2},
            {.slot = 1, .row = 0}, {.slot = 2, .row = 1, .unit_cost = 20}, {.slot = 2, .row = 3}};
  CHECK(Solved(p).cost == 0);
  p.arc_quota = {kNone, kNone, 4, kNone, kNone, 4};
  const Solution s = Solved(p);
  CHECK(s.cost == 20);
  CHECK(s.takes == std::vector<Take>{{0, 2, 2, 1}, {1, 2, 4, 1}});
}

TEST_CASE("Exact: a set is shipped as often as its scarcest line is there") {
  Problem p = TwoLines();
  p.lines[0].quantity = 8;
  p.lines[1].quantity = 4;
  p.rows = {{.amount = 9}, {.amount = 3}};
  p.arcs[1].row = 0;
  p.arcs[2].row = p.arcs[3].row = 1;
  p.arcs[0].row = 0;
  p.line_sets = {{.set = 0, .per_set = 2}, {.set = 0, .per_set = 1}};
  const Solution s = Solved(p);
  CHECK(s.shortfall == std::vector<std::int64_t>{2, 1});
  CHECK(s.termination.proof == Proof::kOptimal);
  p.orders[0].ship_complete = true;
  CHECK(Solved(p).takes.empty());
}

TEST_CASE("Exact: large orders with alternatives and sets have a plan and a bound below it") {
  Problem p = Substitutes(20, 40, 2);
  p.line_sets.assign(20, {});
  for (std::uint32_t l = 0; l < 6; ++l) p.line_sets[l].set = l / 2;
  p.arc_quota.assign(p.arcs.size(), kNone);
  for (std::size_t a = 0; a < p.arcs.size(); a += 2) {
    p.arc_quota[a] = static_cast<std::uint32_t>(p.rows.size());
  }
  p.rows.push_back({.amount = 25});
  const Solution s = Solved(p, {.node_limit = 2'000, .time_limit = {}});
  CHECK(s.lower_bound <= s.cost);
  CHECK(s.lower_bound > 0);
  CHECK_FALSE(s.takes.empty());
}

TEST_CASE("Exact: a workspace that has seen other problems changes nothing") {
  const ExactSolver solver;
  const std::unique_ptr<Workspace> workspace = solver.NewWorkspace();
  Solution reused;
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    testing::RandomProblemOptions options;
    options.size = 1 + static_cast<int>(seed % 6);
    const Problem problem = RandomProblem(seed, options);
    REQUIRE(IsOk(solver.Solve(problem, {}, *workspace, reused)));
    Solution fresh;
    REQUIRE(IsOk(solver.Solve(problem, {}, *solver.NewWorkspace(), fresh)));
    INFO("seed " << seed);
    CHECK(reused.cost == fresh.cost);
    CHECK(reused.takes == fresh.takes);
    CHECK(reused.nodes == fresh.nodes);
    CHECK(reused.lower_bound == fresh.lower_bound);
  }
}

TEST_CASE("Exact: orders of twenty lines are proved, and every budget tells the truth about them") {
  for (std::uint64_t seed = 0; seed < 6; ++seed) {
    const Problem problem = NestedOrder(20, 60, seed);
    const Solution best = Solved(problem);
    INFO("seed " << seed << ", nodes " << best.nodes);
    CHECK(best.termination.proof == Proof::kOptimal);
    for (const std::int64_t limit : {0, 1, 10, 100}) {
      SolveOptions options;
      options.node_limit = limit;
      const Solution some = Solved(problem, options);
      CHECK(some.cost >= best.cost);
      CHECK(some.lower_bound <= best.cost);
      if (some.termination.proof == Proof::kOptimal) {
        CHECK(some.cost == best.cost);
      } else {
        CHECK(some.termination.limit == Limit::kNodes);
      }
    }
  }
}

// Two services of one site share its one unit of the first line; the second unit is at another
// site.
Problem SharedStock() {
  Problem problem;
  problem.steps = {{1'000, 4'000}, {5'000, 7'000}, {kUnlimited, 30'000},
                   {500, 3'000},   {9'000, 8'000}, {kUnlimited, 40'000}};
  for (std::uint32_t j = 0; j < 4; ++j) {
    problem.slots.push_back({.location = j / 2,
                             .tie_rank = j / 2,
                             .first_step = j % 2 * 3,
                             .step_count = 3,
                             .fixed_cost = 2'000});
  }
  for (std::uint32_t l = 0; l < 10; ++l) {
    Line line{.quantity = l == 0 ? 2 : 1, .shortfall_penalty = 10'000'000};
    line.first_arc = static_cast<std::uint32_t>(problem.arcs.size());
    for (std::uint32_t j = 0; j < (l == 0 ? 4U : 2U); ++j) {
      if (j % 2 == 0) problem.rows.push_back({1, 0});
      const auto row = static_cast<std::uint32_t>(problem.rows.size() - 1);
      problem.arcs.push_back({.slot = j, .row = row, .unit_cost = 100, .weight_g = 400});
    }
    line.arc_count = static_cast<std::uint32_t>(problem.arcs.size()) - line.first_arc;
    problem.lines.push_back(line);
  }
  problem.orders = {{.line_count = 10, .slot_count = 4}};
  return problem;
}

TEST_CASE(
    "Exact: services of one site share its stock, so what it lacks comes from another at once") {
  SolveOptions options;
  options.node_limit = 0;
  const Solution solution = Solved(SharedStock(), options);
  // 10 units of 4,000 g for 7,000 from the first site, 1 for 3,000 from the second.
  CHECK(solution.cost == 2 * 2'000 + 7'000 + 3'000 + 11 * 100);
  CHECK(solution.shortfall == std::vector<std::int64_t>(10, 0));
  CHECK(solution.termination.proof == Proof::kOptimal);
}

TEST_CASE("Exact: a large order gets a plan with a bound, and the same one each time") {
  const Problem problem = NestedOrder(300, 80, 7);
  SolveOptions options;
  options.node_limit = 2'000;
  const Solution first = Solved(problem, options);
  const Solution second = Solved(problem, options);
  CHECK(first.takes == second.takes);
  CHECK(first.lower_bound == second.lower_bound);
  CHECK(first.lower_bound > 0);
  CHECK(first.lower_bound <= first.cost);
}

TEST_CASE("Exact: a time limit is kept and admitted") {
  const Problem problem = NestedOrder(300, 80, 7);
  SolveOptions options;
  options.node_limit = 1'000'000'000;
  options.time_limit = std::chrono::milliseconds(1);
  const Solution solution = Solved(problem, options);
  CHECK_FALSE(solution.termination.deterministic);
  CHECK(solution.termination.limit == Limit::kTime);
  CHECK(solution.lower_bound <= solution.cost);
}

// ---- Public instances, where they are.

// True if there are none, said aloud.
bool SkippedWithoutInstances() {
  if (InstanceDirectory().has_value()) return false;
  WARN("SKIPPED: no public instances; set ORDERWRIGHT_INSTANCES to their directory");
  return true;
}

// In a soak run with the default budget, else with a small one where no proof is asked for.
void CheckInstance(const std::string& name, const absl::StatusOr<Problem>& problem, double optimum,
                   bool must_prove) {
  INFO(name);
  REQUIRE(IsOk(problem));
  SolveOptions options;
  const bool soak = std::getenv("ORDERWRIGHT_SOAK") != nullptr;
  if (!must_prove && !soak) options.node_limit = 2'000;
  const Solution solution = Solved(*problem, options);
  const auto cost = static_cast<double>(solution.cost) / kInstanceScale;
  const auto bound = static_cast<double>(solution.lower_bound) / kInstanceScale;
  CHECK(cost >= optimum - 0.01);
  CHECK(bound <= optimum + 0.01);
  if (must_prove) {
    CHECK(solution.termination.proof == Proof::kOptimal);
    CHECK(std::abs(cost - optimum) < 0.01);
  } else {
    CHECK(cost <= optimum * (soak ? 1.02 : 1.05));
  }
}

TEST_CASE("Exact proves the published optima of Beasley's cap instances") {
  if (SkippedWithoutInstances()) return;
  std::ifstream optima(*InstanceDirectory() / "optima.csv");
  std::string row;
  int seen = 0;
  while (std::getline(optima, row)) {
    std::istringstream fields(row);
    std::string family;
    std::string name;
    std::string kind;
    std::string value;
    std::getline(fields, family, ',');
    std::getline(fields, name, ',');
    std::getline(fields, kind, ',');
    std::getline(fields, value, ',');
    if (family != "cap" || kind != "uncapacitated") continue;
    ++seen;
    CheckInstance(name, testing::ReadCapInstance(*InstanceDirectory() / "cap" / (name + ".txt")),
                  std::stod(value), true);
  }
  CHECK(seen >= 12);
}

TEST_CASE("Exact comes close on the instances of Bilde and Krarup, with honest bounds") {
  if (SkippedWithoutInstances()) return;
  int seen = 0;
  for (const auto& entry :
       std::filesystem::directory_iterator(*InstanceDirectory() / "bilde_krarup")) {
    if (entry.path().extension() == ".opt") continue;
    std::filesystem::path answer = entry.path();
    answer += ".opt";
    std::ifstream file(answer);
    std::string word;
    std::string last;
    while (file >> word) last = word;
    ++seen;
    CheckInstance(entry.path().filename().string(), testing::ReadSimpleInstance(entry.path()),
                  std::stod(last), false);
  }
  CHECK(seen > 0);
}

}  // namespace
}  // namespace orderwright::solver
