// Language: what texts of rules may use beside the schema: functions and constants of the host, and
// the types of its attributes.
//
// Example:
//   rules::Language language;
//   absl::Status status = language.AddFunction(
//       "season", "(timestamp): string",
//       [](std::span<const cel::Value> arguments, cel::CallContext&) -> absl::StatusOr<cel::Value>
//       {
//         return cel::Value::String(IsWinter(arguments[0].seconds()) ? "winter" : "summer");
//       });
//   status = language.AddConstant("far_km", cel::Value::Double(800));
//   status = language.DeclareAttribute("order", "fraud_score", "double");
//   draft.language = std::make_shared<const rules::Language>(language);
#ifndef ORDERWRIGHT_RULES_LANGUAGE_H_
#define ORDERWRIGHT_RULES_LANGUAGE_H_

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "absl/status/status.h"
#include "orderwright/cel/environment.h"
#include "orderwright/cel/value.h"
#include "orderwright/core/export.h"

namespace orderwright::rules {

// An attribute whose type the host has declared.
struct AttributeDeclaration {
  std::string record;  // "order", "line", "item" or "location"
  std::string name;
  cel::Kind type = cel::Kind::kString;      // kBool, kInt, kDouble or kString
  std::optional<cel::Value> default_value;  // where it is not given
};

// A value type; a rule set keeps it.
class ORDERWRIGHT_EXPORT Language {
 public:
  Language();  // the schema (schema.h)

  // `signature` as cel::Overload::Parse reads it: "(string, int): bool", "string.(): string". The
  // same arguments must give the same result while an order is decided: it may be called once for
  // many rows, or when the rules are compiled. It must be thread-safe, and is charged `cost`
  // against the limit of an evaluation. What it gives must be of the type that is declared (of
  // double a whole number too): anything else is an error of the rule that called it.
  // Errors: kInvalidArgument: no name, or no signature; kAlreadyExists.
  [[nodiscard]] absl::Status AddFunction(std::string_view name, std::string_view signature,
                                         cel::Implementation implementation,
                                         std::uint32_t cost = 1);
  // A name for a value: a bool, int, double or string, or a list of these. It is compiled as if the
  // value stood in the text.
  // Errors: kInvalidArgument: no such value, or no name; kAlreadyExists: the schema has the name,
  // or it is declared.
  [[nodiscard]] absl::Status AddConstant(std::string_view name, cel::Value value);

  // `<record>.attributes['<name>']` (or `.attributes.<name>`) is of this type: "bool", "int",
  // "double" or "string". Texts are checked with it, and it is read as fast as a field of the
  // schema; one that is not declared may be of any type, which is seen when a rule is asked.
  // Without a default it may be unset, and is read under has(). What a thing has of another type is
  // an error of the rules that read it; a whole number is a double too. Errors: kInvalidArgument:
  // no such record or type, no name, a default of another type; kAlreadyExists.
  [[nodiscard]] absl::Status DeclareAttribute(
      std::string_view record, std::string_view name, std::string_view type,
      std::optional<cel::Value> default_value = std::nullopt);

  // Never null.
  [[nodiscard]] const std::shared_ptr<const cel::Environment>& environment() const {
    return environment_;
  }
  // Null if there is none.
  [[nodiscard]] const cel::Value* FindConstant(std::string_view name) const;
  [[nodiscard]] bool has_constants() const { return !constants_.empty(); }
  // Null if it is not declared. As long as the language lives.
  [[nodiscard]] const AttributeDeclaration* FindAttribute(std::string_view record,
                                                          std::string_view name) const;
  [[nodiscard]] bool has_attributes() const { return !attributes_.empty(); }

 private:
  std::shared_ptr<const cel::Environment> environment_;
  std::map<std::string, cel::Value, std::less<>> constants_;
  std::map<std::pair<std::string, std::string>, AttributeDeclaration> attributes_;
};

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_LANGUAGE_H_
