// Dates by walking: an independent reading of the format, slow and plain. It shares no code with
// the library but the reading of a clock, instant to civil time; the library goes the other way.
#ifndef ORDERWRIGHT_TESTS_PROMISE_SLOW_DATES_H_
#define ORDERWRIGHT_TESTS_PROMISE_SLOW_DATES_H_

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "orderwright/core/time.h"
#include "orderwright/model/calendar.h"

namespace orderwright::testing {

struct SlowCalendar {
  std::bitset<7> days = std::bitset<7>().set();
  std::set<LocalDate> closed;

  [[nodiscard]] bool Works(LocalDate day) const {
    const unsigned sunday_is_0 = std::chrono::weekday(day).c_encoding();
    return days[(sunday_is_0 + 6) % 7] && closed.count(day) == 0;
  }
};

// The first instant at which clocks of `zone` show the given time or a later one.
inline Timestamp SlowInstant(const TimeZone& zone, LocalDate day, int hour, int minute,
                             int second) {
  using std::chrono::seconds;
  const absl::CivilDay civil = absl::CivilDay(1970, 1, 1) + day.time_since_epoch().count();
  const absl::CivilSecond wanted(civil.year(), civil.month(), civil.day(), hour, minute, second);
  const auto shows = [&](Timestamp t) {
    return absl::ToCivilSecond(absl::FromUnixMillis(t.time_since_epoch().count()),
                               zone.absl_zone());
  };
  const Timestamp utc = Timestamp(day.time_since_epoch()) + std::chrono::hours(hour) +
                        std::chrono::minutes(minute) + seconds(second);
  // No place is further than a day from UTC. Clocks change on the minute, so none changes within
  // one.
  Timestamp block = std::chrono::floor<std::chrono::minutes>(utc) - std::chrono::hours(26);
  while (shows(block + seconds(59)) < wanted) block += seconds(60);
  while (shows(block) < wanted) block += seconds(1);
  return block;
}

struct SlowQuestion {
  SlowCalendar location;
  TimeZone location_zone;
  std::optional<std::pair<int, int>> cutoff;  // hour, minute
  int handling_days = 0;
  SlowCalendar service;
  int transit_days = 0;
  TimeZone destination_zone;
  Timestamp start{};
};

struct SlowHours {
  SlowCalendar calendar;
  TimeZone zone;
  std::vector<OpeningHours> hours;  // none: all day
};

// The end of the first `minutes` of opening time from `from`, a whole minute, on: minute by minute.
// Absent where nothing opens for 100 days.
inline std::optional<Timestamp> SlowReady(const SlowHours& q, Timestamp from, int minutes) {
  using std::chrono::days;
  std::vector<std::pair<Timestamp, Timestamp>> open;
  LocalDate day = std::chrono::floor<days>(from) - days(2);
  const auto add_day = [&] {
    if (q.calendar.Works(day)) {
      const unsigned sunday_is_0 = std::chrono::weekday(day).c_encoding();
      const auto start_of = [&](LocalDate d, LocalTime t) {
        return SlowInstant(q.zone, d, t.hour(), t.minute(), 0);
      };
      if (q.hours.empty()) {
        open.emplace_back(start_of(day, LocalTime()), start_of(day + days(1), LocalTime()));
      }
      for (const OpeningHours& h : q.hours) {
        if (static_cast<unsigned>(h.day) != (sunday_is_0 + 6) % 7) continue;
        const bool till_midnight = h.until == LocalTime();
        open.emplace_back(start_of(day, h.from),
                          start_of(till_midnight ? day + days(1) : day, h.until));
      }
    }
    day += days(1);
  };
  int passed = 0;
  for (Timestamp t = from; t < from + days(100); t += std::chrono::minutes(1)) {
    while (Timestamp(day.time_since_epoch()) < t + days(2)) add_day();
    const bool is_open = std::any_of(open.begin(), open.end(), [t](const auto& range) {
      return range.first <= t && t < range.second;
    });
    if (passed == minutes && (minutes > 0 || is_open)) return t;
    passed += is_open ? 1 : 0;
  }
  return std::nullopt;
}

struct SlowAnswer {
  LocalDate dispatch{};
  Timestamp ship_by{};
  Timestamp deliver_by{};
};

inline SlowAnswer SlowDates(const SlowQuestion& q) {
  using std::chrono::days;
  const auto cutoff_of = [&](LocalDate day) {
    return q.cutoff ? SlowInstant(q.location_zone, day, q.cutoff->first, q.cutoff->second, 0)
                    : SlowInstant(q.location_zone, day, 23, 59, 59);
  };
  LocalDate day = std::chrono::floor<days>(q.start) - days(2);
  while (!q.location.Works(day) || cutoff_of(day) < q.start) day += days(1);
  for (int left = q.handling_days; left > 0;) {
    day += days(1);
    if (q.location.Works(day)) --left;
  }
  SlowAnswer answer{day, cutoff_of(day), {}};
  for (int left = q.transit_days; left > 0;) {
    day += days(1);
    if (q.service.Works(day)) --left;
  }
  answer.deliver_by = SlowInstant(q.destination_zone, day, 23, 59, 59);
  return answer;
}

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_PROMISE_SLOW_DATES_H_
