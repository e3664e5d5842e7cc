// TableIndex: which rows of a decision table hold, without looking at them one by one.
//
// A column parts the values of its input into classes between which no cell tells: a text that it
// names is one, a boundary of its ranges is one, and so is what lies between two boundaries. A
// class has the set of rows whose cell holds for it, a bit a row; a row hits if it is in the sets
// of all columns.
#ifndef ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_INDEX_H_
#define ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_INDEX_H_

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/container/flat_hash_map.h"
#include "src/rules/internal/bits.h"
#include "src/rules/internal/table.h"

namespace orderwright::rules_internal {

class TableColumn {
 public:
  static constexpr std::uint32_t kUnset = 0;  // the input has no value
  static constexpr std::uint32_t kOther = 1;  // a text that no cell names; NaN

  TableColumn() = default;  // of a table that is checked only
  TableColumn(const TableTests& tests, std::size_t input);

  [[nodiscard]] bool is_list() const { return is_list_; }
  [[nodiscard]] std::size_t words() const { return words_; }  // of a set
  // `beyond`: the value lies between the key and the next.
  [[nodiscard]] std::uint32_t ClassOfKey(std::int64_t key, bool beyond = false) const;
  [[nodiscard]] std::uint32_t ClassOfNumber(double value) const {
    return value == value ? ClassOfKey(KeyOf(value)) : kOther;
  }
  [[nodiscard]] std::uint32_t ClassOfText(std::string_view text) const;

  // The rows whose cells hold for a class, and some more unless it is exact. Not of a list.
  [[nodiscard]] const std::uint64_t* SetOf(std::uint32_t of_class) const {
    return sets_.data() + (of_class >> shift_) * words_;
  }
  // So many classes would take so much room that several share a set.
  [[nodiscard]] bool is_exact() const { return shift_ == 0; }
  [[nodiscard]] bool Holds(std::size_t row, std::uint32_t of_class) const;

  // Of a list. To the set of a list without texts add all of its texts, then bar all of them.
  void AddText(std::string_view text, std::uint64_t* set) const;
  void BarText(std::string_view text, std::uint64_t* set) const;
  // The rows that hold if no text is added; or, if the list is not set, all that hold.
  [[nodiscard]] const std::uint64_t* SetOfEmpty() const { return sets_.data() + words_; }
  [[nodiscard]] const std::uint64_t* SetOfUnset() const { return sets_.data(); }

 private:
  using Classes = std::pair<std::uint32_t, std::uint32_t>;  // from, to and with
  void NameTexts(const TableTests& tests, std::size_t input);
  void FindBounds(const TableTests& tests, std::size_t input);
  [[nodiscard]] std::vector<Classes> ClassesOf(const CellTest& cell) const;
  void FillSets(const TableTests& tests, std::size_t input);
  void FillLists(const TableTests& tests, std::size_t input);

  bool is_list_ = false;
  int shift_ = 0;
  std::size_t words_ = 0;
  std::uint32_t class_count_ = 0;
  std::vector<std::int64_t> bounds_;  // rising
  absl::flat_hash_map<std::string, std::uint32_t> texts_;
  Words sets_;
  Words barred_;  // of a list, by class as `sets_`
  // Of a column that is not exact: of each row the classes that hold.
  std::vector<std::uint32_t> first_;
  std::vector<Classes> classes_;
};

struct TableIndex {
  std::vector<std::uint32_t> columns;  // of the program
  rules::HitPolicy hit = rules::HitPolicy::kUnique;
  std::size_t rows = 0;
  bool is_exact = true;
  std::vector<std::int64_t> constants;  // values of rows
  std::vector<std::uint32_t> computed;  // of rows: which of the node's values; kConstant: none
  static constexpr std::uint32_t kConstant = UINT32_MAX;
};

// A row of a rule as a table sees it: by column its class and its set.
struct TableKey {
  std::array<std::uint32_t, kMaxTableInputs> classes;
  std::array<const std::uint64_t*, kMaxTableInputs> sets;
};

// Calls `use` with each row that hits, rising, until it is false.
template <typename Use>
void ForEachHit(const TableIndex& table, std::span<const TableColumn> columns, const TableKey& key,
                const Use& use) {
  const std::size_t count = table.columns.size();
  const auto holds = [&](std::size_t row) {
    for (std::size_t c = 0; c < count; ++c) {
      const TableColumn& column = columns[table.columns[c]];
      if (!column.is_exact() && !column.Holds(row, key.classes[c])) return false;
    }
    return true;
  };
  const std::size_t words = (table.rows + 63) / 64;
  for (std::size_t w = 0; w < words; ++w) {
    std::uint64_t bits = key.sets[0][w];
    for (std::size_t c = 1; c < count; ++c) bits &= key.sets[c][w];
    for (; bits != 0; bits &= bits - 1) {
      const std::size_t row = w * 64 + static_cast<std::size_t>(std::countr_zero(bits));
      if ((table.is_exact || holds(row)) && !use(row)) return;
    }
  }
}

}  // namespace orderwright::rules_internal

#endif  // ORDERWRIGHT_SRC_RULES_INTERNAL_TABLE_INDEX_H_
