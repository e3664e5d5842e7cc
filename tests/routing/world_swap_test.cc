// A world that changes while threads route and reserve: prices, rates and which sites are open
// change with every version, two hundred times a second, and what a decision says must be of one
// version throughout. Nothing that was reserved is lost.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "orderwright/routing/router.h"
#include "tests/routing/small_world.h"

namespace orderwright {
namespace {

using testing::CostOf;
using testing::MakeStock;
using testing::Must;
using testing::SmallDraft;
using testing::StockEntry;

const Timestamp kNow = *ParseTimestamp("2026-11-23T12:00:00Z");
constexpr std::int64_t kOnHand = 1'000'000;
constexpr const char* kSites[] = {"RNO", "OAK", "SJC", "MEM", "LAS"};

Cost Cents(std::uint64_t n) { return Cost::FromMicros(static_cast<std::int64_t>(n) * 10'000); }

// What version `v` changes: each number says which version it is of.
WorldChanges ChangesOf(std::uint64_t v) {
  const WorldDraft base = SmallDraft();
  WorldChanges changes;
  for (std::size_t i = 0; i < base.locations.size(); ++i) {
    LocationSpec site = base.locations[i];
    site.cost_per_shipment = Cents(v);
    site.cost_per_unit = Cents(v % 7);
    site.active = i != v % base.locations.size();
    changes.locations.push_back(std::move(site));
  }
  RateCardSpec card = base.rate_cards[0];
  for (RateStepSpec& step : card.services[0].steps) step.costs.assign(3, Cents(1'000 + v));
  changes.rate_cards = {std::move(card)};
  ItemSpec item = base.items[0];
  item.weight_g = static_cast<std::int64_t>(v);
  changes.items = {std::move(item)};
  return changes;
}

// What a host keeps where its threads find it.
class Current {
 public:
  explicit Current(Router router) : router_(std::make_shared<const Router>(std::move(router))) {}
  std::shared_ptr<const Router> Get() const {
    const std::lock_guard lock(mutex_);
    return router_;
  }
  void Set(Router router) {
    auto next = std::make_shared<const Router>(std::move(router));
    const std::lock_guard lock(mutex_);
    router_ = std::move(next);
  }

 private:
  mutable std::mutex mutex_;
  std::shared_ptr<const Router> router_;
};

// The pool first, so that whoever routes with the new version finds its locations there.
absl::Status GoOver(const World& next, InventoryPool& pool, Current& current) {
  if (absl::Status status = pool.Adopt(next); !status.ok()) return status;
  absl::StatusOr<Router> router = Router::Create(next);
  if (router.ok()) current.Set(*std::move(router));
  return router.status();
}

// Empty, or what is of another version than the router's.
std::string MixedUp(const Plan& plan, const Router& router) {
  const std::uint64_t version = router.world().version();
  if (plan.world().version() != version) return "the world";
  if (version == 1) return "";
  Cost sum;
  for (const Shipment& shipment : plan.shipments()) {
    const auto closed = static_cast<std::uint32_t>(version % std::size(kSites));
    if (shipment.location == LocationIndex{closed}) return "an open site";
    if (shipment.terms.handling != Cents(version)) return "handling";
    if (shipment.terms.unit != Cents(version % 7).Times(shipment.units)) return "a unit";
    if (shipment.terms.shipping != Cents(1'000 + version)) return "a rate";
    std::int64_t weight = 0;
    for (const PlanLine& line : plan.lines(shipment)) {
      weight += line.quantity.count() *
                (line.sku == SkuIndex{0} ? static_cast<std::int64_t>(version) : 180);
    }
    if (shipment.weight_g != weight) return "a weight";
    sum += shipment.cost;
  }
  return plan.cost() == sum ? "" : "the cost";
}

struct Seen {
  std::map<std::string, int> mixed;
  std::set<std::uint64_t> versions;
  std::vector<ReservationId> open;
  std::map<std::pair<SkuIndex, LocationIndex>, std::int64_t> reserved;  // what is still open
  std::int64_t failed = 0;
  std::int64_t routed = 0;
};

Seen Work(const Current& current, InventoryPool& pool, const World& first,
          const std::atomic<bool>& stop, std::uint64_t number) {
  Seen seen;
  for (std::uint64_t i = 0; !stop.load(std::memory_order_relaxed); ++i) {
    const std::shared_ptr<const Router> router = current.Get();
    OrderDraft draft = testing::DraftToSf({{"MUG", 1 + static_cast<int>(i % 3)}, {"TEE", 1}});
    draft.placed_at = kNow;
    // Orders that were made before the world changed are routed with what it is now.
    const absl::StatusOr<Order> order =
        Order::Create(i % 2 == 0 ? first : router->world(), std::move(draft));
    if (!order.ok()) {
      ++seen.failed;
      continue;
    }
    const std::string key = fmt::format("{}-{}", number, i);
    absl::StatusOr<Decision> decision =
        router->RouteAndReserve(*order, pool, {.now = kNow, .key = CommandKey(key)});
    if (!decision.ok() || !decision->reservation) {
      ++seen.failed;
      continue;
    }
    ++seen.routed;
    seen.versions.insert(router->world().version());
    if (std::string what = MixedUp(decision->plan, *router); !what.empty()) ++seen.mixed[what];
    if (i % 3 == 0) {
      seen.failed += pool.Release(*decision->reservation).ok() ? 0 : 1;
      continue;
    }
    seen.open.push_back(*decision->reservation);
    for (const Shipment& shipment : decision->plan.shipments()) {
      for (const PlanLine& line : decision->plan.lines(shipment)) {
        seen.reserved[{line.sku, shipment.location}] += line.quantity.count();
      }
    }
  }
  return seen;
}

TEST_CASE("A world is swapped while threads route: no decision mixes versions, nothing is lost") {
  const char* const soak = std::getenv("ORDERWRIGHT_SOAK");
  const std::uint64_t swaps = soak == nullptr ? 300 : 12'000;
  const World first = Must(World::Create(SmallDraft()));
  std::vector<StockEntry> stock;
  for (const char* site : kSites) {
    stock.emplace_back(site, "MUG", kOnHand);
    stock.emplace_back(site, "TEE", kOnHand);
  }
  InventoryPool pool(first, MakeStock(first, stock));
  Current current(Must(Router::Create(first)));
  std::atomic<bool> stop{false};
  constexpr std::size_t kThreads = 3;
  std::vector<Seen> seen(kThreads);
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] { seen[t] = Work(current, pool, first, stop, t); });
  }
  World world = first;
  std::string error;
  for (std::uint64_t v = 2; v < swaps + 2 && error.empty(); ++v) {
    absl::StatusOr<World> next = world.With(ChangesOf(v));
    if (!next.ok()) {
      error = std::string(next.status().message());
      break;
    }
    world = *std::move(next);
    error = std::string(GoOver(world, pool, current).message());
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  stop.store(true);
  for (std::thread& thread : threads) thread.join();
  REQUIRE(error.empty());
  CHECK(pool.world_version() == swaps + 1);
  std::set<std::uint64_t> versions;
  std::map<std::pair<SkuIndex, LocationIndex>, std::int64_t> reserved;
  for (const Seen& part : seen) {
    for (const auto& [what, times] : part.mixed) {
      INFO(times << " decisions with " << what << " of another version");
      CHECK(times == 0);
    }
    CHECK(part.failed == 0);
    CHECK(part.routed > 0);
    versions.insert(part.versions.begin(), part.versions.end());
    for (const auto& [cell, units] : part.reserved) reserved[cell] += units;
    for (const ReservationId id : part.open) REQUIRE(pool.FindReservation(id).has_value());
  }
  CHECK(versions.size() > swaps / 4);
  for (std::uint32_t sku = 0; sku < 2; ++sku) {
    for (std::uint32_t site = 0; site < std::size(kSites); ++site) {
      const StockFigures figures = pool.Figures(SkuIndex{sku}, LocationIndex{site});
      INFO("SKU " << sku << " at " << kSites[site]);
      CHECK(figures.on_hand == kOnHand);
      CHECK(figures.hard == reserved[{SkuIndex{sku}, LocationIndex{site}}]);
    }
  }
  CHECK(pool.Audit().ok());
}

}  // namespace
}  // namespace orderwright
