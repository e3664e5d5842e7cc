#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "orderwright/routing/rule_diff.h"
#include "rules.h"
#include "runs.h"

namespace orderwright::python {
namespace {

// A difference as plain objects: costs are decimal text, indices are names.
class DiffDict {
 public:
  explicit DiffDict(const RuleDiff& diff) : diff_(diff) {}

  py::dict Run() const {
    py::dict out;
    out["orders"] = diff_.orders;
    out["version_before"] = TextOrNone(diff_.version_before);
    out["version_after"] = TextOrNone(diff_.version_after);
    out["same_objectives"] = diff_.same_objectives;
    out["before"] = TotalsOf(diff_.before);
    out["after"] = TotalsOf(diff_.after);
    py::dict parts;
    for (const PartTotal& part : diff_.parts) parts[Text(ToString(part.part))] = part.orders;
    out["parts"] = parts;
    py::list moves;
    for (const MoveTotal& move : diff_.moves) {
      py::dict entry;
      entry["from"] = NameOf(move.from);
      entry["to"] = NameOf(move.to);
      entry["units"] = move.units.count();
      moves.append(entry);
    }
    out["moves"] = moves;
    py::list holds;
    for (const HoldTotal& hold : diff_.holds) {
      py::dict entry;
      entry["rule"] = Text(hold.rule);
      entry["added"] = hold.added;
      entry["removed"] = hold.removed;
      holds.append(entry);
    }
    out["holds"] = holds;
    py::list rules;
    for (const RuleTotal& rule : diff_.rules) {
      py::dict entry;
      entry["rule"] = Text(rule.rule);
      entry["same_rule"] = rule.is_same_rule;
      entry["orders"] = rule.orders;
      rules.append(entry);
    }
    out["rules"] = rules;
    py::list changed;
    for (const ChangedOrder& order : diff_.changed) changed.append(ChangeOf(order));
    out["changed"] = changed;
    return out;
  }

 private:
  py::str CostOf(Cost cost) const {
    return Text(ToString(cost, diff_.world.currency().decimals()));
  }

  py::object NameOf(const std::optional<LocationIndex>& location) const {
    if (!location) return py::none();
    return Text(diff_.world.location(*location).id());
  }

  py::dict TotalsOf(const RuleSetTotals& totals) const {
    py::dict out;
    out["cost"] = CostOf(totals.cost);
    out["rule_cost"] = CostOf(totals.rule_cost);
    out["shipments"] = totals.shipments;
    out["shipped"] = totals.shipped;
    out["split"] = totals.split;
    out["held"] = totals.held;
    out["short_units"] = totals.short_units;
    return out;
  }

  static py::list TextsOf(const std::vector<std::string>& texts) {
    py::list out;
    for (const std::string& text : texts) out.append(Text(text));
    return out;
  }

  py::dict ChangeOf(const ChangedOrder& order) const {
    const OrderDraft& draft = order.after.order();
    py::dict out;
    out["order"] = Text(draft.id);
    py::list parts;
    for (const PlanPart part : order.parts) parts.append(Text(ToString(part)));
    out["parts"] = parts;
    out["status_before"] = Text(ToString(order.before.status()));
    out["status_after"] = Text(ToString(order.after.status()));
    out["cost_before"] = CostOf(order.before.cost());
    out["cost_after"] = CostOf(order.after.cost());
    py::list moves;
    for (const UnitsMoved& move : order.moves) {
      py::dict entry;
      entry["line"] = Text(draft.lines[move.line].id);
      entry["sku"] = Text(diff_.world.item(move.sku).sku());
      entry["from"] = NameOf(move.from);
      entry["to"] = NameOf(move.to);
      entry["units"] = move.units.count();
      moves.append(entry);
    }
    out["moves"] = moves;
    out["holds_added"] = TextsOf(order.holds_added);
    out["holds_removed"] = TextsOf(order.holds_removed);
    py::list rules;
    for (const RuleDifference& rule : order.rules) {
      py::dict entry;
      entry["rule"] = Text(rule.rule);
      entry["change"] = Text(ToString(rule.change));
      entry["same_rule"] = rule.is_same_rule;
      rules.append(entry);
    }
    out["rules"] = rules;
    return out;
  }

  const RuleDiff& diff_;
};

py::tuple Compare(const World& world, const py::object& stock, const std::vector<Order>& orders,
                  const py::object& before, const py::object& after, const py::object& now,
                  int threads, const py::object& progress, bool record) {
  const PythonRules old_rules = RulesOf(world, before);
  const PythonRules new_rules = RulesOf(world, after);
  const bool calls_python = old_rules.failures || new_rules.failures;
  CompareOptions options;
  options.now = TimestampOf(now, "now");
  // As of route_all: callables would wait for each other.
  options.threads = calls_python && threads >= 0 ? 1 : threads;
  options.explain = record ? ExplainLevel::kRecord : ExplainLevel::kOff;
  const StockView view = ViewOf(stock);
  const py::object bar = BarOf(progress, orders.size());
  const bool callable = !progress.is_none() && !py::isinstance<py::bool_>(progress);
  PythonProgress report(callable ? progress : bar);
  options.progress = [&report](std::size_t done, std::size_t total) { return report(done, total); };
  absl::StatusOr<RuleDiff> diff = absl::CancelledError();
  if (report.Begin(orders.size())) {
    diff = WithoutGil(
        [&] { return CompareRules(world, view, orders, old_rules.set, new_rules.set, options); });
  }
  if (!bar.is_none()) bar.attr("close")();
  report.RaiseAgain();
  for (const PythonRules* rules : {&old_rules, &new_rules}) {
    if (!rules->failures) continue;
    if (!diff.ok() && rules->failures->Tells(diff.status())) {
      rules->failures->Raise(diff.status());
    }
    rules->failures->Forget();
  }
  RuleDiff found = Unwrap(std::move(diff));
  py::dict data = DiffDict(found).Run();
  py::str text = Text(ToString(found));
  py::list plans;
  for (ChangedOrder& order : found.changed) {
    plans.append(py::make_tuple(std::make_shared<Plan>(std::move(order.before)),
                                std::make_shared<Plan>(std::move(order.after))));
  }
  return py::make_tuple(std::move(data), std::move(text), std::move(plans));
}

}  // namespace

void BindRuleDiff(py::module_& module) {
  module.def("compare_rules", &Compare, py::arg("world"), py::arg("stock"), py::arg("orders"),
             py::arg("before"), py::arg("after"), py::kw_only(), py::arg("now"), py::arg("threads"),
             py::arg("progress"), py::arg("record"),
             "What changes, as (dict, text, [(plan before, plan after)]).");
}

}  // namespace orderwright::python
