#include "orderwright/cel/source.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "orderwright/core/status.h"
#include "src/cel/internal/utf8.h"

namespace orderwright::cel {
namespace {

constexpr const char* kPayload = "type.orderwright/cel.Issues";
// A longer line is shown around the caret only.
constexpr std::size_t kShown = 100;
constexpr std::size_t kBefore = 60;

// One issue in the payload: "kind line column bytes:message".
std::optional<Issue> TakeIssue(std::string_view& rest) {
  const auto number = [&rest](char end) -> std::optional<std::size_t> {
    std::size_t value = 0;
    const char* const last = rest.data() + rest.size();
    const auto [next, error] = std::from_chars(rest.data(), last, value);
    if (error != std::errc() || next == last || *next != end) return std::nullopt;
    rest.remove_prefix(static_cast<std::size_t>(next - rest.data()) + 1);
    return value;
  };
  const auto kind = number(' ');
  const auto line = number(' ');
  const auto column = number(' ');
  const auto size = number(':');
  if (!kind || !line || !column || !size || *size > rest.size()) return std::nullopt;
  Issue issue{static_cast<ErrorKind>(*kind), static_cast<int>(*line), static_cast<int>(*column),
              std::string(rest.substr(0, *size))};
  rest.remove_prefix(*size);
  return issue;
}

}  // namespace

Source::Source(std::string text) : text_(std::move(text)), lines_{0}, line_codes_{0} {
  std::uint32_t code = 0;
  for (std::size_t i = 0; i < text_.size(); ++i) {
    if ((static_cast<unsigned char>(text_[i]) & 0xC0U) != 0x80) ++code;
    if (text_[i] != '\n') continue;
    lines_.push_back(static_cast<std::uint32_t>(i + 1));
    line_codes_.push_back(code);
  }
}

Issue Source::At(ErrorKind kind, std::uint32_t offset, std::string message) const {
  const auto line = std::upper_bound(line_codes_.begin(), line_codes_.end(), offset) - 1;
  return {kind, static_cast<int>(line - line_codes_.begin()) + 1,
          static_cast<int>(offset - *line) + 1, std::move(message)};
}

std::string Source::Render(const Issue& issue) const {
  const auto index = static_cast<std::size_t>(issue.line - 1);
  std::string out = fmt::format("{}:{}: {}", issue.line, issue.column, issue.message);
  if (text_.empty() || index >= lines_.size()) return out;
  const std::size_t begin = lines_[index];
  std::string_view line = std::string_view(text_).substr(begin);
  line = line.substr(0, line.find('\n'));
  if (!cel_internal::IsUtf8(line)) return out;
  // In code points, so that the caret stands where the reader counts.
  const std::vector<std::uint32_t> starts = cel_internal::CodePointStarts(line);
  const auto column = std::min(static_cast<std::size_t>(issue.column - 1), starts.size() - 1);
  const std::size_t from = column > kShown - 10 ? column - kBefore : 0;
  const std::size_t until = std::min(from + kShown, starts.size() - 1);
  std::string shown(line.substr(starts[from], starts[until] - starts[from]));
  std::replace(shown.begin(), shown.end(), '\t', ' ');
  std::replace(shown.begin(), shown.end(), '\r', ' ');
  out += fmt::format("\n | {}\n | {}^", shown, std::string(column - from, ' '));
  return out;
}

absl::Status ToStatus(const Source& source, std::span<const Issue> issues, absl::StatusCode code) {
  std::string message;
  std::string payload;
  for (const Issue& issue : issues) {
    if (!message.empty()) message += '\n';
    message += source.Render(issue);
    payload += fmt::format("{} {} {} {}:{}", static_cast<int>(issue.kind), issue.line, issue.column,
                           issue.message.size(), issue.message);
  }
  absl::Status status = MakeStatus(code, message);
  // As a view: Cord's constructor for strings is a template, whose name newer clangs spell
  // differently.
  status.SetPayload(kPayload, absl::Cord(absl::string_view(payload.data(), payload.size())));
  return status;
}

std::vector<Issue> IssuesIn(const absl::Status& status) {
  std::vector<Issue> issues;
  const auto payload = status.GetPayload(kPayload);
  if (!payload.has_value()) return issues;
  const std::string text(*payload);
  std::string_view rest = text;
  while (!rest.empty()) {
    std::optional<Issue> issue = TakeIssue(rest);
    if (!issue) break;
    issues.push_back(*std::move(issue));
  }
  return issues;
}

}  // namespace orderwright::cel
