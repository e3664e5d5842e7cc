#include "src/rules/internal/attributes.h"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/copier.h"

namespace orderwright::rules_internal {
namespace {

using cel::Ast;
using cel::CheckedAst;
using cel::Kind;
using cel::NodeId;
using cel::NodeKind;
using cel::Operator;
using cel::Value;

// Names of types, and of the functions that read them: '@' begins no name of a text.
struct Type {
  std::string_view name;
  Kind kind;
  std::string_view function;
};
constexpr std::array kTypes = {
    Type{"bool", Kind::kBool, "@attribute_bool"},
    Type{"int", Kind::kInt, "@attribute_int"},
    Type{"double", Kind::kDouble, "@attribute_double"},
    Type{"string", Kind::kString, "@attribute_string"},
};
const Type& TypeOf(Kind kind) {
  for (const Type& type : kTypes) {
    if (type.kind == kind) return type;
  }
  return kTypes.back();
}

absl::StatusOr<Value> Read(Kind kind, std::span<const Value> arguments) {
  const Value& name = arguments[1];
  const Value* const value = arguments[0].map().Find(name.text());
  if (value == nullptr) {
    if (arguments.size() > 2) return arguments[2];
    return NotFound("attribute '{0}' is not set; guard it: has(….attributes.{0}) && …",
                    name.text());
  }
  if (value->Is(kind)) return *value;
  if (kind == Kind::kDouble && value->Is(Kind::kInt)) {
    return Value::Double(static_cast<double>(value->int_value()));
  }
  return InvalidArgument("attribute '{}' is of type {}, and it is declared {}", name.text(),
                         value->type_name(), TypeOf(kind).name);
}

bool IsAttributes(const CheckedAst& checked, NodeId id) {
  const Ast& ast = checked.ast();
  if (ast.node(id).kind != NodeKind::kSelect || ast.name(id) != "attributes") return false;
  if (ast.node(id).Has(cel::Node::kPresence) || ast.node(id).Has(cel::Node::kOptionalSelect)) {
    return false;
  }
  const cel::Type& type = checked.type(ast.child(id, 0));
  return type.Is(cel::TypeKind::kRecord) && HasAttributes(type.record().name());
}

std::optional<std::string> TextAt(const Ast& ast, NodeId id) {
  if (ast.node(id).kind != NodeKind::kConstant || !ast.constant(id).Is(Kind::kString)) {
    return std::nullopt;
  }
  return std::string(ast.constant(id).text());
}

// What stands in the text: x.attributes.name or x.attributes['name'].
std::optional<AttributeUse> WrittenRead(const CheckedAst& checked, NodeId id) {
  const Ast& ast = checked.ast();
  const cel::Node& node = ast.node(id);
  if (node.kind == NodeKind::kSelect) {
    if (node.Has(cel::Node::kPresence) || node.Has(cel::Node::kOptionalSelect)) return std::nullopt;
    if (!IsAttributes(checked, ast.child(id, 0))) return std::nullopt;
    return AttributeUse{ast.child(id, 0), std::string(ast.name(id))};
  }
  if (node.kind != NodeKind::kCall || node.op != Operator::kIndex) return std::nullopt;
  if (!IsAttributes(checked, ast.child(id, 0))) return std::nullopt;
  std::optional<std::string> name = TextAt(ast, ast.child(id, 1));
  if (!name) return std::nullopt;
  return AttributeUse{ast.child(id, 0), *std::move(name)};
}

class Rewriter final : public Copier {
 public:
  Rewriter(const CheckedAst& checked, const rules::Language& language)
      : Copier(checked.ast()), checked_(checked), language_(language) {}
  // Absent: it reads none.
  std::optional<Ast> Run() && {
    Ast copy = std::move(*this).Copier::Run(ast_.root());
    if (!changed_) return std::nullopt;
    return copy;
  }

 private:
  NodeId Copy(NodeId id) override {
    if (const std::optional<AttributeUse> use = WrittenRead(checked_, id)) {
      const std::string_view record = checked_.type(ast_.child(use->attributes, 0)).record().name();
      if (const auto* declared = language_.FindAttribute(record, use->name)) {
        return Call(id, *use, *declared);
      }
    }
    return Copier::Copy(id);
  }
  NodeId Call(NodeId id, const AttributeUse& use, const rules::AttributeDeclaration& declared) {
    changed_ = true;
    cel::Node node;
    node.begin = ast_.node(id).begin;
    node.end = ast_.node(id).end;
    node.at = ast_.node(id).at;
    std::vector<NodeId> arguments = {Copy(use.attributes),
                                     builder_.AddConstant(node, Value::String(use.name))};
    if (declared.default_value) {
      arguments.push_back(builder_.AddConstant(node, *declared.default_value));
    }
    node.kind = NodeKind::kCall;
    return builder_.AddNamed(node, TypeOf(declared.type).function, arguments);
  }

  const CheckedAst& checked_;
  const rules::Language& language_;
  bool changed_ = false;
};

}  // namespace

bool HasAttributes(std::string_view record) {
  return record == "order" || record == "line" || record == "item" || record == "location";
}

std::optional<Kind> KindOfAttribute(std::string_view type) {
  for (const Type& known : kTypes) {
    if (known.name == type) return known.kind;
  }
  return std::nullopt;
}

absl::Status AddAttributeFunctions(cel::Environment& environment) {
  for (const Type& type : kTypes) {
    const auto read = [kind = type.kind](std::span<const Value> arguments, cel::CallContext&) {
      return Read(kind, arguments);
    };
    ORDERWRIGHT_RETURN_IF_ERROR(environment.AddFunction(
        type.function, fmt::format("(map(string, dyn), string): {}", type.name), read, 1));
    ORDERWRIGHT_RETURN_IF_ERROR(environment.AddFunction(
        type.function, fmt::format("(map(string, dyn), string, {0}): {0}", type.name), read, 1));
  }
  return absl::OkStatus();
}

absl::StatusOr<CheckedAst> WithAttributes(CheckedAst checked, const rules::Language& language) {
  if (!language.has_attributes()) return checked;
  std::optional<Ast> ast = Rewriter(checked, language).Run();
  if (!ast) return checked;
  return cel::Check(*std::move(ast), *language.environment());
}

std::optional<AttributeUse> ReadOfAttribute(const Ast& ast, NodeId id) {
  const cel::Node& node = ast.node(id);
  if (node.kind != NodeKind::kCall || node.op != Operator::kNone) return std::nullopt;
  if (!ast.name(id).starts_with("@attribute_")) return std::nullopt;
  std::optional<std::string> name = TextAt(ast, ast.child(id, 1));
  if (!name) return std::nullopt;
  return AttributeUse{ast.child(id, 0), *std::move(name), node.child_count > 2};
}

std::optional<AttributeUse> PresenceOfAttribute(const CheckedAst& checked, NodeId id) {
  const Ast& ast = checked.ast();
  const cel::Node& node = ast.node(id);
  if (node.kind == NodeKind::kSelect && node.Has(cel::Node::kPresence)) {
    if (!IsAttributes(checked, ast.child(id, 0))) return std::nullopt;
    return AttributeUse{ast.child(id, 0), std::string(ast.name(id))};
  }
  if (node.kind != NodeKind::kCall || node.op != Operator::kIn) return std::nullopt;
  std::optional<std::string> name = TextAt(ast, ast.child(id, 0));
  if (!name || !IsAttributes(checked, ast.child(id, 1))) return std::nullopt;
  return AttributeUse{ast.child(id, 1), *std::move(name)};
}

std::optional<AttributeUse> UseOfAttribute(const CheckedAst& checked, NodeId id) {
  std::optional<AttributeUse> use = ReadOfAttribute(checked.ast(), id);
  return use ? use : PresenceOfAttribute(checked, id);
}

}  // namespace orderwright::rules_internal
