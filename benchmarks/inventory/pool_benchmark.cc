// What an InventoryPool does in a second: reserve and release, one row or a plan of four, spread
// over many rows or all on one, by one thread or two, one by one or many in a call; and what a
// question costs, in total and by location.
#include <cstddef>
#include <cstdint>
#include <map>
#include <memory>
#include <random>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "orderwright/orderwright.h"

namespace orderwright {
namespace {

constexpr std::uint32_t kSkus = 100'000;
constexpr std::uint32_t kLocations = 4;

World MakeWorld(std::uint32_t skus, std::uint32_t locations) {
  WorldDraft draft;
  draft.currency = *Currency::Parse("USD");
  for (std::uint32_t i = 0; i < skus; ++i) {
    ItemSpec item;
    item.sku = fmt::format("S{}", i);
    draft.items.push_back(std::move(item));
  }
  for (std::uint32_t i = 0; i < locations; ++i) {
    LocationSpec location;
    location.id = fmt::format("L{}", i);
    draft.locations.push_back(std::move(location));
  }
  return *World::Create(std::move(draft));
}

// Every SKU at every `stride`-th location.
std::unique_ptr<InventoryPool> MakePool(const World& world, std::size_t stride) {
  std::vector<StockRowSpec> rows;
  for (const Item& item : world.items()) {
    for (std::size_t l = 0; l < world.locations().size(); l += stride) {
      StockRowSpec row;
      row.sku = item.sku();
      row.location = world.locations()[l].id();
      row.on_hand = 1'000'000;
      rows.push_back(std::move(row));
    }
  }
  return std::make_unique<InventoryPool>(world, *Stock::Create(world, std::move(rows)));
}

// A pool that benchmarks share; each leaves it as it was.
InventoryPool& Pool() {
  static const std::unique_ptr<InventoryPool> pool = MakePool(MakeWorld(kSkus, kLocations), 1);
  return *pool;
}

// The cells of many requests over the first so many SKUs, drawn beforehand.
std::vector<CellDemand> Draw(std::size_t count, std::uint64_t seed, std::uint32_t skus) {
  std::mt19937_64 random(seed);
  std::vector<CellDemand> cells;
  for (std::size_t i = 0; i < count; ++i) {
    cells.push_back({SkuIndex{static_cast<std::uint32_t>(random() % skus)},
                     LocationIndex{static_cast<std::uint32_t>(random() % kLocations)}, Units(1)});
  }
  return cells;
}

// Requests of `lines` lines over `skus` SKUs at four locations; with one SKU all on one row.
void ReserveAndRelease(benchmark::State& state, std::size_t lines) {
  constexpr std::size_t kRequests = 1 << 14;
  InventoryPool& pool = Pool();
  const std::vector<CellDemand> cells =
      Draw(kRequests * lines, 7 + static_cast<std::uint64_t>(state.thread_index()),
           static_cast<std::uint32_t>(state.range(0)));
  ReserveOutcome outcome;
  StockChanges changes;
  std::size_t at = 0;
  for (auto _ : state) {
    ReserveRequest request;
    request.cells = std::span(cells).subspan(at * lines, lines);
    at = (at + 1) % kRequests;
    if (!pool.ReserveInto(request, outcome).ok() || !outcome.reservation) {
      state.SkipWithError("nothing was reserved");
      break;
    }
    if (!pool.ReleaseInto(*outcome.reservation, {}, {}, changes).ok()) {
      state.SkipWithError("nothing was released");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}

void BM_ReserveOneLine(benchmark::State& state) { ReserveAndRelease(state, 1); }
BENCHMARK(BM_ReserveOneLine)
    ->ArgName("skus")
    ->Arg(1)
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(kSkus)
    ->ThreadRange(1, 2)
    ->UseRealTime();

void BM_ReserveFourLines(benchmark::State& state) { ReserveAndRelease(state, 4); }
BENCHMARK(BM_ReserveFourLines)
    ->ArgName("skus")
    ->Arg(1'000)
    ->Arg(10'000)
    ->Arg(kSkus)
    ->ThreadRange(1, 2)
    ->UseRealTime();

// With keys, as orders have them: reserved, shipped and forgotten.
void BM_ReserveWithKey(benchmark::State& state) {
  InventoryPool& pool = Pool();
  const std::vector<CellDemand> cells = Draw(1 << 14, 11, kSkus);
  ReserveOutcome outcome;
  StockChanges changes;
  std::size_t at = 0;
  std::uint64_t number = 0;
  for (auto _ : state) {
    ReserveRequest request;
    request.key = CommandKey(fmt::format("order {}", ++number));
    request.cells = std::span(cells).subspan(at, 1);
    at = (at + 1) % cells.size();
    if (!pool.ReserveInto(request, outcome).ok() || !outcome.reservation ||
        !pool.ReleaseInto(*outcome.reservation, {}, {}, changes).ok() ||
        !pool.Forget(*outcome.reservation).ok()) {
      state.SkipWithError("the order was not reserved, released and forgotten");
      break;
    }
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(BM_ReserveWithKey);

// Many requests of one line in one call, with outcomes of their own; what they took is given back
// out of the clock.
void BM_ReserveEach(benchmark::State& state) {
  InventoryPool& pool = Pool();
  const auto size = static_cast<std::size_t>(state.range(0));
  const std::vector<CellDemand> cells = Draw(1 << 14, 17, 10'000);
  std::size_t at = 0;
  for (auto _ : state) {
    std::vector<ReserveRequest> requests(size);
    for (std::size_t i = 0; i < size; ++i) {
      requests[i].cells = std::span(cells).subspan(at, 1);
      at = (at + 1) % cells.size();
    }
    std::vector<absl::StatusOr<ReserveOutcome>> outcomes = pool.ReserveEach(requests);
    state.PauseTiming();
    for (const absl::StatusOr<ReserveOutcome>& outcome : outcomes) {
      if (!outcome.ok() || !outcome->reservation || !pool.Release(*outcome->reservation).ok()) {
        state.SkipWithError("a request was not reserved");
      }
    }
    state.ResumeTiming();
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_ReserveEach)->ArgName("requests")->Arg(256)->Arg(4'096);

void BM_AvailableTotal(benchmark::State& state) {
  InventoryPool& pool = Pool();
  const std::vector<CellDemand> cells = Draw(1 << 14, 13, kSkus);
  std::size_t at = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool.Available(cells[at].sku));
    at = (at + 1) % cells.size();
  }
}
BENCHMARK(BM_AvailableTotal);

// A network of 2,000 locations, 500 SKUs, each at so many of the locations.
constexpr std::uint32_t kLargeSkus = 500;
constexpr std::uint32_t kLargeLocations = 2'000;
InventoryPool& LargePool(std::int64_t holders) {
  static const World world = MakeWorld(kLargeSkus, kLargeLocations);
  static std::map<std::int64_t, std::unique_ptr<InventoryPool>> pools;
  std::unique_ptr<InventoryPool>& pool = pools[holders];
  if (pool == nullptr) pool = MakePool(world, kLargeLocations / static_cast<std::size_t>(holders));
  return *pool;
}

// What may be promised of a SKU, location by location, as a view gives it to routing.
void BM_HoldersOfView(benchmark::State& state) {
  const StockView view = LargePool(state.range(0)).Live();
  std::uint32_t sku = 0;
  for (auto _ : state) {
    std::int64_t sum = 0;
    view.ForEachHolder(SkuIndex{sku}, {},
                       [&](LocationIndex, std::int64_t available) { sum += available; });
    benchmark::DoNotOptimize(sum);
    sku = (sku + 1) % kLargeSkus;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_HoldersOfView)->ArgName("holders")->Arg(20)->Arg(200)->Arg(kLargeLocations);

// The same with what is expected by an instant, as a list.
void BM_AvailableToPromiseBy(benchmark::State& state) {
  const InventoryPool& pool = LargePool(state.range(0));
  std::uint32_t sku = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(pool.AvailableToPromiseBy(SkuIndex{sku}, {}));
    sku = (sku + 1) % kLargeSkus;
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(BM_AvailableToPromiseBy)->ArgName("holders")->Arg(20)->Arg(200)->Arg(kLargeLocations);

}  // namespace
}  // namespace orderwright

BENCHMARK_MAIN();
