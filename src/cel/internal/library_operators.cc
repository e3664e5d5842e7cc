// Types of the operators; operators.cc says what they do.
#include <fmt/format.h>

#include "src/cel/internal/library.h"

namespace orderwright::cel_internal {
namespace {

constexpr const char* kNumbers[] = {"int", "uint", "double"};

void AddArithmetic(Environment& environment) {
  for (const char* const number : kNumbers) {
    const std::string signature = fmt::format("({0}, {0}): {0}", number);
    for (const char* const name : {"_+_", "_-_", "_*_", "_/_"}) {
      Declare(environment, name, signature);
    }
  }
  Declare(environment, "_%_", "(int, int): int");
  Declare(environment, "_%_", "(uint, uint): uint");
  Declare(environment, "-_", "(int): int");
  Declare(environment, "-_", "(double): double");
  Declare(environment, "_+_", "(string, string): string");
  Declare(environment, "_+_", "(bytes, bytes): bytes");
  Declare(environment, "_+_", "(list(T), list(T)): list(T)");
  Declare(environment, "_+_", "(timestamp, duration): timestamp");
  Declare(environment, "_+_", "(duration, timestamp): timestamp");
  Declare(environment, "_+_", "(duration, duration): duration");
  Declare(environment, "_-_", "(timestamp, duration): timestamp");
  Declare(environment, "_-_", "(timestamp, timestamp): duration");
  Declare(environment, "_-_", "(duration, duration): duration");
}

void AddComparison(Environment& environment) {
  Declare(environment, "_==_", "(T, T): bool");
  Declare(environment, "_!=_", "(T, T): bool");
  // Numbers of all types lie on one line.
  for (const char* const a : kNumbers) {
    for (const char* const b : kNumbers) {
      if (a == b) continue;
      Declare(environment, "_==_", fmt::format("({}, {}): bool", a, b));
      Declare(environment, "_!=_", fmt::format("({}, {}): bool", a, b));
      Declare(environment, "@in", fmt::format("({}, list({})): bool", a, b));
      Declare(environment, "@in", fmt::format("({}, map({}, V)): bool", a, b));
    }
  }
  for (const char* const name : {"_<_", "_<=_", "_>_", "_>=_"}) {
    for (const char* const type :
         {"int", "uint", "double", "string", "bytes", "bool", "timestamp", "duration"}) {
      Declare(environment, name, fmt::format("({0}, {0}): bool", type));
    }
    for (const char* const a : kNumbers) {
      for (const char* const b : kNumbers) {
        if (a != b) Declare(environment, name, fmt::format("({}, {}): bool", a, b));
      }
    }
  }
}

}  // namespace

void AddOperators(Environment& environment) {
  Declare(environment, "_?_:_", "(bool, T, T): T");
  Declare(environment, "_&&_", "(bool...): bool");
  Declare(environment, "_||_", "(bool...): bool");
  Declare(environment, "!_", "(bool): bool");
  AddArithmetic(environment);
  Declare(environment, "@in", "(T, list(T)): bool");
  Declare(environment, "@in", "(K, map(K, V)): bool");
  AddComparison(environment);
  Declare(environment, "_[_]", "(list(T), int): T");
  Declare(environment, "_[_]", "(map(K, V), K): V");
}

}  // namespace orderwright::cel_internal
