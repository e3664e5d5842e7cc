// Pinned: a sourcing problem in which some units must come from a given location.
//
// A line of which units are pinned is parted in two: a line of the pinned units, which may come
// from there only and must, and a line of the rest. That they must is a matter of the penalty for
// leaving them out, which outweighs everything else, at the level of the objectives that counts it;
// so any solver answers it, and says by a shortfall of these lines if it cannot be.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_PINNED_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_PINNED_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <vector>

#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"

namespace orderwright::routing_internal {

// Sums of a problem that was changed must stay below it: solvers add without checks.
inline constexpr std::int64_t kMostCost = std::int64_t{1} << 61;
// No plan costs more; kMostCost if that is not below it.
[[nodiscard]] std::int64_t WorstCost(const solver::Problem& problem);

struct Pin {
  std::optional<std::uint32_t> line;    // absent: of nothing, which has no cost and no weight
  std::int64_t quantity = 1;            // at most that of the line
  std::vector<std::uint8_t> slots;      // by slot: whether they may go with it
  std::vector<std::uint8_t> arcs = {};  // by arc, the same; empty: all that slots allow
};

class Pinned {
 public:
  // `problem` (of one order) must live as long. Absent if the penalty would be too large.
  // Quantities of pins of one line must not be more than the line has. The line of a pin has no arc
  // where the problem has none.
  [[nodiscard]] static std::optional<Pinned> Create(const solver::Problem& problem,
                                                    std::span<const Pin> pins);

  [[nodiscard]] const solver::Problem& problem() const { return pinned_; }
  // Units of a pin that a solution of problem() leaves out.
  [[nodiscard]] std::int64_t Missing(const solver::Solution& solution, std::size_t pin) const {
    return solution.shortfall[original_->lines.size() + pin];
  }
  // A solution in which nothing pinned is missing, as one of the original problem. What goes
  // through a slot for a pin of nothing is dropped.
  [[nodiscard]] solver::Solution Unpin(const solver::Solution& solution) const;

 private:
  explicit Pinned(const solver::Problem& problem) : original_(&problem), pinned_(problem) {}
  void KeepWholeSets();
  void Add(const Pin& pin, std::int64_t penalty);

  const solver::Problem* original_;
  solver::Problem pinned_;
  std::vector<std::optional<std::uint32_t>> source_;  // by pin: its line
  std::vector<std::uint32_t> arc_of_;                 // by arc behind those of the original
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_PINNED_H_
