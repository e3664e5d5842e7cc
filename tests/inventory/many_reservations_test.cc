// Many reservations, of which some are closed early, some late and some never: each is found by its
// number as long as it is known, whatever happened to its neighbours.
#include <map>
#include <random>
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

const Timestamp kStart = *ParseTimestamp("2026-11-23T12:00:00Z");

class Crowd {
 public:
  Crowd() : world_(SmallWorld(1, 1)), pool_(world_, FullStock(world_, 1'000'000)) {}

  // A hard reservation, or one that expires after so many minutes.
  void Add(std::int64_t units, std::optional<int> minutes) {
    const std::vector<CellDemand> cells = {{Sku(0), At(0), Units(units)}};
    ReserveRequest request;
    request.cells = cells;
    request.now = kStart;
    if (minutes) {
      request.kind = ReservationKind::kSoft;
      request.expires_at = kStart + std::chrono::minutes(*minutes);
    } else {
      request.key = CommandKey(std::to_string(++keys_));  // one with a key is kept when it is done
    }
    const ReservationId id = *Must(pool_.Reserve(request)).reservation;
    open_[id] = {units, minutes};
    taken_ += units;
  }
  void Release(ReservationId id) {
    Must(pool_.Release(id));
    const auto [units, minutes] = open_.at(id);
    if (!minutes) REQUIRE(pool_.Forget(id).ok());
    taken_ -= units;
    open_.erase(id);
    gone_.push_back(id);
  }
  void ExpireUntil(int minutes) {
    (void)pool_.Expire(kStart + std::chrono::minutes(minutes));
    std::erase_if(open_, [&](const auto& entry) {
      const auto& [units, at] = entry.second;
      if (!at || *at > minutes) return false;
      taken_ -= units;
      gone_.push_back(entry.first);
      return true;
    });
  }
  void Check() const {
    for (const auto& [id, what] : open_) {
      const std::optional<Reservation> found = pool_.FindReservation(id);
      REQUIRE(found.has_value());
      REQUIRE(found->id == id);
      REQUIRE(found->cells.size() == 1);
      REQUIRE(found->cells[0].quantity.count() == what.first);
    }
    for (const ReservationId id : gone_) REQUIRE_FALSE(pool_.FindReservation(id).has_value());
    const StockFigures figures = pool_.Figures(Sku(0), At(0));
    REQUIRE(figures.hard + figures.soft == taken_);
    REQUIRE(pool_.Audit().ok());
  }
  [[nodiscard]] std::vector<ReservationId> Open() const {
    std::vector<ReservationId> ids;
    for (const auto& [id, what] : open_) ids.push_back(id);
    return ids;
  }

 private:
  World world_;
  InventoryPool pool_;
  std::map<ReservationId, std::pair<std::int64_t, std::optional<int>>> open_;
  std::vector<ReservationId> gone_;
  std::int64_t taken_ = 0;
  int keys_ = 0;
};

TEST_CASE("Of many reservations each is found by its number while it is known") {
  std::mt19937 random(17);
  Crowd crowd;
  for (int round = 0; round < 6; ++round) {
    for (int i = 0; i < 3'000; ++i) {
      const int minutes = static_cast<int>(random() % 60);
      crowd.Add(1 + static_cast<std::int64_t>(random() % 3),
                minutes < 20 ? std::optional(10 * round + 1 + minutes) : std::nullopt);
    }
    crowd.Check();
    // Whole stretches, single ones, and the latest.
    const std::vector<ReservationId> ids = crowd.Open();
    for (std::size_t i = 0; i < ids.size(); ++i) {
      const bool stretch = (i / 700) % 3 == static_cast<std::size_t>(round) % 3;
      if (stretch || random() % 5 == 0 || i + 40 > ids.size()) crowd.Release(ids[i]);
    }
    crowd.ExpireUntil(10 * round);
    crowd.Check();
  }
  for (const ReservationId id : crowd.Open()) crowd.Release(id);
  crowd.Check();
  crowd.Add(1, std::nullopt);
  crowd.Check();
}

}  // namespace
}  // namespace orderwright
