#include "src/rules/internal/branches.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

namespace orderwright::rules_internal {
namespace {

// A graph whose parts have many parents would be longer without its sharing than it is worth.
constexpr std::size_t kMostTests = 256;

// What the relation is of b to a, if it is `relation` of a to b.
Relation Turned(Relation relation) {
  switch (relation) {
    case Relation::kLess:
      return Relation::kGreater;
    case Relation::kLessEqual:
      return Relation::kGreaterEqual;
    case Relation::kGreater:
      return Relation::kLess;
    case Relation::kGreaterEqual:
      return Relation::kLessEqual;
    default:
      return relation;
  }
}

}  // namespace

Branches::Branches(const Program& program, NodeIndex node) : program_(&program) {
  first_ = Emit(node, kTrue, kFalse);
}

Branches::Branches(const Program& program, std::span<const NodeIndex> nodes) : program_(&program) {
  for (std::size_t i = nodes.size(); i-- > 0;) first_ = Emit(nodes[i], first_, kFalse);
}

// From the last to the first, so that where a test goes on is known.
Branches::Place Branches::Emit(NodeIndex index, Place if_true, Place if_false) {
  const Node& node = program_->nodes()[index];
  const auto parts = program_->children(node);
  const bool fits = tests_.size() < kMostTests;
  if (!node.is_table && fits) {
    switch (node.op) {
      case Op::kConstant:
        return node.constant != 0 ? if_true : if_false;
      case Op::kNot:
        return Emit(parts[0], if_false, if_true);
      case Op::kAnd:
        for (std::size_t i = parts.size(); i-- > 0;) if_true = Emit(parts[i], if_true, if_false);
        return if_true;
      case Op::kOr:
        for (std::size_t i = parts.size(); i-- > 0;) if_false = Emit(parts[i], if_true, if_false);
        return if_false;
      case Op::kIf: {
        const Place taken = Emit(parts[1], if_true, if_false);
        const Place other = Emit(parts[2], if_true, if_false);
        return Emit(parts[0], taken, other);
      }
      default:
        break;
    }
  }
  Test test{.if_true = if_true, .if_false = if_false, .node = index, .field = node.field};
  if (node.is_table) {
    const NodeColumn& table = program_->table(index);
    if (!table.any_error) {
      test.kind = node.space == Space::kItem ? Kind::kItem : Kind::kLocation;
      test.table = table.bytes.data();
    }
  } else if (node.op == Op::kTextIn || node.op == Op::kContains) {
    const std::span<const std::string> texts = program_->texts(node.list);
    if (texts.size() == 1) {
      test.kind = node.op == Op::kTextIn ? Kind::kText : Kind::kContains;
      test.text = texts.data();
    }
  } else if (node.op == Op::kField) {
    test.kind = Kind::kRange;
    test.least = test.most = 0;  // not false
    std::swap(test.if_true, test.if_false);
  } else if (node.op == Op::kCompare && PutRange(node, test)) {
    if (node.relation == Relation::kNotEqual) std::swap(test.if_true, test.if_false);
  }
  tests_.push_back(test);
  return static_cast<Place>(tests_.size() - 1);
}

// Whether a comparison is one of a field with a constant, as a range.
bool Branches::PutRange(const Node& node, Test& test) const {
  const auto parts = program_->children(node);
  const Node* field = &program_->nodes()[parts[0]];
  const Node* constant = &program_->nodes()[parts[1]];
  Relation relation = node.relation;
  if (constant->op != Op::kConstant) {
    std::swap(field, constant);
    relation = Turned(relation);
  }
  if (field->is_table || field->op != Op::kField || field->field->number == nullptr) return false;
  if (constant->op != Op::kConstant || field->type == ValueType::kBool) return false;
  test.field = field->field;
  const auto put = [relation](auto value, auto lowest, auto highest, auto before, auto after,
                              auto& least, auto& most) {
    least = lowest;
    most = highest;
    switch (relation) {
      case Relation::kEqual:
      case Relation::kNotEqual:
        least = most = value;
        return true;
      case Relation::kLess:
        most = before;
        return value != lowest;
      case Relation::kLessEqual:
        most = value;
        return true;
      case Relation::kGreater:
        least = after;
        return value != highest;
      case Relation::kGreaterEqual:
        least = value;
        return true;
    }
    return false;
  };
  if (field->type == ValueType::kDouble) {
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    const double value = std::bit_cast<double>(constant->constant);
    if (std::isnan(value)) return false;
    test.kind = Kind::kDoubleRange;
    if (put(value, -kInfinity, kInfinity, std::nextafter(value, -kInfinity),
            std::nextafter(value, kInfinity), test.least_double, test.most_double)) {
      return true;
    }
    test.kind = Kind::kOther;
    return false;
  }
  constexpr std::int64_t kLowest = std::numeric_limits<std::int64_t>::min();
  constexpr std::int64_t kHighest = std::numeric_limits<std::int64_t>::max();
  const std::int64_t value = constant->constant;
  if (!put(value, kLowest, kHighest, value == kLowest ? value : value - 1,
           value == kHighest ? value : value + 1, test.least, test.most)) {
    return false;
  }
  test.kind = Kind::kRange;
  return true;
}

int Branches::Ask(const Row& row) const {
  Place at = first_;
  while (at < kFalse) {
    const Test& test = tests_[at];
    bool holds = false;
    switch (test.kind) {
      case Kind::kRange: {
        std::int64_t number = 0;
        if (!test.field->number(row, number)) return kError;
        const auto width =
            static_cast<std::uint64_t>(test.most) - static_cast<std::uint64_t>(test.least);
        holds =
            static_cast<std::uint64_t>(number) - static_cast<std::uint64_t>(test.least) <= width;
        break;
      }
      case Kind::kDoubleRange: {
        std::int64_t bits = 0;
        if (!test.field->number(row, bits)) return kError;
        const auto number = std::bit_cast<double>(bits);
        holds = number >= test.least_double && number <= test.most_double;
        break;
      }
      case Kind::kItem:
        holds = test.table[Raw(row.sku)] != 0;
        break;
      case Kind::kLocation:
        holds = test.table[Raw(row.location)] != 0;
        break;
      case Kind::kText: {
        std::string_view text;
        if (!test.field->text(row, text)) return kError;
        holds = text == *test.text;
        break;
      }
      case Kind::kContains: {
        const std::vector<std::string>* const texts = test.field->texts(row);
        if (texts == nullptr) return kError;
        const std::string_view wanted = *test.text;
        for (const std::string& text : *texts) holds |= text == wanted;
        break;
      }
      case Kind::kOther: {
        const int truth = Scalar(*program_).Truth(test.node, row);
        if (truth == kError) return kError;
        holds = truth == 1;
        break;
      }
    }
    at = holds ? test.if_true : test.if_false;
  }
  return at == kTrue ? 1 : 0;
}

}  // namespace orderwright::rules_internal
