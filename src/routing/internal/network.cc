#include "src/routing/internal/network.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "absl/container/flat_hash_map.h"

namespace orderwright::routing_internal {
namespace {

bool Contains(const std::vector<Symbol>& sorted, Symbol symbol) {
  return std::binary_search(sorted.begin(), sorted.end(), symbol);
}

std::uint8_t TraitsOf(const Item& item) {
  std::uint8_t traits = 0;
  if (!item.substitutes.empty()) traits |= kHasSubstitutes;
  if (item.spec.preorder) traits |= kHasRelease;
  return traits;
}

ShipCheck CheckOf(const Location& location) {
  if (!location.spec.active || location.retired) return ShipCheck::kNever;
  const bool ask =
      !location.spec.inactive.empty() || location.spec.markets || location.spec.channels;
  return ask ? ShipCheck::kAsk : ShipCheck::kAlways;
}

}  // namespace

UnitVector UnitVectorOf(GeoPoint point) {
  constexpr double kRadians = std::numbers::pi / 180;
  const double lat = point.lat.value() * kRadians;
  const double lon = point.lon.value() * kRadians;
  return {std::cos(lat) * std::cos(lon), std::cos(lat) * std::sin(lon), std::sin(lat)};
}

Network::Network(const World& world) {
  // Dense numbers for every service of every card, and for every zone of every service.
  std::vector<std::uint32_t> first_service;
  std::vector<std::uint32_t> first_rate;
  for (const RateCard& card : world.rate_cards()) {
    first_service.push_back(static_cast<std::uint32_t>(service_count_));
    for (const Service& service : card.services) {
      first_rate.push_back(static_cast<std::uint32_t>(rate_count_));
      rate_count_ += service.zones();
      if (const auto divisor = service.spec.dim_divisor; divisor) {
        least_dim_divisor_ = std::min(*divisor, least_dim_divisor_.value_or(*divisor));
      }
    }
    service_count_ += card.services.size();
  }
  absl::flat_hash_map<std::vector<RateCardIndex>, std::uint32_t> kind_of;  // by rate cards
  standard_ = world.FindService("standard").value_or(ServiceIndex{0});
  entries_.reserve(world.locations().size());
  for (const Location& location : world.locations()) {
    LocationEntry entry;
    entry.handling = location.spec.cost_per_shipment.micros();
    entry.unit_cost = location.spec.cost_per_unit.micros();
    entry.tie_rank = location.tie_rank;
    entry.check = CheckOf(location);
    entry.first_option = static_cast<std::uint32_t>(options_.size());
    AddOptions(world, location, first_service, first_rate);
    entry.option_count = static_cast<std::uint32_t>(options_.size()) - entry.first_option;
    const auto index = LocationIndex{static_cast<std::uint32_t>(entries_.size())};
    const auto [kind, is_new] =
        kind_of.try_emplace(location.rate_cards, static_cast<std::uint32_t>(kinds_.size()));
    if (is_new) kinds_.push_back(index);
    entry.kind = kind->second;
    const bool is_first = entries_.empty();
    least_handling_ = is_first ? entry.handling : std::min(least_handling_, entry.handling);
    places_.push_back(location.position ? std::optional(UnitVectorOf(*location.position))
                                        : std::nullopt);
    entries_.push_back(entry);
    postal_codes_.push_back(world.symbols().Intern(location.spec.postal_code));
    needs_now_ |= !location.spec.inactive.empty();
    if (location.spec.pickup) {
      stores_.push_back({index, places_.back()});
    }
    if (entry.option_count == 0) AddService(standard_);
    for (const ServiceOption& option : options(entry)) AddService(option.data->name);
  }
  for (std::size_t i = 0; i < world.items().size(); ++i) {
    const std::uint8_t traits = TraitsOf(world.items()[i]);
    if (traits == 0) continue;
    if (item_traits_.empty()) item_traits_.resize(world.items().size());
    item_traits_[i] = traits;
  }
}

void Network::AddService(ServiceIndex service) {
  if (std::find(services_.begin(), services_.end(), service) == services_.end()) {
    services_.push_back(service);
  }
}

void Network::AddOptions(const World& world, const Location& location,
                         std::span<const std::uint32_t> first_service,
                         std::span<const std::uint32_t> first_rate) {
  for (RateCardIndex card : location.rate_cards) {
    const std::vector<Service>& services = world.rate_card(card).services;
    for (std::uint32_t i = 0; i < services.size(); ++i) {
      const std::uint32_t id = first_service[Raw(card)] + i;
      options_.push_back({card, i, id, first_rate[id], &services[i]});
    }
  }
}

bool Network::MayShip(const Location& location, const Order& order, std::optional<Timestamp> now) {
  if (!location.spec.inactive.empty() && !location.IsActive(*now)) return false;
  if (location.spec.markets && !Contains(location.markets, order.market())) return false;
  return !location.spec.channels || Contains(location.channels, order.channel());
}

}  // namespace orderwright::routing_internal
