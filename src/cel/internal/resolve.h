// Resolve: what the names of an expression stand for, alike in the checker and in the planner.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_RESOLVE_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_RESOLVE_H_

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "orderwright/cel/ast.h"
#include "orderwright/cel/environment.h"

namespace orderwright::cel_internal {

using namespace orderwright::cel;

// True for (a) and (a.b).
[[nodiscard]] bool IsParenthesized(const Node& node);
// The name of a node, with its leading dot if it has one.
[[nodiscard]] std::string WrittenName(const Ast& ast, NodeId id);
// "a.b.c" for an identifier or a chain of plain selects that begins with one, with its leading dot;
// empty for all else, and for more than 64 parts or 1,000 bytes.
[[nodiscard]] std::string QualifiedName(const Ast& ast, NodeId id);
// The first part of "a.b.c"; with a leading dot the dot too, so that it is no local variable.
[[nodiscard]] std::string_view RootOf(std::string_view qualified_name);

struct ResolvedCall {
  std::shared_ptr<const Function> function;  // null if there is none
  // The receiver is the namespace of the function ("math" in math.abs(x)), not an argument.
  bool receiver_is_namespace = false;
};
// `local` tells whether a name is a variable of a comprehension here.
template <typename IsLocal>
[[nodiscard]] ResolvedCall ResolveCall(const Ast& ast, NodeId id, const Environment& environment,
                                       const IsLocal& local) {
  const std::string name = WrittenName(ast, id);
  if (ast.node(id).Has(Node::kMember)) {
    const NodeId receiver = ast.child(id, 0);
    const std::string scope =
        IsParenthesized(ast.node(receiver)) ? std::string() : QualifiedName(ast, receiver);
    if (!scope.empty() && !local(RootOf(scope))) {
      for (const std::string& candidate :
           environment.Candidates(fmt::format("{}.{}", scope, name))) {
        if (auto function = environment.FindFunction(candidate)) return {std::move(function), true};
      }
    }
    return {environment.FindFunction(name), false};
  }
  for (const std::string& candidate : environment.Candidates(name)) {
    if (auto function = environment.FindFunction(candidate)) return {std::move(function), false};
  }
  return {};
}

// "no such overload: int + string", "no such overload: string.size(int)": a call of these types.
[[nodiscard]] std::string NoOverload(Operator op, std::string_view function,
                                     const std::vector<std::string>& types, bool member);

// The name among `names` that `name` most likely misspells, or empty.
[[nodiscard]] std::string_view ClosestName(std::string_view name,
                                           const std::vector<std::string_view>& names);
// "; did you mean 'x'?" or nothing.
[[nodiscard]] std::string DidYouMean(std::string_view name,
                                     const std::vector<std::string_view>& names);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_RESOLVE_H_
