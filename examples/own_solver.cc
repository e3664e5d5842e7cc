// A solver of one's own in the place of ours: an order leaves from one place, or not at all. It
// stands for a host's MIP solver or heuristic: a const object shared by all threads, with its
// scratch memory given to it, whose every plan the router has checked by an independent verifier.
#include <cstdint>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "orderwright/orderwright.h"

namespace ow = orderwright;
namespace solver = orderwright::solver;

namespace {

int Fail(const absl::Status& status) {
  for (const ow::Issue& issue : ow::IssuesOf(status)) std::puts(ow::ToString(issue).c_str());
  return 1;
}

class OnePlace final : public solver::Solver {
 public:
  [[nodiscard]] std::string_view name() const override { return "one place"; }
  [[nodiscard]] std::unique_ptr<solver::Workspace> NewWorkspace() const override {
    return std::make_unique<Scratch>();
  }

  [[nodiscard]] absl::Status Solve(const solver::Problem& problem, const solver::SolveOptions&,
                                   solver::Workspace& workspace,
                                   solver::Solution& solution) const override {
    if (problem.orders.size() != 1 || !problem.objectives.empty() || !problem.slot_rows.empty()) {
      return absl::UnimplementedError("one place: only single orders by cost, without capacities");
    }
    auto& scratch = static_cast<Scratch&>(workspace);
    const solver::OrderSpan& order = problem.orders.front();
    solution.Clear();
    solution.termination = {solver::Proof::kFeasible, solver::Limit::kMethod, true};
    solution.lower_bound = order.cost_offset;  // nothing else is below 0
    solution.cost = order.cost_offset;
    for (const solver::Line& line : problem.lines) {
      solution.shortfall.push_back(line.quantity);
      solution.cost += line.quantity * line.shortfall_penalty;
    }
    for (std::uint32_t slot = 0; slot < problem.slots.size() && order.max_shipments > 0; ++slot) {
      const std::optional<std::int64_t> cost = ShipAll(problem, slot, scratch);
      if (!cost || order.cost_offset + *cost >= solution.cost) continue;
      solution.cost = order.cost_offset + *cost;
      solution.takes = scratch.takes;
      solution.shortfall.assign(problem.lines.size(), 0);
    }
    return absl::OkStatus();
  }

 private:
  struct Scratch final : solver::Workspace {
    std::vector<std::int64_t> left;  // per row
    std::vector<solver::Take> takes;
  };

  // What it costs to ship every line through a slot, with the takes; nothing if it cannot be done.
  static std::optional<std::int64_t> ShipAll(const solver::Problem& problem, std::uint32_t slot,
                                             Scratch& scratch) {
    scratch.takes.clear();
    scratch.left.clear();
    for (const solver::Row& row : problem.rows) scratch.left.push_back(row.amount);
    const solver::Slot& data = problem.slots[slot];
    std::int64_t cost = data.fixed_cost;
    std::int64_t weight = 0;
    for (std::uint32_t i = 0; i < problem.lines.size(); ++i) {
      const solver::Line& line = problem.lines[i];
      if (line.quantity == 0) continue;
      std::uint32_t a = line.first_arc;
      while (a < line.first_arc + line.arc_count && problem.arcs[a].slot != slot) ++a;
      if (a == line.first_arc + line.arc_count) return std::nullopt;
      const solver::Arc& arc = problem.arcs[a];
      cost += line.quantity * arc.unit_cost;
      weight += line.quantity * arc.weight_g;
      if (arc.row != solver::kNone) {
        cost += line.quantity * problem.rows[arc.row].price;
        scratch.left[arc.row] -= line.quantity;
        if (scratch.left[arc.row] < 0) return std::nullopt;
      }
      scratch.takes.push_back({i, slot, a, line.quantity});
    }
    if (data.step_count == 0) return cost;
    for (std::uint32_t t = data.first_step; t < data.first_step + data.step_count; ++t) {
      if (weight <= problem.steps[t].max_weight_g) return cost + problem.steps[t].cost;
    }
    return std::nullopt;  // too heavy
  }
};

}  // namespace

int main(int argc, char** argv) {
  const std::string data = argc > 1 ? argv[1] : "examples/data";
  const auto in = ow::io::LoadWorld(data + "/small_world.json");
  if (!in.ok()) return Fail(in.status());
  const auto orders = ow::io::LoadOrders(in->world, data + "/small_orders.jsonl");
  if (!orders.ok()) return Fail(orders.status());

  ow::RouterOptions options;
  options.solver = std::make_shared<const OnePlace>();
  options.verify = true;
  const auto ours = ow::Router::Create(in->world);
  const auto own = ow::Router::Create(in->world, ow::rules::RuleSet(), options);
  if (!own.ok()) return Fail(own.status());

  const ow::InventoryPool pool(in->world, in->stock);
  for (const ow::Order& order : orders->orders) {
    const auto best = ours->Route(order, pool.Live());
    const auto plan = own->Route(order, pool.Live());
    if (!best.ok()) return Fail(best.status());
    if (!plan.ok()) return Fail(plan.status());
    std::printf("order %s: exact %s, one place %s (%s)\n", order.id().text().c_str(),
                ow::ToString(best->cost(), 2).c_str(), ow::ToString(plan->cost(), 2).c_str(),
                std::string(ow::ToString(plan->status())).c_str());
    if (plan->cost() < best->cost()) return 1;  // the exact plan is the cheapest
  }
  return 0;
}
