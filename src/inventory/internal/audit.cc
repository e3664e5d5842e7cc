// Audit: every cached sum of a pool, computed again from its reservations.
#include <algorithm>
#include <map>
#include <mutex>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "orderwright/core/status.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {
namespace {

struct Sums {
  std::int64_t hard = 0;
  std::int64_t soft = 0;  // of holds that have not expired
};
using ByCell = absl::flat_hash_map<std::pair<std::uint32_t, std::uint32_t>, Sums>;
using ByDay =
    std::map<std::pair<std::uint32_t, std::int64_t>, std::pair<std::int64_t, std::int64_t>>;

// Holds every lock of a pool, in the order of all.
class Everything {
 public:
  explicit Everything(PoolState& state) : state_(state), world_(state.world_mutex) {
    for (std::size_t i = 0; i < state.row_count(); ++i) state.rows[i].lock.lock();
    for (Shard<Days>& shard : state.days) shard.lock.lock();
    for (Shard<Book::Records>& shard : state.book.records()) shard.lock.lock();
  }
  ~Everything() {
    for (Shard<Book::Records>& shard : state_.book.records()) shard.lock.unlock();
    for (Shard<Days>& shard : state_.days) shard.lock.unlock();
    for (std::size_t i = 0; i < state_.row_count(); ++i) state_.rows[i].lock.unlock();
  }
  Everything(const Everything&) = delete;
  Everything& operator=(const Everything&) = delete;

 private:
  PoolState& state_;
  std::lock_guard<std::mutex> world_;  // no rows are added meanwhile
};

using BySku = std::map<SkuIndex, Promised>;
using Allotted = std::map<SkuIndex, AllotmentBook>;

absl::Status AuditRow(PoolState& state, SkuIndex sku, const ByCell& sums, const BySku& backorders,
                      const Allotted& allotted, std::int64_t now) {
  const auto wrong = [&](const Cell& cell, std::string_view what, std::int64_t is,
                         std::int64_t should) {
    return Internal("SKU index {} at location index {}: {} is {}, its reservations sum to {}",
                    Raw(sku), Raw(cell.location()), what, is, should);
  };
  const RowSide* side = state.row(sku).side;
  std::int64_t available = 0;
  for (const Cell& cell : state.row(sku).cells()) {
    const StockFigures figures = cell.Read();
    if (figures.tracked) available += figures.Available();
    const auto at =
        sums.find({static_cast<std::uint32_t>(sku), static_cast<std::uint32_t>(cell.location())});
    const Sums expected = at != sums.end() ? at->second : Sums{};
    std::int64_t others = 0;
    std::int64_t held = 0;
    std::int64_t live = 0;
    if (side != nullptr) {
      if (const CellSide* cold = side->Find(cell.location())) others = cold->others;
      for (const auto& [key, units] : side->expiries) {
        if (key.second != cell.location()) continue;
        held += units;
        if (key.first > now) live += units;
      }
    }
    if (figures.hard != others + expected.hard) {
      return wrong(cell, "hard", figures.hard, others + expected.hard);
    }
    if (figures.soft != held) return wrong(cell, "soft", figures.soft, held);
    if (live != expected.soft) return wrong(cell, "what is held", live, expected.soft);
  }
  const auto open = backorders.find(sku);
  const Promised promised = open != backorders.end() ? open->second : Promised{};
  if (promised != (side != nullptr ? side->promised : Promised{})) {
    return Internal("SKU index {}: what is backordered differs from its reservations", Raw(sku));
  }
  if (const auto counted = allotted.find(sku);
      counted != allotted.end() && !side->allotments->HasOpenOf(counted->second, now)) {
    return Internal("SKU index {}: what allotments count as open differs from reservations",
                    Raw(sku));
  }
  if (available != state.row(sku).available()) {
    return Internal("SKU index {}: the total available is {}, its cells sum to {}", Raw(sku),
                    state.row(sku).available(), available);
  }
  return absl::OkStatus();
}

}  // namespace

absl::Status PoolState::Audit() {
  const Everything locked(*this);
  const std::int64_t now = clock.load(std::memory_order_relaxed);
  ByCell sums;
  ByDay loads;
  BySku backorders;
  Allotted allotted;
  for (std::size_t i = 0; i < row_count(); ++i) {
    if (rows[i].attention_at() != Row::kAlways) continue;
    const SkuIndex sku{static_cast<std::uint32_t>(i)};
    allotted.emplace(sku, rows[i].side->allotments->Fresh());
  }
  for (Shard<Book::Records>& shard : book.records()) {
    // Sums: the order is harmless.
    shard.map.ForEach([&](std::uint64_t, const Record& record) {
      for (const HeldCell& cell : record.cells) {
        Sums& sum =
            sums[{static_cast<std::uint32_t>(cell.sku), static_cast<std::uint32_t>(cell.location)}];
        if (record.kind == ReservationKind::kHard) {
          sum.hard += cell.left;
        } else if (!record.IsExpired(now)) {
          sum.soft += cell.left;
        }
      }
      for (auto& [sku, book_of_sku] : allotted) {
        if (!record.IsExpired(now)) Count(record, sku, book_of_sku);
      }
      for (const BackorderDemand& open : record.backorders) {
        AddPromised(backorders[open.sku], PromiseOf(open), open.quantity.count());
      }
      for (const HeldDay& day : record.days) {
        auto& load = loads[Days::KeyOf(day.location, day.day)];
        load.first += day.units;
        load.second += day.shipments;
      }
    });
  }
  for (std::size_t i = 0; i < row_count(); ++i) {
    absl::Status status =
        AuditRow(*this, SkuIndex{static_cast<std::uint32_t>(i)}, sums, backorders, allotted, now);
    if (!status.ok()) return status;
  }
  std::erase_if(loads, [](const auto& load) { return load.second == std::pair{0L, 0L}; });
  for (const Shard<Days>& shard : days) {
    for (const auto& [key, day] : shard.map.books) {
      if (day.units == 0 && day.shipments == 0) continue;
      const auto at = loads.find(key);
      if (at == loads.end() || at->second != std::pair{day.units, day.shipments}) {
        return Internal("the load of location index {} differs from its reservations", key.first);
      }
      loads.erase(at);
    }
  }
  if (!loads.empty()) {
    return Internal("the load of location index {} is missing", loads.begin()->first.first);
  }
  return absl::OkStatus();
}

}  // namespace orderwright::inventory_internal
