#include "orderwright/rules/rule_set.h"

#include "orderwright/core/issue.h"
#include "tests/catch.h"

namespace orderwright::rules {
namespace {

using testing::StatusIs;

Rule Always(std::string id, RuleKind kind = RuleKind::kEligible) {
  Rule rule;
  rule.id = std::move(id);
  rule.kind = kind;
  rule.evaluator = FromPredicate([](const Facts&, std::size_t) { return true; });
  return rule;
}

TEST_CASE("Names of capture are those that texts may give, by their numbers") {
  CHECK(SettingName(SetField::kCapture, 0) == "on_ship");
  CHECK(SettingName(SetField::kCapture, 1) == "on_submit");
  CHECK(SettingName(SetField::kCapture, 2) == "on_release");
  CHECK(SettingName(SetField::kCapture, 3) == "manual");
  CHECK(SettingName(SetField::kCapture, 4).empty());
  CHECK(SettingName(SetField::kCapture, -1).empty());
  for (const std::string name : {"on_ship", "on_submit", "on_release", "manual", "never"}) {
    Rule rule;
    rule.id = "capture";
    rule.kind = RuleKind::kSet;
    rule.set = SetField::kCapture;
    rule.text = RuleText{"", "'" + name + "'"};
    CHECK(RuleSet::Create({"", {}, {rule}}).ok() == (name != "never"));
  }
}

TEST_CASE("RuleSet::Create names every issue of a set at once") {
  RuleSetDraft draft;
  draft.rules = {Always("a"), Always("a"), Always(""), Always("b")};
  draft.rules[3].evaluator = nullptr;
  draft.objectives = {{Minimize::kRank, "nobody", 0}, {Minimize::kCost, "", -1}};
  const absl::StatusOr<RuleSet> set = RuleSet::Create(draft);
  REQUIRE(StatusIs(set.status(), absl::StatusCode::kInvalidArgument));
  std::vector<std::string> found;
  for (const Issue& issue : IssuesOf(set.status())) found.push_back(issue.path + " " + issue.code);
  CHECK(found == std::vector<std::string>{"rules[1].id duplicate_id", "rules[2].id required",
                                          "rules[3].evaluator required",
                                          "objectives[0].minimize unknown_rule",
                                          "objectives[1].tolerance negative"});
}

TEST_CASE("RuleSet::Create refuses a hold of nothing and a relax level out of range") {
  Rule hold = Always("hold", RuleKind::kHold);
  hold.blocks = {false, false, false};
  Rule soft = Always("soft");
  soft.relax = -1;
  const absl::StatusOr<RuleSet> set = RuleSet::Create({"1", {}, {hold, soft}});
  REQUIRE(StatusIs(set.status(), absl::StatusCode::kInvalidArgument));
  CHECK(IssuesOf(set.status()).at(0).path == "rules[0].blocks");
  CHECK(IssuesOf(set.status()).at(1).path == "rules[1].relax");
}

TEST_CASE("RuleSet::Create refuses a number that is no kind of rule") {
  for (const int number : {0, 11, 255}) {
    const absl::StatusOr<RuleSet> set =
        RuleSet::Create({"1", {}, {Always("odd", static_cast<RuleKind>(number))}});
    REQUIRE(StatusIs(set.status(), absl::StatusCode::kInvalidArgument));
    CHECK(IssuesOf(set.status()).at(0).path == "rules[0].kind");
  }
}

TEST_CASE("RuleSet::Create allows four levels, shortfall included") {
  RuleSetDraft draft;
  draft.objectives.assign(4, {Minimize::kCost, "", 0});
  CHECK(StatusIs(RuleSet::Create(draft).status(), absl::StatusCode::kInvalidArgument));
  draft.objectives[0].minimize = Minimize::kShortfall;
  CHECK(RuleSet::Create(draft).ok());
}

TEST_CASE("RuleSet evaluates by priority, then in order of the list") {
  RuleSetDraft draft{"1", {}, {Always("low"), Always("high"), Always("low too")}};
  draft.rules[1].priority = 5;
  const absl::StatusOr<RuleSet> set = RuleSet::Create(draft);
  REQUIRE(set.ok());
  CHECK(set->rules()[0].id == "high");
  CHECK(set->rules()[1].id == "low");
  CHECK(set->rules()[2].id == "low too");
}

TEST_CASE("Rule::IsActive holds from its beginning until before its end") {
  using std::chrono::milliseconds;
  Rule rule = Always("winter");
  CHECK(rule.IsActive(std::nullopt));
  rule.from = Timestamp(milliseconds(10));
  rule.until = Timestamp(milliseconds(20));
  CHECK_FALSE(rule.IsActive(std::nullopt));
  CHECK_FALSE(rule.IsActive(Timestamp(milliseconds(9))));
  CHECK(rule.IsActive(Timestamp(milliseconds(10))));
  CHECK(rule.IsActive(Timestamp(milliseconds(19))));
  CHECK_FALSE(rule.IsActive(Timestamp(milliseconds(20))));
  rule.mode = RuleMode::kOff;
  CHECK_FALSE(rule.IsActive(Timestamp(milliseconds(10))));
}

TEST_CASE("RuleSet: an empty period is refused") {
  using std::chrono::milliseconds;
  Rule rule = Always("never");
  rule.from = Timestamp(milliseconds(10));
  rule.until = Timestamp(milliseconds(10));
  CHECK(StatusIs(RuleSet::Create({"1", {}, {rule}}).status(), absl::StatusCode::kInvalidArgument));
}

}  // namespace
}  // namespace orderwright::rules
