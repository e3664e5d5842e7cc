// Places and moments as people read them.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_PLACES_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_PLACES_H_

#include <optional>
#include <string>

#include "orderwright/core/time.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"

namespace orderwright::routing_internal {

// "94103 San Francisco, CA": without a region the country stands in its place. Lines may go
// elsewhere ("several places"), or be collected ("collect at Oakland store").
[[nodiscard]] std::string DestinationOf(const World& world, const OrderDraft& order);
// Whether a line says itself how or where it goes.
[[nodiscard]] bool HasPlacesOfLines(const OrderDraft& order);
// Its name, or its id if it has none.
[[nodiscard]] const std::string& NameOf(const Location& location);
// The address that a line is shipped to; null: none is given.
[[nodiscard]] const Address* AddressOf(const OrderDraft& order, const OrderLineDraft& line);
// The time zone of an address: given, or from the postal table; absent if neither knows.
[[nodiscard]] std::optional<TimeZone> DestinationZone(const World& world, const Address* to);
// "Mon 23 Nov 17:00" as clocks of the zone show it; an end of day goes without its time.
[[nodiscard]] std::string Moment(Timestamp time, const TimeZone& zone);
// "2026-11-23 09:14 PST".
[[nodiscard]] std::string Instant(Timestamp time, const TimeZone& zone);

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_PLACES_H_
