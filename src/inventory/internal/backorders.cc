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

// Backorders of one SKU, promised one after the other to see whether all of them can be.
class PoolState::Trial {
 public:
  Trial(PoolState& state, SkuIndex sku, std::span<const BackorderDemand> back,
        const Demands& take_cells, const Demands& back_cells, std::int64_t now)
      : state_(state), sku_(sku), take_cells_(take_cells), back_cells_(back_cells), now_(now) {
    if (const RowSide* side = state.row(sku).side; side != nullptr) side_ = side;
    promised_ = side_->promised;
    for (const BackorderDemand& demand : back) {
      if (demand.sku != sku) continue;
      AddPromised(promised_, PromiseOf(demand), -demand.quantity.count());
      given_back_.push_back(demand);
    }
  }

  // Promises the units, or says how many could be.
  std::optional<BackorderShortage> TryToPromise(const BackorderDemand& demand) {
    StockFigures figures;
    const Cell* cell = state_.Find(sku_, demand.location);
    if (cell != nullptr) figures = state_.FiguresAt(sku_, *cell, now_);
    figures.hard += UnitsOf(take_cells_, demand) - UnitsOf(back_cells_, demand);
    const std::int64_t wanted = demand.quantity.count();
    const std::int64_t free =
        FreeFor(side_->outlook, promised_, cell != nullptr ? &figures : nullptr, demand, now_,
                wanted <= GivenBackFor(demand));
    if (free < wanted) {
      return BackorderShortage{sku_, demand.location, demand.draw, demand.quantity, Units(free)};
    }
    AddPromised(promised_, PromiseOf(demand), wanted);
    UseGivenBack(demand);
    return std::nullopt;
  }

 private:
  // Units given back that the demand may be promised again without terms.
  [[nodiscard]] std::int64_t GivenBackFor(const BackorderDemand& demand) const {
    std::int64_t units = 0;
    for (const BackorderDemand& given : given_back_) {
      if (IsAgain(demand, given)) units += given.quantity.count();
    }
    return units;
  }
  void UseGivenBack(const BackorderDemand& demand) {
    std::int64_t rest = demand.quantity.count();
    for (BackorderDemand& given : given_back_) {
      if (!IsAgain(demand, given)) continue;
      const std::int64_t used = std::min(rest, given.quantity.count());
      given.quantity = Units(given.quantity.count() - used);
      rest -= used;
    }
  }

  PoolState& state_;
  SkuIndex sku_;
  const Demands& take_cells_;
  const Demands& back_cells_;
  std::int64_t now_;
  const RowSide nothing_{};
  const RowSide* side_ = &nothing_;
  Promised promised_;
  std::vector<BackorderDemand> given_back_;
};

void PoolState::FindBackorderShortages(std::span<const BackorderDemand> take,
                                       std::span<const BackorderDemand> back,
                                       const Demands& take_cells, const Demands& back_cells,
                                       std::int64_t now,
                                       std::vector<BackorderShortage>& shortages) {
  for (std::size_t first = 0; first < take.size();) {
    std::size_t end = first;
    while (end < take.size() && take[end].sku == take[first].sku) ++end;
    Trial trial(*this, take[first].sku, back, take_cells, back_cells, now);
    // First what has a date that must be covered.
    for (const BackorderDraw draw : {BackorderDraw::kIncoming, BackorderDraw::kLimit}) {
      for (std::size_t i = first; i < end; ++i) {
        if (take[i].draw != draw) continue;
        if (auto shortage = trial.TryToPromise(take[i])) shortages.push_back(*shortage);
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
    shard.map.ForEach([&](std::uint64_t number, const Record& record) {
      for (const BackorderDemand& open : record.backorders) {
        if (open.sku != sku || open.draw != BackorderDraw::kIncoming) continue;
        claims.push_back({open, number});
      }
    });
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
