// Type: what the checker knows of an expression.
//
// Finer than the type of a value: lists and maps say what they hold, and `dyn` stands for any type.
// Immutable; copies share; thread-safe.
//
// Source: cel-spec doc/langdef.md, "Gradual Type Checking".
//
// Example:
//   const absl::StatusOr<Type> type = Type::Parse("map(string, list(int))");
#ifndef ORDERWRIGHT_CEL_TYPE_H_
#define ORDERWRIGHT_CEL_TYPE_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"

namespace orderwright::cel {

enum class TypeKind : std::uint8_t {
  kDyn = 0,
  kNull = 1,
  kBool = 2,
  kInt = 3,
  kUint = 4,
  kDouble = 5,
  kString = 6,
  kBytes = 7,
  kTimestamp = 8,
  kDuration = 9,
  kList = 10,       // 1 parameter
  kMap = 11,        // 2 parameters
  kType = 12,       // 0 or 1 parameter
  kOptional = 13,   // 1 parameter
  kRecord = 14,     // declared with fields
  kOpaque = 15,     // any other named type, with any parameters
  kParameter = 16,  // stands for one type within one signature
  kError = 17,  // of what could not be checked; fits everywhere, so that one mistake is one error
};

class RecordType;

class ORDERWRIGHT_EXPORT Type {
 public:
  Type() = default;  // dyn
  // One of the kinds that have neither name nor parameters.
  explicit Type(TypeKind kind) : kind_(kind) {}

  [[nodiscard]] static Type List(Type element);
  [[nodiscard]] static Type Map(Type key, Type value);
  [[nodiscard]] static Type OfType(Type type);
  [[nodiscard]] static Type Optional(Type value);
  [[nodiscard]] static Type Opaque(std::string name, std::vector<Type> parameters = {});
  [[nodiscard]] static Type Parameter(std::string name);
  [[nodiscard]] static Type Record(std::shared_ptr<const RecordType> record);

  // Text as ToString writes it: "int", "list(string)", "map(string, dyn)", "optional_type(int)",
  // "timestamp", "google.protobuf.Duration"; other names are opaque types. With `parameters`, a
  // single capital letter is a type parameter.
  // Errors: kInvalidArgument.
  [[nodiscard]] static absl::StatusOr<Type> Parse(std::string_view text, bool parameters = false);

  [[nodiscard]] TypeKind kind() const { return kind_; }
  [[nodiscard]] bool Is(TypeKind kind) const { return kind_ == kind; }
  [[nodiscard]] bool IsDynamic() const {
    return kind_ == TypeKind::kDyn || kind_ == TypeKind::kError;
  }
  // Name without parameters, that of Value::type_name; a type parameter's own.
  [[nodiscard]] std::string_view name() const;
  [[nodiscard]] std::span<const Type> parameters() const;
  [[nodiscard]] const RecordType& record() const;
  // Types nested in one another, itself included.
  [[nodiscard]] std::uint32_t depth() const;

  friend ORDERWRIGHT_EXPORT bool operator==(const Type& a, const Type& b);

 private:
  struct Parts;
  Type(TypeKind kind, std::string name, std::vector<Type> parameters);
  TypeKind kind_ = TypeKind::kDyn;
  std::shared_ptr<const Parts> parts_;
};

[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const Type& type);

struct RecordField {
  std::string name;
  Type type;
  // May be unset: has() tells, and reading it then is an error of the evaluation.
  bool optional = false;
};

// A type with named fields that a host declares; expressions read its values and cannot make them.
class ORDERWRIGHT_EXPORT RecordType {
 public:
  // Field names differ.
  RecordType(std::string name, std::vector<RecordField> fields);

  [[nodiscard]] std::string_view name() const { return name_; }
  [[nodiscard]] std::span<const RecordField> fields() const { return fields_; }
  // Index of a field, or -1.
  [[nodiscard]] int Find(std::string_view name) const;

 private:
  std::string name_;
  std::vector<RecordField> fields_;
};

}  // namespace orderwright::cel

template <>
struct fmt::formatter<orderwright::cel::Type> : fmt::formatter<std::string> {
  template <typename Context>
  auto format(const orderwright::cel::Type& type, Context& context) const {
    return fmt::formatter<std::string>::format(orderwright::cel::ToString(type), context);
  }
};

#endif  // ORDERWRIGHT_CEL_TYPE_H_
