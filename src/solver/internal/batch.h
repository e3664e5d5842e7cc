// Batches: orders that compete for rows are found, separated from the rest, and solved together.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_BATCH_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_BATCH_H_

#include <cstdint>
#include <vector>

#include "orderwright/solver/problem.h"
#include "src/solver/internal/levels.h"
#include "src/solver/internal/part_solver.h"
#include "src/solver/internal/row_demand.h"
#include "src/solver/internal/subset_table.h"

namespace orderwright::solver_internal {

class BatchSolver {
 public:
  // Solves the whole problem; values and bounds with the offsets of the orders.
  void Solve(const solver::Problem& problem, const Levels& levels, TableScratch& table,
             OrderPlan& plan, Budget& budget, PartAnswer& total);

 private:
  void CountDemand();
  void FindParts();
  void JoinRow(std::uint32_t row, std::uint32_t order);
  std::uint32_t Root(std::uint32_t order);
  void SolveAlone(std::uint32_t order, PartAnswer& answer);
  void SolveTogether(PartAnswer& answer);
  void FillInTurn(const std::vector<std::uint32_t>& sequence, PartAnswer& answer);
  void AddUse(const PartAnswer& answer, std::int64_t sign);

  const solver::Problem* problem_ = nullptr;
  Levels levels_;
  Levels exact_levels_;  // the same without tolerances
  TableScratch* table_ = nullptr;
  OrderPlan* plan_ = nullptr;
  Budget* budget_ = nullptr;

  std::vector<solver::Row> rows_;       // what is left of the rows
  std::vector<std::int64_t> row_left_;  // the same, for the search
  RowDemand demand_;
  std::vector<std::uint32_t> row_order_;  // per row: some order that may take from it
  std::vector<std::uint32_t> parent_;     // per order
  std::vector<std::uint32_t> by_part_;    // orders, part by part
  std::vector<std::uint32_t> part_;       // the orders of the part in hand
  std::vector<PartAnswer> alone_;
  PartAnswer in_turn_;
  PartAnswer one_;
  PartSolver solo_;
  PartSolver joint_;
};

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_BATCH_H_
