// Fields: entries of lists that Python gives, as tuples, with all that is wrong with them at once.
#ifndef ORDERWRIGHT_BINDINGS_PYTHON_SRC_FIELDS_H_
#define ORDERWRIGHT_BINDINGS_PYTHON_SRC_FIELDS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pybind11/pybind11.h>

#include "convert.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/issue.h"
#include "orderwright/model/world.h"
#include "raise.h"

namespace orderwright::python {

// One tuple that Python gave, read field by field. What is wrong with it becomes an issue with its
// path, and reading goes on, so that all is named at once.
class Fields {
 public:
  // `world` may be null if no field is the name of an item or location.
  Fields(const World* world, py::handle item, std::string path, IssueList& issues)
      : world_(world), item_(item), path_(std::move(path)), issues_(issues) {}

  [[nodiscard]] bool ok() const { return ok_; }
  [[nodiscard]] std::string Path(std::string_view field) const {
    return fmt::format("{}.{}", path_, field);
  }
  void Refuse(const std::string& path, std::string_view code, std::string message) {
    ok_ = false;
    issues_.Add(path, code, std::move(message));
  }

  // Whether it is a tuple of so many fields; nothing can be read otherwise.
  bool HasSize(std::size_t least, std::size_t most) {
    if (py::isinstance<py::tuple>(item_) || py::isinstance<py::list>(item_)) {
      fields_ = py::reinterpret_borrow<py::sequence>(item_);
      if (fields_.size() >= least && fields_.size() <= most) return true;
    }
    Refuse(path_, "bad_argument",
           least == most ? fmt::format("must be a tuple of {}", least)
                         : fmt::format("must be a tuple of {} to {}", least, most));
    return false;
  }
  // A field that is not there is None.
  [[nodiscard]] py::object At(std::size_t i) const {
    return i < fields_.size() ? py::object(fields_[i]) : py::none();
  }
  // Absent: it is something else, and that is said.
  template <typename T>
  std::optional<T> Get(std::size_t i, std::string_view field, std::string_view kind) {
    try {
      return At(i).cast<T>();
    } catch (const py::cast_error&) {
      Refuse(Path(field), "bad_argument",
             fmt::format("is {}; it must be {}", py::repr(At(i)).cast<std::string>(), kind));
      return std::nullopt;
    }
  }
  // At least `least`; if it is not, that is said, and it is something that is.
  std::int64_t Integer(std::size_t i, std::string_view field, std::int64_t least = INT64_MIN) {
    const auto value = Get<std::int64_t>(i, field, "a whole number of at most 63 bits");
    if (value && *value >= least) return *value;
    if (value) {
      Refuse(Path(field), "out_of_range",
             fmt::format("{} is {}; it must be {} or more", field, *value, least));
    }
    return std::max<std::int64_t>(least, 0);
  }
  SkuIndex Sku(std::size_t i) {
    const auto name = Get<std::string>(i, "sku", "a text");
    if (!name) return {};
    const std::optional<SkuIndex> sku = world_->FindItem(*name);
    if (!sku) Refuse(Path("sku"), "unknown_sku", UnknownItem(*world_, *name));
    return sku.value_or(SkuIndex{});
  }
  LocationIndex Location(std::size_t i) {
    const auto name = Get<std::string>(i, "location", "a text");
    if (!name) return {};
    const std::optional<LocationIndex> place = world_->FindLocation(*name);
    if (!place) Refuse(Path("location"), "unknown_location", UnknownLocation(*world_, *name));
    return place.value_or(LocationIndex{});
  }

 private:
  const World* world_;
  py::handle item_;
  py::sequence fields_ = py::tuple();
  std::string path_;
  IssueList& issues_;
  bool ok_ = true;
};

// Entries of an argument, all issues at once: `read` makes one of its fields.
template <typename Entry, typename Read>
std::vector<Entry> EntriesOf(const World* world, const py::object& entries, std::string_view name,
                             std::size_t least, std::size_t most, const Read& read) {
  std::vector<Entry> made;
  IssueList issues;
  std::size_t i = 0;
  for (const py::handle item : py::list(entries)) {
    Fields fields(world, item, fmt::format("{}[{}]", name, i++), issues);
    if (!fields.HasSize(least, most)) continue;
    const Entry entry = read(fields);
    if (fields.ok()) made.push_back(entry);
  }
  Check(issues.ToStatus(name));
  return made;
}

}  // namespace orderwright::python

#endif  // ORDERWRIGHT_BINDINGS_PYTHON_SRC_FIELDS_H_
