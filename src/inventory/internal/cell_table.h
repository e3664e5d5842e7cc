// CellTable: the cells that a pool opens with, in one block.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_CELL_TABLE_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_CELL_TABLE_H_

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

// Routing reads cells all over the place, so that with pages of 4 kB the look-up of a page costs as
// much as the cell: on Linux large pages are asked for.
class CellTable {
 public:
  explicit CellTable(std::size_t count) : count_(count) {
    if (count == 0) return;
    constexpr std::size_t kLargePage = std::size_t{1} << 21;
    const std::size_t bytes = count * sizeof(Cell);
    const bool large = bytes >= kLargePage;
    const std::size_t alignment = large ? kLargePage : alignof(Cell);
    const std::size_t rounded = (bytes + alignment - 1) / alignment * alignment;
    memory_ = ::operator new(rounded, std::align_val_t(alignment));
    alignment_ = std::align_val_t(alignment);
#ifdef __linux__
    // Advice: if the system refuses, the pages are small and everything works.
    if (large) (void)madvise(memory_, rounded, MADV_HUGEPAGE);
#endif
    cells_ = static_cast<Cell*>(memory_);
    std::uninitialized_default_construct_n(cells_, count);
  }
  ~CellTable() {
    if (memory_ != nullptr) ::operator delete(memory_, alignment_);  // cells need no destructor
  }
  CellTable(const CellTable&) = delete;
  CellTable& operator=(const CellTable&) = delete;

  [[nodiscard]] std::span<Cell> cells() const { return {cells_, count_}; }

 private:
  std::size_t count_;
  void* memory_ = nullptr;
  Cell* cells_ = nullptr;
  std::align_val_t alignment_{alignof(Cell)};
};
static_assert(std::is_trivially_destructible_v<Cell>);

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_CELL_TABLE_H_
