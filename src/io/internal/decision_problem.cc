#include "src/io/internal/decision_problem.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

namespace orderwright::io_internal {

namespace {

// What is still to come has its own stock: its name is that of the item, and when it comes.
std::string StockName(const RecordedLine& line) {
  if (!line.draw) return line.sku;
  return fmt::format("{}@{}{}", line.sku, line.expected ? ToString(*line.expected) : "undated",
                     *line.draw == BackorderDraw::kLimit ? " on terms" : "");
}

// What may fill a line is an alternative of it, behind the lines of the problem.
void NameAlternatives(const DecisionRecord& record, io::ProblemDocument& document) {
  const std::size_t lines = record.problem.lines.size();
  std::vector<std::uint32_t> place(record.lines.size(), solver::kNone);
  std::vector<std::uint32_t> order;
  for (std::size_t i = lines; i < record.lines.size(); ++i) {
    order.push_back(static_cast<std::uint32_t>(i));
  }
  std::stable_sort(order.begin(), order.end(), [&](std::uint32_t a, std::uint32_t b) {
    return record.lines[a].instead_of.value_or(0) < record.lines[b].instead_of.value_or(0);
  });
  for (const std::uint32_t i : order) {
    place[i] = static_cast<std::uint32_t>(document.alternatives.size());
    document.alternatives.push_back(
        {record.lines[i].instead_of.value_or(0), i, StockName(record.lines[i])});
  }
  for (const std::uint32_t line : record.arc_line) document.arc_alternatives.push_back(place[line]);
}

// The day whose work a slot is: that of its ship_by, where it leaves.
std::string DayOf(const DecisionRecord& record, std::size_t slot) {
  const solver::SlotRows& rows = record.problem.slot_rows[slot];
  const RecordedSlot& data = record.slots[slot];
  const bool has_limit =
      rows.unit_rows[1] != solver::kNone || rows.shipment_rows[1] != solver::kNone;
  if (!has_limit || !data.ship_by) return "";
  const absl::StatusOr<TimeZone> zone = TimeZone::Load(record.locations[data.location].time_zone);
  return DateText((zone.ok() ? *zone : TimeZone()).DateOf(*data.ship_by));
}

}  // namespace

io::ProblemDocument ProblemOf(const DecisionRecord& record) {
  io::ProblemDocument document;
  document.problem = record.problem;
  // Locations that the order may not ship from have no part in the problem.
  for (std::uint32_t i = 0; i < record.candidates; ++i) {
    document.locations.push_back(record.locations[i].id);
    document.ranks.push_back(record.locations[i].rank);
  }
  document.order_ids.push_back(record.order);
  // Groups and sets are numbered as readers meet them.
  const auto name = [](std::vector<std::string>& names, std::uint32_t id, char letter) {
    if (id == solver::kNone) return;
    if (names.size() <= id) names.resize(id + std::size_t{1});
    if (!names[id].empty()) return;
    const auto known = std::count_if(names.begin(), names.end(),
                                     [](const std::string& text) { return !text.empty(); });
    names[id] = fmt::format("{}{}", letter, known);
  };
  for (std::size_t i = 0; i < record.problem.lines.size(); ++i) {
    document.line_skus.push_back(record.lines[i].sku);
    name(document.groups, record.problem.lines[i].group, 'g');
    if (!record.problem.line_sets.empty()) {
      name(document.sets, record.problem.line_sets[i].set, 's');
    }
  }
  NameAlternatives(record, document);
  std::set<std::pair<std::uint32_t, std::string>> taken;
  for (std::size_t i = 0; i < record.slots.size(); ++i) {
    const RecordedSlot& slot = record.slots[i];
    std::string key = slot.service;
    if (!slot.group.empty()) key += fmt::format(", {}", slot.group);
    // Two cards may have a service of one name.
    if (!taken.emplace(slot.location, key).second) key += fmt::format(" #{}", i);
    taken.emplace(slot.location, key);
    document.slot_keys.push_back(std::move(key));
    if (!record.problem.slot_rows.empty()) document.slot_days.push_back(DayOf(record, i));
  }
  for (std::size_t i = 0; i < record.problem.rank_columns.size(); ++i) {
    document.rank_names.push_back(fmt::format("r{}", i));
  }
  return document;
}

}  // namespace orderwright::io_internal
