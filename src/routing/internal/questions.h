// Questions: a sourcing problem, asked again under one more condition or with one cost changed.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_QUESTIONS_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_QUESTIONS_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"
#include "orderwright/solver/solver.h"

namespace orderwright::routing_internal {

// Whether a is the better answer: by objectives, then by cost.
[[nodiscard]] bool IsBetter(const solver::Solution& a, const solver::Solution& b);

// What a plan costs by one parameter of the problem: cost = cost at today's value + count * change.
// `count` is how often a plan pays it.
struct Parameter {
  std::function<void(solver::Problem&, std::int64_t change)> shift;
  std::function<std::int64_t(const solver::Solution&)> count;
  std::int64_t least_change = 0;  // <= 0: it cannot fall further
  std::int64_t places = 1;        // that are shifted, for the bound of sums
};

struct Turn {
  std::int64_t change = 0;  // the last at which the plan is among the cheapest
  bool is_tie_lost = false;
  solver::Solution beyond{};  // solution of the problem as it is now
};

// One thread uses it at a time. `problem` (of one order) must live as long; every answer is one of
// it, with the same lines, slots and arcs.
class Questions {
 public:
  Questions(const solver::Problem& problem, const solver::Solver& solver,
            const solver::SolveOptions& budget)
      : problem_(problem), solver_(solver), budget_(budget), workspace_(solver.NewWorkspace()) {}

  // Nothing ships from these locations.
  [[nodiscard]] absl::StatusOr<solver::Solution> Without(const std::vector<std::uint8_t>& excluded);
  // Something ships from this location; absent if nothing can.
  [[nodiscard]] absl::StatusOr<std::optional<solver::Solution>> With(std::uint32_t location);
  // Where the parameter, rising or falling, makes another plan cheaper than `best`; absent if none
  // does. `best` must be of least cost.
  [[nodiscard]] absl::StatusOr<std::optional<Turn>> TurnOf(const Parameter& parameter,
                                                           const solver::Solution& best,
                                                           bool rises);

 private:
  [[nodiscard]] absl::StatusOr<solver::Solution> Solve(const solver::Problem& problem);
  [[nodiscard]] bool Uses(const solver::Solution& solution, std::uint32_t location) const;
  // The slots of a location, for a pin.
  [[nodiscard]] std::vector<std::uint8_t> SlotsOf(std::uint32_t location) const;

  const solver::Problem& problem_;
  const solver::Solver& solver_;
  solver::SolveOptions budget_;
  std::unique_ptr<solver::Workspace> workspace_;
};

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_QUESTIONS_H_
