#include "orderwright/inventory/pool.h"

#include <algorithm>
#include <cassert>
#include <mutex>
#include <utility>

#include "orderwright/core/status.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright {
namespace {

using inventory_internal::Book;
using inventory_internal::Cell;
using inventory_internal::Days;
using inventory_internal::FindCell;
using inventory_internal::Record;
using inventory_internal::Row;
using inventory_internal::RowsLock;
using inventory_internal::Shard;

Reservation ReservationOf(ReservationId id, const Record& record, std::int64_t now) {
  Reservation left;
  left.id = id;
  left.kind = record.kind;
  if (record.kind == ReservationKind::kSoft) {
    left.expires_at = Timestamp(Duration(record.expires_at));
  }
  left.expired = record.IsExpired(now);
  for (const auto& cell : record.cells) {
    if (cell.left > 0) left.cells.push_back({cell.sku, cell.location, Units(cell.left)});
  }
  for (const auto& day : record.days) {
    left.capacity.push_back({day.location, day.day, Units(day.units), Units(day.shipments)});
  }
  left.backorders = record.backorders;
  left.channel = record.asker.channel;
  left.market = record.asker.market;
  left.borrowed = record.borrowed;
  return left;
}

// What a reservation holds of a location's day.
DayLoad HeldOf(const InventoryPool& pool, ReservationId id, LocationIndex location, LocalDate day) {
  DayLoad load;
  const std::optional<Reservation> held = pool.FindReservation(id);
  if (!held) return load;
  for (const CapacityDemand& part : held->capacity) {
    if (part.location != location || part.day != day) continue;
    load = inventory_internal::Sum(load, {part.units, part.shipments});
  }
  return load;
}

DayLoad Without(const DayLoad& load, const DayLoad& part) {
  const auto less = [](Units all, Units some) {
    return Units(std::max<std::int64_t>(0, all.count() - some.count()));
  };
  return {less(load.units, part.units), less(load.shipments, part.shipments)};
}

}  // namespace

class InventoryPool::State : public inventory_internal::PoolState {
 public:
  using PoolState::PoolState;
};

InventoryPool::InventoryPool(const World& world, const Stock& stock)
    : InventoryPool(world, stock, Allotments(world)) {}

InventoryPool::InventoryPool(const World& world, const Stock& stock, const Allotments& allotments) {
  assert(world.lineage() == stock.lineage() && world.lineage() == allotments.lineage());
  const std::span<const StockRow> opening = stock.rows();
  std::size_t skus = world.items().size();
  std::size_t places = world.locations().size();
  // Stock and allotments may have been read with a later version of the world.
  for (const StockRow& row : opening) {
    skus = std::max(skus, Raw(row.sku) + 1);
    places = std::max(places, Raw(row.location) + 1);
  }
  for (const Allotment& allotment : allotments.entries()) {
    skus = std::max(skus, Raw(allotment.sku) + 1);
  }
  state_ = std::make_unique<State>(world, skus, places, opening.size());
  State& state = *state_;
  const std::span<Cell> cells = state.cell_table.items();
  for (std::size_t first = 0; first < opening.size();) {
    const SkuIndex sku = opening[first].sku;
    std::size_t i = first;
    for (; i < opening.size() && opening[i].sku == sku; ++i) {
      const StockRow& row = opening[i];
      StockFigures figures;
      figures.on_hand = row.on_hand.count();
      figures.unusable = row.damaged.count() + row.quality_control.count();
      figures.hard = row.reserved.count();
      figures.safety = row.safety_stock.count();
      figures.tracked = row.tracked;
      std::destroy_at(&cells[i]);
      std::construct_at(&cells[i], row.location, figures);
      if (figures.hard > 0) state.SideOf(sku, row.location).others = figures.hard;
      if (const std::int64_t controlled = row.quality_control.count(); controlled > 0) {
        state.SideOf(sku, row.location).quality_control = controlled;
      }
      if (figures.tracked) {
        state.row(sku).AddAvailable(figures.Available());
      } else {
        state.row(sku).set_untracked(state.row(sku).untracked() + 1);
      }
    }
    state.row(sku).set_cells(cells.subspan(first, i - first));
    first = i;
  }
  state.TakeTerms();
  for (const StockTerms& terms : stock.terms()) {
    state.NeedSide(terms.sku).outlook.own_terms[terms.location] = terms.backorder;
  }
  for (std::uint32_t i = 0; i < world.locations().size(); ++i) {
    state.PutDays(LocationIndex{i}, world.locations()[i].spec);
  }
  state.ExpectOpening(stock.incoming());
  for (std::span<const Allotment> rest = allotments.entries(); !rest.empty();) {
    const std::span<const Allotment> same = allotments.entries_of(rest.front().sku);
    state.PutAllotments(rest.front().sku, same);
    rest = rest.subspan(same.size());
  }
  rows_ = state.rows.opening();
  row_count_ = state.rows.opening_count();
}

InventoryPool::~InventoryPool() = default;

absl::StatusOr<ReserveOutcome> InventoryPool::Reserve(const ReserveRequest& request) {
  ReserveOutcome outcome;
  if (absl::Status status = state_->Reserve(request, outcome); !status.ok()) return status;
  return outcome;
}

absl::Status InventoryPool::ReserveInto(const ReserveRequest& request, ReserveOutcome& outcome) {
  return state_->Reserve(request, outcome);
}

std::vector<absl::StatusOr<ReserveOutcome>> InventoryPool::ReserveEach(
    std::span<const ReserveRequest> requests) {
  std::vector<absl::StatusOr<ReserveOutcome>> outcomes;
  outcomes.reserve(requests.size());
  for (const ReserveRequest& request : requests) outcomes.push_back(Reserve(request));
  return outcomes;
}

absl::StatusOr<StockChanges> InventoryPool::Release(ReservationId id,
                                                    std::span<const CellDemand> part,
                                                    const ChangeOptions& options) {
  StockChanges changes;
  if (absl::Status status = ReleaseInto(id, part, options, changes); !status.ok()) return status;
  return changes;
}

absl::StatusOr<StockChanges> InventoryPool::Commit(ReservationId id,
                                                   std::span<const CellDemand> part,
                                                   const ChangeOptions& options) {
  StockChanges changes;
  if (absl::Status status = CommitInto(id, part, options, changes); !status.ok()) return status;
  return changes;
}

absl::Status InventoryPool::ReleaseInto(ReservationId id, std::span<const CellDemand> part,
                                        const ChangeOptions& options, StockChanges& changes) {
  return state_->Resolve(id, part, StockCause::kRelease, options, changes);
}

absl::Status InventoryPool::CommitInto(ReservationId id, std::span<const CellDemand> part,
                                       const ChangeOptions& options, StockChanges& changes) {
  return state_->Resolve(id, part, StockCause::kShip, options, changes);
}

absl::StatusOr<ReserveOutcome> InventoryPool::Confirm(ReservationId id,
                                                      const ConfirmRequest& request) {
  return state_->Confirm(id, request);
}

absl::StatusOr<StockChanges> InventoryPool::Extend(ReservationId id, Timestamp expires_at,
                                                   const ChangeOptions& options) {
  return state_->Extend(id, expires_at, options);
}

absl::StatusOr<ReserveOutcome> InventoryPool::Amend(ReservationId id, const AmendRequest& request) {
  return state_->Amend(id, request);
}

StockChanges InventoryPool::Expire(Timestamp now) { return state_->Expire(now); }

absl::StatusOr<FeedSource> InventoryPool::AddSource(const FeedSourceSpec& spec) {
  return state_->AddSource(spec);
}

absl::StatusOr<FeedOutcome> InventoryPool::ApplyCounts(FeedSource source,
                                                       std::span<const StockCount> counts,
                                                       Timestamp now) {
  return state_->ApplyCounts(source, counts, now);
}

absl::StatusOr<FeedOutcome> InventoryPool::ApplyDeltas(FeedSource source,
                                                       std::span<const StockDelta> deltas,
                                                       Timestamp now) {
  return state_->ApplyDeltas(source, deltas, now);
}

absl::StatusOr<FeedOutcome> InventoryPool::Adjust(std::span<const StockAdjustment> adjustments,
                                                  const ChangeOptions& options) {
  return state_->Adjust(adjustments, options);
}

absl::Status InventoryPool::Expect(const ExpectRequest& request) { return state_->Expect(request); }

absl::StatusOr<StockChanges> InventoryPool::Dispatch(const TransferRequest& request) {
  return state_->Dispatch(request);
}

absl::StatusOr<StockChanges> InventoryPool::Receive(const CommandKey& name, Units quantity,
                                                    const ChangeOptions& options) {
  return state_->Arrive(name, quantity, false, options);
}

absl::StatusOr<StockChanges> InventoryPool::Lose(const CommandKey& name, Units quantity,
                                                 const ChangeOptions& options) {
  return state_->Arrive(name, quantity, true, options);
}

std::vector<Incoming> InventoryPool::IncomingOf(SkuIndex sku) const {
  return state_->IncomingOf(sku);
}

std::vector<std::pair<LocationIndex, std::int64_t>> InventoryPool::AvailableToPromiseBy(
    SkuIndex sku, const AtpQuestion& question) const {
  std::vector<std::pair<LocationIndex, std::int64_t>> available;
  state_->FindAvailableToPromise(sku, question, available);
  return available;
}

std::int64_t InventoryPool::AvailableToPromise(SkuIndex sku, const AtpQuestion& question) const {
  std::int64_t sum = 0;
  for (const auto& [location, units] : AvailableToPromiseBy(sku, question)) {
    if (units == kUnlimitedUnits) return kUnlimitedUnits;
    sum += units;
  }
  return sum;
}

absl::Status InventoryPool::Forget(ReservationId id) { return state_->Forget(id); }

absl::Status InventoryPool::SetDayCapacity(LocationIndex location, const DayCapacity& capacity) {
  if (Raw(location) >= state_->location_count) {
    return InvalidArgument("location index {} is not in this pool", Raw(location));
  }
  Shard<Days>& shard = state_->DaysOf(location);
  const std::lock_guard lock(shard.lock);
  shard.map.capacity.insert_or_assign(static_cast<std::uint32_t>(location), capacity);
  if (capacity.units || capacity.shipments) {
    state_->limits_days.store(true, std::memory_order_relaxed);
  }
  return absl::OkStatus();
}

std::optional<Reservation> InventoryPool::FindReservation(ReservationId id) const {
  const auto number = static_cast<std::uint64_t>(id);
  Shard<Book::Records>& shard = state_->book.RecordsOf(number);
  const std::lock_guard lock(shard.lock);
  const inventory_internal::Record* const record = shard.map.Find(number);
  if (record == nullptr) return std::nullopt;
  return ReservationOf(id, *record, state_->clock.load(std::memory_order_relaxed));
}

std::optional<ReservationId> InventoryPool::FindReservation(const CommandKey& key) const {
  if (key.empty()) return std::nullopt;
  const inventory_internal::Hash128 hash = inventory_internal::HashOf(key.text());
  Shard<Book::Keys>& shard = state_->book.KeysOf(hash);
  const std::lock_guard lock(shard.lock);
  const auto at = shard.map.find(hash);
  if (at == shard.map.end()) return std::nullopt;
  return ReservationId{at->second.reservation};
}

StockFigures InventoryPool::Figures(SkuIndex sku, LocationIndex location) const {
  const Cell* cell = state_->Find(sku, location);
  if (cell == nullptr) return {};
  if (state_->row(sku).attention_at() == Row::kNever) return cell->Read();
  const std::lock_guard lock(state_->row(sku).lock);
  return state_->FiguresAt(sku, *cell, state_->clock.load(std::memory_order_relaxed));
}

std::int64_t InventoryPool::Available(SkuIndex sku, Timestamp now) const {
  const Row* row = RowOf(sku);
  if (row == nullptr) return 0;
  if (row->untracked() > 0) return kUnlimitedUnits;
  if (row->attention_at() > state_->Effective(now)) return row->available();
  std::int64_t sum = 0;
  const std::lock_guard lock(state_->row(sku).lock);
  for (const StockSnapshot::Entry& cell : state_->EntriesAt(sku, state_->Effective(now))) {
    if (cell.figures.tracked) sum += cell.figures.Available();
  }
  return sum;
}

std::optional<Reservation> InventoryPool::FindOwn(const Availability& question,
                                                  std::int64_t now) const {
  std::optional<Reservation> own;
  if (question.own_reservation) own = FindReservation(*question.own_reservation);
  // One that has expired holds nothing of what it is asked about.
  if (own && own->expires_at && own->expires_at->time_since_epoch().count() <= now) own.reset();
  return own;
}

void InventoryPool::FindBackorders(SkuIndex sku, const Availability& question,
                                   BackorderOffers& offers) const {
  offers.clear();
  if (Raw(sku) >= state_->row_count()) return;
  const std::int64_t now = state_->Effective(question.now);
  const std::optional<Reservation> own = FindOwn(question, now);
  const std::lock_guard lock(state_->row(sku).lock);
  const inventory_internal::RowSide* side = state_->row(sku).side;
  if (side == nullptr || side->outlook.IsEmpty()) return;
  inventory_internal::FindOffers(
      {sku, {question.channel, question.market}, now, own ? &*own : nullptr}, side->outlook,
      side->promised, state_->EntriesAt(sku, now), offers);
}

std::vector<BackorderRisk> InventoryPool::BackordersAtRisk(SkuIndex sku) const {
  return state_->BackordersAtRisk(sku);
}

std::int64_t InventoryPool::FindHolders(
    SkuIndex sku, const Availability& question,
    absl::InlinedVector<inventory_internal::Holder, 16>& holders) const {
  const std::int64_t now = state_->Effective(question.now);
  const std::optional<Reservation> own = FindOwn(question, now);
  const std::lock_guard lock(state_->row(sku).lock);
  return inventory_internal::FindHolders(
      {sku, {question.channel, question.market}, now, own ? &*own : nullptr},
      state_->AllotmentsAt(sku), state_->EntriesAt(sku, now), holders);
}

std::int64_t InventoryPool::Available(SkuIndex sku, const Availability& question) const {
  if (Raw(sku) >= state_->row_count()) return 0;
  absl::InlinedVector<inventory_internal::Holder, 16> holders;
  const std::int64_t most = FindHolders(sku, question, holders);
  std::int64_t sum = 0;
  for (const inventory_internal::Holder& holder : holders) {
    if (holder.available == kUnlimitedUnits) return most;
    sum += holder.available;
  }
  return std::min(sum, most);
}

absl::Status InventoryPool::SetAllotments(SkuIndex sku, std::span<const Allotment> allotments,
                                          const ChangeOptions& options) {
  return state_->SetAllotments(sku, allotments, options);
}

std::vector<AllotmentUse> InventoryPool::AllotmentsOf(SkuIndex sku, Timestamp now) const {
  return state_->AllotmentsOf(sku, now);
}

std::int64_t InventoryPool::OverGuaranteed(SkuIndex sku, Timestamp now) const {
  return state_->OverGuaranteed(sku, now);
}

DayLoad InventoryPool::LoadOf(LocationIndex location, LocalDate day,
                              std::optional<ReservationId> own) const {
  const DayLoad own_load = own ? HeldOf(*this, *own, location, day) : DayLoad{};
  const Shard<Days>& shard = state_->DaysOf(location);
  const std::lock_guard lock(shard.lock);
  return Without(shard.map.LoadOf(location, day), own_load);
}

bool InventoryPool::limits_days() const {
  return state_->limits_days.load(std::memory_order_relaxed);
}

DayLoad InventoryPool::RoomOf(LocationIndex location, LocalDate day,
                              std::optional<ReservationId> own) const {
  const DayLoad own_load = own ? HeldOf(*this, *own, location, day) : DayLoad{};
  const Shard<Days>& shard = state_->DaysOf(location);
  const std::lock_guard lock(shard.lock);
  return shard.map.RoomBeside(Without(shard.map.LoadOf(location, day), own_load), location);
}

std::uint64_t InventoryPool::sequence() const {
  return state_->sequence.load(std::memory_order_acquire);
}
std::uint64_t InventoryPool::lineage() const { return state_->lineage; }
std::size_t InventoryPool::cell_count() const {
  return state_->cell_count.load(std::memory_order_relaxed);
}

std::optional<Timestamp> InventoryPool::clock() const {
  const std::int64_t now = state_->clock.load(std::memory_order_relaxed);
  if (now == INT64_MIN) return std::nullopt;
  return Timestamp(Duration(now));
}

StockSnapshot InventoryPool::Snapshot(std::span<const SkuIndex> skus,
                                      std::optional<ReservationId> own) const {
  auto data = std::make_shared<StockSnapshot::Data>();
  RowsLock lock(*state_);
  for (const SkuIndex sku : skus) {
    if (Raw(sku) < state_->row_count()) lock.Add(sku);
  }
  lock.Lock();
  data->sequence = sequence();
  data->lineage = state_->lineage;
  const std::int64_t now = state_->clock.load(std::memory_order_relaxed);
  data->now = now;
  for (const SkuIndex sku : lock.skus()) {
    const std::span<const Cell> cells = state_->row(sku).cells();
    StockSnapshot::Row row{sku, data->entries.size(), cells.size(), nullptr, false};
    const inventory_internal::RowSide* side = state_->row(sku).side;
    if (side != nullptr && (side->allotments != nullptr || !side->outlook.IsEmpty())) {
      row.allotted = side->allotments != nullptr;
      inventory_internal::SnapshotSide kept{side->outlook, side->promised, {}};
      if (row.allotted) kept.allotments = *side->allotments;
      kept.allotments.Freeze(now);
      row.side = std::make_shared<const inventory_internal::SnapshotSide>(std::move(kept));
    }
    data->rows.push_back(std::move(row));
    for (const Cell& cell : cells) {
      data->entries.push_back({cell.location(), state_->FiguresAt(sku, cell, now)});
    }
  }
  if (own) data->own = FindReservation(*own);
  return StockSnapshot(std::move(data));
}

StockSnapshot InventoryPool::Snapshot() const {
  std::vector<SkuIndex> all(state_->row_count());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = SkuIndex{static_cast<std::uint32_t>(i)};
  return Snapshot(all);
}

absl::Status InventoryPool::Adopt(const World& next) { return state_->Adopt(next); }

std::uint64_t InventoryPool::world_version() const { return state_->world_version(); }

const inventory_internal::Row* InventoryPool::LaterRow(SkuIndex sku) const {
  return Raw(sku) < state_->row_count() ? &state_->row(sku) : nullptr;
}

absl::Status InventoryPool::Audit() const { return state_->Audit(); }

}  // namespace orderwright
