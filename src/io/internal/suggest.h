// Suggest: the known word that a mistyped one was probably meant to be.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_SUGGEST_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_SUGGEST_H_

#include <cstddef>
#include <string_view>

namespace orderwright::io_internal {

// Letters to insert, remove, change or swap with their neighbour to make `b` of `a`.
std::size_t EditDistance(std::string_view a, std::string_view b);

// Keeps the candidate that is nearest to a word, if it is near enough to be worth proposing.
class Suggestion {
 public:
  explicit Suggestion(std::string_view word) : word_(word), best_distance_(1 + word.size() / 4) {}
  void Consider(std::string_view candidate);
  // Empty if no candidate is near.
  [[nodiscard]] std::string_view best() const { return best_; }

 private:
  std::string_view word_;
  std::string_view best_;
  std::size_t best_distance_;
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_SUGGEST_H_
