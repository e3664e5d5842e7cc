#include "orderwright/rules/analysis.h"

#include <algorithm>
#include <numeric>
#include <utility>

#include "src/rules/internal/analysis/checks.h"

namespace orderwright::rules {

std::string_view ToString(FindingKind kind) {
  switch (kind) {
    case FindingKind::kDead:
      return "dead";
    case FindingKind::kAlwaysTrue:
      return "always_true";
    case FindingKind::kIdlePart:
      return "idle_part";
    case FindingKind::kShadowed:
      return "shadowed";
    case FindingKind::kDuplicate:
      return "duplicate";
    case FindingKind::kOverlap:
      return "overlap";
    case FindingKind::kGap:
      return "gap";
    case FindingKind::kDeadRow:
      return "dead_row";
    case FindingKind::kShadowedRow:
      return "shadowed_row";
    case FindingKind::kIdleColumn:
      return "idle_column";
    case FindingKind::kUnknownName:
      return "unknown_name";
    case FindingKind::kMayFail:
      return "may_fail";
    case FindingKind::kNotAnalysed:
      return "not_analysed";
  }
  return "unknown";
}

std::string_view ToString(Severity severity) {
  switch (severity) {
    case Severity::kError:
      return "error";
    case Severity::kWarning:
      return "warning";
    case Severity::kNote:
      return "note";
  }
  return "unknown";
}

std::vector<Finding> Analyse(const RuleSet& rules, const World* world,
                             const AnalysisOptions& options) {
  rules_internal::Analysis analysis{rules, world, options};
  rules_internal::ReadRules(analysis);
  rules_internal::CheckNames(analysis);
  for (const rules_internal::ReadRule& rule : analysis.read) {
    rules_internal::CheckRule(analysis, rule);
    rules_internal::CheckTable(analysis, rule);
    rules_internal::CheckFailures(analysis, rule);
  }
  rules_internal::CheckPairs(analysis);
  std::vector<std::size_t> order(analysis.findings.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&analysis](std::size_t a, std::size_t b) {
    return analysis.places[a] < analysis.places[b];
  });
  std::vector<Finding> sorted;
  sorted.reserve(order.size());
  for (const std::size_t i : order) sorted.push_back(std::move(analysis.findings[i]));
  return sorted;
}

}  // namespace orderwright::rules
