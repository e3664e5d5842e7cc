#include "orderwright/promise/work_days.h"

#include <algorithm>

namespace orderwright {
namespace {

using std::chrono::days;

// 0 is Monday; 1970-01-01 was a Thursday.
std::size_t WeekdayOf(LocalDate day) {
  const std::int64_t from_monday = (day.time_since_epoch().count() + 3) % 7;
  return static_cast<std::size_t>(from_monday < 0 ? from_monday + 7 : from_monday);
}

}  // namespace

WorkDays::WorkDays(std::bitset<7> weekdays, std::span<const LocalDate> closed)
    : days_(weekdays), per_week_(static_cast<int>(weekdays.count())) {
  for (const LocalDate day : closed) {
    if (days_[WeekdayOf(day)]) closed_.push_back(day);
  }
  std::sort(closed_.begin(), closed_.end());
  closed_.erase(std::unique(closed_.begin(), closed_.end()), closed_.end());
  for (std::size_t from = 0; from < 7; ++from) {
    std::size_t n = 0;
    for (std::size_t ahead = 1; ahead <= 7; ++ahead) {
      if (days_[(from + ahead) % 7]) step_[from][++n] = static_cast<std::int8_t>(ahead);
    }
  }
}

bool WorkDays::WorksOn(LocalDate day) const { return days_[WeekdayOf(day)]; }

bool WorkDays::Contains(LocalDate day) const {
  return WorksOn(day) && !std::binary_search(closed_.begin(), closed_.end(), day);
}

LocalDate WorkDays::OnOrAfter(LocalDate day) const { return Contains(day) ? day : After(day, 1); }

LocalDate WorkDays::After(LocalDate day, std::int64_t n) const {
  auto closed = closed_.begin();
  bool searched = closed_.empty();
  while (n > 0) {
    const std::int64_t weeks = (n - 1) / per_week_;
    const auto rest = static_cast<std::size_t>(n - weeks * per_week_);  // 1 .. per_week_
    const LocalDate end = day + days(weeks * 7 + step_[WeekdayOf(day)][rest]);
    if (!searched) {
      closed = std::upper_bound(closed_.begin(), closed_.end(), day);
      searched = true;
    }
    // Each closed day on the way was counted as worked: it must be made up for.
    n = 0;
    for (; closed != closed_.end() && *closed <= end; ++closed) ++n;
    day = end;
  }
  return day;
}

}  // namespace orderwright
