#include "orderwright/solver/solution.h"

namespace orderwright::solver {

void Solution::Clear() {
  termination = {};
  cost = 0;
  lower_bound = 0;
  levels.clear();
  takes.clear();
  shortfall.clear();
  nodes = 0;
}

}  // namespace orderwright::solver
