// Diagnose: where exactly a text stops being JSON, and what was expected there.
//
// The fast parser only says that something is wrong. This one is slow, exact and independent of
// it: it runs once, on a text that was already refused.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_JSON_DIAGNOSE_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_JSON_DIAGNOSE_H_

#include <cstddef>
#include <optional>
#include <string_view>

#include "src/io/internal/json_tree.h"

namespace orderwright::io_internal {

// The first error of `text` as RFC 8259 JSON whose root is an object or an array and whose
// containers nest at most `max_depth` deep; absent if there is none.
std::optional<JsonError> Diagnose(std::string_view text, int max_depth);

// The byte where `text` stops being UTF-8 (RFC 3629: no surrogates, no overlong forms), or npos.
std::size_t FindInvalidUtf8(std::string_view text);

// The length of the JSON number that `text` begins with; 0 if there is none.
std::size_t NumberLength(std::string_view text);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_JSON_DIAGNOSE_H_
