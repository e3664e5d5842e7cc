// Environment: the names that an expression may use.
//
// Variables with their types, functions, records, and the container in which names are looked up:
// in the container "a.b" the name x is a.b.x, else a.x, else x; ".x" is x alone.
//
// Copying costs little; make the environment once, then share it const: it is thread-safe then.
//
// Source: cel-spec doc/langdef.md, "Name Resolution".
//
// Example:
//   Environment environment = StandardEnvironment();
//   environment.AddVariable("total", Type(TypeKind::kDouble));
#ifndef ORDERWRIGHT_CEL_ENVIRONMENT_H_
#define ORDERWRIGHT_CEL_ENVIRONMENT_H_

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "orderwright/cel/function.h"
#include "orderwright/cel/type.h"
#include "orderwright/core/export.h"

namespace orderwright::cel {

class ORDERWRIGHT_EXPORT Environment {
 public:
  // Dotted names are allowed. A second declaration replaces the first.
  void AddVariable(std::string_view name, Type type);
  // The same with a type as Type::Parse reads it; names of records are known.
  // Errors: kInvalidArgument.
  [[nodiscard]] absl::Status AddVariable(std::string_view name, std::string_view type);
  // A variable's type may then be Type::Record(record), and text may name it.
  void AddRecord(std::shared_ptr<const RecordType> record);
  // Adds an overload to `name`.
  // Errors: kAlreadyExists if the name has one with the same parameters.
  [[nodiscard]] absl::Status AddFunction(std::string_view name, Overload overload);
  // `signature` as Overload::Parse reads it.
  // Errors: kInvalidArgument, kAlreadyExists.
  [[nodiscard]] absl::Status AddFunction(std::string_view name, std::string_view signature,
                                         Implementation implementation, std::uint32_t cost = 1);
  // Makes the name of a type a value that type(x) can be compared with.
  void AddTypeName(std::string_view name);
  void set_container(std::string_view container) { container_ = container; }

  [[nodiscard]] std::string_view container() const { return container_; }
  // Null if there is none; by the exact name, without regard to the container.
  [[nodiscard]] const Type* FindVariable(std::string_view name) const;
  [[nodiscard]] std::shared_ptr<const Function> FindFunction(std::string_view name) const;
  [[nodiscard]] std::shared_ptr<const RecordType> FindRecord(std::string_view name) const;
  [[nodiscard]] bool IsTypeName(std::string_view name) const;
  // What `name`, perhaps with a leading dot, may stand for, first choice first.
  [[nodiscard]] std::vector<std::string> Candidates(std::string_view name) const;
  // Text as Type::Parse, with the names of records known.
  [[nodiscard]] absl::StatusOr<Type> ParseType(std::string_view text) const;

  // Names of variables and functions, sorted; for messages.
  [[nodiscard]] std::vector<std::string_view> VariableNames() const;
  [[nodiscard]] std::vector<std::string_view> FunctionNames() const;

 private:
  std::string container_;
  std::map<std::string, Type, std::less<>> variables_;
  std::map<std::string, std::shared_ptr<const Function>, std::less<>> functions_;
  std::map<std::string, std::shared_ptr<const RecordType>, std::less<>> records_;
  std::map<std::string, bool, std::less<>> type_names_;
};

// The standard definitions of the language, and nothing else.
[[nodiscard]] ORDERWRIGHT_EXPORT Environment StandardEnvironment();

// Extensions, as the conformance suite defines them.
enum class Extension : std::uint8_t {
  kStrings = 1,    // charAt, indexOf, replace, split, substring, trim, join, format, strings.quote
  kMath = 2,       // math.greatest, least, ceil, floor, round, trunc, abs, sign, bits
  kLists = 3,      // slice, flatten, distinct, reverse, sort, first, last, lists.range
  kSets = 4,       // sets.contains, intersects, equivalent
  kEncoders = 5,   // base64.encode, decode
  kOptionals = 6,  // optional.of, none, ofNonZeroValue, or, orValue, value, hasValue
  kNetwork = 7,    // ip, cidr
};
ORDERWRIGHT_EXPORT void AddExtension(Extension extension, Environment& environment);
// The standard definitions with every extension.
[[nodiscard]] ORDERWRIGHT_EXPORT Environment FullEnvironment();

}  // namespace orderwright::cel

#endif  // ORDERWRIGHT_CEL_ENVIRONMENT_H_
