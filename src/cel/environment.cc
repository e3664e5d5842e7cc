#include "orderwright/cel/environment.h"

#include <utility>

#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"

namespace orderwright::cel {
namespace {

// `type` with opaque types that are named like a record made that record.
Type WithRecords(const Type& type, const Environment& environment) {
  if (type.Is(TypeKind::kOpaque) && type.parameters().empty()) {
    if (auto record = environment.FindRecord(type.name())) return Type::Record(std::move(record));
  }
  std::vector<Type> parameters;
  for (const Type& parameter : type.parameters()) {
    parameters.push_back(WithRecords(parameter, environment));
  }
  switch (type.kind()) {
    case TypeKind::kList:
      return Type::List(parameters[0]);
    case TypeKind::kMap:
      return Type::Map(parameters[0], parameters[1]);
    case TypeKind::kOptional:
      return Type::Optional(parameters[0]);
    case TypeKind::kOpaque:
      return Type::Opaque(std::string(type.name()), std::move(parameters));
    default:
      return type;
  }
}

std::string_view Trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

// The parts of "a, b(c, d)" between commas that stand outside parentheses.
std::vector<std::string_view> SplitArguments(std::string_view text) {
  std::vector<std::string_view> parts;
  int depth = 0;
  std::size_t from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '(') ++depth;
    if (text[i] == ')') --depth;
    if (text[i] == ',' && depth == 0) {
      parts.push_back(Trimmed(text.substr(from, i - from)));
      from = i + 1;
    }
  }
  if (!Trimmed(text).empty()) parts.push_back(Trimmed(text.substr(from)));
  return parts;
}

}  // namespace

bool Accepts(const Type& type, const Value& value) {
  switch (type.kind()) {
    case TypeKind::kDyn:
    case TypeKind::kParameter:
    case TypeKind::kError:
      return true;
    case TypeKind::kNull:
      return value.Is(Kind::kNull);
    case TypeKind::kBool:
      return value.Is(Kind::kBool);
    case TypeKind::kInt:
      return value.Is(Kind::kInt);
    case TypeKind::kUint:
      return value.Is(Kind::kUint);
    case TypeKind::kDouble:
      return value.Is(Kind::kDouble);
    case TypeKind::kString:
      return value.Is(Kind::kString);
    case TypeKind::kBytes:
      return value.Is(Kind::kBytes);
    case TypeKind::kTimestamp:
      return value.Is(Kind::kTimestamp);
    case TypeKind::kDuration:
      return value.Is(Kind::kDuration);
    case TypeKind::kList:
      return value.Is(Kind::kList);
    case TypeKind::kMap:
      return value.Is(Kind::kMap);
    case TypeKind::kType:
      return value.Is(Kind::kType);
    case TypeKind::kOptional:
      return value.Is(Kind::kOptional);
    case TypeKind::kRecord:
      return value.Is(Kind::kRecord) && value.type_name() == type.name();
    case TypeKind::kOpaque:
      return value.Is(Kind::kOpaque) && value.type_name() == type.name();
  }
  return false;
}

absl::StatusOr<Overload> Overload::Parse(std::string_view signature) {
  // The parameters are the parenthesis that ends before the colon of the result.
  const std::size_t colon = signature.rfind(':');
  const std::string_view head = Trimmed(signature.substr(0, colon));
  if (colon == std::string_view::npos || head.empty() || head.back() != ')') {
    return InvalidArgument("'{}' is not a signature such as \"string.(int): bool\"", signature);
  }
  std::size_t open = head.size();
  int depth = 0;
  do {
    if (open == 0) return InvalidArgument("'{}': parentheses do not match", signature);
    --open;
    if (head[open] == ')') ++depth;
    if (head[open] == '(') --depth;
  } while (depth > 0);
  Overload overload;
  ORDERWRIGHT_ASSIGN_OR_RETURN(overload.result, Type::Parse(signature.substr(colon + 1), true));
  const std::string_view receiver = head.substr(0, open);
  if (!receiver.empty()) {
    if (receiver.back() != '.') {
      return InvalidArgument("'{}': the type of a receiver ends with '.'", signature);
    }
    ORDERWRIGHT_ASSIGN_OR_RETURN(Type type,
                                 Type::Parse(receiver.substr(0, receiver.size() - 1), true));
    overload.member = true;
    overload.parameters.push_back(std::move(type));
  }
  for (std::string_view part : SplitArguments(head.substr(open + 1, head.size() - open - 2))) {
    if (part.size() > 3 && part.substr(part.size() - 3) == "...") {
      overload.variadic = true;
      part.remove_suffix(3);
    }
    ORDERWRIGHT_ASSIGN_OR_RETURN(Type type, Type::Parse(part, true));
    overload.parameters.push_back(std::move(type));
  }
  return overload;
}

std::string ToString(const Overload& overload) {
  std::string text;
  std::size_t i = 0;
  if (overload.member) {
    text = ToString(overload.parameters[0]) + ".";
    i = 1;
  }
  text += "(";
  for (std::size_t from = i; i < overload.parameters.size(); ++i) {
    if (i > from) text += ", ";
    text += ToString(overload.parameters[i]);
  }
  if (overload.variadic) text += "...";
  return text + "): " + ToString(overload.result);
}

void Environment::AddVariable(std::string_view name, Type type) {
  variables_.insert_or_assign(std::string(name), WithRecords(type, *this));
}

absl::Status Environment::AddVariable(std::string_view name, std::string_view type) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(Type parsed, ParseType(type));
  AddVariable(name, std::move(parsed));
  return absl::OkStatus();
}

void Environment::AddRecord(std::shared_ptr<const RecordType> record) {
  AddTypeName(record->name());
  records_.insert_or_assign(std::string(record->name()), std::move(record));
}

absl::Status Environment::AddFunction(std::string_view name, Overload overload) {
  auto function = std::make_shared<Function>();
  if (const auto found = functions_.find(name); found != functions_.end()) {
    *function = *found->second;
  }
  for (const Overload& other : function->overloads) {
    if (other.parameters == overload.parameters && other.member == overload.member &&
        other.variadic == overload.variadic) {
      return MakeStatus(
          absl::StatusCode::kAlreadyExists,
          fmt::format("function '{}' already has the overload {}", name, ToString(overload)));
    }
  }
  function->name = name;
  function->overloads.push_back(std::move(overload));
  functions_.insert_or_assign(std::string(name), std::move(function));
  return absl::OkStatus();
}

absl::Status Environment::AddFunction(std::string_view name, std::string_view signature,
                                      Implementation implementation, std::uint32_t cost) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(Overload overload, Overload::Parse(signature));
  overload.implementation = std::move(implementation);
  overload.cost = cost;
  for (Type& parameter : overload.parameters) parameter = WithRecords(parameter, *this);
  overload.result = WithRecords(overload.result, *this);
  return AddFunction(name, std::move(overload));
}

void Environment::AddTypeName(std::string_view name) {
  type_names_.insert_or_assign(std::string(name), true);
}

const Type* Environment::FindVariable(std::string_view name) const {
  const auto found = variables_.find(name);
  return found == variables_.end() ? nullptr : &found->second;
}

std::shared_ptr<const Function> Environment::FindFunction(std::string_view name) const {
  const auto found = functions_.find(name);
  return found == functions_.end() ? nullptr : found->second;
}

std::shared_ptr<const RecordType> Environment::FindRecord(std::string_view name) const {
  const auto found = records_.find(name);
  return found == records_.end() ? nullptr : found->second;
}

bool Environment::IsTypeName(std::string_view name) const {
  return type_names_.find(name) != type_names_.end();
}

std::vector<std::string> Environment::Candidates(std::string_view name) const {
  if (!name.empty() && name[0] == '.') return {std::string(name.substr(1))};
  std::vector<std::string> candidates;
  std::string_view scope = container_;
  while (!scope.empty()) {
    candidates.push_back(fmt::format("{}.{}", scope, name));
    const std::size_t dot = scope.rfind('.');
    scope = scope.substr(0, dot == std::string_view::npos ? 0 : dot);
  }
  candidates.emplace_back(name);
  return candidates;
}

absl::StatusOr<Type> Environment::ParseType(std::string_view text) const {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const Type type, Type::Parse(text));
  return WithRecords(type, *this);
}

std::vector<std::string_view> Environment::VariableNames() const {
  std::vector<std::string_view> names;
  for (const auto& [name, type] : variables_) names.push_back(name);
  return names;
}

std::vector<std::string_view> Environment::FunctionNames() const {
  std::vector<std::string_view> names;
  for (const auto& [name, function] : functions_) names.push_back(name);
  return names;
}

}  // namespace orderwright::cel
