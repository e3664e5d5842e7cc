#include "orderwright/promise/carriage.h"

#include <algorithm>
#include <array>

namespace orderwright {

std::int64_t BilledWeight(const ItemSpec& item, std::optional<std::int64_t> dim_divisor) {
  if (!dim_divisor || !item.dimensions_mm) return item.weight_g;
  const std::array<std::int64_t, 3>& d = *item.dimensions_mm;
  const std::int64_t volume = d[0] * d[1] * d[2];
  const std::int64_t by_volume = (volume + *dim_divisor - 1) / *dim_divisor;
  return std::max(item.weight_g, by_volume);
}

bool FitsSize(const ItemSpec& item, const ServiceSpec& service) {
  if (!service.max_dimensions_mm || !item.dimensions_mm) return true;
  std::array<std::int64_t, 3> size = *item.dimensions_mm;
  std::array<std::int64_t, 3> limit = *service.max_dimensions_mm;
  std::sort(size.begin(), size.end());
  std::sort(limit.begin(), limit.end());
  return size[0] <= limit[0] && size[1] <= limit[1] && size[2] <= limit[2];
}

Cost SurchargeOf(const Item& item, const Service& service) {
  Cost sum;
  for (const auto& [tag, cost] : service.surcharges) {
    if (std::binary_search(item.tags.begin(), item.tags.end(), tag)) sum += cost;
  }
  return sum;
}

std::optional<Cost> RateOf(const Service& service, std::size_t zone, std::int64_t weight_g) {
  for (const RateStep& step : service.steps_of_zone(zone)) {
    if (weight_g <= step.max_weight_g) return step.cost;
  }
  return std::nullopt;
}

}  // namespace orderwright
