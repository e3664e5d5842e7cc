// Addresses of the Internet Protocol and ranges of them, as the extension for networks has them.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_ADDRESSES_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_ADDRESSES_H_

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace orderwright::cel_internal {

struct IpAddress {
  std::array<std::uint8_t, 16> octets = {};  // of version 4 the first four
  bool v4 = false;

  [[nodiscard]] int bits() const { return v4 ? 32 : 128; }
  // Neither zones nor ::ffff:1.2.3.4. Errors: kInvalidArgument.
  [[nodiscard]] static absl::StatusOr<IpAddress> Parse(std::string_view text);
  // An address of version 4 that is written as one of version 6, as itself.
  [[nodiscard]] IpAddress Unmapped() const;
  // All bits after the first `prefix` zero.
  [[nodiscard]] IpAddress Masked(int prefix) const;

  [[nodiscard]] bool IsUnspecified() const;
  [[nodiscard]] bool IsLoopback() const;
  [[nodiscard]] bool IsMulticast() const;
  [[nodiscard]] bool IsLinkLocalMulticast() const;
  [[nodiscard]] bool IsLinkLocalUnicast() const;
  [[nodiscard]] bool IsGlobalUnicast() const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};
// In canonical form, RFC 5952.
[[nodiscard]] std::string ToString(const IpAddress& address);

struct IpRange {
  IpAddress address;  // bits beyond the prefix are kept
  int prefix = 0;

  // "192.168.0.0/24". Errors: kInvalidArgument.
  [[nodiscard]] static absl::StatusOr<IpRange> Parse(std::string_view text);
  [[nodiscard]] bool Contains(const IpAddress& other) const;
  [[nodiscard]] bool Contains(const IpRange& other) const;

  friend bool operator==(const IpRange&, const IpRange&) = default;
};
[[nodiscard]] std::string ToString(const IpRange& range);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_ADDRESSES_H_
