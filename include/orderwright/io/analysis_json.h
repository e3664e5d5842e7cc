// Witnesses of findings as JSON: a world and an order that routing takes.
//
// Example:
//   for (const rules::Finding& finding : rules::Analyse(set)) {
//     if (finding.witness) std::string json = io::WitnessJson(*finding.witness, 2);
//   }
#ifndef ORDERWRIGHT_IO_ANALYSIS_JSON_H_
#define ORDERWRIGHT_IO_ANALYSIS_JSON_H_

#include <string>

#include "orderwright/core/export.h"
#include "orderwright/rules/analysis.h"

namespace orderwright::io {

// {"text": …, "world": orderwright.world/1, "order": orderwright.order/1, "now": …,
// "candidate": {…}, "plan": {…}}. The location stands as far from the address as the witness says,
// to a few metres, and has the stock. Figures of the candidate and the plan that depend on more
// than that stand beside world and order: what a router finds there may be others. `indent` spaces;
// 0: one line.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string WitnessJson(const rules::Witness& witness,
                                                         int indent = 0);

}  // namespace orderwright::io

#endif  // ORDERWRIGHT_IO_ANALYSIS_JSON_H_
