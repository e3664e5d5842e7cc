// What solvers compare and what customers see meet only in a conversion that says so.
#include "orderwright/core/cost.h"
#include "orderwright/core/money.h"

auto Add(orderwright::Cost cost, const orderwright::Money& price) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return cost + price;
#else
  const auto converted = price.ToCost();
  return converted.ok() ? cost + *converted : cost;
#endif
}
