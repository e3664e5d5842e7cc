// orderwright.explanation/1: what is written reads back as the same decision.
#include "orderwright/io/explanation_json.h"

#include <string>

#include "orderwright/inventory/pool.h"
#include "orderwright/io/document.h"
#include "orderwright/io/plan_json.h"
#include "orderwright/routing/router.h"
#include "tests/io/fixtures.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::IsOk;

Plan RenoPlan(ExplainLevel level) {
  const std::string data = ORDERWRIGHT_TESTS_SOURCE_DIR "/examples/data/";
  const auto in = io::LoadWorld(data + "reno_world.json");
  REQUIRE(IsOk(in));
  const auto orders = io::LoadOrders(in->world, data + "reno_orders.jsonl");
  REQUIRE(IsOk(orders));
  // A price and a preference, so that the record has costs of rules of both kinds.
  rules::RuleSetDraft draft;
  draft.version = "17";
  rules::Rule& price = draft.rules.emplace_back();
  price.id = "keep-hats";
  price.kind = rules::RuleKind::kPrice;
  price.evaluator = rules::FromPairValue([](const rules::Facts& f, std::size_t pair) {
    return f.pairs.line[pair] == 2 ? -250'000 : 0;
  });
  rules::Rule& prefer = draft.rules.emplace_back();
  prefer.id = "stores";
  prefer.kind = rules::RuleKind::kPrefer;
  prefer.evaluator = rules::FromCandidateValue([](const rules::Facts& f, std::size_t candidate) {
    const Location& site = f.world->location(f.candidates.location[candidate]);
    return site.spec.kind == LocationKind::kStore ? 500'000 : 0;
  });
  const auto rules = rules::RuleSet::Create(draft);
  REQUIRE(IsOk(rules));
  const auto router = Router::Create(in->world, *rules);
  REQUIRE(IsOk(router));
  const InventoryPool pool(in->world, in->stock);
  const auto plan = router->Route(orders->orders[0], pool.Live(), {.explain = level});
  REQUIRE(IsOk(plan));
  return *plan;
}

std::string Replaced(std::string text, std::string_view from, std::string_view to) {
  const std::size_t at = text.find(from);
  INFO(from);
  REQUIRE(at != std::string::npos);
  return text.replace(at, from.size(), to);
}

TEST_CASE("ExplanationJson: transfers, pickups and places of slots read back") {
  const auto in = io::ParseWorld({R"({
    "format": "orderwright.world/1", "currency": "USD",
    "locations": [
      {"id": "RNO", "lat": 39.5, "lon": -119.8, "cost_per_shipment": "2.50"},
      {"id": "OAK", "lat": 37.8, "lon": -122.3, "cost_per_shipment": "1.00", "time_zone": "America/Los_Angeles",
       "pickup": {"ship_to_store": true}}],
    "items": [{"sku": "MUG"}, {"sku": "PDF", "requires_shipping": false}],
    "stock": [{"location": "RNO", "sku": "MUG", "on_hand": null}, {"location": "OAK", "sku": "MUG", "on_hand": 1}]})",
                                  "world"});
  REQUIRE(IsOk(in));
  const auto orders = io::ParseOrders(
      in->world,
      {R"({"id": "1", "placed_at": "2026-11-23T12:00:00Z", "method": "pickup", "pickup_at": "OAK", "lines": [
           {"id": "a", "sku": "MUG", "quantity": 1}, {"id": "b", "sku": "MUG", "quantity": 2, "no_split": true},
           {"id": "c", "sku": "MUG", "quantity": 1, "method": "ship", "ship_group": "gift"},
           {"id": "d", "sku": "PDF", "quantity": 3}]})",
       "order"});
  REQUIRE(IsOk(orders));
  const auto router = Router::Create(in->world);
  REQUIRE(IsOk(router));
  const InventoryPool pool(in->world, in->stock);
  const auto plan =
      router->Route(orders->orders[0], pool.Live(), {.explain = ExplainLevel::kRecord});
  REQUIRE(IsOk(plan));
  const auto why = Explain(*plan, {.why_not = {"OAK"}});
  REQUIRE(IsOk(why));
  const std::string text = io::ExplanationJson(*why);
  CHECK_THAT(text, ContainsText(R"("method":"transfer","to":"OAK")"));
  const auto record = io::ParseExplanation({text, "why.json"});
  INFO(record.status().ToString());
  REQUIRE(record.ok());
  REQUIRE(record->slots.size() == why->record.slots.size());
  for (std::size_t i = 0; i < record->slots.size(); ++i) {
    const RecordedSlot& read = record->slots[i];
    const RecordedSlot& written = why->record.slots[i];
    CHECK(read.method == written.method);
    CHECK(read.to == written.to);
    CHECK(read.time_zone == written.time_zone);
    CHECK(read.carrier == written.carrier);
    CHECK(read.service == written.service);
    CHECK(read.group == written.group);
  }
  const auto again = Explain(*record, {.why_not = {"OAK"}});
  REQUIRE(IsOk(again));
  CHECK(ToString(*again) == ToString(*why));
}

TEST_CASE("ExplanationJson: what waits, stands in, comes in sets and has its day reads back") {
  const auto in = io::ParseWorld({R"({
    "format": "orderwright.world/1", "currency": "USD",
    "locations": [
      {"id": "RNO", "cost_per_shipment": "2.50", "capacity_units_per_day": 100},
      {"id": "OAK", "cost_per_shipment": "1.00", "capacity_shipments_per_day": 9}],
    "items": [
      {"sku": "MUG", "backorder": {"allowed": true, "limit": 4}, "substitutes": [{"sku": "CUP", "policy": "automatic"}]},
      {"sku": "CUP"}, {"sku": "TEE", "substitutes": [{"sku": "HAT", "policy": "ask"}]}, {"sku": "HAT"},
      {"sku": "NEW", "preorder": {"release": "2026-12-24T00:00:00Z", "limit": 9}}],
    "bundles": [{"sku": "SET", "components": [{"sku": "MUG", "quantity": 2}, {"sku": "HAT", "quantity": 1}], "ship_together": false}],
    "stock": [
      {"location": "RNO", "sku": "MUG", "on_hand": 4, "incoming": [{"quantity": 2, "at": "2026-12-01T08:00:00Z"}]},
      {"location": "OAK", "sku": "CUP", "on_hand": 1}, {"location": "OAK", "sku": "HAT", "on_hand": 5},
      {"location": "RNO", "sku": "NEW", "on_hand": 1}],
    "allotments": [{"sku": "HAT", "channel": "web", "ceiling": 4}]})",
                                  "world"});
  INFO(in.status().ToString());
  REQUIRE(in.ok());
  const auto orders = io::ParseOrders(
      in->world, {R"({"id": "1", "channel": "web", "placed_at": "2026-11-23T12:00:00Z", "lines": [
           {"id": "a", "sku": "MUG", "quantity": 6, "substitution": "automatic"},
           {"id": "b", "sku": "TEE", "quantity": 1}, {"id": "c", "sku": "SET", "quantity": 1},
           {"id": "d", "sku": "NEW", "quantity": 2}]})",
                  "order"});
  REQUIRE(IsOk(orders));
  const auto router = Router::Create(in->world);
  REQUIRE(IsOk(router));
  const InventoryPool pool(in->world, in->stock, in->allotments);
  const auto plan =
      router->Route(orders->orders[0], pool.Live(), {.explain = ExplainLevel::kRecord});
  REQUIRE(IsOk(plan));
  CHECK_FALSE(plan->backorders().empty());
  CHECK(plan->questions().size() == 1);
  const auto why = Explain(*plan, {.why_not = {"OAK", "RNO"}});
  REQUIRE(IsOk(why));
  CHECK(why->chosen.cost == plan->cost());
  const std::string text = io::ExplanationJson(*why, 1);
  for (const char* part :
       {R"("kind": "substitute")", R"("kind": "question")", R"("kind": "backorder")",
        R"("kind": "preorder")", R"("draws_on": "limit")", R"(MUG@2026-12-01T08:00:00Z)"}) {
    CHECK_THAT(text, ContainsText(part));
  }
  const auto record = io::ParseExplanation({text, "why.json"});
  INFO(record.status().ToString());
  REQUIRE(record.ok());
  CHECK(record->arc_line == why->record.arc_line);
  const auto again = Explain(*record, {.why_not = {"OAK", "RNO"}});
  REQUIRE(IsOk(again));
  CHECK(ToString(*again) == ToString(*why));
  CHECK(io::ExplanationJson(*again, 1) == text);
}

TEST_CASE("ExplanationJson: what is written reads back as the same explanation") {
  const auto why = Explain(RenoPlan(ExplainLevel::kRecord), {.why_not = {"MEM", "LAS"}});
  REQUIRE(IsOk(why));
  for (const int indent : {0, 2}) {
    const std::string json = io::ExplanationJson(*why, indent);
    const auto record = io::ParseExplanation({json, "why.json"});
    REQUIRE(IsOk(record));
    const auto again = Explain(*record, {.why_not = {"MEM", "LAS"}});
    REQUIRE(IsOk(again));
    CHECK(ToString(*again) == ToString(*why));
    CHECK(io::ExplanationJson(*again, indent) == json);
  }
}

TEST_CASE("PlanJson has the explanation of a plan that was made with one") {
  const std::string full = io::PlanJson(RenoPlan(ExplainLevel::kFull));
  CHECK_THAT(full, ContainsText("\"explanation\":{\"format\":\"orderwright.explanation/1\""));
  const std::string record = io::PlanJson(RenoPlan(ExplainLevel::kRecord));
  CHECK_THAT(record, !ContainsText("explanation"));
}

TEST_CASE("ParseExplanation refuses a record that does not hold together, and says where") {
  const auto why = Explain(RenoPlan(ExplainLevel::kRecord));
  REQUIRE(IsOk(why));
  const std::string json = io::ExplanationJson(*why);
  const auto error = [&](std::string_view from, std::string_view to) {
    const std::string text = Replaced(json, from, to);
    const auto record = io::ParseExplanation({text, "why.json"});
    CHECK_FALSE(record.ok());
    const std::vector<Issue> issues = IssuesOf(record.status());
    REQUIRE_FALSE(issues.empty());
    return issues.front().path + " " + issues.front().message;
  };
  CHECK_THAT(error("explanation/1", "explanation/9"), ContainsText("format"));
  CHECK_THAT(error("\"slots\":[{\"location\":0", "\"slots\":[{\"location\":99"),
             ContainsText("record.slots[0].location"));
  CHECK_THAT(error("\"zone\":1,\"handling\":\"2.50\"", "\"zone\":1,\"handling\":\"99999.00\""),
             ContainsText("fixed_cost"));
  CHECK_THAT(error("\"format\":\"orderwright.problem/1\"", "\"format\":\"x\""),
             ContainsText("record.problem"));
  CHECK_THAT(
      error("\"status\":\"optimal\",\"deterministic\"", "\"status\":\"best\",\"deterministic\""),
      ContainsText("record.solution"));
  CHECK_THAT(error("\"candidates\":38", "\"candidates\":2"), ContainsText("candidates"));
  CHECK_THAT(error("\"shipments\":[{\"slot\":0", "\"shipments\":[{\"slot\":-1"),
             ContainsText("slot"));
  CHECK_THAT(error("\"rule\":\"keep-hats\"", "\"role\":\"keep-hats\""), ContainsText("rule"));
}

}  // namespace
}  // namespace orderwright
