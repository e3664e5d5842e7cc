// A person's choice of where units ship from: kept, checked, costed and remembered.
#include "orderwright/routing/override.h"

#include <string>
#include <utility>
#include <vector>

#include "orderwright/io/plan_json.h"
#include "orderwright/routing/explanation.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::Brief;
using testing::ContainsText;
using testing::CostOf;
using testing::MakeStock;
using testing::Must;
using testing::SmallDraft;

Override From(std::string location, std::vector<OverrideLine> lines) {
  return {
      .shipments = {{.location = std::move(location), .service = "", .lines = std::move(lines)}},
      .actor = "ana",
      .reason = "VIP"};
}

struct Bench {
  explicit Bench(WorldDraft draft = SmallDraft(), rules::RuleSetDraft rule_draft = {})
      : world(Must(World::Create(std::move(draft)))),
        pool(world, MakeStock(world, {{"RNO", "MUG", 5},
                                      {"RNO", "TEE", 5},
                                      {"OAK", "HAT", 5},
                                      {"OAK", "MUG", 1},
                                      {"SJC", "HAT", 2},
                                      {"MEM", "MUG", 9},
                                      {"MEM", "TEE", 9},
                                      {"MEM", "HAT", 9}})),
        router(Must(Router::Create(world, Must(rules::RuleSet::Create(std::move(rule_draft)))))),
        order(
            Must(Order::Create(world, testing::DraftToSf({{"MUG", 2}, {"TEE", 1}, {"HAT", 1}})))) {}

  absl::StatusOr<Plan> Route(const Override& choice, ExplainLevel explain = ExplainLevel::kOff) {
    return router.Route(order, pool.Live(), {.explain = explain, .manual = &choice});
  }

  World world;
  InventoryPool pool;
  Router router;
  Order order;
};

TEST_CASE("Override: the units that it names ship as it says, the rest the cheapest way") {
  Bench bench;
  const Plan best = Must(bench.router.Route(bench.order, bench.pool.Live()));
  const Plan plan = Must(bench.Route(From("SJC", {{"3", Units(1)}})));
  CHECK(Brief(best) != Brief(plan));
  CHECK_THAT(Brief(plan), ContainsText("SJC: HAT x1"));
  REQUIRE(plan.manual() != nullptr);
  CHECK(plan.manual()->best_cost == best.cost());
  CHECK(plan.manual()->is_proved);
  CHECK(plan.manual()->choice.actor == "ana");
  CHECK(plan.cost() >= best.cost());
  CHECK(plan.proof() == PlanProof::kOptimal);
  CHECK(best.manual() == nullptr);
}

TEST_CASE("Override: part of a line, in several places") {
  Bench bench;
  Override choice = From("MEM", {{"1", Units(1)}});
  choice.shipments.push_back({.location = "OAK", .service = "ground", .lines = {{"1", Units(1)}}});
  const Plan plan = Must(bench.Route(choice));
  CHECK_THAT(Brief(plan), ContainsText("MEM: MUG x1"));
  CHECK_THAT(Brief(plan), ContainsText("OAK: MUG x1, HAT x1"));
}

TEST_CASE("Override: what is best anyway costs nothing more") {
  Bench bench;
  const Plan best = Must(bench.router.Route(bench.order, bench.pool.Live()));
  const Shipment& first = best.shipments()[0];
  std::vector<OverrideLine> lines;
  for (const PlanLine& line : best.lines(first)) {
    lines.push_back({bench.order.line_id(line.line), line.quantity});
  }
  const Plan same = Must(bench.Route(From(best.location_id(first), lines)));
  CHECK(Brief(same) == Brief(best));
  CHECK(same.cost() == same.manual()->best_cost);
}

TEST_CASE("Override: a later route of other units keeps it") {
  Bench bench;
  const Plan plan = Must(bench.Route(From("SJC", {{"3", Units(1)}})));
  // Reno runs out; what was chosen by hand stays.
  const InventoryPool later(bench.world, MakeStock(bench.world, {{"SJC", "HAT", 1},
                                                                 {"OAK", "HAT", 1},
                                                                 {"MEM", "MUG", 9},
                                                                 {"MEM", "TEE", 9},
                                                                 {"MEM", "HAT", 9}}));
  const Plan again =
      Must(bench.router.Route(bench.order, later.Live(), {.manual = &plan.manual()->choice}));
  CHECK(Brief(again) == "SJC: HAT x1 | MEM: MUG x2, TEE x1");
  CHECK(again.manual()->choice.reason == "VIP");
  const Plan free = Must(bench.router.Route(bench.order, later.Live()));
  CHECK(again.manual()->best_cost == free.cost());
}

TEST_CASE("Override: reserved as it was chosen") {
  Bench bench;
  const Override choice = From("SJC", {{"3", Units(1)}});
  const Decision decision =
      Must(bench.router.RouteAndReserve(bench.order, bench.pool, {.manual = &choice}));
  REQUIRE(decision.reservation);
  const auto figures =
      bench.pool.Figures(*bench.world.FindItem("HAT"), *bench.world.FindLocation("SJC"));
  CHECK(figures.hard == 1);
}

TEST_CASE("Override: beyond stock it is refused, with what there is") {
  Bench bench;
  const absl::Status status = bench.Route(From("OAK", {{"1", Units(2)}})).status();
  CHECK(status.code() == absl::StatusCode::kFailedPrecondition);
  CHECK_THAT(status.ToString(), ContainsText("2 of MUG (line '1') from OAK: 1 are available"));
  const absl::Status none = bench.Route(From("LAS", {{"3", Units(1)}})).status();
  CHECK_THAT(none.ToString(), ContainsText("none is available"));
  // Two lines of one SKU share its stock.
  const Order twice =
      Must(Order::Create(bench.world, testing::DraftToSf({{"HAT", 2}, {"HAT", 1}})));
  const Override choice = From("SJC", {{"1", Units(2)}, {"2", Units(1)}});
  const absl::Status shared =
      bench.router.Route(twice, bench.pool.Live(), {.manual = &choice}).status();
  CHECK(shared.code() == absl::StatusCode::kFailedPrecondition);
  CHECK_THAT(shared.ToString(), ContainsText("together with the rest"));
}

TEST_CASE("Override: against a rule it is refused, with the rule; a soft rule gives way") {
  for (const int relax : {0, 1}) {
    rules::Rule rule;
    rule.id = "no-memphis";
    rule.reason = "Memphis is for wholesale";
    rule.kind = rules::RuleKind::kEligible;
    rule.relax = relax;
    rule.evaluator = rules::FromPredicate([](const rules::Facts& f, std::size_t pair) {
      return f.world->location(f.candidates.location[f.pairs.candidate[pair]]).id() != "MEM";
    });
    rules::RuleSetDraft draft;
    draft.version = "1";
    draft.rules = {rule};
    Bench bench(SmallDraft(), draft);
    const absl::StatusOr<Plan> plan = bench.Route(From("MEM", {{"3", Units(1)}}));
    if (relax == 0) {
      CHECK(plan.status().code() == absl::StatusCode::kFailedPrecondition);
      CHECK_THAT(plan.status().ToString(),
                 ContainsText("rule `no-memphis` forbids it: Memphis is for wholesale"));
    } else {
      REQUIRE(plan.ok());
      CHECK(plan->relaxed().size() == 1);
    }
  }
  WorldDraft draft = SmallDraft();
  draft.locations[3].markets = {{"EU"}};
  Bench bench(draft);
  CHECK_THAT(bench.Route(From("MEM", {{"3", Units(1)}})).status().ToString(),
             ContainsText("may not ship from there"));
}

TEST_CASE("Override: limits of the order hold") {
  WorldDraft draft = SmallDraft();
  draft.costs.max_shipments = 1;
  Bench bench(draft);
  Override choice = From("SJC", {{"3", Units(1)}});
  choice.shipments.push_back({.location = "RNO", .service = "", .lines = {{"1", Units(1)}}});
  CHECK(bench.Route(choice).status().code() == absl::StatusCode::kFailedPrecondition);
}

TEST_CASE("Override: what it names must be there, and it says who and why") {
  Bench bench;
  Override choice;
  choice.shipments.push_back({.location = "RNX",
                              .service = "grund",
                              .lines = {{"1", Units(3)}, {"9", Units(1)}, {"2", Units(0)}}});
  choice.shipments.emplace_back();
  const absl::Status status = bench.Route(choice).status();
  CHECK(status.code() == absl::StatusCode::kInvalidArgument);
  std::vector<std::string> found;
  for (const Issue& issue : IssuesOf(status)) found.push_back(issue.path + " " + issue.code);
  CHECK(found == std::vector<std::string>{"override.actor missing_field",
                                          "override.reason missing_field",
                                          "override.shipments[0].location unknown_location",
                                          "override.shipments[0].service unknown_service",
                                          "override.shipments[0].lines[0].quantity out_of_range",
                                          "override.shipments[0].lines[1].line unknown_line",
                                          "override.shipments[0].lines[2].quantity not_positive",
                                          "override.shipments[1].location unknown_location",
                                          "override.shipments[1].lines empty"});
  CHECK(bench.Route({.shipments = {}, .actor = "a", .reason = "b"}).status().code() ==
        absl::StatusCode::kInvalidArgument);
}

TEST_CASE("Override: plans, their JSON and explanations say who chose, why, and at what cost") {
  Bench bench;
  const Plan plan = Must(bench.Route(From("SJC", {{"3", Units(1)}}), ExplainLevel::kRecord));
  const Cost extra = plan.cost() - plan.manual()->best_cost;
  CHECK_THAT(
      io::PlanJson(plan),
      ContainsText(fmt::format(R"("override":{{"actor":"ana","reason":"VIP","best_cost":"{}",)"
                               R"("extra_cost":"{}","shipments":[{{"location":"SJC",)"
                               R"("service":null,"lines":{{"3":1}}}}]}})",
                               plan.manual()->best_cost, extra)));
  const std::string by_hand = fmt::format("by hand, ana: VIP (+{} over the best plan)", extra);
  CHECK_THAT(ToString(plan), ContainsText(by_hand));
  const Explanation why = Must(Explain(plan));
  CHECK_THAT(ToString(why), ContainsText(by_hand));
  CHECK(why.break_evens.empty());
  CHECK(why.next_best.front().extra_cost == -extra);
}

TEST_CASE("Override: a plan that is written again forgets it") {
  Bench bench;
  const Override choice = From("SJC", {{"3", Units(1)}});
  Workspace workspace = bench.router.NewWorkspace();
  Plan plan;
  REQUIRE(
      bench.router.RouteInto(bench.order, bench.pool.Live(), {.manual = &choice}, workspace, plan)
          .ok());
  CHECK(plan.manual() != nullptr);
  CHECK_FALSE(plan.is_recorded());
  REQUIRE(bench.router.RouteInto(bench.order, bench.pool.Live(), {}, workspace, plan).ok());
  CHECK(plan.manual() == nullptr);
}

}  // namespace
}  // namespace orderwright
