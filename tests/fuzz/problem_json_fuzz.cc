// Any text is either refused with issues or read into a problem that is written and read back
// equal.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "orderwright/core/status.h"
#include "orderwright/io/problem_json.h"

namespace io = orderwright::io;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto first = io::ParseProblem({text, "first"});
  if (!first.ok()) {
    if (orderwright::IssuesOf(first.status()).empty()) std::abort();
    return 0;
  }
  const std::string written = io::ProblemJson(*first);
  const auto second = io::ParseProblem({written, "second"});
  if (!second.ok() || io::ProblemJson(*second) != written) std::abort();
  return 0;
}
