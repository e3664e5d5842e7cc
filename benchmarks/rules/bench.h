// What rules are measured on: E1, 100 rules, and an order of one line that so many locations hold.
#ifndef ORDERWRIGHT_BENCHMARKS_RULES_BENCH_H_
#define ORDERWRIGHT_BENCHMARKS_RULES_BENCH_H_

#include <cstdint>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/common.h"
#include "orderwright/orderwright.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright::benchmarks {

inline constexpr const char* kE1 =
    "order.total > 250.0 && location.kind == 'store' && !order.tags.exists(t, t == 'vip') && "
    "location.country in ['US', 'CA']";

// 100 rules of three terms out of thirty.
inline std::vector<std::string> HundredRules() {
  const auto term = [](int i) -> std::string {
    switch (i % 6) {
      case 0:
        return fmt::format("order.total > {}.5", 10 * i);
      case 1:
        return fmt::format("location.handling_days < {}", 1 + i % 5);
      case 2:
        return fmt::format("location.id != 'L{}'", i);
      case 3:
        return fmt::format("candidate.available > {}", i % 7);
      case 4:
        return fmt::format("!('tag{}' in order.tags)", i);
      default:
        return fmt::format("location.country == '{}'", i % 2 == 0 ? "US" : "CA");
    }
  };
  std::vector<std::string> texts;
  for (int i = 0; i < 100; ++i) {
    texts.push_back(fmt::format("{} && {} || {}", term(i % 30), term((i * 7 + 3) % 30),
                                term((i * 11 + 5) % 30)));
  }
  return texts;
}

// A rule set of texts, without a world: parsed, checked and lowered.
inline rules::RuleSet RulesOf(const std::vector<std::string>& texts) {
  rules::RuleSetDraft draft;
  for (std::size_t i = 0; i < texts.size(); ++i) {
    rules::Rule& rule = draft.rules.emplace_back();
    rule.id = fmt::format("r{}", i);
    rule.text = rules::RuleText{"", texts[i]};
  }
  return OrDie(rules::RuleSet::Create(std::move(draft)));
}

// Stores, in the US and in Canada by turns, and one item.
inline WorldDraft StoresDraft() {
  WorldDraft draft;
  draft.currency = OrDie(Currency::Parse("USD"));
  for (int i = 0; i < 200; ++i) {
    LocationSpec& site = draft.locations.emplace_back();
    site.id = fmt::format("L{}", i);
    site.kind = LocationKind::kStore;
    site.country = i % 2 == 0 ? "US" : "CA";
    site.handling_days = i % 5;
  }
  draft.items.emplace_back().sku = "MUG";
  return draft;
}

// The order, of 298 dollars and three tags, and the facts about it.
class Bench {
 public:
  Bench(World world, std::size_t candidates) : world_(std::move(world)) {
    OrderDraft draft;
    draft.id = "1042";
    draft.channel = "c9";
    draft.market = "m9";
    draft.tags = {"gift", "spring", "returning"};
    draft.ship_to.emplace();
    draft.ship_to->country = "US";
    draft.ship_to->region = "r9";
    OrderLineDraft& line = draft.lines.emplace_back();
    line.id = "1";
    line.sku = "MUG";
    line.quantity = 2;
    line.unit_price = Money::FromMinor(14'900, world_.currency());
    order_.push_back(OrDie(Order::Create(world_, std::move(draft))));
    for (std::uint32_t i = 0; i < candidates; ++i) {
      location_.push_back(LocationIndex{i});
      km_.push_back(10.0 * i);
      group_.push_back(0);
      line_.push_back(0);
      candidate_.push_back(i);
      available_.push_back(kAvailable);
      sku_.push_back(SkuIndex{0});
    }
    facts_.world = &world_;
    facts_.order = order_.data();
    facts_.candidates = {location_, km_, group_};
    facts_.pairs = {line_, candidate_, available_, sku_};
    facts_.memo = &memo_;
    mask_.assign(candidates, 1);
    holds_.assign(candidates, 1);
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  // Of facts that no rule has seen yet.
  void Ask(const rules::RuleSet& rules) {
    ++facts_.stamp;
    for (const rules::Rule& rule : rules.rules()) {
      OkOrDie(rule.evaluator->Evaluate(facts_, mask_, {holds_, {}}));
    }
  }
  // The limit that a rule gives; negative: it does not speak.
  std::int64_t AskLimit(const rules::Rule& rule) {
    ++facts_.stamp;
    std::uint8_t holds = 0;
    std::int64_t value = -1;
    const std::uint8_t one = 1;
    OkOrDie(rule.evaluator->Evaluate(facts_, {&one, 1}, {{&holds, 1}, {&value, 1}}));
    return holds != 0 ? value : -1;
  }

  [[nodiscard]] rules::RuleSet Bind(const std::vector<std::string>& texts) const {
    return OrDie(RulesOf(texts).BindTo(world_));
  }
  // A rule of a table; its rows bar what they hit.
  [[nodiscard]] rules::RuleSet Bind(rules::DecisionTable table) const {
    rules::RuleSetDraft draft;
    rules::Rule& rule = draft.rules.emplace_back();
    rule.id = "table";
    rule.table = std::make_shared<const rules::DecisionTable>(std::move(table));
    return OrDie(OrDie(rules::RuleSet::Create(std::move(draft))).BindTo(world_));
  }
  // The row of the table that speaks for each row that was barred, from 1, summed.
  [[nodiscard]] std::size_t Explain(const rules::Rule& rule) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < holds_.size(); ++i) {
      if (holds_[i] == 0) sum += rule.TableRowFor(facts_, i).value_or(0) + 1;
    }
    return sum;
  }
  // What a rule saw of the first candidate.
  void Explain(const rules::Rule& rule, std::vector<rules::SeenValue>& seen) const {
    seen.clear();
    rule.ValuesFor(facts_, 0, seen);
  }
  // What the rule that was asked last says, by candidate.
  [[nodiscard]] std::span<const std::uint8_t> holds() const { return holds_; }
  [[nodiscard]] const World& world() const { return world_; }
  [[nodiscard]] const Order& order() const { return order_.front(); }

  static constexpr std::int64_t kAvailable = 5;

 private:
  World world_;
  std::vector<Order> order_;
  std::vector<LocationIndex> location_;
  std::vector<double> km_;
  std::vector<std::uint16_t> group_;
  std::vector<std::uint32_t> line_;
  std::vector<std::uint32_t> candidate_;
  std::vector<std::int64_t> available_;
  std::vector<SkuIndex> sku_;
  rules::Memo memo_;
  rules::Facts facts_;
  std::vector<std::uint8_t> mask_;
  std::vector<std::uint8_t> holds_;
};

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_RULES_BENCH_H_
