// What an order could be sourced from: the part of Sourcing that asks the stock.
#include <algorithm>
#include <cstddef>
#include <utility>

#include "orderwright/core/status.h"
#include "src/routing/internal/offers.h"
#include "src/routing/internal/sourcing.h"

namespace orderwright::routing_internal {

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
std::uint32_t Sourcing::CandidateOf(LocationIndex location, std::uint16_t ship_group,
                                    std::uint32_t wave) {
  const auto made = static_cast<std::uint32_t>(candidates_.size());
  std::uint32_t at = CandidateOf(location);
  if (at == made) {
    candidates_[at].ship_group = ship_group;
    candidates_[at].wave = wave;
    candidates_[at].site = site_count_++;
    return at;
  }
  const std::uint32_t site = candidates_[at].site;
  while (candidates_[at].ship_group != ship_group || candidates_[at].wave != wave) {
    if (candidates_[at].next == solver::kNone) {
      candidates_[at].next = made;
      candidates_.push_back(
          {.location = location, .ship_group = ship_group, .wave = wave, .site = site});
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
  if (limits_days_ && !call.start) {
    return InvalidArgument(
        "order '{}' has no placed_at and no `now` was given; what locations can still do on a day "
        "counts from one of them",
        call.order.id());
  }
  if (absl::Status status = FindDestinations(setup, call); !status.ok()) return status;
  const Availability question = QuestionOf(call);
  const std::span<const OrderLine> lines = call.order.lines();
  for (const OrderLine& line : lines) {
    if (Raw(line.sku) < sku_stamp_.size()) continue;
    return FailedPrecondition(
        "order '{}' was made with a later version of the world than the router has; give the "
        "router that version",
        call.order.id());
  }
  if (is_special_ || !one_destination_) return GatherShared(setup, call, question);
  for (const OrderLine& line : lines) call.stock.Prefetch(line.sku, false);
  for (const OrderLine& line : lines) call.stock.Prefetch(line.sku, true);
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    first_pair_.push_back(static_cast<std::uint32_t>(pairs_.size()));
    if (lines[i].quantity.IsZero()) {  // shipped, cancelled, or needs no shipping
      if (direct_) problem_.lines.push_back(LineOf(setup, call, i));
      continue;
    }
    SkuStamp& stamp = sku_stamp_[Raw(lines[i].sku)];
    const bool known = stamp.epoch == epoch_;
    if (!known) stamp = {epoch_, i};
    if (direct_) {
      if (known) {
        ShareArcs(call, i, stamp.use);
      } else {
        GatherArcs(setup, call, i, question);
      }
    } else if (known) {
      ShareRows(i, stamp.use);
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
  if (!call.rejections.empty() &&
      HasRejectedEnough(call.rejections, location,
                        setup.world.location(location).spec.max_rejects)) {
    return false;
  }
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

// ---- Lines that share their SKUs ----
//
// Ship groups, substitutes and bundles may ask for one SKU: its stock is read once, and one row of
// the problem stands for it wherever it may go.

absl::Status Sourcing::GatherShared(const Setup& setup, const Call& call,
                                    const Availability& question) {
  holders_.clear();
  arrivals_.clear();
  sku_uses_.clear();
  const std::span<const OrderLine> lines = call.order.lines();
  for (const Variant& variant : variants_) call.stock.Prefetch(variant.sku, false);
  for (const Variant& variant : variants_) call.stock.Prefetch(variant.sku, true);
  // What arrives first: what is in stock may wait for it.
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    if (lines[i].quantity.IsZero() || !Waits(i)) continue;
    SkuUse& use = UseOf(call, lines[i].sku, question);
    absl::Status status = GatherArrivals(setup, call, lines[i].sku, question, use);
    if (!status.ok()) return status;
    for (std::uint32_t a = use.first_arrival; a < use.first_arrival + use.arrival_count; ++a) {
      const LocationIndex location = arrivals_[a].offer.location;
      if (!MayServe(setup, call, destinations_[lines[i].ship_group], location)) continue;
      (void)CandidateOf(location, lines[i].ship_group, arrivals_[a].wave);
    }
  }
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    first_pair_.push_back(static_cast<std::uint32_t>(pairs_.size()));
    if (lines[i].quantity.IsZero()) continue;
    if ((setup.network.traits(lines[i].sku) & kHasRelease) != 0 && !call.now) {
      return InvalidArgument(
          "order '{}' has no placed_at and no `now` was given; whether '{}' is released depends on "
          "one of them",
          call.order.id(), setup.world.item(lines[i].sku).sku());
    }
    GatherSharedLine(setup, call, i, question);
  }
  first_pair_.push_back(static_cast<std::uint32_t>(pairs_.size()));
  return absl::OkStatus();
}

Sourcing::SkuUse& Sourcing::UseOf(const Call& call, SkuIndex sku, const Availability& question) {
  SkuStamp& stamp = sku_stamp_[Raw(sku)];
  if (stamp.epoch == epoch_) return sku_uses_[stamp.use];
  stamp = {epoch_, static_cast<std::uint32_t>(sku_uses_.size())};
  SkuUse& use = sku_uses_.emplace_back();
  use.first_holder = static_cast<std::uint32_t>(holders_.size());
  ForEachHolder(call, sku, question, [&](LocationIndex location, std::int64_t available) {
    holders_.push_back({.location = location, .available = available});
  });
  use.holder_count = static_cast<std::uint32_t>(holders_.size()) - use.first_holder;
  const std::int64_t most = call.stock.MostOf(sku, question);
  if (most != kUnlimitedUnits) {
    use.quota = static_cast<std::uint32_t>(problem_.rows.size());
    problem_.rows.push_back({most, 0});
  }
  return use;
}

std::uint32_t Sourcing::WaveAt(WaveKind kind, std::optional<Timestamp> expected) {
  const auto count = static_cast<std::uint32_t>(waves_.size());
  for (std::uint32_t i = 0; i < count; ++i) {
    if (waves_[i].kind == kind && waves_[i].expected == expected) return i;
  }
  waves_.push_back({kind, expected});
  return count;
}

// What may be promised of a SKU beyond what is in stock, and what a unit of it costs more.
absl::Status Sourcing::GatherArrivals(const Setup& setup, const Call& call, SkuIndex sku,
                                      const Availability& question, SkuUse& use) {
  if (use.has_arrivals) return absl::OkStatus();
  use.has_arrivals = true;
  use.first_arrival = static_cast<std::uint32_t>(arrivals_.size());
  call.stock.FindBackorders(sku, question, offers_);
  const bool is_dated =
      std::any_of(offers_.offers.begin(), offers_.offers.end(),
                  [](const BackorderOffer& offer) { return offer.expected.has_value(); });
  if (is_dated && !call.start) {
    return InvalidArgument(
        "order '{}' has no placed_at and no `now` was given; when '{}' may arrive counts from one "
        "of them",
        call.order.id(), setup.world.item(sku).sku());
  }
  std::uint32_t quota = solver::kNone;
  std::int64_t last_day = 0;
  for (const BackorderOffer& offer : offers_.offers) {
    if (offer.expected) last_day = std::max(last_day, DaysLate(*offer.expected, *call.start));
    if (!offer.counts || offers_.limit == kUnlimitedUnits || quota != solver::kNone) continue;
    quota = static_cast<std::uint32_t>(problem_.rows.size());
    problem_.rows.push_back({offers_.limit, 0});
  }
  const CostSettings& costs = setup.world.costs();
  for (const BackorderOffer& offer : offers_.offers) {
    Arrival& arrival = arrivals_.emplace_back();
    arrival.offer = offer;
    arrival.wave = WaveAt(WaveKind::kArrival, offer.expected);
    if (offer.counts) arrival.quota = quota;
    // What nobody has ordered yet counts as a day later than all that is known.
    const std::int64_t days = offer.draw == BackorderDraw::kIncoming
                                  ? DaysLate(*offer.expected, *call.start)
                                  : last_day + 1;
    arrival.penalty = costs.backorder_penalty_per_unit.micros() +
                      costs.backorder_penalty_per_unit_day.micros() * std::min(days, kMaxLateDays);
  }
  use.arrival_count = static_cast<std::uint32_t>(arrivals_.size()) - use.first_arrival;
  return absl::OkStatus();
}

void Sourcing::GatherSharedLine(const Setup& setup, const Call& call, std::uint32_t line,
                                const Availability& question) {
  // The uses of further SKUs may move those that are there: each is asked for when it is needed.
  AddStockPairs(setup, call, line, UseOf(call, call.order.lines()[line].sku, question));
  for (std::uint32_t v = static_cast<std::uint32_t>(call.order.lines().size());
       v < variants_.size(); ++v) {
    if (variants_[v].line != line) continue;
    AddStockPairs(setup, call, v, UseOf(call, variants_[v].sku, question));
  }
  supply_[line].ruled = supply_[line].allowed;
  if (Waits(line)) {
    AddArrivalPairs(setup, call, line, UseOf(call, call.order.lines()[line].sku, question));
  }
}

// What is in stock of a variant; before its release an item is not, whatever has come.
void Sourcing::AddStockPairs(const Setup& setup, const Call& call, std::uint32_t index,
                             const SkuUse& use) {
  const Variant& variant = variants_[index];
  if ((setup.network.traits(variant.sku) & kHasRelease) != 0 &&
      *call.now < setup.world.item(variant.sku).spec.preorder->release) {
    return;
  }
  const bool is_own = index == variant.line;
  const std::uint16_t group = call.order.lines()[variant.line].ship_group;
  const bool is_asked = !is_own && IsMissing(variant.line);
  const bool joins = is_own && waves_.size() > 1 && JoinsLines(setup, call);
  LineSupply& supply = supply_[variant.line];
  for (std::uint32_t i = use.first_holder; i < use.first_holder + use.holder_count; ++i) {
    Holder& holder = holders_[i];
    if (is_own) supply.held += LineSupply::Counted(holder.available);
    if (!MayServe(setup, call, destinations_[group], holder.location)) {
      if (is_own) Refuse(call, variant.line, holder.location, holder.available);
      continue;
    }
    if (is_own) supply.allowed += LineSupply::Counted(holder.available);
    if (holder.row == solver::kNone) {
      holder.row = static_cast<std::uint32_t>(problem_.rows.size());
      problem_.rows.push_back({holder.available, 0});
    }
    Pair pair{
        .row = holder.row, .available = holder.available, .variant = index, .quota = use.quota};
    pair.candidate = CandidateOf(holder.location, group);
    pairs_.push_back(pair);
    if (joins) AddWaitingPairs(holder.location, group, pair);
    if (!is_asked) continue;
    pair.candidate = CandidateOf(holder.location, group, WaveAt(WaveKind::kAnswer, std::nullopt));
    pairs_.push_back(pair);
  }
  if (!is_own || use.quota == solver::kNone) return;
  // For its channel no more is there.
  supply.held = std::min(supply.held, problem_.rows[use.quota].amount);
  supply.allowed = std::min(supply.allowed, problem_.rows[use.quota].amount);
}

// Stock that leaves together with what arrives at its location.
void Sourcing::AddWaitingPairs(LocationIndex location, std::uint16_t group, const Pair& stock) {
  for (std::uint32_t c = CandidateOf(location); c != solver::kNone; c = candidates_[c].next) {
    const Candidate& candidate = candidates_[c];
    if (candidate.ship_group != group) continue;
    if (waves_[candidate.wave].kind != WaveKind::kArrival) continue;
    Pair& pair = pairs_.emplace_back(stock);
    pair.candidate = c;
    pair.waits = true;
  }
}

void Sourcing::AddArrivalPairs(const Setup& setup, const Call& call, std::uint32_t line,
                               const SkuUse& use) {
  const std::uint16_t group = call.order.lines()[line].ship_group;
  for (std::uint32_t a = use.first_arrival; a < use.first_arrival + use.arrival_count; ++a) {
    Arrival& arrival = arrivals_[a];
    const LocationIndex location = arrival.offer.location;
    if (!MayServe(setup, call, destinations_[group], location)) continue;
    if (arrival.row == solver::kNone) {
      arrival.row = static_cast<std::uint32_t>(problem_.rows.size());
      problem_.rows.push_back({arrival.offer.units, 0});
    }
    supply_[line].later += LineSupply::Counted(arrival.offer.units);
    pairs_.push_back({.candidate = CandidateOf(location, group, arrival.wave),
                      .row = arrival.row,
                      .available = arrival.offer.units,
                      .variant = line,
                      .arrival = a,
                      .quota = arrival.quota});
  }
}

// Whether some lines must leave from one location.
bool Sourcing::JoinsLines(const Setup& setup, const Call& call) const {
  for (const OrderBundle& bundle : call.order.bundles()) {
    if (bundle.ship_together) return true;
  }
  for (const std::uint32_t i : setup.rules.of_kind(rules::RuleKind::kGroup)) {
    const rules::Rule& rule = setup.rules.rules()[i];
    if (rule.keep == rules::Keep::kTogether && rule.IsActive(call.now)) return true;
  }
  return false;
}

// ---- Lines that share nothing ----

void Sourcing::GatherLine(const Setup& setup, const Call& call, std::uint32_t line,
                          const Availability& question) {
  LineSupply& supply = supply_[line];
  ForEachHolder(
      call, call.order.lines()[line].sku, question,
      [&](LocationIndex location, std::int64_t available) {
        supply.held += LineSupply::Counted(available);
        if (!MayUse(setup, call, location)) return Refuse(call, line, location, available);
        supply.allowed += LineSupply::Counted(available);
        pairs_.push_back({CandidateOf(location), static_cast<std::uint32_t>(problem_.rows.size()),
                          available, line});
        problem_.rows.push_back({available, 0});
      });
  supply.ruled = supply.allowed;
}

// A line of the order as one of the problem, of which no arc is made yet.
solver::Line Sourcing::LineOf(const Setup& setup, const Call& call, std::uint32_t line) const {
  return {.quantity = call.order.lines()[line].quantity.count(),
          .shortfall_penalty = setup.world.costs().shortfall_penalty_per_unit.micros(),
          .first_arc = ArcCount(),
          .no_split = call.order.lines()[line].no_split};
}

// The whole of a line at once. The tables grow to the most that may come and are cut afterwards:
// a scan of holders is the innermost loop of routing, and checks no capacity.
void Sourcing::GatherArcs(const Setup& setup, const Call& call, std::uint32_t index,
                          const Availability& question) {
  const OrderLine& line = call.order.lines()[index];
  const std::size_t most = only_ != nullptr ? only_->size() : call.stock.MostHolders(line.sku);
  solver::Line out = LineOf(setup, call, index);
  const std::size_t first_row = problem_.rows.size();
  problem_.arcs.resize(out.first_arc + most);
  problem_.rows.resize(first_row + most);
  solver::Arc* arc = problem_.arcs.data() + out.first_arc;
  solver::Row* row = problem_.rows.data() + first_row;
  auto next_row = static_cast<std::uint32_t>(first_row);
  LineSupply supply;
  const std::int64_t* lane = destinations_.front().lane;
  ForEachHolder(call, line.sku, question, [&](LocationIndex location, std::int64_t available) {
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
    Pair pair = pairs_[i];
    pair.variant = line;
    pairs_.push_back(pair);
  }
  supply_[line] = supply_[first];
}

}  // namespace orderwright::routing_internal
