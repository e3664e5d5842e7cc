// Counters: how often each rule is asked, and what comes of it.
//
// A host makes one and hands it to its routers (RouterOptions::counters), those of later worlds and
// rule sets too: rules are counted by id. Each workspace of a router counts for itself, in memory
// that only its thread writes, so that counting costs a few nanoseconds a rule and no lock.
//
// Example:
//   auto counters = std::make_shared<rules::Counters>();
//   absl::StatusOr<Router> router = Router::Create(world, set, {.counters = counters});
//   …
//   for (const rules::RuleCount& count : counters->Read()) …
#ifndef ORDERWRIGHT_RULES_COUNTERS_H_
#define ORDERWRIGHT_RULES_COUNTERS_H_

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "orderwright/core/export.h"

namespace orderwright::rules {

struct RuleCount {
  std::string rule;
  std::uint64_t evaluated = 0;  // it was asked: once an order, and once more for each way of
                                // sourcing the order that is tried (soft rules dropped, backorders)
  std::uint64_t fired = 0;      // it said something: of eligible that it ruled something out
  std::uint64_t decided = 0;    // what it said was not what others had said already
  std::uint64_t errors = 0;
  std::uint64_t timed = 0;          // evaluations whose time was taken
  std::chrono::nanoseconds time{};  // of these together
  friend bool operator==(const RuleCount&, const RuleCount&) = default;
};

struct CounterOptions {
  // Nanoseconds since any instant, never going back; called by any thread that routes. Null: no
  // time is taken.
  std::function<std::int64_t()> clock = nullptr;
  std::uint32_t sample_every = 64;  // of so many evaluations the time of one is taken; 1 or more
};

// Thread-safe.
class ORDERWRIGHT_EXPORT Counters {
 public:
  explicit Counters(CounterOptions options = {});
  ~Counters();
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;

  // Every rule that some router had, in the order in which routers brought them; a count may be
  // that of a moment ago. O(rules, workspaces).
  [[nodiscard]] std::vector<RuleCount> Read() const;

  // ---- For whoever asks rules ----

  // One writer, any readers: numbers are stored, not added, so that no bus is locked.
  struct Tally {
    std::atomic<std::uint64_t> evaluated{0};
    std::atomic<std::uint64_t> fired{0};
    std::atomic<std::uint64_t> decided{0};
    std::atomic<std::uint64_t> errors{0};
    std::atomic<std::uint64_t> timed{0};
    std::atomic<std::uint64_t> nanoseconds{0};
    static void Add(std::atomic<std::uint64_t>& number, std::uint64_t more) {
      number.store(number.load(std::memory_order_relaxed) + more, std::memory_order_relaxed);
    }
  };
  // The counts of one writer, by place of a rule.
  using Shard = std::vector<Tally>;

  // The places of rules in every shard that is made later.
  [[nodiscard]] std::vector<std::uint32_t> PlacesOf(std::span<const std::string_view> rules);
  // For one writer at a time. What it counted stays when it is dropped.
  [[nodiscard]] std::shared_ptr<Shard> NewShard();
  [[nodiscard]] const CounterOptions& options() const { return options_; }

 private:
  CounterOptions options_;
  mutable std::mutex mutex_;
  absl::flat_hash_map<std::string, std::uint32_t> places_;
  std::vector<RuleCount> past_;  // of shards that were dropped
  std::vector<std::shared_ptr<Shard>> shards_;
};

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_COUNTERS_H_
