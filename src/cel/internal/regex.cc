#include "src/cel/internal/regex.h"

#include <cstdint>

#include <fmt/format.h>
#include <re2/re2.h>

namespace orderwright::cel_internal {
namespace {

RE2::Options OptionsFor(std::size_t max_program) {
  RE2::Options options;
  options.set_log_errors(false);
  // RE2 gives two thirds of its memory to programs, at four times the 16 bytes of an instruction;
  // the rest is for the automaton that it builds as it matches.
  options.set_max_mem(static_cast<std::int64_t>(max_program * 100 + 65'536));
  return options;
}

}  // namespace

struct Regex::Compiled {
  Compiled(std::string_view pattern, const RE2::Options& options)
      : re2({pattern.data(), pattern.size()}, options) {}
  RE2 re2;
};

Regex::Regex(std::string_view pattern, std::size_t max_program)
    : compiled_(std::make_unique<Compiled>(pattern, OptionsFor(max_program))) {
  const RE2& re2 = compiled_->re2;
  if (re2.ok()) {
    program_size_ = static_cast<std::size_t>(re2.ProgramSize());
    if (program_size_ <= max_program) return;
    error_ = fmt::format("the regular expression is too large: {} instructions, {} are allowed",
                         program_size_, max_program);
  } else if (re2.error_code() == RE2::ErrorPatternTooLarge ||
             re2.error_code() == RE2::ErrorRepeatSize) {
    program_size_ = max_program;  // that much was tried
    error_ = fmt::format("the regular expression is too large: {}", re2.error());
  } else {
    error_ = fmt::format("invalid regular expression: {}", re2.error());
  }
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;
Regex& Regex::operator=(Regex&&) noexcept = default;

bool Regex::Matches(std::string_view text) const {
  return RE2::PartialMatch({text.data(), text.size()}, compiled_->re2);
}

}  // namespace orderwright::cel_internal
