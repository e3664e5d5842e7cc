#include "src/routing/internal/prices.h"

#include <algorithm>
#include <optional>

namespace orderwright::routing_internal {
namespace {

__extension__ using Int128 = __int128;

const OrderBundle* BundleOf(const Order& order, std::uint32_t line) {
  for (const OrderBundle& bundle : order.bundles()) {
    if (line - bundle.first_line < bundle.line_count) return &bundle;
  }
  return nullptr;
}

// A component's part of the price of one set, for one of its units.
std::int64_t PartOf(const World& world, const Order& order, const OrderBundle& bundle,
                    std::uint32_t line, std::int64_t price, std::int64_t most) {
  Int128 values = 0;
  Int128 units = 0;
  for (std::uint32_t i = bundle.first_line; i < bundle.first_line + bundle.line_count; ++i) {
    const OrderLine& component = order.lines()[i];
    const std::int64_t per_set = component.quantity.count() / bundle.sets.count();
    units += per_set;
    values += Int128{per_set} * MicrosOf(world, world.item(component.sku).spec.unit_value, most);
  }
  if (units == 0) return 0;
  const std::int64_t own =
      MicrosOf(world, world.item(order.lines()[line].sku).spec.unit_value, most);
  const Int128 part = values > 0 ? Int128{price} * own / values : Int128{price} / units;
  return static_cast<std::int64_t>(part);
}

}  // namespace

std::int64_t MicrosOf(const World& world, const std::optional<Money>& money, std::int64_t most) {
  if (!money) return 0;
  const absl::StatusOr<Cost> cost = world.CostOf(*money);
  if (!cost.ok()) return money->minor() < 0 ? -most : most;
  return std::clamp(cost->micros(), -most, most);
}

std::int64_t UnitPriceOf(const World& world, const Order& order, std::uint32_t line,
                         std::int64_t most) {
  const std::optional<Money>& price = order.draft().lines[order.draft_line(line)].unit_price;
  if (!price) return MicrosOf(world, world.item(order.lines()[line].sku).spec.unit_value, most);
  const OrderBundle* const bundle = BundleOf(order, line);
  const std::int64_t micros = MicrosOf(world, price, most);
  return bundle == nullptr ? micros : PartOf(world, order, *bundle, line, micros, most);
}

}  // namespace orderwright::routing_internal
