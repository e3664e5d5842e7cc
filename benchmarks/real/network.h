// The tables as a World, orders and stock.
//
// Of an item its description makes tags: `fragile` (GLASS, CERAMIC, MIRROR, PORCELAIN), `seasonal`
// (CHRISTMAS, XMAS), `bulky` (1,500 g or more). Warehouses, third-party sites and drop-shippers
// work Monday to Friday without federal holidays, stores Monday to Saturday without them. A
// shipment beyond the last weight W of the rate card goes as parcels of W, each at the rate of W;
// their number is the next of kParcels.
//
// Stock is made, with kSeed, in two ways:
//   nested       Sites are ordered by kind (warehouse, third_party, store, dropship), then by hash;
//                SKUs by hash. The site in place r (from 0) holds the SKU in place p if
//                p < breadth(r) * SKUs, breadth(r) = max(0.02, 8 / (8 + r)): a broader site holds
//                all that a narrower one holds.
//   independent  Each site holds each SKU with the mean of breadth(r), by a hash of both.
// A warehouse or third-party site has 200 to 1,999 units of what it holds, others 2 to 49, by hash.
#ifndef ORDERWRIGHT_BENCHMARKS_REAL_NETWORK_H_
#define ORDERWRIGHT_BENCHMARKS_REAL_NETWORK_H_

#include <algorithm>
#include <array>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "benchmarks/real/tables.h"
#include "orderwright/orderwright.h"

namespace orderwright::benchmarks {

inline constexpr std::uint64_t kSeed = 2011;
inline constexpr std::array kParcels = {2,  3,  4,  5,  6,  7,  8,   10,  12,
                                        16, 20, 24, 32, 48, 64, 128, 256, 512};
inline constexpr double kKmPerMile = 1.609344;
inline constexpr std::int64_t kMicrosPerCent = 10'000;

enum class Holdings : std::uint8_t { kNested = 1, kIndependent = 2 };
inline std::string_view ToString(Holdings holdings) {
  return holdings == Holdings::kNested ? "nested" : "independent";
}

namespace real_internal {

inline bool HasAny(std::string_view text, std::initializer_list<std::string_view> words) {
  return std::any_of(words.begin(), words.end(), [&](std::string_view word) {
    return text.find(word) != std::string_view::npos;
  });
}

inline ItemSpec ItemOf(const RealItem& item) {
  ItemSpec spec;
  spec.sku = item.sku;
  spec.weight_g = item.weight_g;
  if (HasAny(item.description, {"GLASS", "CERAMIC", "MIRROR", "PORCELAIN"})) {
    spec.tags.emplace_back("fragile");
  }
  if (HasAny(item.description, {"CHRISTMAS", "XMAS"})) spec.tags.emplace_back("seasonal");
  if (item.weight_g >= 1'500) spec.tags.emplace_back("bulky");
  return spec;
}

// Federal holidays as observed, December 2010 to January 2012.
inline absl::StatusOr<CalendarSpec> CalendarOf(std::string name, std::string_view days) {
  CalendarSpec calendar;
  calendar.name = std::move(name);
  calendar.days = std::bitset<7>(std::string(days));
  for (const std::string_view day :
       {"2010-12-24", "2010-12-31", "2011-01-17", "2011-02-21", "2011-05-30", "2011-07-04",
        "2011-09-05", "2011-10-10", "2011-11-11", "2011-11-24", "2011-12-26", "2012-01-02"}) {
    absl::StatusOr<LocalDate> date = ParseDate(day);
    if (!date.ok()) return date.status();
    calendar.closed.push_back(*date);
  }
  return calendar;
}

inline ServiceSpec ServiceOf(const RealTables& tables, const std::string& name) {
  std::map<std::int64_t, std::map<std::int64_t, Cost>> by_weight;  // grams: zone: cost
  std::map<std::int64_t, int> days;                                // zone: days
  for (const RealRate& rate : tables.rates) {
    if (rate.service != name) continue;
    by_weight[rate.max_weight_g][rate.zone] = Cost::FromMicros(rate.cost_minor * kMicrosPerCent);
    days[rate.zone] = static_cast<int>(rate.transit_days);
  }
  ServiceSpec service;
  service.name = name;
  for (const RealZone& zone : tables.zones) {
    service.zones_km.push_back(zone.max_miles);
    if (zone.max_miles) service.zones_km.back() = *zone.max_miles * kKmPerMile;
    service.transit_days.push_back(days[zone.zone]);
  }
  const auto step = [&](std::int64_t grams, std::int64_t parcels) {
    RateStepSpec& made = service.steps.emplace_back();
    made.max_weight_g = grams * parcels;
    for (const RealZone& zone : tables.zones) {
      made.costs.push_back(Cost::FromMicros(by_weight[grams][zone.zone].micros() * parcels));
    }
  };
  const std::vector<std::pair<std::int64_t, std::map<std::int64_t, Cost>>> weights(
      by_weight.begin(), by_weight.end());
  for (const auto& [grams, costs] : weights) step(grams, 1);
  for (const int parcels : kParcels) step(weights.back().first, parcels);
  return service;
}

inline absl::StatusOr<LocationSpec> LocationOf(const RealLocation& location) {
  const auto kind = ParseLocationKind(location.kind);
  if (!kind) return InvalidArgument("location '{}': no kind '{}'", location.id, location.kind);
  const absl::StatusOr<LocalTime> cutoff = LocalTime::Parse(location.cutoff);
  if (!cutoff.ok()) return cutoff.status();
  LocationSpec spec;
  spec.id = location.id;
  spec.kind = *kind;
  spec.name = location.name;
  spec.country = "US";
  spec.postal_code = location.zip;
  spec.position = GeoPoint{Degrees(location.lat), Degrees(location.lon)};
  spec.time_zone = location.time_zone;
  spec.cost_per_shipment = Cost::FromMicros(location.pick_cost_minor * kMicrosPerCent);
  spec.handling_days = static_cast<int>(location.handling_days);
  spec.cutoffs = {{"ground", *cutoff}, {"express", *cutoff}};
  spec.calendar = *kind == LocationKind::kStore ? "six days" : "weekdays";
  spec.rate_cards = {"default"};
  return spec;
}

// Places of sites, broadest first.
inline std::vector<std::size_t> ByBreadth(const World& world) {
  constexpr std::array kKindPlace = {0, 0, 2, 1, 3, 4};  // by LocationKind, which begins at 1
  std::vector<std::size_t> sites(world.locations().size());
  for (std::size_t i = 0; i < sites.size(); ++i) sites[i] = i;
  const auto key = [&](std::size_t i) {
    const LocationSpec& spec = world.locations()[i].spec;
    return std::pair(kKindPlace[static_cast<std::size_t>(spec.kind)], Hash(kSeed, "site", spec.id));
  };
  std::sort(sites.begin(), sites.end(),
            [&](std::size_t a, std::size_t b) { return key(a) < key(b); });
  return sites;
}

inline std::vector<std::size_t> ByPopularity(const World& world) {
  std::vector<std::size_t> skus(world.items().size());
  for (std::size_t i = 0; i < skus.size(); ++i) skus[i] = i;
  std::sort(skus.begin(), skus.end(), [&](std::size_t a, std::size_t b) {
    return Hash(kSeed, "sku", world.items()[a].sku()) < Hash(kSeed, "sku", world.items()[b].sku());
  });
  return skus;
}

inline double Breadth(std::size_t place) {
  return std::max(0.02, 8.0 / (8.0 + static_cast<double>(place)));
}

}  // namespace real_internal

// The draft of the world of the tables, for whoever adds to it.
inline absl::StatusOr<WorldDraft> MakeRealDraft(const RealTables& tables) {
  WorldDraft draft;
  absl::StatusOr<Currency> usd = Currency::Parse("USD");
  absl::StatusOr<Currency> gbp = Currency::Parse("GBP");
  if (!usd.ok() || !gbp.ok()) return usd.ok() ? gbp.status() : usd.status();
  draft.currency = *usd;
  draft.fx = {{*gbp, "1.6037"}};  // mean of 2011; prices are no part of a plan's cost
  absl::StatusOr<PostalTable> postal = io::ParsePostalTable({tables.zips, "zips_us.csv.gz"});
  if (!postal.ok()) return postal.status();
  draft.postal_table = *std::move(postal);
  for (const RealItem& item : tables.items) draft.items.push_back(real_internal::ItemOf(item));
  for (const RealLocation& location : tables.locations) {
    absl::StatusOr<LocationSpec> spec = real_internal::LocationOf(location);
    if (!spec.ok()) return spec.status();
    draft.locations.push_back(*std::move(spec));
  }
  // The first character of a bitset's text is its highest bit, which is Sunday.
  for (const auto& [name, days] :
       {std::pair("weekdays", "0011111"), std::pair("six days", "0111111")}) {
    absl::StatusOr<CalendarSpec> calendar = real_internal::CalendarOf(name, days);
    if (!calendar.ok()) return calendar.status();
    draft.calendars.push_back(*std::move(calendar));
  }
  RateCardSpec card;
  card.name = "default";
  card.services = {real_internal::ServiceOf(tables, "ground"),
                   real_internal::ServiceOf(tables, "express")};
  draft.rate_cards.push_back(std::move(card));
  draft.costs.split_penalty = Cost::FromMicros(50 * kMicrosPerCent);
  return draft;
}

inline absl::StatusOr<World> MakeRealWorld(const RealTables& tables) {
  absl::StatusOr<WorldDraft> draft = MakeRealDraft(tables);
  if (!draft.ok()) return draft.status();
  return World::Create(*std::move(draft));
}

inline absl::StatusOr<Stock> MakeRealStock(const World& world, Holdings holdings) {
  const std::vector<std::size_t> sites = real_internal::ByBreadth(world);
  const std::vector<std::size_t> skus = real_internal::ByPopularity(world);
  double mean = 0;
  for (std::size_t r = 0; r < sites.size(); ++r) mean += real_internal::Breadth(r);
  mean /= static_cast<double>(sites.size());

  std::vector<StockRowSpec> rows;
  for (std::size_t r = 0; r < sites.size(); ++r) {
    const LocationSpec& site = world.locations()[sites[r]].spec;
    const bool large =
        site.kind == LocationKind::kWarehouse || site.kind == LocationKind::kThirdParty;
    const double reach = real_internal::Breadth(r) * static_cast<double>(skus.size());
    for (std::size_t p = 0; p < skus.size(); ++p) {
      const std::string& sku = world.items()[skus[p]].sku();
      const bool holds = holdings == Holdings::kNested ? static_cast<double>(p) < reach
                                                       : Share(Hash(kSeed, site.id, sku)) < mean;
      if (!holds) continue;
      const std::uint64_t draw = Hash(kSeed + 1, site.id, sku);
      StockRowSpec& row = rows.emplace_back();
      row.location = site.id;
      row.sku = sku;
      row.on_hand = static_cast<std::int64_t>(large ? 200 + draw % 1'800 : 2 + draw % 48);
    }
  }
  return Stock::Create(world, std::move(rows));
}

inline absl::StatusOr<Order> MakeRealOrder(const World& world, const RealOrder& order) {
  absl::StatusOr<Currency> gbp = Currency::Parse("GBP");
  absl::StatusOr<Timestamp> placed_at = ParseTimestamp(order.placed_at);
  if (!gbp.ok() || !placed_at.ok()) return gbp.ok() ? placed_at.status() : gbp.status();
  OrderDraft draft;
  draft.id = order.id;
  draft.channel = order.channel;
  draft.placed_at = *placed_at;
  draft.currency = *gbp;
  draft.customer = Customer{order.customer, {}};
  draft.ship_to.emplace();
  draft.ship_to->country = "US";
  draft.ship_to->postal_code = order.zip;
  for (std::size_t l = 0; l < order.lines.size(); ++l) {
    OrderLineDraft& line = draft.lines.emplace_back();
    line.id = std::to_string(l + 1);
    line.sku = order.lines[l].sku;
    line.quantity = order.lines[l].quantity;
    line.unit_price = Money::FromMinor(order.lines[l].unit_price_minor, *gbp);
  }
  return Order::Create(world, std::move(draft));
}

// `count` orders spread evenly over all of them, in order of time; all if there are fewer.
inline absl::StatusOr<std::vector<Order>> MakeRealOrders(const World& world,
                                                         const RealTables& tables,
                                                         std::size_t count) {
  const std::size_t all = tables.orders.size();
  count = std::min(count, all);
  std::vector<Order> orders;
  orders.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    absl::StatusOr<Order> order = MakeRealOrder(world, tables.orders[i * all / count]);
    if (!order.ok()) return order.status();
    orders.push_back(*std::move(order));
  }
  return orders;
}

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_REAL_NETWORK_H_
