#include <algorithm>
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "orderwright/cel/parser.h"
#include "orderwright/rules/schema.h"
#include "src/rules/internal/analysis/checks.h"
#include "src/rules/internal/parts.h"

namespace orderwright::rules_internal {
namespace {

using rules::OutcomeOn;
using rules::RuleKind;

std::optional<cel::CheckedAst> CheckedText(const std::string& text, const Program& language) {
  if (text.empty()) return std::nullopt;
  absl::StatusOr<cel::CheckedAst> checked = language.Check(text);
  if (!checked.ok()) return std::nullopt;
  return *std::move(checked);
}

bool ReadsPlan(const std::optional<cel::CheckedAst>& checked) {
  if (!checked) return false;
  for (cel::NodeId id = 0; id < checked->ast().size(); ++id) {
    const std::string* const name = checked->ReferenceOf(id);
    if (name != nullptr && *name == "plan") return true;
  }
  return false;
}

// Whether a table has a value whenever a row hits.
bool AlwaysDecides(const rules::Rule& rule, const Program& language) {
  if (rule.table->hit != rules::HitPolicy::kFirst) return false;
  return std::all_of(
      rule.table->rows.begin(), rule.table->rows.end(),
      [&](const rules::DecisionTable::Row& row) { return IsPlain(row.value, language); });
}

// The services that a rule sets by name.
void AddServices(const rules::Rule& rule, const std::optional<cel::CheckedAst>& value,
                 const Program& language, std::vector<std::string>& services) {
  const auto add = [&services](const std::optional<cel::CheckedAst>& checked) {
    if (!checked) return;
    if (auto name = FoldText(checked->ast(), checked->ast().root())) services.push_back(*name);
  };
  add(value);
  if (!rule.table) return;
  for (const rules::DecisionTable::Row& row : rule.table->rows)
    add(CheckedText(row.value, language));
}

std::int64_t Millis(Timestamp time) { return time.time_since_epoch().count(); }

// A rule with a period does not speak if `now` is not known.
Box Period(const rules::Rule& rule, Slots& slots) {
  if (!rule.from && !rule.until) return {};
  return {slots.OfNow(), ValueSet::Range(rule.from ? Millis(*rule.from) : kUnset + 1,
                                         rule.until ? Millis(*rule.until) - 1 : INT64_MAX)};
}

// An outcome is asked about once what it is on has happened.
Box Happened(OutcomeOn on, Slots& slots) {
  const auto slot = [&slots](const char* name) { return slots.OfField(*FindField("plan", name)); };
  const auto is_some = [&slots](SlotId id) {
    return ValueSet::Range(1, INT64_MAX).And(slots.at(id).domain);
  };
  if (on == OutcomeOn::kRejected) return {};  // after the plan, whatever it was
  if (on == OutcomeOn::kLate) return {slot("late_days"), is_some(slot("late_days"))};
  const SlotId sourced = slot("units");
  const SlotId missing = slot("short_units");
  Box happened(missing, is_some(missing));
  happened.Set(sourced, on == OutcomeOn::kUnroutable ? ValueSet::Of(0) : is_some(sourced));
  return happened;
}

}  // namespace

bool IsPlain(const std::string& value, const Program& language) {
  const bool is_number =
      value.find_first_not_of("0123456789.") == std::string::npos && value.size() < 16;
  if (is_number) return true;  // most values of tables are; also if there is none
  const std::optional<cel::CheckedAst> checked = CheckedText(value, language);
  if (!checked) return false;
  const cel::NodeId root = checked->ast().root();
  if (Fold(checked->ast(), root)) return true;
  const Field* const field = FieldOf(*checked, root);
  return field != nullptr && !field->schema.nullable;
}

void ReadRules(Analysis& analysis) {
  ConditionReader reader(analysis.slots, analysis.options.max_terms);
  std::vector<std::string> services;
  for (std::size_t i = 0; i < analysis.rules.rules().size(); ++i) {
    const rules::Rule& rule = analysis.rules.rules()[i];
    const bool in_words = rule.text || rule.table;
    if (!in_words || rule.mode == rules::RuleMode::kOff) continue;
    ReadRule& read = analysis.read.emplace_back();
    read.index = i;
    read.rule = &rule;
    if (rule.text) read.when = CheckedText(rule.text->when, analysis.language);
    if (rule.text) read.value = CheckedText(rule.text->value, analysis.language);
    read.value_may_fail = rule.text && !IsPlain(rule.text->value, analysis.language);
    read.reads_plan = ReadsPlan(read.when) || ReadsPlan(read.value);
    read.period = {Period(rule, analysis.slots)};
    if (rule.kind == RuleKind::kOutcome) {
      const auto both = read.period[0].And(Happened(rule.on, analysis.slots));
      if (both) read.period = {*both};
    }
    if (rule.kind == RuleKind::kSet && rule.set == rules::SetField::kService) {
      AddServices(rule, read.value, analysis.language, services);
    }
    std::optional<Truth> when = Always();
    if (read.when) when = reader.Read(*read.when, read.when->ast().root());
    std::optional<Truth> value = Always();
    if (rule.kind == RuleKind::kEligible && read.value) {
      value = reader.Read(*read.value, read.value->ast().root());
    }
    std::optional<Region> speaks;
    if (when) speaks = analysis.Both(read.period, when->yes);
    read.is_analysed = when && value && speaks;
    if (!read.is_analysed) continue;
    read.when_truth = *std::move(when);
    read.value_truth = *std::move(value);
    read.speaks = *std::move(speaks);
    if (rule.table) {
      read.value_may_fail = !AlwaysDecides(rule, analysis.language);
      ReadTableOf(analysis, read);
    }
  }
  std::sort(services.begin(), services.end());
  services.erase(std::unique(services.begin(), services.end()), services.end());
  analysis.maker.emplace(analysis.slots, std::move(services), analysis.rules.language());
}

rules::Finding& Analysis::Add(const ReadRule& rule, rules::FindingKind kind,
                              rules::Severity severity, rules::RulePart part, std::string message) {
  rules::Finding& finding = findings.emplace_back();
  finding.kind = kind;
  finding.severity = severity;
  finding.rules = {rule.id()};
  finding.part = part;
  finding.message = std::move(message);
  places.push_back(rule.index);
  return finding;
}

std::optional<rules::Witness> Analysis::FindWitness(const Box& box, const Confirm& holds) const {
  for (int variant = 0; variant < WitnessMaker::kVariants; ++variant) {
    std::optional<Staged> staged = maker->Make(box, variant);
    if (staged && holds(*staged->scene)) return std::move(staged->witness);
  }
  return std::nullopt;
}

std::optional<rules::Witness> Analysis::FindWitness(const Region& region,
                                                    const Confirm& holds) const {
  constexpr std::size_t kTried = 16;  // boxes
  for (std::size_t i = 0; i < region.size() && i < kTried; ++i) {
    std::optional<rules::Witness> witness = FindWitness(region[i], holds);
    if (witness) return witness;
  }
  return std::nullopt;
}

}  // namespace orderwright::rules_internal
