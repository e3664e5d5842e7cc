// Counts and changes that other systems report, and adjustments by somebody's word.
#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/inventory/stock.h"
#include "src/inventory/internal/keys.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {
namespace {

bool Fits(std::int64_t units) { return units >= -Stock::kMaxUnits && units <= Stock::kMaxUnits; }

// That entry i of a call names a cell that can be.
template <typename Entry>
absl::Status CheckCell(const PoolState& state, std::string_view what, std::size_t i,
                       const Entry& entry) {
  if (Raw(entry.sku) >= state.row_count()) {
    return InvalidArgument("{}[{}]: SKU index {} is not in this pool", what, i, Raw(entry.sku));
  }
  if (Raw(entry.location) >= state.location_count) {
    return InvalidArgument("{}[{}]: location index {} is not in this pool", what, i,
                           Raw(entry.location));
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<FeedSource> PoolState::AddSource(const FeedSourceSpec& spec) {
  if (spec.name.empty()) return InvalidArgument("a source needs a name");
  const std::lock_guard lock(sources_mutex_);
  for (const FeedSourceSpec& known : sources_.specs) {
    if (known.name != spec.name) continue;
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      fmt::format("there is a source '{}' already", spec.name));
  }
  if (sources_.specs.empty()) {
    sources_.since_number = sequence.load(std::memory_order_relaxed);
    sources_.since_at = clock.load(std::memory_order_relaxed);
    remembers_movements_.store(true, std::memory_order_relaxed);
  }
  if (spec.less_reserved) remembers_reserved_.store(true, std::memory_order_relaxed);
  sources_.specs.push_back(spec);
  return FeedSource{static_cast<std::uint32_t>(sources_.specs.size())};
}

FeedResult PoolState::ApplyCount(FeedSource source, const Sources& sources, const StockCount& count,
                                 Timestamp now, StockChanges& changes) {
  const std::lock_guard lock(row(count.sku).lock);
  Cell* cell = Find(count.sku, count.location);
  const Horizon horizon{static_cast<std::uint32_t>(source), count.position,
                        count.at.time_since_epoch().count(), count.as_of};
  const bool before_memory =
      count.as_of ? *count.as_of < sources.since_number : horizon.at < sources.since_at;
  if (before_memory) return FeedResult::kTooOld;
  Movements& movements = SideOf(count.sku, count.location).movements;
  if (const FeedResult judged = movements.JudgeCount(horizon); judged != FeedResult::kApplied) {
    return judged;
  }
  std::int64_t units = count.units;
  if (sources.specs[Raw(source) - 1].less_reserved && cell != nullptr) {
    // What was reserved when the source counted.
    const CellSide& side = SideOf(count.sku, count.location);
    units += cell->Read().hard - side.others;
    if (count.as_of) {
      if (*count.as_of < side.reserved_forgotten) return FeedResult::kTooOld;
      for (const ReservedMove& move : side.reserved) {
        if (move.number > *count.as_of) units -= move.units;
      }
    }
  }
  Movements after_count = movements;
  units += after_count.Count(horizon);
  if (!Fits(units)) return FeedResult::kOutOfRange;
  movements = std::move(after_count);
  if (cell == nullptr) cell = &AddCell(count.sku, count.location);
  if (const StockFigures now_there = cell->Read();
      now_there.tracked && now_there.on_hand == units) {
    return FeedResult::kApplied;
  }
  const Change change = Begin(Effective(now), now, ReservationId{}, changes);
  Settle(change, count.sku);
  const StockFigures before = cell->Read();
  StockFigures after = before;
  after.on_hand = units;
  after.tracked = true;
  Put(change, count.sku, *cell, StockCause::kCount, before, after);
  return FeedResult::kApplied;
}

FeedResult PoolState::ApplyDelta(FeedSource source, const StockDelta& delta, Timestamp now,
                                 StockChanges& changes) {
  const std::lock_guard lock(row(delta.sku).lock);
  Cell* cell = Find(delta.sku, delta.location);
  const std::int64_t units = delta.units.count();
  const Movement movement{static_cast<std::uint32_t>(source), delta.position,
                          delta.at.time_since_epoch().count(), units};
  Movements& movements = SideOf(delta.sku, delta.location).movements;
  if (const FeedResult judged = movements.JudgeDelta(movement); judged != FeedResult::kApplied) {
    return judged;
  }
  const StockFigures before = cell != nullptr ? cell->Read() : StockFigures{};
  if (before.tracked && !Fits(before.on_hand + units)) return FeedResult::kOutOfRange;
  movements.Add(movement);
  if (cell == nullptr) cell = &AddCell(delta.sku, delta.location);
  if (!before.tracked || units == 0) return FeedResult::kApplied;
  const Change change = Begin(Effective(now), now, ReservationId{}, changes);
  Settle(change, delta.sku);
  Apply(change, delta.sku, *cell, StockCause::kDelta, {.on_hand = units});
  return FeedResult::kApplied;
}

absl::StatusOr<FeedOutcome> PoolState::ApplyCounts(FeedSource source,
                                                   std::span<const StockCount> counts,
                                                   Timestamp now) {
  Sources sources;
  {
    const std::lock_guard lock(sources_mutex_);
    sources = sources_;
  }
  if (Raw(source) == 0 || Raw(source) > sources.specs.size()) {
    return NotFound("there is no source {}; make one with AddSource", Raw(source));
  }
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (absl::Status status = CheckCell(*this, "counts", i, counts[i]); !status.ok()) return status;
    if (counts[i].units < 0) {
      return InvalidArgument("counts[{}]: {} units were counted; it must be 0 or more", i,
                             counts[i].units);
    }
    if (counts[i].units > Stock::kMaxUnits) {
      return OutOfRange("counts[{}]: {} units are more than {}", i, counts[i].units,
                        Stock::kMaxUnits);
    }
  }
  FeedOutcome outcome;
  Demands cells;
  for (const StockCount& count : counts) {
    outcome.results.push_back(ApplyCount(source, sources, count, now, outcome.changes));
    cells.push_back({count.sku, count.location, Units(0)});
  }
  outcome.oversold = FindOversold(std::move(cells));
  return outcome;
}

absl::StatusOr<FeedOutcome> PoolState::ApplyDeltas(FeedSource source,
                                                   std::span<const StockDelta> deltas,
                                                   Timestamp now) {
  {
    const std::lock_guard lock(sources_mutex_);
    if (Raw(source) == 0 || Raw(source) > sources_.specs.size()) {
      return NotFound("there is no source {}; make one with AddSource", Raw(source));
    }
  }
  for (std::size_t i = 0; i < deltas.size(); ++i) {
    if (absl::Status status = CheckCell(*this, "deltas", i, deltas[i]); !status.ok()) return status;
    if (!Fits(deltas[i].units.count())) {
      return OutOfRange("deltas[{}]: {} units are more than {}", i, deltas[i].units.count(),
                        Stock::kMaxUnits);
    }
  }
  FeedOutcome outcome;
  Demands cells;
  for (const StockDelta& delta : deltas) {
    outcome.results.push_back(ApplyDelta(source, delta, now, outcome.changes));
    cells.push_back({delta.sku, delta.location, Units(0)});
  }
  outcome.oversold = FindOversold(std::move(cells));
  return outcome;
}

absl::StatusOr<FeedOutcome> PoolState::Adjust(std::span<const StockAdjustment> adjustments,
                                              const ChangeOptions& options) {
  FeedOutcome outcome;
  if (adjustments.empty()) return InvalidArgument("there is nothing to adjust");
  for (std::size_t i = 0; i < adjustments.size(); ++i) {
    const StockAdjustment& adjustment = adjustments[i];
    if (absl::Status status = CheckCell(*this, "adjustments", i, adjustment); !status.ok()) {
      return status;
    }
    const std::int64_t safety = adjustment.safety_stock ? adjustment.safety_stock->count() : 0;
    for (const std::int64_t units : {adjustment.on_hand.count(), adjustment.damaged.count(),
                                     adjustment.quality_control.count(), safety}) {
      if (!Fits(units)) {
        return OutOfRange("adjustments[{}]: {} units are more than {}", i, units, Stock::kMaxUnits);
      }
    }
  }
  KeyLock key(book, options.key);
  const absl::StatusOr<std::optional<ReservationId>> known =
      key.FindRepeated(options.key, Command::kAdjust, [&](Content& content) {
        for (const StockAdjustment& adjustment : adjustments) {
          content.Add(Raw(adjustment.sku));
          content.Add(Raw(adjustment.location));
          content.Add(static_cast<std::uint64_t>(adjustment.on_hand.count()));
          content.Add(static_cast<std::uint64_t>(adjustment.damaged.count()));
          content.Add(static_cast<std::uint64_t>(adjustment.quality_control.count()));
          content.Add(adjustment.safety_stock ? 1 : 0);
          if (adjustment.safety_stock) {
            content.Add(static_cast<std::uint64_t>(adjustment.safety_stock->count()));
          }
        }
      });
  if (!known.ok()) return known.status();
  if (*known) {
    outcome.results.assign(adjustments.size(), FeedResult::kRepeated);
    return outcome;
  }
  RowsLock locked(*this);
  for (const StockAdjustment& adjustment : adjustments) locked.Add(adjustment.sku);
  locked.Lock();

  // What each cell would be, one adjustment after the other.
  struct Target {
    StockFigures figures;
    std::int64_t quality_control = 0;
    std::int64_t moved = 0;
  };
  absl::btree_map<std::pair<SkuIndex, LocationIndex>, Target> targets;
  for (std::size_t i = 0; i < adjustments.size(); ++i) {
    const StockAdjustment& adjustment = adjustments[i];
    const auto [at, fresh] = targets.try_emplace({adjustment.sku, adjustment.location});
    Target& target = at->second;
    if (fresh) {
      const Cell* cell = Find(adjustment.sku, adjustment.location);
      if (cell != nullptr) target.figures = cell->Read();
      const RowSide* side = row(adjustment.sku).side;
      const CellSide* cold = side != nullptr ? side->Find(adjustment.location) : nullptr;
      if (cold != nullptr) target.quality_control = cold->quality_control;
    }
    StockFigures& figures = target.figures;
    if (!figures.tracked && (adjustment.on_hand.count() != 0 || adjustment.damaged.count() != 0 ||
                             adjustment.quality_control.count() != 0)) {
      return FailedPrecondition(
          "adjustments[{}]: units of SKU index {} at location index {} are not tracked; count them",
          i, Raw(adjustment.sku), Raw(adjustment.location));
    }
    figures.on_hand += adjustment.on_hand.count();
    figures.unusable += adjustment.damaged.count() + adjustment.quality_control.count();
    target.quality_control += adjustment.quality_control.count();
    target.moved += adjustment.on_hand.count();
    if (adjustment.safety_stock) figures.safety = adjustment.safety_stock->count();
    if (!Fits(figures.on_hand) || !Fits(figures.unusable)) {
      return OutOfRange("adjustments[{}]: there would be {} units, {} of them unusable", i,
                        figures.on_hand, figures.unusable);
    }
    const std::int64_t damaged = figures.unusable - target.quality_control;
    const bool falls = adjustment.on_hand.count() < 0 && figures.on_hand < 0;
    if (falls || damaged < 0 || target.quality_control < 0) {
      return InvalidArgument(
          "adjustments[{}]: there would be {} units on hand, {} damaged and {} in quality control; "
          "none may fall below 0",
          i, figures.on_hand, damaged, target.quality_control);
    }
  }

  const Change change =
      Begin(Effective(options.now), options.now, ReservationId{}, outcome.changes);
  for (const SkuIndex sku : locked.skus()) Settle(change, sku);
  Demands cells;
  for (const auto& [at, target] : targets) {
    const auto& [sku, location] = at;
    cells.push_back({sku, location, Units(0)});
    Cell* cell = Find(sku, location);
    if (cell == nullptr) cell = &AddCell(sku, location);
    const StockFigures now = cell->Read();
    if (target.quality_control > 0 || row(sku).side != nullptr) {
      SideOf(sku, location).quality_control = target.quality_control;
    }
    const Delta delta{.unusable = target.figures.unusable - now.unusable,
                      .safety = target.figures.safety - now.safety};
    if (target.moved != 0) {
      Move(change, sku, *cell, StockCause::kAdjust, target.moved, delta);
    } else if (delta.unusable != 0 || delta.safety != 0) {
      Apply(change, sku, *cell, StockCause::kAdjust, delta);
    }
  }
  key.KeepForEver();
  locked.Unlock();
  outcome.results.assign(adjustments.size(), FeedResult::kApplied);
  outcome.oversold = FindOversold(std::move(cells));
  return outcome;
}

std::vector<Oversold> PoolState::FindOversold(Demands cells) {
  std::sort(cells.begin(), cells.end(), CellLess<CellDemand, CellDemand>);
  std::vector<Oversold> found;
  for (const CellDemand& at : cells) {
    if (!found.empty() && !CellLess(found.back(), at)) continue;  // named twice
    const std::lock_guard lock(row(at.sku).lock);
    const Cell* cell = Find(at.sku, at.location);
    if (cell == nullptr) continue;
    const std::int64_t free =
        FiguresAt(at.sku, *cell, clock.load(std::memory_order_relaxed)).Free();
    if (free < 0) found.push_back({at.sku, at.location, Units(-free), {}});
  }
  if (found.empty()) return found;
  const std::int64_t now = clock.load(std::memory_order_relaxed);
  for (Shard<Book::Records>& shard : book.records()) {
    const std::lock_guard lock(shard.lock);
    shard.map.ForEach([&](std::uint64_t number, const Record& record) {
      if (record.IsExpired(now)) return;
      for (const HeldCell& held : record.cells) {
        if (held.left == 0) continue;
        if (Oversold* cell = FindCell(found, held)) {
          cell->reservations.push_back(ReservationId{number});
        }
      }
    });
  }
  for (Oversold& cell : found) std::sort(cell.reservations.begin(), cell.reservations.end());
  return found;
}

}  // namespace orderwright::inventory_internal
