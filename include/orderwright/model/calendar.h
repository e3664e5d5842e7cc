// Calendar: on which days work is done. Computing with calendars is the promise layer's job.
#ifndef ORDERWRIGHT_MODEL_CALENDAR_H_
#define ORDERWRIGHT_MODEL_CALENDAR_H_

#include <bitset>
#include <string>
#include <vector>

#include "orderwright/core/time.h"

namespace orderwright {

enum class Weekday : std::uint8_t { kMon = 0, kTue, kWed, kThu, kFri, kSat, kSun };

// An open time of a weekday, [from, until) in the location's zone.
struct OpeningHours {
  Weekday day = Weekday::kMon;
  LocalTime from;
  LocalTime until;
};

struct CalendarSpec {
  std::string name;
  std::bitset<7> days;            // by Weekday; a calendar without any day is refused
  std::vector<LocalDate> closed;  // sorted when the World is made
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_MODEL_CALENDAR_H_
