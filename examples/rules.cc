// Native rules: a host's own C++ decides what is eligible, what is kept back and what is preferred.
#include <cstdio>
#include <string>

#include "orderwright/orderwright.h"

namespace ow = orderwright;

namespace {

int Fail(const absl::Status& status) {
  for (const ow::Issue& issue : ow::IssuesOf(status)) std::puts(ow::ToString(issue).c_str());
  return 1;
}

// Stores keep one unit of everything for the customer who walks in.
ow::rules::Rule KeepOneInStores() {
  ow::rules::Rule rule;
  rule.id = "store-safety";
  rule.kind = ow::rules::RuleKind::kProtect;
  rule.reason = "stores keep one unit for the counter";
  rule.evaluator = ow::rules::FromPairValue([](const ow::rules::Facts& f, std::size_t pair) {
    const ow::LocationIndex at = f.candidates.location[f.pairs.candidate[pair]];
    return f.world->location(at).spec.kind == ow::LocationKind::kStore ? std::int64_t{1} : 0;
  });
  return rule;
}

// Nearer than 2,000 km first, whatever it costs.
ow::rules::Rule NearFirst() {
  ow::rules::Rule rule;
  rule.id = "near-first";
  rule.kind = ow::rules::RuleKind::kPrefer;
  rule.prefer = ow::rules::PreferBy::kRank;
  rule.evaluator = ow::rules::FromCandidateValue([](const ow::rules::Facts& f, std::size_t i) {
    return f.candidates.distance_km[i] <= 2000.0 ? std::int64_t{0} : std::int64_t{1};
  });
  return rule;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string data = argc > 1 ? argv[1] : "examples/data";
  const auto in = ow::io::LoadWorld(data + "/small_world.json");
  if (!in.ok()) return Fail(in.status());
  const auto orders = ow::io::LoadOrders(in->world, data + "/small_orders.jsonl");
  if (!orders.ok()) return Fail(orders.status());

  // Stay near, then fewest parcels, then cheapest.
  ow::rules::RuleSetDraft draft;
  draft.version = "17";
  draft.rules = {KeepOneInStores(), NearFirst()};
  draft.objectives = {{ow::rules::Minimize::kRank, "near-first", 0},
                      {ow::rules::Minimize::kShipments, "", 0},
                      {ow::rules::Minimize::kCost, "", 0}};
  const auto rules = ow::rules::RuleSet::Create(draft);
  if (!rules.ok()) return Fail(rules.status());
  const auto router = ow::Router::Create(in->world, *rules);
  if (!router.ok()) return Fail(router.status());

  const ow::InventoryPool pool(in->world, in->stock);
  for (const ow::Order& order : orders->orders) {
    const auto plan = router->Route(order, pool.Live());  // decides, reserves nothing
    if (!plan.ok()) return Fail(plan.status());
    std::fputs(ow::ToString(*plan).c_str(), stdout);
  }
  return 0;
}
