#include "src/core/internal/decimal.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

#include "orderwright/core/status.h"

namespace orderwright::core_internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

// Appends a digit to a magnitude; false if it would pass 2^63, the largest magnitude of an int64.
bool AppendDigit(std::uint64_t& magnitude, unsigned digit) {
  constexpr std::uint64_t kLargest = std::uint64_t{1} << 63;
  if (magnitude > (kLargest - digit) / 10) return false;
  magnitude = magnitude * 10 + digit;
  return true;
}

bool IsDecimalForm(std::string_view digits, std::size_t point) {
  const std::string_view whole = digits.substr(0, point);
  const std::string_view rest =
      point == std::string_view::npos ? std::string_view("0") : digits.substr(point + 1);
  return !whole.empty() && !rest.empty() && std::all_of(whole.begin(), whole.end(), IsDigit) &&
         std::all_of(rest.begin(), rest.end(), IsDigit);
}

absl::Status TooLarge(std::string_view text) {
  return OutOfRange("'{}' is too large for a 64-bit amount", text);
}

}  // namespace

absl::StatusOr<std::int64_t> ParseDecimal(std::string_view text, int decimals) {
  std::string_view digits = text;
  const bool negative = !digits.empty() && digits.front() == '-';
  if (!digits.empty() && (digits.front() == '-' || digits.front() == '+')) digits.remove_prefix(1);
  const std::size_t point = digits.find('.');
  if (!IsDecimalForm(digits, point)) {
    return InvalidArgument("'{}' is not a decimal number such as \"12.5\"", text);
  }
  const std::size_t given = point == std::string_view::npos ? 0 : digits.size() - point - 1;
  if (given > static_cast<std::size_t>(decimals)) {
    return InvalidArgument("'{}' has {} decimals; at most {} are allowed", text, given, decimals);
  }
  std::uint64_t magnitude = 0;
  for (const char c : digits) {
    if (c != '.' && !AppendDigit(magnitude, static_cast<unsigned>(c - '0'))) return TooLarge(text);
  }
  for (std::size_t i = given; i < static_cast<std::size_t>(decimals); ++i) {
    if (!AppendDigit(magnitude, 0)) return TooLarge(text);
  }
  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  if (!negative && magnitude > kMax) return TooLarge(text);
  // Unsigned negation is modular, so the smallest int64 needs no case of its own.
  return static_cast<std::int64_t>(negative ? 0 - magnitude : magnitude);
}

std::string DecimalText(std::int64_t value, int scale, int decimals) {
  const auto bits = static_cast<std::uint64_t>(value);
  const std::uint64_t magnitude = value < 0 ? 0 - bits : bits;
  const auto unit = static_cast<std::uint64_t>(PowerOfTen(scale));
  std::string text = fmt::format("{}{}", value < 0 ? "-" : "", magnitude / unit);
  if (scale == 0) return text;
  std::string fraction = fmt::format("{:0{}}", magnitude % unit, scale);
  const auto least = static_cast<std::size_t>(std::clamp(decimals, 0, scale));
  while (fraction.size() > least && fraction.back() == '0') fraction.pop_back();
  return fraction.empty() ? text : text + "." + fraction;
}

}  // namespace orderwright::core_internal
