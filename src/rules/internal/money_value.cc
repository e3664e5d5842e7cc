#include "src/rules/internal/money_value.h"

#include <cmath>

#include "orderwright/core/cost.h"
#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"

namespace orderwright::rules_internal {
namespace {

using cel::CallContext;
using cel::Kind;
using cel::Value;
using Arguments = std::span<const Value>;
using Result = absl::StatusOr<Value>;

constexpr double kMicros = 1'000'000.0;
constexpr double kTwoTo63 = 9223372036854775808.0;

std::int64_t MicrosIn(const Value& money) {
  return static_cast<const MoneyValue&>(money.opaque()).micros();
}

Result Checked(bool overflow, std::int64_t micros) {
  if (overflow) return OutOfRange("an amount of money overflows");
  return MoneyValue::Of(micros);
}

// The amount on the left, whatever stands there.
std::partial_ordering Compare(const Value& a, const Value& b) {
  if (a.Is(Kind::kOpaque)) return CompareMoney(MicrosIn(a), b);
  return 0 <=> CompareMoney(MicrosIn(b), a);
}

void Add(cel::Environment& environment, std::string_view name, std::string_view signature,
         cel::Implementation implementation) {
  // The signatures are ours: a wrong one is a bug that every test shows.
  const absl::Status status = environment.AddFunction(name, signature, std::move(implementation));
  ORDERWRIGHT_ASSERT(status.ok());
  (void)status;
}

template <typename Holds>
void AddOrdering(cel::Environment& environment, std::string_view name, const Holds& holds) {
  for (const char* const signature :
       {"(money, money): bool", "(money, int): bool", "(int, money): bool", "(money, uint): bool",
        "(uint, money): bool", "(money, double): bool", "(double, money): bool"}) {
    Add(environment, name, signature, [holds](Arguments arguments, CallContext&) -> Result {
      return Value::Bool(holds(Compare(arguments[0], arguments[1])));
    });
  }
}

void AddArithmetic(cel::Environment& environment) {
  Add(environment, "_+_", "(money, money): money", [](Arguments a, CallContext&) -> Result {
    std::int64_t sum = 0;
    const bool overflow = __builtin_add_overflow(MicrosIn(a[0]), MicrosIn(a[1]), &sum);
    return Checked(overflow, sum);
  });
  Add(environment, "_-_", "(money, money): money", [](Arguments a, CallContext&) -> Result {
    std::int64_t rest = 0;
    const bool overflow = __builtin_sub_overflow(MicrosIn(a[0]), MicrosIn(a[1]), &rest);
    return Checked(overflow, rest);
  });
  Add(environment, "-_", "(money): money", [](Arguments a, CallContext&) -> Result {
    return Checked(MicrosIn(a[0]) == INT64_MIN, -std::max(MicrosIn(a[0]), -INT64_MAX));
  });
  for (const char* const signature : {"(money, int): money", "(int, money): money"}) {
    Add(environment, "_*_", signature, [](Arguments a, CallContext&) -> Result {
      const bool first = a[0].Is(Kind::kOpaque);
      std::int64_t product = 0;
      const bool overflow = __builtin_mul_overflow(MicrosIn(a[first ? 0 : 1]),
                                                   a[first ? 1 : 0].int_value(), &product);
      return Checked(overflow, product);
    });
  }
}

}  // namespace

bool MoneyValue::EqualsNumber(const cel::Value& number) const {
  return CompareMoney(micros_, number) == 0;
}

std::string MoneyValue::ToText() const { return ToString(Cost::FromMicros(micros_)); }

std::optional<std::int64_t> MicrosOf(const cel::Value& number) {
  std::int64_t micros = 0;
  switch (number.kind()) {
    case Kind::kInt:
      if (__builtin_mul_overflow(number.int_value(), Cost::kMicrosPerUnit, &micros)) return {};
      return micros;
    case Kind::kUint:
      if (__builtin_mul_overflow(number.uint_value(), Cost::kMicrosPerUnit, &micros)) return {};
      return micros;
    case Kind::kDouble: {
      const double scaled = std::nearbyint(number.double_value() * kMicros);
      // Beyond 2^53 micro-units doubles are farther apart than amounts.
      if (!(std::abs(scaled) <= 9'007'199'254'740'992.0)) return {};
      if (scaled / kMicros != number.double_value()) return {};
      return static_cast<std::int64_t>(scaled);
    }
    default:
      return {};
  }
}

bool MicrosNear(double number, std::int64_t& micros) {
  const double scaled = std::nearbyint(number * kMicros);
  if (!(std::abs(scaled) < 9e18)) return false;
  micros = static_cast<std::int64_t>(scaled);
  return true;
}

std::partial_ordering CompareMoney(std::int64_t micros, const cel::Value& other) {
  if (other.Is(Kind::kOpaque)) return micros <=> MicrosIn(other);
  if (const std::optional<std::int64_t> exact = MicrosOf(other)) return micros <=> *exact;
  if (other.Is(Kind::kInt)) return other.int_value() > 0 ? -1 <=> 0 : 1 <=> 0;  // beyond any amount
  if (other.Is(Kind::kUint)) return -1 <=> 0;
  const double scaled = other.double_value() * kMicros;
  if (std::isnan(scaled)) return std::partial_ordering::unordered;
  if (scaled >= kTwoTo63) return -1 <=> 0;
  if (scaled < -kTwoTo63) return 1 <=> 0;
  const double whole = std::floor(scaled);
  const auto below = static_cast<std::int64_t>(whole);
  if (micros != below) return micros <=> below;
  return whole < scaled ? -1 <=> 0 : 0 <=> 0;
}

void AddMoney(cel::Environment& environment) {
  environment.AddTypeName(kMoneyType);
  AddOrdering(environment, "_<_", [](std::partial_ordering order) { return order < 0; });
  AddOrdering(environment, "_<=_", [](std::partial_ordering order) { return order <= 0; });
  AddOrdering(environment, "_>_", [](std::partial_ordering order) { return order > 0; });
  AddOrdering(environment, "_>=_", [](std::partial_ordering order) { return order >= 0; });
  // The evaluator itself knows equality; these are for the checker.
  for (const char* const name : {"_==_", "_!=_"}) {
    for (const char* const signature :
         {"(money, int): bool", "(int, money): bool", "(money, uint): bool", "(uint, money): bool",
          "(money, double): bool", "(double, money): bool"}) {
      Add(environment, name, signature, nullptr);
    }
  }
  AddArithmetic(environment);
  Add(environment, "double", "(money): double", [](Arguments a, CallContext&) -> Result {
    return Value::Double(static_cast<double>(MicrosIn(a[0])) / kMicros);
  });
  Add(environment, "string", "(money): string",
      [](Arguments a, CallContext&) -> Result { return Value::String(a[0].opaque().ToText()); });
  Add(environment, "money", "(string): money", [](Arguments a, CallContext&) -> Result {
    ORDERWRIGHT_ASSIGN_OR_RETURN(const Cost cost, Cost::Parse(a[0].text()));
    return MoneyValue::Of(cost.micros());
  });
}

}  // namespace orderwright::rules_internal
