// What other systems say is there: late, twice, out of order, and never at the cost of a
// reservation.
#include <algorithm>
#include <cstdlib>
#include <random>
#include <utility>
#include <variant>
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

StockCount Count(std::int64_t units, std::uint64_t position, std::int64_t at) {
  return {Sku(0), At(0), units, position, T(at)};
}
StockDelta Change(std::int64_t units, std::uint64_t position, std::int64_t at) {
  return {Sku(0), At(0), UnitDelta(units), position, T(at)};
}

struct Fed : SmallPool {
  FeedSource wms = Must(pool.AddSource({.name = "wms"}));

  FeedResult Apply(const StockCount& count) {
    const FeedOutcome outcome = Must(pool.ApplyCounts(wms, {&count, 1}, count.at));
    return outcome.results[0];
  }
  FeedResult Apply(const StockDelta& delta) {
    const FeedOutcome outcome = Must(pool.ApplyDeltas(wms, {&delta, 1}, delta.at));
    return outcome.results[0];
  }
  [[nodiscard]] std::int64_t OnHand() const { return pool.Figures(Sku(0), At(0)).on_hand; }
};

TEST_CASE("Feeds: a count sets what is on hand and leaves reservations alone (traps 42, 60)") {
  Fed f;
  REQUIRE(ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(4)}}).reservation.has_value());
  const StockCount count = Count(7, 1, 100);
  const FeedOutcome outcome = Must(f.pool.ApplyCounts(f.wms, {&count, 1}, T(100)));
  CHECK(outcome.results == std::vector{FeedResult::kApplied});
  REQUIRE(outcome.changes.size() == 1);
  CHECK(outcome.changes[0].cause == StockCause::kCount);
  CHECK(outcome.oversold.empty());
  CHECK(f.pool.Figures(Sku(0), At(0)) == StockFigures{.on_hand = 7, .hard = 4});
  CHECK(f.pool.Available(Sku(0)) == 13);
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Feeds: late and repeated counts change nothing and say so") {
  Fed f;
  CHECK(f.Apply(Count(7, 5, 100)) == FeedResult::kApplied);
  CHECK(f.Apply(Count(7, 5, 100)) == FeedResult::kRepeated);
  CHECK(f.Apply(Count(9, 4, 90)) == FeedResult::kStale);
  CHECK(f.Apply(Change(2, 3, 80)) == FeedResult::kStale);
  CHECK(f.Apply(Change(2, 6, 110)) == FeedResult::kApplied);
  CHECK(f.Apply(Change(2, 6, 110)) == FeedResult::kRepeated);
  CHECK(f.OnHand() == 9);
  // A change that came before the count that does not include it.
  CHECK(f.Apply(Change(-3, 9, 130)) == FeedResult::kApplied);
  CHECK(f.Apply(Count(20, 8, 120)) == FeedResult::kApplied);
  CHECK(f.OnHand() == 17);
}

TEST_CASE("Feeds: of several sources the latest count holds") {
  Fed f;
  const FeedSource till = Must(f.pool.AddSource({.name = "till"}));
  const StockDelta sold = Change(-2, 1, 150);
  CHECK(Must(f.pool.ApplyDeltas(till, {&sold, 1})).results[0] == FeedResult::kApplied);
  CHECK(f.OnHand() == 8);
  CHECK(f.Apply(Count(30, 1, 100)) == FeedResult::kApplied);  // from before the sale
  CHECK(f.OnHand() == 28);
  CHECK(f.Apply(Count(27, 2, 200)) == FeedResult::kApplied);  // after it
  CHECK(f.OnHand() == 27);
  const StockCount older = Count(99, 7, 180);
  CHECK(Must(f.pool.ApplyCounts(till, {&older, 1})).results[0] == FeedResult::kStale);
}

TEST_CASE("Feeds: a count is corrected by exactly the movements after it (P20)") {
  Fed f;
  const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(5)}}).reservation;
  const std::vector<CellDemand> two = {{Sku(0), At(0), Units(2)}};
  const std::vector<CellDemand> three = {{Sku(0), At(0), Units(3)}};
  REQUIRE(f.pool.Commit(id, two, {.now = T(100)}).ok());
  const std::uint64_t seen = f.pool.sequence();
  REQUIRE(f.pool.Commit(id, three, {.now = T(200)}).ok());
  CHECK(f.OnHand() == 5);
  StockCount count = Count(50, 1, 300);
  count.as_of = seen;  // whatever its clock says: it has seen the first shipment and not the second
  CHECK(f.Apply(count) == FeedResult::kApplied);
  CHECK(f.OnHand() == 47);
}

TEST_CASE("Feeds: a shipment that a count includes is not taken off again (trap 41)") {
  Fed f;
  const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(10)}}).reservation;
  // The goods left at 100, were counted at 150, and we hear of the shipment at last.
  CHECK(f.Apply(Count(0, 1, 150)) == FeedResult::kApplied);
  CHECK(f.pool.Figures(Sku(0), At(0)).Free() == -10);
  REQUIRE(f.pool.Commit(id, {}, {.now = T(100)}).ok());
  CHECK(f.pool.Figures(Sku(0), At(0)) == StockFigures{});
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Feeds: a count below what is reserved is taken, and names who is short (trap 43)") {
  Fed f;
  const ReservationId a = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(4)}}).reservation;
  const ReservationId b =
      *ReserveCells(f.pool, "b", {{Sku(0), At(0), Units(5)}, {Sku(1), At(0), Units(1)}})
           .reservation;
  REQUIRE(ReserveCells(f.pool, "c", {{Sku(1), At(0), Units(1)}}).reservation.has_value());
  const std::vector<StockCount> counts = {Count(3, 1, 100), {Sku(1), At(0), 8, 2, T(100)}};
  const FeedOutcome outcome = Must(f.pool.ApplyCounts(f.wms, counts));
  REQUIRE(outcome.oversold.size() == 1);
  CHECK(outcome.oversold[0].sku == Sku(0));
  CHECK(outcome.oversold[0].units == Units(6));
  CHECK(outcome.oversold[0].reservations == std::vector{a, b});
  CHECK(f.pool.Live().Available(Sku(0), At(0), {}) == 0);
  // What is reserved can still be shipped: on hand says what that means.
  REQUIRE(f.pool.Commit(b).ok());
  CHECK(f.OnHand() == -2);
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Feeds: a source that has our reservations off already says so (trap 40)") {
  SmallPool f;
  const FeedSource shop = Must(f.pool.AddSource({.name = "shop", .less_reserved = true}));
  const ReservationId a = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(4)}}).reservation;
  const std::uint64_t seen = f.pool.sequence();
  REQUIRE(ReserveCells(f.pool, "b", {{Sku(0), At(0), Units(2)}}).reservation.has_value());
  const std::vector<CellDemand> one = {{Sku(0), At(0), Units(1)}};
  REQUIRE(f.pool.Commit(a, one).ok());
  REQUIRE(f.pool.Release(a, one).ok());
  // It saw the four of `a`: sixteen for sale are twenty on hand, and one has left since.
  StockCount count = Count(16, 1, 100);
  count.as_of = seen;
  CHECK(Must(f.pool.ApplyCounts(shop, {&count, 1})).results[0] == FeedResult::kApplied);
  CHECK(f.pool.Figures(Sku(0), At(0)) == StockFigures{.on_hand = 19, .hard = 4});
  // Without as_of: it has seen all.
  count = Count(16, 2, 200);
  CHECK(Must(f.pool.ApplyCounts(shop, {&count, 1})).results[0] == FeedResult::kApplied);
  CHECK(f.pool.Figures(Sku(0), At(0)) == StockFigures{.on_hand = 20, .hard = 4});
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Feeds: what nobody had or counted gets a cell") {
  const World world = testing::SmallWorld(2, 3);
  StockRowSpec vendor;
  vendor.sku = "S0";
  vendor.location = "L1";
  vendor.on_hand.reset();
  InventoryPool pool(world, Must(Stock::Create(world, {vendor})));
  const FeedSource wms = Must(pool.AddSource({.name = "wms"}));
  CHECK(pool.Available(Sku(0)) == kUnlimitedUnits);
  const StockDelta unknown{Sku(0), At(1), UnitDelta(-2), 1, T(90)};
  const FeedOutcome nothing = Must(pool.ApplyDeltas(wms, {&unknown, 1}));
  CHECK(nothing.changes.empty());
  CHECK(pool.Available(Sku(0)) == kUnlimitedUnits);
  const std::vector<StockCount> counts = {{Sku(0), At(1), 5, 2, T(100)},
                                          {Sku(0), At(2), 3, 3, T(100)},
                                          {Sku(0), At(0), 2, 4, T(100)},
                                          {Sku(1), At(0), 1, 5, T(100)}};
  CHECK(Must(pool.ApplyCounts(wms, counts)).changes.size() == 4);
  CHECK(pool.cell_count() == 4);
  CHECK(pool.Available(Sku(0)) == 10);
  std::vector<LocationIndex> holders;
  pool.Live().ForEachHolder(Sku(0), {},
                            [&](LocationIndex at, std::int64_t) { holders.push_back(at); });
  CHECK(holders == std::vector{At(0), At(1), At(2)});
  CHECK(ReserveCells(pool, "a", {{Sku(0), At(0), Units(2)}, {Sku(1), At(0), Units(1)}})
            .reservation.has_value());
  CHECK(pool.Audit().ok());
}

TEST_CASE("Feeds: what the pool does not remember is told, not guessed") {
  SmallPool f;
  const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(5)}}).reservation;
  REQUIRE(f.pool.Commit(id, {}, {.now = T(100)}).ok());
  const FeedSource wms = Must(f.pool.AddSource({.name = "wms"}));
  StockCount count = Count(50, 1, 50);  // from before anything was remembered
  CHECK(Must(f.pool.ApplyCounts(wms, {&count, 1})).results[0] == FeedResult::kTooOld);
  count.as_of = 0;
  CHECK(Must(f.pool.ApplyCounts(wms, {&count, 1})).results[0] == FeedResult::kTooOld);
  CHECK(f.pool.Figures(Sku(0), At(0)).on_hand == 5);
  // More changes than are remembered: which of them a late count includes is not known.
  std::vector<StockDelta> deltas;
  for (std::uint64_t i = 0; i < 300; ++i) {
    deltas.push_back(Change(1, 10 + i, 200 + static_cast<std::int64_t>(i)));
  }
  REQUIRE(f.pool.ApplyDeltas(wms, deltas).ok());
  CHECK(f.pool.Figures(Sku(0), At(0)).on_hand == 305);
  count = Count(50, 20, 210);
  CHECK(Must(f.pool.ApplyCounts(wms, {&count, 1})).results[0] == FeedResult::kTooOld);
  CHECK(Must(f.pool.ApplyDeltas(wms, {deltas.data(), 1})).results[0] == FeedResult::kTooOld);
  CHECK(f.pool.Figures(Sku(0), At(0)).on_hand == 305);
  count = Count(50, 300, 490);
  CHECK(Must(f.pool.ApplyCounts(wms, {&count, 1})).results[0] == FeedResult::kApplied);
  CHECK(f.pool.Figures(Sku(0), At(0)).on_hand == 59);
}

TEST_CASE("Feeds: input that makes no sense is refused, and nothing of the call is applied") {
  Fed f;
  CHECK(StatusIs(f.pool.AddSource({}).status(), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(f.pool.AddSource({.name = "wms"}).status(), absl::StatusCode::kAlreadyExists));
  const auto refused = [&](const StockCount& bad, absl::StatusCode code) {
    const std::vector<StockCount> counts = {Count(3, 1, 100), bad};
    CHECK(StatusIs(f.pool.ApplyCounts(f.wms, counts).status(), code));
  };
  refused({Sku(9), At(0), 1, 2, T(0)}, absl::StatusCode::kInvalidArgument);
  refused({Sku(0), At(9), 1, 2, T(0)}, absl::StatusCode::kInvalidArgument);
  refused(Count(-1, 2, 0), absl::StatusCode::kInvalidArgument);
  refused(Count(INT64_MAX, 2, 0), absl::StatusCode::kOutOfRange);
  const StockDelta large = Change(INT64_MIN, 1, 0);
  CHECK(StatusIs(f.pool.ApplyDeltas(f.wms, {&large, 1}), absl::StatusCode::kOutOfRange));
  const StockCount count = Count(3, 1, 100);
  CHECK(StatusIs(f.pool.ApplyCounts(FeedSource{7}, {&count, 1}), absl::StatusCode::kNotFound));
  CHECK(f.OnHand() == 10);
  CHECK(f.Apply(Change(Stock::kMaxUnits, 1, 0)) == FeedResult::kOutOfRange);
  CHECK(f.OnHand() == 10);
}

// One source, told in any order and as often as it likes, beside shipments of our own.
TEST_CASE("Feeds: replayed, reordered or doubled within one source, the end is the same (P19)") {
  const int rounds = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 50'000 : 1'000;
  std::mt19937_64 random(19);
  const auto below = [&](std::size_t n) { return static_cast<std::size_t>(random() % n); };
  for (int round = 0; round < rounds; ++round) {
    INFO("round " << round);
    Fed f;
    const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(10)}}).reservation;
    std::int64_t truth = 10;
    std::int64_t left = 10;
    std::vector<std::pair<std::size_t, std::variant<StockCount, StockDelta>>> told;  // (when, what)
    const std::size_t events = 3 + below(12);
    std::vector<std::size_t> ships;
    for (std::size_t i = 1; i <= events; ++i) {
      const auto at = static_cast<std::int64_t>(i * 10);
      if (below(4) == 0 && left > 0) {
        --truth;
        --left;
        ships.push_back(i);
        continue;
      }
      std::variant<StockCount, StockDelta> event = Count(truth, i, at);
      if (below(2) == 0) {
        const std::int64_t units = static_cast<std::int64_t>(below(9)) - 3;
        truth += units;
        event = Change(units, i, at);
      }
      if (std::holds_alternative<StockCount>(event) && truth < 0) continue;
      for (std::size_t copies = 1 + below(2); copies > 0; --copies) {
        told.emplace_back(i + below(2) * below(events), event);
      }
    }
    std::shuffle(told.begin(), told.end(), random);
    std::stable_sort(told.begin(), told.end(),
                     [](const auto& a, const auto& b) { return a.first < b.first; });
    std::size_t next = 0;
    const std::vector<CellDemand> one = {{Sku(0), At(0), Units(1)}};
    for (std::size_t i = 1; i <= 2 * events; ++i) {
      if (std::find(ships.begin(), ships.end(), i) != ships.end()) {
        REQUIRE(f.pool.Commit(id, one, {.now = T(static_cast<std::int64_t>(i * 10))}).ok());
      }
      for (; next < told.size() && told[next].first <= i; ++next) {
        const FeedResult result =
            std::visit([&](const auto& event) { return f.Apply(event); }, told[next].second);
        REQUIRE(result != FeedResult::kTooOld);
      }
    }
    REQUIRE(f.OnHand() == truth);
    REQUIRE(f.pool.Audit().ok());
  }
}

TEST_CASE("Adjust: units are set aside, come back, are found and lost, all or nothing") {
  SmallPool f;
  const std::vector<StockAdjustment> aside = {
      {Sku(0), At(0), UnitDelta(0), UnitDelta(2), UnitDelta(3), std::nullopt},
      {Sku(0), At(1), UnitDelta(4), UnitDelta(0), UnitDelta(0), Units(1)}};
  const FeedOutcome outcome = Must(f.pool.Adjust(aside, {.key = CommandKey("k")}));
  CHECK(outcome.changes.size() == 2);
  CHECK(outcome.changes[0].sequence == outcome.changes[1].sequence);
  CHECK(f.pool.Figures(Sku(0), At(0)) == StockFigures{.on_hand = 10, .unusable = 5});
  CHECK(f.pool.Figures(Sku(0), At(1)) == StockFigures{.on_hand = 14, .safety = 1});
  CHECK(Must(f.pool.Adjust(aside, {.key = CommandKey("k")})).results[0] == FeedResult::kRepeated);
  CHECK(StatusIs(f.pool.Adjust({aside.data(), 1}, {.key = CommandKey("k")}).status(),
                 absl::StatusCode::kAlreadyExists));
  CHECK(f.pool.Available(Sku(0)) == 5 + 13);
  // More than is damaged, though as much as is unusable.
  const std::vector<StockAdjustment> back = {
      {Sku(0), At(1), UnitDelta(1), UnitDelta(0), UnitDelta(0), std::nullopt},
      {Sku(0), At(0), UnitDelta(0), UnitDelta(-3), UnitDelta(0), std::nullopt}};
  CHECK(StatusIs(f.pool.Adjust(back).status(), absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.Figures(Sku(0), At(1)).on_hand == 14);
  const std::vector<StockAdjustment> lost = {
      {Sku(0), At(0), UnitDelta(-11), UnitDelta(0), UnitDelta(0), std::nullopt}};
  CHECK(StatusIs(f.pool.Adjust(lost).status(), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(f.pool.Adjust({}).status(), absl::StatusCode::kInvalidArgument));
  CHECK(f.pool.Audit().ok());
}

TEST_CASE("Adjust: safety stock and damage never touch what is reserved (P16)") {
  SmallPool f;
  const ReservationId id = *ReserveCells(f.pool, "a", {{Sku(0), At(0), Units(8)}}).reservation;
  const StockAdjustment safety{Sku(0), At(0), {}, {}, {}, Units(5)};
  CHECK(Must(f.pool.Adjust({&safety, 1})).oversold.empty());
  CHECK(f.pool.Figures(Sku(0), At(0)).hard == 8);
  CHECK(f.pool.Live().Available(Sku(0), At(0), {}) == 0);
  const StockAdjustment damage{Sku(0), At(0), {}, UnitDelta(6), {}, std::nullopt};
  const FeedOutcome outcome = Must(f.pool.Adjust({&damage, 1}));
  REQUIRE(outcome.oversold.size() == 1);
  CHECK(outcome.oversold[0].units == Units(4));
  CHECK(outcome.oversold[0].reservations == std::vector{id});
  CHECK(f.pool.Commit(id).ok());
  CHECK(f.pool.Audit().ok());
}

}  // namespace
}  // namespace orderwright
