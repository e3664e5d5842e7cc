// The tables of real orders through the whole router: every plan passes the independent verifier,
// ships or misses every unit once, takes no more than there is, and keeps the rules. Without the
// tables (ORDERWRIGHT_DATA, else ../shared/data beside the repository) a made sample of the same
// shape is routed, and the test says that the real one was skipped.
#include <algorithm>
#include <cstdlib>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "benchmarks/real/network.h"
#include "benchmarks/real/rules.h"
#include "benchmarks/real/tables.h"
#include "tests/catch.h"
#include "tests/properties/random.h"

namespace orderwright {
namespace {

using benchmarks::Holdings;
using benchmarks::RealTables;

using testing::Must;

bool IsTagged(const World& world, SkuIndex sku, std::string_view tag) {
  const std::vector<std::string>& tags = world.item(sku).spec.tags;
  return std::find(tags.begin(), tags.end(), tag) != tags.end();
}

// What the rules of benchmarks/real/rules.h say of one shipment.
void CheckShipment(const Plan& plan, const Shipment& shipment) {
  const World& world = plan.world();
  const bool store = world.location(shipment.location).spec.kind == LocationKind::kStore;
  if (store && plan.relaxed().empty()) CHECK(shipment.distance_km <= 1'200.0);
  std::size_t bulky = 0;
  for (const PlanLine& line : plan.lines(shipment)) {
    bulky += IsTagged(world, line.sku, "bulky") ? 1U : 0U;
    if (IsTagged(world, line.sku, "fragile")) CHECK(plan.service(shipment) == "ground");
  }
  CHECK((bulky == 0 || bulky == plan.lines(shipment).size()));
}

// A location may ship twice; it gives no more than it has, less what a store keeps.
void CheckStock(const Plan& plan, const InventoryPool& pool) {
  std::map<std::pair<LocationIndex, SkuIndex>, std::int64_t> taken;
  for (const Shipment& shipment : plan.shipments()) {
    for (const PlanLine& line : plan.lines(shipment)) {
      taken[{shipment.location, line.sku}] += line.quantity.count();
    }
  }
  for (const auto& [cell, units] : taken) {
    const bool store = plan.world().location(cell.first).spec.kind == LocationKind::kStore;
    const std::int64_t there = pool.Figures(cell.second, cell.first).Available();
    CHECK(units <= (store ? there - (there + 4) / 5 : there));
  }
}

void CheckPlan(const Order& order, const Plan& plan, const InventoryPool& pool) {
  INFO("order " << order.id().text());
  CheckStock(plan, pool);
  std::vector<std::int64_t> left;
  for (const OrderLine& line : order.lines()) left.push_back(line.quantity.count());
  Cost sum = plan.split_cost() + plan.shortfall_cost();
  for (const Shipment& shipment : plan.shipments()) {
    CheckShipment(plan, shipment);
    sum += shipment.cost;
    CHECK(shipment.cost == shipment.terms.Sum());
    REQUIRE((shipment.ship_by && shipment.deliver_by));
    CHECK(*order.placed_at() <= *shipment.ship_by);
    CHECK(*shipment.ship_by <= *shipment.deliver_by);
  }
  for (const PlanLine& line : plan.lines()) left[line.line] -= line.quantity.count();
  for (const Shortfall& shortfall : plan.shortfalls()) {
    left[shortfall.line] -= shortfall.quantity.count();
  }
  CHECK(std::all_of(left.begin(), left.end(), [](std::int64_t units) { return units == 0; }));
  CHECK(sum == plan.cost());
  CHECK(plan.lower_bound() <= plan.cost());
  CHECK(plan.shipments().size() <= (order.lines().size() <= 5 ? 3U : 12U));
  const std::int64_t units = benchmarks::real_internal::UnitsOf(order);
  CHECK(plan.holds().size() == (units > 2'000 ? 1U : 0U));
}

void CheckRouting(const RealTables& tables, std::size_t count) {
  const World world = Must(benchmarks::MakeRealWorld(tables));
  const rules::RuleSet rules = Must(benchmarks::MakeRealRules(world));
  REQUIRE(rules.rules().size() == 10);
  RouterOptions options;
  options.verify = true;
  options.budget.node_limit = 20;
  const Router router = Must(Router::Create(world, rules, options));
  const std::vector<Order> orders = Must(benchmarks::MakeRealOrders(world, tables, count));
  REQUIRE(orders.size() == std::min(count, tables.orders.size()));
  for (const Holdings holdings : {Holdings::kNested, Holdings::kIndependent}) {
    const InventoryPool pool(world, Must(benchmarks::MakeRealStock(world, holdings)));
    std::size_t planned = 0;
    for (const Order& order : orders) {
      const Plan plan = Must(router.Route(order, pool.Live()));
      CheckPlan(order, plan, pool);
      planned += plan.shortfalls().empty() ? 1U : 0U;
    }
    // Stock is plenty: an error of the reader or the network would leave most orders short.
    CHECK(planned * 10 > orders.size() * 8);
  }
}

TEST_CASE("a made sample of the shape of the real orders is routed as its rules say") {
  CheckRouting(benchmarks::MakeSmallTables(150), 150);
}

TEST_CASE("a broader site of the nested plan holds all that a narrower one holds") {
  const World world = Must(benchmarks::MakeRealWorld(benchmarks::MakeSmallTables(1)));
  const Stock stock = Must(benchmarks::MakeRealStock(world, Holdings::kNested));
  std::map<LocationIndex, std::vector<SkuIndex>> held;
  for (const StockRow& row : stock.rows()) held[row.location].push_back(row.sku);
  const std::vector<std::size_t> sites = benchmarks::real_internal::ByBreadth(world);
  for (std::size_t i = 0; i + 1 < sites.size(); ++i) {
    std::vector<SkuIndex>& broad = held[LocationIndex{static_cast<std::uint32_t>(sites[i])}];
    std::vector<SkuIndex>& narrow = held[LocationIndex{static_cast<std::uint32_t>(sites[i + 1])}];
    std::sort(broad.begin(), broad.end());
    std::sort(narrow.begin(), narrow.end());
    CHECK(!narrow.empty());
    CHECK(std::includes(broad.begin(), broad.end(), narrow.begin(), narrow.end()));
  }
  // The independent plan holds as much, within the spread of its draws.
  const std::size_t rows =
      Must(benchmarks::MakeRealStock(world, Holdings::kIndependent)).rows().size();
  CHECK(rows * 10 > stock.rows().size() * 9);
  CHECK(rows * 9 < stock.rows().size() * 10);
}

TEST_CASE("real orders are routed as the rules say, and every plan is verified") {
  const auto folder = benchmarks::FindRealTables(ORDERWRIGHT_TESTS_SOURCE_DIR);
  if (!folder) {
    WARN("SKIPPED: no tables of real orders; set ORDERWRIGHT_DATA to their directory");
    return;
  }
  const RealTables tables = Must(benchmarks::ReadRealTables(*folder));
  CHECK(tables.orders.size() == 18'310);
  CHECK(tables.items.size() == 3'876);
  CHECK(tables.locations.size() == 425);
  std::size_t lines = 0;
  for (const benchmarks::RealOrder& order : tables.orders) lines += order.lines.size();
  CHECK(lines == 385'991);
  CheckRouting(tables, std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 5'000 : 200);
}

}  // namespace
}  // namespace orderwright
