// Function: what an expression can call, with typed overloads and an implementation in C++.
//
// The checker picks overloads by the types of the arguments, the evaluator by those of the values;
// errors and unknowns among the arguments never reach an implementation.
//
// Example:
//   Environment environment = StandardEnvironment();
//   const absl::Status status = environment.AddFunction(
//       "zone", "string.(int): string",
//       [](std::span<const Value> arguments, CallContext&) -> absl::StatusOr<Value> {
//         return Value::String(ZoneOf(arguments[0].text(), arguments[1].int_value()));
//       });
#ifndef ORDERWRIGHT_CEL_FUNCTION_H_
#define ORDERWRIGHT_CEL_FUNCTION_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/cel/type.h"
#include "orderwright/cel/value.h"
#include "orderwright/core/export.h"

namespace orderwright::cel {

// What an evaluation may still spend. Units are those of Kubernetes: about 50 ns of work each, 0.1
// for a character that is passed.
class CallContext {
 public:
  CallContext(std::uint64_t limit, std::size_t max_regex_program)
      : limit_(limit), left_(limit), max_regex_program_(max_regex_program) {}

  // False if the budget is spent: an implementation then returns any error, and the evaluation ends
  // with kResourceExhausted. Charge before doing the work or allocating its result.
  [[nodiscard]] bool Charge(std::uint64_t units) {
    if (units > left_) {
      left_ = 0;
      exhausted_ = true;
      return false;
    }
    left_ -= units;
    return true;
  }
  // The same for `count` characters or octets.
  [[nodiscard]] bool ChargeText(std::uint64_t count) { return Charge((count + 9) / 10); }
  [[nodiscard]] bool exhausted() const { return exhausted_; }
  [[nodiscard]] std::uint64_t used() const { return limit_ - left_; }
  [[nodiscard]] std::uint64_t left() const { return left_; }
  [[nodiscard]] std::size_t max_regex_program() const { return max_regex_program_; }

 private:
  std::uint64_t limit_;
  std::uint64_t left_;
  std::size_t max_regex_program_;
  bool exhausted_ = false;
};

// Given as many arguments as its overload has parameters (more if variadic), each of a type that
// fits; the receiver is the first. Thread-safe; it neither blocks nor throws.
using Implementation = std::function<absl::StatusOr<Value>(std::span<const Value>, CallContext&)>;

struct Overload {
  std::vector<Type> parameters;  // the receiver first if `member`
  Type result;
  bool member = false;    // called as receiver.name(…)
  bool variadic = false;  // the last parameter may be given any number of times, once at least
  Implementation implementation;  // may be empty: declared for the checker only
  std::uint32_t cost = 1;         // of a call, beside what it charges itself
  // The same arguments give the same result: a call of constants may be made once, when compiled.
  bool pure = true;

  // "string.(int): string", "(T, T): bool", "(int...): int"; capital letters are type
  // parameters.
  // Errors: kInvalidArgument.
  [[nodiscard]] static ORDERWRIGHT_EXPORT absl::StatusOr<Overload> Parse(
      std::string_view signature);
};

struct Function {
  std::string name;  // "size", "math.greatest", "_+_"
  std::vector<Overload> overloads;
};

// Whether a value is of a type as far as its kind tells: of lists and maps not what they hold.
[[nodiscard]] ORDERWRIGHT_EXPORT bool Accepts(const Type& type, const Value& value);

// As Parse reads it.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const Overload& overload);

}  // namespace orderwright::cel

#endif  // ORDERWRIGHT_CEL_FUNCTION_H_
