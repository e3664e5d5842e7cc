// What a plan means for whoever waits for it.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_DELIVERY_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_DELIVERY_H_

#include <span>
#include <vector>

#include "orderwright/core/geo.h"
#include "orderwright/routing/delivery_option.h"
#include "orderwright/routing/plan.h"
#include "src/routing/internal/network.h"

namespace orderwright::routing_internal {

// The figures of a plan; method, service and store are the caller's to say.
[[nodiscard]] DeliveryOption OptionOf(const Plan& plan);

// Complete ones first, then by cost, then the earlier, then as they stand.
void SortBestFirst(std::vector<DeliveryOption>& options);

// The stores that this order could be collected at: the nearest `most` to a place, or the first by
// rank. Complexity: linear in the stores.
void FindStores(const World& world, const Network& network, const Order& order,
                std::optional<Timestamp> now, std::size_t most, std::vector<LocationIndex>& stores);

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_DELIVERY_H_
