#include "orderwright/core/issue.h"

#include <string>

#include "absl/strings/cord.h"
#include "orderwright/core/status.h"
#include "tests/catch.h"

namespace orderwright {
namespace {

using orderwright::testing::ContainsText;
using orderwright::testing::StatusIs;

constexpr char kPayload[] = "type.orderwright/issues";

TEST_CASE("The example of the header refuses with the issue and where it is") {
  IssueList issues;
  issues.Add("lines[3].quantity", "negative", "quantity is -2; it must be 1 or more");
  REQUIRE_FALSE(issues.ok());
  const absl::Status status = issues.ToStatus("order 1042");
  CHECK(StatusIs(status, absl::StatusCode::kInvalidArgument));
  CHECK(MessageOf(status) ==
        "order 1042: lines[3].quantity: quantity is -2; it must be 1 or more (negative)");
}

TEST_CASE("An empty list is OK, and warnings alone are") {
  IssueList issues;
  CHECK(issues.ok());
  CHECK(issues.ToStatus("x").ok());
  issues.AddWarning("locations[0].lat", "unknown_position", "no position; the last zone is used");
  CHECK(issues.ok());
  CHECK(issues.errors() == 0);
  CHECK(issues.issues().size() == 1);
  CHECK(issues.ToStatus("x").ok());
}

TEST_CASE("ToStatus names the first error, counts all, and IssuesOf gives back every kept issue") {
  IssueList issues;
  issues.AddWarning("a", "odd", "odd");
  issues.Add("b", "bad", "first error");
  issues.Add("", "worse", "an error \xc3\xa9 of the whole");
  const absl::Status status = issues.ToStatus("world.json");
  CHECK(MessageOf(status) == "world.json: b: first error (bad); 2 errors in all");
  CHECK(IssuesOf(status) == issues.issues());
}

TEST_CASE("ToStatus carries another code where one is given") {
  IssueList issues;
  issues.Add("orders[0].days", "not_supported", "days are not supported yet");
  CHECK(StatusIs(issues.ToStatus("problem", absl::StatusCode::kUnimplemented),
                 absl::StatusCode::kUnimplemented));
}

TEST_CASE("IssueList keeps the first hundred and counts all") {
  IssueList issues;
  for (int i = 0; i < 250; ++i) {
    issues.Add("lines[" + std::to_string(i) + "]", "negative", "negative");
  }
  CHECK(issues.errors() == 250);
  REQUIRE(issues.issues().size() == IssueList::kMaxKept);
  CHECK(issues.issues().back().path == "lines[99]");
  CHECK_THAT(std::string(MessageOf(issues.ToStatus("x"))), ContainsText("250 errors"));
}

TEST_CASE("A flood of warnings does not hide the first error") {
  IssueList issues;
  for (int i = 0; i < 150; ++i) issues.AddWarning("w", "odd", "odd");
  SECTION("added directly") { issues.Add("here", "bad", "the error"); }
  SECTION("appended from another list") {
    IssueList other;
    other.AddWarning("w", "odd", "odd");
    other.Add("here", "bad", "the error");
    issues.Append(other);
  }
  CHECK(issues.issues().size() == IssueList::kMaxKept);
  CHECK(MessageOf(issues.ToStatus("x")) == "x: here: the error (bad)");
}

TEST_CASE("Append puts each path below the prefix") {
  IssueList inner;
  inner.Add("lines[0].quantity", "negative", "m");
  inner.Add("[2]", "negative", "m");
  inner.Add("", "negative", "m");
  const auto paths = [&inner](std::string_view prefix) {
    IssueList outer;
    outer.Append(inner, prefix);
    std::string joined;
    for (const Issue& issue : outer.issues()) joined += issue.path + "|";
    return joined;
  };
  CHECK(paths("orders[3]") == "orders[3].lines[0].quantity|orders[3][2]|orders[3]|");
  CHECK(paths("orders.jsonl:17:42: ") ==
        "orders.jsonl:17:42: lines[0].quantity|orders.jsonl:17:42: [2]|orders.jsonl:17:42: |");
  CHECK(paths("") == "lines[0].quantity|[2]||");
}

TEST_CASE("Append counts the errors that the other list counted but did not keep") {
  IssueList other;
  for (int i = 0; i < 130; ++i) other.Add("x", "bad", "bad");
  IssueList issues;
  issues.Add("y", "bad", "bad");
  issues.Append(other, "p");
  CHECK(issues.errors() == 131);
  CHECK(issues.issues().size() == IssueList::kMaxKept);
}

TEST_CASE("IssuesOf makes one issue of an error that has none, and none of OK") {
  CHECK(IssuesOf(absl::OkStatus()).empty());
  const std::vector<Issue> issues = IssuesOf(NotFound("location '{}' is unknown", "RNO"));
  REQUIRE(issues.size() == 1);
  CHECK(issues[0] == Issue{Severity::kError, "", "not_found", "location 'RNO' is unknown"});
}

// Not of a std::string: the name of that constructor is not the same to all compilers.
absl::Cord CordOf(const std::string& text) {
  return absl::Cord(absl::string_view(text.data(), text.size()));
}

TEST_CASE("IssuesOf falls back to the message if the payload is damaged") {
  IssueList list;
  list.Add("a", "bad", "bad");
  const std::string good(*list.ToStatus("x").GetPayload(kPayload));
  for (std::size_t size = 0; size < good.size(); ++size) {
    absl::Status status = InvalidArgument("text");
    status.SetPayload(kPayload, CordOf(good.substr(0, size)));
    CHECK(IssuesOf(status).at(0).message == "text");
  }
  absl::Status longer = InvalidArgument("text");
  longer.SetPayload(kPayload, CordOf(good + "x"));
  CHECK(IssuesOf(longer).at(0).message == "text");
  std::string wrong_severity = good;
  wrong_severity[1] = '\x03';
  absl::Status wrong = InvalidArgument("text");
  wrong.SetPayload(kPayload, CordOf(wrong_severity));
  CHECK(IssuesOf(wrong).at(0).message == "text");
}

TEST_CASE("An issue prints with its path, and a warning says that it is one") {
  CHECK(ToString(Issue{Severity::kError, "a.b", "bad", "wrong"}) == "a.b: wrong (bad)");
  CHECK(ToString(Issue{Severity::kWarning, "a", "odd", "odd"}) == "warning: a: odd (odd)");
  CHECK(ToString(Issue{Severity::kError, "", "bad", "wrong"}) == "wrong (bad)");
}

}  // namespace
}  // namespace orderwright
