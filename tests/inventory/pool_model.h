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

  struct Held {
    bool hard = true;
    std::int64_t expires_at = INT64_MAX;
    Cells asked;
    Cells left;
    Cells shipped;
    DayLoads days;
    std::vector<std::string> keys;
    [[nodiscard]] bool HasUnits() const { return !left.empty(); }
  };
  struct Known {
    std::string content;
    std::uint64_t id = 0;
  };

  explicit PoolModel(const Stock& stock) {
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
