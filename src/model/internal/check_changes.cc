#include "src/model/internal/check_changes.h"

#include <algorithm>

#include <fmt/format.h>

#include "src/model/internal/checks.h"

namespace orderwright::model_internal {
namespace {

// A plain decimal above 0, with so few digits that a rate is a rational of 64-bit numbers.
bool IsRate(std::string_view text) {
  const auto is_digit = [](char c) { return c >= '0' && c <= '9'; };
  const std::size_t point = text.find('.');
  const std::string_view whole = text.substr(0, point);
  const std::string_view rest =
      point == std::string_view::npos ? std::string_view("0") : text.substr(point + 1);
  return !whole.empty() && !rest.empty() && whole.size() <= 9 && rest.size() <= 9 &&
         std::all_of(whole.begin(), whole.end(), is_digit) &&
         std::all_of(rest.begin(), rest.end(), is_digit) &&
         text.find_first_not_of("0.") != std::string_view::npos;
}

}  // namespace

void CheckCurrencies(const Tables& tables, Door& door) {
  const FieldPath root;
  if (!tables.currency.has_value()) {
    door.Refuse(root.Field("currency"), "missing", "a world needs a currency such as \"USD\"");
  }
  const FieldPath fx = root.Field("fx");
  UniqueNames seen;
  std::vector<std::string> codes;  // owns what `seen` views
  codes.reserve(tables.fx.size());
  for (const auto& [currency, rate] : tables.fx) {
    const std::string& code = codes.emplace_back(currency.code());
    const FieldPath at = fx.Field(code);
    CheckName(at, code, seen, door);
    if (currency == tables.currency) {
      door.Refuse(at, "own_currency", fmt::format("{} is the currency of the world", code));
    }
    if (!IsRate(rate)) {
      door.Refuse(at, "invalid_rate",
                  fmt::format("'{}' is not a decimal above 0 such as \"1.0840\", of at most 9 "
                              "digits before and 9 after the point",
                              rate));
    }
  }
}

void CheckCostSettings(const CostSettings& costs, Door& door) {
  const FieldPath root;
  const FieldPath at = root.Field("costs");
  CheckCost(at.Field("split_penalty"), costs.split_penalty, door);
  CheckCost(at.Field("shortfall_penalty_per_unit"), costs.shortfall_penalty_per_unit, door);
  CheckCost(at.Field("backorder_penalty_per_unit"), costs.backorder_penalty_per_unit, door);
  CheckCost(at.Field("backorder_penalty_per_unit_day"), costs.backorder_penalty_per_unit_day, door);
  CheckCost(at.Field("late_penalty_per_day"), costs.late_penalty_per_day, door);
  if (costs.max_shipments) {
    CheckRange(at.Field("max_shipments"), *costs.max_shipments, 0, kMaxCount, door);
  }
}

void CheckChanges(const NextNames& names, Door& door) {
  CheckLocations(names, door);
  CheckCatalog(names, door);
  CheckCalendars(names, door);
  CheckRateCards(names, door);
  if (names.changes().costs) CheckCostSettings(*names.changes().costs, door);
}

}  // namespace orderwright::model_internal
