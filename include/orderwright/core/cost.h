// Cost: what solvers compare. An int64 of micro-units of the world's currency, without a currency.
//
// Built from decimal text without rounding; at most 9.2 million million currency units. Sums of
// costs are plain integer sums: the doors (World, Order, Problem) bound the worst sum below 2^62,
// so inside no sum can overflow. Cost and Money convert only explicitly (DESIGN 10.6).
#ifndef ORDERWRIGHT_CORE_COST_H_
#define ORDERWRIGHT_CORE_COST_H_

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/units.h"

namespace orderwright {

class ORDERWRIGHT_EXPORT Cost {
 public:
  static constexpr std::int64_t kMicrosPerUnit = 1'000'000;

  constexpr Cost() = default;  // zero
  [[nodiscard]] static constexpr Cost FromMicros(std::int64_t micros) { return Cost(micros); }
  // "12.5", "-0.000001": an optional sign, digits, at most 6 decimals. No exponent, no spaces.
  // Errors: kInvalidArgument (not a decimal, or more than 6 decimals), kOutOfRange.
  [[nodiscard]] static absl::StatusOr<Cost> Parse(std::string_view text);

  [[nodiscard]] constexpr std::int64_t micros() const { return micros_; }

  constexpr Cost& operator+=(Cost other) {
    micros_ += other.micros_;
    return *this;
  }
  constexpr Cost& operator-=(Cost other) {
    micros_ -= other.micros_;
    return *this;
  }
  [[nodiscard]] friend constexpr Cost operator+(Cost a, Cost b) { return a += b; }
  [[nodiscard]] friend constexpr Cost operator-(Cost a, Cost b) { return a -= b; }
  [[nodiscard]] constexpr Cost operator-() const { return Cost(-micros_); }
  // The cost of `units` pieces at this cost each; bounded by the doors like every sum.
  [[nodiscard]] constexpr Cost Times(Units units) const { return Cost(micros_ * units.count()); }

  friend constexpr bool operator==(Cost, Cost) = default;
  friend constexpr auto operator<=>(Cost, Cost) = default;

 private:
  explicit constexpr Cost(std::int64_t micros) : micros_(micros) {}
  std::int64_t micros_ = 0;
};

// "12.50": at least `decimals` decimals, up to 6 where needed, so that printed terms sum exactly.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ToString(Cost cost, int decimals = 2);

}  // namespace orderwright

template <>
struct fmt::formatter<orderwright::Cost> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(orderwright::Cost cost, Context& context) const {
    return fmt::formatter<std::string_view>::format(orderwright::ToString(cost), context);
  }
};

#endif  // ORDERWRIGHT_CORE_COST_H_
