// Source: the text of an expression, and what is wrong with it and where.
//
// Example:
//   Source source("1 +");
//   source.Render({ErrorKind::kParse, 1, 4, "an operand is missing"});
//   // 1:4: an operand is missing
//   //  | 1 +
//   //  |    ^
#ifndef ORDERWRIGHT_CEL_SOURCE_H_
#define ORDERWRIGHT_CEL_SOURCE_H_

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "orderwright/core/export.h"

namespace orderwright::cel {

enum class ErrorKind : std::uint8_t { kParse = 1, kCheck = 2, kEvaluation = 3 };

// One thing that is wrong with an expression.
struct Issue {
  ErrorKind kind = ErrorKind::kParse;
  int line = 1;         // 1-based
  int column = 1;       // 1-based, in code points
  std::string message;  // what is wrong and what to change

  friend bool operator==(const Issue&, const Issue&) = default;
};

// Immutable; thread-safe.
class ORDERWRIGHT_EXPORT Source {
 public:
  explicit Source(std::string text);

  [[nodiscard]] std::string_view text() const { return text_; }
  // An issue at a position, which is an offset in code points.
  [[nodiscard]] Issue At(ErrorKind kind, std::uint32_t offset, std::string message) const;
  // "line:column: message", the line, and a caret below the column.
  [[nodiscard]] std::string Render(const Issue& issue) const;

 private:
  std::string text_;
  std::vector<std::uint32_t> lines_;       // byte offsets at which lines begin
  std::vector<std::uint32_t> line_codes_;  // the same in code points
};

// A status whose message renders every issue, and which carries them for IssuesIn. There is one at
// least. kInvalidArgument, or for an evaluation `code`.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::Status ToStatus(
    const Source& source, std::span<const Issue> issues,
    absl::StatusCode code = absl::StatusCode::kInvalidArgument);
// The issues that ToStatus attached; empty for any other status.
[[nodiscard]] ORDERWRIGHT_EXPORT std::vector<Issue> IssuesIn(const absl::Status& status);

}  // namespace orderwright::cel

#endif  // ORDERWRIGHT_CEL_SOURCE_H_
