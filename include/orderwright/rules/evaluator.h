// Evaluator: how a rule computes. The port for native C++ rules, and later for CEL texts and
// Python callables.
//
// An evaluator answers for all rows at once: it reads Facts, skips the rows whose mask is 0, and
// writes one value a row into the column of its kind. It is const and thread-safe.
//
// Example (a rule that keeps hazmat out of stores without the capability):
//   class Hazmat final : public rules::Evaluator {
//     absl::Status Evaluate(const rules::Facts& f, std::span<const std::uint8_t> mask,
//                           const rules::Column& out) const override {
//       for (std::size_t i = 0; i < f.pairs.size(); ++i) {
//         if (mask[i] != 0) out.holds[i] = …;
//       }
//       return absl::OkStatus();
//     }
//   };
#ifndef ORDERWRIGHT_RULES_EVALUATOR_H_
#define ORDERWRIGHT_RULES_EVALUATOR_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>

#include "absl/status/status.h"
#include "orderwright/core/export.h"
#include "orderwright/rules/facts.h"

namespace orderwright::rules {

// Where an evaluator writes: one of the two spans, by the kind of the rule.
//   eligible   holds    per pair        1: may be used (the default), 0: ruled out
//   protect    values   per pair        units that this order may not take, >= 0
//   price      values   per pair        cost per unit in micro-units, any sign
//   prefer     values   per candidate   cost in micro-units >= 0, or rank >= 0
//   limit      values   one value       the limit; `holds` of one entry: 0 if the rule does not
//   apply
struct Column {
  std::span<std::uint8_t> holds;
  std::span<std::int64_t> values;
};

class ORDERWRIGHT_EXPORT Evaluator {
 public:
  virtual ~Evaluator();
  // `mask` has one entry a row. Rows of the column are preset to the neutral value (1 for holds,
  // 0 for values). An error stops the routing of this order and names the rule.
  [[nodiscard]] virtual absl::Status Evaluate(const Facts& facts,
                                              std::span<const std::uint8_t> mask,
                                              const Column& out) const = 0;
};

// Small native rules from a function, row by row; the host's captured state must be thread-safe.
using PairPredicate = std::function<bool(const Facts&, std::size_t pair)>;
using PairValue = std::function<std::int64_t(const Facts&, std::size_t pair)>;
using CandidateValue = std::function<std::int64_t(const Facts&, std::size_t candidate)>;
using OrderLimit = std::function<std::optional<std::int64_t>(const Facts&)>;

[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromPredicate(PairPredicate f);
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromPairValue(PairValue f);
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromCandidateValue(
    CandidateValue f);
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromLimit(OrderLimit f);

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_EVALUATOR_H_
