// Units: how many pieces, never negative; UnitDelta: a signed change of that.
#ifndef ORDERWRIGHT_CORE_UNITS_H_
#define ORDERWRIGHT_CORE_UNITS_H_

#include <cassert>
#include <compare>
#include <concepts>
#include <cstdint>
#include <limits>
#include <optional>

#include <fmt/format.h>

namespace orderwright {

// A signed change of a number of units.
class UnitDelta {
 public:
  constexpr UnitDelta() = default;
  explicit constexpr UnitDelta(std::int64_t count) : count_(count) {}
  [[nodiscard]] constexpr std::int64_t count() const { return count_; }
  [[nodiscard]] constexpr UnitDelta operator-() const { return UnitDelta(-count_); }
  friend constexpr bool operator==(UnitDelta, UnitDelta) = default;
  friend constexpr auto operator<=>(UnitDelta, UnitDelta) = default;

 private:
  std::int64_t count_ = 0;
};

// A number of units, 0 or more. Sums are checked: they give nullopt rather than wrap.
class Units {
 public:
  constexpr Units() = default;
  // `count` must be 0 or more (checked in debug builds; use Checked for input from outside).
  explicit constexpr Units(std::int64_t count) : count_(count) { assert(count >= 0); }
  // A floating-point number is never a number of units.
  template <std::floating_point Float>
  explicit Units(Float) = delete;

  [[nodiscard]] static constexpr std::optional<Units> Checked(std::int64_t count) {
    if (count < 0) return std::nullopt;
    return Units(count);
  }

  [[nodiscard]] constexpr std::int64_t count() const { return count_; }
  [[nodiscard]] constexpr bool IsZero() const { return count_ == 0; }

  // nullopt if the sum does not fit in 63 bits.
  [[nodiscard]] constexpr std::optional<Units> Plus(Units other) const {
    if (count_ > std::numeric_limits<std::int64_t>::max() - other.count_) return std::nullopt;
    return Units(count_ + other.count_);
  }
  // nullopt if more would be taken than there is.
  [[nodiscard]] constexpr std::optional<Units> Minus(Units other) const {
    if (other.count_ > count_) return std::nullopt;
    return Units(count_ - other.count_);
  }

  friend constexpr bool operator==(Units, Units) = default;
  friend constexpr auto operator<=>(Units, Units) = default;

 private:
  std::int64_t count_ = 0;
};

}  // namespace orderwright

template <>
struct fmt::formatter<orderwright::Units> : fmt::formatter<std::int64_t> {
  template <typename Context>
  auto format(orderwright::Units units, Context& context) const {
    return fmt::formatter<std::int64_t>::format(units.count(), context);
  }
};

template <>
struct fmt::formatter<orderwright::UnitDelta> : fmt::formatter<std::int64_t> {
  template <typename Context>
  auto format(orderwright::UnitDelta delta, Context& context) const {
    return fmt::formatter<std::int64_t>::format(delta.count(), context);
  }
};

#endif  // ORDERWRIGHT_CORE_UNITS_H_
