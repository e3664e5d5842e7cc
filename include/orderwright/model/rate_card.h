// RateCard: what a carrier asks, by service, distance zone and weight.
#ifndef ORDERWRIGHT_MODEL_RATE_CARD_H_
#define ORDERWRIGHT_MODEL_RATE_CARD_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/core/cost.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"

namespace orderwright {

struct RateStepSpec {
  std::optional<std::int64_t> max_weight_g;  // absent (last step only): no limit
  std::vector<Cost> costs;                   // one per zone, >= 0
};

struct Surcharge {
  std::string tag;  // of the item
  Cost cost;        // per unit of such an item
};

// What is left out is free and without limit: no `zones_km` is one zone without bound, no
// `transit_days` are 0 days, no `steps` are a rate of 0 for every weight.
struct ServiceSpec {
  std::string name;
  std::vector<std::optional<double>> zones_km;  // ascending upper bounds; absent (last): no bound
  std::vector<int> transit_days;                // one per zone
  std::optional<std::string> calendar;          // days of transit; absent: Monday to Friday
  std::optional<std::vector<std::string>> countries;             // absent: every country
  std::optional<std::int64_t> max_weight_g;                      // of a shipment
  std::optional<std::array<std::int64_t, 3>> max_dimensions_mm;  // of an item, any orientation
  std::optional<std::int64_t> dim_divisor;  // mm^3 per gram: weight is the larger of both
  std::vector<Surcharge> surcharges;
  std::vector<RateStepSpec> steps;  // ascending weight, costs non-decreasing in weight
};

struct RateCardSpec {
  std::string name;
  std::string carrier = "any";
  std::vector<ServiceSpec> services;
};

// One step of a resolved rate. Absent limits are kNoWeightLimit, so that a table of steps can be
// handed to a solver as it stands.
inline constexpr std::int64_t kNoWeightLimit = INT64_MAX;
struct RateStep {
  std::int64_t max_weight_g = kNoWeightLimit;
  Cost cost;
  friend bool operator==(const RateStep&, const RateStep&) = default;
};

// A service of a card, resolved: steps of all zones in one table, zone after zone, those above
// max_weight_g cut off.
class Service {
 public:
  ServiceSpec spec;  // with one entry a zone, also where they were left out
  ServiceIndex name{};
  std::optional<CalendarIndex> calendar;  // of spec.calendar; absent: Monday to Friday
  std::vector<Symbol> countries;          // sorted; meaningful only if spec.countries
  std::vector<std::pair<Symbol, Cost>> surcharges;
  std::vector<RateStep> steps;  // zones() * steps_per_zone()
  std::size_t steps_per_zone = 0;

  [[nodiscard]] std::size_t zones() const { return spec.zones_km.size(); }
  [[nodiscard]] std::span<const RateStep> steps_of_zone(std::size_t zone) const {
    return std::span(steps).subspan(zone * steps_per_zone, steps_per_zone);
  }
  // The first zone whose bound is not below `km`; absent if the service does not reach so far.
  [[nodiscard]] std::optional<std::size_t> ZoneOf(double km) const {
    for (std::size_t z = 0; z < spec.zones_km.size(); ++z) {
      if (!spec.zones_km[z] || km <= *spec.zones_km[z]) return z;
    }
    return std::nullopt;
  }
  [[nodiscard]] bool Serves(Symbol country) const {
    if (!spec.countries) return true;
    for (Symbol c : countries) {
      if (c == country) return true;
    }
    return false;
  }
};

struct RateCard {
  std::string name;
  std::string carrier;
  std::vector<Service> services;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_MODEL_RATE_CARD_H_
