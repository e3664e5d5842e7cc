#include "src/rules/internal/run.h"

#include <algorithm>
#include <bit>

#include "src/rules/internal/money_value.h"

namespace orderwright::rules_internal {
namespace {

using cel::Value;

bool BitAt(const std::uint64_t* words, std::size_t i) {
  return (words[i / 64] >> (i % 64) & 1U) != 0;
}
bool IsNeeded(const std::uint64_t* need, std::size_t i) {
  return need == nullptr || BitAt(need, i);
}
void SetBit(Words& words, std::size_t i) { words[i / 64] |= std::uint64_t{1} << (i % 64); }

// A bit a row, 64 at a time.
template <typename Holds>
void Fill(Words& words, std::size_t rows, const Holds& holds) {
  std::size_t i = 0;
  for (std::uint64_t& word : words) {
    std::uint64_t bits = 0;
    const std::size_t end = std::min<std::size_t>(64, rows - i);
    for (std::size_t j = 0; j < end; ++j, ++i) {
      bits |= static_cast<std::uint64_t>(holds(i)) << j;
    }
    word = bits;
  }
}

// A bit for each row, and none beyond.
void FillAll(Words& words, std::size_t rows) {
  std::fill(words.begin(), words.end(), ~0ULL);
  if (rows % 64 != 0) words.back() = (std::uint64_t{1} << (rows % 64)) - 1;
}

bool AnyOf(const Words& words) {
  return std::any_of(words.begin(), words.end(), [](std::uint64_t word) { return word != 0; });
}

template <typename A, typename B>
void CompareRows(Relation relation, std::size_t rows, const A& a, const B& b, Words& out) {
  switch (relation) {
    case Relation::kEqual:
      return Fill(out, rows, [&](std::size_t i) { return a(i) == b(i); });
    case Relation::kNotEqual:
      return Fill(out, rows, [&](std::size_t i) { return a(i) != b(i); });
    case Relation::kLess:
      return Fill(out, rows, [&](std::size_t i) { return a(i) < b(i); });
    case Relation::kLessEqual:
      return Fill(out, rows, [&](std::size_t i) { return a(i) <= b(i); });
    case Relation::kGreater:
      return Fill(out, rows, [&](std::size_t i) { return a(i) > b(i); });
    case Relation::kGreaterEqual:
      return Fill(out, rows, [&](std::size_t i) { return a(i) >= b(i); });
  }
}

// False: it overflows, or divides by 0.
bool Calculate(Op op, std::int64_t a, std::int64_t b, std::int64_t& out) {
  switch (op) {
    case Op::kAdd:
      return !__builtin_add_overflow(a, b, &out);
    case Op::kSubtract:
      return !__builtin_sub_overflow(a, b, &out);
    case Op::kMultiply:
      return !__builtin_mul_overflow(a, b, &out);
    case Op::kNegate:
      return !__builtin_sub_overflow(std::int64_t{0}, a, &out);
    case Op::kDivide:
    case Op::kModulo:
      if (b == 0 || (a == INT64_MIN && b == -1)) return false;
      out = op == Op::kDivide ? a / b : a % b;
      return true;
    default:
      return false;
  }
}

double Calculate(Op op, double a, double b) {
  switch (op) {
    case Op::kAdd:
      return a + b;
    case Op::kSubtract:
      return a - b;
    case Op::kMultiply:
      return a * b;
    case Op::kDivide:
      return a / b;
    default:
      return -a;
  }
}

}  // namespace

Run::Run(const Program& program, Scratch& scratch) : program_(program), scratch_(scratch) {
  scratch_.columns.resize(program.nodes().size());
  scratch_.spreads.resize(program.nodes().size());
  ++scratch_.stamp;
}

Run::Run(const Program& program, Scratch& scratch, const Facts& facts, std::uint64_t facts_stamp)
    : program_(program), scratch_(scratch), facts_(&facts) {
  if (scratch.facts == &facts && scratch.facts_stamp == facts_stamp && facts_stamp != 0) return;
  scratch.columns.resize(program.nodes().size());
  scratch.spreads.resize(program.nodes().size());
  scratch.facts = &facts;
  scratch.facts_stamp = facts_stamp;
  ++scratch.stamp;
}

std::size_t Run::rows(Space space) const {
  switch (space) {
    case Space::kOrder:
      return 1;
    case Space::kLine:
      return facts_->order->lines().size();
    case Space::kItem:
      return program_.world().items().size();
    case Space::kLocation:
      return program_.world().locations().size();
    case Space::kCandidate:
      return facts_->candidates.size();
    case Space::kPair:
      return facts_->pairs.size();
    case Space::kOption:
      return facts_->options.size();
  }
  return 0;
}

Row Run::RowAt(Space space, std::size_t i) const {
  Row row;
  row.world = &program_.world();
  row.facts = facts_;
  const auto at = static_cast<std::uint32_t>(i);
  switch (space) {
    case Space::kOrder:
      break;
    case Space::kItem:
      row.sku = SkuIndex{at};
      break;
    case Space::kLocation:
      row.location = LocationIndex{at};
      break;
    case Space::kLine:
      row.line = at;
      row.sku = facts_->order->lines()[i].sku;
      break;
    case Space::kCandidate:
      row.candidate = at;
      row.location = facts_->candidates.location[i];
      break;
    case Space::kPair:
    case Space::kOption:
      row.option = space == Space::kOption ? at : kNoRow;
      row.pair = space == Space::kOption ? facts_->options.pair[i] : at;
      row.line = facts_->pairs.line[row.pair];
      row.sku = facts_->pairs.sku[row.pair];
      row.candidate = facts_->pairs.candidate[row.pair];
      row.location = facts_->candidates.location[row.candidate];
      break;
  }
  return row;
}

std::uint32_t Run::RowIn(Space to, std::size_t i, Space from) const {
  const Row row = RowAt(to, i);
  switch (from) {
    case Space::kOrder:
      return 0;
    case Space::kLine:
      return row.line;
    case Space::kItem:
      return static_cast<std::uint32_t>(Raw(row.sku));
    case Space::kLocation:
      return static_cast<std::uint32_t>(Raw(row.location));
    case Space::kCandidate:
      return row.candidate;
    case Space::kPair:
      return row.pair;
    case Space::kOption:
      return row.option;
  }
  return 0;
}

const std::vector<std::uint32_t>& Run::IndexOf(Space to, Space from) {
  Scratch::Index& index =
      scratch_.indices[static_cast<std::size_t>(to)][static_cast<std::size_t>(from)];
  if (index.stamp == scratch_.stamp) return index.rows;
  index.stamp = scratch_.stamp;
  index.rows.resize(rows(to));
  for (std::size_t i = 0; i < index.rows.size(); ++i) index.rows[i] = RowIn(to, i, from);
  return index.rows;
}

void Run::Narrow(const std::uint64_t* need, Space to, Space from, Words& narrowed) {
  narrowed.assign(words(from), 0);
  const std::size_t count = rows(to);
  if (from == Space::kOrder) {
    for (std::size_t w = 0; w < words(to); ++w) narrowed[0] |= need[w] != 0 ? 1U : 0U;
    return;
  }
  const std::vector<std::uint32_t>& index = IndexOf(to, from);
  for (std::size_t i = 0; i < count; ++i) {
    if (BitAt(need, i)) SetBit(narrowed, index[i]);
  }
}

Bits Run::TruthIn(NodeIndex index, Space space, const std::uint64_t* need) {
  const Node& node = program_.nodes()[index];
  if (node.space == space) {
    const NodeColumn& column = Compute(index, need);
    return {column.truth.data(), column.error.data(), column.any_error};
  }
  Scratch::Spread& spread = scratch_.spreads[index];
  if (!node.is_lazy && spread.stamp == scratch_.stamp && spread.space == space) {
    return {spread.truth.data(), spread.error.data(), AnyOf(spread.error)};
  }
  Words narrowed;
  if (node.is_lazy && need != nullptr) Narrow(need, space, node.space, narrowed);
  const NodeColumn& column = Compute(index, narrowed.empty() ? nullptr : narrowed.data());
  spread.space = space;
  spread.stamp = scratch_.stamp;
  const std::size_t count = rows(space);
  spread.truth.resize(words(space));
  spread.error.assign(words(space), 0);
  if (node.space == Space::kOrder) {
    std::fill(spread.truth.begin(), spread.truth.end(), (column.truth[0] & 1U) != 0 ? ~0ULL : 0);
    if (column.any_error) std::fill(spread.error.begin(), spread.error.end(), ~0ULL);
  } else {
    const std::vector<std::uint32_t>& rows_of = IndexOf(space, node.space);
    const std::uint64_t* const truth = column.truth.data();
    Fill(spread.truth, count, [&](std::size_t i) { return BitAt(truth, rows_of[i]); });
    if (column.any_error) {
      const std::uint64_t* const error = column.error.data();
      Fill(spread.error, count, [&](std::size_t i) { return BitAt(error, rows_of[i]); });
    }
  }
  return {spread.truth.data(), spread.error.data(), column.any_error};
}

std::span<const std::int64_t> Run::NumbersIn(NodeIndex index, Space space,
                                             const std::uint64_t* need,
                                             const std::uint64_t** error) {
  const Node& node = program_.nodes()[index];
  if (node.space == space) {
    const NodeColumn& column = Compute(index, need);
    *error = column.any_error ? column.error.data() : nullptr;
    return column.numbers;
  }
  Scratch::Spread& spread = scratch_.spreads[index];
  Words narrowed;
  if (node.is_lazy && need != nullptr) Narrow(need, space, node.space, narrowed);
  const NodeColumn& column = Compute(index, narrowed.empty() ? nullptr : narrowed.data());
  if (node.is_lazy || spread.stamp != scratch_.stamp || spread.space != space) {
    spread.space = space;
    spread.stamp = scratch_.stamp;
    const std::vector<std::uint32_t>& rows_of = IndexOf(space, node.space);
    spread.numbers.resize(rows_of.size());
    for (std::size_t i = 0; i < rows_of.size(); ++i) {
      spread.numbers[i] = column.numbers[rows_of[i]];
    }
    spread.error.assign(words(space), 0);
    if (column.any_error) {
      const std::uint64_t* const wrong = column.error.data();
      Fill(spread.error, rows_of.size(), [&](std::size_t i) { return BitAt(wrong, rows_of[i]); });
    }
  }
  *error = column.any_error ? spread.error.data() : nullptr;
  return spread.numbers;
}

NodeColumn Run::TableOf(NodeIndex node) { return Compute(node, nullptr); }

const NodeColumn& Run::Compute(NodeIndex index, const std::uint64_t* need) {
  const Node& node = program_.nodes()[index];
  if (node.is_table) return program_.table(index);
  NodeColumn& column = scratch_.columns[index];
  const bool is_new = column.stamp != scratch_.stamp;
  if (!is_new && !node.is_lazy) return column;
  column.stamp = scratch_.stamp;
  if (node.op == Op::kCall) {
    if (is_new) column.done.assign(words(node.space), 0);
    if (is_new) column.truth.assign(words(node.space), 0);
    if (is_new) column.error.assign(words(node.space), 0);
    if (is_new) column.any_error = false;
    ComputeCall(node, column, need);
    return column;
  }
  column.truth.resize(words(node.space));
  column.error.assign(words(node.space), 0);
  column.any_error = false;
  switch (node.op) {
    case Op::kConstant:
      column.truth.assign(words(node.space), node.constant != 0 ? ~0ULL : 0);
      column.numbers.assign(rows(node.space), node.constant);
      break;
    case Op::kField:
      if (is_new) {
        ComputeField(node, column);
      } else {
        column.any_error = AnyOf(column.error);
      }
      break;
    case Op::kIsSet:
      ComputeIsSet(node, column);
      break;
    case Op::kNot:
      ComputeNot(node, column, need);
      break;
    case Op::kAnd:
    case Op::kOr:
      ComputeTerms(node, column, need);
      break;
    case Op::kIf:
      ComputeIf(node, column, need);
      break;
    case Op::kCompare:
      ComputeCompare(node, column, need);
      break;
    case Op::kTextIn:
    case Op::kContains:
      ComputeTexts(node, column);
      break;
    case Op::kTextsEqual:
      ComputeTextsEqual(node, column);
      break;
    case Op::kNumberIn:
      ComputeNumberIn(node, column, need);
      break;
    default:
      ComputeArithmetic(node, column, need);
      break;
  }
  return column;
}

void Run::ComputeField(const Node& node, NodeColumn& column) {
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  if (node.type == ValueType::kText) return;  // whoever compares it reads it
  for (std::size_t i = 0; i < count; ++i) {
    if (node.field->number(RowAt(node.space, i), column.numbers[i])) continue;
    column.numbers[i] = 0;
    column.any_error = true;
    SetBit(column.error, i);
  }
  if (node.type == ValueType::kBool) {
    Fill(column.truth, count, [&](std::size_t i) { return column.numbers[i] != 0; });
  }
}

void Run::ComputeIsSet(const Node& node, NodeColumn& column) {
  Fill(column.truth, rows(node.space),
       [&](std::size_t i) { return IsSet(*node.field, RowAt(node.space, i)); });
}

void Run::ComputeTexts(const Node& node, NodeColumn& column) {
  const std::span<const std::string> wanted = program_.texts(node.list);
  const auto is_wanted = [&](std::string_view text) {
    return wanted.size() < 8 ? std::find(wanted.begin(), wanted.end(), text) != wanted.end()
                             : std::binary_search(wanted.begin(), wanted.end(), text);
  };
  Fill(column.truth, rows(node.space), [&](std::size_t i) {
    const Row row = RowAt(node.space, i);
    if (node.op == Op::kTextIn) {
      std::string_view text;
      if (node.field->text(row, text)) return is_wanted(text);
    } else if (const std::vector<std::string>* const texts = node.field->texts(row)) {
      return std::any_of(texts->begin(), texts->end(), is_wanted);
    }
    column.any_error = true;
    SetBit(column.error, i);
    return false;
  });
}

void Run::ComputeTextsEqual(const Node& node, NodeColumn& column) {
  const auto parts = program_.children(node);
  const Field& a = *program_.nodes()[parts[0]].field;
  const Field& b = *program_.nodes()[parts[1]].field;
  Fill(column.truth, rows(node.space), [&](std::size_t i) {
    const Row row = RowAt(node.space, i);
    std::string_view left;
    std::string_view right;
    if (a.text(row, left) && b.text(row, right)) return left == right;
    column.any_error = true;
    SetBit(column.error, i);
    return false;
  });
}

void Run::ComputeNot(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const Bits term = TruthIn(program_.children(node)[0], node.space, need);
  for (std::size_t w = 0; w < column.truth.size(); ++w) {
    column.truth[w] = ~term.truth[w] & ~term.error[w];
    column.error[w] = term.error[w];
  }
  column.any_error = term.any_error;
}

// Kleene's: of && a false term decides whatever the others are, of || a true one.
void Run::ComputeTerms(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const bool is_and = node.op == Op::kAnd;
  const std::size_t count = column.truth.size();
  // While the terms are gone through `truth` has the rows that no term has decided yet.
  FillAll(column.truth, rows(node.space));
  Words open;
  for (const NodeIndex child : program_.children(node)) {
    const std::uint64_t* asked = nullptr;
    if (program_.nodes()[child].is_lazy) {
      open.resize(count);
      for (std::size_t w = 0; w < count; ++w) {
        open[w] = column.truth[w] & (need != nullptr ? need[w] : ~0ULL);
      }
      if (!AnyOf(open)) continue;
      asked = open.data();
    }
    const Bits term = TruthIn(child, node.space, asked);
    if (!term.any_error) {
      for (std::size_t w = 0; w < count; ++w) {
        column.truth[w] &= is_and ? term.truth[w] : ~term.truth[w];
      }
      continue;
    }
    column.any_error = true;
    for (std::size_t w = 0; w < count; ++w) {
      column.error[w] |= term.error[w];
      column.truth[w] &= (is_and ? term.truth[w] : ~term.truth[w]) | term.error[w];
    }
  }
  std::uint64_t errors = 0;
  for (std::size_t w = 0; w < count; ++w) {
    column.error[w] &= column.truth[w];  // what is decided is no error
    const std::uint64_t undecided = column.truth[w] & ~column.error[w];
    column.truth[w] = is_and ? undecided : ~column.truth[w];
    errors |= column.error[w];
  }
  column.any_error = errors != 0;
}

void Run::ComputeIf(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const auto parts = program_.children(node);
  const Bits condition = TruthIn(parts[0], node.space, need);
  const std::size_t count = column.truth.size();
  const bool any_lazy = program_.nodes()[parts[1]].is_lazy || program_.nodes()[parts[2]].is_lazy;
  Words taken;
  Words other;
  if (any_lazy) {
    taken.resize(count);
    FillAll(taken, rows(node.space));
    other = taken;
    for (std::size_t w = 0; w < count; ++w) {
      const std::uint64_t asked = need != nullptr ? need[w] : ~0ULL;
      taken[w] &= condition.truth[w] & asked;
      other[w] &= ~condition.truth[w] & ~condition.error[w] & asked;
    }
  }
  const std::uint64_t* const need_a = any_lazy ? taken.data() : nullptr;
  const std::uint64_t* const need_b = any_lazy ? other.data() : nullptr;
  const auto merge = [&](const std::uint64_t* error_a, const std::uint64_t* error_b) {
    for (std::size_t w = 0; w < count; ++w) {
      const std::uint64_t a = error_a != nullptr ? condition.truth[w] & error_a[w] : 0;
      const std::uint64_t b =
          error_b != nullptr ? ~condition.truth[w] & ~condition.error[w] & error_b[w] : 0;
      column.error[w] = condition.error[w] | a | b;
      column.any_error |= column.error[w] != 0;
    }
  };
  if (node.type == ValueType::kBool) {
    const Bits a = TruthIn(parts[1], node.space, need_a);
    const Bits b = TruthIn(parts[2], node.space, need_b);
    merge(a.error, b.error);
    for (std::size_t w = 0; w < count; ++w) {
      column.truth[w] = ((condition.truth[w] & a.truth[w]) | (~condition.truth[w] & b.truth[w])) &
                        ~column.error[w];
    }
    return;
  }
  const std::uint64_t* error_a = nullptr;
  const std::uint64_t* error_b = nullptr;
  const std::span<const std::int64_t> a = NumbersIn(parts[1], node.space, need_a, &error_a);
  const std::span<const std::int64_t> b = NumbersIn(parts[2], node.space, need_b, &error_b);
  merge(error_a, error_b);
  column.numbers.resize(rows(node.space));
  for (std::size_t i = 0; i < column.numbers.size(); ++i) {
    column.numbers[i] = BitAt(condition.truth, i) ? a[i] : b[i];
  }
}

void Run::ComputeCompare(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const auto parts = program_.children(node);
  const Node& left = program_.nodes()[parts[0]];
  const Node& right = program_.nodes()[parts[1]];
  const std::size_t count = rows(node.space);
  const ValueType type = left.type;
  if (type == ValueType::kBool) {
    const Bits a = TruthIn(parts[0], node.space, need);
    const Bits b = TruthIn(parts[1], node.space, need);
    CompareRows(
        node.relation, count, [&](std::size_t i) { return BitAt(a.truth, i) ? 1 : 0; },
        [&](std::size_t i) { return BitAt(b.truth, i) ? 1 : 0; }, column.truth);
    for (std::size_t w = 0; w < column.error.size(); ++w) {
      column.error[w] = a.error[w] | b.error[w];
    }
  } else {
    const std::uint64_t* error_a = nullptr;
    const std::uint64_t* error_b = nullptr;
    const auto numbers = [&](NodeIndex part, const Node& of, const std::uint64_t** error) {
      return of.op == Op::kConstant ? std::span<const std::int64_t>(&of.constant, 1)
                                    : NumbersIn(part, node.space, need, error);
    };
    const std::span<const std::int64_t> a = numbers(parts[0], left, &error_a);
    const std::span<const std::int64_t> b = numbers(parts[1], right, &error_b);
    const std::size_t step_a = left.op == Op::kConstant ? 0 : 1;
    const std::size_t step_b = right.op == Op::kConstant ? 0 : 1;
    if (type == ValueType::kDouble) {
      CompareRows(
          node.relation, count, [&](std::size_t i) { return std::bit_cast<double>(a[i * step_a]); },
          [&](std::size_t i) { return std::bit_cast<double>(b[i * step_b]); }, column.truth);
    } else {
      CompareRows(
          node.relation, count, [&](std::size_t i) { return a[i * step_a]; },
          [&](std::size_t i) { return b[i * step_b]; }, column.truth);
    }
    for (std::size_t w = 0; w < column.error.size(); ++w) {
      column.error[w] =
          (error_a != nullptr ? error_a[w] : 0) | (error_b != nullptr ? error_b[w] : 0);
    }
  }
  column.any_error = AnyOf(column.error);
  if (!column.any_error) return;
  for (std::size_t w = 0; w < column.error.size(); ++w) column.truth[w] &= ~column.error[w];
}

void Run::ComputeNumberIn(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const std::uint64_t* error = nullptr;
  const std::span<const std::int64_t> numbers =
      NumbersIn(program_.children(node)[0], node.space, need, &error);
  const std::span<const std::int64_t> wanted = program_.numbers(node.list);
  Fill(column.truth, numbers.size(),
       [&](std::size_t i) { return std::binary_search(wanted.begin(), wanted.end(), numbers[i]); });
  if (error == nullptr) return;
  for (std::size_t w = 0; w < column.error.size(); ++w) {
    column.error[w] = error[w];
    column.truth[w] &= ~error[w];
  }
  column.any_error = AnyOf(column.error);
}

void Run::ComputeArithmetic(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const auto parts = program_.children(node);
  const std::uint64_t* error_a = nullptr;
  const std::uint64_t* error_b = nullptr;
  const std::span<const std::int64_t> a = NumbersIn(parts[0], node.space, need, &error_a);
  const std::span<const std::int64_t> b =
      parts.size() > 1 ? NumbersIn(parts[1], node.space, need, &error_b) : a;
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  for (std::size_t w = 0; w < column.error.size(); ++w) {
    column.error[w] = (error_a != nullptr ? error_a[w] : 0) | (error_b != nullptr ? error_b[w] : 0);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (node.type == ValueType::kDouble) {
      column.numbers[i] = std::bit_cast<std::int64_t>(
          Calculate(node.op, std::bit_cast<double>(a[i]), std::bit_cast<double>(b[i])));
    } else if (!Calculate(node.op, a[i], b[i], column.numbers[i])) {
      column.numbers[i] = 0;
      SetBit(column.error, i);
    }
  }
  column.any_error = AnyOf(column.error);
}

void Run::PutValue(const Node& node, const absl::StatusOr<Value>& value, std::size_t row,
                   NodeColumn& column) const {
  using cel::Kind;
  bool fits = false;
  if (value.ok()) {
    switch (node.type) {
      case ValueType::kBool:
        fits = value->Is(Kind::kBool);
        if (fits && value->bool_value()) SetBit(column.truth, row);
        break;
      case ValueType::kInt:
        fits = value->Is(Kind::kInt);
        if (fits) column.numbers[row] = value->int_value();
        break;
      case ValueType::kDouble:
        fits = value->Is(Kind::kDouble);
        if (fits) column.numbers[row] = std::bit_cast<std::int64_t>(value->double_value());
        break;
      case ValueType::kMoney:
        fits = value->Is(Kind::kOpaque) && value->type_name() == kMoneyType;
        if (fits) column.numbers[row] = static_cast<const MoneyValue&>(value->opaque()).micros();
        break;
      default:
        // A timestamp may lie between two milliseconds, so no column is made of it: whoever reads
        // one is a call itself.
        break;
    }
  }
  if (fits) return;
  column.any_error = true;
  SetBit(column.error, row);
}

void Run::ComputeCall(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  for (std::size_t i = 0; i < count; ++i) {
    if (!IsNeeded(need, i) || BitAt(column.done.data(), i)) continue;
    SetBit(column.done, i);
    const Row row = RowAt(node.space, i);
    PutValue(node, program_.call(node.list).Evaluate(RowVariables(row)), i, column);
  }
}

}  // namespace orderwright::rules_internal
