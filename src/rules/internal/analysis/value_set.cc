#include "src/rules/internal/analysis/value_set.h"

#include <algorithm>

namespace orderwright::rules_internal {

ValueSet ValueSet::Range(std::int64_t from, std::int64_t to) {
  ValueSet set;
  if (from <= to) set.intervals_.push_back({from, to});
  return set;
}

void ValueSet::Append(Interval interval) {
  const bool touches = !intervals_.empty() && (intervals_.back().to == INT64_MAX ||
                                               interval.from <= intervals_.back().to + 1);
  if (touches) {
    intervals_.back().to = std::max(intervals_.back().to, interval.to);
  } else {
    intervals_.push_back(interval);
  }
}

bool ValueSet::Contains(std::int64_t value) const {
  return std::any_of(intervals_.begin(), intervals_.end(), [value](const Interval& interval) {
    return interval.from <= value && value <= interval.to;
  });
}

ValueSet ValueSet::And(const ValueSet& other) const {
  ValueSet both;
  auto a = intervals_.begin();
  auto b = other.intervals_.begin();
  while (a != intervals_.end() && b != other.intervals_.end()) {
    const Interval shared{std::max(a->from, b->from), std::min(a->to, b->to)};
    if (shared.from <= shared.to) both.intervals_.push_back(shared);
    (a->to < b->to ? a : b)++;
  }
  return both;
}

ValueSet ValueSet::Or(const ValueSet& other) const {
  ValueSet either;
  auto a = intervals_.begin();
  auto b = other.intervals_.begin();
  while (a != intervals_.end() || b != other.intervals_.end()) {
    const bool take_a =
        b == other.intervals_.end() || (a != intervals_.end() && a->from <= b->from);
    either.Append(take_a ? *a++ : *b++);
  }
  return either;
}

ValueSet ValueSet::Without(const ValueSet& other) const {
  ValueSet complement;
  std::int64_t next = INT64_MIN;
  bool open = true;
  for (const Interval& interval : other.intervals_) {
    if (interval.from > next) complement.intervals_.push_back({next, interval.from - 1});
    open = interval.to < INT64_MAX;
    if (open) next = interval.to + 1;
  }
  if (open) complement.intervals_.push_back({next, INT64_MAX});
  return And(complement);
}

}  // namespace orderwright::rules_internal
