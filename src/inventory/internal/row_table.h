// RowTable: the rows of a pool, by SKU. It grows while others read, and no row ever moves.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ROW_TABLE_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ROW_TABLE_H_

#include <array>
#include <atomic>
#include <bit>
#include <cstddef>
#include <memory>
#include <utility>
#include <vector>

#include "orderwright/inventory/cell.h"
#include "src/inventory/internal/table.h"

namespace orderwright::inventory_internal {

// The rows that it opens with are one block, which readers know by heart; later ones are in blocks
// of 64, 128, 256, ... rows. The count is stored after the blocks that it speaks of.
class RowTable {
 public:
  explicit RowTable(std::size_t opening)
      : block_(opening),
        opening_(block_.items().data()),
        opening_count_(opening),
        count_(opening) {}

  [[nodiscard]] std::size_t size() const { return count_.load(std::memory_order_acquire); }
  // `i` must be below size().
  [[nodiscard]] Row& operator[](std::size_t i) const {
    if (i < opening_count_) [[likely]]
      return opening_[i];
    const std::size_t place = i - opening_count_ + kFirst;
    const auto block = static_cast<std::size_t>(std::bit_width(place) - std::bit_width(kFirst));
    return later_[block].load(std::memory_order_acquire)[place - (kFirst << block)];
  }
  [[nodiscard]] Row* opening() const { return opening_; }
  [[nodiscard]] std::size_t opening_count() const { return opening_count_; }

  // Only by one thread at a time.
  void Grow(std::size_t count) {
    if (count <= size()) return;
    const std::size_t place = count - 1 - opening_count_ + kFirst;
    const auto last = static_cast<std::size_t>(std::bit_width(place) - std::bit_width(kFirst));
    while (blocks_.size() <= last) {
      auto block = std::make_unique<Table<Row>>(kFirst << blocks_.size());
      later_[blocks_.size()].store(block->items().data(), std::memory_order_release);
      blocks_.push_back(std::move(block));
    }
    count_.store(count, std::memory_order_release);
  }

 private:
  static constexpr std::size_t kFirst = 64;
  static constexpr std::size_t kBlocks = 27;  // more rows than an index can name

  Table<Row> block_;
  Row* opening_;
  std::size_t opening_count_;
  std::atomic<std::size_t> count_;
  std::array<std::atomic<Row*>, kBlocks> later_{};
  std::vector<std::unique_ptr<Table<Row>>> blocks_;
};

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ROW_TABLE_H_
