// Public instances of uncapacitated facility location, read in place where they are: a customer is
// a line of one unit, a facility a slot. Not part of the repository.
//
// Directory: $ORDERWRIGHT_INSTANCES, else ../shared/instances beside the repository. Formats: ORLIB
// "cap" files (`n m`, n rows of `capacity fixed`, m times a demand and n costs of all of it) and
// the simple format of UflLib (a line FILE:, `n m 0`, n rows of `number fixed cost...`).
#ifndef ORDERWRIGHT_TESTS_SOLVER_INSTANCES_H_
#define ORDERWRIGHT_TESTS_SOLVER_INSTANCES_H_

#include <filesystem>
#include <optional>
#include <string>

#include "absl/status/statusor.h"
#include "orderwright/solver/problem.h"

namespace orderwright::solver::testing {

// Costs are multiplied by this: cap files have up to five decimals.
inline constexpr double kInstanceScale = 100'000;

// The directory of the instances; nothing if there is none.
[[nodiscard]] std::optional<std::filesystem::path> InstanceDirectory();

// Errors: kNotFound; kInvalidArgument if the file is not of its format.
[[nodiscard]] absl::StatusOr<Problem> ReadCapInstance(const std::filesystem::path& path);
[[nodiscard]] absl::StatusOr<Problem> ReadSimpleInstance(const std::filesystem::path& path);

}  // namespace orderwright::solver::testing

#endif  // ORDERWRIGHT_TESTS_SOLVER_INSTANCES_H_
