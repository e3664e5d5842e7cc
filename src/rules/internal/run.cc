#include "src/rules/internal/run.h"

#include <algorithm>
#include <bit>
#include <functional>
#include <optional>
#include <string_view>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "orderwright/core/cost.h"
#include "src/rules/internal/money_value.h"

namespace orderwright::rules_internal {
namespace {

using cel::Value;

// Words that keep their memory from use to use; empty at first.
struct Borrowed {
  explicit Borrowed(Scratch& from) : scratch(from) {
    if (scratch.spare.empty()) return;
    words = std::move(scratch.spare.back());
    scratch.spare.pop_back();
    words.clear();
  }
  ~Borrowed() { scratch.spare.push_back(std::move(words)); }
  Borrowed(const Borrowed&) = delete;
  Borrowed& operator=(const Borrowed&) = delete;
  Scratch& scratch;
  Words words;
};

std::size_t WidePlaceOf(Space space) {
  return space == Space::kLine ? 0 : space == Space::kCandidate ? 1 : space == Space::kPair ? 2 : 3;
}

bool IsNeeded(const std::uint64_t* need, std::size_t i) {
  return need == nullptr || BitAt(need, i);
}

template <typename A, typename B>
void CompareRows(Relation relation, std::size_t rows, const A& a, const B& b, Words& out) {
  const auto fill = [&](const auto& holds) {
    Fill(out, rows, [&](std::size_t i) { return holds(a(i), b(i)); });
  };
  switch (relation) {
    case Relation::kEqual:
      return fill(std::equal_to<>());
    case Relation::kNotEqual:
      return fill(std::not_equal_to<>());
    case Relation::kLess:
      return fill(std::less<>());
    case Relation::kLessEqual:
      return fill(std::less_equal<>());
    case Relation::kGreater:
      return fill(std::greater<>());
    case Relation::kGreaterEqual:
      return fill(std::greater_equal<>());
  }
}

template <typename T>
bool Holds(Relation relation, T a, T b) {
  switch (relation) {
    case Relation::kEqual:
      return a == b;
    case Relation::kNotEqual:
      return a != b;
    case Relation::kLess:
      return a < b;
    case Relation::kLessEqual:
      return a <= b;
    case Relation::kGreater:
      return a > b;
    case Relation::kGreaterEqual:
      return a >= b;
  }
  return false;
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

// A number of a value's type as one of the type that a table's values have.
bool Convert(ValueType from, ValueType to, std::int64_t number, std::int64_t& out) {
  out = number;
  if (to != ValueType::kMoney || from == ValueType::kMoney) return true;
  if (from == ValueType::kDouble) return MicrosNear(std::bit_cast<double>(number), out);
  return !__builtin_mul_overflow(number, Cost::kMicrosPerUnit, &out);
}

// What a hit policy makes of the values of the rows that hit, one after the other.
class Collected {
 public:
  explicit Collected(rules::HitPolicy hit) : hit_(hit) {}
  // False: it overflows, or differs where none may.
  [[nodiscard]] bool Add(std::int64_t value) {
    const bool is_first = count_++ == 0;
    if (hit_ == rules::HitPolicy::kCount) value_ = count_;
    if (hit_ == rules::HitPolicy::kCount) return true;
    if (is_first) {
      value_ = value;
      return true;
    }
    switch (hit_) {
      case rules::HitPolicy::kSum:
        return !__builtin_add_overflow(value_, value, &value_);
      case rules::HitPolicy::kMin:
        value_ = std::min(value_, value);
        return true;
      case rules::HitPolicy::kMax:
        value_ = std::max(value_, value);
        return true;
      default:
        return value_ == value;
    }
  }
  [[nodiscard]] std::int64_t value() const { return value_; }

 private:
  rules::HitPolicy hit_;
  std::int64_t count_ = 0;
  std::int64_t value_ = 0;
};

// Whether a row that hits decides by itself, or others that hit have a say.
bool IsOfOneRow(rules::HitPolicy hit) {
  return hit == rules::HitPolicy::kUnique || hit == rules::HitPolicy::kFirst;
}

// Milliseconds since 1970, and whether it is some part of one more.
std::pair<std::int64_t, bool> MillisOf(const Value& time) {
  const std::int32_t nanos = time.nanos();
  return {time.seconds() * 1'000 + nanos / 1'000'000, nanos % 1'000'000 != 0};
}

// The class of a value that is no list; absent if it is of another type.
std::optional<std::uint32_t> ClassOfValue(const TableColumn& column, const Value& value) {
  using cel::Kind;
  switch (value.kind()) {
    case Kind::kString:
      return column.ClassOfText(value.text());
    case Kind::kBool:
      return column.ClassOfKey(value.bool_value() ? 1 : 0);
    case Kind::kInt:
      return column.ClassOfKey(value.int_value());
    case Kind::kDouble:
      return column.ClassOfNumber(value.double_value());
    case Kind::kTimestamp: {
      const auto [millis, beyond] = MillisOf(value);
      return column.ClassOfKey(millis, beyond);
    }
    case Kind::kDuration:
      return column.ClassOfKey(value.nanoseconds());
    case Kind::kOpaque:
      if (value.type_name() != kMoneyType) return std::nullopt;
      return column.ClassOfKey(static_cast<const MoneyValue&>(value.opaque()).micros());
    default:
      return std::nullopt;
  }
}

// Sets of rows that a column of lists has made, by class. While the world's are computed equal ones
// are kept once.
class ListSets {
 public:
  ListSets(const TableColumn& of, bool shares, Words& sets)
      : of_(of), shares_(shares), sets_(sets) {}
  std::int64_t Unset() {
    sets_.insert(sets_.end(), of_.SetOfUnset(), of_.SetOfUnset() + of_.words());
    return Keep();
  }
  template <typename Texts>
  std::int64_t Of(const Texts& texts) {
    sets_.insert(sets_.end(), of_.SetOfEmpty(), of_.SetOfEmpty() + of_.words());
    for (const auto& text : texts) of_.AddText(text, Last());
    for (const auto& text : texts) of_.BarText(text, Last());
    return Keep();
  }

 private:
  std::uint64_t* Last() { return sets_.data() + sets_.size() - of_.words(); }
  // The class of the last set.
  std::int64_t Keep() {
    const auto last = static_cast<std::int64_t>(sets_.size() / of_.words()) - 1;
    if (!shares_) return last;
    const auto [known, is_new] = known_.try_emplace(Words(Last(), Last() + of_.words()), last);
    if (!is_new) sets_.resize(sets_.size() - of_.words());
    return known->second;
  }

  const TableColumn& of_;
  bool shares_;
  Words& sets_;
  absl::flat_hash_map<Words, std::int64_t> known_;
};

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
  CountRows();
  Forget();
}

Run::Run(const Program& program, Scratch& scratch, const Facts& facts, std::uint64_t facts_stamp)
    : program_(program), scratch_(scratch), facts_(&facts) {
  CountRows();
  if (scratch.facts == &facts && scratch.facts_stamp == facts_stamp && facts_stamp != 0) return;
  scratch.facts = &facts;
  scratch.facts_stamp = facts_stamp;
  Forget();
}

void Run::Forget() {
  scratch_.columns.resize(program_.nodes().size());
  scratch_.spreads.resize(program_.nodes().size() * Scratch::kWideSpaces);
  scratch_.planes.resize(program_.planes().size() * Scratch::kWideSpaces);
  ++scratch_.stamp;
}

void Run::CountRows() {
  const auto put = [this](Space space, std::size_t count) {
    rows_[static_cast<std::size_t>(space)] = count;
  };
  put(Space::kOrder, 1);
  put(Space::kItem, program_.world().items().size());
  put(Space::kLocation, program_.world().locations().size());
  if (facts_ == nullptr) return;
  put(Space::kLine, facts_->order->lines().size());
  put(Space::kCandidate, facts_->candidates.size());
  put(Space::kPair, facts_->pairs.size());
  put(Space::kOption, facts_->options.size());
}

const Scratch::Index& Run::IndexOf(Space to, Space from) {
  Scratch::Index& index =
      scratch_.indices[static_cast<std::size_t>(to)][static_cast<std::size_t>(from)];
  if (index.stamp == scratch_.stamp) return index;
  index.stamp = scratch_.stamp;
  index.is_run = FillIndex(to, from, index.rows);
  return index;
}

// True if they come one after the other.
bool Run::FillIndex(Space to, Space from, std::vector<std::uint32_t>& out) const {
  out.resize(rows(to));
  bool is_run = false;
  const auto put = [&out, &is_run](const auto& row_of) {
    const auto count = static_cast<std::uint32_t>(out.size());
    if (count == 0) return;
    std::uint32_t* const to_rows = out.data();
    const auto first = static_cast<std::uint32_t>(row_of(0));
    std::uint32_t others = 0;  // a bit where any is not the next
    for (std::uint32_t i = 0; i < count; ++i) {
      const auto row = static_cast<std::uint32_t>(row_of(i));
      to_rows[i] = row;
      others |= row ^ (first + i);
    }
    is_run = others == 0;
  };
  if (from == Space::kOrder) {  // also of constants, while there is no order
    put([](std::size_t) { return 0U; });
    return false;
  }
  const auto& pairs = facts_->pairs;
  const auto& location = facts_->candidates.location;
  // What belongs to a pair is looked up through the pair of an option.
  const auto put_by_pair = [&](const auto& row_of) {
    if (to == Space::kPair) return put(row_of);
    put([&](std::size_t i) { return row_of(facts_->options.pair[i]); });
  };
  switch (from) {
    case Space::kLine:
      put_by_pair([&](std::size_t i) { return pairs.line[i]; });
      break;
    case Space::kItem:
      if (to == Space::kLine) {
        put([&](std::size_t i) { return Raw(facts_->order->lines()[i].sku); });
      } else {
        put_by_pair([&](std::size_t i) { return Raw(pairs.sku[i]); });
      }
      break;
    case Space::kLocation:
      if (to == Space::kCandidate) {
        put([&](std::size_t i) { return Raw(location[i]); });
      } else {
        put_by_pair([&](std::size_t i) { return Raw(location[pairs.candidate[i]]); });
      }
      break;
    case Space::kCandidate:
      put_by_pair([&](std::size_t i) { return pairs.candidate[i]; });
      break;
    case Space::kPair:
      put([&](std::size_t i) { return facts_->options.pair[i]; });
      break;
    case Space::kOrder:
    case Space::kOption:
      put([](std::size_t i) { return i; });
      break;
  }
  return is_run;
}

void Run::Narrow(const std::uint64_t* need, Space to, Space from, Words& narrowed) {
  narrowed.assign(words(from), 0);
  const std::size_t count = rows(to);
  if (from == Space::kOrder) {
    for (std::size_t w = 0; w < words(to); ++w) narrowed[0] |= need[w] != 0 ? 1U : 0U;
    return;
  }
  const std::vector<std::uint32_t>& index = IndexOf(to, from).rows;
  for (std::size_t i = 0; i < count; ++i) {
    if (BitAt(need, i)) SetBit(narrowed, index[i]);
  }
}

// One for each space: what is spread to a wider one may be in use while the same node is spread to
// another.
Scratch::Spread& Run::SpreadOf(NodeIndex index, Space space) {
  return scratch_.spreads[index * Scratch::kWideSpaces + WidePlaceOf(space)];
}

// The bits of rows that are all over the place: as bytes, which are faster to look up.
void Run::GatherBits(const std::uint64_t* bits, std::size_t count,
                     std::span<const std::uint32_t> rows, Words& out) {
  if (count > 4 * rows.size()) {  // of a large world few
    Fill(out, rows.size(), [&](std::size_t i) { return BitAt(bits, rows[i]); });
    return;
  }
  scratch_.bytes.resize(count);
  UnpackBytes(bits, scratch_.bytes);
  PackBytesAt(scratch_.bytes.data(), rows, out);
}

std::span<const std::uint8_t> Run::PlaneIn(std::uint32_t index, Space space) {
  Scratch::WidePlane& wide = scratch_.planes[index * Scratch::kWideSpaces + WidePlaceOf(space)];
  if (wide.stamp == scratch_.stamp) return wide.bytes;
  const Plane& plane = program_.planes()[index];
  const Scratch::Index& of = IndexOf(space, plane.space);
  if (of.is_run) return std::span(plane.bytes).subspan(of.rows[0], of.rows.size());
  wide.stamp = scratch_.stamp;
  wide.bytes.resize(of.rows.size());
  GatherBytes(plane.bytes.data(), of.rows, wide.bytes.data());
  return wide.bytes;
}

Bits Run::TruthIn(NodeIndex index, Space space, const std::uint64_t* need) {
  const Node& node = program_.nodes()[index];
  if (node.space == space) {
    const NodeColumn& column = Compute(index, need);
    return {column.truth.data(), column.error.data(), column.any_error};
  }
  Scratch::Spread& spread = SpreadOf(index, space);
  if (!node.is_lazy && spread.stamp == scratch_.stamp && spread.space == space) {
    return {spread.truth.data(), spread.error.data(), spread.any_error};
  }
  Borrowed lent(scratch_);
  Words& narrowed = lent.words;
  if (node.is_lazy && need != nullptr) Narrow(need, space, node.space, narrowed);
  const NodeColumn& column = Compute(index, narrowed.empty() ? nullptr : narrowed.data());
  spread.space = space;
  spread.stamp = scratch_.stamp;
  spread.truth.resize(words(space));
  if (spread.error.size() != words(space) || spread.any_error) spread.error.assign(words(space), 0);
  spread.any_error = column.any_error;
  if (node.space == Space::kOrder) {
    std::fill(spread.truth.begin(), spread.truth.end(), (column.truth[0] & 1U) != 0 ? ~0ULL : 0);
    if (column.any_error) std::fill(spread.error.begin(), spread.error.end(), ~0ULL);
  } else {
    if (node.plane != kNoPlane) {
      PackBit(PlaneIn(node.plane, space), node.bit, spread.truth);
      return {spread.truth.data(), spread.error.data(), false};
    }
    const Scratch::Index& of = IndexOf(space, node.space);
    if (of.is_run && of.rows.size() == rows(node.space)) {  // the same rows
      std::copy_n(column.truth.data(), spread.truth.size(), spread.truth.data());
      if (column.any_error) {
        std::copy_n(column.error.data(), spread.error.size(), spread.error.data());
      }
    } else {
      GatherBits(column.truth.data(), rows(node.space), of.rows, spread.truth);
      if (column.any_error) {
        GatherBits(column.error.data(), rows(node.space), of.rows, spread.error);
      }
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
  Scratch::Spread& spread = SpreadOf(index, space);
  Borrowed lent(scratch_);
  Words& narrowed = lent.words;
  if (node.is_lazy && need != nullptr) Narrow(need, space, node.space, narrowed);
  const NodeColumn& column = Compute(index, narrowed.empty() ? nullptr : narrowed.data());
  if (node.is_lazy || spread.stamp != scratch_.stamp || spread.space != space) {
    spread.space = space;
    spread.stamp = scratch_.stamp;
    const std::vector<std::uint32_t>& rows_of = IndexOf(space, node.space).rows;
    spread.numbers.resize(rows_of.size());
    for (std::size_t i = 0; i < rows_of.size(); ++i) {
      spread.numbers[i] = column.numbers[rows_of[i]];
    }
    if (spread.error.size() != words(space) || spread.any_error) {
      spread.error.assign(words(space), 0);
    }
    spread.any_error = column.any_error;
    if (column.any_error) {
      const std::uint64_t* const wrong = column.error.data();
      Fill(spread.error, rows_of.size(), [&](std::size_t i) { return BitAt(wrong, rows_of[i]); });
    }
  }
  *error = column.any_error ? spread.error.data() : nullptr;
  return spread.numbers;
}

NodeColumn Run::TableOf(NodeIndex node) {
  NodeColumn table = Compute(node, nullptr);
  if (program_.nodes()[node].type == ValueType::kBool) {
    table.bytes.resize(rows(program_.nodes()[node].space));
    UnpackBytes(table.truth.data(), table.bytes);
  }
  return table;
}

const NodeColumn& Run::Compute(NodeIndex index, const std::uint64_t* need) {
  const Node& node = program_.nodes()[index];
  if (node.is_table) return program_.table(index);
  NodeColumn& column = scratch_.columns[index];
  const bool is_new = column.stamp != scratch_.stamp;
  if (!is_new && !node.is_lazy) return column;
  column.stamp = scratch_.stamp;
  if (node.op == Op::kCall || node.op == Op::kClassOfCall) {
    if (is_new) {
      for (Words* bits : {&column.done, &column.truth, &column.error}) {
        bits->assign(words(node.space), 0);
      }
      column.any_error = false;
      column.sets.clear();
    }
    if (node.op == Op::kCall) {
      ComputeCall(node, column, need);
    } else {
      ComputeClassOfCall(node, column, need);
    }
    return column;
  }
  if (node.is_lazy) {
    // What was computed stays: whoever holds the column may have asked for other rows.
    if (is_new) column.done.assign(words(node.space), 0);
    bool is_more = is_new;
    for (std::size_t w = 0; w < column.done.size(); ++w) {
      const std::uint64_t asked = need != nullptr ? need[w] : ~0ULL;
      is_more |= (asked & ~column.done[w]) != 0;
      column.done[w] |= asked;
    }
    if (!is_more) return column;
    if (need != nullptr) need = column.done.data();
  }
  column.truth.resize(words(node.space));
  if (column.any_error || column.error.size() != words(node.space)) {
    column.error.assign(words(node.space), 0);
    column.any_error = false;
  }
  if (node.space == Space::kOrder && !node.is_lazy && facts_ != nullptr) {
    ComputeOrder(index, column);
    return column;
  }
  // A column that is kept has all rows: others may be needed next.
  const std::uint64_t* const asked = node.is_lazy ? need : nullptr;
  switch (node.op) {
    case Op::kConstant:
      column.truth.assign(words(node.space), node.constant != 0 ? ~0ULL : 0);
      column.numbers.assign(rows(node.space), node.constant);
      break;
    case Op::kField:
      ComputeField(node, column);
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
    case Op::kClass:
      ComputeClass(node, column, asked);
      break;
    case Op::kClassOfTexts:
      ComputeClassOfTexts(node, column);
      break;
    case Op::kHit:
      ComputeHit(node, column, asked);
      break;
    case Op::kRowValue:
      ComputeRowValue(node, column, asked);
      break;
    default:
      ComputeArithmetic(node, column, need);
      break;
  }
  return column;
}

void Run::ComputeOrder(NodeIndex index, NodeColumn& column) {
  const Node& node = program_.nodes()[index];
  const Row order = RowAt(Space::kOrder, 0);
  bool is_error = false;
  if (node.type == ValueType::kBool) {
    const int truth = Scalar(program_).Truth(index, order);
    is_error = truth == kError;
    column.truth[0] = truth == 1 ? 1 : 0;
    if (node.op == Op::kField) column.numbers.assign(1, truth);
  } else {
    column.numbers.resize(1);
    is_error = !Scalar(program_).Number(index, order, column.numbers[0]);
  }
  if (!is_error) return;
  column.any_error = true;
  column.error[0] = 1;
}

int Scalar::Truth(NodeIndex index, const Row& row) const {
  const Node& node = program_.nodes()[index];
  if (node.is_table) {
    const std::size_t at = node.space == Space::kItem ? Raw(row.sku) : Raw(row.location);
    const NodeColumn& table = program_.table(index);
    if (table.any_error && BitAt(table.error.data(), at)) return kError;
    return table.bytes[at];
  }
  const auto parts = program_.children(node);
  switch (node.op) {
    case Op::kConstant:
      return node.constant != 0 ? 1 : 0;
    case Op::kField: {
      std::int64_t value = 0;
      return node.field->Read(row, value) ? (value != 0 ? 1 : 0) : kError;
    }
    case Op::kIsSet:
      return IsSet(*node.field, row) ? 1 : 0;
    case Op::kNot: {
      const int truth = Truth(parts[0], row);
      return truth == kError ? kError : 1 - truth;
    }
    case Op::kAnd:
    case Op::kOr: {
      const int decides = node.op == Op::kAnd ? 0 : 1;
      int result = 1 - decides;
      for (const NodeIndex part : parts) {
        const int truth = Truth(part, row);
        if (truth == decides) return decides;
        if (truth == kError) result = kError;
      }
      return result;
    }
    case Op::kIf: {
      const int condition = Truth(parts[0], row);
      if (condition == kError) return kError;
      return Truth(parts[condition == 1 ? 1 : 2], row);
    }
    case Op::kCompare:
      return Compare(node, row);
    case Op::kTextIn:
    case Op::kContains:
      return TextsHold(node, row);
    case Op::kTextsEqual: {
      std::string_view a;
      std::string_view b;
      const bool set = program_.nodes()[parts[0]].field->Read(row, a) &&
                       program_.nodes()[parts[1]].field->Read(row, b);
      return set ? (a == b ? 1 : 0) : kError;
    }
    case Op::kNumberIn: {
      std::int64_t number = 0;
      if (!Number(parts[0], row, number)) return kError;
      const std::span<const std::int64_t> wanted = program_.numbers(node.list);
      return std::binary_search(wanted.begin(), wanted.end(), number) ? 1 : 0;
    }
    default:
      return kError;  // no other node is truth
  }
}

int Scalar::Compare(const Node& node, const Row& row) const {
  const auto parts = program_.children(node);
  const ValueType type = program_.nodes()[parts[0]].type;
  std::int64_t a = 0;
  std::int64_t b = 0;
  if (type == ValueType::kBool) {
    a = Truth(parts[0], row);
    b = Truth(parts[1], row);
    if (a == kError || b == kError) return kError;
  } else if (!Number(parts[0], row, a) || !Number(parts[1], row, b)) {
    return kError;
  }
  const bool holds = type == ValueType::kDouble
                         ? Holds(node.relation, std::bit_cast<double>(a), std::bit_cast<double>(b))
                         : Holds(node.relation, a, b);
  return holds ? 1 : 0;
}

bool Scalar::Number(NodeIndex index, const Row& row, std::int64_t& out) const {
  const Node& node = program_.nodes()[index];
  if (node.is_table) {
    const std::size_t at = node.space == Space::kItem ? Raw(row.sku) : Raw(row.location);
    const NodeColumn& table = program_.table(index);
    out = table.numbers[at];
    return !table.any_error || !BitAt(table.error.data(), at);
  }
  const auto parts = program_.children(node);
  switch (node.op) {
    case Op::kConstant:
      out = node.constant;
      return true;
    case Op::kField:
      return node.field->Read(row, out);
    case Op::kIf: {
      const int condition = Truth(parts[0], row);
      return condition != kError && Number(parts[condition == 1 ? 1 : 2], row, out);
    }
    case Op::kClass:
      return ClassOf(node, row, out);
    case Op::kHit: {
      const TableIndex& table = program_.decision_table(node.table);
      TableKey key;
      if (!KeyAt(parts, table, row, key)) return false;
      out = -1;
      bool is_good = true;
      ForEachHit(table, program_.table_columns(), key, [&](std::size_t hit) {
        is_good = out < 0;
        if (is_good) out = static_cast<std::int64_t>(hit);
        return is_good && table.hit == rules::HitPolicy::kUnique;
      });
      return is_good;
    }
    case Op::kRowValue: {
      std::int64_t hit = 0;
      return Number(parts[0], row, hit) && RowValue(index, row, hit, out);
    }
    default: {
      std::int64_t a = 0;
      std::int64_t b = 0;
      if (!Number(parts[0], row, a)) return false;
      if (parts.size() > 1 && !Number(parts[1], row, b)) return false;
      if (node.type != ValueType::kDouble) return Calculate(node.op, a, b, out);
      out = std::bit_cast<std::int64_t>(
          Calculate(node.op, std::bit_cast<double>(a), std::bit_cast<double>(b)));
      return true;
    }
  }
}

bool Scalar::ClassOf(const Node& node, const Row& row, std::int64_t& out) const {
  const TableColumn& column = program_.table_columns()[node.table];
  const auto parts = program_.children(node);
  out = TableColumn::kUnset;
  if (node.field != nullptr) {
    std::string_view text;
    if (!node.field->Read(row, text)) return node.error_is_unset;
    out = column.ClassOfText(text);
    return true;
  }
  if (parts.size() > 1) {
    const int is_set = Truth(parts[1], row);
    if (is_set != 1) return is_set == 0;
  }
  const ValueType type = program_.nodes()[parts[0]].type;
  std::int64_t number = 0;
  if (type == ValueType::kBool) {
    const int truth = Truth(parts[0], row);
    if (truth == kError) return node.error_is_unset;
    number = truth;
  } else if (!Number(parts[0], row, number)) {
    return node.error_is_unset;
  }
  out = type == ValueType::kDouble ? column.ClassOfNumber(std::bit_cast<double>(number))
                                   : column.ClassOfKey(number);
  return true;
}

// False: an input fails.
bool Scalar::KeyAt(std::span<const NodeIndex> inputs, const TableIndex& table, const Row& row,
                   TableKey& key) const {
  const std::size_t words = (table.rows + 63) / 64;
  for (std::size_t c = 0; c < table.columns.size(); ++c) {
    std::int64_t of_class = 0;
    if (!Number(inputs[c], row, of_class)) return false;
    const TableColumn& column = program_.table_columns()[table.columns[c]];
    key.classes[c] = static_cast<std::uint32_t>(of_class);
    // A list is a table here: others are lazy.
    key.sets[c] = column.is_list() ? program_.table(inputs[c]).sets.data() + key.classes[c] * words
                                   : column.SetOf(key.classes[c]);
  }
  return true;
}

bool Scalar::RowValue(NodeIndex index, const Row& row, std::int64_t hit, std::int64_t& out) const {
  const Node& node = program_.nodes()[index];
  const TableIndex& table = program_.decision_table(node.table);
  const auto parts = program_.children(node);
  const auto value_of = [&](std::size_t at, std::int64_t& value) {
    if (table.constants.empty()) return true;
    value = table.constants[at];
    if (table.computed[at] == TableIndex::kConstant) return true;
    const NodeIndex part = parts[table.computed[at]];
    const ValueType type = program_.nodes()[part].type;
    std::int64_t number = 0;
    if (type == ValueType::kBool) {
      value = Truth(part, row);
      return value != kError;
    }
    return Number(part, row, number) && Convert(type, node.type, number, value);
  };
  out = 0;
  if (hit < 0) return true;
  if (IsOfOneRow(table.hit)) return value_of(static_cast<std::size_t>(hit), out);
  TableKey key;
  if (!KeyAt(parts.subspan(1), table, row, key)) return false;
  Collected collected(table.hit);
  bool is_good = true;
  ForEachHit(table, program_.table_columns(), key, [&](std::size_t at) {
    std::int64_t value = 0;
    is_good = value_of(at, value) && collected.Add(value);
    return is_good;
  });
  out = collected.value();
  return is_good;
}

int Scalar::TextsHold(const Node& node, const Row& row) const {
  const std::span<const std::string> wanted = program_.texts(node.list);
  const auto is_wanted = [&](std::string_view text) {
    if (wanted.size() >= 8) return std::binary_search(wanted.begin(), wanted.end(), text);
    return std::find(wanted.begin(), wanted.end(), text) != wanted.end();
  };
  if (node.op == Op::kTextIn) {
    std::string_view text;
    return node.field->Read(row, text) ? (is_wanted(text) ? 1 : 0) : kError;
  }
  const std::vector<std::string>* const texts = node.field->texts(row);
  if (texts == nullptr) return kError;
  return std::any_of(texts->begin(), texts->end(), is_wanted) ? 1 : 0;
}

void Run::ComputeField(const Node& node, NodeColumn& column) {
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  if (node.type == ValueType::kText) return;  // whoever compares it reads it
  for (std::size_t i = 0; i < count; ++i) {
    if (node.field->Read(RowAt(node.space, i), column.numbers[i])) continue;
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
  Fill(column.truth, rows(node.space), [&](std::size_t i) {
    const int holds = Scalar(program_).TextsHold(node, RowAt(node.space, i));
    if (holds != kError) return holds == 1;
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
    if (a.Read(row, left) && b.Read(row, right)) return left == right;
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
  // What the order alone decides, which is one term, it decides for all rows.
  NodeIndex of_order = kNoNode;
  for (const NodeIndex child : program_.children(node)) {
    const Node& part = program_.nodes()[child];
    if (part.space != Space::kOrder || part.is_lazy) continue;
    const NodeColumn& term = Compute(child, nullptr);
    if (term.any_error) break;
    if (((term.truth[0] & 1U) != 0) != is_and) {
      std::fill(column.truth.begin(), column.truth.end(), is_and ? 0 : ~0ULL);
      return;
    }
    of_order = child;  // it leaves all to the others
    break;
  }
  // While the terms are gone through `truth` has the rows that no term has decided yet.
  FillAll(column.truth, rows(node.space));
  Borrowed lent(scratch_);
  Words& open = lent.words;
  for (const NodeIndex child : program_.children(node)) {
    const std::uint64_t* asked = nullptr;
    if (child == of_order) continue;
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
  Borrowed lent_taken(scratch_);
  Borrowed lent_other(scratch_);
  Words& taken = lent_taken.words;
  Words& other = lent_other.words;
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

void Run::ComputeClass(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  const TableColumn& of = program_.table_columns()[node.table];
  const auto fail = [&](std::size_t i) {
    column.numbers[i] = TableColumn::kUnset;
    if (node.error_is_unset) return;
    column.any_error = true;
    SetBit(column.error, i);
  };
  if (node.field != nullptr) {
    for (std::size_t i = 0; i < count; ++i) {
      std::string_view text;
      if (node.field->Read(RowAt(node.space, i), text)) {
        column.numbers[i] = of.ClassOfText(text);
      } else {
        fail(i);
      }
    }
    return;
  }
  const auto parts = program_.children(node);
  const ValueType type = program_.nodes()[parts[0]].type;
  Bits is_set;
  if (parts.size() > 1) is_set = TruthIn(parts[1], node.space, need);
  Bits truth;
  std::span<const std::int64_t> numbers;
  const std::uint64_t* error = nullptr;
  if (type == ValueType::kBool) {
    truth = TruthIn(parts[0], node.space, need);
    error = truth.any_error ? truth.error : nullptr;
  } else {
    numbers = NumbersIn(parts[0], node.space, need, &error);
  }
  for (std::size_t i = 0; i < count; ++i) {
    if (is_set.truth != nullptr && !BitAt(is_set.truth, i)) {
      column.numbers[i] = TableColumn::kUnset;
    } else if (error != nullptr && BitAt(error, i)) {
      fail(i);
    } else if (type == ValueType::kBool) {
      column.numbers[i] = of.ClassOfKey(BitAt(truth.truth, i) ? 1 : 0);
    } else if (type == ValueType::kDouble) {
      column.numbers[i] = of.ClassOfNumber(std::bit_cast<double>(numbers[i]));
    } else {
      column.numbers[i] = of.ClassOfKey(numbers[i]);
    }
  }
}

void Run::ComputeClassOfTexts(const Node& node, NodeColumn& column) {
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  const TableColumn& of = program_.table_columns()[node.table];
  column.sets.clear();
  ListSets sets(of, facts_ == nullptr, column.sets);
  for (std::size_t i = 0; i < count; ++i) {
    const std::vector<std::string>* const texts = node.field->texts(RowAt(node.space, i));
    column.numbers[i] = texts != nullptr ? sets.Of(*texts) : sets.Unset();
    if (texts != nullptr || node.error_is_unset) continue;
    column.any_error = true;
    SetBit(column.error, i);
  }
}

void Run::ComputeClassOfCall(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  const TableColumn& of = program_.table_columns()[node.table];
  ListSets sets(of, facts_ == nullptr, column.sets);
  const auto parts = program_.children(node);
  Bits is_set;
  if (!parts.empty()) is_set = TruthIn(parts[0], node.space, need);
  const auto class_of = [&](const Value& value) -> std::optional<std::int64_t> {
    if (!of.is_list()) return ClassOfValue(of, value);
    if (!value.Is(cel::Kind::kList)) return std::nullopt;
    std::vector<std::string_view> texts;
    for (const Value& item : value.list()) {
      if (!item.Is(cel::Kind::kString)) return std::nullopt;
      texts.push_back(item.text());
    }
    return sets.Of(texts);
  };
  for (std::size_t i = 0; i < count; ++i) {
    if (!IsNeeded(need, i) || BitAt(column.done.data(), i)) continue;
    SetBit(column.done, i);
    if (is_set.truth != nullptr && !BitAt(is_set.truth, i)) {
      column.numbers[i] = of.is_list() ? sets.Unset() : TableColumn::kUnset;
      continue;
    }
    const Row row = RowAt(node.space, i);
    const absl::StatusOr<Value> value = program_.call(node.list).Evaluate(RowVariables(row));
    std::optional<std::int64_t> found;
    if (value.ok()) found = class_of(*value);
    column.numbers[i] = found.value_or(0);
    if (found) continue;
    column.any_error = true;
    SetBit(column.error, i);
  }
}

// What the rows of a space ask of a decision table.
class Run::Lookup {
 public:
  Lookup(Run& run, const TableIndex& table, std::span<const NodeIndex> inputs, Space space,
         const std::uint64_t* need)
      : table_(table), columns_(run.program_.table_columns()) {
    for (std::size_t c = 0; c < table.columns.size(); ++c) {
      Input& input = inputs_[c];
      // A field of texts has its classes at once: which rows need them does not matter.
      const bool is_field = run.program_.nodes()[inputs[c]].op == Op::kClassOfTexts;
      input.classes = run.NumbersIn(inputs[c], space, is_field ? nullptr : need, &input.error);
      const TableColumn& column = columns_[table.columns[c]];
      if (!column.is_list()) continue;
      input.lists = run.program_.nodes()[inputs[c]].is_table
                        ? run.program_.table(inputs[c]).sets.data()
                        : run.scratch_.columns[inputs[c]].sets.data();
    }
  }
  // False: an input fails.
  bool At(std::size_t i, TableKey& key) const {
    const std::size_t words = (table_.rows + 63) / 64;
    for (std::size_t c = 0; c < table_.columns.size(); ++c) {
      const Input& input = inputs_[c];
      if (input.error != nullptr && BitAt(input.error, i)) return false;
      key.classes[c] = static_cast<std::uint32_t>(input.classes[i]);
      key.sets[c] = input.lists != nullptr ? input.lists + key.classes[c] * words
                                           : columns_[table_.columns[c]].SetOf(key.classes[c]);
    }
    return true;
  }
  template <typename Use>
  void ForEach(const TableKey& key, const Use& use) const {
    ForEachHit(table_, columns_, key, use);
  }

 private:
  struct Input {
    std::span<const std::int64_t> classes;
    const std::uint64_t* error = nullptr;
    const std::uint64_t* lists = nullptr;  // sets of a column of lists
  };
  const TableIndex& table_;
  std::span<const TableColumn> columns_;
  std::array<Input, kMaxTableInputs> inputs_;
};

void Run::ComputeHit(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  const TableIndex& table = program_.decision_table(node.table);
  const Lookup lookup(*this, table, program_.children(node), node.space, need);
  const bool is_unique = table.hit == rules::HitPolicy::kUnique;
  TableKey key;
  for (std::size_t i = 0; i < count; ++i) {
    std::int64_t& hit = column.numbers[i];
    hit = -1;
    if (!IsNeeded(need, i)) continue;
    bool is_good = lookup.At(i, key);
    if (is_good) {
      lookup.ForEach(key, [&](std::size_t row) {
        is_good = hit < 0;
        if (is_good) hit = static_cast<std::int64_t>(row);
        return is_good && is_unique;
      });
    }
    if (is_good) continue;
    column.any_error = true;
    SetBit(column.error, i);
  }
}

void Run::ComputeRowValue(const Node& node, NodeColumn& column, const std::uint64_t* need) {
  const std::size_t count = rows(node.space);
  column.numbers.resize(count);
  const TableIndex& table = program_.decision_table(node.table);
  const auto parts = program_.children(node);
  const auto fail = [&](std::size_t i) {
    column.any_error = true;
    SetBit(column.error, i);
  };
  const std::uint64_t* hit_error = nullptr;
  const std::span<const std::int64_t> hits = NumbersIn(parts[0], node.space, need, &hit_error);
  const bool is_of_one = IsOfOneRow(table.hit);
  std::optional<Lookup> lookup;
  if (!is_of_one) lookup.emplace(*this, table, parts.subspan(1), node.space, need);
  TableKey key;
  // Calls `use` with every row of the table whose value row i of the rule needs.
  const auto for_each_hit = [&](std::size_t i, const auto& use) {
    if (hits[i] < 0 || !IsNeeded(need, i) || (hit_error != nullptr && BitAt(hit_error, i))) return;
    if (is_of_one) {
      use(static_cast<std::size_t>(hits[i]));
    } else if (lookup->At(i, key)) {
      lookup->ForEach(key, use);
    }
  };
  // A value that is computed is so for the rows of the rule where its row hits.
  struct Computed {
    Words need;
    Bits truth;
    std::span<const std::int64_t> numbers;
    const std::uint64_t* error = nullptr;
  };
  const std::size_t first = 1 + table.columns.size();
  std::vector<Computed> computed;
  if (parts.size() > first) {
    computed.resize(parts.size());
    for (std::size_t i = 0; i < count; ++i) {
      for_each_hit(i, [&](std::size_t row) {
        const std::uint32_t part = table.computed[row];
        if (part == TableIndex::kConstant) return true;
        computed[part].need.resize(words(node.space));
        SetBit(computed[part].need, i);
        return true;
      });
    }
  }
  for (std::size_t part = first; part < parts.size(); ++part) {
    Computed& value = computed[part];
    if (value.need.empty()) continue;
    if (program_.nodes()[parts[part]].type == ValueType::kBool) {
      value.truth = TruthIn(parts[part], node.space, value.need.data());
      value.error = value.truth.any_error ? value.truth.error : nullptr;
    } else {
      value.numbers = NumbersIn(parts[part], node.space, value.need.data(), &value.error);
    }
  }
  const auto value_of = [&](std::size_t i, std::size_t row, std::int64_t& out) {
    if (table.constants.empty()) return true;
    out = table.constants[row];
    const std::uint32_t part = table.computed[row];
    if (part == TableIndex::kConstant) return true;
    const Computed& value = computed[part];
    if (value.error != nullptr && BitAt(value.error, i)) return false;
    if (value.truth.truth != nullptr) {
      out = BitAt(value.truth.truth, i) ? 1 : 0;
      return true;
    }
    return Convert(program_.nodes()[parts[part]].type, node.type, value.numbers[i], out);
  };
  for (std::size_t i = 0; i < count; ++i) {
    column.numbers[i] = 0;
    if (hit_error != nullptr && BitAt(hit_error, i)) {
      fail(i);
      continue;
    }
    Collected collected(table.hit);
    bool is_good = true;
    for_each_hit(i, [&](std::size_t row) {
      std::int64_t value = 0;
      is_good = value_of(i, row, value) && collected.Add(value);
      return is_good;
    });
    column.numbers[i] = collected.value();
    if (!is_good) fail(i);
  }
}

std::vector<std::size_t> Run::HitsAt(NodeIndex hit, Space space, std::size_t i) {
  const Node& node = program_.nodes()[hit];
  const TableIndex& table = program_.decision_table(node.table);
  Words need((rows(space) + 63) / 64);
  SetBit(need, i);
  const Lookup lookup(*this, table, program_.children(node), space, need.data());
  std::vector<std::size_t> hits;
  TableKey key;
  if (!lookup.At(i, key)) return hits;
  lookup.ForEach(key, [&](std::size_t row) {
    hits.push_back(row);
    return true;
  });
  return hits;
}

}  // namespace orderwright::rules_internal
