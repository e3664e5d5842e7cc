#include "convert.h"

#include <algorithm>
#include <variant>

#include <fmt/format.h>

#include "orderwright/core/issue.h"
#include "orderwright/core/status.h"

namespace orderwright::python {
namespace {

absl::Status OneIssue(std::string_view name, std::string_view code, std::string message,
                      absl::StatusCode status) {
  IssueList issues;
  issues.Add(name, code, std::move(message));
  return issues.ToStatus("argument", status);
}

py::object Datetime(const char* name) { return py::module_::import("datetime").attr(name); }

std::string DidYouMean(const std::optional<std::string>& nearest) {
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string();
}

}  // namespace

absl::Status BadArgument(std::string_view name, std::string message) {
  return OneIssue(name, "bad_argument", std::move(message), absl::StatusCode::kInvalidArgument);
}

absl::Status NotYet(std::string_view name, std::string message) {
  return OneIssue(name, "not_supported", std::move(message), absl::StatusCode::kUnimplemented);
}

py::object DecimalOf(Cost cost, const World& world) {
  return py::module_::import("decimal").attr("Decimal")(
      ToString(cost, world.currency().decimals()));
}

py::object DecimalOf(const std::optional<Money>& money) {
  if (!money) return py::none();
  return py::module_::import("decimal").attr("Decimal")(AmountText(*money));
}

py::object DatetimeOf(std::optional<Timestamp> time) {
  if (!time) return py::none();
  const py::object epoch =
      Datetime("datetime")(1970, 1, 1, py::arg("tzinfo") = Datetime("timezone").attr("utc"));
  return epoch + Datetime("timedelta")(py::arg("milliseconds") = time->time_since_epoch().count());
}

py::object PositionOf(const std::optional<GeoPoint>& position) {
  if (!position) return py::none();
  return py::make_tuple(position->lat.value(), position->lon.value());
}

py::dict DictOf(const Attributes& attributes) {
  py::dict dict;
  for (const Attribute& attribute : attributes) {
    dict[Text(attribute.name)] = std::visit(
        [](const auto& value) -> py::object {
          if constexpr (std::is_same_v<std::decay_t<decltype(value)>, std::string>) {
            return Text(value);
          } else {
            return py::cast(value);
          }
        },
        attribute.value);
  }
  return dict;
}

py::object TextOrNone(std::string_view text) {
  if (text.empty()) return py::none();
  return Text(text);
}

std::optional<Timestamp> TimestampOf(const py::object& value, std::string_view name) {
  if (value.is_none()) return std::nullopt;
  std::string text;
  if (py::isinstance<py::str>(value)) {
    text = value.cast<std::string>();
  } else if (py::isinstance(value, Datetime("datetime"))) {
    if (value.attr("utcoffset")().is_none()) {
      Raise(BadArgument(name, "the datetime has no time zone; give it one (tzinfo)"));
    }
    const py::object utc = value.attr("astimezone")(Datetime("timezone").attr("utc"));
    text = utc.attr("isoformat")().cast<std::string>();
  } else {
    Raise(BadArgument(name, "must be an RFC 3339 text or a datetime with a time zone"));
  }
  const absl::StatusOr<Timestamp> time = ParseTimestamp(text);
  if (!time.ok()) Raise(BadArgument(name, std::string(MessageOf(time.status()))));
  return *time;
}

LocalDate LocalDateOf(const py::object& value, std::string_view name) {
  std::string text;
  if (py::isinstance<py::str>(value)) {
    text = value.cast<std::string>();
  } else if (py::isinstance(value, Datetime("date")) &&
             !py::isinstance(value, Datetime("datetime"))) {
    text = value.attr("isoformat")().cast<std::string>();
  } else {
    Raise(BadArgument(name, "must be a date, or a text such as 2026-11-26"));
  }
  const absl::StatusOr<LocalDate> date = ParseDate(text);
  if (!date.ok()) Raise(BadArgument(name, std::string(MessageOf(date.status()))));
  return *date;
}

py::object DateOf(LocalDate date) { return Datetime("date").attr("fromisoformat")(DateText(date)); }

std::optional<std::chrono::nanoseconds> TimeLimitOf(std::optional<double> seconds) {
  if (!seconds) return std::nullopt;
  if (!(*seconds >= 0)) {
    Raise(BadArgument("time_limit", fmt::format("is {}; it must be 0 or more seconds", *seconds)));
  }
  constexpr double kLongest = 1e9;  // 31 years: what is longer would not fit
  return std::chrono::nanoseconds(
      static_cast<std::int64_t>(std::min(*seconds, kLongest) * 1'000'000'000.0));
}

std::string UnknownLocation(const World& world, std::string_view id) {
  return fmt::format("there is no location '{}'{}", id, DidYouMean(world.NearestLocation(id)));
}

std::string UnknownItem(const World& world, std::string_view sku) {
  return fmt::format("there is no item '{}'{}", sku, DidYouMean(world.NearestSku(sku)));
}

LocationIndex LocationOf(const World& world, std::string_view id) {
  const std::optional<LocationIndex> index = world.FindLocation(id);
  if (!index) Raise(NotFound("{}", UnknownLocation(world, id)));
  return *index;
}

SkuIndex ItemOf(const World& world, std::string_view sku) {
  const std::optional<SkuIndex> index = world.FindItem(sku);
  if (!index) Raise(NotFound("{}", UnknownItem(world, sku)));
  return *index;
}

std::string_view ViewOf(const py::bytes& bytes) {
  return {PyBytes_AS_STRING(bytes.ptr()), static_cast<std::size_t>(PyBytes_GET_SIZE(bytes.ptr()))};
}

}  // namespace orderwright::python
