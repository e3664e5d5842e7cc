// Program: the texts of all rules of a set, compiled for one world.
//
// An expression is a graph of nodes, each with a space: what it varies with. A node is computed for
// all rows of its space at once, into a column; a part that varies with less is computed once and
// spread. What depends on locations or items alone is computed when the program is made, for every
// one of them, and is a table afterwards. Equal parts of any rules are one node.
//
// A column of truth has two bits a row, as Kleene's logic wants them: true, and error; && and ||
// absorb errors as CEL's do, 64 rows an instruction. What no column can say (calls, texts that are
// made, attributes that are not declared) is a node that asks the evaluator of the language, row by
// row, and only for the rows where nothing else has decided. Both give the same answers;
// tests/rules/agreement_test.cc compares them.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_PROGRAM_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_PROGRAM_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "absl/status/statusor.h"
#include "orderwright/cel/program.h"
#include "orderwright/model/world.h"
#include "orderwright/rules/language.h"
#include "src/rules/internal/bits.h"
#include "src/rules/internal/fields.h"
#include "src/rules/internal/table_index.h"

namespace orderwright::rules_internal {

enum class Space : std::uint8_t {
  kOrder = 0,
  kLine = 1,
  kItem = 2,      // every item of the world
  kLocation = 3,  // every location of the world
  kCandidate = 4,
  kPair = 5,
  kOption = 6,
};
inline constexpr std::size_t kSpaces = 7;

enum class Op : std::uint8_t {
  kConstant = 1,
  kField = 2,
  kIsSet = 3,  // has()
  kNot = 4,
  kAnd = 5,
  kOr = 6,
  kIf = 7,
  kCompare = 8,      // two numbers of one type
  kTextIn = 9,       // a text field is one of some texts
  kTextsEqual = 10,  // two text fields
  kContains = 11,    // a field of texts has one of some texts
  kNumberIn = 12,    // a number is one of some
  kAdd = 13,
  kSubtract = 14,
  kMultiply = 15,
  kDivide = 16,
  kModulo = 17,
  kNegate = 18,
  kCall = 19,  // asks the evaluator of the language
  // Of decision tables. The class (TableColumn) of an input's value; after the input, or alone if
  // `field` or `list` says what is read, may come a child: whether it is set.
  kClass = 20,
  kClassOfTexts = 21,  // of a field of texts: which of the column's own sets
  kClassOfCall = 22,   // of what the evaluator of the language says
  kHit = 23,           // of classes: the first row that hits, or -1
  kRowValue = 24,      // of a hit, classes and computed values: what the hit policy makes of them
};

enum class Relation : std::uint8_t {
  kEqual = 0,
  kNotEqual = 1,
  kLess = 2,
  kLessEqual = 3,
  kGreater = 4,
  kGreaterEqual = 5,
};

using NodeIndex = std::uint32_t;
inline constexpr NodeIndex kNoNode = UINT32_MAX;
inline constexpr std::uint32_t kNoPlane = UINT32_MAX;

struct Node {
  Op op = Op::kConstant;
  ValueType type = ValueType::kBool;
  Space space = Space::kOrder;
  Relation relation = Relation::kEqual;
  bool is_lazy = false;      // it or a part of it is worth being asked of few rows only
  bool is_table = false;     // its column was computed for the whole world
  bool reads_order = false;  // so it is not of the world alone
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
  std::uint32_t list = 0;  // of kTextIn, kContains, kNumberIn; of kCall which call
  std::int64_t constant = 0;
  std::uint32_t table = 0;         // of kHit, kRowValue which table; of classes which column
  bool error_is_unset = false;     // of kClass: its field has no value only where it is not set
  std::uint32_t plane = kNoPlane;  // of a table of truth without errors: where its bits are
  std::uint8_t bit = 0;            // in the bytes of the plane
  const Field* field = nullptr;
};

// Eight tables of one space, a bit each: what rows of an order look up is looked up for all of them
// at once.
struct Plane {
  Space space = Space::kLocation;
  std::vector<std::uint8_t> bytes;  // by row of the space
};

struct NodeColumn {
  Words truth;
  Words error;
  bool any_error = false;
  std::vector<std::int64_t> numbers;
  std::uint64_t stamp = 0;          // of the run that it is of
  Words done;                       // rows that a lazy node was asked for
  std::vector<std::uint8_t> bytes;  // of a table: truth, a byte a row, which is faster to look up
  Words sets;                       // of kClassOfTexts: rows of a decision table, by class
};

// What a rule asks: roots in the graph, and the whole expression for its message if it fails.
struct Root {
  NodeIndex node = kNoNode;
  ValueType type = ValueType::kBool;
  std::shared_ptr<const cel::Program> whole;
};

// The value of a row of a decision table.
struct RowValue {
  std::int64_t constant = 0;
  NodeIndex node = kNoNode;  // no constant
};

// What a decision table asks.
struct TableNodes {
  NodeIndex hit = kNoNode;
  NodeIndex value = kNoNode;  // none: its rows have no values, or names that are computed
};

class Program {
 public:
  // In a language; null: the schema alone. Of no world: expressions can be added, which checks
  // them, and not run.
  explicit Program(std::shared_ptr<const rules::Language> language = nullptr,
                   std::optional<World> world = std::nullopt)
      : language_(std::move(language)), world_(std::move(world)) {}

  // A text as a checked expression of its language.
  [[nodiscard]] absl::StatusOr<cel::CheckedAst> Check(std::string_view text) const;
  [[nodiscard]] std::shared_ptr<const cel::Environment> environment() const;

  // Adds a checked expression that is asked per row of `target`.
  // Errors: kInvalidArgument, with an issue, for what does not vary with rows of that kind.
  [[nodiscard]] absl::StatusOr<Root> Add(const cel::CheckedAst& ast, Space target);
  // Adds the input of a decision table and an index of the cells below it.
  // Errors: as Add.
  [[nodiscard]] absl::StatusOr<NodeIndex> AddInput(const TableTests& tests, std::size_t input,
                                                   Space target);
  // Adds a decision table of inputs that were added. `values`: by row; empty: none. They are
  // micro-units if `type` is kMoney, else whole numbers.
  [[nodiscard]] TableNodes AddTable(std::span<const NodeIndex> inputs, rules::HitPolicy hit,
                                    std::size_t rows, std::span<const RowValue> values,
                                    ValueType type, Space target);
  // The field of the row that a node reads or asks for, if it does nothing else: of the schema, or
  // a declared attribute. It lives as long as the program.
  [[nodiscard]] const Field* FieldOf(const cel::CheckedAst& checked, cel::NodeId id);
  // After the last Add: computes the tables.
  void Finish();

  [[nodiscard]] const std::shared_ptr<const rules::Language>& language() const { return language_; }
  [[nodiscard]] bool has_world() const { return world_.has_value(); }
  [[nodiscard]] const World& world() const { return *world_; }
  [[nodiscard]] std::span<const Node> nodes() const { return nodes_; }
  [[nodiscard]] std::span<const NodeIndex> children(const Node& node) const {
    return std::span(children_).subspan(node.first_child, node.child_count);
  }
  [[nodiscard]] std::span<const std::string> texts(std::uint32_t list) const {
    return text_lists_[list];
  }
  [[nodiscard]] std::span<const std::int64_t> numbers(std::uint32_t list) const {
    return number_lists_[list];
  }
  [[nodiscard]] const cel::Program& call(std::uint32_t index) const { return *calls_[index]; }
  [[nodiscard]] std::span<const TableColumn> table_columns() const { return table_columns_; }
  [[nodiscard]] const TableIndex& decision_table(std::uint32_t index) const {
    return decision_tables_[index];
  }
  // Of a node that is a table.
  [[nodiscard]] const NodeColumn& table(NodeIndex node) const { return tables_[node]; }
  [[nodiscard]] std::span<const Plane> planes() const { return planes_; }

 private:
  friend class Lowering;
  void MakePlanes();
  NodeIndex AddNode(Node node, std::span<const NodeIndex> children, Space target);
  // Null if the language does not declare it.
  const Field* FindAttribute(std::string_view record, std::string_view name);

  std::shared_ptr<const rules::Language> language_;
  std::optional<World> world_;
  std::vector<std::shared_ptr<const Field>> attributes_;  // declared ones that are read
  std::vector<Node> nodes_;
  std::vector<NodeIndex> children_;
  std::vector<std::vector<std::string>> text_lists_;
  std::vector<std::vector<std::int64_t>> number_lists_;
  std::vector<std::shared_ptr<const cel::Program>> calls_;
  std::vector<TableColumn> table_columns_;
  std::vector<TableIndex> decision_tables_;
  std::vector<NodeIndex> roots_;
  std::vector<NodeColumn> tables_;
  std::vector<Plane> planes_;
  absl::flat_hash_map<std::string, NodeIndex> known_;  // by what a node is, in text
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_PROGRAM_H_
