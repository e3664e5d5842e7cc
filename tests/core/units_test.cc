#include "orderwright/core/units.h"

#include <limits>
#include <type_traits>

#include "tests/catch.h"

namespace orderwright {
namespace {

constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max();

TEST_CASE("Units are made from numbers of 0 and above only") {
  CHECK(Units::Checked(0) == Units());
  CHECK(Units::Checked(3)->count() == 3);
  CHECK(Units::Checked(-1) == std::nullopt);
  CHECK_FALSE(std::is_convertible_v<std::int64_t, Units>);
  CHECK_FALSE(std::is_constructible_v<Units, double>);
}

TEST_CASE("Units::Plus and Minus give nothing rather than wrap") {
  CHECK(Units(2).Plus(Units(3)) == Units(5));
  CHECK(Units(kMost).Plus(Units(0)) == Units(kMost));
  CHECK(Units(kMost).Plus(Units(1)) == std::nullopt);
  CHECK(Units(3).Minus(Units(3)) == Units(0));
  CHECK(Units(3).Minus(Units(4)) == std::nullopt);
}

TEST_CASE("Units and changes of units compare and print as their count") {
  CHECK(Units(2) < Units(3));
  CHECK(Units(0).IsZero());
  CHECK_FALSE(Units(1).IsZero());
  CHECK(-UnitDelta(4) == UnitDelta(-4));
  CHECK(UnitDelta(-4) < UnitDelta());
  CHECK(fmt::format("{} {}", Units(12), UnitDelta(-3)) == "12 -3");
}

}  // namespace
}  // namespace orderwright
