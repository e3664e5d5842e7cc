#include "orderwright/promise/opening_times.h"

#include <random>
#include <string>
#include <string_view>
#include <vector>

#include "tests/catch.h"
#include "tests/promise/slow_dates.h"

namespace orderwright {
namespace {

using std::chrono::minutes;
using testing::IsOk;

Timestamp At(std::string_view text) {
  const absl::StatusOr<Timestamp> time = ParseTimestamp(text);
  REQUIRE(IsOk(time));
  return *time;
}

LocalTime Clock(std::string_view text) {
  const absl::StatusOr<LocalTime> time = LocalTime::Parse(text);
  REQUIRE(IsOk(time));
  return *time;
}

TimeZone Zone(std::string_view name) {
  const absl::StatusOr<TimeZone> zone = TimeZone::Load(name);
  REQUIRE(IsOk(zone));
  return *zone;
}

std::vector<OpeningHours> EveryDay(std::string_view from, std::string_view until) {
  std::vector<OpeningHours> hours;
  for (int day = 0; day < 7; ++day) {
    hours.push_back({static_cast<Weekday>(day), Clock(from), Clock(until)});
  }
  return hours;
}

std::string AfterText(const OpeningTimes& times, std::string_view from, int lead) {
  const std::optional<Timestamp> ready = times.After(At(from), minutes(lead));
  return ready ? ToString(*ready) : "never";
}

TEST_CASE("Lead time counts while it is open, over nights and days that are closed") {
  // Berlin, Monday to Friday 09:00 to 18:00; Thursday 2026-11-26 is closed. It is UTC+1.
  const std::vector<LocalDate> closed = {*ParseDate("2026-11-26")};
  const OpeningTimes times(WorkDays(std::bitset<7>(0b0011111), closed), Zone("Europe/Berlin"),
                           EveryDay("09:00", "18:00"));
  CHECK(AfterText(times, "2026-11-25T10:00:00+01:00", 60) == "2026-11-25T10:00:00Z");
  CHECK(AfterText(times, "2026-11-25T10:00:30+01:00", 60) == "2026-11-25T10:00:30Z");
  // An hour before closing is enough for an hour; a minute later is not.
  CHECK(AfterText(times, "2026-11-25T17:00:00+01:00", 60) == "2026-11-25T17:00:00Z");
  CHECK(AfterText(times, "2026-11-25T17:01:00+01:00", 60) == "2026-11-27T08:01:00Z");
  // Before opening; on a closed day; over a weekend.
  CHECK(AfterText(times, "2026-11-25T03:00:00+01:00", 60) == "2026-11-25T09:00:00Z");
  CHECK(AfterText(times, "2026-11-26T12:00:00+01:00", 60) == "2026-11-27T09:00:00Z");
  CHECK(AfterText(times, "2026-11-27T17:30:00+01:00", 90) == "2026-11-30T09:00:00Z");
  // Nothing to wait for: the first open instant.
  CHECK(AfterText(times, "2026-11-25T12:00:00+01:00", 0) == "2026-11-25T11:00:00Z");
  CHECK(AfterText(times, "2026-11-25T18:00:00+01:00", 0) == "2026-11-27T08:00:00Z");
}

TEST_CASE("Without hours it is open all day; with hours for some days it is closed on the others") {
  const OpeningTimes always(WorkDays(), TimeZone(), {});
  CHECK(AfterText(always, "2026-11-25T23:30:00Z", 60) == "2026-11-26T00:30:00Z");
  const OpeningTimes weekdays(WorkDays::MondayToFriday(), TimeZone(), {});
  CHECK(AfterText(weekdays, "2026-11-27T23:30:00Z", 60) == "2026-11-30T00:30:00Z");
  const std::vector<OpeningHours> saturday = {{Weekday::kSat, Clock("20:00"), Clock("00:00")}};
  const OpeningTimes late(WorkDays(), TimeZone(), saturday);
  CHECK(AfterText(late, "2026-11-25T12:00:00Z", 300) == "2026-12-05T21:00:00Z");
  CHECK(AfterText(OpeningTimes(WorkDays::MondayToFriday(), TimeZone(), saturday),
                  "2026-11-25T12:00:00Z", 0) == "never");
}

TEST_CASE("Hours of one day that overlap count once") {
  const std::vector<OpeningHours> hours = {{Weekday::kWed, Clock("11:00"), Clock("13:00")},
                                           {Weekday::kWed, Clock("09:00"), Clock("12:00")},
                                           {Weekday::kWed, Clock("15:00"), Clock("16:00")}};
  const OpeningTimes times(WorkDays(), TimeZone(), hours);
  CHECK(AfterText(times, "2026-11-25T09:00:00Z", 240) == "2026-11-25T13:00:00Z");
  CHECK(AfterText(times, "2026-11-25T09:00:00Z", 241) == "2026-11-25T15:01:00Z");
}

TEST_CASE(
    "An hour that clocks skip is no opening time, one that they show twice is counted twice") {
  // New York skips 02:00 to 03:00 on 2026-03-08 and shows 01:00 to 02:00 twice on 2026-11-01.
  const OpeningTimes night(WorkDays(), Zone("America/New_York"), EveryDay("00:00", "04:00"));
  CHECK(AfterText(night, "2026-03-08T00:00:00-05:00", 180) == "2026-03-08T08:00:00Z");  // 04:00
  CHECK(AfterText(night, "2026-03-08T00:00:00-05:00", 181) == "2026-03-09T04:01:00Z");
  CHECK(AfterText(night, "2026-11-01T00:00:00-04:00", 300) == "2026-11-01T09:00:00Z");  // 04:00
  // Opening in the gap: the first instant after it. Closing in the repeated hour: the first time.
  const OpeningTimes gap(WorkDays(), Zone("America/New_York"), EveryDay("02:30", "05:00"));
  CHECK(AfterText(gap, "2026-03-08T00:00:00-05:00", 0) == "2026-03-08T07:00:00Z");  // 03:00
  const OpeningTimes early(WorkDays(), Zone("America/New_York"), EveryDay("00:30", "01:30"));
  CHECK(AfterText(early, "2026-11-01T00:00:00-04:00", 60) == "2026-11-01T05:30:00Z");
  CHECK(AfterText(early, "2026-11-01T00:00:00-04:00", 61) == "2026-11-02T05:31:00Z");
  // A window inside the gap is none on that day.
  const OpeningTimes inside(WorkDays(), Zone("America/New_York"), EveryDay("02:10", "02:50"));
  CHECK(AfterText(inside, "2026-03-08T00:00:00-05:00", 10) == "2026-03-09T06:20:00Z");
}

TEST_CASE("No answer lies beyond the year 9999") {
  const std::vector<OpeningHours> minute = {{Weekday::kMon, Clock("09:00"), Clock("09:01")}};
  const OpeningTimes times(WorkDays(), TimeZone(), minute);
  CHECK(AfterText(times, "2026-11-25T12:00:00Z", 525'600) == "9999-12-31T23:59:59Z");
}

TEST_CASE("Ready times agree with a walk minute by minute, in zones whose clocks change") {
  std::mt19937_64 random(7);
  const auto below = [&](std::int64_t n) {
    return static_cast<std::int64_t>(random() % static_cast<std::uint64_t>(n));
  };
  // Weeks in which clocks change, at midnight in some of these zones, and by half an hour in one.
  const std::vector<std::pair<std::string, std::string>> places = {
      {"America/New_York", "2026-03-07"}, {"America/New_York", "2026-10-31"},
      {"Europe/Berlin", "2026-03-28"},    {"Australia/Lord_Howe", "2026-04-04"},
      {"America/Havana", "2026-03-07"},   {"America/Havana", "2026-10-31"},
      {"Asia/Beirut", "2026-03-28"},      {"America/Santiago", "2026-09-05"}};
  for (int i = 0; i < 160; ++i) {
    const auto& [name, around] = places[static_cast<std::size_t>(i) % places.size()];
    testing::SlowHours slow;
    slow.zone = Zone(name);
    slow.calendar.days = std::bitset<7>(static_cast<unsigned>(below(127) + 1));
    const LocalDate middle = *ParseDate(around);
    if (below(3) == 0) slow.calendar.closed.insert(middle + std::chrono::days(below(3)));
    for (std::int64_t n = below(10); n > 0; --n) {
      const auto clock = [&] {
        const std::int64_t quarter = below(3) == 0 ? below(16) : below(96);  // often in the night
        return Clock(fmt::format("{:02}:{:02}", quarter / 4, quarter % 4 * 15));
      };
      const LocalTime from = clock();
      const LocalTime until = clock();
      if (until != LocalTime() && until <= from) continue;
      slow.hours.push_back({static_cast<Weekday>(below(7)), from, until});
    }
    const OpeningTimes fast(
        WorkDays(slow.calendar.days,
                 std::vector<LocalDate>(slow.calendar.closed.begin(), slow.calendar.closed.end())),
        slow.zone, slow.hours);
    const Timestamp from =
        Timestamp(middle.time_since_epoch()) + minutes(below(2'880)) - std::chrono::hours(24);
    const int lead = below(3) == 0 ? 0 : static_cast<int>(below(2'000));
    INFO("case " << i << ", " << name << " from " << ToString(from) << ", " << lead << " min");
    const std::optional<Timestamp> ready = fast.After(from, minutes(lead));
    const std::optional<Timestamp> walked = testing::SlowReady(slow, from, lead);
    if (walked) {
      CHECK(ready == walked);
    } else if (ready) {
      CHECK(*ready > from + std::chrono::days(99));
    }
  }
}

}  // namespace
}  // namespace orderwright
