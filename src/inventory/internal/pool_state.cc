#include "src/inventory/internal/pool_state.h"

#include <algorithm>

namespace orderwright::inventory_internal {

PoolState::PoolState(std::size_t skus, std::size_t places, std::size_t cells, std::uint64_t line)
    : lineage(line),
      location_count(places),
      table(cells),
      cell_count(cells),
      rows(skus),
      guards(std::make_unique<RowGuard[]>(skus)) {}

Cell* PoolState::Find(SkuIndex sku, LocationIndex location) {
  if (Raw(sku) >= rows.size()) return nullptr;
  const std::span<Cell> cells = row(sku).cells();
  auto at = std::lower_bound(
      cells.begin(), cells.end(), location,
      [](const Cell& cell, LocationIndex wanted) { return cell.location() < wanted; });
  return at != cells.end() && at->location() == location ? &*at : nullptr;
}

Change PoolState::Begin(std::int64_t now, Timestamp asked, ReservationId id,
                        StockChanges& changes) {
  std::int64_t seen = clock.load(std::memory_order_relaxed);
  while (seen < now && !clock.compare_exchange_weak(seen, now, std::memory_order_relaxed)) {
  }
  const std::uint64_t number = sequence.fetch_add(1, std::memory_order_relaxed) + 1;
  Change change{number, now, std::nullopt, id, &changes};
  if (asked != Timestamp{}) change.at = asked.time_since_epoch().count();
  return change;
}

StockFigures PoolState::FiguresAt(SkuIndex sku, const Cell& cell, std::int64_t now) {
  StockFigures figures = cell.Read();
  if (row(sku).attention_at() <= now) figures.soft -= guard(sku).Expired(cell.location(), now);
  return figures;
}

void PoolState::Apply(const Change& change, SkuIndex sku, Cell& cell, StockCause cause,
                      const Delta& delta) {
  StockFigures after = cell.Read();
  if (after.tracked) after.on_hand += delta.on_hand;
  after.hard += delta.hard;
  after.soft += delta.soft;
  after.unusable += delta.unusable;
  after.safety += delta.safety;
  Put(change, sku, cell, cause, after);
  if (delta.hard != 0 && remembers_reserved_.load(std::memory_order_relaxed)) {
    Remember(change, sku, cell.location(), delta.hard);
  }
}

void PoolState::Put(const Change& change, SkuIndex sku, Cell& cell, StockCause cause,
                    const StockFigures& after) {
  const StockFigures before = cell.Read();
  cell.Write(after);
  const auto counted = [](const StockFigures& f) { return f.tracked ? f.Available() : 0; };
  if (const std::int64_t delta = counted(after) - counted(before); delta != 0) {
    row(sku).AddAvailable(delta);
  }
  if (before.tracked != after.tracked) {
    guard(sku).untracked.fetch_add(after.tracked ? ~0U : 1U, std::memory_order_relaxed);
  }
  change.changes->push_back({sku, cell.location(), cause, before, after, change.id, change.number});
}

void PoolState::Move(const Change& change, SkuIndex sku, Cell& cell, StockCause cause,
                     std::int64_t units, Delta delta) {
  delta.on_hand = units;
  if (remembers_movements_.load(std::memory_order_relaxed)) {
    Movements& movements = SideOf(sku, cell.location()).movements;
    // Without an instant it is later than everything that was heard of the cell.
    const std::int64_t at = change.at.value_or(std::max(change.now, movements.next_at()));
    const Movement movement{kOwnSource, change.number, at, units};
    // What was counted after it happened has it in it already, though we hear of it only now.
    if (movements.Includes(movement)) {
      delta.on_hand = 0;
    } else {
      movements.Add(movement);
    }
  }
  Apply(change, sku, cell, cause, delta);
}

void PoolState::Remember(const Change& change, SkuIndex sku, LocationIndex location,
                         std::int64_t hard) {
  CellSide& side = SideOf(sku, location);
  if (side.reserved.size() >= Movements::kMost) {
    side.reserved_forgotten = side.reserved.front().number;
    side.reserved.erase(side.reserved.begin());
  }
  side.reserved.push_back({change.number, hard});
}

Cell& PoolState::AddCell(SkuIndex sku, LocationIndex location) {
  const std::span<Cell> old = row(sku).cells();
  auto cells = std::make_unique<Cell[]>(old.size() + 1);
  std::size_t at = 0;
  while (at < old.size() && old[at].location() < location) ++at;
  const auto put = [&](std::size_t i, LocationIndex place, const StockFigures& figures) {
    std::destroy_at(&cells[i]);
    std::construct_at(&cells[i], place, figures);
  };
  for (std::size_t i = 0; i < old.size(); ++i) {
    put(i < at ? i : i + 1, old[i].location(), old[i].Read());
  }
  put(at, location, {});
  row(sku).set_cells({cells.get(), old.size() + 1});
  Cell& added = cells[at];
  guard(sku).NeedSide().grown.push_back(std::move(cells));
  cell_count.fetch_add(1, std::memory_order_relaxed);
  return added;
}

void PoolState::Settle(const Change& change, SkuIndex sku) {
  if (row(sku).attention_at() > change.now) return;
  Expiries& expiries = guard(sku).side->expiries;
  Change many = change;
  many.id = ReservationId{};
  auto at = expiries.begin();
  for (; at != expiries.end() && at->first.first <= change.now; ++at) {
    Apply(many, sku, *Find(sku, at->first.second), StockCause::kExpire, {.soft = -at->second});
  }
  expiries.erase(expiries.begin(), at);
  FindAttention(sku);
}

void PoolState::AddExpiry(SkuIndex sku, LocationIndex location, std::int64_t at,
                          std::int64_t units) {
  Expiries& expiries = guard(sku).NeedSide().expiries;
  const auto entry = expiries.try_emplace({at, location}, 0).first;
  entry->second += units;
  if (entry->second == 0) expiries.erase(entry);
  FindAttention(sku);
}

void PoolState::FindAttention(SkuIndex sku) {
  const Expiries& expiries = guard(sku).side->expiries;
  row(sku).set_attention_at(expiries.empty() ? Row::kNever : expiries.begin()->first.first);
}

void RowsLock::Lock() {
  if (skus_.size() > 1) {
    std::sort(skus_.begin(), skus_.end());
    skus_.erase(std::unique(skus_.begin(), skus_.end()), skus_.end());
  }
  for (const SkuIndex sku : skus_) state_.guard(sku).lock.lock();
  locked_ = true;
}

void RowsLock::Unlock() {
  if (!locked_) return;
  for (std::size_t i = skus_.size(); i-- > 0;) state_.guard(skus_[i]).lock.unlock();
  skus_.clear();
  locked_ = false;
}

bool RowsLock::Holds(SkuIndex sku) const {
  return std::binary_search(skus_.begin(), skus_.end(), sku);
}

void DaysLock::Lock() {
  for (std::size_t i = 0; i < PoolState::kDayShards; ++i) {
    if ((shards_ >> i & 1U) != 0) state_.days[i].lock.lock();
  }
  locked_ = true;
}

DaysLock::~DaysLock() {
  if (!locked_) return;
  for (std::size_t i = PoolState::kDayShards; i-- > 0;) {
    if ((shards_ >> i & 1U) != 0) state_.days[i].lock.unlock();
  }
}

bool SumByCell(std::span<const CellDemand> cells, Demands& sums) {
  sums.assign(cells.begin(), cells.end());
  if (sums.size() < 2) return true;
  std::stable_sort(sums.begin(), sums.end(), CellLess<CellDemand, CellDemand>);
  std::size_t kept = 0;
  for (const CellDemand& demand : sums) {
    CellDemand* last = kept > 0 ? &sums[kept - 1] : nullptr;
    if (last != nullptr && !CellLess(*last, demand)) {
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

bool SumByDay(std::span<const CapacityDemand> capacity, std::vector<CapacityDemand>& sums) {
  const auto less = [](const CapacityDemand& a, const CapacityDemand& b) {
    return a.location != b.location ? a.location < b.location : a.day < b.day;
  };
  sums.assign(capacity.begin(), capacity.end());
  std::stable_sort(sums.begin(), sums.end(), less);
  std::size_t kept = 0;
  for (const CapacityDemand& demand : sums) {
    CapacityDemand* last = kept > 0 ? &sums[kept - 1] : nullptr;
    if (last != nullptr && !less(*last, demand)) {
      const std::optional<Units> units = last->units.Plus(demand.units);
      const std::optional<Units> shipments = last->shipments.Plus(demand.shipments);
      if (!units || !shipments) return false;
      last->units = *units;
      last->shipments = *shipments;
    } else {
      sums[kept++] = demand;
    }
  }
  sums.resize(kept);
  return true;
}

}  // namespace orderwright::inventory_internal
