#include "src/cel/internal/evaluation.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "src/cel/internal/operators.h"
#include "src/cel/internal/resolve.h"

namespace orderwright::cel_internal {
namespace {

constexpr std::uint64_t kListCost = 10;
constexpr std::uint64_t kMapCost = 30;

}  // namespace

void Undecided::Add(Value value) {
  if (value.Is(Kind::kError)) {
    if (!error_) error_ = std::move(value);
    return;
  }
  if (!unknown_) {
    unknown_ = std::move(value);
    return;
  }
  const auto other = value.unknowns();
  std::vector<std::string> names;
  std::set_union(unknown_->unknowns().begin(), unknown_->unknowns().end(), other.begin(),
                 other.end(), std::back_inserter(names));
  unknown_ = ValueAccess::Unknown(std::move(names));
}

Evaluation::Evaluation(const PlanParts& plan, const Activation& variables)
    : plan_(plan),
      ast_(plan.ast),
      variables_(variables),
      context_(plan.options.cost_limit, plan.options.max_regex_program),
      slots_(plan.slots),
      globals_(plan.globals.size()) {}

absl::StatusOr<Value> Evaluation::Run() {
  Value value = Eval(ast_.root());
  if (too_many_iterations_) {
    return MakeStatus(absl::StatusCode::kResourceExhausted,
                      fmt::format("the evaluation was ended: its comprehensions take more than {} "
                                  "rounds",
                                  plan_.options.max_iterations));
  }
  if (context_.exhausted()) {
    return MakeStatus(absl::StatusCode::kResourceExhausted,
                      fmt::format("the evaluation was ended: it costs more than the limit of {}",
                                  plan_.options.cost_limit));
  }
  if (!value.Is(Kind::kError)) return value;
  const ErrorObject& error = ValueAccess::ErrorOf(value);
  const std::uint32_t at = error.node < 0 ? 0 : ast_.node(static_cast<NodeId>(error.node)).at;
  const Issue issue = ast_.source().At(ErrorKind::kEvaluation, at, error.message);
  return ToStatus(ast_.source(), {&issue, 1});
}

Value Evaluation::ErrorAt(NodeId id, std::string message) const {
  return ValueAccess::Error(std::move(message), static_cast<std::int32_t>(id));
}

Value Evaluation::At(NodeId id, Value value) const {
  if (!value.Is(Kind::kError) || ValueAccess::ErrorOf(value).node >= 0) return value;
  return ErrorAt(id, ValueAccess::ErrorOf(value).message);
}

Value Evaluation::Eval(NodeId id) {
  if (context_.exhausted()) return ErrorAt(id, "cost");
  switch (ast_.node(id).kind) {
    case NodeKind::kConstant:
      return ast_.constant(id);
    case NodeKind::kIdentifier:
      return EvalIdentifier(id);
    case NodeKind::kSelect:
      return EvalSelect(id);
    case NodeKind::kCall:
      return EvalCall(id);
    case NodeKind::kList:
      return EvalList(id);
    case NodeKind::kMap:
      return EvalMap(id);
    case NodeKind::kMessage:
      return ErrorAt(id, fmt::format("'{}' is no type that an expression can make", ast_.name(id)));
    case NodeKind::kComprehension:
      return EvalComprehension(id);
    case NodeKind::kLet:
      return EvalLet(id);
    case NodeKind::kOptionalMap:
      return EvalOptionalMap(id);
  }
  return ErrorAt(id, "unknown kind of node");
}

const Evaluation::Global& Evaluation::Lookup(std::uint32_t index) {
  Global& global = globals_[index];
  if (global.state == Global::State::kNotAsked) {
    global.state = variables_.Find(plan_.globals[index], global.value) ? Global::State::kPresent
                                                                       : Global::State::kAbsent;
  }
  return global;
}

const Value* Evaluation::FindVariable(const Step& step) {
  for (std::uint32_t i = 0; i < step.candidates; ++i) {
    const Global& global = Lookup(plan_.candidates[step.first_candidate + i]);
    if (global.state == Global::State::kPresent) return &global.value;
  }
  return nullptr;
}

Value Evaluation::EvalIdentifier(NodeId id) {
  if (!context_.Charge(1)) return ErrorAt(id, "cost");
  const Step& step = plan_.steps[id];
  if (step.slot >= 0) {
    Slot& slot = slots_[static_cast<std::size_t>(step.slot)];
    if (slot.pending) {
      const NodeId definition = *slot.pending;
      slot.pending.reset();
      Value value = Eval(definition);
      slot.value = std::move(value);
    }
    return slot.value;
  }
  if (const Value* const value = FindVariable(step)) return *value;
  if (step.type.Is(Kind::kType)) return step.type;
  return ErrorAt(id, fmt::format("no value for '{}'", ast_.name(id)));
}

Value Evaluation::EvalSelect(NodeId id) {
  if (!context_.Charge(1)) return ErrorAt(id, "cost");
  const Step& step = plan_.steps[id];
  if (const Value* const value = FindVariable(step)) return *value;
  if (step.type.Is(Kind::kType)) return step.type;
  const Value operand = Eval(ast_.child(id, 0));
  if (IsUndecided(operand)) return operand;
  const Node& node = ast_.node(id);
  const std::string_view field = ast_.name(id);
  if (node.Has(Node::kPresence)) return At(id, Has(operand, field));
  if (node.Has(Node::kOptionalSelect)) return At(id, OptionalSelect(operand, field));
  return At(id, Select(operand, field));
}

std::optional<Value> Evaluation::EvalArguments(NodeId id, std::size_t from, Arguments& arguments) {
  const auto children = ast_.children(id);
  std::optional<Undecided> undecided;
  arguments.reserve(children.size() - from);
  for (std::size_t i = from; i < children.size(); ++i) {
    Value value = Eval(children[i]);
    // Errors end it at once; an unknown waits, since an error beats it.
    if (value.Is(Kind::kError)) return value;
    if (value.Is(Kind::kUnknown)) {
      if (!undecided) undecided.emplace();
      undecided->Add(std::move(value));
    } else {
      arguments.push_back(std::move(value));
    }
  }
  if (undecided) return undecided->ErrorFirst();
  return std::nullopt;
}

Value Evaluation::EvalCall(NodeId id) {
  switch (ast_.node(id).op) {
    case Operator::kAnd:
      return EvalRow(id, false);
    case Operator::kOr:
      return EvalRow(id, true);
    case Operator::kConditional:
      return EvalConditional(id);
    case Operator::kNone:
      break;
    default:
      return EvalOperator(id);
  }
  const Step& step = plan_.steps[id];
  Arguments arguments;
  if (step.alternative) {
    Value optional = Eval(ast_.child(id, 0));
    if (IsUndecided(optional)) return optional;
    if (optional.Is(Kind::kOptional) && optional.optional() != nullptr) {
      if (!context_.Charge(1)) return ErrorAt(id, "cost");
      return ast_.name(id) == "or" ? optional : *optional.optional();
    }
    arguments.push_back(std::move(optional));
  }
  const std::size_t from = arguments.empty() && !step.receiver_is_namespace ? 0 : 1;
  if (auto undecided = EvalArguments(id, from, arguments)) return *std::move(undecided);
  return Dispatch(id, arguments);
}

Value Evaluation::EvalRow(NodeId id, bool decides) {
  if (!context_.Charge(1)) return ErrorAt(id, "cost");
  std::optional<Undecided> undecided;
  for (const NodeId child : ast_.children(id)) {
    Value value = Eval(child);
    if (value.Is(Kind::kBool)) {
      if (value.bool_value() == decides) return value;
      continue;
    }
    if (!IsUndecided(value)) {
      value = ErrorAt(child, fmt::format("no such overload: '{}' takes bool, not {}",
                                         decides ? "||" : "&&", value.type_name()));
    }
    if (!undecided) undecided.emplace();
    undecided->Add(std::move(value));
  }
  if (undecided) return undecided->UnknownFirst();
  return Value::Bool(!decides);
}

Value Evaluation::EvalConditional(NodeId id) {
  if (!context_.Charge(1)) return ErrorAt(id, "cost");
  const NodeId condition = ast_.child(id, 0);
  Value value = Eval(condition);
  if (IsUndecided(value)) return value;
  if (!value.Is(Kind::kBool)) {
    return ErrorAt(condition, fmt::format("no such overload: the condition of '?' is bool, not {}",
                                          value.type_name()));
  }
  return Eval(ast_.child(id, value.bool_value() ? 1 : 2));
}

Value Evaluation::EvalOperator(NodeId id) {
  if (!context_.Charge(1)) return ErrorAt(id, "cost");
  Arguments arguments;
  if (auto undecided = EvalArguments(id, 0, arguments)) return *std::move(undecided);
  const Value& a = arguments[0];
  std::optional<Value> result;
  const Operator op = ast_.node(id).op;
  switch (op) {
    case Operator::kNot:
      if (a.Is(Kind::kBool)) result = Value::Bool(!a.bool_value());
      break;
    case Operator::kNegate:
      result = Negate(a);
      break;
    case Operator::kEqual:
      result = Equal(a, arguments[1], context_);
      break;
    case Operator::kNotEqual:
      result = Equal(a, arguments[1], context_);
      if (result->Is(Kind::kBool)) result = Value::Bool(!result->bool_value());
      break;
    case Operator::kLess:
    case Operator::kLessEqual:
    case Operator::kGreater:
    case Operator::kGreaterEqual:
      result = Ordering(op, a, arguments[1], context_);
      break;
    case Operator::kIn:
      result = In(a, arguments[1], context_);
      break;
    case Operator::kIndex:
      result = Index(a, arguments[1]);
      break;
    case Operator::kOptionalIndex:
      result = OptionalIndex(a, arguments[1]);
      break;
    default:
      result = Arithmetic(op, a, arguments[1], context_);
      break;
  }
  if (result) return At(id, *std::move(result));
  return Dispatch(id, arguments);
}

Value Evaluation::Dispatch(NodeId id, std::span<const Value> arguments) {
  const Step& step = plan_.steps[id];
  const bool member = ast_.node(id).Has(Node::kMember) && !step.receiver_is_namespace;
  if (step.function == nullptr) {
    return ErrorAt(id, fmt::format("there is no function '{}'", ast_.name(id)));
  }
  if (step.regex >= 0) {
    const Regex& regex = plan_.regexes[static_cast<std::size_t>(step.regex)];
    if (arguments[0].Is(Kind::kString)) {
      const std::string_view text = arguments[0].text();
      if (!context_.Charge(1) || !context_.ChargeText(regex.CostOn(text))) {
        return ErrorAt(id, "cost");
      }
      return Value::Bool(regex.Matches(text));
    }
  }
  for (const Overload& overload : step.function->overloads) {
    const std::size_t count = overload.parameters.size();
    if (overload.member != member || !overload.implementation) continue;
    if (overload.variadic ? arguments.size() < count : arguments.size() != count) continue;
    bool accepted = true;
    for (std::size_t i = 0; i < arguments.size() && accepted; ++i) {
      accepted = Accepts(overload.parameters[std::min(i, count - 1)], arguments[i]);
    }
    if (!accepted) continue;
    if (!context_.Charge(overload.cost)) return ErrorAt(id, "cost");
    absl::StatusOr<Value> result = overload.implementation(arguments, context_);
    if (result.ok()) return *std::move(result);
    return ErrorAt(id, std::string(MessageOf(result.status())));
  }
  std::vector<std::string> types;
  for (const Value& argument : arguments) types.emplace_back(argument.type_name());
  return ErrorAt(id, NoOverload(ast_.node(id).op, step.function->name, types, member));
}

Value Evaluation::EvalList(NodeId id) {
  const auto children = ast_.children(id);
  if (!context_.Charge(kListCost + children.size())) return ErrorAt(id, "cost");
  Arguments arguments;
  if (auto undecided = EvalArguments(id, 0, arguments)) return *std::move(undecided);
  std::vector<Value> items;
  items.reserve(children.size());
  for (std::size_t i = 0; i < children.size(); ++i) {
    Value& item = arguments[i];
    if (!ast_.node(children[i]).Has(Node::kOptionalEntry)) {
      items.push_back(std::move(item));
    } else if (!item.Is(Kind::kOptional)) {
      return ErrorAt(children[i],
                     fmt::format("an element marked '?' is an optional, not {}", item.type_name()));
    } else if (item.optional() != nullptr) {
      items.push_back(*item.optional());
    }
  }
  return Value::List(std::move(items));
}

Value Evaluation::EvalMap(NodeId id) {
  const auto children = ast_.children(id);
  if (!context_.Charge(kMapCost + children.size())) return ErrorAt(id, "cost");
  Arguments arguments;
  if (auto undecided = EvalArguments(id, 0, arguments)) return *std::move(undecided);
  std::vector<Map::Entry> entries;
  entries.reserve(children.size() / 2);
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    Value& value = arguments[i + 1];
    if (!ast_.node(children[i]).Has(Node::kOptionalEntry)) {
      entries.emplace_back(std::move(arguments[i]), std::move(value));
    } else if (!value.Is(Kind::kOptional)) {
      return ErrorAt(children[i + 1],
                     fmt::format("the value of an entry marked '?' is an optional, not {}",
                                 value.type_name()));
    } else if (value.optional() != nullptr) {
      entries.emplace_back(std::move(arguments[i]), *value.optional());
    }
  }
  absl::StatusOr<Value> map = Value::Map(std::move(entries));
  if (!map.ok()) return ErrorAt(id, std::string(MessageOf(map.status())));
  return *std::move(map);
}

Value Evaluation::EvalLet(NodeId id) {
  const auto children = ast_.children(id);
  for (std::size_t i = 0; i + 1 < children.size(); i += 2) {
    Slot& slot = slots_[static_cast<std::size_t>(plan_.steps[children[i]].slot)];
    slot.value = Value();
    slot.pending = children[i + 1];
  }
  return Eval(children.back());
}

Value Evaluation::EvalOptionalMap(NodeId id) {
  if (!context_.Charge(1)) return ErrorAt(id, "cost");
  const Value operand = Eval(ast_.child(id, 0));
  if (IsUndecided(operand)) return operand;
  const bool flat = ast_.node(id).Has(Node::kFlat);
  const char* const name = flat ? "optFlatMap" : "optMap";
  if (!operand.Is(Kind::kOptional)) {
    return ErrorAt(id, fmt::format("no such overload: {}.{}()", operand.type_name(), name));
  }
  if (operand.optional() == nullptr) return Value::None();
  Slot& slot = slots_[static_cast<std::size_t>(plan_.steps[ast_.child(id, 1)].slot)];
  slot.pending.reset();
  slot.value = *operand.optional();
  Value result = Eval(ast_.child(id, 2));
  if (IsUndecided(result)) return result;
  if (!flat) return Value::Some(std::move(result));
  if (result.Is(Kind::kOptional)) return result;
  return ErrorAt(ast_.child(id, 2),
                 fmt::format("optFlatMap() makes an optional, not {}", result.type_name()));
}

}  // namespace orderwright::cel_internal
