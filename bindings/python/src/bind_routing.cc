#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "explanation.h"
#include "handles.h"
#include "orderwright/io/plan_json.h"
#include "orderwright/routing/plan.h"
#include "orderwright/routing/router.h"
#include "orderwright/solver/exact.h"
#include "orderwright/solver/priority.h"
#include "router_handle.h"
#include "rules.h"
#include "runs.h"

namespace orderwright::python {
namespace {

// pybind11 keeps a Plan by this pointer; the handles of its parts share it.
using PlanPointer = std::shared_ptr<Plan>;

// A router, and what its rules raise if they call Python.
RouterHandle MakeRouter(const World& world, const py::object& rules, const std::string& solver,
                        std::int64_t node_limit, std::optional<double> time_limit, bool verify,
                        int reserve_attempts, std::shared_ptr<rules::Counters> counters) {
  RouterOptions options;
  options.counters = std::move(counters);
  if (solver == "priority") {
    options.solver = std::make_shared<const solver::PrioritySolver>();
  } else if (solver == "exact") {
    options.solver = std::make_shared<const solver::ExactSolver>();
  } else {
    Raise(BadArgument("solver", fmt::format("is '{}'; it must be 'exact' or 'priority'", solver)));
  }
  options.budget.node_limit = node_limit;
  options.budget.time_limit = TimeLimitOf(time_limit);
  options.verify = verify;
  options.reserve_attempts = reserve_attempts;
  PythonRules made = RulesOf(world, rules);
  return {Unwrap(WithoutGil([&] { return Router::Create(world, made.set, std::move(options)); })),
          std::move(made.failures)};
}

RouteMode ModeOf(const py::object& mode) {
  if (py::isinstance<RouteMode>(mode)) return mode.cast<RouteMode>();
  const std::string text = py::str(mode).cast<std::string>();
  if (text == "sequential") return RouteMode::kSequential;
  if (text == "independent") return RouteMode::kIndependent;
  if (text == "batch") {
    Raise(NotYet("mode", "'batch' is not supported yet; use 'sequential' or 'independent'"));
  }
  Raise(
      BadArgument("mode", fmt::format("is '{}'; it must be 'sequential' or 'independent'", text)));
}

ExplainLevel LevelOf(const py::object& explain) {
  if (explain.is_none()) return ExplainLevel::kOff;
  if (py::isinstance<py::bool_>(explain)) {
    return explain.cast<bool>() ? ExplainLevel::kFull : ExplainLevel::kOff;
  }
  const std::string text = py::str(explain).cast<std::string>();
  if (text == "off") return ExplainLevel::kOff;
  if (text == "record") return ExplainLevel::kRecord;
  if (text == "full") return ExplainLevel::kFull;
  Raise(BadArgument("explain", fmt::format("is '{}'; it must be 'off', 'record' or 'full'", text)));
}

[[noreturn]] void BadOverride(const std::string& field, const std::string& message) {
  Raise(BadArgument("override" + field, message));
}

std::string TextOf(const py::handle& value, const std::string& field) {
  if (!py::isinstance<py::str>(value)) {
    BadOverride(field,
                fmt::format("is {}; it must be text", std::string(py::str(py::repr(value)))));
  }
  return value.cast<std::string>();
}

py::dict DictAt(const py::handle& value, const std::string& field) {
  if (!py::isinstance<py::dict>(value)) {
    BadOverride(field,
                fmt::format("is {}; it must be a dict", std::string(py::str(py::repr(value)))));
  }
  return py::reinterpret_borrow<py::dict>(value);
}

void CheckKeys(const py::dict& dict, const std::string& field,
               std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : dict) {
    const std::string name = TextOf(key, field);
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      BadOverride(field + "." + name, "is no field of it");
    }
  }
}

OverrideShipment OverrideShipmentOf(const py::handle& value, const std::string& field) {
  const py::dict dict = DictAt(value, field);
  CheckKeys(dict, field, {"location", "service", "lines"});
  OverrideShipment shipment;
  if (dict.contains("location")) {
    shipment.location = TextOf(dict["location"], field + ".location");
  }
  if (dict.contains("service") && !dict["service"].is_none()) {
    shipment.service = TextOf(dict["service"], field + ".service");
  }
  if (!dict.contains("lines")) return shipment;
  for (const auto& [line, units] : DictAt(dict["lines"], field + ".lines")) {
    const std::string id = TextOf(line, field + ".lines");
    const bool is_int = py::isinstance<py::int_>(units) && !py::isinstance<py::bool_>(units);
    if (!is_int) BadOverride(fmt::format("{}.lines.{}", field, id), "must be a number of units");
    int overflow = 0;
    const long long quantity = PyLong_AsLongLongAndOverflow(units.ptr(), &overflow);
    if (overflow != 0 || quantity < 0) {
      BadOverride(fmt::format("{}.lines.{}", field, id), "must be 1 or more units");
    }
    shipment.lines.push_back({id, Units(quantity)});
  }
  return shipment;
}

// What a command `override` says (docs/formats/plan.md), or Plan.override of an earlier plan.
std::optional<Override> OverrideOf(const py::object& value) {
  if (value.is_none()) return std::nullopt;
  const py::dict dict = DictAt(value, "");
  CheckKeys(dict, "", {"shipments", "actor", "reason", "best_cost", "extra_cost"});
  Override choice;
  if (dict.contains("actor")) {
    const py::object actor = dict["actor"];
    const bool has_id = py::isinstance<py::dict>(actor) && actor.contains("id");
    choice.actor = TextOf(has_id ? py::object(actor["id"]) : actor, ".actor");
  }
  if (dict.contains("reason")) choice.reason = TextOf(dict["reason"], ".reason");
  if (!dict.contains("shipments")) return choice;
  std::size_t place = 0;
  for (const py::handle shipment : py::iter(dict["shipments"])) {
    choice.shipments.push_back(
        OverrideShipmentOf(shipment, fmt::format(".shipments[{}]", place++)));
  }
  return choice;
}

PlanPointer Route(const RouterHandle& handle, const Order& order, const py::object& stock,
                  const py::object& now, std::optional<std::uint64_t> own_reservation,
                  const py::object& explain, const py::object& manual,
                  const py::object& rejections) {
  RouteOptions options;
  const std::vector<rules::Rejection> rejected = RejectionsOf(handle.router.world(), rejections);
  options.rejections = rejected;
  const std::optional<Override> choice = OverrideOf(manual);
  if (choice) options.manual = &*choice;
  options.explain = LevelOf(explain);
  options.now = TimestampOf(now, "now");
  if (own_reservation) options.own_reservation = ReservationId{*own_reservation};
  const StockView view = ViewOf(stock);
  return std::make_shared<Plan>(
      handle.Answer(WithoutGil([&] { return handle.router.Route(order, view, options); })));
}

// One way in which an order could be delivered.
struct DeliveryOptionHandle {
  World world;
  DeliveryOption way;
  [[nodiscard]] bool is_pickup() const { return way.method == Method::kPickup; }
  [[nodiscard]] std::string cost() const { return ToString(way.cost, world.currency().decimals()); }
};

std::vector<DeliveryOptionHandle> PromiseOf(const RouterHandle& handle, const Order& order,
                                            const py::object& stock, const py::object& now,
                                            std::uint32_t stores) {
  const PromiseOptions options{.now = TimestampOf(now, "now"), .most_stores = stores};
  const StockView view = ViewOf(stock);
  std::vector<DeliveryOptionHandle> ways;
  for (const DeliveryOption& way :
       handle.Answer(WithoutGil([&] { return handle.router.Promise(order, view, options); }))) {
    ways.push_back({handle.router.world(), way});
  }
  return ways;
}

py::dict DictOf(const DeliveryOptionHandle& option) {
  const DeliveryOption& way = option.way;
  py::dict out;
  const auto instant = [](const std::optional<Timestamp>& time) {
    return time ? py::object(Text(ToString(*time))) : py::none();
  };
  out["method"] = option.is_pickup() ? "pickup" : "ship";
  if (option.is_pickup()) {
    out["location"] = Text(option.world.location(*way.store).id());
  } else {
    out["service"] = Text(option.world.services()[Raw(way.service)]);
  }
  out["complete"] = way.complete;
  out["missing"] = way.missing.count();
  out["backordered"] = way.backordered.count();
  out["shipments"] = way.shipments;
  out["cost"] = Text(option.cost());
  if (option.is_pickup()) {
    out["ready_at"] = instant(way.deliver_by);
  } else {
    out["ship_by"] = instant(way.ship_by);
    out["deliver_by"] = instant(way.deliver_by);
  }
  return out;
}

void BindDeliveryOption(py::module_& module) {
  using Self = const DeliveryOptionHandle&;
  py::class_<DeliveryOptionHandle>(
      module, "DeliveryOption",
      "One way in which an order could be delivered: all by one service, or collected at a store.")
      .def_property_readonly(
          "method", [](Self o) { return o.is_pickup() ? "pickup" : "ship"; },
          "\"ship\" or \"pickup\".")
      .def_property_readonly(
          "service",
          [](Self o) -> py::object {
            if (o.is_pickup()) return py::none();
            return Text(o.world.services()[Raw(o.way.service)]);
          },
          "The service that everything goes by; None for a pickup.")
      .def_property_readonly(
          "location",
          [](Self o) -> py::object {
            if (!o.way.store) return py::none();
            return Text(o.world.location(*o.way.store).id());
          },
          "Id of the store where it is collected; None if it is shipped.")
      .def_property_readonly(
          "complete", [](Self o) { return o.way.complete; },
          "Whether every unit is sourced, or backordered.")
      .def_property_readonly(
          "missing", [](Self o) { return o.way.missing.count(); },
          "Units that are not sourced, or that the customer would be asked about.")
      .def_property_readonly(
          "backordered", [](Self o) { return o.way.backordered.count(); },
          "Units that wait for stock.")
      .def_property_readonly(
          "shipments", [](Self o) { return o.way.shipments; }, "That would be made.")
      .def_property_readonly(
          "cost", [](Self o) { return DecimalOf(o.way.cost, o.world); },
          "Of the plan, penalties too.")
      .def_property_readonly(
          "ship_by", [](Self o) { return DatetimeOf(o.way.ship_by); },
          "When the last of it leaves; None if that is not known for some.")
      .def_property_readonly(
          "deliver_by", [](Self o) { return DatetimeOf(o.way.deliver_by); },
          "When the last of it arrives, or can be collected; None if that is not known for some.")
      .def("to_dict", &DictOf, "As orderwright.promise returns it; costs and instants are text.")
      .def("__repr__", [](Self o) {
        return Text(fmt::format("<DeliveryOption: {} {}, {}>", o.is_pickup() ? "pickup" : "ship",
                                o.is_pickup() ? o.world.location(*o.way.store).id()
                                              : o.world.services()[Raw(o.way.service)],
                                o.cost()));
      });
}

struct DecisionHandle {
  PlanPointer plan;
  std::optional<std::uint64_t> reservation;
  std::vector<StockChangeRecord> changes;
  int attempts = 1;
};

DecisionHandle RouteAndReserve(const RouterHandle& router, const Order& order, PoolHandle& pool,
                               const py::object& now, const std::string& key,
                               const py::object& explain, const py::object& manual,
                               const py::object& rejections) {
  const std::optional<Override> choice = OverrideOf(manual);
  const std::vector<rules::Rejection> rejected = RejectionsOf(router.router.world(), rejections);
  const ReserveOptions options{.now = TimestampOf(now, "now"),
                               .key = CommandKey(key),
                               .explain = LevelOf(explain),
                               .manual = choice ? &*choice : nullptr,
                               .rejections = rejected};
  Decision decision = router.Answer(
      WithoutGil([&] { return router.router.RouteAndReserve(order, pool.pool, options); }));
  DecisionHandle handle;
  handle.changes = RecordsOf(decision.plan.world(), decision.changes);
  handle.plan = std::make_shared<Plan>(std::move(decision.plan));
  if (decision.reservation) handle.reservation = static_cast<std::uint64_t>(*decision.reservation);
  handle.attempts = decision.attempts;
  return handle;
}

py::list ListOf(std::vector<Plan> plans) {
  py::list list(plans.size());
  for (std::size_t i = 0; i < plans.size(); ++i) {
    list[i] = py::cast(std::make_shared<Plan>(std::move(plans[i])));
  }
  return list;
}

py::list RouteAll(const RouterHandle& handle, const std::vector<Order>& orders,
                  const py::object& stock, const py::object& mode, const py::object& now,
                  int threads, const py::object& progress, const py::object& explain) {
  RouteAllOptions options;
  options.explain = LevelOf(explain);
  options.mode = ModeOf(mode);
  options.now = TimestampOf(now, "now");
  // Callables would wait for each other; and what they raise is found by the thread that called.
  options.threads = handle.failures && threads >= 0 ? 1 : threads;

  InventoryPool* pool = nullptr;
  std::unique_ptr<PoolHandle> opened;
  if (py::isinstance<PoolHandle>(stock)) {
    pool = &stock.cast<PoolHandle&>().pool;
  } else if (py::isinstance<StockHandle>(stock)) {
    StockHandle& opening = stock.cast<StockHandle&>();
    pool = WithoutGil([&] {
      if (options.mode == RouteMode::kIndependent) return &opening.opening().pool;
      opened = std::make_unique<PoolHandle>(opening.world(), opening.stock(), opening.allotments());
      return &opened->pool;
    });
  } else {
    Raise(BadArgument("pool", "must be an InventoryPool or a Stock"));
  }

  const py::object bar = BarOf(progress, orders.size());
  const bool callable = !progress.is_none() && !py::isinstance<py::bool_>(progress);
  PythonProgress report(callable ? progress : bar);
  options.progress = [&report](std::size_t done, std::size_t total) { return report(done, total); };
  absl::StatusOr<std::vector<Plan>> plans = std::vector<Plan>();
  if (report.Begin(orders.size())) {
    plans = WithoutGil([&] { return handle.router.RouteAll(orders, *pool, options); });
  }
  if (!bar.is_none()) bar.attr("close")();
  report.RaiseAgain();
  return ListOf(handle.Answer(std::move(plans)));
}

template <typename Handle>
std::vector<Handle> HandlesOf(const PlanPointer& plan, std::size_t first, std::size_t count) {
  std::vector<Handle> handles;
  handles.reserve(count);
  for (std::size_t i = first; i < first + count; ++i) handles.push_back({plan, i});
  return handles;
}

std::string Summary(const Plan& plan) {
  const World& world = plan.world();
  return fmt::format("<Plan of order {}: {}, {} shipments, {} {}, {}>", plan.order().id,
                     ToString(plan.status()), plan.shipments().size(),
                     ToString(plan.cost(), world.currency().decimals()), world.currency(),
                     ToString(plan.proof()));
}

void BindEnums(py::module_& module) {
  py::enum_<PlanStatus>(module, "PlanStatus", "How much of an order is sourced.")
      .value("PLANNED", PlanStatus::kPlanned)
      .value("SHORT", PlanStatus::kShort)
      .value("UNROUTABLE", PlanStatus::kUnroutable)
      .value("HELD", PlanStatus::kHeld);
  py::enum_<PlanProof>(module, "PlanProof", "How sure it is that no plan is cheaper.")
      .value("OPTIMAL", PlanProof::kOptimal)
      .value("FEASIBLE", PlanProof::kFeasible);
  py::enum_<ShipmentMethod>(module, "ShipmentMethod", "How a shipment reaches the customer.")
      .value("SHIP", ShipmentMethod::kShip)
      .value("PICKUP", ShipmentMethod::kPickup)
      .value("TRANSFER", ShipmentMethod::kTransfer);
  py::enum_<ShortReason>(module, "ShortReason", "Why units are not sourced.")
      .value("NO_STOCK", ShortReason::kNoStock)
      .value("NO_ELIGIBLE_LOCATION", ShortReason::kNoEligibleLocation)
      .value("LIMIT", ShortReason::kLimit)
      .value("SHIP_COMPLETE", ShortReason::kShipComplete)
      .value("RULE", ShortReason::kRule)
      .value("COST", ShortReason::kCost)
      .value("LATE", ShortReason::kLate);
  py::enum_<RouteMode>(module, "RouteMode", "What the orders of one call see of each other.")
      .value("SEQUENTIAL", RouteMode::kSequential)
      .value("INDEPENDENT", RouteMode::kIndependent);
}

void BindWaiting(py::module_& module) {
  using Later = const BackorderHandle&;
  py::class_<BackorderHandle>(module, "PlanBackorder",
                              "Units that wait for stock at the location that will ship them.")
      .def_property_readonly(
          "line", [](Later b) { return Text(b.plan->order().lines[b.get().line].id); },
          "Id of the order's line.")
      .def_property_readonly(
          "position", [](Later b) { return b.get().line; },
          "Position of the line in the order, from 0.")
      .def_property_readonly(
          "sku", [](Later b) { return Text(b.plan->world().item(b.get().sku).sku()); },
          "What will ship.")
      .def_property_readonly(
          "quantity", [](Later b) { return b.get().quantity.count(); }, "Units, 1 or more.")
      .def_property_readonly(
          "location", [](Later b) { return Text(b.plan->world().location(b.get().location).id()); },
          "Id of the location.")
      .def_property_readonly(
          "kind", [](Later b) { return Text(ToString(b.get().kind)); },
          "\"backorder\", or \"preorder\" before the release of the item.")
      .def_property_readonly(
          "draws_on",
          [](Later b) { return b.get().draw == BackorderDraw::kIncoming ? "incoming" : "limit"; },
          "\"incoming\": units that are expected; \"limit\": what terms allow beyond them.")
      .def_property_readonly(
          "expected", [](Later b) { return DatetimeOf(b.get().expected); },
          "When the stock is there (UTC); None: nobody knows.")
      .def_property_readonly(
          "ship_by", [](Later b) { return DatetimeOf(b.get().ship_by); },
          "When it leaves at the latest; None if that is not known.")
      .def_property_readonly(
          "deliver_by", [](Later b) { return DatetimeOf(b.get().deliver_by); },
          "When it arrives at the latest; None if that is not known.")
      .def_property_readonly(
          "late_days", [](Later b) { return b.get().late_days; },
          "Days after what the order asks for.")
      .def_property_readonly(
          "cost", [](Later b) { return DecimalOf(b.get().cost, b.plan->world()); },
          "Its penalty and shipping; of units that leave together the first has what is of the "
          "shipment.")
      .def_property_readonly(
          "penalty", [](Later b) { return DecimalOf(b.get().penalty, b.plan->world()); },
          "The part of its cost that is backorder penalties.")
      .def("__repr__", [](Later b) {
        return Text(fmt::format("<PlanBackorder: {} ×{} at {}>",
                                b.plan->world().item(b.get().sku).sku(), b.get().quantity,
                                b.plan->world().location(b.get().location).id()));
      });

  using Ask = const QuestionHandle&;
  py::class_<QuestionHandle>(module, "PlanQuestion",
                             "Units for which the customer is asked to take a substitute.")
      .def_property_readonly(
          "line", [](Ask q) { return Text(q.plan->order().lines[q.get().line].id); },
          "Id of the order's line.")
      .def_property_readonly(
          "position", [](Ask q) { return q.get().line; },
          "Position of the line in the order, from 0.")
      .def_property_readonly(
          "sku", [](Ask q) { return Text(q.plan->world().item(q.get().sku).sku()); },
          "What was ordered.")
      .def_property_readonly(
          "substitute", [](Ask q) { return Text(q.plan->world().item(q.get().substitute).sku()); },
          "What would ship instead.")
      .def_property_readonly(
          "quantity", [](Ask q) { return q.get().quantity.count(); }, "Units, 1 or more.")
      .def_property_readonly(
          "location", [](Ask q) { return Text(q.plan->world().location(q.get().location).id()); },
          "Id of the location that would ship it.")
      .def_property_readonly(
          "cost", [](Ask q) { return DecimalOf(q.get().cost, q.plan->world()); },
          "What that would cost.")
      .def("__repr__", [](Ask q) {
        return Text(fmt::format("<PlanQuestion: {} ×{} for {}?>",
                                q.plan->world().item(q.get().substitute).sku(), q.get().quantity,
                                q.plan->world().item(q.get().sku).sku()));
      });
}

void BindLines(py::module_& module) {
  using Line = const PlanLineHandle&;
  py::class_<PlanLineHandle>(module, "PlanLine", "Units of one line in one shipment.")
      .def_property_readonly(
          "line", [](Line l) { return Text(l.plan->order().lines[l.get().line].id); },
          "Id of the order's line.")
      .def_property_readonly(
          "position", [](Line l) { return l.get().line; },
          "Position of the line in the order, from 0.")
      .def_property_readonly(
          "sku", [](Line l) { return Text(l.plan->sku(l.get())); }, "What is shipped.")
      .def_property_readonly(
          "quantity", [](Line l) { return l.get().quantity.count(); }, "Units, 1 or more.")
      .def_property_readonly(
          "substitute_for",
          [](Line l) -> py::object {
            const std::optional<SkuIndex>& ordered = l.get().substitute_for;
            return ordered ? py::object(Text(l.plan->world().item(*ordered).sku())) : py::none();
          },
          "The SKU that was ordered, where this stands in for it; else None.")
      .def("__repr__", [](Line l) {
        return Text(fmt::format("<PlanLine: {} ×{}>", l.plan->sku(l.get()), l.get().quantity));
      });

  BindWaiting(module);
  using Short = const ShortfallHandle&;
  py::class_<ShortfallHandle>(module, "Shortfall",
                              "Units of one line that are not sourced, and why.")
      .def_property_readonly(
          "line", [](Short s) { return Text(s.plan->order().lines[s.get().line].id); },
          "Id of the order's line.")
      .def_property_readonly(
          "position", [](Short s) { return s.get().line; },
          "Position of the line in the order, from 0.")
      .def_property_readonly(
          "sku", [](Short s) { return Text(s.plan->world().item(s.get().sku).sku()); },
          "What is missing.")
      .def_property_readonly(
          "quantity", [](Short s) { return s.get().quantity.count(); }, "Units, 1 or more.")
      .def_property_readonly(
          "reason", [](Short s) { return s.get().reason; }, "Why.")
      .def("__repr__", [](Short s) {
        return Text(fmt::format("<Shortfall: {} ×{}, {}>", s.plan->world().item(s.get().sku).sku(),
                                s.get().quantity, ToString(s.get().reason)));
      });
}

// A setting's value as the formats write it: names where there are any.
py::object ValueOf(const PlanSettingHandle& handle) {
  const std::int64_t value = handle.get().value;
  switch (handle.get().field) {
    case rules::SetField::kService:
      return Text(handle.plan->world().services()[static_cast<std::size_t>(value)]);
    case rules::SetField::kShipComplete:
      return py::bool_(value != 0);
    default:
      if (const std::string_view name = rules::SettingName(handle.get().field, value);
          !name.empty()) {
        return Text(name);
      }
      return py::int_(value);
  }
}

std::vector<std::string> NamesOf(const rules::HoldBlocks& blocks) {
  std::vector<std::string> names;
  if (blocks.route) names.emplace_back("route");
  if (blocks.release) names.emplace_back("release");
  if (blocks.capture) names.emplace_back("capture");
  return names;
}

void BindRulings(py::module_& module) {
  const auto rule_of = [](const auto& handle) -> const rules::Rule& {
    return handle.plan->rules().rules()[handle.get().rule];
  };

  using Setting = const PlanSettingHandle&;
  py::class_<PlanSettingHandle>(module, "PlanSetting", "What a set rule says.")
      .def_property_readonly(
          "rule", [rule_of](Setting s) { return Text(rule_of(s).id); }, "Id of the rule.")
      .def_property_readonly(
          "field", [](Setting s) { return Text(rules::ToString(s.get().field)); },
          "What is set: 'service', 'priority', …")
      .def_property_readonly("value", &ValueOf, "To what: a name, a bool or a number.")
      .def("__repr__", [rule_of](Setting s) {
        return Text(fmt::format("<PlanSetting {}: {} = {}>", rule_of(s).id,
                                rules::ToString(s.get().field),
                                py::str(ValueOf(s)).cast<std::string>()));
      });

  using Relaxed = const PlanRelaxedHandle&;
  py::class_<PlanRelaxedHandle>(module, "PlanRelaxed",
                                "A soft rule that was dropped to source more of the order.")
      .def_property_readonly(
          "rule", [rule_of](Relaxed r) { return Text(rule_of(r).id); }, "Id of the rule.")
      .def_property_readonly(
          "level", [](Relaxed r) { return r.get().level; }, "Its level, from 1.")
      .def("__repr__", [rule_of](Relaxed r) {
        return Text(fmt::format("<PlanRelaxed {}: level {}>", rule_of(r).id, r.get().level));
      });

  using Hold = const PlanHoldHandle&;
  py::class_<PlanHoldHandle>(module, "PlanHold", "A rule that stops the order for review.")
      .def_property_readonly(
          "rule", [rule_of](Hold h) { return Text(rule_of(h).id); }, "Id of the rule.")
      .def_property_readonly(
          "reason", [](Hold h) { return Text(h.plan->reason(h.get())); },
          "For people: the reason of the rule, which may be empty, or its error.")
      .def_property_readonly(
          "is_error", [](Hold h) { return h.get().is_error; },
          "Whether it holds because the rule failed; plan.rule_errors has the error.")
      .def_property_readonly(
          "blocks", [](Hold h) { return NamesOf(h.get().blocks); },
          "What waits: of 'route', 'release' and 'capture'.")
      .def_property_readonly(
          "reserve", [](Hold h) { return h.get().reserve; },
          "Whether the stock of the proposed plan is kept.")
      .def_property_readonly(
          "until", [](Hold h) { return DatetimeOf(h.get().until); },
          "When it ends by itself, or None.")
      .def("__repr__", [rule_of](Hold h) {
        return Text(fmt::format("<PlanHold {}: {}>", rule_of(h).id, h.plan->reason(h.get())));
      });

  using RuleError = const PlanRuleErrorHandle&;
  py::class_<PlanRuleErrorHandle>(module, "PlanRuleError",
                                  "A rule that could not answer; the plan was made without it.")
      .def_property_readonly(
          "rule", [rule_of](RuleError e) { return Text(rule_of(e).id); }, "Id of the rule.")
      .def_property_readonly(
          "then",
          [](RuleError e) { return Text(e.get().then == rules::OnError::kHold ? "hold" : "skip"); },
          "What became of the order: 'hold' or 'skip'.")
      .def_property_readonly(
          "message", [](RuleError e) { return Text(e.get().message); }, "What went wrong.")
      .def("__repr__", [rule_of](RuleError e) {
        return Text(fmt::format("<PlanRuleError {}: {}>", rule_of(e).id, e.get().message));
      });

  using Shadow = const PlanShadowHandle&;
  py::class_<PlanShadowHandle>(module, "PlanShadow",
                               "A rule in shadow mode that would have spoken.")
      .def_property_readonly(
          "rule", [rule_of](Shadow s) { return Text(rule_of(s).id); }, "Id of the rule.")
      .def_property_readonly(
          "rows", [](Shadow s) { return s.get().rows; },
          "Of how many it would have spoken: lines at locations, lines, locations, or 1.")
      .def("__repr__", [rule_of](Shadow s) {
        return Text(fmt::format("<PlanShadow {}: {}>", rule_of(s).id, s.get().rows));
      });

  using Voice = const PlanVoiceHandle&;
  py::class_<PlanVoiceHandle>(module, "PlanVoice", "A rule that spoke.")
      .def_property_readonly(
          "rule", [rule_of](Voice v) { return Text(rule_of(v).id); }, "Id of the rule.")
      .def_property_readonly(
          "rows", [](Voice v) { return v.get().rows; },
          "Of how many it spoke: lines at locations (by service), lines, locations, or 1.")
      .def("__repr__", [rule_of](Voice v) {
        return Text(fmt::format("<PlanVoice {}: {}>", rule_of(v).id, v.get().rows));
      });

  using Outcome = const PlanOutcomeHandle&;
  py::class_<PlanOutcomeHandle>(module, "PlanOutcome",
                                "What to do with an order that is short, unroutable or late.")
      .def_property_readonly(
          "rule", [rule_of](Outcome o) { return Text(rule_of(o).id); }, "Id of the rule.")
      .def_property_readonly(
          "on", [](Outcome o) { return Text(rules::ToString(o.get().on)); },
          "'short', 'unroutable' or 'late'.")
      .def_property_readonly(
          "then", [](Outcome o) { return Text(rules::ToString(o.get().then)); },
          "'accept', 'hold', 'cancel', 'backorder' or 'retry'.")
      .def_property_readonly(
          "after", [rule_of](Outcome o) { return rule_of(o).after; },
          "A timedelta: how long after the plan `then` is to happen. None: at once.")
      .def("__repr__", [rule_of](Outcome o) {
        return Text(fmt::format("<PlanOutcome {}: on {} {}>", rule_of(o).id,
                                rules::ToString(o.get().on), rules::ToString(o.get().then)));
      });
}

void BindShipment(py::module_& module) {
  using Terms = const ShipmentCostHandle&;
  py::class_<ShipmentCostHandle>(module, "ShipmentCost",
                                 "The terms of a shipment's cost, which sum to it.")
      .def_property_readonly(
          "handling", [](Terms t) { return DecimalOf(t.terms.handling, t.world); },
          "cost_per_shipment of the location.")
      .def_property_readonly(
          "unit", [](Terms t) { return DecimalOf(t.terms.unit, t.world); },
          "cost_per_unit of the location, times units.")
      .def_property_readonly(
          "shipping", [](Terms t) { return DecimalOf(t.terms.shipping, t.world); },
          "The rate of the service for the weight.")
      .def_property_readonly(
          "surcharge", [](Terms t) { return DecimalOf(t.terms.surcharge, t.world); },
          "Surcharges of the service for tagged items.")
      .def_property_readonly(
          "lane", [](Terms t) { return DecimalOf(t.terms.lane, t.world); },
          "Of a table of lane costs.")
      .def_property_readonly(
          "lateness", [](Terms t) { return DecimalOf(t.terms.lateness, t.world); },
          "late_penalty_per_day, times the days that it is late.")
      .def_property_readonly(
          "rules", [](Terms t) { return DecimalOf(t.terms.rules, t.world); }, "What rules add.")
      .def("__repr__", [](Terms t) {
        const int decimals = t.world.currency().decimals();
        return fmt::format(
            "<ShipmentCost: handling {}, unit {}, shipping {}, surcharge {}, lane {}, lateness {}, "
            "rules {}>",
            ToString(t.terms.handling, decimals), ToString(t.terms.unit, decimals),
            ToString(t.terms.shipping, decimals), ToString(t.terms.surcharge, decimals),
            ToString(t.terms.lane, decimals), ToString(t.terms.lateness, decimals),
            ToString(t.terms.rules, decimals));
      });

  using Self = const ShipmentHandle&;
  py::class_<ShipmentHandle>(module, "Shipment",
                             "What one location ships with one service, or hands over.")
      .def_property_readonly(
          "location", [](Self s) { return Text(s.plan->location_id(s.get())); },
          "Id of the location.")
      .def_property_readonly(
          "service", [](Self s) { return Text(s.plan->service(s.get())); },
          "Name of the service; empty for a pickup.")
      .def_property_readonly(
          "method", [](Self s) { return s.get().method; },
          "SHIP: to an address. PICKUP: handed over at the location. TRANSFER: to the store `to`, "
          "where the pickup that follows it hands the same units over.")
      .def_property_readonly(
          "to",
          [](Self s) {
            return s.get().to ? py::object(Text(s.plan->world().location(*s.get().to).id()))
                              : py::object(py::none());
          },
          "Id of the store that a transfer goes to, or None.")
      .def_property_readonly(
          "takes_stock", [](Self s) { return s.get().takes_stock; },
          "False for the pickup after a transfer: its units are the transfer's. Whoever sums units "
          "or parcels leaves it out.")
      .def_property_readonly(
          "waits", [](Self s) { return s.get().waits; },
          "Whether it leaves with backordered units, which it waits for.")
      .def_property_readonly(
          "carrier", [](Self s) { return Text(s.plan->carrier(s.get())); },
          "Of the rate card; \"any\" where there is none; empty for a pickup.")
      .def_property_readonly(
          "group", [](Self s) { return TextOrNone(s.plan->group(s.get())); },
          "Key of its lines where group rules keep lines apart, or None.")
      .def_property_readonly(
          "zone",
          [](Self s) -> std::optional<std::uint32_t> {
            if (!s.get().rate_card) return std::nullopt;
            return s.get().zone;
          },
          "Zone of the service, from 0; None where shipping has no rate card.")
      .def_property_readonly(
          "distance_km",
          [](Self s) -> std::optional<double> {
            if (s.get().distance_km < 0) return std::nullopt;
            return s.get().distance_km;
          },
          "Great-circle distance to the destination in kilometres, or None: not known.")
      .def_property_readonly(
          "ship_by", [](Self s) { return DatetimeOf(s.get().ship_by); },
          "When it leaves at the latest, in UTC, or is ready to be picked up; None if neither "
          "`now` "
          "nor placed_at is known.")
      .def_property_readonly(
          "deliver_by", [](Self s) { return DatetimeOf(s.get().deliver_by); },
          "When it arrives at the latest (a transfer: at the store), in UTC; None like ship_by.")
      .def_property_readonly(
          "late_days", [](Self s) { return s.get().late_days; },
          "Days, rounded up, after requested_by (arrival) or ship_by (leaving) of the order; 0: in "
          "time.")
      .def_property_readonly(
          "weight_g", [](Self s) { return s.get().weight_g; }, "Shipped weight in grams.")
      .def_property_readonly(
          "units", [](Self s) { return s.get().units.count(); }, "Units over all its lines.")
      .def_property_readonly(
          "cost", [](Self s) { return DecimalOf(s.get().cost, s.plan->world()); },
          "In the world's currency; the sum of its terms.")
      .def_property_readonly(
          "cost_micros", [](Self s) { return s.get().cost.micros(); },
          "The cost in millionths of the currency.")
      .def_property_readonly(
          "terms", [](Self s) { return ShipmentCostHandle{s.plan->world(), s.get().terms}; },
          "What the cost is made of.")
      .def_property_readonly(
          "lines",
          [](Self s) {
            return HandlesOf<PlanLineHandle>(s.plan, s.get().first_line, s.get().line_count);
          },
          "What it ships, by line of the order.")
      .def("__repr__", [](Self s) {
        return Text(fmt::format(
            "<Shipment from {}: {} units, {}, {}>", s.plan->location_id(s.get()), s.get().units,
            s.get().method == ShipmentMethod::kShip ? std::string_view(s.plan->service(s.get()))
                                                    : ToString(s.get().method),
            ToString(s.get().cost, s.plan->world().currency().decimals())));
      });
}

void BindPlanCosts(py::class_<Plan, std::shared_ptr<Plan>>& plan) {
  using Self = const Plan&;
  plan.def_property_readonly(
          "cost", [](Self p) { return DecimalOf(p.cost(), p.world()); },
          "Shipments, backorders, questions, split and shortfall terms together, in its currency.")
      .def_property_readonly(
          "cost_micros", [](Self p) { return p.cost().micros(); },
          "The cost in millionths of the currency.")
      .def_property_readonly(
          "lower_bound", [](Self p) { return DecimalOf(p.lower_bound(), p.world()); },
          "No plan costs less. Equal to the cost if the proof is OPTIMAL.")
      .def_property_readonly(
          "lower_bound_micros", [](Self p) { return p.lower_bound().micros(); },
          "The lower bound in millionths of the currency.")
      .def_property_readonly(
          "split_cost", [](Self p) { return DecimalOf(p.split_cost(), p.world()); },
          "Penalty for shipments beyond the first.")
      .def_property_readonly(
          "shortfall_cost", [](Self p) { return DecimalOf(p.shortfall_cost(), p.world()); },
          "Penalty for units that are not sourced.")
      .def_property_readonly(
          "backorder_cost", [](Self p) { return DecimalOf(p.backorder_cost(), p.world()); },
          "Penalties of backordered units, and what they will cost to ship.")
      .def_property_readonly(
          "question_cost", [](Self p) { return DecimalOf(p.question_cost(), p.world()); },
          "What it will cost to ship what customers are asked about.")
      .def_property_readonly(
          "currency", [](Self p) { return p.world().currency().code(); },
          "ISO 4217 code of all costs: the world's.");
}

void BindPlan(py::module_& module) {
  using Self = const Plan&;
  py::class_<Plan, std::shared_ptr<Plan>> plan(
      module, "Plan",
      R"(Where every unit of an order ships from, what that costs, and what is missing.

Immutable. str(plan) is a table for people; to_dict() is orderwright.plan/1.)");
  BindPlanCosts(plan);
  plan.def_property_readonly(
          "order_id", [](Self p) { return Text(p.order().id); }, "Id of the order.")
      .def_property_readonly("status", &Plan::status, "How much of the order is sourced.")
      .def_property_readonly("proof", &Plan::proof, "How sure it is that no plan is cheaper.")
      .def_property_readonly(
          "shipments",
          [](const PlanPointer& p) {
            return HandlesOf<ShipmentHandle>(p, 0, p->shipments().size());
          },
          "Ascending by (rank, id) of the location; after each transfer the pickup of what it "
          "brings.")
      .def_property_readonly(
          "lines",
          [](const PlanPointer& p) { return HandlesOf<PlanLineHandle>(p, 0, p->lines().size()); },
          "Of all shipments, shipment after shipment; what is transferred and picked up stands "
          "once.")
      .def_property_readonly(
          "no_shipping",
          [](const PlanPointer& p) {
            std::vector<PlanLineHandle> handles;
            for (std::size_t i = 0; i < p->no_shipping().size(); ++i) {
              handles.push_back({p, i, true});
            }
            return handles;
          },
          "Units that need no shipping: sourced, without location, stock or cost.")
      .def_property_readonly(
          "backorders",
          [](const PlanPointer& p) {
            return HandlesOf<BackorderHandle>(p, 0, p->backorders().size());
          },
          "Units that wait for stock that is not there yet.")
      .def_property_readonly(
          "questions",
          [](const PlanPointer& p) {
            return HandlesOf<QuestionHandle>(p, 0, p->questions().size());
          },
          "Units that the customer is asked about: will a substitute do?")
      .def_property_readonly(
          "shortfalls",
          [](const PlanPointer& p) {
            return HandlesOf<ShortfallHandle>(p, 0, p->shortfalls().size());
          },
          "Units that are not sourced, with the reason, by line.")
      .def_property_readonly(
          "holds",
          [](const PlanPointer& p) { return HandlesOf<PlanHoldHandle>(p, 0, p->holds().size()); },
          "The rules that stop the order; what is planned is then a proposal.")
      .def_property_readonly(
          "rule_errors",
          [](const PlanPointer& p) {
            return HandlesOf<PlanRuleErrorHandle>(p, 0, p->rule_errors().size());
          },
          "Rules that failed and were left out; those whose on_error is hold stop the order.")
      .def_property_readonly(
          "shadows",
          [](const PlanPointer& p) {
            return HandlesOf<PlanShadowHandle>(p, 0, p->shadows().size());
          },
          "Rules in shadow mode that would have spoken.")
      .def_property_readonly(
          "voices",
          [](const PlanPointer& p) { return HandlesOf<PlanVoiceHandle>(p, 0, p->voices().size()); },
          "Of a plan made with explain: the rules that spoke. Empty without.")
      .def_property_readonly(
          "relaxed",
          [](const PlanPointer& p) {
            return HandlesOf<PlanRelaxedHandle>(p, 0, p->relaxed().size());
          },
          "Soft rules that were dropped to source more of the order.")
      .def_property_readonly(
          "settings",
          [](const PlanPointer& p) {
            return HandlesOf<PlanSettingHandle>(p, 0, p->settings().size());
          },
          "What set rules say; service, ship_complete and max_shipments are acted on.")
      .def_property_readonly(
          "outcomes",
          [](const PlanPointer& p) {
            return HandlesOf<PlanOutcomeHandle>(p, 0, p->outcomes().size());
          },
          "What to do with the order, at most one of each event.")
      .def_property_readonly("candidates", &Plan::candidates,
                             "Locations that the choice was made from.")
      .def_property_readonly("nodes", &Plan::nodes, "Search nodes; 0 where a closed form answered.")
      .def_property_readonly("stock_sequence", &Plan::stock_sequence,
                             "Number of the last stock change that it could have seen.")
      .def_property_readonly(
          "rules_version", [](Self p) { return TextOrNone(p.rules_version()); },
          "Version of the rule set, or None.")
      .def_property_readonly(
          "override",
          [](Self p) -> py::object {
            if (p.manual() == nullptr) return py::none();
            return py::module_::import("json").attr("loads")(Text(io::PlanJson(p)))["override"];
          },
          "A person's choice that it keeps to, with the cost of the best plan without it, as "
          "orderwright.plan/1 writes it; or None.")
      .def_property_readonly(
          "world", [](Self p) { return p.world(); }, "The world that it was made with.")
      .def(
          "to_json", [](Self p, int indent) { return Text(io::PlanJson(p, indent)); },
          py::kw_only(), py::arg("indent") = 0,
          "orderwright.plan/1 as text: one line, or indented by so many spaces.")
      .def(
          "to_dict",
          [](Self p) -> py::dict {
            return py::module_::import("json").attr("loads")(Text(io::PlanJson(p)));
          },
          "orderwright.plan/1 as a dict; costs are decimal text.")
      .def(
          "explain",
          [](Self p, int next_best, bool break_evens, std::vector<std::string> why_not) {
            return ExplanationOf(Unwrap(RecordOf(p)), next_best, break_evens, std::move(why_not));
          },
          py::kw_only(), py::arg("next_best") = 3, py::arg("break_evens") = true,
          py::arg("why_not") = std::vector<std::string>(),
          R"(Why it is as it is: what else was possible, and what would change it.

Args:
    next_best: How many of the plans after this one.
    break_evens: Whether to look for the costs at which another plan would win.
    why_not: Ids of locations to ask about; more can be asked of the result.

Raises:
    NotAllowed: The plan was made without explain.
    InvalidInput: An argument out of range.)")
      .def("__str__", [](Self p) { return Text(ToString(p)); })
      .def("_repr_html_",
           [](const PlanPointer& p) -> py::object {
             if (!p->is_recorded()) return py::none();
             return py::cast(p).attr("explain")().attr("_repr_html_")();
           })
      .def("__repr__", [](Self p) { return Text(Summary(p)); });
}

void BindRouter(py::module_& module) {
  py::class_<DecisionHandle>(module, "Decision", "A plan whose units are reserved.")
      .def_property_readonly(
          "plan", [](const DecisionHandle& d) { return d.plan; }, "The plan.")
      .def_readonly("reservation", &DecisionHandle::reservation,
                    "Id of the reservation, or None: there was nothing to reserve.")
      .def_readonly("changes", &DecisionHandle::changes, "The cells that changed.")
      .def_readonly("attempts", &DecisionHandle::attempts, "How often the order was routed.")
      .def("__repr__", [](const DecisionHandle& d) {
        return Text(fmt::format("<Decision: {}, reservation {}>", Summary(*d.plan),
                                d.reservation ? std::to_string(*d.reservation) : "none"));
      });

  py::class_<RouterHandle>(module, "Router",
                           R"(Orders to plans. Immutable; share it between all threads.

Args:
    world: The network.
    rules: What decides beside cost: a Rules, as it is now (later additions do not reach the router), or
        `orderwright.rules/1`: a dict, or a path of JSON or YAML.
    solver: 'exact', the cheapest plan with proof; or 'priority', locations in order of rank.
    node_limit: Search nodes of one order before the best plan so far is returned with its bound.
    time_limit: Seconds of one order; results then depend on the machine. None: no limit.
    verify: Has every plan checked by the independent verifier.
    reserve_attempts: How often route_and_reserve routes again when others took the stock.
    counters: A RuleCounters, which counts what becomes of the rules. None: nothing is counted.

Raises:
    InvalidInput: An option out of range; a rule that does not fit the world.
    NotSupported: Rules in YAML without the extra `yaml`.)")
      .def(py::init(&MakeRouter), py::arg("world"), py::kw_only(), py::arg("rules") = py::none(),
           py::arg("solver") = "exact", py::arg("node_limit") = 20'000,
           py::arg("time_limit") = py::none(), py::arg("verify") = false,
           py::arg("reserve_attempts") = 3, py::arg("counters") = py::none())
      .def_property_readonly(
          "world", [](const RouterHandle& r) { return r.router.world(); }, "The network.")
      .def("route", &Route, py::arg("order"), py::arg("stock"), py::kw_only(),
           py::arg("now") = py::none(), py::arg("own_reservation") = py::none(),
           py::arg("explain") = "off", py::arg("override") = py::none(),
           py::arg("rejections") = py::tuple(),
           R"(The cheapest feasible plan; reserves nothing. Other threads run meanwhile.

Args:
    stock: A Stock, an InventoryPool (as it is now) or a StockSnapshot.
    now: The instant of the decision: a datetime with a time zone or RFC 3339 text. None: when the
        order was placed.
    own_reservation: A reservation of the order, whose units are available to it: a re-route.
    explain: 'off': nothing is kept, at no cost. 'record': the plan keeps the numbers that it was
        made from, and plan.explain() answers at any time. 'full' or True: to_dict() and to_json()
        have the explanation too.
    override: A person's choice for some units, which the plan keeps to:
        {"shipments": [{"location": "SJC", "lines": {"3": 1}}], "actor": "ana", "reason": "…"}; a
        shipment may name its service. Or `override` of an earlier plan of the order.
    rejections: Locations that have sent the order back so far: pairs of an id and when (a datetime,
        RFC 3339 text or None). One that has done so as often as its max_rejects, or a limit rule,
        allows is not asked again; rules read them.

Raises:
    NotAllowed: Order or stock of another world; an override that stock, rules or limits forbid.
    InvalidInput: The order needs `now` and has none; a rule failed, or gave what it may not (an
        exception that it raised is the cause).)")
      .def("promise", &PromiseOf, py::arg("order"), py::arg("stock"), py::kw_only(),
           py::arg("now") = py::none(), py::arg("stores") = 5,
           R"(In how many ways an order could be delivered, best first; reserves nothing.

One for each service that the order allows, and one for each of the nearest stores, as if the whole
order were collected there. Complete ways come first, then by cost. Ways that source nothing are
left out.

Args:
    stock: A Stock, an InventoryPool (as it is now) or a StockSnapshot.
    now: As of route.
    stores: At most so many that offer pickup, 0 or more.

Raises:
    As route.)")
      .def("route_and_reserve", &RouteAndReserve, py::arg("order"), py::arg("pool"), py::kw_only(),
           py::arg("now") = py::none(), py::arg("key") = "", py::arg("explain") = "off",
           py::arg("override") = py::none(), py::arg("rejections") = py::tuple(),
           R"(Routes on the stock as it is now and reserves the whole plan.

Args:
    now: As of route.
    key: Idempotency key of the reservation. Empty: none.
    explain, override, rejections: As of route.

Raises:
    Conflict: Others took the stock again and again: try again.
    InvalidInput: As route.
    NotAllowed: Order or pool of another world; the key stands for another reservation.)")
      .def("route_all", &RouteAll, py::arg("orders"), py::arg("pool"), py::kw_only(),
           py::arg("mode") = "sequential", py::arg("now") = py::none(), py::arg("threads") = 0,
           py::arg("progress") = py::none(), py::arg("explain") = "off",
           R"(Plans of many orders, in order of input. Other Python threads run meanwhile.

Args:
    pool: An InventoryPool; or a Stock, of which a pool is made for this call.
    mode: 'sequential': each order reserves before the next; 'independent': each sees all the stock
        and nothing is reserved. Or a RouteMode.
    now: As of route.
    threads: Of independent mode; 0: all cores. The plans do not depend on it. Rules that call Python
        run on one thread, the caller's.
    progress: True for a bar on stderr, or a callable (done, total). To cancel, raise: the exception
        comes out of this call, and what was reserved so far stays reserved. So does Ctrl-C.
    explain: As of route.

Raises:
    InvalidInput, NotAllowed: As route, for the first order that fails.
    NotSupported: Mode 'batch'.)")
      .def("__repr__", [](const RouterHandle& r) {
        return fmt::format("<Router of {} locations>", r.router.world().locations().size());
      });
}

}  // namespace

void BindRouting(py::module_& module) {
  BindEnums(module);
  BindLines(module);
  BindRulings(module);
  BindDeliveryOption(module);
  BindShipment(module);
  BindPlan(module);
  BindRouter(module);
}

}  // namespace orderwright::python
