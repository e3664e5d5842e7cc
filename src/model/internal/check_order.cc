#include "src/model/internal/check_order.h"

#include <algorithm>

#include <fmt/format.h>

#include "absl/container/flat_hash_map.h"
#include "src/model/internal/checks.h"
#include "src/model/internal/spelling.h"

namespace orderwright::model_internal {
namespace {

void CheckShare(const FieldPath& at, const std::optional<double>& share, Door& door) {
  // Written so that a NaN, which compares false with everything, is refused too.
  if (!share || (*share >= 0.0 && *share <= 1.0)) return;
  door.Refuse(at, "out_of_range",
              fmt::format("{} is {}; it must be between 0 and 1", at.name(), *share));
}

void CheckAddress(const FieldPath& at, const Address& address, Door& door) {
  CheckCountry(at.Field("country"), address.country, door);
  CheckPosition(at, address.position, door);
  CheckTimeZone(at.Field("time_zone"), address.time_zone, door);
}

void CheckStore(const World& world, const FieldPath& at, const std::string& id, Door& door) {
  const std::optional<LocationIndex> store = world.FindLocation(id);
  if (!store) {
    const auto nearest = door.TakesAdvice() ? world.NearestLocation(id) : std::nullopt;
    door.Refuse(at, "unknown_location",
                fmt::format("the world has no location '{}'{}", id, Advice(nearest)));
  } else if (world.location(*store).retired) {
    door.Refuse(at, "retired_location", fmt::format("'{}' is no longer in the world", id));
  }
}

void CheckMethod(const World& world, const OrderDraft& order, const FieldPath& at,
                 const OrderLineDraft& line, Door& door) {
  const bool is_pickup = MethodOf(order, line) == Method::kPickup;
  if (!line.pickup_at.empty()) {
    CheckStore(world, at.Field("pickup_at"), line.pickup_at, door);
    if (!is_pickup) {
      door.Refuse(at.Field("pickup_at"), "conflict",
                  "the line is shipped; only a line with the method pickup has a pickup_at");
    }
  } else if (is_pickup && line.method && order.pickup_at.empty()) {
    door.Refuse(at.Field("pickup_at"), "missing_field",
                "a line that is picked up needs the location: its pickup_at, or the order's");
  }
  if (is_pickup && line.ship_to) {
    door.Refuse(at.Field("ship_to"), "conflict",
                "the line is picked up; only a line with the method ship has an address");
  }
}

// What sets line `b` apart from line `a` of the same ship group; empty: nothing.
std::string_view Difference(const OrderDraft& order, const OrderLineDraft& a,
                            const OrderLineDraft& b) {
  if (MethodOf(order, a) != MethodOf(order, b)) return "method";
  if (MethodOf(order, a) == Method::kPickup) {
    return StoreOf(order, a) == StoreOf(order, b) ? "" : "pickup_at";
  }
  const Address* to_a = AddressOf(order, a);
  const Address* to_b = AddressOf(order, b);
  const bool same = to_a == to_b || (to_a != nullptr && to_b != nullptr && *to_a == *to_b);
  return same ? "" : "ship_to";
}

std::int64_t MinorOf(const std::optional<Money>& money) { return money ? money->minor() : 0; }

void CheckDiscount(const FieldPath& at, const OrderLineDraft& line, Door& door) {
  const Int128 value = Int128{MinorOf(line.unit_price)} * line.quantity;
  if (!line.discount || line.quantity < 1 || line.discount->minor() <= value) return;
  door.Refuse(
      at.Field("discount"), "discount_above_price",
      fmt::format("the discount {} is more than {} times the price {}", AmountText(*line.discount),
                  line.quantity, line.unit_price ? AmountText(*line.unit_price) : "0"));
}

void CheckCharge(const OrderDraft& draft, const FieldPath& at, const Charge& charge,
                 Currency currency, Door& door) {
  CheckMoney(at.Field("amount"), charge.amount, currency, door);
  CheckMoney(at.Field("tax"), charge.tax, currency, door);
  const auto is_its = [&charge](const OrderLineDraft& line) { return line.id == charge.line; };
  if (charge.line.empty() || std::any_of(draft.lines.begin(), draft.lines.end(), is_its)) return;
  door.Refuse(at.Field("line"), "unknown_line",
              fmt::format("the order has no line '{}'", charge.line));
}

void CheckPayment(const FieldPath& at, const Payment& payment, Currency currency, Door& door) {
  CheckMoney(at.Field("authorized"), payment.authorized, currency, door);
  CheckMoney(at.Field("captured"), payment.captured, currency, door);
  CheckMoney(at.Field("refunded"), payment.refunded, currency, door);
  if (MinorOf(payment.refunded) <= std::max<std::int64_t>(0, MinorOf(payment.captured))) return;
  door.Refuse(at.Field("refunded"), "refund_above_capture",
              fmt::format("refunded {} is more than captured {}", AmountText(*payment.refunded),
                          payment.captured ? AmountText(*payment.captured) : "0"));
}

// Every sum of an order's money then fits in 64 bits.
void CheckTotal(const OrderDraft& draft, Door& door) {
  Int128 total = Int128{MinorOf(draft.shipping_price)} + MinorOf(draft.shipping_tax);
  for (const OrderLineDraft& line : draft.lines) {
    // A quantity out of range is an issue of its own, and could overflow even this sum.
    if (line.quantity < 1 || line.quantity > kMaxCount) continue;
    total += Int128{MinorOf(line.unit_price)} * line.quantity + MinorOf(line.tax);
  }
  for (const Charge& charge : draft.charges) {
    total += Int128{MinorOf(charge.amount)} + MinorOf(charge.tax);
  }
  Int128 paid = 0;
  for (const Payment& payment : draft.payments) {
    paid += Int128{MinorOf(payment.authorized)} + MinorOf(payment.captured);
  }
  constexpr Int128 kMost = Int128{1} << 62;
  const FieldPath root;
  if (total > kMost) {
    door.Refuse(root.Field("lines"), "out_of_range", "the prices sum to more than 64 bits hold");
  }
  if (paid > kMost) {
    door.Refuse(root.Field("payments"), "out_of_range",
                "the payments sum to more than 64 bits hold");
  }
}

void CheckLines(const OrderDraft& draft, Door& door) {
  const FieldPath root;
  const FieldPath lines = root.Field("lines");
  if (draft.lines.empty()) door.Refuse(lines, "empty", "an order needs a line");
  UniqueNames ids;
  Int128 units = 0;
  for (std::size_t i = 0; i < draft.lines.size(); ++i) {
    const FieldPath line = root.Index("lines", i);
    CheckName(line.Field("id"), draft.lines[i].id, ids, door);
    units += draft.lines[i].quantity;
  }
  if (units > kMaxCount) {
    door.Refuse(lines, "out_of_range",
                fmt::format("the quantities sum to more than {} units", kMaxCount));
  }
}

}  // namespace

Method MethodOf(const OrderDraft& order, const OrderLineDraft& line) {
  return line.method.value_or(order.method);
}

const std::string& StoreOf(const OrderDraft& order, const OrderLineDraft& line) {
  return line.pickup_at.empty() ? order.pickup_at : line.pickup_at;
}

const Address* AddressOf(const OrderDraft& order, const OrderLineDraft& line) {
  if (line.ship_to) return &*line.ship_to;
  return order.ship_to ? &*order.ship_to : nullptr;
}

void CheckMethods(const World& world, const OrderDraft& draft, Door& door) {
  const FieldPath root;
  bool picks_up = false;
  bool asks_order = false;  // a line is picked up where the order says
  absl::flat_hash_map<std::string_view, std::size_t> first_of;  // by ship group
  for (std::size_t i = 0; i < draft.lines.size(); ++i) {
    const OrderLineDraft& line = draft.lines[i];
    const FieldPath at = root.Index("lines", i);
    picks_up |= MethodOf(draft, line) == Method::kPickup;
    asks_order |= !line.method && draft.method == Method::kPickup && line.pickup_at.empty();
    CheckMethod(world, draft, at, line, door);
    if (line.ship_group.empty()) continue;
    const OrderLineDraft& first =
        draft.lines[first_of.try_emplace(line.ship_group, i).first->second];
    const std::string_view difference = Difference(draft, first, line);
    if (difference.empty()) continue;
    door.Refuse(at.Field("ship_group"), "conflict",
                fmt::format("ship group '{}' goes to one place in one way: the line has another {} "
                            "than line '{}'",
                            line.ship_group, difference, first.id));
  }
  if (draft.pickup_at.empty()) {
    if (asks_order) {
      door.Refuse(root.Field("pickup_at"), "missing_field",
                  "an order that is picked up needs the location");
    }
    return;
  }
  CheckStore(world, root.Field("pickup_at"), draft.pickup_at, door);
  if (!picks_up) {
    door.Refuse(root.Field("pickup_at"), "conflict",
                "no line has the method pickup; only what is picked up has a pickup_at");
  }
}

void CheckOrder(const World& world, const OrderDraft& draft, Currency currency, Door& door) {
  const FieldPath root;
  UniqueNames none;
  CheckName(root.Field("id"), draft.id, none, door);
  if (!world.CanConvert(currency)) {
    door.Refuse(root.Field("currency"), "missing_rate",
                fmt::format("the world has no rate (fx) of {} to {}", currency.code(),
                            world.currency().code()));
  }
  CheckShare(root.Field("min_fill"), draft.min_fill, door);
  CheckShare(root.Field("risk"), draft.risk, door);
  if (draft.max_shipments) {
    CheckRange(root.Field("max_shipments"), *draft.max_shipments, 0, kMaxCount, door);
  }
  CheckTags(root, "tags", draft.tags, door);
  CheckAttributes(root, draft.attributes, door);
  if (draft.customer) CheckTags(root.Field("customer"), "tags", draft.customer->tags, door);
  if (draft.ship_to) CheckAddress(root.Field("ship_to"), *draft.ship_to, door);
  if (draft.must_arrive && !draft.requested_by) {
    door.Refuse(root.Field("must_arrive"), "missing_field",
                "an order that must arrive needs the time by which: requested_by");
  }
  CheckMethods(world, draft, door);
  CheckLines(draft, door);
  CheckOrderMoney(draft, currency, door);
}

void CheckLine(const FieldPath& at, const OrderLineDraft& line, Currency currency, Door& door) {
  bool counted = CheckRange(at.Field("quantity"), line.quantity, 1, kMaxCount, door);
  counted = CheckRange(at.Field("shipped"), line.shipped, 0, kMaxCount, door) && counted;
  counted = CheckRange(at.Field("cancelled"), line.cancelled, 0, kMaxCount, door) && counted;
  if (counted && line.shipped + line.cancelled > line.quantity) {
    door.Refuse(at.Field(line.shipped > line.quantity ? "shipped" : "cancelled"), "above_quantity",
                fmt::format("{} shipped and {} cancelled are more than {} ordered", line.shipped,
                            line.cancelled, line.quantity));
  }
  CheckMoney(at.Field("unit_price"), line.unit_price, currency, door);
  CheckMoney(at.Field("discount"), line.discount, currency, door);
  CheckMoney(at.Field("tax"), line.tax, currency, door);
  CheckDiscount(at, line, door);
  CheckAttributes(at, line.attributes, door);
  if (line.ship_to) CheckAddress(at.Field("ship_to"), *line.ship_to, door);
}

void CheckOrderMoney(const OrderDraft& draft, Currency currency, Door& door) {
  const FieldPath root;
  const FieldPath shipping = root.Field("shipping");
  CheckMoney(shipping.Field("price"), draft.shipping_price, currency, door);
  CheckMoney(shipping.Field("tax"), draft.shipping_tax, currency, door);
  UniqueNames charges;
  for (std::size_t i = 0; i < draft.charges.size(); ++i) {
    const FieldPath at = root.Index("charges", i);
    CheckName(at.Field("id"), draft.charges[i].id, charges, door);
    CheckCharge(draft, at, draft.charges[i], currency, door);
  }
  UniqueNames payments;
  for (std::size_t i = 0; i < draft.payments.size(); ++i) {
    const FieldPath at = root.Index("payments", i);
    CheckName(at.Field("id"), draft.payments[i].id, payments, door);
    CheckPayment(at, draft.payments[i], currency, door);
  }
  CheckTotal(draft, door);
}

}  // namespace orderwright::model_internal
