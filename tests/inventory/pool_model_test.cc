// A pool against the obvious model: millions of random commands, equal after every one.
//
// Invariants of docs/concepts/inventory.md: P1 to P3 by comparing all figures, P4 and P24 by the
// model's own check before each step, P5 by comparing after refusals too, P6 and P7 by asking for
// the same units in another order and in pieces, P8 and P9 by the left and shipped units of
// reservations, P10 by releasing and reserving again, P11 by repeating commands, P13 by instants
// that stand apart from the sweep.
#include <cstdlib>
#include <random>
#include <string>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "tests/catch.h"
#include "tests/inventory/pool_fixture.h"
#include "tests/inventory/pool_model.h"

namespace orderwright {
namespace {

using testing::At;
using testing::PoolModel;
using testing::Sku;
using testing::T;

constexpr int kSkus = 4;
constexpr int kLocations = 3;
constexpr int kDays = 3;

// S0 may be backordered without limit, S1 five times, S2 from its release on, S3 not.
World ModelWorld() {
  WorldDraft draft;
  draft.currency = testing::Must(Currency::Parse("USD"));
  draft.items.resize(kSkus);
  draft.locations.resize(kLocations);
  for (int s = 0; s < kSkus; ++s)
    draft.items[static_cast<std::size_t>(s)].sku = fmt::format("S{}", s);
  for (int l = 0; l < kLocations; ++l) {
    draft.locations[static_cast<std::size_t>(l)].id = fmt::format("L{}", l);
  }
  draft.items[0].backorder = {true, std::nullopt};
  draft.items[1].backorder = {true, Units(5)};
  draft.items[2].backorder = {true, Units(3)};
  draft.items[2].preorder = PreorderTerms{T(1'250), Units(20)};
  return testing::Must(World::Create(std::move(draft)));
}

Stock RandomStock(const World& world, std::mt19937_64& random) {
  std::vector<StockRowSpec> rows;
  for (int s = 0; s < kSkus; ++s) {
    for (int l = 0; l < kLocations; ++l) {
      if (random() % 8 == 0) continue;
      StockRowSpec row;
      row.sku = fmt::format("S{}", s);
      row.location = fmt::format("L{}", l);
      row.on_hand = static_cast<std::int64_t>(random() % 40);
      if (random() % 4 == 0) row.reserved = static_cast<std::int64_t>(random() % 3);
      if (random() % 4 == 0) row.safety_stock = static_cast<std::int64_t>(random() % 3);
      if (random() % 4 == 0) row.damaged = static_cast<std::int64_t>(random() % 2);
      if (random() % 6 == 0) row.backorder = BackorderTerms{random() % 2 == 0, Units(2)};
      if (random() % 6 == 0) row.incoming = {{Units(3), T(1'100), ""}};
      rows.push_back(row);
    }
  }
  return testing::Must(Stock::Create(world, std::move(rows)));
}

class Walk {
 public:
  Walk(const World& world, const Stock& stock, std::uint64_t seed)
      : random_(seed), pool_(world, stock), model_(world, stock) {
    for (std::uint32_t l = 0; l < kLocations; ++l) {
      if (Below(2) == 0) continue;
      DayCapacity capacity;
      if (Below(3) > 0) capacity.units = Units(Below(10));
      if (Below(3) > 0) capacity.shipments = Units(Below(4));
      model_.capacity[At(l)] = capacity;
      REQUIRE(pool_.SetDayCapacity(At(l), capacity).ok());
    }
  }

  void Step() {
    time_ += Below(4) == 0 ? Below(20) : 0;
    // Some commands come with a clock that is behind.
    now_ = Below(10) == 0 ? time_ - Below(30) : time_;
    switch (Below(11)) {
      case 0:
      case 1:
      case 2:
        return Reserve();
      case 3:
        return Resolve(false);
      case 4:
        return Resolve(true);
      case 5:
        return Amend();
      case 6:
        return Confirm();
      case 7:
        return Extend();
      case 8:
        return Expect();
      case 9:
        return Receive();
      default:
        if (Below(8) == 0) return Expire();
        return Forget();
    }
  }

  void Compare() {
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      std::int64_t total = 0;
      for (std::uint32_t l = 0; l < kLocations; ++l) {
        const StockFigures figures = model_.Figures({Sku(s), At(l)}, model_.clock);
        REQUIRE(pool_.Figures(Sku(s), At(l)) == figures);
        total += model_.Figures({Sku(s), At(l)}, model_.Now(time_ + 7)).Available();
        REQUIRE(pool_.Live().Available(Sku(s), At(l), {.now = T(time_ + 7)}) ==
                model_.Figures({Sku(s), At(l)}, model_.Now(time_ + 7)).Available());
      }
      REQUIRE(pool_.Available(Sku(s), T(time_ + 7)) == total);
    }
    CompareBackorders(Sku(static_cast<std::uint32_t>(Below(kSkus))));
    for (std::uint32_t l = 0; l < kLocations; ++l) {
      for (int d = 0; d < kDays; ++d) {
        REQUIRE(pool_.LoadOf(At(l), Day(d)) == model_.Load({At(l), Day(d)}));
      }
    }
    REQUIRE(pool_.sequence() == model_.sequence);
  }
  void Audit() {
    REQUIRE(pool_.Audit().ok());
    for (const auto& [id, record] : model_.held) {
      const std::optional<Reservation> found = pool_.FindReservation(ReservationId{id});
      REQUIRE(found.has_value());
      PoolModel::Cells left;
      for (const CellDemand& cell : found->cells) {
        left[{cell.sku, cell.location}] = cell.quantity.count();
      }
      REQUIRE(left == record.left);
      REQUIRE(found->backorders == Backorders(record.promises));
    }
    for (std::uint32_t s = 0; s < kSkus; ++s) {
      REQUIRE(pool_.BackordersAtRisk(Sku(s)) == model_.AtRisk(Sku(s), kLocations));
    }
  }
  [[nodiscard]] std::uint64_t accepted() const { return model_.sequence; }
  [[nodiscard]] std::uint64_t promised() const { return promised_; }

 private:
  void CompareBackorders(SkuIndex sku) {
    const BackorderOffers expected = model_.Offers(sku, model_.Now(time_ + 7), kLocations);
    BackorderOffers offers;
    pool_.Live().FindBackorders(sku, {.now = T(time_ + 7)}, offers);
    REQUIRE(offers.offers == expected.offers);
    REQUIRE(offers.limit == expected.limit);
    const std::int64_t at = time_ + Below(200);
    std::map<LocationIndex, std::int64_t> promise;
    for (const auto& [location, units] :
         pool_.AvailableToPromiseBy(sku, {.now = T(now_), .at = T(at)})) {
      promise[location] = units;
    }
    for (std::uint32_t l = 0; l < kLocations; ++l) {
      const auto found = promise.find(At(l));
      REQUIRE((found != promise.end() ? found->second : 0) ==
              model_.AvailableToPromise({sku, At(l)}, at, model_.Now(now_)));
    }
  }

  std::int64_t Below(std::int64_t n) {
    return static_cast<std::int64_t>(random_() % static_cast<std::uint64_t>(n));
  }
  static LocalDate Day(int i) { return LocalDate(std::chrono::days(20'000 + i)); }

  PoolModel::Cells RandomCells() {
    PoolModel::Cells cells;
    for (std::int64_t i = 0, n = 1 + Below(4); i < n; ++i) {
      cells[{Sku(static_cast<std::uint32_t>(Below(kSkus))),
             At(static_cast<std::uint32_t>(Below(kLocations)))}] += 1 + Below(3);
    }
    return cells;
  }
  // In random order, some cells in two pieces: what is asked for is the same (P6, P7).
  std::vector<CellDemand> Shuffled(const PoolModel::Cells& cells) {
    std::vector<CellDemand> demands;
    for (const auto& [cell, units] : cells) {
      const std::int64_t piece = units > 1 && Below(2) == 0 ? 1 : 0;
      if (piece > 0) demands.push_back({cell.first, cell.second, Units(piece)});
      demands.push_back({cell.first, cell.second, Units(units - piece)});
    }
    std::shuffle(demands.begin(), demands.end(), random_);
    return demands;
  }
  PoolModel::DayLoads RandomDays(const PoolModel::Cells& cells) {
    PoolModel::DayLoads days;
    if (Below(2) == 0) return days;
    for (const auto& [cell, units] : cells) {
      // Now and then a load of a location that has none of the cells.
      const LocationIndex place =
          Below(6) == 0 ? At(static_cast<std::uint32_t>(Below(kLocations))) : cell.second;
      auto& load = days[{place, Day(static_cast<int>(Below(kDays)))}];
      load.first += units;
      load.second = 1;
    }
    return days;
  }
  static std::vector<CapacityDemand> DemandsOf(const PoolModel::DayLoads& days) {
    std::vector<CapacityDemand> demands;
    for (const auto& [day, load] : days) {
      demands.push_back({day.first, day.second, Units(load.first), Units(load.second)});
    }
    return demands;
  }

  static std::vector<BackorderDemand> Backorders(const PoolModel::Promises& promises) {
    std::vector<BackorderDemand> demands;
    for (const auto& [promise, units] : promises) {
      BackorderDemand& demand = demands.emplace_back();
      demand.sku = promise.sku;
      demand.location = promise.location;
      demand.quantity = Units(units);
      demand.kind = promise.kind;
      demand.draw = promise.draw;
      if (promise.expected != PoolModel::kUndated) demand.expected = T(promise.expected);
    }
    return demands;
  }
  // Mostly what is offered; now and then one unit too many, or something that nobody offers.
  PoolModel::Promises RandomPromises() {
    PoolModel::Promises promises;
    while (Below(2) == 0) {
      const SkuIndex sku = Sku(static_cast<std::uint32_t>(Below(kSkus)));
      const BackorderOffers offers = model_.Offers(sku, model_.Now(now_), kLocations);
      PoolModel::Promise promise;
      std::int64_t units = 1 + Below(3);
      promise.sku = sku;
      if (offers.offers.empty() || Below(10) == 0) {
        promise.location = At(static_cast<std::uint32_t>(Below(kLocations)));
        promise.kind = Below(2) == 0 ? BackorderKind::kBackorder : BackorderKind::kPreorder;
        promise.draw = Below(2) == 0 ? BackorderDraw::kIncoming : BackorderDraw::kLimit;
        if (promise.draw == BackorderDraw::kIncoming || promise.kind == BackorderKind::kPreorder) {
          promise.expected = time_ + Below(200);
        }
      } else {
        const BackorderOffer& offer = offers.offers[static_cast<std::size_t>(
            Below(static_cast<std::int64_t>(offers.offers.size())))];
        promise.location = offer.location;
        promise.kind = offer.kind;
        promise.draw = offer.draw;
        if (offer.expected) promise.expected = offer.expected->time_since_epoch().count();
        if (Below(3) == 0) units = std::min<std::int64_t>(offer.units, 6) + Below(2);
      }
      promises[promise] += units;
    }
    return promises;
  }
  static std::string Words(const PoolModel::Promises& promises) {
    std::string words;
    for (const auto& [promise, units] : promises) {
      words += fmt::format("{}@{}:{},{},{},{} ", Raw(promise.sku), Raw(promise.location),
                           promise.expected, Raw(promise.kind), Raw(promise.draw), units);
    }
    return words;
  }
  // A key for a third of the commands; now and then one that was used before.
  std::string Key() {
    if (Below(3) > 0) return "";
    if (!model_.keys.empty() && Below(6) == 0) {
      return std::next(model_.keys.begin(), Below(static_cast<std::int64_t>(model_.keys.size())))
          ->first;
    }
    return fmt::format("key {}", ++keys_);
  }
  enum class Answer : std::uint8_t { kNew = 1, kRepeated = 2, kOther = 3 };
  // What a key has the pool answer; `status` is its answer.
  Answer Known(const std::string& key, const std::string& content, std::uint64_t& id,
               const absl::Status& status) const {
    const auto at = model_.keys.find(key);
    if (key.empty() || at == model_.keys.end()) return Answer::kNew;
    id = at->second.id;
    if (at->second.content == content) return Answer::kRepeated;
    REQUIRE(status.code() == absl::StatusCode::kAlreadyExists);
    return Answer::kOther;
  }
  void Keep(const std::string& key, const std::string& content, std::uint64_t id) {
    if (key.empty()) return;
    model_.keys[key] = {content, id};
    model_.held[id].keys.push_back(key);
  }
  static std::string Words(const PoolModel::Cells& cells) {
    std::string words;
    for (const auto& [cell, units] : cells) {
      words += fmt::format("{}@{}:{} ", Raw(cell.first), Raw(cell.second), units);
    }
    return words;
  }
  static std::string Words(const PoolModel::DayLoads& days) {
    std::string words;
    for (const auto& [day, load] : days) {
      words += fmt::format("{}@{}:{},{} ", Raw(day.first), day.second.time_since_epoch().count(),
                           load.first, load.second);
    }
    return words;
  }

  std::int64_t Accept() {
    const std::int64_t now = model_.Now(now_);
    model_.clock = now;
    ++model_.sequence;
    return now;
  }
  // The reservation of a command: nearly always one that exists.
  std::uint64_t Pick() {
    if (model_.held.empty() || Below(20) == 0) {
      return static_cast<std::uint64_t>(Below(1 + static_cast<std::int64_t>(model_.sequence)));
    }
    return std::next(model_.held.begin(), Below(static_cast<std::int64_t>(model_.held.size())))
        ->first;
  }
  // How a command on a reservation is refused before its content is looked at.
  std::optional<absl::StatusCode> Closed(std::uint64_t id) const {
    const auto at = model_.held.find(id);
    if (at == model_.held.end()) return absl::StatusCode::kNotFound;
    if (!at->second.HasUnits()) return absl::StatusCode::kFailedPrecondition;
    if (at->second.expires_at <= model_.Now(now_)) return absl::StatusCode::kDeadlineExceeded;
    return std::nullopt;
  }
  // Whether it is, and `status` says so.
  [[nodiscard]] bool IsClosed(std::uint64_t id, const absl::Status& status) const {
    const std::optional<absl::StatusCode> closed = Closed(id);
    if (closed) REQUIRE(status.code() == *closed);
    return closed.has_value();
  }
  void ForgetIfDone(std::uint64_t id) {
    const PoolModel::Held& record = model_.held.at(id);
    if (!record.HasUnits() && record.keys.empty()) model_.held.erase(id);
  }
  static void Take(PoolModel::Cells& cells, const PoolModel::CellKey& cell, std::int64_t units) {
    cells[cell] -= units;
    if (cells[cell] == 0) cells.erase(cell);
  }
  // A part of what is left; now and then too much, or all of it by naming nothing.
  PoolModel::Cells RandomPart(const PoolModel::Held& record, bool& too_much) {
    PoolModel::Cells part;
    too_much = false;
    if (Below(3) == 0) return part;
    for (const auto& [cell, units] : record.left) {
      if (Below(2) == 0) continue;
      part[cell] = 1 + Below(units);
      if (Below(12) == 0) part[cell] = units + 1;
      too_much |= part[cell] > units;
    }
    return part;
  }

  void Reserve() {
    PoolModel::Cells cells = RandomCells();
    const bool soft = Below(2) == 0;
    const std::int64_t expires = now_ - 2 + Below(40);
    const std::string key = Key();
    const PoolModel::Promises promises = soft ? PoolModel::Promises{} : RandomPromises();
    if (!promises.empty() && Below(2) == 0) cells.clear();
    const PoolModel::DayLoads days = soft ? PoolModel::DayLoads{} : RandomDays(cells);
    const std::string content =
        fmt::format("reserve {} {} {} {}", soft, Words(cells), Words(days), Words(promises));
    const std::vector<CellDemand> demands = Shuffled(cells);
    const std::vector<BackorderDemand> backorders = Backorders(promises);
    const std::vector<CapacityDemand> load = DemandsOf(days);
    ReserveRequest request;
    request.key = CommandKey(key);
    request.cells = demands;
    request.capacity = load;
    request.backorders = backorders;
    request.now = T(now_);
    if (soft) {
      request.kind = ReservationKind::kSoft;
      request.expires_at = T(expires);
    }
    const absl::StatusOr<ReserveOutcome> outcome = pool_.Reserve(request);
    std::uint64_t id = 0;
    const Answer answer = Known(key, content, id, outcome.status());
    if (answer == Answer::kRepeated) {
      REQUIRE(outcome->repeated);
      REQUIRE(outcome->reservation == ReservationId{id});
    }
    if (answer != Answer::kNew) return;
    if (soft && expires <= model_.Now(now_)) {
      REQUIRE(outcome.status().code() == absl::StatusCode::kInvalidArgument);
      return;
    }
    REQUIRE(outcome.ok());
    const bool fits = model_.HasUnits(cells, {}, model_.Now(now_)) && model_.HasRoom(days, {}) &&
                      model_.CanPromise(promises, {}, cells, {}, model_.Now(now_));
    REQUIRE(outcome->reservation.has_value() == fits);
    if (!fits) return;
    Accept();
    id = static_cast<std::uint64_t>(*outcome->reservation);
    REQUIRE(id == model_.sequence);
    PoolModel::Held& record = model_.held[id];
    record.hard = !soft;
    if (soft) record.expires_at = expires;
    record.asked = cells;
    record.left = cells;
    record.days = days;
    record.promises = promises;
    promised_ += promises.size();
    Keep(key, content, id);
    // P10: released and reserved again is as it was.
    if (!soft && days.empty() && key.empty() && Below(10) == 0) {
      REQUIRE(pool_.Release(ReservationId{id}, {}, {.now = T(now_)}).ok());
      Accept();
      model_.held.erase(id);
      const ReserveOutcome again = testing::Must(pool_.Reserve(request));
      REQUIRE(again.reservation.has_value());
      Accept();
      PoolModel::Held& same = model_.held[model_.sequence];
      same.asked = cells;
      same.left = cells;
      same.promises = promises;
    }
  }

  void Resolve(bool ships) {
    const std::uint64_t id = Pick();
    const auto at = model_.held.find(id);
    bool too_much = false;
    const PoolModel::Cells part =
        at != model_.held.end() ? RandomPart(at->second, too_much) : PoolModel::Cells{};
    const std::string key = Key();
    const std::string content = fmt::format("{} {} {}", ships, id, Words(part));
    const std::vector<CellDemand> demands = Shuffled(part);
    const ChangeOptions options{.key = CommandKey(key), .now = T(now_)};
    const absl::StatusOr<StockChanges> changes =
        ships ? pool_.Commit(ReservationId{id}, demands, options)
              : pool_.Release(ReservationId{id}, demands, options);
    std::uint64_t of = 0;
    const Answer answer = Known(key, content, of, changes.status());
    if (answer == Answer::kRepeated) {
      REQUIRE(changes->empty());
    }
    if (answer != Answer::kNew) return;
    if (IsClosed(id, changes.status())) return;
    if (too_much) {
      REQUIRE(changes.status().code() == absl::StatusCode::kInvalidArgument);
      return;
    }
    PoolModel::Held& record = at->second;
    if (ships && record.left.empty()) {
      REQUIRE(changes.status().code() == absl::StatusCode::kFailedPrecondition);
      return;
    }
    REQUIRE(changes.ok());
    Accept();
    if (!ships && part.empty()) record.promises.clear();
    const PoolModel::Cells gone = part.empty() ? record.left : part;
    for (const auto& [cell, units] : gone) {
      Take(record.left, cell, units);
      if (!ships) continue;
      record.shipped[cell] += units;
      model_.on_hand[cell] -= units;
    }
    for (const auto& [cell, units] : gone) model_.LeaveDays(record, cell.second, units, ships);
    model_.CloseDays(record);
    Keep(key, content, id);
    ForgetIfDone(id);
  }

  void Amend() {
    const std::uint64_t id = Pick();
    const auto at = model_.held.find(id);
    bool too_much = false;
    const PoolModel::Cells back =
        at != model_.held.end() ? RandomPart(at->second, too_much) : PoolModel::Cells{};
    const PoolModel::Cells take = Below(4) == 0 ? PoolModel::Cells{} : RandomCells();
    PoolModel::DayLoads back_days;
    PoolModel::DayLoads take_days;
    if (at != model_.held.end() && !at->second.days.empty() && Below(2) == 0) {
      const auto& [day, load] = *at->second.days.begin();
      back_days[day] = load;
      take_days[{day.first, Day(static_cast<int>(Below(kDays)))}] = load;
    }
    PoolModel::Promises back_promises;
    if (at != model_.held.end()) {
      for (const auto& [promise, units] : at->second.promises) {
        if (Below(2) == 0) back_promises[promise] = 1 + Below(units);
        if (Below(20) == 0) back_promises[promise] = units + 1;
        too_much |= back_promises.contains(promise) && back_promises[promise] > units;
      }
    }
    PoolModel::Promises take_promises = RandomPromises();
    for (const auto& [promise, units] : back_promises) {  // to another date
      if (promise.expected == PoolModel::kUndated || Below(2) == 0) continue;
      PoolModel::Promise later = promise;
      later.expected += Below(60) - 10;
      take_promises[later] += units;
    }
    const std::string key = Key();
    const std::string content =
        fmt::format("amend {} {} {} {} {} {} {}", id, Words(back), Words(take), Words(back_days),
                    Words(take_days), Words(back_promises), Words(take_promises));
    const std::vector<BackorderDemand> back_backorders = Backorders(back_promises);
    const std::vector<BackorderDemand> take_backorders = Backorders(take_promises);
    const std::vector<CellDemand> back_cells = Shuffled(back);
    const std::vector<CellDemand> take_cells = Shuffled(take);
    const std::vector<CapacityDemand> back_load = DemandsOf(back_days);
    const std::vector<CapacityDemand> take_load = DemandsOf(take_days);
    const absl::StatusOr<ReserveOutcome> outcome =
        pool_.Amend(ReservationId{id}, {.give_back = back_cells,
                                        .take = take_cells,
                                        .give_back_capacity = back_load,
                                        .take_capacity = take_load,
                                        .give_back_backorders = back_backorders,
                                        .take_backorders = take_backorders,
                                        .key = CommandKey(key),
                                        .now = T(now_)});
    if (back.empty() && take.empty() && back_days.empty() && back_promises.empty() &&
        take_promises.empty()) {
      REQUIRE(outcome.status().code() == absl::StatusCode::kInvalidArgument);
      return;
    }
    std::uint64_t of = 0;
    const Answer answer = Known(key, content, of, outcome.status());
    if (answer == Answer::kRepeated) {
      REQUIRE(outcome->repeated);
    }
    if (answer != Answer::kNew) return;
    if (IsClosed(id, outcome.status())) return;
    if (too_much || (!at->second.hard && !take_promises.empty())) {
      REQUIRE(outcome.status().code() == absl::StatusCode::kInvalidArgument);
      return;
    }
    REQUIRE(outcome.ok());
    const bool fits = model_.HasUnits(take, back, model_.Now(now_)) &&
                      model_.HasRoom(take_days, back_days) &&
                      model_.CanPromise(take_promises, back_promises, take, back, model_.Now(now_));
    REQUIRE(outcome->reservation.has_value() == fits);
    if (!fits) return;
    Accept();
    PoolModel::Held& record = at->second;
    for (const auto& [day, load] : back_days) {
      record.days[day].first -= load.first;
      record.days[day].second -= load.second;
      if (record.days[day] == std::pair<std::int64_t, std::int64_t>{0, 0}) record.days.erase(day);
    }
    for (const auto& [cell, units] : back) Take(record.left, cell, units);
    for (const auto& [cell, units] : take) record.left[cell] += units;
    for (const auto& [promise, units] : back_promises) {
      record.promises[promise] -= units;
      if (record.promises[promise] == 0) record.promises.erase(promise);
    }
    for (const auto& [promise, units] : take_promises) record.promises[promise] += units;
    for (const auto& [day, load] : take_days) {
      record.days[day].first += load.first;
      record.days[day].second += load.second;
    }
    for (const auto& [cell, units] : back) model_.LeaveDays(record, cell.second, 0, false);
    model_.CloseDays(record);
    Keep(key, content, id);
    ForgetIfDone(id);
  }

  void Confirm() {
    const std::uint64_t id = Pick();
    const auto at = model_.held.find(id);
    bool too_much = false;
    const PoolModel::Cells part =
        at != model_.held.end() ? RandomPart(at->second, too_much) : PoolModel::Cells{};
    const PoolModel::DayLoads days = RandomDays(part);
    const std::string key = Key();
    const std::string content = fmt::format("confirm {} {} {}", id, Words(part), Words(days));
    const std::vector<CellDemand> demands = Shuffled(part);
    const std::vector<CapacityDemand> load = DemandsOf(days);
    const absl::StatusOr<ReserveOutcome> outcome =
        pool_.Confirm(ReservationId{id},
                      {.part = demands, .capacity = load, .key = CommandKey(key), .now = T(now_)});
    std::uint64_t of = 0;
    const Answer answer = Known(key, content, of, outcome.status());
    if (answer == Answer::kRepeated) {
      REQUIRE(outcome->repeated);
    }
    if (answer != Answer::kNew) return;
    if (IsClosed(id, outcome.status())) return;
    if (at->second.hard) {
      REQUIRE(outcome.status().code() == absl::StatusCode::kFailedPrecondition);
      return;
    }
    if (too_much) {
      REQUIRE(outcome.status().code() == absl::StatusCode::kInvalidArgument);
      return;
    }
    REQUIRE(outcome.ok());
    const bool fits = model_.HasRoom(days, {});
    REQUIRE(outcome->reservation.has_value() == fits);
    if (!fits) return;
    Accept();
    PoolModel::Held& record = at->second;
    if (!part.empty()) record.left = part;
    record.hard = true;
    record.expires_at = INT64_MAX;
    record.days = days;
    Keep(key, content, id);
  }

  void Extend() {
    const std::uint64_t id = Pick();
    const std::int64_t until = now_ + Below(60) - 2;
    const std::string key = Key();
    const std::string content = fmt::format("extend {} {}", id, until);
    const absl::StatusOr<StockChanges> changes =
        pool_.Extend(ReservationId{id}, T(until), {.key = CommandKey(key), .now = T(now_)});
    std::uint64_t of = 0;
    const Answer answer = Known(key, content, of, changes.status());
    if (answer != Answer::kNew) return;
    if (IsClosed(id, changes.status())) return;
    PoolModel::Held& record = model_.held.at(id);
    if (record.hard) {
      REQUIRE(changes.status().code() == absl::StatusCode::kFailedPrecondition);
      return;
    }
    if (until <= model_.Now(now_)) {
      REQUIRE(changes.status().code() == absl::StatusCode::kInvalidArgument);
      return;
    }
    REQUIRE(changes.ok());
    Accept();
    record.expires_at = until;
    Keep(key, content, id);
  }

  void Expire() {
    const std::int64_t now = model_.Now(now_);
    const StockChanges changes = pool_.Expire(T(now_));
    // Which cells it finds depends on who was there before; what it says must be what it did.
    std::uint64_t last = model_.sequence;
    for (const StockChange& change : changes) {
      REQUIRE(change.cause == StockCause::kExpire);
      REQUIRE((change.sequence == last || change.sequence == last + 1));
      last = change.sequence;
    }
    model_.sequence = last;
    if (!changes.empty()) model_.clock = now;
    std::erase_if(model_.held, [&](const auto& entry) {
      return entry.second.keys.empty() && entry.second.expires_at <= now;
    });
  }

  void Expect() {
    const std::string name = fmt::format("po {}", Below(8));
    const auto at = model_.incoming.find(name);
    PoolModel::Due due;
    due.sku = Sku(static_cast<std::uint32_t>(Below(kSkus)));
    due.location = At(static_cast<std::uint32_t>(Below(kLocations)));
    if (at != model_.incoming.end()) {
      due.sku = at->second.sku;
      due.location = at->second.location;
    }
    due.units = Below(7);
    due.at = time_ + Below(200) - 30;
    REQUIRE(
        pool_.Expect({CommandKey(name), due.sku, due.location, Units(due.units), T(due.at)}).ok());
    model_.incoming[name] = due;
    if (due.units == 0) model_.incoming.erase(name);
  }

  void Receive() {
    if (model_.incoming.empty()) return;
    const auto at = std::next(model_.incoming.begin(),
                              Below(static_cast<std::int64_t>(model_.incoming.size())));
    const std::int64_t units = 1 + Below(at->second.units);
    REQUIRE(pool_.Receive(CommandKey(at->first), Units(units), {.now = T(now_)}).ok());
    Accept();
    model_.on_hand[{at->second.sku, at->second.location}] += units;
    at->second.units -= units;
    if (at->second.units == 0) model_.incoming.erase(at);
  }

  void Forget() {
    const std::uint64_t id = Pick();
    const absl::Status status = pool_.Forget(ReservationId{id});
    const auto at = model_.held.find(id);
    if (at == model_.held.end()) {
      REQUIRE(status.code() == absl::StatusCode::kNotFound);
      return;
    }
    if (at->second.HasUnits() && at->second.expires_at > model_.clock) {
      REQUIRE(status.code() == absl::StatusCode::kFailedPrecondition);
      return;
    }
    REQUIRE(status.ok());
    for (const std::string& key : at->second.keys) model_.keys.erase(key);
    model_.held.erase(at);
  }

  std::mt19937_64 random_;
  InventoryPool pool_;
  PoolModel model_;
  std::int64_t time_ = 1'000;
  std::int64_t now_ = 1'000;
  int keys_ = 0;
  std::uint64_t promised_ = 0;
};

TEST_CASE("InventoryPool equals an obvious model after every one of many random commands") {
  const World world = ModelWorld();
  const bool soaks = std::getenv("ORDERWRIGHT_SOAK") != nullptr;
  const std::uint64_t walks = soaks ? 16'000 : 250;
  constexpr int kSteps = 250;
  std::uint64_t accepted = 0;
  std::uint64_t promised = 0;
  for (std::uint64_t seed = 1; seed <= walks; ++seed) {
    INFO("walk " << seed);
    std::mt19937_64 random(seed);
    Walk walk(world, RandomStock(world, random), seed);
    for (int step = 0; step < kSteps; ++step) {
      INFO("step " << step);
      walk.Step();
      walk.Compare();
      if (step % 25 == 0) walk.Audit();
    }
    accepted += walk.accepted();
    promised += walk.promised();
  }
  CHECK(accepted > walks * kSteps / 5);  // the commands are not mostly refused
  CHECK(promised > walks * 5);
}

}  // namespace
}  // namespace orderwright
