// Measures: figures of a plan that hold and outcome rules may ask for, from its problem.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_MEASURES_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_MEASURES_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/rules/facts.h"
#include "orderwright/solver/solution.h"
#include "orderwright/solver/solver.h"
#include "src/routing/internal/call.h"
#include "src/routing/internal/sourcing.h"

namespace orderwright::routing_internal {

// All that it is made from must live as long.
class Measures final : public rules::PlanMeasures {
 public:
  Measures(const Setup& setup, const Call& call, const Sourcing& sourcing,
           const solver::Solution& solution, const solver::Solver& solver,
           const solver::SolveOptions& budget)
      : setup_(setup),
        call_(call),
        sourcing_(sourcing),
        solution_(solution),
        solver_(solver),
        budget_(budget) {}

  [[nodiscard]] Cost Margin() const override;
  [[nodiscard]] Cost MarginSpread() const override;
  [[nodiscard]] absl::StatusOr<std::optional<Cost>> GapToNext() const override;

 private:
  // Of one unit of a line: what it brings less what it cost to buy, in micro-units.
  [[nodiscard]] std::int64_t Gain(std::uint32_t line, SkuIndex goods) const;
  // Of each shipment: its goods less its own cost.
  [[nodiscard]] std::vector<std::int64_t> ShipmentMargins() const;

  const Setup& setup_;
  const Call& call_;
  const Sourcing& sourcing_;
  const solver::Solution& solution_;
  const solver::Solver& solver_;
  const solver::SolveOptions& budget_;
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_MEASURES_H_
