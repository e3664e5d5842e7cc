#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pybind11/pybind11.h>

#include "bind.h"
#include "convert.h"
#include "handles.h"
#include "orderwright/core/geo.h"
#include "orderwright/core/status.h"
#include "orderwright/rules/rule_set.h"
#include "raise.h"

namespace orderwright::python {
namespace {

// Issues of the only rule, told of the argument that they are about.
absl::Status Renamed(const absl::Status& status) {
  IssueList issues;
  for (const Issue& issue : IssuesOf(status)) issues.Add("text", issue.code, issue.message);
  return issues.ToStatus("the condition", status.code());
}

// Where a text holds, asked as routing asks `prefer` rules: of a location, as seen from an order.
// Its columns are kept from call to call; the GIL guards them.
class Condition {
 public:
  Condition(std::string text, World world)
      : text_(std::move(text)),
        world_(std::move(world)),
        // It may be read wherever its name stands; to measure in vain is no mistake.
        reads_distance_(text_.find("distance_km") != std::string::npos) {
    rules::Rule rule;
    rule.id = "condition";
    rule.kind = rules::RuleKind::kPrefer;
    rule.prefer = rules::PreferBy::kRank;
    rule.text = rules::RuleText{text_, "1"};
    rules::RuleSetDraft draft;
    draft.rules.push_back(std::move(rule));
    absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(std::move(draft));
    if (set.ok()) set = set->BindTo(world_);
    if (!set.ok()) Raise(Renamed(set.status()));
    rules_ = *std::move(set);
    for (std::uint32_t i = 0; i < world_.locations().size(); ++i) all_.push_back(LocationIndex{i});
  }

  // A byte a location: those with these ids, or all.
  py::bytes Ask(const Order& order, const py::object& ids, const py::object& now) {
    if (order.lineage() != world_.lineage()) {
      Raise(InvalidArgument("order '{}' was made with another world", order.id()));
    }
    const std::vector<LocationIndex>& locations = ids.is_none() ? all_ : Find(ids);
    const std::size_t rows = locations.size();
    ship_group_.assign(rows, 0);
    if (reads_distance_) {
      Measure(order, locations);
    } else {
      km_.assign(rows, kUnknownKm);
    }
    mask_.assign(rows, 1);
    holds_.assign(rows, 0);
    values_.assign(rows, 0);
    rules::Facts facts;
    facts.world = &world_;
    facts.order = &order;
    facts.now = now.is_none() ? order.placed_at() : TimestampOf(now, "now");
    facts.candidates = {locations, km_, ship_group_};
    facts.memo = &memo_;
    facts.stamp = ++stamp_;
    const rules::Rule& rule = rules_.rules().front();
    const absl::Status status = rule.evaluator->Evaluate(facts, mask_, {holds_, values_});
    if (!status.ok()) Raise(InvalidArgument("{}", MessageOf(status)));
    for (std::size_t i = 0; i < rows; ++i) holds_[i] = static_cast<std::uint8_t>(values_[i]);
    return {reinterpret_cast<const char*>(holds_.data()), rows};
  }
  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] const World& world() const { return world_; }

 private:
  static constexpr double kUnknownKm = -1;

  const std::vector<LocationIndex>& Find(const py::object& ids) {
    found_.clear();
    for (const py::handle id : ids) {
      if (!py::isinstance<py::str>(id)) {
        Raise(InvalidArgument("locations[{}] is a {}; it must be the id of a location",
                              found_.size(),
                              py::str(py::type::of(id).attr("__name__")).cast<std::string>()));
      }
      const std::string text = id.cast<std::string>();
      const std::optional<LocationIndex> index = world_.FindLocation(text);
      if (!index) {
        const std::optional<std::string> nearest = world_.NearestLocation(text);
        Raise(NotFound("there is no location '{}'{}", text,
                       nearest ? fmt::format("; did you mean '{}'?", *nearest) : ""));
      }
      found_.push_back(*index);
    }
    return found_;
  }
  // From where the order goes, or the first of the places where it does.
  void Measure(const Order& order, const std::vector<LocationIndex>& locations) {
    km_.clear();
    const ShipGroup* const group =
        order.ship_groups().empty() ? nullptr : &order.ship_groups().front();
    const bool is_collected = group != nullptr && group->method == Method::kPickup;
    const std::optional<GeoPoint>& to = group != nullptr ? group->position : order.position();
    for (const LocationIndex index : locations) {
      const std::optional<GeoPoint>& from = world_.location(index).spec.position;
      if (is_collected) {
        km_.push_back(0);
      } else {
        km_.push_back(from && to ? DistanceKm(*from, *to) : kUnknownKm);
      }
    }
  }

  std::string text_;
  World world_;
  bool reads_distance_;
  rules::RuleSet rules_;
  std::vector<LocationIndex> all_;
  rules::Memo memo_;
  std::uint64_t stamp_ = 0;
  std::vector<LocationIndex> found_;
  std::vector<double> km_;
  std::vector<std::uint16_t> ship_group_;
  std::vector<std::uint8_t> mask_;
  std::vector<std::uint8_t> holds_;
  std::vector<std::int64_t> values_;
};

}  // namespace

void BindCondition(py::module_& module) {
  py::class_<Condition>(module, "RawCondition", "What orderwright.Condition asks.")
      .def(py::init<std::string, World>(), py::arg("text"), py::arg("world"),
           "Raises InvalidInput with every mistake.")
      .def("ask", &Condition::Ask, py::arg("order"), py::arg("locations"), py::arg("now"),
           "A byte a location: 1 where it holds.")
      .def_property_readonly(
          "text", [](const Condition& c) { return Text(c.text()); }, "The expression.")
      .def_property_readonly("world", &Condition::world, "The world.");
}

}  // namespace orderwright::python
