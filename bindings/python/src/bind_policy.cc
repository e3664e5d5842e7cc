#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <pybind11/chrono.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "handles.h"
#include "orderwright/core/status.h"
#include "orderwright/routing/plan.h"
#include "orderwright/rules/rule_set.h"
#include "router_handle.h"

namespace orderwright::python {

std::vector<rules::Rejection> RejectionsOf(const World& world, const py::object& list) {
  std::vector<rules::Rejection> rejections;
  std::size_t place = 0;
  for (const py::handle entry : list) {
    const std::string path = fmt::format("rejections[{}]", place++);
    if (!py::isinstance<py::tuple>(entry) && !py::isinstance<py::list>(entry)) {
      Raise(BadArgument(path, "is no pair of a location's id and an instant"));
    }
    const auto pair = py::reinterpret_borrow<py::sequence>(entry);
    if (pair.size() != 2 || !py::isinstance<py::str>(pair[0])) {
      Raise(BadArgument(path, "is no pair of a location's id and an instant"));
    }
    const std::string id = pair[0].cast<std::string>();
    const std::optional<LocationIndex> location = world.FindLocation(id);
    if (!location) {
      Raise(BadArgument(path, fmt::format("names the location '{}', which the world has not", id)));
    }
    rejections.push_back({*location, TimestampOf(py::object(pair[1]), path)});
  }
  return rejections;
}

namespace {

constexpr std::array kRoles = {
    rules::Role::kCustomer,  rules::Role::kSupport, rules::Role::kOps,    rules::Role::kFinance,
    rules::Role::kWarehouse, rules::Role::kSystem,  rules::Role::kAdvisor};
constexpr std::array kEvents = {rules::OutcomeOn::kShort, rules::OutcomeOn::kUnroutable,
                                rules::OutcomeOn::kLate, rules::OutcomeOn::kRejected};

void CheckKeys(const py::dict& dict, const char* name,
               std::initializer_list<std::string_view> known) {
  for (const auto& [key, value] : dict) {
    const std::string text = py::cast<std::string>(py::str(key));
    if (std::find(known.begin(), known.end(), text) != known.end()) continue;
    Raise(BadArgument(fmt::format("{}.{}", name, text),
                      fmt::format("is no field of it; there are {}", fmt::join(known, ", "))));
  }
}

py::object At(const py::dict& dict, const char* key) {
  return dict.contains(key) ? py::object(dict[key]) : py::none();
}

std::string TextAt(const py::dict& dict, const char* name, const char* key) {
  const py::object value = At(dict, key);
  if (value.is_none()) return "";
  if (py::isinstance<py::str>(value)) return value.cast<std::string>();
  Raise(BadArgument(fmt::format("{}.{}", name, key), "must be text"));
}

std::optional<std::int64_t> NumberAt(const py::dict& dict, const char* name, const char* key) {
  const py::object value = At(dict, key);
  if (value.is_none()) return std::nullopt;
  if (!py::isinstance<py::int_>(value) || py::isinstance<py::bool_>(value)) {
    Raise(BadArgument(fmt::format("{}.{}", name, key), "must be an int"));
  }
  int overflow = 0;
  const long long number = PyLong_AsLongLongAndOverflow(value.ptr(), &overflow);
  if (overflow == 0) return number;
  Raise(BadArgument(fmt::format("{}.{}", name, key), "is beyond 63 bits"));
}

// An amount as text, a Decimal or an int, in the currency of the order.
std::optional<Money> MoneyAt(const py::dict& dict, const char* name, const char* key,
                             Currency currency) {
  const py::object value = At(dict, key);
  if (value.is_none()) return std::nullopt;
  const bool is_float = py::isinstance<py::float_>(value) || py::isinstance<py::bool_>(value);
  const absl::StatusOr<Money> money =
      is_float ? absl::StatusOr<Money>(InvalidArgument("give it as text, such as \"12.50\""))
               : Money::Parse(py::cast<std::string>(py::str(value)), currency);
  if (money.ok()) return *money;
  Raise(BadArgument(fmt::format("{}.{}", name, key), std::string(money.status().message())));
}

// What a decision is made from, and what its facts point to.
struct Case {
  rules::Facts facts;
  rules::Request request;
  rules::Actor actor;
  std::vector<rules::Rejection> rejections;
};

void Fill(Case& c, const RouterHandle& router, const Order& order, const py::dict& request,
          const py::dict& actor, const Plan* plan, bool released, const py::object& rejections,
          const py::object& now) {
  CheckKeys(request, "request",
            {"amount", "units", "reason", "resolution", "price_difference", "days_since_delivery"});
  CheckKeys(actor, "actor", {"id", "role"});
  const World& world = router.router.world();
  const Currency currency = order.draft().currency.value_or(world.currency());
  c.request.amount = MoneyAt(request, "request", "amount", currency);
  c.request.units = NumberAt(request, "request", "units");
  c.request.reason = TextAt(request, "request", "reason");
  c.request.resolution = TextAt(request, "request", "resolution");
  c.request.price_difference = MoneyAt(request, "request", "price_difference", currency);
  c.request.days_since_delivery = NumberAt(request, "request", "days_since_delivery");
  c.actor.id = TextAt(actor, "actor", "id");
  const std::string role = TextAt(actor, "actor", "role");
  bool is_known = role.empty();
  for (const rules::Role known : kRoles) {
    if (ToString(known) != role) continue;
    c.actor.role = known;
    is_known = true;
  }
  if (!is_known) {
    std::vector<std::string_view> names;
    for (const rules::Role known : kRoles) names.push_back(ToString(known));
    Raise(BadArgument("actor.role",
                      fmt::format("is '{}'; it must be one of {}", role, fmt::join(names, ", "))));
  }
  c.rejections = RejectionsOf(world, rejections);
  const std::optional<Timestamp> given = TimestampOf(now, "now");
  c.facts.world = &world;
  c.facts.order = &order;
  c.facts.now = given ? given : order.placed_at();
  c.facts.request = &c.request;
  c.facts.actor = &c.actor;
  c.facts.released = released;
  c.facts.rejections = c.rejections;
  if (plan != nullptr) c.facts.plan = FactsOf(*plan);
}

// What a decision of either sort has in common, with ids instead of positions.
struct DecisionRecord {
  std::string then;
  std::optional<std::string> rule;
  std::string reason;
  std::optional<Duration> after;
  std::vector<std::tuple<std::string, std::string, std::string>> failures;
  std::vector<std::string> shadows;
};

template <typename Decision>
DecisionRecord RecordOf(const rules::RuleSet& set, const Decision& decision) {
  const auto id = [&](std::uint32_t rule) { return set.rules()[rule].id; };
  DecisionRecord record;
  record.then = ToString(decision.then);
  if (decision.rule) record.rule = id(*decision.rule);
  record.reason = decision.reason;
  if constexpr (requires { decision.after; }) record.after = decision.after;
  for (const rules::RuleFailure& failure : decision.failures) {
    record.failures.emplace_back(
        id(failure.rule), failure.then == rules::OnError::kHold ? "hold" : "skip", failure.message);
  }
  for (const std::uint32_t rule : decision.shadows) record.shadows.push_back(id(rule));
  return record;
}

DecisionRecord Decide(const RouterHandle& router, const std::string& action, const Order& order,
                      const py::dict& request, const py::dict& actor, const Plan* plan,
                      bool released, const py::object& rejections, const py::object& now) {
  Case c;
  Fill(c, router, order, request, actor, plan, released, rejections, now);
  const rules::RuleSet& set = router.router.rules();
  return RecordOf(set, router.Answer(WithoutGil([&] { return set.Decide(action, c.facts); })));
}

DecisionRecord DecideOutcome(const RouterHandle& router, const std::string& on, const Order& order,
                             const Plan* plan, bool released, const py::object& rejections,
                             const py::object& now) {
  Case c;
  Fill(c, router, order, py::dict(), py::dict(), plan, released, rejections, now);
  const rules::RuleSet& set = router.router.rules();
  for (const rules::OutcomeOn event : kEvents) {
    if (ToString(event) != on) continue;
    return RecordOf(set,
                    router.Answer(WithoutGil([&] { return set.DecideOutcome(event, c.facts); })));
  }
  Raise(BadArgument("on",
                    fmt::format("is '{}'; it must be short, unroutable, late or rejected", on)));
}

}  // namespace

void BindPolicy(py::module_& module) {
  using Self = const DecisionRecord&;
  py::class_<DecisionRecord>(module, "RuleDecision",
                             "What rules say of a request, or of what became of an order.")
      .def_property_readonly(
          "then", [](Self d) { return d.then; },
          "Of a request 'allow', 'review' or 'deny'; of an event 'accept', 'hold', 'cancel', "
          "'backorder' or 'retry'.")
      .def_property_readonly(
          "rule", [](Self d) { return d.rule; }, "Id of the rule that decided; None: none spoke.")
      .def_property_readonly(
          "reason", [](Self d) { return d.reason; }, "Of the rule; or what is wrong with it.")
      .def_property_readonly(
          "after", [](Self d) { return d.after; },
          "Of an event, a timedelta: when `then` is to happen. None: at once.")
      .def_property_readonly(
          "failures", [](Self d) { return d.failures; },
          "Rules that failed: (id, 'hold' or 'skip', message).")
      .def_property_readonly(
          "shadows", [](Self d) { return d.shadows; },
          "Ids of rules in shadow mode that would have spoken.")
      .def("__repr__", [](Self d) {
        return fmt::format("<RuleDecision {}{}>", d.then, d.rule ? " by " + *d.rule : "");
      });
  auto router = py::class_<RouterHandle>(module.attr("Router"));
  router
      .def("decide", &Decide, py::arg("action"), py::arg("order"), py::kw_only(),
           py::arg("request") = py::dict(), py::arg("actor") = py::dict(),
           py::arg("plan") = py::none(), py::arg("released") = false,
           py::arg("rejections") = py::tuple(), py::arg("now") = py::none(),
           R"(Whether somebody may do something to an order, as policy rules say.

The first rule for the action that speaks decides; none: it is allowed. A rule that fails asks for a
review, unless it says `on_error: skip` or `fail`.

Args:
    action: 'cancel', 'edit', 'return', 'exchange', 'refund', … or a word of the host.
    request: What is known of what is asked for: `amount` and `price_difference` (text or Decimal, in
        the currency of the order), `units`, `reason`, `resolution`, `days_since_delivery`.
    actor: Who asks: `id`, and `role`: 'customer', 'support', 'ops', 'finance', 'warehouse', 'system'
        (the default) or 'advisor'.
    plan: Of the order, if it has one; without it rules cannot read `plan`.
    released: Whether some of the order is in the hands of a location.
    rejections, now: As of route.

Raises:
    InvalidInput: A field that is none; a rule with `on_error: fail` that failed.)")
      .def("decide_outcome", &DecideOutcome, py::arg("on"), py::arg("order"), py::kw_only(),
           py::arg("plan") = py::none(), py::arg("released") = false,
           py::arg("rejections") = py::tuple(), py::arg("now") = py::none(),
           R"(What to do with an order that came to this, as outcome rules say.

For what happens after a plan; what a plan itself comes to is in its `outcomes`.

Args:
    on: 'rejected', 'short', 'unroutable' or 'late'.
    plan, released, rejections, now: As of decide.

Raises:
    As decide.)");
}

}  // namespace orderwright::python
