// Rules in words, as routing obeys them: one of each kind.
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/inventory/pool.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/router.h"
#include "orderwright/rules/counters.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using rules::Rule;
using rules::RuleKind;
using testing::Brief;
using testing::CostOf;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::StockEntry;
using testing::Text;

WorldDraft ShopDraft() {
  WorldDraft draft = testing::SmallDraft();
  draft.items[2].tags = {"bulky"};
  draft.items[1].unit_value = Money::FromMinor(1'000, *draft.currency);
  for (LocationSpec& site : draft.locations) {
    if (site.id == "OAK" || site.id == "SJC") site.kind = LocationKind::kStore;
    if (site.id == "MEM") site.attributes = {{"temperature", std::string("cold")}};
  }
  ServiceSpec air = draft.rate_cards[0].services[0];
  air.name = "air";
  for (RateStepSpec& step : air.steps) {
    for (Cost& cost : step.costs) cost += CostOf("20");
  }
  air.transit_days = {1, 1, 1};
  draft.rate_cards[0].services.push_back(air);
  return draft;
}

struct Shop {
  World world = Must(World::Create(ShopDraft()));
  InventoryPool pool;

  explicit Shop(const std::vector<StockEntry>& stock) : pool(world, MakeStock(world, stock)) {}
  absl::StatusOr<Plan> TryRoute(std::vector<Rule> rules, const OrderDraft& draft) const {
    const Router router =
        Must(Router::Create(world, Must(rules::RuleSet::Create({"words", {}, std::move(rules)}))));
    RouteOptions options;
    options.now = ParseTimestamp("2026-11-23T12:00:00Z").value();
    return router.Route(Must(Order::Create(world, draft)), pool.Live(), options);
  }
  Plan Route(std::vector<Rule> rules, const OrderDraft& draft) const {
    return Must(TryRoute(std::move(rules), draft));
  }
};

OrderDraft Tagged(OrderDraft draft, std::vector<std::string> tags) {
  draft.tags = std::move(tags);
  return draft;
}

OrderDraft Priced(OrderDraft draft, std::int64_t cents) {
  for (OrderLineDraft& line : draft.lines) {
    line.unit_price = Money::FromMinor(cents, *Currency::Parse("USD"));
  }
  return draft;
}

const std::vector<StockEntry> kEverywhere = {
    {"RNO", "MUG", 9}, {"OAK", "MUG", 9}, {"MEM", "MUG", 9}, {"RNO", "HAT", 9},
    {"OAK", "HAT", 9}, {"MEM", "HAT", 9}, {"MEM", "TEE", 9}};

TEST_CASE("Text of an eligible rule: of those it speaks of, only what it requires") {
  const Shop shop(kEverywhere);
  const OrderDraft mug = DraftToSf({{"MUG", 1}});
  const auto eligible = [](std::string when, std::string require) {
    return std::vector<Rule>{Text("r", RuleKind::kEligible, std::move(when), std::move(require))};
  };
  CHECK(Brief(shop.Route({}, mug)) == "RNO: MUG x1");
  CHECK(Brief(shop.Route(eligible("", "location.kind == 'store'"), mug)) == "OAK: MUG x1");
  CHECK(Brief(shop.Route(eligible("'vip' in order.tags", "location.kind == 'store'"), mug)) ==
        "RNO: MUG x1");
  CHECK(Brief(shop.Route(eligible("'vip' in order.tags", "location.kind == 'store'"),
                         Tagged(mug, {"gift", "vip"}))) == "OAK: MUG x1");
  CHECK(Brief(shop.Route(eligible("order.total > 19.98", "location.id != 'RNO'"),
                         Priced(mug, 1'999))) == "OAK: MUG x1");
  CHECK(Brief(shop.Route(eligible("order.total > 19.99", "location.id != 'RNO'"),
                         Priced(mug, 1'999))) == "RNO: MUG x1");
  CHECK(Brief(shop.Route(eligible("", "has(candidate.distance_km) && candidate.distance_km > 1000"),
                         mug)) == "MEM: MUG x1");
  // What columns do not know is asked row by row: attributes, calls.
  CHECK(Brief(shop.Route(eligible("",
                                  "has(location.attributes.temperature) || "
                                  "location.id.startsWith('O')"),
                         mug)) == "OAK: MUG x1");
  CHECK(Brief(shop.Route(eligible("item.tags.exists(t, t == 'bulky')", "location.id == 'MEM'"),
                         DraftToSf({{"MUG", 1}, {"HAT", 1}}))) == "MEM: MUG x1, HAT x1");
}

TEST_CASE("Text of an eligible rule that reads the service bars services") {
  const Shop shop(kEverywhere);
  const Plan plan = shop.Route(
      {Text("by-air", RuleKind::kEligible, "'fast' in order.tags", "candidate.service == 'air'")},
      Tagged(DraftToSf({{"MUG", 1}}), {"fast"}));
  REQUIRE(plan.shipments().size() == 1);
  CHECK(plan.service(plan.shipments()[0]) == "air");
  CHECK(plan.rules().rules()[0].by_service);
  const Plan quick =
      shop.Route({Text("soon", RuleKind::kEligible, "", "candidate.transit_days <= 1")},
                 DraftToSf({{"TEE", 1}}));
  CHECK(plan.service(quick.shipments()[0]) == "air");
}

TEST_CASE("Texts that protect, price and prefer") {
  const Shop shop(kEverywhere);
  CHECK(Brief(shop.Route({Text("counter", RuleKind::kProtect, "location.kind == 'warehouse'",
                               "(candidate.available + 1) / 2")},
                         DraftToSf({{"MUG", 6}}))) == "OAK: MUG x6");
  const Plan priced = shop.Route({Text("price", RuleKind::kPrice, "location.id == 'RNO'", "0.25")},
                                 DraftToSf({{"MUG", 1}}));
  CHECK(Brief(priced) == "OAK: MUG x1");
  const Plan boosted = shop.Route(
      {Text("boost", RuleKind::kPrice, "location.id == 'MEM'", "item.unit_value - money('20')")},
      DraftToSf({{"TEE", 1}}));
  CHECK(boosted.shipments()[0].terms.rules == CostOf("-10"));
  CHECK(Brief(shop.Route({Text("near", RuleKind::kPrefer, "has(candidate.distance_km)",
                               "candidate.distance_km < 100.0 ? 0 : 1")},
                         DraftToSf({{"MUG", 1}}))) == "OAK: MUG x1");
}

TEST_CASE("Texts that limit, set and group") {
  const Shop shop({{"RNO", "MUG", 1}, {"MEM", "MUG", 9}, {"OAK", "TEE", 5}, {"MEM", "HAT", 1}});
  Rule far = Text("far", RuleKind::kLimit, "order.units < 3", "1000");
  far.limit = rules::LimitKind::kMaxDistanceKm;
  CHECK(Brief(shop.Route({far}, DraftToSf({{"MUG", 2}}))) == "RNO: MUG x1 | short MUG x1 rule");
  CHECK(Brief(shop.Route({Text("one", RuleKind::kLimit, "", "1")}, DraftToSf({{"MUG", 2}}))) ==
        "MEM: MUG x2");
  Rule air = Text("air", RuleKind::kSet, "'fast' in order.tags", "'air'");
  const Plan fast = shop.Route({air}, Tagged(DraftToSf({{"TEE", 1}}), {"fast"}));
  CHECK(fast.service(fast.shipments()[0]) == "air");
  Rule complete = Text("all", RuleKind::kSet, "", "order.units > 2");
  complete.set = rules::SetField::kShipComplete;
  CHECK(Brief(shop.Route({complete}, DraftToSf({{"HAT", 2}, {"TEE", 1}}))) ==
        "short HAT x2 no_stock | short TEE x1 ship_complete");
  Rule apart = Text("apart", RuleKind::kGroup, "", "'bulky' in item.tags ? 'bulky' : 'other'");
  apart.keep = rules::Keep::kApart;
  const Plan plan = shop.Route({apart}, DraftToSf({{"MUG", 2}, {"HAT", 1}}));
  CHECK(Brief(plan) == "MEM: MUG x2 | MEM: HAT x1");
}

TEST_CASE("Texts that hold, and say what becomes of what is short") {
  const Shop shop(kEverywhere);
  const Rule risk = Text("risk", RuleKind::kHold, "has(order.risk) && order.risk > 0.9");
  OrderDraft risky = DraftToSf({{"MUG", 1}});
  CHECK(shop.Route({risk}, risky).status() == PlanStatus::kPlanned);
  risky.risk = 0.91;
  CHECK(shop.Route({risk}, risky).status() == PlanStatus::kHeld);
  const Rule costly = Text("costly", RuleKind::kHold, "plan.cost > 100 || plan.short_units > 0");
  CHECK(shop.Route({costly}, DraftToSf({{"MUG", 1}})).status() == PlanStatus::kPlanned);
  CHECK(shop.Route({costly}, DraftToSf({{"MUG", 99}})).status() == PlanStatus::kHeld);
  Rule told = costly;
  told.reason =
      "{{{order.id}}}: {plan.short_units} of {order.units} are short, {plan.cost} in "
      "all{order.parent}";
  const Plan held = shop.Route({told}, DraftToSf({{"MUG", 30}}));
  REQUIRE(held.holds().size() == 1);
  CHECK(held.reason(held.holds()[0]) ==
        fmt::format("{{1042}}: 3 of 30 are short, {} in all?", ToString(held.cost())));
  Rule drop = Text("drop", RuleKind::kOutcome, "order.channel != 'amazon'");
  drop.then = rules::OutcomeThen::kCancel;
  CHECK(shop.Route({drop}, DraftToSf({{"MUG", 99}})).outcomes().size() == 1);
}

TEST_CASE("A text that fails is left out and holds the order, with its place and its row") {
  const Shop shop(kEverywhere);
  const Plan plan = shop.Route(
      {Text("cold", RuleKind::kEligible, "", "location.attributes['temperature'] == 'cold'")},
      DraftToSf({{"MUG", 1}}));
  CHECK(plan.status() == PlanStatus::kHeld);
  REQUIRE(plan.rule_errors().size() == 1);
  CHECK_THAT(plan.rule_errors()[0].message, testing::ContainsText("line '1', location 'RNO'"));
  CHECK_THAT(plan.rule_errors()[0].message, testing::ContainsText("temperature"));
  Rule strict = Text("strict", RuleKind::kProtect, "", "9223372036854775807 + order.units");
  strict.on_error = rules::OnError::kFail;
  const absl::Status status = shop.TryRoute({strict}, DraftToSf({{"MUG", 1}})).status();
  CHECK_THAT(status.ToString(), testing::ContainsText("rule 'strict'"));
  CHECK_THAT(status.ToString(), testing::ContainsText("overflow"));
}

TEST_CASE("Mistakes of texts are found when the rules are made, each with its place") {
  std::vector<Rule> rules = {
      Text("a", RuleKind::kEligible, "order.totl > 3", "true"),
      Text("b", RuleKind::kEligible, "", "order.total"),
      Text("c", RuleKind::kHold, "order.risk > 0.5"),
      Text("d", RuleKind::kPrefer, "", "line.quantity"),
      Text("e", RuleKind::kHold, "line.quantity > 3"),
      Text("f", RuleKind::kEligible, "plan.cost > 3", "true"),
      Text("g", RuleKind::kHold, "order.units >"),
      Text("h", RuleKind::kHold, "true"),
      Text("i", RuleKind::kHold, "true"),
      Text("j", RuleKind::kEligible, "true", "true"),
  };
  rules[7].reason = "risk {order.rsk}";
  rules[8].reason = "open {order.risk";
  rules[9].reason = "at {location.id}";
  const auto set = rules::RuleSet::Create({"x", {}, rules});
  REQUIRE_FALSE(set.ok());
  std::vector<std::string> found;
  for (const Issue& issue : IssuesOf(set.status())) {
    found.push_back(issue.path + " " + issue.code + ": " + issue.message);
  }
  CHECK(
      found ==
      std::vector<std::string>{
          "rules[0].when type: line 1, column 7: order has no field 'totl'; did you mean 'total'?",
          "rules[1].value type: is of type money; it must be bool",
          "rules[2].when unguarded: line 1, column 1: 'order.risk' may be unset; guard it: "
          "has(order.risk) && …, or has(order.risk) ? order.risk : …",
          "rules[3].value type: line 1, column 1: 'line.quantity' varies with lines, and this "
          "rule is asked about locations",
          "rules[4].when type: line 1, column 1: 'line.quantity' varies with lines, and this "
          "rule is asked about orders",
          "rules[5].when scope: line 1, column 1: only hold, outcome and policy rules may read "
          "'plan': "
          "there is none yet",
          "rules[6].when syntax: line 1, column 14: the expression ends here, but a value is "
          "expected",
          "rules[7].reason type: line 1, column 7: order has no field 'rsk'; did you mean 'risk'?",
          "rules[8].reason syntax: a brace without a partner; a field is {order.id}, a brace "
          "itself is {{ or }}",
          "rules[9].reason not_supported: '{location.id}': fields are filled in for hold, "
          "outcome and policy rules only"});
}

TEST_CASE("An explanation says what a rule in words saw") {
  const Shop shop({{"RNO", "MUG", 9}, {"MEM", "MUG", 9}});
  rules::Language language;
  REQUIRE(language.DeclareAttribute("location", "temperature", "string").ok());
  Rule rule =
      Text("warm", RuleKind::kEligible, "order.units < 5 && !order.tags.exists(t, t == 'x')",
           "!(has(location.attributes.temperature) && "
           "location.attributes.temperature == 'cold') && order.total > 1 && "
           "(!has(order.risk) || order.risk < 0.5) && has(order.ship_to.region)");
  rules::RuleSetDraft draft{"7", {}, {rule}};
  draft.language = std::make_shared<const rules::Language>(language);
  const Router router =
      Must(Router::Create(shop.world, Must(rules::RuleSet::Create(std::move(draft)))));
  RouteOptions options;
  options.explain = ExplainLevel::kRecord;
  OrderDraft order = DraftToSf({{"MUG", 2}});
  order.tags = {"gift", "new"};
  order.ship_to->region = "CA";
  order.lines[0].unit_price = Money::FromMinor(1'250, shop.world.currency());
  const Plan plan =
      Must(router.Route(Must(Order::Create(shop.world, order)), shop.pool.Live(), options));
  const Explanation why = Must(Explain(plan, {.why_not = {"MEM"}}));
  REQUIRE(why.why_not[0].rulings.size() == 1);
  using Seen = std::vector<std::pair<std::string, std::string>>;
  CHECK(why.why_not[0].rulings[0].values == Seen{{"order.units", "2"},
                                                 {"order.tags", "['gift', 'new']"},
                                                 {"location.attributes.temperature", "'cold'"},
                                                 {"order.total", "25.00"},
                                                 {"order.risk", "not set"},
                                                 {"order.ship_to.region", "'CA'"}});
  CHECK_THAT(ToString(why),
             testing::ContainsText("MUG: rule `warm`; it saw order.units 2, order.tags ['gift', "));
}

// A rule that is too much work is an error of that rule, in shadow too, and the rest is explained.
TEST_CASE("Explanations, the limit of an evaluation and shadow mode work together") {
  const Shop shop({{"RNO", "MUG", 9}, {"MEM", "MUG", 9}});
  std::string endless = "order.units > 0";
  for (int i = 0; i < 7; ++i) {
    endless = fmt::format("[0, 1, 2, 3, 4, 5, 6, 7, 8, 9].all(x{}, {})", i, endless);
  }
  Rule costly = Text("costly", RuleKind::kEligible, "", endless);
  costly.on_error = rules::OnError::kSkip;
  Rule shadow = Text("costly-in-shadow", RuleKind::kHold, endless);
  shadow.mode = rules::RuleMode::kShadow;
  Rule away = Text("away", RuleKind::kEligible, "", "location.id != 'RNO'");
  away.mode = rules::RuleMode::kShadow;
  const Rule not_memphis = Text("not-memphis", RuleKind::kEligible, "", "location.id != 'MEM'");
  RouterOptions router_options;
  router_options.counters = std::make_shared<rules::Counters>();
  const Router router = Must(Router::Create(
      shop.world, Must(rules::RuleSet::Create({"words", {}, {costly, shadow, away, not_memphis}})),
      router_options));
  RouteOptions options;
  options.now = ParseTimestamp("2026-11-23T12:00:00Z").value();
  options.explain = ExplainLevel::kFull;
  const Plan plan = Must(router.Route(Must(Order::Create(shop.world, DraftToSf({{"MUG", 1}}))),
                                      shop.pool.Live(), options));
  CHECK(Brief(plan) == "RNO: MUG x1");
  CHECK(plan.status() == PlanStatus::kPlanned);
  REQUIRE(plan.rule_errors().size() == 2);
  for (const PlanRuleError& error : plan.rule_errors()) {
    CHECK(error.rule < 2);
    CHECK_THAT(error.message, testing::ContainsText("the evaluation was ended"));
  }
  REQUIRE(plan.shadows().size() == 1);
  CHECK(plan.shadows()[0].rule == 2);
  const Explanation why = Must(Explain(plan, {.why_not = {"MEM"}}));
  CHECK(why.why_not[0].rulings[0].rule == "not-memphis");
  std::uint64_t errors = 0;
  for (const rules::RuleCount& count : router_options.counters->Read()) errors += count.errors;
  CHECK(errors == 2);
}

}  // namespace
}  // namespace orderwright
