// What benchmarks share: draws that are the same everywhere, medians, and giving up.
#ifndef ORDERWRIGHT_BENCHMARKS_COMMON_H_
#define ORDERWRIGHT_BENCHMARKS_COMMON_H_

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <random>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "absl/status/statusor.h"
#include "orderwright/core/status.h"

namespace orderwright::benchmarks {

// Draws that are the same with every standard library: only the engine's raw output is used.
class Draw {
 public:
  explicit Draw(std::uint64_t seed) : engine_(seed) {}
  double Unit() { return static_cast<double>(engine_() >> 11) * 0x1.0p-53; }
  std::size_t Below(std::size_t n) {
    return static_cast<std::size_t>(Unit() * static_cast<double>(n));
  }

 private:
  std::mt19937_64 engine_;
};

inline double Median(std::vector<double> values) {
  std::nth_element(values.begin(), values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2),
                   values.end());
  return values[values.size() / 2];
}

inline void OkOrDie(const absl::Status& status) {
  if (status.ok()) return;
  fmt::print(stderr, "{}\n", MessageOf(status));
  std::exit(1);
}

template <typename T>
T OrDie(absl::StatusOr<T> value) {
  OkOrDie(value.status());
  return *std::move(value);
}

// With ORDERWRIGHT_BENCHMARK_SMOKE set, sizes are small: it is shown that a benchmark works.
inline bool IsSmoke() { return std::getenv("ORDERWRIGHT_BENCHMARK_SMOKE") != nullptr; }

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_COMMON_H_
