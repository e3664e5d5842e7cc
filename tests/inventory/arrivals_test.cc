// Who of those that wait gets what has come.
#include "orderwright/inventory/arrivals.h"

#include <algorithm>
#include <map>
#include <random>
#include <string>
#include <tuple>
#include <vector>

#include "orderwright/inventory/stock.h"
#include "tests/catch.h"
#include "tests/inventory/pool_fixture.h"

namespace orderwright {
namespace {

using testing::At;
using testing::Must;
using testing::Sku;
using testing::StatusIs;
using testing::T;
using enum ConfirmationStrategy;

WaitingDemand Of(const std::string& id, std::int64_t quantity, std::int64_t priority = 0,
                 ConfirmationStrategy strategy = kRedistribute, std::int64_t confirmed = 0) {
  WaitingDemand demand;
  demand.id = OrderId(id);
  demand.quantity = Units(quantity);
  demand.priority = priority;
  demand.strategy = strategy;
  demand.confirmed = Units(confirmed);
  return demand;
}
Arrival Come(std::int64_t units, std::int64_t at = 100) {
  return {Sku(0), At(0), Units(units), T(at)};
}
std::vector<std::int64_t> Confirmed(const ArrivalPlan& plan) {
  std::vector<std::int64_t> units;
  for (const ConfirmedDemand& demand : plan.demands) units.push_back(demand.confirmed.count());
  return units;
}
ArrivalPlan Allocate(const std::vector<WaitingDemand>& demands, const std::vector<Arrival>& supply,
                     ArrivalRule rule = ArrivalRule::kRanked) {
  return Must(AllocateArrivals(demands, supply, rule));
}
using Units64 = std::vector<std::int64_t>;

TEST_CASE("Arrivals: the higher priority is the first, then who came first, then the smaller id") {
  std::vector<WaitingDemand> demands = {Of("d", 3), Of("c", 3), Of("b", 3), Of("a", 3, 9)};
  demands[0].placed_at = T(5);
  demands[1].placed_at = T(9);
  demands[2].placed_at = T(9);
  CHECK(Confirmed(Allocate(demands, {Come(8)})) == Units64{3, 0, 2, 3});
  const ArrivalPlan plan = Allocate(demands, {Come(20)});
  CHECK(Confirmed(plan) == Units64{3, 3, 3, 3});
  CHECK(plan.left == std::vector{Come(8)});
}

TEST_CASE("Arrivals: each place has its own, and the earlier units go to the first") {
  std::vector<WaitingDemand> demands = {Of("a", 4, 1), Of("b", 4), Of("c", 4)};
  demands[2].location = At(1);
  demands[0].on_time_by = T(150);
  demands[1].on_time_by = T(150);
  const ArrivalPlan plan = Allocate(demands, {Come(3, 200), Come(5, 100)});
  CHECK(plan.demands[0] == ConfirmedDemand{Units(4), T(100), true, std::nullopt});
  CHECK(plan.demands[1] == ConfirmedDemand{Units(4), T(200), false, std::nullopt});
  CHECK(plan.demands[2] == ConfirmedDemand{});
  CHECK(plan.left.empty());
}

TEST_CASE("Arrivals: win, gain, redistribute, fill, lose") {
  const std::vector<WaitingDemand> demands = {
      Of("lose", 4, 9, kLose, 4), Of("fill", 5, 8, kFill, 3), Of("share", 4, 7, kRedistribute, 2),
      Of("gain", 5, 6, kGain, 3), Of("win", 4, 5, kWin, 0)};
  CHECK(Confirmed(Allocate(demands, {Come(30)})) == Units64{0, 3, 4, 5, 4});
  CHECK(Confirmed(Allocate(demands, {Come(14)})) == Units64{0, 1, 4, 5, 4});
  CHECK(Confirmed(Allocate(demands, {Come(8)})) == Units64{0, 0, 0, 4, 4});
  const ArrivalPlan little = Allocate(demands, {Come(6)});
  CHECK(Confirmed(little) == Units64{0, 0, 0, 2, 4});
  CHECK(little.demands[3].exception == ArrivalException::kLost);
  CHECK(little.demands[4].exception == std::nullopt);
  CHECK(Allocate(demands, {Come(3)}).demands[4].exception == ArrivalException::kShort);
  CHECK(little.demands[0].exception == std::nullopt);
}

TEST_CASE("Arrivals: a gainer keeps before another one gains") {
  const std::vector<WaitingDemand> demands = {Of("a", 9, 9, kGain, 1), Of("b", 4, 0, kGain, 3)};
  CHECK(Confirmed(Allocate(demands, {Come(6)})) == Units64{3, 3});
}

TEST_CASE("Arrivals: a winner that gets all of it too late is an exception") {
  std::vector<WaitingDemand> demands = {Of("a", 4, 0, kWin)};
  demands[0].on_time_by = T(100);
  CHECK(Allocate(demands, {Come(4, 100)}).demands[0].exception == std::nullopt);
  CHECK(Allocate(demands, {Come(3, 90), Come(1, 101)}).demands[0].exception ==
        ArrivalException::kLate);
}

TEST_CASE("Arrivals: fair shares are of what each wants, rounded by the largest remainder") {
  const std::vector<WaitingDemand> demands = {Of("a", 5), Of("b", 3), Of("c", 2)};
  // 3.5, 2.1 and 1.4.
  CHECK(Confirmed(Allocate(demands, {Come(7)}, ArrivalRule::kFairShare)) == Units64{4, 2, 1});
  const std::vector<WaitingDemand> equal = {Of("b", 2), Of("a", 2), Of("c", 2, 1)};
  CHECK(Confirmed(Allocate(equal, {Come(2)}, ArrivalRule::kFairShare)) == Units64{0, 1, 1});
}

TEST_CASE("Arrivals: input that makes no sense is refused") {
  const auto refused = [](const WaitingDemand& demand, const Arrival& arrival,
                          absl::StatusCode code) {
    CHECK(StatusIs(AllocateArrivals({&demand, 1}, {&arrival, 1}), code));
  };
  refused(Of("a", 0), Come(1), absl::StatusCode::kInvalidArgument);
  refused(Of("a", 1, 0, kGain, 2), Come(1), absl::StatusCode::kInvalidArgument);
  refused(Of("a", Stock::kMaxUnits + 1), Come(1), absl::StatusCode::kOutOfRange);
  refused(Of("a", 1), Come(Stock::kMaxUnits + 1), absl::StatusCode::kOutOfRange);
  const std::vector<WaitingDemand> twice = {Of("a", 1), Of("a", 2)};
  CHECK(StatusIs(AllocateArrivals(twice, {}), absl::StatusCode::kInvalidArgument));
}

// Properties over random input.
class Random {
 public:
  explicit Random(std::uint64_t seed) : random_(seed) {}
  std::int64_t Below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  std::vector<WaitingDemand> Demands(bool one_strategy) {
    std::vector<WaitingDemand> demands;
    for (std::int64_t i = 0, n = Below(12); i < n; ++i) {
      WaitingDemand demand = Of(fmt::format("o{}", i), 1 + Below(9), Below(3));
      demand.location = At(static_cast<std::uint32_t>(Below(2)));
      demand.placed_at = T(Below(3));
      demand.confirmed = Units(Below(demand.quantity.count() + 1));
      if (Below(2) == 0) demand.on_time_by = T(Below(6));
      if (!one_strategy) demand.strategy = static_cast<ConfirmationStrategy>(1 + Below(5));
      demands.push_back(demand);
    }
    std::shuffle(demands.begin(), demands.end(), random_);
    return demands;
  }
  std::vector<Arrival> Supply() {
    std::vector<Arrival> supply;
    for (std::int64_t i = 0, n = Below(5); i < n; ++i) {
      supply.push_back(
          {Sku(0), At(static_cast<std::uint32_t>(Below(2))), Units(Below(15)), T(Below(6))});
    }
    return supply;
  }
  template <typename List>
  void Shuffle(List& list) {
    std::shuffle(list.begin(), list.end(), random_);
  }

 private:
  std::mt19937_64 random_;
};

TEST_CASE("Arrivals: at random, nobody gets what is not there, nor more than the strategy allows") {
  for (std::uint64_t seed = 1; seed <= 4'000; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    std::vector<WaitingDemand> demands = random.Demands(false);
    std::vector<Arrival> supply = random.Supply();
    const ArrivalRule rule = seed % 2 == 0 ? ArrivalRule::kRanked : ArrivalRule::kFairShare;
    const ArrivalPlan plan = Allocate(demands, supply, rule);
    std::map<LocationIndex, std::int64_t> units;
    for (const Arrival& arrival : supply) units[arrival.location] += arrival.quantity.count();
    for (const Arrival& arrival : plan.left) {
      units[arrival.location] -= arrival.quantity.count();
    }
    std::map<std::string, ConfirmedDemand> by_id;
    for (std::size_t i = 0; i < demands.size(); ++i) {
      const WaitingDemand& demand = demands[i];
      const ConfirmedDemand& got = plan.demands[i];
      by_id[demand.id.text()] = got;
      units[demand.location] -= got.confirmed.count();
      REQUIRE(got.confirmed <= demand.quantity);
      REQUIRE(got.by.has_value() == !got.confirmed.IsZero());
      if (demand.strategy == kFill) REQUIRE(got.confirmed <= demand.confirmed);
      if (demand.strategy == kLose) REQUIRE(got.confirmed.IsZero());
      const bool fails_win =
          demand.strategy == kWin && (got.confirmed < demand.quantity || !got.on_time);
      const bool fails_gain = demand.strategy == kGain && got.confirmed < demand.confirmed;
      REQUIRE(got.exception.has_value() == (fails_win || fails_gain));
    }
    for (const auto& [place, left] : units) REQUIRE(left == 0);
    // In any order of input.
    random.Shuffle(demands);
    random.Shuffle(supply);
    const ArrivalPlan again = Allocate(demands, supply, rule);
    REQUIRE(again.left == plan.left);
    for (std::size_t i = 0; i < demands.size(); ++i) {
      REQUIRE(again.demands[i] == by_id[demands[i].id.text()]);
    }
  }
}

TEST_CASE("Arrivals: at random, whoever gets something has nobody before it that lacks something") {
  for (std::uint64_t seed = 1; seed <= 4'000; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const std::vector<WaitingDemand> demands = random.Demands(true);
    const ArrivalPlan plan = Allocate(demands, random.Supply());
    const auto ranks_before = [](const WaitingDemand& a, const WaitingDemand& b) {
      return std::tuple(-a.priority, a.placed_at, a.id) <
             std::tuple(-b.priority, b.placed_at, b.id);
    };
    for (std::size_t i = 0; i < demands.size(); ++i) {
      for (std::size_t k = 0; k < demands.size(); ++k) {
        if (demands[i].location != demands[k].location) continue;
        if (!ranks_before(demands[i], demands[k]) || plan.demands[k].confirmed.IsZero()) continue;
        REQUIRE(plan.demands[i].confirmed == demands[i].quantity);
        REQUIRE(*plan.demands[i].by <= *plan.demands[k].by);
      }
    }
  }
}

TEST_CASE("Arrivals: at random, a fair share is within a unit of the proportional one") {
  for (std::uint64_t seed = 1; seed <= 4'000; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const std::vector<WaitingDemand> demands = random.Demands(true);
    const std::vector<Arrival> supply = random.Supply();
    const ArrivalPlan plan = Allocate(demands, supply, ArrivalRule::kFairShare);
    for (std::uint32_t place = 0; place < 2; ++place) {
      std::int64_t wanted = 0;
      std::int64_t units = 0;
      for (const WaitingDemand& demand : demands) {
        if (demand.location == At(place)) wanted += demand.quantity.count();
      }
      for (const Arrival& arrival : supply) {
        if (arrival.location == At(place)) units += arrival.quantity.count();
      }
      if (wanted == 0) continue;
      units = std::min(units, wanted);
      for (std::size_t i = 0; i < demands.size(); ++i) {
        if (demands[i].location != At(place)) continue;
        const std::int64_t exact = units * demands[i].quantity.count();  // of `wanted`
        const std::int64_t got = plan.demands[i].confirmed.count() * wanted;
        REQUIRE(got > exact - wanted);
        REQUIRE(got < exact + wanted);
      }
    }
  }
}

}  // namespace
}  // namespace orderwright
