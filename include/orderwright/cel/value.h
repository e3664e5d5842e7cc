// Value: one value of the Common Expression Language.
//
// 16 bytes: numbers, booleans, instants and durations lie inside, all else is an immutable object
// that copies share. Copying is cheap and thread-safe; destroying a value of any depth takes
// constant stack. Equality is the language's: numbers of all types lie on one line
// (1 == 1u == 1.0), NaN equals nothing, values of different types are unequal.
//
// Source: cel-spec doc/langdef.md, "Values" and "Equality and Ordering".
//
// Example:
//   const Value tags = Value::List({Value::String("vip"), Value::Int(3)});
//   tags.list()[0].text();  // "vip"
#ifndef ORDERWRIGHT_CEL_VALUE_H_
#define ORDERWRIGHT_CEL_VALUE_H_

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"

namespace orderwright::cel_internal {
struct ValueAccess;
}  // namespace orderwright::cel_internal

namespace orderwright::cel {

enum class Kind : std::uint8_t {
  kNull = 0,
  kBool = 1,
  kInt = 2,
  kUint = 3,
  kDouble = 4,
  kString = 5,
  kBytes = 6,
  kList = 7,
  kMap = 8,
  kTimestamp = 9,
  kDuration = 10,
  kType = 11,
  kOptional = 12,
  kRecord = 13,
  kOpaque = 14,   // of a host or an extension, such as net.IP
  kUnknown = 20,  // depends on variables the host declared unknown
  kError = 21,    // inside the evaluator only; no function and no host sees one
};

// An immutable, reference-counted part of a value. Hosts derive from Record and Opaque below.
class ORDERWRIGHT_EXPORT Object {
 public:
  Object() = default;
  Object(const Object&) = delete;
  Object& operator=(const Object&) = delete;
  virtual ~Object() = default;

 private:
  friend class Value;
  // Moves what this object refers to out of it, so that deep values die without recursion.
  virtual void TakeChildren(std::vector<Object*>& children);
  mutable std::atomic<std::uint32_t> references_ = 1;
};

class Map;
class Opaque;
class Record;

class ORDERWRIGHT_EXPORT Value {
 public:
  Value() = default;  // null
  Value(const Value& other) noexcept
      : payload_(other.payload_), nanos_(other.nanos_), kind_(other.kind_) {
    if (holds_object()) Retain();
  }
  Value(Value&& other) noexcept
      : payload_(other.payload_), nanos_(other.nanos_), kind_(other.kind_) {
    other.kind_ = Kind::kNull;
  }
  Value& operator=(const Value& other) noexcept {
    Value copy(other);
    swap(copy);
    return *this;
  }
  Value& operator=(Value&& other) noexcept {
    swap(other);
    return *this;
  }
  ~Value() {
    if (holds_object()) Release();
  }

  [[nodiscard]] static Value Null() { return {}; }
  [[nodiscard]] static Value Bool(bool value) {
    return Scalar(Kind::kBool, value ? std::uint64_t{1} : std::uint64_t{0});
  }
  [[nodiscard]] static Value Int(std::int64_t value) {
    return Scalar(Kind::kInt, static_cast<std::uint64_t>(value));
  }
  [[nodiscard]] static Value Uint(std::uint64_t value) { return Scalar(Kind::kUint, value); }
  [[nodiscard]] static Value Double(double value);
  // `text` must be valid UTF-8.
  [[nodiscard]] static Value String(std::string text);
  [[nodiscard]] static Value Bytes(std::string octets);
  [[nodiscard]] static Value List(std::vector<Value> items);
  // Keys are bool, int, uint or string; iteration keeps the order given.
  // Errors: kInvalidArgument for a key of another type or given twice (1 and 1u are one key).
  [[nodiscard]] static absl::StatusOr<Value> Map(std::vector<std::pair<Value, Value>> entries);
  // Seconds since 1970-01-01T00:00:00Z and nanoseconds after them.
  // Errors: kOutOfRange outside years 1 to 9999 or 0 to 999,999,999 ns.
  [[nodiscard]] static absl::StatusOr<Value> Timestamp(std::int64_t seconds, std::int32_t nanos);
  [[nodiscard]] static Value Duration(std::int64_t nanoseconds) {
    return Scalar(Kind::kDuration, static_cast<std::uint64_t>(nanoseconds));
  }
  // A type as a value, by its name without parameters: "int", "list", "google.protobuf.Timestamp".
  [[nodiscard]] static Value TypeNamed(std::string name);
  [[nodiscard]] static Value Some(Value value);
  [[nodiscard]] static Value None() { return Scalar(Kind::kOptional, 0); }
  // Takes ownership of a new object.
  [[nodiscard]] static Value FromRecord(const cel::Record* record);
  [[nodiscard]] static Value FromOpaque(const cel::Opaque* opaque);

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] bool Is(Kind kind) const { return kind_ == kind; }
  [[nodiscard]] bool IsNumber() const { return kind_ >= Kind::kInt && kind_ <= Kind::kDouble; }

  // Each asks of the kind it names only.
  [[nodiscard]] bool bool_value() const { return payload_.bits != 0; }
  [[nodiscard]] std::int64_t int_value() const { return static_cast<std::int64_t>(payload_.bits); }
  [[nodiscard]] std::uint64_t uint_value() const { return payload_.bits; }
  [[nodiscard]] double double_value() const { return payload_.number; }
  // Of a string, bytes, or the name of a type.
  [[nodiscard]] std::string_view text() const;
  [[nodiscard]] std::span<const Value> list() const;
  [[nodiscard]] const cel::Map& map() const;
  [[nodiscard]] std::int64_t seconds() const { return int_value(); }      // of a timestamp
  [[nodiscard]] std::int32_t nanos() const { return nanos_; }             // of a timestamp
  [[nodiscard]] std::int64_t nanoseconds() const { return int_value(); }  // of a duration
  [[nodiscard]] const Value* optional() const;  // null for optional.none()
  [[nodiscard]] const cel::Record& record() const;
  [[nodiscard]] const cel::Opaque& opaque() const;
  // Names of the variables that an unknown value waits for, sorted.
  [[nodiscard]] std::span<const std::string> unknowns() const;

  // The name of its type: "int", "list", "optional_type", "net.IP".
  [[nodiscard]] std::string_view type_name() const;

  // The language's ==. Complexity: O(size); shared parts are compared as often as they occur.
  friend ORDERWRIGHT_EXPORT bool operator==(const Value& a, const Value& b);

  void swap(Value& other) noexcept {
    std::swap(payload_, other.payload_);
    std::swap(nanos_, other.nanos_);
    std::swap(kind_, other.kind_);
  }

 private:
  friend struct cel_internal::ValueAccess;
  union Payload {
    std::uint64_t bits;
    double number;
    const Object* object;
  };

  [[nodiscard]] static Value Scalar(Kind kind, std::uint64_t bits) {
    Value value;
    value.payload_.bits = bits;
    value.kind_ = kind;
    return value;
  }
  [[nodiscard]] static Value Adopt(Kind kind, const Object* object) {
    Value value;
    value.payload_.object = object;
    value.kind_ = kind;
    return value;
  }
  [[nodiscard]] bool holds_object() const {
    constexpr std::uint32_t kObjects = 1U << 5 | 1U << 6 | 1U << 7 | 1U << 8 | 1U << 11 | 1U << 12 |
                                       1U << 13 | 1U << 14 | 1U << 20 | 1U << 21;
    return (kObjects >> static_cast<std::uint32_t>(kind_) & 1U) != 0 && payload_.bits != 0;
  }
  void Retain() const { payload_.object->references_.fetch_add(1, std::memory_order_relaxed); }
  void Release() noexcept;

  Payload payload_ = {0};
  std::int32_t nanos_ = 0;
  Kind kind_ = Kind::kNull;
};
static_assert(sizeof(Value) == 16);

// The entries of a map, in the order given, found by key in constant time.
class ORDERWRIGHT_EXPORT Map final : public Object {
 public:
  using Entry = std::pair<Value, Value>;
  explicit Map(std::vector<Entry> entries) : entries_(std::move(entries)) {}

  [[nodiscard]] std::span<const Entry> entries() const { return entries_; }
  [[nodiscard]] std::size_t size() const { return entries_.size(); }
  // Null if absent. A number finds the key of any numeric type that equals it.
  [[nodiscard]] const Value* Find(const Value& key) const;
  [[nodiscard]] const Value* Find(std::string_view key) const;

 private:
  friend struct cel_internal::ValueAccess;
  // Errors: as Value::Map.
  [[nodiscard]] absl::Status Index();
  void TakeChildren(std::vector<Object*>& children) override;
  template <typename Equal>
  [[nodiscard]] const Value* FindHashed(std::uint64_t hash, const Equal& equal) const;

  std::vector<Entry> entries_;
  std::vector<std::uint32_t> slots_;  // open addressing, 1 + position; empty for small maps
};

// What a host gives as a value with declared fields. Reading it must be thread-safe.
class ORDERWRIGHT_EXPORT Record : public Object {
 public:
  // The name of its record type.
  [[nodiscard]] virtual std::string_view type_name() const = 0;
  // Index of a field, or -1.
  [[nodiscard]] virtual int FieldIndex(std::string_view name) const = 0;
  [[nodiscard]] virtual bool Has(int field) const = 0;
  // Errors: kNotFound for a field that is not set; others are errors of the expression.
  [[nodiscard]] virtual absl::StatusOr<Value> Get(int field) const = 0;
  // The default is identity.
  [[nodiscard]] virtual bool Equals(const Record& other) const { return this == &other; }
};

// A value of a type the language itself does not know: made and read by functions only.
class ORDERWRIGHT_EXPORT Opaque : public Object {
 public:
  [[nodiscard]] virtual std::string_view type_name() const = 0;
  // `other` has the same type name.
  [[nodiscard]] virtual bool Equals(const Opaque& other) const = 0;
  [[nodiscard]] virtual std::string ToText() const = 0;
  // Whether it equals an int, uint or double: for types that are amounts. Ordering them is a matter
  // of overloads of the host ("_<_").
  [[nodiscard]] virtual bool EqualsNumber(const Value& number) const;
};

// As an expression would write it, cut short where it is long or deep; for messages and tests.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const Value& value);

}  // namespace orderwright::cel

template <>
struct fmt::formatter<orderwright::cel::Value> : fmt::formatter<std::string> {
  template <typename Context>
  auto format(const orderwright::cel::Value& value, Context& context) const {
    return fmt::formatter<std::string>::format(orderwright::cel::ToString(value), context);
  }
};

#endif  // ORDERWRIGHT_CEL_VALUE_H_
