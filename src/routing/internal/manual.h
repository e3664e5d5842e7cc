// Manual: an Override, resolved for one order, as pins of its problem.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_MANUAL_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_MANUAL_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/override.h"
#include "src/routing/internal/pinned.h"
#include "src/routing/internal/sourcing.h"

namespace orderwright::routing_internal {

struct ManualUnits {
  std::uint32_t line = 0;
  LocationIndex location{};
  std::optional<ServiceIndex> service;
  std::int64_t quantity = 0;
};

// Errors: kInvalidArgument with every issue (unknown names, more units than the line has, no actor
// or reason), paths like `override.shipments[0].lines[1].quantity`.
[[nodiscard]] absl::StatusOr<std::vector<ManualUnits>> Resolve(const World& world,
                                                               const Order& order,
                                                               const Override& choice);

// The units as pins of sourcing.problem().
[[nodiscard]] std::vector<Pin> PinsOf(const Setup& setup, const Sourcing& sourcing,
                                      const std::vector<ManualUnits>& units);

// Why some of these units cannot ship as they should: kFailedPrecondition that names the shortage,
// the rule or the limit. `call` must record; the problem is moved out of `sourcing`.
[[nodiscard]] absl::Status RefusalOf(const Setup& setup, const Call& call, Sourcing& sourcing,
                                     const solver::Solution& solution, const ManualUnits& units);

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_MANUAL_H_
