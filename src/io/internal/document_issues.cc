#include "src/io/internal/document_issues.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace orderwright::io_internal {
namespace {

std::string Joined(std::string_view prefix, std::string_view path) {
  if (prefix.empty() || path.empty()) return fmt::format("{}{}", prefix, path);
  return fmt::format("{}{}{}", prefix, path.front() == '[' ? "" : ".", path);
}

}  // namespace

std::string Abridged(std::string_view text) {
  constexpr std::size_t kMost = 40;
  if (text.size() <= kMost) return std::string(text);
  std::size_t size = kMost;
  while (size > 0 && (static_cast<unsigned char>(text[size]) & 0xC0U) == 0x80U) --size;
  return fmt::format("{}…", text.substr(0, size));
}

LineCounter::Place LineCounter::At(std::size_t offset) {
  offset = std::min(offset, text_.size());
  if (offset < line_start_) {
    line_ = 1;
    line_start_ = 0;
  }
  const auto begin = text_.begin();
  const auto at = [begin](std::size_t n) { return begin + static_cast<std::ptrdiff_t>(n); };
  const std::string_view between = text_.substr(line_start_, offset - line_start_);
  line_ += static_cast<std::size_t>(std::count(between.begin(), between.end(), '\n'));
  if (const std::size_t last = between.rfind('\n'); last != std::string_view::npos) {
    line_start_ += last + 1;
  }
  // Every byte but a continuation byte of UTF-8 begins a character.
  const auto characters = std::count_if(at(line_start_), at(offset), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U;
  });
  return {line_, static_cast<std::size_t>(characters) + 1};
}

std::string DocumentIssues::Located(std::size_t offset, std::string_view path) {
  const LineCounter::Place place = lines_.At(base_ + offset);
  std::string text = name_.empty() ? "" : name_ + ":";
  text += fmt::format("{}:{}", place.line, place.column);
  const std::string full = Joined(prefix_, path);
  if (!full.empty()) text += ": " + full;
  return text;
}

void DocumentIssues::Count(std::string_view code) {
  if (code == "not_supported") ++not_supported_;
}

void DocumentIssues::Add(std::size_t offset, std::string_view path, std::string_view code,
                         std::string message) {
  Count(code);
  if (!KeepsErrors()) {
    list_.Add("", code, std::move(message));  // counted, not kept
    return;
  }
  std::string located = Located(offset, path);
  list_.Add(located, code, std::move(message));
  reported_.insert(std::move(located));
}

void DocumentIssues::AddOnce(std::size_t offset, std::string_view path, std::string_view code,
                             std::string message) {
  if (!reported_.contains(Located(offset, path))) Add(offset, path, code, std::move(message));
}

void DocumentIssues::AddWarning(std::size_t offset, std::string_view path, std::string_view code,
                                std::string message) {
  if (list_.issues().size() >= IssueList::kMaxKept) return;
  list_.AddWarning(Located(offset, path), code, std::move(message));
}

void DocumentIssues::AddAt(const JsonTree& tree, NodeId node, std::string_view code,
                           std::string message) {
  Add(tree.node(node).offset, KeepsErrors() ? tree.PathOf(node) : "", code, std::move(message));
  reported_nodes_.insert(node);
}

bool DocumentIssues::IsInReported(const JsonTree& tree, NodeId node) const {
  if (reported_nodes_.empty()) return false;
  NodeId at = 0;
  while (at != node && !reported_nodes_.contains(at)) at = tree.ChildTowards(at, node);
  return reported_nodes_.contains(at);
}

void DocumentIssues::AddMissing(const JsonTree& tree, NodeId object, std::string_view name) {
  Add(tree.node(object).offset, KeepsErrors() ? Joined(tree.PathOf(object), name) : "",
      "missing_field", fmt::format("the field '{}' is required", name));
}

void DocumentIssues::AddUnknown(const JsonTree& tree, NodeId node, std::string_view suggestion) {
  AddUnknownName(tree.KeyOffset(node), KeepsErrors() ? tree.PathOf(node) : "", "field",
                 tree.Key(node), suggestion);
}

void DocumentIssues::AddUnknownColumn(std::size_t offset, std::string_view name,
                                      std::string_view suggestion) {
  AddUnknownName(offset, name, "column", name, suggestion);
}

void DocumentIssues::AddUnknownName(std::size_t offset, std::string_view path,
                                    std::string_view kind, std::string_view name,
                                    std::string_view suggestion) {
  std::string message = fmt::format("there is no {} '{}'", kind, name);
  if (!suggestion.empty()) message += fmt::format("; did you mean '{}'?", suggestion);
  if (strict_) {
    Add(offset, path, "unknown_field", std::move(message));
  } else {
    AddWarning(offset, path, "unknown_field", std::move(message));
  }
}

void DocumentIssues::AddDuplicates(const JsonTree& tree) {
  for (const NodeId node : tree.duplicates()) {
    Add(tree.KeyOffset(node), KeepsErrors() ? tree.PathOf(node) : "", "duplicate_field",
        fmt::format("the field '{}' stands twice in one object", tree.Key(node)));
  }
}

void DocumentIssues::AddFromModel(const JsonTree& tree, std::span<const Issue> issues) {
  for (const Issue& issue : issues) AddOneFromModel(tree, issue);
}

void DocumentIssues::AddOneFromModel(const JsonTree& tree, const Issue& issue) {
  std::string_view rest;
  const NodeId node = tree.Resolve(issue.path, rest);
  if (rest.starts_with('.')) rest.remove_prefix(1);
  const std::string path = Joined(tree.PathOf(node), rest);
  const std::size_t offset = tree.node(node).offset;
  if (issue.severity == Severity::kWarning) {
    AddWarning(offset, path, issue.code, issue.message);
  } else if (!IsInReported(tree, node)) {
    AddOnce(offset, path, issue.code, issue.message);
  }
}

absl::Status DocumentIssues::ToStatus(std::string_view what) const {
  const bool unsupported_only = list_.errors() > 0 && not_supported_ == list_.errors();
  return list_.ToStatus(what, unsupported_only ? absl::StatusCode::kUnimplemented
                                               : absl::StatusCode::kInvalidArgument);
}

std::vector<Issue> DocumentIssues::Warnings() const {
  std::vector<Issue> warnings;
  for (const Issue& issue : list_.issues()) {
    if (issue.severity == Severity::kWarning) warnings.push_back(issue);
  }
  return warnings;
}

}  // namespace orderwright::io_internal
