#include "orderwright/solver/verify.h"

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "tests/catch.h"

namespace orderwright::solver {
namespace {

using orderwright::testing::ContainsText;

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// One order of two lines. Slots 0 and 1 are two services of location 0, slot 2 is location 1.
// Rows 0 and 1 are the stock of location 0 and 1, row 2 limits units, row 3 shipments.
Problem TwoLines() {
  Problem p;
  p.orders = {{.line_count = 2, .slot_count = 3, .split_penalty = 7, .cost_offset = -100}};
  p.lines = {{.quantity = 3, .shortfall_penalty = 50, .first_arc = 0, .arc_count = 3},
             {.quantity = 2, .shortfall_penalty = 60, .first_arc = 3, .arc_count = 2}};
  p.arcs = {{.slot = 0, .row = 0, .unit_cost = 1, .weight_g = 10},
            {.slot = 1, .row = 0, .unit_cost = 2, .weight_g = 10},
            {.slot = 2, .row = 1, .unit_cost = 3, .weight_g = 5},
            {.slot = 0, .unit_cost = 4},
            {.slot = 2, .row = 1, .unit_cost = 5, .weight_g = 5}};
  p.slots = {{.location = 0, .tie_rank = 0, .first_step = 0, .step_count = 2, .fixed_cost = 11},
             {.location = 0, .tie_rank = 0, .fixed_cost = 12},
             {.location = 1, .tie_rank = 1, .first_step = 2, .step_count = 1, .fixed_cost = 13}};
  p.rows = {{.amount = 3, .price = 2}, {.amount = 5}, {.amount = 9}, {.amount = 2}};
  p.steps = {{.max_weight_g = 10, .cost = 20},
             {.max_weight_g = 25, .cost = 30},
             {.max_weight_g = kUnlimited, .cost = 40}};
  p.slot_rows.resize(3);
  p.slot_rows[0] = {.unit_rows = {2, kNone}, .shipment_rows = {3, kNone}};
  p.slot_rows[2] = {.unit_rows = {kNone, 2}, .shipment_rows = {kNone, 3}};
  p.arc_load = {1, 1, 2, 3, 2};
  p.rank_columns = {{1, 2, 4}, {8, 16, 32}};
  p.lateness = {3, 0, 5};
  p.objectives = {{.kind = ObjectiveKind::kShortfall},
                  {.kind = ObjectiveKind::kShipments},
                  {.kind = ObjectiveKind::kRank, .rank_column = 1},
                  {.kind = ObjectiveKind::kCost}};
  return p;
}

// Line 0: 2 units from slot 0 and 1 from slot 2. Line 1: 1 unit from slot 0, 1 short.
//   units     2 * (1 + 2) + 1 * 3 + 1 * 4   = 13
//   shipments 11 + 30 (20 g) + 13 + 40      = 94
//   short 60, split 7, offset -100          = -33   in all 74
Solution Right() {
  Solution s;
  s.termination = {.proof = Proof::kFeasible, .limit = Limit::kNodes};
  s.cost = 74;
  s.lower_bound = 70;
  s.levels = {{60, 0}, {2, 1}, {40, 8}, {74, 70}};
  s.takes = {{.line = 0, .slot = 0, .arc = 0, .quantity = 2},
             {.line = 1, .slot = 0, .arc = 3, .quantity = 1},
             {.line = 0, .slot = 2, .arc = 2, .quantity = 1}};
  s.shortfall = {0, 1};
  s.nodes = 5;
  return s;
}

std::string Violations(const Problem& problem, const Solution& solution) {
  std::string text;
  for (const std::string& violation : Verify(problem, solution).violations) {
    text += violation + "\n";
  }
  return text;
}

// What Verify says after `change` of the right solution or of the problem.
template <typename Change>
std::string AfterChange(Change change) {
  Problem problem = TwoLines();
  Solution solution = Right();
  change(problem, solution);
  REQUIRE(Check(problem).ok());
  return Violations(problem, solution);
}

TEST_CASE("Verify finds nothing wrong with a right solution and recomputes its figures") {
  const Problem p = TwoLines();
  REQUIRE(Check(p).ok());
  const Verification verification = Verify(p, Right());
  CHECK(Violations(p, Right()).empty());
  CHECK(verification.valid());
  CHECK(verification.cost == 74);
  CHECK(verification.order_costs == std::vector<std::int64_t>{74});
  CHECK(verification.levels == std::vector<std::int64_t>{60, 2, 40, 74});
}

TEST_CASE("Verify recomputes lateness and the sum of all ranks") {
  CHECK(AfterChange([](Problem& p, Solution& s) {
          p.objectives = {{.kind = ObjectiveKind::kLateness}, {.kind = ObjectiveKind::kRank}};
          s.levels = {{8, 8}, {45, 0}};
        }).empty());
  CHECK_THAT(AfterChange([](Problem& p, Solution& s) {
               p.objectives = {{.kind = ObjectiveKind::kLateness}};
               s.levels = {{9, 0}};
             }),
             ContainsText("levels[0]: 9 is given; the plan has 8"));
}

TEST_CASE("Verify counts what alternatives take through one slot, each from its row") {
  const auto with_alternative = [](Problem& p, Solution& s) {
    // Line 0 takes one of its two units from slot 0 as an alternative from row 4.
    p.arcs.insert(p.arcs.begin() + 3, {.slot = 0, .row = 4, .unit_cost = 6, .weight_g = 5});
    p.arc_load.insert(p.arc_load.begin() + 3, 1);
    p.rows.push_back({.amount = 1});
    p.lines[0].arc_count = 4;
    p.lines[1].first_arc = 4;
    s.takes = {{.line = 0, .slot = 0, .arc = 0, .quantity = 1},
               {.line = 0, .slot = 0, .arc = 3, .quantity = 1},
               {.line = 1, .slot = 0, .arc = 4, .quantity = 1},
               {.line = 0, .slot = 2, .arc = 2, .quantity = 1}};
    s.cost = 77;  // 3 more for the unit; 15 g cost as much as 20 g
    s.levels[3].value = 77;
  };
  CHECK(AfterChange(with_alternative).empty());
  CHECK_THAT(AfterChange([&](Problem& p, Solution& s) {
               with_alternative(p, s);
               p.rows[4].amount = 0;
             }),
             ContainsText("row 4: 1 taken of 0"));
  CHECK_THAT(AfterChange([&](Problem& p, Solution& s) {
               with_alternative(p, s);
               std::swap(s.takes[0], s.takes[1]);
             }),
             ContainsText("takes[1]: takes are not by slot, line and arc, each once"));
}

TEST_CASE("Verify sees more units than a quota over several slots allows") {
  const auto with_quota = [](std::int64_t amount) {
    return [amount](Problem& p, Solution&) {
      p.rows.push_back({.amount = amount});
      p.arc_quota = {4, kNone, 4, kNone, kNone};
    };
  };
  CHECK(AfterChange(with_quota(3)).empty());
  CHECK_THAT(AfterChange(with_quota(2)), ContainsText("row 4: 3 taken of 2"));
}

TEST_CASE("Verify sees sets that are not whole, and lines of a set that differ") {
  // Line 0 sources 3 of 3 units, line 1 sources 1 of 2.
  CHECK_THAT(AfterChange([](Problem& p, Solution&) {
               p.line_sets = {{.set = 5, .per_set = 3}, {.set = 5, .per_set = 2}};
             }),
             ContainsText("line 1: 1 units taken are no whole sets of 2"));
  const std::string uneven = AfterChange([](Problem& p, Solution& s) {
    p.lines[1].quantity = 3;
    s.shortfall[1] = 2;
    s.cost += 60;
    s.levels[0].value += 60;
    s.levels[3].value += 60;
    p.line_sets = {{.set = 5}, {.set = 5}};
  });
  CHECK(uneven == "order 0: of set 5 line 0 takes 3, but line 1 takes 1\n");
  CHECK(AfterChange([](Problem& p, Solution&) {
          p.line_sets = {{.set = 5, .per_set = 3}, {.set = 6, .per_set = 1}};
        }).empty());
}

TEST_CASE("Verify accepts the empty solution of the empty problem") {
  Solution s;
  s.termination = {.proof = Proof::kOptimal, .limit = Limit::kNothing};
  CHECK(Violations(Problem(), s).empty());
}

TEST_CASE("Verify sums the costs of orders and keeps them apart") {
  Problem p;
  p.orders = {{.line_count = 1, .cost_offset = 5}, {.first_line = 1, .line_count = 1}};
  p.lines = {{.quantity = 1, .shortfall_penalty = 3}, {.quantity = 2, .shortfall_penalty = 4}};
  Solution s;
  s.termination = {.proof = Proof::kOptimal, .limit = Limit::kNothing};
  s.cost = s.lower_bound = 16;
  s.shortfall = {1, 2};
  CHECK(Violations(p, s).empty());
  CHECK(Verify(p, s).order_costs == std::vector<std::int64_t>{8, 8});
}

TEST_CASE("Verify sees units that do not add up to the line") {
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.shortfall[1] = 0; }),
             ContainsText("line 1: 1 units taken and 0 short do not make 2"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes.pop_back(); }),
             ContainsText("line 0: 2 units taken and 0 short do not make 3"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.shortfall[1] = -1; }),
             ContainsText("line 1: shortfall -1 is not between 0 and 2"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.shortfall[1] = 3; }),
             ContainsText("line 1: shortfall 3 is not between 0 and 2"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.shortfall.pop_back(); }),
             ContainsText("shortfall has 1 entries for 2 lines"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.shortfall.push_back(0); }),
             ContainsText("shortfall has 3 entries for 2 lines"));
}

TEST_CASE("Verify sees takes that refer to nothing or to the wrong thing") {
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[2].line = 2; }),
             ContainsText("takes[2]: line 2 of 2"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[1].arc = 1; }),
             ContainsText("takes[1]: arc 1 is not one of line 1"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[2].arc = 3; }),
             ContainsText("takes[2]: arc 3 is not one of line 0"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[2].arc = kNone; }),
             ContainsText("takes[2]: arc 4294967295 is not one of line 0"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[2].slot = 1; }),
             ContainsText("takes[2]: arc 2 leads to slot 2, not 1"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[2].slot = 99; }),
             ContainsText("takes[2]: arc 2 leads to slot 2, not 99"));
}

TEST_CASE("Verify sees takes of no units or of more than the line asks for") {
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[2].quantity = 0; }),
             ContainsText("takes[2]: line 0 takes 0 units from slot 2; it asks for 3"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[2].quantity = -1; }),
             ContainsText("takes[2]: line 0 takes -1 units"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.takes[2].quantity = kMost; }),
             ContainsText("takes[2]: line 0 takes 9223372036854775807 units"));
}

TEST_CASE("Verify sees takes out of order or twice") {
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { std::swap(s.takes[0], s.takes[1]); }),
             ContainsText("takes[1]: takes are not by slot, line and arc, each once"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { std::swap(s.takes[1], s.takes[2]); }),
             ContainsText("takes[2]: takes are not by slot, line and arc, each once"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) {
               s.takes[0].quantity = 1;
               s.takes.insert(s.takes.begin(), s.takes[0]);
             }),
             ContainsText("takes[1]: takes are not by slot, line and arc, each once"));
}

TEST_CASE("Verify sees a row of which more is taken than there is") {
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.rows[0].amount = 1; }),
             ContainsText("row 0: 2 taken of 1"));
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.rows[1].amount = 0; }),
             ContainsText("row 1: 1 taken of 0"));
  // Unit row: 2 * 1 + 1 * 3 through slot 0, 1 * 2 through slot 2.
  CHECK(AfterChange([](Problem& p, Solution&) { p.rows[2].amount = 7; }).empty());
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.rows[2].amount = 6; }),
             ContainsText("row 2: 7 taken of 6"));
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.rows[3].amount = 1; }),
             ContainsText("row 3: 2 taken of 1"));
  CHECK(AfterChange([](Problem& p, Solution&) { p.rows[3].amount = kUnlimited; }).empty());
}

TEST_CASE("Verify counts a load of 1 where no loads are given") {
  CHECK(AfterChange([](Problem& p, Solution&) {
          p.arc_load.clear();
          p.rows[2].amount = 4;
        }).empty());
  CHECK_THAT(AfterChange([](Problem& p, Solution&) {
               p.arc_load.clear();
               p.rows[2].amount = 3;
             }),
             ContainsText("row 2: 4 taken of 3"));
}

TEST_CASE("Verify sees too many shipments") {
  CHECK(AfterChange([](Problem& p, Solution&) { p.orders[0].max_shipments = 2; }).empty());
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.orders[0].max_shipments = 1; }),
             ContainsText("order 0: 2 shipments; at most 1"));
}

TEST_CASE("Verify sees an order that ships in part though it ships complete") {
  CHECK_THAT(
      AfterChange([](Problem& p, Solution&) { p.orders[0].ship_complete = true; }),
      ContainsText("order 0: ships complete or not at all, but 4 units are taken and 1 are"));
}

TEST_CASE("Verify sees fewer units than the floor") {
  CHECK(AfterChange([](Problem& p, Solution&) { p.orders[0].min_fill_units = 4; }).empty());
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.orders[0].min_fill_units = 5; }),
             ContainsText("order 0: 4 units are taken; at least 5, or none"));
}

TEST_CASE("Verify sees shipments and a rest of less value than the floor") {
  // Line 0: 2 units from slot 0, 1 from slot 2. Line 1: 1 from slot 0, 1 short.
  const auto with = [](std::int64_t floor, std::int64_t first, std::int64_t second) {
    return AfterChange([=](Problem& p, Solution&) {
      p.orders[0].min_shipment_value = floor;
      p.unit_value = {first, second};
    });
  };
  CHECK(with(3, 3, 3).empty());
  CHECK(with(4, 4, 5).empty());
  CHECK(with(4, 3, 4) == "order 0: the shipment through slot 2 is worth 3; at least 4\n");
  CHECK(with(4, 4, 3) == "order 0: what is not sourced is worth 3; at least 4, or nothing\n");
  CHECK_THAT(with(12, 4, 3), ContainsText("the shipment through slot 0 is worth 11; at least 12"));
}

TEST_CASE("Verify asks no floor of nothing at all, nor of one shipment of everything") {
  Problem p;
  p.orders = {{.line_count = 1, .slot_count = 1, .min_fill_units = 2, .min_shipment_value = 9}};
  p.lines = {{.quantity = 2, .shortfall_penalty = 1, .arc_count = 1}};
  p.arcs = {{.slot = 0}};
  p.slots.resize(1);
  Solution s;
  s.termination = {.proof = Proof::kFeasible, .limit = Limit::kNodes};
  s.shortfall = {2};
  s.cost = 2;
  CHECK(Violations(p, s).empty());
  s.takes = {{.line = 0, .slot = 0, .arc = 0, .quantity = 2}};
  s.shortfall = {0};
  s.cost = 0;
  CHECK(Violations(p, s).empty());
  s.takes[0].quantity = 1;
  s.shortfall = {1};
  s.cost = 1;
  CHECK_THAT(Violations(p, s), ContainsText("1 units are taken; at least 2"));
}

TEST_CASE("Verify sees a line that is split though it may not be") {
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.lines[0].no_split = true; }),
             ContainsText("line 0: may not be split, but comes from locations 0 and 1"));
  CHECK(AfterChange([](Problem& p, Solution&) { p.lines[1].no_split = true; }).empty());
}

TEST_CASE("Verify sees a group that comes from several locations") {
  const auto group_both = [](Problem& p, Solution&) { p.lines[0].group = p.lines[1].group = 9; };
  CHECK_THAT(AfterChange(group_both),
             ContainsText("order 0: group 9 is together, but comes from locations 0 and 1"));
  CHECK(AfterChange([](Problem& p, Solution&) { p.lines[1].group = 9; }).empty());
  CHECK(AfterChange([](Problem& p, Solution& s) {
          p.lines[0].group = 1;
          p.lines[1].group = 1;
          s.takes = {{.line = 0, .slot = 0, .arc = 0, .quantity = 1},
                     {.line = 1, .slot = 0, .arc = 3, .quantity = 1},
                     {.line = 0, .slot = 1, .arc = 1, .quantity = 1}};
          s.shortfall = {1, 1};
          // Two slots of one location: 3 + 4 + 4, 11 + 20 + 12, 110, 7, -100.
          s.cost = 71;
          s.lower_bound = 0;
          s.levels = {{110, 0}, {2, 0}, {24, 0}, {71, 0}};
        }).empty());
}

TEST_CASE("Verify keeps groups of different orders apart") {
  Problem p;
  p.orders = {{.line_count = 1, .first_slot = 0, .slot_count = 1},
              {.first_line = 1, .line_count = 1, .first_slot = 1, .slot_count = 1}};
  p.lines = {{.quantity = 1, .first_arc = 0, .arc_count = 1, .group = 3},
             {.quantity = 1, .first_arc = 1, .arc_count = 1, .group = 3}};
  p.arcs = {{.slot = 0}, {.slot = 1}};
  p.slots = {{.location = 0, .tie_rank = 0}, {.location = 1, .tie_rank = 1}};
  Solution s;
  s.termination = {.proof = Proof::kOptimal, .limit = Limit::kNothing};
  s.takes = {{.line = 0, .slot = 0, .arc = 0, .quantity = 1},
             {.line = 1, .slot = 1, .arc = 1, .quantity = 1}};
  s.shortfall = {0, 0};
  REQUIRE(Check(p).ok());
  CHECK(Violations(p, s).empty());
}

TEST_CASE("Verify sees a shipment heavier than its rate carries") {
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.steps[1].max_weight_g = 19; }),
             ContainsText("slot 0: 20 g shipped; its rate ends at 19 g"));
  CHECK(AfterChange([](Problem& p, Solution&) { p.steps[1].max_weight_g = 20; }).empty());
}

TEST_CASE("Verify takes the first step that carries the weight") {
  const auto cost_with_first_step = [](std::int64_t max_weight_g) {
    Problem p = TwoLines();
    p.steps[0].max_weight_g = max_weight_g;
    return Verify(p, Right()).cost;
  };
  CHECK(cost_with_first_step(19) == 74);
  CHECK(cost_with_first_step(20) == 64);
  CHECK(cost_with_first_step(21) == 64);
}

TEST_CASE("Verify sees a cost that is not the plan's") {
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.cost = 73; }),
             ContainsText("cost: 73 is given; the plan costs 74"));
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.orders[0].split_penalty = 8; }),
             ContainsText("cost: 74 is given; the plan costs 75"));
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.rows[0].price = 3; }),
             ContainsText("cost: 74 is given; the plan costs 76"));
  // The price of a capacity row is nobody's cost.
  CHECK(AfterChange([](Problem& p, Solution&) { p.rows[2].price = p.rows[3].price = 9; }).empty());
}

TEST_CASE("Verify sees bounds above values") {
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.lower_bound = 75; }),
             ContainsText("lower_bound: 75 is above the cost 74"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.levels[1].bound = 3; }),
             ContainsText("levels[1]: the bound 3 is above the value 2"));
}

TEST_CASE("Verify sees levels that are not the plan's") {
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.levels[0].value = 61; }),
             ContainsText("levels[0]: 61 is given; the plan has 60"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.levels.pop_back(); }),
             ContainsText("levels has 3 entries for 4 objectives"));
  CHECK_THAT(AfterChange([](Problem& p, Solution&) { p.objectives.clear(); }),
             ContainsText("levels has 4 entries for 0 objectives"));
}

TEST_CASE("Verify asks of an optimal solution that values meet bounds, within tolerances") {
  const auto make_optimal = [](Solution& s) {
    s.termination = {.proof = Proof::kOptimal, .limit = Limit::kNothing};
    s.lower_bound = s.cost;
    for (LevelValue& level : s.levels) level.bound = level.value;
  };
  CHECK(AfterChange([&](Problem&, Solution& s) { make_optimal(s); }).empty());
  CHECK_THAT(AfterChange([&](Problem& p, Solution& s) {
               make_optimal(s);
               p.objectives.clear();
               s.levels.clear();
               s.lower_bound = 73;
             }),
             ContainsText("optimal, but the cost 74 is not within the tolerance of the bound 73"));
  // Cost is the last level, named or not, unless it is named before another one.
  const auto cost_gap_of_2 = [&](std::vector<Objective> objectives) {
    return AfterChange([&](Problem& p, Solution& s) {
      p.objectives = objectives;
      s.levels.assign(objectives.size(), {2, 2});
      for (std::size_t k = 0; k < objectives.size(); ++k) {
        if (objectives[k].kind == ObjectiveKind::kCost) s.levels[k] = {74, 72};
      }
      s.termination = {.proof = Proof::kOptimal, .limit = Limit::kNothing};
      s.lower_bound = 72;
    });
  };
  const Objective shipments = {.kind = ObjectiveKind::kShipments, .tolerance = 5};
  const Objective cost = {.kind = ObjectiveKind::kCost, .tolerance = 2};
  CHECK(cost_gap_of_2({cost, shipments}).empty());
  CHECK_THAT(cost_gap_of_2({shipments}), ContainsText("the cost 74 is not within the tolerance"));
  CHECK_THAT(cost_gap_of_2({shipments, cost}),
             ContainsText("the cost 74 is not within the tolerance"));
  CHECK_THAT(AfterChange([&](Problem&, Solution& s) {
               make_optimal(s);
               s.levels[2].bound = 38;
             }),
             ContainsText("levels[2]: optimal, but the value 40 is not within the tolerance"));
  CHECK(AfterChange([&](Problem& p, Solution& s) {
          make_optimal(s);
          s.levels[2].bound = 38;
          p.objectives[2].tolerance = 2;
        }).empty());
  CHECK_THAT(AfterChange([&](Problem& p, Solution& s) {
               make_optimal(s);
               s.levels[3].bound = 73;
               p.objectives[3].tolerance = 5;
             }),
             ContainsText("levels[3]: optimal, but the value 74 is not within the tolerance"));
}

TEST_CASE("Verify sees a termination that contradicts itself") {
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.termination.limit = Limit::kNothing; }),
             ContainsText("termination: a plan is either proved optimal or ended by a limit"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.termination.proof = Proof::kOptimal; }),
             ContainsText("termination: a plan is either proved optimal or ended by a limit"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.termination.proof = Proof{7}; }),
             ContainsText("termination: 7 is no proof"));
  CHECK_THAT(AfterChange([](Problem&, Solution& s) { s.nodes = -1; }),
             ContainsText("nodes: -1 is negative"));
}

TEST_CASE("Verify survives claims that no sum of 64 bits could hold") {
  Problem p = TwoLines();
  p.lines[1].quantity = 0;
  p.lines[1].shortfall_penalty = kMost;
  REQUIRE(Check(p).ok());
  Solution s = Right();
  s.shortfall = {kMost, kMost};
  s.cost = kMost;
  s.lower_bound = std::numeric_limits<std::int64_t>::min();
  s.takes.assign(1'000, Take{.line = 0, .slot = 0, .arc = 0, .quantity = kMost});
  s.levels.assign(4, {kMost, kMost});
  CHECK_FALSE(Verify(p, s).valid());
}

}  // namespace
}  // namespace orderwright::solver
