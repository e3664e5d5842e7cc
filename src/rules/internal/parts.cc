#include "src/rules/internal/parts.h"

#include <algorithm>
#include <array>
#include <bit>
#include <cctype>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "orderwright/cel/program.h"
#include "src/rules/internal/copier.h"
#include "src/rules/internal/money_value.h"

namespace orderwright::rules_internal {

using cel::Ast;
using cel::CheckedAst;
using cel::Kind;
using cel::NodeId;
using cel::NodeKind;
using cel::TypeKind;
using cel::Value;

namespace {

class NoVariables final : public cel::Activation {
 public:
  bool Find(std::string_view, Value&) const override { return false; }
};

bool HasNames(const Ast& ast, NodeId id) {
  if (ast.node(id).kind == NodeKind::kIdentifier) return true;
  const auto children = ast.children(id);
  return std::any_of(children.begin(), children.end(),
                     [&ast](NodeId child) { return HasNames(ast, child); });
}

}  // namespace

Ast CopyPart(const Ast& ast, NodeId id) { return Copier(ast).Run(id); }

std::string PathOf(const Ast& ast, NodeId id) {
  const cel::Node& node = ast.node(id);
  if (node.kind == NodeKind::kIdentifier) return std::string(ast.name(id));
  if (node.kind != NodeKind::kSelect) return {};
  return PathOf(ast, ast.child(id, 0), ast.name(id));
}

std::string PathOf(const Ast& ast, NodeId id, std::string_view name) {
  const std::string above = PathOf(ast, id);
  if (above.empty()) return above;
  constexpr std::array<std::string_view, 4> kKeywords = {"false", "in", "null", "true"};
  const bool is_other = (!name.empty() && std::isdigit(static_cast<unsigned char>(name[0])) != 0) ||
                        std::find(kKeywords.begin(), kKeywords.end(), name) != kKeywords.end();
  const bool is_word = !is_other && std::all_of(name.begin(), name.end(), [](char c) {
    return c == '_' || std::isalnum(static_cast<unsigned char>(c)) != 0;
  });
  return is_word ? fmt::format("{}.{}", above, name) : fmt::format("{}.`{}`", above, name);
}

std::string_view RowRecordOf(const CheckedAst& checked, NodeId id) {
  if (checked.ast().node(id).kind == NodeKind::kIdentifier) {
    const std::string* const name = checked.ReferenceOf(id);
    return name == nullptr ? std::string_view() : RecordOfVariable(*name);
  }
  const Field* const field = FieldOf(checked, id);
  if (field != nullptr && field->type == ValueType::kRecord) return field->schema.type;
  return {};
}

const Field* FieldOf(const CheckedAst& checked, NodeId id) {
  const Ast& ast = checked.ast();
  const cel::Node& node = ast.node(id);
  if (node.kind != NodeKind::kSelect || node.Has(cel::Node::kOptionalSelect)) return nullptr;
  const std::string_view record = RowRecordOf(checked, ast.child(id, 0));
  return record.empty() ? nullptr : FindField(record, ast.name(id));
}

cel::Operator Mirrored(cel::Operator op) {
  using cel::Operator;
  switch (op) {
    case Operator::kLess:
      return Operator::kGreater;
    case Operator::kLessEqual:
      return Operator::kGreaterEqual;
    case Operator::kGreater:
      return Operator::kLess;
    case Operator::kGreaterEqual:
      return Operator::kLessEqual;
    default:
      return op;
  }
}

std::optional<Value> Fold(const Ast& ast, NodeId id) {
  if (ast.node(id).kind == NodeKind::kConstant) return ast.constant(id);
  if (HasNames(ast, id)) return std::nullopt;
  absl::StatusOr<cel::Program> program = cel::Program::Create(CopyPart(ast, id), RuleEnvironment());
  if (!program.ok()) return std::nullopt;
  absl::StatusOr<Value> value = program->Evaluate(NoVariables());
  if (!value.ok()) return std::nullopt;
  return *std::move(value);
}

std::optional<std::string> FoldText(const Ast& ast, NodeId id) {
  const std::optional<Value> value = Fold(ast, id);
  if (!value || !value->Is(Kind::kString)) return std::nullopt;
  return std::string(value->text());
}

std::optional<std::vector<std::string>> FoldTexts(const Ast& ast, NodeId id) {
  const std::optional<Value> list = Fold(ast, id);
  if (!list || !list->Is(Kind::kList)) return std::nullopt;
  std::vector<std::string> texts;
  for (const Value& item : list->list()) {
    if (!item.Is(Kind::kString)) return std::nullopt;
    texts.emplace_back(item.text());
  }
  return texts;
}

std::optional<std::int64_t> NumberOf(const Value& value, ValueType type) {
  switch (type) {
    case ValueType::kBool:
      if (value.Is(Kind::kBool)) return value.bool_value() ? 1 : 0;
      return std::nullopt;
    case ValueType::kInt:
      if (value.Is(Kind::kInt)) return value.int_value();
      return std::nullopt;
    case ValueType::kDouble: {
      if (value.Is(Kind::kDouble)) return std::bit_cast<std::int64_t>(value.double_value());
      constexpr std::int64_t kExact = std::int64_t{1} << 53;
      if (!value.Is(Kind::kInt) || value.int_value() > kExact || value.int_value() < -kExact) {
        return std::nullopt;
      }
      return std::bit_cast<std::int64_t>(static_cast<double>(value.int_value()));
    }
    case ValueType::kMoney:
      if (value.Is(Kind::kOpaque) && value.type_name() == kMoneyType) {
        return static_cast<const MoneyValue&>(value.opaque()).micros();
      }
      return MicrosOf(value);
    case ValueType::kTime:
      if (!value.Is(Kind::kTimestamp) || value.nanos() % 1'000'000 != 0) return std::nullopt;
      return value.seconds() * 1'000 + value.nanos() / 1'000'000;
    default:
      return std::nullopt;
  }
}

std::optional<ValueType> TypeOf(const cel::Type& type) {
  switch (type.kind()) {
    case TypeKind::kBool:
      return ValueType::kBool;
    case TypeKind::kInt:
      return ValueType::kInt;
    case TypeKind::kDouble:
      return ValueType::kDouble;
    case TypeKind::kTimestamp:
      return ValueType::kTime;
    case TypeKind::kString:
      return ValueType::kText;
    case TypeKind::kOpaque:
      if (type.name() == kMoneyType) return ValueType::kMoney;
      return std::nullopt;
    default:
      return std::nullopt;
  }
}

}  // namespace orderwright::rules_internal
