// Macros: calls that the parser replaces by nodes of their own.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_MACROS_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_MACROS_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>

#include "orderwright/cel/ast.h"

namespace orderwright::cel_internal {

using namespace orderwright::cel;

// Why a call that looks like a macro is none, and where.
struct MacroError {
  std::uint32_t at;
  std::string message;
};

struct MacroCall {
  std::string_view function;
  const NodeId* receiver;  // null for a call without one
  std::span<const NodeId> arguments;
  Node shape;  // begin, end and at of the call
  bool block;  // expand cel.block and its kin
};

// "all", "exists", …: as a message calls it.
[[nodiscard]] std::string_view MacroName(Comprehension macro);

// Nothing if `call` is not a macro.
[[nodiscard]] std::optional<std::variant<NodeId, MacroError>> ExpandMacro(const MacroCall& call,
                                                                          AstBuilder& builder);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_MACROS_H_
