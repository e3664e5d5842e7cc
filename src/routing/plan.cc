#include "orderwright/routing/plan.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "src/routing/internal/places.h"

namespace orderwright {

using routing_internal::DestinationOf;
using routing_internal::DestinationZone;
using routing_internal::Moment;

std::string_view ToString(PlanStatus status) {
  switch (status) {
    case PlanStatus::kPlanned:
      return "planned";
    case PlanStatus::kShort:
      return "short";
    case PlanStatus::kUnroutable:
      return "unroutable";
    case PlanStatus::kHeld:
      return "held";
  }
  return "unknown";
}

std::string_view ToString(ShortReason reason) {
  switch (reason) {
    case ShortReason::kNoStock:
      return "no_stock";
    case ShortReason::kNoEligibleLocation:
      return "no_eligible_location";
    case ShortReason::kLimit:
      return "limit";
    case ShortReason::kShipComplete:
      return "ship_complete";
    case ShortReason::kRule:
      return "rule";
    case ShortReason::kCost:
      return "cost";
    case ShortReason::kLate:
      return "late";
  }
  return "unknown";
}

std::string_view ToString(PlanProof proof) {
  return proof == PlanProof::kOptimal ? "optimal" : "feasible";
}

Plan::Block::Block(const Block& other)
    : bytes(other.capacity > 0 ? new std::byte[other.capacity] : nullptr),
      capacity(other.capacity) {
  if (capacity > 0) std::memcpy(bytes.get(), other.bytes.get(), capacity);
}

Plan::Block& Plan::Block::operator=(const Block& other) {
  if (this != &other) *this = Block(other);
  return *this;
}

Plan::Block::Block(Block&& other) noexcept
    : bytes(std::move(other.bytes)), capacity(std::exchange(other.capacity, 0)) {}

Plan::Block& Plan::Block::operator=(Block&& other) noexcept {
  bytes = std::move(other.bytes);
  capacity = std::exchange(other.capacity, 0);
  return *this;
}

namespace {

std::string Dates(const Plan& plan, const Shipment& shipment) {
  if (!shipment.ship_by || !shipment.deliver_by) return "";
  const TimeZone& local = plan.world().location(shipment.location).time_zone;
  std::string text = fmt::format(
      "   ship by {}, deliver by {}", Moment(*shipment.ship_by, local),
      Moment(*shipment.deliver_by, DestinationZone(plan.world(), plan.order()).value_or(local)));
  if (shipment.late_days > 0) {
    text += fmt::format(" ({} day{} late)", shipment.late_days, shipment.late_days == 1 ? "" : "s");
  }
  return text;
}

void AppendShipment(const Plan& plan, const Shipment& shipment, int decimals, std::string& text) {
  std::string lines;
  for (const PlanLine& line : plan.lines(shipment)) {
    fmt::format_to(std::back_inserter(lines), "{}{} ×{}", lines.empty() ? "" : ", ", plan.sku(line),
                   line.quantity);
  }
  const LocationSpec& spec = plan.world().location(shipment.location).spec;
  const std::string& place = spec.name.empty() ? spec.id : spec.name;
  std::string how = plan.service(shipment);
  if (shipment.group != kEmptySymbol) how += fmt::format(", {}", plan.group(shipment));
  if (shipment.rate_card) how += fmt::format(", zone {}", shipment.zone + 1);
  if (shipment.distance_km >= 0) how += fmt::format(", {:.0f} km", shipment.distance_km);
  fmt::format_to(std::back_inserter(text), "  ships from {:<18} {:<28} {:<26} {:>10}{}\n", place,
                 lines, how, ToString(shipment.cost, decimals), Dates(plan, shipment));
}

}  // namespace

std::string ToString(const Plan& plan) {
  if (plan.status() == PlanStatus::kUnroutable && plan.shipments().empty() &&
      plan.shortfalls().empty() && plan.stock_sequence() == 0 && plan.cost() == Cost()) {
    return "plan of no order\n";
  }
  const OrderDraft& order = plan.order();
  const int decimals = plan.world().currency().decimals();
  std::int64_t units = 0;
  for (const PlanLine& line : plan.lines()) units += line.quantity.count();
  for (const Shortfall& s : plan.shortfalls()) units += s.quantity.count();
  std::string text =
      fmt::format("order {} · {} line{}, {} unit{} to {} · {}\n", order.id, order.lines.size(),
                  order.lines.size() == 1 ? "" : "s", units, units == 1 ? "" : "s",
                  DestinationOf(order), ToString(plan.status()));
  for (const Shipment& shipment : plan.shipments()) AppendShipment(plan, shipment, decimals, text);
  auto out = std::back_inserter(text);
  for (const Shortfall& s : plan.shortfalls()) {
    fmt::format_to(out, "  not sourced        {} ×{} ({})\n", plan.world().item(s.sku).sku(),
                   s.quantity, ToString(s.reason));
  }
  for (const PlanHold& hold : plan.holds()) {
    const rules::Rule& rule = plan.rules().rules()[hold.rule];
    fmt::format_to(out, "  held by            {}{}{}\n", rule.id, rule.reason.empty() ? "" : ": ",
                   rule.reason);
  }
  for (const PlanRelaxed& relaxed : plan.relaxed()) {
    fmt::format_to(out, "  without rule       {} (level {})\n",
                   plan.rules().rules()[relaxed.rule].id, relaxed.level);
  }
  const auto term = [&](std::string_view name, Cost cost) {
    fmt::format_to(out, "  {:<74}{:>12}\n", name, ToString(cost, decimals));
  };
  if (plan.split_cost() != Cost()) term("split penalty", plan.split_cost());
  if (plan.shortfall_cost() != Cost()) term("shortfall penalty", plan.shortfall_cost());
  std::string proof =
      plan.proof() == PlanProof::kOptimal
          ? fmt::format("proved cheapest of {} candidates", plan.candidates())
          : fmt::format("not proved; no plan is below {}", ToString(plan.lower_bound(), decimals));
  fmt::format_to(out, "  {:<74}{:>12}   {}\n", "total", ToString(plan.cost(), decimals), proof);
  return text;
}

}  // namespace orderwright
