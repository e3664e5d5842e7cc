// Lexer: the words of an expression.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_LEXER_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_LEXER_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "orderwright/cel/value.h"

namespace orderwright::cel_internal {

using namespace orderwright::cel;

enum class TokenKind : std::uint8_t {
  kEnd,
  kIdentifier,
  kQuotedIdentifier,  // `a-b`
  kReserved,          // a word that cannot be a variable: "for", "in", "true" …
  kInt,               // text is the digits, perhaps 0x…
  kUint,              // without its u
  kDouble,
  kString,  // literal is its value
  kBytes,
  kSymbol,  // text is the operator or bracket
  kError,   // message says what is wrong
};

struct Token {
  TokenKind kind = TokenKind::kEnd;
  std::string_view text;
  std::uint32_t begin = 0;  // in code points
  std::uint32_t end = 0;
  std::string literal;  // of a string; the message of an error

  [[nodiscard]] bool Is(std::string_view symbol) const {
    return kind == TokenKind::kSymbol && text == symbol;
  }
  // "in", which is reserved and an operator.
  [[nodiscard]] bool IsWord(std::string_view word) const {
    return kind == TokenKind::kReserved && text == word;
  }
};

class Lexer {
 public:
  // `text` is valid UTF-8 and outlives the lexer.
  explicit Lexer(std::string_view text) : text_(text) {}

  // The next token; after the last, and after an error, the same again.
  [[nodiscard]] Token Next();

 private:
  [[nodiscard]] char Peek(std::size_t ahead = 0) const {
    return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0';
  }
  void Advance(std::size_t bytes);
  void SkipBlank();
  [[nodiscard]] Token Number();
  [[nodiscard]] Token Word();
  [[nodiscard]] Token QuotedWord();
  // A string that begins at the quotes; the prefix has been passed.
  [[nodiscard]] Token Text(bool raw, bool bytes, Token token);
  // Decodes one escape into `out`; a message if it is wrong.
  [[nodiscard]] std::optional<std::string> Escape(bool bytes, std::string& out);
  [[nodiscard]] Token Symbol();
  [[nodiscard]] Token Finish(Token token, TokenKind kind, std::size_t from);
  [[nodiscard]] Token Error(Token token, std::string message);

  std::string_view text_;
  std::size_t at_ = 0;      // byte
  std::uint32_t code_ = 0;  // code point
};

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_LEXER_H_
