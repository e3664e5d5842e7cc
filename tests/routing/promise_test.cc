#include <algorithm>
#include <string>
#include <vector>

#include "orderwright/core/status.h"
#include "orderwright/routing/router.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::CostOf;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::SmallDraft;
using testing::StockEntry;

const Timestamp kNow = *ParseTimestamp("2026-11-23T12:00:00Z");

WorldDraft WithServices() {
  WorldDraft draft = SmallDraft();
  ServiceSpec air = draft.rate_cards[0].services[0];
  air.name = "air";
  air.transit_days = {1, 1, 1};
  for (RateStepSpec& step : air.steps) {
    for (Cost& cost : step.costs) cost += CostOf("20.00");
  }
  draft.rate_cards[0].services.push_back(air);
  for (const std::size_t i : {std::size_t{1}, std::size_t{2}}) {  // OAK, SJC
    draft.locations[i].pickup = PickupTerms{60, 7, i == 2};
  }
  return draft;
}

struct Case {
  World world;
  InventoryPool pool;
  Router router;
  Case(WorldDraft draft, const std::vector<StockEntry>& stock)
      : world(Must(World::Create(std::move(draft)))),
        pool(world, MakeStock(world, stock)),
        router(Must(Router::Create(world))) {}

  // "ship ground 6.80 2026-11-24 | pickup OAK 2.70 2026-11-23 (1 missing)".
  std::string Ask(OrderDraft draft, PromiseOptions options = {}) const {
    if (!draft.placed_at) draft.placed_at = kNow;
    const Order order = Must(Order::Create(world, std::move(draft)));
    std::string text;
    for (const DeliveryOption& way : Must(router.Promise(order, pool.Live(), options))) {
      if (!text.empty()) text += " | ";
      text += way.method == Method::kShip
                  ? fmt::format("ship {}", world.services()[Raw(way.service)])
                  : fmt::format("pickup {}", world.location(*way.store).id());
      text += fmt::format(" {} {}", ToString(way.cost, 2),
                          way.deliver_by ? ToString(*way.deliver_by).substr(0, 10) : "some day");
      if (way.shipments != 1) text += fmt::format(" in {}", way.shipments);
      if (!way.complete) text += fmt::format(" ({} missing)", way.missing);
    }
    return text;
  }
};

TEST_CASE("Promise: one way for each service and each store near by, best first") {
  const Case c(WithServices(), {{"RNO", "MUG", 5}, {"OAK", "MUG", 5}, {"MEM", "MUG", 5}});
  // San Jose is nearer than nothing: it takes what others send.
  CHECK(c.Ask(DraftToSf({{"MUG", 2}})) ==
        "pickup OAK 2.70 2026-11-23 | ship ground 6.80 2026-11-24 | pickup SJC 6.80 2026-11-24 | "
        "ship air 26.80 2026-11-24");
  CHECK(c.Ask(DraftToSf({{"MUG", 2}}), {.most_stores = 1}) ==
        "pickup OAK 2.70 2026-11-23 | ship ground 6.80 2026-11-24 | ship air 26.80 2026-11-24");
  CHECK(c.Ask(DraftToSf({{"MUG", 2}}), {.most_stores = 0}) ==
        "ship ground 6.80 2026-11-24 | ship air 26.80 2026-11-24");
  OrderDraft only = DraftToSf({{"MUG", 2}});
  only.services = {"air"};
  CHECK(c.Ask(only, {.most_stores = 0}) == "ship air 26.80 2026-11-24");
  CHECK(c.pool.sequence() == 0);
}

TEST_CASE("Promise: what is missing says so, and complete ways come first") {
  const Case c(WithServices(), {{"OAK", "MUG", 1}, {"MEM", "MUG", 5}});
  const std::string text = c.Ask(DraftToSf({{"MUG", 3}}));
  CHECK_THAT(text, testing::ContainsText("pickup OAK 20002.60 2026-11-23 (2 missing)"));
  CHECK(text.find("ship ground") < text.find("pickup OAK"));
  CHECK(c.Ask(DraftToSf({{"TEE", 1}})).empty());
}

TEST_CASE("Promise: backordered units make the date, or leave it open") {
  WorldDraft draft = WithServices();
  draft.items[0].backorder.allowed = true;
  const World world = Must(World::Create(draft));
  StockRowSpec row;
  row.location = "RNO";
  row.sku = "MUG";
  row.on_hand = 1;
  row.incoming.emplace_back();
  row.incoming[0].quantity = Units(1);
  row.incoming[0].at = *ParseTimestamp("2026-12-01T08:00:00Z");
  InventoryPool pool(world, Must(Stock::Create(world, {row})));
  const Router router = Must(Router::Create(world));
  OrderDraft order = DraftToSf({{"MUG", 2}});
  order.placed_at = kNow;
  const auto ask = [&] {
    return Must(router.Promise(Must(Order::Create(world, order)), pool.Live(), {.most_stores = 0}));
  };
  const std::vector<DeliveryOption> dated = ask();
  REQUIRE(dated.size() == 2);
  CHECK(dated[0].complete);
  CHECK(dated[0].backordered == Units(1));
  CHECK(dated[0].shipments == 2);
  CHECK(ToString(*dated[0].deliver_by).substr(0, 10) == "2026-12-02");
  order.lines[0].quantity = 3;
  const std::vector<DeliveryOption> open = ask();
  CHECK(open[0].shipments == 3);
  CHECK(open[0].complete);
  CHECK_FALSE(open[0].deliver_by.has_value());
}

TEST_CASE("Promise: what PromiseInto says of a service is what Route plans with it") {
  const Case c(WithServices(), {{"RNO", "MUG", 2}, {"MEM", "TEE", 5}, {"OAK", "TEE", 1}});
  OrderDraft draft = DraftToSf({{"MUG", 2}, {"TEE", 2}});
  draft.placed_at = kNow;
  const Order order = Must(Order::Create(c.world, draft));
  for (const DeliveryOption& way : Must(c.router.Promise(order, c.pool.Live()))) {
    if (way.method != Method::kShip) continue;
    const Plan plan = Must(c.router.Route(order, c.pool.Live(), {.service = way.service}));
    CHECK(plan.cost() == way.cost);
    for (const Shipment& shipment : plan.shipments()) CHECK(shipment.service == way.service);
  }
}

}  // namespace
}  // namespace orderwright
