// A number is not a cost: of what unit would it be?
#include "orderwright/core/cost.h"

orderwright::Cost Make() {
#ifdef ORDERWRIGHT_MUST_NOT_COMPILE
  return 5;
#else
  return orderwright::Cost::FromMicros(5);
#endif
}
