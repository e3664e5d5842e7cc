// StockFigures: the facts of one (SKU, location); Cell: where a pool keeps them, 32 bytes each.
#ifndef ORDERWRIGHT_INVENTORY_CELL_H_
#define ORDERWRIGHT_INVENTORY_CELL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>

#include "orderwright/core/ids.h"

namespace orderwright {

// What is available of stock that is not tracked (a drop-shipper's): without limit.
inline constexpr std::int64_t kUnlimitedUnits = std::numeric_limits<std::int64_t>::max();

// Pieces. `on_hand` includes `unusable`.
struct StockFigures {
  std::int64_t on_hand = 0;
  std::int64_t unusable = 0;  // damaged and quality control
  std::int64_t hard = 0;      // reserved for orders, here or by other systems
  std::int64_t soft = 0;      // held for carts
  std::int64_t safety = 0;
  bool tracked = true;  // false: nobody counts it; on_hand is 0, and without limit what is free

  // Not promised to anyone; negative: oversold, a fact to show.
  [[nodiscard]] constexpr std::int64_t Free() const {
    return tracked ? on_hand - unusable - hard - soft : kUnlimitedUnits;
  }
  // What may be promised, 0 or more.
  [[nodiscard]] constexpr std::int64_t Available() const {
    return tracked ? std::max<std::int64_t>(0, Free() - safety) : kUnlimitedUnits;
  }
  friend bool operator==(const StockFigures&, const StockFigures&) = default;
};

namespace inventory_internal {

// A seqlock of eight words, so that two cells share a cache line and a scan of a SKU's holders
// reads memory in order. A writer holds the lock of the SKU's shard. `version` is odd while it
// writes; a reader that saw a half-written cell sees another version afterwards and reads again.
// The figure stores are releases and their loads acquires: a reader that sees a new figure also
// sees the odd version that came before it.
class alignas(32) Cell {
 public:
  Cell() = default;
  Cell(LocationIndex location, const StockFigures& figures)
      : location_(static_cast<std::uint32_t>(location)),
        on_hand_(OnHandWord(figures)),
        unusable_(Word(figures.unusable)),
        hard_(Word(figures.hard)),
        soft_(Word(figures.soft)),
        safety_(Word(figures.safety)) {}

  [[nodiscard]] LocationIndex location() const { return LocationIndex{location_}; }

  [[nodiscard]] StockFigures Read() const {
    StockFigures f;
    std::uint32_t before = 0;
    do {
      before = version_.load(std::memory_order_acquire);
      f.on_hand = on_hand_.load(std::memory_order_acquire);
      f.unusable = unusable_.load(std::memory_order_acquire);
      f.hard = hard_.load(std::memory_order_acquire);
      f.soft = soft_.load(std::memory_order_acquire);
      f.safety = safety_.load(std::memory_order_acquire);
    } while ((before & 1U) != 0 || version_.load(std::memory_order_relaxed) != before);
    if (f.on_hand == kUntracked) {
      f.on_hand = 0;
      f.tracked = false;
    }
    return f;
  }

  // Read().Available(), without the figures in between: routing reads millions of cells a second.
  [[nodiscard]] std::int64_t ReadAvailable() const {
    std::int64_t available = 0;
    std::uint32_t on_hand = 0;
    std::uint32_t before = 0;
    do {
      before = version_.load(std::memory_order_acquire);
      on_hand = on_hand_.load(std::memory_order_acquire);
      available = std::int64_t{on_hand} - unusable_.load(std::memory_order_acquire) -
                  hard_.load(std::memory_order_acquire) - soft_.load(std::memory_order_acquire) -
                  safety_.load(std::memory_order_acquire);
    } while ((before & 1U) != 0 || version_.load(std::memory_order_relaxed) != before);
    if (on_hand == kUntracked) [[unlikely]]
      return kUnlimitedUnits;
    return std::max<std::int64_t>(0, available);
  }

  // The shard's lock must be held.
  void Write(const StockFigures& f) {
    const std::uint32_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    on_hand_.store(OnHandWord(f), std::memory_order_release);
    unusable_.store(Word(f.unusable), std::memory_order_release);
    hard_.store(Word(f.hard), std::memory_order_release);
    soft_.store(Word(f.soft), std::memory_order_release);
    safety_.store(Word(f.safety), std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
  }

 private:
  // More than any stock can have on hand (Stock::kMaxUnits).
  static constexpr std::uint32_t kUntracked = std::numeric_limits<std::uint32_t>::max();
  static std::uint32_t Word(std::int64_t n) { return static_cast<std::uint32_t>(n); }
  static std::uint32_t OnHandWord(const StockFigures& f) {
    return f.tracked ? Word(f.on_hand) : kUntracked;
  }

  std::uint32_t location_ = 0;
  std::atomic<std::uint32_t> on_hand_{0};
  std::atomic<std::uint32_t> unusable_{0};
  std::atomic<std::uint32_t> hard_{0};
  std::atomic<std::uint32_t> soft_{0};
  std::atomic<std::uint32_t> safety_{0};
  std::uint32_t side_ = 0;  // the cold record of the cell (incoming, allotments), 0: none
  std::atomic<std::uint32_t> version_{0};
};
static_assert(sizeof(Cell) == 32);

struct CellRow {
  Cell* cells = nullptr;  // ascending by location
  std::size_t count = 0;
};

}  // namespace inventory_internal
}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_CELL_H_
