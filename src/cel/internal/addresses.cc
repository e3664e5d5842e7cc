#include "src/cel/internal/addresses.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/status.h"

namespace orderwright::cel_internal {
namespace {

// A number without sign or leading zeros, at most `most`.
std::optional<int> Decimal(std::string_view text, int most) {
  if (text.empty() || text.size() > 3 || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  int value = 0;
  for (const char c : text) {
    if (c < '0' || c > '9') return std::nullopt;
    value = value * 10 + (c - '0');
  }
  return value <= most ? std::optional(value) : std::nullopt;
}

std::optional<std::array<std::uint8_t, 4>> FourOctets(std::string_view text) {
  std::array<std::uint8_t, 4> octets = {};
  for (std::size_t i = 0; i < 4; ++i) {
    const std::size_t dot = text.find('.');
    if ((dot == std::string_view::npos) != (i == 3)) return std::nullopt;
    const auto octet = Decimal(text.substr(0, dot), 255);
    if (!octet) return std::nullopt;
    octets[i] = static_cast<std::uint8_t>(*octet);
    if (i < 3) text.remove_prefix(dot + 1);
  }
  return octets;
}

// Groups of four hexadecimal digits between colons, as octets; the last may be four octets with
// dots.
std::optional<std::vector<std::uint8_t>> Groups(std::string_view text) {
  std::vector<std::uint8_t> octets;
  while (!text.empty()) {
    const std::size_t colon = text.find(':');
    const std::string_view group = text.substr(0, colon);
    const bool last = colon == std::string_view::npos;
    if (last && group.find('.') != std::string_view::npos) {
      const auto four = FourOctets(group);
      if (!four) return std::nullopt;
      octets.insert(octets.end(), four->begin(), four->end());
    } else {
      unsigned value = 0;
      const char* const end = group.data() + group.size();
      const auto [next, error] = std::from_chars(group.data(), end, value, 16);
      if (group.size() > 4 || error != std::errc() || next != end) return std::nullopt;
      octets.push_back(static_cast<std::uint8_t>(value >> 8U));
      octets.push_back(static_cast<std::uint8_t>(value & 0xFFU));
    }
    if (octets.size() > 16) return std::nullopt;
    if (last) break;
    text.remove_prefix(colon + 1);
    if (text.empty()) return std::nullopt;
  }
  return octets;
}

std::optional<IpAddress> ParseVersion6(std::string_view text) {
  IpAddress address;
  const std::size_t gap = text.find("::");
  const auto head = Groups(text.substr(0, gap));
  if (!head) return std::nullopt;
  if (gap == std::string_view::npos) {
    if (head->size() != 16) return std::nullopt;
    std::copy(head->begin(), head->end(), address.octets.begin());
    return address;
  }
  const auto tail = Groups(text.substr(gap + 2));
  // The gap stands for one group at least; octets with dots belong to the end alone.
  if (!tail || head->size() + tail->size() > 14 ||
      text.substr(0, gap).find('.') != std::string_view::npos) {
    return std::nullopt;
  }
  std::copy(head->begin(), head->end(), address.octets.begin());
  std::copy_backward(tail->begin(), tail->end(), address.octets.end());
  return address;
}

bool IsMapped(const IpAddress& address) {
  return !address.v4 && address.octets[10] == 0xFF && address.octets[11] == 0xFF &&
         std::all_of(address.octets.begin(), address.octets.begin() + 10,
                     [](std::uint8_t octet) { return octet == 0; });
}

}  // namespace

absl::StatusOr<IpAddress> IpAddress::Parse(std::string_view text) {
  if (text.find('%') != std::string_view::npos) {
    return InvalidArgument("'{}': an address with a zone is not allowed", text);
  }
  if (text.size() <= 45) {
    if (text.find(':') == std::string_view::npos) {
      if (const auto four = FourOctets(text)) {
        IpAddress address;
        address.v4 = true;
        std::copy(four->begin(), four->end(), address.octets.begin());
        return address;
      }
    } else if (const auto address = ParseVersion6(text)) {
      if (IsMapped(*address) && text.find('.') != std::string_view::npos) {
        return InvalidArgument("'{}': an IPv4 address written as IPv6 is not allowed", text);
      }
      return *address;
    }
  }
  return InvalidArgument("'{}' is not an IP address", text.substr(0, 100));
}

IpAddress IpAddress::Unmapped() const {
  if (!IsMapped(*this)) return *this;
  IpAddress address;
  address.v4 = true;
  std::copy(octets.begin() + 12, octets.end(), address.octets.begin());
  return address;
}

IpAddress IpAddress::Masked(int prefix) const {
  IpAddress masked = *this;
  for (std::size_t i = 0; i < octets.size(); ++i) {
    const int kept = std::clamp(prefix - static_cast<int>(i) * 8, 0, 8);
    masked.octets[i] = static_cast<std::uint8_t>(octets[i] & (0xFF00U >> kept));
  }
  return masked;
}

bool IpAddress::IsUnspecified() const {
  return std::all_of(octets.begin(), octets.end(), [](std::uint8_t octet) { return octet == 0; });
}
bool IpAddress::IsLoopback() const {
  if (v4) return octets[0] == 127;
  IpAddress loopback;
  loopback.octets[15] = 1;
  return *this == loopback;
}
bool IpAddress::IsMulticast() const { return v4 ? (octets[0] & 0xF0U) == 0xE0 : octets[0] == 0xFF; }
bool IpAddress::IsLinkLocalMulticast() const {
  if (v4) return octets[0] == 224 && octets[1] == 0 && octets[2] == 0;
  return octets[0] == 0xFF && (octets[1] & 0x0FU) == 2;
}
bool IpAddress::IsLinkLocalUnicast() const {
  if (v4) return octets[0] == 169 && octets[1] == 254;
  return octets[0] == 0xFE && (octets[1] & 0xC0U) == 0x80;
}
bool IpAddress::IsGlobalUnicast() const {
  const bool broadcast = v4 && std::all_of(octets.begin(), octets.begin() + 4,
                                           [](auto octet) { return octet == 255; });
  return !broadcast && !IsUnspecified() && !IsLoopback() && !IsMulticast() && !IsLinkLocalUnicast();
}

std::string ToString(const IpAddress& address) {
  const auto& octets = address.octets;
  if (address.v4) return fmt::format("{}.{}.{}.{}", octets[0], octets[1], octets[2], octets[3]);
  if (IsMapped(address)) return fmt::format("::ffff:{}", ToString(address.Unmapped()));
  std::array<unsigned, 8> groups = {};
  for (std::size_t i = 0; i < 8; ++i) {
    groups[i] = static_cast<unsigned>(octets[2 * i]) << 8U | octets[2 * i + 1];
  }
  // The first of the longest runs of two or more zero groups is left out.
  std::size_t gap = 8;
  std::size_t gap_length = 1;
  for (std::size_t i = 0; i < 8; ++i) {
    std::size_t end = i;
    while (end < 8 && groups[end] == 0) ++end;
    if (end - i > gap_length) {
      gap = i;
      gap_length = end - i;
    }
  }
  std::string text;
  for (std::size_t i = 0; i < 8;) {
    if (i == gap) {
      text += "::";
      i += gap_length;
      continue;
    }
    if (!text.empty() && text.back() != ':') text += ':';
    text += fmt::format("{:x}", groups[i++]);
  }
  return text;
}

absl::StatusOr<IpRange> IpRange::Parse(std::string_view text) {
  const std::size_t slash = text.rfind('/');
  if (slash == std::string_view::npos) {
    return InvalidArgument("'{}' is not a range of addresses such as 10.0.0.0/8",
                           text.substr(0, 100));
  }
  const absl::StatusOr<IpAddress> address = IpAddress::Parse(text.substr(0, slash));
  if (!address.ok()) return address.status();
  const auto prefix = Decimal(text.substr(slash + 1), address->bits());
  if (!prefix) {
    return InvalidArgument("'{}': the length of a prefix is 0 to {}", text, address->bits());
  }
  return IpRange{*address, *prefix};
}

bool IpRange::Contains(const IpAddress& other) const {
  return other.v4 == address.v4 && other.Masked(prefix) == address.Masked(prefix);
}

bool IpRange::Contains(const IpRange& other) const {
  return other.prefix >= prefix && Contains(other.address);
}

std::string ToString(const IpRange& range) {
  return fmt::format("{}/{}", ToString(range.address), range.prefix);
}

}  // namespace orderwright::cel_internal
