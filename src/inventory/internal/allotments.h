// AllotmentBook: the allotments of a SKU and how far they are used; and what that leaves to whom.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ALLOTMENTS_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ALLOTMENTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/btree_map.h"
#include "absl/container/inlined_vector.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"
#include "orderwright/inventory/allotment.h"
#include "orderwright/inventory/reservation.h"
#include "orderwright/inventory/stock_view.h"

namespace orderwright::inventory_internal {

// Whose request it is.
struct Asker {
  Symbol channel{};
  Symbol market{};
};

// Units at a location that somebody takes, holds, or gives back.
struct Charge {
  Asker asker;
  LocationIndex location{};
  std::int64_t units = 0;
  std::int64_t expires_at = INT64_MAX;  // of a hold
};

// What somebody may take.
struct Allowance {
  absl::InlinedVector<std::int64_t, 16> at;   // by cell
  absl::InlinedVector<std::int64_t, 16> own;  // of that, what guarantees at the cell keep for it
  std::int64_t rest = 0;                      // over all of them, beyond these
  std::int64_t most = 0;                      // over all of them, with these
};

class AllotmentBook {
 public:
  using Cells = std::span<const StockSnapshot::Entry>;  // of the SKU, ascending by location

  struct Used {
    std::int64_t own = 0;
    std::int64_t lent = 0;
    friend bool operator==(const Used&, const Used&) = default;
  };
  struct Entry {
    Allotment terms;
    Used open;     // reserved; holds that have expired are in it until they are settled
    Used shipped;  // since it was set
    absl::btree_map<std::int64_t, Used> expiring;  // of `open`: holds, by instant
  };

  AllotmentBook() = default;
  // All unused. `terms` are of one SKU.
  explicit AllotmentBook(std::span<const Allotment> terms);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::span<const Entry> entries() const { return entries_; }
  // The same allotments, all unused.
  [[nodiscard]] AllotmentBook Fresh() const;
  // Entries of equal terms are used as far as in `other`.
  void Inherit(const AllotmentBook& other);
  // Whether as much is open in both at `now`.
  [[nodiscard]] bool HasOpenOf(const AllotmentBook& other, std::int64_t now) const;

  // Units are reserved (below 0: given back).
  void Reserve(const Charge& charge);
  void Ship(const Charge& charge);
  // The same of units that are on somebody else's guarantee.
  void Lend(const Borrowed& lent, const Charge& charge);
  void ShipLent(const Borrowed& lent, const Charge& charge);
  // As it is at `now`, for good: a snapshot's holds do not expire.
  void Freeze(std::int64_t now);
  // Forgets holds that have expired.
  void Settle(std::int64_t now);

  // What the asker may take of these cells.
  [[nodiscard]] Allowance AllowanceOf(Cells cells, const Asker& asker, std::int64_t now) const;
  // Lends what the asker takes beyond what is nobody's: from its overflow, in order.
  void Borrow(Cells cells, std::span<const CellDemand> demands, Charge charge, std::int64_t now,
              std::vector<Borrowed>& borrowed);
  // How far all are used at `now`.
  [[nodiscard]] std::vector<AllotmentUse> UseAt(std::int64_t now) const;
  // Of what is guaranteed and not used, what the cells cannot give.
  [[nodiscard]] std::int64_t OverGuaranteed(Cells cells, std::int64_t now) const;

 private:
  // What is nobody's, or what is left when guarantees have been kept.
  struct Rest {
    absl::InlinedVector<std::int64_t, 16> at;
    absl::InlinedVector<std::int64_t, 16> own;  // kept at the cell for the asker
    std::int64_t kept = 0;                      // of all locations together
    std::int64_t missing = 0;                   // that cells do not have
    [[nodiscard]] std::int64_t Sum() const;     // less what is kept; unlimited if a cell is
  };
  // Keeps what the entries that `blocks` picks guarantee and have not used; then, at cells, what
  // those that `serves` picks do, for the asker: it is of no use to it elsewhere.
  template <typename Blocks, typename Serves>
  [[nodiscard]] Rest RestOf(Cells cells, std::int64_t now, const Blocks& blocks,
                            const Serves& serves) const;
  // Whom the asker may borrow from, in order.
  [[nodiscard]] std::vector<Symbol> OverflowOf(const Asker& asker, std::int64_t now) const;
  // Lends up to so many units at a location from those of a channel that are of it or of all.
  void BorrowFrom(Symbol lender, bool of_all, std::int64_t& units, const Charge& charge,
                  SkuIndex sku, std::int64_t now, std::vector<Borrowed>& borrowed);

  std::vector<Entry> entries_;  // those of a location first, the narrower ones before the wider
};

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_ALLOTMENTS_H_
