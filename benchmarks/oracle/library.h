// The library on the same instance: the whole path from a resolved Order to a readable Plan.
#ifndef ORDERWRIGHT_BENCHMARKS_ORACLE_LIBRARY_H_
#define ORDERWRIGHT_BENCHMARKS_ORACLE_LIBRARY_H_

#include <array>
#include <cstdlib>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/common.h"
#include "benchmarks/oracle/instance.h"
#include "orderwright/orderwright.h"

namespace orderwright::benchmarks {

// What an instance says beside what a plan costs: nothing, or what the rules of rules.h read (tags,
// kinds, weights, prices, channels, risks, where an order goes), by hash. No cost depends on it.
enum class Details : std::uint8_t { kNone = 0, kForRules = 1 };

// The world, stock, lane table and resolved orders of an instance; routers are made on it.
class Library {
 public:
  explicit Library(const Instance& instance, Details details = Details::kNone)
      : details_(details),
        world_(OrDie(World::Create(Draft(instance)))),
        pool_(world_, OrDie(Stock::Create(world_, Rows(instance)))),
        lanes_(OrDie(LaneCosts::Create(world_, Lanes(instance)))) {
    Resolve(instance);
  }

  // A router over this network; without a solver the default, exact one.
  [[nodiscard]] Router MakeRouter(std::shared_ptr<const solver::Solver> solver,
                                  const rules::RuleSet& rules = {},
                                  std::shared_ptr<rules::Counters> counters = nullptr) const {
    RouterOptions options;
    options.counters = std::move(counters);
    options.solver = std::move(solver);
    options.lanes = lanes_;
    options.verify = false;
    return OrDie(Router::Create(world_, rules, std::move(options)));
  }

  // Routes order `o`; the plan is made and destroyed inside.
  std::int64_t Route(const Router& router, Workspace& workspace, std::size_t o) const {
    Plan plan;
    const absl::Status status =
        router.RouteInto(orders_[o], pool_.Live(), RouteOptions{}, workspace, plan);
    OkOrDie(status);
    return plan.cost().micros();
  }

  // Routes order `o` and reserves its units under a key of its own; counts attempts beyond the
  // first.
  std::int64_t RouteAndReserve(const Router& router, Workspace& workspace, std::size_t o,
                               std::size_t& retries) {
    OkOrDie(router.RouteAndReserveInto(
        orders_[o], pool_, {.key = CommandKey(orders_[o].id().text())}, workspace, decision_));
    const Decision& decision = decision_;
    if (!decision.reservation && !decision.plan.lines().empty()) {
      fmt::print(stderr, "order {} was not reserved\n", orders_[o].id());
      std::exit(1);
    }
    retries += static_cast<std::size_t>(decision.attempts - 1);
    if (decision.reservation) reserved_.push_back(*decision.reservation);
    return decision.plan.cost().micros();
  }
  // Gives back what was reserved and forgets it, so that memory is that of a host whose orders
  // close.
  void Close() {
    for (const ReservationId id : reserved_) {
      (void)OrDie(pool_.Release(id));
      OkOrDie(pool_.Forget(id));
    }
    reserved_.clear();
  }

 private:
  void Resolve(const Instance& instance) {
    orders_.reserve(instance.orders());
    for (std::size_t o = 0; o < instance.orders(); ++o) {
      OrderDraft draft;
      draft.id = std::to_string(o);
      draft.ship_to.emplace();
      draft.ship_to->country = "US";
      draft.ship_to->postal_code = Instance::PostalCode(instance.destination[o]);
      for (std::uint32_t l = instance.line_start[o]; l < instance.line_start[o + 1]; ++l) {
        OrderLineDraft line;
        line.id = std::to_string(l - instance.line_start[o] + 1);
        line.sku = Sku(instance.sku[l]);
        line.quantity = 1;
        draft.lines.push_back(std::move(line));
      }
      if (details_ == Details::kForRules) AddDetails(instance, o, draft);
      orders_.push_back(OrDie(Order::Create(world_, std::move(draft))));
    }
  }

  static std::string Sku(std::uint32_t i) { return fmt::format("S{:06}", i); }

  // A number below `n` that is as good as drawn, of the i-th of something.
  static std::uint64_t Hash(std::uint64_t what, std::uint64_t i, std::uint64_t n) {
    std::uint64_t x = (i + 1) * 0x9e3779b97f4a7c15 + what * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
    x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
    return (x ^ (x >> 31)) % n;
  }
  void AddDetails(const Instance& instance, std::size_t o, OrderDraft& draft) const {
    draft.ship_to->position = instance.destination_at[instance.destination[o]];
    draft.channel = std::array{"web", "web", "app", "marketplace"}[Hash(1, o, 4)];
    if (Hash(2, o, 100) < 5) draft.tags.emplace_back("gift");
    if (Hash(3, o, 100) < 3) draft.tags.emplace_back("vip");
    if (Hash(4, o, 100) < 40) draft.tags.emplace_back("returning");
    if (Hash(5, o, 2) == 0) draft.risk = static_cast<double>(Hash(6, o, 1'000)) / 1'000.0;
    for (std::size_t l = 0; l < draft.lines.size(); ++l) {
      const auto cents = static_cast<std::int64_t>(500 + Hash(7, o * 8 + l, 20'000));
      draft.lines[l].unit_price = Money::FromMinor(cents, world_.currency());
    }
  }
  static void AddDetails(std::size_t s, ItemSpec& item) {
    if (Hash(8, s, 100) < 2) item.tags.emplace_back("hazmat");
    if (Hash(9, s, 100) < 5) item.tags.emplace_back("fragile");
    if (Hash(10, s, 100) < 5) item.tags.emplace_back("seasonal");
    if (Hash(11, s, 100) < 1) item.tags.emplace_back("bestseller");
    item.weight_g = static_cast<std::int64_t>(100 + Hash(12, s, 15'000));
  }
  // Six of ten are warehouses, two stores, one of a third party, one a drop-shipper.
  static void AddDetails(std::size_t l, LocationSpec& location) {
    location.kind = LocationKind::kWarehouse;
    if (l % 5 == 1) location.kind = LocationKind::kStore;
    if (l % 10 == 3) location.kind = LocationKind::kThirdParty;
    if (l % 10 == 9) location.kind = LocationKind::kDropship;
    location.country = "US";
    if (l % 3 != 2) location.capabilities.emplace_back("hazmat");
    if (l % 10 == 4) location.tags.emplace_back("crowded");
  }

  [[nodiscard]] WorldDraft Draft(const Instance& instance) const {
    WorldDraft draft;
    draft.currency = OrDie(Currency::Parse("USD"));
    for (std::uint32_t s = 0; s < Instance::kSkus; ++s) {
      ItemSpec item;
      item.sku = Sku(s);
      if (details_ == Details::kForRules) AddDetails(s, item);
      draft.items.push_back(std::move(item));
    }
    for (std::size_t l = 0; l < instance.locations; ++l) {
      LocationSpec location;
      location.id = fmt::format("L{:04}", l);
      location.position = instance.location_at[l];
      location.cost_per_shipment = Cost::FromMicros(Instance::kFixed);
      location.cost_per_unit = Cost::FromMicros(Instance::kUnit);
      if (details_ == Details::kForRules) AddDetails(l, location);
      draft.locations.push_back(std::move(location));
    }
    return draft;
  }

  static std::vector<StockRowSpec> Rows(const Instance& instance) {
    std::vector<StockRowSpec> rows;
    rows.reserve(instance.holder.size());
    for (std::uint32_t s = 0; s < Instance::kSkus; ++s) {
      for (std::uint32_t h = instance.holder_start[s]; h < instance.holder_start[s + 1]; ++h) {
        StockRowSpec row;
        row.location = fmt::format("L{:04}", instance.holder[h]);
        row.sku = Sku(s);
        row.on_hand = Instance::kStock;
        rows.push_back(std::move(row));
      }
    }
    return rows;
  }

  static std::vector<LaneRow> Lanes(const Instance& instance) {
    std::vector<LaneRow> lanes;
    for (std::size_t d = 0; d < Instance::kDestinations; ++d) {
      LaneRow row;
      row.postal_code = Instance::PostalCode(d);
      for (std::size_t l = 0; l < instance.locations; ++l) {
        row.costs.push_back(Cost::FromMicros(instance.per_km[d * instance.locations + l]));
      }
      lanes.push_back(std::move(row));
    }
    return lanes;
  }

  Details details_;
  World world_;
  InventoryPool pool_;
  LaneCosts lanes_;
  std::vector<Order> orders_;
  Decision decision_;
  std::vector<ReservationId> reserved_;
};

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_ORACLE_LIBRARY_H_
