// Door: collects what is wrong with an input, and spells the path only of what is wrong.
//
// A path is a chain of links on the stack, so that checking a hundred thousand fields that are all
// right formats nothing. A link refers to its parent: give every link that is kept a name.
//
// Example:
//   const FieldPath root;
//   const FieldPath location = root.Index("locations", 3);
//   door.Refuse(location.Field("lat"), "out_of_range", "…");  // locations[3].lat
#ifndef ORDERWRIGHT_SRC_MODEL_INTERNAL_DOOR_H_
#define ORDERWRIGHT_SRC_MODEL_INTERNAL_DOOR_H_

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "orderwright/core/issue.h"

namespace orderwright::model_internal {

class FieldPath {
 public:
  FieldPath() = default;  // the thing itself

  // The field `name` of this; the entry `index` of its list `name`; the entry `index` of a list
  // in a list (a name of its own it has not).
  [[nodiscard]] FieldPath Field(std::string_view name) const { return {this, name, std::nullopt}; }
  [[nodiscard]] FieldPath Index(std::string_view name, std::size_t index) const {
    return {this, name, index};
  }
  [[nodiscard]] FieldPath At(std::size_t index) const { return {this, {}, index}; }

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::string Text() const;

 private:
  FieldPath(const FieldPath* parent, std::string_view name, std::optional<std::size_t> index)
      : parent_(parent), name_(name), index_(index) {}
  const FieldPath* parent_ = nullptr;
  std::string_view name_;
  std::optional<std::size_t> index_;
};

class Door {
 public:
  void Refuse(const FieldPath& at, std::string_view code, std::string message);
  // The removal of something that is not there.
  void NotFound(const FieldPath& at, std::string message);
  void Warn(const FieldPath& at, std::string_view code, std::string message);

  [[nodiscard]] bool ok() const { return issues_.ok(); }
  [[nodiscard]] const IssueList& issues() const { return issues_; }
  // OK, or every issue: kNotFound if all errors are of that kind, else kInvalidArgument.
  [[nodiscard]] absl::Status Verdict(std::string_view what) const;

  // True the first few times: searching a catalog for what was meant is slow, and a reader who
  // sees many unknown names has another problem than a misspelling.
  [[nodiscard]] bool TakesAdvice() { return advice_left_ > 0 && advice_left_-- > 0; }

 private:
  IssueList issues_;
  std::size_t not_found_ = 0;
  int advice_left_ = 5;
};

}  // namespace orderwright::model_internal

#endif  // ORDERWRIGHT_SRC_MODEL_INTERNAL_DOOR_H_
