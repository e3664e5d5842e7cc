// Guards: whether every read of a field that may be unset stands where has() has asked for it.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_GUARDS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_GUARDS_H_

#include <optional>
#include <string>
#include <vector>

#include "orderwright/cel/checker.h"

namespace orderwright::rules_internal {

// An issue for each read without a guard, which says how to write it. A guard is has(x.y) as a term
// of the same &&, !has(x.y) as a term of the same ||, or either as the condition of ?:. `given`
// is known to be true; null: nothing is.
[[nodiscard]] std::vector<cel::Issue> UnguardedReads(const cel::CheckedAst& checked,
                                                     const cel::CheckedAst* given = nullptr);

// What is read without a guard, each path once: "order.ship_to", "order.ship_to.country". If all of
// them are set, none of the reads fails for want of a value. Absent if one of them has no path from
// a variable of the rule.
[[nodiscard]] std::optional<std::vector<std::string>> UnsetPaths(const cel::CheckedAst& checked);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_GUARDS_H_
