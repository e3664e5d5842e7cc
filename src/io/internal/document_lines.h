// The lines of a document: those of its problem and the alternatives to them, as the orders have
// them.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_DOCUMENT_LINES_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_DOCUMENT_LINES_H_

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

#include "orderwright/io/problem_json.h"
#include "orderwright/solver/problem.h"

namespace orderwright::io_internal {

struct DocumentLine {
  std::uint32_t line = 0;                     // of the problem
  std::uint32_t alternative = solver::kNone;  // of the document; kNone: the line itself

  friend bool operator==(const DocumentLine&, const DocumentLine&) = default;
};

class DocumentLines {
 public:
  explicit DocumentLines(const io::ProblemDocument& document);

  // The lines of an order, by their position in it.
  [[nodiscard]] std::span<const DocumentLine> Of(std::size_t order) const {
    return std::span(lines_).subspan(first_[order], first_[order + 1] - first_[order]);
  }
  // The position in its order.
  [[nodiscard]] std::uint32_t PositionOf(const DocumentLine& line) const {
    return line.alternative == solver::kNone ? of_line_[line.line]
                                             : of_alternative_[line.alternative];
  }
  // The line whose arc it is; `line` of the problem has it.
  [[nodiscard]] DocumentLine LineOf(std::uint32_t line, std::uint32_t arc) const;

 private:
  const io::ProblemDocument& document_;
  std::vector<DocumentLine> lines_;  // order by order
  std::vector<std::size_t> first_;   // per order, and the end
  std::vector<std::uint32_t> of_line_;
  std::vector<std::uint32_t> of_alternative_;
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_DOCUMENT_LINES_H_
