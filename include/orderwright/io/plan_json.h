// orderwright.plan/1: a plan as JSON.
#ifndef ORDERWRIGHT_IO_PLAN_JSON_H_
#define ORDERWRIGHT_IO_PLAN_JSON_H_

#include <string>

#include "orderwright/core/export.h"
#include "orderwright/routing/plan.h"

namespace orderwright::io {

// One plan, one line (indent 0) or indented. What dates need is null until promise dates exist.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string PlanJson(const Plan& plan, int indent = 0);

}  // namespace orderwright::io

#endif  // ORDERWRIGHT_IO_PLAN_JSON_H_
