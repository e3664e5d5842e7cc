// Alternatives, quotas, sets and days in orderwright.problem/1 and orderwright.solution/1.
#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "orderwright/io/problem_json.h"
#include "orderwright/solver/exact.h"
#include "orderwright/solver/verify.h"
#include "tests/io/fixtures.h"
#include "tests/io/problem_tables.h"
#include "tests/solver/random_problem.h"

namespace orderwright {
namespace {

using io::ProblemDocument;
using solver::kNone;
using solver::kUnlimited;
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

// Line 0 is an alternative of 1 and line 3 another: CUP for MUG at most once, and a later arrival.
// Lines 1 and 2 are a set. Lines 2 and 4 count against a quota, and order 2 has substitutes.
constexpr std::string_view kFull = R"({
  "format": "orderwright.problem/1",
  "locations": [
    {"id": "RNO", "capacity_units": 9, "days": [
      {"day": "mon", "capacity_units": 4, "capacity_shipments": 2}, {"day": "tue"},
      {"day": "wed", "capacity_shipments": 1}, {"day": "sun", "capacity_units": 0}]},
    {"id": "OAK"}
  ],
  "inventory": [
    {"location": "RNO", "sku": "MUG", "available": 5, "price": 7},
    {"location": "RNO", "sku": "CUP", "available": null},
    {"location": "RNO", "sku": "TEE", "available": 8},
    {"location": "OAK", "sku": "MUG", "available": null},
    {"location": "OAK", "sku": "MUG later", "available": 6},
    {"location": "OAK", "sku": "TEE", "available": null}
  ],
  "quotas": [{"id": "unused", "units": 3}, {"id": "channel", "units": 5},
             {"id": "free", "units": null}],
  "orders": [
    {"id": "1", "lines": [
       {"sku": "CUP", "quantity": 1, "weight_g": 90, "alternative_of": 1},
       {"sku": "MUG", "quantity": 4, "weight_g": 350, "shortfall_penalty": 500, "set": "box",
        "per_set": 2, "unit_value": 3},
       {"sku": "TEE", "quantity": 2, "shortfall_penalty": 400, "set": "box", "quota": "channel"},
       {"sku": "MUG later", "quantity": 4, "alternative_of": 1, "shortfall_penalty": 500,
        "set": "box", "per_set": 2, "unit_value": 3}],
     "candidates": [
       {"location": "RNO", "day": "wed", "unit_cost": [1, 2, 3, 4]},
       {"location": "RNO", "key": "early", "day": "mon", "eligible": [true, false, true, true]},
       {"location": "OAK", "unit_cost": [5, 6, 7, 8], "weight_g": [9, 9, 9, 9]}]},
    {"id": "2", "max_substituted_units": 1, "lines": [
       {"sku": "TEE", "quantity": 1, "shortfall_penalty": 9, "quota": "channel", "set": "box"},
       {"sku": "MUG", "quantity": 1, "alternative_of": 0, "substitute": true},
       {"sku": "MUG later", "quantity": 2, "shortfall_penalty": 9, "substitute": true}],
     "candidates": [{"location": "OAK"}]}
  ]
})";

TEST_CASE("An alternative's arcs are further arcs of its line, after the line's own") {
  const auto parsed = Parse(kFull);
  REQUIRE(IsOk(parsed));
  const solver::Problem& p = parsed->problem;
  REQUIRE(p.orders.size() == 2);
  CHECK(p.orders[0].line_count == 2);
  CHECK(p.orders[1].first_line == 2);
  CHECK(p.orders[1].line_count == 2);
  CHECK(parsed->line_skus == Texts{"MUG", "TEE", "TEE", "MUG later"});
  REQUIRE(parsed->alternatives.size() == 3);
  CHECK(parsed->alternatives[0].sku == "CUP");
  CHECK(parsed->alternatives[0].line == 0);
  CHECK(parsed->alternatives[0].position == 0);
  CHECK(parsed->alternatives[1].sku == "MUG later");
  CHECK(parsed->alternatives[1].position == 3);
  CHECK(parsed->alternatives[2].line == 2);

  // Stock in the order of the inventory; that of OAK's mugs has no limit but alternatives to it.
  struct Expected {
    std::uint32_t line, slot, row, alternative, quota;
    std::int64_t unit_cost, weight;
  };
  const std::vector<Expected> expected = {
      {0, 0, 0, kNone, kNone, 2, 350}, {0, 2, 3, kNone, kNone, 6, 9}, {0, 0, 1, 0, 7, 1, 90},
      {0, 1, 1, 0, 7, 0, 90},          {0, 2, 4, 1, kNone, 8, 9},     {1, 0, 2, kNone, 6, 3, 0},
      {1, 1, 2, kNone, 6, 0, 0},       {1, 2, kNone, kNone, 6, 7, 9}, {2, 3, 5, kNone, 6, 0, 0},
      {2, 3, 3, 2, 8, 0, 0},           {3, 3, 4, kNone, 8, 0, 0}};
  REQUIRE(p.arcs.size() == expected.size());
  REQUIRE(p.arc_quota.size() == expected.size());
  REQUIRE(parsed->arc_alternatives.size() == expected.size());
  for (std::uint32_t a = 0; a < expected.size(); ++a) {
    CAPTURE(a);
    const solver::Line& line = p.lines[expected[a].line];
    CHECK((line.first_arc <= a && a < line.first_arc + line.arc_count));
    CHECK(p.arcs[a].slot == expected[a].slot);
    CHECK(p.arcs[a].row == expected[a].row);
    CHECK(parsed->arc_alternatives[a] == expected[a].alternative);
    CHECK(p.arc_quota[a] == expected[a].quota);
    CHECK(p.arcs[a].unit_cost == expected[a].unit_cost);
    CHECK(p.arcs[a].weight_g == expected[a].weight);
  }
}

TEST_CASE("Quotas are rows after the stock: those named, and those of lines and orders") {
  const auto parsed = Parse(kFull);
  REQUIRE(IsOk(parsed));
  const solver::Problem& p = parsed->problem;
  // 6 rows of stock; channel, one CUP at most, one substitute at most; then capacities.
  REQUIRE(p.rows.size() == 13);
  CHECK(p.rows[6].amount == 5);
  CHECK(p.rows[7].amount == 1);
  CHECK(p.rows[8].amount == 1);
  CHECK(parsed->quota_ids == Texts{"", "", "", "", "", "", "channel", "", ""});
}

TEST_CASE("Sets have a name in each order, and per_set of 1 if they do not say") {
  const auto parsed = Parse(kFull);
  REQUIRE(IsOk(parsed));
  CHECK(parsed->sets == Texts{"box", "box"});
  const auto& sets = parsed->problem.line_sets;
  REQUIRE(sets.size() == 4);
  CHECK((sets[0].set == 0 && sets[0].per_set == 2));
  CHECK((sets[1].set == 0 && sets[1].per_set == 1));
  CHECK((sets[2].set == 1 && sets[2].per_set == 1));
  CHECK(sets[3].set == kNone);
}

TEST_CASE("The limits of a day stand beside those of the location, if a candidate has the day") {
  const auto parsed = Parse(kFull);
  REQUIRE(IsOk(parsed));
  const solver::Problem& p = parsed->problem;
  CHECK(parsed->slot_days == Texts{"wed", "mon", "", ""});
  REQUIRE(p.slot_rows.size() == 4);
  CHECK(p.slot_rows[0].unit_rows == std::array<std::uint32_t, 2>{9, kNone});
  CHECK(p.slot_rows[0].shipment_rows == std::array<std::uint32_t, 2>{kNone, 12});
  CHECK(p.slot_rows[1].unit_rows == std::array<std::uint32_t, 2>{9, 10});
  CHECK(p.slot_rows[1].shipment_rows == std::array<std::uint32_t, 2>{kNone, 11});
  CHECK(p.slot_rows[2].unit_rows == std::array<std::uint32_t, 2>{kNone, kNone});
  CHECK(p.rows[9].amount == 9);
  CHECK(p.rows[10].amount == 4);
  CHECK(p.rows[11].amount == 2);
  CHECK(p.rows[12].amount == 1);
}

TEST_CASE("ProblemJson writes alternatives, quotas, sets and days such that they read the same") {
  const auto first = Parse(kFull);
  REQUIRE(IsOk(first));
  for (const int indent : {0, 2}) {
    const std::string text = io::ProblemJson(*first, indent);
    const auto second = Parse(text);
    REQUIRE(IsOk(second));
    CHECK(Dump(*second) == Dump(*first));
    CHECK(second->quota_ids == Texts{"", "", "", "", "", "", "channel", "q0", "q1"});
    CHECK(io::ProblemJson(*second, indent) == text);
  }
}

TEST_CASE("ProblemJson makes a name for a day that has none, and no quota a name that is taken") {
  auto document = Parse(kFull);
  REQUIRE(IsOk(document));
  const std::string before = Dump(*document);
  document->slot_days.clear();
  document->quota_ids[6] = "q0";
  auto again = Parse(io::ProblemJson(*document));
  REQUIRE(IsOk(again));
  CHECK(again->quota_ids == Texts{"", "", "", "", "", "", "q0", "q1", "q2"});
  CHECK(again->slot_days == Texts{"day -1/12", "day 10/11", "", ""});
  again->slot_days = {"wed", "mon", "", ""};
  CHECK(Dump(*again) == before);
}

// A document with two lines, the second an alternative of the first, and one place changed.
std::string With(std::string_view place, std::string_view field) {
  const auto at = [&](std::string_view name) {
    return name == place ? fmt::format(", {}", field) : std::string();
  };
  return fmt::format(
      R"({{"format": "orderwright.problem/1"{}, "locations": [{{"id": "A"{}}}],
"inventory": [{{"location": "A", "sku": "S", "available": 5}},
{{"location": "A", "sku": "T", "available": 5}}],
"orders": [{{"id": "1"{},
"lines": [{{"sku": "S", "quantity": 2, "shortfall_penalty": 9{}}},
{{"sku": "T", "quantity": 2{}}}, {{"sku": "U", "quantity": 2, "shortfall_penalty": 9}}],
"candidates": [{{"location": "A"{}}}]}}]}})",
      at("root"), at("location"), at("order"), at("main"),
      place == "second" ? fmt::format(", {}", field)
                        : fmt::format(", \"alternative_of\": 0{}", at("alternative")),
      at("candidate"));
}

struct Spoilt {
  std::string place;
  std::string field;
  std::string error;
};

TEST_CASE("What does not fit alternatives, quotas, sets and days is refused at its place") {
  REQUIRE(IsOk(Parse(With("", ""))));
  const std::string line = "orders[0].lines[1].";
  const std::vector<Spoilt> cases = {
      {"second", R"("alternative_of": ^3)", line + "alternative_of unknown_line"},
      {"second", R"("alternative_of": ^-1)", line + "alternative_of negative"},
      {"second", R"("alternative_of": ^1)", line + "alternative_of alternative_of_itself"},
      {"alternative", R"("shortfall_penalty": ^8)", line + "shortfall_penalty differs"},
      {"alternative", R"("no_split": ^true)", line + "no_split differs"},
      {"alternative", R"("ship_together": ^"g")", line + "ship_together differs"},
      {"alternative", R"("unit_value": ^4)", line + "unit_value differs"},
      {"alternative", R"("set": ^"s")", line + "set differs"},
      {"alternative", R"("per_set": ^2)", line + "per_set differs"},
      {"alternative", R"("quota": ^"q")", line + "quota unknown_quota"},
      {"alternative", R"("quota": ^1)", line + "quota wrong_type"},
      {"alternative", R"("substitute": ^1)", line + "substitute wrong_type"},
      {"main", R"("per_set": ^2)", "orders[0].lines[0].per_set without_set"},
      {"main", R"("set": "s", "per_set": ^3)", "orders[0].lines[0].per_set not_whole"},
      {"main", R"("set": "s", "per_set": ^0)", "orders[0].lines[0].per_set out_of_range"},
      {"order", R"("max_substituted_units": ^-1)", "orders[0].max_substituted_units negative"},
      {"root", R"("quotas": [^{"id": "q"}])", "quotas[0].units missing_field"},
      {"root", R"("quotas": [{"id": "q", "units": ^-1}])", "quotas[0].units negative"},
      {"root", R"("quotas": [{"id": "q", "units": 1}, {"id": ^"q", "units": 1}])",
       "quotas[1].id duplicate"},
      {"location", R"("days": [^{}])", "locations[0].days[0].day missing_field"},
      {"location", R"("days": [{"day": ^""}])", "locations[0].days[0].day empty"},
      {"location", R"("days": [{"day": "d"}, {"day": ^"d"}])",
       "locations[0].days[1].day duplicate"},
      {"location", R"("days": [{"day": "d", "capacity_units": ^-1}])",
       "locations[0].days[0].capacity_units negative"},
      {"candidate", R"("day": ^"d")", "orders[0].candidates[0].day unknown_day"},
      {"candidate", R"("day": ^1)", "orders[0].candidates[0].day wrong_type"},
  };
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.field);
    const Marked marked(With(spoilt.place, spoilt.field));
    const auto parsed = Parse(marked.text);
    CHECK(StatusIs(parsed, absl::StatusCode::kInvalidArgument));
    CHECK(ErrorsOf(parsed) == Texts{marked.place + ": " + spoilt.error});
  }
}

TEST_CASE("An alternative may say what its line says, and null") {
  const std::string_view fields[] = {R"("shortfall_penalty": 9)", R"("shortfall_penalty": null)",
                                     R"("no_split": false)",      R"("ship_together": null)",
                                     R"("unit_value": 0)",        R"("set": null)",
                                     R"("per_set": null)",        R"("quota": null)",
                                     R"("substitute": true)"};
  const auto plain = Parse(With("", ""));
  REQUIRE(IsOk(plain));
  for (const std::string_view field : fields) {
    CAPTURE(field);
    const auto parsed = Parse(With("alternative", field));
    REQUIRE(IsOk(parsed));
    CHECK(Dump(*parsed) == Dump(*plain));
  }
}

TEST_CASE("An alternative of an alternative, one with its line's stock and a penalty missing") {
  const auto chained = Parse(With("main", R"("alternative_of": 2)"));
  CHECK(ErrorsOf(chained) == Texts{"6:47: orders[0].lines[1].alternative_of "
                                   "alternative_of_alternative"});
  CHECK_THAT(FirstMessage(chained), ContainsText("name the line 2 that it stands for"));
  std::string text = With("", "");
  const std::size_t sku = text.find(R"("sku": "T", "quantity")");
  text.replace(sku + 8, 1, "S");
  const auto shared = Parse(text);
  CHECK(ErrorsOf(shared) == Texts{"6:9: orders[0].lines[1].sku shared_stock"});
  CHECK(ErrorsOf(Parse(With("second", R"("weight_g": 1)"))) ==
        Texts{"6:1: orders[0].lines[1].shortfall_penalty missing_field"});
}

TEST_CASE("Units of a line count against one quota; two are not supported") {
  const std::string quotas = R"("quotas": [{"id": "q", "units": 1}])";
  const auto with = [&](std::string_view quantity, std::string_view field, std::string_view order) {
    std::string text = With("alternative", field);
    const std::string_view given = R"("sku": "T", "quantity": 2)";
    text.replace(text.find(given), given.size(), fmt::format(R"("sku": "T", {})", quantity));
    text.insert(text.find(R"("lines")"), std::string(order));
    text.insert(text.find(R"("locations")"), quotas + ", ");
    return Parse(text);
  };
  const std::string_view substitutes = R"("max_substituted_units": 1, )";
  CHECK(IsOk(with(R"("quantity": 1)", R"("substitute": true)", "")));
  CHECK(IsOk(with(R"("quantity": 2)", R"("quota": "q", "substitute": true)", "")));
  CHECK(IsOk(with(R"("quantity": 9)", R"("substitute": true)", substitutes)));
  const std::vector<std::pair<absl::StatusOr<ProblemDocument>, std::string>> refused = {
      {with(R"("quantity": 1)", R"("quota": "q")", ""), "quota"},
      {with(R"("quantity": 2)", R"("quota": "q", "substitute": true)", substitutes), "quota"},
      {with(R"("quantity": 1)", R"("substitute": true)", substitutes), "substitute"}};
  for (const auto& [parsed, field] : refused) {
    CAPTURE(field);
    CHECK(StatusIs(parsed, absl::StatusCode::kUnimplemented));
    REQUIRE(ErrorsOf(parsed).size() == 1);
    CHECK_THAT(ErrorsOf(parsed)[0], ContainsText("lines[1]." + field + " not_supported"));
  }
}

// One mug of RNO, one CUP for the second mug and two of the set's TEEs.
constexpr std::string_view kSolution = R"({"format":"orderwright.solution/1",
  "status": "feasible", "cost": 9, "lower_bound": 0, "orders": [
   {"id": "1", "cost": 9, "shipments": [
     {"location": "RNO", "key": "", "cost": 20, "lines": [
        {"line": 0, "quantity": 1}, {"line": 1, "quantity": 1}, {"line": 2, "quantity": 1}]},
     {"location": "OAK", "key": "", "cost": 1, "lines": [{"line": 3, "quantity": 1}]}],
    "shortfalls": [{"line": 1, "quantity": 2}, {"line": 2, "quantity": 1}]},
   {"id": "2", "cost": 9, "shipments": [],
    "shortfalls": [{"line": 0, "quantity": 1}, {"line": 2, "quantity": 2}]}]})";

TEST_CASE("A solution names alternatives by their own position in the order") {
  const auto document = Parse(kFull);
  REQUIRE(IsOk(document));
  const auto solution = io::ParseSolution(*document, {kSolution, ""});
  REQUIRE(IsOk(solution));
  CHECK(solution->takes ==
        std::vector<solver::Take>{{0, 0, 0, 1}, {0, 0, 2, 1}, {1, 0, 5, 1}, {0, 2, 4, 1}});
  CHECK(solution->shortfall == std::vector<std::int64_t>{2, 1, 1, 2});
  const auto again = io::ParseSolution(*document, {io::SolutionJson(*document, *solution), ""});
  REQUIRE(IsOk(again));
  CHECK(again->takes == solution->takes);
  CHECK(again->shortfall == solution->shortfall);
  CHECK_THAT(io::SolutionJson(*document, *solution),
             ContainsText(R"("lines":[{"line":0,"quantity":1},{"line":1,"quantity":1},)"
                          R"({"line":2,"quantity":1}])"));
}

TEST_CASE("A solution is refused that is short of an alternative or ships what is not there") {
  const auto document = Parse(kFull);
  REQUIRE(IsOk(document));
  const auto errors = [&](std::string_view from, std::string_view to) {
    auto text = std::string(kSolution);
    text.replace(text.find(from), from.size(), to);
    return ErrorsOf(io::ParseSolution(*document, {text, ""}));
  };
  CHECK(errors(R"("line": 1, "quantity": 2)", R"("line": 3, "quantity": 2)") ==
        Texts{"7:29: orders[0].shortfalls[0].line alternative"});
  CHECK(errors(R"("line": 3, "quantity": 1)", R"("line": 4, "quantity": 1)") ==
        Texts{"6:67: orders[0].shipments[1].lines[0].line unknown_line"});
  // The later mugs are in OAK alone.
  CHECK(errors(R"("line": 2, "quantity": 1)", R"("line": 3, "quantity": 1)") ==
        Texts{"5:74: orders[0].shipments[0].lines[2].line not_there"});
}

// ---- Random problems. Each row becomes an SKU of its own, so that any table can be written: of
// each line, what draws on a row, under a quota, is a line of the document.

using LineKey = std::tuple<std::uint32_t, std::uint32_t, std::uint32_t>;  // line, row, quota

// Rows of locations and days as the format has them: of a location, all slots have the same.
void ShareSlotRows(solver::Problem& problem) {
  std::map<std::uint32_t, solver::SlotRows> of_location;
  for (std::size_t j = 0; j < problem.slot_rows.size(); ++j) {
    const solver::SlotRows& first =
        of_location.try_emplace(problem.slots[j].location, problem.slot_rows[j]).first->second;
    problem.slot_rows[j].unit_rows[0] = first.unit_rows[0];
    problem.slot_rows[j].shipment_rows[0] = first.shipment_rows[0];
  }
}

std::string SkuOf(std::uint32_t row) { return row == kNone ? "free" : fmt::format("row {}", row); }

ProblemDocument Named(const solver::Problem& problem) {
  ProblemDocument document;
  document.problem = problem;
  ShareSlotRows(document.problem);
  const solver::Problem& p = document.problem;
  std::map<std::uint32_t, std::int64_t> ranks;
  for (const solver::Slot& slot : p.slots) ranks[slot.location] = slot.tie_rank;
  for (std::uint32_t i = 0; !ranks.empty() && i <= ranks.rbegin()->first; ++i) {
    document.locations.push_back(fmt::format("L{}", i));
    document.ranks.push_back(ranks.contains(i) ? ranks[i] : 1'000 + i);
  }
  document.arc_alternatives.assign(p.arcs.size(), kNone);
  for (std::size_t o = 0; o < p.orders.size(); ++o) {
    const solver::OrderSpan& order = p.orders[o];
    document.order_ids.push_back(fmt::format("{}", o));
    std::uint32_t next = order.line_count;  // alternatives stand after the lines
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      std::map<LineKey, std::uint32_t> known;
      document.line_skus.push_back(
          SkuOf(p.lines[l].arc_count == 0 ? kNone : p.arcs[p.lines[l].first_arc].row));
      for (std::uint32_t i = 0; i < p.lines[l].arc_count; ++i) {
        const std::uint32_t a = p.lines[l].first_arc + i;
        const std::uint32_t quota = p.arc_quota.empty() ? kNone : p.arc_quota[a];
        const auto [at, is_new] = known.try_emplace({l, p.arcs[a].row, quota}, kNone);
        if (is_new && i > 0) {
          at->second = static_cast<std::uint32_t>(document.alternatives.size());
          document.alternatives.push_back({l, next++, SkuOf(p.arcs[a].row)});
        }
        document.arc_alternatives[a] = at->second;
      }
    }
  }
  for (std::uint32_t i = 0; i < 8; ++i) {
    document.groups.push_back(fmt::format("g{}", i));
    document.sets.push_back(fmt::format("s{}", i));
  }
  for (std::size_t j = 0; j < p.slots.size(); ++j) {
    document.slot_keys.push_back(fmt::format("slot {}", j));
  }
  for (std::size_t c = 0; c < p.rank_columns.size(); ++c) {
    document.rank_names.push_back(fmt::format("r{}", c));
  }
  return document;
}

TEST_CASE("A random problem that is written and read has the same solution, and that reads too") {
  std::int64_t with_alternatives = 0;
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    solver::Problem problem = solver::testing::RandomProblem(
        seed, {.size = 1 + static_cast<int>(seed % 4), .alternatives = true});
    // Unless shortfall stands in a list of objectives, a reader puts it first.
    const auto leads = [](const auto& o) { return o.kind == solver::ObjectiveKind::kShortfall; };
    if (std::none_of(problem.objectives.begin(), problem.objectives.end(), leads)) {
      problem.objectives.clear();
    }
    const ProblemDocument document = Named(problem);
    const std::string text = io::ProblemJson(document, 1);
    INFO("seed " << seed << "\n" << text);
    const auto read = Parse(text);
    REQUIRE(IsOk(read));
    if (!read->alternatives.empty()) ++with_alternatives;
    CHECK(io::ProblemJson(*read, 1) == io::ProblemJson(*Parse(io::ProblemJson(*read, 1)), 1));
    const auto expected = solver::CheckAndSolve(solver::ExactSolver(), document.problem);
    const auto solution = solver::CheckAndSolve(solver::ExactSolver(), read->problem);
    REQUIRE(IsOk(expected));
    REQUIRE(IsOk(solution));
    REQUIRE(solution->lower_bound == expected->lower_bound);
    REQUIRE(solution->levels.size() == expected->levels.size());
    for (std::size_t k = 0; k < solution->levels.size(); ++k) {
      CHECK(solution->levels[k].bound == expected->levels[k].bound);
    }
    const auto again = io::ParseSolution(*read, {io::SolutionJson(*read, *solution), ""});
    REQUIRE(IsOk(again));
    CHECK(again->takes == solution->takes);
    CHECK(again->shortfall == solution->shortfall);
  }
  CHECK(with_alternatives > 100);
}

}  // namespace
}  // namespace orderwright
