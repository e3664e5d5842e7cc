#include "src/io/internal/json_tree.h"

#include <algorithm>
#include <charconv>
#include <cstring>
#include <limits>
#include <optional>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <simdjson.h>

#include "src/io/internal/json_diagnose.h"

namespace orderwright::io_internal {
namespace {

namespace ondemand = simdjson::ondemand;

// Node numbers and offsets have 32 bits, texts 31.
constexpr std::size_t kMaxDocument = std::numeric_limits<std::int32_t>::max();
// Up to so many members a bit per hash finds nearly all keys to be new; objects with more are
// checked by sorting.
constexpr std::uint32_t kMaskedMembers = 64;

std::uint64_t KeyBit(std::string_view key) {
  if (key.empty()) return 1;
  const auto first = static_cast<unsigned char>(key.front());
  const auto last = static_cast<unsigned char>(key.back());
  const auto middle = static_cast<unsigned char>(key[key.size() / 2]);
  const std::size_t hash = key.size() * 31 + first * 7U + last * 13U + middle * 3U;
  return std::uint64_t{1} << (hash % 64);
}

bool IsPlainKey(std::string_view key) {
  return !key.empty() && std::all_of(key.begin(), key.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
           c == '-' || c == ':';
  });
}

void AppendKey(std::string& path, std::string_view key) {
  if (IsPlainKey(key)) {
    if (!path.empty()) path += '.';
    path += key;
  } else {
    path += fmt::format("[\"{}\"]", key);
  }
}

// One step of a path: a name or a number.
struct PathStep {
  std::string_view name;
  std::optional<std::size_t> index;
};

// Takes the next step off `path`; absent if it does not begin with one.
std::optional<PathStep> TakeStep(std::string_view& path) {
  PathStep step;
  if (path.starts_with('[')) {
    const bool quoted = path.starts_with("[\"");
    const std::size_t close = quoted ? path.find("\"]", 2) : path.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    step.name = quoted ? path.substr(2, close - 2) : path.substr(1, close - 1);
    path.remove_prefix(close + (quoted ? 2 : 1));
    std::size_t index = 0;
    const char* end = step.name.data() + step.name.size();
    const auto [stop, error] = std::from_chars(step.name.data(), end, index);
    if (!quoted && error == std::errc() && stop == end) step.index = index;
    return step;
  }
  if (path.starts_with('.')) path.remove_prefix(1);
  const std::size_t size = std::min(path.find_first_of(".["), path.size());
  if (size == 0) return std::nullopt;
  step.name = path.substr(0, size);
  path.remove_prefix(size);
  return step;
}

}  // namespace

std::string_view KindName(JsonKind kind) {
  switch (kind) {
    case JsonKind::kNull:
      return "null";
    case JsonKind::kBool:
      return "true or false";
    case JsonKind::kInteger:
    case JsonKind::kBigNumber:
    case JsonKind::kReal:
      return "a number";
    case JsonKind::kText:
      return "a text";
    case JsonKind::kArray:
      return "a list";
    case JsonKind::kObject:
      return "an object";
  }
  return "";
}

double JsonTree::Real(NodeId id) const {
  const JsonNode& n = nodes_[id];
  return n.kind == JsonKind::kInteger ? static_cast<double>(n.integer) : n.real;
}

NodeId JsonTree::Member(NodeId object, std::string_view key) const {
  if (nodes_[object].kind != JsonKind::kObject) return kNoNode;
  for (NodeId c = FirstChild(object); c != nodes_[object].end; c = Next(c)) {
    if (Key(c) == key) return c;
  }
  return kNoNode;
}

NodeId JsonTree::Child(NodeId container, std::size_t n) const {
  const JsonKind kind = nodes_[container].kind;
  if (kind != JsonKind::kObject && kind != JsonKind::kArray) return kNoNode;
  if (n >= nodes_[container].size) return kNoNode;
  NodeId child = FirstChild(container);
  for (; n > 0; --n) child = Next(child);
  return child;
}

std::string JsonTree::PathOf(NodeId id) const {
  std::string path;
  NodeId at = 0;
  while (at != id && at < nodes_.size()) {
    const bool in_array = nodes_[at].kind == JsonKind::kArray;
    std::size_t index = 0;
    NodeId child = FirstChild(at);
    for (; nodes_[child].end <= id; child = Next(child)) ++index;
    if (in_array) {
      path += fmt::format("[{}]", index);
    } else {
      AppendKey(path, Key(child));
    }
    at = child;
  }
  return path;
}

NodeId JsonTree::Resolve(std::string_view path, std::string_view& rest) const {
  NodeId at = 0;
  rest = path;
  while (!rest.empty()) {
    std::string_view after = rest;
    NodeId next = LongestMember(at, after);
    if (next == kNoNode) {
      const std::optional<PathStep> step = TakeStep(after);
      if (!step) break;
      next = step->index ? Child(at, *step->index) : Member(at, step->name);
    }
    if (next == kNoNode) break;
    at = next;
    rest = after;
  }
  return at;
}

NodeId JsonTree::LongestMember(NodeId object, std::string_view& path) const {
  if (nodes_[object].kind != JsonKind::kObject || path.starts_with('[')) return kNoNode;
  std::string_view rest = path;
  if (rest.starts_with('.')) rest.remove_prefix(1);
  NodeId best = kNoNode;
  std::size_t best_size = 0;
  for (NodeId c = FirstChild(object); c != nodes_[object].end; c = Next(c)) {
    const std::string_view key = Key(c);
    const bool ends =
        rest.size() == key.size() ||
        (rest.size() > key.size() && (rest[key.size()] == '.' || rest[key.size()] == '['));
    if (key.size() <= best_size || !ends || !rest.starts_with(key)) continue;
    best = c;
    best_size = key.size();
  }
  if (best != kNoNode) path = rest.substr(best_size);
  return best;
}

// Walks a document of the JSON library and appends its nodes to a tree.
class TreeBuilder {
 public:
  TreeBuilder(JsonTree& tree, std::string_view document) : tree_(tree) {
    tree_.document_ = document;
    Clear();
  }

  void Clear() {
    tree_.nodes_.clear();
    tree_.unescaped_.clear();
    tree_.duplicates_.clear();
  }

  simdjson::error_code AddRoot(ondemand::document& document) {
    ondemand::json_type type{};
    if (const auto error = document.type().get(type)) return error;
    const NodeId id = Push(Offset(document));
    if (type == ondemand::json_type::object) {
      ondemand::object object;
      if (const auto error = document.get_object().get(object)) return error;
      return FillObject(object, id, 1);
    }
    ondemand::array array;
    if (const auto error = document.get_array().get(array)) return error;
    return FillArray(array, id, 1);
  }

  simdjson::error_code AddValue(ondemand::value value, int depth) {
    ondemand::json_type type{};
    if (const auto error = value.type().get(type)) return error;
    const std::string_view token = value.raw_json_token();
    const NodeId id = Push(Offset(token.data()));
    switch (type) {
      case ondemand::json_type::object:
        return AddObject(value, id, depth);
      case ondemand::json_type::array:
        return AddArray(value, id, depth);
      case ondemand::json_type::string:
        return FillText(value, token, id);
      case ondemand::json_type::number:
        return FillNumber(value, token, id);
      case ondemand::json_type::boolean:
        return FillBool(value, id);
      case ondemand::json_type::null:
        return FillNull(value, id);
    }
    return simdjson::TAPE_ERROR;
  }

 private:
  NodeId Push(std::uint32_t offset) {
    const auto id = static_cast<NodeId>(tree_.nodes_.size());
    JsonNode& node = tree_.nodes_.emplace_back();
    node.offset = offset;
    node.end = id + 1;
    node.key_offset = offset;
    if (has_key_) {
      node.key = key_;
      node.key_offset = key_offset_;
      node.has_key = true;
      has_key_ = false;
    }
    return id;
  }

  JsonNode& At(NodeId id) { return tree_.nodes_[id]; }

  [[nodiscard]] std::uint32_t Offset(const char* place) const {
    return static_cast<std::uint32_t>(place - tree_.document_.data());
  }
  [[nodiscard]] std::uint32_t Offset(ondemand::document& document) const {
    const char* place = nullptr;
    if (document.current_location().get(place) != simdjson::SUCCESS) return 0;
    return Offset(place);
  }

  simdjson::error_code AddObject(ondemand::value& value, NodeId id, int depth) {
    if (depth > JsonParser::kMaxDepth) return simdjson::DEPTH_ERROR;
    ondemand::object object;
    if (const auto error = value.get_object().get(object)) return error;
    return FillObject(object, id, depth);
  }

  simdjson::error_code AddArray(ondemand::value& value, NodeId id, int depth) {
    if (depth > JsonParser::kMaxDepth) return simdjson::DEPTH_ERROR;
    ondemand::array array;
    if (const auto error = value.get_array().get(array)) return error;
    return FillArray(array, id, depth);
  }

  simdjson::error_code FillObject(ondemand::object& object, NodeId id, int depth) {
    std::uint32_t size = 0;
    std::uint64_t seen = 0;
    for (auto result : object) {
      ondemand::field field;
      if (const auto error = std::move(result).get(field)) return error;
      if (const auto error = SetKey(field)) return error;
      const std::string_view key = tree_.View(key_);
      const std::uint64_t bit = KeyBit(key);
      if (size < kMaskedMembers && (seen & bit) != 0) FindDuplicate(id, key);
      seen |= bit;
      ++size;
      if (const auto error = AddValue(field.value(), depth + 1)) return error;
    }
    Close(id, JsonKind::kObject, size);
    if (size > kMaskedMembers) FindDuplicatesBySorting(id);
    return simdjson::SUCCESS;
  }

  simdjson::error_code FillArray(ondemand::array& array, NodeId id, int depth) {
    std::uint32_t size = 0;
    for (auto result : array) {
      ondemand::value value;
      if (const auto error = std::move(result).get(value)) return error;
      if (const auto error = AddValue(value, depth + 1)) return error;
      ++size;
    }
    Close(id, JsonKind::kArray, size);
    return simdjson::SUCCESS;
  }

  void Close(NodeId id, JsonKind kind, std::uint32_t size) {
    JsonNode& node = At(id);
    node.kind = kind;
    node.size = size;
    node.end = static_cast<NodeId>(tree_.nodes_.size());
  }

  // The text that begins at `begin`, if it has no escapes: then it needs no copy.
  [[nodiscard]] std::optional<TextRange> PlainText(const char* begin) const {
    const char* limit = tree_.document_.data() + tree_.document_.size();
    const auto room = static_cast<std::size_t>(limit - begin);
    const auto* quote = static_cast<const char*>(std::memchr(begin, '"', room));
    if (quote == nullptr) return std::nullopt;
    const auto size = static_cast<std::size_t>(quote - begin);
    if (std::memchr(begin, '\\', size) != nullptr) return std::nullopt;
    TextRange range;
    range.begin = Offset(begin);
    range.size = static_cast<std::uint32_t>(size) & 0x7FFF'FFFFU;
    return range;
  }

  TextRange Keep(std::string_view text) {
    TextRange range;
    range.begin = static_cast<std::uint32_t>(tree_.unescaped_.size());
    range.size = static_cast<std::uint32_t>(text.size()) & 0x7FFF'FFFFU;
    range.unescaped = 1;
    tree_.unescaped_ += text;
    return range;
  }

  simdjson::error_code SetKey(ondemand::field& field) {
    has_key_ = true;
    key_offset_ = Offset(field.key().raw()) - 1;  // the quote too
    if (const auto plain = PlainText(field.key().raw())) {
      key_ = *plain;
      return simdjson::SUCCESS;
    }
    std::string_view text;
    if (const auto error = field.unescaped_key().get(text)) return error;
    key_ = Keep(text);
    return simdjson::SUCCESS;
  }

  simdjson::error_code FillText(ondemand::value& value, std::string_view token, NodeId id) {
    At(id).kind = JsonKind::kText;
    if (const auto plain = PlainText(token.data() + 1)) {
      At(id).text = *plain;
      ondemand::raw_json_string unused;
      return value.get_raw_json_string().get(unused);
    }
    std::string_view text;
    if (const auto error = value.get_string().get(text)) return error;
    At(id).text = Keep(text);
    return simdjson::SUCCESS;
  }

  simdjson::error_code FillNumber(ondemand::value& value, std::string_view token, NodeId id) {
    const std::size_t size = NumberLength(token);
    const std::string_view digits = token.substr(0, size);
    const bool whole = digits.find_first_of(".eE") == std::string_view::npos;
    JsonNode& node = At(id);
    node.kind = whole ? JsonKind::kInteger : JsonKind::kReal;
    if (whole && value.get_int64().get(node.integer) == simdjson::SUCCESS) {
      return simdjson::SUCCESS;
    }
    if (!whole && value.get_double().get(node.real) == simdjson::SUCCESS) {
      return simdjson::SUCCESS;
    }
    // Well-formed, but beyond int64 or double? The iterator steps over a value nobody took.
    if (size == 0 || token.find_first_not_of(" \t\r\n", size) != std::string_view::npos) {
      return simdjson::NUMBER_ERROR;
    }
    node.kind = JsonKind::kBigNumber;
    node.real = 0;
    const auto parsed = std::from_chars(digits.data(), digits.data() + size, node.real);
    if (parsed.ec == std::errc::result_out_of_range) {
      node.real = std::numeric_limits<double>::infinity();
    }
    return simdjson::SUCCESS;
  }

  simdjson::error_code FillBool(ondemand::value& value, NodeId id) {
    bool truth = false;
    if (const auto error = value.get_bool().get(truth)) return error;
    At(id).kind = JsonKind::kBool;
    At(id).integer = truth ? 1 : 0;
    return simdjson::SUCCESS;
  }

  static simdjson::error_code FillNull(ondemand::value& value, NodeId /*id*/) {
    bool is_null = false;
    if (const auto error = simdjson::simdjson_result<bool>(value.is_null()).get(is_null)) {
      return error;
    }
    return is_null ? simdjson::SUCCESS : simdjson::N_ATOM_ERROR;
  }

  // The member about to be added has `key`; its node does not exist yet.
  void FindDuplicate(NodeId object, std::string_view key) {
    const auto next = static_cast<NodeId>(tree_.nodes_.size());
    for (NodeId c = object + 1; c != next; c = tree_.Next(c)) {
      if (tree_.Key(c) != key) continue;
      tree_.duplicates_.push_back(next);
      return;
    }
  }

  void FindDuplicatesBySorting(NodeId object) {
    std::erase_if(tree_.duplicates_, [&](NodeId id) { return id > object && IsChild(object, id); });
    std::vector<std::pair<std::string_view, NodeId>> keys;
    for (NodeId c = object + 1; c != At(object).end; c = tree_.Next(c)) {
      keys.emplace_back(tree_.Key(c), c);
    }
    std::sort(keys.begin(), keys.end());
    for (std::size_t i = 1; i < keys.size(); ++i) {
      if (keys[i].first == keys[i - 1].first) tree_.duplicates_.push_back(keys[i].second);
    }
  }

  [[nodiscard]] bool IsChild(NodeId object, NodeId id) const {
    NodeId c = object + 1;
    while (c < id) c = tree_.Next(c);
    return c == id;
  }

  JsonTree& tree_;
  TextRange key_;  // of the member about to be added
  std::uint32_t key_offset_ = 0;
  bool has_key_ = false;
};

struct JsonParser::State {
  ondemand::parser parser;
  std::string padded;  // the document and the zero bytes that the library may read behind it
  std::size_t size = 0;

  [[nodiscard]] std::string_view document() const { return {padded.data(), size}; }
  simdjson::error_code Iterate(ondemand::document& out) {
    return parser
        .iterate(
            simdjson::padded_string_view(padded.data(), size, size + simdjson::SIMDJSON_PADDING))
        .get(out);
  }
};

JsonParser::JsonParser() : state_(std::make_unique<State>()) {}
JsonParser::~JsonParser() = default;

bool JsonParser::Fail(std::size_t offset, std::string_view code, std::string message) {
  error_ = {offset, std::string(code), std::move(message)};
  return false;
}

bool JsonParser::Load(std::string_view text) {
  if (text.size() > kMaxDocument) {
    return Fail(0, "too_large", "a document may have 2147483647 bytes at most");
  }
  State& state = *state_;
  // Grows with room to spare, so that lines of slowly rising length do not reallocate each time.
  if (state.padded.size() < text.size() + simdjson::SIMDJSON_PADDING) {
    state.padded.resize(text.size() + text.size() / 2 + simdjson::SIMDJSON_PADDING);
  }
  state.size = text.size();
  if (!text.empty()) std::memcpy(state.padded.data(), text.data(), text.size());
  std::memset(state.padded.data() + text.size(), 0, simdjson::SIMDJSON_PADDING);
  // A byte order mark counts as space, so that offsets stay those of the caller's text.
  if (text.starts_with("\xEF\xBB\xBF")) std::memset(state.padded.data(), ' ', 3);
  return true;
}

bool JsonParser::FailParsing(int code) {
  if (std::optional<JsonError> found = Diagnose(state_->document(), kMaxDepth)) {
    error_ = *std::move(found);
    return false;
  }
  return Fail(0, "invalid_json", simdjson::error_message(static_cast<simdjson::error_code>(code)));
}

bool JsonParser::Parse(std::string_view text, JsonTree& tree) {
  if (!Load(text)) return false;
  TreeBuilder builder(tree, state_->document());
  ondemand::document document;
  if (const auto error = state_->Iterate(document)) return FailParsing(error);
  if (const auto error = builder.AddRoot(document)) return FailParsing(error);
  const char* trailing = nullptr;
  if (document.current_location().get(trailing) == simdjson::SUCCESS) {
    return FailParsing(simdjson::TRAILING_CONTENT);
  }
  return true;
}

bool JsonParser::ParseElements(std::string_view text, JsonTree& tree,
                               const std::function<void()>& on_element) {
  if (!Load(text)) return false;
  TreeBuilder builder(tree, state_->document());
  ondemand::document document;
  if (const auto error = state_->Iterate(document)) return FailParsing(error);
  ondemand::array array;
  if (const auto error = document.get_array().get(array)) return FailParsing(error);
  for (auto result : array) {
    ondemand::value value;
    if (const auto error = std::move(result).get(value)) return FailParsing(error);
    builder.Clear();
    if (const auto error = builder.AddValue(value, 2)) return FailParsing(error);
    on_element();
  }
  const char* trailing = nullptr;
  if (document.current_location().get(trailing) == simdjson::SUCCESS) {
    return FailParsing(simdjson::TRAILING_CONTENT);
  }
  return true;
}

}  // namespace orderwright::io_internal
