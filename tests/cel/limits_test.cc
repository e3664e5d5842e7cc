// What a stranger may write: refused with a clear error, never a crash, a hang or a silent answer.
#include <chrono>

#include "tests/cel/fixtures.h"

namespace orderwright::cel {
namespace {

using testing::Checked;
using testing::ContainsText;
using testing::Full;
using testing::IsOk;
using testing::StatusIs;
using testing::Unchecked;

std::string Repeated(std::string_view text, std::size_t count) {
  std::string out;
  for (std::size_t i = 0; i < count; ++i) out += text;
  return out;
}

TEST_CASE("Parse refuses what is longer than its limit") {
  const auto ast = Parse(Repeated("1 + ", 262'144) + "1");
  CHECK(StatusIs(ast, absl::StatusCode::kInvalidArgument));
  CHECK_THAT(std::string(MessageOf(ast.status())),
             ContainsText("the expression has 1048577 bytes; 65536 are allowed"));
}

TEST_CASE("Parse refuses nesting, chains and sizes beyond its limits") {
  const std::vector<std::pair<std::string, const char*>> rows = {
      {Repeated("(", 30'000), "nested deeper than 250 levels"},
      {Repeated("[", 30'000), "nested deeper than 250 levels"},
      {Repeated("{1:", 20'000), "nested deeper than 250 levels"},
      {Repeated("f(", 30'000), "nested deeper than 250 levels"},
      {Repeated("a[", 30'000), "nested deeper than 250 levels"},
      {Repeated("a ? b : ", 8'000), "nested deeper than 250 levels"},
      {Repeated("[1].map(x, ", 5'000), "nested deeper than 250 levels"},
      {Repeated("a.", 30'000) + "a", "a chain has more than 500 links"},
      {Repeated("-", 30'000) + "a", "a chain has more than 500 links"},
      {Repeated("!", 30'000) + "a", "a chain has more than 500 links"},
      {Repeated("1 + ", 15'000) + "1", "a chain has more than 500 links"},
      {"a" + Repeated("[0]", 20'000), "a chain has more than 500 links"},
      {"a" + Repeated(".b()", 15'000), "a chain has more than 500 links"},
      {"[" + Repeated("1,", 30'000) + "]", "more than 10000 parts"}};
  for (const auto& [text, message] : rows) {
    INFO(text.substr(0, 20));
    CHECK_THAT(testing::FirstIssue(Parse(text).status()), ContainsText(message));
  }
}

TEST_CASE("Limits of the parser are options") {
  ParseOptions options;
  options.max_bytes = 10;
  CHECK(IsOk(Parse("1234567890", options)));
  CHECK_FALSE(Parse("12345678901", options).ok());
  options = {};
  options.max_nesting = 3;
  CHECK(IsOk(Parse("((1))", options)));
  CHECK_FALSE(Parse("(((1)))", options).ok());
  options = {};
  options.max_height = 3;
  CHECK(IsOk(Parse("1 + 1 + 1", options)));
  CHECK_FALSE(Parse("1 + 1 + 1 + 1", options).ok());
  options = {};
  options.max_nodes = 3;
  CHECK(IsOk(Parse("1 + 1", options)));
  CHECK_FALSE(Parse("1 + 1 + 1", options).ok());
}

TEST_CASE("Parse refuses text that is not UTF-8 and says where") {
  for (const std::string_view text :
       {"'\xff'", "'\xc0\x80'", "'\xed\xa0\x80'", "'\xf4\x90\x80\x80'", "'\xe2\x82"}) {
    const auto ast = Parse(text);
    REQUIRE(StatusIs(ast, absl::StatusCode::kInvalidArgument));
    CHECK(IssuesIn(ast.status()).at(0) ==
          Issue{ErrorKind::kParse, 1, 2, "the expression is not valid UTF-8 here"});
  }
  CHECK_FALSE(Parse(std::string_view("1\0+1", 4)).ok());
}

TEST_CASE("An evaluation ends when its cost exceeds the limit, and nothing absorbs that") {
  const ProgramOptions options = {.cost_limit = 100};
  const char* const ended = "status: the evaluation was ended: it costs more than the limit of 100";
  for (const std::string_view text :
       {"lists.range(1000).size() >= 0", "lists.range(1000).size() >= 0 || true",
        "[1, 2].exists(x, lists.range(1000).size() == 0 || x == 1)",
        "[1,2,3,4,5,6,7,8,9].map(x, [1,2,3,4,5,6,7,8,9].map(y, x * y))"}) {
    INFO(text);
    CHECK(Checked(text, {}, Full(), options) == ended);
    CHECK(Unchecked(text, {}, Full(), options) == ended);
  }
  CHECK(Checked("1 + 1", {}, Full(), options) == "2");
}

TEST_CASE("Evaluate tells what it cost, the same each time") {
  const auto program = Program::Compile("[1, 2, 3].map(x, x * 2)", Full());
  REQUIRE(IsOk(program));
  std::uint64_t cost = 0;
  REQUIRE(IsOk(program->Evaluate(Variables(), &cost)));
  CHECK(cost > 10);
  CHECK(cost < 100);
  std::uint64_t again = 0;
  REQUIRE(IsOk(program->Evaluate(Variables(), &again)));
  CHECK(again == cost);
}

TEST_CASE("The rounds of all comprehensions together are limited") {
  const ProgramOptions options = {.max_iterations = 20};
  CHECK(Checked("[1,2,3,4].map(x, [1,2,3].map(y, y)).size()", {}, Full(), options) == "4");
  CHECK(Checked("[1,2,3,4].map(x, [1,2,3,4,5].map(y, y)).size() == 4 || true", {}, Full(), options)
            .starts_with("status: the evaluation was ended: its comprehensions take more than 20"));
}

TEST_CASE("What multiplies itself is refused in time: lists, texts, comparisons, loops") {
  const std::string ten = "[0,1,2,3,4,5,6,7,8,9]";
  std::string loops = "1";
  for (int i = 0; i < 12; ++i) loops = fmt::format("{}.map(x{}, {})", ten, i, loops);
  std::string doubled_list = "x40";
  std::string doubled_text = "x40";
  std::string shared = "x60 == y60";
  for (int i = 40; i > 0; --i) {
    doubled_list = fmt::format("cel.bind(x{0}, x{1} + x{1}, {2})", i, i - 1, doubled_list);
  }
  doubled_text = "cel.bind(x0, 'abcdefgh', " + doubled_list + ")";
  doubled_list = "cel.bind(x0, [1, 2, 3], " + doubled_list + ")";
  for (int i = 60; i > 0; --i) {
    shared = fmt::format("cel.bind(x{0}, [x{1}, x{1}], cel.bind(y{0}, [y{1}, y{1}], {2}))", i,
                         i - 1, shared);
  }
  shared = "cel.bind(x0, dyn(1), cel.bind(y0, dyn(1), " + shared + "))";
  const std::vector<std::string> texts = {
      loops,
      doubled_list,
      doubled_text,
      shared,
      "lists.range(1000000000)",
      "lists.range(9223372036854775807)",
      "lists.range(90000).map(x, lists.range(90000))",
      "'" + std::string(30'000, 'a') + "'.replace('', '" + std::string(30'000, 'b') + "')",
      "lists.range(60000).distinct()",
      "sets.equivalent(lists.range(60000), lists.range(60000).reverse())"};
  const auto begin = std::chrono::steady_clock::now();
  for (const std::string& text : texts) {
    INFO(text.substr(0, 60));
    CHECK(Unchecked(text).starts_with("status: the evaluation was ended"));
  }
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(60));
}

TEST_CASE("Patterns are bounded in size, and in time whatever they are") {
  CHECK_THAT(Checked("'a'.matches('((a{100}){100}){100}')"), ContainsText("check error: "));
  CHECK_THAT(Checked("'a'.matches('(((a{30}){30}){30})')"), ContainsText("too large"));
  CHECK_THAT(Unchecked("'a'.matches('x{1000}' + 'y{1000}{1000}')"), ContainsText("error: "));
  // All constant patterns of a program together.
  std::string many = "false";
  for (int i = 0; i < 500; ++i) many += fmt::format(" || 'a'.matches('x{{900}}{}')", i);
  CHECK_THAT(Checked(many), ContainsText("too large"));
  const std::string text(20'000, 'a');
  CHECK(Checked("'" + text + "'.matches('^(a*)*b$')") == "false");
  CHECK(Checked("'" + text + "'.matches('(x+x+)+y')") == "false");
  // Patterns that are made as it runs pay for their compilation.
  CHECK(Unchecked("lists.range(100000).exists(i, 'a'.matches('(a{100}){50}' + string(i)))")
            .starts_with("status: the evaluation was ended"));
}

TEST_CASE("Chains as long as the parser takes are evaluated") {
  ParseOptions options;
  options.max_height = 600;
  for (const std::string& text :
       {Repeated("1 + ", 590) + "1", Repeated("-", 590) + "(1)", "dyn({})" + Repeated(".a", 590)}) {
    auto ast = Parse(text, options);
    REQUIRE(IsOk(ast));
    CHECK(IsOk(Check(*ast, *Full())));
    const auto program = Program::Create(*std::move(ast), Full());
    REQUIRE(IsOk(program));
    static_cast<void>(program->Evaluate(Variables()));
  }
  options.max_height = 5'000;
  auto ast = Parse(Repeated("1 + ", 3'000) + "1", options);
  REQUIRE(IsOk(ast));
  CHECK_FALSE(Check(*ast, *Full()).ok());
  CHECK_FALSE(Program::Create(*std::move(ast), Full()).ok());
}

TEST_CASE("A long chain of long names takes no longer than it is long") {
  const std::string link = "." + std::string(60, 'a');
  const std::string chain = "x" + Repeated(link, 490);
  const auto begin = std::chrono::steady_clock::now();
  CHECK(Unchecked(chain) == "error: no value for 'x'");
  CHECK(Checked(chain) == "check error: undeclared name 'x'");
  CHECK(Unchecked("dyn({})" + Repeated(link, 490)).starts_with("error: no such key"));
  CHECK(std::chrono::steady_clock::now() - begin < std::chrono::seconds(10));
}

TEST_CASE("A value of any depth is destroyed, compared and shown") {
  const auto deep = [] {
    Value value = Value::Int(1);
    for (int i = 0; i < 1'000'000; ++i) {
      std::vector<Value> items;
      items.push_back(std::move(value));
      value = Value::List(std::move(items));
    }
    return value;
  };
  const Value a = deep();
  const Value b = deep();
  CHECK(a == b);
  CHECK(ToString(a).size() < 5'000);
  Variables variables;
  variables.Set("a", a);
  CHECK(Unchecked("'%s'.format([a])", variables) ==
        "error: format: the value is nested too deeply");
  CHECK(Unchecked("a.flatten(1000000).size()", variables).starts_with("status: the evaluation"));
  Value chain = Value::None();
  for (int i = 0; i < 1'000'000; ++i) chain = Value::Some(std::move(chain));
}

}  // namespace
}  // namespace orderwright::cel
