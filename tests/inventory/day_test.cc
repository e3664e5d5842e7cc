// Capacity of a day: reserved with the units, all or nothing.
#include <vector>

#include "orderwright/inventory/pool.h"
#include "tests/catch.h"
#include "tests/inventory/pool_fixture.h"

namespace orderwright {
namespace {

using testing::At;
using testing::Hold;
using testing::Must;
using testing::Sku;
using testing::SmallPool;
using testing::StatusIs;
using testing::T;

const LocalDate kMonday = *ParseDate("2026-11-23");
const LocalDate kTuesday = *ParseDate("2026-11-24");

absl::StatusOr<ReserveOutcome> Take(InventoryPool& pool, std::int64_t units, LocalDate day,
                                    std::string_view key = "") {
  const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(units)}};
  const std::vector<CapacityDemand> load = {{At(0), day, Units(units), Units(1)}};
  ReserveRequest request;
  request.key = CommandKey(key);
  request.cells = cells;
  request.capacity = load;
  return pool.Reserve(request);
}

TEST_CASE(
    "InventoryPool: a day without room refuses the whole request and says what is free (P24)") {
  SmallPool f;
  REQUIRE(f.pool.SetDayCapacity(At(0), {.units = Units(5), .shipments = Units(2)}).ok());
  REQUIRE(Must(Take(f.pool, 3, kMonday)).reservation.has_value());
  const ReserveOutcome refused = Must(Take(f.pool, 3, kMonday));
  CHECK_FALSE(refused.reservation.has_value());
  CHECK(refused.shortages.empty());
  REQUIRE(refused.day_shortages.size() == 1);
  CHECK(refused.day_shortages[0] ==
        DayShortage{At(0), kMonday, {Units(3), Units(1)}, {Units(2), Units(1)}});
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 3);
  CHECK(Must(Take(f.pool, 2, kMonday)).reservation.has_value());
  CHECK_FALSE(Must(Take(f.pool, 1, kMonday)).reservation.has_value());
  CHECK(Must(Take(f.pool, 1, kTuesday)).reservation.has_value());
  CHECK(f.pool.LoadOf(At(0), kMonday) == DayLoad{Units(5), Units(2)});
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: what is released frees its day, what is shipped has used it") {
  SmallPool f;
  REQUIRE(f.pool.SetDayCapacity(At(0), {.units = Units(5), .shipments = {}}).ok());
  const ReservationId id = *Must(Take(f.pool, 5, kMonday, "a")).reservation;
  const std::vector<CellDemand> two = {{Sku(0), At(0), Units(2)}};
  REQUIRE(f.pool.Release(id, two).ok());
  CHECK(f.pool.LoadOf(At(0), kMonday) == DayLoad{Units(3), Units(1)});
  REQUIRE(f.pool.Commit(id).ok());
  CHECK(f.pool.LoadOf(At(0), kMonday) == DayLoad{Units(3), Units(1)});
  CHECK(f.pool.FindReservation(id)->capacity.empty());
  REQUIRE(f.pool.Forget(id).ok());
  CHECK_FALSE(Must(Take(f.pool, 3, kMonday)).reservation.has_value());
  CHECK(Must(Take(f.pool, 2, kMonday)).reservation.has_value());
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: a reservation moves to another day in one step, or not at all") {
  SmallPool f;
  REQUIRE(f.pool.SetDayCapacity(At(0), {.units = Units(5), .shipments = {}}).ok());
  const ReservationId id = *Must(Take(f.pool, 4, kMonday)).reservation;
  const ReservationId other = *Must(Take(f.pool, 2, kTuesday)).reservation;
  const std::vector<CapacityDemand> from = {{At(0), kMonday, Units(4), Units(1)}};
  const std::vector<CapacityDemand> to = {{At(0), kTuesday, Units(4), Units(1)}};
  const AmendRequest move{.give_back_capacity = from, .take_capacity = to};
  const ReserveOutcome refused = Must(f.pool.Amend(id, move));
  CHECK_FALSE(refused.reservation.has_value());
  CHECK(refused.day_shortages[0].free == DayLoad{Units(3), Units(kUnlimitedUnits)});
  CHECK(f.pool.LoadOf(At(0), kMonday) == DayLoad{Units(4), Units(1)});
  REQUIRE(f.pool.Release(other).ok());
  CHECK(Must(f.pool.Amend(id, move)).reservation == id);
  CHECK(f.pool.LoadOf(At(0), kMonday) == DayLoad{});
  CHECK(f.pool.LoadOf(At(0), kTuesday) == DayLoad{Units(4), Units(1)});
  CHECK(StatusIs(f.pool.Amend(id, {.give_back_capacity = from}).status(),
                 absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: a hold takes its day when it is confirmed") {
  SmallPool f;
  REQUIRE(f.pool.SetDayCapacity(At(0), {.units = Units(5), .shipments = {}}).ok());
  const std::vector<CellDemand> four = {{Sku(0), At(0), Units(4)}};
  const std::vector<CapacityDemand> load = {{At(0), kMonday, Units(4), Units(1)}};
  ReserveRequest request;
  request.kind = ReservationKind::kSoft;
  request.expires_at = T(100);
  request.cells = four;
  request.capacity = load;
  CHECK(StatusIs(f.pool.Reserve(request).status(), absl::StatusCode::kInvalidArgument));
  const ReservationId id = *Hold(f.pool, four, T(0), T(100)).reservation;
  const ReservationId other = *Must(Take(f.pool, 2, kMonday)).reservation;
  CHECK_FALSE(Must(f.pool.Confirm(id, {.capacity = load})).reservation.has_value());
  CHECK(f.pool.Figures(Sku(0), At(0)).soft == 4);
  REQUIRE(f.pool.Release(other).ok());
  CHECK(Must(f.pool.Confirm(id, {.capacity = load})).reservation == id);
  CHECK(f.pool.LoadOf(At(0), kMonday) == DayLoad{Units(4), Units(1)});
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: a load that came after a shipment is freed with the last unit") {
  SmallPool f;  // an exception once: the day was given back and then looked for again
  const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(1)}, {Sku(1), At(0), Units(1)}};
  ReserveRequest request;
  request.key = CommandKey("a");
  request.cells = cells;
  const ReservationId id = *Must(f.pool.Reserve(request)).reservation;
  REQUIRE(f.pool.Commit(id, {cells.data(), 1}).ok());
  const std::vector<CapacityDemand> load = {{At(0), kMonday, Units(1), Units(0)},
                                            {At(0), kTuesday, Units(0), Units(0)}};
  REQUIRE(Must(f.pool.Amend(id, {.take_capacity = load})).reservation == id);
  REQUIRE(f.pool.Release(id).ok());
  CHECK(f.pool.LoadOf(At(0), kMonday) == DayLoad{});
  CHECK(f.pool.FindReservation(id)->capacity.empty());
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: loads that no day can have are refused") {
  SmallPool f;
  const std::vector<CellDemand> one = {{Sku(0), At(0), Units(1)}};
  const std::int64_t most = INT64_MAX;
  const std::vector<CapacityDemand> load = {{At(0), kMonday, Units(most), Units(1)}};
  const std::vector<CapacityDemand> twice = {load[0], load[0]};
  ReserveRequest request;
  request.cells = one;
  request.capacity = load;
  CHECK(StatusIs(f.pool.Reserve(request).status(), absl::StatusCode::kOutOfRange));
  request.capacity = twice;
  CHECK(StatusIs(f.pool.Reserve(request).status(), absl::StatusCode::kOutOfRange));
  CHECK(f.pool.sequence() == 0);
}

}  // namespace
}  // namespace orderwright
