#include "orderwright/inventory/pool.h"

#include <atomic>
#include <limits>
#include <thread>
#include <utility>
#include <vector>

#include "tests/catch.h"
#include "tests/inventory/pool_fixture.h"

namespace orderwright {
namespace {

using testing::StatusIs;

using testing::At;
using testing::FullStock;
using testing::Must;
using testing::ReserveCells;
using testing::Sku;
using Fixture = testing::SmallPool;

World MakeWorld(int skus, int locations) { return testing::SmallWorld(skus, locations); }

TEST_CASE("InventoryPool: a reservation lowers what is available, not what is on hand") {
  Fixture f;
  const ReserveOutcome outcome = ReserveCells(f.pool, "a", {{Sku(0), At(1), Units(4)}});
  REQUIRE(outcome.reservation.has_value());
  CHECK(outcome.shortages.empty());
  const StockFigures figures = f.pool.Figures(Sku(0), At(1));
  CHECK(figures.on_hand == 10);
  CHECK(figures.hard == 4);
  CHECK(figures.Available() == 6);
  REQUIRE(outcome.changes.size() == 1);
  CHECK(outcome.changes[0].before.hard == 0);
  CHECK(outcome.changes[0].after.hard == 4);
  CHECK(outcome.changes[0].sequence == 1);
  CHECK(f.pool.sequence() == 1);
}

TEST_CASE(
    "InventoryPool: of what is not tracked any units can be reserved, up to what a cell holds") {
  const World world = MakeWorld(1, 1);
  StockRowSpec row;
  row.location = "L0";
  row.sku = "S0";
  row.on_hand.reset();
  row.damaged = 7;
  InventoryPool pool(world, Must(Stock::Create(world, {row})));
  const std::int64_t most = Stock::kMaxUnits;
  const ReserveOutcome outcome = ReserveCells(pool, "a", {{Sku(0), At(0), Units(most - 1)}});
  REQUIRE(outcome.reservation.has_value());
  CHECK_FALSE(outcome.changes[0].after.tracked);
  CHECK(outcome.changes[0].after.Free() == kUnlimitedUnits);
  CHECK(pool.Live().Available(Sku(0), At(0), {}) == kUnlimitedUnits);
  const StockSnapshot snapshot = pool.Snapshot();
  CHECK(StockView(snapshot).Available(Sku(0), At(0), {}) == kUnlimitedUnits);
  CHECK(StockView(snapshot).Available(Sku(0), At(0), {.own_reservation = outcome.reservation}) ==
        kUnlimitedUnits);
  const std::vector<CellDemand> two = {{Sku(0), At(0), Units(2)}};
  ReserveRequest request;
  request.cells = two;
  CHECK(StatusIs(pool.Reserve(request), absl::StatusCode::kOutOfRange));
  CHECK(pool.Figures(Sku(0), At(0)).hard == most - 1);
  CHECK(pool.Commit(*outcome.reservation).ok());
  CHECK(pool.Figures(Sku(0), At(0)).on_hand == 0);
  CHECK_FALSE(pool.Figures(Sku(0), At(0)).tracked);
  CHECK(pool.Audit().ok());
}

TEST_CASE("InventoryPool: a plan of several cells is taken whole or not at all") {
  Fixture f;
  const ReserveOutcome outcome = ReserveCells(
      f.pool, "a",
      {{Sku(0), At(0), Units(10)}, {Sku(1), At(1), Units(11)}, {Sku(2), At(0), Units(12)}});
  CHECK_FALSE(outcome.reservation.has_value());
  REQUIRE(outcome.shortages.size() == 2);
  CHECK(outcome.shortages[0] == Shortage{Sku(1), At(1), Units(11), Units(10)});
  CHECK(outcome.shortages[1] == Shortage{Sku(2), At(0), Units(12), Units(10)});
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 0);
  CHECK(f.pool.sequence() == 0);
}

TEST_CASE("InventoryPool: the lines of one cell are summed before they are checked") {
  Fixture f;  // two lines of one SKU, each checked alone, is how shops oversell
  const std::vector<CellDemand> twice = {{Sku(0), At(0), Units(6)}, {Sku(0), At(0), Units(6)}};
  const ReserveOutcome outcome = ReserveCells(f.pool, "a", twice);
  CHECK_FALSE(outcome.reservation.has_value());
  REQUIRE(outcome.shortages.size() == 1);
  CHECK(outcome.shortages[0].wanted == Units(12));
}

TEST_CASE("InventoryPool: a repeated key gives the first outcome and takes nothing again") {
  Fixture f;
  const ReserveOutcome first = ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(10)}});
  const ReserveOutcome again = ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(10)}});
  CHECK(again.repeated);
  CHECK(again.reservation == first.reservation);
  CHECK(again.changes.empty());
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 10);
  ReserveRequest other;
  other.key = CommandKey("a");
  const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(1)}};
  other.cells = cells;
  CHECK(StatusIs(f.pool.Reserve(other).status(), absl::StatusCode::kAlreadyExists));
}

TEST_CASE("InventoryPool: a shortage does not use up its key") {
  Fixture f;
  const ReserveOutcome big = ReserveCells(f.pool, "big", {{Sku(0), At(0), Units(10)}});
  CHECK_FALSE(ReserveCells(f.pool, "late", {{Sku(0), At(0), Units(1)}}).reservation.has_value());
  REQUIRE(f.pool.Release(*big.reservation).ok());
  CHECK(ReserveCells(f.pool, "late", {{Sku(0), At(0), Units(1)}}).reservation.has_value());
}

TEST_CASE("InventoryPool: release in parts, ship in parts, and nothing is resolved twice") {
  Fixture f;
  const ReservationId id =
      *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(5)}, {Sku(1), At(0), Units(2)}})
           .reservation;
  const std::vector<CellDemand> two = {{Sku(0), At(0), Units(2)}};
  CHECK(Must(f.pool.Commit(id, two)).size() == 1);
  CHECK(f.pool.Figures(Sku(0), At(0)).on_hand == 8);
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 3);
  const std::vector<CellDemand> four = {{Sku(0), At(0), Units(4)}};
  CHECK(StatusIs(f.pool.Release(id, four).status(), absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 3);
  CHECK(Must(f.pool.Release(id)).size() == 2);
  CHECK(f.pool.Figures(Sku(0), At(0)).Available() == 8);
  CHECK(f.pool.Figures(Sku(1), At(0)).Available() == 10);
  CHECK(StatusIs(f.pool.Release(id).status(), absl::StatusCode::kFailedPrecondition));
  CHECK(StatusIs(f.pool.Commit(id).status(), absl::StatusCode::kFailedPrecondition));
  CHECK(StatusIs(f.pool.Release(ReservationId{99}).status(), absl::StatusCode::kNotFound));
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: a part that names a cell twice is summed first") {
  Fixture f;
  const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(5)}}).reservation;
  const std::vector<CellDemand> twice = {{Sku(0), At(0), Units(3)}, {Sku(0), At(0), Units(3)}};
  CHECK(StatusIs(f.pool.Release(id, twice).status(), absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 5);
}

TEST_CASE("InventoryPool: a reservation is forgotten with its key once nothing is left of it") {
  Fixture f;
  const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(5)}}).reservation;
  CHECK(StatusIs(f.pool.Forget(id), absl::StatusCode::kFailedPrecondition));
  REQUIRE(f.pool.Commit(id).ok());
  CHECK(f.pool.Forget(id).ok());
  CHECK_FALSE(f.pool.FindReservation(id).has_value());
  CHECK_FALSE(ReserveCells(f.pool, "a", {{Sku(1), At(0), Units(1)}}).repeated);
}

TEST_CASE("InventoryPool: requests that make no sense are refused") {
  Fixture f;
  ReserveRequest request;
  CHECK(StatusIs(f.pool.Reserve(request).status(), absl::StatusCode::kInvalidArgument));
  std::vector<CellDemand> cells = {{Sku(0), At(0), Units(0)}};
  request.cells = cells;
  CHECK(StatusIs(f.pool.Reserve(request).status(), absl::StatusCode::kInvalidArgument));
  cells = {{Sku(99), At(0), Units(1)}};
  request.cells = cells;
  CHECK(StatusIs(f.pool.Reserve(request).status(), absl::StatusCode::kInvalidArgument));
  cells = {{Sku(0), At(99), Units(1)}};
  request.cells = cells;
  CHECK(Must(f.pool.Reserve(request)).shortages.size() == 1);
  const std::int64_t most = std::numeric_limits<std::int64_t>::max();
  cells = {{Sku(0), At(0), Units(most)}, {Sku(0), At(0), Units(1)}};
  request.cells = cells;
  CHECK(StatusIs(f.pool.Reserve(request).status(), absl::StatusCode::kOutOfRange));
  cells = {{Sku(0), At(0), Units(1)}};
  request.cells = cells;
  request.expires_at = Timestamp(Duration(5));
  CHECK(StatusIs(f.pool.Reserve(request).status(), absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.sequence() == 0);
}

TEST_CASE("InventoryPool: the load of a day is reserved with the units and freed with them") {
  Fixture f;
  const LocalDate day = Must(ParseDate("2026-11-26"));
  const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(3)}};
  const std::vector<CapacityDemand> load = {{At(0), day, Units(3), Units(1)}};
  ReserveRequest request;
  request.cells = cells;
  request.capacity = load;
  const ReserveOutcome outcome = Must(f.pool.Reserve(request));
  CHECK(f.pool.LoadOf(At(0), day) == DayLoad{Units(3), Units(1)});
  CHECK(f.pool.Audit().ok());
  REQUIRE(f.pool.Release(*outcome.reservation).ok());
  CHECK(f.pool.LoadOf(At(0), day) == DayLoad{});
}

TEST_CASE("InventoryPool: a snapshot does not move, a live view does") {
  Fixture f;
  const std::vector<SkuIndex> skus = {Sku(1), Sku(0), Sku(1)};
  const StockSnapshot before = f.pool.Snapshot(skus);
  REQUIRE(ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(4)}}).reservation.has_value());
  const Availability question;
  CHECK(StockView(before).Available(Sku(0), At(0), question) == 10);
  CHECK(f.pool.Live().Available(Sku(0), At(0), question) == 6);
  CHECK(before.sequence() == 0);
  CHECK(f.pool.Snapshot().sequence() == 1);
  CHECK(before.entries_of(Sku(2)).empty());
}

TEST_CASE("InventoryPool: a reservation's own units are available to itself") {
  Fixture f;
  const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(4)}}).reservation;
  Availability question;
  question.own_reservation = id;
  CHECK(f.pool.Live().Available(Sku(0), At(0), question) == 10);
  CHECK(f.pool.Live().Available(Sku(0), At(1), question) == 10);
  const std::vector<SkuIndex> skus = {Sku(0)};
  const StockSnapshot with_own = f.pool.Snapshot(skus, id);
  CHECK(StockView(with_own).Available(Sku(0), At(0), question) == 10);
}

TEST_CASE("InventoryPool: threads that fight for the last units never sell one twice") {
  const World world = MakeWorld(2, 2);
  const Stock stock = FullStock(world, 1000);
  InventoryPool pool(world, stock);
  std::atomic<std::int64_t> taken{0};
  std::atomic<bool> negative{false};
  std::vector<std::thread> threads;
  for (std::uint32_t t = 0; t < 4; ++t) {
    threads.emplace_back([&, t] {
      for (int i = 0; i < 1500; ++i) {
        // Two cells in either order: locks are taken in one order all the same.
        std::vector<CellDemand> cells = {{Sku(t % 2), At(0), Units(1)},
                                         {Sku(1 - t % 2), At(0), Units(1)}};
        ReserveRequest request;
        request.cells = cells;
        const absl::StatusOr<ReserveOutcome> outcome = pool.Reserve(request);
        if (outcome.ok() && outcome->reservation) {
          ++taken;
          if (i % 3 == 0 && pool.Release(*outcome->reservation).ok()) --taken;
        }
        if (pool.Figures(Sku(0), At(0)).Free() < 0) negative = true;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  CHECK(taken == pool.Figures(Sku(0), At(0)).hard);
  CHECK(taken == pool.Figures(Sku(1), At(0)).hard);
  CHECK(taken <= 1000);
  CHECK_FALSE(negative);
  CHECK(pool.Audit().ok());
}

}  // namespace
}  // namespace orderwright
