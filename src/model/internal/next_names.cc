#include "src/model/internal/next_names.h"

#include "src/model/internal/spelling.h"

namespace orderwright::model_internal {

NextNames::NextNames(const Tables& base, const WorldChanges& changes)
    : base_(base), changes_(changes) {
  items_.reserve(changes.items.size());
  for (const ItemSpec& item : changes.items) items_.insert(item.sku);
  for (const BundleSpec& bundle : changes.bundles) bundles_.insert(bundle.sku);
  for (const LocationSpec& location : changes.locations) locations_.insert(location.id);
  for (const CalendarSpec& calendar : changes.calendars) calendars_.insert(calendar.name);
  for (const RateCardSpec& card : changes.rate_cards) rate_cards_.insert(card.name);
  removed_skus_.insert(changes.remove_skus.begin(), changes.remove_skus.end());
}

bool NextNames::HasItem(std::string_view sku) const {
  if (items_.contains(sku)) return true;
  const std::optional<SkuIndex> old = FindIn(base_.catalog->item_of, sku);
  return old && !base_.catalog->items[Raw(*old)].retired && !removed_skus_.contains(sku);
}

bool NextNames::IsTakenByItem(std::string_view sku) const {
  return items_.contains(sku) || base_.catalog->item_of.contains(sku);
}

bool NextNames::KeepsBundle(std::string_view sku) const {
  return base_.catalog->bundle_of.contains(sku) && !removed_skus_.contains(sku) &&
         !bundles_.contains(sku);
}

bool NextNames::HasBundle(std::string_view sku) const {
  return bundles_.contains(sku) || KeepsBundle(sku);
}

bool NextNames::HasCalendar(std::string_view name) const {
  return calendars_.contains(name) || base_.carriers->calendar_of.contains(name);
}

bool NextNames::HasRateCard(std::string_view name) const {
  return rate_cards_.contains(name) || base_.carriers->rate_card_of.contains(name);
}

std::optional<std::string> NextNames::NearestItem(std::string_view sku) const {
  NearestName nearest(sku);
  for (const ItemSpec& item : changes_.items) nearest.Offer(item.sku);
  for (const Item& item : base_.catalog->items) {
    if (HasItem(item.sku())) nearest.Offer(item.sku());
  }
  return nearest.best();
}

std::optional<std::string> NextNames::NearestCalendar(std::string_view name) const {
  NearestName nearest(name);
  for (const CalendarSpec& calendar : changes_.calendars) nearest.Offer(calendar.name);
  for (const CalendarSpec& calendar : base_.carriers->calendars) nearest.Offer(calendar.name);
  return nearest.best();
}

std::optional<std::string> NextNames::NearestRateCard(std::string_view name) const {
  NearestName nearest(name);
  for (const RateCardSpec& card : changes_.rate_cards) nearest.Offer(card.name);
  for (const RateCard& card : base_.carriers->rate_cards) nearest.Offer(card.name);
  return nearest.best();
}

}  // namespace orderwright::model_internal
