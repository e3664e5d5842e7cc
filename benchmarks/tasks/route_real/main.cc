// Task route_real: the 18,310 orders of UCI's Online Retail over 425 sites, through the whole
// Router with rate cards, dates and ten rules.
//
//   task_route_real [ORDERS [NODES]]   so many orders, spread over the year; search nodes an order
//
// One thread, one workspace, each order on all the stock. Two plans of stock, nested and
// independent, are in benchmarks/real/network.h with their seed and formulas, the rules in
// benchmarks/real/rules.h. Orders of at most five lines, as consumers place them, have rows of
// their own. Before a speed is printed a sample of the orders is routed again, by a router that
// verifies every plan, and must cost the same. Then they are routed again in turn with and without
// a record for explanations, and the median of the ratios is printed.
//
// Reads the tables where they are (ORDERWRIGHT_DATA, else ../shared/data beside the repository).
// With ORDERWRIGHT_BENCHMARK_SMOKE set it routes a small made sample instead, without any file.
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/common.h"
#include "benchmarks/real/network.h"
#include "benchmarks/real/rules.h"
#include "benchmarks/real/tables.h"

namespace orderwright::benchmarks {
namespace {

constexpr std::size_t kConsumerLines = 5;
constexpr std::size_t kVerifyEvery = 50;

// What came of one order.
struct Outcome {
  std::size_t lines = 0;
  double seconds = 0;
  std::int64_t cost = 0;
  std::size_t shipments = 0;
  bool proved = false;
  bool is_short = false;
};

std::vector<Outcome> RouteEach(const Router& router, const StockView& stock,
                               const std::vector<Order>& orders) {
  std::vector<Outcome> outcomes;
  outcomes.reserve(orders.size());
  Workspace workspace = router.NewWorkspace();
  Plan plan;
  for (const Order& order : orders) {
    const auto start = std::chrono::steady_clock::now();
    const absl::Status status = router.RouteInto(order, stock, RouteOptions{}, workspace, plan);
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    OkOrDie(status);
    outcomes.push_back({order.lines().size(), took.count(), plan.cost().micros(),
                        plan.shipments().size(), plan.proof() == PlanProof::kOptimal,
                        !plan.shortfalls().empty()});
  }
  return outcomes;
}

// Whether a router that verifies gives plans of the same costs.
bool AreRight(const World& world, const rules::RuleSet& rules, RouterOptions options,
              const StockView& stock, const std::vector<Order>& orders,
              const std::vector<Outcome>& outcomes) {
  options.verify = true;
  const Router router = OrDie(Router::Create(world, rules, std::move(options)));
  for (std::size_t i = 0; i < orders.size(); i += kVerifyEvery) {
    const Plan plan = OrDie(router.Route(orders[i], stock));
    if (plan.cost().micros() != outcomes[i].cost) {
      fmt::print(stderr, "order {} costs {} micro-units, and {} when it is routed again\n",
                 orders[i].id(), outcomes[i].cost, plan.cost().micros());
      return false;
    }
  }
  return true;
}

void PrintRow(std::string_view holdings, std::string_view which,
              const std::vector<Outcome>& outcomes, std::size_t most_lines) {
  std::vector<double> seconds;
  double total = 0;
  std::size_t proved = 0;
  std::size_t shipments = 0;
  std::size_t missing = 0;
  for (const Outcome& outcome : outcomes) {
    if (outcome.lines > most_lines) continue;
    seconds.push_back(outcome.seconds);
    total += outcome.seconds;
    proved += outcome.proved ? 1U : 0U;
    shipments += outcome.shipments;
    missing += outcome.is_short ? 1U : 0U;
  }
  if (seconds.empty()) return;
  std::sort(seconds.begin(), seconds.end());
  const auto count = static_cast<double>(seconds.size());
  const auto at = [&](double share) {
    return 1e3 * seconds[static_cast<std::size_t>(share * (count - 1.0))];
  };
  fmt::print("{:<12} {:<10} {:>7} {:>9.0f} {:>8.2f}% {:>9.3f} {:>9.3f} {:>10.2f} {:>7}\n", holdings,
             which, seconds.size(), count / total, 100.0 * static_cast<double>(proved) / count,
             at(0.5), at(0.99), static_cast<double>(shipments) / count, missing);
}

// Seconds for some orders, into one plan that is reused, or into a new one each.
double TimeOf(const Router& router, const StockView& stock, std::span<const Order> orders,
              ExplainLevel explain, bool reuses, Workspace& workspace, Plan& plan) {
  const auto start = std::chrono::steady_clock::now();
  for (const Order& order : orders) {
    if (!reuses) plan = Plan();
    const absl::Status status =
        router.RouteInto(order, stock, {.explain = explain}, workspace, plan);
    if (!status.ok()) std::exit(1);
  }
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// What keeping a record of the decision costs: the median over chunks of orders, each routed both
// ways in turn.
void PrintExplain(const Router& router, const StockView& stock, const std::vector<Order>& orders,
                  std::string_view holdings) {
  constexpr std::size_t kChunk = 50;
  Workspace workspace = router.NewWorkspace();
  Plan plain;
  Plan recorded;
  for (const bool reuses : {true, false}) {
    std::vector<double> ratios;
    for (std::size_t first = 0; first < orders.size(); first += kChunk) {
      const std::span<const Order> chunk =
          std::span(orders).subspan(first, std::min(kChunk, orders.size() - first));
      const auto off = [&] {
        return TimeOf(router, stock, chunk, ExplainLevel::kOff, reuses, workspace, plain);
      };
      const auto record = [&] {
        return TimeOf(router, stock, chunk, ExplainLevel::kRecord, reuses, workspace, recorded);
      };
      // Which comes first changes, so that neither always finds the caches warm.
      const bool off_first = ratios.size() % 2 == 0;
      const double a = off_first ? off() : record();
      const double b = off_first ? record() : off();
      ratios.push_back(off_first ? b / a : a / b);
    }
    std::sort(ratios.begin(), ratios.end());
    fmt::print("{:<12} explain: record, {:<18} {:+.1f} %\n", holdings,
               reuses ? "plan reused" : "a plan an order", 100 * (ratios[ratios.size() / 2] - 1));
  }
}

int Run(const RealTables& tables, std::size_t count, std::int64_t nodes) {
  const World world = OrDie(MakeRealWorld(tables));
  const std::vector<Order> orders = OrDie(MakeRealOrders(world, tables, count));
  const rules::RuleSet rules = OrDie(MakeRealRules(world));
  RouterOptions options;
  options.budget.node_limit = nodes;
  options.verify = false;
  fmt::print("route_real: {} orders, {} sites, {} SKUs, {} rules, {} nodes an order\n",
             orders.size(), world.locations().size(), world.items().size(), rules.rules().size(),
             nodes);
  fmt::print("{:<12} {:<10} {:>7} {:>9} {:>9} {:>9} {:>9} {:>10} {:>7}\n", "holdings", "which",
             "orders", "orders/s", "proved", "p50 ms", "p99 ms", "shipments", "short");
  for (const Holdings holdings : {Holdings::kNested, Holdings::kIndependent}) {
    const InventoryPool pool(world, OrDie(MakeRealStock(world, holdings)));
    const Router router = OrDie(Router::Create(world, rules, options));
    const std::vector<Outcome> outcomes = RouteEach(router, pool.Live(), orders);
    if (!AreRight(world, rules, options, pool.Live(), orders, outcomes)) return 1;
    PrintRow(ToString(holdings), "all", outcomes, SIZE_MAX);
    PrintRow(ToString(holdings), "<= 5 lines", outcomes, kConsumerLines);
    PrintExplain(router, pool.Live(), orders, ToString(holdings));
  }
  return 0;
}

}  // namespace
}  // namespace orderwright::benchmarks

int main(int argc, char** argv) {
  using namespace orderwright::benchmarks;
  const long long count = argc > 1 ? std::strtoll(argv[1], nullptr, 10) : 20'000;
  const long long nodes = argc > 2 ? std::strtoll(argv[2], nullptr, 10) : 50;
  if (count <= 0 || nodes < 0) {
    fmt::print(stderr, "usage: {} [ORDERS [NODES]]\n", argv[0]);
    return 2;
  }
  if (IsSmoke()) {
    return Run(MakeSmallTables(200), static_cast<std::size_t>(count), nodes);
  }
  const auto folder = FindRealTables(ORDERWRIGHT_BENCHMARKS_SOURCE_DIR);
  if (!folder) {
    fmt::print(
        "route_real: SKIPPED: no tables of real orders; set ORDERWRIGHT_DATA to their directory, "
        "and "
        "build with zlib\n");
    return 0;
  }
  return Run(OrDie(ReadRealTables(*folder)), static_cast<std::size_t>(count), nodes);
}
