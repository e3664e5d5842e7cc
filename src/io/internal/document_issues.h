// DocumentIssues: collects what is wrong with a document, each issue with file, line and column.
//
// An issue is named "file.json:LINE:COLUMN: field.path"; lines and columns count from 1, columns in
// characters. Positions are worked out from byte offsets only when an issue is kept, so a document
// without issues pays nothing.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_DOCUMENT_ISSUES_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_DOCUMENT_ISSUES_H_

#include <cstddef>
#include <span>
#include <string>
#include <string_view>
#include <unordered_set>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "orderwright/core/issue.h"
#include "src/io/internal/json_tree.h"

namespace orderwright::io_internal {

// The text, cut short with an ellipsis where it is long; no character of UTF-8 is cut in two.
std::string Abridged(std::string_view text);

// Lines and columns of byte offsets. Cheap when asked in ascending order.
class LineCounter {
 public:
  explicit LineCounter(std::string_view text) : text_(text) {}
  struct Place {
    std::size_t line = 1;
    std::size_t column = 1;  // in characters
  };
  [[nodiscard]] Place At(std::size_t offset);

 private:
  std::string_view text_;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
};

class DocumentIssues {
 public:
  // `text` must outlive this object. `strict`: an unknown field is an error, else a warning.
  DocumentIssues(std::string_view name, std::string_view text, bool strict)
      : name_(name), lines_(text), strict_(strict) {}

  // What follows speaks of a part of the document: byte `base` is its offset 0, and `prefix` its
  // path ("[3]" for the fourth element of an array).
  void SetPart(std::size_t base, std::string prefix) {
    base_ = base;
    prefix_ = std::move(prefix);
    reported_nodes_.clear();
  }

  void Add(std::size_t offset, std::string_view path, std::string_view code, std::string message);
  // Unless the same place and path was reported before.
  void AddOnce(std::size_t offset, std::string_view path, std::string_view code,
               std::string message);
  void AddWarning(std::size_t offset, std::string_view path, std::string_view code,
                  std::string message);
  void AddAt(const JsonTree& tree, NodeId node, std::string_view code, std::string message);
  // The field `name` of `object` that is not there.
  void AddMissing(const JsonTree& tree, NodeId object, std::string_view name);
  void AddUnknown(const JsonTree& tree, NodeId node, std::string_view suggestion);
  void AddUnknownColumn(std::size_t offset, std::string_view name, std::string_view suggestion);
  void AddDuplicates(const JsonTree& tree);
  void AddSyntax(const JsonError& error) { Add(error.offset, "", error.code, error.message); }
  // An issue of another document, with the path that its own issues gave it.
  void AddLocated(std::string_view located, std::string_view code, std::string message) {
    Count(code);
    list_.Add(located, code, std::move(message));
  }
  // Issues that the model found, with paths such as `locations[3].lat`: each at its place in the
  // tree. The model saw a default where the reader could not read a value, so what it says of such
  // a value, or of something in it, is left out.
  void AddFromModel(const JsonTree& tree, std::span<const Issue> issues);

  // The text that an issue of that place carries as its path.
  [[nodiscard]] std::string Located(std::size_t offset, std::string_view path);

  [[nodiscard]] bool ok() const { return list_.ok(); }
  [[nodiscard]] std::size_t errors() const { return list_.errors(); }
  // kUnimplemented if every error is `not_supported`, else kInvalidArgument.
  [[nodiscard]] absl::Status ToStatus(std::string_view what) const;
  [[nodiscard]] std::vector<Issue> Warnings() const;
  [[nodiscard]] const IssueList& list() const { return list_; }

 private:
  // Whether one more error would be kept, so that its place is worth working out.
  [[nodiscard]] bool KeepsErrors() const {
    return list_.errors() == 0 || list_.issues().size() < IssueList::kMaxKept;
  }
  void Count(std::string_view code);
  void AddUnknownName(std::size_t offset, std::string_view path, std::string_view kind,
                      std::string_view name, std::string_view suggestion);
  void AddOneFromModel(const JsonTree& tree, const Issue& issue);
  [[nodiscard]] bool IsInReported(const JsonTree& tree, NodeId node) const;

  std::string name_;
  LineCounter lines_;
  bool strict_;
  std::size_t base_ = 0;
  std::string prefix_;
  IssueList list_;
  std::size_t not_supported_ = 0;
  std::unordered_set<std::string> reported_;   // places and paths
  std::unordered_set<NodeId> reported_nodes_;  // of the present part
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_DOCUMENT_ISSUES_H_
