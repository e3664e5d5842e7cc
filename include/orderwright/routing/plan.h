// Plan: where every unit of an order ships from, what that costs, and what could not be sourced.
//
// One block of memory: flat records, spans to read them. It holds indices and handles to its World
// and Order; texts are looked up when asked for. A business "no" is in here, with its reason: a
// plan always exists. Units of a line sum: lines() + backorders + questions + short + no shipping
// = still to be sourced; of a bundle's line for each of its components.
//
// What is collected at a store from elsewhere is a transfer to the store, followed by a pickup
// there. Both name the same units; the pickup takes no stock and costs nothing (takes_stock).
//
// Example:
//   for (const Shipment& s : plan.shipments())
//     for (const PlanLine& l : plan.lines(s)) Send(plan.location_id(s), plan.sku(l), l.quantity);
#ifndef ORDERWRIGHT_ROUTING_PLAN_H_
#define ORDERWRIGHT_ROUTING_PLAN_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/inventory/backorder.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/override.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright {

namespace routing_internal {
struct Record;
}
struct Explanation;

enum class PlanStatus : std::uint8_t {
  kPlanned = 1,     // every unit is sourced, or backordered
  kShort = 2,       // some units are not, or a question is open
  kUnroutable = 3,  // nothing is
  kHeld = 4,        // a hold stops it; what is planned is a proposal
};
// "planned", "short", "unroutable", "held".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(PlanStatus status);

enum class ShortReason : std::uint8_t {
  kNoStock = 1,             // no location has a unit more
  kNoEligibleLocation = 2,  // there is stock, but not where this order may ship from
  kLimit = 3,               // of shipments, distance, weight, least units or value, or of search
  kShipComplete = 4,        // the rest of the order, or of its bundle, is short, and it ships
                            // complete or not at all
  kRule = 5,                // a rule keeps the stock
  kCost = 6,                // sourcing would cost more than the penalty for leaving it out
  kLate = 7,                // what there is would be too late (must_arrive, cancel_after)
};
// "no_stock", "no_eligible_location", "limit", "ship_complete", "rule", "cost", "late".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(ShortReason reason);

enum class PlanProof : std::uint8_t {
  kOptimal = 1,   // no plan is cheaper: cost equals lower_bound
  kFeasible = 2,  // the best plan found; no plan is cheaper than lower_bound
};
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(PlanProof proof);

// "backorder", "preorder".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(BackorderKind kind);

enum class ShipmentMethod : std::uint8_t {
  kShip = 1,      // to an address
  kPickup = 2,    // handed to the customer at the location
  kTransfer = 3,  // to the store where the customer collects it
};
// "ship", "pickup", "transfer".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(ShipmentMethod method);

// The terms of a shipment's cost; they sum to Shipment::cost.
struct ShipmentCost {
  Cost handling;   // cost_per_shipment of the location
  Cost unit;       // cost_per_unit of the location, times units
  Cost shipping;   // the rate of the service for the weight, of all that leaves together
  Cost surcharge;  // of the service, for tagged items
  Cost lane;       // of a LaneCosts table
  Cost lateness;   // late_penalty_per_day, times days late
  Cost rules;      // prefer and price rules

  [[nodiscard]] Cost Sum() const {
    return handling + unit + shipping + surcharge + lane + lateness + rules;
  }
  friend bool operator==(const ShipmentCost&, const ShipmentCost&) = default;
};

// What one location ships with one service, or hands over.
struct Shipment {
  LocationIndex location{};
  ServiceIndex service{};  // of a pickup: none, whatever this says
  ShipmentMethod method = ShipmentMethod::kShip;
  bool takes_stock = true;                 // false: hands over what the transfer before it brings
  bool waits = false;                      // leaves with backordered units
  std::optional<LocationIndex> to;         // the store, of a transfer
  std::optional<RateCardIndex> rate_card;  // absent where shipping is free
  std::uint32_t zone = 0;                  // of the service, from 0
  Symbol group{};                          // of lines kept apart from others: the key of their ship
                                           // group and those of rules; the empty text: none
  std::uint32_t first_line = 0;            // its lines are lines()[first_line .. +line_count)
  std::uint32_t line_count = 0;
  std::int64_t weight_g = 0;
  double distance_km = -1;  // negative: not known
  // Absent where the order has no placed_at and no `now` was given. Of a pickup both are when it is
  // ready; of a transfer deliver_by is when it is at the store.
  std::optional<Timestamp> ship_by;
  std::optional<Timestamp> deliver_by;
  std::int64_t late_days = 0;  // after what the order asks for; see docs/concepts/dates.md
  Units units;
  Cost cost;
  ShipmentCost terms;
};

struct PlanLine {
  std::uint32_t line = 0;  // position in order().lines
  SkuIndex sku{};          // what ships: of a bundle one of its components
  Units quantity;          // 1 or more
  std::optional<SkuIndex> substitute_for = std::nullopt;  // what was ordered instead
  friend bool operator==(const PlanLine&, const PlanLine&) = default;
};

// Units that wait for stock that is not there yet, at the location that will ship them.
struct PlanBackorder {
  std::uint32_t line = 0;  // position in order().lines
  SkuIndex sku{};
  Units quantity;  // 1 or more
  LocationIndex location{};
  BackorderKind kind = BackorderKind::kBackorder;
  BackorderDraw draw = BackorderDraw::kIncoming;
  std::optional<Timestamp> expected;  // when the stock is there; absent: nobody knows
  ServiceIndex service{};             // that its cost and dates are of
  std::optional<Timestamp> ship_by;
  std::optional<Timestamp> deliver_by;
  std::int64_t late_days = 0;  // after what the order asks for
  Cost penalty;                // backorder penalties of these units
  Cost cost;  // with it what they cost to ship then; of units that leave together the first has
              // what is of the shipment
};

// Units that the customer is asked about: will the substitute do? Until then they are not sourced.
struct PlanQuestion {
  std::uint32_t line = 0;  // position in order().lines
  SkuIndex sku{};          // what was ordered
  SkuIndex substitute{};
  Units quantity;            // 1 or more
  LocationIndex location{};  // that would ship it
  Cost cost;                 // if the answer is yes; as of a backorder
};

struct Shortfall {
  std::uint32_t line = 0;
  SkuIndex sku{};
  Units quantity;
  ShortReason reason = ShortReason::kNoStock;
};

// What rules decided beside the plan itself. `rule` is a place in Plan::rules().rules().
struct PlanSetting {
  std::uint32_t rule = 0;
  rules::SetField field = rules::SetField::kService;
  std::int64_t value = 0;
};
struct PlanRelaxed {  // a soft rule that was dropped to source more of the order
  std::uint32_t rule = 0;
  int level = 0;
};
struct PlanHold {
  std::uint32_t rule = 0;
  rules::HoldBlocks blocks;
  bool reserve = false;
  bool is_error = false;  // the rule failed (Plan::rule_errors), and its errors hold
  std::optional<Timestamp> until;
};
// A rule that could not answer; the plan was made without it.
struct PlanRuleError {
  std::uint32_t rule = 0;
  rules::OnError then = rules::OnError::kHold;  // kHold or kSkip
  std::string message;
  friend bool operator==(const PlanRuleError&, const PlanRuleError&) = default;
};
// What a rule in shadow mode would have done.
struct PlanShadow {
  std::uint32_t rule = 0;
  std::uint32_t rows = 0;  // of how many it would have spoken: lines at locations, lines, or 1
  friend bool operator==(const PlanShadow&, const PlanShadow&) = default;
};
// A rule that spoke.
struct PlanVoice {
  std::uint32_t rule = 0;
  std::uint32_t rows = 0;  // of how many it spoke, as of a shadow; of by_service rules services too
  // Made from what it said, and of which rows: of two plans of one order equal if it said the same.
  std::uint64_t said = 0;
  friend bool operator==(const PlanVoice&, const PlanVoice&) = default;
};
struct PlanOutcome {
  std::uint32_t rule = 0;
  rules::OutcomeOn on = rules::OutcomeOn::kShort;
  rules::OutcomeThen then = rules::OutcomeThen::kAccept;
};

class ORDERWRIGHT_EXPORT Plan {
 public:
  Plan() = default;  // of no order: status unroutable, no records

  [[nodiscard]] PlanStatus status() const { return head_.status; }
  [[nodiscard]] PlanProof proof() const { return head_.proof; }
  // Shipments, backorders, questions, split and shortfall terms together.
  [[nodiscard]] Cost cost() const { return head_.cost; }
  [[nodiscard]] Cost lower_bound() const { return head_.lower_bound; }
  [[nodiscard]] Cost split_cost() const { return head_.split_cost; }
  [[nodiscard]] Cost shortfall_cost() const { return head_.shortfall_cost; }
  [[nodiscard]] Cost backorder_cost() const { return head_.backorder_cost; }
  [[nodiscard]] Cost question_cost() const { return head_.question_cost; }
  // Ascending by (rank, id) of the location; after each transfer the pickup of what it brings.
  [[nodiscard]] std::span<const Shipment> shipments() const {
    return {reinterpret_cast<const Shipment*>(block_.get()), head_.shipments};
  }
  // Of all shipments, shipment after shipment, each ascending by line. Units of a transfer and of
  // the pickup after it stand here once.
  [[nodiscard]] std::span<const PlanLine> lines() const {
    return {reinterpret_cast<const PlanLine*>(block_.get() + head_.lines_at), head_.lines};
  }
  [[nodiscard]] std::span<const PlanLine> lines(const Shipment& shipment) const {
    return lines().subspan(shipment.first_line, shipment.line_count);
  }
  // Units that need no shipping: sourced, without location, stock or cost. Ascending by line.
  [[nodiscard]] std::span<const PlanLine> no_shipping() const {
    return {reinterpret_cast<const PlanLine*>(block_.get() + head_.no_shipping_at),
            head_.no_shipping};
  }
  // Ascending by (rank, id) of the location, date and line. What of the order is in stock and
  // leaves with them, because rules or a bundle keep it together, is a shipment.
  [[nodiscard]] std::span<const PlanBackorder> backorders() const {
    return {reinterpret_cast<const PlanBackorder*>(block_.get() + head_.backorders_at),
            head_.backorders};
  }
  // Ascending by (rank, id) of the location and line.
  [[nodiscard]] std::span<const PlanQuestion> questions() const {
    return {reinterpret_cast<const PlanQuestion*>(block_.get() + head_.questions_at),
            head_.questions};
  }
  // Ascending by line.
  [[nodiscard]] std::span<const Shortfall> shortfalls() const {
    return {reinterpret_cast<const Shortfall*>(block_.get() + head_.shortfalls_at),
            head_.shortfalls};
  }
  // What set rules say, for whoever carries the plan out.
  [[nodiscard]] std::span<const PlanSetting> settings() const {
    return {reinterpret_cast<const PlanSetting*>(block_.get() + head_.settings_at), head_.settings};
  }
  [[nodiscard]] std::span<const PlanRelaxed> relaxed() const {
    return {reinterpret_cast<const PlanRelaxed*>(block_.get() + head_.relaxed_at), head_.relaxed};
  }
  [[nodiscard]] std::span<const PlanHold> holds() const {
    return {reinterpret_cast<const PlanHold*>(block_.get() + head_.holds_at), head_.holds};
  }
  // At most one of each kind of event: the first rule that speaks of it.
  [[nodiscard]] std::span<const PlanOutcome> outcomes() const {
    return {reinterpret_cast<const PlanOutcome*>(block_.get() + head_.outcomes_at), head_.outcomes};
  }
  // For people: the rule's reason with its fields filled in, or the error of the rule.
  [[nodiscard]] std::string_view reason(const PlanHold& hold) const;
  // Of rules whose errors do not fail the order; in order of evaluation.
  [[nodiscard]] std::span<const PlanRuleError> rule_errors() const {
    return notes_ ? std::span<const PlanRuleError>(notes_->errors)
                  : std::span<const PlanRuleError>();
  }
  // Of rules in shadow mode that would have spoken.
  [[nodiscard]] std::span<const PlanShadow> shadows() const {
    return notes_ ? std::span<const PlanShadow>(notes_->shadows) : std::span<const PlanShadow>();
  }
  // Of a recorded plan: the rules that spoke, in order of evaluation. One that sets or decides what
  // another has set or decided before does not, nor one of whose rows nothing is left, nor one that
  // failed. A rule in shadow mode is in shadows().
  [[nodiscard]] std::span<const PlanVoice> voices() const;
  // The number of the last stock change that the plan could have seen.
  [[nodiscard]] std::uint64_t stock_sequence() const { return head_.stock_sequence; }
  // Whether it keeps what it was made from (RouteOptions::explain), for Explain.
  [[nodiscard]] bool is_recorded() const { return record_ != nullptr; }
  // The choice of a person that it keeps to; null: there was none.
  [[nodiscard]] const PlanOverride* manual() const { return manual_.get(); }
  // Why it is as it is; null unless it was made with ExplainLevel::kFull.
  [[nodiscard]] const Explanation* explanation() const { return explanation_.get(); }
  // Locations that could have shipped something, each once for every ship group that it could have
  // served: what the choice was made from.
  [[nodiscard]] std::uint32_t candidates() const { return head_.candidates; }
  // Search nodes; 0 where a closed form answered.
  [[nodiscard]] std::int64_t nodes() const { return head_.nodes; }
  // The rules that it was made with.
  [[nodiscard]] const rules::RuleSet& rules() const { return rules_; }
  // Version of the rule set, empty if there was none.
  [[nodiscard]] std::string_view rules_version() const { return rules_.version(); }

  // The order's fields, the network's texts. Not for a default-made plan.
  [[nodiscard]] const OrderDraft& order() const { return *order_; }
  [[nodiscard]] const World& world() const { return *world_; }
  [[nodiscard]] const std::string& location_id(const Shipment& shipment) const {
    return world_->location(shipment.location).id();
  }
  // Of a pickup: empty, as its carrier.
  [[nodiscard]] const std::string& service(const Shipment& shipment) const;
  [[nodiscard]] std::string_view carrier(const Shipment& shipment) const {
    if (shipment.method == ShipmentMethod::kPickup) return {};
    return shipment.rate_card ? std::string_view(world_->rate_card(*shipment.rate_card).carrier)
                              : std::string_view("any");
  }
  [[nodiscard]] std::string_view group(const Shipment& shipment) const {
    return world_->symbols().Text(shipment.group);
  }
  [[nodiscard]] const std::string& sku(const PlanLine& line) const {
    return world_->item(line.sku).sku();
  }

 private:
  friend class PlanWriter;
  friend class Router;
  friend class RecordReader;
  struct Head {
    PlanStatus status = PlanStatus::kUnroutable;
    PlanProof proof = PlanProof::kOptimal;
    std::uint32_t shipments = 0;
    std::uint32_t lines = 0;
    std::uint32_t shortfalls = 0;
    std::uint32_t lines_at = 0;  // byte offsets into the block
    std::uint32_t shortfalls_at = 0;
    std::uint32_t no_shipping = 0;
    std::uint32_t no_shipping_at = 0;
    std::uint32_t backorders = 0;
    std::uint32_t backorders_at = 0;
    std::uint32_t questions = 0;
    std::uint32_t questions_at = 0;
    std::uint32_t settings = 0;
    std::uint32_t settings_at = 0;
    std::uint32_t relaxed = 0;
    std::uint32_t relaxed_at = 0;
    std::uint32_t holds = 0;
    std::uint32_t holds_at = 0;
    std::uint32_t outcomes = 0;
    std::uint32_t outcomes_at = 0;
    std::uint32_t candidates = 0;
    Cost cost;
    Cost lower_bound;
    Cost split_cost;
    Cost shortfall_cost;
    Cost backorder_cost;
    Cost question_cost;
    std::uint64_t stock_sequence = 0;
    std::int64_t nodes = 0;
  };

  // What few plans have.
  struct Notes {
    std::vector<PlanRuleError> errors;
    std::vector<PlanShadow> shadows;
    std::vector<std::string> hold_reasons;  // by hold; empty: each is its rule's
  };

  // Uninitialised bytes: PlanWriter makes the records in place; they are trivially destructible.
  struct Block {
    std::unique_ptr<std::byte[]> bytes;
    std::size_t capacity = 0;
    Block() = default;
    Block(const Block& other);
    Block& operator=(const Block& other);
    Block(Block&& other) noexcept;
    Block& operator=(Block&& other) noexcept;
    [[nodiscard]] const std::byte* get() const { return bytes.get(); }
  };

  Head head_;
  Block block_;
  std::optional<World> world_;
  std::shared_ptr<const OrderDraft> order_;
  rules::RuleSet rules_;
  std::shared_ptr<routing_internal::Record> record_;
  std::shared_ptr<const Explanation> explanation_;
  std::shared_ptr<const PlanOverride> manual_;
  std::shared_ptr<const Notes> notes_;
};

// What rules read of a plan, without what takes work to know (rules::PlanMeasures).
[[nodiscard]] ORDERWRIGHT_EXPORT rules::PlanFacts FactsOf(const Plan& plan);

// A few lines for a terminal: shipments with their terms, shortfalls, total, proof.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const Plan& plan);

}  // namespace orderwright

#endif  // ORDERWRIGHT_ROUTING_PLAN_H_
