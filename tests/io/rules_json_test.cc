#include "orderwright/io/rules_json.h"

#include <unistd.h>
#include <filesystem>
#include <fstream>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/routing/router.h"
#include "tests/io/fixtures.h"

namespace orderwright {
namespace {

using rules::Rule;
using rules::RuleKind;
using testing::ContainsText;
using testing::ErrorsOf;
using testing::FirstMessage;
using testing::IsOk;
using testing::Marked;
using testing::PathsOf;
using testing::StatusIs;
using testing::Texts;
using testing::TwoByTwo;

absl::StatusOr<io::LoadedRules> Parse(std::string_view text, const io::ReadOptions& options = {}) {
  return io::ParseRules({text, ""}, options);
}

// A document of these rules, each without its id.
std::string Document(const std::vector<std::string>& rules) {
  std::string text = R"({"format": "orderwright.rules/1", "rules": [)";
  for (std::size_t i = 0; i < rules.size(); ++i) {
    text += fmt::format(R"({}{{"id": "r{}", {}}})", i == 0 ? "" : ", ", i, rules[i]);
  }
  return text + "]}";
}

absl::StatusOr<io::LoadedRules> ParseOne(const std::string& rule) {
  return Parse(Document({rule}));
}

// The rule of a document of one; its id is "r0".
Rule One(const std::string& rule) {
  const auto loaded = ParseOne(rule);
  INFO(rule);
  REQUIRE(IsOk(loaded));
  REQUIRE(loaded->draft.rules.size() == 1);
  return loaded->draft.rules[0];
}

Rule Named(std::string id, RuleKind kind) {
  Rule rule;
  rule.id = std::move(id);
  rule.kind = kind;
  return rule;
}

std::string ValueIn(const std::string& rule) { return One(rule).text->value; }

// Path and code of each error of a document of one rule, without places.
Texts MistakesIn(const std::string& rule) {
  Texts found;
  for (const std::string& error : ErrorsOf(ParseOne(rule))) {
    const std::size_t colon = error.find(": ");
    found.push_back(colon == std::string::npos ? error : error.substr(colon + 2));
  }
  return found;
}

TEST_CASE("ParseRules reads what all rules have") {
  const auto good = Parse(R"({ "format": "orderwright.rules/1", "version": "17",
    "objectives": [{"minimize": "shortfall"}, {"minimize": "rank:near", "tolerance": 2},
                   {"minimize": "cost", "tolerance": 500000}],
    "rules": [
      {"id": "near", "kind": "prefer", "rank": "has(candidate.distance_km) ? 1 : 0", "mode": "off"},
      {"id": "vip", "kind": "eligible", "when": "'vip' in order.tags",
       "require": "location.kind == 'store'", "priority": -3, "mode": "shadow",
       "from": "2026-11-01T00:00:00Z", "until": "2026-12-01T00:00:00+01:00", "on_error": "skip",
       "team": "stores", "reason": "served by hand", "relax": 2}] })");
  REQUIRE(IsOk(good));
  const rules::RuleSetDraft& draft = good->draft;
  CHECK(draft.version == "17");
  REQUIRE(draft.objectives.size() == 3);
  CHECK(draft.objectives[0].minimize == rules::Minimize::kShortfall);
  CHECK(draft.objectives[1].minimize == rules::Minimize::kRank);
  CHECK(draft.objectives[1].rank_rule == "near");
  CHECK(draft.objectives[1].tolerance == 2);
  CHECK(draft.objectives[2].tolerance == 500'000);
  REQUIRE(draft.rules.size() == 2);
  CHECK(draft.rules[0].mode == rules::RuleMode::kOff);
  const Rule& rule = draft.rules[1];
  CHECK(rule.id == "vip");
  CHECK(rule.kind == RuleKind::kEligible);
  CHECK(*rule.text == rules::RuleText{"'vip' in order.tags", "location.kind == 'store'"});
  CHECK(rule.priority == -3);
  CHECK(rule.mode == rules::RuleMode::kShadow);
  CHECK(ToString(*rule.from) == "2026-11-01T00:00:00Z");
  CHECK(ToString(*rule.until) == "2026-11-30T23:00:00Z");
  CHECK_FALSE(rule.hold_until);
  CHECK(rule.on_error == rules::OnError::kSkip);
  CHECK(Texts{rule.team, rule.reason} == Texts{"stores", "served by hand"});
  CHECK(rule.relax == 2);
  CHECK_FALSE(rule.evaluator);
}

TEST_CASE("ParseRules: what is left out, or null, has its default") {
  for (const std::string_view given :
       {"", R"(, "when": null, "from": null, "until": null, "team": null, "reason": null)"}) {
    const Rule rule = One(fmt::format(R"("kind": "hold"{})", given));
    CHECK(rule.text->when.empty());
    CHECK(rule.text->value.empty());
    CHECK(rule.priority == 0);
    CHECK(rule.mode == rules::RuleMode::kOn);
    CHECK(rule.on_error == rules::OnError::kHold);
    CHECK_FALSE((rule.from || rule.until || rule.hold_until));
    CHECK(rule.team.empty());
    CHECK(rule.blocks == rules::HoldBlocks{true, true, false});
  }
  const auto empty = Parse(R"({"format": "orderwright.rules/1", "rules": []})");
  REQUIRE(IsOk(empty));
  CHECK(empty->draft.version.empty());
  CHECK(empty->draft.objectives.empty());
}

TEST_CASE("ParseRules reads the fields of each kind") {
  const Rule set = One(R"("kind": "set", "field": "service", "value": "air", "force": true)");
  CHECK(set.kind == RuleKind::kSet);
  CHECK(set.set == rules::SetField::kService);
  CHECK(set.text->value == "'air'");
  CHECK(set.force);
  CHECK(One(R"("kind": "eligible", "require": true)").kind == RuleKind::kEligible);
  const Rule protect = One(R"("kind": "protect", "units": "candidate.available / 2")");
  CHECK(protect.kind == RuleKind::kProtect);
  CHECK(protect.text->value == "candidate.available / 2");
  const Rule limit = One(R"("kind": "limit", "what": "max_distance_km", "value": 800)");
  CHECK(limit.limit == rules::LimitKind::kMaxDistanceKm);
  CHECK(limit.text->value == "800");
  CHECK(One(R"("kind": "limit", "what": "max_shipments", "value": 2)").limit ==
        rules::LimitKind::kMaxShipments);
  CHECK(One(R"("kind": "limit", "what": "min_shipment_value", "value": "12.50")").limit ==
        rules::LimitKind::kMinShipmentValue);
  const Rule group = One(R"("kind": "group", "key": "line.sku", "keep": "apart")");
  CHECK(group.keep == rules::Keep::kApart);
  CHECK(One(R"("kind": "group", "key": "line.sku")").keep == rules::Keep::kTogether);
  CHECK(One(R"("kind": "price", "cost": -0.25)").text->value == "-0.25");
  const Rule cost = One(R"("kind": "prefer", "cost": "0.25")");
  CHECK(cost.prefer == rules::PreferBy::kCost);
  const Rule rank = One(R"("kind": "prefer", "rank": 3)");
  CHECK(rank.prefer == rules::PreferBy::kRank);
  CHECK(rank.text->value == "3");
  const Rule hold = One(R"("kind": "hold", "when": "plan.cost > 100", "blocks": ["capture"],
                           "until": "2026-12-01T00:00:00Z", "reserve": true)");
  CHECK(hold.blocks == rules::HoldBlocks{false, false, true});
  CHECK(hold.reserve);
  const Rule outcome = One(R"("kind": "outcome", "on": "late", "then": "cancel", "after": null,
                              "hold_until": "2026-12-01T00:00:00Z", "reserve": true)");
  CHECK(outcome.on == rules::OutcomeOn::kLate);
  CHECK(outcome.then == rules::OutcomeThen::kCancel);
  CHECK(ToString(*outcome.hold_until) == "2026-12-01T00:00:00Z");
  CHECK(outcome.reserve);
}

TEST_CASE("ParseRules: a hold ends with its rule unless it says otherwise") {
  const Rule both = One(R"("kind": "hold", "until": "2026-12-01T00:00:00Z")");
  CHECK(both.until == both.hold_until);
  CHECK(both.until.has_value());
  const Rule apart = One(R"("kind": "hold", "until": "2026-12-01T00:00:00Z",
                            "hold_until": "2027-01-01T00:00:00Z")");
  CHECK(ToString(*apart.until) == "2026-12-01T00:00:00Z");
  CHECK(ToString(*apart.hold_until) == "2027-01-01T00:00:00Z");
  CHECK_FALSE(One(R"("kind": "hold", "hold_until": "2027-01-01T00:00:00Z")").until);
}

TEST_CASE("ParseRules: numbers and truths are their own literals") {
  CHECK(ValueIn(R"("kind": "eligible", "require": false)") == "false");
  CHECK(ValueIn(R"("kind": "price", "cost": 0)") == "0");
  CHECK(ValueIn(R"("kind": "set", "field": "priority", "value": -9223372036854775808)") ==
        "-9223372036854775808");
  CHECK(ValueIn(R"("kind": "price", "cost": 2.0)") == "2.0");
  CHECK(ValueIn(R"("kind": "price", "cost": 1e2)") == "100.0");
  CHECK(ValueIn(R"("kind": "price", "cost": 1e-7)") == "1e-07");
  CHECK(One(R"("kind": "hold", "when": false)").text->when == "false");
  // 2.0 is no whole number.
  CHECK(MistakesIn(R"("kind": "protect", "units": 2.0)") == Texts{"rules[0].units type"});
  CHECK(MistakesIn(R"("kind": "protect", "units": 99999999999999999999)") ==
        Texts{"rules[0].units out_of_range"});
}

TEST_CASE("ParseRules: what is set by name is a plain name, all else an expression") {
  const auto value = [](std::string_view field, std::string_view text) {
    return ValueIn(fmt::format(R"("kind": "set", "field": "{}", "value": {})", field, text));
  };
  CHECK(value("service", R"("it's \\ \"fast\" \n é")") == R"('it\'s \\ "fast" \u000a é')");
  CHECK(value("remainder", R"("cancel")") == "'cancel'");
  CHECK(value("capture", R"("on_release")") == "'on_release'");
  CHECK(value("substitution", R"("never")") == "'never'");
  CHECK(value("ship_complete", R"("order.units > 2")") == "order.units > 2");
  CHECK(value("ship_complete", "true") == "true");
  CHECK(value("max_shipments", R"("order.units / 2")") == "order.units / 2");
  CHECK(value("priority", "7") == "7");
  CHECK(value("notify", "0") == "0");
  // The field may stand behind the value.
  CHECK(ValueIn(R"("kind": "set", "value": "ask", "field": "substitution")") == "'ask'");
  const auto mistakes = [](std::string_view field, std::string_view text) {
    return MistakesIn(fmt::format(R"("kind": "set", "field": "{}", "value": {})", field, text));
  };
  CHECK(mistakes("service", "null") == Texts{"rules[0].value wrong_type"});
  CHECK(mistakes("service", "3") == Texts{"rules[0].value wrong_type"});
  CHECK(mistakes("remainder", R"("cancle")") == Texts{"rules[0].value unknown_value"});
  CHECK(mistakes("capture", R"("later")") == Texts{"rules[0].value unknown_value"});
  CHECK(mistakes("substitution", R"("'ask'")") == Texts{"rules[0].value unknown_value"});
  CHECK(mistakes("servce", R"("air")") == Texts{"rules[0].field unknown_value"});
}

TEST_CASE("ParseRules reports mistakes in a text at the field that it stands in") {
  const Marked marked(R"({"format": "orderwright.rules/1", "rules": [
  {"id": "a", "kind": "eligible", "require": true},
  {"id": "b", "kind": "eligible",
   "require": ^"location.kind == 5 &&"}]})");
  const auto loaded = io::ParseRules({marked.text, "rules.json"});
  CHECK(ErrorsOf(loaded) == Texts{"rules.json:" + marked.place + ": rules[1].require syntax"});
  CHECK_THAT(FirstMessage(loaded), ContainsText("line 1, column "));

  CHECK(MistakesIn(R"("kind": "eligible", "require": "location.knd == 'store'")") ==
        Texts{"rules[0].require type"});
  CHECK(MistakesIn(R"("kind": "protect", "units": "true")") == Texts{"rules[0].units type"});
  CHECK(MistakesIn(R"("kind": "group", "key": 3)") == Texts{"rules[0].key type"});
  CHECK(MistakesIn(R"("kind": "price", "cost": "'a'")") == Texts{"rules[0].cost type"});
  CHECK(MistakesIn(R"("kind": "prefer", "rank": "0.5")") == Texts{"rules[0].rank type"});
  CHECK(MistakesIn(R"("kind": "prefer", "cost": "true")") == Texts{"rules[0].cost type"});
  CHECK(MistakesIn(R"("kind": "limit", "what": "max_shipments", "value": "1.5")") ==
        Texts{"rules[0].value type"});
  CHECK(MistakesIn(R"("kind": "hold", "when": "order.risk > 0.5")") ==
        Texts{"rules[0].when unguarded"});
  CHECK(MistakesIn(R"("kind": "eligible", "when": "plan.cost > 1", "require": "5")") ==
        Texts{"rules[0].when scope", "rules[0].require type"});
  CHECK(MistakesIn(R"("kind": "hold", "when": " ")") == Texts{"rules[0].when empty"});
}

TEST_CASE("ParseRules refuses fields that the kind does not have, and asks for those it needs") {
  CHECK(MistakesIn(R"("kind": "price", "cost": 1, "keep": "apart", "require": true)") ==
        Texts{"rules[0].keep not_used", "rules[0].require not_used"});
  CHECK(MistakesIn(R"("kind": "hold", "value": 1)") == Texts{"rules[0].value not_used"});
  CHECK(
      MistakesIn(R"("kind": "eligible", "require": true, "blocks": [], "force": true, "on": "late",
                      "then": "hold", "after": "PT1H", "what": "x", "field": "x", "reserve": true,
                      "hold_until": null)")
          .size() == 9);
  CHECK(MistakesIn(R"("kind": "eligible")") == Texts{"rules[0].require missing_field"});
  CHECK(MistakesIn(R"("kind": "protect")") == Texts{"rules[0].units missing_field"});
  CHECK(MistakesIn(R"("kind": "limit")") ==
        Texts{"rules[0].what missing_field", "rules[0].value missing_field"});
  CHECK(MistakesIn(R"("kind": "set")") ==
        Texts{"rules[0].field missing_field", "rules[0].value missing_field"});
  CHECK(MistakesIn(R"("kind": "set", "value": "air")") == Texts{"rules[0].field missing_field"});
  CHECK(MistakesIn(R"("kind": "group")") == Texts{"rules[0].key missing_field"});
  CHECK(MistakesIn(R"("kind": "price")") == Texts{"rules[0].cost missing_field"});
  CHECK(MistakesIn(R"("kind": "prefer")") == Texts{"rules[0].cost missing_field"});
  CHECK_THAT(FirstMessage(ParseOne(R"("kind": "prefer")")), ContainsText("'cost' and 'rank'"));
  CHECK(MistakesIn(R"("kind": "prefer", "cost": 1, "rank": 1)") == Texts{"rules[0].rank conflict"});
  CHECK(MistakesIn(R"("kind": "outcome")") ==
        Texts{"rules[0].on missing_field", "rules[0].then missing_field"});
  CHECK(MistakesIn(R"("when": true)") == Texts{"rules[0].kind missing_field"});
  CHECK(MistakesIn(R"("kind": "elligible", "require": 5)") == Texts{"rules[0].kind unknown_value"});
  CHECK(MistakesIn(R"("kind": "hold", "wen": "true")") == Texts{"rules[0].wen unknown_field"});
}

TEST_CASE("ParseRules refuses values that are none") {
  CHECK(MistakesIn(R"("kind": "eligible", "require": null)") ==
        Texts{"rules[0].require wrong_type"});
  CHECK(MistakesIn(R"("kind": "eligible", "require": [true], "relax": 101)") ==
        Texts{"rules[0].require wrong_type", "rules[0].relax out_of_range"});
  CHECK(MistakesIn(R"("kind": "hold", "blocks": ["route", "ship"])") ==
        Texts{"rules[0].blocks[1] unknown_value"});
  CHECK(MistakesIn(R"("kind": "hold", "blocks": [])") == Texts{"rules[0].blocks empty"});
  CHECK(MistakesIn(R"("kind": "hold", "priority": "1", "mode": "shadw", "on_error": true,
                      "from": "today", "team": 5, "reserve": 1)")
            .size() == 6);
  CHECK(MistakesIn(R"("kind": "hold", "from": "2026-12-02T00:00:00Z",
                      "until": "2026-12-01T00:00:00Z")") == Texts{"rules[0].until empty_period"});
}

TEST_CASE("ParseRules refuses what is not acted on yet as not supported") {
  const auto refused = [](const std::string& rule) {
    const auto loaded = ParseOne(rule);
    CHECK(StatusIs(loaded, absl::StatusCode::kUnimplemented));
    return MistakesIn(rule);
  };
  CHECK(refused(R"("kind": "policy", "action": "cancel", "then": "review")") ==
        Texts{"rules[0].kind not_supported"});
  CHECK(refused(R"("kind": "table", "inputs": ["order.units"], "rows": [["1", true]],
                   "output": {"kind": "policy"})") == Texts{"rules[0].output.kind not_supported"});
  for (const std::string_view what :
       {"units_per_day", "shipments_per_day", "max_rejects", "max_substitutions"}) {
    CHECK(refused(fmt::format(R"("kind": "limit", "what": "{}", "value": 2)", what)) ==
          Texts{"rules[0].what not_supported"});
  }
  CHECK(refused(R"("kind": "outcome", "on": "rejected", "then": "accept")") ==
        Texts{"rules[0].on not_supported"});
  CHECK(refused(R"("kind": "outcome", "on": "short", "then": "backorder")") ==
        Texts{"rules[0].then not_supported"});
  CHECK(refused(R"("kind": "outcome", "on": "short", "then": "retry")") ==
        Texts{"rules[0].then not_supported"});
  CHECK(refused(R"("kind": "outcome", "on": "short", "then": "cancel", "after": "48h")") ==
        Texts{"rules[0].after not_supported"});
  // With a mistake beside it, it is the mistake that counts.
  const auto both = Parse(Document({R"("kind": "policy")", R"("kind": "eligible")"}));
  CHECK(StatusIs(both, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(both).size() == 2);
}

TEST_CASE("ParseRules refuses what is wrong with the document, all of it at once") {
  CHECK(ErrorsOf(Parse("{}")) == Texts{"1:1: format missing_field", "1:1: rules missing_field"});
  CHECK(ErrorsOf(Parse(R"({"format": "orderwright.order/1", "rules": {}})")) ==
        Texts{"1:12: format unknown_format", "1:44: rules wrong_type"});
  CHECK(ErrorsOf(Parse("[]")) == Texts{"1:1 wrong_type"});
  CHECK(ErrorsOf(Parse("")).size() == 1);
  CHECK(ErrorsOf(Parse(R"({"format": "orderwright.rules/1", "version": 17, "rules": [5],
"objectives": [{"minimize": "costs"}, {"minimize": "rank:"}, {"minimize": "rank:x"},
{"minimize": "cost", "tolerance": -1}, {}]})")) ==
        Texts{"1:46: version wrong_type", "1:60: rules[0] wrong_type",
              "3:35: objectives[3].tolerance negative",
              "3:40: objectives[4].minimize missing_field",
              "2:29: objectives[0].minimize unknown_value",
              "2:52: objectives[1].minimize unknown_value",
              "2:75: objectives[2].minimize unknown_rule", "2:15: objectives too_many"});
  const auto twice = Parse(R"({"format": "orderwright.rules/1", "rules": [
{"id": "a", "kind": "hold"}, {"id": "a", "kind": "policy"}, {"kind": "hold"}, {"id": "", "kind": "hold"}]})");
  CHECK(ErrorsOf(twice) == Texts{"2:50: rules[1].kind not_supported",
                                 "2:61: rules[2].id missing_field",
                                 "2:37: rules[1].id duplicate_id", "2:86: rules[3].id required"});
}

TEST_CASE("ParseRules: unknown fields are warnings if reading is not strict") {
  io::ReadOptions lenient;
  lenient.strict = false;
  const auto loaded = Parse(Document({R"("kind": "hold", "wen": "true")"}), lenient);
  REQUIRE(IsOk(loaded));
  CHECK(PathsOf(loaded->warnings) == Texts{"1:74: rules[0].wen unknown_field"});
}

TEST_CASE("ParseRules says where rules and their texts stand") {
  const auto loaded = io::ParseRules({R"({"format": "orderwright.rules/1", "rules": [
{"id": "a", "kind": "eligible", "when": "true",
 "require": "true"}, {"id": "b", "kind": "hold"}]})",
                                      "r.json"});
  REQUIRE(IsOk(loaded));
  REQUIRE(loaded->places.size() == 2);
  CHECK(loaded->places[0].rule == "r.json:2:1: rules[0]");
  CHECK(loaded->places[0].when == "r.json:2:41: rules[0].when");
  CHECK(loaded->places[0].value == "r.json:3:13: rules[0].require");
  CHECK(loaded->places[1].value == "r.json:3:22: rules[1]");
}

TEST_CASE("LoadRules reads a file") {
  const std::string path = (std::filesystem::temp_directory_path() /
                            fmt::format("orderwright_rules_{}.json", ::getpid()))
                               .string();
  CHECK(StatusIs(io::LoadRules(path), absl::StatusCode::kNotFound));
  std::ofstream(path) << Document({R"("kind": "hold")"});
  Rule host = Named("host", RuleKind::kHold);
  host.evaluator = rules::FromOrderPredicate([](const rules::Facts&) { return true; });

  absl::StatusOr<io::LoadedRules> loaded = io::LoadRules(path);
  REQUIRE(loaded.ok());  // else IssuesOf(loaded.status()) has every mistake with line and column
  loaded->draft.rules.push_back(host);
  const absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(std::move(loaded->draft));

  REQUIRE(IsOk(set));
  CHECK(set->rules().size() == 2);
  std::filesystem::remove(path);
}

const char* const kAll[] = {
    R"("kind": "set", "field": "service", "value": "it's \\ fast", "force": true)",
    R"("kind": "set", "field": "ship_complete", "value": "order.units > 2")",
    R"("kind": "set", "field": "capture", "value": "manual")",
    R"("kind": "eligible", "when": "'vip' in order.tags", "require": "location.kind == 'store'",
       "priority": 9, "mode": "shadow", "from": "2026-11-01T00:00:00Z",
       "until": "2026-12-01T00:00:00Z", "on_error": "fail", "team": "t", "reason": "r", "relax": 1)",
    R"("kind": "protect", "units": 3, "on_error": "skip", "mode": "off")",
    R"("kind": "limit", "what": "max_distance_km", "value": 100)",
    R"("kind": "limit", "what": "min_shipment_value", "value": 10.50)",
    R"("kind": "group", "key": "line.sku", "keep": "apart")",
    R"("kind": "price", "cost": "-0.25")",
    R"("kind": "prefer", "cost": "0.25")",
    R"("kind": "prefer", "rank": 2)",
    R"("kind": "hold", "when": "plan.cost > 100", "blocks": ["capture"], "reserve": true,
       "until": "2026-12-01T00:00:00Z")",
    R"("kind": "hold", "hold_until": "2026-12-01T00:00:00Z", "when": false)",
    R"("kind": "outcome", "on": "late", "then": "hold", "hold_until": "2026-12-01T00:00:00Z",
       "reserve": true)",
    R"("kind": "prefer", "groups": [["RNO", "LAS"], "location.kind == 'store'", ["it's"]])",
    R"("kind": "table", "inputs": ["order.total", "location.kind"], "hit": "first",
       "rows": [["> 250", "store", "10"], [5, null, 0.25], ["-", "-", "order.total"]],
       "output": {"kind": "prefer"}, "when": "order.test", "team": "t")",
    R"("kind": "table", "inputs": ["order.channel"], "rows": [["web", "on_ship"], ["shop", "manual"]],
       "output": {"kind": "set", "field": "capture", "force": true})",
    R"("kind": "table", "inputs": ["order.units"], "rows": [["> 5"], ["> 9"]], "hit": "collect+count",
       "output": {"kind": "set", "field": "priority"})",
    R"("kind": "table", "inputs": ["order.units"], "rows": [["> 5"]], "hit": "any",
       "output": {"kind": "hold", "blocks": ["capture"], "reserve": true})",
    R"("kind": "table", "inputs": ["order.units"], "rows": [["> 5"]],
       "output": {"kind": "outcome", "on": "late", "then": "hold"})"};

bool Same(const Rule& a, const Rule& b) {
  return a.id == b.id && a.kind == b.kind && a.priority == b.priority && a.mode == b.mode &&
         a.on_error == b.on_error && a.from == b.from && a.until == b.until &&
         a.reason == b.reason && a.team == b.team && a.limit == b.limit && a.prefer == b.prefer &&
         a.relax == b.relax && a.by_service == b.by_service && a.keep == b.keep && a.set == b.set &&
         a.force == b.force && a.blocks == b.blocks && a.reserve == b.reserve &&
         a.hold_until == b.hold_until && a.on == b.on && a.then == b.then && a.text == b.text &&
         (a.table == nullptr) == (b.table == nullptr) &&
         (a.table == nullptr || *a.table == *b.table);
}

TEST_CASE("RulesJson writes what ParseRules reads") {
  auto loaded = Parse(Document({std::begin(kAll), std::end(kAll)}));
  REQUIRE(IsOk(loaded));
  loaded->draft.version = "17";
  loaded->draft.objectives = {{rules::Minimize::kRank, "r10", 3},
                              {rules::Minimize::kLateness, "", 0}};
  const auto set = rules::RuleSet::Create(loaded->draft);
  REQUIRE(IsOk(set));
  for (const int indent : {0, 2}) {
    const auto text = io::RulesJson(*set, indent);
    REQUIRE(IsOk(text));
    const auto again = Parse(*text);
    INFO(*text);
    REQUIRE(IsOk(again));
    CHECK(again->draft.version == "17");
    REQUIRE(again->draft.objectives.size() == 2);
    CHECK(again->draft.objectives[0].rank_rule == "r10");
    CHECK(again->draft.objectives[0].tolerance == 3);
    const auto other = rules::RuleSet::Create(again->draft);
    REQUIRE(IsOk(other));
    REQUIRE(other->rules().size() == set->rules().size());
    for (std::size_t i = 0; i < set->rules().size(); ++i) {
      INFO(set->rules()[i].id);
      CHECK(Same(other->rules()[i], set->rules()[i]));
    }
    CHECK(*io::RulesJson(*other, indent) == *text);
  }
}

TEST_CASE("RulesJson writes the rules that a world has been made for") {
  const auto loaded = Parse(Document({R"("kind": "eligible", "require": "location.active")"}));
  REQUIRE(IsOk(loaded));
  const auto set = rules::RuleSet::Create(loaded->draft);
  REQUIRE(IsOk(set));
  const auto bound = set->BindTo(TwoByTwo());
  REQUIRE(IsOk(bound));
  CHECK(*io::RulesJson(*bound) == *io::RulesJson(*set));
}

TEST_CASE("A service that the world does not have is refused when the rules are bound to it") {
  const auto loaded = Parse(Document({R"("kind": "set", "field": "service", "value": "standrd")"}));
  REQUIRE(IsOk(loaded));
  const auto set = rules::RuleSet::Create(loaded->draft);
  REQUIRE(IsOk(set));
  const auto bound = set->BindTo(TwoByTwo());
  CHECK(ErrorsOf(bound) == Texts{"rules[0].value unknown_service"});
  CHECK_THAT(FirstMessage(bound), ContainsText("did you mean 'standard'?"));
}

TEST_CASE("RulesJson refuses what has no form in the format") {
  Rule host = Named("host", RuleKind::kHold);
  host.evaluator = rules::FromOrderPredicate([](const rules::Facts&) { return true; });
  Rule computed = Named("computed", RuleKind::kSet);
  computed.text = rules::RuleText{"", "order.units > 2 ? 'air' : 'ground'"};
  Rule endless = Named("endless", RuleKind::kHold);
  endless.until = Timestamp();
  endless.text.emplace();
  const auto set = rules::RuleSet::Create({"", {}, {host, computed, endless}});
  REQUIRE(IsOk(set));
  CHECK(ErrorsOf(io::RulesJson(*set)) ==
        Texts{"rules[0] not_text", "rules[1].value no_form", "rules[2].hold_until no_form"});
}

TEST_CASE("ParseRules reads a decision table as a rule of the kind that its output is") {
  const Rule rule = One(R"("kind": "table", "when": "order.test", "priority": 3, "hit": "first",
      "inputs": ["order.total", "location.kind"],
      "rows": [["> 250", "store", "10"], [5, null, 0.25], [true, "-", "order.total"]],
      "output": {"kind": "price"}, "reason": "by zone")");
  CHECK(rule.kind == RuleKind::kPrice);
  CHECK(rule.priority == 3);
  CHECK(rule.text->when == "order.test");
  REQUIRE(rule.table != nullptr);
  CHECK(rule.table->hit == rules::HitPolicy::kFirst);
  CHECK(rule.table->inputs == Texts{"order.total", "location.kind"});
  CHECK(rule.table->rows[0] == rules::DecisionTable::Row{{"> 250", "store"}, "10"});
  CHECK(rule.table->rows[1] == rules::DecisionTable::Row{{"5", "-"}, "0.25"});
  CHECK(io::ValueFieldOf(rule) == "rows");
  const Rule named = One(R"("kind": "table", "inputs": ["order.units"], "rows": [["1", "on_ship"]],
      "output": {"kind": "set", "field": "capture"})");
  CHECK(named.table->rows[0].value == "'on_ship'");
  CHECK(named.table->hit == rules::HitPolicy::kUnique);
  CHECK(One(R"("kind": "table", "inputs": ["order.units"], "rows": [["1", 2]], "hit": "collect",
      "output": {"kind": "prefer", "value": "rank"})")
            .prefer == rules::PreferBy::kRank);
}

TEST_CASE("ParseRules reports mistakes of a table where they stand") {
  const auto table = [](const std::string& rows, const std::string& more = "") {
    return MistakesIn(fmt::format(
        R"("kind": "table", "inputs": ["order.units", "location.kind"], "rows": {}{},
           "output": {{"kind": "price"}})",
        rows, more));
  };
  CHECK(table(R"([["> 5", "store", 1], ["five", "> 5", 1], ["1", "-", "locatn"]])") ==
        Texts{"rules[0].rows[1][0] cell", "rules[0].rows[1][1] cell"});
  CHECK(table(R"([["> 5", "store", 1], ["1", "-", "locatn"]])") ==
        Texts{"rules[0].rows[1][2] type"});
  CHECK(table(R"([["> 5", "store"], "x", [[], "-", {}]])") ==
        Texts{"rules[0].rows[0] wrong_length", "rules[0].rows[1] wrong_type",
              "rules[0].rows[2][0] wrong_type", "rules[0].rows[2][2] wrong_type"});
  CHECK(table("[]") == Texts{"rules[0].rows required"});
  CHECK(table("5") == Texts{"rules[0].rows wrong_type"});
  CHECK(table(R"([["1", "-", 1]])", R"(, "hit": "last")") == Texts{"rules[0].hit unknown_value"});
  CHECK(table(R"([["1", "-", 1]])", R"(, "hit": "collect+count")") ==
        Texts{"rules[0].hit not_supported_by_kind"});
  CHECK(table(R"([["1", "-", 1]])", R"(, "relax": 1, "cost": 2)") ==
        Texts{"rules[0].relax not_used", "rules[0].cost not_used"});
  CHECK(table(R"({"csv": "rates.csv"})") == Texts{"rules[0].rows no_directory"});
  CHECK(table(R"({"cvs": "rates.csv"})") ==
        Texts{"rules[0].rows.cvs unknown_field", "rules[0].rows missing_field"});
  CHECK(MistakesIn(R"("kind": "table")") == Texts{"rules[0].inputs missing_field",
                                                  "rules[0].rows missing_field",
                                                  "rules[0].output missing_field"});
  CHECK(MistakesIn(R"("kind": "table", "inputs": ["x.y"], "rows": [["1", 2]],
                      "output": {"kind": "limit"})") ==
        Texts{"rules[0].output.what missing_field", "rules[0].inputs[0] type"});
  CHECK(MistakesIn(R"("kind": "table", "inputs": ["order.units"], "rows": [["1", 2]],
                      "output": {"kind": "table"})") ==
        Texts{"rules[0].output.kind unknown_value"});
  CHECK(MistakesIn(R"("kind": "hold", "inputs": [], "output": {})") ==
        Texts{"rules[0].inputs not_used", "rules[0].output not_used"});
}

TEST_CASE("ParseRules reads ranked groups of locations as a table") {
  const Rule rule =
      One(R"("kind": "prefer", "groups": [["RNO", "LAS"], "location.kind == 'store'", ["it's"]])");
  CHECK(rule.prefer == rules::PreferBy::kRank);
  REQUIRE(rule.table != nullptr);
  CHECK(rule.table->hit == rules::HitPolicy::kFirst);
  CHECK(rule.table->inputs == Texts{"location.id", "location.kind == 'store'"});
  CHECK(rule.table->rows == std::vector<rules::DecisionTable::Row>{{{"'RNO', 'LAS'", "-"}, "0"},
                                                                   {{"-", "true"}, "1"},
                                                                   {{R"('it\'s')", "-"}, "2"},
                                                                   {{"-", "-"}, "3"}});
  CHECK(MistakesIn(R"("kind": "prefer", "groups": [])") == Texts{"rules[0].groups empty"});
  CHECK(MistakesIn(R"("kind": "prefer", "groups": [[], ["A"], 5, "order.units", "true"])") ==
        Texts{"rules[0].groups[0] empty"});
  CHECK(MistakesIn(R"("kind": "prefer", "groups": [["A"], "location.knd == 'store'"])") ==
        Texts{"rules[0].groups[1] type"});
  CHECK(MistakesIn(R"("kind": "prefer", "groups": [["A"], "line.quantity > 1"])") ==
        Texts{"rules[0].groups[1] type"});
  CHECK(MistakesIn(R"("kind": "prefer", "rank": 1, "groups": [["A"]])") ==
        Texts{"rules[0].groups conflict"});
  CHECK(MistakesIn(R"("kind": "price", "cost": 1, "groups": [["A"]])") ==
        Texts{"rules[0].groups not_used"});
}

TEST_CASE("LoadRules reads the rows of a table from a CSV file beside the rules") {
  const std::filesystem::path folder =
      std::filesystem::temp_directory_path() / fmt::format("orderwright_tables_{}", ::getpid());
  std::filesystem::create_directories(folder);
  const auto write = [&](const char* name, std::string_view text) {
    std::ofstream(folder / name, std::ios::binary) << text;
  };
  write("rules.json", Document({R"("kind": "table", "rows": {"csv": "rates.csv"}, "hit": "first",
      "inputs": ["location.kind", "order.total"], "output": {"kind": "price"})"}));
  write("rates.csv", "kind,total,cost\n\"store, 3pl\",> 5,0.25\n\n-,-,1\n");
  const std::string path = (folder / "rules.json").string();
  const auto loaded = io::LoadRules(path);
  REQUIRE(IsOk(loaded));
  const Rule& rule = loaded->draft.rules[0];
  CHECK(rule.table->rows ==
        std::vector<rules::DecisionTable::Row>{{{"store, 3pl", "> 5"}, "0.25"}, {{"-", "-"}, "1"}});
  const std::string csv = (folder / "rates.csv").string();
  CHECK(loaded->places[0].rows ==
        Texts{csv + ":2:1: rules[0].rows[0]", csv + ":4:1: rules[0].rows[1]"});
  write("rates.csv", "kind,total,cost\nstore,five,0.25\n-,-,?\n> 5,-,1\n");
  CHECK(ErrorsOf(io::LoadRules(path)) ==
        Texts{csv + ":2:7: rules[0].rows[0][1] cell", csv + ":4:1: rules[0].rows[2][0] cell"});
  write("rates.csv", "kind,total,cost\nstore,5\n\"x");
  CHECK(ErrorsOf(io::LoadRules(path)) ==
        Texts{csv + ":2:1 wrong_length", csv + ":3:1 invalid_csv"});
  write("rates.csv", "kind,cost\nstore,5\n");
  CHECK(ErrorsOf(io::LoadRules(path)) == Texts{csv + ":1:1 wrong_length"});
  std::filesystem::remove(folder / "rates.csv");
  CHECK_THAT(FirstMessage(io::LoadRules(path)), ContainsText("there is no file '" + csv + "'"));
  std::filesystem::remove_all(folder);
}

TEST_CASE("ParseTableCsv reads rows, and says where a row is too short") {
  const auto rows = io::ParseTableCsv({"kind,cost\nstore,5\n", "t.csv"}, 1);
  REQUIRE(IsOk(rows));
  CHECK(*rows == std::vector<rules::DecisionTable::Row>{{{"store"}, "5"}});
  const auto no_values = io::ParseTableCsv({"kind,cost\nstore,5\n", "t.csv"}, 2, false);
  REQUIRE(IsOk(no_values));
  CHECK(*no_values == std::vector<rules::DecisionTable::Row>{{{"store", "5"}, ""}});
  CHECK(ErrorsOf(io::ParseTableCsv({"kind,cost\nstore\n", "t.csv"}, 1)) ==
        Texts{"t.csv:2:1 wrong_length"});
  CHECK(ErrorsOf(io::ParseTableCsv({"kind,cost\nstore,5\n", "t.csv"}, 2)) ==
        Texts{"t.csv:1:1 wrong_length"});
  CHECK(ErrorsOf(io::ParseTableCsv({"", "t.csv"}, 2)) == Texts{"t.csv:1:1 empty"});
}

}  // namespace
}  // namespace orderwright
