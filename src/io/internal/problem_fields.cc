#include "src/io/internal/problem_fields.h"

#include <cstddef>

#include <fmt/format.h>

namespace orderwright::io_internal {

template <>
struct FieldsOf<DayRow> {
  using Of = FieldMaker<DayRow>;
  static constexpr Field kAll[] = {Of::Member<&DayRow::day>("day", kRequired),
                                   Of::Count<&DayRow::capacity_units>("capacity_units"),
                                   Of::Count<&DayRow::capacity_shipments>("capacity_shipments")};
};

template <>
struct FieldsOf<LocationRow> {
  using Of = FieldMaker<LocationRow>;
  static constexpr Field kAll[] = {
      Of::Member<&LocationRow::id>("id", kRequired), Of::Count<&LocationRow::rank>("rank"),
      Of::Count<&LocationRow::capacity_units>("capacity_units"),
      Of::Count<&LocationRow::capacity_shipments>("capacity_shipments"),
      Rows<LocationRow, &LocationRow::days>("days")};
};

template <>
struct FieldsOf<QuotaRow> {
  using Of = FieldMaker<QuotaRow>;
  static constexpr Field kAll[] = {Of::Member<&QuotaRow::id>("id", kRequired),
                                   Of::Count<&QuotaRow::units>("units", kRequired)};
};

template <>
struct FieldsOf<InventoryRow> {
  using Of = FieldMaker<InventoryRow>;
  static constexpr Field kAll[] = {Of::Member<&InventoryRow::location>("location", kRequired),
                                   Of::Member<&InventoryRow::sku>("sku", kRequired),
                                   Of::Count<&InventoryRow::available>("available"),
                                   Of::Count<&InventoryRow::price>("price")};
};

template <>
struct FieldsOf<LineRow> {
  using Of = FieldMaker<LineRow>;
  static constexpr Field kAll[] = {Of::Member<&LineRow::sku>("sku", kRequired),
                                   Of::Count<&LineRow::quantity>("quantity", kRequired),
                                   Of::Count<&LineRow::weight_g>("weight_g"),
                                   Of::Count<&LineRow::shortfall_penalty>("shortfall_penalty"),
                                   Of::Member<&LineRow::no_split>("no_split"),
                                   Of::Member<&LineRow::ship_together>("ship_together"),
                                   Of::Count<&LineRow::unit_value>("unit_value"),
                                   Of::Count<&LineRow::alternative_of>("alternative_of"),
                                   Of::Member<&LineRow::set>("set"),
                                   Of::Count<&LineRow::per_set>("per_set"),
                                   Of::Member<&LineRow::substitute>("substitute"),
                                   Of::Member<&LineRow::quota>("quota")};
};

static void ReadEligible(JsonReader& reader, NodeId node, CandidateRow& row) {
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    bool eligible = false;
    Read(reader, c, eligible);
    row.eligible.push_back(eligible ? 1 : 0);
  }
}

// [largest weight or null, cost].
static void ReadStep(JsonReader& reader, NodeId node, RateStepRow& step) {
  step.node = node;
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  if (tree.node(node).size != 2) {
    reader.Report(node, "wrong_length",
                  "a step is a pair: [largest weight in grams or null, cost]");
    return;
  }
  ReadCount(reader, tree.Child(node, 0), step.max_weight_g);
  ReadCount(reader, tree.Child(node, 1), step.cost);
}

// Each step must follow the one before: heavier, and not cheaper.
static void CheckStep(JsonReader& reader, const RateStepRow& before, const RateStepRow& step) {
  if (!before.max_weight_g) {
    reader.Report(before.node, "unlimited_not_last", "only the last step may be without a weight");
  } else if (step.max_weight_g && *step.max_weight_g <= *before.max_weight_g) {
    reader.Report(step.node, "not_ascending",
                  fmt::format("{} g after {} g", *step.max_weight_g, *before.max_weight_g));
  }
  if (step.cost < before.cost) {
    reader.Report(
        step.node, "decreasing",
        fmt::format("{} after {}: a rate may not fall with weight", step.cost, before.cost));
  }
}

static void ReadRate(JsonReader& reader, NodeId node, CandidateRow& row) {
  if (reader.IsNull(node)) return;
  if (!CheckContainer(reader, node, JsonKind::kArray)) return;
  const JsonTree& tree = reader.tree();
  const std::size_t errors_before = reader.issues().errors();
  for (NodeId c = tree.FirstChild(node); c != tree.node(node).end; c = tree.Next(c)) {
    ReadStep(reader, c, row.rate.emplace_back());
  }
  // A step that could not be read has no weight to compare.
  if (reader.issues().errors() != errors_before) return;
  for (std::size_t i = 1; i < row.rate.size(); ++i) {
    CheckStep(reader, row.rate[i - 1], row.rate[i]);
  }
}

static void ReadRanks(JsonReader& reader, NodeId node, CandidateRow& row) {
  ReadMap(reader, node, [&](std::string_view name, NodeId child) {
    ReadCount(reader, child, row.ranks.emplace_back(RankRow{name, 0}).value);
  });
}

template <>
struct FieldsOf<CandidateRow> {
  using Of = FieldMaker<CandidateRow>;
  static constexpr Field kAll[] = {Of::Member<&CandidateRow::location>("location", kRequired),
                                   Of::Member<&CandidateRow::key>("key"),
                                   Of::Count<&CandidateRow::fixed_cost>("fixed_cost"),
                                   Of::Count<&CandidateRow::unit_cost>("unit_cost"),
                                   Of::Call<&ReadEligible>("eligible"),
                                   Of::Call<&ReadRate>("rate"),
                                   Of::Count<&CandidateRow::load>("load"),
                                   Of::Count<&CandidateRow::weight_g>("weight_g"),
                                   Of::Call<&ReadRanks>("ranks"),
                                   Of::Count<&CandidateRow::lateness>("lateness"),
                                   Of::Member<&CandidateRow::day>("day")};
};

template <>
struct FieldsOf<OrderRow> {
  using Of = FieldMaker<OrderRow>;
  static constexpr Field kAll[] = {
      Of::Member<&OrderRow::id>("id", kRequired),
      Of::Count<&OrderRow::max_shipments>("max_shipments"),
      Of::Count<&OrderRow::split_penalty>("split_penalty"),
      Of::Member<&OrderRow::cost_offset>("cost_offset"),
      Of::Member<&OrderRow::ship_complete>("ship_complete"),
      Of::Count<&OrderRow::min_fill_units>("min_fill_units"),
      Of::Count<&OrderRow::min_shipment_value>("min_shipment_value"),
      Of::Count<&OrderRow::max_substituted_units>("max_substituted_units"),
      Rows<OrderRow, &OrderRow::lines>("lines", kRequired),
      Rows<OrderRow, &OrderRow::candidates>("candidates", kRequired)};
};

template <>
struct FieldsOf<ObjectiveRow> {
  using Of = FieldMaker<ObjectiveRow>;
  static constexpr Field kAll[] = {Of::Member<&ObjectiveRow::minimize>("minimize", kRequired),
                                   Of::Count<&ObjectiveRow::tolerance>("tolerance")};
};

static void ReadObjectives(JsonReader& reader, NodeId node, ProblemRows& rows) {
  if (!reader.IsNull(node)) ReadRows(reader, node, rows.objectives);
}

// `format` is looked at before everything else.
static void Skip(JsonReader& /*reader*/, NodeId /*node*/, ProblemRows& /*rows*/) {}

template <>
struct FieldsOf<ProblemRows> {
  using Of = FieldMaker<ProblemRows>;
  static constexpr Field kAll[] = {Of::Call<&Skip>("format"),
                                   Rows<ProblemRows, &ProblemRows::locations>("locations"),
                                   Of::Call<&ReadObjectives>("objectives"),
                                   Rows<ProblemRows, &ProblemRows::inventory>("inventory"),
                                   Rows<ProblemRows, &ProblemRows::quotas>("quotas"),
                                   Rows<ProblemRows, &ProblemRows::orders>("orders", kRequired)};
};

static void CheckLength(JsonReader& reader, const CandidateRow& candidate, std::string_view name,
                        std::size_t size, std::size_t lines) {
  const NodeId node = reader.tree().Member(candidate.node, name);
  if (node == kNoNode || reader.kind(node) != JsonKind::kArray || size == lines) return;
  reader.Report(node, "wrong_length",
                fmt::format("expected {} values, one for every line; found {}", lines, size));
}

static void CheckLengths(JsonReader& reader, const OrderRow& order) {
  const std::size_t lines = order.lines.size();
  for (const CandidateRow& candidate : order.candidates) {
    if (reader.kind(candidate.node) != JsonKind::kObject) continue;
    CheckLength(reader, candidate, "unit_cost", candidate.unit_cost.size(), lines);
    CheckLength(reader, candidate, "eligible", candidate.eligible.size(), lines);
    CheckLength(reader, candidate, "load", candidate.load.size(), lines);
    CheckLength(reader, candidate, "weight_g", candidate.weight_g.size(), lines);
  }
}

void ReadProblem(JsonReader& reader, ProblemRows& rows) {
  reader.issues().AddDuplicates(reader.tree());
  if (!CheckContainer(reader, 0, JsonKind::kObject)) return;
  CheckFormat(reader, "orderwright.problem/1", true);
  Read(reader, NodeId{0}, rows);
  for (const OrderRow& order : rows.orders) CheckLengths(reader, order);
}

}  // namespace orderwright::io_internal
