// What the tests of io share: short forms of issues, small worlds and problems as text.
#ifndef ORDERWRIGHT_TESTS_IO_FIXTURES_H_
#define ORDERWRIGHT_TESTS_IO_FIXTURES_H_

#include <fstream>
#include <iterator>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/issue.h"
#include "orderwright/core/status.h"
#include "orderwright/io/document.h"
#include "tests/catch.h"

namespace orderwright::testing {

using Texts = std::vector<std::string>;

// "1:10: locations[0].id wrong_type": place, path and code of every error.
inline Texts ErrorsOf(const absl::Status& status) {
  Texts texts;
  for (const Issue& issue : IssuesOf(status)) {
    if (issue.severity == Severity::kError) texts.push_back(issue.path + " " + issue.code);
  }
  return texts;
}

template <typename T>
Texts ErrorsOf(const absl::StatusOr<T>& result) {
  return ErrorsOf(result.status());
}

// A text in which `^` marks a place, without the mark, and "LINE:COLUMN" of it.
struct Marked {
  explicit Marked(std::string_view marked) {
    const std::size_t at = marked.find('^');
    REQUIRE(at != std::string_view::npos);
    text = std::string(marked.substr(0, at)) + std::string(marked.substr(at + 1));
    const std::string_view before = marked.substr(0, at);
    std::size_t line = 1;
    std::size_t column = 1;
    for (const char c : before) {
      ++column;
      if (c != '\n') continue;
      ++line;
      column = 1;
    }
    place = fmt::format("{}:{}", line, column);
  }
  std::string text;
  std::string place;
};

// The message of the first error.
template <typename T>
std::string FirstMessage(const absl::StatusOr<T>& result) {
  const std::vector<Issue> issues = IssuesOf(result.status());
  return issues.empty() ? "" : issues.front().message;
}

inline Texts PathsOf(const std::vector<Issue>& issues) {
  Texts texts;
  for (const Issue& issue : issues) texts.push_back(issue.path + " " + issue.code);
  return texts;
}

inline std::string FileText(const std::string& path) {
  std::ifstream file(std::string(ORDERWRIGHT_TESTS_SOURCE_DIR) + "/" + path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

inline absl::StatusOr<io::LoadedWorld> World1(std::string_view text,
                                              const io::ReadOptions& options = {}) {
  return io::ParseWorld({text, ""}, options);
}

// A world of two locations and two items, in dollars, with a rate for euros.
inline World TwoByTwo() {
  auto loaded = World1(R"({"currency": "USD", "fx": {"EUR": "1.10"},
    "locations": [{"id": "RNO"}, {"id": "OAK"}], "items": [{"sku": "MUG"}, {"sku": "TEE"}]})");
  REQUIRE(IsOk(loaded));
  return loaded->world;
}

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_IO_FIXTURES_H_
