#include "src/rules/internal/table_index.h"

#include <algorithm>

namespace orderwright::rules_internal {
namespace {

constexpr std::uint32_t kFirstClass = 2;
// Of the sets of a column: 4 MiB.
constexpr std::size_t kMaxWords = std::size_t{1} << 19;

void SetRow(Words& sets, std::size_t words, std::size_t set, std::size_t row) {
  sets[set * words + row / 64] |= std::uint64_t{1} << (row % 64);
}

}  // namespace

TableColumn::TableColumn(const TableTests& tests, std::size_t input)
    : is_list_(tests.inputs[input].type == InputType::kTexts),
      words_((tests.rows.size() + 63) / 64) {
  const bool is_text = tests.inputs[input].type == InputType::kText;
  if (is_text || is_list_) {
    NameTexts(tests, input);
  } else {
    FindBounds(tests, input);
  }
  if (is_list_) {
    FillLists(tests, input);
  } else {
    FillSets(tests, input);
  }
}

void TableColumn::NameTexts(const TableTests& tests, std::size_t input) {
  class_count_ = kFirstClass;
  for (const std::vector<CellTest>& row : tests.rows) {
    for (const std::string& text : row[input].texts) {
      class_count_ += texts_.try_emplace(text, class_count_).second ? 1U : 0U;
    }
  }
}

void TableColumn::FindBounds(const TableTests& tests, std::size_t input) {
  for (const std::vector<CellTest>& row : tests.rows) {
    for (const Range& range : row[input].ranges) {
      if (range.low) bounds_.push_back(*range.low);
      if (range.high) bounds_.push_back(*range.high);
    }
  }
  std::sort(bounds_.begin(), bounds_.end());
  bounds_.erase(std::unique(bounds_.begin(), bounds_.end()), bounds_.end());
  class_count_ = kFirstClass + 2 * static_cast<std::uint32_t>(bounds_.size()) + 1;
}

std::uint32_t TableColumn::ClassOfKey(std::int64_t key, bool beyond) const {
  // How many bounds are less than the key; without branches that a machine would have to guess.
  const std::int64_t* first = bounds_.data();
  std::size_t count = bounds_.size();
  while (count > 0) {
    const std::size_t half = (count + 1) / 2;
    first += first[half - 1] < key ? half : 0;
    count -= half;
  }
  const auto at = static_cast<std::size_t>(first - bounds_.data());
  const bool is_bound = at < bounds_.size() && bounds_[at] == key;
  const std::size_t step = is_bound ? (beyond ? 2 : 1) : 0;
  return kFirstClass + static_cast<std::uint32_t>(2 * at + step);
}

std::uint32_t TableColumn::ClassOfText(std::string_view text) const {
  const auto found = texts_.find(absl::string_view(text.data(), text.size()));
  return found == texts_.end() ? kOther : found->second;
}

std::vector<TableColumn::Classes> TableColumn::ClassesOf(const CellTest& cell) const {
  if (cell.is_any) return {{kUnset, class_count_ - 1}};
  std::vector<Classes> held;
  for (const std::string& text : cell.texts) {
    const std::uint32_t at = ClassOfText(text);
    held.emplace_back(at, at);
  }
  for (const Range& range : cell.ranges) {
    const std::uint32_t from =
        range.low ? ClassOfKey(*range.low) + (range.low_open ? 1 : 0) : kFirstClass;
    const std::uint32_t to =
        range.high ? ClassOfKey(*range.high) - (range.high_open ? 1 : 0) : class_count_ - 1;
    held.emplace_back(from, to);
  }
  std::sort(held.begin(), held.end());
  if (!cell.is_negated) return held;
  std::vector<Classes> others;
  std::uint32_t next = kOther;  // what is not set never holds
  for (const auto& [from, to] : held) {
    if (from > next) others.emplace_back(next, from - 1);
    next = std::max(next, to + 1);
  }
  if (next < class_count_) others.emplace_back(next, class_count_ - 1);
  return others;
}

void TableColumn::FillSets(const TableTests& tests, std::size_t input) {
  while (((class_count_ >> shift_) + 1) * words_ > kMaxWords) ++shift_;
  sets_.assign(((class_count_ >> shift_) + 1) * words_, 0);
  for (std::size_t row = 0; row < tests.rows.size(); ++row) {
    const std::vector<Classes> held = ClassesOf(tests.rows[row][input]);
    for (const auto& [from, to] : held) {
      for (std::uint32_t set = from >> shift_; set <= to >> shift_; ++set) {
        SetRow(sets_, words_, set, row);
      }
    }
    if (is_exact()) continue;
    first_.push_back(static_cast<std::uint32_t>(classes_.size()));
    classes_.insert(classes_.end(), held.begin(), held.end());
  }
  if (!is_exact()) first_.push_back(static_cast<std::uint32_t>(classes_.size()));
}

bool TableColumn::Holds(std::size_t row, std::uint32_t of_class) const {
  return std::any_of(
      classes_.begin() + first_[row], classes_.begin() + first_[row + 1],
      [&](const Classes& held) { return held.first <= of_class && of_class <= held.second; });
}

void TableColumn::FillLists(const TableTests& tests, std::size_t input) {
  sets_.assign(class_count_ * words_, 0);
  barred_.assign(class_count_ * words_, 0);
  for (std::size_t row = 0; row < tests.rows.size(); ++row) {
    const CellTest& cell = tests.rows[row][input];
    if (cell.is_any) SetRow(sets_, words_, kUnset, row);
    if (cell.is_any || cell.is_negated) SetRow(sets_, words_, kOther, row);
    for (const std::string& text : cell.texts) {
      SetRow(cell.is_negated ? barred_ : sets_, words_, ClassOfText(text), row);
    }
  }
}

void TableColumn::AddText(std::string_view text, std::uint64_t* set) const {
  const std::uint32_t at = ClassOfText(text);
  if (at == kOther) return;
  for (std::size_t w = 0; w < words_; ++w) set[w] |= sets_[at * words_ + w];
}

void TableColumn::BarText(std::string_view text, std::uint64_t* set) const {
  const std::uint32_t at = ClassOfText(text);
  if (at == kOther) return;
  for (std::size_t w = 0; w < words_; ++w) set[w] &= ~barred_[at * words_ + w];
}

}  // namespace orderwright::rules_internal
