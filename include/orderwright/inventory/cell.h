// StockFigures: the facts of one (SKU, location); Cell: where a pool keeps them, 32 bytes each;
// Row: the cells of one SKU.
#ifndef ORDERWRIGHT_INVENTORY_CELL_H_
#define ORDERWRIGHT_INVENTORY_CELL_H_

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <limits>
#include <span>

#include "orderwright/core/ids.h"

namespace orderwright {

// What is available of stock that is not tracked (a drop-shipper's): without limit.
inline constexpr std::int64_t kUnlimitedUnits = std::numeric_limits<std::int64_t>::max();

// Pieces. `on_hand` includes `unusable`.
struct StockFigures {
  std::int64_t on_hand = 0;   // negative: more was shipped than had been counted
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

// A seqlock of half a cache line, so that two cells share a cache line and a scan of a SKU's
// holders reads memory in order. A writer holds the lock of the SKU. `version` is odd while it
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
      f.on_hand = Signed(on_hand_.load(std::memory_order_acquire));
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
    std::int64_t on_hand = 0;
    std::uint32_t before = 0;
    do {
      before = version_.load(std::memory_order_acquire);
      on_hand = Signed(on_hand_.load(std::memory_order_acquire));
      available = on_hand - unusable_.load(std::memory_order_acquire) -
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
  // Less than any stock can have on hand.
  static constexpr std::int64_t kUntracked = std::numeric_limits<std::int32_t>::min();
  static std::int64_t Signed(std::uint32_t word) { return static_cast<std::int32_t>(word); }
  static std::uint32_t Word(std::int64_t n) { return static_cast<std::uint32_t>(n); }
  static std::uint32_t OnHandWord(const StockFigures& f) {
    return Word(f.tracked ? f.on_hand : kUntracked);
  }

  std::uint32_t location_ = 0;
  std::atomic<std::uint32_t> on_hand_{0};
  std::atomic<std::uint32_t> unusable_{0};
  std::atomic<std::uint32_t> hard_{0};
  std::atomic<std::uint32_t> soft_{0};
  std::atomic<std::uint32_t> safety_{0};
  std::atomic<std::uint32_t> version_{0};
};
static_assert(sizeof(Cell) == 32);

// A lock of four bytes. Waiting spins for a moment, because rows are held for some hundred
// nanoseconds, and sleeps then, so that a holder that lost its core is not waited for at full
// speed. The states are those of the second mutex of U. Drepper, "Futexes Are Tricky" (2011).
class SmallLock {
 public:
  SmallLock() = default;
  SmallLock(const SmallLock&) = delete;
  SmallLock& operator=(const SmallLock&) = delete;

  // The names of the standard's Lockable, so that std::lock_guard takes it.
  void lock() {
    if (!try_lock()) Wait();
  }
  [[nodiscard]] bool try_lock() {
    std::uint32_t expected = kFree;
    return word_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire,
                                         std::memory_order_relaxed);
  }
  void unlock() {
    if (word_.exchange(kFree, std::memory_order_release) == kWaitedFor) word_.notify_one();
  }

 private:
  static constexpr std::uint32_t kFree = 0;
  static constexpr std::uint32_t kHeld = 1;
  static constexpr std::uint32_t kWaitedFor = 2;

  void Wait() {
    constexpr int kSpins = 200;
    for (int i = 0; i < kSpins; ++i) {
      std::uint32_t expected = kFree;
      if (word_.load(std::memory_order_relaxed) == kFree &&
          word_.compare_exchange_weak(expected, kHeld, std::memory_order_acquire,
                                      std::memory_order_relaxed)) {
        return;
      }
#if defined(__x86_64__) || defined(__i386__)
      __builtin_ia32_pause();
#endif
    }
    while (word_.exchange(kWaitedFor, std::memory_order_acquire) != kFree) {
      word_.wait(kWaitedFor, std::memory_order_relaxed);
    }
  }

  std::atomic<std::uint32_t> word_{kFree};
};

struct RowSide;

// The cells of one SKU: one cache line, first what readers need, then what writers do.
class alignas(64) Row {
 public:
  // No instant: the cells alone tell what is available, for ever.
  static constexpr std::int64_t kNever = std::numeric_limits<std::int64_t>::max();
  // They never do: it depends on who asks.
  static constexpr std::int64_t kAlways = std::numeric_limits<std::int64_t>::min();

  [[nodiscard]] std::span<Cell> cells() const {
    Cell* first = nullptr;
    std::uint32_t count = 0;
    std::uint32_t before = 0;
    do {
      before = version_.load(std::memory_order_acquire);
      first = cells_.load(std::memory_order_acquire);
      count = count_.load(std::memory_order_acquire);
    } while ((before & 1U) != 0 || version_.load(std::memory_order_relaxed) != before);
    return {first, count};
  }
  // Ascending by location. Whoever still reads the cells that were there before reads what they
  // were when they were replaced; they are kept as long as the pool.
  void set_cells(std::span<Cell> cells) {
    const std::uint32_t version = version_.load(std::memory_order_relaxed);
    version_.store(version + 1, std::memory_order_relaxed);
    cells_.store(cells.data(), std::memory_order_release);
    count_.store(static_cast<std::uint32_t>(cells.size()), std::memory_order_release);
    version_.store(version + 2, std::memory_order_release);
  }

  // Sum over the cells that are tracked of what may be promised; holds that have expired count as
  // held until a change of the row finds them.
  [[nodiscard]] std::int64_t available() const {
    return available_.load(std::memory_order_relaxed);
  }
  void AddAvailable(std::int64_t delta) {
    available_.store(available() + delta, std::memory_order_relaxed);
  }

  // From this instant on (milliseconds) the cells alone do not tell what is available: a hold has
  // expired.
  [[nodiscard]] std::int64_t attention_at() const {
    return attention_at_.load(std::memory_order_relaxed);
  }
  void set_attention_at(std::int64_t at) { attention_at_.store(at, std::memory_order_relaxed); }

  // How many cells are not tracked.
  [[nodiscard]] std::uint32_t untracked() const {
    return untracked_.load(std::memory_order_relaxed);
  }
  void set_untracked(std::uint32_t count) { untracked_.store(count, std::memory_order_relaxed); }

  // What all changes of the row hold, and what the pool keeps beside the cells: null for most rows,
  // owned by the pool, guarded by the lock.
  SmallLock lock;
  RowSide* side = nullptr;

 private:
  std::atomic<Cell*> cells_{nullptr};
  std::atomic<std::uint32_t> count_{0};
  std::atomic<std::uint32_t> version_{0};
  std::atomic<std::int64_t> available_{0};
  std::atomic<std::int64_t> attention_at_{kNever};
  std::atomic<std::uint32_t> untracked_{0};
};
static_assert(sizeof(Row) == 64);

}  // namespace inventory_internal
}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_CELL_H_
