#include "src/cel/internal/inference.h"

#include <charconv>
#include <map>
#include <string>

#include <fmt/format.h>

namespace orderwright::cel_internal {
namespace {

// Types that a message could be: null stands for its absence.
bool IsNullable(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kNull:
    case TypeKind::kTimestamp:
    case TypeKind::kDuration:
    case TypeKind::kOptional:
    case TypeKind::kRecord:
    case TypeKind::kOpaque:
      return true;
    default:
      return false;
  }
}

bool IsVariable(const Type& type) { return type.Is(TypeKind::kParameter); }

using Letters = std::map<std::string, Type, std::less<>>;

// `type` with each letter a variable, the same one for the same letter.
Type Instance(const Type& type, Letters& letters, Inference& inference) {
  if (IsVariable(type)) {
    const auto found = letters.find(type.name());
    if (found != letters.end()) return found->second;
    return letters.emplace(type.name(), inference.NewVariable()).first->second;
  }
  if (type.parameters().empty()) return type;
  std::vector<Type> parameters;
  for (const Type& parameter : type.parameters()) {
    parameters.push_back(Instance(parameter, letters, inference));
  }
  return WithParameters(type, std::move(parameters));
}

}  // namespace

Type WithParameters(const Type& type, std::vector<Type> parameters) {
  switch (type.kind()) {
    case TypeKind::kList:
      return Type::List(std::move(parameters[0]));
    case TypeKind::kMap:
      return Type::Map(std::move(parameters[0]), std::move(parameters[1]));
    case TypeKind::kType:
      return Type::OfType(std::move(parameters[0]));
    case TypeKind::kOptional:
      return Type::Optional(std::move(parameters[0]));
    case TypeKind::kOpaque:
      return Type::Opaque(std::string(type.name()), std::move(parameters));
    default:
      return type;
  }
}

Type Inference::NewVariable() {
  bound_.emplace_back();
  return Type::Parameter(fmt::format("{}", bound_.size() - 1));
}

std::size_t Inference::NumberOf(const Type& variable) const {
  std::size_t number = 0;
  const std::string_view name = variable.name();
  std::from_chars(name.data(), name.data() + name.size(), number);
  return number;
}

void Inference::Set(std::size_t variable, Type type) {
  trail_.push_back({variable, std::move(bound_[variable])});
  bound_[variable] = std::move(type);
}

void Inference::RollBack(std::size_t variables) {
  for (; !trail_.empty(); trail_.pop_back()) {
    bound_[trail_.back().variable] = std::move(trail_.back().before);
  }
  bound_.resize(variables);
}

bool Inference::Fits(const Type& given, const Type& wanted) {
  const bool fits = FitsOrBinds(given, wanted);
  if (!fits) RollBack(bound_.size());
  trail_.clear();
  return fits;
}

bool Inference::FitsOrBinds(const Type& given, const Type& wanted) {
  if (!Step()) return false;
  if (IsVariable(wanted)) {
    bool known = false;
    if (Binds(given, wanted, known)) return true;
    if (known) return false;
  }
  if (IsVariable(given)) {
    bool known = false;
    return Binds(wanted, given, known);
  }
  if (given.IsDynamic() || wanted.IsDynamic()) return true;
  if (given.Is(TypeKind::kNull)) return IsNullable(wanted);
  if (wanted.Is(TypeKind::kNull)) return IsNullable(given);
  if (given.kind() != wanted.kind()) return false;
  switch (given.kind()) {
    // What type a type value names is not known until it runs.
    case TypeKind::kType:
      return true;
    case TypeKind::kRecord:
      return given.name() == wanted.name();
    case TypeKind::kOpaque:
      return given.name() == wanted.name() &&
             given.parameters().size() == wanted.parameters().size() && FitsParts(given, wanted);
    default:
      return FitsParts(given, wanted);
  }
}

bool Inference::FitsParts(const Type& given, const Type& wanted) {
  for (std::size_t i = 0; i < given.parameters().size(); ++i) {
    if (!FitsOrBinds(given.parameters()[i], wanted.parameters()[i])) return false;
  }
  return true;
}

bool Inference::Binds(const Type& type, const Type& variable, bool& known) {
  const std::size_t number = NumberOf(variable);
  if (IsVariable(type) && NumberOf(type) == number) {
    known = true;
    return true;
  }
  // A copy: binding other variables may move it.
  if (const std::optional<Type> before = bound_[number]) {
    known = true;
    if (IsVariable(type) && IsVariable(*before) && NumberOf(type) == NumberOf(*before)) return true;
    if (!FitsOrBinds(type, *before)) return false;
    Type general = MoreGeneral(type, *before);
    if (!Occurs(number, general)) Set(number, std::move(general));
    return true;
  }
  if (Occurs(number, type)) return false;
  Set(number, type);
  return true;
}

bool Inference::Occurs(std::size_t variable, const Type& type) {
  if (!Step()) return true;
  if (IsVariable(type)) {
    const std::size_t number = NumberOf(type);
    return number == variable || (bound_[number] && Occurs(variable, *bound_[number]));
  }
  for (const Type& parameter : type.parameters()) {
    if (Occurs(variable, parameter)) return true;
  }
  return false;
}

// Of two types of which one fits the other.
Type Inference::MoreGeneral(const Type& a, const Type& b) {
  if (!Step()) return Type();
  if (a.IsDynamic() || IsVariable(a)) return a;
  if (b.IsDynamic() || IsVariable(b)) return b;
  if (a.Is(TypeKind::kNull)) return b;
  if (b.Is(TypeKind::kNull) || a.parameters().empty()) return a;
  // Types as values fit each other whatever they are of.
  if (a.Is(TypeKind::kType)) return a == b ? a : Type::OfType(Type());
  std::vector<Type> parameters;
  for (std::size_t i = 0; i < a.parameters().size(); ++i) {
    parameters.push_back(MoreGeneral(a.parameters()[i], b.parameters()[i]));
  }
  return WithParameters(a, std::move(parameters));
}

Type Inference::Join(const Type& a, const Type& b) {
  return Fits(a, b) ? MoreGeneral(a, b) : Type();
}

Type Inference::Resolved(const Type& type, bool free_to_dyn) {
  if (!Step()) return Type();
  if (IsVariable(type)) {
    const std::optional<Type> bound = bound_[NumberOf(type)];
    if (bound) return Resolved(*bound, free_to_dyn);
    return free_to_dyn ? Type() : type;
  }
  if (type.parameters().empty()) return type;
  std::vector<Type> parameters;
  for (const Type& parameter : type.parameters()) {
    parameters.push_back(Resolved(parameter, free_to_dyn));
  }
  return WithParameters(type, std::move(parameters));
}

bool Inference::IsKnown(const Type& type) {
  if (!Step() || type.IsDynamic() || IsVariable(type)) return false;
  for (const Type& parameter : type.parameters()) {
    if (!IsKnown(parameter)) return false;
  }
  return true;
}

std::optional<Type> Inference::Call(const Overload& overload, const std::vector<Type>& arguments) {
  const std::size_t count = overload.parameters.size();
  if (overload.variadic ? arguments.size() < count : arguments.size() != count) {
    return std::nullopt;
  }
  const std::size_t variables = bound_.size();
  Letters letters;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const Type& parameter = overload.parameters[i < count ? i : count - 1];
    if (!FitsOrBinds(arguments[i], Instance(parameter, letters, *this))) {
      RollBack(variables);
      return std::nullopt;
    }
  }
  trail_.clear();
  return Resolved(Instance(overload.result, letters, *this));
}

}  // namespace orderwright::cel_internal
