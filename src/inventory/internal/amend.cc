// Amend: giving back and taking in one step.
#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "src/inventory/internal/keys.h"
#include "src/inventory/internal/opened.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {

// A request, with one entry for each cell, day and promise.
struct PoolState::Amendment {
  Demands take;
  Demands back;
  std::vector<CapacityDemand> take_days;
  std::vector<CapacityDemand> back_days;
  std::vector<BackorderDemand> take_backorders;
  std::vector<BackorderDemand> back_backorders;

  [[nodiscard]] bool IsEmpty() const {
    return take.empty() && back.empty() && take_days.empty() && back_days.empty() &&
           take_backorders.empty() && back_backorders.empty();
  }
  [[nodiscard]] absl::InlinedVector<SkuIndex, 4> TakenSkus() const {
    absl::InlinedVector<SkuIndex, 4> skus;
    for (const CellDemand& demand : take) skus.push_back(demand.sku);
    for (const BackorderDemand& demand : take_backorders) skus.push_back(demand.sku);
    return skus;
  }
  void Describe(Content& content) const {
    content.AddCells(back);
    content.AddCells(take);
    content.AddDays(back_days);
    content.AddDays(take_days);
    content.AddBackorders(back_backorders);
    content.AddBackorders(take_backorders);
  }
};

namespace {

HeldDay* FindDay(Record& record, const CapacityDemand& wanted) {
  const auto at = std::find_if(record.days.begin(), record.days.end(), [&](const HeldDay& day) {
    return day.location == wanted.location && day.day == wanted.day;
  });
  return at != record.days.end() ? &*at : nullptr;
}

// That the reservation loads each of these days so much.
absl::Status CheckLoads(ReservationId id, Record& record, std::span<const CapacityDemand> back) {
  for (const CapacityDemand& demand : back) {
    const HeldDay* at = FindDay(record, demand);
    if (at != nullptr && at->units >= demand.units.count() &&
        at->shipments >= demand.shipments.count()) {
      continue;
    }
    return InvalidArgument(
        "reservation {} has less load of location index {} on {} than {} units and {} shipments",
        Number(id), Raw(demand.location), DateText(demand.day), demand.units, demand.shipments);
  }
  return absl::OkStatus();
}

// That each of these is among what is open.
absl::Status CheckOpen(ReservationId id, const Record& record,
                       std::span<const BackorderDemand> back) {
  for (const BackorderDemand& demand : back) {
    const auto at =
        std::lower_bound(record.backorders.begin(), record.backorders.end(), demand, BackorderLess);
    const bool is_open = at != record.backorders.end() && !BackorderLess(demand, *at);
    const Units open = is_open ? at->quantity : Units(0);
    if (demand.quantity <= open) continue;
    return InvalidArgument(
        "reservation {} has {} units of SKU index {} backordered so at location index {}; {} are "
        "to be given back",
        Number(id), open, Raw(demand.sku), Raw(demand.location), demand.quantity);
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<PoolState::Amendment> PoolState::ReadAmendment(const AmendRequest& request,
                                                              std::string_view who) const {
  Amendment read;
  if (!SumByCell(request.take, read.take) || !SumByCell(request.give_back, read.back) ||
      !SumByDay(request.take_capacity, read.take_days) ||
      !SumByDay(request.give_back_capacity, read.back_days) ||
      !SumBackorders(request.take_backorders, read.take_backorders) ||
      !SumBackorders(request.give_back_backorders, read.back_backorders)) {
    return OutOfRange("the units of one cell or day sum to more than 63 bits");
  }
  if (read.IsEmpty()) return InvalidArgument("the change of {} names nothing", who);
  for (const CellDemand& demand : read.take) {
    if (!demand.quantity.IsZero() && Raw(demand.sku) < row_count()) continue;
    return InvalidArgument("{}: {} units of SKU index {} cannot be taken", who, demand.quantity,
                           Raw(demand.sku));
  }
  if (absl::Status status = CheckDays(read.take_days); !status.ok()) return status;
  for (const auto* backorders : {&read.take_backorders, &read.back_backorders}) {
    if (absl::Status status = CheckBackorders(*backorders, who); !status.ok()) return status;
  }
  return read;
}

absl::Status PoolState::CheckAmendment(ReservationId id, Record& record, const Amendment& change) {
  const bool is_soft = record.kind == ReservationKind::kSoft;
  if (is_soft && !change.take_backorders.empty()) {
    return InvalidArgument("hold {} cannot have backorders; confirm it first", Number(id));
  }
  if (is_soft && !change.take_days.empty()) {
    return InvalidArgument("hold {} takes no capacity of a day; name it when it is confirmed",
                           Number(id));
  }
  if (absl::Status status = CheckHeld(id, record, change.back); !status.ok()) return status;
  if (absl::Status status = CheckOpen(id, record, change.back_backorders); !status.ok()) {
    return status;
  }
  return CheckLoads(id, record, change.back_days);
}

absl::StatusOr<ReserveOutcome> PoolState::Amend(ReservationId id, const AmendRequest& request) {
  ReserveOutcome outcome;
  const std::string who = fmt::format("reservation {}", Number(id));
  const absl::StatusOr<Amendment> read = ReadAmendment(request, who);
  if (!read.ok()) return read.status();
  KeyLock key(book, request.key);
  const absl::StatusOr<std::optional<ReservationId>> known =
      key.FindRepeated(request.key, Command::kAmend, [&](Content& content) {
        content.Add(Number(id));
        read->Describe(content);
      });
  if (!known.ok()) return known.status();
  if (*known) {
    outcome.reservation = id;
    outcome.repeated = true;
    return outcome;
  }
  Opened opened(*this);
  if (absl::Status status = Open(id, request.now, read->TakenSkus(), read->take_days, opened);
      !status.ok()) {
    return status;
  }
  Record& record = *opened.record;
  if (absl::Status status = CheckAmendment(id, record, *read); !status.ok()) return status;
  const Places places = FindAll(read->take);
  FindShortages(read->take, places, {record.asker, record.kind, &record, &read->back}, opened.now,
                outcome);
  FindDayShortages(read->take_days, read->back_days, outcome.day_shortages);
  FindBackorderShortages(read->take_backorders, read->back_backorders, read->take, read->back,
                         opened.now, outcome.backorder_shortages);
  if (IsShort(outcome)) return outcome;
  const bool is_soft = record.kind == ReservationKind::kSoft;
  if (absl::Status status = CheckFits(read->take, places, is_soft); !status.ok()) {
    return WithContext(status, who);
  }

  const Change change = Begin(opened.now, request.now, id, outcome.changes);
  for (const SkuIndex sku : opened.rows.skus()) Settle(change, sku);
  for (const CapacityDemand& demand : read->back_days) {
    GiveBackDay(*FindDay(record, demand), demand.units.count(), demand.shipments.count());
  }
  LeaveUnits(change, read->back, StockCause::kAmend, record);
  TakeUnits(change, read->take, places, StockCause::kAmend, record);
  LeaveBackorders(read->back_backorders, record);
  TakeBackorders(read->take_backorders, record);
  TakeDays(read->take_days, record);
  for (const CellDemand& demand : read->back) LeaveDays(record, demand.location, 0, false);
  CloseDays(record);
  key.Keep(id, record);
  ForgetIfDone(id, *opened.shard);
  outcome.reservation = id;
  return outcome;
}

}  // namespace orderwright::inventory_internal
