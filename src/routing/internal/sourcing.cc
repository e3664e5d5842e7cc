#include "src/routing/internal/sourcing.h"

#include <algorithm>
#include <cstddef>
#include <limits>
#include <numeric>
#include <tuple>
#include <utility>

#include "orderwright/core/status.h"
#include "orderwright/promise/carriage.h"
#include "src/routing/internal/offers.h"
#include "src/routing/internal/prices.h"

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
    : nearby_(network),
      distances_(network.size()),
      location_stamp_(network.size()),
      sku_stamp_(world.items().size()),
      service_use_(network.service_count()),
      rate_use_(network.rate_count()) {}

absl::Status Sourcing::Build(const Setup& setup, const Call& call, int relax_level,
                             const Later& later) {
  Begin(setup, call, later);
  rulings_.Begin(setup, call, relax_level);
  if (absl::Status status = Gather(setup, call); !status.ok()) return status;
  if (has_rules_) {
    if (absl::Status status = ApplyRules(setup, call); !status.ok()) return status;
    is_plain_ = is_plain_ && IsPlainWithRules(setup);
  }
  MakeSlots(setup, call);
  if (rulings_.asks_options()) {
    if (absl::Status status = ApplyOptions(setup, call); !status.ok()) return status;
  }
  if (!is_plain_) {
    MakeArcs(setup, call);
  } else if (!direct_) {
    MakePlainArcs(setup, call);
  }
  MakeObjectives(setup);
  if (call.order.min_fill() > 0 || rulings_.min_shipment_value() > 0) MakeFloors(setup, call);
  return absl::OkStatus();
}

bool Sourcing::MayNarrow(const Setup& setup, const Call& call) {
  // What an explanation speaks of is all there is.
  if (!nearby_.IsWorthIt() || call.records || setup.lanes != nullptr) return false;
  if (!call.rejections.empty()) return false;
  Begin(setup, call, {});
  if (has_rules_ || is_special_ || call.order.min_fill() > 0) return false;
  rulings_.Begin(setup, call, 0);
  if (!FindDestinations(setup, call).ok() || destinations_.size() != 1) return false;
  for (const OrderLine& line : call.order.lines()) {
    if (line.quantity.IsZero()) continue;
    if (call.stock.MostHolders(line.sku) * 2 < setup.network.size()) return false;
  }
  nearby_.Begin(setup, call, destinations_.front(), rulings_.services());
  return true;
}

bool Sourcing::MayWait(const Setup& setup, const Call& call,
                       std::span<const std::int64_t> missing) {
  const std::span<const OrderLine> lines = call.order.lines();
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    if (missing[i] == 0) continue;
    if ((setup.network.traits(lines[i].sku) & kHasSubstitutes) != 0) return true;
    // Whether terms allow it, of the item or of a row of stock, is for the stock to say.
    call.stock.FindBackorders(lines[i].sku, QuestionOf(call), offers_);
    if (!offers_.offers.empty()) return true;
  }
  return false;
}

bool Sourcing::MayGoBeyond(const Call& call, std::span<const std::int64_t> missing) {
  const std::span<const OrderLine> lines = call.order.lines();
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    if (missing[i] == 0) continue;
    call.stock.FindBackorders(lines[i].sku, QuestionOf(call), offers_);
    for (const BackorderOffer& offer : offers_.offers) {
      if (offer.draw == BackorderDraw::kLimit) return true;
    }
  }
  return false;
}

void Sourcing::Begin(const Setup& setup, const Call& call, const Later& later) {
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
  line_of_.clear();
  place_of_.clear();
  later_ = later;
  has_rules_ = !setup.rules.empty();
  const OrderDates& dates = call.order.dates();
  is_dated_ = dates.any_due();
  one_destination_ = call.order.goes_to_own_address();
  limits_days_ = call.stock.limits_days() || setup.rules.limits_days();
  is_special_ = IsSpecial(setup, call);
  // Which services it allows rules may still change.
  const ServiceIndex standard = setup.network.standard();
  const bool goes_standard =
      Allows(call.order.services(), standard) && (!call.service || *call.service == standard);
  is_plain_ = one_destination_ && !is_special_ && !is_dated_ && !limits_days_ &&
              setup.network.ships_free() && (has_rules_ || goes_standard);
  direct_ = is_plain_ && !has_rules_;
  waves_.assign(1, Wave{});
  variants_.clear();
  if (!direct_) FindVariants(setup, call);
}

// Whether its lines are more than items that are in stock or not.
bool Sourcing::IsSpecial(const Setup& setup, const Call& call) const {
  if (later_.arrivals || !later_.missing.empty() || !call.order.bundles().empty()) return true;
  const Availability question = QuestionOf(call);
  for (const OrderLine& line : call.order.lines()) {
    if (line.ship_complete) return true;
    if (setup.network.has_special_items() && setup.network.traits(line.sku) != 0) return true;
    if (call.stock.MostOf(line.sku, question) != kUnlimitedUnits) return true;
  }
  return false;
}

void Sourcing::FindVariants(const Setup& setup, const Call& call) {
  const std::span<const OrderLine> lines = call.order.lines();
  for (std::uint32_t i = 0; i < lines.size(); ++i) variants_.push_back({i, lines[i].sku});
  if (!setup.network.has_special_items()) return;
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    if ((setup.network.traits(lines[i].sku) & kHasSubstitutes) == 0) continue;
    for (const ItemSubstitute& substitute : setup.world.item(lines[i].sku).substitutes) {
      if (setup.world.item(substitute.sku).retired) continue;
      variants_.push_back({i, substitute.sku, substitute.policy});
    }
  }
}

// Bounds what a shipment from each candidate can weigh, whatever the service.
void Sourcing::WeighCandidates(const Setup& setup, const Call& call) {
  unit_bound_.clear();
  for (const Variant& variant : variants_) {
    unit_bound_.push_back(
        BilledWeight(setup.world.item(variant.sku).spec, setup.network.least_dim_divisor()));
  }
  for (std::uint32_t line = 0; line < call.order.lines().size(); ++line) {
    const std::int64_t quantity = call.order.lines()[line].quantity.count();
    for (std::uint32_t p = first_pair_[line]; p < first_pair_[line + 1]; ++p) {
      candidates_[pairs_[p].candidate].most_weight +=
          unit_bound_[pairs_[p].variant] * std::min(quantity, pairs_[p].available);
    }
  }
}

// Whether what rules say leaves it so.
bool Sourcing::IsPlainWithRules(const Setup& setup) const {
  if (rulings_.asks_options() || rulings_.group_count() > 1) return false;
  return Allows(rulings_.services(), setup.network.standard());
}

// A slot a candidate, of a constant cost. With hundreds of candidates an order this is a hot loop.
void Sourcing::MakePlainSlots(const Setup& setup) {
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
    slot.fixed_cost = entry.handling + rulings_.prefer_cost(i);
  }
}

void Sourcing::MakeSlots(const Setup& setup, const Call& call) {
  if (is_plain_) return MakePlainSlots(setup);
  if (!setup.network.ships_free()) WeighCandidates(setup, call);
  OrderCandidates();
  for (const std::uint32_t i : slot_order_) {
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
  if (limits_days_) MakeDayRows(setup, call);
}

// What locations can still do on the days that shipments would leave. What waits is no work yet.
void Sourcing::MakeDayRows(const Setup& setup, const Call& call) {
  day_rows_.clear();
  problem_.slot_rows.assign(slots_.size(), solver::SlotRows{});
  const Availability question = QuestionOf(call);
  const auto row_of = [this](Units left) {
    if (left == Units(kUnlimitedUnits)) return solver::kNone;
    problem_.rows.push_back({left.count(), 0});
    return static_cast<std::uint32_t>(problem_.rows.size() - 1);
  };
  for (std::uint32_t s = 0; s < slots_.size(); ++s) {
    const Candidate& candidate = candidates_[slots_[s].candidate];
    if (waves_[candidate.wave].kind != WaveKind::kNow) continue;
    const LocalDate day = DayOf(setup.world, candidate.location, slots_[s].dates.ship_by);
    auto at = std::find_if(day_rows_.begin(), day_rows_.end(), [&](const DayRows& rows) {
      return rows.location == candidate.location && rows.day == day;
    });
    if (at == day_rows_.end()) {
      DayLoad left = call.stock.RoomOf(candidate.location, day, question);
      TightenRoom(call, candidate.location, day, left);
      day_rows_.push_back({candidate.location, day, row_of(left.units), row_of(left.shipments)});
      at = day_rows_.end() - 1;
    }
    problem_.slot_rows[s].unit_rows[1] = at->units;
    problem_.slot_rows[s].shipment_rows[1] = at->shipments;
  }
}

// By limits of rules, which are none of the location.
void Sourcing::TightenRoom(const Call& call, LocationIndex location, LocalDate day,
                           DayLoad& left) const {
  const DayCapacity most = rulings_.MostOfDay(location);
  if (!most.units && !most.shipments) return;
  const DayLoad load = call.stock.LoadOf(location, day, QuestionOf(call)).value_or(DayLoad{});
  const auto tighten = [](Units& room, const std::optional<Units>& limit, Units taken) {
    if (!limit) return;
    room = std::min(room, Units(std::max<std::int64_t>(0, limit->count() - taken.count())));
  };
  tighten(left.units, most.units, load.units);
  tighten(left.shipments, most.shipments, load.shipments);
}

// Of equal plans the earlier wins: solvers prefer the lower slot of a location.
void Sourcing::OrderCandidates() {
  slot_order_.resize(candidates_.size());
  std::iota(slot_order_.begin(), slot_order_.end(), 0U);
  if (waves_.size() == 1) return;
  const auto place = [this](std::uint32_t candidate) {
    const Wave& wave = waves_[candidates_[candidate].wave];
    return std::tuple(wave.kind, !wave.expected.has_value(), wave.expected);
  };
  std::stable_sort(slot_order_.begin(), slot_order_.end(),
                   [&](std::uint32_t a, std::uint32_t b) { return place(a) < place(b); });
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

std::optional<Timestamp> Sourcing::StartOf(const Call& call, const Candidate& candidate) const {
  const Wave& wave = waves_[candidate.wave];
  if (wave.kind != WaveKind::kArrival || !call.start) return call.start;
  if (!wave.expected) return std::nullopt;
  return std::max(*call.start, *wave.expected);
}

Promise Sourcing::DatesOf(const Setup& setup, const Call& call, const SlotMeaning& slot) {
  const Candidate& candidate = candidates_[slot.candidate];
  const Destination& to = DestinationOf(candidate);
  const Timestamp start = *StartOf(call, candidate);
  if (IsPickup(candidate)) {
    const Duration lead = std::chrono::minutes(to.store->spec.pickup->lead_minutes);
    const Timestamp ready =
        setup.promises.ReadyAt(candidate.location, start, lead, promise_memory_).value_or(start);
    return {ready, ready};
  }
  return setup.promises.DatesOf({.location = candidate.location,
                                 .service = slot.option == nullptr ? nullptr : slot.option->data,
                                 .zone = slot.zone,
                                 .start = start,
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
  const bool has_dates = StartOf(call, candidate).has_value();
  if (has_dates) meaning.dates = DatesOf(setup, call, meaning);
  if (is_dated_ && !has_dates) {
    // Nobody knows when: not late, but no way to keep a date that must be kept.
    const OrderDates& dates = call.order.dates();
    if (dates.must_arrive || dates.cancel_after) {
      candidate.has_late_slot = true;
      return;
    }
  } else if (is_dated_) {
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
  use.first_variant = static_cast<std::uint32_t>(unit_weight_.size());
  use.total_weight = 0;
  heaviest_.assign(call.order.lines().size(), 0);
  for (const Variant& variant : variants_) {
    const Item& item = setup.world.item(variant.sku);
    const std::int64_t weight = BilledWeight(item.spec, option.data->spec.dim_divisor);
    unit_weight_.push_back(weight);
    heaviest_[variant.line] = std::max(heaviest_[variant.line], weight);
    surcharge_.push_back(
        FitsSize(item.spec, option.data->spec) ? SurchargeOf(item, *option.data).micros() : -1);
  }
  for (std::size_t i = 0; i < heaviest_.size(); ++i) {
    use.total_weight += heaviest_[i] * call.order.lines()[i].quantity.count();
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
  if (limits_days_ && slots_[a].dates.ship_by != slots_[b].dates.ship_by) return false;
  // Lateness may be an objective above the cost.
  if (slots_[a].late_days > slots_[b].late_days) return false;
  const ServiceUse& use_a = service_use_[slots_[a].option->service_id];
  const ServiceUse& use_b = service_use_[slots_[b].option->service_id];
  for (std::size_t i = 0; i < variants_.size(); ++i) {
    const std::int64_t of_b = surcharge_[use_b.first_variant + i];
    if (of_b < 0) continue;
    const std::int64_t of_a = surcharge_[use_a.first_variant + i];
    if (of_a < 0 || of_a > of_b) return false;
    if (unit_weight_[use_a.first_variant + i] > unit_weight_[use_b.first_variant + i]) return false;
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
  const std::span<const OrderLine> lines = call.order.lines();
  problem_.lines.reserve(lines.size());
  if (is_special_) FindPlaces(call);
  for (std::uint32_t i = 0; i < lines.size(); ++i) {
    const std::int64_t quantity = lines[i].quantity.count();
    if (later_.missing.empty()) {
      MakeLineArcs(setup, call, i, Share::kAll, quantity);
    } else {
      MakeLineArcs(setup, call, i, ShareOf(i),
                   IsSplit(i) ? quantity - later_.missing[i] : quantity);
    }
  }
  for (std::uint32_t i = 0; i < lines.size() && !later_.missing.empty(); ++i) {
    if (IsSplit(i)) MakeLineArcs(setup, call, i, Share::kRest, later_.missing[i] - Beyond(i));
  }
  for (std::uint32_t i = 0; i < lines.size() && !later_.beyond.empty(); ++i) {
    if (IsSplit(i)) MakeLineArcs(setup, call, i, Share::kBeyond, Beyond(i));
  }
  if (!problem_.arc_quota.empty()) problem_.arc_quota.resize(problem_.arcs.size(), solver::kNone);
  if (is_special_ && HasWholes(call)) MakeSets(call);
}

// Lines that go together stay whole: what stock did not give of one concerns them all.
bool Sourcing::IsSplit(std::uint32_t line) const {
  return later_.missing[line] > 0 && place_of_[line] == solver::kNone;
}

Sourcing::Share Sourcing::ShareOf(std::uint32_t line) const {
  return place_of_[line] == solver::kNone ? Share::kStock : place_share_[place_of_[line]];
}

// Which lines leave from one location: those that rules join, and the components of a bundle.
void Sourcing::FindPlaces(const Call& call) {
  place_of_.clear();
  for (std::uint32_t i = 0; i < call.order.lines().size(); ++i) {
    place_of_.push_back(rulings_.together(i));
  }
  for (const OrderBundle& bundle : call.order.bundles()) {
    if (!bundle.ship_together) continue;
    // Rules name a place by one of its lines; so does a bundle that no rule joins to anything.
    std::uint32_t place = bundle.first_line;
    for (std::uint32_t i = bundle.first_line; i < bundle.first_line + bundle.line_count; ++i) {
      if (place_of_[i] != solver::kNone) place = place_of_[i];
    }
    for (std::uint32_t i = bundle.first_line; i < bundle.first_line + bundle.line_count; ++i) {
      const std::uint32_t old = std::exchange(place_of_[i], place);
      if (old != solver::kNone) std::replace(place_of_.begin(), place_of_.end(), old, place);
    }
  }
  place_share_.assign(place_of_.size(), Share::kStock);
  for (std::uint32_t i = 0; i < place_of_.size(); ++i) {
    if (place_of_[i] == solver::kNone || !IsMissing(i)) continue;
    Share& share = place_share_[place_of_[i]];
    if (share != Share::kAny) share = Beyond(i) > 0 ? Share::kAny : Share::kAll;
  }
}

bool Sourcing::HasWholes(const Call& call) {
  return !call.order.bundles().empty() ||
         std::any_of(call.order.lines().begin(), call.order.lines().end(),
                     [](const OrderLine& line) { return line.ship_complete; });
}

// Whole sets of a bundle, and all or nothing of a line; of what is in stock and of the rest.
void Sourcing::MakeSets(const Call& call) {
  problem_.line_sets.assign(problem_.lines.size(), solver::LineSet{});
  const std::span<const OrderBundle> bundles = call.order.bundles();
  const std::span<const OrderLine> lines = call.order.lines();
  constexpr std::uint32_t kSetKey = std::uint32_t{1} << 31;  // above all numbers
  std::uint32_t part = 0;  // of the order: its lines, then the rest of them, then what is beyond
  for (std::uint32_t l = 0; l < problem_.lines.size(); ++l) {
    const std::uint32_t line = line_of(l);
    if (l > 0 && line <= line_of(l - 1)) ++part;
    const std::int64_t quantity = problem_.lines[l].quantity;
    solver::LineSet& set = problem_.line_sets[l];
    if (lines[line].ship_complete && quantity > 0) {
      set = {kSetKey + 3 * line + part, quantity};
    }
    for (const OrderBundle& bundle : bundles) {
      if (line - bundle.first_line >= bundle.line_count) continue;
      // A component that needs no shipping asks for nothing.
      const std::int64_t units = lines[line].quantity.count();
      if (units == 0) continue;
      const bool is_one = lines[line].ship_complete && quantity > 0;
      set = {kSetKey + 3 * bundle.first_line + part,
             is_one ? quantity : units / bundle.sets.count()};
    }
  }
  // Numbered as they are met, which is how readers of the format number them.
  std::uint32_t count = 0;
  for (std::size_t l = 0; l < problem_.line_sets.size(); ++l) {
    const std::uint32_t key = problem_.line_sets[l].set;
    if (key == solver::kNone || key < kSetKey) continue;
    for (std::size_t m = l; m < problem_.line_sets.size(); ++m) {
      if (problem_.line_sets[m].set == key) problem_.line_sets[m].set = count;
    }
    ++count;
  }
}

bool Sourcing::MayTake(const Call& call, const Pair& pair, Share share) const {
  const WaveKind wave = waves_[candidates_[pair.candidate].wave].kind;
  const std::uint32_t line = variants_[pair.variant].line;
  if (pair.variant != line) {
    const SubstitutionPolicy policy =
        rulings_.SubstitutionOf(call.order.draft().lines[call.order.draft_line(line)].substitution,
                                variants_[pair.variant].policy);
    const bool fits = wave == WaveKind::kAnswer ? policy == SubstitutionPolicy::kAsk
                                                : policy == SubstitutionPolicy::kAutomatic;
    if (!fits) return false;
  }
  if (pair.arrival != solver::kNone) {
    const BackorderOffer& offer = arrivals_[pair.arrival].offer;
    if (offer.kind == BackorderKind::kBackorder && rulings_.remainder() != Remainder::kBackorder) {
      return false;
    }
    if (offer.draw == BackorderDraw::kLimit) {
      return share == Share::kBeyond || share == Share::kAny;
    }
  }
  const bool is_whole = pair.variant == line && IsWhole(call, line);
  switch (share) {
    case Share::kAll:
    case Share::kAny:
      return true;
    case Share::kStock:
      return wave == WaveKind::kNow || (later_.arrivals && wave == WaveKind::kArrival);
    case Share::kRest:
      // Some of what is whole only with the rest may be in stock.
      return wave != WaveKind::kNow || is_whole;
    case Share::kBeyond:
      return is_whole;
  }
  return false;
}

bool Sourcing::IsWhole(const Call& call, std::uint32_t line) {
  if (call.order.lines()[line].ship_complete) return true;
  const std::span<const OrderBundle> bundles = call.order.bundles();
  return std::any_of(bundles.begin(), bundles.end(), [line](const OrderBundle& bundle) {
    return line - bundle.first_line < bundle.line_count;
  });
}

void Sourcing::AddArc(const solver::Arc& arc, std::uint32_t pair) {
  const std::uint32_t quota = pairs_[pair].quota;
  if (quota != solver::kNone) {
    problem_.arc_quota.resize(problem_.arcs.size(), solver::kNone);
    problem_.arc_quota.push_back(quota);
  }
  problem_.arcs.push_back(arc);
  arc_pair_.push_back(pair);
}

// The ways that the goods of a pair can go.
Sourcing::PairArcs Sourcing::MakePairArcs(const Setup& setup, std::uint32_t line,
                                          std::uint32_t index) {
  PairArcs made;
  const Pair& pair = pairs_[index];
  const Candidate& candidate = candidates_[pair.candidate];
  std::int64_t base = setup.network.entry(candidate.location).unit_cost;
  base += LaneOf(candidate);
  base += rulings_.price(index);
  if (pair.arrival != solver::kNone) base += arrivals_[pair.arrival].penalty;
  // Rules about services do not speak of what goes with none.
  const bool asks_options = rulings_.asks_options() && !IsPickup(candidate);
  std::uint32_t option_place = asks_options ? pair_option_[index] : 0;
  for (std::uint32_t s = 0; s < candidate.slot_count; ++s) {
    solver::Arc arc{candidate.first_slot + s, pair.row, base, 0};
    if (!rulings_.Fits(slots_[arc.slot].group, line)) continue;
    if (asks_options && !rulings_.option_ok(option_place++)) {
      made.is_barred = true;
      continue;
    }
    if (const ServiceOption* option = slots_[arc.slot].option; option != nullptr) {
      const std::uint32_t use = service_use_[option->service_id].first_variant + pair.variant;
      if (surcharge_[use] < 0) continue;  // larger than the service takes
      arc.unit_cost += surcharge_[use];
      arc.weight_g = unit_weight_[use];
      const solver::Slot& slot = problem_.slots[arc.slot];
      if (RateAt(problem_, slot, arc.weight_g) == std::numeric_limits<std::int64_t>::max())
        continue;
    }
    made.is_negative |= arc.unit_cost < 0;
    made.carries = true;
    AddArc(arc, index);
  }
  return made;
}

void Sourcing::MakeLineArcs(const Setup& setup, const Call& call, std::uint32_t index, Share share,
                            std::int64_t quantity) {
  solver::Line out = LineOf(setup, call, index);
  out.quantity = quantity;
  out.group = place_of_.empty() ? rulings_.together(index) : place_of_[index];
  bool negative = false;
  std::int64_t carried = 0;
  std::int64_t in_time = 0;
  std::int64_t barred = 0;
  for (std::uint32_t p = first_pair_[index]; p < first_pair_[index + 1]; ++p) {
    const Pair& pair = pairs_[p];
    if (!rulings_.ok(p)) continue;
    if (problem_.rows[pair.row].amount <= 0) continue;
    if (is_special_ && !MayTake(call, pair, share)) continue;
    const PairArcs made = MakePairArcs(setup, index, p);
    negative |= made.is_negative;
    if (!IsPlain(pair, index)) continue;
    const std::int64_t amount = LineSupply::Counted(problem_.rows[pair.row].amount);
    if (made.is_barred && !made.carries) barred += amount;
    if (made.carries || candidates_[pair.candidate].has_late_slot) carried += amount;
    if (made.carries) in_time += amount;
  }
  if (share != Share::kRest && share != Share::kBeyond) {
    supply_[index].ruled -= barred;
    supply_[index].carried = carried;
    supply_[index].in_time = in_time;
  }
  out.arc_count = static_cast<std::uint32_t>(problem_.arcs.size()) - out.first_arc;
  problem_.lines.push_back(out);
  line_of_.push_back(index);
  if (negative) ShiftNegative(problem_.lines.back());
}

// What MakeArcs makes where a pair is an arc. Without a look at services and waves twenty rules
// cost a tenth less (benchmark task oracle_rules).
void Sourcing::MakePlainArcs(const Setup& setup, const Call& call) {
  problem_.arcs.reserve(pairs_.size());
  for (std::uint32_t i = 0; i < call.order.lines().size(); ++i) {
    solver::Line out = LineOf(setup, call, i);
    out.group = rulings_.together(i);
    std::int64_t lowest = 0;
    std::int64_t carried = 0;
    for (std::uint32_t p = first_pair_[i]; p < first_pair_[i + 1]; ++p) {
      const Pair& pair = pairs_[p];
      const std::int64_t amount = problem_.rows[pair.row].amount;
      if (!rulings_.ok(p) || amount <= 0) continue;
      const Candidate& candidate = candidates_[pair.candidate];
      const std::int64_t cost =
          setup.network.entry(candidate.location).unit_cost + LaneOf(candidate) + rulings_.price(p);
      problem_.arcs.push_back({pair.candidate, pair.row, cost, 0});
      arc_pair_.push_back(p);
      lowest = std::min(lowest, cost);
      carried += LineSupply::Counted(amount);
    }
    out.arc_count = ArcCount() - out.first_arc;
    supply_[i].carried = supply_[i].in_time = carried;
    problem_.lines.push_back(out);
    if (lowest < 0) ShiftNegative(problem_.lines.back());
  }
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
  if (!later_.is_loose) {
    order.min_fill_units =
        std::max<std::int64_t>(0, LeastUnits(call.order.min_fill(), units + sourced) - sourced);
  }
  order.min_shipment_value = rulings_.min_shipment_value();
  if (order.min_shipment_value == 0) return;
  // What a unit is worth beyond this is above every floor, and could overflow the order's sum.
  const std::int64_t most = kMostValue / std::max<std::int64_t>(units, 1);
  for (std::uint32_t i = 0; i < problem_.lines.size(); ++i) {
    const std::int64_t price = UnitPriceOf(setup.world, call.order, line_of(i), most);
    problem_.unit_value.push_back(std::clamp<std::int64_t>(price, 0, most));
  }
}

void Sourcing::MakeObjectives(const Setup& setup) {
  if (problem_.orders.empty()) problem_.orders.emplace_back();
  solver::OrderSpan& order = problem_.orders.front();
  order.line_count = static_cast<std::uint32_t>(problem_.lines.size());
  order.slot_count = static_cast<std::uint32_t>(problem_.slots.size());
  order.max_shipments = rulings_.max_shipments().value_or(solver::kUnlimited);
  order.split_penalty = setup.world.costs().split_penalty.micros();
  order.ship_complete = rulings_.ship_complete() && !later_.is_loose;

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

Sourcing::UnitTerms Sourcing::TermsOf(const Setup& setup, const solver::Take& take) const {
  UnitTerms terms;
  const SlotMeaning& meaning = slots_[take.slot];
  const LocationIndex location = candidates_[meaning.candidate].location;
  terms.unit = setup.network.entry(location).unit_cost;
  terms.lane = LaneOf(candidates_[meaning.candidate]);
  const Pair* const pair = PairOf(take.arc);
  if (pair == nullptr) return terms;
  if (meaning.option != nullptr) {
    terms.surcharge =
        surcharge_[service_use_[meaning.option->service_id].first_variant + pair->variant];
  }
  if (has_rules_) terms.rules = rulings_.price(arc_pair_[take.arc]);
  if (pair->arrival != solver::kNone) terms.waiting = arrivals_[pair->arrival].penalty;
  return terms;
}

// ---- rules ----

absl::Status Sourcing::ApplyRules(const Setup& setup, const Call& call) {
  candidate_km_.clear();
  for (const Candidate& candidate : candidates_) {
    candidate_km_.push_back(DistanceKm(setup.world, candidate));
  }
  pair_cost_.clear();
  if (setup.rules.reads().cost) {
    for (const Pair& pair : pairs_) pair_cost_.push_back(CostAlone(setup, call, pair));
  }
  absl::Status status = rulings_.Apply(setup, call, pairs_, first_pair_, candidates_, candidate_km_,
                                       pair_cost_, variants_);
  if (!status.ok()) return status;
  LimitSubstitutions();
  // Protected units come off the rows; what rules left is counted for the reasons of shortfalls.
  for (std::size_t i = 0; i < pairs_.size(); ++i) {
    if (pairs_[i].arrival != solver::kNone) continue;  // they keep stock, and this is none yet
    std::int64_t& amount = problem_.rows[pairs_[i].row].amount;
    amount = std::min(amount, Without(pairs_[i].available, rulings_.protect(i)));
  }
  for (std::uint32_t line = 0; line + 1 < first_pair_.size(); ++line) {
    supply_[line].ruled = 0;
    for (std::uint32_t p = first_pair_[line]; p < first_pair_[line + 1]; ++p) {
      if (!rulings_.ok(p) || !IsPlain(pairs_[p], line)) continue;
      supply_[line].ruled += LineSupply::Counted(problem_.rows[pairs_[p].row].amount);
    }
  }
  return absl::OkStatus();
}

// What shipping all units of a pair's line from there costs, alone and by the cheapest service.
std::int64_t Sourcing::CostAlone(const Setup& setup, const Call& call, const Pair& pair) {
  const Candidate& candidate = candidates_[pair.candidate];
  const LocationEntry& entry = setup.network.entry(candidate.location);
  const Variant& variant = variants_[pair.variant];
  const std::int64_t units = call.order.lines()[variant.line].quantity.count();
  const std::int64_t goods = entry.handling + (entry.unit_cost + LaneOf(candidate)) * units;
  if (IsPickup(candidate)) return goods;
  if (entry.option_count == 0) {
    return Allows(rulings_.services(), setup.network.standard()) ? goods : rules::kNoCost;
  }
  const double km = DistanceKm(setup.world, candidate);
  const Symbol country = DestinationOf(candidate).country;
  const Item& item = setup.world.item(variant.sku);
  std::optional<std::int64_t> least;
  for (const ServiceOption& option : setup.network.options(entry)) {
    const Service& service = *option.data;
    if (!Allows(rulings_.services(), service.name) || !service.Serves(country)) continue;
    const std::optional<std::size_t> zone = ZoneAt(service, km);
    if (!zone || !FitsSize(item.spec, service.spec)) continue;
    const std::int64_t weight = BilledWeight(item.spec, service.spec.dim_divisor) * units;
    const auto steps = service.steps_of_zone(*zone);
    const auto step = std::find_if(steps.begin(), steps.end(),
                                   [&](const RateStep& at) { return weight <= at.max_weight_g; });
    if (step == steps.end()) continue;  // too heavy for one shipment
    const std::int64_t cost =
        goods + step->cost.micros() + SurchargeOf(item, service).micros() * units;
    least = std::min(cost, least.value_or(cost));
  }
  return least.value_or(rules::kNoCost);
}

// A quota of all units that something else takes the place of.
void Sourcing::LimitSubstitutions() {
  const std::optional<std::int64_t> most = rulings_.max_substitutions();
  if (!most) return;
  std::uint32_t quota = solver::kNone;
  for (Pair& pair : pairs_) {
    if (pair.variant == variants_[pair.variant].line) continue;
    if (quota == solver::kNone) {
      quota = static_cast<std::uint32_t>(problem_.rows.size());
      problem_.rows.push_back({*most, 0});
    }
    if (pair.quota == solver::kNone) {
      pair.quota = quota;
      continue;
    }
    // An arc has one quota: that of its channel, which then bounds the substitutions of the item.
    std::int64_t& amount = problem_.rows[pair.quota].amount;
    amount = std::min(amount, *most);
  }
}

// The services that each pair could go with, in the order in which MakePairArcs meets them.
absl::Status Sourcing::ApplyOptions(const Setup& setup, const Call& call) {
  pair_option_.assign(pairs_.size(), 0);
  for (std::uint32_t line = 0; line + 1 < first_pair_.size(); ++line) {
    for (std::uint32_t p = first_pair_[line]; p < first_pair_[line + 1]; ++p) {
      if (!rulings_.ok(p) || problem_.rows[pairs_[p].row].amount <= 0) continue;
      const Candidate& candidate = candidates_[pairs_[p].candidate];
      if (IsPickup(candidate)) continue;
      pair_option_[p] = static_cast<std::uint32_t>(rulings_.option_count());
      for (std::uint32_t s = 0; s < candidate.slot_count; ++s) {
        const SlotMeaning& slot = slots_[candidate.first_slot + s];
        if (!rulings_.Fits(slot.group, line)) continue;
        const ServiceOption* const option = slot.option;
        if (option == nullptr) {
          rulings_.AddOption(p, slot, setup.network.standard(), "any");
        } else {
          rulings_.AddOption(p, slot, option->data->name,
                             setup.world.rate_card(option->card).carrier);
        }
      }
    }
  }
  return rulings_.ApplyOptions(setup, call);
}

void Sourcing::MoveTo(const Setup& setup, const Call& call, const solver::Solution& solution,
                      Record& record) {
  record.now = call.now;
  record.rejections.assign(call.rejections.begin(), call.rejections.end());
  record.start = call.start;
  record.due = call.order.dates();
  record.solution = solution;
  record.candidates.clear();
  record.lane.clear();
  for (const Candidate& candidate : candidates_) {
    record.candidates.push_back(
        {candidate.location, candidate.site, candidate.ship_group, waves_[candidate.wave]});
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
  RecordGoods(call, record);
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
    out.is_dated = StartOf(call, candidates_[slot.candidate]).has_value();
    if (out.is_dated) out.dates = is_plain_ ? DatesOf(setup, call, slot) : slot.dates;
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

// What the lines of the problem ask for, then what else may fill them; and what each pair and each
// arc is of it.
void Sourcing::RecordGoods(const Call& call, Record& record) const {
  const auto lines = static_cast<std::uint32_t>(problem_.lines.size());
  record.goods.clear();
  for (std::uint32_t l = 0; l < lines; ++l) {
    const std::uint32_t line = line_of(l);
    record.goods.push_back(
        {.line = call.order.draft_line(line), .sku = call.order.lines()[line].sku});
  }
  // What a pair is to a line of the problem: what it asks for, or something instead.
  const auto goods_for = [&](const Pair& pair, std::uint32_t line_of_problem) {
    const std::uint32_t line = variants_[pair.variant].line;
    if (pair.variant == line && pair.arrival == solver::kNone) return line_of_problem;
    RecordedGoods goods{.line = call.order.draft_line(line),
                        .sku = variants_[pair.variant].sku,
                        .instead_of = line_of_problem,
                        .quota = pair.quota};
    if (pair.arrival != solver::kNone) {
      const Arrival& arrival = arrivals_[pair.arrival];
      goods.kind = arrival.offer.kind;
      goods.draw = arrival.offer.draw;
      goods.expected = arrival.offer.expected;
      goods.penalty = arrival.penalty;
    } else {
      goods.is_asked = waves_[candidates_[pair.candidate].wave].kind == WaveKind::kAnswer;
    }
    const auto at = std::find(record.goods.begin(), record.goods.end(), goods);
    const auto place = static_cast<std::uint32_t>(at - record.goods.begin());
    if (at == record.goods.end()) record.goods.push_back(goods);
    return place;
  };
  // Pairs with arcs are what the first line with such an arc makes of them.
  std::vector<std::uint32_t> goods_of(pairs_.size(), solver::kNone);
  record.arc_pair = arc_pair_;
  record.arc_goods.clear();
  for (std::uint32_t l = 0; l < lines && !arc_pair_.empty(); ++l) {
    const solver::Line& line = problem_.lines[l];
    for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
      const std::uint32_t goods = goods_for(pairs_[arc_pair_[a]], l);
      record.arc_goods.push_back(goods);
      if (goods_of[arc_pair_[a]] == solver::kNone) goods_of[arc_pair_[a]] = goods;
    }
  }
  record.pairs.clear();
  for (std::size_t p = 0; p < pairs_.size(); ++p) {
    const Pair& pair = pairs_[p];
    if (goods_of[p] == solver::kNone) goods_of[p] = goods_for(pair, variants_[pair.variant].line);
    record.pairs.push_back({goods_of[p], pair.candidate, pair.available, pair.waits});
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
