#include <string>
#include <utility>

#include <pybind11/pybind11.h>

#include "bind.h"
#include "convert.h"
#include "orderwright/core/geo.h"
#include "orderwright/core/version.h"

namespace orderwright::python {

void BindCore(py::module_& module) {
  module.attr("__version__") = py::str(kVersion.data(), kVersion.size());

  using Position = std::pair<double, double>;
  module.def(
      "distance_km",
      [](const Position& a, const Position& b) {
        const GeoPoint from = Unwrap(GeoPoint::Create(a.first, a.second));
        const GeoPoint to = Unwrap(GeoPoint::Create(b.first, b.second));
        return DistanceKm(from, to);
      },
      py::arg("a"), py::arg("b"),
      R"(Great-circle distance in kilometres between two positions (lat, lon) in degrees.

The distance that zones of rate cards are compared with: haversine, radius 6371.0088 km.

Raises:
    InvalidInput: A latitude beyond 90 degrees, a longitude beyond 180, or not a number.)");
}

}  // namespace orderwright::python
