#include "src/io/internal/problem_capacities.h"

#include <fmt/format.h>

#include "src/io/internal/document_issues.h"
#include "src/io/internal/problem_reports.h"
#include "src/io/internal/suggest.h"

namespace orderwright::io_internal {

CapacityBuilder::CapacityBuilder(JsonReader& reader, const std::vector<LocationRow>& locations)
    : reader_(reader), locations_(locations) {
  for (std::uint32_t i = 0; i < locations.size(); ++i) {
    const LocationRow& row = locations[i];
    first_.push_back(limits_.size());
    limits_.push_back({row.node, row.capacity_units, row.capacity_shipments});
    for (const DayRow& day : row.days) AddDay(i, day);
  }
}

void CapacityBuilder::AddDay(std::uint32_t location, const DayRow& day) {
  if (!day_of_.try_emplace({location, day.day}, limits_.size()).second) {
    ReportTwice(reader_, day.node, "day", day.day);
  }
  if (day.day.empty()) {
    ReportName(reader_, day.node, "day", "empty", "a day needs a name, such as its date");
  }
  limits_.push_back({day.node, day.capacity_units, day.capacity_shipments});
}

std::string_view CapacityBuilder::AddSlot(const CandidateRow& candidate, std::uint32_t location) {
  SlotLimits& slot = slot_limits_.emplace_back(SlotLimits{first_[location], kNoDay});
  limits_[slot.location].is_used = true;
  if (!candidate.day) return "";
  const auto day = day_of_.find({location, *candidate.day});
  if (day == day_of_.end()) {
    ReportUnknownDay(candidate, location);
    return "";
  }
  slot.day = day->second;
  limits_[slot.day].is_used = true;
  return *candidate.day;
}

void CapacityBuilder::ReportUnknownDay(const CandidateRow& candidate, std::uint32_t location) {
  Suggestion suggestion(*candidate.day);
  if (searches_left_ > 0) {
    --searches_left_;
    for (const DayRow& day : locations_[location].days) suggestion.Consider(day.day);
  }
  ReportName(
      reader_, candidate.node, "day", "unknown_day",
      fmt::format("location '{}' has no day '{}'{}; add it to its 'days'",
                  Abridged(candidate.location), Abridged(*candidate.day), DidYouMean(suggestion)));
}

void CapacityBuilder::MakeRows(solver::Problem& problem, std::vector<NodeId>& row_nodes) {
  bool any = false;
  const auto add = [&](const std::optional<std::int64_t>& amount, NodeId node) {
    if (!amount) return solver::kNone;
    any = true;
    problem.rows.push_back({*amount, 0});
    row_nodes.push_back(node);
    return static_cast<std::uint32_t>(problem.rows.size()) - 1;
  };
  for (Limits& limits : limits_) {
    if (!limits.is_used) continue;
    limits.unit_row = add(limits.units, limits.node);
    limits.shipment_row = add(limits.shipments, limits.node);
  }
  if (!any) return;
  for (const SlotLimits& slot : slot_limits_) {
    solver::SlotRows& rows = problem.slot_rows.emplace_back();
    rows.unit_rows[0] = limits_[slot.location].unit_row;
    rows.shipment_rows[0] = limits_[slot.location].shipment_row;
    if (slot.day == kNoDay) continue;
    rows.unit_rows[1] = limits_[slot.day].unit_row;
    rows.shipment_rows[1] = limits_[slot.day].shipment_row;
  }
}

}  // namespace orderwright::io_internal
