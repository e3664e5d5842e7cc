#include "src/cel/internal/utf8.h"

#include <fmt/format.h>

namespace orderwright::cel_internal {
namespace {

constexpr std::string_view kControls = "\a\b\f\n\r\t\v";
constexpr std::string_view kLetters = "abfnrtv";

// Length of the valid code point at the start of `text`, 0 if there is none.
std::size_t ValidLength(std::string_view text) {
  const auto byte = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2 || lead > 0xF4) return 0;
  const std::size_t length = Utf8Length(text[0]);
  if (text.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80) return 0;
  }
  const unsigned char second = byte(1);
  if (lead == 0xE0 && second < 0xA0) return 0;
  if (lead == 0xED && second > 0x9F) return 0;
  if (lead == 0xF0 && second < 0x90) return 0;
  if (lead == 0xF4 && second > 0x8F) return 0;
  return length;
}

}  // namespace

std::size_t FirstInvalidUtf8(std::string_view text) {
  std::size_t position = 0;
  while (position < text.size()) {
    const std::size_t length = ValidLength(text.substr(position));
    if (length == 0) return position;
    position += length;
  }
  return text.size();
}

void AppendUtf8(std::uint32_t code, std::string& out) {
  const auto push = [&out](std::uint32_t byte) { out.push_back(static_cast<char>(byte)); };
  if (code < 0x80) {
    push(code);
  } else if (code < 0x800) {
    push(0xC0U | code >> 6);
    push(0x80U | (code & 0x3FU));
  } else if (code < 0x10000) {
    push(0xE0U | code >> 12);
    push(0x80U | (code >> 6 & 0x3FU));
    push(0x80U | (code & 0x3FU));
  } else {
    push(0xF0U | code >> 18);
    push(0x80U | (code >> 12 & 0x3FU));
    push(0x80U | (code >> 6 & 0x3FU));
    push(0x80U | (code & 0x3FU));
  }
}

std::size_t CountCodePoints(std::string_view text) {
  std::size_t count = 0;
  for (const char c : text) count += (static_cast<unsigned char>(c) & 0xC0U) != 0x80 ? 1 : 0;
  return count;
}

std::vector<std::uint32_t> CodePointStarts(std::string_view text) {
  std::vector<std::uint32_t> starts;
  starts.reserve(text.size() + 1);
  for (std::size_t i = 0; i < text.size(); i += Utf8Length(text[i])) {
    starts.push_back(static_cast<std::uint32_t>(i));
  }
  starts.push_back(static_cast<std::uint32_t>(text.size()));
  return starts;
}

std::uint32_t CodePointAt(std::string_view text, std::size_t position) {
  const auto byte = [text, position](std::size_t i) {
    return static_cast<std::uint32_t>(static_cast<unsigned char>(text[position + i]));
  };
  switch (Utf8Length(text[position])) {
    case 1:
      return byte(0);
    case 2:
      return (byte(0) & 0x1FU) << 6 | (byte(1) & 0x3FU);
    case 3:
      return (byte(0) & 0x0FU) << 12 | (byte(1) & 0x3FU) << 6 | (byte(2) & 0x3FU);
    default:
      return (byte(0) & 0x07U) << 18 | (byte(1) & 0x3FU) << 12 | (byte(2) & 0x3FU) << 6 |
             (byte(3) & 0x3FU);
  }
}

std::string Quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    if (const std::size_t i = kControls.find(c); i != std::string_view::npos) {
      out += '\\';
      out += kLetters[i];
    } else if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else {
      out += c;
    }
  }
  out += '"';
  return out;
}

std::string QuotedOctets(std::string_view octets) {
  std::string out = "\"";
  for (const char c : octets) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c >= ' ' && c <= '~') {
      out += c;
    } else {
      out += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  out += '"';
  return out;
}

}  // namespace orderwright::cel_internal
