#include "orderwright/cel/parser.h"

#include <array>
#include <charconv>
#include <cstdint>
#include <limits>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>

#include "src/cel/internal/lexer.h"
#include "src/cel/internal/macros.h"
#include "src/cel/internal/numbers.h"
#include "src/cel/internal/utf8.h"

namespace orderwright::cel {
namespace {

using cel_internal::Lexer;
using cel_internal::Token;
using cel_internal::TokenKind;

struct BinaryOperator {
  std::string_view symbol;
  int level;  // higher binds tighter
  Operator op;
  std::string_view function;
};
constexpr int kOrLevel = 1;
constexpr int kAndLevel = 2;
constexpr std::array kBinary = {
    BinaryOperator{"||", kOrLevel, Operator::kOr, "_||_"},
    BinaryOperator{"&&", kAndLevel, Operator::kAnd, "_&&_"},
    BinaryOperator{"==", 3, Operator::kEqual, "_==_"},
    BinaryOperator{"!=", 3, Operator::kNotEqual, "_!=_"},
    BinaryOperator{"<", 3, Operator::kLess, "_<_"},
    BinaryOperator{"<=", 3, Operator::kLessEqual, "_<=_"},
    BinaryOperator{">", 3, Operator::kGreater, "_>_"},
    BinaryOperator{">=", 3, Operator::kGreaterEqual, "_>=_"},
    BinaryOperator{"in", 3, Operator::kIn, "@in"},
    BinaryOperator{"+", 4, Operator::kAdd, "_+_"},
    BinaryOperator{"-", 4, Operator::kSubtract, "_-_"},
    BinaryOperator{"*", 5, Operator::kMultiply, "_*_"},
    BinaryOperator{"/", 5, Operator::kDivide, "_/_"},
    BinaryOperator{"%", 5, Operator::kModulo, "_%_"},
};

const BinaryOperator* BinaryOf(const Token& token) {
  if (token.kind != TokenKind::kSymbol && !token.IsWord("in")) return nullptr;
  for (const BinaryOperator& binary : kBinary) {
    if (binary.symbol == token.text) return &binary;
  }
  return nullptr;
}

// Every method returns the node it added, or kFailed once an error is recorded.
constexpr NodeId kFailed = std::numeric_limits<NodeId>::max();

class Parser {
 public:
  Parser(std::shared_ptr<const Source> source, const ParseOptions& options)
      : source_(source), options_(options), lexer_(source->text()), builder_(source) {
    Advance();
  }

  absl::StatusOr<Ast> Parse() {
    const NodeId root = Expression();
    if (root != kFailed && token_.kind != TokenKind::kEnd) {
      Fail(token_.begin, Unexpected("an operator or the end is expected"));
    }
    if (issue_) return ToStatus(*source_, {&*issue_, 1});
    return std::move(builder_).Build();
  }

 private:
  void Advance() {
    last_end_ = token_.end;
    token_ = lexer_.Next();
    if (token_.kind == TokenKind::kError) Fail(token_.begin, token_.literal);
  }
  NodeId Fail(std::uint32_t at, std::string message) {
    if (!issue_) issue_ = source_->At(ErrorKind::kParse, at, std::move(message));
    return kFailed;
  }
  // Takes the symbol if it is next.
  bool Take(std::string_view symbol) {
    if (!token_.Is(symbol)) return false;
    Advance();
    return true;
  }
  bool Expect(std::string_view symbol, std::string_view why) {
    if (Take(symbol)) return true;
    Fail(token_.begin, Unexpected(fmt::format("'{}' {}", symbol, why)));
    return false;
  }
  std::string Unexpected(std::string_view wanted) const {
    if (token_.kind == TokenKind::kEnd)
      return fmt::format("the expression ends here, but {}", wanted);
    if (token_.kind == TokenKind::kString || token_.kind == TokenKind::kBytes) {
      return fmt::format("unexpected string: {}", wanted);
    }
    if (token_.kind == TokenKind::kIdentifier) {
      if (token_.text == "and") return "'and' is no operator; did you mean '&&'?";
      if (token_.text == "or") return "'or' is no operator; did you mean '||'?";
      if (token_.text == "not") return "'not' is no operator; did you mean '!'?";
    }
    return fmt::format("unexpected '{}': {}", token_.text, wanted);
  }
  Node Shape(NodeKind kind, std::uint32_t begin, std::uint32_t at) const {
    Node node;
    node.kind = kind;
    node.begin = begin;
    node.at = at;
    node.end = last_end_;
    return node;
  }
  // `id` if it and the whole are within the limits.
  NodeId Limited(NodeId id) {
    const Node& node = builder_.ast().node(id);
    if (builder_.ast().size() > options_.max_nodes) {
      return Fail(node.begin, fmt::format("the expression is too large: it has more than {} parts",
                                          options_.max_nodes));
    }
    if (node.height > options_.max_height) {
      return Fail(node.begin, fmt::format("the expression is too deep: a chain has more than {} "
                                          "links",
                                          options_.max_height));
    }
    return id;
  }
  NodeId Add(const Node& node, std::span<const NodeId> children) {
    return Limited(builder_.Add(node, children));
  }
  NodeId AddNamed(const Node& node, std::string_view name, std::span<const NodeId> children) {
    return Limited(builder_.AddNamed(node, name, children));
  }
  NodeId AddConstant(const Node& node, Value value) {
    return Limited(builder_.AddConstant(node, std::move(value)));
  }
  std::uint32_t BeginOf(NodeId id) const { return builder_.ast().node(id).begin; }

  NodeId Expression() {
    if (issue_) return kFailed;
    if (++nesting_ > options_.max_nesting) {
      return Fail(token_.begin, fmt::format("the expression is nested deeper than {} levels",
                                            options_.max_nesting));
    }
    const NodeId id = Conditional();
    --nesting_;
    return id;
  }

  NodeId Conditional() {
    const NodeId condition = Binary(kOrLevel);
    if (condition == kFailed || !token_.Is("?")) return condition;
    const std::uint32_t at = token_.begin;
    Advance();
    const NodeId yes = Binary(kOrLevel);
    if (yes == kFailed || !Expect(":", "is expected: a condition is written c ? a : b")) {
      return kFailed;
    }
    const NodeId no = Expression();
    if (no == kFailed) return kFailed;
    Node node = Shape(NodeKind::kCall, BeginOf(condition), at);
    node.op = Operator::kConditional;
    const std::array children = {condition, yes, no};
    return AddNamed(node, "_?_:_", children);
  }

  NodeId Binary(int level) {
    NodeId left = Unary();
    while (left != kFailed) {
      const BinaryOperator* const binary = BinaryOf(token_);
      if (binary == nullptr || binary->level < level) return left;
      const std::uint32_t at = token_.begin;
      std::vector<NodeId> terms = {left};
      // && and || take all their terms at once, so that a long row is not deep.
      const bool row = binary->level <= kAndLevel;
      do {
        Advance();
        const NodeId right = Binary(binary->level + 1);
        if (right == kFailed) return kFailed;
        terms.push_back(right);
      } while (row && BinaryOf(token_) == binary);
      Node node = Shape(NodeKind::kCall, BeginOf(left), at);
      node.op = binary->op;
      left = AddNamed(node, binary->function, terms);
    }
    return left;
  }

  NodeId Unary() {
    if (!token_.Is("!") && !token_.Is("-")) return Member();
    const bool minus = token_.Is("-");
    std::vector<std::uint32_t> signs;
    bool literal = false;
    do {
      signs.push_back(token_.begin);
      Advance();
      literal = minus && (token_.kind == TokenKind::kInt || token_.kind == TokenKind::kDouble);
    } while (token_.Is(minus ? "-" : "!"));
    if (issue_) return kFailed;
    // The last minus belongs to the number after it: so the smallest int can be written.
    if (literal) signs.pop_back();
    NodeId id = literal ? Member(true) : Member();
    while (id != kFailed && !signs.empty()) {
      Node node = Shape(NodeKind::kCall, signs.back(), signs.back());
      node.op = minus ? Operator::kNegate : Operator::kNot;
      id = AddNamed(node, minus ? "-_" : "!_", {&id, 1});
      signs.pop_back();
    }
    return id;
  }

  NodeId Member(bool negative = false) {
    NodeId id = Primary(negative);
    while (id != kFailed) {
      if (token_.Is(".")) {
        id = Selector(id);
      } else if (token_.Is("[")) {
        id = Index(id);
      } else if (token_.Is("{") && !TypeName(id).empty()) {
        id = Message(id);
      } else {
        return id;
      }
    }
    return id;
  }

  NodeId Selector(NodeId operand) {
    Advance();
    const bool optional = Take("?");
    const Token field = token_;
    const bool quoted = field.kind == TokenKind::kQuotedIdentifier;
    if (!quoted && field.kind != TokenKind::kIdentifier && field.kind != TokenKind::kReserved) {
      return Fail(token_.begin, Unexpected("the name of a field is expected after '.'"));
    }
    if (field.kind == TokenKind::kReserved && (field.text == "in" || field.text == "true" ||
                                               field.text == "false" || field.text == "null")) {
      return Fail(token_.begin,
                  fmt::format("'{}' cannot be selected; write [\"{}\"]", field.text, field.text));
    }
    Advance();
    if (token_.Is("(") && !quoted && !optional) return Call(field, &operand, field.begin);
    Node node = Shape(NodeKind::kSelect, BeginOf(operand), field.begin);
    if (optional) node.flags |= Node::kOptionalSelect;
    return AddNamed(node, field.text, {&operand, 1});
  }

  NodeId Index(NodeId operand) {
    const std::uint32_t at = token_.begin;
    Advance();
    const bool optional = Take("?");
    const NodeId index = Expression();
    if (index == kFailed || !Expect("]", "is expected to close the index")) return kFailed;
    Node node = Shape(NodeKind::kCall, BeginOf(operand), at);
    node.op = optional ? Operator::kOptionalIndex : Operator::kIndex;
    const std::array children = {operand, index};
    return AddNamed(node, optional ? "_[?_]" : "_[_]", children);
  }

  // "a.b" for a chain of plain names, else empty.
  std::string TypeName(NodeId id) const {
    const Ast& ast = builder_.ast();
    std::string name;
    for (;; id = ast.child(id, 0)) {
      const Node& node = ast.node(id);
      const bool last = node.kind == NodeKind::kIdentifier;
      if (!last && (node.kind != NodeKind::kSelect || node.flags != 0)) return {};
      name = name.empty() ? std::string(ast.name(id)) : fmt::format("{}.{}", ast.name(id), name);
      if (last) return node.Has(Node::kAbsolute) ? fmt::format(".{}", name) : name;
    }
  }

  NodeId Message(NodeId type) {
    const std::uint32_t at = token_.begin;
    const std::string name = TypeName(type);
    Advance();
    std::vector<NodeId> children;
    while (!token_.Is("}")) {
      const bool optional = Take("?");
      const Token field = token_;
      if (field.kind != TokenKind::kIdentifier && field.kind != TokenKind::kQuotedIdentifier &&
          field.kind != TokenKind::kReserved) {
        return Fail(token_.begin, Unexpected("the name of a field is expected"));
      }
      Advance();
      Node key = Shape(NodeKind::kConstant, field.begin, field.begin);
      if (optional) key.flags |= Node::kOptionalEntry;
      children.push_back(AddConstant(key, Value::String(std::string(field.text))));
      if (!Expect(":", "is expected after the name of a field")) return kFailed;
      children.push_back(Expression());
      if (children.back() == kFailed) return kFailed;
      if (!Take(",")) break;
    }
    if (!Expect("}", "is expected to close the message")) return kFailed;
    return AddNamed(Shape(NodeKind::kMessage, BeginOf(type), at), name, children);
  }

  NodeId Primary(bool negative) {
    if (issue_) return kFailed;
    const Token token = token_;
    switch (token.kind) {
      case TokenKind::kIdentifier:
        return Name(false, token.begin);
      case TokenKind::kInt:
      case TokenKind::kUint:
      case TokenKind::kDouble:
      case TokenKind::kString:
      case TokenKind::kBytes:
        return Literal(negative);
      case TokenKind::kReserved:
        return Word();
      case TokenKind::kSymbol:
        break;
      case TokenKind::kQuotedIdentifier:
        return Fail(token.begin, "a name in backticks is of a field: write it after a '.'");
      default:
        return Fail(token.begin, Unexpected("a value is expected"));
    }
    if (token.Is("(")) {
      Advance();
      const NodeId id = Expression();
      if (id == kFailed || !Expect(")", "is expected to close the parenthesis")) return kFailed;
      // (a.b).c is the field c of a.b, whatever a.b.c may be.
      Node& node = builder_.node(id);
      if (node.kind == NodeKind::kIdentifier || node.kind == NodeKind::kSelect) {
        node.flags |= Node::kParenthesized;
      }
      return id;
    }
    if (token.Is("[")) return List();
    if (token.Is("{")) return Map();
    if (token.Is(".")) {
      Advance();
      if (token_.kind == TokenKind::kIdentifier) return Name(true, token.begin);
    }
    return Fail(token_.begin, Unexpected("a value is expected"));
  }

  NodeId Word() {
    const Token token = token_;
    const bool truth = token.text == "true";
    if (!truth && token.text != "false" && token.text != "null") {
      return Fail(token.begin,
                  fmt::format("'{}' is a reserved word and cannot name a variable", token.text));
    }
    Advance();
    return AddConstant(Shape(NodeKind::kConstant, token.begin, token.begin),
                       token.text == "null" ? Value::Null() : Value::Bool(truth));
  }

  NodeId Literal(bool negative) {
    Token token = token_;
    Advance();
    Node node = Shape(NodeKind::kConstant, token.begin, token.begin);
    if (token.kind == TokenKind::kString) {
      return AddConstant(node, Value::String(std::move(token.literal)));
    }
    if (token.kind == TokenKind::kBytes) {
      return AddConstant(node, Value::Bytes(std::move(token.literal)));
    }
    const std::optional<Value> value =
        token.kind == TokenKind::kInt    ? cel_internal::IntLiteral(token.text, negative)
        : token.kind == TokenKind::kUint ? cel_internal::UintLiteral(token.text)
                                         : cel_internal::DoubleLiteral(token.text, negative);
    if (!value) {
      return Fail(token.begin, fmt::format("{}{} is out of the range of its type",
                                           negative ? "-" : "", token.text));
    }
    return AddConstant(node, *value);
  }

  NodeId Name(bool absolute, std::uint32_t begin) {
    const Token name = token_;
    Advance();
    if (token_.Is("(")) return Call(name, nullptr, begin, absolute);
    Node node = Shape(NodeKind::kIdentifier, begin, begin);
    if (absolute) node.flags |= Node::kAbsolute;
    return AddNamed(node, name.text, {});
  }

  NodeId Call(const Token& name, const NodeId* receiver, std::uint32_t at, bool absolute = false) {
    Advance();
    std::vector<NodeId> arguments;
    while (!token_.Is(")")) {
      arguments.push_back(Expression());
      if (arguments.back() == kFailed) return kFailed;
      if (!Take(",")) break;
    }
    if (!Expect(")", "is expected to close the arguments")) return kFailed;
    Node node = Shape(NodeKind::kCall, receiver == nullptr ? at : BeginOf(*receiver), name.begin);
    if (options_.macros && !absolute) {
      const auto expansion = cel_internal::ExpandMacro(
          {name.text, receiver, arguments, node, options_.block_macros}, builder_);
      if (expansion) {
        if (const auto* const error = std::get_if<cel_internal::MacroError>(&*expansion)) {
          return Fail(error->at, error->message);
        }
        return Limited(std::get<NodeId>(*expansion));
      }
    }
    if (absolute) node.flags |= Node::kAbsolute;
    if (receiver != nullptr) {
      node.flags |= Node::kMember;
      arguments.insert(arguments.begin(), *receiver);
    }
    return AddNamed(node, name.text, arguments);
  }

  NodeId List() {
    const std::uint32_t begin = token_.begin;
    Advance();
    std::vector<NodeId> elements;
    while (!token_.Is("]")) {
      const bool optional = Take("?");
      elements.push_back(Expression());
      if (elements.back() == kFailed) return kFailed;
      if (optional) builder_.node(elements.back()).flags |= Node::kOptionalEntry;
      if (!Take(",")) break;
    }
    if (!Expect("]", "is expected to close the list")) return kFailed;
    return Add(Shape(NodeKind::kList, begin, begin), elements);
  }

  NodeId Map() {
    const std::uint32_t begin = token_.begin;
    Advance();
    std::vector<NodeId> entries;
    while (!token_.Is("}")) {
      const bool optional = Take("?");
      entries.push_back(Expression());
      if (entries.back() == kFailed) return kFailed;
      if (optional) builder_.node(entries.back()).flags |= Node::kOptionalEntry;
      if (!Expect(":", "is expected between key and value")) return kFailed;
      entries.push_back(Expression());
      if (entries.back() == kFailed) return kFailed;
      if (!Take(",")) break;
    }
    if (!Expect("}", "is expected to close the map")) return kFailed;
    return Add(Shape(NodeKind::kMap, begin, begin), entries);
  }

  std::shared_ptr<const Source> source_;
  const ParseOptions& options_;
  Lexer lexer_;
  AstBuilder builder_;
  Token token_;
  std::uint32_t last_end_ = 0;
  int nesting_ = 0;
  std::optional<Issue> issue_;
};

}  // namespace

absl::StatusOr<Ast> Parse(std::string_view text, const ParseOptions& options) {
  if (text.size() > options.max_bytes) {
    const Source none("");
    const Issue issue = none.At(
        ErrorKind::kParse, 0,
        fmt::format("the expression has {} bytes; {} are allowed", text.size(), options.max_bytes));
    return ToStatus(none, {&issue, 1});
  }
  auto source = std::make_shared<const Source>(std::string(text));
  if (const std::size_t wrong = cel_internal::FirstInvalidUtf8(text); wrong != text.size()) {
    const auto at =
        static_cast<std::uint32_t>(cel_internal::CountCodePoints(text.substr(0, wrong)));
    const Issue issue = source->At(ErrorKind::kParse, at, "the expression is not valid UTF-8 here");
    return ToStatus(*source, {&issue, 1});
  }
  return Parser(std::move(source), options).Parse();
}

}  // namespace orderwright::cel
