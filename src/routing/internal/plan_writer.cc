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
using routing_internal::Pair;
using routing_internal::Rulings;
using routing_internal::Setup;
using routing_internal::SlotMeaning;
using routing_internal::Sourcing;
using routing_internal::Wave;
using routing_internal::WaveKind;

// Records are written in place and never destroyed one by one.
template <typename Record>
constexpr bool kIsPlain =
    std::is_trivially_destructible_v<Record> && std::is_trivially_copyable_v<Record>;
static_assert(kIsPlain<Shipment> && kIsPlain<PlanLine> && kIsPlain<Shortfall> &&
              kIsPlain<PlanBackorder> && kIsPlain<PlanQuestion>);
static_assert(kIsPlain<PlanSetting> && kIsPlain<PlanRelaxed> && kIsPlain<PlanHold> &&
              kIsPlain<PlanOutcome>);

constexpr std::size_t AlignUp(std::size_t n) { return (n + 15) & ~std::size_t{15}; }

}  // namespace

void PlanWriter::FindGroups(const Sourcing& sourcing, const solver::Solution& solution) {
  groups_.clear();
  for (std::uint32_t i = 0; i < solution.takes.size(); ++i) {
    const std::uint32_t slot = solution.takes[i].slot;
    if (groups_.empty() || groups_.back().slot != slot) groups_.push_back({slot, i, 0});
    ++groups_.back().count;
  }
  // Slots of a location stand by date.
  const std::vector<solver::Slot>& slots = sourcing.problem().slots;
  std::sort(groups_.begin(), groups_.end(), [&](const Group& a, const Group& b) {
    const std::uint32_t rank_a = slots[a.slot].tie_rank;
    const std::uint32_t rank_b = slots[b.slot].tie_rank;
    return rank_a != rank_b ? rank_a < rank_b : a.slot < b.slot;
  });
}

// What the goods of a shipment cost, and which of them are in stock.
PlanWriter::Load PlanWriter::LoadOf(const Setup& setup, const Call& call, const Sourcing& sourcing,
                                    const solver::Solution& solution, const Group& group) {
  Load load;
  goods_.clear();
  for (std::uint32_t i = group.first; i < group.first + group.count; ++i) {
    const solver::Take& take = solution.takes[i];
    const Sourcing::UnitTerms terms = sourcing.TermsOf(setup, take);
    load.weight += take.quantity * sourcing.problem().arcs[take.arc].weight_g;
    load.sums.unit += take.quantity * terms.unit;
    load.sums.surcharge += take.quantity * terms.surcharge;
    load.sums.lane += take.quantity * terms.lane;
    load.sums.rules += take.quantity * terms.rules;
    load.sums.waiting += take.quantity * terms.waiting;
    const Pair* const pair = sourcing.PairOf(take.arc);
    Goods goods{.line = sourcing.line_of(take.line),
                .sku = sourcing.SkuOf(call, take),
                .arrival = pair == nullptr ? solver::kNone : pair->arrival,
                .units = take.quantity};
    // A line of which only a part may wait is two lines of the problem.
    const auto same = std::find_if(goods_.begin(), goods_.end(), [&](const Goods& other) {
      return other.line == goods.line && other.sku == goods.sku && other.arrival == goods.arrival;
    });
    if (same == goods_.end()) {
      goods_.push_back(goods);
    } else {
      same->units += goods.units;
    }
    if (goods.arrival == solver::kNone) load.units_in_stock += take.quantity;
  }
  // Few, and nearly always in order: a sort that asks for no memory.
  for (std::size_t i = 1; i < goods_.size(); ++i) {
    for (std::size_t j = i; j > 0 && goods_[j].line < goods_[j - 1].line; --j) {
      std::swap(goods_[j], goods_[j - 1]);
    }
  }
  return load;
}

Shipment PlanWriter::ShipmentOf(const Setup& setup, const Call& call, Sourcing& sourcing,
                                const Group& group, const Load& load) {
  Shipment shipment;
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
    shipment.terms.shipping =
        RateOf(*meaning.option->data, meaning.zone, load.weight).value_or(Cost());
  }
  if (sourcing.StartOf(call, candidate)) {
    const Promise dates = sourcing.DatesOf(setup, call, meaning);
    shipment.ship_by = dates.ship_by;
    shipment.deliver_by = dates.deliver_by;
  }
  shipment.late_days = meaning.late_days;
  shipment.distance_km = sourcing.DistanceKm(setup.world, candidate);
  const Symbol key = call.order.goes_to_own_address()
                         ? kEmptySymbol
                         : call.order.ship_groups()[candidate.ship_group].key;
  named_.clear();
  for (const Goods& goods : goods_) named_.push_back(goods.line);
  shipment.group = sourcing.rulings().NameOf(setup.world, named_, key);
  shipment.units = Units(load.units_in_stock);
  shipment.weight_g = load.weight;
  shipment.terms.handling = Cost::FromMicros(setup.network.entry(candidate.location).handling);
  shipment.terms.unit = Cost::FromMicros(load.sums.unit);
  shipment.terms.surcharge = Cost::FromMicros(load.sums.surcharge);
  shipment.terms.lane = Cost::FromMicros(load.sums.lane);
  shipment.terms.lateness =
      Cost::FromMicros(setup.world.costs().late_penalty_per_day.micros() * meaning.late_days);
  shipment.terms.rules =
      Cost::FromMicros(load.sums.rules + sourcing.rulings().prefer_cost(meaning.candidate));
  shipment.cost = shipment.terms.Sum();
  return shipment;
}

void PlanWriter::AddShipment(const Setup& setup, const Call& call, Sourcing& sourcing,
                             const Group& group, Shipment shipment) {
  shipment.first_line = static_cast<std::uint32_t>(lines_.size());
  for (const Goods& goods : goods_) {
    if (goods.arrival != solver::kNone) continue;
    PlanLine& line = lines_.emplace_back();
    line.line = call.order.draft_line(goods.line);
    line.sku = goods.sku;
    line.quantity = Units(goods.units);
    const SkuIndex ordered = call.order.lines()[goods.line].sku;
    if (ordered != goods.sku) line.substitute_for = ordered;
  }
  shipment.line_count = static_cast<std::uint32_t>(lines_.size()) - shipment.first_line;
  shipments_.push_back(shipment);
  if (shipment.method != ShipmentMethod::kTransfer) return;
  const Candidate& from = sourcing.candidates()[sourcing.slot(group.slot).candidate];
  shipments_.push_back(PickupAfter(setup, sourcing, sourcing.DestinationOf(from), shipment));
}

// Units that wait, and what is in stock and leaves with them.
void PlanWriter::AddLater(const Setup& setup, const Call& call, Sourcing& sourcing,
                          const Group& group, const Load& load, const Shipment& shipment) {
  const bool has_stock = load.units_in_stock > 0;
  if (has_stock) {
    Shipment joint = shipment;
    joint.waits = true;
    AddShipment(setup, call, sourcing, group, joint);
  }
  Cost shared = has_stock ? Cost() : shipment.cost;
  for (const Goods& goods : goods_) {
    if (goods.arrival == solver::kNone) continue;
    const routing_internal::Arrival& arrival = sourcing.arrival(goods.arrival);
    PlanBackorder& out = backorders_.emplace_back();
    out.line = call.order.draft_line(goods.line);
    out.sku = goods.sku;
    out.quantity = Units(goods.units);
    out.location = shipment.location;
    out.kind = arrival.offer.kind;
    out.draw = arrival.offer.draw;
    out.expected = arrival.offer.expected;
    out.service = shipment.service;
    out.ship_by = shipment.ship_by;
    out.deliver_by = shipment.deliver_by;
    out.late_days = shipment.late_days;
    out.penalty = Cost::FromMicros(goods.units * arrival.penalty);
    out.cost = out.penalty + std::exchange(shared, Cost());
    backorder_cost_ += out.cost;
  }
}

void PlanWriter::AddQuestions(const Call& call, const Shipment& shipment) {
  Cost shared = shipment.cost;
  for (const Goods& goods : goods_) {
    PlanQuestion& out = questions_.emplace_back();
    out.line = call.order.draft_line(goods.line);
    out.sku = call.order.lines()[goods.line].sku;
    out.substitute = goods.sku;
    out.quantity = Units(goods.units);
    out.location = shipment.location;
    out.cost = std::exchange(shared, Cost());
    question_cost_ += out.cost;
  }
}

void PlanWriter::AddShortfalls(const Call& call, const Sourcing& sourcing,
                               const solver::Solution& solution) {
  short_.assign(call.order.lines().size(), 0);
  for (std::uint32_t l = 0; l < solution.shortfall.size(); ++l) {
    short_[sourcing.line_of(l)] += solution.shortfall[l];
  }
  for (std::uint32_t line = 0; line < short_.size(); ++line) {
    if (short_[line] == 0) continue;
    shortfalls_.push_back({call.order.draft_line(line), call.order.lines()[line].sku,
                           Units(short_[line]), ReasonOf(call, sourcing, solution, line)});
  }
}

// Lays the records out in the plan's one block.
void PlanWriter::Layout(Plan& plan, const Rulings& rulings) {
  std::size_t bytes = 0;
  const auto place = [&bytes](const auto& records, std::uint32_t& count, std::uint32_t& at) {
    bytes = AlignUp(bytes);
    count = static_cast<std::uint32_t>(records.size());
    at = static_cast<std::uint32_t>(bytes);
    bytes += std::span(records).size_bytes();
  };
  Plan::Head& head = plan.head_;
  std::uint32_t shipments_at = 0;
  place(shipments_, head.shipments, shipments_at);
  place(lines_, head.lines, head.lines_at);
  place(backorders_, head.backorders, head.backorders_at);
  place(questions_, head.questions, head.questions_at);
  place(shortfalls_, head.shortfalls, head.shortfalls_at);
  place(no_shipping_, head.no_shipping, head.no_shipping_at);
  place(rulings.settings(), head.settings, head.settings_at);
  place(rulings.relaxed(), head.relaxed, head.relaxed_at);
  place(rulings.holds(), head.holds, head.holds_at);
  place(rulings.outcomes(), head.outcomes, head.outcomes_at);
  if (plan.block_.capacity < bytes) {
    plan.block_.bytes.reset(new std::byte[bytes]);  // not zeroed: every record is written
    plan.block_.capacity = bytes;
  }
  const auto copy = [&plan](const auto& records, std::uint32_t at) {
    const auto all = std::span(records);
    if (!all.empty()) std::memcpy(plan.block_.bytes.get() + at, all.data(), all.size_bytes());
  };
  copy(shipments_, shipments_at);
  copy(lines_, head.lines_at);
  copy(backorders_, head.backorders_at);
  copy(questions_, head.questions_at);
  copy(shortfalls_, head.shortfalls_at);
  copy(no_shipping_, head.no_shipping_at);
  copy(rulings.settings(), head.settings_at);
  copy(rulings.relaxed(), head.relaxed_at);
  copy(rulings.holds(), head.holds_at);
  copy(rulings.outcomes(), head.outcomes_at);
}

void PlanWriter::Begin(const Call& call) {
  shipments_.clear();
  used_.clear();
  lines_.clear();
  backorders_.clear();
  questions_.clear();
  shortfalls_.clear();
  no_shipping_.clear();
  backorder_cost_ = question_cost_ = Cost();
  for (const NoShipping& units : call.order.no_shipping()) {
    PlanLine& line = no_shipping_.emplace_back();
    line.line = call.order.draft_line(units.line);
    line.sku = call.order.lines()[units.line].sku;
    line.quantity = units.quantity;
  }
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
  const std::int64_t wanted = call.order.lines()[line].quantity.count() - supply.later;
  if (supply.held < wanted) return ShortReason::kNoStock;
  if (supply.allowed < wanted) return ShortReason::kNoEligibleLocation;
  if (supply.ruled < wanted) return ShortReason::kRule;
  if (supply.carried < wanted) return ShortReason::kLimit;
  if (supply.in_time < wanted) return ShortReason::kLate;
  if (sourcing.rulings().ship_complete() && solution.takes.empty()) {
    return ShortReason::kShipComplete;
  }
  if (Sourcing::IsWhole(call, line)) return ShortReason::kShipComplete;
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
  const bool bounded =
      !sourcing.problem().slot_rows.empty() || order.max_shipments != solver::kUnlimited ||
      order.min_fill_units > 0 || order.min_shipment_value > 0 ||
      call.order.lines()[line].no_split || sourcing.rulings().together(line) != solver::kNone ||
      sourcing.MayBeTooHeavy() || solution.termination.proof != solver::Proof::kOptimal;
  return bounded ? ShortReason::kLimit : ShortReason::kCost;
}

absl::Status PlanWriter::Write(const Setup& setup, const Call& call, Sourcing& sourcing,
                               const solver::Solution& solution, Plan& plan) {
  const solver::OrderSpan& order = sourcing.problem().orders.front();
  Begin(call);
  FindGroups(sourcing, solution);
  for (const Group& group : groups_) {
    const Load load = LoadOf(setup, call, sourcing, solution, group);
    const Shipment shipment = ShipmentOf(setup, call, sourcing, group, load);
    if (call.records) {
      used_.push_back({group.slot, shipment.terms, Cost::FromMicros(load.sums.waiting)});
    }
    switch (sourcing.WaveOf(sourcing.slot(group.slot)).kind) {
      case WaveKind::kNow:
        AddShipment(setup, call, sourcing, group, shipment);
        break;
      case WaveKind::kArrival:
        AddLater(setup, call, sourcing, group, load, shipment);
        break;
      case WaveKind::kAnswer:
        AddQuestions(call, shipment);
        break;
    }
  }
  AddShortfalls(call, sourcing, solution);
  Layout(plan, sourcing.rulings());

  Cost shipments_cost;
  for (const Shipment& shipment : shipments_) shipments_cost += shipment.cost;
  std::int64_t short_units = 0;
  for (const Shortfall& shortfall : shortfalls_) short_units += shortfall.quantity.count();
  Plan::Head& head = plan.head_;
  head.split_cost = Cost::FromMicros(
      groups_.size() > 1 ? order.split_penalty * static_cast<std::int64_t>(groups_.size() - 1) : 0);
  head.shortfall_cost = setup.world.costs().shortfall_penalty_per_unit.Times(Units(short_units));
  head.backorder_cost = backorder_cost_;
  head.question_cost = question_cost_;
  head.cost = shipments_cost + head.split_cost + head.shortfall_cost + head.backorder_cost +
              head.question_cost;
  head.lower_bound = Cost::FromMicros(solution.lower_bound);
  head.proof = solution.termination.proof == solver::Proof::kOptimal ? PlanProof::kOptimal
                                                                     : PlanProof::kFeasible;
  const std::span<const PlanHold> holds = sourcing.rulings().holds();
  const bool is_held = std::any_of(holds.begin(), holds.end(), [](const PlanHold& hold) {
    return hold.blocks.route || hold.blocks.release;
  });
  const bool is_nothing = groups_.empty() && call.order.no_shipping().empty();
  head.status = is_held                                  ? PlanStatus::kHeld
                : short_units == 0 && questions_.empty() ? PlanStatus::kPlanned
                : is_nothing                             ? PlanStatus::kUnroutable
                                                         : PlanStatus::kShort;
  head.stock_sequence = call.stock.sequence();
  head.candidates = static_cast<std::uint32_t>(sourcing.candidates().size());
  head.nodes = solution.nodes;
  if (!plan.world_ || !plan.world_->SameAs(setup.world)) plan.world_ = setup.world;
  plan.order_ = call.order.shared_draft();
  plan.rules_ = setup.rules;
  plan.notes_.reset();
  if (sourcing.rulings().has_notes()) {
    auto notes = std::make_shared<Plan::Notes>();
    notes->errors = sourcing.rulings().errors();
    notes->shadows = sourcing.rulings().shadows();
    notes->hold_reasons = sourcing.rulings().hold_reasons();
    plan.notes_ = std::move(notes);
  }
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
  plan.record_->used = used_;
  sourcing.MoveTo(setup, call, solution, *plan.record_);
  return absl::OkStatus();
}

}  // namespace orderwright
