#include "src/inventory/internal/movements.h"

#include <algorithm>

namespace orderwright::inventory_internal {

FeedResult Movements::JudgeDelta(const Movement& movement) const {
  if (last_.source != kOwnSource && last_.Includes(movement)) return FeedResult::kStale;
  for (const Movement& known : since_) {
    if (known.source == movement.source && known.position == movement.position) {
      return FeedResult::kRepeated;
    }
  }
  // It may be one of those that were forgotten.
  for (const auto& [source, position] : forgotten_) {
    if (source == movement.source && movement.position <= position) return FeedResult::kTooOld;
  }
  return FeedResult::kApplied;
}

FeedResult Movements::JudgeCount(const Horizon& horizon) const {
  if (horizon.source == last_.source && horizon.position == last_.position) {
    return FeedResult::kRepeated;
  }
  if (!horizon.IsAfter(last_)) return FeedResult::kStale;
  // Something that was forgotten may not be in it.
  for (const auto& [source, position] : forgotten_) {
    const Movement latest{source, position, forgotten_at_, 0};
    if (!horizon.Includes(latest)) return FeedResult::kTooOld;
  }
  return FeedResult::kApplied;
}

void Movements::Add(const Movement& movement) {
  if (since_.size() >= kMost) {
    const Movement& oldest = since_.front();
    const auto at = std::find_if(forgotten_.begin(), forgotten_.end(),
                                 [&](const auto& entry) { return entry.first == oldest.source; });
    if (at == forgotten_.end()) {
      forgotten_.emplace_back(oldest.source, oldest.position);
    } else {
      at->second = std::max(at->second, oldest.position);
    }
    forgotten_at_ = std::max(forgotten_at_, oldest.at);
    since_.erase(since_.begin());
  }
  since_.push_back(movement);
}

std::int64_t Movements::Count(const Horizon& horizon) {
  last_ = horizon;
  std::erase_if(since_, [&](const Movement& movement) { return horizon.Includes(movement); });
  // All that was forgotten is in the count, or it would not have been taken.
  forgotten_.clear();
  forgotten_at_ = INT64_MIN;
  std::int64_t units = 0;
  for (const Movement& movement : since_) units += movement.units;
  return units;
}

}  // namespace orderwright::inventory_internal
