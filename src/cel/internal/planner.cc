#include <algorithm>
#include <map>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "src/cel/internal/plan.h"
#include "src/cel/internal/resolve.h"
#include "src/core/internal/macros.h"

namespace orderwright::cel_internal {
namespace {

constexpr std::size_t kMaxIssues = 50;

class Planner {
 public:
  Planner(PlanParts& plan, const CheckedAst* checked)
      : plan_(plan), ast_(plan.ast), checked_(checked) {
    plan_.steps.resize(ast_.size());
  }

  absl::Status Run() {
    Visit(ast_.root());
    if (!issues_.empty()) return ToStatus(ast_.source(), issues_);
    return absl::OkStatus();
  }

 private:
  Step& step(NodeId id) { return plan_.steps[id]; }

  std::int32_t Local(std::string_view name) const {
    const auto found = std::find_if(scope_.rbegin(), scope_.rend(),
                                    [name](const auto& local) { return local.first == name; });
    return found == scope_.rend() ? -1 : found->second;
  }
  void Declare(NodeId variable) {
    step(variable).slot = static_cast<std::int32_t>(plan_.slots++);
    scope_.emplace_back(ast_.name(variable), step(variable).slot);
  }

  std::uint32_t Global(const std::string& name) {
    const auto [found, added] =
        globals_.try_emplace(name, static_cast<std::uint32_t>(plan_.globals.size()));
    if (added) plan_.globals.push_back(name);
    return found->second;
  }

  // The variables and the type that a name may be, if its root is no local variable.
  void AddCandidates(NodeId id) {
    const std::string name = QualifiedName(ast_, id);
    if (name.empty() || Local(RootOf(name)) >= 0) return;
    Step& step = this->step(id);
    step.first_candidate = static_cast<std::uint32_t>(plan_.candidates.size());
    const std::string* const reference = checked_ == nullptr ? nullptr : checked_->ReferenceOf(id);
    if (checked_ != nullptr) {
      if (reference == nullptr) return;
      if (plan_.environment->FindVariable(*reference) != nullptr) {
        plan_.candidates.push_back(Global(*reference));
        step.candidates = 1;
        return;
      }
    } else {
      for (const std::string& candidate : plan_.environment->Candidates(name)) {
        plan_.candidates.push_back(Global(candidate));
      }
    }
    step.candidates = static_cast<std::uint32_t>(plan_.candidates.size()) - step.first_candidate;
    for (const std::string& candidate : plan_.environment->Candidates(name)) {
      if (!plan_.environment->IsTypeName(candidate)) continue;
      step.type = Value::TypeNamed(candidate);
      break;
    }
  }

  void VisitChildren(NodeId id, std::size_t from) {
    for (std::size_t i = from; i < ast_.node(id).child_count; ++i) Visit(ast_.child(id, i));
  }

  void VisitCall(NodeId id) {
    const auto local = [this](std::string_view name) { return Local(name) >= 0; };
    ResolvedCall call = ResolveCall(ast_, id, *plan_.environment, local);
    Step& step = this->step(id);
    step.receiver_is_namespace = call.receiver_is_namespace;
    step.function = call.function.get();
    if (call.function != nullptr) plan_.functions.push_back(std::move(call.function));
    const std::string_view name = ast_.name(id);
    step.alternative = ast_.node(id).Has(Node::kMember) && !step.receiver_is_namespace &&
                       ast_.node(id).child_count == 2 && (name == "or" || name == "orValue");
    VisitChildren(id, step.receiver_is_namespace ? 1 : 0);
    if (name == "matches" && !step.receiver_is_namespace && ast_.node(id).child_count == 2)
      CompilePattern(id);
  }

  void CompilePattern(NodeId id) {
    const NodeId pattern = ast_.child(id, 1);
    if (ast_.node(pattern).kind != NodeKind::kConstant ||
        !ast_.constant(pattern).Is(Kind::kString)) {
      return;
    }
    const std::string_view text = ast_.constant(pattern).text();
    if (const auto known = patterns_.find(text); known != patterns_.end()) {
      step(id).regex = known->second;
      return;
    }
    // The one that exceeds the limit is too large, and so are all after it.
    Regex regex(text, plan_.options.max_regex_program - instructions_);
    if (!regex.ok()) {
      instructions_ += regex.program_size();
      instructions_ = std::min(instructions_, plan_.options.max_regex_program);
      // Unchecked, it is an error of the evaluation like any other.
      if (checked_ == nullptr || issues_.size() >= kMaxIssues) return;
      issues_.push_back(
          ast_.source().At(ErrorKind::kCheck, ast_.node(pattern).begin, regex.error()));
      return;
    }
    instructions_ += regex.program_size();
    step(id).regex = static_cast<std::int32_t>(plan_.regexes.size());
    patterns_.emplace(text, step(id).regex);
    plan_.regexes.push_back(std::move(regex));
  }

  void VisitComprehension(NodeId id) {
    const Node& node = ast_.node(id);
    Visit(ast_.child(id, 0));
    const std::size_t outside = scope_.size();
    const std::size_t variables = node.Has(Node::kTwoVariables) ? 2 : 1;
    for (std::size_t i = 1; i <= variables; ++i) Declare(ast_.child(id, i));
    VisitChildren(id, 1 + variables);
    scope_.resize(outside);
  }

  void VisitLet(NodeId id) {
    const std::size_t outside = scope_.size();
    const std::size_t count = ast_.node(id).child_count;
    for (std::size_t i = 0; i + 1 < count; i += 2) {
      Visit(ast_.child(id, i + 1));
      Declare(ast_.child(id, i));
    }
    Visit(ast_.child(id, count - 1));
    scope_.resize(outside);
  }

  void Visit(NodeId id) {
    const Node& node = ast_.node(id);
    switch (node.kind) {
      case NodeKind::kConstant:
        return;
      case NodeKind::kIdentifier:
        step(id).slot = node.Has(Node::kAbsolute) ? -1 : Local(ast_.name(id));
        if (step(id).slot < 0) AddCandidates(id);
        return;
      case NodeKind::kSelect:
        if (!node.Has(Node::kPresence | Node::kOptionalSelect)) AddCandidates(id);
        return VisitChildren(id, 0);
      case NodeKind::kCall:
        return VisitCall(id);
      case NodeKind::kComprehension:
        return VisitComprehension(id);
      case NodeKind::kLet:
        return VisitLet(id);
      case NodeKind::kOptionalMap:
        Visit(ast_.child(id, 0));
        Declare(ast_.child(id, 1));
        Visit(ast_.child(id, 2));
        scope_.pop_back();
        return;
      default:
        return VisitChildren(id, 0);
    }
  }

  PlanParts& plan_;
  const Ast& ast_;
  const CheckedAst* checked_;
  std::vector<std::pair<std::string_view, std::int32_t>> scope_;
  std::map<std::string, std::uint32_t> globals_;
  std::map<std::string_view, std::int32_t> patterns_;
  std::size_t instructions_ = 0;  // of all patterns
  std::vector<Issue> issues_;
};

}  // namespace

absl::Status MakePlan(PlanParts& plan, const CheckedAst* checked) {
  if (plan.ast.size() == 0 || plan.ast.node(plan.ast.root()).height > kMaxHeight) {
    return InvalidArgument("the expression is empty or deeper than {} parts", kMaxHeight);
  }
  return Planner(plan, checked).Run();
}

}  // namespace orderwright::cel_internal
