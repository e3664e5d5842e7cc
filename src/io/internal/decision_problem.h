// The problem of a decision with the names that orderwright.problem/1 needs.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_DECISION_PROBLEM_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_DECISION_PROBLEM_H_

#include "orderwright/io/problem_json.h"
#include "orderwright/routing/explanation.h"

namespace orderwright::io_internal {

[[nodiscard]] io::ProblemDocument ProblemOf(const DecisionRecord& record);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_DECISION_PROBLEM_H_
