// No floating point in money: half a price is a split, not a product.
#include "orderwright/core/money.h"

auto Scale(const orderwright::Money& price) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return price * 0.5;
#else
  return price.Times(2);
#endif
}
