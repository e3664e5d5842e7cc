// The extension for encodings: RFC 4648 base64.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "src/cel/internal/library.h"

namespace orderwright::cel_internal {
namespace {

constexpr std::string_view kAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

std::string Encoded(std::string_view octets) {
  std::string out;
  out.reserve((octets.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < octets.size(); i += 3) {
    const std::string_view group = octets.substr(i, 3);
    std::uint32_t bits = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      bits = bits << 8U | (j < group.size() ? static_cast<unsigned char>(group[j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      out += j <= group.size() ? kAlphabet[bits >> (18 - 6 * j) & 0x3FU] : '=';
    }
  }
  return out;
}

// With its padding or without.
std::optional<std::string> Decoded(std::string_view text) {
  if (text.size() % 4 == 0 && text.ends_with("==")) {
    text.remove_suffix(2);
  } else if (text.size() % 4 == 0 && text.ends_with('=')) {
    text.remove_suffix(1);
  }
  if (text.size() % 4 == 1) return std::nullopt;
  std::string out;
  out.reserve(text.size() / 4 * 3 + 2);
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    const std::size_t digit = kAlphabet.find(c);
    if (digit == std::string_view::npos) return std::nullopt;
    bits = bits << 6U | static_cast<std::uint32_t>(digit);
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFFU);
  }
  return out;
}

}  // namespace

void AddEncoders(Environment& environment) {
  Define(environment, "base64.encode", "(bytes): string",
         [](Arguments arguments, CallContext& context) -> Result {
           if (!context.ChargeText(arguments[0].text().size() * 2)) return Spent();
           return Value::String(Encoded(arguments[0].text()));
         });
  Define(environment, "base64.decode", "(string): bytes",
         [](Arguments arguments, CallContext& context) -> Result {
           if (!context.ChargeText(arguments[0].text().size() * 2)) return Spent();
           if (auto octets = Decoded(arguments[0].text())) return Value::Bytes(*std::move(octets));
           return InvalidArgument("the text is not base64");
         });
}

}  // namespace orderwright::cel_internal
