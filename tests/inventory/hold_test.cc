// Holds that expire, and what becomes of reservations: each is shipped, released or expired, once.
#include <algorithm>
#include <string>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "tests/catch.h"
#include "tests/inventory/pool_fixture.h"

namespace orderwright {
namespace {

using testing::At;
using testing::Hold;
using testing::Must;
using testing::ReserveCells;
using testing::Sku;
using testing::SmallPool;
using testing::StatusIs;
using testing::T;

std::int64_t AvailableAt(const InventoryPool& pool, Timestamp now) {
  return pool.Live().Available(Sku(0), At(0), {.now = now});
}

TEST_CASE("InventoryPool: a hold is held until it expires, whoever looks (trap 15)") {
  SmallPool f;
  const ReserveOutcome hold = Hold(f.pool, {{Sku(0), At(0), Units(4)}}, T(100), T(200));
  REQUIRE(hold.reservation.has_value());
  CHECK(hold.changes[0].after.soft == 4);
  CHECK(AvailableAt(f.pool, T(100)) == 6);
  CHECK(AvailableAt(f.pool, T(199)) == 6);
  CHECK(AvailableAt(f.pool, T(200)) == 10);
  CHECK(AvailableAt(f.pool, T(199)) == 6);  // a question does not move the pool's clock
  CHECK(f.pool.Available(Sku(0), T(199)) == 16);
  CHECK(f.pool.Available(Sku(0), T(200)) == 20);
  CHECK(f.pool.Audit().ok());

  ReserveRequest all;
  const std::vector<CellDemand> ten = {{Sku(0), At(0), Units(10)}};
  all.cells = ten;
  all.now = T(199);
  CHECK(Must(f.pool.Reserve(all)).shortages.size() == 1);
  all.now = T(200);
  const ReserveOutcome taken = Must(f.pool.Reserve(all));
  REQUIRE(taken.reservation.has_value());
  REQUIRE(taken.changes.size() == 2);
  CHECK(taken.changes[0].cause == StockCause::kExpire);
  CHECK(taken.changes[0].after.soft == 0);
  CHECK(taken.changes[1].cause == StockCause::kReserve);
  CHECK(taken.changes[0].sequence == taken.changes[1].sequence);
  CHECK(f.pool.clock() == T(200));
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: what comes late for a hold is refused with its kind (trap 14, P8)") {
  SmallPool f;
  const ReservationId id =
      *Hold(f.pool, {{Sku(0), At(0), Units(4)}}, T(100), T(200), "cart").reservation;
  const ChangeOptions late{.now = T(200)};
  CHECK(StatusIs(f.pool.Release(id, {}, late).status(), absl::StatusCode::kDeadlineExceeded));
  CHECK(StatusIs(f.pool.Commit(id, {}, late).status(), absl::StatusCode::kDeadlineExceeded));
  CHECK(StatusIs(f.pool.Extend(id, T(300), late).status(), absl::StatusCode::kDeadlineExceeded));
  CHECK(
      StatusIs(f.pool.Confirm(id, {.now = T(200)}).status(), absl::StatusCode::kDeadlineExceeded));
  CHECK(f.pool.sequence() == 1);
  // Refused at 200, which the pool has not seen then: a command of an earlier instant still can.
  CHECK(f.pool.Extend(id, T(300), {.now = T(150)}).ok());
  CHECK(AvailableAt(f.pool, T(250)) == 6);
  REQUIRE(f.pool.Release(id, {}, {.now = T(250)}).ok());
  CHECK(StatusIs(f.pool.Release(id).status(), absl::StatusCode::kFailedPrecondition));
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: the clock does not go back") {
  SmallPool f;
  const ReservationId id =
      *Hold(f.pool, {{Sku(0), At(0), Units(4)}}, T(100), T(200), "cart").reservation;
  ReserveRequest later;
  const std::vector<CellDemand> other = {{Sku(1), At(0), Units(1)}};
  later.cells = other;
  later.now = T(500);
  REQUIRE(Must(f.pool.Reserve(later)).reservation.has_value());
  CHECK(AvailableAt(f.pool, T(100)) == 10);
  CHECK(
      StatusIs(f.pool.Confirm(id, {.now = T(150)}).status(), absl::StatusCode::kDeadlineExceeded));
  ReserveRequest past;
  past.kind = ReservationKind::kSoft;
  past.cells = other;
  past.now = T(100);
  past.expires_at = T(400);
  CHECK(StatusIs(f.pool.Reserve(past).status(), absl::StatusCode::kInvalidArgument));
  past.expires_at = Timestamp::max();  // a hold that never runs out would be none
  CHECK(StatusIs(f.pool.Reserve(past).status(), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("InventoryPool: a hold becomes an allocation, and what is not confirmed is given back") {
  SmallPool f;
  const ReservationId id =
      *Hold(f.pool, {{Sku(0), At(0), Units(4)}, {Sku(1), At(1), Units(3)}}, T(100), T(200))
           .reservation;
  const std::vector<CellDemand> part = {{Sku(0), At(0), Units(3)}};
  const ReserveOutcome confirmed = Must(f.pool.Confirm(id, {.part = part, .now = T(150)}));
  CHECK(confirmed.reservation == id);
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 3);
  CHECK(f.pool.Figures(Sku(0), At(0)).soft == 0);
  CHECK(f.pool.Figures(Sku(1), At(1)).Available() == 10);
  CHECK(AvailableAt(f.pool, T(1000)) == 7);  // it does not expire any more
  CHECK(StatusIs(f.pool.Confirm(id).status(), absl::StatusCode::kFailedPrecondition));
  CHECK(StatusIs(f.pool.Extend(id, T(2000)).status(), absl::StatusCode::kFailedPrecondition));
  CHECK(f.pool.FindReservation(id)->kind == ReservationKind::kHard);
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: a hold may be shipped as it is (a till)") {
  SmallPool f;
  const ReservationId id = *Hold(f.pool, {{Sku(0), At(0), Units(4)}}, T(100), T(200)).reservation;
  REQUIRE(f.pool.Commit(id, {}, {.now = T(150)}).ok());
  CHECK(f.pool.Figures(Sku(0), At(0)) == StockFigures{.on_hand = 6});
  CHECK(AvailableAt(f.pool, T(1000)) == 6);
  CHECK(StatusIs(f.pool.Release(id).status(), absl::StatusCode::kNotFound));  // it had no key
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: what cannot be extended keeps the hold that it had (trap 62)") {
  SmallPool f;
  const ReservationId id = *Hold(f.pool, {{Sku(0), At(0), Units(4)}}, T(100), T(200)).reservation;
  CHECK(StatusIs(f.pool.Extend(id, T(120), {.now = T(120)}).status(),
                 absl::StatusCode::kInvalidArgument));
  const std::vector<CellDemand> more = {{Sku(0), At(0), Units(7)}};
  const ReserveOutcome refused = Must(f.pool.Amend(id, {.take = more, .now = T(120)}));
  CHECK_FALSE(refused.reservation.has_value());
  REQUIRE(refused.shortages.size() == 1);
  CHECK(refused.shortages[0].available == Units(6));
  CHECK(AvailableAt(f.pool, T(150)) == 6);
  const std::vector<CellDemand> some = {{Sku(0), At(0), Units(6)}};
  CHECK(Must(f.pool.Amend(id, {.take = some, .now = T(120)})).reservation == id);
  CHECK(AvailableAt(f.pool, T(150)) == 0);
  CHECK(AvailableAt(f.pool, T(200)) == 10);
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: a reservation moves to another location in one step, or not at all") {
  SmallPool f;
  const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(10)}}).reservation;
  const std::vector<CellDemand> back = {{Sku(0), At(0), Units(6)}};
  const std::vector<CellDemand> too_much = {{Sku(0), At(1), Units(11)}};
  const std::vector<CellDemand> there = {{Sku(0), At(1), Units(6)}};
  CHECK_FALSE(Must(f.pool.Amend(id, {.give_back = back, .take = too_much})).reservation);
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 10);
  const ReserveOutcome moved = Must(f.pool.Amend(id, {.give_back = back, .take = there}));
  CHECK(moved.changes.size() == 2);
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 4);
  CHECK(f.pool.Figures(Sku(0), At(1)).hard == 6);
  // What it gives back itself is there to be taken.
  const std::vector<CellDemand> all = {{Sku(0), At(0), Units(4)}};
  const std::vector<CellDemand> ten = {{Sku(0), At(0), Units(10)}};
  CHECK(Must(f.pool.Amend(id, {.give_back = all, .take = ten})).reservation == id);
  CHECK(StatusIs(f.pool.Amend(id, {}).status(), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(f.pool.Amend(id, {.give_back = too_much}).status(),
                 absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: every command with a key is made once (P11)") {
  SmallPool f;
  const std::vector<CellDemand> two = {{Sku(0), At(0), Units(2)}};
  const std::vector<CellDemand> three = {{Sku(0), At(0), Units(3)}};
  const ReservationId id =
      *Hold(f.pool, {{Sku(0), At(0), Units(8)}}, T(100), T(900), "hold").reservation;
  CHECK(f.pool.FindReservation(CommandKey("hold")) == id);
  for (int i = 0; i < 2; ++i) {
    CHECK(f.pool.Extend(id, T(950), {.key = CommandKey("extend"), .now = T(100)}).ok());
    CHECK(
        Must(f.pool.Amend(id, {.take = two, .key = CommandKey("amend"), .now = T(100)})).repeated ==
        (i == 1));
    CHECK(f.pool.Release(id, two, {.key = CommandKey("release"), .now = T(100)}).ok());
    const ConfirmRequest confirm{.key = CommandKey("confirm"), .now = T(100)};
    CHECK(Must(f.pool.Confirm(id, confirm)).repeated == (i == 1));
    const absl::StatusOr<StockChanges> shipped =
        f.pool.Commit(id, three, {.key = CommandKey("ship"), .now = T(100)});
    REQUIRE(shipped.ok());
    CHECK(shipped->empty() == (i == 1));
    CHECK(f.pool.sequence() == 6);
    CHECK(f.pool.Figures(Sku(0), At(0)) == StockFigures{.on_hand = 7, .hard = 5});
  }
  // The key of one command does not do for another.
  CHECK(StatusIs(f.pool.Commit(id, two, {.key = CommandKey("ship")}).status(),
                 absl::StatusCode::kAlreadyExists));
  REQUIRE(f.pool.Release(id).ok());
  REQUIRE(f.pool.Forget(id).ok());
  CHECK_FALSE(f.pool.FindReservation(CommandKey("hold")).has_value());
  CHECK_FALSE(f.pool.FindReservation(CommandKey("ship")).has_value());
}

TEST_CASE("InventoryPool: ten million units held until one instant expire in one step") {
  const World world = testing::SmallWorld(1, 1);
  const Stock stock = testing::FullStock(world, 10'000'000);
  InventoryPool pool(world, stock);
  const std::vector<CellDemand> hundred = {{Sku(0), At(0), Units(100)}};
  for (int i = 0; i < 100'000; ++i) {
    REQUIRE(Hold(pool, hundred, T(0), T(1000)).reservation.has_value());
  }
  CHECK(AvailableAt(pool, T(999)) == 0);
  CHECK(AvailableAt(pool, T(1000)) == 10'000'000);
  const StockChanges changes = pool.Expire(T(1000));
  REQUIRE(changes.size() == 1);
  CHECK(changes[0].before.soft == 10'000'000);
  CHECK(changes[0].after.soft == 0);
  CHECK_FALSE(pool.FindReservation(ReservationId{1}).has_value());
  CHECK(pool.Expire(T(2000)).empty());
  CHECK(pool.Audit().ok());
}

TEST_CASE(
    "InventoryPool: a hold with a key is forgotten when it is told to be, also once expired") {
  SmallPool f;
  const ReservationId id =
      *Hold(f.pool, {{Sku(0), At(0), Units(4)}}, T(100), T(200), "cart").reservation;
  CHECK(StatusIs(f.pool.Forget(id), absl::StatusCode::kFailedPrecondition));
  CHECK(f.pool.Expire(T(200)).size() == 1);
  REQUIRE(f.pool.FindReservation(id).has_value());
  CHECK(f.pool.FindReservation(id)->expired);
  CHECK(f.pool.Forget(id).ok());
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("InventoryPool: units held for a cart are available to that cart (trap 16)") {
  SmallPool f;
  const ReservationId id = *Hold(f.pool, {{Sku(0), At(0), Units(4)}}, T(100), T(200)).reservation;
  CHECK(f.pool.Live().Available(Sku(0), At(0), {.now = T(150), .own_reservation = id}) == 10);
  // What has expired is everybody's, and not twice.
  CHECK(f.pool.Live().Available(Sku(0), At(0), {.now = T(250), .own_reservation = id}) == 10);
  const std::vector<SkuIndex> skus = {Sku(0)};
  const StockSnapshot snapshot = f.pool.Snapshot(skus, id);
  CHECK(StockView(snapshot).Available(Sku(0), At(0), {.own_reservation = id}) == 10);
}

TEST_CASE("InventoryPool: requests of a batch are taken in turn, each with its own outcome") {
  SmallPool f;  // two kits that share a component, each checked alone (trap 4)
  const std::vector<CellDemand> six = {{Sku(0), At(0), Units(6)}};
  const std::vector<CellDemand> four = {{Sku(0), At(0), Units(4)}};
  std::vector<ReserveRequest> requests(4);
  requests[0].cells = six;
  requests[1].cells = six;
  requests[3].cells = four;
  const auto outcomes = f.pool.ReserveEach(requests);
  REQUIRE(outcomes.size() == 4);
  CHECK(outcomes[0]->reservation.has_value());
  CHECK_FALSE(outcomes[1]->reservation.has_value());
  CHECK(outcomes[1]->shortages[0].available == Units(4));
  CHECK(StatusIs(outcomes[2].status(), absl::StatusCode::kInvalidArgument));
  CHECK(outcomes[3]->reservation.has_value());
}

}  // namespace
}  // namespace orderwright
