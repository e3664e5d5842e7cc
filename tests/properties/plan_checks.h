// What any plan must be, whatever the world: for the tests of random and of real orders.
#ifndef ORDERWRIGHT_TESTS_PROPERTIES_PLAN_CHECKS_H_
#define ORDERWRIGHT_TESTS_PROPERTIES_PLAN_CHECKS_H_

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/io/explanation_json.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/plan.h"
#include "orderwright/solver/solution.h"
#include "tests/catch.h"
#include "tests/properties/random.h"

namespace orderwright::testing {

using LineSku = std::pair<std::uint32_t, SkuIndex>;  // of the draft, and what was ordered

// Every unit that is to be sourced is in the plan once.
inline void CheckUnits(const Order& order, const Plan& plan) {
  std::map<LineSku, std::int64_t> left;
  for (std::uint32_t i = 0; i < order.lines().size(); ++i) {
    left[{order.draft_line(i), order.lines()[i].sku}] += order.lines()[i].quantity.count();
  }
  for (const NoShipping& units : order.no_shipping()) {
    left[{order.draft_line(units.line), order.lines()[units.line].sku}] += units.quantity.count();
  }
  const auto take = [&](std::uint32_t line, SkuIndex sku, Units units) {
    REQUIRE(units.count() > 0);
    left[{line, sku}] -= units.count();
  };
  for (const PlanLine& line : plan.lines()) {
    take(line.line, line.substitute_for.value_or(line.sku), line.quantity);
  }
  for (const PlanLine& line : plan.no_shipping()) take(line.line, line.sku, line.quantity);
  for (const PlanBackorder& b : plan.backorders()) take(b.line, b.sku, b.quantity);
  for (const PlanQuestion& q : plan.questions()) take(q.line, q.sku, q.quantity);
  for (const Shortfall& s : plan.shortfalls()) take(s.line, s.sku, s.quantity);
  for (const auto& [line, units] : left) REQUIRE(units == 0);
}

// The parts of a plan's cost add up to it.
inline void CheckCost(const Plan& plan) {
  Cost sum = plan.split_cost() + plan.shortfall_cost();
  for (const Shipment& shipment : plan.shipments()) {
    REQUIRE(shipment.terms.Sum() == shipment.cost);
    sum += shipment.cost;
  }
  for (const PlanBackorder& b : plan.backorders()) sum += b.cost;
  for (const PlanQuestion& q : plan.questions()) sum += q.cost;
  REQUIRE(sum == plan.cost());
  REQUIRE(plan.lower_bound() <= plan.cost());
}

// Whole sets of a bundle, whole lines that ship complete; questions count as not sourced.
inline void CheckWholes(const Order& order, const Plan& plan) {
  std::map<LineSku, std::int64_t> missing;
  for (const Shortfall& s : plan.shortfalls()) missing[{s.line, s.sku}] += s.quantity.count();
  for (const OrderBundle& bundle : order.bundles()) {
    std::optional<std::int64_t> sets;
    for (std::uint32_t i = bundle.first_line; i < bundle.first_line + bundle.line_count; ++i) {
      const OrderLine& line = order.lines()[i];
      if (line.quantity.IsZero()) continue;
      const std::int64_t per_set = line.quantity.count() / bundle.sets.count();
      const std::int64_t gone = missing[{order.draft_line(i), line.sku}];
      REQUIRE(gone % per_set == 0);
      REQUIRE((!sets || *sets == gone / per_set));
      sets = gone / per_set;
    }
  }
  for (std::uint32_t i = 0; i < order.lines().size(); ++i) {
    const OrderLine& line = order.lines()[i];
    if (!line.ship_complete) continue;
    const std::int64_t gone = missing[{order.draft_line(i), line.sku}];
    REQUIRE((gone == 0 || gone == line.quantity.count()));
  }
}

// At `now`: nothing is substituted or asked that line or item do not let, pre-orders are of what is
// not out yet.
inline void CheckPolicies(const Order& order, const Plan& plan, Timestamp now) {
  const World& world = plan.world();
  const auto policy_of = [&](std::uint32_t line, SkuIndex ordered, SkuIndex other) {
    for (const ItemSubstitute& substitute : world.item(ordered).substitutes) {
      if (substitute.sku != other) continue;
      return std::min(order.draft().lines[line].substitution, substitute.policy);
    }
    return SubstitutionPolicy::kNever;
  };
  for (const PlanLine& line : plan.lines()) {
    if (!line.substitute_for) continue;
    REQUIRE(policy_of(line.line, *line.substitute_for, line.sku) == SubstitutionPolicy::kAutomatic);
  }
  for (const PlanQuestion& q : plan.questions()) {
    REQUIRE(policy_of(q.line, q.sku, q.substitute) == SubstitutionPolicy::kAsk);
  }
  for (const PlanBackorder& b : plan.backorders()) {
    const bool before = world.item(b.sku).spec.preorder.has_value() &&
                        now < world.item(b.sku).spec.preorder->release;
    REQUIRE((b.kind == BackorderKind::kPreorder) == before);
    REQUIRE((before || order.draft().remainder == Remainder::kBackorder));
  }
}

// What is recorded is solved again to the same plan, and reads back from JSON.
inline void CheckExplained(const Plan& plan) {
  const Explanation why = Must(Explain(plan, {.next_best = 1, .break_evens = false}));
  REQUIRE(why.chosen.cost == plan.cost());
  const std::vector<solver::Take>& takes = why.record.solution.takes;
  REQUIRE(std::is_sorted(takes.begin(), takes.end(), solver::ComesBefore));
  const std::string text = io::ExplanationJson(why);
  const auto record = io::ParseExplanation({text, "why"});
  INFO(record.status().ToString());
  REQUIRE(record.ok());
  const Explanation again = Must(Explain(*record, {.next_best = 1, .break_evens = false}));
  REQUIRE(ToString(again) == ToString(why));
  REQUIRE(again.chosen.cost == plan.cost());
}

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_PROPERTIES_PLAN_CHECKS_H_
