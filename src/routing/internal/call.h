// What a call of the router reads, and the tables of what an order could be sourced from.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_CALL_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_CALL_H_

#include <algorithm>
#include <cstdint>
#include <optional>
#include <span>

#include "orderwright/inventory/backorder.h"
#include "orderwright/inventory/stock_view.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/promise/promises.h"
#include "orderwright/routing/lane_costs.h"
#include "orderwright/rules/rule_set.h"
#include "orderwright/solver/problem.h"
#include "src/routing/internal/network.h"

namespace orderwright::routing_internal {

// What the router holds and every call reads.
struct Setup {
  const World& world;
  const Network& network;
  const Promises& promises;
  const rules::RuleSet& rules;
  const LaneCosts* lanes = nullptr;
};

struct Call {
  const Order& order;
  const StockView& stock;
  std::optional<Timestamp> now;
  std::optional<Timestamp> start;  // dates count from here: max(now, placed_at, ship_after)
  std::optional<ReservationId> own_reservation;
  bool records = false;                                // what the plan was made from is kept
  std::optional<ServiceIndex> service = std::nullopt;  // the one that everything goes by
  std::span<const rules::Rejection> rejections = {};   // of the order so far
};

// How often a location has sent the order back.
[[nodiscard]] inline std::int64_t RejectionsBy(std::span<const rules::Rejection> rejections,
                                               LocationIndex location) {
  return std::count_if(
      rejections.begin(), rejections.end(),
      [&](const rules::Rejection& rejection) { return rejection.location == location; });
}

// Whether it has done so as often as it may. One that never has is asked in any case.
[[nodiscard]] inline bool HasRejectedEnough(std::span<const rules::Rejection> rejections,
                                            LocationIndex location,
                                            std::optional<std::int64_t> most) {
  if (rejections.empty() || !most) return false;
  const std::int64_t count = RejectionsBy(rejections, location);
  return count > 0 && count >= *most;
}

[[nodiscard]] inline Availability QuestionOf(const Call& call) {
  return {call.order.channel(), call.order.market(), call.now.value_or(Timestamp{}),
          call.own_reservation};
}

// What an order may have beside what is in stock.
struct Later {
  // Every unit may wait for what is still to come, in the same choice as what is in stock.
  bool arrivals = false;
  // By line of the order: units that stock did not give. They may wait for what is expected, or
  // have a substitute that the customer is asked about. Empty: stock was not asked yet.
  std::span<const std::int64_t> missing = {};
  // Of these, units that this did not give either. They may wait for what nobody has ordered yet,
  // as far as terms allow. Empty: the rest was not asked yet.
  std::span<const std::int64_t> beyond = {};
  // Without the floors of the order (all or nothing, least units): to see what stock gives.
  bool is_loose = false;
};

// The goods that may fill a line: its own item, or a substitute. The first variants are the lines.
struct Variant {
  std::uint32_t line = 0;  // of the order
  SkuIndex sku{};
  SubstitutionPolicy policy = SubstitutionPolicy::kAutomatic;  // of a substitute: the item's
};

// Shipments that may leave together: now, with what arrives at an instant, or once a customer has
// answered.
enum class WaveKind : std::uint8_t { kNow = 0, kArrival = 1, kAnswer = 2 };
struct Wave {
  WaveKind kind = WaveKind::kNow;
  std::optional<Timestamp> expected;  // of kArrival; absent: nobody knows
};

// Units that may be promised of what is not in stock.
struct Arrival {
  BackorderOffer offer;
  std::uint32_t wave = 0;
  std::uint32_t row = solver::kNone;    // of the problem, once some line may use it
  std::uint32_t quota = solver::kNone;  // of the problem: the limit that it counts against
  std::int64_t penalty = 0;             // micro-units a unit
};

// A (line, candidate) combination with goods that the order may use.
struct Pair {
  std::uint32_t candidate = 0;
  std::uint32_t row = 0;                  // of the problem: the stock of the SKU there
  std::int64_t available = 0;             // as stock says, before rules
  std::uint32_t variant = 0;              // of what goods
  std::uint32_t arrival = solver::kNone;  // of goods that are not in stock
  std::uint32_t quota = solver::kNone;    // of the problem
  bool waits = false;                     // in stock, and leaves with what is still to come
};

// A location that holds something of a ship group of the order.
struct Candidate {
  LocationIndex location{};
  std::uint32_t first_slot = 0;
  std::uint32_t slot_count = 0;
  std::uint16_t ship_group = 0;
  bool has_late_slot = false;  // a service was left out because it would be too late
  std::uint32_t wave = 0;
  std::int64_t most_weight = 0;        // grams of all it could ship (where there are rate cards)
  std::uint32_t site = 0;              // counts the locations of the order: what solvers know it by
  std::uint32_t next = solver::kNone;  // the candidate of the same location that was made next
};

// Where a ship group of the order goes.
struct Destination {
  Method method = Method::kShip;
  bool offers_pickup = false;       // of kPickup: customers of this order can collect there
  bool takes_transfers = false;     // and other locations may send there
  LocationIndex store_index{};      // of kPickup
  const Location* store = nullptr;  // the same; null: an address
  Symbol country{};
  std::optional<GeoPoint> position;     // absent: not known
  const TimeZone* time_zone = nullptr;  // null: that of the location which ships
  const std::int64_t* lane = nullptr;   // micro-units a unit by location; null: none
};

// What a slot of the problem stands for.
struct SlotMeaning {
  std::uint32_t candidate = 0;
  const ServiceOption* option = nullptr;  // null: ships for nothing, service `standard`
  std::uint32_t zone = 0;
  std::uint32_t group = 0;     // of Rulings: which lines may go together
  std::int64_t late_days = 0;  // that the order's dates are missed by
  Promise dates{};             // if the start is known and anything depends on them
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_CALL_H_
