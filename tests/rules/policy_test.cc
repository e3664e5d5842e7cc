// Policies and what to do after a plan: rules that are asked outside of routing.
#include <string>
#include <utility>
#include <vector>

#include "orderwright/core/issue.h"
#include "orderwright/routing/plan.h"
#include "orderwright/rules/rule_set.h"
#include "tests/routing/small_world.h"

namespace orderwright::rules {
namespace {

using orderwright::testing::ContainsText;
using orderwright::testing::Must;
using orderwright::testing::SmallDraft;
using orderwright::testing::StatusIs;

Rule Policy(std::string id, std::string action, PolicyThen then, std::string when = "") {
  Rule rule;
  rule.id = std::move(id);
  rule.kind = RuleKind::kPolicy;
  rule.action = std::move(action);
  rule.decision = then;
  rule.text = RuleText{std::move(when), ""};
  return rule;
}

Rule Outcome(std::string id, OutcomeOn on, OutcomeThen then, std::string when = "") {
  Rule rule;
  rule.id = std::move(id);
  rule.kind = RuleKind::kOutcome;
  rule.on = on;
  rule.then = then;
  rule.text = RuleText{std::move(when), ""};
  return rule;
}

struct Desk {
  World world = Must(World::Create(SmallDraft()));
  Order order = Must(Order::Create(world, [] {
    OrderDraft draft;
    draft.id = "1042";
    draft.tags = {"vip"};
    OrderLineDraft& line = draft.lines.emplace_back();
    line.id = "1";
    line.sku = "MUG";
    line.quantity = 2;
    return draft;
  }()));
  Request request;
  Actor actor{"ana", Role::kSupport};
  Facts facts;

  Desk() {
    facts.world = &world;
    facts.order = &order;
    facts.request = &request;
    facts.actor = &actor;
  }
  [[nodiscard]] RuleSet Bound(std::vector<Rule> rules) const {
    return Must(Must(RuleSet::Create({"1", {}, std::move(rules)})).BindTo(world));
  }
  [[nodiscard]] PolicyDecision Decide(std::vector<Rule> rules, std::string_view action) const {
    return Must(Bound(std::move(rules)).Decide(action, facts));
  }
};

Money Dollars(std::int64_t cents) { return Money::FromMinor(cents, *Currency::Parse("USD")); }

TEST_CASE("The first policy for the action that speaks decides; none: it is allowed") {
  Desk desk;
  desk.request.amount = Dollars(6'000);
  Rule large = Policy("large", "refund", PolicyThen::kReview,
                      "has(request.amount) && request.amount > 50 && actor.role == 'support'");
  large.reason = "{request.amount} asked by {actor.id} for {order.id}";
  large.priority = 5;
  const Rule never = Policy("never", "refund", PolicyThen::kDeny, "'fraud' in order.tags");
  const Rule rest = Policy("rest", "refund", PolicyThen::kAllow);
  const Rule other = Policy("other", "cancel", PolicyThen::kDeny);
  const PolicyDecision decision = desk.Decide({never, rest, large, other}, "refund");
  CHECK(decision.then == PolicyThen::kReview);
  CHECK(decision.rule == 0U);  // by priority
  CHECK(decision.reason == "60.00 asked by ana for 1042");
  CHECK(desk.Decide({other}, "refund").then == PolicyThen::kAllow);
  CHECK_FALSE(desk.Decide({other}, "refund").rule.has_value());
  CHECK(desk.Decide({other}, "cancel").then == PolicyThen::kDeny);

  desk.request.amount = Dollars(5'000);
  CHECK(desk.Decide({never, rest, large, other}, "refund").then == PolicyThen::kAllow);
  desk.request.amount.reset();
  CHECK(desk.Decide({large}, "refund").then == PolicyThen::kAllow);
}

TEST_CASE("Policies read the request, who asks, and how far the order has come") {
  Desk desk;
  const auto speaks = [&](std::string when) {
    return desk.Decide({Policy("p", "return", PolicyThen::kDeny, std::move(when))}, "return")
        .rule.has_value();
  };
  CHECK(speaks("request.action == 'return'"));
  CHECK(speaks("!has(request.days_since_delivery)"));
  desk.request.days_since_delivery = 31;
  desk.request.units = 2;
  desk.request.reason = "too small";
  desk.request.resolution = "exchange";
  desk.request.price_difference = Dollars(-250);
  CHECK(speaks("has(request.days_since_delivery) && request.days_since_delivery > 30"));
  CHECK(speaks("has(request.units) && request.units == 2"));
  CHECK(speaks("has(request.reason) && request.reason.startsWith('too')"));
  CHECK(speaks("has(request.resolution) && request.resolution == 'exchange'"));
  CHECK(speaks("has(request.price_difference) && request.price_difference == money('-2.50')"));
  CHECK(speaks("actor.id == 'ana' && actor.role in ['support', 'finance']"));
  CHECK_FALSE(speaks("order.released"));
  desk.facts.released = true;
  CHECK(speaks("order.released"));
  CHECK(speaks("order.rejections == 0"));
  const Rejection once{LocationIndex{0}, std::nullopt};
  desk.facts.rejections = {&once, 1};
  CHECK(speaks("order.rejections == 1"));
}

TEST_CASE("A policy that reads the plan of an order without one asks for a review") {
  Desk desk;
  const std::vector<Rule> rules = {Policy("costly", "cancel", PolicyThen::kDeny, "plan.cost > 20")};
  const PolicyDecision failed = desk.Decide(rules, "cancel");
  CHECK(failed.then == PolicyThen::kReview);
  CHECK(failed.rule == 0U);
  REQUIRE(failed.failures.size() == 1);
  CHECK(failed.failures[0].then == OnError::kHold);
  CHECK_THAT(failed.reason, ContainsText("field 'cost' of plan is not set"));
  CHECK_FALSE(
      desk.Decide({Policy("p", "cancel", PolicyThen::kDeny, "has(plan.cost) && plan.cost > 20")},
                  "cancel")
          .rule.has_value());
  desk.facts.plan = PlanFacts{};
  CHECK(desk.Decide(rules, "cancel").then == PolicyThen::kAllow);
  desk.facts.plan->cost = Cost::FromMicros(21'000'000);
  CHECK(desk.Decide(rules, "cancel").then == PolicyThen::kDeny);
  // What takes a solver to know is not known here.
  CHECK(desk.Decide({Policy("m", "cancel", PolicyThen::kDeny, "plan.margin > 1")}, "cancel").then ==
        PolicyThen::kReview);
}

TEST_CASE("on_error of a policy: skip asks the next rule, fail is an error that names both") {
  Desk desk;
  Rule broken = Policy("broken", "edit", PolicyThen::kDeny, "1 / (order.units - 2) > 0");
  const Rule next = Policy("next", "edit", PolicyThen::kAllow);
  broken.on_error = OnError::kSkip;
  const PolicyDecision skipped = desk.Decide({broken, next}, "edit");
  CHECK(skipped.rule == 1U);
  CHECK(skipped.failures.size() == 1);
  broken.on_error = OnError::kFail;
  const auto failed = desk.Bound({broken, next}).Decide("edit", desk.facts);
  CHECK(StatusIs(failed.status(), absl::StatusCode::kInvalidArgument));
  CHECK_THAT(std::string(failed.status().message()), ContainsText("order '1042', rule 'broken'"));
  broken.mode = RuleMode::kShadow;
  CHECK(desk.Decide({broken, next}, "edit").rule == 1U);
}

TEST_CASE(
    "A policy in shadow mode is noted and decides nothing; one out of its period is not asked") {
  Desk desk;
  Rule shadow = Policy("shadow", "edit", PolicyThen::kDeny);
  shadow.mode = RuleMode::kShadow;
  Rule over = Policy("over", "edit", PolicyThen::kDeny);
  over.until = Timestamp(Duration(1'000));
  desk.facts.now = Timestamp(Duration(2'000));
  const PolicyDecision decision = desk.Decide({shadow, over}, "edit");
  CHECK(decision.then == PolicyThen::kAllow);
  CHECK(decision.shadows == std::vector<std::uint32_t>{0});
}

TEST_CASE("What to do after a plan: the first outcome rule for the event that speaks") {
  Desk desk;
  Rule again = Outcome("again", OutcomeOn::kRejected, OutcomeThen::kRetry, "order.rejections < 3");
  again.after = std::chrono::hours(2);
  Rule person = Outcome("person", OutcomeOn::kRejected, OutcomeThen::kHold);
  person.reason = "sent back {order.rejections} times";
  const RuleSet set = desk.Bound({again, person});
  const OutcomeDecision first = Must(set.DecideOutcome(OutcomeOn::kRejected, desk.facts));
  CHECK(first.then == OutcomeThen::kRetry);
  CHECK(first.after == std::chrono::hours(2));
  const std::vector<Rejection> three(3, {LocationIndex{0}, std::nullopt});
  desk.facts.rejections = three;
  const OutcomeDecision second = Must(set.DecideOutcome(OutcomeOn::kRejected, desk.facts));
  CHECK(second.then == OutcomeThen::kHold);
  CHECK(second.reason == "sent back 3 times");
  CHECK(Must(set.DecideOutcome(OutcomeOn::kLate, desk.facts)).then == OutcomeThen::kAccept);
  // It fails closed.
  const OutcomeDecision failed = Must(
      desk.Bound({Outcome("x", OutcomeOn::kLate, OutcomeThen::kCancel, "1 / order.rejections > 9")})
          .DecideOutcome(OutcomeOn::kShort, desk.facts));
  CHECK(failed.then == OutcomeThen::kAccept);
}

TEST_CASE("Only policies read a request, and a policy names its action") {
  const auto mistakes = [](Rule rule) {
    std::vector<std::string> found;
    for (const Issue& issue : IssuesOf(RuleSet::Create({"1", {}, {std::move(rule)}}).status())) {
      found.push_back(issue.path + " " + issue.code);
    }
    return found;
  };
  using Texts = std::vector<std::string>;
  CHECK(mistakes(Policy("p", "", PolicyThen::kDeny)) == Texts{"rules[0].action required"});
  CHECK(mistakes(Policy("p", "edit", PolicyThen::kDeny, "request.units > 1")) ==
        Texts{"rules[0].when unguarded"});
  CHECK(mistakes(Policy("p", "edit", PolicyThen::kDeny, "location.kind == 'store'")) ==
        Texts{"rules[0].when type"});
  Rule hold = Outcome("o", OutcomeOn::kShort, OutcomeThen::kHold, "actor.id == 'x'");
  CHECK(mistakes(hold) == Texts{"rules[0].when scope"});
  hold.text->when = "";
  hold.reason = "for {actor.id}";
  CHECK(mistakes(hold) == Texts{"rules[0].reason type"});
  hold.reason = "";
  hold.after = Duration(-1);
  CHECK(mistakes(hold) == Texts{"rules[0].after negative"});
}

TEST_CASE("Decide says that texts must meet a world first") {
  const Desk desk;
  const RuleSet set = Must(RuleSet::Create({"1", {}, {Policy("p", "edit", PolicyThen::kDeny)}}));
  const auto decision = set.Decide("edit", desk.facts);
  CHECK(StatusIs(decision.status(), absl::StatusCode::kInvalidArgument));
  CHECK_THAT(std::string(decision.status().message()), ContainsText("BindTo"));
}

}  // namespace
}  // namespace orderwright::rules
