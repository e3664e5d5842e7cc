#include "orderwright/routing/router.h"

#include <algorithm>
#include <limits>
#include <mutex>
#include <numeric>
#include <string>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "orderwright/core/status.h"
#include "orderwright/routing/explanation.h"
#include "orderwright/solver/exact.h"
#include "orderwright/solver/verify.h"
#include "src/routing/internal/delivery.h"
#include "src/routing/internal/for_each_order.h"
#include "src/routing/internal/manual.h"
#include "src/routing/internal/measures.h"
#include "src/routing/internal/network.h"
#include "src/routing/internal/offers.h"
#include "src/routing/internal/pinned.h"
#include "src/routing/internal/plan_writer.h"
#include "src/routing/internal/sourcing.h"

namespace orderwright {

using routing_internal::Call;
using routing_internal::Later;
using routing_internal::ManualUnits;
using routing_internal::Nearby;
using routing_internal::Network;
using routing_internal::Pinned;
using routing_internal::PinsOf;
using routing_internal::RefusalOf;
using routing_internal::Resolve;
using routing_internal::Setup;
using routing_internal::Sourcing;

struct Workspace::State {
  State(const World& world, const Network& network, std::unique_ptr<solver::Workspace> scratch)
      : sourcing(world, network), solver(std::move(scratch)) {}
  Sourcing sourcing;
  std::unique_ptr<solver::Workspace> solver;
  solver::Solution solution;
  PlanWriter writer;
  std::vector<std::int64_t> missing;  // by line of the order: what stock did not give
  std::vector<std::int64_t> beyond;   // and what is expected does not either
  std::vector<CellDemand> cells;
  std::vector<BackorderDemand> backorders;
  std::vector<CapacityDemand> capacity;
  ReserveOutcome outcome;
  Plan plan;  // of a promise
  std::vector<LocationIndex> stores;
  std::shared_ptr<rules::Counters::Shard> counts;  // null: nobody counts yet
  std::shared_ptr<rules::Counters> counter;        // whose they are
  bool is_promise = false;           // nobody asks why: the sites that could win are enough
  std::vector<LocationIndex> sites;  // that the problem is narrowed to, ascending
  std::vector<LocationIndex> asked;  // those before
};

Workspace::Workspace(std::unique_ptr<State> state) : state_(std::move(state)) {}
Workspace::~Workspace() = default;
Workspace::Workspace(Workspace&&) noexcept = default;
Workspace& Workspace::operator=(Workspace&&) noexcept = default;

struct Router::State {
  State(const World& w, rules::RuleSet r, RouterOptions o)
      : world(w), network(world), promises(world), rules(std::move(r)), options(std::move(o)) {
    if (!options.counters) return;
    std::vector<std::string_view> ids;
    for (const rules::Rule& rule : rules.rules()) ids.push_back(rule.id);
    count_places = options.counters->PlacesOf(ids);
    for (const std::uint32_t place : count_places) {
      count_size = std::max<std::size_t>(count_size, place + 1);
    }
  }

  World world;
  Network network;
  Promises promises;
  rules::RuleSet rules;
  RouterOptions options;
  std::vector<std::uint32_t> count_places;  // by rule; empty: nobody counts
  std::size_t count_size = 0;               // of a shard that has all of them

  // Has a workspace count for this router, or not at all.
  void Count(Workspace::State& scratch, bool counts) const;

  // Idle workspaces, lent to the overloads without one.
  static constexpr std::size_t kMaxIdle = 16;
  mutable std::mutex mutex;
  mutable std::vector<Workspace> idle;

  [[nodiscard]] Setup setup() const {
    return {world, network, promises, rules, options.lanes ? &*options.lanes : nullptr};
  }
};

void Router::State::Count(Workspace::State& scratch, bool counts) const {
  routing_internal::Rulings& rulings = scratch.sourcing.rulings();
  if (!counts || !options.counters) return rulings.CountInto(nullptr, {}, nullptr);
  // It may have counted for another router before.
  if (scratch.counts == nullptr || scratch.counter != options.counters ||
      scratch.counts->size() < count_size) {
    scratch.counts = options.counters->NewShard();
    scratch.counter = options.counters;
  }
  rulings.CountInto(scratch.counts->data(), count_places, &options.counters->options());
}

namespace {

absl::Status CheckLineage(const Order& order, const StockView& stock, const World& world) {
  if (order.lineage() != world.lineage()) {
    return FailedPrecondition(
        "order '{}' was made with another world; make it with a version of the router's world",
        order.id());
  }
  if (stock.lineage() != world.lineage()) {
    return FailedPrecondition(
        "the stock belongs to another world; make the pool with a version of the router's world");
  }
  // The order's worst cost was bounded by the costs of the version it was made with.
  if (order.world_version() != world.version()) return order.WorstCost(world).status();
  return absl::OkStatus();
}

Call CallOf(const Order& order, const StockView& stock, const RouteOptions& options) {
  const std::optional<Timestamp> now = options.now ? options.now : order.placed_at();
  std::optional<Timestamp> start = now;
  if (start) {
    start = std::max(
        {*start, order.placed_at().value_or(*start), order.dates().ship_after.value_or(*start)});
  }
  return {order,
          stock,
          now,
          start,
          options.own_reservation,
          options.explain != ExplainLevel::kOff,
          options.service,
          options.rejections};
}

absl::Status CheckOptions(const World& world, const RouterOptions& options) {
  if (options.budget.node_limit < 0) {
    return InvalidArgument("budget.node_limit is {}; it must be 0 or more",
                           options.budget.node_limit);
  }
  if (options.reserve_attempts < 1) {
    return InvalidArgument("reserve_attempts is {}; it must be 1 or more",
                           options.reserve_attempts);
  }
  if (options.lanes && (options.lanes->lineage() != world.lineage() ||
                        options.lanes->locations() < world.locations().size())) {
    return InvalidArgument(
        "the lane costs were made with another world or an earlier version; make them with this "
        "one");
  }
  return absl::OkStatus();
}

}  // namespace

namespace {

// What a person chose for an order, and what came of it.
struct Choice {
  std::vector<ManualUnits> units;
  std::vector<std::int64_t> missing;  // by entry of units: that cannot ship so
  PlanOverride result;
};

template <typename State, typename Scratch>
absl::Status SolveFreely(const State& state, const solver::Problem& problem, Scratch& scratch) {
  return state.options.solver->Solve(problem, state.options.budget, *scratch.solver,
                                     scratch.solution);
}

// The best plan first, for its cost, then that with the chosen units pinned.
template <typename State, typename Scratch>
absl::Status SolveChosen(const State& state, const Setup& setup, Choice& choice, Scratch& scratch) {
  const solver::Problem& problem = scratch.sourcing.problem();
  if (absl::Status status = SolveFreely(state, problem, scratch); !status.ok()) return status;
  choice.result.best_cost = Cost::FromMicros(scratch.solution.cost);
  choice.result.is_proved = scratch.solution.termination.proof == solver::Proof::kOptimal;
  const std::optional<Pinned> pinned =
      Pinned::Create(problem, PinsOf(setup, scratch.sourcing, choice.units));
  if (!pinned) {
    return MakeStatus(absl::StatusCode::kOutOfRange, "its costs are too large for an override");
  }
  if (absl::Status status = SolveFreely(state, pinned->problem(), scratch); !status.ok()) {
    return status;
  }
  choice.missing.clear();
  for (std::size_t i = 0; i < choice.units.size(); ++i) {
    choice.missing.push_back(pinned->Missing(scratch.solution, i));
  }
  scratch.solution = pinned->Unpin(scratch.solution);
  for (std::size_t i = 0; i < choice.units.size(); ++i) {
    scratch.solution.shortfall[choice.units[i].line] += choice.missing[i];
  }
  return absl::OkStatus();
}

// Builds the problem without the soft rules of levels up to `relax_level`, and solves it.
template <typename State, typename Scratch>
absl::Status SolveAt(const State& state, const Setup& setup, const Call& call, int relax_level,
                     const Later& later, Choice* choice, Scratch& scratch) {
  absl::Status built = scratch.sourcing.Build(setup, call, relax_level, later);
  if (!built.ok()) return built;
  const solver::Problem& problem = scratch.sourcing.problem();
  if (absl::Status status = choice != nullptr ? SolveChosen(state, setup, *choice, scratch)
                                              : SolveFreely(state, problem, scratch);
      !status.ok()) {
    return WithContext(status, fmt::format("order '{}'", call.order.id()));
  }
  const auto is_missing = [](std::int64_t units) { return units > 0; };
  if (choice != nullptr &&
      std::any_of(choice->missing.begin(), choice->missing.end(), is_missing)) {
    return absl::OkStatus();  // to be refused; there is no plan to verify
  }
  if (!state.options.verify) return absl::OkStatus();
  const solver::Verification check = solver::Verify(problem, scratch.solution);
  if (check.valid()) return absl::OkStatus();
  return Internal("order '{}': the plan is wrong: {}", call.order.id(), check.violations.front());
}

// Level by level while the order cannot be sourced in full. Of the levels that source most the
// least relaxed counts: a rule is not dropped for nothing.
template <typename State, typename Scratch>
absl::Status SolveRelaxing(const State& state, const Setup& setup, const Call& call,
                           const Later& later, Choice* choice, Scratch& scratch, int& best) {
  int level = 0;
  best = 0;
  std::int64_t least_short = std::numeric_limits<std::int64_t>::max();
  for (;;) {
    absl::Status status = SolveAt(state, setup, call, level, later, choice, scratch);
    if (!status.ok()) return status;
    const std::vector<std::int64_t>& missing = scratch.solution.shortfall;
    const std::int64_t units = std::accumulate(missing.begin(), missing.end(), std::int64_t{0});
    if (units < least_short) {
      least_short = units;
      best = level;
    }
    if (units == 0 || state.rules.empty()) break;
    const std::optional<int> next = scratch.sourcing.rulings().NextRelaxLevel(setup, call);
    if (!next) break;
    level = *next;
  }
  if (best == level) return absl::OkStatus();
  return SolveAt(state, setup, call, best, later, choice, scratch);
}

// Units of each line of the order that the solution leaves out; false: there are none.
template <typename Scratch>
bool FindMissing(const Call& call, const Scratch& scratch, std::vector<std::int64_t>& missing) {
  bool any = false;
  missing.assign(call.order.lines().size(), 0);
  for (std::uint32_t l = 0; l < scratch.solution.shortfall.size(); ++l) {
    missing[scratch.sourcing.line_of(l)] += scratch.solution.shortfall[l];
    any |= scratch.solution.shortfall[l] > 0;
  }
  return any;
}

// From the sites that could win alone. False: that does not tell, all have to be asked.
template <typename State, typename Scratch>
absl::StatusOr<bool> SolveNearby(const State& state, const Setup& setup, const Call& call,
                                 Scratch& scratch) {
  if (!scratch.sourcing.MayNarrow(setup, call)) return false;
  Nearby& nearby = scratch.sourcing.nearby();
  const auto solve = [&]() -> absl::StatusOr<bool> {
    scratch.sourcing.NarrowTo(&scratch.sites);
    absl::Status status = SolveAt(state, setup, call, 0, {}, nullptr, scratch);
    scratch.sourcing.NarrowTo(nullptr);
    if (!status.ok()) return status;
    const solver::Solution& found = scratch.solution;
    return found.termination.proof == solver::Proof::kOptimal &&
           std::all_of(found.shortfall.begin(), found.shortfall.end(),
                       [](std::int64_t units) { return units == 0; });
  };
  // Mostly a store has what is collected there, and nothing needs to be sent.
  if (const std::optional<LocationIndex> store = nearby.store(); store) {
    scratch.sites.assign(1, *store);
    absl::StatusOr<bool> whole = solve();
    if (!whole.ok() || (*whole && scratch.solution.cost < nearby.least_carried())) return whole;
  }
  // A few that are likely to win, or more if they have not everything; then all that could be as
  // good.
  constexpr std::size_t kMost = 512;
  absl::StatusOr<bool> whole = false;
  for (const std::size_t likely : {std::size_t{4}, std::size_t{32}}) {
    nearby.FindLeast(setup, call, likely, scratch.sites);
    whole = solve();
    if (!whole.ok() || *whole || scratch.sites.size() < likely) break;
  }
  if (!whole.ok() || !*whole) return whole;
  std::swap(scratch.sites, scratch.asked);
  if (!nearby.FindWithin(scratch.solution.cost, kMost, scratch.sites)) return false;
  const bool is_known = std::includes(scratch.asked.begin(), scratch.asked.end(),
                                      scratch.sites.begin(), scratch.sites.end());
  return is_known ? absl::StatusOr<bool>(true) : solve();
}

// Stock first; then what it does not give may wait for what is expected, or for a customer's answer
// about a substitute; what is missing then may wait for what nobody has ordered yet. With
// backorder_when "cheaper" stock and what is expected are one choice.
template <typename State, typename Scratch>
absl::Status SolveInTurn(const State& state, const Setup& setup, const Call& call, Choice* choice,
                         Scratch& scratch) {
  if (scratch.is_promise) {
    absl::StatusOr<bool> found = SolveNearby(state, setup, call, scratch);
    if (!found.ok() || *found) return found.status();
  }
  Later later;
  later.arrivals =
      choice == nullptr && setup.world.costs().backorder_when == BackorderWhen::kCheaper;
  int level = 0;
  absl::Status status = SolveRelaxing(state, setup, call, later, choice, scratch, level);
  // All or nothing: what a turn could give shows without that condition only.
  const auto find_missing = [&](std::vector<std::int64_t>& missing) {
    if (!scratch.sourcing.HasFloors(call)) {
      (void)FindMissing(call, scratch, missing);
      return absl::OkStatus();
    }
    later.is_loose = true;
    absl::Status solved = SolveAt(state, setup, call, level, later, choice, scratch);
    later.is_loose = false;
    if (solved.ok()) (void)FindMissing(call, scratch, missing);
    return solved;
  };
  // What a person chose is from stock.
  if (!status.ok() || choice != nullptr) return status;
  if (!FindMissing(call, scratch, scratch.missing)) return absl::OkStatus();
  if (!scratch.sourcing.MayWait(setup, call, scratch.missing)) return absl::OkStatus();
  if (status = find_missing(scratch.missing); !status.ok()) return status;
  later.missing = scratch.missing;
  status = SolveAt(state, setup, call, level, later, choice, scratch);
  if (!status.ok() || !FindMissing(call, scratch, scratch.beyond)) return status;
  if (!scratch.sourcing.MayGoBeyond(call, scratch.beyond)) return absl::OkStatus();
  if (status = find_missing(scratch.beyond); !status.ok()) return status;
  later.beyond = scratch.beyond;
  return SolveAt(state, setup, call, level, later, choice, scratch);
}

}  // namespace

absl::StatusOr<Router> Router::Create(const World& world, rules::RuleSet rules,
                                      RouterOptions options) {
  if (absl::Status status = CheckOptions(world, options); !status.ok()) return status;
  if (!options.solver) options.solver = std::make_shared<const solver::ExactSolver>();
  absl::StatusOr<rules::RuleSet> bound = rules.BindTo(world);
  if (!bound.ok()) return bound.status();
  auto state = std::make_shared<State>(world, *std::move(bound), std::move(options));
  return Router(std::move(state));
}

const World& Router::world() const { return state_->world; }
const rules::RuleSet& Router::rules() const { return state_->rules; }

Workspace Router::NewWorkspace() const {
  return Workspace(std::make_unique<Workspace::State>(state_->world, state_->network,
                                                      state_->options.solver->NewWorkspace()));
}

absl::Status Router::RouteInto(const Order& order, const StockView& stock,
                               const RouteOptions& options, Workspace& workspace,
                               Plan& plan) const {
  if (absl::Status status = CheckLineage(order, stock, state_->world); !status.ok()) return status;
  Workspace::State& scratch = *workspace.state_;
  state_->Count(scratch, !scratch.is_promise);
  const Setup setup = state_->setup();
  Call call = CallOf(order, stock, options);
  std::optional<Choice> choice;
  if (options.manual != nullptr) {
    absl::StatusOr<std::vector<ManualUnits>> units = Resolve(state_->world, order, *options.manual);
    if (!units.ok()) return units.status();
    choice.emplace();
    choice->units = *std::move(units);
    choice->result.choice = *options.manual;
    call.records = true;  // for what a refusal would have to say
  }
  Choice* const chosen = choice ? &*choice : nullptr;
  if (absl::Status status = SolveInTurn(*state_, setup, call, chosen, scratch); !status.ok()) {
    return status;
  }
  for (std::size_t i = 0; choice && i < choice->units.size(); ++i) {
    if (choice->missing[i] == 0) continue;
    return RefusalOf(setup, call, scratch.sourcing, scratch.solution, choice->units[i]);
  }
  call.records = options.explain != ExplainLevel::kOff;
  if (!state_->rules.empty()) {
    const routing_internal::Measures measures(setup, call, scratch.sourcing, scratch.solution,
                                              *state_->options.solver, state_->options.budget);
    rules::PlanFacts facts = scratch.sourcing.FactsOf(call, scratch.solution);
    facts.measures = &measures;
    absl::Status status = scratch.sourcing.rulings().Judge(setup, call, facts);
    if (!status.ok()) return status;
  }
  absl::Status status = scratch.writer.Write(setup, call, scratch.sourcing, scratch.solution, plan);
  if (!status.ok()) return status;
  if (choice) plan.manual_ = std::make_shared<const PlanOverride>(std::move(choice->result));
  if (options.explain != ExplainLevel::kFull) return absl::OkStatus();
  absl::StatusOr<Explanation> explanation = Explain(plan);
  if (!explanation.ok()) return explanation.status();
  plan.explanation_ = std::make_shared<const Explanation>(*std::move(explanation));
  return absl::OkStatus();
}

namespace {

// The work of the days on which a plan's shipments leave.
void AddLoad(const Plan& plan, const routing_internal::Rulings& rulings,
             std::vector<CapacityDemand>& capacity) {
  for (const Shipment& shipment : plan.shipments()) {
    if (!shipment.takes_stock || shipment.waits || !shipment.ship_by) continue;
    capacity.push_back({shipment.location,
                        routing_internal::DayOf(plan.world(), shipment.location, *shipment.ship_by),
                        shipment.units, Units(1), rulings.MostOfDay(shipment.location)});
  }
}

// Lends a workspace of the router for one call.
template <typename State, typename Make, typename Use>
auto WithWorkspace(const State& state, const Make& make, const Use& use) {
  std::optional<Workspace> workspace;
  {
    const std::lock_guard lock(state.mutex);
    if (!state.idle.empty()) {
      workspace.emplace(std::move(state.idle.back()));
      state.idle.pop_back();
    }
  }
  if (!workspace) workspace.emplace(make());
  auto result = use(*workspace);
  const std::lock_guard lock(state.mutex);
  if (state.idle.size() < State::kMaxIdle) state.idle.push_back(std::move(*workspace));
  return result;
}

}  // namespace

absl::StatusOr<Plan> Router::Route(const Order& order, const StockView& stock,
                                   const RouteOptions& options) const {
  Plan plan;
  absl::Status status = WithWorkspace(
      *state_, [&] { return NewWorkspace(); },
      [&](Workspace& workspace) { return RouteInto(order, stock, options, workspace, plan); });
  if (!status.ok()) return status;
  return plan;
}

absl::Status Router::PromiseInto(const Order& order, const StockView& stock,
                                 const PromiseOptions& options, Workspace& workspace,
                                 std::vector<DeliveryOption>& ways) const {
  ways.clear();
  Workspace::State& scratch = *workspace.state_;
  RouteOptions route{.now = options.now};
  scratch.is_promise = true;
  const absl::Cleanup reset = [&scratch] { scratch.is_promise = false; };
  const auto add = [&](const Order& asked, const DeliveryOption& way) {
    absl::Status status = RouteInto(asked, stock, route, workspace, scratch.plan);
    const Plan& plan = scratch.plan;
    if (!status.ok() ||
        (plan.lines().empty() && plan.backorders().empty() && plan.no_shipping().empty())) {
      return status;
    }
    DeliveryOption& out = ways.emplace_back(routing_internal::OptionOf(plan));
    out.method = way.method;
    out.service = way.service;
    out.store = way.store;
    return status;
  };
  const Network& network = state_->network;
  for (const ServiceIndex service : network.services()) {
    if (!routing_internal::Allows(order.services(), service)) continue;
    route.service = service;
    DeliveryOption way;
    way.service = service;
    if (absl::Status status = add(order, way); !status.ok()) return status;
  }
  route.service.reset();
  const std::optional<Timestamp> now = options.now ? options.now : order.placed_at();
  if (network.needs_now() && !now) return absl::OkStatus();  // refused above, if anything ships
  routing_internal::FindStores(state_->world, network, order, now, options.most_stores,
                               scratch.stores);
  for (const LocationIndex store : scratch.stores) {
    DeliveryOption way;
    way.method = Method::kPickup;
    way.service = network.standard();
    way.store = store;
    if (absl::Status status = add(order.CollectedAt(store), way); !status.ok()) return status;
  }
  routing_internal::SortBestFirst(ways);
  return absl::OkStatus();
}

absl::StatusOr<std::vector<DeliveryOption>> Router::Promise(const Order& order,
                                                            const StockView& stock,
                                                            const PromiseOptions& options) const {
  std::vector<DeliveryOption> ways;
  absl::Status status = WithWorkspace(
      *state_, [&] { return NewWorkspace(); },
      [&](Workspace& workspace) { return PromiseInto(order, stock, options, workspace, ways); });
  if (!status.ok()) return status;
  return ways;
}

absl::StatusOr<solver::Problem> Router::BuildProblem(const Order& order, const StockView& stock,
                                                     const RouteOptions& options) const {
  if (absl::Status status = CheckLineage(order, stock, state_->world); !status.ok()) return status;
  Workspace workspace = NewWorkspace();
  const Call call = CallOf(order, stock, options);
  Sourcing& sourcing = workspace.state_->sourcing;
  if (absl::Status status = sourcing.Build(state_->setup(), call); !status.ok()) return status;
  return sourcing.problem();
}

absl::StatusOr<Decision> Router::RouteAndReserve(const Order& order, InventoryPool& pool,
                                                 const ReserveOptions& options) const {
  return WithWorkspace(
      *state_, [&] { return NewWorkspace(); },
      [&](Workspace& workspace) { return RouteAndReserve(order, pool, options, workspace); });
}

absl::StatusOr<Decision> Router::RouteAndReserve(const Order& order, InventoryPool& pool,
                                                 const ReserveOptions& options,
                                                 Workspace& workspace) const {
  Decision decision;
  absl::Status status = RouteAndReserveInto(order, pool, options, workspace, decision);
  if (!status.ok()) return status;
  return decision;
}

absl::Status Router::RouteAndReserveInto(const Order& order, InventoryPool& pool,
                                         const ReserveOptions& options, Workspace& workspace,
                                         Decision& decision) const {
  decision.reservation.reset();
  decision.changes.clear();
  decision.attempts = 1;
  ReserveOutcome& outcome = workspace.state_->outcome;
  std::vector<CellDemand>& cells = workspace.state_->cells;
  std::vector<BackorderDemand>& backorders = workspace.state_->backorders;
  for (; decision.attempts <= state_->options.reserve_attempts; ++decision.attempts) {
    const RouteOptions route{.now = options.now,
                             .explain = options.explain,
                             .manual = options.manual,
                             .rejections = options.rejections};
    if (absl::Status status = RouteInto(order, pool.Live(), route, workspace, decision.plan);
        !status.ok()) {
      return status;
    }
    const Plan& plan = decision.plan;
    // What is held is a proposal, unless each hold says that its stock is to be kept.
    const bool is_proposal =
        plan.status() == PlanStatus::kHeld &&
        std::any_of(plan.holds().begin(), plan.holds().end(), [](const PlanHold& hold) {
          return (hold.blocks.route || hold.blocks.release) && !hold.reserve;
        });
    const bool is_empty = plan.lines().empty() && plan.backorders().empty();
    if (is_empty || order.is_test() || is_proposal) return absl::OkStatus();
    cells.clear();
    for (const Shipment& shipment : plan.shipments()) {
      if (!shipment.takes_stock) continue;
      for (const PlanLine& line : plan.lines(shipment)) {
        cells.push_back({line.sku, shipment.location, line.quantity});
      }
    }
    workspace.state_->capacity.clear();
    if (pool.limits_days() || rules().limits_days()) {
      AddLoad(plan, workspace.state_->sourcing.rulings(), workspace.state_->capacity);
    }
    backorders.clear();
    for (const PlanBackorder& units : plan.backorders()) {
      backorders.push_back(
          {units.sku, units.location, units.quantity, units.kind, units.draw, units.expected});
    }
    ReserveRequest request;
    request.key = options.key;
    request.cells = cells;
    request.backorders = backorders;
    request.capacity = workspace.state_->capacity;
    request.channel = order.channel();
    request.market = order.market();
    request.now = options.now.value_or(order.placed_at().value_or(Timestamp{}));
    if (absl::Status status = pool.ReserveInto(request, outcome); !status.ok()) {
      return WithContext(status, fmt::format("order '{}'", order.id()));
    }
    if (outcome.reservation) {
      decision.reservation = outcome.reservation;
      std::swap(decision.changes, outcome.changes);
      return absl::OkStatus();
    }
  }
  return Aborted("order '{}': others took the stock {} times while it was routed; try again",
                 order.id(), state_->options.reserve_attempts);
}

namespace {

absl::Status RouteSequential(const Router& router, std::span<const Order> orders,
                             InventoryPool& pool, const RouteAllOptions& options,
                             std::vector<Plan>& plans) {
  Workspace workspace = router.NewWorkspace();
  Decision decision;
  const std::size_t step = routing_internal::ProgressStep(orders.size());
  for (std::size_t i = 0; i < orders.size(); ++i) {
    if (options.progress && i % step == 0 && !options.progress(i, orders.size())) {
      return MakeStatus(absl::StatusCode::kCancelled,
                        fmt::format("cancelled after {} of {} orders", i, orders.size()));
    }
    absl::Status status = router.RouteAndReserveInto(
        orders[i], pool, {.now = options.now, .explain = options.explain}, workspace, decision);
    if (!status.ok()) return status;
    plans[i] = std::move(decision.plan);
  }
  return absl::OkStatus();
}

// Each plan has its own place, so the result does not depend on who took what.
absl::Status RouteIndependent(const Router& router, std::span<const Order> orders,
                              const StockView& stock, const RouteAllOptions& options,
                              std::vector<Plan>& plans) {
  const RouteOptions route{.now = options.now, .explain = options.explain};
  return routing_internal::ForEachOrder(
      orders.size(), options.threads, options.progress, [&] { return router.NewWorkspace(); },
      [&](std::size_t i, Workspace& workspace) {
        return router.RouteInto(orders[i], stock, route, workspace, plans[i]);
      },
      [](const Workspace&) {});
}

}  // namespace

absl::StatusOr<std::vector<Plan>> Router::RouteAll(std::span<const Order> orders,
                                                   InventoryPool& pool,
                                                   const RouteAllOptions& options) const {
  if (options.threads < 0) {
    return InvalidArgument("threads is {}; it must be 0 (all cores) or more", options.threads);
  }
  std::vector<Plan> plans(orders.size());
  absl::Status status;
  if (options.mode == RouteMode::kSequential) {
    status = RouteSequential(*this, orders, pool, options, plans);
  } else {
    const StockView stock = pool.Live();
    status = RouteIndependent(*this, orders, stock, options, plans);
  }
  if (!status.ok()) return status;
  if (options.progress) (void)options.progress(orders.size(), orders.size());
  return plans;
}

}  // namespace orderwright
