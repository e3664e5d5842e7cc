// orderwright.problem/1 and orderwright.solution/1: a sourcing problem and its answer as JSON.
//
// Example:
//   absl::StatusOr<io::ProblemDocument> doc = io::ParseProblem({text, "problem.json"});
//   absl::StatusOr<solver::Solution> answer = solver::CheckAndSolve(exact, doc->problem);
//   std::string json = io::SolutionJson(*doc, *answer);
#ifndef ORDERWRIGHT_IO_PROBLEM_JSON_H_
#define ORDERWRIGHT_IO_PROBLEM_JSON_H_

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/io/document.h"
#include "orderwright/solver/problem.h"
#include "orderwright/solver/solution.h"

namespace orderwright::io {

// A line of the document that is an alternative: its arcs are further arcs of another line. The
// document has it among the lines of the order; the problem has no line for it.
struct AlternativeLine {
  std::uint32_t line = 0;      // of the problem: what its units count towards
  std::uint32_t position = 0;  // in the document, among all lines of the order
  std::string sku;
};

// A problem and the names that its numbers stand for.
struct ProblemDocument {
  solver::Problem problem;
  std::vector<std::string> locations;   // by slot.location
  std::vector<std::int64_t> ranks;      // of locations
  std::vector<std::string> order_ids;   // by order
  std::vector<std::string> line_skus;   // by line
  std::vector<std::string> groups;      // by line.group
  std::vector<std::string> slot_keys;   // by slot
  std::vector<std::string> rank_names;  // by rank column

  // What most problems do not have. Where a line has several arcs to one slot, all but one of them
  // must be named as an alternative's, and the arcs of a line of the document have one quota.
  std::vector<AlternativeLine> alternatives;    // by line, then position
  std::vector<std::uint32_t> arc_alternatives;  // by arc, solver::kNone: its line's; or empty
  std::vector<std::string> sets;                // by LineSet::set
  std::vector<std::string> quota_ids;           // by row, "" for a name to be made; or empty
  std::vector<std::string> slot_days;           // by slot, "" for none; or empty
};

// Reads a problem.
// Errors: kInvalidArgument with every issue, paths like `orders[3].lines[0].quantity`;
// kUnimplemented if all of them are that a line would count against two quotas.
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<ProblemDocument> ParseProblem(
    const Document& document);
// Writes a problem such that reading it gives an equal problem. `indent` spaces, 0: one line.
[[nodiscard]] ORDERWRIGHT_EXPORT std::string ProblemJson(const ProblemDocument& document,
                                                         int indent = 0);

// Reads a solution of `problem` (for Verify): the figures as stated, nothing recomputed.
// Errors: kInvalidArgument: unknown orders, lines, locations or keys, not an integer, …
[[nodiscard]] ORDERWRIGHT_EXPORT absl::StatusOr<solver::Solution> ParseSolution(
    const ProblemDocument& problem, const Document& document);
[[nodiscard]] ORDERWRIGHT_EXPORT std::string SolutionJson(const ProblemDocument& problem,
                                                          const solver::Solution& solution,
                                                          int indent = 0);

}  // namespace orderwright::io

#endif  // ORDERWRIGHT_IO_PROBLEM_JSON_H_
