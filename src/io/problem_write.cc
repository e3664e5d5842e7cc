// Writes orderwright.problem/1 (docs/formats/problem.md).
#include <cstddef>
#include <cstdint>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "orderwright/io/problem_json.h"
#include "src/io/internal/json_writer.h"
#include "src/io/internal/objective_name.h"

namespace orderwright::io {
namespace {

using io_internal::JsonWriter;
using io_internal::Layout;
using io_internal::ObjectiveName;
using solver::kNone;
using solver::kUnlimited;

class ProblemText {
 public:
  ProblemText(const ProblemDocument& document, int indent)
      : document_(document), p_(document.problem), out_(indent) {}

  std::string Run() {
    CollectArcs();
    out_.BeginObject();
    out_.Key("format").Text("orderwright.problem/1");
    WriteLocations();
    WriteObjectives();
    WriteInventory();
    out_.Key("orders").BeginList();
    for (std::size_t i = 0; i < p_.orders.size(); ++i) WriteOrder(i);
    out_.EndList();
    out_.EndObject();
    return out_.Take();
  }

 private:
  struct SlotArc {
    std::uint32_t line = 0;
    std::uint32_t arc = 0;
  };

  // The arcs by slot, each ascending by line; and which SKU at which location each row is.
  void CollectArcs() {
    arcs_of_.resize(p_.slots.size());
    for (std::uint32_t l = 0; l < p_.lines.size(); ++l) {
      const solver::Line& line = p_.lines[l];
      for (std::uint32_t a = line.first_arc; a < line.first_arc + line.arc_count; ++a) {
        const solver::Arc& arc = p_.arcs[a];
        arcs_of_[arc.slot].push_back({l, a});
        const Pair pair(p_.slots[arc.slot].location, document_.line_skus[l]);
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

  void WriteLocations() {
    std::vector<solver::SlotRows> rows(document_.locations.size());
    for (std::size_t s = 0; s < p_.slot_rows.size(); ++s) {
      rows[p_.slots[s].location] = p_.slot_rows[s];
    }
    out_.Key("locations").BeginList();
    for (std::size_t i = 0; i < document_.locations.size(); ++i) {
      out_.BeginObject(Layout::kFlat);
      out_.Key("id").Text(document_.locations[i]);
      out_.Key("rank").Integer(document_.ranks[i]);
      WriteCapacity("capacity_units", rows[i].unit_rows[0]);
      WriteCapacity("capacity_shipments", rows[i].shipment_rows[0]);
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
    for (const auto& [row, pairs] : stock_) {
      for (const Pair& pair : pairs) {
        WriteStock(pair, p_.rows[row].amount, p_.rows[row].price);
      }
    }
    for (const Pair& pair : unlimited_) WriteStock(pair, kUnlimited, 0);
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
    for (std::uint32_t l = 0; l < order.line_count; ++l) WriteLine(order.first_line + l);
    out_.EndList();
    out_.Key("candidates").BeginList();
    for (std::uint32_t s = 0; s < order.slot_count; ++s) WriteSlot(order, order.first_slot + s);
    out_.EndList();
    out_.EndObject();
  }

  // Weights stand in the arcs. A line has that of its first; candidates say where theirs differ.
  [[nodiscard]] std::int64_t WeightOf(std::uint32_t line) const {
    const auto arcs = p_.arcs_of(p_.lines[line]);
    return arcs.empty() ? 0 : arcs.front().weight_g;
  }

  void WriteLine(std::uint32_t index) {
    const solver::Line& line = p_.lines[index];
    out_.BeginObject(Layout::kFlat);
    out_.Key("sku").Text(document_.line_skus[index]);
    out_.Key("quantity").Integer(line.quantity);
    Nonzero("weight_g", WeightOf(index));
    out_.Key("shortfall_penalty").Integer(line.shortfall_penalty);
    if (line.no_split) out_.Key("no_split").Bool(true);
    if (!p_.unit_value.empty()) Nonzero("unit_value", p_.unit_value[index]);
    if (line.group != kNone) out_.Key("ship_together").Text(document_.groups[line.group]);
    out_.EndObject();
  }

  void WriteSlot(const solver::OrderSpan& order, std::uint32_t index) {
    const solver::Slot& slot = p_.slots[index];
    out_.BeginObject(Layout::kFlat);
    out_.Key("location").Text(document_.locations[slot.location]);
    if (!document_.slot_keys[index].empty()) out_.Key("key").Text(document_.slot_keys[index]);
    Nonzero("fixed_cost", slot.fixed_cost);
    WriteColumns(order, index);
    WriteRate(slot);
    WriteRanks(index);
    if (!p_.lateness.empty()) Nonzero("lateness", p_.lateness[index]);
    out_.EndObject();
  }

  // The lists with an entry for every line, where they say more than their absence.
  void WriteColumns(const solver::OrderSpan& order, std::uint32_t slot) {
    const std::vector<SlotArc>& arcs = arcs_of_[slot];
    std::vector<std::int64_t> unit_cost(order.line_count, 0);
    std::vector<std::int64_t> load(order.line_count, 1);
    std::vector<std::int64_t> weight(order.line_count);
    std::vector<bool> eligible(order.line_count, false);
    for (std::uint32_t l = 0; l < order.line_count; ++l) weight[l] = WeightOf(order.first_line + l);
    const std::vector<std::int64_t> line_weight = weight;
    for (const SlotArc& at : arcs) {
      const std::uint32_t l = at.line - order.first_line;
      unit_cost[l] = p_.arcs[at.arc].unit_cost;
      weight[l] = p_.arcs[at.arc].weight_g;
      if (!p_.arc_load.empty()) load[l] = p_.arc_load[at.arc];
      eligible[l] = true;
    }
    WriteColumn("unit_cost", unit_cost, std::vector<std::int64_t>(order.line_count, 0));
    if (arcs.size() < order.line_count) {
      out_.Key("eligible").BeginList();
      for (const bool may : eligible) out_.Bool(may);
      out_.EndList();
    }
    WriteColumn("load", load, std::vector<std::int64_t>(order.line_count, 1));
    WriteColumn("weight_g", weight, line_weight);
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
  JsonWriter out_;
  std::vector<std::vector<SlotArc>> arcs_of_;      // by slot
  std::map<std::uint32_t, std::set<Pair>> stock_;  // by row
  std::set<Pair> unlimited_;
};

}  // namespace

std::string ProblemJson(const ProblemDocument& document, int indent) {
  return ProblemText(document, indent).Run();
}

}  // namespace orderwright::io
