// Writes orderwright.rules/1.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "orderwright/cel/parser.h"
#include "orderwright/core/issue.h"
#include "orderwright/io/rules_json.h"
#include "src/io/internal/json_writer.h"
#include "src/io/internal/rule_words.h"

namespace orderwright::io {
namespace {

using io_internal::IsSetByName;
using io_internal::JsonWriter;
using io_internal::WordOf;
using rules::Rule;
using rules::RuleKind;

// Whether the text is what a reader makes of that integer.
bool IsPlainInteger(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  return error == std::errc() && end == text.data() + text.size() &&
         fmt::format("{}", value) == text;
}

// The text of a literal; absent if the expression is something else.
std::optional<std::string> NameIn(const std::string& expression) {
  const absl::StatusOr<cel::Ast> ast = cel::Parse(expression);
  if (!ast.ok() || ast->node(ast->root()).kind != cel::NodeKind::kConstant) return std::nullopt;
  const cel::Value& value = ast->constant(ast->root());
  if (value.kind() != cel::Kind::kString) return std::nullopt;
  return std::string(value.text());
}

class RulesWriter {
 public:
  explicit RulesWriter(int indent) : out_(indent) {}

  absl::StatusOr<std::string> Run(const rules::RuleSet& rules) {
    out_.BeginObject();
    out_.Key("format").Text("orderwright.rules/1");
    if (!rules.version().empty()) out_.Key("version").Text(rules.version());
    if (!rules.objectives().empty()) {
      out_.Key("objectives").BeginList();
      for (const rules::Objective& objective : rules.objectives()) Write(objective);
      out_.EndList();
    }
    out_.Key("rules").BeginList();
    for (std::size_t i = 0; i < rules.rules().size(); ++i) {
      path_ = fmt::format("rules[{}]", i);
      Write(rules.rules()[i]);
    }
    out_.EndList();
    out_.EndObject();
    if (!issues_.ok()) return issues_.ToStatus("rules");
    return out_.Take();
  }

 private:
  void Write(const rules::Objective& objective) {
    out_.BeginObject(io_internal::Layout::kFlat);
    std::string minimize(WordOf(objective.minimize));
    if (!objective.rank_rule.empty()) {
      minimize = fmt::format("{}{}", io_internal::kRankPrefix, objective.rank_rule);
    }
    out_.Key("minimize").Text(minimize);
    if (objective.tolerance != 0) out_.Key("tolerance").Integer(objective.tolerance);
    out_.EndObject();
  }

  void Write(const Rule& rule) {
    if (!rule.text && rule.table == nullptr) {
      issues_.Add(path_, "not_text",
                  fmt::format("rule '{}' is a function of the host, which has no text", rule.id));
      return;
    }
    out_.BeginObject();
    WriteCommon(rule);
    if (rule.table != nullptr) {
      WriteTable(rule, *rule.table);
    } else {
      WriteOwn(rule);
      WriteValue(rule);
    }
    out_.EndObject();
  }

  void WriteTable(const Rule& rule, const rules::DecisionTable& table) {
    out_.Key("inputs").BeginList(io_internal::Layout::kFlat);
    for (const std::string& input : table.inputs) out_.Text(input);
    out_.EndList();
    out_.Key("rows").BeginList();
    for (std::size_t r = 0; r < table.rows.size(); ++r) {
      const rules::DecisionTable::Row& row = table.rows[r];
      out_.BeginList(io_internal::Layout::kFlat);
      for (const std::string& cell : row.cells) out_.Text(cell);
      if (IsSetByName(rule)) {
        WriteName(rule, row.value, fmt::format("{}.rows[{}][{}]", path_, r, row.cells.size()));
      } else if (!row.value.empty()) {
        WriteExpression(row.value);
      }
      out_.EndList();
    }
    out_.EndList();
    if (table.hit != rules::HitPolicy::kUnique) out_.Key("hit").Text(ToString(table.hit));
    out_.Key("output").BeginObject(io_internal::Layout::kFlat);
    out_.Key("kind").Text(ToString(rule.kind));
    if (rule.kind == RuleKind::kPrefer) out_.Key("value").Text(WordOf(rule.prefer));
    WriteOwn(rule);
    out_.EndObject();
  }

  void WriteCommon(const Rule& rule) {
    out_.Key("id").Text(rule.id);
    out_.Key("kind").Text(rule.table != nullptr ? "table" : ToString(rule.kind));
    if (rule.text && !rule.text->when.empty()) Expression("when", rule.text->when);
    if (rule.priority != 0) out_.Key("priority").Integer(rule.priority);
    if (rule.mode != rules::RuleMode::kOn) out_.Key("mode").Text(WordOf(rule.mode));
    Instant("from", rule.from);
    Instant("until", rule.until);
    if (rule.on_error != rules::OnError::kHold) out_.Key("on_error").Text(WordOf(rule.on_error));
    if (!rule.team.empty()) out_.Key("team").Text(rule.team);
    if (!rule.reason.empty()) out_.Key("reason").Text(rule.reason);
  }

  void WriteOwn(const Rule& rule) {
    if (rule.kind == RuleKind::kSet) {
      out_.Key("field").Text(ToString(rule.set));
      if (rule.force) out_.Key("force").Bool(true);
    }
    if (rule.kind == RuleKind::kLimit) {
      // The numbers are the same.
      out_.Key("what").Text(WordOf(static_cast<io_internal::LimitWord>(rule.limit)));
    }
    if (rule.kind == RuleKind::kEligible && rule.relax != 0) out_.Key("relax").Integer(rule.relax);
    if (rule.kind == RuleKind::kGroup) out_.Key("keep").Text(WordOf(rule.keep));
    if (rule.kind == RuleKind::kHold) WriteHold(rule);
    if (rule.kind == RuleKind::kOutcome) {
      out_.Key("on").Text(ToString(rule.on));
      out_.Key("then").Text(ToString(rule.then));
      Instant("hold_until", rule.hold_until);
      if (rule.reserve) out_.Key("reserve").Bool(true);
    }
  }

  void WriteHold(const Rule& rule) {
    if (rule.blocks != rules::HoldBlocks()) {
      out_.Key("blocks").BeginList(io_internal::Layout::kFlat);
      if (rule.blocks.route) out_.Text("route");
      if (rule.blocks.release) out_.Text("release");
      if (rule.blocks.capture) out_.Text("capture");
      out_.EndList();
    }
    if (rule.until && !rule.hold_until) {
      issues_.Add(
          path_ + ".hold_until", "no_form",
          fmt::format("rule '{}' ends and its holds do not; give it a time for them", rule.id));
    }
    if (rule.hold_until != rule.until) Instant("hold_until", rule.hold_until);
    if (rule.reserve) out_.Key("reserve").Bool(true);
  }

  void WriteValue(const Rule& rule) {
    const std::string_view field = ValueFieldOf(rule);
    if (field.empty()) return;
    if (IsSetByName(rule)) {
      out_.Key(field);
      WriteName(rule, rule.text->value, fmt::format("{}.{}", path_, field));
    } else {
      Expression(field, rule.text->value);
    }
  }
  void WriteName(const Rule& rule, const std::string& expression, const std::string& path) {
    const std::optional<std::string> name = NameIn(expression);
    out_.Text(name.value_or(""));
    if (name) return;
    issues_.Add(path, "no_form",
                fmt::format("rule '{}' computes a name; in the format it is a plain one", rule.id));
  }

  void Expression(std::string_view field, std::string_view text) {
    out_.Key(field);
    WriteExpression(text);
  }
  void WriteExpression(std::string_view text) {
    if (text == "true" || text == "false" || IsPlainInteger(text)) {
      out_.Raw(text);
    } else {
      out_.Text(text);
    }
  }

  void Instant(std::string_view field, const std::optional<Timestamp>& instant) {
    if (instant) out_.Key(field).Text(ToString(*instant));
  }

  JsonWriter out_;
  std::string path_;
  IssueList issues_;
};

}  // namespace

absl::StatusOr<std::string> RulesJson(const rules::RuleSet& rules, int indent) {
  return RulesWriter(indent).Run(rules);
}

}  // namespace orderwright::io
