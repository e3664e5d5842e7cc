// Movements: what a pool remembers of a cell so that a count can be corrected by exactly what it
// does not include.
#ifndef ORDERWRIGHT_SRC_INVENTORY_INTERNAL_MOVEMENTS_H_
#define ORDERWRIGHT_SRC_INVENTORY_INTERNAL_MOVEMENTS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "orderwright/inventory/feed.h"

namespace orderwright::inventory_internal {

// The pool itself, whose positions are its sequence numbers.
inline constexpr std::uint32_t kOwnSource = 0;

struct Movement {
  std::uint32_t source = kOwnSource;
  std::uint64_t position = 0;
  std::int64_t at = 0;
  std::int64_t units = 0;
};

// Up to where a count reaches. Of counts the later one is the one that holds.
struct Horizon {
  std::uint32_t source = kOwnSource;
  std::uint64_t position = 0;
  std::int64_t at = INT64_MIN;
  std::optional<std::uint64_t> as_of;

  [[nodiscard]] bool Includes(const Movement& movement) const {
    if (movement.source == source && source != kOwnSource) return movement.position <= position;
    if (movement.source == kOwnSource && as_of) return movement.position <= *as_of;
    return movement.at <= at;
  }
  // Whether a count of this horizon replaces one of `other`.
  [[nodiscard]] bool IsAfter(const Horizon& other) const {
    if (other.source == kOwnSource) return true;  // nobody has counted yet
    if (source == other.source) return position > other.position;
    return at != other.at ? at > other.at : source > other.source;
  }
};

class Movements {
 public:
  // The most that is remembered of a cell.
  static constexpr std::size_t kMost = 256;

  // Whether the cell's units include the movement already: the count that holds was after it.
  [[nodiscard]] bool Includes(const Movement& movement) const { return last_.Includes(movement); }
  // The first instant that the count that holds does not reach.
  [[nodiscard]] std::int64_t next_at() const {
    return last_.at < INT64_MAX ? last_.at + 1 : last_.at;
  }
  // What is to be said of something new from a source, without changing anything.
  [[nodiscard]] FeedResult JudgeDelta(const Movement& movement) const;
  [[nodiscard]] FeedResult JudgeCount(const Horizon& horizon) const;
  // A movement that the cell's units have been changed by.
  void Add(const Movement& movement);
  // A count; forgets what it includes and gives the sum of what it does not.
  [[nodiscard]] std::int64_t Count(const Horizon& horizon);

 private:
  Horizon last_;
  std::vector<Movement> since_;  // not included in the last count, in order of arrival
  // Of what had to be forgotten: the latest position of each source, and the latest instant.
  absl::InlinedVector<std::pair<std::uint32_t, std::uint64_t>, 1> forgotten_;
  std::int64_t forgotten_at_ = INT64_MIN;
};

}  // namespace orderwright::inventory_internal

#endif  // ORDERWRIGHT_SRC_INVENTORY_INTERNAL_MOVEMENTS_H_
