// Override: a person's choice of where some units of an order ship from.
//
// A router that is given one keeps to it: the units that it names ship as it says, the rest goes
// the cheapest way beside them. It is held to stock and rules like any plan, and costed against the
// best plan without it. A plan remembers it, so that a later re-route of other units can be given
// the same choice again.
//
// Example:
//   const Override choice{.shipments = {{.location = "SJC", .lines = {{"3", Units(1)}}}},
//                         .actor = "ana", .reason = "the customer collects there on Friday"};
//   absl::StatusOr<Plan> plan = router.Route(order, stock, {.manual = &choice});
//   Cost extra = plan->cost() - plan->manual()->best_cost;
//   router.Route(order, later_stock, {.manual = &plan->manual()->choice});
#ifndef ORDERWRIGHT_ROUTING_OVERRIDE_H_
#define ORDERWRIGHT_ROUTING_OVERRIDE_H_

#include <string>
#include <vector>

#include "orderwright/core/cost.h"
#include "orderwright/core/units.h"

namespace orderwright {

struct OverrideLine {
  // Id of the order's line; of a bundle whole sets, and "1/MUG" is component MUG of line "1".
  std::string line;
  Units quantity;  // 1 or more
};

struct OverrideShipment {
  std::string location = {};  // id
  std::string service = {};   // empty: the cheapest
  std::vector<OverrideLine> lines = {};
};

struct Override {
  std::vector<OverrideShipment> shipments = {};
  std::string actor = {};   // who chose; required
  std::string reason = {};  // why; required
};

// What a plan remembers of the override that it was made with.
struct PlanOverride {
  Override choice;
  Cost best_cost;          // of the best plan without it, on the same stock
  bool is_proved = false;  // that no plan costs less than best_cost
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_ROUTING_OVERRIDE_H_
