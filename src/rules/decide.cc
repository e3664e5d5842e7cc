// What rules say of a request, and of what became of an order: one at a time, outside of routing.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/rules/rule_set.h"
#include "src/core/internal/macros.h"

namespace orderwright::rules {
namespace {

absl::StatusOr<bool> Speaks(const Rule& rule, const Facts& facts) {
  if (!rule.evaluator) {
    return InvalidArgument(
        "its text is not compiled for a world yet; decide with what RuleSet::BindTo gives");
  }
  const std::uint8_t mask = 1;
  std::uint8_t holds = 0;
  std::int64_t value = 0;
  ORDERWRIGHT_RETURN_IF_ERROR(
      rule.evaluator->Evaluate(facts, {&mask, 1}, {{&holds, 1}, {&value, 1}}));
  return holds != 0;
}

// The first rule that `is_asked` and speaks; what fails or is in shadow is noted. Absent: none. A
// rule that fails and holds is the answer.
struct Answer {
  std::uint32_t rule = 0;
  bool failed = false;
};
template <typename Decision, typename IsAsked>
absl::StatusOr<std::optional<Answer>> FirstThatSpeaks(const RuleSet& rules, RuleKind kind,
                                                      const Facts& facts, const IsAsked& is_asked,
                                                      Decision& decision) {
  for (const std::uint32_t i : rules.of_kind(kind)) {
    const Rule& rule = rules.rules()[i];
    if (!is_asked(rule) || !rule.IsActive(facts.now)) continue;
    const bool in_shadow = rule.mode == RuleMode::kShadow;
    const absl::StatusOr<bool> speaks = Speaks(rule, facts);
    if (speaks.ok()) {
      if (!*speaks) continue;
      if (!in_shadow) return Answer{i, false};
      decision.shadows.push_back(i);
      continue;
    }
    const bool is_fatal = !rule.evaluator || rule.on_error == OnError::kFail ||
                          speaks.status().code() == absl::StatusCode::kInternal;
    if (is_fatal && !in_shadow) {
      return WithContext(speaks.status(),
                         fmt::format("order '{}', rule '{}'", facts.order->id(), rule.id));
    }
    const bool holds = rule.on_error == OnError::kHold && !in_shadow;
    decision.failures.push_back(
        {i, holds ? OnError::kHold : OnError::kSkip, std::string(speaks.status().message())});
    if (holds) return Answer{i, true};
  }
  return std::nullopt;
}

// Rules read the parts of the facts that they may.
Facts WithAsker(const Facts& given, const Request& request, const Actor& actor) {
  Facts facts = given;
  if (facts.request == nullptr) facts.request = &request;
  if (facts.actor == nullptr) facts.actor = &actor;
  facts.memo = nullptr;  // it may know other facts by this stamp
  return facts;
}

template <typename Decision>
std::string ReasonOf(std::span<const Rule> rules, const Answer& answer, const Facts& facts,
                     const Decision& decision) {
  return answer.failed ? decision.failures.back().message : rules[answer.rule].ReasonFor(facts);
}

}  // namespace

std::string_view ToString(PolicyThen then) {
  switch (then) {
    case PolicyThen::kAllow:
      return "allow";
    case PolicyThen::kReview:
      return "review";
    case PolicyThen::kDeny:
      return "deny";
  }
  return "unknown";
}

absl::StatusOr<PolicyDecision> RuleSet::Decide(std::string_view action, const Facts& given) const {
  Request request = given.request != nullptr ? *given.request : Request();
  request.action = std::string(action);
  const Actor actor;
  Facts facts = WithAsker(given, request, actor);
  facts.request = &request;
  PolicyDecision decision;
  const auto is_asked = [&](const Rule& rule) { return rule.action == action; };
  ORDERWRIGHT_ASSIGN_OR_RETURN(
      const std::optional<Answer> answer,
      FirstThatSpeaks(*this, RuleKind::kPolicy, facts, is_asked, decision));
  if (!answer) return decision;
  decision.rule = answer->rule;
  decision.then = answer->failed ? PolicyThen::kReview : rules()[answer->rule].decision;
  decision.reason = ReasonOf(rules(), *answer, facts, decision);
  return decision;
}

absl::StatusOr<OutcomeDecision> RuleSet::DecideOutcome(OutcomeOn on, const Facts& given) const {
  const Request request;
  const Actor actor;
  const Facts facts = WithAsker(given, request, actor);
  OutcomeDecision decision;
  const auto is_asked = [on](const Rule& rule) { return rule.on == on; };
  ORDERWRIGHT_ASSIGN_OR_RETURN(
      const std::optional<Answer> answer,
      FirstThatSpeaks(*this, RuleKind::kOutcome, facts, is_asked, decision));
  if (!answer) return decision;
  const Rule& rule = rules()[answer->rule];
  decision.rule = answer->rule;
  decision.then = answer->failed ? OutcomeThen::kHold : rule.then;
  if (!answer->failed) decision.after = rule.after;
  decision.reason = ReasonOf(rules(), *answer, facts, decision);
  return decision;
}

}  // namespace orderwright::rules
