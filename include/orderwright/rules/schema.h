// Schema: what the text of a rule may read, and of what kind it is.
//
// A rule's text is CEL (cel/environment.h) over the variables `order`, `customer`, `line`, `item`,
// `location`, `candidate`, `plan`, `request`, `actor` and `now`. Each field has a scope: what it
// varies with. A rule about orders cannot read what belongs to a line; what a rule reads of the
// order is computed once.
//
// Amounts are of the type `money`, in the currency of the world: exact to a millionth, compared
// with numbers and decimal literals exactly (order.total > 249.99), added, subtracted, multiplied
// by integers.
//
// docs/reference/rule-schema.md is made from this.
#ifndef ORDERWRIGHT_RULES_SCHEMA_H_
#define ORDERWRIGHT_RULES_SCHEMA_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "orderwright/cel/environment.h"
#include "orderwright/core/export.h"

namespace orderwright::rules {

enum class Scope : std::uint8_t {
  kOrder = 1,
  kPlan = 2,  // the order, once it is planned
  kLine = 3,
  kItem = 4,  // of the line, or what may take its place
  kLocation = 5,
  kCandidate = 6,  // a location as seen from the order
  kPair = 7,       // a line at a location
  kOption = 8,     // a line at a location by a service
  kRequest = 9,    // the order, and what is asked for; of policy rules
};
// "order", "plan", "line", …
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(Scope scope);

struct SchemaField {
  std::string_view record;  // "order", "line", …: also the name of the variable, if it is one
  std::string_view name;
  std::string_view type;  // of CEL, "money", or the name of a record
  Scope scope = Scope::kOrder;
  bool nullable = false;  // may be unset: read it under has()
  std::string_view about;
};

// Every field, by record.
[[nodiscard]] ORDERWRIGHT_EXPORT std::span<const SchemaField> SchemaFields();

// The language with all extensions, these variables, and `money`.
[[nodiscard]] ORDERWRIGHT_EXPORT std::shared_ptr<const cel::Environment> RuleEnvironment();

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_SCHEMA_H_
