// Explanations as Python objects, made from plans and from files.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_EXPLANATION_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_EXPLANATION_H_

#include <string>
#include <vector>

#include "handles.h"
#include "orderwright/routing/explanation.h"

namespace orderwright::python {

// Releases the GIL while it solves.
[[nodiscard]] ExplanationHandle ExplanationOf(DecisionRecord record, int next_best,
                                              bool break_evens, std::vector<std::string> why_not);

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_EXPLANATION_H_
