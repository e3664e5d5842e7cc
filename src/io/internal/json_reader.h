// JsonReader: from nodes of a JSON tree to typed values, reporting what does not fit.
//
// A type that stands in a format as an object has a table of its fields, in the order in which the
// format lists them. ReadObject walks the members of the node once, finds each in the table
// (starting behind the last one found, so a document in the usual order costs one comparison a
// field), reports unknown and missing fields, and leaves what is absent at its default.
//
// Example:
//   template <>
//   struct FieldsOf<BundleComponent> {
//     using Of = FieldMaker<BundleComponent>;
//     static constexpr Field kAll[] = {Of::Member<&BundleComponent::sku>("sku", kRequired),
//                                      Of::Member<&BundleComponent::quantity>("quantity")};
//   };
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_JSON_READER_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_JSON_READER_H_

#include <array>
#include <concepts>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "orderwright/core/cost.h"
#include "orderwright/core/money.h"
#include "orderwright/core/time.h"
#include "orderwright/core/units.h"
#include "orderwright/model/attribute.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_tree.h"

namespace orderwright::io_internal {

class JsonReader {
 public:
  JsonReader(const JsonTree& tree, DocumentIssues& issues, Currency currency)
      : tree_(&tree), issues_(&issues), currency_(currency) {}

  [[nodiscard]] const JsonTree& tree() const { return *tree_; }
  [[nodiscard]] DocumentIssues& issues() { return *issues_; }
  // The currency in which amounts are given.
  [[nodiscard]] Currency currency() const { return currency_; }
  void set_currency(Currency currency) { currency_ = currency; }

  [[nodiscard]] JsonKind kind(NodeId node) const { return tree_->kind(node); }
  [[nodiscard]] bool IsNull(NodeId node) const { return kind(node) == JsonKind::kNull; }
  void Report(NodeId node, std::string_view code, std::string message) {
    issues_->AddAt(*tree_, node, code, std::move(message));
  }
  // "expected a text, found a number (5)".
  void ReportType(NodeId node, std::string_view expected);

  // The text of a node; absent, and reported, if it is something else.
  std::optional<std::string_view> TextOf(NodeId node, std::string_view expected);
  std::optional<std::int64_t> IntegerOf(NodeId node);
  // An integer from 0 up.
  std::optional<std::int64_t> CountOf(NodeId node);
  std::optional<double> NumberOf(NodeId node);

 private:
  const JsonTree* tree_;
  DocumentIssues* issues_;
  Currency currency_;
};

// One field of an object: how its node is read into the object.
struct Field {
  std::string_view name;
  void (*read)(JsonReader&, NodeId, void*);
  bool required = false;
};
inline constexpr bool kRequired = true;

// Specialised for every type that stands in a format as an object: `static constexpr Field kAll[]`.
template <typename T>
struct FieldsOf;
// Specialised for every enumeration that stands in a format as a word:
// `static constexpr std::pair<std::string_view, E> kAll[]`.
template <typename E>
struct WordsOf;

template <typename T>
concept ReadFromObject = requires { FieldsOf<T>::kAll; };
template <typename E>
concept ReadFromWord = std::is_enum_v<E>;

void ReadFields(JsonReader& reader, NodeId node, std::span<const Field> fields, void* object);
// The position in `words`, or reported as `unknown_value`.
std::optional<std::size_t> ReadWord(JsonReader& reader, NodeId node,
                                    std::span<const std::string_view> words);
// True if the node is an array (or object, whichever `kind` says); else reported.
bool CheckContainer(JsonReader& reader, NodeId node, JsonKind kind);

void Read(JsonReader& reader, NodeId node, bool& value);
void Read(JsonReader& reader, NodeId node, int& value);
void Read(JsonReader& reader, NodeId node, std::int64_t& value);
void Read(JsonReader& reader, NodeId node, double& value);
void Read(JsonReader& reader, NodeId node, std::string& value);  // null: not given
// A view of the tree: valid as long as it. Null is not a text.
void Read(JsonReader& reader, NodeId node, std::string_view& value);
void Read(JsonReader& reader, NodeId node, Units& value);
void Read(JsonReader& reader, NodeId node, Cost& value);
void Read(JsonReader& reader, NodeId node, Timestamp& value);
void Read(JsonReader& reader, NodeId node, LocalTime& value);
void Read(JsonReader& reader, NodeId node, LocalDate& value);
void Read(JsonReader& reader, NodeId node, std::optional<Money>& value);
void Read(JsonReader& reader, NodeId node, std::optional<Currency>& value);
void Read(JsonReader& reader, NodeId node, Attributes& value);

// A required text: null is not one.
void ReadId(JsonReader& reader, NodeId node, std::string& value);

template <ReadFromObject T>
void Read(JsonReader& reader, NodeId node, T& value) {
  ReadFields(reader, node, FieldsOf<T>::kAll, &value);
}

template <ReadFromWord E>
void Read(JsonReader& reader, NodeId node, E& value) {
  constexpr std::size_t kCount = std::size(WordsOf<E>::kAll);
  std::array<std::string_view, kCount> words;
  for (std::size_t i = 0; i < kCount; ++i) words[i] = WordsOf<E>::kAll[i].first;
  if (const auto at = ReadWord(reader, node, words)) value = WordsOf<E>::kAll[*at].second;
}

template <typename T>
void Read(JsonReader& reader, NodeId node, std::vector<T>& value) {
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  value.clear();
  value.reserve(tree.node(node).size);
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    Read(reader, c, value.emplace_back());
  }
}

template <typename T>
void Read(JsonReader& reader, NodeId node, std::optional<T>& value) {
  value.reset();
  if (reader.IsNull(node)) return;
  Read(reader, node, value.emplace());
}

template <typename T, std::size_t N>
void Read(JsonReader& reader, NodeId node, std::array<T, N>& value) {
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  if (tree.node(node).size != N) {
    reader.Report(
        node, "wrong_length",
        "expected " + std::to_string(N) + " values, found " + std::to_string(tree.node(node).size));
    return;
  }
  NodeId c = tree.FirstChild(node);
  for (std::size_t i = 0; i < N; ++i, c = tree.Next(c)) Read(reader, c, value[i]);
}

// Integers from 0 up.
void ReadCount(JsonReader& reader, NodeId node, std::int64_t& value);
void ReadCount(JsonReader& reader, NodeId node, std::optional<std::int64_t>& value);
void ReadCount(JsonReader& reader, NodeId node, std::vector<std::int64_t>& value);

// Makes the fields of T.
template <typename T>
struct FieldMaker {
  template <auto kMember>
  static constexpr Field Member(std::string_view name, bool required = false) {
    return {name,
            [](JsonReader& reader, NodeId node, void* object) {
              Read(reader, node, static_cast<T*>(object)->*kMember);
            },
            required};
  }
  // A required text.
  template <auto kMember>
  static constexpr Field Id(std::string_view name) {
    return {name,
            [](JsonReader& reader, NodeId node, void* object) {
              ReadId(reader, node, static_cast<T*>(object)->*kMember);
            },
            kRequired};
  }
  // An integer from 0 up, an optional one, or a list of them.
  template <auto kMember>
  static constexpr Field Count(std::string_view name, bool required = false) {
    return {name,
            [](JsonReader& reader, NodeId node, void* object) {
              ReadCount(reader, node, static_cast<T*>(object)->*kMember);
            },
            required};
  }
  // A field that a function `void(JsonReader&, NodeId, T&)` reads.
  template <auto kFunction>
  static constexpr Field Call(std::string_view name, bool required = false) {
    return {name,
            [](JsonReader& reader, NodeId node, void* object) {
              kFunction(reader, node, *static_cast<T*>(object));
            },
            required};
  }
};

// Reads a list of objects that keep the node they were read from as `node`.
template <typename T>
void ReadRows(JsonReader& reader, NodeId node, std::vector<T>& rows) {
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  rows.reserve(tree.node(node).size);
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    T& row = rows.emplace_back();
    row.node = c;
    Read(reader, c, row);
  }
}

// A field of T that is such a list.
template <typename T, auto kMember>
constexpr Field Rows(std::string_view name, bool required = false) {
  return {name,
          [](JsonReader& reader, NodeId node, void* object) {
            ReadRows(reader, node, static_cast<T*>(object)->*kMember);
          },
          required};
}

// Reads an object of names of the host's choice: `read_one(name, node)` per member.
template <typename ReadOne>
void ReadMap(JsonReader& reader, NodeId node, ReadOne read_one) {
  if (!CheckContainer(reader, node, JsonKind::kObject)) return;
  const JsonTree& tree = reader.tree();
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    read_one(tree.Key(c), c);
  }
}

// Parses `text` into the tree of `reader`, which must be an object of the format, each field once.
// False: there is nothing to read, and the issues say why.
bool ParseObject(std::string_view text, JsonParser& parser, JsonTree& tree, JsonReader& reader,
                 std::string_view format);

// The format that the root names must be `expected`; absent is an issue only if `required`.
void CheckFormat(JsonReader& reader, std::string_view expected, bool required);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_JSON_READER_H_
