// What decides whether a service can carry something, and how late: for the router, and for the
// explanation that says why it did not.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_OFFERS_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_OFFERS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>

#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/model/order.h"
#include "orderwright/model/rate_card.h"
#include "orderwright/model/world.h"
#include "orderwright/promise/promises.h"
#include "orderwright/solver/problem.h"

namespace orderwright::routing_internal {

// No list allows any.
[[nodiscard]] inline bool Allows(std::span<const ServiceIndex> services, ServiceIndex service) {
  return services.empty() || std::find(services.begin(), services.end(), service) != services.end();
}

// The zone for a distance; negative: not known, the last zone. Absent: it does not reach so far.
[[nodiscard]] inline std::optional<std::size_t> ZoneAt(const Service& service, double km) {
  return km < 0 ? service.zones() - 1 : service.ZoneOf(km);
}

// Days late by what the order asks for, if the customer has the goods at `has_at`; absent: too late
// for what cannot wait.
[[nodiscard]] inline std::optional<std::int64_t> LateDays(const OrderDates& due, Timestamp ship_by,
                                                          Timestamp has_at) {
  if (due.cancel_after && ship_by > *due.cancel_after) return std::nullopt;
  const std::int64_t arrives = due.requested_by ? DaysLate(has_at, *due.requested_by) : 0;
  if (due.must_arrive && arrives > 0) return std::nullopt;
  const std::int64_t leaves = due.ship_by ? DaysLate(ship_by, *due.ship_by) : 0;
  return std::min(std::max(arrives, leaves), kMaxLateDays);
}

// The day whose work a shipment is.
[[nodiscard]] inline LocalDate DayOf(const World& world, LocationIndex location,
                                     Timestamp ship_by) {
  return world.location(location).time_zone.DateOf(ship_by);
}

// The rate of a slot for a weight; the largest number if it is too heavy.
[[nodiscard]] inline std::int64_t RateAt(const solver::Problem& problem, const solver::Slot& slot,
                                         std::int64_t weight) {
  for (std::uint32_t i = 0; i < slot.step_count; ++i) {
    const solver::Step& step = problem.steps[slot.first_step + i];
    if (weight <= step.max_weight_g) return step.cost;
  }
  return slot.step_count == 0 ? 0 : std::numeric_limits<std::int64_t>::max();
}

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_OFFERS_H_
