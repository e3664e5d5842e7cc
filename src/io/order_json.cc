// Reads orderwright.order/1 as JSON (docs/formats/order.md).
#include <algorithm>
#include <cstddef>
#include <string_view>

#include <fmt/format.h>

#include "orderwright/io/document.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_tree.h"
#include "src/io/internal/order_reader.h"

namespace orderwright::io {
namespace {

using io_internal::DocumentIssues;
using io_internal::JsonParser;
using io_internal::JsonTree;
using io_internal::OrderCollector;

// One line is one order; no order comes near this.
constexpr std::size_t kMaxLineBytes = std::size_t{64} << 20;
constexpr std::string_view kSpace = " \t\r\n";

std::string_view Trimmed(std::string_view text) {
  const std::size_t last = text.find_last_not_of(kSpace);
  return last == std::string_view::npos ? std::string_view() : text.substr(0, last + 1);
}

// Calls `on_line` for every line that is not blank.
template <typename OnLine>
void ForEachLine(std::string_view text, OnLine on_line) {
  for (std::size_t begin = 0; begin < text.size();) {
    const std::size_t end = std::min(text.find('\n', begin), text.size());
    const std::string_view line = text.substr(begin, end - begin);
    if (line.find_first_not_of(kSpace) != std::string_view::npos) on_line(line, begin);
    begin = end + 1;
  }
}

std::string_view FirstLine(std::string_view text) {
  const std::size_t begin = std::min(text.find_first_not_of(kSpace), text.size());
  return Trimmed(text.substr(begin, text.find('\n', begin) - begin));
}

class OrderFile {
 public:
  OrderFile(const World& world, const Document& document, const ReadOptions& options)
      : text_(document.text),
        issues_(document.name, document.text, options.strict),
        orders_(world, issues_) {}

  absl::StatusOr<LoadedOrders> Read() {
    // A byte order mark is not space, and no line of its own.
    start_ = text_.starts_with("\xEF\xBB\xBF") ? 3 : 0;
    const std::string_view body = text_.substr(start_);
    const std::size_t first = body.find_first_not_of(kSpace);
    if (first != std::string_view::npos && body[first] == '[') {
      ReadArray();
    } else if (IsOneObject(body)) {
      ReadObject();
    } else {
      ForEachLine(body, [this](std::string_view line, std::size_t at) { ReadLine(line, at); });
    }
    return orders_.Finish();
  }

 private:
  // Whether the text is an object over several lines rather than a line for every object.
  bool IsOneObject(std::string_view body) {
    const std::string_view first = FirstLine(body);
    if (first.empty() || first.size() > kMaxLineBytes) return false;
    if (first.ends_with('}')) return !parser_.Parse(first, tree_) && parser_.Parse(body, tree_);
    // A first line that neither ends an object nor begins a longer one is a bad line.
    return parser_.Parse(body, tree_) || !HasWholeLine(body);
  }

  // Whether some line is a whole JSON object, as in a file of lines.
  bool HasWholeLine(std::string_view body) {
    bool found = false;
    ForEachLine(body, [&](std::string_view line, std::size_t /*at*/) {
      const std::string_view trimmed = Trimmed(line);
      found = found || (trimmed.starts_with('{') && trimmed.ends_with('}') &&
                        trimmed.size() <= kMaxLineBytes && parser_.Parse(trimmed, tree_));
    });
    return found;
  }

  void ReadArray() {
    std::size_t index = 0;
    const bool ok = parser_.ParseElements(text_, tree_, [&] {
      issues_.SetPart(0, fmt::format("[{}]", index++));
      orders_.AddTree(tree_, 0);
    });
    issues_.SetPart(0, "");
    if (!ok) issues_.AddSyntax(parser_.error());
  }

  void ReadObject() {
    if (parser_.Parse(text_, tree_)) {
      orders_.AddTree(tree_, 0);
    } else {
      issues_.AddSyntax(parser_.error());
    }
  }

  void ReadLine(std::string_view line, std::size_t at) {
    const std::size_t base = start_ + at;
    issues_.SetPart(base, "");
    if (line.size() > kMaxLineBytes) {
      issues_.Add(0, "", "too_large",
                  fmt::format("the line has {} bytes; {} is the most", line.size(), kMaxLineBytes));
    } else if (parser_.Parse(line, tree_)) {
      orders_.AddTree(tree_, base);
    } else {
      issues_.AddSyntax(parser_.error());
    }
  }

  std::string_view text_;
  std::size_t start_ = 0;
  DocumentIssues issues_;
  OrderCollector orders_;
  JsonParser parser_;
  JsonTree tree_;
};

}  // namespace

absl::StatusOr<LoadedOrders> ParseOrders(const World& world, const Document& document,
                                         const ReadOptions& options) {
  return OrderFile(world, document, options).Read();
}

}  // namespace orderwright::io
