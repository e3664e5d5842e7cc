// Explanations against every plan there is: for random small worlds each way to take the units of
// the recorded problem is priced, and what the explanation says is compared with the list.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <limits>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "orderwright/inventory/pool.h"
#include "orderwright/io/explanation_json.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/router.h"
#include "tests/catch.h"
#include "tests/properties/random.h"

namespace orderwright {
namespace {

using testing::Must;
using testing::Random;

struct SmallCase {
  WorldDraft world;
  std::vector<StockRowSpec> stock;
  OrderDraft order;
  rules::RuleSetDraft rules;
};

// A rule of a kind that gives a drawn value by line and location.
rules::Rule DrawRule(Random& random, rules::RuleKind kind, std::string id) {
  rules::Rule rule;
  rule.id = std::move(id);
  rule.kind = kind;
  const std::int64_t salt = random.Below(1'000);
  const auto value = [salt](const rules::Facts& f, std::size_t line, std::size_t candidate) {
    return static_cast<std::int64_t>(
        (Raw(f.candidates.location[candidate]) * 31 + line * 17 + static_cast<std::size_t>(salt)) %
        7);
  };
  switch (kind) {
    case rules::RuleKind::kEligible:
      rule.evaluator = rules::FromPredicate([value](const rules::Facts& f, std::size_t pair) {
        return value(f, f.pairs.line[pair], f.pairs.candidate[pair]) != 0;
      });
      break;
    case rules::RuleKind::kProtect:
      rule.evaluator = rules::FromPairValue([value](const rules::Facts& f, std::size_t pair) {
        return value(f, f.pairs.line[pair], f.pairs.candidate[pair]) / 3;
      });
      break;
    case rules::RuleKind::kPrice:
      rule.evaluator = rules::FromPairValue([value](const rules::Facts& f, std::size_t pair) {
        return (value(f, f.pairs.line[pair], f.pairs.candidate[pair]) - 2) * 250'000;
      });
      break;
    default:
      rule.kind = rules::RuleKind::kPrefer;
      rule.evaluator =
          rules::FromCandidateValue([value](const rules::Facts& f, std::size_t candidate) {
            return value(f, 0, candidate) / 2 * 500'000;
          });
      break;
  }
  return rule;
}

// A least share of units, and a least value of shipments.
void DrawFloors(Random& random, SmallCase& c) {
  if (random.Once(2)) c.order.min_fill = static_cast<double>(random.Below(5)) / 4;
  if (random.Once(3)) return;
  for (ItemSpec& item : c.world.items) {
    item.unit_value = Money::FromMinor(100 * random.Below(6), *c.world.currency);
  }
  rules::Rule rule;
  rule.id = "value";
  rule.kind = rules::RuleKind::kLimit;
  rule.limit = rules::LimitKind::kMinShipmentValue;
  rule.evaluator = rules::FromOrderValue([value = random.Below(8)](const rules::Facts&) {
    return std::optional(value * Cost::kMicrosPerUnit);
  });
  c.rules.rules.push_back(rule);
}

SmallCase DrawCase(Random& random) {
  SmallCase c;
  c.world.currency = Must(Currency::Parse("USD"));
  c.world.costs.split_penalty = random.Price(12);
  c.world.costs.shortfall_penalty_per_unit =
      random.Once(4) ? random.Price(60) : Cost::FromMicros(10'000'000'000);
  if (random.Once(5)) c.world.costs.max_shipments = 1 + random.Below(2);
  RateCardSpec card;
  card.name = "card";
  for (const char* name : {"ground", "air"}) {
    ServiceSpec service;
    service.name = name;
    Cost cost = random.Price(20);
    for (std::int64_t limit = 400; limit < 1'300; limit += 400) {
      service.steps.push_back({limit, {cost}});
      cost += random.Price(12);
    }
    if (random.Once(2)) service.steps.push_back({std::nullopt, {cost}});
    card.services.push_back(service);
    if (random.Once(2)) break;
  }
  c.world.rate_cards = {card};
  const std::int64_t items = 1 + random.Below(3);
  for (int i = 0; i < items; ++i) {
    ItemSpec item;
    item.sku = fmt::format("S{}", i);
    item.weight_g = random.Below(500);
    c.world.items.push_back(item);
  }
  const std::int64_t sites = 2 + random.Below(3);
  for (int i = 0; i < sites; ++i) {
    LocationSpec site;
    site.id = fmt::format("L{}", i);
    site.cost_per_shipment = random.Price(20);
    site.cost_per_unit = random.Price(6);
    if (!random.Once(4)) site.rate_cards = {"card"};
    c.world.locations.push_back(site);
    for (int s = 0; s < items; ++s) {
      if (random.Once(4)) continue;
      StockRowSpec row;
      row.location = site.id;
      row.sku = fmt::format("S{}", s);
      row.on_hand = random.Below(4);
      c.stock.push_back(row);
    }
  }
  c.order.id = "o";
  c.order.ship_complete = random.Once(6);
  const std::int64_t lines = 1 + random.Below(3);
  for (int i = 0; i < lines; ++i) {
    OrderLineDraft line;
    line.id = std::to_string(i);
    line.sku = fmt::format("S{}", random.Below(items));
    line.quantity = 1 + random.Below(2);
    line.no_split = random.Once(4);
    c.order.lines.push_back(line);
  }
  c.rules.version = "1";
  using rules::RuleKind;
  for (const RuleKind kind :
       {RuleKind::kEligible, RuleKind::kProtect, RuleKind::kPrice, RuleKind::kPrefer}) {
    if (random.Once(3)) {
      c.rules.rules.push_back(DrawRule(random, kind, fmt::format("r{}", c.rules.rules.size())));
    }
  }
  if (random.Once(4)) {
    rules::Rule rank = DrawRule(random, RuleKind::kPrefer, "rank");
    rank.prefer = rules::PreferBy::kRank;
    rank.evaluator = rules::FromCandidateValue([](const rules::Facts& f, std::size_t candidate) {
      return static_cast<std::int64_t>(Raw(f.candidates.location[candidate]) % 2);
    });
    c.rules.rules.push_back(rank);
    const auto then = [&](rules::Minimize minimize) {
      c.rules.objectives.emplace_back().minimize = minimize;
    };
    then(rules::Minimize::kRank);
    if (random.Once(2)) then(rules::Minimize::kShipments);
    // Behind them: the rank may then ask for nothing to be sourced.
    if (random.Once(2)) then(rules::Minimize::kShortfall);
  }
  if (random.Once(3)) DrawFloors(random, c);
  return c;
}

using Value = std::vector<std::int64_t>;  // objectives, then cost
using Places = std::vector<std::uint32_t>;

// The best value of a problem by the set of locations that ship.
class AllPlans {
 public:
  explicit AllPlans(const solver::Problem& p) : p_(p), left_(p.rows.size()) {
    for (std::size_t r = 0; r < p.rows.size(); ++r) left_[r] = p.rows[r].amount;
    units_.assign(p.arcs.size(), 0);
    short_.assign(p.lines.size(), 0);
    Place(0);
  }

  const std::map<Places, Value>& best() const { return best_; }

  // The best value of all plans that `is_wanted`.
  template <typename Wanted>
  std::optional<Value> Best(const Wanted& is_wanted) const {
    std::optional<Value> best;
    for (const auto& [places, value] : best_) {
      if (is_wanted(places) && (!best || value < *best)) best = value;
    }
    return best;
  }

 private:
  void Place(std::size_t line) {
    if (line == p_.lines.size()) return Price();
    Take(line, 0, p_.lines[line].quantity);
  }

  void Take(std::size_t line, std::uint32_t arc, std::int64_t left) {
    if (arc == p_.lines[line].arc_count) {
      short_[line] = left;
      return Place(line + 1);
    }
    const std::uint32_t a = p_.lines[line].first_arc + arc;
    std::int64_t none = std::numeric_limits<std::int64_t>::max();
    std::int64_t& stock = p_.arcs[a].row == solver::kNone ? none : left_[p_.arcs[a].row];
    for (std::int64_t n = 0; n <= std::min(left, stock); ++n) {
      units_[a] = n;
      stock -= n;
      Take(line, arc + 1, left - n);
      stock += n;
    }
    units_[a] = 0;
  }

  void Price() {
    const solver::OrderSpan& order = p_.orders.front();
    std::vector<std::int64_t> weight(p_.slots.size(), 0);
    std::vector<std::uint8_t> used(p_.slots.size(), 0);
    std::vector<std::int64_t> worth(p_.slots.size(), 0);
    std::int64_t rest = 0;
    std::int64_t cost = order.cost_offset;
    std::int64_t shortfall = 0;
    std::int64_t sourced = 0;
    bool all = true;
    for (std::size_t i = 0; i < p_.lines.size(); ++i) {
      const solver::Line& line = p_.lines[i];
      std::uint32_t from = solver::kNone;
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        if (units_[a] == 0) continue;
        const solver::Arc& arc = p_.arcs[a];
        const std::uint32_t location = p_.slots[arc.slot].location;
        if (line.no_split && from != solver::kNone && from != location) return;
        from = location;
        used[arc.slot] = 1;
        weight[arc.slot] += units_[a] * arc.weight_g;
        cost += units_[a] * arc.unit_cost;
        sourced += units_[a];
        if (!p_.unit_value.empty()) worth[arc.slot] += units_[a] * p_.unit_value[i];
      }
      if (!p_.unit_value.empty()) rest += short_[i] * p_.unit_value[i];
      shortfall += short_[i] * line.shortfall_penalty;
      all &= short_[i] == 0;
    }
    if (order.ship_complete && sourced > 0 && !all) return;
    std::int64_t shipments = 0;
    std::int64_t rank = 0;
    Places places;
    for (std::uint32_t s = 0; s < p_.slots.size(); ++s) {
      if (used[s] == 0) continue;
      ++shipments;
      const solver::Slot& slot = p_.slots[s];
      cost += slot.fixed_cost;
      if (slot.step_count > 0) {
        std::uint32_t t = 0;
        while (t < slot.step_count && p_.steps[slot.first_step + t].max_weight_g < weight[s]) ++t;
        if (t == slot.step_count) return;
        cost += p_.steps[slot.first_step + t].cost;
      }
      for (const auto& column : p_.rank_columns) rank += column[s];
      if (places.empty() || places.back() != slot.location) places.push_back(slot.location);
    }
    if (shipments > order.max_shipments) return;
    if (sourced > 0 && !(shipments == 1 && all)) {
      if (sourced < order.min_fill_units) return;
      if (!all && rest < order.min_shipment_value) return;
      for (std::size_t s = 0; s < worth.size(); ++s) {
        if (used[s] != 0 && worth[s] < order.min_shipment_value) return;
      }
    }
    if (shipments > 1) cost += (shipments - 1) * order.split_penalty;
    cost += shortfall;
    Value value;
    for (const solver::Objective& objective : p_.objectives) {
      switch (objective.kind) {
        case solver::ObjectiveKind::kShortfall:
          value.push_back(shortfall);
          break;
        case solver::ObjectiveKind::kShipments:
          value.push_back(shipments);
          break;
        case solver::ObjectiveKind::kRank:
          value.push_back(rank);
          break;
        default:
          value.push_back(cost);
          break;
      }
    }
    value.push_back(cost);
    const auto [at, is_new] = best_.try_emplace(places, value);
    if (!is_new && value < at->second) at->second = value;
  }

  const solver::Problem& p_;
  std::vector<std::int64_t> left_;   // by row
  std::vector<std::int64_t> units_;  // by arc
  std::vector<std::int64_t> short_;  // by line
  std::map<Places, Value> best_;
};

Value ValueOf(const PlanOption& option) {
  Value value = option.levels;
  value.push_back(option.cost.micros());
  return value;
}

void CheckTerms(const PlanOption& option) {
  Cost sum = option.split_cost + option.shortfall_cost;
  for (const OptionShipment& shipment : option.shipments) sum += shipment.Sum();
  REQUIRE(sum == option.cost);
}

// Every location: why not from there.
int CheckWhyNot(const DecisionRecord& record, const AllPlans& plans) {
  int answered = 0;
  for (std::uint32_t place = 0; place < record.locations.size(); ++place) {
    const WhyNot answer = Must(ExplainWhyNot(record, record.locations[place].id));
    INFO("why not " << answer.location << "\n" << ToString(answer, record));
    const std::optional<Value> forced = plans.Best([&](const Places& places) {
      return std::find(places.begin(), places.end(), place) != places.end();
    });
    if (answer.kind == WhyNotKind::kChosen) continue;
    if (answer.kind == WhyNotKind::kDearer) {
      REQUIRE(forced);
      REQUIRE(answer.option->is_proved);
      REQUIRE(ValueOf(*answer.option) == *forced);
      REQUIRE(answer.option->extra_cost.micros() == forced->back() - record.solution.cost);
      CheckTerms(*answer.option);
      ++answered;
    } else {
      REQUIRE_FALSE(forced);
    }
  }
  return answered;
}

// The next best plans: each the best that does not include all locations of one before.
void CheckNextBest(const Explanation& why, const AllPlans& plans) {
  std::vector<Places> listed;
  const auto add = [&](const PlanOption& option) {
    Places places;
    for (const OptionShipment& shipment : option.shipments) {
      places.push_back(why.record.slots[shipment.slot].location);
    }
    std::sort(places.begin(), places.end());
    places.erase(std::unique(places.begin(), places.end()), places.end());
    listed.push_back(places);
  };
  add(why.chosen);
  const auto is_open = [&](const Places& places) {
    return !places.empty() && std::none_of(listed.begin(), listed.end(), [&](const Places& l) {
      return std::includes(places.begin(), places.end(), l.begin(), l.end());
    });
  };
  if (listed[0].empty()) return;
  for (const PlanOption& option : why.next_best) {
    const std::optional<Value> expected = plans.Best(is_open);
    REQUIRE(expected);
    REQUIRE(ValueOf(option) == *expected);
    CheckTerms(option);
    add(option);
  }
  const std::optional<Value> more = plans.Best(is_open);
  // What sources nothing ends the list before plans that are worse still.
  if (why.next_best.size() < 3 && more) {
    const std::optional<Value> nothing =
        plans.Best([](const Places& places) { return places.empty(); });
    REQUIRE(nothing);
  }
}

// The plan of the same order where one cost of the world is another.
std::optional<Plan> RouteChanged(SmallCase c, const BreakEven& item, Cost value) {
  if (value < Cost()) return std::nullopt;
  switch (item.of) {
    case BreakEvenOf::kSplitPenalty:
      c.world.costs.split_penalty = value;
      break;
    case BreakEvenOf::kLocationCost:
      for (LocationSpec& site : c.world.locations) {
        if (site.id == item.name) site.cost_per_shipment = value;
      }
      break;
    case BreakEvenOf::kRuleCost: {
      const std::int64_t change = (value - item.now).micros();
      for (rules::Rule& rule : c.rules.rules) {
        if (rule.id != item.name) continue;
        const auto before = rule.evaluator;
        class Changed final : public rules::Evaluator {
         public:
          Changed(std::shared_ptr<const rules::Evaluator> before, std::int64_t change)
              : before_(std::move(before)), change_(change) {}
          absl::Status Evaluate(const rules::Facts& facts, std::span<const std::uint8_t> mask,
                                const rules::Column& out) const override {
            absl::Status status = before_->Evaluate(facts, mask, out);
            for (std::int64_t& v : out.values) v += v != 0 ? change_ : 0;
            return status;
          }

         private:
          std::shared_ptr<const rules::Evaluator> before_;
          std::int64_t change_;
        };
        rule.evaluator = std::make_shared<const Changed>(before, change);
      }
      break;
    }
  }
  const World world = Must(World::Create(c.world));
  const InventoryPool pool(world, Must(Stock::Create(world, c.stock)));
  const Router router = Must(Router::Create(world, Must(rules::RuleSet::Create(c.rules))));
  return Must(router.Route(Must(Order::Create(world, c.order)), pool.Live()));
}

// How often a plan pays the cost that the break-even is of.
std::int64_t CountOf(const BreakEven& item, const PlanOption& option,
                     const DecisionRecord& record) {
  std::int64_t count = 0;
  if (item.of == BreakEvenOf::kSplitPenalty) {
    return std::max<std::int64_t>(0, static_cast<std::int64_t>(option.shipments.size()) - 1);
  }
  for (const OptionShipment& shipment : option.shipments) {
    const std::uint32_t location = record.slots[shipment.slot].location;
    if (item.of == BreakEvenOf::kLocationCost) {
      count += record.locations[location].id == item.name ? 1 : 0;
      continue;
    }
    for (const RecordedRuleCost& rule : record.rule_costs) {
      if (rule.rule != item.name) continue;
      if (!rule.is_per_unit) {
        count += rule.values[shipment.slot] != 0 ? 1 : 0;
        continue;
      }
      for (const auto& [line, units] : shipment.lines) {
        const solver::Line& data = record.problem.lines[line];
        for (std::uint32_t a = data.first_arc; a < data.first_arc + data.arc_count; ++a) {
          if (record.problem.arcs[a].slot == shipment.slot && rule.values[a] != 0) count += units;
        }
      }
    }
  }
  return count;
}

// On the near side the plan is among the cheapest, one micro-unit beyond it is not.
void CheckBreakEven(const SmallCase& c, const BreakEven& item, const Explanation& why) {
  INFO("break-even of " << ToString(item.of) << " " << item.name << " at " << ToString(item.at, 6)
                        << (item.rises ? " rising" : " falling"));
  const std::int64_t count = CountOf(item, why.chosen, why.record);
  const auto own_cost = [&](Cost at) {
    return why.chosen.cost.micros() + count * (at - item.now).micros();
  };
  const std::optional<Plan> near = RouteChanged(c, item, item.at);
  if (near) REQUIRE(near->cost().micros() == own_cost(item.at));
  const Cost step = Cost::FromMicros(item.rises ? 1 : -1);
  const std::optional<Plan> beyond = RouteChanged(c, item, item.at + step);
  if (!beyond) return;
  REQUIRE(beyond->cost().micros() < own_cost(item.at + step));
  const std::int64_t then = item.then.cost.micros() + CountOf(item, item.then, why.record) *
                                                          (item.at + step - item.now).micros();
  REQUIRE(beyond->cost().micros() == then);
  CheckTerms(item.then);
}

TEST_CASE("Explanation: of a random small world every answer is that of the list of all plans") {
  const int cases = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 10'000 : 600;
  int answered = 0;
  int break_evens = 0;
  int next_best = 0;
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 1);
    const SmallCase c = DrawCase(random);
    const World world = Must(World::Create(c.world));
    const InventoryPool pool(world, Must(Stock::Create(world, c.stock)));
    const Router router = Must(Router::Create(world, Must(rules::RuleSet::Create(c.rules))));
    const Order order = Must(Order::Create(world, c.order));
    const Plan plan = Must(router.Route(order, pool.Live(), {.explain = ExplainLevel::kRecord}));
    const Explanation why = Must(Explain(plan));
    INFO("case " << i << "\n" << ToString(why));
    const AllPlans plans(why.record.problem);
    REQUIRE(why.chosen.cost == plan.cost());
    REQUIRE(ValueOf(why.chosen) == *plans.Best([](const Places&) { return true; }));
    CheckTerms(why.chosen);
    for (std::size_t s = 0; s < plan.shipments().size(); ++s) {
      REQUIRE(why.record.shipments[s].terms.Sum() == plan.shipments()[s].cost);
      REQUIRE(why.chosen.shipments[s].Sum() == plan.shipments()[s].cost);
    }
    answered += CheckWhyNot(why.record, plans);
    CheckNextBest(why, plans);
    next_best += static_cast<int>(why.next_best.size());
    for (const BreakEven& item : why.break_evens) CheckBreakEven(c, item, why);
    break_evens += static_cast<int>(why.break_evens.size());
    // What is written to a file gives the same answers.
    const std::string json = io::ExplanationJson(why);
    const Explanation again = Must(Explain(Must(io::ParseExplanation({json, "record"}))));
    REQUIRE(io::ExplanationJson(again) == json);
  }
  // The draw asks what it is meant to ask.
  CHECK(answered > cases / 4);
  CHECK(next_best > cases / 4);
  CHECK(break_evens > cases / 4);
}

}  // namespace
}  // namespace orderwright
