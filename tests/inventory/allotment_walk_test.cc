// Random commands of many channels: what allotments say about themselves adds up, what is read is
// what is decided, and no promise costs a guarantee.
#include <algorithm>
#include <cstdlib>
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
using testing::Sku;
using testing::T;

constexpr std::uint32_t kSkus = 2;
constexpr std::uint32_t kLocations = 3;

class Walk {
 public:
  Walk(const World& world, std::uint64_t seed)
      : world_(world), random_(seed), pool_(world, RandomStock(), RandomAllotments()) {}

  void Step() {
    if (Below(4) == 0) time_ += Below(30);
    switch (Below(10)) {
      case 0:
        return Resolve(true);
      case 1:
      case 2:
        return Resolve(false);
      case 3:
        return Confirm();
      case 4:
        return Extend();
      case 5:
        return Amend();
      case 6:
        return Below(3) == 0 ? Set() : Adjust();
      case 7:
        return TakeMost();
      default:
        return Reserve();
    }
  }

  void Check() {
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      for (const AllotmentUse& use : pool_.AllotmentsOf(Sku(s), T(time_))) CheckUse(use);
    }
    CheckGuarantees();
    (void)pool_.Expire(T(time_));
    const StockSnapshot snapshot = pool_.Snapshot();
    const SkuIndex sku = RandomSku();
    const Availability ask = RandomAsker();
    REQUIRE(StockView(snapshot).MostOf(sku, ask) == pool_.Live().MostOf(sku, ask));
    for (std::uint32_t l = 0; l < kLocations; ++l) {
      REQUIRE(StockView(snapshot).Available(sku, At(l), ask) ==
              pool_.Live().Available(sku, At(l), ask));
    }
    const absl::Status audit = pool_.Audit();
    INFO(audit.ToString());
    REQUIRE(audit.ok());
  }

  [[nodiscard]] int accepted() const { return accepted_; }
  [[nodiscard]] int limited() const { return limited_; }
  [[nodiscard]] int borrowed() const { return borrowed_; }

 private:
  std::int64_t Below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  SkuIndex RandomSku() { return Sku(static_cast<std::uint32_t>(Below(kSkus))); }
  LocationIndex RandomPlace() { return At(static_cast<std::uint32_t>(Below(kLocations))); }
  std::string RandomChannel() { return std::string(1, static_cast<char>('a' + Below(4))); }
  std::string RandomMarket() { return Below(2) == 0 ? "DE" : "FR"; }
  Availability RandomAsker() {
    Availability ask{.now = T(time_)};
    if (Below(8) > 0) ask.channel = world_.symbols().Intern(RandomChannel());
    if (Below(3) > 0) ask.market = world_.symbols().Intern(RandomMarket());
    return ask;
  }

  Stock RandomStock() {
    std::vector<StockRowSpec> rows;
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      for (std::uint32_t l = 0; l < kLocations; ++l) {
        if (Below(8) == 0) continue;
        StockRowSpec row;
        row.sku = fmt::format("S{}", s);
        row.location = fmt::format("L{}", l);
        row.on_hand = Below(25);
        if (Below(4) == 0) row.safety_stock = Below(3);
        rows.push_back(row);
      }
    }
    return Must(Stock::Create(world_, std::move(rows)));
  }
  Allotments RandomAllotments() {
    std::vector<AllotmentSpec> specs;
    for (std::int64_t i = 0, n = Below(7); i < n; ++i) {
      AllotmentSpec spec;
      spec.sku = fmt::format("S{}", Below(kSkus));
      if (Below(6) > 0) spec.channel = RandomChannel();
      if (spec.channel.empty() || Below(3) == 0) spec.market = RandomMarket();
      if (Below(3) == 0) spec.location = fmt::format("L{}", Below(kLocations));
      if (Below(4) > 0) spec.guaranteed = Below(12);
      if (Below(4) == 0) spec.ceiling = Below(15);
      if (Below(4) == 0) spec.until = T(time_ + Below(600));
      if (Below(6) == 0) spec.stop_below = Below(20);
      for (const char* other : {"a", "b", "c", "d"}) {
        if (Below(5) == 0 && spec.channel != other) spec.overflow.emplace_back(other);
      }
      const bool is_there = std::any_of(specs.begin(), specs.end(), [&](const AllotmentSpec& o) {
        return o.sku == spec.sku && o.channel == spec.channel && o.market == spec.market &&
               o.location == spec.location;
      });
      if (!is_there) specs.push_back(spec);
    }
    return Must(Allotments::Create(world_, std::move(specs)));
  }

  // Of what the pool's reservations hold and have borrowed.
  void CheckUse(const AllotmentUse& use) {
    const Allotment& terms = use.allotment;
    const auto concerns = [&](Symbol channel, Symbol market) {
      return (terms.channel == kEmptySymbol || terms.channel == channel) &&
             (terms.market == kEmptySymbol || terms.market == market);
    };
    std::int64_t open = 0;
    std::int64_t lent = 0;
    for (const ReservationId id : ids_) {
      const std::optional<Reservation> held = pool_.FindReservation(id);
      if (!held || (held->expires_at && *held->expires_at <= T(time_))) continue;
      const bool is_own = concerns(held->channel, held->market);
      for (const CellDemand& cell : held->cells) {
        const bool is_here = !terms.location || *terms.location == cell.location;
        if (cell.sku == terms.sku && is_here && is_own) open += cell.quantity.count();
      }
      std::int64_t all_borrowed = 0;
      for (const Borrowed& part : held->borrowed) {
        const bool is_here = !terms.location || terms.location == part.location;
        const bool is_lender = concerns(part.channel, part.market) && !is_own;
        if (part.sku == terms.sku && is_here && is_lender) lent += part.quantity.count();
        if (part.sku == terms.sku) all_borrowed += part.quantity.count();
      }
      std::int64_t all_held = 0;
      for (const CellDemand& cell : held->cells) {
        if (cell.sku == terms.sku) all_held += cell.quantity.count();
      }
      REQUIRE(all_borrowed <= all_held);
    }
    REQUIRE(use.open.count() == open);
    REQUIRE(use.lent.count() >= lent);
    const bool has_ended = terms.until && *terms.until <= T(time_);
    const std::int64_t used = open + use.shipped.count() + use.lent.count();
    REQUIRE(use.unused.count() ==
            (has_ended ? 0 : std::max<std::int64_t>(0, terms.guaranteed - used)));
  }
  // Whoever has a guarantee can take what is unused of it, if there is enough for all.
  void CheckGuarantees() {
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      if (pool_.OverGuaranteed(Sku(s), T(time_)) > 0) continue;
      for (const AllotmentUse& use : pool_.AllotmentsOf(Sku(s), T(time_))) {
        const Availability ask{
            .channel = use.allotment.channel, .market = use.allotment.market, .now = T(time_)};
        if (IsBounded(Sku(s), ask) || HasPart(use.allotment)) continue;
        const std::int64_t there =
            use.allotment.location ? pool_.Live().Available(Sku(s), *use.allotment.location, ask)
                                   : pool_.Available(Sku(s), ask);
        REQUIRE(there >= use.unused.count());
      }
    }
  }
  // Whether some of what it guarantees is guaranteed to one of its markets or locations alone.
  bool HasPart(const Allotment& whole) const {
    const std::vector<AllotmentUse> uses = pool_.AllotmentsOf(whole.sku, T(time_));
    return std::any_of(uses.begin(), uses.end(), [&](const AllotmentUse& use) {
      const Allotment& part = use.allotment;
      return part != whole && (whole.channel == kEmptySymbol || whole.channel == part.channel) &&
             (whole.market == kEmptySymbol || whole.market == part.market);
    });
  }
  // Whether something but guarantees of others bounds the asker, or it may use these.
  bool IsBounded(SkuIndex sku, const Availability& ask) {
    const std::vector<AllotmentUse> uses = pool_.AllotmentsOf(sku, T(time_));
    return std::any_of(uses.begin(), uses.end(), [&](const AllotmentUse& use) {
      const Allotment& terms = use.allotment;
      const bool is_own = (terms.channel == kEmptySymbol || terms.channel == ask.channel) &&
                          (terms.market == kEmptySymbol || terms.market == ask.market);
      return is_own && (terms.ceiling || terms.stop_below > 0 || !terms.overflow.empty());
    });
  }

  // Whether something is guaranteed at a location to the asker or to whom it may borrow from: that
  // is of no use at others, and no number over all locations tells.
  bool HasOwnPlaces(const Availability& ask) const {
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      const std::vector<AllotmentUse> uses = pool_.AllotmentsOf(Sku(s), T(time_));
      std::vector<Symbol> lenders;
      const auto is_own = [&](const Allotment& terms) {
        return (terms.channel == kEmptySymbol || terms.channel == ask.channel) &&
               (terms.market == kEmptySymbol || terms.market == ask.market);
      };
      for (const AllotmentUse& use : uses) {
        const std::vector<Symbol>& more = use.allotment.overflow;
        if (is_own(use.allotment)) lenders.insert(lenders.end(), more.begin(), more.end());
      }
      for (const AllotmentUse& use : uses) {
        const Allotment& terms = use.allotment;
        if (!terms.location || use.unused.IsZero()) continue;
        if (is_own(terms) ||
            std::find(lenders.begin(), lenders.end(), terms.channel) != lenders.end()) {
          return true;
        }
      }
    }
    return false;
  }
  std::vector<CellDemand> RandomCells(const Availability& ask) {
    std::vector<CellDemand> cells;
    for (std::int64_t i = 0, n = 1 + Below(3); i < n; ++i) {
      const SkuIndex sku = RandomSku();
      const LocationIndex place = RandomPlace();
      const std::int64_t there = pool_.Live().Available(sku, place, ask);
      const std::int64_t units = there == 0 || Below(5) == 0 ? 1 + Below(4) : 1 + Below(there);
      cells.push_back({sku, place, Units(units)});
    }
    return cells;
  }
  // Whether what is read says that these can be taken.
  bool Reads(const std::vector<CellDemand>& cells, const Availability& ask) {
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      std::int64_t sum = 0;
      for (std::uint32_t l = 0; l < kLocations; ++l) {
        std::int64_t wanted = 0;
        for (const CellDemand& cell : cells) {
          if (cell.sku == Sku(s) && cell.location == At(l)) wanted += cell.quantity.count();
        }
        sum += wanted;
        if (wanted > pool_.Live().Available(Sku(s), At(l), ask)) return false;
      }
      if (sum > pool_.Live().MostOf(Sku(s), ask)) return false;
    }
    return true;
  }
  std::vector<std::int64_t> Missing() const {
    std::vector<std::int64_t> missing;
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      missing.push_back(pool_.OverGuaranteed(Sku(s), T(time_)));
    }
    return missing;
  }
  // Where all guarantees could be kept they still can.
  void RequireNoLoss(const std::vector<std::int64_t>& before) const {
    const std::vector<std::int64_t> after = Missing();
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      if (before[s] == 0) REQUIRE(after[s] == 0);
    }
  }

  std::optional<ReservationId> Take(const std::vector<CellDemand>& cells, const Availability& ask,
                                    bool soft) {
    ReserveRequest request;
    request.cells = cells;
    request.channel = ask.channel;
    request.market = ask.market;
    request.now = T(time_);
    if (soft) {
      request.kind = ReservationKind::kSoft;
      request.expires_at = T(time_ + 1 + Below(80));
    }
    const std::vector<std::int64_t> missing = Missing();
    const bool reads = Reads(cells, ask);
    const ReserveOutcome outcome = Must(pool_.Reserve(request));
    if (outcome.reservation) REQUIRE(reads);
    if (reads && !HasOwnPlaces(ask)) REQUIRE(outcome.reservation.has_value());
    if (!outcome.reservation) {
      REQUIRE(!(outcome.shortages.empty() && outcome.limit_shortages.empty()));
      limited_ += outcome.limit_shortages.empty() ? 0 : 1;
      return std::nullopt;
    }
    ++accepted_;
    ids_.push_back(*outcome.reservation);
    borrowed_ += pool_.FindReservation(ids_.back())->borrowed.empty() ? 0 : 1;
    RequireNoLoss(missing);
    CheckCeilings(ask);
    return outcome.reservation;
  }
  void CheckCeilings(const Availability& ask) {
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      for (const AllotmentUse& use : pool_.AllotmentsOf(Sku(s), T(time_))) {
        const Allotment& terms = use.allotment;
        const bool has_ended = terms.until && *terms.until <= T(time_);
        const bool is_own = (terms.channel == kEmptySymbol || terms.channel == ask.channel) &&
                            (terms.market == kEmptySymbol || terms.market == ask.market);
        // A ceiling that was set below what was open stays there until it is used up.
        if (!is_own || has_ended || !terms.ceiling || was_set_) continue;
        REQUIRE(use.open.count() <= *terms.ceiling);
      }
    }
  }

  void Reserve() {
    const Availability ask = RandomAsker();
    (void)Take(RandomCells(ask), ask, Below(2) == 0);
  }
  // All that the asker may take; one unit less in stock, and a guarantee would be short of it.
  void TakeMost() {
    const SkuIndex sku = RandomSku();
    const Availability ask = RandomAsker();
    const std::int64_t most = pool_.Available(sku, ask);
    std::int64_t left = most;
    std::vector<CellDemand> cells;
    std::optional<LocationIndex> has_more;
    for (std::uint32_t l = 0; l < kLocations; ++l) {
      const std::int64_t there = pool_.Live().Available(sku, At(l), ask);
      const std::int64_t part = std::min(left, there);
      left -= part;
      if (part > 0) cells.push_back({sku, At(l), Units(part)});
      if (part < there) has_more = At(l);
    }
    if (cells.empty()) return;
    const std::optional<ReservationId> id = Take(cells, ask, false);
    if (!id) return;  // see HasOwnPlaces
    if (has_more && !IsBounded(sku, ask) && Missing()[Raw(sku)] == 0) {
      StockAdjustment lost{sku, *has_more, UnitDelta(-1), {}, {}, std::nullopt};
      REQUIRE(pool_.Adjust({&lost, 1}, {.now = T(time_)}).ok());
      REQUIRE(Missing()[Raw(sku)] == 1);
      lost.on_hand = UnitDelta(1);
      REQUIRE(pool_.Adjust({&lost, 1}, {.now = T(time_)}).ok());
    }
    if (Below(3) > 0) REQUIRE(pool_.Release(*id, {}, {.now = T(time_)}).ok());
  }

  std::optional<Reservation> Pick() {
    if (ids_.empty()) return std::nullopt;
    const std::size_t pick =
        static_cast<std::size_t>(Below(static_cast<std::int64_t>(ids_.size())));
    const std::optional<Reservation> held = pool_.FindReservation(ids_[pick]);
    const bool is_open =
        held && !held->cells.empty() && (!held->expires_at || *held->expires_at > T(time_));
    return is_open ? held : std::nullopt;
  }
  std::vector<CellDemand> PartOf(const Reservation& held) {
    std::vector<CellDemand> part;
    for (const CellDemand& cell : held.cells) {
      if (Below(3) == 0) continue;
      part.push_back({cell.sku, cell.location, Units(1 + Below(cell.quantity.count()))});
    }
    return part;
  }
  void Resolve(bool ships) {
    const std::optional<Reservation> held = Pick();
    if (!held) return;
    const std::vector<std::int64_t> missing = Missing();
    const std::vector<CellDemand> part = PartOf(*held);
    REQUIRE((ships ? pool_.Commit(held->id, part, {.now = T(time_)})
                   : pool_.Release(held->id, part, {.now = T(time_)}))
                .ok());
    // A unit that counted in two guarantees, when given back, is one unit for both.
    if (ships) RequireNoLoss(missing);
  }
  void Confirm() {
    const std::optional<Reservation> held = Pick();
    if (!held || held->kind == ReservationKind::kHard) return;
    const std::vector<CellDemand> part = PartOf(*held);
    const ReserveOutcome outcome = Must(pool_.Confirm(held->id, {.part = part, .now = T(time_)}));
    REQUIRE(outcome.reservation.has_value());  // whatever the allotments say
  }
  void Extend() {
    const std::optional<Reservation> held = Pick();
    if (!held || held->kind == ReservationKind::kHard) return;
    REQUIRE(pool_.Extend(held->id, T(time_ + 1 + Below(80)), {.now = T(time_)}).ok());
  }
  void Amend() {
    const std::optional<Reservation> held = Pick();
    if (!held) return;
    const Availability ask{.channel = held->channel, .market = held->market, .now = T(time_)};
    const std::vector<CellDemand> back = PartOf(*held);
    const std::vector<CellDemand> take = RandomCells(ask);
    const std::vector<std::int64_t> missing = Missing();
    const bool fits = Reads(take, ask);
    const ReserveOutcome outcome =
        Must(pool_.Amend(held->id, {.give_back = back, .take = take, .now = T(time_)}));
    // What fits anyway fits when something is given back.
    if (fits && !HasOwnPlaces(ask)) REQUIRE(outcome.reservation.has_value());
    if (!outcome.reservation) return;
    if (back.empty()) RequireNoLoss(missing);
    CheckCeilings(ask);
  }
  void Adjust() {
    const std::int64_t units = Below(12) - 4;
    const StockAdjustment change{RandomSku(), RandomPlace(), UnitDelta(units), {}, {}, {}};
    (void)pool_.Adjust({&change, 1}, {.now = T(time_)});
  }
  void Set() {
    const SkuIndex sku = RandomSku();
    const Allotments next = RandomAllotments();
    was_set_ = true;
    REQUIRE(pool_.SetAllotments(sku, next.entries_of(sku), {.now = T(time_)}).ok());
  }

  World world_;
  std::mt19937_64 random_;
  std::int64_t time_ = 1'000;
  InventoryPool pool_;
  std::vector<ReservationId> ids_;
  bool was_set_ = false;
  int accepted_ = 0;
  int limited_ = 0;
  int borrowed_ = 0;
};

TEST_CASE("Allotments: at random, they add up, and no promise costs a guarantee (P15)") {
  const World world = testing::SmallWorld(kSkus, kLocations);
  const std::uint64_t walks = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 20'000 : 300;
  int accepted = 0;
  int limited = 0;
  int borrowed = 0;
  for (std::uint64_t seed = 1; seed <= walks; ++seed) {
    INFO("walk " << seed);
    Walk walk(world, seed);
    for (int step = 0; step < 120; ++step) {
      INFO("step " << step);
      walk.Step();
      walk.Check();
    }
    accepted += walk.accepted();
    limited += walk.limited();
    borrowed += walk.borrowed();
  }
  // The walks get everywhere.
  CHECK(accepted > static_cast<int>(walks) * 10);
  CHECK(limited > static_cast<int>(walks));
  CHECK(borrowed > static_cast<int>(walks) / 10);
}

}  // namespace
}  // namespace orderwright
