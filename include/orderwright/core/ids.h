// Identifiers: two kinds of id, two kinds of type.
//
// Text ids come from outside (an order number, a channel's gid) and are only ever compared,
// hashed and printed: `StrongId<Tag>`. Dense indices are positions in the tables of a World and
// are what algorithms use: `enum class LocationIndex`. Neither converts to the other, nor to a
// number or a string, without saying so.
//
// Example:
//   OrderId id("1042");
//   std::size_t row = Raw(LocationIndex{3});
#ifndef ORDERWRIGHT_CORE_IDS_H_
#define ORDERWRIGHT_CORE_IDS_H_

#include <compare>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>

#include <fmt/format.h>

namespace orderwright {

// A text id of one kind of thing. Value type; an empty id is allowed and means nothing special.
template <typename Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string text) : text_(std::move(text)) {}
  explicit StrongId(std::string_view text) : text_(text) {}
  explicit StrongId(const char* text) : text_(text) {}

  [[nodiscard]] const std::string& text() const { return text_; }
  [[nodiscard]] bool empty() const { return text_.empty(); }

  friend bool operator==(const StrongId&, const StrongId&) = default;
  friend auto operator<=>(const StrongId&, const StrongId&) = default;

  template <typename H>
  friend H AbslHashValue(H h, const StrongId& id) {
    return H::combine(std::move(h), id.text_);
  }

 private:
  std::string text_;
};

using OrderId = StrongId<struct OrderIdTag>;
using LineId = StrongId<struct LineIdTag>;
// The caller's idempotency key of a command.
using CommandKey = StrongId<struct CommandKeyTag>;

// Dense positions in the tables of a World. Append-only along a lineage: an index never changes
// its meaning in a later version of the same world.
enum class LocationIndex : std::uint32_t {};
enum class SkuIndex : std::uint32_t {};  // items first made, items and bundles share one space
enum class CalendarIndex : std::uint32_t {};
enum class RateCardIndex : std::uint32_t {};
// Position of a service in the table of distinct service names of a World.
enum class ServiceIndex : std::uint32_t {};

// The number inside an index, for subscripting.
template <typename Index>
  requires std::is_enum_v<Index>
[[nodiscard]] constexpr std::size_t Raw(Index index) {
  return static_cast<std::size_t>(index);
}

}  // namespace orderwright

template <typename Tag>
struct std::hash<orderwright::StrongId<Tag>> {
  std::size_t operator()(const orderwright::StrongId<Tag>& id) const noexcept {
    return std::hash<std::string>()(id.text());
  }
};

template <typename Tag>
struct fmt::formatter<orderwright::StrongId<Tag>> : fmt::formatter<std::string_view> {
  template <typename Context>
  auto format(const orderwright::StrongId<Tag>& id, Context& context) const {
    return fmt::formatter<std::string_view>::format(id.text(), context);
  }
};

#endif  // ORDERWRIGHT_CORE_IDS_H_
