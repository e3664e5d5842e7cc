// Task oracle_rules: what twenty rules in words (benchmarks/oracle/rules.h) add to the orders of
// oracle_dc, and what counters of rules add to that. Orders, items and locations have what the
// rules read, for the router without rules as well. Rules change plans, so that many cost more than
// those of the floor.
#include <fmt/format.h>

#include "benchmarks/oracle/rules.h"
#include "benchmarks/oracle/task.h"

namespace orderwright::benchmarks {
namespace {

int Run(const InstanceSize& size) {
  const Instance instance = MakeInstance(size, 1);
  Kernel kernel(instance);
  const Library library(instance, Details::kForRules);
  const Router plain = library.MakeRouter(nullptr);
  const Router ruled = library.MakeRouter(nullptr, TwentyRules());
  Workspace plain_workspace = plain.NewWorkspace();
  const Router counted =
      library.MakeRouter(nullptr, TwentyRules(), std::make_shared<rules::Counters>());
  Workspace ruled_workspace = ruled.NewWorkspace();
  Workspace counted_workspace = counted.NewWorkspace();
  std::vector<Contender> contenders = {
      FloorContender(kernel),
      RouterContender("orderwright", library, plain, plain_workspace),
      RouterContender("orderwright, 20 rules", library, ruled, ruled_workspace),
      RouterContender("orderwright, 20 rules, counted", library, counted, counted_workspace),
  };
  contenders[2].must_agree = contenders[3].must_agree = false;
  for (Contender& contender : contenders) contender.costs.assign(instance.orders(), 0);
  RunChunks(contenders, instance.orders());
  const bool good = Report("oracle_rules", contenders);
  std::vector<double> added;
  std::vector<double> ratios;
  std::vector<double> counting;
  for (std::size_t i = 0; i < contenders[0].seconds.size(); ++i) {
    added.push_back(contenders[2].seconds[i] - contenders[1].seconds[i]);
    ratios.push_back(added.back() / contenders[0].seconds[i]);
    counting.push_back(contenders[3].seconds[i] / contenders[2].seconds[i] - 1);
  }
  fmt::print("oracle_rules: rules add {:.0f} ns an order, {:.2f} times the floor\n",
             Median(added) * 1e9, Median(ratios));
  fmt::print("oracle_rules: counters add {:.1f} % to routing with rules\n", Median(counting) * 100);
  if (good) return 0;
  fmt::print(stderr, "oracle_rules: a cost without rules differs from the floor's\n");
  return 1;
}

}  // namespace
}  // namespace orderwright::benchmarks

int main(int argc, char** argv) {
  using namespace orderwright::benchmarks;
  const std::optional<InstanceSize> size = SizeFor({.locations = 20, .holding = 0.7}, argc, argv);
  return size ? Run(*size) : 2;
}
