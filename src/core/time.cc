#include "orderwright/core/time.h"

#include <algorithm>
#include <optional>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "orderwright/core/status.h"

namespace orderwright {
namespace {

using std::chrono::milliseconds;

constexpr std::int64_t kMillisPerSecond = 1000;
constexpr absl::CivilDay kEpoch(1970, 1, 1);

// Reads fixed-width fields from the front of a text; the first that is not there makes it fail.
class FieldReader {
 public:
  explicit FieldReader(std::string_view text) : rest_(text) {}

  int Digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (!AtDigit()) {
        ok_ = false;
        return 0;
      }
      value = value * 10 + (rest_.front() - '0');
      rest_.remove_prefix(1);
    }
    return value;
  }
  // Takes one character out of `allowed` and returns it; '\0' and failure if another one is there.
  char OneOf(std::string_view allowed) {
    if (rest_.empty() || allowed.find(rest_.front()) == std::string_view::npos) {
      ok_ = false;
      return '\0';
    }
    const char taken = rest_.front();
    rest_.remove_prefix(1);
    return taken;
  }
  bool Skip(char c) {
    if (rest_.empty() || rest_.front() != c) return false;
    rest_.remove_prefix(1);
    return true;
  }
  [[nodiscard]] bool AtDigit() const {
    return !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
  }
  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] bool Finished() const { return ok_ && rest_.empty(); }

 private:
  std::string_view rest_;
  bool ok_ = true;
};

// The milliseconds of ".250"; digits beyond the third are cut off. 0 without a fraction.
int Fraction(FieldReader& in) {
  if (!in.Skip('.')) return 0;
  int millis = in.Digits(1) * 100;
  if (in.AtDigit()) millis += in.Digits(1) * 10;
  if (in.AtDigit()) millis += in.Digits(1);
  while (in.AtDigit()) static_cast<void>(in.Digits(1));
  return millis;
}

// The minutes east of UTC of "Z" or "-08:00".
std::optional<int> Offset(FieldReader& in) {
  const char sign = in.OneOf("Zz+-");
  if (sign == 'Z' || sign == 'z') return 0;
  const int hours = in.Digits(2);
  in.OneOf(":");
  const int minutes = in.Digits(2);
  if (!in.ok() || hours > 23 || minutes > 59) return std::nullopt;
  return (sign == '-' ? -1 : 1) * (hours * 60 + minutes);
}

std::optional<absl::CivilDay> Date(FieldReader& in) {
  const int year = in.Digits(4);
  in.OneOf("-");
  const int month = in.Digits(2);
  in.OneOf("-");
  const int day = in.Digits(2);
  const absl::CivilDay date(year, month, day);
  // A civil day normalises what it is given: 31 April would come back as 1 May.
  if (!in.ok() || date.year() != year || date.month() != month || date.day() != day) {
    return std::nullopt;
  }
  return date;
}

absl::CivilDay Civil(LocalDate date) { return kEpoch + date.time_since_epoch().count(); }

bool IsInRange(Timestamp time) {
  constexpr absl::CivilSecond kFirst(1, 1, 1);
  constexpr absl::CivilSecond kEnd(10000, 1, 1);
  const absl::CivilSecond civil = absl::ToCivilSecond(
      absl::FromUnixMillis(time.time_since_epoch().count()), absl::UTCTimeZone());
  return civil >= kFirst && civil < kEnd;
}

// IANA names are words of letters, digits, '_', '+' and '-' between slashes, and begin with a
// capital. The loader also knows "localtime", "libc:…", "posix/…", "right/…", "Fixed/UTC+…", paths
// and what else lies in the directory of the database; none of these is a place, and some differ
// between machines.
bool IsIanaForm(std::string_view name) {
  const auto is_word_char = [](char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '+' || c == '-';
  };
  if (name.empty() || name.front() < 'A' || name.front() > 'Z' || name.back() == '/') return false;
  char previous = '\0';
  for (const char c : name) {
    if (c == '/' ? previous == '/' : !is_word_char(c)) return false;
    previous = c;
  }
  return name != "UTC0";  // a spelling of UTC that the loader has of its own
}

}  // namespace

absl::StatusOr<Timestamp> ParseTimestamp(std::string_view text) {
  FieldReader in(text);
  const std::optional<absl::CivilDay> date = Date(in);
  in.OneOf("Tt");
  const int hour = in.Digits(2);
  in.OneOf(":");
  const int minute = in.Digits(2);
  in.OneOf(":");
  const int second = in.Digits(2);
  const int millis = Fraction(in);
  const std::optional<int> offset = Offset(in);
  if (!date || !offset || !in.Finished() || hour > 23 || minute > 59 || second > 60) {
    return InvalidArgument(
        "'{}' is not an RFC 3339 time with an offset such as \"2026-11-23T17:14:00Z\"", text);
  }
  const std::int64_t minutes = ((*date - kEpoch) * 24 + hour) * 60 + minute - *offset;
  const Timestamp time(milliseconds((minutes * 60 + second) * kMillisPerSecond + millis));
  if (date->year() == 0 || !IsInRange(time)) {
    return OutOfRange("'{}' is not within the years 1 to 9999", text);
  }
  return time;
}

std::string ToString(Timestamp time) {
  const std::int64_t since_epoch = time.time_since_epoch().count();
  const absl::CivilSecond civil =
      absl::ToCivilSecond(absl::FromUnixMillis(since_epoch), absl::UTCTimeZone());
  const std::int64_t millis =
      (since_epoch % kMillisPerSecond + kMillisPerSecond) % kMillisPerSecond;
  const std::string seconds =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", civil.year(), civil.month(), civil.day(),
                  civil.hour(), civil.minute(), civil.second());
  return millis == 0 ? seconds + "Z" : fmt::format("{}.{:03}Z", seconds, millis);
}

absl::StatusOr<LocalTime> LocalTime::Parse(std::string_view text) {
  FieldReader in(text);
  const int hour = in.Digits(2);
  in.OneOf(":");
  const int minute = in.Digits(2);
  if (!in.Finished() || hour > 23 || minute > 59) {
    return InvalidArgument("'{}' is not a time of day such as \"15:00\"", text);
  }
  return LocalTime(hour * 60 + minute);
}

std::string ToString(LocalTime time) {
  return fmt::format("{:02}:{:02}", time.hour(), time.minute());
}

absl::StatusOr<LocalDate> ParseDate(std::string_view text) {
  FieldReader in(text);
  const std::optional<absl::CivilDay> date = Date(in);
  if (!date || !in.Finished() || date->year() == 0) {
    return InvalidArgument("'{}' is not an existing date such as \"2026-11-26\"", text);
  }
  return LocalDate(std::chrono::days(*date - kEpoch));
}

std::string DateText(LocalDate date) {
  const absl::CivilDay civil = Civil(date);
  return fmt::format("{:04}-{:02}-{:02}", civil.year(), civil.month(), civil.day());
}

absl::StatusOr<TimeZone> TimeZone::Load(std::string_view name) {
  TimeZone zone;
  if (!IsIanaForm(name) ||
      !absl::LoadTimeZone(absl::string_view(name.data(), name.size()), &zone.zone_)) {
    return InvalidArgument("'{}' is not an IANA time zone of this system such as \"Europe/Berlin\"",
                           name);
  }
  return zone;
}

std::string TimeZone::name() const { return zone_.name(); }

LocalDate TimeZone::DateOf(Timestamp time) const {
  const absl::CivilDay civil =
      absl::ToCivilDay(absl::FromUnixMillis(time.time_since_epoch().count()), zone_);
  return LocalDate(std::chrono::days(civil - kEpoch));
}

namespace {

Timestamp FirstInstant(const absl::TimeZone& zone, const absl::CivilSecond& civil) {
  const absl::TimeZone::TimeInfo info = zone.At(civil);
  const bool skipped = info.kind == absl::TimeZone::TimeInfo::SKIPPED;
  return Timestamp(milliseconds(absl::ToUnixMillis(skipped ? info.trans : info.pre)));
}

}  // namespace

Timestamp TimeZone::InstantOf(LocalDate date, LocalTime time) const {
  const absl::CivilDay day = Civil(date);
  return FirstInstant(
      zone_, absl::CivilSecond(day.year(), day.month(), day.day(), time.hour(), time.minute(), 0));
}

Timestamp TimeZone::EndOf(LocalDate date) const {
  const absl::CivilDay day = Civil(date);
  return FirstInstant(zone_, absl::CivilSecond(day.year(), day.month(), day.day(), 23, 59, 59));
}

}  // namespace orderwright
