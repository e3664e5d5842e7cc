#include "orderwright/cel/type.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <utility>

#include "orderwright/core/status.h"
#include "src/core/internal/macros.h"

namespace orderwright::cel {
namespace {

struct SimpleName {
  std::string_view name;
  TypeKind kind;
};
constexpr std::array kSimple = {
    SimpleName{"dyn", TypeKind::kDyn},
    SimpleName{"null_type", TypeKind::kNull},
    SimpleName{"bool", TypeKind::kBool},
    SimpleName{"int", TypeKind::kInt},
    SimpleName{"uint", TypeKind::kUint},
    SimpleName{"double", TypeKind::kDouble},
    SimpleName{"string", TypeKind::kString},
    SimpleName{"bytes", TypeKind::kBytes},
    SimpleName{"google.protobuf.Timestamp", TypeKind::kTimestamp},
    SimpleName{"google.protobuf.Duration", TypeKind::kDuration},
    SimpleName{"timestamp", TypeKind::kTimestamp},
    SimpleName{"duration", TypeKind::kDuration},
    SimpleName{"error", TypeKind::kError},
};

constexpr int kDeepest = 50;

// Recursive descent over the text of a type.
class TypeParser {
 public:
  TypeParser(std::string_view text, bool parameters) : text_(text), parameters_(parameters) {}

  absl::StatusOr<Type> Parse() {
    ORDERWRIGHT_ASSIGN_OR_RETURN(Type type, ParseOne(0));
    SkipSpace();
    if (at_ != text_.size()) return Refuse("something follows the type");
    return type;
  }

 private:
  void SkipSpace() {
    while (at_ < text_.size() && text_[at_] == ' ') ++at_;
  }
  bool Take(char c) {
    SkipSpace();
    if (at_ == text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  absl::Status Refuse(std::string_view why) const {
    return InvalidArgument("'{}' is not a type: {} at character {}", text_, why, at_ + 1);
  }

  absl::StatusOr<Type> ParseOne(int depth) {
    if (depth > kDeepest) return Refuse("too deep");
    SkipSpace();
    const std::size_t begin = at_;
    while (at_ < text_.size() && (std::isalnum(static_cast<unsigned char>(text_[at_])) != 0 ||
                                  text_[at_] == '_' || text_[at_] == '.')) {
      ++at_;
    }
    const std::string name(text_.substr(begin, at_ - begin));
    if (name.empty()) return Refuse("a name is expected");
    std::vector<Type> arguments;
    if (Take('(')) {
      do {
        ORDERWRIGHT_ASSIGN_OR_RETURN(Type argument, ParseOne(depth + 1));
        arguments.push_back(std::move(argument));
      } while (Take(','));
      if (!Take(')')) return Refuse("')' is expected");
    }
    return Named(name, std::move(arguments));
  }

  absl::StatusOr<Type> Named(const std::string& name, std::vector<Type> arguments) const {
    const auto needs = [&](std::size_t count) {
      // Without parameters the element types are dyn.
      if (arguments.empty()) arguments.resize(count);
      return arguments.size() == count;
    };
    if (name == "list") {
      if (!needs(1)) return Refuse("a list has one element type");
      return Type::List(arguments[0]);
    }
    if (name == "map") {
      if (!needs(2)) return Refuse("a map has a key type and a value type");
      return Type::Map(arguments[0], arguments[1]);
    }
    if (name == "optional_type" || name == "optional") {
      if (!needs(1)) return Refuse("an optional has one type");
      return Type::Optional(arguments[0]);
    }
    if (name == "type") {
      if (!needs(1)) return Refuse("a type has at most one type");
      return Type::OfType(arguments[0]);
    }
    for (const SimpleName& simple : kSimple) {
      if (name != simple.name) continue;
      if (!arguments.empty()) return Refuse("this type takes no parameters");
      return Type(simple.kind);
    }
    if (parameters_ && name.size() == 1 && name[0] >= 'A' && name[0] <= 'Z' && arguments.empty()) {
      return Type::Parameter(name);
    }
    return Type::Opaque(name, std::move(arguments));
  }

  std::string_view text_;
  bool parameters_;
  std::size_t at_ = 0;
};

}  // namespace

struct Type::Parts {
  std::string name;
  std::vector<Type> parameters;
  std::shared_ptr<const RecordType> record;
  std::uint32_t depth = 1;
};

Type::Type(TypeKind kind, std::string name, std::vector<Type> parameters) : kind_(kind) {
  std::uint32_t depth = 1;
  for (const Type& parameter : parameters) depth = std::max(depth, parameter.depth() + 1);
  parts_ = std::make_shared<const Parts>(Parts{std::move(name), std::move(parameters), {}, depth});
}

Type Type::List(Type element) { return {TypeKind::kList, "list", {std::move(element)}}; }
Type Type::Map(Type key, Type value) {
  return {TypeKind::kMap, "map", {std::move(key), std::move(value)}};
}
Type Type::OfType(Type type) { return {TypeKind::kType, "type", {std::move(type)}}; }
Type Type::Optional(Type value) {
  return {TypeKind::kOptional, "optional_type", {std::move(value)}};
}
Type Type::Opaque(std::string name, std::vector<Type> parameters) {
  return {TypeKind::kOpaque, std::move(name), std::move(parameters)};
}
Type Type::Parameter(std::string name) { return {TypeKind::kParameter, std::move(name), {}}; }
Type Type::Record(std::shared_ptr<const RecordType> record) {
  Type type(TypeKind::kRecord);
  type.parts_ =
      std::make_shared<const Parts>(Parts{std::string(record->name()), {}, std::move(record), 1});
  return type;
}

absl::StatusOr<Type> Type::Parse(std::string_view text, bool parameters) {
  return TypeParser(text, parameters).Parse();
}

std::string_view Type::name() const {
  if (parts_ != nullptr) return parts_->name;
  for (const SimpleName& simple : kSimple) {
    if (simple.kind == kind_) return simple.name;
  }
  return "dyn";
}

std::span<const Type> Type::parameters() const {
  if (parts_ == nullptr) return {};
  return parts_->parameters;
}

std::uint32_t Type::depth() const { return parts_ == nullptr ? 1 : parts_->depth; }

const RecordType& Type::record() const { return *parts_->record; }

bool operator==(const Type& a, const Type& b) {
  if (a.kind_ != b.kind_) return false;
  if (a.parts_ == b.parts_) return true;
  if (a.name() != b.name() || a.parameters().size() != b.parameters().size()) return false;
  for (std::size_t i = 0; i < a.parameters().size(); ++i) {
    if (!(a.parameters()[i] == b.parameters()[i])) return false;
  }
  return true;
}

std::string ToString(const Type& type) {
  std::string text(type.name());
  // What a type value is of matters to the checker only.
  if (type.parameters().empty()) return text;
  text += "(";
  for (std::size_t i = 0; i < type.parameters().size(); ++i) {
    if (i > 0) text += ", ";
    text += ToString(type.parameters()[i]);
  }
  return text + ")";
}

RecordType::RecordType(std::string name, std::vector<RecordField> fields)
    : name_(std::move(name)), fields_(std::move(fields)) {}

int RecordType::Find(std::string_view name) const {
  for (std::size_t i = 0; i < fields_.size(); ++i) {
    if (fields_[i].name == name) return static_cast<int>(i);
  }
  return -1;
}

}  // namespace orderwright::cel
