#include <algorithm>
#include <cmath>
#include <functional>

#include <fmt/format.h>

#include "src/model/internal/check_changes.h"
#include "src/model/internal/checks.h"
#include "src/model/internal/spelling.h"

namespace orderwright::model_internal {
namespace {

void CheckZones(const FieldPath& at, const ServiceSpec& service, Door& door) {
  const auto& zones = service.zones_km;
  double last = -1.0;
  for (std::size_t i = 0; i < zones.size(); ++i) {
    const FieldPath zone = at.Index("zones_km", i);
    if (!zones[i].has_value()) {
      if (i + 1 < zones.size()) {
        door.Refuse(zone, "unlimited_not_last", "only the last zone may be without a bound");
      }
    } else if (!std::isfinite(*zones[i])) {
      door.Refuse(zone, "out_of_range", "the bound of a zone must be a finite number");
    } else if (*zones[i] < 0) {
      door.Refuse(zone, "negative", fmt::format("a zone ends at {} km; 0 is least", *zones[i]));
    } else if (*zones[i] <= last) {
      door.Refuse(zone, "not_ascending",
                  fmt::format("a zone ends at {} km, after one that ends at {}", *zones[i], last));
    } else {
      last = *zones[i];
    }
  }
}

void CheckTransit(const FieldPath& at, const ServiceSpec& service, std::size_t zones, Door& door) {
  const auto& days = service.transit_days;
  if (!days.empty() && days.size() != zones) {
    door.Refuse(at.Field("transit_days"), "wrong_length",
                fmt::format("there are {} transit days for {} zones", days.size(), zones));
  }
  for (std::size_t i = 0; i < days.size(); ++i) {
    CheckRange(at.Index("transit_days", i), days[i], 0, kMaxDays, door);
  }
}

// The weights of the steps: each above the one before, only the last without a limit.
void CheckStepWeights(const FieldPath& at, const ServiceSpec& service, Door& door) {
  std::int64_t last = -1;
  for (std::size_t i = 0; i < service.steps.size(); ++i) {
    const FieldPath step = at.Index("steps", i);
    const std::optional<std::int64_t>& weight = service.steps[i].max_weight_g;
    if (!weight.has_value()) {
      if (i + 1 < service.steps.size()) {
        door.Refuse(step, "unlimited_not_last", "only the last step may be without a weight");
      }
    } else if (*weight < 0) {
      door.Refuse(step, "negative", fmt::format("a step ends at {} g; 0 is least", *weight));
    } else if (*weight <= last) {
      door.Refuse(step, "not_ascending",
                  fmt::format("a step ends at {} g, after one that ends at {}", *weight, last));
    } else {
      last = *weight;
    }
  }
}

// A heavier shipment must not be cheaper: solvers rely on it, and carriers do not do it.
void CheckStepCosts(const FieldPath& at, const ServiceSpec& service, std::size_t zones,
                    Door& door) {
  for (std::size_t i = 0; i < service.steps.size(); ++i) {
    const FieldPath step = at.Index("steps", i);
    const std::vector<Cost>& costs = service.steps[i].costs;
    if (costs.size() != zones) {
      door.Refuse(step, "wrong_length",
                  fmt::format("there are {} costs for {} zones", costs.size(), zones));
      continue;
    }
    const FieldPath list = step.At(1);  // in the format a step is [weight, [costs]]
    for (std::size_t z = 0; z < zones; ++z) CheckCost(list.At(z), costs[z], door);
    if (i == 0 || service.steps[i - 1].costs.size() != zones) continue;
    const std::vector<Cost>& lighter = service.steps[i - 1].costs;
    const auto zone =
        std::mismatch(costs.begin(), costs.end(), lighter.begin(), std::greater_equal<>());
    if (zone.first == costs.end()) continue;
    door.Refuse(
        step, "decreasing",
        fmt::format("in zone {} it costs {}, less than the {} of the lighter step before",
                    zone.first - costs.begin(), ToString(*zone.first), ToString(*zone.second)));
  }
}

void CheckLimits(const FieldPath& at, const ServiceSpec& service, Door& door) {
  constexpr std::int64_t kAny = INT64_MAX;
  if (service.max_weight_g) {
    CheckRange(at.Field("max_weight_g"), *service.max_weight_g, 0, kAny, door);
  }
  if (service.max_dimensions_mm) {
    for (std::size_t i = 0; i < service.max_dimensions_mm->size(); ++i) {
      CheckRange(at.Index("max_dimensions_mm", i), (*service.max_dimensions_mm)[i], 1, kAny, door);
    }
  }
  if (service.dim_divisor) {
    CheckRange(at.Field("dim_divisor"), *service.dim_divisor, 1, kAny, door);
  }
}

void CheckSurcharges(const FieldPath& at, const ServiceSpec& service, Door& door) {
  UniqueNames seen;
  for (std::size_t i = 0; i < service.surcharges.size(); ++i) {
    const FieldPath surcharge = at.Index("surcharges", i);
    CheckName(surcharge.Field("tag"), service.surcharges[i].tag, seen, door);
    CheckCost(surcharge.Field("cost"), service.surcharges[i].cost, door);
  }
}

void CheckService(const NextNames& names, const FieldPath& at, const ServiceSpec& service,
                  Door& door) {
  const std::size_t zones = service.zones_km.empty() ? 1 : service.zones_km.size();
  CheckZones(at, service, door);
  CheckTransit(at, service, zones, door);
  CheckStepWeights(at, service, door);
  CheckStepCosts(at, service, zones, door);
  CheckLimits(at, service, door);
  CheckSurcharges(at, service, door);
  if (service.calendar && !names.HasCalendar(*service.calendar)) {
    door.Refuse(at.Field("calendar"), "unknown_calendar",
                fmt::format("there is no calendar '{}'{}", *service.calendar,
                            Advice(names.NearestCalendar(*service.calendar))));
  }
  if (!service.countries) return;
  for (std::size_t i = 0; i < service.countries->size(); ++i) {
    const FieldPath country = at.Index("countries", i);
    if ((*service.countries)[i].empty()) {
      door.Refuse(country, "empty", "an entry of countries is empty");
    }
    CheckCountry(country, (*service.countries)[i], door);
  }
}

}  // namespace

void CheckRateCards(const NextNames& names, Door& door) {
  const FieldPath root;
  const FieldPath list = root.Field("rate_cards");
  UniqueNames seen;
  for (const RateCardSpec& card : names.changes().rate_cards) {
    const FieldPath at = card.name.empty() ? list : list.Field(card.name);
    CheckName(at, card.name, seen, door);
    const FieldPath services = at.Field("services");
    UniqueNames seen_services;
    for (const ServiceSpec& service : card.services) {
      const FieldPath entry = service.name.empty() ? services : services.Field(service.name);
      CheckName(entry, service.name, seen_services, door);
      CheckService(names, entry, service, door);
    }
  }
}

}  // namespace orderwright::model_internal
