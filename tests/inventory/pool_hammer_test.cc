// Threads hammer a few rows for a while. Each keeps a ledger of what the pool has answered it; at
// the end the ledgers together must be the pool, to the unit: nothing is sold twice, nothing that
// was given back is lost.
#include <algorithm>
#include <array>
#include <atomic>
#include <chrono>
#include <cstdlib>
#include <optional>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/status.h"
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
using testing::T;

using Clock = std::chrono::steady_clock;

constexpr std::uint32_t kSkus = 2;
constexpr std::uint32_t kLocations = 2;
constexpr std::int64_t kOpening = 30;
using Counts =
    std::array<std::int64_t, kSkus * kLocations>;  // by cell: SKU * kLocations + location

SkuIndex SkuOf(std::size_t cell) { return Sku(static_cast<std::uint32_t>(cell) / kLocations); }
LocationIndex PlaceOf(std::size_t cell) {
  return At(static_cast<std::uint32_t>(cell) % kLocations);
}

std::vector<CellDemand> DemandsOf(const Counts& counts) {
  std::vector<CellDemand> demands;
  for (std::size_t cell = 0; cell < counts.size(); ++cell) {
    if (counts[cell] > 0) demands.push_back({SkuOf(cell), PlaceOf(cell), Units(counts[cell])});
  }
  return demands;
}

// What one thread was told.
struct Ledger {
  struct Held {
    ReservationId id{};
    std::optional<Timestamp> expires_at;  // absent: an allocation
    Counts left{};
  };
  std::vector<Held> held;
  Counts shipped{};
  Counts found{};
  std::size_t refused = 0;
  std::size_t released = 0;
  std::size_t confirmed = 0;
  std::size_t expired = 0;
  std::vector<std::string> faults;  // answers that cannot be right
};

class Hammerer {
 public:
  Hammerer(InventoryPool& pool, std::atomic<std::int64_t>& time, std::uint64_t seed)
      : pool_(pool), time_(time), random_(seed) {}

  void RunUntil(Clock::time_point end) {
    while (Clock::now() < end && ledger_.faults.empty()) {
      for (int i = 0; i < 50; ++i) Step();
    }
  }
  [[nodiscard]] const Ledger& ledger() const { return ledger_; }

 private:
  std::uint32_t Below(std::uint32_t n) { return static_cast<std::uint32_t>(random_() % n); }
  void Step() {
    const Timestamp now = T(time_++);
    if (ledger_.held.size() < 4 || Below(3) == 0) {
      Take(now);
      return;
    }
    const std::size_t at = Below(static_cast<std::uint32_t>(ledger_.held.size()));
    const std::uint32_t what = Below(8);
    if (what == 0) {
      (void)pool_.Expire(now);
    } else if (what == 1 && ledger_.held[at].expires_at) {
      Confirm(at, now);
    } else {
      Leave(at, now, what < 4);
    }
  }

  // An allocation or a hold that runs out soon. Where there is too little, some is found.
  void Take(Timestamp now) {
    Ledger::Held held;
    for (std::uint32_t lines = 1 + Below(3); lines > 0; --lines) {
      held.left[Below(kSkus * kLocations)] += 1 + Below(3);
    }
    const std::vector<CellDemand> cells = DemandsOf(held.left);
    ReserveRequest request;
    request.cells = cells;
    request.now = now;
    if (Below(2) == 0) {
      held.expires_at = now + Duration(1 + Below(100));
      request.kind = ReservationKind::kSoft;
      request.expires_at = held.expires_at;
    }
    const absl::StatusOr<ReserveOutcome> outcome = pool_.Reserve(request);
    if (!outcome.ok()) {
      // Others may have named an instant at which the hold has run out.
      if (held.expires_at && LatestInstant(now) >= *held.expires_at) return;
      Fault("Reserve", outcome.status());
    } else if (outcome->reservation) {
      held.id = *outcome->reservation;
      ledger_.held.push_back(held);
    } else {
      ++ledger_.refused;
      for (const Shortage& shortage : outcome->shortages) {
        if (shortage.wanted <= shortage.available)
          ledger_.faults.push_back("refused what is there");
      }
      if (outcome->shortages.empty()) ledger_.faults.push_back("refused without a reason");
      if (Below(4) == 0) Find(now);
    }
  }

  void Find(Timestamp now) {
    const std::size_t cell = Below(kSkus * kLocations);
    StockAdjustment adjustment;
    adjustment.sku = SkuOf(cell);
    adjustment.location = PlaceOf(cell);
    adjustment.on_hand = UnitDelta(10);
    const absl::StatusOr<FeedOutcome> outcome = pool_.Adjust({&adjustment, 1}, {.now = now});
    if (!outcome.ok()) Fault("Adjust", outcome.status());
    ledger_.found[cell] += 10;
  }

  void Confirm(std::size_t at, Timestamp now) {
    const Timestamp before = LatestInstant(now);
    const absl::StatusOr<ReserveOutcome> outcome = pool_.Confirm(ledger_.held[at].id, {.now = now});
    if (!IsDone("Confirm", at, outcome.status(), before, now)) return;
    ledger_.held[at].expires_at.reset();
    ++ledger_.confirmed;
  }

  // Ships or releases a unit of each cell, or all.
  void Leave(std::size_t at, Timestamp now, bool ships) {
    Counts part = ledger_.held[at].left;
    if (Below(2) == 0) {
      for (std::int64_t& units : part) units = std::min<std::int64_t>(units, 1);
    }
    const std::vector<CellDemand> cells = DemandsOf(part);
    const Timestamp before = LatestInstant(now);
    const ReservationId id = ledger_.held[at].id;
    const absl::Status status = ships ? pool_.Commit(id, cells, {.now = now}).status()
                                      : pool_.Release(id, cells, {.now = now}).status();
    if (!IsDone(ships ? "Commit" : "Release", at, status, before, now)) return;
    Ledger::Held& held = ledger_.held[at];
    for (std::size_t cell = 0; cell < part.size(); ++cell) {
      held.left[cell] -= part[cell];
      if (ships) ledger_.shipped[cell] += part[cell];
    }
    if (!ships) ++ledger_.released;
    if (held.left == Counts{}) Drop(at);
  }

  // Whether a command was carried out; one that was not must be of a hold that has run out, and one
  // that was must not.
  bool IsDone(const char* command, std::size_t at, const absl::Status& status, Timestamp before,
              Timestamp now) {
    const std::optional<Timestamp> expires_at = ledger_.held[at].expires_at;
    if (status.ok()) {
      if (expires_at && *expires_at <= before) {
        ledger_.faults.push_back(fmt::format("{} of a hold that has run out", command));
      }
      return true;
    }
    const bool says_expired = absl::IsDeadlineExceeded(status) || absl::IsNotFound(status);
    if (!says_expired || !expires_at || LatestInstant(now) < *expires_at) Fault(command, status);
    ++ledger_.expired;
    Drop(at);
    return false;
  }

  void Drop(std::size_t at) {
    ledger_.held[at] = ledger_.held.back();
    ledger_.held.pop_back();
  }
  void Fault(const char* command, const absl::Status& status) {
    ledger_.faults.push_back(fmt::format("{}: {}", command, MessageOf(status)));
  }
  [[nodiscard]] Timestamp LatestInstant(Timestamp now) const {
    return std::max(now, pool_.clock().value_or(now));
  }

  InventoryPool& pool_;
  std::atomic<std::int64_t>& time_;
  std::mt19937_64 random_;
  Ledger ledger_;
};

// 1 second; with ORDERWRIGHT_SOAK 60 times its value.
std::chrono::seconds HammerTime() {
  const char* const soak = std::getenv("ORDERWRIGHT_SOAK");
  if (soak == nullptr) return std::chrono::seconds(1);
  return std::chrono::seconds(60) * std::max(std::strtoll(soak, nullptr, 10), 1LL);
}

// How often a cell was seen with more reserved than it has.
std::size_t WatchUntil(const InventoryPool& pool, Clock::time_point end) {
  std::size_t oversold = 0;
  while (Clock::now() < end) {
    for (std::size_t cell = 0; cell < kSkus * kLocations; ++cell) {
      if (pool.Figures(SkuOf(cell), PlaceOf(cell)).Free() < 0) ++oversold;
    }
  }
  return oversold;
}

// Once all holds have run out: each cell has what the ledgers say.
void CheckFigures(const InventoryPool& pool, const std::vector<Hammerer>& hammerers) {
  for (std::size_t cell = 0; cell < kSkus * kLocations; ++cell) {
    StockFigures expected;
    expected.on_hand = kOpening;
    for (const Hammerer& hammerer : hammerers) {
      const Ledger& ledger = hammerer.ledger();
      expected.on_hand += ledger.found[cell] - ledger.shipped[cell];
      for (const Ledger::Held& held : ledger.held) {
        if (!held.expires_at) expected.hard += held.left[cell];
      }
    }
    INFO("cell " << cell);
    const StockFigures figures = pool.Figures(SkuOf(cell), PlaceOf(cell));
    CHECK(figures.on_hand == expected.on_hand);
    CHECK(figures.hard == expected.hard);
    CHECK(figures.soft == 0);
    CHECK(figures.Free() >= 0);
  }
}

// Each allocation has what its ledger says; given back, all that is on hand is free.
void CheckAndReleaseAll(InventoryPool& pool, const std::vector<Hammerer>& hammerers,
                        Timestamp now) {
  for (const Hammerer& hammerer : hammerers) {
    for (const Ledger::Held& held : hammerer.ledger().held) {
      const std::optional<Reservation> found = pool.FindReservation(held.id);
      if (held.expires_at) {
        CHECK_FALSE(found);
        continue;
      }
      REQUIRE(found);
      CHECK(found->cells == DemandsOf(held.left));
      (void)Must(pool.Release(held.id, {}, {.now = now}));
    }
  }
  for (std::uint32_t s = 0; s < kSkus; ++s) {
    std::int64_t on_hand = 0;
    for (std::uint32_t l = 0; l < kLocations; ++l) on_hand += pool.Figures(Sku(s), At(l)).on_hand;
    CHECK(pool.Available(Sku(s), now) == on_hand);
  }
}

TEST_CASE("InventoryPool: hammered by threads it is the sum of their ledgers", "[hammer]") {
  const World world = SmallWorld(kSkus, kLocations);
  InventoryPool pool(world, FullStock(world, kOpening));
  std::atomic<std::int64_t> time{1};
  std::vector<Hammerer> hammerers;
  for (std::uint64_t t = 0; t < 4; ++t) hammerers.emplace_back(pool, time, t);
  const Clock::time_point end = Clock::now() + HammerTime();
  std::vector<std::thread> threads;
  for (Hammerer& hammerer : hammerers) threads.emplace_back([&] { hammerer.RunUntil(end); });
  const std::size_t oversold = WatchUntil(pool, end);
  for (std::thread& thread : threads) thread.join();
  CHECK(oversold == 0);

  const Timestamp after = T(time + 1'000'000);
  (void)pool.Expire(after);
  for (const Hammerer& hammerer : hammerers) {
    const Ledger& ledger = hammerer.ledger();
    for (const std::string& fault : ledger.faults) FAIL_CHECK(fault);
    // All that is checked has happened.
    CHECK(ledger.shipped != Counts{});
    CHECK(ledger.refused > 0);
    CHECK(ledger.released > 0);
    CHECK(ledger.confirmed > 0);
    CHECK(ledger.expired > 0);
  }
  CheckFigures(pool, hammerers);
  const absl::Status audit = pool.Audit();
  INFO(audit.ToString());
  CHECK(audit.ok());
  CheckAndReleaseAll(pool, hammerers, after);
  CHECK(pool.Audit().ok());
}

}  // namespace
}  // namespace orderwright
