#include "src/io/internal/problem_alternatives.h"

#include <string_view>

#include <fmt/format.h>

#include "orderwright/solver/problem.h"
#include "src/io/internal/problem_reports.h"

namespace orderwright::io_internal {
namespace {

using solver::kNone;

// The line that an alternative names; kNone, and reported, if it can be none.
std::uint32_t Named(JsonReader& reader, const OrderRow& order, std::size_t i) {
  const LineRow& line = order.lines[i];
  const std::int64_t main = *line.alternative_of;
  if (main >= static_cast<std::int64_t>(order.lines.size())) {
    ReportField(reader, line.node, "alternative_of", "unknown_line",
                fmt::format("the order has {} lines, counted from 0; there is no line {}",
                            order.lines.size(), main));
    return kNone;
  }
  const LineRow& named = order.lines[static_cast<std::size_t>(main)];
  if (main == static_cast<std::int64_t>(i)) {
    ReportField(reader, line.node, "alternative_of", "alternative_of_itself",
                "a line is no alternative to itself; name another one or leave it out");
    return kNone;
  }
  if (named.alternative_of) {
    ReportField(reader, line.node, "alternative_of", "alternative_of_alternative",
                fmt::format("line {} is an alternative itself; name the line {} that it stands for",
                            main, *named.alternative_of));
    return kNone;
  }
  return static_cast<std::uint32_t>(main);
}

// What an alternative says of its line must be what the line says; absent, it says nothing.
void CheckAsMain(JsonReader& reader, const LineRow& line, const LineRow& main,
                 std::uint32_t index) {
  const auto check = [&](std::string_view field, bool is_same) {
    if (is_same) return;
    ReportField(reader, line.node, field, "differs",
                fmt::format("an alternative has the '{}' of its line, {}; leave it out here", field,
                            index));
  };
  const std::int64_t penalty = line.shortfall_penalty.value_or(0);
  check("shortfall_penalty", penalty == 0 || penalty == main.shortfall_penalty.value_or(0));
  check("no_split", !line.no_split || main.no_split);
  check("ship_together", !line.ship_together || line.ship_together == main.ship_together);
  check("unit_value", line.unit_value == 0 || line.unit_value == main.unit_value);
  check("set", !line.set || line.set == main.set);
  check("per_set", !line.per_set || *line.per_set == main.per_set.value_or(1));
}

}  // namespace

std::vector<std::uint32_t> MainLines(JsonReader& reader, const OrderRow& order) {
  std::vector<std::uint32_t> mains(order.lines.size(), kNone);
  for (std::size_t i = 0; i < order.lines.size(); ++i) {
    const LineRow& line = order.lines[i];
    if (reader.kind(line.node) != JsonKind::kObject) continue;
    if (line.alternative_of) {
      mains[i] = Named(reader, order, i);
      if (mains[i] != kNone) CheckAsMain(reader, line, order.lines[mains[i]], mains[i]);
      continue;
    }
    // One that could not be read was reported, and says at least that this is an alternative.
    const NodeId alternative_of = reader.tree().Member(line.node, "alternative_of");
    if (alternative_of != kNoNode && !reader.IsNull(alternative_of)) continue;
    mains[i] = static_cast<std::uint32_t>(i);
    if (!line.shortfall_penalty) {
      const NodeId node = reader.tree().Member(line.node, "shortfall_penalty");
      if (node == kNoNode || reader.IsNull(node)) {
        reader.issues().AddMissing(reader.tree(), line.node, "shortfall_penalty");
      }
    }
    if (line.per_set && !line.set) {
      ReportField(reader, line.node, "per_set", "without_set",
                  "units per set say nothing without a 'set'; name it or leave them out");
    }
  }
  return mains;
}

LineQuota QuotaOfLine(JsonReader& reader, const OrderRow& order, std::size_t i, std::size_t main) {
  const LineRow& line = order.lines[i];
  const bool is_named = line.quota.has_value();
  const bool is_less = i != main && line.quantity < order.lines[main].quantity;
  const bool is_substituted = line.substitute && order.max_substituted_units.has_value();
  if (is_named + is_less + is_substituted > 1) {
    ReportField(reader, line.node, is_named ? "quota" : "substitute", "not_supported",
                fmt::format("the units of a line count against one limit beside the stock; those "
                            "of line {} would count against {} too",
                            i, is_less ? "its own 'quantity'" : "'max_substituted_units'"));
    return LineQuota::kNone;
  }
  if (is_named) return LineQuota::kNamed;
  if (is_less) return LineQuota::kOwn;
  return is_substituted ? LineQuota::kSubstituted : LineQuota::kNone;
}

}  // namespace orderwright::io_internal
