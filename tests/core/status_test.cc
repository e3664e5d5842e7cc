#include "orderwright/core/status.h"

#include "orderwright/core/issue.h"
#include "src/core/internal/macros.h"
#include "tests/catch.h"

namespace orderwright {
namespace {

using orderwright::testing::StatusIs;

TEST_CASE("Each maker gives its own code and the formatted text") {
  CHECK(InvalidArgument("{} of {}", 1, 2) ==
        MakeStatus(absl::StatusCode::kInvalidArgument, "1 of 2"));
  CHECK(StatusIs(NotFound("x"), absl::StatusCode::kNotFound));
  CHECK(StatusIs(FailedPrecondition("x"), absl::StatusCode::kFailedPrecondition));
  CHECK(StatusIs(Aborted("x"), absl::StatusCode::kAborted));
  CHECK(StatusIs(OutOfRange("x"), absl::StatusCode::kOutOfRange));
  CHECK(StatusIs(Unimplemented("x"), absl::StatusCode::kUnimplemented));
  CHECK(StatusIs(Internal("x"), absl::StatusCode::kInternal));
  CHECK(MessageOf(NotFound("location '{}' is not in this world", "RNO")) ==
        "location 'RNO' is not in this world");
}

TEST_CASE("MakeStatus keeps a message that is a part of a longer text") {
  const std::string_view text = "shorter than it looks";
  CHECK(MessageOf(MakeStatus(absl::StatusCode::kInternal, text.substr(0, 7))) == "shorter");
  CHECK(MessageOf(MakeStatus(absl::StatusCode::kInternal, {})).empty());
}

TEST_CASE("WithContext keeps code and issues and puts the context first") {
  IssueList issues;
  issues.Add("lines[0]", "bad", "wrong");
  const absl::Status inner = issues.ToStatus("order 7", absl::StatusCode::kUnimplemented);
  const absl::Status outer = WithContext(inner, "orders.jsonl");
  CHECK(StatusIs(outer, absl::StatusCode::kUnimplemented));
  CHECK(MessageOf(outer) == "orders.jsonl: order 7: lines[0]: wrong (bad)");
  CHECK(IssuesOf(outer) == issues.issues());
}

TEST_CASE("WithContext leaves OK alone") { CHECK(WithContext(absl::OkStatus(), "x").ok()); }

absl::StatusOr<int> Half(int number) {
  if (number % 2 != 0) return InvalidArgument("{} is odd", number);
  return number / 2;
}

absl::StatusOr<int> Quarter(int number) {
  ORDERWRIGHT_ASSIGN_OR_RETURN(const int half, Half(number));
  int quarter = 0;
  ORDERWRIGHT_ASSIGN_OR_RETURN(quarter, Half(half));
  return quarter;
}

absl::Status MustBeEven(int number, bool& reached) {
  ORDERWRIGHT_RETURN_IF_ERROR(Half(number).status());
  reached = true;
  return absl::OkStatus();
}

TEST_CASE("ASSIGN_OR_RETURN assigns, or returns the status of what failed") {
  REQUIRE(testing::IsOk(Quarter(12)));
  CHECK(*Quarter(12) == 3);
  CHECK(MessageOf(Quarter(5).status()) == "5 is odd");
  CHECK(MessageOf(Quarter(6).status()) == "3 is odd");
}

TEST_CASE("RETURN_IF_ERROR goes on after OK alone") {
  bool reached = false;
  CHECK(StatusIs(MustBeEven(3, reached), absl::StatusCode::kInvalidArgument));
  CHECK_FALSE(reached);
  CHECK(MustBeEven(4, reached).ok());
  CHECK(reached);
}

}  // namespace
}  // namespace orderwright
