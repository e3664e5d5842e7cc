#include "orderwright/cel/checker.h"

#include "tests/cel/fixtures.h"

namespace orderwright::cel {
namespace {

using testing::Full;
using testing::Shown;

Environment Orders() {
  Environment environment = FullEnvironment();
  environment.AddRecord(std::make_shared<const RecordType>(
      "order", std::vector<RecordField>{{"total", Type(TypeKind::kDouble)},
                                        {"country", Type(TypeKind::kString)},
                                        {"tags", Type::List(Type(TypeKind::kString))},
                                        {"note", Type(TypeKind::kString), true}}));
  CHECK(testing::IsOk(environment.AddVariable("order", "order")));
  CHECK(testing::IsOk(environment.AddVariable("orders", "list(order)")));
  environment.AddVariable("limit", Type(TypeKind::kInt));
  return environment;
}

std::string ShownOfOrders(std::string_view text) {
  static const Environment environment = Orders();
  return Shown(text, environment);
}

TEST_CASE("Check deduces the type of every form") {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"1", "int"},
      {"[1, 2]", "list(int)"},
      {"[1, 'a']", "list(dyn)"},
      {"{'a': 1u}", "map(string, uint)"},
      {"{'a': 1, 2: 'b'}", "map(dyn, dyn)"},
      {"[]", "list(dyn)"},
      {"[[], [1]]", "list(list(int))"},
      {"type(1)", "type(int)"},
      {"int", "type(int)"},
      {"type(0.0) != type", "bool"},
      {"[int, type, type(type(1))]", "list(type(dyn))"},
      {"1 < 2.0", "bool"},
      {"true ? 1 : 2", "int"},
      {"true ? null : timestamp(0)", "google.protobuf.Timestamp"},
      {"dyn(1) + 1", "int"},
      {"dyn(1) + dyn(2)", "dyn"},
      {"[1].map(x, string(x))", "list(string)"},
      {"{'a': 1}.map(k, k)", "list(string)"},
      {"[1].filter(x, x > 0)", "list(int)"},
      {"[1.5].transformMap(i, v, v)", "map(int, double)"},
      {"['a'].transformMapEntry(i, v, {v: i})", "map(string, int)"},
      {"optional.of(1)", "optional_type(int)"},
      {"optional.none()", "optional_type(dyn)"},
      {"{'a': 1}.?a", "optional_type(int)"},
      {"{'a': {'b': 1}}.?a.b", "optional_type(int)"},
      {"optional.of(1).optMap(x, string(x))", "optional_type(string)"},
      {"optional.of(1).orValue(2)", "int"},
      {"cel.bind(x, 1, [x])", "list(int)"},
      {"'a'.split(',')", "list(string)"},
      {"math.greatest(1, 2)", "int"},
      {"math.greatest(1, 2.0)", "dyn"},
      {"[3, 1].sort()", "list(int)"},
      {"[3, 1].sortBy(x, -x)", "list(int)"},
      {"[1].first()", "optional_type(int)"},
      {"cidr('10.0.0.0/8').ip()", "net.IP"},
      {"timestamp(0) - timestamp(0)", "google.protobuf.Duration"}};
  for (const auto& [text, type] : rows) {
    INFO(text);
    CHECK(Shown(text) == std::string("ok: ") + type);
  }
}

TEST_CASE("Check knows the fields of records") {
  CHECK(ShownOfOrders("order.total > 250 && 'vip' in order.tags") == "ok: bool");
  CHECK(ShownOfOrders("order") == "ok: order");
  CHECK(ShownOfOrders("orders.map(o, o.total)") == "ok: list(double)");
  CHECK(ShownOfOrders("has(order.note) ? order.note : ''") == "ok: string");
  CHECK(ShownOfOrders("order.?note.orValue('-')") == "ok: string");
}

TEST_CASE("A mistake is shown with its line, its column and a caret below") {
  CHECK(ShownOfOrders("order.total > 1.0 &&\n  order.contry == 'US'") ==
        "2:9: order has no field 'contry'; did you mean 'country'?\n"
        " |   order.contry == 'US'\n"
        " |         ^");
  CHECK(ShownOfOrders("limt > 5") ==
        "1:1: undeclared name 'limt'; did you mean 'limit'?\n"
        " | limt > 5\n"
        " | ^");
  CHECK(ShownOfOrders("order.total + 'x'") ==
        "1:13: no such overload: double + string\n"
        " | order.total + 'x'\n"
        " |             ^");
  CHECK(ShownOfOrders("order.country.startWith('U')") ==
        "1:15: undeclared function 'startWith'; did you mean 'startsWith'?\n"
        " | order.country.startWith('U')\n"
        " |               ^");
  CHECK(ShownOfOrders("math.flor(1.5)") ==
        "1:6: undeclared function 'math.flor'; did you mean 'math.floor'?\n"
        " | math.flor(1.5)\n"
        " |      ^");
}

TEST_CASE("Columns count code points") {
  CHECK(Shown("'ÿ€😀' + 1") ==
        "1:7: no such overload: string + int\n"
        " | 'ÿ€😀' + 1\n"
        " |       ^");
}

TEST_CASE("Every mistake is reported, from left to right") {
  CHECK(ShownOfOrders("a + order.b + c.d") ==
        "1:1: undeclared name 'a'\n"
        " | a + order.b + c.d\n"
        " | ^\n"
        "1:11: order has no field 'b'\n"
        " | a + order.b + c.d\n"
        " |           ^\n"
        "1:15: undeclared name 'c'\n"
        " | a + order.b + c.d\n"
        " |               ^");
  const auto checked = Check(*Parse("a + 'b'\n+ [c]"), *Full());
  REQUIRE(testing::StatusIs(checked, absl::StatusCode::kInvalidArgument));
  const std::vector<Issue> issues = IssuesIn(checked.status());
  CHECK(issues == std::vector<Issue>{{ErrorKind::kCheck, 1, 1, "undeclared name 'a'"},
                                     {ErrorKind::kCheck, 2, 4, "undeclared name 'c'"}});
}

TEST_CASE("One mistake is one issue: what follows from it is not reported") {
  const auto checked = Check(*Parse("(a + 1).size().map(x, x + 1)[0] < 3"), *Full());
  CHECK(IssuesIn(checked.status()).size() == 1);
}

TEST_CASE("Check refuses what cannot work") {
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"1 && true", "'&&' takes bool, not int"},
      {"true || 'a'", "'||' takes bool, not string"},
      {"1 ? 2 : 3", "the condition of '?' is bool, not int"},
      {"true ? 1 : 'a'", "the branches of '?' differ: int and string; wrap one in dyn()"},
      {"!1", "no such overload: !int"},
      {"-'a'", "no such overload: -string"},
      {"[1]['a']", "no such overload: list(int)[string]"},
      {"'abc'[0]", "no such overload: string[int]"},
      {"1 in 2", "no such overload: int in int"},
      {"'a' in [1]", "no such overload: string in list(int)"},
      {"1 == 'a'", "no such overload: int == string"},
      {"(1).a", "type int has no fields: '.a' cannot be selected"},
      {"has('a'.b)", "type string has no fields: '.b' cannot be selected"},
      {"{1: 2}.a", "a map(int, int) has no key 'a'"},
      {"{1.5: 2}", "a key of a map is int, uint, bool or string, not double"},
      {"1.map(x, x)", "map() ranges over lists and maps, not int"},
      {"[1].all(x, x)", "the predicate of all() is bool, not int"},
      {"[1].filter(x, 'a')", "the predicate of filter() is bool, not string"},
      {"[1].transformMapEntry(i, v, v)", "transformMapEntry() makes a map of one entry, not int"},
      {"optional.of(1).optFlatMap(x, x)", "optFlatMap() makes an optional, not int"},
      {"1.optMap(x, x)", "no such overload: int.optMap()"},
      {"[?1]", "what is marked '?' is an optional, not int"},
      {"{?'a': 1}", "what is marked '?' is an optional, not int"},
      {"size(1)",
       "no such overload: size(int); there is (string): int, (bytes): int, (list(T)): "
       "int and (map(K, V)): int"},
      {"'a'.contains(1)", "no such overload: string.contains(int); there is string.(string): bool"},
      {"'a'.matches('(')", "invalid regular expression: missing ): ("}};
  for (const auto& [text, message] : rows) {
    INFO(text);
    CHECK(testing::Checked(text) == std::string("check error: ") + message);
  }
}

TEST_CASE("A long line is shown around its caret") {
  const std::string text = std::string(300, ' ') + "nobody" + std::string(300, ' ') + "+ 1";
  const std::string shown = Shown(text);
  CHECK_THAT(shown, testing::ContainsText("1:301: undeclared name 'nobody'"));
  CHECK(shown.size() < 400);
}

TEST_CASE("Check reports a bounded number of mistakes in bounded time") {
  std::string text = "[a0";
  for (int i = 1; i < 2'500; ++i) text += fmt::format(", nobody_is_called{}", i);
  const auto ast = Parse(text + "]");
  REQUIRE(testing::IsOk(ast));
  const auto checked = Check(*ast, *Full());
  CHECK(IssuesIn(checked.status()).size() == 50);
}

TEST_CASE("Types that grow without end are refused, not followed") {
  Environment environment = FullEnvironment();
  REQUIRE(testing::IsOk(environment.AddFunction(
      "pair", "(T, T): pair(T, T)",
      [](std::span<const Value> a, CallContext&) -> absl::StatusOr<Value> { return a[0]; })));
  std::string text = "pair(1, 2)";
  for (int i = 0; i < 60; ++i) text = fmt::format("cel.bind(x{0}, {1}, pair(x{0}, x{0}))", i, text);
  CHECK_THAT(Shown(text, environment), testing::ContainsText("too large to be checked"));
}

TEST_CASE("CheckedAst names what identifiers and selects stand for") {
  Environment environment = FullEnvironment();
  environment.set_container("a.b");
  environment.AddVariable("a.x.y", Type(TypeKind::kInt));
  const auto checked = Check(*Parse("x.y"), environment);
  REQUIRE(testing::IsOk(checked));
  REQUIRE(checked->ReferenceOf(checked->ast().root()) != nullptr);
  CHECK(*checked->ReferenceOf(checked->ast().root()) == "a.x.y");
  CHECK(checked->type() == Type(TypeKind::kInt));
}

}  // namespace
}  // namespace orderwright::cel
