// The door of an Order: everything that can be wrong with a draft.
//
// Each check adds its issues and changes nothing. Resolving SKUs and services to indices is part of
// making the order (order.cc), which finds unknown names on its way.
#ifndef ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECK_ORDER_H_
#define ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECK_ORDER_H_

#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "src/model/internal/door.h"

namespace orderwright::model_internal {

// How and where a line goes: as it says itself, else as the order does.
Method MethodOf(const OrderDraft& order, const OrderLineDraft& line);
const std::string& StoreOf(const OrderDraft& order, const OrderLineDraft& line);
// Null if there is none.
const Address* AddressOf(const OrderDraft& order, const OrderLineDraft& line);

// The fields of the order itself; its lines only as far as they concern each other.
void CheckOrder(const World& world, const OrderDraft& draft, Currency currency, Door& door);
// The fields of one line, except whether its SKU is known.
void CheckLine(const FieldPath& at, const OrderLineDraft& line, Currency currency, Door& door);
// Methods, pickup locations and ship groups: whether what the lines say agrees.
void CheckMethods(const World& world, const OrderDraft& draft, Door& door);
// `shipping`, `charges`, `payments` and the sum of it all.
void CheckOrderMoney(const OrderDraft& draft, Currency currency, Door& door);

}  // namespace orderwright::model_internal

#endif  // ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECK_ORDER_H_
