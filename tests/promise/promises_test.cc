#include "orderwright/promise/promises.h"

#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "tests/catch.h"
#include "tests/promise/slow_dates.h"

namespace orderwright {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::milliseconds;

template <typename T>
T Must(absl::StatusOr<T> value) {
  INFO(value.status().ToString());
  REQUIRE(value.ok());
  return *std::move(value);
}

Timestamp At(std::string_view text) { return Must(ParseTimestamp(text)); }
LocalDate Day(std::string_view text) { return Must(ParseDate(text)); }

ServiceSpec ServiceOf(std::string name, int transit, std::optional<std::string> calendar = {}) {
  ServiceSpec service;
  service.name = std::move(name);
  service.transit_days = {transit};
  service.calendar = std::move(calendar);
  return service;
}

WorldDraft OneSite(std::string zone) {
  WorldDraft draft;
  draft.currency = Must(Currency::Parse("USD"));
  draft.items.emplace_back().sku = "MUG";
  CalendarSpec week{"week", std::bitset<7>(0b0011111), {Day("2026-11-26")}};
  draft.calendars = {week, {"sunday", std::bitset<7>(0b1000000), {}}};
  RateCardSpec card;
  card.name = "card";
  card.services = {ServiceOf("ground", 2), ServiceOf("weekend", 1, "sunday")};
  draft.rate_cards = {card};
  LocationSpec site;
  site.id = "RNO";
  site.time_zone = std::move(zone);
  site.calendar = "week";
  site.cutoffs = {{"ground", Must(LocalTime::Parse("15:00"))}};
  site.rate_cards = {"card"};
  draft.locations = {site};
  return draft;
}

Promise Ask(const World& world, std::size_t service, Timestamp start,
            const TimeZone* destination = nullptr) {
  const Promises promises(world);
  PromiseMemory memory;
  return promises.DatesOf({.location = LocationIndex{0},
                           .service = &world.rate_cards()[0].services[service],
                           .start = start,
                           .destination = destination},
                          memory);
}

TEST_CASE("Exactly at the cut-off is in time, and a moment later is the next work day") {
  const World world = Must(World::Create(OneSite("America/Los_Angeles")));
  // A Monday; the cut-off is 15:00 in Reno.
  const Promise in_time = Ask(world, 0, At("2026-11-23T15:00:00-08:00"));
  CHECK(in_time.ship_by == At("2026-11-23T15:00:00-08:00"));
  CHECK(in_time.deliver_by == At("2026-11-25T23:59:59-08:00"));
  const Promise later = Ask(world, 0, At("2026-11-23T15:00:00.001-08:00"));
  CHECK(later.ship_by == At("2026-11-24T15:00:00-08:00"));
  // Thanksgiving is no work day of the site; the carrier counts Monday to Friday.
  const Promise holiday = Ask(world, 0, At("2026-11-25T15:01:00-08:00"));
  CHECK(holiday.ship_by == At("2026-11-27T15:00:00-08:00"));
  CHECK(holiday.deliver_by == At("2026-12-01T23:59:59-08:00"));
}

TEST_CASE("Without a cut-off the day ends at 23:59:59, and handling days are work days") {
  WorldDraft draft = OneSite("America/Los_Angeles");
  draft.locations[0].handling_days = 2;
  const World world = Must(World::Create(draft));
  const Promise dates = Ask(world, 1, At("2026-11-25T20:00:00-08:00"));
  CHECK(dates.ship_by == At("2026-11-30T23:59:59-08:00"));     // past Thanksgiving and the weekend
  CHECK(dates.deliver_by == At("2026-12-06T23:59:59-08:00"));  // carried on Sundays
}

TEST_CASE("The customer's clock says when the day of delivery ends") {
  const World world = Must(World::Create(OneSite("America/Los_Angeles")));
  const TimeZone auckland = Must(TimeZone::Load("Pacific/Auckland"));
  const Promise dates = Ask(world, 0, At("2026-11-23T09:00:00-08:00"), &auckland);
  CHECK(dates.deliver_by == At("2026-11-25T23:59:59+13:00"));
}

TEST_CASE(
    "A cut-off that clocks skip is the first instant after the gap, a repeated one the first") {
  WorldDraft draft = OneSite("America/Los_Angeles");
  draft.locations[0].calendar = std::nullopt;
  draft.locations[0].cutoffs = {{"ground", Must(LocalTime::Parse("02:30"))},
                                {"weekend", Must(LocalTime::Parse("01:30"))}};
  const World world = Must(World::Create(draft));
  // On 8 March 2026 clocks go from 02:00 to 03:00, on 1 November 2026 from 02:00 back to 01:00.
  CHECK(Ask(world, 0, At("2026-03-08T01:00:00-08:00")).ship_by == At("2026-03-08T03:00:00-07:00"));
  CHECK(Ask(world, 0, At("2026-03-08T03:00:00.001-07:00")).ship_by ==
        At("2026-03-09T02:30:00-07:00"));
  CHECK(Ask(world, 1, At("2026-11-01T00:30:00-07:00")).ship_by == At("2026-11-01T01:30:00-07:00"));
  CHECK(Ask(world, 1, At("2026-11-01T01:10:00-08:00")).ship_by == At("2026-11-02T01:30:00-08:00"));
}

TEST_CASE("No date is later than the year 9999 can say") {
  const World world = Must(World::Create(OneSite("America/Los_Angeles")));
  const Promise dates = Ask(world, 0, At("9999-12-31T23:59:59.999Z"));
  CHECK(ToString(dates.ship_by) == "9999-12-31T23:59:59Z");
  CHECK(ToString(dates.deliver_by) == "9999-12-31T23:59:59Z");
  CHECK(ToString(Ask(world, 0, At("9999-12-30T12:00:00Z")).ship_by) == "9999-12-30T23:00:00Z");
}

TEST_CASE("A memory forgets another network's answers") {
  const World la = Must(World::Create(OneSite("America/Los_Angeles")));
  const World tokyo = Must(World::Create(OneSite("Asia/Tokyo")));
  const Timestamp start = At("2026-11-23T12:00:00Z");
  PromiseMemory memory;
  for (int round = 0; round < 2; ++round) {
    for (const World* world : {&la, &tokyo}) {
      const Promises promises(*world);
      const Promise dates = promises.DatesOf({.location = LocationIndex{0},
                                              .service = &world->rate_cards()[0].services[0],
                                              .start = start},
                                             memory);
      CHECK(dates == Ask(*world, 0, start));
    }
  }
}

TEST_CASE("DaysLate rounds up") {
  const Timestamp due = At("2026-11-23T12:00:00Z");
  CHECK(DaysLate(due, due) == 0);
  CHECK(DaysLate(due - hours(30), due) == 0);
  CHECK(DaysLate(due + milliseconds(1), due) == 1);
  CHECK(DaysLate(due + days(1), due) == 1);
  CHECK(DaysLate(due + days(1) + milliseconds(1), due) == 2);
}

// A network with a site in each of twelve zones, among them those with the oddest clocks: half and
// quarter hours, changes at midnight, at half an hour, and in the southern summer.
constexpr const char* kZones[] = {"America/Los_Angeles", "America/New_York",    "America/St_Johns",
                                  "America/Santiago",    "Europe/London",       "Europe/Berlin",
                                  "Africa/Cairo",        "Asia/Kolkata",        "Asia/Kathmandu",
                                  "Asia/Tokyo",          "Australia/Lord_Howe", "Pacific/Auckland"};

struct DrawnWorld {
  World world;
  std::vector<testing::SlowQuestion> sites;  // by location * services + service
  std::size_t services = 0;
};

DrawnWorld DrawWorld(std::mt19937_64& random) {
  WorldDraft draft;
  draft.currency = Must(Currency::Parse("USD"));
  draft.items.emplace_back().sku = "MUG";
  std::vector<testing::SlowCalendar> slow(3);
  for (std::size_t i = 0; i < slow.size(); ++i) {
    CalendarSpec calendar;
    calendar.name = "c" + std::to_string(i);
    calendar.days = std::bitset<7>(1 + random() % 127);
    for (int n = 0; n < 60; ++n) {
      calendar.closed.push_back(Day("2024-01-01") + days(static_cast<int>(random() % 2000)));
    }
    slow[i] = {calendar.days, {calendar.closed.begin(), calendar.closed.end()}};
    draft.calendars.push_back(calendar);
  }
  RateCardSpec card;
  card.name = "card";
  std::vector<testing::SlowQuestion> services;
  for (const char* name : {"a", "b", "c"}) {
    const auto transit = static_cast<int>(random() % 8);
    const auto pick = random() % 4;
    testing::SlowQuestion& question = services.emplace_back();
    question.transit_days = transit;
    question.service = pick < 3 ? slow[pick] : testing::SlowCalendar{std::bitset<7>(0b0011111), {}};
    card.services.push_back(pick < 3 ? ServiceOf(name, transit, "c" + std::to_string(pick))
                                     : ServiceOf(name, transit));
  }
  draft.rate_cards = {card};
  std::vector<testing::SlowQuestion> sites;
  for (const char* zone : kZones) {
    LocationSpec site;
    site.id = zone;
    site.time_zone = zone;
    site.rate_cards = {"card"};
    site.handling_days = static_cast<int>(random() % 3);
    const auto pick = random() % 4;
    if (pick < 3) site.calendar = "c" + std::to_string(pick);
    for (std::size_t s = 0; s < services.size(); ++s) {
      testing::SlowQuestion question = services[s];
      question.location = pick < 3 ? slow[pick] : testing::SlowCalendar{};
      question.location_zone = Must(TimeZone::Load(zone));
      question.handling_days = site.handling_days;
      if (random() % 3 != 0) {
        // Half of them in the small hours, where clocks change.
        const auto quarter = static_cast<int>(random() % (random() % 2 == 0 ? 16 : 96));
        question.cutoff = std::pair(quarter / 4, quarter % 4 * 15);
        site.cutoffs.emplace_back(
            card.services[s].name,
            Must(LocalTime::Parse(fmt::format("{:02}:{:02}", quarter / 4, quarter % 4 * 15))));
      }
      sites.push_back(question);
    }
    draft.locations.push_back(site);
  }
  return {Must(World::Create(draft)), std::move(sites), services.size()};
}

TEST_CASE("Dates agree with an independent slow reading: twelve zones, five years") {
  // Full size asks at every hour or so of five years; a small run takes fewer of them.
  const bool full = std::getenv("ORDERWRIGHT_SOAK") != nullptr;
  std::mt19937_64 random(11);
  const DrawnWorld drawn = DrawWorld(random);
  const Promises promises(drawn.world);
  PromiseMemory memory;  // one for all, as routing has it
  const auto step = std::chrono::minutes(full ? 67 : 67 * 97);
  int asked = 0;
  for (Timestamp now = At("2024-01-01T00:00:00Z"); now < At("2029-01-01T00:00:00Z"); now += step) {
    const auto at = static_cast<std::size_t>(random() % drawn.sites.size());
    testing::SlowQuestion question = drawn.sites[at];
    // Some orders were placed long ago, so that the memory is asked for the past as well.
    question.start = random() % 8 == 0 ? now - hours(random() % 100) : now;
    question.destination_zone = Must(TimeZone::Load(kZones[random() % std::size(kZones)]));
    // Clocks change on the hour: ask just before, at, and just after what was answered, too.
    for (int again = 0; again < 4; ++again) {
      const testing::SlowAnswer slow = testing::SlowDates(question);
      const LocationIndex location{static_cast<std::uint32_t>(at / drawn.services)};
      const Service& service = drawn.world.rate_cards()[0].services[at % drawn.services];
      const Promise dates = promises.DatesOf({.location = location,
                                              .service = &service,
                                              .start = question.start,
                                              .destination = &question.destination_zone},
                                             memory);
      INFO(question.location_zone.name()
           << " to " << question.destination_zone.name() << " from " << ToString(question.start));
      CHECK(ToString(dates.ship_by) == ToString(slow.ship_by));
      CHECK(ToString(dates.deliver_by) == ToString(slow.deliver_by));
      CHECK(promises.DispatchDay(location, service.name, question.start, memory) == slow.dispatch);
      ++asked;
      question.start = slow.ship_by + milliseconds(again - 1);
    }
  }
  CHECK(asked > (full ? 100'000 : 1'000));
}

TEST_CASE("Whole days around every change of clocks") {
  std::mt19937_64 random(12);
  const DrawnWorld drawn = DrawWorld(random);
  const Promises promises(drawn.world);
  PromiseMemory memory;
  for (std::size_t at = 0; at < drawn.sites.size(); at += drawn.services) {
    testing::SlowQuestion question = drawn.sites[at];
    question.destination_zone = question.location_zone;
    const absl::TimeZone& zone = question.location_zone.absl_zone();
    absl::TimeZone::CivilTransition change;
    absl::Time instant =
        absl::FromUnixMillis(At("2025-01-01T00:00:00Z").time_since_epoch().count());
    for (int n = 0; n < 2 && zone.NextTransition(instant, &change); ++n) {
      instant = zone.At(change.to).post;
      const Timestamp middle(milliseconds(absl::ToUnixMillis(zone.At(change.from).trans)));
      if (middle > At("2028-01-01T00:00:00Z")) break;
      for (int quarter = -100; quarter < 100; quarter += 3) {
        question.start = middle + std::chrono::minutes(15 * quarter);
        const testing::SlowAnswer slow = testing::SlowDates(question);
        const LocationIndex location{static_cast<std::uint32_t>(at / drawn.services)};
        const Promise dates = promises.DatesOf({.location = location,
                                                .service = &drawn.world.rate_cards()[0].services[0],
                                                .start = question.start,
                                                .destination = &question.destination_zone},
                                               memory);
        INFO(question.location_zone.name() << " from " << ToString(question.start));
        CHECK(ToString(dates.ship_by) == ToString(slow.ship_by));
        CHECK(ToString(dates.deliver_by) == ToString(slow.deliver_by));
      }
    }
  }
}

}  // namespace
}  // namespace orderwright
