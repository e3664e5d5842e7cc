// Rulings: what the rules say about one order. Part of a workspace; all vectors keep their memory.
//
// Begin starts an order. Apply asks the rules of all kinds that speak before slots are made,
// ApplyOptions those that rule out services; Judge asks about the plan that came of it.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_RULINGS_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_RULINGS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/status.h"
#include "orderwright/routing/plan.h"
#include "orderwright/rules/counters.h"
#include "orderwright/rules/facts.h"
#include "orderwright/solver/problem.h"
#include "src/routing/internal/call.h"
#include "src/routing/internal/record.h"

namespace orderwright::routing_internal {

class Rulings {
 public:
  // `relax_level`: soft rules of levels up to it are dropped.
  void Begin(const Setup& setup, const Call& call, int relax_level);
  // From now on counts are kept there, by place; null: none are.
  void CountInto(rules::Counters::Tally* tallies, std::span<const std::uint32_t> places,
                 const rules::CounterOptions* options);
  // Writes what rules out what, and which rule adds what cost, to the record of a plan.
  void Record(routing_internal::Record& record) const;

  // `first_pair`: pairs of line i are pairs[first_pair[i] .. first_pair[i + 1]).
  // `candidate_km`: by candidate; negative: not known.
  [[nodiscard]] absl::Status Apply(const Setup& setup, const Call& call,
                                   std::span<const Pair> pairs,
                                   std::span<const std::uint32_t> first_pair,
                                   std::span<const Candidate> candidates,
                                   std::span<const double> candidate_km,
                                   std::span<const std::int64_t> pair_cost,
                                   std::span<const Variant> variants);

  // Whether there are rules that rule out services; ApplyOptions then fills option_ok.
  [[nodiscard]] bool asks_options() const { return asks_options_; }
  void AddOption(std::uint32_t pair, const SlotMeaning& slot, ServiceIndex service,
                 std::string_view carrier);
  [[nodiscard]] std::size_t option_count() const { return option_pair_.size(); }
  [[nodiscard]] absl::Status ApplyOptions(const Setup& setup, const Call& call);
  // In the order of AddOption.
  [[nodiscard]] bool option_ok(std::size_t option) const { return option_ok_[option] != 0; }

  [[nodiscard]] absl::Status Judge(const Setup& setup, const Call& call,
                                   const rules::PlanFacts& plan);

  // Without rules all of these hold their neutral values.
  [[nodiscard]] bool ok(std::size_t pair) const { return pair_ok_.empty() || pair_ok_[pair] != 0; }
  [[nodiscard]] std::int64_t protect(std::size_t pair) const { return pair_protect_[pair]; }
  [[nodiscard]] std::int64_t price(std::size_t pair) const {
    return pair_price_.empty() ? 0 : pair_price_[pair];
  }
  [[nodiscard]] std::int64_t prefer_cost(std::size_t candidate) const {
    return prefer_cost_.empty() ? 0 : prefer_cost_[candidate];
  }
  [[nodiscard]] std::size_t rank_count() const { return rank_count_; }
  [[nodiscard]] const rules::Rule& rank_rule(std::size_t rank) const { return *rank_rules_[rank]; }
  [[nodiscard]] std::int64_t rank(std::size_t rank, std::size_t candidate) const {
    return rank_by_rule_[rank][candidate];
  }
  [[nodiscard]] std::optional<std::int64_t> max_shipments() const { return max_shipments_; }
  [[nodiscard]] bool ship_complete() const { return ship_complete_; }
  // What becomes of units that are not in stock.
  [[nodiscard]] Remainder remainder() const { return remainder_; }
  // The stricter of what the line says, or a rule instead, and what the item says.
  [[nodiscard]] SubstitutionPolicy SubstitutionOf(SubstitutionPolicy line,
                                                  SubstitutionPolicy item) const {
    return std::min(substitution_.value_or(line), item);
  }
  // Units of the order that substitutes may take; absent: no limit.
  [[nodiscard]] std::optional<std::int64_t> max_substitutions() const { return max_substitutions_; }
  // What rules say that a location does at most on one day.
  [[nodiscard]] DayCapacity MostOfDay(LocationIndex location) const;
  // Micro-units; 0: none.
  [[nodiscard]] std::int64_t min_shipment_value() const { return min_shipment_value_; }
  // Empty: any.
  [[nodiscard]] std::span<const ServiceIndex> services() const { return services_; }

  // Lines of one group must leave from one location; solver::kNone: of none.
  [[nodiscard]] std::uint32_t together(std::size_t line) const {
    return together_.empty() ? solver::kNone : together_[line];
  }
  // Kinds of shipments that lines may go in; 1 if nothing is kept apart.
  [[nodiscard]] std::uint32_t group_count() const { return group_count_; }
  [[nodiscard]] bool Fits(std::uint32_t group, std::size_t line) const {
    return group_count_ == 1 || fits_[group * line_count_ + line] != 0;
  }
  // The name of what goes in a shipment of these lines: its keys, joined.
  // `name`: what it begins with; the empty text: nothing.
  [[nodiscard]] Symbol NameOf(const World& world, std::span<const std::uint32_t> lines,
                              Symbol name) const;

  // The next level of soft rules that could be dropped.
  [[nodiscard]] std::optional<int> NextRelaxLevel(const Setup& setup, const Call& call) const;

  [[nodiscard]] std::span<const PlanSetting> settings() const { return settings_; }
  [[nodiscard]] std::span<const PlanRelaxed> relaxed() const { return relaxed_; }
  [[nodiscard]] std::span<const PlanHold> holds() const { return holds_of_plan_; }
  [[nodiscard]] std::span<const PlanOutcome> outcomes() const { return outcomes_; }
  [[nodiscard]] bool has_notes() const {
    return !errors_.empty() || !shadows_.empty() || !hold_reasons_.empty();
  }
  [[nodiscard]] const std::vector<PlanRuleError>& errors() const { return errors_; }
  [[nodiscard]] const std::vector<PlanShadow>& shadows() const { return shadows_; }
  [[nodiscard]] const std::vector<std::string>& hold_reasons() const { return hold_reasons_; }

 private:
  // Asks every active rule of a kind and has `use` make sense of the answer.
  template <typename Use>
  [[nodiscard]] absl::Status ForEachOf(rules::RuleKind kind, const Setup& setup, const Call& call,
                                       const Use& use);
  // What becomes of a rule that failed: fails the order, or the rule is left out.
  [[nodiscard]] absl::Status TakeError(std::uint32_t index, const rules::Rule& rule,
                                       const absl::Status& error);
  // What came of asking a rule.
  void Count(std::uint32_t index, bool is_error);
  [[nodiscard]] absl::Status AskInShadow(std::uint32_t index, const rules::Rule& rule);
  void AddHold(const PlanHold& hold, std::string reason);
  [[nodiscard]] absl::Status Ask(const rules::Rule& rule, std::size_t rows);
  [[nodiscard]] absl::Status Ask(const rules::Rule& rule, const std::vector<std::uint8_t>& ok);
  [[nodiscard]] bool IsSilent(const rules::Rule& rule);
  [[nodiscard]] absl::Status AskMasked(const rules::Rule& rule);
  [[nodiscard]] absl::Status ApplySet(std::uint32_t index, const rules::Rule& rule);
  [[nodiscard]] absl::Status RuleOut(std::uint32_t index, const rules::Rule& rule,
                                     std::vector<std::uint8_t>& ok);
  [[nodiscard]] absl::Status ApplyProtect(std::uint32_t index, const rules::Rule& rule);
  [[nodiscard]] absl::Status ApplyPrice(std::uint32_t index, const rules::Rule& rule);
  [[nodiscard]] absl::Status ApplyPrefer(std::uint32_t index, const rules::Rule& rule);
  [[nodiscard]] absl::Status ApplyLimit(std::uint32_t index, const rules::Rule& rule);
  [[nodiscard]] absl::Status ApplyLocationLimit(std::uint32_t index, const rules::Rule& rule);
  void FillColumns(const Setup& setup, const Call& call);
  // Of the rule that was asked last.
  void RecordVerdict(routing_internal::Verdict verdict, const rules::Rule& rule, std::size_t row);
  void RecordCosts(std::uint32_t index, const rules::Rule& rule, bool is_per_unit);
  // Keeps that the rule which was just asked has spoken, if it has, and what it said.
  void Hear(std::uint32_t index, const rules::Rule& rule);
  [[nodiscard]] std::uint64_t RowKey(const rules::Rule& rule, std::size_t row) const;
  [[nodiscard]] absl::Status ApplyGroup(const rules::Rule& rule);
  [[nodiscard]] absl::Status MakeGroups();
  [[nodiscard]] bool OrderSays(rules::SetField field) const;
  [[nodiscard]] bool IsDropped(const rules::Rule& rule) const {
    return rule.kind == rules::RuleKind::kEligible && rule.relax > 0 && rule.relax <= relax_level_;
  }

  // Of the order that is being routed.
  std::size_t line_count_ = 0;
  int relax_level_ = 0;
  std::int64_t max_cost_ = 0;  // beyond it a rule's value could overflow the order's sum
  rules::Facts facts_;
  rules::Memo memo_;
  std::uint64_t stamp_ = 0;  // of facts_

  std::span<const ServiceIndex> services_;
  ServiceIndex set_service_{};
  bool one_service_ = false;  // the call says which
  bool ship_complete_ = false;
  Remainder remainder_ = Remainder::kBackorder;
  std::optional<SubstitutionPolicy> substitution_;  // as a rule says
  std::optional<std::int64_t> max_shipments_;
  std::int64_t min_shipment_value_ = 0;
  std::optional<std::int64_t> max_substitutions_;
  std::uint32_t fields_set_ = 0;  // a bit by SetField

  // The columns that rules read.
  std::vector<std::uint32_t> pair_line_;
  std::vector<std::uint32_t> pair_candidate_;
  std::vector<std::int64_t> pair_available_;
  std::vector<SkuIndex> pair_sku_;
  std::vector<std::int64_t> pair_on_hand_;
  std::vector<std::int64_t> candidate_load_units_;
  std::vector<std::int64_t> candidate_load_shipments_;
  std::vector<LocationIndex> candidate_location_;
  std::vector<std::uint16_t> candidate_group_;
  std::span<const double> candidate_km_;
  std::vector<std::uint32_t> option_pair_;
  std::vector<ServiceIndex> option_service_;
  std::vector<std::uint32_t> option_zone_;
  std::vector<std::int32_t> option_transit_;
  std::vector<std::int64_t> option_late_;
  std::vector<Timestamp> option_deliver_by_;
  std::vector<std::string_view> option_carrier_;

  // The columns that they write.
  std::vector<std::uint8_t> mask_;
  std::vector<std::uint8_t> holds_;
  std::vector<std::int64_t> values_;

  std::vector<std::uint8_t> pair_ok_;
  std::vector<std::int64_t> pair_protect_;
  std::vector<std::int64_t> pair_price_;
  std::vector<DayCapacity> most_of_day_;                 // by candidate; empty: no limits
  std::vector<std::int64_t> prefer_cost_;                // by candidate
  std::vector<std::vector<std::int64_t>> rank_by_rule_;  // [rank rule][candidate]
  std::vector<const rules::Rule*> rank_rules_;
  std::size_t rank_count_ = 0;
  bool asks_options_ = false;
  bool in_options_ = false;  // rules about services are being asked
  std::vector<std::uint8_t> option_ok_;

  std::vector<std::uint32_t> together_;  // by line
  std::size_t apart_count_ = 0;
  std::vector<std::int64_t> apart_keys_;  // [apart rule * lines + line]; negative: none
  std::uint32_t group_count_ = 1;
  std::vector<std::int64_t> group_keys_;  // [group * apart rules + apart rule]
  std::vector<std::uint8_t> fits_;        // [group * lines + line]

  rules::Counters::Tally* tallies_ = nullptr;  // null: nobody counts
  std::span<const std::uint32_t> places_;      // by rule
  const rules::CounterOptions* counting_ = nullptr;
  std::uint32_t until_sample_ = 0;
  std::int64_t began_ = 0;  // of the evaluation whose time is taken
  bool is_timed_ = false;
  bool asked_ = false;    // of the rule that is looked at
  bool silent_ = false;   // it was not worth evaluating: it says nothing
  bool spoke_ = false;    // it said something
  bool changed_ = false;  // and something new

  // Of a call that records.
  bool records_ = false;
  std::vector<Verdict> verdicts_;
  std::vector<RuleCosts> rule_costs_;
  std::vector<std::int64_t> rule_values_;
  std::vector<std::uint32_t> rule_rows_;
  std::vector<rules::SeenValue> seen_;
  std::vector<PlanVoice> voices_;

  std::vector<PlanSetting> settings_;
  std::vector<PlanRelaxed> relaxed_;
  std::vector<PlanHold> holds_of_plan_;
  std::vector<PlanOutcome> outcomes_;
  std::vector<PlanRuleError> errors_;
  std::vector<PlanShadow> shadows_;
  std::vector<std::string> hold_reasons_;
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_RULINGS_H_
