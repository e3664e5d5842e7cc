// Feeds: what other systems say is there, as counts and as changes, late, twice and out of order.
//
// A source has a name and a stream; everything in it has a position, and a larger one is later. Of
// a cell the pool keeps the last count and what has moved since. A count sets on hand to itself
// plus exactly the movements that it does not include:
//
//   of the same source      those of a larger position
//   of the pool itself      those of a larger sequence number than `as_of`, if it is given
//   all others              those of a later instant than `at`
//
// So what a source says has the same effect in any order and however often it comes. Of several
// sources the count of the latest instant holds. Reservations stay as they are: if there is less
// than is reserved, the cell is oversold, and the outcome names the reservations concerned.
#ifndef ORDERWRIGHT_INVENTORY_FEED_H_
#define ORDERWRIGHT_INVENTORY_FEED_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/reservation.h"

namespace orderwright {

// Given by InventoryPool::AddSource.
enum class FeedSource : std::uint32_t {};

struct FeedSourceSpec {
  std::string name;  // unique in the pool
  // Its counts are less what this pool has reserved by `as_of` (without: by now): a shop that shows
  // what may be sold. On hand is then the count and these units.
  bool less_reserved = false;
};

// "On hand is 7."
struct StockCount {
  SkuIndex sku{};
  LocationIndex location{};
  std::int64_t units = 0;  // pieces, unusable ones included
  std::uint64_t position = 0;
  Timestamp at{};                                     // when it was counted
  std::optional<std::uint64_t> as_of = std::nullopt;  // the last sequence number that it includes
};

// "Three were sold at the till", "ten came in".
struct StockDelta {
  SkuIndex sku{};
  LocationIndex location{};
  UnitDelta units;
  std::uint64_t position = 0;
  Timestamp at{};  // when it happened
};

enum class FeedResult : std::uint8_t {
  kApplied = 1,
  kRepeated = 2,    // this position of the source was there before
  kStale = 3,       // a later count includes it
  kTooOld = 4,      // older than what the pool remembers of the cell; count again
  kOutOfRange = 5,  // the cell would have more units than fit
};

// A cell that has promised more than it has.
struct Oversold {
  SkuIndex sku{};
  LocationIndex location{};
  Units units;                              // that are missing
  std::vector<ReservationId> reservations;  // that hold units of the cell, ascending
};

struct FeedOutcome {
  std::vector<FeedResult> results;  // one for each count or delta, in order of input
  StockChanges changes;
  std::vector<Oversold> oversold;  // cells of the call that are oversold after it; ascending
};

// Units set aside, found, lost or written off, by somebody's word.
struct StockAdjustment {
  SkuIndex sku{};
  LocationIndex location{};
  UnitDelta on_hand;                                 // includes what is damaged or controlled
  UnitDelta damaged;                                 // inside on hand
  UnitDelta quality_control;                         // inside on hand
  std::optional<Units> safety_stock = std::nullopt;  // absent: as it is
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_FEED_H_
