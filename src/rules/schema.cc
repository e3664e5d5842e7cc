#include "orderwright/rules/schema.h"

#include <map>
#include <utility>
#include <vector>

#include "src/core/internal/macros.h"
#include "src/rules/internal/fields.h"
#include "src/rules/internal/money_value.h"

namespace orderwright::rules {
namespace {

using rules_internal::Field;
using rules_internal::Fields;

cel::Environment MakeEnvironment() {
  cel::Environment environment = cel::FullEnvironment();
  rules_internal::AddMoney(environment);
  std::map<std::string_view, std::vector<cel::RecordField>> records;
  // Those that others refer to come first.
  for (const std::string_view record : {"customer", "address", "item", "line", "order", "location",
                                        "candidate", "plan", "request", "actor"}) {
    std::vector<cel::RecordField> fields;
    for (const SchemaField& field : SchemaFields()) {
      if (field.record != record) continue;
      const absl::StatusOr<cel::Type> type = environment.ParseType(field.type);
      ORDERWRIGHT_ASSERT(type.ok());
      fields.push_back({std::string(field.name), *type, field.nullable});
    }
    environment.AddRecord(
        std::make_shared<const cel::RecordType>(std::string(record), std::move(fields)));
    if (record == "address") continue;
    const absl::Status status = environment.AddVariable(record, record);
    ORDERWRIGHT_ASSERT(status.ok());
    (void)status;
  }
  environment.AddVariable("now", cel::Type(cel::TypeKind::kTimestamp));
  return environment;
}

}  // namespace

std::string_view ToString(Scope scope) {
  switch (scope) {
    case Scope::kOrder:
      return "order";
    case Scope::kPlan:
      return "plan";
    case Scope::kLine:
      return "line";
    case Scope::kItem:
      return "item";
    case Scope::kLocation:
      return "location";
    case Scope::kCandidate:
      return "candidate";
    case Scope::kPair:
      return "line at a location";
    case Scope::kOption:
      return "service";
    case Scope::kRequest:
      return "request";
  }
  return "";
}

std::span<const SchemaField> SchemaFields() {
  static const std::vector<SchemaField> all = [] {
    std::vector<SchemaField> fields;
    for (const Field& field : Fields()) fields.push_back(field.schema);
    return fields;
  }();
  return all;
}

std::shared_ptr<const cel::Environment> RuleEnvironment() {
  static const auto environment = std::make_shared<const cel::Environment>(MakeEnvironment());
  return environment;
}

}  // namespace orderwright::rules
