// Row: what a rule's text is evaluated for: an order, with a line, a location and a service where
// they matter.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ROW_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ROW_H_

#include <cstdint>

#include "orderwright/rules/facts.h"

namespace orderwright::rules_internal {

using namespace orderwright::rules;

inline constexpr std::uint32_t kNoRow = UINT32_MAX;

struct Row {
  const World* world = nullptr;
  const Facts* facts = nullptr;  // null while what depends on the world alone is computed
  std::uint32_t line = kNoRow;   // position in the order's lines
  SkuIndex sku{};                // with a line: its item, or what may take its place
  LocationIndex location{};      // with a candidate
  std::uint32_t candidate = kNoRow;
  std::uint32_t pair = kNoRow;
  std::uint32_t option = kNoRow;

  [[nodiscard]] const Order& order() const { return *facts->order; }
  [[nodiscard]] const OrderDraft& draft() const { return facts->order->draft(); }
  [[nodiscard]] const OrderLineDraft& draft_line() const {
    return draft().lines[facts->order->draft_line(line)];
  }
  [[nodiscard]] const Item& item() const { return world->item(sku); }
  [[nodiscard]] const Location& place() const { return world->location(location); }
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ROW_H_
