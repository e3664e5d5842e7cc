#include <fmt/format.h>

#include "src/model/internal/check_changes.h"
#include "src/model/internal/checks.h"
#include "src/model/internal/spelling.h"

namespace orderwright::model_internal {
namespace {

constexpr std::string_view kWeekdays[] = {"mon", "tue", "wed", "thu", "fri", "sat", "sun"};

void CheckPlace(const FieldPath& at, const LocationSpec& location, Door& door) {
  CheckCountry(at.Field("country"), location.country, door);
  CheckPosition(at, location.position, door);
  CheckTimeZone(at.Field("time_zone"), location.time_zone, door);
  if (location.rank && *location.rank < 0) {
    door.Refuse(at.Field("rank"), "negative",
                fmt::format("rank is {}; it must be 0 or more", *location.rank));
  }
  if (location.markets) CheckTags(at, "markets", *location.markets, door);
  if (location.channels) CheckTags(at, "channels", *location.channels, door);
  CheckTags(at, "capabilities", location.capabilities, door);
  CheckTags(at, "tags", location.tags, door);
  CheckAttributes(at, location.attributes, door);
}

void CheckHours(const FieldPath& at, const OpeningHours& hours, Door& door) {
  const FieldPath list = at.Field("hours");
  const auto day = static_cast<std::size_t>(hours.day);
  if (day >= std::size(kWeekdays)) {
    door.Refuse(list, "unknown_day", fmt::format("there is no weekday {}", day));
    return;
  }
  // Until midnight is written 00:00, the first instant that is not open.
  if (hours.from < hours.until || hours.until == LocalTime()) return;
  door.Refuse(
      list.Field(kWeekdays[day]), "empty_range",
      fmt::format("{} to {} is no time at all", ToString(hours.from), ToString(hours.until)));
}

void CheckTimes(const FieldPath& at, const LocationSpec& location, Door& door) {
  for (std::size_t i = 0; i < location.inactive.size(); ++i) {
    const TimeRange& range = location.inactive[i];
    if (range.from < range.until) continue;
    const FieldPath entry = at.Index("inactive", i);
    door.Refuse(
        entry.Field("until"), "empty_range",
        fmt::format("until {} is not after from {}", ToString(range.until), ToString(range.from)));
  }
  CheckRange(at.Field("handling_days"), location.handling_days, 0, kMaxDays, door);
  UniqueNames services;
  const FieldPath cutoffs = at.Field("cutoffs");
  for (const auto& [service, time] : location.cutoffs) {
    CheckName(service.empty() ? cutoffs : cutoffs.Field(service), service, services, door);
  }
  for (const OpeningHours& hours : location.hours) CheckHours(at, hours, door);
  if (location.pickup) {
    const FieldPath pickup = at.Field("pickup");
    CheckRange(pickup.Field("lead_minutes"), location.pickup->lead_minutes, 0, kMaxLeadMinutes,
               door);
    CheckRange(pickup.Field("hold_days"), location.pickup->hold_days, 0, kMaxDays, door);
  }
}

void CheckCapacity(const FieldPath& at, const LocationSpec& location, Door& door) {
  CheckCost(at.Field("cost_per_shipment"), location.cost_per_shipment, door);
  CheckCost(at.Field("cost_per_unit"), location.cost_per_unit, door);
  if (location.max_rejects) {
    CheckRange(at.Field("max_rejects"), *location.max_rejects, 0, kMaxCount, door);
  }
  if (location.capacity_units_per_day) {
    CheckRange(at.Field("capacity_units_per_day"), location.capacity_units_per_day->count(), 0,
               kMaxCount, door);
  }
  if (location.capacity_shipments_per_day) {
    CheckRange(at.Field("capacity_shipments_per_day"), location.capacity_shipments_per_day->count(),
               0, kMaxCount, door);
  }
  const FieldPath load = at.Field("load");
  CheckRange(load.Field("units"), location.load_units.count(), 0, kMaxCount, door);
  CheckRange(load.Field("shipments"), location.load_shipments.count(), 0, kMaxCount, door);
}

void CheckReferences(const NextNames& names, const FieldPath& at, const LocationSpec& location,
                     Door& door) {
  if (location.calendar && !names.HasCalendar(*location.calendar)) {
    door.Refuse(at.Field("calendar"), "unknown_calendar",
                fmt::format("there is no calendar '{}'{}", *location.calendar,
                            Advice(names.NearestCalendar(*location.calendar))));
  }
  UniqueNames seen;
  for (std::size_t i = 0; i < location.rate_cards.size(); ++i) {
    const std::string& card = location.rate_cards[i];
    const FieldPath entry = at.Index("rate_cards", i);
    if (!CheckName(entry, card, seen, door) || names.HasRateCard(card)) continue;
    door.Refuse(
        entry, "unknown_rate_card",
        fmt::format("there is no rate card '{}'{}", card, Advice(names.NearestRateCard(card))));
  }
}

void CheckRemovals(const NextNames& names, Door& door) {
  const Network& network = *names.base().network;
  const FieldPath root;
  UniqueNames seen;
  const auto& removed = names.changes().remove_locations;
  for (std::size_t i = 0; i < removed.size(); ++i) {
    const FieldPath at = root.Index("remove_locations", i);
    if (!CheckName(at, removed[i], seen, door)) continue;
    const std::optional<LocationIndex> location = FindIn(network.location_of, removed[i]);
    if (names.ChangesLocation(removed[i])) {
      door.Refuse(at, "conflict",
                  fmt::format("'{}' is both given and removed in one step", removed[i]));
    } else if (!location || network.locations[Raw(*location)].retired) {
      door.NotFound(at, fmt::format("there is no location '{}' to remove", removed[i]));
    }
  }
}

}  // namespace

void CheckLocations(const NextNames& names, Door& door) {
  const FieldPath root;
  UniqueNames seen;
  const auto& locations = names.changes().locations;
  for (std::size_t i = 0; i < locations.size(); ++i) {
    const FieldPath at = root.Index("locations", i);
    CheckName(at.Field("id"), locations[i].id, seen, door);
    CheckPlace(at, locations[i], door);
    CheckTimes(at, locations[i], door);
    CheckCapacity(at, locations[i], door);
    CheckReferences(names, at, locations[i], door);
  }
  CheckRemovals(names, door);
}

void CheckCalendars(const NextNames& names, Door& door) {
  const FieldPath root;
  const FieldPath list = root.Field("calendars");
  UniqueNames seen;
  for (const CalendarSpec& calendar : names.changes().calendars) {
    const FieldPath at = calendar.name.empty() ? list : list.Field(calendar.name);
    CheckName(at, calendar.name, seen, door);
    if (calendar.days.none()) {
      door.Refuse(at.Field("days"), "no_working_day", "a calendar needs a working day");
    }
  }
}

}  // namespace orderwright::model_internal
