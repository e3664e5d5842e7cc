// Attribute: a value that a host attaches to its items, locations, orders and lines.
#ifndef ORDERWRIGHT_MODEL_ATTRIBUTE_H_
#define ORDERWRIGHT_MODEL_ATTRIBUTE_H_

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

namespace orderwright {

using AttributeValue = std::variant<bool, std::int64_t, double, std::string>;

struct Attribute {
  std::string name;
  AttributeValue value;
  friend bool operator==(const Attribute&, const Attribute&) = default;
};

// In order of input; names are unique within one thing.
using Attributes = std::vector<Attribute>;

}  // namespace orderwright

#endif  // ORDERWRIGHT_MODEL_ATTRIBUTE_H_
