#include "orderwright/model/rate_card.h"

#include <optional>
#include <random>

#include "tests/model/fixtures.h"

namespace orderwright {
namespace {

using testing::CostOf;
using testing::CostsOf;
using testing::IsOk;

// The only service of a world with one card.
Service Resolved(ServiceSpec spec) {
  WorldDraft draft;
  draft.currency = testing::CurrencyOf("USD");
  draft.rate_cards.push_back({"default", "any", {std::move(spec)}});
  const absl::StatusOr<World> world = World::Create(std::move(draft));
  REQUIRE(IsOk(world));
  return world->rate_cards()[0].services[0];
}

std::optional<Cost> RateOf(const Service& service, std::size_t zone, std::int64_t weight) {
  for (const RateStep& step : service.steps_of_zone(zone)) {
    if (weight <= step.max_weight_g) return step.cost;
  }
  return std::nullopt;
}

// The rate as formats.md words it, from the description alone.
std::optional<Cost> RateInWords(const ServiceSpec& spec, std::size_t zone, std::int64_t weight) {
  if (spec.max_weight_g && weight > *spec.max_weight_g) return std::nullopt;
  for (const RateStepSpec& step : spec.steps) {
    if (!step.max_weight_g || weight <= *step.max_weight_g) return step.costs[zone];
  }
  return std::nullopt;
}

TEST_CASE("A resolved rate is the rate in words for every zone and weight") {
  std::mt19937 random(7);
  for (int round = 0; round < 300; ++round) {
    ServiceSpec spec;
    spec.name = "ground";
    const std::size_t zones = 1 + random() % 3;
    for (std::size_t z = 0; z < zones; ++z) {
      spec.zones_km.push_back(100.0 * static_cast<double>(z + 1));
    }
    std::int64_t weight = 0;
    std::int64_t cost = 0;
    const std::size_t steps = 1 + random() % 4;
    for (std::size_t s = 0; s < steps; ++s) {
      weight += 1 + static_cast<std::int64_t>(random() % 5);
      RateStepSpec step;
      if (s + 1 < steps || random() % 2 == 0) step.max_weight_g = weight;
      for (std::size_t z = 0; z < zones; ++z) {
        step.costs.push_back(Cost::FromMicros(cost + static_cast<std::int64_t>(z)));
      }
      cost += static_cast<std::int64_t>(random() % 4);
      spec.steps.push_back(step);
    }
    if (random() % 2 == 0) spec.max_weight_g = static_cast<std::int64_t>(random() % 25);
    const Service service = Resolved(spec);
    REQUIRE(service.steps.size() == zones * service.steps_per_zone);
    for (std::size_t z = 0; z < zones; ++z) {
      for (std::int64_t w = 0; w < 30; ++w) {
        CAPTURE(round, z, w);
        REQUIRE(RateOf(service, z, w) == RateInWords(spec, z, w));
      }
    }
  }
}

TEST_CASE("Steps are cut at the most that the service carries") {
  ServiceSpec spec;
  spec.name = "ground";
  spec.steps = {
      {500, CostsOf({"4.10"})}, {1000, CostsOf({"5.20"})}, {std::nullopt, CostsOf({"9.90"})}};
  SECTION("a limit inside a step cuts that step and drops those above") {
    spec.max_weight_g = 800;
    CHECK(Resolved(spec).steps ==
          std::vector<RateStep>{{500, CostOf("4.10")}, {800, CostOf("5.20")}});
  }
  SECTION("a limit at a step leaves no empty step behind") {
    spec.max_weight_g = 500;
    CHECK(Resolved(spec).steps == std::vector<RateStep>{{500, CostOf("4.10")}});
  }
  SECTION("without a limit the last step has none") {
    CHECK(Resolved(spec).steps.back() == RateStep{kNoWeightLimit, CostOf("9.90")});
  }
}

TEST_CASE("A service of which only the name is given is free, everywhere and for every weight") {
  ServiceSpec spec;
  spec.name = "ground";
  const Service service = Resolved(spec);
  CHECK(service.zones() == 1);
  CHECK(service.ZoneOf(19'000.0) == 0U);
  CHECK(service.spec.transit_days == std::vector<int>{0});
  CHECK(service.steps == std::vector<RateStep>{{kNoWeightLimit, Cost()}});
}

TEST_CASE("A zone ends at its bound, and beyond the last bound there is no zone") {
  ServiceSpec spec;
  spec.name = "ground";
  spec.zones_km = {240.0, 480.0};
  const Service service = Resolved(spec);
  CHECK(service.ZoneOf(0.0) == 0U);
  CHECK(service.ZoneOf(240.0) == 0U);
  CHECK(service.ZoneOf(240.001) == 1U);
  CHECK(service.ZoneOf(480.0) == 1U);
  CHECK_FALSE(service.ZoneOf(480.001).has_value());
}

TEST_CASE("A service serves the countries it names, and every country if it names none") {
  WorldDraft draft = testing::SmallDraft();
  ServiceSpec domestic;
  domestic.name = "domestic";
  domestic.countries = {"US", "CA"};
  draft.rate_cards[0].services.push_back(domestic);
  const absl::StatusOr<World> world = World::Create(draft);
  REQUIRE(IsOk(world));
  const std::vector<Service>& services = world->rate_cards()[0].services;
  const Symbol us = world->symbols().Intern("US");
  const Symbol de = world->symbols().Intern("DE");
  CHECK(services[1].Serves(us));
  CHECK_FALSE(services[1].Serves(de));
  CHECK(services[0].Serves(de));
}

}  // namespace
}  // namespace orderwright
