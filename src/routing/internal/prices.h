// What a unit of a line was sold for.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_PRICES_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_PRICES_H_

#include <cstdint>
#include <optional>

#include "orderwright/model/order.h"
#include "orderwright/model/world.h"

namespace orderwright::routing_internal {

// Micro-units: the price of the line of an order, else the unit_value of its item, else 0. The
// price of a bundle is spread over its components by their unit_value, or by units where these say
// nothing; what a micro-unit cannot hold is dropped. Within +-`most`: prices beyond what a caller
// can add up are mistakes.
[[nodiscard]] std::int64_t UnitPriceOf(const World& world, const Order& order, std::uint32_t line,
                                       std::int64_t most);

// The same for an amount of money.
[[nodiscard]] std::int64_t MicrosOf(const World& world, const std::optional<Money>& money,
                                    std::int64_t most);

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_PRICES_H_
