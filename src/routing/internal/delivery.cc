#include "src/routing/internal/delivery.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <tuple>

namespace orderwright::routing_internal {
namespace {

// The later of two instants; absent if one of them is not known.
std::optional<Timestamp> Later(std::optional<Timestamp> a, std::optional<Timestamp> b) {
  return a && b ? std::max(a, b) : std::nullopt;
}

// Backordered units of one location, date and service leave together.
bool LeavesWith(const PlanBackorder& a, const PlanBackorder& b) {
  return a.location == b.location && a.expected == b.expected && a.service == b.service;
}

}  // namespace

DeliveryOption OptionOf(const Plan& plan) {
  DeliveryOption option;
  option.cost = plan.cost();
  std::int64_t missing = 0;
  for (const Shortfall& units : plan.shortfalls()) missing += units.quantity.count();
  for (const PlanQuestion& units : plan.questions()) missing += units.quantity.count();
  option.missing = Units(missing);
  option.complete = missing == 0;
  bool is_first = true;
  const auto add = [&](std::optional<Timestamp> ship_by, std::optional<Timestamp> deliver_by) {
    option.ship_by = is_first ? ship_by : Later(option.ship_by, ship_by);
    option.deliver_by = is_first ? deliver_by : Later(option.deliver_by, deliver_by);
    is_first = false;
  };
  for (const Shipment& shipment : plan.shipments()) {
    option.shipments += shipment.takes_stock ? 1 : 0;
    // What a transfer brings is there once it can be collected.
    if (shipment.method != ShipmentMethod::kTransfer) add(shipment.ship_by, shipment.deliver_by);
  }
  std::int64_t backordered = 0;
  const std::span<const PlanBackorder> waiting = plan.backorders();
  for (std::size_t i = 0; i < waiting.size(); ++i) {
    backordered += waiting[i].quantity.count();
    add(waiting[i].ship_by, waiting[i].deliver_by);
    // The first of those that leave together pays for the shipment.
    const bool is_counted =
        waiting[i].cost == waiting[i].penalty && i > 0 && LeavesWith(waiting[i - 1], waiting[i]);
    const bool leaves_with_stock =
        std::any_of(plan.shipments().begin(), plan.shipments().end(), [&](const Shipment& s) {
          return s.waits && s.location == waiting[i].location && s.ship_by == waiting[i].ship_by;
        });
    option.shipments += is_counted || leaves_with_stock ? 0 : 1;
  }
  option.backordered = Units(backordered);
  return option;
}

void SortBestFirst(std::vector<DeliveryOption>& options) {
  const auto place = [](const DeliveryOption& option) {
    return std::tuple(!option.complete, option.cost, !option.deliver_by.has_value(),
                      option.deliver_by);
  };
  // Few: a sort that asks for no memory.
  for (std::size_t i = 1; i < options.size(); ++i) {
    for (std::size_t j = i; j > 0 && place(options[j]) < place(options[j - 1]); --j) {
      std::swap(options[j], options[j - 1]);
    }
  }
}

void FindStores(const World& world, const Network& network, const Order& order,
                std::optional<Timestamp> now, std::size_t most,
                std::vector<LocationIndex>& stores) {
  stores.clear();
  if (most == 0) return;
  const std::optional<UnitVector> place =
      order.position() ? std::optional(UnitVectorOf(*order.position())) : std::nullopt;
  // What is nearer has the larger cosine; stores without a position come last, by rank.
  struct Near {
    double cosine = 0;
    std::uint32_t rank = 0;
    LocationIndex location{};
    [[nodiscard]] bool Before(const Near& other) const {
      return cosine != other.cosine ? cosine > other.cosine : rank < other.rank;
    }
  };
  std::vector<Near> nearest;
  nearest.reserve(most + 1);
  for (const Store& store : network.stores()) {
    Near near{-2, network.entry(store.location).tie_rank, store.location};
    if (place && store.place) near.cosine = store.place->Dot(*place);
    if (nearest.size() == most && !near.Before(nearest.back())) continue;
    const ShipCheck check = network.entry(store.location).check;
    const bool serves =
        check == ShipCheck::kAlways ||
        (check == ShipCheck::kAsk && Network::MayShip(world.location(store.location), order, now));
    if (!serves) continue;
    const auto at = std::upper_bound(nearest.begin(), nearest.end(), near,
                                     [](const Near& a, const Near& b) { return a.Before(b); });
    nearest.insert(at, near);
    if (nearest.size() > most) nearest.pop_back();
  }
  for (const Near& near : nearest) stores.push_back(near.location);
}

}  // namespace orderwright::routing_internal
