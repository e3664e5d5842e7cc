#include "orderwright/core/version.h"

#include <fmt/format.h>

#include "tests/catch.h"

namespace orderwright {
namespace {

TEST_CASE("The text of the version is made of its three numbers") {
  CHECK(kVersion == fmt::format("{}.{}.{}", kVersionMajor, kVersionMinor, kVersionPatch));
  CHECK(ORDERWRIGHT_VERSION == kVersionMajor * 10'000 + kVersionMinor * 100 + kVersionPatch);
}

}  // namespace
}  // namespace orderwright
