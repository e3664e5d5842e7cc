#include "orderwright/core/issue.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"
#include "orderwright/core/status.h"
#include "orderwright/core/wire.h"

namespace orderwright {
namespace {

constexpr char kPayloadType[] = "type.orderwright/issues";

std::string Joined(std::string_view prefix, std::string_view path) {
  if (prefix.empty()) return std::string(path);
  if (path.empty()) return std::string(prefix);
  // "orders[3]" + "lines[0]", but "orders" + "[3]" and "file:17:42: " + "lines[0]".
  const bool needs_dot = path.front() != '[' && prefix.back() != ' ' && prefix.back() != ':';
  return fmt::format("{}{}{}", prefix, needs_dot ? "." : "", path);
}

// Keeps the issue while there is room, and always the first error: warnings must not hide it.
void Keep(std::vector<Issue>& issues, bool first_error, Issue issue) {
  if (issues.size() < IssueList::kMaxKept) {
    issues.push_back(std::move(issue));
  } else if (first_error) {
    issues.back() = std::move(issue);
  }
}

std::string Encoded(const std::vector<Issue>& issues) {
  WireWriter out;
  out.PutVarint(issues.size());
  for (const Issue& issue : issues) {
    out.PutVarint(static_cast<std::uint64_t>(issue.severity));
    out.PutText(issue.path);
    out.PutText(issue.code);
    out.PutText(issue.message);
  }
  return out.Take();
}

std::optional<std::vector<Issue>> Decoded(std::string_view bytes) {
  WireReader in(bytes);
  std::uint64_t count = 0;
  if (!in.GetVarint(count) || count > IssueList::kMaxKept) return std::nullopt;
  std::vector<Issue> issues;
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t severity = 0;
    std::string_view path;
    std::string_view code;
    std::string_view message;
    if (!in.GetVarint(severity) || !in.GetText(path) || !in.GetText(code) || !in.GetText(message)) {
      return std::nullopt;
    }
    if (severity != static_cast<std::uint64_t>(Severity::kError) &&
        severity != static_cast<std::uint64_t>(Severity::kWarning)) {
      return std::nullopt;
    }
    issues.push_back({static_cast<Severity>(severity), std::string(path), std::string(code),
                      std::string(message)});
  }
  return in.AtEnd() ? std::optional(std::move(issues)) : std::nullopt;
}

// kNotFound is "not_found".
std::string CodeWord(absl::StatusCode code) {
  std::string word = absl::StatusCodeToString(code);
  std::transform(word.begin(), word.end(), word.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return word;
}

}  // namespace

std::string ToString(const Issue& issue) {
  return fmt::format("{}{}{}{} ({})", issue.severity == Severity::kWarning ? "warning: " : "",
                     issue.path, issue.path.empty() ? "" : ": ", issue.message, issue.code);
}

void IssueList::Add(std::string_view path, std::string_view code, std::string message) {
  Keep(issues_, errors_ == 0,
       {Severity::kError, std::string(path), std::string(code), std::move(message)});
  ++errors_;
}

void IssueList::AddWarning(std::string_view path, std::string_view code, std::string message) {
  Keep(issues_, false,
       {Severity::kWarning, std::string(path), std::string(code), std::move(message)});
}

void IssueList::Append(const IssueList& other, std::string_view prefix) {
  bool first_error = errors_ == 0;
  for (const Issue& issue : other.issues_) {
    const bool is_error = issue.severity == Severity::kError;
    Keep(issues_, is_error && first_error,
         {issue.severity, Joined(prefix, issue.path), issue.code, issue.message});
    first_error = first_error && !is_error;
  }
  errors_ += other.errors_;
}

absl::Status IssueList::ToStatus(std::string_view what) const {
  return ToStatus(what, absl::StatusCode::kInvalidArgument);
}

absl::Status IssueList::ToStatus(std::string_view what, absl::StatusCode code) const {
  if (ok()) return absl::OkStatus();
  const auto first = std::find_if(issues_.begin(), issues_.end(), [](const Issue& issue) {
    return issue.severity == Severity::kError;
  });
  std::string message = fmt::format("{}: {}", what, ToString(*first));
  if (errors_ > 1) message += fmt::format("; {} errors in all", errors_);
  absl::Status status = MakeStatus(code, message);
  // As a view: Cord's constructor for strings is a template, whose name newer clangs spell unlike
  // the GCC that built the library.
  const std::string payload = Encoded(issues_);
  status.SetPayload(kPayloadType, absl::Cord(absl::string_view(payload.data(), payload.size())));
  return status;
}

std::vector<Issue> IssuesOf(const absl::Status& status) {
  if (status.ok()) return {};
  if (const auto payload = status.GetPayload(kPayloadType); payload.has_value()) {
    const std::string bytes(*payload);
    if (auto issues = Decoded(bytes); issues.has_value()) return *std::move(issues);
  }
  return {{Severity::kError, "", CodeWord(status.code()), std::string(MessageOf(status))}};
}

}  // namespace orderwright
