#include <memory>
#include <string>
#include <utility>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "handles.h"
#include "orderwright/io/document.h"

namespace orderwright::python {
namespace {

io::ReadOptions OptionsOf(bool strict, const PostalTable* postal_table) {
  io::ReadOptions options;
  options.strict = strict;
  if (postal_table != nullptr) options.postal_table = *postal_table;
  return options;
}

py::tuple ParseWorld(const py::bytes& text, const std::string& name, bool places, bool strict,
                     const PostalTable* postal_table) {
  const io::Document document{ViewOf(text), name};
  const io::ReadOptions options = OptionsOf(strict, postal_table);
  const Naming naming{.places = places, .root = ""};
  io::LoadedWorld loaded =
      Unwrap(WithoutGil([&] { return io::ParseWorld(document, options); }), naming);
  auto stock = std::make_shared<StockHandle>(loaded.world, std::move(loaded.stock),
                                             std::move(loaded.allotments));
  return py::make_tuple(std::move(loaded.world), std::move(stock),
                        IssuesAsList(loaded.warnings, naming));
}

py::tuple ParseOrders(const World& world, const py::bytes& text, const std::string& name,
                      bool places, bool strict, bool csv) {
  const io::Document document{ViewOf(text), name};
  const io::ReadOptions options = OptionsOf(strict, nullptr);
  const Naming naming{.places = places, .root = "orders"};
  io::LoadedOrders loaded = Unwrap(WithoutGil([&] {
                                     return csv ? io::ParseOrdersCsv(world, document, options)
                                                : io::ParseOrders(world, document, options);
                                   }),
                                   naming);
  py::list orders(loaded.orders.size());
  for (std::size_t i = 0; i < loaded.orders.size(); ++i) {
    orders[i] = py::cast(std::move(loaded.orders[i]));
  }
  return py::make_tuple(std::move(orders), IssuesAsList(loaded.warnings, naming));
}

}  // namespace

void BindIo(py::module_& module) {
  module.def("parse_world", &ParseWorld, py::arg("text"), py::arg("name"), py::kw_only(),
             py::arg("places"), py::arg("strict"), py::arg("postal_table"),
             "The text of orderwright.world/1 as (World, Stock, warnings).");
  module.def("parse_orders", &ParseOrders, py::arg("world"), py::arg("text"), py::arg("name"),
             py::kw_only(), py::arg("places"), py::arg("strict"), py::arg("csv"),
             "The text of orderwright.order/1 documents as (orders, warnings).");
  module.def(
      "parse_postal_table",
      [](const py::bytes& text, const std::string& name) {
        const io::Document document{ViewOf(text), name};
        return Unwrap(WithoutGil([&] { return io::ParsePostalTable(document); }));
      },
      py::arg("text"), py::arg("name"),
      "CSV with columns postal_code (or zip), lat, lon, country.");
}

}  // namespace orderwright::python
