#include "src/inventory/internal/hash128.h"

#include <bit>
#include <cstddef>

namespace orderwright::inventory_internal {
namespace {

constexpr std::uint64_t kC1 = 0x87c37b91114253d5;
constexpr std::uint64_t kC2 = 0x4cf5ad432745937f;

// Up to eight bytes, the first the lowest, on any platform.
std::uint64_t Word(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) {
    word = word << 8U | static_cast<unsigned char>(bytes[i]);
  }
  return word;
}

std::uint64_t Mix1(std::uint64_t k) { return std::rotl(k * kC1, 31) * kC2; }
std::uint64_t Mix2(std::uint64_t k) { return std::rotl(k * kC2, 33) * kC1; }

std::uint64_t Finish(std::uint64_t k) {
  k ^= k >> 33U;
  k *= 0xff51afd7ed558ccd;
  k ^= k >> 33U;
  k *= 0xc4ceb9fe1a85ec53;
  return k ^ k >> 33U;
}

}  // namespace

Hash128 HashOf(std::string_view bytes) {
  const std::uint64_t size = bytes.size();
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  for (; bytes.size() >= 16; bytes.remove_prefix(16)) {
    a = (std::rotl(a ^ Mix1(Word(bytes.substr(0, 8))), 27) + b) * 5 + 0x52dce729;
    b = (std::rotl(b ^ Mix2(Word(bytes.substr(8, 8))), 31) + a) * 5 + 0x38495ab5;
  }
  if (bytes.size() > 8) b ^= Mix2(Word(bytes.substr(8)));
  if (!bytes.empty()) a ^= Mix1(Word(bytes.substr(0, 8)));
  a ^= size;
  b ^= size;
  a += b;
  b += a;
  a = Finish(a);
  b = Finish(b);
  a += b;
  b += a;
  return {a, b};
}

}  // namespace orderwright::inventory_internal
