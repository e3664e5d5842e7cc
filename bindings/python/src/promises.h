// Backorders, allotments and arrivals between C++ and Python: what the bindings of the pool share.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_PROMISES_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_PROMISES_H_

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <pybind11/pybind11.h>

#include "handles.h"
#include "orderwright/inventory/allotment.h"
#include "orderwright/inventory/backorder.h"
#include "orderwright/inventory/stock_view.h"
#include "orderwright/model/world.h"
#include "raise.h"

namespace orderwright::python {

using PoolClass = py::class_<PoolHandle, std::shared_ptr<PoolHandle>>;

struct BackorderShortageRecord {
  std::string sku;
  std::string location;
  BackorderDraw draw = BackorderDraw::kIncoming;
  std::int64_t wanted = 0;
  std::int64_t free = 0;
};

struct LimitShortageRecord {
  std::string sku;
  std::int64_t wanted = 0;
  std::int64_t available = 0;
};

// Backorder tuples. None: none.
[[nodiscard]] std::vector<BackorderDemand> BackordersOf(const World& world,
                                                        const py::object& backorders,
                                                        std::string_view name);
[[nodiscard]] py::list BackorderTuples(const World& world,
                                       const std::vector<BackorderDemand>& backorders);
// Allotment tuples.
[[nodiscard]] Allotments AllotmentsOf(const World& world, const py::object& allotments);
[[nodiscard]] py::object AllotmentTuple(const World& world, const Allotment& allotment);
// Who asks a pool, and when.
[[nodiscard]] Availability AskerOf(const PoolHandle& p, const std::string& channel,
                                   const std::string& market, const py::object& now);

// The classes, and allocate_arrivals.
void BindPromises(py::module_& module);
// The methods of a pool.
void AddPromises(PoolClass& pool);

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_PROMISES_H_
