#include "orderwright/routing/plan.h"

#include <algorithm>
#include <array>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace orderwright {

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

// "Mon 23 Nov 17:00" as clocks of the zone show it; an end of day goes without its time.
std::string Moment(Timestamp time, const TimeZone& zone) {
  static constexpr std::array kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const absl::CivilSecond civil =
      absl::ToCivilSecond(absl::FromUnixMillis(time.time_since_epoch().count()), zone.absl_zone());
  const auto weekday = static_cast<std::size_t>(absl::GetWeekday(civil));
  std::string text = fmt::format("{} {} {}", kDays[weekday], civil.day(),
                                 kMonths[static_cast<std::size_t>(civil.month() - 1)]);
  if (civil.second() == 0) text += fmt::format(" {:02}:{:02}", civil.hour(), civil.minute());
  return text;
}

TimeZone DestinationZone(const Plan& plan, const Shipment& shipment) {
  if (plan.order().ship_to) {
    const Address& to = *plan.order().ship_to;
    if (const auto zone = TimeZone::Load(to.time_zone); zone.ok()) return *zone;
    const TimeZone* zone = plan.world().postal_table().FindTimeZone(to.country, to.postal_code);
    if (zone != nullptr) return *zone;
  }
  return plan.world().location(shipment.location).time_zone;
}

std::string Dates(const Plan& plan, const Shipment& shipment) {
  if (!shipment.ship_by || !shipment.deliver_by) return "";
  std::string text =
      fmt::format("   ship by {}, deliver by {}",
                  Moment(*shipment.ship_by, plan.world().location(shipment.location).time_zone),
                  Moment(*shipment.deliver_by, DestinationZone(plan, shipment)));
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

std::string Destination(const OrderDraft& order) {
  if (!order.ship_to) return "an unknown place";
  const Address& to = *order.ship_to;
  std::string text;
  for (const std::string* part : {&to.postal_code, &to.city, &to.region, &to.country}) {
    if (part->empty()) continue;
    if (!text.empty()) text += ' ';
    text += *part;
  }
  return text.empty() ? "an unknown place" : text;
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
                  Destination(order), ToString(plan.status()));
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
