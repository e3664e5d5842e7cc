// Stock: the opening quantities of a pool, as a feed or a file states them.
//
// Stock is not part of a World: it changes by the second, a World by the week. `Stock::Create`
// checks rows against a World once; an InventoryPool made from it cannot fail.
#ifndef ORDERWRIGHT_INVENTORY_STOCK_H_
#define ORDERWRIGHT_INVENTORY_STOCK_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/money.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/cell.h"
#include "orderwright/model/item.h"
#include "orderwright/model/world.h"

namespace orderwright {

// What a row expects without a name has one that begins so: "opening:MUG@RNO:1" is the first entry
// of the row of MUG at RNO. Under it, or the name that it was given, a pool moves, receives or
// loses it (InventoryPool::Expect, Receive, Lose).
inline constexpr std::string_view kOpeningName = "opening:";

struct IncomingSpec {
  Units quantity;    // 1 or more
  Timestamp at{};    // from when on it can be promised
  std::string name;  // unique among all rows; empty: one is made
};

// One row of stock in words. Quantities are pieces; `on_hand` includes damaged and
// quality_control; `reserved` is what other systems hold already.
struct StockRowSpec {
  std::string location;
  std::string sku;
  std::optional<std::int64_t> on_hand = 0;  // absent: not tracked (a vendor), without limit
  std::int64_t reserved = 0;
  std::int64_t safety_stock = 0;
  std::int64_t damaged = 0;
  std::int64_t quality_control = 0;
  std::optional<Money> unit_cost;
  std::optional<BackorderTerms> backorder;  // overrides the item's here
  std::optional<Timestamp> as_of;
  std::vector<IncomingSpec> incoming;
};

// The quantities of one row, resolved.
struct StockRow {
  LocationIndex location{};
  SkuIndex sku{};
  Units on_hand;
  Units reserved;
  Units safety_stock;
  Units damaged;
  Units quality_control;
  bool tracked = true;  // false: nobody counts it, on_hand is 0

  // Units that may be promised: never below 0; kUnlimitedUnits of what is not tracked.
  [[nodiscard]] Units Available() const {
    if (!tracked) return Units(kUnlimitedUnits);
    const std::int64_t n = on_hand.count() - reserved.count() - safety_stock.count() -
                           damaged.count() - quality_control.count();
    return Units(n > 0 ? n : 0);
  }
};

// Backorder terms that a row has of its own.
struct StockTerms {
  SkuIndex sku{};
  LocationIndex location{};
  BackorderTerms backorder;
};

// What a row expects.
struct StockIncoming {
  SkuIndex sku{};
  LocationIndex location{};
  std::string name;
  Units quantity;
  Timestamp at{};
};

// Checked rows of one lineage, sorted by SKU and location, at most one per pair. Immutable handle.
class ORDERWRIGHT_EXPORT Stock {
 public:
  // The most units one quantity of a row may have (a cell of a pool keeps 32 bits).
  static constexpr std::int64_t kMaxUnits = 2'147'483'647;

  // Errors: kInvalidArgument with every issue (paths like `stock[12].on_hand`): unknown location
  // or SKU, a negative quantity, a pair given twice, a name of incoming units that is given twice
  // or begins with kOpeningName; `out_of_range` beyond kMaxUnits.
  [[nodiscard]] static absl::StatusOr<Stock> Create(const World& world,
                                                    std::vector<StockRowSpec> rows);

  // The same of rows that the host has resolved itself, in any order: for millions of them, since a
  // row in words takes five times the memory. Takes none beside `rows`.
  // Errors: kInvalidArgument with every issue (paths like `rows[12].on_hand`): an index beyond the
  // world, a quantity beyond kMaxUnits, a pair given twice, an untracked row with units on hand.
  // Complexity: O(n) if they are sorted by SKU and location, else O(n log n).
  [[nodiscard]] static absl::StatusOr<Stock> FromRows(const World& world,
                                                      std::vector<StockRow> rows);

  [[nodiscard]] std::span<const StockRow> rows() const { return tables_->rows; }
  // Ascending by (SKU, location), of the few rows that have any.
  [[nodiscard]] std::span<const StockTerms> terms() const { return tables_->terms; }
  [[nodiscard]] std::span<const StockIncoming> incoming() const { return tables_->incoming; }
  [[nodiscard]] std::uint64_t lineage() const { return lineage_; }

 private:
  struct Tables {
    std::vector<StockRow> rows;
    std::vector<StockTerms> terms;
    std::vector<StockIncoming> incoming;
  };
  Stock(std::shared_ptr<const Tables> tables, std::uint64_t lineage)
      : tables_(std::move(tables)), lineage_(lineage) {}
  std::shared_ptr<const Tables> tables_;
  std::uint64_t lineage_;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_STOCK_H_
