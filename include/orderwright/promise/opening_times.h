// OpeningTimes: when a location is open, and by when it has been open for a while.
//
// It is open on the work days of its calendar from the first instant at which clocks of its zone
// show the opening time until the first at which they show the closing time (what clocks skip is
// the first instant after the gap). Closing at 00:00 is the midnight that ends the day. Without
// hours it is open all day on work days; with hours for some weekdays it is closed on the others.
//
// Example:
//   const OpeningTimes times(WorkDays(), zone, spec.hours);
//   const std::optional<Timestamp> ready = times.After(placed_at, std::chrono::minutes(60));
#ifndef ORDERWRIGHT_PROMISE_OPENING_TIMES_H_
#define ORDERWRIGHT_PROMISE_OPENING_TIMES_H_

#include <array>
#include <chrono>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "orderwright/core/export.h"
#include "orderwright/core/time.h"
#include "orderwright/model/calendar.h"
#include "orderwright/promise/work_days.h"

namespace orderwright {

// Immutable; thread-safe.
class ORDERWRIGHT_EXPORT OpeningTimes {
 public:
  // `hours` in any order; they may overlap.
  OpeningTimes(WorkDays days, const TimeZone& zone, std::span<const OpeningHours> hours);

  // The end of the first `time` (0 or more) of opening time at or after `from`; for 0 the first
  // open instant. No later than 9999-12-31T23:59:59Z. Absent if it is never open.
  // Complexity: O(days passed). Allocates nothing.
  [[nodiscard]] std::optional<Timestamp> After(Timestamp from, Duration time) const;

 private:
  using Range = std::pair<LocalTime, LocalTime>;
  WorkDays days_;
  TimeZone zone_;
  bool ever_ = false;                         // some work day has hours
  std::array<std::vector<Range>, 7> ranges_;  // by Weekday, ascending
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_PROMISE_OPENING_TIMES_H_
