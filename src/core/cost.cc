#include "orderwright/core/cost.h"

#include "src/core/internal/decimal.h"
#include "src/core/internal/macros.h"

namespace orderwright {
namespace {

constexpr int kDecimals = 6;
static_assert(core_internal::PowerOfTen(kDecimals) == Cost::kMicrosPerUnit);

}  // namespace

absl::StatusOr<Cost> Cost::Parse(std::string_view text) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const std::int64_t micros,
                               core_internal::ParseDecimal(text, kDecimals));
  return FromMicros(micros);
}

std::string ToString(Cost cost, int decimals) {
  return core_internal::DecimalText(cost.micros(), kDecimals, decimals);
}

}  // namespace orderwright
