// Counts allocations, to hold the promise that a warm RouteInto makes none.
#include "tests/allocations.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::allocations;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::SmallDraft;

// Allocations of routing `orders` once more after a first round.
std::size_t WarmAllocations(const Router& router, const InventoryPool& pool,
                            const std::vector<Order>& orders) {
  Workspace workspace = router.NewWorkspace();
  Plan plan;
  for (int round = 0; round < 2; ++round) {
    for (const Order& order : orders) {
      REQUIRE(router.RouteInto(order, pool.Live(), {}, workspace, plan).ok());
    }
  }
  const std::size_t before = allocations.load();
  for (const Order& order : orders) {
    if (!router.RouteInto(order, pool.Live(), {}, workspace, plan).ok()) return SIZE_MAX;
  }
  return allocations.load() - before;
}

TEST_CASE("RouteInto allocates nothing once warm") {
  const World world = Must(World::Create(SmallDraft()));
  const Stock stock = MakeStock(world, {{"RNO", "MUG", 5},
                                        {"RNO", "TEE", 1},
                                        {"OAK", "HAT", 5},
                                        {"OAK", "TEE", 1},
                                        {"MEM", "MUG", 9},
                                        {"MEM", "TEE", 9}});
  const InventoryPool pool(world, stock);
  std::vector<Order> orders;
  for (const auto& lines : std::vector<std::vector<std::pair<std::string, std::int64_t>>>{
           {{"MUG", 1}},
           {{"MUG", 2}, {"HAT", 1}},
           {{"MUG", 1}, {"TEE", 2}, {"HAT", 3}},
           {{"HAT", 9}},
           {{"MUG", 2}, {"MUG", 2}, {"TEE", 1}}}) {
    orders.push_back(Must(Order::Create(world, DraftToSf(lines))));
  }
  RouterOptions options;
  options.verify = false;  // the verifier is for debug builds, and allocates
  SECTION("without rules") {
    const Router router = Must(Router::Create(world, rules::RuleSet(), options));
    CHECK(WarmAllocations(router, pool, orders) == 0);
  }
  SECTION("with rules and objectives") {
    rules::Rule rank;
    rank.id = "rank";
    rank.kind = rules::RuleKind::kPrefer;
    rank.prefer = rules::PreferBy::kRank;
    rank.evaluator = rules::FromCandidateValue(
        [](const rules::Facts&, std::size_t i) { return static_cast<std::int64_t>(i % 2); });
    rules::Rule price;
    price.id = "price";
    price.kind = rules::RuleKind::kPrice;
    price.evaluator = rules::FromPairValue(
        [](const rules::Facts&, std::size_t i) { return static_cast<std::int64_t>(i) - 1; });
    rules::RuleSetDraft draft;
    draft.objectives = {{rules::Minimize::kRank, "rank", 0}, {rules::Minimize::kCost, "", 0}};
    draft.rules = {rank, price};
    const Router router =
        Must(Router::Create(world, Must(rules::RuleSet::Create(std::move(draft))), options));
    CHECK(WarmAllocations(router, pool, orders) == 0);
  }
  SECTION("with decision tables") {
    const auto table = [](std::string id, rules::RuleKind kind, std::vector<std::string> inputs,
                          std::vector<rules::DecisionTable::Row> rows, rules::HitPolicy hit) {
      rules::Rule rule;
      rule.id = std::move(id);
      rule.kind = kind;
      rule.table = std::make_shared<const rules::DecisionTable>(
          rules::DecisionTable{std::move(inputs), std::move(rows), hit});
      return rule;
    };
    rules::RuleSetDraft draft;
    draft.rules = {
        table("price", rules::RuleKind::kPrice, {"location.id", "line.quantity", "order.tags"},
              {{{"RNO", "> 1", "-"}, "0.25"}, {{"-", "[1..9)", "not(vip)"}, "0.5"}},
              rules::HitPolicy::kSum),
        table("near", rules::RuleKind::kPrefer, {"candidate.distance_km", "location.tags"},
              {{{"< 500", "-"}, "0"}, {{"-", "not(x)"}, "1"}}, rules::HitPolicy::kFirst),
        table("boxes", rules::RuleKind::kLimit, {"order.units"}, {{{"< 100"}, "3"}},
              rules::HitPolicy::kUnique)};
    const Router router =
        Must(Router::Create(world, Must(rules::RuleSet::Create(std::move(draft))), options));
    CHECK(WarmAllocations(router, pool, orders) == 0);
  }
  SECTION("with floors of units and of value") {
    rules::Rule value;
    value.id = "value";
    value.kind = rules::RuleKind::kLimit;
    value.limit = rules::LimitKind::kMinShipmentValue;
    value.evaluator = rules::FromOrderValue(
        [](const rules::Facts&) { return std::optional<std::int64_t>(3'000'000); });
    rules::RuleSetDraft draft;
    draft.rules = {value};
    const Router router =
        Must(Router::Create(world, Must(rules::RuleSet::Create(std::move(draft))), options));
    std::vector<Order> floored;
    for (const Order& order : orders) {
      OrderDraft copy = order.draft();
      copy.min_fill = 0.6;
      for (OrderLineDraft& line : copy.lines) {
        line.unit_price = Money::FromMinor(150, world.currency());
      }
      floored.push_back(Must(Order::Create(world, std::move(copy))));
    }
    CHECK(WarmAllocations(router, pool, floored) == 0);
  }
}

TEST_CASE("Orders of several methods and addresses allocate nothing once warm either") {
  WorldDraft draft = SmallDraft();
  draft.items[2].requires_shipping = false;  // HAT
  draft.locations[1].pickup = PickupTerms{60, 7, true};
  draft.costs.late_penalty_per_day = testing::CostOf("1.00");
  const World world = Must(World::Create(draft));
  const InventoryPool pool(
      world,
      MakeStock(world,
                {{"RNO", "MUG", 5}, {"OAK", "TEE", 1}, {"MEM", "MUG", 9}, {"MEM", "TEE", 9}}));
  OrderDraft mixed = DraftToSf({{"MUG", 2}, {"TEE", 2}, {"HAT", 1}, {"MUG", 1}});
  mixed.placed_at = Timestamp(std::chrono::days(20'000));
  mixed.requested_by = *mixed.placed_at + std::chrono::days(2);
  mixed.pickup_at = "OAK";
  mixed.lines[1].method = Method::kPickup;
  mixed.lines[3].ship_to = testing::DraftTo(35.0, -90.0, {}).ship_to;
  mixed.lines[0].ship_group = "gift";
  OrderDraft pickup = mixed;
  pickup.method = Method::kPickup;
  for (OrderLineDraft& line : pickup.lines) {
    line.ship_to.reset();
    line.method.reset();
  }
  RouterOptions options;
  options.verify = false;
  const Router router = Must(Router::Create(world, rules::RuleSet(), options));
  CHECK(WarmAllocations(router, pool,
                        {Must(Order::Create(world, mixed)), Must(Order::Create(world, pickup))}) ==
        0);
}

TEST_CASE("The counter of allocations counts") {
  const std::size_t before = allocations.load();
  std::vector<int>* made = new std::vector<int>(100);
  delete made;
  CHECK(allocations.load() - before >= 2);
}

}  // namespace
}  // namespace orderwright
