#include "orderwright/promise/promises.h"

#include <algorithm>
#include <optional>
#include <string>

#include "orderwright/promise/opening_times.h"
#include "orderwright/promise/work_days.h"

namespace orderwright {
namespace {

// Locations and services that share all of these share their dispatch days.
struct Schedule {
  std::uint32_t calendar = 0;  // place in Tables::calendars
  TimeZone zone;
  std::optional<LocalTime> cutoff;
  int handling_days = 0;
  friend bool operator==(const Schedule&, const Schedule&) = default;

  [[nodiscard]] Timestamp CutoffOn(LocalDate day) const {
    return cutoff ? zone.InstantOf(day, *cutoff) : zone.EndOf(day);
  }
};

// Places of Tables::calendars; those of the world follow.
constexpr std::uint32_t kEveryDay = 0;
constexpr std::uint32_t kMondayToFriday = 1;
constexpr std::uint32_t kFirstOfWorld = 2;

std::uint32_t PlaceOf(const std::optional<CalendarIndex>& calendar, std::uint32_t otherwise) {
  return calendar ? kFirstOfWorld + static_cast<std::uint32_t>(Raw(*calendar)) : otherwise;
}

// 9999-12-31T23:59:59Z: what RFC 3339 and the date types of other languages can still say.
constexpr Timestamp kLast{std::chrono::seconds(253'402'300'799)};

std::optional<LocalTime> CutoffFor(const LocationSpec& location, const std::string& service) {
  for (const auto& [name, time] : location.cutoffs) {
    if (name == service) return time;
  }
  return std::nullopt;
}

}  // namespace

struct Promises::Tables {
  std::vector<WorkDays> calendars;
  std::vector<Schedule> schedules;
  std::vector<std::uint32_t> schedule_of;  // [location * services + service]
  std::size_t services = 0;
  ServiceIndex standard{};
  std::vector<OpeningTimes> openings;
  std::vector<std::uint32_t> opening_of;  // by location; kNoOpening: nothing can be collected there
  static constexpr std::uint32_t kNoOpening = UINT32_MAX;

  [[nodiscard]] std::size_t ScheduleOf(LocationIndex location, ServiceIndex service) const {
    return schedule_of[Raw(location) * services + Raw(service)];
  }

  // Networks have few distinct ones. The newest come first: neighbours are often alike.
  std::uint32_t Add(const Schedule& schedule) {
    const auto found = std::find(schedules.rbegin(), schedules.rend(), schedule);
    if (found != schedules.rend()) {
      return static_cast<std::uint32_t>(schedules.rend() - found - 1);
    }
    schedules.push_back(schedule);
    return static_cast<std::uint32_t>(schedules.size() - 1);
  }
};

Promises::Promises(const World& world) {
  auto tables = std::make_shared<Tables>();
  tables->services = world.services().size();
  tables->standard = world.FindService("standard").value_or(ServiceIndex{0});
  tables->calendars.emplace_back();
  tables->calendars.push_back(WorkDays::MondayToFriday());
  for (const CalendarSpec& calendar : world.calendars()) {
    tables->calendars.emplace_back(calendar.days, calendar.closed);
  }
  tables->schedule_of.reserve(world.locations().size() * tables->services);
  for (const Location& location : world.locations()) {
    Schedule schedule{PlaceOf(location.calendar, kEveryDay), location.time_zone, std::nullopt,
                      location.spec.handling_days};
    for (const std::string& service : world.services()) {
      schedule.cutoff = CutoffFor(location.spec, service);
      tables->schedule_of.push_back(tables->Add(schedule));
    }
    tables->opening_of.push_back(Tables::kNoOpening);
    if (!location.spec.pickup) continue;
    tables->opening_of.back() = static_cast<std::uint32_t>(tables->openings.size());
    tables->openings.emplace_back(tables->calendars[schedule.calendar], location.time_zone,
                                  location.spec.hours);
  }
  tables_ = std::move(tables);
}

// What `memory` knows from another Promises is forgotten.
void Promises::Own(PromiseMemory& memory) const {
  if (memory.owner_ == tables_) return;
  memory.dispatch_.assign(tables_->schedules.size(), {});
  memory.arrivals_.fill({});
  memory.ready_.fill({});
  memory.owner_ = tables_;
}

const PromiseMemory::Dispatch& Promises::DispatchOf(std::size_t place, Timestamp start,
                                                    PromiseMemory& memory) const {
  Own(memory);
  PromiseMemory::Dispatch& dispatch = memory.dispatch_[place];
  if (dispatch.from <= start && start <= dispatch.until) return dispatch;

  const Schedule& schedule = tables_->schedules[place];
  const WorkDays& calendar = tables_->calendars[schedule.calendar];
  // From the day before: where clocks skip midnight, its cut-off can lie after it.
  LocalDate day = calendar.OnOrAfter(schedule.zone.DateOf(start) - std::chrono::days(1));
  Timestamp cutoff = schedule.CutoffOn(day);
  while (cutoff < start) {
    day = calendar.After(day, 1);
    cutoff = schedule.CutoffOn(day);
  }
  dispatch.from = start;
  dispatch.until = cutoff;
  dispatch.day = calendar.After(day, schedule.handling_days);
  dispatch.ship_by =
      std::min(kLast, schedule.handling_days == 0 ? cutoff : schedule.CutoffOn(dispatch.day));
  return dispatch;
}

Promise Promises::DatesOf(const PromiseQuestion& question, PromiseMemory& memory) const {
  const Service* service = question.service;
  const ServiceIndex name = service != nullptr ? service->name : tables_->standard;
  const std::size_t schedule = tables_->ScheduleOf(question.location, name);
  const PromiseMemory::Dispatch& dispatch = DispatchOf(schedule, question.start, memory);
  const TimeZone& there =
      question.destination != nullptr ? *question.destination : tables_->schedules[schedule].zone;
  const std::uint32_t calendar =
      service != nullptr ? PlaceOf(service->calendar, kMondayToFriday) : kEveryDay;
  const int transit = service != nullptr ? service->spec.transit_days[question.zone] : 0;
  return {dispatch.ship_by, ArrivalOf(dispatch.day, calendar, transit, there, memory)};
}

Timestamp Promises::ArrivalOf(LocalDate day, std::uint32_t calendar, int transit_days,
                              const TimeZone& zone, PromiseMemory& memory) const {
  const auto hash = static_cast<std::size_t>(day.time_since_epoch().count() + 7 * transit_days) +
                    31 * std::size_t{calendar};
  PromiseMemory::Arrival& arrival = memory.arrivals_[hash % PromiseMemory::kArrivals];
  if (arrival.calendar != calendar || arrival.transit_days != transit_days || arrival.day != day ||
      arrival.zone != zone) {
    const LocalDate last = tables_->calendars[calendar].After(day, transit_days);
    arrival = {calendar, transit_days, day, zone, std::min(kLast, zone.EndOf(last))};
  }
  return arrival.deliver_by;
}

std::optional<Timestamp> Promises::ReadyAt(LocationIndex location, Timestamp from, Duration time,
                                           PromiseMemory& memory) const {
  const std::uint32_t opening = tables_->opening_of[Raw(location)];
  if (opening == Tables::kNoOpening) return std::nullopt;
  Own(memory);
  const auto minutes = std::chrono::floor<std::chrono::minutes>(from).time_since_epoch().count();
  // Arrivals are at the ends of days: a multiplication spreads them.
  const std::uint64_t hash =
      (static_cast<std::uint64_t>(minutes) + 31 * Raw(location)) * 0x9E3779B97F4A7C15U;
  PromiseMemory::Ready& known = memory.ready_[(hash >> 32) % PromiseMemory::kArrivals];
  if (known.location != location || known.from != from || known.time != time) {
    known = {location, from, time, tables_->openings[opening].After(from, time)};
  }
  return known.ready;
}

LocalDate Promises::DispatchDay(LocationIndex location, ServiceIndex service, Timestamp start,
                                PromiseMemory& memory) const {
  return DispatchOf(tables_->ScheduleOf(location, service), start, memory).day;
}

std::int64_t DaysLate(Timestamp time, Timestamp due) {
  if (time <= due) return 0;
  return std::chrono::ceil<std::chrono::days>(time - due).count();
}

}  // namespace orderwright
