// Functions and constants of the host in texts of rules.
#include <atomic>
#include <optional>
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

WorldDraft DearReno() {
  WorldDraft draft = SmallDraft();
  draft.locations[0].cost_per_shipment = orderwright::testing::CostOf("3.00");  // RNO
  return draft;
}

struct Shop {
  explicit Shop(WorldDraft draft = DearReno()) : world(Must(World::Create(std::move(draft)))) {}

  World world;
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
  for (const std::string name :
       {"", "1x", "a.b", "a b", "void", "true", "(a)", ".a", "`a`", " a"}) {
    CHECK(StatusIs(language.AddConstant(name, cel::Value::Int(1)),
                   absl::StatusCode::kInvalidArgument));
    CHECK(StatusIs(language.AddFunction(name, "(): bool", nullptr),
                   absl::StatusCode::kInvalidArgument));
  }
  CHECK(
      StatusIs(language.AddConstant("n", cel::Value::Null()), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("A declared attribute is of its type, in columns too") {
  WorldDraft draft = DearReno();
  REQUIRE(draft.locations[0].id == "RNO");
  draft.locations[0].attributes = {{"docks", std::int64_t{4}}, {"has-lift", true}};
  draft.locations[1].attributes = {{"docks", std::int64_t{2}}, {"zone", std::string("bay")}};
  Shop shop(draft);
  Language& language = shop.language;
  REQUIRE(IsOk(language.DeclareAttribute("location", "docks", "int", cel::Value::Int(0))));
  REQUIRE(IsOk(language.DeclareAttribute("location", "has-lift", "bool")));
  REQUIRE(IsOk(language.DeclareAttribute("location", "zone", "string")));
  REQUIRE(IsOk(language.DeclareAttribute("order", "score", "double")));
  CHECK(shop.Route("location.attributes.docks > 3") == "RNO: MUG x1");
  CHECK(shop.Route("location.attributes['docks'] >= 4") == "RNO: MUG x1");
  CHECK(shop.Route("has(location.attributes.`has-lift`) && location.attributes['has-lift']") ==
        "RNO: MUG x1");
  CHECK(shop.Route("'has-lift' in location.attributes && location.attributes['has-lift']") ==
        "RNO: MUG x1");
  CHECK(shop.Route("has(order.attributes.score) ? order.attributes.score > 0.5 : location.id == "
                   "'RNO'") == "RNO: MUG x1");
  // In a macro its record is known by its type.
  CHECK(shop.Route("[location].exists(l, l.attributes.docks == 4)") == "RNO: MUG x1");

  const auto refused = [&](const std::string& text, const std::string& why) {
    const absl::Status status = shop.SetOf(text).status();
    INFO(text);
    CHECK(StatusIs(status, absl::StatusCode::kInvalidArgument));
    CHECK_THAT(std::string(status.message()), ContainsText(why));
  };
  refused("location.attributes.docks == 'four'", "int == string");
  refused("location.attributes['has-lift']", "has(location.attributes.`has-lift`)");
  // What is said can be written, also of a keyword.
  REQUIRE(IsOk(language.DeclareAttribute("order", "in", "int")));
  refused("order.attributes['in'] > 1", "has(order.attributes.`in`)");
  CHECK(IsOk(shop.SetOf("has(order.attributes.`in`) && order.attributes.`in` > 1").status()));
  refused("order.attributes.score > 0.5", "has(order.attributes.score)");
  refused("location.attributes.zone", "is of type string; it must be bool");
  // What is not declared may be anything.
  CHECK(IsOk(shop.SetOf("location.attributes.other == 'four'").status()));
}

TEST_CASE("An attribute of another type than is declared is an error of the rule") {
  WorldDraft draft = SmallDraft();
  for (LocationSpec& site : draft.locations) site.attributes = {{"docks", std::string("many")}};
  Shop shop(draft);
  REQUIRE(IsOk(shop.language.DeclareAttribute("location", "docks", "int")));
  const Router router =
      Must(Router::Create(shop.world, Must(shop.SetOf("has(location.attributes.docks) && "
                                                      "location.attributes.docks > 3"))));
  const Plan plan = Must(
      router.Route(Must(Order::Create(shop.world, DraftToSf({{"MUG", 1}}))), shop.pool.Live()));
  REQUIRE(plan.rule_errors().size() == 1);
  CHECK_THAT(plan.rule_errors()[0].message,
             ContainsText("attribute 'docks' is of type string, and it is declared int"));
}

TEST_CASE("Declarations of attributes that cannot be are refused") {
  Language language;
  const auto declare = [&](const char* record, const char* name, const char* type,
                           std::optional<cel::Value> unset = std::nullopt) {
    return language.DeclareAttribute(record, name, type, std::move(unset));
  };
  CHECK(IsOk(declare("order", "x", "double", cel::Value::Int(1))));
  CHECK(StatusIs(declare("order", "x", "int"), absl::StatusCode::kAlreadyExists));
  CHECK(IsOk(declare("line", "x", "int")));
  CHECK(StatusIs(declare("plan", "x", "int"), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(declare("order", "y", "timestamp"), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(declare("order", "", "int"), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(declare("order", "a'b", "int"), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(declare("order", "y", "int", cel::Value::String("1")),
                 absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace orderwright::rules
