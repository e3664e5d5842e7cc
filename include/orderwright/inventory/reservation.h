// Reservation: units of cells set aside for one plan, and the values that reserving speaks in.
#ifndef ORDERWRIGHT_INVENTORY_RESERVATION_H_
#define ORDERWRIGHT_INVENTORY_RESERVATION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/allotment.h"
#include "orderwright/inventory/backorder.h"
#include "orderwright/inventory/cell.h"

namespace orderwright {

// Given by the pool: the sequence number of the change that made it. Ascending, never reused.
enum class ReservationId : std::uint64_t {};

enum class ReservationKind : std::uint8_t {
  kHard = 1,  // allocated to an order
  kSoft = 2,  // a cart's hold; expires
};

struct CellDemand {
  SkuIndex sku{};
  LocationIndex location{};
  Units quantity;
  friend bool operator==(const CellDemand&, const CellDemand&) = default;
};

// The most that a location can do on one day; absent: no limit.
struct DayCapacity {
  std::optional<Units> units;
  std::optional<Units> shipments;
  friend bool operator==(const DayCapacity&, const DayCapacity&) = default;
};

// Load on a location's day (the local date of ship_by).
struct CapacityDemand {
  LocationIndex location{};
  LocalDate day{};
  Units units;
  Units shipments;
  DayCapacity most = {};  // of a request: the asker's own limit, beside that of the location
  friend bool operator==(const CapacityDemand&, const CapacityDemand&) = default;
};

struct DayLoad {
  Units units;
  Units shipments;
  friend bool operator==(const DayLoad&, const DayLoad&) = default;
};

struct ReserveRequest {
  CommandKey key;  // idempotency; empty: the request is not remembered by key
  ReservationKind kind = ReservationKind::kHard;
  std::optional<Timestamp> expires_at = std::nullopt;  // of soft holds: required, after `now`
  std::span<const CellDemand> cells;                   // one cell may stand several times
  std::span<const CapacityDemand> capacity = {};       // of hard ones only
  std::span<const BackorderDemand> backorders = {};    // of hard ones only
  Symbol channel{};                                    // of the order or cart, for allotments
  Symbol market{};
  Timestamp now{};
};

// What any change of a reservation may carry.
struct ChangeOptions {
  CommandKey key = CommandKey();  // idempotency; a key that was used before changes nothing again
  Timestamp now{};                // an instant before the latest that the pool has seen is that one
};

// Turns a hold into an allocation.
struct ConfirmRequest {
  std::span<const CellDemand> part = {};  // empty: all of it; the rest is given back
  std::span<const CapacityDemand> capacity = {};
  CommandKey key = CommandKey();
  Timestamp now{};
};

// Changes what a reservation holds: other units, another location, another day, another promise.
// All or nothing. A backorder whose stock has come is given back, and its cell is taken. Units that
// are promised anew, of one SKU and kind, need no terms: they were promised before.
struct AmendRequest {
  std::span<const CellDemand> give_back = {};
  std::span<const CellDemand> take = {};
  std::span<const CapacityDemand> give_back_capacity = {};
  std::span<const CapacityDemand> take_capacity = {};
  std::span<const BackorderDemand> give_back_backorders = {};
  std::span<const BackorderDemand> take_backorders = {};
  CommandKey key = CommandKey();
  Timestamp now{};
};

// A cell that has less than the request asks of it.
struct Shortage {
  SkuIndex sku{};
  LocationIndex location{};
  Units wanted;
  Units available;
  friend bool operator==(const Shortage&, const Shortage&) = default;
};

// A day that has less capacity left than the request asks of it; kUnlimitedUnits of what has no
// limit.
struct DayShortage {
  LocationIndex location{};
  LocalDate day{};
  DayLoad wanted;
  DayLoad free;
  friend bool operator==(const DayShortage&, const DayShortage&) = default;
};

enum class StockCause : std::uint8_t {
  kReserve = 1,
  kRelease = 2,
  kShip = 3,
  kExpire = 4,   // a hold ran out; found by the first change that touches its cell
  kConfirm = 5,  // a hold became an allocation
  kAmend = 6,
  kCount = 7,      // a source counted
  kDelta = 8,      // a source said by how much it changed
  kAdjust = 9,     // somebody set units aside, wrote some off, or changed safety stock
  kReceive = 10,   // what was expected came
  kDispatch = 11,  // units left for another location
};

// One cell before and after a change. Changes of one call carry one sequence number.
struct StockChange {
  SkuIndex sku{};
  LocationIndex location{};
  StockCause cause = StockCause::kReserve;
  StockFigures before;
  StockFigures after;
  ReservationId reservation{};  // 0 where holds expire: they are many
  std::uint64_t sequence = 0;
};
using StockChanges = std::vector<StockChange>;

struct ReserveOutcome {
  std::optional<ReservationId> reservation;            // absent: nothing was taken
  std::vector<Shortage> shortages;                     // ascending by (sku, location)
  std::vector<DayShortage> day_shortages;              // ascending by (location, day)
  std::vector<BackorderShortage> backorder_shortages;  // by (SKU, location, date)
  std::vector<LimitShortage> limit_shortages;          // of allotments, ascending by SKU
  StockChanges changes;                                // empty for a repeated request
  bool repeated = false;  // the key was known; this is the first outcome
};

struct Reservation {
  ReservationId id{};
  ReservationKind kind = ReservationKind::kHard;
  std::optional<Timestamp> expires_at;
  bool expired = false;  // at the latest instant that the pool has seen
  // Still held, also by a hold that has expired; ascending by (sku, location), one entry a cell.
  std::vector<CellDemand> cells;
  std::vector<CapacityDemand> capacity;
  std::vector<BackorderDemand> backorders;  // by (SKU, location, date, undated last)
  Symbol channel{};
  Symbol market{};
  std::vector<Borrowed> borrowed;  // of `cells`, what is on guarantees of other channels
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_RESERVATION_H_
