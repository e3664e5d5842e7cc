// What property tests of routing draw their worlds with.
#ifndef ORDERWRIGHT_TESTS_PROPERTIES_RANDOM_H_
#define ORDERWRIGHT_TESTS_PROPERTIES_RANDOM_H_

#include <cstdint>
#include <random>
#include <utility>

#include "orderwright/core/cost.h"
#include "tests/catch.h"

namespace orderwright::testing {

template <typename T>
T Must(absl::StatusOr<T> value) {
  INFO(value.status().ToString());
  REQUIRE(value.ok());
  return *std::move(value);
}

class Random {
 public:
  explicit Random(std::uint64_t seed) : engine_(seed) {}
  std::int64_t Below(std::int64_t n) {
    return static_cast<std::int64_t>(engine_() % static_cast<std::uint64_t>(n));
  }
  bool Once(std::int64_t in) { return Below(in) == 0; }
  Cost Price(std::int64_t below) { return Cost::FromMicros(Below(below) * 250'000); }

 private:
  std::mt19937_64 engine_;
};

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_PROPERTIES_RANDOM_H_
