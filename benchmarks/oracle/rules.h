// Twenty rules in words, as a merchant of the tasks' size has them: of every kind but groups.
#ifndef ORDERWRIGHT_BENCHMARKS_ORACLE_RULES_H_
#define ORDERWRIGHT_BENCHMARKS_ORACLE_RULES_H_

#include <string>
#include <utility>
#include <vector>

#include "benchmarks/common.h"
#include "orderwright/orderwright.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright::benchmarks {

inline rules::RuleSet TwentyRules() {
  using rules::RuleKind;
  rules::RuleSetDraft draft;
  draft.version = "20";
  const auto add = [&draft](const char* id, RuleKind kind, const char* when,
                            const char* value) -> rules::Rule& {
    rules::Rule& rule = draft.rules.emplace_back();
    rule.id = id;
    rule.kind = kind;
    rule.text = rules::RuleText{when, value};
    return rule;
  };
  // How the order is treated.
  add("marketplace-first", RuleKind::kSet, "order.channel == 'marketplace'", "5").set =
      rules::SetField::kPriority;
  add("vip-complete", RuleKind::kSet, "'vip' in order.tags && order.units <= 3", "true").set =
      rules::SetField::kShipComplete;
  add("gifts-in-few", RuleKind::kSet, "'gift' in order.tags", "2").set =
      rules::SetField::kMaxShipments;
  // Where it may come from.
  add("home", RuleKind::kEligible, "", "location.country in ['US', 'CA']");
  add("hazmat", RuleKind::kEligible, "'hazmat' in item.tags", "'hazmat' in location.capabilities");
  add("fragile", RuleKind::kEligible, "'fragile' in item.tags", "location.kind != 'dropship'");
  add("vip-own-sites", RuleKind::kEligible, "order.tags.exists(t, t == 'vip')",
      "location.kind in ['warehouse', 'store']");
  add("stores-near", RuleKind::kEligible, "location.kind == 'store'",
      "has(candidate.distance_km) && candidate.distance_km < 2000.0")
      .relax = 1;
  add("dear-from-own", RuleKind::kEligible, "order.total > 250.0 && location.kind == 'third_party'",
      "has(order.risk) && order.risk < 0.5");
  // What is kept back.
  add("counter-stock", RuleKind::kProtect, "location.kind == 'store'", "candidate.available / 5");
  add("bestsellers", RuleKind::kProtect, "'bestseller' in item.tags && order.channel != 'web'",
      "10");
  // Limits.
  add("few-parcels", RuleKind::kLimit, "", "order.units <= 5 ? 4 : 8");
  rules::Rule& far = add("gifts-near", RuleKind::kLimit, "'gift' in order.tags", "4000");
  far.limit = rules::LimitKind::kMaxDistanceKm;
  // What it costs beside.
  add("seasonal-in-store", RuleKind::kPrice, "'seasonal' in item.tags && location.kind == 'store'",
      "0.25");
  add("heavy-and-far", RuleKind::kPrice,
      "item.weight_g > 10000 && has(candidate.distance_km) && candidate.distance_km > 1000.0",
      "0.5");
  add("spare-stores", RuleKind::kPrefer, "location.kind == 'store'", "1.50");
  add("crowded", RuleKind::kPrefer, "'crowded' in location.tags && order.channel == 'web'", "0.75");
  // What stops it.
  add("risky", RuleKind::kHold, "has(order.risk) && order.risk > 0.98 && order.total > 150.0", "");
  add("dear-to-ship", RuleKind::kHold, "plan.cost > 30.0 || plan.shipments > 4", "");
  rules::Rule& rest = add("drop-rest", RuleKind::kOutcome, "order.channel == 'marketplace'", "");
  rest.on = rules::OutcomeOn::kShort;
  rest.then = rules::OutcomeThen::kCancel;
  return OrDie(rules::RuleSet::Create(std::move(draft)));
}

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_ORACLE_RULES_H_
