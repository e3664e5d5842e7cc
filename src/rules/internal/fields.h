// Fields: how each field of the schema is read from a row.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_FIELDS_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_FIELDS_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/cel/program.h"
#include "orderwright/model/attribute.h"
#include "orderwright/rules/language.h"
#include "orderwright/rules/schema.h"
#include "src/rules/internal/row.h"

namespace orderwright::rules_internal {

// What a field's value is, and in which form it is read.
enum class ValueType : std::uint8_t {
  kBool = 1,    // a number, 0 or 1
  kInt = 2,     // a number
  kDouble = 3,  // a number: its bits
  kMoney = 4,   // a number: micro-units
  kTime = 5,    // a number: milliseconds since 1970
  kText = 6,    // text
  kTexts = 7,   // a list of texts
  kRecord = 8,  // another record of the same row
  kOther = 9,   // a value that is made
};

// False where the field is not set.
using ReadNumber = bool (*)(const Row&, std::int64_t&);
using ReadText = bool (*)(const Row&, std::string_view&);
using ReadTexts = const std::vector<std::string>* (*)(const Row&);  // null: not set
using ReadValue = cel::Value (*)(const Row&);

// Attributes of a host, of the record that a field is of.
using ReadAttributes = const Attributes& (*)(const Row&);

struct Field;
[[nodiscard]] bool ReadDeclared(const Field& field, const Row& row, std::int64_t& out);
[[nodiscard]] bool ReadDeclared(const Field& field, const Row& row, std::string_view& out);

struct Field {
  SchemaField schema;
  ValueType type = ValueType::kOther;
  ReadNumber number = nullptr;
  ReadText text = nullptr;
  ReadTexts texts = nullptr;
  ReadValue value = nullptr;
  bool is_costly = false;  // takes work: read only if it matters
  // Of a declared attribute, instead of the readers above.
  const rules::AttributeDeclaration* declared = nullptr;
  ReadAttributes attributes = nullptr;

  [[nodiscard]] bool is_number() const {
    return number != nullptr || (declared != nullptr && type != ValueType::kText);
  }
  [[nodiscard]] bool is_text() const {
    return text != nullptr || (declared != nullptr && type == ValueType::kText);
  }
  // False where it is not set, or, of an attribute, is of another type. Of a field that
  // is_number().
  [[nodiscard]] bool Read(const Row& row, std::int64_t& out) const {
    return number != nullptr ? number(row, out) : ReadDeclared(*this, row, out);
  }
  // The same; of a field that is_text().
  [[nodiscard]] bool Read(const Row& row, std::string_view& out) const {
    return text != nullptr ? text(row, out) : ReadDeclared(*this, row, out);
  }
};

// How a declared attribute is read. `declared` must live as long.
[[nodiscard]] Field FieldOfAttribute(const rules::AttributeDeclaration& declared);

[[nodiscard]] std::span<const Field> Fields();
// Null if the record has no such field.
[[nodiscard]] const Field* FindField(std::string_view record, std::string_view name);
// The record that a variable is, or empty text.
[[nodiscard]] std::string_view RecordOfVariable(std::string_view variable);
// The widest scope of the fields of a record.
[[nodiscard]] Scope ScopeOfRecord(std::string_view record);

// A number as the value that it stands for.
[[nodiscard]] cel::Value BoxNumber(ValueType type, std::int64_t number);
// The value of a field; null where it is not set.
[[nodiscard]] cel::Value ReadField(const Field& field, const Row& row);
[[nodiscard]] bool IsSet(const Field& field, const Row& row);

// A row as the variables of an expression. It must outlive the evaluation.
class RowVariables final : public cel::Activation {
 public:
  explicit RowVariables(const Row& row) : row_(row) {}
  [[nodiscard]] bool Find(std::string_view name, cel::Value& value) const override;

 private:
  const Row& row_;
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_FIELDS_H_
