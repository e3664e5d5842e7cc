// Promises: when an order that is placed now leaves a location and reaches its customer.
//
// Dispatch day: the first work day of the location, in its time zone, whose cut-off for the service
// is not before the start (exactly at the cut-off is in time; without a cut-off 23:59:59), then
// handling_days more work days. `ship_by` is the cut-off of that day. `deliver_by` is 23:59:59 of
// the day transit_days later, counted on the days of the service, in the time zone of the
// destination. A location without a calendar works every day, a service without one Monday to
// Friday. A cut-off that clocks skip is the first instant after the gap, a repeated one its first
// occurrence. No date is later than 9999-12-31T23:59:59Z.
//
// What customers collect is ready once its location has been open for a while: see ReadyAt.
//
// Example:
//   Promises promises(world);
//   PromiseMemory memory;
//   const Promise dates = promises.DatesOf({.location = reno, .service = &ground, .zone = 2,
//                                           .start = now, .destination = &zone}, memory);
#ifndef ORDERWRIGHT_PROMISE_PROMISES_H_
#define ORDERWRIGHT_PROMISE_PROMISES_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <vector>

#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/model/rate_card.h"
#include "orderwright/model/world.h"

namespace orderwright {

struct Promise {
  Timestamp ship_by{};
  Timestamp deliver_by{};
  friend bool operator==(const Promise&, const Promise&) = default;
};

struct PromiseQuestion {
  LocationIndex location{};
  const Service* service = nullptr;       // null: `standard`, which delivers on the day of dispatch
  std::size_t zone = 0;                   // of the service
  Timestamp start{};                      // max(now, placed_at, ship_after)
  const TimeZone* destination = nullptr;  // null: the location's
};

// Answers of one thread: a dispatch day holds until the next cut-off, and many ask for the same
// day of arrival.
class PromiseMemory {
 private:
  friend class Promises;
  static constexpr std::size_t kArrivals = 64;
  struct Dispatch {
    Timestamp from = Timestamp::max();  // starts in [from, until] leave on `day`
    Timestamp until = Timestamp::min();
    LocalDate day{};
    Timestamp ship_by{};
  };
  struct Arrival {
    std::uint32_t calendar = UINT32_MAX;  // of the service
    int transit_days = 0;
    LocalDate day{};  // of dispatch
    TimeZone zone;    // of the destination
    Timestamp deliver_by{};
  };
  struct Ready {
    LocationIndex location{UINT32_MAX};
    Timestamp from{};
    Duration time{};
    std::optional<Timestamp> ready;
  };
  std::shared_ptr<const void> owner_;  // kept, so that no other can come to stand in its place
  std::vector<Dispatch> dispatch_;     // by schedule
  std::array<Arrival, kArrivals> arrivals_;  // by a hash of what they are for
  std::array<Ready, kArrivals> ready_;       // the same
};

// Made once for a version of a world. Immutable; copies share their tables; thread-safe.
class ORDERWRIGHT_EXPORT Promises {
 public:
  explicit Promises(const World& world);

  // Complexity: O(1) while the same cut-offs lie ahead, else O(log closed days + closed days
  // passed). `memory` may have served another Promises before; what it knows is forgotten then.
  [[nodiscard]] Promise DatesOf(const PromiseQuestion& question, PromiseMemory& memory) const;

  // When the first `time` of opening time of a location at or after `from` has passed
  // (OpeningTimes, by its hours, calendar and zone); absent where nothing can be collected: it has
  // no `pickup`, or is never open. Complexity: O(days passed), O(1) for what was asked lately.
  [[nodiscard]] std::optional<Timestamp> ReadyAt(LocationIndex location, Timestamp from,
                                                 Duration time, PromiseMemory& memory) const;

  // The civil day of dispatch, for a calendar of the location's own.
  [[nodiscard]] LocalDate DispatchDay(LocationIndex location, ServiceIndex service, Timestamp start,
                                      PromiseMemory& memory) const;

 private:
  struct Tables;
  void Own(PromiseMemory& memory) const;
  [[nodiscard]] const PromiseMemory::Dispatch& DispatchOf(std::size_t schedule, Timestamp start,
                                                          PromiseMemory& memory) const;
  [[nodiscard]] Timestamp ArrivalOf(LocalDate day, std::uint32_t calendar, int transit_days,
                                    const TimeZone& zone, PromiseMemory& memory) const;
  std::shared_ptr<const Tables> tables_;
};

// Whole days, rounded up, that `time` is after `due`; 0 if it is not.
[[nodiscard]] ORDERWRIGHT_EXPORT std::int64_t DaysLate(Timestamp time, Timestamp due);

}  // namespace orderwright

#endif  // ORDERWRIGHT_PROMISE_PROMISES_H_
