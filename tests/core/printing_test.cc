// What a failed check shows. A value that prints as {?} makes every failure a debugging session.
#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/ids.h"
#include "tests/catch.h"

namespace orderwright {
namespace {

TEST_CASE("A failed check prints a value by its fmt::formatter") {
  CHECK(Catch::Detail::stringify(Cost::FromMicros(12'500'000)) == "12.50");
  CHECK(Catch::Detail::stringify(OrderId("1042")) == "1042");
}

TEST_CASE("A failed check prints a StatusOr as its value or its status") {
  CHECK(Catch::Detail::stringify(absl::StatusOr<Cost>(Cost())) == "0.00");
  CHECK(Catch::Detail::stringify(absl::StatusOr<Cost>(absl::NotFoundError("no such item"))) ==
        "NOT_FOUND: no such item");
}

}  // namespace
}  // namespace orderwright
