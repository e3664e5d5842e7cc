// UTF-8: strings of the language are sequences of code points, kept as UTF-8.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_UTF8_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_UTF8_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace orderwright::cel_internal {

// Length in bytes of the code point that begins with `lead`, a first byte of valid UTF-8.
[[nodiscard]] constexpr std::size_t Utf8Length(char lead) {
  const auto byte = static_cast<unsigned char>(lead);
  return byte < 0x80 ? 1 : (byte < 0xE0 ? 2 : (byte < 0xF0 ? 3 : 4));
}

// Position of the first byte that is not valid UTF-8 (overlong forms, surrogates and code points
// above 10FFFF are not); text.size() if all is.
[[nodiscard]] std::size_t FirstInvalidUtf8(std::string_view text);
[[nodiscard]] inline bool IsUtf8(std::string_view text) {
  return FirstInvalidUtf8(text) == text.size();
}

// True for a code point that a string may hold: no surrogate, at most 10FFFF.
[[nodiscard]] constexpr bool IsCodePoint(std::uint32_t code) {
  return code < 0xD800 || (code > 0xDFFF && code <= 0x10FFFF);
}
void AppendUtf8(std::uint32_t code, std::string& out);

// Of valid UTF-8: the number of code points.
[[nodiscard]] std::size_t CountCodePoints(std::string_view text);
// Of valid UTF-8: where each code point begins, and at the end text.size().
[[nodiscard]] std::vector<std::uint32_t> CodePointStarts(std::string_view text);
// The code point at `position` of valid UTF-8.
[[nodiscard]] std::uint32_t CodePointAt(std::string_view text, std::size_t position);

// As a string literal in double quotes.
[[nodiscard]] std::string Quoted(std::string_view text);
[[nodiscard]] std::string QuotedOctets(std::string_view octets);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_UTF8_H_
