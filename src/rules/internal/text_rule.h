// Rules in words: what kind of answer each kind needs, and the evaluator that gives it.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_TEXT_RULE_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_TEXT_RULE_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orderwright/cel/checker.h"
#include "orderwright/core/issue.h"
#include "orderwright/rules/rule_set.h"
#include "src/rules/internal/program.h"
#include "src/rules/internal/run.h"
#include "src/rules/internal/table_compiler.h"

namespace orderwright::rules {

// Of one program, that of the rule set which was asked last.
struct Memo::State {
  std::shared_ptr<const rules_internal::Program> program;
  rules_internal::Scratch scratch;
  rules_internal::Words need;
  // Which row of a table spoke last where it was asked about one row: an explanation asks next.
  struct Spoken {
    const Evaluator* by = nullptr;
    const Facts* facts = nullptr;
    std::uint64_t stamp = 0;
    std::int64_t row = -1;
  };
  Spoken spoken;
};

}  // namespace orderwright::rules

namespace orderwright::rules_internal {

// What a rule says in words, added to a program.
struct CompiledText {
  Space target = Space::kOrder;
  Root when;   // no node: always
  Root value;  // no node: the kind has none, or there is a table
  std::shared_ptr<const CompiledTable> table;
  bool by_service = false;
  Reads reads;
  std::vector<NamedField> fields;  // that it names
};

// Adds the texts of a rule; mistakes become issues below `path`.
[[nodiscard]] CompiledText Compile(const Rule& rule, const std::string& path, Program& program,
                                   IssueList& issues);

// An expression about what a rule of this kind may read of the order, as text. Null, and issues, if
// it is wrong.
[[nodiscard]] std::shared_ptr<const cel::Program> CompileField(const std::string& text,
                                                               RuleKind kind,
                                                               const Program& language,
                                                               const std::string& path,
                                                               IssueList& issues);

[[nodiscard]] std::shared_ptr<const Evaluator> MakeEvaluator(
    const Rule& rule, CompiledText text, std::shared_ptr<const Program> program);

// Of the evaluator of a rule with a table: the row that speaks for row `row` of the facts, of
// several the first. Absent: none does, or it fails.
[[nodiscard]] std::optional<std::size_t> TableRowOf(const Evaluator& evaluator, const Facts& facts,
                                                    std::size_t row);

// Of the evaluator of a rule in words: as Rule::ValuesFor.
void ValuesOf(const Evaluator& evaluator, const Facts& facts, std::size_t row,
              std::vector<rules::SeenValue>& out);

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_TEXT_RULE_H_
