// Assembly of the next version of a World from changes that passed the door.
#ifndef ORDERWRIGHT_SRC_MODEL_INTERNAL_ASSEMBLE_H_
#define ORDERWRIGHT_SRC_MODEL_INTERNAL_ASSEMBLE_H_

#include "orderwright/model/world.h"
#include "src/model/internal/door.h"
#include "src/model/internal/tables.h"

namespace orderwright::model_internal {

// Replaces the tables that `changes` touch; the others stay shared. Does not look at `bounds`,
// `warnings` and `version`.
void Assemble(WorldChanges changes, Tables& tables);

// The bounds of the costs; an issue if a plan of a single unit could leave them already, or if a
// dimensional weight leaves the range of weights.
[[nodiscard]] CostBounds CheckBounds(const Tables& tables, Door& door);

// Warnings about what is allowed and probably not meant.
void Review(const Tables& tables, Door& door);

}  // namespace orderwright::model_internal

#endif  // ORDERWRIGHT_SRC_MODEL_INTERNAL_ASSEMBLE_H_
