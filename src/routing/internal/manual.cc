#include "src/routing/internal/manual.h"

#include <algorithm>
#include <limits>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "orderwright/core/issue.h"
#include "orderwright/core/status.h"

namespace orderwright::routing_internal {
namespace {

ServiceIndex ServiceOf(const Setup& setup, const SlotMeaning& slot) {
  return slot.option == nullptr ? setup.network.standard() : slot.option->data->name;
}

// A line of the order, and how many of its units one unit of what somebody named has.
struct Named {
  std::uint32_t line = 0;
  std::int64_t per_unit = 1;
};

// "1": a line, or whole sets of a bundle; "1/MUG": one of its components. None: there is no such.
void FindLines(const World& world, const Order& order, std::string_view name,
               std::vector<Named>& lines) {
  lines.clear();
  const auto per_set = [&](std::uint32_t line) {
    for (const OrderBundle& bundle : order.bundles()) {
      if (line - bundle.first_line >= bundle.line_count) continue;
      return order.lines()[line].quantity.count() / bundle.sets.count();
    }
    return std::int64_t{1};
  };
  for (std::uint32_t i = 0; i < order.lines().size(); ++i) {
    const std::string& id = order.line_id(i);
    if (name == id) {
      // A component that needs no shipping comes along.
      if (const std::int64_t units = per_set(i); units > 0) lines.push_back({i, units});
    } else if (name.size() > id.size() && name[id.size()] == '/' && name.starts_with(id) &&
               name.substr(id.size() + 1) == world.item(order.lines()[i].sku).sku()) {
      lines.push_back({i, 1});
    }
  }
}

std::string MeantInstead(const std::optional<std::string>& nearest) {
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string();
}

}  // namespace

absl::StatusOr<std::vector<ManualUnits>> Resolve(const World& world, const Order& order,
                                                 const Override& choice) {
  IssueList issues;
  std::vector<ManualUnits> units;
  std::vector<Named> named;
  std::vector<std::int64_t> left;
  for (const OrderLine& line : order.lines()) left.push_back(line.quantity.count());
  if (choice.actor.empty()) issues.Add("override.actor", "missing_field", "who decided?");
  if (choice.reason.empty()) issues.Add("override.reason", "missing_field", "why?");
  if (choice.shipments.empty()) {
    issues.Add("override.shipments", "empty", "it names no shipment");
  }
  for (std::size_t s = 0; s < choice.shipments.size(); ++s) {
    const OverrideShipment& shipment = choice.shipments[s];
    const std::string path = fmt::format("override.shipments[{}]", s);
    const std::optional<LocationIndex> location = world.FindLocation(shipment.location);
    if (!location) {
      issues.Add(path + ".location", "unknown_location",
                 fmt::format("the world has no location '{}'{}", shipment.location,
                             MeantInstead(world.NearestLocation(shipment.location))));
    }
    std::optional<ServiceIndex> service;
    if (!shipment.service.empty()) {
      service = world.FindService(shipment.service);
      if (!service) {
        issues.Add(path + ".service", "unknown_service",
                   fmt::format("the world has no service '{}'{}", shipment.service,
                               MeantInstead(world.NearestService(shipment.service))));
      }
    }
    if (shipment.lines.empty()) issues.Add(path + ".lines", "empty", "it names no line");
    for (std::size_t l = 0; l < shipment.lines.size(); ++l) {
      const OverrideLine& line = shipment.lines[l];
      const std::string at = fmt::format("{}.lines[{}]", path, l);
      FindLines(world, order, line.line, named);
      if (named.empty()) {
        issues.Add(at + ".line", "unknown_line",
                   fmt::format("order '{}' has no line '{}'", order.id(), line.line));
        continue;
      }
      if (line.quantity.count() < 1) {
        issues.Add(at + ".quantity", "not_positive", "it must be 1 or more");
        continue;
      }
      std::int64_t most = std::numeric_limits<std::int64_t>::max();
      for (const Named& part : named) most = std::min(most, left[part.line] / part.per_unit);
      if (line.quantity.count() > most) {
        issues.Add(at + ".quantity", "out_of_range",
                   fmt::format("{} units of line '{}', of which {} are left to be sourced",
                               line.quantity, line.line, most));
        continue;
      }
      for (const Named& part : named) {
        const std::int64_t quantity = line.quantity.count() * part.per_unit;
        left[part.line] -= quantity;
        if (location) units.push_back({part.line, *location, service, quantity});
      }
    }
  }
  if (!issues.ok()) return issues.ToStatus(fmt::format("override of order '{}'", order.id()));
  return units;
}

std::vector<Pin> PinsOf(const Setup& setup, const Sourcing& sourcing,
                        const std::vector<ManualUnits>& units) {
  std::vector<Pin> pins;
  for (const ManualUnits& unit : units) {
    Pin& pin = pins.emplace_back();
    pin.line = unit.line;
    pin.quantity = unit.quantity;
    for (std::uint32_t s = 0; s < sourcing.problem().slots.size(); ++s) {
      const SlotMeaning& slot = sourcing.slot(s);
      const bool is_there = sourcing.candidates()[slot.candidate].location == unit.location;
      pin.slots.push_back(is_there && (!unit.service || ServiceOf(setup, slot) == *unit.service));
    }
    // What somebody chose is the item itself, and no substitute.
    for (std::uint32_t a = 0; a < sourcing.problem().arcs.size(); ++a) {
      const Pair* pair = sourcing.PairOf(a);
      if (pair == nullptr) break;
      pin.arcs.push_back(pair->variant == sourcing.variant(pair->variant).line ? 1 : 0);
    }
  }
  return pins;
}

absl::Status RefusalOf(const Setup& setup, const Call& call, Sourcing& sourcing,
                       const solver::Solution& solution, const ManualUnits& units) {
  const std::string& location = setup.world.location(units.location).id();
  const std::string& sku = setup.world.item(call.order.lines()[units.line].sku).sku();
  const auto refuse = [&](const std::string& why) {
    return FailedPrecondition(
        "order '{}': the override cannot be kept: {} of {} (line '{}') from {}: {}",
        call.order.id(), units.quantity, sku, call.order.line_id(units.line), location, why);
  };
  Record record;
  const std::vector<Candidate> candidates(sourcing.candidates().begin(),
                                          sourcing.candidates().end());
  std::int64_t usable = 0;
  bool has_arc = false;
  const solver::Problem& p = sourcing.problem();
  for (const solver::Arc& arc : p.arcs_of(p.lines[units.line])) {
    const SlotMeaning& slot = sourcing.slot(arc.slot);
    if (candidates[slot.candidate].location != units.location) continue;
    has_arc |= !units.service || ServiceOf(setup, slot) == *units.service;
    usable = arc.row == solver::kNone ? solver::kUnlimited : p.rows[arc.row].amount;
  }
  sourcing.MoveTo(setup, call, solution, record);
  if (has_arc && usable < units.quantity) {
    return refuse(fmt::format("{} are available to it", usable));
  }
  if (has_arc) return refuse("together with the rest it is beyond stock or the order's limits");
  for (const Refusal& refusal : record.refusals) {
    if (refusal.line == units.line && refusal.location == units.location) {
      return refuse("the order may not ship from there");
    }
  }
  for (const Verdict& verdict : record.verdicts) {
    const RecordedPair& pair = record.pairs[verdict.pair];
    if (pair.goods != units.line || candidates[pair.candidate].location != units.location) continue;
    const rules::Rule& rule = setup.rules.rules()[verdict.rule];
    return refuse(fmt::format("rule `{}` forbids it{}{}", rule.id, rule.reason.empty() ? "" : ": ",
                              rule.reason));
  }
  const bool is_held =
      usable > 0 || std::any_of(record.pairs.begin(), record.pairs.end(), [&](const auto& pair) {
        return pair.goods == units.line && candidates[pair.candidate].location == units.location;
      });
  if (!is_held) return refuse("none is available to it");
  return refuse(units.service ? "that service does not carry it from there"
                              : "no service carries it from there in time");
}

}  // namespace orderwright::routing_internal
