#include "orderwright/model/location.h"

#include <array>
#include <chrono>

#include "tests/catch.h"

namespace orderwright {
namespace {

TEST_CASE("LocationKind reads back what it prints, and nothing else") {
  constexpr std::array kNames = {"warehouse", "store", "third_party", "dropship", "virtual"};
  for (std::size_t i = 0; i < kNames.size(); ++i) {
    const auto kind = static_cast<LocationKind>(i + 1);
    CHECK(ToString(kind) == kNames[i]);
    CHECK(ParseLocationKind(kNames[i]) == kind);
  }
  for (const char* text : {"", "Warehouse", "warehouse ", "3pl"}) {
    CAPTURE(text);
    CHECK_FALSE(ParseLocationKind(text).has_value());
  }
}

TEST_CASE("A location is inactive from the first instant of a range to just before its end") {
  const Timestamp noon{std::chrono::hours(12)};
  const Timestamp one{std::chrono::hours(13)};
  const Duration tick{1};
  Location location;
  location.spec.inactive = {{noon, one}};
  CHECK(location.IsActive(noon - tick));
  CHECK_FALSE(location.IsActive(noon));
  CHECK_FALSE(location.IsActive(one - tick));
  CHECK(location.IsActive(one));
}

TEST_CASE("A location that is switched off or retired is never active") {
  Location off;
  off.spec.active = false;
  CHECK_FALSE(off.IsActive(Timestamp{}));
  Location retired;
  retired.retired = true;
  CHECK_FALSE(retired.IsActive(Timestamp{}));
  CHECK(Location{}.IsActive(Timestamp{}));
}

}  // namespace
}  // namespace orderwright
