// Any text is either refused, with issues that say where, or an expression that ends: checked and
// unchecked it gives the same, within its limits.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include "orderwright/cel/checker.h"
#include "orderwright/cel/environment.h"
#include "orderwright/cel/parser.h"
#include "orderwright/cel/program.h"

namespace cel = orderwright::cel;

namespace {

std::shared_ptr<const cel::Environment> SmallEnvironment() {
  static const auto environment = [] {
    cel::Environment made = cel::FullEnvironment();
    made.set_container("a.b");
    made.AddVariable("x", cel::Type());
    made.AddVariable("a.b.n", cel::Type(cel::TypeKind::kInt));
    made.AddVariable("s", cel::Type(cel::TypeKind::kString));
    made.AddVariable("u", cel::Type(cel::TypeKind::kBool));
    return std::make_shared<const cel::Environment>(std::move(made));
  }();
  return environment;
}

cel::Variables SomeVariables() {
  cel::Variables variables;
  variables.Set("x", cel::Value::List({cel::Value::Int(1), cel::Value::String("ÿ")}));
  variables.Set("a.b.n", cel::Value::Int(7));
  variables.Set("s", cel::Value::String("taco cat"));
  variables.SetUnknown("u");
  return variables;
}

// "exhausted" for an evaluation that its limits ended.
std::string Outcome(const absl::StatusOr<cel::Value>& value) {
  if (value.ok()) return ToString(*value);
  if (value.status().code() == absl::StatusCode::kResourceExhausted) return "exhausted";
  if (cel::IssuesIn(value.status()).empty()) std::abort();
  return "error";
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  cel::ParseOptions parse;
  parse.block_macros = true;
  const absl::StatusOr<cel::Ast> ast = cel::Parse(text, parse);
  if (!ast.ok()) {
    if (cel::IssuesIn(ast.status()).empty()) std::abort();
    return 0;
  }
  const cel::ProgramOptions options = {
      .cost_limit = 20'000, .max_iterations = 2'000, .max_regex_program = 2'000};
  const cel::Variables variables = SomeVariables();
  const auto dynamic = cel::Program::Create(*ast, SmallEnvironment(), options);
  if (!dynamic.ok()) std::abort();
  const std::string unchecked = Outcome(dynamic->Evaluate(variables));
  absl::StatusOr<cel::CheckedAst> checked = cel::Check(*ast, *SmallEnvironment());
  if (!checked.ok()) {
    if (cel::IssuesIn(checked.status()).empty()) std::abort();
    return 0;
  }
  const auto program = cel::Program::Create(*std::move(checked), SmallEnvironment(), options);
  if (!program.ok()) {
    // A pattern of matches() that is wrong or too large.
    if (cel::IssuesIn(program.status()).empty()) std::abort();
    return 0;
  }
  const std::string outcome = Outcome(program->Evaluate(variables));
  if (outcome != unchecked && outcome != "exhausted" && unchecked != "exhausted") std::abort();
  return 0;
}
