// Limits of days, rejections and substitutions by rule, and what rules read of stock and locations.
#include <string>
#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/router.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using rules::LimitKind;
using rules::Rejection;
using rules::Rule;
using rules::RuleKind;
using testing::Brief;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::StockEntry;
using testing::Text;

Rule Limit(LimitKind limit, std::string when, std::string value) {
  Rule rule =
      Text(std::string(ToString(limit)), RuleKind::kLimit, std::move(when), std::move(value));
  rule.limit = limit;
  return rule;
}

WorldDraft TwoKinds() {
  WorldDraft draft = testing::SmallDraft();
  for (LocationSpec& site : draft.locations) {
    if (site.id == "OAK" || site.id == "SJC") site.kind = LocationKind::kStore;
    if (site.id == "RNO") site.cost_per_shipment = testing::CostOf("3.00");
  }
  return draft;
}

const Timestamp kNoon = ParseTimestamp("2026-11-23T12:00:00Z").value();

struct Shop {
  World world;
  InventoryPool pool;
  Shop(const std::vector<StockEntry>& stock, WorldDraft draft = TwoKinds())
      : world(Must(World::Create(std::move(draft)))), pool(world, MakeStock(world, stock)) {}

  [[nodiscard]] Router With(std::vector<Rule> rules) const {
    return Must(Router::Create(world, Must(rules::RuleSet::Create({"1", {}, std::move(rules)}))));
  }
  [[nodiscard]] Order OrderOf(OrderDraft draft, const std::string& id = "1042") const {
    draft.id = id;
    return Must(Order::Create(world, std::move(draft)));
  }
  [[nodiscard]] Plan Route(std::vector<Rule> rules, const OrderDraft& draft,
                           std::vector<Rejection> rejections = {},
                           ExplainLevel explain = ExplainLevel::kOff) const {
    RouteOptions options;
    options.now = kNoon;
    options.rejections = rejections;
    options.explain = explain;
    return Must(With(std::move(rules)).Route(OrderOf(draft), pool.Live(), options));
  }
  [[nodiscard]] LocationIndex At(std::string_view id) const {
    return world.FindLocation(id).value();
  }
};

TEST_CASE("units_per_day: stores take no more of a day than the rule says, with what they have") {
  Shop shop({{"OAK", "MUG", 99}, {"RNO", "MUG", 99}});
  const Router router =
      shop.With({Limit(LimitKind::kUnitsPerDay, "location.kind == 'store'", "5")});
  std::vector<std::string> plans;
  for (int i = 0; i < 4; ++i) {
    const Order order = shop.OrderOf(DraftToSf({{"MUG", 2}}), std::to_string(i));
    ReserveOptions options;
    options.now = kNoon;
    plans.push_back(Brief(Must(router.RouteAndReserve(order, shop.pool, options)).plan));
  }
  CHECK(plans ==
        std::vector<std::string>{"OAK: MUG x2", "OAK: MUG x2", "RNO: MUG x2", "RNO: MUG x2"});
  // One unit more is what is left of the day.
  const Order last = shop.OrderOf(DraftToSf({{"MUG", 1}}), "last");
  ReserveOptions options;
  options.now = kNoon;
  CHECK(Brief(Must(router.RouteAndReserve(last, shop.pool, options)).plan) == "OAK: MUG x1");
}

TEST_CASE("shipments_per_day counts parcels; of two rules the tighter counts") {
  Shop shop({{"OAK", "MUG", 99}, {"RNO", "MUG", 99}});
  Rule wide = Limit(LimitKind::kShipmentsPerDay, "", "9");
  Rule tight = Limit(LimitKind::kShipmentsPerDay, "location.id == 'OAK'", "1");
  tight.id = "tight";
  const Router router = shop.With({wide, tight});
  ReserveOptions options;
  options.now = kNoon;
  const Order a = shop.OrderOf(DraftToSf({{"MUG", 4}}), "a");
  const Order b = shop.OrderOf(DraftToSf({{"MUG", 1}}), "b");
  CHECK(Brief(Must(router.RouteAndReserve(a, shop.pool, options)).plan) == "OAK: MUG x4");
  CHECK(Brief(Must(router.RouteAndReserve(b, shop.pool, options)).plan) == "RNO: MUG x1");
}

TEST_CASE("A day's limit of a rule is held when others reserve between") {
  Shop shop({{"OAK", "MUG", 99}});
  const CapacityDemand most{shop.At("OAK"),
                            ParseDate("2026-11-23").value(),
                            Units(2),
                            Units(1),
                            {Units(3), std::nullopt}};
  const auto reserve = [&](const char* key) {
    const std::vector<CellDemand> cells = {
        {shop.world.FindItem("MUG").value(), shop.At("OAK"), Units(2)}};
    ReserveRequest request;
    request.key = CommandKey(key);
    request.cells = cells;
    request.capacity = {&most, 1};
    request.now = kNoon;
    return Must(shop.pool.Reserve(request));
  };
  CHECK(reserve("a").reservation.has_value());
  const ReserveOutcome second = reserve("b");
  CHECK_FALSE(second.reservation.has_value());
  REQUIRE(second.day_shortages.size() == 1);
  CHECK(second.day_shortages[0].free.units == Units(1));
}

TEST_CASE("max_rejects: who has sent the order back so often is not asked again, and it is said") {
  const Shop shop({{"OAK", "MUG", 9}, {"SJC", "MUG", 9}, {"RNO", "MUG", 9}});
  const OrderDraft order = DraftToSf({{"MUG", 1}});
  const Rejection oak{shop.At("OAK"), kNoon};
  const Rule twice = Limit(LimitKind::kMaxRejects, "location.kind == 'store'", "2");
  CHECK(Brief(shop.Route({twice}, order)) == "OAK: MUG x1");
  CHECK(Brief(shop.Route({twice}, order, {oak})) == "OAK: MUG x1");
  const Plan plan = shop.Route({twice}, order, {oak, oak}, ExplainLevel::kFull);
  CHECK(Brief(plan) == "SJC: MUG x1");
  CHECK_THAT(ToString(*plan.explanation()),
             testing::ContainsText("has sent the order back 2 times"));
}

TEST_CASE("max_rejects of a location itself holds without any rule") {
  WorldDraft draft = TwoKinds();
  draft.locations[1].max_rejects = 1;  // OAK
  const Shop shop({{"OAK", "MUG", 9}, {"RNO", "MUG", 9}}, draft);
  const OrderDraft order = DraftToSf({{"MUG", 1}});
  CHECK(Brief(shop.Route({}, order)) == "OAK: MUG x1");
  const Plan plan = shop.Route({}, order, {{shop.At("OAK"), std::nullopt}}, ExplainLevel::kFull);
  CHECK(Brief(plan) == "RNO: MUG x1");
  CHECK_THAT(ToString(*plan.explanation()), testing::ContainsText("has sent the order back"));
}

TEST_CASE("A location that sent the order back rests for a time") {
  const Shop shop({{"OAK", "MUG", 9}, {"RNO", "MUG", 9}});
  const Rule rest = Text("rest", RuleKind::kEligible, "has(candidate.rejected_at)",
                         "now - candidate.rejected_at > duration('48h')");
  const OrderDraft order = DraftToSf({{"MUG", 1}});
  CHECK(Brief(shop.Route({rest}, order, {{shop.At("OAK"), kNoon - std::chrono::hours(47)}})) ==
        "RNO: MUG x1");
  CHECK(Brief(shop.Route({rest}, order, {{shop.At("OAK"), kNoon - std::chrono::hours(49)}})) ==
        "OAK: MUG x1");
}

TEST_CASE("max_substitutions bounds the units that something else takes the place of") {
  WorldDraft draft = TwoKinds();
  draft.items.push_back(testing::Goods("CUP", 300));
  draft.items[0].substitutes = {{"CUP", SubstitutionPolicy::kAutomatic}};
  const Shop shop({{"OAK", "CUP", 9}}, draft);
  OrderDraft order = DraftToSf({{"MUG", 4}});
  order.lines[0].substitution = SubstitutionPolicy::kAutomatic;
  CHECK(Brief(shop.Route({}, order)) == "OAK: CUP x4 for MUG");
  CHECK(Brief(shop.Route({Limit(LimitKind::kMaxSubstitutions, "", "3")}, order)) ==
        "OAK: CUP x3 for MUG | short MUG x1 no_stock");
  CHECK(Brief(shop.Route({Limit(LimitKind::kMaxSubstitutions, "", "0")}, order)) ==
        "short MUG x4 no_stock");
}

TEST_CASE("Rules read what is on hand, what a location has to do today, and what a line costs") {
  Shop shop({{"OAK", "MUG", 9}, {"RNO", "MUG", 9}, {"MEM", "MUG", 9}});
  const SkuIndex mug = shop.world.FindItem("MUG").value();
  const std::vector<CellDemand> taken = {{mug, shop.At("OAK"), Units(6)}};
  const CapacityDemand day{shop.At("OAK"), ParseDate("2026-11-23").value(), Units(6), Units(2)};
  ReserveRequest request;
  request.cells = taken;
  request.capacity = {&day, 1};
  request.now = kNoon;
  REQUIRE(Must(shop.pool.Reserve(request)).reservation.has_value());
  const OrderDraft order = DraftToSf({{"MUG", 2}});
  const auto from = [&](std::string require) {
    return Brief(shop.Route({Text("r", RuleKind::kEligible, "", std::move(require))}, order));
  };
  CHECK(from("candidate.on_hand == 9 && candidate.available == 3") == "OAK: MUG x2");
  CHECK(from("!has(candidate.load_units) || candidate.load_units < 6") == "RNO: MUG x2");
  CHECK(from("has(candidate.load_shipments) && candidate.load_shipments == 2") == "OAK: MUG x2");
  // Handling 2.50, 0.10 a unit, ground 4.10 to 500 km, 6.10 to 2000 km.
  CHECK(from("has(candidate.cost) && candidate.cost == 6.80") == "OAK: MUG x2");
  CHECK(from("has(candidate.cost) && candidate.cost > 6.80") == "RNO: MUG x2");
  // A snapshot knows no days.
  const StockSnapshot snapshot = shop.pool.Snapshot();
  RouteOptions options;
  options.now = kNoon;
  const Router router = shop.With(
      {Text("r", RuleKind::kEligible, "", "has(candidate.load_units) || candidate.on_hand < 9")});
  CHECK(Brief(Must(router.Route(shop.OrderOf(order), StockView(snapshot), options))) ==
        "short MUG x2 rule");
}

TEST_CASE("A rule of services reads the carrier") {
  const Shop shop({{"OAK", "MUG", 9}});
  const OrderDraft order = DraftToSf({{"MUG", 1}});
  CHECK(Brief(shop.Route({Text("r", RuleKind::kEligible, "", "candidate.carrier == 'any'")},
                         order)) == "OAK: MUG x1");
  CHECK(Brief(shop.Route({Text("r", RuleKind::kEligible, "", "candidate.carrier == 'ups'")},
                         order)) == "short MUG x1 rule");
}

}  // namespace
}  // namespace orderwright
