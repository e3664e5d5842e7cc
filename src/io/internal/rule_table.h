// RuleTable: the decision table of a rule as it stands in a document, and where its parts stand.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_RULE_TABLE_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_RULE_TABLE_H_

#include <cstddef>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/rules/rule_set.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/table_csv.h"

namespace orderwright::io_internal {

// What of a rule its table is read from; kNoNode: not given.
struct TableNodes {
  NodeId inputs = kNoNode;
  NodeId rows = kNoNode;
  NodeId hit = kNoNode;
  NodeId groups = kNoNode;  // ranked groups of locations, in place of the others
};

class RuleTable {
 public:
  // Reads the table of a rule whose other fields are known; what is wrong is reported. `directory`:
  // where CSV files are; empty: nowhere.
  RuleTable(JsonReader& reader, const TableNodes& nodes, const rules::Rule& rule,
            const std::string& directory);

  // Null if something was wrong.
  [[nodiscard]] std::shared_ptr<const rules::DecisionTable> table() const { return table_; }
  // Where the part of the table stands in the document that the rules name `.rows[3].cells[0]`:
  // `.rows[3][0]`, of groups `.groups[3]`.
  [[nodiscard]] std::string PathOf(std::string_view part) const;
  // Of a part that stands in a CSV file: file, line and column, and its path below `rule`.
  [[nodiscard]] std::optional<std::string> PlaceInCsv(std::string_view rule,
                                                      std::string_view part) const;
  // The place of a row, by row; of JSON the nodes.
  [[nodiscard]] const std::vector<NodeId>& row_nodes() const { return row_nodes_; }
  [[nodiscard]] bool is_csv() const { return csv_ != nullptr; }
  [[nodiscard]] std::size_t rows() const { return table_ == nullptr ? 0 : table_->rows.size(); }

 private:
  struct Csv {
    std::string name;
    std::string text;
    CsvTable table;
    std::optional<DocumentIssues> issues;
  };
  void ReadTable(const TableNodes& nodes, const rules::Rule& rule, const std::string& directory);
  void ReadRows(NodeId node, const rules::Rule& rule);
  void ReadCsv(NodeId node, const rules::Rule& rule, const std::string& directory);
  void ReadGroups(NodeId node);
  [[nodiscard]] std::optional<std::string> CellOf(NodeId node);
  [[nodiscard]] std::string ValueOf(const rules::Rule& rule, NodeId node);
  [[nodiscard]] bool HasValue(const rules::Rule& rule, std::size_t width) const;
  [[nodiscard]] std::string Widths(const rules::Rule& rule) const;

  JsonReader& reader_;
  rules::DecisionTable draft_;
  std::shared_ptr<const rules::DecisionTable> table_;
  std::vector<NodeId> row_nodes_;
  std::vector<std::size_t> group_of_input_;  // of groups; the first input is the id of the location
  bool is_groups_ = false;
  std::unique_ptr<Csv> csv_;
};

// A text of CEL; a number or a truth is its own literal. Reported if it is none.
[[nodiscard]] std::string ExpressionOf(JsonReader& reader, NodeId node);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_RULE_TABLE_H_
