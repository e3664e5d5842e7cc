// ForEachOrder: many orders by several threads, with progress and the same error whoever meets it.
#ifndef ORDERWRIGHT_SRC_ROUTING_INTERNAL_FOR_EACH_ORDER_H_
#define ORDERWRIGHT_SRC_ROUTING_INTERNAL_FOR_EACH_ORDER_H_

#include <algorithm>
#include <atomic>
#include <cstddef>
#include <mutex>
#include <thread>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "orderwright/core/status.h"
#include "orderwright/routing/router.h"

namespace orderwright::routing_internal {

// Orders between two calls of a progress callback: often enough to be smooth, too rarely to cost.
[[nodiscard]] inline std::size_t ProgressStep(std::size_t total) {
  return std::clamp<std::size_t>(total / 200, 1, 512);
}

// use(i, scratch) for every i below `count`, by `threads` threads (0: all cores), each with a
// scratch of its own from make(); end(scratch) once a thread is done, one thread at a time. The
// calling thread works too, and alone reports progress. Threads take chunks in order of input, so
// that after an error all before it are done: it is the error of the first order that has one.
template <typename Make, typename Use, typename End>
[[nodiscard]] absl::Status ForEachOrder(std::size_t count, int threads, const Progress& progress,
                                        const Make& make, const Use& use, const End& end) {
  constexpr std::size_t kChunk = 16;
  const std::size_t step = ProgressStep(count);
  std::atomic<std::size_t> next{0};
  std::atomic<bool> is_cancelled{false};
  std::atomic<bool> has_failed{false};
  std::mutex mutex;  // guards what follows, and end()
  std::size_t first_bad = count;
  absl::Status error;

  const auto work = [&](bool reports) {
    auto scratch = make();
    std::size_t reported = 0;
    while (!is_cancelled.load(std::memory_order_relaxed) && !has_failed.load()) {
      const std::size_t first = next.fetch_add(kChunk);
      if (first >= count) break;
      if (reports && progress && (first == 0 || first - reported >= step)) {
        reported = first;
        if (!progress(first, count)) is_cancelled.store(true);
      }
      for (std::size_t i = first; i < std::min(first + kChunk, count); ++i) {
        absl::Status status = use(i, scratch);
        if (status.ok()) continue;
        has_failed.store(true);
        const std::lock_guard lock(mutex);
        if (i < first_bad) {
          first_bad = i;
          error = std::move(status);
        }
        break;
      }
    }
    const std::lock_guard lock(mutex);
    end(scratch);
  };

  const std::size_t all = std::max(1U, std::thread::hardware_concurrency());
  const std::size_t wanted = threads > 0 ? static_cast<std::size_t>(threads) : all;
  std::vector<std::thread> others;
  for (std::size_t i = 1; i < std::min(wanted, std::max<std::size_t>(1, count)); ++i) {
    others.emplace_back([&work] { work(false); });
  }
  work(true);
  for (std::thread& thread : others) thread.join();
  if (is_cancelled.load()) {
    return MakeStatus(absl::StatusCode::kCancelled, "cancelled by the progress callback");
  }
  return error;
}

}  // namespace orderwright::routing_internal

#endif  // ORDERWRIGHT_SRC_ROUTING_INTERNAL_FOR_EACH_ORDER_H_
