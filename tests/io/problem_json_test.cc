#include "orderwright/io/problem_json.h"

#include <string>

#include "orderwright/solver/verify.h"
#include "tests/io/fixtures.h"
#include "tests/io/problem_tables.h"

namespace orderwright {
namespace {

using io::ProblemDocument;
using solver::kNone;
using solver::kUnlimited;
using solver::ObjectiveKind;
using testing::ContainsText;
using testing::Dump;
using testing::ErrorsOf;
using testing::FirstMessage;
using testing::IsOk;
using testing::Marked;
using testing::StatusIs;
using testing::Texts;

absl::StatusOr<ProblemDocument> Parse(std::string_view text) {
  return io::ParseProblem({text, ""});
}

// Two locations that share nothing, two orders, one of everything the format has.
constexpr std::string_view kFull = R"({
  "format": "orderwright.problem/1",
  "locations": [
    {"id": "RNO", "rank": 5, "capacity_units": 9, "capacity_shipments": null},
    {"id": "OAK", "rank": 1, "capacity_units": null, "capacity_shipments": 2},
    {"id": "ATL", "rank": 1}
  ],
  "objectives": [{"minimize": "rank:market", "tolerance": 2}, {"minimize": "lateness"},
                 {"minimize": "cost"}],
  "inventory": [
    {"location": "RNO", "sku": "MUG", "available": 5, "price": 7},
    {"location": "RNO", "sku": "TEE", "available": 0},
    {"location": "OAK", "sku": "CUP", "available": 3},
    {"location": "OAK", "sku": "MUG", "available": null},
    {"location": "OAK", "sku": "TEE", "available": null, "price": 4}
  ],
  "orders": [
    {"id": "1", "max_shipments": 2, "split_penalty": 11, "ship_complete": true, "cost_offset": -3,
     "min_fill_units": 3, "min_shipment_value": 12,
     "lines": [
       {"sku": "MUG", "quantity": 2, "weight_g": 350, "shortfall_penalty": 500, "no_split": true,
        "ship_together": "g", "unit_value": 8},
       {"sku": "TEE", "quantity": 1, "shortfall_penalty": 400, "ship_together": "g"},
       {"sku": "HAT", "quantity": 0, "shortfall_penalty": 0, "ship_together": "h"}
     ],
     "candidates": [
       {"location": "RNO", "fixed_cost": 250, "unit_cost": [10, 20, 30],
        "rate": [[500, 41], [1000, 52], [null, 99]], "ranks": {"market": 1}, "lateness": 2},
       {"location": "OAK", "key": "air", "eligible": [true, false, true], "load": [3, 1, 1],
        "ranks": {"split": 4}},
       {"location": "OAK", "key": "sea", "weight_g": [360, 0, 0]}
     ]},
    {"id": "2", "lines": [{"sku": "MUG", "quantity": 4, "shortfall_penalty": 9,
                           "ship_together": "g"}],
     "candidates": [{"location": "OAK", "unit_cost": [6]}]}
  ]
})";

TEST_CASE("ParseProblem fills the tables of a problem") {
  const auto parsed = Parse(kFull);
  REQUIRE(IsOk(parsed));
  const ProblemDocument& doc = *parsed;
  const solver::Problem& p = doc.problem;
  CHECK(doc.locations == Texts{"RNO", "OAK", "ATL"});
  CHECK(doc.ranks == std::vector<std::int64_t>{5, 1, 1});
  CHECK(doc.order_ids == Texts{"1", "2"});
  CHECK(doc.line_skus == Texts{"MUG", "TEE", "HAT", "MUG"});
  CHECK(doc.groups == Texts{"g", "h", "g"});
  CHECK(doc.slot_keys == Texts{"", "air", "sea", ""});
  CHECK(doc.rank_names == Texts{"market", "split"});

  REQUIRE(p.orders.size() == 2);
  CHECK(p.orders[0].line_count == 3);
  CHECK(p.orders[0].slot_count == 3);
  CHECK(p.orders[0].max_shipments == 2);
  CHECK(p.orders[0].split_penalty == 11);
  CHECK(p.orders[0].cost_offset == -3);
  CHECK(p.orders[0].ship_complete);
  CHECK(p.orders[0].min_fill_units == 3);
  CHECK(p.orders[0].min_shipment_value == 12);
  CHECK(p.orders[1].min_fill_units == 0);
  CHECK(p.unit_value == std::vector<std::int64_t>{8, 0, 0, 0});
  CHECK(p.orders[1].first_line == 3);
  CHECK(p.orders[1].first_slot == 3);
  CHECK(p.orders[1].max_shipments == kUnlimited);
  CHECK_FALSE(p.orders[1].ship_complete);

  REQUIRE(p.lines.size() == 4);
  CHECK(p.lines[0].quantity == 2);
  CHECK(p.lines[0].shortfall_penalty == 500);
  CHECK(p.lines[0].no_split);
  CHECK(p.lines[0].group == p.lines[1].group);
  CHECK(p.lines[2].group != p.lines[1].group);
  CHECK(p.lines[3].group != p.lines[0].group);  // the same key in another order is another group
  CHECK_FALSE(p.lines[1].no_split);

  // Slots: location and the place of the location in the order of (rank, id): ATL, OAK, RNO.
  REQUIRE(p.slots.size() == 4);
  CHECK(p.slots[0].location == 0);
  CHECK(p.slots[0].tie_rank == 2);
  CHECK(p.slots[1].location == 1);
  CHECK(p.slots[1].tie_rank == 1);
  CHECK(p.slots[0].fixed_cost == 250);
  REQUIRE(p.slots[0].step_count == 3);
  CHECK(p.steps[1].max_weight_g == 1000);
  CHECK(p.steps[1].cost == 52);
  CHECK(p.steps[2].max_weight_g == kUnlimited);
  CHECK(p.slots[1].step_count == 0);
  CHECK(p.rank_columns == std::vector<std::vector<std::int64_t>>{{1, 0, 0, 0}, {0, 4, 0, 0}});
  CHECK(p.lateness == std::vector<std::int64_t>{2, 0, 0, 0});
}

TEST_CASE("Arcs exist only where a line may ship from and there is something to take") {
  const auto parsed = Parse(kFull);
  REQUIRE(IsOk(parsed));
  const solver::Problem& p = parsed->problem;
  // Stock that something may take, in the order of the inventory; then capacities.
  REQUIRE(p.rows.size() == 4);
  CHECK(p.rows[0].amount == 5);
  CHECK(p.rows[0].price == 7);
  CHECK(p.rows[1].amount == kUnlimited);
  CHECK(p.rows[1].price == 4);
  CHECK(p.rows[2].amount == 9);
  CHECK(p.rows[3].amount == 2);
  REQUIRE(p.slot_rows.size() == 4);
  CHECK(p.slot_rows[0].unit_rows[0] == 2);
  CHECK(p.slot_rows[0].shipment_rows[0] == kNone);
  CHECK(p.slot_rows[2].unit_rows[0] == kNone);
  CHECK(p.slot_rows[2].shipment_rows[0] == 3);

  struct Expected {
    std::uint32_t line, slot, row;
    std::int64_t unit_cost, weight, load;
  };
  // TEE has no stock in RNO and may not go by air from OAK; HAT is nowhere.
  const std::vector<Expected> expected = {{0, 0, 0, 10, 350, 1},
                                          {0, 1, kNone, 0, 350, 3},
                                          {0, 2, kNone, 0, 360, 1},
                                          {1, 2, 1, 0, 0, 1},
                                          {3, 3, kNone, 6, 0, 1}};
  REQUIRE(p.arcs.size() == expected.size());
  REQUIRE(p.arc_load.size() == expected.size());
  for (std::size_t i = 0; i < expected.size(); ++i) {
    CAPTURE(i);
    const solver::Line& line = p.lines[expected[i].line];
    CHECK((line.first_arc <= i && i < line.first_arc + line.arc_count));
    CHECK(p.arcs[i].slot == expected[i].slot);
    CHECK(p.arcs[i].row == expected[i].row);
    CHECK(p.arcs[i].unit_cost == expected[i].unit_cost);
    CHECK(p.arcs[i].weight_g == expected[i].weight);
    CHECK(p.arc_load[i] == expected[i].load);
  }
}

TEST_CASE("Shortfall is put first among the objectives unless the list places it") {
  const auto kinds = [](std::string_view list) {
    const auto parsed = Parse(fmt::format(
        R"({{"format": "orderwright.problem/1", "objectives": {}, "orders": []}})", list));
    REQUIRE(IsOk(parsed));
    std::vector<std::pair<ObjectiveKind, std::int64_t>> result;
    for (const solver::Objective& o : parsed->problem.objectives) {
      result.emplace_back(o.kind, o.tolerance);
    }
    return result;
  };
  using List = std::vector<std::pair<ObjectiveKind, std::int64_t>>;
  CHECK(kinds("[]").empty());
  CHECK(kinds("null").empty());
  CHECK(kinds(R"([{"minimize": "cost"}])") ==
        List{{ObjectiveKind::kShortfall, 0}, {ObjectiveKind::kCost, 0}});
  CHECK(kinds(R"([{"minimize": "shipments", "tolerance": 1}, {"minimize": "shortfall"}])") ==
        List{{ObjectiveKind::kShipments, 1}, {ObjectiveKind::kShortfall, 0}});
  CHECK(kinds(R"([{"minimize": "rank"}, {"minimize": "lateness"}, {"minimize": "cost"}])").size() ==
        4);
}

TEST_CASE("`rank` is all columns, `rank:NAME` one, which may be of zeros") {
  const auto parsed = Parse(R"({"format": "orderwright.problem/1", "locations": [{"id": "A"}],
    "objectives": [{"minimize": "rank"}, {"minimize": "rank:b"}, {"minimize": "rank:none"}],
    "orders": [{"id": "1", "lines": [],
      "candidates": [{"location": "A", "ranks": {"a": 1, "b": 2}}]}]})");
  REQUIRE(IsOk(parsed));
  CHECK(parsed->rank_names == Texts{"a", "b", "none"});
  CHECK(parsed->problem.objectives[1].rank_column == kNone);
  CHECK(parsed->problem.objectives[2].rank_column == 1);
  CHECK(parsed->problem.objectives[3].rank_column == 2);
  CHECK(parsed->problem.rank_columns == std::vector<std::vector<std::int64_t>>{{1}, {2}, {0}});
}

TEST_CASE("Locations without a rank have that of their position, and ties go by id") {
  const auto parsed = Parse(R"({"format": "orderwright.problem/1",
    "locations": [{"id": "B"}, {"id": "A"}, {"id": "C", "rank": 0}],
    "orders": [{"id": "1", "lines": [], "candidates": [{"location": "A"}, {"location": "B"},
      {"location": "C"}]}]})");
  REQUIRE(IsOk(parsed));
  CHECK(parsed->ranks == std::vector<std::int64_t>{0, 1, 0});
  CHECK(parsed->problem.slots[0].tie_rank == 2);
  CHECK(parsed->problem.slots[1].tie_rank == 0);
  CHECK(parsed->problem.slots[2].tie_rank == 1);
}

TEST_CASE("ProblemJson writes a problem that reads as the same problem") {
  const auto first = Parse(kFull);
  REQUIRE(IsOk(first));
  for (const int indent : {0, 1, 4}) {
    const auto second = Parse(io::ProblemJson(*first, indent));
    REQUIRE(IsOk(second));
    CHECK(Dump(*second) == Dump(*first));
  }
  CHECK(io::ProblemJson(*first).find('\n') == std::string::npos);
}

TEST_CASE("ProblemJson escapes names") {
  const auto first = Parse(R"({"format": "orderwright.problem/1",
    "locations": [{"id": "a\"\\\n\u0001é"}], "orders": []})");
  REQUIRE(IsOk(first));
  const auto second = Parse(io::ProblemJson(*first));
  REQUIRE(IsOk(second));
  CHECK(second->locations == Texts{"a\"\\\n\x01é"});
}

// A document with one field of its order, line or candidate changed.
std::string With(std::string_view place, std::string_view field) {
  const auto at = [&](std::string_view name) {
    return name == place ? fmt::format(", {}", field) : std::string();
  };
  return fmt::format(
      R"({{"format": "orderwright.problem/1"{}, "locations": [{{"id": "A"{}}}],
"inventory": [{{"location": "A", "sku": "S", "available": 5{}}}],
"orders": [{{"id": "1"{},
"lines": [{{"sku": "S", "quantity": 2, "shortfall_penalty": 9{}}}],
"candidates": [{{"location": "A"{}}}]}}]}})",
      at("root"), at("location"), at("inventory"), at("order"), at("line"), at("candidate"));
}

struct Spoilt {
  std::string place;
  std::string field;
  std::string error;
};

TEST_CASE("Fields that do not fit the format are refused at their place") {
  REQUIRE(IsOk(Parse(With("", ""))));
  const std::vector<Spoilt> cases = {
      {"root", R"(^"note": 1)", "note unknown_field"},
      {"root", R"("objectives": [{"minimize": ^"price"}])", "objectives[0].minimize unknown_value"},
      {"root", R"("objectives": [^{}])", "objectives[0].minimize missing_field"},
      {"root", R"("objectives": [{"minimize": "cost", "tolerance": ^-1}])",
       "objectives[0].tolerance negative"},
      {"location", R"("rank": ^-1)", "locations[0].rank negative"},
      {"location", R"("rank": ^1.0)", "locations[0].rank not_an_integer"},
      {"location", R"("capacity_units": ^-1)", "locations[0].capacity_units negative"},
      {"location", R"(^"capacity_unit": 1)", "locations[0].capacity_unit unknown_field"},
      {"inventory", R"("price": ^-1)", "inventory[0].price negative"},
      {"order", R"("max_shipments": ^-1)", "orders[0].max_shipments negative"},
      {"order", R"("max_shipments": ^"2")", "orders[0].max_shipments wrong_type"},
      {"order", R"("split_penalty": ^null)", "orders[0].split_penalty wrong_type"},
      {"order", R"("cost_offset": ^0.5)", "orders[0].cost_offset not_an_integer"},
      {"order", R"("min_fill_units": ^-1)", "orders[0].min_fill_units negative"},
      {"order", R"("min_fill_units": ^3)", "orders[0].min_fill_units out_of_range"},
      {"order", R"("min_shipment_value": ^-1)", "orders[0].min_shipment_value negative"},
      {"order", R"("min_shipment_value": ^null)", "orders[0].min_shipment_value wrong_type"},
      {"line", R"("unit_value": ^-1)", "orders[0].lines[0].unit_value negative"},
      {"line", R"("weight_g": ^-1)", "orders[0].lines[0].weight_g negative"},
      {"line", R"("no_split": ^1)", "orders[0].lines[0].no_split wrong_type"},
      {"line", R"("ship_together": ^1)", "orders[0].lines[0].ship_together wrong_type"},
      {"candidate", R"("fixed_cost": ^-1)", "orders[0].candidates[0].fixed_cost negative"},
      {"candidate", R"("unit_cost": [^-1])", "orders[0].candidates[0].unit_cost[0] negative"},
      {"candidate", R"("unit_cost": ^[1, 2])", "orders[0].candidates[0].unit_cost wrong_length"},
      {"candidate", R"("unit_cost": ^[])", "orders[0].candidates[0].unit_cost wrong_length"},
      {"candidate", R"("eligible": ^[])", "orders[0].candidates[0].eligible wrong_length"},
      {"candidate", R"("eligible": [^1])", "orders[0].candidates[0].eligible[0] wrong_type"},
      {"candidate", R"("load": ^[1, 1])", "orders[0].candidates[0].load wrong_length"},
      {"candidate", R"("weight_g": ^[1, 1])", "orders[0].candidates[0].weight_g wrong_length"},
      {"candidate", R"("rate": [^[1, 2, 3]])", "orders[0].candidates[0].rate[0] wrong_length"},
      {"candidate", R"("rate": [[5, 2], ^[5, 3]])",
       "orders[0].candidates[0].rate[1] not_ascending"},
      {"candidate", R"("rate": [[5, 2], ^[6, 1]])", "orders[0].candidates[0].rate[1] decreasing"},
      {"candidate", R"("rate": [^[null, 2], [6, 3]])",
       "orders[0].candidates[0].rate[0] unlimited_not_last"},
      {"candidate", R"("rate": [[5, ^-2]])", "orders[0].candidates[0].rate[0][1] negative"},
      {"candidate", R"("ranks": {"m": ^-1})", "orders[0].candidates[0].ranks.m negative"},
      {"candidate", R"("lateness": ^-1)", "orders[0].candidates[0].lateness negative"},
  };
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.field);
    const Marked marked(With(spoilt.place, spoilt.field));
    const auto parsed = Parse(marked.text);
    CHECK(StatusIs(parsed, absl::StatusCode::kInvalidArgument));
    CHECK(ErrorsOf(parsed) == Texts{marked.place + ": " + spoilt.error});
  }
}

TEST_CASE("Names that lead nowhere or stand twice are refused, all in one pass") {
  const auto parsed = Parse(R"({"format": "orderwright.problem/1",
 "locations": [{"id": "RNO"}, {"id": "RNO"}],
 "inventory": [{"location": "RNO", "sku": "S"}, {"location": "RNO", "sku": "S"},
  {"location": "RMO", "sku": "S"}],
 "orders": [{"id": "1", "lines": [], "candidates": [{"location": "X"}]},
  {"id": "1", "lines": [], "candidates": [{"location": "RNO"}, {"location": "RNO"},
   {"location": "RNO", "key": "a"}, {"location": "RNO", "key": "a"}]}]})");
  CHECK(ErrorsOf(parsed) ==
        Texts{"2:38: locations[1].id duplicate", "3:76: inventory[1].sku duplicate",
              "4:16: inventory[2].location unknown_location",
              "5:66: orders[0].candidates[0].location unknown_location",
              "6:10: orders[1].id duplicate", "6:77: orders[1].candidates[1].location duplicate",
              "7:64: orders[1].candidates[3].key duplicate"});
  CHECK_THAT(IssuesOf(parsed.status())[2].message, ContainsText("did you mean 'RNO'?"));
}

TEST_CASE("What the format requires is missed where it should stand") {
  CHECK(ErrorsOf(Parse("{}")) == Texts{"1:1: format missing_field", "1:1: orders missing_field"});
  CHECK(ErrorsOf(Parse(R"({"format": "orderwright.problem/2", "orders": []})")) ==
        Texts{"1:12: format unknown_format"});
  CHECK(ErrorsOf(Parse(R"({"format": "orderwright.problem/1", "locations": [{}],
    "orders": [{"lines": [{}], "candidates": [{}]}]})")) ==
        Texts{"1:51: locations[0].id missing_field", "2:27: orders[0].lines[0].sku missing_field",
              "2:27: orders[0].lines[0].quantity missing_field",
              "2:47: orders[0].candidates[0].location missing_field",
              "2:16: orders[0].id missing_field",
              "2:27: orders[0].lines[0].shortfall_penalty missing_field"});
}

TEST_CASE("More than five objectives are refused, counting the shortfall put first") {
  const auto parsed =
      Parse(With("root", R"("objectives": [{"minimize": "rank"}, {"minimize": "rank:a"},
    {"minimize": "shipments"}, {"minimize": "lateness"}, {"minimize": "cost"}])"));
  CHECK(ErrorsOf(parsed) == Texts{"1:51: objectives too_many"});
}

TEST_CASE("Sums that could overflow are refused at what they belong to") {
  constexpr std::string_view kHuge = "4611686018427387904";  // 2^62
  CHECK(ErrorsOf(Parse(With("order", fmt::format("\"cost_offset\": -{}", kHuge)))) ==
        Texts{"1:1 overflow"});
  CHECK(ErrorsOf(Parse(With("line", fmt::format("\"weight_g\": {}", kHuge)))) ==
        Texts{"5:16: orders[0].candidates[0] overflow"});
  CHECK(ErrorsOf(Parse(With("line", fmt::format("\"unit_value\": {}", kHuge)))) ==
        Texts{"3:12: orders[0] overflow"});
  CHECK(ErrorsOf(Parse(With("candidate", fmt::format("\"lateness\": {}", kHuge)))) ==
        Texts{"1:1 overflow"});
  CHECK(ErrorsOf(Parse(
            With("root", fmt::format(R"("objectives": [{{"minimize": "cost", "tolerance": {}}}])",
                                     kHuge)))) == Texts{"1:51: objectives overflow"});
  CHECK(IsOk(Parse(With("inventory", "\"price\": 4611686018427387"))));
}

}  // namespace
}  // namespace orderwright
