// Any bytes are read without reading past their end, and what is read is written back the same: the
// encoding of a value is unique. The first byte of the input says which reads to try, in turn.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "orderwright/core/wire.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view bytes(reinterpret_cast<const char*>(data) + 1, size - 1);
  orderwright::WireReader in(bytes);
  orderwright::WireWriter out;
  unsigned plan = data[0];
  while (!in.AtEnd()) {
    std::uint64_t number = 0;
    std::int64_t change = 0;
    std::string_view text;
    bool read = false;
    switch (plan % 3) {
      case 0:
        read = in.GetVarint(number);
        if (read) out.PutVarint(number);
        break;
      case 1:
        read = in.GetSigned(change);
        if (read) out.PutSigned(change);
        break;
      default:
        read = in.GetText(text);
        if (read) out.PutText(text);
        break;
    }
    if (!read) {
      // A reader that failed once keeps failing, and what came before was read as it stands.
      if (in.GetVarint(number) || in.AtEnd()) std::abort();
      if (!bytes.starts_with(out.bytes())) std::abort();
      return 0;
    }
    plan = plan / 3 + (plan % 3) * 81;
  }
  if (out.bytes() != bytes) std::abort();
  return 0;
}
