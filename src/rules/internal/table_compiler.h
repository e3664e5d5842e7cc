// Checks the table of a rule and adds it to a program.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_COMPILER_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_COMPILER_H_

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "orderwright/cel/checker.h"
#include "orderwright/core/issue.h"
#include "orderwright/rules/rule_set.h"
#include "src/rules/internal/program.h"
#include "src/rules/internal/table.h"
#include "src/rules/internal/text_check.h"

namespace orderwright::rules_internal {

// The table of a rule, added to a program.
struct CompiledTable {
  struct Input {
    std::string text;
    std::shared_ptr<const cel::Program> is_set;  // null: it always is
    std::shared_ptr<const cel::Program> whole;
  };
  struct Value {
    std::int64_t constant = 0;
    std::shared_ptr<const cel::Program> whole;  // null: the constant
  };
  TableNodes nodes;
  rules::HitPolicy hit = rules::HitPolicy::kUnique;
  std::vector<Input> inputs;
  std::vector<Value> values;  // of rows; empty: they have none
};

class TableCompiler {
 public:
  // `when`: what is known where the table is looked at; null: nothing.
  TableCompiler(const Rule& rule, const std::string& path, const cel::CheckedAst* when,
                Program& program, IssueList& issues);
  void FindReads(bool& services, Reads& reads) const;

  void FindFields(std::vector<NamedField>& out) const;
  // Null if anything is wrong with it.
  std::shared_ptr<const CompiledTable> AddTo(Space target);

 private:
  std::string PathOfValue(std::size_t row) const;
  void CheckPolicy();

  // A typing error in the id of a location would never hold, and nobody would see it.
  void CheckLocations();
  void CheckValues();
  void CheckValue(std::size_t r, const std::string& text, CompiledTable::Value& value);

  // What is known where a row hits.
  std::optional<cel::CheckedAst> Given(std::size_t r) const;
  std::optional<std::int64_t> ConstantOf(const Node& node) const;
  CompiledTable::Input WholeOf(const TableInput& input) const;

  const Rule& rule_;
  Meaning meaning_;
  std::string path_;
  const cel::CheckedAst* when_;
  Program& program_;
  IssueList& issues_;
  std::optional<TableTests> tests_;
  std::vector<CompiledTable::Value> values_;
  std::vector<std::pair<std::size_t, cel::CheckedAst>> computed_;  // row and value
  absl::flat_hash_map<std::string, std::int64_t> names_;  // numbers of names that were seen
};

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_COMPILER_H_
