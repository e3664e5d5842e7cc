// Parts of a checked expression: which field of the row a node reads, and what value one has that
// reads nothing.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_PARTS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_PARTS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/cel/checker.h"
#include "src/rules/internal/fields.h"

namespace orderwright::rules_internal {

// The part of an expression below a node, as an expression of its own with the same places.
[[nodiscard]] cel::Ast CopyPart(const cel::Ast& ast, cel::NodeId id);

// "order.ship_to.country" for a chain of names; else empty. A name that is no word is in backticks,
// as it is selected.
[[nodiscard]] std::string PathOf(const cel::Ast& ast, cel::NodeId id);
// The same of a field of what a node is.
[[nodiscard]] std::string PathOf(const cel::Ast& ast, cel::NodeId id, std::string_view name);

// The record of the row that a node is: "order" for order, "customer" for order.customer.
[[nodiscard]] std::string_view RowRecordOf(const cel::CheckedAst& checked, cel::NodeId id);
// The field of the row that a node reads, or asks for with has(), if it does nothing else.
[[nodiscard]] const Field* FieldOf(const cel::CheckedAst& checked, cel::NodeId id);

// What a comparison is once its sides have changed places.
[[nodiscard]] cel::Operator Mirrored(cel::Operator op);

// The value of a part without names, if it has one.
[[nodiscard]] std::optional<cel::Value> Fold(const cel::Ast& ast, cel::NodeId id);
[[nodiscard]] std::optional<std::string> FoldText(const cel::Ast& ast, cel::NodeId id);
// Texts of a list of constant texts.
[[nodiscard]] std::optional<std::vector<std::string>> FoldTexts(const cel::Ast& ast,
                                                                cel::NodeId id);
// A folded value as a number of a type; absent if it has no exact one.
[[nodiscard]] std::optional<std::int64_t> NumberOf(const cel::Value& value, ValueType type);

// Absent: no value of a row has this type.
[[nodiscard]] std::optional<ValueType> TypeOf(const cel::Type& type);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_PARTS_H_
