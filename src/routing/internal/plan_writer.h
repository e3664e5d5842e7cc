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

  void FindGroups(const routing_internal::Sourcing& sourcing, const solver::Solution& solution);
  void Layout(Plan& plan, const routing_internal::Call& call, std::size_t takes,
              std::size_t shortfalls, const routing_internal::Rulings& rulings);
  void WriteShipment(const routing_internal::Setup& setup, routing_internal::Sourcing& sourcing,
                     const solver::Solution& solution, const routing_internal::Call& call,
                     const Group& group, std::uint32_t first_line, Plan& plan, Shipment& shipment);
  static Shipment PickupAfter(const routing_internal::Setup& setup,
                              routing_internal::Sourcing& sourcing,
                              const routing_internal::Destination& to, const Shipment& transfer);
  static ShortReason ReasonOf(const routing_internal::Call& call,
                              const routing_internal::Sourcing& sourcing,
                              const solver::Solution& solution, std::uint32_t line);

  std::vector<Group> groups_;
  std::size_t transfers_ = 0;  // of groups_
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_PLAN_WRITER_H_
