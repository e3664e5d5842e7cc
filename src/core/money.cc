#include "orderwright/core/money.h"

#include <algorithm>
#include <numeric>
#include <optional>

#include "orderwright/core/status.h"
#include "src/core/internal/decimal.h"
#include "src/core/internal/macros.h"

namespace orderwright {
namespace {

__extension__ using Uint128 = unsigned __int128;

// ISO 4217 list one, by decimals of the minor unit. Codes without a minor unit (metals, bond units,
// test codes) are not here: nobody pays in them. ANG and BGN left the list in 2025 and 2026 and
// stay readable, since orders and refunds outlive a currency.
constexpr std::string_view kNoDecimals =
    "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF";
constexpr std::string_view kTwoDecimals =
    "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BOV BRL BSD BTN BWP BYN "
    "BZD CAD CDF CHE CHF CHW CNY COP COU CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP "
    "GEL GHS GIP GMD GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP "
    "LKR LRD LSL MAD MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MXV MYR MZN NAD NGN NIO NOK NPR "
    "NZD PAB PEN PGK PHP PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN "
    "SVC SYP SZL THB TJS TMT TOP TRY TTD TWD TZS UAH USD USN UYU UZS VED VES WST XAD XCD XCG YER "
    "ZAR ZMW ZWG";
constexpr std::string_view kThreeDecimals = "BHD IQD JOD KWD LYD OMR TND";
constexpr std::string_view kFourDecimals = "CLF UYW";

std::optional<int> DecimalsOf(std::string_view code) {
  const auto is_capital = [](char c) { return c >= 'A' && c <= 'Z'; };
  if (code.size() != 3 || !std::all_of(code.begin(), code.end(), is_capital)) return std::nullopt;
  // Three letters without a space can only match a whole word of a list.
  if (kTwoDecimals.find(code) != std::string_view::npos) return 2;
  if (kNoDecimals.find(code) != std::string_view::npos) return 0;
  if (kThreeDecimals.find(code) != std::string_view::npos) return 3;
  if (kFourDecimals.find(code) != std::string_view::npos) return 4;
  return std::nullopt;
}

absl::Status DifferentCurrencies(const Money& a, const Money& b) {
  return InvalidArgument("{} and {} are in different currencies", a, b);
}

absl::StatusOr<std::int64_t> SumOfWeights(std::span<const std::int64_t> weights) {
  std::int64_t total = 0;
  for (std::size_t i = 0; i < weights.size(); ++i) {
    if (weights[i] < 0) return InvalidArgument("weights[{}] is negative: {}", i, weights[i]);
    if (__builtin_add_overflow(total, weights[i], &total)) {
      return InvalidArgument("the sum of the weights does not fit in 63 bits");
    }
  }
  if (total == 0) return InvalidArgument("the weights sum to 0; at least one must be above 0");
  return total;
}

// One part of an allocation: the weight's whole share, and what division left over.
struct Share {
  std::uint64_t whole;
  std::uint64_t remainder;
};

}  // namespace

absl::StatusOr<Currency> Currency::Parse(std::string_view code) {
  const std::optional<int> decimals = DecimalsOf(code);
  if (!decimals.has_value()) {
    return InvalidArgument("'{}' is not an active ISO 4217 currency code such as \"USD\"", code);
  }
  return Currency(code, *decimals);
}

absl::StatusOr<Money> Money::Parse(std::string_view text, Currency currency) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const std::int64_t minor,
                               core_internal::ParseDecimal(text, currency.decimals()));
  return Money(minor, currency);
}

absl::StatusOr<Money> Money::Plus(const Money& other) const {
  if (currency_ != other.currency_) return DifferentCurrencies(*this, other);
  std::int64_t sum = 0;
  if (__builtin_add_overflow(minor_, other.minor_, &sum)) {
    return OutOfRange("{} plus {} does not fit in 64 bits", *this, other);
  }
  return Money(sum, currency_);
}

absl::StatusOr<Money> Money::Minus(const Money& other) const {
  if (currency_ != other.currency_) return DifferentCurrencies(*this, other);
  std::int64_t difference = 0;
  if (__builtin_sub_overflow(minor_, other.minor_, &difference)) {
    return OutOfRange("{} minus {} does not fit in 64 bits", *this, other);
  }
  return Money(difference, currency_);
}

absl::StatusOr<Money> Money::Times(std::int64_t factor) const {
  std::int64_t product = 0;
  if (__builtin_mul_overflow(minor_, factor, &product)) {
    return OutOfRange("{} times {} does not fit in 64 bits", *this, factor);
  }
  return Money(product, currency_);
}

absl::StatusOr<std::vector<Money>> Money::Allocate(std::span<const std::int64_t> weights) const {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const std::int64_t total, SumOfWeights(weights));
  // The magnitude is split and the sign put back, so that -x is split like x.
  const auto bits = static_cast<std::uint64_t>(minor_);
  const std::uint64_t magnitude = minor_ < 0 ? 0 - bits : bits;
  const auto divisor = static_cast<std::uint64_t>(total);
  std::vector<Share> shares;
  shares.reserve(weights.size());
  std::uint64_t left = magnitude;
  for (const std::int64_t weight : weights) {
    const Uint128 product = Uint128{magnitude} * static_cast<std::uint64_t>(weight);
    shares.push_back({static_cast<std::uint64_t>(product / divisor),
                      static_cast<std::uint64_t>(product % divisor)});
    left -= shares.back().whole;
  }
  std::vector<std::size_t> by_remainder(shares.size());
  std::iota(by_remainder.begin(), by_remainder.end(), std::size_t{0});
  std::stable_sort(by_remainder.begin(), by_remainder.end(),
                   [&shares](std::size_t a, std::size_t b) {
                     return shares[a].remainder > shares[b].remainder;
                   });
  // Fewer units are left than there are remainders above 0, so a weight of 0 gets nothing.
  for (std::size_t i = 0; i < left; ++i) ++shares[by_remainder[i]].whole;
  std::vector<Money> parts;
  parts.reserve(shares.size());
  for (const Share& share : shares) {
    const std::uint64_t part = minor_ < 0 ? 0 - share.whole : share.whole;
    parts.push_back(Money(static_cast<std::int64_t>(part), currency_));
  }
  return parts;
}

absl::StatusOr<Cost> Money::ToCost() const {
  std::int64_t micros = 0;
  const std::int64_t factor = core_internal::PowerOfTen(6 - currency_.decimals());
  if (__builtin_mul_overflow(minor_, factor, &micros)) {
    return OutOfRange("{} is too large for a cost in micro-units", *this);
  }
  return Cost::FromMicros(micros);
}

std::string AmountText(const Money& money) {
  const int decimals = money.currency().decimals();
  return core_internal::DecimalText(money.minor(), decimals, decimals);
}

std::string ToString(const Money& money) {
  return fmt::format("{} {}", AmountText(money), money.currency().code());
}

}  // namespace orderwright
