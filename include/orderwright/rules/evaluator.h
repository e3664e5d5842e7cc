// Evaluator: how a rule computes. The port for native C++ rules and for functions of Python; texts
// become evaluators when they are compiled for a world.
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
//   set        both     one             1 in holds if the rule speaks, and the value
//   eligible   holds    per pair        1: may be used (the default), 0: ruled out; with
//                                       by_service per option
//   protect    values   per pair        units that this order may not take, >= 0
//   price      values   per pair        cost per unit in micro-units, any sign
//   prefer     values   per candidate   cost in micro-units >= 0, or rank >= 0
//   limit      both     one             1 in holds if the rule speaks, and the limit; of
//                                       LimitKind::kUnitsPerDay, kShipmentsPerDay and kMaxRejects
//                                       per candidate
//   group      values   per line        Raw(Symbol) of its key; negative (the default): none
//   hold       holds    one             1: the order stops
//   outcome    holds    one             1: the rule speaks
struct Column {
  std::span<std::uint8_t> holds;
  std::span<std::int64_t> values;
};

class ORDERWRIGHT_EXPORT Evaluator {
 public:
  virtual ~Evaluator();
  // `mask` has one entry a row. Rows of the column are preset to the neutral value (holds: 1 of
  // `eligible`, else 0; values: -1 of `group`, else 0). Of an error Rule::on_error says what
  // becomes of the order; kCancelled and kInternal stop its routing whatever it says.
  [[nodiscard]] virtual absl::Status Evaluate(const Facts& facts,
                                              std::span<const std::uint8_t> mask,
                                              const Column& out) const = 0;
  // False: it says nothing about any row of these facts, and does not fail: Evaluate would leave
  // every row at its neutral value, and need not be called. Cheap, a guess upwards: true is never
  // wrong. Thread-safe.
  [[nodiscard]] virtual bool MaySpeak(const Facts& /*facts*/) const { return true; }
  // What of the facts is to be computed for it. Default: nothing that takes work.
  [[nodiscard]] virtual Reads reads() const { return {}; }
};

// Small native rules from a function, row by row; the host's captured state must be thread-safe.
using PairPredicate = std::function<bool(const Facts&, std::size_t pair)>;
using PairValue = std::function<std::int64_t(const Facts&, std::size_t pair)>;
using CandidateValue = std::function<std::int64_t(const Facts&, std::size_t candidate)>;
using OrderValue = std::function<std::optional<std::int64_t>(const Facts&)>;
using OrderPredicate = std::function<bool(const Facts&)>;
using OptionPredicate = std::function<bool(const Facts&, std::size_t option)>;
using LineKey = std::function<std::optional<Symbol>(const Facts&, std::size_t line)>;

[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromPredicate(PairPredicate f);
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromPairValue(PairValue f);
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromCandidateValue(
    CandidateValue f);
// Of set and limit; absent: the rule does not speak.
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromOrderValue(OrderValue f);
// Of hold and outcome.
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromOrderPredicate(
    OrderPredicate f);
// Of eligible by service.
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromOptionPredicate(
    OptionPredicate f);
// Of group; absent: the line may go with any other.
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const Evaluator> FromLineKey(LineKey f);

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_EVALUATOR_H_
