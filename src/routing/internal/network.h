// What a router precomputes from its World: per location whether it may ship, with which services.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_NETWORK_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_NETWORK_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "orderwright/core/geo.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"

namespace orderwright::routing_internal {

// One service that a location may ship with.
struct ServiceOption {
  RateCardIndex card{};
  std::uint32_t service = 0;      // position in the card
  std::uint32_t service_id = 0;   // dense over all (card, service) of the world
  std::uint32_t first_rate = 0;   // dense over all (card, service, zone): first_rate + zone
  const Service* data = nullptr;  // points into the world, which the router holds
};

enum class ShipCheck : std::uint8_t { kNever = 0, kAlways = 1, kAsk = 2 };

struct LocationEntry {
  std::int64_t handling = 0;   // micro-units a shipment
  std::int64_t unit_cost = 0;  // micro-units a unit
  std::uint32_t tie_rank = 0;
  std::uint32_t first_option = 0;  // no option: ships for nothing, service `standard`
  std::uint32_t option_count = 0;
  std::uint32_t kind = 0;  // sites of one kind have the same options
  ShipCheck check = ShipCheck::kAlways;
};

// A place on the unit sphere: of two places the nearer to a third has the larger dot product.
struct UnitVector {
  double x = 0;
  double y = 0;
  double z = 0;
  [[nodiscard]] double Dot(const UnitVector& other) const {
    return x * other.x + y * other.y + z * other.z;
  }
};
[[nodiscard]] UnitVector UnitVectorOf(GeoPoint point);

// A location where customers collect.
struct Store {
  LocationIndex location{};
  std::optional<UnitVector> place;
};

// What is special about an item, as bits.
inline constexpr std::uint8_t kHasSubstitutes = 1;
inline constexpr std::uint8_t kHasRelease = 2;  // it is sold before its release

class Network {
 public:
  explicit Network(const World& world);

  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  [[nodiscard]] const LocationEntry& entry(LocationIndex location) const {
    return entries_[Raw(location)];
  }
  [[nodiscard]] std::span<const ServiceOption> options(const LocationEntry& entry) const {
    return std::span(options_).subspan(entry.first_option, entry.option_count);
  }
  [[nodiscard]] std::size_t service_count() const { return service_count_; }
  [[nodiscard]] std::size_t rate_count() const { return rate_count_; }
  [[nodiscard]] ServiceIndex standard() const { return standard_; }
  // No location has a rate card: one slot a candidate, shipping is free.
  [[nodiscard]] bool ships_free() const { return options_.empty(); }
  // Of all services: with it an item is billed at its heaviest. Absent if none bills volume.
  [[nodiscard]] std::optional<std::int64_t> least_dim_divisor() const { return least_dim_divisor_; }
  // The postal code of a location, as lane costs know it.
  [[nodiscard]] Symbol postal_code(LocationIndex location) const {
    return postal_codes_[Raw(location)];
  }
  // Locations that offer pickup, retired and inactive ones too.
  [[nodiscard]] std::span<const Store> stores() const { return stores_; }
  // Services that some location ships with, each once.
  [[nodiscard]] std::span<const ServiceIndex> services() const { return services_; }
  // Locations of each kind, one; and on the unit sphere by location, if the position is known.
  [[nodiscard]] std::span<const LocationIndex> kinds() const { return kinds_; }
  [[nodiscard]] std::span<const std::optional<UnitVector>> places() const { return places_; }
  // Micro-units that handling a shipment costs at least, wherever it leaves.
  [[nodiscard]] std::int64_t least_handling() const { return least_handling_; }
  // What is special about an item. Most worlds have none that is: then nothing is looked up.
  [[nodiscard]] bool has_special_items() const { return !item_traits_.empty(); }
  [[nodiscard]] std::uint8_t traits(SkuIndex sku) const {
    return Raw(sku) < item_traits_.size() ? item_traits_[Raw(sku)] : std::uint8_t{0};
  }
  // Some location is inactive for a time, so that decisions depend on `now`.
  [[nodiscard]] bool needs_now() const { return needs_now_; }
  // Whether `order` may be shipped from a location that needs asking.
  [[nodiscard]] static bool MayShip(const Location& location, const Order& order,
                                    std::optional<Timestamp> now);

 private:
  void AddService(ServiceIndex service);
  void AddOptions(const World& world, const Location& location,
                  std::span<const std::uint32_t> first_service,
                  std::span<const std::uint32_t> first_rate);

  std::vector<LocationEntry> entries_;
  std::vector<ServiceOption> options_;
  std::vector<Symbol> postal_codes_;
  std::vector<Store> stores_;
  std::vector<ServiceIndex> services_;
  std::vector<LocationIndex> kinds_;
  std::vector<std::optional<UnitVector>> places_;
  std::int64_t least_handling_ = 0;
  std::vector<std::uint8_t> item_traits_;  // by SKU; empty: no item has any
  std::size_t service_count_ = 0;
  std::size_t rate_count_ = 0;
  ServiceIndex standard_{};
  std::optional<std::int64_t> least_dim_divisor_;
  bool needs_now_ = false;
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_NETWORK_H_
