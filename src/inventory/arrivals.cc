#include "orderwright/inventory/arrivals.h"

#include <algorithm>
#include <string_view>
#include <tuple>
#include <utility>

#include "orderwright/core/status.h"
#include "orderwright/inventory/stock.h"

namespace orderwright {
namespace {

__extension__ using Int128 = __int128;

// A demand that is being served.
struct Waiter {
  const WaitingDemand* demand = nullptr;
  std::size_t number = 0;  // in the input
  std::int64_t got = 0;
};

std::tuple<SkuIndex, LocationIndex> PlaceOf(const WaitingDemand& demand) {
  return {demand.sku, demand.location};
}
std::tuple<SkuIndex, LocationIndex> PlaceOf(const Arrival& arrival) {
  return {arrival.sku, arrival.location};
}

bool RanksBefore(const Waiter& a, const Waiter& b) {
  const auto key = [](const WaitingDemand& demand) {
    return std::tuple(-Int128{demand.priority}, demand.placed_at,
                      std::string_view(demand.id.text()));
  };
  const auto& x = *a.demand;
  const auto& y = *b.demand;
  return PlaceOf(x) != PlaceOf(y) ? PlaceOf(x) < PlaceOf(y) : key(x) < key(y);
}

// What a demand may still get while those of `strategy` are served; `keeps`: only what it had.
std::int64_t WantedBy(const Waiter& waiter, ConfirmationStrategy strategy, bool keeps) {
  const WaitingDemand& demand = *waiter.demand;
  if (demand.strategy != strategy) return 0;
  return (keeps ? demand.confirmed : demand.quantity).count() - waiter.got;
}

// Takes units off the earliest arrivals.
class Supply {
 public:
  explicit Supply(std::span<Arrival> arrivals) : arrivals_(arrivals) {
    for (const Arrival& arrival : arrivals) left_ += arrival.quantity.count();
  }
  [[nodiscard]] std::int64_t left() const { return left_; }

  void Give(std::int64_t units, const WaitingDemand& demand, ConfirmedDemand& outcome) {
    left_ -= units;
    outcome.confirmed = Units(outcome.confirmed.count() + units);
    while (units > 0) {
      Arrival& arrival = arrivals_.front();
      const std::int64_t part = std::min(units, arrival.quantity.count());
      arrival.quantity = Units(arrival.quantity.count() - part);
      units -= part;
      if (part > 0) {
        outcome.by = arrival.at;
        outcome.on_time = !demand.on_time_by || arrival.at <= *demand.on_time_by;
      }
      if (arrival.quantity.IsZero()) arrivals_ = arrivals_.subspan(1);
    }
  }

 private:
  std::span<Arrival> arrivals_;  // by instant
  std::int64_t left_ = 0;
};

// The share of each in so many units, by largest remainder; the waiters are in order of rank.
std::vector<std::int64_t> FairShares(std::span<const std::int64_t> wanted, std::int64_t units) {
  Int128 all = 0;
  for (const std::int64_t each : wanted) all += each;
  std::vector<std::int64_t> shares(wanted.begin(), wanted.end());
  if (all <= units) return shares;
  std::vector<std::pair<Int128, std::size_t>> remainders;
  std::int64_t left = units;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const Int128 product = Int128{units} * wanted[i];
    shares[i] = static_cast<std::int64_t>(product / all);
    left -= shares[i];
    remainders.emplace_back(-(product % all), i);
  }
  std::sort(remainders.begin(), remainders.end());
  for (std::int64_t i = 0; i < left; ++i) ++shares[remainders[static_cast<std::size_t>(i)].second];
  return shares;
}

// Serves the waiters of one place, in order of rank.
void Serve(std::span<Waiter> waiters, ConfirmationStrategy strategy, bool keeps, ArrivalRule rule,
           Supply& supply, std::vector<ConfirmedDemand>& outcomes) {
  std::vector<std::int64_t> wanted;
  for (const Waiter& waiter : waiters) wanted.push_back(WantedBy(waiter, strategy, keeps));
  if (rule == ArrivalRule::kFairShare) wanted = FairShares(wanted, supply.left());
  for (std::size_t i = 0; i < waiters.size(); ++i) {
    const std::int64_t units = std::min(wanted[i], supply.left());
    if (units <= 0) continue;
    waiters[i].got += units;
    supply.Give(units, *waiters[i].demand, outcomes[waiters[i].number]);
  }
}

std::optional<ArrivalException> ExceptionOf(const WaitingDemand& demand,
                                            const ConfirmedDemand& outcome) {
  if (demand.strategy == ConfirmationStrategy::kWin) {
    if (outcome.confirmed < demand.quantity) return ArrivalException::kShort;
    if (!outcome.on_time) return ArrivalException::kLate;
  }
  if (demand.strategy == ConfirmationStrategy::kGain && outcome.confirmed < demand.confirmed) {
    return ArrivalException::kLost;
  }
  return std::nullopt;
}

absl::Status Check(std::span<const WaitingDemand> demands, std::span<const Arrival> supply) {
  for (std::size_t i = 0; i < demands.size(); ++i) {
    const WaitingDemand& demand = demands[i];
    if (demand.quantity.IsZero() || demand.confirmed > demand.quantity) {
      return InvalidArgument("demands[{}]: {} units are confirmed of {} that '{}' wants", i,
                             demand.confirmed, demand.quantity, demand.id);
    }
    if (demand.quantity.count() > Stock::kMaxUnits) {
      return OutOfRange("demands[{}]: {} units are more than {}", i, demand.quantity,
                        Stock::kMaxUnits);
    }
  }
  for (std::size_t i = 0; i < supply.size(); ++i) {
    if (supply[i].quantity.count() <= Stock::kMaxUnits) continue;
    return OutOfRange("supply[{}]: {} units are more than {}", i, supply[i].quantity,
                      Stock::kMaxUnits);
  }
  return absl::OkStatus();
}

// An id that stands twice would have two ranks.
absl::Status CheckIds(std::span<const Waiter> waiters) {
  std::vector<std::tuple<SkuIndex, LocationIndex, std::string_view>> keys;
  for (const Waiter& waiter : waiters) {
    keys.push_back(std::tuple_cat(PlaceOf(*waiter.demand),
                                  std::tuple(std::string_view(waiter.demand->id.text()))));
  }
  std::sort(keys.begin(), keys.end());
  const auto twice = std::adjacent_find(keys.begin(), keys.end());
  if (twice == keys.end()) return absl::OkStatus();
  return InvalidArgument("'{}' waits twice for one SKU at one location; sum its units",
                         std::get<2>(*twice));
}

}  // namespace

absl::StatusOr<ArrivalPlan> AllocateArrivals(std::span<const WaitingDemand> demands,
                                             std::span<const Arrival> supply, ArrivalRule rule) {
  if (absl::Status status = Check(demands, supply); !status.ok()) return status;
  std::vector<Waiter> waiters;
  for (std::size_t i = 0; i < demands.size(); ++i) waiters.push_back({&demands[i], i, 0});
  std::sort(waiters.begin(), waiters.end(), RanksBefore);
  if (absl::Status status = CheckIds(waiters); !status.ok()) return status;
  ArrivalPlan plan;
  plan.demands.resize(demands.size());
  plan.left.assign(supply.begin(), supply.end());
  std::sort(plan.left.begin(), plan.left.end(), [](const Arrival& a, const Arrival& b) {
    return std::tuple(PlaceOf(a), a.at, a.quantity) < std::tuple(PlaceOf(b), b.at, b.quantity);
  });
  for (std::size_t first = 0; first < waiters.size();) {
    const auto place = PlaceOf(*waiters[first].demand);
    std::size_t end = first;
    while (end < waiters.size() && PlaceOf(*waiters[end].demand) == place) ++end;
    const std::span<Waiter> here = std::span(waiters).subspan(first, end - first);
    const auto arrivals =
        std::ranges::equal_range(plan.left, place, {}, [](const Arrival& a) { return PlaceOf(a); });
    Supply units({arrivals.begin(), arrivals.end()});
    using enum ConfirmationStrategy;
    Serve(here, kWin, false, rule, units, plan.demands);
    Serve(here, kGain, true, rule, units, plan.demands);
    Serve(here, kGain, false, rule, units, plan.demands);
    Serve(here, kRedistribute, false, rule, units, plan.demands);
    Serve(here, kFill, true, rule, units, plan.demands);
    first = end;
  }
  std::erase_if(plan.left, [](const Arrival& arrival) { return arrival.quantity.IsZero(); });
  for (std::size_t i = 0; i < demands.size(); ++i) {
    plan.demands[i].exception = ExceptionOf(demands[i], plan.demands[i]);
  }
  return plan;
}

}  // namespace orderwright
