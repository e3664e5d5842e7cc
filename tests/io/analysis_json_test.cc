// Witnesses as documents that routing takes.
#include "orderwright/io/analysis_json.h"

#include <string>
#include <utility>
#include <vector>

#include "orderwright/io/document.h"
#include "orderwright/rules/analysis.h"
#include "tests/catch.h"
#include "tests/properties/random.h"

namespace orderwright::io {
namespace {

using orderwright::testing::Must;

// The text of a member of an object that is written on one line.
std::string Member(const std::string& json, const std::string& key, const std::string& next) {
  const std::size_t begin = json.find("\"" + key + "\":") + key.size() + 3;
  return json.substr(begin, json.find(",\"" + next + "\":") - begin);
}

TEST_CASE("A witness is a world and an order that can be read, and say the same") {
  rules::RuleSetDraft draft;
  for (const char* const id : {"a", "b"}) {
    rules::Rule& rule = draft.rules.emplace_back();
    rule.id = id;
    rule.kind = rules::RuleKind::kEligible;
    rule.text = rules::RuleText{
        "order.total > 120 && order.units == 3 && 'vip' in order.tags && has(order.service) && "
        "order.service == 'air'",
        "location.kind == 'store' || item.weight_g < 500"};
  }
  const std::vector<rules::Finding> found =
      rules::Analyse(Must(rules::RuleSet::Create(std::move(draft))));
  REQUIRE(found.size() == 1);
  REQUIRE(found[0].witness);
  const std::string json = WitnessJson(*found[0].witness);
  const LoadedWorld loaded = Must(ParseWorld({Member(json, "world", "order"), "world"}));
  const World& world = loaded.world;
  CHECK(world.location(LocationIndex{0}).spec.kind != LocationKind::kStore);
  CHECK(world.items()[0].spec.weight_g >= 500);
  CHECK(world.FindService("air").has_value());
  const LoadedOrders orders = Must(ParseOrders(world, {Member(json, "order", "now"), "order"}));
  REQUIRE(orders.orders.size() == 1);
  const Order& order = orders.orders[0];
  CHECK(order.total()->micros() > 120'000'000);
  CHECK(order.draft().tags == std::vector<std::string>{"vip"});
  CHECK(order.draft().services == std::vector<std::string>{"air"});
  CHECK(order.draft().lines[0].quantity == 3);
  CHECK(WitnessJson(*found[0].witness, 2).find("\n  \"order\": {\n") != std::string::npos);
}

}  // namespace
}  // namespace orderwright::io
