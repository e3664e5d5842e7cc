// "Why did 1042 ship from Reno?" An order over 38 sites, two rules, and every question that people
// ask.
#include <algorithm>
#include <cstdio>
#include <string>
#include <vector>

#include "orderwright/orderwright.h"

namespace ow = orderwright;

namespace {

int Fail(const absl::Status& status) {
  for (const ow::Issue& issue : ow::IssuesOf(status)) std::puts(ow::ToString(issue).c_str());
  return 1;
}

bool Has(const std::vector<std::string>& list, const std::string& text) {
  return std::find(list.begin(), list.end(), text) != list.end();
}

// Dangerous goods leave only from where people are trained for them.
ow::rules::Rule Hazmat() {
  ow::rules::Rule rule;
  rule.id = "hazmat";
  rule.kind = ow::rules::RuleKind::kEligible;
  rule.reason = "the item is hazmat, the site has no such capability";
  rule.evaluator = ow::rules::FromPredicate([](const ow::rules::Facts& f, std::size_t pair) {
    const ow::Item& item = f.world->item(f.order->lines()[f.pairs.line[pair]].sku);
    const ow::LocationIndex site = f.candidates.location[f.pairs.candidate[pair]];
    return !Has(item.spec.tags, "hazmat") ||
           Has(f.world->location(site).spec.capabilities, "hazmat");
  });
  return rule;
}

// Stores keep two units of everything for the customer who walks in.
ow::rules::Rule StoreSafety() {
  ow::rules::Rule rule;
  rule.id = "store-safety";
  rule.kind = ow::rules::RuleKind::kProtect;
  rule.evaluator = ow::rules::FromPairValue([](const ow::rules::Facts& f, std::size_t pair) {
    const ow::LocationIndex site = f.candidates.location[f.pairs.candidate[pair]];
    return f.world->location(site).spec.kind == ow::LocationKind::kStore ? 2 : 0;
  });
  return rule;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string data = argc > 1 ? argv[1] : "examples/data";
  const auto in = ow::io::LoadWorld(data + "/reno_world.json");
  if (!in.ok()) return Fail(in.status());
  const auto orders = ow::io::LoadOrders(in->world, data + "/reno_orders.jsonl");
  if (!orders.ok()) return Fail(orders.status());
  ow::rules::RuleSetDraft draft;
  draft.version = "17";
  draft.rules = {Hazmat(), StoreSafety()};
  const auto rules = ow::rules::RuleSet::Create(draft);
  if (!rules.ok()) return Fail(rules.status());
  const auto router = ow::Router::Create(in->world, *rules);
  if (!router.ok()) return Fail(router.status());
  const ow::InventoryPool pool(in->world, in->stock);

  // The plan keeps what it was made from, and answers when somebody asks.
  const ow::RouteOptions record = {.explain = ow::ExplainLevel::kRecord};
  const auto plan = router->Route(orders->orders[0], pool.Live(), record);
  if (!plan.ok()) return Fail(plan.status());
  const auto why = ow::Explain(*plan, {.why_not = {"MEM"}});
  if (!why.ok()) return Fail(why.status());
  std::fputs(ow::ToString(*why).c_str(), stdout);

  // Weeks later, from a file: the stock and the world may be long gone.
  const std::string json = ow::io::ExplanationJson(*why);
  const auto kept = ow::io::ParseExplanation({json, "order 1042"});
  if (!kept.ok()) return Fail(kept.status());
  const auto vegas = ow::ExplainWhyNot(*kept, "LAS");
  if (!vegas.ok()) return Fail(vegas.status());
  std::fputs(ow::ToString(*vegas, *kept).c_str(), stdout);
  return 0;
}
