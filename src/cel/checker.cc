#include "orderwright/cel/checker.h"

#include <algorithm>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "absl/base/attributes.h"
#include "orderwright/core/status.h"
#include "src/cel/internal/inference.h"
#include "src/cel/internal/macros.h"
#include "src/cel/internal/plan.h"
#include "src/cel/internal/resolve.h"

namespace orderwright::cel {
namespace {

using cel_internal::DidYouMean;
using cel_internal::MacroName;
using cel_internal::QualifiedName;
using cel_internal::ResolvedCall;
using cel_internal::RootOf;

constexpr std::size_t kMaxIssues = 50;
// A type nested deeper than this is not followed.
constexpr std::uint32_t kMaxTypeDepth = 500;
constexpr std::size_t kShownOverloads = 8;

Type TypeOf(const Value& constant) {
  switch (constant.kind()) {
    case Kind::kNull:
      return Type(TypeKind::kNull);
    case Kind::kBool:
      return Type(TypeKind::kBool);
    case Kind::kInt:
      return Type(TypeKind::kInt);
    case Kind::kUint:
      return Type(TypeKind::kUint);
    case Kind::kDouble:
      return Type(TypeKind::kDouble);
    case Kind::kString:
      return Type(TypeKind::kString);
    case Kind::kBytes:
      return Type(TypeKind::kBytes);
    default:
      return {};
  }
}

bool MayBeKey(const Type& type) {
  switch (type.kind()) {
    case TypeKind::kBool:
    case TypeKind::kInt:
    case TypeKind::kUint:
    case TypeKind::kString:
    case TypeKind::kParameter:
      return true;
    default:
      return type.IsDynamic();
  }
}

// What does not recurse is not inlined into what does: its frames would be those of a long chain.
class Checker {
 public:
  Checker(const Ast& ast, const Environment& environment)
      : ast_(ast), environment_(environment), types_(ast.size()) {}

  absl::Status Run() {
    Visit(ast_.root());
    for (Type& type : types_) type = inference_.Resolved(type, true);
    if (inference_.exhausted()) {
      issues_.clear();
      Report(ast_.root(), "the types of this expression are too large to be checked");
    }
    if (issues_.empty()) return absl::OkStatus();
    std::stable_sort(issues_.begin(), issues_.end(), [](const Issue& a, const Issue& b) {
      return std::pair(a.line, a.column) < std::pair(b.line, b.column);
    });
    return ToStatus(ast_.source(), issues_);
  }
  std::vector<Type>&& types() { return std::move(types_); }
  std::map<NodeId, std::string>&& names() { return std::move(names_); }

 private:
  ABSL_ATTRIBUTE_NOINLINE Type Report(NodeId id, std::string message) {
    return ReportAt(ast_.node(id).at, message);
  }
  ABSL_ATTRIBUTE_NOINLINE Type ReportAt(std::uint32_t at, const std::string& message) {
    if (issues_.size() < kMaxIssues) {
      issues_.push_back(ast_.source().At(ErrorKind::kCheck, at, message));
    }
    return Type(TypeKind::kError);
  }
  // Of what is not reported any more there is nothing to look up either.
  std::string Suggestion(std::string_view name, const std::vector<std::string_view>& names) const {
    return issues_.size() < kMaxIssues ? DidYouMean(name, names) : std::string();
  }
  std::string Shown(const Type& type) { return ToString(inference_.Resolved(type, true)); }

  const Type* FindLocal(std::string_view name) const {
    const auto found = std::find_if(scope_.rbegin(), scope_.rend(),
                                    [name](const auto& local) { return local.first == name; });
    return found == scope_.rend() ? nullptr : &found->second;
  }
  void Declare(NodeId variable, const Type& type) {
    types_[variable] = type;
    scope_.emplace_back(ast_.name(variable), type);
  }

  Type Visit(NodeId id) {
    if (inference_.exhausted()) return Type(TypeKind::kError);
    Type type = TypeOfNode(id);
    if (type.depth() > kMaxTypeDepth) {
      inference_.GiveUp();
      return Type(TypeKind::kError);
    }
    types_[id] = type;
    return type;
  }

  Type TypeOfNode(NodeId id) {
    switch (ast_.node(id).kind) {
      case NodeKind::kConstant:
        return TypeOf(ast_.constant(id));
      case NodeKind::kIdentifier:
        return TypeOfIdentifier(id);
      case NodeKind::kSelect:
        return TypeOfSelect(id);
      case NodeKind::kCall:
        return TypeOfCall(id);
      case NodeKind::kList:
        return TypeOfList(id);
      case NodeKind::kMap:
        return TypeOfMap(id);
      case NodeKind::kMessage:
        return TypeOfMessage(id);
      case NodeKind::kComprehension:
        return TypeOfComprehension(id);
      case NodeKind::kLet:
        return TypeOfLet(id);
      case NodeKind::kOptionalMap:
        return TypeOfOptionalMap(id);
    }
    return {};
  }

  Type TypeOfMessage(NodeId id) {
    for (std::size_t i = 1; i < ast_.node(id).child_count; i += 2) Visit(ast_.child(id, i));
    return ReportAt(ast_.node(id).begin,
                    fmt::format("'{}' is no type that an expression can make", ast_.name(id)));
  }

  // The variable or type that a qualified name stands for.
  ABSL_ATTRIBUTE_NOINLINE std::optional<Type> FindName(NodeId id, std::string_view name) {
    for (std::string& candidate : environment_.Candidates(name)) {
      std::optional<Type> type;
      if (const Type* const variable = environment_.FindVariable(candidate)) {
        type = *variable;
      } else if (environment_.IsTypeName(candidate)) {
        const absl::StatusOr<Type> named = environment_.ParseType(candidate);
        type = Type::OfType(named.ok() ? *named : Type::Opaque(candidate));
      }
      if (!type) continue;
      names_[id] = std::move(candidate);
      return type;
    }
    return std::nullopt;
  }

  ABSL_ATTRIBUTE_NOINLINE Type TypeOfIdentifier(NodeId id) {
    const std::string_view name = ast_.name(id);
    if (!ast_.node(id).Has(Node::kAbsolute)) {
      if (const Type* const local = FindLocal(name)) return *local;
    }
    if (std::optional<Type> type = FindName(id, QualifiedName(ast_, id))) return *type;
    std::vector<std::string_view> names = environment_.VariableNames();
    for (const auto& local : scope_) names.push_back(local.first);
    return Report(id, fmt::format("undeclared name '{}'{}", name, Suggestion(name, names)));
  }

  // What a chain of selects stands for as one name.
  ABSL_ATTRIBUTE_NOINLINE std::optional<Type> FindQualified(NodeId id) {
    const Node& node = ast_.node(id);
    if (node.Has(Node::kPresence) || node.Has(Node::kOptionalSelect)) return std::nullopt;
    const std::string name = QualifiedName(ast_, id);
    if (name.empty() || FindLocal(RootOf(name)) != nullptr) return std::nullopt;
    return FindName(id, name);
  }

  Type TypeOfSelect(NodeId id) {
    if (std::optional<Type> type = FindQualified(id)) return *type;
    Type operand = inference_.Resolved(Visit(ast_.child(id, 0)));
    const bool optional = operand.Is(TypeKind::kOptional);
    if (optional) operand = operand.parameters()[0];
    const Type field = TypeOfField(id, operand);
    const Node& node = ast_.node(id);
    if (node.Has(Node::kPresence)) return Type(TypeKind::kBool);
    if (field.Is(TypeKind::kError)) return field;
    return optional || node.Has(Node::kOptionalSelect) ? Type::Optional(field) : field;
  }

  ABSL_ATTRIBUTE_NOINLINE Type TypeOfField(NodeId id, const Type& operand) {
    const std::string_view field = ast_.name(id);
    switch (operand.kind()) {
      case TypeKind::kMap:
        if (inference_.Fits(Type(TypeKind::kString), operand.parameters()[0])) {
          return operand.parameters()[1];
        }
        return Report(id, fmt::format("a {} has no key '{}'", Shown(operand), field));
      case TypeKind::kRecord: {
        const RecordType& record = operand.record();
        const int index = record.Find(field);
        if (index >= 0) return record.fields()[static_cast<std::size_t>(index)].type;
        std::vector<std::string_view> names;
        for (const RecordField& other : record.fields()) names.push_back(other.name);
        return Report(id, fmt::format("{} has no field '{}'{}", record.name(), field,
                                      Suggestion(field, names)));
      }
      case TypeKind::kParameter:
        // What it is may show later; until then nothing is known of it.
        static_cast<void>(inference_.Fits(Type(), operand));
        return {};
      case TypeKind::kDyn:
        return {};
      case TypeKind::kError:
        return operand;
      default:
        return Report(id, fmt::format("type {} has no fields: '.{}' cannot be selected",
                                      Shown(operand), field));
    }
  }

  std::vector<Type> VisitAll(NodeId id, std::size_t from) {
    std::vector<Type> types;
    for (std::size_t i = from; i < ast_.node(id).child_count; ++i) {
      types.push_back(Visit(ast_.child(id, i)));
    }
    return types;
  }

  Type TypeOfCall(NodeId id) {
    const Node& node = ast_.node(id);
    if (node.op == Operator::kAnd || node.op == Operator::kOr) return TypeOfRow(id);
    const ResolvedCall call = Resolve(id);
    if (call.function == nullptr) return ReportNoFunction(id);
    const std::vector<Type> arguments = VisitAll(id, call.receiver_is_namespace ? 1 : 0);
    return ResultOf(id, call, arguments);
  }

  ABSL_ATTRIBUTE_NOINLINE ResolvedCall Resolve(NodeId id) const {
    return cel_internal::ResolveCall(ast_, id, environment_, [this](std::string_view name) {
      return FindLocal(name) != nullptr;
    });
  }

  ABSL_ATTRIBUTE_NOINLINE Type ResultOf(NodeId id, const ResolvedCall& call,
                                        const std::vector<Type>& arguments) {
    const bool member = ast_.node(id).Has(Node::kMember) && !call.receiver_is_namespace;
    bool dynamic = false;
    for (const Type& argument : arguments) {
      // Reported already.
      if (argument.Is(TypeKind::kError)) return argument;
      dynamic = dynamic || !inference_.IsKnown(inference_.Resolved(argument));
    }
    std::optional<Type> result;
    for (const Overload& overload : call.function->overloads) {
      if (overload.member != member) continue;
      std::optional<Type> type = inference_.Call(overload, arguments);
      if (!type) continue;
      // Types that are known take the first overload that fits; others may take any that does.
      if (!dynamic) return *type;
      if (result && !(*result == *type)) return {};
      result = std::move(type);
    }
    if (result) return *result;
    return ReportNoOverload(id, *call.function, arguments, member);
  }

  Type TypeOfRow(NodeId id) {
    for (const NodeId child : ast_.children(id)) {
      const Type type = Visit(child);
      if (inference_.Fits(type, Type(TypeKind::kBool))) continue;
      Report(child, fmt::format("'{}' takes bool, not {}",
                                ast_.node(id).op == Operator::kAnd ? "&&" : "||", Shown(type)));
    }
    return Type(TypeKind::kBool);
  }

  ABSL_ATTRIBUTE_NOINLINE Type ReportNoFunction(NodeId id) {
    const Node& node = ast_.node(id);
    std::string name(ast_.name(id));
    std::size_t from = 0;
    if (node.Has(Node::kMember)) {
      // A receiver that is no variable is meant as a namespace.
      const NodeId receiver = ast_.child(id, 0);
      const std::string scope = cel_internal::IsParenthesized(ast_.node(receiver))
                                    ? std::string()
                                    : QualifiedName(ast_, receiver);
      const bool variable = scope.empty() || FindLocal(RootOf(scope)) != nullptr ||
                            FindName(receiver, RootOf(scope)).has_value() ||
                            FindName(receiver, scope).has_value();
      if (!variable) {
        name = fmt::format("{}.{}", scope, name);
        from = 1;
      }
    }
    VisitAll(id, from);
    if (node.op == Operator::kOptionalIndex) {
      return Report(id, "the optional syntax '[?' needs the extension for optionals");
    }
    std::vector<std::string_view> names = environment_.FunctionNames();
    std::erase_if(names, [](std::string_view other) {
      return other.front() == '_' || other.front() == '@' || other.front() == '!' ||
             other.front() == '-';
    });
    return Report(id, fmt::format("undeclared function '{}'{}", name, Suggestion(name, names)));
  }

  ABSL_ATTRIBUTE_NOINLINE Type ReportNoOverload(NodeId id, const Function& function,
                                                const std::vector<Type>& arguments, bool member) {
    const Operator op = ast_.node(id).op;
    std::vector<std::string> types;
    for (const Type& argument : arguments) types.push_back(Shown(argument));
    if (op == Operator::kConditional) {
      if (!inference_.Fits(arguments[0], Type(TypeKind::kBool))) {
        return Report(ast_.child(id, 0),
                      fmt::format("the condition of '?' is bool, not {}", types[0]));
      }
      return Report(id, fmt::format("the branches of '?' differ: {} and {}; wrap one in dyn()",
                                    types[1], types[2]));
    }
    std::string text = cel_internal::NoOverload(op, function.name, types, member);
    if (op == Operator::kNone) text += Offers(function, member);
    return Report(id, std::move(text));
  }

  // "; there is (string): int and string.(): int" for those of the same form, or of any if none is.
  static std::string Offers(const Function& function, bool member) {
    std::vector<std::string> offers;
    for (const Overload& overload : function.overloads) {
      if (overload.member == member) offers.push_back(ToString(overload));
    }
    if (offers.empty()) {
      for (const Overload& overload : function.overloads) offers.push_back(ToString(overload));
    }
    if (offers.empty() || offers.size() > kShownOverloads) return {};
    std::string text = "; there is ";
    for (std::size_t i = 0; i < offers.size(); ++i) {
      if (i > 0) text += i + 1 == offers.size() ? " and " : ", ";
      text += offers[i];
    }
    return text;
  }

  // The type of an element or the value of an entry that is marked '?'.
  ABSL_ATTRIBUTE_NOINLINE Type Unwrapped(NodeId id, const Type& type) {
    const Type value = inference_.NewVariable();
    if (inference_.Fits(type, Type::Optional(value))) return inference_.Resolved(value);
    return Report(id, fmt::format("what is marked '?' is an optional, not {}", Shown(type)));
  }

  Type Joined(const std::optional<Type>& before, const Type& type) {
    return before ? inference_.Join(*before, type) : type;
  }

  Type TypeOfList(NodeId id) {
    std::optional<Type> element;
    for (const NodeId child : ast_.children(id)) {
      Type type = Visit(child);
      if (ast_.node(child).Has(Node::kOptionalEntry)) type = Unwrapped(child, type);
      element = Joined(element, type);
    }
    return Type::List(element ? *element : inference_.NewVariable());
  }

  Type TypeOfMap(NodeId id) {
    std::optional<Type> key;
    std::optional<Type> value;
    const auto children = ast_.children(id);
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
      Type key_type = Visit(children[i]);
      if (const Type known = inference_.Resolved(key_type); !MayBeKey(known)) {
        key_type = ReportAt(
            ast_.node(children[i]).begin,
            fmt::format("a key of a map is int, uint, bool or string, not {}", Shown(known)));
      }
      Type value_type = Visit(children[i + 1]);
      if (ast_.node(children[i]).Has(Node::kOptionalEntry)) {
        value_type = Unwrapped(children[i + 1], value_type);
      }
      key = Joined(key, key_type);
      value = Joined(value, value_type);
    }
    return Type::Map(key ? *key : inference_.NewVariable(),
                     value ? *value : inference_.NewVariable());
  }

  // The types of the two variables of a comprehension over `range`.
  ABSL_ATTRIBUTE_NOINLINE std::pair<Type, Type> VariablesOver(NodeId id, const Type& range) {
    switch (range.kind()) {
      case TypeKind::kList:
        return {Type(TypeKind::kInt), range.parameters()[0]};
      case TypeKind::kMap:
        return {range.parameters()[0], range.parameters()[1]};
      case TypeKind::kParameter:
        static_cast<void>(inference_.Fits(Type(), range));
        return {};
      case TypeKind::kDyn:
        return {};
      case TypeKind::kError:
        return {range, range};
      default: {
        const Type error = Report(id, fmt::format("{}() ranges over lists and maps, not {}",
                                                  MacroName(ast_.node(id).macro), Shown(range)));
        return {error, error};
      }
    }
  }

  ABSL_ATTRIBUTE_NOINLINE void CheckPredicate(NodeId predicate, Comprehension macro) {
    const Type type = Visit(predicate);
    if (inference_.Fits(type, Type(TypeKind::kBool))) return;
    Report(predicate,
           fmt::format("the predicate of {}() is bool, not {}", MacroName(macro), Shown(type)));
  }

  Type TypeOfComprehension(NodeId id) {
    const Node& node = ast_.node(id);
    const auto children = ast_.children(id);
    const Type range = inference_.Resolved(Visit(children[0]));
    const auto [first, second] = VariablesOver(id, range);
    const std::size_t outside = scope_.size();
    const bool two = node.Has(Node::kTwoVariables);
    // The one variable is the element of a list, but the key of a map.
    const Type& only = range.Is(TypeKind::kMap) ? first : second;
    Declare(children[1], two ? first : only);
    if (two) Declare(children[2], second);
    const std::size_t body = children.size() - 1;
    if (node.Has(Node::kFiltered)) CheckPredicate(children[body - 1], node.macro);
    Type type;
    switch (node.macro) {
      case Comprehension::kMap:
        type = Type::List(Visit(children[body]));
        break;
      case Comprehension::kTransformMap:
        type = Type::Map(first, Visit(children[body]));
        break;
      case Comprehension::kTransformMapEntry:
        type = TypeOfEntry(children[body]);
        break;
      case Comprehension::kFilter:
        CheckPredicate(children[body], node.macro);
        type = Type::List(only);
        break;
      default:
        CheckPredicate(children[body], node.macro);
        type = Type(TypeKind::kBool);
    }
    scope_.resize(outside);
    return type;
  }

  Type TypeOfEntry(NodeId body) {
    const Type type = Visit(body);
    const Type map = Type::Map(inference_.NewVariable(), inference_.NewVariable());
    if (inference_.Fits(type, map)) return inference_.Resolved(map);
    return Report(body,
                  fmt::format("transformMapEntry() makes a map of one entry, not {}", Shown(type)));
  }

  Type TypeOfLet(NodeId id) {
    const auto children = ast_.children(id);
    const std::size_t outside = scope_.size();
    for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
      const Type type = Visit(children[i + 1]);
      Declare(children[i], type);
    }
    const Type type = Visit(children.back());
    scope_.resize(outside);
    return type;
  }

  Type TypeOfOptionalMap(NodeId id) {
    const bool flat = ast_.node(id).Has(Node::kFlat);
    const Type operand = Visit(ast_.child(id, 0));
    Type value = inference_.NewVariable();
    if (operand.Is(TypeKind::kError)) {
      value = operand;
    } else if (inference_.Fits(operand, Type::Optional(value))) {
      // Of dyn nothing is known, not even that all uses agree.
      value = operand.IsDynamic() ? Type() : inference_.Resolved(value);
    } else {
      value = Report(id, fmt::format("no such overload: {}.{}()", Shown(operand),
                                     flat ? "optFlatMap" : "optMap"));
    }
    const std::size_t outside = scope_.size();
    Declare(ast_.child(id, 1), value);
    const NodeId body = ast_.child(id, 2);
    const Type type = Visit(body);
    scope_.resize(outside);
    if (!flat) return Type::Optional(type);
    const Type result = Type::Optional(inference_.NewVariable());
    if (inference_.Fits(type, result)) return inference_.Resolved(result);
    return Report(body, fmt::format("optFlatMap() makes an optional, not {}", Shown(type)));
  }

  const Ast& ast_;
  const Environment& environment_;
  cel_internal::Inference inference_;
  std::vector<Type> types_;
  std::map<NodeId, std::string> names_;
  std::vector<std::pair<std::string_view, Type>> scope_;
  std::vector<Issue> issues_;
};

}  // namespace

absl::StatusOr<CheckedAst> Check(Ast ast, const Environment& environment) {
  if (ast.size() == 0 || ast.node(ast.root()).height > cel_internal::kMaxHeight) {
    return InvalidArgument("the expression is empty or deeper than {} parts",
                           cel_internal::kMaxHeight);
  }
  Checker checker(ast, environment);
  if (absl::Status status = checker.Run(); !status.ok()) return status;
  return CheckedAst(std::move(ast), checker.types(), checker.names());
}

}  // namespace orderwright::cel
