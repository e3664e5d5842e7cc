// Facts: what a rule may look at, as data. One order at a time; the candidates as columns.
//
// Candidates are the locations that hold something of the order, each once for every ship group (of
// nearly every order: once) and for each instant at which what is not in stock may arrive; pairs
// are the (line, candidate) combinations with goods. Native
// evaluators read whatever else they need from the World and the Order by index. Everything is
// valid during one Evaluate call only.
#ifndef ORDERWRIGHT_RULES_FACTS_H_
#define ORDERWRIGHT_RULES_FACTS_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/time.h"
#include "orderwright/model/order.h"
#include "orderwright/model/world.h"
#include "orderwright/rules/request.h"

namespace orderwright::rules {

// Columns over the candidate locations of the order.
struct CandidateColumns {
  std::span<const LocationIndex> location;
  std::span<const double> distance_km;        // to where the ship group goes; negative: not known
  std::span<const std::uint16_t> ship_group;  // position in order->ship_groups()
  // What the location has to do today, as of `now` in its time zone; empty: not known (no `now`, or
  // a snapshot of stock), or no rule Reads it.
  std::span<const std::int64_t> load_units = {};
  std::span<const std::int64_t> load_shipments = {};
  [[nodiscard]] std::size_t size() const { return location.size(); }
};

// A location that has sent the order back.
struct Rejection {
  LocationIndex location{};
  std::optional<Timestamp> at;  // absent: not known
};

// What `available` is at most, and where stock has no limit: as much as a quantity may be. Rules
// may add and multiply such numbers without fear of an overflow.
inline constexpr std::int64_t kMostUnits = 2'147'483'647;

// What no service ships costs this.
inline constexpr std::int64_t kNoCost = INT64_MIN;

// What takes work to know, and is computed only for rules that read it.
struct Reads {
  bool on_hand = false;
  bool load = false;
  bool cost = false;
  friend bool operator==(const Reads&, const Reads&) = default;
};

// Columns over the pairs.
struct PairColumns {
  std::span<const std::uint32_t> line;         // position in order->lines()
  std::span<const std::uint32_t> candidate;    // position in the candidate columns
  std::span<const std::int64_t> available;     // units, before `protect` rules; or kMostUnits
  std::span<const SkuIndex> sku;               // the line's item, or what may take its place
  std::span<const std::int64_t> on_hand = {};  // units there; empty: no rule Reads it
  // Micro-units of shipping all units of the line from there, alone and by the cheapest service
  // that the order allows, without what rules add; kNoCost: none ships it. Empty: no rule Reads it.
  std::span<const std::int64_t> cost = {};
  [[nodiscard]] std::size_t size() const { return line.size(); }
};

// Columns over the options: the services that a pair could go with. For eligible rules by service.
// What a location hands over from its own stock goes with none, and is not asked about.
struct OptionColumns {
  std::span<const std::uint32_t> pair;  // position in the pair columns
  std::span<const ServiceIndex> service;
  std::span<const std::uint32_t> zone;             // of the service, from 0
  std::span<const std::int32_t> transit_days;      // of the zone
  std::span<const std::int64_t> late_days;         // after what the order asks for
  std::span<const Timestamp> deliver_by;           // empty if neither now nor placed_at is known
  std::span<const std::string_view> carrier = {};  // of the rate card; "any" without one
  [[nodiscard]] std::size_t size() const { return pair.size(); }
};

// Figures of a plan that take work: computed when a rule first asks, for that rule's call only.
class ORDERWRIGHT_EXPORT PlanMeasures {
 public:
  virtual ~PlanMeasures();
  // What the sourced goods bring: unit_price of the line (else unit_value of the item) less
  // unit_cost of the item, over all units, less the plan's cost without its shortfall penalty.
  [[nodiscard]] virtual Cost Margin() const = 0;
  // The largest less the smallest margin of its shipments, each its goods less its own cost; 0 for
  // less than two.
  [[nodiscard]] virtual Cost MarginSpread() const = 0;
  // What the next best plan costs more: the cheapest that does without some location of this one.
  // Absent: there is none. Complexity: a solve a location of the plan. Errors: the solver's.
  [[nodiscard]] virtual absl::StatusOr<std::optional<Cost>> GapToNext() const = 0;
};

// What was planned. For hold and outcome rules.
struct PlanFacts {
  Cost cost;
  std::int64_t shipments = 0;
  std::int64_t units = 0;  // sourced, or in need of no shipping
  std::int64_t short_units = 0;
  std::int64_t late_days = 0;  // of the latest shipment
  bool is_proved = false;
  const PlanMeasures* measures = nullptr;  // null: these cannot be read
};

// What texts have computed of the facts of an order, so that no two of them compute it twice. One
// of a thread; keeps its memory from order to order.
class ORDERWRIGHT_EXPORT Memo {
 public:
  Memo();
  ~Memo();
  Memo(Memo&&) noexcept;
  Memo& operator=(Memo&&) noexcept;

  struct State;
  [[nodiscard]] State& state() { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

struct Facts {
  const World* world = nullptr;
  const Order* order = nullptr;
  std::optional<Timestamp> now;
  CandidateColumns candidates;
  PairColumns pairs;
  OptionColumns options;
  std::optional<PlanFacts> plan;     // before a plan is made: absent
  const Request* request = nullptr;  // of policy rules: what they decide about, and who asks
  const Actor* actor = nullptr;
  bool released = false;                  // some of the order is in the hands of a location already
  std::span<const Rejection> rejections;  // of the order so far
  // Absent: whoever is asked remembers nothing. `stamp` differs from what it was for other facts.
  Memo* memo = nullptr;
  std::uint64_t stamp = 0;
};

}  // namespace orderwright::rules

#endif  // ORDERWRIGHT_RULES_FACTS_H_
