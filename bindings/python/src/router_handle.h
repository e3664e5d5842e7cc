// A Router as Python has it: with what its rules raised.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_ROUTER_HANDLE_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_ROUTER_HANDLE_H_

#include <memory>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

#include "absl/status/statusor.h"
#include "convert.h"
#include "orderwright/routing/router.h"
#include "rules.h"

namespace orderwright::python {

struct RouterHandle {
  Router router;
  std::shared_ptr<Failures> failures;

  // Raises what stopped a call, if anything did.
  template <typename T>
  [[nodiscard]] T Answer(absl::StatusOr<T> result) const {
    if (!result.ok() && failures) failures->Raise(result.status());
    if (failures) failures->Forget();
    return Unwrap(std::move(result));
  }
};

// Pairs of a location's id and an instant or None, as a list.
[[nodiscard]] std::vector<rules::Rejection> RejectionsOf(const World& world,
                                                         const py::object& list);

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_ROUTER_HANDLE_H_
