#include "orderwright/model/world.h"

#include <algorithm>
#include <chrono>
#include <functional>
#include <limits>
#include <random>

#include "tests/model/fixtures.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::CostOf;
using testing::CostsOf;
using testing::CurrencyOf;
using testing::ErrorsOf;
using testing::IsOk;
using testing::MoneyOf;
using testing::OnlyMessage;
using testing::PointOf;
using testing::SmallDraft;
using testing::SmallWorld;
using testing::StatusIs;
using Errors = std::vector<std::string>;

constexpr double kNan = std::numeric_limits<double>::quiet_NaN();

// A field spoilt, and the one issue that it makes.
struct Spoilt {
  const char* error;
  std::function<void(WorldDraft&)> spoil;
};

void CheckEach(const std::vector<Spoilt>& cases, absl::StatusCode code) {
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.error);
    WorldDraft draft = SmallDraft();
    spoilt.spoil(draft);
    const absl::StatusOr<World> world = World::Create(std::move(draft));
    CHECK(StatusIs(world, code));
    CHECK(ErrorsOf(world.status()) == Errors{spoilt.error});
  }
}

ServiceSpec& Ground(WorldDraft& draft) { return draft.rate_cards[0].services[0]; }

TEST_CASE("A World needs a currency and nothing else") {
  WorldDraft draft;
  CHECK(ErrorsOf(World::Create(draft).status()) == Errors{"currency missing"});
  draft.currency = CurrencyOf("USD");
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  CHECK(world->locations().empty());
  CHECK(world->items().empty());
  CHECK(world->version() == 1);
  CHECK(world->warnings().empty());
  CHECK(std::vector<std::string>(world->services().begin(), world->services().end()) ==
        std::vector<std::string>{"standard"});
}

TEST_CASE("The example of world.h makes a world") {
  WorldDraft draft;
  draft.currency = *Currency::Parse("USD");
  ItemSpec mug;
  mug.sku = "MUG";
  mug.weight_g = 350;
  draft.items.push_back(mug);
  LocationSpec reno;
  reno.id = "RNO";
  reno.cost_per_shipment = *Cost::Parse("2.50");
  draft.locations.push_back(reno);
  const absl::StatusOr<World> world = World::Create(std::move(draft));
  REQUIRE(IsOk(world));
  CHECK(world->item(*world->FindItem("MUG")).spec.weight_g == 350);
  CHECK(world->location(*world->FindLocation("RNO")).spec.cost_per_shipment == CostOf("2.50"));
}

TEST_CASE("World::Create names what is wrong with a location") {
  const Timestamp noon{std::chrono::hours(12)};
  CheckEach(
      {
          {"locations[1].id empty", [](auto& d) { d.locations[1].id = ""; }},
          {"locations[1].id duplicate", [](auto& d) { d.locations[1].id = "RNO"; }},
          {"locations[0].rank negative", [](auto& d) { d.locations[0].rank = -1; }},
          {"locations[0].country invalid_country", [](auto& d) { d.locations[0].country = "us"; }},
          {"locations[0].country invalid_country", [](auto& d) { d.locations[0].country = "USA"; }},
          {"locations[1].lat out_of_range",
           [](auto& d) { d.locations[1].position = PointOf(90.1, 0); }},
          {"locations[1].lat out_of_range",
           [](auto& d) { d.locations[1].position = PointOf(kNan, 0); }},
          {"locations[1].lon out_of_range",
           [](auto& d) { d.locations[1].position = PointOf(0, -180.1); }},
          {"locations[0].time_zone unknown_time_zone",
           [](auto& d) { d.locations[0].time_zone = "Mars/Olympus"; }},
          {"locations[0].markets[1] empty", [](auto& d) { d.locations[0].markets = {"US", ""}; }},
          {"locations[0].channels[0] empty", [](auto& d) { d.locations[0].channels = {""}; }},
          {"locations[0].tags[0] empty", [](auto& d) { d.locations[0].tags = {""}; }},
          {"locations[0].capabilities[0] empty",
           [](auto& d) { d.locations[0].capabilities = {""}; }},
          {"locations[0].attributes empty",
           [](auto& d) { d.locations[0].attributes = {{"", true}}; }},
          {"locations[0].attributes.zone duplicate",
           [](auto& d) { d.locations[0].attributes = {{"zone", true}, {"zone", false}}; }},
          {"locations[0].attributes.score not_finite",
           [](auto& d) { d.locations[0].attributes = {{"score", kNan}}; }},
          {"locations[0].inactive[1].until empty_range",
           [=](auto& d) { d.locations[0].inactive = {{noon, noon + Duration(1)}, {noon, noon}}; }},
          {"locations[0].max_rejects negative", [](auto& d) { d.locations[0].max_rejects = -1; }},
          {"locations[0].cost_per_shipment negative",
           [](auto& d) { d.locations[0].cost_per_shipment = CostOf("-0.01"); }},
          {"locations[0].cost_per_unit negative",
           [](auto& d) { d.locations[0].cost_per_unit = CostOf("-0.000001"); }},
          {"locations[0].cost_per_unit out_of_range",
           [](auto& d) { d.locations[0].cost_per_unit = CostOf("1000000000000.000001"); }},
          {"locations[0].handling_days negative",
           [](auto& d) { d.locations[0].handling_days = -1; }},
          {"locations[0].handling_days out_of_range",
           [](auto& d) { d.locations[0].handling_days = 3651; }},
          {"locations[0].cutoffs empty",
           [](auto& d) { d.locations[0].cutoffs = {{"", LocalTime()}}; }},
          {"locations[0].cutoffs.ground duplicate",
           [](auto& d) {
             d.locations[0].cutoffs = {{"ground", LocalTime()}, {"ground", LocalTime()}};
           }},
          {"locations[0].calendar unknown_calendar",
           [](auto& d) { d.locations[0].calendar = "weekday"; }},
          {"locations[0].hours.tue empty_range",
           [](auto& d) {
             const LocalTime nine = *LocalTime::Parse("09:00");
             d.locations[0].hours = {{Weekday::kTue, nine, nine}};
           }},
          {"locations[0].pickup.lead_minutes negative",
           [](auto& d) { d.locations[0].pickup = PickupTerms{-1, 0, false}; }},
          {"locations[0].pickup.hold_days negative",
           [](auto& d) { d.locations[0].pickup = PickupTerms{0, -1, false}; }},
          {"locations[0].rate_cards[1] unknown_rate_card",
           [](auto& d) { d.locations[0].rate_cards = {"default", "defualt"}; }},
          {"locations[0].rate_cards[1] duplicate",
           [](auto& d) { d.locations[0].rate_cards = {"default", "default"}; }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("World::Create names what is wrong with an item or a bundle") {
  CheckEach(
      {
          {"items[0].weight_g negative", [](auto& d) { d.items[0].weight_g = -1; }},
          {"items[0].weight_g out_of_range", [](auto& d) { d.items[0].weight_g = 1'000'000'001; }},
          {"items[0].dimensions_mm[1] not_positive",
           [](auto& d) { d.items[0].dimensions_mm = {120, 0, 100}; }},
          {"items[0].dimensions_mm[2] out_of_range",
           [](auto& d) { d.items[0].dimensions_mm = {120, 90, 1'000'001}; }},
          {"items[0].unit_value currency_mix",
           [](auto& d) { d.items[0].unit_value = MoneyOf("8.00", "EUR"); }},
          {"items[0].unit_cost negative", [](auto& d) { d.items[0].unit_cost = MoneyOf("-3.10"); }},
          {"items[0].backorder.limit out_of_range",
           [](auto& d) { d.items[0].backorder.limit = Units(2'147'483'648); }},
          {"items[0].preorder.limit out_of_range",
           [](auto& d) { d.items[0].preorder = PreorderTerms{{}, Units(2'147'483'648)}; }},
          {"items[0].pack_size not_positive", [](auto& d) { d.items[0].pack_size = 0; }},
          {"items[0].tags[0] empty", [](auto& d) { d.items[0].tags = {""}; }},
          {"items[0].attributes.a not_finite",
           [](auto& d) { d.items[0].attributes = {{"a", kNan}}; }},
          {"items[0].origin invalid_country", [](auto& d) { d.items[0].origin = "Peru"; }},
          {"items[1].sku empty", [](auto& d) { d.items[1].sku = ""; }},
          {"items[1].sku duplicate", [](auto& d) { d.items[1].sku = "MUG"; }},
          {"items[0].substitutes[0].sku unknown_sku",
           [](auto& d) { d.items[0].substitutes = {{"CAP", SubstitutionPolicy::kNever}}; }},
          {"items[0].substitutes[0].sku empty",
           [](auto& d) { d.items[0].substitutes = {{"", SubstitutionPolicy::kNever}}; }},
          {"items[0].substitutes[0].sku self_reference",
           [](auto& d) { d.items[0].substitutes = {{"MUG", SubstitutionPolicy::kNever}}; }},
          {"bundles[0].sku empty", [](auto& d) { d.bundles[0].sku = ""; }},
          {"bundles[0].sku duplicate", [](auto& d) { d.bundles[0].sku = "TEE"; }},
          {"bundles[1].sku duplicate", [](auto& d) { d.bundles.push_back(d.bundles[0]); }},
          {"bundles[0].components empty", [](auto& d) { d.bundles[0].components.clear(); }},
          {"bundles[0].components[0].quantity not_positive",
           [](auto& d) { d.bundles[0].components[0].quantity = Units(0); }},
          {"bundles[0].components[0].sku unknown_sku",
           [](auto& d) { d.bundles[0].components[0].sku = "JUG"; }},
          {"bundles[0].components[0].sku empty",
           [](auto& d) { d.bundles[0].components[0].sku = ""; }},
          {"bundles[0].components[1].sku duplicate",
           [](auto& d) { d.bundles[0].components.push_back({"MUG", Units(1)}); }},
          {"bundles[1].components[0].sku nested_bundle",
           [](auto& d) { d.bundles.push_back({"BIG", {{"SET", Units(2)}}, true}); }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("World::Create names what is wrong with a calendar, fx or the costs") {
  CheckEach(
      {
          {"calendars.weekdays.days no_working_day", [](auto& d) { d.calendars[0].days = 0; }},
          {"calendars.weekdays duplicate", [](auto& d) { d.calendars.push_back(d.calendars[0]); }},
          {"calendars empty",
           [](auto& d) {
             d.calendars.push_back(d.calendars[0]);
             d.calendars[1].name = "";
           }},
          {"currency missing", [](auto& d) { d.currency.reset(); }},
          {"fx.EUR invalid_rate", [](auto& d) { d.fx[0].second = "0.000"; }},
          {"fx.EUR invalid_rate", [](auto& d) { d.fx[0].second = "-1.1"; }},
          {"fx.EUR invalid_rate", [](auto& d) { d.fx[0].second = "1,1"; }},
          {"fx.EUR invalid_rate", [](auto& d) { d.fx[0].second = ""; }},
          {"fx.EUR invalid_rate", [](auto& d) { d.fx[0].second = "1.0000000001"; }},
          {"fx.EUR duplicate", [](auto& d) { d.fx.push_back(d.fx[0]); }},
          {"fx.USD own_currency", [](auto& d) { d.fx.emplace_back(CurrencyOf("USD"), "1"); }},
          {"costs.split_penalty negative", [](auto& d) { d.costs.split_penalty = CostOf("-1"); }},
          {"costs.shortfall_penalty_per_unit negative",
           [](auto& d) { d.costs.shortfall_penalty_per_unit = CostOf("-1"); }},
          {"costs.backorder_penalty_per_unit negative",
           [](auto& d) { d.costs.backorder_penalty_per_unit = CostOf("-1"); }},
          {"costs.backorder_penalty_per_unit_day negative",
           [](auto& d) { d.costs.backorder_penalty_per_unit_day = CostOf("-1"); }},
          {"costs.late_penalty_per_day negative",
           [](auto& d) { d.costs.late_penalty_per_day = CostOf("-1"); }},
          {"costs.max_shipments negative", [](auto& d) { d.costs.max_shipments = -1; }},
          {"costs out_of_range",
           [](auto& d) {
             d.costs.shortfall_penalty_per_unit = CostOf("1000000000000");
             d.costs.backorder_penalty_per_unit = CostOf("1000000000000");
             d.costs.split_penalty = CostOf("1000000000000");
           }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("World::Create names what is wrong with a rate card") {
  CheckEach(
      {
          {"rate_cards.default duplicate",
           [](auto& d) { d.rate_cards.push_back(d.rate_cards[0]); }},
          {"rate_cards empty", [](auto& d) { d.rate_cards.push_back(testing::SmallCard("")); }},
          {"rate_cards.default.services.ground duplicate",
           [](auto& d) {
             const ServiceSpec again = Ground(d);
             d.rate_cards[0].services.push_back(again);
           }},
          {"rate_cards.default.services empty", [](auto& d) { Ground(d).name = ""; }},
          {"rate_cards.default.services.ground.zones_km[1] not_ascending",
           [](auto& d) { Ground(d).zones_km[1] = 240.0; }},
          {"rate_cards.default.services.ground.zones_km[0] negative",
           [](auto& d) { Ground(d).zones_km[0] = -1.0; }},
          {"rate_cards.default.services.ground.zones_km[0] out_of_range",
           [](auto& d) { Ground(d).zones_km[0] = kNan; }},
          {"rate_cards.default.services.ground.zones_km[0] unlimited_not_last",
           [](auto& d) { Ground(d).zones_km[0].reset(); }},
          {"rate_cards.default.services.ground.transit_days wrong_length",
           [](auto& d) { Ground(d).transit_days = {1, 2}; }},
          {"rate_cards.default.services.ground.transit_days[2] negative",
           [](auto& d) { Ground(d).transit_days[2] = -1; }},
          {"rate_cards.default.services.ground.calendar unknown_calendar",
           [](auto& d) { Ground(d).calendar = "weekends"; }},
          {"rate_cards.default.services.ground.countries[1] invalid_country",
           [](auto& d) { Ground(d).countries = {"US", "Canada"}; }},
          {"rate_cards.default.services.ground.countries[0] empty",
           [](auto& d) { Ground(d).countries = {""}; }},
          {"rate_cards.default.services.ground.max_weight_g negative",
           [](auto& d) { Ground(d).max_weight_g = -1; }},
          {"rate_cards.default.services.ground.max_dimensions_mm[0] not_positive",
           [](auto& d) { Ground(d).max_dimensions_mm = {0, 1, 1}; }},
          {"rate_cards.default.services.ground.dim_divisor not_positive",
           [](auto& d) { Ground(d).dim_divisor = 0; }},
          {"rate_cards.default.services.ground.dim_divisor out_of_range",
           [](auto& d) {
             d.items[0].dimensions_mm = {1'000'000, 1'000'000, 1'000'000};
             Ground(d).dim_divisor = 1'000'000'000;
           }},
          {"rate_cards.default.services.ground.surcharges[0].tag empty",
           [](auto& d) { Ground(d).surcharges[0].tag = ""; }},
          {"rate_cards.default.services.ground.surcharges[1].tag duplicate",
           [](auto& d) { Ground(d).surcharges.push_back(Ground(d).surcharges[0]); }},
          {"rate_cards.default.services.ground.surcharges[0].cost negative",
           [](auto& d) { Ground(d).surcharges[0].cost = CostOf("-9.00"); }},
          {"rate_cards.default.services.ground.steps[1] wrong_length",
           [](auto& d) { Ground(d).steps[1].costs.pop_back(); }},
          {"rate_cards.default.services.ground.steps[1] decreasing",
           [](auto& d) { Ground(d).steps[1].costs = CostsOf({"4.09", "4.59", "7.40"}); }},
          {"rate_cards.default.services.ground.steps[2] not_ascending",
           [](auto& d) { Ground(d).steps[2].max_weight_g = 1000; }},
          {"rate_cards.default.services.ground.steps[0] unlimited_not_last",
           [](auto& d) { Ground(d).steps[0].max_weight_g.reset(); }},
          {"rate_cards.default.services.ground.steps[0] negative",
           [](auto& d) { Ground(d).steps[0].max_weight_g = -500; }},
          {"rate_cards.default.services.ground.steps[0][1][2] negative",
           [](auto& d) { Ground(d).steps[0].costs[2] = CostOf("-6.10"); }},
      },
      absl::StatusCode::kInvalidArgument);
}

TEST_CASE("World::Create takes what decides beside stock: capacity, substitutes, backorders") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].capacity_units_per_day = Units(100);
  draft.locations[0].capacity_shipments_per_day = Units(0);
  draft.locations[0].load_units = Units(1);
  draft.items[0].substitutes = {{"CUP", SubstitutionPolicy::kAsk},
                                {"CAP", SubstitutionPolicy::kNever},
                                {"TEE", SubstitutionPolicy::kAutomatic}};
  draft.items.push_back(draft.items[2]);
  draft.items.back().sku = "CAP";
  draft.costs.backorder_when = BackorderWhen::kCheaper;
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  // What is never to stand in is no substitute.
  const std::vector<ItemSubstitute>& substitutes = world->items()[0].substitutes;
  REQUIRE(substitutes.size() == 2);
  CHECK(world->item(substitutes[0].sku).sku() == "CUP");
  CHECK(substitutes[0].policy == SubstitutionPolicy::kAsk);
  CHECK(world->item(substitutes[1].sku).sku() == "TEE");
  // A later version knows it again, though its item changed and another came.
  WorldChanges changes;
  changes.items = {draft.items[0]};
  changes.items[0].weight_g = 400;
  const absl::StatusOr<World> next = world->With(changes);
  REQUIRE(IsOk(next));
  CHECK(next->item(next->items()[0].substitutes[1].sku).sku() == "TEE");
  REQUIRE(next->FindBundle("SET") != nullptr);
  CHECK(next->FindBundle("MUG") == nullptr);
}

TEST_CASE("World::Create accepts descriptive fields and the ends of ranges") {
  WorldDraft draft = SmallDraft();
  LocationSpec& reno = draft.locations[0];
  reno.max_rejects = 3;
  reno.pickup = PickupTerms{60, 7, true};
  reno.accepts_returns = false;
  reno.position = PointOf(-90.0, 180.0);
  reno.hours = {{Weekday::kMon, *LocalTime::Parse("09:00"), LocalTime()}};  // until midnight
  ItemSpec& mug = draft.items[0];
  mug.gift_card = true;
  mug.pack_size = 6;
  mug.weight_g = 1'000'000'000;
  mug.dimensions_mm = {1'000'000, 1, 1};
  mug.backorder = {true, Units(5)};
  mug.preorder = PreorderTerms{Timestamp{}, Units(2'147'483'647)};
  mug.substitutes = {{"CUP", SubstitutionPolicy::kNever}};
  draft.costs.backorder_penalty_per_unit_day = CostOf("1");
  draft.costs.max_shipments = 0;
  draft.fx[0].second = "0.000000001";
  CHECK(IsOk(World::Create(draft)));
}

TEST_CASE("World::Create reports all issues at once") {
  WorldDraft draft = SmallDraft();
  draft.currency.reset();
  draft.locations[0].country = "usa";
  draft.locations[0].position = PointOf(91, 181);
  draft.items[2].weight_g = -5;
  draft.bundles[0].components[0].sku = "JUG";
  draft.calendars[0].days = 0;
  Ground(draft).transit_days = {1};
  draft.costs.split_penalty = CostOf("-1");
  CHECK(ErrorsOf(World::Create(draft).status()) ==
        Errors{"currency missing", "locations[0].country invalid_country",
               "locations[0].lat out_of_range", "locations[0].lon out_of_range",
               "items[2].weight_g negative", "bundles[0].components[0].sku unknown_sku",
               "calendars.weekdays.days no_working_day",
               "rate_cards.default.services.ground.transit_days wrong_length",
               "costs.split_penalty negative"});
}

TEST_CASE("World says what may have been meant by an unknown name") {
  WorldDraft draft = SmallDraft();
  SECTION("of a rate card") {
    draft.locations[0].rate_cards = {"defualt"};
    CHECK_THAT(OnlyMessage(World::Create(draft).status()), ContainsText("did you mean 'default'?"));
  }
  SECTION("of a calendar") {
    draft.locations[0].calendar = "Weekday";
    CHECK_THAT(OnlyMessage(World::Create(draft).status()),
               ContainsText("did you mean 'weekdays'?"));
  }
  SECTION("of a component") {
    draft.bundles[0].components[0].sku = "mug";
    CHECK_THAT(OnlyMessage(World::Create(draft).status()), ContainsText("did you mean 'MUG'?"));
  }
  SECTION("but says nothing where nothing is near") {
    draft.bundles[0].components[0].sku = "BICYCLE";
    CHECK(OnlyMessage(World::Create(draft).status()) == "'BICYCLE' is not an item");
  }
}

// Optimal string alignment by its definition, letters compared without case.
std::size_t Distance(const std::string& a, const std::string& b) {
  const auto same = [](char x, char y) { return std::tolower(x) == std::tolower(y); };
  std::vector<std::vector<std::size_t>> d(a.size() + 1, std::vector<std::size_t>(b.size() + 1));
  for (std::size_t i = 0; i <= a.size(); ++i) {
    for (std::size_t j = 0; j <= b.size(); ++j) {
      d[i][j] = i == 0 ? j : j == 0 ? i : d[i - 1][j - 1] + (same(a[i - 1], b[j - 1]) ? 0 : 1);
      if (i > 0) d[i][j] = std::min(d[i][j], d[i - 1][j] + 1);
      if (j > 0) d[i][j] = std::min(d[i][j], d[i][j - 1] + 1);
      if (i > 1 && j > 1 && same(a[i - 1], b[j - 2]) && same(a[i - 2], b[j - 1])) {
        d[i][j] = std::min(d[i][j], d[i - 2][j - 2] + 1);
      }
    }
  }
  return d[a.size()][b.size()];
}

TEST_CASE(
    "NearestSku is the nearest within a third of the length, the first in order among equals") {
  std::mt19937 random(11);
  const auto word = [&random] {
    std::string text;
    const std::size_t length = 1 + random() % 7;
    for (std::size_t i = 0; i < length; ++i) text += "abAB-"[random() % 5];
    return text;
  };
  WorldDraft draft;
  draft.currency = CurrencyOf("USD");
  std::vector<std::string> names;
  for (int i = 0; i < 60; ++i) {
    const std::string name = word();
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    names.push_back(name);
    draft.items.emplace_back().sku = name;
  }
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  int found = 0;
  for (int round = 0; round < 2000; ++round) {
    const std::string wanted = word();
    std::optional<std::pair<std::size_t, std::string>> best;
    for (const std::string& name : names) {
      const std::size_t distance = Distance(wanted, name);
      if (distance > std::max<std::size_t>(1, wanted.size() / 3)) continue;
      if (distance >= std::max(wanted.size(), name.size())) continue;
      const std::pair<std::size_t, std::string> offer(distance, name);
      if (!best || offer < *best) best = offer;
    }
    CAPTURE(wanted);
    REQUIRE(world->NearestSku(wanted) ==
            (best ? std::optional<std::string>(best->second) : std::nullopt));
    found += best ? 1 : 0;
  }
  CHECK(found > 200);
  CHECK(found < 2000);
}

TEST_CASE("World finds every entry by its name in its place") {
  const World world = SmallWorld();
  for (std::size_t i = 0; i < world.items().size(); ++i) {
    CHECK(world.FindItem(world.items()[i].sku()) == static_cast<SkuIndex>(i));
  }
  for (std::size_t i = 0; i < world.locations().size(); ++i) {
    CHECK(world.FindLocation(world.locations()[i].id()) == static_cast<LocationIndex>(i));
  }
  for (std::size_t i = 0; i < world.services().size(); ++i) {
    CHECK(world.FindService(world.services()[i]) == static_cast<ServiceIndex>(i));
  }
  CHECK(world.HasBundle("SET"));
  CHECK_FALSE(world.HasBundle("MUG"));
  CHECK_FALSE(world.FindItem("SET").has_value());
  CHECK_FALSE(world.FindItem("mug").has_value());
  CHECK_FALSE(world.FindLocation("").has_value());
  CHECK_FALSE(world.FindService("air").has_value());
}

TEST_CASE("World resolves the texts, cards and calendars of a location") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].tags = {"b", "a", "b"};
  draft.locations[0].markets = {"US"};
  draft.locations[0].capabilities = {"hazmat"};
  draft.items[0].tags = {"oversize", "glass", "oversize"};
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  SymbolTable& symbols = world->symbols();
  const Location& reno = world->locations()[0];
  CHECK(reno.country == symbols.Find("US"));
  CHECK(reno.region == symbols.Find("NV"));
  CHECK(reno.markets == std::vector<Symbol>{*symbols.Find("US")});
  CHECK(reno.capabilities == std::vector<Symbol>{*symbols.Find("hazmat")});
  CHECK(reno.channels.empty());
  CHECK(reno.tags.size() == 2);
  CHECK(std::is_sorted(reno.tags.begin(), reno.tags.end()));
  CHECK(reno.time_zone.name() == "America/Los_Angeles");
  CHECK(reno.rate_cards == std::vector<RateCardIndex>{RateCardIndex{0}});
  CHECK(reno.calendar == CalendarIndex{0});
  const Item& mug = world->items()[0];
  CHECK(mug.tags.size() == 2);
  CHECK(std::is_sorted(mug.tags.begin(), mug.tags.end()));
  const Service& ground = world->rate_cards()[0].services[0];
  REQUIRE(ground.surcharges.size() == 1);
  CHECK(ground.surcharges[0] == std::pair(*symbols.Find("oversize"), CostOf("9.00")));
  CHECK(world->services()[Raw(ground.name)] == "ground");
}

TEST_CASE("tie_rank is the place in the order of rank, then id; no rank is the place in the list") {
  WorldDraft draft;
  draft.currency = CurrencyOf("USD");
  const auto add = [&draft](const char* id, std::optional<std::int64_t> rank) {
    LocationSpec& location = draft.locations.emplace_back();
    location.id = id;
    location.rank = rank;
  };
  add("D", 1);             // rank 1
  add("C", std::nullopt);  // rank 1, from its place
  add("B", 0);
  add("A", 9);
  add("E", std::nullopt);  // rank 4
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  std::vector<std::uint32_t> ranks;
  for (const Location& location : world->locations()) ranks.push_back(location.tie_rank);
  CHECK(ranks == std::vector<std::uint32_t>{2, 1, 0, 4, 3});
}

TEST_CASE(
    "A location without coordinates lies where the postal table says, else there is a warning") {
  WorldDraft draft = SmallDraft();
  draft.locations[0].position.reset();
  draft.locations[0].postal_code = "89502";
  draft.locations[1].position.reset();
  draft.locations[1].postal_code = "00000";
  draft.postal_table = *PostalTable::Create({{"US", "89502", PointOf(39.5, -119.8)}});
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  CHECK(world->locations()[0].position == PointOf(39.5, -119.8));
  CHECK_FALSE(world->locations()[1].position.has_value());
  REQUIRE(world->warnings().size() == 1);
  CHECK(world->warnings()[0].path == "locations[1]");
  CHECK(world->warnings()[0].code == "unknown_position");
}

TEST_CASE("World warns of what is allowed and probably not meant") {
  WorldDraft draft = SmallDraft();
  Ground(draft).steps[1].costs = CostsOf({"5.20", "5.10", "7.40"});
  draft.locations[0].cutoffs = {{"gruond", LocalTime()}};
  draft.rate_cards.push_back({"bare", "any", {}});
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  Errors warnings;
  for (const Issue& issue : world->warnings()) {
    CHECK(issue.severity == Severity::kWarning);
    warnings.push_back(issue.path + " " + issue.code);
  }
  CHECK(warnings == Errors{"locations[0].cutoffs.gruond unknown_service",
                           "rate_cards.default.services.ground.steps[1] cheaper_farther",
                           "rate_cards.bare.services empty"});
  CHECK_THAT(world->warnings()[0].message, ContainsText("did you mean 'ground'?"));
}

TEST_CASE("The closed days of a calendar come out sorted, each once") {
  WorldDraft draft = SmallDraft();
  const LocalDate thanksgiving = *ParseDate("2026-11-26");
  const LocalDate christmas = *ParseDate("2026-12-25");
  draft.calendars[0].closed = {christmas, thanksgiving, christmas};
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  CHECK(world->calendars()[0].closed == std::vector<LocalDate>{thanksgiving, christmas});
}

TEST_CASE("cost_bounds sum the dearest that a unit and a shipment can cost") {
  WorldDraft draft = SmallDraft();
  draft.locations[1].cost_per_shipment = CostOf("3.00");
  draft.costs.split_penalty = CostOf("1.00");
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  CHECK(world->cost_bounds().per_unit == CostOf("15009.10"));   // 10000 + 5000 + 9.00 + 0.10
  CHECK(world->cost_bounds().per_shipment == CostOf("19.00"));  // 3.00 + 15.00 + 1.00
}

TEST_CASE("A World can convert its own currency and those with a rate") {
  const World world = SmallWorld();
  CHECK(world.CanConvert(CurrencyOf("USD")));
  CHECK(world.CanConvert(CurrencyOf("EUR")));
  CHECK_FALSE(world.CanConvert(CurrencyOf("JPY")));
  CHECK(world.CostOf(MoneyOf("8.01", "USD"))->micros() == 8'010'000);
  CHECK(world.CostOf(MoneyOf("8.01", "EUR"))->micros() == 8'682'840);  // times 1.0840
  CHECK(StatusIs(world.CostOf(MoneyOf("8", "JPY")), absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace orderwright
