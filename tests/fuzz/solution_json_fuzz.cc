// Any text is either refused as a solution, with issues that say why, or read; and what is read can
// be verified (it may be wrong), written, and read again as the same.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include "orderwright/core/issue.h"
#include "orderwright/io/problem_json.h"
#include "orderwright/solver/verify.h"

namespace {

constexpr std::string_view kProblem = R"({
  "format": "orderwright.problem/1", "locations": [{"id": "RNO"}, {"id": "OAK"}],
  "inventory": [{"location": "RNO", "sku": "MUG", "available": 5, "price": 3},
                {"location": "OAK", "sku": "MUG", "available": 2}, {"location": "OAK", "sku": "HAT", "available": 1},
                {"location": "OAK", "sku": "CUP", "available": 4}],
  "orders": [{"id": "1042", "split_penalty": 7,
    "lines": [{"sku": "MUG", "quantity": 3, "shortfall_penalty": 900, "weight_g": 10},
              {"sku": "HAT", "quantity": 1, "shortfall_penalty": 800},
              {"sku": "CUP", "quantity": 2, "alternative_of": 0}],
    "candidates": [{"location": "RNO", "fixed_cost": 50, "unit_cost": [1, 2, 3], "rate": [[20, 4], [null, 9]]},
                   {"location": "OAK", "key": "air", "fixed_cost": 60}]}]})";

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  namespace io = orderwright::io;
  static const auto problem = io::ParseProblem({kProblem, "problem"});
  if (!problem.ok()) std::abort();
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto solution = io::ParseSolution(*problem, {text, "fuzz"});
  if (!solution.ok()) {
    if (orderwright::IssuesOf(solution.status()).empty()) std::abort();
    return 0;
  }
  (void)orderwright::solver::Verify(problem->problem, *solution);
  const std::string written = io::SolutionJson(*problem, *solution);
  const auto again = io::ParseSolution(*problem, {written, "again"});
  if (!again.ok() || again->takes != solution->takes || again->shortfall != solution->shortfall) {
    std::abort();
  }
  return 0;
}
