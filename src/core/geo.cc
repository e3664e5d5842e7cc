#include "orderwright/core/geo.h"

#include <algorithm>
#include <cmath>
#include <numbers>

#include "orderwright/core/status.h"

namespace orderwright {
namespace {

double Radians(Degrees angle) { return angle.value() * (std::numbers::pi / 180.0); }

}  // namespace

absl::StatusOr<GeoPoint> GeoPoint::Create(double lat, double lon) {
  // Written so that a NaN, which compares false with everything, is refused too.
  if (!(lat >= -90.0 && lat <= 90.0)) {
    return InvalidArgument("latitude {} is not between -90 and 90", lat);
  }
  if (!(lon >= -180.0 && lon <= 180.0)) {
    return InvalidArgument("longitude {} is not between -180 and 180", lon);
  }
  return GeoPoint{Degrees(lat), Degrees(lon)};
}

double DistanceKm(GeoPoint a, GeoPoint b) {
  const double lat_a = Radians(a.lat);
  const double lat_b = Radians(b.lat);
  const double sin_lat = std::sin((lat_b - lat_a) / 2.0);
  const double sin_lon = std::sin((Radians(b.lon) - Radians(a.lon)) / 2.0);
  const double h = sin_lat * sin_lat + std::cos(lat_a) * std::cos(lat_b) * sin_lon * sin_lon;
  // Rounding may lift h of antipodes above 1, where asin has no value.
  return 2.0 * kEarthRadiusKm * std::asin(std::sqrt(std::min(h, 1.0)));
}

}  // namespace orderwright
