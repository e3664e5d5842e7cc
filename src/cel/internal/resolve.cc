#include "src/cel/internal/resolve.h"

#include <algorithm>
#include <array>
#include <vector>

#include <fmt/format.h>

namespace orderwright::cel_internal {
namespace {

// A longer chain is not sought as one name, so that a long one takes no more than it is long.
constexpr std::size_t kMostParts = 64;
constexpr std::size_t kLongestName = 1'000;

// Single-character edits between two names, `limit` if there are more.
std::size_t Distance(std::string_view a, std::string_view b, std::size_t limit) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t above = row[j];
      row[j] = std::min({above + 1, row[j - 1] + 1, diagonal + (a[i - 1] == b[j - 1] ? 0 : 1)});
      diagonal = above;
    }
  }
  return std::min(row[b.size()], limit);
}

bool IsNumber(std::string_view type) { return type == "int" || type == "uint" || type == "double"; }

// True for a field that could be written without backticks: others end a qualified name.
bool IsPlain(std::string_view field) {
  return std::all_of(field.begin(), field.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
  });
}

}  // namespace

bool IsParenthesized(const Node& node) {
  return node.kind != NodeKind::kCall && node.Has(Node::kParenthesized);
}

std::string WrittenName(const Ast& ast, NodeId id) {
  return fmt::format("{}{}", ast.node(id).Has(Node::kAbsolute) ? "." : "", ast.name(id));
}

std::string QualifiedName(const Ast& ast, NodeId id) {
  std::array<NodeId, kMostParts> parts;
  std::size_t count = 0;
  for (;; id = ast.child(id, 0)) {
    const Node& node = ast.node(id);
    // What stands in parentheses is no part of a longer name.
    if (count == kMostParts || (count > 0 && IsParenthesized(node))) return {};
    parts[count++] = id;
    if (node.kind == NodeKind::kIdentifier) break;
    if (node.kind != NodeKind::kSelect || node.Has(Node::kPresence | Node::kOptionalSelect) ||
        !IsPlain(ast.name(id))) {
      return {};
    }
  }
  std::string name;
  while (count > 0) {
    if (!name.empty()) name += '.';
    name += WrittenName(ast, parts[--count]);
    if (name.size() > kLongestName) return {};
  }
  return name;
}

std::string_view RootOf(std::string_view qualified_name) {
  return qualified_name.substr(0, qualified_name.find('.', 1));
}

std::string NoOverload(Operator op, std::string_view function,
                       const std::vector<std::string>& types, bool member) {
  constexpr std::string_view kStart = "no such overload: ";
  // "_+_" is written "+".
  std::string_view symbol = function == "@in" ? "in" : function;
  while (symbol.starts_with('_')) symbol.remove_prefix(1);
  while (symbol.ends_with('_')) symbol.remove_suffix(1);
  switch (op) {
    case Operator::kNone:
      break;
    case Operator::kNot:
    case Operator::kNegate:
      return fmt::format("{}{}{}", kStart, symbol, types[0]);
    case Operator::kIndex:
      return fmt::format("{}{}[{}]", kStart, types[0], types[1]);
    case Operator::kOptionalIndex:
      return fmt::format("{}{}[?{}]", kStart, types[0], types[1]);
    default:
      return fmt::format("{}{} {} {}{}", kStart, types[0], symbol, types[1],
                         IsNumber(types[0]) && IsNumber(types[1]) && types[0] != types[1]
                             ? "; convert one of them, as with double(x)"
                             : "");
  }
  const auto arguments = types.begin() + (member ? 1 : 0);
  return fmt::format("{}{}{}({})", kStart, member ? types[0] + "." : "", function,
                     fmt::join(arguments, types.end(), ", "));
}

std::string_view ClosestName(std::string_view name, const std::vector<std::string_view>& names) {
  if (name.size() > 100) return {};
  std::string_view closest;
  // A third of the name may be wrong.
  std::size_t best = std::max<std::size_t>(name.size() / 3, 1) + 1;
  for (const std::string_view other : names) {
    if (other.size() > name.size() + best || name.size() > other.size() + best) continue;
    const std::size_t distance = Distance(name, other, best);
    if (distance < best) {
      best = distance;
      closest = other;
    }
  }
  return closest;
}

std::string DidYouMean(std::string_view name, const std::vector<std::string_view>& names) {
  const std::string_view closest = ClosestName(name, names);
  return closest.empty() ? std::string() : fmt::format("; did you mean '{}'?", closest);
}

}  // namespace orderwright::cel_internal
