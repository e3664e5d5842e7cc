// Decimal: text of a decimal number to and from an integer of its smallest unit, without rounding.
#ifndef ORDERWRIGHT_SRC_CORE_INTERNAL_DECIMAL_H_
#define ORDERWRIGHT_SRC_CORE_INTERNAL_DECIMAL_H_

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace orderwright::core_internal {

// 10 to the power of `exponent`, 0 to 18.
[[nodiscard]] constexpr std::int64_t PowerOfTen(int exponent) {
  std::int64_t power = 1;
  for (int i = 0; i < exponent; ++i) power *= 10;
  return power;
}

// "-1.5" with 2 decimals: -150. An optional sign, digits, then perhaps a point and 1 to `decimals`
// digits; nothing else.
// Errors: kInvalidArgument (not of that form), kOutOfRange (does not fit).
[[nodiscard]] absl::StatusOr<std::int64_t> ParseDecimal(std::string_view text, int decimals);

// The inverse: `value` units of 10^-scale with `decimals` digits after the point, or as many more
// (up to `scale`) as the value needs.
[[nodiscard]] std::string DecimalText(std::int64_t value, int scale, int decimals);

}  // namespace orderwright::core_internal

#endif  // ORDERWRIGHT_SRC_CORE_INTERNAL_DECIMAL_H_
