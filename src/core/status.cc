#include "orderwright/core/status.h"

#include "absl/strings/cord.h"
#include "absl/strings/string_view.h"

namespace orderwright {

absl::Status MakeStatus(absl::StatusCode code, std::string_view message) {
  // Built from pointer and length: absl::string_view is another type than std::string_view in some
  // builds of Abseil and the same one in others.
  return absl::Status(code, absl::string_view(message.data(), message.size()));
}

std::string_view MessageOf(const absl::Status& status) {
  const absl::string_view message = status.message();
  return {message.data(), message.size()};
}

absl::Status WithContext(const absl::Status& status, std::string_view context) {
  if (status.ok()) return status;
  absl::Status result =
      MakeStatus(status.code(), fmt::format("{}: {}", context, MessageOf(status)));
  status.ForEachPayload([&result](absl::string_view type_url, const absl::Cord& payload) {
    result.SetPayload(type_url, payload);
  });
  return result;
}

}  // namespace orderwright
