#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "handles.h"
#include "orderwright/io/document.h"
#include "orderwright/model/location.h"
#include "orderwright/model/order.h"
#include "orderwright/model/postal_table.h"
#include "orderwright/model/world.h"

namespace orderwright::python {
namespace {

void BindLocation(py::module_& module) {
  py::enum_<LocationKind>(module, "LocationKind", "What kind of place a location is.")
      .value("WAREHOUSE", LocationKind::kWarehouse)
      .value("STORE", LocationKind::kStore)
      .value("THIRD_PARTY", LocationKind::kThirdParty)
      .value("DROPSHIP", LocationKind::kDropship)
      .value("VIRTUAL", LocationKind::kVirtual);

  using Self = const LocationHandle&;
  py::class_<LocationHandle>(module, "Location",
                             "A place that orders ship from, as a world describes it. Read only.")
      .def_property_readonly(
          "id", [](Self l) { return Text(l.get().id()); }, "Text id.")
      .def_property_readonly(
          "kind", [](Self l) { return l.get().spec.kind; }, "Kind of place.")
      .def_property_readonly(
          "name", [](Self l) { return Text(l.get().spec.name); }, "Name for people; may be empty.")
      .def_property_readonly(
          "active", [](Self l) { return l.get().spec.active; },
          "Whether orders may ship from here at all.")
      .def_property_readonly(
          "retired", [](Self l) { return l.get().retired; },
          "Removed by a later version of the world.")
      .def_property_readonly(
          "country", [](Self l) { return TextOrNone(l.get().spec.country); },
          "ISO 3166-1 alpha-2, or None.")
      .def_property_readonly(
          "region", [](Self l) { return TextOrNone(l.get().spec.region); },
          "State or province, or None.")
      .def_property_readonly(
          "postal_code", [](Self l) { return TextOrNone(l.get().spec.postal_code); },
          "Postal code, or None.")
      .def_property_readonly(
          "position", [](Self l) { return PositionOf(l.get().position); },
          "(lat, lon) in degrees, given or from the postal table; or None.")
      .def_property_readonly(
          "time_zone", [](Self l) { return Text(l.get().time_zone.name()); }, "IANA time zone.")
      .def_property_readonly(
          "tags", [](Self l) { return l.get().spec.tags; }, "Tags, as given.")
      .def_property_readonly(
          "capabilities", [](Self l) { return l.get().spec.capabilities; },
          "Capabilities, as given.")
      .def_property_readonly(
          "attributes", [](Self l) { return DictOf(l.get().spec.attributes); },
          "The host's own attributes.")
      .def_property_readonly(
          "rank", [](Self l) { return l.get().tie_rank; },
          "Place in the order of (rank, id) among all locations; ties go to the lower.")
      .def_property_readonly(
          "accepts_returns", [](Self l) { return l.get().spec.accepts_returns; },
          "Whether customers may send things back here.")
      .def_property_readonly(
          "handling_days", [](Self l) { return l.get().spec.handling_days; },
          "Working days before a shipment leaves.")
      .def_property_readonly(
          "rate_cards", [](Self l) { return l.get().spec.rate_cards; },
          "Names of its rate cards; none: shipping is free.")
      .def_property_readonly(
          "cost_per_shipment",
          [](Self l) { return DecimalOf(l.get().spec.cost_per_shipment, l.world); },
          "Handling of one shipment, in the world's currency.")
      .def_property_readonly(
          "cost_per_unit", [](Self l) { return DecimalOf(l.get().spec.cost_per_unit, l.world); },
          "Handling of one unit, in the world's currency.")
      .def("__repr__", [](Self l) {
        return Text(fmt::format("<Location {}: {}{}{}>", l.get().id(), ToString(l.get().spec.kind),
                                l.get().spec.name.empty() ? "" : ", ", l.get().spec.name));
      });
}

void BindItem(py::module_& module) {
  using Self = const ItemHandle&;
  py::class_<ItemHandle>(module, "Item", "What can be ordered, as a world describes it. Read only.")
      .def_property_readonly(
          "sku", [](Self i) { return Text(i.get().sku()); }, "Text id.")
      .def_property_readonly(
          "weight_g", [](Self i) { return i.get().spec.weight_g; }, "Grams of one unit.")
      .def_property_readonly(
          "dimensions_mm",
          [](Self i) -> py::object {
            const std::optional<std::array<std::int64_t, 3>>& mm = i.get().spec.dimensions_mm;
            if (!mm) return py::none();
            return py::make_tuple((*mm)[0], (*mm)[1], (*mm)[2]);
          },
          "Length, width and height of one unit in millimetres, or None.")
      .def_property_readonly(
          "unit_value", [](Self i) { return DecimalOf(i.get().spec.unit_value); },
          "Value of one unit, or None.")
      .def_property_readonly(
          "unit_cost", [](Self i) { return DecimalOf(i.get().spec.unit_cost); },
          "What one unit cost the merchant, or None.")
      .def_property_readonly(
          "tags", [](Self i) { return i.get().spec.tags; }, "Tags, as given.")
      .def_property_readonly(
          "attributes", [](Self i) { return DictOf(i.get().spec.attributes); },
          "The host's own attributes.")
      .def_property_readonly(
          "requires_shipping", [](Self i) { return i.get().spec.requires_shipping; },
          "False for what has no parcel, such as a gift card.")
      .def_property_readonly(
          "gift_card", [](Self i) { return i.get().spec.gift_card; }, "Whether it is a gift card.")
      .def_property_readonly(
          "pack_size", [](Self i) { return i.get().spec.pack_size; }, "Units of one pack, from 1.")
      .def_property_readonly(
          "origin", [](Self i) { return TextOrNone(i.get().spec.origin); },
          "Country of origin, or None.")
      .def_property_readonly(
          "release",
          [](Self i) {
            const std::optional<PreorderTerms>& terms = i.get().spec.preorder;
            return DatetimeOf(terms ? std::optional(terms->release) : std::nullopt);
          },
          "Until when it is sold as a pre-order (UTC), or None.")
      .def_property_readonly(
          "backorder_allowed", [](Self i) { return i.get().spec.backorder.allowed; },
          "Whether more of it may be promised than there is.")
      .def_property_readonly(
          "substitutes",
          [](Self i) {
            py::list list;
            for (const ItemSubstitute& other : i.get().substitutes) {
              list.append(py::make_tuple(Text(i.world.item(other.sku).sku()),
                                         Text(ToString(other.policy))));
            }
            return list;
          },
          "What may take its place, best first: (sku, \"ask\" or \"automatic\").")
      .def_property_readonly(
          "retired", [](Self i) { return i.get().retired; },
          "Removed by a later version of the world.")
      .def("__repr__", [](Self i) {
        return Text(fmt::format("<Item {}: {} g>", i.get().sku(), i.get().spec.weight_g));
      });
}

template <typename Handle, typename Index>
std::vector<Handle> HandlesOf(const World& world, std::size_t count) {
  std::vector<Handle> handles;
  handles.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    handles.push_back({world, Index{static_cast<std::uint32_t>(i)}});
  }
  return handles;
}

void BindWorld(py::module_& module) {
  py::class_<PostalTable>(module, "PostalTable",
                          "Where postal codes are. Immutable; made by load_postal_table.")
      .def(
          "find",
          [](const PostalTable& table, std::string_view postal_code, std::string_view country) {
            return PositionOf(table.Find(country, postal_code));
          },
          py::arg("postal_code"), py::kw_only(), py::arg("country") = "US",
          "(lat, lon) in degrees of a postal code, or None if it is not in the table.")
      .def("__len__", &PostalTable::size)
      .def("__repr__", [](const PostalTable& table) {
        return fmt::format("<PostalTable of {} codes>", table.size());
      });

  py::class_<World>(module, "World", R"(A network: locations, items, rate cards, costs. Immutable.

Made by load_world. Safe in any thread. Indices never change their meaning in later versions of the
same world; two handles to one version are equal.)")
      .def_property_readonly(
          "currency", [](const World& w) { return w.currency().code(); },
          "ISO 4217 code of all its costs.")
      .def_property_readonly("version", &World::version,
                             "1 for a new world, one more for each change.")
      .def_property_readonly("lineage", &World::lineage,
                             "Equal for all versions of one world. Valid in this process only.")
      .def_property_readonly(
          "locations",
          [](const World& w) {
            return HandlesOf<LocationHandle, LocationIndex>(w, w.locations().size());
          },
          "All locations, in order of input.")
      .def_property_readonly(
          "items",
          [](const World& w) { return HandlesOf<ItemHandle, SkuIndex>(w, w.items().size()); },
          "All items, in order of input.")
      .def_property_readonly(
          "services",
          [](const World& w) {
            return std::vector<std::string>(w.services().begin(), w.services().end());
          },
          "Distinct names of services over all rate cards.")
      .def_property_readonly(
          "warnings",
          [](const World& w) {
            return IssuesAsList(std::vector<Issue>(w.warnings().begin(), w.warnings().end()));
          },
          "What is probably not meant, such as a location whose position is unknown.")
      .def(
          "location",
          [](const World& w, std::string_view id) { return LocationHandle{w, LocationOf(w, id)}; },
          py::arg("id"), "The location of this id. Raises NotFound.")
      .def(
          "item",
          [](const World& w, std::string_view sku) { return ItemHandle{w, ItemOf(w, sku)}; },
          py::arg("sku"), "The item of this SKU. Raises NotFound.")
      .def(
          "__eq__",
          [](const World& a, const py::object& b) {
            return py::isinstance<World>(b) && a.SameAs(b.cast<const World&>());
          },
          py::arg("other"))
      .def("__hash__",
           [](const World& w) { return py::hash(py::make_tuple(w.lineage(), w.version())); })
      .def("__repr__", [](const World& w) {
        return fmt::format("<World: {} locations, {} items, {}, version {}>", w.locations().size(),
                           w.items().size(), w.currency().code(), w.version());
      });
}

}  // namespace

std::int64_t OrderLineHandle::open() const {
  for (std::size_t i = 0; i < order.lines().size(); ++i) {
    if (order.draft_line(i) != index) continue;
    for (const OrderBundle& bundle : order.bundles()) {
      if (i == bundle.first_line) return bundle.sets.count();
    }
    return order.lines()[i].quantity.count();
  }
  return 0;
}

namespace {

void BindOrderLine(py::module_& module) {
  using Self = const OrderLineHandle&;
  py::class_<OrderLineHandle>(module, "OrderLine", "One line of an order. Read only.")
      .def_property_readonly(
          "id", [](Self l) { return Text(l.draft().id); }, "Unique within the order.")
      .def_property_readonly(
          "sku", [](Self l) { return Text(l.draft().sku); }, "What is ordered.")
      .def_property_readonly(
          "quantity", [](Self l) { return l.draft().quantity; }, "Units ordered.")
      .def_property_readonly(
          "open_quantity", [](Self l) { return l.open(); },
          "Units, or sets of a bundle, still to be sourced: ordered less shipped and cancelled.")
      .def_property_readonly(
          "position", [](Self l) { return l.index; }, "Position in the order, from 0.")
      .def_property_readonly(
          "substitution", [](Self l) { return Text(ToString(l.draft().substitution)); },
          "Whether another item may take its place: \"never\", \"ask\" or \"automatic\".")
      .def_property_readonly(
          "ship_complete", [](Self l) { return l.draft().ship_complete; },
          "Whether all its units are sourced, or none.")
      .def_property_readonly(
          "unit_price", [](Self l) { return DecimalOf(l.draft().unit_price); },
          "Price of one unit in the order's currency, or None.")
      .def_property_readonly(
          "discount", [](Self l) { return DecimalOf(l.draft().discount); },
          "Of the whole line, or None.")
      .def_property_readonly(
          "tax", [](Self l) { return DecimalOf(l.draft().tax); }, "Of the whole line, or None.")
      .def_property_readonly(
          "no_split", [](Self l) { return l.draft().no_split; },
          "Whether all its units come from one location.")
      .def_property_readonly(
          "attributes", [](Self l) { return DictOf(l.draft().attributes); },
          "The host's own attributes.")
      .def("__repr__", [](Self l) {
        return Text(
            fmt::format("<OrderLine {}: {} ×{}>", l.draft().id, l.draft().sku, l.draft().quantity));
      });
}

Order OrderFromDict(const World& world, const py::dict& order, bool strict) {
  const py::bytes text = py::module_::import("orderwright._source").attr("dumps")(order);
  const io::Document document{ViewOf(text), ""};
  io::ReadOptions options;
  options.strict = strict;
  const Naming naming{.places = false, .root = ""};
  io::LoadedOrders loaded =
      Unwrap(WithoutGil([&] { return io::ParseOrders(world, document, options); }), naming);
  return std::move(loaded.orders.front());
}

void BindAddress(py::module_& module) {
  using Self = const AddressHandle&;
  py::class_<AddressHandle>(module, "Address", "Where an order goes. Read only.")
      .def_property_readonly(
          "country", [](Self a) { return TextOrNone(a.get().country); },
          "ISO 3166-1 alpha-2, or None.")
      .def_property_readonly(
          "region", [](Self a) { return TextOrNone(a.get().region); },
          "State or province, or None.")
      .def_property_readonly(
          "postal_code", [](Self a) { return TextOrNone(a.get().postal_code); },
          "Postal code, or None.")
      .def_property_readonly(
          "city", [](Self a) { return TextOrNone(a.get().city); }, "City, or None.")
      .def_property_readonly(
          "position", [](Self a) { return PositionOf(a.order.position()); },
          "(lat, lon) in degrees, given or from the postal table; or None.")
      .def("__repr__", [](Self a) {
        return Text(fmt::format("<Address: {} {} {}>", a.get().postal_code, a.get().region,
                                a.get().country));
      });

  using Who = const CustomerHandle&;
  py::class_<CustomerHandle>(module, "Customer", "Who placed an order. Read only.")
      .def_property_readonly(
          "id", [](Who c) { return TextOrNone(c.get().id); }, "Text id, or None.")
      .def_property_readonly(
          "tags", [](Who c) { return c.get().tags; }, "Tags, as given.")
      .def("__repr__", [](Who c) { return Text(fmt::format("<Customer {}>", c.get().id)); });
}

void BindOrder(py::module_& module) {
  using Self = const Order&;
  py::class_<Order>(module, "Order",
                    R"(What a customer asked for, checked against a world. Immutable.

Made by Order.from_dict or load_orders. Routing an Order looks up no text, so route the same Order
as often as you like.)")
      .def_static("from_dict", &OrderFromDict, py::arg("world"), py::arg("order"), py::kw_only(),
                  py::arg("strict") = true,
                  R"(An order/1 object as an Order of this world.

Args:
    order: The object. Amounts may be Decimal, instants datetime with a time zone.
    strict: Whether an unknown field is an error.

Raises:
    InvalidInput: With every issue, paths like `lines[3].quantity`.
    NotSupported: The order asks for something that no decision acts on yet.)")
      .def_property_readonly(
          "id", [](Self o) { return Text(o.id().text()); }, "Text id.")
      .def_property_readonly(
          "channel", [](Self o) { return TextOrNone(o.draft().channel); },
          "Sales channel, or None.")
      .def_property_readonly(
          "market", [](Self o) { return TextOrNone(o.draft().market); }, "Market, or None.")
      .def_property_readonly(
          "placed_at", [](Self o) { return DatetimeOf(o.placed_at()); },
          "When it was placed (UTC), or None.")
      .def_property_readonly(
          "lines",
          [](Self o) {
            std::vector<OrderLineHandle> lines;
            for (std::size_t i = 0; i < o.draft().lines.size(); ++i) lines.push_back({o, i});
            return lines;
          },
          "Its lines, in order of input.")
      .def_property_readonly(
          "units",
          [](Self o) {
            std::int64_t units = 0;
            for (const OrderLine& line : o.lines()) units += line.quantity.count();
            return units;
          },
          "Units still to be sourced, over all lines; of a bundle those of its components.")
      .def_property_readonly(
          "priority", [](Self o) { return o.draft().priority; }, "Higher is served first.")
      .def_property_readonly(
          "services", [](Self o) { return o.draft().services; },
          "Names of the services allowed; none: any.")
      .def_property_readonly("ship_complete", &Order::ship_complete,
                             "All units of all lines, or nothing.")
      .def_property_readonly("max_shipments", &Order::max_shipments,
                             "The most shipments, or None: any number.")
      .def_property_readonly("test", &Order::is_test, "Planned, but never reserved.")
      .def_property_readonly(
          "country",
          [](Self o) { return TextOrNone(o.draft().ship_to ? o.draft().ship_to->country : ""); },
          "Country it goes to, or None.")
      .def_property_readonly(
          "postal_code",
          [](Self o) {
            return TextOrNone(o.draft().ship_to ? o.draft().ship_to->postal_code : "");
          },
          "Postal code it goes to, or None.")
      .def_property_readonly(
          "position", [](Self o) { return PositionOf(o.position()); },
          "(lat, lon) it goes to, given or from the postal table; or None.")
      .def_property_readonly(
          "ship_to", [](Self o) { return AddressHandle{o}; }, "Where it goes.")
      .def_property_readonly(
          "customer", [](Self o) { return CustomerHandle{o}; }, "Who placed it.")
      .def_property_readonly(
          "currency",
          [](Self o) {
            return TextOrNone(o.draft().currency ? o.draft().currency->code() : std::string());
          },
          "ISO 4217 code of its amounts, or None: the world's.")
      .def_property_readonly(
          "total",
          [](Self o) -> py::object {
            const std::optional<Money> total = Unwrap(TotalOf(o.draft()));
            return total ? DecimalOf(total) : py::module_::import("decimal").attr("Decimal")(0);
          },
          "What the customer pays for the units not cancelled: prices less discounts, taxes, "
          "shipping "
          "and charges, in the order's currency.")
      .def_property_readonly(
          "requested_by", [](Self o) { return DatetimeOf(o.dates().requested_by); },
          "When it should arrive at the latest (UTC), or None.")
      .def_property_readonly(
          "must_arrive", [](Self o) { return o.dates().must_arrive; },
          "Whether later than requested_by is no way to ship.")
      .def_property_readonly(
          "ship_after", [](Self o) { return DatetimeOf(o.dates().ship_after); },
          "No work on it before (UTC), or None.")
      .def_property_readonly(
          "ship_by", [](Self o) { return DatetimeOf(o.dates().ship_by); },
          "Leaving later is late (UTC), or None.")
      .def_property_readonly(
          "cancel_after", [](Self o) { return DatetimeOf(o.dates().cancel_after); },
          "Leaving later is no way to ship (UTC), or None.")
      .def_property_readonly(
          "remainder", [](Self o) { return Text(ToString(o.draft().remainder)); },
          "What becomes of units that are not sourced: 'backorder' or 'cancel'.")
      .def_property_readonly(
          "risk", [](Self o) { return o.draft().risk; }, "Of fraud, 0 to 1, or None.")
      .def_property_readonly(
          "tags", [](Self o) { return o.draft().tags; }, "Tags, as given.")
      .def_property_readonly(
          "attributes", [](Self o) { return DictOf(o.draft().attributes); },
          "The host's own attributes.")
      .def("__repr__", [](Self o) {
        return Text(fmt::format("<Order {}: {} lines>", o.id(), o.lines().size()));
      });
}

}  // namespace

void BindModel(py::module_& module) {
  BindLocation(module);
  BindItem(module);
  BindWorld(module);
  BindOrderLine(module);
  BindAddress(module);
  BindOrder(module);
}

}  // namespace orderwright::python
