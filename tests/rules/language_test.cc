// Functions and constants of the host in texts of rules.
#include <atomic>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/core/issue.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/routing/router.h"
#include "tests/routing/small_world.h"

namespace orderwright::rules {
namespace {

using orderwright::testing::Brief;
using orderwright::testing::ContainsText;
using orderwright::testing::DraftToSf;
using orderwright::testing::IsOk;
using orderwright::testing::MakeStock;
using orderwright::testing::Must;
using orderwright::testing::SmallDraft;
using orderwright::testing::StatusIs;

Rule Require(std::string require) {
  Rule rule;
  rule.id = "r";
  rule.kind = RuleKind::kEligible;
  rule.text = RuleText{"", std::move(require)};
  return rule;
}

struct Shop {
  World world = Must(World::Create([] {
    WorldDraft draft = SmallDraft();
    draft.locations[0].cost_per_shipment = orderwright::testing::CostOf("3.00");  // RNO
    return draft;
  }()));
  InventoryPool pool{world, MakeStock(world, {{"OAK", "MUG", 9}, {"RNO", "MUG", 9}})};
  Language language;

  [[nodiscard]] absl::StatusOr<RuleSet> SetOf(std::string require) const {
    RuleSetDraft draft;
    draft.rules = {Require(std::move(require))};
    draft.language = std::make_shared<const Language>(language);
    return RuleSet::Create(std::move(draft));
  }
  [[nodiscard]] std::string Route(std::string require) const {
    const Router router = Must(Router::Create(world, Must(SetOf(std::move(require)))));
    return Brief(
        Must(router.Route(Must(Order::Create(world, DraftToSf({{"MUG", 1}}))), pool.Live())));
  }
};

TEST_CASE("A function of the host is called by rules, and checked like any other") {
  Shop shop;
  REQUIRE(IsOk(shop.language.AddFunction(
      "is_open", "(string, int): bool",
      [](std::span<const cel::Value> arguments, cel::CallContext&) -> absl::StatusOr<cel::Value> {
        return cel::Value::Bool(arguments[0].text() != "OAK" || arguments[1].int_value() > 5);
      })));
  CHECK(shop.Route("is_open(location.id, order.units)") == "RNO: MUG x1");
  CHECK(shop.Route("is_open(location.id, order.units + 5)") == "OAK: MUG x1");
  const auto wrong = shop.SetOf("is_open(location.id)");
  CHECK(StatusIs(wrong.status(), absl::StatusCode::kInvalidArgument));
  CHECK_THAT(std::string(wrong.status().message()), ContainsText("is_open"));
  // Another set does not know it.
  CHECK_FALSE(RuleSet::Create({"1", {}, {Require("is_open(location.id, 1)")}}).ok());
}

TEST_CASE("A function that fails is an error of its rule") {
  Shop shop;
  REQUIRE(IsOk(shop.language.AddFunction(
      "ask", "(string): bool",
      [](std::span<const cel::Value>, cel::CallContext&) -> absl::StatusOr<cel::Value> {
        return absl::InvalidArgumentError("the service is down");
      })));
  const Router router = Must(Router::Create(shop.world, Must(shop.SetOf("ask(location.id)"))));
  const Plan plan = Must(
      router.Route(Must(Order::Create(shop.world, DraftToSf({{"MUG", 1}}))), shop.pool.Live()));
  REQUIRE(plan.rule_errors().size() == 1);
  CHECK_THAT(plan.rule_errors()[0].message, ContainsText("the service is down"));
}

TEST_CASE("A constant is compiled as if it stood in the text") {
  Shop shop;
  REQUIRE(IsOk(shop.language.AddConstant("home", cel::Value::String("RNO"))));
  REQUIRE(IsOk(shop.language.AddConstant("far", cel::Value::Int(100))));
  REQUIRE(IsOk(shop.language.AddConstant(
      "sites", cel::Value::List({cel::Value::String("RNO"), cel::Value::String("MEM")}))));
  CHECK(shop.Route("location.id == home") == "RNO: MUG x1");
  CHECK(shop.Route("location.id in sites") == "RNO: MUG x1");
  CHECK(shop.Route("has(candidate.distance_km) && candidate.distance_km > double(far)") ==
        "RNO: MUG x1");
  // What an expression declares itself hides it.
  CHECK(shop.Route("['OAK'].exists(home, home == location.id)") == "OAK: MUG x1");
  CHECK(shop.Route("cel.bind(home, 'OAK', home == location.id)") == "OAK: MUG x1");
  CHECK(shop.Route("cel.bind(x, home, x == location.id)") == "RNO: MUG x1");
  CHECK(shop.Route("[1].exists(home, home == 1) && location.id == home") == "RNO: MUG x1");
  const auto wrong = shop.SetOf("location.id == far");
  CHECK(StatusIs(wrong.status(), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Constants have names of their own, and plain values") {
  Language language;
  CHECK(StatusIs(language.AddConstant("order", cel::Value::Int(1)),
                 absl::StatusCode::kAlreadyExists));
  CHECK(IsOk(language.AddConstant("x", cel::Value::Int(1))));
  CHECK(StatusIs(language.AddConstant("x", cel::Value::Int(2)), absl::StatusCode::kAlreadyExists));
  for (const std::string name : {"", "1x", "a.b", "a b"}) {
    CHECK(StatusIs(language.AddConstant(name, cel::Value::Int(1)),
                   absl::StatusCode::kInvalidArgument));
  }
  CHECK(
      StatusIs(language.AddConstant("n", cel::Value::Null()), absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace orderwright::rules
