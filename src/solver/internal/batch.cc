#include "src/solver/internal/batch.h"

#include <algorithm>
#include <numeric>
#include <tuple>

namespace orderwright::solver_internal {

using solver::Arc;
using solver::kNone;
using solver::kUnlimited;
using solver::Line;
using solver::OrderSpan;
using solver::Problem;
using solver::Row;
using solver::Take;

std::uint32_t BatchSolver::Root(std::uint32_t order) {
  while (parent_[order] != order) {
    parent_[order] = parent_[parent_[order]];
    order = parent_[order];
  }
  return order;
}

void BatchSolver::JoinRow(std::uint32_t row, std::uint32_t order) {
  if (row == kNone || demand_.Demand(row) <= rows_[row].amount) return;
  if (row_order_[row] == kNone) {
    row_order_[row] = order;
    return;
  }
  const std::uint32_t a = Root(row_order_[row]);
  const std::uint32_t b = Root(order);
  parent_[std::max(a, b)] = std::min(a, b);
}

void BatchSolver::CountDemand() {
  const Problem& problem = *problem_;
  demand_.Resize(problem.rows.size());
  for (std::uint32_t row = 0; row < problem.rows.size(); ++row) demand_.Forget(row);
  for (std::uint32_t l = 0; l < problem.lines.size(); ++l) {
    const Line& line = problem.lines[l];
    for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
      const Arc& arc = problem.arcs[a];
      const std::uint32_t quota = QuotaOf(problem, a);
      if (arc.row != kNone) demand_.Ask(arc.row, l, line.quantity, 1);
      if (quota != kNone) demand_.Ask(quota, l, line.quantity, 1);
      if (problem.slot_rows.empty()) continue;
      for (const std::uint32_t row : problem.slot_rows[arc.slot].unit_rows) {
        if (row != kNone) demand_.Ask(row, l, line.quantity, LoadOf(problem, a));
      }
    }
  }
  for (const solver::SlotRows& rows : problem.slot_rows) {
    for (const std::uint32_t row : rows.shipment_rows) {
      if (row != kNone) demand_.AskShipment(row);
    }
  }
}

// Orders belong to one part if they may ask, together, for more than a row has. With tolerances the
// levels couple all orders: what one spends of a tolerance another cannot.
void BatchSolver::FindParts() {
  const Problem& problem = *problem_;
  CountDemand();
  parent_.resize(problem.orders.size());
  std::iota(parent_.begin(), parent_.end(), 0U);
  row_order_.assign(problem.rows.size(), kNone);
  for (std::uint32_t o = 0; o < problem.orders.size(); ++o) {
    const OrderSpan& order = problem.orders[o];
    if (!levels_.exact) parent_[o] = 0;
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      const Line& line = problem.lines[l];
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        JoinRow(problem.arcs[a].row, o);
        JoinRow(QuotaOf(problem, a), o);
      }
    }
    if (problem.slot_rows.empty()) continue;
    for (std::uint32_t j = order.first_slot; j < order.first_slot + order.slot_count; ++j) {
      for (const std::uint32_t row : problem.slot_rows[j].unit_rows) JoinRow(row, o);
      for (const std::uint32_t row : problem.slot_rows[j].shipment_rows) JoinRow(row, o);
    }
  }
  by_part_.resize(problem.orders.size());
  std::iota(by_part_.begin(), by_part_.end(), 0U);
  std::sort(by_part_.begin(), by_part_.end(), [this](std::uint32_t a, std::uint32_t b) {
    return std::tuple(Root(a), a) < std::tuple(Root(b), b);
  });
}

// One order with what the rows have left: by the table where that is exact, else by search.
void BatchSolver::SolveAlone(std::uint32_t order, PartAnswer& answer) {
  if (SolveByTable(*problem_, rows_, exact_levels_, order, *table_, *plan_)) {
    answer.proved = true;
    answer.values = plan_->values;
    for (std::size_t k = 0; k < levels_.count; ++k) {
      if (levels_.list[k].kind == solver::ObjectiveKind::kCost) {
        answer.values[k] -= problem_->orders[order].cost_offset;
      }
    }
    answer.bounds = answer.values;
    answer.takes = plan_->takes;
    return;
  }
  solo_.SolveOrder(*problem_, exact_levels_, order, row_left_, *budget_, answer);
}

// Takes what a plan uses from the rows, or (sign -1) gives it back.
void BatchSolver::AddUse(const PartAnswer& answer, std::int64_t sign) {
  const auto take_from = [&](std::uint32_t row, std::int64_t amount) {
    if (row == kNone || rows_[row].amount == kUnlimited) return;
    rows_[row].amount -= sign * amount;
    row_left_[row] -= sign * amount;
  };
  std::uint32_t before = kNone;
  for (const Take& take : answer.takes) {
    take_from(problem_->arcs[take.arc].row, take.quantity);
    take_from(QuotaOf(*problem_, take.arc), take.quantity);
    if (problem_->slot_rows.empty()) continue;
    const solver::SlotRows& rows = problem_->slot_rows[take.slot];
    const std::int64_t load = LoadOf(*problem_, take.arc);
    for (const std::uint32_t row : rows.unit_rows) take_from(row, load * take.quantity);
    if (take.slot == before) continue;
    before = take.slot;
    for (const std::uint32_t row : rows.shipment_rows) take_from(row, 1);
  }
}

// The orders one after the other, each at its best with what those before have left.
void BatchSolver::FillInTurn(const std::vector<std::uint32_t>& sequence, PartAnswer& answer) {
  answer.values = {};
  answer.takes.clear();
  for (const std::uint32_t order : sequence) {
    SolveAlone(order, one_);
    std::sort(one_.takes.begin(), one_.takes.end(), solver::ComesBefore);
    AddUse(one_, 1);
    for (std::size_t k = 0; k < levels_.count; ++k) answer.values[k] += one_.values[k];
    answer.takes.insert(answer.takes.end(), one_.takes.begin(), one_.takes.end());
  }
  AddUse(answer, -1);
}

void BatchSolver::SolveTogether(PartAnswer& answer) {
  alone_.resize(part_.size());
  budget_->Allow(budget_->left() / 2);
  for (std::size_t o = 0; o < part_.size(); ++o) SolveAlone(part_[o], alone_[o]);
  std::vector<std::uint32_t> sequence = part_;
  FillInTurn(sequence, answer);
  const auto better = [this](const PartAnswer& a, const PartAnswer& b) {
    return std::lexicographical_compare(
        a.values.begin(), a.values.begin() + static_cast<std::ptrdiff_t>(levels_.count),
        b.values.begin(), b.values.begin() + static_cast<std::ptrdiff_t>(levels_.count));
  };
  std::reverse(sequence.begin(), sequence.end());
  FillInTurn(sequence, in_turn_);
  if (better(in_turn_, answer)) std::swap(in_turn_, answer);
  budget_->AllowAll();
  joint_.SolveBatch(*problem_, levels_, part_, alone_, row_left_, *budget_, answer);
}

void BatchSolver::Solve(const Problem& problem, const Levels& levels, TableScratch& table,
                        OrderPlan& plan, Budget& budget, PartAnswer& total) {
  problem_ = &problem;
  levels_ = levels;
  exact_levels_ = levels;
  for (std::size_t k = 0; k < levels.count; ++k) exact_levels_.list[k].tolerance = 0;
  exact_levels_.exact = true;
  table_ = &table;
  plan_ = &plan;
  budget_ = &budget;
  rows_ = problem.rows;
  row_left_.resize(rows_.size());
  for (std::size_t r = 0; r < rows_.size(); ++r) row_left_[r] = rows_[r].amount;
  FindParts();
  total.proved = true;
  total.values = {};
  total.bounds = {};
  total.takes.clear();
  for (std::size_t begin = 0; begin < by_part_.size();) {
    std::size_t end = begin + 1;
    while (end < by_part_.size() && Root(by_part_[end]) == Root(by_part_[begin])) ++end;
    part_.assign(by_part_.begin() + static_cast<std::ptrdiff_t>(begin),
                 by_part_.begin() + static_cast<std::ptrdiff_t>(end));
    PartAnswer& answer = in_turn_;
    budget.AllowAll();
    if (part_.size() > 1) {
      PartAnswer joined;
      SolveTogether(joined);
      answer = std::move(joined);
    } else if (levels_.exact) {
      SolveAlone(part_[0], answer);
    } else {
      solo_.SolveOrder(problem, levels_, part_[0], row_left_, budget, answer);
    }
    total.proved = total.proved && answer.proved;
    for (std::size_t k = 0; k < levels.count; ++k) {
      total.values[k] += answer.values[k];
      total.bounds[k] += answer.bounds[k];
    }
    total.takes.insert(total.takes.end(), answer.takes.begin(), answer.takes.end());
    begin = end;
  }
  for (const OrderSpan& order : problem.orders) {
    for (std::size_t k = 0; k < levels.count; ++k) {
      if (levels.list[k].kind != solver::ObjectiveKind::kCost) continue;
      total.values[k] += order.cost_offset;
      total.bounds[k] += order.cost_offset;
    }
  }
  std::sort(total.takes.begin(), total.takes.end(), solver::ComesBefore);
}

}  // namespace orderwright::solver_internal
