// What is expected, what is on its way, and what may be promised of it.
#include <map>
#include <random>
#include <string>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "tests/catch.h"
#include "tests/inventory/pool_fixture.h"

namespace orderwright {
namespace {

using testing::At;
using testing::Must;
using testing::ReserveCells;
using testing::Sku;
using testing::SmallPool;
using testing::StatusIs;
using testing::T;

ExpectRequest Order(std::string_view name, std::int64_t units, std::int64_t at,
                    int confidence = 100) {
  return {CommandKey(name), Sku(0), At(0), Units(units), T(at), confidence};
}
std::int64_t Promise(const InventoryPool& pool, std::int64_t at, int confidence = 1) {
  return pool.AvailableToPromise(Sku(0), {.at = T(at), .min_confidence = confidence});
}

TEST_CASE("Incoming: what is expected by then may be promised, at its date and as sure as it is") {
  SmallPool f;
  REQUIRE(f.pool.Expect(Order("po 2", 5, 300, 60)).ok());
  REQUIRE(f.pool.Expect(Order("po 1", 7, 200)).ok());
  CHECK(Promise(f.pool, 199) == 20);
  CHECK(Promise(f.pool, 200) == 27);
  CHECK(Promise(f.pool, 300) == 32);
  CHECK(Promise(f.pool, 300, 80) == 27);
  CHECK(f.pool.Available(Sku(0)) == 20);
  CHECK(f.pool.sequence() == 0);
  const std::vector<Incoming> incoming = f.pool.IncomingOf(Sku(0));
  REQUIRE(incoming.size() == 2);
  CHECK(incoming[0] == Incoming{CommandKey("po 1"), At(0), Units(7), T(200), 100, std::nullopt});
  CHECK(f.pool.AvailableToPromiseBy(Sku(0), {.at = T(200)}) ==
        std::vector<std::pair<LocationIndex, std::int64_t>>{{At(0), 17}, {At(1), 10}});
  // A later confirmation moves the date (trap 54).
  REQUIRE(f.pool.Expect(Order("po 1", 7, 400)).ok());
  CHECK(Promise(f.pool, 300) == 25);
  REQUIRE(f.pool.Expect(Order("po 1", 0, 400)).ok());
  CHECK(f.pool.IncomingOf(Sku(0)).size() == 1);
  CHECK(f.pool.IncomingOf(Sku(1)).empty());
  CHECK(f.pool.IncomingOf(Sku(99)).empty());
}

TEST_CASE("Incoming: what is oversold is made good before anything is promised") {
  SmallPool f;
  const FeedSource wms = Must(f.pool.AddSource({.name = "wms"}));
  REQUIRE(ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(10)}}).reservation.has_value());
  const StockCount count{Sku(0), At(0), 6, 1, T(100)};
  REQUIRE(f.pool.ApplyCounts(wms, {&count, 1}).ok());
  REQUIRE(f.pool.Expect(Order("po", 5, 200)).ok());
  CHECK(Promise(f.pool, 200) == 1 + 10);
}

TEST_CASE("Incoming: it comes in parts, and more than was expected") {
  SmallPool f;
  REQUIRE(f.pool.Expect(Order("po", 5, 200)).ok());
  const StockChanges first =
      Must(f.pool.Receive(CommandKey("po"), Units(2), {.key = CommandKey("dock 1")}));
  REQUIRE(first.size() == 1);
  CHECK(first[0].cause == StockCause::kReceive);
  CHECK(first[0].after.on_hand == 12);
  CHECK(Must(f.pool.Receive(CommandKey("po"), Units(2), {.key = CommandKey("dock 1")})).empty());
  CHECK(f.pool.IncomingOf(Sku(0))[0].quantity == Units(3));
  REQUIRE(f.pool.Receive(CommandKey("po"), Units(4)).ok());
  CHECK(f.pool.Figures(Sku(0), At(0)).on_hand == 16);
  CHECK(StatusIs(f.pool.Receive(CommandKey("po"), Units(1)), absl::StatusCode::kNotFound));
  CHECK(Promise(f.pool, 200) == 26);
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Incoming: what is in transit is at neither location, and once (trap 56)") {
  SmallPool f;
  const TransferRequest move{CommandKey("t1"), Sku(0), At(0), At(1), Units(4), T(500), T(100)};
  const StockChanges sent = Must(f.pool.Dispatch(move));
  REQUIRE(sent.size() == 1);
  CHECK(sent[0].cause == StockCause::kDispatch);
  CHECK(f.pool.Figures(Sku(0), At(0)).on_hand == 6);
  CHECK(f.pool.Figures(Sku(0), At(1)).on_hand == 10);
  CHECK(f.pool.IncomingOf(Sku(0)) ==
        std::vector{Incoming{move.name, At(1), Units(4), T(500), 100, At(0)}});
  CHECK(Promise(f.pool, 499) == 16);
  CHECK(Promise(f.pool, 500) == 20);
  CHECK(Must(f.pool.Dispatch(move)).empty());
  CHECK(f.pool.Figures(Sku(0), At(0)).on_hand == 6);
  TransferRequest other = move;
  other.quantity = Units(5);
  CHECK(StatusIs(f.pool.Dispatch(other), absl::StatusCode::kAlreadyExists));
  // Its date may move, its quantity may not.
  ExpectRequest later{move.name, Sku(0), At(1), Units(4), T(600), 100};
  CHECK(f.pool.Expect(later).ok());
  later.quantity = Units(3);
  CHECK(StatusIs(f.pool.Expect(later), absl::StatusCode::kFailedPrecondition));
  CHECK(StatusIs(f.pool.Receive(move.name, Units(5)), absl::StatusCode::kInvalidArgument));
  CHECK(Must(f.pool.Lose(move.name, Units(1))).empty());
  REQUIRE(f.pool.Receive(move.name, Units(3)).ok());
  CHECK(f.pool.Figures(Sku(0), At(1)).on_hand == 13);
  CHECK(f.pool.IncomingOf(Sku(0)).empty());
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Incoming: only what is there and usable can be sent") {
  SmallPool f;
  const StockAdjustment aside{Sku(0), At(0), {}, UnitDelta(4), {}, std::nullopt};
  REQUIRE(f.pool.Adjust({&aside, 1}).ok());
  REQUIRE(ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(5)}}).reservation.has_value());
  TransferRequest move{CommandKey("t"), Sku(0), At(0), At(1), Units(7), T(500), T(100)};
  CHECK(StatusIs(f.pool.Dispatch(move), absl::StatusCode::kFailedPrecondition));
  CHECK(f.pool.sequence() == 2);
  move.quantity = Units(6);  // five of them are promised to somebody
  REQUIRE(f.pool.Dispatch(move).ok());
  CHECK(f.pool.Figures(Sku(0), At(0)).Free() == -5);
  CHECK(Promise(f.pool, 500) == 16);
}

TEST_CASE("Incoming: input that makes no sense is refused") {
  SmallPool f;
  const auto refused = [&](const ExpectRequest& bad, absl::StatusCode code) {
    CHECK(StatusIs(f.pool.Expect(bad), code));
  };
  refused(Order("", 1, 1), absl::StatusCode::kInvalidArgument);
  refused(Order("a", 1, 1, 0), absl::StatusCode::kInvalidArgument);
  refused(Order("a", 1, 1, 101), absl::StatusCode::kInvalidArgument);
  refused(Order("a", INT64_MAX, 1), absl::StatusCode::kOutOfRange);
  refused({CommandKey("a"), Sku(9), At(0), Units(1), T(1), 100},
          absl::StatusCode::kInvalidArgument);
  refused({CommandKey("a"), Sku(0), At(9), Units(1), T(1), 100},
          absl::StatusCode::kInvalidArgument);
  REQUIRE(f.pool.Expect(Order("a", 0, 1)).ok());
  REQUIRE(f.pool.Expect(Order("a", 1, 1)).ok());
  refused({CommandKey("a"), Sku(1), At(0), Units(1), T(1), 100},
          absl::StatusCode::kInvalidArgument);
  refused({CommandKey("a"), Sku(0), At(1), Units(1), T(1), 100},
          absl::StatusCode::kInvalidArgument);
  CHECK(StatusIs(f.pool.Receive(CommandKey("a"), Units(0)), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(f.pool.Receive(CommandKey("a"), Units(INT64_MAX)), absl::StatusCode::kOutOfRange));
  CHECK(StatusIs(f.pool.Lose(CommandKey("a"), Units(2)), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(f.pool.Lose(CommandKey("b"), Units(1)), absl::StatusCode::kNotFound));
  const TransferRequest nowhere{CommandKey("t"), Sku(0), At(0), At(0), Units(1), T(1), T(1)};
  CHECK(StatusIs(f.pool.Dispatch(nowhere), absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.sequence() == 0);
}

// P17: ATP never falls when supply is added or comes earlier. P18: transfers keep the sum over
// locations and what is in transit.
TEST_CASE("Incoming: at random, transfers keep every unit and promises only grow with supply") {
  std::mt19937_64 random(18);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  for (int round = 0; round < 300; ++round) {
    INFO("round " << round);
    SmallPool f;
    std::map<std::string, std::int64_t> transit;
    std::int64_t lost = 0;
    const auto sum = [&] {
      std::int64_t units = lost;
      for (std::uint32_t l = 0; l < 2; ++l) units += f.pool.Figures(Sku(0), At(l)).on_hand;
      for (const Incoming& incoming : f.pool.IncomingOf(Sku(0))) {
        if (incoming.from) units += incoming.quantity.count();
      }
      return units;
    };
    for (int step = 0; step < 40; ++step) {
      const std::string name = fmt::format("t{}", below(6));
      const std::uint32_t from = below(2);
      switch (below(3)) {
        case 0: {
          const Units units(1 + below(5));
          const absl::StatusOr<StockChanges> sent = f.pool.Dispatch(
              {CommandKey(name), Sku(0), At(from), At(1 - from), units, T(below(900)), T(1)});
          if (sent.ok() && !sent->empty()) transit[name] = units.count();
          break;
        }
        case 1: {
          const std::int64_t units = 1 + below(5);
          const bool came = f.pool.Receive(CommandKey(name), Units(units)).ok();
          REQUIRE(came == (transit[name] >= units));
          if (came) transit[name] -= units;
          break;
        }
        default: {
          const bool gone = f.pool.Lose(CommandKey(name), Units(1)).ok();
          REQUIRE(gone == (transit[name] >= 1));
          if (gone) --transit[name];
          if (gone) ++lost;
        }
      }
      REQUIRE(sum() == 20);
    }
    const std::int64_t at = below(900);
    const std::int64_t before = Promise(f.pool, at);
    REQUIRE(f.pool.Expect(Order("po", 3, 950)).ok());
    REQUIRE(Promise(f.pool, at) == before);
    REQUIRE(f.pool.Expect(Order("po", 3, below(950))).ok());
    REQUIRE(Promise(f.pool, at) >= before);
    for (std::int64_t t = 0; t < 1'000; t += 50) {
      REQUIRE(Promise(f.pool, t) <= Promise(f.pool, t + 50));
    }
    REQUIRE(f.pool.Audit().ok());
  }
}

}  // namespace
}  // namespace orderwright
