#include "orderwright/solver/problem.h"

#include <algorithm>
#include <functional>
#include <string>
#include <vector>

#include "orderwright/core/issue.h"
#include "orderwright/core/status.h"
#include "tests/catch.h"
#include "tests/solver/random_problem.h"

namespace orderwright::solver {
namespace {

using orderwright::testing::IsOk;
using orderwright::testing::StatusIs;

constexpr std::int64_t kLimit = std::int64_t{1} << 62;
constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

// Two orders of two slots each, that use every table. Row 0 and 1 are stock, 2 limits units, 3
// limits shipments, 4 is a quota. Lines 0 and 1 are a set; arcs 3 and 5 are alternatives.
Problem Whole() {
  Problem p;
  p.orders = {{.first_line = 0, .line_count = 2, .first_slot = 0, .slot_count = 2},
              {.first_line = 2,
               .line_count = 1,
               .first_slot = 2,
               .slot_count = 2,
               .min_fill_units = 3,
               .min_shipment_value = 4}};
  p.unit_value = {1, 0, 2};
  p.lines = {{.quantity = 2, .shortfall_penalty = 50, .first_arc = 0, .arc_count = 2},
             {.quantity = 1, .shortfall_penalty = 50, .first_arc = 2, .arc_count = 1, .group = 4},
             {.quantity = 3, .shortfall_penalty = 9, .first_arc = 3, .arc_count = 3}};
  p.arcs = {{.slot = 0, .row = 0, .unit_cost = 3, .weight_g = 5},
            {.slot = 1, .row = 1, .unit_cost = 3},
            {.slot = 1},
            {.slot = 2, .row = 0},
            {.slot = 3, .row = 1},
            {.slot = 2, .row = 1}};
  p.arc_quota = {kNone, 4, kNone, kNone, 4, 4};
  p.line_sets = {{.set = 8, .per_set = 2}, {.set = 8}, {}};
  p.slots = {{.location = 0, .tie_rank = 7, .first_step = 0, .step_count = 3, .fixed_cost = 1},
             {.location = 1, .tie_rank = 2},
             {.location = 0, .tie_rank = 7, .first_step = 1, .step_count = 2},
             {.location = 1, .tie_rank = 2, .first_step = 4, .step_count = 0}};
  p.rows = {{.amount = 5},
            {.amount = kUnlimited, .price = 1},
            {.amount = 9},
            {.amount = 1},
            {.amount = 2}};
  p.steps = {{.max_weight_g = 0, .cost = 4},
             {.max_weight_g = 10, .cost = 4},
             {.max_weight_g = kUnlimited, .cost = 6},
             {.max_weight_g = 1, .cost = 0}};
  p.slot_rows.resize(4);
  p.slot_rows[0] = {.unit_rows = {2, kNone}, .shipment_rows = {kNone, 3}};
  p.slot_rows[3] = {.unit_rows = {kNone, 2}, .shipment_rows = {kNone, kNone}};
  p.arc_load = {1, 0, 2, 3, 1, 1};
  p.rank_columns = {{0, 1, 2, 3}, {5, 5, 5, 5}};
  p.lateness = {0, 0, 1, 0};
  p.objectives = {{.kind = ObjectiveKind::kShortfall},
                  {.kind = ObjectiveKind::kRank, .rank_column = 1, .tolerance = 2},
                  {.kind = ObjectiveKind::kRank},
                  {.kind = ObjectiveKind::kCost}};
  return p;
}

// The issues of the problem as "path code", each on its own.
std::vector<std::string> IssuesIn(const Problem& problem) {
  const absl::Status status = Check(problem);
  std::vector<std::string> texts;
  for (const Issue& issue : IssuesOf(status)) {
    UNSCOPED_INFO(ToString(issue));
    texts.push_back(issue.path + " " + issue.code);
  }
  return texts;
}

using Change = std::function<void(Problem&)>;

std::vector<std::string> IssuesAfter(const Change& change) {
  Problem problem = Whole();
  change(problem);
  return IssuesIn(problem);
}

struct Broken {
  std::string issue;  // "path code"
  Change change;
};

// Each change must lead to this issue and to no other one.
void CheckEachAlone(const std::vector<Broken>& table) {
  for (const Broken& broken : table) {
    INFO("expected: " << broken.issue);
    CHECK(IssuesAfter(broken.change) == std::vector<std::string>{broken.issue});
  }
}

TEST_CASE("Check accepts a problem that uses every table, and an empty one") {
  CHECK(IsOk(Check(Whole())));
  CHECK(IsOk(Check(Problem())));
}

TEST_CASE("Check accepts columns that are empty and orders, lines and slots that have nothing") {
  Problem p = Whole();
  p.slot_rows.clear();
  p.arc_load.clear();
  p.arc_quota.clear();
  p.line_sets.clear();
  p.unit_value.clear();
  p.rank_columns.clear();
  p.lateness.clear();
  p.objectives.clear();
  CHECK(IsOk(Check(p)));
  Problem hollow;
  hollow.orders.resize(3);
  hollow.orders[1].line_count = 1;
  hollow.orders[2].first_line = 1;
  hollow.lines.resize(1);
  CHECK(IsOk(Check(hollow)));
}

TEST_CASE("Check accepts every random problem of every size") {
  for (int size = 1; size <= 8; ++size) {
    for (std::uint64_t seed = 0; seed < 200; ++seed) {
      const Problem p = testing::RandomProblem(seed, {.size = size, .max_orders = 3});
      const absl::Status status = Check(p);
      INFO(testing::ToText(p));
      REQUIRE(IsOk(status));
    }
  }
}

TEST_CASE("Check names every negative number by its path") {
  CheckEachAlone({
      {"orders[1].max_shipments negative", [](Problem& p) { p.orders[1].max_shipments = -1; }},
      {"orders[0].split_penalty negative", [](Problem& p) { p.orders[0].split_penalty = -1; }},
      {"orders[0].min_fill_units negative", [](Problem& p) { p.orders[0].min_fill_units = -1; }},
      {"orders[1].min_shipment_value negative",
       [](Problem& p) { p.orders[1].min_shipment_value = -1; }},
      {"lines[1].quantity negative", [](Problem& p) { p.lines[1].quantity = -1; }},
      {"unit_value[2] negative", [](Problem& p) { p.unit_value[2] = -1; }},
      {"lines[0].shortfall_penalty negative",
       [](Problem& p) { p.lines[0].shortfall_penalty = -1; }},
      {"arcs[3].unit_cost negative", [](Problem& p) { p.arcs[3].unit_cost = -1; }},
      {"arcs[4].weight_g negative", [](Problem& p) { p.arcs[4].weight_g = -1; }},
      {"slots[1].fixed_cost negative", [](Problem& p) { p.slots[1].fixed_cost = -1; }},
      {"rows[0].amount negative", [](Problem& p) { p.rows[0].amount = -1; }},
      {"rows[1].price negative", [](Problem& p) { p.rows[1].price = -1; }},
      {"steps[0].cost negative", [](Problem& p) { p.steps[0].cost = -1; }},
      {"steps[0].max_weight_g negative", [](Problem& p) { p.steps[0].max_weight_g = -1; }},
      {"steps[3].cost negative", [](Problem& p) { p.steps[3].cost = -1; }},  // no slot owns it
      {"arc_load[2] negative", [](Problem& p) { p.arc_load[2] = -1; }},
      {"rank_columns[1][3] negative", [](Problem& p) { p.rank_columns[1][3] = -1; }},
      {"lateness[0] negative", [](Problem& p) { p.lateness[0] = -1; }},
      {"objectives[1].tolerance negative", [](Problem& p) { p.objectives[1].tolerance = -1; }},
  });
}

TEST_CASE("Check accepts a cost offset of any sign") {
  CHECK(IssuesAfter([](Problem& p) { p.orders[0].cost_offset = -1'000'000; }).empty());
  CHECK(IssuesAfter([](Problem& p) { p.orders[0].cost_offset = 1'000'000; }).empty());
}

TEST_CASE("Check refuses references out of range") {
  CheckEachAlone({
      {"arcs[0].slot out_of_range", [](Problem& p) { p.arcs[0].slot = 4; }},
      {"arcs[0].slot out_of_range", [](Problem& p) { p.arcs[0].slot = kNone; }},
      {"arcs[1].row out_of_range", [](Problem& p) { p.arcs[1].row = 5; }},
      {"arc_quota[0] out_of_range", [](Problem& p) { p.arc_quota[0] = 5; }},
      {"slot_rows[0].unit_rows[0] out_of_range",
       [](Problem& p) { p.slot_rows[0].unit_rows[0] = 5; }},
      {"slot_rows[2].shipment_rows[1] out_of_range",
       [](Problem& p) { p.slot_rows[2].shipment_rows[1] = 99; }},
      {"slots[0].first_step out_of_range", [](Problem& p) { p.slots[0].first_step = 2; }},
      {"slots[0].first_step out_of_range", [](Problem& p) { p.slots[0].step_count = 5; }},
      {"slots[3].first_step out_of_range", [](Problem& p) { p.slots[3].first_step = 5; }},
      {"slots[3].first_step out_of_range",
       [](Problem& p) { p.slots[3].first_step = p.slots[3].step_count = kNone; }},
      {"objectives[1].rank_column out_of_range",
       [](Problem& p) { p.objectives[1].rank_column = 2; }},
  });
}

TEST_CASE("Check looks at the rank column of rank objectives only") {
  CHECK(IssuesAfter([](Problem& p) { p.objectives[3].rank_column = 77; }).empty());
}

TEST_CASE("Check refuses spans that leave a gap, overlap or end too early") {
  CheckEachAlone({
      {"lines[1].first_arc not_contiguous",
       [](Problem& p) {
         p.lines[1].first_arc = 1;
         p.lines[1].arc_count = 2;
       }},
      {"orders[1].first_line not_contiguous",
       [](Problem& p) {
         p.orders[1].first_line = 1;
         p.orders[1].line_count = 2;
       }},
      {"orders[1].first_slot not_contiguous",
       [](Problem& p) {
         p.orders[1].first_slot = 3;
         p.orders[1].slot_count = 1;
       }},
      {"orders[0].first_line not_contiguous",
       [](Problem& p) {
         p.orders[0].first_line = 1;
         p.orders[0].line_count = 1;
       }},
      {"arcs not_contiguous", [](Problem& p) { p.lines[2].arc_count = 1; }},
      {"arcs not_contiguous", [](Problem& p) { p.lines[2].arc_count = 4; }},
      {"lines not_contiguous", [](Problem& p) { p.orders[1].line_count = 0; }},
      {"slots not_contiguous", [](Problem& p) { p.orders[1].slot_count = 3; }},
      {"slots not_contiguous", [](Problem& p) { p.orders[1].slot_count = kNone; }},
  });
  Problem without_orders = Whole();
  without_orders.orders.clear();
  CHECK(IssuesIn(without_orders) ==
        std::vector<std::string>{"lines not_contiguous", "slots not_contiguous"});
}

TEST_CASE("Check refuses arcs to another order's slot, and two of a line to one slot and row") {
  CheckEachAlone({
      {"arcs[0].slot other_order", [](Problem& p) { p.arcs[0].slot = 2; }},
      {"arcs[4].slot other_order", [](Problem& p) { p.arcs[4].slot = 1; }},
      {"arcs[5].slot duplicate", [](Problem& p) { p.arcs[5].row = 0; }},
      {"arcs[5].slot duplicate", [](Problem& p) { p.arcs[3].row = p.arcs[5].row = kNone; }},
      {"arcs[5].slot duplicate", [](Problem& p) { p.arcs[5].slot = 3; }},
  });
  Problem p = Whole();
  p.arcs[3].row = p.arcs[5].row = kNone;
  CHECK(MessageOf(Check(p)) ==
        "problem: arcs[5].slot: line 2 has another arc to slot 2 that draws on no row; give one of "
        "them a row of its own (duplicate)");
}

TEST_CASE("Check accepts arcs of one line to one slot that draw on different rows") {
  CHECK(IssuesAfter([](Problem& p) { p.arcs[1].slot = 0; }).empty());
  CHECK(IssuesAfter([](Problem& p) { p.arcs[5].row = kNone; }).empty());
}

TEST_CASE("Check asks that a quota has no price and limits nothing else") {
  CheckEachAlone({
      {"arc_quota[1] mixed_row", [](Problem& p) { p.arc_quota[1] = 0; }},
      {"slot_rows[1].unit_rows[0] mixed_row", [](Problem& p) { p.slot_rows[1].unit_rows[0] = 4; }},
  });
  CHECK(IssuesAfter([](Problem& p) { p.rows[4].price = 1; }) ==
        std::vector<std::string>{"arc_quota[1] priced_quota", "arc_quota[4] priced_quota",
                                 "arc_quota[5] priced_quota"});
}

TEST_CASE("Check asks that the lines of a set ask for whole sets, and for equally many") {
  CheckEachAlone({
      {"line_sets[0].per_set out_of_range", [](Problem& p) { p.line_sets[0].per_set = 0; }},
      {"line_sets[1].per_set out_of_range", [](Problem& p) { p.line_sets[1].per_set = -1; }},
      {"line_sets[0].per_set not_whole", [](Problem& p) { p.lines[0].quantity = 3; }},
      {"line_sets[1].per_set uneven_set", [](Problem& p) { p.lines[0].quantity = 4; }},
      {"line_sets[1].per_set uneven_set", [](Problem& p) { p.lines[1].quantity = 0; }},
  });
  // The same name in another order is another set; per_set of a line without one says nothing.
  CHECK(IssuesAfter([](Problem& p) { p.line_sets[2] = {.set = 8, .per_set = 1}; }).empty());
  CHECK(IssuesAfter([](Problem& p) { p.line_sets[2].per_set = -7; }).empty());
}

TEST_CASE("Check refuses columns of another length") {
  CheckEachAlone({
      {"slot_rows wrong_length", [](Problem& p) { p.slot_rows.pop_back(); }},
      {"unit_value wrong_length", [](Problem& p) { p.unit_value.pop_back(); }},
      {"arc_load wrong_length", [](Problem& p) { p.arc_load.push_back(1); }},
      {"arc_quota wrong_length", [](Problem& p) { p.arc_quota.pop_back(); }},
      {"line_sets wrong_length", [](Problem& p) { p.line_sets.push_back({}); }},
      {"lateness wrong_length", [](Problem& p) { p.lateness.pop_back(); }},
      {"rank_columns[1] wrong_length", [](Problem& p) { p.rank_columns[1].pop_back(); }},
      {"rank_columns[0] wrong_length", [](Problem& p) { p.rank_columns[0].clear(); }},
  });
}

TEST_CASE("Check refuses rates that are not ascending in weight or fall in cost") {
  CheckEachAlone({
      {"steps[1].max_weight_g not_ascending", [](Problem& p) { p.steps[1].max_weight_g = 0; }},
      {"steps[2].max_weight_g not_ascending",
       [](Problem& p) { p.steps[1].max_weight_g = kUnlimited; }},
      {"steps[2].cost decreasing", [](Problem& p) { p.steps[2].cost = 3; }},
  });
}

TEST_CASE("Check compares steps within a slot only") {
  // Step 3 follows step 2 in the table but not in a slot.
  CHECK(IsOk(Check(Whole())));
  CHECK(
      IssuesAfter([](Problem& p) { p.slots[2].step_count = 3; }) ==
      std::vector<std::string>{"steps[3].max_weight_g not_ascending", "steps[3].cost decreasing"});
}

TEST_CASE("Check asks for one tie rank per location and one location per tie rank") {
  CheckEachAlone({
      {"slots[2].tie_rank tie_rank", [](Problem& p) { p.slots[2].tie_rank = 8; }},
      {"slots[3].tie_rank tie_rank", [](Problem& p) { p.slots[3].location = 2; }},
  });
}

TEST_CASE("Check asks that a row limits one kind of thing, once") {
  CheckEachAlone({
      {"slot_rows[1].unit_rows[0] mixed_row", [](Problem& p) { p.slot_rows[1].unit_rows[0] = 0; }},
      {"slot_rows[1].shipment_rows[0] mixed_row",
       [](Problem& p) { p.slot_rows[1].shipment_rows[0] = 1; }},
      {"slot_rows[3].unit_rows[0] mixed_row", [](Problem& p) { p.slot_rows[3].unit_rows[0] = 3; }},
      {"slot_rows[0].unit_rows[1] duplicate", [](Problem& p) { p.slot_rows[0].unit_rows[1] = 2; }},
      {"slot_rows[0].shipment_rows[1] duplicate",
       [](Problem& p) { p.slot_rows[0].shipment_rows[0] = 3; }},
  });
}

TEST_CASE("Check refuses objectives that are too many, unknown or too tolerant") {
  CheckEachAlone({
      {"objectives too_many", [](Problem& p) { p.objectives.resize(6); }},
      {"objectives[2].kind unknown_kind",
       [](Problem& p) { p.objectives[2].kind = static_cast<ObjectiveKind>(0); }},
      {"objectives[2].kind unknown_kind",
       [](Problem& p) { p.objectives[2].kind = static_cast<ObjectiveKind>(6); }},
      {"objectives[0].tolerance overflow", [](Problem& p) { p.objectives[0].tolerance = kLimit; }},
  });
  CHECK(IssuesAfter([](Problem& p) { p.objectives[0].tolerance = kLimit - 1; }).empty());
}

TEST_CASE("Check reports every issue of a problem at once") {
  const std::vector<std::string> issues = IssuesAfter([](Problem& p) {
    p.lines[0].quantity = -2;
    p.arcs[0].slot = 9;
    p.rows[1].price = -1;
    p.objectives[0].tolerance = -1;
    p.lateness.clear();
    p.lateness.push_back(1);
  });
  CHECK(issues == std::vector<std::string>{"lateness wrong_length", "lines[0].quantity negative",
                                           "rows[1].price negative", "arcs[0].slot out_of_range",
                                           "objectives[0].tolerance negative"});
  Problem p = Whole();
  p.lines[0].quantity = -2;
  p.lines[1].quantity = -2;
  CHECK(MessageOf(Check(p)) ==
        "problem: lines[0].quantity: quantity is -2; it must be 0 or more (negative); 2 errors in "
        "all");
}

// One order, one line of one unit, one slot without a rate, nothing that costs.
Problem Bare() {
  Problem p;
  p.orders = {{.line_count = 1, .slot_count = 1}};
  p.lines = {{.quantity = 1, .arc_count = 1}};
  p.arcs = {{.slot = 0, .row = 0}};
  p.slots = {{}};
  p.rows = {{.amount = kUnlimited}, {.amount = kUnlimited}};
  p.slot_rows = {{.unit_rows = {1, kNone}, .shipment_rows = {kNone, kNone}}};
  p.arc_load = {0};
  return p;
}

// The largest value that fits is accepted; one more is refused at `issue`.
void CheckDoor(const std::string& issue, std::int64_t largest,
               const std::function<void(Problem&, std::int64_t)>& set) {
  INFO(issue);
  Problem p = Bare();
  set(p, largest);
  CHECK(IsOk(Check(p)));
  set(p, largest + 1);
  CHECK(IssuesIn(p) == std::vector<std::string>{issue});
  set(p, kMost);
  CHECK(IssuesIn(p) == std::vector<std::string>{issue});
}

TEST_CASE("Check lets no part of the cost pass 62 bits, to the unit") {
  CheckDoor("cost overflow", kLimit - 1,
            [](Problem& p, std::int64_t v) { p.slots[0].fixed_cost = v; });
  CheckDoor("cost overflow", kLimit - 1,
            [](Problem& p, std::int64_t v) { p.lines[0].shortfall_penalty = v; });
  CheckDoor("cost overflow", kLimit - 1,
            [](Problem& p, std::int64_t v) { p.arcs[0].unit_cost = v; });
  CheckDoor("cost overflow", kLimit - 1, [](Problem& p, std::int64_t v) { p.rows[0].price = v; });
  CheckDoor("cost overflow", kLimit - 1,
            [](Problem& p, std::int64_t v) { p.orders[0].cost_offset = v; });
  CheckDoor("cost overflow", kLimit - 1,
            [](Problem& p, std::int64_t v) { p.orders[0].cost_offset = -v; });
  CheckDoor("cost overflow", kLimit - 1, [](Problem& p, std::int64_t v) {
    p.steps = {{.max_weight_g = 1, .cost = 0}, {.max_weight_g = 2, .cost = v}};
    p.slots[0].step_count = 2;
  });
  CheckDoor("cost overflow", kLimit - 1, [](Problem& p, std::int64_t v) {
    p.slots.resize(2);
    p.slot_rows.resize(2);
    p.orders[0].slot_count = 2;
    p.slots[1] = {.location = 1, .tie_rank = 1};
    p.orders[0].split_penalty = v;
  });
  // The smallest offset has no positive counterpart in 64 bits.
  Problem p = Bare();
  p.orders[0].cost_offset = std::numeric_limits<std::int64_t>::min();
  CHECK(IssuesIn(p) == std::vector<std::string>{"cost overflow"});
}

TEST_CASE("Check adds up the parts of the cost") {
  Problem p = Bare();
  p.slots[0].fixed_cost = kLimit / 4;
  p.orders[0].cost_offset = -(kLimit / 4);
  p.lines[0].quantity = 2;
  p.arcs[0].unit_cost = kLimit / 8;
  p.rows[0].price = kLimit / 8 - 1;
  CHECK(IsOk(Check(p)));
  p.rows[0].price = kLimit / 8;
  CHECK(IssuesIn(p) == std::vector<std::string>{"cost overflow"});
}

TEST_CASE("Check bounds weights, loads, units and columns below 62 bits") {
  CheckDoor("slots[0] overflow", kLimit - 1,
            [](Problem& p, std::int64_t v) { p.arcs[0].weight_g = v; });
  CheckDoor("rows[1] overflow", kLimit - 1, [](Problem& p, std::int64_t v) { p.arc_load[0] = v; });
  CheckDoor("lateness overflow", kLimit - 1, [](Problem& p, std::int64_t v) { p.lateness = {v}; });
}

TEST_CASE("Check bounds the value of an order below 62 bits, and no floor of value") {
  CheckDoor("orders[0] overflow", kLimit - 1,
            [](Problem& p, std::int64_t v) { p.unit_value = {v}; });
  Problem p = Whole();
  p.orders[0].min_shipment_value = kMost;
  CHECK(IsOk(Check(p)));
  p.unit_value = {kLimit / 2, kLimit / 2, 0};  // 2 units and 1
  CHECK(IssuesIn(p) == std::vector<std::string>{"orders[0] overflow"});
  p.unit_value = {kLimit / 4, 0, kLimit / 4};  // the orders are apart
  CHECK(IsOk(Check(p)));
}

TEST_CASE("Check refuses a floor of more units than the order has") {
  CheckEachAlone({{"orders[0].min_fill_units out_of_range",
                   [](Problem& p) { p.orders[0].min_fill_units = 4; }},
                  {"orders[1].min_fill_units out_of_range",
                   [](Problem& p) { p.orders[1].min_fill_units = kMost; }}});
  CHECK(IssuesAfter([](Problem& p) { p.orders[0].min_fill_units = 3; }).empty());
}

TEST_CASE("Check bounds the number of units even where nothing costs") {
  Problem p = Bare();
  p.lines[0].quantity = kLimit - 1;
  CHECK(IsOk(Check(p)));
  p.lines[0].quantity = kLimit;
  const std::vector<std::string> issues = IssuesIn(p);
  CHECK(issues == std::vector<std::string>{"rows[0] overflow", "lines overflow"});
}

TEST_CASE("Check bounds the sum of all rank columns together") {
  Problem p = Bare();
  p.rank_columns = {{kLimit / 2}, {kLimit / 2 - 1}};
  CHECK(IsOk(Check(p)));
  p.rank_columns = {{kLimit / 2}, {kLimit / 2}};
  CHECK(IssuesIn(p) == std::vector<std::string>{"rank_columns overflow"});
  p.rank_columns = {{kLimit}};
  CHECK(IssuesIn(p) ==
        std::vector<std::string>{"rank_columns[0] overflow", "rank_columns overflow"});
}

TEST_CASE("Check survives a table full of the largest numbers") {
  Problem p = Whole();
  for (Line& line : p.lines) line.quantity = line.shortfall_penalty = kMost;
  for (Arc& arc : p.arcs) arc.unit_cost = arc.weight_g = kMost;
  for (Slot& slot : p.slots) slot.fixed_cost = kMost;
  for (Row& row : p.rows) row.price = kMost;
  for (std::int64_t& load : p.arc_load) load = kMost;
  for (auto& column : p.rank_columns) std::fill(column.begin(), column.end(), kMost);
  std::fill(p.lateness.begin(), p.lateness.end(), kMost);
  for (OrderSpan& order : p.orders) order.split_penalty = order.cost_offset = kMost;
  const std::vector<std::string> issues = IssuesIn(p);
  for (const char* expected :
       {"cost overflow", "rank_columns[0] overflow", "rank_columns[1] overflow",
        "rank_columns overflow", "lateness overflow", "slots[0] overflow", "slots[3] overflow",
        "rows[0] overflow", "rows[1] overflow", "rows[2] overflow", "lines overflow"}) {
    CAPTURE(expected);
    CHECK(std::count(issues.begin(), issues.end(), expected) == 1);
  }
}

TEST_CASE("Check ignores the load of arcs whose slot counts against no unit row") {
  Problem p = Bare();
  p.arc_load = {kMost};
  CHECK(IssuesIn(p) == std::vector<std::string>{"rows[1] overflow"});
  p.slot_rows[0] = {};
  CHECK(IsOk(Check(p)));
  p.slot_rows.clear();
  CHECK(IsOk(Check(p)));
}

TEST_CASE("Problem::Clear empties every table") {
  Problem p = Whole();
  const Arc* const memory = p.arcs.data();
  p.Clear();
  CHECK(testing::ToText(p) == testing::ToText(Problem()));
  p.arcs.resize(5);
  CHECK(p.arcs.data() == memory);
}

TEST_CASE("Problem::arcs_of gives the arcs of one line") {
  const Problem p = Whole();
  const auto arcs = p.arcs_of(p.lines[2]);
  REQUIRE(arcs.size() == 3);
  CHECK(arcs[0].slot == 2);
  CHECK(arcs[1].slot == 3);
  CHECK(arcs[2].slot == 2);
}

}  // namespace
}  // namespace orderwright::solver
