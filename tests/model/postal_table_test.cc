#include "orderwright/model/postal_table.h"

#include <limits>
#include <string>

#include "tests/model/fixtures.h"

namespace orderwright {
namespace {

using testing::ErrorsOf;
using testing::IsOk;
using testing::PointOf;
using testing::StatusIs;
using Errors = std::vector<std::string>;

TEST_CASE("PostalTable finds every row it was made of, whatever their order") {
  std::vector<PostalRow> rows;
  for (int i = 0; i < 500; ++i) {
    const int code = (i * 7919) % 500;  // a permutation
    rows.push_back({"US", fmt::format("{:05}", 10'000 + code), PointOf(code / 10.0, -code / 5.0)});
  }
  const absl::StatusOr<PostalTable> table = PostalTable::Create(rows);
  REQUIRE(IsOk(table));
  CHECK(table->size() == 500);
  for (const PostalRow& row : rows) {
    CHECK(table->Find(row.country, row.postal_code) == row.position);
  }
  CHECK_FALSE(table->Find("US", "09999").has_value());
  CHECK_FALSE(table->Find("US", "10500").has_value());
  CHECK_FALSE(table->Find("US", "").has_value());
}

TEST_CASE("PostalTable keeps equal codes of two countries apart") {
  const auto table = PostalTable::Create(
      {{"US", "10115", PointOf(40.8, -74.0)}, {"DE", "10115", PointOf(52.5, 13.4)}});
  REQUIRE(IsOk(table));
  CHECK(table->Find("DE", "10115") == PointOf(52.5, 13.4));
  CHECK(table->Find("US", "10115") == PointOf(40.8, -74.0));
  CHECK_FALSE(table->Find("FR", "10115").has_value());
  CHECK_FALSE(table->Find("", "10115").has_value());
}

TEST_CASE("PostalTable ignores a +4 suffix of the United States only") {
  const auto table = PostalTable::Create(
      {{"US", "94103", PointOf(37.8, -122.4)}, {"PL", "94103", PointOf(51.8, 19.4)}});
  REQUIRE(IsOk(table));
  CHECK(table->Find("US", "94103-1234") == PointOf(37.8, -122.4));
  CHECK_FALSE(table->Find("US", "94103-12").has_value());
  CHECK_FALSE(table->Find("PL", "94103-1234").has_value());
}

TEST_CASE("PostalTable knows time zones where its rows do") {
  const auto table =
      PostalTable::Create({{"US", "94103", PointOf(37.8, -122.4), "America/Los_Angeles"},
                           {"US", "89502", PointOf(39.5, -119.8), "America/Los_Angeles"},
                           {"US", "10001", PointOf(40.7, -74.0), "America/New_York"},
                           {"US", "60601", PointOf(41.9, -87.6)}});
  REQUIRE(IsOk(table));
  REQUIRE(table->FindTimeZone("US", "94103-0001") != nullptr);
  CHECK(table->FindTimeZone("US", "94103")->name() == "America/Los_Angeles");
  CHECK(table->FindTimeZone("US", "89502")->name() == "America/Los_Angeles");
  CHECK(table->FindTimeZone("US", "10001")->name() == "America/New_York");
  CHECK(table->FindTimeZone("US", "60601") == nullptr);
  CHECK(table->FindTimeZone("CA", "94103") == nullptr);
  CHECK(PostalTable().FindTimeZone("US", "94103") == nullptr);
  CHECK(ErrorsOf(PostalTable::Create({{"US", "1", PointOf(1, 1), "Mars/Base"}}).status()) ==
        Errors{"rows[0].time_zone unknown_time_zone"});
}

TEST_CASE("An empty PostalTable knows no code") {
  CHECK(PostalTable().size() == 0);
  CHECK_FALSE(PostalTable().Find("US", "94103").has_value());
}

TEST_CASE("PostalTable reports every row that is wrong") {
  const auto table =
      PostalTable::Create({{"US", "94103", PointOf(37.8, -122.4)},
                           {"US", "", PointOf(37.8, -122.4)},
                           {"", "94104", PointOf(37.8, -122.4)},
                           {"us", "94105", PointOf(91.0, std::numeric_limits<double>::quiet_NaN())},
                           {"US", "94103", PointOf(0.0, 0.0)},
                           {"US", "94103", PointOf(1.0, 1.0)}});
  CHECK(StatusIs(table, absl::StatusCode::kInvalidArgument));
  CHECK(ErrorsOf(table.status()) == Errors{"rows[1].postal_code empty", "rows[2].country empty",
                                           "rows[3].country invalid_country",
                                           "rows[3].lat out_of_range", "rows[3].lon out_of_range",
                                           "rows[4].postal_code duplicate",
                                           "rows[5].postal_code duplicate"});
}

}  // namespace
}  // namespace orderwright
