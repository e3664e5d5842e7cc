// Checks: what each question of the analysis asks of the rules that were read.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_CHECKS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_CHECKS_H_

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orderwright/cel/checker.h"
#include "orderwright/rules/analysis.h"
#include "src/rules/internal/analysis/condition.h"
#include "src/rules/internal/analysis/witness.h"
#include "src/rules/internal/program.h"
#include "src/rules/internal/table.h"

namespace orderwright::rules_internal {

// A decision table as regions.
struct ReadTable {
  TableTests tests;
  std::vector<Region> rows;  // where each hits, within where the table is looked at
  Region where;              // where it is looked at
  Region doubtful;           // where a row hits whose value may fail
};

// A rule in words as regions.
struct ReadRule {
  std::size_t index = 0;  // in the set
  const rules::Rule* rule = nullptr;
  std::optional<cel::CheckedAst> when;   // absent: none is given
  std::optional<cel::CheckedAst> value;  // absent: the kind has none, or a table says it
  bool is_analysed = true;               // false: too many cases
  Truth when_truth = Always();
  Truth value_truth = Always();  // of eligible rules
  Region period = {Box()};       // when it is active, and what happened has happened
  Region speaks;                 // where it is active, `when` holds, and of a table a row hits
  bool value_may_fail = false;
  bool reads_plan = false;
  std::shared_ptr<const ReadTable> table;  // of a rule with one that was read

  [[nodiscard]] bool acts() const { return rule->mode == rules::RuleMode::kOn; }
  [[nodiscard]] const std::string& id() const { return rule->id; }
};

// What the checks share.
struct Analysis {
  const rules::RuleSet& rules;
  const World* world;
  const rules::AnalysisOptions& options;
  const Program language = Program(rules.language());
  Slots slots = {};
  std::vector<ReadRule> read = {};
  std::optional<WitnessMaker> maker = {};
  std::vector<rules::Finding> findings = {};
  // Of findings: the rule's place in the set, for their order.
  std::vector<std::size_t> places = {};

  rules::Finding& Add(const ReadRule& rule, rules::FindingKind kind, rules::Severity severity,
                      rules::RulePart part, std::string message);
  // A case of a region for which `holds`; absent if none of those that were tried is one.
  using Confirm = std::function<bool(const Scene&)>;
  [[nodiscard]] std::optional<rules::Witness> FindWitness(const Region& region,
                                                          const Confirm& holds) const;
  [[nodiscard]] std::optional<rules::Witness> FindWitness(const Box& box,
                                                          const Confirm& holds) const;
  [[nodiscard]] std::optional<Region> Both(const Region& a, const Region& b) const {
    return Intersect(a, b, options.max_terms);
  }
};

void ReadRules(Analysis& analysis);
// Whether a value is a constant, or a field that is always set, and no more.
[[nodiscard]] bool IsPlain(const std::string& value, const Program& language);
// The table of a rule; `rule.speaks` is where it is looked at, and becomes where a row hits.
void ReadTableOf(Analysis& analysis, ReadRule& rule);

void CheckNames(Analysis& analysis);
// Of each rule on its own.
void CheckRule(Analysis& analysis, const ReadRule& rule);
void CheckFailures(Analysis& analysis, const ReadRule& rule);
void CheckTable(Analysis& analysis, const ReadRule& rule);
// Of rules that come after others.
void CheckPairs(Analysis& analysis);

// The known name nearest to a misspelt one; empty if none is near.
[[nodiscard]] std::string Nearest(std::string_view name, const std::vector<std::string>& known);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_CHECKS_H_
