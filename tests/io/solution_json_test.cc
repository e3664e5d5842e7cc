// orderwright.solution/1 (the second half of problem_json.h).
#include <string>

#include "orderwright/io/problem_json.h"
#include "orderwright/solver/verify.h"
#include "tests/io/fixtures.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::ErrorsOf;
using testing::IsOk;
using testing::Marked;
using testing::Texts;

constexpr std::string_view kProblem = R"({"format": "orderwright.problem/1",
  "locations": [{"id": "RNO"}, {"id": "OAK"}],
  "inventory": [{"location": "RNO", "sku": "MUG", "available": 2, "price": 5},
                {"location": "OAK", "sku": "TEE", "available": 9}],
  "orders": [{"id": "1", "split_penalty": 11, "cost_offset": -4,
    "lines": [{"sku": "MUG", "quantity": 3, "weight_g": 350, "shortfall_penalty": 1000},
              {"sku": "TEE", "quantity": 1, "weight_g": 100, "shortfall_penalty": 1000}],
    "candidates": [{"location": "RNO", "fixed_cost": 20, "unit_cost": [1, 1],
                    "rate": [[500, 40], [1000, 70]]},
                   {"location": "OAK", "key": "air", "fixed_cost": 30},
                   {"location": "OAK", "fixed_cost": 31}]},
   {"id": "2", "lines": [{"sku": "TEE", "quantity": 2, "shortfall_penalty": 5}],
    "candidates": [{"location": "OAK", "fixed_cost": 30}]}]})";

io::ProblemDocument ProblemOf(std::string_view text) {
  const auto problem = io::ParseProblem({text, "problem"});
  REQUIRE(IsOk(problem));
  return *problem;
}

absl::StatusOr<solver::Solution> Parse(std::string_view text) {
  return io::ParseSolution(ProblemOf(kProblem), {text, ""});
}

// RNO ships 2 of 3 mugs: 20 + 70 + 2 * (1 + 5); OAK one tee by air: 30; a split and a short mug.
constexpr std::string_view kSolution = R"({"format": "orderwright.solution/1",
  "status": "optimal", "deterministic": true, "nodes": 7, "cost": 1149, "lower_bound": 1149,
  "orders": [
   {"id": "1", "cost": 1139, "shipments": [
     {"location": "RNO", "key": "", "cost": 102, "lines": [{"line": 0, "quantity": 2}]},
     {"location": "OAK", "key": "air", "cost": 30, "lines": [{"line": 1, "quantity": 1}]}],
    "shortfalls": [{"line": 0, "quantity": 1}]},
   {"id": "2", "cost": 10, "shipments": [], "shortfalls": [{"line": 0, "quantity": 2}]}]})";

TEST_CASE("ParseSolution turns names into the numbers of the problem") {
  const auto solution = Parse(kSolution);
  REQUIRE(IsOk(solution));
  CHECK(solution->termination.proof == solver::Proof::kOptimal);
  CHECK(solution->termination.limit == solver::Limit::kNothing);
  CHECK(solution->cost == 1149);
  CHECK(solution->lower_bound == 1149);
  CHECK(solution->nodes == 7);
  CHECK(solution->shortfall == std::vector<std::int64_t>{1, 0, 2});
  CHECK(solution->takes == std::vector<solver::Take>{{0, 0, 0, 2}, {1, 1, 1, 1}});
  const solver::Verification verified = solver::Verify(ProblemOf(kProblem).problem, *solution);
  CHECK(verified.violations == Texts{});
  CHECK(verified.cost == 1149);
}

TEST_CASE("SolutionJson states what each shipment and order costs") {
  const auto problem = ProblemOf(kProblem);
  const auto solution = Parse(kSolution);
  REQUIRE(IsOk(solution));
  std::string flat;
  for (const char c : kSolution) {
    if (c != ' ' && c != '\n') flat += c;
  }
  CHECK(io::SolutionJson(problem, *solution) == flat);
  // The takes may come in any order.
  solver::Solution turned = *solution;
  std::swap(turned.takes[0], turned.takes[1]);
  CHECK(io::SolutionJson(problem, turned) == flat);
}

TEST_CASE("SolutionJson writes a solution that reads as the same solution") {
  const auto problem = ProblemOf(kProblem);
  auto solution = Parse(kSolution);
  REQUIRE(IsOk(solution));
  solution->termination = {solver::Proof::kFeasible, solver::Limit::kTime, false};
  solution->lower_bound = 1000;
  const std::string json = io::SolutionJson(problem, *solution, 2);
  const auto again = io::ParseSolution(problem, {json, ""});
  REQUIRE(IsOk(again));
  CHECK(again->termination.proof == solver::Proof::kFeasible);
  CHECK(again->termination.limit == solver::Limit::kTime);
  CHECK_FALSE(again->termination.deterministic);
  CHECK(again->lower_bound == 1000);
  CHECK(again->takes == solution->takes);
  CHECK(again->shortfall == solution->shortfall);
  CHECK(io::SolutionJson(problem, *again, 2) == json);
}

TEST_CASE("A feasible solution that does not say what ended it was ended by its method") {
  const auto solution = Parse(
      R"({"format": "orderwright.solution/1", "status": "feasible", "cost": 0, "lower_bound": 0,
          "orders": []})");
  REQUIRE(IsOk(solution));
  CHECK(solution->termination.limit == solver::Limit::kMethod);
}

TEST_CASE("Levels of the objectives are read and written in their order") {
  auto text = std::string(kProblem);
  text.insert(text.find("\"locations\""),
              R"("objectives": [{"minimize": "rank:m"}, {"minimize": "cost"}], )");
  const auto problem = ProblemOf(text);
  auto solution_text = std::string(kSolution);
  constexpr std::string_view kLevels =
      R"("objectives":[{"minimize":"shortfall","value":1010,"bound":1009},)"
      R"({"minimize":"rank:m","value":0,"bound":0},{"minimize":"cost","value":1149,"bound":3}],)";
  solution_text.insert(solution_text.find("\"orders\""), kLevels);
  const auto solution = io::ParseSolution(problem, {solution_text, ""});
  REQUIRE(IsOk(solution));
  REQUIRE(solution->levels.size() == 3);
  CHECK(solution->levels[0].value == 1010);
  CHECK(solution->levels[0].bound == 1009);
  CHECK(solution->levels[2].bound == 3);
  CHECK_THAT(io::SolutionJson(problem, *solution), ContainsText(std::string(kLevels)));
  CHECK(ErrorsOf(io::ParseSolution(problem, {kSolution, ""})) == Texts{"1:1 wrong_length"});
}

TEST_CASE("A line that may not ship from a location is for Verify to refuse") {
  auto text = std::string(kSolution);
  text.replace(text.find("\"line\": 1, \"quantity\": 1"), 9, "\"line\": 0");
  const auto solution = Parse(text);
  REQUIRE(IsOk(solution));
  CHECK(solution->takes[1].arc == solver::kNone);
  const auto problem = ProblemOf(kProblem);
  CHECK_FALSE(solver::Verify(problem.problem, *solution).valid());
  CHECK_THAT(io::SolutionJson(problem, *solution), ContainsText("\"key\":\"air\",\"cost\":30"));
}

TEST_CASE("A solution may claim any number without breaking the writer") {
  auto text = std::string(kSolution);
  const std::string at = "\"line\": 0, \"quantity\": 2";
  text.replace(text.find(at), at.size(), "\"line\": 0, \"quantity\": 9223372036854775807");
  const auto solution = Parse(text);
  REQUIRE(IsOk(solution));
  CHECK_THAT(io::SolutionJson(ProblemOf(kProblem), *solution),
             ContainsText("\"cost\":9223372036854775807"));
}

struct Spoilt {
  std::string from;
  std::string to;
  std::string error;
};

TEST_CASE("What does not belong to the problem is refused at its place") {
  const std::vector<Spoilt> cases = {
      {"\"orderwright.solution/1\"", "^\"orderwright.solution/2\"", "format unknown_format"},
      {"\"optimal\"", "^\"best\"", "status unknown_value"},
      {"\"cost\": 1149", "\"cost\": ^1149.0", "cost not_an_integer"},
      {"\"nodes\": 7", "^\"node\": 7", "node unknown_field"},
      {"\"id\": \"2\"", "\"id\": ^\"3\"", "orders[1].id unknown_order"},
      {"\"id\": \"2\"", "\"id\": ^\"1\"", "orders[1].id duplicate"},
      {"\"RNO\"", "^\"REN\"", "orders[0].shipments[0].location unknown_location"},
      {"{\"location\": \"OAK\", \"key\": \"air\"", "^{\"location\": \"OAK\", \"key\": \"sea\"",
       "orders[0].shipments[1] unknown_candidate"},
      {"\"line\": 1", "\"line\": ^2", "orders[0].shipments[1].lines[0].line unknown_line"},
      {"\"line\": 1", "\"line\": ^-1", "orders[0].shipments[1].lines[0].line negative"},
      {"{\"location\": \"OAK\", \"key\": \"air\"", "^{\"location\": \"RNO\"",
       "orders[0].shipments[1] duplicate"},
      {"[{\"line\": 0, \"quantity\": 1}]",
       "[{\"line\": 0, \"quantity\": 1}, {\"line\": ^0, \"quantity\": 0}]",
       "orders[0].shortfalls[1].line duplicate"},
      {"\"quantity\": 1}]},\n   {", "\"quantity\": ^\"1\"}]},\n   {",
       "orders[0].shortfalls[0].quantity wrong_type"},
  };
  for (const Spoilt& spoilt : cases) {
    CAPTURE(spoilt.from, spoilt.to);
    auto text = std::string(kSolution);
    const std::size_t at = text.find(spoilt.from);
    REQUIRE(at != std::string::npos);
    const Marked marked(text.replace(at, spoilt.from.size(), spoilt.to));
    CHECK(ErrorsOf(Parse(marked.text)) == Texts{marked.place + ": " + spoilt.error});
  }
  auto text = std::string(kSolution);
  text.erase(text.find("\"lower_bound\""), 20);
  CHECK(ErrorsOf(Parse(text)) == Texts{"1:1: lower_bound missing_field"});
}

}  // namespace
}  // namespace orderwright
