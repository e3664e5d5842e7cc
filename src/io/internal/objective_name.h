// The name of an objective in orderwright.problem/1 and solution/1.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_OBJECTIVE_NAME_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_OBJECTIVE_NAME_H_

#include <string>

#include "orderwright/io/problem_json.h"
#include "orderwright/solver/problem.h"

namespace orderwright::io_internal {

// "cost", "shortfall", "shipments", "lateness", "rank" or "rank:NAME".
std::string ObjectiveName(const io::ProblemDocument& document, const solver::Objective& objective);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_OBJECTIVE_NAME_H_
