// A number becomes a number of units only where that is said.
#include <cstdint>

#include "orderwright/core/units.h"

orderwright::Units Make(std::int64_t count) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return count;
#else
  return orderwright::Units(count);
#endif
}
