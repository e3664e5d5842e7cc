// RowSide: what a pool keeps of a SKU beside its cells; guarded by the row's lock. Most rows have
// none.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_SIDE_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_SIDE_H_

#include <cstdint>
#include <memory>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "orderwright/core/ids.h"
#include "orderwright/inventory/cell.h"
#include "src/inventory/internal/lock.h"

namespace orderwright::inventory_internal {

// Units held by soft reservations, summed by the instant at which they expire and the location. So
// a hold costs the same whether ten or ten million expire with it.
using Expiries = absl::btree_map<std::pair<std::int64_t, LocationIndex>, std::int64_t>;

struct RowSide {
  Expiries expiries;
  // What the opening stock says other systems reserved, by location.
  absl::btree_map<LocationIndex, std::int64_t> others;
};

// What a writer needs of a row. Apart from Row, so that those who only read have half of their
// cache for themselves.
struct RowGuard {
  SmallLock lock;
  std::atomic<std::uint32_t> untracked{0};  // cells without limit
  std::unique_ptr<RowSide> side;

  [[nodiscard]] RowSide& NeedSide() {
    if (!side) side = std::make_unique<RowSide>();
    return *side;
  }
  // Units at `location` whose holds have expired at `now` and are still in the cell.
  [[nodiscard]] std::int64_t Expired(LocationIndex location, std::int64_t now) const {
    std::int64_t units = 0;
    if (!side) return 0;
    for (const auto& [key, held] : side->expiries) {
      if (key.first > now) break;
      if (key.second == location) units += held;
    }
    return units;
  }
};

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_SIDE_H_
