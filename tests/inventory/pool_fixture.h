// Small pools for tests.
#ifndef ORDERWRIGHT_TESTS_INVENTORY_POOL_FIXTURE_H_
#define ORDERWRIGHT_TESTS_INVENTORY_POOL_FIXTURE_H_

#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "tests/catch.h"

namespace orderwright::testing {

template <typename T>
T Must(absl::StatusOr<T> value) {
  INFO(value.status().ToString());
  REQUIRE(value.ok());
  return *std::move(value);
}

// Items S0, S1, … and locations L0, L1, …
inline World SmallWorld(int skus, int locations) {
  WorldDraft draft;
  draft.currency = Must(Currency::Parse("USD"));
  for (int i = 0; i < skus; ++i) {
    ItemSpec item;
    item.sku = fmt::format("S{}", i);
    draft.items.push_back(item);
  }
  for (int i = 0; i < locations; ++i) {
    LocationSpec location;
    location.id = fmt::format("L{}", i);
    draft.locations.push_back(location);
  }
  return Must(World::Create(std::move(draft)));
}

// So many of every item at every location.
inline Stock FullStock(const World& world, std::int64_t on_hand) {
  std::vector<StockRowSpec> rows;
  for (const Item& item : world.items()) {
    for (const Location& location : world.locations()) {
      StockRowSpec row;
      row.location = location.id();
      row.sku = item.sku();
      row.on_hand = on_hand;
      rows.push_back(row);
    }
  }
  return Must(Stock::Create(world, std::move(rows)));
}

constexpr SkuIndex Sku(std::uint32_t i) { return SkuIndex{i}; }
constexpr LocationIndex At(std::uint32_t i) { return LocationIndex{i}; }
constexpr Timestamp T(std::int64_t milliseconds) { return Timestamp(Duration(milliseconds)); }

inline ReserveOutcome ReserveCells(InventoryPool& pool, std::string_view key,
                                   const std::vector<CellDemand>& cells) {
  ReserveRequest request;
  request.key = CommandKey(key);
  request.cells = cells;
  return Must(pool.Reserve(request));
}

inline ReserveOutcome Hold(InventoryPool& pool, const std::vector<CellDemand>& cells, Timestamp now,
                           Timestamp expires_at, std::string_view key = "") {
  ReserveRequest request;
  request.key = CommandKey(key);
  request.kind = ReservationKind::kSoft;
  request.cells = cells;
  request.now = now;
  request.expires_at = expires_at;
  return Must(pool.Reserve(request));
}

struct SmallPool {
  World world = SmallWorld(3, 2);
  Stock stock = FullStock(world, 10);
  InventoryPool pool{world, stock};
};

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_INVENTORY_POOL_FIXTURE_H_
