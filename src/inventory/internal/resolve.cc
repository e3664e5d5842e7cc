// Resolve, Confirm, Extend, Forget: what may become of a reservation.
#include <algorithm>
#include <mutex>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/inventory/stock.h"
#include "src/inventory/internal/keys.h"
#include "src/inventory/internal/opened.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {
namespace {

absl::Status NoReservation(ReservationId id) {
  return NotFound("there is no reservation {}", Number(id));
}

Demands LeftOf(const Record& record) {
  Demands left;
  for (const HeldCell& cell : record.cells) {
    if (cell.left > 0) left.push_back({cell.sku, cell.location, Units(cell.left)});
  }
  return left;
}

void AddRows(const Record& record, RowsLock& rows) {
  for (const HeldCell& cell : record.cells) rows.Add(cell.sku);
  for (const BackorderDemand& open : record.backorders) rows.Add(open.sku);
}

// `part` summed by cell, each within what is left; all of it for an empty one.
absl::StatusOr<Demands> PartOf(ReservationId id, const Record& record,
                               std::span<const CellDemand> part) {
  if (part.empty()) return LeftOf(record);
  Demands sums;
  if (!SumByCell(part, sums)) return OutOfRange("the units of one cell sum to more than 63 bits");
  if (absl::Status status = CheckHeld(id, record, sums); !status.ok()) return status;
  return sums;
}

}  // namespace

absl::Status CheckHeld(ReservationId id, const Record& record, const Demands& part) {
  for (const CellDemand& demand : part) {
    const HeldCell* held = FindCell(record.cells, demand);
    const std::int64_t left = held != nullptr ? held->left : 0;
    if (!demand.quantity.IsZero() && demand.quantity.count() <= left) continue;
    return InvalidArgument(
        "reservation {} holds {} units of SKU index {} at location index {}; {} were asked for",
        Number(id), left, Raw(demand.sku), Raw(demand.location), demand.quantity);
  }
  return absl::OkStatus();
}

absl::Status PoolState::Open(ReservationId id, Timestamp now, std::span<const SkuIndex> more,
                             std::span<const CapacityDemand> more_days, Opened& opened) {
  opened.shard = &book.RecordsOf(Number(id));
  if (more.empty() && more_days.empty()) {
    // Nearly always nobody else is at these rows, and one look-up does. To try is allowed in any
    // order of locks.
    std::unique_lock lock(opened.shard->lock);
    Record* const record = opened.shard->map.Find(Number(id));
    if (record == nullptr) return NoReservation(id);
    AddRows(*record, opened.rows);
    if (!record->days.empty()) {
      opened.rows.Clear();
    } else if (opened.rows.TryLock()) {
      opened.lock = std::move(lock);
      opened.record = record;
    }
  }
  while (opened.record == nullptr) {
    absl::InlinedVector<LocationIndex, 4> places;
    {
      const std::lock_guard lock(opened.shard->lock);
      const Record* const record = opened.shard->map.Find(Number(id));
      if (record == nullptr) return NoReservation(id);
      AddRows(*record, opened.rows);
      for (const HeldDay& day : record->days) places.push_back(day.location);
    }
    for (const SkuIndex sku : more) opened.rows.Add(sku);
    for (const CapacityDemand& demand : more_days) places.push_back(demand.location);
    opened.rows.Lock();
    if (!places.empty()) {
      opened.days.emplace(*this);
      for (const LocationIndex place : places) opened.days->Add(place);
      opened.days->Lock();
    }
    opened.lock = std::unique_lock(opened.shard->lock);
    Record* const found = opened.shard->map.Find(Number(id));
    if (found == nullptr) return NoReservation(id);
    const Record& record = *found;
    // Somebody may have amended it in between.
    const bool holds_all =
        std::all_of(record.cells.begin(), record.cells.end(),
                    [&](const HeldCell& cell) { return opened.rows.Holds(cell.sku); }) &&
        std::all_of(record.backorders.begin(), record.backorders.end(),
                    [&](const BackorderDemand& open) { return opened.rows.Holds(open.sku); }) &&
        std::all_of(record.days.begin(), record.days.end(), [&](const HeldDay& day) {
          return opened.days && opened.days->Holds(day.location);
        });
    if (holds_all) {
      opened.record = found;
      break;
    }
    opened.lock.unlock();
    opened.days.reset();
    opened.rows.Unlock();
  }
  opened.now = Effective(now);
  if (!opened.record->HasUnits()) {
    return FailedPrecondition("nothing is left of reservation {}: it was shipped or released",
                              Number(id));
  }
  if (opened.record->IsExpired(opened.now)) {
    return MakeStatus(absl::StatusCode::kDeadlineExceeded,
                      fmt::format("hold {} expired at {}; reserve again", Number(id),
                                  ToString(Timestamp(Duration(opened.record->expires_at)))));
  }
  return absl::OkStatus();
}

void PoolState::GiveBackDay(HeldDay& held, std::int64_t units, std::int64_t shipments) {
  auto& books = DaysOf(held.location).map.books;
  const auto at = books.find(Days::KeyOf(held.location, held.day));
  held.units -= units;
  held.shipments -= shipments;
  at->second.units -= units;
  at->second.shipments -= shipments;
  if (at->second.IsEmpty()) books.erase(at);
}

void PoolState::FinishDay(HeldDay& held, std::int64_t units, std::int64_t shipments) {
  DayBook& at = DaysOf(held.location).map.books.at(Days::KeyOf(held.location, held.day));
  at.done_units += units;
  at.done_shipments += shipments;
  GiveBackDay(held, units, shipments);
}

void PoolState::LeaveDays(Record& record, LocationIndex location, std::int64_t units,
                          bool shipped) {
  if (record.days.empty()) return;
  absl::InlinedVector<HeldDay*, 2> days_here;  // by day
  for (HeldDay& day : record.days) {
    if (day.location == location) days_here.push_back(&day);
  }
  // What goes out goes out first; what does not is taken off the end.
  if (!shipped) std::reverse(days_here.begin(), days_here.end());
  for (HeldDay* day : days_here) {
    const std::int64_t taken = std::min(units, day->units);
    units -= taken;
    if (taken == 0) continue;
    if (shipped) {
      FinishDay(*day, taken, 0);
    } else {
      GiveBackDay(*day, taken, 0);
    }
  }
  bool any_left = false;
  bool any_shipped = false;
  for (const HeldCell& cell : record.cells) {
    if (cell.location != location) continue;
    any_left |= cell.left > 0;
    any_shipped |= cell.shipped > 0;
  }
  if (any_left) return;
  for (HeldDay* day : days_here) {
    if (day->units == 0 && day->shipments == 0) continue;  // its book may be gone
    if (any_shipped) FinishDay(*day, 0, day->shipments);
    if (day->units > 0 || day->shipments > 0) GiveBackDay(*day, day->units, day->shipments);
  }
}

void PoolState::CloseDays(Record& record) {
  if (!record.HasUnits()) {
    // Loads of locations that have none of its cells are the whole reservation's.
    const bool any_shipped = std::any_of(record.cells.begin(), record.cells.end(),
                                         [](const HeldCell& cell) { return cell.shipped > 0; });
    for (HeldDay& day : record.days) {
      if (day.units == 0 && day.shipments == 0) continue;
      if (any_shipped) {
        FinishDay(day, day.units, day.shipments);
      } else {
        GiveBackDay(day, day.units, day.shipments);
      }
    }
  }
  std::erase_if(record.days,
                [](const HeldDay& day) { return day.units == 0 && day.shipments == 0; });
}

void PoolState::LeaveUnits(const Change& change, const Demands& cells, StockCause cause,
                           Record& record) {
  const bool is_soft = record.kind == ReservationKind::kSoft;
  for (const CellDemand& demand : cells) {
    const std::int64_t units = demand.quantity.count();
    const Delta delta = is_soft ? Delta{.soft = -units} : Delta{.hard = -units};
    HeldCell& held = *FindCell(record.cells, demand);
    held.left -= static_cast<std::uint32_t>(units);
    if (row(demand.sku).attention_at() == Row::kAlways || !record.borrowed.empty()) {
      ChargeLeft(demand, cause == StockCause::kShip, record);
    }
    Cell& cell = *Find(demand.sku, demand.location);
    if (cause == StockCause::kShip) {
      held.shipped += static_cast<std::uint32_t>(units);
      Move(change, demand.sku, cell, cause, -units, delta);
    } else {
      Apply(change, demand.sku, cell, cause, delta);
    }
    if (is_soft) AddExpiry(demand.sku, demand.location, record.expires_at, -units);
  }
}

// One without a key can be answered for by nobody, and is forgotten.
void PoolState::ForgetIfDone(ReservationId id, Shard<Book::Records>& shard) {
  const Record& record = *shard.map.Find(Number(id));
  if (record.keys.empty() && !record.HasUnits()) (void)shard.map.Remove(Number(id));
}

absl::Status PoolState::Resolve(ReservationId id, std::span<const CellDemand> part,
                                StockCause cause, const ChangeOptions& options,
                                StockChanges& changes) {
  changes.clear();
  KeyLock key(book, options.key);
  const absl::StatusOr<std::optional<ReservationId>> known =
      key.FindRepeated(options.key, cause == StockCause::kShip ? Command::kShip : Command::kRelease,
                       [&](Content& content) {
                         content.Add(Number(id));
                         Demands sums;
                         (void)SumByCell(part, sums);
                         content.AddCells(sums);
                       });
  if (!known.ok()) return known.status();
  if (*known) return absl::OkStatus();
  Opened opened(*this);
  if (absl::Status status = Open(id, options.now, {}, {}, opened); !status.ok()) return status;
  Record& record = *opened.record;
  absl::StatusOr<Demands> cells = PartOf(id, record, part);
  if (!cells.ok()) return cells.status();
  const bool ships = cause == StockCause::kShip;
  if (ships && cells->empty()) {
    return FailedPrecondition("nothing of reservation {} can be shipped: it is backordered",
                              Number(id));
  }

  const Change change = Begin(opened.now, options.now, id, changes);
  for (const SkuIndex sku : opened.rows.skus()) Settle(change, sku);
  LeaveUnits(change, *cells, cause, record);
  if (!ships && part.empty()) {
    const std::vector<BackorderDemand> all = record.backorders;
    LeaveBackorders(all, record);
  }
  for (const CellDemand& demand : *cells) {
    LeaveDays(record, demand.location, demand.quantity.count(), ships);
  }
  CloseDays(record);
  key.Keep(id, record);
  ForgetIfDone(id, *opened.shard);
  return absl::OkStatus();
}

absl::StatusOr<ReserveOutcome> PoolState::Confirm(ReservationId id, const ConfirmRequest& request) {
  ReserveOutcome outcome;
  std::vector<CapacityDemand> capacity;
  if (!SumByDay(request.capacity, capacity)) {
    return OutOfRange("the load of one day sums to more than 63 bits");
  }
  if (absl::Status status = CheckDays(capacity); !status.ok()) return status;
  KeyLock key(book, request.key);
  const absl::StatusOr<std::optional<ReservationId>> known =
      key.FindRepeated(request.key, Command::kConfirm, [&](Content& content) {
        content.Add(Number(id));
        Demands sums;
        (void)SumByCell(request.part, sums);
        content.AddCells(sums);
        content.AddDays(capacity);
      });
  if (!known.ok()) return known.status();
  if (*known) {
    outcome.reservation = id;
    outcome.repeated = true;
    return outcome;
  }
  Opened opened(*this);
  if (absl::Status status = Open(id, request.now, {}, capacity, opened); !status.ok()) {
    return status;
  }
  Record& record = *opened.record;
  if (record.kind == ReservationKind::kHard) {
    return FailedPrecondition("reservation {} is an allocation already", Number(id));
  }
  absl::StatusOr<Demands> cells = PartOf(id, record, request.part);
  if (!cells.ok()) return cells.status();
  if (absl::Status status = CheckFits(*cells, FindAll(*cells), false); !status.ok()) {
    return WithContext(status, fmt::format("hold {}", Number(id)));
  }
  FindDayShortages(capacity, {}, outcome.day_shortages);
  if (!outcome.day_shortages.empty()) return outcome;

  const Change change = Begin(opened.now, request.now, id, outcome.changes);
  for (const SkuIndex sku : opened.rows.skus()) Settle(change, sku);
  Demands rest;
  for (const CellDemand& held : LeftOf(record)) {
    const CellDemand* kept = FindCell(*cells, held);
    const std::int64_t back = held.quantity.count() - (kept ? kept->quantity.count() : 0);
    if (back > 0) rest.push_back({held.sku, held.location, Units(back)});
  }
  LeaveUnits(change, rest, StockCause::kRelease, record);
  for (const CellDemand& demand : *cells) {
    const std::int64_t units = demand.quantity.count();
    Apply(change, demand.sku, *Find(demand.sku, demand.location), StockCause::kConfirm,
          {.hard = units, .soft = -units});
    AddExpiry(demand.sku, demand.location, record.expires_at, -units);
  }
  ChargeMoved(kNoExpiry, record);
  record.kind = ReservationKind::kHard;
  record.expires_at = kNoExpiry;
  TakeDays(capacity, record);
  key.Keep(id, record);
  outcome.reservation = id;
  return outcome;
}

absl::StatusOr<StockChanges> PoolState::Extend(ReservationId id, Timestamp expires_at,
                                               const ChangeOptions& options) {
  StockChanges changes;
  const std::int64_t until = expires_at.time_since_epoch().count();
  KeyLock key(book, options.key);
  const absl::StatusOr<std::optional<ReservationId>> known =
      key.FindRepeated(options.key, Command::kExtend, [&](Content& content) {
        content.Add(Number(id));
        content.Add(static_cast<std::uint64_t>(until));
      });
  if (!known.ok()) return known.status();
  if (*known) return changes;
  Opened opened(*this);
  if (absl::Status status = Open(id, options.now, {}, {}, opened); !status.ok()) return status;
  Record& record = *opened.record;
  if (record.kind == ReservationKind::kHard) {
    return FailedPrecondition("reservation {} is an allocation and does not expire", Number(id));
  }
  if (until <= opened.now || until == kNoExpiry) {
    return InvalidArgument("hold {} would expire at {}, which is not after now, {}", Number(id),
                           ToString(expires_at), ToString(Timestamp(Duration(opened.now))));
  }
  const Change change = Begin(opened.now, options.now, id, changes);
  for (const SkuIndex sku : opened.rows.skus()) Settle(change, sku);
  for (const HeldCell& cell : record.cells) {
    if (cell.left == 0) continue;
    AddExpiry(cell.sku, cell.location, record.expires_at, -std::int64_t{cell.left});
    AddExpiry(cell.sku, cell.location, until, cell.left);
  }
  ChargeMoved(until, record);
  record.expires_at = until;
  key.Keep(id, record);
  return changes;
}

StockChanges PoolState::Expire(Timestamp at) {
  StockChanges changes;
  const std::int64_t now = Effective(at);
  for (std::size_t i = 0; i < row_count(); ++i) {
    if (rows[i].attention_at() > now) continue;
    const SkuIndex sku{static_cast<std::uint32_t>(i)};
    const std::lock_guard lock(row(sku).lock);
    const RowSide* side = rows[i].side;
    if (side == nullptr || side->expiries.empty()) continue;
    if (side->expiries.begin()->first.first > now) continue;
    Settle(Begin(now, at, ReservationId{}, changes), sku);
  }
  for (Shard<Book::Records>& shard : book.records()) {
    const std::lock_guard lock(shard.lock);
    shard.map.RemoveIf(
        [&](const Record& record) { return record.keys.empty() && record.IsExpired(now); });
  }
  return changes;
}

absl::Status PoolState::Forget(ReservationId id) {
  std::unique_ptr<Record> record;
  {
    Shard<Book::Records>& shard = book.RecordsOf(Number(id));
    const std::lock_guard lock(shard.lock);
    const Record* const open = shard.map.Find(Number(id));
    if (open == nullptr) return NoReservation(id);
    if (open->HasUnits() && !open->IsExpired(clock.load(std::memory_order_relaxed))) {
      return FailedPrecondition("reservation {} still holds units; release or ship them first",
                                Number(id));
    }
    record = shard.map.Remove(Number(id));
  }
  for (const Hash128& key : record->keys) {
    Shard<Book::Keys>& shard = book.KeysOf(key);
    const std::lock_guard lock(shard.lock);
    const auto at = shard.map.find(key);
    if (at != shard.map.end() && at->second.reservation == Number(id)) shard.map.erase(at);
  }
  return absl::OkStatus();
}

}  // namespace orderwright::inventory_internal
