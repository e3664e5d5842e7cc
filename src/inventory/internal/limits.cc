// Limits: what allotments keep a reservation from taking, and how they count what it takes.
#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/inventory/stock.h"
#include "src/inventory/internal/keys.h"
#include "src/inventory/internal/pool_state.h"

namespace orderwright::inventory_internal {
namespace {

// Whether it was borrowed from a guarantee at the location of the cell.
bool IsOfCell(const Borrowed& lent, const CellDemand& cell) {
  return lent.sku == cell.sku && lent.location == cell.location;
}

// Takes up to so many units off borrowed ones that `picks` picks.
template <typename Each, typename Picks, typename Leave>
void TakeOff(Each first, Each last, std::int64_t units, const Picks& picks, const Leave& leave) {
  for (; first != last && units > 0; ++first) {
    if (!picks(*first)) continue;
    const std::int64_t part = std::min(units, first->quantity.count());
    first->quantity = Units(first->quantity.count() - part);
    units -= part;
    leave(*first, part);
  }
}

// What left of a reservation: units of a cell, and what the reservation has now.
struct Left {
  CellDemand cell;
  std::int64_t at_cell = 0;
  std::int64_t of_sku = 0;
};

// Of a cell.
std::int64_t BorrowedAt(const Left& left, std::span<const Borrowed> borrowed) {
  std::int64_t units = 0;
  for (const Borrowed& lent : borrowed) {
    if (IsOfCell(lent, left.cell)) units += lent.quantity.count();
  }
  return units;
}

// What is given back is first what was borrowed last; of the cell's, what is more than it has left.
void GiveBackBorrowed(const Left& left, Charge charge, AllotmentBook* allotments,
                      std::vector<Borrowed>& borrowed) {
  std::int64_t units = left.cell.quantity.count();
  const auto give_back = [&](const Borrowed& lent, std::int64_t part) {
    units -= part;
    charge.units = -part;
    if (allotments != nullptr) allotments->Lend(lent, charge);
  };
  TakeOff(
      borrowed.rbegin(), borrowed.rend(), BorrowedAt(left, borrowed) - left.at_cell,
      [&](const Borrowed& lent) { return IsOfCell(lent, left.cell); }, give_back);
  TakeOff(
      borrowed.rbegin(), borrowed.rend(), units,
      [&](const Borrowed& lent) {
        return IsOfCell(lent, left.cell) || (lent.sku == left.cell.sku && !lent.location);
      },
      give_back);
}

// What is shipped is borrowed only if nothing else is left, and then what was borrowed first.
void ShipBorrowed(const Left& left, Charge charge, AllotmentBook* allotments,
                  std::vector<Borrowed>& borrowed) {
  std::int64_t of_sku = 0;
  for (const Borrowed& lent : borrowed) {
    if (lent.sku == left.cell.sku) of_sku += lent.quantity.count();
  }
  const auto ship = [&](const Borrowed& lent, std::int64_t part) {
    of_sku -= part;
    charge.units = part;
    if (allotments != nullptr) allotments->ShipLent(lent, charge);
  };
  TakeOff(
      borrowed.begin(), borrowed.end(), BorrowedAt(left, borrowed) - left.at_cell,
      [&](const Borrowed& lent) { return IsOfCell(lent, left.cell); }, ship);
  TakeOff(
      borrowed.begin(), borrowed.end(), of_sku - left.of_sku,
      [&](const Borrowed& lent) { return lent.sku == left.cell.sku && !lent.location; }, ship);
}

std::int64_t LeftAt(const Record& record, const CellDemand& cell) {
  return FindCell(record.cells, cell)->left;
}

// The allotments of a SKU as they are when the taker has given back, and so the cells.
AllotmentBook WithoutGivenBack(SkuIndex sku, const Taker& taker, const AllotmentBook& allotments,
                               Entries& entries) {
  const Record& record = *taker.record;
  AllotmentBook without = allotments;
  std::vector<Borrowed> borrowed = record.borrowed;
  for (const CellDemand& back : *taker.given_back) {
    if (back.sku != sku) continue;
    for (StockSnapshot::Entry& entry : entries) {
      if (entry.location != back.location) continue;
      (taker.kind == ReservationKind::kSoft ? entry.figures.soft : entry.figures.hard) -=
          back.quantity.count();
    }
    const std::int64_t units = back.quantity.count();
    const Charge charge{record.asker, back.location, -units, record.expires_at};
    without.Reserve(charge);
    GiveBackBorrowed({back, LeftAt(record, back) - units, 0}, charge, &without, borrowed);
  }
  return without;
}

void ForgetEmpty(std::vector<Borrowed>& borrowed) {
  std::erase_if(borrowed, [](const Borrowed& lent) { return lent.quantity.IsZero(); });
}

absl::Status CheckUnits(std::int64_t units, std::size_t i, std::string_view what) {
  if (units >= 0 && units <= Stock::kMaxUnits) return absl::OkStatus();
  return InvalidArgument("allotments[{}]: {} is {}; it must be 0 to {}", i, what, units,
                         Stock::kMaxUnits);
}

bool HasSameKey(const Allotment& a, const Allotment& b) {
  return a.channel == b.channel && a.market == b.market && a.location == b.location;
}

absl::Status CheckAllotments(const PoolState& state, SkuIndex sku,
                             std::span<const Allotment> allotments) {
  if (Raw(sku) >= state.row_count()) {
    return InvalidArgument("SKU index {} is not in this pool", Raw(sku));
  }
  for (std::size_t i = 0; i < allotments.size(); ++i) {
    const Allotment& each = allotments[i];
    if (each.sku != sku) {
      return InvalidArgument("allotments[{}] is of SKU index {}, not {}", i, Raw(each.sku),
                             Raw(sku));
    }
    if (each.location && Raw(*each.location) >= state.location_count) {
      return InvalidArgument("allotments[{}]: location index {} is not in this pool", i,
                             Raw(*each.location));
    }
    if (each.channel == kEmptySymbol && each.market == kEmptySymbol) {
      return InvalidArgument("allotments[{}] needs a channel or a market", i);
    }
    for (std::size_t k = 0; k < i; ++k) {
      if (!HasSameKey(each, allotments[k])) continue;
      return InvalidArgument(
          "allotments[{}] and allotments[{}] are of the same channel, market and location", k, i);
    }
    for (const auto& [units, what] :
         {std::pair(each.guaranteed, "guaranteed"), std::pair(each.ceiling.value_or(0), "ceiling"),
          std::pair(each.stop_below, "stop_below")}) {
      if (absl::Status status = CheckUnits(units, i, what); !status.ok()) return status;
    }
  }
  return absl::OkStatus();
}

void AddAllotments(std::span<const Allotment> allotments, Content& content) {
  content.Add(allotments.size());
  for (const Allotment& each : allotments) {
    content.Add(Raw(each.channel));
    content.Add(Raw(each.market));
    content.Add(each.location ? Raw(*each.location) + 1 : 0);
    content.Add(static_cast<std::uint64_t>(each.guaranteed));
    content.Add(static_cast<std::uint64_t>(each.ceiling.value_or(-1)));
    content.Add(each.until ? 1 : 0);
    content.Add(
        static_cast<std::uint64_t>(each.until.value_or(Timestamp{}).time_since_epoch().count()));
    content.Add(each.overflow.size());
    for (const Symbol channel : each.overflow) content.Add(Raw(channel));
    content.Add(static_cast<std::uint64_t>(each.stop_below));
  }
}

}  // namespace

void PoolState::FindAllottedShortages(std::span<const CellDemand> cells, const Taker& taker,
                                      std::int64_t now, ReserveOutcome& outcome) {
  const SkuIndex sku = cells.front().sku;
  Entries entries = EntriesAt(sku, now);
  const AllotmentBook* allotments = AllotmentsAt(sku);
  std::optional<AllotmentBook> without;
  if (taker.record != nullptr) {
    without = WithoutGivenBack(sku, taker, *allotments, entries);
    allotments = &*without;
  }
  const Allowance allowance = allotments->AllowanceOf(entries, taker.asker, now);
  std::int64_t wanted = 0;
  std::int64_t own = 0;  // of that, on guarantees of the asker at these locations
  for (const CellDemand& demand : cells) {
    const std::int64_t units = std::min(demand.quantity.count(), Stock::kMaxUnits + 1);
    std::int64_t available = 0;
    for (std::size_t i = 0; i < entries.size(); ++i) {
      if (entries[i].location != demand.location) continue;
      available = allowance.at[i];
      own += std::min(units, allowance.own[i]);
    }
    if (available < units) {
      outcome.shortages.push_back({sku, demand.location, demand.quantity, Units(available)});
    }
    wanted += units;
  }
  // What its guarantees at other locations keep for the asker is not to be had here.
  const bool is_limited = allowance.rest != kUnlimitedUnits;
  const std::int64_t most =
      is_limited ? std::min(allowance.most, allowance.rest + own) : allowance.most;
  if (wanted > most) outcome.limit_shortages.push_back({sku, Units(wanted), Units(most)});
}

void PoolState::ChargeTaken(std::span<const CellDemand> cells, std::int64_t now, Record& record) {
  const SkuIndex sku = cells.front().sku;
  AllotmentBook& allotments = *AllotmentsAt(sku);
  Charge charge{record.asker, {}, 0, record.expires_at};
  allotments.Borrow(EntriesAt(sku, now), cells, charge, now, record.borrowed);
  for (const CellDemand& demand : cells) {
    charge.location = demand.location;
    charge.units = demand.quantity.count();
    allotments.Reserve(charge);
  }
}

void PoolState::ChargeLeft(const CellDemand& cell, bool ships, Record& record) {
  AllotmentBook* allotments = AllotmentsAt(cell.sku);
  Charge charge{record.asker, cell.location, cell.quantity.count(), record.expires_at};
  if (!record.borrowed.empty()) {
    Left left{cell, LeftAt(record, cell), 0};
    for (const HeldCell& held : record.cells) {
      if (held.sku == cell.sku) left.of_sku += held.left;
    }
    (ships ? ShipBorrowed : GiveBackBorrowed)(left, charge, allotments, record.borrowed);
    ForgetEmpty(record.borrowed);
  }
  if (allotments == nullptr) return;
  if (ships) {
    allotments->Ship(charge);
  } else {
    charge.units = -charge.units;
    allotments->Reserve(charge);
  }
}

void PoolState::ChargeMoved(std::int64_t expires_at, const Record& record) {
  const auto both = [&](std::int64_t units, const auto& charge_it) {
    charge_it(Charge{record.asker, {}, -units, record.expires_at});
    charge_it(Charge{record.asker, {}, units, expires_at});
  };
  for (const HeldCell& cell : record.cells) {
    AllotmentBook* allotments = AllotmentsAt(cell.sku);
    if (allotments == nullptr) continue;
    both(cell.left, [&](Charge charge) {
      charge.location = cell.location;
      allotments->Reserve(charge);
    });
  }
  for (const Borrowed& lent : record.borrowed) {
    AllotmentBook* allotments = AllotmentsAt(lent.sku);
    if (allotments == nullptr) continue;
    both(lent.quantity.count(), [&](const Charge& charge) { allotments->Lend(lent, charge); });
  }
}

void PoolState::Count(const Record& record, SkuIndex sku, AllotmentBook& allotments) {
  for (const HeldCell& cell : record.cells) {
    if (cell.sku != sku || cell.left == 0) continue;
    allotments.Reserve({record.asker, cell.location, cell.left, record.expires_at});
  }
  for (const Borrowed& lent : record.borrowed) {
    if (lent.sku != sku) continue;
    allotments.Lend(lent, {record.asker, {}, lent.quantity.count(), record.expires_at});
  }
}

void PoolState::PutAllotments(SkuIndex sku, std::span<const Allotment> terms) {
  RowSide& side = NeedSide(sku);
  std::unique_ptr<AllotmentBook> old = std::move(side.allotments);
  if (!terms.empty()) {
    side.allotments = std::make_unique<AllotmentBook>(terms);
    const std::int64_t now = clock.load(std::memory_order_relaxed);
    for (Shard<Book::Records>& shard : book.records()) {
      const std::lock_guard lock(shard.lock);
      // Sums: the order is harmless.
      shard.map.ForEach([&](std::uint64_t, const Record& record) {
        if (!record.IsExpired(now)) Count(record, sku, *side.allotments);
      });
    }
    if (old != nullptr) side.allotments->Inherit(*old);
  }
  FindAttention(sku);
}

absl::Status PoolState::SetAllotments(SkuIndex sku, std::span<const Allotment> terms,
                                      const ChangeOptions& options) {
  if (absl::Status status = CheckAllotments(*this, sku, terms); !status.ok()) return status;
  KeyLock key(book, options.key);
  const absl::StatusOr<std::optional<ReservationId>> known =
      key.FindRepeated(options.key, Command::kSetAllotments, [&](Content& content) {
        content.Add(Raw(sku));
        AddAllotments(terms, content);
      });
  if (!known.ok()) return known.status();
  if (*known) return absl::OkStatus();
  const std::lock_guard lock(row(sku).lock);
  PutAllotments(sku, terms);
  key.KeepForEver();
  return absl::OkStatus();
}

std::vector<AllotmentUse> PoolState::AllotmentsOf(SkuIndex sku, Timestamp now) {
  if (Raw(sku) >= row_count()) return {};
  const std::lock_guard lock(row(sku).lock);
  const AllotmentBook* allotments = AllotmentsAt(sku);
  if (allotments == nullptr) return {};
  return allotments->UseAt(Effective(now));
}

std::int64_t PoolState::OverGuaranteed(SkuIndex sku, Timestamp now) {
  if (Raw(sku) >= row_count()) return 0;
  const std::lock_guard lock(row(sku).lock);
  const AllotmentBook* allotments = AllotmentsAt(sku);
  if (allotments == nullptr) return 0;
  return allotments->OverGuaranteed(EntriesAt(sku, Effective(now)), Effective(now));
}

}  // namespace orderwright::inventory_internal
