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
#include <utility>
#include <vector>

#include "src/routing/internal/call.h"
#include "src/routing/internal/network.h"

namespace orderwright::routing_internal {

// Scratch of a workspace. Of orders whose costs are those of the world alone: no rules, no lanes.
class Nearby {
 public:
  explicit Nearby(const Network& network);

  // Fewer sites than this are soon looked at, all of them.
  static constexpr std::size_t kFewSites = 12;
  // Whether there is anything to gain: many sites, of few kinds.
  [[nodiscard]] bool IsWorthIt() const;

  // For the goods of `call`, all of which go to `to` by one of `services` (none: by any).
  void Begin(const Setup& setup, const Call& call, const Destination& to,
             std::span<const ServiceIndex> services);
  // The store where the goods are collected; absent: they go to an address.
  [[nodiscard]] std::optional<LocationIndex> store() const { return store_; }
  // What any shipment that a carrier takes costs at least.
  [[nodiscard]] std::int64_t least_carried() const { return least_carried_; }
  // Up to `count` usable sites whose bounds are least, ascending by location. O(locations).
  void FindLeast(const Setup& setup, const Call& call, std::size_t count,
                 std::vector<LocationIndex>& sites);
  // All sites that a plan of at most `cost` may use, ascending by location; false: they are more
  // than `most`. O(locations).
  [[nodiscard]] bool FindWithin(std::int64_t cost, std::size_t most,
                                std::vector<LocationIndex>& sites) const;

 private:
  // What the services of a kind of site ask for, for all the goods (`whole`) and for as little as a
  // shipment can be (`any`).
  struct Rates {
    std::int64_t whole = 0;
    std::int64_t any = 0;
  };
  // For places with at least this dot product with the destination, below that of the band before.
  struct Band {
    double from = 0;
    Rates rates;
  };
  struct Kind {
    std::uint32_t first_band = 0;  // nearest first
    Rates unplaced;                // where the distance is not known
    std::int64_t least_whole = 0;
  };

  void MakeKind(std::uint32_t kind);
  [[nodiscard]] Rates RatesAt(std::uint32_t kind, std::optional<double> dot) const;
  // What a shipment from a site costs at least.
  [[nodiscard]] Rates BoundsOf(std::uint32_t location) const;
  [[nodiscard]] bool Serves(const ServiceOption& option) const;

  const Network& network_;
  // By location, side by side: they are all that most locations are asked for.
  std::vector<std::int64_t> handling_;
  std::vector<std::uint8_t> kind_;
  std::vector<double> zone_dot_;            // by rate: of the far bound of its zone
  std::vector<std::int64_t> whole_weight_;  // by service: of all the goods
  std::span<const ServiceIndex> services_;
  Symbol country_{};
  std::optional<UnitVector> place_;     // of the destination
  std::optional<LocationIndex> store_;  // where customers collect: it hands over its own stock
  std::int64_t least_carried_ = 0;      // of a shipment that a carrier takes
  std::int64_t least_more_ = 0;         // of a further shipment, with its split
  std::vector<Band> bands_;             // kind after kind
  std::vector<Kind> kinds_;
  std::vector<std::pair<std::int64_t, LocationIndex>> least_;  // of FindLeast, by bound
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_NEARBY_H_
