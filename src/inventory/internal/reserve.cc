// Reserve: taking units and days.
#include <algorithm>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/inventory/stock.h"
#include "src/inventory/internal/keys.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {
namespace {

// The most that a day without a limit can have.
constexpr std::int64_t kNoLimit = INT64_MAX / 2;

absl::Status CheckRequest(const ReserveRequest& request, std::size_t skus) {
  if (request.cells.empty() && request.backorders.empty()) {
    return InvalidArgument("reservation '{}' asks for no cell", request.key);
  }
  for (const CellDemand& demand : request.cells) {
    if (demand.quantity.IsZero()) {
      return InvalidArgument("reservation '{}' asks for 0 units of a cell", request.key);
    }
    if (Raw(demand.sku) >= skus) {
      return InvalidArgument("reservation '{}': SKU index {} is not in this pool", request.key,
                             Raw(demand.sku));
    }
  }
  if (request.kind == ReservationKind::kHard) {
    if (!request.expires_at) return absl::OkStatus();
    return InvalidArgument("reservation '{}': only a soft hold expires; leave expires_at out",
                           request.key);
  }
  if (!request.expires_at || *request.expires_at == Timestamp::max()) {
    return InvalidArgument("hold '{}' needs expires_at, an instant after now", request.key);
  }
  if (!request.capacity.empty()) {
    return InvalidArgument(
        "hold '{}' asks for capacity of a day; a hold takes none, name it when it is confirmed",
        request.key);
  }
  if (!request.backorders.empty()) {
    return InvalidArgument("hold '{}' asks for backorders; only an allocation can have some",
                           request.key);
  }
  return absl::OkStatus();
}

}  // namespace

void PoolState::FindShortages(const Demands& cells, const Places& places, const Taker& taker,
                              std::int64_t now, ReserveOutcome& outcome) {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CellDemand& demand = cells[i];
    if (row(demand.sku).attention_at() == Row::kAlways) {
      const std::span<const CellDemand> same = SameSku(cells, i);
      FindAllottedShortages(same, taker, now, outcome);
      i += same.size() - 1;
      continue;
    }
    const Cell* cell = places[i];
    std::int64_t available = 0;
    if (cell != nullptr) {
      StockFigures figures = FiguresAt(demand.sku, *cell, now);
      const CellDemand* back =
          taker.record != nullptr ? FindCell(*taker.given_back, demand) : nullptr;
      if (back != nullptr) {
        (taker.kind == ReservationKind::kSoft ? figures.soft : figures.hard) -=
            back->quantity.count();
      }
      available = figures.Available();
    }
    if (available < demand.quantity.count()) {
      outcome.shortages.push_back({demand.sku, demand.location, demand.quantity, Units(available)});
    }
  }
}

absl::Status PoolState::CheckFits(const Demands& cells, const Places& places, bool is_soft) const {
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CellDemand& demand = cells[i];
    const StockFigures figures = places[i]->Read();
    const std::int64_t reserved = is_soft ? figures.soft : figures.hard;
    if (demand.quantity.count() <= Stock::kMaxUnits - reserved) continue;
    return OutOfRange(
        "{} units on top of {} reserved of SKU index {} at location index {} are more than {}",
        demand.quantity, reserved, Raw(demand.sku), Raw(demand.location), Stock::kMaxUnits);
  }
  return absl::OkStatus();
}

absl::Status PoolState::CheckDays(std::span<const CapacityDemand> demands) const {
  for (const CapacityDemand& demand : demands) {
    if (demand.units.count() > kNoLimit || demand.shipments.count() > kNoLimit) {
      return OutOfRange("{} units and {} shipments of a day are more than any day can have",
                        demand.units, demand.shipments);
    }
  }
  return absl::OkStatus();
}

DayLoad Days::LoadOf(LocationIndex location, LocalDate day) const {
  DayLoad load;
  if (const auto at = books.find(KeyOf(location, day)); at != books.end()) load = at->second.Load();
  const auto others = standing.find(static_cast<std::uint32_t>(location));
  if (others == standing.end()) return load;
  return Sum(load, others->second);
}

DayLoad Days::RoomBeside(const DayLoad& load, LocationIndex location) const {
  const auto limit = capacity.find(static_cast<std::uint32_t>(location));
  const auto left = [&](std::optional<Units> DayCapacity::* most, Units taken) {
    if (limit == capacity.end() || !(limit->second.*most)) return Units(kUnlimitedUnits);
    return Units(std::max<std::int64_t>(0, (limit->second.*most)->count() - taken.count()));
  };
  return {left(&DayCapacity::units, load.units), left(&DayCapacity::shipments, load.shipments)};
}

void PoolState::FindDayShortages(std::span<const CapacityDemand> demands,
                                 std::span<const CapacityDemand> given_back,
                                 std::vector<DayShortage>& shortages) const {
  for (const CapacityDemand& demand : demands) {
    const Days& at = DaysOf(demand.location).map;
    DayLoad load = at.LoadOf(demand.location, demand.day);
    for (const CapacityDemand& back : given_back) {
      if (back.location != demand.location || back.day != demand.day) continue;
      load.units = Units(load.units.count() - back.units.count());
      load.shipments = Units(load.shipments.count() - back.shipments.count());
    }
    DayLoad free = at.RoomBeside(load, demand.location);
    const auto tighten = [](Units& left, const std::optional<Units>& most, Units taken) {
      if (!most) return;
      left = std::min(left, Units(std::max<std::int64_t>(0, most->count() - taken.count())));
    };
    tighten(free.units, demand.most.units, load.units);
    tighten(free.shipments, demand.most.shipments, load.shipments);
    if (demand.units > free.units || demand.shipments > free.shipments) {
      shortages.push_back({demand.location, demand.day, {demand.units, demand.shipments}, free});
    }
  }
}

void PoolState::TakeDays(std::span<const CapacityDemand> demands, Record& record) {
  for (const CapacityDemand& demand : demands) {
    if (demand.units.IsZero() && demand.shipments.IsZero()) continue;
    DayBook& day = DaysOf(demand.location).map.books[Days::KeyOf(demand.location, demand.day)];
    day.units += demand.units.count();
    day.shipments += demand.shipments.count();
    const HeldDay taken{demand.location, demand.day, demand.units.count(),
                        demand.shipments.count()};
    const auto at =
        std::lower_bound(record.days.begin(), record.days.end(), taken, DayLess<HeldDay, HeldDay>);
    if (at != record.days.end() && !DayLess(taken, *at)) {
      at->units += taken.units;
      at->shipments += taken.shipments;
    } else {
      record.days.insert(at, taken);
    }
  }
}

void PoolState::TakeUnits(const Change& change, const Demands& cells, const Places& places,
                          StockCause cause, Record& record) {
  const bool is_soft = record.kind == ReservationKind::kSoft;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const CellDemand& demand = cells[i];
    const std::int64_t units = demand.quantity.count();
    const bool is_first = i == 0 || cells[i - 1].sku != demand.sku;
    if (is_first && AllotmentsAt(demand.sku) != nullptr) {
      ChargeTaken(SameSku(cells, i), change.now, record);
    }
    Apply(change, demand.sku, *places[i], cause,
          is_soft ? Delta{.soft = units} : Delta{.hard = units});
    if (is_soft) AddExpiry(demand.sku, demand.location, record.expires_at, units);
    auto at = std::lower_bound(record.cells.begin(), record.cells.end(), demand,
                               CellLess<HeldCell, CellDemand>);
    if (at == record.cells.end() || CellLess(demand, *at)) {
      at = record.cells.insert(at, HeldCell{demand.sku, demand.location, 0, 0});
    }
    at->left += static_cast<std::uint32_t>(units);
  }
}

absl::Status PoolState::Reserve(const ReserveRequest& request, ReserveOutcome& outcome) {
  outcome.reservation.reset();
  outcome.shortages.clear();
  outcome.day_shortages.clear();
  outcome.backorder_shortages.clear();
  outcome.limit_shortages.clear();
  outcome.changes.clear();
  outcome.repeated = false;
  if (absl::Status status = CheckRequest(request, row_count()); !status.ok()) return status;
  Demands cells;
  std::vector<CapacityDemand> capacity;
  std::vector<BackorderDemand> backorders;
  if (!SumByCell(request.cells, cells) ||
      (!request.capacity.empty() && !SumByDay(request.capacity, capacity)) ||
      (!request.backorders.empty() && !SumBackorders(request.backorders, backorders))) {
    return OutOfRange("reservation '{}': the units of one cell or day sum to more than 63 bits",
                      request.key);
  }
  if (absl::Status status = CheckDays(capacity); !status.ok()) return status;
  if (!backorders.empty()) {
    const std::string who = fmt::format("reservation '{}'", request.key);
    if (absl::Status status = CheckBackorders(backorders, who); !status.ok()) return status;
  }
  const bool is_soft = request.kind == ReservationKind::kSoft;

  KeyLock key(book, request.key);
  const absl::StatusOr<std::optional<ReservationId>> known =
      key.FindRepeated(request.key, Command::kReserve, [&](Content& content) {
        content.Add(static_cast<std::uint64_t>(request.kind));
        content.Add(Raw(request.channel) << 32 | Raw(request.market));
        content.AddCells(cells);
        content.AddDays(capacity);
        if (!backorders.empty()) content.AddBackorders(backorders);
      });
  if (!known.ok()) return known.status();
  if (*known) {
    outcome.reservation = *known;
    outcome.repeated = true;
    return absl::OkStatus();
  }
  RowsLock locked(*this);
  Prefetch(cells);
  for (const CellDemand& demand : cells) locked.Add(demand.sku);
  for (const BackorderDemand& demand : backorders) locked.Add(demand.sku);
  locked.Lock();
  DaysLock locked_days(*this);
  for (const CapacityDemand& demand : capacity) locked_days.Add(demand.location);
  if (!capacity.empty()) locked_days.Lock();

  const std::int64_t now = Effective(request.now);
  if (is_soft && request.expires_at->time_since_epoch().count() <= now) {
    return InvalidArgument("hold '{}' would expire at {}, which is not after now, {}", request.key,
                           ToString(*request.expires_at), ToString(Timestamp(Duration(now))));
  }
  const Asker asker{request.channel, request.market};
  const Places places = FindAll(cells);
  FindShortages(cells, places, {.asker = asker, .kind = request.kind}, now, outcome);
  if (!capacity.empty()) FindDayShortages(capacity, {}, outcome.day_shortages);
  if (!backorders.empty()) {
    FindBackorderShortages(backorders, {}, cells, {}, now, outcome.backorder_shortages);
  }
  if (IsShort(outcome)) return absl::OkStatus();
  if (absl::Status status = CheckFits(cells, places, is_soft); !status.ok()) {
    return WithContext(status, fmt::format("reservation '{}'", request.key));
  }

  auto record = std::make_unique<Record>();
  record->kind = request.kind;
  record->asker = asker;
  if (is_soft) record->expires_at = request.expires_at->time_since_epoch().count();
  Change change = Begin(now, request.now, ReservationId{}, outcome.changes);
  change.id = ReservationId{change.number};
  for (const SkuIndex sku : locked.skus()) Settle(change, sku);
  TakeUnits(change, cells, places, StockCause::kReserve, *record);
  TakeDays(capacity, *record);
  TakeBackorders(backorders, *record);
  key.Keep(change.id, *record);
  Shard<Book::Records>& shard = book.RecordsOf(change.number);
  const std::lock_guard lock(shard.lock);
  shard.map.Add(change.number, std::move(record));
  outcome.reservation = change.id;
  return absl::OkStatus();
}

}  // namespace orderwright::inventory_internal
