#include "tests/solver/instances.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fstream>
#include <vector>

#include <fmt/format.h>

namespace orderwright::solver::testing {
namespace {

struct Location {
  std::vector<double> fixed;               // per facility
  std::vector<std::vector<double>> costs;  // [customer][facility]
};

std::int64_t Scaled(double cost) { return std::llround(cost * kInstanceScale); }

// Every customer must be served, so the penalty is above what serving one may cost.
Problem ProblemOf(const Location& location) {
  Problem problem;
  double dearest = 1;
  for (const double fixed : location.fixed) dearest = std::max(dearest, fixed);
  double connection = 0;
  for (const auto& row : location.costs) {
    connection = std::max(connection, *std::max_element(row.begin(), row.end()));
  }
  const std::int64_t penalty = Scaled(dearest + connection) + 1;
  for (std::uint32_t j = 0; j < location.fixed.size(); ++j) {
    Slot slot;
    slot.location = j;
    slot.tie_rank = j;
    slot.fixed_cost = Scaled(location.fixed[j]);
    problem.slots.push_back(slot);
  }
  for (const auto& row : location.costs) {
    Line line;
    line.quantity = 1;
    line.shortfall_penalty = penalty;
    line.first_arc = static_cast<std::uint32_t>(problem.arcs.size());
    line.arc_count = static_cast<std::uint32_t>(row.size());
    for (std::uint32_t j = 0; j < row.size(); ++j) {
      Arc arc;
      arc.slot = j;
      arc.unit_cost = Scaled(row[j]);
      problem.arcs.push_back(arc);
    }
    problem.lines.push_back(line);
  }
  OrderSpan order;
  order.line_count = static_cast<std::uint32_t>(problem.lines.size());
  order.slot_count = static_cast<std::uint32_t>(problem.slots.size());
  problem.orders.push_back(order);
  return problem;
}

absl::Status BadFile(const std::filesystem::path& path) {
  return absl::InvalidArgumentError(fmt::format("{}: not in its format", path.string()));
}

}  // namespace

std::optional<std::filesystem::path> InstanceDirectory() {
  const char* const named = std::getenv("ORDERWRIGHT_INSTANCES");
  const std::filesystem::path path =
      named != nullptr
          ? std::filesystem::path(named)
          : std::filesystem::path(ORDERWRIGHT_TESTS_SOURCE_DIR) / "../shared/instances";
  std::error_code error;
  if (!std::filesystem::is_directory(path, error)) return std::nullopt;
  return path;
}

absl::StatusOr<Problem> ReadCapInstance(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(path.string());
  std::size_t facilities = 0;
  std::size_t customers = 0;
  file >> facilities >> customers;
  if (!file || facilities * customers > 10'000'000) return BadFile(path);
  Location location;
  location.fixed.resize(facilities);
  std::string capacity;
  for (double& fixed : location.fixed) file >> capacity >> fixed;
  location.costs.assign(customers, std::vector<double>(facilities));
  for (auto& row : location.costs) {
    double demand = 0;
    file >> demand;
    for (double& cost : row) file >> cost;
  }
  if (!file) return BadFile(path);
  return ProblemOf(location);
}

absl::StatusOr<Problem> ReadSimpleInstance(const std::filesystem::path& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(path.string());
  std::string title;
  std::getline(file, title);
  std::size_t facilities = 0;
  std::size_t customers = 0;
  double zero = 0;
  file >> facilities >> customers >> zero;
  if (!file || facilities * customers > 10'000'000) return BadFile(path);
  Location location;
  location.fixed.resize(facilities);
  location.costs.assign(customers, std::vector<double>(facilities));
  for (std::size_t j = 0; j < facilities; ++j) {
    std::size_t number = 0;
    file >> number >> location.fixed[j];
    for (auto& row : location.costs) file >> row[j];
  }
  if (!file) return BadFile(path);
  return ProblemOf(location);
}

}  // namespace orderwright::solver::testing
