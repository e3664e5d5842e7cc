// The exact solver on single orders of many sizes: what one decision costs, and how often it is
// proved. Data is made here.
//
// Lines ask for 1 to 3 units. Sites lie at random on a square of 4,000 km; a shipment costs
// 2.50 + a rate by weight (five steps, dearer with distance), a unit 0.10. Two ways to hold stock:
//   nested       sites have a breadth, from everything down to 2 % of the catalog; a site holds
//   what
//                is more popular than its breadth allows (a warehouse has what a store has)
//   independent  each site holds each SKU with probability 0.3, whatever others hold
// Arguments: lines, sites, node limit. Counters: share proved, mean search nodes, mean gap of the
// bound.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <memory>
#include <random>
#include <vector>

#include <benchmark/benchmark.h>

#include "orderwright/solver/exact.h"

namespace orderwright::benchmarks {
namespace {

using solver::kNone;
using solver::Problem;

enum class Holdings : std::uint8_t { kNested, kIndependent };

// A double in [0, 1) that is the same with every standard library.
double Uniform(std::mt19937_64& random) { return static_cast<double>(random() >> 11) * 0x1p-53; }

void AddSlot(std::uint32_t site, double km, Problem& problem) {
  solver::Slot slot;
  slot.location = site;
  slot.tie_rank = site;
  slot.fixed_cost = 2'500'000;
  slot.first_step = static_cast<std::uint32_t>(problem.steps.size());
  const auto zone = static_cast<std::int64_t>(std::min(7.0, km / 500));
  std::int64_t grams = 1'000;
  for (std::int64_t step = 0; step < 4; ++step, grams *= 3) {
    problem.steps.push_back(
        {grams, 4'000'000 + 700'000 * zone + (900'000 + 400'000 * zone) * step});
  }
  problem.steps.push_back({solver::kUnlimited, 30'000'000 + 4'000'000 * zone});
  slot.step_count = 5;
  problem.slots.push_back(slot);
}

Problem MakeOrder(Holdings holdings, std::uint32_t lines, std::uint32_t sites, std::uint64_t seed) {
  std::mt19937_64 random(seed);
  Problem problem;
  const double x = 4'000 * Uniform(random);
  const double y = 4'000 * Uniform(random);
  for (std::uint32_t site = 0; site < sites; ++site) {
    const double dx = 4'000 * Uniform(random) - x;
    const double dy = 4'000 * Uniform(random) - y;
    AddSlot(site, std::sqrt(dx * dx + dy * dy), problem);
  }
  for (std::uint32_t l = 0; l < lines; ++l) {
    solver::Line line;
    line.quantity = 1 + static_cast<std::int64_t>(3 * std::pow(Uniform(random), 3));
    line.shortfall_penalty = 50'000'000;
    line.first_arc = static_cast<std::uint32_t>(problem.arcs.size());
    const auto weight = static_cast<std::int64_t>(100 + 1'400 * Uniform(random));
    const double popularity = Uniform(random);
    for (std::uint32_t site = 0; site < sites; ++site) {
      const double breadth = std::pow(0.02, static_cast<double>(site) / sites);
      const double held = holdings == Holdings::kNested ? breadth : 0.3;
      const double draw = holdings == Holdings::kNested ? popularity : Uniform(random);
      if (draw >= held) continue;
      solver::Arc arc;
      arc.slot = site;
      arc.row = static_cast<std::uint32_t>(problem.rows.size());
      arc.unit_cost = 100'000;
      arc.weight_g = weight;
      problem.rows.push_back({1 + static_cast<std::int64_t>(8 * Uniform(random)), 0});
      problem.arcs.push_back(arc);
    }
    line.arc_count = static_cast<std::uint32_t>(problem.arcs.size()) - line.first_arc;
    problem.lines.push_back(line);
  }
  solver::OrderSpan order;
  order.line_count = lines;
  order.slot_count = sites;
  order.split_penalty = 1'000'000;
  problem.orders.push_back(order);
  return problem;
}

void Solve(benchmark::State& state, Holdings holdings) {
  const auto lines = static_cast<std::uint32_t>(state.range(0));
  const auto sites = static_cast<std::uint32_t>(state.range(1));
  const std::uint64_t count = lines > 50 ? 8 : 64;
  std::vector<Problem> problems;
  for (std::uint64_t seed = 0; seed < count; ++seed) {
    problems.push_back(MakeOrder(holdings, lines, sites, seed));
  }
  const solver::ExactSolver exact;
  const std::unique_ptr<solver::Workspace> workspace = exact.NewWorkspace();
  solver::SolveOptions options;
  options.node_limit = state.range(2);
  solver::Solution solution;
  double proved = 0;
  double nodes = 0;
  double gap = 0;
  double solved = 0;
  for (auto _ : state) {
    for (const Problem& problem : problems) {
      if (!exact.Solve(problem, options, *workspace, solution).ok()) {
        state.SkipWithError("Solve failed");
        return;
      }
      solved += 1;
      proved += solution.termination.proof == solver::Proof::kOptimal ? 1 : 0;
      nodes += static_cast<double>(solution.nodes);
      gap += static_cast<double>(solution.cost - solution.lower_bound) /
             static_cast<double>(solution.cost);
    }
  }
  // The time above is of a whole set of orders; this of one, in milliseconds.
  state.counters["ms/order"] =
      benchmark::Counter(solved / 1000, benchmark::Counter::kIsRate | benchmark::Counter::kInvert);
  state.counters["proved"] = proved / solved;
  state.counters["nodes"] = nodes / solved;
  state.counters["gap_%"] = 100 * gap / solved;
}

void Nested(benchmark::State& state) { Solve(state, Holdings::kNested); }
void Independent(benchmark::State& state) { Solve(state, Holdings::kIndependent); }

// Arguments that both ways are measured with, then those of one.
void Sizes(benchmark::internal::Benchmark* measured,
           const std::vector<std::vector<std::int64_t>>& more) {
  measured->Unit(benchmark::kMillisecond)->ArgNames({"lines", "sites", "limit"});
  for (const std::int64_t lines : {1, 2, 4, 8, 20, 100}) measured->Args({lines, 425, 100'000});
  for (const std::vector<std::int64_t>& args : more) measured->Args(args);
}

BENCHMARK(Independent)->Apply([](auto* measured) { Sizes(measured, {}); });
BENCHMARK(Nested)->Apply([](auto* measured) {
  Sizes(measured, {{8, 4000, 100'000},
                   {10, 425, 100'000},
                   {30, 425, 100'000},
                   {500, 425, 100'000},
                   {20, 425, 0},
                   {100, 425, 0},
                   {500, 425, 0}});
});

}  // namespace
}  // namespace orderwright::benchmarks
