#include "orderwright/model/location.h"

#include <array>

namespace orderwright {
namespace {

constexpr std::array<std::pair<LocationKind, std::string_view>, 5> kKinds = {{
    {LocationKind::kWarehouse, "warehouse"},
    {LocationKind::kStore, "store"},
    {LocationKind::kThirdParty, "third_party"},
    {LocationKind::kDropship, "dropship"},
    {LocationKind::kVirtual, "virtual"},
}};

}  // namespace

std::string_view ToString(LocationKind kind) {
  for (const auto& [known, text] : kKinds) {
    if (known == kind) return text;
  }
  return "unknown";
}

std::optional<LocationKind> ParseLocationKind(std::string_view text) {
  for (const auto& [kind, known] : kKinds) {
    if (known == text) return kind;
  }
  return std::nullopt;
}

}  // namespace orderwright
