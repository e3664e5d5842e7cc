// Holds the promise that texts of rules, once warm, are evaluated without an allocation.
#include <cstdint>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/rules/rule_set.h"
#include "tests/allocations.h"
#include "tests/properties/random.h"

namespace orderwright::rules {
namespace {

using testing::allocations;
using testing::Must;

World MakeWorld() {
  WorldDraft draft;
  draft.currency = *Currency::Parse("USD");
  for (int i = 0; i < 200; ++i) {
    LocationSpec& site = draft.locations.emplace_back();
    site.id = fmt::format("a location with a long id {}", i);
    site.kind = i % 3 == 0 ? LocationKind::kWarehouse : LocationKind::kStore;
    site.country = i % 2 == 0 ? "US" : "CA";
    site.handling_days = i % 5;
    if (i % 4 == 0) site.tags = {"crowded"};
    if (i % 3 == 0) site.capabilities = {"hazmat"};
  }
  ItemSpec& item = draft.items.emplace_back();
  item.sku = "MUG";
  item.weight_g = 900;
  item.tags = {"hazmat", "fragile"};
  item.unit_cost = Money::FromMinor(420, *draft.currency);
  return Must(World::Create(std::move(draft)));
}

// Two orders of one line that `rows` locations hold, so that no answer is that of the order before.
class Bench {
 public:
  explicit Bench(std::size_t rows) {
    for (int i = 0; i < 2; ++i) {
      OrderDraft draft;
      draft.id = fmt::format("{}", i);
      draft.channel = "marketplace";
      draft.tags = {"gift", "spring", i == 0 ? "returning" : "vip"};
      if (i == 0) draft.risk = 0.25;
      draft.customer = Customer{"a customer with a long id", {"gold"}};
      OrderLineDraft& line = draft.lines.emplace_back();
      line.id = "1";
      line.sku = "MUG";
      line.quantity = 2 + i;
      line.unit_price = Money::FromMinor(14'900, world_.currency());
      orders_.push_back(Must(Order::Create(world_, std::move(draft))));
    }
    for (std::uint32_t i = 0; i < rows; ++i) {
      location_.push_back(LocationIndex{i});
      km_.push_back(i % 9 == 0 ? -1.0 : 10.0 * i);
      group_.push_back(0);
      line_.push_back(0);
      candidate_.push_back(i);
      available_.push_back(5 + i);
      sku_.push_back(SkuIndex{0});
    }
    facts_.world = &world_;
    facts_.candidates = {location_, km_, group_};
    facts_.pairs = {line_, candidate_, available_, sku_};
    facts_.memo = &memo_;
  }

  [[nodiscard]] Rule Bind(Rule rule) const {
    rule.id = "r";
    RuleSetDraft draft;
    draft.rules = {std::move(rule)};
    return Must(Must(RuleSet::Create(std::move(draft))).BindTo(world_)).rules().front();
  }

  // Allocations of asking about both orders once more after a first round; SIZE_MAX: it failed.
  std::size_t WarmAllocations(const Rule& rule) {
    const bool is_of_order = rule.kind == RuleKind::kSet || rule.kind == RuleKind::kLimit ||
                             rule.kind == RuleKind::kHold || rule.kind == RuleKind::kOutcome;
    const std::size_t rows = is_of_order ? 1 : location_.size();
    const bool is_about_plan = rule.kind == RuleKind::kHold || rule.kind == RuleKind::kOutcome;
    facts_.plan.reset();
    if (is_about_plan) {
      facts_.plan.emplace();
      facts_.plan->cost = Cost::FromMicros(12'000'000);
      facts_.plan->shipments = 2;
    }
    mask_.assign(rows, 1);
    std::size_t before = 0;
    bool good = true;
    for (int round = 0; round < 3; ++round) {
      if (round == 2) before = allocations.load();
      for (const Order& order : orders_) {
        holds_.assign(rows, 1);
        values_.assign(rows, 0);
        facts_.order = &order;
        ++facts_.stamp;
        good &= rule.evaluator->Evaluate(facts_, mask_, {holds_, values_}).ok();
      }
    }
    return good ? allocations.load() - before : SIZE_MAX;
  }

 private:
  World world_ = MakeWorld();
  std::vector<Order> orders_;
  std::vector<LocationIndex> location_;
  std::vector<double> km_;
  std::vector<std::uint16_t> group_;
  std::vector<std::uint32_t> line_, candidate_;
  std::vector<std::int64_t> available_;
  std::vector<SkuIndex> sku_;
  Memo memo_;
  Facts facts_;
  std::vector<std::uint8_t> mask_, holds_;
  std::vector<std::int64_t> values_;
};

Rule RuleOf(RuleKind kind, std::string when, std::string value) {
  Rule rule;
  rule.kind = kind;
  rule.text = RuleText{std::move(when), std::move(value)};
  return rule;
}

std::vector<Rule> Texts() {
  std::vector<Rule> rules;
  for (const char* text :
       {"order.total > 250.0 && location.kind == 'store' && !order.tags.exists(t, t == 'vip') && "
        "location.country in ['US', 'CA']",
        "'hazmat' in item.tags ? 'hazmat' in location.capabilities : true",
        "has(candidate.distance_km) && candidate.distance_km < 800.0",
        "has(order.risk) && order.risk < 0.5 || candidate.available > 7",
        "customer.tags.exists(t, t in ['gold', 'silver']) || location.handling_days <= 2",
        "order.total > money('298.00') || line.margin > 20.5",
        "order.channel != location.country && item.weight_g * line.quantity < 20000"}) {
    rules.push_back(RuleOf(RuleKind::kEligible, "", text));
  }
  rules.push_back(
      RuleOf(RuleKind::kEligible, "'gift' in order.tags", "!('crowded' in location.tags)"));
  rules.push_back(
      RuleOf(RuleKind::kProtect, "location.kind == 'store'", "candidate.available / 5 + 1"));
  rules.push_back(RuleOf(RuleKind::kPrice, "", "line.unit_price - item.unit_cost * 2"));
  rules.push_back(RuleOf(RuleKind::kPrice,
                         "has(candidate.distance_km) && candidate.distance_km > 300.0",
                         "candidate.distance_km > 1000.0 ? 0.5 : candidate.distance_km * 0.0005"));
  rules.push_back(RuleOf(RuleKind::kPrefer, "location.kind == 'store'", "1.50"));
  rules.push_back(
      RuleOf(RuleKind::kPrefer, "", "has(candidate.distance_km) ? candidate.distance_km : 0.0"));
  rules.push_back(RuleOf(RuleKind::kPrefer, "", "location.handling_days * 3"));
  rules.back().prefer = PreferBy::kRank;
  rules.push_back(RuleOf(RuleKind::kLimit, "'gift' in order.tags", "order.units <= 5 ? 3 : 12"));
  rules.push_back(RuleOf(RuleKind::kSet, "order.channel == 'marketplace'", "5"));
  rules.back().set = SetField::kPriority;
  rules.push_back(RuleOf(RuleKind::kSet, "", "order.units <= 2"));
  rules.back().set = SetField::kShipComplete;
  rules.push_back(
      RuleOf(RuleKind::kHold, "has(order.risk) && order.risk > 0.2 || order.units > 20", ""));
  rules.push_back(RuleOf(RuleKind::kHold, "plan.cost > 30.0 || plan.shipments > 4", ""));
  rules.push_back(RuleOf(RuleKind::kOutcome, "customer.id != '' && plan.short_units == 0", ""));
  return rules;
}

TEST_CASE("A text of a rule is evaluated without an allocation once warm") {
  for (const std::size_t rows : {std::size_t{1}, std::size_t{200}}) {
    Bench bench(rows);
    for (const Rule& text : Texts()) {
      CAPTURE(rows, text.text->when, text.text->value);
      CHECK(bench.WarmAllocations(bench.Bind(text)) == 0);
    }
  }
}

TEST_CASE("The counter of allocations counts those of a text that makes texts") {
  Bench bench(200);
  CHECK(bench.WarmAllocations(bench.Bind(
            RuleOf(RuleKind::kEligible, "", "(order.channel + location.id).size() > 3"))) > 0);
}

}  // namespace
}  // namespace orderwright::rules
