// Table: the rows of a pool, or the cells that it opens with, in one block.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_TABLE_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_TABLE_H_

#include <cstddef>
#include <memory>
#include <new>
#include <span>
#include <type_traits>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "orderwright/inventory/cell.h"

namespace orderwright::inventory_internal {

// They are read all over the place, so that with pages of 4 kB the look-up of a page costs as
// much as what is on it: on Linux large pages are asked for.
template <typename T>
class Table {
  static_assert(std::is_trivially_destructible_v<T>);

 public:
  explicit Table(std::size_t count) : count_(count) {
    if (count == 0) return;
    constexpr std::size_t kLargePage = std::size_t{1} << 21;
    const std::size_t bytes = count * sizeof(T);
    const bool large = bytes >= kLargePage;
    const std::size_t alignment = large ? kLargePage : alignof(T);
    const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    memory_ = ::operator new(rounded, std::align_val_t(alignment));
    alignment_ = std::align_val_t(alignment);
#ifdef __linux__
    // Advice: if the system refuses, the pages are small and everything works.
    if (large) (void)madvise(memory_, rounded, MADV_HUGEPAGE);
#endif
    items_ = static_cast<T*>(memory_);
    std::uninitialized_default_construct_n(items_, count);
  }
  ~Table() {
    if (memory_ != nullptr) ::operator delete(memory_, alignment_);  // they need no destructor
  }
  Table(const Table&) = delete;
  Table& operator=(const Table&) = delete;

  [[nodiscard]] std::span<T> items() const { return {items_, count_}; }

 private:
  std::size_t count_;
  void* memory_ = nullptr;
  T* items_ = nullptr;
  std::align_val_t alignment_{alignof(T)};
};

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_TABLE_H_
