// Explanations of decisions: the example of the user's view to the figure, and the other answers.
#include "orderwright/routing/explanation.h"

#include <algorithm>
#include <optional>
#include <string>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "orderwright/io/document.h"
#include "orderwright/io/explanation_json.h"
#include "orderwright/routing/router.h"
#include "tests/catch.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::CostOf;
using testing::MakeStock;
using testing::Must;
using testing::SmallDraft;

rules::Rule Hazmat() {
  rules::Rule rule;
  rule.id = "hazmat";
  rule.reason = "the item is hazmat, the site has no such capability";
  rule.kind = rules::RuleKind::kEligible;
  rule.evaluator = rules::FromPredicate([](const rules::Facts& f, std::size_t pair) {
    const Symbol hazmat = f.world->symbols().Intern("hazmat");
    const auto has = [&](const std::vector<Symbol>& list) {
      return std::find(list.begin(), list.end(), hazmat) != list.end();
    };
    const Item& item = f.world->item(f.order->lines()[f.pairs.line[pair]].sku);
    const LocationIndex site = f.candidates.location[f.pairs.candidate[pair]];
    return !has(item.tags) || has(f.world->location(site).capabilities);
  });
  return rule;
}

rules::Rule StoreSafety() {
  rules::Rule rule;
  rule.id = "store-safety";
  rule.kind = rules::RuleKind::kProtect;
  rule.evaluator = rules::FromPairValue([](const rules::Facts& f, std::size_t pair) {
    const LocationIndex site = f.candidates.location[f.pairs.candidate[pair]];
    return f.world->location(site).spec.kind == LocationKind::kStore ? 2 : 0;
  });
  return rule;
}

Order MakeOrder(const World& world,
                const std::vector<std::pair<std::string, std::int64_t>>& lines) {
  return Must(Order::Create(world, testing::DraftToSf(lines)));
}

Plan RouteOne(const World& world, const Stock& stock, const Order& order,
              rules::RuleSetDraft draft = {}, ExplainLevel explain = ExplainLevel::kRecord) {
  const InventoryPool pool(world, stock);
  const Router router = Must(Router::Create(world, Must(rules::RuleSet::Create(std::move(draft)))));
  return Must(router.Route(order, pool.Live(), {.explain = explain}));
}

Plan RouteReno(ExplainLevel explain = ExplainLevel::kRecord) {
  const std::string data = ORDERWRIGHT_TESTS_SOURCE_DIR "/examples/data/";
  const io::LoadedWorld in = Must(io::LoadWorld(data + "reno_world.json"));
  const io::LoadedOrders orders = Must(io::LoadOrders(in.world, data + "reno_orders.jsonl"));
  return RouteOne(in.world, in.stock, orders.orders[0],
                  {.version = "17", .objectives = {}, .rules = {Hazmat(), StoreSafety()}}, explain);
}

TEST_CASE("Explanation: why order 1042 ships from Reno, to the figure") {
  const Explanation why = Must(Explain(RouteReno(), {.why_not = {"MEM"}}));
  CHECK(
      ToString(why) ==
      R"(order 1042 · 3 lines, 4 units to 94103 San Francisco, CA · routed 2026-11-23 09:14 PST · rules v17, stock #0
  ships from Reno           MUG ×2, TEE ×1  ground, zone 2   9.84   ship by Mon 23 Nov 17:00, deliver by Wed 25 Nov
  ships from Oakland store  HAT ×1          ground, zone 1   6.10   ship by Tue 24 Nov, deliver by Wed 25 Nov
  split penalty                                              2.00
  total                                                     17.94   proved cheapest of 38 candidates

  why not Memphis?          eligible; it holds MUG, TEE and HAT
                            one shipment from Memphis costs 21.70 (+3.76): ground zone 7, 19.20; handling 2.50
  next best plans           +0.85  Reno + San Jose store      +2.31  Oakland store + Stockton      +3.76  Memphis alone
  ruled out                 Las Vegas: rule `hazmat` (the item is hazmat, the site has no such capability) · 9 stores: rule `store-safety` (available 0 after 2 kept back)
  close call                if a shipment from Oakland store cost more than 1.35 (now 0.50), Reno + San Jose store would win
                            if a shipment from Reno cost more than 4.81 (now 2.50), Oakland store + Stockton would win
                            if the split penalty were 5.76 or more (now 2.00), Memphis alone would win
)");
}

TEST_CASE("Explanation: each question of the user's view") {
  const Plan plan = RouteReno();
  REQUIRE(plan.cost() == CostOf("17.94"));
  CHECK(plan.candidates() == 38);
  const DecisionRecord record = Must(RecordOf(plan));

  const WhyNot memphis = Must(ExplainWhyNot(record, "MEM"));
  REQUIRE(memphis.kind == WhyNotKind::kDearer);
  CHECK(memphis.option->cost == CostOf("21.70"));
  CHECK(memphis.option->extra_cost == CostOf("3.76"));
  CHECK(memphis.option->is_proved);
  CHECK(memphis.stock.size() == 3);

  const WhyNot vegas = Must(ExplainWhyNot(record, "LAS"));
  CHECK(vegas.kind == WhyNotKind::kRuledOut);
  REQUIRE(vegas.rulings.size() == 1);
  CHECK(vegas.rulings[0].by == RuledOutBy::kRule);
  CHECK(vegas.rulings[0].rule == "hazmat");

  const WhyNot store = Must(ExplainWhyNot(record, "SAC"));
  CHECK(store.kind == WhyNotKind::kRuledOut);
  REQUIRE(store.rulings.size() == 1);
  CHECK(store.rulings[0].by == RuledOutBy::kProtect);
  CHECK(store.rulings[0].units == 2);

  CHECK(Must(ExplainWhyNot(record, "RNO")).kind == WhyNotKind::kChosen);
  CHECK(Must(ExplainWhyNot(record, "XXX")).kind == WhyNotKind::kNoStock);
}

TEST_CASE("Explanation: full is made with the plan, off keeps nothing") {
  const Plan full = RouteReno(ExplainLevel::kFull);
  REQUIRE(full.explanation() != nullptr);
  CHECK(full.explanation()->next_best.size() == 3);
  const Plan off = RouteReno(ExplainLevel::kOff);
  CHECK_FALSE(off.is_recorded());
  CHECK(off.explanation() == nullptr);
  const absl::StatusOr<Explanation> refused = Explain(off);
  CHECK(refused.status().code() == absl::StatusCode::kFailedPrecondition);
  CHECK_THAT(refused.status().ToString(), ContainsText("explain"));
}

TEST_CASE("Explanation: a record outlives the plan, the router and the stock") {
  std::optional<DecisionRecord> record;
  {
    const Plan plan = RouteReno();
    record = Must(RecordOf(plan));
  }
  CHECK(Must(Explain(*record)).chosen.cost == CostOf("17.94"));
}

TEST_CASE("Explanation: a plan that is written again records the new decision") {
  const World world = Must(World::Create(SmallDraft()));
  const InventoryPool pool(
      world, MakeStock(world, {{"RNO", "MUG", 5}, {"OAK", "TEE", 5}, {"MEM", "MUG", 5}}));
  const Router router = Must(Router::Create(world));
  Workspace workspace = router.NewWorkspace();
  Plan plan;
  const RouteOptions record{.explain = ExplainLevel::kRecord};
  const Order first = MakeOrder(world, {{"MUG", 1}});
  const Order second = MakeOrder(world, {{"TEE", 2}});
  REQUIRE(router.RouteInto(first, pool.Live(), record, workspace, plan).ok());
  const Plan kept = plan;  // shares the record: it must not be written over
  for (int i = 0; i < 3; ++i) {
    REQUIRE(router.RouteInto(second, pool.Live(), record, workspace, plan).ok());
    CHECK(Must(Explain(plan)).chosen.cost == plan.cost());
    REQUIRE(router.RouteInto(first, pool.Live(), record, workspace, plan).ok());
    CHECK(Must(Explain(plan)).chosen.cost == plan.cost());
  }
  CHECK(Must(Explain(kept)).chosen.cost == kept.cost());
  CHECK(Must(RecordOf(kept)).lines[0].sku == "MUG");
  REQUIRE(router.RouteInto(first, pool.Live(), {}, workspace, plan).ok());
  CHECK_FALSE(plan.is_recorded());
}

TEST_CASE("Explanation: what a location, a limit and a service lack") {
  WorldDraft draft = SmallDraft();
  draft.locations[1].markets = {{"EU"}};  // OAK
  draft.locations[2].active = false;      // SJC
  draft.rate_cards[0].services[0].max_dimensions_mm = {{300, 300, 300}};
  draft.items[2].dimensions_mm = {{900, 50, 50}};  // HAT
  const World world = Must(World::Create(draft));
  const Stock stock = MakeStock(world, {{"RNO", "MUG", 5},
                                        {"OAK", "MUG", 5},
                                        {"SJC", "MUG", 5},
                                        {"MEM", "MUG", 5},
                                        {"LAS", "HAT", 5}});
  rules::Rule near;
  near.id = "near";
  near.kind = rules::RuleKind::kLimit;
  near.limit = rules::LimitKind::kMaxDistanceKm;
  near.evaluator = rules::FromOrderValue([](const rules::Facts&) { return 1500; });
  const Order order = MakeOrder(world, {{"MUG", 1}, {"HAT", 1}});
  const Plan routed =
      RouteOne(world, stock, order, {.version = "1", .objectives = {}, .rules = {near}});
  const DecisionRecord record = Must(RecordOf(routed));
  const auto ruling = [&](const char* id) {
    const WhyNot answer = Must(ExplainWhyNot(record, id));
    CHECK(answer.kind == WhyNotKind::kRuledOut);
    REQUIRE(answer.rulings.size() == 1);
    return answer.rulings[0];
  };
  CHECK(ruling("OAK").by == RuledOutBy::kLocation);
  CHECK_THAT(ruling("OAK").reason, ContainsText("market"));
  CHECK(ruling("SJC").by == RuledOutBy::kLocation);
  CHECK(ruling("SJC").reason == "is not active");
  CHECK(ruling("MEM").by == RuledOutBy::kDistance);
  CHECK(ruling("MEM").rule == "near");
  CHECK(ruling("LAS").by == RuledOutBy::kService);
  CHECK(ruling("LAS").reason == "ground: HAT is too large");
}

TEST_CASE("Explanation: services that a shipment did not go with, and what they cost more") {
  WorldDraft draft = SmallDraft();
  ServiceSpec air = draft.rate_cards[0].services[0];
  air.name = "air";
  air.transit_days = {1, 1, 1};
  air.steps = {{std::nullopt, {CostOf("9.10"), CostOf("12.10"), CostOf("15.10")}}};
  ServiceSpec local = air;
  local.name = "local";
  local.countries = {{"CA"}};
  draft.rate_cards[0].services.push_back(air);
  draft.rate_cards[0].services.push_back(local);
  const World world = Must(World::Create(draft));
  const Stock stock = MakeStock(world, {{"RNO", "MUG", 5}});
  const Plan routed = RouteOne(world, stock, MakeOrder(world, {{"MUG", 1}}));
  const DecisionRecord record = Must(RecordOf(routed));
  REQUIRE(record.services.size() == 2);
  CHECK(record.services[0].service == "air");
  REQUIRE(record.services[0].cost);
  CHECK(*record.services[0].cost - routed.cost() == CostOf("5.00"));
  CHECK_FALSE(record.services[1].cost);
  CHECK(record.services[1].reason == "does not serve the country");
  CHECK_THAT(ToString(Must(Explain(routed))), ContainsText("air +5.00"));
}

TEST_CASE("Explanation: how a tie broke") {
  WorldDraft draft = SmallDraft();
  draft.locations[1] = draft.locations[0];
  draft.locations[1].id = "RNP";  // Reno's twin
  const World world = Must(World::Create(draft));
  const Order order = MakeOrder(world, {{"MUG", 1}, {"TEE", 1}});
  const Plan by_rank = RouteOne(
      world,
      MakeStock(world,
                {{"RNO", "MUG", 1}, {"RNO", "TEE", 1}, {"RNP", "MUG", 1}, {"RNP", "TEE", 1}}),
      order);
  CHECK(Must(Explain(by_rank)).tie == "RNO stands before RNP by rank and id, for the same cost");
  const Plan none = RouteOne(
      world, MakeStock(world, {{"RNO", "MUG", 1}, {"RNO", "TEE", 1}, {"MEM", "MUG", 1}}), order);
  CHECK(Must(Explain(none)).tie.empty());
}

TEST_CASE("Explanation: objectives above the cost decide, and say so") {
  const World world = Must(World::Create(SmallDraft()));
  rules::Rule memphis_first;
  memphis_first.id = "memphis-first";
  memphis_first.kind = rules::RuleKind::kPrefer;
  memphis_first.prefer = rules::PreferBy::kRank;
  memphis_first.evaluator =
      rules::FromCandidateValue([](const rules::Facts& f, std::size_t candidate) {
        return f.world->location(f.candidates.location[candidate]).id() == "MEM" ? 0 : 1;
      });
  const Stock stock = MakeStock(world, {{"RNO", "MUG", 5}, {"MEM", "MUG", 5}});
  for (const bool rank_leads : {false, true}) {
    rules::RuleSetDraft draft;
    draft.rules = {memphis_first};
    draft.objectives.emplace_back().minimize = rules::Minimize::kRank;
    if (rank_leads) {
      // Shortfall placed behind: what is asked must hold at levels above it too.
      draft.objectives.emplace_back().minimize = rules::Minimize::kShortfall;
      draft.rules[0].evaluator =
          rules::FromCandidateValue([](const rules::Facts&, std::size_t) { return 0; });
    }
    const Plan routed = RouteOne(world, stock, MakeOrder(world, {{"MUG", 1}}), draft);
    const std::string chosen = rank_leads ? "RNO" : "MEM";
    const std::string other = rank_leads ? "MEM" : "RNO";
    REQUIRE(routed.shipments().size() == 1);
    REQUIRE(routed.location_id(routed.shipments()[0]) == chosen);
    const Explanation why = Must(Explain(routed, {.why_not = {other}}));
    REQUIRE(why.why_not[0].kind == WhyNotKind::kDearer);
    const Cost extra = why.why_not[0].option->extra_cost;
    CHECK((rank_leads ? extra > Cost() : extra < Cost()));
    if (!rank_leads) {
      CHECK_THAT(ToString(why), ContainsText("rank 1 instead of 0"));
    }
  }
}

TEST_CASE("Explanation: an order that nothing can source") {
  const World world = Must(World::Create(SmallDraft()));
  const Plan empty = RouteOne(world, MakeStock(world, {}), MakeOrder(world, {{"MUG", 1}}));
  const Explanation why = Must(Explain(empty, {.why_not = {"RNO"}}));
  CHECK(why.next_best.empty());
  CHECK(why.break_evens.empty());
  CHECK(why.why_not[0].kind == WhyNotKind::kNoStock);
  CHECK_THAT(ToString(why), ContainsText("not sourced"));

  WorldDraft one = SmallDraft();
  one.costs.max_shipments = 0;
  const World none = Must(World::Create(one));
  const Plan limited =
      RouteOne(none, MakeStock(none, {{"RNO", "MUG", 1}}), MakeOrder(none, {{"MUG", 1}}));
  CHECK(Must(ExplainWhyNot(Must(RecordOf(limited)), "RNO")).kind == WhyNotKind::kNoPlan);
}

TEST_CASE("Explanation: an order that needs no shipping at all reads back from JSON") {
  WorldDraft draft = SmallDraft();
  draft.items[1].requires_shipping = false;
  for (LocationSpec& site : draft.locations) site.rate_cards.clear();
  const World world = Must(World::Create(draft));
  const Order order = MakeOrder(world, {{"TEE", 3}});
  const Explanation why = Must(Explain(RouteOne(world, MakeStock(world, {}), order)));
  const std::string text = io::ExplanationJson(why);
  CHECK(ToString(Must(Explain(Must(io::ParseExplanation({text, "why"}))))) == ToString(why));
}

TEST_CASE("Explanation: options out of range are refused") {
  const Plan plan = RouteReno();
  CHECK(Explain(plan, {.next_best = -1}).status().code() == absl::StatusCode::kInvalidArgument);
  ExplainOptions budget;
  budget.budget.node_limit = -1;
  CHECK(Explain(plan, budget).status().code() == absl::StatusCode::kInvalidArgument);
}

TEST_CASE("Explanation: HTML escapes what hosts name things") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].name = "<b>Reno & \"Co\"</b>";
  const World world = Must(World::Create(draft));
  const Plan routed =
      RouteOne(world, MakeStock(world, {{"RNO", "MUG", 1}}), MakeOrder(world, {{"MUG", 1}}));
  const std::string html = ToHtml(Must(Explain(routed)));
  CHECK_THAT(html, ContainsText("&lt;b&gt;Reno &amp; &quot;Co&quot;&lt;/b&gt;"));
  CHECK_THAT(html, !ContainsText("<b>Reno"));
}

}  // namespace
}  // namespace orderwright
