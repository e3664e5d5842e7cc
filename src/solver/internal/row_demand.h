// RowDemand: the most that lines and shipments could ask of each row.
//
// A row of which less is asked than it has limits nothing: orders that meet there do not compete,
// and a line may be filled without a look at it.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_ROW_DEMAND_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_ROW_DEMAND_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "orderwright/solver/problem.h"

namespace orderwright::solver_internal {

// The sum of two amounts that are not negative; kUnlimited where it would be more.
[[nodiscard]] inline std::int64_t AddCapped(std::int64_t a, std::int64_t b) {
  return a > solver::kUnlimited - b ? solver::kUnlimited : a + b;
}

// The product of two amounts that are not negative; kUnlimited where it would be more.
[[nodiscard]] inline std::int64_t TimesCapped(std::int64_t a, std::int64_t b) {
  return b > 0 && a > solver::kUnlimited / b ? solver::kUnlimited : a * b;
}

// The row that the units of an arc count against beside its stock; kNone if there is none.
[[nodiscard]] inline std::uint32_t QuotaOf(const solver::Problem& problem, std::uint32_t arc) {
  return problem.arc_quota.empty() ? solver::kNone : problem.arc_quota[arc];
}

// What a unit of an arc counts in the unit rows of its slot.
[[nodiscard]] inline std::int64_t LoadOf(const solver::Problem& problem, std::uint32_t arc) {
  return problem.arc_load.empty() ? 1 : problem.arc_load[arc];
}

class RowDemand {
 public:
  void Resize(std::size_t rows) {
    if (entries_.size() < rows) entries_.resize(rows);
  }
  // To be called for every row before anything is asked of it.
  void Forget(std::uint32_t row) { entries_[row] = {}; }

  // A line may take its `units` from the row, each at `load`. Arcs of one line share its units, so
  // the largest load counts, once. Lines must come one after the other.
  void Ask(std::uint32_t row, std::uint32_t line, std::int64_t units, std::int64_t load) {
    Entry& entry = entries_[row];
    if (entry.line != line) {
      entry.line = line;
      entry.load = 0;
      entry.lines += 1;
    }
    if (load <= entry.load) return;
    entry.demand = AddCapped(entry.demand, TimesCapped(units, load - entry.load));
    entry.load = load;
  }
  void AskShipment(std::uint32_t row) { entries_[row].demand = AddCapped(entries_[row].demand, 1); }

  [[nodiscard]] std::int64_t Demand(std::uint32_t row) const { return entries_[row].demand; }
  // How many lines have asked.
  [[nodiscard]] std::uint32_t Lines(std::uint32_t row) const { return entries_[row].lines; }

 private:
  struct Entry {
    std::int64_t demand = 0;
    std::int64_t load = 0;  // what the last line counts with
    std::uint32_t line = solver::kNone;
    std::uint32_t lines = 0;
  };
  std::vector<Entry> entries_;
};

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_ROW_DEMAND_H_
