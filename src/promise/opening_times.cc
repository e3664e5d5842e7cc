#include "orderwright/promise/opening_times.h"

#include <algorithm>
#include <cstddef>

namespace orderwright {
namespace {

using std::chrono::days;

std::size_t WeekdayOf(LocalDate day) {
  return (std::chrono::weekday(day).c_encoding() + 6) % 7;  // from Monday
}

// What RFC 3339 can still say, and the civil day of it.
constexpr Timestamp kLast{std::chrono::seconds(253'402'300'799)};
constexpr LocalDate kLastDay = std::chrono::floor<days>(kLast);

}  // namespace

OpeningTimes::OpeningTimes(WorkDays work_days, const TimeZone& zone,
                           std::span<const OpeningHours> hours)
    : days_(std::move(work_days)), zone_(zone) {
  for (const OpeningHours& open : hours) {
    ranges_[static_cast<std::size_t>(open.day)].emplace_back(open.from, open.until);
  }
  for (std::vector<Range>& ranges : ranges_) {
    if (hours.empty()) ranges.emplace_back();  // from midnight to midnight
    std::sort(ranges.begin(), ranges.end());
  }
  // Only weekdays count: a list of closed days ends.
  const LocalDate monday = LocalDate(days(4));  // 1970-01-05
  for (std::size_t i = 0; i < ranges_.size(); ++i) {
    ever_ |= !ranges_[i].empty() && days_.WorksOn(monday + days(i));
  }
}

std::optional<Timestamp> OpeningTimes::After(Timestamp from, Duration time) const {
  if (!ever_) return std::nullopt;
  Timestamp at = from;
  // From the day before: where clocks skip midnight, it can end after the instant.
  LocalDate day = days_.OnOrAfter(zone_.DateOf(from) - days(1));
  for (; day <= kLastDay; day = days_.After(day, 1)) {
    for (const auto& [opens, closes] : ranges_[WeekdayOf(day)]) {
      const Timestamp begin = std::max(at, zone_.InstantOf(day, opens));
      const Timestamp end = closes == LocalTime() ? zone_.InstantOf(day + days(1), closes)
                                                  : zone_.InstantOf(day, closes);
      if (begin >= end) continue;
      if (time <= end - begin) return std::min(kLast, begin + time);
      time -= end - begin;
      at = end;
    }
  }
  return kLast;
}

}  // namespace orderwright
