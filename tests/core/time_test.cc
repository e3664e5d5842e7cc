#include "orderwright/core/time.h"

#include <limits>
#include <string>

#include "tests/catch.h"

namespace orderwright {
namespace {

using orderwright::testing::IsOk;
using orderwright::testing::StatusIs;
using std::chrono::milliseconds;

std::int64_t Millis(std::string_view text) {
  const absl::StatusOr<Timestamp> time = ParseTimestamp(text);
  REQUIRE(IsOk(time));
  return time->time_since_epoch().count();
}

Timestamp At(std::string_view text) { return Timestamp(milliseconds(Millis(text))); }

TimeZone Zone(std::string_view name) {
  const absl::StatusOr<TimeZone> zone = TimeZone::Load(name);
  REQUIRE(IsOk(zone));
  return *zone;
}

TEST_CASE("ParseTimestamp reads the examples of RFC 3339") {
  CHECK(Millis("1970-01-01T00:00:00Z") == 0);
  CHECK(Millis("1985-04-12T23:20:50.52Z") == 482'196'050'520);
  CHECK(Millis("1996-12-19T16:39:57-08:00") == Millis("1996-12-20T00:39:57Z"));
  CHECK(Millis("1937-01-01T12:00:27.87+00:20") == Millis("1937-01-01T11:40:27.870Z"));
  CHECK(Millis("1990-12-31T23:59:60Z") == Millis("1991-01-01T00:00:00Z"));
  CHECK(Millis("1990-12-31T15:59:60-08:00") == Millis("1991-01-01T00:00:00Z"));
}

TEST_CASE("ParseTimestamp reads the examples of the header") {
  CHECK(Millis("2026-11-23T17:14:00Z") == 1'795'454'040'000);
  CHECK(Millis("2026-11-23T09:14:00.250-08:00") == 1'795'454'040'250);
}

TEST_CASE("ParseTimestamp cuts a fraction off after the millisecond") {
  CHECK(Millis("1970-01-01T00:00:00.9999999999999999999Z") == 999);
  CHECK(Millis("1970-01-01T00:00:00.1Z") == 100);
  CHECK(Millis("1970-01-01T00:00:00.001Z") == 1);
  CHECK(Millis("1969-12-31T23:59:59.999999Z") == -1);
}

TEST_CASE("ParseTimestamp accepts lower-case letters and an unknown local offset") {
  CHECK(Millis("1970-01-01t00:00:01z") == 1'000);
  CHECK(Millis("1970-01-01T00:00:01-00:00") == 1'000);
  CHECK(Millis("1970-01-01T23:59:00+23:59") == 0);
}

TEST_CASE("ParseTimestamp refuses what is not RFC 3339") {
  for (const char* text : {"",
                           "2026-11-23",
                           "2026-11-23T17:14:00",
                           "2026-11-23T17:14Z",
                           "2026-11-23 17:14:00Z",
                           "2026-11-23T17:14:00+0800",
                           "2026-11-23T17:14:00+08",
                           "2026-11-23T17:14:00.Z",
                           "2026-11-23T17:14:00,5Z",
                           "2026-11-23T24:00:00Z",
                           "2026-11-23T17:60:00Z",
                           "2026-11-23T17:14:61Z",
                           "2026-11-23T17:14:00+24:00",
                           "2026-11-23T17:14:00+08:60",
                           "2026-02-29T00:00:00Z",
                           "2026-04-31T00:00:00Z",
                           "2026-13-01T00:00:00Z",
                           "2026-00-01T00:00:00Z",
                           "2026-01-00T00:00:00Z",
                           "26-11-23T17:14:00Z",
                           "10000-01-01T00:00:00Z",
                           "+2026-11-23T17:14:00Z",
                           "2026-11-23T17:14:00Z ",
                           " 2026-11-23T17:14:00Z",
                           "2026-1-23T17:14:00Z",
                           "2026-11-23T7:14:00Z",
                           "2026-11-23T17:14:00 Z",
                           "1900-02-29T00:00:00Z",
                           "2026-11-23T-1:14:00Z"}) {
    CAPTURE(text);
    CHECK(StatusIs(ParseTimestamp(text), absl::StatusCode::kInvalidArgument));
  }
}

TEST_CASE("ParseTimestamp knows leap years") {
  CHECK(Millis("2024-02-29T00:00:00Z") + 86'400'000 == Millis("2024-03-01T00:00:00Z"));
  CHECK(Millis("2000-02-29T00:00:00Z") + 86'400'000 == Millis("2000-03-01T00:00:00Z"));
}

TEST_CASE("ParseTimestamp covers the years 1 to 9999 of UTC and says when a time is outside") {
  CHECK(Millis("0001-01-01T00:00:00Z") == -62'135'596'800'000);
  CHECK(Millis("9999-12-31T23:59:59.999Z") == 253'402'300'799'999);
  for (const char* text :
       {"0000-12-31T23:59:59Z", "0001-01-01T00:00:00+00:01", "9999-12-31T23:59:59-00:01",
        "9999-12-31T23:59:60Z", "0000-12-31T23:59:59-08:00"}) {
    CAPTURE(text);
    CHECK(StatusIs(ParseTimestamp(text), absl::StatusCode::kOutOfRange));
  }
}

TEST_CASE("A timestamp prints in UTC with milliseconds only if there are some") {
  CHECK(ToString(At("2026-11-23T09:14:00-08:00")) == "2026-11-23T17:14:00Z");
  CHECK(ToString(At("2026-11-23T09:14:00.250-08:00")) == "2026-11-23T17:14:00.250Z");
  CHECK(ToString(Timestamp(milliseconds(-1))) == "1969-12-31T23:59:59.999Z");
  CHECK(ToString(Timestamp(milliseconds(7))) == "1970-01-01T00:00:00.007Z");
  CHECK(ToString(At("0001-01-01T00:00:00Z")) == "0001-01-01T00:00:00Z");
}

TEST_CASE("Every timestamp has a text, also the ends of the type") {
  using Limits = std::numeric_limits<std::int64_t>;
  CHECK(ToString(Timestamp(milliseconds(Limits::max()))) == "292278994-08-17T07:12:55.807Z");
  CHECK(ToString(Timestamp(milliseconds(Limits::min()))) == "-292275055-05-16T16:47:04.192Z");
}

TEST_CASE("A timestamp reads back what it printed") {
  for (std::int64_t millis = -62'135'596'800'000; millis < 253'402'300'799'999;
       millis += 123'456'789'017) {
    REQUIRE(Millis(ToString(Timestamp(milliseconds(millis)))) == millis);
  }
}

TEST_CASE("LocalTime is HH:MM and nothing else") {
  const absl::StatusOr<LocalTime> time = LocalTime::Parse("15:07");
  REQUIRE(IsOk(time));
  CHECK(time->hour() == 15);
  CHECK(time->minute() == 7);
  CHECK(ToString(*time) == "15:07");
  CHECK(*LocalTime::Parse("00:00") == LocalTime());
  CHECK(*LocalTime::Parse("09:59") < *LocalTime::Parse("10:00"));
  for (const char* text : {"", "24:00", "12:60", "9:00", "09:0", "09:00:00", "0900", "-1:00",
                           "09:00 ", " 09:00", "09-00"}) {
    CAPTURE(text);
    CHECK(StatusIs(LocalTime::Parse(text), absl::StatusCode::kInvalidArgument));
  }
}

TEST_CASE("ParseDate reads existing days only, and DateText is its inverse") {
  for (const char* text :
       {"2026-11-26", "1970-01-01", "1969-12-31", "2024-02-29", "0001-01-01", "9999-12-31"}) {
    const absl::StatusOr<LocalDate> date = ParseDate(text);
    REQUIRE(IsOk(date));
    CHECK(DateText(*date) == text);
  }
  CHECK(ParseDate("1970-01-02")->time_since_epoch().count() == 1);
  for (const char* text : {"", "2026-02-29", "2026-06-31", "0000-01-01", "2026-1-1", "20261126",
                           "2026-11-26T00:00:00Z", "2026/11/26", "2026-00-10", "-026-01-01"}) {
    CAPTURE(text);
    CHECK(StatusIs(ParseDate(text), absl::StatusCode::kInvalidArgument));
  }
}

TEST_CASE("TimeZone::Load knows IANA names") {
  CHECK(Zone("America/Los_Angeles").name() == "America/Los_Angeles");
  CHECK(Zone("America/Argentina/Buenos_Aires").name() == "America/Argentina/Buenos_Aires");
  CHECK(Zone("Etc/GMT+5").name() == "Etc/GMT+5");
  CHECK(Zone("UTC") == TimeZone());
  CHECK(TimeZone().name() == "UTC");
  CHECK(Zone("Europe/Berlin") == Zone("Europe/Berlin"));
  CHECK_FALSE(Zone("Europe/Berlin") == TimeZone());
}

TEST_CASE("TimeZone::Load refuses what only its loader or this machine knows") {
  for (const char* name : {"",
                           "localtime",
                           "libc:localtime",
                           "libc:UTC",
                           "/etc/localtime",
                           "../zoneinfo/UTC",
                           "file:UTC",
                           "posix/Europe/Berlin",
                           "right/Europe/Berlin",
                           "posixrules",
                           "UTC0",
                           "Fixed/UTC+05:00:00",
                           "Europe/",
                           "Europe",
                           "/Europe/Berlin",
                           "Europe//Berlin",
                           "Europe/../UTC",
                           "europe/berlin",
                           "Europe/Atlantis",
                           "zone.tab",
                           " UTC",
                           "UTC ",
                           "+05:00"}) {
    CAPTURE(name);
    CHECK(StatusIs(TimeZone::Load(name), absl::StatusCode::kInvalidArgument));
  }
  CHECK(
      StatusIs(TimeZone::Load(std::string_view("UTC\0x", 5)), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("TimeZone::DateOf is the civil date there, on both sides of midnight") {
  const TimeZone la = Zone("America/Los_Angeles");
  const Timestamp time = At("2026-11-24T07:59:59.999Z");
  CHECK(DateText(la.DateOf(time)) == "2026-11-23");
  CHECK(DateText(la.DateOf(time + milliseconds(1))) == "2026-11-24");
  CHECK(DateText(TimeZone().DateOf(time)) == "2026-11-24");
  CHECK(DateText(Zone("Pacific/Auckland").DateOf(At("2026-11-23T17:14:00Z"))) == "2026-11-24");
  CHECK(DateText(TimeZone().DateOf(Timestamp(milliseconds(-1)))) == "1969-12-31");
}

TEST_CASE("TimeZone::InstantOf is the first instant of a civil time, and after a gap its end") {
  const TimeZone berlin = Zone("Europe/Berlin");
  const auto at = [&](const char* day, const char* time) {
    return ToString(berlin.InstantOf(*ParseDate(day), *LocalTime::Parse(time)));
  };
  CHECK(at("2026-07-01", "15:00") == "2026-07-01T13:00:00Z");
  CHECK(at("2026-03-29", "01:59") == "2026-03-29T00:59:00Z");
  CHECK(at("2026-03-29", "02:00") == "2026-03-29T01:00:00Z");  // skipped
  CHECK(at("2026-03-29", "02:59") == "2026-03-29T01:00:00Z");
  CHECK(at("2026-03-29", "03:00") == "2026-03-29T01:00:00Z");
  CHECK(at("2026-10-25", "02:30") == "2026-10-25T00:30:00Z");  // twice
  CHECK(at("2026-10-25", "03:00") == "2026-10-25T02:00:00Z");
  CHECK(ToString(berlin.EndOf(*ParseDate("2026-03-29"))) == "2026-03-29T21:59:59Z");
  // Samoa had no 30 December 2011.
  const TimeZone apia = Zone("Pacific/Apia");
  CHECK(ToString(apia.EndOf(*ParseDate("2011-12-30"))) == "2011-12-30T10:00:00Z");
  CHECK(ToString(apia.InstantOf(*ParseDate("2011-12-31"), LocalTime())) == "2011-12-30T10:00:00Z");
}

TEST_CASE("TimeZone::DateOf follows daylight saving") {
  const TimeZone berlin = Zone("Europe/Berlin");
  CHECK(DateText(berlin.DateOf(At("2026-07-01T22:30:00Z"))) == "2026-07-02");
  CHECK(DateText(berlin.DateOf(At("2026-12-01T22:30:00Z"))) == "2026-12-01");
}

}  // namespace
}  // namespace orderwright
