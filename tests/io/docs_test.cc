// The examples in docs/formats are documents that the readers take.
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/inventory/pool.h"
#include "orderwright/io/document.h"
#include "orderwright/io/explanation_json.h"
#include "orderwright/io/plan_json.h"
#include "orderwright/io/problem_json.h"
#include "orderwright/io/rules_json.h"
#include "orderwright/routing/router.h"
#include "orderwright/solver/brute_force.h"
#include "orderwright/solver/verify.h"
#include "tests/io/fixtures.h"

namespace orderwright {
namespace {

using testing::IsOk;

// The fenced blocks of a page in one language, in order.
std::vector<std::string> Blocks(const std::string& page, std::string_view language) {
  std::ifstream file(std::string(ORDERWRIGHT_TESTS_SOURCE_DIR) + "/docs/formats/" + page);
  REQUIRE(file.good());
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  std::vector<std::string> blocks;
  const std::string open = fmt::format("```{}\n", language);
  for (std::size_t at = text.find(open); at != std::string::npos; at = text.find(open, at)) {
    at += open.size();
    blocks.push_back(text.substr(at, text.find("```", at) - at));
  }
  REQUIRE_FALSE(blocks.empty());
  return blocks;
}

io::LoadedWorld ExampleWorld() {
  const std::string text = Blocks("world.md", "json").at(0);
  absl::StatusOr<io::LoadedWorld> loaded = io::ParseWorld({text, "world.md"});
  INFO(loaded.status().ToString());
  REQUIRE(loaded.ok());
  return *std::move(loaded);
}

TEST_CASE("The example of a world is read") {
  const io::LoadedWorld loaded = ExampleWorld();
  CHECK(loaded.world.FindLocation("RNO").has_value());
  CHECK_FALSE(loaded.stock.rows().empty());
}

TEST_CASE("The example of rules is read, and makes a rule set") {
  for (const std::string& text : Blocks("rules.md", "json")) {
    io::ReadOptions options;
    options.directory = std::string(ORDERWRIGHT_TESTS_SOURCE_DIR) + "/docs/formats";
    const auto loaded = io::ParseRules({text, "rules.md"}, options);
    REQUIRE(IsOk(loaded));
    CHECK(IsOk(rules::RuleSet::Create(loaded->draft)));
  }
}

TEST_CASE("The examples of an order, JSON and CSV, are read with the example of a world") {
  const io::LoadedWorld loaded = ExampleWorld();
  const std::string json = Blocks("order.md", "json").at(0);
  CHECK(IsOk(io::ParseOrders(loaded.world, {json, "order.md"})));
  const std::string methods = Blocks("order.md", "json").at(1);
  const auto mixed = io::ParseOrders(loaded.world, {methods, "order.md"});
  REQUIRE(IsOk(mixed));
  CHECK(mixed->orders[0].ship_groups().size() == 3);
  const std::string csv = Blocks("order-csv.md", "csv").at(0);
  CHECK(IsOk(io::ParseOrdersCsv(loaded.world, {csv, "order-csv.md"})));
}

TEST_CASE("The example of an explanation is read, and its record gives the same answers") {
  const std::string text = Blocks("explanation.md", "json").at(0);
  const auto record = io::ParseExplanation({text, "explanation.md"});
  REQUIRE(IsOk(record));
  const auto why = Explain(*record, {.next_best = 1, .why_not = {"LAS"}});
  REQUIRE(IsOk(why));
  const std::string again = io::ExplanationJson(*why);
  const auto squeezed = [](std::string json) {
    std::erase_if(json, [](char c) { return c == ' ' || c == '\n'; });
    return json;
  };
  CHECK(squeezed(again) == squeezed(text));
  const std::string short_one = Blocks("explanation.md", "json").at(1);
  const auto by_hand = io::ParseExplanation({short_one, "explanation.md"});
  REQUIRE(IsOk(by_hand));
  REQUIRE(by_hand->manual);
  CHECK(by_hand->manual->actor == "ana");
  CHECK(IsOk(Explain(*by_hand)));
  const std::string waiting = Blocks("explanation.md", "json").at(2);
  const auto waits = io::ParseExplanation({waiting, "explanation.md"});
  REQUIRE(IsOk(waits));
  const auto later = Explain(*waits, {.next_best = 1, .break_evens = false});
  REQUIRE(IsOk(later));
  CHECK(squeezed(io::ExplanationJson(*later)) == squeezed(waiting));
}

TEST_CASE("The examples of problems are read, and those of solutions are right answers to them") {
  const std::vector<std::string> problems = Blocks("problem.md", "json");
  const std::vector<std::string> solutions = Blocks("solution.md", "json");
  REQUIRE(problems.size() == solutions.size());
  for (std::size_t i = 0; i < problems.size(); ++i) {
    const auto problem = io::ParseProblem({problems[i], "problem.md"});
    INFO(problem.status().ToString());
    REQUIRE(problem.ok());
    const auto solution = io::ParseSolution(*problem, {solutions[i], "solution.md"});
    INFO(solution.status().ToString());
    REQUIRE(solution.ok());
    const solver::Verification check = solver::Verify(problem->problem, *solution);
    CHECK(check.violations == std::vector<std::string>{});
    if (solution->termination.proof != solver::Proof::kOptimal) continue;
    const auto best = solver::CheckAndSolve(solver::BruteForceSolver(), problem->problem);
    REQUIRE(best.ok());
    CHECK(best->cost == solution->cost);
  }
}

}  // namespace
}  // namespace orderwright
