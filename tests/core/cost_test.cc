#include "orderwright/core/cost.h"

#include <limits>
#include <string>
#include <type_traits>

#include "tests/catch.h"

namespace orderwright {
namespace {

using orderwright::testing::StatusIs;
using Limits = std::numeric_limits<std::int64_t>;

std::int64_t Micros(std::string_view text) {
  const absl::StatusOr<Cost> cost = Cost::Parse(text);
  REQUIRE(testing::IsOk(cost));
  return cost->micros();
}

TEST_CASE("Cost::Parse is exact to the micro-unit") {
  CHECK(Micros("12.5") == 12'500'000);
  CHECK(Micros("-0.000001") == -1);
  CHECK(Micros("+3") == 3'000'000);
  CHECK(Micros("0") == 0);
  CHECK(Micros("-0.0") == 0);
  CHECK(Micros("007.10") == 7'100'000);
  CHECK(Micros("0.1") == 100'000);
}

TEST_CASE("Cost::Parse reads both ends of the range and nothing beyond") {
  CHECK(Micros("9223372036854.775807") == Limits::max());
  CHECK(Micros("-9223372036854.775808") == Limits::min());
  for (const char* text : {"9223372036854.775808", "-9223372036854.775809", "9223372036855",
                           "92233720368547758070", "99999999999999999999999999999999999999"}) {
    CAPTURE(text);
    CHECK(StatusIs(Cost::Parse(text), absl::StatusCode::kOutOfRange));
  }
}

TEST_CASE("Cost::Parse refuses what is not a plain decimal") {
  for (const char* text : {"", "-", "+", ".", "1.", ".5", "1e3", " 1", "1 ", "1,5", "--1", "+-1",
                           "0x10", "1.2.3", "nan", "inf", "1'000", "1.0000000"}) {
    CAPTURE(text);
    CHECK(StatusIs(Cost::Parse(text), absl::StatusCode::kInvalidArgument));
  }
  CHECK(StatusIs(Cost::Parse(std::string_view("1\0", 2)), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Cost prints at least the decimals asked for and as many more as it needs") {
  CHECK(ToString(Cost::FromMicros(12'500'000)) == "12.50");
  CHECK(ToString(Cost::FromMicros(12'345'600)) == "12.3456");
  CHECK(ToString(Cost::FromMicros(-1)) == "-0.000001");
  CHECK(ToString(Cost::FromMicros(5'000'000), 0) == "5");
  CHECK(ToString(Cost::FromMicros(5'100'000), 0) == "5.1");
  CHECK(ToString(Cost::FromMicros(5'000'000), 6) == "5.000000");
  CHECK(ToString(Cost::FromMicros(5'000'000), 9) == "5.000000");
  CHECK(ToString(Cost::FromMicros(Limits::min())) == "-9223372036854.775808");
  CHECK(fmt::format("{}", Cost::FromMicros(2'000'000)) == "2.00");
}

TEST_CASE("Cost reads back what it printed") {
  for (const std::int64_t micros :
       {std::int64_t{0}, std::int64_t{1}, std::int64_t{-999'999}, std::int64_t{1'000'000},
        std::int64_t{-123'456'789'012}, Limits::max(), Limits::min()}) {
    CHECK(Micros(ToString(Cost::FromMicros(micros))) == micros);
  }
}

TEST_CASE("Costs add, subtract, negate, multiply by units and compare") {
  constexpr Cost two = Cost::FromMicros(2'000'000);
  constexpr Cost three = Cost::FromMicros(3'000'000);
  static_assert((two + three).micros() == 5'000'000);
  static_assert((two - three).micros() == -1'000'000);
  static_assert((-two).micros() == -2'000'000);
  static_assert(two.Times(Units(4)).micros() == 8'000'000);
  static_assert(two < three && two == two && Cost() == Cost::FromMicros(0));
  Cost sum = two;
  sum += three;
  sum -= two;
  CHECK(sum == three);
}

TEST_CASE("A number is not a cost by itself") {
  CHECK_FALSE(std::is_convertible_v<std::int64_t, Cost>);
  CHECK_FALSE(std::is_convertible_v<double, Cost>);
  CHECK_FALSE(std::is_convertible_v<Cost, std::int64_t>);
}

}  // namespace
}  // namespace orderwright
