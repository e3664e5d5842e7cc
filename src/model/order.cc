#include "orderwright/model/order.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orderwright/core/status.h"
#include "src/model/internal/check_order.h"
#include "src/model/internal/checks.h"
#include "src/model/internal/door.h"
#include "src/model/internal/spelling.h"

namespace orderwright {

using model_internal::Advice;
using model_internal::Door;
using model_internal::FieldPath;
using model_internal::Int128;

namespace {

// The bound that Order::WorstCost promises.
absl::StatusOr<Cost> WorstCostOf(const World& world, std::span<const OrderLine> lines) {
  Int128 units = 0;
  for (const OrderLine& line : lines) units += line.quantity.count();
  // A shipment has at least one unit, so there are no more of them than of units.
  const CostBounds& bounds = world.cost_bounds();
  const Int128 worst = units * (Int128{bounds.per_unit.micros()} + bounds.per_shipment.micros());
  if (worst <= model_internal::kMaxWorstCostMicros) {
    return Cost::FromMicros(static_cast<std::int64_t>(worst));
  }
  return OutOfRange(
      "at worst the {} units could cost more than {}: order fewer in one order, or lower the "
      "world's penalties and costs",
      static_cast<std::int64_t>(units),
      ToString(Cost::FromMicros(model_internal::kMaxWorstCostMicros), 0));
}

}  // namespace

// Checks a draft and resolves it against a world, in one pass over its lines.
class OrderBuilder {
 public:
  OrderBuilder(const World& world, OrderDraft draft) : world_(world), draft_(std::move(draft)) {}
  absl::StatusOr<Order> Build();

 private:
  void AddLines();
  SkuIndex Resolve(const FieldPath& at, const std::string& sku);
  void AddServices();
  void AddTexts();
  void CheckWorstCost();
  absl::Status Refusal() const;

  const World& world_;
  OrderDraft draft_;
  Door door_;
  std::shared_ptr<Order::Data> order_ = std::make_shared<Order::Data>();
};

absl::StatusOr<Order> OrderBuilder::Build() {
  const Currency currency = draft_.currency.value_or(world_.currency());
  CheckOrder(world_, draft_, currency, door_);
  AddLines();
  AddServices();
  if (!door_.ok()) return Refusal();
  CheckWorstCost();
  if (!door_.ok()) return Refusal();
  // Texts are interned only for orders that are made: a refused one leaves nothing behind.
  AddTexts();
  order_->lineage = world_.lineage();
  order_->world_version = world_.version();
  order_->max_shipments = draft_.max_shipments;
  order_->ship_complete = draft_.ship_complete;
  order_->min_fill = draft_.min_fill.value_or(0.0);
  order_->id = OrderId(draft_.id);
  order_->test = draft_.test;
  order_->placed_at = draft_.placed_at;
  order_->dates = {draft_.ship_after, draft_.requested_by, draft_.ship_by, draft_.cancel_after,
                   draft_.must_arrive};
  order_->draft = std::move(draft_);
  return Order(std::move(order_));
}

absl::Status OrderBuilder::Refusal() const {
  return door_.Verdict(draft_.id.empty() ? "order" : fmt::format("order {}", draft_.id));
}

void OrderBuilder::AddLines() {
  const Currency currency = draft_.currency.value_or(world_.currency());
  const FieldPath root;
  order_->lines.reserve(draft_.lines.size());
  for (std::size_t i = 0; i < draft_.lines.size(); ++i) {
    const OrderLineDraft& line = draft_.lines[i];
    const FieldPath at = root.Index("lines", i);
    CheckLine(at, line, currency, door_);
    const SkuIndex sku = Resolve(at.Field("sku"), line.sku);
    if (!door_.ok()) continue;  // the quantity may be anything
    order_->lines.push_back(
        {sku, line.no_split, Units(line.quantity - line.shipped - line.cancelled)});
  }
}

SkuIndex OrderBuilder::Resolve(const FieldPath& at, const std::string& sku) {
  const std::optional<SkuIndex> item = world_.FindItem(sku);
  if (item && !world_.item(*item).retired) return *item;
  if (item) {
    door_.Refuse(at, "retired_sku", fmt::format("'{}' can no longer be ordered", sku));
  } else if (world_.HasBundle(sku)) {
    door_.NotSupported(at, "a bundle");
  } else if (sku.empty()) {
    door_.Refuse(at, "empty", "the name must not be empty");
  } else {
    const auto nearest = door_.TakesAdvice() ? world_.NearestSku(sku) : std::nullopt;
    door_.Refuse(at, "unknown_sku",
                 fmt::format("the world has no SKU '{}'{}", sku, Advice(nearest)));
  }
  return SkuIndex{};
}

void OrderBuilder::AddServices() {
  const FieldPath root;
  for (std::size_t i = 0; i < draft_.services.size(); ++i) {
    const std::string& name = draft_.services[i];
    const std::optional<ServiceIndex> service = world_.FindService(name);
    if (!service) {
      const FieldPath at =
          draft_.services.size() == 1 ? root.Field("service") : root.Index("service", i);
      door_.Refuse(
          at, "unknown_service",
          fmt::format("the world has no service '{}'{} (it has: {})", name,
                      Advice(world_.NearestService(name)), fmt::join(world_.services(), ", ")));
      continue;
    }
    const auto& known = order_->services;
    if (std::find(known.begin(), known.end(), *service) == known.end()) {
      order_->services.push_back(*service);
    }
  }
}

void OrderBuilder::AddTexts() {
  SymbolTable& symbols = world_.symbols();
  order_->channel = symbols.Intern(draft_.channel);
  order_->market = symbols.Intern(draft_.market);
  if (!draft_.ship_to) return;
  const Address& to = *draft_.ship_to;
  order_->country = symbols.Intern(to.country);
  order_->postal_code = symbols.Intern(to.postal_code);
  order_->position =
      to.position ? to.position : world_.postal_table().Find(to.country, to.postal_code);
  if (!to.time_zone.empty()) {
    if (auto zone = TimeZone::Load(to.time_zone); zone.ok()) order_->time_zone = *zone;
  } else if (const TimeZone* zone =
                 world_.postal_table().FindTimeZone(to.country, to.postal_code)) {
    order_->time_zone = *zone;
  }
}

void OrderBuilder::CheckWorstCost() {
  const absl::StatusOr<Cost> worst = WorstCostOf(world_, order_->lines);
  if (worst.ok()) return;
  const FieldPath root;
  door_.Refuse(root.Field("lines"), "out_of_range", std::string(MessageOf(worst.status())));
}

absl::StatusOr<Order> Order::Create(const World& world, OrderDraft draft) {
  return OrderBuilder(world, std::move(draft)).Build();
}

absl::StatusOr<Cost> Order::WorstCost(const World& world) const {
  return WorstCostOf(world, lines());
}

}  // namespace orderwright
