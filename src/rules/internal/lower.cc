// Lowering: from a checked expression to nodes of a program.
#include <algorithm>
#include <array>
#include <bit>
#include <cmath>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orderwright/cel/parser.h"
#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"
#include "src/rules/internal/attributes.h"
#include "src/rules/internal/constants.h"
#include "src/rules/internal/parts.h"
#include "src/rules/internal/program.h"
#include "src/rules/internal/run.h"

namespace orderwright::rules_internal {

using cel::Ast;
using cel::CheckedAst;
using cel::Kind;
using cel::NodeId;
using cel::NodeKind;
using cel::Operator;
using cel::TypeKind;
using cel::Value;

namespace {

std::optional<Relation> RelationOf(Operator op) {
  switch (op) {
    case Operator::kEqual:
      return Relation::kEqual;
    case Operator::kNotEqual:
      return Relation::kNotEqual;
    case Operator::kLess:
      return Relation::kLess;
    case Operator::kLessEqual:
      return Relation::kLessEqual;
    case Operator::kGreater:
      return Relation::kGreater;
    case Operator::kGreaterEqual:
      return Relation::kGreaterEqual;
    default:
      return std::nullopt;
  }
}

bool IsArithmetic(ValueType type) {
  return type == ValueType::kInt || type == ValueType::kDouble || type == ValueType::kMoney;
}

// What both spaces vary with, for an expression that is asked per row of `target`.
Space Join(Space a, Space b, Space target) {
  if (a == b || b == Space::kOrder) return a;
  if (a == Space::kOrder) return b;
  if (a == Space::kOption || b == Space::kOption) return Space::kOption;
  const auto is = [&](Space x, Space y) { return (a == x && b == y) || (a == y && b == x); };
  if (is(Space::kLocation, Space::kCandidate)) return Space::kCandidate;
  if (is(Space::kLine, Space::kItem) && target == Space::kLine) return Space::kLine;
  return Space::kPair;
}

// The space of what varies with the order too: no table of the world can have it.
Space OfOrder(Space space, Space target) {
  if (space == Space::kLocation) return Space::kCandidate;
  if (space == Space::kItem) return target == Space::kLine ? Space::kLine : Space::kPair;
  return space;
}

// Whether rows of `target` have what varies with `space`.
bool Fits(Space space, Space target) { return Join(space, target, target) == target; }

Space SpaceOf(Scope scope) {
  switch (scope) {
    case Scope::kOrder:
    case Scope::kPlan:
    case Scope::kRequest:
      return Space::kOrder;
    case Scope::kLine:
      return Space::kLine;
    case Scope::kItem:
      return Space::kItem;
    case Scope::kLocation:
      return Space::kLocation;
    case Scope::kCandidate:
      return Space::kCandidate;
    case Scope::kPair:
      return Space::kPair;
    case Scope::kOption:
      return Space::kOption;
  }
  return Space::kOrder;
}

std::string_view NameOf(Space target) {
  switch (target) {
    case Space::kOrder:
      return "orders";
    case Space::kLine:
      return "lines";
    case Space::kCandidate:
      return "locations";
    case Space::kOption:
      return "services";
    default:
      return "lines at locations";
  }
}

}  // namespace

class Lowering {
 public:
  Lowering(Program& program, const CheckedAst& checked, Space target)
      : program_(program), checked_(checked), ast_(checked.ast()), target_(target) {}

  // The class of the value in a column of a decision table.
  absl::StatusOr<NodeIndex> LowerInput(const TableInput& input, std::uint32_t column) {
    const NodeId root = ast_.root();
    CheckScopes(root);
    if (!issues_.empty()) return cel::ToStatus(ast_.source(), issues_);
    const Field* const field = FieldOf(root);
    Node node = {.op = Op::kClass,
                 .type = ValueType::kInt,
                 .space = SpaceBelow(root),
                 .reads_order = ReadsOrder(root),
                 .table = column};
    if (field != nullptr && (field->text != nullptr || field->texts != nullptr)) {
      // A list is lazy, so that it is never asked of one row without columns.
      if (field->texts != nullptr) node.op = Op::kClassOfTexts;
      node.is_lazy = field->texts != nullptr || field->is_costly;
      node.error_is_unset = !input.guards.empty();
      node.field = field;
      return Add(node, {});
    }
    const std::optional<ValueType> type = TypeOf(checked_.type(root));
    std::vector<NodeIndex> parts;
    if (type && *type <= ValueType::kTime) {
      ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex number, Lower(root));
      if (At(number).type == *type) parts.push_back(number);
    }
    // An attribute may be of another type than is declared.
    node.error_is_unset =
        field != nullptr && field->declared == nullptr && !parts.empty() && !input.guards.empty();
    if (parts.empty()) {
      node.op = Op::kClassOfCall;
      node.is_lazy = true;
      ORDERWRIGHT_ASSIGN_OR_RETURN(node.list, KeepCall(root));
    }
    if (!input.guards.empty() && !node.error_is_unset) {
      ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex guard, LowerGuards(input.guards));
      parts.push_back(guard);
    }
    return Add(node, parts);
  }

  absl::StatusOr<NodeIndex> Lower() {
    CheckScopes(ast_.root());
    if (!issues_.empty()) return cel::ToStatus(ast_.source(), issues_);
    return Lower(ast_.root());
  }

 private:
  // ---- What it varies with ----

  std::string_view RowRecordOf(NodeId id) const {
    return rules_internal::RowRecordOf(checked_, id);
  }
  const Field* FieldOf(NodeId id) const { return program_.FieldOf(checked_, id); }
  Space SpaceBelow(NodeId id) const {
    if (const Field* field = FieldOf(id)) return SpaceOf(field->schema.scope);
    Space space = Space::kOrder;
    if (ast_.node(id).kind == NodeKind::kIdentifier) {
      const std::string_view record = RowRecordOf(id);
      if (!record.empty()) space = SpaceOf(ScopeOfRecord(record));
    }
    for (const NodeId child : ast_.children(id)) space = Join(space, SpaceBelow(child), target_);
    return space;
  }
  bool ReadsOrder(NodeId id) const {
    if (const Field* field = FieldOf(id)) return SpaceOf(field->schema.scope) == Space::kOrder;
    if (ast_.node(id).kind == NodeKind::kIdentifier) {
      const std::string* const name = checked_.ReferenceOf(id);
      if (name == nullptr) return false;
      const std::string_view record = RecordOfVariable(*name);
      return *name == "now" || (!record.empty() && SpaceOf(ScopeOfRecord(record)) == Space::kOrder);
    }
    const auto children = ast_.children(id);
    return std::any_of(children.begin(), children.end(),
                       [this](NodeId child) { return ReadsOrder(child); });
  }
  void CheckScopes(NodeId id) {
    const bool is_name = FieldOf(id) != nullptr || ast_.node(id).kind == NodeKind::kIdentifier;
    if (is_name) {
      const Space space = SpaceBelow(id);
      if (!Fits(space, target_)) Refuse(id, space);
      return;
    }
    for (const NodeId child : ast_.children(id)) CheckScopes(child);
  }
  void Refuse(NodeId id, Space space) {
    const cel::Node& node = ast_.node(id);
    const Field* const field = FieldOf(id);
    const std::string what =
        field == nullptr
            ? std::string(ast_.name(id))
            : fmt::format("{}.{}{}", field->schema.record,
                          field->declared == nullptr ? "" : "attributes.", field->schema.name);
    issues_.push_back(ast_.source().At(
        cel::ErrorKind::kCheck, node.begin,
        fmt::format("'{}' varies with {}, and this rule is asked about {}", what,
                    space == Space::kItem ? "items" : NameOf(space), NameOf(target_))));
  }

  // ---- Nodes ----

  NodeIndex Add(Node node, std::span<const NodeIndex> children) {
    return program_.AddNode(node, children, target_);
  }
  NodeIndex Constant(ValueType type, std::int64_t value) {
    return Add({.op = Op::kConstant, .type = type, .constant = value}, {});
  }
  const Node& At(NodeIndex index) const { return program_.nodes_[index]; }
  template <typename List, typename T>
  static std::uint32_t KeepList(List& lists, std::vector<T> list) {
    std::sort(list.begin(), list.end());
    list.erase(std::unique(list.begin(), list.end()), list.end());
    const auto at = std::find(lists.begin(), lists.end(), list);
    const auto index = static_cast<std::uint32_t>(at - lists.begin());
    if (at == lists.end()) lists.push_back(std::move(list));
    return index;
  }

  // Whatever has no columns: the evaluator of the language is asked, row by row.
  absl::StatusOr<NodeIndex> Call(NodeId id) {
    std::optional<ValueType> type = TypeOf(checked_.type(id));
    if (!type || *type == ValueType::kTime || *type == ValueType::kText) type = ValueType::kOther;
    ORDERWRIGHT_ASSIGN_OR_RETURN(const std::uint32_t call, KeepCall(id));
    const Node node = {.op = Op::kCall,
                       .type = *type,
                       .space = SpaceBelow(id),
                       .is_lazy = true,
                       .reads_order = ReadsOrder(id),
                       .list = call};
    return Add(node, {});
  }
  absl::StatusOr<std::uint32_t> KeepCall(NodeId id) {
    Ast part = CopyPart(ast_, id);
    ORDERWRIGHT_ASSIGN_OR_RETURN(CheckedAst checked,
                                 cel::Check(std::move(part), *program_.environment()));
    ORDERWRIGHT_ASSIGN_OR_RETURN(cel::Program program,
                                 cel::Program::Create(std::move(checked), program_.environment()));
    program_.calls_.push_back(std::make_shared<const cel::Program>(std::move(program)));
    return static_cast<std::uint32_t>(program_.calls_.size() - 1);
  }
  // Whether all of some paths are set.
  absl::StatusOr<NodeIndex> LowerGuards(const std::vector<std::string>& paths) {
    std::vector<std::string> terms;
    for (const std::string& path : paths) terms.push_back(fmt::format("has({})", path));
    ORDERWRIGHT_ASSIGN_OR_RETURN(const CheckedAst checked,
                                 program_.Check(fmt::format("{}", fmt::join(terms, " && "))));
    return Lowering(program_, checked, target_).Lower();
  }

  std::optional<Value> Fold(NodeId id) const { return rules_internal::Fold(ast_, id); }
  std::optional<std::string> FoldText(NodeId id) const {
    return rules_internal::FoldText(ast_, id);
  }
  std::optional<std::vector<std::string>> FoldTexts(NodeId id) const {
    return rules_internal::FoldTexts(ast_, id);
  }

  absl::StatusOr<NodeIndex> Lower(NodeId id) {
    if (const std::optional<Value> folded = Fold(id)) {
      const std::optional<ValueType> type = TypeOf(checked_.type(id));
      if (type) {
        if (const auto number = NumberOf(*folded, *type)) return Constant(*type, *number);
      }
    }
    const cel::Node& node = ast_.node(id);
    switch (node.kind) {
      case NodeKind::kSelect:
        return LowerSelect(id);
      case NodeKind::kCall:
        return FieldOf(id) != nullptr ? LowerSelect(id) : LowerOperator(id);
      case NodeKind::kComprehension:
        return LowerExists(id);
      case NodeKind::kIdentifier:
      default:
        return Call(id);
    }
  }

  // Whether it asks if a field is set.
  bool IsPresence(NodeId id) const {
    const cel::Node& node = ast_.node(id);
    return node.kind == NodeKind::kSelect ? node.Has(cel::Node::kPresence)
                                          : node.op == Operator::kIn;
  }
  // What reads a field, or asks whether it is set.
  absl::StatusOr<NodeIndex> LowerSelect(NodeId id) {
    const Field* const field = FieldOf(id);
    if (field == nullptr) return Call(id);
    if (IsPresence(id)) {
      // A plan as a whole may not be there.
      if (!field->schema.nullable && field->schema.scope != Scope::kPlan) {
        return Constant(ValueType::kBool, 1);
      }
      return Add(
          {.op = Op::kIsSet, .space = SpaceBelow(id), .is_lazy = field->is_costly, .field = field},
          {});
    }
    if (!field->is_number() && !field->is_text()) return Call(id);
    return Add({.op = Op::kField,
                .type = field->type,
                .space = SpaceBelow(id),
                .is_lazy = field->is_costly,
                .field = field},
               {});
  }

  absl::StatusOr<std::vector<NodeIndex>> LowerChildren(NodeId id) {
    std::vector<NodeIndex> children;
    for (const NodeId child : ast_.children(id)) {
      ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex lowered, Lower(child));
      children.push_back(lowered);
    }
    return children;
  }
  bool AllOf(std::span<const NodeIndex> nodes, ValueType type) const {
    return std::all_of(nodes.begin(), nodes.end(),
                       [&](NodeIndex node) { return At(node).type == type; });
  }

  absl::StatusOr<NodeIndex> LowerOperator(NodeId id) {
    const Operator op = ast_.node(id).op;
    switch (op) {
      case Operator::kAnd:
      case Operator::kOr: {
        ORDERWRIGHT_ASSIGN_OR_RETURN(std::vector<NodeIndex> terms, LowerChildren(id));
        if (!AllOf(terms, ValueType::kBool)) return Call(id);
        return AddTerms(op == Operator::kAnd ? Op::kAnd : Op::kOr, std::move(terms));
      }
      case Operator::kNot: {
        ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex term, Lower(ast_.child(id, 0)));
        if (At(term).type != ValueType::kBool) return Call(id);
        return Add({.op = Op::kNot}, {{term}});
      }
      case Operator::kConditional: {
        ORDERWRIGHT_ASSIGN_OR_RETURN(const std::vector<NodeIndex> parts, LowerChildren(id));
        const ValueType type = At(parts[1]).type;
        const bool fits = At(parts[0]).type == ValueType::kBool && type == At(parts[2]).type &&
                          type <= ValueType::kTime;
        if (!fits) return Call(id);
        return Add({.op = Op::kIf, .type = type}, parts);
      }
      case Operator::kIn:
        return LowerIn(id);
      case Operator::kAdd:
      case Operator::kSubtract:
      case Operator::kMultiply:
      case Operator::kDivide:
      case Operator::kModulo:
      case Operator::kNegate:
        return LowerArithmetic(id);
      default:
        if (RelationOf(op)) return LowerCompare(id, op);
        return Call(id);
    }
  }

  // The language lets terms change places. Those that vary with the same less than the whole become
  // one, so that it is spread once, or is one table; what decides cheaply is looked at first.
  NodeIndex AddTerms(Op op, std::vector<NodeIndex> terms) {
    Space whole = Space::kOrder;
    for (const NodeIndex term : terms) whole = Join(whole, At(term).space, target_);
    for (const Space space : {Space::kOrder, Space::kLine, Space::kItem, Space::kLocation,
                              Space::kCandidate, Space::kPair}) {
      std::vector<NodeIndex> same;
      for (const NodeIndex term : terms) {
        if (At(term).space == space && !At(term).is_lazy) same.push_back(term);
      }
      if (space == whole || same.size() < 2) continue;
      std::erase_if(terms, [&](NodeIndex term) {
        return std::find(same.begin(), same.end(), term) != same.end();
      });
      terms.insert(terms.begin(), Add({.op = op}, same));
    }
    std::stable_partition(terms.begin(), terms.end(),
                          [this](NodeIndex term) { return !At(term).is_lazy; });
    return terms.size() == 1 ? terms[0] : Add({.op = op}, terms);
  }

  absl::StatusOr<NodeIndex> LowerArithmetic(NodeId id) {
    const std::optional<ValueType> type = TypeOf(checked_.type(id));
    if (!type || !IsArithmetic(*type)) return Call(id);
    ORDERWRIGHT_ASSIGN_OR_RETURN(std::vector<NodeIndex> parts, LowerChildren(id));
    const Operator op = ast_.node(id).op;
    if (*type == ValueType::kMoney && op == Operator::kMultiply) {
      if (At(parts[0]).type == ValueType::kInt) std::swap(parts[0], parts[1]);
      if (At(parts[0]).type != ValueType::kMoney || At(parts[1]).type != ValueType::kInt) {
        return Call(id);
      }
    } else if (!AllOf(parts, *type)) {
      return Call(id);
    }
    const auto to = [](Operator from) {
      switch (from) {
        case Operator::kAdd:
          return Op::kAdd;
        case Operator::kSubtract:
          return Op::kSubtract;
        case Operator::kMultiply:
          return Op::kMultiply;
        case Operator::kDivide:
          return Op::kDivide;
        case Operator::kModulo:
          return Op::kModulo;
        default:
          return Op::kNegate;
      }
    };
    return Add({.op = to(op), .type = *type}, parts);
  }

  bool IsText(NodeId id) const {
    const Field* const field = FieldOf(id);
    return field != nullptr && field->is_text() && !IsPresence(id);
  }
  bool IsTexts(NodeId id) const {
    const Field* const field = FieldOf(id);
    return field != nullptr && field->texts != nullptr && !ast_.node(id).Has(cel::Node::kPresence);
  }
  NodeIndex OnField(Op op, NodeId id, std::vector<std::string> texts) {
    return Add({.op = op,
                .space = SpaceBelow(id),
                .list = KeepList(program_.text_lists_, std::move(texts)),
                .field = FieldOf(id)},
               {});
  }
  NodeIndex Not(NodeIndex node) { return Add({.op = Op::kNot}, {{node}}); }

  absl::StatusOr<NodeIndex> LowerIn(NodeId id) {
    const NodeId element = ast_.child(id, 0);
    const NodeId list = ast_.child(id, 1);
    if (IsText(element)) {
      if (auto texts = FoldTexts(list)) return OnField(Op::kTextIn, element, *std::move(texts));
      return Call(id);
    }
    if (IsTexts(list)) {
      if (auto text = FoldText(element)) return OnField(Op::kContains, list, {*std::move(text)});
      return Call(id);
    }
    const std::optional<Value> folded = Fold(list);
    const std::optional<ValueType> type = TypeOf(checked_.type(element));
    if (!folded || !folded->Is(Kind::kList) || type != ValueType::kInt) return Call(id);
    std::vector<std::int64_t> numbers;
    for (const Value& item : folded->list()) {
      if (!item.Is(Kind::kInt)) return Call(id);
      numbers.push_back(item.int_value());
    }
    ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex number, Lower(element));
    return Add({.op = Op::kNumberIn, .list = KeepList(program_.number_lists_, std::move(numbers))},
               {{number}});
  }

  // A constant comes to stand on the right: `5 < x` is the node that `x > 5` is.
  absl::StatusOr<NodeIndex> LowerCompare(NodeId id, Operator op) {
    NodeId a = ast_.child(id, 0);
    NodeId b = ast_.child(id, 1);
    if (Fold(a)) {
      std::swap(a, b);
      op = Mirrored(op);
    }
    const Relation relation = *RelationOf(op);
    const bool equality = relation == Relation::kEqual || relation == Relation::kNotEqual;
    if (IsText(a) || IsText(b)) {
      if (!equality) return Call(id);
      if (!IsText(a)) std::swap(a, b);
      std::optional<NodeIndex> equal;
      if (auto text = FoldText(b)) {
        equal = OnField(Op::kTextIn, a, {*std::move(text)});
      } else if (IsText(b)) {
        ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex left, Lower(a));
        ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex right, Lower(b));
        equal = Add({.op = Op::kTextsEqual}, {{left, right}});
      }
      if (!equal) return Call(id);
      return relation == Relation::kEqual ? *equal : Not(*equal);
    }
    // A constant takes the type of what it is compared with.
    const std::optional<ValueType> left = TypeOf(checked_.type(a));
    const std::optional<ValueType> right = TypeOf(checked_.type(b));
    if (!left || !right || *left > ValueType::kTime || *right > ValueType::kTime) return Call(id);
    const auto lower = [&](NodeId side, ValueType as) -> absl::StatusOr<NodeIndex> {
      if (const std::optional<Value> folded = Fold(side)) {
        if (const auto number = NumberOf(*folded, as)) return Constant(as, *number);
        return kNoNode;
      }
      return Lower(side);
    };
    ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex x, Lower(a));
    ORDERWRIGHT_ASSIGN_OR_RETURN(const NodeIndex y, lower(b, *left));
    if (y == kNoNode || At(x).type != At(y).type || At(x).type > ValueType::kTime) {
      return Call(id);
    }
    return Add({.op = Op::kCompare, .relation = relation}, {{x, y}});
  }

  // list.exists(t, t == 'x'), and with t in ['x', 'y'].
  absl::StatusOr<NodeIndex> LowerExists(NodeId id) {
    const cel::Node& node = ast_.node(id);
    if (node.macro != cel::Comprehension::kExists || node.Has(cel::Node::kTwoVariables)) {
      return Call(id);
    }
    const NodeId range = ast_.child(id, 0);
    const NodeId body = ast_.child(id, 2);
    const cel::Node& term = ast_.node(body);
    if (!IsTexts(range) || term.kind != NodeKind::kCall) return Call(id);
    const std::string_view variable = ast_.name(ast_.child(id, 1));
    const auto is_variable = [&](NodeId part) {
      return ast_.node(part).kind == NodeKind::kIdentifier && ast_.name(part) == variable &&
             !ast_.node(part).Has(cel::Node::kAbsolute);
    };
    if (term.op == Operator::kEqual) {
      for (const std::size_t side : {0U, 1U}) {
        if (!is_variable(ast_.child(body, side))) continue;
        if (auto text = FoldText(ast_.child(body, 1 - side))) {
          return OnField(Op::kContains, range, {*std::move(text)});
        }
      }
    }
    if (term.op == Operator::kIn && is_variable(ast_.child(body, 0))) {
      if (auto texts = FoldTexts(ast_.child(body, 1))) {
        return OnField(Op::kContains, range, *std::move(texts));
      }
    }
    return Call(id);
  }

  Program& program_;
  const CheckedAst& checked_;
  const Ast& ast_;
  Space target_;
  std::vector<cel::Issue> issues_;
};

std::shared_ptr<const cel::Environment> Program::environment() const {
  return language_ != nullptr ? language_->environment() : RuleEnvironment();
}

absl::StatusOr<CheckedAst> Program::Check(std::string_view text) const {
  ORDERWRIGHT_ASSIGN_OR_RETURN(Ast ast, cel::Parse(text));
  if (language_ != nullptr) ast = WithConstants(std::move(ast), *language_);
  ORDERWRIGHT_ASSIGN_OR_RETURN(CheckedAst checked, cel::Check(std::move(ast), *environment()));
  return language_ == nullptr ? checked : WithAttributes(std::move(checked), *language_);
}

const Field* Program::FieldOf(const CheckedAst& checked, NodeId id) {
  if (const Field* field = rules_internal::FieldOf(checked, id)) return field;
  if (language_ == nullptr || !language_->has_attributes()) return nullptr;
  const std::optional<AttributeUse> use = UseOfAttribute(checked, id);
  if (!use) return nullptr;
  const Ast& ast = checked.ast();
  const std::string_view record =
      rules_internal::RowRecordOf(checked, ast.child(use->attributes, 0));
  return record.empty() ? nullptr : FindAttribute(record, use->name);
}

const Field* Program::FindAttribute(std::string_view record, std::string_view name) {
  const rules::AttributeDeclaration* const declared = language_->FindAttribute(record, name);
  if (declared == nullptr) return nullptr;
  for (const std::shared_ptr<const Field>& field : attributes_) {
    if (field->declared == declared) return field.get();
  }
  return attributes_.emplace_back(std::make_shared<const Field>(FieldOfAttribute(*declared))).get();
}

NodeIndex Program::AddNode(Node node, std::span<const NodeIndex> children, Space target) {
  for (const NodeIndex child : children) {
    node.space = Join(node.space, nodes_[child].space, target);
    node.is_lazy |= nodes_[child].is_lazy;
    node.reads_order |= nodes_[child].reads_order;
  }
  node.reads_order |= node.field != nullptr && node.space == Space::kOrder;
  if (node.reads_order) node.space = OfOrder(node.space, target);
  std::string key = fmt::format(
      "{}|{}|{}|{}|{}|{}|{}|{}|{}", static_cast<int>(node.op), static_cast<int>(node.type),
      static_cast<int>(node.space), static_cast<int>(node.relation), node.list, node.constant,
      node.table, static_cast<const void*>(node.field), fmt::join(children, ","));
  const auto index = static_cast<NodeIndex>(nodes_.size());
  const auto [known, is_new] = known_.try_emplace(std::move(key), index);
  if (!is_new) return known->second;
  node.first_child = static_cast<std::uint32_t>(children_.size());
  node.child_count = static_cast<std::uint32_t>(children.size());
  children_.insert(children_.end(), children.begin(), children.end());
  nodes_.push_back(node);
  return index;
}

absl::StatusOr<NodeIndex> Program::AddInput(const TableTests& tests, std::size_t input,
                                            Space target) {
  const auto column = static_cast<std::uint32_t>(table_columns_.size());
  ORDERWRIGHT_ASSIGN_OR_RETURN(
      const NodeIndex node,
      Lowering(*this, tests.inputs[input].checked, target).LowerInput(tests.inputs[input], column));
  // Without a world nothing is looked up.
  table_columns_.push_back(has_world() ? TableColumn(tests, input) : TableColumn());
  return node;
}

TableNodes Program::AddTable(std::span<const NodeIndex> inputs, rules::HitPolicy hit,
                             std::size_t rows, std::span<const RowValue> values, ValueType type,
                             Space target) {
  const auto index = static_cast<std::uint32_t>(decision_tables_.size());
  TableIndex& table = decision_tables_.emplace_back();
  table.hit = hit;
  table.rows = rows;
  for (const NodeIndex input : inputs) {
    table.columns.push_back(nodes_[input].table);
    table.is_exact &= table_columns_[nodes_[input].table].is_exact();
  }
  TableNodes added;
  added.hit = AddNode({.op = Op::kHit, .type = ValueType::kInt, .table = index}, inputs, target);
  roots_.push_back(added.hit);
  if (values.empty() && hit != rules::HitPolicy::kCount) return added;
  std::vector<NodeIndex> children = {added.hit};
  children.insert(children.end(), inputs.begin(), inputs.end());
  for (const RowValue& value : values) {
    table.constants.push_back(value.constant);
    table.computed.push_back(TableIndex::kConstant);
    if (value.node == kNoNode) continue;
    const auto known = std::find(children.begin() + 1 + static_cast<std::ptrdiff_t>(inputs.size()),
                                 children.end(), value.node);
    table.computed.back() = static_cast<std::uint32_t>(known - children.begin());
    if (known == children.end()) children.push_back(value.node);
  }
  added.value = AddNode({.op = Op::kRowValue, .type = type, .table = index}, children, target);
  roots_.push_back(added.value);
  return added;
}

absl::StatusOr<Root> Program::Add(const cel::CheckedAst& ast, Space target) {
  Root root;
  ORDERWRIGHT_ASSIGN_OR_RETURN(root.node, Lowering(*this, ast, target).Lower());
  root.type = nodes_[root.node].type;
  ORDERWRIGHT_ASSIGN_OR_RETURN(cel::Program whole, cel::Program::Create(ast, environment()));
  root.whole = std::make_shared<const cel::Program>(std::move(whole));
  roots_.push_back(root.node);
  return root;
}

void Program::Finish() {
  tables_.resize(nodes_.size());
  const auto is_of_world = [this](NodeIndex node) {
    const Space space = nodes_[node].space;
    return space == Space::kItem || space == Space::kLocation;
  };
  std::vector<NodeIndex> outer;
  for (const NodeIndex root : roots_) {
    if (is_of_world(root)) outer.push_back(root);
  }
  for (const Node& node : nodes_) {
    for (const NodeIndex child : children(node)) {
      if (is_of_world(child) && node.space != nodes_[child].space) outer.push_back(child);
    }
  }
  for (const NodeIndex node : outer) {
    if (nodes_[node].is_table || nodes_[node].type > ValueType::kTime) continue;
    Scratch scratch;
    tables_[node] = Run(*this, scratch).TableOf(node);
    nodes_[node].is_table = true;
    nodes_[node].is_lazy = false;
  }
  // What contains a table only is not lazy any more.
  for (Node& node : nodes_) {
    if (node.is_table || node.op == Op::kCall) continue;
    if (node.op == Op::kClassOfTexts || node.op == Op::kClassOfCall) continue;
    const auto parts = children(node);
    node.is_lazy = (node.field != nullptr && node.field->is_costly) ||
                   std::any_of(parts.begin(), parts.end(),
                               [this](NodeIndex part) { return nodes_[part].is_lazy; });
  }
  MakePlanes();
}

// In the order of nodes: tables of one rule share a plane.
void Program::MakePlanes() {
  struct Open {
    std::uint32_t plane = kNoPlane;
    std::uint8_t bits = 8;
  };
  std::array<Open, kSpaces> open;
  for (NodeIndex index = 0; index < nodes_.size(); ++index) {
    Node& node = nodes_[index];
    const NodeColumn& table = tables_[index];
    if (!node.is_table || node.type != ValueType::kBool || table.any_error) continue;
    Open& last = open[static_cast<std::size_t>(node.space)];
    if (last.bits == 8) {
      last = {static_cast<std::uint32_t>(planes_.size()), 0};
      planes_.push_back({node.space, std::vector<std::uint8_t>(table.bytes.size())});
    }
    node.plane = last.plane;
    node.bit = last.bits++;
    std::vector<std::uint8_t>& bytes = planes_[node.plane].bytes;
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      bytes[i] |= static_cast<std::uint8_t>(table.bytes[i] << node.bit);
    }
  }
}

}  // namespace orderwright::rules_internal
