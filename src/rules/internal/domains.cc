#include "src/rules/internal/domains.h"

#include <algorithm>
#include <array>

namespace orderwright::rules_internal {
namespace {

// As src/model/internal/checks.h has them; tests/rules/analysis_test.cc asks the model.
constexpr std::int64_t kCount = 2'147'483'647;
constexpr std::int64_t kDays = 3'650;
constexpr std::int64_t kGrams = 1'000'000'000;
constexpr std::int64_t kCost = 1'000'000'000'000'000'000;

constexpr std::array<std::string_view, 5> kLocationKinds = {"warehouse", "store", "third_party",
                                                            "dropship", "virtual"};
constexpr std::array<std::string_view, 2> kMethods = {"ship", "pickup"};
constexpr std::array<std::string_view, 2> kRemainders = {"backorder", "cancel"};
constexpr std::array<std::string_view, 2> kCollectors = {"merchant", "channel"};
constexpr std::array<std::string_view, 3> kSubstitutions = {"never", "ask", "automatic"};
constexpr std::array<std::string_view, 2> kProofs = {"optimal", "feasible"};

struct Entry {
  std::string_view record;
  std::string_view name;
  FieldDomain domain;
};

constexpr FieldDomain From(std::int64_t least, std::int64_t most = INT64_MAX) {
  return {.least = least, .most = most};
}
constexpr FieldDomain Form(TextForm form) { return {.form = form}; }
constexpr FieldDomain Words(std::span<const std::string_view> words) {
  return {.form = TextForm::kWords, .words = words};
}

constexpr std::array kDomains = {
    Entry{"order", "id", Form(TextForm::kName)},
    Entry{"order", "method", Words(kMethods)},
    Entry{"order", "min_fill", From(0, 1)},
    Entry{"order", "remainder", Words(kRemainders)},
    Entry{"order", "max_shipments", From(0, kCount)},
    Entry{"order", "risk", From(0, 1)},
    Entry{"order", "tags", Form(TextForm::kName)},
    Entry{"order", "collected_by", Words(kCollectors)},
    Entry{"order", "total", From(0)},
    Entry{"order", "units", From(0, kCount)},
    Entry{"customer", "tags", Form(TextForm::kName)},
    Entry{"address", "country", Form(TextForm::kCountry)},
    Entry{"line", "id", Form(TextForm::kName)},
    Entry{"line", "sku", Form(TextForm::kName)},
    Entry{"line", "quantity", From(0, kCount)},
    Entry{"line", "unit_price", From(0)},
    Entry{"line", "discount", From(0)},
    Entry{"line", "tax", From(0)},
    Entry{"line", "method", Words(kMethods)},
    Entry{"line", "substitution", Words(kSubstitutions)},
    Entry{"line", "shipped", From(0, kCount)},
    Entry{"line", "cancelled", From(0, kCount)},
    Entry{"item", "sku", Form(TextForm::kName)},
    Entry{"item", "weight_g", From(0, kGrams)},
    Entry{"item", "unit_value", From(0)},
    Entry{"item", "unit_cost", From(0)},
    Entry{"item", "pack_size", From(1, kCount)},
    Entry{"item", "tags", Form(TextForm::kName)},
    Entry{"item", "origin", Form(TextForm::kCountry)},
    Entry{"location", "id", Form(TextForm::kName)},
    Entry{"location", "kind", Words(kLocationKinds)},
    Entry{"location", "rank", From(0)},
    Entry{"location", "country", Form(TextForm::kCountry)},
    Entry{"location", "markets", Form(TextForm::kName)},
    Entry{"location", "channels", Form(TextForm::kName)},
    Entry{"location", "capabilities", Form(TextForm::kName)},
    Entry{"location", "tags", Form(TextForm::kName)},
    Entry{"location", "max_rejects", From(0, kCount)},
    Entry{"location", "capacity_units_per_day", From(0, kCount)},
    Entry{"location", "capacity_shipments_per_day", From(0, kCount)},
    Entry{"location", "cost_per_shipment", From(0, kCost)},
    Entry{"location", "cost_per_unit", From(0, kCost)},
    Entry{"location", "handling_days", From(0, kDays)},
    Entry{"location", "rate_cards", Form(TextForm::kName)},
    Entry{"candidate", "distance_km", From(0, 20'040)},  // half way round, and a little
    Entry{"candidate", "available", From(0, kCount)},
    Entry{"candidate", "service", Form(TextForm::kName)},
    Entry{"candidate", "zone", From(0, kCount)},
    Entry{"candidate", "transit_days", From(0, kDays)},
    Entry{"plan", "shipments", From(0, kCount)},
    Entry{"plan", "units", From(0, kCount)},
    Entry{"plan", "short_units", From(0, kCount)},
    Entry{"plan", "late_days", From(0)},
    Entry{"plan", "proof", Words(kProofs)},
    Entry{"plan", "margin_spread", From(0)},
};

}  // namespace

FieldDomain DomainOf(const Field& field) {
  const auto* const found =
      std::find_if(kDomains.begin(), kDomains.end(), [&field](const Entry& entry) {
        return entry.record == field.schema.record && entry.name == field.schema.name;
      });
  if (found != kDomains.end()) return found->domain;
  return field.type == ValueType::kBool ? From(0, 1) : FieldDomain();
}

bool Admits(const FieldDomain& domain, std::string_view text) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  switch (domain.form) {
    case TextForm::kAny:
      return true;
    case TextForm::kName:
      return !text.empty();
    case TextForm::kCountry:
      return text.empty() || (text.size() == 2 && is_capital(text[0]) && is_capital(text[1]));
    case TextForm::kWords:
      return std::find(domain.words.begin(), domain.words.end(), text) != domain.words.end();
  }
  return true;
}

}  // namespace orderwright::rules_internal
