// Dates of plans: what is promised, what lateness costs, and what cannot wait.
#include <string>
#include <utility>

#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::Brief;
using testing::CostOf;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::StatusIs;

Timestamp At(std::string_view text) { return Must(ParseTimestamp(text)); }

ServiceSpec Flat(std::string name, int transit, std::string_view cost) {
  ServiceSpec service;
  service.name = std::move(name);
  service.transit_days = {transit};
  service.steps = {{std::nullopt, {CostOf(cost)}}};
  return service;
}

// Reno ships by ground (3 days, 5.00), express (1 day, 9.00) and sea (20 days, 1.00) until 15:00,
// Monday to Friday.
WorldDraft RenoDraft() {
  WorldDraft draft = testing::SmallDraft();
  draft.calendars = {{"weekdays", std::bitset<7>(0b0011111), {}}};
  draft.rate_cards[0].services = {Flat("ground", 3, "5.00"), Flat("express", 1, "9.00"),
                                  Flat("sea", 20, "1.00")};
  draft.locations.resize(2);
  for (LocationSpec& site : draft.locations) {
    site.time_zone = "America/Los_Angeles";
    site.calendar = "weekdays";
    site.cost_per_unit = Cost();
    for (const char* service : {"ground", "express", "sea"}) {
      site.cutoffs.emplace_back(service, Must(LocalTime::Parse("15:00")));
    }
  }
  return draft;
}

OrderDraft OneMug(std::string_view placed_at = "2026-11-23T09:14:00-08:00") {
  OrderDraft draft = DraftToSf({{"MUG", 1}});
  draft.placed_at = At(placed_at);
  return draft;
}

absl::StatusOr<Plan> Route(const WorldDraft& world_draft, const OrderDraft& draft,
                           const RouteOptions& options = {},
                           rules::RuleSet rules = rules::RuleSet()) {
  const World world = Must(World::Create(world_draft));
  const InventoryPool pool(world, MakeStock(world, {{"RNO", "MUG", 5}}));
  const Router router = Must(Router::Create(world, std::move(rules)));
  return router.Route(Must(Order::Create(world, draft)), pool.Live(), options);
}

std::string ServiceOf(const Plan& plan) {
  return plan.shipments().empty() ? "" : plan.service(plan.shipments()[0]);
}

TEST_CASE("A plan says when each shipment leaves and arrives") {
  OrderDraft draft = OneMug();
  const Plan plan = Must(Route(RenoDraft(), draft));
  REQUIRE(plan.shipments().size() == 1);
  const Shipment& shipment = plan.shipments()[0];
  CHECK(ServiceOf(plan) == "sea");  // nobody asked for a date: the cheapest
  CHECK(shipment.ship_by == At("2026-11-23T15:00:00-08:00"));
  CHECK(shipment.deliver_by == At("2026-12-21T23:59:59-08:00"));
  CHECK(shipment.late_days == 0);
  CHECK_THAT(ToString(plan),
             testing::ContainsText("ship by Mon 23 Nov 15:00, deliver by Mon 21 Dec"));
  draft.ship_to->time_zone = "America/New_York";
  CHECK(Must(Route(RenoDraft(), draft)).shipments()[0].deliver_by ==
        At("2026-12-21T23:59:59-05:00"));
}

TEST_CASE("Without placed_at and now a plan has no dates, unless it must keep some") {
  OrderDraft draft = OneMug();
  draft.placed_at.reset();
  const Plan plan = Must(Route(RenoDraft(), draft));
  CHECK_FALSE(plan.shipments()[0].ship_by.has_value());
  CHECK_FALSE(plan.shipments()[0].deliver_by.has_value());
  draft.requested_by = At("2026-11-27T12:00:00-08:00");
  const absl::StatusOr<Plan> refused = Route(RenoDraft(), draft);
  CHECK(StatusIs(refused, absl::StatusCode::kInvalidArgument));
  CHECK_THAT(refused.status().ToString(), testing::ContainsText("order '1042' has dates to meet"));
  CHECK(Must(Route(RenoDraft(), draft, {.now = At("2026-11-23T09:00:00-08:00")}))
            .shipments()[0]
            .ship_by == At("2026-11-23T15:00:00-08:00"));
}

TEST_CASE("Dates count from the latest of now, placed_at and ship_after") {
  OrderDraft draft = OneMug();
  const auto ship_by = [&](std::string_view now) {
    return ToString(*Must(Route(RenoDraft(), draft, {.now = At(now)})).shipments()[0].ship_by);
  };
  CHECK(ship_by("2026-11-20T09:00:00-08:00") == "2026-11-23T23:00:00Z");
  CHECK(ship_by("2026-11-24T16:00:00-08:00") == "2026-11-25T23:00:00Z");
  draft.ship_after = At("2026-11-28T00:00:00-08:00");  // a Saturday
  CHECK(ship_by("2026-11-24T16:00:00-08:00") == "2026-11-30T23:00:00Z");
}

TEST_CASE("Lateness is weighed against the price of a faster service") {
  WorldDraft world = RenoDraft();
  OrderDraft draft = OneMug();
  draft.requested_by = At("2026-11-25T12:00:00-08:00");
  CHECK(ServiceOf(Must(Route(world, draft))) == "sea");  // being late costs nothing here
  world.costs.late_penalty_per_day = CostOf("2.00");
  // Ground arrives on Thursday 26th, 1.5 days late, rounded up to 2: 5 + 4 = 9, as express does.
  Plan plan = Must(Route(world, draft));
  CHECK(ServiceOf(plan) == "express");  // of equal plans the earlier
  CHECK(plan.cost() == CostOf("11.50"));
  world.costs.late_penalty_per_day = CostOf("1.99");
  plan = Must(Route(world, draft));
  CHECK(ServiceOf(plan) == "ground");
  CHECK(plan.shipments()[0].late_days == 2);
  CHECK(plan.shipments()[0].terms.lateness == CostOf("3.98"));
  CHECK(plan.shipments()[0].cost == plan.shipments()[0].terms.Sum());
  CHECK(plan.cost() == CostOf("11.48"));
  CHECK_THAT(ToString(plan), testing::ContainsText("(2 days late)"));
}

TEST_CASE("must_arrive leaves out what is late, and says so") {
  WorldDraft world = RenoDraft();
  OrderDraft draft = OneMug();
  draft.must_arrive = true;
  draft.requested_by = At("2026-11-26T23:59:59-08:00");
  CHECK(ServiceOf(Must(Route(world, draft))) == "ground");
  draft.requested_by = At("2026-11-26T23:59:58-08:00");
  CHECK(ServiceOf(Must(Route(world, draft))) == "express");
  draft.requested_by = At("2026-11-24T12:00:00-08:00");
  const Plan plan = Must(Route(world, draft));
  CHECK(plan.status() == PlanStatus::kUnroutable);
  CHECK(Brief(plan) == "short MUG x1 late");
  // The same without a rate card: `standard` delivers on the day of dispatch.
  world.locations[0].rate_cards.clear();
  world.locations[1].rate_cards.clear();
  CHECK(Must(Route(world, draft)).status() == PlanStatus::kPlanned);
  draft.requested_by = At("2026-11-23T12:00:00-08:00");
  CHECK(Brief(Must(Route(world, draft))) == "short MUG x1 late");
}

TEST_CASE(
    "A wholesale window: not before ship_after, late after ship_by, never after cancel_after") {
  WorldDraft world = RenoDraft();
  world.costs.late_penalty_per_day = CostOf("1.00");
  OrderDraft draft = OneMug();
  draft.ship_after = At("2026-12-01T00:00:00-08:00");
  draft.ship_by = At("2026-12-04T00:00:00-08:00");
  draft.cancel_after = At("2026-12-11T00:00:00-08:00");
  Plan plan = Must(Route(world, draft));
  CHECK(plan.shipments()[0].ship_by == At("2026-12-01T15:00:00-08:00"));
  CHECK(plan.shipments()[0].late_days == 0);
  plan = Must(Route(world, draft, {.now = At("2026-12-05T09:00:00-08:00")}));  // a Saturday
  CHECK(plan.shipments()[0].ship_by == At("2026-12-07T15:00:00-08:00"));
  CHECK(plan.shipments()[0].late_days == 4);  // 3 days and 15 hours
  plan = Must(Route(world, draft, {.now = At("2026-12-10T15:00:01-08:00")}));
  CHECK(Brief(plan) == "short MUG x1 late");
}

TEST_CASE("Of services at one price the earlier delivery wins, whatever its transit time") {
  WorldDraft world = RenoDraft();
  world.rate_cards[0].services = {Flat("express", 1, "5.00"), Flat("ground", 2, "5.00")};
  // Express has gone for today, at noon; on a Thursday it would arrive on Monday, ground too.
  world.locations[0].cutoffs = {{"express", Must(LocalTime::Parse("08:00"))}};
  CHECK(ServiceOf(Must(Route(world, OneMug("2026-11-23T07:00:00-08:00")))) == "express");
  CHECK(ServiceOf(Must(Route(world, OneMug("2026-11-23T09:00:00-08:00")))) == "express");
  world.rate_cards[0].services[1].transit_days = {1};
  CHECK(ServiceOf(Must(Route(world, OneMug("2026-11-23T09:00:00-08:00")))) == "ground");
}

TEST_CASE("Lateness as an objective stands above the cost") {
  rules::RuleSetDraft rules;
  rules.objectives = {{rules::Minimize::kLateness, "", 0}, {rules::Minimize::kCost, "", 0}};
  const rules::RuleSet by_date = Must(rules::RuleSet::Create(rules));
  OrderDraft draft = OneMug();
  draft.requested_by = At("2026-11-26T12:00:00-08:00");
  Plan plan = Must(Route(RenoDraft(), draft, {}, by_date));
  CHECK(ServiceOf(plan) == "express");
  CHECK(plan.proof() == PlanProof::kOptimal);
  rules.objectives[0].tolerance = 1;
  plan = Must(Route(RenoDraft(), draft, {}, Must(rules::RuleSet::Create(rules))));
  CHECK(ServiceOf(plan) == "ground");
  CHECK(plan.shipments()[0].late_days == 1);
}

TEST_CASE("The worst lateness of a world must fit its costs") {
  WorldDraft draft = RenoDraft();
  draft.costs.late_penalty_per_day = CostOf("100000000000");
  const absl::StatusOr<World> world = World::Create(draft);
  CHECK(StatusIs(world, absl::StatusCode::kInvalidArgument));
  CHECK_THAT(world.status().ToString(), testing::ContainsText("100 years of lateness"));
}

}  // namespace
}  // namespace orderwright
