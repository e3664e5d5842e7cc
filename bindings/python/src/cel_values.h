// Values of the Common Expression Language to Python and back. The GIL must be held.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_CEL_VALUES_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_CEL_VALUES_H_

#include <string>

#include <pybind11/pybind11.h>

#include "absl/status/statusor.h"
#include "orderwright/cel/value.h"

namespace orderwright::python {

// Raises InvalidInput, which names `path`, for what the language does not have.
[[nodiscard]] cel::Value ValueFromPython(pybind11::handle object, const std::string& path);

// Errors: kInvalidArgument: it is too large, or Python has no such value.
[[nodiscard]] absl::StatusOr<pybind11::object> ValueToPython(const cel::Value& value);

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_CEL_VALUES_H_
