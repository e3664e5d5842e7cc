// What every JSON document has in common: where it stops being JSON, and how issues name places.
#include <string>

#include "tests/io/fixtures.h"

namespace orderwright {
namespace {

using testing::ContainsText;
using testing::ErrorsOf;
using testing::FirstMessage;
using testing::IsOk;
using testing::StatusIs;
using testing::Texts;
using testing::World1;

struct Broken {
  std::string text;
  std::string error;    // place and code
  std::string message;  // a part of it
};

TEST_CASE("A text that is not JSON is refused where it stops being it") {
  const Broken cases[] = {
      {"", "1:1 empty", "empty"},
      {" \n\t", "2:2 empty", "empty"},
      {"5", "1:1 invalid_json", "expected '{' or '['"},
      {"{} x", "1:4 invalid_json", "after the end"},
      {"{}{}", "1:3 invalid_json", "after the end"},
      {"{", "1:2 invalid_json", "end of the text"},
      {"{\"a\": [1, 2}", "1:12 invalid_json", "expected ',' or ']'"},
      {"{\"a\": 1,}", "1:9 invalid_json", "comma too many"},
      {"{\"a\": [1,]}", "1:10 invalid_json", "comma too many"},
      {"{\"a\" 1}", "1:6 invalid_json", "':' after a field name"},
      {"{a: 1}", "1:2 invalid_json", "field name in double quotes"},
      {"{\"a\": 'x'}", "1:7 invalid_json", "double quotes"},
      {"{\"a\": tru}", "1:7 invalid_json", "expected a value"},
      {"{\"a\": truex}", "1:11 invalid_json", "within a value"},
      {"{\"a\": 01}", "1:8 invalid_json", "within a value"},
      {"{\"a\": 1.}", "1:8 invalid_json", "within a value"},
      {"{\"a\": .5}", "1:7 invalid_json", "expected a value"},
      {"{\"a\": +5}", "1:7 invalid_json", "expected a value"},
      {"{\"a\": NaN}", "1:7 invalid_json", "expected a value"},
      {"{\"a\": \"x}", "1:7 invalid_json", "closing quote is missing"},
      {"{\"a\": \"x\ny\"}", "1:9 invalid_json", "control characters"},
      {"{\"a\": \"\\x\"}", "1:8 invalid_json", "escape"},
      {"{\"a\": \"\\u12g4\"}", "1:8 invalid_json", "escape"},
      {"{\"a\": \"\\ud800\"}", "1:8 invalid_json", "surrogate"},
      {"{\"a\": \"b\": 1}", "1:10 invalid_json", "expected ',' or '}'"},
      {"{\n  \"a\": 1\n  \"b\": 2\n}", "3:3 invalid_json", "expected ',' or '}'"},
      {"{\"a\": \"\xFF\"}", "1:8 invalid_utf8", "0xff"},
      {"{\"a\": \"\xC0\xAF\"}", "1:8 invalid_utf8", "not UTF-8"},
      {"{\"a\": \"\xED\xA0\x80\"}", "1:8 invalid_utf8", "not UTF-8"},
      {std::string("\xFF\xFE{\0}\0", 6), "1:1 invalid_utf8", "UTF-16"},
  };
  for (const Broken& broken : cases) {
    CAPTURE(broken.text);
    const auto world = World1(broken.text);
    CHECK(StatusIs(world, absl::StatusCode::kInvalidArgument));
    CHECK(ErrorsOf(world) == Texts{broken.error});
    CHECK_THAT(FirstMessage(world), ContainsText(broken.message));
  }
}

TEST_CASE("Every proper prefix of a document is refused") {
  const std::string text =
      R"({"currency": "USD", "items": [{"sku": "M\u00fcG", "weight_g": 12, "tags": ["a", "b"]}]})";
  REQUIRE(IsOk(World1(text)));
  for (std::size_t size = 0; size < text.size(); ++size) {
    CAPTURE(size);
    CHECK(ErrorsOf(World1(text.substr(0, size))).size() == 1);
  }
}

TEST_CASE("Containers nest 64 levels deep and no deeper") {
  const auto nested = [](std::size_t lists) {
    return R"({"items": [{"sku": "A", "attributes": {"x": )" + std::string(lists, '[') +
           std::string(lists, ']') + "}}]}";
  };
  // The root, the list, the item and its attributes are four levels.
  CHECK(ErrorsOf(World1(nested(60))) == Texts{"1:45: items[0].attributes.x wrong_type"});
  CHECK(ErrorsOf(World1(nested(61))) == Texts{"1:105 too_deep"});
}

TEST_CASE("A byte order mark is skipped and columns are those behind it") {
  REQUIRE(IsOk(World1("\xEF\xBB\xBF{\"currency\": \"USD\"}")));
  CHECK(ErrorsOf(World1("\xEF\xBB\xBF{\"locations\": 1}")) == Texts{"1:16: locations wrong_type"});
}

TEST_CASE("Columns count characters, not bytes") {
  CHECK(ErrorsOf(World1(R"({"items": [{"sku": "Käse€😀", "weight_g": "x"}]})")) ==
        Texts{"1:42: items[0].weight_g wrong_type"});
}

TEST_CASE("An issue names file, line and column, with every kind of line end") {
  const auto world = io::ParseWorld({"{\r\n\"items\":\r\n [{\"sku\": 5}]}", "w.json"});
  CHECK(ErrorsOf(world) == Texts{"w.json:3:11: items[0].sku wrong_type"});
  CHECK_THAT(std::string(MessageOf(world.status())),
             ContainsText("w.json:3:11: items[0].sku: expected a text, found a number (5)"));
}

TEST_CASE("A key given twice in one object is an issue at its second place") {
  CHECK(ErrorsOf(World1(R"({"currency": "USD", "items": [], "currency": "EUR"})")) ==
        Texts{"1:34: currency duplicate_field"});
  // Equal only once the escape is undone.
  CHECK(ErrorsOf(World1(R"({"items": [{"sku": "A", "tags": [], "t\u0061gs": []}]})")) ==
        Texts{"1:37: items[0].tags duplicate_field"});
}

TEST_CASE("Duplicate keys are found in objects of any size") {
  for (const int size : {2, 63, 64, 65, 66, 500}) {
    CAPTURE(size);
    std::string attributes;
    for (int i = 0; i < size; ++i) attributes += fmt::format("\"k{}\": {}, ", i, i);
    const auto text = [&](std::string_view last) {
      return fmt::format(R"({{"items": [{{"sku": "A", "attributes": {{{}"{}": 0}}}}]}})",
                         attributes, last);
    };
    CHECK(IsOk(World1(text("other"))));
    for (const std::string& last : {std::string("k0"), fmt::format("k{}", size - 1)}) {
      const Texts errors = ErrorsOf(World1(text(last)));
      CHECK(std::count_if(errors.begin(), errors.end(), [](const std::string& error) {
              return error.ends_with("duplicate_field");
            }) == 1);
    }
  }
}

TEST_CASE("Names that are no plain words are quoted in paths") {
  CHECK(ErrorsOf(World1(R"({"items": [{"sku": "A", "attributes": {"a.b c": null}}]})")) ==
        Texts{"1:49: items[0].attributes[\"a.b c\"] wrong_type"});
}

TEST_CASE("Integers are exact in 64 bits, and nothing else is an integer") {
  const auto weight = [](std::string_view number) {
    return World1(fmt::format(R"({{"items": [{{"sku": "A", "weight_g": {}}}]}})", number));
  };
  const std::string at = "1:37: items[0].weight_g ";
  REQUIRE(IsOk(weight("1000000000")));
  CHECK(weight("1000000000")->world.items()[0].spec.weight_g == 1'000'000'000);
  CHECK(ErrorsOf(weight("5.0")) == Texts{at + "not_an_integer"});
  CHECK(ErrorsOf(weight("5e0")) == Texts{at + "not_an_integer"});
  CHECK(ErrorsOf(weight("9223372036854775808")) == Texts{at + "out_of_range"});
  CHECK(ErrorsOf(weight("-9223372036854775809")) == Texts{at + "out_of_range"});
  CHECK(ErrorsOf(weight("1e999")) == Texts{at + "out_of_range"});
  CHECK(ErrorsOf(weight("\"5\"")) == Texts{at + "wrong_type"});
  CHECK(ErrorsOf(weight("null")) == Texts{at + "wrong_type"});
  CHECK(ErrorsOf(weight("true")) == Texts{at + "wrong_type"});
}

TEST_CASE("Integers of an attribute keep all 64 bits") {
  const auto world = World1(
      R"({"items": [{"sku": "A", "attributes": {"n": 9007199254740993, "m": -9223372036854775808}}]})");
  REQUIRE(IsOk(world));
  const Attributes& attributes = world->world.items()[0].spec.attributes;
  CHECK(attributes[0].value == AttributeValue(std::int64_t{9007199254740993}));
  CHECK(attributes[1].value == AttributeValue(std::numeric_limits<std::int64_t>::min()));
}

TEST_CASE("Escapes are undone") {
  const auto world =
      World1(R"({"items": [{"sku": "A", "hs_code": "\"\\\/\b\f\n\r\t\u00e9\ud83d\ude00"}]})");
  REQUIRE(IsOk(world));
  CHECK(world->world.items()[0].spec.hs_code == "\"\\/\b\f\n\r\té😀");
}

TEST_CASE("All issues are counted and the first 100 kept") {
  std::string items;
  for (int i = 0; i < 250; ++i) items += fmt::format("{}\n{{\"sku\": {}}}", i > 0 ? "," : "", i);
  const auto world = World1("{\"currency\": \"USD\", \"items\": [" + items + "]}");
  CHECK(IssuesOf(world.status()).size() == IssueList::kMaxKept);
  CHECK(ErrorsOf(world)[99] == "101:9: items[99].sku wrong_type");
  CHECK_THAT(std::string(MessageOf(world.status())), ContainsText("errors in all"));
}

TEST_CASE("Warnings never crowd out the first error") {
  std::string items;
  for (int i = 0; i < 150; ++i) items += fmt::format("{{\"sku\": \"S{}\", \"colour\": 1}},", i);
  io::ReadOptions lenient;
  lenient.strict = false;
  const auto world = World1("{\"currency\": \"USD\", \"items\": [" + items + "{}]}", lenient);
  CHECK(StatusIs(world, absl::StatusCode::kInvalidArgument));
  CHECK_THAT(std::string(MessageOf(world.status())), ContainsText("items[150].sku"));
}

}  // namespace
}  // namespace orderwright
