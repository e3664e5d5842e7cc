// Opened: a reservation with everything locked that a change of it touches.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_OPENED_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_OPENED_H_

#include <cstdint>
#include <mutex>
#include <optional>

#include "absl/status/status.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {

class PoolState::Opened {
 public:
  explicit Opened(PoolState& state) : rows(state) {}

  // Unlocked in the opposite order.
  RowsLock rows;
  std::optional<DaysLock> days;
  Shard<Book::Records>* shard = nullptr;
  std::unique_lock<SmallLock> lock;
  Record* record = nullptr;
  std::int64_t now = 0;
};

[[nodiscard]] inline std::uint64_t Number(ReservationId id) {
  return static_cast<std::uint64_t>(id);
}

// That the reservation holds so many units, 1 or more, of each cell.
[[nodiscard]] absl::Status CheckHeld(ReservationId id, const Record& record, const Demands& part);

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_OPENED_H_
