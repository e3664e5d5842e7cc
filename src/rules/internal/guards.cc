#include "src/rules/internal/guards.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "orderwright/cel/type.h"
#include "src/rules/internal/attributes.h"
#include "src/rules/internal/parts.h"

namespace orderwright::rules_internal {
namespace {

using cel::Ast;
using cel::NodeId;
using cel::NodeKind;
using cel::Operator;

class Walk {
 public:
  explicit Walk(const cel::CheckedAst& checked, std::vector<std::string> known = {})
      : checked_(checked), ast_(checked.ast()), known_(std::move(known)) {}
  // What has() has found if the whole is true.
  void FindGuards(std::vector<std::string>& found) const { Guards(ast_.root(), true, found); }
  std::vector<cel::Issue> Run() && {
    Visit(ast_.root());
    return std::move(issues_);
  }
  // Of what Run finds.
  std::optional<std::vector<std::string>> Paths() && {
    Visit(ast_.root());
    if (!all_have_paths_) return std::nullopt;
    return std::move(paths_);
  }

 private:
  std::string PathOf(NodeId id) const { return rules_internal::PathOf(ast_, id); }
  std::string PathOf(const AttributeUse& use) const {
    return rules_internal::PathOf(ast_, use.attributes, use.name);
  }
  // Whether a chain of names begins with a variable of the rule, and not with one of a macro.
  bool IsOfRule(NodeId id) const {
    while (ast_.node(id).kind == NodeKind::kSelect) id = ast_.child(id, 0);
    return checked_.ReferenceOf(id) != nullptr;
  }
  bool MayBeUnset(NodeId id) const {
    const cel::Type& type = checked_.type(ast_.child(id, 0));
    if (!type.Is(cel::TypeKind::kRecord)) return false;
    const int field = type.record().Find(ast_.name(id));
    return field >= 0 && type.record().fields()[static_cast<std::size_t>(field)].optional;
  }
  // What holds if a term is `truth`: paths that has() has found.
  void Guards(NodeId id, bool truth, std::vector<std::string>& found) const {
    const cel::Node& node = ast_.node(id);
    if (node.kind == NodeKind::kSelect && node.Has(cel::Node::kPresence)) {
      if (truth) found.push_back(PathOf(id));
      return;
    }
    if (node.kind != NodeKind::kCall) return;
    if (const auto use = PresenceOfAttribute(checked_, id)) {
      if (truth) found.push_back(PathOf(*use));
      return;
    }
    if (node.op == Operator::kNot) return Guards(ast_.child(id, 0), !truth, found);
    // A true && has only true terms, a false || only false ones.
    if (node.op == (truth ? Operator::kAnd : Operator::kOr)) {
      for (const NodeId child : ast_.children(id)) Guards(child, truth, found);
    }
  }
  void VisitWith(NodeId id, std::vector<std::string> guards) {
    const std::size_t before = known_.size();
    known_.insert(known_.end(), std::make_move_iterator(guards.begin()),
                  std::make_move_iterator(guards.end()));
    Visit(id);
    known_.resize(before);
  }
  void Visit(NodeId id) {
    const cel::Node& node = ast_.node(id);
    if (node.kind == NodeKind::kSelect) return VisitSelect(id);
    if (const auto use = ReadOfAttribute(ast_, id)) return VisitAttribute(id, *use);
    if (node.kind == NodeKind::kCall && (node.op == Operator::kAnd || node.op == Operator::kOr)) {
      // The terms guard each other, in any order: the language absorbs the error of one that
      // another decides.
      for (const NodeId child : ast_.children(id)) {
        std::vector<std::string> guards;
        for (const NodeId other : ast_.children(id)) {
          if (other != child) Guards(other, node.op == Operator::kAnd, guards);
        }
        VisitWith(child, std::move(guards));
      }
      return;
    }
    if (node.kind == NodeKind::kCall && node.op == Operator::kConditional) {
      Visit(ast_.child(id, 0));
      for (const bool truth : {true, false}) {
        std::vector<std::string> guards;
        Guards(ast_.child(id, 0), truth, guards);
        VisitWith(ast_.child(id, truth ? 1 : 2), std::move(guards));
      }
      return;
    }
    for (const NodeId child : ast_.children(id)) Visit(child);
  }
  void VisitSelect(NodeId id) {
    const cel::Node& node = ast_.node(id);
    Visit(ast_.child(id, 0));
    if (node.Has(cel::Node::kPresence) || node.Has(cel::Node::kOptionalSelect)) return;
    if (MayBeUnset(id)) Read(id, PathOf(id), id);
  }
  void VisitAttribute(NodeId id, const AttributeUse& use) {
    Visit(use.attributes);
    if (!use.has_default) Read(id, PathOf(use), use.attributes);
  }
  // `below`: the chain of names that the path is of.
  void Read(NodeId id, const std::string& path, NodeId below) {
    const cel::Node& node = ast_.node(id);
    if (!path.empty() && std::find(known_.begin(), known_.end(), path) != known_.end()) return;
    if (path.empty() || !IsOfRule(below)) {
      all_have_paths_ = false;
    } else if (std::find(paths_.begin(), paths_.end(), path) == paths_.end()) {
      paths_.push_back(path);
    }
    const std::string named = path.empty() ? fmt::format("….{}", ast_.name(id)) : path;
    issues_.push_back(ast_.source().At(
        cel::ErrorKind::kCheck, node.begin,
        fmt::format("'{0}' may be unset; guard it: has({0}) && …, or has({0}) ? {0} : …", named)));
  }

  const cel::CheckedAst& checked_;
  const Ast& ast_;
  std::vector<std::string> known_;
  std::vector<cel::Issue> issues_;
  std::vector<std::string> paths_;
  bool all_have_paths_ = true;
};

}  // namespace

std::vector<cel::Issue> UnguardedReads(const cel::CheckedAst& checked,
                                       const cel::CheckedAst* given) {
  std::vector<std::string> known;
  if (given != nullptr) Walk(*given).FindGuards(known);
  return Walk(checked, std::move(known)).Run();
}

std::optional<std::vector<std::string>> UnsetPaths(const cel::CheckedAst& checked) {
  return Walk(checked).Paths();
}

}  // namespace orderwright::rules_internal
