// Constants of the host, put into an expression where their names stand.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_CONSTANTS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_CONSTANTS_H_

#include "orderwright/cel/ast.h"
#include "orderwright/rules/language.h"

namespace orderwright::rules_internal {

// A variable of a comprehension hides a constant of its name.
[[nodiscard]] cel::Ast WithConstants(cel::Ast ast, const rules::Language& language);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_CONSTANTS_H_
