// Money: what customers see. Integer minor units with a currency.
//
// No default currency, no floating point, no division: an amount is split only by Allocate, whose
// parts sum to the whole exactly. Sums are checked in release builds too.
//
// Example:
//   absl::StatusOr<Currency> usd = Currency::Parse("USD");
//   absl::StatusOr<Money> price = Money::Parse("8.00", *usd);
//   absl::StatusOr<std::vector<Money>> parts = price->Allocate({1, 1, 1});  // 2.67 2.67 2.66
#ifndef ORDERWRIGHT_CORE_MONEY_H_
#define ORDERWRIGHT_CORE_MONEY_H_

#include <compare>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"

namespace orderwright {

// An ISO 4217 currency: three letters and the number of decimals of its minor unit.
class ORDERWRIGHT_EXPORT Currency {
 public:
  // Errors: kInvalidArgument if `code` is not an active ISO 4217 code in capitals.
  [[nodiscard]] static absl::StatusOr<Currency> Parse(std::string_view code);
  // 0 (JPY), 2 (USD), 3 (KWD) or 4 (CLF).
  [[nodiscard]] int decimals() const { return decimals_; }
  [[nodiscard]] std::string code() const { return std::string(code_, 3); }

  friend bool operator==(const Currency&, const Currency&) = default;
  friend auto operator<=>(const Currency&, const Currency&) = default;

 private:
  Currency(std::string_view code, int decimals)
      : code_{code[0], code[1], code[2]}, decimals_(static_cast<std::int8_t>(decimals)) {}
  char code_[3];
  std::int8_t decimals_;
};

class ORDERWRIGHT_EXPORT Money {
 public:
  [[nodiscard]] static Money FromMinor(std::int64_t minor, Currency currency) {
    return Money(minor, currency);
  }
  [[nodiscard]] static Money Zero(Currency currency) { return Money(0, currency); }
  // Decimal text with at most the currency's decimals: "8", "8.00", "-1.50".
  // Errors: kInvalidArgument (not a decimal, too many decimals), kOutOfRange.
  [[nodiscard]] static absl::StatusOr<Money> Parse(std::string_view text, Currency currency);

  [[nodiscard]] std::int64_t minor() const { return minor_; }
  [[nodiscard]] Currency currency() const { return currency_; }
  [[nodiscard]] bool IsZero() const { return minor_ == 0; }
  [[nodiscard]] bool IsNegative() const { return minor_ < 0; }

  // Errors: kInvalidArgument if the currencies differ, kOutOfRange on overflow.
  [[nodiscard]] absl::StatusOr<Money> Plus(const Money& other) const;
  [[nodiscard]] absl::StatusOr<Money> Minus(const Money& other) const;
  // Errors: kOutOfRange.
  [[nodiscard]] absl::StatusOr<Money> Times(std::int64_t factor) const;

  // Splits the amount in proportion to `weights` (0 or more, not all 0) so that the parts sum to
  // the whole: largest remainder, ties to the lower index. Exact for every int64 amount.
  // Errors: kInvalidArgument for a negative weight, no weight, or a sum of weights of 0 or
  // beyond 2^63-1. Complexity: O(n log n).
  [[nodiscard]] absl::StatusOr<std::vector<Money>> Allocate(
      std::span<const std::int64_t> weights) const;

  // The same amount as a solver cost. Errors: kOutOfRange.
  [[nodiscard]] absl::StatusOr<Cost> ToCost() const;

  // Equal amounts of different currencies are different; there is no order between currencies,
  // so there is no operator<.
  friend bool operator==(const Money&, const Money&) = default;

 private:
  Money(std::int64_t minor, Currency currency) : minor_(minor), currency_(currency) {}
  std::int64_t minor_;
  Currency currency_;
};

// "8.00", "-1.50", "800" (JPY): the amount alone, as formats carry it.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string AmountText(const Money& money);
// "8.00 USD".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(const Money& money);

}  // namespace orderwright

template <>
struct fmt::formatter<orderwright::Currency> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(orderwright::Currency currency, Context& context) const {
    return fmt::formatter<std::string_view>::format(currency.code(), context);
  }
};

template <>
struct fmt::formatter<orderwright::Money> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const orderwright::Money& money, Context& context) const {
    return fmt::formatter<std::string_view>::format(orderwright::ToString(money), context);
  }
};

#endif  // ORDERWRIGHT_CORE_MONEY_H_
