// Regex: RE2, behind one file. Debian's RE2 takes re2::StringPiece, newer ones absl::string_view.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_REGEX_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_REGEX_H_

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>

namespace orderwright::cel_internal {

// A compiled regular expression, or why it is none. Immutable; thread-safe; linear time.
class Regex {
 public:
  // Refuses a pattern that needs more than `max_program` instructions, in bounded memory.
  Regex(std::string_view pattern, std::size_t max_program);
  ~Regex();
  Regex(Regex&&) noexcept;
  Regex& operator=(Regex&&) noexcept;

  [[nodiscard]] bool ok() const { return error_.empty(); }
  [[nodiscard]] const std::string& error() const { return error_; }
  // Instructions; of a pattern that is too large, those that were tried.
  [[nodiscard]] std::size_t program_size() const { return program_size_; }
  // What matching `text` takes, in characters passed: at worst every instruction for each of them,
  // but several at a time.
  [[nodiscard]] std::size_t CostOn(std::string_view text) const {
    return text.size() * (1 + program_size_ / 16);
  }
  // True if any part of `text` matches. Asks for ok().
  [[nodiscard]] bool Matches(std::string_view text) const;

 private:
  struct Compiled;
  std::unique_ptr<Compiled> compiled_;
  std::string error_;
  std::size_t program_size_ = 0;
};

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_REGEX_H_
