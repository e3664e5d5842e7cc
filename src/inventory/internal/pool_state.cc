#include "src/inventory/internal/pool_state.h"

#include <algorithm>

namespace orderwright::inventory_internal {

PoolState::PoolState(const World& world, std::size_t skus, std::size_t places, std::size_t cells)
    : lineage(world.lineage()),
      location_count(places),
      rows(skus),
      cell_table(cells),
      cell_count(cells),
      world_(world) {}

void PoolState::Prefetch(std::span<const CellDemand> cells) const {
  if (cells.size() < 2) return;
  for (const CellDemand& demand : cells) __builtin_prefetch(&rows[Raw(demand.sku)], 1);
  for (const CellDemand& demand : cells) {
    // Of few cells the middle one is in their only line or two; a search of many begins there.
    const std::span<Cell> all = rows[Raw(demand.sku)].cells();
    if (!all.empty()) __builtin_prefetch(&all[all.size() / 2], 1);
  }
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
  NeedSide(sku).grown.push_back(std::move(cells));
  cell_count.fetch_add(1, std::memory_order_relaxed);
  return added;
}

void PoolState::Settle(const Change& change, SkuIndex sku) {
  if (row(sku).attention_at() > change.now) return;
  Expiries& expiries = row(sku).side->expiries;
  Change many = change;
  many.id = ReservationId{};
  auto at = expiries.begin();
  for (; at != expiries.end() && at->first.first <= change.now; ++at) {
    Apply(many, sku, *Find(sku, at->first.second), StockCause::kExpire, {.soft = -at->second});
  }
  expiries.erase(expiries.begin(), at);
  if (AllotmentBook* allotments = AllotmentsAt(sku)) allotments->Settle(change.now);
  FindAttention(sku);
}

void PoolState::AddExpiry(SkuIndex sku, LocationIndex location, std::int64_t at,
                          std::int64_t units) {
  Expiries& expiries = NeedSide(sku).expiries;
  const auto entry = expiries.try_emplace({at, location}, 0).first;
  entry->second += units;
  if (entry->second == 0) expiries.erase(entry);
  FindAttention(sku);
}

void PoolState::FindAttention(SkuIndex sku) {
  const RowSide& side = *row(sku).side;
  if (side.allotments != nullptr) {
    row(sku).set_attention_at(Row::kAlways);
  } else {
    row(sku).set_attention_at(side.expiries.empty() ? Row::kNever
                                                    : side.expiries.begin()->first.first);
  }
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

namespace {

// Sorts, and adds each entry to the one before it if `less` has them equal. False if `add` does not
// fit.
template <typename List, typename Less, typename Add>
bool SumEqual(List& list, const Less& less, const Add& add) {
  if (list.size() < 2) return true;
  std::stable_sort(list.begin(), list.end(), less);
  std::size_t kept = 1;
  for (std::size_t i = 1; i < list.size(); ++i) {
    if (less(list[kept - 1], list[i])) {
      list[kept++] = list[i];
    } else if (!add(list[kept - 1], list[i])) {
      return false;
    }
  }
  list.resize(kept);
  return true;
}

bool AddTo(Units& sum, Units more) {
  const std::optional<Units> both = sum.Plus(more);
  if (both) sum = *both;
  return both.has_value();
}

}  // namespace

bool SumByCell(std::span<const CellDemand> cells, Demands& sums) {
  sums.assign(cells.begin(), cells.end());
  return SumEqual(sums, CellLess<CellDemand, CellDemand>, [](CellDemand& sum, const CellDemand& b) {
    return AddTo(sum.quantity, b.quantity);
  });
}

bool SumBackorders(std::span<const BackorderDemand> backorders,
                   std::vector<BackorderDemand>& sums) {
  sums.assign(backorders.begin(), backorders.end());
  return SumEqual(sums, BackorderLess, [](BackorderDemand& sum, const BackorderDemand& b) {
    return AddTo(sum.quantity, b.quantity);
  });
}

bool SumByDay(std::span<const CapacityDemand> capacity, std::vector<CapacityDemand>& sums) {
  sums.assign(capacity.begin(), capacity.end());
  return SumEqual(sums, DayLess<CapacityDemand, CapacityDemand>,
                  [](CapacityDemand& sum, const CapacityDemand& b) {
                    return AddTo(sum.units, b.units) && AddTo(sum.shipments, b.shipments);
                  });
}

}  // namespace orderwright::inventory_internal
