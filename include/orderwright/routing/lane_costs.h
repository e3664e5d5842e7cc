// LaneCosts: a table of cost per unit from every location to every destination.
//
// Where a merchant has contracts per lane, or a model of its own, the cost of a lane is known
// beforehand and need not be computed from rate cards. A router that is given such a table adds
// the cell of (destination, location) to the cost of each unit.
#ifndef ORDERWRIGHT_ROUTING_LANE_COSTS_H_
#define ORDERWRIGHT_ROUTING_LANE_COSTS_H_

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "orderwright/core/cost.h"
#include "orderwright/core/export.h"
#include "orderwright/core/ids.h"
#include "orderwright/core/symbol.h"
#include "orderwright/model/world.h"

namespace orderwright {

struct LaneRow {
  std::string postal_code;  // as it stands in ship_to
  std::vector<Cost> costs;  // per unit, by LocationIndex, each >= 0
};

// Immutable; copies share the table. Thread-safe.
class ORDERWRIGHT_EXPORT LaneCosts {
 public:
  // Errors: kInvalidArgument with every issue: a row of the wrong length, a negative or absurd
  // cost, a postal code given twice.
  [[nodiscard]] static absl::StatusOr<LaneCosts> Create(const World& world,
                                                        const std::vector<LaneRow>& rows);
  // The costs of a destination in micro-units by location, or null if it has no row. O(1).
  [[nodiscard]] const std::int64_t* Row(Symbol postal_code) const {
    const auto i = static_cast<std::size_t>(postal_code);
    if (i >= table_->row_of.size() || table_->row_of[i] == kNoRow) return nullptr;
    return table_->costs.data() + table_->row_of[i] * table_->locations;
  }
  [[nodiscard]] std::size_t locations() const { return table_->locations; }
  [[nodiscard]] std::uint64_t lineage() const { return table_->lineage; }

 private:
  static constexpr std::uint32_t kNoRow = UINT32_MAX;
  struct Table {
    std::vector<std::uint32_t> row_of;  // by symbol
    std::vector<std::int64_t> costs;    // row after row
    std::size_t locations = 0;
    std::uint64_t lineage = 0;
  };
  explicit LaneCosts(std::shared_ptr<const Table> table) : table_(std::move(table)) {}
  std::shared_ptr<const Table> table_;
};

}  // namespace orderwright

#endif  // ORDERWRIGHT_ROUTING_LANE_COSTS_H_
