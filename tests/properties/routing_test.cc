// The router against an independent reading of the formats: for random small worlds every way to
// ship the order is priced from the specifications alone, and the cheapest must be the plan's cost.
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "orderwright/core/geo.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/router.h"
#include "tests/catch.h"
#include "tests/promise/slow_dates.h"

namespace orderwright {
namespace {

template <typename T>
T Must(absl::StatusOr<T> value) {
  INFO(value.status().ToString());
  REQUIRE(value.ok());
  return *std::move(value);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::int64_t Below(std::int64_t n) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(n));
  }
  bool Once(std::int64_t in) { return Below(in) == 0; }
  Cost Price(std::int64_t below) { return Cost::FromMicros(Below(below) * 250'000); }

 private:
  std::mt19937_64 engine_;
};

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

// One possible shipment, priced from the specifications.
struct Way {
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
    for (const LocationSpec& site : c.world.locations) AddWays(site);
    for (const StockRowSpec& row : c.stock) {
      stock_[{row.location, row.sku}] = std::max<std::int64_t>(0, *row.on_hand - row.safety_stock);
    }
    units_.assign(ways_.size(), std::vector<std::int64_t>(c.order.lines.size(), 0));
    short_.assign(c.order.lines.size(), 0);
  }

  std::int64_t Cheapest() {
    Place(0, 0, c_.order.lines[0].quantity);
    return best_;
  }

 private:
  void AddWays(const LocationSpec& site) {
    if (site.markets && (*site.markets)[0] != c_.order.market) return;
    if (site.rate_cards.empty()) {
      if (Allowed("standard")) AddWays({.site = &site});
      return;
    }
    for (const RateCardSpec& card : c_.world.rate_cards) {
      if (card.name != site.rate_cards[0]) continue;
      for (const ServiceSpec& service : card.services) {
        if (!Allowed(service.name)) continue;
        if (service.countries && (*service.countries)[0] != c_.order.ship_to->country) continue;
        std::size_t zone = service.zones_km.size() - 1;
        if (site.position) {
          const double km = DistanceKm(*site.position, *c_.order.ship_to->position);
          for (zone = 0; zone < service.zones_km.size(); ++zone) {
            if (!service.zones_km[zone] || km <= *service.zones_km[zone]) break;
          }
        }
        if (zone < service.zones_km.size())
          AddWays({.site = &site, .service = &service, .zone = zone});
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
    q.destination_zone = c_.order.ship_to->time_zone.empty()
                             ? q.location_zone
                             : *TimeZone::Load(c_.order.ship_to->time_zone);
    q.start = std::max(*c_.order.placed_at, c_.order.ship_after.value_or(*c_.order.placed_at));
    const testing::SlowAnswer dates = testing::SlowDates(q);
    if (c_.order.cancel_after && dates.ship_by > *c_.order.cancel_after) return;
    const auto days_after = [&](Timestamp time, const std::optional<Timestamp>& due) {
      std::int64_t days = 0;
      while (due && time > *due + std::chrono::days(days)) ++days;
      return days;
    };
    const std::int64_t arrives = days_after(dates.deliver_by, c_.order.requested_by);
    if (c_.order.must_arrive && arrives > 0) return;
    way.late_days = std::max(arrives, days_after(dates.ship_by, c_.order.ship_by));
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
  void Place(std::size_t line, std::size_t way, std::int64_t left) {
    if (line == c_.order.lines.size()) return Price();
    if (way == ways_.size()) {
      short_[line] = left;
      const std::size_t next = line + 1;
      Place(next, 0, next < c_.order.lines.size() ? c_.order.lines[next].quantity : 0);
      return;
    }
    for (std::int64_t n = 0; n <= left; ++n) {
      units_[way][line] = n;
      Place(line, way + 1, left - n);
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

TEST_CASE("Router: the plan of a random small world costs what the cheapest of all ways costs") {
  const int cases = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 20'000 : 1'500;
  int proved = 0;
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 1);
    const SmallCase c = DrawCase(random);
    const World world = Must(World::Create(c.world));
    const Stock stock = Must(Stock::Create(world, c.stock));
    const InventoryPool pool(world, stock);
    RouterOptions options;
    options.verify = true;
    const Router router = Must(Router::Create(world, RulesOf(c, world), options));
    const Order order = Must(Order::Create(world, c.order));
    const Plan plan = Must(router.Route(order, pool.Live()));
    INFO("case " << i << "\n" << ToString(plan));
    REQUIRE(plan.cost().micros() == Naive(c).Cheapest());
    REQUIRE(plan.proof() == PlanProof::kOptimal);
    Cost sum = plan.split_cost() + plan.shortfall_cost();
    for (const Shipment& shipment : plan.shipments()) {
      REQUIRE(shipment.terms.Sum() == shipment.cost);
      sum += shipment.cost;
    }
    REQUIRE(sum == plan.cost());
    std::vector<std::int64_t> units(order.lines().size(), 0);
    for (const PlanLine& line : plan.lines()) units[line.line] += line.quantity.count();
    for (const Shortfall& s : plan.shortfalls()) units[s.line] += s.quantity.count();
    for (std::size_t l = 0; l < units.size(); ++l) {
      REQUIRE(units[l] == order.lines()[l].quantity.count());
    }
    proved += plan.status() == PlanStatus::kPlanned ? 1 : 0;
  }
  CHECK(proved > cases / 5);  // the draw is not all shortage
}

}  // namespace
}  // namespace orderwright
