#include "src/rules/internal/table_compiler.h"

#include <bit>
#include <charconv>

#include <fmt/format.h>

#include "orderwright/core/cost.h"
#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/money_value.h"

namespace orderwright::rules_internal {
namespace {

// A number as it stands, without the language: most values of tables are such.
std::optional<std::int64_t> PlainNumber(const std::string& text, Meaning meaning) {
  if (meaning == Meaning::kTruth && (text == "true" || text == "false")) return text == "true";
  if (meaning == Meaning::kAmount) {
    const absl::StatusOr<Cost> cost = Cost::Parse(text);
    if (cost.ok()) return cost->micros();
  }
  if (meaning == Meaning::kCount) {
    std::int64_t number = 0;
    const char* const end = text.data() + text.size();
    const auto [at, error] = std::from_chars(text.data(), end, number);
    if (error == std::errc() && at == end) return number;
  }
  return std::nullopt;
}

}  // namespace

TableCompiler::TableCompiler(const Rule& rule, const std::string& path, const cel::CheckedAst* when,
                             Program& program, IssueList& issues)
    : rule_(rule),
      meaning_(MeaningOf(rule)),
      path_(path + ".table"),
      when_(when),
      program_(program),
      issues_(issues),
      tests_(ParseTable(*rule.table, rule.kind, program, path_, issues)) {
  CheckPolicy();
  if (!tests_) return;
  if (program_.has_world()) CheckLocations();
  CheckValues();
}

void TableCompiler::FindReads(bool& services, Reads& reads) const {
  if (!tests_) return;
  for (const TableInput& input : tests_->inputs) {
    rules_internal::FindReads(input.checked, services, reads);
  }
  for (const auto& value : computed_) {
    rules_internal::FindReads(value.second, services, reads);
  }
}

void TableCompiler::FindFields(std::vector<NamedField>& out) const {
  if (!tests_) return;
  for (const TableInput& input : tests_->inputs) {
    rules_internal::FindFields(input.checked, program_, out);
  }
  for (const auto& value : computed_) rules_internal::FindFields(value.second, program_, out);
}

std::shared_ptr<const CompiledTable> TableCompiler::AddTo(Space target) {
  if (!tests_) return nullptr;
  const std::size_t before = issues_.errors();
  auto table = std::make_shared<CompiledTable>();
  table->hit = rule_.table->hit;
  std::vector<NodeIndex> inputs;
  for (std::size_t i = 0; i < tests_->inputs.size(); ++i) {
    const absl::StatusOr<NodeIndex> input = program_.AddInput(*tests_, i, target);
    if (input.ok()) {
      inputs.push_back(*input);
    } else {
      AddIssues(input.status(), fmt::format("{}.inputs[{}]", path_, i), issues_);
    }
    table->inputs.push_back(WholeOf(tests_->inputs[i]));
  }
  table->values = std::move(values_);
  std::vector<RowValue> values;
  for (const CompiledTable::Value& value : table->values) values.push_back({value.constant});
  bool has_node = meaning_ != Meaning::kNone;
  for (const auto& [row, checked] : computed_) {
    absl::StatusOr<Root> root = program_.Add(checked, target);
    if (!root.ok()) {
      AddIssues(root.status(), PathOfValue(row), issues_);
      continue;
    }
    const Node& node = program_.nodes()[root->node];
    if (meaning_ == Meaning::kName) {
      has_node = false;  // a text has no column
    } else if (node.op != Op::kConstant) {
      values[row].node = root->node;
    } else if (const auto constant = ConstantOf(node)) {
      table->values[row].constant = values[row].constant = *constant;
      continue;
    } else {
      issues_.Add(PathOfValue(row), "out_of_range", "is more than an amount can be");
    }
    table->values[row].whole = std::move(root->whole);
  }
  if (issues_.errors() != before) return nullptr;
  if (!has_node) values.clear();
  table->nodes =
      program_.AddTable(inputs, table->hit, tests_->rows.size(), values,
                        meaning_ == Meaning::kAmount ? ValueType::kMoney : ValueType::kInt, target);
  return table;
}

std::string TableCompiler::PathOfValue(std::size_t row) const {
  return fmt::format("{}.rows[{}].value", path_, row);
}

void TableCompiler::CheckPolicy() {
  const HitPolicy hit = rule_.table->hit;
  if (hit < HitPolicy::kSum) return;
  const bool counts = hit == HitPolicy::kCount;
  if (meaning_ == Meaning::kCount || (meaning_ == Meaning::kAmount && !counts)) return;
  const std::string_view what = meaning_ == Meaning::kNone     ? "no value"
                                : meaning_ == Meaning::kTruth  ? "a truth"
                                : meaning_ == Meaning::kAmount ? "an amount"
                                                               : "a name";
  issues_.Add(
      path_ + ".hit", "not_supported_by_kind",
      fmt::format("{} gives a number, and what this rule says is {}; use {}", ToString(hit), what,
                  meaning_ == Meaning::kAmount ? "collect+sum, collect+min or collect+max"
                                               : "unique, first or any"));
}

void TableCompiler::CheckLocations() {
  const World& world = program_.world();
  for (std::size_t c = 0; c < tests_->inputs.size(); ++c) {
    if (tests_->inputs[c].text != "location.id") continue;
    for (std::size_t r = 0; r < tests_->rows.size(); ++r) {
      for (const std::string& id : tests_->rows[r][c].texts) {
        if (world.FindLocation(id)) continue;
        const std::optional<std::string> nearest = world.NearestLocation(id);
        issues_.Add(fmt::format("{}.rows[{}].cells[{}]", path_, r, c), "unknown_location",
                    fmt::format("the world has no location '{}'{}", id,
                                nearest ? fmt::format("; did you mean '{}'?", *nearest) : ""));
      }
    }
  }
}

void TableCompiler::CheckValues() {
  const std::vector<DecisionTable::Row>& rows = rule_.table->rows;
  for (std::size_t r = 0; r < rows.size(); ++r) {
    const std::string& text = rows[r].value;
    if (meaning_ == Meaning::kNone) {
      if (text.empty()) continue;
      issues_.Add(
          PathOfValue(r), "not_used",
          fmt::format("the rows of a {} rule have no value; leave it out", ToString(rule_.kind)));
      continue;
    }
    CompiledTable::Value& value = values_.emplace_back();
    if (text.empty() && rule_.table->hit == HitPolicy::kCount) continue;
    if (text.find_first_not_of(" \t\r\n") == std::string::npos) {
      issues_.Add(PathOfValue(r), "required", "is empty; write what the rule says where it holds");
    } else if (const auto number = PlainNumber(text, meaning_)) {
      value.constant = *number;
    } else if (const auto known = names_.find(text); known != names_.end()) {
      value.constant = known->second;
    } else {
      CheckValue(r, text, value);
    }
  }
}

void TableCompiler::CheckValue(std::size_t r, const std::string& text,
                               CompiledTable::Value& value) {
  const std::string path = PathOfValue(r);
  const std::optional<cel::CheckedAst> given = Given(r);
  std::optional<cel::CheckedAst> checked =
      CheckText(text, path, meaning_, rule_.kind, program_, given ? &*given : when_, issues_);
  if (!checked) return;
  const cel::Ast& ast = checked->ast();
  const bool is_constant = ast.node(ast.root()).kind == cel::NodeKind::kConstant;
  if (meaning_ != Meaning::kName || !is_constant) {
    if (meaning_ == Meaning::kName && rule_.table->hit == HitPolicy::kAny) {
      issues_.Add(path, "not_supported",
                  "computes a name, and of the hit policy any all names are plain ones; use "
                  "first or unique");
    }
    computed_.emplace_back(r, *std::move(checked));
    return;
  }
  const std::string_view name = ast.constant(ast.root()).text();
  if (rule_.kind == RuleKind::kSet) {
    const std::size_t before = issues_.errors();
    CheckName(rule_.set, *checked, path, program_, issues_);
    if (issues_.errors() != before) return;
  }
  if (program_.has_world()) {
    value.constant = -1;  // the empty key is the key of none
    if (rule_.kind == RuleKind::kSet) {
      value.constant = NumberOfName(rule_.set, name, program_.world()).value_or(-1);
    } else if (!name.empty()) {
      value.constant = static_cast<std::int64_t>(Raw(program_.world().symbols().Intern(name)));
    }
  }
  names_.emplace(text, value.constant);
}

std::optional<cel::CheckedAst> TableCompiler::Given(std::size_t r) const {
  std::string text = ConditionOf(*tests_, r);
  if (when_ != nullptr) text = fmt::format("({}\n) && {}", rule_.text->when, text);
  absl::StatusOr<cel::CheckedAst> checked = program_.Check(text);
  if (!checked.ok()) return std::nullopt;
  return *std::move(checked);
}

std::optional<std::int64_t> TableCompiler::ConstantOf(const Node& node) const {
  std::int64_t micros = 0;
  if (meaning_ != Meaning::kAmount || node.type == ValueType::kMoney) return node.constant;
  if (node.type == ValueType::kDouble) {
    if (MicrosNear(std::bit_cast<double>(node.constant), micros)) return micros;
    return std::nullopt;
  }
  if (__builtin_mul_overflow(node.constant, Cost::kMicrosPerUnit, &micros)) return std::nullopt;
  return micros;
}

CompiledTable::Input TableCompiler::WholeOf(const TableInput& input) const {
  CompiledTable::Input out;
  out.text = input.text;
  const auto whole = [this](const cel::CheckedAst& checked) {
    absl::StatusOr<cel::Program> program = cel::Program::Create(checked, program_.environment());
    ORDERWRIGHT_ASSERT(program.ok());  // it was lowered
    return std::make_shared<const cel::Program>(*std::move(program));
  };
  out.whole = whole(input.checked);
  if (input.guards.empty()) return out;
  std::string text;
  for (const std::string& guard : input.guards) {
    text += fmt::format("{}has({})", text.empty() ? "" : " && ", guard);
  }
  const absl::StatusOr<cel::CheckedAst> checked = program_.Check(text);
  ORDERWRIGHT_ASSERT(checked.ok());
  out.is_set = whole(*checked);
  return out;
}

}  // namespace orderwright::rules_internal
