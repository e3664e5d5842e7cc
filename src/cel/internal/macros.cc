#include "src/cel/internal/macros.h"

#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace orderwright::cel_internal {
namespace {

using Expansion = std::optional<std::variant<NodeId, MacroError>>;

struct Shape {
  std::string_view name;
  std::size_t arguments;  // variables included
  Comprehension macro;
  std::uint8_t flags;
};

constexpr std::array kComprehensions = {
    Shape{"all", 2, Comprehension::kAll, 0},
    Shape{"all", 3, Comprehension::kAll, Node::kTwoVariables},
    Shape{"exists", 2, Comprehension::kExists, 0},
    Shape{"exists", 3, Comprehension::kExists, Node::kTwoVariables},
    Shape{"exists_one", 2, Comprehension::kExistsOne, 0},
    Shape{"exists_one", 3, Comprehension::kExistsOne, Node::kTwoVariables},
    Shape{"existsOne", 2, Comprehension::kExistsOne, 0},
    Shape{"existsOne", 3, Comprehension::kExistsOne, Node::kTwoVariables},
    Shape{"map", 2, Comprehension::kMap, 0},
    Shape{"map", 3, Comprehension::kMap, Node::kFiltered},
    Shape{"filter", 2, Comprehension::kFilter, 0},
    Shape{"transformList", 3, Comprehension::kMap, Node::kTwoVariables},
    Shape{"transformList", 4, Comprehension::kMap, Node::kTwoVariables | Node::kFiltered},
    Shape{"transformMap", 3, Comprehension::kTransformMap, Node::kTwoVariables},
    Shape{"transformMap", 4, Comprehension::kTransformMap, Node::kTwoVariables | Node::kFiltered},
    Shape{"transformMapEntry", 3, Comprehension::kTransformMapEntry, Node::kTwoVariables},
    Shape{"transformMapEntry", 4, Comprehension::kTransformMapEntry,
          Node::kTwoVariables | Node::kFiltered},
};

// Names of the variables of cel.block; no author can write an '@'.
std::string IndexName(std::int64_t index) { return fmt::format("@index{}", index); }

class Expander {
 public:
  Expander(const MacroCall& call, AstBuilder& builder) : call_(call), builder_(builder) {}

  Expansion Expand() {
    if (call_.receiver == nullptr) {
      if (call_.function == "has" && call_.arguments.size() == 1) return Has();
      return std::nullopt;
    }
    if (ReceiverIs("cel")) {
      if (call_.function == "bind" && call_.arguments.size() == 3) return Bind();
      if (call_.block) return Block();
    }
    if ((call_.function == "optMap" || call_.function == "optFlatMap") &&
        call_.arguments.size() == 2) {
      return OptionalMap();
    }
    if (call_.function == "sortBy" && call_.arguments.size() == 2) return SortBy();
    for (const Shape& shape : kComprehensions) {
      if (shape.name == call_.function && shape.arguments == call_.arguments.size()) {
        return Comprehend(shape);
      }
    }
    return std::nullopt;
  }

 private:
  const Ast& ast() const { return builder_.ast(); }
  bool ReceiverIs(std::string_view name) const {
    const Node& node = ast().node(*call_.receiver);
    return node.kind == NodeKind::kIdentifier && ast().name(*call_.receiver) == name;
  }
  MacroError Error(NodeId where, std::string message) const {
    return {ast().node(where).begin, std::move(message)};
  }
  bool IsVariable(NodeId id) const {
    const Node& node = ast().node(id);
    return node.kind == NodeKind::kIdentifier && !node.Has(Node::kAbsolute);
  }
  std::string NotAVariable() const {
    return fmt::format("{}() names its variable here: a plain name is expected", call_.function);
  }

  Expansion Has() {
    const NodeId id = call_.arguments[0];
    Node& node = builder_.node(id);
    if (node.kind != NodeKind::kSelect || node.Has(Node::kPresence | Node::kOptionalSelect)) {
      return Error(id, "has() asks for a field: write has(value.field)");
    }
    node.flags |= Node::kPresence;
    return id;
  }

  Expansion Bind() {
    if (!IsVariable(call_.arguments[0])) return Error(call_.arguments[0], NotAVariable());
    Node node = call_.shape;
    node.kind = NodeKind::kLet;
    return builder_.Add(node, call_.arguments);
  }

  Expansion OptionalMap() {
    if (!IsVariable(call_.arguments[0])) return Error(call_.arguments[0], NotAVariable());
    Node node = call_.shape;
    node.kind = NodeKind::kOptionalMap;
    if (call_.function == "optFlatMap") node.flags |= Node::kFlat;
    const std::array children = {*call_.receiver, call_.arguments[0], call_.arguments[1]};
    return builder_.Add(node, children);
  }

  // list.sortBy(x, key) is cel.bind(@list, list, @list.@sortByKeys(@list.map(x, key))).
  Expansion SortBy() {
    if (!IsVariable(call_.arguments[0])) return Error(call_.arguments[0], NotAVariable());
    constexpr std::string_view kList = "@list";
    Node name = call_.shape;
    name.kind = NodeKind::kIdentifier;
    const NodeId variable = builder_.AddNamed(name, kList, {});
    const NodeId range = builder_.AddNamed(name, kList, {});
    Node map = call_.shape;
    map.kind = NodeKind::kComprehension;
    map.macro = Comprehension::kMap;
    const std::array parts = {range, call_.arguments[0], call_.arguments[1]};
    const NodeId keys = builder_.Add(map, parts);
    Node call = call_.shape;
    call.flags |= Node::kMember;
    const std::array operands = {builder_.AddNamed(name, kList, {}), keys};
    const NodeId sorted = builder_.AddNamed(call, "@sortByKeys", operands);
    Node let = call_.shape;
    let.kind = NodeKind::kLet;
    const std::array children = {variable, *call_.receiver, sorted};
    return builder_.Add(let, children);
  }

  Expansion Comprehend(const Shape& shape) {
    const std::size_t variables = (shape.flags & Node::kTwoVariables) != 0 ? 2 : 1;
    for (std::size_t i = 0; i < variables; ++i) {
      if (!IsVariable(call_.arguments[i])) return Error(call_.arguments[i], NotAVariable());
    }
    if (variables == 2 && ast().name(call_.arguments[0]) == ast().name(call_.arguments[1])) {
      return Error(call_.arguments[1],
                   fmt::format("the two variables of {}() need different names", shape.name));
    }
    Node node = call_.shape;
    node.kind = NodeKind::kComprehension;
    node.macro = shape.macro;
    node.flags |= shape.flags;
    std::vector<NodeId> children = {*call_.receiver};
    children.insert(children.end(), call_.arguments.begin(), call_.arguments.end());
    return builder_.Add(node, children);
  }

  // The number that an argument of cel.index or cel.iterVar is.
  std::optional<std::int64_t> Number(NodeId id) const {
    if (ast().node(id).kind != NodeKind::kConstant || !ast().constant(id).Is(Kind::kInt)) {
      return std::nullopt;
    }
    return ast().constant(id).int_value();
  }

  Expansion Block() {
    Node node = call_.shape;
    node.kind = NodeKind::kIdentifier;
    if (call_.function == "index" && call_.arguments.size() == 1) {
      const auto index = Number(call_.arguments[0]);
      if (!index) return Error(call_.arguments[0], "cel.index() takes a number");
      return builder_.AddNamed(node, IndexName(*index), {});
    }
    if ((call_.function == "iterVar" || call_.function == "accuVar") &&
        call_.arguments.size() == 2) {
      const auto depth = Number(call_.arguments[0]);
      const auto unique = Number(call_.arguments[1]);
      if (!depth || !unique) return Error(call_.arguments[0], "two numbers are expected");
      return builder_.AddNamed(node, fmt::format("@{}{}:{}", call_.function, *depth, *unique), {});
    }
    if (call_.function != "block" || call_.arguments.size() != 2) return std::nullopt;
    const NodeId list = call_.arguments[0];
    if (ast().node(list).kind != NodeKind::kList) {
      return Error(list, "cel.block() takes a list of expressions");
    }
    std::vector<NodeId> children;
    // A copy: adding nodes moves what children() points into.
    const std::span<const NodeId> span = ast().children(list);
    const std::vector<NodeId> elements(span.begin(), span.end());
    for (std::size_t i = 0; i < elements.size(); ++i) {
      Node variable = ast().node(elements[i]);
      variable.kind = NodeKind::kIdentifier;
      variable.flags = 0;
      variable.op = Operator::kNone;
      variable.macro = Comprehension::kNone;
      children.push_back(builder_.AddNamed(variable, IndexName(static_cast<std::int64_t>(i)), {}));
      children.push_back(elements[i]);
    }
    children.push_back(call_.arguments[1]);
    node.kind = NodeKind::kLet;
    return builder_.Add(node, children);
  }

  const MacroCall& call_;
  AstBuilder& builder_;
};

}  // namespace

Expansion ExpandMacro(const MacroCall& call, AstBuilder& builder) {
  return Expander(call, builder).Expand();
}

std::string_view MacroName(Comprehension macro) {
  switch (macro) {
    case Comprehension::kAll:
      return "all";
    case Comprehension::kExists:
      return "exists";
    case Comprehension::kExistsOne:
      return "exists_one";
    case Comprehension::kMap:
      return "map";
    case Comprehension::kFilter:
      return "filter";
    case Comprehension::kTransformMap:
      return "transformMap";
    case Comprehension::kTransformMapEntry:
      return "transformMapEntry";
    case Comprehension::kNone:
      break;
  }
  return "comprehension";
}

}  // namespace orderwright::cel_internal
