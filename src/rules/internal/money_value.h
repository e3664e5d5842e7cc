// MoneyValue: an amount in the currency of the world, as a value of an expression.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_MONEY_VALUE_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_MONEY_VALUE_H_

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "orderwright/cel/environment.h"
#include "orderwright/cel/value.h"

namespace orderwright::rules_internal {

inline constexpr std::string_view kMoneyType = "money";

class MoneyValue final : public cel::Opaque {
 public:
  explicit MoneyValue(std::int64_t micros) : micros_(micros) {}
  [[nodiscard]] static cel::Value Of(std::int64_t micros) {
    return cel::Value::FromOpaque(new MoneyValue(micros));
  }
  [[nodiscard]] std::int64_t micros() const { return micros_; }

  [[nodiscard]] std::string_view type_name() const override { return kMoneyType; }
  [[nodiscard]] bool Equals(const cel::Opaque& other) const override {
    return static_cast<const MoneyValue&>(other).micros_ == micros_;
  }
  [[nodiscard]] bool EqualsNumber(const cel::Value& number) const override;
  [[nodiscard]] std::string ToText() const override;

 private:
  std::int64_t micros_;
};

// The micro-units that a number means: a double is the decimal of up to six places that it stands
// for, if there is one. Absent: the number is none, or lies between two micro-units.
[[nodiscard]] std::optional<std::int64_t> MicrosOf(const cel::Value& number);

// The nearest micro-unit to a number of the currency; false if there is none.
[[nodiscard]] bool MicrosNear(double number, std::int64_t& micros);

// How an amount compares with money or with any number; unordered with NaN.
[[nodiscard]] std::partial_ordering CompareMoney(std::int64_t micros, const cel::Value& other);

// Comparison, arithmetic, double(money), string(money), money(string).
void AddMoney(cel::Environment& environment);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_MONEY_VALUE_H_
