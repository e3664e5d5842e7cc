// Rules in words, as routing asks them: one candidate, 200 candidates, 100 rules with common parts.
//
// E1 is order.total > 250.0 && location.kind == 'store' &&
// !order.tags.exists(t, t == 'vip') && location.country in ['US', 'CA'], with three tags, and true.
// Each evaluation is of facts that no rule has seen yet: their stamp is new.
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

// 100 rules of three terms out of thirty, over 200 candidates.
void BM_HundredRules(benchmark::State& state) {
  Bench bench(OrDie(World::Create(StoresDraft())), 200);
  Ask(state, bench, bench.Bind(HundredRules()));
}
BENCHMARK(BM_HundredRules);

// Parse, check and lower, without a world.
void BM_CompileE1(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(RulesOf({kE1}));
}
BENCHMARK(BM_CompileE1);

}  // namespace
}  // namespace orderwright::benchmarks
