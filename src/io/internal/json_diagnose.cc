#include "src/io/internal/json_diagnose.h"

#include <cstdint>
#include <string>
#include <utility>

#include <fmt/format.h>

namespace orderwright::io_internal {
namespace {

bool IsDigit(char c) { return c >= '0' && c <= '9'; }

bool IsHexDigit(char c) { return IsDigit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }

// The length of the sequence that a lead byte announces, and the range of its second byte.
struct Utf8Lead {
  std::size_t length = 0;
  unsigned char low = 0x80;
  unsigned char high = 0xBF;
};

Utf8Lead LeadOf(unsigned char byte) {
  if (byte < 0x80) return {1};
  if (byte >= 0xC2 && byte <= 0xDF) return {2};
  if (byte == 0xE0) return {3, 0xA0, 0xBF};
  if (byte == 0xED) return {3, 0x80, 0x9F};
  if (byte >= 0xE1 && byte <= 0xEF) return {3};
  if (byte == 0xF0) return {4, 0x90, 0xBF};
  if (byte >= 0xF1 && byte <= 0xF3) return {4};
  if (byte == 0xF4) return {4, 0x80, 0x8F};
  return {0};
}

// What stands at a place, for "found …".
std::string Shown(std::string_view text, std::size_t at) {
  if (at >= text.size()) return "the end of the text";
  const char c = text[at];
  if (c == '\'') return "a single quote";
  if (c > ' ' && c < 0x7F) return fmt::format("'{}'", c);
  return fmt::format("byte 0x{:02x}", static_cast<unsigned char>(c));
}

class Scanner {
 public:
  Scanner(std::string_view text, int max_depth) : text_(text), max_depth_(max_depth) {}

  std::optional<JsonError> Run() {
    if (Document()) return std::nullopt;
    return std::move(error_);
  }

 private:
  bool Document() {
    SkipSpace();
    if (at_ == text_.size()) return Fail(at_, "empty", "the text is empty");
    if (Peek() != '{' && Peek() != '[') {
      return Expected("'{' or '['", text_[at_] == '}' || text_[at_] == ']');
    }
    if (!Value(1)) return false;
    SkipSpace();
    if (at_ < text_.size()) {
      return Fail(at_, "invalid_json",
                  fmt::format("found {} after the end of the document", Shown(text_, at_)));
    }
    return true;
  }

  bool Value(int depth) {
    switch (Peek()) {
      case '{':
        return CheckDepth(depth) && Object(depth);
      case '[':
        return CheckDepth(depth) && Array(depth);
      case '"':
        return Text();
      case 't':
        return Word("true");
      case 'f':
        return Word("false");
      case 'n':
        return Word("null");
      default:
        return Number();
    }
  }

  bool CheckDepth(int depth) {
    if (depth <= max_depth_) return true;
    return Fail(at_, "too_deep", fmt::format("nested more than {} levels deep", max_depth_));
  }

  bool Object(int depth) {
    ++at_;
    SkipSpace();
    if (Take('}')) return true;
    while (true) {
      if (Peek() != '"') return Expected("a field name in double quotes", Peek() == '}');
      if (!Text()) return false;
      SkipSpace();
      if (!Take(':')) return Expected("':' after a field name", false);
      SkipSpace();
      if (!Value(depth + 1)) return false;
      SkipSpace();
      if (Take('}')) return true;
      if (!Take(',')) return Expected("',' or '}'", false);
      SkipSpace();
    }
  }

  bool Array(int depth) {
    ++at_;
    SkipSpace();
    if (Take(']')) return true;
    while (true) {
      if (!Value(depth + 1)) return false;
      SkipSpace();
      if (Take(']')) return true;
      if (!Take(',')) return Expected("',' or ']'", false);
      SkipSpace();
    }
  }

  bool Text() {
    const std::size_t start = at_++;
    while (at_ < text_.size()) {
      const auto byte = static_cast<unsigned char>(text_[at_]);
      if (byte == '"') {
        ++at_;
        return true;
      }
      if (byte < 0x20) {
        return Fail(at_, "invalid_json",
                    fmt::format("found {} within a text; control characters must be escaped",
                                Shown(text_, at_)));
      }
      if (byte == '\\') {
        if (!Escape()) return false;
      } else {
        ++at_;
      }
    }
    return Fail(start, "invalid_json", "a text begins here and its closing quote is missing");
  }

  bool Escape() {
    const std::size_t start = at_++;
    const char c = Peek();
    if (c != '\0' && std::string_view("\"\\/bfnrt").find(c) != std::string_view::npos) {
      ++at_;
      return true;
    }
    const int first = c == 'u' ? HexUnit() : -1;
    if (first < 0) return Fail(start, "invalid_json", "not an escape sequence of JSON");
    if (first < 0xD800 || first > 0xDFFF) return true;
    // Beyond the basic plane a character is a pair of units: high, then low.
    if (first <= 0xDBFF && text_.substr(at_, 2) == "\\u") {
      ++at_;
      const int second = HexUnit();
      if (second >= 0xDC00 && second <= 0xDFFF) return true;
    }
    return Fail(start, "invalid_json", "half of a surrogate pair is no character");
  }

  // Reads "uXXXX"; -1 if it is not that.
  int HexUnit() {
    ++at_;
    int value = 0;
    for (int i = 0; i < 4; ++i, ++at_) {
      const char c = Peek();
      if (!IsHexDigit(c)) return -1;
      value = value * 16 + (IsDigit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    return value;
  }

  bool Word(std::string_view word) {
    if (text_.substr(at_, word.size()) != word) return Expected("a value", false);
    at_ += word.size();
    return EndsHere();
  }

  bool Number() {
    const std::size_t length = NumberLength(text_.substr(at_));
    if (length == 0) {
      const bool closes = Peek() == '}' || Peek() == ']';
      return Expected(Peek() == '\'' ? "a value; texts stand in double quotes" : "a value", closes);
    }
    at_ += length;
    return EndsHere();
  }

  // A word or number must not run into something else: `truex`, `01`, `1.`.
  bool EndsHere() {
    if (at_ == text_.size()) return true;
    if (std::string_view(" \t\r\n,:]}[{\"").find(text_[at_]) != std::string_view::npos) {
      return true;
    }
    return Fail(at_, "invalid_json", fmt::format("found {} within a value", Shown(text_, at_)));
  }

  bool Expected(std::string_view what, bool after_comma) {
    return Fail(at_, "invalid_json",
                fmt::format("expected {}, found {}{}", what, Shown(text_, at_),
                            after_comma ? " (a comma too many?)" : ""));
  }

  bool Fail(std::size_t offset, std::string_view code, std::string message) {
    error_ = {offset, std::string(code), std::move(message)};
    return false;
  }

  void SkipSpace() {
    while (at_ < text_.size() &&
           std::string_view(" \t\r\n").find(text_[at_]) != std::string_view::npos) {
      ++at_;
    }
  }
  [[nodiscard]] char Peek() const { return at_ < text_.size() ? text_[at_] : '\0'; }
  bool Take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  std::string_view text_;
  int max_depth_;
  std::size_t at_ = 0;
  JsonError error_;
};

std::size_t SkipDigits(std::string_view text, std::size_t at) {
  while (at < text.size() && IsDigit(text[at])) ++at;
  return at;
}

}  // namespace

std::size_t FindInvalidUtf8(std::string_view text) {
  const auto byte_at = [text](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  for (std::size_t at = 0; at < text.size();) {
    const Utf8Lead lead = LeadOf(byte_at(at));
    if (lead.length == 0 || at + lead.length > text.size()) return at;
    if (lead.length > 1 && (byte_at(at + 1) < lead.low || byte_at(at + 1) > lead.high)) return at;
    for (std::size_t i = 2; i < lead.length; ++i) {
      if ((byte_at(at + i) & 0xC0U) != 0x80U) return at;
    }
    at += lead.length;
  }
  return std::string_view::npos;
}

std::size_t NumberLength(std::string_view text) {
  std::size_t at = text.starts_with('-') ? 1 : 0;
  const std::size_t whole = SkipDigits(text, at);
  if (whole == at) return 0;
  // A leading zero stands alone: the rest of `01` is not part of the number.
  at = text[at] == '0' ? at + 1 : whole;
  if (at < text.size() && text[at] == '.') {
    const std::size_t fraction = SkipDigits(text, at + 1);
    if (fraction == at + 1) return at;
    at = fraction;
  }
  if (at < text.size() && (text[at] == 'e' || text[at] == 'E')) {
    std::size_t digits = at + 1;
    if (digits < text.size() && (text[digits] == '+' || text[digits] == '-')) ++digits;
    const std::size_t exponent = SkipDigits(text, digits);
    if (exponent > digits) at = exponent;
  }
  return at;
}

std::optional<JsonError> Diagnose(std::string_view text, int max_depth) {
  if (text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF")) {
    return JsonError{0, "invalid_utf8", "the text is UTF-16; save it as UTF-8"};
  }
  if (const std::size_t at = FindInvalidUtf8(text); at != std::string_view::npos) {
    return JsonError{at, "invalid_utf8",
                     fmt::format("byte 0x{:02x} is not UTF-8 here; save the text as UTF-8",
                                 static_cast<unsigned char>(text[at]))};
  }
  return Scanner(text, max_depth).Run();
}

}  // namespace orderwright::io_internal
