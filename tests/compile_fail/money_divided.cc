// There is no division: only a split whose parts sum to the whole.
#include <array>
#include <cstdint>

#include "orderwright/core/money.h"

auto Split(const orderwright::Money& price) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return price / 3;
#else
  return price.Allocate(std::array<std::int64_t, 3>{1, 1, 1});
#endif
}
