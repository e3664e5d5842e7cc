#include "orderwright/rules/rule_set.h"

#include <algorithm>
#include <array>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/issue.h"
#include "src/rules/internal/reason.h"
#include "src/rules/internal/text_rule.h"

namespace orderwright::rules {
namespace {

constexpr std::size_t kMaxObjectives = 4;  // levels of a solver, shortfall included
constexpr int kMaxRelaxLevel = 100;

bool IsInWords(const Rule& rule) { return rule.text.has_value() || rule.table != nullptr; }

void CheckRules(const std::vector<Rule>& rules, IssueList& issues) {
  std::set<std::string_view> seen;
  for (std::size_t i = 0; i < rules.size(); ++i) {
    const Rule& rule = rules[i];
    const std::string path = fmt::format("rules[{}]", i);
    if (rule.id.empty()) issues.Add(path + ".id", "required", "a rule needs an id");
    if (rule.kind < RuleKind::kSet || rule.kind > RuleKind::kPolicy) {
      issues.Add(path + ".kind", "unknown_value",
                 fmt::format("rule '{}' is of kind {}, which is none; see RuleKind", rule.id,
                             static_cast<int>(rule.kind)));
    }
    if (!rule.id.empty() && !seen.insert(rule.id).second) {
      issues.Add(path + ".id", "duplicate_id", fmt::format("rule id '{}' is used twice", rule.id));
    }
    if (!rule.evaluator && !IsInWords(rule)) {
      issues.Add(path + ".evaluator", "required",
                 fmt::format("rule '{}' has neither a text nor an evaluator; give it one, or leave "
                             "it out",
                             rule.id));
    }
    if (rule.evaluator && IsInWords(rule)) {
      issues.Add(path + (rule.table != nullptr ? ".table" : ".text"), "conflict",
                 fmt::format("rule '{}' has {} and an evaluator; leave one out", rule.id,
                             rule.table != nullptr ? "a table" : "a text"));
    }
    if (rule.from && rule.until && *rule.from >= *rule.until) {
      issues.Add(path + ".until", "empty_period",
                 fmt::format("rule '{}' ends before it begins", rule.id));
    }
    if (rule.relax < 0 || rule.relax > kMaxRelaxLevel) {
      issues.Add(path + ".relax", "out_of_range",
                 fmt::format("rule '{}' has relax level {}; it must be 0 (never) to {}", rule.id,
                             rule.relax, kMaxRelaxLevel));
    }
    if (rule.kind == RuleKind::kHold && rule.blocks == HoldBlocks{false, false, false}) {
      issues.Add(path + ".blocks", "empty",
                 fmt::format("rule '{}' holds, but blocks nothing", rule.id));
    }
    if (rule.kind == RuleKind::kPolicy && rule.action.empty()) {
      issues.Add(path + ".action", "required",
                 fmt::format("policy rule '{}' names no action; say which requests it is about, "
                             "like 'cancel'",
                             rule.id));
    }
    if (rule.after && *rule.after < Duration(0)) {
      issues.Add(path + ".after", "negative",
                 fmt::format("rule '{}' acts before its plan is made", rule.id));
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

std::string_view ToString(LimitKind limit) {
  switch (limit) {
    case LimitKind::kMaxShipments:
      return "max_shipments";
    case LimitKind::kMaxDistanceKm:
      return "max_distance_km";
    case LimitKind::kMinShipmentValue:
      return "min_shipment_value";
    case LimitKind::kUnitsPerDay:
      return "units_per_day";
    case LimitKind::kShipmentsPerDay:
      return "shipments_per_day";
    case LimitKind::kMaxRejects:
      return "max_rejects";
    case LimitKind::kMaxSubstitutions:
      return "max_substitutions";
  }
  return "unknown";
}

std::string_view ToString(SetField field) {
  switch (field) {
    case SetField::kService:
      return "service";
    case SetField::kShipComplete:
      return "ship_complete";
    case SetField::kMaxShipments:
      return "max_shipments";
    case SetField::kPriority:
      return "priority";
    case SetField::kRemainder:
      return "remainder";
    case SetField::kCapture:
      return "capture";
    case SetField::kSubstitution:
      return "substitution";
    case SetField::kNotify:
      return "notify";
  }
  return "unknown";
}

std::string_view SettingName(SetField field, std::int64_t value) {
  constexpr std::array<std::string_view, 4> kCaptures = {"on_ship", "on_submit", "on_release",
                                                         "manual"};
  if (value < 0 || value > UINT8_MAX) return "";  // no enumerator
  switch (field) {
    case SetField::kRemainder:
      return ToString(static_cast<Remainder>(value));
    case SetField::kSubstitution:
      return ToString(static_cast<SubstitutionPolicy>(value));
    case SetField::kCapture: {
      const auto i = static_cast<std::size_t>(value);
      return i < kCaptures.size() ? kCaptures[i] : std::string_view();
    }
    default:
      return "";
  }
}

std::string_view ToString(OutcomeOn on) {
  switch (on) {
    case OutcomeOn::kShort:
      return "short";
    case OutcomeOn::kUnroutable:
      return "unroutable";
    case OutcomeOn::kLate:
      return "late";
    case OutcomeOn::kRejected:
      return "rejected";
  }
  return "unknown";
}

std::string_view ToString(OutcomeThen then) {
  switch (then) {
    case OutcomeThen::kAccept:
      return "accept";
    case OutcomeThen::kHold:
      return "hold";
    case OutcomeThen::kCancel:
      return "cancel";
    case OutcomeThen::kBackorder:
      return "backorder";
    case OutcomeThen::kRetry:
      return "retry";
  }
  return "unknown";
}

std::string_view ToString(HitPolicy hit) {
  switch (hit) {
    case HitPolicy::kUnique:
      return "unique";
    case HitPolicy::kFirst:
      return "first";
    case HitPolicy::kAny:
      return "any";
    case HitPolicy::kSum:
      return "collect+sum";
    case HitPolicy::kMin:
      return "collect+min";
    case HitPolicy::kMax:
      return "collect+max";
    case HitPolicy::kCount:
      return "collect+count";
  }
  return "unknown";
}

RuleSet::RuleSet() : RuleSet(std::make_shared<const RuleSetDraft>()) {}

RuleSet::RuleSet(std::shared_ptr<const RuleSetDraft> draft) : draft_(std::move(draft)) {
  auto by_kind = std::make_shared<std::array<std::vector<std::uint32_t>, kRuleKinds>>();
  for (std::uint32_t i = 0; i < draft_->rules.size(); ++i) {
    const Rule& rule = draft_->rules[i];
    if (rule.mode == RuleMode::kOff) continue;
    (*by_kind)[static_cast<std::size_t>(rule.kind)].push_back(i);
    limits_days_ |= rule.kind == RuleKind::kLimit && (rule.limit == LimitKind::kUnitsPerDay ||
                                                      rule.limit == LimitKind::kShipmentsPerDay);
    if (!rule.evaluator) continue;
    const Reads reads = rule.evaluator->reads();
    reads_.on_hand |= reads.on_hand;
    reads_.load |= reads.load;
    reads_.cost |= reads.cost;
  }
  by_kind_ = std::move(by_kind);
}

absl::StatusOr<RuleSet> RuleSet::Create(RuleSetDraft draft) {
  IssueList issues;
  CheckRules(draft.rules, issues);
  CheckObjectives(draft, issues);
  rules_internal::Program checked(draft.language);
  for (std::size_t i = 0; i < draft.rules.size(); ++i) {
    Rule& rule = draft.rules[i];
    rule.reason_text =
        rules_internal::ParseReason(rule, checked, fmt::format("rules[{}].reason", i), issues);
    if (!IsInWords(rule) || rule.evaluator) continue;
    rule.by_service =
        rules_internal::Compile(rule, fmt::format("rules[{}]", i), checked, issues).by_service;
  }
  if (!issues.ok()) return issues.ToStatus("rules");
  std::stable_sort(draft.rules.begin(), draft.rules.end(),
                   [](const Rule& a, const Rule& b) { return a.priority > b.priority; });
  return RuleSet(std::make_shared<const RuleSetDraft>(std::move(draft)));
}

absl::StatusOr<RuleSet> RuleSet::BindTo(const World& world) const {
  if (std::none_of(draft_->rules.begin(), draft_->rules.end(), IsInWords)) return *this;
  auto program = std::make_shared<rules_internal::Program>(draft_->language, world);
  auto bound = std::make_shared<RuleSetDraft>(*draft_);
  std::vector<rules_internal::CompiledText> texts;
  IssueList issues;
  for (std::size_t i = 0; i < bound->rules.size(); ++i) {
    const Rule& rule = bound->rules[i];
    if (!IsInWords(rule)) continue;
    texts.push_back(rules_internal::Compile(rule, fmt::format("rules[{}]", i), *program, issues));
  }
  if (!issues.ok()) return issues.ToStatus("rules");
  program->Finish();
  auto text = texts.begin();
  for (Rule& rule : bound->rules) {
    if (!IsInWords(rule)) continue;
    rule.evaluator = rules_internal::MakeEvaluator(rule, *std::move(text), program);
    ++text;
  }
  return RuleSet(std::shared_ptr<const RuleSetDraft>(std::move(bound)));
}

}  // namespace orderwright::rules
