// Pieces and money do not add.
#include "orderwright/core/money.h"
#include "orderwright/core/units.h"

auto Add(orderwright::Units count, const orderwright::Money& price) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return count + price;
#else
  return price.Times(count.count());
#endif
}
