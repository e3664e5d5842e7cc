// A small world that is right in every field, for tests that spoil one of them.
#ifndef ORDERWRIGHT_TESTS_MODEL_FIXTURES_H_
#define ORDERWRIGHT_TESTS_MODEL_FIXTURES_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orderwright/core/issue.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "tests/catch.h"

namespace orderwright::testing {

inline Currency CurrencyOf(std::string_view code) {
  absl::StatusOr<Currency> currency = Currency::Parse(code);
  REQUIRE(IsOk(currency));
  return *currency;
}

inline Money MoneyOf(std::string_view amount, std::string_view code = "USD") {
  absl::StatusOr<Money> money = Money::Parse(amount, CurrencyOf(code));
  REQUIRE(IsOk(money));
  return *money;
}

inline Cost CostOf(std::string_view amount) {
  absl::StatusOr<Cost> cost = Cost::Parse(amount);
  REQUIRE(IsOk(cost));
  return *cost;
}

inline std::vector<Cost> CostsOf(const std::vector<const char*>& amounts) {
  std::vector<Cost> costs;
  for (const char* amount : amounts) costs.push_back(CostOf(amount));
  return costs;
}

inline GeoPoint PointOf(double lat, double lon) { return {Degrees(lat), Degrees(lon)}; }

// "path code" of every error, in order.
inline std::vector<std::string> ErrorsOf(const absl::Status& status) {
  std::vector<std::string> errors;
  for (const Issue& issue : IssuesOf(status)) {
    if (issue.severity == Severity::kError) errors.push_back(issue.path + " " + issue.code);
  }
  return errors;
}

// The message of the only error; fails the test if there is not exactly one.
inline std::string OnlyMessage(const absl::Status& status) {
  const std::vector<Issue> issues = IssuesOf(status);
  REQUIRE(issues.size() == 1);
  return issues.front().message;
}

inline RateCardSpec SmallCard(std::string name) {
  ServiceSpec ground;
  ground.name = "ground";
  ground.zones_km = {240.0, 960.0, std::nullopt};
  ground.transit_days = {1, 3, 7};
  ground.steps = {{500, CostsOf({"4.10", "4.60", "6.10"})},
                  {1000, CostsOf({"5.20", "5.90", "7.40"})},
                  {std::nullopt, CostsOf({"9.90", "12.00", "15.00"})}};
  ground.surcharges = {{"oversize", CostOf("9.00")}};
  RateCardSpec card;
  card.name = std::move(name);
  card.services = {ground};
  return card;
}

// Locations RNO and STO, items MUG, TEE and CUP, bundle SET of four mugs.
inline WorldDraft SmallDraft() {
  WorldDraft draft;
  draft.currency = CurrencyOf("USD");
  draft.fx = {{CurrencyOf("EUR"), "1.0840"}};
  CalendarSpec weekdays;
  weekdays.name = "weekdays";
  weekdays.days = 0b0011111;
  draft.calendars = {weekdays};
  draft.rate_cards = {SmallCard("default")};
  LocationSpec reno;
  reno.id = "RNO";
  reno.country = "US";
  reno.region = "NV";
  reno.position = PointOf(39.53, -119.81);
  reno.time_zone = "America/Los_Angeles";
  reno.calendar = "weekdays";
  reno.rate_cards = {"default"};
  reno.cost_per_shipment = CostOf("2.50");
  reno.cost_per_unit = CostOf("0.10");
  LocationSpec store = reno;
  store.id = "STO";
  store.kind = LocationKind::kStore;
  draft.locations = {reno, store};
  for (const char* sku : {"MUG", "TEE", "CUP"}) {
    ItemSpec item;
    item.sku = sku;
    item.weight_g = 350;
    draft.items.push_back(item);
  }
  BundleSpec set;
  set.sku = "SET";
  set.components = {{"MUG", Units(4)}};
  draft.bundles = {set};
  return draft;
}

inline World SmallWorld() {
  absl::StatusOr<World> world = World::Create(SmallDraft());
  REQUIRE(IsOk(world));
  return *world;
}

// Order 1042: 2 MUG, 1 TEE.
inline OrderDraft SmallOrder() {
  OrderDraft draft;
  draft.id = "1042";
  draft.channel = "web";
  OrderLineDraft mugs;
  mugs.id = "1";
  mugs.sku = "MUG";
  mugs.quantity = 2;
  OrderLineDraft tees;
  tees.id = "2";
  tees.sku = "TEE";
  tees.quantity = 1;
  draft.lines = {mugs, tees};
  return draft;
}

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_MODEL_FIXTURES_H_
