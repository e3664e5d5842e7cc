#include <cstdint>
#include <optional>
#include <string>

#include <fmt/format.h>
#include <pybind11/pybind11.h>
#include <pybind11/stl.h>

#include "bind.h"
#include "convert.h"
#include "orderwright/io/problem_json.h"
#include "orderwright/solver/exact.h"
#include "orderwright/solver/solver.h"
#include "orderwright/solver/verify.h"

namespace orderwright::python {
namespace {

std::string Solve(const py::bytes& problem, const std::string& name, bool places,
                  std::optional<double> time_limit, std::optional<std::int64_t> node_limit,
                  int indent) {
  solver::SolveOptions options;
  options.time_limit = TimeLimitOf(time_limit);
  if (node_limit) {
    if (*node_limit < 0) {
      Raise(BadArgument("node_limit", fmt::format("is {}; it must be 0 or more", *node_limit)));
    }
    options.node_limit = *node_limit;
  }
  const io::Document document{ViewOf(problem), name};
  return Unwrap(WithoutGil([&]() -> absl::StatusOr<std::string> {
                  const absl::StatusOr<io::ProblemDocument> read = io::ParseProblem(document);
                  if (!read.ok()) return read.status();
                  const absl::StatusOr<solver::Solution> solution =
                      solver::CheckAndSolve(solver::ExactSolver(), read->problem, options);
                  if (!solution.ok()) return solution.status();
                  return io::SolutionJson(*read, *solution, indent);
                }),
                {.places = places, .root = ""});
}

py::dict Verify(const py::bytes& problem, const std::string& problem_name, bool problem_places,
                const py::bytes& solution, const std::string& solution_name, bool solution_places) {
  const io::Document problem_text{ViewOf(problem), problem_name};
  const io::Document solution_text{ViewOf(solution), solution_name};
  const io::ProblemDocument read =
      Unwrap(WithoutGil([&] { return io::ParseProblem(problem_text); }),
             {.places = problem_places, .root = ""});
  Check(WithoutGil([&] { return solver::Check(read.problem); }));
  const solver::Solution answer =
      Unwrap(WithoutGil([&] { return io::ParseSolution(read, solution_text); }),
             {.places = solution_places, .root = ""});
  const solver::Verification found =
      WithoutGil([&] { return solver::Verify(read.problem, answer); });
  py::dict result;
  result["valid"] = found.valid();
  result["cost"] = found.cost;
  result["violations"] = found.violations;
  return result;
}

}  // namespace

void BindSolver(py::module_& module) {
  module.def("solve_text", &Solve, py::arg("problem"), py::arg("name"), py::kw_only(),
             py::arg("places"), py::arg("time_limit"), py::arg("node_limit"), py::arg("indent"),
             "The text of orderwright.problem/1 to that of orderwright.solution/1.");
  module.def("verify_text", &Verify, py::arg("problem"), py::arg("problem_name"),
             py::arg("problem_places"), py::arg("solution"), py::arg("solution_name"),
             py::arg("solution_places"), "The dict that orderwright.verify returns.");
}

}  // namespace orderwright::python
