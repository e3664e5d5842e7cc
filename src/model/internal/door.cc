#include "src/model/internal/door.h"

#include <utility>

#include <fmt/format.h>

namespace orderwright::model_internal {

std::string FieldPath::Text() const {
  if (parent_ == nullptr) return {};
  std::string text = parent_->Text();
  if (!text.empty() && !name_.empty()) text += '.';
  text += name_;
  if (index_.has_value()) text += fmt::format("[{}]", *index_);
  return text;
}

void Door::Refuse(const FieldPath& at, std::string_view code, std::string message) {
  issues_.Add(at.Text(), code, std::move(message));
}

void Door::NotFound(const FieldPath& at, std::string message) {
  ++not_found_;
  issues_.Add(at.Text(), "not_found", std::move(message));
}

void Door::Warn(const FieldPath& at, std::string_view code, std::string message) {
  issues_.AddWarning(at.Text(), code, std::move(message));
}

absl::Status Door::Verdict(std::string_view what) const {
  if (issues_.ok()) return absl::OkStatus();
  if (issues_.errors() == not_found_) return issues_.ToStatus(what, absl::StatusCode::kNotFound);
  return issues_.ToStatus(what);
}

}  // namespace orderwright::model_internal
