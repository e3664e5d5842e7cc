// The conformance suite of the Common Expression Language, those of its cases that need no protocol
// buffers: cel-spec tests/simple/testdata, converted to JSON. They are read where
// ORDERWRIGHT_CEL_SPEC says, else in ../shared/cel_conformance, and are no part of this repository.
//
// Every case is evaluated unchecked, and checked too unless it says that it cannot be; both must
// give what is expected.
#include <simdjson.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <filesystem>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "orderwright/cel/checker.h"
#include "orderwright/cel/environment.h"
#include "orderwright/cel/parser.h"
#include "orderwright/cel/program.h"
#include "orderwright/core/status.h"
#include "tests/catch.h"

namespace orderwright::cel {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

std::filesystem::path SuiteDirectory() {
  if (const char* const named = std::getenv("ORDERWRIGHT_CEL_SPEC")) return named;
  return std::filesystem::path(ORDERWRIGHT_TESTS_SOURCE_DIR) / ".." / "shared" / "cel_conformance";
}

std::string Text(element json) { return std::string(std::string_view(json)); }

std::int64_t Number(element json) {
  if (json.is_string()) return std::stoll(Text(json));
  return json.is_null() ? 0 : static_cast<std::int64_t>(json.get_int64());
}

std::string FromBase64(std::string_view text) {
  constexpr std::string_view kDigits =
      "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string out;
  std::uint32_t bits = 0;
  unsigned count = 0;
  for (const char c : text) {
    if (c == '=') break;
    bits = bits << 6U | static_cast<std::uint32_t>(kDigits.find(c));
    count += 6;
    if (count < 8) continue;
    count -= 8;
    out += static_cast<char>(bits >> count & 0xFFU);
  }
  return out;
}

Value ReadMap(array entries);

Value ReadValue(element json) {
  for (const auto& [tag, content] : object(json)) {
    if (tag == "null") return Value::Null();
    if (tag == "bool") return Value::Bool(bool(content));
    if (tag == "int") return Value::Int(std::stoll(Text(content)));
    if (tag == "uint") return Value::Uint(std::stoull(Text(content)));
    if (tag == "double") return Value::Double(std::strtod(Text(content).c_str(), nullptr));
    if (tag == "string") return Value::String(Text(content));
    if (tag == "bytes_b64") return Value::Bytes(FromBase64(std::string_view(content)));
    if (tag == "type") return Value::TypeNamed(Text(content));
    if (tag == "list") {
      std::vector<Value> items;
      for (const element item : array(content)) items.push_back(ReadValue(item));
      return Value::List(std::move(items));
    }
    if (tag == "map") return ReadMap(array(content));
    if (tag == "timestamp") {
      const auto value = Value::Timestamp(Number(content["seconds"]),
                                          static_cast<std::int32_t>(Number(content["nanos"])));
      REQUIRE(testing::IsOk(value));
      return *value;
    }
    if (tag == "duration") {
      return Value::Duration(Number(content["seconds"]) * 1'000'000'000 + Number(content["nanos"]));
    }
    FAIL("unknown tag " << tag);
  }
  return {};
}

Value ReadMap(array entries) {
  std::vector<Map::Entry> read;
  for (const element entry : entries) {
    read.emplace_back(ReadValue(entry.at(0)), ReadValue(entry.at(1)));
  }
  const auto map = Value::Map(std::move(read));
  REQUIRE(testing::IsOk(map));
  return *map;
}

Type ReadType(element json) {
  if (json.is_string()) {
    const auto type = Type::Parse(Text(json));
    REQUIRE(testing::IsOk(type));
    return *type;
  }
  for (const auto& [tag, content] : object(json)) {
    if (tag == "list") return Type::List(ReadType(content));
    if (tag == "map") return Type::Map(ReadType(content.at(0)), ReadType(content.at(1)));
    if (tag == "param") return Type::Parameter(Text(content));
    if (tag == "type") return Type::OfType(ReadType(content));
    if (tag == "abstract") {
      std::vector<Type> parameters;
      for (const element parameter : array(json["params"]))
        parameters.push_back(ReadType(parameter));
      if (std::string_view(content) == "optional_type") return Type::Optional(parameters.at(0));
      return Type::Opaque(Text(content), std::move(parameters));
    }
  }
  FAIL("unknown type " << simdjson::minify(json));
  return {};
}

// Stricter than the language: numbers of different types differ, a NaN is a NaN, -0.0 is not 0.0.
bool IsSame(const Value& a, const Value& b) {
  if (a.kind() != b.kind()) return false;
  switch (a.kind()) {
    case Kind::kDouble:
      if (std::isnan(a.double_value())) return std::isnan(b.double_value());
      return a.double_value() == b.double_value() &&
             std::signbit(a.double_value()) == std::signbit(b.double_value());
    case Kind::kList:
      return std::equal(a.list().begin(), a.list().end(), b.list().begin(), b.list().end(), IsSame);
    case Kind::kMap:
      return a.map().size() == b.map().size() &&
             std::all_of(a.map().entries().begin(), a.map().entries().end(),
                         [&](const auto& entry) {
                           return std::any_of(b.map().entries().begin(), b.map().entries().end(),
                                              [&](const auto& other) {
                                                return IsSame(entry.first, other.first) &&
                                                       IsSame(entry.second, other.second);
                                              });
                         });
    case Kind::kOptional:
      if (a.optional() == nullptr || b.optional() == nullptr) return a.optional() == b.optional();
      return IsSame(*a.optional(), *b.optional());
    default:
      return a == b;
  }
}

struct Case {
  std::string expression;
  ParseOptions parse;
  std::shared_ptr<const Environment> environment;
  Variables variables;
  bool checked = true;
  bool evaluated = true;
  std::optional<Value> value;  // none: an error is expected
  std::optional<Type> deduced_type;
};

void Declare(element declaration, Environment& environment) {
  const std::string name = Text(declaration["name"]);
  element type;
  if (declaration["type"].get(type) == simdjson::SUCCESS) {
    environment.AddVariable(name, ReadType(type));
    return;
  }
  for (const element json : array(declaration["overloads"])) {
    Overload overload;
    for (const element parameter : array(json["params"])) {
      overload.parameters.push_back(ReadType(parameter));
    }
    overload.result = ReadType(json["result"]);
    overload.member = bool(json["instance"]);
    REQUIRE(testing::IsOk(environment.AddFunction(name, std::move(overload))));
  }
}

bool IsSet(element json, std::string_view field) {
  bool set = false;
  return json[field].get(set) == simdjson::SUCCESS && set;
}

Case ReadCase(element json) {
  Case read;
  read.expression = Text(json["expr"]);
  read.parse.macros = !IsSet(json, "disable_macros");
  read.parse.block_macros = true;
  read.checked = !IsSet(json, "disable_check");
  read.evaluated = !IsSet(json, "check_only");
  Environment environment = FullEnvironment();
  element part;
  if (json["container"].get(part) == simdjson::SUCCESS) environment.set_container(Text(part));
  if (json["type_env"].get(part) == simdjson::SUCCESS) {
    for (const element declaration : array(part)) Declare(declaration, environment);
  }
  if (json["bindings"].get(part) == simdjson::SUCCESS) {
    for (const auto& [name, binding] : object(part)) {
      read.variables.Set(name, ReadValue(binding["value"]));
    }
  }
  read.environment = std::make_shared<const Environment>(std::move(environment));
  if (json["expect"]["value"].get(part) == simdjson::SUCCESS) read.value = ReadValue(part);
  if (json["expect"]["deduced_type"].get(part) == simdjson::SUCCESS) {
    read.deduced_type = ReadType(part);
  }
  return read;
}

std::string Shown(const absl::StatusOr<Value>& value) {
  return value.ok() ? ToString(*value) : "error: " + std::string(MessageOf(value.status()));
}

// What is wrong with this outcome; empty if nothing is.
std::string OutcomeComplaint(const Case& test, const absl::StatusOr<Value>& outcome) {
  if (!test.value) return outcome.ok() ? "not an error: " + Shown(outcome) : "";
  if (outcome.ok() && IsSame(*outcome, *test.value)) return "";
  return Shown(outcome) + " instead of " + ToString(*test.value);
}

absl::StatusOr<Value> RunUnchecked(const Case& test) {
  absl::StatusOr<Ast> ast = Parse(test.expression, test.parse);
  if (!ast.ok()) return ast.status();
  const auto program = Program::Create(*std::move(ast), test.environment);
  if (!program.ok()) return program.status();
  return program->Evaluate(test.variables);
}

std::string CheckedComplaint(const Case& test) {
  absl::StatusOr<Ast> ast = Parse(test.expression, test.parse);
  if (!ast.ok()) return test.value ? "does not parse" : "";
  absl::StatusOr<CheckedAst> checked = Check(*std::move(ast), *test.environment);
  if (!checked.ok()) {
    if (!test.value && !test.deduced_type) return "";
    return std::string(MessageOf(checked.status()));
  }
  if (test.deduced_type && !(checked->type() == *test.deduced_type)) {
    return ToString(checked->type()) + " is deduced instead of " + ToString(*test.deduced_type);
  }
  if (!test.evaluated) return "";
  const auto program = Program::Create(*std::move(checked), test.environment);
  if (!program.ok()) return test.value ? std::string(MessageOf(program.status())) : "";
  return OutcomeComplaint(test, program->Evaluate(test.variables));
}

std::string ComplaintOf(const Case& test) {
  if (test.evaluated) {
    if (auto complaint = OutcomeComplaint(test, RunUnchecked(test)); !complaint.empty()) {
      return "unchecked: " + complaint;
    }
  }
  if (!test.checked) return "";
  const std::string complaint = CheckedComplaint(test);
  return complaint.empty() ? "" : "checked: " + complaint;
}

TEST_CASE("Every conformance case of the Common Expression Language passes") {
  const std::filesystem::path directory = SuiteDirectory();
  if (!std::filesystem::exists(directory / "index.json")) {
    WARN("SKIPPED: no conformance cases in " << directory.string()
                                             << "; set ORDERWRIGHT_CEL_SPEC to their directory");
    return;
  }
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(directory)) {
    if (entry.path().extension() == ".json" && entry.path().stem() != "index") {
      files.push_back(entry.path());
    }
  }
  std::sort(files.begin(), files.end());
  std::size_t cases = 0;
  std::size_t checked = 0;
  std::size_t passed = 0;
  for (const std::filesystem::path& file : files) {
    simdjson::dom::parser parser;
    const element suite = parser.load(file.string());
    for (const element json : array(suite["tests"])) {
      const Case test = ReadCase(json);
      const std::string complaint = ComplaintOf(test);
      ++cases;
      checked += test.checked ? 1U : 0U;
      passed += complaint.empty() ? 1U : 0U;
      INFO(file.stem().string() << "/" << json["section"] << "/" << json["name"] << ": "
                                << test.expression);
      CHECK(complaint == "");
    }
  }
  WARN(fmt::format("cel conformance: {} of {} cases pass, {} of them checked too", passed, cases,
                   checked));
  // So many are in the suite of 2026-06 that need no protocol buffers.
  CHECK(cases >= 1'743);
}

}  // namespace
}  // namespace orderwright::cel
