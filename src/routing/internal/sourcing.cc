#include "src/routing/internal/sourcing.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <utility>

#include "orderwright/core/status.h"
#include "orderwright/promise/carriage.h"
#include "src/routing/internal/offers.h"

namespace orderwright::routing_internal {
namespace {

// Sums of values stay below this; rulings bound the floors by it.
constexpr std::int64_t kMostValue = std::int64_t{1} << 60;

// The least number of units whose share of all is not below `share`. Shares are compared as
// doubles: a quotient is rounded as the text of a share is, so that 0.55 of 100 is 55, and two
// thirds of 3 are 2.
std::int64_t LeastUnits(double share, std::int64_t units) {
  const auto all = static_cast<double>(units);
  auto least = std::min(units, static_cast<std::int64_t>(share * all) + 1);
  while (least > 0 && static_cast<double>(least - 1) / all >= share) --least;
  return least;
}

static_assert(kUnlimitedUnits == solver::kUnlimited, "rows take what stock says as it is");

// What is left of a row once `kept` units are kept back.
std::int64_t Without(std::int64_t available, std::int64_t kept) {
  if (available == solver::kUnlimited) return available;
  return std::max<std::int64_t>(0, available - kept);
}

solver::ObjectiveKind KindOf(rules::Minimize minimize) {
  switch (minimize) {
    case rules::Minimize::kShortfall:
      return solver::ObjectiveKind::kShortfall;
    case rules::Minimize::kShipments:
      return solver::ObjectiveKind::kShipments;
    case rules::Minimize::kRank:
      return solver::ObjectiveKind::kRank;
    case rules::Minimize::kLateness:
      return solver::ObjectiveKind::kLateness;
    case rules::Minimize::kCost:
      break;
  }
  return solver::ObjectiveKind::kCost;
}

}  // namespace

Sourcing::Sourcing(const World& world, const Network& network)
    : distances_(network.size()),
      location_stamp_(network.size()),
      sku_stamp_(world.items().size()),
      service_use_(network.service_count()),
      rate_use_(network.rate_count()) {}

absl::Status Sourcing::Build(const Setup& setup, const Call& call, int relax_level) {
  Begin(setup, call);
  rulings_.Begin(setup, call, relax_level);
  if (absl::Status status = Gather(setup, call); !status.ok()) return status;
  if (has_rules_) {
    if (absl::Status status = ApplyRules(setup, call); !status.ok()) return status;
  }
  MakeSlots(setup, call);
  if (rulings_.asks_options()) {
    if (absl::Status status = ApplyOptions(setup, call); !status.ok()) return status;
  }
  if (!direct_) MakeArcs(setup, call);
  MakeObjectives(setup);
  if (call.order.min_fill() > 0 || rulings_.min_shipment_value() > 0) MakeFloors(setup, call);
  return absl::OkStatus();
}

void Sourcing::Begin(const Setup& setup, const Call& call) {
  if (++epoch_ == 0) {  // wrapped after 2^32 orders: old stamps could look new
    std::fill(location_stamp_.begin(), location_stamp_.end(), LocationStamp{});
    std::fill(sku_stamp_.begin(), sku_stamp_.end(), SkuStamp{});
    std::fill(service_use_.begin(), service_use_.end(), ServiceUse{});
    std::fill(rate_use_.begin(), rate_use_.end(), RateUse{});
    epoch_ = 1;
  }
  // Clear() would free the rank columns: their memory is kept aside.
  for (std::vector<std::int64_t>& column : problem_.rank_columns) {
    spare_columns_.push_back(std::move(column));
  }
  problem_.Clear();
  candidates_.clear();
  pairs_.clear();
  first_pair_.clear();
  supply_.assign(call.order.lines().size(), LineSupply{});
  slots_.clear();
  refusals_.clear();
  unit_weight_.clear();
  surcharge_.clear();
  arc_pair_.clear();
  has_rules_ = !setup.rules.empty();
  const OrderDates& dates = call.order.dates();
  is_dated_ = dates.any_due();
  one_destination_ = call.order.goes_to_own_address();
  direct_ = one_destination_ && !has_rules_ && !is_dated_ && setup.network.ships_free() &&
            Allows(call.order.services(), setup.network.standard());
}

absl::Status Sourcing::FindDestinations(const Setup& setup, const Call& call) {
  const Order& order = call.order;
  const auto lane = [&](Symbol postal_code) {
    return setup.lanes != nullptr ? setup.lanes->Row(postal_code) : nullptr;
  };
  destinations_.clear();
  distance_group_.reset();
  site_count_ = 0;
  if (one_destination_) {
    destinations_.push_back({.country = order.country(),
                             .position = order.position(),
                             .time_zone = order.time_zone(),
                             .lane = lane(order.postal_code())});
    return absl::OkStatus();
  }
  for (const ShipGroup& group : order.ship_groups()) {
    Destination& to = destinations_.emplace_back();
    to.method = group.method;
    if (group.method == Method::kShip) {
      to.country = group.country;
      to.position = group.position;
      to.time_zone = group.time_zone ? &*group.time_zone : nullptr;
      to.lane = lane(group.postal_code);
      continue;
    }
    if (Raw(group.store) >= setup.network.size()) {
      return FailedPrecondition(
          "order '{}' was made with a later version of the world than the router has; give the "
          "router that version",
          order.id());
    }
    AddStore(setup, call, group, to);
    to.lane = lane(setup.network.postal_code(group.store));
  }
  return absl::OkStatus();
}

void Sourcing::AddStore(const Setup& setup, const Call& call, const ShipGroup& group,
                        Destination& to) {
  const Location& store = setup.world.location(group.store);
  to.store_index = group.store;
  to.store = &store;
  to.country = store.country;
  to.position = store.position;
  to.time_zone = &store.time_zone;
  // Whether it ever opens does not depend on when it is asked.
  to.offers_pickup =
      MayUse(setup, call, group.store) &&
      setup.promises
          .ReadyAt(group.store, call.start.value_or(Timestamp{}), Duration(0), promise_memory_)
          .has_value();
  to.takes_transfers = to.offers_pickup && store.spec.pickup->ship_to_store;
}

double Sourcing::DistanceKm(const World& world, const Candidate& candidate) {
  if (IsPickup(candidate)) return 0;
  const Destination& to = DestinationOf(candidate);
  if (!to.position) return DistanceCache::kUnknown;
  if (distance_group_ != candidate.ship_group) {
    distance_group_ = candidate.ship_group;
    distances_.Select(*to.position);
  }
  return distances_.Km(candidate.location, world.location(candidate.location));
}

std::uint32_t Sourcing::CandidateOf(LocationIndex location) {
  LocationStamp& stamp = location_stamp_[Raw(location)];
  if (stamp.epoch != epoch_) {
    stamp = {epoch_, static_cast<std::uint32_t>(candidates_.size())};
    candidates_.push_back({.location = location, .site = stamp.candidate});
  }
  return stamp.candidate;
}

// The candidates of a location are a chain from the first.
std::uint32_t Sourcing::CandidateOf(LocationIndex location, std::uint16_t ship_group) {
  const auto made = static_cast<std::uint32_t>(candidates_.size());
  std::uint32_t at = CandidateOf(location);
  if (at == made) {
    candidates_[at].ship_group = ship_group;
    candidates_[at].site = site_count_++;
    return at;
  }
  const std::uint32_t site = candidates_[at].site;
  while (candidates_[at].ship_group != ship_group) {
    if (candidates_[at].next == solver::kNone) {
      candidates_[at].next = made;
      candidates_.push_back({.location = location, .ship_group = ship_group, .site = site});
      return made;
    }
    at = candidates_[at].next;
  }
  return at;
}

absl::Status Sourcing::Gather(const Setup& setup, const Call& call) {
  if (setup.network.needs_now() && !call.now) {
    return InvalidArgument(
        "order '{}' has no placed_at and no `now` was given; locations that are inactive for a "
        "time need one",
        call.order.id());
  }
  if (is_dated_ && !call.start) {
    return InvalidArgument(
        "order '{}' has dates to meet but no placed_at, and no `now` was given; dates count from "
        "one of them",
        call.order.id());
  }
  if (absl::Status status = FindDestinations(setup, call); !status.ok()) return status;
  const Availability question{call.order.channel(), call.order.market(),
                              call.now.value_or(Timestamp{}), call.own_reservation};
  const std::span<const OrderLine> lines = call.order.lines();
  holders_.clear();
  holders_of_.resize(lines.size());
  for (const OrderLine& line : lines) call.stock.Prefetch(line.sku, false);
  for (const OrderLine& line : lines) call.stock.Prefetch(line.sku, true);
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    first_pair_.push_back(static_cast<std::uint32_t>(pairs_.size()));
    if (Raw(lines[i].sku) >= sku_stamp_.size()) {
      return FailedPrecondition(
          "order '{}' was made with a later version of the world than the router has; give the "
          "router that version",
          call.order.id());
    }
    if (lines[i].quantity.IsZero()) {  // shipped, cancelled, or needs no shipping
      if (direct_) problem_.lines.push_back({.first_arc = ArcCount()});
      continue;
    }
    SkuStamp& stamp = sku_stamp_[Raw(lines[i].sku)];
    const bool known = stamp.epoch == epoch_;
    if (!known) stamp = {epoch_, i};
    if (!one_destination_) {
      if (!known) GatherHolders(call, i, question);
      GatherGroupLine(setup, call, i, holders_of_[stamp.line]);
    } else if (direct_) {
      if (known) {
        ShareArcs(call, i, stamp.line);
      } else {
        GatherArcs(setup, call, i, question);
      }
    } else if (known) {
      ShareRows(i, stamp.line);
    } else {
      GatherLine(setup, call, i, question);
    }
  }
  first_pair_.push_back(static_cast<std::uint32_t>(pairs_.size()));
  return absl::OkStatus();
}

// Whether the order may ship from a location at all.
bool Sourcing::MayUse(const Setup& setup, const Call& call, LocationIndex location) {
  // A location of a later version of the world is not known here.
  if (Raw(location) >= setup.network.size()) return false;
  const ShipCheck check = setup.network.entry(location).check;
  if (check == ShipCheck::kAlways) return true;
  return check == ShipCheck::kAsk &&
         Network::MayShip(setup.world.location(location), call.order, call.now);
}

void Sourcing::Refuse(const Call& call, std::uint32_t line, LocationIndex location,
                      std::int64_t available) {
  if (call.records) refusals_.push_back({line, location, available});
}

// Whether lines that go to `to` may come from a location.
bool Sourcing::MayServe(const Setup& setup, const Call& call, const Destination& to,
                        LocationIndex location) const {
  if (to.store != nullptr) {
    if (location == to.store_index) return to.offers_pickup;
    if (!to.takes_transfers) return false;
  }
  return MayUse(setup, call, location);
}

// Ship groups that ask for one SKU must see one stock: it is read once.
void Sourcing::GatherHolders(const Call& call, std::uint32_t line, const Availability& question) {
  HolderSpan& span = holders_of_[line];
  span.first = static_cast<std::uint32_t>(holders_.size());
  call.stock.ForEachHolder(call.order.lines()[line].sku, question,
                           [&](LocationIndex location, std::int64_t available) {
                             holders_.push_back({.location = location, .available = available});
                           });
  span.count = static_cast<std::uint32_t>(holders_.size()) - span.first;
}

void Sourcing::GatherGroupLine(const Setup& setup, const Call& call, std::uint32_t line,
                               const HolderSpan& holders) {
  const std::uint16_t group = call.order.lines()[line].ship_group;
  LineSupply& supply = supply_[line];
  for (std::uint32_t i = holders.first; i < holders.first + holders.count; ++i) {
    Holder& holder = holders_[i];
    supply.held += LineSupply::Counted(holder.available);
    if (!MayServe(setup, call, destinations_[group], holder.location)) {
      Refuse(call, line, holder.location, holder.available);
      continue;
    }
    supply.allowed += LineSupply::Counted(holder.available);
    if (holder.row == solver::kNone) {
      holder.row = static_cast<std::uint32_t>(problem_.rows.size());
      problem_.rows.push_back({holder.available, 0});
    }
    pairs_.push_back({CandidateOf(holder.location, group), holder.row, holder.available});
  }
  supply.ruled = supply.allowed;
}

void Sourcing::GatherLine(const Setup& setup, const Call& call, std::uint32_t line,
                          const Availability& question) {
  LineSupply& supply = supply_[line];
  call.stock.ForEachHolder(
      call.order.lines()[line].sku, question, [&](LocationIndex location, std::int64_t available) {
        supply.held += LineSupply::Counted(available);
        if (!MayUse(setup, call, location)) return Refuse(call, line, location, available);
        supply.allowed += LineSupply::Counted(available);
        pairs_.push_back(
            {CandidateOf(location), static_cast<std::uint32_t>(problem_.rows.size()), available});
        problem_.rows.push_back({available, 0});
      });
  supply.ruled = supply.allowed;
}

// The whole of a line at once. The tables grow to the most that may come and are cut afterwards:
// a scan of holders is the innermost loop of routing, and checks no capacity.
void Sourcing::GatherArcs(const Setup& setup, const Call& call, std::uint32_t index,
                          const Availability& question) {
  const OrderLine& line = call.order.lines()[index];
  const std::size_t most = call.stock.MostHolders(line.sku);
  solver::Line out;
  out.quantity = line.quantity.count();
  out.shortfall_penalty = setup.world.costs().shortfall_penalty_per_unit.micros();
  out.no_split = line.no_split;
  out.first_arc = static_cast<std::uint32_t>(problem_.arcs.size());
  const std::size_t first_row = problem_.rows.size();
  problem_.arcs.resize(out.first_arc + most);
  problem_.rows.resize(first_row + most);
  solver::Arc* arc = problem_.arcs.data() + out.first_arc;
  solver::Row* row = problem_.rows.data() + first_row;
  auto next_row = static_cast<std::uint32_t>(first_row);
  LineSupply supply;
  const std::int64_t* lane = destinations_.front().lane;
  call.stock.ForEachHolder(line.sku, question, [&](LocationIndex location, std::int64_t available) {
    supply.held += LineSupply::Counted(available);
    if (!MayUse(setup, call, location)) return Refuse(call, index, location, available);
    supply.allowed += LineSupply::Counted(available);
    std::int64_t cost = setup.network.entry(location).unit_cost;
    if (lane != nullptr) cost += lane[Raw(location)];
    *arc++ = {CandidateOf(location), next_row++, cost, 0};
    *row++ = {available, 0};
  });
  supply.ruled = supply.carried = supply.in_time = supply.allowed;
  supply_[index] = supply;
  problem_.rows.resize(next_row);
  out.arc_count = static_cast<std::uint32_t>(next_row - first_row);
  problem_.arcs.resize(out.first_arc + out.arc_count);
  problem_.lines.push_back(out);
}

// A further line of a SKU: the same slots and rows.
void Sourcing::ShareArcs(const Call& call, std::uint32_t index, std::uint32_t first) {
  solver::Line out = problem_.lines[first];
  out.quantity = call.order.lines()[index].quantity.count();
  out.no_split = call.order.lines()[index].no_split;
  const std::uint32_t begin = out.first_arc;
  out.first_arc = static_cast<std::uint32_t>(problem_.arcs.size());
  for (std::uint32_t i = 0; i < out.arc_count; ++i) {
    const solver::Arc arc = problem_.arcs[begin + i];
    problem_.arcs.push_back(arc);
  }
  supply_[index] = supply_[first];
  problem_.lines.push_back(out);
}

// Lines of one SKU draw on the same stock.
void Sourcing::ShareRows(std::uint32_t line, std::uint32_t first) {
  const std::uint32_t end = first_pair_[first + 1];
  for (std::uint32_t i = first_pair_[first]; i < end; ++i) {
    const Pair pair = pairs_[i];
    pairs_.push_back(pair);
  }
  supply_[line] = supply_[first];
}

// Bounds what a shipment from each candidate can weigh, whatever the service.
void Sourcing::WeighCandidates(const Setup& setup, const Call& call) {
  for (std::uint32_t line = 0; line < call.order.lines().size(); ++line) {
    const OrderLine& data = call.order.lines()[line];
    const ItemSpec& item = setup.world.item(data.sku).spec;
    const std::int64_t unit = BilledWeight(item, setup.network.least_dim_divisor());
    for (std::uint32_t p = first_pair_[line]; p < first_pair_[line + 1]; ++p) {
      candidates_[pairs_[p].candidate].most_weight +=
          unit * std::min(data.quantity.count(), pairs_[p].available);
    }
  }
}

// A slot a candidate, of a constant cost. With hundreds of candidates an order this is a hot loop.
void Sourcing::MakeDirectSlots(const Setup& setup) {
  const std::size_t count = candidates_.size();
  slots_.resize(count);
  problem_.slots.resize(count);
  for (std::uint32_t i = 0; i < count; ++i) {
    Candidate& candidate = candidates_[i];
    const LocationEntry& entry = setup.network.entry(candidate.location);
    candidate.first_slot = i;
    candidate.slot_count = 1;
    slots_[i].candidate = i;
    solver::Slot& slot = problem_.slots[i];
    slot.location = i;
    slot.tie_rank = entry.tie_rank;
    slot.fixed_cost = entry.handling;
  }
}

void Sourcing::MakeSlots(const Setup& setup, const Call& call) {
  if (direct_) return MakeDirectSlots(setup);
  if (!setup.network.ships_free()) WeighCandidates(setup, call);
  for (std::uint32_t i = 0; i < candidates_.size(); ++i) {
    Candidate& candidate = candidates_[i];
    candidate.first_slot = static_cast<std::uint32_t>(slots_.size());
    if (rulings_.group_count() == 1) {
      MakeGroupSlots(setup, call, i, 0);
    } else {
      FindLinesOf(i);
      for (std::uint32_t group = 0; group < rulings_.group_count(); ++group) {
        if (IsNeeded(group)) MakeGroupSlots(setup, call, i, group);
      }
    }
    candidate.slot_count = static_cast<std::uint32_t>(slots_.size()) - candidate.first_slot;
  }
}

void Sourcing::FindLinesOf(std::uint32_t candidate) {
  group_lines_.clear();
  for (std::uint32_t line = 0; line + 1 < first_pair_.size(); ++line) {
    for (std::uint32_t p = first_pair_[line]; p < first_pair_[line + 1]; ++p) {
      if (pairs_[p].candidate != candidate) continue;
      group_lines_.push_back(line);
      break;
    }
  }
}

// Whether lines of the candidate may go in shipments of this group that may not all go in those of
// another; of two groups for the same lines the first is enough.
bool Sourcing::IsNeeded(std::uint32_t group) const {
  bool fits_any = false;
  for (const std::uint32_t line : group_lines_) fits_any |= rulings_.Fits(group, line);
  if (!fits_any) return false;
  for (std::uint32_t other = 0; other < rulings_.group_count(); ++other) {
    if (other == group) continue;
    bool covers = true;
    bool is_larger = false;
    for (const std::uint32_t line : group_lines_) {
      const bool here = rulings_.Fits(group, line);
      const bool there = rulings_.Fits(other, line);
      covers &= there || !here;
      is_larger |= there && !here;
    }
    if (covers && (is_larger || other < group)) return false;
  }
  return true;
}

void Sourcing::MakeGroupSlots(const Setup& setup, const Call& call, std::uint32_t candidate,
                              std::uint32_t group) {
  const LocationEntry& entry = setup.network.entry(candidates_[candidate].location);
  if (IsPickup(candidates_[candidate])) {
    AddSlot(setup, call, {.candidate = candidate, .group = group},
            entry.handling + rulings_.prefer_cost(candidate), nullptr);
    return;
  }
  if (entry.option_count > 0) return MakeServiceSlots(setup, call, candidate, group);
  if (!Allows(rulings_.services(), setup.network.standard())) return;
  AddSlot(setup, call, {.candidate = candidate, .group = group},
          entry.handling + rulings_.prefer_cost(candidate), nullptr);
}

void Sourcing::MakeServiceSlots(const Setup& setup, const Call& call, std::uint32_t candidate,
                                std::uint32_t group) {
  const LocationEntry& entry = setup.network.entry(candidates_[candidate].location);
  const auto first = static_cast<std::uint32_t>(slots_.size());
  const double km = DistanceKm(setup.world, candidates_[candidate]);
  const Symbol country = DestinationOf(candidates_[candidate]).country;
  for (const ServiceOption& option : setup.network.options(entry)) {
    const Service& service = *option.data;
    if (!Allows(rulings_.services(), service.name)) continue;
    if (!service.Serves(country)) continue;
    const std::optional<std::size_t> zone = ZoneAt(service, km);
    if (!zone) continue;
    const auto z = static_cast<std::uint32_t>(*zone);
    const ServiceUse& use = UseService(setup, call, option);
    const RateUse& rate = UseRate(option, z, use.total_weight);
    // A rate that the whole order cannot leave the first step of is a constant.
    const solver::Step& step = problem_.steps[rate.first_step];
    const bool constant = rate.step_count == 1 && step.max_weight_g >= use.total_weight;
    const std::int64_t fixed =
        entry.handling + rulings_.prefer_cost(candidate) + (constant ? step.cost : 0);
    AddSlot(setup, call, {.candidate = candidate, .option = &option, .zone = z, .group = group},
            fixed, constant ? nullptr : &rate);
  }
  if (slots_.size() - first < 2) return;
  // Of equal plans the earlier delivery wins: solvers prefer the lower slot of a location.
  const auto arrival = [](const SlotMeaning& slot) {
    return std::pair(slot.dates.deliver_by, slot.option->data->spec.transit_days[slot.zone]);
  };
  for (std::uint32_t i = first + 1; i < slots_.size(); ++i) {
    for (std::uint32_t j = i; j > first && arrival(slots_[j]) < arrival(slots_[j - 1]); --j) {
      std::swap(slots_[j - 1], slots_[j]);
      std::swap(problem_.slots[j - 1], problem_.slots[j]);
    }
  }
  // A service that is barred for some lines only may leave another needed that it dominates.
  if (!rulings_.asks_options()) {
    DropDominated(first, setup.world.costs().split_penalty.micros());
  }
}

Promise Sourcing::DatesOf(const Setup& setup, const Call& call, const SlotMeaning& slot) {
  const Candidate& candidate = candidates_[slot.candidate];
  const Destination& to = DestinationOf(candidate);
  if (IsPickup(candidate)) {
    const Duration lead = std::chrono::minutes(to.store->spec.pickup->lead_minutes);
    const Timestamp ready =
        setup.promises.ReadyAt(candidate.location, *call.start, lead, promise_memory_)
            .value_or(*call.start);
    return {ready, ready};
  }
  return setup.promises.DatesOf({.location = candidate.location,
                                 .service = slot.option == nullptr ? nullptr : slot.option->data,
                                 .zone = slot.zone,
                                 .start = *call.start,
                                 .destination = to.time_zone},
                                promise_memory_);
}

Timestamp Sourcing::ReadyAfter(const Setup& setup, const Destination& to, Timestamp arrival) {
  return setup.promises.ReadyAt(to.store_index, arrival, Duration(0), promise_memory_)
      .value_or(arrival);
}

void Sourcing::AddSlot(const Setup& setup, const Call& call, SlotMeaning meaning,
                       std::int64_t fixed, const RateUse* rate) {
  Candidate& candidate = candidates_[meaning.candidate];
  if (call.start) meaning.dates = DatesOf(setup, call, meaning);
  if (is_dated_) {
    const Destination& to = DestinationOf(candidate);
    const Timestamp has_at = to.store == nullptr || IsPickup(candidate)
                                 ? meaning.dates.deliver_by
                                 : ReadyAfter(setup, to, meaning.dates.deliver_by);
    const std::optional<std::int64_t> late =
        LateDays(call.order.dates(), meaning.dates.ship_by, has_at);
    if (!late) {
      candidate.has_late_slot = true;
      return;
    }
    meaning.late_days = *late;
  }
  solver::Slot slot;
  slot.location = candidate.site;
  slot.tie_rank = setup.network.entry(candidate.location).tie_rank;
  slot.fixed_cost = fixed + setup.world.costs().late_penalty_per_day.micros() * meaning.late_days;
  if (rate != nullptr) {
    slot.first_step = rate->first_step;
    slot.step_count = rate->step_count;
  }
  problem_.slots.push_back(slot);
  slots_.push_back(meaning);
}

Sourcing::ServiceUse& Sourcing::UseService(const Setup& setup, const Call& call,
                                           const ServiceOption& option) {
  ServiceUse& use = service_use_[option.service_id];
  if (use.epoch == epoch_) return use;
  use.epoch = epoch_;
  use.first_line = static_cast<std::uint32_t>(unit_weight_.size());
  use.total_weight = 0;
  for (const OrderLine& line : call.order.lines()) {
    const Item& item = setup.world.item(line.sku);
    const std::int64_t weight = BilledWeight(item.spec, option.data->spec.dim_divisor);
    unit_weight_.push_back(weight);
    use.total_weight += weight * line.quantity.count();
    surcharge_.push_back(
        FitsSize(item.spec, option.data->spec) ? SurchargeOf(item, *option.data).micros() : -1);
  }
  return use;
}

// The steps of a rate that this order can reach, in the problem's table once.
Sourcing::RateUse& Sourcing::UseRate(const ServiceOption& option, std::uint32_t zone,
                                     std::int64_t weight) {
  RateUse& use = rate_use_[option.first_rate + zone];
  if (use.epoch == epoch_) return use;
  use.epoch = epoch_;
  use.first_step = static_cast<std::uint32_t>(problem_.steps.size());
  for (const RateStep& step : option.data->steps_of_zone(zone)) {
    problem_.steps.push_back({step.max_weight_g, step.cost.micros()});
    if (step.max_weight_g >= weight) break;
  }
  use.step_count = static_cast<std::uint32_t>(problem_.steps.size()) - use.first_step;
  return use;
}

bool Sourcing::MayBeTooHeavy() const {
  for (std::size_t j = 0; j < slots_.size(); ++j) {
    const solver::Slot& slot = problem_.slots[j];
    if (slot.step_count == 0) continue;
    const solver::Step& last = problem_.steps[slot.first_step + slot.step_count - 1];
    if (last.max_weight_g < service_use_[slots_[j].option->service_id].total_weight) return true;
  }
  return false;
}

// The most that two shipments, by rates a and b, may weigh together so that in no case one shipment
// by rate a costs more than both. Complexity: cubic in the steps; once per pair of rates.
std::int64_t Sourcing::MergeLimit(std::span<const RateStep> a, std::span<const RateStep> b) {
  std::int64_t limit = kNoWeightLimit;
  std::int64_t least_a = 0;
  for (const RateStep& step_a : a) {
    std::int64_t least_b = 0;
    for (const RateStep& step_b : b) {
      const std::int64_t both = step_a.cost.micros() + step_b.cost.micros();
      // Heavier than the last step of a for that much; beyond all of them a carries nothing.
      const auto dearer = std::find_if(
          a.begin(), a.end(), [both](const RateStep& step) { return step.cost.micros() > both; });
      if (dearer != a.end()) {
        // Step a itself is for no more, so there is one before.
        const std::int64_t first = std::max((dearer - 1)->max_weight_g + 1, least_a + least_b);
        const bool reached = step_a.max_weight_g == kNoWeightLimit ||
                             step_b.max_weight_g == kNoWeightLimit ||
                             first - step_a.max_weight_g <= step_b.max_weight_g;
        if (reached) limit = std::min(limit, first - 1);
      }
      if (step_b.max_weight_g == kNoWeightLimit) break;
      least_b = step_b.max_weight_g + 1;
    }
    if (step_a.max_weight_g == kNoWeightLimit) break;
    least_a = step_a.max_weight_g + 1;
  }
  return limit;
}

bool Sourcing::MayMerge(const SlotMeaning& a, const SlotMeaning& b, std::int64_t weight) {
  const std::uint32_t rate_a = a.option->first_rate + a.zone;
  const std::uint32_t rate_b = b.option->first_rate + b.zone;
  const auto [entry, is_new] = merge_limit_.try_emplace({rate_a, rate_b}, 0);
  if (is_new) {
    entry->second =
        MergeLimit(a.option->data->steps_of_zone(a.zone), b.option->data->steps_of_zone(b.zone));
  }
  return weight <= entry->second;
}

// Whether slot b of a location is never needed beside slot a: a carries whatever b carries, for no
// more, and the two shipments of a plan that uses both could go as one for no more. A slot that
// comes after b delivers no earlier, and must be cheaper.
bool Sourcing::Dominates(std::uint32_t a, std::uint32_t b, std::int64_t split_penalty) {
  // Lateness may be an objective above the cost.
  if (slots_[a].late_days > slots_[b].late_days) return false;
  const ServiceUse& use_a = service_use_[slots_[a].option->service_id];
  const ServiceUse& use_b = service_use_[slots_[b].option->service_id];
  for (std::size_t i = 0; i < supply_.size(); ++i) {
    const std::int64_t of_b = surcharge_[use_b.first_line + i];
    if (of_b < 0) continue;
    const std::int64_t of_a = surcharge_[use_a.first_line + i];
    if (of_a < 0 || of_a > of_b) return false;
    if (unit_weight_[use_a.first_line + i] > unit_weight_[use_b.first_line + i]) return false;
  }
  const solver::Slot& slot_a = problem_.slots[a];
  const solver::Slot& slot_b = problem_.slots[b];
  const std::int64_t weight =
      std::min(use_a.total_weight, candidates_[slots_[a].candidate].most_weight);
  const std::int64_t worst_a = RateAt(problem_, slot_a, weight);
  if (worst_a == std::numeric_limits<std::int64_t>::max()) return false;
  // a never costs more than at the full weight, b never less than its first step.
  const std::int64_t first_a = RateAt(problem_, slot_a, 0);
  const std::int64_t first_b = RateAt(problem_, slot_b, 0);
  if (worst_a > first_a + slot_b.fixed_cost + first_b + split_penalty &&
      !MayMerge(slots_[a], slots_[b], weight)) {
    return false;
  }
  const auto no_dearer = [&](std::int64_t grams) {
    const std::int64_t rate_b = RateAt(problem_, slot_b, grams);
    if (rate_b == std::numeric_limits<std::int64_t>::max()) return true;
    const std::int64_t cost_a = slot_a.fixed_cost + RateAt(problem_, slot_a, grams);
    const std::int64_t cost_b = slot_b.fixed_cost + rate_b;
    return a < b ? cost_a <= cost_b : cost_a < cost_b;
  };
  // Both are step functions: a is no dearer everywhere if it is so at the end of a's steps, where
  // b is dearest within them, and just above the end of each of a's steps.
  if (!no_dearer(0)) return false;
  for (std::uint32_t i = 0; i < slot_a.step_count; ++i) {
    const std::int64_t end = problem_.steps[slot_a.first_step + i].max_weight_g;
    if (end < weight && !no_dearer(end + 1)) return false;
  }
  return true;
}

void Sourcing::DropDominated(std::uint32_t first_slot, std::int64_t split_penalty) {
  std::uint32_t kept = first_slot;
  const auto end = static_cast<std::uint32_t>(slots_.size());
  for (std::uint32_t i = first_slot; i < end; ++i) {
    bool dominated = false;
    for (std::uint32_t j = first_slot; j < end && !dominated; ++j) {
      if (j >= kept && j <= i) continue;  // dropped before, or itself
      dominated = Dominates(j, i, split_penalty);
    }
    if (dominated) continue;
    slots_[kept] = slots_[i];
    problem_.slots[kept] = problem_.slots[i];
    ++kept;
  }
  slots_.resize(kept);
  problem_.slots.resize(kept);
}

void Sourcing::MakeArcs(const Setup& setup, const Call& call) {
  const std::size_t lines = call.order.lines().size();
  next_option_ = 0;
  problem_.lines.reserve(lines);
  for (std::uint32_t i = 0; i < lines; ++i) MakeLineArcs(setup, call, i);
}

void Sourcing::MakeLineArcs(const Setup& setup, const Call& call, std::uint32_t index) {
  const OrderLine& line = call.order.lines()[index];
  solver::Line out;
  out.quantity = line.quantity.count();
  out.shortfall_penalty = setup.world.costs().shortfall_penalty_per_unit.micros();
  out.no_split = line.no_split;
  out.group = rulings_.together(index);
  out.first_arc = static_cast<std::uint32_t>(problem_.arcs.size());
  bool negative = false;
  std::int64_t carried = 0;
  std::int64_t in_time = 0;
  const std::uint32_t end = first_pair_[index + 1];
  for (std::uint32_t p = first_pair_[index]; p < end; ++p) {
    const Pair& pair = pairs_[p];
    if (!rulings_.ok(p)) continue;
    if (problem_.rows[pair.row].amount <= 0) continue;
    const Candidate& candidate = candidates_[pair.candidate];
    std::int64_t base = setup.network.entry(candidate.location).unit_cost;
    base += LaneOf(candidate);
    base += rulings_.price(p);
    // Rules about services do not speak of what goes with none.
    const bool asks_options = rulings_.asks_options() && !IsPickup(candidate);
    bool carries = false;
    bool is_barred = false;
    for (std::uint32_t s = 0; s < candidate.slot_count; ++s) {
      solver::Arc arc{candidate.first_slot + s, pair.row, base, 0};
      if (!rulings_.Fits(slots_[arc.slot].group, index)) continue;
      if (asks_options && !rulings_.option_ok(next_option_++)) {
        is_barred = true;
        continue;
      }
      if (const ServiceOption* option = slots_[arc.slot].option; option != nullptr) {
        const ServiceUse& use = service_use_[option->service_id];
        const std::int64_t surcharge = surcharge_[use.first_line + index];
        if (surcharge < 0) continue;  // larger than the service takes
        arc.unit_cost += surcharge;
        arc.weight_g = unit_weight_[use.first_line + index];
        const solver::Slot& slot = problem_.slots[arc.slot];
        if (RateAt(problem_, slot, arc.weight_g) == std::numeric_limits<std::int64_t>::max())
          continue;
      }
      negative |= arc.unit_cost < 0;
      carries = true;
      problem_.arcs.push_back(arc);
      if (has_rules_) arc_pair_.push_back(p);
    }
    const std::int64_t amount = LineSupply::Counted(problem_.rows[pair.row].amount);
    if (is_barred && !carries) supply_[index].ruled -= amount;
    if (carries || candidate.has_late_slot) carried += amount;
    if (carries) in_time += amount;
  }
  supply_[index].carried = carried;
  supply_[index].in_time = in_time;
  out.arc_count = static_cast<std::uint32_t>(problem_.arcs.size()) - out.first_arc;
  problem_.lines.push_back(out);
  if (negative) ShiftNegative(problem_.lines.back());
}

// A solver takes no negative cost: the line's unit costs and its penalty rise by one constant, and
// the order's offset falls by quantity times it.
void Sourcing::ShiftNegative(solver::Line& line) {
  std::int64_t lowest = 0;
  for (const solver::Arc& arc : problem_.arcs_of(line)) lowest = std::min(lowest, arc.unit_cost);
  for (std::uint32_t i = 0; i < line.arc_count; ++i) {
    problem_.arcs[line.first_arc + i].unit_cost -= lowest;
  }
  line.shortfall_penalty -= lowest;
  if (problem_.orders.empty()) problem_.orders.emplace_back();
  problem_.orders.front().cost_offset += line.quantity * lowest;
}

void Sourcing::MakeFloors(const Setup& setup, const Call& call) {
  solver::OrderSpan& order = problem_.orders.front();
  std::int64_t units = 0;
  for (const solver::Line& line : problem_.lines) units += line.quantity;
  // Units that need no shipping are sourced already.
  std::int64_t sourced = 0;
  for (const NoShipping& line : call.order.no_shipping()) sourced += line.quantity.count();
  order.min_fill_units =
      std::max<std::int64_t>(0, LeastUnits(call.order.min_fill(), units + sourced) - sourced);
  order.min_shipment_value = rulings_.min_shipment_value();
  if (order.min_shipment_value == 0) return;
  // What a unit is worth beyond this is above every floor, and could overflow the order's sum.
  const std::int64_t most = kMostValue / std::max<std::int64_t>(units, 1);
  for (std::size_t i = 0; i < problem_.lines.size(); ++i) {
    const std::optional<Money>& price = call.order.draft().lines[i].unit_price;
    const std::optional<Money>& value =
        price ? price : setup.world.item(call.order.lines()[i].sku).spec.unit_value;
    std::int64_t micros = 0;
    if (value) {
      const absl::StatusOr<Cost> cost = setup.world.CostOf(*value);
      micros = cost.ok() ? std::clamp<std::int64_t>(cost->micros(), 0, most) : most;
    }
    problem_.unit_value.push_back(micros);
  }
}

void Sourcing::MakeObjectives(const Setup& setup) {
  if (problem_.orders.empty()) problem_.orders.emplace_back();
  solver::OrderSpan& order = problem_.orders.front();
  order.line_count = static_cast<std::uint32_t>(problem_.lines.size());
  order.slot_count = static_cast<std::uint32_t>(problem_.slots.size());
  order.max_shipments = rulings_.max_shipments().value_or(solver::kUnlimited);
  order.split_penalty = setup.world.costs().split_penalty.micros();
  order.ship_complete = rulings_.ship_complete();

  const std::span<const rules::Objective> objectives = setup.rules.objectives();
  if (objectives.empty()) return;
  for (std::size_t r = 0; r < rulings_.rank_count(); ++r) {
    std::vector<std::int64_t>& column = problem_.rank_columns.emplace_back();
    if (!spare_columns_.empty()) {
      column = std::move(spare_columns_.back());
      spare_columns_.pop_back();
      column.clear();
    }
    for (const SlotMeaning& slot : slots_) column.push_back(rulings_.rank(r, slot.candidate));
  }
  for (const rules::Objective& objective : objectives) {
    if (objective.minimize != rules::Minimize::kLateness || !problem_.lateness.empty()) continue;
    for (const SlotMeaning& slot : slots_) problem_.lateness.push_back(slot.late_days);
  }
  const bool has_shortfall = std::any_of(
      objectives.begin(), objectives.end(),
      [](const rules::Objective& o) { return o.minimize == rules::Minimize::kShortfall; });
  if (!has_shortfall) {
    problem_.objectives.push_back({solver::ObjectiveKind::kShortfall, solver::kNone, 0});
  }
  for (const rules::Objective& objective : objectives) {
    solver::Objective out{KindOf(objective.minimize), solver::kNone, objective.tolerance};
    for (std::size_t r = 0; r < rulings_.rank_count() && !objective.rank_rule.empty(); ++r) {
      if (rulings_.rank_rule(r).id == objective.rank_rule) {
        out.rank_column = static_cast<std::uint32_t>(r);
      }
    }
    // A rank rule that is off now ranks nothing: all plans are equal to it.
    const bool silent = objective.minimize == rules::Minimize::kRank &&
                        (rulings_.rank_count() == 0 ||
                         (!objective.rank_rule.empty() && out.rank_column == solver::kNone));
    if (!silent) problem_.objectives.push_back(out);
  }
}

Sourcing::UnitTerms Sourcing::TermsOf(const Setup& setup, std::uint32_t line, std::uint32_t slot,
                                      std::uint32_t arc) const {
  UnitTerms terms;
  const SlotMeaning& meaning = slots_[slot];
  const LocationIndex location = candidates_[meaning.candidate].location;
  terms.unit = setup.network.entry(location).unit_cost;
  terms.lane = LaneOf(candidates_[meaning.candidate]);
  if (meaning.option != nullptr) {
    terms.surcharge = surcharge_[service_use_[meaning.option->service_id].first_line + line];
  }
  if (has_rules_) terms.rules = rulings_.price(arc_pair_[arc]);
  return terms;
}

// ---- rules ----

absl::Status Sourcing::ApplyRules(const Setup& setup, const Call& call) {
  candidate_km_.clear();
  for (const Candidate& candidate : candidates_) {
    candidate_km_.push_back(DistanceKm(setup.world, candidate));
  }
  absl::Status status =
      rulings_.Apply(setup, call, pairs_, first_pair_, candidates_, candidate_km_);
  if (!status.ok()) return status;
  // Protected units come off the rows; what rules left is counted for the reasons of shortfalls.
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    std::int64_t& amount = problem_.rows[pairs_[i].row].amount;
    amount = std::min(amount, Without(pairs_[i].available, rulings_.protect(i)));
  }
  for (std::uint32_t line = 0; line + 1 < first_pair_.size(); ++line) {
    supply_[line].ruled = 0;
    for (std::uint32_t p = first_pair_[line]; p < first_pair_[line + 1]; ++p) {
      if (!rulings_.ok(p)) continue;
      supply_[line].ruled += LineSupply::Counted(problem_.rows[pairs_[p].row].amount);
    }
  }
  return absl::OkStatus();
}

// The services that each pair could go with, in the order in which MakeLineArcs meets them.
absl::Status Sourcing::ApplyOptions(const Setup& setup, const Call& call) {
  for (std::uint32_t line = 0; line + 1 < first_pair_.size(); ++line) {
    for (std::uint32_t p = first_pair_[line]; p < first_pair_[line + 1]; ++p) {
      if (!rulings_.ok(p) || problem_.rows[pairs_[p].row].amount <= 0) continue;
      const Candidate& candidate = candidates_[pairs_[p].candidate];
      if (IsPickup(candidate)) continue;
      for (std::uint32_t s = 0; s < candidate.slot_count; ++s) {
        const SlotMeaning& slot = slots_[candidate.first_slot + s];
        if (!rulings_.Fits(slot.group, line)) continue;
        rulings_.AddOption(
            p, slot, slot.option != nullptr ? slot.option->data->name : setup.network.standard());
      }
    }
  }
  return rulings_.ApplyOptions(setup, call);
}

void Sourcing::MoveTo(const Setup& setup, const Call& call, const solver::Solution& solution,
                      Record& record) {
  record.now = call.now;
  record.start = call.start;
  record.due = call.order.dates();
  record.solution = solution;
  record.candidates.clear();
  record.lane.clear();
  for (const Candidate& candidate : candidates_) {
    record.candidates.push_back({candidate.location, candidate.site, candidate.ship_group});
    if (setup.lanes != nullptr) record.lane.push_back(LaneOf(candidate));
  }
  record.destinations.clear();
  for (std::size_t i = 0; i < destinations_.size(); ++i) {
    const Destination& to = destinations_[i];
    RecordedDestination& out = record.destinations.emplace_back();
    if (to.store != nullptr) out.store = to.store_index;
    if (!one_destination_) out.key = call.order.ship_groups()[i].key;
    out.country = to.country;
    out.position = to.position;
    if (to.time_zone != nullptr) out.time_zone = *to.time_zone;
  }
  record.destination_of.clear();
  for (const OrderLine& line : call.order.lines()) record.destination_of.push_back(line.ship_group);
  record.slots.clear();
  for (const SlotMeaning& slot : slots_) {
    RecordedSlotMeaning& out = record.slots.emplace_back();
    out.candidate = slot.candidate;
    out.zone = slot.zone;
    out.group = slot.group;
    if (slot.option != nullptr) {
      out.card = slot.option->card;
      out.service_of_card = slot.option->service;
    }
    out.late_days = slot.late_days;
    if (call.start) out.dates = direct_ ? DatesOf(setup, call, slot) : slot.dates;
  }
  record.pairs.clear();
  for (std::uint32_t line = 0; line + 1 < first_pair_.size(); ++line) {
    for (std::uint32_t p = first_pair_[line]; p < first_pair_[line + 1]; ++p) {
      record.pairs.push_back({line, pairs_[p].candidate, pairs_[p].available});
    }
  }
  record.refusals = refusals_;
  rulings_.Record(record);
  // A record that is written again gives its memory to the next order. A new one takes a copy, so
  // that the next order need not grow its tables anew.
  if (record.problem.slots.capacity() > 0) {
    std::swap(record.problem, problem_);
  } else {
    record.problem = problem_;
  }
}

bool Sourcing::AnythingLeft(const solver::Solution& solution, std::uint32_t line) const {
  for (const solver::Arc& arc : problem_.arcs_of(problem_.lines[line])) {
    std::int64_t left = problem_.rows[arc.row].amount;
    for (const solver::Take& take : solution.takes) {
      if (left != solver::kUnlimited && problem_.arcs[take.arc].row == arc.row) {
        left -= take.quantity;
      }
    }
    if (left > 0) return true;
  }
  return false;
}

rules::PlanFacts Sourcing::FactsOf(const Call& call, const solver::Solution& solution) const {
  rules::PlanFacts facts;
  for (const NoShipping& units : call.order.no_shipping()) facts.units += units.quantity.count();
  facts.cost = Cost::FromMicros(solution.cost);
  facts.is_proved = solution.termination.proof == solver::Proof::kOptimal;
  std::uint32_t last = solver::kNone;  // takes come slot by slot
  for (const solver::Take& take : solution.takes) {
    facts.units += take.quantity;
    if (take.slot == last) continue;
    last = take.slot;
    ++facts.shipments;
    facts.late_days = std::max(facts.late_days, slots_[take.slot].late_days);
  }
  for (const std::int64_t units : solution.shortfall) facts.short_units += units;
  return facts;
}

}  // namespace orderwright::routing_internal
