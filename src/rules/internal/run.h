// Run: the columns of a program for one order. Scratch keeps their memory.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_RUN_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_RUN_H_

#include <array>
#include <cstdint>
#include <span>
#include <vector>

#include "src/rules/internal/program.h"

namespace orderwright::rules_internal {

// Columns of nodes, in their own space and spread to a wider one.
struct Scratch {
  struct Spread {
    Space space = Space::kOrder;
    std::uint64_t stamp = 0;
    Words truth;
    Words error;
    bool any_error = false;
    std::vector<std::int64_t> numbers;
  };
  std::vector<NodeColumn> columns;
  static constexpr std::size_t kWideSpaces = 4;  // that something is spread to
  std::vector<Spread> spreads;                   // [node * kWideSpaces + space]
  // The bytes of a plane by row of a wider space.
  struct WidePlane {
    std::uint64_t stamp = 0;
    std::vector<std::uint8_t> bytes;
  };
  std::vector<WidePlane> planes;  // [plane * kWideSpaces + space]
  // Of every row of a space, the row of another that it belongs to.
  struct Index {
    std::uint64_t stamp = 0;
    std::vector<std::uint32_t> rows;
    bool is_run = false;  // one after the other: as pairs of an order of one line are candidates
  };
  std::array<std::array<Index, kSpaces>, kSpaces> indices;  // [to][from]
  std::vector<Words> spare;                                 // memory of what is needed for a while
  std::vector<std::uint8_t> bytes;                          // the same
  std::uint64_t stamp = 0;                                  // of the columns
  const Facts* facts = nullptr;
  std::uint64_t facts_stamp = 0;
};

// Two bits a row: true, and error. The rest is false.
struct Bits {
  const std::uint64_t* truth = nullptr;
  const std::uint64_t* error = nullptr;
  bool any_error = false;
};

// Neither 1 nor 0.
inline constexpr int kError = 2;

// One row without columns: for what varies with the order alone, and for rules that are asked about
// one row. Of nodes that are not lazy.
class Scalar {
 public:
  explicit Scalar(const Program& program) : program_(program) {}
  // 1, 0, or kError.
  [[nodiscard]] int Truth(NodeIndex index, const Row& row) const;
  // False: an error.
  [[nodiscard]] bool Number(NodeIndex index, const Row& row, std::int64_t& out) const;
  // The value of a decision table (kRowValue) whose first row that hits is known.
  [[nodiscard]] bool RowValue(NodeIndex index, const Row& row, std::int64_t hit,
                              std::int64_t& out) const;
  // Whether a field of texts or a text is one of the node's: 1, 0, or kError.
  [[nodiscard]] int TextsHold(const Node& node, const Row& row) const;

 private:
  [[nodiscard]] int Compare(const Node& node, const Row& row) const;
  [[nodiscard]] bool ClassOf(const Node& node, const Row& row, std::int64_t& out) const;
  [[nodiscard]] bool KeyAt(std::span<const NodeIndex> inputs, const TableIndex& table,
                           const Row& row, TableKey& key) const;
  const Program& program_;
};

[[nodiscard]] inline Row RowOf(const World& world, const Facts* facts, Space space, std::size_t i) {
  Row row;
  row.world = &world;
  row.facts = facts;
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
      row.sku = facts->order->lines()[i].sku;
      break;
    case Space::kCandidate:
      row.candidate = at;
      row.location = facts->candidates.location[i];
      break;
    case Space::kPair:
    case Space::kOption:
      row.option = space == Space::kOption ? at : kNoRow;
      row.pair = space == Space::kOption ? facts->options.pair[i] : at;
      row.line = facts->pairs.line[row.pair];
      row.sku = facts->pairs.sku[row.pair];
      row.candidate = facts->pairs.candidate[row.pair];
      row.location = facts->candidates.location[row.candidate];
      break;
  }
  return row;
}

class Run {
 public:
  // Of what varies with the world alone.
  Run(const Program& program, Scratch& scratch);
  // Of an order. Columns that a former run of the same facts computed are used again.
  Run(const Program& program, Scratch& scratch, const Facts& facts, std::uint64_t facts_stamp);

  [[nodiscard]] std::size_t rows(Space space) const {
    return rows_[static_cast<std::size_t>(space)];
  }
  // The truth of a node per row of a space that is as wide as its own. With `need`, rows that are 0
  // there may hold anything.
  [[nodiscard]] Bits TruthIn(NodeIndex node, Space space, const std::uint64_t* need = nullptr);
  // Numbers per row; where `error` has a bit there is none.
  [[nodiscard]] std::span<const std::int64_t> NumbersIn(NodeIndex node, Space space,
                                                        const std::uint64_t* need,
                                                        const std::uint64_t** error);
  [[nodiscard]] Row RowAt(Space space, std::size_t i) const {
    return RowOf(program_.world(), facts_, space, i);
  }
  [[nodiscard]] NodeColumn TableOf(NodeIndex node);
  // The rows of a decision table that hit for a row whose inputs do not fail.
  [[nodiscard]] std::vector<std::size_t> HitsAt(NodeIndex hit, Space space, std::size_t i);

 private:
  class Lookup;
  [[nodiscard]] Scratch::Spread& SpreadOf(NodeIndex index, Space space);
  void GatherBits(const std::uint64_t* bits, std::size_t count, std::span<const std::uint32_t> rows,
                  Words& out);
  [[nodiscard]] std::span<const std::uint8_t> PlaneIn(std::uint32_t plane, Space space);
  [[nodiscard]] const NodeColumn& Compute(NodeIndex index, const std::uint64_t* need);
  void ComputeField(const Node& node, NodeColumn& column);
  void ComputeIsSet(const Node& node, NodeColumn& column);
  void ComputeTexts(const Node& node, NodeColumn& column);
  void ComputeTextsEqual(const Node& node, NodeColumn& column);
  void ComputeNot(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeTerms(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeIf(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeCompare(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeNumberIn(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeArithmetic(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeCall(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeClass(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeClassOfTexts(const Node& node, NodeColumn& column);
  void ComputeClassOfCall(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeHit(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void ComputeRowValue(const Node& node, NodeColumn& column, const std::uint64_t* need);
  void PutValue(const Node& node, const absl::StatusOr<cel::Value>& value, std::size_t row,
                NodeColumn& column) const;
  [[nodiscard]] const Scratch::Index& IndexOf(Space to, Space from);
  [[nodiscard]] bool FillIndex(Space to, Space from, std::vector<std::uint32_t>& out) const;
  void ComputeOrder(NodeIndex index, NodeColumn& column);
  void CountRows();
  void Forget();  // what was computed of other facts
  // The rows of `from` that the rows of `to` that are needed belong to.
  void Narrow(const std::uint64_t* need, Space to, Space from, Words& narrowed);
  [[nodiscard]] std::size_t words(Space space) const { return (rows(space) + 63) / 64; }

  const Program& program_;
  Scratch& scratch_;
  const Facts* facts_ = nullptr;
  std::array<std::size_t, kSpaces> rows_{};
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_RUN_H_
