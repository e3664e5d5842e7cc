// Small histories of two threads on one cell, checked exhaustively: whatever they saw, there is an
// order of their commands, within what really came before what, in which one thread alone would
// have seen the same (M. Herlihy and J. Wing, "Linearizability", 1990).
#include <algorithm>
#include <array>
#include <atomic>
#include <cstdlib>
#include <map>
#include <optional>
#include <random>
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
using testing::Sku;
using testing::SmallWorld;

enum class Kind : std::uint8_t { kReserve = 1, kRelease = 2, kShip = 3, kRead = 4, kAmend = 5 };

// One command of one thread, when it ran, and what it saw.
struct Event {
  Kind kind = Kind::kRead;
  int own = -1;  // which of the thread's reservations it is about
  std::int64_t units = 0;
  std::int64_t began = 0;
  std::int64_t ended = 0;
  bool done = false;
  StockFigures seen;
};
using History = std::array<std::vector<Event>, 2>;

class Runner {
 public:
  Runner(InventoryPool& pool, std::atomic<std::int64_t>& clock) : pool_(pool), clock_(clock) {}

  void Run(std::vector<Event>& events) {
    for (Event& event : events) {
      event.began = clock_++;
      const std::vector<CellDemand> cells = {
          {Sku(0), At(0), Units(std::max<std::int64_t>(1, event.units))}};
      switch (event.kind) {
        case Kind::kReserve: {
          ReserveRequest request;
          request.cells = cells;
          const absl::StatusOr<ReserveOutcome> outcome = pool_.Reserve(request);
          event.done = outcome.ok() && outcome->reservation.has_value();
          ids_.push_back(event.done ? outcome->reservation : std::nullopt);
          break;
        }
        case Kind::kRelease:
          event.done = Id(event) && pool_.Release(*Id(event)).ok();
          break;
        case Kind::kShip:
          event.done = Id(event) && pool_.Commit(*Id(event)).ok();
          break;
        case Kind::kAmend: {
          if (!Id(event)) break;
          const absl::StatusOr<ReserveOutcome> outcome = pool_.Amend(*Id(event), {.take = cells});
          event.done = outcome.ok() && outcome->reservation.has_value();
          break;
        }
        case Kind::kRead:
          event.seen = pool_.Figures(Sku(0), At(0));
          event.done = true;
      }
      event.ended = clock_++;
    }
  }

 private:
  [[nodiscard]] std::optional<ReservationId> Id(const Event& event) const {
    const auto own = static_cast<std::size_t>(event.own);
    return own < ids_.size() ? ids_[own] : std::nullopt;
  }

  InventoryPool& pool_;
  std::atomic<std::int64_t>& clock_;
  std::vector<std::optional<ReservationId>> ids_;
};

// The cell and the reservations of both threads, as one thread alone would have them.
struct Alone {
  std::int64_t on_hand = 0;
  std::array<std::vector<std::int64_t>, 2> held;

  [[nodiscard]] std::int64_t Reserved() const {
    std::int64_t units = 0;
    for (const auto& thread : held) {
      for (const std::int64_t each : thread) units += each;
    }
    return units;
  }
  // Makes the command; false if one thread alone would have seen something else.
  bool Make(std::size_t thread, const Event& event) {
    std::vector<std::int64_t>& mine = held[thread];
    const auto own = static_cast<std::size_t>(event.own);
    const bool live = event.kind == Kind::kReserve || event.kind == Kind::kRead ||
                      (own < mine.size() && mine[own] > 0);
    bool done = live;
    switch (event.kind) {
      case Kind::kReserve:
        done = event.units <= on_hand - Reserved();
        mine.push_back(done ? event.units : 0);
        break;
      case Kind::kRelease:
        if (live) mine[own] = 0;
        break;
      case Kind::kShip:
        if (live) on_hand -= mine[own];
        if (live) mine[own] = 0;
        break;
      case Kind::kAmend:
        done = live && event.units <= on_hand - Reserved();
        if (done) mine[own] += event.units;
        break;
      case Kind::kRead:
        return event.seen == StockFigures{.on_hand = on_hand, .hard = Reserved()};
    }
    return done == event.done;
  }
};

// Whether some order of what is left explains what was seen.
bool Explains(const History& history, std::array<std::size_t, 2> next, const Alone& alone) {
  if (next[0] == history[0].size() && next[1] == history[1].size()) return true;
  for (std::size_t thread = 0; thread < 2; ++thread) {
    if (next[thread] == history[thread].size()) continue;
    const Event& event = history[thread][next[thread]];
    const std::size_t other = 1 - thread;
    // The other's next command had ended before this one began: it came first.
    if (next[other] < history[other].size() && history[other][next[other]].ended < event.began) {
      continue;
    }
    Alone after = alone;
    if (!after.Make(thread, event)) continue;
    std::array<std::size_t, 2> rest = next;
    ++rest[thread];
    if (Explains(history, rest, after)) return true;
  }
  return false;
}

TEST_CASE("InventoryPool: histories of two threads on one cell are linearizable") {
  const int rounds = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 100'000 : 500;
  const World world = SmallWorld(1, 1);
  constexpr std::int64_t kUnits = 4;
  const Stock stock = FullStock(world, kUnits);
  std::mt19937_64 random(1990);
  int overlaps = 0;
  for (int round = 0; round < rounds; ++round) {
    InventoryPool pool(world, stock);
    std::atomic<std::int64_t> clock{0};
    History history;
    for (std::vector<Event>& events : history) {
      for (int i = 0; i < 5; ++i) {
        Event event;
        event.kind = i == 0 ? Kind::kReserve : static_cast<Kind>(1 + random() % 5);
        event.own = static_cast<int>(random() % 2);
        event.units = static_cast<std::int64_t>(1 + random() % 3);
        events.push_back(event);
      }
    }
    std::atomic<int> ready{0};
    const auto run = [&](std::size_t thread) {
      Runner runner(pool, clock);
      ++ready;
      while (ready < 2) std::this_thread::yield();
      runner.Run(history[thread]);
    };
    std::thread first(run, 0);
    std::thread second(run, 1);
    first.join();
    second.join();
    for (const Event& a : history[0]) {
      for (const Event& b : history[1]) overlaps += a.began < b.ended && b.began < a.ended ? 1 : 0;
    }
    INFO("round " << round);
    REQUIRE(Explains(history, {0, 0}, Alone{kUnits, {}}));
    REQUIRE(pool.Audit().ok());
  }
  // Otherwise nothing was tried.
  CHECK(overlaps > 0);
}

TEST_CASE("The check of histories finds one that no order explains") {
  History history;
  // Both took three of four units.
  history[0] = {{Kind::kReserve, 0, 3, 0, 2, true, {}}};
  history[1] = {{Kind::kReserve, 0, 3, 1, 3, true, {}}};
  CHECK_FALSE(Explains(history, {0, 0}, Alone{4, {}}));
  history[1][0].done = false;
  CHECK(Explains(history, {0, 0}, Alone{4, {}}));
  // Seen before, though it came after.
  history[1] = {{Kind::kRead, 0, 0, 3, 4, true, StockFigures{.on_hand = 4}}};
  CHECK_FALSE(Explains(history, {0, 0}, Alone{4, {}}));
  history[1][0].began = 1;
  CHECK(Explains(history, {0, 0}, Alone{4, {}}));
}

}  // namespace
}  // namespace orderwright
