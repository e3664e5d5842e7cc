// RuleSet: the rules of a merchant, in order, and the objectives they serve. Immutable handle.
//
// Example:
//   rules::Rule near{.id = "near", .kind = rules::RuleKind::kLimit,
//                    .limit = rules::LimitKind::kMaxDistanceKm,
//                    .evaluator = rules::FromOrderValue([](const rules::Facts&) { return 800; })};
//   absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create({.version = "17", .rules =
//   {near}});
#ifndef ORDERWRIGHT_RULES_RULE_SET_H_
#define ORDERWRIGHT_RULES_RULE_SET_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/time.h"
#include "orderwright/rules/evaluator.h"
#include "orderwright/rules/language.h"

namespace orderwright::rules {

enum class RuleKind : std::uint8_t {
  kSet = 1,
  kEligible = 2,
  kProtect = 3,
  kLimit = 4,
  kGroup = 5,
  kPrice = 6,
  kPrefer = 7,
  kHold = 8,
  kOutcome = 9,
  kPolicy = 10,
};
inline constexpr std::size_t kRuleKinds = 11;  // numbers that a kind can have
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(RuleKind kind);

// What a `limit` rule bounds; of several that speak the tightest counts.
enum class LimitKind : std::uint8_t {
  kMaxShipments = 1,
  kMaxDistanceKm = 2,
  // Micro-units of the world's currency that each shipment, and what is not sourced, is worth at
  // least, unless one shipment sources the whole order. A unit is worth the unit_price of its line,
  // or without one the unit_value of its item.
  kMinShipmentValue = 3,
  // What a location does on one day, of all orders together; beside what the location itself can
  // do. By location.
  kUnitsPerDay = 4,
  kShipmentsPerDay = 5,
  kMaxRejects = 6,        // a location that has sent the order back so often is not asked again
  kMaxSubstitutions = 7,  // units of the order that something else may take the place of
};
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(LimitKind limit);
// Whether the limit is one of each location, and not one of the order.
[[nodiscard]] constexpr bool IsByLocation(LimitKind limit) {
  return limit >= LimitKind::kUnitsPerDay && limit <= LimitKind::kMaxRejects;
}
enum class PreferBy : std::uint8_t { kCost = 1, kRank = 2 };
enum class RuleMode : std::uint8_t {
  kOn = 1,
  kOff = 2,
  kShadow = 3,  // asked and counted, never acted on (Plan::shadows)
};
// What becomes of an order for which a rule fails: a field that is not set, an overflow, a value
// out of range, an exception of Python. The plan names the rule and the error (Plan::rule_errors).
enum class OnError : std::uint8_t {
  kHold = 1,  // routed without the rule, and held: a person looks at it
  kSkip = 2,  // routed without the rule
  kFail = 3,  // not routed: the error is the router's answer
};

// What a `set` rule sets, and what its value is. Routing acts on the first three; a plan hands all
// of them on (Plan::settings).
enum class SetField : std::uint8_t {
  kService = 1,       // Raw(ServiceIndex): the one service allowed
  kShipComplete = 2,  // 0 or 1
  kMaxShipments = 3,  // 0 or more
  kPriority = 4,      // any
  kRemainder = 5,     // of Remainder
  kCapture = 6,       // by SettingName, or numbers of the host from 4 on
  kSubstitution = 7,  // of SubstitutionPolicy
  kNotify = 8,        // the host's numbers, from 0
};
// "service", "ship_complete", …
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(SetField field);
// What a value of a field is called: of kRemainder and kSubstitution as ToString, of kCapture from
// 0 on "on_ship", "on_submit", "on_release", "manual". Empty: it has no name, or the world knows
// it.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view SettingName(SetField field, std::int64_t value);

enum class Keep : std::uint8_t {
  kTogether = 1,  // one location for all lines of a key
  kApart = 2,     // lines of different keys never in one shipment
};

// What a hold stops until it is released.
struct HoldBlocks {
  bool route = true;
  bool release = true;
  bool capture = false;
  friend bool operator==(const HoldBlocks&, const HoldBlocks&) = default;
};

enum class OutcomeOn : std::uint8_t {
  kShort = 1,       // some units are not sourced
  kUnroutable = 2,  // none is
  kLate = 3,        // a shipment is late
  kRejected = 4,    // a location has sent it back
};
enum class OutcomeThen : std::uint8_t {
  kAccept = 1,
  kHold = 2,       // for review; the hold has the rule's id
  kCancel = 3,     // the units not sourced; on late: the order
  kBackorder = 4,  // the units not sourced wait for stock
  kRetry = 5,      // the order is routed again
};
// "short", "unroutable", "late", "rejected"; "accept", "hold", "cancel", "backorder", "retry".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(OutcomeOn on);
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(OutcomeThen then);

// What a policy rule says of a request.
enum class PolicyThen : std::uint8_t {
  kAllow = 1,
  kReview = 2,  // a person decides: the order is held for that action only
  kDeny = 3,
};
// "allow", "review", "deny".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(PolicyThen then);

// A rule in words: CEL over the schema (schema.h).
struct RuleText {
  std::string when;  // the cases that it speaks of; empty: all
  // By kind: what it requires, protects, limits, …; none of hold, outcome and policy.
  std::string value;
  friend bool operator==(const RuleText&, const RuleText&) = default;
};

// Which rows of a table speak, of those whose cells all hold (DMN 1.5, 8.2.11).
enum class HitPolicy : std::uint8_t {
  kUnique = 1,  // the only one; two are an error of the rule
  kFirst = 2,   // the first
  kAny = 3,     // whichever; two with different values are an error of the rule
  kSum = 4,     // all: their sum, smallest, largest, or how many they are; of numbers
  kMin = 5,
  kMax = 6,
  kCount = 7,
};
// "unique", "first", "any", "collect+sum", "collect+min", "collect+max", "collect+count".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(HitPolicy hit);

// A decision table. A row hits if each of its cells holds for the input above it; a table of which
// no row hits does not speak. A cell is a test of its input (docs/concepts/decision-tables.md):
//   -, or empty      any value, also of an input that is not set
//   store, dropship  one of these; of a list: it has one of these; a text may stand in quotes
//   not(store, virtual)  none of these
//   > 100            a number, an amount or an instant compared: <, <=, >, >=, =, !=
//   [100..250)       from 100 to less than 250; ( and ) without the end, [ and ] with it
struct DecisionTable {
  struct Row {
    std::vector<std::string> cells;  // one an input
    std::string value;               // CEL: as RuleText::value; of hold and outcome: empty
    friend bool operator==(const Row&, const Row&) = default;
  };
  std::vector<std::string> inputs;  // CEL; one that is a field that may be unset needs no guard
  std::vector<Row> rows;
  HitPolicy hit = HitPolicy::kUnique;
  friend bool operator==(const DecisionTable&, const DecisionTable&) = default;
};

class ReasonText;

// What a rule in words read, and what it was: "order.total", "298.00".
struct SeenValue {
  std::string_view field;  // as long as the rule set lives
  std::string value;       // texts in quotes; "not set"
};

struct Rule {
  std::string id;  // unique within the set
  RuleKind kind = RuleKind::kEligible;
  std::int64_t priority = 0;  // higher is evaluated first; equal: in order of the list
  RuleMode mode = RuleMode::kOn;
  OnError on_error = OnError::kHold;
  std::optional<Timestamp> from;  // active period [from, until)
  std::optional<Timestamp> until;
  // Shown to people. Of hold, outcome and policy rules with fields: "risk {order.risk}"; a brace
  // is {{.
  std::string reason;
  std::string team;                            // who answers for it
  LimitKind limit = LimitKind::kMaxShipments;  // of kLimit
  PreferBy prefer = PreferBy::kCost;           // of kPrefer
  // Of kEligible: 0 stands always. Levels 1, 2, … are dropped in turn where an order cannot be
  // sourced in full, as far as that sources more units of it.
  int relax = 0;
  // Of kEligible: asked per (pair, service) instead of per pair; bars the service for every
  // shipment with the line.
  bool by_service = false;
  Keep keep = Keep::kTogether;          // of kGroup
  SetField set = SetField::kService;    // of kSet: the first rule that speaks sets the field
  bool force = false;                   // of kSet: also over what the order says itself
  HoldBlocks blocks;                    // of kHold
  bool reserve = false;                 // of kHold: the proposed plan's stock is reserved
  std::optional<Timestamp> hold_until;  // of kHold: ends by itself then
  OutcomeOn on = OutcomeOn::kShort;     // of kOutcome: the first rule that speaks decides
  OutcomeThen then = OutcomeThen::kAccept;
  std::optional<Duration> after;  // of kOutcome: how long after the plan `then` is to happen
  std::string action;             // of kPolicy: the requests that it speaks of, "cancel", …
  PolicyThen decision = PolicyThen::kReview;  // of kPolicy: the first rule that speaks decides
  // One of the two: a function of the host, or words, which are a text, a table, or both. Of
  // eligible rules in words `by_service` follows from what they read.
  std::shared_ptr<const Evaluator> evaluator;
  std::optional<RuleText> text;
  // In place of the text's value; its `when` says where the table is looked at at all.
  std::shared_ptr<const DecisionTable> table;
  std::shared_ptr<const ReasonText> reason_text;  // of a rule in a set; the set makes it

  // The row of its table that speaks for row `row` of the facts, counted from 0; of several the
  // first. Of a rule in a set that was bound to the world of the facts; absent: none does, it
  // fails, or there is no table. Complexity: a look-up, not a pass over the rows.
  [[nodiscard]] std::optional<std::size_t> TableRowFor(const Facts& facts, std::size_t row) const;
  // Appends each field that its texts and its table name, in the order in which they do, with its
  // value for row `row` of the facts. Of a rule in words, in a set that was bound to the world of
  // the facts: of others nothing. What a macro's own variables are is not said.
  void ValuesFor(const Facts& facts, std::size_t row, std::vector<SeenValue>& out) const;
  // The reason with its fields filled in; one that cannot be read is "?". {table.row} is the row of
  // the table that speaks, counted from 1.
  [[nodiscard]] std::string ReasonFor(const Facts& facts) const;

  // Whether the rule speaks at `now`; a rule with a period does not if `now` is not known.
  [[nodiscard]] bool IsActive(std::optional<Timestamp> now) const {
    if (mode == RuleMode::kOff) return false;
    if (from && (!now || *now < *from)) return false;
    return !until || (now && *now < *until);
  }
};

enum class Minimize : std::uint8_t {
  kCost = 1,
  kShortfall = 2,
  kShipments = 3,
  kRank = 4,      // of rule `rank_rule`, or of all prefer-by-rank rules together if it is empty
  kLateness = 5,  // days late, summed over shipments
};

struct Objective {
  Minimize minimize = Minimize::kCost;
  std::string rank_rule;
  std::int64_t tolerance = 0;  // absolute: micro-units, shipments, ranks or days
};

struct RuleSetDraft {
  std::string version;
  std::vector<Objective> objectives;  // in order; empty: cost alone. Shortfall stands first unless
                                      // the list places it.
  std::vector<Rule> rules;
  std::shared_ptr<const Language> language = nullptr;  // of the texts; null: the schema alone
};

// A rule that failed, and what that means.
struct RuleFailure {
  std::uint32_t rule = 0;  // position in rules()
  OnError then = OnError::kHold;
  std::string message;
};

// What policy rules say of a request.
struct PolicyDecision {
  PolicyThen then = PolicyThen::kAllow;
  std::optional<std::uint32_t> rule;  // position in rules(); absent: none spoke
  std::string reason;                 // of the rule, its fields filled in; or its error
  std::vector<RuleFailure> failures;
  std::vector<std::uint32_t> shadows;  // rules in shadow mode that would have spoken
};

// What outcome rules say of what became of an order.
struct OutcomeDecision {
  OutcomeThen then = OutcomeThen::kAccept;
  std::optional<Duration> after;
  std::optional<std::uint32_t> rule;  // position in rules(); absent: none spoke
  std::string reason;
  std::vector<RuleFailure> failures;
  std::vector<std::uint32_t> shadows;
};

class ORDERWRIGHT_EXPORT RuleSet {
 public:
  RuleSet();  // no rules, cost alone
  // Errors: kInvalidArgument with every issue (empty or duplicate id, no evaluator, a text with
  // mistakes, each with line, column and a caret, an objective that names no prefer-by-rank rule,
  // more than four objectives, a negative tolerance).
  [[nodiscard]] static absl::StatusOr<RuleSet> Create(RuleSetDraft draft);

  // The same rules with texts compiled for a world; Router::Create does so. What depends on its
  // locations and items alone is computed now, for all of them.
  // Errors: kInvalidArgument: a name of a service that the world does not have.
  [[nodiscard]] absl::StatusOr<RuleSet> BindTo(const World& world) const;

  // Whether somebody may do `action` to an order: the first policy rule for it that speaks
  // decides, none: it is allowed. `facts` names the world, the order, `now`, who asks for what (a
  // request and an actor that are not given are ones that say nothing), and the plan if there is
  // one. A rule that fails asks for a review (`on_error: hold`), or is left out.
  // Errors: kInvalidArgument: texts that are not bound to the world of the facts (BindTo); a rule's
  // own with `on_error: fail`. Thread-safe. O(rules).
  [[nodiscard]] absl::StatusOr<PolicyDecision> Decide(std::string_view action,
                                                      const Facts& facts) const;
  // What to do with an order that came to this: for what happens after a plan (`rejected`); what a
  // plan itself comes to is in Plan::outcomes. A rule that fails holds. Errors: as Decide.
  [[nodiscard]] absl::StatusOr<OutcomeDecision> DecideOutcome(OutcomeOn on,
                                                              const Facts& facts) const;

  // In order of evaluation within a kind: priority, then the list.
  [[nodiscard]] std::span<const Rule> rules() const { return draft_->rules; }
  [[nodiscard]] std::span<const Objective> objectives() const { return draft_->objectives; }
  [[nodiscard]] const std::string& version() const { return draft_->version; }
  // Of the texts; null: the schema alone.
  [[nodiscard]] const std::shared_ptr<const Language>& language() const { return draft_->language; }
  [[nodiscard]] bool empty() const { return draft_->rules.empty(); }
  // What its rules read of what takes work to know.
  [[nodiscard]] const Reads& reads() const { return reads_; }
  // Places in rules() of those of a kind that are not off.
  [[nodiscard]] std::span<const std::uint32_t> of_kind(RuleKind kind) const {
    return (*by_kind_)[static_cast<std::size_t>(kind)];
  }
  // Whether some rule limits what a location does on a day.
  [[nodiscard]] bool limits_days() const { return limits_days_; }

 private:
  explicit RuleSet(std::shared_ptr<const RuleSetDraft> draft);
  std::shared_ptr<const RuleSetDraft> draft_;
  Reads reads_;
  bool limits_days_ = false;
  // Shared by copies, as the rules are.
  std::shared_ptr<const std::array<std::vector<std::uint32_t>, kRuleKinds>> by_kind_;
};

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_RULE_SET_H_
