// Reservation: units of cells set aside for one plan, and the values that reserving speaks in.
#ifndef ORDERWRIGHT_INVENTORY_RESERVATION_H_
#define ORDERWRIGHT_INVENTORY_RESERVATION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/cell.h"

namespace orderwright {

// Given by the pool, 1, 2, …; never reused.
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

// Load on a location's day (the local date of ship_by).
struct CapacityDemand {
  LocationIndex location{};
  LocalDate day{};
  Units units;
  Units shipments;
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
  std::optional<Timestamp> expires_at = std::nullopt;  // of soft holds
  std::span<const CellDemand> cells;                   // one cell may stand several times
  std::span<const CapacityDemand> capacity = {};
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

enum class StockCause : std::uint8_t { kReserve = 1, kRelease = 2, kShip = 3 };

// One cell before and after a change. Changes of one call carry one sequence number.
struct StockChange {
  SkuIndex sku{};
  LocationIndex location{};
  StockCause cause = StockCause::kReserve;
  StockFigures before;
  StockFigures after;
  ReservationId reservation{};
  std::uint64_t sequence = 0;
};
using StockChanges = std::vector<StockChange>;

struct ReserveOutcome {
  std::optional<ReservationId> reservation;  // absent: nothing was taken
  std::vector<Shortage> shortages;           // empty if and only if there is a reservation
  StockChanges changes;                      // empty for a repeated request
  bool repeated = false;                     // the key was known; this is the first outcome
};

struct Reservation {
  ReservationId id{};
  ReservationKind kind = ReservationKind::kHard;
  CommandKey key;
  std::vector<CellDemand> cells;  // still held, ascending by (sku, location); one entry per cell
  std::vector<CapacityDemand> capacity;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_RESERVATION_H_
