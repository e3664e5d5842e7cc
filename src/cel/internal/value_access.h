// ValueAccess: what the evaluator may do with values and others may not.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_VALUE_ACCESS_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_VALUE_ACCESS_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orderwright/cel/value.h"

namespace orderwright::cel_internal {

using namespace orderwright::cel;

// An error as a value, so that && and || can absorb it. `node` is where it arose, or -1.
class ErrorObject final : public Object {
 public:
  ErrorObject(std::string what, std::int32_t where) : message(std::move(what)), node(where) {}
  const std::string message;
  const std::int32_t node;
};

class UnknownObject final : public Object {
 public:
  explicit UnknownObject(std::vector<std::string> variables) : names(std::move(variables)) {}
  const std::vector<std::string> names;  // sorted, each once
};

struct ValueAccess {
  [[nodiscard]] static Value Error(std::string message, std::int32_t node) {
    return Value::Adopt(Kind::kError, new ErrorObject(std::move(message), node));
  }
  [[nodiscard]] static const ErrorObject& ErrorOf(const Value& value) {
    return *static_cast<const ErrorObject*>(value.payload_.object);
  }
  [[nodiscard]] static Value Unknown(std::vector<std::string> names) {
    return Value::Adopt(Kind::kUnknown, new UnknownObject(std::move(names)));
  }
  [[nodiscard]] static const Object* ObjectOf(const Value& value) { return value.payload_.object; }
  // Seconds and nanoseconds are in range.
  [[nodiscard]] static Value Timestamp(std::int64_t seconds, std::int32_t nanos) {
    Value value = Value::Scalar(Kind::kTimestamp, static_cast<std::uint64_t>(seconds));
    value.nanos_ = nanos;
    return value;
  }
  // Empties `value` and gives its object, which stays retained; null if it holds none.
  [[nodiscard]] static Object* Take(Value& value) {
    if (!value.holds_object()) return nullptr;
    value.kind_ = Kind::kNull;
    return const_cast<Object*>(value.payload_.object);
  }
  [[nodiscard]] static absl::Status Index(Map& map) { return map.Index(); }
};

inline constexpr std::int64_t kMinSeconds = -62'135'596'800;  // 0001-01-01T00:00:00Z
inline constexpr std::int64_t kMaxSeconds = 253'402'300'799;  // 9999-12-31T23:59:59Z

// Orders two numbers on one line: -1, 0 or 1; absent if one is NaN.
[[nodiscard]] std::optional<int> CompareNumbers(const Value& a, const Value& b);

// The language's ==, giving up (absent) once it took more than `*budget` units, which it
// counts down.
[[nodiscard]] std::optional<bool> EqualWithin(const Value& a, const Value& b,
                                              std::uint64_t* budget);

// `string` of a double: shortest digits that read back the same; NaN, Infinity, -Infinity.
[[nodiscard]] std::string DoubleText(double value);
[[nodiscard]] std::string TimestampText(std::int64_t seconds, std::int32_t nanos);
[[nodiscard]] std::string DurationText(std::int64_t nanoseconds);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_VALUE_ACCESS_H_
