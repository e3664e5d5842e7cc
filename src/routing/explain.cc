// Answers about a decision: each comes from solving its recorded problem again.
#include <algorithm>
#include <cstdlib>
#include <limits>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/solver/exact.h"
#include "src/routing/internal/offers.h"
#include "src/routing/internal/questions.h"

namespace orderwright {
namespace {

using routing_internal::IsBetter;
using routing_internal::Parameter;
using routing_internal::Questions;
using routing_internal::RateAt;
using routing_internal::Turn;

using LocationSet = std::vector<std::uint32_t>;  // sorted

LocationSet LocationsOf(const DecisionRecord& record, const solver::Solution& solution) {
  LocationSet set;
  for (const solver::Take& take : solution.takes) {
    set.push_back(record.problem.slots[take.slot].location);
  }
  std::sort(set.begin(), set.end());
  set.erase(std::unique(set.begin(), set.end()), set.end());
  return set;
}

// One entry a shipment.
std::vector<std::uint32_t> UsedSlots(const solver::Solution& solution) {
  std::vector<std::uint32_t> slots;
  for (const solver::Take& take : solution.takes) {
    if (slots.empty() || slots.back() != take.slot) slots.push_back(take.slot);
  }
  return slots;
}

std::int64_t ShipmentsOf(const solver::Solution& solution) {
  return static_cast<std::int64_t>(UsedSlots(solution).size());
}

// Costs of a plan of the record's problem, shipment by shipment.
PlanOption OptionOf(const DecisionRecord& record, const solver::Solution& solution) {
  const solver::Problem& p = record.problem;
  PlanOption option;
  option.is_proved = solution.termination.proof == solver::Proof::kOptimal;
  for (const solver::LevelValue& level : solution.levels) option.levels.push_back(level.value);
  std::int64_t weight = 0;
  const auto close = [&] {
    if (option.shipments.empty()) return;
    OptionShipment& shipment = option.shipments.back();
    const solver::Slot& slot = p.slots[shipment.slot];
    const RecordedSlot& meaning = record.slots[shipment.slot];
    shipment.handling = meaning.handling;
    shipment.lateness = meaning.lateness;
    shipment.rules = meaning.rules;
    // A rate that no weight of this order changes stands in the fixed cost.
    shipment.shipping = Cost::FromMicros(slot.fixed_cost + RateAt(p, slot, weight)) -
                        meaning.handling - meaning.lateness - meaning.rules;
    option.cost += shipment.Sum();
    weight = 0;
  };
  for (const solver::Take& take : solution.takes) {
    if (option.shipments.empty() || option.shipments.back().slot != take.slot) {
      close();
      option.shipments.emplace_back().slot = take.slot;
    }
    OptionShipment& shipment = option.shipments.back();
    const std::uint32_t line = record.LineOf(take);
    shipment.lines.emplace_back(line, take.quantity);
    const solver::Arc& arc = p.arcs[take.arc];
    const std::int64_t price = arc.row == solver::kNone ? 0 : p.rows[arc.row].price;
    // The line's costs and penalty were shifted up together if a rule gave a negative price.
    const std::int64_t shift =
        p.lines[take.line].shortfall_penalty - record.lines[take.line].shortfall_penalty.micros();
    const Cost waiting = record.lines[line].waiting.Times(Units(take.quantity));
    shipment.waiting += waiting;
    shipment.units += Cost::FromMicros(take.quantity * (arc.unit_cost + price - shift)) - waiting;
    weight += take.quantity * arc.weight_g;
  }
  close();
  std::stable_sort(option.shipments.begin(), option.shipments.end(),
                   [&](const OptionShipment& a, const OptionShipment& b) {
                     return p.slots[a.slot].tie_rank < p.slots[b.slot].tie_rank;
                   });
  for (std::uint32_t line = 0; line < solution.shortfall.size(); ++line) {
    const std::int64_t units = solution.shortfall[line];
    if (units == 0) continue;
    option.shortfalls.emplace_back(line, units);
    option.shortfall_cost += record.lines[line].shortfall_penalty.Times(Units(units));
  }
  const auto splits = static_cast<std::int64_t>(option.shipments.size()) - 1;
  if (splits > 0) {
    option.split_cost = Cost::FromMicros(splits * p.orders.front().split_penalty);
  }
  option.cost += option.split_cost + option.shortfall_cost;
  option.extra_cost = option.cost - Cost::FromMicros(record.solution.cost);
  option.lower_bound =
      std::min(option.cost, Cost::FromMicros(solution.lower_bound - solution.cost) + option.cost);
  return option;
}

class Explainer {
 public:
  Explainer(const DecisionRecord& record, const ExplainOptions& options)
      : record_(record),
        options_(options),
        solver_(options.solver ? options.solver : std::make_shared<const solver::ExactSolver>()),
        questions_(record.problem, *solver_, options.budget) {}

  absl::Status Run(Explanation& out) {
    out.chosen = OptionOf(record_, record_.solution);
    if (absl::Status status = FindNextBest(out); !status.ok()) return status;
    if (options_.break_evens) {
      if (absl::Status status = FindBreakEvens(out); !status.ok()) return status;
    }
    for (const std::string& location : options_.why_not) {
      absl::StatusOr<WhyNot> answer = AnswerWhyNot(location);
      if (!answer.ok()) return answer.status();
      out.why_not.push_back(*std::move(answer));
    }
    return absl::OkStatus();
  }

  absl::StatusOr<WhyNot> AnswerWhyNot(std::string_view id) {
    WhyNot answer;
    answer.location = id;
    const auto at = std::find_if(record_.locations.begin(), record_.locations.end(),
                                 [&](const RecordedLocation& l) { return l.id == id; });
    if (at == record_.locations.end()) return answer;
    answer.name = at->name;
    const auto place = static_cast<std::uint32_t>(at - record_.locations.begin());
    bool is_usable = false;
    for (const RecordedStock& stock : record_.stock) {
      if (stock.location != place) continue;
      answer.stock.push_back(stock);
      is_usable |= stock.usable > 0;
    }
    for (const RecordedRuling& ruling : record_.rulings) {
      if (ruling.location == place) answer.rulings.push_back(ruling);
    }
    const LocationSet own = LocationsOf(record_, record_.solution);
    if (std::binary_search(own.begin(), own.end(), place)) {
      answer.kind = WhyNotKind::kChosen;
      return answer;
    }
    if (!is_usable) {
      answer.kind = WhyNotKind::kRuledOut;
      return answer;
    }
    absl::StatusOr<std::optional<solver::Solution>> plan = questions_.With(place);
    if (!plan.ok()) return plan.status();
    answer.kind = *plan ? WhyNotKind::kDearer : WhyNotKind::kNoPlan;
    if (*plan) answer.option = OptionOf(record_, **plan);
    return answer;
  }

 private:
  struct Node {
    std::vector<std::uint8_t> excluded;  // by location
    solver::Solution solution;
    LocationSet from;
  };

  static bool IsBefore(const Node& a, const Node& b) {
    if (IsBetter(a.solution, b.solution)) return true;
    if (IsBetter(b.solution, a.solution)) return false;
    const std::int64_t shipments_a = ShipmentsOf(a.solution);
    const std::int64_t shipments_b = ShipmentsOf(b.solution);
    return shipments_a != shipments_b ? shipments_a < shipments_b : a.from < b.from;
  }

  // A plan that does not include all locations of a better one lacks some of them: so, best first,
  // each plan found is followed by those that do without one more of its locations (Lawler 1972,
  // with exclusions only).
  absl::Status FindNextBest(Explanation& out) {
    std::vector<Node> open;
    std::set<LocationSet> asked;  // what was excluded
    std::vector<LocationSet> listed;
    const auto expand = [&](const Node& node) {
      for (const std::uint32_t location : node.from) {
        Node next;
        next.excluded = node.excluded;
        next.excluded[location] = 1;
        LocationSet without;
        for (std::uint32_t i = 0; i < next.excluded.size(); ++i) {
          if (next.excluded[i] != 0) without.push_back(i);
        }
        if (!asked.insert(std::move(without)).second) continue;
        absl::StatusOr<solver::Solution> solution = questions_.Without(next.excluded);
        if (!solution.ok()) return solution.status();
        next.solution = *std::move(solution);
        next.from = LocationsOf(record_, next.solution);
        open.push_back(std::move(next));
      }
      return absl::OkStatus();
    };
    Node chosen;
    chosen.excluded.assign(record_.locations.size(), 0);
    chosen.from = LocationsOf(record_, record_.solution);
    listed.push_back(chosen.from);
    if (chosen.from.empty() || options_.next_best == 0) return absl::OkStatus();
    if (absl::Status status = expand(chosen); !status.ok()) return status;
    while (!open.empty() && out.next_best.size() < static_cast<std::size_t>(options_.next_best)) {
      const auto first = std::min_element(open.begin(), open.end(), IsBefore);
      const Node node = std::move(*first);
      open.erase(first);
      // To source nothing is in no need of an explanation.
      if (node.from.empty()) continue;
      const bool is_new = std::none_of(listed.begin(), listed.end(), [&](const LocationSet& set) {
        return std::includes(node.from.begin(), node.from.end(), set.begin(), set.end());
      });
      if (is_new) {
        listed.push_back(node.from);
        out.next_best.push_back(OptionOf(record_, node.solution));
        if (out.next_best.size() == 1) FindTie(node, out);
      }
      if (absl::Status status = expand(node); !status.ok()) return status;
    }
    return absl::OkStatus();
  }

  void FindTie(const Node& next, Explanation& out) const {
    if (out.next_best.front().cost != out.chosen.cost ||
        out.next_best.front().levels != out.chosen.levels) {
      return;
    }
    const std::int64_t own = ShipmentsOf(record_.solution);
    const std::int64_t other = ShipmentsOf(next.solution);
    if (own < other) {
      out.tie = fmt::format("{} shipment{} instead of {} for the same cost", own,
                            own == 1 ? "" : "s", other);
      return;
    }
    const auto name = [&](const LocationSet& set, const LocationSet& others) {
      std::uint32_t first = solver::kNone;
      for (const std::uint32_t location : set) {
        if (std::binary_search(others.begin(), others.end(), location)) continue;
        if (first == solver::kNone ||
            record_.locations[location].rank < record_.locations[first].rank) {
          first = location;
        }
      }
      return first == solver::kNone ? std::string() : record_.locations[first].id;
    };
    const LocationSet from = LocationsOf(record_, record_.solution);
    out.tie = fmt::format("{} stands before {} by rank and id, for the same cost",
                          name(from, next.from), name(next.from, from));
  }

  absl::Status FindBreakEvens(Explanation& out) {
    // With a tolerance on the cost a plan need not be among the cheapest.
    for (const solver::Objective& objective : record_.problem.objectives) {
      if (objective.kind == solver::ObjectiveKind::kCost && objective.tolerance > 0) {
        return absl::OkStatus();
      }
    }
    // A plan that a person chose need not be among the cheapest either.
    if (record_.manual || record_.solution.termination.proof != solver::Proof::kOptimal) {
      return absl::OkStatus();
    }
    const std::int64_t split = record_.problem.orders.front().split_penalty;
    const auto slots = static_cast<std::int64_t>(record_.problem.slots.size());
    Parameter parameter;
    parameter.shift = [](solver::Problem& p, std::int64_t change) {
      p.orders.front().split_penalty += change;
    };
    parameter.count = [](const solver::Solution& s) {
      return std::max<std::int64_t>(0, ShipmentsOf(s) - 1);
    };
    parameter.least_change = -split;
    parameter.places = slots;
    absl::Status status =
        Add(parameter, {.of = BreakEvenOf::kSplitPenalty, .now = Cost::FromMicros(split)}, out);
    if (!status.ok()) return status;
    for (const std::uint32_t location : LocationsOf(record_, record_.solution)) {
      if (status = AddLocation(location, out); !status.ok()) return status;
    }
    for (const RecordedRuleCost& rule : record_.rule_costs) {
      if (status = AddRule(rule, out); !status.ok()) return status;
    }
    std::stable_sort(out.break_evens.begin(), out.break_evens.end(),
                     [](const BreakEven& a, const BreakEven& b) {
                       return std::abs((a.at - a.now).micros()) < std::abs((b.at - b.now).micros());
                     });
    return absl::OkStatus();
  }

  absl::Status Add(const Parameter& parameter, const BreakEven& what, Explanation& out) {
    for (const bool rises : {true, false}) {
      absl::StatusOr<std::optional<Turn>> turn =
          questions_.TurnOf(parameter, record_.solution, rises);
      if (!turn.ok()) return turn.status();
      if (!*turn) continue;
      BreakEven found = what;
      found.rises = rises;
      found.at = what.now + Cost::FromMicros((*turn)->change);
      found.is_tie_lost = (*turn)->is_tie_lost;
      found.then = OptionOf(record_, (*turn)->beyond);
      out.break_evens.push_back(std::move(found));
    }
    return absl::OkStatus();
  }

  // A location of the plan: its cost a shipment, upwards. (Downwards it stays in the plan.)
  absl::Status AddLocation(std::uint32_t location, Explanation& out) {
    const std::vector<solver::Slot>& slots = record_.problem.slots;
    Parameter parameter;
    parameter.shift = [location](solver::Problem& p, std::int64_t change) {
      for (solver::Slot& slot : p.slots) {
        if (slot.location == location) slot.fixed_cost += change;
      }
    };
    parameter.count = [location, &slots](const solver::Solution& s) {
      const std::vector<std::uint32_t> used = UsedSlots(s);
      return std::count_if(used.begin(), used.end(),
                           [&](std::uint32_t slot) { return slots[slot].location == location; });
    };
    parameter.places = std::count_if(slots.begin(), slots.end(), [&](const solver::Slot& slot) {
      return slot.location == location;
    });
    return Add(parameter,
               {.of = BreakEvenOf::kLocationCost,
                .name = record_.locations[location].id,
                .now = record_.locations[location].cost_per_shipment},
               out);
  }

  // A rule's cost, changed by the same amount wherever it adds one now.
  absl::Status AddRule(const RecordedRuleCost& rule, Explanation& out) {
    std::optional<std::int64_t> least;
    bool is_constant = true;
    Parameter parameter;
    parameter.places = 0;
    for (const std::int64_t value : rule.values) {
      if (value == 0) continue;
      is_constant &= !least || *least == value;
      least = std::min(value, least.value_or(value));
      ++parameter.places;
    }
    if (!least) return absl::OkStatus();
    parameter.least_change = -*least;
    if (rule.is_per_unit) {
      // A price may fall below 0; what a unit costs in the problem may not.
      parameter.least_change = std::numeric_limits<std::int64_t>::min();
      for (std::size_t arc = 0; arc < rule.values.size(); ++arc) {
        if (rule.values[arc] == 0) continue;
        parameter.least_change =
            std::max(parameter.least_change, -record_.problem.arcs[arc].unit_cost);
      }
      for (const solver::Line& line : record_.problem.lines) {
        parameter.places = std::max(parameter.places, line.quantity * parameter.places);
      }
    }
    const std::vector<std::int64_t>& values = rule.values;
    const bool per_unit = rule.is_per_unit;
    parameter.shift = [&values, per_unit](solver::Problem& p, std::int64_t change) {
      for (std::size_t i = 0; i < values.size(); ++i) {
        if (values[i] == 0) continue;
        (per_unit ? p.arcs[i].unit_cost : p.slots[i].fixed_cost) += change;
      }
    };
    parameter.count = [&values, per_unit](const solver::Solution& s) {
      if (!per_unit) {
        const std::vector<std::uint32_t> used = UsedSlots(s);
        return std::int64_t{std::count_if(used.begin(), used.end(),
                                          [&](std::uint32_t slot) { return values[slot] != 0; })};
      }
      std::int64_t units = 0;
      for (const solver::Take& take : s.takes) units += values[take.arc] != 0 ? take.quantity : 0;
      return units;
    };
    return Add(parameter,
               {.of = BreakEvenOf::kRuleCost,
                .name = rule.rule,
                .now = Cost::FromMicros(is_constant ? *least : 0)},
               out);
  }

  const DecisionRecord& record_;
  const ExplainOptions& options_;
  std::shared_ptr<const solver::Solver> solver_;
  Questions questions_;
};

absl::Status CheckOptions(const ExplainOptions& options) {
  if (options.next_best < 0) {
    return InvalidArgument("next_best is {}; it must be 0 or more", options.next_best);
  }
  if (options.budget.node_limit < 0) {
    return InvalidArgument("budget.node_limit is {}; it must be 0 or more",
                           options.budget.node_limit);
  }
  return absl::OkStatus();
}

}  // namespace

std::vector<RuleCharge> RuleChargesOf(const DecisionRecord& record,
                                      const OptionShipment& shipment) {
  std::vector<RuleCharge> charges;
  for (const RecordedRuleCost& rule : record.rule_costs) {
    RuleCharge charge{rule.rule, Cost(), rule.is_per_unit, std::nullopt};
    const auto add = [&](std::uint32_t place, std::int64_t times) {
      if (rule.values[place] == 0) return;
      charge.cost += Cost::FromMicros(rule.values[place] * times);
      if (!charge.row) charge.row = rule.RowAt(place);
    };
    if (!rule.is_per_unit) {
      add(shipment.slot, 1);
    } else {
      for (const auto& [line, units] : shipment.lines) {
        const std::uint32_t asked = record.lines[line].instead_of.value_or(line);
        const solver::Line& data = record.problem.lines[asked];
        for (std::uint32_t a = data.first_arc; a < data.first_arc + data.arc_count; ++a) {
          const bool is_it = record.arc_line.empty() || record.arc_line[a] == line;
          if (is_it && record.problem.arcs[a].slot == shipment.slot) add(a, units);
        }
      }
    }
    if (charge.cost != Cost()) charges.push_back(std::move(charge));
  }
  return charges;
}

std::string_view ToString(WhyNotKind kind) {
  switch (kind) {
    case WhyNotKind::kChosen:
      return "chosen";
    case WhyNotKind::kNoStock:
      return "no_stock";
    case WhyNotKind::kRuledOut:
      return "ruled_out";
    case WhyNotKind::kNoPlan:
      return "no_plan";
    case WhyNotKind::kDearer:
      return "dearer";
  }
  return "unknown";
}

std::string_view ToString(BreakEvenOf of) {
  switch (of) {
    case BreakEvenOf::kSplitPenalty:
      return "split_penalty";
    case BreakEvenOf::kLocationCost:
      return "location_cost";
    case BreakEvenOf::kRuleCost:
      return "rule_cost";
  }
  return "unknown";
}

absl::StatusOr<Explanation> Explain(DecisionRecord record, const ExplainOptions& options) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  Explanation out;
  out.record = std::move(record);
  if (absl::Status status = Explainer(out.record, options).Run(out); !status.ok()) {
    return WithContext(status, fmt::format("order '{}'", out.record.order));
  }
  return out;
}

absl::StatusOr<Explanation> Explain(const Plan& plan, const ExplainOptions& options) {
  absl::StatusOr<DecisionRecord> record = RecordOf(plan);
  if (!record.ok()) return record.status();
  return Explain(*std::move(record), options);
}

absl::StatusOr<WhyNot> ExplainWhyNot(const DecisionRecord& record, std::string_view location,
                                     const ExplainOptions& options) {
  if (absl::Status status = CheckOptions(options); !status.ok()) return status;
  return Explainer(record, options).AnswerWhyNot(location);
}

}  // namespace orderwright
