// Geo: positions on the sphere and the distance between them.
#ifndef ORDERWRIGHT_CORE_GEO_H_
#define ORDERWRIGHT_CORE_GEO_H_

#include <compare>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"

namespace orderwright {

// An angle in degrees.
class Degrees {
 public:
  constexpr Degrees() = default;
  explicit constexpr Degrees(double value) : value_(value) {}
  [[nodiscard]] constexpr double value() const { return value_; }
  friend constexpr auto operator<=>(Degrees, Degrees) = default;

 private:
  double value_ = 0.0;
};

// A position: built by name, latitude first. (Formats that write [lon, lat] are turned in io.)
struct GeoPoint {
  Degrees lat;  // -90 to 90
  Degrees lon;  // -180 to 180

  // Errors: kInvalidArgument for a coordinate out of range or not a number.
  [[nodiscard]] ORDERWRIGHT_EXPORT static absl::StatusOr<GeoPoint> Create(double lat, double lon);
  friend constexpr bool operator==(GeoPoint, GeoPoint) = default;
};

// The mean radius of the earth (R1 of the IUGG).
inline constexpr double kEarthRadiusKm = 6371.0088;

// Great-circle distance in kilometres: haversine on a sphere of the mean Earth radius
// (R1 of the IUGG, 6371.0088 km), as formats.md fixes it. Zone bands compare against this value.
[[nodiscard]] ORDERWRIGHT_EXPORT double DistanceKm(GeoPoint a, GeoPoint b);

}  // namespace orderwright

#endif  // ORDERWRIGHT_CORE_GEO_H_
