#include "src/routing/internal/places.h"

#include <algorithm>
#include <array>
#include <cstddef>

#include <fmt/format.h>

#include "absl/time/civil_time.h"
#include "absl/time/time.h"

namespace orderwright::routing_internal {
namespace {

absl::Time AbslTime(Timestamp time) {
  return absl::FromUnixMillis(time.time_since_epoch().count());
}

}  // namespace

bool HasPlacesOfLines(const OrderDraft& order) {
  return std::any_of(order.lines.begin(), order.lines.end(), [](const OrderLineDraft& line) {
    return line.ship_to || line.method || !line.pickup_at.empty();
  });
}

const std::string& NameOf(const Location& location) {
  return location.spec.name.empty() ? location.spec.id : location.spec.name;
}

const Address* AddressOf(const OrderDraft& order, const OrderLineDraft& line) {
  if (line.ship_to) return &*line.ship_to;
  return order.ship_to ? &*order.ship_to : nullptr;
}

std::string DestinationOf(const World& world, const OrderDraft& order) {
  if (HasPlacesOfLines(order)) return "several places";
  if (order.method == Method::kPickup) {
    const std::optional<LocationIndex> store = world.FindLocation(order.pickup_at);
    return store ? "collect at " + NameOf(world.location(*store)) : "collect";
  }
  if (!order.ship_to) return "an unknown place";
  const Address& to = *order.ship_to;
  std::string text = to.postal_code;
  const auto add = [&text](const std::string& part, std::string_view separator) {
    if (part.empty()) return;
    if (!text.empty()) text += separator;
    text += part;
  };
  add(to.city, " ");
  add(to.region.empty() ? to.country : to.region, to.city.empty() ? " " : ", ");
  return text.empty() ? "an unknown place" : text;
}

std::optional<TimeZone> DestinationZone(const World& world, const Address* to) {
  if (to == nullptr) return std::nullopt;
  if (!to->time_zone.empty()) {
    if (const auto zone = TimeZone::Load(to->time_zone); zone.ok()) return *zone;
  }
  const TimeZone* zone = world.postal_table().FindTimeZone(to->country, to->postal_code);
  return zone != nullptr ? std::optional(*zone) : std::nullopt;
}

std::string Moment(Timestamp time, const TimeZone& zone) {
  static constexpr std::array kDays = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
  static constexpr std::array kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                         "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const absl::CivilSecond civil = absl::ToCivilSecond(AbslTime(time), zone.absl_zone());
  const auto weekday = static_cast<std::size_t>(absl::GetWeekday(civil));
  std::string text = fmt::format("{} {} {}", kDays[weekday], civil.day(),
                                 kMonths[static_cast<std::size_t>(civil.month() - 1)]);
  if (civil.second() == 0) text += fmt::format(" {:02}:{:02}", civil.hour(), civil.minute());
  return text;
}

std::string Instant(Timestamp time, const TimeZone& zone) {
  return absl::FormatTime("%E4Y-%m-%d %H:%M %Z", AbslTime(time), zone.absl_zone());
}

}  // namespace orderwright::routing_internal
