// Outlook: what a SKU is to get and what its terms allow beyond; Promised: what was promised of
// that; and what both leave to be promised.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_OUTLOOK_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_OUTLOOK_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/inlined_vector.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/inventory/backorder.h"
#include "orderwright/inventory/cell.h"
#include "orderwright/inventory/incoming.h"
#include "orderwright/inventory/stock_view.h"
#include "orderwright/model/item.h"
#include "src/inventory/internal/hash128.h"

namespace orderwright::inventory_internal {

// What is expected under a name.
struct Expected {
  Hash128 name;
  Incoming incoming;
  std::int64_t sent = 0;  // of a transfer: how much left
};

struct Outlook {
  std::vector<Expected> incoming;  // by instant, then by name
  BackorderTerms backorder;        // of the item
  std::optional<PreorderTerms> preorder;
  absl::btree_map<LocationIndex, BackorderTerms> own_terms;  // of rows of stock that have their own

  // Whether it says anything.
  [[nodiscard]] bool IsEmpty() const {
    return incoming.empty() && !backorder.allowed && !preorder && own_terms.empty();
  }
  [[nodiscard]] bool IsReleased(std::int64_t now) const {
    return !preorder || preorder->release.time_since_epoch().count() <= now;
  }
};

// Later than every date.
inline constexpr std::int64_t kUndated = INT64_MAX;

// What backorders of a SKU have in common that count as one sum.
struct Promise {
  LocationIndex location{};
  std::int64_t expected = kUndated;  // milliseconds
  BackorderKind kind = BackorderKind::kBackorder;
  BackorderDraw draw = BackorderDraw::kIncoming;
  friend auto operator<=>(const Promise&, const Promise&) = default;
};
[[nodiscard]] Promise PromiseOf(const BackorderDemand& demand);

// Open units, above 0.
using Promised = absl::btree_map<Promise, std::int64_t>;
void AddPromised(Promised& promised, const Promise& promise, std::int64_t units);

// By SKU, location, date (undated last), kind, draw.
[[nodiscard]] bool BackorderLess(const BackorderDemand& a, const BackorderDemand& b);

// What a cell has to promise over time: so much from the beginning on, and so much more or less
// from each of some instants on.
class Curve {
 public:
  explicit Curve(std::int64_t units) : units_(units) {}
  void Add(std::int64_t at, std::int64_t units);
  // The least that it has at any instant from `at` on; negative: more was promised than there will
  // be. O(instants).
  [[nodiscard]] std::int64_t LeastFrom(std::int64_t at) const;
  // The first instant at which it has that much and keeps it; absent: never.
  [[nodiscard]] std::optional<std::int64_t> FirstWith(std::int64_t units) const;

 private:
  std::int64_t units_;
  absl::InlinedVector<std::pair<std::int64_t, std::int64_t>, 8> steps_;  // by instant
};

using Cells = std::span<const StockSnapshot::Entry>;  // of one SKU, ascending by location

// Units that are expected.
struct Due {
  LocationIndex location{};
  std::int64_t at = 0;
  std::int64_t units = 0;
};
using Dues = absl::InlinedVector<Due, 8>;
// What is expected as surely as that, by location and instant.
[[nodiscard]] Dues DuesOf(const Outlook& outlook, int min_confidence = 1);
// The part of a location.
[[nodiscard]] std::span<const Due> DuesAt(const Dues& dues, LocationIndex location);
// What a location with `units` has to promise, less what is promised.
[[nodiscard]] Curve CurveAt(const Dues& dues, const Promised& promised, LocationIndex location,
                            std::int64_t units);

// Where there is a cell or something expected, ascending.
[[nodiscard]] absl::InlinedVector<LocationIndex, 16> PlacesOf(const Dues& dues, Cells cells);
// The figures of a cell; all zero where there is none.
[[nodiscard]] StockFigures FiguresIn(Cells cells, LocationIndex location);
// What may be promised, as StockView::FindBackorders says.
void FindOffers(const Outlook& outlook, const Promised& promised, Cells cells, std::int64_t now,
                BackorderOffers& offers);
// How many units of a demand may be promised at a cell (null: there is none). `again`: they were
// promised before, so that only what is expected matters.
[[nodiscard]] std::int64_t FreeFor(const Outlook& outlook, const Promised& promised,
                                   const StockFigures* cell, const BackorderDemand& demand,
                                   std::int64_t now, bool again);

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_OUTLOOK_H_
