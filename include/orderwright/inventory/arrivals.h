// Arrivals: who of those that wait gets what has come or is to come.
//
// A pure function: it knows no pool and changes nothing. A host takes the demands that wait (or a
// part of them), and all supply that they may be served from, also what earlier confirmations rest
// on, and gets who is confirmed how much by when. It then moves the promises
// (InventoryPool::Amend).
//
// Each demand has one of the five confirmation strategies of Backorder Processing in SAP S/4HANA
// advanced ATP ("Confirmation strategies": Win, Gain, Redistribute, Fill, Lose). They are served in
// that order, so that each takes only what those before leave.
#ifndef ORDERWRIGHT_INVENTORY_ARRIVALS_H_
#define ORDERWRIGHT_INVENTORY_ARRIVALS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"

namespace orderwright {

enum class ConfirmationStrategy : std::uint8_t {
  kWin = 1,           // all of it and on time, or an exception
  kGain = 2,          // keeps what is confirmed, or an exception; may get more
  kRedistribute = 3,  // may get more or less
  kFill = 4,          // never gets more; may get less
  kLose = 5,          // gives up all
};

enum class ArrivalRule : std::uint8_t {
  kRanked = 1,     // the first gets all it wants, then the next
  kFairShare = 2,  // of one strategy, each in proportion to what it wants
};

struct WaitingDemand {
  OrderId id;
  SkuIndex sku{};
  LocationIndex location{};
  Units quantity;             // wanted in all
  std::int64_t priority = 0;  // the higher is the first; then the earlier placed_at, the smaller id
  Timestamp placed_at{};
  Units confirmed;                                     // of `quantity`, up to now
  std::optional<Timestamp> on_time_by = std::nullopt;  // absent: any time is
  ConfirmationStrategy strategy = ConfirmationStrategy::kRedistribute;
};

// Units that are there, or will be.
struct Arrival {
  SkuIndex sku{};
  LocationIndex location{};
  Units quantity;
  Timestamp at{};
  friend bool operator==(const Arrival&, const Arrival&) = default;
};

enum class ArrivalException : std::uint8_t {
  kShort = 1,  // a winner does not get all of it
  kLate = 2,   // a winner gets all of it, but not on time
  kLost = 3,   // a gainer gets less than was confirmed
};

// What a demand gets.
struct ConfirmedDemand {
  Units confirmed;
  std::optional<Timestamp> by;  // when the last of these units is there; absent: none
  bool on_time = true;          // all that is confirmed is there by on_time_by
  std::optional<ArrivalException> exception;
  friend bool operator==(const ConfirmedDemand&, const ConfirmedDemand&) = default;
};

struct ArrivalPlan {
  std::vector<ConfirmedDemand> demands;  // in order of input
  std::vector<Arrival> left;             // what nobody gets, by (SKU, location, instant)
};

// Shares supply out. Earlier units go to who is served earlier; of one strategy that is the first
// by rank, also where shares are fair. A fair share is rounded by largest remainder, of equal ones
// to the first by rank. The same input in any order gives the same plan. Errors: kInvalidArgument
// (a demand of 0 units, or with more confirmed than wanted, or an id that stands twice for one SKU
// and location); kOutOfRange (a quantity above Stock::kMaxUnits). O(n log n). Thread-safe.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<ArrivalPlan> AllocateArrivals(
    std::span<const WaitingDemand> demands, std::span<const Arrival> supply,
    ArrivalRule rule = ArrivalRule::kRanked);

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_ARRIVALS_H_
