// Nearby: the sites that could win an order, by what a shipment from each costs at least.
//
// A plan of one shipment pays at least what its site asks for all the goods; a plan of several pays
// at least two of the cheapest shipments. A site whose least is above the cost of some whole plan
// is in no best plan: without it the problem has the same answer, ties included. So the work grows
// with the sites that could win, not with all that exist.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_NEARBY_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_NEARBY_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "src/routing/internal/call.h"
#include "src/routing/internal/network.h"

namespace orderwright::routing_internal {

// Scratch of a workspace. Of orders whose costs are those of the world alone: no rules, no lanes.
class Nearby {
 public:
  explicit Nearby(const Network& network);

  // Fewer sites than this are soon looked at, all of them.
  static constexpr std::size_t kFewSites = 64;
  // Whether there is anything to gain: many sites, of few kinds.
  [[nodiscard]] bool IsWorthIt() const;

  // For the goods of `call`, all of which go to `to` by one of `services` (none: by any).
  void Begin(const Setup& setup, const Call& call, const Destination& to,
             std::span<const ServiceIndex> services);
  // The store where the goods are collected; absent: they go to an address.
  [[nodiscard]] std::optional<LocationIndex> store() const { return store_; }
  // What any shipment that a carrier takes costs at least.
  [[nodiscard]] std::int64_t least_carried() const { return least_carried_; }
  // Computes the bounds: up to `count` usable sites whose bounds are least, ascending by location.
  void FindLeast(const Setup& setup, const Call& call, std::size_t count,
                 std::vector<LocationIndex>& sites);
  // After FindLeast: all sites that a plan of at most `cost` may use, ascending by location; false:
  // they are more than `most`.
  [[nodiscard]] bool FindWithin(std::int64_t cost, std::size_t most,
                                std::vector<LocationIndex>& sites) const;

 private:
  // What the services of a kind of site ask for, for places with at least this dot product.
  struct Band {
    double from = 0;
    std::int64_t whole = 0;  // for all the goods
    std::int64_t any = 0;    // for as little as a shipment can be
  };
  struct Rates {
    std::int64_t whole = 0;
    std::int64_t any = 0;
  };

  void MakeBands(std::uint32_t kind);
  void MakeBounds();
  void FindDots();
  [[nodiscard]] Rates RatesAt(std::uint32_t kind, std::optional<double> dot) const;
  [[nodiscard]] bool Serves(const ServiceOption& option) const;

  const Network& network_;
  std::vector<double> zone_dot_;            // by rate: of the far bound of its zone
  std::vector<double> dots_;                // by location: with the destination
  std::optional<GeoPoint> dots_of_;         // the destination of dots_
  std::vector<std::int64_t> whole_weight_;  // by service: of all the goods
  std::span<const ServiceIndex> services_;
  Symbol country_{};
  std::optional<GeoPoint> position_;
  std::optional<LocationIndex> store_;     // where customers collect: it hands over its own stock
  std::int64_t least_carried_ = 0;         // of a shipment that a carrier takes
  std::int64_t least_more_ = 0;            // of a further shipment, with its split
  std::vector<Band> bands_;                // kind after kind, nearest first
  std::vector<std::uint32_t> first_band_;  // by kind, and one past the last
  std::vector<Rates> unplaced_;            // by kind: where the distance is not known
  std::vector<Rates> bounds_;              // by location, with its handling
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_NEARBY_H_
