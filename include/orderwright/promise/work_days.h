// WorkDays: a calendar to count with. Which days are worked, and which is the n-th from here.
#ifndef ORDERWRIGHT_PROMISE_WORK_DAYS_H_
#define ORDERWRIGHT_PROMISE_WORK_DAYS_H_

#include <array>
#include <bitset>
#include <cstdint>
#include <span>
#include <vector>

#include "orderwright/core/export.h"
#include "orderwright/core/time.h"
#include "orderwright/model/calendar.h"

namespace orderwright {

// Immutable; thread-safe.
class ORDERWRIGHT_EXPORT WorkDays {
 public:
  // Every day is worked.
  WorkDays() : WorkDays(std::bitset<7>().set(), {}) {}
  // `days` by Weekday, at least one of them; `closed` in any order.
  WorkDays(std::bitset<7> days, std::span<const LocalDate> closed);
  [[nodiscard]] static WorkDays MondayToFriday() { return {std::bitset<7>(0b0011111), {}}; }

  // Whether the weekday of `day` is worked, closed days aside.
  [[nodiscard]] bool WorksOn(LocalDate day) const;
  // O(log closed).
  [[nodiscard]] bool Contains(LocalDate day) const;
  // `day` if it is worked, else the first worked day after it. O(closed days passed).
  [[nodiscard]] LocalDate OnOrAfter(LocalDate day) const;
  // The n-th worked day after `day`, which itself need not be one; `day` for n = 0.
  // Complexity: O(log closed + closed days passed), whatever n.
  [[nodiscard]] LocalDate After(LocalDate day, std::int64_t n) const;

 private:
  std::vector<LocalDate> closed_;  // sorted; only days that would be worked otherwise
  std::bitset<7> days_;
  int per_week_ = 7;
  // By weekday and n below 7: calendar days to the n-th worked weekday after it.
  std::array<std::array<std::int8_t, 8>, 7> step_{};
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_PROMISE_WORK_DAYS_H_
