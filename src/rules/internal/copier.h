// Copier: an expression copied, with something else in place of some of its nodes.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_COPIER_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_COPIER_H_

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/cel/ast.h"

namespace orderwright::rules_internal {

class Copier {
 public:
  explicit Copier(const cel::Ast& ast)
      : ast_(ast),
        builder_(std::make_shared<const cel::Source>(std::string(ast.source().text()))) {}
  virtual ~Copier() = default;
  Copier(const Copier&) = delete;
  Copier& operator=(const Copier&) = delete;

  // What is below a node, as an expression of its own with the same places.
  [[nodiscard]] cel::Ast Run(cel::NodeId id) && {
    Copy(id);
    return std::move(builder_).Build();
  }

 protected:
  virtual cel::NodeId Copy(cel::NodeId id) {
    std::vector<cel::NodeId> children;
    for (const cel::NodeId child : ast_.children(id)) children.push_back(Copy(child));
    return builder_.AddCopy(ast_, id, children);
  }

  const cel::Ast& ast_;
  cel::AstBuilder builder_;
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_COPIER_H_
