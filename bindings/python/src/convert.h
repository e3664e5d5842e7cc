// Values of the library as Python values: decimal.Decimal for costs and money, datetime for
// instants, names for indices.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_CONVERT_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_CONVERT_H_

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <pybind11/pybind11.h>

#include "orderwright/core/cost.h"
#include "orderwright/core/geo.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/money.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/model/attribute.h"
#include "orderwright/model/world.h"
#include "raise.h"

namespace orderwright::python {

// An invalid argument of a Python call: InvalidInput with one issue whose path is its name.
[[nodiscard]] absl::Status BadArgument(std::string_view name, std::string message);
// The same for what is promised and not there yet: NotSupported.
[[nodiscard]] absl::Status NotYet(std::string_view name, std::string message);

// With the decimals of the world's currency, up to 6 where needed.
[[nodiscard]] py::object DecimalOf(Cost cost, const World& world);
[[nodiscard]] py::object DecimalOf(const std::optional<Money>& money);         // None if absent
[[nodiscard]] py::object DatetimeOf(std::optional<Timestamp> time);            // UTC, or None
[[nodiscard]] py::object PositionOf(const std::optional<GeoPoint>& position);  // (lat, lon) or None
[[nodiscard]] py::dict DictOf(const Attributes& attributes);
// None for the empty text, which stands for "not given".
[[nodiscard]] py::object TextOrNone(std::string_view text);

// None, an RFC 3339 text, or a datetime with a time zone.
[[nodiscard]] std::optional<Timestamp> TimestampOf(const py::object& value, std::string_view name);
// A datetime.date, or a text "2026-11-26".
[[nodiscard]] LocalDate LocalDateOf(const py::object& value, std::string_view name);
[[nodiscard]] py::object DateOf(LocalDate date);
// Seconds, 0 or more; absent: no limit.
[[nodiscard]] std::optional<std::chrono::nanoseconds> TimeLimitOf(std::optional<double> seconds);

// NotFound, with the nearest known name.
[[nodiscard]] LocationIndex LocationOf(const World& world, std::string_view id);
[[nodiscard]] SkuIndex ItemOf(const World& world, std::string_view sku);
[[nodiscard]] std::string UnknownLocation(const World& world, std::string_view id);
[[nodiscard]] std::string UnknownItem(const World& world, std::string_view sku);

// A view of bytes, valid as long as they are.
[[nodiscard]] std::string_view ViewOf(const py::bytes& bytes);

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_CONVERT_H_
