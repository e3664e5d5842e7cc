// Lines of orderwright.problem/1 that are alternatives to others.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_ALTERNATIVES_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_ALTERNATIVES_H_

#include <cstdint>
#include <vector>

#include "src/io/internal/json_reader.h"
#include "src/io/internal/problem_fields.h"

namespace orderwright::io_internal {

// For each line of the order the one whose units it counts towards: itself where it is no
// alternative, kNone where it names none. Reports that, and fields of an alternative that differ
// from those of its line, as well as fields that a line lacks.
[[nodiscard]] std::vector<std::uint32_t> MainLines(JsonReader& reader, const OrderRow& order);

// Which limit the units of a line count against, beside the stock. A line has one at most.
enum class LineQuota : std::uint8_t {
  kNone = 0,
  kNamed = 1,        // lines[].quota
  kOwn = 2,          // an alternative of less units than its line
  kSubstituted = 3,  // orders[].max_substituted_units
};

// Which one line `i` has; `main` is its line. Reports a second one as not supported.
[[nodiscard]] LineQuota QuotaOfLine(JsonReader& reader, const OrderRow& order, std::size_t i,
                                    std::size_t main);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_ALTERNATIVES_H_
