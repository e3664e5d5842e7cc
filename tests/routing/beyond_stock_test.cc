// What an order can have beside its items in stock: bundles, substitutes, and what is still to
// come.
#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orderwright/core/status.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/router.h"
#include "orderwright/rules/evaluator.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::Brief;
using testing::CostOf;
using testing::DraftToSf;
using testing::Goods;
using testing::Must;
using testing::SmallDraft;
using testing::StatusIs;

Timestamp At(std::string_view text) { return *ParseTimestamp(text); }

// Monday noon in Greenwich.
const Timestamp kNow = At("2026-11-23T12:00:00Z");

StockRowSpec Row(std::string location, std::string sku, std::int64_t on_hand,
                 std::vector<IncomingSpec> incoming = {}) {
  StockRowSpec row;
  row.location = std::move(location);
  row.sku = std::move(sku);
  row.on_hand = on_hand;
  row.incoming = std::move(incoming);
  return row;
}

IncomingSpec Due(std::int64_t units, std::string_view at) {
  IncomingSpec due;
  due.quantity = Units(units);
  due.at = At(at);
  return due;
}

ItemSpec& ItemOf(WorldDraft& draft, std::string_view sku) {
  const auto at = std::find_if(draft.items.begin(), draft.items.end(),
                               [sku](const ItemSpec& item) { return item.sku == sku; });
  REQUIRE(at != draft.items.end());
  return *at;
}

struct Case {
  World world;
  InventoryPool pool;
  Router router;

  Case(WorldDraft draft, std::vector<StockRowSpec> rows, rules::RuleSet rules = rules::RuleSet(),
       std::vector<AllotmentSpec> allotments = {})
      : world(Must(World::Create(std::move(draft)))),
        pool(world, Must(Stock::Create(world, std::move(rows))),
             Must(Allotments::Create(world, std::move(allotments)))),
        router(Must(Router::Create(world, std::move(rules)))) {}

  Order MakeOrder(OrderDraft draft) const {
    if (!draft.placed_at) draft.placed_at = kNow;
    return Must(Order::Create(world, std::move(draft)));
  }
  Plan Route(OrderDraft draft) const {
    return Must(
        router.Route(MakeOrder(std::move(draft)), pool.Live(), {.explain = ExplainLevel::kRecord}));
  }
  Decision Reserve(OrderDraft draft) {
    return Must(router.RouteAndReserve(MakeOrder(std::move(draft)), pool));
  }
};

WorldDraft WithBackorders(std::string_view sku, std::optional<std::int64_t> limit = std::nullopt) {
  WorldDraft draft = SmallDraft();
  ItemOf(draft, sku).backorder.allowed = true;
  if (limit) ItemOf(draft, sku).backorder.limit = Units(*limit);
  return draft;
}

// ---- Backorders ----

TEST_CASE("A backorder takes what stock does not give, from what arrives first") {
  const Case c(WithBackorders("MUG"), {Row("RNO", "MUG", 2, {Due(10, "2026-12-01T08:00:00Z")}),
                                       Row("OAK", "MUG", 1, {Due(10, "2026-12-01T08:00:00Z")})});
  const Plan plan = c.Route(DraftToSf({{"MUG", 5}}));
  CHECK(Brief(plan) == "RNO: MUG x2 | OAK: MUG x1 | later RNO: MUG x2 2026-12-01");
  CHECK(plan.status() == PlanStatus::kPlanned);
  REQUIRE(plan.backorders().size() == 1);
  const PlanBackorder& later = plan.backorders()[0];
  CHECK(later.kind == BackorderKind::kBackorder);
  CHECK(later.draw == BackorderDraw::kIncoming);
  CHECK(later.penalty == CostOf("10000.00"));
  CHECK(later.cost == CostOf("10006.80"));  // and 2.50 + 4.10 + 2 * 0.10
  // It counts from its arrival: a Tuesday, and a day on the road.
  REQUIRE(later.deliver_by.has_value());
  CHECK(ToString(*later.deliver_by) == "2026-12-02T23:59:59Z");
  CHECK(plan.backorder_cost() == later.cost);
  CHECK(plan.cost() == plan.shipments()[0].cost + plan.shipments()[1].cost + later.cost);
  CHECK(plan.proof() == PlanProof::kOptimal);
}

TEST_CASE("Nothing is backordered where it is not allowed, or the order wants no rest") {
  const std::vector<StockRowSpec> rows = {Row("RNO", "MUG", 2, {Due(10, "2026-12-01T08:00:00Z")})};
  const Case without(SmallDraft(), rows);
  CHECK(Brief(without.Route(DraftToSf({{"MUG", 5}}))) == "RNO: MUG x2 | short MUG x3 no_stock");
  const Case with(WithBackorders("MUG"), rows);
  OrderDraft cancels = DraftToSf({{"MUG", 5}});
  cancels.remainder = Remainder::kCancel;
  CHECK(Brief(with.Route(cancels)) == "RNO: MUG x2 | short MUG x3 no_stock");
  WorldDraft allowed_there = SmallDraft();
  std::vector<StockRowSpec> own = rows;
  own[0].backorder = BackorderTerms{.allowed = true, .limit = std::nullopt};
  const Case there(std::move(allowed_there), own);
  CHECK(Brief(there.Route(DraftToSf({{"MUG", 5}}))) ==
        "RNO: MUG x2 | later RNO: MUG x3 2026-12-01");
}

TEST_CASE("What is beyond all arrivals waits without a date, up to the limit over all locations") {
  const Case c(WithBackorders("MUG", 3),
               {Row("RNO", "MUG", 0, {Due(1, "2026-12-01T08:00:00Z")}), Row("OAK", "MUG", 0)});
  const Plan plan = c.Route(DraftToSf({{"MUG", 6}}));
  CHECK(Brief(plan) ==
        "later RNO: MUG x1 2026-12-01 | later RNO: MUG x3 some day | short MUG x2 no_stock");
  CHECK(plan.status() == PlanStatus::kShort);
  CHECK_FALSE(plan.backorders()[1].deliver_by.has_value());
  // A limit of each location is its own.
  StockRowSpec one = Row("RNO", "MUG", 0);
  one.backorder = BackorderTerms{.allowed = true, .limit = Units(1)};
  StockRowSpec two = Row("OAK", "MUG", 0);
  two.backorder = BackorderTerms{.allowed = true, .limit = Units(2)};
  const Case own(SmallDraft(), {one, two});
  CHECK(Brief(own.Route(DraftToSf({{"MUG", 4}}))) ==
        "later RNO: MUG x1 some day | later OAK: MUG x2 some day | short MUG x1 no_stock");
}

TEST_CASE("backorder_when no_stock: dear stock goes before a cheap backorder") {
  WorldDraft draft = WithBackorders("MUG");
  draft.costs.backorder_penalty_per_unit = CostOf("0.01");
  const std::vector<StockRowSpec> rows = {Row("RNO", "MUG", 0, {Due(9, "2026-11-24T08:00:00Z")}),
                                          Row("MEM", "MUG", 1)};
  const Case no_stock(draft, rows);
  CHECK(Brief(no_stock.Route(DraftToSf({{"MUG", 1}}))) == "MEM: MUG x1");
  CHECK(Brief(no_stock.Route(DraftToSf({{"MUG", 3}}))) ==
        "MEM: MUG x1 | later RNO: MUG x2 2026-11-24");
  draft.costs.backorder_when = BackorderWhen::kCheaper;
  const Case cheaper(draft, rows);
  const Plan plan = cheaper.Route(DraftToSf({{"MUG", 1}}));
  CHECK(Brief(plan) == "later RNO: MUG x1 2026-11-24");
  CHECK(plan.cost() == CostOf("6.71"));  // 2.50 + 4.10 + 0.10 + 0.01
  SECTION("days are paid for") {
    draft.costs.backorder_penalty_per_unit_day = CostOf("6.00");
    const Case waits(draft, rows);
    CHECK(Brief(waits.Route(DraftToSf({{"MUG", 1}}))) == "MEM: MUG x1");
  }
}

TEST_CASE("Of arrivals the cheaper wins: days and shipping weigh against each other") {
  WorldDraft draft = WithBackorders("MUG");
  draft.costs.backorder_penalty_per_unit_day = CostOf("1.00");
  const auto route = [&](std::string_view near) {
    const Case c(draft, {Row("MEM", "MUG", 0, {Due(5, "2026-11-25T12:00:00Z")}),
                         Row("RNO", "MUG", 0, {Due(5, near)})});
    return Brief(c.Route(DraftToSf({{"MUG", 1}})));
  };
  // MEM ships for 5.00 more than RNO.
  CHECK(route("2026-11-30T12:00:00Z") == "later RNO: MUG x1 2026-11-30");
  CHECK(route("2026-12-01T12:00:00Z") == "later MEM: MUG x1 2026-11-25");
}

TEST_CASE("RouteAndReserve promises what is to come once, and never twice") {
  Case c(WithBackorders("MUG", 1), {Row("RNO", "MUG", 1, {Due(2, "2026-12-01T08:00:00Z")})});
  OrderDraft first = DraftToSf({{"MUG", 2}});
  const Decision one = c.Reserve(first);
  CHECK(Brief(one.plan) == "RNO: MUG x1 | later RNO: MUG x1 2026-12-01");
  REQUIRE(one.reservation.has_value());
  const std::optional<Reservation> held = c.pool.FindReservation(*one.reservation);
  REQUIRE(held.has_value());
  REQUIRE(held->backorders.size() == 1);
  CHECK(held->backorders[0].quantity == Units(1));
  first.id = "1043";
  CHECK(Brief(c.Reserve(first).plan) ==
        "later RNO: MUG x1 2026-12-01 | later RNO: MUG x1 some day");
  first.id = "1044";
  const Decision none = c.Reserve(first);
  CHECK(Brief(none.plan) == "short MUG x2 no_stock");
  CHECK(none.plan.status() == PlanStatus::kUnroutable);
  CHECK_FALSE(none.reservation.has_value());
  CHECK(c.pool.Audit().ok());
}

TEST_CASE("ship_complete: what waits counts as sourced") {
  const Case c(WithBackorders("MUG"),
               {Row("RNO", "MUG", 1, {Due(9, "2026-12-01T08:00:00Z")}), Row("RNO", "TEE", 5)});
  OrderDraft draft = DraftToSf({{"MUG", 3}, {"TEE", 1}});
  draft.ship_complete = true;
  CHECK(Brief(c.Route(draft)) == "RNO: MUG x1, TEE x1 | later RNO: MUG x2 2026-12-01");
  draft.lines[1].quantity = 6;  // nobody will have so many
  CHECK(Brief(c.Route(draft)) == "short MUG x3 ship_complete | short TEE x6 no_stock");
}

TEST_CASE("must_arrive bars what comes too late, and what has no date") {
  const Case c(WithBackorders("MUG"), {Row("RNO", "MUG", 0, {Due(9, "2026-12-01T08:00:00Z")})});
  OrderDraft draft = DraftToSf({{"MUG", 1}});
  draft.requested_by = At("2026-12-10T00:00:00Z");
  draft.must_arrive = true;
  CHECK(Brief(c.Route(draft)) == "later RNO: MUG x1 2026-12-01");
  draft.requested_by = At("2026-12-01T00:00:00Z");
  CHECK(Brief(c.Route(draft)) == "short MUG x1 no_stock");
  draft.must_arrive = false;
  const Plan late = c.Route(draft);
  CHECK(Brief(late) == "later RNO: MUG x1 2026-12-01");
  CHECK(late.backorders()[0].late_days == 2);
}

// ---- Pre-orders ----

WorldDraft WithPreorder(std::optional<std::int64_t> limit = std::nullopt) {
  WorldDraft draft = SmallDraft();
  PreorderTerms terms;
  terms.release = At("2026-12-10T00:00:00Z");
  if (limit) terms.limit = Units(*limit);
  ItemOf(draft, "HAT").preorder = terms;
  return draft;
}

TEST_CASE("Before its release an item is a pre-order, also where it is in stock") {
  WorldDraft draft = WithPreorder(5);
  draft.costs.backorder_penalty_per_unit_day = CostOf("20.00");  // rather two parcels than a day
  const Case c(draft,
               {Row("RNO", "HAT", 2), Row("OAK", "HAT", 0, {Due(2, "2026-12-12T00:00:00Z")})});
  const Plan plan = c.Route(DraftToSf({{"HAT", 6}}));
  CHECK(Brief(plan) ==
        "preorder RNO: HAT x2 2026-12-10 | preorder RNO: HAT x1 2026-12-10 | "
        "preorder OAK: HAT x2 2026-12-12 | short HAT x1 no_stock");
  CHECK(plan.backorders()[1].draw == BackorderDraw::kLimit);
  OrderDraft after = DraftToSf({{"HAT", 3}});
  after.placed_at = At("2026-12-10T00:00:00Z");
  CHECK(Brief(c.Route(after)) == "RNO: HAT x2 | short HAT x1 no_stock");
  OrderDraft timeless = DraftToSf({{"HAT", 1}});
  const Order order = Must(Order::Create(c.world, timeless));
  const auto refused = c.router.Route(order, c.pool.Live());
  CHECK(StatusIs(refused, absl::StatusCode::kInvalidArgument));
}

TEST_CASE("In-stock and pre-order lines part by themselves, and go together by rule") {
  const std::vector<StockRowSpec> rows = {Row("RNO", "MUG", 5), Row("OAK", "MUG", 5),
                                          Row("OAK", "HAT", 3)};
  const Case apart(WithPreorder(), rows);
  const Plan parted = apart.Route(DraftToSf({{"MUG", 1}, {"HAT", 1}}));
  CHECK(Brief(parted) == "RNO: MUG x1 | preorder OAK: HAT x1 2026-12-10");
  rules::Rule together;
  together.id = "with-the-preorder";
  together.kind = rules::RuleKind::kGroup;
  together.keep = rules::Keep::kTogether;
  together.evaluator = rules::FromLineKey([](const rules::Facts& f, std::size_t) {
    return std::optional(f.world->symbols().Intern("all"));
  });
  const Case joined(WithPreorder(), rows, Must(rules::RuleSet::Create({"1", {}, {together}})));
  const Plan plan = joined.Route(DraftToSf({{"MUG", 1}, {"HAT", 1}}));
  CHECK(Brief(plan) == "OAK: MUG x1 | preorder OAK: HAT x1 2026-12-10");
  // One shipment: the mug waits, and pays for the way.
  REQUIRE(plan.shipments().size() == 1);
  CHECK(ToString(*plan.shipments()[0].ship_by).substr(0, 10) == "2026-12-10");
  CHECK(plan.shipments()[0].weight_g == 470);
  CHECK(plan.backorders()[0].cost == plan.backorders()[0].penalty);
  CHECK(plan.split_cost() == Cost());
}

// ---- Substitutes ----

WorldDraft WithCups(SubstitutionPolicy policy) {
  WorldDraft draft = SmallDraft();
  draft.items.push_back(Goods("CUP", 300));
  draft.items.push_back(Goods("JUG", 900));
  ItemOf(draft, "MUG").substitutes = {{"CUP", policy}, {"JUG", policy}};
  return draft;
}

OrderDraft Accepting(OrderDraft draft) {
  for (OrderLineDraft& line : draft.lines) line.substitution = SubstitutionPolicy::kAutomatic;
  return draft;
}

TEST_CASE("An automatic substitute is weighed against splits and shortfalls") {
  const Case c(WithCups(SubstitutionPolicy::kAutomatic),
               {Row("RNO", "MUG", 2), Row("RNO", "CUP", 5), Row("MEM", "MUG", 1)});
  // A second parcel from Memphis would cost 11.70.
  const Plan plan = c.Route(Accepting(DraftToSf({{"MUG", 3}})));
  CHECK(Brief(plan) == "RNO: MUG x2, CUP x1 for MUG");
  CHECK(plan.cost() == CostOf("6.90"));
  CHECK(plan.shipments()[0].weight_g == 1000);
  CHECK(plan.proof() == PlanProof::kOptimal);
  SECTION("an order that does not want one gets none") {
    OrderDraft strict = DraftToSf({{"MUG", 3}});
    strict.lines[0].substitution = SubstitutionPolicy::kNever;
    CHECK(Brief(c.Route(strict)) == "RNO: MUG x2 | MEM: MUG x1");
  }
  SECTION("of equal cost the item itself goes") {
    CHECK(Brief(c.Route(Accepting(DraftToSf({{"MUG", 2}})))) == "RNO: MUG x2");
  }
  SECTION("the stock of the substitute is one, whoever asks for it") {
    const Plan both = c.Route(Accepting(DraftToSf({{"MUG", 3}, {"CUP", 5}})));
    CHECK(Brief(both) == "RNO: MUG x2, CUP x5 | MEM: MUG x1");
  }
}

TEST_CASE("Substitutes are ranked among equals, and reserved as what they are") {
  Case c(WithCups(SubstitutionPolicy::kAutomatic), {Row("RNO", "CUP", 1), Row("RNO", "JUG", 5)});
  const Decision decision = c.Reserve(Accepting(DraftToSf({{"MUG", 1}})));
  CHECK(Brief(decision.plan) == "RNO: CUP x1 for MUG");
  CHECK(c.pool.Figures(*c.world.FindItem("CUP"), *c.world.FindLocation("RNO")).hard == 1);
  CHECK(c.pool.Figures(*c.world.FindItem("MUG"), *c.world.FindLocation("RNO")).hard == 0);
  CHECK(Brief(c.Reserve(Accepting(DraftToSf({{"MUG", 1}}))).plan) == "RNO: JUG x1 for MUG");
}

TEST_CASE("Under ask a customer is asked about what stock does not give; other lines go on") {
  const Case c(WithCups(SubstitutionPolicy::kAsk),
               {Row("RNO", "MUG", 2), Row("RNO", "CUP", 5), Row("RNO", "TEE", 1)});
  const Plan plan = c.Route(Accepting(DraftToSf({{"MUG", 3}, {"TEE", 1}})));
  CHECK(Brief(plan) == "RNO: MUG x2, TEE x1 | ask RNO: CUP x1 for MUG");
  CHECK(plan.status() == PlanStatus::kShort);
  CHECK(plan.question_cost() == CostOf("6.70"));
  CHECK(plan.cost() == plan.shipments()[0].cost + plan.question_cost());
  // The stricter word holds: the line asks, though the item could be replaced.
  const Case automatic(WithCups(SubstitutionPolicy::kAutomatic),
                       {Row("RNO", "MUG", 2), Row("RNO", "CUP", 5)});
  CHECK(Brief(automatic.Route(DraftToSf({{"MUG", 3}}))) == "RNO: MUG x2 | ask RNO: CUP x1 for MUG");
  // Nobody is asked where a split serves.
  const Case split(WithCups(SubstitutionPolicy::kAsk),
                   {Row("RNO", "MUG", 2), Row("RNO", "CUP", 5), Row("MEM", "MUG", 1)});
  CHECK(Brief(split.Route(DraftToSf({{"MUG", 3}}))) == "RNO: MUG x2 | MEM: MUG x1");
}

// ---- Bundles ----

WorldDraft WithSet(bool ship_together) {
  WorldDraft draft = SmallDraft();
  draft.bundles = {{"SET", {{"MUG", Units(2)}, {"TEE", Units(1)}}, ship_together}};
  return draft;
}

TEST_CASE("A bundle ships as its components, from one location or from several") {
  const std::vector<StockRowSpec> rows = {Row("RNO", "MUG", 9), Row("OAK", "TEE", 9),
                                          Row("MEM", "MUG", 9), Row("MEM", "TEE", 9)};
  const Case free(WithSet(false), rows);
  CHECK(Brief(free.Route(DraftToSf({{"SET", 1}}))) == "MEM: MUG x2, TEE x1");
  WorldDraft near = WithSet(false);
  near.locations[3].cost_per_shipment = CostOf("25.00");  // MEM
  CHECK(Brief(Case(near, rows).Route(DraftToSf({{"SET", 2}}))) == "RNO: MUG x4 | OAK: TEE x2");
  near.bundles[0].ship_together = true;
  CHECK(Brief(Case(near, rows).Route(DraftToSf({{"SET", 2}}))) == "MEM: MUG x4, TEE x2");
}

TEST_CASE("Of a bundle whole sets are sourced, and components are shared with other lines") {
  const Case c(WithSet(false), {Row("RNO", "MUG", 5), Row("RNO", "TEE", 9)});
  const Plan plan = c.Route(DraftToSf({{"SET", 3}}));
  CHECK(Brief(plan) == "RNO: MUG x4, TEE x2 | short MUG x2 no_stock | short TEE x1 ship_complete");
  CHECK(plan.lines()[0].line == 0);
  CHECK(plan.lines()[1].line == 0);
  // A mug is a mug, in a set or not.
  CHECK(Brief(c.Route(DraftToSf({{"MUG", 4}, {"SET", 1}}))) ==
        "RNO: MUG x3, MUG x2, TEE x1 | short MUG x1 no_stock");
  const Case both(WithSet(true), {Row("RNO", "MUG", 6), Row("RNO", "TEE", 9)});
  CHECK(Brief(both.Route(DraftToSf({{"MUG", 4}, {"SET", 1}}))) == "RNO: MUG x4, MUG x2, TEE x1");
}

TEST_CASE("A bundle that is short waits for whole sets") {
  WorldDraft draft = WithSet(false);
  ItemOf(draft, "MUG").backorder.allowed = true;
  const Case c(draft,
               {Row("RNO", "MUG", 3, {Due(9, "2026-12-01T08:00:00Z")}), Row("RNO", "TEE", 9)});
  // The second set: one mug is there, one is to come, and so is the shirt.
  CHECK(Brief(c.Route(DraftToSf({{"SET", 2}}))) ==
        "RNO: MUG x3, TEE x2 | later RNO: MUG x1 2026-12-01");
  draft.bundles[0].ship_together = true;
  const Case together(
      draft, {Row("RNO", "MUG", 3, {Due(9, "2026-12-01T08:00:00Z")}), Row("RNO", "TEE", 9)});
  const Plan plan = together.Route(DraftToSf({{"SET", 2}}));
  CHECK(plan.status() == PlanStatus::kPlanned);
  std::int64_t units = 0;
  for (const PlanBackorder& later : plan.backorders()) units += later.quantity.count();
  CHECK(units == 1);
}

TEST_CASE("What was shipped or cancelled of a bundle counts in sets") {
  const Case c(WithSet(true), {Row("RNO", "MUG", 9), Row("RNO", "TEE", 9)});
  OrderDraft draft = DraftToSf({{"SET", 4}});
  draft.lines[0].shipped = 1;
  draft.lines[0].cancelled = 1;
  CHECK(Brief(c.Route(draft)) == "RNO: MUG x4, TEE x2");
  const Override choice{.shipments = {{.location = "RNO", .lines = {{"1", Units(1)}}}},
                        .actor = "ana",
                        .reason = "test"};
  const Order order = c.MakeOrder(draft);
  const Plan chosen = Must(c.router.Route(order, c.pool.Live(), {.manual = &choice}));
  CHECK(Brief(chosen) == "RNO: MUG x4, TEE x2");
  const Override half{.shipments = {{.location = "RNO", .lines = {{"1/MUG", Units(5)}}}},
                      .actor = "ana",
                      .reason = "test"};
  CHECK(StatusIs(c.router.Route(order, c.pool.Live(), {.manual = &half}),
                 absl::StatusCode::kInvalidArgument));
}

TEST_CASE("A line that ships complete is sourced whole, or waits whole, or is short whole") {
  OrderDraft draft = DraftToSf({{"MUG", 3}, {"TEE", 1}});
  draft.lines[0].ship_complete = true;
  const std::vector<StockRowSpec> rows = {Row("RNO", "MUG", 2), Row("OAK", "TEE", 1)};
  const Case without(SmallDraft(), rows);
  CHECK(Brief(without.Route(draft)) == "OAK: TEE x1 | short MUG x3 no_stock");
  std::vector<StockRowSpec> more = rows;
  more.push_back(Row("MEM", "MUG", 1));
  CHECK(Brief(Case(SmallDraft(), more).Route(draft)) == "RNO: MUG x2 | OAK: TEE x1 | MEM: MUG x1");
  more.back() = Row("MEM", "MUG", 0, {Due(9, "2026-12-01T08:00:00Z")});
  CHECK(Brief(Case(WithBackorders("MUG", 0), more).Route(draft)) ==
        "RNO: MUG x2 | OAK: TEE x1 | later MEM: MUG x1 2026-12-01");
}

// ---- Channels ----

AllotmentSpec For(std::string channel, std::string sku, std::int64_t guaranteed,
                  std::optional<std::int64_t> ceiling = std::nullopt, std::string location = "") {
  AllotmentSpec spec;
  spec.channel = std::move(channel);
  spec.sku = std::move(sku);
  spec.guaranteed = guaranteed;
  spec.ceiling = ceiling;
  spec.location = std::move(location);
  return spec;
}

OrderDraft Of(std::string channel, OrderDraft draft) {
  draft.channel = std::move(channel);
  return draft;
}

TEST_CASE("What is kept for a channel over all locations bounds the orders of others") {
  Case c(SmallDraft(), {Row("RNO", "MUG", 3), Row("OAK", "MUG", 3)}, rules::RuleSet(),
         {For("amazon", "MUG", 4)});
  const OrderDraft order = DraftToSf({{"MUG", 3}});
  // Six are there, four of them kept: any two.
  CHECK(Brief(c.Route(Of("web", order))) == "RNO: MUG x2 | short MUG x1 no_stock");
  CHECK(Brief(c.Route(Of("amazon", order))) == "RNO: MUG x3");
  // Two lines of the SKU share what is left.
  CHECK(Brief(c.Route(Of("web", DraftToSf({{"MUG", 1}, {"MUG", 2}})))) ==
        "RNO: MUG x1, MUG x1 | short MUG x1 no_stock");
  OrderDraft of_amazon = Of("amazon", order);
  of_amazon.id = "a1";
  CHECK(c.Reserve(of_amazon).reservation.has_value());
  // One of the guarantee is unused: three are there, two for the shop.
  CHECK(Brief(c.Reserve(Of("web", order)).plan) == "OAK: MUG x2 | short MUG x1 no_stock");
  of_amazon.id = "a2";
  CHECK(Brief(c.Route(of_amazon)) == "OAK: MUG x1 | short MUG x2 no_stock");
  CHECK(c.pool.Audit().ok());
}

TEST_CASE("Ceilings, thresholds and guarantees of one location hold in routing") {
  const Case ceiling(SmallDraft(), {Row("RNO", "MUG", 5), Row("MEM", "MUG", 5)}, rules::RuleSet(),
                     {For("amazon", "MUG", 0, 3)});
  CHECK(Brief(ceiling.Route(Of("amazon", DraftToSf({{"MUG", 5}})))) ==
        "RNO: MUG x3 | short MUG x2 no_stock");
  CHECK(Brief(ceiling.Route(Of("web", DraftToSf({{"MUG", 5}})))) == "RNO: MUG x5");
  const Case at_reno(SmallDraft(), {Row("RNO", "MUG", 5), Row("MEM", "MUG", 5)}, rules::RuleSet(),
                     {For("stores", "MUG", 4, std::nullopt, "RNO")});
  CHECK(Brief(at_reno.Route(Of("web", DraftToSf({{"MUG", 2}})))) == "MEM: MUG x2");
  AllotmentSpec stops = For("amazon", "MUG", 0);
  stops.stop_below = 3;
  const Case few(SmallDraft(), {Row("RNO", "MUG", 2)}, rules::RuleSet(), {stops});
  CHECK(Brief(few.Route(Of("amazon", DraftToSf({{"MUG", 1}})))) == "short MUG x1 no_stock");
  CHECK(Brief(few.Route(Of("web", DraftToSf({{"MUG", 1}})))) == "RNO: MUG x1");
}

// ---- Days ----

TEST_CASE("A location does no more on a day than it can; the day is that of ship_by") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].capacity_units_per_day = Units(5);  // RNO
  draft.locations[0].load_units = Units(1);
  draft.locations[1].capacity_shipments_per_day = Units(1);  // OAK
  Case c(draft, {Row("RNO", "MUG", 50), Row("OAK", "MUG", 50)});
  const auto reserve = [&](std::string id, std::int64_t units) {
    OrderDraft order = DraftToSf({{"MUG", units}});
    order.id = std::move(id);
    return Brief(c.Reserve(order).plan);
  };
  CHECK(reserve("1", 3) == "RNO: MUG x3");
  CHECK(reserve("2", 2) == "OAK: MUG x2");  // one more unit could leave Reno
  CHECK(reserve("3", 1) == "RNO: MUG x1");
  CHECK(reserve("4", 1) == "short MUG x1 limit");
  const LocationIndex reno = *c.world.FindLocation("RNO");
  const LocalDate today{std::chrono::year(2026) / 11 / 23};
  CHECK(c.pool.LoadOf(reno, today).units == Units(5));
  CHECK(c.pool.RoomOf(reno, today).units.IsZero());
  OrderDraft tomorrow = DraftToSf({{"MUG", 4}});
  tomorrow.placed_at = At("2026-11-24T12:00:00Z");
  CHECK(Brief(c.Reserve(tomorrow).plan) == "RNO: MUG x4");
  CHECK(c.pool.Audit().ok());
  OrderDraft timeless = DraftToSf({{"MUG", 1}});
  const Order order = Must(Order::Create(c.world, timeless));
  CHECK(StatusIs(c.router.Route(order, c.pool.Live()), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("A re-route has the day that its own reservation holds") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].capacity_units_per_day = Units(2);
  Case c(draft, {Row("RNO", "MUG", 9)});
  const Decision decision = c.Reserve(DraftToSf({{"MUG", 2}}));
  REQUIRE(decision.reservation.has_value());
  const Order order = c.MakeOrder(DraftToSf({{"MUG", 2}}));
  CHECK(Brief(Must(c.router.Route(order, c.pool.Live()))) == "short MUG x2 limit");
  CHECK(Brief(Must(c.router.Route(order, c.pool.Live(),
                                  {.own_reservation = decision.reservation}))) == "RNO: MUG x2");
}

// ---- Explanations ----

TEST_CASE("An explanation knows what waits, what stands in, and what else there was") {
  WorldDraft draft = WithCups(SubstitutionPolicy::kAutomatic);
  ItemOf(draft, "MUG").backorder.allowed = true;
  const Case c(draft, {Row("RNO", "MUG", 1, {Due(9, "2026-12-01T08:00:00Z")}), Row("RNO", "CUP", 1),
                       Row("MEM", "CUP", 0)});
  const Plan plan = c.Route(Accepting(DraftToSf({{"MUG", 4}})));
  CHECK(Brief(plan) == "RNO: MUG x1, CUP x1 for MUG | later RNO: MUG x2 2026-12-01");
  const Explanation why = Must(Explain(plan, {.why_not = {"MEM"}}));
  CHECK(why.chosen.cost == plan.cost());
  REQUIRE(why.chosen.shipments.size() == 2);
  CHECK(why.chosen.shipments[1].waiting == CostOf("10000.00"));
  const DecisionRecord& record = why.record;
  REQUIRE(record.lines.size() >= 4);
  CHECK(record.lines[0].kind == GoodsKind::kStock);
  const auto has = [&](GoodsKind kind, std::string_view sku) {
    return std::any_of(record.lines.begin(), record.lines.end(), [&](const RecordedLine& line) {
      return line.kind == kind && line.sku == sku && line.instead_of.has_value();
    });
  };
  CHECK(has(GoodsKind::kSubstitute, "CUP"));
  CHECK(has(GoodsKind::kBackorder, "MUG"));
  CHECK(why.why_not[0].kind == WhyNotKind::kNoStock);
  CHECK_FALSE(ToString(why).empty());
}

}  // namespace
}  // namespace orderwright
