// Router: orders to plans. Immutable, thread-safe, shared by all threads of a process.
//
// For one order it asks a StockView for the holders of each SKU, lets the rules speak, prices the
// services of each location's rate cards, builds a solver::Problem of what is left, has it solved
// with proof, and lifts the answer into a Plan.
//
// Example:
//   absl::StatusOr<Router> router = Router::Create(world, rules::RuleSet());
//   absl::StatusOr<Plan> plan = router->Route(order, pool.Live());
//   absl::StatusOr<Decision> decision = router->RouteAndReserve(order, pool, {.key = key});
#ifndef ORDERWRIGHT_ROUTING_ROUTER_H_
#define ORDERWRIGHT_ROUTING_ROUTER_H_

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/inventory/pool.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/routing/delivery_option.h"
#include "orderwright/routing/lane_costs.h"
#include "orderwright/routing/override.h"
#include "orderwright/routing/plan.h"
#include "orderwright/rules/counters.h"
#include "orderwright/rules/rule_set.h"
#include "orderwright/solver/solver.h"

namespace orderwright {

struct RouterOptions {
  // Default: solver::ExactSolver. Any other is held to the same contract.
  std::shared_ptr<const solver::Solver> solver;
  // Search budget of one order. Default: 20,000 nodes, no clock.
  solver::SolveOptions budget = {.node_limit = 20'000, .time_limit = std::nullopt};
  // Cost per unit by destination and location, on top of what the world says. Default: none.
  std::optional<LaneCosts> lanes;
  // Has every plan checked by the independent verifier; a violation is kInternal.
  // Default: on in debug builds.
#ifdef NDEBUG
  bool verify = false;
#else
  bool verify = true;
#endif
  // How often RouteAndReserve routes again when someone else took the stock. Default: 3 attempts.
  int reserve_attempts = 3;
  // Counts what becomes of its rules while orders are routed (a promise is not counted). Routers
  // may share one. Default: none.
  std::shared_ptr<rules::Counters> counters;
};

// What a plan keeps of the numbers that it was made from.
enum class ExplainLevel : std::uint8_t {
  kOff = 0,     // nothing; costs nothing
  kRecord = 1,  // all of them: Explain(plan) answers at any time, from these alone
  kFull = 2,    // and the answers: Plan::explanation(), with the defaults of ExplainOptions
};

struct RouteOptions {
  // The instant of the decision; absent: the order's placed_at. Needed only where something
  // depends on time (inactive locations, rules with a period).
  std::optional<Timestamp> now = std::nullopt;
  // The order's own reservation, whose units are available to it (a re-route).
  std::optional<ReservationId> own_reservation = std::nullopt;
  ExplainLevel explain = ExplainLevel::kOff;
  // A person's choice for some of the units, which the plan keeps to; must live during the call.
  const Override* manual = nullptr;
  // The one service that everything which is shipped goes by, whatever the order and `set` rules
  // say of services. (What stores hand over goes by none.)
  std::optional<ServiceIndex> service = std::nullopt;
  // Locations that have sent the order back so far. One that has done so as often as its
  // max_rejects, or a limit rule, allows is not asked again. Must live during the call.
  std::span<const rules::Rejection> rejections = {};
};

struct ReserveOptions {
  std::optional<Timestamp> now = std::nullopt;
  CommandKey key = CommandKey();  // idempotency key of the reservation; empty: none
  ExplainLevel explain = ExplainLevel::kOff;
  const Override* manual = nullptr;  // as of RouteOptions
  std::span<const rules::Rejection> rejections = {};
};

// A plan whose units are reserved.
struct Decision {
  Plan plan;
  // Absent if there is nothing to reserve: nothing was sourced, a test order, or a plan that is
  // held for review by a rule that does not reserve.
  std::optional<ReservationId> reservation;
  StockChanges changes;
  int attempts = 1;  // how often it was routed
};

// Scratch memory of one thread. Reused, it makes routing allocation-free.
class ORDERWRIGHT_EXPORT Workspace {
 public:
  ~Workspace();
  Workspace(Workspace&&) noexcept;
  Workspace& operator=(Workspace&&) noexcept;

 private:
  friend class Router;
  struct State;
  explicit Workspace(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

enum class RouteMode : std::uint8_t {
  kSequential = 1,   // each order reserves before the next, in order of input
  kIndependent = 2,  // each order sees all the stock; nothing is reserved
};

// Called now and then with the number of orders done; false cancels (kCancelled).
using Progress = std::function<bool(std::size_t done, std::size_t total)>;

struct RouteAllOptions {
  RouteMode mode = RouteMode::kSequential;
  std::optional<Timestamp> now = std::nullopt;
  int threads = 1;  // of independent mode; 0: all cores. The plans do not depend on it.
  Progress progress = nullptr;
  ExplainLevel explain = ExplainLevel::kOff;
};

class ORDERWRIGHT_EXPORT Router {
 public:
  // Errors: kInvalidArgument (options out of range, lanes of another lineage or too short).
  [[nodiscard]] static absl::StatusOr<Router> Create(const World& world,
                                                     rules::RuleSet rules = rules::RuleSet(),
                                                     RouterOptions options = {});

  // The cheapest feasible plan on `stock`; reserves nothing. An order that cannot be sourced is
  // not an error: the plan says why.
  // Errors: kFailedPrecondition (order or stock of another lineage; an override that stock, rules
  // or limits do not allow, and which of them); kInvalidArgument (the order needs `now` and has
  // none; a rule gave a value out of range; an override that names what is not there); an
  // evaluator's own error.
  // Complexity: closed form up to 8 lines; see solver/exact.h.
  [[nodiscard]] absl::StatusOr<Plan> Route(const Order& order, const StockView& stock,
                                           const RouteOptions& options = {}) const;
  // The same into a plan whose memory is reused: no allocation once warm.
  [[nodiscard]] absl::Status RouteInto(const Order& order, const StockView& stock,
                                       const RouteOptions& options, Workspace& workspace,
                                       Plan& plan) const;
  // Routes on live stock and reserves the whole plan; where someone else took the stock between,
  // routes again. Errors: as Route and InventoryPool::Reserve; kAborted after the last attempt:
  // try again.
  [[nodiscard]] absl::StatusOr<Decision> RouteAndReserve(const Order& order, InventoryPool& pool,
                                                         const ReserveOptions& options = {}) const;
  [[nodiscard]] absl::StatusOr<Decision> RouteAndReserve(const Order& order, InventoryPool& pool,
                                                         const ReserveOptions& options,
                                                         Workspace& workspace) const;
  // The same into a decision whose memory is reused. After an error it says nothing.
  [[nodiscard]] absl::Status RouteAndReserveInto(const Order& order, InventoryPool& pool,
                                                 const ReserveOptions& options,
                                                 Workspace& workspace, Decision& decision) const;
  // In how many ways an order could be delivered, best first: complete ones, then by cost. One for
  // each service that the order allows and some location ships with, and one for each of the
  // nearest stores, as if the whole order were collected there; ways that source nothing are left
  // out. Reserves nothing. Errors: as Route. Complexity: a Route each.
  [[nodiscard]] absl::StatusOr<std::vector<DeliveryOption>> Promise(
      const Order& order, const StockView& stock, const PromiseOptions& options = {}) const;
  // The same into a list that is reused.
  [[nodiscard]] absl::Status PromiseInto(const Order& order, const StockView& stock,
                                         const PromiseOptions& options, Workspace& workspace,
                                         std::vector<DeliveryOption>& ways) const;

  // Routes many orders; plans in order of input. Errors: the first failing order's, with its id;
  // kCancelled if `progress` said so (what was reserved so far stays reserved).
  [[nodiscard]] absl::StatusOr<std::vector<Plan>> RouteAll(std::span<const Order> orders,
                                                           InventoryPool& pool,
                                                           const RouteAllOptions& options) const;

  // Scratch for one thread; belongs to this router or one with the same world and solver.
  [[nodiscard]] Workspace NewWorkspace() const;
  // The problem that the router would hand to the solver for this order, with every soft rule in
  // force: for bug reports, and to compare solvers. Errors: as Route.
  [[nodiscard]] absl::StatusOr<solver::Problem> BuildProblem(
      const Order& order, const StockView& stock, const RouteOptions& options = {}) const;

  [[nodiscard]] const World& world() const;
  [[nodiscard]] const rules::RuleSet& rules() const;

 private:
  struct State;
  explicit Router(std::shared_ptr<const State> state) : state_(std::move(state)) {}
  std::shared_ptr<const State> state_;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_ROUTING_ROUTER_H_
