#include "orderwright/solver/brute_force.h"

#include <string>
#include <vector>

#include "orderwright/solver/verify.h"
#include "tests/catch.h"

namespace orderwright::solver {
namespace {

using orderwright::testing::IsOk;
using orderwright::testing::StatusIs;
using Values = std::vector<std::int64_t>;

Solution Solved(const Problem& problem) {
  const BruteForceSolver solver;
  const auto workspace = solver.NewWorkspace();
  Solution solution;
  REQUIRE(IsOk(Check(problem)));
  REQUIRE(IsOk(solver.Solve(problem, {}, *workspace, solution)));
  REQUIRE(Verify(problem, solution).violations == std::vector<std::string>{});
  CHECK(solution.termination.proof == Proof::kOptimal);
  CHECK(solution.termination.limit == Limit::kNothing);
  CHECK(solution.termination.deterministic);
  return solution;
}

// The plan as "units of line from slot": {{line, slot, quantity}, …}.
std::vector<Values> Plan(const Solution& solution) {
  std::vector<Values> plan;
  for (const Take& take : solution.takes) plan.push_back({take.line, take.slot, take.quantity});
  return plan;
}

Values Levels(const Solution& solution) {
  Values values;
  for (const LevelValue& level : solution.levels) values.push_back(level.value);
  return values;
}

// `lines` lines of one unit and `slots` slots of as many locations, an arc from each to each, no
// costs; not sourcing a unit costs 100.
Problem Grid(std::uint32_t lines, std::uint32_t slots) {
  Problem p;
  p.orders = {{.line_count = lines, .slot_count = slots}};
  for (std::uint32_t l = 0; l < lines; ++l) {
    p.lines.push_back(
        {.quantity = 1, .shortfall_penalty = 100, .first_arc = l * slots, .arc_count = slots});
    for (std::uint32_t j = 0; j < slots; ++j) p.arcs.push_back({.slot = j});
  }
  for (std::uint32_t j = 0; j < slots; ++j) p.slots.push_back({.location = j, .tie_rank = j});
  return p;
}

TEST_CASE("Brute force answers the empty problem") {
  const Solution s = Solved(Problem());
  CHECK(s.cost == 0);
  CHECK(s.takes.empty());
  CHECK(BruteForceSolver().name() == "brute_force");
}

TEST_CASE("Brute force sources a unit only if that is cheaper than its penalty") {
  Problem p = Grid(1, 1);
  p.lines[0].shortfall_penalty = 10;
  p.slots[0].fixed_cost = 6;
  p.arcs[0].unit_cost = 3;
  CHECK(Solved(p).cost == 9);
  p.slots[0].fixed_cost = 8;
  CHECK(Solved(p).cost == 10);
  CHECK(Solved(p).shortfall == Values{1});
}

TEST_CASE("Brute force adds every term of the cost") {
  Problem p = Grid(2, 2);
  p.orders[0].split_penalty = 1'000;
  p.orders[0].cost_offset = 100'000;
  p.lines[0].quantity = 2;
  for (Line& line : p.lines) line.shortfall_penalty = 1'000'000;
  p.rows = {{.amount = 1, .price = 7}};
  p.arcs[0].row = p.arcs[1].row = 0;
  p.arcs[1].unit_cost = 20;
  p.arcs[3].unit_cost = 50;
  p.slots[0].fixed_cost = 300;
  // The row has one unit for line 0: at slot 1, which is free to open, for 20 and its price.
  CHECK(Solved(p).cost == 7 + 20 + 50 + 1'000'000 + 100'000);
  p.arcs[1].row = kNone;
  // Through slot 1 nothing is limited: both units of line 0 at 20 and line 1 at 50, one shipment.
  CHECK(Solved(p).cost == 40 + 50 + 100'000);
  p.arcs[3].unit_cost = 5'000;
  // Now line 1 from slot 0 is worth the second shipment, and takes a unit of line 0 with it.
  CHECK(Solved(p).cost == 7 + 20 + 300 + 1'000 + 100'000);
}

TEST_CASE("Brute force reads rates by the weight of the whole shipment") {
  Problem p = Grid(2, 1);
  p.arcs[0].weight_g = 300;
  p.arcs[1].weight_g = 200;
  p.slots[0].step_count = 3;
  p.steps = {{.max_weight_g = 499, .cost = 1},
             {.max_weight_g = 500, .cost = 5},
             {.max_weight_g = kUnlimited, .cost = 9}};
  CHECK(Solved(p).cost == 5);
  p.steps[1].max_weight_g = 501;
  CHECK(Solved(p).cost == 5);
  p.arcs[1].weight_g = 202;
  CHECK(Solved(p).cost == 9);
  p.slots[0].step_count = 2;  // nothing carries both: one unit is short
  CHECK(Solved(p).cost == 101);
}

TEST_CASE("Brute force knows rates above 0 at weight 0") {
  Problem p = Grid(1, 1);
  p.slots[0].step_count = 1;
  p.steps = {{.max_weight_g = 0, .cost = 42}};
  CHECK(Solved(p).cost == 42);
  p.arcs[0].weight_g = 1;
  CHECK(Solved(p).cost == 100);
}

TEST_CASE("Brute force shares a row among lines and orders") {
  Problem p = Grid(2, 1);
  p.rows = {{.amount = 1}};
  p.arcs[0].row = p.arcs[1].row = 0;
  p.lines[1].shortfall_penalty = 130;
  CHECK(Solved(p).cost == 100);
  CHECK(Solved(p).shortfall == Values{1, 0});
}

TEST_CASE("Brute force keeps unit rows by load and shipment rows by shipment") {
  Problem p = Grid(2, 2);
  for (Arc& arc : p.arcs) arc.unit_cost = arc.slot == 0 ? 0 : 30;
  p.arc_load = {2, 1, 3, 1};
  p.rows = {{.amount = 4}};
  p.slot_rows = {{.unit_rows = {0, kNone}, .shipment_rows = {kNone, kNone}}, {}};
  CHECK(Solved(p).cost == 30);
  p.rows[0].amount = 5;
  CHECK(Solved(p).cost == 0);
  p.rows[0].amount = 1;
  CHECK(Solved(p).cost == 60);
  p.slot_rows = {{.unit_rows = {kNone, kNone}, .shipment_rows = {kNone, 0}},
                 {.unit_rows = {kNone, kNone}, .shipment_rows = {0, kNone}}};
  p.rows[0].amount = 0;
  CHECK(Solved(p).cost == 200);
}

TEST_CASE("Brute force keeps the most shipments") {
  Problem p = Grid(2, 2);
  p.arcs[1].unit_cost = 10;
  p.arcs[2].unit_cost = 20;
  CHECK(Solved(p).cost == 0);
  p.orders[0].max_shipments = 1;
  CHECK(Solved(p).cost == 10);
  p.orders[0].max_shipments = 0;
  CHECK(Solved(p).cost == 200);
}

TEST_CASE("Brute force ships complete orders whole or not at all") {
  Problem p = Grid(2, 1);
  p.lines[1].quantity = 2;
  p.rows = {{.amount = 1}};
  p.arcs[1].row = 0;
  CHECK(Solved(p).cost == 100);
  p.orders[0].ship_complete = true;
  CHECK(Solved(p).cost == 300);
  p.rows[0].amount = 2;
  CHECK(Solved(p).cost == 0);
}

TEST_CASE("Brute force sources so many units or none") {
  Problem p = Grid(3, 1);
  p.lines[2].arc_count = 0;  // nowhere
  p.arcs.pop_back();
  p.arcs[1].unit_cost = 150;  // does not pay by itself
  CHECK(Solved(p).cost == 200);
  p.orders[0].min_fill_units = 1;
  CHECK(Solved(p).cost == 200);
  p.orders[0].min_fill_units = 2;
  CHECK(Solved(p).cost == 250);
  p.orders[0].min_fill_units = 3;
  CHECK(Solved(p).cost == 300);
  CHECK(Solved(p).takes.empty());
  p.arcs[1].unit_cost = 201;  // now nothing is better than two units
  p.orders[0].min_fill_units = 2;
  CHECK(Solved(p).cost == 300);
}

TEST_CASE("Brute force keeps shipments, and what is left, above the floor of value") {
  Problem p = Grid(3, 2);
  // Lines of 5, 3 and 2: line 0 is cheap from slot 0, the others from slot 1.
  p.unit_value = {5, 3, 2};
  p.arcs[1].unit_cost = 60;
  p.arcs[2].unit_cost = 10;
  p.arcs[4].unit_cost = 20;
  for (const std::int64_t floor : {0, 4, 5}) {
    p.orders[0].min_shipment_value = floor;
    CHECK(Solved(p).cost == 0);
  }
  p.orders[0].min_shipment_value = 6;  // only all of it from one slot
  CHECK(Solved(p).cost == 30);
  p.orders[0].min_shipment_value = 1'000;  // of which no floor is asked
  CHECK(Solved(p).cost == 30);
  // Line 1 does not pay. Left out it is worth 3, which is below a floor of 4.
  p.arcs[2].unit_cost = 130;
  p.arcs[3].unit_cost = 125;
  p.orders[0].min_shipment_value = 2;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 1}, {2, 1, 1}});  // 100
  p.orders[0].min_shipment_value = 3;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 1}, {2, 0, 1}});  // 20 and 100: 120
  CHECK(Solved(p).cost == 120);
  p.orders[0].min_shipment_value = 4;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 1}, {1, 1, 1}, {2, 1, 1}});
  CHECK(Solved(p).cost == 125);
}

TEST_CASE("Brute force holds the floors of each order apart, and at every level") {
  Problem p = Grid(2, 2);
  p.lines.insert(p.lines.end(), 2, p.lines[0]);
  p.lines[2].first_arc = 4;
  p.lines[3].first_arc = 6;
  p.arcs = {{.slot = 0}, {.slot = 1, .unit_cost = 9}, {.slot = 0, .unit_cost = 9}, {.slot = 1},
            {.slot = 2}, {.slot = 3, .unit_cost = 9}, {.slot = 2, .unit_cost = 9}, {.slot = 3}};
  p.slots.insert(p.slots.end(), p.slots.begin(), p.slots.end());
  p.orders.push_back({.first_line = 2, .line_count = 2, .first_slot = 2, .slot_count = 2});
  p.unit_value = {1, 1, 1, 1};
  CHECK(Solved(p).cost == 0);
  p.orders[1].min_shipment_value = 2;
  CHECK(Solved(p).cost == 9);
  p.objectives = {{.kind = ObjectiveKind::kCost}, {.kind = ObjectiveKind::kShipments}};
  CHECK(Levels(Solved(p)) == Values{9, 3});
  p.objectives[0].tolerance = 9;
  CHECK(Levels(Solved(p)) == Values{18, 2});
  p.orders[0].min_shipment_value = 2;
  p.objectives[0].tolerance = 0;
  CHECK(Levels(Solved(p)) == Values{18, 2});
}

TEST_CASE("Brute force does not split lines that may not be, nor groups") {
  Problem p = Grid(1, 2);
  p.lines[0].quantity = 2;
  p.rows = {{.amount = 1}, {.amount = 1}};
  p.arcs[0].row = 0;
  p.arcs[1].row = 1;
  CHECK(Solved(p).cost == 0);
  p.lines[0].no_split = true;
  CHECK(Solved(p).cost == 100);
  p.slots[1].location = p.slots[1].tie_rank = 0;  // two slots of one location are no split
  CHECK(Solved(p).cost == 0);

  Problem q = Grid(2, 2);
  q.arcs[1].unit_cost = 5;
  q.arcs[2].unit_cost = 7;
  CHECK(Solved(q).cost == 0);
  q.lines[0].group = q.lines[1].group = 3;
  CHECK(Solved(q).cost == 5);
}

TEST_CASE("Brute force solves levels in order, each within the tolerances before it") {
  // Slot 0 costs 10 and has rank 0; slot 1 costs 8 and has rank 1; slot 2 costs 0 and has rank 5.
  Problem p = Grid(1, 3);
  p.slots[0].fixed_cost = 10;
  p.slots[1].fixed_cost = 8;
  p.rank_columns = {{0, 1, 5}};
  p.objectives = {{.kind = ObjectiveKind::kShortfall},
                  {.kind = ObjectiveKind::kRank, .rank_column = 0},
                  {.kind = ObjectiveKind::kCost}};
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 1}});
  CHECK(Levels(Solved(p)) == Values{0, 0, 10});
  p.objectives[1].tolerance = 1;
  CHECK(Levels(Solved(p)) == Values{0, 1, 8});
  CHECK(Solved(p).levels[1].bound == 0);
  CHECK(Solved(p).lower_bound == 8);
  p.objectives[1].tolerance = 5;
  CHECK(Levels(Solved(p)) == Values{0, 5, 0});
}

TEST_CASE("Brute force counts tolerances from the best value, not from level to level") {
  // Lateness within 2 of the best leaves slots 0 and 1; among these rank 3 is best.
  Problem p = Grid(1, 3);
  p.lateness = {0, 2, 4};
  p.rank_columns = {{9, 3, 0}};
  p.objectives = {{.kind = ObjectiveKind::kShortfall},
                  {.kind = ObjectiveKind::kLateness, .tolerance = 2},
                  {.kind = ObjectiveKind::kRank, .tolerance = 6},
                  {.kind = ObjectiveKind::kCost}};
  p.slots[1].fixed_cost = 1;
  CHECK(Levels(Solved(p)) == Values{0, 0, 9, 0});
  p.objectives[2].tolerance = 5;
  CHECK(Levels(Solved(p)) == Values{0, 2, 3, 1});
}

TEST_CASE("Brute force takes the list of objectives as it is") {
  Problem p = Grid(1, 1);
  p.objectives = {{.kind = ObjectiveKind::kShipments}};
  const Solution s = Solved(p);
  CHECK(s.takes.empty());
  CHECK(s.cost == 100);
}

TEST_CASE("A tolerance of the last level does not let the last value be worse") {
  Problem p = Grid(1, 1);
  p.slots[0].fixed_cost = 1;
  p.objectives = {{.kind = ObjectiveKind::kCost, .tolerance = 1'000}};
  CHECK(Levels(Solved(p)) == Values{1});
}

TEST_CASE("Cost is the last level where the list does not name it") {
  Problem p = Grid(1, 3);
  p.slots[0].fixed_cost = 4;
  p.slots[1].fixed_cost = 1;
  p.slots[2].fixed_cost = 2;
  p.objectives = {{.kind = ObjectiveKind::kShortfall, .tolerance = 1'000}};
  const Solution s = Solved(p);
  CHECK(Plan(s) == std::vector<Values>{{0, 1, 1}});
  CHECK(s.cost == 1);
  CHECK(s.lower_bound == 1);
  CHECK(s.levels.size() == 1);
}

TEST_CASE("The lower bound is the best value of the level of cost, below a tolerated cost") {
  Problem p = Grid(1, 2);
  p.slots[0].fixed_cost = 4;
  p.slots[1].fixed_cost = 1;
  p.lateness = {0, 1};
  p.objectives = {{.kind = ObjectiveKind::kCost, .tolerance = 3},
                  {.kind = ObjectiveKind::kLateness}};
  CHECK(Solved(p).cost == 4);
  CHECK(Solved(p).lower_bound == 1);
}

TEST_CASE("Ties go to fewer shipments, then to the smaller list of tie ranks") {
  Problem p = Grid(2, 3);
  p.slots[0].tie_rank = 5;
  p.slots[1].tie_rank = 3;
  p.slots[2].tie_rank = 4;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 1, 1}, {1, 1, 1}});
  // No slot has both lines: slot 0 has line 0, slot 1 line 1, slot 2 line 0.
  p.lines[0].arc_count = 2;
  p.lines[1].first_arc = 2;
  p.lines[1].arc_count = 1;
  p.arcs = {{.slot = 0}, {.slot = 2}, {.slot = 1}};
  CHECK(Plan(Solved(p)) == std::vector<Values>{{1, 1, 1}, {0, 2, 1}});
}

TEST_CASE("Ties go to sourcing nothing where that costs the same") {
  Problem p = Grid(1, 1);
  p.lines[0].shortfall_penalty = 0;
  CHECK(Solved(p).takes.empty());
}

TEST_CASE("The last tie goes to the larger quantity, line by line, in the order of locations") {
  Problem p = Grid(2, 2);
  p.lines[0].quantity = p.lines[1].quantity = 2;
  p.rows = {{.amount = 3}, {.amount = 3}};
  for (Arc& arc : p.arcs) arc.row = arc.slot;
  p.slots[0].tie_rank = 1;
  p.slots[1].tie_rank = 0;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{1, 0, 1}, {0, 1, 2}, {1, 1, 1}});
}

// One line of two units and one location: an original of one unit and an alternative to it.
Problem Alternative() {
  Problem p = Grid(1, 1);
  p.lines[0].quantity = p.lines[0].arc_count = 2;
  p.arcs = {{.slot = 0, .row = 0, .unit_cost = 1}, {.slot = 0, .row = 1, .unit_cost = 5}};
  p.rows = {{.amount = 1}, {.amount = 9, .price = 3}};
  p.slots[0].fixed_cost = 10;
  return p;
}

TEST_CASE("Brute force fills a line from alternatives through one shipment") {
  const Solution s = Solved(Alternative());
  CHECK(s.takes == std::vector<Take>{{0, 0, 0, 1}, {0, 0, 1, 1}});
  CHECK(s.cost == 10 + 1 + 8);
}

TEST_CASE("Brute force keeps a quota over lines, slots and orders") {
  Problem p = Grid(2, 2);
  p.rows = {{.amount = 1}};
  p.arc_quota = {0, 0, kNone, 0};
  const Solution s = Solved(p);
  CHECK(Plan(s) == std::vector<Values>{{0, 0, 1}, {1, 0, 1}});
  p.arc_quota = {0, 0, 0, 0};
  CHECK(Solved(p).cost == 100);
  p.orders = {{.line_count = 1, .slot_count = 1},
              {.first_line = 1, .line_count = 1, .first_slot = 1, .slot_count = 1}};
  p.lines[0].arc_count = p.lines[1].arc_count = p.lines[1].first_arc = 1;
  p.arcs = {{.slot = 0}, {.slot = 1}};
  p.arc_quota = {0, 0};
  CHECK(Solved(p).cost == 100);
}

TEST_CASE("Brute force sources whole sets, equally many of each line") {
  Problem p = Grid(2, 1);
  p.lines[0].quantity = 6;
  p.lines[1].quantity = 3;
  p.rows = {{.amount = 5}, {.amount = 9}};
  p.arcs[0].row = 0;
  p.arcs[1].row = 1;
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 5}, {1, 0, 3}});
  p.line_sets = {{.set = 4, .per_set = 2}, {.set = 4, .per_set = 1}};
  CHECK(Plan(Solved(p)) == std::vector<Values>{{0, 0, 4}, {1, 0, 2}});
  p.rows[0].amount = 1;
  CHECK(Solved(p).takes.empty());
}

TEST_CASE("Of alternatives of equal value the earlier arc gives more") {
  Problem p = Alternative();
  p.rows = {{.amount = 2}, {.amount = 2}};
  p.arcs[1].unit_cost = 1;
  CHECK(Solved(p).takes == std::vector<Take>{{0, 0, 0, 2}});
  std::swap(p.arcs[0], p.arcs[1]);
  CHECK(Solved(p).takes == std::vector<Take>{{0, 0, 0, 2}});
}

TEST_CASE("Brute force counts the plans it looks at, once per level") {
  Problem p = Grid(2, 2);
  p.lines[1].quantity = 2;
  CHECK(Solved(p).nodes == 3 * 6);
  p.objectives = {{.kind = ObjectiveKind::kShortfall}, {.kind = ObjectiveKind::kCost}};
  CHECK(Solved(p).nodes == 2 * 3 * 6);
}

TEST_CASE("Brute force refuses problems of more than 100 million plans") {
  const BruteForceSolver solver;
  const auto workspace = solver.NewWorkspace();
  Solution solution;
  Problem p = Grid(9, 8);  // 9^9 = 387,420,489
  CHECK(StatusIs(solver.Solve(p, {}, *workspace, solution), absl::StatusCode::kInvalidArgument));
  p = Grid(1, 1);
  p.lines[0].quantity = std::int64_t{1} << 61;
  p.lines[0].shortfall_penalty = 0;
  REQUIRE(Check(p).ok());
  CHECK(StatusIs(solver.Solve(p, {}, *workspace, solution), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Brute force says that a result with a time limit is not deterministic") {
  const BruteForceSolver solver;
  const auto workspace = solver.NewWorkspace();
  Solution solution;
  const SolveOptions options = {.node_limit = 0, .time_limit = std::chrono::seconds(1)};
  REQUIRE(IsOk(solver.Solve(Grid(2, 2), options, *workspace, solution)));
  CHECK_FALSE(solution.termination.deterministic);
  CHECK(solution.cost == 0);
}

}  // namespace
}  // namespace orderwright::solver
