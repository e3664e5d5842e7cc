// orderwright.explanation/1: why a plan is as it is, as JSON.
//
// The document has what people ask for (shipments and their terms, candidates and what speaks
// against them, next best plans, break-evens) and, under `record`, the numbers that the decision
// was made from: whoever reads it back can ask new questions.
//
// Example:
//   std::string json = io::ExplanationJson(*Explain(plan));
//   absl::StatusOr<DecisionRecord> record = io::ParseExplanation({json, "why.json"});
//   absl::StatusOr<WhyNot> answer = ExplainWhyNot(*record, "MEM");
#ifndef ORDERWRIGHT_IO_EXPLANATION_JSON_H_
#define ORDERWRIGHT_IO_EXPLANATION_JSON_H_

#include <string>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/io/document.h"
#include "orderwright/routing/explanation.h"

namespace orderwright::io {

// `indent` spaces; 0: one line. Complexity: linear in the record.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ExplanationJson(const Explanation& explanation,
                                                             int indent = 0);
// The record of an explanation; the rest of the document follows from it and is not read.
// Errors: kInvalidArgument with every issue, paths like `record.slots[3].location`.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<DecisionRecord> ParseExplanation(
    const Document& document);

}  // namespace orderwright::io

#endif  // ORDERWRIGHT_IO_EXPLANATION_JSON_H_
