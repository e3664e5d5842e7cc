// Hash128: what stands for a command key or for the content of a command. Keys live as long as
// their orders, so a pool keeps 16 bytes of each instead of a text.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_HASH128_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_HASH128_H_

#include <cstdint>
#include <string_view>
#include <utility>

namespace orderwright::inventory_internal {

struct Hash128 {
  std::uint64_t low = 0;
  std::uint64_t high = 0;

  friend bool operator==(const Hash128&, const Hash128&) = default;
  template <typename H>
  friend H AbslHashValue(H h, const Hash128& hash) {
    return H::combine(std::move(h), hash.low, hash.high);
  }
};

// MurmurHash3_x64_128 of A. Appleby (public domain, smhasher) with seed 0: the same in every
// process and on every platform, so it may be written to a journal. Two texts of one hash are one
// key: of 2^40 keys, with odds of about 1 in 2^49.
[[nodiscard]] Hash128 HashOf(std::string_view bytes);

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_HASH128_H_
