// Parse: text to an Ast.
//
// Hand-written, in one pass, with every limit checked as it goes: no text makes it recurse deeper
// or allocate more than its options say.
//
// Source: cel-spec doc/langdef.md, "Syntax" and "Macros"; optional syntax and the other macros as
// the extensions of the conformance suite have them.
//
// Example:
//   const absl::StatusOr<Ast> ast = Parse("order.total > 250.0 && 'vip' in order.tags");
#ifndef ORDERWRIGHT_CEL_PARSER_H_
#define ORDERWRIGHT_CEL_PARSER_H_

#include <cstddef>
#include <string_view>

#include "absl/status/statusor.h"
#include "orderwright/cel/ast.h"
#include "orderwright/core/export.h"

namespace orderwright::cel {

struct ParseOptions {
  std::size_t max_bytes = 65'536;  // of source
  std::size_t max_nodes = 10'000;  // of the Ast
  int max_nesting = 250;           // of brackets, calls and the branches of ?:
  std::uint32_t max_height = 500;  // of the Ast, at most 600: a chain of + or . counts each link
  bool macros = true;              // off: has, all, map … are calls of functions
  // cel.block with cel.index, cel.iterVar and cel.accuVar: an optimiser's own form, for its tests.
  bool block_macros = false;
};

// Errors: kInvalidArgument with an Issue (IssuesIn) for text that is not an expression, is not
// UTF-8, or exceeds a limit.
// Complexity: O(bytes). Thread-safe.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<Ast> Parse(std::string_view text,
                                                           const ParseOptions& options = {});

}  // namespace orderwright::cel

#endif  // ORDERWRIGHT_CEL_PARSER_H_
