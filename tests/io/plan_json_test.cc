#include "orderwright/io/plan_json.h"

#include "orderwright/inventory/pool.h"
#include "orderwright/io/document.h"
#include "orderwright/routing/router.h"
#include "tests/io/fixtures.h"

namespace orderwright {
namespace {

constexpr std::string_view kWorld = R"({
  "format": "orderwright.world/1", "currency": "USD",
  "locations": [
    {"id": "RNO", "lat": 39.5, "lon": -119.8, "cost_per_shipment": "2.50", "cost_per_unit": "0.105"},
    {"id": "O\"AK", "lat": 37.8, "lon": -122.3, "cost_per_shipment": "2.50",
     "pickup": {"ship_to_store": true}}],
  "items": [{"sku": "MUG", "weight_g": 350}, {"sku": "HAT"}, {"sku": "PDF", "requires_shipping": false}],
  "stock": [{"location": "RNO", "sku": "MUG", "on_hand": 2}, {"location": "O\"AK", "sku": "MUG", "on_hand": 1}]
})";

std::string PlanOf(std::string_view order, int indent = 0) {
  const auto loaded = io::ParseWorld({kWorld, "world"});
  INFO(loaded.status().ToString());
  REQUIRE(loaded.ok());
  const auto orders = io::ParseOrders(loaded->world, {order, "order"});
  INFO(orders.status().ToString());
  REQUIRE(orders.ok());
  const InventoryPool pool(loaded->world, loaded->stock);
  const auto router = Router::Create(loaded->world);
  REQUIRE(router.ok());
  const auto plan = router->Route(orders->orders.at(0), pool.Live());
  REQUIRE(plan.ok());
  return io::PlanJson(*plan, indent);
}

TEST_CASE("PlanJson writes every field of the format, in its order, on one line") {
  CHECK(
      PlanOf(R"({"id": "1042", "ship_to": {"country": "US", "lat": 37.7, "lon": -122.4},
                   "lines": [{"id": "a", "sku": "MUG", "quantity": 3}, {"id": "b", "sku": "HAT", "quantity": 1}]})") ==
      R"({"order":"1042","status":"short","proof":"optimal","currency":"USD","cost":"10005.21",)"
      R"("lower_bound":"10005.21","rules_version":null,"stock_sequence":0,"shipments":[)"
      R"({"location":"RNO","method":"ship","carrier":"any","service":"standard","group":"","to":null,)"
      R"("ship_by":null,"deliver_by":null,"cost":"2.71","lines":[{"line":"a","sku":"MUG","quantity":2,"substitute_for":null}]},)"
      R"({"location":"O\"AK","method":"ship","carrier":"any","service":"standard","group":"","to":null,)"
      R"("ship_by":null,"deliver_by":null,"cost":"2.50","lines":[{"line":"a","sku":"MUG","quantity":1,"substitute_for":null}]}],)"
      R"("backorders":[],"shortfalls":[{"line":"b","sku":"HAT","quantity":1,"reason":"no_stock"}],)"
      R"("questions":[],"no_shipping":[],"holds":[],"relaxed":[],"late":[],"settings":[],"outcomes":[]})");
}

TEST_CASE("PlanJson writes a transfer, the pickup after it, and what needs no shipping") {
  const std::string text = PlanOf(
      R"({"id": "1", "method": "pickup", "pickup_at": "O\"AK", "placed_at": "2026-11-23T12:00:00Z",
          "lines": [{"id": "a", "sku": "MUG", "quantity": 2, "no_split": true}, {"id": "b", "sku": "PDF", "quantity": 4}]})");
  CHECK_THAT(
      text,
      testing::ContainsText(
          R"("shipments":[{"location":"RNO","method":"transfer","carrier":"any","service":"standard",)"
          R"("group":"","to":"O\"AK","ship_by":"2026-11-23T23:59:59Z","deliver_by":"2026-11-23T23:59:59Z",)"
          R"("cost":"2.71","lines":[{"line":"a","sku":"MUG","quantity":2,"substitute_for":null}]},)"
          R"({"location":"O\"AK","method":"pickup","carrier":"","service":"","group":"","to":null,)"
          R"("ship_by":"2026-11-23T23:59:59Z","deliver_by":"2026-11-23T23:59:59Z",)"
          R"("cost":"0.00","lines":[{"line":"a","sku":"MUG","quantity":2,"substitute_for":null}]}])"));
  CHECK_THAT(text, testing::ContainsText(R"("no_shipping":[{"line":"b","quantity":4}])"));
}

TEST_CASE("PlanJson prints costs with the decimals they need, so that terms sum exactly") {
  const std::string text = PlanOf(
      R"({"id": "1", "lines": [{"id": "a", "sku": "MUG", "quantity": 1}], "service": "standard"})");
  CHECK_THAT(text, testing::ContainsText(R"("cost":"2.50")"));
  const std::string two =
      PlanOf(R"({"id": "1", "lines": [{"id": "a", "sku": "MUG", "quantity": 2}]})");
  CHECK_THAT(two, testing::ContainsText(R"("cost":"2.71")"));
  const std::string one = PlanOf(
      R"({"id": "1", "max_shipments": 0, "lines": [{"id": "a", "sku": "MUG", "quantity": 1}]})");
  CHECK_THAT(one, testing::ContainsText(R"("status":"unroutable")"));
  CHECK_THAT(one, testing::ContainsText(R"("reason":"limit")"));
}

TEST_CASE("PlanJson indents when asked to") {
  const std::string text =
      PlanOf(R"({"id": "1", "lines": [{"id": "a", "sku": "MUG", "quantity": 1}]})", 2);
  CHECK_THAT(text, testing::ContainsText("{\n  \"order\": \"1\",\n"));
}

}  // namespace
}  // namespace orderwright
