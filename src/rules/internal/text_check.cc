#include "src/rules/internal/text_check.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orderwright/core/status.h"
#include "src/rules/internal/attributes.h"
#include "src/rules/internal/fields.h"
#include "src/rules/internal/guards.h"
#include "src/rules/internal/money_value.h"
#include "src/rules/internal/parts.h"

namespace orderwright::rules_internal {
namespace {

absl::StatusOr<std::int64_t> NumberOfService(std::string_view name, const World& world) {
  if (const auto service = world.FindService(name)) {
    return static_cast<std::int64_t>(Raw(*service));
  }
  const std::optional<std::string> nearest = world.NearestService(name);
  return InvalidArgument("sets service to '{}', which the world does not have{}", name,
                         nearest ? fmt::format("; did you mean '{}'?", *nearest) : "");
}

absl::StatusOr<std::int64_t> NumberOfWord(SetField field, std::string_view name) {
  std::vector<std::string_view> known;
  for (std::int64_t value = 0; value <= 4; ++value) {  // no field has more names
    const std::string_view word = SettingName(field, value);
    if (word == name && !word.empty()) return value;
    if (!word.empty()) known.push_back(word);
  }
  return InvalidArgument("sets {} to '{}'; it must be one of {}", ToString(field), name,
                         fmt::join(known, ", "));
}

std::string_view TypeNames(Meaning meaning) {
  switch (meaning) {
    case Meaning::kTruth:
      return "bool";
    case Meaning::kCount:
      return "int";
    case Meaning::kAmount:
      return "money, int or double";
    default:
      return "string";
  }
}

bool HasType(const cel::Type& type, Meaning meaning) {
  using cel::TypeKind;
  switch (meaning) {
    case Meaning::kTruth:
      return type.Is(TypeKind::kBool);
    case Meaning::kCount:
      return type.Is(TypeKind::kInt);
    case Meaning::kAmount:
      return type.Is(TypeKind::kInt) || type.Is(TypeKind::kDouble) ||
             (type.Is(TypeKind::kOpaque) && type.name() == kMoneyType);
    default:
      return type.Is(TypeKind::kString);
  }
}

// Visits every field that a text names of a variable.
template <typename Visit>
void ForEachField(const cel::CheckedAst& checked, const Visit& visit) {
  const cel::Ast& ast = checked.ast();
  for (cel::NodeId id = 0; id < ast.size(); ++id) {
    if (ast.node(id).kind != cel::NodeKind::kSelect) continue;
    const std::string* const variable = checked.ReferenceOf(ast.child(id, 0));
    if (variable == nullptr || RecordOfVariable(*variable).empty()) continue;
    if (const Field* field = FindField(*variable, ast.name(id))) visit(*field);
  }
}

}  // namespace

Meaning MeaningOf(const Rule& rule) {
  switch (rule.kind) {
    case RuleKind::kEligible:
      return Meaning::kTruth;
    case RuleKind::kProtect:
      return Meaning::kCount;
    case RuleKind::kPrice:
      return Meaning::kAmount;
    case RuleKind::kPrefer:
      return rule.prefer == PreferBy::kRank ? Meaning::kCount : Meaning::kAmount;
    case RuleKind::kLimit:
      return rule.limit == LimitKind::kMinShipmentValue ? Meaning::kAmount : Meaning::kCount;
    case RuleKind::kGroup:
      return Meaning::kName;
    case RuleKind::kSet:
      switch (rule.set) {
        case SetField::kShipComplete:
          return Meaning::kTruth;
        case SetField::kMaxShipments:
        case SetField::kPriority:
        case SetField::kNotify:
          return Meaning::kCount;
        default:
          return Meaning::kName;
      }
    default:
      return Meaning::kNone;
  }
}

Space TargetOf(const Rule& rule) {
  switch (rule.kind) {
    case RuleKind::kEligible:
    case RuleKind::kProtect:
    case RuleKind::kPrice:
      return Space::kPair;
    case RuleKind::kPrefer:
      return Space::kCandidate;
    case RuleKind::kLimit:
      return IsByLocation(rule.limit) ? Space::kCandidate : Space::kOrder;
    case RuleKind::kGroup:
      return Space::kLine;
    default:
      return Space::kOrder;
  }
}

absl::StatusOr<std::int64_t> NumberOfName(SetField field, std::string_view name,
                                          const World& world) {
  return field == SetField::kService ? NumberOfService(name, world) : NumberOfWord(field, name);
}

void CheckName(SetField field, const cel::CheckedAst& value, const std::string& path,
               const Program& program, IssueList& issues) {
  const cel::Ast& ast = value.ast();
  if (ast.node(ast.root()).kind != cel::NodeKind::kConstant) return;
  const std::string_view name = ast.constant(ast.root()).text();
  const bool is_service = field == SetField::kService;
  if (is_service && !program.has_world()) return;
  const absl::Status found = is_service ? NumberOfService(name, program.world()).status()
                                        : NumberOfWord(field, name).status();
  if (found.ok()) return;
  issues.Add(path, is_service ? "unknown_service" : "unknown_value", std::string(MessageOf(found)));
}

void FindReads(const cel::CheckedAst& checked, bool& services, Reads& reads) {
  ForEachField(checked, [&](const Field& field) {
    services |= field.schema.scope == Scope::kOption;
    if (field.schema.record != "candidate") return;
    reads.on_hand |= field.schema.name == "on_hand";
    reads.load |= field.schema.name.starts_with("load_");
    reads.cost |= field.schema.name == "cost";
  });
}

void FindFields(const cel::CheckedAst& checked, Program& program, std::vector<NamedField>& out) {
  const cel::Ast& ast = checked.ast();
  for (cel::NodeId id = 0; id < ast.size(); ++id) {
    const Field* const field = program.FieldOf(checked, id);
    // What is within a record is said, and not the record.
    if (field == nullptr || field->type == ValueType::kRecord) continue;
    const bool is_whole = field->declared == nullptr &&
                          (field->schema.name == "attributes" || field->schema.name == "lines");
    if (is_whole) continue;
    const std::optional<AttributeUse> use = UseOfAttribute(checked, id);
    std::string path = use ? PathOf(ast, use->attributes, use->name) : PathOf(ast, id);
    const bool is_known = std::any_of(out.begin(), out.end(),
                                      [&](const NamedField& known) { return known.path == path; });
    if (!is_known) out.push_back({std::move(path), field});
  }
}

std::vector<cel::Issue> ReadsTooEarly(const cel::CheckedAst& checked, RuleKind kind) {
  std::vector<cel::Issue> issues;
  const bool is_policy = kind == RuleKind::kPolicy;
  const bool has_plan = is_policy || kind == RuleKind::kHold || kind == RuleKind::kOutcome;
  const cel::Ast& ast = checked.ast();
  for (cel::NodeId id = 0; id < ast.size(); ++id) {
    const std::string* const name = checked.ReferenceOf(id);
    if (name == nullptr) continue;
    std::string message;
    if (*name == "plan" && !has_plan) {
      message = "only hold, outcome and policy rules may read 'plan': there is none yet";
    }
    if ((*name == "request" || *name == "actor") && !is_policy) {
      message = fmt::format("only policy rules may read '{}': nobody asks for anything", *name);
    }
    if (message.empty()) continue;
    issues.push_back(
        ast.source().At(cel::ErrorKind::kCheck, ast.node(id).begin, std::move(message)));
  }
  return issues;
}

void AddIssues(const absl::Status& status, const std::string& path, IssueList& issues) {
  const std::vector<cel::Issue> found = cel::IssuesIn(status);
  if (found.empty()) issues.Add(path, "expression", std::string(status.message()));
  for (const cel::Issue& issue : found) {
    issues.Add(path, issue.kind == cel::ErrorKind::kParse ? "syntax" : "type",
               fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
  }
}

void CheckReadsInTime(const cel::CheckedAst& checked, RuleKind kind, const std::string& path,
                      IssueList& issues) {
  for (const cel::Issue& issue : ReadsTooEarly(checked, kind)) {
    issues.Add(path, "scope",
               fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
  }
}

std::optional<cel::CheckedAst> CheckText(const std::string& text, const std::string& path,
                                         Meaning meaning, RuleKind kind, const Program& program,
                                         const cel::CheckedAst* given, IssueList& issues) {
  const absl::StatusOr<cel::CheckedAst> checked = program.Check(text);
  if (!checked.ok()) {
    AddIssues(checked.status(), path, issues);
    return std::nullopt;
  }
  bool good = true;
  if (!HasType(checked->type(), meaning)) {
    good = false;
    issues.Add(
        path, "type",
        fmt::format("is of type {}; it must be {}", ToString(checked->type()), TypeNames(meaning)));
  }
  for (const cel::Issue& issue : UnguardedReads(*checked, given)) {
    good = false;
    issues.Add(path, "unguarded",
               fmt::format("line {}, column {}: {}", issue.line, issue.column, issue.message));
  }
  const std::size_t before = issues.errors();
  CheckReadsInTime(*checked, kind, path, issues);
  good &= issues.errors() == before;
  if (!good) return std::nullopt;
  return *checked;
}

}  // namespace orderwright::rules_internal
