// Operators on values. What goes wrong is a value of Kind::kError, so that && and || can absorb it.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_OPERATORS_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_OPERATORS_H_

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "orderwright/cel/ast.h"
#include "orderwright/cel/function.h"
#include "orderwright/cel/value.h"
#include "src/cel/internal/value_access.h"

namespace orderwright::cel_internal {

template <typename... Args>
[[nodiscard]] Value Fail(fmt::format_string<Args...> text, Args&&... args) {
  return ValueAccess::Error(fmt::format(text, std::forward<Args>(args)...), -1);
}

// Each takes values that are neither errors nor unknown. Without a value there is no overload of
// the language itself for these types.
[[nodiscard]] std::optional<Value> Negate(const Value& value);
[[nodiscard]] std::optional<Value> Arithmetic(Operator op, const Value& a, const Value& b,
                                              CallContext& context);
// <, <=, >, >=
[[nodiscard]] std::optional<Value> Ordering(Operator op, const Value& a, const Value& b,
                                            CallContext& context);
// Charges what it compares.
[[nodiscard]] Value Equal(const Value& a, const Value& b, CallContext& context);
[[nodiscard]] std::optional<Value> In(const Value& element, const Value& container,
                                      CallContext& context);
// container[index]; for an optional container the result is optional.
[[nodiscard]] std::optional<Value> Index(const Value& container, const Value& index);
// container[?index]
[[nodiscard]] std::optional<Value> OptionalIndex(const Value& container, const Value& index);
// operand.field and operand.?field
[[nodiscard]] Value Select(const Value& operand, std::string_view field);
[[nodiscard]] Value OptionalSelect(const Value& operand, std::string_view field);
// has(operand.field)
[[nodiscard]] Value Has(const Value& operand, std::string_view field);

// False and 0, empty text, lists, maps and optionals, null: what optional.ofNonZeroValue drops.
[[nodiscard]] bool IsZero(const Value& value);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_OPERATORS_H_
