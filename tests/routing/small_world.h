// A small network for tests of routing: five sites of user-view, three items, one rate card.
#ifndef ORDERWRIGHT_TESTS_ROUTING_SMALL_WORLD_H_
#define ORDERWRIGHT_TESTS_ROUTING_SMALL_WORLD_H_

#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/router.h"
#include "tests/catch.h"

namespace orderwright::testing {

template <typename T>
T Must(absl::StatusOr<T> value) {
  INFO(StatusOf(value.status()).ToString());
  REQUIRE(value.ok());
  return *std::move(value);
}

inline Cost CostOf(std::string_view text) { return Must(Cost::Parse(text)); }

inline LocationSpec Site(std::string id, double lat, double lon) {
  LocationSpec site;
  site.id = std::move(id);
  site.country = "US";
  site.position = GeoPoint{Degrees(lat), Degrees(lon)};
  site.cost_per_shipment = CostOf("2.50");
  site.cost_per_unit = CostOf("0.10");
  site.rate_cards = {"default"};
  return site;
}

// One service, `ground`: 0 to 500 km 4.10, 500 to 2000 km 6.10, beyond 9.10; 1 more above 1 kg.
inline RateCardSpec GroundCard() {
  ServiceSpec ground;
  ground.name = "ground";
  ground.zones_km = {500.0, 2000.0, std::nullopt};
  ground.transit_days = {1, 3, 5};
  ground.steps.push_back({1000, {CostOf("4.10"), CostOf("6.10"), CostOf("9.10")}});
  ground.steps.push_back({std::nullopt, {CostOf("5.10"), CostOf("7.10"), CostOf("10.10")}});
  RateCardSpec card;
  card.name = "default";
  card.services = {ground};
  return card;
}

inline ItemSpec Goods(std::string sku, std::int64_t weight_g) {
  ItemSpec item;
  item.sku = std::move(sku);
  item.weight_g = weight_g;
  return item;
}

inline WorldDraft SmallDraft() {
  WorldDraft draft;
  draft.currency = Must(Currency::Parse("USD"));
  draft.rate_cards = {GroundCard()};
  draft.items = {Goods("MUG", 350), Goods("TEE", 180), Goods("HAT", 120)};
  draft.locations = {Site("RNO", 39.53, -119.81), Site("OAK", 37.80, -122.27),
                     Site("SJC", 37.34, -121.89), Site("MEM", 35.15, -90.05),
                     Site("LAS", 36.17, -115.14)};
  return draft;
}

using StockEntry = std::tuple<std::string, std::string, std::int64_t>;  // location, sku, on hand

inline Stock MakeStock(const World& world, const std::vector<StockEntry>& entries) {
  std::vector<StockRowSpec> rows;
  for (const auto& [location, sku, on_hand] : entries) {
    StockRowSpec row;
    row.location = location;
    row.sku = sku;
    row.on_hand = on_hand;
    rows.push_back(std::move(row));
  }
  return Must(Stock::Create(world, std::move(rows)));
}

inline OrderDraft DraftTo(double lat, double lon,
                          const std::vector<std::pair<std::string, std::int64_t>>& lines) {
  OrderDraft draft;
  draft.id = "1042";
  draft.ship_to.emplace();
  draft.ship_to->country = "US";
  draft.ship_to->postal_code = "94103";
  draft.ship_to->position = GeoPoint{Degrees(lat), Degrees(lon)};
  for (const auto& [sku, quantity] : lines) {
    OrderLineDraft line;
    line.id = std::to_string(draft.lines.size() + 1);
    line.sku = sku;
    line.quantity = quantity;
    draft.lines.push_back(std::move(line));
  }
  return draft;
}

// A rule in words.
inline rules::Rule Text(std::string id, rules::RuleKind kind, std::string when,
                        std::string value = "") {
  rules::Rule rule;
  rule.id = std::move(id);
  rule.kind = kind;
  rule.text = rules::RuleText{std::move(when), std::move(value)};
  return rule;
}

// To San Francisco.
inline OrderDraft DraftToSf(const std::vector<std::pair<std::string, std::int64_t>>& lines) {
  return DraftTo(37.77, -122.41, lines);
}

// "OAK: MUG x2, TEE x1 | MEM: CUP x1 for MUG | later RNO: MUG x1 2026-12-01 | ask MEM: CUP x1 for
// MUG | short HAT x1 no_stock".
inline std::string Brief(const Plan& plan) {
  std::string text;
  for (const Shipment& shipment : plan.shipments()) {
    if (!text.empty()) text += " | ";
    text += plan.location_id(shipment) + ":";
    for (const PlanLine& line : plan.lines(shipment)) {
      text += fmt::format("{} {} x{}", &line == &plan.lines(shipment).front() ? "" : ",",
                          plan.sku(line), line.quantity);
      if (!line.substitute_for) continue;
      text += fmt::format(" for {}", plan.world().item(*line.substitute_for).sku());
    }
  }
  for (const PlanBackorder& b : plan.backorders()) {
    if (!text.empty()) text += " | ";
    text +=
        fmt::format("{} {}: {} x{} {}", b.kind == BackorderKind::kPreorder ? "preorder" : "later",
                    plan.world().location(b.location).id(), plan.world().item(b.sku).sku(),
                    b.quantity, b.expected ? ToString(*b.expected).substr(0, 10) : "some day");
  }
  for (const PlanQuestion& q : plan.questions()) {
    if (!text.empty()) text += " | ";
    text += fmt::format("ask {}: {} x{} for {}", plan.world().location(q.location).id(),
                        plan.world().item(q.substitute).sku(), q.quantity,
                        plan.world().item(q.sku).sku());
  }
  for (const Shortfall& s : plan.shortfalls()) {
    if (!text.empty()) text += " | ";
    text += fmt::format("short {} x{} {}", plan.world().item(s.sku).sku(), s.quantity,
                        ToString(s.reason));
  }
  return text;
}

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_ROUTING_SMALL_WORLD_H_
