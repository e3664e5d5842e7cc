// Slots: what a condition may depend on, each with the set of values that it may have.
//
// A slot is a field of a row ("order.total"), one word of a field of texts ("'vip' in order.tags"),
// `now`, or an expression that the analysis does not look into, by its text. Slots are independent
// of each other here; that some are not (a line's quantity, and the order's units) makes witnesses
// fail, and nothing that is shown wrong.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_SLOTS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_SLOTS_H_

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "src/rules/internal/analysis/value_set.h"
#include "src/rules/internal/domains.h"
#include "src/rules/internal/table.h"

namespace orderwright::rules_internal {

using SlotId = std::uint32_t;

// Of a slot that is not set; of an expression that fails.
inline constexpr std::int64_t kUnset = INT64_MIN;
// Texts are numbered from 0, which is the empty one; those from the count of known ones on are
// texts that no rule names.
inline constexpr std::int64_t kLastText = INT32_MAX;

struct Slot {
  std::string text;              // "order.total", "now", or that of an expression
  const Field* field = nullptr;  // null: `now`, or an expression
  ValueType type = ValueType::kBool;
  std::optional<std::string> word;  // of a list: whether it has this; without: whether it is set
  ValueSet domain;
};

class Slots {
 public:
  Slots();
  [[nodiscard]] SlotId OfField(const Field& field);
  [[nodiscard]] SlotId OfWord(const Field& field, std::string_view word);
  [[nodiscard]] SlotId OfNow();
  // Of one of the types up to kText.
  [[nodiscard]] SlotId OfExpression(std::string_view text, ValueType type);

  [[nodiscard]] const Slot& at(SlotId slot) const { return slots_[slot]; }
  [[nodiscard]] std::size_t size() const { return slots_.size(); }

  [[nodiscard]] std::int64_t NumberOfText(std::string_view text);
  // Of a known number.
  [[nodiscard]] const std::string& text(std::int64_t number) const {
    return texts_[static_cast<std::size_t>(number)];
  }
  [[nodiscard]] std::int64_t known_texts() const {
    return static_cast<std::int64_t>(texts_.size());
  }
  // The values of a slot that are one of these texts.
  [[nodiscard]] ValueSet Texts(SlotId slot, const std::vector<std::string>& texts);

 private:
  SlotId Put(std::string key, Slot slot);
  [[nodiscard]] ValueSet DomainOfField(const Field& field);

  std::vector<Slot> slots_;
  std::map<std::string, SlotId, std::less<>> by_key_;
  std::vector<std::string> texts_;
  std::map<std::string, std::int64_t, std::less<>> numbers_;
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_ANALYSIS_SLOTS_H_
