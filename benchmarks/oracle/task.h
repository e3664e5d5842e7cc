// Runs the contenders of an oracle task turn by turn over chunks of orders, so that a machine that
// slows down slows all of them; compares every answer with the floor's before it reports a speed.
#ifndef ORDERWRIGHT_BENCHMARKS_ORACLE_TASK_H_
#define ORDERWRIGHT_BENCHMARKS_ORACLE_TASK_H_

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "benchmarks/common.h"
#include "benchmarks/oracle/instance.h"
#include "benchmarks/oracle/kernel.h"
#include "benchmarks/oracle/library.h"

namespace orderwright::benchmarks {

struct Contender {
  std::string name;
  bool must_agree = true;
  std::function<void(std::size_t first, std::size_t end, std::vector<std::int64_t>& costs)> run;
  std::vector<std::int64_t> costs;
  std::vector<double> seconds;  // per chunk
  std::function<void()> after;  // after each chunk, not timed; may be empty
};

inline void RunChunks(std::vector<Contender>& contenders, std::size_t orders) {
  constexpr std::size_t kChunk = 10'000;
  for (std::size_t first = 0; first < orders; first += kChunk) {
    const std::size_t end = std::min(first + kChunk, orders);
    for (Contender& contender : contenders) {
      const auto start = std::chrono::steady_clock::now();
      contender.run(first, end, contender.costs);
      const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
      contender.seconds.push_back(took.count() / static_cast<double>(end - first));
      if (contender.after) contender.after();
    }
  }
}

// One row a contender. Returns false if one that must agree does not.
inline bool Report(std::string_view task, const std::vector<Contender>& contenders) {
  bool good = true;
  const Contender& floor = contenders.front();
  fmt::print("{:<14} {:<28} {:>12} {:>10} {:>15} {:>12}\n", "task", "contender", "orders/s",
             "ns/order", "ratio to floor", "same answer");
  for (const Contender& contender : contenders) {
    std::vector<double> ratios;
    for (std::size_t i = 0; i < contender.seconds.size(); ++i) {
      ratios.push_back(contender.seconds[i] / floor.seconds[i]);
    }
    std::size_t same = 0;
    for (std::size_t i = 0; i < contender.costs.size(); ++i) {
      if (contender.costs[i] == floor.costs[i]) ++same;
    }
    const double seconds = Median(contender.seconds);
    const double share =
        100.0 * static_cast<double>(same) / static_cast<double>(floor.costs.size());
    fmt::print("{:<14} {:<28} {:>12.0f} {:>10.0f} {:>14.2f}x {:>11.2f}%\n", task, contender.name,
               1.0 / seconds, seconds * 1e9, Median(ratios), share);
    if (contender.must_agree && same != contender.costs.size()) good = false;
  }
  return good;
}

inline Contender FloorContender(Kernel& kernel) {
  Contender floor;
  floor.name = "floor (bare kernel)";
  floor.run = [&kernel](std::size_t first, std::size_t end, std::vector<std::int64_t>& costs) {
    std::array<std::int32_t, 8> location_of{};
    for (std::size_t o = first; o < end; ++o) costs[o] = kernel.Route(o, location_of);
  };
  return floor;
}

inline Contender RouterContender(std::string name, const Library& library, const Router& router,
                                 Workspace& workspace) {
  Contender contender;
  contender.name = std::move(name);
  contender.run = [&](std::size_t first, std::size_t end, std::vector<std::int64_t>& costs) {
    for (std::size_t o = first; o < end; ++o) costs[o] = library.Route(router, workspace, o);
  };
  return contender;
}

// argv[1] may give the number of orders. With ORDERWRIGHT_BENCHMARK_SMOKE set a small instance of
// the same shape: it shows that the task runs, not how fast. Absent: the arguments are wrong.
inline std::optional<InstanceSize> SizeFor(InstanceSize size, int argc, char** argv) {
  if (IsSmoke()) {
    size.orders = 5'000;
    size.locations = std::min<std::size_t>(size.locations, 60);
  }
  if (argc > 1) size.orders = std::strtoull(argv[1], nullptr, 10);
  if (size.orders > 0) return size;
  fmt::print(stderr, "usage: {} [ORDERS]\n", argv[0]);
  return std::nullopt;
}

// Runs one oracle task.
inline int RunOracleTask(std::string_view task, const InstanceSize& shape, int argc, char** argv) {
  const std::optional<InstanceSize> size = SizeFor(shape, argc, argv);
  if (!size) return 2;
  const Instance instance = MakeInstance(*size, 1);
  Kernel kernel(instance);
  Library library(instance);
  const Router exact = library.MakeRouter(nullptr);
  const Router ranked = library.MakeRouter(std::make_shared<const solver::PrioritySolver>());
  Workspace exact_workspace = exact.NewWorkspace();
  Workspace ranked_workspace = ranked.NewWorkspace();

  std::size_t retries = 0;
  std::vector<Contender> contenders(4);
  contenders[0] = FloorContender(kernel);
  contenders[1] = RouterContender("orderwright", library, exact, exact_workspace);
  contenders[2].name = "orderwright, and reserve";
  contenders[2].run = [&](std::size_t first, std::size_t end, std::vector<std::int64_t>& costs) {
    for (std::size_t o = first; o < end; ++o) {
      costs[o] = library.RouteAndReserve(exact, exact_workspace, o, retries);
    }
  };
  contenders[2].after = [&] { library.Close(); };
  contenders[3] = RouterContender("orderwright, ranked fill", library, ranked, ranked_workspace);
  contenders[3].must_agree = false;
  for (Contender& contender : contenders) contender.costs.assign(instance.orders(), 0);
  RunChunks(contenders, instance.orders());
  const bool good = Report(task, contenders);
  fmt::print("{}: {} retries on conflict while reserving\n", task, retries);
  if (good) return 0;
  fmt::print(stderr, "{}: a contender's cost differs from the floor's\n", task);
  return 1;
}

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_ORACLE_TASK_H_
