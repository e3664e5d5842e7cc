// The limits of locations and of their days, of a problem/1 document.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_CAPACITIES_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_CAPACITIES_H_

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>
#include <utility>
#include <vector>

#include "orderwright/solver/problem.h"
#include "src/io/internal/json_reader.h"
#include "src/io/internal/problem_fields.h"

namespace orderwright::io_internal {

class CapacityBuilder {
 public:
  // Reports days that stand twice or have no name. `locations` must outlive the builder.
  CapacityBuilder(JsonReader& reader, const std::vector<LocationRow>& locations);

  // The next slot is that of `candidate` at `location`. The day it counts against, empty if none;
  // reported if the location does not have it.
  std::string_view AddSlot(const CandidateRow& candidate, std::uint32_t location);

  // Adds the rows of locations and days that slots name, those of a location together, and
  // Problem::slot_rows if there are any. `row_nodes`: where each row stands.
  void MakeRows(solver::Problem& problem, std::vector<NodeId>& row_nodes);

 private:
  struct Limits {
    NodeId node = kNoNode;
    std::optional<std::int64_t> units;
    std::optional<std::int64_t> shipments;
    bool is_used = false;
    std::uint32_t unit_row = solver::kNone;
    std::uint32_t shipment_row = solver::kNone;
  };
  static constexpr std::size_t kNoDay = static_cast<std::size_t>(-1);
  struct SlotLimits {
    std::size_t location = 0;  // in limits_
    std::size_t day = kNoDay;  // in limits_
  };

  void AddDay(std::uint32_t location, const DayRow& day);
  void ReportUnknownDay(const CandidateRow& candidate, std::uint32_t location);

  JsonReader& reader_;
  const std::vector<LocationRow>& locations_;
  std::vector<Limits> limits_;      // each location, then its days
  std::vector<std::size_t> first_;  // per location, in limits_
  std::map<std::pair<std::uint32_t, std::string_view>, std::size_t> day_of_;  // in limits_
  std::vector<SlotLimits> slot_limits_;                                       // by slot
  int searches_left_ = 5;  // who misspells many days is not helped by a search for each
};

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_PROBLEM_CAPACITIES_H_
