// size and the standard functions on strings.
#include <string_view>

#include "src/cel/internal/library.h"
#include "src/cel/internal/regex.h"
#include "src/cel/internal/utf8.h"

namespace orderwright::cel_internal {
namespace {

Value Count(std::size_t count) { return Value::Int(static_cast<std::int64_t>(count)); }

Result SizeOf(Arguments arguments, CallContext& context) {
  const Value& value = arguments[0];
  switch (value.kind()) {
    case Kind::kString:
      if (!context.ChargeText(value.text().size())) return Spent();
      return Count(CountCodePoints(value.text()));
    case Kind::kBytes:
      return Count(value.text().size());
    case Kind::kList:
      return Count(value.list().size());
    default:
      return Count(value.map().size());
  }
}

Result Contains(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  const std::string_view part = arguments[1].text();
  if (!ChargeSearch(context, text, part)) return Spent();
  return Value::Bool(text.find(part) != std::string_view::npos);
}

Result StartsWith(Arguments arguments, CallContext& context) {
  if (!context.ChargeText(arguments[1].text().size())) return Spent();
  return Value::Bool(arguments[0].text().starts_with(arguments[1].text()));
}

Result EndsWith(Arguments arguments, CallContext& context) {
  if (!context.ChargeText(arguments[1].text().size())) return Spent();
  return Value::Bool(arguments[0].text().ends_with(arguments[1].text()));
}

// A pattern that is no constant: the evaluator has the others compiled.
Result Matches(Arguments arguments, CallContext& context) {
  const std::string_view text = arguments[0].text();
  const std::string_view pattern = arguments[1].text();
  if (pattern.size() > context.max_regex_program()) {
    return InvalidArgument("the regular expression is too large: {} bytes", pattern.size());
  }
  if (!context.Charge(50 + pattern.size() * 4)) return Spent();
  const Regex regex(pattern, context.max_regex_program());
  if (!context.Charge(regex.program_size() * 4)) return Spent();
  if (!regex.ok()) return InvalidArgument("{}", regex.error());
  if (!context.ChargeText(regex.CostOn(text))) return Spent();
  return Value::Bool(regex.Matches(text));
}

}  // namespace

void AddText(Environment& environment) {
  for (const char* const type : {"string", "bytes", "list(T)", "map(K, V)"}) {
    Define(environment, "size", fmt::format("({}): int", type), SizeOf);
    Define(environment, "size", fmt::format("{}.(): int", type), SizeOf);
  }
  Define(environment, "contains", "string.(string): bool", Contains);
  Define(environment, "startsWith", "string.(string): bool", StartsWith);
  Define(environment, "endsWith", "string.(string): bool", EndsWith);
  Define(environment, "matches", "string.(string): bool", Matches);
  Define(environment, "matches", "(string, string): bool", Matches);
}

}  // namespace orderwright::cel_internal
