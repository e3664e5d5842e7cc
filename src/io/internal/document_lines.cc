#include "src/io/internal/document_lines.h"

namespace orderwright::io_internal {

using solver::kNone;

DocumentLines::DocumentLines(const io::ProblemDocument& document) : document_(document) {
  const solver::Problem& problem = document.problem;
  of_line_.resize(problem.lines.size());
  of_alternative_.resize(document.alternatives.size());
  first_.push_back(0);
  std::uint32_t next = 0;  // of the alternatives, which stand by line
  for (const solver::OrderSpan& order : problem.orders) {
    const std::uint32_t first = next;
    while (next < document.alternatives.size() &&
           document.alternatives[next].line < order.first_line + order.line_count) {
      ++next;
    }
    const std::size_t begin = lines_.size();
    lines_.resize(begin + order.line_count + (next - first));
    const std::span<DocumentLine> lines = std::span(lines_).subspan(begin);
    // Alternatives have the positions that they name; the lines have what these leave.
    for (std::uint32_t k = first; k < next; ++k) {
      const io::AlternativeLine& alternative = document.alternatives[k];
      of_alternative_[k] = alternative.position;
      lines[alternative.position] = {alternative.line, k};
    }
    std::uint32_t position = 0;
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      while (lines[position].alternative != kNone) ++position;
      of_line_[l] = position;
      lines[position++] = {l, kNone};
    }
    first_.push_back(lines_.size());
  }
}

DocumentLine DocumentLines::LineOf(std::uint32_t line, std::uint32_t arc) const {
  const auto& alternatives = document_.arc_alternatives;
  return {line, arc < alternatives.size() ? alternatives[arc] : kNone};
}

}  // namespace orderwright::io_internal
