// Bits: a bit a row, 64 rows a word; and bytes of 0 and 1, eight at a time.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_BITS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_BITS_H_

#include <algorithm>
#include <array>
#include <bit>
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

// Eight bytes as a number whose lowest byte is the first, whatever the machine.
[[nodiscard]] inline std::uint64_t LoadBytes(const std::uint8_t* bytes) {
  std::uint64_t eight = 0;
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(&eight, bytes, sizeof eight);
  } else {
    for (std::size_t j = 0; j < 8; ++j) eight |= std::uint64_t{bytes[j]} << (8 * j);
  }
  return eight;
}
inline void StoreBytes(std::uint64_t eight, std::uint8_t* bytes) {
  if constexpr (std::endian::native == std::endian::little) {
    std::memcpy(bytes, &eight, sizeof eight);
  } else {
    for (std::size_t j = 0; j < 8; ++j) bytes[j] = static_cast<std::uint8_t>(eight >> (8 * j));
  }
}

// The highest bit of each byte that is not 0.
[[nodiscard]] inline std::uint64_t NonZeroBytes(std::uint64_t bytes) {
  constexpr std::uint64_t kLow = 0x7f7f7f7f7f7f7f7fU;
  return (((bytes & kLow) + kLow) | bytes) & ~kLow;
}

// Of the bytes 0 and 1 of a number, the first the lowest: the product has bit 8 * j of the factor
// at bit 56 + j.
[[nodiscard]] inline std::uint64_t PackOnes(std::uint64_t ones) {
  return ones * 0x0102040810204080U >> 56;
}

// Words of bits that `eight(i)` gives eight at a time, from row i, and `one(i)` one by one.
template <typename Eight, typename One>
void FillByEights(Words& words, std::size_t rows, const Eight& eight, const One& one) {
  std::size_t i = 0;
  for (std::uint64_t& word : words) {
    std::uint64_t bits = 0;
    if (rows - i >= 64) {
      // Unrolled: the shifts are constants.
      for (std::size_t k = 0; k < 8; ++k) bits |= eight(i + 8 * k) << (8 * k);
      i += 64;
    } else {
      std::size_t j = 0;
      for (; rows - i >= 8; i += 8, j += 8) bits |= eight(i) << j;
      for (; i < rows; ++i, ++j) bits |= one(i) << j;
    }
    word = bits;
  }
}

// The first byte is the lowest bit.
inline void PackBytes(std::span<const std::uint8_t> bytes, Words& words) {
  words.resize((bytes.size() + 63) / 64);
  const std::uint8_t* const at = bytes.data();
  FillByEights(
      words, bytes.size(),
      [&](std::size_t i) { return PackOnes(NonZeroBytes(LoadBytes(at + i)) >> 7); },
      [&](std::size_t i) { return at[i] != 0 ? std::uint64_t{1} : 0; });
}

// Eight bytes of 0 and 1 for each eight bits.
inline constexpr std::array<std::uint64_t, 256> kBytesOfBits = [] {
  std::array<std::uint64_t, 256> table{};
  for (std::uint64_t bits = 0; bits < table.size(); ++bits) {
    for (std::uint64_t j = 0; j < 8; ++j) table[bits] |= (bits >> j & 1U) << (8 * j);
  }
  return table;
}();

inline void UnpackBytes(const std::uint64_t* words, std::span<std::uint8_t> bytes) {
  std::uint8_t* at = bytes.data();
  std::size_t left = bytes.size();
  for (; left > 0; ++words) {
    std::uint64_t word = *words;
    std::size_t j = 0;
    for (; j < 64 && left >= 8; j += 8, at += 8, left -= 8, word >>= 8) {
      StoreBytes(kBytesOfBits[word & 0xffU], at);
    }
    for (; j < 64 && left > 0; ++j, ++at, --left, word >>= 1) {
      *at = static_cast<std::uint8_t>(word & 1U);
    }
  }
}

// A bit a row, of the bytes 0 and 1 of rows that are all over the place.
inline void PackBytesAt(const std::uint8_t* bytes, std::span<const std::uint32_t> rows,
                        Words& words) {
  FillByEights(
      words, rows.size(),
      [&](std::size_t i) {
        std::uint64_t eight = 0;
        for (std::size_t k = 0; k < 8; ++k) eight |= std::uint64_t{bytes[rows[i + k]]} << (8 * k);
        return PackOnes(eight);
      },
      [&](std::size_t i) { return std::uint64_t{bytes[rows[i]]}; });
}

// A bit a row: bit `bit` of each byte.
inline void PackBit(std::span<const std::uint8_t> bytes, unsigned bit, Words& words) {
  constexpr std::uint64_t kOnes = 0x0101010101010101U;
  const std::uint8_t* const at = bytes.data();
  FillByEights(
      words, bytes.size(),
      [&](std::size_t i) { return PackOnes(LoadBytes(at + i) >> bit & kOnes); },
      [&](std::size_t i) { return std::uint64_t{at[i]} >> bit & 1U; });
}

// The bytes of rows that are all over the place. They are stored by eight: what was stored byte by
// byte is slow to load by eight.
inline void GatherBytes(const std::uint8_t* bytes, std::span<const std::uint32_t> rows,
                        std::uint8_t* out) {
  std::size_t i = 0;
  for (; i + 8 <= rows.size(); i += 8) {
    std::uint64_t eight = 0;
    for (std::size_t k = 0; k < 8; ++k) eight |= std::uint64_t{bytes[rows[i + k]]} << (8 * k);
    StoreBytes(eight, out + i);
  }
  for (; i < rows.size(); ++i) out[i] = bytes[rows[i]];
}

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_BITS_H_
