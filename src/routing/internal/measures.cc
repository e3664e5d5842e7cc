#include "src/routing/internal/measures.h"

#include <algorithm>

#include "src/routing/internal/offers.h"
#include "src/routing/internal/prices.h"
#include "src/routing/internal/questions.h"

namespace orderwright::routing_internal {
namespace {

// Prices beyond this are mistakes, and must not spoil sums.
constexpr std::int64_t kMostGain = std::int64_t{1} << 40;

}  // namespace

std::int64_t Measures::Gain(std::uint32_t line, SkuIndex goods) const {
  return UnitPriceOf(setup_.world, call_.order, line, kMostGain) -
         MicrosOf(setup_.world, setup_.world.item(goods).spec.unit_cost, kMostGain);
}

std::vector<std::int64_t> Measures::ShipmentMargins() const {
  const solver::Problem& p = sourcing_.problem();
  std::vector<std::int64_t> margins;
  std::uint32_t slot = solver::kNone;
  std::int64_t weight = 0;
  const auto close = [&] {
    if (slot == solver::kNone) return;
    margins.back() -= p.slots[slot].fixed_cost + RateAt(p, p.slots[slot], weight);
  };
  for (const solver::Take& take : solution_.takes) {
    if (take.slot != slot) {
      close();
      margins.push_back(0);
      slot = take.slot;
      weight = 0;
    }
    const solver::Arc& arc = p.arcs[take.arc];
    // A line's costs and penalty were shifted together if a rule gave a negative price.
    const std::int64_t shift = p.lines[take.line].shortfall_penalty -
                               setup_.world.costs().shortfall_penalty_per_unit.micros();
    margins.back() +=
        take.quantity * (Gain(sourcing_.line_of(take.line), sourcing_.SkuOf(call_, take)) -
                         (arc.unit_cost - shift));
    weight += take.quantity * arc.weight_g;
  }
  close();
  return margins;
}

Cost Measures::Margin() const {
  std::int64_t sum = 0;
  const std::vector<std::int64_t> margins = ShipmentMargins();
  for (const std::int64_t margin : margins) sum += margin;
  const auto splits = static_cast<std::int64_t>(margins.size()) - 1;
  if (splits > 0) sum -= splits * sourcing_.problem().orders.front().split_penalty;
  for (const NoShipping& units : call_.order.no_shipping()) {
    sum += units.quantity.count() * Gain(units.line, call_.order.lines()[units.line].sku);
  }
  return Cost::FromMicros(sum);
}

Cost Measures::MarginSpread() const {
  const std::vector<std::int64_t> margins = ShipmentMargins();
  if (margins.size() < 2) return Cost();
  const auto [least, most] = std::minmax_element(margins.begin(), margins.end());
  return Cost::FromMicros(*most - *least);
}

absl::StatusOr<std::optional<Cost>> Measures::GapToNext() const {
  const solver::Problem& p = sourcing_.problem();
  Questions questions(p, solver_, budget_);
  std::vector<std::uint8_t> excluded;
  for (const solver::Slot& slot : p.slots) {
    if (slot.location >= excluded.size()) excluded.resize(slot.location + 1, 0);
  }
  std::optional<solver::Solution> next;
  std::uint32_t last = solver::kNone;
  for (const solver::Take& take : solution_.takes) {
    const std::uint32_t location = p.slots[take.slot].location;
    if (location == last) continue;
    last = location;
    excluded[location] = 1;
    absl::StatusOr<solver::Solution> without = questions.Without(excluded);
    excluded[location] = 0;
    if (!without.ok()) return without.status();
    // To source nothing is no plan to compare with.
    if (without->takes.empty()) continue;
    if (!next || IsBetter(*without, *next)) next = *std::move(without);
  }
  if (!next) return std::optional<Cost>();
  return std::optional(Cost::FromMicros(next->cost - solution_.cost));
}

}  // namespace orderwright::routing_internal
