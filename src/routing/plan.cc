#include "orderwright/routing/plan.h"

#include <algorithm>
#include <cstring>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "src/routing/internal/places.h"
#include "src/routing/internal/record.h"

namespace orderwright {

using routing_internal::DestinationOf;
using routing_internal::DestinationZone;
using routing_internal::Moment;

rules::PlanFacts FactsOf(const Plan& plan) {
  rules::PlanFacts facts;
  facts.cost = plan.cost();
  facts.is_proved = plan.proof() == PlanProof::kOptimal;
  facts.shipments = static_cast<std::int64_t>(plan.shipments().size());
  for (const Shipment& shipment : plan.shipments()) {
    facts.late_days = std::max(facts.late_days, shipment.late_days);
  }
  for (const PlanLine& line : plan.lines()) facts.units += line.quantity.count();
  for (const PlanLine& line : plan.no_shipping()) facts.units += line.quantity.count();
  // What waits is a shipment too, once it leaves; units that leave together are one.
  const std::span<const PlanBackorder> later = plan.backorders();
  for (std::size_t i = 0; i < later.size(); ++i) {
    facts.units += later[i].quantity.count();
    facts.late_days = std::max(facts.late_days, later[i].late_days);
    facts.shipments += std::none_of(later.begin(), later.begin() + static_cast<std::ptrdiff_t>(i),
                                    [&](const PlanBackorder& other) {
                                      return other.location == later[i].location &&
                                             other.service == later[i].service &&
                                             other.expected == later[i].expected;
                                    })
                           ? 1
                           : 0;
  }
  const std::span<const PlanQuestion> asked = plan.questions();
  for (std::size_t i = 0; i < asked.size(); ++i) {
    facts.units += asked[i].quantity.count();
    facts.shipments +=
        std::none_of(asked.begin(), asked.begin() + static_cast<std::ptrdiff_t>(i),
                     [&](const PlanQuestion& other) { return other.location == asked[i].location; })
            ? 1
            : 0;
  }
  for (const Shortfall& units : plan.shortfalls()) facts.short_units += units.quantity.count();
  return facts;
}

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

std::string_view ToString(ShipmentMethod method) {
  switch (method) {
    case ShipmentMethod::kShip:
      return "ship";
    case ShipmentMethod::kPickup:
      return "pickup";
    case ShipmentMethod::kTransfer:
      return "transfer";
  }
  return "unknown";
}

std::string_view ToString(BackorderKind kind) {
  return kind == BackorderKind::kPreorder ? "preorder" : "backorder";
}

std::string_view ToString(PlanProof proof) {
  return proof == PlanProof::kOptimal ? "optimal" : "feasible";
}

std::string_view Plan::reason(const PlanHold& hold) const {
  const auto at = static_cast<std::size_t>(&hold - holds().data());
  if (notes_ && at < notes_->hold_reasons.size()) return notes_->hold_reasons[at];
  return rules_.rules()[hold.rule].reason;
}

std::span<const PlanVoice> Plan::voices() const {
  return record_ ? std::span<const PlanVoice>(record_->voices) : std::span<const PlanVoice>();
}

const std::string& Plan::service(const Shipment& shipment) const {
  static const std::string kNone;
  if (shipment.method == ShipmentMethod::kPickup) return kNone;
  return world_->services()[Raw(shipment.service)];
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

// Where a shipment goes, if that is an address; null: to none that is known.
const Address* AddressOf(const Plan& plan, const Shipment& shipment) {
  const OrderDraft& order = plan.order();
  return routing_internal::AddressOf(order, order.lines[plan.lines(shipment).front().line]);
}

std::string Dates(const Plan& plan, const Shipment& shipment) {
  if (!shipment.ship_by || !shipment.deliver_by) return "";
  const TimeZone& zone = plan.world().location(shipment.location).time_zone;
  const TimeZone there =
      shipment.to ? plan.world().location(*shipment.to).time_zone
                  : DestinationZone(plan.world(), AddressOf(plan, shipment)).value_or(zone);
  std::string text =
      shipment.method == ShipmentMethod::kPickup
          ? fmt::format("   ready {}", Moment(*shipment.ship_by, zone))
          : fmt::format("   ship by {}, deliver by {}", Moment(*shipment.ship_by, zone),
                        Moment(*shipment.deliver_by, there));
  if (shipment.late_days > 0) {
    text += fmt::format(" ({} day{} late)", shipment.late_days, shipment.late_days == 1 ? "" : "s");
  }
  return text;
}

std::string PlaceOf(const Plan& plan, LocationIndex location) {
  return routing_internal::NameOf(plan.world().location(location));
}

// "ground, gift, zone 2, 120 km, to San Francisco": what there is of it.
std::string HowOf(const Plan& plan, const Shipment& shipment, bool many_addresses) {
  std::string how = plan.service(shipment);
  const auto add = [&how](std::string_view part) {
    if (!part.empty()) how += fmt::format("{}{}", how.empty() ? "" : ", ", part);
  };
  add(plan.group(shipment));
  if (shipment.method == ShipmentMethod::kPickup) return how;
  if (shipment.rate_card) add(fmt::format("zone {}", shipment.zone + 1));
  if (shipment.distance_km >= 0) add(fmt::format("{:.0f} km", shipment.distance_km));
  if (shipment.to) {
    add("to " + PlaceOf(plan, *shipment.to));
  } else if (const Address* to = AddressOf(plan, shipment); many_addresses && to != nullptr) {
    add("to " + (to->city.empty() ? to->postal_code : to->city));
  }
  return how;
}

void AppendShipment(const Plan& plan, const Shipment& shipment, int decimals, std::string& text) {
  std::string lines;
  for (const PlanLine& line : plan.lines(shipment)) {
    fmt::format_to(std::back_inserter(lines), "{}{} ×{}", lines.empty() ? "" : ", ", plan.sku(line),
                   line.quantity);
    if (!line.substitute_for) continue;
    fmt::format_to(std::back_inserter(lines), " for {}",
                   plan.world().item(*line.substitute_for).sku());
  }
  const std::string how = HowOf(plan, shipment, routing_internal::HasPlacesOfLines(plan.order()));
  const bool is_pickup = shipment.method == ShipmentMethod::kPickup;
  const std::string cost = shipment.takes_stock ? ToString(shipment.cost, decimals) : "";
  fmt::format_to(std::back_inserter(text), "  {} {:<18} {:<28} {:<26} {:>10}{}\n",
                 is_pickup ? "pickup at " : "ships from", PlaceOf(plan, shipment.location), lines,
                 how, cost, Dates(plan, shipment));
}

void AppendBackorder(const Plan& plan, const PlanBackorder& units, int decimals,
                     std::string& text) {
  const Location& location = plan.world().location(units.location);
  const std::string expected =
      units.expected ? fmt::format("expected {}", Moment(*units.expected, location.time_zone))
                     : std::string("no date known");
  fmt::format_to(std::back_inserter(text), "  {} {:<18} {:<28} {:<26} {:>10}\n", "waits at  ",
                 PlaceOf(plan, units.location),
                 fmt::format("{} ×{}", plan.world().item(units.sku).sku(), units.quantity),
                 fmt::format("{}, {}", ToString(units.kind), expected),
                 ToString(units.cost, decimals));
}

void AppendQuestion(const Plan& plan, const PlanQuestion& question, int decimals,
                    std::string& text) {
  const World& world = plan.world();
  fmt::format_to(std::back_inserter(text), "  {} {:<18} {:<28} {:<26} {:>10}\n", "asks about",
                 PlaceOf(plan, question.location),
                 fmt::format("{} ×{} for {}", world.item(question.substitute).sku(),
                             question.quantity, world.item(question.sku).sku()),
                 "if the customer agrees", ToString(question.cost, decimals));
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
  for (const PlanLine& line : plan.no_shipping()) units += line.quantity.count();
  for (const PlanBackorder& b : plan.backorders()) units += b.quantity.count();
  for (const PlanQuestion& q : plan.questions()) units += q.quantity.count();
  for (const Shortfall& s : plan.shortfalls()) units += s.quantity.count();
  std::string text =
      fmt::format("order {} · {} line{}, {} unit{} to {} · {}\n", order.id, order.lines.size(),
                  order.lines.size() == 1 ? "" : "s", units, units == 1 ? "" : "s",
                  DestinationOf(plan.world(), order), ToString(plan.status()));
  for (const Shipment& shipment : plan.shipments()) AppendShipment(plan, shipment, decimals, text);
  for (const PlanBackorder& units_later : plan.backorders()) {
    AppendBackorder(plan, units_later, decimals, text);
  }
  for (const PlanQuestion& question : plan.questions()) {
    AppendQuestion(plan, question, decimals, text);
  }
  auto out = std::back_inserter(text);
  for (const PlanLine& line : plan.no_shipping()) {
    fmt::format_to(out, "  needs no shipping  {} ×{}\n", plan.sku(line), line.quantity);
  }
  for (const Shortfall& s : plan.shortfalls()) {
    fmt::format_to(out, "  not sourced        {} ×{} ({})\n", plan.world().item(s.sku).sku(),
                   s.quantity, ToString(s.reason));
  }
  for (const PlanHold& hold : plan.holds()) {
    const rules::Rule& rule = plan.rules().rules()[hold.rule];
    const std::string_view reason = plan.reason(hold);
    fmt::format_to(out, "  held by            {}{}{}\n", rule.id, reason.empty() ? "" : ": ",
                   reason);
  }
  for (const PlanRuleError& error : plan.rule_errors()) {
    if (error.then == rules::OnError::kHold) continue;  // said above
    fmt::format_to(out, "  rule failed        {}: {}\n", plan.rules().rules()[error.rule].id,
                   error.message);
  }
  for (const PlanShadow& shadow : plan.shadows()) {
    fmt::format_to(out, "  in shadow          {} would have spoken\n",
                   plan.rules().rules()[shadow.rule].id);
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
  if (const PlanOverride* manual = plan.manual(); manual != nullptr) {
    const Cost extra = plan.cost() - manual->best_cost;
    proof =
        fmt::format("by hand, {}: {} ({}{} over the best plan)", manual->choice.actor,
                    manual->choice.reason, extra < Cost() ? "" : "+", ToString(extra, decimals));
  }
  fmt::format_to(out, "  {:<74}{:>12}   {}\n", "total", ToString(plan.cost(), decimals), proof);
  return text;
}

}  // namespace orderwright
