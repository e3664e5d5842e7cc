// What a product page asks of the stock.
#include <cstdint>
#include <string>
#include <string_view>

#include <pybind11/pybind11.h>

#include "bind.h"
#include "convert.h"
#include "handles.h"
#include "orderwright/inventory/availability.h"
#include "raise.h"

namespace orderwright::python {
namespace {

// None: any number.
py::object Counted(std::int64_t units) {
  return units == kUnlimitedUnits ? py::object(py::none()) : py::object(py::int_(units));
}

py::dict DictOf(const World& world, const SkuAvailability& found, bool by_location) {
  py::dict out;
  out["available"] = Counted(found.available);
  out["backorder"] = Counted(found.backorder);
  py::list incoming;
  for (const auto& [at, units] : found.incoming) {
    py::dict due;
    due["at"] = Text(ToString(at));
    due["quantity"] = Counted(units);
    incoming.append(std::move(due));
  }
  out["incoming"] = std::move(incoming);
  if (!by_location) return out;
  py::dict locations;
  for (const auto& [location, units] : found.locations) {
    locations[Text(world.location(location).id())] = Counted(units);
  }
  out["locations"] = std::move(locations);
  return out;
}

const PoolHandle& PoolOf(const py::object& stock) {
  if (py::isinstance<PoolHandle>(stock)) return stock.cast<const PoolHandle&>();
  return stock.cast<StockHandle&>().opening();
}

py::dict AvailabilityOf(const World& world, const py::object& stock, const std::string& sku,
                        const std::string& channel, const std::string& market,
                        const py::object& now, const py::object& at, bool by_location) {
  AvailabilityQuery query;
  query.channel = channel;
  query.market = market;
  query.at = TimestampOf(at, "at");
  query.now = TimestampOf(now, "now").value_or(Timestamp{});
  query.by_location = by_location;
  const PoolHandle& pool = PoolOf(stock);
  const SkuAvailability found =
      Unwrap(WithoutGil([&] { return FindAvailability(world, pool.pool, sku, query); }));
  return DictOf(world, found, by_location);
}

}  // namespace

void BindAvailability(py::module_& module) {
  module.def("availability", &AvailabilityOf, py::arg("world"), py::arg("stock"), py::arg("sku"),
             py::kw_only(), py::arg("channel"), py::arg("market"), py::arg("now"), py::arg("at"),
             py::arg("by_location"), "Of one SKU, as orderwright.availability returns it.");
}

}  // namespace orderwright::python
