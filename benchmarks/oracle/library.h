// The library on the same instance: the whole path from a resolved Order to a readable Plan.
#ifndef ORDERWRIGHT_BENCHMARKS_ORACLE_LIBRARY_H_
#define ORDERWRIGHT_BENCHMARKS_ORACLE_LIBRARY_H_

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

// The world, stock, lane table and resolved orders of an instance; routers are made on it.
class Library {
 public:
  explicit Library(const Instance& instance)
      : world_(OrDie(World::Create(Draft(instance)))),
        pool_(world_, OrDie(Stock::Create(world_, Rows(instance)))),
        lanes_(OrDie(LaneCosts::Create(world_, Lanes(instance)))) {
    Resolve(instance);
  }

  // A router over this network; without a solver the default, exact one.
  [[nodiscard]] Router MakeRouter(std::shared_ptr<const solver::Solver> solver) const {
    RouterOptions options;
    options.solver = std::move(solver);
    options.lanes = lanes_;
    options.verify = false;
    return OrDie(Router::Create(world_, rules::RuleSet(), std::move(options)));
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
      orders_.push_back(OrDie(Order::Create(world_, std::move(draft))));
    }
  }

  static std::string Sku(std::uint32_t i) { return fmt::format("S{:06}", i); }

  static WorldDraft Draft(const Instance& instance) {
    WorldDraft draft;
    draft.currency = OrDie(Currency::Parse("USD"));
    for (std::uint32_t s = 0; s < Instance::kSkus; ++s) {
      ItemSpec item;
      item.sku = Sku(s);
      draft.items.push_back(std::move(item));
    }
    for (std::size_t l = 0; l < instance.locations; ++l) {
      LocationSpec location;
      location.id = fmt::format("L{:04}", l);
      location.position = instance.location_at[l];
      location.cost_per_shipment = Cost::FromMicros(Instance::kFixed);
      location.cost_per_unit = Cost::FromMicros(Instance::kUnit);
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

  World world_;
  InventoryPool pool_;
  LaneCosts lanes_;
  std::vector<Order> orders_;
  Decision decision_;
  std::vector<ReservationId> reserved_;
};

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_ORACLE_LIBRARY_H_
