// Sourcing: from one order and a view of stock to a solver::Problem, and back to the meaning of
// its slots and arcs. The scratch of a router's workspace; all vectors keep their memory.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_SOURCING_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_SOURCING_H_

#include <algorithm>
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
#include "orderwright/solver/solution.h"
#include "src/routing/internal/call.h"
#include "src/routing/internal/distance_cache.h"
#include "src/routing/internal/nearby.h"
#include "src/routing/internal/network.h"
#include "src/routing/internal/record.h"
#include "src/routing/internal/rulings.h"

namespace orderwright::routing_internal {

// How much of a line could be sourced after each stage: says why units stayed unsourced.
// What a line can have counts at most kEnough: sums of stock that is not tracked stay finite.
struct LineSupply {
  std::int64_t held = 0;     // somewhere
  std::int64_t allowed = 0;  // where the order may ship from
  std::int64_t ruled = 0;    // and rules leave
  std::int64_t carried = 0;  // and some service can carry
  std::int64_t in_time = 0;  // and is not too late
  std::int64_t later = 0;    // may be promised beside it

  static constexpr std::int64_t kEnough = std::int64_t{1} << 40;
  [[nodiscard]] static std::int64_t Counted(std::int64_t units) { return std::min(units, kEnough); }
};

class Sourcing {
 public:
  Sourcing(const World& world, const Network& network);

  // Builds problem() for one order, without the soft rules of levels up to `relax_level`. Its first
  // lines are those of the order; where only what stock did not give may wait, that is a line of
  // its own behind them. Errors: see Router::Route.
  [[nodiscard]] absl::Status Build(const Setup& setup, const Call& call, int relax_level = 0,
                                   const Later& later = {});
  // Whether a few sites may tell how an order is best sourced: it has no conditions but those of
  // the world, everything goes to one place, and is held nearly everywhere. Then nearby() is asked.
  [[nodiscard]] bool MayNarrow(const Setup& setup, const Call& call);
  [[nodiscard]] Nearby& nearby() { return nearby_; }
  // Build asks these sites only, which ascend; null: all there are.
  void NarrowTo(const std::vector<LocationIndex>* sites) { only_ = sites; }
  // After Build: whether any of the missing units could wait for what is still to come, or have a
  // substitute that the customer is asked about. `missing`: by line of the order.
  [[nodiscard]] bool MayWait(const Setup& setup, const Call& call,
                             std::span<const std::int64_t> missing);
  // Whether terms allow to promise any of the missing units beyond what is expected.
  [[nodiscard]] bool MayGoBeyond(const Call& call, std::span<const std::int64_t> missing);
  // Whether the order has floors that Later::is_loose leaves out.
  [[nodiscard]] bool HasFloors(const Call& call) const {
    return rulings_.ship_complete() || call.order.min_fill() > 0;
  }
  // What of a solution of problem() rules may read.
  [[nodiscard]] rules::PlanFacts FactsOf(const Call& call, const solver::Solution& solution) const;
  // Hands over what the plan was made from: after it the problem is no longer here.
  void MoveTo(const Setup& setup, const Call& call, const solver::Solution& solution,
              Record& record);
  [[nodiscard]] Rulings& rulings() { return rulings_; }
  [[nodiscard]] const Rulings& rulings() const { return rulings_; }

  [[nodiscard]] const solver::Problem& problem() const { return problem_; }
  [[nodiscard]] std::span<const Candidate> candidates() const { return candidates_; }
  [[nodiscard]] const SlotMeaning& slot(std::uint32_t slot) const { return slots_[slot]; }
  [[nodiscard]] const Wave& WaveOf(const SlotMeaning& slot) const {
    return waves_[candidates_[slot.candidate].wave];
  }
  // The line of the order that a line of the problem sources.
  [[nodiscard]] std::uint32_t line_of(std::uint32_t line) const {
    return line_of_.empty() ? line : line_of_[line];
  }
  // What an arc takes; null: the item of its line, from stock.
  [[nodiscard]] const Pair* PairOf(std::uint32_t arc) const {
    return arc_pair_.empty() ? nullptr : &pairs_[arc_pair_[arc]];
  }
  [[nodiscard]] const Variant& variant(std::uint32_t variant) const { return variants_[variant]; }
  [[nodiscard]] const Arrival& arrival(std::uint32_t arrival) const { return arrivals_[arrival]; }
  // The item that an arc takes.
  [[nodiscard]] SkuIndex SkuOf(const Call& call, const solver::Take& take) const {
    const Pair* pair = PairOf(take.arc);
    return pair == nullptr ? call.order.lines()[line_of(take.line)].sku
                           : variants_[pair->variant].sku;
  }
  // When work on a shipment of the candidate can begin; absent: nobody knows.
  [[nodiscard]] std::optional<Timestamp> StartOf(const Call& call,
                                                 const Candidate& candidate) const;
  // When a shipment through the slot leaves and arrives; StartOf its candidate must be known.
  [[nodiscard]] Promise DatesOf(const Setup& setup, const Call& call, const SlotMeaning& slot);
  [[nodiscard]] const LineSupply& supply(std::size_t line) const { return supply_[line]; }
  // Kilometres from the candidate to where its ship group goes; negative: not known.
  [[nodiscard]] double DistanceKm(const World& world, const Candidate& candidate);
  [[nodiscard]] const Destination& DestinationOf(const Candidate& candidate) const {
    return destinations_[candidate.ship_group];
  }
  // Whether the candidate hands over its own stock: no carrier, no way.
  [[nodiscard]] bool IsPickup(const Candidate& candidate) const {
    const Destination& to = DestinationOf(candidate);
    return to.store != nullptr && to.store_index == candidate.location;
  }
  // When customers can collect what arrives at the store of a ship group.
  [[nodiscard]] Timestamp ReadyAfter(const Setup& setup, const Destination& to, Timestamp arrival);
  // Whether a line of the order is sourced in whole sets only, or all of it or none.
  [[nodiscard]] static bool IsWhole(const Call& call, std::uint32_t line);
  // Whether stock is left over that an arc of the line could have taken.
  [[nodiscard]] bool AnythingLeft(const solver::Solution& solution, std::uint32_t line) const;

  // Terms of one unit of a line on a slot, in micro-units.
  struct UnitTerms {
    std::int64_t unit = 0;
    std::int64_t surcharge = 0;
    std::int64_t lane = 0;
    std::int64_t rules = 0;
    std::int64_t waiting = 0;  // of what is not in stock
  };
  [[nodiscard]] UnitTerms TermsOf(const Setup& setup, const solver::Take& take) const;
  // Whether some service could not carry the whole order in one shipment.
  [[nodiscard]] bool MayBeTooHeavy() const;

 private:
  struct LocationStamp {
    std::uint32_t epoch = 0;
    std::uint32_t candidate = 0;
  };
  struct SkuStamp {
    std::uint32_t epoch = 0;
    std::uint32_t use = 0;  // its first line; where lines share SKUs, the place in sku_uses_
  };
  // A service that some slot of this order uses.
  struct ServiceUse {
    std::uint32_t epoch = 0;
    std::uint32_t first_variant = 0;  // into unit_weight_ and surcharge_
    std::int64_t total_weight = 0;    // of the whole order
  };
  struct RateUse {
    std::uint32_t epoch = 0;
    std::uint32_t first_step = 0;
    std::uint32_t step_count = 0;
  };

  // A location with stock of a SKU that several ship groups of the order ask for.
  struct Holder {
    LocationIndex location{};
    std::uint32_t row = solver::kNone;  // of the problem, once some line may use it
    std::int64_t available = 0;
  };
  // What the order can have of a SKU, where lines share it in other ways than line by line.
  struct SkuUse {
    std::uint32_t first_holder = 0;
    std::uint32_t holder_count = 0;
    std::uint32_t first_arrival = 0;
    std::uint32_t arrival_count = 0;
    bool has_arrivals = false;            // they were asked for
    std::uint32_t quota = solver::kNone;  // of the problem: the most that the channel may take
  };
  // What a location can still do on a day, as rows of the problem.
  struct DayRows {
    LocationIndex location{};
    LocalDate day{};
    std::uint32_t units = solver::kNone;
    std::uint32_t shipments = solver::kNone;
  };
  // Which of its pairs a line of the problem may use.
  enum class Share : std::uint8_t {
    kAll = 0,
    kStock = 1,   // what is in stock
    kRest = 2,    // what stock did not give
    kBeyond = 3,  // nor what is expected
    kAny = 4,     // all of these
  };

  void Begin(const Setup& setup, const Call& call, const Later& later);
  [[nodiscard]] bool IsSpecial(const Setup& setup, const Call& call) const;
  void FindVariants(const Setup& setup, const Call& call);
  [[nodiscard]] absl::Status FindDestinations(const Setup& setup, const Call& call);
  void AddStore(const Setup& setup, const Call& call, const ShipGroup& group, Destination& to);
  [[nodiscard]] absl::Status Gather(const Setup& setup, const Call& call);
  void GatherLine(const Setup& setup, const Call& call, std::uint32_t line,
                  const Availability& question);
  void ShareRows(std::uint32_t line, std::uint32_t first);
  [[nodiscard]] absl::Status GatherShared(const Setup& setup, const Call& call,
                                          const Availability& question);
  [[nodiscard]] SkuUse& UseOf(const Call& call, SkuIndex sku, const Availability& question);
  [[nodiscard]] absl::Status GatherArrivals(const Setup& setup, const Call& call, SkuIndex sku,
                                            const Availability& question, SkuUse& use);
  void GatherSharedLine(const Setup& setup, const Call& call, std::uint32_t line,
                        const Availability& question);
  void AddStockPairs(const Setup& setup, const Call& call, std::uint32_t variant,
                     const SkuUse& use);
  void AddWaitingPairs(LocationIndex location, std::uint16_t group, const Pair& stock);
  void AddArrivalPairs(const Setup& setup, const Call& call, std::uint32_t line, const SkuUse& use);
  [[nodiscard]] bool IsMissing(std::uint32_t line) const {
    return !later_.missing.empty() && later_.missing[line] > 0;
  }
  [[nodiscard]] std::int64_t Beyond(std::uint32_t line) const {
    return later_.beyond.empty() ? 0 : std::min(later_.beyond[line], later_.missing[line]);
  }
  [[nodiscard]] bool Waits(std::uint32_t line) const { return later_.arrivals || IsMissing(line); }
  [[nodiscard]] std::uint32_t WaveAt(WaveKind kind, std::optional<Timestamp> expected);
  [[nodiscard]] bool JoinsLines(const Setup& setup, const Call& call) const;
  [[nodiscard]] solver::Line LineOf(const Setup& setup, const Call& call, std::uint32_t line) const;
  void GatherArcs(const Setup& setup, const Call& call, std::uint32_t line,
                  const Availability& question);
  void ShareArcs(const Call& call, std::uint32_t line, std::uint32_t first);
  [[nodiscard]] static bool MayUse(const Setup& setup, const Call& call, LocationIndex location);
  void Refuse(const Call& call, std::uint32_t line, LocationIndex location, std::int64_t available);
  [[nodiscard]] std::uint32_t ArcCount() const {
    return static_cast<std::uint32_t>(problem_.arcs.size());
  }
  // Micro-units a unit on the lane from a candidate; nothing goes a lane that is handed over.
  [[nodiscard]] std::int64_t LaneOf(const Candidate& candidate) const {
    const std::int64_t* lane = DestinationOf(candidate).lane;
    return lane == nullptr || IsPickup(candidate) ? 0 : lane[Raw(candidate.location)];
  }
  [[nodiscard]] bool MayServe(const Setup& setup, const Call& call, const Destination& to,
                              LocationIndex location) const;
  [[nodiscard]] std::uint32_t CandidateOf(LocationIndex location);
  [[nodiscard]] std::uint32_t CandidateOf(LocationIndex location, std::uint16_t ship_group,
                                          std::uint32_t wave = 0);

  [[nodiscard]] absl::Status ApplyRules(const Setup& setup, const Call& call);
  [[nodiscard]] absl::Status ApplyOptions(const Setup& setup, const Call& call);

  void WeighCandidates(const Setup& setup, const Call& call);
  void MakePlainSlots(const Setup& setup);
  void MakeSlots(const Setup& setup, const Call& call);
  void MakeGroupSlots(const Setup& setup, const Call& call, std::uint32_t candidate,
                      std::uint32_t group);
  void MakeServiceSlots(const Setup& setup, const Call& call, std::uint32_t candidate,
                        std::uint32_t group);
  void OrderCandidates();
  void MakeDayRows(const Setup& setup, const Call& call);
  void TightenRoom(const Call& call, LocationIndex location, LocalDate day, DayLoad& left) const;
  [[nodiscard]] std::int64_t CostAlone(const Setup& setup, const Call& call, const Pair& pair);
  void LimitSubstitutions();
  void FindLinesOf(std::uint32_t candidate);
  [[nodiscard]] bool IsNeeded(std::uint32_t group) const;
  void AddSlot(const Setup& setup, const Call& call, SlotMeaning meaning, std::int64_t fixed,
               const RateUse* rate);
  ServiceUse& UseService(const Setup& setup, const Call& call, const ServiceOption& option);
  RateUse& UseRate(const ServiceOption& option, std::uint32_t zone, std::int64_t weight);
  void DropDominated(std::uint32_t first_slot, std::int64_t split_penalty);
  [[nodiscard]] bool Dominates(std::uint32_t a, std::uint32_t b, std::int64_t split_penalty);
  [[nodiscard]] static std::int64_t MergeLimit(std::span<const RateStep> a,
                                               std::span<const RateStep> b);
  [[nodiscard]] bool MayMerge(const SlotMeaning& a, const SlotMeaning& b, std::int64_t weight);

  void MakeArcs(const Setup& setup, const Call& call);
  void MakePlainArcs(const Setup& setup, const Call& call);
  [[nodiscard]] bool IsPlainWithRules(const Setup& setup) const;
  [[nodiscard]] static bool HasWholes(const Call& call);
  void MakeSets(const Call& call);
  void FindPlaces(const Call& call);
  [[nodiscard]] bool IsSplit(std::uint32_t line) const;
  [[nodiscard]] Share ShareOf(std::uint32_t line) const;
  void MakeLineArcs(const Setup& setup, const Call& call, std::uint32_t line, Share share,
                    std::int64_t quantity);
  [[nodiscard]] bool MayTake(const Call& call, const Pair& pair, Share share) const;
  // What MakeLineArcs makes of one pair.
  struct PairArcs {
    bool carries = false;    // some arc
    bool is_barred = false;  // a service is, by rules
    bool is_negative = false;
  };
  [[nodiscard]] PairArcs MakePairArcs(const Setup& setup, std::uint32_t line, std::uint32_t pair);
  void AddArc(const solver::Arc& arc, std::uint32_t pair);
  // Whether the pair is the line's own item, in stock and ready to leave: what supply_ counts.
  [[nodiscard]] bool IsPlain(const Pair& pair, std::uint32_t line) const {
    return pair.variant == line && pair.arrival == solver::kNone && !pair.waits;
  }
  void ShiftNegative(solver::Line& line);
  void RecordGoods(const Call& call, Record& record) const;
  void MakeFloors(const Setup& setup, const Call& call);
  void MakeObjectives(const Setup& setup);

  // visit(location, available) for the holders that Build may ask.
  template <typename Visit>
  void ForEachHolder(const Call& call, SkuIndex sku, const Availability& question,
                     const Visit& visit) const {
    if (only_ == nullptr) return call.stock.ForEachHolder(sku, question, visit);
    call.stock.ForEachHolderOf(sku, question, *only_, visit);
  }

  solver::Problem problem_;
  Nearby nearby_;
  const std::vector<LocationIndex>* only_ = nullptr;
  DistanceCache distances_;
  PromiseMemory promise_memory_;
  std::vector<Destination> destinations_;        // by ship group
  std::optional<std::uint16_t> distance_group_;  // whose destination distances_ has selected
  bool is_dated_ = false;                        // the order has dates that its plan is held to
  bool limits_days_ = false;                     // some location can do only so much on a day
  // Without rate cards a pair is an arc and a candidate a slot.
  bool is_plain_ = false;
  bool direct_ = false;  // without rules too both are made at once
  std::uint32_t site_count_ = 0;
  bool one_destination_ = true;  // all lines are shipped to the order's own address
  std::uint32_t epoch_ = 0;

  std::vector<LocationStamp> location_stamp_;  // by location
  std::vector<SkuStamp> sku_stamp_;            // by SKU
  // What lines of one order share: its SKUs, where several variants, waves or destinations are.
  bool is_special_ = false;
  Later later_;
  std::vector<SkuUse> sku_uses_;
  std::vector<Holder> holders_;
  std::vector<Arrival> arrivals_;
  BackorderOffers offers_;
  std::vector<Variant> variants_;
  std::vector<Wave> waves_;
  std::vector<DayRows> day_rows_;
  std::vector<Candidate> candidates_;
  std::vector<Pair> pairs_;                // line after line
  std::vector<std::uint32_t> first_pair_;  // by line, and one past the last
  std::vector<LineSupply> supply_;         // by line
  std::vector<Refusal> refusals_;          // of a call that records
  std::vector<SlotMeaning> slots_;
  std::vector<ServiceUse> service_use_;  // by service_id
  std::vector<RateUse> rate_use_;        // by rate
  // By two rates, what MergeLimit says.
  absl::flat_hash_map<std::pair<std::uint32_t, std::uint32_t>, std::int64_t> merge_limit_;
  std::vector<std::int64_t> unit_bound_;   // by variant: the most grams that a unit is billed as
  std::vector<std::int64_t> heaviest_;     // by line: the same of its variants, for one service
  std::vector<std::int64_t> unit_weight_;  // per service used and variant: grams of a unit
  std::vector<std::int64_t> surcharge_;    // the same: micro-units a unit; negative: cannot carry

  bool has_rules_ = false;
  Rulings rulings_;
  std::vector<double> candidate_km_;                      // with rules
  std::vector<std::int64_t> pair_cost_;                   // with rules that read it
  std::vector<std::vector<std::int64_t>> spare_columns_;  // memory of earlier rank columns
  std::vector<std::uint32_t> arc_pair_;                   // by arc; empty if made directly
  std::vector<std::uint32_t> pair_option_;                // by pair: its first option of rules
  std::vector<std::uint32_t> line_of_;                    // by line of the problem
  std::vector<std::uint32_t> place_of_;                   // by line: those of one go together
  std::vector<Share> place_share_;                        // by place: what all its lines may use
  std::vector<std::uint32_t> slot_order_;                 // of candidates, in MakeSlots
  std::vector<std::uint32_t> group_lines_;                // of one candidate, in MakeSlots
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_SOURCING_H_
