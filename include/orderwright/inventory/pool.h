// InventoryPool: the one truth of stock. The only mutable, shared object of the inventory layer.
//
// Per (SKU, location) it keeps a cell of primary facts: on hand, unusable (damaged and quality
// control, both inside on hand), hard reserved, softly held, safety stock. What may be promised is
//
//   available = max(0, on_hand - unusable - hard - soft - safety)
//
// Stock that is not tracked (a drop-shipper's) is available without limit; what is reserved of it
// is counted. Safety stock limits new promises; it never blocks what is already reserved.
//
// A reservation is a two-phase transfer: it takes a whole plan or nothing (the demand of one cell
// is summed first, then all cells are checked, then all are written), and each of its units is then
// shipped, released or expired, exactly once. A hold expires at an instant, not when somebody
// looks: every question and command says its `now`, and what has expired by then is available.
// Every change is returned as StockChange values with one sequence number; the pool calls nobody. A
// command that is refused changes nothing.
//
// Thread-safe. Cells are guarded by a lock for each SKU, taken in ascending order by changes of
// several SKUs; readers take no lock: each cell is a seqlock (docs/concepts/inventory.md has the
// proof idea). A pool is neither copied nor moved; hold it by shared_ptr.
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
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/allotment.h"
#include "orderwright/inventory/backorder.h"
#include "orderwright/inventory/cell.h"
#include "orderwright/inventory/feed.h"
#include "orderwright/inventory/incoming.h"
#include "orderwright/inventory/reservation.h"
#include "orderwright/inventory/stock.h"
#include "orderwright/inventory/stock_view.h"
#include "orderwright/model/world.h"

namespace orderwright {

class ORDERWRIGHT_EXPORT InventoryPool {
 public:
  // A pool that opens with `stock`, which must be of the lineage of `world`; what the rows say is
  // reserved stays reserved by others for ever, and what they expect is expected under its name.
  // Items may be backordered and pre-ordered by their terms in `world`.
  InventoryPool(const World& world, const Stock& stock);
  // The same with allotments, which must be of that lineage too.
  InventoryPool(const World& world, const Stock& stock, const Allotments& allotments);
  ~InventoryPool();
  InventoryPool(const InventoryPool&) = delete;
  InventoryPool& operator=(const InventoryPool&) = delete;

  // What is there now: each cell exact, cells from different instants. Free of cost. The view is
  // valid as long as the pool.
  [[nodiscard]] StockView Live() const { return StockView(this); }
  // The cells of the named SKUs as they stood at one sequence number and the latest instant that
  // the pool has seen. O(cells of these SKUs). The snapshot owns its data and may outlive the pool.
  // To re-route a reservation on a snapshot, name it in `own`: what it holds is then part of the
  // picture.
  [[nodiscard]] StockSnapshot Snapshot(std::span<const SkuIndex> skus,
                                       std::optional<ReservationId> own = std::nullopt) const;
  // All cells at one sequence number.
  [[nodiscard]] StockSnapshot Snapshot() const;

  // Takes all cells, days and backorders of the request or none. A shortage is not an error: it is
  // named in the outcome and nothing has changed. A key that was used before with the same content
  // gives the first outcome again.
  // Errors: kInvalidArgument (empty request, unknown index, a quantity of 0, a soft hold without an
  // instant after `now`, with capacity of a day or with backorders, a backorder without the date
  // that it needs); kAlreadyExists (the key stands for another request); kOutOfRange (more than
  // Stock::kMaxUnits of one cell would be reserved).
  // O(cells log cells), and O(what is expected and promised of them) for SKUs with backorders.
  [[nodiscard]] absl::StatusOr<ReserveOutcome> Reserve(const ReserveRequest& request);
  // The same into an outcome that is reused: allocates only what the pool keeps.
  [[nodiscard]] absl::Status ReserveInto(const ReserveRequest& request, ReserveOutcome& outcome);
  // Each request in turn, so that an earlier one's units are gone for a later one; each has its own
  // outcome or error.
  [[nodiscard]] std::vector<absl::StatusOr<ReserveOutcome>> ReserveEach(
      std::span<const ReserveRequest> requests);

  // Gives back units of a reservation: `part`, or all that is left, backorders included (Amend
  // gives back some of these). Load of a day is given back with them: units of the location's
  // latest day first, its shipments with its last unit; loads of locations that have none of its
  // cells with the last unit of all. No changes: the key was used before, and everything is done.
  // Errors: kNotFound (no such reservation, or it had no key and nothing is left of it);
  // kFailedPrecondition (nothing is left of it); kDeadlineExceeded (the hold has expired);
  // kInvalidArgument (more than is left of a cell); kAlreadyExists (the key stands for another
  // command); nothing changes then. O(cells of the reservation).
  [[nodiscard]] absl::StatusOr<StockChanges> Release(ReservationId id,
                                                     std::span<const CellDemand> part = {},
                                                     const ChangeOptions& options = {});
  // Ships units of a reservation: on hand and reserved fall together. Load of a day that was
  // shipped stays with its day; what is backordered stays so. Errors: as Release;
  // kFailedPrecondition if all that is left is backordered.
  [[nodiscard]] absl::StatusOr<StockChanges> Commit(ReservationId id,
                                                    std::span<const CellDemand> part = {},
                                                    const ChangeOptions& options = {});
  // The same into changes that are reused.
  [[nodiscard]] absl::Status ReleaseInto(ReservationId id, std::span<const CellDemand> part,
                                         const ChangeOptions& options, StockChanges& changes);
  [[nodiscard]] absl::Status CommitInto(ReservationId id, std::span<const CellDemand> part,
                                        const ChangeOptions& options, StockChanges& changes);

  // Turns a hold into an allocation, with its load of days; what is not in `part` is given back.
  // Errors: as Release; kFailedPrecondition if it is one already. A day without room is no error:
  // the outcome names it and the hold stays as it was.
  [[nodiscard]] absl::StatusOr<ReserveOutcome> Confirm(ReservationId id,
                                                       const ConfirmRequest& request = {});
  // Has a hold expire at another instant, after `now`. If that cannot be, it stays as it was. The
  // changes are those of other holds that have expired by now. Errors: as Release;
  // kFailedPrecondition if it is an allocation; kInvalidArgument.
  [[nodiscard]] absl::StatusOr<StockChanges> Extend(ReservationId id, Timestamp expires_at,
                                                    const ChangeOptions& options = {});
  // Gives back and takes in one step: more or less units, another location, another day. What is
  // given back is there to be taken. A shortage is not an error: the outcome names it and the
  // reservation stays as it was. Errors: as Release and Reserve.
  [[nodiscard]] absl::StatusOr<ReserveOutcome> Amend(ReservationId id, const AmendRequest& request);

  // Makes room: takes all holds that have expired at `now` out of their cells, and forgets those
  // without a key. Nothing depends on when or whether it is called. Each SKU is a change of its
  // own. O(SKUs + reservations).
  [[nodiscard]] StockChanges Expire(Timestamp now);
  // Forgets a reservation of which nothing is left, and its keys. A host calls it when its order is
  // closed, so that keys live as long as their orders. (One without a key is forgotten by itself.)
  // Errors: kNotFound; kFailedPrecondition (units are left).
  [[nodiscard]] absl::Status Forget(ReservationId id);

  // A system that says what is there. Movements are remembered from the first source on.
  // Errors: kInvalidArgument (no name); kAlreadyExists (there is one of this name).
  [[nodiscard]] absl::StatusOr<FeedSource> AddSource(const FeedSourceSpec& spec);
  // What a source counted, each cell a change of its own, in order of input; feed.h says what
  // counts include. A count is taken as it is, also below what is reserved. A cell is made for a
  // pair that has none; what was not tracked is from its first count on. Results are in the
  // outcome. Errors, and nothing is applied then: kNotFound (no such source), kInvalidArgument
  // (unknown index, a negative count), kOutOfRange (more than Stock::kMaxUnits). O(counts), and all
  // reservations once if a cell is oversold.
  [[nodiscard]] absl::StatusOr<FeedOutcome> ApplyCounts(FeedSource source,
                                                        std::span<const StockCount> counts,
                                                        Timestamp now = Timestamp{});
  // By how much a source says that cells have changed. As ApplyCounts; of what is not tracked a
  // change means nothing.
  [[nodiscard]] absl::StatusOr<FeedOutcome> ApplyDeltas(FeedSource source,
                                                        std::span<const StockDelta> deltas,
                                                        Timestamp now = Timestamp{});
  // Changes figures by somebody's word, all or nothing and with one sequence number: what is found
  // or lost, what is damaged or goes to quality control and comes back, safety stock. Reserved
  // units stay reserved; a cell that has too few is in `oversold`. Errors: kInvalidArgument
  // (unknown index, nothing to change, a figure that would fall below 0); kOutOfRange;
  // kFailedPrecondition (units of what is not tracked); kAlreadyExists (the key stands for another
  // command). A key lives as long as the pool.
  [[nodiscard]] absl::StatusOr<FeedOutcome> Adjust(std::span<const StockAdjustment> adjustments,
                                                   const ChangeOptions& options = {});

  // Says what is expected at a cell, or corrects it: its date, its quantity, how sure it is. It
  // changes no figure until it comes.
  // Errors: kInvalidArgument (no name, unknown index, a name that stands for another cell,
  // confidence outside 1 to 100); kOutOfRange; kFailedPrecondition (another quantity for a
  // transfer); kAborted (somebody took the name at the same time).
  [[nodiscard]] absl::Status Expect(const ExpectRequest& request);
  // Sends usable units from one location to another: they leave on hand and are in transit, which
  // means expected at the other. Reserved units may be among them; the cell is oversold then. The
  // same request again changes nothing.
  // Errors: kInvalidArgument; kFailedPrecondition (more than there is that can be sent);
  // kAlreadyExists (the name stands for something else); kAborted as Expect.
  [[nodiscard]] absl::StatusOr<StockChanges> Dispatch(const TransferRequest& request);
  // Units of what is expected have come: they are on hand. Of an order more may come than was
  // expected, of a transfer not.
  // Errors: kNotFound (nothing is expected under that name); kInvalidArgument (0 units, more than
  // was sent); kOutOfRange; kAlreadyExists (the key stands for another command). A key lives as
  // long as the pool.
  [[nodiscard]] absl::StatusOr<StockChanges> Receive(const CommandKey& name, Units quantity,
                                                     const ChangeOptions& options = {});
  // Units of what is expected will never come: lost on the way, or never sent. Errors: as Receive.
  [[nodiscard]] absl::StatusOr<StockChanges> Lose(const CommandKey& name, Units quantity,
                                                  const ChangeOptions& options = {});
  // What is expected of a SKU, by instant. O(its length).
  [[nodiscard]] std::vector<Incoming> IncomingOf(SkuIndex sku) const;

  // What may be promised for a time so that every later promise is kept: what is available, and
  // what is expected by then, less what is backordered. What is oversold is made good first. By
  // location, ascending, where there is something; over all locations. kUnlimitedUnits where stock
  // is not tracked. O(cells + incoming of the SKU).
  [[nodiscard]] std::vector<std::pair<LocationIndex, std::int64_t>> AvailableToPromiseBy(
      SkuIndex sku, const AtpQuestion& question) const;
  [[nodiscard]] std::int64_t AvailableToPromise(SkuIndex sku, const AtpQuestion& question) const;
  // Backorders of a SKU that draw on what is expected and whose date it does not cover any more,
  // because it was moved or lost: what is there and expected goes to the earliest date first, then
  // to the smallest id. By location, then in that order. What draws on a limit never was covered,
  // and is not named. O(reservations).
  [[nodiscard]] std::vector<BackorderRisk> BackordersAtRisk(SkuIndex sku) const;

  // Replaces the allotments of a SKU. One that stays as it is keeps its count of what was shipped
  // and lent; of a new or changed one, what its requests have reserved counts, and shipped is
  // nothing. Errors: kInvalidArgument (unknown index, another SKU, neither channel nor market, two
  // of one channel, market and location, a number below 0 or above Stock::kMaxUnits);
  // kAlreadyExists (the key stands for another command). A key lives as long as the pool.
  // O(reservations).
  [[nodiscard]] absl::Status SetAllotments(SkuIndex sku, std::span<const Allotment> allotments,
                                           const ChangeOptions& options = {});
  // The allotments of a SKU and how far they are used at `now`.
  [[nodiscard]] std::vector<AllotmentUse> AllotmentsOf(SkuIndex sku,
                                                       Timestamp now = Timestamp{}) const;
  // Units that allotments guarantee, that are not used, and that there is no stock for; 0 if every
  // guarantee can be kept. A host watches it after SetAllotments and counts.
  [[nodiscard]] std::int64_t OverGuaranteed(SkuIndex sku, Timestamp now = Timestamp{}) const;

  // What a location can do on one day from now on; at first what the world says. What is reserved
  // stays, also above it.
  // Errors: kInvalidArgument (unknown index).
  [[nodiscard]] absl::Status SetDayCapacity(LocationIndex location, const DayCapacity& capacity);

  // Goes over to a later version of the pool's world: its new items and locations can be used from
  // now on, and the terms of its items hold. Others reserve and read meanwhile. What comes to a
  // place after it was closed is stock all the same, and can be shipped and moved. Errors, and
  // nothing changes then: kFailedPrecondition (another world; an older version; an item or a
  // location that this version removes still has units on hand, reserved, held, expected or
  // backordered: an issue for each names them, path "MUG@RNO").
  // O(items that changed), and O(cells) if a location is removed.
  [[nodiscard]] absl::Status Adopt(const World& next);
  // The version of the world that the pool has.
  [[nodiscard]] std::uint64_t world_version() const;

  // What is left of a reservation; absent if there is no such reservation.
  [[nodiscard]] std::optional<Reservation> FindReservation(ReservationId id) const;
  // The reservation that a key stands for.
  [[nodiscard]] std::optional<ReservationId> FindReservation(const CommandKey& key) const;
  // The figures of one cell at the latest instant that the pool has seen; all zero where there is
  // no cell.
  [[nodiscard]] StockFigures Figures(SkuIndex sku, LocationIndex location) const;
  // What may be promised of a SKU over all locations at `now`, to all channels together;
  // kUnlimitedUnits if it is not tracked somewhere. O(1) unless holds have expired since the SKU
  // last changed, or it has allotments.
  [[nodiscard]] std::int64_t Available(SkuIndex sku, Timestamp now = Timestamp{}) const;
  // What the asker may take over all locations. O(cells + allotments^2).
  [[nodiscard]] std::int64_t Available(SkuIndex sku, const Availability& question) const;
  // Load of a location on a day: what is reserved, and what was shipped on it.
  // Without what `own` holds of it.
  [[nodiscard]] DayLoad LoadOf(LocationIndex location, LocalDate day,
                               std::optional<ReservationId> own = std::nullopt) const;
  // What a location can still do on a day, and what `own` holds of it; kUnlimitedUnits without a
  // limit.
  [[nodiscard]] DayLoad RoomOf(LocationIndex location, LocalDate day,
                               std::optional<ReservationId> own = std::nullopt) const;
  // Whether some location has a limit.
  [[nodiscard]] bool limits_days() const;

  // The number of changes made so far; changes carry the number they made.
  [[nodiscard]] std::uint64_t sequence() const;
  [[nodiscard]] std::uint64_t lineage() const;
  [[nodiscard]] std::size_t cell_count() const;
  // The latest instant that a change has named.
  [[nodiscard]] std::optional<Timestamp> clock() const;
  // Recomputes every cached sum from the opening stock and the reservations. OK, or kInternal that
  // names the first cell that differs. Blocks everybody but readers while it runs.
  // O(cells + reservations).
  [[nodiscard]] absl::Status Audit() const;

 private:
  friend class StockView;
  class State;

  [[nodiscard]] const inventory_internal::Row* RowOf(SkuIndex sku) const {
    const std::size_t i = Raw(sku);
    return i < row_count_ ? &rows_[i] : LaterRow(sku);
  }
  // A row that a later world brought; null if there is none.
  [[nodiscard]] const inventory_internal::Row* LaterRow(SkuIndex sku) const;
  // The slow answer of a row whose cells alone do not tell; gives the most over all locations.
  std::int64_t FindHolders(SkuIndex sku, const Availability& question,
                           absl::InlinedVector<inventory_internal::Holder, 16>& holders) const;
  void FindBackorders(SkuIndex sku, const Availability& question, BackorderOffers& offers) const;
  // The asker's own reservation, if it holds something at that instant.
  [[nodiscard]] std::optional<Reservation> FindOwn(const Availability& question,
                                                   std::int64_t now) const;

  // Those that the pool opened with, by SKU; read without a lock.
  const inventory_internal::Row* rows_ = nullptr;
  std::size_t row_count_ = 0;
  std::unique_ptr<State> state_;
};

inline std::int64_t StockView::MostOf(SkuIndex sku, const Availability& question) const {
  if (snapshot_ == nullptr) {
    const inventory_internal::Row* row = pool_->RowOf(sku);
    if (row == nullptr || row->attention_at() != inventory_internal::Row::kAlways) [[likely]] {
      return kUnlimitedUnits;
    }
  }
  return MostOfAllotted(sku, question);
}

inline std::size_t StockView::MostHolders(SkuIndex sku) const {
  if (snapshot_ != nullptr) return snapshot_->entries_of(sku).size();
  const inventory_internal::Row* row = pool_->RowOf(sku);
  return row != nullptr ? row->cells().size() : 0;
}

inline void StockView::Prefetch(SkuIndex sku, bool second) const {
  if (pool_ == nullptr) return;
  const inventory_internal::Row* row = pool_->RowOf(sku);
  if (row == nullptr) return;
  if (!second) {
    __builtin_prefetch(row);
    return;
  }
  // The processor's own prefetcher follows a row after its first lines.
  const std::span<const inventory_internal::Cell> cells = row->cells();
  const auto* bytes = reinterpret_cast<const char*>(cells.data());
  const std::size_t size = std::min<std::size_t>(cells.size_bytes(), 512);
  for (std::size_t at = 0; at < size; at += 64) __builtin_prefetch(bytes + at);
}

template <typename Visit>
void StockView::ForEachHolder(SkuIndex sku, const Availability& question, Visit&& visit) const {
  if (snapshot_ != nullptr) {
    const StockSnapshot::Row* row = snapshot_->RowOf(sku);
    if (row == nullptr) return;
    if (question.own_reservation || row->allotted) {
      absl::InlinedVector<inventory_internal::Holder, 16> holders;
      FindHolders(sku, question, holders);
      for (const auto& holder : holders) visit(holder.location, holder.available);
      return;
    }
    for (const StockSnapshot::Entry& entry : snapshot_->entries_of(sku)) {
      const std::int64_t available = entry.figures.Available();
      if (available > 0) visit(entry.location, available);
    }
    return;
  }
  const inventory_internal::Row* row = pool_->RowOf(sku);
  if (row == nullptr) return;
  if (question.own_reservation || row->attention_at() != inventory_internal::Row::kNever)
      [[unlikely]] {
    absl::InlinedVector<inventory_internal::Holder, 16> holders;
    pool_->FindHolders(sku, question, holders);
    for (const auto& holder : holders) visit(holder.location, holder.available);
    return;
  }
  for (const inventory_internal::Cell& cell : row->cells()) {
    const std::int64_t available = cell.ReadAvailable();
    if (available > 0) visit(cell.location(), available);
  }
}

template <typename Visit>
void StockView::ForEachHolderOf(SkuIndex sku, const Availability& question,
                                std::span<const LocationIndex> locations, Visit&& visit) const {
  const inventory_internal::Row* row = snapshot_ == nullptr ? pool_->RowOf(sku) : nullptr;
  if (snapshot_ == nullptr && row == nullptr) return;
  if (row == nullptr || question.own_reservation ||
      row->attention_at() != inventory_internal::Row::kNever) [[unlikely]] {
    std::size_t next = 0;
    ForEachHolder(sku, question, [&](LocationIndex location, std::int64_t available) {
      while (next < locations.size() && locations[next] < location) ++next;
      if (next < locations.size() && locations[next] == location) visit(location, available);
    });
    return;
  }
  const std::span<const inventory_internal::Cell> cells = row->cells();
  auto first = cells.begin();
  for (const LocationIndex location : locations) {
    // Its cell is there if all locations before it have one, else before; mostly it is there.
    const std::size_t most = std::min<std::size_t>(Raw(location) + std::size_t{1}, cells.size());
    const auto end = cells.begin() + static_cast<std::ptrdiff_t>(most);
    if (first != end && (end - 1)->location() == location) {
      first = end - 1;
    } else {
      first = std::lower_bound(first, end, location,
                               [](const inventory_internal::Cell& cell, LocationIndex wanted) {
                                 return cell.location() < wanted;
                               });
      if (first == cells.end()) return;
      if (first->location() != location) continue;
    }
    const std::int64_t available = first->ReadAvailable();
    if (available > 0) visit(location, available);
  }
}

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_POOL_H_
