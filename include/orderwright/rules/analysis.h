// Analyse: what is wrong with rules that can be read and compiled all the same.
//
// Rules that never speak, that another one always answers before, or that stand twice; conditions
// that always hold; decision tables with rows that overlap, that nothing reaches, or that leave
// cases out; names that a world does not have; texts that fail for some order.
//
// Each condition becomes a set of boxes: an interval for a number, an amount or an instant, a set
// or the complement of one for a text, one bit for "has this tag", for "is not set" a value of its
// own. What has no such form (calls, attributes, fields compared with each other) is an atom that
// may be true, false or an error, the same text being the same atom. So what is said to be
// impossible is impossible. What is said to be possible carries a witness: an order on a world of
// its own, of which the rules themselves were asked before the finding is shown.
//
// Example:
//   for (const rules::Finding& finding : rules::Analyse(set)) {
//     fmt::print("{}: {}\n", finding.rules[0], finding.message);
//   }
#ifndef ORDERWRIGHT_RULES_ANALYSIS_H_
#define ORDERWRIGHT_RULES_ANALYSIS_H_

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "orderwright/core/export.h"
#include "orderwright/core/time.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/rules/rule_set.h"

namespace orderwright::rules {

enum class FindingKind : std::uint8_t {
  kDead = 1,          // the rule never speaks, or what it requires can never hold
  kAlwaysTrue = 2,    // its condition always holds, or it rules nothing out
  kIdlePart = 3,      // a part of its condition is always true, or never
  kShadowed = 4,      // whenever it speaks, a rule before it has decided
  kDuplicate = 5,     // another rule says the same in the same cases
  kOverlap = 6,       // rows of a table hit together that must not
  kGap = 7,           // no row of a table hits
  kDeadRow = 8,       // a row can never hit
  kShadowedRow = 9,   // whenever it hits, a row before it does
  kIdleColumn = 10,   // an input that tells no row from another
  kUnknownName = 11,  // a name that neither the model nor the world knows
  kMayFail = 12,      // the text has no value for some order
  kNotAnalysed = 13,  // too many cases to look at
};
// "dead", "always_true", …
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(FindingKind kind);

enum class Severity : std::uint8_t {
  kError = 1,    // it cannot do what it says
  kWarning = 2,  // probably not what is meant
  kNote = 3,     // may well be meant
};
// "error", "warning", "note".
[[nodiscard]] ORDERWRIGHT_EXPORT std::string_view ToString(Severity severity);

// The part of a rule that a finding is about.
enum class RulePart : std::uint8_t { kRule = 1, kWhen = 2, kValue = 3, kTable = 4 };

// An order, where it would ship from, and what else the rules of a finding read. With `world` and
// `order` alone everything but the figures of the candidate and of the plan is reproduced.
struct Witness {
  // What is known of the only line at the only location.
  struct Candidate {
    std::optional<double> distance_km;
    std::int64_t available = 10;
    std::string service;
    std::uint32_t zone = 0;
    std::int32_t transit_days = 1;
    std::int64_t late_days = 0;
    std::optional<Timestamp> deliver_by;
  };
  struct Plan {
    Cost cost;
    std::int64_t shipments = 1;
    std::int64_t units = 1;
    std::int64_t short_units = 0;
    std::int64_t late_days = 0;
    bool is_proved = true;
    Cost margin;
    Cost margin_spread;
    std::optional<Cost> gap_to_next;
  };

  WorldDraft world;  // the location that is asked about comes first
  OrderDraft order;  // the line that is asked about comes first
  std::optional<Timestamp> now;
  Candidate candidate;
  Plan plan;
  // What of it matters: "order with total 120.00, tags [vip]; location of kind store".
  std::string text;
};

struct Finding {
  FindingKind kind = FindingKind::kDead;
  Severity severity = Severity::kWarning;
  std::vector<std::string> rules;  // ids: the one that it is about, then others
  std::vector<std::size_t> rows;   // of the first rule's table, from 0: as `rules`
  RulePart part = RulePart::kRule;
  std::string message;
  // Confirmed by the evaluator. Absent: of findings that are about no single case.
  std::optional<Witness> witness;
};

struct AnalysisOptions {
  std::size_t max_terms = 1'000;    // boxes of a condition; more: kNotAnalysed
  std::size_t max_cells = 200'000;  // cases of one question; more: kNotAnalysed
  std::size_t max_per_table = 20;   // overlaps of a table that are shown
  std::size_t max_gaps = 3;         // gaps of a table that are shown
};

// What is found, in the order of the rules; those that are off, and those of the host, are left
// out. With a world also names that it does not have.
// Complexity: quadratic in the rules of a kind, and in the rows of a table. Thread-safe.
[[nodiscard]] ORDERWRIGHT_EXPORT std::vector<Finding> Analyse(const RuleSet& rules,
                                                              const World* world = nullptr,
                                                              const AnalysisOptions& options = {});

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_ANALYSIS_H_
