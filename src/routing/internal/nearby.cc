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
  for (std::uint32_t i = 0; i < network.size(); ++i) {
    const LocationEntry& entry = network.entry(LocationIndex{i});
    handling_.push_back(entry.handling);
    kind_.push_back(static_cast<std::uint8_t>(entry.kind));
  }
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
  place_ = to.position ? std::optional(UnitVectorOf(*to.position)) : std::nullopt;
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
  bands_.clear();
  kinds_.clear();
}

// The rates change only where the dot product passes the end of a zone.
void Nearby::MakeKind(std::uint32_t kind) {
  Kind& made = kinds_.emplace_back();
  made.first_band = static_cast<std::uint32_t>(bands_.size());
  made.unplaced = RatesAt(kind, std::nullopt);
  made.least_whole = made.unplaced.whole;
  if (!place_) return;
  for (const ServiceOption& option : network_.options(network_.entry(network_.kinds()[kind]))) {
    if (!Serves(option)) continue;
    for (std::uint32_t z = 0; z < option.data->zones(); ++z) {
      const double end = zone_dot_[option.first_rate + z];
      if (end == kNowhere) continue;
      bands_.push_back({end + kRounding, {}});
      bands_.push_back({end - kRounding, {}});
    }
  }
  bands_.push_back({kNowhere, {}});
  const std::span<Band> bands = std::span(bands_).subspan(made.first_band);
  std::sort(bands.begin(), bands.end(),
            [](const Band& a, const Band& b) { return a.from > b.from; });
  double above = 1 + 4 * kRounding;
  for (Band& band : bands) {
    band.rates = RatesAt(kind, (band.from + above) / 2);
    above = band.from;
    made.least_whole = std::min(made.least_whole, band.rates.whole);
  }
}

Nearby::Rates Nearby::BoundsOf(std::uint32_t location) const {
  const std::int64_t handling = handling_[location];
  if (store_ && Raw(*store_) == location) return {handling, handling};
  const Kind& kind = kinds_[kind_[location]];
  const std::optional<UnitVector>& place = network_.places()[location];
  Rates rates = kind.unplaced;
  if (place && place_) {
    const double dot = place->Dot(*place_);
    const Band* band = &bands_[kind.first_band];
    while (dot < band->from) ++band;
    rates = band->rates;
  }
  return {handling + rates.whole, handling + rates.any};
}

void Nearby::FindLeast(const Setup& setup, const Call& call, std::size_t count,
                       std::vector<LocationIndex>& sites) {
  sites.clear();
  least_.clear();
  for (auto kind = static_cast<std::uint32_t>(kinds_.size()); kind < network_.kinds().size();
       ++kind) {
    MakeKind(kind);
  }
  std::int64_t worst = kNoWay;
  for (std::uint32_t i = 0; i < handling_.size(); ++i) {
    const bool is_store = store_ && Raw(*store_) == i;
    if (handling_[i] + kinds_[kind_[i]].least_whole >= worst && !is_store) continue;
    const std::int64_t bound = BoundsOf(i).whole;
    if (bound >= worst) continue;
    const LocationIndex site{i};
    const ShipCheck check = network_.entry(site).check;
    if (check == ShipCheck::kNever) continue;
    if (check == ShipCheck::kAsk &&
        !Network::MayShip(setup.world.location(site), call.order, call.now)) {
      continue;
    }
    if (least_.size() == count) least_.pop_back();
    least_.insert(std::upper_bound(least_.begin(), least_.end(), std::pair(bound, site)),
                  {bound, site});
    if (least_.size() == count) worst = least_.back().first;
  }
  for (const auto& [bound, site] : least_) sites.push_back(site);
  std::sort(sites.begin(), sites.end());
}

bool Nearby::FindWithin(std::int64_t cost, std::size_t most,
                        std::vector<LocationIndex>& sites) const {
  sites.clear();
  // What one of several shipments may cost. Mostly it is less than any shipment costs.
  const std::int64_t part = cost - least_more_;
  const bool may_split = part >= least_carried_ || store_;
  for (std::uint32_t i = 0; i < handling_.size(); ++i) {
    if (!may_split && handling_[i] + kinds_[kind_[i]].least_whole > cost) continue;
    const Rates bounds = BoundsOf(i);
    if (bounds.whole > cost && bounds.any > part) continue;
    if (sites.size() == most) return false;
    sites.push_back(LocationIndex{i});
  }
  return true;
}

}  // namespace orderwright::routing_internal
