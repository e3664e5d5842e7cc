// PoolState: what an InventoryPool is made of, and the steps that its commands share.
//
// Order of locks, everywhere: shard of keys, rows in ascending order of SKU, shards of days in
// ascending order, shard of records. Whoever needs a record to know its rows looks at it, locks the
// rows, and looks again.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_POOL_STATE_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_POOL_STATE_H_

#include <algorithm>
#include <array>
#include <atomic>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/issue.h"
#include "orderwright/core/time.h"
#include "orderwright/inventory/cell.h"
#include "orderwright/inventory/feed.h"
#include "orderwright/inventory/incoming.h"
#include "orderwright/inventory/reservation.h"
#include "orderwright/inventory/stock.h"
#include "orderwright/inventory/stock_view.h"
#include "orderwright/model/world.h"
#include "src/inventory/internal/answers.h"
#include "src/inventory/internal/book.h"
#include "src/inventory/internal/row_table.h"
#include "src/inventory/internal/side.h"
#include "src/inventory/internal/table.h"

namespace orderwright::inventory_internal {

// Summed demand of few cells, as nearly every plan has.
using Demands = absl::InlinedVector<CellDemand, 4>;
// Where these cells are; null where there is none.
using Places = absl::InlinedVector<Cell*, 4>;

// What a day of a location has taken: by what is reserved, and by what was shipped.
struct DayBook {
  std::int64_t units = 0;
  std::int64_t shipments = 0;
  std::int64_t done_units = 0;
  std::int64_t done_shipments = 0;

  [[nodiscard]] DayLoad Load() const {
    return {Units(units + done_units), Units(shipments + done_shipments)};
  }
  [[nodiscard]] bool IsEmpty() const {
    return units == 0 && shipments == 0 && done_units == 0 && done_shipments == 0;
  }
};

[[nodiscard]] inline DayLoad Sum(const DayLoad& a, const DayLoad& b) {
  return {Units(a.units.count() + b.units.count()),
          Units(a.shipments.count() + b.shipments.count())};
}

struct Days {
  absl::flat_hash_map<std::pair<std::uint32_t, std::int64_t>, DayBook> books;
  absl::flat_hash_map<std::uint32_t, DayCapacity> capacity;  // by location; absent: no limit
  absl::flat_hash_map<std::uint32_t, DayLoad> standing;      // by location: on every day, by others

  static std::pair<std::uint32_t, std::int64_t> KeyOf(LocationIndex location, LocalDate day) {
    return {static_cast<std::uint32_t>(location), day.time_since_epoch().count()};
  }
  [[nodiscard]] DayLoad LoadOf(LocationIndex location, LocalDate day) const;
  // What is left beside a load; kUnlimitedUnits without a limit.
  [[nodiscard]] DayLoad RoomBeside(const DayLoad& load, LocationIndex location) const;
};

// One change that is being made: its number, its instant, where its StockChanges go.
struct Change {
  std::uint64_t number = 0;
  std::int64_t now = 0;
  std::optional<std::int64_t> at;  // when it happened, if the caller says so: also before `now`
  ReservationId id{};
  StockChanges* changes = nullptr;
};

// By how much a change moves a cell.
struct Delta {
  std::int64_t on_hand = 0;
  std::int64_t hard = 0;
  std::int64_t soft = 0;
  std::int64_t unusable = 0;
  std::int64_t safety = 0;
};

// Who takes units, and what it gives back in the same step.
struct Taker {
  Asker asker;
  ReservationKind kind = ReservationKind::kHard;
  const Record* record = nullptr;       // null: a new reservation, which gives nothing back
  const Demands* given_back = nullptr;  // of `record`
};

class PoolState {
 public:
  static constexpr std::size_t kDayShards = 16;

  PoolState(const World& world, std::size_t skus, std::size_t places, std::size_t cells);
  ~PoolState() {
    for (std::size_t i = 0; i < rows.size(); ++i) delete rows[i].side;
  }
  PoolState(const PoolState&) = delete;
  PoolState& operator=(const PoolState&) = delete;

  std::uint64_t lineage;
  // How many the worlds that were adopted have had. They only grow.
  std::atomic<std::size_t> location_count;
  RowTable rows;  // by SKU
  Table<Cell> cell_table;
  std::atomic<std::size_t> cell_count;
  // Written by every change of every thread: on lines of their own.
  alignas(64) std::atomic<std::uint64_t> sequence{0};
  alignas(64) std::atomic<std::int64_t> clock{INT64_MIN};  // the latest instant of a change
  alignas(64) Book book;
  std::atomic<bool> limits_days{false};
  mutable std::array<Shard<Days>, kDayShards> days;

  [[nodiscard]] std::size_t row_count() const { return rows.size(); }
  [[nodiscard]] Row& row(SkuIndex sku) const { return rows[Raw(sku)]; }
  [[nodiscard]] RowSide& NeedSide(SkuIndex sku) {
    RowSide*& side = row(sku).side;
    if (side == nullptr) side = new RowSide;
    return *side;
  }
  [[nodiscard]] Shard<Days>& DaysOf(LocationIndex location) const {
    return days[Raw(location) % kDayShards];
  }
  [[nodiscard]] Cell* Find(SkuIndex sku, LocationIndex location);
  [[nodiscard]] Places FindAll(const Demands& cells);
  // Has the rows of these cells fetched, all at once instead of one after the other.
  void Prefetch(std::span<const CellDemand> cells) const;

  // The commands, as InventoryPool describes them.
  [[nodiscard]] absl::Status Reserve(const ReserveRequest& request, ReserveOutcome& outcome);
  [[nodiscard]] absl::Status Resolve(ReservationId id, std::span<const CellDemand> part,
                                     StockCause cause, const ChangeOptions& options,
                                     StockChanges& changes);
  [[nodiscard]] absl::StatusOr<ReserveOutcome> Confirm(ReservationId id,
                                                       const ConfirmRequest& request);
  [[nodiscard]] absl::StatusOr<StockChanges> Extend(ReservationId id, Timestamp expires_at,
                                                    const ChangeOptions& options);
  [[nodiscard]] absl::StatusOr<ReserveOutcome> Amend(ReservationId id, const AmendRequest& request);
  [[nodiscard]] StockChanges Expire(Timestamp now);
  [[nodiscard]] absl::StatusOr<FeedSource> AddSource(const FeedSourceSpec& spec);
  [[nodiscard]] absl::StatusOr<FeedOutcome> ApplyCounts(FeedSource source,
                                                        std::span<const StockCount> counts,
                                                        Timestamp now);
  [[nodiscard]] absl::StatusOr<FeedOutcome> ApplyDeltas(FeedSource source,
                                                        std::span<const StockDelta> deltas,
                                                        Timestamp now);
  [[nodiscard]] absl::StatusOr<FeedOutcome> Adjust(std::span<const StockAdjustment> adjustments,
                                                   const ChangeOptions& options);
  // What the world says of a location's days.
  void PutDays(LocationIndex location, const LocationSpec& spec);
  [[nodiscard]] absl::Status Adopt(const World& next);
  [[nodiscard]] std::uint64_t world_version();
  // What items of the world that the pool opens with allow; nobody else has the pool yet.
  void TakeTerms();
  [[nodiscard]] absl::Status Forget(ReservationId id);
  [[nodiscard]] absl::Status Audit();

  // What the opening stock expects; nobody else has the pool yet.
  void ExpectOpening(std::span<const StockIncoming> incoming);
  [[nodiscard]] absl::Status Expect(const ExpectRequest& request);
  [[nodiscard]] absl::StatusOr<StockChanges> Dispatch(const TransferRequest& request);
  // Units of what is expected that came, or that never will.
  [[nodiscard]] absl::StatusOr<StockChanges> Arrive(const CommandKey& name, Units quantity,
                                                    bool lost, const ChangeOptions& options);
  [[nodiscard]] std::vector<Incoming> IncomingOf(SkuIndex sku);
  // By location, ascending; where there is something.
  void FindAvailableToPromise(SkuIndex sku, const AtpQuestion& question,
                              std::vector<std::pair<LocationIndex, std::int64_t>>& available);
  [[nodiscard]] std::vector<BackorderRisk> BackordersAtRisk(SkuIndex sku);
  [[nodiscard]] absl::Status SetAllotments(SkuIndex sku, std::span<const Allotment> allotments,
                                           const ChangeOptions& options);
  [[nodiscard]] std::vector<AllotmentUse> AllotmentsOf(SkuIndex sku, Timestamp now);
  [[nodiscard]] std::int64_t OverGuaranteed(SkuIndex sku, Timestamp now);
  // Puts allotments into effect; the row's lock must be held.
  void PutAllotments(SkuIndex sku, std::span<const Allotment> allotments);
  // Null: the SKU has none. The row's lock must be held.
  [[nodiscard]] AllotmentBook* AllotmentsAt(SkuIndex sku) {
    return row(sku).attention_at() == Row::kAlways ? row(sku).side->allotments.get() : nullptr;
  }

  // `now`, but not before what the pool has seen.
  [[nodiscard]] std::int64_t Effective(Timestamp now) const {
    return std::max(clock.load(std::memory_order_relaxed), now.time_since_epoch().count());
  }
  // `asked`: the instant that the command names.
  [[nodiscard]] Change Begin(std::int64_t now, Timestamp asked, ReservationId id,
                             StockChanges& changes);

  // The figures of a cell as they are at `now`. The row's lock must be held.
  [[nodiscard]] StockFigures FiguresAt(SkuIndex sku, const Cell& cell, std::int64_t now);

  // The cells of a row as they are at `now`. The row's lock must be held.
  [[nodiscard]] Entries EntriesAt(SkuIndex sku, std::int64_t now);

  // All of these: the row's lock must be held.
  void Apply(const Change& change, SkuIndex sku, Cell& cell, StockCause cause, const Delta& delta);
  // The same, and `units` of on hand as a movement that counts are corrected by.
  void Move(const Change& change, SkuIndex sku, Cell& cell, StockCause cause, std::int64_t units,
            Delta delta = {});
  void Put(const Change& change, SkuIndex sku, Cell& cell, StockCause cause,
           const StockFigures& before, const StockFigures& after);
  // A cell with nothing in it, for a location that has none of the SKU.
  Cell& AddCell(SkuIndex sku, LocationIndex location);
  // The cold part of a cell; made if there is none.
  [[nodiscard]] CellSide& SideOf(SkuIndex sku, LocationIndex location) {
    return NeedSide(sku).cells[location];
  }
  void Settle(const Change& change, SkuIndex sku);  // takes what has expired out of its cells
  void AddExpiry(SkuIndex sku, LocationIndex location, std::int64_t at, std::int64_t units);

  // Held while a world is adopted, and while all rows are locked. Locked before everything else.
  std::mutex world_mutex;

 private:
  World world_;  // the newest that was adopted
  // What is still at places that a world closes: its issues.
  [[nodiscard]] IssueList FindOpenStock(const World& next);
  void FindOpenStockOf(SkuIndex sku, const World& next, std::span<const LocationIndex> closed,
                       bool is_item_closed, IssueList& issues);
  void PutTerms(SkuIndex sku, const Item& item);

  struct Sources {
    std::vector<FeedSourceSpec> specs;  // of source 1, 2, …
    std::uint64_t since_number = 0;     // movements are remembered from here on
    std::int64_t since_at = INT64_MIN;
  };
  mutable std::mutex sources_mutex_;
  Sources sources_;
  // Set with the first source; until then nobody would ask for movements.
  std::atomic<bool> remembers_movements_{false};
  std::atomic<bool> remembers_reserved_{false};

  // Which SKU something is expected of, by its name. Locked after rows.
  mutable std::mutex names_mutex_;
  absl::flat_hash_map<Hash128, SkuIndex> names_;
  [[nodiscard]] std::optional<SkuIndex> FindExpected(const Hash128& name) const;
  [[nodiscard]] bool NameExpected(const Hash128& name, SkuIndex sku);
  void DropExpected(std::vector<Expected>& all, std::vector<Expected>::iterator at);

  void FindAttention(SkuIndex sku);
  // What the reservation holds of a SKU, counted in its allotments.
  static void Count(const Record& record, SkuIndex sku, AllotmentBook& allotments);
  void Remember(const Change& change, SkuIndex sku, LocationIndex location, std::int64_t hard);
  [[nodiscard]] FeedResult ApplyCount(FeedSource source, const Sources& sources,
                                      const StockCount& count, Timestamp now,
                                      StockChanges& changes);
  [[nodiscard]] FeedResult ApplyDelta(FeedSource source, const StockDelta& delta, Timestamp now,
                                      StockChanges& changes);
  // The cells among these that are oversold now, with their reservations.
  [[nodiscard]] std::vector<Oversold> FindOversold(Demands cells);
  // What keeps units from being taken.
  void FindShortages(const Demands& cells, const Places& places, const Taker& taker,
                     std::int64_t now, ReserveOutcome& outcome);
  // The same of one SKU that has allotments.
  void FindAllottedShortages(std::span<const CellDemand> cells, const Taker& taker,
                             std::int64_t now, ReserveOutcome& outcome);
  // What allotments count when units of one SKU are about to be taken; when some have left; when a
  // hold expires at another instant.
  void ChargeTaken(std::span<const CellDemand> cells, std::int64_t now, Record& record);
  void ChargeLeft(const CellDemand& cell, bool ships, Record& record);
  void ChargeMoved(std::int64_t expires_at, const Record& record);
  void FindDayShortages(std::span<const CapacityDemand> days,
                        std::span<const CapacityDemand> given_back,
                        std::vector<DayShortage>& shortages) const;
  class Trial;
  // What keeps backorders from being promised, when the change gives back `back` and moves cells.
  void FindBackorderShortages(std::span<const BackorderDemand> take,
                              std::span<const BackorderDemand> back, const Demands& take_cells,
                              const Demands& back_cells, std::int64_t now,
                              std::vector<BackorderShortage>& shortages);
  void TakeBackorders(std::span<const BackorderDemand> take, Record& record);
  void LeaveBackorders(std::span<const BackorderDemand> back, Record& record);
  // That these can be promised at all. `who`: whose they are, for the message.
  [[nodiscard]] absl::Status CheckBackorders(std::span<const BackorderDemand> backorders,
                                             std::string_view who) const;
  // The reserved units of a cell must fit in it, also where any number is available.
  [[nodiscard]] absl::Status CheckFits(const Demands& cells, const Places& places,
                                       bool is_soft) const;
  [[nodiscard]] absl::Status CheckDays(std::span<const CapacityDemand> days) const;
  void TakeDays(std::span<const CapacityDemand> days, Record& record);
  void GiveBackDay(HeldDay& held, std::int64_t units, std::int64_t shipments);
  // What the days of a location owe for units of it that leave a reservation.
  void LeaveDays(Record& record, LocationIndex location, std::int64_t units, bool shipped);
  // The load stays with its day, because the day's work is done.
  void FinishDay(HeldDay& held, std::int64_t units, std::int64_t shipments);
  // Forgets loads of nothing; of a reservation without units all that is left of its loads.
  void CloseDays(Record& record);
  void TakeUnits(const Change& change, const Demands& cells, const Places& places, StockCause cause,
                 Record& record);
  void LeaveUnits(const Change& change, const Demands& cells, StockCause cause, Record& record);
  void ForgetIfDone(ReservationId id, Shard<Book::Records>& shard);

  struct Amendment;
  [[nodiscard]] absl::StatusOr<Amendment> ReadAmendment(const AmendRequest& request,
                                                        std::string_view who) const;
  // That what is given back is there. The record's lock must be held.
  [[nodiscard]] static absl::Status CheckAmendment(ReservationId id, Record& record,
                                                   const Amendment& change);

  class Opened;
  // Locks the rows of a reservation and of `more`, the shards of its days and of `more_days`, and
  // its record, and checks that something can still be done with it at `now`.
  [[nodiscard]] absl::Status Open(ReservationId id, Timestamp now, std::span<const SkuIndex> more,
                                  std::span<const CapacityDemand> more_days, Opened& opened);
};

// Holds the locks of the rows of some SKUs.
class RowsLock {
 public:
  explicit RowsLock(PoolState& state) : state_(state) {}
  ~RowsLock() { Unlock(); }
  RowsLock(const RowsLock&) = delete;
  RowsLock& operator=(const RowsLock&) = delete;

  void Add(SkuIndex sku) { skus_.push_back(sku); }
  void Clear() { skus_.clear(); }
  void Lock();
  // The same, or nothing if somebody holds one of them; what was added is forgotten then.
  [[nodiscard]] bool TryLock();
  void Unlock();
  [[nodiscard]] bool Holds(SkuIndex sku) const;
  // Ascending, once each; after Lock.
  [[nodiscard]] std::span<const SkuIndex> skus() const { return skus_; }

 private:
  void Sort();

  PoolState& state_;
  absl::InlinedVector<SkuIndex, 4> skus_;
  bool locked_ = false;
};

// Holds the locks of the shards of days of some locations.
class DaysLock {
 public:
  explicit DaysLock(const PoolState& state) : state_(state) {}
  ~DaysLock();
  DaysLock(const DaysLock&) = delete;
  DaysLock& operator=(const DaysLock&) = delete;

  void Add(LocationIndex location) { shards_ |= 1U << (Raw(location) % PoolState::kDayShards); }
  void Lock();
  [[nodiscard]] bool Holds(LocationIndex location) const {
    return (shards_ >> (Raw(location) % PoolState::kDayShards) & 1U) != 0;
  }

 private:
  const PoolState& state_;
  std::uint32_t shards_ = 0;  // a bit each
  bool locked_ = false;
};

// One entry per cell, ascending. False if a sum leaves 63 bits.
[[nodiscard]] bool SumByCell(std::span<const CellDemand> cells, Demands& sums);
// One entry per day, ascending. False if a sum leaves 63 bits.
[[nodiscard]] bool SumByDay(std::span<const CapacityDemand> capacity,
                            std::vector<CapacityDemand>& sums);

// One entry per promise, in the order of BackorderLess. False if a sum leaves 63 bits.
[[nodiscard]] bool SumBackorders(std::span<const BackorderDemand> backorders,
                                 std::vector<BackorderDemand>& sums);

// From entry `first` on, those of its SKU.
[[nodiscard]] inline std::span<const CellDemand> SameSku(const Demands& cells, std::size_t first) {
  std::size_t end = first;
  while (end < cells.size() && cells[end].sku == cells[first].sku) ++end;
  return std::span(cells).subspan(first, end - first);
}

// Whether something keeps the request from being taken.
[[nodiscard]] inline bool IsShort(const ReserveOutcome& outcome) {
  return !outcome.shortages.empty() || !outcome.day_shortages.empty() ||
         !outcome.backorder_shortages.empty() || !outcome.limit_shortages.empty();
}

template <typename A, typename B>
[[nodiscard]] bool CellLess(const A& a, const B& b) {
  return a.sku != b.sku ? a.sku < b.sku : a.location < b.location;
}

template <typename A, typename B>
[[nodiscard]] bool DayLess(const A& a, const B& b) {
  return a.location != b.location ? a.location < b.location : a.day < b.day;
}

// The entry of a cell in an ascending list, or null.
template <typename Cells, typename At>
[[nodiscard]] auto* FindCell(Cells& cells, const At& at) {
  auto found = std::lower_bound(cells.begin(), cells.end(), at,
                                [](const auto& a, const auto& b) { return CellLess(a, b); });
  return found != cells.end() && !CellLess(at, *found) ? &*found : nullptr;
}

// Inline: what a reservation of one line spends its time in.

inline Cell* PoolState::Find(SkuIndex sku, LocationIndex location) {
  if (Raw(sku) >= row_count()) return nullptr;
  const std::span<Cell> cells = row(sku).cells();
  auto at = std::lower_bound(
      cells.begin(), cells.end(), location,
      [](const Cell& cell, LocationIndex wanted) { return cell.location() < wanted; });
  return at != cells.end() && at->location() == location ? &*at : nullptr;
}

inline Places PoolState::FindAll(const Demands& cells) {
  Places places;
  for (const CellDemand& demand : cells) places.push_back(Find(demand.sku, demand.location));
  return places;
}

inline Entries PoolState::EntriesAt(SkuIndex sku, std::int64_t now) {
  Entries entries;
  for (const Cell& cell : row(sku).cells()) {
    entries.push_back({cell.location(), FiguresAt(sku, cell, now)});
  }
  return entries;
}

inline Change PoolState::Begin(std::int64_t now, Timestamp asked, ReservationId id,
                               StockChanges& changes) {
  std::int64_t seen = clock.load(std::memory_order_relaxed);
  while (seen < now && !clock.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
  }
  const std::uint64_t number = sequence.fetch_add(1, std::memory_order_relaxed) + 1;
  Change change{number, now, std::nullopt, id, &changes};
  if (asked != Timestamp{}) change.at = asked.time_since_epoch().count();
  return change;
}

inline StockFigures PoolState::FiguresAt(SkuIndex sku, const Cell& cell, std::int64_t now) {
  StockFigures figures = cell.Read();
  if (row(sku).attention_at() <= now)
    figures.soft -= ExpiredUnits(row(sku).side, cell.location(), now);
  return figures;
}

inline void PoolState::Apply(const Change& change, SkuIndex sku, Cell& cell, StockCause cause,
                             const Delta& delta) {
  const StockFigures before = cell.Read();
  StockFigures after = before;
  if (after.tracked) after.on_hand += delta.on_hand;
  after.hard += delta.hard;
  after.soft += delta.soft;
  after.unusable += delta.unusable;
  after.safety += delta.safety;
  Put(change, sku, cell, cause, before, after);
  if (delta.hard != 0 && remembers_reserved_.load(std::memory_order_relaxed)) {
    Remember(change, sku, cell.location(), delta.hard);
  }
}

inline void PoolState::Put(const Change& change, SkuIndex sku, Cell& cell, StockCause cause,
                           const StockFigures& before, const StockFigures& after) {
  cell.Write(after);
  const auto counted = [](const StockFigures& f) { return f.tracked ? f.Available() : 0; };
  if (const std::int64_t delta = counted(after) - counted(before); delta != 0) {
    row(sku).AddAvailable(delta);
  }
  if (before.tracked != after.tracked) {
    row(sku).set_untracked(row(sku).untracked() + (after.tracked ? ~0U : 1U));
  }
  change.changes->push_back({sku, cell.location(), cause, before, after, change.id, change.number});
}

inline void RowsLock::Sort() {
  if (skus_.size() < 2) return;
  std::sort(skus_.begin(), skus_.end());
  skus_.erase(std::unique(skus_.begin(), skus_.end()), skus_.end());
}

inline void RowsLock::Lock() {
  Sort();
  for (const SkuIndex sku : skus_) state_.row(sku).lock.lock();
  locked_ = true;
}

inline bool RowsLock::TryLock() {
  Sort();
  for (std::size_t i = 0; i < skus_.size(); ++i) {
    if (state_.row(skus_[i]).lock.try_lock()) continue;
    while (i-- > 0) state_.row(skus_[i]).lock.unlock();
    skus_.clear();
    return false;
  }
  locked_ = true;
  return true;
}

inline void RowsLock::Unlock() {
  if (!locked_) return;
  for (std::size_t i = skus_.size(); i-- > 0;) state_.row(skus_[i]).lock.unlock();
  skus_.clear();
  locked_ = false;
}

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_POOL_STATE_H_
