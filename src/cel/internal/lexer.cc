#include "src/cel/internal/lexer.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include <fmt/format.h>

#include "src/cel/internal/utf8.h"

namespace orderwright::cel_internal {
namespace {

constexpr std::array<std::string_view, 21> kReserved = {
    "false",    "in",      "null",      "true",     "as",  "break",  "const",
    "continue", "else",    "for",       "function", "if",  "import", "let",
    "loop",     "package", "namespace", "return",   "var", "void",   "while"};

// Longest first.
constexpr std::array<std::string_view, 24> kSymbols = {
    "==", "!=", "<=", ">=", "&&", "||", "(", ")", "[", "]", "{", "}",
    ".",  ",",  ":",  "?",  "+",  "-",  "*", "/", "%", "!", "<", ">"};

constexpr std::string_view kEscapeLetters = "abfnrtv\\?\"'`";
constexpr std::string_view kEscaped = "\a\b\f\n\r\t\v\\?\"'`";

bool IsDigit(char c) { return c >= '0' && c <= '9'; }
bool IsLetter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; }
bool IsHex(char c) { return std::isxdigit(static_cast<unsigned char>(c)) != 0; }

std::uint32_t HexValue(char c) {
  if (IsDigit(c)) return static_cast<std::uint32_t>(c - '0');
  return static_cast<std::uint32_t>((c | 0x20) - 'a' + 10);
}

}  // namespace

void Lexer::Advance(std::size_t bytes) {
  code_ += static_cast<std::uint32_t>(CountCodePoints(text_.substr(at_, bytes)));
  at_ += bytes;
}

void Lexer::SkipBlank() {
  for (;;) {
    const char c = Peek();
    if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
      Advance(1);
    } else if (c == '/' && Peek(1) == '/') {
      Advance(std::min(text_.find('\n', at_), text_.size()) - at_);
    } else {
      return;
    }
  }
}

Token Lexer::Finish(Token token, TokenKind kind, std::size_t from) {
  token.kind = kind;
  token.text = text_.substr(from, at_ - from);
  token.end = code_;
  return token;
}

Token Lexer::Error(Token token, std::string message) {
  token.kind = TokenKind::kError;
  token.literal = std::move(message);
  token.end = code_;
  return token;
}

Token Lexer::Next() {
  SkipBlank();
  Token token;
  token.begin = token.end = code_;
  if (at_ >= text_.size()) return token;
  const char c = Peek();
  if (IsDigit(c) || (c == '.' && IsDigit(Peek(1)))) return Number();
  if (IsLetter(c)) return Word();
  if (c == '"' || c == '\'') return Text(false, false, token);
  if (c == '`') return QuotedWord();
  return Symbol();
}

Token Lexer::Number() {
  Token token;
  token.begin = code_;
  const std::size_t from = at_;
  const auto digits = [this] {
    while (IsDigit(Peek())) Advance(1);
  };
  TokenKind kind = TokenKind::kInt;
  if (Peek() == '0' && (Peek(1) == 'x' || Peek(1) == 'X') && IsHex(Peek(2))) {
    Advance(2);
    while (IsHex(Peek())) Advance(1);
  } else {
    digits();
    if (Peek() == '.' && IsDigit(Peek(1))) {
      kind = TokenKind::kDouble;
      Advance(1);
      digits();
    }
    const std::size_t sign = Peek(1) == '+' || Peek(1) == '-' ? 1 : 0;
    if ((Peek() == 'e' || Peek() == 'E') && IsDigit(Peek(1 + sign))) {
      kind = TokenKind::kDouble;
      Advance(1 + sign);
      digits();
    }
  }
  if (kind == TokenKind::kInt && (Peek() == 'u' || Peek() == 'U')) {
    token = Finish(token, TokenKind::kUint, from);
    Advance(1);
    token.end = code_;
  } else {
    token = Finish(token, kind, from);
  }
  if (IsLetter(Peek()) || IsDigit(Peek())) {
    return Error(token, fmt::format("'{}{}' is not a number", token.text, Peek()));
  }
  return token;
}

Token Lexer::Word() {
  Token token;
  token.begin = code_;
  const std::size_t from = at_;
  // r"", b"", br"" and their capitals.
  std::size_t prefix = 0;
  bool bytes = false;
  bool raw = false;
  if (Peek() == 'b' || Peek() == 'B') {
    bytes = true;
    ++prefix;
  }
  if (Peek(prefix) == 'r' || Peek(prefix) == 'R') {
    raw = true;
    ++prefix;
  }
  if (prefix > 0 && (Peek(prefix) == '"' || Peek(prefix) == '\'')) {
    Advance(prefix);
    return Text(raw, bytes, token);
  }
  while (IsLetter(Peek()) || IsDigit(Peek())) Advance(1);
  token = Finish(token, TokenKind::kIdentifier, from);
  if (std::find(kReserved.begin(), kReserved.end(), token.text) != kReserved.end()) {
    token.kind = TokenKind::kReserved;
  }
  return token;
}

Token Lexer::QuotedWord() {
  Token token;
  token.begin = code_;
  Advance(1);
  const std::size_t from = at_;
  const auto allowed = [](char c) {
    return IsLetter(c) || IsDigit(c) || c == '.' || c == '-' || c == '/' || c == ' ';
  };
  while (allowed(Peek())) Advance(1);
  if (Peek() != '`' || at_ == from) {
    return Error(token,
                 "a name in backticks has letters, digits, '_', '.', '-', '/' and spaces, and ends "
                 "with a backtick");
  }
  token = Finish(token, TokenKind::kQuotedIdentifier, from);
  Advance(1);
  token.end = code_;
  return token;
}

Token Lexer::Text(bool raw, bool bytes, Token token) {
  const char quote = Peek();
  const bool triple = Peek(1) == quote && Peek(2) == quote;
  const std::size_t width = triple ? 3 : 1;
  Advance(width);
  const std::size_t from = at_;
  const auto closes = [&] {
    return Peek() == quote && (!triple || (Peek(1) == quote && Peek(2) == quote));
  };
  while (!closes()) {
    if (at_ >= text_.size()) {
      return Error(
          token, fmt::format("the string is not closed: {} is missing", std::string(width, quote)));
    }
    const char c = Peek();
    if (!triple && (c == '\n' || c == '\r')) {
      return Error(token, "the string is not closed on its line: write \\n, or use three quotes");
    }
    if (c == '\\' && !raw) {
      const std::uint32_t begin = code_;
      if (std::optional<std::string> wrong = Escape(bytes, token.literal)) {
        token.begin = begin;
        return Error(token, *std::move(wrong));
      }
      continue;
    }
    // A raw string keeps its backslashes, and its first quote ends it.
    const std::size_t length = std::min(Utf8Length(c), text_.size() - at_);
    token.literal += text_.substr(at_, length);
    Advance(length);
  }
  std::string literal = std::move(token.literal);
  token = Finish(std::move(token), bytes ? TokenKind::kBytes : TokenKind::kString, from);
  token.literal = std::move(literal);
  Advance(width);
  token.end = code_;
  return token;
}

std::optional<std::string> Lexer::Escape(bool bytes, std::string& out) {
  Advance(1);
  const char c = Peek();
  if (const std::size_t i = kEscapeLetters.find(c); c != '\0' && i != std::string_view::npos) {
    out += kEscaped[i];
    Advance(1);
    return std::nullopt;
  }
  const auto append = [&](std::uint32_t code) {
    if (bytes) {
      out.push_back(static_cast<char>(code));
    } else {
      AppendUtf8(code, out);
    }
  };
  if (c >= '0' && c <= '3') {
    std::uint32_t code = 0;
    for (std::size_t i = 0; i < 3; ++i) {
      if (Peek(i) < '0' || Peek(i) > '7') return "an octal escape has three digits, \\000 to \\377";
      code = code * 8 + static_cast<std::uint32_t>(Peek(i) - '0');
    }
    Advance(3);
    append(code);
    return std::nullopt;
  }
  std::size_t digits = 0;
  if (c == 'x' || c == 'X') digits = 2;
  if (c == 'u') digits = 4;
  if (c == 'U') digits = 8;
  if (digits == 0) {
    return "unknown escape: a backslash is written \\\\, or use a raw string r\"…\"";
  }
  if (digits > 2 && bytes) return fmt::format("\\{} is of strings: bytes are written \\xHH", c);
  std::uint32_t code = 0;
  for (std::size_t i = 1; i <= digits; ++i) {
    if (!IsHex(Peek(i))) return fmt::format("\\{} is followed by {} hexadecimal digits", c, digits);
    code = code * 16 + HexValue(Peek(i));
  }
  if (!bytes && !IsCodePoint(code)) {
    return fmt::format("{:X} is not a code point: surrogates and those above 10FFFF are none",
                       code);
  }
  Advance(digits + 1);
  append(code);
  return std::nullopt;
}

Token Lexer::Symbol() {
  Token token;
  token.begin = code_;
  const std::size_t from = at_;
  for (const std::string_view symbol : kSymbols) {
    if (text_.substr(at_, symbol.size()) == symbol) {
      Advance(symbol.size());
      return Finish(token, TokenKind::kSymbol, from);
    }
  }
  switch (Peek()) {
    case '=':
      return Error(token, "'=' is no operator; did you mean '=='?");
    case '&':
      return Error(token, "'&' is no operator; did you mean '&&'?");
    case '|':
      return Error(token, "'|' is no operator; did you mean '||'?");
    default:
      break;
  }
  const std::size_t length = std::min(Utf8Length(Peek()), text_.size() - at_);
  return Error(token, fmt::format("{} begins nothing", Quoted(text_.substr(at_, length))));
}

}  // namespace orderwright::cel_internal
