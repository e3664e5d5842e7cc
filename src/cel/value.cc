#include "orderwright/cel/value.h"

#include <cmath>
#include <cstring>
#include <limits>
#include <memory>

#include "orderwright/core/status.h"
#include "src/cel/internal/value_access.h"

namespace orderwright::cel {
namespace {

using cel_internal::ValueAccess;

class TextObject final : public Object {
 public:
  explicit TextObject(std::string content) : text(std::move(content)) {}
  const std::string text;
};

class ListObject final : public Object {
 public:
  explicit ListObject(std::vector<Value> elements) : items(std::move(elements)) {}
  std::vector<Value> items;

 private:
  void TakeChildren(std::vector<Object*>& children) override {
    for (Value& item : items) {
      if (Object* const object = ValueAccess::Take(item)) children.push_back(object);
    }
  }
};

class OptionalObject final : public Object {
 public:
  explicit OptionalObject(Value content) : value(std::move(content)) {}
  Value value;

 private:
  void TakeChildren(std::vector<Object*>& children) override {
    if (Object* const object = ValueAccess::Take(value)) children.push_back(object);
  }
};

// Maps up to this size are searched from end to end.
constexpr std::size_t kScanned = 8;

std::uint64_t Mixed(std::uint64_t bits) {
  bits ^= bits >> 33;
  bits *= 0xff51afd7ed558ccdULL;
  bits ^= bits >> 33;
  return bits;
}

std::uint64_t HashOf(std::string_view text) {
  std::uint64_t hash = 0xcbf29ce484222325ULL;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3ULL;
  }
  return Mixed(hash ^ 0x5bd1e995);
}

// Equal keys have equal hashes, across the numeric types too: non-negative integers of both types
// share their bits, and a double that is an integer takes those of the integer.
std::uint64_t HashOf(const Value& key) {
  switch (key.kind()) {
    case Kind::kString:
      return HashOf(key.text());
    case Kind::kBool:
      return key.bool_value() ? 0x9e3779b97f4a7c15ULL : 0x7f4a7c159e3779b9ULL;
    case Kind::kDouble: {
      const double number = key.double_value();
      if (number >= -9223372036854775808.0 && number < 9223372036854775808.0) {
        return Mixed(static_cast<std::uint64_t>(static_cast<std::int64_t>(number)));
      }
      if (number >= 0 && number < 18446744073709551616.0) {
        return Mixed(static_cast<std::uint64_t>(number));
      }
      return 0;
    }
    default:
      return Mixed(key.uint_value());
  }
}

bool IsKey(const Value& value) {
  switch (value.kind()) {
    case Kind::kBool:
    case Kind::kInt:
    case Kind::kUint:
    case Kind::kString:
      return true;
    default:
      return false;
  }
}

}  // namespace

void Object::TakeChildren(std::vector<Object*>& children) { static_cast<void>(children); }

void Value::Release() noexcept {
  if (payload_.object->references_.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  std::unique_ptr<Object> dead(const_cast<Object*>(payload_.object));
  std::vector<Object*> children;
  dead->TakeChildren(children);
  while (!children.empty()) {
    Object* const child = children.back();
    children.pop_back();
    if (child->references_.fetch_sub(1, std::memory_order_acq_rel) != 1) continue;
    dead.reset(child);
    dead->TakeChildren(children);
  }
}

Value Value::Double(double value) {
  Value result;
  result.payload_.number = value;
  result.kind_ = Kind::kDouble;
  return result;
}
Value Value::String(std::string text) {
  return Adopt(Kind::kString, new TextObject(std::move(text)));
}
Value Value::Bytes(std::string octets) {
  return Adopt(Kind::kBytes, new TextObject(std::move(octets)));
}
Value Value::List(std::vector<Value> items) {
  return Adopt(Kind::kList, new ListObject(std::move(items)));
}
Value Value::TypeNamed(std::string name) {
  return Adopt(Kind::kType, new TextObject(std::move(name)));
}
Value Value::Some(Value value) {
  return Adopt(Kind::kOptional, new OptionalObject(std::move(value)));
}
Value Value::FromRecord(const cel::Record* record) { return Adopt(Kind::kRecord, record); }
Value Value::FromOpaque(const cel::Opaque* opaque) { return Adopt(Kind::kOpaque, opaque); }

absl::StatusOr<Value> Value::Map(std::vector<std::pair<Value, Value>> entries) {
  auto map = std::make_unique<cel::Map>(std::move(entries));
  if (const absl::Status status = ValueAccess::Index(*map); !status.ok()) return status;
  return Adopt(Kind::kMap, map.release());
}

absl::StatusOr<Value> Value::Timestamp(std::int64_t seconds, std::int32_t nanos) {
  if (seconds < cel_internal::kMinSeconds || seconds > cel_internal::kMaxSeconds || nanos < 0 ||
      nanos > 999'999'999) {
    return OutOfRange("timestamp out of range: it must lie in the years 1 to 9999");
  }
  return ValueAccess::Timestamp(seconds, nanos);
}

std::string_view Value::text() const {
  return static_cast<const TextObject*>(payload_.object)->text;
}
std::span<const Value> Value::list() const {
  return static_cast<const ListObject*>(payload_.object)->items;
}
const cel::Map& Value::map() const { return *static_cast<const cel::Map*>(payload_.object); }
const Value* Value::optional() const {
  if (payload_.object == nullptr) return nullptr;
  return &static_cast<const OptionalObject*>(payload_.object)->value;
}
const cel::Record& Value::record() const {
  return *static_cast<const cel::Record*>(payload_.object);
}
bool Opaque::EqualsNumber(const Value& /*number*/) const { return false; }

const cel::Opaque& Value::opaque() const {
  return *static_cast<const cel::Opaque*>(payload_.object);
}
std::span<const std::string> Value::unknowns() const {
  return static_cast<const cel_internal::UnknownObject*>(payload_.object)->names;
}

std::string_view Value::type_name() const {
  switch (kind_) {
    case Kind::kNull:
      return "null_type";
    case Kind::kBool:
      return "bool";
    case Kind::kInt:
      return "int";
    case Kind::kUint:
      return "uint";
    case Kind::kDouble:
      return "double";
    case Kind::kString:
      return "string";
    case Kind::kBytes:
      return "bytes";
    case Kind::kList:
      return "list";
    case Kind::kMap:
      return "map";
    case Kind::kTimestamp:
      return "google.protobuf.Timestamp";
    case Kind::kDuration:
      return "google.protobuf.Duration";
    case Kind::kType:
      return "type";
    case Kind::kOptional:
      return "optional_type";
    case Kind::kRecord:
      return record().type_name();
    case Kind::kOpaque:
      return opaque().type_name();
    case Kind::kUnknown:
      return "unknown";
    case Kind::kError:
      return "error";
  }
  return "unknown";
}

absl::Status Map::Index() {
  const auto duplicate = [](const Value& key) {
    return InvalidArgument("the key {} is given twice", ToString(key));
  };
  for (const Entry& entry : entries_) {
    if (!IsKey(entry.first)) {
      return InvalidArgument("{} is not a key: keys of a map are int, uint, bool or string",
                             entry.first.type_name());
    }
  }
  if (entries_.size() <= kScanned) {
    for (std::size_t i = 1; i < entries_.size(); ++i) {
      for (std::size_t j = 0; j < i; ++j) {
        if (entries_[i].first == entries_[j].first) return duplicate(entries_[i].first);
      }
    }
    return absl::OkStatus();
  }
  std::size_t capacity = 32;
  while (capacity < entries_.size() * 2) capacity *= 2;
  slots_.assign(capacity, 0);
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    std::size_t slot = HashOf(entries_[i].first) & (capacity - 1);
    for (; slots_[slot] != 0; slot = (slot + 1) & (capacity - 1)) {
      if (entries_[slots_[slot] - 1].first == entries_[i].first) {
        return duplicate(entries_[i].first);
      }
    }
    slots_[slot] = static_cast<std::uint32_t>(i + 1);
  }
  return absl::OkStatus();
}

template <typename Equal>
const Value* Map::FindHashed(std::uint64_t hash, const Equal& equal) const {
  if (slots_.empty()) {
    for (const Entry& entry : entries_) {
      if (equal(entry.first)) return &entry.second;
    }
    return nullptr;
  }
  const std::size_t mask = slots_.size() - 1;
  for (std::size_t slot = hash & mask; slots_[slot] != 0; slot = (slot + 1) & mask) {
    const Entry& entry = entries_[slots_[slot] - 1];
    if (equal(entry.first)) return &entry.second;
  }
  return nullptr;
}

const Value* Map::Find(const Value& key) const {
  if (key.Is(Kind::kString)) return Find(key.text());
  if (!key.Is(Kind::kBool) && !key.IsNumber()) return nullptr;
  return FindHashed(slots_.empty() ? 0 : HashOf(key),
                    [&key](const Value& other) { return other == key; });
}

const Value* Map::Find(std::string_view key) const {
  return FindHashed(slots_.empty() ? 0 : HashOf(key), [key](const Value& other) {
    return other.Is(Kind::kString) && other.text() == key;
  });
}

void Map::TakeChildren(std::vector<Object*>& children) {
  for (Entry& entry : entries_) {
    if (Object* const object = ValueAccess::Take(entry.first)) children.push_back(object);
    if (Object* const object = ValueAccess::Take(entry.second)) children.push_back(object);
  }
}

bool operator==(const Value& a, const Value& b) {
  std::uint64_t budget = std::numeric_limits<std::uint64_t>::max();
  return cel_internal::EqualWithin(a, b, &budget).value_or(false);
}

}  // namespace orderwright::cel
