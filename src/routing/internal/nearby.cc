#include "src/routing/internal/nearby.h"

#include <algorithm>
#include <cmath>
#include <limits>

#include "orderwright/promise/carriage.h"
#include "src/routing/internal/offers.h"

namespace orderwright::routing_internal {
namespace {

// What no service carries. Sums of a few stay finite.
constexpr std::int64_t kNoWay = std::int64_t{1} << 60;
// Dot products differ by rounding from what distances say. Bounds hold for both sides of a zone's
// end that is nearer than this: some centimetres at a hundred kilometres.
constexpr double kRounding = 1e-9;
// Bands of more kinds of sites than this cost more than they save.
constexpr std::size_t kMostKinds = 16;
// The mean radius of the earth, as distances use it.
constexpr double kEarthRadiusKm = 6371.0088;
constexpr double kNowhere = -2;  // less than every dot product

std::int64_t CostOf(std::span<const RateStep> steps, std::int64_t weight) {
  for (const RateStep& step : steps) {
    if (weight <= step.max_weight_g) return step.cost.micros();
  }
  return kNoWay;
}

}  // namespace

Nearby::Nearby(const Network& network) : network_(network) {
  if (!IsWorthIt()) return;
  zone_dot_.assign(network.rate_count(), kNowhere);
  for (const LocationIndex location : network.kinds()) {
    for (const ServiceOption& option : network.options(network.entry(location))) {
      for (std::uint32_t z = 0; z < option.data->zones(); ++z) {
        const std::optional<double> km = option.data->spec.zones_km[z];
        // Half way around the world everything is within reach.
        if (!km || *km / kEarthRadiusKm >= 3.14) continue;
        zone_dot_[option.first_rate + z] = std::cos(*km / kEarthRadiusKm);
      }
    }
  }
  dots_.resize(network.size());
  bounds_.resize(network.size());
  whole_weight_.resize(network.service_count());
}

bool Nearby::IsWorthIt() const {
  return network_.size() >= kFewSites && network_.kinds().size() <= kMostKinds;
}

bool Nearby::Serves(const ServiceOption& option) const {
  return Allows(services_, option.data->name) && option.data->Serves(country_);
}

// Bounds from both sides of the dot product, as rounding may have it; absent: the distance is not
// known.
Nearby::Rates Nearby::RatesAt(std::uint32_t kind, std::optional<double> dot) const {
  Rates least{kNoWay, kNoWay};
  const LocationEntry& entry = network_.entry(network_.kinds()[kind]);
  if (entry.option_count == 0) {
    return Allows(services_, network_.standard()) ? Rates{0, 0} : least;
  }
  const auto zone_of = [&](const ServiceOption& option, double at) {
    std::uint32_t zone = 0;
    const auto zones = static_cast<std::uint32_t>(option.data->zones());
    while (zone < zones && option.data->spec.zones_km[zone] &&
           at < zone_dot_[option.first_rate + zone]) {
      ++zone;
    }
    return zone;
  };
  const auto add = [&](const ServiceOption& option, std::uint32_t zone) {
    if (zone == option.data->zones()) return;  // it does not reach so far
    const std::span<const RateStep> steps = option.data->steps_of_zone(zone);
    least.whole = std::min(least.whole, CostOf(steps, whole_weight_[option.service_id]));
    least.any = std::min(least.any, CostOf(steps, 0));
  };
  for (const ServiceOption& option : network_.options(entry)) {
    if (!Serves(option)) continue;
    if (!dot) {
      add(option, static_cast<std::uint32_t>(option.data->zones()) - 1);
      continue;
    }
    add(option, zone_of(option, *dot + kRounding));
    add(option, zone_of(option, *dot - kRounding));
  }
  return least;
}

void Nearby::Begin(const Setup& setup, const Call& call, const Destination& to,
                   std::span<const ServiceIndex> services) {
  services_ = services;
  country_ = to.country;
  position_ = to.position;
  store_ = to.store != nullptr ? std::optional(to.store_index) : std::nullopt;
  std::int64_t least_any = kNoWay;
  for (const LocationIndex location : network_.kinds()) {
    const LocationEntry& entry = network_.entry(location);
    if (entry.option_count == 0 && Allows(services_, network_.standard())) least_any = 0;
    for (const ServiceOption& option : network_.options(entry)) {
      if (!Serves(option)) continue;
      std::int64_t& weight = whole_weight_[option.service_id];
      weight = 0;
      for (const OrderLine& line : call.order.lines()) {
        weight += line.quantity.count() *
                  BilledWeight(setup.world.item(line.sku).spec, option.data->spec.dim_divisor);
      }
      for (std::size_t z = 0; z < option.data->zones(); ++z) {
        least_any = std::min(least_any, CostOf(option.data->steps_of_zone(z), 0));
      }
    }
  }
  least_carried_ = network_.least_handling() + least_any;
  least_more_ = least_carried_;
  if (store_) {
    // Nothing is said here about what a split to a store costs.
    least_more_ = std::min(least_more_, network_.entry(*store_).handling);
  } else {
    least_more_ += setup.world.costs().split_penalty.micros();
  }
}

// With the goods of one destination asked for by every service, and at every store, the products
// are computed once.
void Nearby::FindDots() {
  if (dots_of_ == position_) return;
  dots_of_ = position_;
  if (!position_) return;
  const UnitVector to = UnitVectorOf(*position_);
  const std::span<const std::optional<UnitVector>> places = network_.places();
  for (std::size_t i = 0; i < places.size(); ++i) {
    dots_[i] = places[i] ? places[i]->Dot(to) : std::numeric_limits<double>::quiet_NaN();
  }
}

// The rates change only where the dot product passes the end of a zone.
void Nearby::MakeBands(std::uint32_t kind) {
  const std::size_t first = bands_.size();
  if (position_) {
    for (const ServiceOption& option : network_.options(network_.entry(network_.kinds()[kind]))) {
      if (!Serves(option)) continue;
      for (std::uint32_t z = 0; z < option.data->zones(); ++z) {
        const double end = zone_dot_[option.first_rate + z];
        if (end == kNowhere) continue;
        bands_.push_back({.from = end + kRounding});
        bands_.push_back({.from = end - kRounding});
      }
    }
  }
  bands_.push_back({.from = kNowhere});
  std::sort(bands_.begin() + static_cast<std::ptrdiff_t>(first), bands_.end(),
            [](const Band& a, const Band& b) { return a.from > b.from; });
  double above = 1 + 4 * kRounding;
  for (std::size_t i = first; i < bands_.size(); ++i) {
    const Rates rates =
        RatesAt(kind, position_ ? std::optional((bands_[i].from + above) / 2) : std::nullopt);
    above = bands_[i].from;
    bands_[i].whole = rates.whole;
    bands_[i].any = rates.any;
  }
}

void Nearby::MakeBounds() {
  FindDots();
  bands_.clear();
  first_band_.clear();
  unplaced_.clear();
  for (std::uint32_t kind = 0; kind < network_.kinds().size(); ++kind) {
    first_band_.push_back(static_cast<std::uint32_t>(bands_.size()));
    MakeBands(kind);
    unplaced_.push_back(RatesAt(kind, std::nullopt));
  }
  for (std::uint32_t i = 0; i < bounds_.size(); ++i) {
    const LocationEntry& entry = network_.entry(LocationIndex{i});
    const double dot = position_ ? dots_[i] : 0;
    Rates rates = unplaced_[entry.kind];
    if (dot == dot) {  // the position of the site is known
      const Band* band = &bands_[first_band_[entry.kind]];
      while (dot < band->from) ++band;
      rates = {band->whole, band->any};
    }
    bounds_[i] = {entry.handling + rates.whole, entry.handling + rates.any};
  }
  if (store_) {
    const std::int64_t handling = network_.entry(*store_).handling;
    bounds_[Raw(*store_)] = {handling, handling};
  }
}

void Nearby::FindLeast(const Setup& setup, const Call& call, std::size_t count,
                       std::vector<LocationIndex>& sites) {
  MakeBounds();
  sites.clear();
  const auto less = [this](LocationIndex a, LocationIndex b) {
    return bounds_[Raw(a)].whole < bounds_[Raw(b)].whole;
  };
  std::int64_t worst = kNoWay;
  for (std::uint32_t i = 0; i < bounds_.size(); ++i) {
    if (bounds_[i].whole >= worst) continue;
    const LocationIndex site{i};
    const ShipCheck check = network_.entry(site).check;
    if (check == ShipCheck::kNever) continue;
    if (check == ShipCheck::kAsk &&
        !Network::MayShip(setup.world.location(site), call.order, call.now)) {
      continue;
    }
    if (sites.size() == count) sites.pop_back();
    sites.insert(std::upper_bound(sites.begin(), sites.end(), site, less), site);
    if (sites.size() == count) worst = bounds_[Raw(sites.back())].whole;
  }
  std::sort(sites.begin(), sites.end());
}

bool Nearby::FindWithin(std::int64_t cost, std::size_t most,
                        std::vector<LocationIndex>& sites) const {
  sites.clear();
  // What one of several shipments may cost.
  const std::int64_t part = cost - least_more_;
  for (std::uint32_t i = 0; i < bounds_.size(); ++i) {
    if (bounds_[i].whole > cost && bounds_[i].any > part) continue;
    if (sites.size() == most) return false;
    sites.push_back(LocationIndex{i});
  }
  return true;
}

}  // namespace orderwright::routing_internal
