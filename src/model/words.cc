// Words of enumerations, as the formats have them.
#include <cstddef>
#include <initializer_list>
#include <string_view>

#include "orderwright/model/item.h"
#include "orderwright/model/order.h"

namespace orderwright {
namespace {

// Of an enumeration that counts from 1.
template <typename Enum>
std::string_view WordOf(Enum value, std::initializer_list<std::string_view> words) {
  const std::size_t i = static_cast<std::size_t>(value) - 1;
  return i < words.size() ? words.begin()[i] : std::string_view();
}

}  // namespace

std::string_view ToString(SubstitutionPolicy policy) {
  return WordOf(policy, {"never", "ask", "automatic"});
}
std::string_view ToString(Method method) { return WordOf(method, {"ship", "pickup"}); }
std::string_view ToString(Remainder remainder) {
  return WordOf(remainder, {"backorder", "cancel"});
}
std::string_view ToString(CollectedBy collected_by) {
  return WordOf(collected_by, {"merchant", "channel"});
}

}  // namespace orderwright
