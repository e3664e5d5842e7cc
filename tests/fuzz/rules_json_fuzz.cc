// Any text is either refused, with issues that say why, or read into rules that make a rule set,
// which is written as a text that reads as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "orderwright/core/status.h"
#include "orderwright/io/rules_json.h"

namespace io = orderwright::io;
namespace rules = orderwright::rules;

namespace {

// Aborts if what was read cannot be written, or reads differently when it is.
std::string Written(const io::LoadedRules& loaded) {
  const absl::StatusOr<rules::RuleSet> set = rules::RuleSet::Create(loaded.draft);
  if (!set.ok()) std::abort();
  const absl::StatusOr<std::string> text = io::RulesJson(*set);
  if (!text.ok()) std::abort();
  return *text;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool strict : {true, false}) {
    io::ReadOptions options;
    options.strict = strict;
    const absl::StatusOr<io::LoadedRules> loaded = io::ParseRules({text, "fuzz"}, options);
    if (!loaded.ok()) {
      if (orderwright::IssuesOf(loaded.status()).empty()) std::abort();
      continue;
    }
    const std::string written = Written(*loaded);
    const absl::StatusOr<io::LoadedRules> again = io::ParseRules({written, "again"});
    if (!again.ok() || Written(*again) != written) std::abort();
  }
  return 0;
}
