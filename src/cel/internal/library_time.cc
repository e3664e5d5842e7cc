// Parts of timestamps and durations: langdef "Timezones" and the list of standard definitions.
//
// The day of the month by getDayOfMonth, the month and the day of the year count from 0, getDate
// from 1; getDayOfWeek is 0 on Sundays.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "src/cel/internal/library.h"

namespace orderwright::cel_internal {
namespace {

std::optional<int> TwoDigits(std::string_view text, std::size_t at) {
  if (text[at] < '0' || text[at] > '9' || text[at + 1] < '0' || text[at + 1] > '9') {
    return std::nullopt;
  }
  return (text[at] - '0') * 10 + (text[at + 1] - '0');
}

// "+hh:mm", "-hh:mm" or "hh:mm".
std::optional<absl::TimeZone> FixedZone(std::string_view name) {
  const bool west = !name.empty() && name[0] == '-';
  if (!name.empty() && (west || name[0] == '+')) name.remove_prefix(1);
  if (name.size() != 5 || name[2] != ':') return std::nullopt;
  const auto hours = TwoDigits(name, 0);
  const auto minutes = TwoDigits(name, 3);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int seconds = *hours * 3'600 + *minutes * 60;
  return absl::FixedTimeZone(west ? -seconds : seconds);
}

// A name of the IANA database: not a path, nor "localtime", which would be of the machine.
bool IsZoneName(std::string_view name) {
  if (name.empty() || name.size() > 64 || name[0] == '/' || name == "localtime") return false;
  for (const char c : name) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    const bool digit = c >= '0' && c <= '9';
    if (!letter && !digit && c != '_' && c != '-' && c != '+' && c != '/') return false;
  }
  return true;
}

std::optional<absl::TimeZone> ZoneOf(Arguments arguments) {
  if (arguments.size() < 2) return absl::UTCTimeZone();
  const std::string_view name = arguments[1].text();
  if (auto fixed = FixedZone(name)) return fixed;
  absl::TimeZone zone;
  if (!IsZoneName(name) || !absl::LoadTimeZone(std::string(name), &zone)) return std::nullopt;
  return zone;
}

template <typename Part>
Result CivilPart(Arguments arguments, const Part& part) {
  const auto zone = ZoneOf(arguments);
  if (!zone) {
    return InvalidArgument(
        "{} is no time zone: name one as \"Europe/Berlin\" or write an offset as \"+02:00\"",
        ToString(arguments[1]));
  }
  const absl::Time time = absl::FromUnixSeconds(arguments[0].seconds());
  return Value::Int(part(absl::ToCivilSecond(time, *zone)));
}

template <std::int64_t (*part)(const absl::CivilSecond&)>
void DefinePart(Environment& environment, std::string_view name) {
  const Body body = [](Arguments arguments, CallContext&) -> Result {
    return CivilPart(arguments, part);
  };
  Define(environment, name, "timestamp.(): int", body);
  Define(environment, name, "timestamp.(string): int", body);
}

std::int64_t FullYear(const absl::CivilSecond& civil) { return civil.year(); }
std::int64_t Month(const absl::CivilSecond& civil) { return civil.month() - 1; }
std::int64_t Date(const absl::CivilSecond& civil) { return civil.day(); }
std::int64_t DayOfMonth(const absl::CivilSecond& civil) { return civil.day() - 1; }
std::int64_t DayOfYear(const absl::CivilSecond& civil) {
  return absl::GetYearDay(absl::CivilDay(civil)) - 1;
}
std::int64_t DayOfWeek(const absl::CivilSecond& civil) {
  // Abseil counts from Monday.
  return (static_cast<int>(absl::GetWeekday(civil)) + 1) % 7;
}
std::int64_t Hours(const absl::CivilSecond& civil) { return civil.hour(); }
std::int64_t Minutes(const absl::CivilSecond& civil) { return civil.minute(); }
std::int64_t Seconds(const absl::CivilSecond& civil) { return civil.second(); }

template <std::int64_t unit>
Result Whole(Arguments arguments, CallContext& context) {
  static_cast<void>(context);
  return Value::Int(arguments[0].nanoseconds() / unit);
}

}  // namespace

void AddTime(Environment& environment) {
  DefinePart<FullYear>(environment, "getFullYear");
  DefinePart<Month>(environment, "getMonth");
  DefinePart<Date>(environment, "getDate");
  DefinePart<DayOfMonth>(environment, "getDayOfMonth");
  DefinePart<DayOfYear>(environment, "getDayOfYear");
  DefinePart<DayOfWeek>(environment, "getDayOfWeek");
  DefinePart<Hours>(environment, "getHours");
  DefinePart<Minutes>(environment, "getMinutes");
  DefinePart<Seconds>(environment, "getSeconds");
  const Body milliseconds = [](Arguments arguments, CallContext&) -> Result {
    return Value::Int(arguments[0].nanos() / 1'000'000);
  };
  Define(environment, "getMilliseconds", "timestamp.(): int", milliseconds);
  Define(environment, "getMilliseconds", "timestamp.(string): int", milliseconds);
  Define(environment, "getHours", "duration.(): int", Whole<3'600'000'000'000>);
  Define(environment, "getMinutes", "duration.(): int", Whole<60'000'000'000>);
  Define(environment, "getSeconds", "duration.(): int", Whole<1'000'000'000>);
  // The milliseconds within the last second, not all of them.
  Define(environment, "getMilliseconds", "duration.(): int",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::Int(arguments[0].nanoseconds() / 1'000'000 % 1'000);
         });
}

}  // namespace orderwright::cel_internal
