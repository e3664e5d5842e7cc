#include "src/routing/internal/rulings.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "orderwright/core/status.h"
#include "src/routing/internal/offers.h"

namespace orderwright::routing_internal {
namespace {

using rules::Rule;
using rules::RuleKind;
using rules::SetField;

// A rule's value beyond this is a mistake, and would endanger the sums of the solver.
constexpr std::int64_t kMaxRuleCost = 1'000'000'000 * Cost::kMicrosPerUnit;
constexpr std::int64_t kMaxRuleSum = std::int64_t{1} << 60;
constexpr std::int64_t kMaxRank = 1'000'000'000;
constexpr std::int64_t kMaxShipments = 2'147'483'647;
// Kinds of shipments of one order, each of which may have a slot for each service of each location.
constexpr std::size_t kMaxGroups = 64;
constexpr std::int64_t kNoKey = -1;
constexpr std::size_t kOne = 1;  // row of a rule about the order

// The name of what goes with both keys.
Symbol Join(const World& world, Symbol name, Symbol key) {
  if (name == kEmptySymbol) return key;
  SymbolTable& symbols = world.symbols();
  return symbols.Intern(fmt::format("{}, {}", symbols.Text(name), symbols.Text(key)));
}

// What holds and values are before a rule is asked.
std::uint8_t NeutralHold(RuleKind kind) { return kind == RuleKind::kEligible ? 1 : 0; }
std::int64_t NeutralValue(RuleKind kind) { return kind == RuleKind::kGroup ? kNoKey : 0; }

// A number made from two: equal for equal ones, and hardly ever otherwise.
std::uint64_t Mix(std::uint64_t a, std::uint64_t b) {
  std::uint64_t x = a + 0x9E3779B97F4A7C15U * (b + 1);
  x = (x ^ (x >> 30U)) * 0xBF58476D1CE4E5B9U;
  x = (x ^ (x >> 27U)) * 0x94D049BB133111EBU;
  return x ^ (x >> 31U);
}

// Of a rule that spoke what its fields make of it.
std::uint64_t ActOf(const Rule& rule) {
  std::uint64_t act = static_cast<std::uint64_t>(rule.kind);
  const auto add = [&act](auto field) { act = Mix(act, static_cast<std::uint64_t>(field)); };
  switch (rule.kind) {
    case RuleKind::kSet:
      add(rule.set);
      break;
    case RuleKind::kLimit:
      add(rule.limit);
      break;
    case RuleKind::kGroup:
      add(rule.keep);
      break;
    case RuleKind::kPrefer:
      add(rule.prefer);
      break;
    case RuleKind::kOutcome:
      add(rule.on);
      add(rule.then);
      add(rule.after ? rule.after->count() : -1);
      [[fallthrough]];
    case RuleKind::kHold:
      add(rule.blocks.route);
      add(rule.blocks.release);
      add(rule.blocks.capture);
      add(rule.reserve);
      add(rule.hold_until ? rule.hold_until->time_since_epoch().count() : -1);
      break;
    default:
      break;
  }
  return act;
}

// Whether what a rule of the kind says is a value of each row; else it is whether it holds.
bool SaysValues(RuleKind kind) {
  return kind == RuleKind::kProtect || kind == RuleKind::kGroup || kind == RuleKind::kPrice ||
         kind == RuleKind::kPrefer;
}

struct Range {
  std::int64_t least = 0;
  std::int64_t most = 0;
};

Range RangeOf(SetField field, const World& world) {
  switch (field) {
    case SetField::kService:
      return {0, static_cast<std::int64_t>(world.services().size()) - 1};
    case SetField::kShipComplete:
      return {0, 1};
    case SetField::kMaxShipments:
      return {0, kMaxShipments};
    case SetField::kRemainder:
      return {1, 2};
    case SetField::kSubstitution:
      return {1, 3};
    case SetField::kPriority:
      return {INT64_MIN, INT64_MAX};
    case SetField::kCapture:
    case SetField::kNotify:
      break;
  }
  return {0, INT64_MAX};
}

}  // namespace

void Rulings::Begin(const Setup& setup, const Call& call, int relax_level) {
  line_count_ = call.order.lines().size();
  relax_level_ = relax_level;
  facts_ = rules::Facts();
  facts_.world = &setup.world;
  facts_.order = &call.order;
  facts_.now = call.now;
  facts_.memo = &memo_;
  facts_.stamp = ++stamp_;
  facts_.rejections = call.rejections;
  services_ = call.order.services();
  one_service_ = call.service.has_value();
  if (one_service_) {
    set_service_ = *call.service;
    services_ = {&set_service_, 1};
  }
  ship_complete_ = call.order.ship_complete();
  remainder_ = call.order.draft().remainder;
  substitution_.reset();
  const std::optional<std::int64_t> own = call.order.max_shipments();
  max_shipments_ = own ? own : setup.world.costs().max_shipments;
  min_shipment_value_ = 0;
  fields_set_ = 0;
  pair_ok_.clear();
  pair_protect_.clear();
  pair_price_.clear();
  prefer_cost_.clear();
  rank_count_ = 0;
  asks_options_ = false;
  in_options_ = false;
  option_pair_.clear();
  option_service_.clear();
  option_zone_.clear();
  option_transit_.clear();
  option_late_.clear();
  option_deliver_by_.clear();
  option_carrier_.clear();
  most_of_day_.clear();
  max_substitutions_.reset();
  together_.clear();
  apart_count_ = 0;
  apart_keys_.clear();
  group_count_ = 1;
  records_ = call.records;
  verdicts_.clear();
  rule_costs_.clear();
  rule_values_.clear();
  rule_rows_.clear();
  seen_.clear();
  voices_.clear();
  settings_.clear();
  relaxed_.clear();
  holds_of_plan_.clear();
  outcomes_.clear();
  errors_.clear();
  shadows_.clear();
  hold_reasons_.clear();
}

template <typename Use>
absl::Status Rulings::ForEachOf(RuleKind kind, const Setup& setup, const Call& call,
                                const Use& use) {
  const std::span<const Rule> all = setup.rules.rules();
  for (const std::uint32_t i : setup.rules.of_kind(kind)) {
    const Rule& rule = all[i];
    if (!rule.IsActive(call.now)) continue;
    const bool in_shadow = rule.mode == rules::RuleMode::kShadow;
    asked_ = silent_ = spoke_ = changed_ = false;
    absl::Status status = in_shadow ? AskInShadow(i, rule) : use(i, rule);
    if (tallies_ != nullptr && asked_) Count(i, !status.ok());
    if (!status.ok()) status = TakeError(i, rule, status);
    if (!status.ok()) {
      return WithContext(status, fmt::format("order '{}', rule '{}'", call.order.id(), rule.id));
    }
  }
  return absl::OkStatus();
}

void Rulings::CountInto(rules::Counters::Tally* tallies, std::span<const std::uint32_t> places,
                        const rules::CounterOptions* options) {
  tallies_ = tallies;
  places_ = places;
  counting_ = options;
}

void Rulings::Count(std::uint32_t index, bool is_error) {
  using rules::Counters;
  Counters::Tally& tally = tallies_[places_[index]];
  Counters::Tally::Add(tally.evaluated, 1);
  if (is_error) {
    Counters::Tally::Add(tally.errors, 1);
  } else {
    if (spoke_) Counters::Tally::Add(tally.fired, 1);
    if (changed_) Counters::Tally::Add(tally.decided, 1);
  }
  if (!is_timed_) return;
  is_timed_ = false;
  const std::int64_t took = counting_->clock() - began_;
  Counters::Tally::Add(tally.timed, 1);
  Counters::Tally::Add(tally.nanoseconds,
                       static_cast<std::uint64_t>(std::max<std::int64_t>(0, took)));
}

absl::Status Rulings::TakeError(std::uint32_t index, const Rule& rule, const absl::Status& error) {
  if (error.code() == absl::StatusCode::kCancelled) return error;  // of whoever called, not of it
  const bool is_fatal =
      rule.on_error == rules::OnError::kFail || error.code() == absl::StatusCode::kInternal;
  if (is_fatal && rule.mode != rules::RuleMode::kShadow) return error;
  const bool holds =
      rule.on_error == rules::OnError::kHold && rule.mode != rules::RuleMode::kShadow;
  errors_.push_back(
      {index, holds ? rules::OnError::kHold : rules::OnError::kSkip, std::string(error.message())});
  return absl::OkStatus();
}

// Counts what it would have said anything about.
absl::Status Rulings::AskInShadow(std::uint32_t index, const Rule& rule) {
  if (rule.by_service != in_options_) {
    asks_options_ |= rule.by_service;
    return absl::OkStatus();
  }
  const bool per_pair = rule.kind == RuleKind::kEligible || rule.kind == RuleKind::kProtect ||
                        rule.kind == RuleKind::kPrice;
  const std::size_t rows = in_options_                      ? option_pair_.size()
                           : per_pair                       ? pair_ok_.size()
                           : rule.kind == RuleKind::kPrefer ? candidate_location_.size()
                           : rule.kind == RuleKind::kGroup  ? line_count_
                           : rule.kind == RuleKind::kLimit && rules::IsByLocation(rule.limit)
                               ? candidate_location_.size()
                               : kOne;
  if (absl::Status status = Ask(rule, rows); !status.ok() || silent_) return status;
  std::uint32_t spoken = 0;
  for (std::size_t i = 0; i < rows; ++i) {
    spoken +=
        holds_[i] != NeutralHold(rule.kind) || values_[i] != NeutralValue(rule.kind) ? 1U : 0U;
  }
  if (spoken > 0) shadows_.push_back({index, spoken});
  spoke_ = spoken > 0;
  return absl::OkStatus();
}

void Rulings::AddHold(const PlanHold& hold, std::string reason) {
  holds_of_plan_.push_back(hold);
  hold_reasons_.push_back(std::move(reason));
}

// Whether a rule need not be evaluated. A record has what every rule said, nothing too. The time of
// an evaluation is taken from here.
bool Rulings::IsSilent(const Rule& rule) {
  asked_ = true;
  if (counting_ != nullptr && counting_->clock && until_sample_-- == 0) {
    until_sample_ = counting_->sample_every - 1;
    is_timed_ = true;
    began_ = counting_->clock();
  }
  silent_ = !records_ && !rule.evaluator->MaySpeak(facts_);
  return silent_;
}

// Fills holds_ and values_ with the answer of a rule for each of `rows` rows; not if it is silent_.
absl::Status Rulings::Ask(const Rule& rule, std::size_t rows) {
  if (IsSilent(rule)) return absl::OkStatus();
  mask_.assign(rows, 1);
  return AskMasked(rule);
}

// The same for the rows that are `ok`: what an earlier rule has ruled out needs no answer.
absl::Status Rulings::Ask(const Rule& rule, const std::vector<std::uint8_t>& ok) {
  if (IsSilent(rule)) return absl::OkStatus();
  mask_.assign(ok.begin(), ok.end());
  return AskMasked(rule);
}

absl::Status Rulings::AskMasked(const Rule& rule) {
  const std::size_t rows = mask_.size();
  holds_.assign(rows, NeutralHold(rule.kind));
  values_.assign(rows, NeutralValue(rule.kind));
  return rule.evaluator->Evaluate(facts_, mask_, {holds_, values_});
}

absl::Status Rulings::Apply(const Setup& setup, const Call& call, std::span<const Pair> pairs,
                            std::span<const std::uint32_t> first_pair,
                            std::span<const Candidate> candidates,
                            std::span<const double> candidate_km,
                            std::span<const std::int64_t> pair_cost,
                            std::span<const Variant> variants) {
  pair_line_.clear();
  pair_candidate_.clear();
  pair_available_.clear();
  pair_sku_.clear();
  for (std::uint32_t line = 0; line + 1 < first_pair.size(); ++line) {
    for (std::uint32_t p = first_pair[line]; p < first_pair[line + 1]; ++p) {
      pair_line_.push_back(line);
      pair_candidate_.push_back(pairs[p].candidate);
      pair_available_.push_back(std::min(pairs[p].available, rules::kMostUnits));
      pair_sku_.push_back(variants[pairs[p].variant].sku);
    }
  }
  candidate_location_.clear();
  candidate_group_.clear();
  for (const Candidate& candidate : candidates) {
    candidate_location_.push_back(candidate.location);
    candidate_group_.push_back(candidate.ship_group);
  }
  candidate_km_ = candidate_km;
  FillColumns(setup, call);
  facts_.candidates = {candidate_location_, candidate_km_, candidate_group_, candidate_load_units_,
                       candidate_load_shipments_};
  facts_.pairs = {pair_line_, pair_candidate_, pair_available_,
                  pair_sku_,  pair_on_hand_,   pair_cost};
  facts_.stamp = ++stamp_;
  std::int64_t units = 1;
  for (const OrderLine& line : call.order.lines()) units += line.quantity.count();
  max_cost_ = std::min(kMaxRuleCost, kMaxRuleSum / units);
  pair_ok_.assign(pairs.size(), 1);
  pair_protect_.assign(pairs.size(), 0);
  pair_price_.assign(pairs.size(), 0);
  prefer_cost_.assign(candidates.size(), 0);

  const auto each = [&](RuleKind kind, const auto& rows, const auto& apply) {
    return ForEachOf(kind, setup, call, [&](std::uint32_t i, const Rule& rule) {
      absl::Status status = Ask(rule, rows);
      if (!status.ok() || silent_) return status;
      status = apply(i, rule);
      if (status.ok()) Hear(i, rule);
      return status;
    });
  };
  absl::Status status = each(RuleKind::kSet, kOne,
                             [&](std::uint32_t i, const Rule& rule) { return ApplySet(i, rule); });
  if (!status.ok()) return status;
  status = ForEachOf(RuleKind::kEligible, setup, call, [&](std::uint32_t i, const Rule& rule) {
    if (IsDropped(rule)) {
      relaxed_.push_back({i, rule.relax});
      return absl::OkStatus();
    }
    asks_options_ |= rule.by_service;
    if (rule.by_service) return absl::OkStatus();
    return RuleOut(i, rule, pair_ok_);
  });
  if (!status.ok()) return status;
  status = each(RuleKind::kProtect, pair_ok_,
                [&](std::uint32_t i, const Rule& rule) { return ApplyProtect(i, rule); });
  if (!status.ok()) return status;
  status = ForEachOf(RuleKind::kLimit, setup, call, [&](std::uint32_t i, const Rule& rule) {
    const bool by_location = rules::IsByLocation(rule.limit);
    absl::Status asked = Ask(rule, by_location ? candidates.size() : kOne);
    if (!asked.ok() || silent_) return asked;
    asked = by_location ? ApplyLocationLimit(i, rule) : ApplyLimit(i, rule);
    if (asked.ok()) Hear(i, rule);
    return asked;
  });
  if (!status.ok()) return status;
  status = each(RuleKind::kGroup, line_count_,
                [&](std::uint32_t, const Rule& rule) { return ApplyGroup(rule); });
  if (!status.ok()) return status;
  status = each(RuleKind::kPrice, pair_ok_,
                [&](std::uint32_t i, const Rule& rule) { return ApplyPrice(i, rule); });
  if (!status.ok()) return status;
  status = ForEachOf(RuleKind::kPrefer, setup, call, [&](std::uint32_t i, const Rule& rule) {
    absl::Status asked = Ask(rule, candidates.size());
    if (!asked.ok()) return asked;
    if (silent_) {
      // An objective may name a rule that ranks nothing.
      if (rule.prefer != rules::PreferBy::kRank) return asked;
      values_.assign(candidates.size(), 0);
    }
    asked = ApplyPrefer(i, rule);
    if (asked.ok()) Hear(i, rule);
    return asked;
  });
  if (!status.ok()) return status;
  return MakeGroups();
}

bool Rulings::OrderSays(SetField field) const {
  const Order& order = *facts_.order;
  switch (field) {
    case SetField::kService:
      return !order.services().empty();
    case SetField::kShipComplete:
      return order.ship_complete();
    case SetField::kMaxShipments:
      return order.max_shipments().has_value();
    case SetField::kPriority:
      return order.draft().priority != 0;
    case SetField::kRemainder:
      return order.draft().remainder != Remainder::kBackorder;
    case SetField::kCapture:
    case SetField::kSubstitution:
    case SetField::kNotify:
      break;
  }
  return false;
}

absl::Status Rulings::ApplySet(std::uint32_t index, const Rule& rule) {
  if (holds_[0] == 0) return absl::OkStatus();
  spoke_ = true;
  const std::uint32_t bit = 1U << static_cast<unsigned>(rule.set);
  if ((fields_set_ & bit) != 0) return absl::OkStatus();
  const std::int64_t value = values_[0];
  const Range range = RangeOf(rule.set, *facts_.world);
  if (value < range.least || value > range.most) {
    return InvalidArgument("sets {} to {}; it must be {} to {}", ToString(rule.set), value,
                           range.least, range.most);
  }
  fields_set_ |= bit;
  if (!rule.force && OrderSays(rule.set)) return absl::OkStatus();
  settings_.push_back({index, rule.set, value});
  changed_ = true;
  switch (rule.set) {
    case SetField::kService:
      if (one_service_) break;
      set_service_ = static_cast<ServiceIndex>(value);
      services_ = {&set_service_, 1};
      break;
    case SetField::kShipComplete:
      ship_complete_ = value != 0;
      break;
    case SetField::kMaxShipments:
      max_shipments_ = value;
      break;
    case SetField::kRemainder:
      remainder_ = static_cast<Remainder>(value);
      break;
    case SetField::kSubstitution:
      substitution_ = static_cast<SubstitutionPolicy>(value);
      break;
    default:
      break;  // for whoever reads the plan
  }
  return absl::OkStatus();
}

absl::Status Rulings::RuleOut(std::uint32_t index, const Rule& rule,
                              std::vector<std::uint8_t>& ok) {
  if (absl::Status status = Ask(rule, ok); !status.ok() || silent_) return status;
  for (std::uint32_t i = 0; i < ok.size(); ++i) {
    if (holds_[i] != 0) continue;
    spoke_ |= ok[i] != 0;
    if (records_ && ok[i] != 0) {
      if (rule.by_service) {
        RecordVerdict({.pair = option_pair_[i],
                       .rule = index,
                       .by = RuledOutBy::kServiceRule,
                       .service = option_service_[i]},
                      rule, i);
      } else {
        RecordVerdict({.pair = i, .rule = index}, rule, i);
      }
    }
    ok[i] = 0;
  }
  changed_ = spoke_;  // what others had ruled out was not asked about
  Hear(index, rule);
  return absl::OkStatus();
}

// What a row is about, whatever its place among the others.
std::uint64_t Rulings::RowKey(const Rule& rule, std::size_t row) const {
  if (rule.kind == RuleKind::kGroup) return row;
  if (rule.kind == RuleKind::kPrefer || rule.kind == RuleKind::kLimit) {
    return Mix(Raw(candidate_location_[row]), candidate_group_[row]);
  }
  std::uint64_t key = 0;
  std::size_t pair = row;
  if (rule.by_service) {
    pair = option_pair_[row];
    key = Mix(Raw(option_service_[row]), option_zone_[row]);
  }
  const std::uint32_t candidate = pair_candidate_[pair];
  key = Mix(key, Mix(Raw(candidate_location_[candidate]), candidate_group_[candidate]));
  return Mix(key, Mix(Raw(pair_sku_[pair]), pair_line_[pair]));
}

void Rulings::Hear(std::uint32_t index, const Rule& rule) {
  if (!records_) return;
  if (rule.kind == RuleKind::kSet && (settings_.empty() || settings_.back().rule != index)) return;
  const bool by_location = rule.kind == RuleKind::kLimit && rules::IsByLocation(rule.limit);
  const bool is_one = mask_.size() == kOne && !by_location &&
                      (rule.kind == RuleKind::kSet || rule.kind == RuleKind::kLimit ||
                       rule.kind == RuleKind::kHold || rule.kind == RuleKind::kOutcome);
  PlanVoice voice{.rule = index, .rows = 0, .said = 0};
  for (std::size_t i = 0; i < mask_.size(); ++i) {
    if (mask_[i] == 0) continue;
    const bool speaks = SaysValues(rule.kind) ? values_[i] != NeutralValue(rule.kind)
                                              : holds_[i] != NeutralHold(rule.kind);
    if (!speaks) continue;
    ++voice.rows;
    // A sum: the order of rows does not count.
    const std::uint64_t row = is_one ? 0 : RowKey(rule, i);
    voice.said += Mix(row, static_cast<std::uint64_t>(values_[i]));
  }
  if (voice.rows == 0) return;
  voice.said = Mix(ActOf(rule), voice.said);
  voices_.push_back(voice);
}

absl::Status Rulings::ApplyProtect(std::uint32_t index, const Rule& rule) {
  // All is looked at before anything is changed: a rule that fails is left out whole.
  for (std::uint32_t i = 0; i < pair_ok_.size(); ++i) {
    if (mask_[i] == 0 || values_[i] >= 0) continue;
    return InvalidArgument("protects {} units; a rule protects 0 or more", values_[i]);
  }
  for (std::uint32_t i = 0; i < pair_ok_.size(); ++i) {
    if (mask_[i] == 0) continue;
    spoke_ |= values_[i] > 0;
    changed_ |= values_[i] > pair_protect_[i];
    if (records_ && values_[i] > pair_protect_[i]) {
      RecordVerdict({.pair = i, .rule = index, .by = RuledOutBy::kProtect, .units = values_[i]},
                    rule, i);
    }
    pair_protect_[i] = std::max(pair_protect_[i], values_[i]);
  }
  return absl::OkStatus();
}

void Rulings::RecordVerdict(Verdict verdict, const Rule& rule, std::size_t row) {
  verdict.table_row = rule.TableRowFor(facts_, row);
  verdict.first_value = seen_.size();
  rule.ValuesFor(facts_, row, seen_);
  verdict.value_count = seen_.size() - verdict.first_value;
  verdicts_.push_back(verdict);
}

void Rulings::RecordCosts(std::uint32_t index, const Rule& rule, bool is_per_unit) {
  RuleCosts& costs = rule_costs_.emplace_back(
      RuleCosts{index, is_per_unit, rule_values_.size(), values_.size(), std::nullopt});
  rule_values_.insert(rule_values_.end(), values_.begin(), values_.end());
  if (rule.table == nullptr) return;
  costs.first_row = rule_rows_.size();
  for (std::size_t i = 0; i < values_.size(); ++i) {
    std::optional<std::size_t> row;
    if (values_[i] != 0) row = rule.TableRowFor(facts_, i);
    rule_rows_.push_back(row ? static_cast<std::uint32_t>(*row) : RecordedRuleCost::kNoRow);
  }
}

void Rulings::Record(routing_internal::Record& record) const {
  record.verdicts = verdicts_;
  record.rule_costs = rule_costs_;
  record.rule_values = rule_values_;
  record.rule_rows = rule_rows_;
  record.seen = seen_;
  record.voices = voices_;
  record.prefer = prefer_cost_;
  record.price = pair_price_;
  record.services.assign(services_.begin(), services_.end());
  record.group_names.clear();
  if (apart_count_ == 0) return;
  const World& world = *facts_.world;
  for (std::uint32_t group = 0; group < group_count_; ++group) {
    Symbol name = kEmptySymbol;
    for (std::size_t rule = 0; rule < apart_count_; ++rule) {
      const std::int64_t key = group_keys_[group * apart_count_ + rule];
      if (key != kNoKey) name = Join(world, name, static_cast<Symbol>(key));
    }
    record.group_names.push_back(name);
  }
}

absl::Status Rulings::ApplyPrice(std::uint32_t index, const Rule& rule) {
  const auto is_large = [this](std::int64_t cost) { return cost > max_cost_ || cost < -max_cost_; };
  for (std::size_t i = 0; i < pair_ok_.size(); ++i) {
    if (mask_[i] == 0) continue;
    if (is_large(values_[i]) || is_large(pair_price_[i] + values_[i])) {
      return InvalidArgument(
          "gives a price of {} micro-units; together with other rules it must be within +-{}",
          values_[i], max_cost_);
    }
  }
  if (records_) RecordCosts(index, rule, true);
  for (std::size_t i = 0; i < pair_ok_.size(); ++i) {
    if (mask_[i] == 0) continue;
    spoke_ |= values_[i] != 0;
    pair_price_[i] += values_[i];
  }
  changed_ = spoke_;
  return absl::OkStatus();
}

absl::Status Rulings::ApplyPrefer(std::uint32_t index, const Rule& rule) {
  const bool by_rank = rule.prefer == rules::PreferBy::kRank;
  const std::int64_t limit = by_rank ? kMaxRank : kMaxRuleCost;
  for (const std::int64_t value : values_) {
    spoke_ |= value != 0;
    if (value < 0 || value > limit) {
      return InvalidArgument("gives the {} {}; it must be 0 to {}", by_rank ? "rank" : "cost",
                             value, limit);
    }
  }
  changed_ = spoke_;
  if (!by_rank) {
    if (records_) RecordCosts(index, rule, false);
    for (std::size_t i = 0; i < values_.size(); ++i) {
      prefer_cost_[i] = std::min(prefer_cost_[i] + values_[i], kMaxRuleCost);
    }
    return absl::OkStatus();
  }
  if (rank_by_rule_.size() <= rank_count_) {
    rank_by_rule_.emplace_back();
    rank_rules_.push_back(nullptr);
  }
  rank_by_rule_[rank_count_].assign(values_.begin(), values_.end());
  rank_rules_[rank_count_] = &rule;
  ++rank_count_;
  return absl::OkStatus();
}

absl::Status Rulings::ApplyLimit(std::uint32_t index, const Rule& rule) {
  if (holds_[0] == 0) return absl::OkStatus();
  if (values_[0] < 0) {
    return InvalidArgument("gives the limit {}; it must be 0 or more", values_[0]);
  }
  spoke_ = true;
  if (rule.limit == rules::LimitKind::kMaxShipments) {
    changed_ = !max_shipments_ || values_[0] < *max_shipments_;
    max_shipments_ = std::min(max_shipments_.value_or(values_[0]), values_[0]);
    return absl::OkStatus();
  }
  if (rule.limit == rules::LimitKind::kMinShipmentValue) {
    if (values_[0] > max_cost_) {
      return InvalidArgument("gives the least value {}; it must be at most {} micro-units",
                             values_[0], max_cost_);
    }
    changed_ = values_[0] > min_shipment_value_;
    min_shipment_value_ = std::max(min_shipment_value_, values_[0]);
    return absl::OkStatus();
  }
  if (rule.limit == rules::LimitKind::kMaxSubstitutions) {
    changed_ = !max_substitutions_ || values_[0] < *max_substitutions_;
    max_substitutions_ = std::min(max_substitutions_.value_or(values_[0]), values_[0]);
    return absl::OkStatus();
  }
  // A location whose distance is not known cannot be said to be too far.
  for (std::uint32_t i = 0; i < pair_ok_.size(); ++i) {
    if (candidate_km_[pair_candidate_[i]] <= static_cast<double>(values_[0])) continue;
    changed_ |= pair_ok_[i] != 0;
    if (records_ && pair_ok_[i] != 0) {
      verdicts_.push_back(
          {i, index, RuledOutBy::kDistance, values_[0], {}, rule.TableRowFor(facts_, 0)});
    }
    pair_ok_[i] = 0;
  }
  return absl::OkStatus();
}

absl::Status Rulings::ApplyLocationLimit(std::uint32_t index, const Rule& rule) {
  for (std::size_t c = 0; c < candidate_location_.size(); ++c) {
    if (holds_[c] == 0 || values_[c] >= 0) continue;
    return InvalidArgument("gives the limit {} at location '{}'; it must be 0 or more", values_[c],
                           facts_.world->location(candidate_location_[c]).id());
  }
  spoke_ = std::find(holds_.begin(), holds_.end(), 1) != holds_.end();
  if (rule.limit == rules::LimitKind::kMaxRejects) {
    for (std::uint32_t i = 0; i < pair_ok_.size(); ++i) {
      const std::uint32_t c = pair_candidate_[i];
      if (holds_[c] == 0) continue;
      const LocationIndex location = candidate_location_[c];
      if (!HasRejectedEnough(facts_.rejections, location, values_[c])) continue;
      changed_ |= pair_ok_[i] != 0;
      if (records_ && pair_ok_[i] != 0) {
        verdicts_.push_back({i,
                             index,
                             RuledOutBy::kRejections,
                             RejectionsBy(facts_.rejections, location),
                             {},
                             rule.TableRowFor(facts_, c)});
      }
      pair_ok_[i] = 0;
    }
    return absl::OkStatus();
  }
  most_of_day_.resize(candidate_location_.size());
  const bool is_units = rule.limit == rules::LimitKind::kUnitsPerDay;
  for (std::size_t c = 0; c < candidate_location_.size(); ++c) {
    if (holds_[c] == 0) continue;
    std::optional<Units>& most = is_units ? most_of_day_[c].units : most_of_day_[c].shipments;
    changed_ |= !most || Units(values_[c]) < *most;
    most = std::min(Units(values_[c]), most.value_or(Units(values_[c])));
  }
  return absl::OkStatus();
}

// The candidates of one location may differ in where they ship to: the tightest counts.
DayCapacity Rulings::MostOfDay(LocationIndex location) const {
  DayCapacity most;
  const auto tighten = [](std::optional<Units>& limit, const std::optional<Units>& other) {
    if (other) limit = std::min(*other, limit.value_or(*other));
  };
  for (std::size_t c = 0; c < most_of_day_.size(); ++c) {
    if (candidate_location_[c] != location) continue;
    tighten(most.units, most_of_day_[c].units);
    tighten(most.shipments, most_of_day_[c].shipments);
  }
  return most;
}

// What takes work to know, if some rule reads it.
void Rulings::FillColumns(const Setup& setup, const Call& call) {
  const rules::Reads& reads = setup.rules.reads();
  pair_on_hand_.clear();
  candidate_load_units_.clear();
  candidate_load_shipments_.clear();
  for (std::size_t i = 0; reads.on_hand && i < pair_sku_.size(); ++i) {
    pair_on_hand_.push_back(
        call.stock.OnHand(pair_sku_[i], candidate_location_[pair_candidate_[i]]));
  }
  for (std::size_t c = 0; reads.load && call.now && c < candidate_location_.size(); ++c) {
    const LocationIndex location = candidate_location_[c];
    const std::optional<DayLoad> load =
        call.stock.LoadOf(location, DayOf(setup.world, location, *call.now), QuestionOf(call));
    if (!load) return;
    candidate_load_units_.push_back(load->units.count());
    candidate_load_shipments_.push_back(load->shipments.count());
  }
}

absl::Status Rulings::ApplyGroup(const Rule& rule) {
  const auto symbols = static_cast<std::int64_t>(facts_.world->symbols().size());
  for (std::int64_t& key : values_) {
    if (key >= symbols) {
      return InvalidArgument(
          "gives the key {}, which is no symbol of the world; intern the text of a key", key);
    }
    key = std::max(key, kNoKey);
    spoke_ |= key != kNoKey;
  }
  changed_ = spoke_ && line_count_ > 1;
  if (rule.keep == rules::Keep::kApart) {
    apart_keys_.insert(apart_keys_.end(), values_.begin(), values_.end());
    ++apart_count_;
    return absl::OkStatus();
  }
  // Lines of one key join; so do the groups of earlier rules that they are in.
  if (together_.empty()) together_.assign(line_count_, solver::kNone);
  for (std::uint32_t i = 0; i < line_count_; ++i) {
    if (values_[i] == kNoKey) continue;
    std::uint32_t group = together_[i];
    for (std::uint32_t j = 0; j < i && group == solver::kNone; ++j) {
      if (values_[j] == values_[i]) group = together_[j];
    }
    if (group == solver::kNone) group = i;
    for (std::uint32_t j = 0; j <= i; ++j) {
      if (values_[j] != values_[i] || together_[j] == group) continue;
      const std::uint32_t old = together_[j];
      together_[j] = group;
      if (old == solver::kNone) continue;
      std::replace(together_.begin(), together_.end(), old, group);
    }
  }
  return absl::OkStatus();
}

// The kinds of shipments that lines kept apart may go in: one for every combination of a key of
// each rule. A line without a key goes with any.
absl::Status Rulings::MakeGroups() {
  if (apart_count_ == 0) return absl::OkStatus();
  group_keys_.clear();
  std::size_t count = 1;
  for (std::size_t rule = 0; rule < apart_count_; ++rule) {
    const std::int64_t* keys = apart_keys_.data() + rule * line_count_;
    // The distinct keys in order of lines; that of no line if there is none.
    values_.clear();
    for (std::size_t line = 0; line < line_count_; ++line) {
      const bool is_new = keys[line] != kNoKey &&
                          std::find(values_.begin(), values_.end(), keys[line]) == values_.end();
      if (is_new) values_.push_back(keys[line]);
    }
    if (values_.empty()) values_.push_back(kNoKey);
    if (count * values_.size() > kMaxGroups) {
      return InvalidArgument(
          "order '{}': its lines are kept apart in more than {} kinds of shipments; use fewer keys",
          facts_.order->id(), kMaxGroups);
    }
    // Column by column: group g has key g / count of this rule.
    const std::size_t before = count;
    count *= values_.size();
    std::vector<std::int64_t>& all = group_keys_;
    all.resize(count * apart_count_);
    for (std::size_t group = count; group-- > 0;) {
      for (std::size_t r = 0; r < rule; ++r) {
        all[group * apart_count_ + r] = all[(group % before) * apart_count_ + r];
      }
      all[group * apart_count_ + rule] = values_[group / before];
    }
  }
  group_count_ = static_cast<std::uint32_t>(count);
  fits_.assign(count * line_count_, 1);
  for (std::size_t group = 0; group < count; ++group) {
    for (std::size_t rule = 0; rule < apart_count_; ++rule) {
      for (std::size_t line = 0; line < line_count_; ++line) {
        const std::int64_t key = apart_keys_[rule * line_count_ + line];
        if (key != kNoKey && key != group_keys_[group * apart_count_ + rule]) {
          fits_[group * line_count_ + line] = 0;
        }
      }
    }
  }
  return absl::OkStatus();
}

Symbol Rulings::NameOf(const World& world, std::span<const std::uint32_t> lines,
                       Symbol name) const {
  for (std::size_t rule = 0; rule < apart_count_; ++rule) {
    for (const std::uint32_t line : lines) {
      const std::int64_t key = apart_keys_[rule * line_count_ + line];
      if (key == kNoKey) continue;
      name = Join(world, name, static_cast<Symbol>(key));
      break;  // the others have the same key
    }
  }
  return name;
}

void Rulings::AddOption(std::uint32_t pair, const SlotMeaning& slot, ServiceIndex service,
                        std::string_view carrier) {
  option_carrier_.push_back(carrier);
  option_pair_.push_back(pair);
  option_service_.push_back(service);
  option_zone_.push_back(slot.zone);
  option_transit_.push_back(
      slot.option == nullptr ? 0 : slot.option->data->spec.transit_days[slot.zone]);
  option_late_.push_back(slot.late_days);
  option_deliver_by_.push_back(slot.dates.deliver_by);
}

absl::Status Rulings::ApplyOptions(const Setup& setup, const Call& call) {
  facts_.options = {option_pair_, option_service_,    option_zone_,   option_transit_,
                    option_late_, option_deliver_by_, option_carrier_};
  if (!call.start) facts_.options.deliver_by = {};
  facts_.stamp = ++stamp_;
  option_ok_.assign(option_pair_.size(), 1);
  in_options_ = true;
  absl::Status status =
      ForEachOf(RuleKind::kEligible, setup, call, [&](std::uint32_t i, const Rule& rule) {
        if (!rule.by_service || IsDropped(rule)) return absl::OkStatus();
        return RuleOut(i, rule, option_ok_);
      });
  in_options_ = false;
  return status;
}

std::optional<int> Rulings::NextRelaxLevel(const Setup& setup, const Call& call) const {
  std::optional<int> next;
  for (const std::uint32_t i : setup.rules.of_kind(RuleKind::kEligible)) {
    const Rule& rule = setup.rules.rules()[i];
    if (rule.relax <= relax_level_ || rule.mode == rules::RuleMode::kShadow) continue;
    if (rule.IsActive(call.now)) next = std::min(rule.relax, next.value_or(rule.relax));
  }
  return next;
}

absl::Status Rulings::Judge(const Setup& setup, const Call& call, const rules::PlanFacts& plan) {
  facts_.plan = plan;
  facts_.stamp = ++stamp_;
  absl::Status status =
      ForEachOf(RuleKind::kHold, setup, call, [&](std::uint32_t i, const Rule& rule) {
        absl::Status asked = Ask(rule, kOne);
        if (asked.ok() && !silent_ && holds_[0] != 0) {
          spoke_ = changed_ = true;
          AddHold({i, rule.blocks, rule.reserve, false, rule.hold_until}, rule.ReasonFor(facts_));
          Hear(i, rule);
        }
        return asked;
      });
  if (!status.ok()) return status;
  const auto happened = [&](rules::OutcomeOn on) {
    switch (on) {
      case rules::OutcomeOn::kShort:
        return plan.short_units > 0 && plan.units > 0;
      case rules::OutcomeOn::kUnroutable:
        return plan.short_units > 0 && plan.units == 0;
      case rules::OutcomeOn::kLate:
        return plan.late_days > 0;
      case rules::OutcomeOn::kRejected:
        break;
    }
    return false;
  };
  status = ForEachOf(RuleKind::kOutcome, setup, call, [&](std::uint32_t i, const Rule& rule) {
    const bool decided =
        std::any_of(outcomes_.begin(), outcomes_.end(),
                    [&](const PlanOutcome& outcome) { return outcome.on == rule.on; });
    if (decided || !happened(rule.on)) return absl::OkStatus();
    absl::Status asked = Ask(rule, kOne);
    if (!asked.ok() || silent_ || holds_[0] == 0) return asked;
    spoke_ = changed_ = true;
    outcomes_.push_back({i, rule.on, rule.then});
    Hear(i, rule);
    if (rule.then == rules::OutcomeThen::kHold) {
      AddHold({i, rules::HoldBlocks(), rule.reserve, false, rule.hold_until},
              rule.ReasonFor(facts_));
    }
    return asked;
  });
  if (!status.ok()) return status;
  for (const PlanRuleError& error : errors_) {
    if (error.then != rules::OnError::kHold) continue;
    AddHold({error.rule, rules::HoldBlocks(), false, true, std::nullopt}, error.message);
  }
  return absl::OkStatus();
}

}  // namespace orderwright::routing_internal
