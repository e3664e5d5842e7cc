// WitnessMaker: from a box of cases to an order, an item, a location and what else has the values.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_WITNESS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_WITNESS_H_

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orderwright/rules/analysis.h"
#include "src/rules/internal/analysis/region.h"
#include "src/rules/internal/analysis/scene.h"

namespace orderwright::rules_internal {

// A witness, set up.
struct Staged {
  rules::Witness witness;
  std::unique_ptr<Scene> scene;
};

class WitnessMaker {
 public:
  // `services` are those that rules set by name: a witness's world must know them.
  WitnessMaker(const Slots& slots, std::vector<std::string> services,
               std::shared_ptr<const rules::Language> language);

  // A case of the box. Those of other variants, from 0 to kVariants, have other values where there
  // is a choice. Absent: the model does not let such an order or location be, or nobody here knows
  // how to make one. What an expression is, nobody knows: whoever asks has to see.
  static constexpr int kVariants = 3;
  [[nodiscard]] std::optional<Staged> Make(const Box& box, int variant = 0) const;

 private:
  [[nodiscard]] std::optional<std::int64_t> DefaultOf(const Slot& slot) const;

  const Slots& slots_;
  std::vector<std::string> services_;
  std::shared_ptr<const rules::Language> language_;
  Staged plain_;  // with nothing special
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_WITNESS_H_
