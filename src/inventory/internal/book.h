// Book: the reservations of a pool and the keys of the commands that made them.
//
// Both are split into shards with a lock each. Order of locks, everywhere: shard of keys, rows in
// ascending order of SKU, shards of days in ascending order, shard of records.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_BOOK_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_BOOK_H_

#include <array>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/inventory/reservation.h"
#include "src/inventory/internal/allotments.h"
#include "src/inventory/internal/hash128.h"
#include "src/inventory/internal/records.h"

namespace orderwright::inventory_internal {

// Units of one cell in one reservation. What is neither left nor shipped was released.
struct HeldCell {
  SkuIndex sku{};
  LocationIndex location{};
  std::uint32_t left = 0;
  std::uint32_t shipped = 0;
};

// Load of one day in one reservation: what is left of it, and what was shipped on it.
struct HeldDay {
  LocationIndex location{};
  LocalDate day{};
  std::int64_t units = 0;
  std::int64_t shipments = 0;
};

inline constexpr std::int64_t kNoExpiry = INT64_MAX;

struct Record {
  ReservationKind kind = ReservationKind::kHard;
  std::int64_t expires_at = kNoExpiry;  // milliseconds; of soft holds
  Asker asker;
  absl::InlinedVector<HeldCell, 4> cells;   // ascending by (sku, location)
  std::vector<HeldDay> days;                // ascending by (location, day)
  std::vector<BackorderDemand> backorders;  // open; in the order of BackorderLess, once each
  std::vector<Borrowed> borrowed;           // in the order in which it was
  absl::InlinedVector<Hash128, 1> keys;     // of the commands that made and changed it

  [[nodiscard]] bool IsExpired(std::int64_t now) const { return expires_at <= now; }
  // That are reserved or backordered.
  [[nodiscard]] bool HasUnits() const {
    for (const HeldCell& cell : cells) {
      if (cell.left > 0) return true;
    }
    return !backorders.empty();
  }
};

// What a key stands for.
struct KeyEntry {
  Hash128 content;  // of the command
  std::uint64_t reservation = 0;
};

template <typename Map>
struct Shard {
  alignas(64) mutable SmallLock lock;
  Map map;
};

class Book {
 public:
  static constexpr std::size_t kShards = 64;
  using Records = inventory_internal::Records<Record, kShards>;
  using Keys = absl::flat_hash_map<Hash128, KeyEntry>;

  [[nodiscard]] Shard<Records>& RecordsOf(std::uint64_t id) { return records_[id % kShards]; }
  [[nodiscard]] Shard<Keys>& KeysOf(const Hash128& key) { return keys_[key.high % kShards]; }
  [[nodiscard]] std::array<Shard<Records>, kShards>& records() { return records_; }

 private:
  std::array<Shard<Records>, kShards> records_;
  std::array<Shard<Keys>, kShards> keys_;
};

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_BOOK_H_
