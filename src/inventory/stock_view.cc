#include "orderwright/inventory/stock_view.h"

#include <algorithm>

#include "orderwright/inventory/pool.h"
#include "src/inventory/internal/side.h"

namespace orderwright {

const StockSnapshot::Row* StockSnapshot::RowOf(SkuIndex sku) const {
  const std::vector<Row>& rows = data_->rows;
  auto at = std::lower_bound(rows.begin(), rows.end(), sku,
                             [](const Row& row, SkuIndex s) { return row.sku < s; });
  return at != rows.end() && at->sku == sku ? &*at : nullptr;
}

std::span<const StockSnapshot::Entry> StockSnapshot::entries_of(SkuIndex sku) const {
  const Row* row = RowOf(sku);
  if (row == nullptr) return {};
  return std::span(data_->entries).subspan(row->first, row->count);
}

std::int64_t StockView::Available(SkuIndex sku, LocationIndex location,
                                  const Availability& question) const {
  std::int64_t found = 0;
  ForEachHolder(sku, question, [&](LocationIndex at, std::int64_t available) {
    if (at == location) found = available;
  });
  return found;
}

void StockView::FindBackorders(SkuIndex sku, const Availability& question,
                               BackorderOffers& offers) const {
  if (pool_ != nullptr) return pool_->FindBackorders(sku, question, offers);
  offers.clear();
  const StockSnapshot::Row* row = snapshot_->RowOf(sku);
  if (row == nullptr || row->side == nullptr) return;
  const StockSnapshot::Data& data = *snapshot_->data_;
  const bool is_own =
      question.own_reservation && data.own && data.own->id == *question.own_reservation;
  inventory_internal::OfferTo(is_own && !data.own->expired ? &*data.own : nullptr, sku,
                              row->side->outlook, row->side->promised, snapshot_->entries_of(sku),
                              std::max(data.now, question.now.time_since_epoch().count()), offers);
}

std::uint64_t StockView::sequence() const {
  return snapshot_ != nullptr ? snapshot_->sequence() : pool_->sequence();
}

std::uint64_t StockView::lineage() const {
  return snapshot_ != nullptr ? snapshot_->lineage() : pool_->lineage();
}

std::int64_t StockView::WithOwn(const Availability& question, SkuIndex sku, LocationIndex location,
                                const StockFigures& figures) const {
  StockFigures without = figures;
  const std::optional<Reservation>& held = snapshot_->data_->own;
  if (held && held->id == *question.own_reservation && !held->expired) {
    for (const CellDemand& cell : held->cells) {
      if (cell.sku != sku || cell.location != location) continue;
      (held->kind == ReservationKind::kSoft ? without.soft : without.hard) -= cell.quantity.count();
    }
  }
  return without.Available();
}

}  // namespace orderwright
