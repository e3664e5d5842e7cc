// A change may be negative, a number of units may not: they do not mix in a plain sum.
#include <cstdint>

#include "orderwright/core/units.h"

auto Add(orderwright::Units count, orderwright::UnitDelta change) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return count + change;
#else
  return orderwright::Units::Checked(count.count() + change.count());
#endif
}
