#include "orderwright/rules/request.h"

namespace orderwright::rules {

std::string_view ToString(Role role) {
  switch (role) {
    case Role::kCustomer:
      return "customer";
    case Role::kSupport:
      return "support";
    case Role::kOps:
      return "ops";
    case Role::kFinance:
      return "finance";
    case Role::kWarehouse:
      return "warehouse";
    case Role::kSystem:
      return "system";
    case Role::kAdvisor:
      return "advisor";
  }
  return "unknown";
}

}  // namespace orderwright::rules
