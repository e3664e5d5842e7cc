#include "src/cel/internal/numbers.h"

#include <array>
#include <charconv>
#include <cmath>
#include <limits>

#include "absl/numeric/int128.h"
#include "absl/strings/charconv.h"
#include "absl/time/civil_time.h"
#include "src/cel/internal/value_access.h"

namespace orderwright::cel_internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

template <typename T>
std::optional<T> WholeNumber(std::string_view digits, int base) {
  T value = 0;
  const char* const end = digits.data() + digits.size();
  const auto [last, error] = std::from_chars(digits.data(), end, value, base);
  if (error != std::errc() || last != end) return std::nullopt;
  return value;
}

std::optional<std::uint64_t> Magnitude(std::string_view digits) {
  if (digits.size() > 2 && digits[0] == '0' && (digits[1] | 0x20) == 'x') {
    return WholeNumber<std::uint64_t>(digits.substr(2), 16);
  }
  return WholeNumber<std::uint64_t>(digits, 10);
}

// A decimal number: digits with at most one point and an exponent; no sign.
bool IsDecimal(std::string_view text) {
  std::size_t i = 0;
  std::size_t digits = 0;
  const auto run = [&] {
    const std::size_t from = i;
    while (i < text.size() && IsDigit(text[i])) ++i;
    return i - from;
  };
  digits = run();
  if (i < text.size() && text[i] == '.') {
    ++i;
    digits += run();
  }
  if (digits == 0) return false;
  if (i < text.size() && (text[i] | 0x20) == 'e') {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (run() == 0) return false;
  }
  return i == text.size();
}

std::optional<double> Decimal(std::string_view text) {
  double value = 0;
  const auto result = absl::from_chars(text.data(), text.data() + text.size(), value);
  if (result.ptr != text.data() + text.size()) return std::nullopt;
  // Out of range is either too large, or so small that it is 0 or nearly.
  if (result.ec != std::errc() && std::abs(value) >= 1) return std::nullopt;
  return value;
}

// Reads exactly `count` digits at `text[at]`.
std::optional<int> Digits(std::string_view text, std::size_t at, std::size_t count) {
  if (at + count > text.size()) return std::nullopt;
  for (std::size_t i = at; i < at + count; ++i) {
    if (!IsDigit(text[i])) return std::nullopt;
  }
  return WholeNumber<int>(text.substr(at, count), 10);
}

// The fraction of a second at `text[at]`, which is after the point; moves `at` past it.
std::optional<std::int32_t> Fraction(std::string_view text, std::size_t& at) {
  std::int32_t nanos = 0;
  std::int32_t unit = 100'000'000;
  const std::size_t from = at;
  for (; at < text.size() && IsDigit(text[at]); ++at, unit /= 10) {
    if (at - from == 9) return std::nullopt;
    nanos += (text[at] - '0') * unit;
  }
  if (at == from) return std::nullopt;
  return nanos;
}

// Seconds east of UTC of "Z" or "+hh:mm".
std::optional<int> Offset(std::string_view text) {
  if (text == "Z") return 0;
  if (text.size() != 6 || (text[0] != '+' && text[0] != '-') || text[3] != ':') return std::nullopt;
  const auto hours = Digits(text, 1, 2);
  const auto minutes = Digits(text, 4, 2);
  if (!hours || !minutes || *hours > 23 || *minutes > 59) return std::nullopt;
  const int seconds = *hours * 3'600 + *minutes * 60;
  return text[0] == '-' ? -seconds : seconds;
}

struct Unit {
  std::string_view name;
  std::int64_t nanoseconds;
};
// Longer names before those that begin them.
constexpr std::array kUnits = {Unit{"ns", 1},
                               Unit{"us", 1'000},
                               Unit{"µs", 1'000},  // both characters that look like it
                               Unit{"μs", 1'000},
                               Unit{"ms", 1'000'000},
                               Unit{"s", 1'000'000'000},
                               Unit{"m", 60'000'000'000},
                               Unit{"h", 3'600'000'000'000}};

// One number with its unit from the front of `text`, in nanoseconds, rounded towards zero.
std::optional<absl::int128> TakeQuantity(std::string_view& text) {
  std::size_t i = 0;
  absl::int128 whole = 0;
  for (; i < text.size() && IsDigit(text[i]); ++i) {
    whole = whole * 10 + (text[i] - '0');
    if (whole > absl::int128(std::numeric_limits<std::int64_t>::max()) + 1) return std::nullopt;
  }
  std::size_t digits = i;
  absl::int128 fraction = 0;
  absl::int128 scale = 1;
  if (i < text.size() && text[i] == '.') {
    for (++i; i < text.size() && IsDigit(text[i]); ++i, ++digits) {
      if (scale >= 1'000'000'000'000'000) continue;  // finer than a nanosecond of an hour
      fraction = fraction * 10 + (text[i] - '0');
      scale *= 10;
    }
  }
  if (digits == 0) return std::nullopt;
  text.remove_prefix(i);
  for (const Unit& unit : kUnits) {
    if (text.substr(0, unit.name.size()) != unit.name) continue;
    text.remove_prefix(unit.name.size());
    return whole * unit.nanoseconds + fraction * unit.nanoseconds / scale;
  }
  return std::nullopt;
}

}  // namespace

std::optional<Value> IntLiteral(std::string_view digits, bool negative) {
  const auto magnitude = Magnitude(digits);
  const std::uint64_t limit = std::uint64_t{1} << 63;
  if (!magnitude || *magnitude > (negative ? limit : limit - 1)) return std::nullopt;
  return Value::Int(static_cast<std::int64_t>(negative ? ~*magnitude + 1 : *magnitude));
}

std::optional<Value> UintLiteral(std::string_view digits) {
  const auto magnitude = Magnitude(digits);
  if (!magnitude) return std::nullopt;
  return Value::Uint(*magnitude);
}

std::optional<Value> DoubleLiteral(std::string_view digits, bool negative) {
  const auto value = Decimal(digits);
  if (!value) return std::nullopt;
  return Value::Double(negative ? -*value : *value);
}

std::optional<std::int64_t> ParseInt(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && IsDigit(text[1])) text.remove_prefix(1);
  return WholeNumber<std::int64_t>(text, 10);
}

std::optional<std::uint64_t> ParseUint(std::string_view text) {
  if (text.size() > 1 && text[0] == '+' && IsDigit(text[1])) text.remove_prefix(1);
  return WholeNumber<std::uint64_t>(text, 10);
}

std::optional<double> ParseDouble(std::string_view text) {
  if (text == "NaN") return std::numeric_limits<double>::quiet_NaN();
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  std::optional<double> value;
  if (text == "Infinity" || text == "Inf" || text == "inf") {
    value = std::numeric_limits<double>::infinity();
  } else if (IsDecimal(text)) {
    value = Decimal(text);
  }
  if (value && negative) value = -*value;
  return value;
}

std::optional<Value> ParseTimestamp(std::string_view text) {
  const auto year = Digits(text, 0, 4);
  const auto month = Digits(text, 5, 2);
  const auto day = Digits(text, 8, 2);
  const auto hour = Digits(text, 11, 2);
  const auto minute = Digits(text, 14, 2);
  const auto second = Digits(text, 17, 2);
  if (!year || !month || !day || !hour || !minute || !second) return std::nullopt;
  if (text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' || text[16] != ':') {
    return std::nullopt;
  }
  const absl::CivilSecond civil(*year, *month, *day, *hour, *minute, *second);
  // A civil time that does not exist, such as 31 February, is normalised to another.
  if (civil.month() != *month || civil.day() != *day || civil.hour() != *hour ||
      civil.minute() != *minute || civil.second() != *second) {
    return std::nullopt;
  }
  std::size_t at = 19;
  std::int32_t nanos = 0;
  if (at < text.size() && text[at] == '.') {
    ++at;
    const auto fraction = Fraction(text, at);
    if (!fraction) return std::nullopt;
    nanos = *fraction;
  }
  const auto offset = Offset(text.substr(at));
  if (!offset) return std::nullopt;
  const std::int64_t seconds = (civil - absl::CivilSecond(1970, 1, 1)) - *offset;
  if (seconds < kMinSeconds || seconds > kMaxSeconds) return std::nullopt;
  return ValueAccess::Timestamp(seconds, nanos);
}

std::optional<std::int64_t> ParseDuration(std::string_view text) {
  const bool negative = !text.empty() && text[0] == '-';
  if (negative || (!text.empty() && text[0] == '+')) text.remove_prefix(1);
  if (text == "0") return 0;
  if (text.empty()) return std::nullopt;
  absl::int128 total = 0;
  while (!text.empty()) {
    const auto quantity = TakeQuantity(text);
    if (!quantity) return std::nullopt;
    total += *quantity;
    // The most negative has no positive counterpart.
    const absl::int128 limit = std::numeric_limits<std::int64_t>::max();
    if (total > (negative ? limit + 1 : limit)) return std::nullopt;
  }
  return static_cast<std::int64_t>(negative ? -total : total);
}

}  // namespace orderwright::cel_internal
