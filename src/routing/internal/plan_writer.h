// PlanWriter: lifts a solution into a Plan. The only code that writes a Plan's block.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_PLAN_WRITER_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_PLAN_WRITER_H_

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "orderwright/routing/plan.h"
#include "orderwright/solver/solution.h"
#include "src/routing/internal/sourcing.h"

namespace orderwright {

class PlanWriter {
 public:
  // Fills `plan` from the solution of sourcing.problem(). Errors: kInternal if the terms do not
  // sum to the solver's cost.
  [[nodiscard]] absl::Status Write(const routing_internal::Setup& setup,
                                   const routing_internal::Call& call,
                                   routing_internal::Sourcing& sourcing,
                                   const solver::Solution& solution, Plan& plan);

 private:
  struct Group {  // the takes of one used slot
    std::uint32_t slot = 0;
    std::uint32_t first = 0;
    std::uint32_t count = 0;
  };

  // The goods of a shipment, line by line.
  struct Goods {
    std::uint32_t line = 0;  // of the order
    SkuIndex sku{};
    std::uint32_t arrival = solver::kNone;  // of what is not in stock
    std::int64_t units = 0;
  };
  struct Load {
    routing_internal::Sourcing::UnitTerms sums;
    std::int64_t weight = 0;
    std::int64_t units_in_stock = 0;
  };

  void Begin(const routing_internal::Call& call);
  void FindGroups(const routing_internal::Sourcing& sourcing, const solver::Solution& solution);
  // Fills goods_ too.
  [[nodiscard]] Load LoadOf(const routing_internal::Setup& setup,
                            const routing_internal::Call& call,
                            const routing_internal::Sourcing& sourcing,
                            const solver::Solution& solution, const Group& group);
  [[nodiscard]] Shipment ShipmentOf(const routing_internal::Setup& setup,
                                    const routing_internal::Call& call,
                                    routing_internal::Sourcing& sourcing, const Group& group,
                                    const Load& load);
  void AddShipment(const routing_internal::Setup& setup, const routing_internal::Call& call,
                   routing_internal::Sourcing& sourcing, const Group& group, Shipment shipment);
  void AddLater(const routing_internal::Setup& setup, const routing_internal::Call& call,
                routing_internal::Sourcing& sourcing, const Group& group, const Load& load,
                const Shipment& shipment);
  void AddQuestions(const routing_internal::Call& call, const Shipment& shipment);
  void AddShortfalls(const routing_internal::Call& call, const routing_internal::Sourcing& sourcing,
                     const solver::Solution& solution);
  void Layout(Plan& plan, const routing_internal::Rulings& rulings);
  static Shipment PickupAfter(const routing_internal::Setup& setup,
                              routing_internal::Sourcing& sourcing,
                              const routing_internal::Destination& to, const Shipment& transfer);
  static ShortReason ReasonOf(const routing_internal::Call& call,
                              const routing_internal::Sourcing& sourcing,
                              const solver::Solution& solution, std::uint32_t line);

  std::vector<Group> groups_;
  std::vector<Goods> goods_;  // of the group in hand
  std::vector<std::uint32_t> named_;
  std::vector<std::int64_t> short_;  // by line of the order
  // The records of the plan, before they are laid out.
  std::vector<Shipment> shipments_;
  std::vector<routing_internal::UsedSlot> used_;
  std::vector<PlanLine> lines_;
  std::vector<PlanBackorder> backorders_;
  std::vector<PlanQuestion> questions_;
  std::vector<Shortfall> shortfalls_;
  std::vector<PlanLine> no_shipping_;
  Cost backorder_cost_;
  Cost question_cost_;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_PLAN_WRITER_H_
