// RuleDiff: what another set of rules would decide. A dry run of two rule sets over the same orders
// on the same stock: which decisions change, by how much, and which rules are behind it.
//
// Each order is routed twice, as if it were alone (RouteMode::kIndependent); nothing is reserved.
// Orders whose decisions differ are routed once more with a record, from which the rules that spoke
// differently are read.
//
// Example:
//   absl::StatusOr<RuleDiff> diff =
//       CompareRules(world, pool.Snapshot(skus), orders, today, tomorrow);
//   std::cout << ToString(*diff);
#ifndef ORDERWRIGHT_ROUTING_RULE_DIFF_H_
#define ORDERWRIGHT_ROUTING_RULE_DIFF_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/stock_view.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/plan.h"
#include "orderwright/routing/router.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright {

// In what two plans of an order differ.
enum class PlanPart : std::uint8_t {
  kStatus = 1,
  kLocations = 2,   // units come from elsewhere, or are sourced in one of the two only
  kShipments = 3,   // the same from the same locations in other parcels, by other services or dates
  kWaiting = 4,     // what is backordered, or asked about
  kShortfalls = 5,  // what is short, or why
  kSettings = 6,
  kHolds = 7,
  kOutcomes = 8,
  kRuleErrors = 9,
  kCost = 10,
};
// "status", "locations", "shipments", "waiting", "shortfalls", "settings", "holds", "outcomes",
// "rule_errors", "cost".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(PlanPart part);

enum class VoiceChange : std::uint8_t {
  kAdded = 1,    // spoke only in the plan after
  kRemoved = 2,  // only in the plan before
  kChanged = 3,  // in both, and said something else or of other rows
};
// "added", "removed", "changed".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(VoiceChange change);

// A rule that spoke differently in the two plans of an order.
struct RuleDifference {
  std::string rule;
  VoiceChange change = VoiceChange::kChanged;
  // Both sets have the rule, word for word: it spoke differently because others did. A function of
  // the host is the same only if it is the same object.
  bool is_same_rule = false;
  friend bool operator==(const RuleDifference&, const RuleDifference&) = default;
};

// Units of a line that come from another location. Absent: they are not sourced from stock (short,
// backordered, or asked about).
struct UnitsMoved {
  std::uint32_t line = 0;  // position in the order's lines
  SkuIndex sku{};          // as ordered; of a bundle's line one of its components
  std::optional<LocationIndex> from;
  std::optional<LocationIndex> to;
  Units units;  // 1 or more
  friend bool operator==(const UnitsMoved&, const UnitsMoved&) = default;
};

struct ChangedOrder {
  std::size_t order = 0;  // position in the input
  Plan before;
  Plan after;
  std::vector<PlanPart> parts;    // ascending, at least one
  std::vector<UnitsMoved> moves;  // by line, SKU and location
  std::vector<std::string> holds_added;
  std::vector<std::string> holds_removed;
  // Rules that one of the sets does not have, or has otherwise, before those that follow from them.
  // Empty: the objectives differ, or the rules' order.
  std::vector<RuleDifference> rules;
};

// All orders with one of the rule sets.
struct RuleSetTotals {
  Cost cost;                  // of all plans
  Cost rule_cost;             // what of it price and prefer rules add to shipments
  std::size_t shipments = 0;  // that take stock
  std::size_t shipped = 0;    // orders with at least one of them
  std::size_t split = 0;      // and with more than one
  std::size_t held = 0;       // orders of status held
  std::int64_t short_units = 0;
  friend bool operator==(const RuleSetTotals&, const RuleSetTotals&) = default;
};

struct PartTotal {
  PlanPart part = PlanPart::kStatus;
  std::size_t orders = 0;
};
struct MoveTotal {
  std::optional<LocationIndex> from;
  std::optional<LocationIndex> to;
  Units units;
};
struct HoldTotal {
  std::string rule;
  std::size_t added = 0;  // orders that it holds only with the rules after
  std::size_t removed = 0;
};
struct RuleTotal {
  std::string rule;
  bool is_same_rule = false;
  std::size_t orders = 0;  // changed orders in which it spoke differently
};

struct RuleDiff {
  World world;
  std::string version_before;
  std::string version_after;
  bool same_objectives = true;
  std::size_t orders = 0;
  std::vector<ChangedOrder> changed;  // in order of input
  RuleSetTotals before;
  RuleSetTotals after;
  std::vector<PartTotal> parts;  // those that differ in some order, ascending
  std::vector<MoveTotal> moves;  // most units first, then by location
  std::vector<HoldTotal> holds;  // by id
  std::vector<RuleTotal> rules;  // rules that differ first, then by orders, then by id
};

struct CompareOptions {
  std::optional<Timestamp> now = std::nullopt;  // as of RouteOptions
  int threads = 1;                              // 0: all cores. The answer does not depend on it.
  Progress progress = nullptr;
  // Of the plans that are kept. kRecord: Explain answers of them, at the cost of their memory.
  ExplainLevel explain = ExplainLevel::kOff;
  RouterOptions router = {};  // of both
};

// Routes every order with both rule sets. `stock` must not change meanwhile: a snapshot, or a pool
// that nobody uses.
// Errors: as Router::Create and Router::Route, of the first order that fails with either set;
// kInvalidArgument (threads below 0); kOutOfRange (the costs of all orders do not fit);
// kCancelled if `progress` said so.
// Complexity: two Routes an order, two more one that changes. Memory: of the orders that change.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<RuleDiff> CompareRules(
    const World& world, const StockView& stock, std::span<const Order> orders,
    const rules::RuleSet& before, const rules::RuleSet& after, const CompareOptions& options = {});

// For a terminal: totals, the rules behind the changes, and the first `most_orders` of them.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const RuleDiff& diff,
                                                      std::size_t most_orders = 20);

}  // namespace orderwright

#endif  // ORDERWRIGHT_ROUTING_RULE_DIFF_H_
