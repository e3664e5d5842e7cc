// Handles: what a Python object owns. Each keeps alive what it looks at, so that no Python object
// can outlive its memory, whatever order a program drops them in.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_HANDLES_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_HANDLES_H_

#include <cstddef>
#include <memory>
#include <mutex>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/core/ids.h"
#include "orderwright/inventory/allotment.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/inventory/stock.h"
#include "orderwright/inventory/stock_view.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/plan.h"

namespace orderwright::python {

struct LocationHandle {
  World world;
  LocationIndex index{};
  [[nodiscard]] const Location& get() const { return world.location(index); }
};

struct ItemHandle {
  World world;
  SkuIndex index{};
  [[nodiscard]] const Item& get() const { return world.item(index); }
};

struct OrderLineHandle {
  Order order;
  std::size_t index = 0;  // in the draft
  [[nodiscard]] const OrderLineDraft& draft() const { return order.draft().lines[index]; }
  // Units, or sets of a bundle, still to be sourced.
  [[nodiscard]] std::int64_t open() const;
};

// Where an order goes and who placed it; empty if it does not say.
struct AddressHandle {
  Order order;
  [[nodiscard]] const Address& get() const {
    static const Address kNone;
    return order.draft().ship_to ? *order.draft().ship_to : kNone;
  }
};

struct CustomerHandle {
  Order order;
  [[nodiscard]] const Customer& get() const {
    static const Customer kNone;
    return order.draft().customer ? *order.draft().customer : kNone;
  }
};

struct PoolHandle {
  PoolHandle(World w, const Stock& stock, const Allotments& allotments)
      : world(std::move(w)), pool(world, stock, allotments) {}
  World world;
  InventoryPool pool;
};

// Opening stock and the pool that it opens with, made when it is first routed on. Nobody changes
// that pool: it answers questions only. `opening` is called without the GIL: it may take long, and
// who waits for it must not keep it from the one that works.
class StockHandle {
 public:
  StockHandle(World world, Stock stock, Allotments allotments)
      : world_(std::move(world)), stock_(std::move(stock)), allotments_(std::move(allotments)) {}
  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] const Stock& stock() const { return stock_; }
  [[nodiscard]] const Allotments& allotments() const { return allotments_; }
  [[nodiscard]] PoolHandle& opening() {
    std::call_once(
        once_, [this] { opening_ = std::make_unique<PoolHandle>(world_, stock_, allotments_); });
    return *opening_;
  }

 private:
  World world_;
  Stock stock_;
  Allotments allotments_;
  std::once_flag once_;
  std::unique_ptr<PoolHandle> opening_;
};

struct SnapshotHandle {
  World world;
  StockSnapshot snapshot;
};

struct ShipmentHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const Shipment& get() const { return plan->shipments()[index]; }
};

struct PlanLineHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  bool needs_no_shipping = false;  // one of no_shipping(), not of lines()
  [[nodiscard]] const PlanLine& get() const {
    return needs_no_shipping ? plan->no_shipping()[index] : plan->lines()[index];
  }
};

struct BackorderHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanBackorder& get() const { return plan->backorders()[index]; }
};

struct QuestionHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanQuestion& get() const { return plan->questions()[index]; }
};

struct ShortfallHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const Shortfall& get() const { return plan->shortfalls()[index]; }
};

// What rules decided beside a plan.
struct PlanSettingHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanSetting& get() const { return plan->settings()[index]; }
};

struct PlanRelaxedHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanRelaxed& get() const { return plan->relaxed()[index]; }
};

struct PlanHoldHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanHold& get() const { return plan->holds()[index]; }
};

struct PlanOutcomeHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanOutcome& get() const { return plan->outcomes()[index]; }
};

struct PlanRuleErrorHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanRuleError& get() const { return plan->rule_errors()[index]; }
};

struct PlanShadowHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanShadow& get() const { return plan->shadows()[index]; }
};

struct PlanVoiceHandle {
  std::shared_ptr<Plan> plan;
  std::size_t index = 0;
  [[nodiscard]] const PlanVoice& get() const { return plan->voices()[index]; }
};

struct ShipmentCostHandle {
  World world;
  ShipmentCost terms;
};

struct ExplanationHandle {
  std::shared_ptr<const Explanation> explanation;
};

// A change of a cell, with names for indices.
struct StockChangeRecord {
  std::string sku;
  std::string location;
  StockCause cause = StockCause::kReserve;
  StockFigures before;
  StockFigures after;
  std::uint64_t reservation = 0;
  std::uint64_t sequence = 0;
};
[[nodiscard]] std::vector<StockChangeRecord> RecordsOf(const World& world,
                                                       const StockChanges& changes);

// What a plan asks of its cells.
[[nodiscard]] std::vector<CellDemand> CellsOf(const Plan& plan);

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_HANDLES_H_
