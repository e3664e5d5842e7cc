#include "orderwright/rules/rule_set.h"

#include <algorithm>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/issue.h"

namespace orderwright::rules {
namespace {

constexpr std::size_t kMaxObjectives = 4;  // levels of a solver, shortfall included

bool IsSupported(RuleKind kind) {
  switch (kind) {
    case RuleKind::kEligible:
    case RuleKind::kProtect:
    case RuleKind::kLimit:
    case RuleKind::kPrice:
    case RuleKind::kPrefer:
      return true;
    default:
      return false;
  }
}

void CheckRules(const std::vector<Rule>& rules, IssueList& issues, IssueList& unsupported) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    const std::string path = fmt::format("rules[{}]", i);
    if (rule.id.empty()) issues.Add(path + ".id", "required", "a rule needs an id");
    if (!rule.id.empty() && !seen.insert(rule.id).second) {
      issues.Add(path + ".id", "duplicate_id", fmt::format("rule id '{}' is used twice", rule.id));
    }
    if (!rule.evaluator) {
      issues.Add(path + ".evaluator", "required",
                 fmt::format("rule '{}' has no evaluator; give it one, or leave it out", rule.id));
    }
    if (rule.from && rule.until && *rule.from >= *rule.until) {
      issues.Add(path + ".until", "empty_period",
                 fmt::format("rule '{}' ends before it begins", rule.id));
    }
    if (!IsSupported(rule.kind)) {
      unsupported.Add(path + ".kind", "not_supported",
                      fmt::format("rules of kind '{}' are not acted on yet; remove rule '{}'",
                                  ToString(rule.kind), rule.id));
    }
  }
}

void CheckObjectives(const RuleSetDraft& draft, IssueList& issues) {
  bool has_shortfall = false;
  for (std::size_t i = 0; i < draft.objectives.size(); ++i) {
    const Objective& objective = draft.objectives[i];
    const std::string path = fmt::format("objectives[{}]", i);
    has_shortfall |= objective.minimize == Minimize::kShortfall;
    if (objective.tolerance < 0) {
      issues.Add(path + ".tolerance", "negative", "a tolerance is 0 or more");
    }
    if (objective.minimize != Minimize::kRank || objective.rank_rule.empty()) continue;
    const bool found = std::any_of(draft.rules.begin(), draft.rules.end(), [&](const Rule& rule) {
      return rule.id == objective.rank_rule && rule.kind == RuleKind::kPrefer &&
             rule.prefer == PreferBy::kRank;
    });
    if (!found) {
      issues.Add(path + ".minimize", "unknown_rule",
                 fmt::format("no prefer rule with a rank is called '{}'", objective.rank_rule));
    }
  }
  const std::size_t levels =
      draft.objectives.size() + (draft.objectives.empty() || has_shortfall ? 0 : 1);
  if (levels > kMaxObjectives) {
    issues.Add("objectives", "too_many",
               fmt::format("{} objectives with shortfall; at most {} are possible", levels,
                           kMaxObjectives));
  }
}

}  // namespace

std::string_view ToString(RuleKind kind) {
  switch (kind) {
    case RuleKind::kSet:
      return "set";
    case RuleKind::kEligible:
      return "eligible";
    case RuleKind::kProtect:
      return "protect";
    case RuleKind::kLimit:
      return "limit";
    case RuleKind::kGroup:
      return "group";
    case RuleKind::kPrice:
      return "price";
    case RuleKind::kPrefer:
      return "prefer";
    case RuleKind::kHold:
      return "hold";
    case RuleKind::kOutcome:
      return "outcome";
    case RuleKind::kPolicy:
      return "policy";
  }
  return "unknown";
}

RuleSet::RuleSet() : draft_(std::make_shared<const RuleSetDraft>()) {}

absl::StatusOr<RuleSet> RuleSet::Create(RuleSetDraft draft) {
  IssueList issues;
  IssueList unsupported;
  CheckRules(draft.rules, issues, unsupported);
  CheckObjectives(draft, issues);
  if (!issues.ok()) {
    issues.Append(unsupported);
    return issues.ToStatus("rules");
  }
  if (!unsupported.ok()) return unsupported.ToStatus("rules", absl::StatusCode::kUnimplemented);
  std::stable_sort(draft.rules.begin(), draft.rules.end(),
                   [](const Rule& a, const Rule& b) { return a.priority > b.priority; });
  return RuleSet(std::make_shared<const RuleSetDraft>(std::move(draft)));
}

}  // namespace orderwright::rules
