// Runs: what calls that route have in common: the stock that they look at, and progress that is
// shown.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_RUNS_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_RUNS_H_

#include <chrono>
#include <cstddef>
#include <exception>
#include <utility>

#include <pybind11/pybind11.h>

#include "convert.h"
#include "handles.h"
#include "orderwright/inventory/stock_view.h"
#include "raise.h"

namespace orderwright::python {

// Calls a Python callable (or none) from a long run, at most 20 times a second, and looks for
// Ctrl-C. What Python raises stops the run and is raised again once the GIL is back.
class PythonProgress {
 public:
  explicit PythonProgress(py::object call) : call_(std::move(call)) {}

  // Before the run: 0 of `total`; false: do not run. The library need not begin with that: another
  // thread than the one that reports may take the first orders.
  [[nodiscard]] bool Begin(std::size_t total) { return Report(0, total); }

  bool operator()(std::size_t done, std::size_t total) {
    if (done == 0) return true;
    if (done != total && std::chrono::steady_clock::now() - last_ < kPause) return true;
    return Report(done, total);
  }

  void RaiseAgain() const {
    if (raised_) std::rethrow_exception(raised_);
  }

 private:
  static constexpr std::chrono::milliseconds kPause{50};

  bool Report(std::size_t done, std::size_t total) {
    last_ = std::chrono::steady_clock::now();
    const py::gil_scoped_acquire acquire;
    try {
      if (PyErr_CheckSignals() != 0) throw py::error_already_set();
      if (!call_.is_none()) call_(done, total);
      return true;
    } catch (const py::error_already_set&) {
      raised_ = std::current_exception();
      return false;
    }
  }

  py::object call_;
  std::chrono::steady_clock::time_point last_;
  std::exception_ptr raised_;
};

// `progress` of a call as something to call, and to close: a bar for True.
[[nodiscard]] inline py::object BarOf(const py::object& progress, std::size_t total) {
  if (!py::isinstance<py::bool_>(progress)) return py::none();
  if (!progress.cast<bool>()) return py::none();
  return py::module_::import("orderwright._progress").attr("Bar")(total);
}

// What a router may be asked about: opening stock, a pool, or a snapshot of one.
[[nodiscard]] inline StockView ViewOf(const py::object& stock) {
  if (py::isinstance<StockHandle>(stock)) {
    StockHandle& handle = stock.cast<StockHandle&>();
    return WithoutGil([&] { return handle.opening().pool.Live(); });
  }
  if (py::isinstance<PoolHandle>(stock)) return stock.cast<PoolHandle&>().pool.Live();
  if (py::isinstance<SnapshotHandle>(stock)) {
    return StockView(stock.cast<const SnapshotHandle&>().snapshot);
  }
  Raise(BadArgument("stock", "must be a Stock, an InventoryPool or a StockSnapshot"));
}

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_RUNS_H_
