#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "orderwright/cel/parser.h"
#include "orderwright/rules/schema.h"
#include "src/rules/internal/analysis/checks.h"
#include "src/rules/internal/parts.h"

namespace orderwright::rules_internal {
namespace {

using rules::DecisionTable;
using rules::Finding;
using rules::FindingKind;
using rules::HitPolicy;
using rules::RuleKind;
using rules::RulePart;
using rules::Severity;

constexpr std::size_t kGapsTried = 64;

ValueSet KeysOf(const CellTest& cell) {
  ValueSet keys;
  for (const Range& range : cell.ranges) {
    std::int64_t low = range.low.value_or(INT64_MIN);
    std::int64_t high = range.high.value_or(INT64_MAX);
    if (range.low && range.low_open) ++low;  // something is above it: it is not the largest
    if (range.high && range.high_open) --high;
    keys = keys.Or(ValueSet::Range(low, high));
  }
  return keys;
}

// Where a cell holds.
std::optional<Region> ReadCell(Analysis& analysis, ConditionReader& reader, const TableInput& input,
                               const CellTest& cell) {
  if (cell.is_any) return Region{Box()};
  const cel::NodeId root = input.checked.ast().root();
  const Field* const field = FieldOf(input.checked, root);
  std::optional<Truth> truth;
  if (input.type == InputType::kTexts) {
    if (field != nullptr && field->texts != nullptr) truth = reader.HasWord(*field, cell.texts);
  } else if (input.type != InputType::kDuration) {
    if (const std::optional<SlotId> slot = reader.SlotOf(input.checked, root)) {
      const bool is_text = input.type == InputType::kText;
      truth =
          reader.Within(*slot, is_text ? analysis.slots.Texts(*slot, cell.texts) : KeysOf(cell));
    }
  }
  if (truth) return cell.is_negated ? std::move(truth->no) : std::move(truth->yes);
  // What has no slot of its own is read as the language would.
  const auto checked = analysis.language.Check(ConditionOf(input, cell));
  if (!checked.ok()) return std::nullopt;
  truth = reader.Read(*checked, checked->ast().root());
  if (!truth) return std::nullopt;
  return std::move(truth->yes);
}

// The condition under which a row of a rule speaks.
std::string Condition(const ReadRule& rule, std::size_t row) {
  const std::string hits = ConditionOf(rule.table->tests, row);
  if (!rule.when) return hits;
  return fmt::format("({}\n) && {}", rule.rule->text->when, hits);
}

bool MustNotOverlap(const DecisionTable& table, std::size_t a, std::size_t b) {
  if (table.hit == HitPolicy::kUnique) return true;
  return table.hit == HitPolicy::kAny && table.rows[a].value != table.rows[b].value;
}

void CheckOverlaps(Analysis& analysis, const ReadRule& rule) {
  const DecisionTable& table = *rule.rule->table;
  if (table.hit != HitPolicy::kUnique && table.hit != HitPolicy::kAny) return;
  const std::vector<Region>& rows = rule.table->rows;
  std::size_t shown = 0;
  std::size_t more = 0;
  for (std::size_t a = 0; a < rows.size(); ++a) {
    for (std::size_t b = a + 1; b < rows.size(); ++b) {
      if (!MustNotOverlap(table, a, b) || !Meet(rows[a], rows[b])) continue;
      if (shown == analysis.options.max_per_table) {
        ++more;
        continue;
      }
      const std::optional<Region> both = analysis.Both(rows[a], rows[b]);
      if (!both) continue;
      const std::string condition =
          fmt::format("({}\n) && ({}\n)", Condition(rule, a), Condition(rule, b));
      auto witness = analysis.FindWitness(*both, [&](const Scene& scene) {
        return scene.Holds(condition, rule.reads_plan).answer == Answer::kYes;
      });
      if (!witness) continue;
      ++shown;
      Finding& finding = analysis.Add(
          rule, FindingKind::kOverlap, Severity::kError, RulePart::kTable,
          fmt::format("rows {} and {} hit together{}, and the table's hit policy is {}", a + 1,
                      b + 1, table.hit == HitPolicy::kAny ? " with different values" : "",
                      ToString(table.hit)));
      finding.rows = {a, b};
      finding.witness = std::move(witness);
    }
  }
  if (more == 0) return;
  analysis.Add(rule, FindingKind::kOverlap, Severity::kNote, RulePart::kTable,
               fmt::format("{} more pairs of rows may overlap", more));
}

// A rule that says no exactly where a row of the table hits.
rules::Rule ProbeOf(const ReadRule& rule) {
  rules::Rule probe;
  probe.id = "probe";
  probe.kind = rule.reads_plan ? RuleKind::kHold : RuleKind::kEligible;
  if (rule.when) probe.text = rules::RuleText{rule.rule->text->when, ""};
  DecisionTable table = *rule.rule->table;
  table.hit = HitPolicy::kFirst;
  for (DecisionTable::Row& row : table.rows) row.value = rule.reads_plan ? "" : "false";
  probe.table = std::make_shared<const DecisionTable>(std::move(table));
  return probe;
}

void CheckGaps(Analysis& analysis, const ReadRule& rule) {
  const HitPolicy hit = rule.rule->table->hit;
  if (hit != HitPolicy::kUnique && hit != HitPolicy::kFirst && hit != HitPolicy::kAny) return;
  const rules::Rule probe = ProbeOf(rule);
  const auto misses = [&](const Scene& scene) {
    if (rule.when && scene.Holds(rule.rule->text->when, rule.reads_plan).answer != Answer::kYes) {
      return false;
    }
    const Reply reply = rule.reads_plan ? scene.Speaks(probe) : scene.Allows(probe);
    return reply.answer == (rule.reads_plan ? Answer::kNo : Answer::kYes);
  };
  Region all;
  for (const Region& row : rule.table->rows) all.insert(all.end(), row.begin(), row.end());
  std::size_t tried = 0;
  std::size_t shown = 0;
  const OnGap each = [&](const Box& box) {
    if (auto witness = analysis.FindWitness(box, misses)) {
      ++shown;
      analysis
          .Add(rule, FindingKind::kGap, Severity::kNote, RulePart::kTable,
               fmt::format("no row hits, and the table says nothing: {}", witness->text))
          .witness = std::move(witness);
    }
    return shown == analysis.options.max_gaps || ++tried == kGapsTried;
  };
  const Cover cover =
      FindGaps(rule.table->where, all, analysis.slots, analysis.options.max_cells, each);
  if (cover != Cover::kNotKnown || shown > 0) return;
  analysis.Add(rule, FindingKind::kNotAnalysed, Severity::kNote, RulePart::kTable,
               fmt::format("whether its rows leave cases out: more than {} had to be looked at",
                           analysis.options.max_cells));
}

void CheckRows(Analysis& analysis, const ReadRule& rule) {
  const std::vector<Region>& rows = rule.table->rows;
  const bool is_first = rule.rule->table->hit == HitPolicy::kFirst;
  Region before;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    if (rows[i].empty()) {
      analysis
          .Add(rule, FindingKind::kDeadRow, Severity::kError, RulePart::kTable,
               fmt::format("row {} can never hit", i + 1))
          .rows = {i};
      continue;
    }
    const bool hidden =
        is_first && i > 0 &&
        Covers(before, rows[i], analysis.slots, analysis.options.max_cells) == Cover::kWhole;
    before.insert(before.end(), rows[i].begin(), rows[i].end());
    if (!hidden) continue;
    // The first of those before that hits there.
    const std::string own = Condition(rule, i);
    std::optional<std::size_t> other;
    auto witness = analysis.FindWitness(rows[i], [&](const Scene& scene) {
      if (scene.Holds(own, rule.reads_plan).answer != Answer::kYes) return false;
      for (std::size_t j = 0; j < i && !other; ++j) {
        if (!Meet(rows[j], rows[i])) continue;
        if (scene.Holds(Condition(rule, j), rule.reads_plan).answer == Answer::kYes) other = j;
      }
      return other.has_value();
    });
    if (!witness) continue;
    Finding& finding =
        analysis.Add(rule, FindingKind::kShadowedRow, Severity::kError, RulePart::kTable,
                     fmt::format("row {} never decides: whenever it hits, a row before it does; "
                                 "here row {}",
                                 i + 1, *other + 1));
    finding.rows = {i, *other};
    finding.witness = std::move(witness);
  }
}

void CheckColumns(Analysis& analysis, const ReadRule& rule) {
  const TableTests& tests = rule.table->tests;
  if (tests.rows.size() < 2) return;
  for (std::size_t c = 0; c < tests.inputs.size(); ++c) {
    const CellTest& first = tests.rows[0][c];
    const bool same =
        std::all_of(tests.rows.begin(), tests.rows.end(),
                    [&](const std::vector<CellTest>& row) { return row[c] == first; });
    if (!same) continue;
    analysis.Add(rule, FindingKind::kIdleColumn, Severity::kWarning, RulePart::kTable,
                 first.is_any
                     ? fmt::format("the input `{}` is tested by no row", tests.inputs[c].text)
                     : fmt::format("the input `{}` is tested alike by every row; say it in `when`",
                                   tests.inputs[c].text));
  }
}

}  // namespace

void ReadTableOf(Analysis& analysis, ReadRule& rule) {
  IssueList issues;
  std::optional<TableTests> tests =
      ParseTable(*rule.rule->table, rule.rule->kind, analysis.language, "table", issues);
  if (!tests) {
    rule.is_analysed = false;
    return;
  }
  auto table = std::make_shared<ReadTable>();
  table->tests = *std::move(tests);
  table->where = std::move(rule.speaks);
  rule.speaks.clear();
  ConditionReader reader(analysis.slots, analysis.options.max_terms);
  for (const std::vector<CellTest>& cells : table->tests.rows) {
    std::optional<Region> row = table->where;
    for (std::size_t i = 0; i < cells.size() && row; ++i) {
      if (cells[i].is_any) continue;
      const std::optional<Region> cell =
          ReadCell(analysis, reader, table->tests.inputs[i], cells[i]);
      row = cell ? analysis.Both(*row, *cell) : std::nullopt;
    }
    if (!row) {
      rule.is_analysed = false;
      return;
    }
    rule.speaks.insert(rule.speaks.end(), row->begin(), row->end());
    if (!IsPlain(rule.rule->table->rows[table->rows.size()].value, analysis.language) &&
        !row->empty()) {
      table->doubtful.push_back((*row)[0]);
    }
    table->rows.push_back(*std::move(row));
  }
  for (const TableInput& input : table->tests.inputs) {
    for (cel::NodeId id = 0; id < input.checked.ast().size(); ++id) {
      const std::string* const name = input.checked.ReferenceOf(id);
      rule.reads_plan |= name != nullptr && *name == "plan";
    }
  }
  rule.table = std::move(table);
}

void CheckTable(Analysis& analysis, const ReadRule& rule) {
  if (!rule.table || !rule.is_analysed) return;
  CheckColumns(analysis, rule);
  if (rule.speaks.empty()) return;  // which is said already
  CheckRows(analysis, rule);
  CheckOverlaps(analysis, rule);
  CheckGaps(analysis, rule);
}

}  // namespace orderwright::rules_internal
