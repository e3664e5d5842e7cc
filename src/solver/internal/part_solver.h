// PartSolver: bounds, plans and search put together, level by level, for one part.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_PART_SOLVER_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_PART_SOLVER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"
#include "src/solver/internal/bound.h"
#include "src/solver/internal/budget.h"
#include "src/solver/internal/levels.h"
#include "src/solver/internal/line_search.h"
#include "src/solver/internal/part.h"
#include "src/solver/internal/planner.h"

namespace orderwright::solver_internal {

// The answer for some orders of a problem. Values are not scaled and have no offsets.
struct PartAnswer {
  bool proved = false;
  LevelValues values{};
  LevelValues bounds{};  // valid at each level for plans that are best at those before
  std::vector<solver::Take> takes;
};

class PartSolver {
 public:
  // Solves one order. `row_left`, what is left of each row, is scratch and comes back unchanged.
  void SolveOrder(const solver::Problem& problem, const Levels& levels, std::uint32_t order,
                  std::vector<std::int64_t>& row_left, Budget& budget, PartAnswer& answer);

  // Solves orders that compete for rows. `answer` holds a feasible plan on entry; `alone` what each
  // order would get if it had all the rows, in the order of `orders`.
  void SolveBatch(const solver::Problem& problem, const Levels& levels,
                  const std::vector<std::uint32_t>& orders, const std::vector<PartAnswer>& alone,
                  std::vector<std::int64_t>& row_left, Budget& budget, PartAnswer& answer);

 private:
  void SolveStage(std::size_t stage, std::vector<std::int64_t>& row_left, Budget& budget);
  [[nodiscard]] double PaidFor(std::size_t level) const;
  void RootBound(std::size_t stage, Budget& budget);
  void TryChosen();
  void TryPlan(const PartPlan& plan);
  void LimitShortfalls(std::size_t stage);
  void FreeSlots(std::size_t levels);
  [[nodiscard]] std::int64_t LooseBound(std::size_t stage);
  void CloseHopeless(std::size_t last_level);
  void SearchLines(LineSearch::Mode mode, std::size_t stage, std::vector<std::int64_t>& row_left,
                   Budget& budget);
  void SearchSlots(std::size_t stage, std::vector<std::int64_t>& row_left, Budget& budget);
  void SlotNode(std::size_t depth, std::int64_t parent);
  bool FixSlots(std::int64_t value);
  bool SetSlot(std::uint32_t slot, SlotState state);
  void UndoTo(std::size_t mark);
  [[nodiscard]] std::uint32_t PickSlot();
  void SlotLeaf();
  void BreakTies(std::vector<std::int64_t>& row_left, Budget& budget);
  void Raise(std::int64_t bound);
  void WriteAnswer(PartAnswer& answer) const;
  void ReadPlan(const std::vector<solver::Take>& takes, PartPlan& plan) const;

  Part part_;
  Bounder bounder_;
  Planner planner_;
  LineSearch lines_;
  std::array<BoundLevel, kMaxLevels> bounds_;
  std::array<std::int64_t, kMaxLevels> root_{};  // L at the root, per level
  PartPlan best_;
  PartPlan trial_;
  std::vector<std::uint8_t> open_;
  std::vector<std::uint32_t> candidates_;
  LevelValues limit_{};  // scaled; the stage's own entry is what a better plan may have at most
  LevelValues proved_bound_{};
  bool proved_ = true;
  std::size_t settled_levels_ = 0;  // levels before the first without proof

  // The search over slots.
  std::size_t stage_ = 0;
  Budget* budget_ = nullptr;
  std::vector<std::int64_t>* row_left_ = nullptr;
  std::int64_t open_bound_ = kNever;
  std::vector<std::uint32_t> trail_;
  LevelValues level_sum_{};  // for the levels before the stage: bound given the slots decided
  std::int64_t open_count_ = 0;
  std::vector<std::vector<std::int64_t>> price_stack_;
  std::vector<std::int64_t> score_;

  std::vector<std::uint32_t> orders_;
};

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_PART_SOLVER_H_
