#include "src/io/internal/problem_reports.h"

#include <utility>

#include <fmt/format.h>

#include "src/io/internal/document_issues.h"

namespace orderwright::io_internal {

void ReportField(JsonReader& reader, NodeId object, std::string_view field, std::string_view code,
                 std::string message) {
  const NodeId node = reader.tree().Member(object, field);
  reader.Report(node == kNoNode ? object : node, code, std::move(message));
}

void ReportName(JsonReader& reader, NodeId object, std::string_view field, std::string_view code,
                std::string message) {
  const NodeId node = reader.tree().Member(object, field);
  if (node == kNoNode || reader.kind(node) != JsonKind::kText) return;
  reader.Report(node, code, std::move(message));
}

void ReportTwice(JsonReader& reader, NodeId object, std::string_view field, std::string_view name) {
  ReportName(reader, object, field, "duplicate", fmt::format("'{}' stands twice", Abridged(name)));
}

std::string DidYouMean(const Suggestion& suggestion) {
  if (suggestion.best().empty()) return "";
  return fmt::format("; did you mean '{}'?", suggestion.best());
}

}  // namespace orderwright::io_internal
