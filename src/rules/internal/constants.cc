#include "src/rules/internal/constants.h"

#include <algorithm>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "src/rules/internal/copier.h"

namespace orderwright::rules_internal {
namespace {

using cel::Ast;
using cel::NodeId;
using cel::NodeKind;

class Rewriter final : public Copier {
 public:
  Rewriter(const Ast& ast, const rules::Language& language) : Copier(ast), language_(language) {}

 private:
  NodeId Copy(NodeId id) override {
    const cel::Node& node = ast_.node(id);
    if (node.kind == NodeKind::kIdentifier && !IsHidden(ast_.name(id))) {
      if (const cel::Value* value = language_.FindConstant(ast_.name(id))) return Put(node, *value);
    }
    return builder_.AddCopy(ast_, id, CopyChildren(id));
  }

  // What a node declares hides constants in what comes after it.
  std::vector<NodeId> CopyChildren(NodeId id) {
    const cel::Node& node = ast_.node(id);
    const auto declares = [&](std::size_t i, std::size_t count) {
      switch (node.kind) {
        case NodeKind::kComprehension:
          return i == 1 || (i == 2 && node.Has(cel::Node::kTwoVariables));
        case NodeKind::kLet:
          return i % 2 == 0 && i + 1 < count;
        case NodeKind::kOptionalMap:
          return i == 1;
        default:
          return false;
      }
    };
    const std::size_t before = hidden_.size();
    const std::span<const NodeId> from = ast_.children(id);
    std::vector<NodeId> children;
    for (std::size_t i = 0; i < from.size(); ++i) {
      if (declares(i, from.size())) {
        const std::string_view name = ast_.name(from[i]);
        hidden_.push_back(name);
        children.push_back(Copy(from[i]));
        // The value of a binding is outside of it.
        if (node.kind == NodeKind::kLet) {
          hidden_.pop_back();
          children.push_back(Copy(from[++i]));
          hidden_.push_back(name);
        }
        continue;
      }
      children.push_back(Copy(from[i]));
    }
    hidden_.resize(before);
    return children;
  }

  [[nodiscard]] bool IsHidden(std::string_view name) const {
    return std::find(hidden_.begin(), hidden_.end(), name) != hidden_.end();
  }

  // The value at the place of its name.
  NodeId Put(const cel::Node& at, const cel::Value& value) {
    cel::Node node;
    node.begin = at.begin;
    node.end = at.end;
    node.at = at.at;
    if (!value.Is(cel::Kind::kList)) return builder_.AddConstant(node, value);
    std::vector<NodeId> items;
    for (const cel::Value& item : value.list()) items.push_back(builder_.AddConstant(node, item));
    node.kind = NodeKind::kList;
    return builder_.Add(node, items);
  }

  const rules::Language& language_;
  std::vector<std::string_view> hidden_;
};

}  // namespace

cel::Ast WithConstants(cel::Ast ast, const rules::Language& language) {
  if (!language.has_constants()) return ast;
  return Rewriter(ast, language).Run(ast.root());
}

}  // namespace orderwright::rules_internal
