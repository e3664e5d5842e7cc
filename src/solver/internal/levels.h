// Levels: the list of objectives in the form that the exact solver works with.
//
// Cost always has a level. Where the list does not name it, it stands last, so that among plans
// that are best by the list the cheapest is returned and Solution::lower_bound has a meaning.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_LEVELS_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_LEVELS_H_

#include <array>
#include <cstddef>
#include <cstdint>

#include "orderwright/solver/problem.h"

namespace orderwright::solver_internal {

inline constexpr std::size_t kMaxLevels = solver::kMaxObjectives + 1;

using LevelValues = std::array<std::int64_t, kMaxLevels>;

struct Level {
  solver::ObjectiveKind kind = solver::ObjectiveKind::kCost;
  std::uint32_t column = solver::kNone;
  std::int64_t tolerance = 0;
};

struct Levels {
  std::array<Level, kMaxLevels> list;
  std::size_t count = 1;
  std::size_t listed = 0;        // how many of them the problem names
  std::size_t cost = 0;          // the first cost level
  bool shortfall_leads = false;  // a shortfall level stands before the first cost level
  bool exact = true;             // no tolerance before the last level
};

[[nodiscard]] Levels MakeLevels(const solver::Problem& problem);

// What one use of the slot adds to a level: the part that does not depend on what it carries.
[[nodiscard]] std::int64_t SlotValue(const solver::Problem& problem, const Level& level,
                                     std::uint32_t slot);

// True if sourcing a unit at `cost` is at least as good as leaving it, all used slots unchanged.
[[nodiscard]] inline bool SourcingPays(const Levels& levels, std::int64_t cost,
                                       std::int64_t penalty) {
  return (levels.shortfall_leads && penalty > 0) || cost <= penalty;
}

// The rate of a slot for a weight; false if it is too heavy. A slot without steps is free.
[[nodiscard]] inline bool RateOf(const solver::Step* steps, std::uint32_t count,
                                 std::int64_t weight, std::int64_t& rate) {
  if (count == 0) {
    rate = 0;
    return true;
  }
  for (std::uint32_t t = 0; t < count; ++t) {
    if (steps[t].max_weight_g >= weight) {
      rate = steps[t].cost;
      return true;
    }
  }
  return false;
}

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_LEVELS_H_
