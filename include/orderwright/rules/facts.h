// Facts: what a rule may look at, as data. One order at a time; the candidates as columns.
//
// Candidates are the locations that hold something of the order; pairs are the (line, location)
// combinations with stock. Native evaluators read whatever else they need from the World and the
// Order by index. Everything is valid during one Evaluate call only.
#ifndef ORDERWRIGHT_RULES_FACTS_H_
#define ORDERWRIGHT_RULES_FACTS_H_

#include <cstdint>
#include <optional>
#include <span>

#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"

namespace orderwright::rules {

// Columns over the candidate locations of the order.
struct CandidateColumns {
  std::span<const LocationIndex> location;
  std::span<const double> distance_km;  // to the destination; negative: not known
  [[nodiscard]] std::size_t size() const { return location.size(); }
};

// Columns over the pairs.
struct PairColumns {
  std::span<const std::uint32_t> line;       // position in order->lines()
  std::span<const std::uint32_t> candidate;  // position in the candidate columns
  std::span<const std::int64_t> available;   // units, before `protect` rules
  [[nodiscard]] std::size_t size() const { return line.size(); }
};

struct Facts {
  const World* world = nullptr;
  const Order* order = nullptr;
  std::optional<Timestamp> now;
  CandidateColumns candidates;
  PairColumns pairs;
};

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_FACTS_H_
