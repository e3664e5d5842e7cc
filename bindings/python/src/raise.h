// Raise: the one place where a Status becomes a Python exception. Nothing else here throws.
//
// Long calls into the library run without the GIL, and an exception is made only after it is back:
//
//   absl::StatusOr<Plan> plan = WithoutGil([&] { return router.Route(order, view); });
//   return Unwrap(std::move(plan));
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_RAISE_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_RAISE_H_

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/core/issue.h"

namespace orderwright::python {

namespace py = pybind11;

// How the issues of a document are named. A document that was made from Python objects has no
// lines that its author knows: "1:345: [16].lines[0]" is told as "orders[16].lines[0]".
struct Naming {
  bool places = true;  // keep "LINE:COLUMN: " at the head of paths
  std::string root;    // put before a path that begins with an index
};

// The text as a Python str; bytes that are not UTF-8 become U+FFFD.
[[nodiscard]] py::str Text(std::string_view text);
// The path of an issue as it is told.
[[nodiscard]] std::string Named(std::string_view path, const Naming& naming);
// orderwright.Issue values.
[[nodiscard]] py::list IssuesAsList(const std::vector<Issue>& issues, const Naming& naming = {});

// The exception of a status's code. The GIL must be held.
[[nodiscard]] py::object ErrorOf(const absl::Status& status, const Naming& naming = {});
// Raises it.
[[noreturn]] void Raise(const absl::Status& status, const Naming& naming = {});
// The same with a Python exception as its cause (`raise … from cause`).
[[noreturn]] void RaiseFrom(const absl::Status& status, const py::object& cause);

inline void Check(const absl::Status& status, const Naming& naming = {}) {
  if (!status.ok()) Raise(status, naming);
}

template <typename T>
[[nodiscard]] T Unwrap(absl::StatusOr<T> result, const Naming& naming = {}) {
  if (!result.ok()) Raise(result.status(), naming);
  return *std::move(result);
}

template <typename Call>
[[nodiscard]] auto WithoutGil(Call&& call) {
  const py::gil_scoped_release release;
  return std::forward<Call>(call)();
}

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_RAISE_H_
