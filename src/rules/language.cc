#include "orderwright/rules/language.h"

#include <algorithm>
#include <cctype>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "orderwright/cel/ast.h"
#include "orderwright/cel/parser.h"
#include "orderwright/core/status.h"
#include "orderwright/rules/schema.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/attributes.h"

namespace orderwright::rules {
namespace {

using cel::Kind;

// Whether a text that has it alone names something: no reserved word.
bool IsName(std::string_view name) {
  const absl::StatusOr<cel::Ast> ast = cel::Parse(name);
  return ast.ok() && ast->node(ast->root()).kind == cel::NodeKind::kIdentifier &&
         ast->name(ast->root()) == name;
}

bool IsPlain(const cel::Value& value) {
  return value.Is(Kind::kBool) || value.Is(Kind::kInt) || value.Is(Kind::kDouble) ||
         value.Is(Kind::kString);
}

// What the checker was told must be true of what comes.
cel::Implementation OfResult(std::string name, cel::Type result,
                             cel::Implementation implementation) {
  if (!implementation) return implementation;
  return [name = std::move(name), type = std::move(result),
          implementation = std::move(implementation)](
             std::span<const cel::Value> arguments,
             cel::CallContext& context) -> absl::StatusOr<cel::Value> {
    absl::StatusOr<cel::Value> value = implementation(arguments, context);
    if (!value.ok() || Accepts(type, *value)) return value;
    if (type.Is(cel::TypeKind::kDouble) && value->Is(Kind::kInt)) {
      return cel::Value::Double(static_cast<double>(value->int_value()));
    }
    return InvalidArgument("function '{}' gave a value of type {}, and it is declared {}", name,
                           value->type_name(), ToString(type));
  };
}

}  // namespace

Language::Language() : environment_(RuleEnvironment()) {}

absl::Status Language::AddFunction(std::string_view name, std::string_view signature,
                                   cel::Implementation implementation, std::uint32_t cost) {
  if (!IsName(name)) {
    return InvalidArgument(
        "'{}' is no name of a function; letters, digits and _, no digit first, no "
        "reserved word",
        name);
  }
  ORDERWRIGHT_ASSIGN_OR_RETURN(const cel::Overload overload, cel::Overload::Parse(signature));
  cel::Environment environment = *environment_;
  ORDERWRIGHT_RETURN_IF_ERROR(environment.AddFunction(
      name, signature, OfResult(std::string(name), overload.result, std::move(implementation)),
      cost));
  environment_ = std::make_shared<const cel::Environment>(std::move(environment));
  return absl::OkStatus();
}

absl::Status Language::AddConstant(std::string_view name, cel::Value value) {
  if (!IsName(name)) {
    return InvalidArgument(
        "'{}' is no name of a constant; letters, digits and _, no digit first, no "
        "reserved word",
        name);
  }
  if (environment_->FindVariable(name) != nullptr || constants_.contains(name)) {
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      fmt::format("there is a '{}' already", name));
  }
  const bool is_list = value.Is(Kind::kList);
  if (is_list ? !std::all_of(value.list().begin(), value.list().end(), IsPlain) : !IsPlain(value)) {
    return InvalidArgument(
        "constant '{}' must be a bool, an int, a double, a string, or a list of these", name);
  }
  constants_.emplace(std::string(name), std::move(value));
  return absl::OkStatus();
}

absl::Status Language::DeclareAttribute(std::string_view record, std::string_view name,
                                        std::string_view type,
                                        std::optional<cel::Value> default_value) {
  if (!rules_internal::HasAttributes(record)) {
    return InvalidArgument("'{}' has no attributes; order, line, item and location have some",
                           record);
  }
  // Others cannot be selected, so has() could not ask for them.
  const bool is_selectable = std::all_of(name.begin(), name.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("_-./ ").find(c) != std::string_view::npos;
  });
  if (name.empty() || !is_selectable) {
    return InvalidArgument(
        "'{}' is no name of a declared attribute of {}; letters, digits, _, -, ., / and spaces",
        name, record);
  }
  const std::optional<cel::Kind> kind = rules_internal::KindOfAttribute(type);
  if (!kind) {
    return InvalidArgument(
        "attribute '{}' of {} is declared '{}'; it must be bool, int, double or string", name,
        record, type);
  }
  if (default_value && *kind == Kind::kDouble && default_value->Is(Kind::kInt)) {
    default_value = cel::Value::Double(static_cast<double>(default_value->int_value()));
  }
  if (default_value && !default_value->Is(*kind)) {
    return InvalidArgument("the default of attribute '{}' of {} is a {}, and it is declared {}",
                           name, record, default_value->type_name(), type);
  }
  std::pair<std::string, std::string> key(record, name);
  if (attributes_.contains(key)) {
    return MakeStatus(absl::StatusCode::kAlreadyExists,
                      fmt::format("attribute '{}' of {} is declared already", name, record));
  }
  if (attributes_.empty()) {
    cel::Environment environment = *environment_;
    ORDERWRIGHT_RETURN_IF_ERROR(rules_internal::AddAttributeFunctions(environment));
    environment_ = std::make_shared<const cel::Environment>(std::move(environment));
  }
  AttributeDeclaration declared{key.first, key.second, *kind, std::move(default_value)};
  attributes_.emplace(std::move(key), std::move(declared));
  return absl::OkStatus();
}

const AttributeDeclaration* Language::FindAttribute(std::string_view record,
                                                    std::string_view name) const {
  const auto at = attributes_.find(std::pair(std::string(record), std::string(name)));
  return at == attributes_.end() ? nullptr : &at->second;
}

const cel::Value* Language::FindConstant(std::string_view name) const {
  const auto at = constants_.find(name);
  return at == constants_.end() ? nullptr : &at->second;
}

}  // namespace orderwright::rules
