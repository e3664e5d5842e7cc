// Evaluation: one run of a plan over the variables of an activation.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_EVALUATION_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_EVALUATION_H_

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "src/cel/internal/plan.h"
#include "src/cel/internal/value_access.h"

namespace orderwright::cel_internal {

// Errors and unknowns met where another value may still decide: a value beats an unknown, an
// unknown beats an error (cel-spec proto/cel/expr/eval.proto).
class Undecided {
 public:
  // Takes an error or an unknown.
  void Add(Value value);
  [[nodiscard]] bool empty() const { return !error_ && !unknown_; }
  // Asks that it is not empty.
  [[nodiscard]] Value UnknownFirst() {
    return unknown_ ? *std::move(unknown_) : *std::move(error_);
  }
  [[nodiscard]] Value ErrorFirst() { return error_ ? *std::move(error_) : *std::move(unknown_); }

 private:
  std::optional<Value> error_;
  std::optional<Value> unknown_;
};

[[nodiscard]] inline bool IsUndecided(const Value& value) {
  return value.Is(Kind::kError) || value.Is(Kind::kUnknown);
}

class Evaluation {
 public:
  Evaluation(const PlanParts& plan, const Activation& variables);
  [[nodiscard]] absl::StatusOr<Value> Run();
  [[nodiscard]] std::uint64_t cost() const { return context_.used(); }

 private:
  using Arguments = absl::InlinedVector<Value, 4>;
  struct Slot {
    Value value;
    std::optional<NodeId> pending;  // defined, and not yet needed
  };
  struct Global {
    enum class State : std::uint8_t { kNotAsked, kAbsent, kPresent };
    Value value;
    State state = State::kNotAsked;
  };

  [[nodiscard]] Value Eval(NodeId id);
  [[nodiscard]] Value EvalIdentifier(NodeId id);
  [[nodiscard]] Value EvalSelect(NodeId id);
  [[nodiscard]] Value EvalCall(NodeId id);
  [[nodiscard]] Value EvalRow(NodeId id, bool decides);  // && and ||
  [[nodiscard]] Value EvalConditional(NodeId id);
  [[nodiscard]] Value EvalOperator(NodeId id);
  [[nodiscard]] Value EvalList(NodeId id);
  [[nodiscard]] Value EvalMap(NodeId id);
  [[nodiscard]] Value EvalLet(NodeId id);
  [[nodiscard]] Value EvalOptionalMap(NodeId id);
  [[nodiscard]] Value EvalComprehension(NodeId id);
  // The items that a comprehension ranges over, or why there are none in `error`.
  [[nodiscard]] std::size_t RangeSize(const Value& range, std::string_view macro, Value& error);
  // Makes item `i` of `range` the value of the variables.
  void SetVariables(NodeId id, const Value& range, std::size_t i);
  [[nodiscard]] Value Quantify(NodeId id, const Value& range, std::size_t size);
  [[nodiscard]] Value ExistsOne(NodeId id, const Value& range, std::size_t size);
  [[nodiscard]] Value Collect(NodeId id, const Value& range, std::size_t size);
  [[nodiscard]] Value Transform(NodeId id, const Value& range, std::size_t size);
  // One round of a comprehension: false if the budget is spent.
  [[nodiscard]] bool NextRound();

  // Evaluates children from `from`; an error or unknown among them is the result.
  [[nodiscard]] std::optional<Value> EvalArguments(NodeId id, std::size_t from,
                                                   Arguments& arguments);
  [[nodiscard]] Value Dispatch(NodeId id, std::span<const Value> arguments);
  [[nodiscard]] const Global& Lookup(std::uint32_t index);
  // The first of the candidates that has a value.
  [[nodiscard]] const Value* FindVariable(const Step& step);
  // `value`, and if it is an error without a place, at this node.
  [[nodiscard]] Value At(NodeId id, Value value) const;
  [[nodiscard]] Value ErrorAt(NodeId id, std::string message) const;

  const PlanParts& plan_;
  const Ast& ast_;
  const Activation& variables_;
  CallContext context_;
  std::uint64_t iterations_ = 0;
  bool too_many_iterations_ = false;
  absl::InlinedVector<Slot, 4> slots_;
  absl::InlinedVector<Global, 8> globals_;
};

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_EVALUATION_H_
