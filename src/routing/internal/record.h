// Record: the numbers that a plan was made from, kept with the plan if RouteOptions::explain asks.
// Indices, as the router had them; RecordOf(plan) gives them their names.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_RECORD_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_RECORD_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "orderwright/core/geo.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/model/order.h"
#include "orderwright/promise/promises.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/routing/plan.h"
#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"
#include "src/routing/internal/call.h"

namespace orderwright::routing_internal {

// A rule's word against a pair of (line, candidate), or against a service for it.
struct Verdict {
  std::uint32_t pair = 0;
  std::uint32_t rule = 0;  // of the rule set
  RuledOutBy by = RuledOutBy::kRule;
  std::int64_t units = 0;                               // of kProtect: kept back
  ServiceIndex service{};                               // of kServiceRule
  std::optional<std::size_t> table_row = std::nullopt;  // of a rule with a table
  std::size_t first_value = 0;                          // into `seen`: what the rule saw
  std::size_t value_count = 0;
};

// What one prefer or price rule added: by candidate or by pair.
struct RuleCosts {
  std::uint32_t rule = 0;
  bool is_per_unit = false;
  std::size_t first = 0;  // into rule_values
  std::size_t count = 0;
  std::optional<std::size_t> first_row;  // of a rule with a table: into rule_rows
};

// Stock where the order may not ship from.
struct Refusal {
  std::uint32_t line = 0;
  LocationIndex location{};
  std::int64_t available = 0;
};

// What may fill a line: what it asks for, or something instead.
struct RecordedGoods {
  std::uint32_t line = 0;  // of the draft
  SkuIndex sku{};
  std::uint32_t instead_of = solver::kNone;  // the line of the problem; kNone: it is that line
  std::optional<BackorderKind> kind = std::nullopt;  // of what is not in stock
  BackorderDraw draw = BackorderDraw::kIncoming;
  std::optional<Timestamp> expected = std::nullopt;
  std::int64_t penalty = 0;  // micro-units a unit, of what is not in stock
  bool is_asked = false;     // a substitute that waits for the customer's word
  // Of the problem: the formats know one for all that is the same.
  std::uint32_t quota = solver::kNone;
  friend bool operator==(const RecordedGoods&, const RecordedGoods&) = default;
};

struct RecordedPair {
  std::uint32_t goods = 0;
  std::uint32_t candidate = 0;
  std::int64_t available = 0;
  bool waits = false;  // in stock, and leaves with what is still to come
};

struct RecordedCandidate {
  LocationIndex location{};
  std::uint32_t site = 0;  // what the problem knows the location by
  std::uint32_t destination = 0;
  Wave wave;  // that what it ships leaves with
};

// Where a ship group goes.
struct RecordedDestination {
  std::optional<LocationIndex> store;  // where it is collected; absent: an address
  Symbol key{};                        // of the ship group
  Symbol country{};
  std::optional<GeoPoint> position;
  std::optional<TimeZone> time_zone;  // absent: that of each location
};

struct RecordedSlotMeaning {
  std::uint32_t candidate = 0;
  std::uint32_t zone = 0;
  std::uint32_t group = 0;
  std::optional<RateCardIndex> card;
  std::uint32_t service_of_card = 0;
  std::int64_t late_days = 0;
  bool is_dated = false;
  Promise dates;
};

// A slot that the plan uses: a shipment, backordered units, or a question.
struct UsedSlot {
  std::uint32_t slot = 0;
  ShipmentCost terms;
  Cost waiting;  // backorder penalties
};

struct Record {
  std::optional<Timestamp> now;
  std::optional<Timestamp> start;
  std::vector<rules::Rejection> rejections;
  OrderDates due;
  solver::Problem problem;
  solver::Solution solution;
  std::vector<RecordedDestination> destinations;
  std::vector<std::uint32_t> destination_of;  // by line
  std::vector<RecordedCandidate> candidates;
  std::vector<std::int64_t> lane;    // by candidate; empty: no lane costs
  std::vector<std::int64_t> prefer;  // by candidate; empty: no rules
  std::vector<RecordedSlotMeaning> slots;
  std::vector<UsedSlot> used;            // those of the solution, by rank
  std::vector<RecordedGoods> goods;      // first those that the lines of the problem ask for
  std::vector<RecordedPair> pairs;       // empty where pairs are the arcs of the problem
  std::vector<std::uint32_t> arc_pair;   // by arc; empty likewise
  std::vector<std::uint32_t> arc_goods;  // by arc; empty: what its line asks for
  std::vector<std::int64_t> price;       // by pair, with rules
  std::vector<Symbol> group_names;       // of slots' groups; empty if nothing is kept apart
  std::vector<ServiceIndex> services;    // allowed; empty: any
  std::vector<Refusal> refusals;
  std::vector<Verdict> verdicts;
  std::vector<RuleCosts> rule_costs;
  std::vector<std::int64_t> rule_values;
  std::vector<rules::SeenValue> seen;
  std::vector<std::uint32_t> rule_rows;
  std::vector<PlanVoice> voices;
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_RECORD_H_
