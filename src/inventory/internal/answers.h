// Answers: what a row of a pool, or of a snapshot, says to somebody who asks. Units of the asker's
// own reservation count as given back.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ANSWERS_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ANSWERS_H_

#include <cstdint>

#include "absl/container/inlined_vector.h"
#include "orderwright/core/ids.h"
#include "orderwright/inventory/backorder.h"
#include "orderwright/inventory/reservation.h"
#include "orderwright/inventory/stock_view.h"
#include "src/inventory/internal/allotments.h"
#include "src/inventory/internal/outlook.h"

namespace orderwright::inventory_internal {

// The cells of a SKU, ascending by location.
using Entries = absl::InlinedVector<StockSnapshot::Entry, 16>;

// A question to one row: by whom, and when.
struct Question {
  SkuIndex sku{};
  Asker asker;
  std::int64_t now = 0;
  const Reservation* own = nullptr;  // null: none
};

// What a snapshot keeps of a row beside its cells.
struct SnapshotSide {
  Outlook outlook;
  Promised promised;
  AllotmentBook allotments;
};

// What the asker may take, by location; gives the most that it may take over all of them
// (kUnlimitedUnits if there is no such limit). `allotments` may be null.
std::int64_t FindHolders(const Question& question, const AllotmentBook* allotments, Entries cells,
                         absl::InlinedVector<Holder, 16>& holders);
// What may be promised to it beyond that.
void FindOffers(const Question& question, const Outlook& outlook, const Promised& promised,
                Entries cells, BackorderOffers& offers);

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ANSWERS_H_
