#include "src/io/internal/problem_objectives.h"

#include <utility>

#include <fmt/format.h>

#include "src/io/internal/document_issues.h"
#include "src/io/internal/problem_reports.h"

namespace orderwright::io_internal {
namespace {

using solver::kNone;
using solver::ObjectiveKind;

constexpr std::string_view kRankPrefix = "rank:";

}  // namespace

void ObjectiveBuilder::AddRank(std::uint32_t slot, const RankRow& rank) {
  ranks_.push_back({slot, ColumnOf(rank.name), rank.value});
}

std::uint32_t ObjectiveBuilder::ColumnOf(std::string_view name) {
  const auto [column, is_new] =
      column_of_.try_emplace(name, static_cast<std::uint32_t>(document_.rank_names.size()));
  if (is_new) document_.rank_names.emplace_back(name);
  return column->second;
}

void ObjectiveBuilder::MakeRankColumns() {
  // Columns that only an objective names are there too: of zeros.
  for (const ObjectiveRow& row : rows_) {
    if (row.minimize.starts_with(kRankPrefix)) {
      static_cast<void>(ColumnOf(row.minimize.substr(kRankPrefix.size())));
    }
  }
  solver::Problem& problem = document_.problem;
  problem.rank_columns.assign(document_.rank_names.size(),
                              std::vector<std::int64_t>(problem.slots.size(), 0));
  for (const Rank& rank : ranks_) problem.rank_columns[rank.column][rank.slot] = rank.value;
}

void ObjectiveBuilder::Run() {
  MakeRankColumns();
  std::vector<solver::Objective>& objectives = document_.problem.objectives;
  bool has_shortfall = false;
  for (const ObjectiveRow& row : rows_) {
    solver::Objective& objective = objectives.emplace_back();
    objective.tolerance = row.tolerance;
    SetKind(row, objective);
    has_shortfall = has_shortfall || objective.kind == ObjectiveKind::kShortfall;
  }
  if (objectives.empty()) return;
  if (!has_shortfall) {
    objectives.insert(objectives.begin(), {ObjectiveKind::kShortfall, kNone, 0});
  }
  if (objectives.size() <= solver::kMaxObjectives) return;
  reader_.Report(
      reader_.tree().Member(0, "objectives"), "too_many",
      fmt::format("{} objectives{}; {} are the most", objectives.size(),
                  has_shortfall ? "" : ", with shortfall put first", solver::kMaxObjectives));
}

void ObjectiveBuilder::SetKind(const ObjectiveRow& row, solver::Objective& objective) {
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
  ReportName(reader_, row.node, "minimize", "unknown_value",
             fmt::format("expected cost, shortfall, shipments, rank, rank:NAME or lateness; "
                         "found \"{}\"",
                         Abridged(row.minimize)));
}

}  // namespace orderwright::io_internal
