// NearestName: which known name was meant by a misspelt one.
#ifndef ORDERWRIGHT_SRC_MODEL_INTERNAL_SPELLING_H_
#define ORDERWRIGHT_SRC_MODEL_INTERNAL_SPELLING_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace orderwright::model_internal {

// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment) that
// make `b` of `a`, letters compared without case; `limit + 1` if it takes more than `limit`.
[[nodiscard]] std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t limit);

// Offered every known name in any order, keeps the nearest within a third of the length; among
// equally near ones the first in the order of bytes.
class NearestName {
 public:
  explicit NearestName(std::string_view wanted);
  void Offer(std::string_view candidate);
  [[nodiscard]] const std::optional<std::string>& best() const { return best_; }

 private:
  std::string_view wanted_;
  std::size_t limit_;
  std::size_t distance_ = 0;
  std::optional<std::string> best_;
};

// "; did you mean 'MUG'?", or nothing.
[[nodiscard]] std::string Advice(const std::optional<std::string>& nearest);

}  // namespace orderwright::model_internal

#endif  // ORDERWRIGHT_SRC_MODEL_INTERNAL_SPELLING_H_
