// Amounts of two currencies have no order, so amounts have no operator<.
#include "orderwright/core/money.h"

bool Less(const orderwright::Money& a, const orderwright::Money& b) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return a < b;
#else
  return a.currency() == b.currency() && a.minor() < b.minor();
#endif
}
