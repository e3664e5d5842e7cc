// Incoming: units that are expected at a cell, of a purchase order or on the way from another
// location, and what may be promised of them.
//
// What is expected has a name, the key of the order line or transfer that it belongs to, and stays
// what it is under that name while dates move and parts arrive. A unit that left a location for
// another is in transit: at neither of them, and counted once.
#ifndef ORDERWRIGHT_INVENTORY_INCOMING_H_
#define ORDERWRIGHT_INVENTORY_INCOMING_H_

#include <cstdint>
#include <optional>

#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"

namespace orderwright {

// Says what is expected, or corrects it.
struct ExpectRequest {
  // Unique in the pool; a name that is known replaces what was expected under it. New names must
  // not begin with kOpeningName (stock.h).
  CommandKey name;
  SkuIndex sku{};
  LocationIndex location{};
  Units quantity;        // still to come; 0: nothing any more
  Timestamp at{};        // from when on it can be promised
  int confidence = 100;  // percent that it comes by then, 1 to 100
};

// Sends units from one location to another.
struct TransferRequest {
  CommandKey name;  // unique in the pool, among what is expected too
  SkuIndex sku{};
  LocationIndex from{};
  LocationIndex to{};
  Units quantity;
  Timestamp at{};  // from when on they can be promised there
  Timestamp now{};
};

// What is still to come.
struct Incoming {
  CommandKey name;
  LocationIndex location{};
  Units quantity;
  Timestamp at{};
  int confidence = 100;
  std::optional<LocationIndex> from;  // of a transfer
  friend bool operator==(const Incoming&, const Incoming&) = default;
};

// Available to promise: what may be promised for a time.
struct AtpQuestion {
  Timestamp now{};
  Timestamp at{};          // what is expected by then counts
  int min_confidence = 1;  // percent; what is less sure does not count
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_INVENTORY_INCOMING_H_
