// The door of a World: everything that can be wrong with a step from one version to the next.
//
// A new world is a step from an empty one. Each check adds its issues and changes nothing; what
// passes all of them can be assembled without failing (assemble.h).
#ifndef ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECK_CHANGES_H_
#define ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECK_CHANGES_H_

#include "src/model/internal/door.h"
#include "src/model/internal/next_names.h"
#include "src/model/internal/tables.h"

namespace orderwright::model_internal {

// `currency` and `fx`: they stand once for the whole lineage.
void CheckCurrencies(const Tables& tables, Door& door);
// Everything else.
void CheckChanges(const NextNames& names, Door& door);

// The parts of CheckChanges.
void CheckLocations(const NextNames& names, Door& door);
void CheckCatalog(const NextNames& names, Door& door);
void CheckCalendars(const NextNames& names, Door& door);
void CheckRateCards(const NextNames& names, Door& door);
void CheckCostSettings(const CostSettings& costs, Door& door);

}  // namespace orderwright::model_internal

#endif  // ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECK_CHANGES_H_
