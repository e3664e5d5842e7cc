// What a checkout asks: in how many ways could this basket be delivered? Router::PromiseInto for
// baskets of three lines over 20 and over 2,000 sites that hold every item, one call after the
// other on one core.
//
//   task_promise [CALLS]   default 20,000
//
// Three networks: `flat` has one way to ship, for nothing; `rates` has three services with zones
// and weights; `stores` has these, and customers may collect at one site in ten.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/common.h"
#include "orderwright/orderwright.h"

namespace orderwright::benchmarks {
namespace {

enum class Kind : std::uint8_t { kFlat, kRates, kStores };

constexpr std::size_t kItems = 200;
constexpr std::size_t kBaskets = 1'000;
const Timestamp kNow = *ParseTimestamp("2026-11-23T12:00:00Z");

GeoPoint PlaceIn(Draw& draw) {
  return {Degrees(30.0 + 17.0 * draw.Unit()), Degrees(-122.0 + 45.0 * draw.Unit())};
}

ServiceSpec ServiceOf(std::string name, std::int64_t dollars, std::int32_t days) {
  ServiceSpec service;
  service.name = std::move(name);
  service.zones_km = {500.0, 1'500.0, std::nullopt};
  service.transit_days = {days, days + 1, days + 2};
  for (const std::int64_t grams : {1'000, 5'000, 0}) {
    RateStepSpec& step = service.steps.emplace_back();
    if (grams > 0) step.max_weight_g = grams;
    for (std::int64_t zone = 0; zone < 3; ++zone) {
      const std::int64_t cents = dollars * 100 + zone * 90 + (grams == 0 ? 800 : grams / 20);
      step.costs.push_back(Cost::FromMicros(cents * 10'000));
    }
  }
  return service;
}

World MakeWorld(std::size_t sites, Kind kind, Draw& draw) {
  WorldDraft draft;
  draft.currency = OrDie(Currency::Parse("USD"));
  for (std::size_t i = 0; i < kItems; ++i) {
    ItemSpec& item = draft.items.emplace_back();
    item.sku = fmt::format("S{}", i);
    item.weight_g = 100 + static_cast<std::int64_t>(draw.Below(900));
  }
  if (kind != Kind::kFlat) {
    RateCardSpec& card = draft.rate_cards.emplace_back();
    card.name = "default";
    card.services = {ServiceOf("ground", 4, 2), ServiceOf("express", 9, 1),
                     ServiceOf("air", 15, 1)};
  }
  for (std::size_t i = 0; i < sites; ++i) {
    LocationSpec& site = draft.locations.emplace_back();
    site.id = fmt::format("L{}", i);
    site.position = PlaceIn(draw);
    site.cost_per_shipment =
        Cost::FromMicros(1'000'000 + static_cast<std::int64_t>(i % 97) * 10'000);
    if (kind != Kind::kFlat) site.rate_cards = {"default"};
    if (kind == Kind::kStores && i % 10 == 0) site.pickup = PickupTerms{60, 7, true};
  }
  return OrDie(World::Create(std::move(draft)));
}

Stock FullStock(const World& world) {
  std::vector<StockRowSpec> rows;
  for (const Location& site : world.locations()) {
    for (const Item& item : world.items()) {
      StockRowSpec& row = rows.emplace_back();
      row.location = site.id();
      row.sku = item.sku();
      row.on_hand = 100;
    }
  }
  return OrDie(Stock::Create(world, std::move(rows)));
}

std::vector<Order> MakeBaskets(const World& world, Draw& draw) {
  std::vector<Order> orders;
  for (std::size_t i = 0; i < kBaskets; ++i) {
    OrderDraft draft;
    draft.id = fmt::format("{}", i);
    draft.placed_at = kNow;
    draft.ship_to.emplace();
    draft.ship_to->position = PlaceIn(draw);
    std::size_t sku = draw.Below(kItems);
    for (int line = 0; line < 3; ++line) {
      OrderLineDraft& out = draft.lines.emplace_back();
      out.id = fmt::format("{}", line);
      out.sku = fmt::format("S{}", sku);
      out.quantity = 1 + static_cast<std::int64_t>(draw.Below(2));
      sku = (sku + 1 + draw.Below(kItems / 4)) % kItems;
    }
    orders.push_back(OrDie(Order::Create(world, std::move(draft))));
  }
  return orders;
}

void Run(std::size_t sites, Kind kind, std::string_view name, std::size_t calls) {
  Draw draw(sites);
  const World world = MakeWorld(sites, kind, draw);
  const InventoryPool pool(world, FullStock(world));
  const Router router = OrDie(Router::Create(world));
  const std::vector<Order> baskets = MakeBaskets(world, draw);
  Workspace workspace = router.NewWorkspace();
  std::vector<DeliveryOption> ways;
  std::vector<double> micros;
  std::size_t found = 0;
  const std::size_t warm = std::min(calls, baskets.size());
  for (std::size_t i = 0; i < calls + warm; ++i) {
    const auto start = std::chrono::steady_clock::now();
    OkOrDie(router.PromiseInto(baskets[i % baskets.size()], pool.Live(), {}, workspace, ways));
    const std::chrono::duration<double, std::micro> took = std::chrono::steady_clock::now() - start;
    if (i < warm) continue;
    micros.push_back(took.count());
    found += ways.size();
    for (const DeliveryOption& way : ways) {
      if (!way.complete) OkOrDie(Internal("a way is not complete though everybody has everything"));
    }
  }
  std::sort(micros.begin(), micros.end());
  const auto at = [&](double share) {
    return micros[static_cast<std::size_t>(share * static_cast<double>(micros.size() - 1))];
  };
  fmt::print("{:>6} sites  {:<7} {:>4.1f} ways   p50 {:>8.2f} us   p99 {:>8.2f} us\n", sites, name,
             static_cast<double>(found) / static_cast<double>(micros.size()), at(0.5), at(0.99));
}

}  // namespace
}  // namespace orderwright::benchmarks

int main(int argc, char** argv) {
  using namespace orderwright::benchmarks;
  std::size_t calls = IsSmoke() ? 50 : 20'000;
  if (argc > 1) calls = std::max<std::size_t>(1, std::strtoul(argv[1], nullptr, 10));
  for (const std::size_t sites : {std::size_t{20}, std::size_t{IsSmoke() ? 200U : 2'000U}}) {
    // A call over the larger network takes so much longer.
    const std::size_t here = sites > 20 ? std::max<std::size_t>(calls / 10, 10) : calls;
    Run(sites, Kind::kFlat, "flat", here);
    Run(sites, Kind::kRates, "rates", here);
    Run(sites, Kind::kStores, "stores", here);
  }
  return 0;
}
