// A problem document as text: what an equality of documents is in the tests of problem/1.
#ifndef ORDERWRIGHT_TESTS_IO_PROBLEM_TABLES_H_
#define ORDERWRIGHT_TESTS_IO_PROBLEM_TABLES_H_

#include <string>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "orderwright/io/problem_json.h"

namespace orderwright::testing {

// Every table and name, but for names of quotas, which a writer makes where there are none.
inline std::string Dump(const io::ProblemDocument& doc) {
  const solver::Problem& p = doc.problem;
  std::string out = fmt::format("{} {} {} {} {} {} {} {} {}\n", fmt::join(doc.locations, ","),
                                fmt::join(doc.ranks, ","), fmt::join(doc.order_ids, ","),
                                fmt::join(doc.line_skus, ","), fmt::join(doc.groups, ","),
                                fmt::join(doc.slot_keys, ","), fmt::join(doc.rank_names, ","),
                                fmt::join(doc.sets, ","), fmt::join(doc.slot_days, ","));
  for (const auto& a : doc.alternatives) {
    out += fmt::format("alternative {} {} {}\n", a.line, a.position, a.sku);
  }
  for (const auto& o : p.orders) {
    out += fmt::format("order {} {} {} {} {} {} {} {} {} {}\n", o.first_line, o.line_count,
                       o.first_slot, o.slot_count, o.max_shipments, o.split_penalty, o.cost_offset,
                       o.ship_complete, o.min_fill_units, o.min_shipment_value);
  }
  for (const auto& l : p.lines) {
    out += fmt::format("line {} {} {} {} {} {}\n", l.quantity, l.shortfall_penalty, l.first_arc,
                       l.arc_count, l.group, l.no_split);
  }
  for (const auto& a : p.arcs) {
    out += fmt::format("arc {} {} {} {}\n", a.slot, a.row, a.unit_cost, a.weight_g);
  }
  for (const auto& s : p.slots) {
    out += fmt::format("slot {} {} {} {} {}\n", s.location, s.tie_rank, s.first_step, s.step_count,
                       s.fixed_cost);
  }
  for (const auto& r : p.rows) out += fmt::format("row {} {}\n", r.amount, r.price);
  for (const auto& s : p.steps) out += fmt::format("step {} {}\n", s.max_weight_g, s.cost);
  for (const auto& r : p.slot_rows) {
    out +=
        fmt::format("rows {} {}\n", fmt::join(r.unit_rows, " "), fmt::join(r.shipment_rows, " "));
  }
  for (const auto& s : p.line_sets) out += fmt::format("set {} {}\n", s.set, s.per_set);
  out += fmt::format("load {} late {} value {} quota {} of {}\n", fmt::join(p.arc_load, ","),
                     fmt::join(p.lateness, ","), fmt::join(p.unit_value, ","),
                     fmt::join(p.arc_quota, ","), fmt::join(doc.arc_alternatives, ","));
  for (const auto& c : p.rank_columns) out += fmt::format("ranks {}\n", fmt::join(c, ","));
  for (const auto& o : p.objectives) {
    out +=
        fmt::format("objective {} {} {}\n", static_cast<int>(o.kind), o.rank_column, o.tolerance);
  }
  return out;
}

}  // namespace orderwright::testing

#endif  // ORDERWRIGHT_TESTS_IO_PROBLEM_TABLES_H_
