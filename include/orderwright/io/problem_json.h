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
};

// Reads a problem; fields marked as later in the format are refused with kUnimplemented.
// Errors: kInvalidArgument with every issue, paths like `orders[3].lines[0].quantity`.
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
