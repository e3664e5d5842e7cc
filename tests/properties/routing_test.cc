// The router against an independent reading of the formats: for random small worlds every way to
// ship the order is priced from the specifications alone, and the cheapest must be the plan's cost.
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "orderwright/core/geo.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/router.h"
#include "tests/catch.h"
#include "tests/promise/slow_dates.h"
#include "tests/properties/random.h"

namespace orderwright {
namespace {

using testing::Must;
using testing::Random;

using Keys = std::vector<std::optional<std::string>>;  // by line

struct SmallCase {
  std::vector<Keys> apart;  // by rule
  std::vector<Keys> together;
  WorldDraft world;
  std::vector<StockRowSpec> stock;
  OrderDraft order;
  std::vector<std::int64_t> min_values;  // micro-units, a rule for each
};

ServiceSpec DrawService(Random& random, std::string name) {
  ServiceSpec service;
  service.name = std::move(name);
  service.zones_km = {300.0 + static_cast<double>(random.Below(500)), std::nullopt};
  if (random.Once(4)) service.zones_km[1] = 1500.0;
  service.transit_days = {1, 2};
  if (random.Once(4)) service.countries = {{random.Once(2) ? "US" : "CA"}};
  if (random.Once(4)) service.dim_divisor = 2 + random.Below(5);
  if (random.Once(5)) service.max_dimensions_mm = {{12, 12, 20}};
  if (random.Once(3)) service.surcharges = {{"big", random.Price(8)}};
  Cost near = random.Price(12);
  Cost far = near + random.Price(12);
  for (std::int64_t limit = 300; limit < 1500; limit += 300 + random.Below(600)) {
    service.steps.push_back({limit, {near, far}});
    near += random.Price(12);  // jumps of any size: rates need not be subadditive
    far = std::max(far, near) + random.Price(4);
  }
  if (random.Once(2)) service.steps.push_back({std::nullopt, {near, far}});
  if (random.Once(5)) service.max_weight_g = 700;
  return service;
}

// Dates to meet, cut-offs and work days to meet them by. From a Wednesday: weekends lie ahead.
void DrawDates(Random& random, SmallCase& c) {
  const Timestamp placed = *ParseTimestamp("2026-11-25T18:30:00Z");
  const auto in_hours = [&](std::int64_t most) {
    return placed + std::chrono::hours(random.Below(most));
  };
  c.order.placed_at = placed;
  if (random.Once(3)) c.order.ship_after = in_hours(60);
  if (random.Once(2)) c.order.requested_by = in_hours(200);
  if (c.order.requested_by && random.Once(3)) c.order.must_arrive = true;
  if (random.Once(4)) c.order.ship_by = in_hours(100);
  if (random.Once(5)) c.order.cancel_after = in_hours(200);
  if (random.Once(2)) c.order.ship_to->time_zone = "America/New_York";
  if (random.Once(2)) c.world.costs.late_penalty_per_day = random.Price(8);
  c.world.calendars = {{"week", std::bitset<7>(0b0011111), {*ParseDate("2026-11-26")}}};
  for (RateCardSpec& card : c.world.rate_cards) {
    for (ServiceSpec& service : card.services) {
      service.transit_days = {static_cast<int>(random.Below(3)), static_cast<int>(random.Below(6))};
      if (random.Once(3)) service.calendar = "week";
    }
  }
  for (LocationSpec& site : c.world.locations) {
    if (random.Once(2)) site.time_zone = "America/Denver";
    if (random.Once(2)) site.calendar = "week";
    site.handling_days = static_cast<int>(random.Below(3));
    for (const char* service : {"ground", "air", "standard"}) {
      if (random.Once(2)) {
        site.cutoffs.emplace_back(service, *LocalTime::Parse(random.Once(2) ? "09:00" : "13:45"));
      }
    }
  }
}

// Least shares of units and least values of shipments: in an order's own currency or another,
// prices of lines or values of items.
void DrawFloors(Random& random, SmallCase& c) {
  const Currency currency = Must(Currency::Parse(random.Once(3) ? "EUR" : "USD"));
  c.world.fx = {{Must(Currency::Parse("EUR")), "1.0847"}};
  c.order.currency = currency;
  if (random.Once(2)) c.order.min_fill = static_cast<double>(random.Below(11)) / 10;
  for (ItemSpec& item : c.world.items) {
    if (random.Once(2)) item.unit_value = Money::FromMinor(random.Below(1'000), *c.world.currency);
  }
  for (OrderLineDraft& line : c.order.lines) {
    if (!random.Once(3)) line.unit_price = Money::FromMinor(random.Below(1'000), currency);
  }
  for (std::int64_t rules = random.Below(3); rules > 0; --rules) {
    c.min_values.push_back(random.Below(12) * 1'000'000);
  }
}

// Stores to collect at, and lines that go to one of several places, or nowhere.
void DrawMethods(Random& random, SmallCase& c) {
  for (LocationSpec& site : c.world.locations) {
    if (random.Once(5)) continue;
    site.kind = LocationKind::kStore;
    site.country = random.Once(4) ? "CA" : "US";
    site.pickup = PickupTerms{static_cast<int>(random.Below(30)) * 45, 7, !random.Once(4)};
    if (random.Once(8)) site.active = false;
    for (int day = 0; day < 7 && !random.Once(4); ++day) {
      if (random.Once(3)) continue;
      const auto at = [&](const char* text) { return *LocalTime::Parse(text); };
      site.hours.push_back({static_cast<Weekday>(day), at("09:00"), at("17:30")});
      if (random.Once(4))
        site.hours.push_back({static_cast<Weekday>(day), at("16:00"), at("00:00")});
    }
  }
  if (random.Once(3))
    c.world.items[static_cast<std::size_t>(random.Below(3))].requires_shipping = false;
  const auto a_store = [&] {
    return c.world
        .locations[static_cast<std::size_t>(
            random.Below(static_cast<std::int64_t>(c.world.locations.size())))]
        .id;
  };
  const std::string store = a_store();
  if (random.Once(2)) {  // a showroom: what is collected there comes from elsewhere
    std::erase_if(c.stock, [&](const StockRowSpec& row) { return row.location == store; });
  }
  Address other = *c.order.ship_to;
  other.country = random.Once(3) ? "CA" : "US";
  other.position = GeoPoint{Degrees(31.0), Degrees(-99.0)};
  if (random.Once(2)) other.time_zone = "America/Denver";
  if (random.Once(2)) {
    c.order.method = Method::kPickup;
    c.order.pickup_at = store;
  }
  bool picks_up = false;
  for (OrderLineDraft& line : c.order.lines) {
    switch (random.Below(4)) {
      case 0:
        line.method = Method::kPickup;
        line.pickup_at = random.Once(3) ? a_store() : store;
        break;
      case 1:
        line.method = Method::kShip;
        line.ship_to = other;
        break;
      case 2:
        line.method = Method::kShip;
        break;
      default:
        break;  // as the order
    }
    picks_up |= line.method.value_or(c.order.method) == Method::kPickup;
    // A key of its own place: lines of a group must agree.
    const bool is_other = line.ship_to.has_value();
    const Method method = line.method.value_or(c.order.method);
    if (random.Once(4)) {
      line.ship_group = method == Method::kShip
                            ? (is_other ? "other" : "own")
                            : "at " + (line.pickup_at.empty() ? c.order.pickup_at : line.pickup_at);
    }
  }
  if (!picks_up) c.order.pickup_at.clear();
}

SmallCase DrawCase(Random& random) {
  SmallCase c;
  c.world.currency = Must(Currency::Parse("USD"));
  c.world.costs.split_penalty = random.Price(4);
  c.world.costs.shortfall_penalty_per_unit =
      random.Once(3) ? random.Price(60) : Cost::FromMicros(10'000'000'000);
  if (random.Once(4)) c.world.costs.max_shipments = random.Below(3);
  for (int k = 0; k < 2; ++k) {
    RateCardSpec card;
    card.name = fmt::format("card{}", k);
    card.services.push_back(DrawService(random, "ground"));
    if (random.Once(2)) card.services.push_back(DrawService(random, k == 0 ? "air" : "sea"));
    c.world.rate_cards.push_back(card);
  }
  for (int i = 0; i < 3; ++i) {
    ItemSpec item;
    item.sku = fmt::format("S{}", i);
    item.weight_g = random.Below(700);
    if (random.Once(2))
      item.dimensions_mm = {{5 + random.Below(12), 5 + random.Below(12), 5 + random.Below(12)}};
    if (random.Once(3)) item.tags = {"big"};
    c.world.items.push_back(item);
  }
  const auto sites = 1 + random.Below(3);
  for (int i = 0; i < sites; ++i) {
    LocationSpec site;
    site.id = fmt::format("L{}", i);
    site.rank = random.Below(3);
    if (!random.Once(8))
      site.position =
          GeoPoint{Degrees(30.0 + static_cast<double>(random.Below(12))), Degrees(-100.0)};
    site.cost_per_shipment = random.Price(12);
    site.cost_per_unit = random.Price(4);
    if (random.Once(6)) site.markets = {{"US"}};
    if (!random.Once(8)) site.rate_cards = {random.Once(2) ? "card0" : "card1"};
    c.world.locations.push_back(site);
    for (int s = 0; s < 3; ++s) {
      if (random.Once(3)) continue;
      StockRowSpec row;
      row.location = site.id;
      row.sku = fmt::format("S{}", s);
      row.on_hand = random.Below(5);
      row.safety_stock = random.Below(2);
      if (random.Once(8)) {
        row.on_hand.reset();  // a drop-shipper's
        row.reserved = random.Below(3);
      }
      c.stock.push_back(row);
    }
  }
  c.order.id = "o";
  c.order.market = random.Once(2) ? "US" : "EU";
  c.order.ship_complete = random.Once(5);
  if (random.Once(4)) c.order.services = {"ground", "standard"};
  if (random.Once(4)) c.order.max_shipments = 1 + random.Below(2);
  c.order.ship_to.emplace();
  c.order.ship_to->country = "US";
  c.order.ship_to->position = GeoPoint{Degrees(35.0), Degrees(-100.0)};
  const auto lines = 1 + random.Below(3);
  for (int i = 0; i < lines; ++i) {
    OrderLineDraft line;
    line.id = std::to_string(i);
    line.sku = fmt::format("S{}", random.Below(3));
    line.quantity = 1 + random.Below(2);
    line.no_split = random.Once(4);
    c.order.lines.push_back(line);
  }
  if (random.Once(3)) DrawDates(random, c);
  if (random.Once(2)) DrawMethods(random, c);
  // Up to two lines: with more the ways to ship them are too many to try.
  if (lines <= 2 && random.Once(2)) {
    const auto draw = [&](std::vector<Keys>& rules, std::int64_t most) {
      for (std::int64_t left = random.Below(most); left > 0; --left) {
        Keys& keys = rules.emplace_back();
        for (int line = 0; line < lines; ++line) {
          keys.emplace_back();
          if (!random.Once(4)) keys.back() = random.Once(2) ? "a" : "b";
        }
      }
    };
    draw(c.apart, 3);
    draw(c.together, 2);
  }
  if (random.Once(2)) DrawFloors(random, c);
  return c;
}

// Where lines go: ways are for one such place.
struct Place {
  Method method = Method::kShip;
  std::string key;                      // ship group
  const LocationSpec* store = nullptr;  // to collect at
  const Address* address = nullptr;
};

// One possible shipment, priced from the specifications.
struct Way {
  std::size_t place = 0;
  const LocationSpec* site = nullptr;
  const ServiceSpec* service = nullptr;  // null: no rate card
  std::size_t zone = 0;
  std::int64_t late_days = 0;
  std::vector<std::string> keys{};  // by apart rule: of the lines that may go this way
};

testing::SlowCalendar CalendarOf(const WorldDraft& world, const std::optional<std::string>& name,
                                 testing::SlowCalendar otherwise) {
  if (!name) return otherwise;
  return {world.calendars[0].days,
          {world.calendars[0].closed.begin(), world.calendars[0].closed.end()}};
}

class Naive {
 public:
  explicit Naive(const SmallCase& c) : c_(c) {
    FindPlaces();
    for (std::size_t place = 0; place < places_.size(); ++place) {
      for (const LocationSpec& site : c.world.locations) AddWays(place, site);
    }
    for (const StockRowSpec& row : c.stock) {
      stock_[{row.location, row.sku}] =
          row.on_hand ? std::max<std::int64_t>(0, *row.on_hand - row.safety_stock) : 1'000;
    }
    units_.assign(ways_.size(), std::vector<std::int64_t>(c.order.lines.size(), 0));
    short_.assign(c.order.lines.size(), 0);
  }

  std::int64_t Cheapest() {
    Fill(0, 0, WantedOf(0));
    return best_;
  }
  // By line; none: it needs no shipping.
  const std::vector<std::optional<std::size_t>>& place_of_line() const { return place_of_line_; }
  const std::vector<struct Place>& places() const { return places_; }

 private:
  void FindPlaces() {
    for (std::size_t i = 0; i < c_.order.lines.size(); ++i) {
      place_of_line_.emplace_back();
      if (!ItemOf(i).requires_shipping) continue;
      const OrderLineDraft& line = c_.order.lines[i];
      struct Place place;
      place.key = line.ship_group;
      place.method = line.method ? *line.method : c_.order.method;
      if (place.method == Method::kPickup) {
        const std::string& id = line.pickup_at.empty() ? c_.order.pickup_at : line.pickup_at;
        for (const LocationSpec& site : c_.world.locations) {
          if (site.id == id) place.store = &site;
        }
      } else {
        place.address = line.ship_to ? &*line.ship_to : &*c_.order.ship_to;
      }
      std::size_t at = 0;
      for (; at < places_.size(); ++at) {
        const struct Place& known = places_[at];
        const bool same_address = (known.address == nullptr) == (place.address == nullptr) &&
                                  (known.address == nullptr || *known.address == *place.address);
        if (known.key == place.key && known.store == place.store && same_address) break;
      }
      if (at == places_.size()) places_.push_back(place);
      place_of_line_.back() = at;
    }
  }

  std::int64_t WantedOf(std::size_t line) const {
    return line < place_of_line_.size() && place_of_line_[line] ? c_.order.lines[line].quantity : 0;
  }

  testing::SlowHours HoursOf(const LocationSpec& store) const {
    return {CalendarOf(c_.world, store.calendar, {}),
            *TimeZone::Load(store.time_zone.empty() ? "UTC" : store.time_zone), store.hours};
  }

  bool MayShip(const LocationSpec& site) const {
    return site.active && (!site.markets || (*site.markets)[0] == c_.order.market);
  }

  void AddWays(std::size_t index, const LocationSpec& site) {
    const struct Place& place = places_[index];
    if (!MayShip(site)) return;
    if (place.store != nullptr) {
      const LocationSpec& store = *place.store;
      const Timestamp any = c_.order.placed_at.value_or(Timestamp{});
      if (!store.pickup || !MayShip(store)) return;
      if (!testing::SlowReady(HoursOf(store), any, 0)) return;
      if (&site == &store) return AddWays({.place = index, .site = &site});
      if (!store.pickup->ship_to_store) return;
    }
    if (site.rate_cards.empty()) {
      if (Allowed("standard")) AddWays({.place = index, .site = &site});
      return;
    }
    const std::string& country = place.store ? place.store->country : place.address->country;
    const auto& target = place.store ? place.store->position : place.address->position;
    for (const RateCardSpec& card : c_.world.rate_cards) {
      if (card.name != site.rate_cards[0]) continue;
      for (const ServiceSpec& service : card.services) {
        if (!Allowed(service.name)) continue;
        if (service.countries && (*service.countries)[0] != country) continue;
        std::size_t zone = service.zones_km.size() - 1;
        if (site.position && target) {
          const double km = DistanceKm(*site.position, *target);
          for (zone = 0; zone < service.zones_km.size(); ++zone) {
            if (!service.zones_km[zone] || km <= *service.zones_km[zone]) break;
          }
        }
        if (zone < service.zones_km.size())
          AddWays({.place = index, .site = &site, .service = &service, .zone = zone});
      }
    }
  }

  // One way for every key of every rule; a rule that gives no key has one for all.
  void AddWays(const Way& way) {
    if (way.keys.size() == c_.apart.size()) return AddWay(way);
    std::set<std::string> keys;
    for (const auto& key : c_.apart[way.keys.size()]) {
      if (key) keys.insert(*key);
    }
    if (keys.empty()) keys.insert("");
    for (const std::string& key : keys) {
      Way next = way;
      next.keys.push_back(key);
      AddWays(next);
    }
  }

  void AddWay(Way way) {
    if (!c_.order.placed_at) return ways_.push_back(way);
    const struct Place& place = places_[way.place];
    const Timestamp start =
        std::max(*c_.order.placed_at, c_.order.ship_after.value_or(*c_.order.placed_at));
    if (place.store == way.site) {
      const Timestamp ready =
          *testing::SlowReady(HoursOf(*place.store), start, place.store->pickup->lead_minutes);
      return AddDatedWay(way, ready, ready);
    }
    testing::SlowQuestion q;
    q.location = CalendarOf(c_.world, way.site->calendar, {});
    q.location_zone = *TimeZone::Load(way.site->time_zone.empty() ? "UTC" : way.site->time_zone);
    const std::string service = way.service == nullptr ? "standard" : way.service->name;
    for (const auto& [name, time] : way.site->cutoffs) {
      if (name == service) q.cutoff = std::pair(time.hour(), time.minute());
    }
    q.handling_days = way.site->handling_days;
    if (way.service != nullptr) {
      q.service = CalendarOf(c_.world, way.service->calendar, {std::bitset<7>(0b0011111), {}});
      q.transit_days = way.service->transit_days[way.zone];
    }
    if (place.store != nullptr) {
      q.destination_zone = HoursOf(*place.store).zone;
    } else {
      q.destination_zone = place.address->time_zone.empty()
                               ? q.location_zone
                               : *TimeZone::Load(place.address->time_zone);
    }
    q.start = start;
    const testing::SlowAnswer dates = testing::SlowDates(q);
    Timestamp has_at = dates.deliver_by;
    if (place.store != nullptr) {
      // An arrival is at the last second of a day; stores open on the minute.
      const Timestamp minute = std::chrono::floor<std::chrono::minutes>(has_at);
      has_at = *testing::SlowReady(HoursOf(*place.store), minute, 0);
      if (has_at == minute) has_at = dates.deliver_by;  // open at this time
    }
    AddDatedWay(way, dates.ship_by, has_at);
  }

  void AddDatedWay(Way way, Timestamp ship_by, Timestamp has_at) {
    if (c_.order.cancel_after && ship_by > *c_.order.cancel_after) return;
    const auto days_after = [&](Timestamp time, const std::optional<Timestamp>& due) {
      std::int64_t days = 0;
      while (due && time > *due + std::chrono::days(days)) ++days;
      return days;
    };
    const std::int64_t arrives = days_after(has_at, c_.order.requested_by);
    if (c_.order.must_arrive && arrives > 0) return;
    way.late_days = std::max(arrives, days_after(ship_by, c_.order.ship_by));
    ways_.push_back(way);
  }

  bool Allowed(const std::string& service) const {
    const auto& allowed = c_.order.services;
    return allowed.empty() || std::find(allowed.begin(), allowed.end(), service) != allowed.end();
  }

  const ItemSpec& ItemOf(std::size_t line) const {
    for (const ItemSpec& item : c_.world.items) {
      if (item.sku == c_.order.lines[line].sku) return item;
    }
    std::abort();
  }

  // Puts `left` units of `line` on the ways from `way` on, in every possible way.
  void Fill(std::size_t line, std::size_t way, std::int64_t left) {
    if (line == c_.order.lines.size()) return Price();
    if (way == ways_.size()) {
      short_[line] = left;
      const std::size_t next = line + 1;
      Fill(next, 0, WantedOf(next));
      return;
    }
    if (place_of_line_[line] != ways_[way].place) return Fill(line, way + 1, left);
    for (std::int64_t n = 0; n <= left; ++n) {
      units_[way][line] = n;
      Fill(line, way + 1, left - n);
    }
    units_[way][line] = 0;
  }

  bool IsFeasible() const {
    std::map<std::pair<std::string, std::string>, std::int64_t> used;
    std::int64_t sourced = 0;
    std::int64_t missing = 0;
    for (std::size_t line = 0; line < short_.size(); ++line) {
      missing += short_[line];
      std::vector<std::string> from;
      for (std::size_t w = 0; w < ways_.size(); ++w) {
        if (units_[w][line] == 0) continue;
        sourced += units_[w][line];
        used[{ways_[w].site->id, c_.order.lines[line].sku}] += units_[w][line];
        if (from.empty() || from.back() != ways_[w].site->id) from.push_back(ways_[w].site->id);
      }
      if (c_.order.lines[line].no_split && from.size() > 1) return false;
      for (std::size_t w = 0; w < ways_.size(); ++w) {
        for (std::size_t rule = 0; rule < c_.apart.size() && units_[w][line] > 0; ++rule) {
          const auto& key = c_.apart[rule][line];
          if (key && *key != ways_[w].keys[rule]) return false;
        }
      }
    }
    for (const Keys& keys : c_.together) {
      std::map<std::string, std::set<std::string>> from_of_key;
      for (std::size_t line = 0; line < short_.size(); ++line) {
        for (std::size_t w = 0; w < ways_.size() && keys[line]; ++w) {
          if (units_[w][line] > 0) from_of_key[*keys[line]].insert(ways_[w].site->id);
        }
      }
      for (const auto& [key, from] : from_of_key) {
        if (from.size() > 1) return false;
      }
    }
    if (c_.order.ship_complete && sourced > 0 && missing > 0) return false;
    if (sourced > 0 && !MeetsFloors(sourced, missing)) return false;
    return std::all_of(used.begin(), used.end(), [&](const auto& entry) {
      const auto at = stock_.find(entry.first);
      return at != stock_.end() && entry.second <= at->second;
    });
  }

  // In millionths of a cent of the world's currency, since rates have four decimals here.
  std::int64_t ValueOf(std::size_t line) const {
    const std::optional<Money>& price = c_.order.lines[line].unit_price;
    if (price) return price->minor() * (price->currency().code() == "EUR" ? 10'847 : 10'000) * 100;
    const std::optional<Money>& value = ItemOf(line).unit_value;
    return value ? value->minor() * 1'000'000 : 0;
  }

  bool MeetsFloors(std::int64_t sourced, std::int64_t missing) const {
    std::int64_t used = 0;
    std::int64_t least = 0;  // micro-units
    for (const std::int64_t value : c_.min_values) least = std::max(least, value);
    bool worth_it = true;
    const auto judge = [&](const std::vector<std::int64_t>& units) {
      std::int64_t value = 0;
      bool any = false;
      for (std::size_t line = 0; line < units.size(); ++line) {
        any = any || units[line] > 0;
        value += units[line] * ValueOf(line);
      }
      worth_it = worth_it && (!any || value >= least * 100);
      return any;
    };
    for (const std::vector<std::int64_t>& units : units_) used += judge(units) ? 1 : 0;
    judge(short_);
    if (used == 1 && missing == 0) return true;
    // Shares are drawn in tenths.
    const auto tenths = static_cast<std::int64_t>(c_.order.min_fill.value_or(0.0) * 10 + 0.5);
    // What needs no shipping is sourced whatever happens.
    for (std::size_t line = 0; line < short_.size(); ++line) {
      if (!place_of_line_[line]) sourced += c_.order.lines[line].quantity;
    }
    return worth_it && sourced * 10 >= tenths * (sourced + missing);
  }

  // Cost of one way as it is loaded now; absent if the service cannot carry it.
  std::optional<std::int64_t> PriceOf(std::size_t w) const {
    const Way& way = ways_[w];
    std::int64_t units = 0;
    std::int64_t weight = 0;
    std::int64_t surcharge = 0;
    for (std::size_t line = 0; line < short_.size(); ++line) {
      const std::int64_t n = units_[w][line];
      if (n == 0) continue;
      units += n;
      if (way.service == nullptr) continue;
      const ItemSpec& item = ItemOf(line);
      std::int64_t grams = item.weight_g;
      if (item.dimensions_mm) {
        auto size = *item.dimensions_mm;
        std::sort(size.begin(), size.end());
        if (way.service->max_dimensions_mm) {
          auto most = *way.service->max_dimensions_mm;
          std::sort(most.begin(), most.end());
          for (std::size_t d = 0; d < 3; ++d) {
            if (size[d] > most[d]) return std::nullopt;
          }
        }
        if (way.service->dim_divisor) {
          const std::int64_t volume = size[0] * size[1] * size[2];
          const std::int64_t divisor = *way.service->dim_divisor;
          grams = std::max(grams, volume / divisor + (volume % divisor != 0 ? 1 : 0));
        }
      }
      weight += n * grams;
      for (const Surcharge& extra : way.service->surcharges) {
        if (std::find(item.tags.begin(), item.tags.end(), extra.tag) != item.tags.end()) {
          surcharge += n * extra.cost.micros();
        }
      }
    }
    if (units == 0) return 0;
    std::int64_t cost = way.site->cost_per_shipment.micros() +
                        units * way.site->cost_per_unit.micros() +
                        way.late_days * c_.world.costs.late_penalty_per_day.micros();
    if (way.service == nullptr) return cost;
    if (way.service->max_weight_g && weight > *way.service->max_weight_g) return std::nullopt;
    for (const RateStepSpec& step : way.service->steps) {
      if (!step.max_weight_g || weight <= *step.max_weight_g) {
        return cost + surcharge + step.costs[way.zone].micros();
      }
    }
    return std::nullopt;
  }

  void Price() {
    if (!IsFeasible()) return;
    std::int64_t cost = 0;
    std::int64_t shipments = 0;
    for (std::size_t w = 0; w < ways_.size(); ++w) {
      const std::optional<std::int64_t> price = PriceOf(w);
      if (!price) return;
      cost += *price;
      for (std::int64_t n : units_[w]) {
        if (n > 0) {
          ++shipments;
          break;
        }
      }
    }
    const std::optional<std::int64_t> most =
        c_.order.max_shipments ? c_.order.max_shipments : c_.world.costs.max_shipments;
    if (most && shipments > *most) return;
    if (shipments > 1) cost += (shipments - 1) * c_.world.costs.split_penalty.micros();
    for (std::int64_t n : short_) {
      cost += n * c_.world.costs.shortfall_penalty_per_unit.micros();
    }
    best_ = std::min(best_, cost);
  }

  const SmallCase& c_;
  std::vector<struct Place> places_;
  std::vector<std::optional<std::size_t>> place_of_line_;
  std::vector<Way> ways_;
  std::map<std::pair<std::string, std::string>, std::int64_t> stock_;
  std::vector<std::vector<std::int64_t>> units_;  // [way][line]
  std::vector<std::int64_t> short_;
  std::int64_t best_ = std::numeric_limits<std::int64_t>::max();
};

rules::RuleSet RulesOf(const SmallCase& c, const World& world) {
  rules::RuleSetDraft draft;
  const auto add = [&](const Keys& keys, rules::Keep keep) {
    rules::Rule rule;
    rule.id = fmt::format("group{}", draft.rules.size());
    rule.kind = rules::RuleKind::kGroup;
    rule.keep = keep;
    rule.evaluator = rules::FromLineKey(
        [keys, &symbols = world.symbols()](const rules::Facts&, std::size_t line) {
          return keys[line] ? std::optional(symbols.Intern(*keys[line])) : std::nullopt;
        });
    draft.rules.push_back(rule);
  };
  for (const Keys& keys : c.apart) add(keys, rules::Keep::kApart);
  for (const Keys& keys : c.together) add(keys, rules::Keep::kTogether);
  for (const std::int64_t value : c.min_values) {
    rules::Rule rule;
    rule.id = fmt::format("value{}", draft.rules.size());
    rule.kind = rules::RuleKind::kLimit;
    rule.limit = rules::LimitKind::kMinShipmentValue;
    rule.evaluator =
        rules::FromOrderValue([value](const rules::Facts&) { return std::optional(value); });
    draft.rules.push_back(rule);
  }
  return Must(rules::RuleSet::Create(draft));
}

// Every shipment goes to the one place of its lines, in the way that this is reached.
void CheckMethods(const Naive& naive, const Plan& plan) {
  for (std::size_t i = 0; i < plan.shipments().size(); ++i) {
    const Shipment& shipment = plan.shipments()[i];
    const struct Place& place =
        naive.places()[*naive.place_of_line()[plan.lines(shipment).front().line]];
    for (const PlanLine& line : plan.lines(shipment)) {
      REQUIRE(&naive.places()[*naive.place_of_line()[line.line]] == &place);
    }
    if (place.store == nullptr) {
      REQUIRE(shipment.method == ShipmentMethod::kShip);
      REQUIRE(!shipment.to);
    } else if (shipment.method == ShipmentMethod::kTransfer) {
      REQUIRE(plan.world().location(*shipment.to).id() == place.store->id);
      REQUIRE(plan.location_id(shipment) != place.store->id);
      const Shipment& next = plan.shipments()[i + 1];
      REQUIRE(next.method == ShipmentMethod::kPickup);
      REQUIRE_FALSE(next.takes_stock);
      REQUIRE(plan.location_id(next) == place.store->id);
      REQUIRE(plan.lines(next).data() == plan.lines(shipment).data());
      REQUIRE(next.cost == Cost());
      REQUIRE(next.ship_by.value_or(Timestamp::max()) >=
              shipment.deliver_by.value_or(Timestamp::min()));
    } else {
      REQUIRE(shipment.method == ShipmentMethod::kPickup);
      REQUIRE(plan.location_id(shipment) == place.store->id);
    }
    REQUIRE((shipment.takes_stock || plan.shipments()[i - 1].to == shipment.location));
  }
}

// Each unit of the plan is reserved where it comes from, once.
void CheckReserved(const Decision& decision, const Plan& plan, const InventoryPool& pool) {
  std::map<std::pair<SkuIndex, LocationIndex>, std::int64_t> wanted;
  for (const Shipment& shipment : plan.shipments()) {
    if (!shipment.takes_stock) continue;
    for (const PlanLine& line : plan.lines(shipment)) {
      wanted[{line.sku, shipment.location}] += line.quantity.count();
    }
  }
  REQUIRE(decision.reservation.has_value() == !wanted.empty());
  if (wanted.empty()) return;
  std::map<std::pair<SkuIndex, LocationIndex>, std::int64_t> held;
  const Reservation reservation = *pool.FindReservation(*decision.reservation);
  for (const CellDemand& cell : reservation.cells) {
    held[{cell.sku, cell.location}] = cell.quantity.count();
  }
  REQUIRE(held == wanted);
  REQUIRE(pool.Audit().ok());
}

// What the plan was made from, solved again, gives its cost and its shipments.
void CheckExplained(const Plan& plan) {
  const Explanation why = Must(Explain(plan, {.next_best = 1, .break_evens = false}));
  REQUIRE(why.chosen.cost == plan.cost());
  std::vector<std::string> shipments;
  for (const Shipment& shipment : plan.shipments()) {
    if (!shipment.takes_stock) continue;
    shipments.push_back(fmt::format("{} {} {} {} {}", ToString(shipment.method),
                                    plan.location_id(shipment),
                                    shipment.to ? plan.world().location(*shipment.to).id() : "",
                                    plan.service(shipment), plan.group(shipment)));
  }
  std::vector<std::string> explained;
  for (const RecordedShipment& shipment : why.record.shipments) {
    const RecordedSlot& slot = why.record.slots[shipment.slot];
    explained.push_back(fmt::format("{} {} {} {} {}", slot.method,
                                    why.record.locations[slot.location].id, slot.to, slot.service,
                                    slot.group));
  }
  REQUIRE(explained == shipments);
}

TEST_CASE("Router: the plan of a random small world costs what the cheapest of all ways costs") {
  const int cases = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 20'000 : 1'500;
  int proved = 0;
  int unshipped = 0;
  std::map<std::string_view, int> methods;
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 1);
    const SmallCase c = DrawCase(random);
    const World world = Must(World::Create(c.world));
    const Stock stock = Must(Stock::Create(world, c.stock));
    InventoryPool pool(world, stock);
    RouterOptions options;
    options.verify = true;
    const Router router = Must(Router::Create(world, RulesOf(c, world), options));
    const Order order = Must(Order::Create(world, c.order));
    const Plan plan = Must(router.Route(order, pool.Live()));
    INFO("case " << i << "\n" << ToString(plan));
    Naive naive(c);
    REQUIRE(plan.cost().micros() == naive.Cheapest());
    CheckMethods(naive, plan);
    // Rules may name a shipment by keys that its own lines lack; what is explained has them all.
    if (i % 4 == 0 && c.apart.empty()) {
      CheckExplained(Must(router.Route(order, pool.Live(), {.explain = ExplainLevel::kRecord})));
    }
    CheckReserved(Must(router.RouteAndReserve(order, pool)), plan, pool);
    REQUIRE(plan.proof() == PlanProof::kOptimal);
    Cost sum = plan.split_cost() + plan.shortfall_cost();
    for (const Shipment& shipment : plan.shipments()) {
      REQUIRE(shipment.terms.Sum() == shipment.cost);
      sum += shipment.cost;
    }
    REQUIRE(sum == plan.cost());
    std::vector<std::int64_t> units(order.lines().size(), 0);
    for (const PlanLine& line : plan.no_shipping()) units[line.line] += line.quantity.count();
    for (const PlanLine& line : plan.lines()) units[line.line] += line.quantity.count();
    for (const Shortfall& s : plan.shortfalls()) units[s.line] += s.quantity.count();
    for (std::size_t l = 0; l < units.size(); ++l) {
      REQUIRE(units[l] == c.order.lines[l].quantity);
    }
    for (const Shipment& shipment : plan.shipments()) ++methods[ToString(shipment.method)];
    unshipped += plan.no_shipping().empty() ? 0 : 1;
    proved += plan.status() == PlanStatus::kPlanned ? 1 : 0;
  }
  CHECK(proved > cases / 5);  // the draw is not all shortage
  CHECK(methods["pickup"] > methods["transfer"]);
  CHECK(methods["transfer"] > cases / 100);
  CHECK(unshipped > cases / 50);
}

}  // namespace
}  // namespace orderwright
