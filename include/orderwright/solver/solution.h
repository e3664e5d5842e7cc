// Solution: what a solver answers, and how sure it is.
#ifndef ORDERWRIGHT_SOLVER_SOLUTION_H_
#define ORDERWRIGHT_SOLVER_SOLUTION_H_

#include <cstdint>
#include <tuple>
#include <vector>

#include "orderwright/core/export.h"
#include "orderwright/solver/problem.h"

namespace orderwright::solver {

// There is always a feasible plan (source nothing), so there are two ways to end.
enum class Proof : std::uint8_t {
  kOptimal = 1,   // cost equals the lower bound, at every level
  kFeasible = 2,  // a plan, with a valid lower bound below it
};

enum class Limit : std::uint8_t {
  kNothing = 0,
  kNodes = 1,   // node budget
  kTime = 2,    // time_limit; the result depends on the machine
  kMethod = 3,  // the solver does not try to prove (a heuristic)
};

struct Termination {
  Proof proof = Proof::kFeasible;
  Limit limit = Limit::kNothing;  // kNothing if and only if proof is kOptimal
  bool deterministic = true;      // false if and only if a time_limit was given
};

struct Take {
  std::uint32_t line = 0;
  std::uint32_t slot = 0;
  std::uint32_t arc = 0;
  std::int64_t quantity = 0;  // >= 1

  friend bool operator==(const Take&, const Take&) = default;
};
// In the order of Solution::takes: by slot, line, arc.
[[nodiscard]] constexpr bool ComesBefore(const Take& a, const Take& b) {
  return std::tie(a.slot, a.line, a.arc) < std::tie(b.slot, b.line, b.arc);
}

struct LevelValue {
  std::int64_t value = 0;
  std::int64_t bound = 0;
};

struct Solution {
  Termination termination;
  std::int64_t cost = 0;                // the whole cost of the problem: the sum over its orders
  std::int64_t lower_bound = 0;         // no plan that is best at the levels before costs less
  std::vector<LevelValue> levels;       // one per objective; empty if there are none
  std::vector<Take> takes;              // in order of ComesBefore; every used slot has one
  std::vector<std::int64_t> shortfall;  // units not sourced, per line
  std::int64_t nodes = 0;               // search nodes, 0 where a closed form answered

  ORDERWRIGHT_EXPORT void Clear();  // keeps the memory
};

}  // namespace orderwright::solver

#endif  // ORDERWRIGHT_SOLVER_SOLUTION_H_
