// Any text is either refused as an explanation, with issues that say why, or read; and a record
// that was read can be asked, written, and read again with the same answers.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "orderwright/core/issue.h"
#include "orderwright/io/explanation_json.h"
#include "orderwright/routing/explanation.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace orderwright;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto record = io::ParseExplanation({text, "fuzz"});
  if (!record.ok()) {
    if (IssuesOf(record.status()).empty()) std::abort();
    return 0;
  }
  ExplainOptions options;
  options.budget.node_limit = 20;
  for (const RecordedLocation& location : record->locations) {
    if (options.why_not.size() < 2) options.why_not.push_back(location.id);
  }
  const auto why = Explain(*record, options);
  if (!why.ok()) return 0;
  if (ToString(*why).empty() || ToHtml(*why).empty()) std::abort();
  const std::string written = io::ExplanationJson(*why);
  const auto again = io::ParseExplanation({written, "again"});
  if (!again.ok()) std::abort();
  const auto same = Explain(*again, options);
  if (!same.ok() || io::ExplanationJson(*same) != written) std::abort();
  return 0;
}
