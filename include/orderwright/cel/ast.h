// Ast: an expression as a tree, with its macros expanded.
//
// Nodes lie in one vector, children before their parents; the root is last. Macros become nodes of
// their own (kComprehension, kLet, kOptionalMap) rather than folds over an accumulator, so that a
// back end sees at once what is meant, and no name that a macro needs can meet one of the author's.
//
// Immutable once parsed; thread-safe.
#ifndef ORDERWRIGHT_CEL_AST_H_
#define ORDERWRIGHT_CEL_AST_H_

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/cel/source.h"
#include "orderwright/cel/value.h"

namespace orderwright::cel {

using NodeId = std::uint32_t;

enum class NodeKind : std::uint8_t {
  kConstant = 0,
  kIdentifier = 1,     // name
  kSelect = 2,         // [operand]; name is the field
  kCall = 3,           // name; arguments, with kMember the first is the receiver
  kList = 4,           // elements; those with kOptionalEntry are optionals
  kMap = 5,            // key, value, key, value; a key with kOptionalEntry has an optional value
  kMessage = 6,        // name is its type; field (a string constant), value, …
  kComprehension = 7,  // [range, variable, second variable if kTwoVariables, body…]
  kLet = 8,            // [variable, value, …, body]: cel.bind and cel.block
  kOptionalMap = 9,    // [optional, variable, body]: optMap, or with kFlat optFlatMap
};

// What a call of an operator means; its name is the function that the operator stands for.
enum class Operator : std::uint8_t {
  kNone = 0,
  kConditional = 1,  // _?_:_
  kAnd = 2,          // _&&_ of two or more terms
  kOr = 3,           // _||_
  kNot = 4,          // !_
  kNegate = 5,       // -_
  kAdd = 6,
  kSubtract = 7,
  kMultiply = 8,
  kDivide = 9,
  kModulo = 10,
  kEqual = 11,
  kNotEqual = 12,
  kLess = 13,
  kLessEqual = 14,
  kGreater = 15,
  kGreaterEqual = 16,
  kIn = 17,             // @in
  kIndex = 18,          // _[_]
  kOptionalIndex = 19,  // _[?_]
};

enum class Comprehension : std::uint8_t {
  kNone = 0,
  kAll = 1,                // body: predicate
  kExists = 2,             // body: predicate
  kExistsOne = 3,          // body: predicate
  kMap = 4,                // body: element, or with kFiltered predicate and element
  kFilter = 5,             // body: predicate
  kTransformMap = 6,       // body: value, or with kFiltered predicate and value
  kTransformMapEntry = 7,  // body: a map of one entry, or with kFiltered predicate and that
};

struct Node {
  // Flags.
  static constexpr std::uint8_t kMember = 1;            // of kCall
  static constexpr std::uint8_t kParenthesized = 1;     // of kIdentifier and kSelect: (a).b
  static constexpr std::uint8_t kAbsolute = 2;          // a name with a leading dot
  static constexpr std::uint8_t kPresence = 4;          // of kSelect: has()
  static constexpr std::uint8_t kOptionalEntry = 8;     // an element or key marked with ?
  static constexpr std::uint8_t kTwoVariables = 16;     // of kComprehension
  static constexpr std::uint8_t kFiltered = 32;         // of kComprehension
  static constexpr std::uint8_t kFlat = 64;             // of kOptionalMap
  static constexpr std::uint8_t kOptionalSelect = 128;  // of kSelect: a.?b

  NodeKind kind = NodeKind::kConstant;
  std::uint8_t flags = 0;
  Operator op = Operator::kNone;
  Comprehension macro = Comprehension::kNone;
  std::uint32_t text = 0;  // index of its name, or of its constant
  std::uint32_t first_child = 0;
  std::uint32_t child_count = 0;
  // What part of the source it is, in code points: [begin, end). `at` is where an error points.
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  std::uint32_t at = 0;
  std::uint32_t height = 1;  // longest path down, in nodes

  [[nodiscard]] bool Has(std::uint8_t flag) const { return (flags & flag) != 0; }
};

class Ast {
 public:
  [[nodiscard]] const Source& source() const { return *source_; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] NodeId root() const { return static_cast<NodeId>(nodes_.size() - 1); }
  [[nodiscard]] const Node& node(NodeId id) const { return nodes_[id]; }
  [[nodiscard]] std::span<const NodeId> children(NodeId id) const {
    return std::span(children_).subspan(nodes_[id].first_child, nodes_[id].child_count);
  }
  [[nodiscard]] NodeId child(NodeId id, std::size_t index) const {
    return children_[nodes_[id].first_child + index];
  }
  // Of every kind but kConstant and those without a name.
  [[nodiscard]] std::string_view name(NodeId id) const { return names_[nodes_[id].text]; }
  [[nodiscard]] const Value& constant(NodeId id) const { return constants_[nodes_[id].text]; }

 private:
  friend class AstBuilder;
  std::shared_ptr<const Source> source_;
  std::vector<Node> nodes_;
  std::vector<NodeId> children_;
  std::vector<std::string> names_;
  std::vector<Value> constants_;
};

// Makes an Ast, children first. Used by the parser; a program that writes expressions may too.
class AstBuilder {
 public:
  explicit AstBuilder(std::shared_ptr<const Source> source) { ast_.source_ = std::move(source); }

  // `node` with these children and its height.
  NodeId Add(Node node, std::span<const NodeId> children) {
    node.first_child = static_cast<std::uint32_t>(ast_.children_.size());
    node.child_count = static_cast<std::uint32_t>(children.size());
    node.height = 1;
    for (const NodeId child : children) {
      ast_.children_.push_back(child);
      const std::uint32_t above = ast_.nodes_[child].height + 1;
      if (above > node.height) node.height = above;
    }
    ast_.nodes_.push_back(node);
    return static_cast<NodeId>(ast_.nodes_.size() - 1);
  }
  NodeId AddNamed(Node node, std::string_view name, std::span<const NodeId> children) {
    node.text = static_cast<std::uint32_t>(ast_.names_.size());
    ast_.names_.emplace_back(name);
    return Add(node, children);
  }
  NodeId AddConstant(Node node, Value value) {
    node.kind = NodeKind::kConstant;
    node.text = static_cast<std::uint32_t>(ast_.constants_.size());
    ast_.constants_.push_back(std::move(value));
    return Add(node, {});
  }
  // A copy of a node of another expression, with these children.
  NodeId AddCopy(const Ast& from, NodeId id, std::span<const NodeId> children) {
    const Node& node = from.node(id);
    switch (node.kind) {
      case NodeKind::kConstant:
        return AddConstant(node, from.constant(id));
      case NodeKind::kIdentifier:
      case NodeKind::kSelect:
      case NodeKind::kCall:
      case NodeKind::kMessage:
        return AddNamed(node, from.name(id), children);
      default:
        return Add(node, children);
    }
  }
  [[nodiscard]] const Ast& ast() const { return ast_; }
  [[nodiscard]] Node& node(NodeId id) { return ast_.nodes_[id]; }
  // The expression whose last added node is the root.
  [[nodiscard]] Ast Build() && { return std::move(ast_); }

 private:
  Ast ast_;
};

}  // namespace orderwright::cel

#endif  // ORDERWRIGHT_CEL_AST_H_
