// Wire: a small binary codec for events, snapshots and payloads.
//
// Unsigned numbers are LEB128 varints (at most 10 bytes), signed ones zig-zag first, texts a
// length and the bytes. The encoding of a value is unique: over-long varints are refused, so equal
// states have equal bytes and one hash. (LEB128: DWARF 5, section 7.6; zig-zag: Protocol Buffers
// encoding guide.)
//
// Example:
//   WireWriter out;
//   out.PutVarint(7); out.PutText("MUG");
//   WireReader in(out.bytes());
//   std::uint64_t n; std::string_view sku;
//   bool ok = in.GetVarint(n) && in.GetText(sku) && in.AtEnd();
#ifndef ORDERWRIGHT_CORE_WIRE_H_
#define ORDERWRIGHT_CORE_WIRE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "orderwright/core/export.h"

namespace orderwright {

class ORDERWRIGHT_EXPORT WireWriter {
 public:
  void PutVarint(std::uint64_t value);
  void PutSigned(std::int64_t value);
  void PutText(std::string_view text);
  [[nodiscard]] std::string_view bytes() const { return bytes_; }
  [[nodiscard]] std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what a WireWriter wrote. Every Get returns false, and reads nothing, if the bytes are not
// what was asked for; a reader that failed once keeps failing. Texts are views into the input.
class ORDERWRIGHT_EXPORT WireReader {
 public:
  explicit WireReader(std::string_view bytes) : rest_(bytes) {}
  [[nodiscard]] bool GetVarint(std::uint64_t& value);
  [[nodiscard]] bool GetSigned(std::int64_t& value);
  [[nodiscard]] bool GetText(std::string_view& text);
  [[nodiscard]] bool AtEnd() const { return ok_ && rest_.empty(); }

 private:
  bool Fail();
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_CORE_WIRE_H_
