#include "orderwright/inventory/stock_view.h"

#include <algorithm>

#include "orderwright/inventory/pool.h"
#include "src/inventory/internal/answers.h"

namespace orderwright {

const StockSnapshot::Row* StockSnapshot::RowOf(SkuIndex sku) const {
  const std::vector<Row>& rows = data_->rows;
  auto at = std::lower_bound(rows.begin(), rows.end(), sku,
                             [](const Row& row, SkuIndex s) { return row.sku < s; });
  return at != rows.end() && at->sku == sku ? &*at : nullptr;
}

inventory_internal::Question StockSnapshot::QuestionOf(SkuIndex sku,
                                                       const Availability& question) const {
  const std::optional<Reservation>& own = data_->own;
  const bool is_own = own && own->id == question.own_reservation && !own->expired;
  return {sku,
          {question.channel, question.market},
          std::max(data_->now, question.now.time_since_epoch().count()),
          is_own ? &*own : nullptr};
}

std::span<const StockSnapshot::Entry> StockSnapshot::entries_of(SkuIndex sku) const {
  const Row* row = RowOf(sku);
  if (row == nullptr) return {};
  return std::span(data_->entries).subspan(row->first, row->count);
}

std::int64_t StockView::Available(SkuIndex sku, LocationIndex location,
                                  const Availability& question) const {
  std::int64_t found = 0;
  ForEachHolderOf(sku, question, {&location, 1},
                  [&](LocationIndex, std::int64_t available) { found = available; });
  return found;
}

void StockView::FindBackorders(SkuIndex sku, const Availability& question,
                               BackorderOffers& offers) const {
  if (pool_ != nullptr) return pool_->FindBackorders(sku, question, offers);
  offers.clear();
  const StockSnapshot::Row* row = snapshot_->RowOf(sku);
  if (row == nullptr || row->side == nullptr) return;
  const std::span<const StockSnapshot::Entry> cells = snapshot_->entries_of(sku);
  inventory_internal::FindOffers(snapshot_->QuestionOf(sku, question), row->side->outlook,
                                 row->side->promised, {cells.begin(), cells.end()}, offers);
}

std::int64_t StockView::MostOfAllotted(SkuIndex sku, const Availability& question) const {
  absl::InlinedVector<inventory_internal::Holder, 16> holders;
  if (snapshot_ == nullptr) return pool_->FindHolders(sku, question, holders);
  const StockSnapshot::Row* row = snapshot_->RowOf(sku);
  const bool is_allotted = row != nullptr && row->allotted;
  return is_allotted ? FindHolders(sku, question, holders) : kUnlimitedUnits;
}

bool StockView::limits_days() const { return pool_ != nullptr && pool_->limits_days(); }

DayLoad StockView::RoomOf(LocationIndex location, LocalDate day,
                          const Availability& question) const {
  if (pool_ == nullptr) return {Units(kUnlimitedUnits), Units(kUnlimitedUnits)};
  return pool_->RoomOf(location, day, question.own_reservation);
}

std::optional<DayLoad> StockView::LoadOf(LocationIndex location, LocalDate day,
                                         const Availability& question) const {
  if (pool_ == nullptr) return std::nullopt;
  return pool_->LoadOf(location, day, question.own_reservation);
}

std::int64_t StockView::OnHand(SkuIndex sku, LocationIndex location) const {
  if (pool_ != nullptr) return pool_->Figures(sku, location).on_hand;
  const std::span<const StockSnapshot::Entry> cells = snapshot_->entries_of(sku);
  const auto at = std::lower_bound(
      cells.begin(), cells.end(), location,
      [](const StockSnapshot::Entry& cell, LocationIndex to) { return cell.location < to; });
  return at != cells.end() && at->location == location ? at->figures.on_hand : 0;
}

std::uint64_t StockView::sequence() const {
  return snapshot_ != nullptr ? snapshot_->sequence() : pool_->sequence();
}

std::uint64_t StockView::lineage() const {
  return snapshot_ != nullptr ? snapshot_->lineage() : pool_->lineage();
}

std::int64_t StockView::FindHolders(
    SkuIndex sku, const Availability& question,
    absl::InlinedVector<inventory_internal::Holder, 16>& holders) const {
  const StockSnapshot::Row* row = snapshot_->RowOf(sku);
  const std::span<const StockSnapshot::Entry> cells = snapshot_->entries_of(sku);
  return inventory_internal::FindHolders(snapshot_->QuestionOf(sku, question),
                                         row->side != nullptr ? &row->side->allotments : nullptr,
                                         {cells.begin(), cells.end()}, holders);
}

}  // namespace orderwright
