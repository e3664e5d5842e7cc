// SmallLock: a lock of four bytes, one for every row of a pool.
//
// Waiting spins for a moment, because rows are held for some hundred nanoseconds, and sleeps then,
// so that a holder that lost its core is not waited for at full speed. The states are those of the
// second mutex of U. Drepper, "Futexes Are Tricky" (2011): free, held, held and waited for.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_LOCK_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_LOCK_H_

#include <atomic>
#include <cstdint>

namespace orderwright::inventory_internal {

class SmallLock {
 public:
  SmallLock() = default;
  SmallLock(const SmallLock&) = delete;
  SmallLock& operator=(const SmallLock&) = delete;

  // The names of the standard's Lockable, so that std::lock_guard takes it.
  void lock() {
    std::uint32_t expected = kFree;
    if (!word_.compare_exchange_strong(expected, kHeld, std::memory_order_acquire,
                                       std::memory_order_relaxed)) {
      Wait();
    }
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

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_LOCK_H_
