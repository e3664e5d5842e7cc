// Budget: how much work a call may still do.
//
// Nodes are the unit. A node that evaluates a bound over many arcs counts as one more for every
// kArcsPerNode of them, so that a budget means about as much time for a large order as for a small
// one.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_BUDGET_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_BUDGET_H_

#include <chrono>
#include <cstdint>
#include <optional>

#include "orderwright/solver/solver.h"

namespace orderwright::solver_internal {

class Budget {
 public:
  explicit Budget(const solver::SolveOptions& options) : limit_(options.node_limit) {
    if (options.time_limit.has_value()) {
      deadline_ = std::chrono::steady_clock::now() + *options.time_limit;
    }
  }

  // Counts one node; false if there was none left.
  bool Spend() {
    if (stopped()) return false;
    ++nodes_;
    if (deadline_.has_value() && --until_clock_ <= 0) LookAtClock();
    return !out_of_time_;
  }
  // Adds the arcs that a bound has looked at.
  void Charge(std::int64_t arcs) {
    arcs_ += arcs;
    nodes_ += arcs_ / kArcsPerNode;
    arcs_ %= kArcsPerNode;
  }
  // For work between nodes that takes long.
  void LookAtClock() {
    until_clock_ = kNodesPerLook;
    if (deadline_.has_value() && std::chrono::steady_clock::now() >= *deadline_) {
      out_of_time_ = true;
    }
  }
  // Keeps this part of the work to `nodes` nodes, within the whole limit.
  void Allow(std::int64_t nodes) { allowed_ = nodes < limit_ - nodes_ ? nodes_ + nodes : limit_; }
  void AllowAll() { allowed_ = limit_; }

  [[nodiscard]] bool stopped() const { return out_of_time_ || nodes_ >= allowed_; }
  [[nodiscard]] bool out_of_time() const { return out_of_time_; }
  [[nodiscard]] std::int64_t nodes() const { return nodes_; }
  [[nodiscard]] std::int64_t left() const { return limit_ > nodes_ ? limit_ - nodes_ : 0; }

 private:
  static constexpr std::int64_t kArcsPerNode = 1024;
  static constexpr int kNodesPerLook = 64;

  std::int64_t limit_;
  std::int64_t allowed_ = limit_;
  std::int64_t nodes_ = 0;
  std::int64_t arcs_ = 0;
  int until_clock_ = kNodesPerLook;
  std::optional<std::chrono::steady_clock::time_point> deadline_;
  bool out_of_time_ = false;
};

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_BUDGET_H_
