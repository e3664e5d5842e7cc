#include "orderwright/model/world.h"

#include <algorithm>
#include <atomic>

#include "orderwright/core/status.h"
#include "src/model/internal/assemble.h"
#include "src/model/internal/check_changes.h"
#include "src/model/internal/checks.h"
#include "src/model/internal/door.h"
#include "src/model/internal/next_names.h"
#include "src/model/internal/spelling.h"
#include "src/model/internal/tables.h"

namespace orderwright {

using model_internal::Door;
using model_internal::FindIn;
using model_internal::Int128;
using model_internal::NearestName;
using model_internal::NextNames;
using model_internal::Tables;

struct World::State : Tables {};

// Makes each version of a world as a step from the one before; the first from an empty one.
class WorldBuilder {
 public:
  static absl::StatusOr<World> Create(WorldDraft draft);
  static absl::StatusOr<World> Step(const Tables& base, WorldChanges changes, Door door);

 private:
  static Tables Empty(WorldDraft& draft);
};

namespace {

// The one mutable global: it makes lineages of one process differ. Nothing but their equality can
// be seen (no output or decision contains the number), so results do not depend on it.
std::uint64_t NextLineage() {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

// A rate that was checked: at most 9 digits before and after the point.
std::int64_t BillionthsOf(std::string_view rate) {
  std::int64_t value = 0;
  int decimals = -1;  // none until the point
  for (const char c : rate) {
    if (c != '.') value = value * 10 + (c - '0');
    if (c == '.' || decimals >= 0) ++decimals;
  }
  for (int i = std::max(decimals, 0); i < 9; ++i) value *= 10;
  return value;
}

}  // namespace

Tables WorldBuilder::Empty(WorldDraft& draft) {
  Tables tables;
  tables.currency = draft.currency;
  tables.fx = std::move(draft.fx);
  tables.postal_table = std::move(draft.postal_table);
  tables.symbols = std::make_shared<SymbolTable>();
  tables.lineage = NextLineage();
  tables.newest = std::make_shared<std::atomic<std::uint64_t>>(0);
  tables.catalog = std::make_shared<model_internal::Catalog>();
  tables.network = std::make_shared<model_internal::Network>();
  auto carriers = std::make_shared<model_internal::Carriers>();
  // The service of locations without a rate card.
  carriers->services.emplace_back("standard");
  carriers->service_of.emplace(carriers->services.back(), ServiceIndex{0});
  tables.carriers = std::move(carriers);
  return tables;
}

absl::StatusOr<World> WorldBuilder::Create(WorldDraft draft) {
  const Tables empty = Empty(draft);
  WorldChanges changes;
  changes.locations = std::move(draft.locations);
  changes.items = std::move(draft.items);
  changes.bundles = std::move(draft.bundles);
  changes.calendars = std::move(draft.calendars);
  changes.rate_cards = std::move(draft.rate_cards);
  changes.costs = draft.costs;
  Door door;
  CheckCurrencies(empty, door);
  return Step(empty, std::move(changes), std::move(door));
}

absl::StatusOr<World> WorldBuilder::Step(const Tables& base, WorldChanges changes, Door door) {
  CheckChanges(NextNames(base, changes), door);
  if (!door.ok()) return door.Verdict("world");
  auto next = std::make_shared<World::State>();
  static_cast<Tables&>(*next) = base;
  Assemble(std::move(changes), *next);
  next->bounds = CheckBounds(*next, door);
  if (!door.ok()) return door.Verdict("world");
  Door review;
  Review(*next, review);
  next->warnings = review.issues().issues();
  ++next->version;
  std::uint64_t expected = base.version;
  if (!base.newest->compare_exchange_strong(expected, next->version)) {
    return Aborted(
        "version {} of this world was changed already, the newest is {}; apply the "
        "changes to that one",
        base.version, expected);
  }
  return World(std::move(next));
}

absl::StatusOr<World> World::Create(WorldDraft draft) {
  return WorldBuilder::Create(std::move(draft));
}

absl::StatusOr<World> World::With(const WorldChanges& changes) const {
  return WorldBuilder::Step(*state_, changes, Door());
}

std::span<const Location> World::locations() const { return state_->network->locations; }
std::span<const Item> World::items() const { return state_->catalog->items; }
std::span<const BundleSpec> World::bundles() const { return state_->catalog->bundles; }
std::span<const CalendarSpec> World::calendars() const { return state_->carriers->calendars; }
std::span<const RateCard> World::rate_cards() const { return state_->carriers->rate_cards; }
std::span<const std::string> World::services() const { return state_->carriers->services; }
const CostSettings& World::costs() const { return state_->costs; }
Currency World::currency() const { return *state_->currency; }
const PostalTable& World::postal_table() const { return state_->postal_table; }
const CostBounds& World::cost_bounds() const { return state_->bounds; }
std::span<const Issue> World::warnings() const { return state_->warnings; }
SymbolTable& World::symbols() const { return *state_->symbols; }
std::uint64_t World::lineage() const { return state_->lineage; }
std::uint64_t World::version() const { return state_->version; }

std::optional<LocationIndex> World::FindLocation(std::string_view id) const {
  return FindIn(state_->network->location_of, id);
}

std::optional<SkuIndex> World::FindItem(std::string_view sku) const {
  return FindIn(state_->catalog->item_of, sku);
}

std::optional<ServiceIndex> World::FindService(std::string_view name) const {
  return FindIn(state_->carriers->service_of, name);
}

bool World::HasBundle(std::string_view sku) const {
  return state_->catalog->bundle_of.contains(sku);
}

const BundleSpec* World::FindBundle(std::string_view sku) const {
  const std::optional<std::size_t> bundle = FindIn(state_->catalog->bundle_of, sku);
  return bundle ? &state_->catalog->bundles[*bundle] : nullptr;
}

std::optional<std::string> World::NearestLocation(std::string_view id) const {
  NearestName nearest(id);
  for (const Location& location : locations()) {
    if (!location.retired) nearest.Offer(location.id());
  }
  return nearest.best();
}

std::optional<std::string> World::NearestSku(std::string_view sku) const {
  NearestName nearest(sku);
  for (const Item& item : items()) {
    if (!item.retired) nearest.Offer(item.sku());
  }
  for (const BundleSpec& bundle : bundles()) nearest.Offer(bundle.sku);
  return nearest.best();
}

std::optional<std::string> World::NearestService(std::string_view name) const {
  NearestName nearest(name);
  for (const std::string& service : services()) nearest.Offer(service);
  return nearest.best();
}

bool World::CanConvert(Currency currency) const {
  if (currency == *state_->currency) return true;
  for (const auto& [other, rate] : state_->fx) {
    if (other == currency) return true;
  }
  return false;
}

absl::StatusOr<Cost> World::CostOf(const Money& money) const {
  if (money.currency() == *state_->currency) return money.ToCost();
  for (const auto& [other, rate] : state_->fx) {
    if (other != money.currency()) continue;
    // Minor units times billionths are 10^(decimals + 9) to a unit of ours.
    Int128 micros = Int128{money.minor()} * BillionthsOf(rate) / 1'000;
    for (int i = 0; i < other.decimals(); ++i) micros /= 10;
    if (micros != static_cast<std::int64_t>(micros)) {
      return OutOfRange("{} is more than a cost in {} can be", money, state_->currency->code());
    }
    return Cost::FromMicros(static_cast<std::int64_t>(micros));
  }
  return InvalidArgument("the world has no rate (fx) of {} to {}", money.currency().code(),
                         state_->currency->code());
}

}  // namespace orderwright
