// Gives the numbers of a recorded plan their names, so that they stand without the world.
#include <algorithm>
#include <iterator>
#include <map>
#include <numeric>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/core/geo.h"
#include "orderwright/core/status.h"
#include "orderwright/promise/carriage.h"
#include "orderwright/promise/promises.h"
#include "orderwright/routing/explanation.h"
#include "src/routing/internal/offers.h"
#include "src/routing/internal/places.h"
#include "src/routing/internal/record.h"

namespace orderwright {

using routing_internal::Allows;
using routing_internal::LateDays;
using routing_internal::Record;
using routing_internal::RecordedCandidate;
using routing_internal::RecordedDestination;
using routing_internal::RecordedGoods;
using routing_internal::RecordedPair;
using routing_internal::RecordedSlotMeaning;
using routing_internal::Refusal;
using routing_internal::RuleCosts;
using routing_internal::Verdict;
using routing_internal::WaveKind;
using routing_internal::ZoneAt;

std::string_view ToString(GoodsKind kind) {
  switch (kind) {
    case GoodsKind::kStock:
      return "stock";
    case GoodsKind::kSubstitute:
      return "substitute";
    case GoodsKind::kQuestion:
      return "question";
    case GoodsKind::kBackorder:
      return "backorder";
    case GoodsKind::kPreorder:
      return "preorder";
  }
  return "unknown";
}

std::string_view ToString(BackorderDraw draw) {
  return draw == BackorderDraw::kIncoming ? "incoming" : "limit";
}

std::optional<GoodsKind> ParseGoodsKind(std::string_view text) {
  for (const GoodsKind kind : {GoodsKind::kStock, GoodsKind::kSubstitute, GoodsKind::kQuestion,
                               GoodsKind::kBackorder, GoodsKind::kPreorder}) {
    if (ToString(kind) == text) return kind;
  }
  return std::nullopt;
}

std::string_view ToString(RuledOutBy by) {
  switch (by) {
    case RuledOutBy::kLocation:
      return "location";
    case RuledOutBy::kRule:
      return "rule";
    case RuledOutBy::kProtect:
      return "protect";
    case RuledOutBy::kDistance:
      return "distance";
    case RuledOutBy::kServiceRule:
      return "service_rule";
    case RuledOutBy::kService:
      return "service";
    case RuledOutBy::kLate:
      return "late";
    case RuledOutBy::kRejections:
      return "rejections";
  }
  return "unknown";
}

std::optional<RuledOutBy> ParseRuledOutBy(std::string_view text) {
  for (const RuledOutBy by : {RuledOutBy::kLocation, RuledOutBy::kRule, RuledOutBy::kProtect,
                              RuledOutBy::kDistance, RuledOutBy::kServiceRule, RuledOutBy::kService,
                              RuledOutBy::kLate, RuledOutBy::kRejections}) {
    if (ToString(by) == text) return by;
  }
  return std::nullopt;
}

class RecordReader {
 public:
  explicit RecordReader(const Plan& plan)
      : plan_(plan), world_(plan.world()), record_(*plan.record_), promises_(world_) {}

  static bool IsRecorded(const Plan& plan) { return plan.record_ != nullptr; }

  DecisionRecord Run() {
    Head();
    for (std::uint32_t i = 0; i < record_.candidates.size(); ++i) {
      // A location stands once, however many ship groups it could serve.
      if (SiteOf(i) == out_.locations.size()) {
        AddLocation(record_.candidates[i].location, true, DistanceOf(i));
      }
    }
    out_.candidates = static_cast<std::uint32_t>(out_.locations.size());
    Goods();
    for (const RecordedSlotMeaning& slot : record_.slots) AddSlot(slot);
    out_.problem = record_.problem;
    out_.solution = record_.solution;
    SortArcs();
    FindPairs();
    Stock();
    Verdicts();
    Unserved();
    Refused();
    Costs();
    Shipments();
    std::stable_sort(out_.stock.begin(), out_.stock.end(),
                     [](const RecordedStock& a, const RecordedStock& b) {
                       return std::pair(a.line, a.location) < std::pair(b.line, b.location);
                     });
    return std::move(out_);
  }

 private:
  // Of one line at one candidate.
  struct PairUse {
    std::int64_t available = 0;
    std::int64_t usable = 0;
    bool has_verdict = false;
  };

  // What a service of a location would mean for some goods of the order.
  struct Offer {
    std::string refusal;  // empty: it can be used
    bool is_late = false;
    std::size_t zone = 0;
    Promise dates;
    std::int64_t late_days = 0;
  };

  void Head() {
    const OrderDraft& order = plan_.order();
    out_.order = order.id;
    out_.destination = routing_internal::DestinationOf(world_, order);
    const Address* own = order.ship_to ? &*order.ship_to : nullptr;
    if (const auto zone = routing_internal::DestinationZone(world_, own)) {
      out_.destination_time_zone = zone->name();
    }
    out_.currency = world_.currency().code();
    out_.decimals = world_.currency().decimals();
    out_.rules_version = plan_.rules_version();
    out_.stock_sequence = plan_.stock_sequence();
    out_.decided_at = record_.now;
    if (const PlanOverride* manual = plan_.manual(); manual != nullptr) {
      out_.manual = {manual->choice.actor, manual->choice.reason, manual->best_cost};
    }
  }

  std::uint32_t SiteOf(std::uint32_t candidate) const { return record_.candidates[candidate].site; }

  const RecordedDestination& DestinationOf(std::uint32_t candidate) const {
    return record_.destinations[record_.candidates[candidate].destination];
  }

  bool IsPickup(std::uint32_t candidate) const {
    return DestinationOf(candidate).store == record_.candidates[candidate].location;
  }

  // Kilometres to where the ship group of the candidate goes; negative: not known.
  double DistanceOf(std::uint32_t candidate) const {
    if (IsPickup(candidate)) return 0;
    return DistanceTo(DestinationOf(candidate), LocationOf(candidate));
  }

  std::uint32_t AddLocation(LocationIndex index, bool is_candidate, double distance_km) {
    const Location& location = world_.location(index);
    RecordedLocation& out = out_.locations.emplace_back();
    out.id = location.id();
    out.name = location.spec.name;
    out.kind = ToString(location.spec.kind);
    out.time_zone = location.time_zone.name();
    out.distance_km = distance_km;
    out.rank = location.tie_rank;
    out.is_candidate = is_candidate;
    out.cost_per_shipment = location.spec.cost_per_shipment;
    return static_cast<std::uint32_t>(out_.locations.size() - 1);
  }

  static double DistanceTo(const RecordedDestination& to, const Location& location) {
    if (!to.position || !location.position) return -1;
    return DistanceKm(*to.position, *location.position);
  }

  static GoodsKind KindOf(const RecordedGoods& goods) {
    if (goods.kind) {
      return *goods.kind == BackorderKind::kPreorder ? GoodsKind::kPreorder : GoodsKind::kBackorder;
    }
    if (goods.instead_of == solver::kNone) return GoodsKind::kStock;
    return goods.is_asked ? GoodsKind::kQuestion : GoodsKind::kSubstitute;
  }

  void Goods() {
    const OrderDraft& order = plan_.order();
    for (std::size_t i = 0; i < record_.goods.size(); ++i) {
      const RecordedGoods& goods = record_.goods[i];
      RecordedLine& out = out_.lines.emplace_back();
      out.id = order.lines[goods.line].id;
      out.sku = world_.item(goods.sku).sku();
      out.shortfall_penalty = world_.costs().shortfall_penalty_per_unit;
      out.kind = KindOf(goods);
      if (goods.kind) out.draw = goods.draw;
      out.expected = goods.expected;
      out.waiting = Cost::FromMicros(goods.penalty);
      if (goods.instead_of != solver::kNone) out.instead_of = goods.instead_of;
      out.quantity = record_.problem.lines[out.instead_of.value_or(i)].quantity;
    }
  }

  const Location& LocationOf(std::uint32_t candidate) const {
    return world_.location(record_.candidates[candidate].location);
  }

  void AddSlot(const RecordedSlotMeaning& slot) {
    RecordedSlot& out = out_.slots.emplace_back();
    const RecordedDestination& to = DestinationOf(slot.candidate);
    out.location = SiteOf(slot.candidate);
    if (IsPickup(slot.candidate)) {
      out.method = "pickup";
    } else {
      out.carrier = "any";
      out.service = "standard";
      if (to.store) {
        out.method = "transfer";
        out.to = world_.location(*to.store).id();
      }
    }
    if (record_.destinations.size() > 1 || to.store) {
      const TimeZone& local = LocationOf(slot.candidate).time_zone;
      out.time_zone = to.time_zone.value_or(local).name();
    }
    if (slot.card) {
      const RateCard& card = world_.rate_card(*slot.card);
      out.carrier = card.carrier;
      out.service = card.services[slot.service_of_card].spec.name;
      out.zone = slot.zone;
    }
    out.group = world_.symbols().Text(to.key);
    if (!record_.group_names.empty()) {
      const std::string_view name = world_.symbols().Text(record_.group_names[slot.group]);
      if (!name.empty()) out.group += fmt::format("{}{}", out.group.empty() ? "" : ", ", name);
    }
    out.handling = LocationOf(slot.candidate).spec.cost_per_shipment;
    out.lateness = Cost::FromMicros(world_.costs().late_penalty_per_day.micros() * slot.late_days);
    if (!record_.prefer.empty()) out.rules = Cost::FromMicros(record_.prefer[slot.candidate]);
    out.late_days = slot.late_days;
    out.waits = record_.candidates[slot.candidate].wave.kind != WaveKind::kNow;
    if (!slot.is_dated) return;
    out.ship_by = slot.dates.ship_by;
    out.deliver_by = slot.dates.deliver_by;
  }

  // As readers of the formats make them, what a line asks for before what may fill it, so that a
  // record that was written and read back is asked the same problem, with the same answer among
  // equal ones.
  void SortArcs() {
    solver::Problem& p = out_.problem;
    std::vector<std::uint32_t> order(p.arcs.size());
    std::iota(order.begin(), order.end(), 0U);
    for (const solver::Line& line : p.lines) {
      const auto first = order.begin() + line.first_arc;
      const std::uint32_t own = static_cast<std::uint32_t>(&line - p.lines.data());
      const auto place = [&](std::uint32_t arc) {
        const std::uint32_t goods = record_.arc_goods.empty() ? own : record_.arc_goods[arc];
        return std::tuple(goods != own, goods, p.arcs[arc].slot);
      };
      std::sort(first, first + line.arc_count,
                [&](std::uint32_t a, std::uint32_t b) { return place(a) < place(b); });
    }
    std::vector<std::uint32_t> place(order.size());
    for (std::uint32_t i = 0; i < order.size(); ++i) {
      place[order[i]] = i;
      p.arcs[i] = record_.problem.arcs[order[i]];
      if (!p.arc_load.empty()) p.arc_load[i] = record_.problem.arc_load[order[i]];
      if (!p.arc_quota.empty()) p.arc_quota[i] = record_.problem.arc_quota[order[i]];
      if (record_.arc_goods.empty()) continue;
      out_.arc_line.push_back(record_.arc_goods[order[i]]);
      arc_pair_.push_back(record_.arc_pair[order[i]]);
    }
    // Lines that are nothing but themselves need no list.
    if (record_.goods.size() == p.lines.size()) out_.arc_line.clear();
    for (solver::Take& take : out_.solution.takes) take.arc = place[take.arc];
    std::sort(out_.solution.takes.begin(), out_.solution.takes.end(), solver::ComesBefore);
  }

  // What each line could have from each candidate, by arcs and, where there are rules or rate
  // cards, by the pairs that were looked at.
  void FindPairs() {
    for (const RecordedPair& pair : record_.pairs) {
      pairs_[{pair.goods, pair.candidate}].available = pair.available;
    }
    const solver::Problem& p = record_.problem;
    for (std::uint32_t line = 0; line < p.lines.size(); ++line) {
      const std::uint32_t end = p.lines[line].first_arc + p.lines[line].arc_count;
      for (std::uint32_t a = p.lines[line].first_arc; a < end; ++a) {
        const solver::Arc& arc = p.arcs[a];
        const std::uint32_t goods = record_.arc_goods.empty() ? line : record_.arc_goods[a];
        PairUse& use = pairs_[{goods, record_.slots[arc.slot].candidate}];
        const std::int64_t amount =
            arc.row == solver::kNone ? solver::kUnlimited : p.rows[arc.row].amount;
        use.usable = amount;
        use.available = std::max(use.available, amount);
      }
    }
  }

  void Stock() {
    for (const auto& [key, use] : pairs_) {
      // Stock that waits for company stands where it could leave at once.
      const bool is_stock = !record_.goods[key.first].kind && !record_.goods[key.first].is_asked;
      if (is_stock && record_.candidates[key.second].wave.kind != WaveKind::kNow) continue;
      out_.stock.push_back({key.first, SiteOf(key.second), use.available, use.usable});
    }
  }

  std::string ReasonOf(const Verdict& verdict, const RecordedPair& pair) const {
    if (verdict.by == RuledOutBy::kDistance) {
      return fmt::format("{:.0f} km, at most {} allowed", DistanceOf(pair.candidate),
                         verdict.units);
    }
    if (verdict.by == RuledOutBy::kRejections) return Rejected(verdict.units);
    return "";
  }
  static std::string Rejected(std::int64_t times) {
    return times == 1 ? "has sent the order back"
                      : fmt::format("has sent the order back {} times", times);
  }

  void Verdicts() {
    // Of several rules that keep stock back the one that keeps most counts; it comes last.
    std::map<std::uint32_t, const Verdict*> keeps;
    std::map<std::uint32_t, std::map<std::uint32_t, const Verdict*>> bars;  // by pair and rule
    for (const Verdict& verdict : record_.verdicts) {
      const RecordedPair& pair = record_.pairs[verdict.pair];
      if (pair.waits) continue;
      PairUse& use = pairs_[{pair.goods, pair.candidate}];
      switch (verdict.by) {
        case RuledOutBy::kProtect:
          keeps[verdict.pair] = &verdict;
          break;
        case RuledOutBy::kServiceRule:
          bars[verdict.pair].try_emplace(verdict.rule, &verdict);
          break;
        default:
          use.has_verdict = true;
          AddRuling(pair, verdict, ReasonOf(verdict, pair), 0);
          break;
      }
    }
    for (const auto& [index, verdict] : keeps) {
      const RecordedPair& pair = record_.pairs[index];
      PairUse& use = pairs_[{pair.goods, pair.candidate}];
      // Of what nobody counts nothing can be kept back.
      if (use.has_verdict || pair.available == solver::kUnlimited) continue;
      use.has_verdict = verdict->units >= pair.available;
      AddRuling(
          pair, *verdict,
          fmt::format("available {} after {} kept back",
                      std::max<std::int64_t>(0, pair.available - verdict->units), verdict->units),
          verdict->units);
    }
    for (const auto& [index, rules] : bars) {
      const RecordedPair& pair = record_.pairs[index];
      PairUse& use = pairs_[{pair.goods, pair.candidate}];
      if (use.usable > 0) continue;
      use.has_verdict = true;
      for (const auto& [rule, verdict] : rules) AddRuling(pair, *verdict, "", 0);
    }
  }

  void AddRuling(const RecordedPair& pair, const Verdict& verdict, std::string reason,
                 std::int64_t units) {
    const rules::Rule& data = plan_.rules().rules()[verdict.rule];
    const auto put_first = [&reason](const std::string& text) {
      reason = reason.empty() ? text : fmt::format("{}: {}", text, reason);
    };
    if (!data.reason.empty()) put_first(data.reason);
    if (verdict.table_row) put_first(fmt::format("row {}", *verdict.table_row + 1));
    RecordedRuling& ruling = out_.rulings.emplace_back(RecordedRuling{
        pair.goods, SiteOf(pair.candidate), verdict.by, data.id, std::move(reason), units});
    for (const rules::SeenValue& seen :
         std::span(record_.seen).subspan(verdict.first_value, verdict.value_count)) {
      ruling.values.emplace_back(seen.field, seen.value);
    }
  }

  // Whether a pair is one that the policies of substitutes and the turn of what waits decide about.
  bool IsAside(std::uint32_t goods, std::uint32_t candidate) const {
    return record_.goods[goods].instead_of != solver::kNone ||
           record_.candidates[candidate].wave.kind != WaveKind::kNow;
  }

  // Pairs that no rule speaks against and that yet have no slot: no service takes them.
  void Unserved() {
    for (const auto& [key, use] : pairs_) {
      if (use.usable > 0 || use.has_verdict || use.available == 0) continue;
      const auto [line, candidate] = key;
      if (IsAside(line, candidate)) continue;
      std::string reason;
      bool all_late = true;
      if (IsPickup(candidate)) reason = "ready too late";
      ForEachService(candidate, [&](const RateCard*, const Service* service) {
        const Offer offer = OfferOf(candidate, service, {{line, 1}});
        all_late &= offer.is_late;
        fmt::format_to(std::back_inserter(reason), "{}{}: {}", reason.empty() ? "" : "; ",
                       service == nullptr ? "standard" : service->spec.name,
                       offer.refusal.empty() ? "not possible" : offer.refusal);
      });
      out_.rulings.push_back({line, SiteOf(candidate),
                              all_late ? RuledOutBy::kLate : RuledOutBy::kService, "",
                              std::move(reason), 0});
    }
  }

  template <typename Visit>
  void ForEachService(std::uint32_t candidate, const Visit& visit) const {
    if (IsPickup(candidate)) return;
    const Location& location = LocationOf(candidate);
    if (location.rate_cards.empty()) return visit(nullptr, nullptr);
    for (const RateCardIndex index : location.rate_cards) {
      const RateCard& card = world_.rate_card(index);
      for (const Service& service : card.services) visit(&card, &service);
    }
  }

  // Whether a service may carry these (line, units) from the candidate, as Sourcing decides it.
  Offer OfferOf(std::uint32_t candidate, const Service* service,
                const std::vector<std::pair<std::uint32_t, std::int64_t>>& goods) {
    Offer offer;
    const RecordedDestination& to = DestinationOf(candidate);
    const ServiceIndex name = service == nullptr ? *world_.FindService("standard") : service->name;
    if (!Allows(record_.services, name)) {
      offer.refusal = "not allowed by the order";
      return offer;
    }
    if (service != nullptr) {
      if (!service->Serves(to.country)) {
        offer.refusal = "does not serve the country";
        return offer;
      }
      const std::optional<std::size_t> zone = ZoneAt(*service, DistanceOf(candidate));
      if (!zone) {
        offer.refusal = "does not reach so far";
        return offer;
      }
      offer.zone = *zone;
      std::int64_t weight = 0;
      for (const auto& [line, units] : goods) {
        const ItemSpec& item = ItemOf(line).spec;
        if (!FitsSize(item, service->spec)) {
          offer.refusal = fmt::format("{} is too large", item.sku);
          return offer;
        }
        weight += units * BilledWeight(item, service->spec.dim_divisor);
      }
      if (!RateOf(*service, offer.zone, weight)) {
        offer.refusal = fmt::format("{} g is too heavy", weight);
        return offer;
      }
    }
    const std::optional<Timestamp> start = StartOf(candidate);
    if (!start) return offer;
    offer.dates = promises_.DatesOf({.location = record_.candidates[candidate].location,
                                     .service = service,
                                     .zone = offer.zone,
                                     .start = *start,
                                     .destination = to.time_zone ? &*to.time_zone : nullptr},
                                    memory_);
    Timestamp has_at = offer.dates.deliver_by;  // the customer
    if (to.store) {
      has_at = promises_.ReadyAt(*to.store, has_at, Duration(0), memory_).value_or(has_at);
    }
    const std::optional<std::int64_t> late = LateDays(record_.due, offer.dates.ship_by, has_at);
    offer.is_late = !late;
    if (!late) offer.refusal = "too late";
    offer.late_days = late.value_or(0);
    return offer;
  }

  const Item& ItemOf(std::uint32_t goods) const { return world_.item(record_.goods[goods].sku); }

  std::optional<Timestamp> StartOf(std::uint32_t candidate) const {
    const routing_internal::Wave& wave = record_.candidates[candidate].wave;
    if (wave.kind != WaveKind::kArrival || !record_.start) return record_.start;
    if (!wave.expected) return std::nullopt;
    return std::max(*record_.start, *wave.expected);
  }

  void Refused() {
    std::map<LocationIndex, std::uint32_t> places;
    for (const RecordedCandidate& candidate : record_.candidates) {
      places.try_emplace(candidate.location, candidate.site);
    }
    for (const Refusal& refusal : record_.refusals) {
      const auto [place, is_new] = places.try_emplace(refusal.location, 0);
      const RecordedDestination& to = record_.destinations[record_.destination_of[refusal.line]];
      const Location& location = world_.location(refusal.location);
      if (is_new) place->second = AddLocation(refusal.location, false, DistanceTo(to, location));
      out_.stock.push_back({refusal.line, place->second, refusal.available, 0});
      out_.rulings.push_back({refusal.line, place->second, RuledOutBy::kLocation, "",
                              RefusalOf(refusal.location, to), 0});
    }
  }

  // Why nothing that goes to `to` may come from a location.
  std::string RefusalOf(LocationIndex index, const RecordedDestination& to) const {
    const std::string own = RefusalOf(index);
    if (!own.empty() || !to.store) return own;
    const Location& store = world_.location(*to.store);
    if (index == *to.store) return "offers no pickup";
    if (const std::string of_store = RefusalOf(*to.store); !of_store.empty()) {
      return fmt::format("the store '{}' {}", store.id(), of_store);
    }
    return store.spec.pickup && store.spec.pickup->ship_to_store
               ? fmt::format("the store '{}' is never open", store.id())
               : fmt::format("the store '{}' takes nothing from elsewhere", store.id());
  }

  // Why the order may not use a location at all; empty: it may.
  std::string RefusalOf(LocationIndex index) const {
    const Location& location = world_.location(index);
    if (location.retired || !location.spec.active ||
        (record_.now && !location.IsActive(*record_.now))) {
      return "is not active";
    }
    if (routing_internal::HasRejectedEnough(record_.rejections, index, location.spec.max_rejects)) {
      return Rejected(routing_internal::RejectionsBy(record_.rejections, index));
    }
    const OrderDraft& order = plan_.order();
    const auto lacks = [](const std::optional<std::vector<std::string>>& list,
                          const std::string& value) {
      return list && std::find(list->begin(), list->end(), value) == list->end();
    };
    if (lacks(location.spec.markets, order.market)) {
      return fmt::format("does not serve market '{}'", order.market);
    }
    if (lacks(location.spec.channels, order.channel)) {
      return fmt::format("does not serve channel '{}'", order.channel);
    }
    return "";
  }

  void Costs() {
    for (const RuleCosts& costs : record_.rule_costs) {
      const std::span<const std::int64_t> values =
          std::span(record_.rule_values).subspan(costs.first, costs.count);
      RecordedRuleCost& out = out_.rule_costs.emplace_back();
      out.rule = plan_.rules().rules()[costs.rule].id;
      out.is_per_unit = costs.is_per_unit;
      const auto add = [&](std::uint32_t place) {
        out.values.push_back(values[place]);
        if (costs.first_row) out.rows.push_back(record_.rule_rows[*costs.first_row + place]);
      };
      if (!costs.is_per_unit) {
        for (const RecordedSlotMeaning& slot : record_.slots) add(slot.candidate);
        continue;
      }
      for (const std::uint32_t pair : arc_pair_) add(pair);
    }
  }

  // What leaves or waits and, for each, what other services would have cost.
  void Shipments() {
    for (const routing_internal::UsedSlot& used : record_.used) {
      const auto place = static_cast<std::uint32_t>(out_.shipments.size());
      out_.shipments.push_back({used.slot, used.terms, used.waiting});
      OtherServices(place, out_.shipments.back());
    }
  }

  void OtherServices(std::uint32_t index, const RecordedShipment& shipment) {
    std::vector<std::pair<std::uint32_t, std::int64_t>> goods;
    for (const solver::Take& take : record_.solution.takes) {
      if (take.slot != shipment.slot) continue;
      goods.emplace_back(record_.arc_goods.empty() ? take.line : record_.arc_goods[take.arc],
                         take.quantity);
    }
    const RecordedSlotMeaning& slot = record_.slots[shipment.slot];
    ForEachService(slot.candidate, [&](const RateCard* card, const Service* service) {
      if (service == nullptr) return;
      const bool is_own = slot.card && card == &world_.rate_card(*slot.card) &&
                          service == &card->services[slot.service_of_card];
      if (is_own) return;
      RecordedService& out = out_.services.emplace_back();
      out.shipment = index;
      out.carrier = card->carrier;
      out.service = service->spec.name;
      Offer offer = OfferOf(slot.candidate, service, goods);
      if (offer.refusal.empty()) offer.refusal = BarOf(slot.candidate, service->name, goods);
      out.reason = offer.refusal;
      if (offer.dates != Promise()) out.deliver_by = offer.dates.deliver_by;
      if (!offer.refusal.empty()) return;
      Cost surcharge;
      std::int64_t weight = 0;
      for (const auto& [line, units] : goods) {
        surcharge += SurchargeOf(ItemOf(line), *service).Times(Units(units));
        weight += units * BilledWeight(ItemOf(line).spec, service->spec.dim_divisor);
      }
      ShipmentCost terms = shipment.terms;
      terms.shipping = *RateOf(*service, offer.zone, weight);
      terms.surcharge = surcharge;
      terms.lateness =
          Cost::FromMicros(world_.costs().late_penalty_per_day.micros() * offer.late_days);
      out.cost = terms.Sum() + shipment.waiting;
    });
  }

  std::string BarOf(std::uint32_t candidate, ServiceIndex service,
                    const std::vector<std::pair<std::uint32_t, std::int64_t>>& goods) const {
    for (const Verdict& verdict : record_.verdicts) {
      if (verdict.by != RuledOutBy::kServiceRule || verdict.service != service) continue;
      const RecordedPair& pair = record_.pairs[verdict.pair];
      if (pair.candidate != candidate) continue;
      for (const auto& [line, units] : goods) {
        if (line == pair.goods) {
          return fmt::format("rule `{}`", plan_.rules().rules()[verdict.rule].id);
        }
      }
    }
    return "";
  }

  const Plan& plan_;
  const World& world_;
  const Record& record_;
  Promises promises_;
  PromiseMemory memory_;
  std::map<std::pair<std::uint32_t, std::uint32_t>, PairUse> pairs_;  // by goods and candidate
  std::vector<std::uint32_t> arc_pair_;  // by arc of the sorted problem; empty: no pairs
  DecisionRecord out_;
};

absl::StatusOr<DecisionRecord> RecordOf(const Plan& plan) {
  if (!RecordReader::IsRecorded(plan)) {
    return FailedPrecondition(
        "the plan was made without a record; route with RouteOptions::explain set to kRecord "
        "(Python: explain=\"record\")");
  }
  return RecordReader(plan).Run();
}

}  // namespace orderwright
