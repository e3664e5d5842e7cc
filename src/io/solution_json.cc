// Reads and writes orderwright.solution/1 (docs/formats/solution.md).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/io/problem_json.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/document_lines.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/json_tree.h"
#include "src/io/internal/json_writer.h"
#include "src/io/internal/model_words.h"
#include "src/io/internal/objective_name.h"

namespace orderwright::io_internal {

struct SolutionLine {
  NodeId node = kNoNode;
  std::int64_t line = 0;
  std::int64_t quantity = 0;
};

struct SolutionShipment {
  NodeId node = kNoNode;
  std::string_view location;
  std::string_view key;
  std::int64_t cost = 0;
  std::vector<SolutionLine> lines;
};

struct SolutionOrder {
  NodeId node = kNoNode;
  std::string_view id;
  std::int64_t cost = 0;
  std::vector<SolutionShipment> shipments;
  std::vector<SolutionLine> shortfalls;
};

struct SolutionLevel {
  NodeId node = kNoNode;
  std::string_view minimize;
  std::int64_t value = 0;
  std::int64_t bound = 0;
};

struct SolutionRows {
  solver::Proof status = solver::Proof::kFeasible;
  std::optional<solver::Limit> limit;
  bool deterministic = true;
  std::int64_t nodes = 0;
  std::int64_t cost = 0;
  std::int64_t lower_bound = 0;
  std::vector<SolutionLevel> objectives;
  std::vector<SolutionOrder> orders;
};

template <>
struct WordsOf<solver::Proof> {
  static constexpr std::pair<std::string_view, solver::Proof> kAll[] = {
      {"optimal", solver::Proof::kOptimal}, {"feasible", solver::Proof::kFeasible}};
};

template <>
struct WordsOf<solver::Limit> {
  static constexpr std::pair<std::string_view, solver::Limit> kAll[] = {
      {"nodes", solver::Limit::kNodes},
      {"time", solver::Limit::kTime},
      {"method", solver::Limit::kMethod}};
};

template <typename E>
static std::string_view WordOf(E value) {
  for (const auto& [word, meaning] : WordsOf<E>::kAll) {
    if (meaning == value) return word;
  }
  return "";
}

template <>
struct FieldsOf<SolutionLine> {
  using Of = FieldMaker<SolutionLine>;
  static constexpr Field kAll[] = {Of::Count<&SolutionLine::line>("line", kRequired),
                                   Of::Count<&SolutionLine::quantity>("quantity", kRequired)};
};

template <>
struct FieldsOf<SolutionShipment> {
  using Of = FieldMaker<SolutionShipment>;
  static constexpr Field kAll[] = {
      Of::Member<&SolutionShipment::location>("location", kRequired),
      Of::Member<&SolutionShipment::key>("key"), Of::Member<&SolutionShipment::cost>("cost"),
      Rows<SolutionShipment, &SolutionShipment::lines>("lines", kRequired)};
};

template <>
struct FieldsOf<SolutionOrder> {
  using Of = FieldMaker<SolutionOrder>;
  static constexpr Field kAll[] = {Of::Member<&SolutionOrder::id>("id", kRequired),
                                   Of::Member<&SolutionOrder::cost>("cost"),
                                   Rows<SolutionOrder, &SolutionOrder::shipments>("shipments"),
                                   Rows<SolutionOrder, &SolutionOrder::shortfalls>("shortfalls")};
};

template <>
struct FieldsOf<SolutionLevel> {
  using Of = FieldMaker<SolutionLevel>;
  static constexpr Field kAll[] = {Of::Member<&SolutionLevel::minimize>("minimize"),
                                   Of::Member<&SolutionLevel::value>("value", kRequired),
                                   Of::Member<&SolutionLevel::bound>("bound", kRequired)};
};

// `format` is looked at before everything else.
static void Skip(JsonReader& /*reader*/, NodeId /*node*/, SolutionRows& /*rows*/) {}

template <>
struct FieldsOf<SolutionRows> {
  using Of = FieldMaker<SolutionRows>;
  static constexpr Field kAll[] = {Of::Call<&Skip>("format"),
                                   Of::Member<&SolutionRows::status>("status", kRequired),
                                   Of::Member<&SolutionRows::limit>("limit"),
                                   Of::Member<&SolutionRows::deterministic>("deterministic"),
                                   Of::Count<&SolutionRows::nodes>("nodes"),
                                   Of::Member<&SolutionRows::cost>("cost", kRequired),
                                   Of::Member<&SolutionRows::lower_bound>("lower_bound", kRequired),
                                   Rows<SolutionRows, &SolutionRows::objectives>("objectives"),
                                   Rows<SolutionRows, &SolutionRows::orders>("orders", kRequired)};
};

namespace {

using solver::kNone;

// Turns names into the numbers of a problem.
class SolutionBuilder {
 public:
  SolutionBuilder(JsonReader& reader, const io::ProblemDocument& document)
      : reader_(reader), document_(document), p_(document.problem), lines_(document) {
    for (std::uint32_t o = 0; o < document.order_ids.size(); ++o) {
      order_of_.try_emplace(document.order_ids[o], o);
    }
    for (std::uint32_t j = 0; j < document.locations.size(); ++j) {
      location_of_.try_emplace(document.locations[j], j);
    }
  }

  solver::Solution Run(const SolutionRows& rows) {
    // Solvers elsewhere do not say what ended them: of a plan without a proof, their method.
    const solver::Limit limit =
        rows.status == solver::Proof::kOptimal ? solver::Limit::kNothing : solver::Limit::kMethod;
    solution_.termination = {rows.status, rows.limit.value_or(limit), rows.deterministic};
    solution_.cost = rows.cost;
    solution_.lower_bound = rows.lower_bound;
    solution_.nodes = rows.nodes;
    solution_.shortfall.assign(p_.lines.size(), 0);
    AddLevels(rows);
    std::vector<bool> seen(p_.orders.size(), false);
    for (const SolutionOrder& order : rows.orders) AddOrder(order, seen);
    std::sort(solution_.takes.begin(), solution_.takes.end(), solver::ComesBefore);
    return std::move(solution_);
  }

 private:
  void Report(NodeId object, std::string_view field, std::string_view code, std::string message) {
    const NodeId node = reader_.tree().Member(object, field);
    reader_.Report(node == kNoNode ? object : node, code, std::move(message));
  }

  void AddLevels(const SolutionRows& rows) {
    const NodeId list = reader_.tree().Member(0, "objectives");
    if (rows.objectives.size() != p_.objectives.size()) {
      reader_.Report(list == kNoNode ? 0 : list, "wrong_length",
                     fmt::format("expected {} objectives, as in the problem; found {}",
                                 p_.objectives.size(), rows.objectives.size()));
    }
    for (const SolutionLevel& level : rows.objectives) {
      solution_.levels.push_back({level.value, level.bound});
    }
  }

  void AddOrder(const SolutionOrder& row, std::vector<bool>& seen) {
    const auto found = order_of_.find(row.id);
    if (found == order_of_.end()) {
      Report(row.node, "id", "unknown_order",
             fmt::format("the problem has no order '{}'", Abridged(row.id)));
      return;
    }
    if (seen[found->second]) {
      Report(row.node, "id", "duplicate", fmt::format("order '{}' stands twice", Abridged(row.id)));
      return;
    }
    seen[found->second] = true;
    const solver::OrderSpan& order = p_.orders[found->second];
    IndexSlots(order);
    of_order_ = lines_.Of(found->second);
    std::vector<bool> used(order.slot_count, false);
    for (const SolutionShipment& shipment : row.shipments) AddShipment(order, shipment, used);
    std::vector<bool> short_lines(of_order_.size(), false);
    for (const SolutionLine& line : row.shortfalls) AddShortfall(line, short_lines);
  }

  void AddShortfall(const SolutionLine& row, std::vector<bool>& seen) {
    const std::optional<DocumentLine> line = LineOf(row, seen);
    if (!line) return;
    if (line->alternative != kNone) {
      Report(row.node, "line", "alternative",
             fmt::format("line {} is an alternative; what is short is that of line {}", row.line,
                         lines_.PositionOf({line->line, kNone})));
      return;
    }
    solution_.shortfall[line->line] = row.quantity;
  }

  void IndexSlots(const solver::OrderSpan& order) {
    slots_.clear();
    for (std::uint32_t s = order.first_slot; s < order.first_slot + order.slot_count; ++s) {
      slots_.emplace_back(p_.slots[s].location, document_.slot_keys[s], s);
    }
    std::sort(slots_.begin(), slots_.end());
  }

  std::optional<std::uint32_t> SlotOf(const SolutionShipment& row) {
    const auto location = location_of_.find(row.location);
    if (location == location_of_.end()) {
      Report(row.node, "location", "unknown_location",
             fmt::format("the problem has no location '{}'", Abridged(row.location)));
      return std::nullopt;
    }
    const std::tuple<std::uint32_t, std::string_view, std::uint32_t> key(location->second, row.key,
                                                                         0);
    const auto slot = std::lower_bound(slots_.begin(), slots_.end(), key);
    if (slot == slots_.end() || std::get<0>(*slot) != location->second ||
        std::get<1>(*slot) != row.key) {
      reader_.Report(row.node, "unknown_candidate",
                     fmt::format("the order has no candidate '{}' with key '{}'",
                                 Abridged(row.location), Abridged(row.key)));
      return std::nullopt;
    }
    return std::get<2>(*slot);
  }

  void AddShipment(const solver::OrderSpan& order, const SolutionShipment& row,
                   std::vector<bool>& used) {
    const std::optional<std::uint32_t> slot = SlotOf(row);
    if (!slot) return;
    if (used[*slot - order.first_slot]) {
      reader_.Report(row.node, "duplicate",
                     fmt::format("there is another shipment of location '{}' with key '{}'",
                                 Abridged(row.location), Abridged(row.key)));
      return;
    }
    used[*slot - order.first_slot] = true;
    std::vector<bool> seen(of_order_.size(), false);
    for (const SolutionLine& entry : row.lines) {
      const std::optional<DocumentLine> line = LineOf(entry, seen);
      if (!line) continue;
      const std::uint32_t arc = ArcOf(*line, *slot);
      if (arc == kNone && line->alternative != kNone) {
        Report(entry.node, "line", "not_there",
               fmt::format("the alternative line {} has nothing to ship by this candidate",
                           entry.line));
        continue;
      }
      solution_.takes.push_back({line->line, *slot, arc, entry.quantity});
    }
  }

  // A line that may not ship from the slot has no arc there; that is for Verify to say. An
  // alternative without its arc would be no longer known from its line.
  [[nodiscard]] std::uint32_t ArcOf(const DocumentLine& of, std::uint32_t slot) const {
    const solver::Line& line = p_.lines[of.line];
    for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
      if (p_.arcs[a].slot == slot && lines_.LineOf(of.line, a) == of) return a;
    }
    return kNone;
  }

  std::optional<DocumentLine> LineOf(const SolutionLine& row, std::vector<bool>& seen) {
    if (row.line >= static_cast<std::int64_t>(of_order_.size())) {
      Report(row.node, "line", "unknown_line",
             fmt::format("the order has {} lines, counted from 0; there is no line {}",
                         of_order_.size(), row.line));
      return std::nullopt;
    }
    const auto position = static_cast<std::size_t>(row.line);
    if (seen[position]) {
      Report(row.node, "line", "duplicate", fmt::format("line {} stands twice", row.line));
      return std::nullopt;
    }
    seen[position] = true;
    return of_order_[position];
  }

  JsonReader& reader_;
  const io::ProblemDocument& document_;
  const solver::Problem& p_;
  const DocumentLines lines_;
  std::span<const DocumentLine> of_order_;  // the lines of the order in hand
  std::unordered_map<std::string_view, std::uint32_t> order_of_;
  std::unordered_map<std::string_view, std::uint32_t> location_of_;
  std::vector<std::tuple<std::uint32_t, std::string_view, std::uint32_t>> slots_;  // of the order
  solver::Solution solution_;
};

__extension__ using Int128 = __int128;

// A solution that was read may claim anything; a cost beyond the range is cut to its end.
std::int64_t Narrow(Int128 value) {
  constexpr Int128 kMin = std::numeric_limits<std::int64_t>::min();
  constexpr Int128 kMax = std::numeric_limits<std::int64_t>::max();
  return static_cast<std::int64_t>(std::clamp(value, kMin, kMax));
}

class SolutionText {
 public:
  SolutionText(const io::ProblemDocument& document, const solver::Solution& solution, int indent)
      : document_(document), p_(document.problem), s_(solution), lines_(document), out_(indent) {}

  std::string Run() {
    takes_ = s_.takes;
    std::stable_sort(takes_.begin(), takes_.end(), [this](const auto& a, const auto& b) {
      return std::pair(a.slot, PositionOf(a)) < std::pair(b.slot, PositionOf(b));
    });
    next_take_ = takes_.cbegin();
    out_.BeginObject();
    WriteHead();
    out_.Key("orders").BeginList();
    for (std::size_t o = 0; o < p_.orders.size(); ++o) WriteOrder(o);
    out_.EndList();
    out_.EndObject();
    return out_.Take();
  }

 private:
  using Takes = std::vector<solver::Take>::const_iterator;

  void WriteHead() {
    out_.Key("format").Text("orderwright.solution/1");
    out_.Key("status").Text(WordOf(s_.termination.proof));
    if (s_.termination.limit != solver::Limit::kNothing) {
      out_.Key("limit").Text(WordOf(s_.termination.limit));
    }
    out_.Key("deterministic").Bool(s_.termination.deterministic);
    out_.Key("nodes").Integer(s_.nodes);
    out_.Key("cost").Integer(s_.cost);
    out_.Key("lower_bound").Integer(s_.lower_bound);
    if (s_.levels.empty()) return;
    out_.Key("objectives").BeginList();
    for (std::size_t i = 0; i < s_.levels.size(); ++i) {
      out_.BeginObject(Layout::kFlat);
      if (i < p_.objectives.size())
        out_.Key("minimize").Text(ObjectiveName(document_, p_.objectives[i]));
      out_.Key("value").Integer(s_.levels[i].value);
      out_.Key("bound").Integer(s_.levels[i].bound);
      out_.EndObject();
    }
    out_.EndList();
  }

  void WriteOrder(std::size_t index) {
    const solver::OrderSpan& order = p_.orders[index];
    // Slots of an order are contiguous and in order, so the takes are too.
    const Takes begin = next_take_;
    const Takes end = std::find_if(begin, takes_.cend(), [&order](const solver::Take& take) {
      return take.slot >= order.first_slot + order.slot_count;
    });
    next_take_ = end;
    out_.BeginObject();
    out_.Key("id").Text(document_.order_ids[index]);
    out_.Key("cost").Integer(Narrow(OrderCost(order, begin, end)));
    out_.Key("shipments").BeginList();
    ForEachShipment(begin, end, [&](auto first, auto last) { WriteShipment(first, last); });
    out_.EndList();
    out_.Key("shortfalls").BeginList();
    for (std::uint32_t l = 0; l < order.line_count; ++l) {
      const std::int64_t units = s_.shortfall[order.first_line + l];
      if (units != 0) WriteLine(lines_.PositionOf({order.first_line + l, kNone}), units);
    }
    out_.EndList();
    out_.EndObject();
  }

  template <typename OnShipment>
  static void ForEachShipment(Takes begin, Takes end, OnShipment on_shipment) {
    while (begin != end) {
      const auto last = std::find_if(
          begin, end, [begin](const solver::Take& take) { return take.slot != begin->slot; });
      on_shipment(begin, last);
      begin = last;
    }
  }

  [[nodiscard]] Int128 OrderCost(const solver::OrderSpan& order, Takes begin, Takes end) const {
    Int128 cost = order.cost_offset;
    Int128 shipments = 0;
    ForEachShipment(begin, end, [&](Takes first, Takes last) {
      cost += ShipmentCost(first, last);
      ++shipments;
    });
    if (shipments > 1) cost += (shipments - 1) * order.split_penalty;
    for (std::uint32_t l = order.first_line; l < order.first_line + order.line_count; ++l) {
      cost += Int128{p_.lines[l].shortfall_penalty} * s_.shortfall[l];
    }
    return cost;
  }

  [[nodiscard]] Int128 ShipmentCost(Takes first, Takes last) const {
    const solver::Slot& slot = p_.slots[first->slot];
    Int128 cost = slot.fixed_cost;
    Int128 weight = 0;
    for (; first != last; ++first) {
      if (first->arc >= p_.arcs.size()) continue;  // one that may not ship has no costs
      const solver::Arc& arc = p_.arcs[first->arc];
      const std::int64_t price = arc.row == kNone ? 0 : p_.rows[arc.row].price;
      cost += (Int128{arc.unit_cost} + price) * first->quantity;
      weight += Int128{arc.weight_g} * first->quantity;
    }
    return cost + RateOf(slot, weight);
  }

  // The cost of the first step that carries the weight; of the last if none does.
  [[nodiscard]] std::int64_t RateOf(const solver::Slot& slot, Int128 weight) const {
    std::int64_t cost = 0;
    for (std::uint32_t i = 0; i < slot.step_count; ++i) {
      const solver::Step& step = p_.steps[slot.first_step + i];
      cost = step.cost;
      if (weight <= step.max_weight_g) break;
    }
    return cost;
  }

  [[nodiscard]] std::uint32_t PositionOf(const solver::Take& take) const {
    return lines_.PositionOf(lines_.LineOf(take.line, take.arc));
  }

  void WriteShipment(Takes first, Takes last) {
    out_.BeginObject();
    out_.Key("location").Text(document_.locations[p_.slots[first->slot].location]);
    out_.Key("key").Text(document_.slot_keys[first->slot]);
    out_.Key("cost").Integer(Narrow(ShipmentCost(first, last)));
    out_.Key("lines").BeginList();
    for (; first != last; ++first) WriteLine(PositionOf(*first), first->quantity);
    out_.EndList();
    out_.EndObject();
  }

  void WriteLine(std::uint32_t line, std::int64_t quantity) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("line").Integer(line);
    out_.Key("quantity").Integer(quantity);
    out_.EndObject();
  }

  const io::ProblemDocument& document_;
  const solver::Problem& p_;
  const solver::Solution& s_;
  const DocumentLines lines_;
  std::vector<solver::Take> takes_;
  Takes next_take_;  // the first of the orders not yet written
  JsonWriter out_;
};

}  // namespace
}  // namespace orderwright::io_internal

namespace orderwright::io {

absl::StatusOr<solver::Solution> ParseSolution(const ProblemDocument& problem,
                                               const Document& document) {
  using namespace io_internal;
  DocumentIssues issues(document.name, document.text, true);
  JsonParser parser;
  JsonTree tree;
  JsonReader reader(tree, issues, AnyCurrency());
  if (!ParseObject(document.text, parser, tree, reader, "orderwright.solution/1")) {
    return issues.ToStatus("solution");
  }
  SolutionRows rows;
  Read(reader, NodeId{0}, rows);
  solver::Solution solution = SolutionBuilder(reader, problem).Run(rows);
  if (!issues.ok()) return issues.ToStatus("solution");
  return solution;
}

std::string SolutionJson(const ProblemDocument& problem, const solver::Solution& solution,
                         int indent) {
  return io_internal::SolutionText(problem, solution, indent).Run();
}

}  // namespace orderwright::io
