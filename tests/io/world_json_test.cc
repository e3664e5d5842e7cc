#include <chrono>
#include <string>

#include "orderwright/io/document.h"
#include "tests/io/fixtures.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::ErrorsOf;
using testing::FileText;
using testing::FirstMessage;
using testing::IsOk;
using testing::PathsOf;
using testing::StatusIs;
using testing::Texts;
using testing::World1;

Cost CostOf(std::string_view text) {
  const auto cost = Cost::Parse(text);
  REQUIRE(cost.ok());
  return *cost;
}

Timestamp TimeOf(std::string_view text) {
  const auto time = ParseTimestamp(text);
  REQUIRE(time.ok());
  return *time;
}

// Every field of the format that is acted on or kept, none at its default.
constexpr std::string_view kFull = R"({
  "format": "orderwright.world/1", "currency": "EUR", "fx": {"USD": "0.92"},
  "locations": [{"id": "RNO", "kind": "store", "name": "Reno", "active": false,
    "inactive": [{"from": "2026-01-01T00:00:00Z", "until": "2026-01-02T00:00:00Z"}], "rank": 7,
    "country": "US", "region": "NV", "postal_code": "89502", "lat": 39.53, "lon": -119.81,
    "time_zone": "America/Los_Angeles", "markets": ["US"], "channels": [],
    "capabilities": ["hazmat"], "tags": ["west"],
    "attributes": {"docks": 4, "share": 0.5, "owner": "us", "cold": true},
    "accepts_returns": false, "max_rejects": 3, "capacity_units_per_day": null,
    "capacity_shipments_per_day": null, "load": {"units": 0, "shipments": 0},
    "cost_per_shipment": "2.50", "cost_per_unit": "0.000001", "handling_days": 2,
    "cutoffs": {"ground": "15:00"}, "calendar": "weekdays",
    "hours": {"mon": ["09:00", "18:00"], "sun": ["10:00", "12:30"]},
    "pickup": {"lead_minutes": 60, "hold_days": 7, "ship_to_store": true},
    "rate_cards": ["default"]}],
  "items": [{"sku": "MUG", "weight_g": 350, "dimensions_mm": [120, 90, 100],
    "unit_value": "8.00", "unit_cost": "3.10", "pack_size": 6, "tags": ["fragile"],
    "attributes": {"color": "red"}, "requires_shipping": true, "gift_card": false,
    "hs_code": "6912", "origin": "PT", "backorder": {"allowed": false, "limit": 5},
    "preorder": null, "substitutes": [{"sku": "CUP", "policy": "never"}]}, {"sku": "CUP"}],
  "bundles": [{"sku": "SET", "components": [{"sku": "MUG", "quantity": 4}],
    "ship_together": false}],
  "stock": [{"location": "RNO", "sku": "MUG", "on_hand": 15, "reserved": 1, "safety_stock": 2,
    "damaged": 3, "quality_control": 4, "unit_cost": "3.00", "backorder": null, "as_of": null,
    "incoming": []}],
  "allotments": [],
  "calendars": {"weekdays": {"days": ["mon", "tue"], "closed": ["2026-11-26"]}},
  "rate_cards": {"default": {"carrier": "UPS", "services": {"ground": {
    "zones_km": [240, 480.5, null], "transit_days": [1, 2, 3], "calendar": "weekdays",
    "countries": ["US"], "max_weight_g": 30000, "max_dimensions_mm": [1000, 500, 400],
    "dim_divisor": 5000, "surcharges": [{"tag": "oversize", "cost": "9.00"}],
    "steps": [[500, ["4.10", "4.30", "4.60"]], [null, ["9.90", "9.90", "10.00"]]]}}}},
  "costs": {"split_penalty": "1.00", "shortfall_penalty_per_unit": "20.00",
    "backorder_penalty_per_unit": "10.00", "backorder_penalty_per_unit_day": "0.00",
    "backorder_when": "no_stock", "late_penalty_per_day": "0.00", "max_shipments": 3}})";

TEST_CASE("ParseWorld reads every field of a location") {
  const auto loaded = World1(kFull);
  REQUIRE(IsOk(loaded));
  const LocationSpec& spec = loaded->world.locations()[0].spec;
  CHECK(spec.id == "RNO");
  CHECK(spec.kind == LocationKind::kStore);
  CHECK(spec.name == "Reno");
  CHECK_FALSE(spec.active);
  REQUIRE(spec.inactive.size() == 1);
  CHECK(spec.inactive[0].from == TimeOf("2026-01-01T00:00:00Z"));
  CHECK(spec.inactive[0].until == TimeOf("2026-01-02T00:00:00Z"));
  CHECK(spec.rank == 7);
  CHECK(Texts{spec.country, spec.region, spec.postal_code, spec.time_zone} ==
        Texts{"US", "NV", "89502", "America/Los_Angeles"});
  CHECK(spec.position == GeoPoint{.lat = Degrees(39.53), .lon = Degrees(-119.81)});
  CHECK(spec.markets == Texts{"US"});
  CHECK(spec.channels == Texts{});
  CHECK(spec.capabilities == Texts{"hazmat"});
  CHECK(spec.tags == Texts{"west"});
  CHECK(spec.attributes == Attributes{{"docks", std::int64_t{4}},
                                      {"share", 0.5},
                                      {"owner", std::string("us")},
                                      {"cold", true}});
  CHECK_FALSE(spec.accepts_returns);
  CHECK(spec.max_rejects == 3);
  CHECK(spec.cost_per_shipment == CostOf("2.5"));
  CHECK(spec.cost_per_unit == Cost::FromMicros(1));
  CHECK(spec.handling_days == 2);
  REQUIRE(spec.cutoffs.size() == 1);
  CHECK(spec.cutoffs[0].first == "ground");
  CHECK(ToString(spec.cutoffs[0].second) == "15:00");
  CHECK(spec.calendar == "weekdays");
  REQUIRE(spec.hours.size() == 2);
  CHECK(spec.hours[1].day == Weekday::kSun);
  CHECK(ToString(spec.hours[1].from) == "10:00");
  CHECK(ToString(spec.hours[1].until) == "12:30");
  REQUIRE(spec.pickup);
  CHECK(spec.pickup->lead_minutes == 60);
  CHECK(spec.pickup->hold_days == 7);
  CHECK(spec.pickup->ship_to_store);
  CHECK(spec.rate_cards == Texts{"default"});
}

TEST_CASE("ParseWorld reads every field of an item, a bundle and a row of stock") {
  const auto loaded = World1(kFull);
  REQUIRE(IsOk(loaded));
  const World& world = loaded->world;
  CHECK(world.currency().code() == "EUR");
  const ItemSpec& spec = world.items()[0].spec;
  CHECK(spec.sku == "MUG");
  CHECK(spec.weight_g == 350);
  CHECK(spec.dimensions_mm == std::array<std::int64_t, 3>{120, 90, 100});
  REQUIRE(spec.unit_value);
  CHECK(ToString(*spec.unit_value) == "8.00 EUR");
  REQUIRE(spec.unit_cost);
  CHECK(spec.unit_cost->minor() == 310);
  CHECK(spec.pack_size == 6);
  CHECK(spec.tags == Texts{"fragile"});
  CHECK(spec.attributes == Attributes{{"color", std::string("red")}});
  CHECK(spec.hs_code == "6912");
  CHECK(spec.origin == "PT");
  CHECK(spec.backorder.limit == Units(5));
  REQUIRE(spec.substitutes.size() == 1);
  CHECK(spec.substitutes[0].sku == "CUP");
  CHECK(spec.substitutes[0].policy == SubstitutionPolicy::kNever);
  REQUIRE(world.bundles().size() == 1);
  CHECK(world.bundles()[0].components[0].quantity == Units(4));
  CHECK_FALSE(world.bundles()[0].ship_together);
  REQUIRE(loaded->stock.rows().size() == 1);
  const StockRow& row = loaded->stock.rows()[0];
  CHECK(row.on_hand == Units(15));
  CHECK(row.reserved == Units(1));
  CHECK(row.safety_stock == Units(2));
  CHECK(row.damaged == Units(3));
  CHECK(row.quality_control == Units(4));
}

TEST_CASE("ParseWorld reads calendars, rate cards and costs") {
  const auto loaded = World1(kFull);
  REQUIRE(IsOk(loaded));
  const World& world = loaded->world;
  REQUIRE(world.calendars().size() == 1);
  CHECK(world.calendars()[0].name == "weekdays");
  CHECK(world.calendars()[0].days.to_string() == "0000011");
  REQUIRE(world.calendars()[0].closed.size() == 1);
  CHECK(DateText(world.calendars()[0].closed[0]) == "2026-11-26");
  REQUIRE(world.rate_cards().size() == 1);
  CHECK(world.rate_cards()[0].carrier == "UPS");
  const ServiceSpec& service = world.rate_cards()[0].services[0].spec;
  CHECK(service.name == "ground");
  CHECK(service.zones_km == std::vector<std::optional<double>>{240, 480.5, std::nullopt});
  CHECK(service.transit_days == std::vector<int>{1, 2, 3});
  CHECK(service.calendar == "weekdays");
  CHECK(service.countries == Texts{"US"});
  CHECK(service.max_weight_g == 30000);
  CHECK(service.max_dimensions_mm == std::array<std::int64_t, 3>{1000, 500, 400});
  CHECK(service.dim_divisor == 5000);
  REQUIRE(service.surcharges.size() == 1);
  CHECK(service.surcharges[0].cost == CostOf("9"));
  REQUIRE(service.steps.size() == 2);
  CHECK(service.steps[0].max_weight_g == 500);
  CHECK(service.steps[0].costs[1] == CostOf("4.30"));
  CHECK(service.steps[1].max_weight_g == std::nullopt);
  const CostSettings& costs = world.costs();
  CHECK(costs.split_penalty == CostOf("1"));
  CHECK(costs.shortfall_penalty_per_unit == CostOf("20"));
  CHECK(costs.backorder_penalty_per_unit == CostOf("10"));
  CHECK(costs.max_shipments == 3);
}

TEST_CASE("Only ids are required of a world; all else has the defaults of the format") {
  const auto loaded = World1(R"({"currency": "USD", "locations": [{"id": "A", "lat": 1, "lon": 1},
      {"id": "B", "lat": 1, "lon": 1}], "items": [{"sku": "X"}], "stock": [{"location": "A", "sku": "X"}]})");
  REQUIRE(IsOk(loaded));
  CHECK(loaded->warnings.empty());
  const LocationSpec& location = loaded->world.locations()[1].spec;
  CHECK(location.kind == LocationKind::kWarehouse);
  CHECK(location.active);
  CHECK(location.accepts_returns);
  CHECK(location.cost_per_shipment == Cost());
  CHECK(location.markets == std::nullopt);
  CHECK(loaded->world.locations()[1].tie_rank == 1);
  const ItemSpec& item = loaded->world.items()[0].spec;
  CHECK(item.pack_size == 1);
  CHECK(item.requires_shipping);
  CHECK_FALSE(item.gift_card);
  CHECK(loaded->world.costs().shortfall_penalty_per_unit == CostOf("10000"));
  CHECK(loaded->stock.rows()[0].Available() == Units(0));
}

TEST_CASE("A world without a currency is read in dollars, with a warning") {
  const auto loaded = World1(R"({"items": [{"sku": "X", "unit_value": "8.00"}]})");
  REQUIRE(IsOk(loaded));
  CHECK(loaded->world.currency().code() == "USD");
  CHECK(PathsOf(loaded->warnings) == Texts{"1:1: currency assumed_currency"});
}

TEST_CASE("Amounts are read in the world's currency wherever it stands in the text") {
  const std::string_view text =
      R"({"items": [{"sku": "X", "unit_value": "8.0"}], "currency": "JPY"})";
  CHECK(ErrorsOf(World1(text)) == Texts{"1:39: items[0].unit_value invalid_money"});
}

struct Spoilt {
  std::string text;
  Texts errors;
};

void CheckEach(const std::vector<Spoilt>& cases) {
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.text);
    CHECK(ErrorsOf(World1(spoilt.text)) == spoilt.errors);
  }
}

TEST_CASE("Values of a wrong type or form are refused where they stand") {
  CheckEach({
      {R"([])", {"1:1 wrong_type"}},
      {R"({"currency": 5})", {"1:14: currency wrong_type"}},
      {R"({"currency": "XYZ"})", {"1:14: currency invalid_currency"}},
      {R"({"currency": "USD", "fx": {"EU": "1"}})", {"1:34: fx.EU invalid_currency"}},
      {R"({"currency": "USD", "fx": {"EUR": 1.08}})", {"1:35: fx.EUR wrong_type"}},
      {R"({"currency": "USD", "locations": {}})", {"1:34: locations wrong_type"}},
      {R"({"currency": "USD", "locations": [5]})", {"1:35: locations[0] wrong_type"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "active": 1}]})",
       {"1:57: locations[0].active wrong_type"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "kind": "shop"}]})",
       {"1:55: locations[0].kind unknown_value"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "lat": "5", "lon": 5}]})",
       {"1:54: locations[0].lat wrong_type"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "lat": 5}]})",
       {"1:35: locations[0].lon missing_field"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "cost_per_unit": 0.1}]})",
       {"1:64: locations[0].cost_per_unit wrong_type"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "cost_per_unit": "0,1"}]})",
       {"1:64: locations[0].cost_per_unit invalid_money"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "cost_per_unit": "99999999999999"}]})",
       {"1:64: locations[0].cost_per_unit out_of_range"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "handling_days": 4294967297}]})",
       {"1:64: locations[0].handling_days out_of_range"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "cutoffs": {"ground": "24:00"}}]})",
       {"1:69: locations[0].cutoffs.ground invalid_time"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "hours": {"mo": ["09:00", "10:00"]}}]})",
       {"1:57: locations[0].hours.mo unknown_field"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "hours": {"mon": ["09:00"]}}]})",
       {"1:64: locations[0].hours.mon wrong_length"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "load": {"units": -1}}]})",
       {"1:65: locations[0].load.units negative"}},
      {R"({"currency": "USD", "locations": [{"id": "A",
          "inactive": [{"from": "2026-01-01", "until": "2026-01-02T00:00:00Z"}]}]})",
       {"2:33: locations[0].inactive[0].from invalid_time"}},
      {R"({"currency": "USD", "items": [{"sku": "A", "dimensions_mm": [1, 2]}]})",
       {"1:61: items[0].dimensions_mm wrong_length"}},
      {R"({"currency": "USD", "items": [{"sku": null}]})", {"1:39: items[0].sku wrong_type"}},
      {R"({"currency": "USD", "calendars": {"w": {"days": ["mon"], "closed": ["2026-02-30"]}}})",
       {"1:69: calendars.w.closed[0] invalid_date"}},
      {R"({"currency": "USD", "rate_cards": {"d": {"services": {"g": {"steps": [[500]]}}}}})",
       {"1:71: rate_cards.d.services.g.steps[0] wrong_length"}},
      {R"({"format": "orderwright.world/2", "currency": "USD"})", {"1:12: format unknown_format"}},
  });
}

TEST_CASE("What the model refuses is told of its place in the text") {
  CheckEach({
      {R"({"currency": "USD", "locations": [{"id": "A"}, {"id": "A"}]})",
       {"1:55: locations[1].id duplicate"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "lat": 91, "lon": 5}]})",
       {"1:54: locations[0].lat out_of_range"}},
      {R"({"currency": "USD", "locations": [{"id": "A", "rate_cards": ["x"]}]})",
       {"1:62: locations[0].rate_cards[0] unknown_rate_card"}},
      {R"({"currency": "USD", "calendars": {"a.b": {"days": []}}})",
       {"1:51: calendars[\"a.b\"].days no_working_day"}},
      {R"({"currency": "USD", "rate_cards": {"d": {"services": {"g": {"zones_km": [1, 2],
          "steps": [[500, ["1.00", "2.00"]], [null, ["0.50", "2.00"]]]}}}}})",
       {"2:46: rate_cards.d.services.g.steps[1] decreasing"}},
      {R"({"currency": "USD", "items": [{"sku": "A"}], "locations": [{"id": "L"}],
          "stock": [{"location": "L", "sku": "A"}, {"location": "M", "sku": "B"}]})",
       {"2:65: stock[1].location unknown_location", "2:77: stock[1].sku unknown_sku"}},
  });
}

TEST_CASE("One pass finds what the reader and what the model refuse, each once") {
  CHECK(ErrorsOf(World1(R"({"currency": "USD",
 "locations": [{"id": "A", "rank": -1}, {"kind": "store", "colour": "red"}],
 "items": [{"sku": "A", "weight_g": "heavy"}]})")) ==
        Texts{"2:59: locations[1].colour unknown_field", "2:41: locations[1].id missing_field",
              "3:37: items[0].weight_g wrong_type", "2:36: locations[0].rank negative"});
}

TEST_CASE("An unknown field is an error when strict, else a warning, and says what was meant") {
  const std::string_view text =
      R"({"currency": "USD", "locations": [{"id": "A", "ranks": 3, "lat": 1, "lon": 1}]})";
  const auto strict = World1(text);
  CHECK(StatusIs(strict, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(strict) == Texts{"1:47: locations[0].ranks unknown_field"});
  CHECK_THAT(FirstMessage(strict), ContainsText("did you mean 'rank'?"));
  io::ReadOptions options;
  options.strict = false;
  const auto lenient = World1(text, options);
  REQUIRE(IsOk(lenient));
  CHECK(PathsOf(lenient->warnings) == Texts{"1:47: locations[0].ranks unknown_field"});
  CHECK(lenient->world.locations()[0].spec.rank == std::nullopt);
}

TEST_CASE("A world says what is kept for channels, and what days, bundles and backorders allow") {
  const auto loaded = World1(R"({"currency": "USD",
 "items": [{"sku": "A", "backorder": {"allowed": true, "limit": 9}}, {"sku": "B"}],
 "locations": [{"id": "L", "capacity_units_per_day": 5, "load": {"units": 2}}],
 "stock": [{"location": "L", "sku": "A", "on_hand": 4}],
 "allotments": [{"sku": "A", "channel": "x", "protected": 3, "ceiling": 7,
   "until": "2026-12-01T00:00:00Z", "overflow": ["y"], "stop_below": 2},
  {"sku": "B", "market": "US", "location": "L", "protected": 1}]})");
  REQUIRE(IsOk(loaded));
  CHECK(loaded->world.locations()[0].spec.capacity_units_per_day == Units(5));
  REQUIRE(loaded->allotments.entries().size() == 2);
  const Allotment& first = loaded->allotments.entries()[0];
  CHECK(loaded->world.symbols().Text(first.channel) == "x");
  CHECK(first.guaranteed == 3);
  CHECK(first.ceiling == 7);
  CHECK(first.stop_below == 2);
  CHECK(first.overflow.size() == 1);
  CHECK_FALSE(first.location.has_value());
  CHECK(loaded->allotments.entries()[1].location == LocationIndex{0});
  const auto refused = World1(R"({"currency": "USD", "items": [{"sku": "A"}],
 "allotments": [{"sku": "A", "protected": 1}, {"sku": "Q", "channel": "x", "ceiling": -1}]})");
  CHECK(StatusIs(refused, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(refused).size() == 3);
}

TEST_CASE("An error beside something not supported makes the input invalid") {
  const auto world = World1(R"({"currency": "USD", "items": [{"sku": 5}], "locations": [{"id": "L",
 "capacity_units_per_day": 5}]})");
  CHECK(StatusIs(world, absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Terms, what is expected and allotments are read, and what is wrong has its place") {
  const auto loaded = World1(R"({"currency": "USD", "items": [{"sku": "A",
 "backorder": {"allowed": true, "limit": 5}, "preorder": {"release": "2026-12-01T00:00:00Z"}}],
 "locations": [{"id": "L"}], "stock": [{"location": "L", "sku": "A", "backorder": {"allowed": true},
 "incoming": [{"quantity": 3, "at": "2026-12-01T00:00:00Z", "name": "po"}]}],
 "allotments": [{"sku": "A", "channel": "amazon", "market": null, "location": "L", "protected": 2,
 "ceiling": 9, "until": "2026-12-01T00:00:00Z", "overflow": ["ebay"], "stop_below": 1},
 {"sku": "A", "market": "DE"}]})");
  REQUIRE(IsOk(loaded));
  CHECK(loaded->world.items()[0].spec.backorder.limit == Units(5));
  CHECK(loaded->world.items()[0].spec.preorder.has_value());
  REQUIRE(loaded->stock.terms().size() == 1);
  REQUIRE(loaded->stock.incoming().size() == 1);
  CHECK(loaded->stock.incoming()[0].name == "po");
  REQUIRE(loaded->allotments.entries().size() == 2);
  const Allotment& first = loaded->allotments.entries()[0];
  CHECK(first.channel == loaded->world.symbols().Find("amazon"));
  CHECK(first.market == kEmptySymbol);
  CHECK(first.location == LocationIndex{0});
  CHECK(first.guaranteed == 2);
  CHECK(first.ceiling == 9);
  CHECK(first.until.has_value());
  CHECK(first.overflow.size() == 1);
  CHECK(first.stop_below == 1);
  CHECK_FALSE(loaded->allotments.entries()[1].location.has_value());
  const auto bad = World1(R"({"currency": "USD", "items": [{"sku": "A"}], "locations": [],
 "allotments": [{"sku": "A"}, {"sku": "B", "channel": "x", "protected": -1}]})");
  CHECK(ErrorsOf(bad) == Texts{"2:17: allotments[0].channel missing",
                               "2:39: allotments[1].sku unknown_sku",
                               "2:73: allotments[1].protected negative"});
}

TEST_CASE("Warnings of the world come with the loaded world, with their place") {
  const auto loaded = World1(R"({"currency": "USD", "calendars": {"w": {"days": ["mon"]}},
 "rate_cards": {"d": {"services": {"g": {"zones_km": [9, null],
  "steps": [[null, ["1.00", "2.00"]]]}}}},
 "locations": [{"id": "A", "rate_cards": ["d"]}]})");
  REQUIRE(IsOk(loaded));
  REQUIRE(loaded->warnings.size() == 1);
  CHECK_THAT(loaded->warnings[0].path, ContainsText("4:16: locations[0]"));
}

TEST_CASE("The postal table of the options gives positions to locations without coordinates") {
  io::ReadOptions options;
  const auto table = io::ParsePostalTable({"zip,lat,lon\n94103,37.77,-122.41\n", ""});
  REQUIRE(IsOk(table));
  options.postal_table = *table;
  const auto loaded = World1(
      R"({"currency": "USD", "locations": [{"id": "A", "country": "US", "postal_code": "94103"}]})",
      options);
  REQUIRE(IsOk(loaded));
  CHECK(loaded->world.locations()[0].position ==
        GeoPoint{.lat = Degrees(37.77), .lon = Degrees(-122.41)});
}

TEST_CASE("LoadWorld reads the sample world") {
  const std::string root = ORDERWRIGHT_TESTS_SOURCE_DIR;
  const auto loaded = io::LoadWorld(root + "/examples/data/small_world.json");
  REQUIRE(IsOk(loaded));
  CHECK(loaded->world.locations().size() == 8);
  CHECK(loaded->world.items().size() == 12);
  CHECK(loaded->stock.rows().size() == 52);
  CHECK(loaded->warnings.empty());
}

TEST_CASE("A file that is not there is not found, and a directory is no file") {
  CHECK(StatusIs(io::LoadWorld("no/such/world.json"), absl::StatusCode::kNotFound));
  CHECK(StatusIs(io::LoadWorld(ORDERWRIGHT_TESTS_SOURCE_DIR), absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace orderwright
