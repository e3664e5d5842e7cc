// Bound: a lower bound on one order of a part at one level, from prices of its lines.
//
// With a price v per unit of each line, every slot decides for itself which lines it would serve:
//   L(v) = sum of quantity * v + sum over slots of min(0, phi),
//   phi  = fixed + split + rate + sum over its arcs of most * min(0, cost - v)
// minus one split. L(v) is a lower bound for any v, so the prices need not be good to be valid.
// With a rate of several steps, phi is the least over the steps: the step's cost, and lines chosen
// by gain per gram up to the step's weight, the last one in part. All in integers, rounded down;
// only the lengths of subgradient steps are doubles.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_BOUND_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_BOUND_H_

#include <cstdint>
#include <limits>
#include <span>
#include <utility>
#include <vector>

#include "src/solver/internal/part.h"

namespace orderwright::solver_internal {

enum class SlotState : std::uint8_t { kFree = 0, kOpen = 1, kClosed = 2 };

// Prices and what follows from them, per level. Lines and slots of all orders share the arrays.
struct BoundLevel {
  std::vector<std::int64_t> price;  // per line
  std::vector<std::int64_t> phi;    // per slot
  double agility = 1.0;  // of the subgradient steps: falls while they do not improve the bound
  double reach = std::numeric_limits<double>::infinity();  // no step aims higher above L than this
  std::vector<std::int64_t> order_value;  // per order: valid also for shipping nothing
};

// A line as a slot that must weigh it sees it: what a unit gains, and its weight.
struct Gain {
  std::int64_t gain = 0;  // > 0
  std::int64_t weight = 0;
  std::int64_t most = 0;
  double per_gram = 0;
  std::uint32_t at = 0;  // whatever the caller knows it by
};

[[nodiscard]] inline Gain GainOf(const SlotArc& arc, std::int64_t gain, std::uint32_t at) {
  const double per_gram = arc.weight == 0
                              ? std::numeric_limits<double>::infinity()
                              : static_cast<double>(gain) / static_cast<double>(arc.weight);
  return {gain, arc.weight, arc.most, per_gram, at};
}

// Sorts by gain per gram, greatest first; quick where the order is nearly right.
void SortGains(Gain* gains, std::size_t count);

// The least of rate - gains for a slot that carries `weight` already and may add of the sorted
// `gains`, but for those with `at` below `from`. `taken` (if not null; `from` must be 0) receives
// the units taken in the best case.
[[nodiscard]] std::int64_t LeastRate(const Part& part, const PartSlot& slot, std::int64_t weight,
                                     const Gain* gains, std::size_t count, std::uint32_t from,
                                     double* taken);

class Bounder {
 public:
  // Forgets everything and takes a new part. All slots are free.
  void Attach(const Part& part);

  // Turns to an order: `alive` becomes its slots that are not closed.
  void Select(std::uint32_t order);

  // A first set of prices by dual ascent; fills `bound` for the order.
  void Ascend(std::size_t level, std::uint32_t order, BoundLevel& bound);

  // Improves the prices of an order by `steps` subgradient steps towards `target`; stops as soon as
  // the bound exceeds it. Returns the value of L at the best prices, which it leaves in `bound`
  // with their phi (where L exceeds the target, phi of unused slots may be too low).
  std::int64_t Improve(std::size_t level, std::uint32_t order, int steps, std::int64_t target,
                       BoundLevel& bound);

  // L at the prices of `bound`; fills phi.
  std::int64_t Evaluate(std::size_t level, std::uint32_t order, BoundLevel& bound);

  // The value of shipping nothing; kNever where that may not be.
  [[nodiscard]] std::int64_t Nothing(std::size_t level, std::uint32_t order) const;

  // The bound on plans that use some slot, from L at the current phi; kNever if there are none.
  [[nodiscard]] std::int64_t Shipped(std::uint32_t order, std::int64_t value,
                                     const BoundLevel& bound) const;

  // The bound on the order from L at the current phi: a plan ships nothing, or uses some slot.
  [[nodiscard]] std::int64_t OrderValue(std::size_t level, std::uint32_t order, std::int64_t value,
                                        const BoundLevel& bound) const;

  // Arcs that evaluations have looked at since the last call.
  [[nodiscard]] std::int64_t TakeWork() { return std::exchange(work_, 0); }

  // Whether L knows that slots of one location share its stock. It is then higher, but what two
  // slots of a location change it by does not add up.
  bool by_site = true;

  std::vector<SlotState> state;      // per slot
  std::vector<std::uint32_t> alive;  // slots of the selected order that are not closed, ascending
  std::vector<std::uint8_t> chosen;  // per slot: used in the last relaxed solution
  std::vector<double> lack;          // per line: quantity minus what that solution serves

 private:
  struct Rung {
    std::int64_t cost = 0;
    std::int64_t most = 0;
    std::uint32_t slot = 0;
  };

  [[nodiscard]] std::int64_t Ceiling(std::size_t level, const PartLine& line) const;
  std::int64_t Phi(std::uint32_t j, const PartLevel& values, std::int64_t split,
                   const std::int64_t* price);
  [[nodiscard]] bool StaysUnused(std::span<const std::uint32_t> slots, BoundLevel& bound);
  std::int64_t SlotValue(std::uint32_t j, const PartLevel& values, std::int64_t split,
                         BoundLevel& bound);
  [[nodiscard]] std::int64_t SiteGain(std::span<const std::uint32_t> slots, const PartLevel& values,
                                      const std::int64_t* price);
  std::int64_t SiteValue(std::span<const std::uint32_t> slots, const PartLevel& values,
                         std::int64_t split, BoundLevel& bound);
  void Weigh(const PartSlot& slot, const std::int64_t* price);
  void SortWeighed(const PartSlot& slot, const std::int64_t* price);
  [[nodiscard]] std::int64_t QuickRate(const PartSlot& slot) const;
  std::int64_t SteppedPhi(const PartSlot& slot, const std::int64_t* price, std::int64_t unused);
  void LimitShipments(const PartOrder& order, std::int64_t& value);

  const Part* part_ = nullptr;
  std::int64_t work_ = 0;
  bool quick_ = false;     // phi of unused slots may be too low: for steps whose phi nobody reads
  std::int64_t rise_ = 0;  // then: no phi fell by more since the last evaluation
  std::vector<std::int64_t> best_price_;
  std::vector<double> direction_;
  std::vector<std::int64_t> slack_;
  std::vector<std::uint32_t> order_by_phi_;
  std::vector<std::int64_t> worth_;      // per slot: what using it, or its site, adds to L
  std::vector<std::int64_t> line_gain_;  // per line, zero between uses
  std::vector<std::uint32_t> touched_;
  std::vector<Rung> rungs_;  // of the ascent: arcs of the order, line by line
  // What the arcs of a slot and of its twins gain, in gains_.
  struct Weighed {
    std::uint32_t twin = solver::kNone;
    bool sorted = false;
    std::int64_t gain = 0;  // of all
    double per_gram = 0;    // the best
  };
  Weighed weighed_;
  std::vector<Gain> gains_;
  std::vector<double> relaxed_;
  std::vector<double> taken_;           // per entry of by_slot: units in the relaxed solution
  std::vector<std::uint32_t> by_gain_;  // per twin, its arcs as last sorted by gain per gram
};

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_BOUND_H_
