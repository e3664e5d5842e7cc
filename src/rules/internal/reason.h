// Reasons with fields: "risk {order.risk} of {order.customer.id}".
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_REASON_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_REASON_H_

#include <memory>
#include <string>
#include <vector>

#include "orderwright/cel/program.h"
#include "orderwright/core/issue.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright::rules {

// Immutable.
class ReasonText {
 public:
  // A text and the expression after it; none after the last.
  struct Part {
    std::string text;
    std::shared_ptr<const cel::Program> field;
    bool is_row = false;  // in place of the expression the row of the table
  };
  explicit ReasonText(std::vector<Part> parts) : parts_(std::move(parts)) {}
  // A field that cannot be read is "?".
  [[nodiscard]] std::string For(const Rule& rule, const Facts& facts) const;

 private:
  std::vector<Part> parts_;
};

}  // namespace orderwright::rules

namespace orderwright::rules_internal {

// Null for a reason without fields. "{{" and "}}" are braces. Fields are expressions about the
// order and the plan; mistakes become issues at `path`.
[[nodiscard]] std::shared_ptr<const rules::ReasonText> ParseReason(const rules::Rule& rule,
                                                                   const std::string& path,
                                                                   IssueList& issues);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_REASON_H_
