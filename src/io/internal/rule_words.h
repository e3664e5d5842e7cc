// The words of orderwright.rules/1, for reading and writing.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_RULE_WORDS_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_RULE_WORDS_H_

#include <cstdint>
#include <iterator>
#include <string>
#include <string_view>
#include <utility>

#include "orderwright/rules/rule_set.h"
#include "src/io/internal/json_reader.h"

namespace orderwright::io_internal {

// Kinds as the format names them: `table` is none of the engine's.
enum class KindWord : std::uint8_t {
  kSet = 1,
  kEligible = 2,
  kProtect = 3,
  kLimit = 4,
  kGroup = 5,
  kPrice = 6,
  kPrefer = 7,
  kHold = 8,
  kOutcome = 9,
  kPolicy = 10,
  kTable = 11,
};

template <>
struct WordsOf<KindWord> {
  static constexpr std::pair<std::string_view, KindWord> kAll[] = {
      {"set", KindWord::kSet},         {"eligible", KindWord::kEligible},
      {"protect", KindWord::kProtect}, {"limit", KindWord::kLimit},
      {"group", KindWord::kGroup},     {"price", KindWord::kPrice},
      {"prefer", KindWord::kPrefer},   {"hold", KindWord::kHold},
      {"outcome", KindWord::kOutcome}, {"policy", KindWord::kPolicy},
      {"table", KindWord::kTable}};
};

// What a limit bounds; from kUnitsPerDay on it is not acted on yet.
enum class LimitWord : std::uint8_t {
  kMaxShipments = 1,
  kMaxDistanceKm = 2,
  kMinShipmentValue = 3,
  kUnitsPerDay = 4,
  kShipmentsPerDay = 5,
  kMaxRejects = 6,
  kMaxSubstitutions = 7,
};

template <>
struct WordsOf<LimitWord> {
  static constexpr std::pair<std::string_view, LimitWord> kAll[] = {
      {"max_shipments", LimitWord::kMaxShipments},
      {"max_distance_km", LimitWord::kMaxDistanceKm},
      {"min_shipment_value", LimitWord::kMinShipmentValue},
      {"units_per_day", LimitWord::kUnitsPerDay},
      {"shipments_per_day", LimitWord::kShipmentsPerDay},
      {"max_rejects", LimitWord::kMaxRejects},
      {"max_substitutions", LimitWord::kMaxSubstitutions}};
};

enum class BlockWord : std::uint8_t { kRoute = 1, kRelease = 2, kCapture = 3 };

template <>
struct WordsOf<BlockWord> {
  static constexpr std::pair<std::string_view, BlockWord> kAll[] = {
      {"route", BlockWord::kRoute},
      {"release", BlockWord::kRelease},
      {"capture", BlockWord::kCapture}};
};

template <>
struct WordsOf<rules::RuleMode> {
  static constexpr std::pair<std::string_view, rules::RuleMode> kAll[] = {
      {"on", rules::RuleMode::kOn},
      {"shadow", rules::RuleMode::kShadow},
      {"off", rules::RuleMode::kOff}};
};

template <>
struct WordsOf<rules::OnError> {
  static constexpr std::pair<std::string_view, rules::OnError> kAll[] = {
      {"hold", rules::OnError::kHold},
      {"skip", rules::OnError::kSkip},
      {"fail", rules::OnError::kFail}};
};

template <>
struct WordsOf<rules::Keep> {
  static constexpr std::pair<std::string_view, rules::Keep> kAll[] = {
      {"together", rules::Keep::kTogether}, {"apart", rules::Keep::kApart}};
};

template <>
struct WordsOf<rules::SetField> {
  static constexpr std::pair<std::string_view, rules::SetField> kAll[] = {
      {"service", rules::SetField::kService},
      {"ship_complete", rules::SetField::kShipComplete},
      {"max_shipments", rules::SetField::kMaxShipments},
      {"priority", rules::SetField::kPriority},
      {"remainder", rules::SetField::kRemainder},
      {"capture", rules::SetField::kCapture},
      {"substitution", rules::SetField::kSubstitution},
      {"notify", rules::SetField::kNotify}};
};

template <>
struct WordsOf<rules::OutcomeOn> {
  static constexpr std::pair<std::string_view, rules::OutcomeOn> kAll[] = {
      {"short", rules::OutcomeOn::kShort},
      {"unroutable", rules::OutcomeOn::kUnroutable},
      {"rejected", rules::OutcomeOn::kRejected},
      {"late", rules::OutcomeOn::kLate}};
};

template <>
struct WordsOf<rules::OutcomeThen> {
  static constexpr std::pair<std::string_view, rules::OutcomeThen> kAll[] = {
      {"accept", rules::OutcomeThen::kAccept},
      {"hold", rules::OutcomeThen::kHold},
      {"cancel", rules::OutcomeThen::kCancel},
      {"backorder", rules::OutcomeThen::kBackorder},
      {"retry", rules::OutcomeThen::kRetry}};
};

template <>
struct WordsOf<rules::HitPolicy> {
  static constexpr std::pair<std::string_view, rules::HitPolicy> kAll[] = {
      {"unique", rules::HitPolicy::kUnique},
      {"first", rules::HitPolicy::kFirst},
      {"any", rules::HitPolicy::kAny},
      {"collect+sum", rules::HitPolicy::kSum},
      {"collect+min", rules::HitPolicy::kMin},
      {"collect+max", rules::HitPolicy::kMax},
      {"collect+count", rules::HitPolicy::kCount},
      {"collect", rules::HitPolicy::kSum}};
};

template <>
struct WordsOf<rules::PreferBy> {
  static constexpr std::pair<std::string_view, rules::PreferBy> kAll[] = {
      {"cost", rules::PreferBy::kCost}, {"rank", rules::PreferBy::kRank}};
};

template <>
struct WordsOf<rules::Minimize> {
  static constexpr std::pair<std::string_view, rules::Minimize> kAll[] = {
      {"shortfall", rules::Minimize::kShortfall},
      {"shipments", rules::Minimize::kShipments},
      {"cost", rules::Minimize::kCost},
      {"lateness", rules::Minimize::kLateness},
      {"rank", rules::Minimize::kRank}};
};
inline constexpr std::string_view kRankPrefix = "rank:";

// The word of an enumerator.
template <ReadFromWord E>
std::string_view WordOf(E value) {
  for (const auto& [word, meaning] : WordsOf<E>::kAll) {
    if (meaning == value) return word;
  }
  return "";
}

// Whether what a rule sets is given by its name, which stands in the format as a plain text.
inline bool IsSetByName(const rules::Rule& rule) {
  if (rule.kind != rules::RuleKind::kSet) return false;
  switch (rule.set) {
    case rules::SetField::kService:
    case rules::SetField::kRemainder:
    case rules::SetField::kCapture:
    case rules::SetField::kSubstitution:
      return true;
    default:
      return false;
  }
}

// A text as a string literal of CEL.
std::string QuotedInCel(std::string_view text);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_RULE_WORDS_H_
