// Conversions between types, type() and dyn(): langdef "List of Standard Definitions".
#include <cmath>
#include <cstdint>
#include <limits>
#include <string>

#include "src/cel/internal/library.h"
#include "src/cel/internal/numbers.h"
#include "src/cel/internal/utf8.h"

namespace orderwright::cel_internal {
namespace {

Result Same(Arguments arguments, CallContext& context) {
  static_cast<void>(context);
  return arguments[0];
}

absl::Status Unreadable(const Value& text, std::string_view type) {
  return InvalidArgument("{} cannot be read as {}", ToString(text), type);
}
absl::Status OutOfRangeOf(const Value& value, std::string_view type) {
  return InvalidArgument("{} is out of the range of {}", ToString(value), type);
}

void AddToBool(Environment& environment) {
  Define(environment, "bool", "(bool): bool", Same);
  Define(environment, "bool", "(string): bool", [](Arguments arguments, CallContext&) -> Result {
    const std::string_view text = arguments[0].text();
    for (const char* const yes : {"1", "t", "T", "true", "TRUE", "True"}) {
      if (text == yes) return Value::Bool(true);
    }
    for (const char* const no : {"0", "f", "F", "false", "FALSE", "False"}) {
      if (text == no) return Value::Bool(false);
    }
    return Unreadable(arguments[0], "bool");
  });
}

void AddToInt(Environment& environment) {
  Define(environment, "int", "(int): int", Same);
  Define(environment, "int", "(uint): int", [](Arguments arguments, CallContext&) -> Result {
    const std::uint64_t value = arguments[0].uint_value();
    if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
      return OutOfRangeOf(arguments[0], "int");
    }
    return Value::Int(static_cast<std::int64_t>(value));
  });
  Define(environment, "int", "(double): int", [](Arguments arguments, CallContext&) -> Result {
    const double value = arguments[0].double_value();
    // Both bounds are excluded: a double near them may stand for integers beyond.
    if (!(value > -9223372036854775808.0 && value < 9223372036854775808.0)) {
      return OutOfRangeOf(arguments[0], "int");
    }
    return Value::Int(static_cast<std::int64_t>(value));
  });
  Define(environment, "int", "(string): int", [](Arguments arguments, CallContext&) -> Result {
    const auto value = ParseInt(arguments[0].text());
    if (!value) return Unreadable(arguments[0], "int");
    return Value::Int(*value);
  });
  Define(environment, "int", "(timestamp): int", [](Arguments arguments, CallContext&) -> Result {
    return Value::Int(arguments[0].seconds());
  });
}

void AddToUint(Environment& environment) {
  Define(environment, "uint", "(uint): uint", Same);
  Define(environment, "uint", "(int): uint", [](Arguments arguments, CallContext&) -> Result {
    if (arguments[0].int_value() < 0) return OutOfRangeOf(arguments[0], "uint");
    return Value::Uint(static_cast<std::uint64_t>(arguments[0].int_value()));
  });
  Define(environment, "uint", "(double): uint", [](Arguments arguments, CallContext&) -> Result {
    const double value = arguments[0].double_value();
    if (!(value >= 0 && value < 18446744073709551616.0)) return OutOfRangeOf(arguments[0], "uint");
    return Value::Uint(static_cast<std::uint64_t>(value));
  });
  Define(environment, "uint", "(string): uint", [](Arguments arguments, CallContext&) -> Result {
    const auto value = ParseUint(arguments[0].text());
    if (!value) return Unreadable(arguments[0], "uint");
    return Value::Uint(*value);
  });
}

void AddToDouble(Environment& environment) {
  Define(environment, "double", "(double): double", Same);
  Define(environment, "double", "(int): double", [](Arguments arguments, CallContext&) -> Result {
    return Value::Double(static_cast<double>(arguments[0].int_value()));
  });
  Define(environment, "double", "(uint): double", [](Arguments arguments, CallContext&) -> Result {
    return Value::Double(static_cast<double>(arguments[0].uint_value()));
  });
  Define(environment, "double", "(string): double",
         [](Arguments arguments, CallContext& context) -> Result {
           if (!context.ChargeText(arguments[0].text().size())) return Spent();
           const auto value = ParseDouble(arguments[0].text());
           if (!value) return Unreadable(arguments[0], "double");
           return Value::Double(*value);
         });
}

void AddToString(Environment& environment) {
  Define(environment, "string", "(string): string", Same);
  Define(environment, "string", "(bool): string", [](Arguments arguments, CallContext&) -> Result {
    return Value::String(arguments[0].bool_value() ? "true" : "false");
  });
  Define(environment, "string", "(int): string", [](Arguments arguments, CallContext&) -> Result {
    return Value::String(fmt::format("{}", arguments[0].int_value()));
  });
  // Without the u of a literal, as the conformance suite has it (langdef's example has the u).
  Define(environment, "string", "(uint): string", [](Arguments arguments, CallContext&) -> Result {
    return Value::String(fmt::format("{}", arguments[0].uint_value()));
  });
  Define(environment, "string", "(double): string",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::String(DoubleText(arguments[0].double_value()));
         });
  Define(environment, "string", "(bytes): string",
         [](Arguments arguments, CallContext& context) -> Result {
           if (!context.ChargeText(arguments[0].text().size())) return Spent();
           if (!IsUtf8(arguments[0].text())) {
             return InvalidArgument("the bytes are not valid UTF-8 and make no string");
           }
           return Value::String(std::string(arguments[0].text()));
         });
  Define(environment, "string", "(timestamp): string",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::String(TimestampText(arguments[0].seconds(), arguments[0].nanos()));
         });
  Define(environment, "string", "(duration): string",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::String(DurationText(arguments[0].nanoseconds()));
         });
}

void AddToTime(Environment& environment) {
  Define(environment, "timestamp", "(timestamp): timestamp", Same);
  Define(environment, "timestamp", "(string): timestamp",
         [](Arguments arguments, CallContext&) -> Result {
           const auto value = ParseTimestamp(arguments[0].text());
           if (value) return *value;
           return InvalidArgument(
               "{} is not a timestamp such as \"2026-11-27T09:00:00Z\" in the years 1 to 9999",
               ToString(arguments[0]));
         });
  Define(environment, "timestamp", "(int): timestamp",
         [](Arguments arguments, CallContext&) -> Result {
           return Value::Timestamp(arguments[0].int_value(), 0);
         });
  Define(environment, "duration", "(duration): duration", Same);
  Define(
      environment, "duration", "(string): duration",
      [](Arguments arguments, CallContext&) -> Result {
        const auto value = ParseDuration(arguments[0].text());
        if (value) return Value::Duration(*value);
        return InvalidArgument(
            "{} is not a duration such as \"1h30m\" (units h, m, s, ms, us, ns) within about 292 "
            "years",
            ToString(arguments[0]));
      });
}

}  // namespace

void AddConversions(Environment& environment) {
  AddToBool(environment);
  AddToInt(environment);
  AddToUint(environment);
  AddToDouble(environment);
  AddToString(environment);
  AddToTime(environment);
  Define(environment, "bytes", "(bytes): bytes", Same);
  Define(environment, "bytes", "(string): bytes",
         [](Arguments arguments, CallContext& context) -> Result {
           if (!context.ChargeText(arguments[0].text().size())) return Spent();
           return Value::Bytes(std::string(arguments[0].text()));
         });
  Define(environment, "dyn", "(T): dyn", Same);
  Define(environment, "type", "(T): type(T)", [](Arguments arguments, CallContext&) -> Result {
    return Value::TypeNamed(std::string(arguments[0].type_name()));
  });
}

}  // namespace orderwright::cel_internal
