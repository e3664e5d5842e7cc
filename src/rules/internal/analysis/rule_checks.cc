#include <algorithm>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "src/rules/internal/analysis/checks.h"
#include "src/rules/internal/parts.h"

namespace orderwright::rules_internal {
namespace {

using cel::NodeId;
using cel::NodeKind;
using cel::Operator;
using rules::Finding;
using rules::FindingKind;
using rules::RuleKind;
using rules::RulePart;
using rules::Severity;

bool IsLiteral(const std::optional<cel::CheckedAst>& checked) {
  return checked && checked->ast().node(checked->ast().root()).kind == NodeKind::kConstant;
}

// The terms of an expression that is && or || as a whole; else itself.
std::vector<NodeId> TermsOf(const cel::Ast& ast) {
  const cel::Node& root = ast.node(ast.root());
  const bool has_terms =
      root.kind == NodeKind::kCall && (root.op == Operator::kAnd || root.op == Operator::kOr);
  if (!has_terms) return {ast.root()};
  const auto children = ast.children(ast.root());
  return {children.begin(), children.end()};
}

// A case that meets all parts of a condition but one, and the rule says no.
std::optional<rules::Witness> AlmostWitness(const Analysis& analysis, ConditionReader& reader,
                                            const ReadRule& rule) {
  if (!rule.when) return std::nullopt;
  const cel::Ast& ast = rule.when->ast();
  if (ast.node(ast.root()).op != Operator::kAnd) return std::nullopt;
  std::vector<Region> terms;
  for (const NodeId term : TermsOf(ast)) {
    std::optional<Truth> truth = reader.Read(*rule.when, term);
    if (!truth) return std::nullopt;
    terms.push_back(std::move(truth->yes));
  }
  for (std::size_t left_out = 0; left_out < terms.size(); ++left_out) {
    std::optional<Region> rest = rule.period;
    for (std::size_t i = 0; i < terms.size() && rest; ++i) {
      if (i != left_out) rest = analysis.Both(*rest, terms[i]);
    }
    if (!rest) continue;
    auto witness = analysis.FindWitness(
        *rest, [&](const Scene& scene) { return scene.Speaks(*rule.rule).answer == Answer::kNo; });
    if (witness) return witness;
  }
  return std::nullopt;
}

void CheckDead(Analysis& analysis, ConditionReader& reader, const ReadRule& rule) {
  RulePart part = RulePart::kRule;
  std::string message =
      "never speaks: its condition cannot hold while it is active, or once that has happened which "
      "it is on";
  if (rule.when_truth.yes.empty()) {
    part = RulePart::kWhen;
    message = "never speaks: its condition cannot hold";
  } else if (rule.table && !rule.table->where.empty()) {
    part = RulePart::kTable;
    message = "never speaks: no row of its table can hit";
  }
  Finding& finding =
      analysis.Add(rule, FindingKind::kDead, Severity::kError, part, std::move(message));
  if (part != RulePart::kTable) finding.witness = AlmostWitness(analysis, reader, rule);
}

void CheckParts(Analysis& analysis, ConditionReader& reader, const ReadRule& rule,
                const std::optional<cel::CheckedAst>& checked, RulePart part) {
  if (!checked) return;
  const cel::Ast& ast = checked->ast();
  const std::vector<NodeId> terms = TermsOf(ast);
  if (terms.size() < 2) return;
  for (const NodeId term : terms) {
    if (ast.node(term).kind == NodeKind::kConstant) continue;
    const std::optional<Truth> truth = reader.Read(*checked, term);
    if (!truth) continue;
    if (truth->yes.empty()) {
      // Of && the whole is dead, which is said already.
      if (ast.node(ast.root()).op == Operator::kAnd) continue;
      analysis.Add(rule, FindingKind::kIdlePart, Severity::kWarning, part,
                   fmt::format("`{}` can never hold; leave it out", TextOf(ast, term)));
    } else if (truth->no.empty()) {
      if (ast.node(ast.root()).op == Operator::kOr) continue;  // the whole always holds
      analysis.Add(rule, FindingKind::kIdlePart, Severity::kWarning, part,
                   fmt::format("`{}` always holds; leave it out", TextOf(ast, term)));
    }
  }
}

void CheckRequire(Analysis& analysis, const ReadRule& rule) {
  if (rule.rule->kind != RuleKind::kEligible || !rule.value || IsLiteral(rule.value)) return;
  const std::optional<Region> allowed = analysis.Both(rule.speaks, rule.value_truth.yes);
  if (!allowed) return;
  if (allowed->empty()) {
    auto witness = analysis.FindWitness(rule.speaks, [&](const Scene& scene) {
      return scene.Speaks(*rule.rule).answer == Answer::kYes &&
             scene.Allows(*rule.rule).answer == Answer::kNo;
    });
    if (!witness) return;
    analysis
        .Add(rule, FindingKind::kDead, Severity::kError, RulePart::kValue,
             "what it requires can never hold: it rules out every location that it speaks of")
        .witness = std::move(witness);
    return;
  }
  if (Meet(rule.speaks, rule.value_truth.no)) return;
  auto witness = analysis.FindWitness(*allowed, [&](const Scene& scene) {
    return scene.Speaks(*rule.rule).answer == Answer::kYes &&
           scene.Allows(*rule.rule).answer == Answer::kYes;
  });
  if (!witness) return;
  analysis
      .Add(rule, FindingKind::kAlwaysTrue, Severity::kWarning, RulePart::kValue,
           "what it requires always holds: it rules nothing out")
      .witness = std::move(witness);
}

// ---- Pairs ----

// Without the blanks that mean nothing.
std::string Squeezed(std::string_view text) {
  std::string out;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (c == ' ' || c == '\t') {
      continue;
    }
    out += c;
  }
  return out;
}

// What a table says. The order of rows says something only where the first that hits decides.
std::string TextOf(const rules::DecisionTable& table) {
  std::vector<std::string> rows;
  for (const rules::DecisionTable::Row& row : table.rows) {
    rows.push_back(Squeezed(fmt::format("{}\x1e{}", fmt::join(row.cells, "\x1f"), row.value)));
  }
  if (table.hit != rules::HitPolicy::kFirst) std::sort(rows.begin(), rows.end());
  return fmt::format("{}\x1d{}\x1d{}", static_cast<int>(table.hit),
                     Squeezed(fmt::format("{}", fmt::join(table.inputs, "\x1f"))),
                     fmt::join(rows, "\x1d"));
}

// All that two rules of a kind have in common if one of them is too many, but for their conditions.
std::string SettingsOf(const ReadRule& read) {
  const rules::Rule& rule = *read.rule;
  std::string value;
  if (rule.table != nullptr) {
    value = TextOf(*rule.table);
  } else if (rule.kind != RuleKind::kEligible) {
    value = rule.text->value;
  }
  const auto hold_until = rule.hold_until ? rule.hold_until->time_since_epoch().count() : -1;
  const std::int64_t after = rule.after ? rule.after->count() : -1;
  return fmt::format("{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}|{}",
                     ToString(rule.kind), static_cast<int>(rule.mode), static_cast<int>(rule.limit),
                     static_cast<int>(rule.prefer), rule.relax, rule.by_service,
                     static_cast<int>(rule.keep), static_cast<int>(rule.set), rule.force,
                     rule.blocks.route, rule.blocks.release, rule.blocks.capture, rule.reserve,
                     hold_until, static_cast<int>(rule.on), static_cast<int>(rule.then), after,
                     rule.action, static_cast<int>(rule.decision), value);
}

// Where a rule does something: of eligible ones where they rule out. Of a table where a row hits:
// two of one text do the same there.
std::optional<Region> ActsIn(const Analysis& analysis, const ReadRule& rule) {
  if (rule.rule->kind != RuleKind::kEligible || rule.rule->table != nullptr) return rule.speaks;
  return analysis.Both(rule.speaks, rule.value_truth.no);
}

bool Acts(const Scene& scene, const ReadRule& rule) {
  if (rule.rule->kind == RuleKind::kEligible) {
    return rule.rule->IsActive(scene.facts(false).now) &&
           scene.Allows(*rule.rule).answer == Answer::kNo;
  }
  return scene.Speaks(*rule.rule).answer == Answer::kYes;
}

std::string DuplicateMessage(const rules::Rule& rule, const std::string& other) {
  switch (rule.kind) {
    case RuleKind::kPrice:
    case RuleKind::kPrefer:
      return fmt::format("says the same as '{}' in the same cases: it counts twice", other);
    default:
      return fmt::format("says the same as '{}' in the same cases; remove one", other);
  }
}

// Whether a rule before says the same in the same cases.
bool CheckDuplicate(Analysis& analysis, const ReadRule& rule, const Region& acts,
                    const std::vector<std::pair<const ReadRule*, Region>>& before) {
  const std::size_t limit = analysis.options.max_cells;
  for (const auto& [other, region] : before) {
    const bool same = Covers(region, acts, analysis.slots, limit) == Cover::kWhole &&
                      Covers(acts, region, analysis.slots, limit) == Cover::kWhole;
    if (!same) continue;
    const ReadRule* const known = other;
    auto witness = analysis.FindWitness(
        acts, [&](const Scene& scene) { return Acts(scene, rule) && Acts(scene, *known); });
    if (!witness) continue;
    Finding& finding = analysis.Add(rule, FindingKind::kDuplicate, Severity::kWarning,
                                    RulePart::kRule, DuplicateMessage(*rule.rule, other->id()));
    finding.rules.push_back(other->id());
    finding.witness = std::move(witness);
    return true;
  }
  return false;
}

// The rules of which the first that speaks decides, by what they decide.
std::string DecidesOn(const rules::Rule& rule) {
  if (rule.kind == RuleKind::kSet) return fmt::format("set {}", ToString(rule.set));
  if (rule.kind == RuleKind::kOutcome) return fmt::format("outcome on {}", ToString(rule.on));
  if (rule.kind == RuleKind::kPolicy) return fmt::format("policy of {}", rule.action);
  return "";
}

void CheckShadowed(Analysis& analysis, const ReadRule& rule,
                   const std::vector<const ReadRule*>& before) {
  std::vector<const ReadRule*> needed;
  Region covered;
  for (const ReadRule* other : before) {
    if (!Meet(other->speaks, rule.speaks)) continue;
    needed.push_back(other);
    covered.insert(covered.end(), other->speaks.begin(), other->speaks.end());
  }
  const std::size_t limit = analysis.options.max_cells;
  const Cover cover = Covers(covered, rule.speaks, analysis.slots, limit);
  if (cover != Cover::kWhole) return;
  // Only those without which it would not be: the last first, so that the first remain.
  for (std::size_t i = needed.size(); i-- > 0 && needed.size() > 1;) {
    Region rest;
    for (std::size_t j = 0; j < needed.size(); ++j) {
      if (j != i) rest.insert(rest.end(), needed[j]->speaks.begin(), needed[j]->speaks.end());
    }
    if (Covers(rest, rule.speaks, analysis.slots, limit) == Cover::kWhole) {
      needed.erase(needed.begin() + static_cast<std::ptrdiff_t>(i));
    }
  }
  auto witness = analysis.FindWitness(rule.speaks, [&](const Scene& scene) {
    return scene.Speaks(*rule.rule).answer == Answer::kYes &&
           std::any_of(needed.begin(), needed.end(), [&scene](const ReadRule* other) {
             return scene.Speaks(*other->rule).answer == Answer::kYes;
           });
  });
  if (!witness) return;
  std::vector<std::string> ids;
  for (const ReadRule* other : needed) ids.push_back(other->id());
  Finding& finding = analysis.Add(
      rule, FindingKind::kShadowed, Severity::kError, RulePart::kRule,
      fmt::format("never decides: whenever it speaks, '{}' {} before", fmt::join(ids, "' or '"),
                  ids.size() == 1 ? "has spoken" : "have spoken"));
  finding.rules.insert(finding.rules.end(), ids.begin(), ids.end());
  finding.witness = std::move(witness);
}

// ---- Failures ----

// Fields that something whole is divided by.
std::vector<SlotId> DivisorsIn(Slots& slots, ConditionReader& reader,
                               const std::optional<cel::CheckedAst>& checked) {
  std::vector<SlotId> divisors;
  if (!checked) return divisors;
  const cel::Ast& ast = checked->ast();
  for (NodeId id = 0; id < ast.size(); ++id) {
    const cel::Node& node = ast.node(id);
    const bool divides = node.kind == NodeKind::kCall &&
                         (node.op == Operator::kDivide || node.op == Operator::kModulo);
    if (!divides || !checked->type(id).Is(cel::TypeKind::kInt)) continue;
    const std::optional<SlotId> slot = reader.SlotOf(*checked, ast.child(id, 1));
    if (slot && slots.at(*slot).field != nullptr) divisors.push_back(*slot);
  }
  return divisors;
}

}  // namespace

void CheckRule(Analysis& analysis, const ReadRule& rule) {
  if (!rule.is_analysed) {
    analysis.Add(rule, FindingKind::kNotAnalysed, Severity::kNote, RulePart::kRule,
                 fmt::format("its condition has more than {} cases, and was not looked into",
                             analysis.options.max_terms));
    return;
  }
  ConditionReader reader(analysis.slots, analysis.options.max_terms);
  if (rule.speaks.empty()) {
    CheckDead(analysis, reader, rule);
    return;
  }
  if (rule.when && !IsLiteral(rule.when) && rule.when_truth.no.empty()) {
    auto witness = analysis.FindWitness(rule.speaks, [&](const Scene& scene) {
      return scene.Speaks(*rule.rule).answer == Answer::kYes;
    });
    if (witness) {
      analysis
          .Add(rule, FindingKind::kAlwaysTrue, Severity::kWarning, RulePart::kWhen,
               "its condition always holds; leave it out")
          .witness = std::move(witness);
    }
  } else {
    CheckParts(analysis, reader, rule, rule.when, RulePart::kWhen);
  }
  CheckRequire(analysis, rule);
  if (rule.rule->kind == RuleKind::kEligible) {
    const bool decided = rule.value_truth.no.empty() || rule.value_truth.yes.empty();
    if (!decided) CheckParts(analysis, reader, rule, rule.value, RulePart::kValue);
  }
}

void CheckFailures(Analysis& analysis, const ReadRule& rule) {
  // Rows that overlap make a table fail, which is said already.
  const bool overlaps = std::any_of(
      analysis.findings.begin(), analysis.findings.end(), [&rule](const Finding& finding) {
        return finding.kind == FindingKind::kOverlap && finding.rules[0] == rule.id();
      });
  if (overlaps) return;
  ConditionReader reader(analysis.slots, analysis.options.max_terms);
  // Where it speaks, and in a plain case; then there with what it divides by zero.
  constexpr std::size_t kTried = 4;
  Region cases;
  if (rule.table) {
    cases = rule.table->doubtful;
  } else {
    cases = rule.speaks;
  }
  if (cases.size() > kTried) cases.resize(kTried);
  cases.push_back(rule.period.empty() ? Box() : rule.period[0]);
  const std::size_t plain = cases.size();
  std::vector<SlotId> divisors = DivisorsIn(analysis.slots, reader, rule.when);
  const std::vector<SlotId> in_value = DivisorsIn(analysis.slots, reader, rule.value);
  divisors.insert(divisors.end(), in_value.begin(), in_value.end());
  for (const SlotId slot : divisors) {
    for (std::size_t i = 0; i < plain; ++i) {
      const ValueSet zero = ValueSet::Of(0).And(analysis.slots.at(slot).domain);
      if (zero.empty()) continue;
      if (const auto both = cases[i].And(Box(slot, zero))) cases.push_back(*both);
    }
  }
  for (const Box& box : cases) {
    std::optional<Staged> staged = analysis.maker->Make(box);
    if (!staged || !rule.rule->IsActive(staged->witness.now)) continue;
    const Reply reply = staged->scene->Answers(*rule.rule);
    if (reply.answer != Answer::kError) continue;
    const bool is_meant = rule.rule->on_error == rules::OnError::kSkip;
    const std::size_t end = reply.error.find('\n');
    analysis
        .Add(rule, FindingKind::kMayFail, is_meant ? Severity::kNote : Severity::kWarning,
             RulePart::kRule, fmt::format("may fail: {}", reply.error.substr(0, end)))
        .witness = std::move(staged->witness);
    return;
  }
}

void CheckPairs(Analysis& analysis) {
  std::map<std::string, std::vector<std::pair<const ReadRule*, Region>>> alike;
  std::map<std::string, std::vector<const ReadRule*>> deciders;
  for (const ReadRule& rule : analysis.read) {
    if (!rule.is_analysed || rule.speaks.empty()) continue;
    bool is_duplicate = false;
    std::optional<Region> acts = ActsIn(analysis, rule);
    if (acts && !acts->empty()) {
      auto& before = alike[SettingsOf(rule)];
      is_duplicate = CheckDuplicate(analysis, rule, *acts, before);
      before.emplace_back(&rule, *std::move(acts));
    }
    const std::string on = DecidesOn(*rule.rule);
    if (on.empty() || !rule.acts()) continue;
    auto& before = deciders[on];
    if (!is_duplicate && !before.empty()) CheckShadowed(analysis, rule, before);
    if (!rule.value_may_fail) before.push_back(&rule);
  }
}

}  // namespace orderwright::rules_internal
