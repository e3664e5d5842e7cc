// The version of the library that a program is compiled with.
//
// Semantic versioning; until 1.0 a new minor version may change the interface. The numbers are
// equal to those of the CMake project and of the Python package; a test compares them.
//
// Example:
//   #if ORDERWRIGHT_VERSION >= 200  // 0.2.0
//   fmt::print("orderwright {}\n", orderwright::kVersion);
#ifndef ORDERWRIGHT_CORE_VERSION_H_
#define ORDERWRIGHT_CORE_VERSION_H_

#include <string_view>

#define ORDERWRIGHT_VERSION_MAJOR 0
#define ORDERWRIGHT_VERSION_MINOR 1
#define ORDERWRIGHT_VERSION_PATCH 0
// One number to compare with in the preprocessor: major * 10000 + minor * 100 + patch.
#define ORDERWRIGHT_VERSION \
  (ORDERWRIGHT_VERSION_MAJOR * 10000 + ORDERWRIGHT_VERSION_MINOR * 100 + ORDERWRIGHT_VERSION_PATCH)

namespace orderwright {

inline constexpr int kVersionMajor = ORDERWRIGHT_VERSION_MAJOR;
inline constexpr int kVersionMinor = ORDERWRIGHT_VERSION_MINOR;
inline constexpr int kVersionPatch = ORDERWRIGHT_VERSION_PATCH;

// "major.minor.patch".
inline constexpr std::string_view kVersion = "0.1.0";

}  // namespace orderwright

#endif  // ORDERWRIGHT_CORE_VERSION_H_
