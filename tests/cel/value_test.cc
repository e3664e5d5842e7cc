#include "orderwright/cel/value.h"

#include <cmath>
#include <limits>

#include "tests/cel/fixtures.h"

namespace orderwright::cel {
namespace {

using testing::StatusIs;

TEST_CASE("A value copies, moves and assigns like what it holds") {
  const Value list = Value::List({Value::String("vip"), Value::Int(3)});
  CHECK(list.list()[0].text() == "vip");
  Value copy = list;
  CHECK(copy == list);
  Value moved = std::move(copy);
  CHECK(moved == list);
  copy = Value::Double(1.5);
  CHECK(copy.double_value() == 1.5);
  const Value& itself = moved;
  moved = itself;
  CHECK(moved == list);
  CHECK(list.list().size() == 2);
}

TEST_CASE("Kinds, accessors and names of types") {
  const std::vector<std::pair<Value, const char*>> rows = {
      {Value::Null(), "null_type"},
      {Value::Bool(true), "bool"},
      {Value::Int(-1), "int"},
      {Value::Uint(1), "uint"},
      {Value::Double(0.5), "double"},
      {Value::String("a"), "string"},
      {Value::Bytes("a"), "bytes"},
      {Value::List({}), "list"},
      {*Value::Map({}), "map"},
      {*Value::Timestamp(0, 5), "google.protobuf.Timestamp"},
      {Value::Duration(7), "google.protobuf.Duration"},
      {Value::TypeNamed("int"), "type"},
      {Value::Some(Value::Int(1)), "optional_type"},
      {Value::None(), "optional_type"}};
  for (const auto& [value, name] : rows) CHECK(value.type_name() == name);
  CHECK(rows[9].first.nanos() == 5);
  CHECK(rows[10].first.nanoseconds() == 7);
  CHECK(rows[12].first.optional()->int_value() == 1);
  CHECK(rows[13].first.optional() == nullptr);
}

TEST_CASE("Numbers of all types are compared on one line") {
  CHECK(Value::Int(1) == Value::Uint(1));
  CHECK(Value::Int(1) == Value::Double(1.0));
  CHECK_FALSE(Value::Int(-1) == Value::Uint(std::numeric_limits<std::uint64_t>::max()));
  CHECK_FALSE(Value::Int(9007199254740993) == Value::Double(9007199254740992.0));
  CHECK_FALSE(Value::Uint(std::numeric_limits<std::uint64_t>::max()) ==
              Value::Double(18446744073709551616.0));
  CHECK_FALSE(Value::Double(std::nan("")) == Value::Double(std::nan("")));
  CHECK_FALSE(Value::Int(0) == Value::Bool(false));
  CHECK_FALSE(Value::String("a") == Value::Bytes("a"));
  CHECK_FALSE(Value::Null() == Value::Bool(false));
}

TEST_CASE("Map finds keys across numeric types, in small maps and in large ones") {
  for (const int size : {3, 1'000}) {
    std::vector<Map::Entry> entries;
    for (int i = 0; i < size; ++i) {
      entries.emplace_back(Value::Int(i - 1), Value::Int(i));
      entries.emplace_back(Value::String(fmt::format("k{}", i)), Value::Int(i));
    }
    const auto map = Value::Map(entries);
    REQUIRE(testing::IsOk(map));
    const Map& found = map->map();
    CHECK(found.size() == static_cast<std::size_t>(2 * size));
    CHECK(found.Find(Value::Uint(1))->int_value() == 2);
    CHECK(found.Find(Value::Double(-1.0))->int_value() == 0);
    CHECK(found.Find("k2")->int_value() == 2);
    CHECK(found.Find("k") == nullptr);
    CHECK(found.Find(Value::Double(0.5)) == nullptr);
    CHECK(found.Find(Value::Double(std::nan(""))) == nullptr);
    CHECK(found.Find(Value::Double(1e300)) == nullptr);
    CHECK(found.Find(Value::Uint(std::numeric_limits<std::uint64_t>::max())) == nullptr);
    CHECK(found.Find(Value::Null()) == nullptr);
    CHECK(found.entries()[0].first.int_value() == -1);
    entries.emplace_back(Value::Uint(1), Value());
    CHECK(StatusIs(Value::Map(entries), absl::StatusCode::kInvalidArgument));
  }
  CHECK(StatusIs(Value::Map({{Value::Double(1.0), Value()}}), absl::StatusCode::kInvalidArgument));
  CHECK(StatusIs(Value::Map({{Value::List({}), Value()}}), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Large keys that a double rounds are found by what they are") {
  std::vector<Map::Entry> entries;
  for (std::uint64_t i = 0; i < 20; ++i) {
    entries.emplace_back(Value::Uint((std::uint64_t{1} << 63) + (i << 12)), Value::Uint(i));
  }
  const auto map = Value::Map(std::move(entries));
  REQUIRE(testing::IsOk(map));
  CHECK(map->map().Find(Value::Double(9223372036854775808.0 + 4096.0))->uint_value() == 1);
}

TEST_CASE("Timestamps are within years 1 to 9999") {
  CHECK(testing::IsOk(Value::Timestamp(-62'135'596'800, 0)));
  CHECK(testing::IsOk(Value::Timestamp(253'402'300'799, 999'999'999)));
  CHECK(StatusIs(Value::Timestamp(-62'135'596'801, 999'999'999), absl::StatusCode::kOutOfRange));
  CHECK(StatusIs(Value::Timestamp(253'402'300'800, 0), absl::StatusCode::kOutOfRange));
  CHECK(StatusIs(Value::Timestamp(0, 1'000'000'000), absl::StatusCode::kOutOfRange));
  CHECK(StatusIs(Value::Timestamp(0, -1), absl::StatusCode::kOutOfRange));
}

TEST_CASE("ToString writes a value as an expression would") {
  const auto map = Value::Map({{Value::String("a\n\""), Value::List({Value::Double(1), Value()})}});
  CHECK(ToString(*map) == R"({"a\n\"": [1.0, null]})");
  CHECK(fmt::format("{}", Value::Uint(7)) == "7u");
  CHECK(ToString(Value::Duration(std::numeric_limits<std::int64_t>::min())) ==
        "duration(\"-9223372036.854775808s\")");
  CHECK(ToString(Value::Double(1e21)) == "1e+21");
  std::vector<Value> many(100'000, Value::Int(7));
  CHECK(ToString(Value::List(std::move(many))).size() < 5'000);
}

TEST_CASE("ToString of a value is read back as the value") {
  for (const char* const text :
       {"[1, 2u, 3.5, \"a\\n\", b\"\\xff\", null, true]", "{\"a\": {1: [optional.none()]}}",
        "timestamp(\"2009-02-13T23:31:30.5Z\")", "duration(\"-1.5s\")", "optional.of([1e+300])"}) {
    CHECK(testing::Unchecked(text) == text);
  }
}

TEST_CASE("Type reads what it writes") {
  for (const char* const text :
       {"int", "list(map(string, dyn))", "optional_type(uint)", "google.protobuf.Timestamp",
        "null_type", "net.IP", "pair(int, string)", "type(int)", "bytes"}) {
    const auto type = Type::Parse(text);
    REQUIRE(testing::IsOk(type));
    CHECK(ToString(*type) == text);
  }
  CHECK(*Type::Parse("list") == Type::List(Type()));
  CHECK(*Type::Parse("timestamp") == Type(TypeKind::kTimestamp));
  CHECK(*Type::Parse(" map( int ,string ) ") ==
        Type::Map(Type(TypeKind::kInt), Type(TypeKind::kString)));
  CHECK(Type::Parse("T", true)->Is(TypeKind::kParameter));
  CHECK(Type::Parse("T")->Is(TypeKind::kOpaque));
  CHECK(Type::List(Type::List(Type())).depth() == 3);
  for (const char* const text :
       {"", "list(", "list(int, int)", "int(string)", "map(int)", "a b", "list(int))", "(", "?"}) {
    CHECK(StatusIs(Type::Parse(text), absl::StatusCode::kInvalidArgument));
  }
  std::string deep;
  for (int i = 0; i < 10'000; ++i) deep += "list(";
  CHECK(StatusIs(Type::Parse(deep), absl::StatusCode::kInvalidArgument));
}

TEST_CASE("Source renders an issue with its line and a caret") {
  const Source source("1 +");
  CHECK(source.Render({ErrorKind::kParse, 1, 4, "an operand is missing"}) ==
        "1:4: an operand is missing\n"
        " | 1 +\n"
        " |    ^");
  const Source lines("a\n\tb\r\nc");
  CHECK(lines.At(ErrorKind::kParse, 3, "x") == Issue{ErrorKind::kParse, 2, 2, "x"});
  CHECK(lines.Render({ErrorKind::kParse, 2, 2, "x"}) == "2:2: x\n |  b \n |  ^");
  CHECK(lines.Render({ErrorKind::kParse, 9, 1, "x"}) == "9:1: x");
}

TEST_CASE("Issues survive the status that carries them") {
  const Source source("a b");
  const std::vector<Issue> issues = {{ErrorKind::kCheck, 1, 1, "one: 2\n3"},
                                     {ErrorKind::kCheck, 1, 3, ""}};
  CHECK(IssuesIn(ToStatus(source, issues)) == issues);
  CHECK(IssuesIn(InvalidArgument("another")).empty());
  CHECK(IssuesIn(absl::OkStatus()).empty());
}

}  // namespace
}  // namespace orderwright::cel
