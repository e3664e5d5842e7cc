#include "orderwright/model/order.h"

#include <algorithm>
#include <map>
#include <string_view>
#include <tuple>

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

std::optional<Cost> TotalIn(const World& world, const OrderDraft& draft) {
  const absl::StatusOr<std::optional<Money>> total = TotalOf(draft);
  if (!total.ok()) return std::nullopt;
  if (!*total) return Cost();
  const absl::StatusOr<Cost> cost = world.CostOf(**total);
  return cost.ok() ? std::optional(*cost) : std::nullopt;
}

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

namespace {

// What lines of one ship group share, in words.
struct Destination {
  std::string_view key;
  Method method = Method::kShip;
  std::string_view store;            // of kPickup
  const Address* address = nullptr;  // of kShip; null: none is given
};

Destination DestinationOf(const OrderDraft& order, const OrderLineDraft& line) {
  Destination to{line.ship_group, model_internal::MethodOf(order, line), {}, nullptr};
  if (to.method == Method::kPickup) {
    to.store = model_internal::StoreOf(order, line);
  } else {
    to.address = model_internal::AddressOf(order, line);
  }
  return to;
}

bool Precedes(const Address& a, const Address& b) {
  const auto fields = [](const Address& x) {
    const bool placed = x.position.has_value();
    return std::tuple_cat(
        std::tie(x.country, x.region, x.postal_code, x.city, x.lines, x.time_zone),
        std::tuple(placed, placed ? x.position->lat.value() : 0.0,
                   placed ? x.position->lon.value() : 0.0));
  };
  return fields(a) < fields(b);
}

struct ByDestination {
  bool operator()(const Destination& a, const Destination& b) const {
    const auto fields = [](const Destination& x) {
      return std::tuple(x.key, x.method, x.store, x.address != nullptr);
    };
    if (fields(a) != fields(b)) return fields(a) < fields(b);
    return a.address != b.address && a.address != nullptr && Precedes(*a.address, *b.address);
  }
};

}  // namespace

// Checks a draft and resolves it against a world, in one pass over its lines.
class OrderBuilder {
 public:
  OrderBuilder(const World& world, OrderDraft draft) : world_(world), draft_(std::move(draft)) {}
  absl::StatusOr<Order> Build();

 private:
  void AddLines();
  void AddLine(const OrderLineDraft& line, SkuIndex sku, Units quantity);
  void AddBundle(const FieldPath& at, std::uint32_t draft_line, const BundleSpec& bundle,
                 Units sets);
  SkuIndex Resolve(const FieldPath& at, const std::string& sku);
  void AddServices();
  void AddShipGroups();
  void AddTexts();
  void AddAddress(const Address& to, ShipGroup& group) const;
  void CheckWorstCost();
  absl::Status Refusal() const;

  const World& world_;
  OrderDraft draft_;
  Door door_;
  std::vector<Destination> destinations_;  // by ship group
  Int128 component_units_ = 0;             // of all bundles
  std::shared_ptr<Order::Data> order_ = std::make_shared<Order::Data>();
};

absl::StatusOr<Order> OrderBuilder::Build() {
  const Currency currency = draft_.currency.value_or(world_.currency());
  CheckOrder(world_, draft_, currency, door_);
  AddLines();
  AddServices();
  if (!door_.ok()) return Refusal();
  AddShipGroups();
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
  order_->total = TotalIn(world_, draft_);
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
    const BundleSpec* const bundle = world_.FindBundle(line.sku);
    const SkuIndex sku = bundle == nullptr ? Resolve(at.Field("sku"), line.sku) : SkuIndex{};
    if (!door_.ok()) continue;  // the quantity may be anything
    const Units open(line.quantity - line.shipped - line.cancelled);
    if (bundle != nullptr) {
      AddBundle(at, static_cast<std::uint32_t>(i), *bundle, open);
      continue;
    }
    AddLine(line, sku, open);
    if (!order_->draft_lines.empty()) {
      order_->draft_lines.push_back(static_cast<std::uint32_t>(i));
    }
  }
}

void OrderBuilder::AddLine(const OrderLineDraft& line, SkuIndex sku, Units quantity) {
  const bool ships = world_.item(sku).spec.requires_shipping;
  const auto own = static_cast<std::uint32_t>(order_->lines.size());
  order_->lines.push_back({sku, line.no_split, line.ship_complete, 0, ships ? quantity : Units()});
  if (!ships && !quantity.IsZero()) order_->no_shipping.push_back({own, quantity});
}

// The components of what is still to be sourced of a bundle.
void OrderBuilder::AddBundle(const FieldPath& at, std::uint32_t draft_line,
                             const BundleSpec& bundle, Units sets) {
  // Lines before the first bundle are each their own.
  for (auto i = static_cast<std::uint32_t>(order_->draft_lines.size()); i < order_->lines.size();
       ++i) {
    order_->draft_lines.push_back(i);
  }
  OrderBundle own;
  own.first_line = static_cast<std::uint32_t>(order_->lines.size());
  own.sets = sets;
  own.ship_together = bundle.ship_together;
  for (const BundleComponent& component : bundle.components) {
    const Int128 units = Int128{component.quantity.count()} * sets.count();
    component_units_ += units;
    if (component_units_ > model_internal::kMaxCount) {
      door_.Refuse(at.Field("quantity"), "out_of_range",
                   fmt::format("the components of the bundles sum to more than {} units",
                               model_internal::kMaxCount));
      return;
    }
    AddLine(draft_.lines[draft_line], *world_.FindItem(component.sku),
            Units(static_cast<std::int64_t>(units)));
    order_->draft_lines.push_back(draft_line);
  }
  own.line_count = static_cast<std::uint32_t>(order_->lines.size()) - own.first_line;
  if (!sets.IsZero()) order_->bundles.push_back(own);
}

// Numbers the destinations of the lines that need shipping.
void OrderBuilder::AddShipGroups() {
  std::map<Destination, std::uint16_t, ByDestination> known;
  const Address* own = draft_.ship_to ? &*draft_.ship_to : nullptr;
  for (std::size_t i = 0; i < order_->lines.size(); ++i) {
    OrderLine& line = order_->lines[i];
    if (!world_.item(line.sku).spec.requires_shipping) continue;
    const std::size_t from = order_->draft_lines.empty() ? i : order_->draft_lines[i];
    const Destination to = DestinationOf(draft_, draft_.lines[from]);
    const bool is_own = to.method == Method::kShip && to.key.empty() && to.address == own;
    order_->own_address = order_->own_address && is_own;
    // Nearly every order goes to its own address alone.
    if (order_->own_address && !destinations_.empty()) continue;
    const auto next = static_cast<std::uint16_t>(destinations_.size());
    const auto [at, is_new] = known.try_emplace(to, next);
    line.ship_group = at->second;
    if (is_new) destinations_.push_back(to);
    if (destinations_.size() <= model_internal::kMaxShipGroups) continue;
    const FieldPath root;
    door_.Refuse(root.Field("lines"), "out_of_range",
                 fmt::format("the lines go to more than {} places; make several orders of them",
                             model_internal::kMaxShipGroups));
    return;
  }
}

SkuIndex OrderBuilder::Resolve(const FieldPath& at, const std::string& sku) {
  const std::optional<SkuIndex> item = world_.FindItem(sku);
  if (item && !world_.item(*item).retired) return *item;
  if (item) {
    door_.Refuse(at, "retired_sku", fmt::format("'{}' can no longer be ordered", sku));
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
  ShipGroup own;
  if (draft_.ship_to) AddAddress(*draft_.ship_to, own);
  order_->country = own.country;
  order_->postal_code = own.postal_code;
  order_->position = own.position;
  order_->time_zone = own.time_zone;
  order_->ship_groups.reserve(destinations_.size());
  for (const Destination& to : destinations_) {
    ShipGroup& group = order_->ship_groups.emplace_back();
    group.method = to.method;
    group.key = symbols.Intern(to.key);
    if (to.method == Method::kPickup) {
      group.store = *world_.FindLocation(to.store);
    } else if (to.address != nullptr) {
      AddAddress(*to.address, group);
    }
  }
}

void OrderBuilder::AddAddress(const Address& to, ShipGroup& group) const {
  group.country = world_.symbols().Intern(to.country);
  group.postal_code = world_.symbols().Intern(to.postal_code);
  group.position =
      to.position ? to.position : world_.postal_table().Find(to.country, to.postal_code);
  if (!to.time_zone.empty()) {
    if (auto zone = TimeZone::Load(to.time_zone); zone.ok()) group.time_zone = *zone;
  } else if (const TimeZone* zone =
                 world_.postal_table().FindTimeZone(to.country, to.postal_code)) {
    group.time_zone = *zone;
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

Order Order::CollectedAt(LocationIndex store) const {
  auto data = std::make_shared<Data>();
  data->lineage = data_->lineage;
  data->world_version = data_->world_version;
  data->lines = data_->lines;
  for (OrderLine& line : data->lines) line.ship_group = 0;
  data->channel = data_->channel;
  data->market = data_->market;
  data->country = data_->country;
  data->postal_code = data_->postal_code;
  data->ship_complete = data_->ship_complete;
  data->test = data_->test;
  data->own_address = false;
  data->placed_at = data_->placed_at;
  data->max_shipments = data_->max_shipments;
  data->min_fill = data_->min_fill;
  data->position = data_->position;
  data->dates = data_->dates;
  data->time_zone = data_->time_zone;
  data->services = data_->services;
  data->no_shipping = data_->no_shipping;
  ShipGroup& group = data->ship_groups.emplace_back();
  group.method = Method::kPickup;
  group.key = kEmptySymbol;
  group.store = store;
  data->draft_lines = data_->draft_lines;
  data->bundles = data_->bundles;
  data->id = data_->id;
  data->origin = data_->origin ? data_->origin : data_;
  return Order(std::move(data));
}

absl::StatusOr<Cost> Order::WorstCost(const World& world) const {
  return WorstCostOf(world, lines());
}

}  // namespace orderwright
