// What is kept for channels and markets, and how much they may hold.
#include "orderwright/inventory/allotment.h"

#include <algorithm>
#include <string>
#include <string_view>
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
using testing::Sku;
using testing::SmallWorld;
using testing::StatusIs;
using testing::T;

AllotmentSpec Of(std::string channel, std::int64_t guaranteed, std::string location = "") {
  AllotmentSpec spec;
  spec.sku = "S0";
  spec.channel = std::move(channel);
  spec.guaranteed = guaranteed;
  spec.location = std::move(location);
  return spec;
}

// Ten units of S0 and S1 at L0 and L1 each.
struct Shop {
  explicit Shop(std::vector<AllotmentSpec> specs, std::int64_t on_hand = 10)
      : world(SmallWorld(2, 2)),
        pool(world, FullStock(world, on_hand), Must(Allotments::Create(world, std::move(specs)))) {}

  Symbol Name(std::string_view text) const { return world.symbols().Intern(text); }
  Availability Ask(std::string_view channel, std::int64_t now = 0,
                   std::string_view market = "") const {
    return {.channel = Name(channel), .market = Name(market), .now = T(now)};
  }
  // A snapshot's holds do not expire.
  bool IsSeen(std::int64_t now) const { return !pool.clock() || T(now) <= *pool.clock(); }
  std::int64_t Most(std::string_view channel, std::int64_t now = 0) const {
    const std::int64_t most = pool.Live().MostOf(Sku(0), Ask(channel, now));
    const StockSnapshot snapshot = pool.Snapshot();
    if (IsSeen(now)) CHECK(StockView(snapshot).MostOf(Sku(0), Ask(channel, now)) == most);
    return most;
  }
  std::int64_t There(std::string_view channel, std::uint32_t place, std::int64_t now = 0) const {
    const std::int64_t units = pool.Live().Available(Sku(0), At(place), Ask(channel, now));
    const StockSnapshot snapshot = pool.Snapshot();
    if (IsSeen(now)) {
      CHECK(StockView(snapshot).Available(Sku(0), At(place), Ask(channel, now)) == units);
    }
    return units;
  }
  ReserveOutcome Take(std::string_view channel, const std::vector<CellDemand>& cells,
                      std::int64_t now = 0, std::optional<std::int64_t> expires = std::nullopt,
                      std::string_view market = "") {
    ReserveRequest request;
    request.cells = cells;
    request.channel = Name(channel);
    request.market = Name(market);
    request.now = T(now);
    if (expires) {
      request.kind = ReservationKind::kSoft;
      request.expires_at = T(*expires);
    }
    return Must(pool.Reserve(request));
  }
  // The use of the allotment of a channel.
  AllotmentUse Use(std::string_view channel, std::int64_t now = 0) const {
    for (const AllotmentUse& use : pool.AllotmentsOf(Sku(0), T(now))) {
      if (use.allotment.channel == Name(channel)) return use;
    }
    FAIL("no such allotment");
    return {};
  }

  World world;
  InventoryPool pool;
};

std::vector<CellDemand> Cells(std::int64_t at_l0, std::int64_t at_l1 = 0) {
  std::vector<CellDemand> cells;
  if (at_l0 > 0) cells.push_back({Sku(0), At(0), Units(at_l0)});
  if (at_l1 > 0) cells.push_back({Sku(0), At(1), Units(at_l1)});
  return cells;
}

TEST_CASE("Allotments: what is guaranteed and not used is nobody else's") {
  Shop shop({Of("amazon", 12)});
  CHECK(shop.Most("amazon") == 20);
  CHECK(shop.Most("web") == 8);
  CHECK(shop.There("web", 0) == 8 + 2);  // at a cell everything, over all of them 8
  CHECK(shop.pool.Available(Sku(0)) == 20);
  CHECK(shop.pool.Available(Sku(0), shop.Ask("web")) == 8);
  CHECK(shop.pool.Live().MostOf(Sku(1), shop.Ask("web")) == kUnlimitedUnits);
  const ReserveOutcome refused = shop.Take("web", Cells(5, 4));
  CHECK_FALSE(refused.reservation.has_value());
  CHECK(refused.shortages.empty());
  CHECK(refused.limit_shortages == std::vector{LimitShortage{Sku(0), Units(9), Units(8)}});
  REQUIRE(shop.Take("web", Cells(5, 3)).reservation.has_value());
  CHECK(shop.Most("web") == 0);
  const ReservationId own = *shop.Take("amazon", Cells(5, 2)).reservation;
  CHECK(shop.Use("amazon") ==
        AllotmentUse{shop.Use("amazon").allotment, Units(7), Units(0), Units(0), Units(5)});
  CHECK(shop.Most("web") == 0);
  // Shipped units stay used: what comes in is everybody's.
  REQUIRE(shop.pool.Commit(own).ok());
  const StockAdjustment found{Sku(0), At(0), UnitDelta(3), {}, {}, std::nullopt};
  REQUIRE(shop.pool.Adjust({&found, 1}).ok());
  CHECK(shop.Use("amazon").shipped == Units(7));
  CHECK(shop.Most("web") == 3);
  CHECK(shop.Most("amazon") == 8);
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Allotments: a reservation that is released frees its guarantee again") {
  Shop shop({Of("amazon", 12)});
  const ReservationId id = *shop.Take("amazon", Cells(10)).reservation;
  CHECK(shop.Most("web") == 8);
  REQUIRE(shop.pool.Release(id).ok());
  CHECK(shop.Most("web") == 8);
  CHECK(shop.Use("amazon").unused == Units(12));
}

TEST_CASE("Allotments: a ceiling is what may be reserved and not yet shipped") {
  AllotmentSpec spec = Of("amazon", 0);
  spec.ceiling = 6;
  Shop shop({spec});
  CHECK(shop.Most("amazon") == 6);
  CHECK(shop.Most("web") == 20);
  const ReservationId id = *shop.Take("amazon", Cells(4, 1)).reservation;
  CHECK(shop.Most("amazon") == 1);
  CHECK_FALSE(shop.Take("amazon", Cells(2)).reservation.has_value());
  REQUIRE(shop.pool.Commit(id, Cells(3)).ok());
  CHECK(shop.Most("amazon") == 4);
  REQUIRE(shop.pool.Release(id).ok());
  CHECK(shop.Most("amazon") == 6);
}

TEST_CASE("Allotments: of a location they concern its cell alone") {
  AllotmentSpec ceiling = Of("web", 0, "L1");
  ceiling.ceiling = 3;
  Shop shop({Of("amazon", 4, "L0"), ceiling});
  CHECK(shop.Most("web") == kUnlimitedUnits);
  CHECK(shop.There("web", 0) == 6);
  CHECK(shop.There("web", 1) == 3);
  CHECK(shop.pool.Available(Sku(0), shop.Ask("web")) == 9);
  CHECK(shop.There("amazon", 0) == 10);
  const ReserveOutcome refused = shop.Take("web", Cells(7, 3));
  CHECK(refused.shortages == std::vector{Shortage{Sku(0), At(0), Units(7), Units(6)}});
  CHECK(refused.limit_shortages.empty());
  CHECK(shop.Take("web", Cells(6, 3)).reservation.has_value());
  CHECK(shop.There("web", 1) == 0);
  CHECK(shop.Take("amazon", Cells(4)).reservation.has_value());
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Allotments: a market's and a location's count within their channel's") {
  AllotmentSpec german = Of("amazon", 5);
  german.market = "DE";
  Shop shop({Of("amazon", 8), german, Of("amazon", 3, "L1")});
  // Not 16: eight are kept, three of them at L1.
  CHECK(shop.Most("web") == 12);
  CHECK(shop.There("web", 0) == 10);
  CHECK(shop.There("web", 1) == 7);
  CHECK(shop.pool.Live().MostOf(Sku(0), shop.Ask("amazon", 0, "FR")) == 15);
  CHECK(shop.pool.Live().MostOf(Sku(0), shop.Ask("amazon", 0, "DE")) == 20);
  // Of a market over all channels.
  AllotmentSpec market;
  market.sku = "S0";
  market.market = "DE";
  market.guaranteed = 4;
  Shop other({market});
  CHECK(other.Most("web") == 16);
  CHECK(other.pool.Live().MostOf(Sku(0), other.Ask("web", 0, "DE")) == 20);
}

TEST_CASE("Allotments: they end at their instant, by the caller's clock") {
  AllotmentSpec spec = Of("amazon", 12);
  spec.until = T(100);
  spec.ceiling = 13;
  Shop shop({spec});
  CHECK(shop.Most("web", 99) == 8);
  CHECK(shop.Most("web", 100) == kUnlimitedUnits);
  CHECK(shop.Most("amazon", 99) == 13);
  CHECK(shop.pool.Available(Sku(0), shop.Ask("amazon", 100)) == 20);
  CHECK(shop.Take("web", Cells(9), 100).reservation.has_value());
}

TEST_CASE("Allotments: a hold counts until it runs out, whether or not anybody swept") {
  AllotmentSpec spec = Of("amazon", 5);
  spec.ceiling = 6;
  Shop shop({spec});
  const ReservationId hold = *shop.Take("amazon", Cells(6), 10, 50).reservation;
  CHECK(shop.Most("amazon", 49) == 0);
  CHECK(shop.Most("web", 49) == 14);
  CHECK(shop.Most("amazon", 50) == 6);
  CHECK(shop.Most("web", 50) == 15);
  REQUIRE(shop.pool.Extend(hold, T(70), {.now = T(20)}).ok());
  CHECK(shop.Most("amazon", 69) == 0);
  CHECK(shop.Most("amazon", 70) == 6);
  REQUIRE(Must(shop.pool.Confirm(hold, {.part = Cells(4), .now = T(30)})).reservation);
  CHECK(shop.Most("amazon", 70) == 2);
  CHECK(shop.Use("amazon", 70).open == Units(4));
  CHECK(shop.pool.Audit().ok());
  (void)shop.Take("amazon", Cells(1), 80, 90);
  CHECK(shop.pool.Expire(T(95)).size() == 1);
  CHECK(shop.pool.sequence() == 5);
  CHECK(shop.pool.Expire(T(96)).empty());
  CHECK(shop.pool.sequence() == 5);
  CHECK(shop.Use("amazon", 96).open == Units(4));
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Allotments: a channel overflows in order, and gives back what it borrowed") {
  AllotmentSpec web = Of("web", 0);
  web.overflow = {"amazon", "ebay"};
  Shop shop({web, Of("amazon", 6), Of("ebay", 5), Of("b2b", 4)});
  CHECK(shop.Most("web") == 16);  // all but the four of b2b
  CHECK(shop.Most("shop") == 5);
  CHECK(shop.Take("web", Cells(4)).reservation.has_value());  // of what is nobody's
  CHECK(shop.Use("amazon").lent == Units(0));
  const ReservationId id = *shop.Take("web", Cells(6, 2)).reservation;
  CHECK(shop.Use("amazon").lent == Units(6));
  CHECK(shop.Use("ebay").lent == Units(1));
  CHECK(shop.Most("ebay") == 4);
  CHECK(shop.Most("amazon") == 0);
  CHECK(shop.Most("shop") == 0);
  // What comes in is not amazon's again.
  const StockAdjustment found{Sku(0), At(0), UnitDelta(3), {}, {}, std::nullopt};
  REQUIRE(shop.pool.Adjust({&found, 1}).ok());
  CHECK(shop.Most("shop") == 3);
  // What was borrowed last is given back first.
  REQUIRE(shop.pool.Release(id, Cells(0, 2)).ok());
  CHECK(shop.Use("ebay").lent == Units(0));
  CHECK(shop.Use("amazon").lent == Units(5));
  // Shipped units are borrowed ones only when nothing else is left.
  REQUIRE(shop.pool.Commit(id, Cells(1)).ok());
  REQUIRE(shop.pool.FindReservation(id)->borrowed.size() == 1);
  CHECK(shop.pool.FindReservation(id)->borrowed[0].quantity == Units(5));
  REQUIRE(shop.pool.Commit(id).ok());
  CHECK(shop.Use("amazon").lent == Units(5));
  CHECK(shop.Use("amazon").unused == Units(1));
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Allotments: what is borrowed at a location is of its guarantee first") {
  AllotmentSpec web = Of("web", 0);
  web.overflow = {"amazon"};
  Shop shop({web, Of("amazon", 4, "L0"), Of("amazon", 7)});
  CHECK(shop.There("web", 0) == 10);
  const ReservationId id = *shop.Take("web", Cells(9)).reservation;
  const std::vector<Borrowed> borrowed = shop.pool.FindReservation(id)->borrowed;
  CHECK(borrowed == std::vector{Borrowed{Sku(0), At(0), shop.Name("amazon"), {}, Units(3)}});
  // They count within those of the channel too.
  for (const AllotmentUse& use : shop.pool.AllotmentsOf(Sku(0))) {
    if (use.allotment.channel == shop.Name("amazon")) CHECK(use.lent == Units(3));
  }
  // A move: what is given back is there to be taken, as if nobody had borrowed it.
  REQUIRE(Must(shop.pool.Amend(id, {.give_back = Cells(9), .take = Cells(0, 9)})).reservation);
  CHECK(shop.pool.FindReservation(id)->borrowed.empty());
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Allotments: a cell's last unit gives back what was borrowed at its location") {
  AllotmentSpec web = Of("web", 0);
  web.overflow = {"amazon"};
  Shop shop({web, Of("amazon", 10, "L0"), Of("amazon", 14)});
  const ReservationId id = *shop.Take("web", Cells(1, 8)).reservation;
  CHECK(shop.pool.FindReservation(id)->borrowed.size() == 2);  // one at L0, two over all
  REQUIRE(shop.pool.Release(id, Cells(1)).ok());
  REQUIRE(shop.pool.FindReservation(id)->borrowed.size() == 1);
  CHECK_FALSE(shop.pool.FindReservation(id)->borrowed[0].location.has_value());
  REQUIRE(shop.pool.Release(id).ok());
  CHECK(shop.Use("amazon").lent == Units(0));
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("Allotments: a channel is offered nothing while little is left") {
  AllotmentSpec amazon = Of("amazon", 3);
  amazon.stop_below = 8;
  AllotmentSpec ebay = Of("ebay", 0, "L0");
  ebay.stop_below = 4;
  Shop shop({amazon, ebay});
  CHECK(shop.Most("amazon") == 20);
  REQUIRE(shop.Take("web", Cells(6, 6)).reservation.has_value());
  CHECK(shop.Most("amazon") == 8);
  CHECK(shop.There("ebay", 0) == 4);
  REQUIRE(shop.Take("web", Cells(1)).reservation.has_value());
  CHECK(shop.Most("amazon") == 0);
  CHECK(shop.There("amazon", 0) == 0);
  CHECK(shop.There("ebay", 0) == 0);
  CHECK(shop.There("ebay", 1) == 4);
  CHECK_FALSE(shop.Take("amazon", Cells(1)).reservation.has_value());
}

TEST_CASE("Allotments: the asker's own reservation counts as given back") {
  AllotmentSpec web = Of("web", 0);
  web.ceiling = 8;
  web.overflow = {"amazon"};
  Shop shop({web, Of("amazon", 15)});
  const ReservationId id = *shop.Take("web", Cells(7)).reservation;
  CHECK(shop.Most("web") == 1);
  Availability own = shop.Ask("web");
  own.own_reservation = id;
  CHECK(shop.pool.Live().MostOf(Sku(0), own) == 8);
  CHECK(shop.pool.Live().Available(Sku(0), At(0), own) == 10);
  const std::vector<SkuIndex> skus = {Sku(0)};
  const StockSnapshot snapshot = shop.pool.Snapshot(skus, id);
  CHECK(StockView(snapshot).MostOf(Sku(0), own) == 8);
  CHECK(StockView(snapshot).Available(Sku(0), At(0), own) == 10);
  own.channel = shop.Name("other");
  CHECK(shop.pool.Live().MostOf(Sku(0), own) == 5);
}

TEST_CASE("Allotments: guarantees may sum to more than there is, and somebody is told (trap 53)") {
  Shop shop({Of("amazon", 15), Of("web", 9), Of("ebay", 12, "L1")});
  // Two more than L1 has; then 24 of the ten that are left.
  CHECK(shop.pool.OverGuaranteed(Sku(0)) == 2 + 14);
  CHECK(shop.Most("amazon") == 1);
  CHECK(shop.Most("web") == 0);
  CHECK(shop.pool.OverGuaranteed(Sku(1)) == 0);
  CHECK(shop.pool.OverGuaranteed(Sku(9)) == 0);
  Shop fits({Of("amazon", 15), Of("web", 5)});
  CHECK(fits.pool.OverGuaranteed(Sku(0)) == 0);
}

TEST_CASE("Allotments: they limit promises, never shipping or confirming what is reserved") {
  Shop shop({});
  const ReservationId hold = *shop.Take("web", Cells(8), 10, 1'000).reservation;
  const Allotments all = Must(Allotments::Create(shop.world, {Of("amazon", 20)}));
  REQUIRE(shop.pool.SetAllotments(Sku(0), all.entries_of(Sku(0))).ok());
  CHECK(shop.Most("web", 10) == 0);
  REQUIRE(Must(shop.pool.Confirm(hold, {.now = T(20)})).reservation.has_value());
  CHECK(shop.pool.Commit(hold).ok());
}

TEST_CASE("SetAllotments: one that stays keeps its counts, a new one starts with what is open") {
  Shop shop({Of("amazon", 6), Of("ebay", 4)});
  REQUIRE(shop.Take("amazon", Cells(3)).reservation.has_value());
  const ReservationId shipped = *shop.Take("amazon", Cells(2)).reservation;
  const ReservationId ebay = *shop.Take("ebay", Cells(1)).reservation;
  REQUIRE(shop.pool.Commit(shipped).ok());
  REQUIRE(shop.pool.Commit(ebay).ok());
  const Allotments next = Must(Allotments::Create(shop.world, {Of("amazon", 6), Of("ebay", 5)}));
  const ChangeOptions once{.key = CommandKey("plan 2")};
  REQUIRE(shop.pool.SetAllotments(Sku(0), next.entries_of(Sku(0)), once).ok());
  REQUIRE(shop.pool.SetAllotments(Sku(0), next.entries_of(Sku(0)), once).ok());
  CHECK(StatusIs(shop.pool.SetAllotments(Sku(0), {}, once), absl::StatusCode::kAlreadyExists));
  CHECK(shop.Use("amazon").shipped == Units(2));
  CHECK(shop.Use("amazon").open == Units(3));
  CHECK(shop.Use("amazon").unused == Units(1));
  CHECK(shop.Use("ebay").shipped == Units(0));
  CHECK(shop.Use("ebay").unused == Units(5));
  CHECK(shop.pool.Audit().ok());
  REQUIRE(shop.pool.SetAllotments(Sku(0), {}).ok());
  CHECK(shop.pool.AllotmentsOf(Sku(0)).empty());
  CHECK(shop.Most("web") == kUnlimitedUnits);
  CHECK(shop.pool.Live().Available(Sku(0), At(0), shop.Ask("web")) == 10 - 6);
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("SetAllotments: what is lent is counted again, and outlives what lent it") {
  AllotmentSpec web = Of("web", 0);
  web.overflow = {"amazon"};
  Shop shop({web, Of("amazon", 14)});
  const ReservationId id = *shop.Take("web", Cells(9)).reservation;
  CHECK(shop.Use("amazon").lent == Units(3));
  const Allotments next = Must(Allotments::Create(shop.world, {Of("amazon", 8)}));
  REQUIRE(shop.pool.SetAllotments(Sku(0), next.entries_of(Sku(0))).ok());
  CHECK(shop.Use("amazon").lent == Units(3));
  CHECK(shop.Use("amazon").unused == Units(5));
  CHECK(shop.pool.Audit().ok());
  REQUIRE(shop.pool.SetAllotments(Sku(0), {}).ok());
  REQUIRE(shop.pool.Release(id, Cells(7)).ok());
  CHECK(shop.pool.FindReservation(id)->borrowed.empty());
  REQUIRE(shop.pool.Release(id).ok());
  CHECK(shop.pool.Audit().ok());
}

TEST_CASE("SetAllotments: input that makes no sense is refused, and nothing changes") {
  Shop shop({Of("amazon", 6)});
  const Allotment good = shop.pool.AllotmentsOf(Sku(0))[0].allotment;
  const auto refused = [&](const std::vector<Allotment>& bad) {
    CHECK(StatusIs(shop.pool.SetAllotments(Sku(0), bad), absl::StatusCode::kInvalidArgument));
    CHECK(shop.pool.AllotmentsOf(Sku(0))[0].allotment == good);
  };
  Allotment bad = good;
  bad.guaranteed = -1;
  refused({bad});
  bad = good;
  bad.ceiling = -1;
  refused({bad});
  bad = good;
  bad.stop_below = Stock::kMaxUnits + 1;
  refused({bad});
  bad = good;
  bad.channel = {};
  refused({bad});
  bad = good;
  bad.location = At(2);
  refused({bad});
  bad = good;
  bad.sku = Sku(1);
  refused({bad});
  refused({good, good});
  CHECK(StatusIs(shop.pool.SetAllotments(Sku(9), {}), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Allotments::Create names what is wrong, all at once") {
  const World world = SmallWorld(1, 1);
  std::vector<AllotmentSpec> specs(9, Of("web", 1));
  specs[1].sku = "S1";
  specs[2].channel = "";
  specs[3].location = "L9";
  specs[4].channel = "a";
  specs[4].guaranteed = -1;
  specs[5].channel = "b";
  specs[5].ceiling = -2;
  specs[6].channel = "c";
  specs[6].stop_below = Stock::kMaxUnits + 1;
  specs[7].channel = "d";
  specs[7].overflow = {"d", "", "e", "e"};
  const absl::StatusOr<Allotments> refused = Allotments::Create(world, specs);
  CHECK(StatusIs(refused, absl::StatusCode::kInvalidArgument));
  std::vector<std::string> found;
  for (const Issue& issue : IssuesOf(refused.status())) {
    found.push_back(issue.path + " " + issue.code);
  }
  CHECK(found == std::vector<std::string>{
                     "allotments[1].sku unknown_sku", "allotments[2].channel missing",
                     "allotments[3].location unknown_location", "allotments[4].protected negative",
                     "allotments[5].ceiling negative", "allotments[6].stop_below out_of_range",
                     "allotments[7].overflow[0] self_reference", "allotments[7].overflow[1] empty",
                     "allotments[7].overflow[3] duplicate", "allotments[8] duplicate"});
}

}  // namespace
}  // namespace orderwright
