#include "orderwright/core/ids.h"

#include <set>
#include <type_traits>
#include <unordered_set>

#include "absl/container/flat_hash_set.h"
#include "tests/catch.h"

namespace orderwright {
namespace {

TEST_CASE("The example of the header compiles and gives the number inside") {
  OrderId id("1042");
  std::size_t row = Raw(LocationIndex{3});
  CHECK(id.text() == "1042");
  CHECK(row == 3);
}

TEST_CASE("Ids of different kinds neither convert nor compare") {
  CHECK_FALSE(std::is_convertible_v<OrderId, LineId>);
  CHECK_FALSE(std::is_constructible_v<OrderId, LineId>);
  CHECK_FALSE(std::is_convertible_v<std::string, OrderId>);
  CHECK_FALSE(std::is_convertible_v<OrderId, std::string>);
  CHECK_FALSE((std::equality_comparable_with<OrderId, LineId>));
  CHECK_FALSE(std::is_convertible_v<LocationIndex, std::uint32_t>);
}

TEST_CASE("Ids compare, hash and print as their text") {
  CHECK(OrderId("a") == OrderId(std::string("a")));
  CHECK(OrderId("a") < OrderId("b"));
  CHECK(OrderId().empty());
  CHECK(fmt::format("{}", OrderId("1042")) == "1042");
  const std::unordered_set<OrderId> by_std = {OrderId("a"), OrderId("a"), OrderId("b")};
  const absl::flat_hash_set<OrderId> by_absl = {OrderId("a"), OrderId("a"), OrderId("b")};
  CHECK(by_std.size() == 2);
  CHECK(by_absl.size() == 2);
}

}  // namespace
}  // namespace orderwright
