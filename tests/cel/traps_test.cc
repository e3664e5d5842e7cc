// The thirty points of the semantics that implementations get wrong, one test each.
#include "tests/cel/fixtures.h"

namespace orderwright::cel {
namespace {

using testing::Checked;
using testing::Gives;
using testing::GivesUnchecked;
using testing::Unchecked;

TEST_CASE("Trap 1: && and || absorb an error of either side where the other decides") {
  Gives({{"1/0 > 0 && false", "false"},
         {"false && 1/0 > 0", "false"},
         {"1/0 > 0 || true", "true"},
         {"true || 1/0 > 0", "true"},
         {"1/0 > 0 && true", "error: division by zero"},
         {"true && 1/0 > 0", "error: division by zero"},
         {"1/0 > 0 || false", "error: division by zero"},
         {"(2/0 > 3 ? false : true) && false", "false"}});
  GivesUnchecked({{"false && 32", "false"},
                  {"32 && false", "false"},
                  {"'horses' || true", "true"},
                  {"'a' && 'b'", "error: no such overload: '&&' takes bool, not string"}});
}

TEST_CASE("Trap 2: all and exists absorb errors of elements where another decides") {
  Gives({{"[1, 2, 3].all(e, 6 / (2 - e) == 6)", "false"},
         {"[1, 2, 3].exists(e, 6 / (2 - e) == 6)", "true"},
         {"[2, 1].exists(e, 6 / (2 - e) == 6)", "true"},
         {"[2, 1].all(e, 6 / (2 - e) == 6)", "error: division by zero"},
         {"[2, 3].exists(e, 6 / (2 - e) == 6)", "error: division by zero"}});
}

TEST_CASE("Trap 3: exists_one absorbs nothing and goes to the end") {
  Gives({{"[3, 2, 1, 0].exists_one(n, 12 / n > 1)", "error: division by zero"},
         {"[1, 2, 0].exists_one(n, 2 / n == 2)", "error: division by zero"},
         {"[1, 2].exists_one(n, n == 2)", "true"},
         {"[2, 2].exists_one(n, n == 2)", "false"},
         {"[].exists_one(n, n == 2)", "false"}});
}

TEST_CASE("Trap 4: map and filter pass on the error of any element and keep the order") {
  Gives({{"[3, 1, 2].map(x, x * 2)", "[6, 2, 4]"},
         {"[3, 1, 2].filter(x, x > 1)", "[3, 2]"},
         {"[3, 1, 2].map(x, x > 1, x * 2)", "[6, 4]"},
         {"[1, 0].map(x, 1 / x)", "error: division by zero"},
         {"[1, 0].filter(x, 1 / x > 5)", "error: division by zero"}});
}

TEST_CASE("Trap 5: a conditional evaluates the branch that it takes alone") {
  Gives({{"true ? 1 : 1/0", "1"},
         {"false ? 1/0 : 2", "2"},
         {"1/0 > 0 ? 1 : 2", "error: division by zero"},
         {"true ? false ? 1 : 2 : 3",
          "parse error: unexpected '?': ':' is expected: a condition is "
          "written c ? a : b"},
         {"false ? 1 : true ? 2 : 3", "2"}});
  GivesUnchecked({{"true ? 'cows' : 17", "\"cows\""},
                  {"'x' ? 1 : 2",
                   "error: no such overload: the condition of '?' is bool, not "
                   "string"}});
}

TEST_CASE("Trap 6: numbers of all types lie on one line, without rounding") {
  Gives({{"dyn(9007199254740993) == 9007199254740992.0", "false"},
         {"dyn(9007199254740993) > 9007199254740992.0", "true"},
         {"dyn(1) == 1u && dyn(1u) == 1.0 && dyn(1.0) == 1", "true"},
         {"1 == 1u && 1u == 1.0 && 1.0 == 1", "true"},
         {"dyn(-1) < 0u", "true"},
         {"dyn(18446744073709551615u) > 9223372036854775807", "true"},
         {"dyn(18446744073709551615u) < 18446744073709551616.0", "true"},
         {"1 < 1.5 && 2u > 1.5 && 2 >= 2u", "true"}});
}

TEST_CASE("Trap 7: there is no arithmetic across types") {
  GivesUnchecked(
      {{"1 + 1u", "error: no such overload: int + uint; convert one of them, as with double(x)"},
       {"0.3 * 2", "error: no such overload: double * int; convert one of them, as with double(x)"},
       {"2u * 2.0",
        "error: no such overload: uint * double; convert one of them, as with double(x)"}});
  Gives({{"dyn(1) - 1.0",
          "error: no such overload: int - double; convert one of them, as with double(x)"}});
}

TEST_CASE("Trap 8: keys and positions may be of any numeric type") {
  Gives({{"{1: 'a'}[dyn(1.0)]", "\"a\""},
         {"{1u: 1.0, 2: 2.0}[dyn(3.1)]", "error: no such key: 3.1"},
         {"{1u: 1.0, 2: 2.0}[dyn(1)]", "1.0"},
         {"[7, 8, 9][dyn(0.0)]", "7"},
         {"[7, 8, 9][dyn(1u)]", "8"},
         {"[7, 8, 9][dyn(0.1)]", "error: 0.1 is not an index: an integer is expected"},
         {"1.0 in [1, 2]", "true"},
         {"1u in {1: 'a'}", "true"},
         {"dyn(3.0) in {1: 'a'}", "false"}});
}

TEST_CASE("Trap 9: a key given twice is an error, across numeric types too") {
  Gives({{"{1: 'a', 1: 'b'}", "error: the key 1 is given twice"},
         {"{0: 1, 0u: 2}", "error: the key 0u is given twice"},
         {"{'a': 1, 'a': 1}", "error: the key \"a\" is given twice"},
         {"{true: 1, 1: 1}.size()", "2"}});
}

TEST_CASE("Trap 10: doubles and null are no keys") {
  GivesUnchecked(
      {{"{1.0: 5}", "error: double is not a key: keys of a map are int, uint, bool or string"},
       {"{3.3: 15.15, 1.0: 5}[1.0]",
        "error: double is not a key: keys of a map are int, uint, bool or string"},
       {"{null: 5}",
        "error: null_type is not a key: keys of a map are int, uint, bool or string"}});
}

TEST_CASE("Trap 11: NaN equals nothing, not even in lists") {
  Gives({{"0.0/0.0 == 0.0/0.0", "false"},
         {"0.0/0.0 != 0.0/0.0", "true"},
         {"[0.0/0.0] == [0.0/0.0]", "false"},
         {"{'a': 0.0/0.0} == {'a': 0.0/0.0}", "false"},
         {"0.0/0.0 < 1.0 || 0.0/0.0 >= 1.0", "false"},
         {"0.0/0.0 in [0.0/0.0]", "false"}});
}

TEST_CASE("Trap 12: equality never fails, ordering across types does") {
  Gives({{"dyn('1') == 1", "false"},
         {"dyn(null) == false", "false"},
         {"dyn([1]) != {'a': 1}", "true"},
         {"dyn('a') < 1", "error: no such overload: string < int"},
         {"dyn(true) < 1", "error: no such overload: bool < int"}});
}

TEST_CASE("Trap 13: integers overflow into errors, doubles into infinities") {
  Gives({{"9223372036854775807 + 1",
          "error: integer overflow: the result of '+' does not fit 64 bits"},
         {"-9223372036854775808 - 1",
          "error: integer overflow: the result of '-' does not fit 64 bits"},
         {"9223372036854775807 * 2",
          "error: integer overflow: the result of '*' does not fit 64 bits"},
         {"-(-9223372036854775808)",
          "error: integer overflow: the result of '-' does not fit 64 bits"},
         {"-9223372036854775808 / -1",
          "error: integer overflow: the result of '/' does not fit 64 bits"},
         {"-9223372036854775808 % -1",
          "error: integer overflow: the result of '%' does not fit 64 bits"},
         {"0u - 1u", "error: integer overflow: the result of '-' does not fit 64 bits"},
         {"18446744073709551615u + 1u",
          "error: integer overflow: the result of '+' does not fit 64 bits"},
         {"7 / -2", "-3"},
         {"-7 % 2", "-1"},
         {"1 / 0", "error: division by zero"},
         {"1 % 0", "error: modulus by zero"},
         {"1u / 0u", "error: division by zero"},
         {"1.0 / 0.0", "Infinity"},
         {"-1.0 / 0.0", "-Infinity"}});
  GivesUnchecked({{"5.0 % 2.0", "error: no such overload: double % double"},
                  {"-(1u)", "error: no such overload: -uint"}});
}

TEST_CASE("Trap 14: the smallest int can be written") {
  Gives(
      {{"-9223372036854775808", "-9223372036854775808"},
       {"-0x8000000000000000", "-9223372036854775808"},
       {"9223372036854775808", "parse error: 9223372036854775808 is out of the range of its type"},
       {"-9223372036854775809",
        "parse error: -9223372036854775809 is out of the range of its type"},
       {"18446744073709551616u",
        "parse error: 18446744073709551616 is out of the range of its "
        "type"}});
}

TEST_CASE("Trap 15: conversions refuse what is out of range and read what Go reads") {
  Gives(
      {{"int(9223372036854775807.0)", "error: 9.223372036854776e+18 is out of the range of int"},
       {"int(-9223372036854775808.0)", "error: -9.223372036854776e+18 is out of the range of int"},
       {"int(1.9)", "1"},
       {"int(-7.9)", "-7"},
       {"int(0.0/0.0)", "error: NaN is out of the range of int"},
       {"uint(-1)", "error: -1 is out of the range of uint"},
       {"uint(1.9)", "1u"},
       {"string(-4.5e-3)", "\"-0.0045\""},
       {"string(123u)", "\"123\""},
       {"bool('TRUE') && bool('True') && bool('t') && bool('1')", "true"},
       {"bool('TrUe')", "error: \"TrUe\" cannot be read as bool"},
       {"string(b'\\000\\xff')", "error: the bytes are not valid UTF-8 and make no string"},
       {"int('12a')", "error: \"12a\" cannot be read as int"},
       {"double('1e3')", "1000.0"},
       {"bytes('ÿ')", "b\"\\xc3\\xbf\""}});
}

TEST_CASE("Trap 16: the size of a string counts code points, of bytes octets") {
  Gives({{"size('ÿ€😀')", "3"},
         {"size(b'ÿ€😀')", "9"},
         {"'e\\u0301'.size()", "2"},
         {"'e\\u0301' == '\\u00e9'", "false"}});
}

TEST_CASE("Trap 17: strings are ordered by code point") {
  // U+FF61 is below U+1F600, but its UTF-16 is above the surrogates.
  Gives({{"'\\uff61' < '\\U0001f600'", "true"},
         {"'Z' < 'a'", "true"},
         {"'' < 'a'", "true"},
         {"b'\\xff' > b'\\x7f'", "true"}});
}

TEST_CASE("Trap 18: escapes mean code points in strings and octets in bytes") {
  Gives(
      {{R"('\x41\X41\101')", "\"AAA\""},
       {R"('\xff' == 'ÿ' && '\377' == 'ÿ')", "true"},
       {R"(b'\xff\377')", R"(b"\xff\xff")"},
       {R"('\u00e9\U0001F600' == 'é😀')", "true"},
       {R"('\?\`\"\'')", R"("?`\"'")"},
       {R"(r'\n' == '\\n')", "true"},
       {R"(R"a\"" == "a\\")", "parse error: unexpected string: an operator or the end is expected"},
       {"'''a\nb'''", "\"a\\nb\""},
       {"\"\"\"a\"b\"\"\"", "\"a\\\"b\""},
       {"'a\nb'",
        "parse error: the string is not closed on its line: write \\n, or use three quotes"},
       {R"('\400')",
        "parse error: unknown escape: a backslash is written \\\\, or use a raw string "
        "r\"…\""},
       {R"('\08')", "parse error: an octal escape has three digits, \\000 to \\377"},
       {R"('\ud800')",
        "parse error: D800 is not a code point: surrogates and those above 10FFFF "
        "are none"},
       {R"('\ud83d\ude00')",
        "parse error: D83D is not a code point: surrogates and those above "
        "10FFFF are none"},
       {R"('\U00110000')",
        "parse error: 110000 is not a code point: surrogates and those above "
        "10FFFF are none"},
       {R"(b'\u0041')", "parse error: \\u is of strings: bytes are written \\xHH"},
       {R"('\u2fe0'.size())", "1"}});
}

TEST_CASE("Trap 19: reserved words are no variables, but fields and methods") {
  Gives({{"{'for': 1}.for", "1"},
         {"{'package': {'while': 2}}.package.while", "2"},
         {"for + 1", "parse error: 'for' is a reserved word and cannot name a variable"},
         {"{'in': 1}.in", "parse error: 'in' cannot be selected; write [\"in\"]"}});
  const auto environment = [] {
    Environment made = FullEnvironment();
    CHECK(testing::IsOk(made.AddFunction(
        "package", "int.(): int",
        [](std::span<const Value> a, CallContext&) -> absl::StatusOr<Value> { return a[0]; })));
    return std::make_shared<const Environment>(std::move(made));
  }();
  CHECK(Checked("1.package()", {}, environment) == "1");
}

TEST_CASE("Trap 20: the longest name wins, the container is tried outward, locals shadow all") {
  Environment made = FullEnvironment();
  made.set_container("a.b");
  for (const char* const name : {"a.b.x", "a.x", "x", "y.z", "y", "a.only"}) {
    made.AddVariable(name, Type());
  }
  const auto environment = std::make_shared<const Environment>(std::move(made));
  Variables variables;
  variables.Set("a.b.x", Value::Int(1));
  variables.Set("a.x", Value::Int(2));
  variables.Set("x", Value::Int(3));
  variables.Set("y.z", Value::Int(4));
  const auto map = Value::Map({{Value::String("z"), Value::Int(5)}});
  variables.Set("y", *map);
  variables.Set("a.only", Value::Int(6));
  const std::vector<std::pair<const char*, const char*>> rows = {{"x", "1"},
                                                                 {".x", "3"},
                                                                 {"y.z", "4"},
                                                                 {"(y).z", "5"},
                                                                 {"(y.z)", "4"},
                                                                 {"only", "6"},
                                                                 {"[7].map(x, x)", "[7]"},
                                                                 {"[7].map(x, .x)", "[3]"},
                                                                 {"[{'z': 8}].map(y, y.z)", "[8]"},
                                                                 {"[{'z': 8}].map(y, .y.z)", "[4]"},
                                                                 {"cel.bind(x, 9, x)", "9"}};
  for (const auto& [expression, outcome] : rows) {
    INFO(expression);
    CHECK(Checked(expression, variables, environment) == outcome);
    CHECK(Unchecked(expression, variables, environment) == outcome);
  }
}

TEST_CASE("Trap 21: has() asks for the presence of a field, null or not") {
  Gives({{"has({'a': 1}.a)", "true"},
         {"has({'a': 1}.b)", "false"},
         {"has({'a': null}.a)", "true"},
         {"has({'a': {'b': 1}}.a.b)", "true"},
         {"has({'a': {'b': 1}}.a.c)", "false"},
         {"has({'a': 1}['a'])", "parse error: has() asks for a field: write has(value.field)"},
         {"has(dyn(1).a)", "error: type 'int' has no fields: '.a' cannot be selected"}});
}

TEST_CASE("Trap 22: a missing key is an error that only && and || absorb") {
  Gives({{"{'a': 1}.b", "error: no such key: 'b'"},
         {"{'a': 1}['b']", "error: no such key: \"b\""},
         {"{'a': 1}.b == 1 || true", "true"},
         {"{'a': 1}.b == 1 ? 1 : 2", "error: no such key: 'b'"}});
}

TEST_CASE("Trap 23: timestamps and durations are checked for their range") {
  const char* const range = "error: timestamp out of range: it must lie in the years 1 to 9999";
  const char* const length = "error: duration out of range: it must be within about 292 years";
  Gives({{"timestamp('0001-01-01T00:00:00Z') - duration('1ns')", range},
         {"timestamp('9999-12-31T23:59:59.999999999Z') + duration('1ns')", range},
         {"timestamp(253402300800)", range},
         {"timestamp('9999-12-31T23:59:59Z') - timestamp('0001-01-01T00:00:00Z')", length},
         {"duration('9223372036854775807ns') + duration('1ns')", length},
         {"duration('2562048h')",
          "error: \"2562048h\" is not a duration such as \"1h30m\" (units h, m, s, ms, us, ns) "
          "within about 292 years"},
         {"duration('1d')",
          "error: \"1d\" is not a duration such as \"1h30m\" (units h, m, s, ms, us, ns) within "
          "about 292 years"},
         {"duration('-9223372036854775808ns')", "duration(\"-9223372036.854775808s\")"},
         {"duration('1µs') == duration('1μs')", "true"},
         {"duration('-1h1.5m1us')", "duration(\"-3690.000001s\")"},
         {"duration('1ms') + duration('1us') + duration('1ns')", "duration(\"0.001001001s\")"}});
}

TEST_CASE("Trap 24: months and days of months and years count from 0, getDate from 1") {
  Gives({{"timestamp('2009-02-13T23:31:30.123Z').getMonth()", "1"},
         {"timestamp('2009-02-13T23:31:30.123Z').getDayOfMonth()", "12"},
         {"timestamp('2009-02-13T23:31:30.123Z').getDate()", "13"},
         {"timestamp('2009-02-13T23:31:30.123Z').getDayOfYear()", "43"},
         {"timestamp('2009-02-15T00:00:00Z').getDayOfWeek()", "0"},
         {"timestamp('2009-02-13T23:31:30.123Z').getMilliseconds()", "123"},
         {"duration('123.321s').getMilliseconds()", "321"},
         {"duration('-90m').getHours()", "-1"},
         {"duration('3730s').getMinutes()", "62"}});
}

TEST_CASE("Trap 25: zones are IANA names and offsets, with a sign or without") {
  Gives(
      {{"timestamp('2009-02-13T23:31:30Z').getHours('02:00')", "1"},
       {"timestamp('2009-02-13T23:31:30Z').getMinutes('-02:30')", "1"},
       {"timestamp('2009-02-13T23:31:30Z').getHours('+11:00')", "10"},
       {"timestamp('2009-02-13T23:31:30Z').getHours('-00:00')", "23"},
       {"timestamp('2009-02-13T23:31:30Z').getHours('UTC')", "23"},
       {"timestamp('2009-02-13T23:31:30Z').getDate('Australia/Sydney')", "14"},
       {"timestamp('2009-02-13T23:31:30Z').getMinutes('Asia/Kathmandu')", "16"},
       {"timestamp('2009-02-13T23:31:30Z').getHours('Mars/Olympus')",
        "error: \"Mars/Olympus\" is no time zone: name one as \"Europe/Berlin\" or write an offset "
        "as \"+02:00\""},
       {"timestamp('2009-02-13T23:31:30Z').getHours('../etc/passwd')",
        "error: \"../etc/passwd\" is no time zone: name one as \"Europe/Berlin\" or write an "
        "offset as \"+02:00\""},
       {"timestamp('2009-02-13T23:31:30Z').getHours('localtime')",
        "error: \"localtime\" is no time zone: name one as \"Europe/Berlin\" or write an offset as "
        "\"+02:00\""}});
}

TEST_CASE("Trap 26: matches finds a part of the text, in linear time") {
  Gives({{"'hello world'.matches('o w')", "true"},
         {"'hello world'.matches('^o')", "false"},
         {"matches('ÿ€', '^..$')", "true"},
         {"'" + std::string(5'000, 'a') + "'.matches('^(a+)+$')", "true"},
         {"'" + std::string(5'000, 'a') + "b'.matches('^(a|a)*$')", "false"}});
  GivesUnchecked({{"'a'.matches('(')", "error: invalid regular expression: missing ): ("}});
}

TEST_CASE("Trap 27: optionals are taken apart by their own syntax") {
  Gives({{"optional.of(1).value()", "1"},
         {"optional.none().hasValue()", "false"},
         {"optional.ofNonZeroValue(0).orValue(7)", "7"},
         {"{'a': 1}.?a", "optional.of(1)"},
         {"{'a': 1}.?b", "optional.none()"},
         {"{'a': {'b': 1}}.?a.b", "optional.of(1)"},
         {"{'a': 1}[?'b'].or(optional.of(3))", "optional.of(3)"},
         {"[1][?4].orValue(5)", "5"},
         {"[?optional.none(), ?optional.of(1), 2]", "[1, 2]"},
         {"{?'a': optional.none(), ?'b': optional.of(2)}", "{\"b\": 2}"},
         {"optional.of(1).optMap(x, x + 1)", "optional.of(2)"},
         {"optional.of([1]).optFlatMap(x, x[?1])", "optional.none()"},
         {"optional.of(1).orValue(1/0)", "1"},
         {"optional.none().value()",
          "error: optional.none() has no value: ask hasValue(), or use orValue()"}});
}

TEST_CASE("Trap 28: macros expand when parsed, are hygienic, and have two-variable forms") {
  Gives({{"[1, 2].all(x, [3].exists(x, x == 3))", "true"},
         {"[[1]].map(x, x.map(x, x + 1))", "[[2]]"},
         {"[3, 4].exists(i, v, i == 1 && v == 4)", "true"},
         {"{'a': 1}.all(k, v, k == 'a' && v == 1)", "true"},
         {"[1, 2].existsOne(i, v, v == 2)", "true"},
         {"[5, 6].transformList(i, v, i * v)", "[0, 6]"},
         {"{'a': 1}.transformMap(k, v, v + 1)", "{\"a\": 2}"},
         {"{'a': 'b'}.transformMapEntry(k, v, {v: k})", "{\"b\": \"a\"}"},
         {"{'a': 'x', 'b': 'x'}.transformMapEntry(k, v, {v: k})",
          "error: the key \"x\" is given twice"},
         {"[1].all(x, x, true)", "parse error: the two variables of all() need different names"},
         {"[1].map(x.y, 1)",
          "parse error: map() names its variable here: a plain name is expected"}});
}

TEST_CASE(
    "Trap 29: a value beats an unknown and that an error in && and ||, elsewhere errors win") {
  Environment made = FullEnvironment();
  made.AddVariable("u", Type());
  made.AddVariable("w", Type());
  const auto environment = std::make_shared<const Environment>(std::move(made));
  Variables variables;
  variables.SetUnknown("u");
  variables.SetUnknown("w");
  const std::vector<std::pair<const char*, const char*>> rows = {
      {"u && false", "false"},
      {"false && u", "false"},
      {"u || true", "true"},
      {"u && true", "unknown"},
      {"u && 1/0 > 0", "unknown"},
      {"1/0 > 0 || u", "unknown"},
      {"u + 1", "unknown"},
      {"u + 1/0", "error: division by zero"},
      {"[u, 1/0]", "error: division by zero"},
      {"u ? 1 : 2", "unknown"},
      {"u.field", "unknown"},
      {"[1, 2].exists(x, x == 2 || u)", "true"},
      {"[1, 2].all(x, u)", "unknown"},
      {"[1, 2].exists_one(x, u)", "unknown"},
      {"u.map(x, x)", "unknown"},
      {"type(u)", "unknown"},
      {"[1, 0].map(v, v == 1 ? u : 1 / v > 0)", "error: division by zero"},
      {"[1, 0].filter(v, v == 1 ? u : 1 / v > 0)", "error: division by zero"},
      {"[1, 0].exists_one(v, v == 1 ? u : 1 / v > 0)", "error: division by zero"},
      {"[1, 0].transformMap(i, v, v == 1 ? u : 1 / v > 0)", "error: division by zero"},
      {"[1].transformMap(i, v, u)", "unknown"}};
  for (const auto& [expression, outcome] : rows) {
    INFO(expression);
    CHECK(Checked(expression, variables, environment) == outcome);
    CHECK(Unchecked(expression, variables, environment) == outcome);
  }
  const auto program = Program::Compile("u + w", environment);
  REQUIRE(testing::IsOk(program));
  const auto value = program->Evaluate(variables);
  REQUIRE(testing::IsOk(value));
  CHECK(std::vector<std::string>(value->unknowns().begin(), value->unknowns().end()) ==
        std::vector<std::string>{"u", "w"});
}

TEST_CASE("Trap 30: comparisons associate to the left, and so do not chain") {
  CHECK(Checked("1 < 2 < 3") == "check error: no such overload: bool < int");
  CHECK(Unchecked("1 < 2 < 3") == "error: no such overload: bool < int");
  CHECK(Checked("(1 < 2) == true") == "true");
}

}  // namespace
}  // namespace orderwright::cel
