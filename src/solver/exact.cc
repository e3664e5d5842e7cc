#include "orderwright/solver/exact.h"

#include <algorithm>
#include <memory>

#include "src/solver/internal/batch.h"
#include "src/solver/internal/budget.h"
#include "src/solver/internal/levels.h"
#include "src/solver/internal/part_solver.h"
#include "src/solver/internal/subset_table.h"

namespace orderwright::solver {
namespace {

using solver_internal::BatchSolver;
using solver_internal::Budget;
using solver_internal::Levels;
using solver_internal::LevelValues;
using solver_internal::OrderPlan;
using solver_internal::PartAnswer;
using solver_internal::TableScratch;

class ExactWorkspace final : public Workspace {
 public:
  TableScratch table;
  OrderPlan plan;
  BatchSolver batch;
  PartAnswer answer;
};

void Write(const Problem& problem, const Levels& levels, const LevelValues& values,
           const LevelValues& bounds, const std::vector<Take>& takes, Solution& solution) {
  solution.cost = values[levels.cost];
  solution.lower_bound = bounds[levels.cost];
  solution.levels.resize(levels.listed);
  for (std::size_t k = 0; k < levels.listed; ++k) solution.levels[k] = {values[k], bounds[k]};
  solution.takes.assign(takes.begin(), takes.end());
  solution.shortfall.resize(problem.lines.size());
  for (std::size_t l = 0; l < problem.lines.size(); ++l) {
    solution.shortfall[l] = problem.lines[l].quantity;
  }
  for (const Take& take : takes) solution.shortfall[take.line] -= take.quantity;
}

}  // namespace

std::string_view ExactSolver::name() const { return "exact"; }

std::unique_ptr<Workspace> ExactSolver::NewWorkspace() const {
  return std::make_unique<ExactWorkspace>();
}

absl::Status ExactSolver::Solve(const Problem& problem, const SolveOptions& options,
                                Workspace& workspace, Solution& solution) const {
  auto& memory = static_cast<ExactWorkspace&>(workspace);
  const Levels levels = solver_internal::MakeLevels(problem);
  solution.termination = {Proof::kOptimal, Limit::kNothing, !options.time_limit.has_value()};
  solution.nodes = 0;
  if (problem.orders.size() == 1 && levels.exact &&
      solver_internal::SolveByTable(problem, problem.rows, levels, 0, memory.table, memory.plan)) {
    const OrderPlan& plan = memory.plan;
    Write(problem, levels, plan.values, plan.values, plan.takes, solution);
    return absl::OkStatus();
  }
  Budget budget(options);
  PartAnswer& answer = memory.answer;
  memory.batch.Solve(problem, levels, memory.table, memory.plan, budget, answer);
  Write(problem, levels, answer.values, answer.bounds, answer.takes, solution);
  solution.nodes = budget.nodes();
  if (!answer.proved) {
    solution.termination.proof = Proof::kFeasible;
    solution.termination.limit = budget.out_of_time() ? Limit::kTime : Limit::kNodes;
  }
  return absl::OkStatus();
}

}  // namespace orderwright::solver
