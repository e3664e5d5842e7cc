// The library in this task, and the predicate by hand, which is the floor.
#ifndef ORDERWRIGHT_BENCHMARKS_TASKS_RULES_OURS_H_
#define ORDERWRIGHT_BENCHMARKS_TASKS_RULES_OURS_H_

#include <cstddef>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"

namespace orderwright::benchmarks {

inline constexpr std::size_t kCandidates = 200;
inline constexpr std::size_t kTableRows = 1'000;  // ten channels x ten markets x ten regions

struct Work {
  std::string_view metric;
  std::function<void()> run;
};
// What the library does of each metric; the facts are made before.
std::vector<Work> OurWork();
// E1 as a function of C++ over structs that hold texts.
std::vector<Work> FloorWork();
// Why the library has no figure for the table; empty: it has.
std::string WhyNoTable();

// Facts, texts and the answers that the library gives, for peers:
//   text, order, locations [{id, kind, country, handling_days}], available, expected (a character a
//   location, 1 or 0), rules [text], expected_rules (how many of all answers are true), table_rows.
// Errors: kInternal: the library contradicts the predicate by hand.
[[nodiscard]] absl::Status WriteInstance(const std::string& path);

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_TASKS_RULES_OURS_H_
