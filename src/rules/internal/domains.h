// Domains: which values of a field the model lets in at all. Only what World::Create, Order::Create
// or the router enforce stands here, so that what lies outside can never be.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_DOMAINS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_DOMAINS_H_

#include <cstdint>
#include <span>
#include <string_view>

#include "src/rules/internal/fields.h"

namespace orderwright::rules_internal {

enum class TextForm : std::uint8_t {
  kAny = 0,
  kName = 1,     // not empty
  kCountry = 2,  // two capital letters, or empty
  kWords = 3,    // one of a few
};

struct FieldDomain {
  // Of numbers: bounds as the field reads them; of kDouble whole numbers.
  std::int64_t least = INT64_MIN + 1;
  std::int64_t most = INT64_MAX;
  TextForm form = TextForm::kAny;  // of texts, and of the entries of lists
  std::span<const std::string_view> words = {};
};

[[nodiscard]] FieldDomain DomainOf(const Field& field);
// Whether a text can be a value of the field, or an entry of it, as far as its form goes.
[[nodiscard]] bool Admits(const FieldDomain& domain, std::string_view text);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_DOMAINS_H_
