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
  std::uint32_t groups = 0;
  std::uint32_t sets = 0;
  for (std::size_t i = 0; i < record.problem.lines.size(); ++i) {
    document.line_skus.push_back(record.lines[i].sku);
    const std::uint32_t group = record.problem.lines[i].group;
    if (group != solver::kNone) groups = std::max(groups, group + 1);
    if (record.problem.line_sets.empty()) continue;
    const std::uint32_t set = record.problem.line_sets[i].set;
    if (set != solver::kNone) sets = std::max(sets, set + 1);
  }
  NameAlternatives(record, document);
  for (std::uint32_t i = 0; i < groups; ++i) document.groups.push_back(fmt::format("g{}", i));
  for (std::uint32_t i = 0; i < sets; ++i) document.sets.push_back(fmt::format("s{}", i));
  std::set<std::pair<std::uint32_t, std::string>> taken;
  for (std::size_t i = 0; i < record.slots.size(); ++i) {
    const RecordedSlot& slot = record.slots[i];
    std::string key = slot.service;
    if (!slot.group.empty()) key += fmt::format(", {}", slot.group);
    // Two cards may have a service of one name.
    if (!taken.emplace(slot.location, key).second) key += fmt::format(" #{}", i);
    taken.emplace(slot.location, key);
    document.slot_keys.push_back(std::move(key));
  }
  for (std::size_t i = 0; i < record.problem.rank_columns.size(); ++i) {
    document.rank_names.push_back(fmt::format("r{}", i));
  }
  return document;
}

}  // namespace orderwright::io_internal
