// The extension for optional values; the evaluator knows the syntax a.?b, a[?b], [?x] and {?k: v}.
#include <vector>

#include "src/cel/internal/library.h"
#include "src/cel/internal/operators.h"

namespace orderwright::cel_internal {
namespace {

Result Unwrap(Arguments arguments, CallContext& context) {
  const auto list = arguments[0].list();
  if (!context.Charge(list.size())) return Spent();
  std::vector<Value> out;
  for (const Value& item : list) {
    if (!item.Is(Kind::kOptional)) {
      return InvalidArgument("no such overload: unwrap takes optionals, not {}", item.type_name());
    }
    if (item.optional() != nullptr) out.push_back(*item.optional());
  }
  return Value::List(std::move(out));
}

}  // namespace

void AddOptionals(Environment& environment) {
  environment.AddTypeName("optional_type");
  Define(environment, "optional.of", "(T): optional_type(T)",
         [](Arguments arguments, CallContext&) -> Result { return Value::Some(arguments[0]); });
  Define(environment, "optional.ofNonZeroValue", "(T): optional_type(T)",
         [](Arguments arguments, CallContext&) -> Result {
           return IsZero(arguments[0]) ? Value::None() : Value::Some(arguments[0]);
         });
  Define(environment, "optional.none", "(): optional_type(T)",
         [](Arguments, CallContext&) -> Result { return Value::None(); });
  Define(environment, "hasValue", "optional_type(T).(): bool",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::Bool(arguments[0].optional() != nullptr);
         });
  Define(environment, "value", "optional_type(T).(): T",
         [](Arguments arguments, CallContext&) -> Result {
           if (arguments[0].optional() != nullptr) return *arguments[0].optional();
           return InvalidArgument("optional.none() has no value: ask hasValue(), or use orValue()");
         });
  // The evaluator asks for the argument only if the receiver has no value, and then comes here.
  const Body other = [](Arguments arguments, CallContext&) -> Result { return arguments[1]; };
  Define(environment, "or", "optional_type(T).(optional_type(T)): optional_type(T)", other);
  Define(environment, "orValue", "optional_type(T).(T): T", other);
  Define(environment, "optional.unwrap", "(list(optional_type(T))): list(T)", Unwrap);
  Define(environment, "unwrapOpt", "list(optional_type(T)).(): list(T)", Unwrap);
  Declare(environment, "_[_]", "(optional_type(list(T)), int): optional_type(T)");
  Declare(environment, "_[_]", "(optional_type(map(K, V)), K): optional_type(V)");
  Declare(environment, "_[?_]", "(list(T), int): optional_type(T)");
  Declare(environment, "_[?_]", "(map(K, V), K): optional_type(V)");
  Declare(environment, "_[?_]", "(optional_type(list(T)), int): optional_type(T)");
  Declare(environment, "_[?_]", "(optional_type(map(K, V)), K): optional_type(V)");
}

}  // namespace orderwright::cel_internal
