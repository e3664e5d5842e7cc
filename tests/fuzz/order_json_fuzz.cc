// Any text is either refused, with issues that say why, or read into orders of a small world, as
// JSON and as CSV.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "orderwright/core/status.h"
#include "orderwright/io/document.h"

namespace io = orderwright::io;

namespace {

constexpr std::string_view kWorld = R"({
  "format": "orderwright.world/1", "currency": "USD",
  "locations": [{"id": "RNO", "kind": "warehouse", "country": "US", "lat": 39.5, "lon": -119.7,
                 "time_zone": "America/Los_Angeles", "pickup": {"lead_minutes": 60}},
                {"id": "OAK", "kind": "store", "pickup": {"ship_to_store": true}}],
  "items": [{"sku": "MUG", "weight_g": 350}, {"sku": "TEE", "weight_g": 180},
            {"sku": "PDF", "requires_shipping": false}],
  "stock": [{"location": "RNO", "sku": "MUG", "on_hand": 5}]
})";

const orderwright::World& SmallWorld() {
  static const io::LoadedWorld loaded = [] {
    auto world = io::ParseWorld({kWorld, "world"});
    if (!world.ok()) std::abort();
    return *std::move(world);
  }();
  return loaded.world;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto json = io::ParseOrders(SmallWorld(), {text, "fuzz"});
  if (!json.ok() && orderwright::IssuesOf(json.status()).empty()) std::abort();
  const auto csv = io::ParseOrdersCsv(SmallWorld(), {text, "fuzz"});
  if (!csv.ok() && orderwright::IssuesOf(csv.status()).empty()) std::abort();
  return 0;
}
