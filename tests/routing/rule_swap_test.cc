// Rules are exchanged while threads route: no plan mixes two sets.
#include <atomic>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "orderwright/routing/router.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using rules::RuleKind;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::Text;

TEST_CASE("Rules are exchanged while threads route: each plan is of one set, and says of which") {
  const World world = Must(World::Create(testing::SmallDraft()));
  const InventoryPool pool(world, MakeStock(world, {{"OAK", "MUG", 9}, {"RNO", "MUG", 9}}));
  const Order order = Must(Order::Create(world, DraftToSf({{"MUG", 1}})));
  const auto counters = std::make_shared<rules::Counters>();
  const auto router_of = [&](const std::string& site) {
    RouterOptions options;
    options.counters = counters;
    rules::RuleSetDraft draft;
    draft.version = site;
    draft.rules = {Text("site", RuleKind::kEligible, "", "location.id == '" + site + "'"),
                   Text("held", RuleKind::kHold, "")};
    return std::make_shared<const Router>(
        Must(Router::Create(world, Must(rules::RuleSet::Create(std::move(draft))), options)));
  };
  const std::vector<std::shared_ptr<const Router>> routers = {router_of("OAK"), router_of("RNO")};
  std::mutex mutex;
  std::shared_ptr<const Router> current = routers[0];
  std::atomic<bool> is_over = false;
  std::atomic<int> wrong = 0;
  std::atomic<std::uint64_t> routed = 0;
  std::vector<std::thread> threads;
  for (int t = 0; t < 3; ++t) {
    threads.emplace_back([&] {
      while (!is_over) {
        const auto router = [&] {
          const std::lock_guard lock(mutex);
          return current;
        }();
        const absl::StatusOr<Plan> plan = router->Route(order, pool.Live());
        const bool is_right = plan.ok() && plan->shipments().size() == 1 &&
                              plan->location_id(plan->shipments()[0]) == plan->rules().version() &&
                              plan->holds().size() == 1;
        if (!is_right) ++wrong;
        ++routed;
      }
    });
  }
  for (int i = 0; i < 200 || routed < 1'000; ++i) {
    {
      const std::lock_guard lock(mutex);
      current = routers[static_cast<std::size_t>(i % 2)];
    }
    std::this_thread::yield();
  }
  is_over = true;
  for (std::thread& thread : threads) thread.join();
  CHECK(wrong == 0);
  std::uint64_t evaluated = 0;
  for (const rules::RuleCount& count : counters->Read()) {
    if (count.rule == "site") evaluated = count.evaluated;
  }
  CHECK(evaluated == routed);
}

}  // namespace
}  // namespace orderwright
