// Numbers and times as text: literals and what the conversions read.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_NUMBERS_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_NUMBERS_H_

#include <cstdint>
#include <optional>
#include <string_view>

#include "orderwright/cel/value.h"

namespace orderwright::cel_internal {

using namespace orderwright::cel;

// Digits, or 0x and hexadecimal digits, as the lexer takes them. Nothing if out of range.
[[nodiscard]] std::optional<Value> IntLiteral(std::string_view digits, bool negative);
[[nodiscard]] std::optional<Value> UintLiteral(std::string_view digits);
[[nodiscard]] std::optional<Value> DoubleLiteral(std::string_view digits, bool negative);

// int(string), uint(string), double(string): the whole text, with an optional sign. double takes
// NaN, Infinity and -Infinity too; what is too small becomes 0, what is too large is refused.
[[nodiscard]] std::optional<std::int64_t> ParseInt(std::string_view text);
[[nodiscard]] std::optional<std::uint64_t> ParseUint(std::string_view text);
[[nodiscard]] std::optional<double> ParseDouble(std::string_view text);

// RFC 3339 with "T" and "Z" or an offset, up to 9 digits of a second; years 1 to 9999.
[[nodiscard]] std::optional<Value> ParseTimestamp(std::string_view text);
// A sign, then numbers each with a unit of h, m, s, ms, us, ns: "1h45m", "-1.5s"; or "0".
// Nothing if it is not of that form or beyond 64 bits of nanoseconds.
[[nodiscard]] std::optional<std::int64_t> ParseDuration(std::string_view text);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_NUMBERS_H_
