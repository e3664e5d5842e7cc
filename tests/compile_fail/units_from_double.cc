// Half a piece is not a number of units, said or not.
#include <cstdint>

#include "orderwright/core/units.h"

orderwright::Units Make(double count) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return orderwright::Units(count);
#else
  return orderwright::Units(static_cast<std::int64_t>(count));
#endif
}
