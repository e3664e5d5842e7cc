// Comprehensions: what the macros over lists and maps do.
#include <utility>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "src/cel/internal/evaluation.h"
#include "src/cel/internal/macros.h"

namespace orderwright::cel_internal {
namespace {

// True if `value` is unknown: it waits in `undecided`, since an error may still come.
bool Waits(Value& value, std::optional<Undecided>& undecided) {
  if (!value.Is(Kind::kUnknown)) return false;
  if (!undecided) undecided.emplace();
  undecided->Add(std::move(value));
  return true;
}

std::string NotBool(std::string_view macro, const Value& value) {
  return fmt::format("no such overload: the predicate of {}() is bool, not {}", macro,
                     value.type_name());
}

}  // namespace

std::size_t Evaluation::RangeSize(const Value& range, std::string_view macro, Value& error) {
  if (range.Is(Kind::kList)) return range.list().size();
  if (range.Is(Kind::kMap)) return range.map().size();
  error =
      ValueAccess::Error(fmt::format("no such overload: {}() ranges over lists and maps, not {}",
                                     macro, range.type_name()),
                         -1);
  return 0;
}

void Evaluation::SetVariables(NodeId id, const Value& range, std::size_t i) {
  const auto set = [&](std::size_t child, const Value& value) {
    Slot& slot = slots_[static_cast<std::size_t>(plan_.steps[ast_.child(id, child)].slot)];
    slot.pending.reset();
    slot.value = value;
  };
  const bool two = ast_.node(id).Has(Node::kTwoVariables);
  if (range.Is(Kind::kList)) {
    if (two) set(1, Value::Int(static_cast<std::int64_t>(i)));
    set(two ? 2 : 1, range.list()[i]);
  } else {
    const Map::Entry& entry = range.map().entries()[i];
    set(1, entry.first);
    if (two) set(2, entry.second);
  }
}

bool Evaluation::NextRound() {
  if (++iterations_ > plan_.options.max_iterations) too_many_iterations_ = true;
  if (too_many_iterations_) {
    // Nothing may absorb the end of the budget.
    static_cast<void>(context_.Charge(context_.left() + 1));
    return false;
  }
  return context_.Charge(1);
}

Value Evaluation::EvalComprehension(NodeId id) {
  if (!context_.Charge(1)) return ErrorAt(id, "cost");
  const Value range = Eval(ast_.child(id, 0));
  if (IsUndecided(range)) return range;
  const Comprehension macro = ast_.node(id).macro;
  Value error;
  const std::size_t size = RangeSize(range, MacroName(macro), error);
  if (error.Is(Kind::kError)) return At(id, std::move(error));
  switch (macro) {
    case Comprehension::kAll:
    case Comprehension::kExists:
      return Quantify(id, range, size);
    case Comprehension::kExistsOne:
      return ExistsOne(id, range, size);
    case Comprehension::kMap:
    case Comprehension::kFilter:
      return Collect(id, range, size);
    case Comprehension::kTransformMap:
    case Comprehension::kTransformMapEntry:
      return Transform(id, range, size);
    case Comprehension::kNone:
      break;
  }
  return ErrorAt(id, "unknown macro");
}

// all is && over the elements and exists is ||: an error counts only if no element decides.
Value Evaluation::Quantify(NodeId id, const Value& range, std::size_t size) {
  const bool decides = ast_.node(id).macro == Comprehension::kExists;
  const NodeId predicate = ast_.children(id).back();
  std::optional<Undecided> undecided;
  for (std::size_t i = 0; i < size; ++i) {
    if (!NextRound()) return ErrorAt(id, "cost");
    SetVariables(id, range, i);
    Value value = Eval(predicate);
    if (value.Is(Kind::kBool)) {
      if (value.bool_value() == decides) return value;
      continue;
    }
    if (!IsUndecided(value)) {
      value = ErrorAt(predicate, NotBool(decides ? "exists" : "all", value));
    }
    if (!undecided) undecided.emplace();
    undecided->Add(std::move(value));
  }
  if (undecided) return undecided->UnknownFirst();
  return Value::Bool(!decides);
}

// Counts to the end: an error of any element is the result.
Value Evaluation::ExistsOne(NodeId id, const Value& range, std::size_t size) {
  const NodeId predicate = ast_.children(id).back();
  std::size_t count = 0;
  std::optional<Undecided> undecided;
  for (std::size_t i = 0; i < size; ++i) {
    if (!NextRound()) return ErrorAt(id, "cost");
    SetVariables(id, range, i);
    Value value = Eval(predicate);
    if (value.Is(Kind::kError)) return value;
    if (Waits(value, undecided)) continue;
    if (!value.Is(Kind::kBool)) return ErrorAt(predicate, NotBool("exists_one", value));
    if (value.bool_value()) ++count;
  }
  if (undecided) return undecided->ErrorFirst();
  return Value::Bool(count == 1);
}

Value Evaluation::Collect(NodeId id, const Value& range, std::size_t size) {
  const Node& node = ast_.node(id);
  const auto children = ast_.children(id);
  const bool filter = node.macro == Comprehension::kFilter;
  const bool has_predicate = filter || node.Has(Node::kFiltered);
  const NodeId predicate = children[children.size() - (filter ? 1 : 2)];
  const std::size_t kept = node.Has(Node::kTwoVariables) ? 2 : 1;
  std::vector<Value> items;
  std::optional<Undecided> undecided;
  for (std::size_t i = 0; i < size; ++i) {
    if (!NextRound()) return ErrorAt(id, "cost");
    SetVariables(id, range, i);
    if (has_predicate) {
      Value value = Eval(predicate);
      if (value.Is(Kind::kError)) return value;
      if (Waits(value, undecided)) continue;
      if (!value.Is(Kind::kBool)) return ErrorAt(predicate, NotBool(MacroName(node.macro), value));
      if (!value.bool_value()) continue;
    }
    Value item = filter ? slots_[static_cast<std::size_t>(plan_.steps[children[kept]].slot)].value
                        : Eval(children.back());
    if (item.Is(Kind::kError)) return item;
    if (!Waits(item, undecided)) items.push_back(std::move(item));
  }
  if (undecided) return undecided->ErrorFirst();
  return Value::List(std::move(items));
}

Value Evaluation::Transform(NodeId id, const Value& range, std::size_t size) {
  const Node& node = ast_.node(id);
  const auto children = ast_.children(id);
  const bool entry = node.macro == Comprehension::kTransformMapEntry;
  const NodeId predicate = children[children.size() - 2];
  const NodeId body = children.back();
  std::vector<Map::Entry> entries;
  std::optional<Undecided> undecided;
  for (std::size_t i = 0; i < size; ++i) {
    if (!NextRound()) return ErrorAt(id, "cost");
    SetVariables(id, range, i);
    if (node.Has(Node::kFiltered)) {
      Value value = Eval(predicate);
      if (value.Is(Kind::kError)) return value;
      if (Waits(value, undecided)) continue;
      if (!value.Is(Kind::kBool)) return ErrorAt(predicate, NotBool(MacroName(node.macro), value));
      if (!value.bool_value()) continue;
    }
    Value value = Eval(body);
    if (value.Is(Kind::kError)) return value;
    if (Waits(value, undecided)) continue;
    if (!entry) {
      const Value& key = slots_[static_cast<std::size_t>(plan_.steps[children[1]].slot)].value;
      entries.emplace_back(key, std::move(value));
    } else if (!value.Is(Kind::kMap)) {
      return ErrorAt(body, fmt::format("transformMapEntry() makes a map of one entry, not {}",
                                       value.type_name()));
    } else {
      const auto made = value.map().entries();
      if (!context_.Charge(made.size())) return ErrorAt(id, "cost");
      entries.insert(entries.end(), made.begin(), made.end());
    }
  }
  if (undecided) return undecided->ErrorFirst();
  absl::StatusOr<Value> map = Value::Map(std::move(entries));
  if (!map.ok()) return ErrorAt(id, std::string(MessageOf(map.status())));
  return *std::move(map);
}

}  // namespace orderwright::cel_internal
