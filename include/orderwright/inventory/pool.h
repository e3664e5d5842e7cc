// InventoryPool: the one truth of stock. The only mutable, shared object of the inventory layer.
//
// Per (SKU, location) it keeps a cell of primary facts: on hand, unusable (damaged and quality
// control, both inside on hand), hard reserved, softly held, safety stock. What may be promised is
//
//   available = max(0, on_hand - unusable - hard - soft - safety)
//
// Stock that is not tracked (a drop-shipper's) is available without limit; what is reserved of it
// is counted. Safety stock limits new promises; it never blocks what is already reserved. Reserving
// takes a whole plan or nothing: the demand of one cell is summed first, then all cells are
// checked, then all are written. Every change is returned as StockChange values with one sequence
// number; the pool calls nobody.
//
// Thread-safe. Cells are guarded by SKU shards, locked in ascending order by changes of several
// cells; readers take no lock: each cell is a seqlock (docs/concepts/inventory.md has the proof
// idea). A pool is neither copied nor moved; hold it by shared_ptr.
//
// Example:
//   InventoryPool pool(world, stock);
//   ReserveRequest request{.key = CommandKey("1042"), .cells = plan_cells};
//   absl::StatusOr<ReserveOutcome> outcome = pool.Reserve(request);
//   if (outcome.ok() && outcome->reservation) …       // taken; else outcome->shortages says why
//   not
#ifndef ORDERWRIGHT_INVENTORY_POOL_H_
#define ORDERWRIGHT_INVENTORY_POOL_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/cell.h"
#include "orderwright/inventory/reservation.h"
#include "orderwright/inventory/stock.h"
#include "orderwright/inventory/stock_view.h"
#include "orderwright/model/world.h"

namespace orderwright {

class ORDERWRIGHT_EXPORT InventoryPool {
 public:
  // A pool that opens with `stock`, which must be of the lineage of `world`; what the rows say is
  // reserved stays reserved by others for ever.
  InventoryPool(const World& world, const Stock& stock);
  ~InventoryPool();
  InventoryPool(const InventoryPool&) = delete;
  InventoryPool& operator=(const InventoryPool&) = delete;

  // What is there now: each cell exact, cells from different instants. Free of cost. The view is
  // valid as long as the pool.
  [[nodiscard]] StockView Live() const { return StockView(this); }
  // The cells of the named SKUs as they stood at one sequence number. O(cells of these SKUs).
  // The snapshot owns its data and may outlive the pool. To re-route a reservation on a snapshot,
  // name it in `own`: what it holds is then part of the picture.
  [[nodiscard]] StockSnapshot Snapshot(std::span<const SkuIndex> skus,
                                       std::optional<ReservationId> own = std::nullopt) const;
  // All cells at one sequence number.
  [[nodiscard]] StockSnapshot Snapshot() const;

  // Takes all cells of the request or none. A shortage is not an error: it is named in the
  // outcome and nothing has changed. A key that was used before with the same content gives the
  // first outcome again.
  // Errors: kInvalidArgument (empty request, unknown index, a quantity of 0); kAlreadyExists (the
  // key stands for another request); kOutOfRange (more than Stock::kMaxUnits of one cell would be
  // reserved); kUnimplemented (soft holds). O(cells log cells).
  [[nodiscard]] absl::StatusOr<ReserveOutcome> Reserve(const ReserveRequest& request);
  // Gives back units of a reservation: `part`, or all that is left.
  // Errors: kNotFound (no such reservation); kFailedPrecondition (nothing left of it);
  // kInvalidArgument (more than is left of a cell); nothing changes then.
  [[nodiscard]] absl::StatusOr<StockChanges> Release(ReservationId id,
                                                     std::span<const CellDemand> part = {});
  // Ships units of a reservation: on hand and reserved fall together. Errors: as Release.
  [[nodiscard]] absl::StatusOr<StockChanges> Commit(ReservationId id,
                                                    std::span<const CellDemand> part = {});

  // Forgets a reservation of which nothing is left, and its key. A host calls it when its order is
  // closed, so that keys live as long as their orders.
  // Errors: kNotFound; kFailedPrecondition (units are left).
  [[nodiscard]] absl::Status Forget(ReservationId id);

  // What is left of a reservation; absent if there is no such reservation.
  [[nodiscard]] std::optional<Reservation> FindReservation(ReservationId id) const;
  // The figures of one cell; all zero where there is no cell.
  [[nodiscard]] StockFigures Figures(SkuIndex sku, LocationIndex location) const;
  // Reserved load of a location on a day.
  [[nodiscard]] DayLoad LoadOf(LocationIndex location, LocalDate day) const;

  // The number of changes made so far; changes carry the number they made.
  [[nodiscard]] std::uint64_t sequence() const;
  [[nodiscard]] std::uint64_t lineage() const;
  [[nodiscard]] std::size_t cell_count() const;
  // Recomputes every cached sum from the opening stock and the reservations. OK, or kInternal that
  // names the first cell that differs. Blocks writers while it runs. O(cells + reservations).
  [[nodiscard]] absl::Status Audit() const;

 private:
  friend class StockView;
  struct State;
  [[nodiscard]] std::span<const inventory_internal::Cell> CellsOf(SkuIndex sku) const {
    const std::size_t i = Raw(sku);
    if (i >= row_count_) return {};
    return {rows_[i].cells, rows_[i].count};
  }
  // Units of the cell that `id` itself holds (they do not count against its own re-route).
  [[nodiscard]] std::int64_t OwnUnits(ReservationId id, SkuIndex sku, LocationIndex location) const;

  const inventory_internal::CellRow* rows_ = nullptr;  // by SKU; read without a lock
  std::size_t row_count_ = 0;
  std::unique_ptr<State> state_;
};

inline std::size_t StockView::MostHolders(SkuIndex sku) const {
  return snapshot_ != nullptr ? snapshot_->entries_of(sku).size() : pool_->CellsOf(sku).size();
}

inline void StockView::Prefetch(SkuIndex sku, bool second) const {
  if (pool_ == nullptr || Raw(sku) >= pool_->row_count_) return;
  const inventory_internal::CellRow& row = pool_->rows_[Raw(sku)];
  if (!second) {
    __builtin_prefetch(&row);
    return;
  }
  // The processor's own prefetcher follows a row after its first lines.
  const auto* cells = reinterpret_cast<const char*>(row.cells);
  const std::size_t bytes = std::min<std::size_t>(row.count * sizeof(*row.cells), 512);
  for (std::size_t at = 0; at < bytes; at += 64) __builtin_prefetch(cells + at);
}

template <typename Visit>
void StockView::ForEachHolder(SkuIndex sku, const Availability& question, Visit&& visit) const {
  if (snapshot_ != nullptr) {
    for (const StockSnapshot::Entry& entry : snapshot_->entries_of(sku)) {
      std::int64_t available = entry.figures.Available();
      if (question.own_reservation)
        available = WithOwn(question, sku, entry.location, entry.figures);
      if (available > 0) visit(entry.location, available);
    }
    return;
  }
  const std::span<const inventory_internal::Cell> cells = pool_->CellsOf(sku);
  if (question.own_reservation) {
    for (const inventory_internal::Cell& cell : cells) {
      const std::int64_t available = WithOwn(question, sku, cell.location(), cell.Read());
      if (available > 0) visit(cell.location(), available);
    }
    return;
  }
  for (const inventory_internal::Cell& cell : cells) {
    const std::int64_t available = cell.ReadAvailable();
    if (available > 0) visit(cell.location(), available);
  }
}

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_POOL_H_
