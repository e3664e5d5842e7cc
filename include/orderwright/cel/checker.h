// Check: the types of an expression, before it runs.
//
// Checking does not change what an expression evaluates to; it refuses what cannot work: names that
// are not declared, calls that no overload takes, fields a record does not have. `dyn` defers the
// question to the evaluation.
//
// Source: cel-spec doc/langdef.md, "Gradual Type Checking".
//
// Example:
//   const absl::StatusOr<CheckedAst> checked = Check(*Parse(text), environment);
//   if (!checked.ok()) Show(IssuesIn(checked.status()));  // every mistake, with its place
#ifndef ORDERWRIGHT_CEL_CHECKER_H_
#define ORDERWRIGHT_CEL_CHECKER_H_

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/cel/ast.h"
#include "orderwright/cel/environment.h"
#include "orderwright/cel/type.h"
#include "orderwright/core/export.h"

namespace orderwright::cel {

// An expression with the type of each of its nodes. Immutable; thread-safe.
class CheckedAst {
 public:
  CheckedAst(Ast ast, std::vector<Type> types, std::map<NodeId, std::string> names)
      : ast_(std::move(ast)), types_(std::move(types)), names_(std::move(names)) {}

  [[nodiscard]] const Ast& ast() const { return ast_; }
  [[nodiscard]] const Type& type() const { return types_[ast_.root()]; }
  [[nodiscard]] const Type& type(NodeId id) const { return types_[id]; }
  // The declared name of a variable or type that an identifier or a chain of selects stands for;
  // null for all else.
  [[nodiscard]] const std::string* ReferenceOf(NodeId id) const {
    const auto found = names_.find(id);
    return found == names_.end() ? nullptr : &found->second;
  }

 private:
  Ast ast_;
  std::vector<Type> types_;
  std::map<NodeId, std::string> names_;
};

// Errors: kInvalidArgument with an Issue for every mistake.
// Complexity: O(nodes x overloads). Thread-safe.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<CheckedAst> Check(Ast ast,
                                                                  const Environment& environment);

}  // namespace orderwright::cel

#endif  // ORDERWRIGHT_CEL_CHECKER_H_
