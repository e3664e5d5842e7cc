// Text becomes an id only where that is said.
#include <string>

#include "orderwright/core/ids.h"

orderwright::OrderId Make(const std::string& text) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return text;
#else
  return orderwright::OrderId(text);
#endif
}
