// LineSearch: every plan of a part, line by line, but for those that a bound rules out.
//
// The lines of an order are placed one after the other; a line's units are distributed over its
// arcs. The bound of a node is what is spent so far plus, for the lines still to place, their
// prices and what each slot could save on them (Bounder), the fixed cost of a used slot being spent
// already. It knows every field of a Problem, so it is what makes the solver exact.
#ifndef ORDERWRIGHT_SOLVER_INTERNAL_LINE_SEARCH_H_
#define ORDERWRIGHT_SOLVER_INTERNAL_LINE_SEARCH_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "src/solver/internal/bound.h"
#include "src/solver/internal/budget.h"
#include "src/solver/internal/part.h"

namespace orderwright::solver_internal {

class LineSearch {
 public:
  enum class Mode : std::uint8_t {
    kBest = 0,       // the least value of the stage
    kShipments = 1,  // within the limits: fewer shipments than the plan at hand
    kLocations = 2,  // within the limits, with no more: the smallest list of ranks
    kTie = 3,        // within the limits, with those: the largest quantities, line by line
  };

  struct Task {
    const Part* part = nullptr;
    std::size_t stage = 0;
    const std::array<BoundLevel, kMaxLevels>* bounds = nullptr;
    const std::vector<SlotState>* state = nullptr;  // closed slots stay out
    std::vector<std::int64_t>* row_left = nullptr;
    Mode mode = Mode::kBest;
    LevelValues limit{};  // scaled: the largest accepted value of each level up to the stage
  };

  // Searches; a plan found replaces `best` (in kBest the limit of the stage then falls below it).
  void Run(const Task& task, Budget& budget, PartPlan& best);

  // A lower bound, at the stage, on every plan that was not looked at; kNever if there is none.
  [[nodiscard]] std::int64_t open_bound() const { return open_bound_; }
  // The largest accepted value of the stage after the search.
  [[nodiscard]] std::int64_t target() const { return task_.limit[task_.stage]; }

 private:
  struct Child {
    std::int64_t bound = 0;
    std::uint64_t tie = 0;
    std::uint32_t arc = 0;
    std::int64_t units = 0;
  };
  struct Set {
    std::uint32_t lines = 0;  // of the set, placed so far
    std::int64_t count = 0;   // how many times each of them is sourced
  };
  struct OrderTable {
    std::size_t at = 0;             // of the order's first entry in the tables
    std::uint32_t first_local = 0;  // its slots in locals_
    std::uint32_t local_count = 0;
  };
  // Per level, what the lines from a position on could do at each slot.
  struct LevelTables {
    std::vector<std::int64_t> flat;  // sum of most * min(0, cost - price)
    std::vector<Gain> gains;         // of slots with rates of several steps, by `at` = position
    std::vector<std::uint32_t> first_gain;  // per open slot, and the end
    std::vector<std::int64_t> unused;       // min(0, phi)
    std::vector<std::int64_t> unused_sum;   // per position of a line in the sequence
    std::vector<std::int64_t> prices;       // per position: sum of quantity * price
    std::vector<std::int64_t> tail;         // per order of the sequence: bound from it on
  };

  void MakeSequence();
  void MakeTables();
  void MakeTable(std::size_t level, std::size_t o);
  void MakeGains(std::size_t level);
  void EnterOrder(std::size_t o);
  void LeaveWhole(std::size_t o);
  void EnterLine(std::size_t o, std::uint32_t position);
  void EndLine(std::size_t o, std::uint32_t position, std::int64_t rest);
  void Distribute(std::size_t o, std::uint32_t position, std::int64_t rest, std::uint32_t start);
  void AddChildren(std::size_t o, std::uint32_t position, std::int64_t rest, std::uint32_t start);
  void GoShort(std::size_t o, std::uint32_t position, std::int64_t rest);
  void CloseOrder(std::size_t o);
  void Leaf();
  void Base(std::size_t o, std::uint32_t position);
  [[nodiscard]] bool Bounded(std::size_t o, std::uint32_t position, const PartArc& arc,
                             std::int64_t units, std::int64_t rest, std::int64_t& bound) const;
  [[nodiscard]] std::int64_t UsedValue(std::size_t level, std::size_t o, std::uint32_t position,
                                       std::uint32_t slot, std::int64_t weight) const;
  [[nodiscard]] std::int64_t Room(const PartArc& arc) const;
  [[nodiscard]] std::int64_t LeftOver(const PartLine& line) const;
  [[nodiscard]] bool FloorsInReach(std::size_t o, std::uint32_t position, std::uint32_t at,
                                   std::int64_t rest) const;
  void Apply(std::uint32_t a, std::int64_t units);
  void Undo(std::uint32_t a, std::int64_t units);
  [[nodiscard]] bool RanksCanImprove() const;
  [[nodiscard]] bool QuantitiesCanImprove(std::uint32_t position);
  void MakeKey(std::vector<std::int64_t>& key) const;
  void AddQuantities(std::uint32_t line, bool by_location, std::vector<std::int64_t>& key) const;
  void SortUsed(std::vector<std::uint32_t>& slots) const;
  [[nodiscard]] std::size_t Entry(std::size_t o, std::uint32_t position, std::uint32_t slot) const {
    const OrderTable& table = tables_of_[o];
    return table.at + static_cast<std::size_t>(position) * table.local_count +
           (local_of_[slot] - table.first_local);
  }
  [[nodiscard]] const PartOrder& OrderAt(std::size_t o) const {
    return task_.part->orders[order_sequence_[o]];
  }
  [[nodiscard]] std::uint32_t LineAt(std::size_t o, std::uint32_t position) const {
    return line_sequence_[OrderAt(o).first_line + position];
  }
  void NoteOpen(std::int64_t bound) {
    if (bound < open_bound_) open_bound_ = bound;
  }

  Task task_;
  Budget* budget_ = nullptr;
  PartPlan* best_ = nullptr;
  std::int64_t open_bound_ = kNever;
  bool done_ = false;

  std::vector<std::uint32_t> order_sequence_;
  std::vector<std::uint32_t> line_sequence_;  // within the range of each order
  std::vector<std::pair<std::uint32_t, std::uint32_t>> line_keys_;  // open arcs and line, to sort
  std::vector<std::uint32_t> locals_;                               // open slots, order by order
  std::vector<std::uint32_t> local_of_;
  std::vector<std::uint32_t> position_of_;  // per line: its place in the sequence of its order
  std::vector<OrderTable> tables_of_;
  std::array<LevelTables, kMaxLevels> levels_;
  std::vector<std::int64_t> value_left_;  // per position: of the lines from it on, with floors

  // The plan in hand.
  LevelValues spent_{};
  LevelValues base_{};                // of the node whose children are being made
  LevelValues unused_{};              // the part of it that unused slots save
  std::vector<std::int64_t> units_;   // per slot
  std::vector<std::int64_t> weight_;  // per slot
  std::vector<std::int64_t> value_;   // per slot, for floors
  std::vector<std::int64_t> short_;   // per line
  OrderSize order_short_;             // the same for the order in hand
  std::vector<std::uint32_t> used_;   // slots; those of the order in hand from used_begin_ on
  std::size_t used_begin_ = 0;
  std::vector<std::int64_t> place_units_;
  std::vector<std::uint32_t> place_location_;
  std::vector<Set> sets_;
  std::vector<PartTake> takes_;
  std::vector<Child> children_;

  // kLocations and kTie.
  std::vector<std::uint32_t> ranks_;      // of the locations in the best plan
  std::vector<std::uint32_t> rank_pool_;  // of all open slots, sorted
  std::vector<std::int64_t> key_;
  std::vector<std::int64_t> best_key_;
  mutable std::vector<std::uint32_t> sorted_;
  mutable std::vector<PartTake> sorted_takes_;
};

}  // namespace orderwright::solver_internal

#endif  // ORDERWRIGHT_SOLVER_INTERNAL_LINE_SEARCH_H_
