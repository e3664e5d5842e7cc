#include "src/model/internal/spelling.h"

#include <algorithm>
#include <array>
#include <cstdint>

#include <fmt/format.h>

namespace orderwright::model_internal {
namespace {

// Longer names are not compared: nobody mistypes them, and the rows stay on the stack.
constexpr std::size_t kMaxLength = 64;
using Row = std::array<std::uint8_t, kMaxLength + 1>;

char Lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool Same(char a, char b) { return Lower(a) == Lower(b); }

}  // namespace

std::size_t EditDistance(std::string_view a, std::string_view b, std::size_t limit) {
  const std::size_t gap = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  if (gap > limit || a.size() > kMaxLength || b.size() > kMaxLength) return limit + 1;
  Row before{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) last[j] = static_cast<std::uint8_t>(j);
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = static_cast<std::uint8_t>(i);
    int least = row[0];
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const int replaced = last[j - 1] + (Same(a[i - 1], b[j - 1]) ? 0 : 1);
      int edits = std::min({last[j] + 1, row[j - 1] + 1, replaced});
      if (i > 1 && j > 1 && Same(a[i - 1], b[j - 2]) && Same(a[i - 2], b[j - 1])) {
        edits = std::min(edits, before[j - 2] + 1);
      }
      row[j] = static_cast<std::uint8_t>(edits);
      least = std::min(least, edits);
    }
    // No row to come has a value below this one's least: a swap, which reaches over it, costs one,
    // and so does every step from the row before to this one.
    if (static_cast<std::size_t>(least) > limit) return limit + 1;
    before = last;
    last = row;
  }
  return std::min<std::size_t>(last[b.size()], limit + 1);
}

NearestName::NearestName(std::string_view wanted)
    : wanted_(wanted), limit_(std::max<std::size_t>(1, wanted.size() / 3)) {}

void NearestName::Offer(std::string_view candidate) {
  const std::size_t limit = best_ ? distance_ : limit_;
  const std::size_t distance = EditDistance(wanted_, candidate, limit);
  // A candidate that shares no letter with a short name is no advice.
  if (distance > limit || distance >= std::max(wanted_.size(), candidate.size())) return;
  if (best_ && distance == distance_ && candidate >= *best_) return;
  distance_ = distance;
  best_ = std::string(candidate);
}

std::string Advice(const std::optional<std::string>& nearest) {
  return nearest ? fmt::format("; did you mean '{}'?", *nearest) : std::string();
}

}  // namespace orderwright::model_internal
