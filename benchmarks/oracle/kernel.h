// The floor: what the decision alone costs. A bare kernel without features: it gathers the stock
// rows of the order's SKUs, scans lines x holders for the cheapest, and covers subsets of lines by
// dynamic programming. No rules, rates, quantities, ties, proofs, plans or errors.
#ifndef ORDERWRIGHT_BENCHMARKS_ORACLE_KERNEL_H_
#define ORDERWRIGHT_BENCHMARKS_ORACLE_KERNEL_H_

#include <array>
#include <bit>
#include <cstdint>
#include <limits>
#include <span>
#include <vector>

#include "benchmarks/oracle/instance.h"

namespace orderwright::benchmarks {

struct KernelStock {
  std::uint32_t location = 0;
  std::int32_t units = 0;
};

class Kernel {
 public:
  explicit Kernel(const Instance& instance) : instance_(instance), slots_(instance.locations) {
    for (const std::uint32_t l : instance.holder) {
      stock_.push_back({l, static_cast<std::int32_t>(Instance::kStock)});
    }
    touched_.reserve(instance.locations);
  }

  // The cost of the cheapest plan; location_of[line] is where the line ships from, or -1.
  // A line without any holder is left out at the penalty of 10,000.
  std::int64_t Route(std::size_t order, std::array<std::int32_t, 8>& location_of) {
    const std::uint32_t first = instance_.line_start[order];
    const std::uint32_t lines = instance_.line_start[order + 1] - first;
    const std::int64_t* per_km =
        instance_.per_km.data() + instance_.destination[order] * instance_.locations;
    return lines == 1 ? One(instance_.sku[first], per_km, location_of)
                      : Many(first, lines, per_km, location_of);
  }

  static constexpr std::int64_t kPenalty = 10'000'000'000;

 private:
  static constexpr std::int64_t kInfinite = std::numeric_limits<std::int64_t>::max() / 4;
  struct Slot {
    std::uint32_t mask = 0;
    std::array<std::int64_t, 8> cost;
  };

  [[nodiscard]] std::span<const KernelStock> Row(std::uint32_t sku) const {
    const std::uint32_t begin = instance_.holder_start[sku];
    return {stock_.data() + begin, instance_.holder_start[sku + 1] - begin};
  }

  std::int64_t One(std::uint32_t sku, const std::int64_t* per_km,
                   std::array<std::int32_t, 8>& location_of) const {
    std::int64_t best = kPenalty;
    location_of[0] = -1;
    for (const KernelStock& row : Row(sku)) {
      if (row.units < 1) continue;
      const std::int64_t cost = Instance::kFixed + Instance::kUnit + per_km[row.location];
      if (cost < best) {
        best = cost;
        location_of[0] = static_cast<std::int32_t>(row.location);
      }
    }
    return best;
  }

  std::int64_t Many(std::uint32_t first, std::uint32_t lines, const std::int64_t* per_km,
                    std::array<std::int32_t, 8>& location_of) {
    touched_.clear();
    for (std::uint32_t i = 0; i < lines; ++i) {
      for (const KernelStock& row : Row(instance_.sku[first + i])) {
        if (row.units < 1) continue;
        Slot& slot = slots_[row.location];
        if (slot.mask == 0) touched_.push_back(row.location);
        slot.mask |= 1U << i;
        slot.cost[i] = Instance::kUnit + per_km[row.location];
      }
    }
    const std::uint32_t all = (1U << lines) - 1;
    for (std::uint32_t a = 1; a <= all; ++a) {
      best_[a] = kInfinite;
      from_[a] = -1;
    }
    for (const std::uint32_t l : touched_) Scan(l);
    return Cover(all, lines, location_of);
  }

  // The cheapest single location of every subset.
  void Scan(std::uint32_t location) {
    Slot& slot = slots_[location];
    const std::uint32_t mask = slot.mask;
    slot.mask = 0;
    sum_[0] = Instance::kFixed;
    for (std::uint32_t a = (0 - mask) & mask; a != 0; a = (a - mask) & mask) {
      const int low = std::countr_zero(a);
      sum_[a] = sum_[a & (a - 1)] + slot.cost[static_cast<std::size_t>(low)];
      if (sum_[a] < best_[a]) {
        best_[a] = sum_[a];
        from_[a] = static_cast<std::int32_t>(location);
      }
    }
  }

  std::int64_t Cover(std::uint32_t all, std::uint32_t lines,
                     std::array<std::int32_t, 8>& location_of) {
    plan_[0] = 0;
    for (std::uint32_t a = 1; a <= all; ++a) {
      const std::uint32_t low = a & (0 - a);
      const std::uint32_t rest = a ^ low;
      plan_[a] = kPenalty + plan_[rest];  // the lowest line is left out
      pick_[a] = 0;
      for (std::uint32_t b = rest;; b = (b - 1) & rest) {
        const std::uint32_t part = b | low;
        const std::int64_t cost = best_[part] + plan_[a ^ part];
        if (cost < plan_[a]) {
          plan_[a] = cost;
          pick_[a] = part;
        }
        if (b == 0) break;
      }
    }
    for (std::uint32_t i = 0; i < lines; ++i) location_of[i] = -1;
    for (std::uint32_t a = all; a != 0;) {
      const std::uint32_t part = pick_[a] != 0 ? pick_[a] : a & (0 - a);
      for (std::uint32_t b = part; b != 0 && pick_[a] != 0; b &= b - 1) {
        location_of[static_cast<std::size_t>(std::countr_zero(b))] = from_[part];
      }
      a ^= part;
    }
    return plan_[all];
  }

  const Instance& instance_;
  std::vector<KernelStock> stock_;
  std::vector<Slot> slots_;
  std::vector<std::uint32_t> touched_;
  std::array<std::int64_t, 256> sum_{};
  std::array<std::int64_t, 256> best_{};
  std::array<std::int32_t, 256> from_{};
  std::array<std::int64_t, 256> plan_{};
  std::array<std::uint32_t, 256> pick_{};
};

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_ORACLE_KERNEL_H_
