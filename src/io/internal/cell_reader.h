// CellReader: from one value of a CSV file to a typed value, reporting what does not fit.
#ifndef ORDERWRIGHT_SRC_IO_INTERNAL_CELL_READER_H_
#define ORDERWRIGHT_SRC_IO_INTERNAL_CELL_READER_H_

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <vector>

#include "orderwright/core/money.h"
#include "orderwright/core/time.h"
#include "src/io/internal/csv.h"
#include "src/io/internal/document_issues.h"
#include "src/io/internal/json_reader.h"

namespace orderwright::io_internal {

class CellReader {
 public:
  CellReader(DocumentIssues& issues, CsvField field, std::string_view column, Currency currency)
      : issues_(issues), field_(field), column_(column), currency_(currency) {}

  [[nodiscard]] std::string_view text() const { return field_.text; }
  [[nodiscard]] Currency currency() const { return currency_; }
  void Report(std::string_view code, std::string message) {
    issues_.Add(field_.offset, column_, code, std::move(message));
  }
  // "expected an integer, found "x"".
  void ReportType(std::string_view expected);

 private:
  DocumentIssues& issues_;
  CsvField field_;
  std::string_view column_;
  Currency currency_;
};

void Read(CellReader& cell, bool& value);  // true, false, 1 or 0
void Read(CellReader& cell, std::int64_t& value);
void Read(CellReader& cell, double& value);
void Read(CellReader& cell, std::string& value);
void Read(CellReader& cell, Timestamp& value);
void Read(CellReader& cell, std::optional<Money>& value);
void Read(CellReader& cell, std::optional<Currency>& value);
void Read(CellReader& cell, std::vector<std::string>& value);  // parted by `|`

std::optional<std::size_t> ReadWord(CellReader& cell, std::span<const std::string_view> words);

template <ReadFromWord E>
void Read(CellReader& cell, E& value) {
  constexpr std::size_t kCount = std::size(WordsOf<E>::kAll);
  std::array<std::string_view, kCount> words;
  for (std::size_t i = 0; i < kCount; ++i) words[i] = WordsOf<E>::kAll[i].first;
  if (const auto at = ReadWord(cell, words)) value = WordsOf<E>::kAll[*at].second;
}

template <typename T>
void Read(CellReader& cell, std::optional<T>& value) {
  Read(cell, value.emplace());
}

}  // namespace orderwright::io_internal

#endif  // ORDERWRIGHT_SRC_IO_INTERNAL_CELL_READER_H_
