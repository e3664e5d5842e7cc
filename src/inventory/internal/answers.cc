#include "src/inventory/internal/answers.h"

#include <optional>

namespace orderwright::inventory_internal {
namespace {

void GiveBackCells(const Question& question, Entries& cells) {
  const Reservation& own = *question.own;
  for (StockSnapshot::Entry& cell : cells) {
    for (const CellDemand& held : own.cells) {
      if (held.sku != question.sku || held.location != cell.location) continue;
      (own.kind == ReservationKind::kSoft ? cell.figures.soft : cell.figures.hard) -=
          held.quantity.count();
    }
  }
}

AllotmentBook Without(const Question& question, const AllotmentBook& allotments) {
  const Reservation& own = *question.own;
  AllotmentBook without = allotments;
  Charge charge{.asker = {own.channel, own.market}};
  if (own.expires_at) charge.expires_at = own.expires_at->time_since_epoch().count();
  for (const CellDemand& held : own.cells) {
    if (held.sku != question.sku) continue;
    charge.location = held.location;
    charge.units = -held.quantity.count();
    without.Reserve(charge);
  }
  for (const Borrowed& lent : own.borrowed) {
    if (lent.sku != question.sku) continue;
    charge.units = -lent.quantity.count();
    without.Lend(lent, charge);
  }
  return without;
}

}  // namespace

std::int64_t FindHolders(const Question& question, const AllotmentBook* allotments, Entries cells,
                         absl::InlinedVector<Holder, 16>& holders) {
  if (question.own != nullptr) GiveBackCells(question, cells);
  if (allotments == nullptr || allotments->empty()) {
    for (const StockSnapshot::Entry& cell : cells) {
      const std::int64_t available = cell.figures.Available();
      if (available > 0) holders.push_back({cell.location, available});
    }
    return kUnlimitedUnits;
  }
  std::optional<AllotmentBook> without;
  if (question.own != nullptr) without = Without(question, *allotments);
  const Allowance allowance =
      (without ? *without : *allotments).AllowanceOf(cells, question.asker, question.now);
  for (std::size_t i = 0; i < cells.size(); ++i) {
    if (allowance.at[i] > 0) holders.push_back({cells[i].location, allowance.at[i]});
  }
  return allowance.most;
}

void FindOffers(const Question& question, const Outlook& outlook, const Promised& promised,
                Entries cells, BackorderOffers& offers) {
  if (question.own == nullptr) return FindOffers(outlook, promised, cells, question.now, offers);
  GiveBackCells(question, cells);
  Promised others = promised;
  for (const BackorderDemand& open : question.own->backorders) {
    if (open.sku == question.sku) AddPromised(others, PromiseOf(open), -open.quantity.count());
  }
  FindOffers(outlook, others, cells, question.now, offers);
}

}  // namespace orderwright::inventory_internal
