// Inference: types with variables in them, and what the variables turn out to be.
#ifndef ORDERWRIGHT_SRC_CEL_INTERNAL_INFERENCE_H_
#define ORDERWRIGHT_SRC_CEL_INTERNAL_INFERENCE_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <utility>
#include <vector>

#include "orderwright/cel/function.h"
#include "orderwright/cel/type.h"

namespace orderwright::cel_internal {

using namespace orderwright::cel;

// A variable is a type parameter whose name is its number; signatures name theirs by letters.
class Inference {
 public:
  [[nodiscard]] Type NewVariable();

  // True if a value of type `given` may stand where `wanted` is asked for; variables of both are
  // bound so that it may. If it may not, nothing is bound.
  [[nodiscard]] bool Fits(const Type& given, const Type& wanted);
  // The type of what may be either: the more general of the two where one fits the other, part by
  // part, else dyn.
  [[nodiscard]] Type Join(const Type& a, const Type& b);
  // `type` with what is known of its variables; the free ones become dyn if `free_to_dyn`.
  [[nodiscard]] Type Resolved(const Type& type, bool free_to_dyn = false);
  // False if `type`, which is resolved, has a part that only the evaluation will know.
  [[nodiscard]] bool IsKnown(const Type& type);

  // The result of calling `overload` with arguments of these types, if it takes them.
  [[nodiscard]] std::optional<Type> Call(const Overload& overload,
                                         const std::vector<Type>& arguments);

  // A type that refers to itself many times can be exponentially large: beyond this much work all
  // answers are worthless, and the checker says so.
  [[nodiscard]] bool exhausted() const { return work_ > kMaxWork; }
  void GiveUp() { work_ = kMaxWork + 1; }

 private:
  static constexpr std::uint64_t kMaxWork = 5'000'000;
  struct Undo {
    std::size_t variable;
    std::optional<Type> before;
  };

  [[nodiscard]] bool Step() { return ++work_ <= kMaxWork; }
  [[nodiscard]] std::size_t NumberOf(const Type& variable) const;
  [[nodiscard]] bool FitsOrBinds(const Type& given, const Type& wanted);
  [[nodiscard]] bool FitsParts(const Type& given, const Type& wanted);
  // Whether `type` can be what `variable` stands for; `known` tells if it stood for something.
  [[nodiscard]] bool Binds(const Type& type, const Type& variable, bool& known);
  [[nodiscard]] bool Occurs(std::size_t variable, const Type& type);
  void Set(std::size_t variable, Type type);
  // To before the question that is being answered, when there were so many variables.
  void RollBack(std::size_t variables);
  [[nodiscard]] Type MoreGeneral(const Type& a, const Type& b);

  std::vector<std::optional<Type>> bound_;  // by the number of the variable
  std::vector<Undo> trail_;                 // of the question that is being answered
  std::uint64_t work_ = 0;
};

// `type` with other parameters.
[[nodiscard]] Type WithParameters(const Type& type, std::vector<Type> parameters);

}  // namespace orderwright::cel_internal

#endif  // ORDERWRIGHT_SRC_CEL_INTERNAL_INFERENCE_H_
