#include "src/inventory/internal/outlook.h"

#include <algorithm>

namespace orderwright::inventory_internal {
namespace {

std::int64_t Milliseconds(Timestamp at) { return at.time_since_epoch().count(); }

// Open units of the promises that `counts` picks.
template <typename Counts>
std::int64_t SumOf(const Promised& promised, const Counts& counts) {
  std::int64_t units = 0;
  for (const auto& [promise, open] : promised) {
    if (counts(promise)) units += open;
  }
  return units;
}

bool IsUndated(const Promise& promise) {
  return promise.kind == BackorderKind::kBackorder && promise.draw == BackorderDraw::kLimit;
}

std::int64_t LeftOf(const std::optional<Units>& limit, std::int64_t open) {
  return limit ? std::max<std::int64_t>(0, limit->count() - open) : kUnlimitedUnits;
}

// What terms allow beyond stock, given what is open by them.
std::int64_t LeftByItem(const Outlook& outlook, const Promised& promised) {
  return LeftOf(outlook.backorder.limit, SumOf(promised, [&](const Promise& promise) {
                  return IsUndated(promise) && !outlook.own_terms.contains(promise.location);
                }));
}
std::int64_t LeftByRow(const BackorderTerms& terms, const Promised& promised,
                       LocationIndex location) {
  return LeftOf(terms.limit, SumOf(promised, [&](const Promise& promise) {
                  return IsUndated(promise) && promise.location == location;
                }));
}
std::int64_t LeftOfPreorders(const Outlook& outlook, const Promised& promised) {
  return LeftOf(outlook.preorder->limit, SumOf(promised, [](const Promise& promise) {
                  return promise.kind == BackorderKind::kPreorder;
                }));
}

const BackorderTerms* OwnTerms(const Outlook& outlook, LocationIndex location) {
  const auto at = outlook.own_terms.find(location);
  return at != outlook.own_terms.end() ? &at->second : nullptr;
}

// The units of a cell that promises are made of beside what is expected.
std::int64_t BaseOf(const StockFigures& figures, bool is_released) {
  const std::int64_t units = figures.Free() - figures.safety;
  return is_released ? std::min<std::int64_t>(0, units) : units;
}

// An offer for each instant after `now` at which something is due: what it adds to `before`.
void OfferDates(std::span<const Due> dues, const Curve& curve, std::int64_t now,
                std::int64_t before, BackorderOffer offer, BackorderOffers& offers) {
  for (const Due& due : dues) {
    if (due.at <= now) continue;
    const std::int64_t units = std::max<std::int64_t>(0, curve.LeastFrom(due.at));
    if (units <= before) continue;
    offer.expected = Timestamp(Duration(due.at));
    offer.units = units - before;
    offers.offers.push_back(offer);
    before = units;
  }
}

// At a cell whose terms allow it. `left`: what they allow beyond what is expected.
void OfferBackorders(std::span<const Due> dues, const Curve& curve, std::int64_t now,
                     std::int64_t left, BackorderOffer offer, BackorderOffers& offers) {
  // What is overdue comes nobody knows when.
  const std::int64_t overdue = std::max<std::int64_t>(0, curve.LeastFrom(now));
  OfferDates(dues, curve, now, overdue, {.location = offer.location}, offers);
  if (left == 0) return;
  offer.draw = BackorderDraw::kLimit;
  offer.units = offer.counts ? kUnlimitedUnits : left;
  offers.offers.push_back(offer);
}

void OfferPreorders(std::span<const Due> dues, const Curve& curve, Timestamp release,
                    BackorderOffer offer, BackorderOffers& offers) {
  const std::int64_t by_release = std::max<std::int64_t>(0, curve.LeastFrom(Milliseconds(release)));
  offer.kind = BackorderKind::kPreorder;
  offer.counts = true;
  offer.expected = release;
  offer.units = by_release;
  if (by_release > 0) offers.offers.push_back(offer);
  BackorderOffer beyond = offer;
  beyond.draw = BackorderDraw::kLimit;
  beyond.units = kUnlimitedUnits;
  offers.offers.push_back(beyond);
  OfferDates(dues, curve, Milliseconds(release), by_release, offer, offers);
}

}  // namespace

Promise PromiseOf(const BackorderDemand& demand) {
  return {demand.location, demand.expected ? Milliseconds(*demand.expected) : kUndated, demand.kind,
          demand.draw};
}

void AddPromised(Promised& promised, const Promise& promise, std::int64_t units) {
  const auto at = promised.try_emplace(promise, 0).first;
  at->second += units;
  if (at->second == 0) promised.erase(at);
}

bool BackorderLess(const BackorderDemand& a, const BackorderDemand& b) {
  return a.sku != b.sku ? a.sku < b.sku : PromiseOf(a) < PromiseOf(b);
}

void Curve::Add(std::int64_t at, std::int64_t units) {
  const auto after =
      std::upper_bound(steps_.begin(), steps_.end(), at,
                       [](std::int64_t instant, const auto& step) { return instant < step.first; });
  steps_.insert(after, {at, units});
}

std::int64_t Curve::LeastFrom(std::int64_t at) const {
  std::int64_t units = units_;
  auto step = steps_.begin();
  for (; step != steps_.end() && step->first <= at; ++step) units += step->second;
  std::int64_t least = units;
  while (step != steps_.end()) {
    const std::int64_t instant = step->first;
    for (; step != steps_.end() && step->first == instant; ++step) units += step->second;
    least = std::min(least, units);
  }
  return least;
}

std::optional<std::int64_t> Curve::FirstWith(std::int64_t units) const {
  for (const auto& [at, delta] : steps_) {
    if (LeastFrom(at) >= units) return at;
  }
  return std::nullopt;
}

Dues DuesOf(const Outlook& outlook, int min_confidence) {
  Dues dues;
  for (const Expected& expected : outlook.incoming) {
    const Incoming& incoming = expected.incoming;
    if (incoming.confidence < min_confidence) continue;
    dues.push_back({incoming.location, Milliseconds(incoming.at), incoming.quantity.count()});
  }
  // They come by instant.
  std::stable_sort(dues.begin(), dues.end(),
                   [](const Due& a, const Due& b) { return a.location < b.location; });
  return dues;
}

std::span<const Due> DuesAt(const Dues& dues, LocationIndex location) {
  const auto first =
      std::lower_bound(dues.begin(), dues.end(), location,
                       [](const Due& due, LocationIndex at) { return due.location < at; });
  auto end = first;
  while (end != dues.end() && end->location == location) ++end;
  return {first, end};
}

Curve CurveAt(const Dues& dues, const Promised& promised, LocationIndex location,
              std::int64_t units) {
  Curve curve(units);
  for (const Due& due : DuesAt(dues, location)) curve.Add(due.at, due.units);
  // The undated ones come first wherever one is to be sure.
  for (auto at = promised.lower_bound({location, INT64_MIN, {}, {}});
       at != promised.end() && at->first.location == location; ++at) {
    const bool is_dated = at->first.expected != kUndated;
    curve.Add(is_dated ? at->first.expected : INT64_MIN, -at->second);
  }
  return curve;
}

absl::InlinedVector<LocationIndex, 16> PlacesOf(const Dues& dues, Cells cells) {
  absl::InlinedVector<LocationIndex, 16> places;
  for (const StockSnapshot::Entry& cell : cells) places.push_back(cell.location);
  for (const Due& due : dues) places.push_back(due.location);
  std::sort(places.begin(), places.end());
  places.erase(std::unique(places.begin(), places.end()), places.end());
  return places;
}

StockFigures FiguresIn(Cells cells, LocationIndex location) {
  const auto at = std::lower_bound(cells.begin(), cells.end(), location,
                                   [](const StockSnapshot::Entry& cell, LocationIndex wanted) {
                                     return cell.location < wanted;
                                   });
  return at != cells.end() && at->location == location ? at->figures : StockFigures{};
}

void FindOffers(const Outlook& outlook, const Promised& promised, Cells cells, std::int64_t now,
                BackorderOffers& offers) {
  const bool is_released = outlook.IsReleased(now);
  if (is_released && !outlook.backorder.allowed && outlook.own_terms.empty()) return;
  const std::int64_t left_by_item =
      is_released ? LeftByItem(outlook, promised) : LeftOfPreorders(outlook, promised);
  const Dues dues = DuesOf(outlook);
  for (const LocationIndex place : PlacesOf(dues, cells)) {
    const StockFigures figures = FiguresIn(cells, place);
    if (!figures.tracked) continue;
    const Curve curve = CurveAt(dues, promised, place, BaseOf(figures, is_released));
    if (!is_released) {
      offers.limit = left_by_item;
      if (left_by_item == 0) return;
      OfferPreorders(DuesAt(dues, place), curve, outlook.preorder->release, {.location = place},
                     offers);
      continue;
    }
    const BackorderTerms* own = OwnTerms(outlook, place);
    if (!(own != nullptr ? own : &outlook.backorder)->allowed) continue;
    if (own == nullptr) offers.limit = left_by_item;
    OfferBackorders(DuesAt(dues, place), curve, now,
                    own != nullptr ? LeftByRow(*own, promised, place) : left_by_item,
                    {.location = place, .counts = own == nullptr}, offers);
  }
}

std::int64_t FreeFor(const Outlook& outlook, const Promised& promised, const StockFigures* cell,
                     const BackorderDemand& demand, std::int64_t now, bool again) {
  const Dues dues = DuesOf(outlook);
  if (cell != nullptr ? !cell->tracked : DuesAt(dues, demand.location).empty()) return 0;
  const bool is_released = outlook.IsReleased(now);
  std::int64_t free = kUnlimitedUnits;
  if (demand.draw == BackorderDraw::kIncoming) {
    const std::int64_t units = BaseOf(cell != nullptr ? *cell : StockFigures{}, is_released);
    const Curve curve = CurveAt(dues, promised, demand.location, units);
    const std::int64_t overdue = is_released ? std::max<std::int64_t>(0, curve.LeastFrom(now)) : 0;
    free = std::max<std::int64_t>(0, curve.LeastFrom(Milliseconds(*demand.expected)) - overdue);
  }
  if (again) return free;
  if (is_released != (demand.kind == BackorderKind::kBackorder)) return 0;
  if (!is_released) {
    const bool is_early = *demand.expected < outlook.preorder->release;
    return is_early ? 0 : std::min(free, LeftOfPreorders(outlook, promised));
  }
  const BackorderTerms* own = OwnTerms(outlook, demand.location);
  if (!(own != nullptr ? own : &outlook.backorder)->allowed) return 0;
  if (demand.draw == BackorderDraw::kIncoming) return free;
  return own != nullptr ? LeftByRow(*own, promised, demand.location)
                        : LeftByItem(outlook, promised);
}

}  // namespace orderwright::inventory_internal
