// Random problems for the tests of solvers: every field of Problem, in mixtures, small enough to
// enumerate; and the way back from a failing problem to the least one that still fails.
//
// Example:
//   Problem problem = RandomProblem(seed, {});
//   if (Disagree(problem)) FAIL(ToText(Minimised(problem, Disagree)));
#ifndef ORDERWRIGHT_TESTS_SOLVER_RANDOM_PROBLEM_H_
#define ORDERWRIGHT_TESTS_SOLVER_RANDOM_PROBLEM_H_

#include <cstdint>
#include <functional>
#include <string>

#include "orderwright/solver/problem.h"

namespace orderwright::solver::testing {

struct RandomProblemOptions {
  // About how many lines and locations there are: 1 to 8. Default: 3.
  int size = 3;
  // Largest number of orders. Default: 2.
  int max_orders = 2;
  // The problem has at most so many plans (for brute force). Default: 5,000.
  std::int64_t plan_limit = 5'000;
  // Orders have floors of units and of value, most of them. Default: few have.
  bool floors = false;
  // Lines have alternatives, quotas and sets, most of them. Default: few have.
  bool alternatives = false;
};

// The same problem for the same seed and options on every machine; Check() accepts it.
[[nodiscard]] Problem RandomProblem(std::uint64_t seed, const RandomProblemOptions& options = {});

// How many integer plans the problem has, feasible or not; at most 10^15.
[[nodiscard]] std::int64_t CountPlans(const Problem& problem);

// The least problem found that Check() accepts and `fails` holds for: parts are taken away and
// numbers made smaller as long as it does. `fails(problem)` must hold.
[[nodiscard]] Problem Minimised(Problem problem, const std::function<bool(const Problem&)>& fails);

// The problem as C++ statements that build it: for a test of its own.
[[nodiscard]] std::string ToText(const Problem& problem);

}  // namespace orderwright::solver::testing

#endif  // ORDERWRIGHT_TESTS_SOLVER_RANDOM_PROBLEM_H_
