// An order's id is not a line's id, although both are text.
#include "orderwright/core/ids.h"

bool Same(const orderwright::OrderId& order, const orderwright::LineId& line) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return order == line;
#else
  return order.text() == line.text();
#endif
}
