// Reads orderwright.explanation/1 (docs/formats/explanation.md).
#include "orderwright/io/explanation_json.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/io/problem_json.h"
#include "orderwright/solver/verify.h"
#include "src/io/internal/decision_problem.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/json_tree.h"
#include "src/io/internal/model_words.h"

namespace orderwright::io_internal {

// The document as it is written.
struct DecisionCostRow {
  NodeId node = kNoNode;
  std::optional<std::int64_t> line;
  std::int64_t slot = 0;
  Cost cost;
  std::optional<std::int64_t> row;
};

struct DecisionRuleCostRow {
  NodeId node = kNoNode;
  std::string rule;
  bool is_per_unit = false;
  std::vector<DecisionCostRow> values;
};

struct DecisionStockRow {
  NodeId node = kNoNode;
  std::int64_t line = 0;
  std::int64_t location = 0;
  std::optional<std::int64_t> available;
  std::optional<std::int64_t> usable;
};

struct DecisionValueRow {
  NodeId node = kNoNode;
  std::string field;
  std::string value;
};

struct DecisionRulingRow {
  NodeId node = kNoNode;
  std::int64_t line = 0;
  std::int64_t location = 0;
  RuledOutBy by = RuledOutBy::kRule;
  std::string rule;
  std::string reason;
  std::int64_t units = 0;
  std::vector<DecisionValueRow> values;
};

struct DecisionSlotRow {
  NodeId node = kNoNode;
  std::int64_t location = 0;
  std::optional<std::int64_t> zone;
  RecordedSlot slot;
};

struct DecisionLocationRow {
  NodeId node = kNoNode;
  std::optional<double> distance_km;
  RecordedLocation location;
};

struct DecisionServiceRow {
  NodeId node = kNoNode;
  std::int64_t shipment = 0;
  RecordedService service;
};

struct DecisionShipmentRow {
  NodeId node = kNoNode;
  std::int64_t slot = 0;
  ShipmentCost terms;
  Cost waiting;
};

struct DecisionRows {
  NodeId node = kNoNode;
  std::string destination_time_zone;
  std::int64_t candidates = 0;
  std::vector<DecisionLocationRow> locations;
  std::vector<RecordedLine> lines;
  std::vector<DecisionSlotRow> slots;
  std::vector<DecisionStockRow> stock;
  std::vector<DecisionRulingRow> rulings;
  std::vector<DecisionRuleCostRow> rule_costs;
  std::vector<DecisionServiceRow> services;
  std::vector<DecisionShipmentRow> shipments;
  NodeId problem = kNoNode;
  NodeId solution = kNoNode;
};

struct ExplanationRows {
  std::string order;
  std::string destination;
  std::optional<Currency> currency;
  std::string rules_version;
  std::int64_t stock_sequence = 0;
  std::optional<Timestamp> decided_at;
  std::optional<RecordedOverride> manual;
  DecisionRows record;
};

template <>
struct WordsOf<GoodsKind> {
  static constexpr std::pair<std::string_view, GoodsKind> kAll[] = {
      {"stock", GoodsKind::kStock},
      {"substitute", GoodsKind::kSubstitute},
      {"question", GoodsKind::kQuestion},
      {"backorder", GoodsKind::kBackorder},
      {"preorder", GoodsKind::kPreorder}};
};

template <>
struct WordsOf<BackorderDraw> {
  static constexpr std::pair<std::string_view, BackorderDraw> kAll[] = {
      {"incoming", BackorderDraw::kIncoming}, {"limit", BackorderDraw::kLimit}};
};

template <>
struct WordsOf<RuledOutBy> {
  static constexpr std::pair<std::string_view, RuledOutBy> kAll[] = {
      {"location", RuledOutBy::kLocation},
      {"rule", RuledOutBy::kRule},
      {"protect", RuledOutBy::kProtect},
      {"distance", RuledOutBy::kDistance},
      {"service_rule", RuledOutBy::kServiceRule},
      {"service", RuledOutBy::kService},
      {"late", RuledOutBy::kLate},
      {"rejections", RuledOutBy::kRejections}};
};

template <>
struct FieldsOf<ShipmentCost> {
  using Of = FieldMaker<ShipmentCost>;
  static constexpr Field kAll[] = {Of::Member<&ShipmentCost::handling>("handling"),
                                   Of::Member<&ShipmentCost::unit>("unit"),
                                   Of::Member<&ShipmentCost::shipping>("shipping"),
                                   Of::Member<&ShipmentCost::surcharge>("surcharge"),
                                   Of::Member<&ShipmentCost::lane>("lane"),
                                   Of::Member<&ShipmentCost::lateness>("lateness"),
                                   Of::Member<&ShipmentCost::rules>("rules")};
};

template <>
struct FieldsOf<DecisionCostRow> {
  using Of = FieldMaker<DecisionCostRow>;
  static constexpr Field kAll[] = {Of::Count<&DecisionCostRow::line>("line"),
                                   Of::Count<&DecisionCostRow::slot>("slot", kRequired),
                                   Of::Member<&DecisionCostRow::cost>("cost", kRequired),
                                   Of::Count<&DecisionCostRow::row>("row")};
};

template <>
struct FieldsOf<DecisionRuleCostRow> {
  using Of = FieldMaker<DecisionRuleCostRow>;
  static constexpr Field kAll[] = {
      Of::Id<&DecisionRuleCostRow::rule>("rule"),
      Of::Member<&DecisionRuleCostRow::is_per_unit>("per_unit"),
      Rows<DecisionRuleCostRow, &DecisionRuleCostRow::values>("values", kRequired)};
};

template <>
struct FieldsOf<DecisionStockRow> {
  using Of = FieldMaker<DecisionStockRow>;
  static constexpr Field kAll[] = {Of::Count<&DecisionStockRow::line>("line", kRequired),
                                   Of::Count<&DecisionStockRow::location>("location", kRequired),
                                   Of::Count<&DecisionStockRow::available>("available"),
                                   Of::Count<&DecisionStockRow::usable>("usable")};
};

template <>
struct FieldsOf<DecisionValueRow> {
  using Of = FieldMaker<DecisionValueRow>;
  static constexpr Field kAll[] = {Of::Member<&DecisionValueRow::field>("field", kRequired),
                                   Of::Member<&DecisionValueRow::value>("value", kRequired)};
};

template <>
struct FieldsOf<DecisionRulingRow> {
  using Of = FieldMaker<DecisionRulingRow>;
  static constexpr Field kAll[] = {Of::Count<&DecisionRulingRow::line>("line", kRequired),
                                   Of::Count<&DecisionRulingRow::location>("location", kRequired),
                                   Of::Member<&DecisionRulingRow::by>("by", kRequired),
                                   Of::Member<&DecisionRulingRow::rule>("rule"),
                                   Of::Member<&DecisionRulingRow::reason>("reason"),
                                   Of::Count<&DecisionRulingRow::units>("units"),
                                   Rows<DecisionRulingRow, &DecisionRulingRow::values>("values")};
};

template <typename Member>
struct MemberOf;
template <typename Class, typename Value>
struct MemberOf<Value Class::*> {
  using Of = Class;
};
template <auto kMember>
using ClassOf = typename MemberOf<decltype(kMember)>::Of;

// A field of the T that stands in the member kRow of a row.
template <typename Row, auto kRow, auto kMember>
constexpr Field Inner(std::string_view name, bool required = false) {
  return {name,
          [](JsonReader& reader, NodeId node, void* object) {
            Read(reader, node, (static_cast<Row*>(object)->*kRow).*kMember);
          },
          required};
}

template <auto kMember>
constexpr Field In(std::string_view name, bool required = false) {
  if constexpr (std::is_same_v<ClassOf<kMember>, RecordedSlot>) {
    return Inner<DecisionSlotRow, &DecisionSlotRow::slot, kMember>(name, required);
  } else if constexpr (std::is_same_v<ClassOf<kMember>, RecordedLocation>) {
    return Inner<DecisionLocationRow, &DecisionLocationRow::location, kMember>(name, required);
  } else {
    return Inner<DecisionServiceRow, &DecisionServiceRow::service, kMember>(name, required);
  }
}

template <>
struct FieldsOf<DecisionSlotRow> {
  using Of = FieldMaker<DecisionSlotRow>;
  static constexpr Field kAll[] = {Of::Count<&DecisionSlotRow::location>("location", kRequired),
                                   In<&RecordedSlot::carrier>("carrier"),
                                   In<&RecordedSlot::service>("service", kRequired),
                                   In<&RecordedSlot::group>("group"),
                                   In<&RecordedSlot::method>("method"),
                                   In<&RecordedSlot::to>("to"),
                                   In<&RecordedSlot::time_zone>("time_zone"),
                                   Of::Count<&DecisionSlotRow::zone>("zone"),
                                   In<&RecordedSlot::handling>("handling"),
                                   In<&RecordedSlot::lateness>("lateness"),
                                   In<&RecordedSlot::rules>("rules"),
                                   In<&RecordedSlot::late_days>("late_days"),
                                   In<&RecordedSlot::waits>("waits"),
                                   In<&RecordedSlot::ship_by>("ship_by"),
                                   In<&RecordedSlot::deliver_by>("deliver_by")};
};

template <>
struct FieldsOf<DecisionLocationRow> {
  using Of = FieldMaker<DecisionLocationRow>;
  static constexpr Field kAll[] = {In<&RecordedLocation::id>("id", kRequired),
                                   In<&RecordedLocation::name>("name"),
                                   In<&RecordedLocation::kind>("kind"),
                                   In<&RecordedLocation::time_zone>("time_zone"),
                                   Of::Member<&DecisionLocationRow::distance_km>("distance_km"),
                                   In<&RecordedLocation::rank>("rank"),
                                   In<&RecordedLocation::cost_per_shipment>("cost_per_shipment")};
};

template <>
struct FieldsOf<DecisionServiceRow> {
  using Of = FieldMaker<DecisionServiceRow>;
  static constexpr Field kAll[] = {Of::Count<&DecisionServiceRow::shipment>("shipment", kRequired),
                                   In<&RecordedService::carrier>("carrier"),
                                   In<&RecordedService::service>("service", kRequired),
                                   In<&RecordedService::cost>("cost"),
                                   In<&RecordedService::deliver_by>("deliver_by"),
                                   In<&RecordedService::reason>("reason")};
};

template <>
struct FieldsOf<DecisionShipmentRow> {
  using Of = FieldMaker<DecisionShipmentRow>;
  static constexpr Field kAll[] = {Of::Count<&DecisionShipmentRow::slot>("slot", kRequired),
                                   Of::Member<&DecisionShipmentRow::terms>("terms"),
                                   Of::Member<&DecisionShipmentRow::waiting>("waiting")};
};

static void ReadInsteadOf(JsonReader& reader, NodeId node, RecordedLine& line) {
  std::int64_t place = 0;
  ReadCount(reader, node, place);
  line.instead_of = static_cast<std::uint32_t>(
      std::min<std::int64_t>(place, std::numeric_limits<std::uint32_t>::max()));
}

template <>
struct FieldsOf<RecordedLine> {
  using Of = FieldMaker<RecordedLine>;
  static constexpr Field kAll[] = {
      Of::Id<&RecordedLine::id>("id"),
      Of::Id<&RecordedLine::sku>("sku"),
      Of::Count<&RecordedLine::quantity>("quantity", kRequired),
      Of::Member<&RecordedLine::shortfall_penalty>("shortfall_penalty", kRequired),
      Of::Call<&ReadInsteadOf>("instead_of"),
      Of::Member<&RecordedLine::kind>("kind"),
      Of::Member<&RecordedLine::draw>("draws_on"),
      Of::Member<&RecordedLine::expected>("expected"),
      Of::Member<&RecordedLine::waiting>("waiting")};
};

static void ReadProblem(JsonReader& /*reader*/, NodeId node, DecisionRows& rows) {
  rows.problem = node;
}
static void ReadSolution(JsonReader& /*reader*/, NodeId node, DecisionRows& rows) {
  rows.solution = node;
}

template <>
struct FieldsOf<DecisionRows> {
  using Of = FieldMaker<DecisionRows>;
  static constexpr Field kAll[] = {
      Of::Member<&DecisionRows::destination_time_zone>("destination_time_zone"),
      Of::Count<&DecisionRows::candidates>("candidates", kRequired),
      Rows<DecisionRows, &DecisionRows::locations>("locations", kRequired),
      Of::Member<&DecisionRows::lines>("lines", kRequired),
      Rows<DecisionRows, &DecisionRows::slots>("slots", kRequired),
      Rows<DecisionRows, &DecisionRows::stock>("stock"),
      Rows<DecisionRows, &DecisionRows::rulings>("rulings"),
      Rows<DecisionRows, &DecisionRows::rule_costs>("rule_costs"),
      Rows<DecisionRows, &DecisionRows::services>("services"),
      Rows<DecisionRows, &DecisionRows::shipments>("shipments"),
      Of::Call<&ReadProblem>("problem", kRequired),
      Of::Call<&ReadSolution>("solution", kRequired)};
};

// What follows from the record, and `format`, which is looked at first.
static void Skip(JsonReader& /*reader*/, NodeId /*node*/, ExplanationRows& /*rows*/) {}
static void ReadRecord(JsonReader& reader, NodeId node, ExplanationRows& rows) {
  rows.record.node = node;
  if (CheckContainer(reader, node, JsonKind::kObject)) Read(reader, node, rows.record);
}

template <>
struct FieldsOf<RecordedOverride> {
  using Of = FieldMaker<RecordedOverride>;
  static constexpr Field kAll[] = {
      Of::Id<&RecordedOverride::actor>("actor"), Of::Id<&RecordedOverride::reason>("reason"),
      Of::Member<&RecordedOverride::best_cost>("best_cost", kRequired)};
};

template <>
struct FieldsOf<ExplanationRows> {
  using Of = FieldMaker<ExplanationRows>;
  static constexpr Field kAll[] = {Of::Call<&Skip>("format"),
                                   Of::Id<&ExplanationRows::order>("order"),
                                   Of::Member<&ExplanationRows::destination>("destination"),
                                   Of::Member<&ExplanationRows::decided_at>("decided_at"),
                                   Of::Member<&ExplanationRows::rules_version>("rules_version"),
                                   Of::Member<&ExplanationRows::manual>("override"),
                                   Of::Count<&ExplanationRows::stock_sequence>("stock_sequence"),
                                   Of::Call<&Skip>("proof"),
                                   Of::Member<&ExplanationRows::currency>("currency", kRequired),
                                   Of::Call<&Skip>("cost"),
                                   Of::Call<&Skip>("lower_bound"),
                                   Of::Call<&Skip>("split_cost"),
                                   Of::Call<&Skip>("shortfall_cost"),
                                   Of::Call<&Skip>("shipments"),
                                   Of::Call<&Skip>("shortfalls"),
                                   Of::Call<&Skip>("candidates"),
                                   Of::Call<&Skip>("next_best"),
                                   Of::Call<&Skip>("why_not"),
                                   Of::Call<&Skip>("break_evens"),
                                   Of::Call<&Skip>("tie"),
                                   Of::Call<&ReadRecord>("record", kRequired)};
};

namespace {

// A cost that a record names beyond this would endanger sums.
constexpr Cost kMostCost = Cost::FromMicros(std::int64_t{1} << 58);

// The text of the value that begins at `offset`: brackets in texts do not count.
std::string_view ValueAt(std::string_view text, std::size_t offset) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = offset; i < text.size(); ++i) {
    const char c = text[i];
    if (in_text) {
      if (c == '\\') ++i;
      in_text = c != '"';
      continue;
    }
    in_text = c == '"';
    if (c == '{' || c == '[') ++depth;
    if ((c == '}' || c == ']') && --depth == 0) return text.substr(offset, i + 1 - offset);
  }
  return text.substr(offset);
}

class RecordBuilder {
 public:
  RecordBuilder(JsonReader& reader, const ExplanationRows& rows)
      : reader_(reader), rows_(rows.record) {
    out_.order = rows.order;
    out_.destination = rows.destination;
    out_.destination_time_zone = rows.record.destination_time_zone;
    out_.currency = rows.currency->code();
    out_.decimals = rows.currency->decimals();
    out_.rules_version = rows.rules_version;
    out_.stock_sequence = static_cast<std::uint64_t>(rows.stock_sequence);
    out_.decided_at = rows.decided_at;
    out_.manual = rows.manual;
    if (out_.manual) CheckCost(NodeId{0}, out_.manual->best_cost);
  }

  // `problem` and `solution` as they stand in the document.
  DecisionRecord Run(io::ProblemDocument problem, solver::Solution solution) {
    out_.problem = std::move(problem.problem);
    out_.solution = std::move(solution);
    Tables(problem);
    for (const DecisionStockRow& row : rows_.stock) {
      if (!Fits(row.node, "line", row.line, out_.lines.size()) ||
          !Fits(row.node, "location", row.location, out_.locations.size())) {
        continue;
      }
      out_.stock.push_back({Index(row.line), Index(row.location),
                            row.available.value_or(solver::kUnlimited),
                            row.usable.value_or(solver::kUnlimited)});
    }
    for (const DecisionRulingRow& row : rows_.rulings) {
      if (!Fits(row.node, "line", row.line, out_.lines.size()) ||
          !Fits(row.node, "location", row.location, out_.locations.size())) {
        continue;
      }
      RecordedRuling& ruling = out_.rulings.emplace_back(RecordedRuling{
          Index(row.line), Index(row.location), row.by, row.rule, row.reason, row.units});
      for (const DecisionValueRow& value : row.values) {
        ruling.values.emplace_back(value.field, value.value);
      }
    }
    for (const DecisionRuleCostRow& row : rows_.rule_costs) AddRuleCost(row);
    for (const DecisionShipmentRow& row : rows_.shipments) AddShipment(row);
    for (const DecisionServiceRow& row : rows_.services) AddService(row);
    CheckShipments();
    return std::move(out_);
  }

 private:
  static std::uint32_t Index(std::int64_t value) { return static_cast<std::uint32_t>(value); }

  bool Fits(NodeId row, std::string_view field, std::int64_t value, std::size_t size) {
    if (value >= 0 && static_cast<std::uint64_t>(value) < size) return true;
    const NodeId node = reader_.tree().Member(row, field);
    reader_.Report(node == kNoNode ? row : node, "out_of_range",
                   fmt::format("is {}; there are {}, counted from 0", value, size));
    return false;
  }

  void CheckCost(NodeId row, Cost cost) {
    if (cost < -kMostCost || cost > kMostCost) {
      reader_.Report(row, "out_of_range", fmt::format("a cost of {} is too large", cost));
    }
  }

  void Tables(const io::ProblemDocument& names) {
    const solver::Problem& p = out_.problem;
    for (const DecisionLocationRow& row : rows_.locations) {
      RecordedLocation& location = out_.locations.emplace_back(row.location);
      location.distance_km = row.distance_km.value_or(-1);
      location.is_candidate = out_.locations.size() <= static_cast<std::uint64_t>(rows_.candidates);
      CheckCost(row.node, location.cost_per_shipment);
      const std::size_t place = out_.locations.size() - 1;
      if (!location.is_candidate) continue;
      const bool is_known = place < names.locations.size();
      if (!is_known || names.locations[place] != location.id ||
          names.ranks[place] != location.rank) {
        reader_.Report(row.node, "mismatch",
                       is_known ? fmt::format("the problem has location '{}' with rank {} here",
                                              Abridged(names.locations[place]), names.ranks[place])
                                : std::string("the problem has no such location"));
      }
    }
    out_.candidates = Index(
        std::min<std::int64_t>(rows_.candidates, static_cast<std::int64_t>(out_.locations.size())));
    out_.lines = rows_.lines;
    SameSize("candidates", out_.candidates, names.locations.size());
    SameSize("lines", out_.lines.size(), p.lines.size() + names.alternatives.size());
    SameSize("slots", rows_.slots.size(), p.slots.size());
    for (std::size_t i = 0; i < rows_.slots.size(); ++i) AddSlot(i);
    if (out_.lines.size() == p.lines.size() + names.alternatives.size()) NameArcs(names);
    for (std::size_t i = 0; i < std::min(out_.lines.size(), p.lines.size()); ++i) {
      CheckPenalty(i, p.lines[i].shortfall_penalty);
    }
  }

  void CheckPenalty(std::size_t line, std::int64_t most) {
    const Cost penalty = out_.lines[line].shortfall_penalty;
    if (penalty >= Cost() && penalty.micros() <= most) return;
    reader_.Report(
        rows_.node, "out_of_range",
        fmt::format("lines[{}].shortfall_penalty is {}; it must be 0 to that of the problem, {}",
                    line, penalty, Cost::FromMicros(most)));
  }

  // The lines that may fill others stand behind those of the problem, as its alternatives do.
  void NameArcs(const io::ProblemDocument& names) {
    const solver::Problem& p = out_.problem;
    bool fits = true;
    for (std::size_t i = 0; i < out_.lines.size(); ++i) {
      fits &= out_.lines[i].instead_of.has_value() == (i >= p.lines.size());
      CheckCost(rows_.node, out_.lines[i].waiting);
      fits &= out_.lines[i].waiting >= Cost();
    }
    for (const io::AlternativeLine& alternative : names.alternatives) {
      fits = fits && alternative.position >= p.lines.size() &&
             out_.lines[alternative.position].instead_of == alternative.line;
    }
    if (!fits) {
      reader_.Report(rows_.node, "mismatch",
                     "lines with `instead_of` must stand behind the others, in the order of the "
                     "problem's alternatives, each with the line that it is an alternative of");
      return;
    }
    if (names.alternatives.empty()) return;
    for (std::uint32_t line = 0; line < p.lines.size(); ++line) {
      const std::uint32_t end = p.lines[line].first_arc + p.lines[line].arc_count;
      for (std::uint32_t a = p.lines[line].first_arc; a < end; ++a) {
        const std::uint32_t alternative = names.arc_alternatives[a];
        out_.arc_line.push_back(
            alternative == solver::kNone ? line : names.alternatives[alternative].position);
      }
    }
  }

  void SameSize(std::string_view name, std::size_t found, std::size_t expected) {
    if (found == expected) return;
    const NodeId node = reader_.tree().Member(rows_.node, name);
    reader_.Report(node == kNoNode ? rows_.node : node, "wrong_length",
                   fmt::format("{} {}, but the problem has {}", found, name, expected));
  }

  void AddSlot(std::size_t index) {
    const DecisionSlotRow& row = rows_.slots[index];
    RecordedSlot slot = row.slot;
    if (slot.method != "ship" && slot.method != "pickup" && slot.method != "transfer") {
      reader_.Report(row.node, "unknown_word",
                     fmt::format("the method '{}' is none of ship, pickup, transfer", slot.method));
    }
    if (slot.carrier.empty() && slot.method != "pickup") slot.carrier = "any";
    if (!Fits(row.node, "location", row.location, out_.candidates)) return;
    slot.location = Index(row.location);
    if (row.zone) slot.zone = static_cast<std::uint32_t>(std::min<std::int64_t>(*row.zone, 10'000));
    if (index < out_.problem.slots.size()) {
      const solver::Slot& numbers = out_.problem.slots[index];
      if (numbers.location != slot.location) {
        reader_.Report(row.node, "mismatch", "the candidate of the problem is at another location");
      }
      const bool is_negative =
          slot.handling < Cost() || slot.lateness < Cost() || slot.rules < Cost();
      CheckCost(row.node, slot.handling);
      CheckCost(row.node, slot.lateness);
      CheckCost(row.node, slot.rules);
      if (is_negative ||
          (reader_.issues().ok() &&
           (slot.handling + slot.lateness + slot.rules).micros() > numbers.fixed_cost)) {
        reader_.Report(row.node, "mismatch",
                       "handling, lateness and rules must be 0 or more, and together no more than "
                       "fixed_cost of the problem's candidate");
      }
    }
    out_.slots.push_back(std::move(slot));
  }

  void AddRuleCost(const DecisionRuleCostRow& row) {
    const solver::Problem& p = out_.problem;
    RecordedRuleCost& out = out_.rule_costs.emplace_back();
    out.rule = row.rule;
    out.is_per_unit = row.is_per_unit;
    out.values.assign(row.is_per_unit ? p.arcs.size() : p.slots.size(), 0);
    const bool has_rows = std::any_of(row.values.begin(), row.values.end(),
                                      [](const DecisionCostRow& value) { return value.row; });
    if (has_rows) out.rows.assign(out.values.size(), RecordedRuleCost::kNoRow);
    const auto put = [&](std::size_t place, const DecisionCostRow& value) {
      out.values[place] = value.cost.micros();
      if (value.row) out.rows[place] = Index(*value.row);
    };
    for (const DecisionCostRow& value : row.values) {
      if (value.row &&
          !Fits(value.node, "row", *value.row, std::numeric_limits<std::int32_t>::max())) {
        continue;
      }
      if (!Fits(value.node, "slot", value.slot, p.slots.size())) continue;
      CheckCost(value.node, value.cost);
      if (!row.is_per_unit) {
        // What a rule adds is part of the fixed cost.
        if (value.cost < Cost() ||
            value.cost.micros() > p.slots[static_cast<std::size_t>(value.slot)].fixed_cost) {
          reader_.Report(value.node, "mismatch", "more than fixed_cost of the problem's candidate");
        }
        put(static_cast<std::size_t>(value.slot), value);
        continue;
      }
      if (!Fits(value.node, "line", value.line.value_or(-1), out_.lines.size())) continue;
      const std::uint32_t wanted = Index(*value.line);
      const solver::Line& line = p.lines[out_.lines[wanted].instead_of.value_or(wanted)];
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        const bool is_it = out_.arc_line.empty() || out_.arc_line[a] == wanted;
        if (is_it && p.arcs[a].slot == Index(value.slot)) put(a, value);
      }
    }
  }

  void AddShipment(const DecisionShipmentRow& row) {
    if (!Fits(row.node, "slot", row.slot, out_.problem.slots.size())) return;
    const ShipmentCost& t = row.terms;
    for (const Cost cost :
         {t.handling, t.unit, t.shipping, t.surcharge, t.lane, t.lateness, t.rules, row.waiting}) {
      CheckCost(row.node, cost);
    }
    out_.shipments.push_back({Index(row.slot), row.terms, row.waiting});
  }

  void AddService(const DecisionServiceRow& row) {
    if (!Fits(row.node, "shipment", row.shipment, out_.shipments.size())) return;
    RecordedService service = row.service;
    service.shipment = Index(row.shipment);
    if (service.cost) CheckCost(row.node, *service.cost);
    out_.services.push_back(std::move(service));
  }

  // A shipment of the record for each slot that the solution uses, in order of rank.
  void CheckShipments() {
    std::vector<std::uint32_t> used;
    for (const solver::Take& take : out_.solution.takes) {
      if (used.empty() || used.back() != take.slot) used.push_back(take.slot);
    }
    const std::vector<solver::Slot>& slots = out_.problem.slots;
    std::stable_sort(used.begin(), used.end(), [&](std::uint32_t a, std::uint32_t b) {
      return slots[a].tie_rank < slots[b].tie_rank;
    });
    const bool fits = std::equal(
        used.begin(), used.end(), out_.shipments.begin(), out_.shipments.end(),
        [](std::uint32_t slot, const RecordedShipment& shipment) { return shipment.slot == slot; });
    if (fits) return;
    const NodeId node = reader_.tree().Member(rows_.node, "shipments");
    reader_.Report(node == kNoNode ? rows_.node : node, "mismatch",
                   "not the shipments of the solution, ascending by rank of their location");
  }

  JsonReader& reader_;
  const DecisionRows& rows_;
  DecisionRecord out_;
};

}  // namespace
}  // namespace orderwright::io_internal

namespace orderwright::io {

absl::StatusOr<DecisionRecord> ParseExplanation(const Document& document) {
  using namespace io_internal;
  DocumentIssues issues(document.name, document.text, true);
  JsonParser parser;
  JsonTree tree;
  JsonReader reader(tree, issues, AnyCurrency());
  if (!ParseObject(document.text, parser, tree, reader, "orderwright.explanation/1")) {
    return issues.ToStatus("explanation");
  }
  ExplanationRows rows;
  Read(reader, NodeId{0}, rows);
  if (!issues.ok()) return issues.ToStatus("explanation");

  const auto part = [&](NodeId node, const std::string& name) {
    return std::pair(ValueAt(document.text, tree.node(node).offset), name);
  };
  const std::string problem_name = fmt::format("{}: record.problem", document.name);
  const auto [problem_text, p] = part(rows.record.problem, problem_name);
  absl::StatusOr<ProblemDocument> problem = ParseProblem({problem_text, p});
  if (!problem.ok()) return problem.status();
  const std::string solution_name = fmt::format("{}: record.solution", document.name);
  const auto [solution_text, s] = part(rows.record.solution, solution_name);
  absl::StatusOr<solver::Solution> solution = ParseSolution(*problem, {solution_text, s});
  if (!solution.ok()) return solution.status();
  if (problem->problem.orders.size() != 1) {
    reader.Report(
        rows.record.problem, "mismatch",
        fmt::format("{} orders; a decision is about one", problem->problem.orders.size()));
    return issues.ToStatus("explanation");
  }
  const solver::Verification check = solver::Verify(problem->problem, *solution);
  if (!check.valid()) {
    reader.Report(rows.record.solution, "mismatch", check.violations.front());
    return issues.ToStatus("explanation");
  }
  DecisionRecord record =
      RecordBuilder(reader, rows).Run(*std::move(problem), *std::move(solution));
  if (!issues.ok()) return issues.ToStatus("explanation");
  return record;
}

}  // namespace orderwright::io
