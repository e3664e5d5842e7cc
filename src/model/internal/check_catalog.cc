#include <algorithm>

#include <fmt/format.h>

#include "src/model/internal/check_changes.h"
#include "src/model/internal/checks.h"
#include "src/model/internal/spelling.h"

namespace orderwright::model_internal {
namespace {

void CheckSubstitutes(const NextNames& names, const FieldPath& at, const ItemSpec& item,
                      Door& door) {
  UniqueNames seen;
  for (std::size_t i = 0; i < item.substitutes.size(); ++i) {
    const Substitute& substitute = item.substitutes[i];
    const FieldPath entry = at.Index("substitutes", i);
    const FieldPath sku = entry.Field("sku");
    if (!CheckName(sku, substitute.sku, seen, door)) continue;
    if (substitute.sku == item.sku) {
      door.Refuse(sku, "self_reference", fmt::format("'{}' cannot replace itself", item.sku));
    } else if (!names.HasItem(substitute.sku) && !names.IsTakenByItem(substitute.sku)) {
      const auto nearest = door.TakesAdvice() ? names.NearestItem(substitute.sku) : std::nullopt;
      door.Refuse(sku, "unknown_sku",
                  fmt::format("'{}' is not an item{}", substitute.sku, Advice(nearest)));
    }
  }
}

void CheckTerms(const FieldPath& at, const ItemSpec& item, Door& door) {
  const auto check = [&](const FieldPath& terms, const std::optional<Units>& limit) {
    if (limit) CheckRange(terms.Field("limit"), limit->count(), 0, kMaxCount, door);
  };
  check(at.Field("backorder"), item.backorder.limit);
  if (item.preorder) check(at.Field("preorder"), item.preorder->limit);
}

void CheckItem(const NextNames& names, const FieldPath& at, const ItemSpec& item, Door& door) {
  CheckRange(at.Field("weight_g"), item.weight_g, 0, kMaxWeightGrams, door);
  if (item.dimensions_mm) {
    for (std::size_t i = 0; i < item.dimensions_mm->size(); ++i) {
      CheckRange(at.Index("dimensions_mm", i), (*item.dimensions_mm)[i], 1, kMaxDimensionMm, door);
    }
  }
  CheckMoney(at.Field("unit_value"), item.unit_value, names.base().currency, door);
  CheckMoney(at.Field("unit_cost"), item.unit_cost, names.base().currency, door);
  CheckRange(at.Field("pack_size"), item.pack_size, 1, kMaxCount, door);
  CheckTags(at, "tags", item.tags, door);
  CheckAttributes(at, item.attributes, door);
  CheckCountry(at.Field("origin"), item.origin, door);
  CheckTerms(at, item, door);
  CheckSubstitutes(names, at, item, door);
}

void CheckComponent(const NextNames& names, const FieldPath& at, const BundleComponent& component,
                    Door& door) {
  const FieldPath sku = at.Field("sku");
  CheckRange(at.Field("quantity"), component.quantity.count(), 1, kMaxCount, door);
  if (component.sku.empty() || names.HasItem(component.sku)) return;
  if (names.HasBundle(component.sku)) {
    door.Refuse(sku, "nested_bundle",
                fmt::format("'{}' is a bundle; a component must be an item", component.sku));
  } else if (names.IsTakenByItem(component.sku)) {
    door.Refuse(sku, "retired_sku", fmt::format("item '{}' was removed", component.sku));
  } else {
    const auto nearest = door.TakesAdvice() ? names.NearestItem(component.sku) : std::nullopt;
    door.Refuse(sku, "unknown_sku",
                fmt::format("'{}' is not an item{}", component.sku, Advice(nearest)));
  }
}

void CheckBundle(const NextNames& names, const FieldPath& at, const BundleSpec& bundle,
                 Door& door) {
  if (names.IsTakenByItem(bundle.sku)) {
    door.Refuse(at.Field("sku"), "duplicate",
                fmt::format("'{}' is an item; items and bundles share their SKUs", bundle.sku));
  }
  if (bundle.components.empty()) {
    door.Refuse(at.Field("components"), "empty", "a bundle needs a component");
  }
  UniqueNames seen;
  for (std::size_t i = 0; i < bundle.components.size(); ++i) {
    const FieldPath component = at.Index("components", i);
    CheckName(component.Field("sku"), bundle.components[i].sku, seen, door);
    CheckComponent(names, component, bundle.components[i], door);
  }
}

// Bundles that the step brings are checked on their own; here are those that stay.
void CheckUse(const NextNames& names, const FieldPath& at, std::string_view sku, Door& door) {
  for (const BundleSpec& bundle : names.base().catalog->bundles) {
    if (!names.KeepsBundle(bundle.sku)) continue;
    const auto is_it = [sku](const BundleComponent& component) { return component.sku == sku; };
    if (std::any_of(bundle.components.begin(), bundle.components.end(), is_it)) {
      door.Refuse(at, "in_use",
                  fmt::format("'{}' is a component of bundle '{}'; remove or change that too", sku,
                              bundle.sku));
    }
  }
}

void CheckRemovals(const NextNames& names, Door& door) {
  const Catalog& catalog = *names.base().catalog;
  const FieldPath root;
  UniqueNames seen;
  const auto& removed = names.changes().remove_skus;
  for (std::size_t i = 0; i < removed.size(); ++i) {
    const FieldPath at = root.Index("remove_skus", i);
    if (!CheckName(at, removed[i], seen, door)) continue;
    const std::optional<SkuIndex> item = FindIn(catalog.item_of, removed[i]);
    if (names.ChangesSku(removed[i])) {
      door.Refuse(at, "conflict",
                  fmt::format("'{}' is both given and removed in one step", removed[i]));
    } else if (!catalog.bundle_of.contains(removed[i]) &&
               (!item || catalog.items[Raw(*item)].retired)) {
      door.NotFound(at, fmt::format("there is no SKU '{}' to remove", removed[i]));
    } else {
      CheckUse(names, at, removed[i], door);
    }
  }
}

}  // namespace

void CheckCatalog(const NextNames& names, Door& door) {
  const FieldPath root;
  UniqueNames seen;
  const WorldChanges& changes = names.changes();
  for (std::size_t i = 0; i < changes.items.size(); ++i) {
    const FieldPath at = root.Index("items", i);
    const FieldPath sku = at.Field("sku");
    CheckName(sku, changes.items[i].sku, seen, door);
    if (names.KeepsBundle(changes.items[i].sku)) {
      door.Refuse(sku, "duplicate",
                  fmt::format("'{}' is a bundle; items and bundles share their SKUs",
                              changes.items[i].sku));
    }
    CheckItem(names, at, changes.items[i], door);
  }
  UniqueNames seen_bundles;
  for (std::size_t i = 0; i < changes.bundles.size(); ++i) {
    const FieldPath at = root.Index("bundles", i);
    if (!CheckName(at.Field("sku"), changes.bundles[i].sku, seen_bundles, door)) continue;
    CheckBundle(names, at, changes.bundles[i], door);
  }
  CheckRemovals(names, door);
}

}  // namespace orderwright::model_internal
