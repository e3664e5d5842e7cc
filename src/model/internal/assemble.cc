#include "src/model/internal/assemble.h"

#include <algorithm>
#include <numeric>
#include <span>
#include <tuple>

#include "absl/container/flat_hash_set.h"

namespace orderwright::model_internal {
namespace {

std::vector<Symbol> InternAll(std::span<const std::string> texts, SymbolTable& symbols) {
  std::vector<Symbol> all;
  all.reserve(texts.size());
  for (const std::string& text : texts) all.push_back(symbols.Intern(text));
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

// Puts each new entry in the place of the old one of its name, or at the end. `name` gives the
// name of an entry. Afterwards no entry moves, so that `index` may hold views of the names.
template <typename Entry, typename Place, typename Name>
void Merge(std::vector<Entry> changed, Name name, std::vector<Entry>& entries,
           NameIndex<Place>& index) {
  entries.reserve(entries.size() + changed.size());
  index.reserve(entries.size() + changed.size());
  for (std::size_t i = 0; i < entries.size(); ++i) {
    index.emplace(name(entries[i]), static_cast<Place>(i));
  }
  for (Entry& entry : changed) {
    const auto found = index.find(name(entry));
    if (found == index.end()) {
      entries.push_back(std::move(entry));
      index.emplace(name(entries.back()), static_cast<Place>(entries.size() - 1));
      continue;
    }
    // The key is a view of the text that is about to be replaced.
    const Place place = found->second;
    index.erase(found);
    Entry& slot = entries[static_cast<std::size_t>(place)];
    slot = std::move(entry);
    index.emplace(name(slot), place);
  }
}

Item Resolved(ItemSpec spec, SymbolTable& symbols) {
  Item item;
  item.tags = InternAll(spec.tags, symbols);
  item.spec = std::move(spec);
  return item;
}

// A substitute may be an item that the same step brings, so items are complete before this.
void ResolveSubstitutes(Catalog& catalog) {
  for (Item& item : catalog.items) {
    item.substitutes.clear();
    for (const Substitute& substitute : item.spec.substitutes) {
      if (substitute.policy == SubstitutionPolicy::kNever) continue;
      const std::optional<SkuIndex> sku = FindIn(catalog.item_of, substitute.sku);
      if (sku) item.substitutes.push_back({*sku, substitute.policy});
    }
  }
}

std::int64_t LargestVolume(std::span<const Item> items) {
  std::int64_t largest = 0;
  for (const Item& item : items) {
    if (!item.spec.dimensions_mm) continue;
    const auto& [a, b, c] = *item.spec.dimensions_mm;
    largest = std::max(largest, a * b * c);
  }
  return largest;
}

std::shared_ptr<const Catalog> NextCatalog(WorldChanges& changes, const Tables& tables) {
  auto next = std::make_shared<Catalog>();
  std::vector<Item> items;
  items.reserve(changes.items.size());
  for (ItemSpec& spec : changes.items) {
    items.push_back(Resolved(std::move(spec), *tables.symbols));
  }
  const absl::flat_hash_set<std::string_view> removed(changes.remove_skus.begin(),
                                                      changes.remove_skus.end());
  next->items = tables.catalog->items;
  Merge(
      std::move(items), [](const Item& item) { return std::string_view(item.sku()); }, next->items,
      next->item_of);
  for (const BundleSpec& bundle : tables.catalog->bundles) {
    if (!removed.contains(bundle.sku)) next->bundles.push_back(bundle);
  }
  Merge(
      std::move(changes.bundles),
      [](const BundleSpec& bundle) { return std::string_view(bundle.sku); }, next->bundles,
      next->bundle_of);
  for (const std::string_view sku : changes.remove_skus) {
    const std::optional<SkuIndex> item = FindIn(next->item_of, sku);
    if (item) next->items[Raw(*item)].retired = true;
  }
  ResolveSubstitutes(*next);
  next->largest_volume_mm3 = LargestVolume(next->items);
  return next;
}

// The steps of one zone, cut off where the service carries no more.
void AppendSteps(const ServiceSpec& spec, std::size_t zone, std::vector<RateStep>& steps) {
  const std::int64_t most = spec.max_weight_g.value_or(kNoWeightLimit);
  for (const RateStepSpec& step : spec.steps) {
    const std::int64_t weight = std::min(step.max_weight_g.value_or(kNoWeightLimit), most);
    steps.push_back({weight, step.costs[zone]});
    if (weight == most) return;
  }
}

Service Resolved(ServiceSpec spec, ServiceIndex name, SymbolTable& symbols) {
  Service service;
  service.name = name;
  if (spec.zones_km.empty()) spec.zones_km.emplace_back();
  if (spec.transit_days.empty()) spec.transit_days.assign(spec.zones_km.size(), 0);
  if (spec.steps.empty()) {
    spec.steps.push_back({std::nullopt, std::vector<Cost>(spec.zones_km.size())});
  }
  if (spec.countries) service.countries = InternAll(*spec.countries, symbols);
  for (const Surcharge& surcharge : spec.surcharges) {
    service.surcharges.emplace_back(symbols.Intern(surcharge.tag), surcharge.cost);
  }
  for (std::size_t zone = 0; zone < spec.zones_km.size(); ++zone) {
    AppendSteps(spec, zone, service.steps);
  }
  service.steps_per_zone = service.steps.size() / spec.zones_km.size();
  service.spec = std::move(spec);
  return service;
}

// The place of a service name, made now if it is new.
ServiceIndex Named(std::string_view name, Carriers& carriers) {
  const auto found = std::find(carriers.services.begin(), carriers.services.end(), name);
  const auto place = static_cast<std::size_t>(found - carriers.services.begin());
  if (found == carriers.services.end()) carriers.services.emplace_back(name);
  return static_cast<ServiceIndex>(place);
}

std::shared_ptr<const Carriers> NextCarriers(WorldChanges& changes, const Tables& tables) {
  auto next = std::make_shared<Carriers>();
  next->services = tables.carriers->services;
  for (CalendarSpec& calendar : changes.calendars) {
    std::sort(calendar.closed.begin(), calendar.closed.end());
    calendar.closed.erase(std::unique(calendar.closed.begin(), calendar.closed.end()),
                          calendar.closed.end());
  }
  // Before the cards: their services refer to calendars by their places.
  next->calendars = tables.carriers->calendars;
  Merge(
      std::move(changes.calendars),
      [](const CalendarSpec& calendar) { return std::string_view(calendar.name); }, next->calendars,
      next->calendar_of);
  std::vector<RateCard> cards;
  for (RateCardSpec& spec : changes.rate_cards) {
    RateCard& card = cards.emplace_back();
    card.name = std::move(spec.name);
    card.carrier = std::move(spec.carrier);
    for (ServiceSpec& service : spec.services) {
      const ServiceIndex name = Named(service.name, *next);
      Service& made =
          card.services.emplace_back(Resolved(std::move(service), name, *tables.symbols));
      if (made.spec.calendar) made.calendar = FindIn(next->calendar_of, *made.spec.calendar);
    }
  }
  next->rate_cards = tables.carriers->rate_cards;
  Merge(
      std::move(cards), [](const RateCard& card) { return std::string_view(card.name); },
      next->rate_cards, next->rate_card_of);
  for (std::size_t i = 0; i < next->services.size(); ++i) {
    next->service_of.emplace(next->services[i], static_cast<ServiceIndex>(i));
  }
  return next;
}

Location Resolved(LocationSpec spec, const Tables& tables) {
  Location location;
  SymbolTable& symbols = *tables.symbols;
  location.country = symbols.Intern(spec.country);
  location.region = symbols.Intern(spec.region);
  location.position =
      spec.position ? spec.position : tables.postal_table.Find(spec.country, spec.postal_code);
  if (!spec.time_zone.empty()) {
    if (const auto zone = TimeZone::Load(spec.time_zone); zone.ok()) location.time_zone = *zone;
  } else if (const TimeZone* zone =
                 tables.postal_table.FindTimeZone(spec.country, spec.postal_code)) {
    location.time_zone = *zone;
  }
  if (spec.markets) location.markets = InternAll(*spec.markets, symbols);
  if (spec.channels) location.channels = InternAll(*spec.channels, symbols);
  location.tags = InternAll(spec.tags, symbols);
  location.capabilities = InternAll(spec.capabilities, symbols);
  for (const std::string& card : spec.rate_cards) {
    location.rate_cards.push_back(*FindIn(tables.carriers->rate_card_of, card));
  }
  if (spec.calendar) location.calendar = FindIn(tables.carriers->calendar_of, *spec.calendar);
  location.spec = std::move(spec);
  return location;
}

void RankLocations(std::vector<Location>& locations) {
  std::vector<std::size_t> order(locations.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  const auto rank = [&locations](std::size_t i) {
    return locations[i].spec.rank.value_or(static_cast<std::int64_t>(i));
  };
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::tuple(rank(a), std::string_view(locations[a].id())) <
           std::tuple(rank(b), std::string_view(locations[b].id()));
  });
  for (std::size_t place = 0; place < order.size(); ++place) {
    locations[order[place]].tie_rank = static_cast<std::uint32_t>(place);
  }
}

std::shared_ptr<const Network> NextNetwork(WorldChanges& changes, const Tables& tables) {
  auto next = std::make_shared<Network>();
  std::vector<Location> locations;
  locations.reserve(changes.locations.size());
  for (LocationSpec& spec : changes.locations) {
    locations.push_back(Resolved(std::move(spec), tables));
  }
  next->locations = tables.network->locations;
  Merge(
      std::move(locations), [](const Location& place) { return std::string_view(place.id()); },
      next->locations, next->location_of);
  for (const std::string_view id : changes.remove_locations) {
    next->locations[Raw(*FindIn(next->location_of, id))].retired = true;
  }
  RankLocations(next->locations);
  return next;
}

}  // namespace

void Assemble(WorldChanges changes, Tables& tables) {
  if (!changes.items.empty() || !changes.bundles.empty() || !changes.remove_skus.empty()) {
    tables.catalog = NextCatalog(changes, tables);
  }
  if (!changes.calendars.empty() || !changes.rate_cards.empty()) {
    tables.carriers = NextCarriers(changes, tables);
  }
  // After the carriers: locations refer to calendars and cards by their places.
  if (!changes.locations.empty() || !changes.remove_locations.empty()) {
    tables.network = NextNetwork(changes, tables);
  }
  if (changes.costs) tables.costs = *changes.costs;
}

}  // namespace orderwright::model_internal
