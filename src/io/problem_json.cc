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
#include "src/io/internal/problem_alternatives.h"
#include "src/io/internal/problem_capacities.h"
#include "src/io/internal/problem_fields.h"
#include "src/io/internal/problem_objectives.h"
#include "src/io/internal/problem_reports.h"
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
  ProblemBuilder(JsonReader& reader, const ProblemRows& rows)
      : reader_(reader),
        rows_(rows),
        capacities_(reader, rows.locations),
        objectives_(reader, rows.objectives, document_) {}

  void Run() {
    AddLocations();
    AddInventory();
    AddQuotaIds();
    Index orders;
    for (const OrderRow& order : rows_.orders) {
      if (!orders.try_emplace(order.id, Size(orders)).second)
        ReportTwice(reader_, order.node, "id", order.id);
      AddOrder(order);
    }
    NumberStockRows();
    NumberQuotaRows();
    capacities_.MakeRows(p_, row_nodes_);
    objectives_.Run();
    if (std::all_of(p_.lateness.begin(), p_.lateness.end(), [](auto n) { return n == 0; })) {
      p_.lateness.clear();
    }
    if (std::all_of(p_.arc_load.begin(), p_.arc_load.end(), [](auto n) { return n == 1; })) {
      p_.arc_load.clear();
    }
    if (std::all_of(p_.unit_value.begin(), p_.unit_value.end(), [](auto n) { return n == 0; })) {
      p_.unit_value.clear();
    }
    if (std::all_of(p_.line_sets.begin(), p_.line_sets.end(),
                    [](const auto& set) { return set.set == kNone; })) {
      p_.line_sets.clear();
    }
    if (document_.alternatives.empty()) document_.arc_alternatives.clear();
    const auto& days = document_.slot_days;
    if (std::all_of(days.begin(), days.end(), [](const auto& day) { return day.empty(); })) {
      document_.slot_days.clear();
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
  void AddLocations() {
    for (std::size_t i = 0; i < rows_.locations.size(); ++i) {
      const LocationRow& row = rows_.locations[i];
      if (!location_of_.try_emplace(row.id, Size(document_.locations)).second) {
        ReportTwice(reader_, row.node, "id", row.id);
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
    reader_.Report(
        node, "unknown_location",
        fmt::format("there is no location '{}'{}", Abridged(id), DidYouMean(suggestion)));
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
        ReportTwice(reader_, row.node, "sku", row.sku);
      }
    }
  }

  void AddQuotaIds() {
    for (const QuotaRow& row : rows_.quotas) {
      if (!quota_of_.try_emplace(row.id, Size(quotas_)).second)
        ReportTwice(reader_, row.node, "id", row.id);
      quotas_.push_back({row.units, row.node, row.id});
    }
  }

  void AddOrder(const OrderRow& row) {
    solver::OrderSpan& order = p_.orders.emplace_back();
    order.first_line = Size(p_.lines);
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
    AddLines(row, order.first_slot);
    order.line_count = Size(p_.lines) - order.first_line;
  }

  // A line of the problem has its own arcs and then those of its alternatives.
  void AddLines(const OrderRow& row, std::uint32_t first_slot) {
    const std::vector<std::uint32_t> mains = MainLines(reader_, row);
    std::vector<std::pair<std::uint32_t, std::uint32_t>> alternatives;  // main line, itself
    for (std::uint32_t i = 0; i < Size(mains); ++i) {
      if (mains[i] != i && mains[i] != kNone) alternatives.emplace_back(mains[i], i);
    }
    std::sort(alternatives.begin(), alternatives.end());
    auto next = alternatives.cbegin();
    groups_.clear();
    sets_.clear();
    substituted_ = kNone;
    for (std::uint32_t i = 0; i < Size(mains); ++i) {
      if (mains[i] != i) continue;
      AddLine(row, i);
      const bool is_alone = next == alternatives.cend() || next->first != i;
      AddArcs(row, i, i, first_slot, is_alone);
      for (; next != alternatives.cend() && next->first == i; ++next) {
        document_.alternatives.push_back(
            {Size(p_.lines) - 1, next->second, std::string(row.lines[next->second].sku)});
        AddArcs(row, next->second, i, first_slot, false);
      }
    }
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
      objectives_.AddRank(index, rank);
    }
    p_.lateness.push_back(row.lateness);
    document_.slot_keys.emplace_back(row.key);
    document_.slot_days.emplace_back(capacities_.AddSlot(row, *location));
    slot_nodes_.push_back(row.node);
    used_candidates_.push_back(&row);
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
      ReportTwice(reader_, sorted[i]->node, keyed ? "key" : "location",
                  keyed ? sorted[i]->key : sorted[i]->location);
    }
  }

  // The number of a name of the order in hand, which is new in every order.
  static std::uint32_t NumberOf(std::string_view name, Index& of_order,
                                std::vector<std::string>& names) {
    const auto [at, is_new] = of_order.try_emplace(name, Size(names));
    if (is_new) names.emplace_back(name);
    return at->second;
  }

  void AddLine(const OrderRow& order, std::size_t i) {
    const LineRow& row = order.lines[i];
    solver::Line& line = p_.lines.emplace_back();
    line.quantity = row.quantity;
    line.shortfall_penalty = row.shortfall_penalty.value_or(0);
    line.no_split = row.no_split;
    p_.unit_value.push_back(row.unit_value);
    line.first_arc = Size(p_.arcs);
    if (row.ship_together) {
      line.group = NumberOf(*row.ship_together, groups_, document_.groups);
    }
    solver::LineSet& set = p_.line_sets.emplace_back();
    if (row.set) set = {NumberOf(*row.set, sets_, document_.sets), row.per_set.value_or(1)};
    document_.line_skus.emplace_back(row.sku);
    line_nodes_.push_back(row.node);
  }

  // The arcs of line `i` of the text to the last line of the problem, which is line `main` of it.
  void AddArcs(const OrderRow& order, std::uint32_t i, std::uint32_t main, std::uint32_t first_slot,
               bool is_alone) {
    const LineRow& row = order.lines[i];
    const std::uint32_t quota = FindQuota(order, i, main);
    const std::uint32_t alternative = i == main ? kNone : Size(document_.alternatives) - 1;
    solver::Line& line = p_.lines.back();
    if (const auto sku = sku_of_.find(row.sku); sku != sku_of_.end()) {
      for (std::uint32_t s = 0; s < Size(used_candidates_); ++s) {
        AddArc(*used_candidates_[s], row, i, first_slot + s, sku->second, is_alone);
      }
    }
    document_.arc_alternatives.resize(p_.arcs.size(), alternative);
    arc_quotas_.resize(p_.arcs.size(), quota);
    line.arc_count = Size(p_.arcs) - line.first_arc;
    if (alternative != kNone) FindSharedStock(row, line);
  }

  // Two lines that draw on one stock through one candidate would be one.
  void FindSharedStock(const LineRow& row, const solver::Line& line) {
    std::vector<std::pair<std::uint32_t, std::uint32_t>> drawn;
    for (const solver::Arc& arc : p_.arcs_of(line)) drawn.emplace_back(arc.slot, arc.row);
    std::sort(drawn.begin(), drawn.end());
    if (std::adjacent_find(drawn.begin(), drawn.end()) == drawn.end()) return;
    ReportField(reader_, row.node, "sku", "shared_stock",
                fmt::format("its line, or another alternative to it, has the SKU '{}' through a "
                            "candidate too; give it an SKU and inventory of its own",
                            Abridged(row.sku)));
  }

  // The quota of the arcs of a line of the text, by its place in quotas_.
  std::uint32_t FindQuota(const OrderRow& order, std::uint32_t i, std::uint32_t main) {
    const LineRow& row = order.lines[i];
    switch (QuotaOfLine(reader_, order, i, main)) {
      case LineQuota::kNone:
        return kNone;
      case LineQuota::kNamed: {
        if (const auto at = quota_of_.find(*row.quota); at != quota_of_.end()) return at->second;
        Suggestion suggestion(*row.quota);
        if (searches_left_ > 0) {
          --searches_left_;
          for (const QuotaRow& quota : rows_.quotas) suggestion.Consider(quota.id);
        }
        ReportName(reader_, row.node, "quota", "unknown_quota",
                   fmt::format("there is no quota '{}'{}; add it to 'quotas'", Abridged(*row.quota),
                               DidYouMean(suggestion)));
        return kNone;
      }
      case LineQuota::kOwn:
        quotas_.push_back({row.quantity, row.node, ""});
        return Size(quotas_) - 1;
      case LineQuota::kSubstituted:
        if (substituted_ == kNone) {
          substituted_ = Size(quotas_);
          quotas_.push_back({order.max_substituted_units, order.node, ""});
        }
        return substituted_;
    }
    return kNone;
  }

  // An arc exists only where there is something to take. Its row is the number of the inventory
  // row until NumberStockRows. A line that is alone needs none where there is no limit.
  void AddArc(const CandidateRow& candidate, const LineRow& line, std::size_t i, std::uint32_t slot,
              std::uint32_t sku, bool is_alone) {
    if (i < candidate.eligible.size() && candidate.eligible[i] == 0) return;
    const auto inventory = inventory_of_.find(PairOf(p_.slots[slot].location, sku));
    if (inventory == inventory_of_.end()) return;
    const InventoryRow& stock = rows_.inventory[inventory->second];
    if (stock.available && *stock.available <= 0) return;
    const bool is_free = !stock.available && stock.price == 0 && is_alone;
    solver::Arc& arc = p_.arcs.emplace_back();
    arc.slot = slot;
    arc.row = is_free ? kNone : inventory->second;
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

  // Quotas that some arc counts against, in their order.
  void NumberQuotaRows() {
    std::vector<std::uint32_t> row_of(quotas_.size(), kNone);
    bool any = false;
    for (const std::uint32_t quota : arc_quotas_) {
      if (quota != kNone) row_of[quota] = 0;
      any = any || quota != kNone;
    }
    if (!any) return;
    document_.quota_ids.resize(p_.rows.size());
    for (std::size_t i = 0; i < row_of.size(); ++i) {
      if (row_of[i] == kNone) continue;
      row_of[i] = AddRow(quotas_[i].units, 0, quotas_[i].node);
      document_.quota_ids.emplace_back(quotas_[i].id);
    }
    for (const std::uint32_t quota : arc_quotas_) {
      p_.arc_quota.push_back(quota == kNone ? kNone : row_of[quota]);
    }
  }

  std::uint32_t AddRow(std::optional<std::int64_t> amount, std::int64_t price, NodeId node) {
    p_.rows.push_back({amount.value_or(kUnlimited), price});
    row_nodes_.push_back(node);
    return Size(p_.rows) - 1;
  }

  // "arcs[7].unit_cost" is in the candidate that arc 7 came from: the path of that in the text. A
  // field of a table that no field of the text is called by is left off.
  std::string PathOfTable(std::string_view path) const {
    const std::pair<std::string_view, const std::vector<NodeId>*> tables[] = {
        {"orders[", &order_nodes_},  {"lines[", &line_nodes_}, {"arcs[", &arc_nodes_},
        {"slots[", &slot_nodes_},    {"rows[", &row_nodes_},   {"steps[", &step_nodes_},
        {"line_sets[", &line_nodes_}};
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

  struct Quota {
    std::optional<std::int64_t> units;
    NodeId node = kNoNode;
    std::string_view id;  // empty: of a line or an order
  };

  JsonReader& reader_;
  const ProblemRows& rows_;
  io::ProblemDocument document_;
  solver::Problem& p_ = document_.problem;

  Index location_of_;
  std::vector<std::uint32_t> tie_rank_;                            // by location
  Index sku_of_;                                                   // SKUs of the inventory
  std::unordered_map<std::uint64_t, std::uint32_t> inventory_of_;  // by PairOf
  CapacityBuilder capacities_;
  ObjectiveBuilder objectives_;
  Index quota_of_;
  std::vector<Quota> quotas_;
  std::vector<std::uint32_t> arc_quotas_;  // by arc: its place in quotas_
  std::uint32_t substituted_ = kNone;      // that of the substitutes of the present order
  Index groups_;                           // of the present order
  Index sets_;                             // of the present order
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
