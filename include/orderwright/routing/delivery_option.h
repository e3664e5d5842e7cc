// DeliveryOption: one way in which an order could reach its customer, for a product page or a
// checkout. Router::Promise lists them; nothing is reserved.
#ifndef ORDERWRIGHT_ROUTING_DELIVERY_OPTION_H_
#define ORDERWRIGHT_ROUTING_DELIVERY_OPTION_H_

#include <cstdint>
#include <optional>

#include "orderwright/core/cost.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/model/order.h"

namespace orderwright {

// What the cheapest plan is when everything that is shipped goes by one service, or when the whole
// order is collected at one store.
struct DeliveryOption {
  Method method = Method::kShip;
  ServiceIndex service{};              // of kShip
  std::optional<LocationIndex> store;  // of kPickup
  bool complete = false;               // every unit is sourced, or backordered
  Units missing;                       // the rest: short, or a question
  Units backordered;
  std::int64_t shipments = 0;  // that would be made, those of backordered units too
  Cost cost;                   // of the plan, as Plan::cost
  // The last of all. Of kPickup both are when everything is ready. Absent: not known for some.
  std::optional<Timestamp> ship_by;
  std::optional<Timestamp> deliver_by;
  friend bool operator==(const DeliveryOption&, const DeliveryOption&) = default;
};

struct PromiseOptions {
  std::optional<Timestamp> now = std::nullopt;  // as of RouteOptions
  // So many stores that offer pickup, the nearest to the order's address; without one the first by
  // rank. 0: none.
  std::uint32_t most_stores = 5;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_ROUTING_DELIVERY_OPTION_H_
