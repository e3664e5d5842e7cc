#include "src/rules/internal/analysis/slots.h"

#include <utility>

#include <fmt/format.h>

namespace orderwright::rules_internal {

Slots::Slots() { (void)NumberOfText(""); }

SlotId Slots::Put(std::string key, Slot slot) {
  const auto [at, is_new] = by_key_.try_emplace(std::move(key), static_cast<SlotId>(slots_.size()));
  if (is_new) slots_.push_back(std::move(slot));
  return at->second;
}

ValueSet Slots::DomainOfField(const Field& field) {
  const FieldDomain bounds = DomainOf(field);
  ValueSet domain;
  switch (field.type) {
    case ValueType::kTexts:
      domain = ValueSet::Of(0);  // that it is set
      break;
    case ValueType::kText:
      if (bounds.form == TextForm::kWords) {
        for (const std::string_view word : bounds.words) {
          domain = domain.Or(ValueSet::Of(NumberOfText(word)));
        }
      } else {
        const bool may_be_empty = !field.schema.nullable && Admits(bounds, "");
        domain = ValueSet::Range(may_be_empty ? 0 : 1, kLastText);
      }
      break;
    case ValueType::kDouble: {
      const auto bound = [](std::int64_t whole) { return KeyOf(static_cast<double>(whole)); };
      const bool bounded = bounds.most != INT64_MAX;
      constexpr double kAll = 1.7976931348623157e308;
      domain = bounded ? ValueSet::Range(bound(bounds.least), bound(bounds.most))
                       : ValueSet::Range(KeyOf(-kAll), KeyOf(kAll));
      break;
    }
    default:
      domain = ValueSet::Range(bounds.least, bounds.most);
  }
  return field.schema.nullable ? domain.Or(ValueSet::Of(kUnset)) : domain;
}

SlotId Slots::OfField(const Field& field) {
  std::string text = fmt::format("{}.{}", field.schema.record, field.schema.name);
  if (field.schema.record == "address") text = fmt::format("order.ship_to.{}", field.schema.name);
  const auto known = by_key_.find(text);
  if (known != by_key_.end()) return known->second;
  Slot slot{text, &field, field.type, std::nullopt, DomainOfField(field)};
  return Put(std::move(text), std::move(slot));
}

SlotId Slots::OfWord(const Field& field, std::string_view word) {
  const std::string text = at(OfField(field)).text;
  const bool can_be = Admits(DomainOf(field), word);
  return Put(fmt::format("{}|{}", text, word), {text, &field, ValueType::kBool, std::string(word),
                                                ValueSet::Range(0, can_be ? 1 : 0)});
}

SlotId Slots::OfNow() {
  return Put("now", {"now", nullptr, ValueType::kTime, std::nullopt,
                     ValueSet::Range(INT64_MIN, INT64_MAX)});
}

SlotId Slots::OfExpression(std::string_view text, ValueType type) {
  ValueSet domain = ValueSet::Range(INT64_MIN, INT64_MAX);
  if (type == ValueType::kBool) domain = ValueSet::Of(kUnset).Or(ValueSet::Range(0, 1));
  if (type == ValueType::kText) domain = ValueSet::Of(kUnset).Or(ValueSet::Range(0, kLastText));
  return Put(fmt::format("={}", text), {std::string(text), nullptr, type, std::nullopt, domain});
}

std::int64_t Slots::NumberOfText(std::string_view text) {
  const auto known = numbers_.find(text);
  if (known != numbers_.end()) return known->second;
  const std::int64_t number = known_texts();
  texts_.emplace_back(text);
  numbers_.emplace(text, number);
  return number;
}

ValueSet Slots::Texts(SlotId slot, const std::vector<std::string>& texts) {
  ValueSet set;
  const Field* const field = at(slot).field;
  for (const std::string& text : texts) {
    if (field != nullptr && !Admits(DomainOf(*field), text)) continue;
    set = set.Or(ValueSet::Of(NumberOfText(text)));
  }
  return set.And(at(slot).domain);
}

}  // namespace orderwright::rules_internal
