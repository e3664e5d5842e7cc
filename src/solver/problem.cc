#include "orderwright/solver/problem.h"

#include <algorithm>
#include <numeric>
#include <string>
#include <string_view>
#include <tuple>

#include <fmt/format.h>

#include "absl/container/flat_hash_map.h"
#include "orderwright/core/issue.h"

namespace orderwright::solver {
namespace {

__extension__ using Int128 = __int128;

// Sums of checked values stay below this, so an int64 holds a sum and a difference of two sums.
constexpr Int128 kSumEnd = Int128{1} << 62;

// What a row limits. A row limits one kind of thing: units of stock, units of a quota, units of a
// capacity or shipments; a sum over two kinds would mean nothing.
enum class RowUse : std::uint8_t {
  kUnused = 0,
  kStock = 1,
  kUnits = 2,
  kShipments = 3,
  kQuota = 4
};

std::string_view Name(RowUse use) {
  switch (use) {
    case RowUse::kStock:
      return "stock";
    case RowUse::kUnits:
      return "units of a capacity";
    case RowUse::kShipments:
      return "shipments";
    case RowUse::kQuota:
      return "units of a quota";
    case RowUse::kUnused:
      break;
  }
  return "nothing";
}

Int128 AtLeastZero(std::int64_t value) { return value < 0 ? Int128{0} : Int128{value}; }

// The product, or kSumEnd if it is more: a sum of 2^32 such terms is still exact enough to tell
// whether it stays below kSumEnd, and far from the end of 128 bits.
Int128 Term(Int128 a, Int128 b) {
  return std::min(std::min(a, kSumEnd) * std::min(b, kSumEnd), kSumEnd);
}

class Checker {
 public:
  explicit Checker(const Problem& problem) : p_(problem), row_uses_(problem.rows.size()) {}

  absl::Status Run() {
    CheckColumns();
    CheckOrders();
    CheckLines();
    CheckRows();
    CheckArcs();
    CheckQuotas();
    CheckSlots();
    CheckSteps();
    CheckSlotRows();
    CheckTieRanks();
    CheckSets();
    CheckObjectives();
    // The sums follow the references, so they wait until these are sound. A negative value counts
    // as 0 there: it is an issue of its own already.
    if (references_hold_) CheckSums();
    return issues_.ToStatus("problem");
  }

 private:
  // Issues that make it unsafe to follow the references of the tables.
  void Broken(std::string_view path, std::string_view code, std::string message) {
    references_hold_ = false;
    issues_.Add(path, code, std::move(message));
  }

  void NotNegative(std::int64_t value, std::string_view table, std::size_t i,
                   std::string_view field) {
    if (value >= 0) return;
    issues_.Add(fmt::format("{}[{}].{}", table, i, field), "negative",
                fmt::format("{} is {}; it must be 0 or more", field, value));
  }

  void NoneNegative(const std::vector<std::int64_t>& column, std::string_view name) {
    for (std::size_t i = 0; i < column.size(); ++i) {
      if (column[i] >= 0) continue;
      issues_.Add(fmt::format("{}[{}]", name, i), "negative",
                  fmt::format("the value is {}; it must be 0 or more", column[i]));
    }
  }

  void Length(std::size_t size, std::size_t expected, bool may_be_empty, std::string_view path,
              std::string_view table) {
    if (size == expected || (may_be_empty && size == 0)) return;
    Broken(path, "wrong_length",
           fmt::format("{} entries for {} {}; there must be one each{}", size, expected, table,
                       may_be_empty ? " or none at all" : ""));
  }

  // One part of a table that several owners share without gap or overlap.
  void Partition(std::uint32_t first, std::uint32_t count, std::size_t& next,
                 const std::string& path) {
    if (first != next) {
      Broken(path, "not_contiguous",
             fmt::format("starts at {}; the one before ends at {}", first, next));
    }
    next = std::size_t{first} + count;
  }

  void Covers(std::size_t end, std::size_t size, std::string_view table, std::string_view owners) {
    if (end == size) return;
    Broken(table, "not_contiguous",
           fmt::format("the {} end at {}; the table has {} entries", owners, end, size));
  }

  void CheckColumns() {
    Length(p_.slot_rows.size(), p_.slots.size(), true, "slot_rows", "slots");
    Length(p_.unit_value.size(), p_.lines.size(), true, "unit_value", "lines");
    Length(p_.arc_load.size(), p_.arcs.size(), true, "arc_load", "arcs");
    Length(p_.arc_quota.size(), p_.arcs.size(), true, "arc_quota", "arcs");
    Length(p_.line_sets.size(), p_.lines.size(), true, "line_sets", "lines");
    NoneNegative(p_.unit_value, "unit_value");
    Length(p_.lateness.size(), p_.slots.size(), true, "lateness", "slots");
    NoneNegative(p_.arc_load, "arc_load");
    NoneNegative(p_.lateness, "lateness");
    for (std::size_t c = 0; c < p_.rank_columns.size(); ++c) {
      const std::string path = fmt::format("rank_columns[{}]", c);
      Length(p_.rank_columns[c].size(), p_.slots.size(), false, path, "slots");
      NoneNegative(p_.rank_columns[c], path);
    }
  }

  void CheckOrders() {
    std::size_t next_line = 0;
    std::size_t next_slot = 0;
    for (std::size_t i = 0; i < p_.orders.size(); ++i) {
      const OrderSpan& order = p_.orders[i];
      Partition(order.first_line, order.line_count, next_line,
                fmt::format("orders[{}].first_line", i));
      Partition(order.first_slot, order.slot_count, next_slot,
                fmt::format("orders[{}].first_slot", i));
      NotNegative(order.max_shipments, "orders", i, "max_shipments");
      NotNegative(order.split_penalty, "orders", i, "split_penalty");
      NotNegative(order.min_fill_units, "orders", i, "min_fill_units");
      NotNegative(order.min_shipment_value, "orders", i, "min_shipment_value");
    }
    Covers(next_line, p_.lines.size(), "lines", "orders");
    Covers(next_slot, p_.slots.size(), "slots", "orders");
  }

  void CheckLines() {
    std::size_t next_arc = 0;
    for (std::size_t i = 0; i < p_.lines.size(); ++i) {
      const Line& line = p_.lines[i];
      Partition(line.first_arc, line.arc_count, next_arc, fmt::format("lines[{}].first_arc", i));
      NotNegative(line.quantity, "lines", i, "quantity");
      NotNegative(line.shortfall_penalty, "lines", i, "shortfall_penalty");
    }
    Covers(next_arc, p_.arcs.size(), "arcs", "lines");
  }

  void CheckRows() {
    for (std::size_t i = 0; i < p_.rows.size(); ++i) {
      NotNegative(p_.rows[i].amount, "rows", i, "amount");
      NotNegative(p_.rows[i].price, "rows", i, "price");
    }
  }

  // Marks what the row is used for; an issue if it is out of range or used for something else too.
  void UseRow(std::uint32_t row, RowUse use, const std::string& path) {
    if (row == kNone) return;
    if (row >= p_.rows.size()) {
      Broken(path, "out_of_range", fmt::format("row {} of {}", row, p_.rows.size()));
    } else if (row_uses_[row] == RowUse::kUnused) {
      row_uses_[row] = use;
    } else if (row_uses_[row] != use) {
      issues_.Add(path, "mixed_row",
                  fmt::format("row {} limits {} here and {} elsewhere", row, Name(use),
                              Name(row_uses_[row])));
    }
  }

  void CheckArcs() {
    for (std::size_t i = 0; i < p_.arcs.size(); ++i) {
      const Arc& arc = p_.arcs[i];
      NotNegative(arc.unit_cost, "arcs", i, "unit_cost");
      NotNegative(arc.weight_g, "arcs", i, "weight_g");
      UseRow(arc.row, RowUse::kStock, fmt::format("arcs[{}].row", i));
      if (arc.slot >= p_.slots.size()) {
        Broken(fmt::format("arcs[{}].slot", i), "out_of_range",
               fmt::format("slot {} of {}", arc.slot, p_.slots.size()));
      }
    }
    // Which arcs are whose is known only once the tables are contiguous.
    if (references_hold_) CheckArcOwners();
  }

  void CheckArcOwners() {
    std::vector<std::size_t> last_line(p_.slots.size(), p_.lines.size());
    for (const OrderSpan& order : p_.orders) {
      for (std::size_t l = order.first_line; l < order.first_line + std::size_t{order.line_count};
           ++l) {
        const Line& line = p_.lines[l];
        bool alternatives = false;
        for (std::size_t a = line.first_arc; a < line.first_arc + std::size_t{line.arc_count};
             ++a) {
          const std::uint32_t slot = p_.arcs[a].slot;
          if (slot < order.first_slot || slot - order.first_slot >= order.slot_count) {
            issues_.Add(fmt::format("arcs[{}].slot", a), "other_order",
                        fmt::format("slot {} is another order's", slot));
          }
          alternatives = alternatives || last_line[slot] == l;
          last_line[slot] = l;
        }
        if (alternatives) CheckAlternatives(l);
      }
    }
  }

  // Arcs of one line to one slot must draw on different rows.
  void CheckAlternatives(std::size_t l) {
    const Line& line = p_.lines[l];
    std::vector<std::size_t> arcs(line.arc_count);
    std::iota(arcs.begin(), arcs.end(), std::size_t{line.first_arc});
    const auto key = [this](std::size_t a) { return std::tuple(p_.arcs[a].slot, p_.arcs[a].row); };
    std::sort(arcs.begin(), arcs.end(), [&key](std::size_t a, std::size_t b) {
      return std::tuple(key(a), a) < std::tuple(key(b), b);
    });
    for (std::size_t i = 1; i < arcs.size(); ++i) {
      if (key(arcs[i - 1]) != key(arcs[i])) continue;
      const Arc& arc = p_.arcs[arcs[i]];
      const std::string row = arc.row == kNone ? "no row" : fmt::format("row {}", arc.row);
      issues_.Add(fmt::format("arcs[{}].slot", arcs[i]), "duplicate",
                  fmt::format("line {} has another arc to slot {} that draws on {}; give one of "
                              "them a row of its own",
                              l, arc.slot, row));
    }
  }

  void CheckQuotas() {
    for (std::size_t a = 0; a < p_.arc_quota.size(); ++a) {
      const std::uint32_t row = p_.arc_quota[a];
      const std::string path = fmt::format("arc_quota[{}]", a);
      UseRow(row, RowUse::kQuota, path);
      if (row < p_.rows.size() && p_.rows[row].price > 0) {
        issues_.Add(path, "priced_quota",
                    fmt::format("row {} has the price {}; a quota has none: add it to the unit "
                                "costs of its arcs",
                                row, p_.rows[row].price));
      }
    }
  }

  void CheckSlots() {
    for (std::size_t i = 0; i < p_.slots.size(); ++i) {
      const Slot& slot = p_.slots[i];
      NotNegative(slot.fixed_cost, "slots", i, "fixed_cost");
      if (std::size_t{slot.first_step} + slot.step_count > p_.steps.size()) {
        Broken(fmt::format("slots[{}].first_step", i), "out_of_range",
               fmt::format("steps {} to {} of {}", slot.first_step,
                           std::size_t{slot.first_step} + slot.step_count, p_.steps.size()));
      }
    }
  }

  void CheckSteps() {
    for (std::size_t i = 0; i < p_.steps.size(); ++i) {
      NotNegative(p_.steps[i].max_weight_g, "steps", i, "max_weight_g");
      NotNegative(p_.steps[i].cost, "steps", i, "cost");
    }
    if (!references_hold_) return;
    // Slots may share steps. joined[i] counts the slots that own both step i and step i + 1, built
    // from differences so that the work does not grow with the sharing.
    std::vector<std::int64_t> joined(p_.steps.size() + 1, 0);
    for (const Slot& slot : p_.slots) {
      if (slot.step_count < 2) continue;
      ++joined[slot.first_step];
      --joined[std::size_t{slot.first_step} + slot.step_count - 1];
    }
    std::int64_t owners = 0;
    for (std::size_t i = 0; i + 1 < p_.steps.size(); ++i) {
      owners += joined[i];
      if (owners > 0) CheckStepPair(i);
    }
  }

  void CheckStepPair(std::size_t i) {
    const Step& step = p_.steps[i];
    const Step& next = p_.steps[i + 1];
    if (next.max_weight_g <= step.max_weight_g) {
      issues_.Add(fmt::format("steps[{}].max_weight_g", i + 1), "not_ascending",
                  fmt::format("{} g after {} g", next.max_weight_g, step.max_weight_g));
    }
    if (next.cost < step.cost) {
      issues_.Add(
          fmt::format("steps[{}].cost", i + 1), "decreasing",
          fmt::format("{} after {}: a rate may not fall with weight", next.cost, step.cost));
    }
  }

  void CheckSlotRows() {
    if (p_.slot_rows.size() != p_.slots.size()) return;
    for (std::size_t i = 0; i < p_.slot_rows.size(); ++i) {
      const SlotRows& rows = p_.slot_rows[i];
      CheckRowPair(rows.unit_rows, RowUse::kUnits, fmt::format("slot_rows[{}].unit_rows", i));
      CheckRowPair(rows.shipment_rows, RowUse::kShipments,
                   fmt::format("slot_rows[{}].shipment_rows", i));
    }
  }

  void CheckRowPair(const std::array<std::uint32_t, 2>& rows, RowUse use, const std::string& path) {
    UseRow(rows[0], use, path + "[0]");
    UseRow(rows[1], use, path + "[1]");
    if (rows[0] != kNone && rows[0] == rows[1]) {
      issues_.Add(path + "[1]", "duplicate", fmt::format("row {} would count twice", rows[1]));
    }
  }

  void CheckTieRanks() {
    absl::flat_hash_map<std::uint32_t, std::uint32_t> rank_of;
    absl::flat_hash_map<std::uint32_t, std::uint32_t> location_of;
    for (std::size_t i = 0; i < p_.slots.size(); ++i) {
      const Slot& slot = p_.slots[i];
      const std::uint32_t rank = rank_of.emplace(slot.location, slot.tie_rank).first->second;
      const std::uint32_t location =
          location_of.emplace(slot.tie_rank, slot.location).first->second;
      if (rank != slot.tie_rank) {
        issues_.Add(fmt::format("slots[{}].tie_rank", i), "tie_rank",
                    fmt::format("{}, but another slot of location {} has {}", slot.tie_rank,
                                slot.location, rank));
      } else if (location != slot.location) {
        issues_.Add(fmt::format("slots[{}].tie_rank", i), "tie_rank",
                    fmt::format("{} is the tie rank of location {} too", slot.tie_rank, location));
      }
    }
  }

  void CheckSets() {
    if (p_.line_sets.size() != p_.lines.size() || !references_hold_) return;
    for (const OrderSpan& order : p_.orders) CheckSets(order);
  }

  // Of the lines of a set, the first says how many sets the others must ask for.
  void CheckSets(const OrderSpan& order) {
    absl::flat_hash_map<std::uint32_t, std::size_t> first_line;
    for (std::size_t l = order.first_line; l < order.first_line + std::size_t{order.line_count};
         ++l) {
      const LineSet& own = p_.line_sets[l];
      if (own.set == kNone) continue;
      const std::string path = fmt::format("line_sets[{}].per_set", l);
      const std::int64_t quantity = p_.lines[l].quantity;
      if (quantity < 0) continue;
      if (own.per_set < 1) {
        issues_.Add(path, "out_of_range", fmt::format("{}; it must be 1 or more", own.per_set));
        continue;
      }
      if (quantity % own.per_set != 0) {
        issues_.Add(path, "not_whole",
                    fmt::format("line {} asks for {} units, which is no multiple of {} per set", l,
                                quantity, own.per_set));
        continue;
      }
      const std::size_t first = first_line.emplace(own.set, l).first->second;
      const std::int64_t sets = p_.lines[first].quantity / p_.line_sets[first].per_set;
      if (quantity / own.per_set == sets) continue;
      issues_.Add(path, "uneven_set",
                  fmt::format("line {} asks for {} times set {}, but line {} for {} times", l,
                              quantity / own.per_set, own.set, first, sets));
    }
  }

  void CheckObjectives() {
    if (p_.objectives.size() > kMaxObjectives) {
      issues_.Add("objectives", "too_many",
                  fmt::format("{} objectives; at most {}", p_.objectives.size(), kMaxObjectives));
    }
    for (std::size_t i = 0; i < p_.objectives.size(); ++i) {
      const Objective& objective = p_.objectives[i];
      NotNegative(objective.tolerance, "objectives", i, "tolerance");
      if (objective.tolerance >= kSumEnd) {
        issues_.Add(fmt::format("objectives[{}].tolerance", i), "overflow",
                    fmt::format("{} is 2^62 or more", objective.tolerance));
      }
      const auto kind = static_cast<int>(objective.kind);
      if (kind < static_cast<int>(ObjectiveKind::kCost) ||
          kind > static_cast<int>(ObjectiveKind::kLateness)) {
        issues_.Add(fmt::format("objectives[{}].kind", i), "unknown_kind",
                    fmt::format("{} is no kind of objective", kind));
      }
      if (objective.kind == ObjectiveKind::kRank && objective.rank_column != kNone &&
          objective.rank_column >= p_.rank_columns.size()) {
        issues_.Add(fmt::format("objectives[{}].rank_column", i), "out_of_range",
                    fmt::format("column {} of {}", objective.rank_column, p_.rank_columns.size()));
      }
    }
  }

  void Below62Bits(Int128 sum, const std::string& path, std::string_view what) {
    if (sum < kSumEnd) return;
    issues_.Add(path, "overflow", fmt::format("{} could reach 2^62 or more", what));
  }

  void CheckSums() {
    CheckCostSum();
    CheckRankSums();
    CheckWeightSums();
    CheckRowSums();
    CheckFloors();
  }

  // Shortfall is a part of the cost, and there are fewer shipments than 2^32, so the sum of the
  // cost covers these objectives.
  void CheckCostSum() {
    Int128 sum = 0;
    for (const OrderSpan& order : p_.orders) {
      sum += order.cost_offset < 0 ? -Int128{order.cost_offset} : Int128{order.cost_offset};
      const Int128 splits = order.slot_count > 1 ? Int128{order.slot_count} - 1 : Int128{0};
      sum += Term(AtLeastZero(order.split_penalty), splits);
    }
    for (const Slot& slot : p_.slots) {
      sum += AtLeastZero(slot.fixed_cost);
      if (slot.step_count > 0) {
        sum += AtLeastZero(p_.steps[std::size_t{slot.first_step} + slot.step_count - 1].cost);
      }
    }
    for (const Line& line : p_.lines) {
      Int128 dearest = AtLeastZero(line.shortfall_penalty);
      for (const Arc& arc : p_.arcs_of(line)) {
        const Int128 price = arc.row == kNone ? Int128{0} : AtLeastZero(p_.rows[arc.row].price);
        dearest = std::max(dearest, AtLeastZero(arc.unit_cost) + price);
      }
      sum += Term(dearest, AtLeastZero(line.quantity));
    }
    Below62Bits(sum, "cost", "the cost");
  }

  void CheckRankSums() {
    Int128 all = 0;
    for (std::size_t c = 0; c < p_.rank_columns.size(); ++c) {
      Int128 sum = 0;
      for (const std::int64_t rank : p_.rank_columns[c]) sum += AtLeastZero(rank);
      Below62Bits(sum, fmt::format("rank_columns[{}]", c), "the sum of the column");
      all += sum;
    }
    Below62Bits(all, "rank_columns", "the sum of all columns");
    Int128 late = 0;
    for (const std::int64_t lateness : p_.lateness) late += AtLeastZero(lateness);
    Below62Bits(late, "lateness", "the sum of the column");
  }

  void CheckWeightSums() {
    std::vector<Int128> weights(p_.slots.size(), 0);
    for (const Line& line : p_.lines) {
      for (const Arc& arc : p_.arcs_of(line)) {
        weights[arc.slot] += Term(AtLeastZero(arc.weight_g), AtLeastZero(line.quantity));
      }
    }
    for (std::size_t i = 0; i < weights.size(); ++i) {
      Below62Bits(weights[i], fmt::format("slots[{}]", i), "the weight through the slot");
    }
  }

  void CheckRowSums() {
    std::vector<Int128> taken(p_.rows.size(), 0);
    Int128 units = 0;
    for (const Line& line : p_.lines) {
      const Int128 quantity = AtLeastZero(line.quantity);
      units += quantity;
      for (std::size_t a = line.first_arc; a < line.first_arc + std::size_t{line.arc_count}; ++a) {
        const Arc& arc = p_.arcs[a];
        if (arc.row != kNone) taken[arc.row] += quantity;
        if (!p_.arc_quota.empty() && p_.arc_quota[a] != kNone) taken[p_.arc_quota[a]] += quantity;
        if (p_.slot_rows.empty()) continue;
        const Int128 load = p_.arc_load.empty() ? Int128{1} : AtLeastZero(p_.arc_load[a]);
        for (const std::uint32_t row : p_.slot_rows[arc.slot].unit_rows) {
          if (row != kNone) taken[row] += Term(quantity, load);
        }
      }
    }
    for (std::size_t i = 0; i < taken.size(); ++i) {
      Below62Bits(taken[i], fmt::format("rows[{}]", i), "what is taken from the row");
    }
    Below62Bits(units, "lines", "the number of units");
  }

  // The value of an order, and a floor of units that it can reach at all.
  void CheckFloors() {
    for (std::size_t i = 0; i < p_.orders.size(); ++i) {
      const OrderSpan& order = p_.orders[i];
      Int128 units = 0;
      Int128 value = 0;
      for (std::size_t l = order.first_line; l < order.first_line + std::size_t{order.line_count};
           ++l) {
        const Int128 quantity = AtLeastZero(p_.lines[l].quantity);
        units += quantity;
        if (!p_.unit_value.empty()) value += Term(AtLeastZero(p_.unit_value[l]), quantity);
      }
      Below62Bits(value, fmt::format("orders[{}]", i), "the value of the order");
      if (order.min_fill_units <= units) continue;
      issues_.Add(fmt::format("orders[{}].min_fill_units", i), "out_of_range",
                  fmt::format("{}, but the order has {} units", order.min_fill_units,
                              static_cast<std::int64_t>(std::min(units, kSumEnd))));
    }
  }

  const Problem& p_;
  IssueList issues_;
  std::vector<RowUse> row_uses_;
  bool references_hold_ = true;
};

}  // namespace

void Problem::Clear() {
  orders.clear();
  lines.clear();
  arcs.clear();
  slots.clear();
  rows.clear();
  steps.clear();
  slot_rows.clear();
  unit_value.clear();
  arc_load.clear();
  arc_quota.clear();
  line_sets.clear();
  rank_columns.clear();
  lateness.clear();
  objectives.clear();
}

absl::Status Check(const Problem& problem) { return Checker(problem).Run(); }

}  // namespace orderwright::solver
