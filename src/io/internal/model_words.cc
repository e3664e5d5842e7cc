#include "src/io/internal/model_words.h"

#include "absl/status/statusor.h"

namespace orderwright::io_internal {

void SetPosition(JsonReader& reader, NodeId object, const std::optional<double>& lat,
                 const std::optional<double>& lon, std::optional<GeoPoint>& position) {
  if (lat && lon) {
    position = GeoPoint{.lat = Degrees(*lat), .lon = Degrees(*lon)};
    return;
  }
  const JsonTree& tree = reader.tree();
  // One that is there and could not be read was reported already.
  const auto absent = [&](std::string_view name) {
    const NodeId node = tree.Member(object, name);
    return node == kNoNode || reader.IsNull(node);
  };
  if (lat && absent("lon")) reader.issues().AddMissing(tree, object, "lon");
  if (lon && absent("lat")) reader.issues().AddMissing(tree, object, "lat");
}

Currency AnyCurrency() {
  // Every ISO 4217 table has it, so the result is there.
  static const absl::StatusOr<Currency> usd = Currency::Parse("USD");
  return *usd;
}

}  // namespace orderwright::io_internal
