// Any text is either refused, with issues that say why, or read into a world.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "orderwright/core/status.h"
#include "orderwright/io/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool strict : {true, false}) {
    orderwright::io::ReadOptions options;
    options.strict = strict;
    const auto loaded = orderwright::io::ParseWorld({text, "fuzz"}, options);
    if (!loaded.ok() && orderwright::IssuesOf(loaded.status()).empty()) std::abort();
  }
  return 0;
}
