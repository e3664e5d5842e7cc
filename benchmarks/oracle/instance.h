// The instance of the tasks oracle_dc and oracle_store: made, not measured; a pure function of its
// seed. Orders have a geometric number of lines (mean 2.2, at most 8) of one unit each; SKU
// floor(100000 * u^3), distinct within an order; each location holds a SKU with a given
// probability, in quantities that never bind; fixed cost 2.50 a shipment, 0.10 + 0.001 per km a
// unit, tabulated for 1,000 destinations.
#ifndef ORDERWRIGHT_BENCHMARKS_ORACLE_INSTANCE_H_
#define ORDERWRIGHT_BENCHMARKS_ORACLE_INSTANCE_H_

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

#include "benchmarks/common.h"
#include "orderwright/core/geo.h"

namespace orderwright::benchmarks {

struct InstanceSize {
  std::size_t locations = 20;
  double holding = 0.7;
  std::size_t orders = 1'000'000;
};

struct Instance {
  static constexpr std::size_t kSkus = 100'000;
  static constexpr std::size_t kDestinations = 1'000;
  static constexpr std::size_t kMaxLines = 8;
  static constexpr std::int64_t kFixed = 2'500'000;
  static constexpr std::int64_t kUnit = 100'000;
  static constexpr std::int64_t kStock = 1'000'000;

  std::size_t locations = 0;
  std::vector<GeoPoint> location_at;
  std::vector<GeoPoint> destination_at;
  std::vector<std::int64_t> per_km;  // [destination][location], micro-units a unit

  // Holders of each SKU: compressed rows.
  std::vector<std::uint32_t> holder_start;
  std::vector<std::uint32_t> holder;

  // Orders: compressed rows of SKUs, and a destination each.
  std::vector<std::uint32_t> line_start;
  std::vector<std::uint32_t> sku;
  std::vector<std::uint32_t> destination;

  [[nodiscard]] std::size_t orders() const { return destination.size(); }
  static std::string PostalCode(std::size_t i) { return std::to_string(10'000 + i); }
};

inline GeoPoint DrawPoint(Draw& draw) {
  return {Degrees(26.0 + 22.0 * draw.Unit()), Degrees(-123.0 + 52.0 * draw.Unit())};
}

inline void DrawOrder(Draw& draw, Instance& instance) {
  std::size_t lines = 1;
  while (lines < Instance::kMaxLines && draw.Unit() < 1.0 - 1.0 / 2.2) ++lines;
  const std::size_t first = instance.sku.size();
  while (instance.sku.size() - first < lines) {
    const double u = draw.Unit();
    const auto sku = static_cast<std::uint32_t>(static_cast<double>(Instance::kSkus) * u * u * u);
    const auto begin = instance.sku.begin() + static_cast<std::ptrdiff_t>(first);
    if (std::find(begin, instance.sku.end(), sku) == instance.sku.end())
      instance.sku.push_back(sku);
  }
  instance.line_start.push_back(static_cast<std::uint32_t>(instance.sku.size()));
  instance.destination.push_back(static_cast<std::uint32_t>(draw.Below(Instance::kDestinations)));
}

inline Instance MakeInstance(const InstanceSize& size, std::uint64_t seed) {
  Draw draw(seed);
  Instance instance;
  instance.locations = size.locations;
  for (std::size_t i = 0; i < size.locations; ++i) instance.location_at.push_back(DrawPoint(draw));
  for (std::size_t d = 0; d < Instance::kDestinations; ++d) {
    instance.destination_at.push_back(DrawPoint(draw));
    for (const GeoPoint& at : instance.location_at) {
      const double km = DistanceKm(at, instance.destination_at.back());
      instance.per_km.push_back(std::llround(km * 1000.0));  // 0.001 a km
    }
  }
  instance.holder_start.push_back(0);
  for (std::size_t s = 0; s < Instance::kSkus; ++s) {
    for (std::uint32_t l = 0; l < size.locations; ++l) {
      if (draw.Unit() < size.holding) instance.holder.push_back(l);
    }
    instance.holder_start.push_back(static_cast<std::uint32_t>(instance.holder.size()));
  }
  instance.line_start.push_back(0);
  for (std::size_t o = 0; o < size.orders; ++o) DrawOrder(draw, instance);
  return instance;
}

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_ORACLE_INSTANCE_H_
