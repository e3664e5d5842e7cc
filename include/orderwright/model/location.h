// Location: a place that orders ship from.
#ifndef ORDERWRIGHT_MODEL_LOCATION_H_
#define ORDERWRIGHT_MODEL_LOCATION_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/core/geo.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/model/attribute.h"
#include "orderwright/model/calendar.h"

namespace orderwright {

enum class LocationKind : std::uint8_t {
  kWarehouse = 1,
  kStore = 2,
  kThirdParty = 3,
  kDropship = 4,
  kVirtual = 5,
};

// "warehouse", "store", "third_party", "dropship", "virtual".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(LocationKind kind);
[[nodiscard]] ORDERWRIGHT_EXPORT std::optional<LocationKind> ParseLocationKind(
    std::string_view text);

struct TimeRange {  // [from, until)
  Timestamp from{};
  Timestamp until{};
  [[nodiscard]] bool Contains(Timestamp t) const { return from <= t && t < until; }
};

// How customers collect here; see docs/concepts/methods.md.
struct PickupTerms {
  int lead_minutes = 0;        // of opening time until what is in stock lies ready, up to a year
  int hold_days = 0;           // that it waits for the customer
  bool ship_to_store = false;  // other locations may send what is collected here
};

// A location as a host describes it. Only `id` is required.
struct LocationSpec {
  std::string id;
  LocationKind kind = LocationKind::kWarehouse;
  std::string name;
  bool active = true;
  std::vector<TimeRange> inactive;
  std::optional<std::int64_t> rank;  // ties: lower wins; absent: the position in the list
  std::string country;               // ISO 3166-1 alpha-2, or empty
  std::string region;
  std::string postal_code;
  std::optional<GeoPoint> position;
  std::string time_zone;  // IANA; empty: that of the postal table, else UTC
  std::optional<std::vector<std::string>> markets;   // absent: serves all
  std::optional<std::vector<std::string>> channels;  // absent: serves all
  std::vector<std::string> capabilities;
  std::vector<std::string> tags;
  Attributes attributes;
  bool accepts_returns = true;
  std::optional<std::int64_t> max_rejects;
  std::optional<Units> capacity_units_per_day;
  std::optional<Units> capacity_shipments_per_day;
  Units load_units;
  Units load_shipments;
  Cost cost_per_shipment;                                  // >= 0
  Cost cost_per_unit;                                      // >= 0
  int handling_days = 0;                                   // work days between order and dispatch
  std::vector<std::pair<std::string, LocalTime>> cutoffs;  // by service name
  std::optional<std::string> calendar;                     // work days; absent: every day
  std::vector<OpeningHours> hours;
  std::optional<PickupTerms> pickup;
  std::vector<std::string> rate_cards;  // none: shipping costs 0, one service `standard`
};

// A location of a World: the description and what was resolved from it.
struct Location {
  LocationSpec spec;
  std::uint32_t tie_rank = 0;  // place in the order of (rank, id) among all locations
  Symbol country{};
  Symbol region{};
  std::optional<GeoPoint> position;  // given, or from the postal table
  TimeZone time_zone;                // the same; else UTC
  std::vector<Symbol> markets;       // sorted; meaningful only if spec.markets
  std::vector<Symbol> channels;      // sorted; meaningful only if spec.channels
  std::vector<Symbol> tags;          // sorted
  std::vector<Symbol> capabilities;
  std::vector<RateCardIndex> rate_cards;
  std::optional<CalendarIndex> calendar;
  bool retired = false;  // removed by a later version of the world; the index stays

  [[nodiscard]] const std::string& id() const { return spec.id; }
  // Whether orders may ship from here at `now`.
  [[nodiscard]] bool IsActive(Timestamp now) const {
    if (!spec.active || retired) return false;
    for (const TimeRange& range : spec.inactive) {
      if (range.Contains(now)) return false;
    }
    return true;
  }
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_MODEL_LOCATION_H_
