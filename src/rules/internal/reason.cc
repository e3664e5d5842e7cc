#include "src/rules/internal/reason.h"

#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "src/core/internal/macros.h"
#include "src/rules/internal/fields.h"
#include "src/rules/internal/text_rule.h"

namespace orderwright::rules {

std::string ReasonText::For(const Rule& rule, const Facts& facts) const {
  rules_internal::Row row;
  row.world = facts.world;
  row.facts = &facts;
  std::string text;
  for (const Part& part : parts_) {
    text += part.text;
    if (part.is_row) {
      const std::optional<std::size_t> hit = rule.TableRowFor(facts, 0);
      text += hit ? fmt::format("{}", *hit + 1) : "?";
    }
    if (part.field == nullptr) continue;
    const absl::StatusOr<cel::Value> value =
        part.field->Evaluate(rules_internal::RowVariables(row));
    text += value.ok() && value->Is(cel::Kind::kString) ? value->text() : "?";
  }
  return text;
}

std::string Rule::ReasonFor(const Facts& facts) const {
  return reason_text == nullptr ? reason : reason_text->For(*this, facts);
}

std::optional<std::size_t> Rule::TableRowFor(const Facts& facts, std::size_t row) const {
  if (table == nullptr || evaluator == nullptr) return std::nullopt;
  return rules_internal::TableRowOf(*evaluator, facts, row);
}

void Rule::ValuesFor(const Facts& facts, std::size_t row, std::vector<SeenValue>& out) const {
  if (evaluator != nullptr) rules_internal::ValuesOf(*evaluator, facts, row, out);
}

}  // namespace orderwright::rules

namespace orderwright::rules_internal {
namespace {

// The text up to the next field, its braces undone, and the field; both off the front of `rest`.
// False if a brace has no partner.
bool TakePart(std::string_view& rest, std::string& text, std::optional<std::string_view>& field) {
  while (!rest.empty()) {
    const char c = rest.front();
    rest.remove_prefix(1);
    const bool is_twice = (c == '{' || c == '}') && !rest.empty() && rest.front() == c;
    if (is_twice) rest.remove_prefix(1);
    if (is_twice || (c != '{' && c != '}')) {
      text += c;
      continue;
    }
    const std::size_t end = rest.find('}');
    if (c == '}' || end == std::string_view::npos) return false;
    field = rest.substr(0, end);
    rest.remove_prefix(end + 1);
    return true;
  }
  return true;
}

}  // namespace

std::shared_ptr<const rules::ReasonText> ParseReason(const rules::Rule& rule,
                                                     const Program& language,
                                                     const std::string& path, IssueList& issues) {
  if (rule.reason.find_first_of("{}") == std::string::npos) return nullptr;
  const bool about_order = rule.kind == RuleKind::kHold || rule.kind == RuleKind::kOutcome ||
                           rule.kind == RuleKind::kPolicy;
  std::vector<rules::ReasonText::Part> parts;
  std::string_view rest = rule.reason;
  while (!rest.empty()) {
    rules::ReasonText::Part& part = parts.emplace_back();
    std::optional<std::string_view> field;
    if (!TakePart(rest, part.text, field)) {
      issues.Add(path, "syntax",
                 "a brace without a partner; a field is {order.id}, a brace itself is {{ or }}");
      return nullptr;
    }
    if (!field) break;
    if (!about_order) {
      issues.Add(
          path, "not_supported",
          fmt::format("'{{{}}}': fields are filled in for hold, outcome and policy rules only",
                      *field));
      return nullptr;
    }
    if (rule.table != nullptr && *field == "table.row") {
      part.is_row = true;
      continue;
    }
    part.field = CompileField(std::string(*field), rule.kind, language, path, issues);
    if (part.field == nullptr) return nullptr;
  }
  return std::make_shared<const rules::ReasonText>(std::move(parts));
}

}  // namespace orderwright::rules_internal
