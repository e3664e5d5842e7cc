// Region: sets of cases as unions of boxes, and what one set leaves of another.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_REGION_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_REGION_H_

#include <cstddef>
#include <functional>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "src/rules/internal/analysis/slots.h"

namespace orderwright::rules_internal {

// The cases in which each of some slots has one of some values; of other slots it says nothing.
class Box {
 public:
  using Side = std::pair<SlotId, ValueSet>;

  Box() = default;  // all cases
  Box(SlotId slot, ValueSet values) : sides_{{slot, std::move(values)}} {}
  // None of them is empty, nor is any the whole domain: such sides are left out.
  [[nodiscard]] std::span<const Side> sides() const { return sides_; }
  // Null: any value.
  [[nodiscard]] const ValueSet* Find(SlotId slot) const;
  // Absent: they share no case.
  [[nodiscard]] std::optional<Box> And(const Box& other) const;
  [[nodiscard]] bool Meets(const Box& other) const;
  void Set(SlotId slot, ValueSet values);
  friend bool operator==(const Box&, const Box&) = default;

 private:
  std::vector<Side> sides_;  // ascending by slot
};

// Their union. No boxes: no case; a box without sides: every one.
using Region = std::vector<Box>;

// Those that are in both; absent if it takes more than `limit` boxes.
[[nodiscard]] std::optional<Region> Intersect(const Region& a, const Region& b, std::size_t limit);
// Adds boxes; two that differ on one side only become one.
void Add(Region& region, std::span<const Box> boxes, const Slots& slots);
[[nodiscard]] bool Meet(const Region& a, const Region& b);

enum class Cover { kWhole = 1, kPart = 2, kNotKnown = 3 };

// Whether all cases of a box are in a region. `each` is given the parts that are not, box by box,
// until it says that it has seen enough (true) or there are no more. kNotKnown: more than `limit`
// cases had to be looked at.
using OnGap = std::function<bool(const Box&)>;
[[nodiscard]] Cover FindGaps(const Box& box, const Region& region, const Slots& slots,
                             std::size_t limit, const OnGap& each);
// The same of a region.
[[nodiscard]] Cover FindGaps(const Region& whole, const Region& region, const Slots& slots,
                             std::size_t limit, const OnGap& each);
[[nodiscard]] Cover Covers(const Region& region, const Region& whole, const Slots& slots,
                           std::size_t limit);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_REGION_H_
