// A location's position is not an item's position, nor a plain number.
#include "orderwright/core/ids.h"

orderwright::LocationIndex Convert(orderwright::SkuIndex sku) {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return sku;
#else
  return static_cast<orderwright::LocationIndex>(orderwright::Raw(sku));
#endif
}
