// Distances from recent destinations to locations: a haversine costs more than routing a line.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_DISTANCE_CACHE_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_DISTANCE_CACHE_H_

#include <algorithm>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "orderwright/core/geo.h"
#include "orderwright/model/world.h"

namespace orderwright::routing_internal {

// Direct-mapped by destination; cells are filled when first asked. Never changes a result.
class DistanceCache {
 public:
  explicit DistanceCache(std::size_t locations)
      : locations_(locations), destinations_(Entries(locations)) {
    cells_.resize(destinations_.size() * locations_);
  }

  // The row of a destination, for Km. Valid until the next Select.
  void Select(GeoPoint destination) {
    const std::uint64_t lat = std::bit_cast<std::uint64_t>(destination.lat.value());
    const std::uint64_t lon = std::bit_cast<std::uint64_t>(destination.lon.value());
    const std::uint64_t hash = (lat * 0x9E3779B97F4A7C15U) ^ (lon * 0xC2B2AE3D27D4EB4FU);
    const std::size_t entry = (hash >> 40) & (destinations_.size() - 1);
    row_ = std::span(cells_).subspan(entry * locations_, locations_);
    Entry& known = destinations_[entry];
    if (!known.used || !(known.at == destination)) {
      known = {destination, true};
      std::fill(row_.begin(), row_.end(), kUnset);
    }
    destination_ = destination;
  }

  // Kilometres from the selected destination; negative if the location's position is not known.
  double Km(LocationIndex index, const Location& location) {
    double& cell = row_[Raw(index)];
    if (cell == kUnset) {
      cell = location.position ? DistanceKm(*location.position, destination_) : kUnknown;
    }
    return cell;
  }

  static constexpr double kUnknown = -1;

 private:
  static constexpr double kUnset = -2;
  // About 4 MB of cells, however large the network.
  static std::size_t Entries(std::size_t locations) {
    const std::size_t fit = (std::size_t{1} << 19) / std::max<std::size_t>(locations, 1);
    return std::bit_floor(std::clamp<std::size_t>(fit, 16, 4096));
  }
  struct Entry {
    GeoPoint at;
    bool used = false;
  };
  std::size_t locations_;
  std::vector<Entry> destinations_;
  std::vector<double> cells_;
  std::span<double> row_;
  GeoPoint destination_;
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_DISTANCE_CACHE_H_
