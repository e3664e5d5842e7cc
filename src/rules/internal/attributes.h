// Attributes of the host whose types are declared.
//
// Where a text reads one, the read becomes a call of a function that no text can name: its result
// is of the declared type, so the checker knows it, and lowering makes a field of it.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ATTRIBUTES_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ATTRIBUTES_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "orderwright/cel/checker.h"
#include "orderwright/cel/environment.h"
#include "orderwright/rules/language.h"

namespace orderwright::rules_internal {

[[nodiscard]] bool HasAttributes(std::string_view record);
// Of "bool", "int", "double", "string".
[[nodiscard]] std::optional<cel::Kind> KindOfAttribute(std::string_view type);

[[nodiscard]] absl::Status AddAttributeFunctions(cel::Environment& environment);

// Every read of a declared attribute as such a call, checked again.
[[nodiscard]] absl::StatusOr<cel::CheckedAst> WithAttributes(cel::CheckedAst checked,
                                                             const rules::Language& language);

// What a node reads, or whether it is set: `record.attributes` and the name.
struct AttributeUse {
  cel::NodeId attributes = 0;
  std::string name;
  bool has_default = false;
};
// Of a call that WithAttributes made.
[[nodiscard]] std::optional<AttributeUse> ReadOfAttribute(const cel::Ast& ast, cel::NodeId id);
// Of has(x.attributes.name), and of 'name' in x.attributes, where x has attributes.
[[nodiscard]] std::optional<AttributeUse> PresenceOfAttribute(const cel::CheckedAst& checked,
                                                              cel::NodeId id);

// Of either.
[[nodiscard]] std::optional<AttributeUse> UseOfAttribute(const cel::CheckedAst& checked,
                                                         cel::NodeId id);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ATTRIBUTES_H_
