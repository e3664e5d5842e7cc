// Dates by walking: an independent reading of the format, slow and plain. It shares no code with
// the library but the reading of a clock, instant to civil time; the library goes the other way.
#ifndef ORDERWRIGHT_TESTS_PROMISE_SLOW_DATES_H_
#define ORDERWRIGHT_TESTS_PROMISE_SLOW_DATES_H_

#include <optional>
#include <set>
#include <string>

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
