// Symbol: an interned text, compared as one integer.
//
// Rules and routing compare texts (country, channel, service, tag) millions of times. They are
// interned once, when a World or an Order is made, into the SymbolTable of the world's lineage.
// Equal texts of one table have equal symbols; symbols of different tables mean nothing together.
// Symbol 0 is the empty text.
#ifndef ORDERWRIGHT_CORE_SYMBOL_H_
#define ORDERWRIGHT_CORE_SYMBOL_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "orderwright/core/export.h"

namespace orderwright {

enum class Symbol : std::uint32_t {};

inline constexpr Symbol kEmptySymbol{0};

// Append-only table of texts. Thread-safe; a returned text view stays valid as long as the table.
class ORDERWRIGHT_EXPORT SymbolTable {
 public:
  SymbolTable();
  ~SymbolTable();
  SymbolTable(const SymbolTable&) = delete;
  SymbolTable& operator=(const SymbolTable&) = delete;

  // The symbol of `text`, made now if it is new. Amortised O(length).
  [[nodiscard]] Symbol Intern(std::string_view text);
  // The symbol of `text` if it was ever interned: a text nobody interned equals no symbol.
  [[nodiscard]] std::optional<Symbol> Find(std::string_view text) const;
  // The text of a symbol of this table; empty for a symbol of another table out of range.
  [[nodiscard]] std::string_view Text(Symbol symbol) const;
  [[nodiscard]] std::size_t size() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_CORE_SYMBOL_H_
