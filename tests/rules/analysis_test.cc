// What the analysis finds, and what it must not; and a search of all cases that says the same.
#include "orderwright/rules/analysis.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdlib>
#include <ctime>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orderwright/rules/schema.h"
#include "src/rules/internal/analysis/draft.h"
#include "src/rules/internal/analysis/scene.h"
#include "src/rules/internal/analysis/slots.h"
#include "src/rules/internal/fields.h"
#include "tests/catch.h"
#include "tests/properties/random.h"

namespace orderwright::rules {
namespace {

using orderwright::testing::Must;
using orderwright::testing::Random;
using rules_internal::Answer;
using rules_internal::Scene;

Rule Text(std::string id, RuleKind kind, std::string when, std::string value = "") {
  Rule rule;
  rule.id = std::move(id);
  rule.kind = kind;
  rule.text = RuleText{std::move(when), std::move(value)};
  return rule;
}
Rule Hold(std::string id, std::string when) {
  return Text(std::move(id), RuleKind::kHold, std::move(when));
}
Rule Eligible(std::string id, std::string when, std::string require) {
  return Text(std::move(id), RuleKind::kEligible, std::move(when), std::move(require));
}
Rule Set(std::string id, std::string when, std::string value = "3") {
  Rule rule = Text(std::move(id), RuleKind::kSet, std::move(when), std::move(value));
  rule.set = SetField::kMaxShipments;
  return rule;
}

using Row = DecisionTable::Row;
Rule Table(RuleKind kind, HitPolicy hit, std::vector<std::string> inputs, std::vector<Row> rows) {
  Rule rule;
  rule.id = "table";
  rule.kind = kind;
  rule.prefer = PreferBy::kRank;
  DecisionTable table;
  table.inputs = std::move(inputs);
  table.rows = std::move(rows);
  table.hit = hit;
  rule.table = std::make_shared<const DecisionTable>(std::move(table));
  return rule;
}

RuleSet SetOf(std::vector<Rule> rules) {
  RuleSetDraft draft;
  draft.rules = std::move(rules);
  return Must(RuleSet::Create(std::move(draft)));
}
std::vector<Finding> Found(std::vector<Rule> rules, const World* world = nullptr) {
  return Analyse(SetOf(std::move(rules)), world);
}

// "shadowed late early", "overlap table 0 1".
std::vector<std::string> Short(const std::vector<Finding>& findings) {
  std::vector<std::string> all;
  for (const Finding& finding : findings) {
    std::string text = fmt::format("{} {}", ToString(finding.kind), fmt::join(finding.rules, " "));
    for (const std::size_t row : finding.rows) text += fmt::format(" {}", row);
    all.push_back(std::move(text));
  }
  return all;
}
using Strings = std::vector<std::string>;

// What rules say of a finding's witness.
Answer Speaks(const Finding& finding, const Rule& rule) {
  REQUIRE(finding.witness);
  return Must(Scene::Create(*finding.witness))->Speaks(rule).answer;
}

World MakeWorld() {
  WorldDraft draft;
  draft.currency = *Currency::Parse("USD");
  LocationSpec& reno = draft.locations.emplace_back();
  reno.id = "RNO";
  reno.country = "US";
  reno.tags = {"west"};
  reno.channels = {{"web", "amazon"}};
  reno.rate_cards = {"default"};
  ItemSpec& mug = draft.items.emplace_back();
  mug.sku = "MUG";
  mug.tags = {"fragile"};
  RateCardSpec& card = draft.rate_cards.emplace_back();
  card.name = "default";
  card.services.emplace_back().name = "ground";
  return Must(World::Create(std::move(draft)));
}

TEST_CASE("A rule whose condition cannot hold is dead, with an order that almost meets it") {
  const Rule rule = Hold("x", "order.total > 100 && order.total < 50.00");
  const std::vector<Finding> found = Found({rule});
  CHECK(Short(found) == Strings{"dead x"});
  CHECK(found[0].severity == Severity::kError);
  CHECK(found[0].part == RulePart::kWhen);
  CHECK(Speaks(found[0], rule) == Answer::kNo);
  // Whole numbers, texts, presence, tags, and the same expression twice.
  for (const char* const when :
       {"order.units > 2 && order.units < 3", "order.channel == 'a' && order.channel in ['b', 'c']",
        "has(order.risk) && !has(order.risk)", "'vip' in order.tags && !('vip' in order.tags)",
        "order.id.startsWith('a') && !order.id.startsWith('a')", "order.test && !order.test",
        "size(order.lines) > 3 && size(order.lines) < 2",
        "order.tags.exists(t, t in ['a', 'b']) && order.tags.all(t, t != 'a' && t != 'b') && "
        "!('a' in order.tags) && !('b' in order.tags)",
        "has(order.risk) && order.risk > 1.0", "order.units > 2 ? order.units < 2 : false",
        "now < timestamp('2026-01-01T00:00:00Z') && now > timestamp('2026-01-02T00:00:00Z')"}) {
    INFO(when);
    CHECK(Short(Found({Hold("x", when)})) == Strings{"dead x"});
  }
  for (const char* const when :
       {"order.total > 100 && order.total < 100.02", "order.units > 2 && order.units < 4",
        "order.channel == 'a' || order.channel == 'b'", "has(order.risk) && order.risk > 0.999",
        "order.id.startsWith('a') && !order.id.startsWith('b')", "'vip' in order.tags"}) {
    INFO(when);
    CHECK(Found({Hold("x", when)}).empty());
  }
}

TEST_CASE("A rule that cannot speak while it is active, or on what it is on, is dead") {
  Rule late = Hold("late", "now < timestamp('2026-01-01T00:00:00Z')");
  late.from = *ParseTimestamp("2026-06-01T00:00:00Z");
  CHECK(Short(Found({late})) == Strings{"dead late"});
  late.from = *ParseTimestamp("2025-06-01T00:00:00Z");
  CHECK(Found({late}).empty());
  Rule short_rule = Text("short", RuleKind::kOutcome, "plan.short_units == 0");
  short_rule.on = OutcomeOn::kShort;
  CHECK(Short(Found({short_rule})) == Strings{"dead short"});
  short_rule.text->when = "plan.short_units == 1";
  CHECK(Found({short_rule}).empty());
  late.mode = RuleMode::kOff;
  late.from = *ParseTimestamp("2026-06-01T00:00:00Z");
  CHECK(Found({late}).empty());
}

TEST_CASE("A condition that always holds is found, and what only guards is none") {
  for (const char* const when :
       {"order.units >= 0", "has(order.risk) || !has(order.risk)", "!(order.total < 0)",
        "!has(order.risk) || order.risk <= 1.0", "order.method in ['ship', 'pickup']",
        "order.channel != 'a' || order.channel != 'b'"}) {
    INFO(when);
    const std::vector<Finding> found = Found({Hold("x", when)});
    CHECK(Short(found) == Strings{"always_true x"});
    CHECK(Speaks(found[0], Hold("x", when)) == Answer::kYes);
  }
  for (const char* const when : {"true", "", "order.units > 0", "order.method in ['ship']",
                                 "has(order.risk) ? order.risk > 0.5 : true"}) {
    INFO(when);
    CHECK(Found({Hold("x", when)}).empty());
  }
}

TEST_CASE("A part that says nothing is found") {
  CHECK(Short(Found({Hold("x", "order.units >= 0 && order.test")})) == Strings{"idle_part x"});
  CHECK(Short(Found({Hold("x", "order.total < 0 || order.test")})) == Strings{"idle_part x"});
  CHECK(Found({Hold("x", "has(order.risk) && order.risk > 0.5 && order.test")}).empty());
}

TEST_CASE("A requirement that rules nothing out, or everything, is found") {
  const Rule idle = Eligible("x", "location.kind == 'store'", "location.kind != 'dropship'");
  const std::vector<Finding> found = Found({idle});
  CHECK(Short(found) == Strings{"always_true x"});
  CHECK(found[0].part == RulePart::kValue);
  CHECK(Short(Found({Eligible("x", "location.kind == 'store'", "location.kind == 'dropship'")})) ==
        Strings{"dead x"});
  CHECK(Found({Eligible("x", "location.kind == 'store'", "false")}).empty());
  CHECK(Found({Eligible("x", "location.kind == 'store'", "candidate.available > 3")}).empty());
}

TEST_CASE("A rule that others always answer before is shadowed, by no more than it takes") {
  const Rule low = Set("low", "order.total < 100", "1");
  const Rule high = Set("high", "order.total >= 100", "2");
  const Rule middle = Set("middle", "order.total > 20 && order.total < 50", "3");
  std::vector<Finding> found = Found({low, high, middle});
  CHECK(Short(found) == Strings{"shadowed middle low"});
  CHECK(Speaks(found[0], middle) == Answer::kYes);
  CHECK(Speaks(found[0], low) == Answer::kYes);
  CHECK(Short(Found({low, high, Set("all", "", "4")})) == Strings{"shadowed all low high"});
  CHECK(Found({middle, low, high}).empty());
  // What is asked first is a matter of priority.
  Rule urgent = middle;
  urgent.priority = 1;
  CHECK(Found({low, high, urgent}).empty());
  // Rules that set something else, are off, only watch, or end before, shadow nothing.
  Rule other = low;
  other.set = SetField::kPriority;
  CHECK(Found({other, middle}).empty());
  other = low;
  other.mode = RuleMode::kOff;
  CHECK(Found({other, middle}).empty());
  other.mode = RuleMode::kShadow;
  CHECK(Found({other, middle}).empty());
  other = low;
  other.until = *ParseTimestamp("2026-06-01T00:00:00Z");
  CHECK(Found({other, middle}).empty());
  Rule within = middle;
  within.until = *ParseTimestamp("2026-05-01T00:00:00Z");
  CHECK(Short(Found({other, within})) == Strings{"shadowed middle low"});
  // One that may fail decides nothing then; the first that speaks decides, whether forced or not.
  other = low;
  other.text->value = "order.units * 2";
  CHECK(Found({other, middle}).empty());
  Rule forced = middle;
  forced.force = true;
  CHECK(Short(Found({low, forced})) == Strings{"shadowed middle low"});
}

TEST_CASE("Outcomes shadow each other if they are on the same") {
  Rule first = Text("first", RuleKind::kOutcome, "");
  Rule second = Text("second", RuleKind::kOutcome, "order.test");
  first.on = second.on = OutcomeOn::kShort;
  second.then = OutcomeThen::kHold;
  CHECK(Short(Found({first, second})) == Strings{"shadowed second first"});
  second.on = OutcomeOn::kLate;
  CHECK(Found({first, second}).empty());
}

TEST_CASE("Rules that say the same in other words are duplicates") {
  const std::vector<Finding> found =
      Found({Eligible("a", "order.test", "location.kind != 'store'"),
             Eligible("b", "", "!order.test || !(location.kind in ['store'])")});
  CHECK(Short(found) == Strings{"duplicate b a"});
  Rule one = Text("one", RuleKind::kPrefer, "location.kind == 'store'", "5");
  Rule two = Text("two", RuleKind::kPrefer,
                  "location.kind != 'warehouse' && !(location.kind in ['virtual', 'dropship', "
                  "'third_party'])",
                  "5");
  CHECK(Short(Found({one, two})) == Strings{"duplicate two one"});
  two.text->value = "6";
  CHECK(Found({one, two}).empty());
  two.text->value = "5";
  two.text->when = "location.kind in ['store', 'dropship']";
  CHECK(Found({one, two}).empty());
  // Of rules of which the first decides, one finding is enough.
  CHECK(Short(Found({Set("a", "order.test"), Set("b", "order.test == true")})) ==
        Strings{"duplicate b a"});
}

TEST_CASE("Tables that say the same are duplicates; their rows may change places") {
  const auto named = [](std::string id, HitPolicy hit, std::vector<Row> rows) {
    Rule rule = Table(RuleKind::kLimit, hit, {"order.units"}, std::move(rows));
    rule.id = std::move(id);
    return rule;
  };
  const std::vector<Row> rows = {{{"< 5"}, "1"}, {{">= 5"}, "2"}};
  const std::vector<Row> turned = {{{">=5"}, "2"}, {{"<5"}, "1"}};
  CHECK(Short(Found({named("a", HitPolicy::kUnique, rows),
                     named("b", HitPolicy::kUnique, rows)})) == Strings{"duplicate b a"});
  CHECK(Short(Found({named("a", HitPolicy::kUnique, rows),
                     named("b", HitPolicy::kUnique, turned)})) == Strings{"duplicate b a"});
  // Where the first row decides, another order is another table, and so is another value.
  CHECK(
      Found({named("a", HitPolicy::kFirst, rows), named("b", HitPolicy::kFirst, turned)}).empty());
  CHECK(Found({named("a", HitPolicy::kUnique, rows),
               named("b", HitPolicy::kUnique, {{{"< 5"}, "1"}, {{">= 5"}, "3"}})})
            .empty());
  // So is one that speaks in other cases.
  Rule some = named("b", HitPolicy::kUnique, rows);
  some.text = RuleText{"order.test", ""};
  CHECK(Found({named("a", HitPolicy::kUnique, rows), some}).empty());
  // Of eligible ones what they rule out.
  const std::vector<Row> sites = {{{"store"}, "false"}, {{"not(store)"}, "true"}};
  Rule first = Table(RuleKind::kEligible, HitPolicy::kUnique, {"location.kind"}, sites);
  Rule second = first;
  second.id = "again";
  CHECK(Short(Found({first, second})) == Strings{"duplicate again " + first.id});
}

TEST_CASE("Rows of a table that must not, overlap") {
  std::vector<Row> rows = {{{"< 100", "-"}, "1"}, {{">= 90", "web"}, "2"}, {{"> 90", "shop"}, "2"}};
  const Rule unique =
      Table(RuleKind::kLimit, HitPolicy::kUnique, {"order.total", "order.channel"}, rows);
  std::vector<Finding> found = Found({unique});
  std::erase_if(found, [](const Finding& f) { return f.kind == FindingKind::kGap; });
  CHECK(Short(found) == Strings{"overlap table 0 1", "overlap table 0 2"});
  CHECK(found[0].severity == Severity::kError);
  // The rule itself has no answer then.
  CHECK(Must(Scene::Create(*found[0].witness))->Answers(unique).answer == Answer::kError);
  // Of `any` only those that differ.
  rows[0].value = "2";
  found = Found({Table(RuleKind::kLimit, HitPolicy::kAny, {"order.total", "order.channel"}, rows)});
  std::erase_if(found, [](const Finding& f) { return f.kind == FindingKind::kGap; });
  CHECK(found.empty());
  rows[1].cells[0] = ">= 100";
  rows[2].cells[0] = "> 99.99";
  rows[0].value = "1";
  found =
      Found({Table(RuleKind::kLimit, HitPolicy::kUnique, {"order.total", "order.channel"}, rows)});
  std::erase_if(found, [](const Finding& f) { return f.kind == FindingKind::kGap; });
  CHECK(found.empty());
}

TEST_CASE("What no row hits is a gap, also what is not set") {
  const std::vector<Row> rows = {{{"< 0.5"}, "1"}, {{"> 0.5"}, "2"}};
  const Rule rule = Table(RuleKind::kLimit, HitPolicy::kFirst, {"order.risk"}, rows);
  const std::vector<Finding> found = Found({rule});
  CHECK(Short(found) == Strings{"gap table", "gap table"});
  std::set<std::optional<double>> risks;
  for (const Finding& finding : found) {
    CHECK(finding.severity == Severity::kNote);
    CHECK(Speaks(finding, rule) == Answer::kNo);
    risks.insert(finding.witness->order.risk);
  }
  CHECK(risks == std::set<std::optional<double>>{std::nullopt, 0.5});
  CHECK(Found({Table(RuleKind::kLimit, HitPolicy::kFirst, {"order.risk"},
                     {{{"< 0.5"}, "1"}, {{">= 0.5"}, "2"}, {{"-"}, "3"}})})
            .empty());
  // Kinds are all known; cents have no half.
  CHECK(Found({Table(RuleKind::kPrefer, HitPolicy::kUnique, {"location.kind"},
                     {{{"store, dropship"}, "1"},
                      {{"warehouse"}, "2"},
                      {{"third_party, virtual"}, "2"}})})
            .empty());
  CHECK(Found({Table(RuleKind::kLimit, HitPolicy::kUnique, {"order.total"},
                     {{{"<= 99.99"}, "1"}, {{">= 100"}, "2"}})})
            .empty());
  // A sum of nothing may well be meant.
  CHECK(Found({Table(RuleKind::kLimit, HitPolicy::kSum, {"order.risk"}, rows)}).empty());
}

TEST_CASE("Rows that can never hit, and rows behind others, are found") {
  std::vector<Finding> found =
      Found({Table(RuleKind::kLimit, HitPolicy::kFirst, {"order.total", "order.test"},
                   {{{"< 0", "-"}, "1"},
                    {{"< 100", "true"}, "2"},
                    {{"-", "false"}, "3"},
                    {{"[10..20]", "-"}, "4"},
                    {{"-", "-"}, "5"}})});
  CHECK(Short(found) == Strings{"dead_row table 0", "shadowed_row table 3 2"});
  found = Found({Table(RuleKind::kLimit, HitPolicy::kFirst, {"order.total"},
                       {{{"< 0"}, "1"}, {{"(-5..-3)"}, "2"}})});
  CHECK(Short(found) == Strings{"dead table"});
}

TEST_CASE("An input that tells no row from another is found") {
  const std::vector<Finding> found = Found({Table(
      RuleKind::kLimit, HitPolicy::kUnique, {"order.test", "order.channel", "order.priority > 3"},
      {{{"true", "-", "true"}, "1"}, {{"false", "-", "true"}, "2"}})});
  Strings idle;
  for (const std::string& text : Short(found)) {
    if (text.starts_with("idle")) idle.push_back(text);
  }
  CHECK(idle == Strings{"idle_column table", "idle_column table"});
}

TEST_CASE("Names that nothing has are found, with what was probably meant") {
  std::vector<Finding> found = Found({Hold("x", "order.ship_to.country == 'USA'")});
  REQUIRE(!found.empty());
  CHECK(found[0].kind == FindingKind::kUnknownName);
  found = Found({Eligible("x", "", "location.kind in ['store', 'wharehouse']")});
  REQUIRE(Short(found) == Strings{"unknown_name x"});
  CHECK(found[0].message == "location.kind is never 'wharehouse'; did you mean 'warehouse'?");
  const World world = MakeWorld();
  const auto message = [&](const char* require) {
    const std::vector<Finding> all = Found({Eligible("x", "", require)}, &world);
    REQUIRE(Short(all) == Strings{"unknown_name x"});
    CHECK(all[0].severity == Severity::kWarning);
    return all[0].message;
  };
  CHECK(message("'fragil' in item.tags") ==
        "the world has no item.tags 'fragil'; did you mean 'fragile'?");
  CHECK(message("location.id != 'RN0'") ==
        "the world has no location.id 'RN0'; did you mean 'RNO'?");
  CHECK(message("location.country == 'CA'") == "the world has no location.country 'CA'");
  CHECK(message("candidate.service == 'grond'") ==
        "the world has no candidate.service 'grond'; did you mean 'ground'?");
  CHECK(message("order.channel == 'amazn'") ==
        "the world has no order.channel 'amazn'; did you mean 'amazon'?");
  CHECK(message("location.tags.exists(t, t in ['west', 'est'])") ==
        "the world has no location.tags 'est'; did you mean 'west'?");
  CHECK(Found({Eligible("x", "'vip' in order.tags", "location.id != 'RNO'")}, &world).empty());
  CHECK(Short(Found({Table(RuleKind::kPrefer, HitPolicy::kFirst, {"location.tags"},
                           {{{"wets"}, "1"}, {{"-"}, "2"}})},
                    &world)) == Strings{"unknown_name table"});
}

TEST_CASE("A text that fails for some order is found, and one that asks first is not") {
  for (const char* const when :
       {"order.attributes.gift == true", "order.units / order.priority > 2",
        "order.test && order.units % order.priority == 1", "order.lines[3].quantity > 2"}) {
    INFO(when);
    const std::vector<Finding> found = Found({Hold("x", when)});
    REQUIRE(Short(found) == Strings{"may_fail x"});
    CHECK(Speaks(found[0], Hold("x", when)) == Answer::kError);
  }
  for (const char* const when :
       {"has(order.attributes.gift) && order.attributes.gift == true",
        "order.priority != 0 && order.units / order.priority > 2", "order.units / 3 > 2"}) {
    INFO(when);
    CHECK(Found({Hold("x", when)}).empty());
  }
  Rule skipped = Hold("x", "order.attributes.gift == true");
  skipped.on_error = OnError::kSkip;
  CHECK(Found({skipped})[0].severity == Severity::kNote);
}

// What the schema says is always set, a witness has too.
TEST_CASE("A rule may read every field, and none is said to fail") {
  for (const SchemaField& field : SchemaFields()) {
    const std::string name = fmt::format("{}.{}", field.record, field.name);
    INFO(name);
    if (field.record == "address") continue;  // no variable; read below order.ship_to
    const bool is_asked = field.record == "request" || field.record == "actor";
    std::string text = fmt::format("{0} == {0} && {0} != {0}", name);
    if (field.nullable) text = fmt::format("has({}) && {}", name, text);
    Rule rule = field.record == "plan" ? Hold("r", text) : Eligible("r", "", text);
    if (is_asked) {
      rule = Text("r", RuleKind::kPolicy, text);
      rule.action = "refund";
    }
    for (const Finding& finding : Found({rule})) CHECK(finding.kind != FindingKind::kMayFail);
  }
}

TEST_CASE("A location that only a world has says nothing about a rule") {
  const Rule rule = Table(RuleKind::kPrefer, HitPolicy::kFirst, {"location.id"},
                          {{{"EWR, SFO"}, "0"}, {{"-"}, "1"}});
  for (const Finding& finding : Found({rule})) CHECK(finding.kind != FindingKind::kMayFail);
}

TEST_CASE("Policies of one action shadow each other") {
  Rule all = Text("all", RuleKind::kPolicy, "");
  all.action = "cancel";
  Rule some = Text("some", RuleKind::kPolicy, "order.units > 3");
  some.action = "cancel";
  Rule other = some;
  other.id = "other";
  other.action = "edit";
  const std::vector<Finding> found = Found({all, some, other});
  REQUIRE(found.size() == 1);
  CHECK(found[0].kind == FindingKind::kShadowed);
  CHECK(found[0].rules == std::vector<std::string>{"some", "all"});
}

TEST_CASE("What has too many cases is said to be so") {
  std::string when;
  for (int i = 0; i < 16; ++i) {
    when +=
        fmt::format("{0}('a{1}' in order.tags || 'b{1}' in order.tags)", i == 0 ? "" : " && ", i);
  }
  const std::vector<Finding> found = Found({Hold("x", when)});
  REQUIRE(Short(found) == Strings{"not_analysed x"});
  CHECK(found[0].severity == Severity::kNote);
}

TEST_CASE("Findings come in the order of the rules, and are the same each time") {
  std::vector<Rule> rules = {Hold("a", "order.units >= 0"), Set("b", ""), Set("c", "order.test"),
                             Hold("d", "order.total < 0"), Hold("e", "location.kind == 'stor'")};
  rules.pop_back();
  rules.push_back(Eligible("e", "", "location.kind == 'stor' || order.test"));
  const Strings once = Short(Found(rules));
  CHECK(once == Short(Found(rules)));
  CHECK(once ==
        Strings{"always_true a", "shadowed c b", "dead d", "unknown_name e", "idle_part e"});
}

// ---- The bounds of fields are those of the model ----

TEST_CASE("Every field can be given its bounds, and the model refuses what lies outside") {
  using rules_internal::Field;
  using rules_internal::ValueType;
  int bounded = 0;
  for (const Field& field : rules_internal::Fields()) {
    const rules_internal::FieldDomain domain = rules_internal::DomainOf(field);
    if (field.number == nullptr || field.type == ValueType::kBool) continue;
    const std::string_view record = field.schema.record;
    // What a host's order, item or location says itself.
    if (record != "order" && record != "item" && record != "location" && record != "line") continue;
    const auto create = [&](std::int64_t number) {
      rules_internal::WitnessDraft draft;
      rules_internal::Given given;
      given.number = number;
      given.real = static_cast<double>(number);
      const bool put =
          draft.Put(fmt::format("{}.{}", record, field.schema.name), given) && draft.Finish({});
      return put && Scene::Create(std::move(draft).Take()).ok();
    };
    INFO(record << "." << field.schema.name);
    if (domain.least > INT64_MIN + 1) {
      ++bounded;
      CHECK(create(domain.least));
      CHECK(!create(domain.least - (field.type == ValueType::kMoney ? 10'000 : 1)));
    }
    // Of units the cost of a plan is bounded sooner, and each is a part of what was ordered.
    if (domain.most < INT64_MAX && record != "line" && field.schema.name != "units") {
      CHECK(create(domain.most));
      CHECK(!create(domain.most + 1));
    }
  }
  CHECK(bounded >= 20);
}

// ---- A search of all cases ----

// Orders that have, of each field, every value that a literal of the conditions could tell apart.
struct Grid {
  std::vector<std::unique_ptr<Scene>> scenes;
  Grid() {
    const double below = std::nextafter(0.5, 0.0);
    const double above = std::nextafter(0.5, 1.0);
    for (const std::int64_t cents : {0, 4999, 5000, 5001, 9999, 10000, 10001, 20000}) {
      for (const std::optional<double> risk :
           {std::optional<double>(), std::optional(0.0), std::optional(below), std::optional(0.5),
            std::optional(above), std::optional(1.0)}) {
        for (const char* const channel : {"", "web", "amazon", "else"}) {
          for (const bool vip : {false, true}) {
            for (const bool test : {false, true}) Add(cents, risk, channel, vip, test);
          }
        }
      }
    }
  }
  void Add(std::int64_t cents, std::optional<double> risk, const char* channel, bool vip,
           bool test) {
    rules_internal::WitnessDraft draft;
    Witness witness;
    REQUIRE(draft.Finish({}));
    witness = std::move(draft).Take();
    witness.order.lines[0].unit_price = Money::FromMinor(cents, *Currency::Parse("USD"));
    witness.order.risk = risk;
    witness.order.channel = channel;
    if (vip) witness.order.tags = {"vip"};
    witness.order.test = test;
    scenes.push_back(Must(Scene::Create(witness)));
  }

  // What a condition is in each case: 0, 1, or 2 for an error.
  std::vector<int> Truth(const std::string& when) const {
    RuleSetDraft draft;
    draft.rules = {Hold("x", when)};
    // All scenes have equal worlds.
    const RuleSet set =
        Must(Must(RuleSet::Create(std::move(draft))).BindTo(*scenes[0]->facts(false).world));
    std::vector<int> truth;
    for (const std::unique_ptr<Scene>& scene : scenes) {
      const std::array<std::uint8_t, 1> mask = {1};
      std::array<std::uint8_t, 1> holds = {0};
      std::array<std::int64_t, 1> values = {0};
      const absl::Status asked =
          set.rules()[0].evaluator->Evaluate(scene->facts(true), mask, {holds, values});
      truth.push_back(asked.ok() ? holds[0] : 2);
    }
    return truth;
  }
};

class Writer {
 public:
  explicit Writer(Random& random) : random_(random) {}
  std::string Atom() {
    switch (random_.Below(6)) {
      case 0:
      case 1:
        return fmt::format("order.total {} {}", Relation(), random_.Once(2) ? "50" : "100.00");
      case 2:
        return fmt::format("(has(order.risk) && order.risk {} 0.5)", Relation());
      case 3:
        return random_.Once(3)
                   ? "order.channel in ['web', 'amazon']"
                   : fmt::format("order.channel {} '{}'",
                                 random_.Once(2) ? "==" : "!=", random_.Once(2) ? "web" : "amazon");
      case 4:
        return random_.Once(2) ? "'vip' in order.tags" : "order.tags.all(t, t != 'vip')";
      default:
        return random_.Once(2) ? "order.test" : "has(order.risk)";
    }
  }
  std::string Condition(int atoms) {
    if (atoms <= 1) return random_.Once(4) ? fmt::format("!({})", Atom()) : Atom();
    const auto left = static_cast<int>(1 + random_.Below(atoms - 1));
    if (atoms >= 3 && random_.Once(6)) {
      return fmt::format("({} ? {} : {})", Condition(1), Condition(left), Condition(atoms - left));
    }
    return fmt::format("({} {} {})", Condition(left), random_.Once(2) ? "&&" : "||",
                       Condition(atoms - left));
  }
  std::vector<std::string> Cells() {
    return {Pick({"-", "< 50", "<= 50", "[50..100)", "> 100", ">= 50", "50", "not(100)"}),
            Pick({"-", "< 0.5", ">= 0.5", "not(< 0.5)", "0.5"}),
            Pick({"-", "web", "not(web)", "web, amazon", "amazon"}),
            Pick({"-", "vip", "not(vip)"})};
  }

 private:
  std::string Pick(const std::vector<std::string>& all) {
    return all[static_cast<std::size_t>(random_.Below(static_cast<std::int64_t>(all.size())))];
  }
  std::string Relation() { return Pick({"==", "!=", "<", "<=", ">", ">="}); }
  Random& random_;
};

int Cases(int few) { return std::getenv("ORDERWRIGHT_SOAK") != nullptr ? few * 20 : few; }

bool Has(const std::vector<Finding>& findings, FindingKind kind) {
  return std::any_of(findings.begin(), findings.end(),
                     [kind](const Finding& finding) { return finding.kind == kind; });
}

TEST_CASE("Of random conditions, all cases and the analysis say the same") {
  const Grid grid;
  int dead = 0;
  int always = 0;
  int shadowed = 0;
  int duplicates = 0;
  const int cases = Cases(400);
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 1);
    Writer writer(random);
    const std::string a = writer.Condition(static_cast<int>(1 + random.Below(6)));
    const std::string b = random.Once(8) ? fmt::format("!({} || !({}))", writer.Atom(), a)
                          : random.Once(8)
                              ? fmt::format("!!({})", a)
                              : writer.Condition(static_cast<int>(1 + random.Below(3)));
    const std::vector<int> of_a = grid.Truth(a);
    const std::vector<int> of_b = grid.Truth(b);
    INFO(a << "\n" << b);
    const std::vector<Finding> found = Found({Set("a", a, "1"), Set("b", b, "1")});
    const auto about = [&](const char* id, FindingKind kind, std::size_t rules) {
      return std::any_of(found.begin(), found.end(), [&](const Finding& f) {
        return f.kind == kind && f.rules[0] == id && f.rules.size() == rules;
      });
    };
    const bool a_dead = std::find(of_a.begin(), of_a.end(), 1) == of_a.end();
    const bool b_dead = std::find(of_b.begin(), of_b.end(), 1) == of_b.end();
    const bool a_always = std::find(of_a.begin(), of_a.end(), 0) == of_a.end();
    CHECK(about("a", FindingKind::kDead, 1) == a_dead);
    CHECK(about("b", FindingKind::kDead, 1) == b_dead);
    CHECK(about("a", FindingKind::kAlwaysTrue, 1) == a_always);
    bool covered = true;
    for (std::size_t p = 0; p < of_a.size(); ++p) covered &= of_b[p] != 1 || of_a[p] == 1;
    bool same = true;
    for (std::size_t p = 0; p < of_a.size(); ++p) same &= (of_a[p] == 1) == (of_b[p] == 1);
    CHECK(about("b", FindingKind::kDuplicate, 2) == (same && !b_dead));
    CHECK(about("b", FindingKind::kShadowed, 2) == (covered && !same && !b_dead));
    dead += a_dead ? 1 : 0;
    always += a_always ? 1 : 0;
    shadowed += covered && !same && !b_dead ? 1 : 0;
    duplicates += same && !b_dead ? 1 : 0;
  }
  // It has been asked.
  CHECK(dead > cases / 40);
  CHECK(always > cases / 80);
  CHECK(shadowed > cases / 20);
  CHECK(duplicates > 0);
}

TEST_CASE("Of random tables, all cases and the analysis say the same") {
  const Grid grid;
  int overlaps = 0;
  int full = 0;
  const int cases = Cases(120);
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 10'001);
    Writer writer(random);
    const bool is_first = random.Once(2);
    std::vector<Row> rows;
    for (std::int64_t r = 2 + random.Below(5); r > 0; --r) {
      rows.push_back({writer.Cells(), fmt::format("{}", r)});
    }
    if (random.Once(2)) rows.push_back({{"-", "-", "-", "-"}, "9"});
    const Rule rule = Table(RuleKind::kLimit, is_first ? HitPolicy::kFirst : HitPolicy::kUnique,
                            {"order.total", "order.risk", "order.channel", "order.tags"}, rows);
    const std::vector<Finding> found = Found({rule});
    // Each row alone: a table of its own that speaks where it hits.
    std::vector<std::vector<bool>> hits;
    bool all_ok = true;
    for (const Row& row : rows) {
      const Rule alone =
          Table(RuleKind::kHold, HitPolicy::kFirst,
                {"order.total", "order.risk", "order.channel", "order.tags"}, {{row.cells, ""}});
      RuleSetDraft draft;
      draft.rules = {alone};
      const RuleSet set =
          Must(Must(RuleSet::Create(std::move(draft))).BindTo(*grid.scenes[0]->facts(false).world));
      std::vector<bool>& of_row = hits.emplace_back();
      for (const std::unique_ptr<Scene>& scene : grid.scenes) {
        const std::array<std::uint8_t, 1> mask = {1};
        std::array<std::uint8_t, 1> holds = {0};
        std::array<std::int64_t, 1> values = {0};
        all_ok &=
            set.rules()[0].evaluator->Evaluate(scene->facts(true), mask, {holds, values}).ok();
        of_row.push_back(holds[0] != 0);
      }
    }
    std::set<std::string> expected;
    bool has_gap = false;
    for (std::size_t p = 0; p < grid.scenes.size(); ++p) {
      bool any = false;
      for (const std::vector<bool>& row : hits) any |= row[p];
      has_gap |= !any;
    }
    for (std::size_t r = 0; r < rows.size(); ++r) {
      bool alive = false;
      bool own = false;
      for (std::size_t p = 0; p < grid.scenes.size(); ++p) {
        bool before = false;
        for (std::size_t s = 0; s < r; ++s) before |= hits[s][p];
        alive |= hits[r][p];
        own |= hits[r][p] && !before;
      }
      if (!alive) expected.insert(fmt::format("dead_row {}", r));
      if (alive && !own && is_first) expected.insert(fmt::format("shadowed_row {}", r));
      for (std::size_t s = 0; s < r && !is_first; ++s) {
        bool both = false;
        for (std::size_t p = 0; p < grid.scenes.size(); ++p) both |= hits[r][p] && hits[s][p];
        if (both) expected.insert(fmt::format("overlap {}", s * 100 + r));
      }
    }
    std::set<std::string> said;
    for (const Finding& finding : found) {
      if (finding.kind == FindingKind::kOverlap && !finding.rows.empty()) {
        said.insert(fmt::format("overlap {}", finding.rows[0] * 100 + finding.rows[1]));
      }
      if (finding.kind == FindingKind::kShadowedRow || finding.kind == FindingKind::kDeadRow) {
        said.insert(fmt::format("{} {}", ToString(finding.kind), finding.rows[0]));
      }
    }
    INFO("table " << i);
    CHECK(all_ok);
    CHECK(said == expected);
    CHECK(Has(found, FindingKind::kGap) == has_gap);
    overlaps += static_cast<int>(expected.size());
    full += has_gap ? 0 : 1;
  }
  CHECK(overlaps > cases);
  CHECK(full > cases / 10);
}

TEST_CASE("A table of two hundred rows is analysed while one looks") {
  std::vector<Row> rows;
  constexpr std::array kKinds = {"store", "warehouse", "dropship", "third_party, virtual"};
  for (int i = 0; i < 200; ++i) {
    const int band = i / 4;
    rows.push_back({{fmt::format("[{}..{})", band * 10, band * 10 + 10),
                     kKinds[static_cast<std::size_t>(i % 4)], i % 3 == 0 ? "web" : "-"},
                    fmt::format("{}", i)});
  }
  const Rule rule = Table(RuleKind::kPrefer, HitPolicy::kUnique,
                          {"order.total", "location.kind", "order.channel"}, rows);
  const RuleSet set = SetOf({rule});
  // Of the processor: the machine may have other work. Without optimisation it takes longest.
  const std::clock_t begin = std::clock();
  const std::vector<Finding> found = Analyse(set);
  const double ms = 1e3 * static_cast<double>(std::clock() - begin) / CLOCKS_PER_SEC;
  CAPTURE(ms);
  CHECK(ms < 500);
  CHECK(found.size() == 3);
  CHECK(std::all_of(found.begin(), found.end(),
                    [](const Finding& f) { return f.kind == FindingKind::kGap; }));
}

}  // namespace
}  // namespace orderwright::rules
