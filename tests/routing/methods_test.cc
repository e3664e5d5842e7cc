// Fulfilment methods: pickup, transfer, several addresses, lines without shipping, drop-shippers.
// Figures are worked out by hand. A shipment costs 2.50 and 0.10 a unit; ground is 4.10 up to 500
// km, 6.10 up to 2,000 km, 9.10 beyond, and 1.00 more above a kilogram.
#include <string>
#include <utility>
#include <vector>

#include "orderwright/routing/explanation.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::Brief;
using testing::ContainsText;
using testing::CostOf;
using testing::DraftTo;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::StatusIs;

Timestamp At(std::string_view text) { return Must(ParseTimestamp(text)); }

// Oakland is a store: an hour of lead, open 09:00 to 18:00 on Monday to Friday. Others may send
// there; Reno is 287 km away.
WorldDraft StoreDraft() {
  WorldDraft draft = testing::SmallDraft();
  draft.calendars = {{"weekdays", std::bitset<7>(0b0011111), {}}};
  for (LocationSpec& site : draft.locations) {
    site.time_zone = site.id == "MEM" ? "America/Chicago" : "America/Los_Angeles";
  }
  LocationSpec& store = draft.locations[1];
  store.kind = LocationKind::kStore;
  store.name = "Oakland st.";
  store.calendar = "weekdays";
  store.pickup = PickupTerms{60, 7, true};
  for (int day = 0; day < 7; ++day) {
    store.hours.push_back(
        {static_cast<Weekday>(day), *LocalTime::Parse("09:00"), *LocalTime::Parse("18:00")});
  }
  return draft;
}

struct Bench {
  World world;
  InventoryPool pool;
  Router router;

  explicit Bench(const std::vector<testing::StockEntry>& stock, WorldDraft draft = StoreDraft(),
                 rules::RuleSet rules = rules::RuleSet(), RouterOptions options = {})
      : world(Must(World::Create(std::move(draft)))),
        pool(world, MakeStock(world, stock)),
        router(Must(Router::Create(world, std::move(rules), std::move(options)))) {}
  [[nodiscard]] Plan Route(const OrderDraft& draft, const RouteOptions& options = {}) const {
    return Must(router.Route(Must(Order::Create(world, draft)), pool.Live(), options));
  }
};

OrderDraft PickupDraft(const std::vector<std::pair<std::string, std::int64_t>>& lines) {
  OrderDraft draft = DraftToSf(lines);
  draft.method = Method::kPickup;
  draft.pickup_at = "OAK";
  return draft;
}

std::vector<std::string> MethodsOf(const Plan& plan) {
  std::vector<std::string> methods;
  for (const Shipment& shipment : plan.shipments()) {
    methods.emplace_back(ToString(shipment.method));
  }
  return methods;
}
using Names = std::vector<std::string>;

TEST_CASE("What lies at the store is picked up there: no carrier, ready after its lead time") {
  const Bench bench({{"OAK", "MUG", 5}, {"RNO", "MUG", 5}});
  OrderDraft draft = PickupDraft({{"MUG", 2}});
  draft.placed_at = At("2026-11-23T17:30:00-08:00");  // half an hour before closing
  const Plan plan = bench.Route(draft);
  CHECK(Brief(plan) == "OAK: MUG x2");
  CHECK(plan.status() == PlanStatus::kPlanned);
  CHECK(plan.proof() == PlanProof::kOptimal);
  CHECK(plan.cost() == CostOf("2.70"));
  REQUIRE(plan.shipments().size() == 1);
  const Shipment& pickup = plan.shipments()[0];
  CHECK(pickup.method == ShipmentMethod::kPickup);
  CHECK(pickup.takes_stock);
  CHECK_FALSE(pickup.to.has_value());
  CHECK(plan.service(pickup).empty());
  CHECK(plan.carrier(pickup).empty());
  CHECK(pickup.terms.shipping == Cost());
  CHECK(pickup.distance_km == 0);
  CHECK(pickup.ship_by == At("2026-11-24T09:30:00-08:00"));
  CHECK(pickup.deliver_by == pickup.ship_by);
  CHECK_THAT(ToString(plan), ContainsText("to collect at Oakland st. · planned"));
  CHECK_THAT(ToString(plan), ContainsText("pickup at  Oakland st."));
  CHECK_THAT(ToString(plan), ContainsText("ready Tue 24 Nov 09:30"));
}

TEST_CASE("What lies elsewhere is sent to the store, and collected there once it is open") {
  const Bench bench({{"RNO", "MUG", 5}, {"MEM", "MUG", 5}});
  OrderDraft draft = PickupDraft({{"MUG", 2}});
  draft.placed_at = At("2026-11-25T10:00:00-08:00");  // Wednesday; two work days on: Thursday night
  const Plan plan = bench.Route(draft);
  CHECK(MethodsOf(plan) == Names{"transfer", "pickup"});
  CHECK(Brief(plan) == "RNO: MUG x2 | OAK: MUG x2");
  CHECK(plan.cost() == CostOf("6.80"));  // 2.50 + 0.20 + 4.10; the pickup costs nothing
  CHECK(plan.lines().size() == 1);       // the same units stand once
  const Shipment& transfer = plan.shipments()[0];
  CHECK(transfer.to == bench.world.FindLocation("OAK"));
  CHECK(plan.service(transfer) == "ground");
  CHECK(transfer.zone == 0);
  CHECK(transfer.ship_by == At("2026-11-25T23:59:59-08:00"));
  CHECK(transfer.deliver_by == At("2026-11-26T23:59:59-08:00"));
  const Shipment& pickup = plan.shipments()[1];
  CHECK_FALSE(pickup.takes_stock);
  CHECK(pickup.cost == Cost());
  CHECK(pickup.units == Units(2));
  CHECK(pickup.ship_by == At("2026-11-27T09:00:00-08:00"));
  CHECK(plan.lines(pickup).data() == plan.lines(transfer).data());
  CHECK_THAT(ToString(plan), ContainsText("ground, zone 1, 287 km, to Oakland st."));
}

TEST_CASE("A transfer is reserved where it comes from, a pickup at the store, each unit once") {
  Bench bench({{"OAK", "MUG", 1}, {"RNO", "TEE", 5}});
  const Order order = Must(Order::Create(bench.world, PickupDraft({{"MUG", 1}, {"TEE", 2}})));
  const Decision decision = Must(bench.router.RouteAndReserve(order, bench.pool));
  CHECK(MethodsOf(decision.plan) == Names{"transfer", "pickup", "pickup"});
  const LocationIndex reno = *bench.world.FindLocation("RNO");
  const LocationIndex oakland = *bench.world.FindLocation("OAK");
  const SkuIndex mug = *bench.world.FindItem("MUG");
  const SkuIndex tee = *bench.world.FindItem("TEE");
  CHECK(bench.pool.Figures(mug, oakland).hard == 1);
  CHECK(bench.pool.Figures(tee, reno).hard == 2);
  CHECK(bench.pool.Figures(tee, oakland).hard == 0);
  CHECK(bench.pool.FindReservation(*decision.reservation)->cells.size() == 2);
}

TEST_CASE("A store that offers no pickup, or takes none from elsewhere, says no") {
  const std::vector<testing::StockEntry> everywhere = {{"OAK", "MUG", 5}, {"RNO", "MUG", 5}};
  const auto brief = [](const std::vector<testing::StockEntry>& stock, auto change) {
    WorldDraft draft = StoreDraft();
    change(draft.locations[1]);
    return Brief(Bench(stock, draft).Route(PickupDraft({{"MUG", 1}})));
  };
  const std::string none = "short MUG x1 no_eligible_location";
  CHECK(brief(everywhere, [](LocationSpec& s) { s.pickup.reset(); }) == none);
  CHECK(brief(everywhere, [](LocationSpec& s) { s.active = false; }) == none);
  CHECK(brief(everywhere, [](LocationSpec& s) { s.channels.emplace(); }) == none);
  CHECK(brief(everywhere, [](LocationSpec& s) {  // open on Sundays alone, when nobody works
          s.hours = {{Weekday::kSun, *LocalTime::Parse("09:00"), *LocalTime::Parse("12:00")}};
        }) == none);
  const auto own_only = [](LocationSpec& s) { s.pickup->ship_to_store = false; };
  CHECK(brief(everywhere, own_only) == "OAK: MUG x1");
  CHECK(brief({{"RNO", "MUG", 5}}, own_only) == none);
  CHECK(brief({}, own_only) == "short MUG x1 no_stock");
}

TEST_CASE("Each line goes its own way; every slot of the order counts as a shipment") {
  WorldDraft world = StoreDraft();
  world.costs.split_penalty = CostOf("1.00");
  const Bench bench({{"OAK", "MUG", 5}, {"OAK", "TEE", 5}}, world);
  OrderDraft draft = DraftToSf({{"MUG", 1}, {"TEE", 1}});
  draft.lines[0].method = Method::kPickup;
  draft.lines[0].pickup_at = "OAK";
  const Plan plan = bench.Route(draft);
  CHECK(MethodsOf(plan) == Names{"pickup", "ship"});
  CHECK(plan.cost() == CostOf("10.30"));  // 2.60 + (2.60 + 4.10) + 1.00
  CHECK_THAT(ToString(plan), ContainsText("to several places"));
  draft.max_shipments = 1;
  CHECK(Brief(bench.Route(draft)) == "OAK: MUG x1 | short TEE x1 limit");
}

TEST_CASE("Distance, zone and rules of distance are those of the line's own destination") {
  const std::vector<testing::StockEntry> stock = {{"OAK", "MUG", 9}, {"MEM", "MUG", 9}};
  OrderDraft draft = DraftToSf({{"MUG", 1}, {"MUG", 1}});
  draft.lines[1].ship_to = DraftTo(35.0, -90.0, {}).ship_to;  // near Memphis
  draft.lines[1].ship_to->city = "Olive Branch";
  const Plan plan = Bench(stock).Route(draft);
  CHECK(Brief(plan) == "OAK: MUG x1 | MEM: MUG x1");
  CHECK(plan.cost() == CostOf("13.40"));  // twice 2.50 + 0.10 + 4.10
  for (const Shipment& shipment : plan.shipments()) CHECK(shipment.distance_km < 25);
  CHECK_THAT(ToString(plan), ContainsText("to Olive Branch"));

  rules::Rule near;
  near.id = "near";
  near.kind = rules::RuleKind::kLimit;
  near.limit = rules::LimitKind::kMaxDistanceKm;
  near.evaluator =
      rules::FromOrderValue([](const rules::Facts&) { return std::optional<std::int64_t>(100); });
  rules::RuleSetDraft rules;
  rules.rules = {near};
  const auto limited = [&](const std::vector<testing::StockEntry>& where) {
    return Brief(Bench(where, StoreDraft(), Must(rules::RuleSet::Create(rules))).Route(draft));
  };
  CHECK(limited(stock) == "OAK: MUG x1 | MEM: MUG x1");
  CHECK(limited({{"OAK", "MUG", 9}}) == "OAK: MUG x1 | short MUG x1 rule");
}

TEST_CASE("Lines of different ship groups never share a shipment, not even to one address") {
  const Bench bench({{"RNO", "MUG", 9}, {"RNO", "TEE", 9}, {"RNO", "HAT", 9}});
  OrderDraft draft = DraftToSf({{"MUG", 1}, {"TEE", 1}, {"HAT", 1}});
  CHECK(bench.Route(draft).cost() == CostOf("6.90"));
  draft.lines[0].ship_group = "gift";
  draft.lines[2].ship_group = "gift";
  const Plan plan = bench.Route(draft);
  CHECK(Brief(plan) == "RNO: MUG x1, HAT x1 | RNO: TEE x1");
  CHECK(plan.cost() == CostOf("13.50"));
  CHECK(plan.group(plan.shipments()[0]) == "gift");
  CHECK(plan.group(plan.shipments()[1]).empty());
  CHECK(plan.candidates() == 2);  // Reno, for each
}

TEST_CASE("Lines kept together leave from one location, each in its own way") {
  const Bench plain({{"OAK", "MUG", 9}, {"RNO", "MUG", 9}, {"RNO", "TEE", 9}});
  OrderDraft draft = DraftToSf({{"MUG", 1}, {"TEE", 1}});
  draft.lines[0].method = Method::kPickup;
  draft.lines[0].pickup_at = "OAK";
  CHECK(Brief(plain.Route(draft)) == "RNO: TEE x1 | OAK: MUG x1");
  rules::Rule rule;
  rule.id = "together";
  rule.kind = rules::RuleKind::kGroup;
  rule.keep = rules::Keep::kTogether;
  rule.evaluator = rules::FromLineKey(
      [](const rules::Facts&, std::size_t) { return std::optional(kEmptySymbol); });
  rules::RuleSetDraft rules;
  rules.rules = {rule};
  const Bench bench({{"OAK", "MUG", 9}, {"RNO", "MUG", 9}, {"RNO", "TEE", 9}}, StoreDraft(),
                    Must(rules::RuleSet::Create(rules)));
  const Plan plan = bench.Route(draft);
  CHECK(Brief(plan) == "RNO: MUG x1 | OAK: MUG x1 | RNO: TEE x1");
  CHECK(MethodsOf(plan) == Names{"transfer", "pickup", "ship"});
}

TEST_CASE("Rules about services bar transfers, and have nothing to say of the store's own stock") {
  rules::Rule rule;
  rule.id = "no-carrier";
  rule.kind = rules::RuleKind::kEligible;
  rule.by_service = true;
  rule.evaluator = rules::FromPredicate([](const rules::Facts&, std::size_t) { return false; });
  rules::RuleSetDraft rules;
  rules.rules = {rule};
  const auto route = [&](const std::vector<testing::StockEntry>& stock) {
    return Brief(Bench(stock, StoreDraft(), Must(rules::RuleSet::Create(rules)))
                     .Route(PickupDraft({{"MUG", 1}})));
  };
  CHECK(route({{"OAK", "MUG", 1}, {"RNO", "MUG", 1}}) == "OAK: MUG x1");
  CHECK(route({{"RNO", "MUG", 1}}) == "short MUG x1 rule");
}

TEST_CASE("Carriers go to the store's country, at lane costs of its postal code") {
  WorldDraft draft = StoreDraft();
  draft.locations[1].postal_code = "94601";
  draft.rate_cards[0].services[0].countries = {{"US"}};
  OrderDraft order = PickupDraft({{"MUG", 2}});
  order.ship_to->country = "CA";  // the customer's; nothing goes there
  CHECK(Brief(Bench({{"RNO", "MUG", 5}}, draft).Route(order)) == "RNO: MUG x2 | OAK: MUG x2");
  const World world = Must(World::Create(draft));
  RouterOptions options;
  options.lanes = Must(LaneCosts::Create(world, {{"94601", std::vector<Cost>(5, CostOf("0.30"))},
                                                 {"94103", std::vector<Cost>(5, CostOf("7.00"))}}));
  const Router router = Must(Router::Create(world, rules::RuleSet(), options));
  const auto cost = [&](const std::vector<testing::StockEntry>& stock) {
    const InventoryPool pool(world, MakeStock(world, stock));
    return Must(router.Route(Must(Order::Create(world, order)), pool.Live())).cost();
  };
  CHECK(cost({{"RNO", "MUG", 5}}) == CostOf("7.40"));  // 6.80 + 0.60
  CHECK(cost({{"OAK", "MUG", 5}}) == CostOf("2.70"));  // no lane
  draft.locations[1].country = "CA";
  CHECK(Brief(Bench({{"RNO", "MUG", 5}}, draft).Route(order)) == "short MUG x2 limit");
}

TEST_CASE("A pickup is late by when it can be collected") {
  WorldDraft world = StoreDraft();
  world.costs.late_penalty_per_day = CostOf("0.50");
  OrderDraft draft = PickupDraft({{"MUG", 1}});
  draft.placed_at = At("2026-11-25T10:00:00-08:00");
  draft.requested_by = At("2026-11-26T23:59:59-08:00");  // in time at the store, which is closed
  const Plan plan = Bench({{"RNO", "MUG", 1}}, world).Route(draft);
  CHECK(plan.shipments()[0].late_days == 1);
  CHECK(plan.shipments()[1].late_days == 1);
  CHECK(plan.shipments()[0].terms.lateness == CostOf("0.50"));
  CHECK(plan.cost() == CostOf("7.20"));
  draft.must_arrive = true;
  CHECK(Brief(Bench({{"RNO", "MUG", 1}}, world).Route(draft)) == "short MUG x1 late");
  draft.requested_by = At("2026-11-27T09:00:00-08:00");
  CHECK(Bench({{"RNO", "MUG", 1}}, world).Route(draft).cost() == CostOf("6.70"));
  draft.requested_by = At("2026-11-25T10:59:00-08:00");  // the store's own is ready at 11:00
  CHECK(Brief(Bench({{"OAK", "MUG", 1}}, world).Route(draft)) == "short MUG x1 late");
}

TEST_CASE("Units that another ship group takes are no stock for this one") {
  WorldDraft world = StoreDraft();
  world.locations[1].pickup->ship_to_store = false;
  const Bench bench({{"OAK", "MUG", 1}, {"MEM", "MUG", 1}}, world);
  OrderDraft draft = DraftToSf({{"MUG", 1}, {"MUG", 1}});
  draft.lines[1].method = Method::kPickup;
  draft.lines[1].pickup_at = "OAK";
  // The pickup needs Oakland's; what is shipped comes from Memphis.
  CHECK(Brief(bench.Route(draft)) == "OAK: MUG x1 | MEM: MUG x1");
  draft.lines[1].quantity = 2;
  CHECK(Brief(bench.Route(draft)) ==
        "OAK: MUG x1 | MEM: MUG x1 | short MUG x1 no_eligible_location");
  // Where Memphis may not ship, both want the one in Oakland; to collect it costs less.
  draft.lines[1].quantity = 1;
  world.locations[3].channels.emplace();
  const Plan plan = Bench({{"OAK", "MUG", 1}, {"MEM", "MUG", 1}}, world).Route(draft);
  CHECK(Brief(plan) == "OAK: MUG x1 | short MUG x1 no_stock");
  CHECK(plan.shortfalls()[0].line == 0);
}

TEST_CASE("Lines that need no shipping are sourced without location, stock or cost") {
  WorldDraft world = StoreDraft();
  world.items[1].requires_shipping = false;  // TEE, a design to download
  const Bench bench({{"OAK", "MUG", 1}, {"OAK", "TEE", 1}}, world);
  const Plan only = bench.Route(DraftToSf({{"TEE", 3}}));
  CHECK(only.status() == PlanStatus::kPlanned);
  CHECK(only.cost() == Cost());
  CHECK(only.shipments().empty());
  CHECK(only.candidates() == 0);
  REQUIRE(only.no_shipping().size() == 1);
  CHECK(only.no_shipping()[0] == PlanLine{0, *bench.world.FindItem("TEE"), Units(3)});
  CHECK_THAT(ToString(only), ContainsText("needs no shipping  TEE ×3"));

  OrderDraft both = DraftToSf({{"TEE", 3}, {"MUG", 1}});
  both.ship_complete = true;
  const Plan plan = bench.Route(both);
  CHECK(Brief(plan) == "OAK: MUG x1");
  CHECK(plan.no_shipping().size() == 1);
  both.lines[1].quantity = 2;  // one is missing: the rest is not sent, the download stays
  const Plan short_plan = bench.Route(both);
  CHECK(Brief(short_plan) == "short MUG x2 no_stock");
  CHECK(short_plan.status() == PlanStatus::kShort);
  CHECK(short_plan.no_shipping().size() == 1);
}

TEST_CASE("A line that needs no shipping takes no part in a decision, with or without rate cards") {
  WorldDraft world = testing::SmallDraft();
  world.items[1].requires_shipping = false;
  for (LocationSpec& site : world.locations) site.rate_cards.clear();
  Bench bench({{"OAK", "MUG", 1}, {"OAK", "TEE", 1}}, world);
  const Order order = Must(Order::Create(bench.world, DraftToSf({{"TEE", 3}, {"MUG", 1}})));
  const Decision decision = Must(bench.router.RouteAndReserve(order, bench.pool));
  CHECK(Brief(decision.plan) == "OAK: MUG x1");
  CHECK(bench.pool.Figures(*bench.world.FindItem("TEE"), *bench.world.FindLocation("OAK")).hard ==
        0);
  const Order none = Must(Order::Create(bench.world, DraftToSf({{"TEE", 3}})));
  CHECK_FALSE(Must(bench.router.RouteAndReserve(none, bench.pool)).reservation.has_value());
}

// Two drop-shippers that nobody counts the stock of.
Stock Dropshipped(const World& world) {
  StockRowSpec row;
  row.sku = "MUG";
  row.on_hand.reset();
  row.safety_stock = 3;
  std::vector<StockRowSpec> rows;
  for (const char* id : {"LAS", "MEM"}) {
    row.location = id;
    rows.push_back(row);
  }
  return Must(Stock::Create(world, rows));
}

TEST_CASE("Stock that is not tracked never runs out, and what is reserved of it is counted") {
  const bool free_shipping = GENERATE(false, true);
  WorldDraft draft = testing::SmallDraft();
  for (LocationSpec& site : draft.locations) {
    if (free_shipping) site.rate_cards.clear();
  }
  draft.locations[4].kind = LocationKind::kDropship;
  const World world = Must(World::Create(draft));
  InventoryPool pool(world, Dropshipped(world));
  const Router router = Must(Router::Create(world));
  const Order order = Must(Order::Create(world, DraftToSf({{"MUG", 1'000'000}, {"MUG", 2}})));
  const Decision decision = Must(router.RouteAndReserve(order, pool));
  CHECK(decision.plan.status() == PlanStatus::kPlanned);
  CHECK(decision.plan.shipments().size() == 1);
  const SkuIndex mug = *world.FindItem("MUG");
  const LocationIndex site = decision.plan.shipments()[0].location;
  CHECK(pool.Figures(mug, site).hard == 1'000'002);
  CHECK(pool.Figures(mug, site).Available() == kUnlimitedUnits);
  CHECK(pool.Commit(*decision.reservation).ok());
  CHECK(pool.Figures(mug, site).hard == 0);
  CHECK(pool.Figures(mug, site).on_hand == 0);
  CHECK(pool.Audit().ok());
  const solver::Problem problem = Must(router.BuildProblem(order, pool.Live()));
  for (const solver::Row& row : problem.rows) CHECK(row.amount == solver::kUnlimited);
}

TEST_CASE("Rules see stock that is not tracked as unlimited, and keep nothing of it back") {
  const World world = Must(World::Create(testing::SmallDraft()));
  const InventoryPool pool(world, Dropshipped(world));
  rules::Rule protect;
  protect.id = "protect";
  protect.kind = rules::RuleKind::kProtect;
  protect.evaluator = rules::FromPairValue([](const rules::Facts& facts, std::size_t pair) {
    // A fifth, rounded up: no rule has to think of what overflows.
    const std::int64_t kept = (facts.pairs.available[pair] + 4) / 5;
    return kept > 0 && facts.pairs.available[pair] == rules::kMostUnits ? kept : 1'000;
  });
  rules::RuleSetDraft rules;
  rules.rules = {protect};
  const Router router = Must(Router::Create(world, Must(rules::RuleSet::Create(rules))));
  OrderDraft draft = DraftToSf({{"MUG", 7}});
  const Plan plan = Must(router.Route(Must(Order::Create(world, draft)), pool.Live(),
                                      {.explain = ExplainLevel::kRecord}));
  CHECK(Brief(plan) == "LAS: MUG x7");
  const DecisionRecord record = Must(RecordOf(plan));
  CHECK(record.rulings.empty());
  for (const RecordedStock& stock : record.stock) CHECK(stock.available == kUnlimitedUnits);
  draft.max_shipments = 0;
  CHECK(Brief(Must(router.Route(Must(Order::Create(world, draft)), pool.Live()))) ==
        "short MUG x7 limit");
}

TEST_CASE("Explanations tell transfers, pickups and destinations apart") {
  WorldDraft world = StoreDraft();
  world.locations[2].pickup.reset();
  const Bench bench({{"OAK", "MUG", 1}, {"RNO", "MUG", 5}, {"MEM", "MUG", 5}, {"SJC", "TEE", 1}},
                    world);
  OrderDraft draft = PickupDraft({{"MUG", 2}, {"TEE", 1}});
  draft.placed_at = At("2026-11-23T10:00:00-08:00");
  draft.lines[1].method = Method::kShip;
  draft.lines[1].ship_group = "gift";
  const Plan plan = bench.Route(draft, {.explain = ExplainLevel::kRecord});
  CHECK(MethodsOf(plan) == Names{"transfer", "pickup", "ship"});
  CHECK(plan.cost() == CostOf("13.50"));  // 2.50 + 0.20 + 4.10, and 2.50 + 0.10 + 4.10
  const Explanation why = Must(Explain(plan, {.why_not = {"OAK", "MEM"}}));
  REQUIRE(why.record.shipments.size() == 2);
  const RecordedSlot& transfer = why.record.slots[why.record.shipments[0].slot];
  CHECK(transfer.method == "transfer");
  CHECK(transfer.to == "OAK");
  CHECK(transfer.time_zone == "America/Los_Angeles");
  CHECK(why.record.slots[why.record.shipments[1].slot].group == "gift");
  // Oakland could hand over one of the two: two shipments more, one of 2.60 and one of 6.70.
  REQUIRE(why.why_not[0].kind == WhyNotKind::kDearer);
  CHECK(why.why_not[0].option->extra_cost == CostOf("2.50"));
  REQUIRE(why.why_not[1].kind == WhyNotKind::kDearer);
  CHECK(why.why_not[1].option->extra_cost == CostOf("5.00"));
  CHECK_THAT(ToString(why), ContainsText("ground, zone 1, to Oakland st."));
  CHECK_THAT(ToString(why), ContainsText("to several places"));

  world.locations[1].pickup->ship_to_store = false;
  const Bench own({{"RNO", "MUG", 5}, {"SJC", "TEE", 1}}, world);
  const DecisionRecord record =
      Must(RecordOf(own.Route(draft, {.explain = ExplainLevel::kRecord})));
  const WhyNot reno = Must(ExplainWhyNot(record, "RNO"));
  REQUIRE(reno.rulings.size() == 1);
  CHECK(reno.rulings[0].by == RuledOutBy::kLocation);
  CHECK(reno.rulings[0].reason == "the store 'OAK' takes nothing from elsewhere");
}

TEST_CASE("An order for a store that the router does not know yet is refused") {
  const World world = Must(World::Create(StoreDraft()));
  const Router router = Must(Router::Create(world));
  const InventoryPool pool(world, MakeStock(world, {{"OAK", "MUG", 1}}));
  WorldChanges changes;
  changes.locations = {StoreDraft().locations[1]};
  changes.locations[0].id = "NEW";
  const World later = Must(world.With(changes));
  OrderDraft draft = PickupDraft({{"MUG", 1}});
  draft.pickup_at = "NEW";
  CHECK(StatusIs(router.Route(Must(Order::Create(later, draft)), pool.Live()),
                 absl::StatusCode::kFailedPrecondition));
  // The store as the router knows it counts, not as the order's version does.
  WorldChanges closed;
  closed.locations = {StoreDraft().locations[1]};
  closed.locations[0].pickup.reset();
  const World without = Must(later.With(closed));
  draft.pickup_at = "OAK";
  CHECK(Brief(Must(router.Route(Must(Order::Create(without, draft)), pool.Live()))) ==
        "OAK: MUG x1");
}

}  // namespace
}  // namespace orderwright
