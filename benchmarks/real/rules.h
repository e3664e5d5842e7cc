// Ten native rules of all kinds, two of them of eligibility, as such a merchant might have them.
//
//   marketplace-first  set       priority 5 for orders of the marketplace, for whoever picks
//   stores-near        eligible  stores ship within 1,200 km; soft
//   fragile-by-ground  eligible  by service: what breaks does not fly
//   counter-stock      protect   stores keep a fifth of their stock for the counter
//   few-parcels        limit     3 shipments for orders of up to 5 lines, else 12
//   bulky-apart        group     items of 1,500 g or more travel apart from others
//   seasonal-in-store  price     Christmas goods are 0.25 a unit dearer in stores
//   spare-sites        prefer    a shipment from a store is 3.00 dearer, a third-party site 1.00, a
//                                drop-shipper 5.00
//   large-order        hold      more than 2,000 units: a person looks at the plan
//   drop-rest          outcome   units that are short are cancelled
#ifndef ORDERWRIGHT_BENCHMARKS_REAL_RULES_H_
#define ORDERWRIGHT_BENCHMARKS_REAL_RULES_H_

#include <algorithm>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/orderwright.h"

namespace orderwright::benchmarks {

namespace real_internal {

inline rules::Rule RuleOf(std::string id, rules::RuleKind kind,
                          std::shared_ptr<const rules::Evaluator> evaluator) {
  rules::Rule rule;
  rule.id = std::move(id);
  rule.kind = kind;
  rule.evaluator = std::move(evaluator);
  return rule;
}

inline LocationKind KindOf(const rules::Facts& f, std::size_t candidate) {
  return f.world->location(f.candidates.location[candidate]).spec.kind;
}

inline bool HasTag(const rules::Facts& f, std::size_t line, Symbol tag) {
  const std::vector<Symbol>& tags = f.world->item(f.order->lines()[line].sku).tags;
  return std::binary_search(tags.begin(), tags.end(), tag);
}

inline std::int64_t UnitsOf(const Order& order) {
  std::int64_t units = 0;
  for (const OrderLine& line : order.lines()) units += line.quantity.count();
  return units;
}

inline std::vector<rules::Rule> RulesOfPairs(Symbol fragile, Symbol seasonal,
                                             ServiceIndex express) {
  using rules::Facts;
  using rules::RuleKind;
  std::vector<rules::Rule> made;
  made.push_back(RuleOf("stores-near", RuleKind::kEligible,
                        rules::FromPredicate([](const Facts& f, std::size_t pair) {
                          const std::uint32_t at = f.pairs.candidate[pair];
                          return KindOf(f, at) != LocationKind::kStore ||
                                 f.candidates.distance_km[at] <= 1'200.0;
                        })));
  made.back().relax = 1;
  made.push_back(
      RuleOf("fragile-by-ground", RuleKind::kEligible,
             rules::FromOptionPredicate([fragile, express](const Facts& f, std::size_t option) {
               return f.options.service[option] != express ||
                      !HasTag(f, f.pairs.line[f.options.pair[option]], fragile);
             })));
  made.back().by_service = true;
  made.push_back(RuleOf("counter-stock", RuleKind::kProtect,
                        rules::FromPairValue([](const Facts& f, std::size_t pair) -> std::int64_t {
                          if (KindOf(f, f.pairs.candidate[pair]) != LocationKind::kStore) return 0;
                          return (f.pairs.available[pair] + 4) / 5;
                        })));
  made.push_back(
      RuleOf("seasonal-in-store", RuleKind::kPrice,
             rules::FromPairValue([seasonal](const Facts& f, std::size_t pair) -> std::int64_t {
               const bool store = KindOf(f, f.pairs.candidate[pair]) == LocationKind::kStore;
               return store && HasTag(f, f.pairs.line[pair], seasonal) ? 250'000 : 0;
             })));
  return made;
}

inline std::vector<rules::Rule> RulesOfOrders(Symbol bulky, Symbol marketplace) {
  using rules::Facts;
  using rules::RuleKind;
  std::vector<rules::Rule> made;
  made.push_back(
      RuleOf("marketplace-first", RuleKind::kSet,
             rules::FromOrderValue([marketplace](const Facts& f) -> std::optional<std::int64_t> {
               if (f.order->channel() != marketplace) return std::nullopt;
               return 5;
             })));
  made.back().set = rules::SetField::kPriority;
  made.push_back(RuleOf("few-parcels", RuleKind::kLimit, rules::FromOrderValue([](const Facts& f) {
                          return std::optional<std::int64_t>(f.order->lines().size() <= 5 ? 3 : 12);
                        })));
  made.push_back(RuleOf("bulky-apart", RuleKind::kGroup,
                        rules::FromLineKey([bulky](const Facts& f, std::size_t line) {
                          return std::optional(HasTag(f, line, bulky) ? bulky : kEmptySymbol);
                        })));
  made.back().keep = rules::Keep::kApart;
  made.push_back(
      RuleOf("spare-sites", RuleKind::kPrefer,
             rules::FromCandidateValue([](const Facts& f, std::size_t at) -> std::int64_t {
               switch (KindOf(f, at)) {
                 case LocationKind::kStore:
                   return 3'000'000;
                 case LocationKind::kThirdParty:
                   return 1'000'000;
                 case LocationKind::kDropship:
                   return 5'000'000;
                 default:
                   return 0;
               }
             })));
  made.push_back(
      RuleOf("large-order", RuleKind::kHold,
             rules::FromOrderPredicate([](const Facts& f) { return UnitsOf(*f.order) > 2'000; })));
  made.push_back(RuleOf("drop-rest", RuleKind::kOutcome,
                        rules::FromOrderPredicate([](const Facts&) { return true; })));
  made.back().then = rules::OutcomeThen::kCancel;
  return made;
}

}  // namespace real_internal

inline absl::StatusOr<rules::RuleSet> MakeRealRules(const World& world) {
  const std::optional<ServiceIndex> express = world.FindService("express");
  if (!express) return NotFound("the rate card has no service 'express'");
  SymbolTable& texts = world.symbols();
  rules::RuleSetDraft draft;
  draft.version = "real";
  draft.rules = real_internal::RulesOfOrders(texts.Intern("bulky"), texts.Intern("marketplace"));
  for (rules::Rule& rule :
       real_internal::RulesOfPairs(texts.Intern("fragile"), texts.Intern("seasonal"), *express)) {
    draft.rules.push_back(std::move(rule));
  }
  return rules::RuleSet::Create(std::move(draft));
}

}  // namespace orderwright::benchmarks

#endif  // ORDERWRIGHT_BENCHMARKS_REAL_RULES_H_
