// Rules in words, as routing asks them: one candidate, 200 candidates, 100 rules with common parts.
//
// E1 is order.total > 250.0 && location.kind == 'store' &&
// !order.tags.exists(t, t == 'vip') && location.country in ['US', 'CA'], with three tags, and true.
// The tables have 1,000 rows of three columns, of which the last row alone hits.
//
// Each evaluation is of facts that no rule has seen yet: their stamp is new.
#include <vector>

#include <benchmark/benchmark.h>

#include "benchmarks/rules/bench.h"

namespace orderwright::benchmarks {
namespace {

void Ask(benchmark::State& state, Bench& bench, const rules::RuleSet& rules) {
  for (auto _ : state) {
    bench.Ask(rules);
    benchmark::DoNotOptimize(bench.holds().data());
    benchmark::ClobberMemory();
  }
}

void BM_E1(benchmark::State& state) {
  Bench bench(OrDie(World::Create(StoresDraft())), static_cast<std::size_t>(state.range(0)));
  Ask(state, bench, bench.Bind({kE1}));
}
BENCHMARK(BM_E1)->ArgName("candidates")->Arg(1)->Arg(200);

// The decision, and what the rule saw: each of its fields with its value as text.
void BM_E1Explained(benchmark::State& state) {
  Bench bench(OrDie(World::Create(StoresDraft())), 1);
  const rules::RuleSet rules = bench.Bind({kE1});
  std::vector<rules::SeenValue> seen;
  for (auto _ : state) {
    bench.Ask(rules);
    bench.Explain(rules.rules()[0], seen);
    benchmark::DoNotOptimize(seen.data());
  }
  if (seen.size() != 4) state.SkipWithError("a field of E1 was not seen");
}
BENCHMARK(BM_E1Explained);

// 100 rules of three terms out of thirty, over 200 candidates.
void BM_HundredRules(benchmark::State& state) {
  Bench bench(OrDie(World::Create(StoresDraft())), 200);
  Ask(state, bench, bench.Bind(HundredRules()));
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
  Bench bench(OrDie(World::Create(StoresDraft())), static_cast<std::size_t>(state.range(0)));
  const rules::RuleSet rules = bench.Bind(LargeTable());
  for (auto _ : state) bench.Ask(rules);
  if (bench.Explain(rules.rules()[0]) != 1'000U * static_cast<std::size_t>(state.range(0))) {
    state.SkipWithError("the last row does not hit");
  }
}
BENCHMARK(BM_Table)->ArgName("candidates")->Arg(1)->Arg(200);

// The same, and which row it was.
void BM_TableExplained(benchmark::State& state) {
  Bench bench(OrDie(World::Create(StoresDraft())), 1);
  const rules::RuleSet rules = bench.Bind(LargeTable());
  for (auto _ : state) {
    bench.Ask(rules);
    benchmark::DoNotOptimize(bench.Explain(rules.rules()[0]));
  }
}
BENCHMARK(BM_TableExplained);

void BM_CompileTable(benchmark::State& state) {
  const Bench bench(OrDie(World::Create(StoresDraft())), 1);
  const rules::DecisionTable table = LargeTable();
  for (auto _ : state) benchmark::DoNotOptimize(bench.Bind(table));
}
BENCHMARK(BM_CompileTable)->Unit(benchmark::kMillisecond);

// Parse, check and lower, without a world.
void BM_CompileE1(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(RulesOf({kE1}));
}
BENCHMARK(BM_CompileE1);

}  // namespace
}  // namespace orderwright::benchmarks
