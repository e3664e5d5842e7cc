// Explanation: why an order ships from where it does, why not from elsewhere, and what would
// change that.
//
// A plan that was made with RouteOptions::explain keeps the numbers that it was made from. RecordOf
// gives them their names: a DecisionRecord stands on its own, without the world, long after the
// stock has moved on, and can be written to a file. Every answer below comes from solving the
// recorded problem again:
//   why not X          the cheapest plan in which something ships from X
//   next best plans    the cheapest plan that does without some location of each better one
//   break-evens        the value of a cost at which the plan stops being the cheapest
//
// Example:
//   absl::StatusOr<Plan> plan = router.Route(order, stock, {.explain = ExplainLevel::kRecord});
//   absl::StatusOr<Explanation> why = Explain(*plan, {.why_not = {"MEM"}});
//   std::cout << ToString(*why);
#ifndef ORDERWRIGHT_ROUTING_EXPLANATION_H_
#define ORDERWRIGHT_ROUTING_EXPLANATION_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/core/time.h"
#include "orderwright/routing/plan.h"
#include "orderwright/solver/problem.h"
#include "orderwright/solver/solver.h"

namespace orderwright {

// What kept units from being sourced at a location.
enum class RuledOutBy : std::uint8_t {
  kLocation = 1,     // inactive, or it does not serve the order's market or channel
  kRule = 2,         // an eligible rule
  kProtect = 3,      // a protect rule keeps the stock back
  kDistance = 4,     // a limit of distance
  kServiceRule = 5,  // eligible rules bar every service that could carry it
  kService = 6,      // no service that the order allows carries it there
  kLate = 7,         // every service would be too late
  kRejections = 8,   // it has sent the order back as often as a limit allows
};
// "location", "rule", "protect", "distance", "service_rule", "service", "late", "rejections".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(RuledOutBy by);
[[nodiscard]] ORDERWRIGHT_EXPORT std::optional<RuledOutBy> ParseRuledOutBy(std::string_view text);

// A location that holds something of the order.
struct RecordedLocation {
  std::string id;
  std::string name;
  std::string kind;          // as formats write it: "store"
  std::string time_zone;     // IANA
  double distance_km = -1;   // to where its first slot goes; negative: not known
  std::int64_t rank = 0;     // place in the order of (rank, id): the lower wins a tie
  bool is_candidate = true;  // false: the order may not ship from there at all
  Cost cost_per_shipment;    // before anything that rules add
};

// How goods are had.
enum class GoodsKind : std::uint8_t {
  kStock = 1,       // the item itself, in stock
  kSubstitute = 2,  // another item in its place
  kQuestion = 3,    // the same, if the customer agrees
  kBackorder = 4,   // the item, once it is there
  kPreorder = 5,    // the item, once it is released
};
// "stock", "substitute", "question", "backorder", "preorder".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(GoodsKind kind);
[[nodiscard]] ORDERWRIGHT_EXPORT std::optional<GoodsKind> ParseGoodsKind(std::string_view text);
// "incoming", "limit".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(BackorderDraw draw);

// A line of the problem, or what else may fill one. Where only a part of a line of the order may
// wait, that part is a line of its own.
struct RecordedLine {
  std::string id;   // of the order's line
  std::string sku;  // what would ship
  std::int64_t quantity = 0;
  Cost shortfall_penalty;  // a unit
  // Of what may fill another line: which. Those come after the lines of the problem.
  std::optional<std::uint32_t> instead_of = std::nullopt;
  GoodsKind kind = GoodsKind::kStock;
  std::optional<BackorderDraw> draw = std::nullopt;  // of what is not in stock
  std::optional<Timestamp> expected = std::nullopt;  // the same; absent: not known
  Cost waiting = Cost();                             // the same: its backorder penalty, a unit
};

// A shipment that could have been made: a slot of the problem.
struct RecordedSlot {
  std::uint32_t location = 0;  // in DecisionRecord::locations
  std::string carrier;
  std::string service;
  std::string group;
  std::string method = "ship";        // as formats write it; a pickup has no carrier and no service
  std::string to;                     // id of the store, of a transfer
  std::string time_zone;              // IANA, of where it goes; empty: as the record says
  std::optional<std::uint32_t> zone;  // from 0; absent: free shipping
  Cost handling;                      // cost_per_shipment of the location
  Cost lateness;
  Cost rules;  // of prefer rules
  std::int64_t late_days = 0;
  bool waits = false;  // leaves with what is not in stock, or once a customer has answered
  std::optional<Timestamp> ship_by;
  std::optional<Timestamp> deliver_by;
};

// Stock of a line at a location, and how much of it the order could have had.
struct RecordedStock {
  std::uint32_t line = 0;
  std::uint32_t location = 0;
  std::int64_t available = 0;  // solver::kUnlimited: not counted there
  std::int64_t usable = 0;     // after rules, limits and services
};

struct RecordedRuling {
  std::uint32_t line = 0;
  std::uint32_t location = 0;
  RuledOutBy by = RuledOutBy::kRule;
  std::string rule;        // id; empty: no rule
  std::string reason;      // of the rule, or what the location or service lacks
  std::int64_t units = 0;  // of kProtect: kept back
  // Of a rule in words: the fields that it reads, and what they were.
  std::vector<std::pair<std::string, std::string>> values = {};
};

// What a prefer or price rule added to the costs.
struct RecordedRuleCost {
  std::string rule;
  bool is_per_unit = false;          // a price rule
  std::vector<std::int64_t> values;  // micro-units, by slot, or by arc of the problem
  // Of a rule with a table: by value the row that says it, from 0; kNoRow: none. Empty: no table.
  std::vector<std::uint32_t> rows;
  static constexpr std::uint32_t kNoRow = UINT32_MAX;
  [[nodiscard]] std::optional<std::uint32_t> RowAt(std::size_t value) const {
    if (rows.empty() || rows[value] == kNoRow) return std::nullopt;
    return rows[value];
  }
};

// Another service for a shipment of the plan, with the same goods.
struct RecordedService {
  std::uint32_t shipment = 0;
  std::string carrier;
  std::string service;
  std::optional<Cost> cost;  // of the shipment with it; absent: it cannot be used
  std::string reason;        // why it cannot, or is not wanted
  std::optional<Timestamp> deliver_by;
};

// A shipment of the plan, or units that wait for stock or an answer: a slot of the record and its
// share of the terms.
struct RecordedShipment {
  std::uint32_t slot = 0;
  ShipmentCost terms;
  Cost waiting;  // backorder penalties, beside the terms
  [[nodiscard]] Cost Sum() const { return terms.Sum() + waiting; }
};

// Who chose some of it by hand, and why.
struct RecordedOverride {
  std::string actor;
  std::string reason;
  Cost best_cost;  // of the best plan without it
};

// A decision and the numbers that it was made from. Plain data; valid if the functions below or a
// reader of the format made it.
struct DecisionRecord {
  std::string order;
  std::string destination;            // for people
  std::string destination_time_zone;  // IANA; empty: that of each location
  std::string currency;
  int decimals = 2;
  std::string rules_version;
  std::uint64_t stock_sequence = 0;
  std::optional<Timestamp> decided_at;
  std::optional<RecordedOverride> manual;
  std::vector<RecordedLocation> locations;
  std::vector<RecordedLine> lines;      // by line of the problem; then what may fill them
  std::vector<std::uint32_t> arc_line;  // by arc of the problem, in `lines`; empty: its own line
  std::vector<RecordedSlot> slots;      // by slot of the problem
  std::vector<RecordedStock> stock;     // by line, then location
  std::vector<RecordedRuling> rulings;  // of pairs that cannot be used, or only in part
  std::vector<RecordedRuleCost> rule_costs;
  std::vector<RecordedService> services;
  std::vector<RecordedShipment> shipments;
  std::uint32_t candidates = 0;  // locations that could have shipped something
  solver::Problem problem;       // slot.location counts in `locations`
  solver::Solution solution;

  // The line of the record whose goods are taken.
  [[nodiscard]] std::uint32_t LineOf(const solver::Take& take) const {
    return arc_line.empty() ? take.line : arc_line[take.arc];
  }
};

// A plan that is, or could have been.
struct OptionShipment {
  std::uint32_t slot = 0;                                     // of the record
  std::vector<std::pair<std::uint32_t, std::int64_t>> lines;  // line and units
  Cost handling;
  Cost shipping;  // the rate of the service
  Cost units;     // per unit: of the location, lanes, surcharges, price rules
  Cost lateness;
  Cost rules;    // prefer rules
  Cost waiting;  // backorder penalties
  [[nodiscard]] Cost Sum() const {
    return handling + shipping + units + lateness + rules + waiting;
  }
};
struct PlanOption {
  Cost cost;         // shipments, split and shortfall
  Cost extra_cost;   // over the plan that was chosen
  Cost lower_bound;  // no plan of this kind costs less
  bool is_proved = false;
  Cost split_cost;
  Cost shortfall_cost;
  std::vector<OptionShipment> shipments;
  std::vector<std::pair<std::uint32_t, std::int64_t>> shortfalls;  // line and units
  std::vector<std::int64_t> levels;  // values of the problem's objectives; empty: cost alone
};

enum class WhyNotKind : std::uint8_t {
  kChosen = 1,    // it is in the plan
  kNoStock = 2,   // it holds nothing of the order, or there is no such location
  kRuledOut = 3,  // everything that it holds is ruled out
  kNoPlan = 4,    // nothing can leave from it within the order's limits
  kDearer = 5,    // `option` is the cheapest plan with it
};
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(WhyNotKind kind);

struct WhyNot {
  std::string location;  // id, as asked
  std::string name;
  WhyNotKind kind = WhyNotKind::kNoStock;
  std::vector<RecordedStock> stock;     // what it holds of the order
  std::vector<RecordedRuling> rulings;  // what speaks against it
  std::optional<PlanOption> option;     // of kDearer
};

enum class BreakEvenOf : std::uint8_t {
  kSplitPenalty = 1,
  kLocationCost = 2,  // cost_per_shipment of a location of the plan
  kRuleCost = 3,      // of a prefer or price rule, wherever it adds something
};
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(BreakEvenOf of);

// How far one cost can move before another plan is cheaper.
struct BreakEven {
  BreakEvenOf of = BreakEvenOf::kSplitPenalty;
  std::string name{};  // of the location or the rule
  // Of a rule whose costs differ by place: 0, and `at` is what would be added everywhere.
  Cost now{};
  Cost at{};          // the last value, in micro-units, at which the plan is among the cheapest
  bool rises = true;  // the direction from `now`
  // At `at` itself both cost the same and the tie goes to `then`: "at or beyond", else "beyond".
  bool is_tie_lost = false;
  PlanOption then{};  // the plan beyond, at today's costs
};

struct ExplainOptions {
  int next_best = 3;  // how many plans after the chosen one, at most
  bool break_evens = true;
  std::vector<std::string> why_not = {};  // location ids to ask about
  // Default: solver::ExactSolver with 2,000 nodes a question.
  std::shared_ptr<const solver::Solver> solver = nullptr;
  solver::SolveOptions budget = {.node_limit = 2'000, .time_limit = std::nullopt};
};

struct Explanation {
  DecisionRecord record;
  PlanOption chosen;
  std::vector<PlanOption> next_best;   // ascending by objectives
  std::vector<BreakEven> break_evens;  // the nearest first
  std::vector<WhyNot> why_not;         // as asked
  // Of plans from other locations that cost the same: how the tie broke. Empty: there was none.
  std::string tie;
};

// What a rule adds to a shipment.
struct RuleCharge {
  std::string rule;
  Cost cost;
  bool is_per_unit = false;          // a price rule: part of OptionShipment::units
  std::optional<std::uint32_t> row;  // of its table, from 0; of several the first
};
// By rule, prefer and price rules; those that add nothing are not there.
[[nodiscard]] ORDERWRIGHT_EXPORT std::vector<RuleCharge> RuleChargesOf(
    const DecisionRecord& record, const OptionShipment& shipment);

// The record of a plan. Errors: kFailedPrecondition if it was made without RouteOptions::explain.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<DecisionRecord> RecordOf(const Plan& plan);

// Thread-safe; complexity: a solve a location of the plan and next best plan, and a few a
// break-even. Errors: as RecordOf; kInvalidArgument (options out of range); the solver's own.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<Explanation> Explain(
    const Plan& plan, const ExplainOptions& options = {});
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<Explanation> Explain(
    DecisionRecord record, const ExplainOptions& options = {});

// The cheapest plan in which something ships from the location. Complexity: one solve where its
// relaxation answers, else up to one a line (the 32 most promising of a longer order; what is then
// not proved says so).
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<WhyNot> ExplainWhyNot(
    const DecisionRecord& record, std::string_view location, const ExplainOptions& options = {});

// For a terminal; and the same as a fragment of HTML without outside resources.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const Explanation& explanation);
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const WhyNot& answer,
                                                      const DecisionRecord& record);
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToHtml(const Explanation& explanation);
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToHtml(const WhyNot& answer,
                                                    const DecisionRecord& record);

}  // namespace orderwright

#endif  // ORDERWRIGHT_ROUTING_EXPLANATION_H_
