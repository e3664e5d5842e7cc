// Planner: complete plans for a single-order part from a set of open slots, and local search over
// such sets. Where the part is separable the plan for a set is the best one for it.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_PLANNER_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_PLANNER_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "src/solver/internal/part.h"

namespace orderwright::solver_internal {

class Planner {
 public:
  // `row_left` holds what is left of the problem's rows; it is used as scratch and given back
  // unchanged by every call.
  void Attach(const Part& part, std::vector<std::int64_t>& row_left);

  // What a plan must respect, and which level it is judged by.
  std::size_t stage = 0;
  LevelValues limit{};  // scaled; for the levels before `stage`

  // True if `a` is the better plan at this stage.
  [[nodiscard]] bool Better(const PartPlan& a, const PartPlan& b) const;

  // The plan for the slots in `open` (flags per slot) into `plan`.
  void Evaluate(const std::vector<std::uint8_t>& open, PartPlan& plan);

  // The plan that ships nothing.
  void Nothing(PartPlan& plan);

  // Starts from the slots in `open`, drops slots while that helps, and keeps the result in `best`
  // if it is better.
  void Drop(const std::vector<std::uint8_t>& open, PartPlan& best);

  // Adds one slot after the other by greatest gain in cost, then drops.
  void Greedy(PartPlan& best);

  // For an order with floors: everything through one slot, where a slot has it all.
  void Whole(PartPlan& best);

  // Tries to add each of `candidates` to the slots of `best` and to drop others.
  void Swap(const std::vector<std::uint32_t>& candidates, PartPlan& best);

 private:
  void PlaceLine(std::uint32_t i, std::uint32_t location, const std::vector<std::uint8_t>& open);
  void PlaceTogether(std::uint32_t place, const std::vector<std::uint8_t>& open);
  [[nodiscard]] std::span<const SlotArc> ArcsOf(std::uint32_t slot, std::uint32_t line) const;
  [[nodiscard]] bool TakesFrom(std::uint32_t a) const;
  void ChangeRows(const PartArc& arc, std::int64_t units);
  [[nodiscard]] std::int64_t Left(const SlotArc& arc) const;
  [[nodiscard]] std::int64_t Room(const PartArc& arc) const;
  void Take(std::uint32_t a, std::int64_t units);
  void Price(PartPlan& plan);
  void Add(std::uint32_t a, std::int64_t units);
  void Remove(std::size_t take, std::int64_t units);
  void TrimSets();
  void MeetFloors(const std::vector<std::uint8_t>& open);
  void FillUp(const std::vector<std::uint8_t>& open, std::int64_t units);
  void LiftShipment(std::uint32_t slot);
  void LiftRest();
  [[nodiscard]] OrderSize Rest() const;
  [[nodiscard]] bool FloorsHold() const;
  void Give(const PartTake& take);
  void MoveLines();
  void Prefer(PartPlan& plan);
  [[nodiscard]] std::int64_t RateChange(std::uint32_t slot, std::int64_t weight) const;
  void Reset();
  void UsedSlots(const PartPlan& plan, std::vector<std::uint8_t>& open) const;

  const Part* part_ = nullptr;
  std::vector<std::int64_t>* row_left_ = nullptr;
  std::vector<std::int64_t> units_;   // per slot
  std::vector<std::int64_t> weight_;  // per slot
  std::vector<std::int64_t> value_;   // per slot, for floors
  std::vector<std::int64_t> served_;  // per line
  std::vector<std::uint32_t> used_;   // slots, in order of first use
  std::vector<PartTake> takes_;
  std::vector<std::uint32_t> preferred_;  // slots that lines come from before cheaper ones
  std::vector<std::uint8_t> placed_;      // per place
  std::vector<std::int64_t> set_counts_;  // per set: how many whole ones its lines have
  std::vector<std::uint8_t> open_;        // work copies
  std::vector<std::uint8_t> trial_;
  std::vector<std::uint32_t> order_;
  std::vector<std::int64_t> dearest_;     // Greedy: per line, cost of its dearest unit
  std::vector<std::uint32_t> places_;     // distinct locations of a place
  std::vector<std::uint8_t> shipping_;    // MeetFloors: per slot, in use
  std::vector<std::uint32_t> shipments_;  // MeetFloors: slots in use at first
  PartPlan plan_;
  PartPlan local_;
};

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_PLANNER_H_
