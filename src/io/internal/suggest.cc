#include "src/io/internal/suggest.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace orderwright::io_internal {

std::size_t EditDistance(std::string_view a, std::string_view b) {
  // Rows i-2, i-1 and i of the table of distances between prefixes (optimal string alignment).
  std::vector<std::size_t> before(b.size() + 1);
  std::vector<std::size_t> last(b.size() + 1);
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t changed = last[j - 1] + (a[i - 1] == b[j - 1] ? 0 : 1);
      row[j] = std::min({changed, last[j] + 1, row[j - 1] + 1});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1]) {
        row[j] = std::min(row[j], before[j - 2] + 1);
      }
    }
    std::swap(before, last);
    std::swap(last, row);
  }
  return last[b.size()];
}

void Suggestion::Consider(std::string_view candidate) {
  const std::size_t gap = word_.size() > candidate.size() ? word_.size() - candidate.size()
                                                          : candidate.size() - word_.size();
  // A length that differs by more cannot be nearer; long words are not worth the table.
  if (gap > best_distance_ || word_.size() > 64) return;
  const std::size_t distance = EditDistance(word_, candidate);
  if (distance > best_distance_ || (distance == best_distance_ && !best_.empty())) return;
  best_ = candidate;
  best_distance_ = distance;
}

}  // namespace orderwright::io_internal
