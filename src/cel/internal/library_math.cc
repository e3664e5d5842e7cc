// The extension for math: math.greatest, math.round, math.bitAnd and their kin.
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include <fmt/format.h>

#include "src/cel/internal/library.h"
#include "src/cel/internal/operators.h"

namespace orderwright::cel_internal {
namespace {

constexpr const char* kNumbers[] = {"int", "uint", "double"};

// The first of the greatest, or of the least.
template <bool greatest>
Result Extreme(Arguments numbers, CallContext& context) {
  if (numbers.size() == 1 && numbers[0].Is(Kind::kList)) numbers = numbers[0].list();
  if (numbers.empty()) return InvalidArgument("the list has no element");
  if (!context.Charge(numbers.size())) return Spent();
  const Value* best = nullptr;
  for (const Value& number : numbers) {
    if (!number.IsNumber()) {
      return InvalidArgument("no such overload: math.{}() takes numbers, not {}",
                             greatest ? "greatest" : "least", number.type_name());
    }
    if (best == nullptr || CompareNumbers(number, *best) == (greatest ? 1 : -1)) best = &number;
  }
  return *best;
}

void AddExtreme(Environment& environment, std::string_view name, Body body) {
  for (const char* const number : kNumbers) {
    Define(environment, name, fmt::format("(list({0})): {0}", number), body);
  }
  Define(environment, name, "(list(dyn)): dyn", body);
  for (const char* const number : kNumbers) {
    Define(environment, name, fmt::format("({0}...): {0}", number), body);
  }
  // Of several types: which one the result has shows when it runs.
  Define(environment, name, "(dyn, dyn...): dyn", body);
}

template <double (*function)(double)>
Result Real(Arguments arguments, CallContext&) {
  return Value::Double(function(arguments[0].double_value()));
}

// Halves go away from zero.
double Rounded(double value) { return std::round(value); }
double Ceiling(double value) { return std::ceil(value); }
double Floor(double value) { return std::floor(value); }
double Truncated(double value) { return std::trunc(value); }

Result Absolute(Arguments arguments, CallContext&) {
  const Value& value = arguments[0];
  if (value.Is(Kind::kDouble)) return Value::Double(std::abs(value.double_value()));
  if (value.Is(Kind::kUint) || value.int_value() >= 0) return value;
  if (value.int_value() == std::numeric_limits<std::int64_t>::min()) {
    return InvalidArgument("integer overflow: math.abs({}) does not fit 64 bits",
                           value.int_value());
  }
  return Value::Int(-value.int_value());
}

Result Sign(Arguments arguments, CallContext&) {
  const Value& value = arguments[0];
  switch (value.kind()) {
    case Kind::kInt:
      return Value::Int((value.int_value() > 0) - (value.int_value() < 0));
    case Kind::kUint:
      return Value::Uint(value.uint_value() > 0 ? 1 : 0);
    default:
      break;
  }
  const double number = value.double_value();
  if (std::isnan(number)) return value;
  return Value::Double((number > 0) - (number < 0));
}

Result SquareRoot(Arguments arguments, CallContext&) {
  const Value& value = arguments[0];
  if (value.Is(Kind::kInt)) return Value::Double(std::sqrt(static_cast<double>(value.int_value())));
  if (value.Is(Kind::kUint)) {
    return Value::Double(std::sqrt(static_cast<double>(value.uint_value())));
  }
  return Value::Double(std::sqrt(value.double_value()));
}

template <bool (*predicate)(double)>
Result Test(Arguments arguments, CallContext&) {
  return Value::Bool(predicate(arguments[0].double_value()));
}
bool IsNan(double value) { return std::isnan(value); }
bool IsInfinite(double value) { return std::isinf(value); }
bool IsFinite(double value) { return std::isfinite(value); }

Value Bits(const Value& like, std::uint64_t bits) {
  return like.Is(Kind::kInt) ? Value::Int(static_cast<std::int64_t>(bits)) : Value::Uint(bits);
}

template <typename Function>
Body Bitwise(Function) {
  return [](Arguments arguments, CallContext&) -> Result {
    return Bits(arguments[0], Function()(arguments[0].uint_value(), arguments[1].uint_value()));
  };
}

// Zeros come in from both ends, for negative numbers too.
template <bool left>
Result Shift(Arguments arguments, CallContext&) {
  const std::int64_t by = arguments[1].int_value();
  if (by < 0) return InvalidArgument("a shift is not negative: {}", by);
  if (by > 63) return Bits(arguments[0], 0);
  const std::uint64_t bits = arguments[0].uint_value();
  return Bits(arguments[0], left ? bits << by : bits >> by);
}

void AddBits(Environment& environment) {
  for (const char* const type : {"int", "uint"}) {
    const std::string pair = fmt::format("({0}, {0}): {0}", type);
    Define(environment, "math.bitAnd", pair, Bitwise([](auto a, auto b) { return a & b; }));
    Define(environment, "math.bitOr", pair, Bitwise([](auto a, auto b) { return a | b; }));
    Define(environment, "math.bitXor", pair, Bitwise([](auto a, auto b) { return a ^ b; }));
    Define(environment, "math.bitNot", fmt::format("({0}): {0}", type),
           [](Arguments arguments, CallContext&) -> Result {
             return Bits(arguments[0], ~arguments[0].uint_value());
           });
    const std::string shift = fmt::format("({0}, int): {0}", type);
    Define(environment, "math.bitShiftLeft", shift, Shift<true>);
    Define(environment, "math.bitShiftRight", shift, Shift<false>);
  }
}

}  // namespace

void AddMath(Environment& environment) {
  AddExtreme(environment, "math.greatest", Extreme<true>);
  AddExtreme(environment, "math.least", Extreme<false>);
  Define(environment, "math.ceil", "(double): double", Real<Ceiling>);
  Define(environment, "math.floor", "(double): double", Real<Floor>);
  Define(environment, "math.round", "(double): double", Real<Rounded>);
  Define(environment, "math.trunc", "(double): double", Real<Truncated>);
  Define(environment, "math.isNaN", "(double): bool", Test<IsNan>);
  Define(environment, "math.isInf", "(double): bool", Test<IsInfinite>);
  Define(environment, "math.isFinite", "(double): bool", Test<IsFinite>);
  for (const char* const number : kNumbers) {
    Define(environment, "math.abs", fmt::format("({0}): {0}", number), Absolute);
    Define(environment, "math.sign", fmt::format("({0}): {0}", number), Sign);
    Define(environment, "math.sqrt", fmt::format("({}): double", number), SquareRoot);
  }
  AddBits(environment);
}

}  // namespace orderwright::cel_internal
