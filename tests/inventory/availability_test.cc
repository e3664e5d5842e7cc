#include "orderwright/inventory/availability.h"

#include <string>
#include <utility>
#include <vector>

#include "orderwright/inventory/stock.h"
#include "tests/catch.h"

namespace orderwright {
namespace {

using testing::StatusIs;

template <typename T>
T Must(absl::StatusOr<T> value) {
  INFO(testing::StatusOf(value.status()).ToString());
  REQUIRE(value.ok());
  return *std::move(value);
}

Timestamp At(std::string_view text) { return *ParseTimestamp(text); }
const Timestamp kNow = At("2026-11-23T12:00:00Z");

StockRowSpec Row(std::string location, std::string sku, std::optional<std::int64_t> on_hand,
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

WorldDraft SmallDraft() {
  WorldDraft draft;
  draft.currency = Must(Currency::Parse("USD"));
  for (const char* sku : {"MUG", "TEE", "HAT"}) draft.items.emplace_back().sku = sku;
  for (const char* id : {"RNO", "OAK", "MEM"}) draft.locations.emplace_back().id = id;
  draft.bundles = {{"SET", {{"MUG", Units(2)}, {"TEE", Units(1)}}, true},
                   {"KIT", {{"MUG", Units(2)}, {"TEE", Units(1)}}, false}};
  return draft;
}

struct Case {
  World world;
  InventoryPool pool;
  Case(WorldDraft draft, std::vector<StockRowSpec> rows, std::vector<AllotmentSpec> allotments = {})
      : world(Must(World::Create(std::move(draft)))),
        pool(world, Must(Stock::Create(world, std::move(rows))),
             Must(Allotments::Create(world, std::move(allotments)))) {}

  // "5 +2 | RNO 3, OAK 2 | 2026-12-01 +4": available, backorder, locations, incoming.
  std::string Ask(std::string_view sku, AvailabilityQuery query = {}) const {
    query.now = kNow;
    const SkuAvailability a = Must(FindAvailability(world, pool, sku, query));
    const auto number = [](std::int64_t n) {
      return n == kUnlimitedUnits ? std::string("any") : std::to_string(n);
    };
    std::string text = number(a.available) + " +" + number(a.backorder);
    for (const auto& [location, units] : a.locations) {
      text += (&location == &a.locations.front().first ? " | " : ", ");
      text += world.location(location).id() + " " + number(units);
    }
    for (const auto& [at, units] : a.incoming) {
      text += " | " + ToString(at).substr(0, 10) + " +" + number(units);
    }
    return text;
  }
};

TEST_CASE("Availability is by location and in total, for a channel, with what is to come") {
  WorldDraft draft = SmallDraft();
  draft.locations[2].channels = std::vector<std::string>{"amazon"};
  const Case c(draft,
               {Row("RNO", "MUG", 3, {Due(4, "2026-12-01T08:00:00Z")}),
                Row("OAK", "MUG", 2, {Due(1, "2026-12-01T08:00:00Z")}), Row("MEM", "MUG", 9)});
  CHECK(c.Ask("MUG") == "5 +0 | RNO 3, OAK 2 | 2026-12-01 +5");
  CHECK(c.Ask("MUG", {.channel = "amazon"}) == "14 +0 | RNO 3, OAK 2, MEM 9 | 2026-12-01 +5");
  CHECK(c.Ask("MUG", {.channel = "nobody's"}) == "5 +0 | RNO 3, OAK 2 | 2026-12-01 +5");
  CHECK(c.Ask("MUG", {.by_location = false}) == "5 +0 | 2026-12-01 +5");
  CHECK(c.Ask("MUG", {.at = At("2026-12-01T08:00:00Z")}) == "10 +0 | RNO 7, OAK 3");
  CHECK(c.Ask("TEE") == "0 +0");
  const auto unknown = FindAvailability(c.world, c.pool, "MUGG");
  CHECK(StatusIs(unknown, absl::StatusCode::kNotFound));
  CHECK_THAT(std::string(unknown.status().message()), testing::ContainsText("'MUG'"));
}

TEST_CASE("What is kept for others is not available, now or later") {
  AllotmentSpec kept;
  kept.sku = "MUG";
  kept.channel = "amazon";
  kept.guaranteed = 4;
  const std::vector<StockRowSpec> rows = {Row("RNO", "MUG", 3, {Due(4, "2026-12-01T08:00:00Z")}),
                                          Row("OAK", "MUG", 3)};
  const Case all(SmallDraft(), rows, {kept});
  CHECK(all.Ask("MUG", {.channel = "web"}) == "2 +0 | RNO 3, OAK 3 | 2026-12-01 +4");
  CHECK(all.Ask("MUG", {.channel = "web", .at = At("2026-12-02T00:00:00Z")}) ==
        "6 +0 | RNO 7, OAK 3");
  CHECK(all.Ask("MUG", {.channel = "amazon"}) == "6 +0 | RNO 3, OAK 3 | 2026-12-01 +4");
  kept.location = "RNO";
  kept.guaranteed = 2;
  const Case there(SmallDraft(), rows, {kept});
  CHECK(there.Ask("MUG", {.channel = "web"}) == "4 +0 | RNO 1, OAK 3 | 2026-12-01 +4");
  CHECK(there.Ask("MUG", {.channel = "web", .at = At("2026-12-02T00:00:00Z")}) ==
        "8 +0 | RNO 5, OAK 3");
}

TEST_CASE("Backorders and pre-orders are beyond what is available") {
  WorldDraft draft = SmallDraft();
  draft.items[0].backorder = {.allowed = true, .limit = Units(7)};
  draft.items[1].backorder = {.allowed = true, .limit = std::nullopt};
  draft.items[2].preorder = PreorderTerms{At("2026-12-10T00:00:00Z"), Units(5)};
  const Case c(draft, {Row("RNO", "MUG", 1), Row("RNO", "TEE", 1), Row("RNO", "HAT", 3)});
  CHECK(c.Ask("MUG") == "1 +7 | RNO 1");
  CHECK(c.Ask("TEE") == "1 +any | RNO 1");
  CHECK(c.Ask("HAT") == "0 +5");
  CHECK(c.Ask("HAT", {.at = At("2026-12-10T00:00:00Z")}) == "3 +5 | RNO 3");
}

TEST_CASE("A bundle has as many sets as its scarcest component, by location if it ships together") {
  const Case c(SmallDraft(), {Row("RNO", "MUG", 5, {Due(3, "2026-12-01T08:00:00Z")}),
                              Row("RNO", "TEE", 3), Row("OAK", "TEE", 4), Row("MEM", "MUG", 6)});
  CHECK(c.Ask("SET") == "2 +0 | RNO 2 | 2026-12-01 +1");
  CHECK(c.Ask("KIT") == "5 +0 | RNO 2 | 2026-12-01 +2");
  CHECK(c.Ask("KIT", {.at = At("2026-12-02T00:00:00Z")}) == "7 +0 | RNO 3");
  WorldDraft waits = SmallDraft();
  waits.items[0].backorder = {.allowed = true, .limit = Units(5)};
  waits.items[1].backorder = {.allowed = true, .limit = std::nullopt};
  CHECK(Case(waits, {Row("RNO", "MUG", 4), Row("RNO", "TEE", 1)}).Ask("KIT") == "1 +3 | RNO 1");
  CHECK(Case(waits, {Row("RNO", "MUG", 4), Row("RNO", "TEE", 1)}).Ask("SET") == "1 +3 | RNO 1");
  // What nobody counts has no end.
  CHECK(Case(SmallDraft(), {Row("RNO", "MUG", std::nullopt), Row("RNO", "TEE", 3)}).Ask("SET") ==
        "3 +0 | RNO 3");
}

TEST_CASE("Inactive and retired locations have nothing to sell") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].active = false;
  draft.locations[1].inactive = {{At("2026-11-23T00:00:00Z"), At("2026-11-24T00:00:00Z")}};
  const Case c(draft, {Row("RNO", "MUG", 3), Row("OAK", "MUG", 3), Row("MEM", "MUG", 1)});
  CHECK(c.Ask("MUG") == "1 +0 | MEM 1");
}

}  // namespace
}  // namespace orderwright
