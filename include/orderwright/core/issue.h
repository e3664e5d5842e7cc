// Issue: one thing that is wrong with an input, and where.
//
// Validation collects every issue before it refuses, so that a user mends a file in one pass.
//
// Example:
//   IssueList issues;
//   issues.Add("lines[3].quantity", "negative", "quantity is -2; it must be 1 or more");
//   if (!issues.ok()) return issues.ToStatus("order 1042");
#ifndef ORDERWRIGHT_CORE_ISSUE_H_
#define ORDERWRIGHT_CORE_ISSUE_H_

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "orderwright/core/export.h"

namespace orderwright {

enum class Severity : std::uint8_t { kError = 1, kWarning = 2 };

struct Issue {
  Severity severity = Severity::kError;
  std::string path;  // "orders[3].lines[0].quantity"; with a file: "orders.jsonl:17:42: lines[0]"
  std::string code;  // stable snake_case word, for programs: "negative", "unknown_sku"
  std::string message;  // for people: what is wrong and what to do

  friend bool operator==(const Issue&, const Issue&) = default;
};

// "path: message (code)"; warnings start with "warning: ".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const Issue& issue);

// Collects issues: the first `kMaxKept` are kept, all are counted.
class ORDERWRIGHT_EXPORT IssueList {
 public:
  static constexpr std::size_t kMaxKept = 100;

  // An error at `path`.
  void Add(std::string_view path, std::string_view code, std::string message);
  void AddWarning(std::string_view path, std::string_view code, std::string message);
  // Takes over all of `other`, each path below `prefix`.
  void Append(const IssueList& other, std::string_view prefix = {});

  // True if no error was added; warnings do not count.
  [[nodiscard]] bool ok() const { return errors_ == 0; }
  [[nodiscard]] std::size_t errors() const { return errors_; }
  [[nodiscard]] const std::vector<Issue>& issues() const { return issues_; }

  // OK, or kInvalidArgument whose message is the first error and the count, with every kept issue
  // attached as a payload that IssuesOf reads. `what` names the thing: "world.json", "order 1042".
  [[nodiscard]] absl::Status ToStatus(std::string_view what) const;
  // The same with another code (kUnimplemented for what a reader does not support yet).
  [[nodiscard]] absl::Status ToStatus(std::string_view what, absl::StatusCode code) const;

 private:
  std::vector<Issue> issues_;
  std::size_t errors_ = 0;
};

// The issues attached to a status; one made from its message if it is an error that has none;
// empty if it is OK.
[[nodiscard]] ORDERWRIGHT_EXPORT std::vector<Issue> IssuesOf(const absl::Status& status);

}  // namespace orderwright

#endif  // ORDERWRIGHT_CORE_ISSUE_H_
