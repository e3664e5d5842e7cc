// Writes orderwright.problem/1 (docs/formats/problem.md).
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "orderwright/io/problem_json.h"
#include "src/io/internal/document_lines.h"
#include "src/io/internal/json_writer.h"
#include "src/io/internal/objective_name.h"

namespace orderwright::io {
namespace {

using io_internal::DocumentLine;
using io_internal::DocumentLines;
using io_internal::JsonWriter;
using io_internal::Layout;
using io_internal::ObjectiveName;
using solver::kNone;
using solver::kUnlimited;

class ProblemText {
 public:
  ProblemText(const ProblemDocument& document, int indent)
      : document_(document), p_(document.problem), lines_(document), out_(indent) {}

  std::string Run() {
    CollectArcs();
    NameQuotas();
    out_.BeginObject();
    out_.Key("format").Text("orderwright.problem/1");
    WriteLocations();
    WriteObjectives();
    WriteInventory();
    WriteQuotas();
    out_.Key("orders").BeginList();
    for (std::size_t i = 0; i < p_.orders.size(); ++i) WriteOrder(i);
    out_.EndList();
    out_.EndObject();
    return out_.Take();
  }

 private:
  struct SlotArc {
    std::uint32_t position = 0;  // of its line of the document, in the order
    std::uint32_t arc = 0;
  };

  [[nodiscard]] std::string_view SkuOf(const DocumentLine& line) const {
    return line.alternative == kNone ? document_.line_skus[line.line]
                                     : document_.alternatives[line.alternative].sku;
  }

  // The arcs by slot; and which SKU at which location each row is.
  void CollectArcs() {
    arcs_of_.resize(p_.slots.size());
    for (std::uint32_t l = 0; l < p_.lines.size(); ++l) {
      const solver::Line& line = p_.lines[l];
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        const solver::Arc& arc = p_.arcs[a];
        const DocumentLine of_arc = lines_.LineOf(l, a);
        arcs_of_[arc.slot].push_back({lines_.PositionOf(of_arc), a});
        const Pair pair(p_.slots[arc.slot].location, SkuOf(of_arc));
        if (arc.row == kNone) {
          unlimited_.insert(pair);
        } else {
          stock_[arc.row].insert(pair);
        }
      }
    }
  }

  // A number, or null where there is no limit.
  void Limit(std::int64_t amount) {
    if (amount == kUnlimited) {
      out_.Null();
    } else {
      out_.Integer(amount);
    }
  }

  void Nonzero(std::string_view name, std::int64_t value) {
    if (value != 0) out_.Key(name).Integer(value);
  }

  // The day that a slot counts against: as the document says, or else by its second rows.
  [[nodiscard]] std::string DayOf(std::size_t slot) const {
    if (!document_.slot_days.empty()) return document_.slot_days[slot];
    if (p_.slot_rows.empty()) return "";
    const solver::SlotRows& rows = p_.slot_rows[slot];
    if (rows.unit_rows[1] == kNone && rows.shipment_rows[1] == kNone) return "";
    const auto number = [](std::uint32_t row) { return row == kNone ? -1 : std::int64_t{row}; };
    return fmt::format("day {}/{}", number(rows.unit_rows[1]), number(rows.shipment_rows[1]));
  }

  void WriteLocations() {
    std::vector<solver::SlotRows> rows(document_.locations.size());
    std::vector<std::map<std::string, solver::SlotRows>> days(document_.locations.size());
    for (std::size_t s = 0; s < p_.slots.size(); ++s) {
      const std::uint32_t location = p_.slots[s].location;
      if (!p_.slot_rows.empty()) rows[location] = p_.slot_rows[s];
      if (std::string day = DayOf(s); !day.empty()) {
        days[location].try_emplace(std::move(day), rows[location]);
      }
    }
    out_.Key("locations").BeginList();
    for (std::size_t i = 0; i < document_.locations.size(); ++i) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("id").Text(document_.locations[i]);
      out_.Key("rank").Integer(document_.ranks[i]);
      WriteCapacity("capacity_units", rows[i].unit_rows[0]);
      WriteCapacity("capacity_shipments", rows[i].shipment_rows[0]);
      if (!days[i].empty()) WriteDays(days[i]);
      out_.EndObject();
    }
    out_.EndList();
  }

  void WriteDays(const std::map<std::string, solver::SlotRows>& days) {
    // In the order of their rows, so that these are numbered alike when they are read.
    std::vector<std::pair<std::string_view, solver::SlotRows>> sorted(days.begin(), days.end());
    std::stable_sort(sorted.begin(), sorted.end(), [](const auto& a, const auto& b) {
      return std::min(a.second.unit_rows[1], a.second.shipment_rows[1]) <
             std::min(b.second.unit_rows[1], b.second.shipment_rows[1]);
    });
    out_.Key("days").BeginList();
    for (const auto& [day, rows] : sorted) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("day").Text(day);
      WriteCapacity("capacity_units", rows.unit_rows[1]);
      WriteCapacity("capacity_shipments", rows.shipment_rows[1]);
      out_.EndObject();
    }
    out_.EndList();
  }

  void WriteCapacity(std::string_view name, std::uint32_t row) {
    if (row == kNone) return;
    out_.Key(name);
    Limit(p_.rows[row].amount);
  }

  void WriteObjectives() {
    if (p_.objectives.empty()) return;
    out_.Key("objectives").BeginList();
    for (const solver::Objective& objective : p_.objectives) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("minimize").Text(ObjectiveName(document_, objective));
      Nonzero("tolerance", objective.tolerance);
      out_.EndObject();
    }
    out_.EndList();
  }

  using Pair = std::pair<std::uint32_t, std::string_view>;  // location and SKU

  void WriteInventory() {
    out_.Key("inventory").BeginList();
    std::set<Pair> written;
    for (const auto& [row, pairs] : stock_) {
      for (const Pair& pair : pairs) {
        WriteStock(pair, p_.rows[row].amount, p_.rows[row].price);
        written.insert(pair);
      }
    }
    // Where alternatives draw on stock without a limit there is a row all the same.
    for (const Pair& pair : unlimited_) {
      if (!written.contains(pair)) WriteStock(pair, kUnlimited, 0);
    }
    out_.EndList();
  }

  void WriteStock(const Pair& pair, std::int64_t amount, std::int64_t price) {
    out_.BeginObject(Layout::kFlat);
    out_.Key("location").Text(document_.locations[pair.first]);
    out_.Key("sku").Text(pair.second);
    out_.Key("available");
    Limit(amount);
    Nonzero("price", price);
    out_.EndObject();
  }

  // Every quota has a name: the document's, or a free one.
  void NameQuotas() {
    std::set<std::string, std::less<>> names;
    for (const std::uint32_t row : p_.arc_quota) {
      if (row == kNone) continue;
      std::string& name = quotas_[row];
      if (row < document_.quota_ids.size()) name = document_.quota_ids[row];
      names.insert(name);
    }
    std::size_t number = 0;
    for (auto& [row, name] : quotas_) {
      while (name.empty()) {
        std::string free = fmt::format("q{}", number++);
        if (!names.contains(free)) name = std::move(free);
      }
    }
  }

  void WriteQuotas() {
    if (quotas_.empty()) return;
    out_.Key("quotas").BeginList();
    for (const auto& [row, name] : quotas_) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("id").Text(name);
      out_.Key("units");
      Limit(p_.rows[row].amount);
      out_.EndObject();
    }
    out_.EndList();
  }

  void WriteOrder(std::size_t index) {
    const solver::OrderSpan& order = p_.orders[index];
    out_.BeginObject();
    out_.Key("id").Text(document_.order_ids[index]);
    if (order.max_shipments != kUnlimited) out_.Key("max_shipments").Integer(order.max_shipments);
    Nonzero("split_penalty", order.split_penalty);
    if (order.ship_complete) out_.Key("ship_complete").Bool(true);
    Nonzero("min_fill_units", order.min_fill_units);
    Nonzero("min_shipment_value", order.min_shipment_value);
    Nonzero("cost_offset", order.cost_offset);
    out_.Key("lines").BeginList();
    const std::span<const DocumentLine> lines = lines_.Of(index);
    const std::vector<std::uint32_t> first_arcs = FirstArcs(order, lines.size());
    std::vector<std::int64_t> weights;  // candidates say where theirs differ
    for (std::size_t i = 0; i < lines.size(); ++i) {
      weights.push_back(first_arcs[i] == kNone ? 0 : p_.arcs[first_arcs[i]].weight_g);
      WriteLine(lines[i], weights.back(), first_arcs[i]);
    }
    out_.EndList();
    out_.Key("candidates").BeginList();
    for (std::uint32_t s = 0; s < order.slot_count; ++s) WriteSlot(order.first_slot + s, weights);
    out_.EndList();
    out_.EndObject();
  }

  // By position, the first arc of each line of the document.
  [[nodiscard]] std::vector<std::uint32_t> FirstArcs(const solver::OrderSpan& order,
                                                     std::size_t lines) const {
    std::vector<std::uint32_t> first(lines, kNone);
    for (std::uint32_t s = order.first_slot; s < order.first_slot + order.slot_count; ++s) {
      for (const SlotArc& at : arcs_of_[s]) {
        first[at.position] = std::min(first[at.position], at.arc);
      }
    }
    return first;
  }

  // Weights and quotas stand in the arcs: a line has those of its first.
  void WriteLine(const DocumentLine& at, std::int64_t weight_g, std::uint32_t first_arc) {
    const solver::Line& line = p_.lines[at.line];
    out_.BeginObject(Layout::kFlat);
    out_.Key("sku").Text(SkuOf(at));
    out_.Key("quantity").Integer(line.quantity);
    Nonzero("weight_g", weight_g);
    if (at.alternative == kNone) {
      WriteMain(at.line);
    } else {
      out_.Key("alternative_of").Integer(lines_.PositionOf({at.line, kNone}));
    }
    if (first_arc != kNone && !p_.arc_quota.empty() && p_.arc_quota[first_arc] != kNone) {
      out_.Key("quota").Text(quotas_.at(p_.arc_quota[first_arc]));
    }
    out_.EndObject();
  }

  // What alternatives have from their line.
  void WriteMain(std::uint32_t index) {
    const solver::Line& line = p_.lines[index];
    out_.Key("shortfall_penalty").Integer(line.shortfall_penalty);
    if (line.no_split) out_.Key("no_split").Bool(true);
    if (!p_.unit_value.empty()) Nonzero("unit_value", p_.unit_value[index]);
    if (line.group != kNone) out_.Key("ship_together").Text(document_.groups[line.group]);
    if (p_.line_sets.empty() || p_.line_sets[index].set == kNone) return;
    out_.Key("set").Text(document_.sets[p_.line_sets[index].set]);
    if (p_.line_sets[index].per_set != 1) {
      out_.Key("per_set").Integer(p_.line_sets[index].per_set);
    }
  }

  void WriteSlot(std::uint32_t index, const std::vector<std::int64_t>& weights) {
    const solver::Slot& slot = p_.slots[index];
    out_.BeginObject(Layout::kFlat);
    out_.Key("location").Text(document_.locations[slot.location]);
    if (!document_.slot_keys[index].empty()) out_.Key("key").Text(document_.slot_keys[index]);
    if (const std::string day = DayOf(index); !day.empty()) out_.Key("day").Text(day);
    Nonzero("fixed_cost", slot.fixed_cost);
    WriteColumns(index, weights);
    WriteRate(slot);
    WriteRanks(index);
    if (!p_.lateness.empty()) Nonzero("lateness", p_.lateness[index]);
    out_.EndObject();
  }

  // The lists with an entry for every line, where they say more than their absence.
  void WriteColumns(std::uint32_t slot, const std::vector<std::int64_t>& weights) {
    const std::vector<SlotArc>& arcs = arcs_of_[slot];
    const std::size_t lines = weights.size();
    std::vector<std::int64_t> unit_cost(lines, 0);
    std::vector<std::int64_t> load(lines, 1);
    std::vector<std::int64_t> weight = weights;
    std::vector<bool> eligible(lines, false);
    for (const SlotArc& at : arcs) {
      unit_cost[at.position] = p_.arcs[at.arc].unit_cost;
      weight[at.position] = p_.arcs[at.arc].weight_g;
      if (!p_.arc_load.empty()) load[at.position] = p_.arc_load[at.arc];
      eligible[at.position] = true;
    }
    WriteColumn("unit_cost", unit_cost, std::vector<std::int64_t>(lines, 0));
    if (arcs.size() < lines) {
      out_.Key("eligible").BeginList();
      for (const bool may : eligible) out_.Bool(may);
      out_.EndList();
    }
    WriteColumn("load", load, std::vector<std::int64_t>(lines, 1));
    WriteColumn("weight_g", weight, weights);
  }

  void WriteColumn(std::string_view name, const std::vector<std::int64_t>& values,
                   const std::vector<std::int64_t>& otherwise) {
    if (values == otherwise) return;
    out_.Key(name).BeginList();
    for (const std::int64_t value : values) out_.Integer(value);
    out_.EndList();
  }

  void WriteRate(const solver::Slot& slot) {
    if (slot.step_count == 0) return;
    out_.Key("rate").BeginList();
    for (std::uint32_t i = 0; i < slot.step_count; ++i) {
      const solver::Step& step = p_.steps[slot.first_step + i];
      out_.BeginList();
      Limit(step.max_weight_g);
      out_.Integer(step.cost);
      out_.EndList();
    }
    out_.EndList();
  }

  // The first candidate lists every column, which keeps their order and those of zeros.
  void WriteRanks(std::uint32_t slot) {
    const auto listed = [&](std::size_t c) { return slot == 0 || p_.rank_columns[c][slot] != 0; };
    bool any = false;
    for (std::size_t c = 0; c < p_.rank_columns.size(); ++c) any = any || listed(c);
    if (!any) return;
    out_.Key("ranks").BeginObject();
    for (std::size_t c = 0; c < p_.rank_columns.size(); ++c) {
      if (listed(c)) out_.Key(document_.rank_names[c]).Integer(p_.rank_columns[c][slot]);
    }
    out_.EndObject();
  }

  const ProblemDocument& document_;
  const solver::Problem& p_;
  const DocumentLines lines_;
  JsonWriter out_;
  std::vector<std::vector<SlotArc>> arcs_of_;      // by slot
  std::map<std::uint32_t, std::set<Pair>> stock_;  // by row
  std::set<Pair> unlimited_;
  std::map<std::uint32_t, std::string> quotas_;  // their names, by row
};

}  // namespace

std::string ProblemJson(const ProblemDocument& document, int indent) {
  return ProblemText(document, indent).Run();
}

}  // namespace orderwright::io
