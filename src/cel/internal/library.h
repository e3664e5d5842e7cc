// Library: how the functions of the language are defined, one file a subject.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_LIBRARY_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_LIBRARY_H_

#include <optional>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "orderwright/cel/environment.h"
#include "orderwright/core/status.h"
#include "src/cel/internal/value_access.h"

namespace orderwright::cel_internal {

using Arguments = std::span<const Value>;
using Result = absl::StatusOr<Value>;
using Body = Result (*)(Arguments, CallContext&);

// Defines an overload. The signatures are ours, so a wrong one is a bug.
void Define(Environment& environment, std::string_view name, std::string_view signature, Body body);
// Declares an overload that the evaluator itself knows.
void Declare(Environment& environment, std::string_view name, std::string_view signature);

// The result of an implementation whose budget is spent; the evaluation ends with its own error.
[[nodiscard]] inline absl::Status Spent() {
  return MakeStatus(absl::StatusCode::kResourceExhausted, "cost limit exceeded");
}

// Pays for a search of `part` in `text`: each place may be compared with all of the part.
[[nodiscard]] bool ChargeSearch(CallContext& context, std::string_view text, std::string_view part);
// Pays for comparing `a` with `b` and does it; nothing if the budget is spent.
[[nodiscard]] std::optional<bool> ChargedEqual(const Value& a, const Value& b,
                                               CallContext& context);

void AddOperators(Environment& environment);
void AddConversions(Environment& environment);
void AddText(Environment& environment);
void AddTime(Environment& environment);
void AddStrings(Environment& environment);
void AddFormat(Environment& environment);
void AddMath(Environment& environment);
void AddLists(Environment& environment);
void AddSets(Environment& environment);
void AddEncoders(Environment& environment);
void AddOptionals(Environment& environment);
void AddNetwork(Environment& environment);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_LIBRARY_H_
