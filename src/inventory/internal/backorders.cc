// Backorders: what of them may be promised, and what is.
#include <algorithm>
#include <mutex>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/inventory/stock.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {
namespace {

// Of one SKU, location and kind.
bool IsAgain(const BackorderDemand& taken, const BackorderDemand& given_back) {
  return taken.sku == given_back.sku && taken.location == given_back.location &&
         taken.kind == given_back.kind;
}

std::int64_t UnitsOf(const Demands& cells, const BackorderDemand& at) {
  const CellDemand* found = FindCell(cells, at);
  return found != nullptr ? found->quantity.count() : 0;
}

}  // namespace

absl::Status PoolState::CheckBackorders(std::span<const BackorderDemand> backorders,
                                        std::string_view who) const {
  for (const BackorderDemand& demand : backorders) {
    if (Raw(demand.sku) >= row_count() || Raw(demand.location) >= location_count) {
      return InvalidArgument("{}: SKU index {} or location index {} is not in this pool", who,
                             Raw(demand.sku), Raw(demand.location));
    }
    if (demand.quantity.IsZero()) return InvalidArgument("{}: 0 units are backordered", who);
    if (demand.quantity.count() > Stock::kMaxUnits) {
      return OutOfRange("{}: {} backordered units are more than {}", who, demand.quantity,
                        Stock::kMaxUnits);
    }
    const bool has_date =
        demand.draw == BackorderDraw::kIncoming || demand.kind == BackorderKind::kPreorder;
    if (has_date && (!demand.expected || *demand.expected == Timestamp::max())) {
      return InvalidArgument(
          "{}: a pre-order, or a backorder that draws on what is expected, needs its date", who);
    }
    if (!has_date && demand.expected) {
      return InvalidArgument("{}: a backorder that draws on the limit has no date", who);
    }
  }
  return absl::OkStatus();
}

void PoolState::FindBackorderShortages(std::span<const BackorderDemand> take,
                                       std::span<const BackorderDemand> back,
                                       const Demands& take_cells, const Demands& back_cells,
                                       std::int64_t now,
                                       std::vector<BackorderShortage>& shortages) {
  std::vector<BackorderDemand> again(back.begin(), back.end());
  for (std::size_t first = 0; first < take.size();) {
    const SkuIndex sku = take[first].sku;
    std::size_t end = first;
    while (end < take.size() && take[end].sku == sku) ++end;
    const RowSide none;
    const RowSide& side = row(sku).side != nullptr ? *row(sku).side : none;
    // What would be promised, one demand after the other.
    Promised promised = side.promised;
    for (const BackorderDemand& demand : back) {
      if (demand.sku == sku) AddPromised(promised, PromiseOf(demand), -demand.quantity.count());
    }
    const auto try_to_take = [&](const BackorderDemand& demand) {
      StockFigures figures;
      const Cell* cell = Find(sku, demand.location);
      if (cell != nullptr) figures = FiguresAt(sku, *cell, now);
      figures.hard += UnitsOf(take_cells, demand) - UnitsOf(back_cells, demand);
      std::int64_t before = 0;
      for (const BackorderDemand& given : again) {
        if (IsAgain(demand, given)) before += given.quantity.count();
      }
      const std::int64_t wanted = demand.quantity.count();
      const std::int64_t free =
          FreeFor(side.outlook, promised, cell != nullptr ? &figures : nullptr, demand, now,
                  wanted <= before);
      if (free < wanted) {
        shortages.push_back({sku, demand.location, demand.draw, demand.quantity, Units(free)});
        return;
      }
      AddPromised(promised, PromiseOf(demand), wanted);
      std::int64_t rest = wanted;
      for (BackorderDemand& given : again) {
        if (!IsAgain(demand, given)) continue;
        const std::int64_t used = std::min(rest, given.quantity.count());
        given.quantity = Units(given.quantity.count() - used);
        rest -= used;
      }
    };
    // First what has a date that must be covered.
    for (const BackorderDraw draw : {BackorderDraw::kIncoming, BackorderDraw::kLimit}) {
      for (std::size_t i = first; i < end; ++i) {
        if (take[i].draw == draw) try_to_take(take[i]);
      }
    }
    first = end;
  }
}

void PoolState::TakeBackorders(std::span<const BackorderDemand> take, Record& record) {
  for (const BackorderDemand& demand : take) {
    AddPromised(NeedSide(demand.sku).promised, PromiseOf(demand), demand.quantity.count());
    const auto at =
        std::lower_bound(record.backorders.begin(), record.backorders.end(), demand, BackorderLess);
    if (at != record.backorders.end() && !BackorderLess(demand, *at)) {
      at->quantity = Units(at->quantity.count() + demand.quantity.count());
    } else {
      record.backorders.insert(at, demand);
    }
  }
}

void PoolState::LeaveBackorders(std::span<const BackorderDemand> back, Record& record) {
  for (const BackorderDemand& demand : back) {
    AddPromised(NeedSide(demand.sku).promised, PromiseOf(demand), -demand.quantity.count());
    const auto at =
        std::lower_bound(record.backorders.begin(), record.backorders.end(), demand, BackorderLess);
    at->quantity = Units(at->quantity.count() - demand.quantity.count());
    if (at->quantity.IsZero()) record.backorders.erase(at);
  }
}

std::vector<BackorderRisk> PoolState::BackordersAtRisk(SkuIndex sku) {
  std::vector<BackorderRisk> risks;
  if (Raw(sku) >= row_count()) return risks;
  const std::lock_guard lock(row(sku).lock);
  const RowSide* side = row(sku).side;
  if (side == nullptr || side->promised.empty()) return risks;
  struct Claim {
    BackorderDemand demand;
    std::uint64_t id = 0;
  };
  std::vector<Claim> claims;
  for (Shard<Book::Records>& shard : book.records()) {
    const std::lock_guard shard_lock(shard.lock);
    for (const auto& [id, record] : shard.map) {
      for (const BackorderDemand& open : record->backorders) {
        if (open.sku == sku && open.draw == BackorderDraw::kIncoming) claims.push_back({open, id});
      }
    }
  }
  std::sort(claims.begin(), claims.end(), [](const Claim& a, const Claim& b) {
    return std::tuple(a.demand.location, *a.demand.expected, a.id, a.demand.kind) <
           std::tuple(b.demand.location, *b.demand.expected, b.id, b.demand.kind);
  });
  const Entries cells = EntriesAt(sku, clock.load(std::memory_order_relaxed));
  const Dues dues = DuesOf(side->outlook);
  std::int64_t claimed = 0;
  for (std::size_t i = 0; i < claims.size(); ++i) {
    const BackorderDemand& demand = claims[i].demand;
    if (i == 0 || claims[i - 1].demand.location != demand.location) claimed = 0;
    const StockFigures figures = FiguresIn(cells, demand.location);
    const Curve supply = CurveAt(dues, {}, demand.location, figures.Free() - figures.safety);
    const std::int64_t there = supply.LeastFrom(demand.expected->time_since_epoch().count());
    const std::int64_t covered =
        std::clamp<std::int64_t>(there - claimed, 0, demand.quantity.count());
    claimed += demand.quantity.count();
    if (covered == demand.quantity.count() || !figures.tracked) continue;
    BackorderRisk risk{ReservationId{claims[i].id},
                       sku,
                       demand.location,
                       Units(demand.quantity.count() - covered),
                       *demand.expected,
                       std::nullopt};
    if (const std::optional<std::int64_t> at = supply.FirstWith(claimed)) {
      risk.possible = Timestamp(Duration(*at));
    }
    risks.push_back(risk);
  }
  return risks;
}

}  // namespace orderwright::inventory_internal
