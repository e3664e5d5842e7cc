// What a pool needs of memory: bytes a (SKU, location), and the time to open it.
//
//   pool_memory [ROWS [resolved]]   default 100,000 rows; every SKU at 2,000 locations; resolved:
//                                   the host has looked up SKUs and locations itself
//
// Prints what the process has (resident set) with the pool open and all else that it was made from
// gone, less what it had before; and the most it had while the pool was made.
#include <sys/resource.h>
#include <unistd.h>

#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/common.h"
#include "orderwright/orderwright.h"

#ifdef __GLIBC__
#include <malloc.h>
#endif

namespace orderwright::benchmarks {
namespace {

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kLocationsOfWorld = 2'000;

double SecondsSince(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

// Bytes, after what was freed has been given back to the system.
double ResidentBytes() {
#ifdef __GLIBC__
  malloc_trim(0);
#endif
  std::ifstream about("/proc/self/statm");
  double pages = 0;
  about >> pages >> pages;  // the second is what is resident
  return pages * static_cast<double>(sysconf(_SC_PAGESIZE));
}

double MostResidentBytes() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return static_cast<double>(usage.ru_maxrss) * 1024.0;
}

World MakeWorld(std::size_t skus) {
  WorldDraft draft;
  draft.currency = OrDie(Currency::Parse("USD"));
  for (std::size_t i = 0; i < skus; ++i) {
    ItemSpec item;
    item.sku = fmt::format("S{}", i);
    draft.items.push_back(std::move(item));
  }
  for (std::uint32_t i = 0; i < kLocationsOfWorld; ++i) {
    LocationSpec location;
    location.id = fmt::format("L{}", i);
    draft.locations.push_back(std::move(location));
  }
  return OrDie(World::Create(std::move(draft)));
}

std::vector<StockRowSpec> MakeRows(const World& world) {
  std::vector<StockRowSpec> rows;
  rows.reserve(world.items().size() * world.locations().size());
  for (const Item& item : world.items()) {
    for (const Location& location : world.locations()) {
      StockRowSpec& row = rows.emplace_back();
      row.sku = item.sku();
      row.location = location.id();
      row.on_hand = 10;
    }
  }
  return rows;
}

std::vector<StockRow> MakeResolvedRows(const World& world) {
  std::vector<StockRow> rows;
  rows.reserve(world.items().size() * world.locations().size());
  for (std::uint32_t sku = 0; sku < world.items().size(); ++sku) {
    for (std::uint32_t location = 0; location < world.locations().size(); ++location) {
      StockRow& row = rows.emplace_back();
      row.sku = SkuIndex{sku};
      row.location = LocationIndex{location};
      row.on_hand = Units(10);
    }
  }
  return rows;
}

void Measure(std::size_t rows_asked, bool resolved) {
  const World world = MakeWorld((rows_asked + kLocationsOfWorld - 1) / kLocationsOfWorld);
  const double before = ResidentBytes();
  std::optional<Stock> stock;
  Clock::time_point start;
  if (resolved) {
    std::vector<StockRow> made = MakeResolvedRows(world);
    start = Clock::now();
    stock = OrDie(Stock::FromRows(world, std::move(made)));
  } else {
    std::vector<StockRowSpec> specs = MakeRows(world);
    start = Clock::now();
    stock = OrDie(Stock::Create(world, std::move(specs)));
  }
  const double checked = SecondsSince(start);
  const auto rows = static_cast<double>(stock->rows().size());
  start = Clock::now();
  const InventoryPool pool(world, *stock);
  const double opened = SecondsSince(start);
  const double most = MostResidentBytes();
  stock.reset();
  const double resident = ResidentBytes() - before;
  fmt::print("{:>12} {:>12} {:>16} {:>14} {:>14}\n", "rows", "pool, MB", "pool, bytes/row",
             "most, MB", "most, bytes/row");
  fmt::print("{:>12.0f} {:>12.0f} {:>16.1f} {:>14.0f} {:>14.1f}\n", rows, resident / 1e6,
             resident / rows, most / 1e6, (most - before) / rows);
  fmt::print("{} {:.2f} s, InventoryPool {:.2f} s\n",
             resolved ? "Stock::FromRows" : "Stock::Create", checked, opened);
}

}  // namespace
}  // namespace orderwright::benchmarks

int main(int argc, char** argv) {
  const std::size_t rows = argc > 1 ? std::strtoull(argv[1], nullptr, 10) : 100'000;
  const bool resolved = argc > 2 && std::string_view(argv[2]) == "resolved";
  if (argc > 3 || rows == 0 || (argc == 3 && !resolved)) {
    fmt::print(stderr, "usage: {} [ROWS [resolved]]\n", argv[0]);
    return 2;
  }
  orderwright::benchmarks::Measure(rows, resolved);
}
