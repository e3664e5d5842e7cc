// Backorders: units promised of what is not there yet.
//
// A backorder draws on units that are expected (a purchase order, a transfer), and then it has the
// date of these; or on what the terms of its item, or of a row of stock, allow beyond them, and
// then it has none. A pre-order is a backorder of an item before its release; it has a date in both
// cases. Backordered units are in no figure of a cell: when their stock has come, they are given
// back and taken as cells in one step (InventoryPool::Amend).
//
// What a cell may promise for an instant t is the least, over all instants u from t on, of
//
//   min(0, free - safety) + what is due by u - what is promised by u - what is promised undated
//
// so that no promise eats another one. Of an item before its release what is free counts in full:
// stock that came early waits for the release.
#ifndef ORDERWRIGHT_INVENTORY_BACKORDER_H_
#define ORDERWRIGHT_INVENTORY_BACKORDER_H_

#include <cstdint>
#include <optional>

#include "absl/container/inlined_vector.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/cell.h"

namespace orderwright {

enum class ReservationId : std::uint64_t;

enum class BackorderKind : std::uint8_t {
  kBackorder = 1,
  kPreorder = 2,  // before the release of its item
};

enum class BackorderDraw : std::uint8_t {
  kIncoming = 1,  // units that are expected
  kLimit = 2,     // what terms allow beyond them
};

// Units to be promised at a cell, or promised there. What draws on units that are expected, and any
// pre-order, has a date; a backorder that draws on the limit has none.
struct BackorderDemand {
  SkuIndex sku{};
  LocationIndex location{};
  Units quantity;
  BackorderKind kind = BackorderKind::kBackorder;
  BackorderDraw draw = BackorderDraw::kIncoming;
  std::optional<Timestamp> expected = std::nullopt;
  friend bool operator==(const BackorderDemand&, const BackorderDemand&) = default;
};

// What may be promised at a location, for a date.
struct BackorderOffer {
  LocationIndex location{};
  BackorderKind kind = BackorderKind::kBackorder;
  BackorderDraw draw = BackorderDraw::kIncoming;
  std::optional<Timestamp> expected = std::nullopt;
  std::int64_t units = 0;  // above 0; kUnlimitedUnits: any number
  bool counts = false;     // draws on BackorderOffers::limit
  friend bool operator==(const BackorderOffer&, const BackorderOffer&) = default;
};

struct BackorderOffers {
  // By location, then date, undated last; of one date first what draws on units that are expected.
  absl::InlinedVector<BackorderOffer, 8> offers;
  std::int64_t limit = kUnlimitedUnits;  // the most units over all offers that count
  void clear() {
    offers.clear();
    limit = kUnlimitedUnits;
  }
};

// A demand that may not be promised in full.
struct BackorderShortage {
  SkuIndex sku{};
  LocationIndex location{};
  BackorderDraw draw = BackorderDraw::kIncoming;
  Units wanted;
  Units free;
  friend bool operator==(const BackorderShortage&, const BackorderShortage&) = default;
};

// Units of a reservation whose date is not covered any more: what was to come comes later, or not.
struct BackorderRisk {
  ReservationId reservation;
  SkuIndex sku{};
  LocationIndex location{};
  Units units;  // that are not covered by the date
  Timestamp expected{};
  std::optional<Timestamp> possible;  // when all of them are; absent: not by what is expected
  friend bool operator==(const BackorderRisk&, const BackorderRisk&) = default;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_BACKORDER_H_
