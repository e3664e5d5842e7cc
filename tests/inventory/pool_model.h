// The obvious pool: maps of reservations, everything else added up when it is asked for. No cells,
// no locks, no cached sums, no lists of what expires.
#ifndef ORDERWRIGHT_TESTS_INVENTORY_POOL_MODEL_H_
#define ORDERWRIGHT_TESTS_INVENTORY_POOL_MODEL_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"

namespace orderwright::testing {

class PoolModel {
 public:
  using CellKey = std::pair<SkuIndex, LocationIndex>;
  using DayKey = std::pair<LocationIndex, LocalDate>;
  using Cells = std::map<CellKey, std::int64_t>;
  using DayLoads = std::map<DayKey, std::pair<std::int64_t, std::int64_t>>;

  // Open units of a SKU at a location that are promised for an instant (kUndated: without one).
  static constexpr std::int64_t kUndated = INT64_MAX;
  struct Promise {
    SkuIndex sku{};
    LocationIndex location{};
    std::int64_t expected = kUndated;
    BackorderKind kind = BackorderKind::kBackorder;
    BackorderDraw draw = BackorderDraw::kIncoming;
    friend auto operator<=>(const Promise&, const Promise&) = default;
  };
  using Promises = std::map<Promise, std::int64_t>;
  struct Due {
    SkuIndex sku{};
    LocationIndex location{};
    std::int64_t units = 0;
    std::int64_t at = 0;
  };

  struct Held {
    bool hard = true;
    std::int64_t expires_at = INT64_MAX;
    Cells asked;
    Cells left;
    Cells shipped;
    DayLoads days;
    Promises promises;
    std::vector<std::string> keys;
    [[nodiscard]] bool HasUnits() const { return !left.empty() || !promises.empty(); }
  };
  struct Known {
    std::string content;
    std::uint64_t id = 0;
  };

  PoolModel(const World& world, const Stock& stock) {
    for (std::uint32_t i = 0; i < world.items().size(); ++i) {
      backorder[SkuIndex{i}] = world.items()[i].spec.backorder;
      preorder[SkuIndex{i}] = world.items()[i].spec.preorder;
    }
    for (const StockTerms& row : stock.terms()) own_terms[{row.sku, row.location}] = row.backorder;
    for (const StockIncoming& row : stock.incoming()) {
      incoming[row.name] = {row.sku, row.location, row.quantity.count(),
                            row.at.time_since_epoch().count()};
    }
    for (const StockRow& row : stock.rows()) {
      on_hand[{row.sku, row.location}] = row.on_hand.count();
      taken_apart[{row.sku, row.location}] = row.damaged.count() + row.quality_control.count();
      others[{row.sku, row.location}] = row.reserved.count();
      safety[{row.sku, row.location}] = row.safety_stock.count();
    }
  }

  std::map<CellKey, std::int64_t> on_hand;
  std::map<CellKey, std::int64_t> taken_apart;
  std::map<CellKey, std::int64_t> others;
  std::map<CellKey, std::int64_t> safety;
  std::map<LocationIndex, DayCapacity> capacity;
  DayLoads done;  // by what was shipped
  std::map<SkuIndex, BackorderTerms> backorder;
  std::map<SkuIndex, std::optional<PreorderTerms>> preorder;
  std::map<CellKey, BackorderTerms> own_terms;
  std::map<std::string, Due> incoming;  // by name
  std::map<std::uint64_t, Held> held;
  std::map<std::string, Known> keys;
  std::int64_t clock = INT64_MIN;
  std::uint64_t sequence = 0;

  [[nodiscard]] StockFigures Figures(const CellKey& cell, std::int64_t now) const {
    StockFigures figures;
    const auto of = [&](const std::map<CellKey, std::int64_t>& map) {
      const auto at = map.find(cell);
      return at != map.end() ? at->second : 0;
    };
    if (!on_hand.contains(cell)) return figures;
    figures.on_hand = of(on_hand);
    figures.unusable = of(taken_apart);
    figures.safety = of(safety);
    figures.hard = of(others);
    for (const auto& [id, record] : held) {
      const auto at = record.left.find(cell);
      if (at == record.left.end()) continue;
      if (record.hard) {
        figures.hard += at->second;
      } else if (record.expires_at > now) {
        figures.soft += at->second;
      }
    }
    return figures;
  }
  [[nodiscard]] std::int64_t Now(std::int64_t now) const { return std::max(clock, now); }
  [[nodiscard]] DayLoad Load(const DayKey& day) const {
    std::pair<std::int64_t, std::int64_t> load{0, 0};
    const auto add = [&](const DayLoads& loads) {
      const auto at = loads.find(day);
      if (at == loads.end()) return;
      load.first += at->second.first;
      load.second += at->second.second;
    };
    add(done);
    for (const auto& [id, record] : held) add(record.days);
    return {Units(load.first), Units(load.second)};
  }
  // Whether the loads fit, when `back` is given back first.
  [[nodiscard]] bool HasRoom(const DayLoads& wanted, const DayLoads& back) const {
    for (const auto& [day, load] : wanted) {
      const auto limit = capacity.find(day.first);
      if (limit == capacity.end()) continue;
      DayLoad now = Load(day);
      std::int64_t units = now.units.count();
      std::int64_t shipments = now.shipments.count();
      if (const auto at = back.find(day); at != back.end()) {
        units -= at->second.first;
        shipments -= at->second.second;
      }
      const DayCapacity& most = limit->second;
      if (most.units && units + load.first > most.units->count()) return false;
      if (most.shipments && shipments + load.second > most.shipments->count()) return false;
    }
    return true;
  }
  // Whether the units are there, when `back` is given back first.
  [[nodiscard]] bool HasUnits(const Cells& wanted, const Cells& back, std::int64_t now) const {
    return std::all_of(wanted.begin(), wanted.end(), [&](const auto& want) {
      StockFigures figures = Figures(want.first, now);
      if (!on_hand.contains(want.first)) return false;
      const auto at = back.find(want.first);
      const std::int64_t own = at != back.end() ? at->second : 0;
      figures.hard -= own;
      return figures.Available() >= want.second;
    });
  }

  // All that is promised, when `back` is given back.
  [[nodiscard]] Promises Promised(const Promises& back = {}) const {
    Promises all;
    for (const auto& [id, record] : held) {
      for (const auto& [promise, units] : record.promises) all[promise] += units;
    }
    for (const auto& [promise, units] : back) all[promise] -= units;
    return all;
  }
  [[nodiscard]] bool IsReleased(SkuIndex sku, std::int64_t now) const {
    const auto& terms = preorder.at(sku);
    return !terms || terms->release.time_since_epoch().count() <= now;
  }
  // The least, from `t` on, of `base`, what is due by then, and what is not promised of it.
  [[nodiscard]] std::int64_t C(const CellKey& cell, std::int64_t t, std::int64_t base,
                               const Promises& promised) const {
    std::vector<std::int64_t> instants = {t};
    for (const auto& [name, due] : incoming) instants.push_back(std::max(t, due.at));
    for (const auto& [promise, units] : promised) {
      if (promise.expected != kUndated) instants.push_back(std::max(t, promise.expected));
    }
    std::int64_t least = INT64_MAX;
    for (const std::int64_t u : instants) {
      std::int64_t value = base;
      for (const auto& [name, due] : incoming) {
        if (due.sku == cell.first && due.location == cell.second && due.at <= u) value += due.units;
      }
      for (const auto& [promise, units] : promised) {
        if (promise.sku != cell.first || promise.location != cell.second) continue;
        if (promise.expected == kUndated || promise.expected <= u) value -= units;
      }
      least = std::min(least, value);
    }
    return least;
  }
  // Whether a promise of these could be kept there at all.
  [[nodiscard]] bool IsPlace(const CellKey& cell) const {
    return on_hand.contains(cell) || std::any_of(incoming.begin(), incoming.end(), [&](auto& due) {
             return due.second.sku == cell.first && due.second.location == cell.second;
           });
  }
  [[nodiscard]] const BackorderTerms& TermsAt(const CellKey& cell) const {
    const auto own = own_terms.find(cell);
    return own != own_terms.end() ? own->second : backorder.at(cell.first);
  }
  // What terms allow beyond what is expected.
  [[nodiscard]] std::int64_t LeftOfLimit(const CellKey& cell, bool is_preorder,
                                         const Promises& promised) const {
    std::int64_t open = 0;
    for (const auto& [promise, units] : promised) {
      const CellKey at{promise.sku, promise.location};
      if (promise.sku != cell.first) continue;
      const bool is_undated = promise.expected == kUndated;
      if (is_preorder) {
        if (promise.kind == BackorderKind::kPreorder) open += units;
      } else if (own_terms.contains(cell)) {
        if (is_undated && at == cell) open += units;
      } else if (is_undated && !own_terms.contains(at)) {
        open += units;
      }
    }
    const std::optional<Units> limit =
        is_preorder ? preorder.at(cell.first)->limit : TermsAt(cell).limit;
    return limit ? std::max<std::int64_t>(0, limit->count() - open) : kUnlimitedUnits;
  }
  // How many units may be promised so, when the cell has so many more free than it has now.
  [[nodiscard]] std::int64_t FreeFor(const Promise& wanted, const Promises& promised,
                                     std::int64_t now, std::int64_t more, bool again) const {
    const CellKey cell{wanted.sku, wanted.location};
    if (!IsPlace(cell)) return 0;
    const bool released = IsReleased(wanted.sku, now);
    const StockFigures figures = Figures(cell, now);
    const std::int64_t free = figures.Free() - figures.safety + more;
    const std::int64_t base = released ? std::min<std::int64_t>(0, free) : free;
    std::int64_t units = kUnlimitedUnits;
    if (wanted.draw == BackorderDraw::kIncoming) {
      const std::int64_t overdue =
          released ? std::max<std::int64_t>(0, C(cell, now, base, promised)) : 0;
      units = std::max<std::int64_t>(0, C(cell, wanted.expected, base, promised) - overdue);
    }
    if (again) return units;
    const bool is_preorder = wanted.kind == BackorderKind::kPreorder;
    if (is_preorder == released) return 0;
    if (is_preorder) {
      if (wanted.expected < preorder.at(wanted.sku)->release.time_since_epoch().count()) return 0;
      return std::min(units, LeftOfLimit(cell, true, promised));
    }
    if (!TermsAt(cell).allowed) return 0;
    return wanted.draw == BackorderDraw::kIncoming ? units : LeftOfLimit(cell, false, promised);
  }
  // Whether these may be promised, when `back` and cells are given back and cells taken.
  [[nodiscard]] bool CanPromise(const Promises& wanted, const Promises& back, const Cells& take,
                                const Cells& give, std::int64_t now) const {
    Promises promised = Promised(back);
    std::map<std::tuple<SkuIndex, LocationIndex, BackorderKind>, std::int64_t> before;
    for (const auto& [promise, units] : back) {
      before[{promise.sku, promise.location, promise.kind}] += units;
    }
    for (const BackorderDraw draw : {BackorderDraw::kIncoming, BackorderDraw::kLimit}) {
      for (const auto& [promise, units] : wanted) {
        if (promise.draw != draw) continue;
        const CellKey cell{promise.sku, promise.location};
        const auto of = [&](const Cells& cells) {
          const auto at = cells.find(cell);
          return at != cells.end() ? at->second : 0;
        };
        std::int64_t& known = before[{promise.sku, promise.location, promise.kind}];
        if (FreeFor(promise, promised, now, of(give) - of(take), units <= known) < units) {
          return false;
        }
        known = std::max<std::int64_t>(0, known - units);
        promised[promise] += units;
      }
    }
    return true;
  }
  // What may be promised of a SKU beyond stock.
  [[nodiscard]] BackorderOffers Offers(SkuIndex sku, std::int64_t now,
                                       std::uint32_t locations) const {
    BackorderOffers found;
    const Promises promised = Promised();
    const bool released = IsReleased(sku, now);
    const auto kind = released ? BackorderKind::kBackorder : BackorderKind::kPreorder;
    for (std::uint32_t l = 0; l < locations; ++l) {
      const CellKey cell{sku, LocationIndex{l}};
      if (!IsPlace(cell) || (released && !TermsAt(cell).allowed)) continue;
      const bool counts = !released || !own_terms.contains(cell);
      const std::int64_t left = LeftOfLimit(cell, !released, promised);
      if (counts) found.limit = left;
      if (!released && left == 0) continue;
      const std::int64_t release =
          released ? now : preorder.at(sku)->release.time_since_epoch().count();
      const auto offer = [&](BackorderDraw draw, std::int64_t expected, std::int64_t units) {
        if (units == 0) return;
        BackorderOffer& made = found.offers.emplace_back();
        made.location = cell.second;
        made.kind = kind;
        made.draw = draw;
        if (expected != kUndated) made.expected = Timestamp(Duration(expected));
        made.units = units;
        made.counts = counts && (!released || draw == BackorderDraw::kLimit);
      };
      const StockFigures figures = Figures(cell, now);
      const std::int64_t free = figures.Free() - figures.safety;
      const std::int64_t base = released ? std::min<std::int64_t>(0, free) : free;
      std::int64_t before = std::max<std::int64_t>(0, C(cell, release, base, promised));
      if (!released) {
        offer(BackorderDraw::kIncoming, release, before);
        offer(BackorderDraw::kLimit, release, kUnlimitedUnits);
      }
      std::map<std::int64_t, int> dates;
      for (const auto& [name, due] : incoming) {
        if (due.sku == sku && due.location == cell.second && due.at > release) dates[due.at] = 1;
      }
      for (const auto& [at, one] : dates) {
        const std::int64_t by_then = std::max<std::int64_t>(0, C(cell, at, base, promised));
        offer(BackorderDraw::kIncoming, at, by_then - before);
        before = by_then;
      }
      if (released) {
        offer(BackorderDraw::kLimit, kUndated, counts && left > 0 ? kUnlimitedUnits : left);
      }
    }
    return found;
  }
  [[nodiscard]] std::int64_t AvailableToPromise(const CellKey& cell, std::int64_t at,
                                                std::int64_t now) const {
    const StockFigures figures = Figures(cell, now);
    const std::int64_t base = figures.Free() - figures.safety;
    return std::max<std::int64_t>(0, C(cell, at, base, Promised()));
  }
  // Who cannot be served by their date any more, when units go to the earliest date first.
  [[nodiscard]] std::vector<BackorderRisk> AtRisk(SkuIndex sku, std::uint32_t locations) const {
    std::vector<BackorderRisk> risks;
    for (std::uint32_t l = 0; l < locations; ++l) {
      const CellKey cell{sku, LocationIndex{l}};
      std::map<std::tuple<std::int64_t, std::uint64_t, BackorderKind>, std::int64_t> queue;
      for (const auto& [id, record] : held) {
        for (const auto& [promise, units] : record.promises) {
          const bool is_here = promise.sku == sku && promise.location == cell.second;
          if (is_here && promise.draw == BackorderDraw::kIncoming) {
            queue[{promise.expected, id, promise.kind}] += units;
          }
        }
      }
      // One unit at a time: the first instant at which there is one for it.
      const StockFigures figures = Figures(cell, clock);
      std::vector<std::int64_t> arrivals(
          static_cast<std::size_t>(std::max<std::int64_t>(0, figures.Free() - figures.safety)),
          INT64_MIN);
      std::int64_t debt = std::max<std::int64_t>(0, figures.safety - figures.Free());
      std::multimap<std::int64_t, std::int64_t> dues;
      for (const auto& [name, due] : incoming) {
        if (due.sku == sku && due.location == cell.second) dues.emplace(due.at, due.units);
      }
      for (const auto& [at, units] : dues) {
        for (std::int64_t i = 0; i < units; ++i) {
          if (debt > 0) {
            --debt;
          } else {
            arrivals.push_back(at);
          }
        }
      }
      std::size_t next = 0;
      for (const auto& [who, units] : queue) {
        const auto& [expected, id, kind] = who;
        std::int64_t late = 0;
        std::optional<Timestamp> possible = Timestamp(Duration(INT64_MIN));
        for (std::int64_t i = 0; i < units; ++i, ++next) {
          if (next >= arrivals.size()) possible.reset();
          const std::int64_t at = next < arrivals.size() ? arrivals[next] : INT64_MAX;
          if (at > expected) ++late;
          if (possible) possible = Timestamp(Duration(at));
        }
        if (late == 0) continue;
        risks.push_back({ReservationId{id}, sku, cell.second, Units(late),
                         Timestamp(Duration(expected)), possible});
      }
    }
    return risks;
  }

  // What is left of its loads when no unit is.
  void CloseDays(Held& record) {
    if (record.HasUnits()) return;
    for (const auto& [day, load] : record.days) {
      if (record.shipped.empty()) continue;
      done[day].first += load.first;
      done[day].second += load.second;
    }
    record.days.clear();
  }
  // What units that leave a location take with them of its days.
  void LeaveDays(Held& record, LocationIndex location, std::int64_t units, bool ships) {
    std::vector<DayKey> days;
    for (const auto& [day, load] : record.days) {
      if (day.first == location) days.push_back(day);
    }
    if (!ships) std::reverse(days.begin(), days.end());
    for (const DayKey& day : days) {
      const std::int64_t part = std::min(units, record.days[day].first);
      record.days[day].first -= part;
      if (ships) done[day].first += part;
      units -= part;
    }
    const auto at_location = [&](const auto& entry) { return entry.first.second == location; };
    if (std::any_of(record.left.begin(), record.left.end(), at_location)) return;
    const bool any_shipped = std::any_of(record.shipped.begin(), record.shipped.end(), at_location);
    for (const DayKey& day : days) {
      if (any_shipped) done[day].second += record.days[day].second;
      record.days.erase(day);
    }
  }
};

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_INVENTORY_POOL_MODEL_H_
