#include "src/cel/internal/library.h"

#include "src/cel/internal/operators.h"
#include "src/core/internal/macros.h"

namespace orderwright::cel_internal {

void Define(Environment& environment, std::string_view name, std::string_view signature,
            Body body) {
  const absl::Status status = environment.AddFunction(name, signature, body);
  ORDERWRIGHT_ASSERT(status.ok());
  static_cast<void>(status);
}

void Declare(Environment& environment, std::string_view name, std::string_view signature) {
  const absl::Status status = environment.AddFunction(name, signature, Implementation());
  ORDERWRIGHT_ASSERT(status.ok());
  static_cast<void>(status);
}

bool ChargeSearch(CallContext& context, std::string_view text, std::string_view part) {
  return context.ChargeText(text.size() * (1 + part.size() / 32)) &&
         context.ChargeText(part.size());
}

std::optional<bool> ChargedEqual(const Value& a, const Value& b, CallContext& context) {
  const Value equal = Equal(a, b, context);
  if (!context.Charge(1) || !equal.Is(Kind::kBool)) return std::nullopt;
  return equal.bool_value();
}

}  // namespace orderwright::cel_internal

namespace orderwright::cel {
namespace {

Environment MakeStandard() {
  Environment environment;
  for (const char* const name :
       {"bool", "int", "uint", "double", "string", "bytes", "null_type", "list", "map", "type",
        "google.protobuf.Timestamp", "google.protobuf.Duration"}) {
    environment.AddTypeName(name);
  }
  cel_internal::AddOperators(environment);
  cel_internal::AddConversions(environment);
  cel_internal::AddText(environment);
  cel_internal::AddTime(environment);
  return environment;
}

Environment MakeFull() {
  Environment environment = StandardEnvironment();
  for (const Extension extension :
       {Extension::kStrings, Extension::kMath, Extension::kLists, Extension::kSets,
        Extension::kEncoders, Extension::kOptionals, Extension::kNetwork}) {
    AddExtension(extension, environment);
  }
  return environment;
}

}  // namespace

Environment StandardEnvironment() {
  static const Environment kStandard = MakeStandard();
  return kStandard;
}

Environment FullEnvironment() {
  static const Environment kFull = MakeFull();
  return kFull;
}

void AddExtension(Extension extension, Environment& environment) {
  switch (extension) {
    case Extension::kStrings:
      cel_internal::AddStrings(environment);
      cel_internal::AddFormat(environment);
      return;
    case Extension::kMath:
      return cel_internal::AddMath(environment);
    case Extension::kLists:
      return cel_internal::AddLists(environment);
    case Extension::kSets:
      return cel_internal::AddSets(environment);
    case Extension::kEncoders:
      return cel_internal::AddEncoders(environment);
    case Extension::kOptionals:
      return cel_internal::AddOptionals(environment);
    case Extension::kNetwork:
      return cel_internal::AddNetwork(environment);
  }
}

}  // namespace orderwright::cel
