#include "orderwright/inventory/pool.h"

#include <algorithm>
#include <array>
#include <atomic>
#include <cassert>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <shared_mutex>
#include <string>
#include <type_traits>
#include <utility>

#ifdef __linux__
#include <sys/mman.h>
#endif

#include "absl/container/flat_hash_map.h"
#include "orderwright/core/status.h"

namespace orderwright {
namespace {

using inventory_internal::Cell;
using inventory_internal::CellRow;

// Fewer than the 64 locks that ThreadSanitizer can follow in one thread: an audit takes them all.
constexpr std::size_t kShards = 32;
using ShardSet = std::array<bool, kShards>;

std::size_t ShardOf(SkuIndex sku) { return Raw(sku) % kShards; }

bool ByCell(const CellDemand& a, const CellDemand& b) {
  return a.sku != b.sku ? a.sku < b.sku : a.location < b.location;
}

// One entry per cell, ascending, zero quantities dropped. False if a sum leaves 63 bits.
bool SumByCell(std::span<const CellDemand> cells, std::vector<CellDemand>& sums) {
  sums.assign(cells.begin(), cells.end());
  std::stable_sort(sums.begin(), sums.end(), ByCell);
  std::size_t kept = 0;
  for (const CellDemand& demand : sums) {
    CellDemand* last = kept > 0 ? &sums[kept - 1] : nullptr;
    if (last != nullptr && last->sku == demand.sku && last->location == demand.location) {
      const std::optional<Units> sum = last->quantity.Plus(demand.quantity);
      if (!sum) return false;
      last->quantity = *sum;
    } else {
      sums[kept++] = demand;
    }
  }
  sums.resize(kept);
  return true;
}

// The cells of a pool, in one block. Routing reads them all over the place, so that with pages of
// 4 kB the look-up of a page costs as much as the cell: on Linux large pages are asked for.
class CellTable {
 public:
  explicit CellTable(std::size_t count) {
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

  [[nodiscard]] Cell& operator[](std::size_t i) const { return cells_[i]; }
  [[nodiscard]] std::size_t IndexOf(const Cell* cell) const {
    return static_cast<std::size_t>(cell - cells_);
  }

 private:
  void* memory_ = nullptr;
  Cell* cells_ = nullptr;
  std::align_val_t alignment_{alignof(Cell)};
};
static_assert(std::is_trivially_destructible_v<Cell>);

struct Record {
  Reservation left;
  std::vector<CellDemand> requested;  // as first asked, summed: what a repeated key must equal
};

}  // namespace

struct InventoryPool::State {
  std::uint64_t lineage = 0;
  std::unique_ptr<CellTable> table;
  std::size_t cell_count = 0;
  std::vector<std::int64_t> others;  // per cell: what the opening stock says others reserved
  std::vector<CellRow> rows;
  mutable std::array<std::shared_mutex, kShards> shards;
  std::atomic<std::uint64_t> sequence{0};

  // Guards what follows; locked after the shards.
  mutable std::mutex book;
  std::uint64_t last_id = 0;
  absl::flat_hash_map<std::uint64_t, Record> records;
  absl::flat_hash_map<std::string, std::uint64_t> keys;
  std::map<std::pair<LocationIndex, LocalDate>, DayLoad> loads;

  Cell* Find(SkuIndex sku, LocationIndex location) const {
    if (Raw(sku) >= rows.size()) return nullptr;
    const CellRow& row = rows[Raw(sku)];
    Cell* end = row.cells + row.count;
    Cell* at = std::lower_bound(row.cells, end, location, [](const Cell& cell, LocationIndex l) {
      return cell.location() < l;
    });
    return at != end && at->location() == location ? at : nullptr;
  }

  std::vector<Shortage> Shortages(std::span<const CellDemand> cells) const;
  // What is not tracked is never short, but its reserved units must fit in a cell too.
  absl::Status CheckFits(const CommandKey& key, std::span<const CellDemand> cells) const;
  void Take(std::span<const CellDemand> cells, ReservationId id, std::uint64_t number,
            StockChanges& changes);
  void AddLoad(const std::vector<CapacityDemand>& capacity, bool add);
  absl::StatusOr<std::vector<CellDemand>> PartOf(ReservationId id,
                                                 std::span<const CellDemand> part);
  absl::StatusOr<StockChanges> Resolve(ReservationId id, std::span<const CellDemand> part,
                                       StockCause cause);
};

namespace {

// Holds the locks of the shards of some SKUs, taken in ascending order: no two changes can wait
// for each other.
class ShardLock {
 public:
  ShardLock(std::array<std::shared_mutex, kShards>& shards, std::span<const CellDemand> cells)
      : shards_(shards) {
    for (const CellDemand& demand : cells) held_[ShardOf(demand.sku)] = true;
    for (std::size_t i = 0; i < kShards; ++i) {
      if (held_[i]) shards_[i].lock();
    }
  }
  ~ShardLock() {
    for (std::size_t i = kShards; i-- > 0;) {
      if (held_[i]) shards_[i].unlock();
    }
  }
  ShardLock(const ShardLock&) = delete;
  ShardLock& operator=(const ShardLock&) = delete;

 private:
  std::array<std::shared_mutex, kShards>& shards_;
  ShardSet held_{};
};

class ShardReaderLock {
 public:
  ShardReaderLock(std::array<std::shared_mutex, kShards>& shards, const ShardSet& held)
      : shards_(shards), held_(held) {
    for (std::size_t i = 0; i < kShards; ++i) {
      if (held_[i]) shards_[i].lock_shared();
    }
  }
  ~ShardReaderLock() {
    for (std::size_t i = kShards; i-- > 0;) {
      if (held_[i]) shards_[i].unlock_shared();
    }
  }
  ShardReaderLock(const ShardReaderLock&) = delete;
  ShardReaderLock& operator=(const ShardReaderLock&) = delete;

 private:
  std::array<std::shared_mutex, kShards>& shards_;
  ShardSet held_;
};

absl::Status CheckRequest(const ReserveRequest& request, std::size_t skus) {
  if (request.kind == ReservationKind::kSoft || request.expires_at) {
    return Unimplemented("soft reservations that expire are not supported yet; use kHard");
  }
  if (request.cells.empty()) {
    return InvalidArgument("reservation '{}' asks for no cell", request.key);
  }
  for (const CellDemand& demand : request.cells) {
    if (demand.quantity.IsZero()) {
      return InvalidArgument("reservation '{}' asks for 0 units of a cell", request.key);
    }
    if (Raw(demand.sku) >= skus) {
      return InvalidArgument("reservation '{}': SKU index {} is not in this pool", request.key,
                             Raw(demand.sku));
    }
  }
  return absl::OkStatus();
}

}  // namespace

InventoryPool::InventoryPool(const World& world, const Stock& stock)
    : state_(std::make_unique<State>()) {
  assert(world.lineage() == stock.lineage());
  const std::span<const StockRow> rows = stock.rows();
  State& state = *state_;
  state.lineage = stock.lineage();
  state.cell_count = rows.size();
  state.table = std::make_unique<CellTable>(rows.size());
  state.others.reserve(rows.size());
  state.rows.resize(world.items().size());
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const StockRow& row = rows[i];
    StockFigures figures;
    figures.on_hand = row.on_hand.count();
    figures.unusable = row.damaged.count() + row.quality_control.count();
    figures.hard = row.reserved.count();
    figures.safety = row.safety_stock.count();
    figures.tracked = row.tracked;
    Cell* cell = &(*state.table)[i];
    std::destroy_at(cell);
    std::construct_at(cell, row.location, figures);
    state.others.push_back(figures.hard);
    if (Raw(row.sku) >= state.rows.size()) state.rows.resize(Raw(row.sku) + 1);
    CellRow& cells = state.rows[Raw(row.sku)];
    if (cells.count == 0) cells.cells = cell;
    ++cells.count;
  }
  rows_ = state.rows.data();
  row_count_ = state.rows.size();
}

InventoryPool::~InventoryPool() = default;

std::vector<Shortage> InventoryPool::State::Shortages(std::span<const CellDemand> cells) const {
  std::vector<Shortage> shortages;
  for (const CellDemand& demand : cells) {
    const Cell* cell = Find(demand.sku, demand.location);
    const std::int64_t available = cell != nullptr ? cell->Read().Available() : 0;
    if (available < demand.quantity.count()) {
      shortages.push_back({demand.sku, demand.location, demand.quantity, Units(available)});
    }
  }
  return shortages;
}

absl::Status InventoryPool::State::CheckFits(const CommandKey& key,
                                             std::span<const CellDemand> cells) const {
  for (const CellDemand& demand : cells) {
    const std::int64_t hard = Find(demand.sku, demand.location)->Read().hard;
    if (demand.quantity.count() <= Stock::kMaxUnits - hard) continue;
    return OutOfRange(
        "reservation '{}': {} units on top of {} reserved of SKU index {} at location index {} "
        "are more than {}",
        key, demand.quantity, hard, Raw(demand.sku), Raw(demand.location), Stock::kMaxUnits);
  }
  return absl::OkStatus();
}

void InventoryPool::State::Take(std::span<const CellDemand> cells, ReservationId id,
                                std::uint64_t number, StockChanges& changes) {
  changes.reserve(cells.size());
  for (const CellDemand& demand : cells) {
    Cell* cell = Find(demand.sku, demand.location);
    const StockFigures before = cell->Read();
    StockFigures after = before;
    after.hard += demand.quantity.count();
    cell->Write(after);
    changes.push_back(
        {demand.sku, demand.location, StockCause::kReserve, before, after, id, number});
  }
}

void InventoryPool::State::AddLoad(const std::vector<CapacityDemand>& capacity, bool add) {
  for (const CapacityDemand& demand : capacity) {
    DayLoad& load = loads[{demand.location, demand.day}];
    const std::int64_t sign = add ? 1 : -1;
    load.units = Units(load.units.count() + sign * demand.units.count());
    load.shipments = Units(load.shipments.count() + sign * demand.shipments.count());
    if (load == DayLoad{}) loads.erase({demand.location, demand.day});
  }
}

absl::StatusOr<ReserveOutcome> InventoryPool::Reserve(const ReserveRequest& request) {
  State& state = *state_;
  if (absl::Status status = CheckRequest(request, state.rows.size()); !status.ok()) return status;
  std::vector<CellDemand> sums;
  if (!SumByCell(request.cells, sums)) {
    return OutOfRange("reservation '{}': the units of one cell sum to more than 63 bits",
                      request.key);
  }

  ReserveOutcome outcome;
  ShardLock shards(state.shards, sums);
  const std::lock_guard book(state.book);
  if (!request.key.empty()) {
    if (auto known = state.keys.find(request.key.text()); known != state.keys.end()) {
      const Record& record = state.records.at(known->second);
      if (record.requested != sums) {
        return MakeStatus(
            absl::StatusCode::kAlreadyExists,
            fmt::format("key '{}' stands for another reservation; use a new key", request.key));
      }
      outcome.reservation = record.left.id;
      outcome.repeated = true;
      return outcome;
    }
  }
  outcome.shortages = state.Shortages(sums);
  if (!outcome.shortages.empty()) return outcome;
  if (absl::Status status = state.CheckFits(request.key, sums); !status.ok()) return status;

  const ReservationId id{++state.last_id};
  const std::uint64_t number = state.sequence.fetch_add(1, std::memory_order_relaxed) + 1;
  state.Take(sums, id, number, outcome.changes);
  Record record;
  record.left = {id, request.kind, request.key, sums,
                 std::vector<CapacityDemand>(request.capacity.begin(), request.capacity.end())};
  record.requested = std::move(sums);
  state.AddLoad(record.left.capacity, true);
  state.records.emplace(state.last_id, std::move(record));
  if (!request.key.empty()) state.keys.emplace(request.key.text(), state.last_id);
  outcome.reservation = id;
  return outcome;
}

absl::StatusOr<std::vector<CellDemand>> InventoryPool::State::PartOf(
    ReservationId id, std::span<const CellDemand> part) {
  auto at = records.find(static_cast<std::uint64_t>(id));
  if (at == records.end()) {
    return NotFound("there is no reservation {}", static_cast<std::uint64_t>(id));
  }
  const std::vector<CellDemand>& left = at->second.left.cells;
  if (left.empty()) {
    return FailedPrecondition("nothing is left of reservation {}: it was shipped or released",
                              static_cast<std::uint64_t>(id));
  }
  if (part.empty()) return left;
  std::vector<CellDemand> sums;
  if (!SumByCell(part, sums)) return OutOfRange("the units of one cell sum to more than 63 bits");
  for (const CellDemand& demand : sums) {
    auto cell = std::lower_bound(left.begin(), left.end(), demand, ByCell);
    const bool known = cell != left.end() && !ByCell(demand, *cell);
    const std::int64_t held = known ? cell->quantity.count() : 0;
    if (demand.quantity.IsZero() || demand.quantity.count() > held) {
      return InvalidArgument(
          "reservation {} holds {} units of SKU index {} at location index {}; {} were asked for",
          static_cast<std::uint64_t>(id), held, Raw(demand.sku), Raw(demand.location),
          demand.quantity);
    }
  }
  return sums;
}

absl::StatusOr<StockChanges> InventoryPool::State::Resolve(ReservationId id,
                                                           std::span<const CellDemand> part,
                                                           StockCause cause) {
  // The cells of a reservation only shrink, so the shards of what it holds now cover whatever it
  // holds once they are locked.
  std::vector<CellDemand> held;
  {
    const std::lock_guard lock(book);
    auto at = records.find(static_cast<std::uint64_t>(id));
    if (at != records.end()) held = at->second.left.cells;
  }
  ShardLock locked(shards, held);
  const std::lock_guard lock(book);
  absl::StatusOr<std::vector<CellDemand>> cells = PartOf(id, part);
  if (!cells.ok()) return cells.status();

  const std::uint64_t number = sequence.fetch_add(1, std::memory_order_relaxed) + 1;
  Reservation& left = records.at(static_cast<std::uint64_t>(id)).left;
  StockChanges changes;
  changes.reserve(cells->size());
  for (const CellDemand& demand : *cells) {
    Cell* cell = Find(demand.sku, demand.location);
    const StockFigures before = cell->Read();
    StockFigures after = before;
    after.hard -= demand.quantity.count();
    if (cause == StockCause::kShip && after.tracked) after.on_hand -= demand.quantity.count();
    cell->Write(after);
    changes.push_back({demand.sku, demand.location, cause, before, after, id, number});
    auto entry = std::lower_bound(left.cells.begin(), left.cells.end(), demand, ByCell);
    entry->quantity = Units(entry->quantity.count() - demand.quantity.count());
  }
  std::erase_if(left.cells, [](const CellDemand& demand) { return demand.quantity.IsZero(); });
  if (left.cells.empty()) {
    AddLoad(left.capacity, false);
    left.capacity.clear();
  }
  return changes;
}

absl::StatusOr<StockChanges> InventoryPool::Release(ReservationId id,
                                                    std::span<const CellDemand> part) {
  return state_->Resolve(id, part, StockCause::kRelease);
}

absl::StatusOr<StockChanges> InventoryPool::Commit(ReservationId id,
                                                   std::span<const CellDemand> part) {
  return state_->Resolve(id, part, StockCause::kShip);
}

absl::Status InventoryPool::Forget(ReservationId id) {
  const std::lock_guard lock(state_->book);
  auto at = state_->records.find(static_cast<std::uint64_t>(id));
  if (at == state_->records.end()) {
    return NotFound("there is no reservation {}", static_cast<std::uint64_t>(id));
  }
  if (!at->second.left.cells.empty()) {
    return FailedPrecondition("reservation {} still holds units; release or ship them first",
                              static_cast<std::uint64_t>(id));
  }
  state_->keys.erase(at->second.left.key.text());
  state_->records.erase(at);
  return absl::OkStatus();
}

std::optional<Reservation> InventoryPool::FindReservation(ReservationId id) const {
  const std::lock_guard lock(state_->book);
  auto at = state_->records.find(static_cast<std::uint64_t>(id));
  if (at == state_->records.end()) return std::nullopt;
  return at->second.left;
}

std::int64_t InventoryPool::OwnUnits(ReservationId id, SkuIndex sku, LocationIndex location) const {
  const std::lock_guard lock(state_->book);
  auto at = state_->records.find(static_cast<std::uint64_t>(id));
  if (at == state_->records.end()) return 0;
  const CellDemand wanted{sku, location, Units(0)};
  const std::vector<CellDemand>& cells = at->second.left.cells;
  auto cell = std::lower_bound(cells.begin(), cells.end(), wanted, ByCell);
  return cell != cells.end() && !ByCell(wanted, *cell) ? cell->quantity.count() : 0;
}

StockFigures InventoryPool::Figures(SkuIndex sku, LocationIndex location) const {
  const Cell* cell = state_->Find(sku, location);
  return cell != nullptr ? cell->Read() : StockFigures{};
}

DayLoad InventoryPool::LoadOf(LocationIndex location, LocalDate day) const {
  const std::lock_guard lock(state_->book);
  auto at = state_->loads.find({location, day});
  return at != state_->loads.end() ? at->second : DayLoad{};
}

std::uint64_t InventoryPool::sequence() const {
  return state_->sequence.load(std::memory_order_acquire);
}
std::uint64_t InventoryPool::lineage() const { return state_->lineage; }
std::size_t InventoryPool::cell_count() const { return state_->cell_count; }

StockSnapshot InventoryPool::Snapshot(std::span<const SkuIndex> skus,
                                      std::optional<ReservationId> own) const {
  auto data = std::make_shared<StockSnapshot::Data>();
  std::vector<SkuIndex> sorted(skus.begin(), skus.end());
  std::sort(sorted.begin(), sorted.end());
  sorted.erase(std::unique(sorted.begin(), sorted.end()), sorted.end());
  ShardSet held{};
  for (SkuIndex sku : sorted) held[ShardOf(sku)] = true;

  ShardReaderLock lock(state_->shards, held);
  data->sequence = sequence();
  data->lineage = state_->lineage;
  for (SkuIndex sku : sorted) {
    const std::span<const Cell> cells = CellsOf(sku);
    data->rows.push_back({sku, data->entries.size(), cells.size()});
    for (const Cell& cell : cells) data->entries.push_back({cell.location(), cell.Read()});
  }
  if (own) data->own = FindReservation(*own);
  return StockSnapshot(std::move(data));
}

StockSnapshot InventoryPool::Snapshot() const {
  std::vector<SkuIndex> all(row_count_);
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = SkuIndex{static_cast<std::uint32_t>(i)};
  return Snapshot(all);
}

absl::Status InventoryPool::Audit() const {
  ShardSet all{};
  all.fill(true);
  ShardReaderLock shards(state_->shards, all);
  const std::lock_guard lock(state_->book);
  std::vector<std::int64_t> expected = state_->others;
  std::map<std::pair<LocationIndex, LocalDate>, DayLoad> loads;
  for (const auto& [id, record] : state_->records) {  // sums: the order of the map is harmless
    for (const CellDemand& demand : record.left.cells) {
      const Cell* cell = state_->Find(demand.sku, demand.location);
      expected[state_->table->IndexOf(cell)] += demand.quantity.count();
    }
    for (const CapacityDemand& demand : record.left.capacity) {
      DayLoad& load = loads[{demand.location, demand.day}];
      load.units = Units(load.units.count() + demand.units.count());
      load.shipments = Units(load.shipments.count() + demand.shipments.count());
    }
  }
  for (std::size_t i = 0; i < expected.size(); ++i) {
    const StockFigures figures = (*state_->table)[i].Read();
    if (figures.hard != expected[i]) {
      return Internal(
          "cell {} (location index {}) has {} units reserved, its reservations sum to {}", i,
          Raw((*state_->table)[i].location()), figures.hard, expected[i]);
    }
  }
  if (loads != state_->loads) return Internal("the loads of days differ from the reservations");
  return absl::OkStatus();
}

}  // namespace orderwright
