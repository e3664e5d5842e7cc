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
#include "src/inventory/internal/allotments.h"
#include "src/inventory/internal/movements.h"
#include "src/inventory/internal/outlook.h"

namespace orderwright::inventory_internal {

// Units held by soft reservations, summed by the instant at which they expire and the location. So
// a hold costs the same whether ten or ten million expire with it.
using Expiries = absl::btree_map<std::pair<std::int64_t, LocationIndex>, std::int64_t>;

// A change of what is reserved, for counts of sources that subtract it.
struct ReservedMove {
  std::uint64_t number = 0;
  std::int64_t units = 0;
};

// The cold part of a cell.
struct CellSide {
  std::int64_t others = 0;           // reserved by other systems, as the opening stock says
  std::int64_t quality_control = 0;  // of the cell's unusable units; the others are damaged
  Movements movements;
  std::vector<ReservedMove> reserved;    // the latest ones, in order
  std::uint64_t reserved_forgotten = 0;  // the number of the latest one before them
};

struct RowSide {
  Expiries expiries;
  Outlook outlook;
  Promised promised;
  std::unique_ptr<AllotmentBook> allotments;  // null: none
  absl::btree_map<LocationIndex, CellSide> cells;
  // The cells of rows that grew: those that were replaced may still be read.
  std::vector<std::unique_ptr<Cell[]>> grown;

  [[nodiscard]] const CellSide* Find(LocationIndex location) const {
    const auto at = cells.find(location);
    return at != cells.end() ? &at->second : nullptr;
  }
};

// Units at `location` whose holds have expired at `now` and are still in the cell. `side` may be
// null.
[[nodiscard]] inline std::int64_t ExpiredUnits(const RowSide* side, LocationIndex location,
                                               std::int64_t now) {
  std::int64_t units = 0;
  if (side == nullptr) return 0;
  for (const auto& [key, held] : side->expiries) {
    if (key.first > now) break;
    if (key.second == location) units += held;
  }
  return units;
}

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_SIDE_H_
