#include "src/rules/internal/branches.h"

#include <bit>
#include <cmath>
#include <limits>
#include <string_view>
#include <utility>

#include "src/rules/internal/table.h"

namespace orderwright::rules_internal {
namespace {

// A graph whose parts have many parents would be longer without its sharing than it is worth.
constexpr std::size_t kMostTests = 256;

}  // namespace

Branches::Branches(const Program& program, NodeIndex node) : program_(&program) {
  first_ = Emit(node, kTrue, kFalse);
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
  const Node& field = program_->nodes()[parts[0]];
  const Node& constant = program_->nodes()[parts[1]];
  if (field.op != Op::kField || field.is_table || constant.op != Op::kConstant) return false;
  if (field.type == ValueType::kBool) return false;
  std::int64_t value = constant.constant;
  test.least = INT64_MIN;
  test.most = INT64_MAX;
  const bool is_double = field.type == ValueType::kDouble;
  if (is_double) {
    const auto number = std::bit_cast<double>(value);
    if (std::isnan(number)) return false;
    constexpr double kInfinity = std::numeric_limits<double>::infinity();
    value = KeyOf(number);
    test.least = KeyOf(-kInfinity);  // beyond are those that are no number, and in no range
    test.most = KeyOf(kInfinity);
  }
  switch (node.relation) {
    case Relation::kEqual:
    case Relation::kNotEqual:
      test.least = test.most = value;
      break;
    case Relation::kLess:
      if (value == test.least) return false;
      test.most = value - 1;
      break;
    case Relation::kLessEqual:
      test.most = value;
      break;
    case Relation::kGreater:
      if (value == test.most) return false;
      test.least = value + 1;
      break;
    case Relation::kGreaterEqual:
      test.least = value;
      break;
  }
  test.kind = is_double ? Kind::kDoubleRange : Kind::kRange;
  test.field = field.field;
  return true;
}

int Branches::Ask(const Row& row) const {
  Place at = first_;
  while (at < kFalse) {
    const Test& test = tests_[at];
    bool holds = false;
    switch (test.kind) {
      case Kind::kRange:
      case Kind::kDoubleRange: {
        std::int64_t number = 0;
        if (!test.field->Read(row, number)) return kError;
        if (test.kind == Kind::kDoubleRange) number = KeyOf(std::bit_cast<double>(number));
        const auto least = static_cast<std::uint64_t>(test.least);
        holds = static_cast<std::uint64_t>(number) - least <=
                static_cast<std::uint64_t>(test.most) - least;
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
        if (!test.field->Read(row, text)) return kError;
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
