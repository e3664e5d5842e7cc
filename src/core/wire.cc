#include "orderwright/core/wire.h"

namespace orderwright {
namespace {

// Zig-zag: 0, -1, 1, -2, … become 0, 1, 2, 3, …, so that small negative numbers stay short.
std::uint64_t ZigZag(std::int64_t value) {
  const auto bits = static_cast<std::uint64_t>(value);
  return (bits << 1) ^ (value < 0 ? ~std::uint64_t{0} : std::uint64_t{0});
}

std::int64_t UnZigZag(std::uint64_t bits) {
  return static_cast<std::int64_t>((bits >> 1) ^ (~(bits & 1) + 1));
}

}  // namespace

void WireWriter::PutVarint(std::uint64_t value) {
  while (value >= 0x80) {
    bytes_.push_back(static_cast<char>(static_cast<unsigned char>(value | 0x80)));
    value >>= 7;
  }
  bytes_.push_back(static_cast<char>(value));
}

void WireWriter::PutSigned(std::int64_t value) { PutVarint(ZigZag(value)); }

void WireWriter::PutText(std::string_view text) {
  PutVarint(text.size());
  bytes_.append(text);
}

bool WireReader::Fail() {
  ok_ = false;
  return false;
}

bool WireReader::GetVarint(std::uint64_t& value) {
  if (!ok_) return false;
  std::uint64_t result = 0;
  for (std::size_t i = 0; i < rest_.size() && i < 10; ++i) {
    const auto byte = static_cast<unsigned char>(rest_[i]);
    // The tenth byte has room for one bit; a zero at the end would be a second spelling.
    if (i == 9 && byte > 1) return Fail();
    result |= static_cast<std::uint64_t>(byte & 0x7f) << (7 * i);
    if (byte < 0x80) {
      if (byte == 0 && i > 0) return Fail();
      rest_.remove_prefix(i + 1);
      value = result;
      return true;
    }
  }
  return Fail();
}

bool WireReader::GetSigned(std::int64_t& value) {
  std::uint64_t bits = 0;
  if (!GetVarint(bits)) return false;
  value = UnZigZag(bits);
  return true;
}

bool WireReader::GetText(std::string_view& text) {
  std::uint64_t size = 0;
  if (!GetVarint(size)) return false;
  if (size > rest_.size()) return Fail();
  text = rest_.substr(0, size);
  rest_.remove_prefix(size);
  return true;
}

}  // namespace orderwright
