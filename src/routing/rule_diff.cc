#include "orderwright/routing/rule_diff.h"

#include <algorithm>
#include <array>
#include <iterator>
#include <map>
#include <memory>
#include <set>
#include <tuple>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "src/routing/internal/for_each_order.h"

namespace orderwright {

using rules::Rule;
using rules::RuleSet;

std::string_view ToString(PlanPart part) {
  switch (part) {
    case PlanPart::kStatus:
      return "status";
    case PlanPart::kLocations:
      return "locations";
    case PlanPart::kShipments:
      return "shipments";
    case PlanPart::kWaiting:
      return "waiting";
    case PlanPart::kShortfalls:
      return "shortfalls";
    case PlanPart::kSettings:
      return "settings";
    case PlanPart::kHolds:
      return "holds";
    case PlanPart::kOutcomes:
      return "outcomes";
    case PlanPart::kRuleErrors:
      return "rule_errors";
    case PlanPart::kCost:
      return "cost";
  }
  return "unknown";
}

std::string_view ToString(VoiceChange change) {
  switch (change) {
    case VoiceChange::kAdded:
      return "added";
    case VoiceChange::kRemoved:
      return "removed";
    case VoiceChange::kChanged:
      return "changed";
  }
  return "unknown";
}

namespace {

// -- Two rules ------------------------------------------------------------------------------------

bool SameTable(const Rule& a, const Rule& b) {
  if (a.table == nullptr || b.table == nullptr) return a.table == b.table;
  return *a.table == *b.table;
}

// Whether they decide the same wherever they are asked; texts for people and teams do not count.
bool SameRule(const Rule& a, const Rule& b) {
  const auto data = [](const Rule& r) {
    return std::tie(r.kind, r.priority, r.mode, r.on_error, r.from, r.until, r.limit, r.prefer,
                    r.relax, r.keep, r.set, r.force, r.blocks, r.reserve, r.hold_until, r.on,
                    r.then, r.after, r.action, r.decision, r.text);
  };
  if (data(a) != data(b) || !SameTable(a, b)) return false;
  // What texts are compiled to is another object each time.
  return a.text || a.table || (a.by_service == b.by_service && a.evaluator == b.evaluator);
}

bool SameObjectives(const RuleSet& a, const RuleSet& b) {
  return std::equal(a.objectives().begin(), a.objectives().end(), b.objectives().begin(),
                    b.objectives().end(), [](const auto& x, const auto& y) {
                      return std::tie(x.minimize, x.rank_rule, x.tolerance) ==
                             std::tie(y.minimize, y.rank_rule, y.tolerance);
                    });
}

std::set<std::string, std::less<>> SameRules(const RuleSet& before, const RuleSet& after) {
  std::map<std::string_view, const Rule*> by_id;
  for (const Rule& rule : before.rules()) by_id[rule.id] = &rule;
  std::set<std::string, std::less<>> same;
  for (const Rule& rule : after.rules()) {
    const auto at = by_id.find(rule.id);
    if (at != by_id.end() && SameRule(*at->second, rule)) same.insert(rule.id);
  }
  return same;
}

// -- Two plans ------------------------------------------------------------------------------------

const std::string& IdOf(const Plan& plan, std::uint32_t rule) {
  return plan.rules().rules()[rule].id;
}

// Whether the lists are equal by what `part` takes of their entries.
template <typename T, typename Part>
bool Same(std::span<const T> a, std::span<const T> b, const Part& part) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                    [&](const T& x, const T& y) { return part(x) == part(y); });
}

// Absent locations come last: units go to them when no other wants them.
struct Place {
  std::optional<LocationIndex> location;
  friend bool operator<(const Place& a, const Place& b) {
    if (a.location.has_value() != b.location.has_value()) return a.location.has_value();
    return a.location < b.location;
  }
};

std::vector<UnitsMoved> MovesOf(const Plan& before, const Plan& after) {
  std::map<std::pair<std::uint32_t, SkuIndex>, std::map<Place, std::int64_t>> gains;
  const auto add = [&gains](const Plan& plan, std::int64_t sign) {
    for (const Shipment& shipment : plan.shipments()) {
      if (!shipment.takes_stock) continue;
      for (const PlanLine& line : plan.lines(shipment)) {
        auto& gain = gains[{line.line, line.substitute_for.value_or(line.sku)}];
        gain[{shipment.location}] += sign * line.quantity.count();
        gain[{std::nullopt}] -= sign * line.quantity.count();
      }
    }
  };
  add(before, -1);
  add(after, 1);
  std::vector<UnitsMoved> moves;
  for (auto& [what, gain] : gains) {
    auto to = gain.begin();
    for (auto& [place, units] : gain) {
      while (units < 0) {
        while (to->second <= 0) ++to;
        const std::int64_t moved = std::min(-units, to->second);
        moves.push_back(
            {what.first, what.second, place.location, to->first.location, Units(moved)});
        units += moved;
        to->second -= moved;
      }
    }
  }
  return moves;
}

bool SameLines(const Plan& a, const Shipment& x, const Plan& b, const Shipment& y) {
  const std::span<const PlanLine> left = a.lines(x);
  const std::span<const PlanLine> right = b.lines(y);
  return std::equal(left.begin(), left.end(), right.begin(), right.end());
}

bool SameShipments(const Plan& a, const Plan& b) {
  const auto data = [](const Shipment& s) {
    return std::tie(s.location, s.method, s.takes_stock, s.waits, s.to, s.rate_card, s.group,
                    s.ship_by, s.deliver_by);
  };
  return std::equal(a.shipments().begin(), a.shipments().end(), b.shipments().begin(),
                    b.shipments().end(), [&](const Shipment& x, const Shipment& y) {
                      const bool same_service =
                          x.method == ShipmentMethod::kPickup || x.service == y.service;
                      return data(x) == data(y) && same_service && SameLines(a, x, b, y);
                    });
}

bool SameWaiting(const Plan& a, const Plan& b) {
  const auto later = [](const PlanBackorder& u) {
    return std::tie(u.line, u.sku, u.quantity, u.location, u.kind, u.draw, u.expected, u.service,
                    u.ship_by, u.deliver_by);
  };
  const auto asked = [](const PlanQuestion& q) {
    return std::tie(q.line, q.sku, q.substitute, q.quantity, q.location);
  };
  return Same(a.backorders(), b.backorders(), later) && Same(a.questions(), b.questions(), asked);
}

// By field and value; which rule says so does not matter.
bool SameSettings(const Plan& a, const Plan& b) {
  const auto all = [](const Plan& plan) {
    std::map<rules::SetField, std::int64_t> settings;
    for (const PlanSetting& s : plan.settings()) settings[s.field] = s.value;
    return settings;
  };
  return all(a) == all(b);
}

using HoldData = std::tuple<bool, bool, bool, bool, std::optional<Timestamp>>;

// By the id of the rule, and whether it is held by its error.
std::map<std::pair<std::string, bool>, HoldData> HoldsOf(const Plan& plan) {
  std::map<std::pair<std::string, bool>, HoldData> holds;
  for (const PlanHold& hold : plan.holds()) {
    holds[{IdOf(plan, hold.rule), hold.is_error}] = {hold.blocks.route, hold.blocks.release,
                                                     hold.blocks.capture, hold.reserve, hold.until};
  }
  return holds;
}

bool SameOutcomes(const Plan& a, const Plan& b) {
  const auto data = [](const PlanOutcome& o) { return std::tie(o.on, o.then); };
  return Same(a.outcomes(), b.outcomes(), data);
}

bool SameErrors(const Plan& a, const Plan& b) {
  const auto all = [](const Plan& plan) {
    std::set<std::tuple<std::string, rules::OnError, std::string>> errors;
    for (const PlanRuleError& e : plan.rule_errors()) {
      errors.emplace(IdOf(plan, e.rule), e.then, e.message);
    }
    return errors;
  };
  return all(a) == all(b);
}

// What differs; empty if nothing does.
std::vector<PlanPart> PartsOf(const Plan& a, const Plan& b, const std::vector<UnitsMoved>& moves) {
  const auto short_data = [](const Shortfall& s) {
    return std::tie(s.line, s.sku, s.quantity, s.reason);
  };
  std::vector<PlanPart> parts;
  const auto add = [&parts](PlanPart part, bool is_same) {
    if (!is_same) parts.push_back(part);
  };
  add(PlanPart::kStatus, a.status() == b.status());
  add(PlanPart::kLocations, moves.empty());
  add(PlanPart::kShipments, !moves.empty() || SameShipments(a, b));
  add(PlanPart::kWaiting, SameWaiting(a, b));
  add(PlanPart::kShortfalls, Same(a.shortfalls(), b.shortfalls(), short_data));
  add(PlanPart::kSettings, SameSettings(a, b));
  add(PlanPart::kHolds, HoldsOf(a) == HoldsOf(b));
  add(PlanPart::kOutcomes, SameOutcomes(a, b));
  add(PlanPart::kRuleErrors, SameErrors(a, b));
  add(PlanPart::kCost, a.cost() == b.cost());
  return parts;
}

void CompareHolds(ChangedOrder& order) {
  std::set<std::string> before;
  std::set<std::string> after;
  for (const PlanHold& hold : order.before.holds()) before.insert(IdOf(order.before, hold.rule));
  for (const PlanHold& hold : order.after.holds()) after.insert(IdOf(order.after, hold.rule));
  std::set_difference(after.begin(), after.end(), before.begin(), before.end(),
                      std::back_inserter(order.holds_added));
  std::set_difference(before.begin(), before.end(), after.begin(), after.end(),
                      std::back_inserter(order.holds_removed));
}

std::vector<RuleDifference> VoicesOf(const Plan& before, const Plan& after,
                                     const std::set<std::string, std::less<>>& same_rules) {
  std::map<std::string, const PlanVoice*> spoke;
  for (const PlanVoice& voice : before.voices()) spoke[IdOf(before, voice.rule)] = &voice;
  std::vector<RuleDifference> found;
  const auto add = [&](const std::string& id, VoiceChange change) {
    found.push_back({id, change, same_rules.contains(id)});
  };
  for (const PlanVoice& voice : after.voices()) {
    const std::string& id = IdOf(after, voice.rule);
    const auto at = spoke.find(id);
    if (at == spoke.end()) {
      add(id, VoiceChange::kAdded);
      continue;
    }
    if (at->second->said != voice.said) add(id, VoiceChange::kChanged);
    spoke.erase(at);
  }
  for (const auto& [id, voice] : spoke) add(id, VoiceChange::kRemoved);
  std::sort(found.begin(), found.end(), [](const RuleDifference& a, const RuleDifference& b) {
    return std::tie(a.is_same_rule, a.rule) < std::tie(b.is_same_rule, b.rule);
  });
  return found;
}

// -- Many orders ----------------------------------------------------------------------------------

// The sums of some orders; addition, so the order in which threads finish does not matter.
struct Tally {
  RuleSetTotals totals;
  bool overflows = false;

  void AddCost(Cost& sum, Cost cost) {
    std::int64_t micros = 0;
    overflows |= __builtin_add_overflow(sum.micros(), cost.micros(), &micros);
    sum = Cost::FromMicros(micros);
  }

  void Add(const Plan& plan) {
    std::size_t shipments = 0;
    for (const Shipment& shipment : plan.shipments()) {
      if (!shipment.takes_stock) continue;
      ++shipments;
      AddCost(totals.rule_cost, shipment.terms.rules);
    }
    AddCost(totals.cost, plan.cost());
    totals.shipments += shipments;
    totals.shipped += shipments > 0 ? 1U : 0U;
    totals.split += shipments > 1 ? 1U : 0U;
    totals.held += plan.status() == PlanStatus::kHeld ? 1U : 0U;
    for (const Shortfall& s : plan.shortfalls()) totals.short_units += s.quantity.count();
  }

  void Add(const Tally& other) {
    overflows |= other.overflows;
    AddCost(totals.cost, other.totals.cost);
    AddCost(totals.rule_cost, other.totals.rule_cost);
    totals.shipments += other.totals.shipments;
    totals.shipped += other.totals.shipped;
    totals.split += other.totals.split;
    totals.held += other.totals.held;
    totals.short_units += other.totals.short_units;
  }
};

// Each order has its own place in the answer.
class Comparison {
 public:
  Comparison(const Router& before, const Router& after, std::span<const Order> orders,
             const StockView& stock, const CompareOptions& options)
      : before_(before),
        after_(after),
        orders_(orders),
        stock_(stock),
        options_(options),
        same_rules_(SameRules(before.rules(), after.rules())),
        changed_(orders.size()) {}

  absl::Status Run() {
    absl::Status status = routing_internal::ForEachOrder(
        orders_.size(), options_.threads, options_.progress,
        [this] { return Scratch(before_.NewWorkspace(), after_.NewWorkspace()); },
        [this](std::size_t i, Scratch& scratch) { return Compare(i, scratch); },
        [this](const Scratch& scratch) {
          sums_before_.Add(scratch.sums_before);
          sums_after_.Add(scratch.sums_after);
        });
    if (!status.ok()) return status;
    if (sums_before_.overflows || sums_after_.overflows) {
      return OutOfRange("the costs of {} orders do not fit in one sum; compare fewer",
                        orders_.size());
    }
    return absl::OkStatus();
  }

  void MoveTo(RuleDiff& diff) {
    diff.before = sums_before_.totals;
    diff.after = sums_after_.totals;
    for (std::unique_ptr<ChangedOrder>& order : changed_) {
      if (order != nullptr) diff.changed.push_back(std::move(*order));
      order.reset();
    }
  }

  [[nodiscard]] bool IsSameRule(const std::string& id) const { return same_rules_.contains(id); }

 private:
  struct Scratch {
    Scratch(Workspace of_before, Workspace of_after)
        : before(std::move(of_before)), after(std::move(of_after)) {}
    Workspace before;
    Workspace after;
    Plan plan_before;
    Plan plan_after;
    Plan recorded_before;
    Plan recorded_after;
    Tally sums_before;
    Tally sums_after;
  };

  absl::Status Compare(std::size_t i, Scratch& scratch) {
    absl::Status status =
        RouteBoth(i, ExplainLevel::kOff, scratch, scratch.plan_before, scratch.plan_after);
    if (!status.ok()) return status;
    scratch.sums_before.Add(scratch.plan_before);
    scratch.sums_after.Add(scratch.plan_after);
    std::vector<UnitsMoved> moves = MovesOf(scratch.plan_before, scratch.plan_after);
    std::vector<PlanPart> parts = PartsOf(scratch.plan_before, scratch.plan_after, moves);
    if (parts.empty()) return absl::OkStatus();
    // A record costs time and memory: only what changes needs one.
    const ExplainLevel level = std::max(options_.explain, ExplainLevel::kRecord);
    status = RouteBoth(i, level, scratch, scratch.recorded_before, scratch.recorded_after);
    if (!status.ok()) return status;
    auto out = std::make_unique<ChangedOrder>();
    out->order = i;
    out->parts = std::move(parts);
    out->moves = std::move(moves);
    out->rules = VoicesOf(scratch.recorded_before, scratch.recorded_after, same_rules_);
    const bool keeps_record = options_.explain != ExplainLevel::kOff;
    out->before = keeps_record ? scratch.recorded_before : scratch.plan_before;
    out->after = keeps_record ? scratch.recorded_after : scratch.plan_after;
    CompareHolds(*out);
    changed_[i] = std::move(out);
    return absl::OkStatus();
  }

  absl::Status RouteBoth(std::size_t i, ExplainLevel level, Scratch& scratch, Plan& before,
                         Plan& after) const {
    const RouteOptions options{.now = options_.now, .explain = level};
    absl::Status status = before_.RouteInto(orders_[i], stock_, options, scratch.before, before);
    if (!status.ok()) return status;
    return after_.RouteInto(orders_[i], stock_, options, scratch.after, after);
  }

  const Router& before_;
  const Router& after_;
  std::span<const Order> orders_;
  const StockView& stock_;
  const CompareOptions& options_;
  std::set<std::string, std::less<>> same_rules_;
  std::vector<std::unique_ptr<ChangedOrder>> changed_;  // by order; null: nothing changes
  Tally sums_before_;
  Tally sums_after_;
};

template <typename IsSameRule>
void SumUp(const IsSameRule& is_same_rule, RuleDiff& diff) {
  std::map<PlanPart, std::size_t> parts;
  std::map<std::pair<Place, Place>, std::int64_t> moves;
  std::map<std::string, HoldTotal> holds;
  std::map<std::string, std::size_t> rules;
  for (const ChangedOrder& order : diff.changed) {
    for (const PlanPart part : order.parts) ++parts[part];
    for (const UnitsMoved& move : order.moves) {
      moves[{{move.from}, {move.to}}] += move.units.count();
    }
    for (const std::string& id : order.holds_added) ++holds[id].added;
    for (const std::string& id : order.holds_removed) ++holds[id].removed;
    for (const RuleDifference& rule : order.rules) ++rules[rule.rule];
  }
  for (const auto& [part, count] : parts) diff.parts.push_back({part, count});
  for (const auto& [way, units] : moves) {
    diff.moves.push_back({way.first.location, way.second.location, Units(units)});
  }
  std::stable_sort(diff.moves.begin(), diff.moves.end(),
                   [](const MoveTotal& a, const MoveTotal& b) { return a.units > b.units; });
  for (auto& [id, total] : holds) diff.holds.push_back({id, total.added, total.removed});
  for (const auto& [id, count] : rules) diff.rules.push_back({id, is_same_rule(id), count});
  std::stable_sort(
      diff.rules.begin(), diff.rules.end(), [](const RuleTotal& a, const RuleTotal& b) {
        return std::tuple(a.is_same_rule, b.orders) < std::tuple(b.is_same_rule, a.orders);
      });
}

}  // namespace

absl::StatusOr<RuleDiff> CompareRules(const World& world, const StockView& stock,
                                      std::span<const Order> orders, const RuleSet& before,
                                      const RuleSet& after, const CompareOptions& options) {
  if (options.threads < 0) {
    return InvalidArgument("threads is {}; it must be 0 (all cores) or more", options.threads);
  }
  absl::StatusOr<Router> router_before = Router::Create(world, before, options.router);
  if (!router_before.ok()) return WithContext(router_before.status(), "rules before");
  absl::StatusOr<Router> router_after = Router::Create(world, after, options.router);
  if (!router_after.ok()) return WithContext(router_after.status(), "rules after");
  RuleDiff diff{.world = world,
                .version_before = before.version(),
                .version_after = after.version(),
                .same_objectives = SameObjectives(before, after),
                .orders = orders.size(),
                .changed = {},
                .before = {},
                .after = {},
                .parts = {},
                .moves = {},
                .holds = {},
                .rules = {}};
  Comparison comparison(*router_before, *router_after, orders, stock, options);
  if (absl::Status status = comparison.Run(); !status.ok()) return status;
  comparison.MoveTo(diff);
  SumUp([&](const std::string& id) { return comparison.IsSameRule(id); }, diff);
  if (options.progress) (void)options.progress(orders.size(), orders.size());
  return diff;
}

// -- For people -----------------------------------------------------------------------------------

namespace {

class DiffText {
 public:
  explicit DiffText(const RuleDiff& diff)
      : diff_(diff), decimals_(diff.world.currency().decimals()) {}

  std::string Run(std::size_t most_orders) {
    Head();
    if (diff_.changed.empty()) return std::move(text_);
    Totals();
    Lists();
    const std::size_t count = std::min(most_orders, diff_.changed.size());
    for (std::size_t i = 0; i < count; ++i) Order(diff_.changed[i]);
    if (count < diff_.changed.size()) {
      Put("… and {} more\n", diff_.changed.size() - count);
    }
    return std::move(text_);
  }

 private:
  template <typename... Args>
  void Put(fmt::format_string<Args...> format, Args&&... args) {
    fmt::format_to(std::back_inserter(text_), format, std::forward<Args>(args)...);
  }

  static std::string Plural(std::size_t count, std::string_view noun) {
    return fmt::format("{} {}{}", count, noun, count == 1 ? "" : "s");
  }

  std::string Signed(Cost cost) const {
    return fmt::format("{}{}", cost < Cost() ? "" : "+", ToString(cost, decimals_));
  }

  std::string NameOf(const std::optional<LocationIndex>& location) const {
    return location ? diff_.world.location(*location).id() : std::string("nowhere");
  }

  static std::string Version(const std::string& version) {
    return version.empty() ? "(no version)" : version;
  }

  void Head() {
    Put("rules {} → {}: {} of {} change\n", Version(diff_.version_before),
        Version(diff_.version_after), diff_.changed.size(), Plural(diff_.orders, "order"));
    if (!diff_.same_objectives) Put("  the objectives differ\n");
  }

  static double Percent(std::size_t part, std::size_t whole) {
    return whole == 0 ? 0.0 : 100.0 * static_cast<double>(part) / static_cast<double>(whole);
  }

  void Totals() {
    const RuleSetTotals& a = diff_.before;
    const RuleSetTotals& b = diff_.after;
    Put("  {:<16}{:>16} → {:>16}   {}\n", "cost", ToString(a.cost, decimals_),
        ToString(b.cost, decimals_), Signed(b.cost - a.cost));
    Put("  {:<16}{:>16} → {:>16}   {}\n", "  of rules", ToString(a.rule_cost, decimals_),
        ToString(b.rule_cost, decimals_), Signed(b.rule_cost - a.rule_cost));
    Put("  {:<16}{:>16} → {:>16}\n", "shipments", a.shipments, b.shipments);
    Put("  {:<16}{:>15.1f}% → {:>15.1f}%\n", "split orders", Percent(a.split, a.shipped),
        Percent(b.split, b.shipped));
    Put("  {:<16}{:>16} → {:>16}\n", "held", a.held, b.held);
    Put("  {:<16}{:>16} → {:>16}\n", "short units", a.short_units, b.short_units);
  }

  void Lists() {
    Put("what changes\n");
    for (const PartTotal& part : diff_.parts) {
      Put("  {:<30}{:>8}\n", ToString(part.part), Plural(part.orders, "order"));
    }
    if (!diff_.rules.empty()) Put("rules behind it\n");
    for (const RuleTotal& rule : diff_.rules) {
      Put("  {:<30}{:>8}{}\n", rule.rule, Plural(rule.orders, "order"),
          rule.is_same_rule ? "   (the same rule, because others changed)" : "");
    }
    if (!diff_.moves.empty()) Put("units that move\n");
    for (const MoveTotal& move : diff_.moves) {
      Put("  {:<30}{:>8}\n", fmt::format("{} → {}", NameOf(move.from), NameOf(move.to)),
          Plural(static_cast<std::size_t>(move.units.count()), "unit"));
    }
    if (!diff_.holds.empty()) Put("holds\n");
    for (const HoldTotal& hold : diff_.holds) {
      Put("  {:<30}+{} −{}\n", hold.rule, hold.added, hold.removed);
    }
  }

  void Order(const ChangedOrder& order) {
    const OrderDraft& draft = order.after.order();
    Put("order {}:", draft.id);
    const Cost extra = order.after.cost() - order.before.cost();
    if (order.before.status() != order.after.status()) {
      Put(" {} → {};", ToString(order.before.status()), ToString(order.after.status()));
    }
    for (const UnitsMoved& move : order.moves) {
      Put(" {} ×{} {} → {};", diff_.world.item(move.sku).sku(), move.units, NameOf(move.from),
          NameOf(move.to));
    }
    if (order.moves.empty()) {
      std::string parts;
      for (const PlanPart part : order.parts) {
        if (part == PlanPart::kStatus || part == PlanPart::kCost) continue;
        parts += fmt::format("{}{}", parts.empty() ? "" : ", ", ToString(part));
      }
      if (!parts.empty()) Put(" {};", parts);
    }
    Put(" {}", Signed(extra));
    std::string why;
    for (const RuleDifference& rule : order.rules) {
      if (rule.is_same_rule) continue;
      why += fmt::format("{}{} {}", why.empty() ? "" : ", ", rule.rule, ToString(rule.change));
    }
    if (!why.empty()) Put(" ({})", why);
    Put("\n");
  }

  const RuleDiff& diff_;
  int decimals_;
  std::string text_;
};

}  // namespace

std::string ToString(const RuleDiff& diff, std::size_t most_orders) {
  return DiffText(diff).Run(most_orders);
}

}  // namespace orderwright
