// The objects of orderwright.problem/1 as they stand in the text, with their places.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_FIELDS_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_FIELDS_H_

#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "src/io/internal/json_reader.h"

namespace orderwright::io_internal {

// Texts are views of the tree. A node says where the object, or a list of it, stands.

struct DayRow {
  NodeId node = kNoNode;
  std::string_view day;
  std::optional<std::int64_t> capacity_units;
  std::optional<std::int64_t> capacity_shipments;
};

struct LocationRow {
  NodeId node = kNoNode;
  std::string_view id;
  std::optional<std::int64_t> rank;
  std::optional<std::int64_t> capacity_units;
  std::optional<std::int64_t> capacity_shipments;
  std::vector<DayRow> days;
};

struct QuotaRow {
  NodeId node = kNoNode;
  std::string_view id;
  std::optional<std::int64_t> units;  // absent: no limit
};

struct InventoryRow {
  NodeId node = kNoNode;
  std::string_view location;
  std::string_view sku;
  std::optional<std::int64_t> available = 0;  // absent: no limit
  std::int64_t price = 0;
};

struct LineRow {
  NodeId node = kNoNode;
  std::string_view sku;
  std::int64_t quantity = 0;
  std::int64_t weight_g = 0;
  std::optional<std::int64_t> shortfall_penalty;  // that of its line, in an alternative
  bool no_split = false;
  std::optional<std::string_view> ship_together;
  std::int64_t unit_value = 0;
  std::optional<std::int64_t> alternative_of;  // a line of the order
  std::optional<std::string_view> set;
  std::optional<std::int64_t> per_set;
  bool substitute = false;
  std::optional<std::string_view> quota;
};

struct RateStepRow {
  NodeId node = kNoNode;
  std::optional<std::int64_t> max_weight_g;
  std::int64_t cost = 0;
};

struct RankRow {
  std::string_view name;
  std::int64_t value = 0;
};

// Lists with an entry for every line are empty if they are not given.
struct CandidateRow {
  NodeId node = kNoNode;
  std::string_view location;
  std::string_view key;
  std::optional<std::string_view> day;
  std::int64_t fixed_cost = 0;
  std::vector<std::int64_t> unit_cost;
  std::vector<char> eligible;
  std::vector<std::int64_t> load;
  std::vector<std::int64_t> weight_g;
  std::vector<RateStepRow> rate;
  std::vector<RankRow> ranks;
  std::int64_t lateness = 0;
};

struct OrderRow {
  NodeId node = kNoNode;
  std::string_view id;
  std::optional<std::int64_t> max_shipments;
  std::int64_t split_penalty = 0;
  std::int64_t cost_offset = 0;
  bool ship_complete = false;
  std::int64_t min_fill_units = 0;
  std::int64_t min_shipment_value = 0;
  std::optional<std::int64_t> max_substituted_units;
  std::vector<LineRow> lines;
  std::vector<CandidateRow> candidates;
};

struct ObjectiveRow {
  NodeId node = kNoNode;
  std::string_view minimize;
  std::int64_t tolerance = 0;
};

struct ProblemRows {
  std::vector<LocationRow> locations;
  std::vector<InventoryRow> inventory;
  std::vector<QuotaRow> quotas;
  std::vector<ObjectiveRow> objectives;
  std::vector<OrderRow> orders;
};

// Reads the whole document. What does not fit is reported; so are lists of a wrong length and rates
// that fall.
void ReadProblem(JsonReader& reader, ProblemRows& rows);

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_FIELDS_H_
