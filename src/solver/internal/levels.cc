#include "src/solver/internal/levels.h"

namespace orderwright::solver_internal {

using solver::ObjectiveKind;
using solver::Problem;

Levels MakeLevels(const Problem& problem) {
  Levels levels;
  levels.listed = problem.objectives.size();
  levels.count = 0;
  bool has_cost = false;
  bool has_shortfall = false;
  for (const solver::Objective& objective : problem.objectives) {
    if (objective.kind == ObjectiveKind::kCost && !has_cost) {
      has_cost = true;
      levels.cost = levels.count;
      levels.shortfall_leads = has_shortfall;
    }
    has_shortfall = has_shortfall || objective.kind == ObjectiveKind::kShortfall;
    levels.list[levels.count++] = {objective.kind, objective.rank_column, objective.tolerance};
  }
  // Nothing follows the last objective, so its tolerance has nobody to serve.
  if (levels.count > 0) levels.list[levels.count - 1].tolerance = 0;
  if (!has_cost) {
    levels.cost = levels.count;
    levels.shortfall_leads = has_shortfall;
    levels.list[levels.count++] = Level{};
  }
  for (std::size_t l = 0; l < levels.count; ++l) {
    levels.exact = levels.exact && levels.list[l].tolerance == 0;
  }
  return levels;
}

std::int64_t SlotValue(const Problem& problem, const Level& level, std::uint32_t slot) {
  switch (level.kind) {
    case ObjectiveKind::kCost:
      return problem.slots[slot].fixed_cost;
    case ObjectiveKind::kShortfall:
      return 0;
    case ObjectiveKind::kShipments:
      return 1;
    case ObjectiveKind::kRank: {
      if (level.column != solver::kNone) return problem.rank_columns[level.column][slot];
      std::int64_t sum = 0;
      for (const auto& column : problem.rank_columns) sum += column[slot];
      return sum;
    }
    case ObjectiveKind::kLateness:
      return problem.lateness.empty() ? 0 : problem.lateness[slot];
  }
  return 0;
}

}  // namespace orderwright::solver_internal
