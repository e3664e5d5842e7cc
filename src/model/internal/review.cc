#include <algorithm>

#include <fmt/format.h>

#include "src/model/internal/assemble.h"
#include "src/model/internal/checks.h"
#include "src/model/internal/spelling.h"

namespace orderwright::model_internal {
namespace {

Cost DearestStep(const Service& service) {
  Cost dearest;
  for (const RateStep& step : service.steps) dearest = std::max(dearest, step.cost);
  return dearest;
}

Int128 SumOfSurcharges(const Service& service) {
  Int128 sum = 0;
  for (const auto& [tag, cost] : service.surcharges) sum += cost.micros();
  return sum;
}

void CheckDimensionalWeight(const Tables& tables, Door& door) {
  const std::int64_t volume = tables.catalog->largest_volume_mm3;
  const FieldPath root;
  const FieldPath cards = root.Field("rate_cards");
  for (const RateCard& card : tables.carriers->rate_cards) {
    const FieldPath at = cards.Field(card.name);
    const FieldPath services = at.Field("services");
    for (const Service& service : card.services) {
      const std::int64_t divisor = service.spec.dim_divisor.value_or(INT64_MAX);
      if (volume / divisor < kMaxWeightGrams) continue;
      const FieldPath path = services.Field(service.spec.name);
      door.Refuse(path.Field("dim_divisor"), "out_of_range",
                  fmt::format("{} mm^3 per gram make more than {} g of the largest item", divisor,
                              kMaxWeightGrams));
    }
  }
}

void ReviewLocation(const Tables& tables, const FieldPath& at, const Location& location,
                    Door& door) {
  if (!location.position) {
    door.Warn(at, "unknown_position",
              fmt::format("where '{}' lies is not known: its distances count as the last zone",
                          location.id()));
  }
  const FieldPath cutoffs = at.Field("cutoffs");
  for (const auto& [service, time] : location.spec.cutoffs) {
    if (tables.carriers->service_of.contains(service)) continue;
    NearestName nearest(service);
    for (const std::string& known : tables.carriers->services) nearest.Offer(known);
    door.Warn(cutoffs.Field(service), "unknown_service",
              fmt::format("no rate card has a service '{}'{}", service, Advice(nearest.best())));
  }
}

void ReviewService(const FieldPath& at, const Service& service, Door& door) {
  for (std::size_t i = 0; i < service.steps_per_zone; ++i) {
    for (std::size_t zone = 1; zone < service.zones(); ++zone) {
      const Cost nearer = service.steps_of_zone(zone - 1)[i].cost;
      const Cost farther = service.steps_of_zone(zone)[i].cost;
      if (farther >= nearer) continue;
      door.Warn(at.Index("steps", i), "cheaper_farther",
                fmt::format("zone {} costs {}, less than the {} of the nearer zone", zone,
                            ToString(farther), ToString(nearer)));
      break;
    }
  }
}

}  // namespace

CostBounds CheckBounds(const Tables& tables, Door& door) {
  Cost dearest_rate;
  Int128 surcharges = 0;
  for (const RateCard& card : tables.carriers->rate_cards) {
    for (const Service& service : card.services) {
      dearest_rate = std::max(dearest_rate, DearestStep(service));
      surcharges = std::max(surcharges, SumOfSurcharges(service));
    }
  }
  Cost shipment;
  Cost unit;
  for (const Location& location : tables.network->locations) {
    shipment = std::max(shipment, location.spec.cost_per_shipment);
    unit = std::max(unit, location.spec.cost_per_unit);
  }
  const CostSettings& costs = tables.costs;
  const Int128 per_unit = Int128{unit.micros()} + surcharges +
                          costs.shortfall_penalty_per_unit.micros() +
                          costs.backorder_penalty_per_unit.micros();
  const Int128 per_shipment = Int128{shipment.micros()} + dearest_rate.micros() +
                              costs.split_penalty.micros() +
                              Int128{costs.late_penalty_per_day.micros()} * kMaxLateDays;
  CheckDimensionalWeight(tables, door);
  if (per_unit + per_shipment <= kMaxWorstCostMicros) {
    return {Cost::FromMicros(static_cast<std::int64_t>(per_unit)),
            Cost::FromMicros(static_cast<std::int64_t>(per_shipment))};
  }
  const FieldPath root;
  door.Refuse(root.Field("costs"), "out_of_range",
              fmt::format("one unit in one shipment could cost more than {}: its penalties, "
                          "handling, rate, surcharges and 100 years of lateness must sum to less",
                          ToString(Cost::FromMicros(kMaxWorstCostMicros))));
  return {};
}

void Review(const Tables& tables, Door& door) {
  const FieldPath root;
  const std::vector<Location>& locations = tables.network->locations;
  for (std::size_t i = 0; i < locations.size(); ++i) {
    if (!locations[i].retired) {
      ReviewLocation(tables, root.Index("locations", i), locations[i], door);
    }
  }
  const FieldPath cards = root.Field("rate_cards");
  for (const RateCard& card : tables.carriers->rate_cards) {
    const FieldPath at = cards.Field(card.name);
    const FieldPath services = at.Field("services");
    if (card.services.empty()) {
      door.Warn(services, "empty", "a rate card without a service carries nothing");
    }
    for (const Service& service : card.services) {
      ReviewService(services.Field(service.spec.name), service, door);
    }
  }
}

}  // namespace orderwright::model_internal
