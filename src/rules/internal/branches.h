// Branches: a condition as tests that jump, for one row without columns.
//
// && || ! and ?: become the places where a test goes on, so what is asked is a straight line of
// tests that each read one thing. Comparisons with a constant are a range of numbers: one
// subtraction and one comparison, whichever the operator.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_BRANCHES_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_BRANCHES_H_

#include <cstdint>
#include <string>
#include <vector>

#include "src/rules/internal/program.h"
#include "src/rules/internal/row.h"
#include "src/rules/internal/run.h"

namespace orderwright::rules_internal {

class Branches {
 public:
  // Always true.
  Branches() = default;
  // Of a node that is truth, and neither is lazy nor has a lazy part. `program` is finished, and
  // must outlive them.
  Branches(const Program& program, NodeIndex node);
  // Whether there is nothing to ask.
  [[nodiscard]] bool empty() const { return first_ == kTrue; }

  // 1, 0, or kError: some test that was asked fails, and whether another absorbs it is for Scalar
  // to say.
  [[nodiscard]] int Ask(const Row& row) const;

 private:
  enum class Kind : std::uint8_t {
    kRange = 0,        // a field's number, within
    kDoubleRange = 1,  // the key (table.h) of a field's double
    kItem = 2,         // a table of the world
    kLocation = 3,
    kText = 4,      // a field of text is the one
    kContains = 5,  // a field of texts has the one
    kOther = 6,     // what Scalar says
  };
  // Places of tests, or one of the ends.
  using Place = std::uint32_t;
  static constexpr Place kFalse = UINT32_MAX - 1;
  static constexpr Place kTrue = UINT32_MAX;

  struct Test {
    Kind kind = Kind::kOther;
    Place if_true = kTrue;
    Place if_false = kFalse;
    NodeIndex node = kNoNode;
    const Field* field = nullptr;
    const std::uint8_t* table = nullptr;
    const std::string* text = nullptr;
    std::int64_t least = 0;
    std::int64_t most = 0;
  };

  Place Emit(NodeIndex node, Place if_true, Place if_false);
  [[nodiscard]] bool PutRange(const Node& node, Test& test) const;

  const Program* program_ = nullptr;
  std::vector<Test> tests_;
  Place first_ = kTrue;
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_BRANCHES_H_
