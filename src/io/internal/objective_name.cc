#include "src/io/internal/objective_name.h"

namespace orderwright::io_internal {

std::string ObjectiveName(const io::ProblemDocument& document, const solver::Objective& objective) {
  switch (objective.kind) {
    case solver::ObjectiveKind::kCost:
      return "cost";
    case solver::ObjectiveKind::kShortfall:
      return "shortfall";
    case solver::ObjectiveKind::kShipments:
      return "shipments";
    case solver::ObjectiveKind::kLateness:
      return "lateness";
    case solver::ObjectiveKind::kRank:
      break;
  }
  if (objective.rank_column == solver::kNone) return "rank";
  return "rank:" + document.rank_names[objective.rank_column];
}

}  // namespace orderwright::io_internal
