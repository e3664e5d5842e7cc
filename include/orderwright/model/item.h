// Item and Bundle: what can be ordered.
#ifndef ORDERWRIGHT_MODEL_ITEM_H_
#define ORDERWRIGHT_MODEL_ITEM_H_

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "orderwright/core/ids.h"
#include "orderwright/core/money.h"
#include "orderwright/core/symbol.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/model/attribute.h"

namespace orderwright {

enum class SubstitutionPolicy : std::uint8_t { kNever = 1, kAsk = 2, kAutomatic = 3 };
// "never", "ask", "automatic".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(SubstitutionPolicy policy);

struct Substitute {
  std::string sku;
  SubstitutionPolicy policy = SubstitutionPolicy::kAsk;
};

// Whether more may be promised than there is, and how much (absent limit: any number).
struct BackorderTerms {
  bool allowed = false;
  std::optional<Units> limit;
};

struct PreorderTerms {
  Timestamp release{};
  std::optional<Units> limit;
};

// An item as a host describes it. Only `sku` is required.
struct ItemSpec {
  std::string sku;
  std::int64_t weight_g = 0;                                 // grams of one unit, >= 0
  std::optional<std::array<std::int64_t, 3>> dimensions_mm;  // of one unit, each > 0
  std::optional<Money> unit_value;
  std::optional<Money> unit_cost;
  std::int64_t pack_size = 1;
  std::vector<std::string> tags;
  Attributes attributes;
  bool requires_shipping = true;
  bool gift_card = false;
  std::string hs_code;
  std::string origin;
  BackorderTerms backorder;
  std::optional<PreorderTerms> preorder;
  std::vector<Substitute> substitutes;  // ranked
};

// An item that may take the place of another, as a World resolved it.
struct ItemSubstitute {
  SkuIndex sku{};
  SubstitutionPolicy policy = SubstitutionPolicy::kAsk;
};

// An item of a World: the description and what was resolved from it.
struct Item {
  ItemSpec spec;
  std::vector<ItemSubstitute> substitutes;  // ranked; none with the policy `never`
  std::vector<Symbol> tags;                 // sorted
  bool retired = false;  // removed by a later version of the world; the index stays

  [[nodiscard]] const std::string& sku() const { return spec.sku; }
};

struct BundleComponent {
  std::string sku;
  Units quantity{1};
};

// Items that are sold as one. It has no stock: what there is of it is what its components leave.
// Whole sets are sourced or none: a set is never sourced in part.
struct BundleSpec {
  std::string sku;
  std::vector<BundleComponent> components;  // of one set
  bool ship_together = true;                // all from one location
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_MODEL_ITEM_H_
