#include "orderwright/solver/priority.h"

#include <string>
#include <vector>

#include "orderwright/solver/brute_force.h"
#include "orderwright/solver/verify.h"
#include "tests/catch.h"
#include "tests/solver/random_problem.h"

namespace orderwright::solver {
namespace {

using orderwright::testing::IsOk;
using orderwright::testing::StatusIs;
using Values = std::vector<std::int64_t>;

Solution Solved(const Problem& problem) {
  const PrioritySolver solver;
  const auto workspace = solver.NewWorkspace();
  Solution solution;
  REQUIRE(IsOk(Check(problem)));
  REQUIRE(IsOk(solver.Solve(problem, {}, *workspace, solution)));
  REQUIRE(Verify(problem, solution).violations == std::vector<std::string>{});
  return solution;
}

std::vector<Values> Plan(const Solution& solution) {
  std::vector<Values> plan;
  for (const Take& take : solution.takes) plan.push_back({take.line, take.slot, take.quantity});
  return plan;
}

// One order: two lines of 3 units; slots of tie rank 2, 0 and 1, each with 2 units of stock per
// line; not sourcing a unit costs 100. Row 2 * slot + line.
Problem Ranked() {
  Problem p;
  p.orders = {{.line_count = 2, .slot_count = 3}};
  p.slots = {{.location = 0, .tie_rank = 2},
             {.location = 1, .tie_rank = 0},
             {.location = 2, .tie_rank = 1}};
  p.rows.assign(6, {.amount = 2});
  for (std::uint32_t l = 0; l < 2; ++l) {
    p.lines.push_back(
        {.quantity = 3, .shortfall_penalty = 100, .first_arc = 3 * l, .arc_count = 3});
    for (std::uint32_t j = 0; j < 3; ++j) p.arcs.push_back({.slot = j, .row = 2 * j + l});
  }
  return p;
}

TEST_CASE("Ranked fill goes through the locations by tie rank and takes what each has") {
  CHECK(PrioritySolver().name() == "priority");
  CHECK(Plan(Solved(Ranked())) == std::vector<Values>{{0, 1, 2}, {1, 1, 2}, {0, 2, 1}, {1, 2, 1}});
}

TEST_CASE("Ranked fill ships nothing of an order that it leaves below a floor") {
  Problem p = Ranked();
  p.rows[1].amount = p.rows[5].amount = 0;  // line 1: only the 2 units of slot 1
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 2}, {1, 1, 2}, {0, 2, 1}});
  p.orders[0].min_fill_units = 5;
  CHECK(Solved(p).takes.size() == 3);
  p.orders[0].min_fill_units = 6;
  CHECK(Solved(p).takes.empty());
  p.orders[0].min_fill_units = 0;
  p.unit_value = {4, 5};  // shipments of 18 and 4, a rest of 5
  p.orders[0].min_shipment_value = 4;
  CHECK(Solved(p).takes.size() == 3);
  p.orders[0].min_shipment_value = 5;
  CHECK(Solved(p).takes.empty());
  p.unit_value = {5, 4};  // now the rest is below it
  CHECK(Solved(p).takes.empty());
  p.rows[2].amount = p.rows[3].amount = 3;  // all from slot 1
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 3}, {1, 1, 3}});
}

TEST_CASE("Ranked fill gives back what an order below its floor would have taken") {
  Problem p = Ranked();
  p.orders[0].min_shipment_value = 7;
  p.orders.push_back({.first_line = 2, .line_count = 1, .first_slot = 3, .slot_count = 1});
  p.lines.push_back({.quantity = 2, .shortfall_penalty = 100, .first_arc = 6, .arc_count = 1});
  p.slots.push_back(p.slots[1]);
  p.arcs.push_back({.slot = 3, .row = 2});
  CHECK(Plan(Solved(p)) == std::vector<Values>{{2, 3, 2}});
}

TEST_CASE("Ranked fill does not look at costs") {
  Problem p = Ranked();
  p.slots[1].fixed_cost = 1'000;
  const Solution s = Solved(p);
  CHECK(s.takes.front().slot == 1);
  CHECK(s.cost == 1'000);
  CHECK(s.termination.proof == Proof::kFeasible);
  CHECK(s.termination.limit == Limit::kMethod);
}

TEST_CASE("Ranked fill bounds the cost by each line's cheapest arc or its penalty") {
  Problem p = Ranked();
  p.orders[0].cost_offset = -7;
  p.arcs[0].unit_cost = 9;
  p.arcs[1].unit_cost = 5;
  p.rows[2].price = 3;
  p.arcs[2].unit_cost = 8;
  for (std::size_t a = 3; a < 6; ++a) p.arcs[a].unit_cost = 500;
  CHECK(Solved(p).lower_bound == 3 * 8 + 3 * 100 - 7);
}

TEST_CASE("Ranked fill says optimal if the cost meets the bound") {
  const Solution s = Solved(Ranked());
  CHECK(s.cost == 0);
  CHECK(s.termination.proof == Proof::kOptimal);
  CHECK(s.termination.limit == Limit::kNothing);
  Problem p = Ranked();
  p.objectives = {{.kind = ObjectiveKind::kShipments}};  // bound 0, value 2
  CHECK(Solved(p).termination.proof == Proof::kFeasible);
}

TEST_CASE("Ranked fill keeps the most shipments") {
  Problem p = Ranked();
  p.orders[0].max_shipments = 1;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 2}, {1, 1, 2}});
  p.orders[0].max_shipments = 0;
  CHECK(Solved(p).takes.empty());
}

TEST_CASE("Ranked fill skips a location that has nothing, without counting a shipment") {
  Problem p = Ranked();
  p.orders[0].max_shipments = 1;
  p.rows[2].amount = p.rows[3].amount = 0;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 2, 2}, {1, 2, 2}});
}

TEST_CASE("Ranked fill binds a line that may not be split to the first location that ships some") {
  Problem p = Ranked();
  p.lines[0].no_split = true;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 2}, {1, 1, 2}, {1, 2, 1}});
}

TEST_CASE("Ranked fill binds all lines of a group to one location, over all its slots") {
  Problem p = Ranked();
  p.lines[0].group = p.lines[1].group = 0;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 2}, {1, 1, 2}});
  p.slots[2].location = 1;
  p.slots[2].tie_rank = 0;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 2}, {1, 1, 2}, {0, 2, 1}, {1, 2, 1}});
}

TEST_CASE("Ranked fill keeps unit rows by load and shipment rows") {
  Problem p = Ranked();
  p.rows.push_back({.amount = 5});
  p.slot_rows.resize(3);
  p.slot_rows[1].unit_rows = {kNone, 6};
  p.arc_load = {1, 2, 1, 1, 1, 1};
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 2}, {1, 1, 1}, {0, 2, 1}, {1, 2, 2}});
  p.slot_rows[1] = {.unit_rows = {kNone, kNone}, .shipment_rows = {6, kNone}};
  p.rows[6].amount = 0;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 1}, {1, 0, 1}, {0, 2, 2}, {1, 2, 2}});
}

TEST_CASE("Ranked fill ships no more than the last step of the rate carries") {
  Problem p = Ranked();
  for (Arc& arc : p.arcs) arc.weight_g = 100;
  p.slots[1].step_count = 2;
  p.steps = {{.max_weight_g = 200, .cost = 3}, {.max_weight_g = 350, .cost = 4}};
  const Solution s = Solved(p);
  CHECK(Plan(s) == std::vector<Values>{{0, 1, 2}, {1, 1, 1}, {0, 2, 1}, {1, 2, 2}});
  CHECK(s.cost == 4);
}

TEST_CASE("Ranked fill gives an order back that cannot ship complete, and its stock to the next") {
  Problem p = Ranked();
  p.orders[0].ship_complete = true;
  p.rows.assign(6, {.amount = 1});  // three units of line 0, but only two of line 1
  p.rows[5].amount = 0;
  p.orders.push_back({.first_line = 2, .line_count = 1, .first_slot = 3, .slot_count = 1});
  p.lines.push_back({.quantity = 2, .shortfall_penalty = 1, .first_arc = 6, .arc_count = 1});
  p.slots.push_back({.location = 1, .tie_rank = 0});
  p.arcs.push_back({.slot = 3, .row = 2});
  p.rows.push_back({.amount = 1});
  p.slot_rows.assign(4, {});
  p.slot_rows[1].shipment_rows = p.slot_rows[3].shipment_rows = {6, kNone};
  CHECK(Plan(Solved(p)) == std::vector<Values>{{2, 3, 1}});
  p.rows[5].amount = 1;
  CHECK(Solved(p).takes.size() == 6);  // now it does, and takes the stock and the shipment
}

TEST_CASE("Ranked fill takes alternatives in the order of their arcs, as far as a quota goes") {
  Problem p = Ranked();
  p.orders[0].slot_count = 1;
  p.orders[0].line_count = 1;
  p.slots.resize(1);
  p.lines = {{.quantity = 6, .shortfall_penalty = 100, .first_arc = 0, .arc_count = 3}};
  p.arcs = {{.slot = 0, .row = 0}, {.slot = 0, .row = 1}, {.slot = 0, .row = 2}};
  p.rows = {{.amount = 2}, {.amount = 2}, {.amount = 9}, {.amount = 3}};
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 2}, {0, 0, 2}, {0, 0, 2}});
  p.arc_quota = {kNone, 3, 3};
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 2}, {0, 0, 2}, {0, 0, 1}});
}

TEST_CASE("Ranked fill gives back what is no whole set, and the shipment with it") {
  Problem p = Ranked();
  p.rows[4].amount = p.rows[5].amount = 0;  // slots 1 and 0 have two of each line
  p.line_sets = {{.set = 0, .per_set = 3}, {.set = 0, .per_set = 3}};
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 1}, {1, 0, 1}, {0, 1, 2}, {1, 1, 2}});
  p.rows[1].amount = 0;  // of line 1 two units are left
  CHECK(Solved(p).takes.empty());
  p.line_sets = {{.set = 0, .per_set = 1}, {.set = 0, .per_set = 1}};
  p.rows.push_back({.amount = 2});
  p.slot_rows.assign(3, {.unit_rows = {kNone, kNone}, .shipment_rows = {6, kNone}});
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 2}, {1, 1, 2}});
}

TEST_CASE("Ranked fill is feasible, and its bounds are below every plan's values") {
  const BruteForceSolver reference;
  const auto workspace = reference.NewWorkspace();
  for (std::uint64_t seed = 0; seed < 1'000; ++seed) {
    const Problem p = testing::RandomProblem(
        seed, {.size = 1 + static_cast<int>(seed % 4), .alternatives = seed % 2 == 0});
    const Solution s = Solved(p);
    Solution best;
    REQUIRE(IsOk(reference.Solve(p, {}, *workspace, best)));
    INFO(testing::ToText(p));
    REQUIRE(s.lower_bound <= best.lower_bound);
    for (std::size_t k = 0; k < s.levels.size(); ++k) {
      REQUIRE(s.levels[k].bound <= best.levels[k].bound);
    }
    if (s.termination.proof != Proof::kOptimal) continue;
    if (p.objectives.empty()) REQUIRE(s.cost == best.cost);
    if (!p.objectives.empty()) REQUIRE(s.levels.back().value == best.levels.back().value);
  }
}

TEST_CASE("Ranked fill refuses the workspace of another solver") {
  const auto workspace = BruteForceSolver().NewWorkspace();
  Solution solution;
  CHECK(StatusIs(PrioritySolver().Solve(Ranked(), {}, *workspace, solution),
                 absl::StatusCode::kInternal));
}

TEST_CASE("Ranked fill with a time limit says that it is not deterministic") {
  const PrioritySolver solver;
  const auto workspace = solver.NewWorkspace();
  Solution solution;
  const SolveOptions options = {.time_limit = std::chrono::seconds(1)};
  REQUIRE(IsOk(solver.Solve(Ranked(), options, *workspace, solution)));
  CHECK_FALSE(solution.termination.deterministic);
}

}  // namespace
}  // namespace orderwright::solver
