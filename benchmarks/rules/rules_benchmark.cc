// Rules in words, as routing asks them: one candidate, 200 candidates, 100 rules with common parts.
//
// E1 is order.total > 250.0 && location.kind == 'store' &&
// !order.tags.exists(t, t == 'vip') && location.country in ['US', 'CA'], with three tags, and true.
// Each evaluation is of facts that no rule has seen yet: their stamp is new.
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include "benchmarks/common.h"
#include "orderwright/orderwright.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright::benchmarks {
namespace {

constexpr const char* kE1 =
    "order.total > 250.0 && location.kind == 'store' && !order.tags.exists(t, t == 'vip') && "
    "location.country in ['US', 'CA']";

World MakeWorld() {
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
  return OrDie(World::Create(std::move(draft)));
}

// One line that so many locations hold.
class Bench {
 public:
  explicit Bench(std::size_t candidates) {
    OrderDraft draft;
    draft.id = "1042";
    draft.tags = {"gift", "spring", "returning"};
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
      available_.push_back(5);
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
  rules::RuleSet Bind(const std::vector<std::string>& texts) const {
    rules::RuleSetDraft draft;
    for (std::size_t i = 0; i < texts.size(); ++i) {
      rules::Rule& rule = draft.rules.emplace_back();
      rule.id = fmt::format("r{}", i);
      rule.text = rules::RuleText{"", texts[i]};
    }
    return OrDie(OrDie(rules::RuleSet::Create(std::move(draft))).BindTo(world_));
  }
  void Ask(const rules::RuleSet& rules) {
    ++facts_.stamp;
    for (const rules::Rule& rule : rules.rules()) {
      OkOrDie(rule.evaluator->Evaluate(facts_, mask_, {holds_, {}}));
    }
    benchmark::DoNotOptimize(holds_.data());
    benchmark::ClobberMemory();
  }

 private:
  World world_ = MakeWorld();
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

void BM_E1(benchmark::State& state) {
  Bench bench(static_cast<std::size_t>(state.range(0)));
  const rules::RuleSet rules = bench.Bind({kE1});
  for (auto _ : state) bench.Ask(rules);
}
BENCHMARK(BM_E1)->ArgName("candidates")->Arg(1)->Arg(200);

// 100 rules of three terms out of thirty, over 200 candidates.
void BM_HundredRules(benchmark::State& state) {
  Bench bench(200);
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
  const rules::RuleSet rules = bench.Bind(texts);
  for (auto _ : state) bench.Ask(rules);
}
BENCHMARK(BM_HundredRules);

// Parse, check and lower, without a world.
void BM_CompileE1(benchmark::State& state) {
  for (auto _ : state) {
    rules::RuleSetDraft draft;
    rules::Rule& rule = draft.rules.emplace_back();
    rule.id = "e1";
    rule.text = rules::RuleText{"", kE1};
    benchmark::DoNotOptimize(OrDie(rules::RuleSet::Create(std::move(draft))));
  }
}
BENCHMARK(BM_CompileE1);

}  // namespace
}  // namespace orderwright::benchmarks
