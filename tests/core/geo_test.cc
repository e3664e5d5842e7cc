#include "orderwright/core/geo.h"

#include <cmath>
#include <limits>
#include <numbers>

#include "tests/catch.h"

namespace orderwright {
namespace {

using orderwright::testing::IsOk;
using orderwright::testing::StatusIs;

constexpr double kRadiusKm = 6371.0088;

GeoPoint At(double lat, double lon) {
  const absl::StatusOr<GeoPoint> point = GeoPoint::Create(lat, lon);
  REQUIRE(IsOk(point));
  return *point;
}

TEST_CASE("GeoPoint::Create accepts the whole sphere and nothing else") {
  CHECK(IsOk(GeoPoint::Create(90, 180)));
  CHECK(IsOk(GeoPoint::Create(-90, -180)));
  const double nan = std::numeric_limits<double>::quiet_NaN();
  const double inf = std::numeric_limits<double>::infinity();
  for (const double bad : {90.0000001, -91.0, nan, inf, -inf}) {
    CHECK(StatusIs(GeoPoint::Create(bad, 0), absl::StatusCode::kInvalidArgument));
  }
  for (const double bad : {180.0000001, -181.0, nan, inf, -inf}) {
    CHECK(StatusIs(GeoPoint::Create(0, bad), absl::StatusCode::kInvalidArgument));
  }
}

// Distances that differ by less than a millimetre are the same place on a map.
bool IsNear(double distance_km, double expected_km) {
  UNSCOPED_INFO(distance_km << " km against " << expected_km << " km");
  return std::abs(distance_km - expected_km) < 1e-6;
}

TEST_CASE("DistanceKm is the great circle on the mean Earth radius") {
  const double quarter = kRadiusKm * std::numbers::pi / 2.0;
  CHECK(IsNear(DistanceKm(At(0, 0), At(90, 0)), quarter));
  CHECK(IsNear(DistanceKm(At(0, 0), At(0, 90)), quarter));
  CHECK(IsNear(DistanceKm(At(0, 0), At(1, 0)), kRadiusKm * std::numbers::pi / 180.0));
  // Nashville to Los Angeles, the worked example of the haversine article, there for R = 6372.8 km.
  CHECK(IsNear(DistanceKm(At(36.12, -86.67), At(33.94, -118.40)),
               2887.2599506071106 / 6372.8 * kRadiusKm));
}

TEST_CASE("DistanceKm is 0 to itself, symmetric, and half the circumference to the antipode") {
  const GeoPoint reno = At(39.53, -119.81);
  const GeoPoint paris = At(48.85, 2.35);
  CHECK(DistanceKm(reno, reno) == 0.0);
  CHECK(DistanceKm(reno, paris) == DistanceKm(paris, reno));
  CHECK(IsNear(DistanceKm(At(90, 0), At(90, 77)), 0.0));
}

TEST_CASE("DistanceKm crosses the date line the short way") {
  CHECK(IsNear(DistanceKm(At(0, 179.5), At(0, -179.5)), DistanceKm(At(0, 0), At(0, 1))));
}

TEST_CASE("DistanceKm has a value for every pair of antipodes") {
  for (int i = 0; i < 1'000; ++i) {
    const double lat = -89.9 + 0.1798 * i;
    const double distance = DistanceKm(At(lat, 10), At(-lat, -170));
    // asin is steep at 1: an error in the last digit of h is a few hundred metres here.
    REQUIRE(std::abs(distance - kRadiusKm * std::numbers::pi) < 1e-3);
  }
}

}  // namespace
}  // namespace orderwright
