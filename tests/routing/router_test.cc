#include "orderwright/routing/router.h"

#include <atomic>
#include <thread>

#include "orderwright/core/status.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::Brief;
using testing::CostOf;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::Site;
using testing::SmallDraft;
using testing::StatusIs;

struct Case {
  World world;
  Stock stock;
  InventoryPool pool;
  Router router;

  Case(WorldDraft draft, const std::vector<testing::StockEntry>& entries,
       rules::RuleSet rules = rules::RuleSet(), RouterOptions options = {})
      : world(Must(World::Create(std::move(draft)))),
        stock(MakeStock(world, entries)),
        pool(world, stock),
        router(Must(Router::Create(world, std::move(rules), std::move(options)))) {}

  Plan Route(OrderDraft draft) {
    return Must(router.Route(Must(Order::Create(world, std::move(draft))), pool.Live()));
  }
};

rules::RuleSet RulesOf(std::vector<rules::Rule> rules,
                       std::vector<rules::Objective> objectives = {}) {
  return Must(rules::RuleSet::Create({"17", std::move(objectives), std::move(rules)}));
}

rules::Rule RuleOf(std::string id, rules::RuleKind kind,
                   std::shared_ptr<const rules::Evaluator> evaluator) {
  rules::Rule rule;
  rule.id = std::move(id);
  rule.kind = kind;
  rule.evaluator = std::move(evaluator);
  return rule;
}

bool IsAt(const rules::Facts& f, std::size_t candidate, std::string_view id) {
  return f.world->location(f.candidates.location[candidate]).id() == id;
}

TEST_CASE("Router: one line ships from the location where shipping is cheapest") {
  Case c(SmallDraft(), {{"RNO", "MUG", 5}, {"OAK", "MUG", 5}, {"MEM", "MUG", 5}});
  const Plan plan = c.Route(DraftToSf({{"MUG", 2}}));
  // OAK and RNO are both in the first zone and cost the same: the earlier in the list wins.
  CHECK(Brief(plan) == "RNO: MUG x2");
  CHECK(plan.cost() == CostOf("6.80"));  // 2.50 + 4.10 + 2 * 0.10
  CHECK(plan.proof() == PlanProof::kOptimal);
  CHECK(plan.lower_bound() == plan.cost());
  CHECK(plan.status() == PlanStatus::kPlanned);
}

TEST_CASE("Router: the terms of a shipment are handling, units, and the rate of zone and weight") {
  Case c(SmallDraft(), {{"MEM", "MUG", 5}});
  const Plan plan = c.Route(DraftToSf({{"MUG", 3}}));
  REQUIRE(plan.shipments().size() == 1);
  const Shipment& s = plan.shipments()[0];
  CHECK(s.terms.handling == CostOf("2.50"));
  CHECK(s.terms.unit == CostOf("0.30"));
  CHECK(s.terms.shipping == CostOf("10.10"));  // third zone, 1050 g
  CHECK(s.weight_g == 1050);
  CHECK(s.zone == 2);
  CHECK(s.distance_km > 2890.0);
  CHECK(s.distance_km < 2930.0);
  CHECK(s.terms.Sum() == s.cost);
  CHECK(plan.cost() == s.cost);
  CHECK(plan.service(s) == "ground");
  CHECK(plan.carrier(s) == "any");
}

TEST_CASE("Router: a split is chosen only where it is cheaper than one farther shipment") {
  WorldDraft draft = SmallDraft();
  const std::vector<testing::StockEntry> stock = {
      {"RNO", "MUG", 5}, {"OAK", "HAT", 5}, {"MEM", "MUG", 5}, {"MEM", "HAT", 5}};
  {
    Case c(draft, stock);  // split 6.70 + 6.70 = 13.40; Memphis alone 2.50 + 9.10 + 0.20 = 11.80
    CHECK(Brief(c.Route(DraftToSf({{"MUG", 1}, {"HAT", 1}}))) == "MEM: MUG x1, HAT x1");
  }
  draft.locations[3].cost_per_shipment = CostOf("4.11");  // Memphis 13.41
  {
    Case c(draft, stock);
    const Plan plan = c.Route(DraftToSf({{"MUG", 1}, {"HAT", 1}}));
    CHECK(Brief(plan) == "RNO: MUG x1 | OAK: HAT x1");
    CHECK(plan.cost() == CostOf("13.40"));
  }
  draft.costs.split_penalty = CostOf("0.02");
  {
    Case c(draft, stock);
    const Plan plan = c.Route(DraftToSf({{"MUG", 1}, {"HAT", 1}}));
    CHECK(Brief(plan) == "MEM: MUG x1, HAT x1");
    CHECK(plan.split_cost() == Cost());
  }
}

TEST_CASE("Router: units of one line come from several locations when none has enough") {
  Case c(SmallDraft(), {{"RNO", "MUG", 2}, {"OAK", "MUG", 1}, {"MEM", "MUG", 1}});
  const Plan plan = c.Route(DraftToSf({{"MUG", 3}}));
  CHECK(Brief(plan) == "RNO: MUG x2 | OAK: MUG x1");
  CHECK(plan.proof() == PlanProof::kOptimal);
}

TEST_CASE("Router: a line that must not be split is short rather than split") {
  Case c(SmallDraft(), {{"RNO", "MUG", 2}, {"OAK", "MUG", 1}});
  OrderDraft draft = DraftToSf({{"MUG", 3}});
  draft.lines[0].no_split = true;
  const Plan plan = c.Route(draft);
  CHECK(Brief(plan) == "RNO: MUG x2 | short MUG x1 limit");
  CHECK(plan.shortfall_cost() == CostOf("10000"));
}

TEST_CASE("Router: two lines of one SKU share its stock") {
  Case c(SmallDraft(), {{"RNO", "MUG", 3}, {"MEM", "MUG", 1}});
  CHECK(Brief(c.Route(DraftToSf({{"MUG", 2}, {"MUG", 2}}))) == "RNO: MUG x2, MUG x1 | MEM: MUG x1");
  const Plan plan = c.Route(DraftToSf({{"MUG", 3}, {"MUG", 2}}));
  CHECK(plan.status() == PlanStatus::kShort);
  REQUIRE(plan.shortfalls().size() == 1);
  CHECK(plan.shortfalls()[0].quantity == Units(1));
  CHECK(plan.shortfalls()[0].reason == ShortReason::kNoStock);
}

TEST_CASE("Router: what nobody holds is short for lack of stock, and the rest still ships") {
  Case c(SmallDraft(), {{"RNO", "MUG", 1}});
  const Plan plan = c.Route(DraftToSf({{"MUG", 1}, {"HAT", 2}}));
  CHECK(Brief(plan) == "RNO: MUG x1 | short HAT x2 no_stock");
  CHECK(plan.status() == PlanStatus::kShort);
  CHECK(c.Route(DraftToSf({{"HAT", 1}})).status() == PlanStatus::kUnroutable);
}

TEST_CASE("Router: ship-complete sources everything or nothing") {
  Case c(SmallDraft(), {{"RNO", "MUG", 1}, {"OAK", "HAT", 1}});
  OrderDraft draft = DraftToSf({{"MUG", 1}, {"HAT", 2}});
  draft.ship_complete = true;
  const Plan plan = c.Route(draft);
  CHECK(Brief(plan) == "short MUG x1 ship_complete | short HAT x2 no_stock");
  CHECK(plan.status() == PlanStatus::kUnroutable);
  draft.lines[1].quantity = 1;
  CHECK(Brief(c.Route(draft)) == "RNO: MUG x1 | OAK: HAT x1");
}

TEST_CASE("Router: max_shipments bounds the split, and the order's own wins over the world's") {
  WorldDraft world = SmallDraft();
  world.costs.max_shipments = 1;
  Case c(world, {{"RNO", "MUG", 1}, {"OAK", "HAT", 1}});
  OrderDraft draft = DraftToSf({{"MUG", 1}, {"HAT", 1}});
  CHECK(Brief(c.Route(draft)) == "RNO: MUG x1 | short HAT x1 limit");
  draft.max_shipments = 2;
  CHECK(Brief(c.Route(draft)) == "RNO: MUG x1 | OAK: HAT x1");
}

TEST_CASE("Router: safety stock, damaged and reserved units are not there") {
  const World world = Must(World::Create(SmallDraft()));
  StockRowSpec row;
  row.location = "RNO";
  row.sku = "MUG";
  row.on_hand = 10;
  row.reserved = 2;
  row.safety_stock = 3;
  row.damaged = 1;
  row.quality_control = 1;
  const Stock stock = Must(Stock::Create(world, {row}));
  InventoryPool pool(world, stock);
  const Router router = Must(Router::Create(world));
  const Order order = Must(Order::Create(world, DraftToSf({{"MUG", 4}})));
  CHECK(Brief(Must(router.Route(order, pool.Live()))) == "RNO: MUG x3 | short MUG x1 no_stock");
}

TEST_CASE("Router: a location that is closed, retired or serves others is not used") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].active = false;
  draft.locations[1].markets = {{"EU"}};
  draft.locations[2].channels = {{"pos"}};
  Case c(draft, {{"RNO", "MUG", 1}, {"OAK", "MUG", 1}, {"SJC", "MUG", 1}, {"MEM", "MUG", 1}});
  OrderDraft order = DraftToSf({{"MUG", 1}});
  CHECK(Brief(c.Route(order)) == "MEM: MUG x1");
  order.market = "EU";
  CHECK(Brief(c.Route(order)) == "OAK: MUG x1");
  order.market = "US";
  order.channel = "pos";
  CHECK(Brief(c.Route(order)) == "SJC: MUG x1");
  order.channel = "web";
  order.lines[0].quantity = 2;
  CHECK(Brief(c.Route(order)) == "MEM: MUG x1 | short MUG x1 no_eligible_location");
}

TEST_CASE("Router: a location is not used while it is inactive") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].inactive = {
      {Must(ParseTimestamp("2026-11-23T00:00:00Z")), Must(ParseTimestamp("2026-11-24T00:00:00Z"))}};
  Case c(draft, {{"RNO", "MUG", 1}, {"MEM", "MUG", 1}});
  OrderDraft order = DraftToSf({{"MUG", 1}});
  CHECK(StatusIs(c.router.Route(Must(Order::Create(c.world, order)), c.pool.Live()).status(),
                 absl::StatusCode::kInvalidArgument));
  order.placed_at = Must(ParseTimestamp("2026-11-23T12:00:00Z"));
  CHECK(Brief(c.Route(order)) == "MEM: MUG x1");
  order.placed_at = Must(ParseTimestamp("2026-11-24T00:00:00Z"));
  CHECK(Brief(c.Route(order)) == "RNO: MUG x1");
}

TEST_CASE("Router: of several services the cheapest that can carry the shipment is taken") {
  WorldDraft draft = SmallDraft();
  ServiceSpec light = draft.rate_cards[0].services[0];
  light.name = "letter";
  light.max_weight_g = 400;
  light.steps = {{400, {CostOf("1.00"), CostOf("1.00"), CostOf("1.00")}}};
  light.transit_days = {4, 4, 4};
  ServiceSpec fast = draft.rate_cards[0].services[0];
  fast.name = "air";
  fast.transit_days = {1, 1, 1};
  for (RateStepSpec& step : fast.steps) {
    for (Cost& cost : step.costs) cost += CostOf("3.00");
  }
  draft.rate_cards[0].services.push_back(light);
  draft.rate_cards[0].services.push_back(fast);
  Case c(draft, {{"RNO", "MUG", 9}, {"RNO", "HAT", 9}});
  Plan plan = c.Route(DraftToSf({{"MUG", 1}}));
  CHECK(plan.service(plan.shipments()[0]) == "letter");
  plan = c.Route(DraftToSf({{"MUG", 2}}));
  CHECK(plan.service(plan.shipments()[0]) == "ground");
  OrderDraft draft_air = DraftToSf({{"MUG", 1}});
  draft_air.services = {"air"};
  plan = c.Route(draft_air);
  CHECK(plan.service(plan.shipments()[0]) == "air");
  CHECK(plan.cost() == CostOf("9.70"));
}

TEST_CASE("Router: of two services at one price the one that arrives earlier is taken") {
  WorldDraft draft = SmallDraft();
  ServiceSpec twin = draft.rate_cards[0].services[0];
  twin.name = "express";
  twin.transit_days = {1, 2, 3};
  draft.rate_cards[0].services.push_back(twin);
  Case c(draft, {{"MEM", "MUG", 9}});
  const Plan plan = c.Route(DraftToSf({{"MUG", 1}}));
  CHECK(plan.service(plan.shipments()[0]) == "express");
}

TEST_CASE(
    "Router: the earlier service wins where it is no dearer, though it is for other weights") {
  WorldDraft draft = SmallDraft();
  ServiceSpec express = draft.rate_cards[0].services[0];
  express.name = "express";
  express.transit_days = {1, 2, 3};
  for (Cost& cost : express.steps[1].costs) cost += CostOf("1.00");
  draft.rate_cards[0].services.push_back(express);
  Case c(draft, {{"MEM", "MUG", 9}});
  const Plan light = c.Route(DraftToSf({{"MUG", 2}}));
  CHECK(light.service(light.shipments()[0]) == "express");
  const Plan heavy = c.Route(DraftToSf({{"MUG", 3}}));
  CHECK(heavy.service(heavy.shipments()[0]) == "ground");
}

TEST_CASE("Router: two parcels by two services leave one site where that is cheaper than one") {
  WorldDraft draft = SmallDraft();
  ServiceSpec& ground = draft.rate_cards[0].services[0];
  ground.steps[1].costs = {CostOf("50.00"), CostOf("50.00"), CostOf("50.00")};
  ServiceSpec air = ground;
  air.name = "air";
  air.steps[0].costs = {CostOf("9.00"), CostOf("9.00"), CostOf("9.20")};
  draft.rate_cards[0].services.push_back(air);
  Case c(draft, {{"RNO", "MUG", 9}});
  const Plan plan = c.Route(DraftToSf({{"MUG", 4}}));  // 1,400 g
  REQUIRE(plan.shipments().size() == 2);
  CHECK(plan.cost() == CostOf("18.50"));
}

TEST_CASE("Router: what is too heavy or too large for every service is short by a limit") {
  WorldDraft draft = SmallDraft();
  ServiceSpec& ground = draft.rate_cards[0].services[0];
  ground.max_weight_g = 1000;
  ground.max_dimensions_mm = {{300, 200, 100}};
  draft.items[0].dimensions_mm = {{100, 310, 50}};
  draft.items[1].weight_g = 1001;
  draft.items[2].dimensions_mm = {{100, 300, 200}};
  Case c(draft, {{"RNO", "MUG", 9}, {"RNO", "TEE", 9}, {"RNO", "HAT", 9}});
  CHECK(Brief(c.Route(DraftToSf({{"MUG", 1}, {"TEE", 1}, {"HAT", 1}}))) ==
        "RNO: HAT x1 | short MUG x1 limit | short TEE x1 limit");
}

TEST_CASE("Router: dimensional weight and surcharges are billed") {
  WorldDraft draft = SmallDraft();
  ServiceSpec& ground = draft.rate_cards[0].services[0];
  ground.dim_divisor = 5;  // mm^3 a gram
  ground.surcharges = {{"oversize", CostOf("9.00")}};
  draft.items[0].dimensions_mm = {{20, 20, 20}};  // 1600 g
  draft.items[0].tags = {"oversize"};
  Case c(draft, {{"RNO", "MUG", 9}});
  const Plan plan = c.Route(DraftToSf({{"MUG", 2}}));
  const Shipment& s = plan.shipments()[0];
  CHECK(s.weight_g == 3200);
  CHECK(s.terms.shipping == CostOf("5.10"));
  CHECK(s.terms.surcharge == CostOf("18.00"));
}

TEST_CASE("Router: a service that does not reach a zone or a country is not offered") {
  WorldDraft draft = SmallDraft();
  ServiceSpec& ground = draft.rate_cards[0].services[0];
  ground.zones_km = {500.0, 2000.0, 2500.0};
  ground.countries = {{"US"}};
  Case c(draft, {{"MEM", "MUG", 9}, {"LAS", "HAT", 9}});
  CHECK(Brief(c.Route(DraftToSf({{"MUG", 1}, {"HAT", 1}}))) == "LAS: HAT x1 | short MUG x1 limit");
  OrderDraft abroad = DraftToSf({{"HAT", 1}});
  abroad.ship_to->country = "CA";
  CHECK(Brief(c.Route(abroad)) == "short HAT x1 limit");
}

TEST_CASE("Router: an unknown distance is billed as the last zone") {
  Case c(SmallDraft(), {{"RNO", "MUG", 9}});
  OrderDraft draft = DraftToSf({{"MUG", 1}});
  draft.ship_to->position.reset();
  const Plan plan = c.Route(draft);
  CHECK(plan.shipments()[0].terms.shipping == CostOf("9.10"));
  CHECK(plan.shipments()[0].distance_km < 0);
}

TEST_CASE("Router: locations without rate cards ship for nothing, as service standard") {
  WorldDraft draft = SmallDraft();
  draft.locations[3].rate_cards.clear();
  Case c(draft, {{"RNO", "MUG", 9}, {"MEM", "MUG", 9}});
  Plan plan = c.Route(DraftToSf({{"MUG", 1}}));
  CHECK(Brief(plan) == "MEM: MUG x1");
  CHECK(plan.service(plan.shipments()[0]) == "standard");
  CHECK(plan.cost() == CostOf("2.60"));
  OrderDraft ground_only = DraftToSf({{"MUG", 1}});
  ground_only.services = {"ground"};
  CHECK(Brief(c.Route(ground_only)) == "RNO: MUG x1");
}

TEST_CASE("Router: lane costs are added to every unit") {
  const World world = Must(World::Create(SmallDraft()));
  LaneRow row{"94103", std::vector<Cost>(5, CostOf("1.00"))};
  row.costs[1] = CostOf("0.25");
  RouterOptions options;
  options.lanes = Must(LaneCosts::Create(world, {row}));
  const Router router = Must(Router::Create(world, rules::RuleSet(), options));
  const Stock stock = MakeStock(world, {{"RNO", "MUG", 9}, {"OAK", "MUG", 9}});
  InventoryPool pool(world, stock);
  const Order order = Must(Order::Create(world, DraftToSf({{"MUG", 2}})));
  const Plan plan = Must(router.Route(order, pool.Live()));
  CHECK(Brief(plan) == "OAK: MUG x2");
  CHECK(plan.shipments()[0].terms.lane == CostOf("0.50"));
}

TEST_CASE("Router: an eligible rule rules pairs out, and the plan says so") {
  auto no_oak = rules::FromPredicate([](const rules::Facts& f, std::size_t pair) {
    return !IsAt(f, f.pairs.candidate[pair], "OAK");
  });
  Case c(SmallDraft(), {{"OAK", "MUG", 1}, {"OAK", "HAT", 1}, {"MEM", "HAT", 1}},
         RulesOf({RuleOf("no-oak", rules::RuleKind::kEligible, no_oak)}));
  const Plan plan = c.Route(DraftToSf({{"MUG", 1}, {"HAT", 1}}));
  CHECK(Brief(plan) == "MEM: HAT x1 | short MUG x1 rule");
  CHECK(plan.rules_version() == "17");
}

TEST_CASE("Router: a protect rule keeps units back, the largest of several") {
  const auto keep = [](std::int64_t units) {
    return rules::FromPairValue([units](const rules::Facts&, std::size_t) { return units; });
  };
  Case c(SmallDraft(), {{"RNO", "MUG", 5}, {"MEM", "MUG", 3}},
         RulesOf({RuleOf("keep-1", rules::RuleKind::kProtect, keep(1)),
                  RuleOf("keep-3", rules::RuleKind::kProtect, keep(3))}));
  CHECK(Brief(c.Route(DraftToSf({{"MUG", 3}}))) == "RNO: MUG x2 | short MUG x1 rule");
}

TEST_CASE("Router: the tightest limit rule applies") {
  const auto at_most = [](std::int64_t n) {
    return rules::FromOrderValue([n](const rules::Facts&) { return std::optional(n); });
  };
  rules::Rule near = RuleOf("near", rules::RuleKind::kLimit, at_most(1000));
  near.limit = rules::LimitKind::kMaxDistanceKm;
  rules::Rule one = RuleOf("one", rules::RuleKind::kLimit, at_most(1));
  rules::Rule two = RuleOf("two", rules::RuleKind::kLimit, at_most(2));
  rules::Rule none = RuleOf(
      "none", rules::RuleKind::kLimit,
      rules::FromOrderValue([](const rules::Facts&) { return std::optional<std::int64_t>(); }));
  Case c(SmallDraft(), {{"RNO", "MUG", 1}, {"OAK", "HAT", 1}, {"MEM", "MUG", 9}, {"MEM", "HAT", 9}},
         RulesOf({near, two, one, none}));
  CHECK(Brief(c.Route(DraftToSf({{"MUG", 1}, {"HAT", 1}}))) == "RNO: MUG x1 | short HAT x1 limit");
}

TEST_CASE("Router: a price rule moves the choice, also when it is negative") {
  const auto price = [](std::string at, std::int64_t micros) {
    return rules::FromPairValue([=](const rules::Facts& f, std::size_t pair) {
      return IsAt(f, f.pairs.candidate[pair], at) ? micros : 0;
    });
  };
  const std::vector<testing::StockEntry> stock = {{"RNO", "MUG", 9}, {"MEM", "MUG", 9}};
  Case dear(SmallDraft(), stock,
            RulesOf({RuleOf("dear", rules::RuleKind::kPrice, price("RNO", 5'000'001))}));
  Plan plan = dear.Route(DraftToSf({{"MUG", 1}}));
  CHECK(Brief(plan) == "MEM: MUG x1");
  CHECK(plan.shipments()[0].terms.rules == Cost());
  Case boost(SmallDraft(), stock,
             RulesOf({RuleOf("boost", rules::RuleKind::kPrice, price("MEM", -5'000'001))}));
  plan = boost.Route(DraftToSf({{"MUG", 1}}));
  CHECK(Brief(plan) == "MEM: MUG x1");
  CHECK(plan.shipments()[0].terms.rules == CostOf("-5.000001"));
  CHECK(plan.cost() == CostOf("6.699999"));
  CHECK(plan.lower_bound() == plan.cost());
}

TEST_CASE("Router: prefer rules add a cost once a shipment, or rank locations in an objective") {
  const auto far_first = rules::FromCandidateValue([](const rules::Facts& f, std::size_t i) {
    return IsAt(f, i, "MEM") ? std::int64_t{0} : std::int64_t{1};
  });
  const std::vector<testing::StockEntry> stock = {{"RNO", "MUG", 9}, {"MEM", "MUG", 9}};
  rules::Rule rank = RuleOf("rank", rules::RuleKind::kPrefer, far_first);
  rank.prefer = rules::PreferBy::kRank;
  Case by_rank(SmallDraft(), stock,
               RulesOf({rank}, {{rules::Minimize::kRank, "rank", 0},
                                {rules::Minimize::kShipments, "", 0},
                                {rules::Minimize::kCost, "", 0}}));
  CHECK(Brief(by_rank.Route(DraftToSf({{"MUG", 2}}))) == "MEM: MUG x2");
  Case unused(SmallDraft(), stock, RulesOf({rank}));
  CHECK(Brief(unused.Route(DraftToSf({{"MUG", 2}}))) == "RNO: MUG x2");

  const auto labour = rules::FromCandidateValue([](const rules::Facts& f, std::size_t i) {
    return IsAt(f, i, "RNO") ? std::int64_t{7'000'000} : std::int64_t{0};
  });
  Case by_cost(SmallDraft(), stock, RulesOf({RuleOf("labour", rules::RuleKind::kPrefer, labour)}));
  const Plan plan = by_cost.Route(DraftToSf({{"MUG", 2}}));
  CHECK(Brief(plan) == "MEM: MUG x2");
}

TEST_CASE("Router: an evaluator's error and a value out of range name the rule and the order") {
  const auto negative =
      rules::FromPairValue([](const rules::Facts&, std::size_t) { return std::int64_t{-1}; });
  rules::Rule broken = RuleOf("broken", rules::RuleKind::kProtect, negative);
  broken.on_error = rules::OnError::kFail;
  Case c(SmallDraft(), {{"RNO", "MUG", 9}}, RulesOf({broken}));
  const Order order = Must(Order::Create(c.world, DraftToSf({{"MUG", 1}})));
  const absl::Status status = c.router.Route(order, c.pool.Live()).status();
  CHECK(StatusIs(status, absl::StatusCode::kInvalidArgument));
  CHECK_THAT(std::string(MessageOf(status)), testing::ContainsText("rule 'broken'"));
  CHECK_THAT(std::string(MessageOf(status)), testing::ContainsText("order '1042'"));
}

TEST_CASE("Router: a rule that fails is left out, and the order is held or goes on") {
  // One pair is right: a rule that fails is left out whole.
  const auto half = rules::FromPairValue([](const rules::Facts& f, std::size_t pair) {
    return IsAt(f, f.pairs.candidate[pair], "RNO") ? std::int64_t{9} : std::int64_t{-1};
  });
  rules::Rule broken = RuleOf("broken", rules::RuleKind::kProtect, half);
  const std::vector<testing::StockEntry> stock = {{"RNO", "MUG", 9}, {"MEM", "MUG", 9}};
  Case held(SmallDraft(), stock, RulesOf({broken}));
  const Plan proposal = held.Route(DraftToSf({{"MUG", 1}}));
  CHECK(proposal.status() == PlanStatus::kHeld);
  CHECK(Brief(proposal) == "RNO: MUG x1");
  REQUIRE(proposal.holds().size() == 1);
  CHECK(proposal.holds()[0].is_error);
  const std::string message = "protects -1 units; a rule protects 0 or more";
  CHECK(proposal.reason(proposal.holds()[0]) == message);
  REQUIRE(proposal.rule_errors().size() == 1);
  CHECK(proposal.rule_errors()[0] == PlanRuleError{0, rules::OnError::kHold, message});
  CHECK_THAT(ToString(proposal), testing::ContainsText("held by            broken: " + message));
  CHECK_FALSE(Must(held.router.RouteAndReserve(
                       Must(Order::Create(held.world, DraftToSf({{"MUG", 1}}))), held.pool))
                  .reservation.has_value());

  broken.on_error = rules::OnError::kSkip;
  Case skipped(SmallDraft(), stock, RulesOf({broken}));
  const Plan plan = skipped.Route(DraftToSf({{"MUG", 1}}));
  CHECK(plan.status() == PlanStatus::kPlanned);
  CHECK(plan.holds().empty());
  REQUIRE(plan.rule_errors().size() == 1);
  CHECK_THAT(ToString(plan), testing::ContainsText("rule failed        broken: " + message));
}

TEST_CASE("Router: a rule in shadow mode is asked, counted and not obeyed") {
  const auto not_reno = rules::FromPredicate([](const rules::Facts& f, std::size_t pair) {
    return !IsAt(f, f.pairs.candidate[pair], "RNO");
  });
  rules::Rule shadow = RuleOf("away", rules::RuleKind::kEligible, not_reno);
  shadow.mode = rules::RuleMode::kShadow;
  Case c(SmallDraft(), {{"RNO", "MUG", 9}, {"MEM", "MUG", 9}}, RulesOf({shadow}));
  const Plan plan = c.Route(DraftToSf({{"MUG", 1}}));
  CHECK(Brief(plan) == "RNO: MUG x1");
  REQUIRE(plan.shadows().size() == 1);
  CHECK(plan.shadows()[0] == PlanShadow{0, 1});
  CHECK_THAT(ToString(plan), testing::ContainsText("in shadow          away would have spoken"));
}

TEST_CASE("Router: rules outside their period or switched off do not speak") {
  const auto never = rules::FromPredicate([](const rules::Facts&, std::size_t) { return false; });
  rules::Rule rule = RuleOf("closed", rules::RuleKind::kEligible, never);
  rule.from = Must(ParseTimestamp("2026-12-01T00:00:00Z"));
  rules::Rule off = RuleOf("off", rules::RuleKind::kEligible, never);
  off.mode = rules::RuleMode::kOff;
  Case c(SmallDraft(), {{"RNO", "MUG", 9}}, RulesOf({rule, off}));
  OrderDraft draft = DraftToSf({{"MUG", 1}});
  draft.placed_at = Must(ParseTimestamp("2026-11-30T23:59:59Z"));
  CHECK(c.Route(draft).status() == PlanStatus::kPlanned);
  draft.placed_at = Must(ParseTimestamp("2026-12-01T00:00:00Z"));
  CHECK(Brief(c.Route(draft)) == "short MUG x1 rule");
}

TEST_CASE("Router: orders and stock of another world are refused") {
  Case c(SmallDraft(), {{"RNO", "MUG", 9}});
  const World other = Must(World::Create(SmallDraft()));
  const Order order = Must(Order::Create(other, DraftToSf({{"MUG", 1}})));
  CHECK(StatusIs(c.router.Route(order, c.pool.Live()).status(),
                 absl::StatusCode::kFailedPrecondition));
  const Stock stock = MakeStock(other, {{"RNO", "MUG", 9}});
  InventoryPool pool(other, stock);
  const Order ours = Must(Order::Create(c.world, DraftToSf({{"MUG", 1}})));
  CHECK(
      StatusIs(c.router.Route(ours, pool.Live()).status(), absl::StatusCode::kFailedPrecondition));
}

TEST_CASE("Router: a router of an earlier version skips locations it does not know") {
  Case c(SmallDraft(), {{"MEM", "MUG", 9}});
  WorldChanges changes;
  changes.locations = {Site("SFO", 37.6, -122.4)};
  const World later = Must(c.world.With(changes));
  const Stock stock = MakeStock(later, {{"MEM", "MUG", 9}, {"SFO", "MUG", 9}});
  InventoryPool pool(later, stock);
  const Order order = Must(Order::Create(later, DraftToSf({{"MUG", 1}})));
  CHECK(Brief(Must(c.router.Route(order, pool.Live()))) == "MEM: MUG x1");
  const Router newer = Must(Router::Create(later));
  CHECK(Brief(Must(newer.Route(order, pool.Live()))) == "SFO: MUG x1");
}

TEST_CASE("Router: an order whose worst cost a later world makes too large is refused, not wrong") {
  Case c(SmallDraft(), {{"RNO", "MUG", 9}});
  const Order order = Must(Order::Create(c.world, DraftToSf({{"MUG", 100'000'000}})));
  WorldChanges changes;
  changes.costs = c.world.costs();
  changes.costs->shortfall_penalty_per_unit = CostOf("1000000");
  const Router dearer = Must(Router::Create(Must(c.world.With(changes))));
  CHECK(StatusIs(dearer.Route(order, c.pool.Live()).status(), absl::StatusCode::kOutOfRange));
  CHECK(c.router.Route(order, c.pool.Live()).ok());
}

TEST_CASE("Router: reserving takes the plan's units, and the next order sees what is left") {
  Case c(SmallDraft(), {{"RNO", "MUG", 3}, {"MEM", "MUG", 3}});
  const Order order = Must(Order::Create(c.world, DraftToSf({{"MUG", 2}})));
  const Decision first = Must(c.router.RouteAndReserve(order, c.pool, {.key = CommandKey("a")}));
  CHECK(Brief(first.plan) == "RNO: MUG x2");
  REQUIRE(first.reservation.has_value());
  CHECK(first.changes.size() == 1);
  const Decision second = Must(c.router.RouteAndReserve(order, c.pool, {.key = CommandKey("b")}));
  CHECK(Brief(second.plan) == "MEM: MUG x2");
  CHECK(c.pool.Audit().ok());
  // A re-route of the first does not compete with itself.
  const Plan again =
      Must(c.router.Route(order, c.pool.Live(), {.own_reservation = first.reservation}));
  CHECK(Brief(again) == "RNO: MUG x2");
}

TEST_CASE("Router: a test order and an order that nobody can ship reserve nothing") {
  Case c(SmallDraft(), {{"RNO", "MUG", 3}});
  OrderDraft draft = DraftToSf({{"MUG", 2}});
  draft.test = true;
  const Decision test = Must(c.router.RouteAndReserve(Must(Order::Create(c.world, draft)), c.pool));
  CHECK(Brief(test.plan) == "RNO: MUG x2");
  CHECK_FALSE(test.reservation.has_value());
  const Decision none =
      Must(c.router.RouteAndReserve(Must(Order::Create(c.world, DraftToSf({{"HAT", 1}}))), c.pool));
  CHECK_FALSE(none.reservation.has_value());
  CHECK(c.pool.sequence() == 0);
  // A decision that is used again keeps nothing of the order before.
  Workspace workspace = c.router.NewWorkspace();
  Decision decision;
  const Order mug = Must(Order::Create(c.world, DraftToSf({{"MUG", 1}})));
  REQUIRE(c.router.RouteAndReserveInto(mug, c.pool, {}, workspace, decision).ok());
  REQUIRE(decision.reservation.has_value());
  CHECK(decision.changes.size() == 1);
  CHECK(Brief(decision.plan) == "RNO: MUG x1");
  const Order hat = Must(Order::Create(c.world, DraftToSf({{"HAT", 1}})));
  REQUIRE(c.router.RouteAndReserveInto(hat, c.pool, {}, workspace, decision).ok());
  CHECK_FALSE(decision.reservation.has_value());
  CHECK(decision.changes.empty());
  CHECK(Brief(decision.plan) == Brief(none.plan));
}

TEST_CASE("Router: a snapshot gives the plan of its moment") {
  Case c(SmallDraft(), {{"RNO", "MUG", 3}, {"MEM", "MUG", 3}});
  const StockSnapshot before = c.pool.Snapshot();
  const Order order = Must(Order::Create(c.world, DraftToSf({{"MUG", 3}})));
  REQUIRE(Must(c.router.RouteAndReserve(order, c.pool)).reservation.has_value());
  CHECK(Brief(Must(c.router.Route(order, before))) == "RNO: MUG x3");
  CHECK(Brief(Must(c.router.Route(order, c.pool.Live()))) == "MEM: MUG x3");
}

TEST_CASE("Router: RouteAll is sequential or independent, and independent of the thread count") {
  Case c(SmallDraft(),
         {{"RNO", "MUG", 30}, {"OAK", "TEE", 30}, {"MEM", "MUG", 300}, {"MEM", "TEE", 300}});
  std::vector<Order> orders;
  for (int i = 0; i < 200; ++i) {
    OrderDraft draft = DraftToSf({{"MUG", 1 + i % 3}, {"TEE", 1}});
    draft.id = std::to_string(i);
    orders.push_back(Must(Order::Create(c.world, draft)));
  }
  const auto briefs = [](const std::vector<Plan>& plans) {
    std::string text;
    for (const Plan& plan : plans) text += Brief(plan) + "\n";
    return text;
  };
  RouteAllOptions one{.mode = RouteMode::kIndependent, .threads = 1};
  RouteAllOptions four{.mode = RouteMode::kIndependent, .threads = 4};
  const std::string independent = briefs(Must(c.router.RouteAll(orders, c.pool, one)));
  CHECK(briefs(Must(c.router.RouteAll(orders, c.pool, four))) == independent);
  CHECK(c.pool.sequence() == 0);
  std::size_t calls = 0;
  RouteAllOptions sequential{.progress = [&](std::size_t done, std::size_t total) {
    ++calls;
    return done <= total;
  }};
  CHECK(briefs(Must(c.router.RouteAll(orders, c.pool, sequential))) != independent);
  CHECK(c.pool.sequence() > 0);
  CHECK(calls > 1);
  RouteAllOptions cancelled{.progress = [](std::size_t done, std::size_t) { return done < 50; }};
  CHECK(StatusIs(c.router.RouteAll(orders, c.pool, cancelled).status(),
                 absl::StatusCode::kCancelled));
}

TEST_CASE("Router: threads that route and reserve the same stock never oversell") {
  Case c(SmallDraft(), {{"RNO", "MUG", 500}, {"MEM", "MUG", 500}});
  const Order order = Must(Order::Create(c.world, DraftToSf({{"MUG", 1}})));
  std::atomic<int> taken{0};
  std::vector<std::thread> threads;
  for (int t = 0; t < 4; ++t) {
    threads.emplace_back([&] {
      for (int i = 0; i < 400; ++i) {
        const absl::StatusOr<Decision> decision = c.router.RouteAndReserve(order, c.pool);
        if (decision.ok() && decision->reservation) ++taken;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(taken == 1000);
  CHECK(c.pool.Audit().ok());
}

TEST_CASE("Router: options out of range are refused") {
  const World world = Must(World::Create(SmallDraft()));
  RouterOptions options;
  options.reserve_attempts = 0;
  CHECK(StatusIs(Router::Create(world, rules::RuleSet(), options).status(),
                 absl::StatusCode::kInvalidArgument));
  const World other = Must(World::Create(SmallDraft()));
  RouterOptions lanes;
  lanes.lanes = Must(LaneCosts::Create(other, {}));
  CHECK(StatusIs(Router::Create(world, rules::RuleSet(), lanes).status(),
                 absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Plan: a copy owns its records") {
  Case c(SmallDraft(), {{"RNO", "MUG", 5}});
  Plan copy;
  {
    const Plan plan = c.Route(DraftToSf({{"MUG", 2}}));
    copy = plan;
  }
  CHECK(Brief(copy) == "RNO: MUG x2");
  const Plan moved = std::move(copy);
  CHECK(Brief(moved) == "RNO: MUG x2");
  CHECK_THAT(ToString(moved), testing::ContainsText("ships from RNO"));
  CHECK_THAT(ToString(moved), testing::ContainsText("proved cheapest"));
}

TEST_CASE("Plan: a plan of no order can be printed") {
  const Plan plan;
  CHECK(plan.shipments().empty());
  CHECK(plan.lines().empty());
  CHECK(plan.shortfalls().empty());
  CHECK(ToString(plan) == "plan of no order\n");
}

}  // namespace
}  // namespace orderwright
