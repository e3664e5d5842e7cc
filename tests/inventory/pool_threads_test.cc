// Many threads at one pool: nothing is sold twice, nothing is lost, snapshots are states that were.
#include <atomic>
#include <cstdlib>
#include <random>
#include <string>
#include <thread>
#include <vector>

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
using testing::SmallWorld;
using testing::T;

bool Soaks() { return std::getenv("ORDERWRIGHT_SOAK") != nullptr; }

TEST_CASE("InventoryPool: of n threads on k units exactly k win (P12)") {
  const int rounds = Soaks() ? 20'000 : 300;
  const World world = SmallWorld(2, 1);
  const Stock stock = FullStock(world, 3);
  for (int round = 0; round < rounds; ++round) {
    InventoryPool pool(world, stock);
    std::atomic<int> won{0};
    std::vector<std::thread> threads;
    for (std::uint32_t t = 0; t < 5; ++t) {
      threads.emplace_back([&, t] {
        // Two rows, named in both orders.
        const std::vector<CellDemand> cells = {{Sku(t % 2), At(0), Units(1)},
                                               {Sku(1 - t % 2), At(0), Units(1)}};
        ReserveRequest request;
        request.cells = cells;
        const absl::StatusOr<ReserveOutcome> outcome = pool.Reserve(request);
        if (outcome.ok() && outcome->reservation) ++won;
      });
    }
    for (std::thread& thread : threads) thread.join();
    REQUIRE(won == 3);
    REQUIRE(pool.Audit().ok());
  }
}

TEST_CASE("InventoryPool: one key, many threads, one reservation (P11, trap 11)") {
  const int rounds = Soaks() ? 20'000 : 300;
  const World world = SmallWorld(1, 1);
  const Stock stock = FullStock(world, 100);
  for (int round = 0; round < rounds; ++round) {
    InventoryPool pool(world, stock);
    std::atomic<int> made{0};
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t) {
      threads.emplace_back([&] {
        const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(2)}};
        ReserveRequest request;
        request.key = CommandKey("the webhook and the browser");
        request.cells = cells;
        const absl::StatusOr<ReserveOutcome> outcome = pool.Reserve(request);
        if (outcome.ok() && !outcome->repeated) ++made;
      });
    }
    for (std::thread& thread : threads) thread.join();
    REQUIRE(made == 1);
    REQUIRE(pool.Figures(Sku(0), At(0)).hard == 2);
  }
}

TEST_CASE("InventoryPool: a snapshot is a state that was, while reservations move (P23)") {
  const World world = SmallWorld(3, 3);
  const Stock stock = FullStock(world, 1'000);
  InventoryPool pool(world, stock);
  std::vector<ReservationId> ids;
  constexpr std::int64_t kEach = 30;
  for (int i = 0; i < 8; ++i) {
    ids.push_back(*ReserveCells(pool, "", {{Sku(0), At(0), Units(kEach)}}).reservation);
  }
  std::atomic<bool> done{false};
  std::atomic<std::int64_t> wrong{0};
  std::vector<std::thread> threads;
  for (std::size_t t = 0; t < 2; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      const int moves = Soaks() ? 300'000 : 6'000;
      for (int i = 0; i < moves; ++i) {
        const ReservationId id = ids[random() % ids.size()];
        const std::optional<Reservation> held = pool.FindReservation(id);
        if (!held || held->cells.empty()) continue;
        const CellDemand& from = held->cells[random() % held->cells.size()];
        const std::vector<CellDemand> back = {{from.sku, from.location, Units(1)}};
        const std::vector<CellDemand> take = {{Sku(static_cast<std::uint32_t>(random() % 3)),
                                               At(static_cast<std::uint32_t>(random() % 3)),
                                               Units(1)}};
        // Somebody may have moved that unit before.
        (void)pool.Amend(id, {.give_back = back, .take = take});
      }
    });
  }
  std::thread reader([&] {
    std::uint64_t last = 0;
    while (!done) {
      const StockSnapshot snapshot = pool.Snapshot();
      std::int64_t hard = 0;
      for (std::uint32_t s = 0; s < 3; ++s) {
        for (const StockSnapshot::Entry& entry : snapshot.entries_of(Sku(s))) {
          hard += entry.figures.hard;
        }
      }
      if (hard != 8 * kEach || snapshot.sequence() < last) ++wrong;
      last = snapshot.sequence();
    }
  });
  for (std::thread& thread : threads) thread.join();
  done = true;
  reader.join();
  CHECK(wrong == 0);
  CHECK(pool.Audit().ok());
}

// Everything at once: holds that run out, confirmations, moves, shipments, counts, adjustments.
TEST_CASE("InventoryPool: all commands from all sides leave a pool that adds up") {
  const World world = SmallWorld(4, 3);
  const Stock stock = FullStock(world, 200);
  InventoryPool pool(world, stock);
  const FeedSource wms = Must(pool.AddSource({.name = "wms"}));
  const LocalDate day(std::chrono::days(20'000));
  for (std::uint32_t l = 0; l < 3; ++l) {
    REQUIRE(pool.SetDayCapacity(At(l), {.units = Units(500), .shipments = {}}).ok());
  }
  std::atomic<std::int64_t> time{1};
  std::atomic<std::uint64_t> position{1};
  std::atomic<std::int64_t> above{0};
  std::vector<std::thread> threads;
  for (std::uint64_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
      std::vector<ReservationId> mine;
      const int steps = Soaks() ? 400'000 : 5'000;
      for (int i = 0; i < steps; ++i) {
        const Timestamp now = T(time++);
        const std::vector<CellDemand> cells = {{Sku(below(4)), At(below(3)), Units(1 + below(3))},
                                               {Sku(below(4)), At(below(3)), Units(1 + below(3))}};
        const std::vector<CapacityDemand> load = {{At(below(3)), day, Units(1), Units(1)}};
        if (mine.size() < 4 || below(3) == 0) {
          ReserveRequest request;
          request.cells = cells;
          request.now = now;
          if (below(2) == 0) {
            request.kind = ReservationKind::kSoft;
            request.expires_at = now + Duration(1 + below(200));
          } else if (below(2) == 0) {
            request.capacity = load;
          }
          const absl::StatusOr<ReserveOutcome> outcome = pool.Reserve(request);
          if (outcome.ok() && outcome->reservation) mine.push_back(*outcome->reservation);
          continue;
        }
        const std::size_t pick = below(static_cast<std::uint32_t>(mine.size()));
        const ReservationId id = mine[pick];
        switch (below(8)) {
          case 0:
            (void)pool.Commit(id, {}, {.now = now});
            break;
          case 1:
            (void)pool.Confirm(id, {.capacity = load, .now = now});
            continue;
          case 2:
            (void)pool.Extend(id, now + Duration(50), {.now = now});
            continue;
          case 3: {
            const std::optional<Reservation> held = pool.FindReservation(id);
            if (!held || held->cells.empty()) break;
            const std::vector<CellDemand> back = {held->cells.front()};
            (void)pool.Amend(id, {.give_back = back, .take = cells, .now = now});
            continue;
          }
          case 4: {
            const StockCount count{Sku(below(4)), At(below(3)), below(300), position++, now};
            (void)pool.ApplyCounts(wms, {&count, 1}, now);
            continue;
          }
          case 5: {
            const StockAdjustment aside{Sku(below(4)), At(below(3)), UnitDelta(1),
                                        UnitDelta(1),  {},           Units(below(3))};
            (void)pool.Adjust({&aside, 1}, {.now = now});
            if (below(50) == 0) (void)pool.Expire(now);
            continue;
          }
          default:
            (void)pool.Release(id, {}, {.now = now});
        }
        mine.erase(mine.begin() + static_cast<std::ptrdiff_t>(pick));
        if (pool.LoadOf(At(below(3)), day).units > Units(500)) ++above;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(above == 0);
  const absl::Status audit = pool.Audit();
  INFO(audit.ToString());
  CHECK(audit.ok());
  (void)pool.Expire(T(time + 1'000'000));
  CHECK(pool.Audit().ok());
  for (std::uint32_t s = 0; s < 4; ++s) {
    for (std::uint32_t l = 0; l < 3; ++l) CHECK(pool.Figures(Sku(s), At(l)).soft == 0);
  }
}

// Promises, channels and what is expected from all sides, while others read.
TEST_CASE("InventoryPool: promises and allotments from many threads leave a pool that adds up") {
  WorldDraft draft;
  draft.currency = Must(Currency::Parse("USD"));
  draft.items.resize(2);
  draft.locations.resize(2);
  for (std::size_t i = 0; i < 2; ++i) {
    draft.items[i].sku = fmt::format("S{}", i);
    draft.items[i].backorder = {true, Units(40)};
    draft.locations[i].id = fmt::format("L{}", i);
  }
  const World world = Must(World::Create(std::move(draft)));
  std::vector<AllotmentSpec> specs(2);
  specs[0].sku = specs[1].sku = "S0";
  specs[0].channel = "web";
  specs[0].overflow = {"amazon"};
  specs[1].channel = "amazon";
  specs[1].guaranteed = 30;
  specs[1].ceiling = 60;
  const Allotments allotments = Must(Allotments::Create(world, specs));
  InventoryPool pool(world, FullStock(world, 50), allotments);
  const Symbol channels[] = {world.symbols().Intern("web"), world.symbols().Intern("amazon"),
                             world.symbols().Intern("shop")};
  std::atomic<std::int64_t> time{1};
  std::atomic<std::int64_t> wrong{0};
  std::atomic<bool> done{false};
  std::vector<std::thread> threads;
  std::vector<std::vector<ReservationId>> made(3);
  for (std::uint64_t t = 0; t < 3; ++t) {
    threads.emplace_back([&, t] {
      std::mt19937_64 random(t);
      const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
      std::vector<ReservationId>& mine = made[t];
      BackorderOffers offers;
      const int steps = Soaks() ? 200'000 : 3'000;
      for (int i = 0; i < steps; ++i) {
        const Timestamp now = T(time++);
        const SkuIndex sku = Sku(below(2));
        const CommandKey name(fmt::format("po {}", below(20)));
        const Symbol channel = channels[below(3)];
        switch (below(8)) {
          case 0:  // the name may be one of another cell
            (void)pool.Expect(
                {name, sku, At(below(2)), Units(below(9)), now + Duration(below(500))});
            break;
          case 1:
            (void)pool.Receive(name, Units(1 + below(4)), {.now = now});
            break;
          case 2: {
            const auto terms = allotments.entries_of(Sku(0));
            if (!pool.SetAllotments(Sku(0), terms.first(below(3))).ok()) ++wrong;
            break;
          }
          case 3: {  // stock has come: a promise moves to a cell
            if (mine.empty()) break;
            const ReservationId id = mine[below(static_cast<std::uint32_t>(mine.size()))];
            const std::optional<Reservation> held = pool.FindReservation(id);
            if (!held || held->backorders.empty()) break;
            const BackorderDemand& open = held->backorders.front();
            const std::vector<CellDemand> take = {{open.sku, open.location, open.quantity}};
            const auto outcome =
                pool.Amend(id, {.take = take, .give_back_backorders = {&open, 1}, .now = now});
            if (!outcome.ok()) ++wrong;
            break;
          }
          case 4:
            if (mine.empty()) break;
            (void)pool.Release(mine.back(), {}, {.now = now});
            mine.pop_back();
            break;
          default: {
            pool.Live().FindBackorders(sku, {.channel = channel, .now = now}, offers);
            std::vector<BackorderDemand> backorders;
            for (const BackorderOffer& offer : offers.offers) {
              if (offer.units <= 0) ++wrong;
              backorders.push_back(
                  {sku, offer.location, Units(1), offer.kind, offer.draw, offer.expected});
              if (below(2) == 0) break;
            }
            const std::vector<CellDemand> cells = {{sku, At(below(2)), Units(1 + below(2))}};
            ReserveRequest request;
            request.cells = cells;
            request.backorders = backorders;
            request.channel = channel;
            request.now = now;
            const absl::StatusOr<ReserveOutcome> outcome = pool.Reserve(request);
            if (!outcome.ok()) ++wrong;
            if (outcome.ok() && outcome->reservation) mine.push_back(*outcome->reservation);
          }
        }
      }
    });
  }
  std::thread reader([&] {
    BackorderOffers offers;
    while (!done) {
      const StockSnapshot snapshot = pool.Snapshot();
      const Availability ask{.channel = channels[1]};
      StockView(snapshot).FindBackorders(Sku(0), ask, offers);
      if (offers.limit < 0 || offers.limit > 40) ++wrong;
      if (StockView(snapshot).MostOf(Sku(0), ask) < 0) ++wrong;
      if (pool.Live().MostOf(Sku(0), ask) < 0) ++wrong;
      (void)pool.BackordersAtRisk(Sku(0));
    }
  });
  for (std::thread& thread : threads) thread.join();
  done = true;
  reader.join();
  CHECK(wrong == 0);
  const absl::Status audit = pool.Audit();
  INFO(audit.ToString());
  CHECK(audit.ok());
  for (const std::vector<ReservationId>& mine : made) {
    for (const ReservationId id : mine) REQUIRE(pool.Release(id).ok());
  }
  CHECK(pool.Audit().ok());
  BackorderOffers offers;
  pool.Live().FindBackorders(Sku(1), {.now = T(time)}, offers);
  CHECK(offers.limit == 40);
  for (const AllotmentUse& use : pool.AllotmentsOf(Sku(0))) CHECK(use.open.IsZero());
}

}  // namespace
}  // namespace orderwright
