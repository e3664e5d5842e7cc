// JsonTree: a JSON document as a flat table of nodes, each of which knows its place in the text.
//
// Nodes stand in the order of the text; a container is followed by its children, and `end` of a
// node is the node after its whole subtree. So a tree is two allocations, which the next document
// reuses, and the path of a node can be found again from its number alone: it is made only when an
// issue must name it. The only file that knows the JSON library is json_tree.cc.
//
// Example:
//   JsonParser parser;
//   JsonTree tree;
//   if (!parser.Parse(text, tree)) Report(parser.error());
//   for (NodeId child = tree.FirstChild(0); child != tree.node(0).end; child = tree.Next(child)) …
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_JSON_TREE_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_JSON_TREE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace orderwright::io_internal {

using NodeId = std::uint32_t;
inline constexpr NodeId kNoNode = 0xFFFF'FFFF;

enum class JsonKind : std::uint8_t {
  kNull,
  kBool,
  kInteger,    // fits in int64
  kBigNumber,  // an integer that does not
  kReal,       // has a fraction or an exponent
  kText,
  kArray,
  kObject,
};

// "an integer", "a text", …: for messages.
std::string_view KindName(JsonKind kind);

// Where a text of the tree lies: in the document, or unescaped in the tree's own buffer.
struct TextRange {
  std::uint32_t begin = 0;
  std::uint32_t size : 31 = 0;
  std::uint32_t unescaped : 1 = 0;
};

struct JsonNode {
  JsonNode() : integer(0) {}

  std::uint32_t offset = 0;  // byte of the document where the value begins
  NodeId end = 0;            // the node after the subtree
  TextRange key;             // of a member of an object
  union {
    std::int64_t integer;  // also the value of a bool
    double real;
    TextRange text;
    std::uint32_t size;  // children of a container
  };
  JsonKind kind = JsonKind::kNull;
  bool has_key = false;
  std::uint32_t key_offset = 0;  // byte where the key begins, or the value if there is none
};

class JsonTree {
 public:
  [[nodiscard]] const JsonNode& node(NodeId id) const { return nodes_[id]; }
  [[nodiscard]] std::size_t size() const { return nodes_.size(); }
  [[nodiscard]] JsonKind kind(NodeId id) const { return nodes_[id].kind; }
  [[nodiscard]] NodeId FirstChild(NodeId container) const { return container + 1; }
  [[nodiscard]] NodeId Next(NodeId child) const { return nodes_[child].end; }

  [[nodiscard]] std::string_view Text(NodeId id) const { return View(nodes_[id].text); }
  [[nodiscard]] std::string_view Key(NodeId id) const { return View(nodes_[id].key); }
  // The byte where the key of a member begins, else where the value does.
  [[nodiscard]] std::uint32_t KeyOffset(NodeId id) const { return nodes_[id].key_offset; }
  // The value as a real number; meaningful for numbers.
  [[nodiscard]] double Real(NodeId id) const;

  // The member of an object of that name, or kNoNode. O(members).
  [[nodiscard]] NodeId Member(NodeId object, std::string_view key) const;
  // The n-th child, or kNoNode. O(n).
  [[nodiscard]] NodeId Child(NodeId container, std::size_t n) const;
  // The child of `container` that `descendant` is or is in.
  [[nodiscard]] NodeId ChildTowards(NodeId container, NodeId descendant) const {
    NodeId child = FirstChild(container);
    while (nodes_[child].end <= descendant) child = Next(child);
    return child;
  }
  // "orders[3].lines[0].quantity", from `root` down; empty for the root itself.
  [[nodiscard]] std::string PathOf(NodeId id) const;
  // The node that a path such as `locations[3].lat` names, as deep as it can be followed; an index
  // into an object means its n-th member. `rest` is what of the path could not be followed.
  [[nodiscard]] NodeId Resolve(std::string_view path, std::string_view& rest) const;
  // Keys that stand twice in one object: the later node of each pair.
  [[nodiscard]] const std::vector<NodeId>& duplicates() const { return duplicates_; }

 private:
  friend class TreeBuilder;
  // The member whose name `path` begins with, which is taken off it. Names may have dots in them,
  // so the longest counts.
  [[nodiscard]] NodeId LongestMember(NodeId object, std::string_view& path) const;
  [[nodiscard]] std::string_view View(TextRange range) const {
    const char* base = range.unescaped != 0 ? unescaped_.data() : document_.data();
    return {base + range.begin, range.size};
  }

  std::string_view document_;  // the parser's copy
  std::vector<JsonNode> nodes_;
  std::string unescaped_;
  std::vector<NodeId> duplicates_;
};

// Why a text is not JSON.
struct JsonError {
  std::size_t offset = 0;
  std::string code;  // "invalid_json", "invalid_utf8", "too_deep", "too_large", "empty"
  std::string message;
};

// Parses documents, one after another, reusing its buffers. The tree refers to the parser's copy
// of the text, so it is valid until the next call.
class JsonParser {
 public:
  static constexpr int kMaxDepth = 64;

  JsonParser();
  ~JsonParser();
  JsonParser(const JsonParser&) = delete;
  JsonParser& operator=(const JsonParser&) = delete;

  // Reads `text` as one JSON document (objects and arrays only at the root: no format of ours is
  // a bare value). A UTF-8 byte order mark is skipped. False: see error().
  [[nodiscard]] bool Parse(std::string_view text, JsonTree& tree);
  // Reads `text` as a JSON array and calls `on_element` after each element, of which alone `tree`
  // then consists: memory grows with the largest element, not with the document.
  [[nodiscard]] bool ParseElements(std::string_view text, JsonTree& tree,
                                   const std::function<void()>& on_element);
  [[nodiscard]] const JsonError& error() const { return error_; }

 private:
  struct State;
  bool Fail(std::size_t offset, std::string_view code, std::string message);
  bool Load(std::string_view text);
  bool FailParsing(int code);

  std::unique_ptr<State> state_;
  JsonError error_;
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_JSON_TREE_H_
