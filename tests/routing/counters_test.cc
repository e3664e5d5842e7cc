// What counters say of rules while orders are routed.
#include <array>
#include <atomic>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "orderwright/routing/router.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using rules::Rule;
using rules::RuleKind;
using testing::DraftToSf;
using testing::MakeStock;
using testing::Must;
using testing::Text;

struct Shop {
  World world = Must(World::Create(testing::SmallDraft()));
  InventoryPool pool{world, MakeStock(world, {{"OAK", "MUG", 9}, {"RNO", "MUG", 9}})};
  std::shared_ptr<rules::Counters> counters = std::make_shared<rules::Counters>();

  [[nodiscard]] Router With(std::vector<Rule> rules) const {
    RouterOptions options;
    options.counters = counters;
    return Must(
        Router::Create(world, Must(rules::RuleSet::Create({"1", {}, std::move(rules)})), options));
  }
  void Route(const Router& router, std::int64_t units) const {
    const Order order = Must(Order::Create(world, DraftToSf({{"MUG", units}})));
    RouteOptions options;
    options.now = Timestamp(Duration(0));
    (void)Must(router.Route(order, pool.Live(), options));
  }
  [[nodiscard]] rules::RuleCount Of(const std::string& id) const {
    for (const rules::RuleCount& count : counters->Read()) {
      if (count.rule == id) return count;
    }
    return {};
  }
};

using Numbers = std::vector<std::uint64_t>;
Numbers NumbersOf(const rules::RuleCount& count) {
  return {count.evaluated, count.fired, count.decided, count.errors};
}

TEST_CASE("Counters tell how often a rule was asked, spoke, decided and failed") {
  const Shop shop;
  Rule first = Text("first", RuleKind::kSet, "order.units > 1", "2");
  first.set = rules::SetField::kMaxShipments;
  Rule second = Text("second", RuleKind::kSet, "", "3");
  second.set = rules::SetField::kMaxShipments;
  Rule broken = Text("broken", RuleKind::kHold, "1 / (order.units - 2) > 5");
  broken.on_error = rules::OnError::kSkip;
  Rule shadow = Text("shadow", RuleKind::kHold, "");
  shadow.mode = rules::RuleMode::kShadow;
  Rule off = Text("off", RuleKind::kHold, "");
  off.mode = rules::RuleMode::kOff;
  const Router router =
      shop.With({first, second,
                 Text("not-oak", RuleKind::kEligible, "order.units == 3", "location.id != 'OAK'"),
                 broken, shadow, off});
  for (const std::int64_t units : {1, 2, 3}) shop.Route(router, units);
  CHECK(NumbersOf(shop.Of("first")) == Numbers{3, 2, 2, 0});
  CHECK(NumbersOf(shop.Of("second")) == Numbers{3, 3, 1, 0});  // of two orders first was there
  CHECK(NumbersOf(shop.Of("not-oak")) == Numbers{3, 1, 1, 0});
  CHECK(NumbersOf(shop.Of("broken")) == Numbers{3, 0, 0, 1});
  CHECK(NumbersOf(shop.Of("shadow")) == Numbers{3, 3, 0, 0});
  CHECK(NumbersOf(shop.Of("off")) == Numbers{0, 0, 0, 0});
}

// Rules about services are asked once it is known which there are; the others were asked before.
TEST_CASE("In shadow rules about services are asked and counted, and every rule once") {
  const Shop shop;
  Rule service = Text("service", RuleKind::kEligible, "", "candidate.service != 'ground'");
  service.mode = rules::RuleMode::kShadow;
  Rule place = Text("place", RuleKind::kEligible, "", "location.id != 'OAK'");
  place.mode = rules::RuleMode::kShadow;
  Rule hold = Text("hold", RuleKind::kHold, "");
  hold.mode = rules::RuleMode::kShadow;
  const Order order = Must(Order::Create(shop.world, DraftToSf({{"MUG", 1}})));
  const Plan free = Must(shop.With({}).Route(order, shop.pool.Live()));
  for (const bool others : {false, true}) {
    std::vector<Rule> rules = {service, place, hold};
    // An active one, which asks about services too.
    if (others) rules.push_back(Text("any", RuleKind::kEligible, "", "candidate.zone >= 0"));
    const Plan plan = Must(shop.With(rules).Route(order, shop.pool.Live()));
    CHECK(plan.cost() == free.cost());
    CHECK(plan.service(plan.shipments()[0]) == free.service(free.shipments()[0]));
    REQUIRE(plan.shadows().size() == 3);
    CHECK(plan.shadows()[0].rule == 1);
    CHECK(plan.shadows()[1].rule == 0);
    CHECK(plan.shadows()[2].rule == 2);
  }
  CHECK(NumbersOf(shop.Of("service")) == Numbers{2, 2, 0, 0});
  CHECK(NumbersOf(shop.Of("place")) == Numbers{2, 2, 0, 0});
  CHECK(NumbersOf(shop.Of("hold")) == Numbers{2, 2, 0, 0});
}

TEST_CASE("Counters outlive routers and rule sets: rules are counted by id") {
  const Shop shop;
  {
    const Router router = shop.With({Text("a", RuleKind::kHold, "")});
    shop.Route(router, 1);
  }
  const Router router =
      shop.With({Text("b", RuleKind::kHold, "order.units > 1"), Text("a", RuleKind::kHold, "")});
  shop.Route(router, 1);
  shop.Route(router, 2);
  CHECK(NumbersOf(shop.Of("a")) == Numbers{3, 3, 3, 0});
  CHECK(NumbersOf(shop.Of("b")) == Numbers{2, 1, 1, 0});
}

TEST_CASE("Counters lose nothing while threads route and somebody reads") {
  const Shop shop;
  const Router router = shop.With({Text("a", RuleKind::kHold, "order.units > 1")});
  std::vector<std::thread> threads;
  const std::array<Order, 2> orders = {Must(Order::Create(shop.world, DraftToSf({{"MUG", 1}}))),
                                       Must(Order::Create(shop.world, DraftToSf({{"MUG", 2}})))};
  std::atomic<int> failures = 0;
  for (int t = 0; t < 3; ++t) {
    // What tests say is for one thread only.
    threads.emplace_back([&] {
      Workspace workspace = router.NewWorkspace();
      Plan plan;
      for (int i = 0; i < 200; ++i) {
        RouteOptions options;
        options.now = Timestamp(Duration(0));
        const absl::Status status = router.RouteInto(orders[static_cast<std::size_t>(i % 2)],
                                                     shop.pool.Live(), options, workspace, plan);
        if (!status.ok()) ++failures;
      }
    });
  }
  std::uint64_t last = 0;
  for (int i = 0; i < 100; ++i) {
    const std::uint64_t now = shop.Of("a").evaluated;
    CHECK(now >= last);
    last = now;
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(failures == 0);
  CHECK(NumbersOf(shop.Of("a")) == Numbers{600, 300, 300, 0});
}

TEST_CASE("Time is taken of one evaluation in so many, by the host's clock") {
  Shop shop;
  auto now = std::make_shared<std::int64_t>(0);
  rules::CounterOptions options;
  options.clock = [now] { return *now += 50; };
  options.sample_every = 4;
  shop.counters = std::make_shared<rules::Counters>(options);
  const Router router = shop.With({Text("a", RuleKind::kHold, "")});
  const Workspace workspace = router.NewWorkspace();
  for (int i = 0; i < 8; ++i) shop.Route(router, 1);
  const rules::RuleCount count = shop.Of("a");
  CHECK(count.evaluated == 8);
  CHECK(count.timed == 2);
  CHECK(count.time == std::chrono::nanoseconds(100));
}

TEST_CASE("A promise is not counted") {
  const Shop shop;
  const Router router = shop.With({Text("a", RuleKind::kHold, "")});
  const Order order = Must(Order::Create(shop.world, DraftToSf({{"MUG", 1}})));
  (void)Must(router.Promise(order, shop.pool.Live(), {.now = Timestamp(Duration(0))}));
  CHECK(shop.Of("a").evaluated == 0);
}

}  // namespace
}  // namespace orderwright
