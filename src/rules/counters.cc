#include "orderwright/rules/counters.h"

#include <algorithm>
#include <utility>

namespace orderwright::rules {
namespace {

void AddTo(const Counters::Shard& shard, std::vector<RuleCount>& counts) {
  for (std::size_t i = 0; i < shard.size(); ++i) {
    const Counters::Tally& tally = shard[i];
    RuleCount& count = counts[i];
    count.evaluated += tally.evaluated.load(std::memory_order_relaxed);
    count.fired += tally.fired.load(std::memory_order_relaxed);
    count.decided += tally.decided.load(std::memory_order_relaxed);
    count.errors += tally.errors.load(std::memory_order_relaxed);
    count.timed += tally.timed.load(std::memory_order_relaxed);
    count.time += std::chrono::nanoseconds(tally.nanoseconds.load(std::memory_order_relaxed));
  }
}

}  // namespace

Counters::Counters(CounterOptions options) : options_(std::move(options)) {
  options_.sample_every = std::max<std::uint32_t>(1, options_.sample_every);
}

Counters::~Counters() = default;

std::vector<RuleCount> Counters::Read() const {
  const std::lock_guard lock(mutex_);
  std::vector<RuleCount> counts = past_;
  for (const std::shared_ptr<Shard>& shard : shards_) AddTo(*shard, counts);
  return counts;
}

std::vector<std::uint32_t> Counters::PlacesOf(std::span<const std::string_view> rules) {
  const std::lock_guard lock(mutex_);
  std::vector<std::uint32_t> places;
  for (const std::string_view rule : rules) {
    const auto [at, is_new] =
        places_.try_emplace(std::string(rule), static_cast<std::uint32_t>(past_.size()));
    if (is_new) past_.push_back({.rule = std::string(rule)});
    places.push_back(at->second);
  }
  return places;
}

std::shared_ptr<Counters::Shard> Counters::NewShard() {
  const std::lock_guard lock(mutex_);
  // Those that nobody writes to any more: only this list has them.
  std::erase_if(shards_, [this](const std::shared_ptr<Shard>& shard) {
    if (shard.use_count() > 1) return false;
    AddTo(*shard, past_);
    return true;
  });
  shards_.push_back(std::make_shared<Shard>(past_.size()));
  return shards_.back();
}

}  // namespace orderwright::rules
