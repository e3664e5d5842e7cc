#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "explanation.h"
#include "handles.h"
#include "orderwright/io/explanation_json.h"
#include "orderwright/routing/explanation.h"
#include "raise.h"

namespace orderwright::python {

ExplanationHandle ExplanationOf(DecisionRecord record, int next_best, bool break_evens,
                                std::vector<std::string> why_not) {
  ExplainOptions options;
  options.next_best = next_best;
  options.break_evens = break_evens;
  options.why_not = std::move(why_not);
  return {std::make_shared<const Explanation>(
      Unwrap(WithoutGil([&] { return Explain(std::move(record), options); })))};
}

namespace {

using ExplanationPointer = std::shared_ptr<const Explanation>;

struct OptionHandle {
  ExplanationPointer why;
  PlanOption option;
};

struct OptionShipmentHandle {
  ExplanationPointer why;
  OptionShipment shipment;
  [[nodiscard]] const RecordedSlot& slot() const { return why->record.slots[shipment.slot]; }
};

struct WhyNotHandle {
  ExplanationPointer why;
  WhyNot answer;
};

struct BreakEvenHandle {
  ExplanationPointer why;
  BreakEven item;
};

py::object DecimalOf(Cost cost, const DecisionRecord& record) {
  return py::module_::import("decimal").attr("Decimal")(ToString(cost, record.decimals));
}

py::object Amount(const ExplanationPointer& why, Cost cost) { return DecimalOf(cost, why->record); }

py::object NameOf(const std::string& name) { return TextOrNone(name); }

std::vector<OptionHandle> OptionsOf(const ExplanationPointer& why,
                                    const std::vector<PlanOption>& options) {
  std::vector<OptionHandle> handles;
  for (const PlanOption& option : options) handles.push_back({why, option});
  return handles;
}

using Goods = std::vector<std::tuple<std::string, std::string, std::int64_t>>;

Goods GoodsOf(const DecisionRecord& record,
              const std::vector<std::pair<std::uint32_t, std::int64_t>>& lines) {
  Goods goods;
  for (const auto& [line, units] : lines) {
    goods.emplace_back(record.lines[line].id, record.lines[line].sku, units);
  }
  return goods;
}

void BindOptions(py::module_& module) {
  using Ship = const OptionShipmentHandle&;
  py::class_<OptionShipmentHandle>(module, "OptionShipment",
                                   "A shipment of a plan that could have been chosen.")
      .def_property_readonly(
          "location", [](Ship s) { return Text(s.why->record.locations[s.slot().location].id); },
          "Id of the location.")
      .def_property_readonly(
          "carrier", [](Ship s) { return Text(s.slot().carrier); }, "Of the rate card.")
      .def_property_readonly(
          "service", [](Ship s) { return Text(s.slot().service); }, "Name of the service.")
      .def_property_readonly(
          "cost", [](Ship s) { return Amount(s.why, s.shipment.Sum()); },
          "In the currency of the plan.")
      .def_property_readonly(
          "ship_by", [](Ship s) { return DatetimeOf(s.slot().ship_by); },
          "When it would leave at the latest, in UTC, or None: not known.")
      .def_property_readonly(
          "deliver_by", [](Ship s) { return DatetimeOf(s.slot().deliver_by); },
          "When it would arrive at the latest, in UTC, or None: not known.")
      .def_property_readonly(
          "lines", [](Ship s) { return GoodsOf(s.why->record, s.shipment.lines); },
          "What it would ship: (line, sku, units).")
      .def("__repr__", [](Ship s) {
        return Text(fmt::format("<OptionShipment from {}: {}>",
                                s.why->record.locations[s.slot().location].id,
                                ToString(s.shipment.Sum(), s.why->record.decimals)));
      });

  using Self = const OptionHandle&;
  py::class_<OptionHandle>(module, "PlanOption", "A plan that is, or could have been.")
      .def_property_readonly(
          "cost", [](Self o) { return Amount(o.why, o.option.cost); },
          "Shipments, split and shortfall terms together.")
      .def_property_readonly(
          "extra_cost", [](Self o) { return Amount(o.why, o.option.extra_cost); },
          "Over the plan that was chosen. Negative only where an objective above the cost, or a "
          "plan that is not proved, decided.")
      .def_property_readonly(
          "lower_bound", [](Self o) { return Amount(o.why, o.option.lower_bound); },
          "No plan of its kind costs less.")
      .def_property_readonly(
          "proved", [](Self o) { return o.option.is_proved; },
          "Whether it is the best of its kind.")
      .def_property_readonly(
          "split_cost", [](Self o) { return Amount(o.why, o.option.split_cost); },
          "Penalty for shipments beyond the first.")
      .def_property_readonly(
          "shortfall_cost", [](Self o) { return Amount(o.why, o.option.shortfall_cost); },
          "Penalty for units that are not sourced.")
      .def_property_readonly(
          "locations",
          [](Self o) {
            std::vector<std::string> ids;
            for (const OptionShipment& shipment : o.option.shipments) {
              const RecordedSlot& slot = o.why->record.slots[shipment.slot];
              const std::string& id = o.why->record.locations[slot.location].id;
              if (ids.empty() || ids.back() != id) ids.push_back(id);
            }
            return ids;
          },
          "Ids of the locations that ship, ascending by (rank, id).")
      .def_property_readonly(
          "shipments",
          [](Self o) {
            std::vector<OptionShipmentHandle> handles;
            for (const OptionShipment& shipment : o.option.shipments) {
              handles.push_back({o.why, shipment});
            }
            return handles;
          },
          "What each location would ship.")
      .def_property_readonly(
          "shortfalls", [](Self o) { return GoodsOf(o.why->record, o.option.shortfalls); },
          "What would not be sourced: (line, sku, units).")
      .def("__repr__", [](Self o) {
        return Text(fmt::format("<PlanOption: {} ({}{})>",
                                ToString(o.option.cost, o.why->record.decimals),
                                o.option.extra_cost < Cost() ? "" : "+",
                                ToString(o.option.extra_cost, o.why->record.decimals)));
      });
}

void BindAnswers(py::module_& module) {
  using Answer = const WhyNotHandle&;
  py::class_<WhyNotHandle>(module, "WhyNot", R"(Why nothing ships from a location.

str(answer) says it in words; in a notebook it shows itself.)")
      .def_property_readonly(
          "location", [](Answer a) { return Text(a.answer.location); }, "Id, as asked.")
      .def_property_readonly(
          "answer", [](Answer a) { return Text(ToString(a.answer.kind)); },
          R"('chosen': it is in the plan; 'no_stock': it has nothing of the order available;
'ruled_out': nothing that it has may be used; 'no_plan': the order's limits forbid it; 'dearer'.)")
      .def_property_readonly(
          "plan",
          [](Answer a) -> std::optional<OptionHandle> {
            if (!a.answer.option) return std::nullopt;
            return OptionHandle{a.why, *a.answer.option};
          },
          "Of 'dearer': the cheapest plan with it. Else None.")
      .def_property_readonly(
          "extra_cost",
          [](Answer a) -> py::object {
            if (!a.answer.option) return py::none();
            return Amount(a.why, a.answer.option->extra_cost);
          },
          "What that plan costs more than the chosen one, exactly; or None.")
      .def_property_readonly(
          "rulings",
          [](Answer a) {
            std::vector<std::tuple<std::string, std::string, std::string, std::string>> list;
            for (const RecordedRuling& ruling : a.answer.rulings) {
              list.emplace_back(a.why->record.lines[ruling.line].sku, ToString(ruling.by),
                                ruling.rule, ruling.reason);
            }
            return list;
          },
          "What speaks against it: (sku, by, rule, reason).")
      .def_property_readonly(
          "values",
          [](Answer a) {
            py::list list;
            for (const RecordedRuling& ruling : a.answer.rulings) {
              py::dict values;
              for (const auto& [field, value] : ruling.values) values[Text(field)] = Text(value);
              list.append(std::move(values));
            }
            return list;
          },
          "By ruling: the fields that a rule in words reads, and what they were, as text. Empty: "
          "of no such rule.")
      .def("__str__", [](Answer a) { return Text(ToString(a.answer, a.why->record)); })
      .def("_repr_html_", [](Answer a) { return Text(ToHtml(a.answer, a.why->record)); })
      .def("__repr__", [](Answer a) {
        return Text(fmt::format("<WhyNot {}: {}>", a.answer.location, ToString(a.answer.kind)));
      });

  using Item = const BreakEvenHandle&;
  py::class_<BreakEvenHandle>(module, "BreakEven",
                              "How far one cost can move before another plan is cheaper.")
      .def_property_readonly(
          "of", [](Item b) { return Text(ToString(b.item.of)); },
          "'split_penalty', 'location_cost' (a shipment from a location of the plan) or "
          "'rule_cost'.")
      .def_property_readonly(
          "name", [](Item b) { return NameOf(b.item.name); },
          "Of the location or the rule, or None.")
      .def_property_readonly(
          "now", [](Item b) { return Amount(b.why, b.item.now); }, "Today's value.")
      .def_property_readonly(
          "at", [](Item b) { return Amount(b.why, b.item.at); },
          "The last value at which the plan is among the cheapest.")
      .def_property_readonly(
          "rises", [](Item b) { return b.item.rises; }, "Whether that is above today's value.")
      .def_property_readonly(
          "then", [](Item b) { return OptionHandle{b.why, b.item.then}; },
          "The plan beyond, at today's costs.")
      .def("__repr__", [](Item b) {
        return Text(fmt::format("<BreakEven of {} {}: {} (now {})>", ToString(b.item.of),
                                b.item.name, ToString(b.item.at, b.why->record.decimals),
                                ToString(b.item.now, b.why->record.decimals)));
      });
}

WhyNotHandle AskWhyNot(const ExplanationHandle& self, const std::string& location) {
  const ExplanationPointer& why = self.explanation;
  return {why, Unwrap(WithoutGil([&] { return ExplainWhyNot(why->record, location); }))};
}

ExplanationHandle Parse(const std::string& text, const std::string& name, int next_best,
                        bool break_evens, std::vector<std::string> why_not) {
  DecisionRecord record = Unwrap(WithoutGil([&] { return io::ParseExplanation({text, name}); }));
  return ExplanationOf(std::move(record), next_best, break_evens, std::move(why_not));
}

}  // namespace

void BindExplanation(py::module_& module) {
  BindOptions(module);
  BindAnswers(module);
  using Self = const ExplanationHandle&;
  py::class_<ExplanationHandle>(
      module, "Explanation",
      R"(Why an order ships from where it does, and what would change that.

It stands on its own: every answer is computed from the numbers that the decision was made from.
str(explanation) is for a terminal; in a notebook it shows itself; to_dict() is
orderwright.explanation/1. Made by Plan.explain, or read by Explanation.from_json. Immutable.)")
      .def_static("from_json", &Parse, py::arg("text"), py::kw_only(), py::arg("name") = "<text>",
                  py::arg("next_best") = 3, py::arg("break_evens") = true,
                  py::arg("why_not") = std::vector<std::string>(),
                  R"(Reads orderwright.explanation/1, and answers again.

Args:
    text: The document.
    name: Of it, for issues.
    next_best, break_evens, why_not: As of Plan.explain.

Raises:
    InvalidInput: With everything that is wrong with it.)")
      .def_property_readonly(
          "order_id", [](Self e) { return Text(e.explanation->record.order); }, "Id of the order.")
      .def_property_readonly(
          "chosen", [](Self e) { return OptionHandle{e.explanation, e.explanation->chosen}; },
          "The plan.")
      .def_property_readonly(
          "next_best", [](Self e) { return OptionsOf(e.explanation, e.explanation->next_best); },
          "The plans after it, each without some location of every better one.")
      .def_property_readonly(
          "break_evens",
          [](Self e) {
            std::vector<BreakEvenHandle> handles;
            for (const BreakEven& item : e.explanation->break_evens) {
              handles.push_back({e.explanation, item});
            }
            return handles;
          },
          "Costs at which another plan would win, the nearest first.")
      .def_property_readonly(
          "tie", [](Self e) { return TextOrNone(e.explanation->tie); },
          "How a tie with another plan broke; None: there was none.")
      .def("why_not", &AskWhyNot, py::arg("location"),
           R"(Why nothing ships from a location: what rules it out, or what it would cost more.

Args:
    location: Its id.)")
      .def(
          "to_json",
          [](Self e, int indent) { return Text(io::ExplanationJson(*e.explanation, indent)); },
          py::kw_only(), py::arg("indent") = 0,
          "orderwright.explanation/1 as text: one line, or indented by so many spaces.")
      .def(
          "to_dict",
          [](Self e) -> py::dict {
            return py::module_::import("json").attr("loads")(
                Text(io::ExplanationJson(*e.explanation)));
          },
          "orderwright.explanation/1 as a dict; costs are decimal text.")
      .def(
          "to_html", [](Self e) { return Text(ToHtml(*e.explanation)); },
          "A fragment of HTML that needs nothing else.")
      .def("__str__", [](Self e) { return Text(ToString(*e.explanation)); })
      .def("_repr_html_", [](Self e) { return Text(ToHtml(*e.explanation)); })
      .def("__repr__", [](Self e) {
        return Text(fmt::format("<Explanation of order {}>", e.explanation->record.order));
      });
}

}  // namespace orderwright::python
