// A line's id does not become an order's id by assignment.
#include "orderwright/core/ids.h"

void Set(orderwright::OrderId& order, const orderwright::LineId& line) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  order = line;
#else
  order = orderwright::OrderId(line.text());
#endif
}
