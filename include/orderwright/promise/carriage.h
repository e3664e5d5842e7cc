// Carriage: what a carrier service bills for goods, by its rate card.
//
// Every function is pure, O(steps) or better, and thread-safe. Weights are grams.
#ifndef ORDERWRIGHT_PROMISE_CARRIAGE_H_
#define ORDERWRIGHT_PROMISE_CARRIAGE_H_

#include <cstddef>
#include <cstdint>
#include <optional>

#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/model/item.h"
#include "orderwright/model/rate_card.h"

namespace orderwright {

// Billed for one unit: its weight or, with a divisor (mm^3 per gram), its volume over the divisor
// rounded up to a gram if that is larger.
[[nodiscard]] ORDERWRIGHT_EXPORT std::int64_t BilledWeight(const ItemSpec& item,
                                                           std::optional<std::int64_t> dim_divisor);
// Whether a unit is within the size limit of the service in some orientation.
[[nodiscard]] ORDERWRIGHT_EXPORT bool FitsSize(const ItemSpec& item, const ServiceSpec& service);
// Surcharges for one unit.
[[nodiscard]] ORDERWRIGHT_EXPORT Cost SurchargeOf(const Item& item, const Service& service);
// The rate of a shipment of this billed weight; absent if it is more than the service carries.
[[nodiscard]] ORDERWRIGHT_EXPORT std::optional<Cost> RateOf(const Service& service,
                                                            std::size_t zone,
                                                            std::int64_t weight_g);

}  // namespace orderwright

#endif  // ORDERWRIGHT_PROMISE_CARRIAGE_H_
