// Bits: a bit a row, 64 rows a word; and bytes of 0 and 1, eight at a time.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_BITS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_BITS_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <vector>

namespace orderwright::rules_internal {

using Words = std::vector<std::uint64_t>;

[[nodiscard]] inline bool BitAt(const std::uint64_t* words, std::size_t i) {
  return (words[i / 64] >> (i % 64) & 1U) != 0;
}
inline void SetBit(Words& words, std::size_t i) { words[i / 64] |= std::uint64_t{1} << (i % 64); }

[[nodiscard]] inline bool AnyOf(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](std::uint64_t word) { return word != 0; });
}

// A bit for each row, and none beyond.
inline void FillAll(Words& words, std::size_t rows) {
  std::fill(words.begin(), words.end(), ~0ULL);
  if (rows % 64 != 0) words.back() = (std::uint64_t{1} << (rows % 64)) - 1;
}

// A bit a row, 64 at a time.
template <typename Holds>
void Fill(Words& words, std::size_t rows, const Holds& holds) {
  std::size_t i = 0;
  for (std::uint64_t& word : words) {
    std::uint64_t bits = 0;
    const std::size_t end = std::min<std::size_t>(64, rows - i);
    for (std::size_t j = 0; j < end; ++j, ++i) {
      bits |= static_cast<std::uint64_t>(holds(i)) << j;
    }
    word = bits;
  }
}

// The highest bit of each byte that is not 0.
[[nodiscard]] inline std::uint64_t NonZeroBytes(std::uint64_t bytes) {
  constexpr std::uint64_t kLow = 0x7f7f7f7f7f7f7f7fU;
  return (((bytes & kLow) + kLow) | bytes) & ~kLow;
}

// The first byte is the lowest bit; bytes are in the order of memory of a little-endian machine.
inline void PackBytes(std::span<const std::uint8_t> bytes, Words& words) {
  words.assign((bytes.size() + 63) / 64, 0);
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t eight = 0;
    for (std::size_t j = 0; j < 8; ++j) eight |= std::uint64_t{bytes[i + j]} << (8 * j);
    // The product has bit 8 * j of the factor at bit 56 + j.
    const std::uint64_t bits = ((NonZeroBytes(eight) >> 7) * 0x0102040810204080U) >> 56;
    words[i / 64] |= bits << (i % 64);
  }
  for (; i < bytes.size(); ++i) {
    words[i / 64] |= static_cast<std::uint64_t>(bytes[i] != 0) << (i % 64);
  }
}

inline void UnpackBytes(const std::uint64_t* words, std::span<std::uint8_t> bytes) {
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    const std::uint64_t eight = words[i / 64] >> (i % 64) & 0xffU;
    // Each byte keeps its own bit of the copies.
    const std::uint64_t spread = eight * 0x0101010101010101U & 0x8040201008040201U;
    const std::uint64_t ones = NonZeroBytes(spread) >> 7;
    for (std::size_t j = 0; j < 8; ++j) {
      bytes[i + j] = static_cast<std::uint8_t>(ones >> (8 * j));
    }
  }
  for (; i < bytes.size(); ++i) bytes[i] = BitAt(words, i) ? 1 : 0;
}

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_BITS_H_
