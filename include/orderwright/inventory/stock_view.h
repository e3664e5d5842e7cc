// StockView: one question to stock, "what is available", whoever answers it.
//
// A view is either live (each cell exact, cells from different instants) or a snapshot (all cells
// at one sequence number). Routing asks a view and does not care which.
#ifndef ORDERWRIGHT_INVENTORY_STOCK_VIEW_H_
#define ORDERWRIGHT_INVENTORY_STOCK_VIEW_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/inventory/backorder.h"
#include "orderwright/inventory/cell.h"
#include "orderwright/inventory/reservation.h"

namespace orderwright {

class InventoryPool;
namespace inventory_internal {
struct Question;
struct SnapshotSide;
// Where somebody may take how much.
struct Holder {
  LocationIndex location{};
  std::int64_t available = 0;
};
}  // namespace inventory_internal

// For whom and when stock is asked.
struct Availability {
  Symbol channel{};
  Symbol market{};
  Timestamp now{};
  // A reservation of the asker: its units count as available to it (a re-route).
  std::optional<ReservationId> own_reservation = std::nullopt;
};

// Cells at one sequence number. Immutable; copies share the data.
class ORDERWRIGHT_EXPORT StockSnapshot {
 public:
  struct Entry {
    LocationIndex location{};
    StockFigures figures;
  };
  // The cells of a SKU, ascending by location; none if the SKU was not asked for.
  [[nodiscard]] std::span<const Entry> entries_of(SkuIndex sku) const;
  [[nodiscard]] std::uint64_t sequence() const { return data_->sequence; }
  [[nodiscard]] std::uint64_t lineage() const { return data_->lineage; }

 private:
  friend class InventoryPool;
  friend class StockView;
  struct Row {
    SkuIndex sku{};
    std::size_t first = 0;
    std::size_t count = 0;
    std::shared_ptr<const inventory_internal::SnapshotSide> side;  // null for most rows
    bool allotted = false;  // the entries alone do not tell what is available
  };
  [[nodiscard]] const Row* RowOf(SkuIndex sku) const;
  [[nodiscard]] inventory_internal::Question QuestionOf(SkuIndex sku,
                                                        const Availability& question) const;
  struct Data {
    std::vector<Row> rows;  // ascending by SKU
    std::vector<Entry> entries;
    std::optional<Reservation> own;  // the reservation that the snapshot was taken for
    std::int64_t now = 0;            // the latest instant that the pool had seen
    std::uint64_t sequence = 0;
    std::uint64_t lineage = 0;
  };
  explicit StockSnapshot(std::shared_ptr<const Data> data) : data_(std::move(data)) {}
  std::shared_ptr<const Data> data_;
};

// A cheap handle; valid as long as the pool or the snapshot it looks at. Thread-safe.
class ORDERWRIGHT_EXPORT StockView {
 public:
  // Of a snapshot, which must outlive the view. (A live one comes from InventoryPool::Live.)
  StockView(const StockSnapshot& snapshot)
      : snapshot_(&snapshot) {}  // NOLINT: a snapshot is a view
  StockView(StockSnapshot&&) = delete;

  // visit(LocationIndex, std::int64_t available) for every location that has some of `sku` for the
  // asker, ascending by location; kUnlimitedUnits where it is not tracked. Over all of them it may
  // take MostOf. Defined in pool.h, because it reads the pool's cells inline.
  template <typename Visit>
  void ForEachHolder(SkuIndex sku, const Availability& question, Visit&& visit) const;
  // The same, of these locations only; they ascend.
  template <typename Visit>
  void ForEachHolderOf(SkuIndex sku, const Availability& question,
                       std::span<const LocationIndex> locations, Visit&& visit) const;
  // At least the number of locations that ForEachHolder visits.
  [[nodiscard]] std::size_t MostHolders(SkuIndex sku) const;
  // Asks the processor to fetch where the holders of `sku` are, then (`second`) the first of them:
  // called for all lines of an order before they are read, their cache misses overlap.
  void Prefetch(SkuIndex sku, bool second) const;
  [[nodiscard]] std::int64_t Available(SkuIndex sku, LocationIndex location,
                                       const Availability& question) const;
  // The most that the asker may take of a SKU over all locations together, by its allotments and
  // those of others; kUnlimitedUnits if none concerns all of them. O(1) without allotments, else
  // O(cells + allotments^2).
  [[nodiscard]] std::int64_t MostOf(SkuIndex sku, const Availability& question) const;
  // What may be promised of a SKU beyond what is available, into offers that are reused: backorders
  // by the terms of its item and its rows of stock, pre-orders before its release. Of what is
  // expected, each location offers for each date after `now` what it may promise by then beyond
  // what it may promise before; what is overdue is not offered. Beyond that there is an offer
  // without a date up to the limit of the terms; of a pre-order it is for the release. A backorder
  // is offered where there is a cell that is tracked or something expected. None if no terms allow
  // it. Thread-safe. O(cells, and what is expected and promised of the SKU).
  void FindBackorders(SkuIndex sku, const Availability& question, BackorderOffers& offers) const;
  // What a location can still do on a day, kUnlimitedUnits without a limit, and whether any has
  // one. Of a live view; a snapshot is of stock and knows no days.
  [[nodiscard]] bool limits_days() const;
  [[nodiscard]] DayLoad RoomOf(LocationIndex location, LocalDate day,
                               const Availability& question) const;
  // Load of a location on a day without what the asker holds of it; absent: a snapshot.
  [[nodiscard]] std::optional<DayLoad> LoadOf(LocationIndex location, LocalDate day,
                                              const Availability& question) const;
  // Units on hand, reserved ones too; 0 where nobody counts them.
  [[nodiscard]] std::int64_t OnHand(SkuIndex sku, LocationIndex location) const;
  [[nodiscard]] std::uint64_t sequence() const;
  [[nodiscard]] std::uint64_t lineage() const;

 private:
  friend class InventoryPool;
  [[nodiscard]] std::int64_t MostOfAllotted(SkuIndex sku, const Availability& question) const;
  explicit StockView(const InventoryPool* pool) : pool_(pool) {}
  // Of a snapshot, where the entries alone do not tell; gives the most over all locations.
  std::int64_t FindHolders(SkuIndex sku, const Availability& question,
                           absl::InlinedVector<inventory_internal::Holder, 16>& holders) const;

  const InventoryPool* pool_ = nullptr;
  const StockSnapshot* snapshot_ = nullptr;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_STOCK_VIEW_H_
