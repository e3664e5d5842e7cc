// Units promised of what is not there yet: by what is expected, by terms, before a release.
#include "orderwright/inventory/backorder.h"

#include <functional>
#include <optional>
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
using testing::StatusIs;
using testing::T;
using Offers = std::vector<BackorderOffer>;

constexpr auto kIncoming = BackorderDraw::kIncoming;
constexpr auto kLimit = BackorderDraw::kLimit;

// S0 has the terms under test, S1 none; both with `on_hand` units at L0 and L1.
struct Shop {
  explicit Shop(
      const ItemSpec& terms, std::int64_t on_hand = 0,
      const std::function<void(StockRowSpec&)>& change = [](StockRowSpec&) {})
      : world(MakeWorld(terms)), stock(MakeStock(world, on_hand, change)), pool(world, stock) {}

  static World MakeWorld(ItemSpec item) {
    WorldDraft draft;
    draft.currency = Must(Currency::Parse("USD"));
    item.sku = "S0";
    draft.items = {item, ItemSpec()};
    draft.items[1].sku = "S1";
    draft.locations.resize(2);
    draft.locations[0].id = "L0";
    draft.locations[1].id = "L1";
    return Must(World::Create(std::move(draft)));
  }
  // `change` is for the row of S0 at L0.
  static Stock MakeStock(const World& world, std::int64_t on_hand,
                         const std::function<void(StockRowSpec&)>& change) {
    std::vector<StockRowSpec> rows;
    for (const char* sku : {"S0", "S1"}) {
      for (const char* location : {"L0", "L1"}) {
        StockRowSpec& row = rows.emplace_back();
        row.sku = sku;
        row.location = location;
        row.on_hand = on_hand;
      }
    }
    change(rows[0]);
    return Must(Stock::Create(world, std::move(rows)));
  }

  void Expect(std::string_view name, std::int64_t units, std::int64_t at, std::uint32_t place = 0) {
    REQUIRE(pool.Expect({CommandKey(name), Sku(0), At(place), Units(units), T(at)}).ok());
  }
  BackorderOffers Find(std::int64_t now = 0,
                       std::optional<ReservationId> own = std::nullopt) const {
    BackorderOffers offers;
    pool.Live().FindBackorders(Sku(0), {.now = T(now), .own_reservation = own}, offers);
    return offers;
  }
  Offers List(std::int64_t now = 0) const {
    const BackorderOffers found = Find(now);
    return {found.offers.begin(), found.offers.end()};
  }
  ReserveOutcome Take(const std::vector<BackorderDemand>& backorders, std::int64_t now = 0,
                      std::string_view key = "") {
    ReserveRequest request;
    request.key = CommandKey(key);
    request.backorders = backorders;
    request.now = T(now);
    return Must(pool.Reserve(request));
  }

  World world;
  Stock stock;
  InventoryPool pool;
};

ItemSpec Backorderable(std::optional<Units> limit = std::nullopt) {
  ItemSpec item;
  item.backorder = {true, limit};
  return item;
}
ItemSpec Preorderable(std::int64_t release, std::optional<Units> limit = std::nullopt) {
  ItemSpec item;
  item.preorder = PreorderTerms{T(release), limit};
  return item;
}
BackorderDemand Dated(std::int64_t units, std::int64_t at, std::uint32_t place = 0) {
  return {Sku(0), At(place), Units(units), BackorderKind::kBackorder, kIncoming, T(at)};
}
BackorderDemand Undated(std::int64_t units, std::uint32_t place = 0) {
  return {Sku(0), At(place), Units(units), BackorderKind::kBackorder, kLimit, std::nullopt};
}
BackorderDemand Preorder(BackorderDraw draw, std::int64_t units, std::int64_t at,
                         std::uint32_t place = 0) {
  return {Sku(0), At(place), Units(units), BackorderKind::kPreorder, draw, T(at)};
}
BackorderOffer DatedOffer(std::int64_t units, std::int64_t at, std::uint32_t place = 0) {
  return {At(place), BackorderKind::kBackorder, kIncoming, T(at), units, false};
}
BackorderOffer UndatedOffer(std::uint32_t place, std::int64_t units = kUnlimitedUnits,
                            bool counts = true) {
  return {At(place), BackorderKind::kBackorder, kLimit, std::nullopt, units, counts};
}
BackorderOffer PreorderOffer(BackorderDraw draw, std::int64_t units, std::int64_t at,
                             std::uint32_t place = 0) {
  return {At(place), BackorderKind::kPreorder, draw, T(at), units, true};
}

TEST_CASE("Backorders: without terms nothing is offered, whatever is expected") {
  Shop shop{ItemSpec()};
  shop.Expect("po", 5, 100);
  CHECK(shop.List().empty());
  CHECK_FALSE(shop.Take({Dated(1, 100)}).reservation.has_value());
}

TEST_CASE("Backorders: each date offers what it adds, and the limit is of the SKU (trap 37)") {
  Shop shop(Backorderable(Units(4)));
  shop.Expect("po 1", 5, 100);
  shop.Expect("po 2", 3, 200);
  shop.Expect("po 3", 2, 200);
  CHECK(shop.List() ==
        Offers{DatedOffer(5, 100), DatedOffer(5, 200), UndatedOffer(0), UndatedOffer(1)});
  CHECK(shop.Find().limit == 4);
  REQUIRE(shop.Take({Dated(2, 100), Undated(1), Undated(2, 1)}).reservation.has_value());
  // The undated ones will be served from what comes first, at their location.
  CHECK(shop.List() ==
        Offers{DatedOffer(2, 100), DatedOffer(5, 200), UndatedOffer(0), UndatedOffer(1)});
  CHECK(shop.Find().limit == 1);
  const ReserveOutcome refused = shop.Take({Undated(2, 1)});
  CHECK_FALSE(refused.reservation.has_value());
  CHECK(refused.backorder_shortages ==
        std::vector{BackorderShortage{Sku(0), At(1), kLimit, Units(2), Units(1)}});
  REQUIRE(shop.Take({Undated(1, 1)}).reservation.has_value());
  CHECK(shop.List() == Offers{DatedOffer(2, 100), DatedOffer(5, 200)});
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Backorders: they are in no figure of a cell") {
  Shop shop(Backorderable(), 7);
  REQUIRE(shop.Take({Undated(3)}).reservation.has_value());
  CHECK(shop.pool.Figures(Sku(0), At(0)) == StockFigures{.on_hand = 7});
  CHECK(shop.pool.Available(Sku(0)) == 14);
  CHECK(shop.pool.sequence() == 1);
}

TEST_CASE("Backorders: a row of stock has terms of its own, and a limit of its own (trap 36)") {
  Shop shop(Backorderable(Units(9)), 0,
            [](StockRowSpec& row) { row.backorder = BackorderTerms{true, Units(2)}; });
  CHECK(shop.List() == Offers{UndatedOffer(0, 2, false), UndatedOffer(1)});
  REQUIRE(shop.Take({Undated(2), Undated(3, 1)}).reservation.has_value());
  CHECK(shop.List() == Offers{UndatedOffer(1)});
  CHECK(shop.Find().limit == 6);
  CHECK_FALSE(shop.Take({Undated(1)}).reservation.has_value());

  Shop closed(Backorderable(), 0, [](StockRowSpec& row) { row.backorder = BackorderTerms{}; });
  closed.Expect("po", 5, 100);
  CHECK(closed.List() == Offers{UndatedOffer(1)});
  CHECK_FALSE(closed.Take({Dated(1, 100)}).reservation.has_value());

  Shop open(ItemSpec(), 0, [](StockRowSpec& row) { row.backorder = BackorderTerms{true, {}}; });
  CHECK(open.List() == Offers{UndatedOffer(0, kUnlimitedUnits, false)});
}

TEST_CASE(
    "Backorders: safety stock is no room for them, and a limit is no safety stock (trap 38)") {
  Shop shop(Backorderable(Units(4)), 10, [](StockRowSpec& row) { row.safety_stock = 12; });
  shop.Expect("po", 5, 100);
  // What the safety stock lacks is made good first.
  CHECK(shop.List() == Offers{DatedOffer(3, 100), UndatedOffer(0), UndatedOffer(1)});
  CHECK(shop.pool.Available(Sku(0)) == 10);
  CHECK(shop.Find().limit == 4);
}

TEST_CASE("Backorders: stock that nobody counts is never backordered") {
  Shop shop(Backorderable(), 0, [](StockRowSpec& row) { row.on_hand.reset(); });
  CHECK(shop.List() == Offers{UndatedOffer(1)});
  CHECK_FALSE(shop.Take({Undated(1)}).reservation.has_value());
}

TEST_CASE("Backorders: what is oversold is made good before anything is promised") {
  Shop shop(Backorderable(), 10);
  REQUIRE(ReserveCells(shop.pool, "", {{Sku(0), At(0), Units(10)}}).reservation.has_value());
  const StockAdjustment lost{Sku(0), At(0), UnitDelta(-4), {}, {}, std::nullopt};
  REQUIRE(shop.pool.Adjust({&lost, 1}).ok());
  shop.Expect("po", 5, 100);
  CHECK(shop.List() == Offers{DatedOffer(1, 100), UndatedOffer(0), UndatedOffer(1)});
}

TEST_CASE("Backorders: what is overdue is not offered, and covers what was promised of it") {
  Shop shop(Backorderable(Units(0)));
  shop.Expect("po 1", 5, 100);
  shop.Expect("po 2", 4, 200);
  REQUIRE(shop.Take({Dated(2, 100)}).reservation.has_value());
  CHECK(shop.List(99) == Offers{DatedOffer(3, 100), DatedOffer(4, 200)});
  CHECK(shop.List(100) == Offers{DatedOffer(4, 200)});
  CHECK_FALSE(shop.Take({Dated(5, 200)}, 100).reservation.has_value());
  CHECK(shop.Take({Dated(4, 200)}, 100).reservation.has_value());
  CHECK_FALSE(shop.Take({Dated(1, 100)}, 100).reservation.has_value());
  CHECK(shop.List(200).empty());
}

TEST_CASE("Backorders: an early promise does not eat a later one") {
  Shop shop(Backorderable(Units(0)));
  shop.Expect("po 1", 5, 100);
  shop.Expect("po 2", 5, 200);
  REQUIRE(shop.Take({Dated(8, 200)}).reservation.has_value());
  CHECK(shop.List() == Offers{DatedOffer(2, 100)});
  const ReserveOutcome refused = shop.Take({Dated(3, 100)});
  CHECK(refused.backorder_shortages ==
        std::vector{BackorderShortage{Sku(0), At(0), kIncoming, Units(3), Units(2)}});
  // Nor do two demands of one request that would each fit alone.
  CHECK_FALSE(shop.Take({Dated(2, 100), Dated(1, 200)}).reservation.has_value());
  CHECK(shop.Take({Dated(1, 100), Dated(1, 100)}).reservation.has_value());
  CHECK(shop.List() == Offers{});
  CHECK(shop.pool.AvailableToPromise(Sku(0), {.at = T(300)}) == 0);
}

TEST_CASE("Backorders: a location that has nothing yet offers what it expects") {
  World world = Shop::MakeWorld(Backorderable());
  InventoryPool pool(world, Must(Stock::Create(world, {})));
  BackorderOffers offers;
  pool.Live().FindBackorders(Sku(0), {}, offers);
  CHECK(offers.offers.empty());
  REQUIRE(pool.Expect({CommandKey("po"), Sku(0), At(1), Units(3), T(100)}).ok());
  pool.Live().FindBackorders(Sku(0), {}, offers);
  CHECK(Offers(offers.offers.begin(), offers.offers.end()) ==
        Offers{DatedOffer(3, 100, 1), UndatedOffer(1)});
}

TEST_CASE("Pre-orders: stock that came early waits for the release (trap 59)") {
  Shop shop(Preorderable(500, Units(20)), 0, [](StockRowSpec& row) { row.on_hand = 6; });
  shop.Expect("po 1", 5, 100);
  shop.Expect("po 2", 7, 700);
  CHECK(shop.List() ==
        Offers{PreorderOffer(kIncoming, 11, 500), PreorderOffer(kLimit, kUnlimitedUnits, 500),
               PreorderOffer(kIncoming, 7, 700), PreorderOffer(kLimit, kUnlimitedUnits, 500, 1)});
  CHECK(shop.Find().limit == 20);
  CHECK(shop.pool.Live().Available(Sku(0), At(0), {}) == 6);  // routing knows of the release
  REQUIRE(shop.Take({Preorder(kIncoming, 9, 500), Preorder(kLimit, 4, 500, 1)})
              .reservation.has_value());
  CHECK(shop.Find().limit == 7);
  CHECK(shop.List()[0] == PreorderOffer(kIncoming, 2, 500));
  CHECK_FALSE(shop.Take({Preorder(kIncoming, 2, 500), Preorder(kLimit, 6, 500)}).reservation);
  CHECK_FALSE(shop.Take({Preorder(kIncoming, 2, 499)}).reservation.has_value());
  CHECK_FALSE(shop.Take({Preorder(kLimit, 1, 499)}).reservation.has_value());
  CHECK_FALSE(shop.Take({Dated(1, 700)}).reservation.has_value());  // not a backorder yet
  CHECK(shop.Take({Preorder(kIncoming, 2, 500), Preorder(kLimit, 5, 500)}).reservation);
  CHECK(shop.List().empty());
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Pre-orders: units that the same request takes from the cell are not promised too") {
  Shop shop(Preorderable(500), 6);
  const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(2)}};
  std::vector<BackorderDemand> backorders = {Preorder(kIncoming, 5, 500)};
  ReserveRequest request;
  request.cells = cells;
  request.backorders = backorders;
  CHECK_FALSE(Must(shop.pool.Reserve(request)).reservation.has_value());
  CHECK(shop.pool.Figures(Sku(0), At(0)).hard == 0);
  backorders[0].quantity = Units(4);
  CHECK(Must(shop.pool.Reserve(request)).reservation.has_value());
}

TEST_CASE("Pre-orders: from the release on the terms for backorders hold") {
  ItemSpec item = Preorderable(500);
  item.backorder = {true, Units(3)};
  Shop shop(item);
  REQUIRE(shop.Take({Preorder(kLimit, 4, 500)}).reservation.has_value());
  CHECK(shop.List(499).size() == 2);
  CHECK(shop.List(500) == Offers{UndatedOffer(0), UndatedOffer(1)});
  CHECK(shop.Find(500).limit == 3);
  CHECK_FALSE(shop.Take({Preorder(kLimit, 1, 500)}, 500).reservation.has_value());
  shop.Expect("po", 6, 600);
  CHECK(shop.List(500)[0] == DatedOffer(2, 600));  // four are for who pre-ordered
}

TEST_CASE("Backorders: when stock has come the promise moves, it is not copied (trap 58)") {
  Shop shop(Backorderable(Units(0)));
  shop.Expect("po", 5, 100);
  const ReservationId id = *shop.Take({Dated(4, 100)}).reservation;
  REQUIRE(shop.pool.Receive(CommandKey("po"), Units(5), {.now = T(90)}).ok());
  const std::vector<BackorderDemand> back = {Dated(4, 100)};
  const std::vector<CellDemand> too_many = {{Sku(0), At(0), Units(6)}};
  CHECK_FALSE(Must(shop.pool.Amend(id, {.take = too_many, .give_back_backorders = back}))
                  .reservation.has_value());
  CHECK(shop.pool.FindReservation(id)->backorders == back);
  const std::vector<CellDemand> take = {{Sku(0), At(0), Units(4)}};
  REQUIRE(Must(shop.pool.Amend(id, {.take = take, .give_back_backorders = back}))
              .reservation.has_value());
  const Reservation held = *shop.pool.FindReservation(id);
  CHECK(held.cells == take);
  CHECK(held.backorders.empty());
  CHECK(shop.pool.Figures(Sku(0), At(0)) == StockFigures{.on_hand = 5, .hard = 4});
  CHECK(StatusIs(shop.pool.Amend(id, {.give_back_backorders = back}),
                 absl::StatusCode::kInvalidArgument));
  REQUIRE(shop.pool.Commit(id).ok());
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Backorders: a date moves without new terms, and within what is expected") {
  Shop shop(Preorderable(500, Units(5)));
  const ReservationId id = *shop.Take({Preorder(kLimit, 5, 500)}).reservation;
  shop.Expect("po", 3, 800);
  const std::vector<BackorderDemand> back = {Preorder(kLimit, 5, 500)};
  std::vector<BackorderDemand> take = {Preorder(kIncoming, 4, 800), Preorder(kLimit, 1, 900)};
  const AmendRequest request{.give_back_backorders = back, .take_backorders = take, .now = T(600)};
  const ReserveOutcome refused = Must(shop.pool.Amend(id, request));
  CHECK(refused.backorder_shortages ==
        std::vector{BackorderShortage{Sku(0), At(0), kIncoming, Units(4), Units(3)}});
  CHECK(shop.pool.FindReservation(id)->backorders == back);
  take = {Preorder(kIncoming, 3, 800), Preorder(kLimit, 2, 900)};
  REQUIRE(Must(shop.pool.Amend(id, request)).reservation.has_value());
  CHECK(shop.pool.FindReservation(id)->backorders == take);
  // More than were promised would be new promises, and their time is over.
  const std::vector<BackorderDemand> one = {Preorder(kLimit, 1, 900)};
  const std::vector<BackorderDemand> two = {Preorder(kLimit, 2, 950)};
  CHECK_FALSE(Must(shop.pool.Amend(id, {.give_back_backorders = one, .take_backorders = two}))
                  .reservation.has_value());
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Backorders: release gives back all, shipping leaves what is not there") {
  Shop shop(Backorderable(Units(4)), 5);
  const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(2)}};
  const std::vector<BackorderDemand> backorders = {Undated(3)};
  ReserveRequest request;
  request.key = CommandKey("order");
  request.cells = cells;
  request.backorders = backorders;
  const ReservationId id = *Must(shop.pool.Reserve(request)).reservation;
  CHECK(Must(shop.pool.Reserve(request)).repeated);
  const std::vector<BackorderDemand> others = {Undated(2)};
  request.backorders = others;
  CHECK(StatusIs(shop.pool.Reserve(request), absl::StatusCode::kAlreadyExists));
  REQUIRE(shop.pool.Release(id, {{{Sku(0), At(0), Units(1)}}}).ok());
  CHECK(shop.pool.FindReservation(id)->backorders == backorders);
  REQUIRE(shop.pool.Commit(id).ok());
  CHECK(shop.Find().limit == 1);
  CHECK(StatusIs(shop.pool.Commit(id), absl::StatusCode::kFailedPrecondition));
  CHECK(StatusIs(shop.pool.Forget(id), absl::StatusCode::kFailedPrecondition));
  REQUIRE(shop.pool.Release(id).ok());
  CHECK(shop.Find().limit == 4);
  CHECK(StatusIs(shop.pool.Release(id), absl::StatusCode::kFailedPrecondition));
  CHECK(shop.pool.Forget(id).ok());
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Backorders: the asker's own count as given back, in a snapshot too") {
  Shop shop(Backorderable(Units(2)), 0);
  shop.Expect("po", 5, 100);
  const ReservationId id = *shop.Take({Dated(5, 100), Undated(2)}).reservation;
  CHECK(shop.List().empty());
  const BackorderOffers own = shop.Find(0, id);
  CHECK(Offers(own.offers.begin(), own.offers.end()) ==
        Offers{DatedOffer(5, 100), UndatedOffer(0), UndatedOffer(1)});
  CHECK(own.limit == 2);
  const std::vector<SkuIndex> skus = {Sku(0), Sku(1)};
  const StockSnapshot snapshot = shop.pool.Snapshot(skus, id);
  BackorderOffers found;
  StockView(snapshot).FindBackorders(Sku(0), {.own_reservation = id}, found);
  CHECK(found.offers == own.offers);
  CHECK(found.limit == own.limit);
  StockView(snapshot).FindBackorders(Sku(0), {}, found);
  CHECK(found.offers.empty());
  StockView(snapshot).FindBackorders(Sku(1), {}, found);
  CHECK(found.offers.empty());
  StockView(snapshot).FindBackorders(Sku(9), {}, found);
  CHECK(found.offers.empty());
}

TEST_CASE("Backorders: whose date is not covered any more is named, first come first served") {
  Shop shop(Backorderable(Units(3)));
  shop.Expect("po 1", 5, 100);
  shop.Expect("po 2", 4, 200);
  const ReservationId a = *shop.Take({Dated(3, 100)}).reservation;
  const ReservationId b = *shop.Take({Dated(4, 200)}).reservation;
  const ReservationId c = *shop.Take({Dated(2, 100), Undated(3)}).reservation;
  CHECK(shop.pool.BackordersAtRisk(Sku(0)).empty());
  CHECK(shop.pool.BackordersAtRisk(Sku(1)).empty());
  CHECK(shop.pool.BackordersAtRisk(Sku(9)).empty());
  shop.Expect("po 1", 4, 100);  // one fewer
  CHECK(shop.pool.BackordersAtRisk(Sku(0)) ==
        std::vector{BackorderRisk{c, Sku(0), At(0), Units(1), T(100), T(200)},
                    BackorderRisk{b, Sku(0), At(0), Units(1), T(200), std::nullopt}});
  shop.Expect("po 1", 5, 300);  // late
  CHECK(shop.pool.BackordersAtRisk(Sku(0)) ==
        std::vector{BackorderRisk{a, Sku(0), At(0), Units(3), T(100), T(200)},
                    BackorderRisk{c, Sku(0), At(0), Units(2), T(100), T(300)},
                    BackorderRisk{b, Sku(0), At(0), Units(4), T(200), T(300)}});
  CHECK(shop.List().empty());
  // What has come covers too, also before it is allocated.
  REQUIRE(shop.pool.Receive(CommandKey("po 1"), Units(5), {.now = T(90)}).ok());
  CHECK(shop.pool.BackordersAtRisk(Sku(0)).empty());
}

TEST_CASE("Backorders: what rows of stock expect is expected under its name") {
  Shop shop(Backorderable(), 0, [](StockRowSpec& row) {
    row.incoming = {{Units(5), T(300), ""}, {Units(2), T(100), "po 7"}};
  });
  const std::vector<Incoming> incoming = shop.pool.IncomingOf(Sku(0));
  REQUIRE(incoming.size() == 2);
  CHECK(incoming[0] == Incoming{CommandKey("po 7"), At(0), Units(2), T(100), 100, std::nullopt});
  CHECK(incoming[1].name == CommandKey("opening:S0@L0:1"));
  CHECK(shop.List()[0] == DatedOffer(2, 100));
  shop.Expect("opening:S0@L0:1", 4, 400);  // what is known by a name can be corrected
  CHECK(shop.List()[1] == DatedOffer(4, 400));
  REQUIRE(shop.pool.Receive(CommandKey("opening:S0@L0:1"), Units(4)).ok());
  REQUIRE(shop.pool.Receive(CommandKey("po 7"), Units(2)).ok());
  CHECK(shop.pool.Figures(Sku(0), At(0)).on_hand == 6);
  // Nobody else makes such a name.
  CHECK(StatusIs(shop.pool.Expect({CommandKey("opening:mine"), Sku(0), At(0), Units(1), T(1)}),
                 absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(
      shop.pool.Dispatch({CommandKey("opening:mine"), Sku(0), At(0), At(1), Units(1), T(1), T(1)}),
      absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Backorders: input that makes no sense is refused") {
  Shop shop(Backorderable(), 5);
  const auto refused = [&](const BackorderDemand& bad, absl::StatusCode code) {
    ReserveRequest request;
    request.backorders = {&bad, 1};
    CHECK(StatusIs(shop.pool.Reserve(request), code));
  };
  constexpr auto kInvalid = absl::StatusCode::kInvalidArgument;
  refused(Undated(0), kInvalid);
  refused(Undated(Stock::kMaxUnits + 1), absl::StatusCode::kOutOfRange);
  refused({Sku(9), At(0), Units(1), BackorderKind::kBackorder, kLimit}, kInvalid);
  refused({Sku(0), At(9), Units(1), BackorderKind::kBackorder, kLimit}, kInvalid);
  refused({Sku(0), At(0), Units(1), BackorderKind::kBackorder, kIncoming}, kInvalid);
  refused({Sku(0), At(0), Units(1), BackorderKind::kPreorder, kLimit}, kInvalid);
  refused({Sku(0), At(0), Units(1), BackorderKind::kBackorder, kLimit, T(1)}, kInvalid);
  refused({Sku(0), At(0), Units(1), BackorderKind::kBackorder, kIncoming, Timestamp::max()},
          kInvalid);
  const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(1)}};
  const std::vector<BackorderDemand> backorders = {Undated(1)};
  ReserveRequest soft;
  soft.kind = ReservationKind::kSoft;
  soft.expires_at = T(100);
  soft.cells = cells;
  soft.backorders = backorders;
  CHECK(StatusIs(shop.pool.Reserve(soft), kInvalid));
  const ReservationId hold = *testing::Hold(shop.pool, cells, T(1), T(100)).reservation;
  CHECK(StatusIs(shop.pool.Amend(hold, {.take_backorders = backorders}), kInvalid));
  REQUIRE(Must(shop.pool.Confirm(hold)).reservation.has_value());
  CHECK(Must(shop.pool.Amend(hold, {.take_backorders = backorders})).reservation.has_value());
  CHECK(shop.pool.FindReservation(hold)->backorders == backorders);
}

}  // namespace
}  // namespace orderwright
