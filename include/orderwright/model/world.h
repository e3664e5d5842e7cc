// World: the immutable description of a network: items, locations, calendars, rate cards, costs.
//
// A World is a handle to shared state, cheap to copy and safe in any thread. It is checked once
// when made. `With` makes a later version of the same lineage: indices are append-only, an entry
// that was removed keeps its slot, and the meaning of an index never changes. Pools and routers
// accept any version of their lineage. Stock is not part of a World.
//
// Example:
//   WorldDraft draft;
//   draft.currency = *Currency::Parse("USD");
//   draft.items.push_back({.sku = "MUG", .weight_g = 350});
//   draft.locations.push_back({.id = "RNO", .cost_per_shipment = *Cost::Parse("2.50")});
//   absl::StatusOr<World> world = World::Create(std::move(draft));
#ifndef ORDERWRIGHT_MODEL_WORLD_H_
#define ORDERWRIGHT_MODEL_WORLD_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/issue.h"
#include "orderwright/core/money.h"
#include "orderwright/core/symbol.h"
#include "orderwright/model/calendar.h"
#include "orderwright/model/item.h"
#include "orderwright/model/location.h"
#include "orderwright/model/postal_table.h"
#include "orderwright/model/rate_card.h"

namespace orderwright {

enum class BackorderWhen : std::uint8_t { kNoStock = 1, kCheaper = 2 };

// A shipment that is later than this is as late as this: 100 years.
inline constexpr std::int64_t kMaxLateDays = 36'500;

// What plans cost beside shipping and handling.
struct CostSettings {
  Cost split_penalty;  // per shipment beyond the first, >= 0
  Cost shortfall_penalty_per_unit = Cost::FromMicros(10'000 * Cost::kMicrosPerUnit);
  Cost backorder_penalty_per_unit = Cost::FromMicros(5'000 * Cost::kMicrosPerUnit);
  Cost backorder_penalty_per_unit_day;
  BackorderWhen backorder_when = BackorderWhen::kNoStock;
  Cost late_penalty_per_day;  // per shipment and day or part of one, up to kMaxLateDays
  std::optional<std::int64_t> max_shipments;  // of an order; absent: any number
};

// The most that the costs of a world can add to a plan. World::Create keeps their sum within 2^61
// micro-units, Order::Create keeps the worst cost of an order there; the other half of the 2^62
// that solvers may reach is left to what rules add.
struct CostBounds {
  Cost per_unit;      // penalties of a unit, its dearest handling and surcharges
  Cost per_shipment;  // dearest handling, dearest rate, split penalty, latest delivery
};

// Everything a host says about its network, in words.
struct WorldDraft {
  std::optional<Currency> currency;                  // required
  std::vector<std::pair<Currency, std::string>> fx;  // decimal text: units of ours for one of it
  std::vector<LocationSpec> locations;
  std::vector<ItemSpec> items;
  std::vector<BundleSpec> bundles;
  std::vector<CalendarSpec> calendars;
  std::vector<RateCardSpec> rate_cards;
  CostSettings costs;
  PostalTable postal_table;
};

// A step from one version of a world to the next. Specs replace the entry of the same name (a
// retired one comes back in its slot), or are appended; removed locations and items stay as retired
// slots. A removed bundle is gone: nothing refers to a bundle by its place.
struct WorldChanges {
  std::vector<LocationSpec> locations;
  std::vector<ItemSpec> items;
  std::vector<BundleSpec> bundles;
  std::vector<CalendarSpec> calendars;
  std::vector<RateCardSpec> rate_cards;
  std::optional<CostSettings> costs;
  std::vector<std::string> remove_locations;
  std::vector<std::string> remove_skus;
};

class ORDERWRIGHT_EXPORT World {
 public:
  // Errors: kInvalidArgument with every issue (paths like `locations[3].lat`).
  [[nodiscard]] static absl::StatusOr<World> Create(WorldDraft draft);
  // The next version. Versions of a lineage form a line: only the newest can be changed.
  // Errors: as Create, with paths into `changes`; kNotFound for the removal of something that is
  // not there or was removed before; kAborted if this version was changed already: apply the
  // changes to the newest. Complexity: tables without a change are shared, not copied.
  [[nodiscard]] absl::StatusOr<World> With(const WorldChanges& changes) const;

  [[nodiscard]] std::span<const Location> locations() const;
  [[nodiscard]] const Location& location(LocationIndex index) const {
    return locations()[Raw(index)];
  }
  [[nodiscard]] std::span<const Item> items() const;
  [[nodiscard]] const Item& item(SkuIndex index) const { return items()[Raw(index)]; }
  [[nodiscard]] std::span<const BundleSpec> bundles() const;
  [[nodiscard]] std::span<const CalendarSpec> calendars() const;
  [[nodiscard]] std::span<const RateCard> rate_cards() const;
  [[nodiscard]] const RateCard& rate_card(RateCardIndex index) const {
    return rate_cards()[Raw(index)];
  }
  // Distinct names of services over all cards; "standard" is always there.
  [[nodiscard]] std::span<const std::string> services() const;
  [[nodiscard]] const CostSettings& costs() const;
  [[nodiscard]] Currency currency() const;
  [[nodiscard]] const PostalTable& postal_table() const;
  [[nodiscard]] const CostBounds& cost_bounds() const;
  // Things that are probably not meant (a location whose position is unknown, …). Paths count in
  // the tables of this version.
  [[nodiscard]] std::span<const Issue> warnings() const;

  // Look-ups by text; retired entries are found too. O(1).
  [[nodiscard]] std::optional<LocationIndex> FindLocation(std::string_view id) const;
  [[nodiscard]] std::optional<SkuIndex> FindItem(std::string_view sku) const;
  [[nodiscard]] std::optional<ServiceIndex> FindService(std::string_view name) const;
  [[nodiscard]] bool HasBundle(std::string_view sku) const;
  // Null if there is none; valid as long as a handle to this version.
  [[nodiscard]] const BundleSpec* FindBundle(std::string_view sku) const;
  // The known name nearest to a misspelt one, for messages; absent if none is near. Retired
  // entries are not offered. Complexity: linear in the table.
  [[nodiscard]] std::optional<std::string> NearestLocation(std::string_view id) const;
  [[nodiscard]] std::optional<std::string> NearestSku(std::string_view sku) const;
  [[nodiscard]] std::optional<std::string> NearestService(std::string_view name) const;
  // True if amounts of `currency` can be compared with ours.
  [[nodiscard]] bool CanConvert(Currency currency) const;
  // The amount in micro-units of our currency. Amounts of another are converted by `fx`, and what
  // is less than a micro-unit is dropped.
  // Errors: kInvalidArgument without a rate; kOutOfRange if it does not fit.
  [[nodiscard]] absl::StatusOr<Cost> CostOf(const Money& money) const;

  // The texts of this lineage. Interning is how an Order is made; it changes no World.
  [[nodiscard]] SymbolTable& symbols() const;
  // Equal for all versions of one world, different otherwise. Valid in this process only: the
  // numbers come from a counter, and only their equality means anything.
  [[nodiscard]] std::uint64_t lineage() const;
  // Whether both are handles to one version.
  [[nodiscard]] bool SameAs(const World& other) const { return state_ == other.state_; }
  // 1 for a new world, one more for each With.
  [[nodiscard]] std::uint64_t version() const;

 private:
  struct State;
  explicit World(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  friend class WorldBuilder;
  std::shared_ptr<const State> state_;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_MODEL_WORLD_H_
