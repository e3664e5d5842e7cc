// Condition: a checked expression as the cases in which it is true, and those in which it is false.
// In all others it is an error.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_CONDITION_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_CONDITION_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/cel/checker.h"
#include "src/rules/internal/analysis/region.h"

namespace orderwright::rules_internal {

struct Truth {
  Region yes;
  Region no;
};

// A text that stands where a name is asked for: the text of a constant compared with a field.
struct NamedText {
  const Field* field = nullptr;
  std::string text;
};

class ConditionReader {
 public:
  ConditionReader(Slots& slots, std::size_t max_terms) : slots_(slots), max_terms_(max_terms) {}

  // Absent: more than max_terms boxes. The expression is a bool.
  [[nodiscard]] std::optional<Truth> Read(const cel::CheckedAst& checked, cel::NodeId id);
  // The slot of a part that has one value: a field, `now`, or else the expression. Absent: its type
  // has no order that could be looked into.
  [[nodiscard]] std::optional<SlotId> SlotOf(const cel::CheckedAst& checked, cel::NodeId id);
  // True if the slot has one of the values, false if it has another, an error if it is not set.
  [[nodiscard]] Truth Within(SlotId slot, const ValueSet& values) const;
  // Whether a field of texts has one of these.
  [[nodiscard]] Truth HasWord(const Field& field, const std::vector<std::string>& words);

 private:
  [[nodiscard]] std::optional<Truth> ReadCall(cel::NodeId id);
  [[nodiscard]] std::optional<Truth> ReadTerms(cel::NodeId id, bool is_and);
  [[nodiscard]] std::optional<Truth> ReadIf(cel::NodeId id);
  [[nodiscard]] std::optional<Truth> ReadCompare(cel::NodeId id);
  [[nodiscard]] std::optional<Truth> ReadIn(cel::NodeId id);
  [[nodiscard]] std::optional<Truth> ReadComprehension(cel::NodeId id);
  [[nodiscard]] std::optional<Truth> Read(cel::NodeId id);
  [[nodiscard]] Truth Opaque(cel::NodeId id);
  [[nodiscard]] const Field* ListField(cel::NodeId id) const;

  Slots& slots_;
  std::size_t max_terms_;
  const cel::CheckedAst* checked_ = nullptr;
};

[[nodiscard]] Truth Always();
[[nodiscard]] Truth Negate(Truth truth);
// What a part of an expression says, on one line.
[[nodiscard]] std::string TextOf(const cel::Ast& ast, cel::NodeId id);
// Every constant text that is compared with a field of texts, or sought in one.
[[nodiscard]] std::vector<NamedText> NamesIn(const cel::CheckedAst& checked);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_CONDITION_H_
