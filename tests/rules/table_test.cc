// Decision tables: what cells mean, what each hit policy makes of the rows that hit, and that the
// index finds what the language finds row by row.
#include <algorithm>
#include <array>
#include <cstdlib>
#include <limits>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orderwright/cel/checker.h"
#include "orderwright/cel/parser.h"
#include "orderwright/rules/rule_set.h"
#include "src/rules/internal/program.h"
#include "src/rules/internal/run.h"
#include "src/rules/internal/table.h"
#include "src/rules/internal/table_index.h"
#include "tests/properties/random.h"
#include "tests/rules/bench.h"

namespace orderwright::rules_internal {
namespace {

using orderwright::testing::Bench;
using orderwright::testing::Must;
using orderwright::testing::Random;

DecisionTable Table(std::vector<std::string> inputs, std::vector<DecisionTable::Row> rows,
                    HitPolicy hit = HitPolicy::kUnique) {
  return {std::move(inputs), std::move(rows), hit};
}

// The condition that a cell stands for, or what is wrong with it.
std::string Condition(const std::string& input, const std::string& cell) {
  IssueList issues;
  const auto tests = ParseTable(Table({input}, {{{cell}, ""}}), "table", true, issues);
  if (!tests) return fmt::format("{}: {}", issues.issues()[0].path, issues.issues()[0].message);
  return ConditionOf(*tests, 0);
}

TEST_CASE("A cell of each form is a condition on its input") {
  const std::string kind = "location.kind";
  for (const char* const any : {"", "-", "  ", " - "}) CHECK(Condition(kind, any) == "true");
  CHECK(Condition(kind, "store") == "location.kind in ['store']");
  CHECK(Condition(kind, " store , 3pl") == "location.kind in ['store', '3pl']");
  CHECK(Condition(kind, "'a, b', \"c\"") == "location.kind in ['a, b', 'c']");
  CHECK(Condition(kind, R"('O\'Neil', O'Neil, 'a\\b')") ==
        R"(location.kind in ['O\'Neil', 'O\'Neil', 'a\\b'])");
  CHECK(Condition(kind, "''") == "location.kind in ['']");
  CHECK(Condition(kind, "New York") == "location.kind in ['New York']");
  CHECK(Condition(kind, "not(store, 3pl)") == "!(location.kind in ['store', '3pl'])");
  CHECK(Condition(kind, "'not(store)'") == "location.kind in ['not(store)']");
  CHECK(Condition("order.tags", "vip, gift") == "order.tags.exists(t, t in ['vip', 'gift'])");
  CHECK(Condition("order.tags", "not(vip)") == "!(order.tags.exists(t, t in ['vip']))");
  CHECK(Condition("order.test", "true") == "order.test == true");
  CHECK(Condition("order.units", "5") == "order.units == 5");
  CHECK(Condition("order.units", "5, 7") == "(order.units == 5 || order.units == 7)");
  CHECK(Condition("order.units", "< -5") == "order.units < -5");
  CHECK(Condition("order.units", "<=5") == "order.units <= 5");
  CHECK(Condition("order.units", ">= 5") == "order.units >= 5");
  CHECK(Condition("order.units", "= 5") == "order.units == 5");
  CHECK(Condition("order.units", "!= 5") == "!(order.units == 5)");
  CHECK(Condition("order.units", "[5..9)") == "order.units >= 5 && order.units < 9");
  CHECK(Condition("order.units", "(5 .. 9]") == "order.units > 5 && order.units <= 9");
  CHECK(Condition("order.units", "[1..3], > 9") ==
        "(order.units >= 1 && order.units <= 3 || order.units > 9)");
  CHECK(Condition("order.units", "not([1..3], 9)") ==
        "!(order.units >= 1 && order.units <= 3 || order.units == 9)");
  CHECK(Condition("order.units * 2", "> 5") == "(order.units * 2\n) > 5");
  CHECK(Condition("order.total", "> 249.99") == "order.total > money('249.99')");
  CHECK(Condition("order.total", "0.000001") == "order.total == money('0.000001')");
  CHECK(Condition("double(order.units)", "2, 0.5") ==
        "((double(order.units)\n) == 2.0 || (double(order.units)\n) == 0.5)");
  CHECK(Condition("now", ">= 2026-11-20T00:00:00Z") == "now >= timestamp('2026-11-20T00:00:00Z')");
  CHECK(Condition("now", "['2026-11-20T01:00:00+01:00'..2026-11-21T00:00:00Z)") ==
        "now >= timestamp('2026-11-20T00:00:00Z') && now < timestamp('2026-11-21T00:00:00Z')");
  CHECK(Condition("candidate.deliver_by - now", "< 36h") ==
        "has(candidate.deliver_by) && (candidate.deliver_by - now\n) < "
        "duration('129600.000000000s')");
}

TEST_CASE("A cell for an input that may be unset asks first whether it is") {
  CHECK(Condition("order.risk", "> 0.8") == "has(order.risk) && order.risk > 0.8");
  CHECK(Condition("order.risk", "not(0.5)") == "has(order.risk) && !(order.risk == 0.5)");
  CHECK(Condition("order.risk", "-") == "true");
  CHECK(Condition("item.origin", "US, CA") == "has(item.origin) && item.origin in ['US', 'CA']");
  CHECK(Condition("order.risk * 2.0", "> 1") == "has(order.risk) && (order.risk * 2.0\n) > 1.0");
}

TEST_CASE("A bad cell is an issue with its place and what to write instead") {
  const std::string at = "table.rows[0].cells[0]: ";
  CHECK(Condition("location.kind", "> 5") ==
        at + "'> 5' compares, and 'location.kind' is a text; write the texts themselves, as in: "
             "store, 3pl, or not(store), or put it in quotes");
  CHECK(Condition("order.tags", "[a..b]").find("'order.tags' is a list of texts") !=
        std::string::npos);
  CHECK(Condition("location.kind", "store,, 3pl").find("nothing before or after a comma") !=
        std::string::npos);
  CHECK(Condition("location.kind", "not()").find("write '' for an empty text") !=
        std::string::npos);
  CHECK(Condition("location.kind", "'store").find("a quote without a partner") !=
        std::string::npos);
  CHECK(Condition("location.kind", "'a' b").find("goes on after its closing quote") !=
        std::string::npos);
  CHECK(Condition("location.kind", R"('\n')").find("a backslash itself is \\\\") !=
        std::string::npos);
  CHECK(Condition("location.kind", "store, -").find("'-' is any value and stands alone") !=
        std::string::npos);
  CHECK(Condition("location.kind", "store, not(3pl)").find("write not() around all of them") !=
        std::string::npos);
  CHECK(Condition("order.units", "2.5") ==
        at + "'2.5' is not a whole number; write one such as 5, > 5 or [5..9]");
  CHECK(Condition("order.units", "> ") ==
        at + "'' is not a whole number; write one such as 5, > 5 or [5..9]");
  CHECK(Condition("order.units", "[9..5]") ==
        at + "nothing is in '[9..5]'; write the smaller end first");
  CHECK(Condition("order.units", "(5..5]").find("and [ ] where an end is of it") !=
        std::string::npos);
  CHECK(Condition("order.units", "[5..9").find("write both ends") != std::string::npos);
  CHECK(Condition("order.units", "[5, 9]").find("write both ends") != std::string::npos);
  CHECK(Condition("order.units", "!= 5, 7") == at + "'!=' is of one value; write not(5, 7)");
  CHECK(Condition("order.units", "5, != 7").find("stands beside others") != std::string::npos);
  CHECK(Condition("order.units", "not(!= 7)").find("stands beside others") != std::string::npos);
  CHECK(Condition("order.units", "99999999999999999999").find("is not a whole number") !=
        std::string::npos);
  CHECK(Condition("order.total", "1.2345678").find("a decimal of at most 6 places") !=
        std::string::npos);
  CHECK(Condition("double(order.units)", "nan").find("is not a number") != std::string::npos);
  CHECK(Condition("order.test", "> true").find("is no truth") != std::string::npos);
  CHECK(Condition("order.test", "yes").find("write true, false, or - for both") !=
        std::string::npos);
  CHECK(Condition("now", "> 2026-11-20") ==
        at + "'2026-11-20' is not an instant; write its time too: 2026-11-20T00:00:00Z");
  CHECK(Condition("now", "soon").find("one of RFC 3339") != std::string::npos);
  CHECK(Condition("now", "2026-11-20T00:00:00.0001Z").find("three digits") != std::string::npos);
  CHECK(Condition("candidate.deliver_by - now", "2 days").find("90m") != std::string::npos);
}

// Path and code of each issue of a table in a rule.
std::vector<std::string> IssuesOf(Rule rule) {
  rule.id = "r";
  std::vector<std::string> found;
  const auto set = RuleSet::Create({"", {}, {std::move(rule)}});
  for (const Issue& issue : orderwright::IssuesOf(set.status())) {
    found.push_back(fmt::format("{} {}", issue.path, issue.code));
  }
  return found;
}
using Texts = std::vector<std::string>;

Rule Ruled(RuleKind kind, DecisionTable table) {
  Rule rule;
  rule.id = "r";
  rule.kind = kind;
  rule.table = std::make_shared<const DecisionTable>(std::move(table));
  return rule;
}

TEST_CASE("Mistakes of a table are found when the rules are made, all at once") {
  CHECK(IssuesOf(Ruled(RuleKind::kEligible, Table({}, {}))) ==
        Texts{"rules[0].table.inputs required", "rules[0].table.rows required"});
  CHECK(IssuesOf(Ruled(RuleKind::kEligible, Table({"order.unitz", "order.ship_to", "", "plan.cost"},
                                                  {{{"1", "2", "3", "4"}, "true"}}))) ==
        Texts{"rules[0].table.inputs[0] type", "rules[0].table.inputs[1] type",
              "rules[0].table.inputs[2] empty", "rules[0].table.inputs[3] scope"});
  CHECK(IssuesOf(
            Ruled(RuleKind::kEligible,
                  Table({"order.units", "order.test"},
                        {{{"x", "true"}, "true"}, {{"1"}, "true"}, {{"2", "maybe"}, "true"}}))) ==
        Texts{"rules[0].table.rows[0].cells[0] cell", "rules[0].table.rows[1].cells wrong_count",
              "rules[0].table.rows[2].cells[1] cell"});
  CHECK(IssuesOf(Ruled(RuleKind::kEligible,
                       Table({"order.units"}, {{{"1"}, ""}, {{"2"}, "7"}, {{"3"}, "order.risk"}},
                             HitPolicy::kSum))) ==
        Texts{"rules[0].table.hit not_supported_by_kind", "rules[0].table.rows[0].value required",
              "rules[0].table.rows[1].value type", "rules[0].table.rows[2].value type",
              "rules[0].table.rows[2].value unguarded"});
  CHECK(IssuesOf(Ruled(RuleKind::kHold, Table({"order.units"}, {{{"1"}, "true"}}))) ==
        Texts{"rules[0].table.rows[0].value not_used"});
  CHECK(IssuesOf(Ruled(RuleKind::kLimit, Table({"location.kind"}, {{{"store"}, "1"}}))) ==
        Texts{"rules[0].table.inputs[0] type"});
  Rule both = Ruled(RuleKind::kEligible, Table({"order.units"}, {{{"1"}, "true"}}));
  both.text = RuleText{"", "true"};
  CHECK(IssuesOf(both) == Texts{"rules[0].value conflict"});
  both.text.reset();
  both.evaluator = FromPredicate([](const Facts&, std::size_t) { return true; });
  CHECK(IssuesOf(both) == Texts{"rules[0].table conflict"});
  Rule named =
      Ruled(RuleKind::kSet, Table({"order.units"}, {{{"1"}, "'on_ship'"}, {{"2"}, "'on_shop'"}}));
  named.set = SetField::kCapture;
  CHECK(IssuesOf(named) == Texts{"rules[0].table.rows[1].value unknown_value"});
}

TEST_CASE("An unknown location is found when the rules meet a world") {
  const Bench bench;
  const auto set = RuleSet::Create(
      {"", {}, {Ruled(RuleKind::kEligible, Table({"location.id"}, {{{"L1, L222"}, "false"}}))}});
  const auto bound = Must(set).BindTo(bench.world);
  REQUIRE(!bound.ok());
  const Issue issue = orderwright::IssuesOf(bound.status())[0];
  CHECK(issue.path == "rules[0].table.rows[0].cells[0]");
  CHECK(issue.message == "the world has no location 'L222'; did you mean 'L22'?");
}

// What a rule answers for each row, and its error if it has none.
struct Answer {
  std::vector<std::uint8_t> holds;
  std::vector<std::int64_t> values;
  std::string error;
  Rule rule;
};

Answer Ask(const Bench& bench, Rule rule, std::size_t rows) {
  const RuleSet set = Must(Must(RuleSet::Create({"", {}, {std::move(rule)}})).BindTo(bench.world));
  Answer answer;
  answer.rule = set.rules()[0];
  answer.holds.assign(rows, answer.rule.kind == RuleKind::kEligible ? 1 : 0);
  answer.values.assign(rows, answer.rule.kind == RuleKind::kGroup ? -1 : 0);
  const std::vector<std::uint8_t> mask(rows, 1);
  const absl::Status status =
      answer.rule.evaluator->Evaluate(bench.facts, mask, {answer.holds, answer.values});
  answer.error = std::string(status.message());
  return answer;
}

// Of a limit that a table over the order's units (12) gives: the limit, or why there is none.
std::string Limit(HitPolicy hit, std::vector<DecisionTable::Row> rows) {
  static const Bench bench;
  const Answer answer =
      Ask(bench, Ruled(RuleKind::kLimit, Table({"order.units"}, std::move(rows), hit)), 1);
  if (!answer.error.empty()) return answer.error;
  return answer.holds[0] == 0 ? "none" : fmt::format("{}", answer.values[0]);
}

TEST_CASE("A hit policy says what becomes of the rows that hit") {
  const Bench bench;
  REQUIRE(bench.order.lines().size() == 3);
  const DecisionTable::Row low = {{"< 10"}, "1"};
  const DecisionTable::Row four = {{"> 10"}, "4"};
  const DecisionTable::Row three = {{"[12..12], > 5"}, "3"};
  const DecisionTable::Row any = {{"-"}, "4"};
  for (const HitPolicy hit :
       {HitPolicy::kUnique, HitPolicy::kFirst, HitPolicy::kAny, HitPolicy::kSum, HitPolicy::kMin,
        HitPolicy::kMax, HitPolicy::kCount}) {
    CHECK(Limit(hit, {low}) == "none");
  }
  CHECK(Limit(HitPolicy::kUnique, {low, four}) == "4");
  CHECK(Limit(HitPolicy::kUnique, {four, low, three}) ==
        "the order: rows 1 and 3 of the table both hold, and its hit policy is unique");
  CHECK(Limit(HitPolicy::kFirst, {low, three, four}) == "3");
  CHECK(Limit(HitPolicy::kAny, {low, four, any}) == "4");
  CHECK(Limit(HitPolicy::kAny, {four, low, any, three}) ==
        "the order: rows 1 and 4 of the table both hold with different values, and its hit policy "
        "is any");
  CHECK(Limit(HitPolicy::kSum, {low, four, three, any}) == "11");
  CHECK(Limit(HitPolicy::kMin, {low, four, three, any}) == "3");
  CHECK(Limit(HitPolicy::kMax, {low, three, four}) == "4");
  CHECK(Limit(HitPolicy::kCount, {low, three, four}) == "2");
  CHECK(Limit(HitPolicy::kCount, {{{"> 1"}, ""}, {{"> 2"}, ""}, {{"> 99"}, ""}}) == "2");
  // Values are expressions too, and only those of rows that hit can fail.
  CHECK(Limit(HitPolicy::kSum, {{{"> 1"}, "order.units * 2"}, any}) == "28");
  CHECK(Limit(HitPolicy::kFirst, {{{"< 1"}, "1 / (order.units - order.units)"}, any}) == "4");
  CHECK(Limit(HitPolicy::kFirst, {low, {{"> 1"}, "1 / (order.units - 12)"}}) ==
        "the order: row 2: division by zero");
  CHECK(Limit(HitPolicy::kSum, {{{"-"}, "9223372036854775807"}, any}) ==
        "the order: the values of the rows that hold give more than a number can be");
}

TEST_CASE("An input that fails is an error of the rule, one that is not set is not") {
  const Bench bench;
  Rule rule = Ruled(RuleKind::kHold, Table({"order.units * 9223372036854775807"}, {{{"-"}, ""}}));
  CHECK(Ask(bench, rule, 1)
            .error.starts_with("the order: input order.units * 9223372036854775807: "));
  rule = Ruled(RuleKind::kHold,
               Table({"order.requested_by"}, {{{"> 2020-01-01T00:00:00Z"}, ""}}, HitPolicy::kAny));
  REQUIRE(!bench.order.draft().requested_by);
  CHECK(Ask(bench, rule, 1).holds[0] == 0);
  rule = Ruled(RuleKind::kHold, Table({"order.requested_by", "order.units"}, {{{"-", "12"}, ""}}));
  CHECK(Ask(bench, rule, 1).holds[0] == 1);
  rule.text = RuleText{"order.units > 20", ""};
  CHECK(Ask(bench, rule, 1).holds[0] == 0);
}

TEST_CASE("A table answers per row of its rule's kind, whatever its inputs vary with") {
  const Bench bench;
  const std::size_t pairs = bench.facts.pairs.size();
  const Answer eligible =
      Ask(bench,
          Ruled(RuleKind::kEligible, Table({"location.kind", "line.quantity", "order.test"},
                                           {{{"store", "> 1", "false"}, "false"}})),
          pairs);
  REQUIRE(eligible.error.empty());
  int barred = 0;
  for (std::size_t i = 0; i < pairs; ++i) {
    const bool store = bench.world.location(bench.location[bench.pair_candidate[i]]).spec.kind ==
                       LocationKind::kStore;
    const bool bars = store && bench.pair_line[i] > 0;
    CHECK(eligible.holds[i] == (bars ? 0 : 1));
    CHECK(eligible.rule.TableRowFor(bench.facts, i).has_value() == bars);
    barred += bars ? 1 : 0;
  }
  CHECK(barred > 10);
  Rule rank =
      Ruled(RuleKind::kPrefer,
            Table({"location.country", "candidate.distance_km"},
                  {{{"CA", "-"}, "0"}, {{"-", "< 1000"}, "location.rank"}, {{"-", "-"}, "99"}},
                  HitPolicy::kFirst));
  rank.prefer = PreferBy::kRank;
  const Answer ranks = Ask(bench, rank, bench.location.size());
  REQUIRE(ranks.error.empty());
  for (std::size_t i = 0; i < bench.location.size(); ++i) {
    const std::int64_t want = i % 4 == 0   ? 0
                              : i % 9 == 0 ? 99
                              : 50.0 * double(i) < 1000
                                  ? bench.world.location(bench.location[i]).spec.rank.value_or(-1)
                                  : 99;
    CHECK(ranks.values[i] == want);
  }
  const Answer prices = Ask(bench,
                            Ruled(RuleKind::kPrice, Table({"item.tags", "location.tags"},
                                                          {{{"vip", "-"}, "0.25"},
                                                           {{"-", "fast"}, "money('1.5')"},
                                                           {{"not(vip)", "not(fast, big)"}, "2"}},
                                                          HitPolicy::kSum)),
                            pairs);
  REQUIRE(prices.error.empty());
  for (std::size_t i = 0; i < pairs; ++i) {
    const bool vip = Raw(bench.sku[i]) % 2 == 1;
    const bool fast = bench.pair_candidate[i] % 3 == 0;
    CHECK(prices.values[i] ==
          (vip ? 250'000 : 0) + (fast ? 1'500'000 : 0) + (!vip && !fast ? 2'000'000 : 0));
  }
  Rule groups =
      Ruled(RuleKind::kGroup, Table({"item.sku"}, {{{"S1"}, "'one'"}, {{"S2"}, "line.id + '!'"}}));
  const Answer keys = Ask(bench, groups, 3);
  REQUIRE(keys.error.empty());
  CHECK(keys.values == std::vector<std::int64_t>{
                           static_cast<std::int64_t>(Raw(bench.world.symbols().Intern("one"))),
                           static_cast<std::int64_t>(Raw(bench.world.symbols().Intern("2!"))), -1});
  const Answer by_service = Ask(
      bench, Ruled(RuleKind::kEligible, Table({"candidate.transit_days"}, {{{"> 2"}, "false"}})),
      bench.option_pair.size());
  CHECK(by_service.rule.by_service);
  for (std::size_t i = 0; i < bench.transit.size(); ++i) {
    CHECK(by_service.holds[i] == (bench.transit[i] > 2 ? 0 : 1));
  }
}

TEST_CASE("A table that was asked about some rows answers for others of the same facts") {
  Bench bench;
  Memo memo;
  bench.facts.memo = &memo;
  bench.facts.stamp = 1;
  const std::size_t pairs = bench.facts.pairs.size();
  const RuleSet set =
      Must(Must(RuleSet::Create({"",
                                 {},
                                 {Ruled(RuleKind::kPrice, Table({"location.kind", "line.quantity"},
                                                                {{{"store", "-"}, "line.quantity"},
                                                                 {{"not(store)", "> 1"}, "2"}}))}}))
               .BindTo(bench.world));
  const auto ask = [&](const auto& is_asked) {
    std::vector<std::uint8_t> mask(pairs, 0);
    for (std::size_t i = 0; i < pairs; ++i) mask[i] = is_asked(i) ? 1 : 0;
    std::vector<std::int64_t> values(pairs, 0);
    REQUIRE(set.rules()[0].evaluator->Evaluate(bench.facts, mask, {{}, values}).ok());
    return values;
  };
  const std::vector<std::int64_t> even = ask([](std::size_t i) { return i % 2 == 0; });
  const std::vector<std::int64_t> odd = ask([](std::size_t i) { return i % 2 == 1; });
  const std::vector<std::int64_t> all = ask([](std::size_t) { return true; });
  CHECK(std::count(all.begin(), all.end(), 0) < std::ssize(all) / 2);
  for (std::size_t i = 0; i < pairs; ++i) {
    CHECK((i % 2 == 0 ? even : odd)[i] == all[i]);
    CHECK((i % 2 == 0 ? odd : even)[i] == 0);
  }
}

TEST_CASE("A reason may name the row of the table that speaks") {
  const Bench bench;
  Rule rule = Ruled(RuleKind::kHold, Table({"order.risk"}, {{{"> 0.8"}, ""}, {{"> 0.2"}, ""}}));
  rule.reason = "row {table.row}, risk {order.risk}";
  const Answer answer = Ask(bench, rule, 1);
  CHECK(answer.holds[0] == 1);
  CHECK(answer.rule.ReasonFor(bench.facts) == "row 2, risk 0.25");
  Rule plain = Ruled(RuleKind::kHold, Table({"order.risk"}, {{{"-"}, ""}}));
  plain.table = nullptr;
  plain.text = RuleText{"true", ""};
  plain.reason = "row {table.row}";
  CHECK(IssuesOf(plain) == Texts{"rules[0].reason type"});
}

TEST_CASE("Doubles that are no number, and both zeros, fall where the language has them") {
  const Bench bench;
  const auto holds = [&](const char* input, const char* cell) {
    const Answer answer = Ask(bench, Ruled(RuleKind::kHold, Table({input}, {{{cell}, ""}})), 1);
    REQUIRE(answer.error.empty());
    return answer.holds[0] == 1;
  };
  const char* const nan = "double(order.units - order.units) / 0.0";
  CHECK(!holds(nan, "<= 0, >= 0"));
  CHECK(holds(nan, "not(0)"));
  CHECK(holds(nan, "-"));
  CHECK(holds("-double(order.units - order.units)", "0"));
  CHECK(holds("-double(order.units - order.units)", ">= 0"));
  CHECK(holds("1.0 / double(order.units - order.units)", "> 1e300"));
  CHECK(KeyOf(-1.5) < KeyOf(-0.5));
  CHECK(KeyOf(-0.5) < KeyOf(0.0));
  CHECK(KeyOf(0.0) == KeyOf(-0.0));
  CHECK(KeyOf(0.0) < KeyOf(std::numeric_limits<double>::min()));
  for (const double x : {-1e300, -2.5, 0.0, 1e-300, 7.0}) CHECK(DoubleOf(KeyOf(x)) == x);
}

TEST_CASE("A table of many rows shares sets, and finds the same rows") {
  std::vector<DecisionTable::Row> rows;
  constexpr std::int64_t kRows = 12'000;
  for (std::int64_t i = 0; i < kRows; ++i) {
    rows.push_back({{fmt::format("[{}..{})", 2 * i, 2 * i + 3), fmt::format("not(T{})", i)}, ""});
  }
  IssueList issues;
  const auto tests =
      ParseTable(Table({"order.units", "order.channel"}, rows), "table", true, issues);
  REQUIRE(tests);
  const std::array columns = {TableColumn(*tests, 0), TableColumn(*tests, 1)};
  REQUIRE(!columns[0].is_exact());
  TableIndex index;
  index.columns = {0, 1};
  index.rows = rows.size();
  index.is_exact = false;
  for (const std::int64_t units : {-1, 0, 1, 2, 3, 4, 11'999, 12'000, 23'999, 24'000, 24'001}) {
    for (const std::string_view channel : {"web", "T0", "T1", "T6000", "T11999"}) {
      TableKey key;
      key.classes = {columns[0].ClassOfKey(units), columns[1].ClassOfText(channel)};
      for (std::size_t c = 0; c < 2; ++c) key.sets[c] = columns[c].SetOf(key.classes[c]);
      std::vector<std::size_t> found;
      ForEachHit(index, columns, key, [&](std::size_t row) {
        found.push_back(row);
        return true;
      });
      std::vector<std::size_t> want;
      for (std::int64_t i = 0; i < kRows; ++i) {
        if (2 * i <= units && units < 2 * i + 3 && channel != fmt::format("T{}", i)) {
          want.push_back(static_cast<std::size_t>(i));
        }
      }
      CHECK(found == want);
    }
  }
}

// ---- The index against the language ----

struct RandomInput {
  const char* text;
  std::vector<const char*> values;  // to make cells of
  bool is_text;
};

const std::vector<RandomInput>& Inputs(Space target) {
  static const std::vector<const char*> ints = {"0", "1", "3", "-7", "12", "200", "5"};
  static const std::vector<const char*> doubles = {"0", "0.25", "100", "-1", "1e3", "2500.5"};
  static const std::vector<const char*> amounts = {"0", "3.98", "4.5", "0.25", "100", "-1.5"};
  static const std::vector<const char*> times = {"2026-11-23T12:00:00Z", "2026-11-23T13:00:00Z",
                                                 "2026-11-24T12:00:00.5Z", "2020-01-01T00:00:00Z"};
  static const std::vector<const char*> tags = {"vip", "gift", "'big'", "fast", "gold", "bulky"};
  static const std::vector<RandomInput> order = {
      {"order.units", ints, false},
      {"order.units % 3", ints, false},
      {"order.total", amounts, false},
      {"order.risk", doubles, false},
      {"order.risk * 400.0", doubles, false},
      {"order.channel", {"web", "amazon", "''"}, true},
      {"order.parent", {"x", "y"}, true},
      {"order.ship_to.country", {"US", "CA"}, true},
      {"order.tags", tags, true},
      {"order.tags.filter(t, t != 'vip')", tags, true},
      {"customer.tags", tags, true},
      {"order.test", {"true", "false"}, false},
      {"order.currency", {"USD", "EUR"}, true},
      {"now", times, false},
      {"order.placed_at", times, false},
      {"order.requested_by", times, false},
      {"now - order.placed_at", {"60m", "2h", "0s"}, false},
      {"double(order.units - 12) / 0.0", doubles, false},
  };
  static const std::vector<RandomInput> line = [&] {
    std::vector<RandomInput> all = order;
    all.insert(all.end(), {{"line.quantity", ints, false},
                           {"line.margin", amounts, false},
                           {"line.ship_group", {"g", "h"}, true},
                           {"item.tags", tags, true},
                           {"item.origin", {"DE", "US"}, true},
                           {"item.unit_value", amounts, false},
                           {"item.sku + '!'", {"S1!", "S2!"}, true}});
    return all;
  }();
  static const std::vector<RandomInput> candidate = [&] {
    std::vector<RandomInput> all = order;
    all.insert(all.end(), {{"location.id", {"L1", "L2", "L3", "L64"}, true},
                           {"location.kind", {"store", "warehouse", "dropship"}, true},
                           {"location.handling_days", ints, false},
                           {"location.max_rejects", ints, false},
                           {"location.max_rejects * order.units", ints, false},
                           {"location.tags", tags, true},
                           {"location.channels", {"web", "amazon"}, true},
                           {"location.cost_per_unit", amounts, false},
                           {"location.active", {"true", "false"}, false},
                           {"candidate.distance_km", doubles, false},
                           {"string(location.rank)", {"'0'", "'37'", "4"}, true},
                           {"location.rank * order.units", ints, false},
                           {"9223372036854775807 - location.rank + 30", ints, false}});
    return all;
  }();
  static const std::vector<RandomInput> pair = [&] {
    std::vector<RandomInput> all = line;
    all.insert(all.end(), candidate.begin() + static_cast<std::ptrdiff_t>(order.size()),
               candidate.end());
    all.push_back({"candidate.available", ints, false});
    all.push_back({"candidate.available - line.quantity", ints, false});
    return all;
  }();
  static const std::vector<RandomInput> option = [&] {
    std::vector<RandomInput> all = pair;
    all.push_back({"candidate.transit_days", ints, false});
    all.push_back({"candidate.deliver_by", times, false});
    all.push_back({"candidate.deliver_by - now", {"60m", "-2h", "36h"}, false});
    return all;
  }();
  switch (target) {
    case Space::kOrder:
      return order;
    case Space::kLine:
      return line;
    case Space::kCandidate:
      return candidate;
    case Space::kOption:
      return option;
    default:
      return pair;
  }
}

std::string RandomCell(Random& random, const RandomInput& input) {
  const auto value = [&] {
    return std::string(
        input.values[static_cast<std::size_t>(random.Below(std::ssize(input.values)))]);
  };
  if (random.Once(4)) return random.Once(2) ? "-" : "";
  const bool is_bool = input.values[0] == std::string_view("true");
  const auto item = [&]() -> std::string {
    if (input.is_text || is_bool || random.Once(3)) return value();
    if (random.Once(2)) {
      const std::array relations = {"<", "<=", ">", ">=", "="};
      return fmt::format("{} {}", relations[static_cast<std::size_t>(random.Below(5))], value());
    }
    const std::size_t a = static_cast<std::size_t>(random.Below(std::ssize(input.values)));
    return fmt::format("{}{}..{}{}", random.Once(2) ? "[" : "(", input.values[a], value(),
                       random.Once(2) ? "]" : ")");
  };
  std::string items = item();
  while (random.Once(3)) items += ", " + item();
  return random.Once(3) ? fmt::format("not({})", items) : items;
}

struct Tally {
  int hits = 0;
  int misses = 0;
  int errors = 0;
};

// What the language says of a row: the rows of the table that hold, or absent if an input fails.
std::optional<std::vector<std::size_t>> HitsByLanguage(const TableTests& tests,
                                                       const std::vector<cel::Program>& conditions,
                                                       const std::vector<cel::Program>& inputs,
                                                       const Row& row) {
  const RowVariables variables(row);
  // An input fails if it is set and has no value.
  for (std::size_t c = 0; c < inputs.size(); ++c) {
    bool is_set = true;
    for (const std::string& guard : tests.inputs[c].guards) {
      const cel::Program has = Must(cel::Program::Create(
          Must(cel::Check(Must(cel::Parse(fmt::format("has({})", guard))), *RuleEnvironment())),
          RuleEnvironment()));
      const absl::StatusOr<cel::Value> value = has.Evaluate(variables);
      is_set = is_set && value.ok() && value->bool_value();
    }
    if (is_set && !inputs[c].Evaluate(variables).ok()) return std::nullopt;
  }
  std::vector<std::size_t> hits;
  for (std::size_t r = 0; r < conditions.size(); ++r) {
    const absl::StatusOr<cel::Value> value = conditions[r].Evaluate(variables);
    INFO(ConditionOf(tests, r) << ": " << value.status().message());
    REQUIRE(value.ok());
    if (value->bool_value()) hits.push_back(r);
  }
  return hits;
}

void CompareTable(const Bench& bench, Random& random, Tally& tally) {
  const std::array targets = {Space::kOrder, Space::kLine, Space::kCandidate, Space::kPair,
                              Space::kOption};
  const Space target = targets[static_cast<std::size_t>(random.Below(5))];
  const std::vector<RandomInput>& pool = Inputs(target);
  std::vector<const RandomInput*> chosen;
  DecisionTable table;
  const std::array policies = {HitPolicy::kUnique, HitPolicy::kFirst, HitPolicy::kSum};
  table.hit = policies[static_cast<std::size_t>(random.Below(3))];
  for (std::int64_t i = 0; i < 1 + random.Below(4); ++i) {
    chosen.push_back(&pool[static_cast<std::size_t>(random.Below(std::ssize(pool)))]);
    table.inputs.emplace_back(chosen.back()->text);
  }
  for (std::int64_t r = 0; r < 1 + random.Below(random.Once(5) ? 90 : 8); ++r) {
    DecisionTable::Row& row = table.rows.emplace_back();
    for (const RandomInput* const input : chosen) row.cells.push_back(RandomCell(random, *input));
  }
  IssueList issues;
  std::optional<TableTests> tests = ParseTable(table, "table", true, issues);
  // Intervals whose ends are the wrong way round are mended by leaving the cell open.
  while (!tests) {
    for (const Issue& issue : issues.issues()) {
      INFO(issue.message);
      REQUIRE(issue.message.starts_with("nothing is in"));
      const std::size_t r = std::stoul(issue.path.substr(issue.path.find("rows[") + 5));
      const std::size_t c = std::stoul(issue.path.substr(issue.path.find("cells[") + 6));
      table.rows[r].cells[c] = "-";
    }
    issues = IssueList();
    tests = ParseTable(table, "table", true, issues);
  }
  Program program(bench.world);
  std::vector<NodeIndex> inputs;
  std::vector<cel::Program> wholes;
  for (std::size_t c = 0; c < tests->inputs.size(); ++c) {
    inputs.push_back(Must(program.AddInput(*tests, c, target)));
    wholes.push_back(Must(cel::Program::Create(tests->inputs[c].checked, RuleEnvironment())));
  }
  std::vector<RowValue> values;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    values.push_back({static_cast<std::int64_t>(r) + 1});
  }
  const TableNodes nodes =
      program.AddTable(inputs, table.hit, table.rows.size(), values, ValueType::kInt, target);
  program.Finish();
  std::vector<cel::Program> conditions;
  for (std::size_t r = 0; r < table.rows.size(); ++r) {
    conditions.push_back(Must(cel::Program::Create(
        Must(cel::Check(Must(cel::Parse(ConditionOf(*tests, r))), *RuleEnvironment())),
        RuleEnvironment())));
  }
  Scratch scratch;
  Run run(program, scratch, bench.facts, 1);
  const std::size_t rows = run.rows(target);
  const std::uint64_t* hit_error = nullptr;
  const std::uint64_t* value_error = nullptr;
  // What was asked of some rows first does not hide the others.
  Words few((rows + 63) / 64);
  SetBit(few, static_cast<std::size_t>(random.Below(static_cast<std::int64_t>(rows))));
  (void)run.NumbersIn(nodes.value, target, few.data(), &value_error);
  const std::span<const std::int64_t> found = run.NumbersIn(nodes.hit, target, nullptr, &hit_error);
  const std::span<const std::int64_t> sums =
      run.NumbersIn(nodes.value, target, nullptr, &value_error);
  for (std::size_t i = 0; i < rows; i += 1 + static_cast<std::size_t>(random.Below(7))) {
    const Row row = run.RowAt(target, i);
    const auto hits = HitsByLanguage(*tests, conditions, wholes, row);
    const bool fails = !hits || (table.hit == HitPolicy::kUnique && hits->size() > 1);
    INFO("inputs " << fmt::format("{}", fmt::join(table.inputs, " | ")) << ", row " << i
                   << " of space " << static_cast<int>(target));
    for (std::size_t r = 0; r < table.rows.size(); ++r) UNSCOPED_INFO(ConditionOf(*tests, r));
    REQUIRE((hit_error != nullptr && BitAt(hit_error, i)) == fails);
    std::int64_t number = 0;
    const bool has_scalar = !program.nodes()[nodes.hit].is_lazy;
    if (has_scalar) REQUIRE(Scalar(program).Number(nodes.hit, row, number) == !fails);
    if (fails) {
      ++tally.errors;
      continue;
    }
    const std::int64_t want = hits->empty() ? -1 : static_cast<std::int64_t>(hits->front());
    REQUIRE(found[i] == want);
    if (has_scalar) REQUIRE(number == want);
    std::int64_t sum = 0;
    for (const std::size_t hit : *hits) {
      sum += static_cast<std::int64_t>(hit) + 1;
      if (table.hit == HitPolicy::kFirst) break;
    }
    REQUIRE(sums[i] == sum);
    if (has_scalar) {
      REQUIRE(Scalar(program).Number(nodes.value, row, number));
      REQUIRE(number == sum);
    }
    REQUIRE(run.HitsAt(nodes.hit, target, i) == *hits);
    ++(hits->empty() ? tally.misses : tally.hits);
  }
}

TEST_CASE("The index of a table and the language agree on random tables") {
  const int cases = std::getenv("ORDERWRIGHT_SOAK") != nullptr ? 40'000 : 2'000;
  const Bench bench;
  Tally tally;
  for (int i = 0; i < cases; ++i) {
    Random random(static_cast<std::uint64_t>(i) + 1);
    INFO("seed " << i + 1);
    CompareTable(bench, random, tally);
  }
  CHECK(tally.hits > cases * 2);
  CHECK(tally.misses > cases);
  CHECK(tally.errors > cases / 4);
}

}  // namespace
}  // namespace orderwright::rules_internal
