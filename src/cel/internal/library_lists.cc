// The extensions for lists and for lists as sets.
#include <algorithm>
#include <bit>
#include <cmath>
#include <cstdint>
#include <optional>
#include <vector>

#include "src/cel/internal/library.h"
#include "src/cel/internal/operators.h"

namespace orderwright::cel_internal {
namespace {

Result Slice(Arguments arguments, CallContext& context) {
  const auto list = arguments[0].list();
  const std::int64_t begin = arguments[1].int_value();
  const std::int64_t end = arguments[2].int_value();
  if (begin < 0 || end < begin || std::cmp_greater(end, list.size())) {
    return InvalidArgument("slice({}, {}) is out of range: the list has {} elements", begin, end,
                           list.size());
  }
  if (!context.Charge(static_cast<std::uint64_t>(end - begin))) return Spent();
  return Value::List(std::vector<Value>(list.begin() + begin, list.begin() + end));
}

// Puts the elements of `list` into `out`, with those of lists within it down to `depth`.
bool AppendFlat(const Value& list, std::int64_t depth, CallContext& context,
                std::vector<Value>& out) {
  // Not recursive: how deep a value is, is up to the host.
  struct Level {
    std::span<const Value> items;
    std::size_t next;
  };
  std::vector<Level> levels = {{list.list(), 0}};
  while (!levels.empty()) {
    Level& level = levels.back();
    if (level.next == level.items.size()) {
      levels.pop_back();
      continue;
    }
    if (!context.Charge(1)) return false;
    const Value& item = level.items[level.next++];
    if (item.Is(Kind::kList) && std::cmp_less_equal(levels.size(), depth)) {
      levels.push_back({item.list(), 0});
    } else {
      out.push_back(item);
    }
  }
  return true;
}

Result Flatten(Arguments arguments, CallContext& context) {
  const std::int64_t depth = arguments.size() > 1 ? arguments[1].int_value() : 1;
  if (depth < 0) return InvalidArgument("flatten() takes a depth that is not negative");
  std::vector<Value> out;
  if (!AppendFlat(arguments[0], depth, context, out)) return Spent();
  return Value::List(std::move(out));
}

// True or false, or nothing if the budget is spent.
std::optional<bool> Contains(std::span<const Value> list, const Value& value,
                             CallContext& context) {
  for (const Value& item : list) {
    const std::optional<bool> equal = ChargedEqual(item, value, context);
    if (!equal || *equal) return equal;
  }
  return false;
}

Result Distinct(Arguments arguments, CallContext& context) {
  std::vector<Value> out;
  for (const Value& item : arguments[0].list()) {
    const std::optional<bool> known = Contains(out, item, context);
    if (!known) return Spent();
    if (!*known) out.push_back(item);
  }
  return Value::List(std::move(out));
}

Result Reverse(Arguments arguments, CallContext& context) {
  const auto list = arguments[0].list();
  if (!context.Charge(list.size())) return Spent();
  return Value::List(std::vector<Value>(list.rbegin(), list.rend()));
}

bool IsNan(const Value& value) {
  return value.Is(Kind::kDouble) && std::isnan(value.double_value());
}

// The order that the elements of `list` sort the elements of `keys` into, stable; NaN comes first.
absl::StatusOr<std::vector<std::size_t>> SortedOrder(std::span<const Value> keys,
                                                     CallContext& context) {
  std::vector<std::size_t> order(keys.size());
  for (std::size_t i = 0; i < keys.size(); ++i) order[i] = i;
  if (keys.empty()) return order;
  for (const Value& key : keys) {
    const bool alike = key.kind() == keys[0].kind() || (key.IsNumber() && keys[0].IsNumber());
    if (!alike || !Ordering(Operator::kLess, key, key, context)) {
      return InvalidArgument("no such overload: {} and {} cannot be sorted", keys[0].type_name(),
                             key.type_name());
    }
  }
  if (!context.Charge(keys.size() * static_cast<std::size_t>(std::bit_width(keys.size())))) {
    return Spent();
  }
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    if (IsNan(keys[a]) || IsNan(keys[b])) return IsNan(keys[a]) && !IsNan(keys[b]);
    const std::optional<Value> less = Ordering(Operator::kLess, keys[a], keys[b], context);
    // Once the budget is spent the order does not matter any more, and all are equal.
    return less->Is(Kind::kBool) && less->bool_value();
  });
  if (context.exhausted()) return Spent();
  return order;
}

Result SortBy(std::span<const Value> list, std::span<const Value> keys, CallContext& context) {
  const absl::StatusOr<std::vector<std::size_t>> order = SortedOrder(keys, context);
  if (!order.ok()) return order.status();
  std::vector<Value> out;
  out.reserve(list.size());
  for (const std::size_t i : *order) out.push_back(list[i]);
  return Value::List(std::move(out));
}

Result Sort(Arguments arguments, CallContext& context) {
  return SortBy(arguments[0].list(), arguments[0].list(), context);
}

Result SortByKeys(Arguments arguments, CallContext& context) {
  if (arguments[0].list().size() != arguments[1].list().size()) {
    return InvalidArgument("there are not as many keys as elements");
  }
  return SortBy(arguments[0].list(), arguments[1].list(), context);
}

Result First(Arguments arguments, CallContext&) {
  const auto list = arguments[0].list();
  return list.empty() ? Value::None() : Value::Some(list.front());
}

Result Last(Arguments arguments, CallContext&) {
  const auto list = arguments[0].list();
  return list.empty() ? Value::None() : Value::Some(list.back());
}

Result Range(Arguments arguments, CallContext& context) {
  const std::int64_t count = std::max<std::int64_t>(arguments[0].int_value(), 0);
  if (!context.Charge(static_cast<std::uint64_t>(count))) return Spent();
  std::vector<Value> out;
  out.reserve(static_cast<std::size_t>(count));
  for (std::int64_t i = 0; i < count; ++i) out.push_back(Value::Int(i));
  return Value::List(std::move(out));
}

// Whether all of `part` are in `whole`.
std::optional<bool> ContainsAll(std::span<const Value> whole, std::span<const Value> part,
                                CallContext& context) {
  for (const Value& item : part) {
    const std::optional<bool> found = Contains(whole, item, context);
    if (!found || !*found) return found;
  }
  return true;
}

Result SetContains(Arguments arguments, CallContext& context) {
  const auto all = ContainsAll(arguments[0].list(), arguments[1].list(), context);
  if (!all) return Spent();
  return Value::Bool(*all);
}

Result SetEquivalent(Arguments arguments, CallContext& context) {
  auto all = ContainsAll(arguments[0].list(), arguments[1].list(), context);
  if (all && *all) all = ContainsAll(arguments[1].list(), arguments[0].list(), context);
  if (!all) return Spent();
  return Value::Bool(*all);
}

Result SetIntersects(Arguments arguments, CallContext& context) {
  for (const Value& item : arguments[1].list()) {
    const std::optional<bool> found = Contains(arguments[0].list(), item, context);
    if (!found) return Spent();
    if (*found) return Value::Bool(true);
  }
  return Value::Bool(false);
}

}  // namespace

void AddLists(Environment& environment) {
  Define(environment, "slice", "list(T).(int, int): list(T)", Slice);
  Define(environment, "flatten", "list(list(T)).(): list(T)", Flatten);
  Define(environment, "flatten", "list(T).(): list(T)", Flatten);
  Define(environment, "flatten", "list(dyn).(int): list(dyn)", Flatten);
  Define(environment, "distinct", "list(T).(): list(T)", Distinct);
  Define(environment, "reverse", "list(T).(): list(T)", Reverse);
  for (const char* const type :
       {"int", "uint", "double", "bool", "string", "bytes", "timestamp", "duration"}) {
    Define(environment, "sort", fmt::format("list({0}).(): list({0})", type), Sort);
    Define(environment, "@sortByKeys", fmt::format("list(T).(list({})): list(T)", type),
           SortByKeys);
  }
  Define(environment, "first", "list(T).(): optional_type(T)", First);
  Define(environment, "last", "list(T).(): optional_type(T)", Last);
  Define(environment, "lists.range", "(int): list(int)", Range);
}

void AddSets(Environment& environment) {
  Define(environment, "sets.contains", "(list(T), list(T)): bool", SetContains);
  Define(environment, "sets.equivalent", "(list(T), list(T)): bool", SetEquivalent);
  Define(environment, "sets.intersects", "(list(T), list(T)): bool", SetIntersects);
}

}  // namespace orderwright::cel_internal
