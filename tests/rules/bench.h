// An order over 66 candidates with columns of everything that rules may read.
#ifndef ORDERWRIGHT_TESTS_RULES_BENCH_H_
#define ORDERWRIGHT_TESTS_RULES_BENCH_H_

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/rules/facts.h"
#include "orderwright/rules/language.h"
#include "tests/catch.h"
#include "tests/properties/random.h"

namespace orderwright::testing {

inline World MakeWorld() {
  WorldDraft draft;
  draft.currency = *Currency::Parse("USD");
  draft.fx = {{*Currency::Parse("EUR"), "1.10"}};
  const std::array kinds = {LocationKind::kWarehouse, LocationKind::kStore,
                            LocationKind::kDropship};
  for (int i = 0; i < 70; ++i) {
    LocationSpec& site = draft.locations.emplace_back();
    site.id = fmt::format("L{}", i);
    site.kind = kinds[static_cast<std::size_t>(i) % kinds.size()];
    site.country = i % 4 == 0 ? "CA" : "US";
    site.handling_days = i % 5;
    site.cost_per_unit = Cost::FromMicros(i * 250'000);
    if (i % 3 == 0) site.tags = {"fast", "big"};
    if (i % 2 == 0) {
      site.attributes = {{"grade", std::int64_t{i}}, {"zone", i % 4 == 0 ? "north" : "south"}};
    }
    // Not what it is declared.
    if (i % 10 == 0) site.attributes.push_back({"docks", std::string("three")});
    if (i % 10 == 5) site.attributes.push_back({"docks", std::int64_t{i}});
    if (i % 7 == 0) site.max_rejects = i;
    if (i % 6 == 0) site.channels = {{"web", "amazon"}};
    site.rank = (i * 37) % 70;
  }
  for (int i = 0; i < 5; ++i) {
    ItemSpec& item = draft.items.emplace_back();
    item.sku = fmt::format("S{}", i);
    item.weight_g = 100 * i;
    item.unit_value = Money::FromMinor(199 * i, *draft.currency);
    if (i % 2 == 1) item.tags = {"vip", "bulky"};
    if (i == 3) item.origin = "DE";
    if (i < 3) item.attributes = {{"hue", i == 1 ? "red" : "blue"}};
    item.pack_size = i + 1;
  }
  return Must(World::Create(std::move(draft)));
}

// Of its attributes all but the grade of locations.
inline std::shared_ptr<const rules::Language> MakeLanguage() {
  rules::Language language;
  const auto declare = [&](std::string_view record, std::string_view name, std::string_view type,
                           std::optional<cel::Value> unset = std::nullopt) {
    REQUIRE(language.DeclareAttribute(record, name, type, std::move(unset)).ok());
  };
  declare("location", "docks", "int");
  declare("location", "zone", "string", cel::Value::String("none"));
  declare("item", "hue", "string");
  declare("line", "is-gift", "bool");
  declare("order", "score", "double");
  declare("order", "points", "double");  // and given as a whole number
  declare("order", "level", "int", cel::Value::Int(3));
  return std::make_shared<const rules::Language>(std::move(language));
}

inline Order MakeOrder(const World& world) {
  OrderDraft draft;
  draft.id = "1042";
  draft.channel = "web";
  draft.currency = *Currency::Parse("EUR");
  draft.placed_at = *ParseTimestamp("2026-11-23T12:00:00Z");
  draft.tags = {"vip", "gift"};
  draft.risk = 0.25;
  draft.attributes = {{"score", 0.75}, {"points", std::int64_t{12}}};
  draft.customer = Customer{"c7", {"gold"}};
  for (int i = 0; i < 3; ++i) {
    OrderLineDraft& line = draft.lines.emplace_back();
    line.id = fmt::format("{}", i + 1);
    line.sku = fmt::format("S{}", i + 1);
    line.quantity = 3 * i + 1;
    line.unit_price = Money::FromMinor(450 + i, *draft.currency);
    if (i == 1) line.ship_group = "g";
    if (i < 2) line.attributes = {{"is-gift", i == 0}};
  }
  return Must(Order::Create(world, std::move(draft)));
}

// An order's facts with every column.
struct Bench {
  World world = MakeWorld();
  Order order = MakeOrder(world);
  std::vector<LocationIndex> location;
  std::vector<double> km;
  std::vector<std::uint16_t> group;
  std::vector<std::uint32_t> pair_line, pair_candidate;
  std::vector<std::int64_t> available;
  std::vector<SkuIndex> sku;
  std::vector<std::uint32_t> option_pair, zone;
  std::vector<ServiceIndex> service;
  std::vector<std::int32_t> transit;
  std::vector<std::int64_t> late;
  std::vector<Timestamp> deliver_by;
  std::vector<std::int64_t> load, on_hand, cost;
  std::vector<std::string_view> carrier;
  std::vector<rules::Rejection> rejections = {{LocationIndex{3}, Timestamp(Duration(5'000))},
                                              {LocationIndex{7}, std::nullopt}};
  rules::Facts facts;

  Bench() {
    for (std::uint32_t i = 0; i < 66; ++i) {
      location.push_back(LocationIndex{i});
      km.push_back(i % 9 == 0 ? -1.0 : 50.0 * i);
      group.push_back(0);
      load.push_back(i % 13);
      for (std::uint32_t line = 0; line < 3; ++line) {
        if ((i + line) % 3 == 0) continue;
        pair_line.push_back(line);
        pair_candidate.push_back(i);
        available.push_back(i % 11);
        on_hand.push_back(i % 17);
        cost.push_back(i % 8 == 0 ? rules::kNoCost : 1'000'000 * (i + line));
        sku.push_back((i % 5) == 4 ? SkuIndex{4} : order.lines()[line].sku);
      }
    }
    for (std::uint32_t p = 0; p < pair_line.size(); ++p) {
      option_pair.push_back(p);
      service.push_back(ServiceIndex{0});
      zone.push_back(p % 4);
      transit.push_back(static_cast<std::int32_t>(p % 6));
      late.push_back(p % 3);
      carrier.push_back(p % 2 == 0 ? "any" : "ups");
      deliver_by.push_back(*order.placed_at() + std::chrono::hours(p));
    }
    facts.world = &world;
    facts.order = &order;
    facts.now = *order.placed_at() + std::chrono::hours(1);
    facts.candidates = {location, km, group, load, load};
    facts.pairs = {pair_line, pair_candidate, available, sku, on_hand, cost};
    facts.options = {option_pair, service, zone, transit, late, deliver_by, carrier};
    facts.rejections = rejections;
  }
};

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_RULES_BENCH_H_
