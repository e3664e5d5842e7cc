#include "src/model/internal/checks.h"

#include <algorithm>
#include <cmath>
#include <variant>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "orderwright/core/time.h"

namespace orderwright::model_internal {

bool UniqueNames::Insert(std::string_view name) {
  if (few_.size() < kFew) {
    if (std::find(few_.begin(), few_.end(), name) != few_.end()) return false;
    few_.push_back(name);
    return true;
  }
  if (many_.empty()) many_.insert(few_.begin(), few_.end());
  return many_.insert(name).second;
}

bool CheckName(const FieldPath& at, std::string_view name, UniqueNames& seen, Door& door) {
  if (name.empty()) {
    door.Refuse(at, "empty", "the name must not be empty");
    return false;
  }
  if (!seen.Insert(name)) {
    door.Refuse(at, "duplicate", fmt::format("'{}' is given more than once", name));
  }
  return true;
}

bool CheckRange(const FieldPath& at, std::int64_t value, std::int64_t least, std::int64_t most,
                Door& door) {
  if (value >= least && value <= most) return true;
  if (value > most) {
    door.Refuse(at, "out_of_range",
                fmt::format("{} is {}; it must be {} or less", at.name(), value, most));
  } else {
    door.Refuse(at, value < 0 ? "negative" : "not_positive",
                fmt::format("{} is {}; it must be {} or more", at.name(), value, least));
  }
  return false;
}

void CheckCost(const FieldPath& at, Cost cost, Door& door) {
  if (cost.micros() >= 0 && cost.micros() <= kMaxCostMicros) return;
  if (cost.micros() < 0) {
    door.Refuse(at, "negative",
                fmt::format("{} is {}; it must be 0 or more", at.name(), ToString(cost)));
  } else {
    door.Refuse(at, "out_of_range",
                fmt::format("{} is {}; it must be {} or less", at.name(), ToString(cost),
                            ToString(Cost::FromMicros(kMaxCostMicros), 0)));
  }
}

void CheckMoney(const FieldPath& at, const std::optional<Money>& money,
                const std::optional<Currency>& currency, Door& door) {
  if (!money.has_value()) return;
  if (currency.has_value() && money->currency() != *currency) {
    door.Refuse(at, "currency_mix",
                fmt::format("{} is in {}; it must be in {}", at.name(), money->currency().code(),
                            currency->code()));
  }
  if (money->IsNegative()) {
    door.Refuse(at, "negative",
                fmt::format("{} is {}; it must be 0 or more", at.name(), AmountText(*money)));
  }
}

void CheckCountry(const FieldPath& at, std::string_view country, Door& door) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (country.empty()) return;
  if (country.size() == 2 && is_capital(country[0]) && is_capital(country[1])) return;
  door.Refuse(at, "invalid_country",
              fmt::format("'{}' is not an ISO 3166-1 alpha-2 code such as \"US\"", country));
}

void CheckPosition(const FieldPath& at, const std::optional<GeoPoint>& position, Door& door) {
  if (!position.has_value()) return;
  const auto check = [&](std::string_view field, double value, double bound) {
    // Written so that a NaN, which compares false with everything, is refused too.
    if (std::abs(value) <= bound) return;
    door.Refuse(at.Field(field), "out_of_range",
                fmt::format("{} is {}; it must be between -{} and {}", field, value, bound, bound));
  };
  check("lat", position->lat.value(), 90.0);
  check("lon", position->lon.value(), 180.0);
}

void CheckTimeZone(const FieldPath& at, std::string_view name, Door& door) {
  if (name.empty()) return;
  const absl::StatusOr<TimeZone> zone = TimeZone::Load(name);
  if (zone.ok()) return;
  door.Refuse(at, "unknown_time_zone", std::string(MessageOf(zone.status())));
}

void CheckTags(const FieldPath& at, std::string_view field, std::span<const std::string> tags,
               Door& door) {
  for (std::size_t i = 0; i < tags.size(); ++i) {
    if (tags[i].empty()) {
      door.Refuse(at.Index(field, i), "empty", fmt::format("an entry of {} is empty", field));
    }
  }
}

void CheckAttributes(const FieldPath& at, const Attributes& attributes, Door& door) {
  const FieldPath list = at.Field("attributes");
  UniqueNames seen;
  for (const Attribute& attribute : attributes) {
    if (attribute.name.empty()) {
      door.Refuse(list, "empty", "the name of an attribute must not be empty");
      continue;
    }
    const FieldPath path = list.Field(attribute.name);
    CheckName(path, attribute.name, seen, door);
    const double* number = std::get_if<double>(&attribute.value);
    if (number != nullptr && !std::isfinite(*number)) {
      door.Refuse(path, "not_finite", fmt::format("{} is not a finite number", attribute.name));
    }
  }
}

}  // namespace orderwright::model_internal
