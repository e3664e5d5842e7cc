#include "src/cel/internal/operators.h"

#include <cmath>
#include <cstdint>
#include <limits>
#include <vector>

#include "absl/numeric/int128.h"

namespace orderwright::cel_internal {
namespace {

constexpr std::int64_t kSecond = 1'000'000'000;

Value Overflow(Operator op) {
  const char* sign = "-";
  if (op == Operator::kAdd) sign = "+";
  if (op == Operator::kMultiply) sign = "*";
  if (op == Operator::kDivide) sign = "/";
  if (op == Operator::kModulo) sign = "%";
  return Fail("integer overflow: the result of '{}' does not fit 64 bits", sign);
}

// False: it overflows. `b` is not 0 where it divides.
template <typename Integer>
bool Calculate(Operator op, Integer a, Integer b, Integer& result) {
  switch (op) {
    case Operator::kAdd:
      return !__builtin_add_overflow(a, b, &result);
    case Operator::kSubtract:
      return !__builtin_sub_overflow(a, b, &result);
    case Operator::kMultiply:
      return !__builtin_mul_overflow(a, b, &result);
    default:
      if constexpr (std::is_signed_v<Integer>) {
        if (a == std::numeric_limits<Integer>::min() && b == -1) return false;
      }
      result = op == Operator::kDivide ? a / b : a % b;
      return true;
  }
}

template <typename Integer>
Value IntegerArithmetic(Operator op, Integer a, Integer b, Value (*box)(Integer)) {
  const bool divides = op == Operator::kDivide || op == Operator::kModulo;
  if (divides && b == 0) {
    return Fail("{} by zero", op == Operator::kDivide ? "division" : "modulus");
  }
  Integer result = 0;
  return Calculate(op, a, b, result) ? box(result) : Overflow(op);
}

std::optional<Value> DoubleArithmetic(Operator op, double a, double b) {
  switch (op) {
    case Operator::kAdd:
      return Value::Double(a + b);
    case Operator::kSubtract:
      return Value::Double(a - b);
    case Operator::kMultiply:
      return Value::Double(a * b);
    case Operator::kDivide:
      return Value::Double(a / b);
    default:
      return std::nullopt;
  }
}

Value DurationOf(absl::int128 nanoseconds) {
  if (nanoseconds > std::numeric_limits<std::int64_t>::max() ||
      nanoseconds < std::numeric_limits<std::int64_t>::min()) {
    return Fail("duration out of range: it must be within about 292 years");
  }
  return Value::Duration(static_cast<std::int64_t>(nanoseconds));
}

absl::int128 InstantOf(const Value& timestamp) {
  return absl::int128(timestamp.seconds()) * kSecond + timestamp.nanos();
}

Value TimestampOf(absl::int128 instant) {
  if (instant < absl::int128(kMinSeconds) * kSecond ||
      instant >= absl::int128(kMaxSeconds + 1) * kSecond) {
    return Fail("timestamp out of range: it must lie in the years 1 to 9999");
  }
  // Rounded down, so that the nanoseconds are not negative.
  absl::int128 seconds = instant / kSecond;
  absl::int128 nanos = instant % kSecond;
  if (nanos < 0) {
    nanos += kSecond;
    seconds -= 1;
  }
  return ValueAccess::Timestamp(static_cast<std::int64_t>(seconds),
                                static_cast<std::int32_t>(nanos));
}

std::optional<Value> TimeArithmetic(Operator op, const Value& a, const Value& b) {
  const bool plus = op == Operator::kAdd;
  if (!plus && op != Operator::kSubtract) return std::nullopt;
  if (a.Is(Kind::kDuration) && b.Is(Kind::kDuration)) {
    const absl::int128 other = b.nanoseconds();
    return DurationOf(a.nanoseconds() + (plus ? other : -other));
  }
  if (a.Is(Kind::kTimestamp) && b.Is(Kind::kDuration)) {
    const absl::int128 other = b.nanoseconds();
    return TimestampOf(InstantOf(a) + (plus ? other : -other));
  }
  if (plus && a.Is(Kind::kDuration) && b.Is(Kind::kTimestamp)) {
    return TimestampOf(InstantOf(b) + a.nanoseconds());
  }
  if (!plus && a.Is(Kind::kTimestamp) && b.Is(Kind::kTimestamp)) {
    return DurationOf(InstantOf(a) - InstantOf(b));
  }
  return std::nullopt;
}

std::optional<Value> Concatenate(const Value& a, const Value& b, CallContext& context) {
  if (a.kind() != b.kind()) return std::nullopt;
  switch (a.kind()) {
    case Kind::kString:
    case Kind::kBytes: {
      const std::string_view left = a.text();
      const std::string_view right = b.text();
      if (!context.ChargeText(left.size() + right.size())) return Fail("cost");
      std::string text;
      text.reserve(left.size() + right.size());
      text += left;
      text += right;
      return a.Is(Kind::kString) ? Value::String(std::move(text)) : Value::Bytes(std::move(text));
    }
    case Kind::kList: {
      const auto left = a.list();
      const auto right = b.list();
      if (!context.Charge(left.size() + right.size())) return Fail("cost");
      std::vector<Value> items;
      items.reserve(left.size() + right.size());
      items.insert(items.end(), left.begin(), left.end());
      items.insert(items.end(), right.begin(), right.end());
      return Value::List(std::move(items));
    }
    default:
      return std::nullopt;
  }
}

// The position that a list is indexed with: an integer of any numeric type.
std::optional<std::int64_t> PositionOf(const Value& index) {
  constexpr std::int64_t kBeyond = std::numeric_limits<std::int64_t>::max();
  switch (index.kind()) {
    case Kind::kInt:
      return index.int_value();
    case Kind::kUint:
      return index.uint_value() > static_cast<std::uint64_t>(kBeyond)
                 ? kBeyond
                 : static_cast<std::int64_t>(index.uint_value());
    case Kind::kDouble: {
      const double number = index.double_value();
      if (number != std::trunc(number) || std::abs(number) >= 9007199254740992.0) {
        return std::nullopt;
      }
      return static_cast<std::int64_t>(number);
    }
    default:
      return std::nullopt;
  }
}

// The element, null if absent, or an error in `error`.
const Value* FindElement(const Value& container, const Value& index, std::optional<Value>& error) {
  if (container.Is(Kind::kMap)) return container.map().Find(index);
  const auto position = PositionOf(index);
  if (!position) {
    error = index.IsNumber() ? Fail("{} is not an index: an integer is expected", ToString(index))
                             : Fail("no such overload: list[{}]", index.type_name());
    return nullptr;
  }
  const auto list = container.list();
  if (*position < 0 || static_cast<std::uint64_t>(*position) >= list.size()) return nullptr;
  return &list[static_cast<std::size_t>(*position)];
}

bool IsIndexable(const Value& value) { return value.Is(Kind::kList) || value.Is(Kind::kMap); }

struct Field {
  std::optional<Value> value;
  std::optional<Value> error;  // neither: absent
};

Field FindField(const Value& operand, std::string_view field) {
  if (operand.Is(Kind::kMap)) {
    const Value* const found = operand.map().Find(field);
    return found == nullptr ? Field{} : Field{*found, {}};
  }
  if (!operand.Is(Kind::kRecord)) {
    return {{},
            Fail("type '{}' has no fields: '.{}' cannot be selected", operand.type_name(), field)};
  }
  const Record& record = operand.record();
  const int index = record.FieldIndex(field);
  if (index < 0) return {{}, Fail("no such field '{}' in {}", field, record.type_name())};
  if (!record.Has(index)) return {};
  absl::StatusOr<Value> value = record.Get(index);
  if (value.ok()) return {*std::move(value), {}};
  if (value.status().code() == absl::StatusCode::kNotFound) return {};
  const auto message = value.status().message();
  return {{}, Fail("{}", std::string_view(message.data(), message.size()))};
}

Value SelectPlain(const Value& operand, std::string_view field) {
  Field found = FindField(operand, field);
  if (found.error) return *std::move(found.error);
  if (found.value) return *std::move(found.value);
  if (operand.Is(Kind::kMap)) return Fail("no such key: '{}'", field);
  return Fail("field '{}' of {} is not set; ask has() first", field, operand.type_name());
}

}  // namespace

std::optional<Value> Negate(const Value& value) {
  if (value.Is(Kind::kDouble)) return Value::Double(-value.double_value());
  if (!value.Is(Kind::kInt)) return std::nullopt;
  return IntegerArithmetic<std::int64_t>(Operator::kSubtract, 0, value.int_value(), Value::Int);
}

std::optional<Value> Arithmetic(Operator op, const Value& a, const Value& b, CallContext& context) {
  if (a.kind() == b.kind()) {
    if (a.Is(Kind::kInt)) return IntegerArithmetic(op, a.int_value(), b.int_value(), Value::Int);
    if (a.Is(Kind::kDouble)) return DoubleArithmetic(op, a.double_value(), b.double_value());
    if (a.Is(Kind::kUint))
      return IntegerArithmetic(op, a.uint_value(), b.uint_value(), Value::Uint);
  }
  if (op == Operator::kAdd) {
    if (std::optional<Value> joined = Concatenate(a, b, context)) return joined;
  }
  return TimeArithmetic(op, a, b);
}

std::optional<Value> Ordering(Operator op, const Value& a, const Value& b, CallContext& context) {
  std::optional<int> order;
  if (a.IsNumber() && b.IsNumber()) {
    order = CompareNumbers(a, b);
    if (!order) return Value::Bool(false);
  } else if (a.kind() != b.kind()) {
    return std::nullopt;
  } else {
    switch (a.kind()) {
      case Kind::kString:
      case Kind::kBytes:
        // The order of code points is that of the bytes of UTF-8.
        if (!context.ChargeText(std::min(a.text().size(), b.text().size()))) return Fail("cost");
        order = a.text().compare(b.text());
        break;
      case Kind::kBool:
        order = static_cast<int>(a.bool_value()) - static_cast<int>(b.bool_value());
        break;
      case Kind::kDuration:
        order =
            a.nanoseconds() < b.nanoseconds() ? -1 : (a.nanoseconds() > b.nanoseconds() ? 1 : 0);
        break;
      case Kind::kTimestamp: {
        const std::pair left(a.seconds(), a.nanos());
        const std::pair right(b.seconds(), b.nanos());
        order = left < right ? -1 : (right < left ? 1 : 0);
        break;
      }
      default:
        return std::nullopt;
    }
  }
  switch (op) {
    case Operator::kLess:
      return Value::Bool(*order < 0);
    case Operator::kLessEqual:
      return Value::Bool(*order <= 0);
    case Operator::kGreater:
      return Value::Bool(*order > 0);
    default:
      return Value::Bool(*order >= 0);
  }
}

Value Equal(const Value& a, const Value& b, CallContext& context) {
  std::uint64_t budget = context.left() + 1;
  const std::uint64_t before = budget;
  const std::optional<bool> equal = EqualWithin(a, b, &budget);
  // The first pair is paid for with the operator.
  if (!equal || !context.Charge(before - budget - 1)) {
    static_cast<void>(context.Charge(std::numeric_limits<std::uint64_t>::max()));
    return Fail("cost");
  }
  return Value::Bool(*equal);
}

std::optional<Value> In(const Value& element, const Value& container, CallContext& context) {
  if (container.Is(Kind::kMap)) return Value::Bool(container.map().Find(element) != nullptr);
  if (!container.Is(Kind::kList)) return std::nullopt;
  for (const Value& item : container.list()) {
    if (!context.Charge(1)) return Fail("cost");
    const Value equal = Equal(item, element, context);
    if (equal.Is(Kind::kError) || equal.bool_value()) return equal;
  }
  return Value::Bool(false);
}

std::optional<Value> Index(const Value& container, const Value& index) {
  if (container.Is(Kind::kOptional)) return OptionalIndex(container, index);
  if (!IsIndexable(container)) return std::nullopt;
  std::optional<Value> error;
  const Value* const found = FindElement(container, index, error);
  if (error) return error;
  if (found != nullptr) return *found;
  if (container.Is(Kind::kMap)) return Fail("no such key: {}", ToString(index));
  return Fail("index {} is out of range: the list has {} elements", ToString(index),
              container.list().size());
}

std::optional<Value> OptionalIndex(const Value& container, const Value& index) {
  if (container.Is(Kind::kOptional)) {
    if (container.optional() == nullptr) return Value::None();
    if (container.optional()->Is(Kind::kOptional)) return std::nullopt;
    return OptionalIndex(*container.optional(), index);
  }
  if (!IsIndexable(container)) return std::nullopt;
  std::optional<Value> error;
  const Value* const found = FindElement(container, index, error);
  if (error) return error;
  return found == nullptr ? Value::None() : Value::Some(*found);
}

Value Select(const Value& operand, std::string_view field) {
  if (operand.Is(Kind::kOptional)) return OptionalSelect(operand, field);
  return SelectPlain(operand, field);
}

Value OptionalSelect(const Value& operand, std::string_view field) {
  if (operand.Is(Kind::kOptional)) {
    if (operand.optional() == nullptr) return Value::None();
    return OptionalSelect(*operand.optional(), field);
  }
  Field found = FindField(operand, field);
  if (found.error) return *std::move(found.error);
  return found.value ? Value::Some(*std::move(found.value)) : Value::None();
}

Value Has(const Value& operand, std::string_view field) {
  if (operand.Is(Kind::kOptional)) {
    if (operand.optional() == nullptr) return Value::Bool(false);
    return Has(*operand.optional(), field);
  }
  const Field found = FindField(operand, field);
  if (found.error) return *found.error;
  return Value::Bool(found.value.has_value());
}

bool IsZero(const Value& value) {
  switch (value.kind()) {
    case Kind::kNull:
      return true;
    case Kind::kBool:
      return !value.bool_value();
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kDuration:
      return value.uint_value() == 0;
    case Kind::kDouble:
      return value.double_value() == 0;
    case Kind::kString:
    case Kind::kBytes:
      return value.text().empty();
    case Kind::kList:
      return value.list().empty();
    case Kind::kMap:
      return value.map().size() == 0;
    case Kind::kOptional:
      return value.optional() == nullptr;
    case Kind::kTimestamp:
      return value.seconds() == 0 && value.nanos() == 0;
    default:
      return false;
  }
}

}  // namespace orderwright::cel_internal
