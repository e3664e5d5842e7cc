// ValueSet: a set of 64-bit integers, as closed intervals. Every kind of value is mapped onto them:
// numbers, amounts and instants as they are, doubles by KeyOf (table.h), texts by their number.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_VALUE_SET_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_VALUE_SET_H_

#include <cstdint>
#include <span>

#include "absl/container/inlined_vector.h"

namespace orderwright::rules_internal {

struct Interval {  // [from, to]
  std::int64_t from = 0;
  std::int64_t to = 0;
  friend bool operator==(const Interval&, const Interval&) = default;
};

class ValueSet {
 public:
  ValueSet() = default;  // empty
  [[nodiscard]] static ValueSet Of(std::int64_t value) { return Range(value, value); }
  // Empty if `to` is below `from`.
  [[nodiscard]] static ValueSet Range(std::int64_t from, std::int64_t to);

  [[nodiscard]] std::span<const Interval> intervals() const { return intervals_; }
  [[nodiscard]] bool empty() const { return intervals_.empty(); }
  [[nodiscard]] bool Contains(std::int64_t value) const;
  [[nodiscard]] bool Contains(const ValueSet& other) const { return other.And(*this) == other; }
  [[nodiscard]] ValueSet And(const ValueSet& other) const;
  [[nodiscard]] ValueSet Or(const ValueSet& other) const;
  [[nodiscard]] ValueSet Without(const ValueSet& other) const;
  friend bool operator==(const ValueSet&, const ValueSet&) = default;

 private:
  void Append(Interval interval);               // which begins after the last
  absl::InlinedVector<Interval, 2> intervals_;  // ascending, with something between them
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_VALUE_SET_H_
