#include "orderwright/inventory/availability.h"

#include <algorithm>
#include <limits>

#include "absl/container/btree_map.h"
#include "orderwright/core/status.h"

namespace orderwright {
namespace {

constexpr Timestamp kNoTime = Timestamp::max();

// kUnlimitedUnits stays what it is.
std::int64_t Plus(std::int64_t a, std::int64_t b) {
  return a > kUnlimitedUnits - b ? kUnlimitedUnits : a + b;
}
std::int64_t SetsOf(std::int64_t units, std::int64_t per_set) {
  return units == kUnlimitedUnits ? units : units / per_set;
}

// What there is of one item.
struct ItemStock {
  std::int64_t per_set = 1;  // of a bundle
  absl::btree_map<LocationIndex, std::int64_t> available;
  std::int64_t total = 0;
  std::int64_t backorder = 0;
  // By location, with instants ascending.
  absl::btree_map<LocationIndex, std::vector<std::pair<Timestamp, std::int64_t>>> incoming;

  // With all that is expected until then.
  [[nodiscard]] std::int64_t At(LocationIndex location, Timestamp until) const {
    const auto here = available.find(location);
    std::int64_t units = here != available.end() ? here->second : 0;
    const auto due = incoming.find(location);
    if (due == incoming.end()) return units;
    for (const auto& [at, quantity] : due->second) {
      if (at <= until) units = Plus(units, quantity);
    }
    return units;
  }
  [[nodiscard]] std::int64_t Total(Timestamp until) const {
    std::int64_t units = total;
    for (const auto& [location, list] : incoming) {
      for (const auto& [at, quantity] : list) {
        if (at <= until) units = Plus(units, quantity);
      }
    }
    return units;
  }
};

class Finder {
 public:
  Finder(const World& world, const InventoryPool& pool, const AvailabilityQuery& query)
      : world_(world), pool_(pool), query_(query) {
    // A text that nobody has used yet is no channel of any allotment or location.
    question_.channel = world.symbols().Find(query.channel).value_or(kUnknown);
    question_.market = world.symbols().Find(query.market).value_or(kUnknown);
    question_.now = query.now;
  }

  SkuAvailability Item(SkuIndex sku) const {
    const ItemStock stock = StockOf(sku);
    SkuAvailability out;
    out.available = stock.total;
    out.backorder = stock.backorder;
    absl::btree_map<Timestamp, std::int64_t> incoming;
    for (const auto& [location, list] : stock.incoming) {
      for (const auto& [at, quantity] : list) incoming[at] += quantity;
    }
    out.incoming.assign(incoming.begin(), incoming.end());
    if (query_.by_location) out.locations.assign(stock.available.begin(), stock.available.end());
    return out;
  }

  SkuAvailability Bundle(const BundleSpec& bundle) const {
    std::vector<ItemStock> parts;
    absl::btree_map<LocationIndex, std::int64_t> places;
    absl::btree_map<Timestamp, std::int64_t> dates;
    for (const BundleComponent& component : bundle.components) {
      const SkuIndex sku = *world_.FindItem(component.sku);
      // What needs no shipping is there without end.
      if (!world_.item(sku).spec.requires_shipping) continue;
      ItemStock& part = parts.emplace_back(StockOf(sku));
      part.per_set = component.quantity.count();
      for (const auto& [location, units] : part.available) places[location] = 0;
      for (const auto& [location, list] : part.incoming) {
        places[location] = 0;
        for (const auto& [at, quantity] : list) dates[at] = 0;
      }
    }
    SkuAvailability out;
    const auto sets = [&](Timestamp until) {
      std::int64_t all = kUnlimitedUnits;
      for (const ItemStock& part : parts) {
        all = std::min(all, SetsOf(part.Total(until), part.per_set));
      }
      if (!bundle.ship_together) return all;
      std::int64_t together = 0;
      for (const auto& [location, unused] : places) {
        together = Plus(together, SetsAt(parts, location, until));
      }
      return std::min(all, together);
    };
    out.available = sets(query_.now);
    std::int64_t known = out.available;
    for (const auto& [at, unused] : dates) {
      const std::int64_t more = sets(at) - known;
      if (more > 0) out.incoming.emplace_back(at, more);
      known += std::max<std::int64_t>(0, more);
    }
    out.backorder = bundle.ship_together ? BeyondTogether(parts, places) : BeyondOf(parts, known);
    for (const auto& [location, unused] : places) {
      const std::int64_t here = SetsAt(parts, location, query_.now);
      if (here > 0 && query_.by_location) out.locations.emplace_back(location, here);
    }
    return out;
  }

 private:
  static constexpr Symbol kUnknown{std::numeric_limits<std::uint32_t>::max()};

  static std::int64_t SetsAt(const std::vector<ItemStock>& parts, LocationIndex location,
                             Timestamp until) {
    std::int64_t sets = kUnlimitedUnits;
    for (const ItemStock& part : parts) {
      sets = std::min(sets, SetsOf(part.At(location, until), part.per_set));
    }
    return sets;
  }

  // Sets beyond those known, if every component is promised as far as it may be.
  static std::int64_t BeyondOf(const std::vector<ItemStock>& parts, std::int64_t known) {
    std::int64_t most = kUnlimitedUnits;
    for (const ItemStock& part : parts) {
      const std::int64_t units = Plus(part.Total(kNoTime), part.backorder);
      most = std::min(most, SetsOf(units, part.per_set));
    }
    if (known == kUnlimitedUnits) return 0;
    return most == kUnlimitedUnits ? most : std::max<std::int64_t>(0, most - known);
  }

  // The same where all components leave together: what may be promised beyond goes to the location
  // that makes most of it.
  static std::int64_t BeyondTogether(const std::vector<ItemStock>& parts,
                                     const absl::btree_map<LocationIndex, std::int64_t>& places) {
    std::int64_t most = 0;
    for (const auto& [location, unused] : places) {
      std::int64_t sets = kUnlimitedUnits;
      for (const ItemStock& part : parts) {
        const std::int64_t units = Plus(part.At(location, kNoTime), part.backorder);
        sets = std::min(sets, SetsOf(units, part.per_set));
      }
      const std::int64_t known = SetsAt(parts, location, kNoTime);
      if (known == kUnlimitedUnits) continue;
      most = std::max(most, sets == kUnlimitedUnits ? sets : sets - known);
    }
    return most;
  }

  bool Serves(LocationIndex index) const {
    if (Raw(index) >= world_.locations().size()) return false;
    const Location& location = world_.location(index);
    if (location.retired || !location.spec.active) return false;
    if (!location.spec.inactive.empty() && !location.IsActive(query_.now)) return false;
    const auto has = [](const std::vector<Symbol>& list, Symbol symbol) {
      return std::find(list.begin(), list.end(), symbol) != list.end();
    };
    if (location.spec.markets && !has(location.markets, question_.market)) return false;
    return !location.spec.channels || has(location.channels, question_.channel);
  }

  bool IsBeforeRelease(SkuIndex sku, Timestamp at) const {
    const std::optional<PreorderTerms>& terms = world_.item(sku).spec.preorder;
    return terms && at < terms->release;
  }

  ItemStock StockOf(SkuIndex sku) const {
    ItemStock stock;
    const Timestamp at = query_.at.value_or(query_.now);
    const StockView live = pool_.Live();
    std::int64_t sum = 0;
    std::int64_t sum_now = 0;
    live.ForEachHolder(sku, question_, [&](LocationIndex location, std::int64_t available) {
      sum_now = Plus(sum_now, available);
      if (!query_.at && Serves(location)) stock.available[location] = available;
    });
    if (query_.at) AddByThen(sku, at, stock);
    if (IsBeforeRelease(sku, at)) stock.available.clear();
    for (const auto& [location, available] : stock.available) sum = Plus(sum, available);
    stock.total = sum;
    if (const std::int64_t most = live.MostOf(sku, question_); most != kUnlimitedUnits) {
      // What arrives is nobody's yet.
      stock.total = std::min(sum, Plus(most, std::max<std::int64_t>(0, sum - sum_now)));
    }
    for (const Incoming& due : pool_.IncomingOf(sku)) {
      if (due.at <= at || !Serves(due.location)) continue;
      stock.incoming[due.location].emplace_back(due.at, due.quantity.count());
    }
    stock.backorder = BackorderOf(sku);
    return stock;
  }

  // What is there by an instant, less what is kept from the asker now.
  void AddByThen(SkuIndex sku, Timestamp at, ItemStock& stock) const {
    for (const auto& [location, units] :
         pool_.AvailableToPromiseBy(sku, {.now = query_.now, .at = at})) {
      if (!Serves(location)) continue;
      if (units == kUnlimitedUnits) {
        stock.available[location] = units;
        continue;
      }
      const std::int64_t all = pool_.Figures(sku, location).Available();
      const std::int64_t own = pool_.Live().Available(sku, location, question_);
      const std::int64_t left = units - std::max<std::int64_t>(0, all - own);
      if (left > 0) stock.available[location] = left;
    }
  }

  std::int64_t BackorderOf(SkuIndex sku) const {
    BackorderOffers offers;
    pool_.Live().FindBackorders(sku, question_, offers);
    std::int64_t counted = 0;
    std::int64_t others = 0;
    for (const BackorderOffer& offer : offers.offers) {
      if (!Serves(offer.location)) continue;
      // What is expected stands under `incoming`; of a pre-order all of it is to be promised.
      const bool is_beyond =
          offer.draw == BackorderDraw::kLimit || offer.kind == BackorderKind::kPreorder;
      if (!is_beyond) continue;
      std::int64_t& sum = offer.counts ? counted : others;
      sum = Plus(sum, offer.units);
    }
    return Plus(std::min(counted, offers.limit), others);
  }

  const World& world_;
  const InventoryPool& pool_;
  const AvailabilityQuery& query_;
  Availability question_;
};

}  // namespace

absl::StatusOr<SkuAvailability> FindAvailability(const World& world, const InventoryPool& pool,
                                                 std::string_view sku,
                                                 const AvailabilityQuery& query) {
  const Finder finder(world, pool, query);
  if (const BundleSpec* bundle = world.FindBundle(sku)) return finder.Bundle(*bundle);
  const std::optional<SkuIndex> item = world.FindItem(sku);
  if (item && !world.item(*item).retired) return finder.Item(*item);
  const std::optional<std::string> nearest = world.NearestSku(sku);
  return NotFound("the world has no SKU '{}'{}", sku,
                  nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string());
}

}  // namespace orderwright
