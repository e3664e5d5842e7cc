// Adopt: a later version of the world.
#include <algorithm>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/issue.h"
#include "orderwright/core/status.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {
namespace {

bool SameTerms(const Item& a, const Item& b) {
  const auto same = [](const auto& x, const auto& y) { return x.limit == y.limit; };
  if (a.retired != b.retired || a.spec.backorder.allowed != b.spec.backorder.allowed ||
      !same(a.spec.backorder, b.spec.backorder) ||
      a.spec.preorder.has_value() != b.spec.preorder.has_value()) {
    return false;
  }
  return !a.spec.preorder || (a.spec.preorder->release == b.spec.preorder->release &&
                              same(*a.spec.preorder, *b.spec.preorder));
}

bool SameDays(const LocationSpec& a, const LocationSpec& b) {
  return a.capacity_units_per_day == b.capacity_units_per_day &&
         a.capacity_shipments_per_day == b.capacity_shipments_per_day &&
         a.load_units == b.load_units && a.load_shipments == b.load_shipments;
}

// Entries that `next` has retired and `now` has not.
template <typename Index, typename Entries>
std::vector<Index> Closed(const Entries& now, const Entries& next) {
  std::vector<Index> closed;
  for (std::size_t i = 0; i < now.size(); ++i) {
    if (next[i].retired && !now[i].retired) closed.push_back(Index{static_cast<std::uint32_t>(i)});
  }
  return closed;
}

// Units at a place that keep it open.
struct OpenStock {
  StockFigures figures;
  std::int64_t incoming = 0;
  std::int64_t backordered = 0;

  [[nodiscard]] bool IsEmpty() const {
    return figures.on_hand == 0 && figures.hard == 0 && figures.soft == 0 && incoming == 0 &&
           backordered == 0;
  }
};

}  // namespace

void PoolState::FindOpenStockOf(SkuIndex sku, const World& next,
                                std::span<const LocationIndex> closed, bool is_item_closed,
                                IssueList& issues) {
  const std::lock_guard lock(row(sku).lock);
  absl::btree_map<LocationIndex, OpenStock> open;
  const std::int64_t now = clock.load(std::memory_order_relaxed);
  for (const Cell& cell : row(sku).cells()) {
    open[cell.location()].figures = FiguresAt(sku, cell, now);
  }
  if (const RowSide* side = row(sku).side; side != nullptr) {
    for (const Expected& expected : side->outlook.incoming) {
      open[expected.incoming.location].incoming += expected.incoming.quantity.count();
    }
    for (const auto& [promise, units] : side->promised) {
      open[promise.location].backordered += units;
    }
  }
  for (const auto& [location, units] : open) {
    if (units.IsEmpty()) continue;
    if (!is_item_closed && !std::binary_search(closed.begin(), closed.end(), location)) continue;
    const std::string& id = next.location(location).id();
    issues.Add(fmt::format("{}@{}", next.item(sku).sku(), id), "open_stock",
               fmt::format("'{}' has {} units of '{}' on hand, {} reserved, {} held, {} expected "
                           "and {} backordered; move them before {} is removed",
                           id, units.figures.on_hand, next.item(sku).sku(), units.figures.hard,
                           units.figures.soft, units.incoming, units.backordered,
                           is_item_closed ? "the item" : "the location"));
  }
}

IssueList PoolState::FindOpenStock(const World& next) {
  IssueList issues;
  const auto items = Closed<SkuIndex>(world_.items(), next.items());
  const auto locations = Closed<LocationIndex>(world_.locations(), next.locations());
  if (locations.empty()) {
    for (const SkuIndex sku : items) FindOpenStockOf(sku, next, locations, true, issues);
    return issues;
  }
  const std::size_t known = std::min(row_count(), next.items().size());
  for (std::size_t i = 0; i < known; ++i) {
    const SkuIndex sku{static_cast<std::uint32_t>(i)};
    const bool is_closed = std::binary_search(items.begin(), items.end(), sku);
    FindOpenStockOf(sku, next, locations, is_closed, issues);
  }
  return issues;
}

void PoolState::PutTerms(SkuIndex sku, const Item& item) {
  const bool has_terms = !item.retired && (item.spec.backorder.allowed || item.spec.preorder);
  const std::lock_guard lock(row(sku).lock);
  if (!has_terms && row(sku).side == nullptr) return;
  Outlook& outlook = NeedSide(sku).outlook;
  outlook.backorder = item.retired ? BackorderTerms{} : item.spec.backorder;
  outlook.preorder = item.retired ? std::nullopt : item.spec.preorder;
}

void PoolState::TakeTerms() {
  const std::span<const Item> items = world_.items();
  for (std::size_t i = 0; i < items.size(); ++i) {
    PutTerms(SkuIndex{static_cast<std::uint32_t>(i)}, items[i]);
  }
}

absl::Status PoolState::Adopt(const World& next) {
  const std::lock_guard lock(world_mutex);
  if (next.lineage() != lineage) {
    return FailedPrecondition("the pool is of another world; make a new pool with its stock");
  }
  if (next.version() < world_.version()) {
    return FailedPrecondition("the pool has adopted version {} of its world; version {} is older",
                              world_.version(), next.version());
  }
  if (next.SameAs(world_)) return absl::OkStatus();
  if (const IssueList open = FindOpenStock(next); !open.ok()) {
    return open.ToStatus(fmt::format("version {} of the world", next.version()),
                         absl::StatusCode::kFailedPrecondition);
  }
  rows.Grow(next.items().size());
  if (next.locations().size() > location_count.load(std::memory_order_relaxed)) {
    location_count.store(next.locations().size(), std::memory_order_release);
  }
  const std::span<const Item> before = world_.items();
  const std::span<const Item> after = next.items();
  if (before.data() != after.data()) {
    for (std::size_t i = 0; i < after.size(); ++i) {
      if (i < before.size() && SameTerms(before[i], after[i])) continue;
      PutTerms(SkuIndex{static_cast<std::uint32_t>(i)}, after[i]);
    }
  }
  const std::span<const Location> old_places = world_.locations();
  const std::span<const Location> places = next.locations();
  if (old_places.data() != places.data()) {
    for (std::uint32_t i = 0; i < places.size(); ++i) {
      // What a host has set since stays where the world says nothing new.
      if (i < old_places.size() && SameDays(old_places[i].spec, places[i].spec)) continue;
      PutDays(LocationIndex{i}, places[i].spec);
    }
  }
  world_ = next;
  return absl::OkStatus();
}

void PoolState::PutDays(LocationIndex location, const LocationSpec& spec) {
  const auto key = static_cast<std::uint32_t>(location);
  Shard<Days>& shard = DaysOf(location);
  const std::lock_guard lock(shard.lock);
  if (spec.capacity_units_per_day || spec.capacity_shipments_per_day) {
    shard.map.capacity[key] = {spec.capacity_units_per_day, spec.capacity_shipments_per_day};
    limits_days.store(true, std::memory_order_relaxed);
  } else {
    shard.map.capacity.erase(key);
  }
  const DayLoad standing{spec.load_units, spec.load_shipments};
  if (standing == DayLoad()) {
    shard.map.standing.erase(key);
  } else {
    shard.map.standing[key] = standing;
  }
}

std::uint64_t PoolState::world_version() {
  const std::lock_guard lock(world_mutex);
  return world_.version();
}

}  // namespace orderwright::inventory_internal
