// Checks that worlds and orders have in common: each adds the issues of one field to a Door.
#ifndef ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECKS_H_
#define ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECKS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_set.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/geo.h"
#include "orderwright/core/money.h"
#include "orderwright/model/attribute.h"
#include "src/model/internal/door.h"

namespace orderwright::model_internal {

__extension__ using Int128 = __int128;

// Bounds of single values. They are far above anything real and keep every product of two of them
// inside 128 bits, and every sum of a plan inside 62 (see CostBounds in world.h).
inline constexpr std::int64_t kMaxCostMicros = 1'000'000'000'000 * Cost::kMicrosPerUnit;
inline constexpr std::int64_t kMaxWeightGrams = 1'000'000'000;  // 1,000 t, also dimensional weight
inline constexpr std::int64_t kMaxDimensionMm = 1'000'000;      // 1 km
inline constexpr std::int64_t kMaxCount = 2'147'483'647;        // units, days, minutes
inline constexpr std::int64_t kMaxDays = 3'650;
inline constexpr std::int64_t kMaxLeadMinutes = 525'600;  // a year of opening time
inline constexpr std::size_t kMaxShipGroups = 1'000;      // of one order
inline constexpr std::int64_t kMaxWorstCostMicros = std::int64_t{1} << 61;

// The names seen so far in a list. The names must outlive it.
class UniqueNames {
 public:
  // False if the name was there already.
  bool Insert(std::string_view name);

 private:
  static constexpr std::size_t kFew = 16;  // up to here comparing beats hashing
  std::vector<std::string_view> few_;
  absl::flat_hash_set<std::string_view> many_;
};

// A name that must be given, and only once. Returns false if it is empty.
bool CheckName(const FieldPath& at, std::string_view name, UniqueNames& seen, Door& door);
// `least` to `most`; below: "negative" (below 0) or "not_positive" (0), above: "out_of_range".
bool CheckRange(const FieldPath& at, std::int64_t value, std::int64_t least, std::int64_t most,
                Door& door);
void CheckCost(const FieldPath& at, Cost cost, Door& door);
// 0 or more, in `currency` (not compared if that is unknown).
void CheckMoney(const FieldPath& at, const std::optional<Money>& money,
                const std::optional<Currency>& currency, Door& door);
// Two capital letters, or nothing.
void CheckCountry(const FieldPath& at, std::string_view country, Door& door);
// Issues at `lat` and `lon` below `at`.
void CheckPosition(const FieldPath& at, const std::optional<GeoPoint>& position, Door& door);
// Empty is allowed: UTC.
void CheckTimeZone(const FieldPath& at, std::string_view name, Door& door);
// Sets of names: no empty one. Repeated ones are one.
void CheckTags(const FieldPath& at, std::string_view field, std::span<const std::string> tags,
               Door& door);
void CheckAttributes(const FieldPath& at, const Attributes& attributes, Door& door);

}  // namespace orderwright::model_internal

#endif  // ORDERWRIGHT_SRC_MODEL_INTERNAL_CHECKS_H_
