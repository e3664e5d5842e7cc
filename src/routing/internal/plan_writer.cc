#include "src/routing/internal/plan_writer.h"

#include <algorithm>
#include <cstring>
#include <new>
#include <type_traits>

#include "orderwright/core/status.h"
#include "orderwright/promise/carriage.h"
#include "src/routing/internal/record.h"

namespace orderwright {
namespace {

using routing_internal::Call;
using routing_internal::Candidate;
using routing_internal::Destination;
using routing_internal::LineSupply;
using routing_internal::Rulings;
using routing_internal::Setup;
using routing_internal::SlotMeaning;
using routing_internal::Sourcing;

// Records are written in place and never destroyed one by one.
template <typename Record>
constexpr bool kIsPlain =
    std::is_trivially_destructible_v<Record> && std::is_trivially_copyable_v<Record>;
static_assert(kIsPlain<Shipment> && kIsPlain<PlanLine> && kIsPlain<Shortfall>);
static_assert(kIsPlain<PlanSetting> && kIsPlain<PlanRelaxed> && kIsPlain<PlanHold> &&
              kIsPlain<PlanOutcome>);

constexpr std::size_t AlignUp(std::size_t n) { return (n + 15) & ~std::size_t{15}; }

}  // namespace

void PlanWriter::FindGroups(const Sourcing& sourcing, const solver::Solution& solution) {
  groups_.clear();
  transfers_ = 0;
  for (std::uint32_t i = 0; i < solution.takes.size(); ++i) {
    const std::uint32_t slot = solution.takes[i].slot;
    if (groups_.empty() || groups_.back().slot != slot) {
      groups_.push_back({slot, i, 0});
      const Candidate& from = sourcing.candidates()[sourcing.slot(slot).candidate];
      const bool to_store = sourcing.DestinationOf(from).store != nullptr;
      if (to_store && !sourcing.IsPickup(from)) ++transfers_;
    }
    ++groups_.back().count;
  }
  const std::vector<solver::Slot>& slots = sourcing.problem().slots;
  std::sort(groups_.begin(), groups_.end(), [&](const Group& a, const Group& b) {
    const std::uint32_t rank_a = slots[a.slot].tie_rank;
    const std::uint32_t rank_b = slots[b.slot].tie_rank;
    return rank_a != rank_b ? rank_a < rank_b : a.slot < b.slot;
  });
}

void PlanWriter::Layout(Plan& plan, const Call& call, std::size_t takes, std::size_t shortfalls,
                        const Rulings& rulings) {
  Plan::Head& head = plan.head_;
  const std::size_t shipments = groups_.size() + transfers_;
  head.shipments = static_cast<std::uint32_t>(shipments);
  head.lines = static_cast<std::uint32_t>(takes);
  head.shortfalls = static_cast<std::uint32_t>(shortfalls);
  const std::size_t lines_at = AlignUp(shipments * sizeof(Shipment));
  const std::size_t shortfalls_at = AlignUp(lines_at + takes * sizeof(PlanLine));
  const std::size_t no_shipping_at = AlignUp(shortfalls_at + shortfalls * sizeof(Shortfall));
  const std::span<const NoShipping> no_shipping = call.order.no_shipping();
  head.no_shipping = static_cast<std::uint32_t>(no_shipping.size());
  head.no_shipping_at = static_cast<std::uint32_t>(no_shipping_at);
  std::size_t bytes = no_shipping_at + no_shipping.size() * sizeof(PlanLine);
  const auto place = [&bytes](const auto records, std::uint32_t& count, std::uint32_t& at) {
    bytes = AlignUp(bytes);
    count = static_cast<std::uint32_t>(records.size());
    at = static_cast<std::uint32_t>(bytes);
    bytes += records.size_bytes();
  };
  place(rulings.settings(), head.settings, head.settings_at);
  place(rulings.relaxed(), head.relaxed, head.relaxed_at);
  place(rulings.holds(), head.holds, head.holds_at);
  place(rulings.outcomes(), head.outcomes, head.outcomes_at);
  head.lines_at = static_cast<std::uint32_t>(lines_at);
  head.shortfalls_at = static_cast<std::uint32_t>(shortfalls_at);
  if (plan.block_.capacity < bytes) {
    plan.block_.bytes.reset(new std::byte[bytes]);  // not zeroed: every record is written
    plan.block_.capacity = bytes;
  }
  const auto copy = [&plan](const auto records, std::uint32_t at) {
    if (!records.empty()) {
      std::memcpy(plan.block_.bytes.get() + at, records.data(), records.size_bytes());
    }
  };
  auto* unshipped = reinterpret_cast<PlanLine*>(plan.block_.bytes.get() + no_shipping_at);
  for (const NoShipping& units : no_shipping) {
    new (unshipped++) PlanLine{units.line, call.order.lines()[units.line].sku, units.quantity};
  }
  copy(rulings.settings(), head.settings_at);
  copy(rulings.relaxed(), head.relaxed_at);
  copy(rulings.holds(), head.holds_at);
  copy(rulings.outcomes(), head.outcomes_at);
}

void PlanWriter::WriteShipment(const Setup& setup, Sourcing& sourcing,
                               const solver::Solution& solution, const Call& call,
                               const Group& group, std::uint32_t first_line, Plan& plan,
                               Shipment& shipment) {
  const SlotMeaning& meaning = sourcing.slot(group.slot);
  const Candidate& candidate = sourcing.candidates()[meaning.candidate];
  shipment.location = candidate.location;
  const Destination& to = sourcing.DestinationOf(candidate);
  if (to.store != nullptr) {
    const bool is_pickup = sourcing.IsPickup(candidate);
    shipment.method = is_pickup ? ShipmentMethod::kPickup : ShipmentMethod::kTransfer;
    if (!is_pickup) shipment.to = to.store_index;
  }
  shipment.service = setup.network.standard();
  if (meaning.option != nullptr) {
    shipment.service = meaning.option->data->name;
    shipment.rate_card = meaning.option->card;
    shipment.zone = meaning.zone;
  }
  if (call.start) {
    const Promise dates = sourcing.DatesOf(setup, call, meaning);
    shipment.ship_by = dates.ship_by;
    shipment.deliver_by = dates.deliver_by;
  }
  shipment.late_days = meaning.late_days;
  shipment.distance_km = sourcing.DistanceKm(setup.world, candidate);
  shipment.first_line = first_line;
  shipment.line_count = group.count;
  auto* lines = reinterpret_cast<PlanLine*>(plan.block_.bytes.get() + plan.head_.lines_at);
  std::int64_t units = 0;
  std::int64_t weight = 0;
  Sourcing::UnitTerms sums;
  for (std::uint32_t i = 0; i < group.count; ++i) {
    const solver::Take& take = solution.takes[group.first + i];
    const Sourcing::UnitTerms terms = sourcing.TermsOf(setup, take.line, group.slot, take.arc);
    units += take.quantity;
    weight += take.quantity * sourcing.UnitWeight(take.line, group.slot);
    sums.unit += take.quantity * terms.unit;
    sums.surcharge += take.quantity * terms.surcharge;
    sums.lane += take.quantity * terms.lane;
    sums.rules += take.quantity * terms.rules;
    new (lines + first_line + i)
        PlanLine{take.line, call.order.lines()[take.line].sku, Units(take.quantity)};
  }
  const Symbol key = call.order.goes_to_own_address()
                         ? kEmptySymbol
                         : call.order.ship_groups()[candidate.ship_group].key;
  shipment.group = sourcing.rulings().NameOf(setup.world, {lines + first_line, group.count}, key);
  shipment.units = Units(units);
  shipment.weight_g = weight;
  shipment.terms.handling = Cost::FromMicros(setup.network.entry(candidate.location).handling);
  shipment.terms.unit = Cost::FromMicros(sums.unit);
  if (meaning.option != nullptr) {
    shipment.terms.shipping = RateOf(*meaning.option->data, meaning.zone, weight).value_or(Cost());
  }
  shipment.terms.surcharge = Cost::FromMicros(sums.surcharge);
  shipment.terms.lane = Cost::FromMicros(sums.lane);
  shipment.terms.lateness =
      Cost::FromMicros(setup.world.costs().late_penalty_per_day.micros() * meaning.late_days);
  shipment.terms.rules =
      Cost::FromMicros(sums.rules + sourcing.rulings().prefer_cost(meaning.candidate));
  shipment.cost = shipment.terms.Sum();
}

// The customer's part of a transfer: the same units, once they are at the store.
Shipment PlanWriter::PickupAfter(const Setup& setup, Sourcing& sourcing, const Destination& to,
                                 const Shipment& transfer) {
  Shipment pickup;
  pickup.location = to.store_index;
  pickup.service = setup.network.standard();
  pickup.method = ShipmentMethod::kPickup;
  pickup.takes_stock = false;
  pickup.group = transfer.group;
  pickup.first_line = transfer.first_line;
  pickup.line_count = transfer.line_count;
  pickup.distance_km = 0;
  if (transfer.deliver_by) {
    pickup.ship_by = pickup.deliver_by = sourcing.ReadyAfter(setup, to, *transfer.deliver_by);
  }
  pickup.late_days = transfer.late_days;
  pickup.units = transfer.units;
  return pickup;
}

// Which stage took away what the line needed. Stock first: what nobody has, no rule can give.
ShortReason PlanWriter::ReasonOf(const Call& call, const Sourcing& sourcing,
                                 const solver::Solution& solution, std::uint32_t line) {
  const LineSupply& supply = sourcing.supply(line);
  const std::int64_t wanted = call.order.lines()[line].quantity.count();
  if (supply.held < wanted) return ShortReason::kNoStock;
  if (supply.allowed < wanted) return ShortReason::kNoEligibleLocation;
  if (supply.ruled < wanted) return ShortReason::kRule;
  if (supply.carried < wanted) return ShortReason::kLimit;
  if (supply.in_time < wanted) return ShortReason::kLate;
  if (sourcing.rulings().ship_complete() && solution.takes.empty()) {
    return ShortReason::kShipComplete;
  }
  // Lines of one SKU share its stock; those that go elsewhere may draw on other parts of it.
  std::int64_t together = 0;
  std::int64_t elsewhere = 0;
  for (const OrderLine& other : call.order.lines()) {
    if (other.sku != call.order.lines()[line].sku) continue;
    const bool same = other.ship_group == call.order.lines()[line].ship_group;
    (same ? together : elsewhere) += other.quantity.count();
  }
  if (supply.held < together + elsewhere) return ShortReason::kNoStock;
  if (elsewhere > 0 && !sourcing.AnythingLeft(solution, line)) return ShortReason::kNoStock;
  if (supply.carried < together) return ShortReason::kRule;
  if (supply.in_time < together) return ShortReason::kLate;
  const solver::OrderSpan& order = sourcing.problem().orders.front();
  const bool bounded = order.max_shipments != solver::kUnlimited || order.min_fill_units > 0 ||
                       order.min_shipment_value > 0 || call.order.lines()[line].no_split ||
                       sourcing.rulings().together(line) != solver::kNone ||
                       sourcing.MayBeTooHeavy() ||
                       solution.termination.proof != solver::Proof::kOptimal;
  return bounded ? ShortReason::kLimit : ShortReason::kCost;
}

absl::Status PlanWriter::Write(const Setup& setup, const Call& call, Sourcing& sourcing,
                               const solver::Solution& solution, Plan& plan) {
  const solver::OrderSpan& order = sourcing.problem().orders.front();
  FindGroups(sourcing, solution);
  std::size_t short_lines = 0;
  for (const std::int64_t units : solution.shortfall) short_lines += units > 0 ? 1 : 0;
  Layout(plan, call, solution.takes.size(), short_lines, sourcing.rulings());

  Cost shipments_cost;
  auto* next = reinterpret_cast<Shipment*>(plan.block_.bytes.get());
  std::uint32_t next_line = 0;
  for (std::size_t i = 0; i < groups_.size(); ++i) {
    auto* shipment = new (next++) Shipment{};
    WriteShipment(setup, sourcing, solution, call, groups_[i], next_line, plan, *shipment);
    next_line += groups_[i].count;
    shipments_cost += shipment->cost;
    if (shipment->method != ShipmentMethod::kTransfer) continue;
    const Candidate& from = sourcing.candidates()[sourcing.slot(groups_[i].slot).candidate];
    new (next++) Shipment(PickupAfter(setup, sourcing, sourcing.DestinationOf(from), *shipment));
  }
  std::int64_t short_units = 0;
  if (short_lines > 0) {
    auto* out = reinterpret_cast<Shortfall*>(plan.block_.bytes.get() + plan.head_.shortfalls_at);
    for (std::uint32_t line = 0; line < solution.shortfall.size(); ++line) {
      const std::int64_t units = solution.shortfall[line];
      if (units == 0) continue;
      short_units += units;
      new (out++) Shortfall{line, call.order.lines()[line].sku, Units(units),
                            ReasonOf(call, sourcing, solution, line)};
    }
  }

  Plan::Head& head = plan.head_;
  head.split_cost = Cost::FromMicros(
      groups_.size() > 1 ? order.split_penalty * static_cast<std::int64_t>(groups_.size() - 1) : 0);
  head.shortfall_cost = setup.world.costs().shortfall_penalty_per_unit.Times(Units(short_units));
  head.cost = shipments_cost + head.split_cost + head.shortfall_cost;
  head.lower_bound = Cost::FromMicros(solution.lower_bound);
  head.proof = solution.termination.proof == solver::Proof::kOptimal ? PlanProof::kOptimal
                                                                     : PlanProof::kFeasible;
  const std::span<const PlanHold> holds = sourcing.rulings().holds();
  const bool is_held = std::any_of(holds.begin(), holds.end(), [](const PlanHold& hold) {
    return hold.blocks.route || hold.blocks.release;
  });
  head.status = is_held                                               ? PlanStatus::kHeld
                : short_units == 0                                    ? PlanStatus::kPlanned
                : groups_.empty() && call.order.no_shipping().empty() ? PlanStatus::kUnroutable
                                                                      : PlanStatus::kShort;
  head.stock_sequence = call.stock.sequence();
  head.candidates = static_cast<std::uint32_t>(sourcing.candidates().size());
  head.nodes = solution.nodes;
  if (!plan.world_ || !plan.world_->SameAs(setup.world)) plan.world_ = setup.world;
  plan.order_ = call.order.shared_draft();
  plan.rules_ = setup.rules;
  if (head.cost.micros() != solution.cost) {
    return Internal("order '{}': the terms of the plan sum to {}, the solver says {}",
                    call.order.id(), head.cost, Cost::FromMicros(solution.cost));
  }
  plan.explanation_.reset();
  plan.manual_.reset();
  if (!call.records) {
    plan.record_.reset();
    return absl::OkStatus();
  }
  // Copies of a plan share its record; one that nobody else has is written again.
  if (plan.record_ == nullptr || plan.record_.use_count() > 1) {
    plan.record_ = std::make_shared<routing_internal::Record>();
  }
  sourcing.MoveTo(setup, call, solution, *plan.record_);
  return absl::OkStatus();
}

}  // namespace orderwright
