// An amount without a currency cannot be added to one with a currency.
#include "orderwright/core/money.h"

auto Add(const orderwright::Money& price) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return price + 5;
#else
  return price.Plus(orderwright::Money::FromMinor(5, price.currency()));
#endif
}
