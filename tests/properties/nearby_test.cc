// A promise over many sites asks those that could win only; a route asks all. Both must say the
// same: cost, dates and shipments, in networks made to tempt the bounds: equal costs, zones that
// are cheaper farther away, sites and addresses without a position, stock that does not suffice.
#include <algorithm>
#include <cstdlib>
#include <initializer_list>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/routing/router.h"
#include "tests/catch.h"
#include "tests/properties/random.h"

namespace orderwright {
namespace {

using testing::Must;
using testing::Random;

const Timestamp kNow = *ParseTimestamp("2026-11-23T12:00:00Z");

// In a hundred.
bool Happens(Random& random, std::int64_t percent) { return random.Below(100) < percent; }
std::int64_t Between(Random& random, std::int64_t least, std::int64_t most) {
  return least + random.Below(most - least + 1);
}
std::int64_t OneOf(Random& random, std::initializer_list<std::int64_t> values) {
  return values.begin()[random.Below(static_cast<std::int64_t>(values.size()))];
}

GeoPoint PlaceIn(Random& random, std::int64_t size) {
  return {Degrees(40.0 + 0.01 * static_cast<double>(Between(random, 0, size))),
          Degrees(-100.0 + 0.01 * static_cast<double>(Between(random, 0, size)))};
}

Cost Cents(std::int64_t cents) { return Cost::FromMicros(cents * 10'000); }

RateCardSpec CardOf(Random& random, std::int64_t number, bool is_wild) {
  RateCardSpec card;
  card.name = fmt::format("card{}", number);
  for (const char* name : {"ground", "air"}) {
    if (!card.services.empty() && Happens(random, 30)) continue;
    ServiceSpec& service = card.services.emplace_back();
    service.name = name;
    const std::int64_t zones = Between(random, 1, 4);
    double km = 0;
    for (std::int64_t z = 0; z < zones; ++z) {
      km += static_cast<double>(Between(random, 20, 300));
      const bool is_last = z + 1 == zones;
      service.zones_km.push_back(is_last && Happens(random, 70) ? std::nullopt : std::optional(km));
      service.transit_days.push_back(static_cast<std::int32_t>(Between(random, 1, 5)));
    }
    if (Happens(random, 30)) service.dim_divisor = Between(random, 100, 5'000);
    const std::int64_t steps = Between(random, 1, 3);
    std::int64_t grams = 0;
    std::vector<Cost> before(static_cast<std::size_t>(zones));
    for (std::int64_t s = 0; s < steps; ++s) {
      RateStepSpec& step = service.steps.emplace_back();
      grams += Between(random, 300, 2'500);
      if (s + 1 < steps || Happens(random, 30)) step.max_weight_g = grams;
      for (std::int64_t z = 0; z < zones; ++z) {
        const std::int64_t dearer = is_wild ? Between(random, 0, 300) : 50 * z;
        Cost& cost = before[static_cast<std::size_t>(z)];
        cost += Cents(100 + dearer);
        step.costs.push_back(cost);
      }
    }
  }
  return card;
}

WorldDraft WorldOf(Random& random) {
  WorldDraft draft;
  draft.currency = Must(Currency::Parse("USD"));
  for (std::int64_t i = 0; i < 3; ++i) {
    ItemSpec& item = draft.items.emplace_back();
    item.sku = fmt::format("S{}", i);
    item.weight_g = Between(random, 0, 1'500);
    item.dimensions_mm = {{Between(random, 10, 300), 100, 100}};
  }
  const std::int64_t cards = Between(random, 0, 3);
  const bool is_wild = Happens(random, 50);
  for (std::int64_t c = 0; c < cards; ++c) draft.rate_cards.push_back(CardOf(random, c, is_wild));
  const std::int64_t sites = Between(random, 64, 110);
  const std::int64_t handling = OneOf(random, {0, 5, 200});  // all alike, nearly, and not
  const std::int64_t size = OneOf(random, {20, 300, 1'500});
  for (std::int64_t i = 0; i < sites; ++i) {
    LocationSpec& site = draft.locations.emplace_back();
    site.id = fmt::format("L{}", i);
    if (Happens(random, 95)) site.position = PlaceIn(random, size);
    site.cost_per_shipment = Cents(Between(random, 0, handling));
    site.cost_per_unit = Cents(Happens(random, 30) ? Between(random, 0, 50) : 0);
    if (cards > 0 && Happens(random, 97)) {
      site.rate_cards = {fmt::format("card{}", Between(random, 0, cards - 1))};
    }
    if (Happens(random, 10)) site.pickup = PickupTerms{60, 7, Happens(random, 70)};
    if (Happens(random, 3)) site.active = false;
    if (Happens(random, 5)) site.markets = {"elsewhere"};
  }
  if (Happens(random, 50)) draft.costs.split_penalty = Cents(Between(random, 0, 300));
  if (Happens(random, 20)) draft.costs.max_shipments = Between(random, 1, 2);
  if (Happens(random, 20)) draft.costs.late_penalty_per_day = Cents(25);
  return draft;
}

OrderDraft OrderOf(Random& random, std::int64_t size) {
  OrderDraft draft;
  draft.id = "1042";
  draft.placed_at = kNow;
  draft.ship_to.emplace();
  if (Happens(random, 95)) draft.ship_to->position = PlaceIn(random, size);
  const std::int64_t lines = Between(random, 1, 3);
  for (std::int64_t i = 0; i < lines; ++i) {
    OrderLineDraft& line = draft.lines.emplace_back();
    line.id = fmt::format("{}", i);
    line.sku = fmt::format("S{}", Between(random, 0, 2));
    line.quantity = Between(random, 1, 3);
    line.no_split = Happens(random, 10);
  }
  draft.ship_complete = Happens(random, 15);
  if (Happens(random, 20)) {
    draft.requested_by = *ParseTimestamp("2026-11-26T23:59:59Z");
    draft.must_arrive = Happens(random, 50);
  }
  return draft;
}

TEST_CASE("Property: what a promise says of many sites is what a route over all of them plans") {
  const int cases = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 4'000 : 40;
  int promised = 0;
  for (int seed = 0; seed < cases; ++seed) {
    INFO("seed " << seed);
    Random random(static_cast<std::uint64_t>(seed));
    const World world = Must(World::Create(WorldOf(random)));
    std::vector<StockRowSpec> rows;
    const std::int64_t most = OneOf(random, {1, 2, 9});
    const std::int64_t held = OneOf(random, {55, 90, 100});
    for (const Location& site : world.locations()) {
      for (const Item& item : world.items()) {
        if (!Happens(random, held)) continue;
        StockRowSpec& row = rows.emplace_back();
        row.location = site.id();
        row.sku = item.sku();
        row.on_hand = Between(random, most == 9 ? 1 : 0, most);
      }
    }
    const InventoryPool pool(world, Must(Stock::Create(world, std::move(rows))));
    const Router router = Must(Router::Create(world));
    for (std::int64_t i = 0; i < 3; ++i) {
      const Order order =
          Must(Order::Create(world, OrderOf(random, OneOf(random, {20, 300, 1'500}))));
      for (const DeliveryOption& way :
           Must(router.Promise(order, pool.Live(), {.most_stores = 3}))) {
        const bool is_pickup = way.method == Method::kPickup;
        RouteOptions options;
        if (!is_pickup) options.service = way.service;
        const Plan plan = Must(
            router.Route(is_pickup ? order.CollectedAt(*way.store) : order, pool.Live(), options));
        if (plan.proof() != PlanProof::kOptimal) continue;
        ++promised;
        INFO(ToString(plan.cost(), 2) << " planned, " << ToString(way.cost, 2) << " promised");
        REQUIRE(way.cost == plan.cost());
        std::int64_t shipments = 0;
        std::optional<Timestamp> last;
        for (const Shipment& shipment : plan.shipments()) {
          shipments += shipment.takes_stock ? 1 : 0;
          if (shipment.method == ShipmentMethod::kTransfer) continue;
          last = std::max(last, shipment.deliver_by);
        }
        REQUIRE(way.shipments == shipments);
        REQUIRE(way.deliver_by == last);
        std::int64_t missing = 0;
        for (const Shortfall& units : plan.shortfalls()) missing += units.quantity.count();
        REQUIRE(way.missing == Units(missing));
      }
    }
  }
  CHECK(promised > 3 * cases);
}

}  // namespace
}  // namespace orderwright
