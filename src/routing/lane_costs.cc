#include "orderwright/routing/lane_costs.h"

#include <fmt/format.h>

#include "orderwright/core/issue.h"

namespace orderwright {
namespace {

constexpr std::int64_t kMaxLaneCost = 1'000'000'000 * Cost::kMicrosPerUnit;

}  // namespace

absl::StatusOr<LaneCosts> LaneCosts::Create(const World& world, const std::vector<LaneRow>& rows) {
  IssueList issues;
  Table table;
  table.locations = world.locations().size();
  table.lineage = world.lineage();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const LaneRow& row = rows[i];
    const std::string path = fmt::format("lanes[{}]", i);
    if (row.costs.size() != table.locations) {
      issues.Add(path + ".costs", "wrong_length",
                 fmt::format("{} costs for {} locations", row.costs.size(), table.locations));
      continue;
    }
    const auto symbol = static_cast<std::size_t>(world.symbols().Intern(row.postal_code));
    if (table.row_of.size() <= symbol) table.row_of.resize(symbol + 1, kNoRow);
    if (table.row_of[symbol] != kNoRow) {
      issues.Add(path + ".postal_code", "duplicate",
                 fmt::format("postal code '{}' has a row already", row.postal_code));
      continue;
    }
    table.row_of[symbol] = static_cast<std::uint32_t>(i);
    for (std::size_t j = 0; j < row.costs.size(); ++j) {
      const std::int64_t micros = row.costs[j].micros();
      if (micros < 0 || micros > kMaxLaneCost) {
        issues.Add(fmt::format("{}.costs[{}]", path, j), "out_of_range",
                   fmt::format("cost {} is not within 0 and {}", row.costs[j],
                               Cost::FromMicros(kMaxLaneCost)));
      }
      table.costs.push_back(micros);
    }
  }
  if (!issues.ok()) return issues.ToStatus("lane costs");
  return LaneCosts(std::make_shared<const Table>(std::move(table)));
}

}  // namespace orderwright
