// Sourcing: from one order and a view of stock to a solver::Problem, and back to the meaning of
// its slots and arcs. The scratch of a router's workspace; all vectors keep their memory.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_SOURCING_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_SOURCING_H_

#include <cstdint>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/status.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/promise/promises.h"
#include "orderwright/routing/lane_costs.h"
#include "orderwright/rules/rule_set.h"
#include "orderwright/solver/problem.h"
#include "src/routing/internal/distance_cache.h"
#include "src/routing/internal/network.h"

namespace orderwright::routing_internal {

// What the router holds and every call reads.
struct Setup {
  const World& world;
  const Network& network;
  const Promises& promises;
  const rules::RuleSet& rules;
  const LaneCosts* lanes = nullptr;
};

struct Call {
  const Order& order;
  const StockView& stock;
  std::optional<Timestamp> now;
  std::optional<Timestamp> start;  // dates count from here: max(now, placed_at, ship_after)
  std::optional<ReservationId> own_reservation;
};

// A (line, candidate) combination with stock that the order may use.
struct Pair {
  std::uint32_t candidate = 0;
  std::uint32_t row = 0;       // of the problem: the stock of the SKU there
  std::int64_t available = 0;  // as stock says, before rules
};

// A location that holds something of the order.
struct Candidate {
  LocationIndex location{};
  std::uint32_t first_slot = 0;
  std::uint32_t slot_count = 0;
  std::int64_t most_weight = 0;  // grams of all it could ship (where there are rate cards)
  bool has_late_slot = false;    // a service was left out because it would be too late
};

// What a slot of the problem stands for.
struct SlotMeaning {
  std::uint32_t candidate = 0;
  const ServiceOption* option = nullptr;  // null: ships for nothing, service `standard`
  std::uint32_t zone = 0;
  std::int64_t late_days = 0;  // that the order's dates are missed by
  Promise dates{};             // if the start is known
};

// How much of a line could be sourced after each stage: says why units stayed unsourced.
struct LineSupply {
  std::int64_t held = 0;     // somewhere
  std::int64_t allowed = 0;  // where the order may ship from
  std::int64_t ruled = 0;    // and rules leave
  std::int64_t carried = 0;  // and some service can carry
  std::int64_t in_time = 0;  // and is not too late
};

class Sourcing {
 public:
  Sourcing(const World& world, const Network& network);

  // Builds problem() for one order. Errors: see Router::Route.
  [[nodiscard]] absl::Status Build(const Setup& setup, const Call& call);

  [[nodiscard]] const solver::Problem& problem() const { return problem_; }
  [[nodiscard]] std::span<const Candidate> candidates() const { return candidates_; }
  [[nodiscard]] const SlotMeaning& slot(std::uint32_t slot) const { return slots_[slot]; }
  [[nodiscard]] const LineSupply& supply(std::size_t line) const { return supply_[line]; }
  // Kilometres from the destination; negative: not known.
  [[nodiscard]] double DistanceKm(const World& world, LocationIndex location);

  // Terms of one unit of a line on a slot, in micro-units.
  struct UnitTerms {
    std::int64_t unit = 0;
    std::int64_t surcharge = 0;
    std::int64_t lane = 0;
    std::int64_t rules = 0;
  };
  [[nodiscard]] UnitTerms TermsOf(const Setup& setup, std::uint32_t line, std::uint32_t slot,
                                  std::uint32_t arc) const;
  // Grams that the slot's service bills for one unit of the line.
  [[nodiscard]] std::int64_t UnitWeight(std::uint32_t line, std::uint32_t slot) const {
    const ServiceOption* option = slots_[slot].option;
    return option == nullptr ? 0 : unit_weight_[service_use_[option->service_id].first_line + line];
  }
  // Whether some service could not carry the whole order in one shipment.
  [[nodiscard]] bool MayBeTooHeavy() const;
  // Cost that prefer rules put on a shipment from the candidate.
  [[nodiscard]] std::int64_t PreferCost(std::uint32_t candidate) const {
    return prefer_cost_.empty() ? 0 : prefer_cost_[candidate];
  }

 private:
  struct LocationStamp {
    std::uint32_t epoch = 0;
    std::uint32_t candidate = 0;
  };
  struct SkuStamp {
    std::uint32_t epoch = 0;
    std::uint32_t line = 0;
  };
  // A service that some slot of this order uses.
  struct ServiceUse {
    std::uint32_t epoch = 0;
    std::uint32_t first_line = 0;   // into unit_weight_ and surcharge_
    std::int64_t total_weight = 0;  // of the whole order
  };
  struct RateUse {
    std::uint32_t epoch = 0;
    std::uint32_t first_step = 0;
    std::uint32_t step_count = 0;
  };

  void Begin(const Setup& setup, const Call& call);
  [[nodiscard]] absl::Status Gather(const Setup& setup, const Call& call);
  void GatherLine(const Setup& setup, const Call& call, std::uint32_t line,
                  const Availability& question);
  void ShareRows(std::uint32_t line, std::uint32_t first);
  void GatherArcs(const Setup& setup, const Call& call, std::uint32_t line,
                  const Availability& question);
  void ShareArcs(const Call& call, std::uint32_t line, std::uint32_t first);
  [[nodiscard]] static bool MayUse(const Setup& setup, const Call& call, LocationIndex location);
  [[nodiscard]] std::uint32_t CandidateOf(LocationIndex location);

  [[nodiscard]] absl::Status ApplyRules(const Setup& setup, const Call& call);
  [[nodiscard]] absl::Status ApplyRule(const rules::Rule& rule, const rules::Facts& facts);
  void ApplyEligible();
  [[nodiscard]] absl::Status ApplyProtect();
  [[nodiscard]] absl::Status ApplyPrice();
  [[nodiscard]] absl::Status ApplyPrefer(const rules::Rule& rule);
  [[nodiscard]] absl::Status ApplyLimit(const rules::Rule& rule);
  void FinishRules();

  void WeighCandidates(const Setup& setup, const Call& call);
  void MakeSlots(const Setup& setup, const Call& call);
  void MakeServiceSlots(const Setup& setup, const Call& call, std::uint32_t candidate,
                        const LocationEntry& entry);
  void AddSlot(const Setup& setup, const Call& call, SlotMeaning meaning, std::int64_t fixed,
               const RateUse* rate);
  [[nodiscard]] Promise DatesOf(const Setup& setup, const Call& call, const SlotMeaning& slot);
  [[nodiscard]] static bool IsInTime(const OrderDates& due, SlotMeaning& slot);
  ServiceUse& UseService(const Setup& setup, const Call& call, const ServiceOption& option);
  RateUse& UseRate(const ServiceOption& option, std::uint32_t zone, std::int64_t weight);
  void DropDominated(std::uint32_t first_slot, std::int64_t split_penalty);
  [[nodiscard]] bool Dominates(std::uint32_t a, std::uint32_t b, std::int64_t split_penalty);
  [[nodiscard]] static std::int64_t MergeLimit(std::span<const RateStep> a,
                                               std::span<const RateStep> b);
  [[nodiscard]] bool MayMerge(const SlotMeaning& a, const SlotMeaning& b, std::int64_t weight);
  [[nodiscard]] std::int64_t RateAt(const solver::Slot& slot, std::int64_t weight) const;

  void MakeArcs(const Setup& setup, const Call& call);
  void MakeLineArcs(const Setup& setup, const Call& call, std::uint32_t line);
  void ShiftNegative(solver::Line& line);
  void MakeObjectives(const Setup& setup, const Call& call);

  solver::Problem problem_;
  DistanceCache distances_;
  PromiseMemory promise_memory_;
  bool has_destination_ = false;
  bool is_dated_ = false;  // the order has dates that its plan is held to
  // Without rules and rate cards a pair is an arc and a candidate a slot: both are made at once.
  bool direct_ = false;
  const std::int64_t* lane_ = nullptr;  // micro-units a unit by location, of this destination
  std::uint32_t epoch_ = 0;

  std::vector<LocationStamp> location_stamp_;  // by location
  std::vector<SkuStamp> sku_stamp_;            // by SKU
  std::vector<Candidate> candidates_;
  std::vector<Pair> pairs_;                // line after line
  std::vector<std::uint32_t> first_pair_;  // by line, and one past the last
  std::vector<LineSupply> supply_;         // by line
  std::vector<SlotMeaning> slots_;
  std::vector<ServiceUse> service_use_;  // by service_id
  std::vector<RateUse> rate_use_;        // by rate
  // By two rates, what MergeLimit says.
  absl::flat_hash_map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> merge_limit_;
  std::vector<std::int64_t> unit_weight_;  // per service used and line: grams of a unit
  std::vector<std::int64_t> surcharge_;    // the same: micro-units a unit; negative: cannot carry

  // Rules only; empty without.
  bool has_rules_ = false;
  std::int64_t max_rule_cost_ = 0;  // beyond it a rule's value could overflow the order's sum
  std::vector<std::uint32_t> pair_line_;
  std::vector<std::uint32_t> pair_candidate_;
  std::vector<std::int64_t> pair_available_;
  std::vector<LocationIndex> candidate_location_;
  std::vector<double> candidate_km_;
  std::vector<std::uint8_t> pair_ok_;
  std::vector<std::int64_t> pair_protect_;
  std::vector<std::int64_t> pair_price_;
  std::vector<std::int64_t> prefer_cost_;                // by candidate
  std::vector<std::vector<std::int64_t>> rank_by_rule_;  // [rank rule][candidate]
  std::vector<const rules::Rule*> rank_rules_;
  std::size_t rank_count_ = 0;
  std::vector<std::vector<std::int64_t>> spare_columns_;  // memory of earlier rank columns
  std::vector<std::uint8_t> mask_;
  std::vector<std::uint8_t> holds_;
  std::vector<std::int64_t> values_;
  std::vector<std::uint32_t> arc_pair_;  // by arc
  std::optional<std::int64_t> max_shipments_;
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_SOURCING_H_
