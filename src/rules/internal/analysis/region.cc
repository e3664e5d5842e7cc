#include "src/rules/internal/analysis/region.h"

#include <algorithm>
#include <cstdint>

#include "absl/container/flat_hash_set.h"
#include "src/rules/internal/bits.h"

namespace orderwright::rules_internal {

const ValueSet* Box::Find(SlotId slot) const {
  const auto at = std::lower_bound(sides_.begin(), sides_.end(), slot,
                                   [](const Side& side, SlotId s) { return side.first < s; });
  return at != sides_.end() && at->first == slot ? &at->second : nullptr;
}

void Box::Set(SlotId slot, ValueSet values) {
  const auto at = std::lower_bound(sides_.begin(), sides_.end(), slot,
                                   [](const Side& side, SlotId s) { return side.first < s; });
  if (at != sides_.end() && at->first == slot) {
    at->second = std::move(values);
  } else {
    sides_.insert(at, {slot, std::move(values)});
  }
}

std::optional<Box> Box::And(const Box& other) const {
  Box both;
  both.sides_.reserve(sides_.size() + other.sides_.size());
  auto a = sides_.begin();
  auto b = other.sides_.begin();
  while (a != sides_.end() || b != other.sides_.end()) {
    if (b == other.sides_.end() || (a != sides_.end() && a->first < b->first)) {
      both.sides_.push_back(*a++);
    } else if (a == sides_.end() || b->first < a->first) {
      both.sides_.push_back(*b++);
    } else {
      ValueSet shared = a->second.And(b->second);
      if (shared.empty()) return std::nullopt;
      both.sides_.emplace_back(a->first, std::move(shared));
      ++a;
      ++b;
    }
  }
  return both;
}

bool Box::Meets(const Box& other) const {
  return std::all_of(sides_.begin(), sides_.end(), [&other](const Side& side) {
    const ValueSet* const values = other.Find(side.first);
    return values == nullptr || !values->And(side.second).empty();
  });
}

namespace {

// One box for two that differ on one side only; absent if they differ on more.
std::optional<Box> Join(const Box& a, const Box& b, const Slots& slots) {
  if (a.sides().size() != b.sides().size()) return std::nullopt;
  const Box::Side* differing = nullptr;
  const ValueSet* other = nullptr;
  for (std::size_t i = 0; i < a.sides().size(); ++i) {
    if (a.sides()[i].first != b.sides()[i].first) return std::nullopt;
    if (a.sides()[i].second == b.sides()[i].second) continue;
    if (differing != nullptr) return std::nullopt;
    differing = &a.sides()[i];
    other = &b.sides()[i].second;
  }
  if (differing == nullptr) return a;
  ValueSet either = differing->second.Or(*other);
  Box joined;
  for (const Box::Side& side : a.sides()) {
    if (&side != differing) {
      joined.Set(side.first, side.second);
    } else if (either != slots.at(side.first).domain) {
      joined.Set(side.first, either);
    }
  }
  return joined;
}

constexpr std::size_t kFewBoxes = 64;  // more are not compared pairwise

}  // namespace

void Add(Region& region, std::span<const Box> boxes, const Slots& slots) {
  for (Box box : boxes) {
    for (std::size_t i = 0; i < region.size() && region.size() <= kFewBoxes; ++i) {
      if (std::optional<Box> joined = Join(region[i], box, slots)) {
        region.erase(region.begin() + static_cast<std::ptrdiff_t>(i));
        box = *std::move(joined);
        i = static_cast<std::size_t>(-1);  // it may join another now
      }
    }
    region.push_back(std::move(box));
  }
}

std::optional<Region> Intersect(const Region& a, const Region& b, std::size_t limit) {
  Region both;
  for (const Box& x : a) {
    for (const Box& y : b) {
      std::optional<Box> shared = x.And(y);
      if (!shared) continue;
      if (both.size() == limit) return std::nullopt;
      both.push_back(*std::move(shared));
    }
  }
  return both;
}

bool Meet(const Region& a, const Region& b) {
  return std::any_of(a.begin(), a.end(), [&b](const Box& x) {
    return std::any_of(b.begin(), b.end(), [&x](const Box& y) { return x.Meets(y); });
  });
}

namespace {

// A slot's values within a box, in classes that no box of a region tells apart.
struct Axis {
  struct Class {
    ValueSet values;
    Words boxes;  // those that have it
  };
  SlotId slot = 0;
  std::vector<Class> classes;
  Words whole;  // boxes that have all classes
};

Axis AxisOf(SlotId slot, const ValueSet& within, const std::vector<const Box*>& boxes) {
  const std::size_t words = (boxes.size() + 63) / 64;
  // Where membership may change: each interval's beginning and what follows its end.
  std::vector<std::int64_t> begins;
  for (const Interval& interval : within.intervals()) begins.push_back(interval.from);
  for (const Box* box : boxes) {
    const ValueSet* const values = box->Find(slot);
    if (values == nullptr) continue;
    for (const Interval& interval : values->intervals()) {
      begins.push_back(interval.from);
      if (interval.to != INT64_MAX) begins.push_back(interval.to + 1);
    }
  }
  // Not to be set is a case of its own, whatever else is treated alike.
  if (within.Contains(kUnset)) begins.push_back(kUnset + 1);
  std::sort(begins.begin(), begins.end());
  begins.erase(std::unique(begins.begin(), begins.end()), begins.end());
  Axis axis;
  axis.slot = slot;
  axis.whole.assign(words, ~std::uint64_t{0});
  for (std::size_t i = 0; i < begins.size(); ++i) {
    const std::int64_t end = i + 1 < begins.size() ? begins[i + 1] - 1 : INT64_MAX;
    ValueSet values = ValueSet::Range(begins[i], end).And(within);
    if (values.empty()) continue;
    Words members(words, 0);
    for (std::size_t b = 0; b < boxes.size(); ++b) {
      const ValueSet* const its = boxes[b]->Find(slot);
      if (its == nullptr || its->Contains(begins[i])) SetBit(members, b);
    }
    const auto same = std::find_if(
        axis.classes.begin(), axis.classes.end(),
        [&](const Axis::Class& c) { return c.boxes == members && !c.values.Contains(kUnset); });
    if (same != axis.classes.end()) {
      same->values = same->values.Or(values);
      continue;
    }
    for (std::size_t w = 0; w < words; ++w) axis.whole[w] &= members[w];
    axis.classes.push_back({std::move(values), std::move(members)});
  }
  return axis;
}

class GapSearch {
 public:
  GapSearch(const Box& box, std::vector<const Box*> boxes, const Slots& slots, std::size_t limit,
            const OnGap& each)
      : box_(box), limit_(limit), each_(each), words_((boxes.size() + 63) / 64) {
    std::vector<SlotId> used;
    for (const Box* b : boxes) {
      for (const Box::Side& side : b->sides()) used.push_back(side.first);
    }
    std::sort(used.begin(), used.end());
    used.erase(std::unique(used.begin(), used.end()), used.end());
    for (const SlotId slot : used) {
      const ValueSet* const own = box.Find(slot);
      axes_.push_back(AxisOf(slot, own != nullptr ? *own : slots.at(slot).domain, boxes));
    }
    // Narrow ones first: what they leave is decided early.
    std::stable_sort(axes_.begin(), axes_.end(), [](const Axis& a, const Axis& b) {
      return a.classes.size() < b.classes.size();
    });
    whole_.assign(axes_.size() + 1, Words(words_, ~std::uint64_t{0}));
    for (std::size_t i = axes_.size(); i-- > 0;) {
      for (std::size_t w = 0; w < words_; ++w) {
        whole_[i][w] = whole_[i + 1][w] & axes_[i].whole[w];
      }
    }
    all_.assign(words_, 0);
    for (std::size_t b = 0; b < boxes.size(); ++b) SetBit(all_, b);
    covered_.resize(axes_.size() + 1);
  }

  Cover Run() {
    const bool done = Visit(0, all_, box_);
    if (!done && seen_ > limit_ && !found_) return Cover::kNotKnown;
    return found_ ? Cover::kPart : Cover::kWhole;
  }

 private:
  // True: stop.
  bool Visit(std::size_t depth, const Words& alive, const Box& cell) {
    if (++seen_ > limit_) return false;
    if (!AnyOf(alive)) {
      found_ = true;
      return each_(cell);
    }
    for (std::size_t w = 0; w < words_; ++w) {
      if ((alive[w] & whole_[depth][w]) != 0) return false;
    }
    if (covered_[depth].contains(alive)) return false;
    const bool found_before = std::exchange(found_, false);
    Words left(words_);
    for (const Axis::Class& part : axes_[depth].classes) {
      for (std::size_t w = 0; w < words_; ++w) left[w] = alive[w] & part.boxes[w];
      Box below = cell;
      below.Set(axes_[depth].slot, part.values);
      if (Visit(depth + 1, left, below)) return true;
    }
    if (!found_ && seen_ <= limit_) covered_[depth].insert(alive);
    found_ |= found_before;
    return false;
  }

  const Box& box_;
  std::size_t limit_;
  const OnGap& each_;
  std::size_t words_;
  std::vector<Axis> axes_;
  std::vector<Words> whole_;  // by depth: boxes that have all classes of the axes from there on
  Words all_;
  // By depth: which boxes were alive where nothing was left over.
  std::vector<absl::flat_hash_set<Words>> covered_;
  std::size_t seen_ = 0;
  bool found_ = false;
};

}  // namespace

Cover FindGaps(const Box& box, const Region& region, const Slots& slots, std::size_t limit,
               const OnGap& each) {
  std::vector<const Box*> near;
  for (const Box& other : region) {
    if (other.Meets(box)) near.push_back(&other);
  }
  if (near.empty()) {
    each(box);
    return Cover::kPart;
  }
  return GapSearch(box, std::move(near), slots, limit, each).Run();
}

Cover FindGaps(const Region& whole, const Region& region, const Slots& slots, std::size_t limit,
               const OnGap& each) {
  Cover cover = Cover::kWhole;
  bool stopped = false;
  const OnGap until = [&](const Box& gap) { return stopped = each(gap); };
  for (const Box& box : whole) {
    const Cover of_box = FindGaps(box, region, slots, limit, until);
    if (of_box == Cover::kPart || cover == Cover::kWhole) cover = of_box;
    if (stopped) break;
  }
  return cover;
}

Cover Covers(const Region& region, const Region& whole, const Slots& slots, std::size_t limit) {
  return FindGaps(whole, region, slots, limit, [](const Box&) { return true; });
}

}  // namespace orderwright::rules_internal
