// Request: what somebody asks to be done with an order, and who asks: what policy rules decide
// about.
#ifndef ORDERWRIGHT_RULES_REQUEST_H_
#define ORDERWRIGHT_RULES_REQUEST_H_

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "orderwright/core/export.h"
#include "orderwright/core/money.h"

namespace orderwright::rules {

// What is not said is unset in rules: they read it under has().
struct Request {
  std::string action;           // "cancel", "edit", "return", …: the host's words
  std::optional<Money> amount;  // that it is about, of a refund what is given back
  std::optional<std::int64_t> units;
  std::string reason;                     // empty: unset
  std::string resolution;                 // what the customer wants instead; empty: unset
  std::optional<Money> price_difference;  // of an exchange; negative: the customer gets it
  std::optional<std::int64_t> days_since_delivery;
};

enum class Role : std::uint8_t {
  kCustomer = 1,
  kSupport = 2,
  kOps = 3,
  kFinance = 4,
  kWarehouse = 5,
  kSystem = 6,
  kAdvisor = 7,
};
// "customer", "support", …
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(Role role);

struct Actor {
  std::string id;
  Role role = Role::kSystem;
};

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_REQUEST_H_
