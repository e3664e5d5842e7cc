// What a product page asks: how much of an item or a bundle can be sold to a channel, where, and
// what is to come.
//
// Example:
//   absl::StatusOr<SkuAvailability> mugs = FindAvailability(world, pool, "MUG", {.now = now});
//   if (mugs.ok() && mugs->available > 0) …
#ifndef ORDERWRIGHT_INVENTORY_AVAILABILITY_H_
#define ORDERWRIGHT_INVENTORY_AVAILABILITY_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/model/world.h"

namespace orderwright {

struct AvailabilityQuery {
  std::string_view channel = {};               // empty: no channel's
  std::string_view market = {};                // empty: no market's
  Timestamp now{};                             // decides expiries, releases and what is overdue
  std::optional<Timestamp> at = std::nullopt;  // counts what is due by then; absent: now
  bool by_location = true;
};

// Units, of a bundle sets; kUnlimitedUnits: any number.
struct SkuAvailability {
  std::int64_t available = 0;  // can be promised for `at`, over all locations
  std::int64_t backorder = 0;  // may be promised beyond that and all that is expected
  // What is expected after `at`, by instant; of a bundle by how many sets there are more.
  std::vector<std::pair<Timestamp, std::int64_t>> incoming;
  // Where there is something, ascending. Their sum may be more than `available`: what allotments
  // keep over all locations bounds them together. Of a bundle whole sets at one location: fewer
  // than `available` where its components may come from several.
  std::vector<std::pair<LocationIndex, std::int64_t>> locations;
};

// Locations that are not active, or do not serve the channel or market, do not count. A bundle has
// as many sets as its scarcest component allows, of locations if it ships together. Before its
// release nothing of an item is available: all of it is `backorder` (as pre-orders). `world` is the
// version of the pool or an earlier one.
// Errors: kNotFound (no such SKU). Thread-safe. Complexity: O(locations and expected units of the
// SKU or components).
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<SkuAvailability> FindAvailability(
    const World& world, const InventoryPool& pool, std::string_view sku,
    const AvailabilityQuery& query = {});

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_AVAILABILITY_H_
