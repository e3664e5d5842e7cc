// Rules in words, as routing asks them: one candidate, 200 candidates, 100 rules with common parts.
//
// E1 is order.total > 250.0 && location.kind == 'store' &&
// !order.tags.exists(t, t == 'vip') && location.country in ['US', 'CA'], with three tags, and true.
// The tables have 1,000 rows of three columns, of which the last row alone hits.
//
// Each evaluation is of facts that no rule has seen yet: their stamp is new.
#include <cstddef>
#include <cstdint>
#include <memory>
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
  // A rule of a table; its rows bar what they hit.
  rules::RuleSet Bind(rules::DecisionTable table) const {
    rules::RuleSetDraft draft;
    rules::Rule& rule = draft.rules.emplace_back();
    rule.id = "table";
    rule.table = std::make_shared<const rules::DecisionTable>(std::move(table));
    return OrDie(OrDie(rules::RuleSet::Create(std::move(draft))).BindTo(world_));
  }
  // The row of the table that speaks for each row that was barred.
  std::size_t Explain(const rules::Rule& rule) const {
    std::size_t sum = 0;
    for (std::size_t i = 0; i < holds_.size(); ++i) {
      if (holds_[i] == 0) sum += rule.TableRowFor(facts_, i).value_or(0) + 1;
    }
    return sum;
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

// 1,000 rows by total, country and handling days; the order and its locations are in the last.
rules::DecisionTable LargeTable() {
  rules::DecisionTable table;
  table.hit = rules::HitPolicy::kFirst;
  table.inputs = {"order.total", "location.country", "location.handling_days"};
  for (int i = 0; i < 999; ++i) {
    table.rows.push_back({{fmt::format("[{}..{})", 300 + i, 302 + i), fmt::format("C{}", i % 40),
                           fmt::format("<= {}", i % 5)},
                          "false"});
  }
  table.rows.push_back({{"(290..299]", "US, CA", "[0..4]"}, "false"});
  return table;
}

void BM_Table(benchmark::State& state) {
  Bench bench(static_cast<std::size_t>(state.range(0)));
  const rules::RuleSet rules = bench.Bind(LargeTable());
  for (auto _ : state) bench.Ask(rules);
  if (bench.Explain(rules.rules()[0]) != 1'000U * static_cast<std::size_t>(state.range(0))) {
    state.SkipWithError("the last row does not hit");
  }
}
BENCHMARK(BM_Table)->ArgName("candidates")->Arg(1)->Arg(200);

// The same, and which row it was.
void BM_TableExplained(benchmark::State& state) {
  Bench bench(1);
  const rules::RuleSet rules = bench.Bind(LargeTable());
  for (auto _ : state) {
    bench.Ask(rules);
    benchmark::DoNotOptimize(bench.Explain(rules.rules()[0]));
  }
}
BENCHMARK(BM_TableExplained);

void BM_CompileTable(benchmark::State& state) {
  const Bench bench(1);
  const rules::DecisionTable table = LargeTable();
  for (auto _ : state) benchmark::DoNotOptimize(bench.Bind(table));
}
BENCHMARK(BM_CompileTable)->Unit(benchmark::kMillisecond);

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
