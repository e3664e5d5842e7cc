// A pool goes over to later versions of its world while it is used.
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "orderwright/core/issue.h"
#include "orderwright/inventory/pool.h"
#include "tests/catch.h"
#include "tests/inventory/pool_fixture.h"

namespace orderwright {
namespace {

using testing::At;
using testing::FullStock;
using testing::Must;
using testing::ReserveCells;
using testing::Sku;
using testing::SmallPool;
using testing::SmallWorld;
using testing::StatusIs;
using testing::T;

ItemSpec ItemOf(const std::string& sku) {
  ItemSpec item;
  item.sku = sku;
  return item;
}
LocationSpec LocationOf(const std::string& id) {
  LocationSpec location;
  location.id = id;
  return location;
}
World Next(const World& world, const WorldChanges& changes) { return Must(world.With(changes)); }

std::vector<std::string> OpenAt(const absl::Status& status) {
  std::vector<std::string> paths;
  for (const Issue& issue : IssuesOf(status)) paths.push_back(issue.path);
  return paths;
}

TEST_CASE("Adopt: days are as the new version says, where it says something new") {
  SmallPool f;
  const LocalDate day{std::chrono::year(2026) / 11 / 23};
  CHECK_FALSE(f.pool.limits_days());
  REQUIRE(f.pool.SetDayCapacity(At(1), {.units = Units(7), .shipments = {}}).ok());
  WorldChanges changes;
  changes.locations = {f.world.location(At(0)).spec, LocationOf("L2")};
  changes.locations[0].capacity_units_per_day = Units(5);
  changes.locations[0].load_units = Units(2);
  changes.locations[1].capacity_shipments_per_day = Units(1);
  const World second = Next(f.world, changes);
  REQUIRE(f.pool.Adopt(second).ok());
  CHECK(f.pool.RoomOf(At(0), day).units == Units(3));
  CHECK(f.pool.LoadOf(At(0), day).units == Units(2));
  CHECK(f.pool.RoomOf(At(1), day).units == Units(7));
  const auto last = static_cast<std::uint32_t>(second.locations().size() - 1);
  CHECK(f.pool.RoomOf(LocationIndex{last}, day).shipments == Units(1));
  changes.locations.resize(1);
  changes.locations[0].capacity_units_per_day.reset();
  changes.locations[0].load_units = Units();
  REQUIRE(f.pool.Adopt(Next(second, changes)).ok());
  CHECK(f.pool.RoomOf(At(0), day).units == Units(kUnlimitedUnits));
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Adopt: new items and locations can be used, and what there was stays") {
  SmallPool f;
  REQUIRE(ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(4)}}).reservation.has_value());
  CHECK(StatusIs(f.pool.Expect({CommandKey("po"), Sku(3), At(2), Units(5), T(100)}),
                 absl::StatusCode::kInvalidArgument));
  WorldChanges changes;
  for (int i = 3; i < 300; ++i) changes.items.push_back(ItemOf(fmt::format("S{}", i)));
  changes.locations.push_back(LocationOf("L2"));
  const World next = Next(f.world, changes);
  REQUIRE(f.pool.Adopt(next).ok());
  CHECK(f.pool.world_version() == 2);
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 4);
  for (const std::uint32_t s : {3U, 66U, 67U, 194U, 195U, 299U}) {
    CAPTURE(s);
    const CommandKey name(fmt::format("po {}", s));
    REQUIRE(f.pool.Expect({name, Sku(s), At(2), Units(5), T(100)}).ok());
    REQUIRE(f.pool.Receive(name, Units(5)).ok());
    CHECK(f.pool.Live().Available(Sku(s), At(2), {}) == 5);
    CHECK(f.pool.Available(Sku(s)) == 5);
    REQUIRE(ReserveCells(f.pool, "", {{Sku(s), At(2), Units(2)}}).reservation.has_value());
  }
  CHECK(f.pool.Snapshot().entries_of(Sku(299)).size() == 1);
  CHECK(StatusIs(f.pool.Expect({CommandKey("x"), Sku(300), At(2), Units(5), T(100)}),
                 absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.Live().MostHolders(Sku(300)) == 0);
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Adopt: the terms of items are those of the new version") {
  SmallPool f;
  const auto offers = [&] {
    BackorderOffers found;
    f.pool.Live().FindBackorders(Sku(0), {}, found);
    return found;
  };
  CHECK(offers().offers.empty());
  WorldChanges changes;
  changes.items.push_back(ItemOf("S0"));
  changes.items[0].backorder = {true, Units(7)};
  const World open = Next(f.world, changes);
  REQUIRE(f.pool.Adopt(open).ok());
  CHECK(offers().offers.size() == 2);
  CHECK(offers().limit == 7);
  changes.items[0].backorder = {};
  changes.items[0].preorder = PreorderTerms{T(500), Units(3)};
  const World preorder = Next(open, changes);
  REQUIRE(f.pool.Adopt(preorder).ok());
  CHECK(offers().limit == 3);
  changes.items[0].preorder.reset();
  REQUIRE(f.pool.Adopt(Next(preorder, changes)).ok());
  CHECK(offers().offers.empty());
}

TEST_CASE("Adopt: another world and an older version are refused") {
  SmallPool f;
  WorldChanges changes;
  changes.items.push_back(ItemOf("S3"));
  const World next = Next(f.world, changes);
  REQUIRE(f.pool.Adopt(next).ok());
  CHECK(f.pool.Adopt(next).ok());
  CHECK(StatusIs(f.pool.Adopt(f.world), absl::StatusCode::kFailedPrecondition));
  CHECK(StatusIs(f.pool.Adopt(SmallWorld(3, 2)), absl::StatusCode::kFailedPrecondition));
  CHECK(f.pool.world_version() == 2);
}

TEST_CASE("Adopt: what still has stock is not closed, and every place is named") {
  SmallPool f;
  const FeedSource wms = Must(f.pool.AddSource({.name = "wms"}));
  std::uint64_t position = 0;
  const auto count = [&](std::uint32_t sku, std::uint32_t place) {
    const StockCount empty{Sku(sku), At(place), 0, ++position, T(100)};
    REQUIRE(f.pool.ApplyCounts(wms, {&empty, 1}).ok());
  };
  WorldChanges changes;
  changes.remove_skus = {"S1"};
  changes.remove_locations = {"L0"};
  const World next = Next(f.world, changes);
  const absl::Status refused = f.pool.Adopt(next);
  CHECK(refused.code() == absl::StatusCode::kFailedPrecondition);
  CHECK(OpenAt(refused) == std::vector<std::string>{"S0@L0", "S1@L0", "S1@L1", "S2@L0"});
  CHECK(f.pool.world_version() == 1);
  for (const std::uint32_t s : {0U, 1U, 2U}) count(s, 0);
  CHECK(OpenAt(f.pool.Adopt(next)) == std::vector<std::string>{"S1@L1"});
  const ReservationId id = *ReserveCells(f.pool, "", {{Sku(1), At(1), Units(10)}}).reservation;
  REQUIRE(f.pool.Commit(id).ok());
  // Nothing there, but something to come: expected, on its way, or promised.
  REQUIRE(f.pool.Expect({CommandKey("po"), Sku(1), At(1), Units(5), T(900)}).ok());
  CHECK(OpenAt(f.pool.Adopt(next)) == std::vector<std::string>{"S1@L1"});
  REQUIRE(f.pool.Expect({CommandKey("po"), Sku(1), At(1), Units(0), T(900)}).ok());
  REQUIRE(f.pool.Dispatch({CommandKey("t"), Sku(0), At(1), At(0), Units(1), T(9), T(1)}).ok());
  CHECK(OpenAt(f.pool.Adopt(next)) == std::vector<std::string>{"S0@L0"});
  REQUIRE(f.pool.Lose(CommandKey("t"), Units(1)).ok());
  REQUIRE(f.pool.Adopt(next).ok());
  CHECK(f.pool.world_version() == 2);
  // What comes all the same is stock.
  const StockCount found{Sku(1), At(0), 2, ++position, T(200)};
  REQUIRE(f.pool.ApplyCounts(wms, {&found, 1}).ok());
  CHECK(f.pool.Figures(Sku(1), At(0)).on_hand == 2);
  WorldChanges more;
  more.items.push_back(ItemOf("S9"));
  CHECK(f.pool.Adopt(Next(next, more)).ok());
}

TEST_CASE("Adopt: what was promised of a location keeps it open") {
  WorldDraft draft;
  draft.currency = Must(Currency::Parse("USD"));
  draft.items = {ItemOf("S0")};
  draft.items[0].backorder.allowed = true;
  draft.locations = {LocationOf("L0")};
  const World world = Must(World::Create(std::move(draft)));
  InventoryPool pool(world, FullStock(world, 0));
  const BackorderDemand demand{Sku(0), At(0), Units(2), BackorderKind::kBackorder,
                               BackorderDraw::kLimit};
  ReserveRequest request;
  request.backorders = {&demand, 1};
  const ReservationId id = *Must(pool.Reserve(request)).reservation;
  WorldChanges changes;
  changes.remove_locations = {"L0"};
  const World next = Next(world, changes);
  CHECK(OpenAt(pool.Adopt(next)) == std::vector<std::string>{"S0@L0"});
  REQUIRE(pool.Release(id).ok());
  CHECK(pool.Adopt(next).ok());
}

// The catalog and the network change a hundred times a second while others route, reserve and ship.
class LiveShop {
 public:
  explicit LiveShop(std::chrono::milliseconds run)
      : pool_(world_, FullStock(world_, 50)),
        wms_(Must(pool_.AddSource({.name = "wms"}))),
        until_(std::chrono::steady_clock::now() + run) {
    entered_ = 3 * 2 * 50;
  }

  void Run() {
    std::vector<std::thread> workers;
    for (std::uint64_t t = 0; t < 3; ++t) {
      workers.emplace_back([this, t] { Work(t); });
    }
    std::mt19937_64 random(7);
    while (IsOn()) {
      Change(random);
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    for (std::thread& worker : workers) worker.join();
  }
  void Check() {
    CHECK(versions_ > 20);
    CHECK(closed_ > 0);
    CHECK(shipped_ > 100);
    CHECK(wrong_ == 0);
    std::int64_t on_hand = 0;
    for (std::uint32_t s = 0; s < skus_; ++s) {
      for (std::uint32_t l = 0; l < locations_; ++l) {
        const StockFigures figures = pool_.Figures(Sku(s), At(l));
        on_hand += figures.on_hand;
        CHECK(figures.hard == 0);
      }
    }
    CHECK(on_hand == entered_ - shipped_);
    const absl::Status audit = pool_.Audit();
    INFO(audit.ToString());
    CHECK(audit.ok());
  }

 private:
  bool IsOn() const { return std::chrono::steady_clock::now() < until_; }

  void Count(std::uint32_t sku, std::uint32_t place, std::int64_t units) {
    const std::uint64_t position = ++position_;
    const StockCount count{
        Sku(sku),        At(place), units, position, T(static_cast<std::int64_t>(position)),
        pool_.sequence()};
    const FeedOutcome outcome = Must(pool_.ApplyCounts(wms_, {&count, 1}));
    for (const StockChange& change : outcome.changes) {
      entered_ += change.after.on_hand - change.before.on_hand;
    }
  }
  // One more item and place, or one of these is emptied and closed; if somebody still has units of
  // it, it is opened again.
  void Change(std::mt19937_64& random) {
    WorldChanges changes;
    if (random() % 3 > 0 || skus_ < 6) {
      changes.items.push_back(ItemOf(fmt::format("S{}", skus_.load())));
      const bool more = random() % 4 == 0;
      if (more) changes.locations.push_back(LocationOf(fmt::format("L{}", locations_.load())));
      world_ = Next(world_, changes);
      REQUIRE(pool_.Adopt(world_).ok());
      ++versions_;
      if (more) ++locations_;
      Count(skus_++, static_cast<std::uint32_t>(random() % locations_), 30);
      return;
    }
    const auto sku = static_cast<std::uint32_t>(3 + random() % (skus_ - 3));
    for (std::uint32_t l = 0; l < locations_; ++l) Count(sku, l, 0);
    changes.remove_skus = {fmt::format("S{}", sku)};
    const absl::StatusOr<World> next = world_.With(changes);
    if (!next.ok()) return;  // closed before
    world_ = *next;
    if (pool_.Adopt(world_).ok()) {
      ++closed_;
      ++versions_;
      return;
    }
    WorldChanges again;
    again.items.push_back(ItemOf(changes.remove_skus[0]));
    world_ = Next(world_, again);
    REQUIRE(pool_.Adopt(world_).ok());
  }

  void Work(std::uint64_t seed) {
    std::mt19937_64 random(seed);
    std::vector<ReservationId> mine;
    std::int64_t shipped = 0;
    while (IsOn()) {
      const SkuIndex sku = Sku(static_cast<std::uint32_t>(random() % (skus_ + 1)));
      std::vector<CellDemand> cells;
      pool_.Live().ForEachHolder(sku, {}, [&](LocationIndex place, std::int64_t available) {
        if (available < 1 || available > 50) ++wrong_;
        if (cells.size() < 2) cells.push_back({sku, place, Units(1)});
      });
      if (!cells.empty()) {
        ReserveRequest request;
        request.cells = cells;
        const absl::StatusOr<ReserveOutcome> outcome = pool_.Reserve(request);
        if (!outcome.ok()) ++wrong_;
        if (outcome.ok() && outcome->reservation) mine.push_back(*outcome->reservation);
      }
      if (mine.size() < 4) continue;
      shipped += Finish(mine.back(), random() % 8 == 0);
      mine.pop_back();
    }
    for (const ReservationId id : mine) shipped += Finish(id, false);
    shipped_ += shipped;
  }
  // Units that were shipped.
  std::int64_t Finish(ReservationId id, bool ships) {
    const absl::StatusOr<StockChanges> changes = ships ? pool_.Commit(id) : pool_.Release(id);
    if (!changes.ok()) ++wrong_;
    std::int64_t units = 0;
    if (changes.ok()) {
      for (const StockChange& change : *changes) {
        units += change.before.on_hand - change.after.on_hand;
      }
    }
    return units;
  }

  World world_ = SmallWorld(3, 2);
  InventoryPool pool_;
  FeedSource wms_;
  std::chrono::steady_clock::time_point until_;
  std::atomic<std::uint32_t> skus_{3};
  std::atomic<std::uint32_t> locations_{2};
  std::uint64_t position_ = 0;
  int versions_ = 0;
  int closed_ = 0;
  std::int64_t entered_ = 0;
  std::atomic<std::int64_t> shipped_{0};
  std::atomic<std::int64_t> wrong_{0};
};

TEST_CASE("Adopt: a hundred versions a second, and nothing is lost") {
  const bool soaks = std::getenv("ORDERWRIGHT_SOAK") != nullptr;
  LiveShop shop(std::chrono::seconds(soaks ? 60 : 2));
  shop.Run();
  shop.Check();
}

}  // namespace
}  // namespace orderwright
