// NextNames: what the next version of a world will know by name.
#ifndef ORDERWRIGHT_SRC_MODEL_INTERNAL_NEXT_NAMES_H_
#define ORDERWRIGHT_SRC_MODEL_INTERNAL_NEXT_NAMES_H_

#include <optional>
#include <string>
#include <string_view>

#include "absl/container/flat_hash_set.h"
#include "orderwright/model/world.h"
#include "src/model/internal/tables.h"

namespace orderwright::model_internal {

// Refers to both for as long as it lives.
class NextNames {
 public:
  NextNames(const Tables& base, const WorldChanges& changes);

  [[nodiscard]] const Tables& base() const { return base_; }
  [[nodiscard]] const WorldChanges& changes() const { return changes_; }

  // An item that can be ordered: new, replaced or kept.
  [[nodiscard]] bool HasItem(std::string_view sku) const;
  // True if `sku` is or ever was an item: its slot is taken for good.
  [[nodiscard]] bool IsTakenByItem(std::string_view sku) const;
  // A bundle of the base that is neither removed nor replaced.
  [[nodiscard]] bool KeepsBundle(std::string_view sku) const;
  [[nodiscard]] bool HasBundle(std::string_view sku) const;
  [[nodiscard]] bool ChangesLocation(std::string_view id) const { return locations_.contains(id); }
  [[nodiscard]] bool ChangesSku(std::string_view sku) const {
    return items_.contains(sku) || bundles_.contains(sku);
  }
  [[nodiscard]] bool HasCalendar(std::string_view name) const;
  [[nodiscard]] bool HasRateCard(std::string_view name) const;

  [[nodiscard]] std::optional<std::string> NearestItem(std::string_view sku) const;
  [[nodiscard]] std::optional<std::string> NearestCalendar(std::string_view name) const;
  [[nodiscard]] std::optional<std::string> NearestRateCard(std::string_view name) const;

 private:
  using Names = absl::flat_hash_set<std::string_view>;
  const Tables& base_;
  const WorldChanges& changes_;
  Names items_;
  Names bundles_;
  Names locations_;
  Names calendars_;
  Names rate_cards_;
  Names removed_skus_;
};

}  // namespace orderwright::model_internal

#endif  // ORDERWRIGHT_SRC_MODEL_INTERNAL_NEXT_NAMES_H_
