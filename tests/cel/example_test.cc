// What docs/concepts/cel.md shows.
#include "tests/cel/fixtures.h"

namespace orderwright::cel {
namespace {

TEST_CASE("The example of a program") {
  Environment made = FullEnvironment();
  made.AddVariable("total", Type(TypeKind::kDouble));
  made.AddVariable("tags", Type::List(Type(TypeKind::kString)));
  const auto environment = std::make_shared<const Environment>(std::move(made));

  // Once: parse, check, resolve the names.
  const auto program = Program::Compile("total > 250 && !('vip' in tags)", environment);
  REQUIRE(program.ok());

  // Often, from any thread.
  Variables variables;
  variables.Set("total", Value::Double(300));
  variables.Set("tags", Value::List({Value::String("gift")}));
  const absl::StatusOr<Value> value = program->Evaluate(variables);
  REQUIRE(value.ok());
  CHECK(value->bool_value());
}

TEST_CASE("The example of a mistake") {
  Environment made = FullEnvironment();
  made.AddVariable("total", Type(TypeKind::kDouble));
  const auto environment = std::make_shared<const Environment>(std::move(made));

  const auto program = Program::Compile("totl > 250 &&\n  total + 'x' == 1.0", environment);
  CHECK(MessageOf(program.status()) ==
        "1:1: undeclared name 'totl'; did you mean 'total'?\n"
        " | totl > 250 &&\n"
        " | ^\n"
        "2:9: no such overload: double + string\n"
        " |   total + 'x' == 1.0\n"
        " |         ^");
}

TEST_CASE("The example of a function of the host") {
  Environment environment = FullEnvironment();
  const absl::Status added = environment.AddFunction(
      "inZone", "string.(string): bool",
      [](std::span<const Value> arguments, CallContext& context) -> absl::StatusOr<Value> {
        if (!context.ChargeText(arguments[0].text().size())) return Internal("spent");
        return Value::Bool(arguments[0].text().starts_with(arguments[1].text()));
      });
  REQUIRE(added.ok());
  CHECK(testing::Checked("'38748'.inZone('387')", {},
                         std::make_shared<const Environment>(environment)) == "true");
}

}  // namespace
}  // namespace orderwright::cel
