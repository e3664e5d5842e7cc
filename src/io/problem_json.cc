// Reads orderwright.problem/1 (docs/formats/problem.md) into the tables of solver::Problem.
#include "orderwright/io/problem_json.h"

#include <algorithm>
#include <charconv>
#include <numeric>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/json_tree.h"
#include "src/io/internal/model_words.h"
#include "src/io/internal/problem_fields.h"
#include "src/io/internal/suggest.h"

namespace orderwright::io_internal {
namespace {

using solver::kNone;
using solver::kUnlimited;

using Index = std::unordered_map<std::string_view, std::uint32_t>;

std::uint32_t Size(const auto& list) { return static_cast<std::uint32_t>(list.size()); }

// Fills the tables from what was read. References that lead nowhere are reported and left out, so
// that all of them are found in one pass.
class ProblemBuilder {
 public:
  ProblemBuilder(JsonReader& reader, const ProblemRows& rows) : reader_(reader), rows_(rows) {}

  void Run() {
    AddLocations();
    AddInventory();
    Index orders;
    for (const OrderRow& order : rows_.orders) {
      if (!orders.try_emplace(order.id, Size(orders)).second) Duplicate(order.node, "id", order.id);
      AddOrder(order);
    }
    NumberStockRows();
    AddCapacityRows();
    AddRankColumns();
    AddObjectives();
    if (std::all_of(p_.lateness.begin(), p_.lateness.end(), [](auto n) { return n == 0; })) {
      p_.lateness.clear();
    }
    if (std::all_of(p_.arc_load.begin(), p_.arc_load.end(), [](auto n) { return n == 1; })) {
      p_.arc_load.clear();
    }
    if (std::all_of(p_.unit_value.begin(), p_.unit_value.end(), [](auto n) { return n == 0; })) {
      p_.unit_value.clear();
    }
  }

  [[nodiscard]] io::ProblemDocument Take() { return std::move(document_); }

  // The last door: sums that could overflow, found in the tables and told of the text.
  void CheckTables() {
    const absl::Status status = solver::Check(p_);
    if (status.ok()) return;
    std::vector<Issue> issues = IssuesOf(status);
    for (Issue& issue : issues) issue.path = PathOfTable(issue.path);
    reader_.issues().AddFromModel(reader_.tree(), issues);
  }

 private:
  // An issue at a field of an object.
  void Report(NodeId object, std::string_view field, std::string_view code, std::string message) {
    const NodeId node = reader_.tree().Member(object, field);
    reader_.Report(node == kNoNode ? object : node, code, std::move(message));
  }
  void Duplicate(NodeId object, std::string_view field, std::string_view name) {
    // A name that is missing or no text was reported already.
    const NodeId node = reader_.tree().Member(object, field);
    if (node == kNoNode || reader_.kind(node) != JsonKind::kText) return;
    reader_.Report(node, "duplicate", fmt::format("'{}' stands twice", Abridged(name)));
  }

  void AddLocations() {
    for (std::size_t i = 0; i < rows_.locations.size(); ++i) {
      const LocationRow& row = rows_.locations[i];
      if (!location_of_.try_emplace(row.id, Size(document_.locations)).second) {
        Duplicate(row.node, "id", row.id);
      }
      document_.locations.emplace_back(row.id);
      document_.ranks.push_back(row.rank.value_or(static_cast<std::int64_t>(i)));
    }
    std::vector<std::uint32_t> order(document_.locations.size());
    std::iota(order.begin(), order.end(), 0U);
    std::sort(order.begin(), order.end(), [this](std::uint32_t a, std::uint32_t b) {
      return std::tie(document_.ranks[a], document_.locations[a], a) <
             std::tie(document_.ranks[b], document_.locations[b], b);
    });
    tie_rank_.resize(order.size());
    for (std::uint32_t i = 0; i < Size(order); ++i) tie_rank_[order[i]] = i;
    has_slots_.assign(order.size(), false);
  }

  std::optional<std::uint32_t> FindLocation(NodeId object, std::string_view id) {
    if (const auto found = location_of_.find(id); found != location_of_.end()) {
      return found->second;
    }
    const NodeId node = reader_.tree().Member(object, "location");
    if (node == kNoNode || reader_.kind(node) != JsonKind::kText) return std::nullopt;
    Suggestion suggestion(id);
    // Who misspells many names is not helped by a search for each.
    if (searches_left_ > 0) {
      --searches_left_;
      for (const LocationRow& row : rows_.locations) suggestion.Consider(row.id);
    }
    std::string message = fmt::format("there is no location '{}'", Abridged(id));
    if (!suggestion.best().empty()) {
      message += fmt::format("; did you mean '{}'?", suggestion.best());
    }
    reader_.Report(node, "unknown_location", std::move(message));
    return std::nullopt;
  }

  static std::uint64_t PairOf(std::uint32_t location, std::uint32_t sku) {
    return (std::uint64_t{location} << 32U) | sku;
  }

  void AddInventory() {
    for (std::uint32_t i = 0; i < Size(rows_.inventory); ++i) {
      const InventoryRow& row = rows_.inventory[i];
      const std::optional<std::uint32_t> location = FindLocation(row.node, row.location);
      if (!location) continue;
      const std::uint32_t sku = sku_of_.try_emplace(row.sku, Size(sku_of_)).first->second;
      if (!inventory_of_.try_emplace(PairOf(*location, sku), i).second) {
        Duplicate(row.node, "sku", row.sku);
      }
    }
  }

  void AddOrder(const OrderRow& row) {
    solver::OrderSpan& order = p_.orders.emplace_back();
    order.first_line = Size(p_.lines);
    order.line_count = Size(row.lines);
    order.first_slot = Size(p_.slots);
    order.max_shipments = row.max_shipments.value_or(kUnlimited);
    order.split_penalty = row.split_penalty;
    order.cost_offset = row.cost_offset;
    order.ship_complete = row.ship_complete;
    order.min_fill_units = row.min_fill_units;
    order.min_shipment_value = row.min_shipment_value;
    document_.order_ids.emplace_back(row.id);
    order_nodes_.push_back(row.node);
    used_candidates_.clear();
    for (const CandidateRow& candidate : row.candidates) AddSlot(candidate);
    order.slot_count = Size(p_.slots) - order.first_slot;
    FindDuplicateCandidates(row);
    Index groups;
    for (std::size_t i = 0; i < row.lines.size(); ++i) AddLine(row, i, order.first_slot, groups);
  }

  void AddSlot(const CandidateRow& row) {
    const std::optional<std::uint32_t> location = FindLocation(row.node, row.location);
    if (!location) return;
    const std::uint32_t index = Size(p_.slots);
    solver::Slot& slot = p_.slots.emplace_back();
    slot.location = *location;
    slot.tie_rank = tie_rank_[*location];
    slot.first_step = Size(p_.steps);
    slot.step_count = Size(row.rate);
    slot.fixed_cost = row.fixed_cost;
    for (const RateStepRow& step : row.rate) {
      p_.steps.push_back({step.max_weight_g.value_or(kUnlimited), step.cost});
      step_nodes_.push_back(step.node);
    }
    for (const RankRow& rank : row.ranks) {
      ranks_.push_back({index, ColumnOf(rank.name), rank.value});
    }
    p_.lateness.push_back(row.lateness);
    document_.slot_keys.emplace_back(row.key);
    slot_nodes_.push_back(row.node);
    used_candidates_.push_back(&row);
    has_slots_[*location] = true;
  }

  void FindDuplicateCandidates(const OrderRow& row) {
    std::vector<const CandidateRow*> sorted;
    sorted.reserve(row.candidates.size());
    for (const CandidateRow& candidate : row.candidates) sorted.push_back(&candidate);
    const auto name = [](const CandidateRow* c) { return std::tie(c->location, c->key); };
    std::stable_sort(sorted.begin(), sorted.end(),
                     [&](const auto* a, const auto* b) { return name(a) < name(b); });
    for (std::size_t i = 1; i < sorted.size(); ++i) {
      if (name(sorted[i]) != name(sorted[i - 1])) continue;
      const bool keyed = reader_.tree().Member(sorted[i]->node, "key") != kNoNode;
      Duplicate(sorted[i]->node, keyed ? "key" : "location",
                keyed ? sorted[i]->key : sorted[i]->location);
    }
  }

  void AddLine(const OrderRow& order, std::size_t i, std::uint32_t first_slot, Index& groups) {
    const LineRow& row = order.lines[i];
    solver::Line& line = p_.lines.emplace_back();
    line.quantity = row.quantity;
    line.shortfall_penalty = row.shortfall_penalty;
    line.no_split = row.no_split;
    p_.unit_value.push_back(row.unit_value);
    line.first_arc = Size(p_.arcs);
    if (row.ship_together) {
      const auto [group, is_new] = groups.try_emplace(*row.ship_together, Size(document_.groups));
      if (is_new) document_.groups.emplace_back(*row.ship_together);
      line.group = group->second;
    }
    document_.line_skus.emplace_back(row.sku);
    line_nodes_.push_back(row.node);
    if (const auto sku = sku_of_.find(row.sku); sku != sku_of_.end()) {
      for (std::uint32_t s = 0; s < Size(used_candidates_); ++s) {
        AddArc(*used_candidates_[s], row, i, first_slot + s, sku->second);
      }
    }
    line.arc_count = Size(p_.arcs) - line.first_arc;
  }

  // An arc exists only where there is something to take. Its row is the number of the inventory
  // row until NumberStockRows.
  void AddArc(const CandidateRow& candidate, const LineRow& line, std::size_t i, std::uint32_t slot,
              std::uint32_t sku) {
    if (i < candidate.eligible.size() && candidate.eligible[i] == 0) return;
    const auto inventory = inventory_of_.find(PairOf(p_.slots[slot].location, sku));
    if (inventory == inventory_of_.end()) return;
    const InventoryRow& stock = rows_.inventory[inventory->second];
    if (stock.available && *stock.available <= 0) return;
    solver::Arc& arc = p_.arcs.emplace_back();
    arc.slot = slot;
    arc.row = !stock.available && stock.price == 0 ? kNone : inventory->second;
    arc.unit_cost = i < candidate.unit_cost.size() ? candidate.unit_cost[i] : 0;
    arc.weight_g = i < candidate.weight_g.size() ? candidate.weight_g[i] : line.weight_g;
    p_.arc_load.push_back(i < candidate.load.size() ? candidate.load[i] : 1);
    arc_nodes_.push_back(candidate.node);
  }

  // Rows that some arc uses, in the order of the inventory.
  void NumberStockRows() {
    std::vector<std::uint32_t> row_of(rows_.inventory.size(), kNone);
    for (const solver::Arc& arc : p_.arcs) {
      if (arc.row != kNone) row_of[arc.row] = 0;
    }
    for (std::size_t i = 0; i < row_of.size(); ++i) {
      if (row_of[i] == kNone) continue;
      const InventoryRow& stock = rows_.inventory[i];
      row_of[i] = AddRow(stock.available, stock.price, stock.node);
    }
    for (solver::Arc& arc : p_.arcs) {
      if (arc.row != kNone) arc.row = row_of[arc.row];
    }
  }

  std::uint32_t AddRow(std::optional<std::int64_t> amount, std::int64_t price, NodeId node) {
    p_.rows.push_back({amount.value_or(kUnlimited), price});
    row_nodes_.push_back(node);
    return Size(p_.rows) - 1;
  }

  void AddCapacityRows() {
    std::vector<solver::SlotRows> of_location(rows_.locations.size());
    bool any = false;
    for (std::size_t i = 0; i < rows_.locations.size(); ++i) {
      const LocationRow& row = rows_.locations[i];
      if (!has_slots_[i]) continue;
      if (row.capacity_units) {
        of_location[i].unit_rows[0] = AddRow(row.capacity_units, 0, row.node);
      }
      if (row.capacity_shipments) {
        of_location[i].shipment_rows[0] = AddRow(row.capacity_shipments, 0, row.node);
      }
      any = any || row.capacity_units || row.capacity_shipments;
    }
    if (!any) return;
    p_.slot_rows.reserve(p_.slots.size());
    for (const solver::Slot& slot : p_.slots) p_.slot_rows.push_back(of_location[slot.location]);
  }

  std::uint32_t ColumnOf(std::string_view name) {
    const auto [column, is_new] = column_of_.try_emplace(name, Size(document_.rank_names));
    if (is_new) document_.rank_names.emplace_back(name);
    return column->second;
  }

  void AddRankColumns() {
    // Columns that only an objective names are there too: of zeros.
    for (const ObjectiveRow& row : rows_.objectives) {
      if (row.minimize.starts_with(kRankPrefix)) {
        static_cast<void>(ColumnOf(row.minimize.substr(kRankPrefix.size())));
      }
    }
    p_.rank_columns.assign(document_.rank_names.size(),
                           std::vector<std::int64_t>(p_.slots.size(), 0));
    for (const Rank& rank : ranks_) p_.rank_columns[rank.column][rank.slot] = rank.value;
  }

  void AddObjectives() {
    bool has_shortfall = false;
    for (const ObjectiveRow& row : rows_.objectives) {
      solver::Objective& objective = p_.objectives.emplace_back();
      objective.tolerance = row.tolerance;
      SetKind(row, objective);
      has_shortfall = has_shortfall || objective.kind == solver::ObjectiveKind::kShortfall;
    }
    if (p_.objectives.empty()) return;
    if (!has_shortfall) {
      p_.objectives.insert(p_.objectives.begin(), {solver::ObjectiveKind::kShortfall, kNone, 0});
    }
    if (p_.objectives.size() <= solver::kMaxObjectives) return;
    const NodeId list = reader_.tree().Member(0, "objectives");
    reader_.Report(
        list, "too_many",
        fmt::format("{} objectives{}; {} are the most", p_.objectives.size(),
                    has_shortfall ? "" : ", with shortfall put first", solver::kMaxObjectives));
  }

  void SetKind(const ObjectiveRow& row, solver::Objective& objective) {
    using solver::ObjectiveKind;
    if (row.minimize.starts_with(kRankPrefix)) {
      objective.kind = ObjectiveKind::kRank;
      objective.rank_column = ColumnOf(row.minimize.substr(kRankPrefix.size()));
      return;
    }
    constexpr std::pair<std::string_view, ObjectiveKind> kWords[] = {
        {"cost", ObjectiveKind::kCost},
        {"shortfall", ObjectiveKind::kShortfall},
        {"shipments", ObjectiveKind::kShipments},
        {"rank", ObjectiveKind::kRank},
        {"lateness", ObjectiveKind::kLateness}};
    for (const auto& [word, kind] : kWords) {
      if (word != row.minimize) continue;
      objective.kind = kind;
      return;
    }
    const NodeId node = reader_.tree().Member(row.node, "minimize");
    if (node == kNoNode || reader_.kind(node) != JsonKind::kText) return;
    reader_.Report(node, "unknown_value",
                   fmt::format("expected cost, shortfall, shipments, rank, rank:NAME or lateness; "
                               "found \"{}\"",
                               Abridged(row.minimize)));
  }

  // "arcs[7].unit_cost" is in the candidate that arc 7 came from: the path of that in the text. A
  // field of a table that no field of the text is called by is left off.
  std::string PathOfTable(std::string_view path) const {
    const std::pair<std::string_view, const std::vector<NodeId>*> tables[] = {
        {"orders[", &order_nodes_}, {"lines[", &line_nodes_}, {"arcs[", &arc_nodes_},
        {"slots[", &slot_nodes_},   {"rows[", &row_nodes_},   {"steps[", &step_nodes_}};
    for (const auto& [name, nodes] : tables) {
      if (!path.starts_with(name)) continue;
      std::size_t index = 0;
      const char* end = path.data() + path.size();
      const auto parsed = std::from_chars(path.data() + name.size(), end, index);
      if (parsed.ec != std::errc() || index >= nodes->size()) break;
      const NodeId node = (*nodes)[index];
      const std::string_view rest(parsed.ptr, end);
      if (rest.starts_with("].") && reader_.kind(node) == JsonKind::kObject) {
        const NodeId field = reader_.tree().Member(node, rest.substr(2));
        if (field != kNoNode) return reader_.tree().PathOf(field);
      }
      return reader_.tree().PathOf(node);
    }
    return path.starts_with("objectives") ? "objectives" : "";
  }

  static constexpr std::string_view kRankPrefix = "rank:";
  struct Rank {
    std::uint32_t slot;
    std::uint32_t column;
    std::int64_t value;
  };

  JsonReader& reader_;
  const ProblemRows& rows_;
  io::ProblemDocument document_;
  solver::Problem& p_ = document_.problem;

  Index location_of_;
  std::vector<std::uint32_t> tie_rank_;                            // by location
  std::vector<bool> has_slots_;                                    // by location
  Index sku_of_;                                                   // SKUs of the inventory
  std::unordered_map<std::uint64_t, std::uint32_t> inventory_of_;  // by PairOf
  Index column_of_;
  std::vector<Rank> ranks_;
  std::vector<const CandidateRow*> used_candidates_;  // by slot of the present order
  int searches_left_ = 5;

  // Where in the text the entries of the tables come from.
  std::vector<NodeId> order_nodes_;
  std::vector<NodeId> line_nodes_;
  std::vector<NodeId> arc_nodes_;
  std::vector<NodeId> slot_nodes_;
  std::vector<NodeId> row_nodes_;
  std::vector<NodeId> step_nodes_;
};

}  // namespace
}  // namespace orderwright::io_internal

namespace orderwright::io {

absl::StatusOr<ProblemDocument> ParseProblem(const Document& document) {
  using namespace io_internal;
  DocumentIssues issues(document.name, document.text, true);
  JsonParser parser;
  JsonTree tree;
  if (!parser.Parse(document.text, tree)) {
    issues.AddSyntax(parser.error());
    return issues.ToStatus("problem");
  }
  JsonReader reader(tree, issues, AnyCurrency());
  ProblemRows rows;
  ReadProblem(reader, rows);
  if (tree.kind(0) != JsonKind::kObject) return issues.ToStatus("problem");
  ProblemBuilder builder(reader, rows);
  builder.Run();
  // The tables of a text with issues are incomplete, and their sums say nothing.
  if (issues.ok()) builder.CheckTables();
  if (!issues.ok()) return issues.ToStatus("problem");
  return builder.Take();
}

}  // namespace orderwright::io
