// Status helpers: the only place where text becomes a Status.
//
// Example:
//   return NotFound("location '{}' is not in this world", id);
#ifndef ORDERWRIGHT_CORE_STATUS_H_
#define ORDERWRIGHT_CORE_STATUS_H_

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "absl/status/status.h"
#include "orderwright/core/export.h"

namespace orderwright {

[[nodiscard]] ORDERWRIGHT_EXPORT absl::Status MakeStatus(absl::StatusCode code,
                                                         std::string_view message);
// The message as a standard view: Debian's Abseil has a string_view of its own.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view MessageOf(const absl::Status& status);
// `status` with "context: " before its message; payloads (issues) are kept. OK stays OK.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::Status WithContext(const absl::Status& status,
                                                          std::string_view context);

template <typename... Args>
[[nodiscard]] absl::Status InvalidArgument(fmt::format_string<Args...> text, Args&&... args) {
  return MakeStatus(absl::StatusCode::kInvalidArgument,
                    fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
[[nodiscard]] absl::Status NotFound(fmt::format_string<Args...> text, Args&&... args) {
  return MakeStatus(absl::StatusCode::kNotFound, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
[[nodiscard]] absl::Status FailedPrecondition(fmt::format_string<Args...> text, Args&&... args) {
  return MakeStatus(absl::StatusCode::kFailedPrecondition,
                    fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
[[nodiscard]] absl::Status Aborted(fmt::format_string<Args...> text, Args&&... args) {
  return MakeStatus(absl::StatusCode::kAborted, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
[[nodiscard]] absl::Status OutOfRange(fmt::format_string<Args...> text, Args&&... args) {
  return MakeStatus(absl::StatusCode::kOutOfRange, fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
[[nodiscard]] absl::Status Unimplemented(fmt::format_string<Args...> text, Args&&... args) {
  return MakeStatus(absl::StatusCode::kUnimplemented,
                    fmt::format(text, std::forward<Args>(args)...));
}
template <typename... Args>
[[nodiscard]] absl::Status Internal(fmt::format_string<Args...> text, Args&&... args) {
  return MakeStatus(absl::StatusCode::kInternal, fmt::format(text, std::forward<Args>(args)...));
}

}  // namespace orderwright

#endif  // ORDERWRIGHT_CORE_STATUS_H_
