// Time: instants in milliseconds, civil times with an IANA zone.
//
// The library never reads a clock: `now` is a parameter everywhere. Ranges of time are half-open,
// [from, until). Civil time exists only together with a zone: a cut-off is a LocalTime plus the
// TimeZone of its location.
#ifndef ORDERWRIGHT_CORE_TIME_H_
#define ORDERWRIGHT_CORE_TIME_H_

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "orderwright/core/export.h"

namespace orderwright {

using Timestamp = std::chrono::sys_time<std::chrono::milliseconds>;
using Duration = std::chrono::milliseconds;

// RFC 3339 with an offset: "2026-11-23T17:14:00Z", "2026-11-23T09:14:00.250-08:00". Fractions are
// truncated to milliseconds; a leap second 60 is read as the next minute.
// Errors: kInvalidArgument (not RFC 3339, no offset, no such day), kOutOfRange (year 0 or > 9999).
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<Timestamp> ParseTimestamp(std::string_view text);
// UTC, milliseconds only if not 0: "2026-11-23T17:14:00Z".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(Timestamp time);

// A wall-clock time of day, to the minute. "24:00" is not one.
class ORDERWRIGHT_EXPORT LocalTime {
 public:
  constexpr LocalTime() = default;  // midnight
  // Errors: kInvalidArgument unless `text` is "HH:MM".
  [[nodiscard]] static absl::StatusOr<LocalTime> Parse(std::string_view text);
  [[nodiscard]] constexpr int hour() const { return minutes_ / 60; }
  [[nodiscard]] constexpr int minute() const { return minutes_ % 60; }
  friend constexpr bool operator==(LocalTime, LocalTime) = default;
  friend constexpr auto operator<=>(LocalTime, LocalTime) = default;

 private:
  explicit constexpr LocalTime(int minutes) : minutes_(static_cast<std::int16_t>(minutes)) {}
  std::int16_t minutes_ = 0;
};

[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(LocalTime time);

// A day of the proleptic Gregorian calendar, without a zone. "2026-11-26".
using LocalDate = std::chrono::sys_days;  // read as the civil date, not as an instant

// Errors: kInvalidArgument unless `text` is an existing "YYYY-MM-DD".
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<LocalDate> ParseDate(std::string_view text);
[[nodiscard]] ORDERWRIGHT_EXPORT std::string DateText(LocalDate date);

// An IANA time zone of the system's database.
class ORDERWRIGHT_EXPORT TimeZone {
 public:
  TimeZone() = default;  // UTC
  // Errors: kInvalidArgument if the database has no zone of this name.
  [[nodiscard]] static absl::StatusOr<TimeZone> Load(std::string_view name);
  [[nodiscard]] std::string name() const;
  // The civil date of an instant here.
  [[nodiscard]] LocalDate DateOf(Timestamp time) const;
  // When clocks here show `time` on `date`: of two such instants the first; the first instant
  // after the gap if clocks skip it.
  [[nodiscard]] Timestamp InstantOf(LocalDate date, LocalTime time) const;
  // When clocks here show 23:59:59 on `date`, by the same rule.
  [[nodiscard]] Timestamp EndOf(LocalDate date) const;
  [[nodiscard]] const absl::TimeZone& absl_zone() const { return zone_; }
  friend bool operator==(const TimeZone&, const TimeZone&) = default;

 private:
  absl::TimeZone zone_ = absl::UTCTimeZone();
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_CORE_TIME_H_
