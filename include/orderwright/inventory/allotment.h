// Allotments: what of a SKU's stock is kept for a channel or a market, and how much it may hold.
//
// An allotment concerns the requests of its channel and market, at one location or over all of them
// together. Of what it guarantees, what its requests have not reserved or shipped since it was set
// is kept from everybody else; its ceiling is the most that its requests may hold reserved and not
// yet shipped. So ceilings may sum to more than there is, and guarantees should not: if they do,
// everybody has less (InventoryPool::OverGuaranteed says how much is missing). What is guaranteed
// to a market or at a location counts within what is guaranteed to its whole channel.
//
// All of this limits new promises. What is reserved can always be confirmed and shipped.
#ifndef ORDERWRIGHT_INVENTORY_ALLOTMENT_H_
#define ORDERWRIGHT_INVENTORY_ALLOTMENT_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/model/world.h"

namespace orderwright {

// An allotment in words. It needs a channel or a market. Numbers are pieces, 0 or more.
struct AllotmentSpec {
  std::string sku;
  std::string channel;   // empty: any
  std::string market;    // empty: any
  std::string location;  // empty: all together
  std::int64_t guaranteed = 0;
  std::optional<std::int64_t> ceiling;
  std::optional<Timestamp> until;     // from then on it is as if it were not there
  std::vector<std::string> overflow;  // channels whose guarantees it may use, in this order, when
                                      // what is nobody's is used up
  std::int64_t stop_below = 0;        // while less than this is available to all, it gets nothing
};

// The same, resolved.
struct Allotment {
  SkuIndex sku{};
  Symbol channel{};
  Symbol market{};
  std::optional<LocationIndex> location;
  std::int64_t guaranteed = 0;
  std::optional<std::int64_t> ceiling;
  std::optional<Timestamp> until;
  std::vector<Symbol> overflow;
  std::int64_t stop_below = 0;
  friend bool operator==(const Allotment&, const Allotment&) = default;
};

// Checked allotments of one lineage, by SKU, in order of input. Immutable handle.
class ORDERWRIGHT_EXPORT Allotments {
 public:
  // None.
  explicit Allotments(const World& world);
  // Errors: kInvalidArgument with every issue (paths like `allotments[3].ceiling`): an unknown
  // location or SKU, neither channel nor market, a number below 0 or above Stock::kMaxUnits, two
  // of one SKU, channel, market and location, an overflow to itself.
  [[nodiscard]] static absl::StatusOr<Allotments> Create(const World& world,
                                                         std::vector<AllotmentSpec> specs);

  [[nodiscard]] std::span<const Allotment> entries() const { return *entries_; }
  // Those of a SKU.
  [[nodiscard]] std::span<const Allotment> entries_of(SkuIndex sku) const;
  [[nodiscard]] std::uint64_t lineage() const { return lineage_; }

 private:
  Allotments(std::shared_ptr<const std::vector<Allotment>> entries, std::uint64_t lineage)
      : entries_(std::move(entries)), lineage_(lineage) {}
  std::shared_ptr<const std::vector<Allotment>> entries_;
  std::uint64_t lineage_;
};

// Units of a reservation that are on another channel's guarantee. They count as if that channel had
// reserved them, until they are released.
struct Borrowed {
  SkuIndex sku{};
  std::optional<LocationIndex> location;  // of a guarantee at a location
  Symbol channel{};                       // whose guarantee
  Symbol market{};
  Units quantity;
  friend bool operator==(const Borrowed&, const Borrowed&) = default;
};

// More of a SKU than the asker may take over all locations together.
struct LimitShortage {
  SkuIndex sku{};
  Units wanted;
  Units available;
  friend bool operator==(const LimitShortage&, const LimitShortage&) = default;
};

// An allotment and how far it is used.
struct AllotmentUse {
  Allotment allotment;
  Units open;     // reserved by its requests
  Units shipped;  // of these, since it was set
  Units lent;     // used by channels that overflow to it, shipped or not
  Units unused;   // of what it guarantees
  friend bool operator==(const AllotmentUse&, const AllotmentUse&) = default;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_ALLOTMENT_H_
