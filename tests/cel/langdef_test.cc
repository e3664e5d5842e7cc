// The language definition, section by section; what other implementations get wrong is in
// traps_test.cc.
#include "tests/cel/fixtures.h"

namespace orderwright::cel {
namespace {

using testing::Checked;
using testing::Gives;
using testing::GivesUnchecked;
using testing::Unchecked;

TEST_CASE("Syntax: operators bind as the grammar has them") {
  Gives({{"1 + 2 * 3", "7"},
         {"(1 + 2) * 3", "9"},
         {"7 - 2 - 1", "4"},
         {"100 / 10 / 5", "2"},
         {"true || false && false", "true"},
         {"1 + 1 == 2 && 2 < 3", "true"},
         {"!true == false", "true"},
         {"!!true", "true"},
         {"--1", "1"},
         {"-{'a': 1}.a", "-1"},
         {"1 in [1] == true", "true"},
         {"true ? 1 : false ? 2 : 3", "1"},
         {"5 % 3 * 2", "4"},
         {"!-1", "parse error: unexpected '-': a value is expected"},
         {"-!true", "parse error: unexpected '!': a value is expected"}});
}

TEST_CASE("Syntax: lists and maps take a trailing comma, calls do too") {
  Gives({{"[1, 2,]", "[1, 2]"},
         {"{'a': 1,}", "{\"a\": 1}"},
         {"[]", "[]"},
         {"{}", "{}"},
         {"[,]", "parse error: unexpected ',': a value is expected"},
         {"[1 2]", "parse error: unexpected '2': ']' is expected to close the list"},
         {"{1}", "parse error: unexpected '}': ':' is expected between key and value"}});
}

TEST_CASE("Syntax: the sizes that every implementation accepts, and more") {
  const auto chain = [](const char* first, const char* link, int count) {
    std::string text = first;
    for (int i = 1; i < count; ++i) text += link;
    return text;
  };
  CHECK(Checked(chain("true", " || false", 900)) == "true");
  CHECK(Checked(chain("true", " && true", 900)) == "true");
  CHECK(Checked(chain("1", " + 1", 490)) == "490");
  CHECK(Checked(chain("[0", ", 1", 900) + "].size()") == "900");
  CHECK(Checked(chain("true ? 1 : 0", " ", 1)) == "1");
  CHECK(Checked(chain("", "false ? 1 : ", 200) + "2") == "2");
  CHECK(Checked(chain("", "(", 200) + "1" + chain("", ")", 200)) == "1");
  CHECK(Checked(chain("", "[", 200) + "1" + chain("", "]", 200) + chain("", "[0]", 200)) == "1");
  CHECK(Checked(chain("", "{'a': ", 200) + "1" + chain("", "}", 200) + chain("", ".a", 200)) ==
        "1");
  CHECK(Checked(chain("", "dyn(", 200) + "1" + chain("", ")", 200)) == "1");
}

TEST_CASE("Syntax: blanks and comments separate words") {
  Gives({{" \t\f\r\n1 // one\n + // and\n 1 // end", "2"},
         {"// nothing", "parse error: the expression ends here, but a value is expected"},
         {"", "parse error: the expression ends here, but a value is expected"},
         {"'// no comment'", "\"// no comment\""}});
}

TEST_CASE("Syntax: numbers are decimal or hexadecimal, doubles have a point or an exponent") {
  Gives({{"0x1F", "31"},
         {"0XffU", "255u"},
         {"-0x10", "-16"},
         {"1e3", "1000.0"},
         {".5", "0.5"},
         {"1.5e-3", "0.0015"},
         {"1E+2", "100.0"},
         {"1e400", "parse error: 1e400 is out of the range of its type"},
         {"1e-400", "0.0"},
         {"1a", "parse error: '1a' is not a number"},
         {"0x", "parse error: '0x' is not a number"},
         {"1.",
          "parse error: the expression ends here, but the name of a field is expected after "
          "'.'"}});
}

TEST_CASE("Syntax: what other languages write is named") {
  Gives({{"1 = 1", "parse error: '=' is no operator; did you mean '=='?"},
         {"true & false", "parse error: '&' is no operator; did you mean '&&'?"},
         {"true | false", "parse error: '|' is no operator; did you mean '||'?"},
         {"true and false", "parse error: 'and' is no operator; did you mean '&&'?"},
         {"true or false", "parse error: 'or' is no operator; did you mean '||'?"},
         {"1 @ 2", "parse error: \"@\" begins nothing"}});
}

TEST_CASE("Syntax: names in backticks select fields that are no identifiers") {
  Gives({{"{'a-b': 1}.`a-b`", "1"},
         {"{'a.b/c d': 1}.`a.b/c d`", "1"},
         {"has({'a-b': 1}.`a-b`)", "true"},
         {"`a`", "parse error: a name in backticks is of a field: write it after a '.'"},
         {"{}.`a\\n`",
          "parse error: a name in backticks has letters, digits, '_', '.', '-', '/' and "
          "spaces, and ends with a backtick"}});
}

TEST_CASE("Values: null, bool, int, uint, double, string, bytes, list, map and type are literals") {
  Gives({{"null", "null"},
         {"true", "true"},
         {"1u", "1u"},
         {"2.0", "2.0"},
         {"b'abc'", "b\"abc\""},
         {"[1, 'a', null]", "[1, \"a\", null]"},
         {"{'a': [1u]}", "{\"a\": [1u]}"},
         {"int", "int"}});
}

TEST_CASE("Values: messages cannot be made") {
  CHECK(Unchecked("a.B{c: 1}") == "error: 'a.B' is no type that an expression can make");
  CHECK(Checked("a.B{c: 1}") == "check error: 'a.B' is no type that an expression can make");
}

TEST_CASE("Types are values: type() of each, and of types") {
  Gives({{"type(1) == int", "true"},
         {"type(1u)", "uint"},
         {"type(1.0)", "double"},
         {"type('')", "string"},
         {"type(b'')", "bytes"},
         {"type(true)", "bool"},
         {"type(null)", "null_type"},
         {"type([])", "list"},
         {"type({})", "map"},
         {"type(int)", "type"},
         {"type(type(1))", "type"},
         {"type(timestamp(0))", "google.protobuf.Timestamp"},
         {"type(duration('0'))", "google.protobuf.Duration"},
         {"type(timestamp(0)) == google.protobuf.Timestamp", "true"},
         {"type(1) == uint", "false"}});
}

TEST_CASE("Equality: lists element by element, maps by key, both deep") {
  Gives({{"[1, [2, 3]] == [1, [2, 3]]", "true"},
         {"[1, 2] == [2, 1]", "false"},
         {"dyn([1]) == [1.0]", "true"},
         {"{'a': 1, 'b': [2]} == {'b': [2], 'a': 1}", "true"},
         {"{'a': 1} == {'a': 2}", "false"},
         {"{'a': 1} == {'b': 1}", "false"},
         {"dyn({1: 'a'}) == {1u: 'a'}", "true"},
         {"null == null", "true"},
         {"b'a' == b'a'", "true"},
         {"duration('1h') == duration('60m')", "true"},
         {"timestamp('2009-02-13T23:31:30+01:00') == timestamp('2009-02-13T22:31:30Z')", "true"},
         {"0.0 == -0.0", "true"}});
}

TEST_CASE("Ordering: bool, numbers, strings, bytes, timestamps and durations") {
  Gives({{"false < true", "true"},
         {"true <= true", "true"},
         {"-1 < 1", "true"},
         {"1.5 >= 1.5", "true"},
         {"'a' < 'ab'", "true"},
         {"b'\\x00' < b'\\x01'", "true"},
         {"timestamp(1) < timestamp(2)", "true"},
         {"duration('1s') > duration('1ms')", "true"}});
  GivesUnchecked({{"[1] < [2]", "error: no such overload: list < list"},
                  {"null < null", "error: no such overload: null_type < null_type"},
                  {"{} < {}", "error: no such overload: map < map"}});
}

TEST_CASE("Arithmetic: strings, bytes and lists are joined with +") {
  Gives({{"'a' + 'b'", "\"ab\""},
         {"b'a' + b'b'", "b\"ab\""},
         {"[1] + [2]", "[1, 2]"},
         {"[1] + []", "[1]"},
         {"1.5 + 2.5", "4.0"},
         {"7u - 2u", "5u"},
         {"-(1.5)", "-1.5"}});
  GivesUnchecked({{"'a' + 1", "error: no such overload: string + int"},
                  {"{} + {}", "error: no such overload: map + map"}});
}

TEST_CASE("Membership and size") {
  Gives({{"2 in [1, 2]", "true"},
         {"'b' in {'a': 1}", "false"},
         {"[1] in [[1]]", "true"},
         {"[1, 2].size() + size({'a': 1}) + size('abc') + b'ab'.size()", "8"},
         {"'a' in ['b', 'a']", "true"}});
  GivesUnchecked({{"1 in 2", "error: no such overload: int in int"},
                  {"size(1)", "error: no such overload: size(int)"}});
}

TEST_CASE("Indexing: lists from 0 within their size, maps by key") {
  Gives({{"[1, 2][1]", "2"},
         {"[1, 2][2]", "error: index 2 is out of range: the list has 2 elements"},
         {"[1, 2][-1]", "error: index -1 is out of range: the list has 2 elements"},
         {"{'a': {'b': 3}}['a']['b']", "3"},
         {"{true: 1}[true]", "1"}});
  GivesUnchecked({{"[1]['a']", "error: no such overload: list[string]"},
                  {"'abc'[0]", "error: no such overload: string[int]"}});
}

TEST_CASE("Strings: contains, startsWith, endsWith") {
  Gives({{"'tacocat'.contains('oca')", "true"},
         {"'tacocat'.startsWith('ta') && 'tacocat'.endsWith('at')", "true"},
         {"''.contains('')", "true"},
         {"'abc'.contains('d') || 'abc'.startsWith('b') || 'abc'.endsWith('b')", "false"}});
}

TEST_CASE("Time: arithmetic of instants and durations") {
  Gives({{"timestamp('2009-02-13T23:00:00Z') + duration('240s')",
          "timestamp(\"2009-02-13T23:04:00Z\")"},
         {"duration('240s') + timestamp('2009-02-13T23:00:00Z')",
          "timestamp(\"2009-02-13T23:04:00Z\")"},
         {"timestamp('2009-02-13T23:00:00Z') - duration('120s')",
          "timestamp(\"2009-02-13T22:58:00Z\")"},
         {"timestamp('2009-02-13T23:31:00Z') - timestamp('2009-02-13T23:29:00Z')",
          "duration(\"120s\")"},
         {"duration('50s') - duration('1m')", "duration(\"-10s\")"},
         {"int(timestamp('1970-01-01T00:00:01.9Z'))", "1"},
         {"string(timestamp('2009-02-13T23:31:30.5+01:00'))", "\"2009-02-13T22:31:30.5Z\""},
         {"string(duration('1h1ms'))", "\"3600.001s\""},
         {"timestamp('0001-01-01T00:00:00Z').getFullYear()", "1"},
         {"timestamp('2024-02-29T00:00:00Z').getDayOfYear()", "59"},
         {"timestamp('2023-02-29T00:00:00Z')",
          "error: \"2023-02-29T00:00:00Z\" is not a timestamp such as \"2026-11-27T09:00:00Z\" in "
          "the years 1 to 9999"}});
}

TEST_CASE("Functions: receivers and arguments are different forms") {
  GivesUnchecked({{"contains('a', 'b')", "error: no such overload: contains(string, string)"},
                  {"'abc'.nothing()", "error: there is no function 'nothing'"},
                  {"nothing(1)", "error: there is no function 'nothing'"}});
}

TEST_CASE("Errors: functions are strict, the first argument's error is the result") {
  Gives({{"size([1/0])", "error: division by zero"},
         {"[1/0, {}.a]", "error: division by zero"},
         {"{'a': 1/0}.b", "error: division by zero"},
         {"dyn(1/0).foo == 1 || true", "true"}});
}

TEST_CASE("Dynamic values: dyn() defers the question of the type to the evaluation") {
  Gives({{"dyn(1) + dyn(2)", "3"},
         {"dyn([1, 'a'])[1] + 'b'", "\"ab\""},
         {"dyn('a').size()", "1"},
         {"dyn({'a': 1}).a", "1"}});
}

TEST_CASE("Bindings: cel.bind names a value, once evaluated and only if it is needed") {
  Gives({{"cel.bind(x, 2, x * x)", "4"},
         {"cel.bind(x, 1/0, true)", "true"},
         {"cel.bind(x, [1, 2], cel.bind(y, x.size(), y + 1))", "3"},
         {"[1, 2].map(i, cel.bind(x, i * 10, x + i))", "[11, 22]"},
         {"cel.bind(1, 2, 3)",
          "parse error: bind() names its variable here: a plain name is expected"}});
}

TEST_CASE("cel.block evaluates its expressions once, when they are needed") {
  ParseOptions options;
  options.block_macros = true;
  auto ast = Parse("cel.block([1 + 1, cel.index(0) * cel.index(0), 1/0], cel.index(1))", options);
  REQUIRE(testing::IsOk(ast));
  const auto program = Program::Create(*std::move(ast), testing::Full());
  REQUIRE(testing::IsOk(program));
  CHECK(testing::Outcome(program->Evaluate(Variables())) == "4");
  // Without the option it is a call like any other.
  CHECK(Checked("cel.block([1], 1)").starts_with("check error: undeclared function 'cel.block'"));
}

TEST_CASE("Macros are off if asked for") {
  ParseOptions options;
  options.macros = false;
  auto ast = Parse("has(a.b)", options);
  REQUIRE(testing::IsOk(ast));
  const auto program = Program::Create(*std::move(ast), testing::Full());
  REQUIRE(testing::IsOk(program));
  CHECK(testing::Outcome(program->Evaluate(Variables())) == "error: no value for 'a'");
}

TEST_CASE("Variables: what is not set is an error, and is asked for once") {
  class Counting final : public Activation {
   public:
    bool Find(std::string_view name, Value& value) const override {
      ++asked;
      if (name != "x") return false;
      value = Value::Int(2);
      return true;
    }
    mutable int asked = 0;
  };
  auto ast = Parse("x + x * x");
  REQUIRE(testing::IsOk(ast));
  const auto program = Program::Create(*std::move(ast), testing::Full());
  REQUIRE(testing::IsOk(program));
  const Counting variables;
  CHECK(testing::Outcome(program->Evaluate(variables)) == "6");
  CHECK(variables.asked == 1);
  CHECK(Unchecked("y") == "error: no value for 'y'");
}

}  // namespace
}  // namespace orderwright::cel
